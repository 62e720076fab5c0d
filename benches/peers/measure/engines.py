"""How each engine is started."""

import os
from dataclasses import dataclass, field

from measure import places
from measure.conditions import EVENTS, GENERATED

PEERS = ("duckdb", "polars", "datafusion", "clickhouse")
ALL = ("segql", *PEERS)
TABLES = {"contacts": ["contacts"], "behaviour": ["contacts", "events", "titles"]}
# How engines are told to keep to so many threads, besides the settings of their own.
THREADS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "TOKIO_WORKER_THREADS", "RAYON_NUM_THREADS")


def same(condition):
    return condition


def in_its_folder(condition):
    """Where SegQL has a condition: those that are drawn lie apart."""
    return f"generated/{condition}" if condition in GENERATED else condition


@dataclass
class Engine:
    name: str
    command: list
    environment: dict = field(default_factory=lambda: dict(os.environ))
    # What it can be asked.
    kinds: tuple = ("count", "members")
    # What it calls a condition.
    named: object = same
    # What it is asked, where that is not everything.
    conditions: list = None
    # The folder of its data, where it has one of its own.
    folder: str = ""

    def can_answer(self, kind, condition):
        return kind in self.kinds and (self.conditions is None or condition in self.conditions)


@dataclass
class Engines:
    programs: dict
    python: object

    def of(self, name, threads):
        if name == "segql":
            kinds = ("count", "members", "count_compiled", "compile", "contacts")
            command = [self.programs["answer"], threads]
            return Engine(name, command, kinds=kinds, named=in_its_folder)
        environment = dict(os.environ, **{variable: str(threads) for variable in THREADS})
        return Engine(name, [self.python, places.HERE / "child.py", name, threads], environment)

    def packed(self, folder, threads):
        """SegQL on events that were put in order beforehand."""
        one = self.of("segql", threads)
        one.name, one.folder, one.conditions = "segql packed", str(folder), EVENTS
        return one
