"""What is asked of the events of a contact: tests as small trees, beside those of conditions.py, and how SegQL says them.

`And`, `Or` and `Not` join both kinds of tests. A figure of no event is missing, except counts and sums, which are 0 then.
"""

from datetime import datetime
from typing import NamedTuple, Optional

from measure import conditions
from measure.conditions import And, Not, Or, days

# Kinds by their names in SegQL, with those in the data.
KINDS = {
    **{kind: kind for kind in "view login open click finish search purchase cart rate".split()},
    "share_title": "share",
}
WITH_TITLE = [kind for kind in KINDS if kind not in ("login", "open", "search")]
# Columns of events and of the catalogue, with what they are to SegQL.
COLUMNS = {"amount": "amount", "title_id": "title", "genre": "title.genre", "minutes": "title.minutes"}
CATALOGUE = {"genre", "minutes"}
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


class HourBetween(NamedTuple):
    """Of an event: its hour, both edges inside."""

    first: int
    last: int


class OnWeekday(NamedTuple):
    """Of an event: 0 is Monday."""

    day: int


class Window(NamedTuple):
    """From one instant to another, or open. In rolling windows the first is outside and the second inside; in those of the calendar it is the other way."""

    text: str = ""
    low: Optional[datetime] = None
    high: Optional[datetime] = None
    calendar: bool = False


ALWAYS = Window()


class Of(NamedTuple):
    """Events of a kind, in a window, of which a tree over their columns holds."""

    kind: str
    window: Window = ALWAYS
    where: Optional[tuple] = None


class Figure(NamedTuple):
    """A figure of events: count, distinct, days, weeks, months, sum, avg, min, max, median; or the column of the first or last."""

    function: str
    of: Of
    column: str = ""


class Did(NamedTuple):
    of: Of
    sign: str = ">="
    times: int = 1


class Never(NamedTuple):
    of: Of


class Value(NamedTuple):
    """A figure is compared."""

    figure: Figure
    sign: str
    value: object


class Moment(NamedTuple):
    """When the first or last was."""

    function: str
    of: Of
    window: Window


class Silence(NamedTuple):
    """How many days ago the first or last was."""

    function: str
    of: Of
    sign: str
    days: int


class Share(NamedTuple):
    """The part of the events of which a tree holds."""

    of: Of
    part: tuple
    sign: str
    percent: int


class Relative(NamedTuple):
    """A count beside another."""

    of: Of
    sign: str
    percent: int
    other: Of


class AfterLast(NamedTuple):
    """Events after the last of another kind."""

    of: Of
    other: str


class Gap(NamedTuple):
    """The avg, median, min or max of the time between one and the next."""

    function: str
    of: Of
    sign: str
    days: int


class Overdue(NamedTuple):
    """Away for longer than so many times the gap that is usual."""

    function: str
    of: Of
    factor: int


class Chain(NamedTuple):
    """One after the other, each within so many days of the one before, or all of the first; of the same title, or whichever."""

    steps: tuple  # of Of without windows
    within: tuple  # days, or None, for each step but the first
    window: Window = ALWAYS
    on_title: bool = False
    overall: Optional[int] = None
    times: int = 1


class Without(NamedTuple):
    """One that no such other follows in so many days, which have passed."""

    first: Of
    then: Of
    within: Optional[int]
    window: Window = ALWAYS
    on_title: bool = False


class Around(NamedTuple):
    """Within so many days after, or before, a column of the contact or the first event of a kind."""

    of: Of
    days: int
    anchor: str
    before: bool = False


class Favourite(NamedTuple):
    """What most of the events have; of equals, that of the last."""

    column: str
    of: Of
    value: object


class Place(NamedTuple):
    """Where a figure of the contact lies among all: by quintile, percentile or rank."""

    how: str
    figure: Figure
    sign: str
    value: int


class AtLeast(NamedTuple):
    """So many of several conditions."""

    number: int
    parts: tuple


def signed(sign):
    return "!=" if sign == "<>" else sign


def value(of):
    return f'"{of}"' if isinstance(of, str) else f"{of}"


