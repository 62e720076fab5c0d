"""Conditions on events that are drawn: every construct of the language, with any kind, window and constant, rare and frequent ones alike."""

from datetime import timedelta

from measure import events as asked
from measure.conditions import ANY_TESTS, DRAWN_EVENTS, And, Draw, Not, Or, ago, days
from measure.drawn_parts import (
    AMOUNTS,
    GENRES,
    LENGTHS,
    SIGNS,
    TIMES,
    a_kind,
    any_of,
    around_now,
    day,
    filtered,
    of_calendar,
    of_field,
    of_fields,
    plain,
    rolling,
    window,
)
from measure.drawn_populations import beside_many, counted_of, groups, in_top, looked_up, place, population, reached
from measure.event_meaning import TESTS, leaves
from measure.events import ALWAYS, KINDS, WITH_TITLE


def step(draw, kinds):
    kind = a_kind(draw, kinds)
    return asked.Of(kind, ALWAYS, of_field(draw, kind) if draw.share() < 0.2 else None)


def chain(draw, number, on_title=False):
    kinds = tuple(WITH_TITLE if on_title else KINDS)
    steps = tuple(step(draw, kinds) for _ in range(number))
    within = tuple(draw.one([None, 1, 3, 7, 14, 30, 90]) for _ in range(number - 1))
    return asked.Chain(steps, within, window(draw) if draw.share() < 0.4 else ALWAYS, on_title)


def without(draw, on_title):
    kinds = tuple(WITH_TITLE if on_title else KINDS)
    within = draw.one([None, 1, 7, 14, 30, 90])
    # What is viewed may be finished; other pairs are met by chance alone.
    first, then = (asked.Of("view"), asked.Of("finish")) if draw.share() < 0.5 else (step(draw, kinds), step(draw, kinds))
    return asked.Without(first, then, within, window(draw), on_title)


def paid(draw, function):
    if draw.share() < 0.7:
        return asked.Value(asked.Figure(function, any_of(draw, ("purchase",)), "amount"), draw.one(SIGNS[:4]), draw.one(AMOUNTS))
    return asked.Value(asked.Figure(function, any_of(draw, tuple(WITH_TITLE)), "minutes"), draw.one(SIGNS[:4]), 20 * draw.below(12))


def of_the_end(draw, function):
    kind = a_kind(draw, tuple(WITH_TITLE))
    of = asked.Of(kind, window(draw), of_field(draw, kind) if draw.share() < 0.2 else None)
    tests = [
        lambda: asked.Value(asked.Figure(function, of, "genre"), draw.one(["=", "=", "<>"]), draw.one(GENRES)),
        lambda: asked.Value(asked.Figure(function, of, "minutes"), draw.one(SIGNS[:4]), 20 * draw.below(12)),
    ]
    if kind == "purchase":
        tests += 2 * [lambda: asked.Value(asked.Figure(function, of, "amount"), draw.one(SIGNS[:4]), draw.one(AMOUNTS))]
    return draw.one(tests)()


def part_of(draw):
    of = plain(draw)
    return asked.Share(of, of_fields(draw, of.kind), draw.one([">=", ">", "<", "<="]), 10 * draw.below(11))


def distinct(draw):
    column = draw.one(["title_id", "genre"])
    return asked.Value(asked.Figure("distinct", any_of(draw, tuple(WITH_TITLE)), column), draw.one(SIGNS), draw.one(TIMES))


def favourite(draw):
    of = any_of(draw, tuple(WITH_TITLE))
    if draw.share() < 0.8:
        return asked.Favourite("genre", of, draw.one(GENRES))
    return asked.Favourite("title_id", of, draw.below(50))


def active(draw):
    unit = draw.one(["days", "weeks", "months"])
    times = 1 + draw.below(3) if unit == "days" else 2 + draw.below(4)
    return asked.Active(unit, any_of(draw), times, draw.one([">=", ">=", "<", "=", ">"]), draw.one(TIMES))


def instant_of_the_past(draw):
    """An instant in words, and which it is."""
    month, count = 1 + draw.below(11), draw.one(LENGTHS[2:10])
    return draw.one(
        [
            (f"{days(count)} ago", ago(count)),
            (f"{days(count)} ago", ago(count)),
            (f"midnight(2025-{month:02}-01)", day(2025, month)),
            (f"2025-{month:02}-11T06:30", day(2025, month, 11) + timedelta(hours=6, minutes=30)),
            ("1 month ago", day(2025, 11, 28)),
        ]
    )


