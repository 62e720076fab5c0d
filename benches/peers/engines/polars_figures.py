"""Figures of events in Polars: all of one pass over the events, grouped by contact."""

from functools import reduce
from operator import and_, or_

import polars
from polars import col

from engines.polars_sequences import KEY, instant, of_kinds, signed
from measure.conditions import And, Between, Compare, Not, OneOf, Or
from measure.event_meaning import of_catalogue
from measure.events import CATALOGUE, HourBetween, OnWeekday

PERIODS = {"weeks": "1w", "months": "1mo"}


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
