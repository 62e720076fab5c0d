"""Conditions on events in Polars: figures of one pass over the events joined to the contacts, or sets of keys that are joined and taken away."""

from functools import reduce
from operator import and_, or_

import polars
from polars import col, lit

from engines.polars_sequences import KEY, Sequences, instant, microseconds, of_kinds, within
from measure.conditions import NOW_MICROSECONDS, And, Between, Compare, Not, OneOf, Or, ago
from measure.event_meaning import (
    COUNTS,
    DAY,
    PLACES,
    TESTS,
    holds_of_nothing,
    holds_without_events,
    is_figure,
    leaves,
    of_catalogue,
    opposite,
)
from measure.events import (
    CATALOGUE,
    WITH_TITLE,
    AfterLast,
    Around,
    AtLeast,
    Chain,
    Did,
    Favourite,
    Gap,
    HourBetween,
    Moment,
    Never,
    Of,
    OnWeekday,
    Overdue,
    Place,
    Relative,
    Share,
    Silence,
    Value,
    Without,
)

SIGNS = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
PERIODS = {"weeks": "1w", "months": "1mo"}


def signed(left, sign, right):
    return getattr(left, SIGNS[sign])(right)


def negated(expression):
    return ~expression.fill_null(False)


def at_least(number, expressions):
    return sum(one.fill_null(False).cast(polars.Int32) for one in expressions) >= number


def field_test(tree):
    """A test of the columns of an event, beside which those of its title stand."""
    match tree:
        case And(parts):
            return reduce(and_, map(field_test, parts))
        case Or(parts):
            return reduce(or_, map(field_test, parts))
        case Not(part):
            return negated(field_test(part))
        case Compare(column, "<>", value):
            return negated(col(column) == value)
        case Compare(column, sign, value):
            return signed(col(column), sign, value)
        case OneOf(column, values):
            return col(column).is_in(list(values))
        case Between(column, low, high):
            return col(column).is_between(low, high)
        case HourBetween(first, last):
            return col("ts").dt.hour().is_between(first, last)
        case OnWeekday(day):
            return col("ts").dt.weekday() == day + 1
    raise TypeError(tree)


class Pass:
    """Figures of one pass over the events, grouped by contact, and frames beside it."""

    def __init__(self, events):
        self.events = events
        self.figures = {}
        self.beside = []

    def figure(self, function, column, of, part=None):
        return col(self.figures.setdefault((function, column, of, part), f"n{len(self.figures)}"))

    def frame(self, frame):
        """A frame of some contacts, each with a value."""
        self.beside.append(frame.rename({"v": f"s{len(self.beside)}"}))
        return col(f"s{len(self.beside) - 1}")

    def query(self):
        every = {of for _, _, of, _ in self.figures}
        shared = len(every) == 1
        titles = any(column in CATALOGUE or of_catalogue(of.where) or of_catalogue(part) for _, column, of, part in self.figures)
        if shared:
            events = self.events.of(*every, titles)
        else:
            where = [of_kinds({of.kind for of in every}), *self.widest(every)]
            events = self.events.rows(reduce(and_, where), titles, {of.kind for of in every})
        shown, figures = [], []
        for (function, column, of, part), name in self.figures.items():
            tests = [] if shared else self.events.selected(of)
            tests += [field_test(part)] if part else []
            condition = reduce(and_, tests) if tests else None
            value = self.value(function, column)
            if condition is not None:
                shown.append((condition if function == "count" else polars.when(condition).then(value)).alias(name))
            elif function != "count":
                shown.append(value.alias(name))
            figures.append(self.aggregate(function, name, condition is not None).alias(name))
        return (events.with_columns(shown) if shown else events).group_by(KEY).agg(figures)

    @staticmethod
    def widest(every):
        lows, highs = [of.window.low for of in every], [of.window.high for of in every]
        tests = [] if None in lows else [col("ts") >= instant(min(lows))]
        return tests if None in highs else [*tests, col("ts") <= instant(max(highs))]

    @staticmethod
    def value(function, column):
        if function == "days":
            return col("ts").dt.date()
        return col("ts").dt.truncate(PERIODS[function]) if function in PERIODS else col(column or KEY)

    @staticmethod
    def aggregate(function, name, in_part):
        of = col(name)
        match function:
            case "count":
                return of.sum().cast(polars.Int64) if in_part else polars.len().cast(polars.Int64)
            case "distinct" | "days" | "weeks" | "months":
                return (of.drop_nulls() if in_part else of).n_unique().cast(polars.Int64)
            case "avg":
                return of.mean()
            case "first" | "last":
                return getattr(of.drop_nulls() if in_part else of, function)()
        return getattr(of, function)()