def of_the_top(draw):
    of = rolling(draw, tuple(WITH_TITLE))
    return of._replace(where=asked.InTop("title_id", 10, rolling(draw, (of.kind,))))


def as_of(draw):
    """A test that can be asked at any instant, and one of the past."""
    figures = [lambda of: asked.Figure("count", of), lambda of: asked.Figure("weeks", of)]
    several = lambda of: asked.Value(draw.one(figures)(of), draw.one(SIGNS), draw.one(TIMES))
    paid = lambda of: asked.Value(asked.Figure("sum", of, "amount"), draw.one(SIGNS[:4]), 5 * draw.one(AMOUNTS))
    test = draw.one(
        [
            lambda: asked.Did(rolling(draw)),
            lambda: asked.Did(rolling(draw), draw.one([">=", "<="]), draw.one(TIMES)),
            lambda: asked.Never(rolling(draw)),
            lambda: several(rolling(draw)),
            lambda: several(rolling(draw)),
            lambda: paid(rolling(draw, ("purchase",))),
            lambda: asked.Moment(draw.one(["first", "last"]), rolling(draw), around_now(draw)),
            lambda: asked.Relative(rolling(draw), draw.one(SIGNS[:4]), draw.one([50, 100, 200]), rolling(draw)),
            lambda: chain(draw, 2)._replace(window=ALWAYS),
            lambda: asked.Value(asked.Figure("last", rolling(draw, tuple(WITH_TITLE)), "genre"), "=", draw.one(GENRES)),
            lambda: asked.Place("quintile", asked.Figure("count", rolling(draw)), draw.one(["=", ">="]), 1 + draw.below(5)),
            lambda: asked.Did(of_the_top(draw)),
        ]
    )()
    of_figure = isinstance(test, asked.Value) and test.figure.function != "last" and draw.share() < 0.5
    return asked.AsOf(test, *instant_of_the_past(draw), of_figure)


def compared(draw):
    column, factor = draw.one(["amount", "amount", "amount", "minutes", "title_id", "genre"]), 1
    kinds = ("purchase",) if column == "amount" else tuple(WITH_TITLE)
    first = a_kind(draw, kinds)
    then = first if draw.share() < 0.7 else a_kind(draw, kinds)
    if column == "title_id":
        sign = "<>"
    elif column == "genre":
        sign = draw.one(["=", "<>"])
    else:
        sign, factor = draw.one(SIGNS[:4]), draw.one([1, 1, 2, 3])
    where = of_field(draw, then) if draw.share() < 0.2 else None
    within = draw.one([None, 1, 7, 14, 30, 90])
    return asked.Compared(asked.Of(first), asked.Of(then, ALWAYS, where), column, sign, factor, within, window(draw) if draw.share() < 0.4 else ALWAYS)


