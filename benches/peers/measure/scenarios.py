"""What a table of times does not show: the first answer, one contact at a time, how the time grows, and how little memory it takes."""

import statistics
import tempfile
from pathlib import Path

from measure import places
from measure.engines import TABLES
from measure.interleaved import Differ, Setting, measure

# Peers whose growth is shown beside SegQL's: those that were fastest most often.
BESIDE = ("duckdb", "polars", "clickhouse")
# Contacts that are asked one at a time.
ONE_BY_ONE = 2000


def run(wanted, programs, started, folders, say):
    """Records of all scenarios."""
    for scenario in (first_answer, one_at_a_time, growth, bounded):
        say(scenario.__doc__.splitlines()[0].rstrip("."))
        for record in scenario(wanted, programs, started, folders, say):
            yield record


def first_answer(wanted, programs, started, folders, say):
    """From the text to the first answer."""
    process = opened(started, folders["behaviour"], "files")
    for condition in ("S1", "S10", "Q9", "Q10", "dozens"):
        ask = lambda kind: min(process.ask({"ask": kind, "condition": f"generated/{condition}"}, 60)["milliseconds"])
        yield {"engine": "segql", "scenario": "compile", "condition": condition, "ms": ask("compile"), "plan_ms": ask("plan")}
    process.close()
    # One contact, so that nothing counts but getting there.
    folder = places.data(wanted.data, programs, "contacts", 1, say)
    yield from measured(wanted, programs, started, folder, "first answer", ["Q1", "Q8", "Q9", "Q10"], {}, say)
    # The peers have no words for it.
    process = opened(started, folder, "memory")
    times = process.ask({"ask": "count", "condition": "generated/dozens"}, 60)["milliseconds"]
    yield {"engine": "segql", "scenario": "first answer", "kind": "count", "condition": "dozens", "median_ms": statistics.median(times)}
    process.close()
    with tempfile.TemporaryDirectory() as empty:
        (Path(empty) / "segql.toml").write_text(
            (folder / "segql.toml").read_text().replace('"contacts.parquet"', f'"{folder}/contacts.parquet"')
        )
        (Path(empty) / "one.seg").write_text((folder / "Q8.seg").read_text())
        times = [places.timed([programs["segql"], "run", empty])["seconds"] * 1000 for _ in range(9)]
    yield {"engine": "segql", "scenario": "command", "ms": min(times)}


def one_at_a_time(wanted, programs, started, folders, say):
    """One contact at a time against all segments."""
    process = opened(started, folders["contacts"], "files")
    for condition in ("S1", "S10", "Q9", "Q10", "dozens"):
        question = {"ask": "contacts", "condition": f"generated/{condition}", "contacts": ONE_BY_ONE}
        answer = process.ask(question, 120)
        yield {
            "engine": "segql",
            "scenario": "one contact",
            "condition": condition,
            "us": 1000 * answer["milliseconds"][0],
            "way": answer["way"],
        }
    process.close()


def growth(wanted, programs, started, folders, say):
    """How the time grows with contacts, events and segments."""
    for part in (8, 4, 2, 1):
        contacts = wanted.behaviour // part
        folder = places.data(wanted.data, programs, "behaviour", contacts, say)
        yield from measured(
            wanted, programs, started, folder, "more contacts", ["Q9", "E1", "E6"], {"contacts": contacts}, say
        )
    for activity in ("0.5", "1", "2", "4"):
        extra = ("--activity", activity)
        contacts = wanted.behaviour // 4
        folder = places.data(wanted.data, programs, "behaviour", contacts, say, extra)
        yield from measured(
            wanted, programs, started, folder, "more events", ["E1", "E6", "E7"], {"activity": activity}, say
        )
    yield from measured(
        wanted, programs, started, folders["behaviour"], "more segments", ["S1", "S10", "Q9", "Q10"], {}, say
    )


def bounded(wanted, programs, started, folders, say):
    """Ten times as many contacts, from Parquet."""
    contacts = 10 * wanted.contacts
    folder = places.data(wanted.data, programs, "contacts", contacts, say)
    for condition in ("Q2", "Q8"):
        # A process for each, so that the memory is that of the one condition.
        yield from measured(
            wanted, programs, started, folder, "many contacts", [condition], {"contacts": contacts}, say,
            form="files", threads=2, tables=TABLES["contacts"], rounds=1,
        )


def measured(wanted, programs, started, folder, scenario, conditions, extra, say, form="memory", threads=1, tables=None, rounds=3):
    """Counts of SegQL and the peers in one setting; the answers are held against each other."""
    tables = tables or TABLES["behaviour" if (folder / "events.parquet").exists() else "contacts"]
    setting = Setting(scenario, str(folder), form, threads, tables, rounds, wanted.limit)
    names = ["segql", *(name for name in wanted.engines if name in BESIDE)]
    first = {}

    def check(kind, condition, engine, answer):
        before = first.setdefault(condition, (engine, answer))
        if before[1] != answer:
            raise Differ(f"{scenario}, {condition}: {before[0]} and {engine} give different answers")

    engines = [started.of(name, threads) for name in names]
    questions = [("count", condition) for condition in conditions]
    for record in measure(engines, setting, questions, say, check):
        # What a process held tells nothing where it was asked several conditions.
        if "condition" in record or form == "files":
            condition = {} if "condition" in record else {"condition": conditions[0], "kind": "memory"}
            yield {"scenario": scenario, **record, **condition, **extra}


def opened(started, folder, form):
    from measure.process import Process

    engine = started.of("segql", 1)
    process = Process(engine.command, 1, engine.environment)
    answer = process.ask({"ask": "open", "folder": str(folder), "form": form}, 600)
    if "error" in answer:
        raise places.Missing(f"SegQL cannot open {folder}: {answer['error']}")
    return process
