"""What is asked of the events of a contact: tests as small trees, beside those of conditions.py; event_text.py has how SegQL says them.

`And`, `Or` and `Not` join both kinds of tests. A figure of no event is missing, except counts and sums, which are 0 then.
"""

from datetime import datetime
from typing import NamedTuple, Optional

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


class InTop(NamedTuple):
    """Of an event: its value is among the so many that most contacts have, of such events."""

    column: str
    number: int
    of: Of


class Reaches(NamedTuple):
    """Of an event: how many contacts have its value, of such events."""

    column: str
    of: Of
    sign: str
    number: int


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


class Population(NamedTuple):
    """Of whom a tree holds, or everyone; in groups by columns of the contact, or all together."""

    among: Optional[tuple] = None
    per: tuple = ()


class Place(NamedTuple):
    """Where a figure of the contact lies among many: by quintile, decile, percentile or rank."""

    how: str
    figure: Figure
    sign: str
    value: int
    population: Population = Population()


class BesideMany(NamedTuple):
    """A figure beside so many times the avg, median, min or max of those of many contacts."""

    figure: Figure
    sign: str
    factor: float
    function: str
    population: Population


class Active(NamedTuple):
    """On how many days, or in how many weeks or months, there were at least so many."""

    unit: str
    of: Of
    times: int
    sign: str
    number: int


class Compared(NamedTuple):
    """One after another, with more or less than so many times its value."""

    first: Of
    then: Of
    column: str
    sign: str
    factor: int = 1
    within: Optional[int] = None
    window: Window = ALWAYS


class Observed(NamedTuple):
    """The first event of any kind was so many days ago."""

    days: int


class AsOf(NamedTuple):
    """What a test told at an instant of the past; or what it would tell of its figure then."""

    test: tuple
    text: str
    instant: datetime
    of_figure: bool = False


class AtLeast(NamedTuple):
    """So many of several conditions."""

    number: int
    parts: tuple
