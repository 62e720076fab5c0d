#!/usr/bin/env python3
"""Counts of segments on real files, held against DuckDB.

usage: conformance/real_data.py DATA_FOLDER [--segql PATH]

DATA_FOLDER has the folders hillstrom-email, telco-churn and bank-marketing, each with a contacts.parquet. Nothing is written there.
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
FOLDERS = {"hillstrom": "hillstrom-email", "telco": "telco-churn", "bank": "bank-marketing"}
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


def counts_of_segql(segql, project, contacts):
    """The project's counts, its manifest pointed at the real file."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        manifest = (project / "segql.toml").read_text()
        source = f"source = {json.dumps(str(contacts))}"
        manifest, changed = re.subn(r'^source = .*$', lambda _: source, manifest, flags=re.M)
        if changed != 1:
            stop(f"{project}/segql.toml should name its source once")
        (folder / "segql.toml").write_text(manifest)
        (folder / "segments.seg").write_text((project / "segments.seg").read_text())
        run = subprocess.run(
            [segql, "run", folder, "--format", "json"], capture_output=True, text=True
        )
        if run.returncode != 0:
            stop(f"segql failed on {project.name}:\n{run.stderr}")
        answer = json.loads(run.stdout)
    return answer["contacts"], {line["segment"]: line["count"] for line in answer["segments"]}


def counts_of_duckdb(contacts, conditions):
    import duckdb

    connection = duckdb.connect()
    columns = ", ".join(f"count(*) FILTER ({sql}) AS {name}" for name, sql in conditions.items())
    cursor = connection.execute(f"SELECT count(*), {columns} FROM read_parquet(?)", [str(contacts)])
    total, *counts = cursor.fetchone()
    return total, dict(zip(conditions, counts))


def compare(data, segql):
    differences = 0
    print(f"{'project':<10} {'segment':<22} {'segql':>8} {'DuckDB':>8}")
    for name, folder in FOLDERS.items():
        project, contacts = HERE / "projects" / name, data / folder / "contacts.parquet"
        if not contacts.exists():
            stop(f"there is no {contacts}")
        conditions = tomllib.loads((project / "duckdb.toml").read_text())
        total, ours = counts_of_segql(segql, project, contacts)
        their_total, theirs = counts_of_duckdb(contacts, conditions)
        rows = [("all contacts", total, their_total)]
        rows += [(segment, ours.get(segment), theirs.get(segment)) for segment in {**ours, **theirs}]
        for segment, mine, their in rows:
            differs = mine is None or mine != their
            differences += differs
            mark = "  <- differs" if differs else ""
            shown = ["-" if count is None else count for count in (mine, their)]
            print(f"{name:<10} {segment:<22} {shown[0]:>8} {shown[1]:>8}{mark}")
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
