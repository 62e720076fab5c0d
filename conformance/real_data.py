#!/usr/bin/env python3
"""Counts of segments on real files, held against DuckDB.

usage: conformance/real_data.py DATA_FOLDER [--segql PATH]

DATA_FOLDER has the folders named below, each with a contacts.parquet, and with the events and catalogues that the project's manifest names. Nothing is written there.
DuckDB is installed from PyPI into an environment of the script's own, under target/. `segql` is the release build, else the debug
build, unless it is named. The exit code is 1 where a count differs, 2 where something cannot be run.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
FOLDERS = {
    "hillstrom": "hillstrom-email",
    "telco": "telco-churn",
    "bank": "bank-marketing",
    "movielens": "movielens-100k",
    "cdnow": "cdnow",
    "online-retail": "online-retail",
    "complete-journey": "complete-journey",
}
DUCKDB = "duckdb==2.0.0"


def stop(words):
    print(f"real_data.py: {words}", file=sys.stderr)
    sys.exit(2)


def python_with_duckdb():
    """The Python of an environment that has DuckDB, made at the first use."""
    environment = ROOT / "target" / "conformance-venv"
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(environment, with_pip=True)
    if subprocess.run([python, "-c", "import duckdb"], capture_output=True).returncode != 0:
        subprocess.run([python, "-m", "pip", "install", "--quiet", DUCKDB], check=True)
    return python


def find_segql(named):
    if named:
        return pathlib.Path(named)
    for build in ("release", "debug"):
        path = ROOT / "target" / build / ("segql.exe" if sys.platform == "win32" else "segql")
        if path.exists():
            return path
    stop("build segql first (cargo build --release), or name it with --segql")


def counts_of_segql(segql, project, data):
    """The project's counts, its manifest pointed at the real files."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        manifest = (project / "segql.toml").read_text()
        named = lambda source: f"source = {json.dumps(str(data / source.group(1)))}"
        manifest, changed = re.subn(r'^source = "data/(.*)"$', named, manifest, flags=re.M)
        if changed == 0:
            stop(f"{project}/segql.toml should name its sources")
        (folder / "segql.toml").write_text(manifest)
        (folder / "segments.seg").write_text((project / "segments.seg").read_text())
        run = subprocess.run(
            [segql, "run", folder, "--format", "json"], capture_output=True, text=True
        )
        if run.returncode != 0:
            stop(f"segql failed on {project.name}:\n{run.stderr}")
        answer = json.loads(run.stdout)
    return answer["contacts"], {line["segment"]: line["count"] for line in answer["segments"]}


def counts_of_duckdb(project, data):
    """The counts of the same conditions in SQL: every file is a table of its name, and `now` the instant of the manifest."""
    import duckdb

    manifest = tomllib.loads((project / "segql.toml").read_text())
    conditions = tomllib.loads((project / "duckdb.toml").read_text())
    views = conditions.pop("views", {})
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{manifest['time_zone']}'")
    now = manifest.get("as_of", "2026-01-01T00:00Z")
    connection.execute(f"CREATE TABLE instant AS SELECT TIMESTAMPTZ '{now}' AS now")
    for file in sorted(data.glob("*.parquet")):
        connection.execute(f"CREATE TABLE {file.stem} AS SELECT * FROM read_parquet('{file}')")
    for name, query in views.items():
        connection.execute(f"CREATE TABLE {name} AS {query}")

    def count(condition):
        query = f"SELECT count(*) FROM contacts AS c, instant WHERE {condition}"
        return connection.execute(query).fetchone()[0]

    return count("true"), {name: count(sql) for name, sql in conditions.items()}


def compare(data, segql):
    differences = 0
    print(f"{'project':<16} {'segment':<22} {'segql':>8} {'DuckDB':>8}")
    for name, folder in FOLDERS.items():
        project, files = HERE / "projects" / name, data / folder
        if not (files / "contacts.parquet").exists():
            stop(f"there is no {files / 'contacts.parquet'}")
        total, ours = counts_of_segql(segql, project, files)
        their_total, theirs = counts_of_duckdb(project, files)
        rows = [("all contacts", total, their_total)]
        rows += [(segment, ours.get(segment), theirs.get(segment)) for segment in {**ours, **theirs}]
        for segment, mine, their in rows:
            differs = mine is None or mine != their
            differences += differs
            mark = "  <- differs" if differs else ""
            shown = ["-" if count is None else count for count in (mine, their)]
            print(f"{name:<16} {segment:<22} {shown[0]:>8} {shown[1]:>8}{mark}")
    print("all counts are equal" if differences == 0 else f"{differences} counts differ")
    return differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=pathlib.Path, metavar="DATA_FOLDER")
    parser.add_argument("--segql", help="the program to test")
    parser.add_argument("--in-environment", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.in_environment:
        command = [python_with_duckdb(), __file__, *sys.argv[1:], "--in-environment"]
        sys.exit(subprocess.run(command).returncode)
    differences = compare(arguments.data.resolve(), find_segql(arguments.segql).resolve())
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
