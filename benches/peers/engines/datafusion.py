"""DataFusion: record batches in memory, text of few values as dictionaries, or the files."""

import datafusion
import pyarrow
import pyarrow.parquet

from engines.event_sql import EventSql
from engines.sql import Dialect, SqlPeer, top_fifth
from measure.event_meaning import holds_at_least

BATCH_ROWS = 65_536


class FusionEvents(EventSql):
    def has_sets_for(self, tree):
        # It has no plan for sets within a `CASE`.
        return not holds_at_least(tree)

    def end(self, function, column, kept):
        # Of a dictionary it ends in an internal error.
        column = "CAST(genre AS VARCHAR)" if column == "genre" else column
        return f"{function}_value({column} ORDER BY ts){kept}"


class FusionDialect(Dialect):
    of_events = FusionEvents

    def instant(self, time):
        return f"arrow_cast('{time:%Y-%m-%dT%H:%M:%S}Z', 'Timestamp(Microsecond, Some(\"UTC\"))')"

    def has(self, column, value):
        return f"array_has({column}, '{value}')"

    def month_and_day(self):
        return "date_part('month', birthday)", "date_part('day', birthday)"

    def microseconds(self, time):
        return f"arrow_cast({time}, 'Int64')"

    def not_true(self, condition):
        # Many counts with `IS NOT TRUE` in one query end in an internal error.
        return f"(NOT coalesce({condition}, false))"

    def events(self, contacts):
        ways = super().events(contacts)
        before = top_fifth(contacts) - 1
        cut = lambda part: f"(SELECT {part} FROM b ORDER BY {part} LIMIT 1 OFFSET {before})"
        cuts = self.champions_by_cuts(cut).replace(" FROM b) SELECT", ") SELECT")
        ways["E8"]["cuts"] = cuts
        return ways


class Peer(SqlPeer):
    version = datafusion.__version__
    # A query with a thousand counts takes longer than ten with a hundred.
    counts_a_query = 100

    def open(self, folder, form, threads, tables):
        settings = datafusion.SessionConfig().with_target_partitions(threads)
        settings = settings.set("datafusion.execution.parquet.pushdown_filters", "true")
        self.context = datafusion.SessionContext(settings)
        for table in tables:
            file = f"{folder}/{table}.parquet"
            if form == "files":
                self.context.register_parquet(table, file)
                continue
            batches = pyarrow.parquet.read_table(file).to_batches(max_chunksize=BATCH_ROWS)
            each = -(-len(batches) // threads)
            parts = [batches[first : first + each] for first in range(0, len(batches), each)]
            self.context.register_record_batches(table, parts)
        self.learn(FusionDialect())

    def row(self, query):
        for batch in self.context.sql(query).collect():
            if batch.num_rows:
                return [column[0].as_py() for column in batch.columns]
        raise AssertionError(f"no row came of {query}")

    def keys(self, query):
        batches = self.context.sql(query).collect()
        return pyarrow.chunked_array([batch.column(0) for batch in batches], type=pyarrow.int64())
