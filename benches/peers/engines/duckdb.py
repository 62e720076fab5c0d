"""DuckDB: tables in memory with enumerations for text of few values, or views on the files."""

import duckdb

from engines.sql import Dialect, SqlPeer, top_fifth

ENUMERATED = {"contacts": ["region", "language", "plan"], "events": ["kind"], "titles": ["genre"]}
# Lists of text of few values.
LISTS = {"contacts": ["tags"], "events": [], "titles": []}


class DuckDialect(Dialect):
    def has(self, column, value):
        # Many times as fast as `list_contains` where the values are enumerated.
        return f"(list_position({column}, '{value}') IS NOT NULL)"

    def count_where(self, condition):
        # `count_if` of nothing but unknown is unknown.
        return f"coalesce(count_if({condition}), 0)"

    def sequence_by_nearest(self):
        """Joins to the nearest row before, which only DuckDB has."""
        of = lambda name, kind: f"{name} AS (SELECT contact_id, ts FROM events WHERE kind = '{kind}')"
        return (
            f"WITH {of('p', 'purchase')}, {of('c', 'click')}, {of('v', 'view')} SELECT DISTINCT p.contact_id FROM p "
            "ASOF JOIN c ON p.contact_id = c.contact_id AND p.ts > c.ts "
            "ASOF JOIN v ON p.contact_id = v.contact_id AND c.ts > v.ts "
            f"WHERE p.ts <= v.ts + {self.days(7)}"
        )

    def events(self, contacts):
        ways = super().events(contacts)
        ways["E6"]["nearest joins"] = self.sequence_by_nearest()
        share = (top_fifth(contacts) - 0.5) / contacts
        cut = lambda part: f"quantile_disc({part}, {share!r})"
        ways["E8"]["cuts"] = self.champions_by_cuts(cut)
        return ways


class Peer(SqlPeer):
    version = duckdb.__version__
    # One query with a thousand counts takes far longer than ten with a hundred.
    counts_a_query = 100

    def open(self, folder, form, threads, tables):
        self.connection = duckdb.connect(":memory:")
        run = self.connection.execute
        run(f"SET threads = {threads}")
        run("SET TimeZone = 'UTC'")
        for table in tables:
            file = f"'{folder}/{table}.parquet'"
            if form == "files":
                run(f"CREATE VIEW {table} AS SELECT * FROM {file}")
                continue
            columns = [(column, column, "") for column in ENUMERATED[table]]
            columns += [(column, f"unnest({column})", "[]") for column in LISTS[table]]
            for column, value, _ in columns:
                run(f"CREATE TYPE {column}_values AS ENUM (SELECT DISTINCT {value} AS v FROM {file} ORDER BY v)")
            coded = ", ".join(f"{column}::{column}_values{of} AS {column}" for column, _, of in columns)
            run(f"CREATE TABLE {table} AS SELECT * REPLACE ({coded}) FROM {file}")
        self.learn(DuckDialect())

    def row(self, query):
        return list(self.connection.execute(query).fetchone())

    def keys(self, query):
        return self.connection.execute(query).to_arrow_table().column(0)
