"""Conditions on events that are drawn: every construct of the language, with any kind, window and constant, rare and frequent ones alike."""

from datetime import datetime, timedelta, timezone

from measure.conditions import ANY_TESTS, DRAWN_EVENTS, NOW, And, Between, Compare, Draw, Not, OneOf, Or, ago, days
from measure.event_meaning import TESTS, leaves
from measure.events import (
    ALWAYS,
    KINDS,
    WITH_TITLE,
    AfterLast,
    Around,
    AtLeast,
    Chain,
    Did,
    Favourite,
    Figure,
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
    Window,
    Without,
)

# Some of `GENRES` of src/made/titles.rs, from the most to the least frequent.
GENRES = "drama comedy thriller documentary action crime horror music sport western short".split()
LENGTHS = [1, 2, 7, 14, 30, 44, 60, 90, 180, 365, 540, 700]
# How far above the usual a count is asked for.
TIMES = [1, 1, 2, 2, 3, 3, 4, 5, 8, 12, 20]
SIGNS = [">=", ">", "<", "<=", "="]
AMOUNTS = [2, 5, 10, 15, 20.5, 30, 50, 100, 250]


def last(count):
    return Window(f"in last {days(count)}", ago(count))


def over(count):
    return Window(f"over {days(count)} ago", None, ago(count))


def between(far, near):
    return Window(f"between {days(far)} ago and {days(near)} ago", ago(far), ago(near))


def shorter(unit, count):
    length = timedelta(**{unit: count})
    return Window(f"in last {count} {unit}", NOW - length)


def day(year, month, number=1):
    return datetime(year, month, number, tzinfo=timezone.utc)


def of_calendar(draw):
    # The instant of all conditions is the first of a Sunday.
    month = 1 + draw.below(11)
    count = 1 + draw.below(8)
    monday = ago(6)
    return draw.one(
        [
            Window("during 2024", day(2024, 1), day(2025, 1), True),
            Window("during 2025-Q3", day(2025, 7), day(2025, 10), True),
            Window(f"during 2025-{month:02}", day(2025, month), day(2025, month + 1), True),
            Window(f"before 2025-{month:02}-01", None, day(2025, month), True),
            Window(f"after 2025-{month:02}-14", day(2025, month, 15), None, True),
            Window(f"in last {10 * count} calendar days", ago(10 * count - 1), None, True),
            Window(f"in last {count + 1} full weeks", monday - timedelta(weeks=count + 1), monday, True),
            Window(f"in last {count + 1} months", day(2025, 11 - count, 28)),
        ]
    )


def window(draw):
    at = draw.below(20)
    if at < 5:
        return ALWAYS
    if at < 11:
        return last(draw.one(LENGTHS))
    if at < 13:
        return over(draw.one(LENGTHS))
    if at < 16:
        near, far = sorted(draw.some(LENGTHS, 2))
        return between(far, near)
    return of_calendar(draw) if at < 19 else shorter(draw.one(["hours", "weeks"]), 2 + draw.below(40))


def of_field(draw, kind):
    """A test of a field of such an event."""
    choices = [
        lambda: HourBetween(*sorted((draw.below(24), draw.below(24)))),
        lambda: OnWeekday(draw.below(7)),
    ]
    if kind in WITH_TITLE:
        choices += 2 * [
            lambda: Compare("genre", draw.one(["=", "=", "<>"]), draw.one(GENRES)),
            lambda: OneOf("genre", draw.some(GENRES, 2 + draw.below(4))),
            lambda: Compare("minutes", draw.one(["<", ">", ">=", "<="]), 20 * draw.below(12)),
        ]
        choices += [
            lambda: Compare("title_id", draw.one(["=", "<>"]), draw.below(50_000)),
            lambda: OneOf("title_id", draw.some(range(0, 2000, 7), 2 + draw.below(40))),
        ]
    if kind == "purchase":
        choices += 4 * [
            lambda: Compare("amount", draw.one(["<", "<=", ">", ">="]), draw.one(AMOUNTS)),
            lambda: (lambda low: Between("amount", low, low + 5 * draw.below(8)))(5 * draw.below(8)),
        ]
    return draw.one(choices)()


