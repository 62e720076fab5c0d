"""Polars: frames in memory, text of few values as categories, keys known to be sorted; or the files. Both of its engines are tried."""

import math
from functools import reduce
from operator import and_, or_

import polars
from polars import col, lit

from engines.engine import Way
from engines.polars_events import Events
from engines.sql import top_fifth
from measure import drawn_events
from measure.conditions import (
    BRUSSELS,
    EARTH_KILOMETRES,
    MANY,
    NOW_MICROSECONDS,
    NULLABLE,
    And,
    Before,
    Between,
    Birthday,
    Compare,
    Contains,
    EndsWith,
    Flag,
    Has,
    Near,
    Not,
    OneOf,
    Or,
    Since,
    ago,
    birthdays,
    box,
    may_be_missing,
    segments,
    tree_of,
)

KEY = "contact_id"
# Columns of few texts, of which it knows the number of each.
CATEGORIES = {"region", "language", "plan", "email_domain"}
SIGNS = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
WEEK = 7 * 86_400_000_000


def instant(days):
    return lit(ago(days)).cast(polars.Datetime("us", "UTC"))


def microseconds(column):
    return col(column).dt.timestamp("us")


def of_kind(kind):
    return col("kind") == kind


def in_box(kilometres):
    south, north, west, east = box(kilometres)
    return col("lat").is_between(south, north) & col("lon").is_between(west, east)


def in_circle(kilometres):
    latitude, longitude = BRUSSELS
    half = lambda column, middle: ((col(column) - middle) / 2).radians().sin().pow(2)
    along = math.cos(math.radians(latitude)) * col("lat").radians().cos() * half("lon", longitude)
    return 2 * EARTH_KILOMETRES * (half("lat", latitude) + along).sqrt().arcsin() <= kilometres


def expression(tree):
    """A tree of measure/conditions.py; where it is null, no contact is meant."""
    match tree:
        case And(parts):
            return reduce(and_, map(expression, parts))
        case Or(parts):
            return reduce(or_, map(expression, parts))
        case Not(part):
            inner = expression(part)
            return ~inner.fill_null(False) if may_be_missing(part) else ~inner
        case Compare(column, "<>", value) if column in NULLABLE:
            # What is missing differs from everything.
            return ~(col(column) == value).fill_null(False)
        case Compare(column, sign, value):
            return getattr(col(column), SIGNS[sign])(value)
        case OneOf(column, values):
            return col(column).is_in(list(values))
        case Between(column, low, high):
            return col(column).is_between(low, high)
        case Flag(column, wanted):
            return col(column) if wanted else ~col(column)
        case Since(column, days):
            return col(column) >= instant(days)
        case Before(column, days):
            return col(column) < instant(days)
        case EndsWith(column, text):
            return (col(column).cat if column in CATEGORIES else col(column).str).ends_with(text)
        case Contains(column, text):
            plain = col(column).cast(polars.String) if column in CATEGORIES else col(column)
            return plain.str.contains(text, literal=True)
        case Has(column, value):
            # Quicker than `list.contains`, by far so for categories.
            return col(column).list.eval(polars.element() == value).list.any()
        case Birthday(days):
            birthday = col("birthday").dt
            in_month = lambda month, first, last: (birthday.month() == month) & birthday.day().is_between(first, last)
            return reduce(or_, (in_month(*month) for month in birthdays(days)))
        case Near(kilometres):
            return in_box(kilometres) & in_circle(kilometres)
    raise TypeError(tree)


