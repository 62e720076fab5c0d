"""ClickHouse inside the process (chdb): tables of the engine MergeTree or Memory, text of few values as LowCardinality, or views on the files."""

import shutil
import tempfile

import chdb
import pyarrow
from chdb import session

from engines.event_sql import EventSql
from engines.sequence_sql import times
from engines.sql import Dialect, SqlPeer, top_fifth
from measure.conditions import NOW_MICROSECONDS
from measure.event_meaning import DAY, is_figure, leaves
from measure.events import KINDS, Chain, Compared

COLUMNS = {
    "contacts": "contact_id Int64, region LowCardinality(String), language LowCardinality(String), age Nullable(Int16), "
    "email String, email_domain LowCardinality(String), signup_at DateTime64(6, 'UTC'), "
    "last_seen_at Nullable(DateTime64(6, 'UTC')), plan LowCardinality(String), consent Nullable(Bool), ltv Float64, "
    "orders_90d Int32, birthday Nullable(Date32), lat Float64, lon Float64, tags Array(LowCardinality(String)), "
    "nps Nullable(Int8)",
    "events": "contact_id Int64, ts DateTime64(6, 'UTC'), kind LowCardinality(String), title_id Nullable(Int32), "
    "amount Nullable(Float64)",
    "titles": "title_id Int32, genre LowCardinality(String), minutes Int16",
}
ORDER = {"contacts": "contact_id", "events": "(contact_id, ts)", "titles": "title_id"}