def of_fields(draw, kind):
    at = draw.below(10)
    if at < 6:
        return of_field(draw, kind)
    if at < 7:
        return Not(of_field(draw, kind))
    return (And if at < 9 else Or)((of_field(draw, kind), of_field(draw, kind)))


def a_kind(draw, kinds=tuple(KINDS)):
    return draw.one(kinds)


def plain(draw, kinds=tuple(KINDS)):
    return Of(a_kind(draw, kinds), window(draw))


def any_of(draw, kinds=tuple(KINDS)):
    kind = a_kind(draw, kinds)
    return Of(kind, window(draw), of_fields(draw, kind) if draw.share() < 0.4 else None)


def filtered(draw, kinds=tuple(KINDS)):
    kind = a_kind(draw, kinds)
    return Of(kind, window(draw), of_fields(draw, kind))


def step(draw, kinds):
    kind = a_kind(draw, kinds)
    return Of(kind, ALWAYS, of_field(draw, kind) if draw.share() < 0.2 else None)


def around_now(draw):
    return last(draw.one(LENGTHS)) if draw.share() < 0.6 else over(draw.one(LENGTHS))


def chain(draw, number, on_title=False):
    kinds = tuple(WITH_TITLE if on_title else KINDS)
    steps = tuple(step(draw, kinds) for _ in range(number))
    within = tuple(draw.one([None, 1, 3, 7, 14, 30, 90]) for _ in range(number - 1))
    return Chain(steps, within, window(draw) if draw.share() < 0.4 else ALWAYS, on_title)


def without(draw, on_title):
    kinds = tuple(WITH_TITLE if on_title else KINDS)
    within = draw.one([None, 1, 7, 14, 30, 90])
    # What is viewed may be finished; other pairs are met by chance alone.
    first, then = (Of("view"), Of("finish")) if draw.share() < 0.5 else (step(draw, kinds), step(draw, kinds))
    return Without(first, then, within, window(draw), on_title)


def paid(draw, function):
    if draw.share() < 0.7:
        return Value(Figure(function, any_of(draw, ("purchase",)), "amount"), draw.one(SIGNS[:4]), draw.one(AMOUNTS))
    return Value(Figure(function, any_of(draw, tuple(WITH_TITLE)), "minutes"), draw.one(SIGNS[:4]), 20 * draw.below(12))


def of_the_end(draw, function):
    kind = a_kind(draw, tuple(WITH_TITLE))
    of = Of(kind, window(draw), of_field(draw, kind) if draw.share() < 0.2 else None)
    tests = [
        lambda: Value(Figure(function, of, "genre"), draw.one(["=", "=", "<>"]), draw.one(GENRES)),
        lambda: Value(Figure(function, of, "minutes"), draw.one(SIGNS[:4]), 20 * draw.below(12)),
    ]
    if kind == "purchase":
        tests += 2 * [lambda: Value(Figure(function, of, "amount"), draw.one(SIGNS[:4]), draw.one(AMOUNTS))]
    return draw.one(tests)()


def part_of(draw):
    of = plain(draw)
    return Share(of, of_fields(draw, of.kind), draw.one([">=", ">", "<", "<="]), 10 * draw.below(11))


def distinct(draw):
    column = draw.one(["title_id", "genre"])
    return Value(Figure("distinct", any_of(draw, tuple(WITH_TITLE)), column), draw.one(SIGNS), draw.one(TIMES))


def favourite(draw):
    of = any_of(draw, tuple(WITH_TITLE))
    if draw.share() < 0.8:
        return Favourite("genre", of, draw.one(GENRES))
    return Favourite("title_id", of, draw.below(50))


def place(draw):
    figure = draw.one(
        [
            lambda: Figure("count", any_of(draw)),
            lambda: Figure("sum", any_of(draw, ("purchase",)), "amount"),
            lambda: Figure("avg", any_of(draw, ("purchase",)), "amount"),
            lambda: Figure("distinct", plain(draw, tuple(WITH_TITLE)), "genre"),
        ]
    )()
    how = draw.one(["quintile", "decile", "percentile", "rank"])
    match how:
        case "rank":
            return Place(how, figure, "<=", draw.one([1, 10, 100, 1000, 10_000]))
        case "percentile":
            return Place(how, figure, draw.one([">=", "<"]), 10 * (1 + draw.below(9)))
    return Place(how, figure, draw.one(["=", ">=", "<="]), 1 + draw.below(5 if how == "quintile" else 10))