class Peer:
    version = polars.__version__

    def open(self, folder, form, threads, tables):
        self.tables = {}
        for table in tables:
            file = f"{folder}/{table}.parquet"
            if form == "files":
                self.tables[table] = polars.scan_parquet(file)
                continue
            frame = polars.read_parquet(file)
            sorted_by = frame.columns[0]
            frame = frame.with_columns(col(sorted_by).set_sorted())
            if "tags" in frame.columns:
                frame = frame.with_columns(col("tags").cast(polars.List(polars.Categorical)))
            self.tables[table] = frame.lazy()
        self.contacts = self.tables["contacts"].select(polars.len()).collect().item()
        self.drawn = Events(self.tables, expression)

    def ways(self, condition):
        """Each way that there is, by each of the two engines."""
        return {
            f"{name}{engine}": Way(
                lambda run=run, engine=engine: run.count(engine),
                run.members and (lambda run=run, engine=engine: run.members(engine)),
            )
            for name, run in self.queries(condition).items()
            for engine in ("streaming", "in-memory")
        }

    def queries(self, condition):
        contacts = self.tables["contacts"]
        if condition in MANY:
            trees = [expression(tree) for tree in segments(MANY[condition])]
            counts = [tree.sum().alias(f"s{place}") for place, tree in enumerate(trees)]
            singly = [contacts.select(tree.sum()) for tree in trees]
            return {
                "many counts in a query, ": Way(
                    lambda engine: list(contacts.select(counts).collect(engine=engine).row(0))
                ),
                "one by one, ": Way(
                    lambda engine: [query.collect(engine=engine).item() for query in singly]
                ),
            }
        tree = tree_of(condition)
        if tree:
            members = lambda: contacts.filter(expression(tree))
            one = lambda frame, engine: [frame.collect(engine=engine).item()]
            ways = {
                "sum, ": Way(lambda engine: one(contacts.select(expression(tree).sum()), engine)),
                "filter, ": Way(
                    lambda engine: one(members().select(polars.len()), engine),
                    lambda engine: members().select(KEY).collect(engine=engine)[KEY],
                ),
            }
            if isinstance(tree, Near):
                # Both sides of an `and` are worked out for every row, so whoever has to wait does it in two steps.
                def two_steps(engine):
                    near = contacts.filter(in_box(tree.kilometres)).select(KEY, "lat", "lon")
                    return near.collect(engine=engine).filter(in_circle(tree.kilometres))[KEY]

                ways["two steps, "] = Way(lambda engine: [len(two_steps(engine))], two_steps)
            return ways
        tree = drawn_events.tree_of(condition)
        queries, others = self.drawn.ways(tree) if tree else (self.events(condition), {})
        count = lambda query, engine: query().select(polars.len()).collect(engine=engine).item()
        ways = {
            name: Way(
                lambda engine, query=query: [count(query, engine)],
                lambda engine, query=query: query().collect(engine=engine)[KEY],
            )
            for name, query in queries.items()
        }
        subtracted = lambda query: Way(lambda engine: [self.contacts - count(query, engine)])
        return ways | {name: subtracted(query) for name, query in others.items()}

    def events(self, condition):
        """Ways to ask for the keys of the members."""
        ways = {
            "E1": {"": self.three_purchases},
            "E2": {"": self.spent},
            "E3": {"": self.opens_nothing},
            "E4": {"": self.documentaries},
            "E5": {"": self.unfinished},
            "E6": {"in the order of the table, ": self.sequence_in_order, "windows, ": self.sequence_by_windows},
            "E7": {"": self.away_by_mean},
            "E7m": {"": self.away_by_median},
            "E8": {"ranks, ": self.champions_by_ranks, "cuts, ": self.champions_by_cuts},
            "E9": {"": self.lapsed_fans},
        }
        return ways[condition]

    def of(self, kind, days):
        return self.tables["events"].filter(of_kind(kind) & (col("ts") >= instant(days)))

    def three_purchases(self):
        counted = self.of("purchase", 90).group_by(KEY).agg(polars.len().alias("n"))
        return counted.filter(col("n") >= 3).select(KEY)

    def spent(self):
        spent = self.of("purchase", 365).group_by(KEY).agg(col("amount").sum())
        return spent.filter(col("amount") > 250).select(KEY)

    def opens_nothing(self):
        seen = self.tables["events"].filter(
            col("kind").is_in(["open", "view"]) & (col("ts") >= instant(180))
        )
        counted = seen.group_by(KEY).agg(
            of_kind("open").sum().alias("opens"), of_kind("view").sum().alias("views")
        )
        return counted.filter((col("opens") == 0) & (col("views") > 0)).select(KEY)

    def documentaries(self):
        watched = self.of("finish", 365).join(self.tables["titles"], on="title_id")
        is_one = (col("genre") == "documentary").sum().cast(polars.Int64)
        counted = watched.group_by(KEY).agg(polars.len().cast(polars.Int64).alias("all"), is_one.alias("of"))
        return counted.filter((col("of") >= 5) & (10 * col("of") >= 3 * col("all"))).select(KEY)

    def unfinished(self):
        on = [KEY, "title_id"]
        begun = self.of("view", 44).filter(col("ts") < instant(14)).select(*on, "ts")
        finished = self.of("finish", 44).select(*on, col("ts").alias("end"))
        in_time = (col("end") > col("ts")) & (col("end") <= col("ts") + polars.duration(days=14))
        done = begun.join(finished, on=on).filter(in_time)
        return begun.join(done, on=[*on, "ts"], how="anti").select(KEY).unique()

    def steps(self):
        events = self.tables["events"].filter(col("kind").is_in(["view", "click", "purchase"]))
        return events.select(KEY, "kind", microseconds("ts").alias("ts"))

    def sequence_in_order(self):
        """The last view before the last click is carried down the table, which is sorted by contact and time, with whose it is."""
        carried = lambda when, column: polars.when(when).then(col(column)).forward_fill()
        viewed = self.steps().with_columns(
            viewed=carried(of_kind("view"), "ts"), viewer=carried(of_kind("view"), KEY)
        )
        clicked = of_kind("click") & (col("viewer") == col(KEY))
        began = viewed.with_columns(began=carried(clicked, "viewed"), clicker=carried(clicked, KEY))
        in_time = (col("clicker") == col(KEY)) & (col("ts") <= col("began") + WEEK)
        return began.filter(of_kind("purchase") & in_time).select(KEY).unique()

    def sequence_by_windows(self):
        carried = lambda when, column: polars.when(when).then(col(column)).forward_fill().over(KEY)
        viewed = self.steps().with_columns(viewed=carried(of_kind("view"), "ts"))
        began = viewed.with_columns(began=carried(of_kind("click"), "viewed"))
        in_time = of_kind("purchase") & (col("ts") <= col("began") + WEEK)
        return began.filter(in_time).select(KEY).unique()

    def logins(self):
        return self.tables["events"].filter(of_kind("login")).group_by(KEY)

    def away_by_mean(self):
        at = microseconds("ts")
        figures = self.logins().agg(
            polars.len().cast(polars.Int64).alias("n"), at.max().alias("last"), at.min().alias("first")
        )
        away = (NOW_MICROSECONDS - col("last")) * (col("n") - 1) > 2 * (col("last") - col("first"))
        return figures.filter((col("n") >= 3) & away).select(KEY)

    def away_by_median(self):
        at = microseconds("ts")
        figures = self.logins().agg(
            polars.len().alias("n"), at.max().alias("last"), at.diff().median().alias("gap")
        )
        away = NOW_MICROSECONDS - col("last") > 2 * col("gap")
        return figures.filter((col("n") >= 3) & away).select(KEY)

    def purchases(self):
        """Recency, frequency and money of every contact, 0 where there was no purchase."""
        bought = self.tables["events"].filter(of_kind("purchase")).group_by(KEY)
        figures = bought.agg(
            microseconds("ts").max().alias("r"),
            polars.len().cast(polars.Int64).alias("f"),
            col("amount").sum().alias("m"),
        )
        contacts = self.tables["contacts"].select(KEY)
        everyone = contacts.join(figures, on=KEY, how="left", maintain_order="left")
        return everyone.with_columns(col("r", "f", "m").fill_null(0))

    def champions_by_ranks(self):
        on_top = lambda part: 5 * col(part).rank("max").cast(polars.Int64) > 4 * polars.len()
        return self.purchases().filter(on_top("r") & on_top("f") & on_top("m")).select(KEY)

    def champions_by_cuts(self):
        # Between the place that is meant and the one below it, so that the nearest is beyond doubt.
        share = (top_fifth(self.contacts) - 0.75) / max(self.contacts - 1, 1)
        on_top = lambda part: col(part) >= col(part).quantile(share, "lower")
        return self.purchases().filter(on_top("r") & on_top("f") & on_top("m")).select(KEY)

    def lapsed_fans(self):
        viewed = self.of("view", 455).group_by(KEY).agg(col("ts").max())
        lapsed = viewed.filter(col("ts") < instant(90)).select(KEY)
        belgians = self.tables["contacts"].filter(col("region") == "BE").select(KEY)
        return belgians.join(lapsed, on=KEY, how="semi").join(self.documentaries(), on=KEY, how="semi")
