"""The page: tables of the figures, each with the ratio to the fastest peer and the goal."""

from measure import drawn_events
from measure.conditions import CONTACTS, DRAWN_EVENTS, EVENTS, MANY, tree_of
from measure.engines import PEERS
from measure.event_text import segql

NAMES = {
    "segql": "SegQL",
    "segql packed": "SegQL, packed",
    "duckdb": "DuckDB",
    "polars": "Polars",
    "datafusion": "DataFusion",
    "clickhouse": "ClickHouse",
}
TITLES = {
    "Q1": "region equals one code",
    "Q2": "region in 3, age between, consent, plan not",
    "Q3": "last seen over 90 days ago, region, language",
    "Q4a": "mail domain ends with `.be`",
    "Q4b": "mail contains `@gmail`",
    "Q5": "one tag and not another",
    "Q6": "birthday in the next 7 days",
    "Q7": "within 25 km",
    "Q8": "tree of 12 conditions",
    "Q9": "100 segments at once",
    "Q10": "1,000 segments at once",
    "E1": "3 purchases in 90 days",
    "E2": "sum over 365 days",
    "E3": "viewed, never opened in 180 days",
    "E4": "share of a genre, and at least 5",
    "E5": "begun, not finished the same title in 14 days",
    "E6": "view, click, purchase in 7 days",
    "E7": "away for twice the mean gap",
    "E7m": "away for twice the median gap",
    "E8": "top fifth by recency, frequency and money",
    "E9": "lapsed, a genre, and one region",
}
# How many times as fast as the fastest peer an answer in memory is to be. Of many segments that is asked of their program: their text has a time of its own to keep.
GOALS = {
    "Q1": 5,
    "Q2": 8,
    "Q3": 3,
    "Q4a": 10,
    "Q4b": 1.5,
    "Q5": 15,
    "Q6": 5,
    "Q7": 4,
    "Q8": 4,
    "Q9": 50,
    "Q10": 80,
    "E1": 15,
    "E2": 8,
    "E3": 15,
    "E4": 10,
    "E5": 4,
    "E6": 6,
    "E7": 10,
    "E7m": 10,
    "E8": 6,
    "E9": 15,
}
# At lists of members, and straight from files, no peer is to be faster.
GOAL_OTHERWISE = 1


def page(figures, note=""):
    records = figures["records"]
    parts = [head(figures, note)]
    for form, title in (("memory", "In memory"), ("files", "Straight from Parquet")):
        for kind in ("count", "members"):
            for threads in (1, 2):
                table = timings(records, form, kind, threads)
                if table:
                    what = "the number of members" if kind == "count" else "the keys of the members"
                    on = "one thread" if threads == 1 else f"{threads} threads"
                    parts.append(f"## {title}: {what}, {on}\n\n{table}")
    parts += [part for part in (memory(records), scenarios(records)) if part]
    return "\n".join(parts)


def head(figures, note):
    machine, scale = figures["machine"], figures["scale"]
    versions = {
        record["engine"]: record["version"] for record in figures["records"] if record.get("version")
    }
    told = ", ".join(f"{NAMES[name]} {versions[name]}" for name in ("segql", *PEERS) if name in versions)
    commit = f", commit {machine['commit']}" if machine.get("commit") else ""
    commit += f", built with `{machine['build']}`" if machine.get("build") else ""
    # The one thing of a machine on which the form of every kernel hangs.
    without = ", without AVX-512" if machine.get("vectors") == "no AVX-512" else ""
    return f"""# Beside other engines{without}

SegQL and four engines that people put segments to, asked the same conditions about the same made-up contacts on the same machine.
This page is written by `benches/peers/run.py`; how it measures, and how to do so on your own machine, stands in `benches/peers/README.md`.

* Data: {scale["contacts"]:,} contacts for Q1 to Q8; {scale["behaviour"]:,} contacts with about thirty events each and a catalogue for the others.
* Machine: {machine["cores"]} cores, {machine.get("processor", "")}, {machine.get("vectors", "")}, {machine.get("memory_gb", "?")} GB of memory.
* Versions: {told}{commit}; Python {machine["python"]}.

Times are milliseconds of a whole call, from the text of the condition to the answer: the median of several rounds in which the engines were asked in turn. `compiled` is SegQL with the
program kept from the run before. Each peer was asked in every way that is known here to say a condition, and its quickest counts; all answers were equal.
`times` is the fastest peer's time over SegQL's; **bold** is less than the goal, which of 100 and 1,000 segments at once is that of the program: how long their text may take
is said under [The first answer](#the-first-answer).{note and ' ' + note}
"""


