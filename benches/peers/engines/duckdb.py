"""DuckDB: tables in memory with enumerations for text of few values, or views on the files."""

import duckdb

from engines.event_sql import EventSql
from engines.sql import Dialect, SqlPeer, top_fifth
from measure.event_meaning import is_figure, leaves
from measure.events import Chain

ENUMERATED = {"contacts": ["region", "language", "plan"], "events": ["kind"], "titles": ["genre"]}
# Lists of text of few values.
LISTS = {"contacts": ["tags"], "events": [], "titles": []}


class DuckEvents(EventSql):
    divided = "//"

    def period(self, unit):
        return "date_trunc('month', ts AT TIME ZONE 'UTC')" if unit == "months" else super().period(unit)

    def styles(self, tree):
        chains = [leaf for leaf in leaves(tree) if isinstance(leaf, Chain) and not is_figure(leaf)]
        of = super().styles(tree)
        return [*of, "nearest joins"] if any(chain.times == 1 for chain in chains) else of

    def chain(self, chain, style):
        if style != "nearest joins" or chain.times > 1:
            return super().chain(chain, style)
        # Each step beside the last that may stand before it, with the time that counts for the next.
        rows = f"(SELECT contact_id, title_id, ts, ts AS since FROM {self.events(chain.steps[0], chain.window)})"
        within = [None] * (len(chain.steps) - 2) + [chain.overall] if chain.overall else chain.within
        on_title = " AND e.title_id = p.title_id" if chain.on_title else ""
        for step, days in zip(chain.steps[1:], within):
            of = f"(SELECT contact_id, title_id, ts FROM {self.events(step, chain.window)}) e"
            since = "p.since" if chain.overall else "e.ts"
            in_time = f" WHERE e.ts <= p.since + {self.dialect.days(days)}" if days else ""
            rows = (
                f"(SELECT e.contact_id, e.title_id, e.ts, {since} AS since FROM {of} ASOF JOIN {rows} p "
                f"ON e.contact_id = p.contact_id{on_title} AND e.ts > p.ts{in_time})"
            )
        return f"SELECT DISTINCT contact_id FROM {rows}"

    def without(self, test, style):
        return super().without(test, "joins" if style == "joins" else "windows")


class DuckDialect(Dialect):
    of_events = DuckEvents

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
