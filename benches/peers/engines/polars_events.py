"""Conditions on events in Polars: figures of one pass over the events joined to the contacts, or sets of keys that are joined and taken away."""

from functools import reduce
from operator import and_, or_

import polars
from polars import col, lit

from engines.polars_figures import PERIODS, Pass, at_least, field_test, negated
from engines.polars_populations import Populations
from engines.polars_sequences import KEY, Sequences, instant, microseconds, of_kinds, signed, within
from measure import events as asked
from measure.conditions import NOW_MICROSECONDS, And, Not, Or, ago
from measure.event_meaning import (
    COUNTS,
    DAY,
    TESTS,
    as_of_now,
    counted,
    has_styles,
    holds_of_nothing,
    holds_without_events,
    is_apart,
    is_figure,
    leaves,
    looks_up,
    of_catalogue,
    opposite,
)
from measure.events import CATALOGUE, WITH_TITLE

class Events(Populations, Sequences):
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
        return self.kept(events, of.where) if of.where else events

    def kept(self, events, where):
        """Those of the events of which a tree holds."""
        match where:
            case asked.InTop() | asked.Reaches():
                return self.looked_up(events, where)
            case Not(asked.InTop() | asked.Reaches() as part):
                return self.looked_up(events, part, is_not=True)
            case And(parts) if looks_up(where):
                return reduce(self.kept, parts, events)
        return events.filter(field_test(where))

    # Tests over a pass.

    def condition(self, tree, made, style):
        match tree:
            case And(parts):
                return reduce(and_, (self.condition(part, made, style) for part in parts))
            case Or(parts):
                return reduce(or_, (self.condition(part, made, style) for part in parts))
            case Not(part):
                return negated(self.condition(part, made, style))
            case asked.AtLeast(number, parts):
                return at_least(number, [self.condition(part, made, style) for part in parts])
        if not isinstance(tree, TESTS):
            return self.of_contact(tree)
        return self.test(tree, made) if is_figure(tree) else self.beside(tree, made, style)

    def test(self, tree, made):
        figure = made.figure
        count = lambda of: figure("count", "", of).fill_null(0)
        match tree:
            case asked.Did(of, sign, times):
                return signed(count(of), sign, times)
            case asked.Never(of):
                return count(of) == 0
            case asked.Value((function, of, column), sign, value):
                found = figure(function, column, of)
                if function in COUNTS:
                    return signed(found.fill_null(0), sign, value)
                return negated(found == value) if sign == "<>" else signed(found, sign, value)
            case asked.Moment(function, of, window):
                return reduce(and_, within(window, figure("min" if function == "first" else "max", "ts", of)))
            case asked.Silence(function, of, sign, days):
                turned = {">": "<", "<": ">", ">=": "<=", "<=": ">="}[sign]
                return signed(figure("min" if function == "first" else "max", "ts", of), turned, instant(ago(days)))
            case asked.Share(of, part, sign, percent):
                some, every = figure("count", "", of, part), figure("count", "", of)
                return (every > 0) & signed(100 * some, sign, percent * every)
            case asked.Relative(of, sign, percent, other):
                return signed(100 * count(of), sign, percent * count(other))
            case asked.AfterLast(of, other):
                return figure("max", "ts", of) > figure("max", "ts", asked.Of(other))
            case asked.Gap(_, of, sign, days):
                number, last, first = self.ends(figure, of)
                return (number >= 2) & signed(last - first, sign, days * DAY * (number - 1))
            case asked.Overdue(_, of, factor):
                number, last, first = self.ends(figure, of)
                return (number >= 2) & ((NOW_MICROSECONDS - last) * (number - 1) > factor * (last - first))
            case asked.Chain((first, then), _, window):
                began, ended = first._replace(window=window), then._replace(window=window)
                return figure("min", "ts", began) < figure("max", "ts", ended)
            case asked.Without(first, then, _, window):
                began, ended = figure("max", "ts", first._replace(window=window)), figure("max", "ts", then)
                return began.is_not_null() & (ended.is_null() | (began >= ended))
        raise TypeError(tree)

    @staticmethod
    def ends(figure, of):
        return figure("count", "", of), microseconds(figure("max", "ts", of)), microseconds(figure("min", "ts", of))

    def beside(self, tree, made, style):
        if counted(tree):
            sign, number = counted(tree)
            return signed(made.frame(self.numbers(tree)).fill_null(0), sign, number)
        match tree:
            case asked.Gap(function, of, sign, days):
                return signed(made.frame(self.gaps(function, of)), sign, days * DAY)
            case asked.Overdue(function, of, factor):
                last = microseconds(made.figure("max", "ts", of))
                return NOW_MICROSECONDS - last > factor * made.frame(self.gaps(function, of))
            case asked.Favourite(column, of, value):
                return made.frame(self.favourites(column, of)) == value
            case asked.Place(how, figure, sign, value, population):
                return made.frame(self.places(how, figure, sign, value, population, style))
        return made.frame(self.own_keys(tree, style).with_columns(v=lit(True)))

    def own_keys(self, tree, style):
        match tree:
            case asked.Chain():
                return self.chain(tree, style)
            case asked.Without():
                return self.without(tree, style)
            case asked.Around():
                return self.around(tree)
            case asked.Compared():
                return self.compared(tree, style)
            case asked.BesideMany():
                return self.beside_many(tree, style)
            case asked.Observed(days):
                return self.tables["events"].filter(col("ts") <= instant(ago(days))).select(KEY).unique()
            case asked.Did(of, ">=", 1):
                return self.of(of).select(KEY).unique()
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

    def numbers(self, test):
        """How many events there are, or days, weeks and months of so many."""
        number = polars.len().cast(polars.Int64)
        if not isinstance(test, asked.Active):
            of = test.figure.of if isinstance(test, asked.Value) else test.of
            return self.of(of).group_by(KEY).agg(number.alias("v"))
        period = col("ts").dt.truncate(PERIODS[test.unit]) if test.unit in PERIODS else col("ts").dt.date()
        met = self.of(test.of).group_by(KEY, period).agg(number.alias("n"))
        return met.filter(col("n") >= test.times).group_by(KEY).agg(number.alias("v"))

    # Whole queries.

    def grouped(self, tree, style):
        made = Pass(self)
        condition = self.condition(tree, made, style)
        frame = self.tables["contacts"]
        for other in [made.query(), *made.beside] if made.figures else made.beside:
            frame = frame.join(other, on=KEY, how="left")
        return frame.filter(condition).select(KEY)

    def having(self, tree):
        if isinstance(tree, asked.Did) and (tree.sign, tree.times) == (">=", 1):
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
            case asked.AtLeast(number, parts):
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
        tree = as_of_now(tree)
        tests = leaves(tree)
        is_sequence = lambda leaf: isinstance(leaf, (asked.Chain, asked.Without)) and not is_figure(leaf)
        styles = ["in order", "windows", "joins"] if any(map(is_sequence, tests)) else ["windows", "joins"]
        styles = styles if any(map(has_styles, tests)) else [""]
        keys, others = {}, {}
        for style in styles:
            named = f"{style}, " if style else ""
            if is_apart(tree):
                kept, found = (others, "subtracted") if holds_without_events(tree) else (keys, "keys")
                test = opposite(tree) if found == "subtracted" else opposite(tree.part) if isinstance(tree, Not) else tree
                kept[f"{found}, {named}"] = lambda style=style, test=test: self.own_keys(test, style)
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