def find(records, **wanted):
    return next((one for one in records if all(one.get(k) == v for k, v in wanted.items())), {})


def milliseconds(record):
    if "median_ms" in record:
        time = record["median_ms"]
        return f"{time:,.0f}" if time >= 100 else f"{time:.1f}" if time >= 10 else f"{time:.2f}"
    if "error" in record:
        return "over the limit" if record["error"].startswith("no answer within") else "failed"
    return "–"


def timings(records, form, kind, threads):
    """A row for each condition."""
    records = [one for one in records if "scenario" not in one]
    of = lambda engine, condition, kind=kind: find(
        records, engine=engine, form=form, threads=threads, kind=kind, condition=condition
    )
    conditions = [*CONTACTS, "Q9", "Q10", *EVENTS]
    conditions = [condition for condition in conditions if "median_ms" in of("segql", condition)]
    if not conditions:
        return None
    ours = ["segql"]
    if form == "files" and any(of("segql packed", condition) for condition in conditions):
        ours.append("segql packed")
    compiled = form == "memory" and kind == "count"
    columns = ["condition", "members", *(NAMES[name] for name in ours)]
    columns += ["compiled"] * compiled + [NAMES[peer] for peer in PEERS] + ["times", "goal"]
    lines = [row(columns), row(["---", *["---:"] * (len(columns) - 1)])]
    for condition in conditions:
        mine = of("segql", condition)
        # Of files as everybody reads them: what was packed beforehand stands beside.
        own = mine["median_ms"]
        peers = [of(peer, condition) for peer in PEERS]
        fastest = min((one["median_ms"] for one in peers if "median_ms" in one), default=None)
        goal = GOALS[condition] if form == "memory" and kind == "count" else GOAL_OTHERWISE
        kept = of("segql", condition, "count_compiled").get("median_ms")
        if compiled and condition in MANY and kept and fastest:
            times = f"{ratio(fastest, own, 0)}, compiled {ratio(fastest, kept, goal)}"
        else:
            times = ratio(fastest, own, goal)
        cells = [f"{condition} {TITLES[condition]}", members(mine)]
        cells += [milliseconds(of(name, condition)) for name in ours]
        cells += [milliseconds(of("segql", condition, "count_compiled"))] * compiled
        cells += [milliseconds(one) for one in peers]
        lines.append(row([*cells, times, f"{goal:g}"]))
    return "\n".join(lines) + "\n"


def ratio(fastest, mine, goal):
    if fastest is None:
        return "–"
    times = fastest / mine
    shown = f"{times:.1f}" if times < 20 else f"{times:.0f}"
    return shown if times >= goal else f"**{shown}**"


def members(record):
    answer = record["answer"]
    if record["condition"] in MANY:
        return f"{answer[1]:,} in all"
    return f"{answer[0]:,}"


def row(cells):
    return "| " + " | ".join(map(str, cells)) + " |"


