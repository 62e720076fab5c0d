"""An engine as a process that is asked line by line, with its memory seen from outside."""

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path


class TooSlow(Exception):
    """No answer within the limit. The process has been ended."""


class Ended(Exception):
    """The process is gone."""


class Process:
    def __init__(self, command, threads, environment=None):
        self.command = command
        # One thread has one core to itself, the same for all engines.
        core = max(os.sched_getaffinity(0)) if threads == 1 and hasattr(os, "sched_getaffinity") else None
        pin = None if core is None else (lambda: os.sched_setaffinity(0, {core}))
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if not os.environ.get("PEERS_ERRORS") else sys.stderr,
            env=environment,
            preexec_fn=pin,
        )
        self.left = b""

    def ask(self, question, limit):
        """The answer to a question, which is waited for so many seconds."""
        try:
            self.process.stdin.write(json.dumps(question).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Ended() from None
        until = time.monotonic() + limit
        while b"\n" not in self.left:
            wait = until - time.monotonic()
            ready = wait > 0 and select.select([self.process.stdout], [], [], wait)[0]
            if not ready:
                self.end()
                raise TooSlow()
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            if not part:
                self.end()
                raise Ended()
            self.left += part
        line, _, self.left = self.left.partition(b"\n")
        return json.loads(line)

    def memory(self):
        """Megabytes that it holds now, and that it held at most since they were last forgotten; none where the system does not tell."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None, None
        lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        megabytes = lambda name: int(lines[name].split()[0]) // 1024 if name in lines else None
        return megabytes("VmRSS"), megabytes("VmHWM")

    def forget_most(self):
        """Lets the most that it held be what it holds now."""
        try:
            Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        except OSError:
            pass

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    def close(self):
        """Ends it in its own time, for what it has to put away."""
        try:
            self.process.stdin.close()
            self.process.wait(timeout=20)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            pass
        self.end()