EVENT_TESTS = [
    lambda d: Did(plain(d)),
    lambda d: Did(filtered(d)),
    lambda d: Never(plain(d)),
    lambda d: Never(filtered(d)),
    lambda d: Did(any_of(d), ">=", d.one(TIMES)),
    lambda d: Did(any_of(d), "<=", d.one(TIMES)),
    lambda d: Did(any_of(d), "=", d.one(TIMES)),
    lambda d: Value(Figure("count", plain(d)), d.one(SIGNS), d.one(TIMES)),
    lambda d: Value(Figure("count", filtered(d)), d.one(SIGNS), d.one(TIMES)),
    lambda d: Value(Figure("sum", any_of(d, ("purchase",)), "amount"), d.one(SIGNS[:4]), 5 * d.one(AMOUNTS)),
    lambda d: Value(Figure("sum", any_of(d, tuple(WITH_TITLE)), "minutes"), d.one(SIGNS[:4]), 60 * d.below(20)),
    lambda d: paid(d, "avg"),
    lambda d: paid(d, "min"),
    lambda d: paid(d, "max"),
    lambda d: paid(d, "median"),
    lambda d: distinct(d),
    lambda d: Value(Figure(d.one(["days", "weeks", "months"]), any_of(d)), d.one(SIGNS), d.one(TIMES)),
    lambda d: Moment("last", any_of(d), around_now(d)),
    lambda d: Moment("first", any_of(d), of_calendar(d) if d.share() < 0.5 else around_now(d)),
    lambda d: Silence("last", any_of(d), d.one([">", "<"]), d.one(LENGTHS)),
    lambda d: Silence("first", any_of(d), d.one([">", "<="]), d.one(LENGTHS)),
    lambda d: of_the_end(d, "last"),
    lambda d: of_the_end(d, "first"),
    lambda d: Gap("avg", any_of(d), d.one([">", "<", "<="]), d.one(LENGTHS[:9])),
    lambda d: Gap("median", plain(d), d.one([">", "<"]), d.one(LENGTHS[:9])),
    lambda d: Gap(d.one(["min", "max"]), any_of(d), d.one([">", "<"]), d.one(LENGTHS[:9])),
    lambda d: Overdue(d.one(["avg", "median"]), plain(d), 1 + d.below(4)),
    lambda d: part_of(d),
    lambda d: Relative(any_of(d), d.one(["<", ">", ">=", "<="]), d.one([20, 50, 100, 200]), any_of(d)),
    lambda d: AfterLast(Of(a_kind(d)), a_kind(d)),
    lambda d: chain(d, 2),
    lambda d: chain(d, 2, on_title=True),
    lambda d: chain(d, 3),
    lambda d: chain(d, 3)._replace(overall=d.one([1, 7, 30, 90])),
    lambda d: chain(d, 2, d.share() < 0.3)._replace(times=2 + d.below(3)),
    lambda d: without(d, on_title=True),
    lambda d: without(d, on_title=False),
    lambda d: Around(Of(a_kind(d)), d.one(LENGTHS[:9]), d.one(["signup_at", "last_seen_at"]), d.share() < 0.3),
    lambda d: Around(Of(a_kind(d)), d.one(LENGTHS[:9]), a_kind(d)),
    lambda d: favourite(d),
    lambda d: place(d),
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
            return AtLeast(2, parts)
        return (And if draw.share() < 0.6 else Or)(parts)

    while True:
        made = tree(1 + draw.below(2))
        if any(isinstance(leaf, TESTS) for leaf in leaves(made)):
            return made


def tree_of(condition):
    """The tree of a condition on events that was drawn; none where it is no such."""
    return drawn(int(condition[1:])) if condition in DRAWN_EVENTS else None