def memory(records):
    """What loading takes, and what is held."""
    records = [one for one in records if "scenario" not in one]
    loaded = [one for one in records if one.get("form") and "load_ms" in one and one["threads"] == 1]
    if not loaded:
        return None
    lines = [
        "## Memory\n",
        "Of the whole process, in megabytes, on one thread: after loading, at most while loading, and at most while answering all conditions, with the seconds that loading takes.\n",
        row(["data", "form", "engine", "held", "at most, loading", "at most, answering", "seconds to load"]),
        row(["---", "---", "---", "---:", "---:", "---:", "---:"]),
    ]
    for one in loaded:
        form = "in memory" if one["form"] == "memory" else "Parquet"
        cells = [one["data"], form, NAMES[one["engine"]]]
        cells += [shown(one.get(name)) for name in ("held_mb", "most_loading_mb", "most_answering_mb")]
        lines.append(row([*cells, f"{one['load_ms'] / 1000:.2f}"]))
    return "\n".join(lines) + "\n"


def shown(number):
    return "–" if number is None else f"{number:,}"


def scenarios(records):
    of = lambda name: [one for one in records if one.get("scenario") == name]
    parts = [
        first_answer(of("compile"), of("first answer"), of("command")),
        one_contact(of("one contact")),
        grown(of("more contacts"), "contacts", "How the time grows: contacts", "contacts"),
        grown(of("more events"), "activity", "How the time grows: events", "times as many events as is usual"),
        grown_with_segments(of("more segments")),
        many_contacts(of("many contacts")),
        packing(of("pack")),
        searched(of("search")),
    ]
    return "\n".join(part for part in parts if part)


def table(columns, rows, texts=1):
    """A table whose first columns are texts, the others numbers."""
    rule = ["---"] * texts + ["---:"] * (len(columns) - texts)
    return "\n".join(map(row, [columns, rule, *rows])) + "\n"


SEGMENTS = {"S1": "1", "S10": "10", "Q9": "100", "Q10": "1,000", "dozens": "1,000 of a dozen tests each"}


def first_answer(compiled, answered, command):
    if not compiled:
        return None
    planned = {one["condition"]: f"{one['plan_ms']:.2f}" for one in compiled if "plan_ms" in one}
    rows = [[SEGMENTS[one["condition"]], f"{one['ms']:.2f}", planned.get(one["condition"], "–")] for one in compiled]
    text = "## The first answer\n\nTo the program, in milliseconds, at best, on one thread and without a look for warnings: from the text, and from the checked tree alone. "
    text += "The goals are 200 and 25 for the last row.\n\n"
    text += table(["segments", "from the text", "from the tree"], rows)
    peers = [peer for peer in PEERS if any(one["engine"] == peer for one in answered)]
    conditions = dict.fromkeys(one["condition"] for one in answered if one.get("kind") == "count")
    rows = [
        [SEGMENTS.get(condition) or TITLES[condition]]
        + [milliseconds(find(answered, engine=engine, condition=condition)) for engine in ("segql", *peers)]
        for condition in conditions
    ]
    if rows:
        text += "\nFrom the text to the count, in milliseconds, where there is one contact; the goal of the tree of 12 conditions is 0.5, that of the last row 200:\n\n"
        text += table(["segments", "SegQL", *(NAMES[peer] for peer in peers)], rows)
    if command:
        text += f"\nThe command, `segql run`, from its start to its end with a tree of 12 conditions over one contact: {command[0]['ms']:.0f} ms.\n"
    return text


def one_contact(matched):
    if not matched:
        return None
    rows = [[SEGMENTS[one["condition"]], f"{one['us']:.2f}"] for one in matched]
    text = "## One contact at a time\n\nMicroseconds for all segments that a contact may be in, warm, on one thread; the goal of 1,000 is 2:\n\n"
    return text + table(["segments", "SegQL"], rows)


def grown(records, by, title, unit):
    if not records:
        return None
    sizes = sorted({one[by] for one in records}, key=float)
    conditions = dict.fromkeys(one["condition"] for one in records)
    engines = dict.fromkeys(one["engine"] for one in records)
    rows = [
        [f"{condition} {TITLES[condition]}", NAMES[engine]]
        + [milliseconds(find(records, engine=engine, condition=condition, **{by: size})) for size in sizes]
        for condition in conditions
        for engine in engines
    ]
    shown = [f"{size:,}" if isinstance(size, int) else size for size in sizes]
    text = f"## {title}\n\nMilliseconds in memory, on one thread, by {unit}:\n\n"
    return text + table(["condition", "engine", *shown], rows, 2)


