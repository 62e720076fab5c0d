"""What conditions on events are drawn from: windows, fields and kinds of events, rare and frequent ones alike."""

from datetime import datetime, timedelta, timezone

from measure.conditions import NOW, And, Between, Compare, Not, OneOf, Or, ago, days
from measure.events import ALWAYS, KINDS, WITH_TITLE, HourBetween, Of, OnWeekday, Window

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


def around_now(draw):
    return last(draw.one(LENGTHS)) if draw.share() < 0.6 else over(draw.one(LENGTHS))


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


def rolling(draw, kinds=tuple(KINDS)):
    """Events in a window that follows no calendar."""
    near, far = sorted(draw.some(LENGTHS[:9], 2))
    windows = [ALWAYS, last(near), last(far), last(draw.one(LENGTHS)), over(near), between(far, near)]
    return Of(a_kind(draw, kinds), draw.one(windows))
