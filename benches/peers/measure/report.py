"""The page: tables of the figures, each with the ratio to the fastest peer and the goal."""

from measure.conditions import CONTACTS, EVENTS, MANY
from measure.engines import PEERS

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
# How many times as fast as the fastest peer an answer in memory is to be, on one thread.
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
# Straight from files no peer is to be faster.
GOAL_FROM_FILES = 1


def page(figures):
    records = figures["records"]
    parts = [head(figures)]
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


def head(figures):
    machine, scale = figures["machine"], figures["scale"]
    versions = {
        record["engine"]: record["version"] for record in figures["records"] if record.get("version")
    }
    told = ", ".join(f"{NAMES[name]} {versions[name]}" for name in ("segql", *PEERS) if name in versions)
    commit = f", commit {machine['commit']}" if machine.get("commit") else ""
    return f"""# Beside other engines

SegQL and four engines that people put segments to, asked the same conditions about the same made-up contacts on the same machine.
This page is written by `benches/peers/run.py`; how it measures, and how to do so on your own machine, stands in `benches/peers/README.md`.

* Data: {scale["contacts"]:,} contacts for Q1 to Q8; {scale["behaviour"]:,} contacts with about thirty events each and a catalogue for the others.
* Machine: {machine["cores"]} cores, {machine.get("processor", "")}, {machine.get("vectors", "")}, {machine.get("memory_gb", "?")} GB of memory.
* Versions: {told}{commit}; Python {machine["python"]}.

Times are milliseconds of a whole call, from the text of the condition to the answer: the median of several rounds in which the engines were asked in turn. `compiled` is SegQL with the
program kept from the run before. Each peer was asked in every way that is known here to say a condition, and its quickest counts; all answers were equal.
`times` is the fastest peer's time over SegQL's; **bold** is less than the goal.
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
        best = min(
            (one["median_ms"] for one in (of(name, condition) for name in ours) if "median_ms" in one)
        )
        peers = [of(peer, condition) for peer in PEERS]
        fastest = min((one["median_ms"] for one in peers if "median_ms" in one), default=None)
        goal = GOALS[condition] if form == "memory" else GOAL_FROM_FILES
        times = ratio(fastest, best, goal)
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
    return None
