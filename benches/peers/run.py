#!/usr/bin/env python3
"""Measures SegQL beside other engines, and writes what came of it as a page.

usage: run.py [--quick] [--data FOLDER] [--conditions Q1,E5,…] [--engines segql,duckdb,…] [--page FILE] …

Makes what it needs by itself: an environment with the peers and the data under --data, and a release build of SegQL. Every answer is held against those of the
other engines. The exit code is 1 where one differs, 2 where something cannot be run.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from measure import awake, places, report, scenarios
from measure.conditions import CONTACTS, DRAWN, DRAWN_EVENTS, EVENTS, MANY
from measure.engines import ALL, TABLES, Engines
from measure.interleaved import Differ, Setting, measure

STEPS = ("memory", "files", "scenarios", "search")
QUICK = {"contacts": 100_000, "behaviour": 50_000}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    several = lambda text: [part for part in text.split(",") if part]
    add = parser.add_argument
    add("--data", type=Path, default=places.default_folder(), help="where data, environment and results lie [default: %(default)s]")
    add("--contacts", type=int, default=10_000_000, help="contacts of the set without events [default: %(default)s]")
    add("--behaviour", type=int, default=1_000_000, help="contacts of the set with events [default: %(default)s]")
    add("--quick", action="store_true", help="small sets and few rounds, to see that everything works")
    add("--conditions", type=several, help="only these: Q1, E5, …")
    add("--engines", type=several, default=list(ALL), help="only these [default: all]")
    add("--steps", type=several, default=list(STEPS), help="memory, files, scenarios, search [default: all]")
    add("--drawn", type=int, default=100, help="conditions that the search draws on contacts, and on events, at most 1000 [default: %(default)s]")
    add("--kinds", type=several, default=["count", "members"], help="count, members [default: both]")
    add("--threads", type=several, default=["1", "2"], help="[default: 1,2]")
    add("--rounds", type=int, default=5, help="how often each engine is asked each condition [default: %(default)s]")
    add("--limit", type=float, default=90, help="seconds that an answer may take [default: %(default)s]")
    add("--profile", default="release", help="the profile SegQL is built with [default: %(default)s]")
    add("--results", type=Path, help="where the figures go as JSON [default: results.json in the data folder]")
    add("--page", type=Path, help="writes the page there")
    add("--note", default="", help="what the page has to say of how it came about this time")
    add("--only-page", action="store_true", help="writes the page from figures that are there")
    return parser.parse_args()


def say(words):
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


class Answers:
    """What the engines gave, held against each other."""

    def __init__(self):
        self.first = {}

    def check(self, data, kind, condition, engine, answer):
        kind = "members" if kind == "members" else "count"
        before = self.first.setdefault((data, kind, condition), (engine, answer))
        if before[1] != answer:
            shown = lambda found: found if len(found) <= 4 else f"{len(found)} counts"
            places = [place for place, (one, other) in enumerate(zip(before[1], answer)) if one != other]
            raise Differ(
                f"{condition} on {data}: {before[0]} gives {shown(before[1])}, {engine} {shown(answer)}"
                + (f", which differ at {places[:10]}" if len(answer) > 2 else "")
            )


def conditions(data, asked):
    of = {"contacts": list(CONTACTS), "behaviour": ["Q9", "Q10", *EVENTS]}[data]
    return [condition for condition in of if not asked or condition in asked]


def main():
    wanted = arguments()
    if wanted.quick:
        wanted.contacts, wanted.behaviour, wanted.rounds = QUICK["contacts"], QUICK["behaviour"], 1
        wanted.drawn = min(wanted.drawn, 60)
    unknown = [name for name in wanted.engines if name not in ALL]
    if unknown:
        raise places.Missing(f"there is no engine {unknown[0]}; there are {', '.join(ALL)}")
    results = wanted.results or wanted.data / "results.json"
    if not wanted.only_page:
        wanted.data.mkdir(parents=True, exist_ok=True)
        collected = Collected(results, wanted)
        run(wanted, collected)
    figures = json.loads(results.read_text())
    page = report.page(figures, wanted.note)
    if wanted.page:
        wanted.page.write_text(page)
        say(f"{wanted.page} is written")
    else:
        print(page)


class Collected:
    """Figures, kept in a file as they come; those of the same question are replaced."""

    def __init__(self, path, wanted):
        self.path = path
        told = json.loads(path.read_text()) if path.exists() else {}
        scale = {"contacts": wanted.contacts, "behaviour": wanted.behaviour}
        # Figures of another scale are of no use beside these.
        self.records = told.get("records", []) if told.get("scale") == scale else []
        self.figures = {"machine": places.machine(), "scale": scale, "records": self.records}

    def add(self, record):
        names = ("engine", "data", "form", "threads", "kind", "condition", "scenario", "contacts", "activity")
        key = lambda one: tuple(one.get(name) for name in names)
        self.records[:] = [one for one in self.records if key(one) != key(record)] + [record]
        self.path.write_text(json.dumps(self.figures, indent=1))


def run(wanted, collected):
    python = places.python(wanted.data, say)
    programs = places.programs(wanted.profile, say)
    sizes = {"contacts": wanted.contacts, "behaviour": wanted.behaviour}
    folders = {name: places.data(wanted.data, programs, name, size, say) for name, size in sizes.items()}
    started, answers = Engines(programs, python), Answers()
    for form in ("memory", "files"):
        if form not in wanted.steps:
            continue
        for threads in map(int, wanted.threads):
            for data, folder in folders.items():
                names = conditions(data, wanted.conditions)
                if not names:
                    continue
                engines = [started.of(name, threads) for name in wanted.engines]
                if form == "files" and data == "behaviour" and "segql" in wanted.engines:
                    packed, took = places.packed(folder, programs, say)
                    collected.add({"engine": "segql", "scenario": "pack", **took})
                    engines.append(started.packed(packed, threads))
                setting = Setting(
                    data, str(folder), form, threads, TABLES[data], wanted.rounds, wanted.limit
                )
                say(f"{data}, {form}, {threads} {'thread' if threads == 1 else 'threads'}")
                check = lambda *told, data=data: answers.check(data, *told)
                with awake.all_cores(threads):
                    for record in measure(engines, setting, questions(names, form, wanted), say, check):
                        collected.add(record)
    if "search" in wanted.steps:
        for data, drawn in (("contacts", DRAWN), ("behaviour", DRAWN_EVENTS)):
            say(f"searching {wanted.drawn} conditions on {data} for such that a peer is quicker at")
            engines = [started.of(name, 1) for name in wanted.engines]
            setting = Setting("search", str(folders[data]), "memory", 1, TABLES[data], 1, wanted.limit)
            check = lambda *told, data=data: answers.check(data, *told)
            asked = [("count", condition) for condition in drawn[: wanted.drawn]]
            for record in measure(engines, setting, asked, say, check):
                if "condition" in record:
                    collected.add({"scenario": "search", **record})
    if "scenarios" in wanted.steps:
        for record in scenarios.run(wanted, programs, started, folders, say):
            collected.add(record)


def questions(names, form, wanted):
    """Pairs of a kind and a condition. Of many segments only counts are asked."""
    kinds = [*wanted.kinds, "count_compiled"] if form == "memory" and "count" in wanted.kinds else wanted.kinds
    return [
        (kind, condition)
        for condition in names
        for kind in kinds
        if not (kind == "members" and condition in MANY)
    ]


if __name__ == "__main__":
    try:
        main()
    except Differ as fault:
        say(fault)
        sys.exit(1)
    except places.Missing as fault:
        say(fault)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
