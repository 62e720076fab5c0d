"""A peer as a process that is asked: a line of JSON for each question and each answer.

usage: child.py ENGINE THREADS
"""

import importlib
import json
import os
import sys
import time

from engines.engine import Asked, Unanswerable

# Runs of one question, as long as they are over in so many milliseconds.
RUNS, ENOUGH = 5, 60


def answer(asked, threads, question):
    peer = asked.peer
    if question["ask"] == "open":
        started = time.perf_counter()
        peer.open(question["folder"], question["form"], threads, question["tables"])
        took = 1000 * (time.perf_counter() - started)
        return {"milliseconds": [took], "version": peer.version}
    times, way = [], None
    while not times or (len(times) < RUNS and sum(times) < ENOUGH):
        found, took, way = asked.run(question["ask"], question["condition"])
        times.append(took)
    tried = asked.tried[question["ask"], question["condition"]]
    return {"milliseconds": times, "answer": found, "way": way, "tried": tried}


def main():
    name, threads = sys.argv[1], int(sys.argv[2])
    # Whatever an engine prints goes to the error output.
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = importlib.import_module(f"engines.{name}").Peer()
    asked = Asked(peer)
    for line in sys.stdin:
        try:
            told = answer(asked, threads, json.loads(line))
        except Unanswerable as why:
            told = {"skipped": str(why)}
        except Exception as fault:
            told = {"error": f"{type(fault).__name__}: {fault}"[:600]}
        print(json.dumps(told), file=lines, flush=True)
    if hasattr(peer, "close"):
        peer.close()
    # Threads of an engine that are still at work do not hold it up.
    os._exit(0)


if __name__ == "__main__":
    main()