def grown_with_segments(records):
    if not records:
        return None
    engines = dict.fromkeys(one["engine"] for one in records)
    conditions = dict.fromkeys(one["condition"] for one in records)
    rows = [
        [NAMES[engine], *(milliseconds(find(records, engine=engine, condition=condition)) for condition in conditions)]
        for engine in engines
    ]
    text = "## How the time grows: segments\n\nMilliseconds in memory, on one thread, from the text on, by segments at once:\n\n"
    return text + table(["engine", *(SEGMENTS[condition] for condition in conditions)], rows)


def many_contacts(records):
    if not records:
        return None
    contacts = records[0]["contacts"]
    rows = []
    for one in records:
        if one["kind"] == "count":
            held = find(records, engine=one["engine"], condition=one["condition"], kind="memory")
            time = f"{one['median_ms'] / 1000:.2f}" if "median_ms" in one else milliseconds(one)
            condition = f"{one['condition']} {TITLES[one['condition']]}"
            rows.append([condition, NAMES[one["engine"]], time, shown(held.get("most_answering_mb"))])
    text = f"## {contacts:,} contacts from Parquet\n\nOn two threads, each condition in a process of its own:\n\n"
    return text + table(["condition", "engine", "seconds", "megabytes at most"], rows, 2)


def packing(records):
    if not records:
        return None
    one = records[0]
    return (
        "## Putting events in order beforehand\n\n"
        f"`segql pack` took {one['seconds']:.1f} s and {one['most_mb']:,} MB at most for the events of the behaviour set.\n"
    )


# The conditions of a search that are shown, those of the least ratio first.
SHOWN = 12


def searched(records):
    """The conditions that were drawn, and those of them that SegQL has least of a lead in."""
    found = ratios(records)
    on_events = [one for one in found if one[1] in DRAWN_EVENTS]
    drawn = {
        "on contacts were drawn, of every construct and column,": [one for one in found if one not in on_events],
        "on events were drawn, of every construct, kind and window, with tests of the contact among them,": on_events,
    }
    parts = [least(some, words) for words, some in drawn.items() if some]
    return "## A search for what a peer is quicker at\n\n" + "\n".join(parts) if parts else None


def ratios(records):
    """Of each condition its name, the fastest peer's time over SegQL's, and both, from the least ratio on."""
    of = {}
    for one in records:
        if "median_ms" in one:
            of.setdefault(one["condition"], {})[one["engine"]] = one["median_ms"]
    found = []
    for condition, times in of.items():
        peers = {name: time for name, time in times.items() if name != "segql"}
        if peers and "segql" in times:
            fastest = min(peers, key=peers.get)
            found.append((peers[fastest] / times["segql"], condition, times["segql"], fastest, peers[fastest]))
    return sorted(found)


def least(found, drawn):
    behind = sum(ratio < 1 for ratio, *_ in found)
    rows = [
        [f"`{shortened(text_of(condition))}`", f"{mine:.2f}", f"{NAMES[fastest]} {time:.2f}", f"{ratio:.1f}"]
        for ratio, condition, mine, fastest, time in found[:SHOWN]
    ]
    told = f"on {len(found) - behind} of them SegQL was the fastest" if behind else "SegQL was the fastest on all of them"
    text = f"{len(found)} conditions {drawn} alone, negated and joined, and counted in memory on one thread: {told}; "
    text += f"half of them are answered {found[len(found) // 2][0]:.0f} times as fast as by the fastest peer or more. Those of the least ratio:\n\n"
    return text + table(["condition", "SegQL", "fastest peer", "times"], rows)


def text_of(condition):
    return segql(tree_of(condition) or drawn_events.tree_of(condition))


def shortened(text, most=110):
    return text if len(text) <= most else text[: most - 1] + "…"