class Events(Sequences):
    def __init__(self, tables, of_contact):
        self.tables = tables
        # Tests of the contact itself, as expressions.
        self.of_contact = of_contact

    def rows(self, condition, titles, kinds):
        events = self.tables["events"].filter(condition)
        if not titles:
            return events
        how = "inner" if set(kinds) <= set(WITH_TITLE) else "left"
        return events.join(self.tables["titles"], on="title_id", how=how, maintain_order="left")

    def selected(self, of, window=None):
        tests = [of_kinds({of.kind}), *within(window or of.window, col("ts"))]
        return tests + ([field_test(of.where)] if of.where else [])

    def of(self, of, titles=False, window=None):
        """The events that are meant."""
        plain = reduce(and_, self.selected(of._replace(where=None), window))
        events = self.rows(plain, titles or of_catalogue(of.where), {of.kind})
        return events.filter(field_test(of.where)) if of.where else events

    # Tests over a pass.

    def condition(self, tree, made, style):
        match tree:
            case And(parts):
                return reduce(and_, (self.condition(part, made, style) for part in parts))
            case Or(parts):
                return reduce(or_, (self.condition(part, made, style) for part in parts))
            case Not(part):
                return negated(self.condition(part, made, style))
            case AtLeast(number, parts):
                return at_least(number, [self.condition(part, made, style) for part in parts])
        if not isinstance(tree, TESTS):
            return self.of_contact(tree)
        return self.test(tree, made) if is_figure(tree) else self.beside(tree, made, style)

    def test(self, tree, made):
        figure = made.figure
        count = lambda of: figure("count", "", of).fill_null(0)
        match tree:
            case Did(of, sign, times):
                return signed(count(of), sign, times)
            case Never(of):
                return count(of) == 0
            case Value((function, of, column), sign, value):
                found = figure(function, column, of)
                if function in COUNTS:
                    return signed(found.fill_null(0), sign, value)
                return negated(found == value) if sign == "<>" else signed(found, sign, value)
            case Moment(function, of, window):
                return reduce(and_, within(window, figure("min" if function == "first" else "max", "ts", of)))
            case Silence(function, of, sign, days):
                turned = {">": "<", "<": ">", ">=": "<=", "<=": ">="}[sign]
                return signed(figure("min" if function == "first" else "max", "ts", of), turned, instant(ago(days)))
            case Share(of, part, sign, percent):
                some, every = figure("count", "", of, part), figure("count", "", of)
                return (every > 0) & signed(100 * some, sign, percent * every)
            case Relative(of, sign, percent, other):
                return signed(100 * count(of), sign, percent * count(other))
            case AfterLast(of, other):
                return figure("max", "ts", of) > figure("max", "ts", Of(other))
            case Gap(_, of, sign, days):
                number, last, first = self.ends(figure, of)
                return (number >= 2) & signed(last - first, sign, days * DAY * (number - 1))
            case Overdue(_, of, factor):
                number, last, first = self.ends(figure, of)
                return (number >= 2) & ((NOW_MICROSECONDS - last) * (number - 1) > factor * (last - first))
            case Chain((first, then), _, window):
                began, ended = first._replace(window=window), then._replace(window=window)
                return figure("min", "ts", began) < figure("max", "ts", ended)
            case Without(first, then, _, window):
                began, ended = figure("max", "ts", first._replace(window=window)), figure("max", "ts", then)
                return began.is_not_null() & (ended.is_null() | (began > ended))
        raise TypeError(tree)

    @staticmethod
    def ends(figure, of):
        return figure("count", "", of), microseconds(figure("max", "ts", of)), microseconds(figure("min", "ts", of))

    def beside(self, tree, made, style):
        match tree:
            case Gap(function, of, sign, days):
                return signed(made.frame(self.gaps(function, of)), sign, days * DAY)
            case Overdue(function, of, factor):
                last = microseconds(made.figure("max", "ts", of))
                return NOW_MICROSECONDS - last > factor * made.frame(self.gaps(function, of))
            case Favourite(column, of, value):
                return made.frame(self.favourites(column, of)) == value
            case Place(how, figure, sign, value):
                return made.frame(self.places(how, figure, sign, value))
        return made.frame(self.own_keys(tree, style).with_columns(v=lit(True)))

    def own_keys(self, tree, style):
        match tree:
            case Chain():
                return self.chain(tree, style)
            case Without():
                return self.without(tree, style)
            case Around():
                return self.around(tree)
        made = Pass(self)
        condition = self.beside(tree, made, style)
        frame = made.beside[0]
        if made.figures:
            frame = made.query().join(frame, on=KEY)
        return frame.filter(condition).select(KEY)

    def gaps(self, function, of):
        # The events of a contact stand in their order.
        return self.of(of).group_by(KEY).agg(getattr(microseconds(col("ts")).diff(), function)().alias("v"))

    def favourites(self, column, of):
        met = self.of(of, column in CATALOGUE).group_by(KEY, column).agg(polars.len().alias("n"), col("ts").max())
        return met.sort("n", "ts").group_by(KEY).agg(col(column).last().alias("v"))

    def places(self, how, figure, sign, value):
        made = Pass(self)
        name = made.figure(*(figure.function, figure.column, figure.of)).meta.output_name()
        every = made.query().select(KEY, name).drop_nulls()
        if figure.function in COUNTS:
            every = self.tables["contacts"].select(KEY).join(every, on=KEY, how="left").with_columns(col(name).fill_null(0))
        rank = lambda **order: col(name).rank(**order).cast(polars.Int64)
        if how == "rank":
            place = signed(rank(method="min", descending=True), sign, value)
        else:
            parts = PLACES[how]
            reached, whole = parts * rank(method="max"), polars.len().cast(polars.Int64)
            above, upto = reached > (value - 1) * whole, reached <= value * whole
            place = {"=": above & upto, ">=": above, "<=": upto}[sign] if how != "percentile" else signed(reached, sign, value * whole)
        return every.select(KEY, place.alias("v"))

    # Whole queries.

    def grouped(self, tree, style):
        made = Pass(self)
        condition = self.condition(tree, made, style)
        frame = self.tables["contacts"]
        for other in [made.query(), *made.beside] if made.figures else made.beside:
            frame = frame.join(other, on=KEY, how="left")
        return frame.filter(condition).select(KEY)

    def having(self, tree):
        if isinstance(tree, Did) and (tree.sign, tree.times) == (">=", 1):
            return self.of(tree.of).select(KEY).unique()
        made = Pass(self)
        condition = self.condition(tree, made, "")
        return made.query().filter(condition).select(KEY)

    def keys(self, test, style):
        return self.having(test) if all(map(is_figure, leaves(test))) else self.own_keys(test, style)

    def everyone(self):
        return self.tables["contacts"].select(KEY)

    def without_those(self, frame):
        return self.everyone().join(frame, on=KEY, how="anti")

    def sets(self, tree, style):
        """The keys of a tree, by joins of those of its parts."""
        match tree:
            case And(parts):
                return self.all_of(parts, style)
            case Or(parts):
                return polars.concat([self.sets(part, style) for part in parts]).unique()
            case AtLeast(number, parts):
                counted = polars.concat([self.sets(part, style) for part in parts]).group_by(KEY).len()
                return counted.filter(col("len") >= number).select(KEY)
            case Not(part) if isinstance(part, TESTS):
                if holds_of_nothing(part):
                    return self.keys(opposite(part), style)
                return self.without_those(self.keys(part, style))
            case Not(part):
                return self.without_those(self.sets(part, style))
        if not isinstance(tree, TESTS):
            return self.tables["contacts"].filter(self.of_contact(tree)).select(KEY)
        if holds_of_nothing(tree):
            return self.without_those(self.keys(opposite(tree), style))
        return self.keys(tree, style)

    def all_of(self, parts, style):
        """First what the contacts themselves tell, then who is in a set, then who is in none."""
        own = [part for part in parts if not any(isinstance(leaf, TESTS) for leaf in leaves(part))]
        frame = self.everyone()
        if own:
            frame = self.tables["contacts"].filter(reduce(and_, (self.condition(part, None, style) for part in own))).select(KEY)
        for part in parts:
            if part in own:
                continue
            is_out = isinstance(part, TESTS) and holds_of_nothing(part) or isinstance(part, Not) and not holds_of_nothing(part.part)
            other = self.sets(opposite(part) if is_out else part, style)
            frame = frame.join(other, on=KEY, how="anti" if is_out else "semi")
        return frame

    def ways(self, tree):
        """What gives the keys of the members, and what those of all others, by what it is called."""
        tests = leaves(tree)
        is_sequence = lambda leaf: isinstance(leaf, (Chain, Without)) and not is_figure(leaf)
        styles = ["in order", "windows", "joins"] if any(map(is_sequence, tests)) else [""]
        keys, others = {}, {}
        for style in styles:
            named = f"{style}, " if style else ""
            is_one = lambda one: isinstance(one, TESTS) and not is_figure(one)
            if is_one(tree):
                keys[f"keys, {named}"] = lambda style=style: self.own_keys(tree, style)
                continue
            if isinstance(tree, Not) and is_one(tree.part):
                others[f"subtracted, {named}"] = lambda style=style: self.own_keys(tree.part, style)
                continue
            if all(map(is_figure, tests)):
                if holds_without_events(tree):
                    others["subtracted, "] = lambda: self.having(opposite(tree))
                else:
                    keys["groups, "] = lambda: self.having(tree)
            if len(tests) > 1:
                keys[f"sets, {named}"] = lambda style=style: self.sets(tree, style)
                keys[f"one pass, {named}"] = lambda style=style: self.grouped(tree, style)
        return keys, others
