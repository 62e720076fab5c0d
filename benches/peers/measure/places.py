"""What has to be there before anything is measured: the peers, the programs, the data with its projects."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

from measure import drawn_events, event_text
from measure.conditions import DRAWN, DRAWN_EVENTS, MANY, dozens, segments, text_of, tree_of

HERE = Path(__file__).resolve().parent.parent
REPOSITORY = HERE.parent.parent
PROGRAMS = ("generate", "answer", "segql")


class Missing(Exception):
    """Something that is needed cannot be had."""


def default_folder():
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "segql-peers"


def python(folder, say):
    """The Python of an environment with the peers, made at the first use."""
    environment, wanted = folder / "venv", (HERE / "requirements.txt").read_text()
    binary = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    noted = environment / "requirements.txt"
    if noted.exists() and noted.read_text() == wanted:
        return binary
    say("installing the peers from PyPI")
    if not binary.exists():
        venv.create(environment, with_pip=True)
    run([binary, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"])
    noted.write_text(wanted)
    return binary


def programs(profile, say):
    """The paths of the programs, built."""
    say("building SegQL")
    command = ["cargo", "build", "--locked", "--profile", profile, "--message-format", "json-render-diagnostics"]
    command += ["-p", "segql", "-p", "segql-peers", "--bins"]
    built = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    if built.returncode != 0:
        raise Missing("SegQL could not be built")
    messages = (json.loads(line) for line in built.stdout.splitlines() if line.startswith("{"))
    found = {
        message["target"]["name"]: Path(message["executable"])
        for message in messages
        if message.get("executable")
    }
    missing = [name for name in PROGRAMS if name not in found]
    if missing:
        raise Missing(f"cargo built no {', '.join(missing)}")
    return found


def data(folder, programs, name, contacts, say, extra=()):
    """The folder of a data set of this name and so many contacts, written at the first use, with its project in it."""
    place = folder / f"{name}-{contacts}{''.join(str(part) for part in extra)}"
    if not (place / "data.json").exists():
        say(f"writing {contacts:,} contacts into {place}")
        command = [programs["generate"], place, "--contacts", str(contacts), "--formats", "parquet", *extra]
        run([*command, "--events"] if name == "behaviour" else command)
    for file in (HERE / name).iterdir():
        text = file.read_text()
        # The schema of manifests is for those who edit them where they come from.
        (place / file.name).write_text(re.sub(r"^#:schema .*\n\n?", "", text))
    made = place / "generated"
    made.mkdir(exist_ok=True)
    for condition, number in MANY.items():
        (made / f"{condition}.seg").write_text(text_of(segments(number), condition.lower()))
    (made / "dozens.seg").write_text(text_of(dozens(1000), "d"))
    for condition in DRAWN:
        (made / f"{condition}.seg").write_text(text_of([tree_of(condition)], condition.lower()))
    if name == "behaviour":
        for condition in DRAWN_EVENTS:
            text = f"segment {condition.lower()} = {event_text.segql(drawn_events.tree_of(condition))}\n"
            (made / f"{condition}.seg").write_text(text)
    return place


def packed(place, programs, say):
    """The project of a data set with its events as `segql pack` stores them, and the seconds that took."""
    into, told = place / "packed", place / "packed" / "took.json"
    if not told.exists():
        say(f"packing the events of {place}")
        shutil.rmtree(into, ignore_errors=True)
        took = timed([programs["segql"], "pack", place, into])
        told.write_text(json.dumps(took))
    lines = re.search(r"```toml\n(.*?)```", (into / "README.md").read_text(), re.S)
    if not lines:
        raise Missing(f"{into}/README.md should say what to write into segql.toml")
    manifest = (place / "segql.toml").read_text()
    manifest = re.sub(r"(?ms)^\[events\..*?(?=^\[catalogues)", lambda _: lines[1] + "\n", manifest)
    beside = lambda source: f'source = "{os.path.relpath(place / source[1], into)}"'
    (into / "segql.toml").write_text(re.sub(r'source = "([^"]+)"', beside, manifest))
    for text in place.glob("*.seg"):
        shutil.copy(text, into)
    return into, json.loads(told.read_text())


def timed(command):
    """Seconds and megabytes at most of a command."""
    started = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    errors = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Missing(f"`{' '.join(map(str, command))}` failed:\n{errors}")
    return {"seconds": time.monotonic() - started, "most_mb": used.ru_maxrss // 1024}


def run(command):
    command = [str(part) for part in command]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Missing(f"`{' '.join(command)}` failed:\n{done.stderr}")


def machine():
    """What the figures were measured on, without names of hosts and places."""
    told = {"cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()}
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line.split(":", 1) for line in info.read_text().splitlines() if ":" in line]
        of = {name.strip(): value.strip() for name, value in lines}
        told["processor"] = f"{of.get('vendor_id', '')} {of.get('model name', '')}".strip()
        told["vectors"] = "AVX-512" if "avx512bw" in of.get("flags", "").split() else "no AVX-512"
    memory = Path("/proc/meminfo")
    if memory.exists():
        told["memory_gb"] = round(int(memory.read_text().split()[1]) / 1e6)
    told["python"] = sys.version.split()[0]
    commit = subprocess.run(
        ["git", "-C", REPOSITORY, "rev-parse", "--short", "HEAD"], capture_output=True, text=True
    )
    told["commit"] = commit.stdout.strip()
    # Settings of the build other than those of the profile.
    told["build"] = " ".join(
        f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith("CARGO_PROFILE_")
    )
    return told