class HouseEvents(EventSql):
    # Its sets are quicker than its joins.
    titles_are_joined = False

    def of_title(self, test):
        return f"title_id IN (SELECT title_id FROM titles WHERE {test})"

    def figure(self, function, column, condition):
        called = {
            "distinct": f"uniqExact({column})",
            # Of nothing it gives 0 where the column has no missing values.
            "min": f"minOrNull({column})",
            "max": f"maxOrNull({column})",
            "avg": f"avgOrNull({column})",
            "median": f"quantileExactInclusiveOrNull(0.5)({column})",
            "first": f"argMinOrNull({column}, ts)",
            "last": f"argMaxOrNull({column}, ts)",
            **{unit: f"uniqExact({self.period(unit)})" for unit in ("days", "weeks", "months")},
        }
        kept = f" FILTER (WHERE {condition})" if condition else ""
        return f"{called[function]}{kept}" if function in called else super().figure(function, column, condition)

    def period(self, unit):
        return {"days": "toDate(ts)", "weeks": "toMonday(ts)", "months": "toStartOfMonth(ts)"}[unit]

    def hour(self):
        return "toHour(ts)"

    def weekday(self):
        return "toDayOfWeek(ts) % 7"

    def gaps(self, function, of):
        # Its `lag` gives 0 where there is no row before.
        us = self.dialect.microseconds("ts")
        figure = {"min": "arrayMin(gaps)", "max": "arrayMax(gaps)"}
        figure["median"] = "arrayReduce('quantileExactInclusive(0.5)', gaps)"
        gaps = f"arraySlice(arrayDifference(arraySort(groupArray({us}))), 2)"
        lists = f"SELECT contact_id, {gaps} AS gaps FROM {self.events(of)} GROUP BY contact_id HAVING count() >= 2"
        return f"SELECT contact_id, toNullable({figure[function]}) AS v FROM ({lists})"

    def favourites(self, column, of):
        counted = f"SELECT contact_id, {column} AS value, count() AS n, max(ts) AS latest FROM {self.events(of, column=column)} GROUP BY contact_id, {column}"
        return f"SELECT contact_id, toNullable(argMax(value, (n, latest))) AS v FROM ({counted}) GROUP BY contact_id"

    def places(self, how, figure, population, style):
        # Whoever has no place would be at 0 where tables are joined.
        return f"SELECT contact_id, toNullable(v) AS v FROM ({super().places(how, figure, population, style)})"

    def middle(self, column):
        return f"quantileExactInclusive(0.5)({column})"

    def styles(self, tree):
        of = super().styles(tree)
        chains = [leaf for leaf in leaves(tree) if isinstance(leaf, Chain) and not is_figure(leaf)]
        of = [*of, "funnels"] if any(map(self.is_funnel, chains)) else of
        return [*of, "arrays"] if any(isinstance(leaf, Compared) for leaf in leaves(tree)) else of

    @staticmethod
    def is_funnel(chain):
        """Whether steps in a time since the first are all that is asked, and no event is two of them."""
        kinds = {step.kind for step in chain.steps}
        bounded = len(chain.steps) == 2 or chain.overall or not any(chain.within)
        return chain.times == 1 and bounded and len(kinds) == len(chain.steps)

    def chain(self, chain, style):
        if style != "funnels" or not self.is_funnel(chain):
            return super().chain(chain, "joins" if style == "joins" else "windows")
        tests = ", ".join(" AND ".join(self.selected(step, chain.window)) for step in chain.steps)
        kinds = ", ".join(sorted({f"'{KINDS[step.kind]}'" for step in chain.steps}))
        where = " AND ".join([f"kind IN ({kinds})", *self.within(chain.window, "ts")])
        longest = (chain.overall or chain.within[0] or 1000) * DAY
        by = "contact_id, title_id" if chain.on_title else "contact_id"
        return (
            f"SELECT DISTINCT contact_id FROM (SELECT contact_id FROM events WHERE {where} GROUP BY {by} "
            f"HAVING windowFunnel({longest})(toUInt64({self.dialect.microseconds('ts')}), {tests}) = {len(chain.steps)})"
        )

    def compared(self, test, style):
        # The time of a frame is at most 32 bits long.
        if style == "joins" or style == "windows" and not (test.within and test.sign != "="):
            return super().compared(test, style)
        steps = self.steps(Chain((test.first, test.then), (test.within,), test.window), test.column)
        of = lambda flag: f"groupArrayIf(({self.dialect.microseconds('ts')}, assumeNotNull({test.column})), {flag} AND isNotNull({test.column}))"
        in_time = f" AND a.1 >= b.1 - {test.within * DAY}" if test.within else ""
        met = f"arrayExists(b -> arrayExists(a -> a.1 < b.1{in_time} AND b.2 {test.sign} {times(test.factor)}a.2, began), ended)"
        lists = f"SELECT contact_id, {of('is0')} AS began, {of('is1')} AS ended FROM ({steps}) GROUP BY contact_id"
        return f"SELECT contact_id FROM ({lists}) WHERE {met}"

    def without(self, test, style):
        if style != "joins":
            return super().without(test, "windows")
        of = f"(SELECT contact_id, ts, title_id FROM {self.events(test.first, test.window)}) e0"
        then = f"(SELECT contact_id, ts, title_id FROM {self.events(test.then)}) e1"
        on = "e0.contact_id = e1.contact_id" + (" AND e0.title_id = e1.title_id" if test.on_title else "")
        in_time = f" AND e1.ts <= e0.ts + {self.dialect.days(test.within)}" if test.within else ""
        where = " AND ".join(self.passed(test.within, "e0.ts")) or "true"
        return (
            f"SELECT DISTINCT contact_id FROM (SELECT e0.contact_id AS contact_id, e0.title_id, e0.ts FROM {of} LEFT JOIN {then} ON {on} "
            f"WHERE {where} GROUP BY e0.contact_id, e0.title_id, e0.ts HAVING countIf(e1.ts > e0.ts{in_time}) = 0)"
        )


