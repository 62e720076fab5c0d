"""ClickHouse inside the process (chdb): tables of the engine MergeTree or Memory, text of few values as LowCardinality, or views on the files."""

import shutil
import tempfile

import chdb
import pyarrow
from chdb import session

from engines.sql import Dialect, SqlPeer, top_fifth
from measure.conditions import NOW_MICROSECONDS

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


class HouseDialect(Dialect):
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
