"""Keeps the cores of a virtual machine awake while all of them are asked to work.

A core that has nothing to do is given back to the host. A thread that is woken then waits for it, or is put behind the thread that woke it, until the scheduler spreads them a few milliseconds later: an answer that takes
less would be measured on one core. On each core a process spins that runs only while nobody else wants to (`SCHED_IDLE`), which all engines have alike.
"""

import contextlib
import os
import subprocess
import sys

SPIN = """
import os
os.sched_setaffinity(0, {core})
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(100_000):
        pass
"""


@contextlib.contextmanager
def all_cores(threads):
    """Keeps them awake where so many threads need all of them; elsewhere, and on other systems than Linux, it does nothing: a sibling that spins slows its core down."""
    cores = os.sched_getaffinity(0) if hasattr(os, "SCHED_IDLE") else set()
    cores = cores if threads >= len(cores) > 1 else set()
    spinning = [subprocess.Popen([sys.executable, "-c", SPIN.replace("{core}", str({core}))]) for core in cores]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()