class HouseDialect(Dialect):
    of_events = HouseEvents

    def instant(self, time):
        return f"toDateTime64('{time:%Y-%m-%d %H:%M:%S}', 6, 'UTC')"

    def has(self, column, value):
        return f"has({column}, '{value}')"

    def ends_with(self, column, text):
        return f"endsWith({column}, '{text}')"

    def month_and_day(self):
        return "toMonth(birthday)", "toDayOfMonth(birthday)"

    def microseconds(self, time):
        return f"toUnixTimestamp64Micro({time})"

    def count_where(self, condition):
        return f"countIf({condition})"

    def not_true(self, condition):
        return f"(NOT ifNull({condition}, false))"

    def events(self, contacts):
        ways = super().events(contacts)
        us, week = self.microseconds("ts"), 7 * 86_400_000_000
        ways["E6"]["funnel"] = (
            "SELECT contact_id FROM events WHERE kind IN ('view', 'click', 'purchase') GROUP BY contact_id HAVING "
            f"windowFunnel({week})(toUInt64({us}), kind = 'view', kind = 'click', kind = 'purchase') = 3"
        )
        # Its `lag` gives 0 where there is no row before.
        ways["E7m"] = {
            "arrays": f"SELECT contact_id FROM (SELECT contact_id, arraySort(groupArray({us})) AS at FROM events "
            f"WHERE kind = 'login' GROUP BY contact_id HAVING count() >= 3) WHERE {NOW_MICROSECONDS} - at[-1] "
            "> 2 * arrayReduce('quantileExactInclusive(0.5)', arraySlice(arrayDifference(at), 2))"
        }
        share = (top_fifth(contacts) - 0.5) / contacts
        cut = lambda part: f"quantileExact({share!r})({part})"
        ways["E8"]["cuts"] = self.champions_by_cuts(cut)
        return ways

    def unfinished(self):
        of = lambda kind, extra="": (
            f"(SELECT contact_id, title_id, ts FROM events WHERE kind = '{kind}' AND ts >= {self.ago(44)}{extra})"
        )
        return (
            "SELECT DISTINCT contact_id FROM (SELECT v.contact_id AS contact_id, v.title_id, v.ts "
            f"FROM {of('view', f' AND ts < {self.ago(14)}')} v "
            f"LEFT JOIN {of('finish')} f ON v.contact_id = f.contact_id AND v.title_id = f.title_id "
            "GROUP BY v.contact_id, v.title_id, v.ts "
            f"HAVING countIf(f.ts > v.ts AND f.ts <= v.ts + {self.days(14)}) = 0)"
        )


class Peer(SqlPeer):
    version = chdb.__version__

    def open(self, folder, form, threads, tables):
        self.folder = tempfile.mkdtemp(prefix="segql-peers-")
        self.session = session.Session(self.folder)
        self.settings = (
            f" SETTINGS max_threads = {threads}, use_query_condition_cache = 0, "
            "output_format_arrow_compression_method = 'none', optimize_aggregation_in_order = 1"
        )
        for table in tables:
            columns = COLUMNS[table].replace("'", "\\'")
            file = f"file('{folder}/{table}.parquet', Parquet, '{columns}')"
            if form == "files":
                self.session.query(f"CREATE VIEW {table} AS SELECT * FROM {file}")
                continue
            engine = "Memory" if form == "memory" else f"MergeTree ORDER BY {ORDER[table]}"
            self.session.query(f"CREATE TABLE {table} ({COLUMNS[table]}) ENGINE = {engine}")
            one = "SETTINGS max_threads = 1, max_insert_threads = 1"
            self.session.query(f"INSERT INTO {table} SELECT * FROM {file} {one}")
        release = str(self.session.query("SELECT version()")).strip().strip('"')
        self.version = f"{chdb.__version__} ({release})"
        self.learn(HouseDialect())

    def row(self, query):
        answer = str(self.session.query(query + self.settings, "TSV"))
        return [int(number) for number in answer.strip().split("\t")]

    def keys(self, query):
        answer = self.session.query(query + self.settings, "Arrow")
        return pyarrow.ipc.open_file(pyarrow.py_buffer(answer.bytes())).read_all().column(0)

    def close(self):
        self.session.close()
        shutil.rmtree(self.folder, ignore_errors=True)
