"""The numbers of samples and splits by other engines: the vectors of tests/spec/experiments.md, asked of Python's hashlib, and of DuckDB,
PostgreSQL, ClickHouse and Spark where their packages are there (`pip install duckdb pgserver chdb pyspark`; Spark needs Java as well). The SQL of
BigQuery is asked as sqlglot (`pip install sqlglot`) says it in that of DuckDB. Fails where one of them differs.

    python3 conformance/hashes.py
"""

import hashlib
import pathlib
import re
import sys
import tempfile

CHAPTER = pathlib.Path(__file__).parent.parent / "tests/spec/experiments.md"


def vectors(text):
    """What is hashed, and the number of it."""
    rows = re.findall(r"^\* `(\w+:[^`]*)` has the number (\d+)", text, re.M)
    if not rows:
        sys.exit(f"{CHAPTER} has no vectors")
    return [(hashed, int(number)) for hashed, number in rows]


def expressions(text):
    """The SQL of each engine, of a column `id` that is hashed under the salt "spring"."""
    return dict(re.findall(r"^\* (\w+): `(.*spring:.*)`$", text, re.M))


def by_python(_, hashed):
    return int(hashlib.sha256(hashed.encode()).hexdigest()[:15], 16)


def by_duckdb():
    import duckdb

    return lambda sql, key: duckdb.execute(f"SELECT {sql} FROM (SELECT $1 AS id)", [key]).fetchone()[0]


def by_postgres():
    import pgserver

    server = pgserver.get_server(tempfile.mkdtemp())
    return lambda sql, key: int(server.psql(f"SELECT {sql} FROM (SELECT '{key}'::text AS id) AS one;").splitlines()[2])


def by_clickhouse():
    import chdb

    return lambda sql, key: int(str(chdb.query(f"SELECT {sql} FROM (SELECT '{key}' AS id)")))


def by_spark():
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return lambda sql, key: session.sql(f"SELECT {sql} FROM (SELECT '{key}' AS id)").first()[0]


def by_bigquery():
    import sqlglot

    ask = by_duckdb()
    return lambda sql, key: ask(sqlglot.transpile(sql, read="bigquery", write="duckdb")[0], key)


def main():
    text = CHAPTER.read_text(encoding="utf-8")
    sql = expressions(text)
    engines = {"hashlib": (by_python, None)}
    makers = {
        "DuckDB": by_duckdb,
        "PostgreSQL": by_postgres,
        "ClickHouse": by_clickhouse,
        "Spark": by_spark,
        "BigQuery": by_bigquery,
    }
    for name, make in makers.items():
        try:
            engines[name] = (make(), sql[name])
        except ImportError as absent:
            print(f"{name} is not asked: {absent}")
    faults = 0
    for hashed, number in vectors(text):
        salt, key = hashed.split(":", 1)
        if salt != "spring":
            sys.exit(f"the SQL is for the salt \"spring\", not for {hashed}")
        for name, (ask, expression) in engines.items():
            found = ask(expression, hashed if name == "hashlib" else key)
            if found != number:
                faults += 1
                print(f"{name}: {hashed} is {found}, not {number}")
    print(f"{len(vectors(text))} vectors, {', '.join(engines)}: {faults} differ")
    sys.exit(1 if faults else 0)


main()