def often(sign, times):
    words = {">=": "at least", "<=": "at most", "=": "exactly", ">": "more than", "<": "fewer than"}
    return f"{words[sign]} {['once', 'twice'][times - 1] if times in (1, 2) else f'{times} times'}"


def bracket(tree):
    return f"[{segql(tree)}]" if tree else ""


def spaced(*words):
    return " ".join(word for word in words if word)


def of_text(of, *between):
    return spaced(f"{of.kind}{bracket(of.where)}", *between, of.window.text)


def figure_text(figure):
    function, of, column = figure
    match function:
        case "count":
            return f"count({of_text(of)})"
        case "distinct":
            return f"count(distinct {COLUMNS[column]} of {of_text(of)})"
        case "days" | "weeks" | "months":
            return f"active {function}({of_text(of)})"
        case "first" | "last":
            return f"{function}({of_text(of)}).{COLUMNS[column]}"
    return f"{function}({COLUMNS[column]} of {of_text(of)})"


def chain_text(chain):
    words = of_text(chain.steps[0])
    if chain.overall:
        *middle, last = chain.steps[1:]
        words = spaced(words, "as a", *(f"then {of_text(step)}" for step in middle))
        words += f" then {of_text(last)}[time <= a.time + {days(chain.overall)}]"
    else:
        for step, within in zip(chain.steps[1:], chain.within):
            words = spaced(words, "then", of_text(step), within and f"within {days(within)}")
    return f"({words}{' on title' if chain.on_title else ''})"


def segql(tree):
    """The tree as a condition of SegQL."""
    match tree:
        case And(parts):
            return "(" + " AND ".join(map(segql, parts)) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(segql, parts)) + ")"
        case Not(part):
            return f"NOT {segql(part)}"
        case AtLeast(number, parts):
            return f"at least {number} of ({', '.join(map(segql, parts))})"
        case Did(of, ">=", 1):
            return f"did {of_text(of)}"
        case Did(of, sign, times):
            return f"did {of_text(of, often(sign, times))}"
        case Never(of):
            return f"never {of_text(of)}"
        case Value(figure, sign, other):
            return f"{figure_text(figure)} {signed(sign)} {value(other)}"
        case Moment(function, of, window):
            return f"{function}({of_text(of)}) {window.text}"
        case Silence(function, of, sign, count):
            return f"since({function}({of_text(of)})) {sign} {days(count)}"
        case Share(of, part, sign, percent):
            return f"share({of.kind}{bracket(of.where)}{spaced(bracket(part), of.window.text)}) {sign} {percent}%"
        case Relative(of, sign, percent, other):
            return f"count({of_text(of)}) {signed(sign)} {percent}% * count({of_text(other)})"
        case AfterLast(of, other):
            return f"did {of_text(of)} after last({other})"
        case Gap(function, of, sign, count):
            return f"{function}(gap of {of_text(of)}) {sign} {days(count)}"
        case Overdue(function, of, factor):
            return f"since(last({of_text(of)})) > {factor} * {function}(gap of {of_text(of)})"
        case Chain():
            often_enough = often(">=", tree.times) if tree.times > 1 else ""
            return spaced("did", chain_text(tree), often_enough, tree.window.text)
        case Without(first, then, within, window, on_title):
            pair = spaced(of_text(first), "without", of_text(then), within and f"within {days(within)}")
            return spaced(f"did ({pair}{' on title' if on_title else ''})", window.text)
        case Around(of, count, anchor, before):
            anchor = f"first({anchor})" if anchor in KINDS else anchor
            return f"did {of_text(of)} within {days(count)} {'before' if before else 'after'} {anchor}"
        case Favourite(column, of, other):
            return f"favourite({COLUMNS[column]} of {of_text(of)}) = {value(other)}"
        case Place(how, figure, sign, other):
            return f"{how}({figure_text(figure)}) {sign} {other}{'%' if how == 'percentile' else ''}"
        case HourBetween(first, last):
            return f"hour(time) between {first} and {last}"
        case OnWeekday(day):
            return f'weekday(time) = "{WEEKDAYS[day]}"'
    if getattr(tree, "column", None) in COLUMNS:
        tree = tree._replace(column=COLUMNS[tree.column])
    return conditions.segql(tree)

