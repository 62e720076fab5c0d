"""What all peers are asked, and how the best of several ways to say it is found.

A peer is a class with `version`, `open(folder, form, threads)` and `ways(condition)`. A way is a pair of functions: one gives the counts, as a list with one
number for each segment; the other the keys of the members as whatever column the peer has. Where there is none, it says why.
"""

import time
from typing import Callable, NamedTuple, Optional


class Unanswerable(Exception):
    """A condition that a peer has no way to say."""


class Way(NamedTuple):
    count: Callable[[], list]
    members: Optional[Callable[[], object]] = None


def timed(run):
    started = time.perf_counter()
    answer = run()
    return answer, 1000 * (time.perf_counter() - started)


def signature(keys):
    """How many keys there are and what they sum up to, by which engines are held against each other."""
    import numpy

    column = keys.to_numpy() if hasattr(keys, "to_numpy") else numpy.asarray(keys)
    return [int(len(column)), int(column.astype("int64").sum())]


# A way is tried several times before it is chosen or not, unless it has taken so many milliseconds.
TRIES, ENOUGH = 5, 1000


class Asked:
    """A peer with its choices: the first time a condition is asked, every way is tried, and the quickest is kept."""

    def __init__(self, peer):
        self.peer = peer
        self.chosen = {}
        # Milliseconds of each way that was tried, by what was asked.
        self.tried = {}

    def run(self, kind, condition):
        """The answer to a condition, its milliseconds, and the way it was found."""
        name, way = self.chosen.get((kind, condition)) or self.choose(kind, condition)
        answer, milliseconds = timed(getattr(way, kind))
        return self.seen(kind, answer), milliseconds, name

    def choose(self, kind, condition):
        tried, answers = [], {}
        for name, way in self.peer.ways(condition).items():
            run = getattr(way, kind)
            if run is None:
                continue
            times = []
            while len(times) < TRIES and sum(times) < ENOUGH:
                answer, took = timed(run)
                times.append(took)
            answers[name] = self.seen(kind, answer)
            tried.append((min(times), name, way))
        if not tried:
            raise Unanswerable(f"{condition} is only counted")
        if any(answer != answers[tried[0][1]] for answer in answers.values()):
            raise AssertionError(f"the ways to say {condition} differ: {answers}")
        self.tried[kind, condition] = {name: round(took, 2) for took, name, _ in tried}
        _, name, way = min(tried, key=lambda found: found[0])
        self.chosen[kind, condition] = (name, way)
        return name, way

    @staticmethod
    def seen(kind, answer):
        return signature(answer) if kind == "members" else answer