EVENT_TESTS = [
    lambda d: asked.Did(plain(d)),
    lambda d: asked.Did(filtered(d)),
    lambda d: asked.Never(plain(d)),
    lambda d: asked.Never(filtered(d)),
    lambda d: asked.Did(any_of(d), ">=", d.one(TIMES)),
    lambda d: asked.Did(any_of(d), "<=", d.one(TIMES)),
    lambda d: asked.Did(any_of(d), "=", d.one(TIMES)),
    lambda d: asked.Value(asked.Figure("count", plain(d)), d.one(SIGNS), d.one(TIMES)),
    lambda d: asked.Value(asked.Figure("count", filtered(d)), d.one(SIGNS), d.one(TIMES)),
    lambda d: asked.Value(asked.Figure("sum", any_of(d, ("purchase",)), "amount"), d.one(SIGNS[:4]), 5 * d.one(AMOUNTS)),
    lambda d: asked.Value(asked.Figure("sum", any_of(d, tuple(WITH_TITLE)), "minutes"), d.one(SIGNS[:4]), 60 * d.below(20)),
    lambda d: paid(d, "avg"),
    lambda d: paid(d, "min"),
    lambda d: paid(d, "max"),
    lambda d: paid(d, "median"),
    lambda d: distinct(d),
    lambda d: asked.Value(asked.Figure(d.one(["days", "weeks", "months"]), any_of(d)), d.one(SIGNS), d.one(TIMES)),
    lambda d: asked.Moment("last", any_of(d), around_now(d)),
    lambda d: asked.Moment("first", any_of(d), of_calendar(d) if d.share() < 0.5 else around_now(d)),
    lambda d: asked.Silence("last", any_of(d), d.one([">", "<"]), d.one(LENGTHS)),
    lambda d: asked.Silence("first", any_of(d), d.one([">", "<="]), d.one(LENGTHS)),
    lambda d: of_the_end(d, "last"),
    lambda d: of_the_end(d, "first"),
    lambda d: asked.Gap("avg", any_of(d), d.one([">", "<", "<="]), d.one(LENGTHS[:9])),
    lambda d: asked.Gap("median", plain(d), d.one([">", "<"]), d.one(LENGTHS[:9])),
    lambda d: asked.Gap(d.one(["min", "max"]), any_of(d), d.one([">", "<"]), d.one(LENGTHS[:9])),
    lambda d: asked.Overdue(d.one(["avg", "median"]), plain(d), 1 + d.below(4)),
    lambda d: part_of(d),
    lambda d: asked.Relative(any_of(d), d.one(["<", ">", ">=", "<="]), d.one([20, 50, 100, 200]), any_of(d)),
    lambda d: asked.AfterLast(asked.Of(a_kind(d)), a_kind(d)),
    lambda d: chain(d, 2),
    lambda d: chain(d, 2, on_title=True),
    lambda d: chain(d, 3),
    lambda d: chain(d, 3)._replace(overall=d.one([1, 7, 30, 90])),
    lambda d: chain(d, 2, d.share() < 0.3)._replace(times=2 + d.below(3)),
    lambda d: without(d, on_title=True),
    lambda d: without(d, on_title=False),
    lambda d: asked.Around(asked.Of(a_kind(d)), d.one(LENGTHS[:9]), d.one(["signup_at", "last_seen_at"]), d.share() < 0.3),
    lambda d: asked.Around(asked.Of(a_kind(d)), d.one(LENGTHS[:9]), a_kind(d)),
    lambda d: favourite(d),
    lambda d: place(d),
    lambda d: place(d)._replace(population=asked.Population(None, groups(d))),
    lambda d: place(d)._replace(population=population(d)),
    lambda d: beside_many(d),
    lambda d: beside_many(d),
    lambda d: counted_of(d, looked_up(d, in_top)),
    lambda d: counted_of(d, looked_up(d, in_top)),
    lambda d: counted_of(d, looked_up(d, reached)),
    lambda d: counted_of(d, looked_up(d, reached)),
    lambda d: as_of(d),
    lambda d: as_of(d),
    lambda d: as_of(d),
    lambda d: active(d),
    lambda d: active(d),
    lambda d: compared(d),
    lambda d: compared(d),
    lambda d: asked.Observed(d.one(LENGTHS)),
]


def drawn(number):
    """The condition of this number: first each test alone, then its opposite, then a few of them joined, with tests of the contact itself among them."""
    draw = Draw(2_000 + number)
    if number < 2 * len(EVENT_TESTS):
        test = EVENT_TESTS[number % len(EVENT_TESTS)](draw)
        return test if number < len(EVENT_TESTS) else Not(test)

    def tree(depth):
        if depth == 0 or draw.share() < 0.3:
            tests = EVENT_TESTS if draw.share() < 0.7 else ANY_TESTS
            test = draw.one(tests)(draw)
            return Not(test) if draw.share() < 0.2 else test
        parts = tuple(tree(depth - 1) for _ in range(2 + draw.below(2)))
        if len(parts) > 2 and draw.share() < 0.1:
            return asked.AtLeast(2, parts)
        return (And if draw.share() < 0.6 else Or)(parts)

    while True:
        made = tree(1 + draw.below(2))
        if any(isinstance(leaf, TESTS) for leaf in leaves(made)):
            return made


def tree_of(condition):
    """The tree of a condition on events that was drawn; none where it is no such."""
    return drawn(int(condition[1:])) if condition in DRAWN_EVENTS else None
