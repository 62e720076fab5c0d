"""Conditions asked of several engines in turn: each condition of all of them, then again, so that what else the machine does meets all alike."""

import statistics
import time
from dataclasses import dataclass, field

from measure.engines import Engine
from measure.process import Ended, Process, TooSlow

# Of what takes longer than so many seconds, fewer runs are enough.
LONG, VERY_LONG = 2.0, 10.0
# Seconds before each question, in which what an engine still does behind its last answer comes to an end, so that it does not fall on the next one.
PAUSE = 0.05


class Differ(Exception):
    """Two engines gave different answers."""


@dataclass
class Setting:
    """What a group of runs has in common."""

    data: str  # contacts or behaviour
    folder: str
    form: str  # memory or files
    threads: int
    tables: list
    rounds: int
    limit: float  # seconds for one answer
    load_limit: float = 900.0


@dataclass
class Running:
    """An engine at work in a setting."""

    engine: Engine
    setting: Setting
    process: Process = None
    told: dict = field(default_factory=dict)
    # Why it can be asked no more.
    gone: str = ""

    def start(self):
        setting = self.setting
        self.process = Process(self.engine.command, setting.threads, self.engine.environment)
        question = {
            "ask": "open",
            "folder": self.engine.folder or setting.folder,
            "form": setting.form,
            "tables": setting.tables,
        }
        answer = self.process.ask(question, setting.load_limit)
        if "error" in answer:
            raise RuntimeError(f"{self.engine.name} cannot open {setting.folder}: {answer['error']}")
        held, most = self.process.memory()
        self.told = {
            "version": answer["version"],
            "load_ms": answer["milliseconds"][0],
            "held_mb": held,
            "most_loading_mb": most,
        }
        self.process.forget_most()

    def start_anew(self):
        try:
            self.start()
        except (TooSlow, Ended, RuntimeError) as fault:
            self.gone = describe(fault, self.setting.load_limit)

    def ask(self, kind, condition, limit):
        question = {"ask": kind, "condition": self.engine.named(condition)}
        return self.process.ask(question, limit)


def measure(engines, setting, questions, say, check):
    """Asks all engines all questions (pairs of a kind and a condition). Gives a record for each engine, and one for each engine and question.

    `check` is told each answer, and raises where it differs from what another engine gave.
    """
    running = []
    for engine in engines:
        one = Running(engine, setting)
        started = time.monotonic()
        try:
            one.start()
        except (TooSlow, Ended, RuntimeError) as fault:
            say(f"{engine.name}: {describe(fault, setting.load_limit)}")
            yield record(one, {"error": describe(fault, setting.load_limit)})
            continue
        say(f"{engine.name} is ready after {time.monotonic() - started:.1f} s, holding {one.told['held_mb']} MB")
        running.append(one)
    for kind, condition in questions:
        yield from asked([one for one in running if not one.gone], kind, condition, say, check)
    for one in running:
        if one.gone:
            yield record(one, {"error": one.gone})
            continue
        held, most = one.process.memory()
        yield record(one, {**one.told, "held_after_mb": held, "most_answering_mb": most})
        one.process.close()


def asked(running, kind, condition, say, check):
    """One question in rounds."""
    running = [one for one in running if one.engine.can_answer(kind, condition)]
    found = {one.engine.name: {"times": []} for one in running}
    waiting = {one.engine.name: one.setting.rounds + 1 for one in running}
    while any(waiting.values()):
        for one in running:
            name, of = one.engine.name, found[one.engine.name]
            if not waiting[name]:
                continue
            waiting[name] -= 1
            # At first every way to say it is tried.
            is_first = waiting[name] == one.setting.rounds
            limit = one.setting.limit * (4 if is_first else 1)
            time.sleep(PAUSE)
            try:
                answer = one.ask(kind, condition, limit)
            except (TooSlow, Ended) as fault:
                of["error"] = describe(fault, limit)
                waiting[name] = 0
                one.start_anew()
                continue
            if "milliseconds" not in answer:
                of.update({key: answer[key] for key in ("error", "skipped") if key in answer})
                waiting[name] = 0
                continue
            check(kind, condition, name, answer["answer"])
            of.update(answer=answer["answer"], way=answer["way"], tried=answer.get("tried", {}))
            seconds = statistics.median(answer["milliseconds"]) / 1000
            # The first round is for warming up, unless it is too long to be forgotten.
            if is_first and seconds < LONG:
                continue
            of["times"] += answer["milliseconds"]
            if seconds >= LONG:
                waiting[name] = min(waiting[name], 0 if seconds >= VERY_LONG else 2)
    for one in running:
        of = found[one.engine.name]
        times = of.pop("times")
        if times:
            of.update(
                {"median_ms": statistics.median(times), "least_ms": min(times), "runs": len(times)}
            )
            if len(of["answer"]) > 2:
                of["answer"] = [len(of["answer"]), sum(of["answer"])]
        yield record(one, {"kind": kind, "condition": condition, **of})
    line = ", ".join(
        f"{name} {of['median_ms']:.2f}" if "median_ms" in of else f"{name} {'error' if 'error' in of else '-'}"
        for name, of in found.items()
    )
    say(f"  {condition} {kind}: {line}")


def record(one, told):
    setting = one.setting
    return {
        "engine": one.engine.name,
        "data": setting.data,
        "form": setting.form,
        "threads": setting.threads,
        **told,
    }


def describe(fault, limit):
    if isinstance(fault, TooSlow):
        return f"no answer within {limit:g} s"
    if isinstance(fault, Ended):
        return "the process ended"
    return str(fault)
