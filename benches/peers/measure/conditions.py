"""What is asked: conditions on contacts as small trees, and segments made of such tests at random.

A condition means what it means in SegQL: a test of a missing value is false, and `Not` of it is true. The engines render the trees in their own words.
"""

import math
import random
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

# The instant of all conditions: `NOW` of src/made/mod.rs, and `as_of` of the manifests.
NOW = datetime(2025, 12, 28, tzinfo=timezone.utc)
NOW_MICROSECONDS = int(NOW.timestamp()) * 1_000_000

REGIONS = (
    "US DE FR BE NL GB ES IT PL SE CH AT PT DK NO FI IE CZ GR HU RO BG HR SK SI LT LV EE LU MT"
).split()
LANGUAGES = "en fr de nl es it pl sv pt da fi cs".split()
PLANS = "free basic plus premium".split()
TAGS = [
    f"{first}-{second}"
    for first in "vip news promo app web shop".split()
    for second in "a bx cyan delta e1 fox golf h2o ivy jet".split()
]
# Columns that have missing values.
NULLABLE = {"age", "last_seen_at", "consent", "birthday", "nps"}

EARTH_KILOMETRES = 6371.0088
BRUSSELS = (50.8503, 4.3517)


class And(NamedTuple):
    parts: tuple


class Or(NamedTuple):
    parts: tuple


class Not(NamedTuple):
    part: tuple


class Compare(NamedTuple):
    column: str
    sign: str  # as in SQL: = <> < <= > >=
    value: object


class OneOf(NamedTuple):
    column: str
    values: tuple


class Between(NamedTuple):
    column: str
    low: float
    high: float


class Flag(NamedTuple):
    """A column of true and false is the one that is named."""

    column: str
    value: bool = True


class Since(NamedTuple):
    """In the last so many days."""

    column: str
    days: int


class Before(NamedTuple):
    """Over so many days ago."""

    column: str
    days: int


class EndsWith(NamedTuple):
    column: str
    text: str


class Contains(NamedTuple):
    column: str
    text: str


class Has(NamedTuple):
    """A list holds the value."""

    column: str
    value: str


class Birthday(NamedTuple):
    """A birthday on one of the next days, today among them."""

    days: int


class Near(NamedTuple):
    """So many kilometres around Brussels."""

    kilometres: float


CONTACTS = {
    "Q1": Compare("region", "=", "BE"),
    "Q2": And(
        (
            OneOf("region", ("BE", "NL", "FR")),
            Between("age", 25, 45),
            Flag("consent"),
            Compare("plan", "<>", "free"),
        )
    ),
    "Q3": And(
        (
            Before("last_seen_at", 90),
            Compare("region", "=", "BE"),
            Compare("language", "=", "nl"),
        )
    ),
    "Q4a": EndsWith("email_domain", ".be"),
    "Q4b": Contains("email", "@gmail"),
    "Q5": And((Has("tags", "vip-a"), Not(Has("tags", "vip-bx")))),
    "Q6": Birthday(7),
    "Q7": Near(25.0),
    "Q8": And(
        (
            Or(
                (
                    And((OneOf("region", ("BE", "NL", "LU")), Compare("language", "<>", "en"))),
                    And((Compare("region", "=", "FR"), Compare("language", "=", "fr"))),
                )
            ),
            Or((OneOf("plan", ("plus", "premium")), Compare("orders_90d", ">=", 2))),
            Not(Or((Compare("nps", "<=", 6), Flag("consent", False)))),
            Between("age", 18, 65),
            Or((Since("last_seen_at", 180), Since("signup_at", 30))),
            Not(EndsWith("email_domain", ".com")),
        )
    ),
}
# So many segments at once, over the contacts of the smaller set; S1 and S10 show how the time grows with them.
MANY = {"S1": 1, "S10": 10, "Q9": 100, "Q10": 1000}
# Conditions that are drawn, for a search among all there are for those that a peer is quicker at.
DRAWN = [f"R{number}" for number in range(1000)]
# The same on events, by drawn_events.py.
DRAWN_EVENTS = [f"V{number}" for number in range(1000)]
# Texts that are drawn: those, and 1,000 segments of a dozen tests each.
GENERATED = {*MANY, *DRAWN, *DRAWN_EVENTS, "dozens"}
EVENTS = ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E7m", "E8", "E9"]


def ago(days):
    return NOW - timedelta(days=days)


def may_be_missing(tree):
    """Whether a test in the tree meets missing values."""
    if isinstance(tree, (And, Or)):
        return any(map(may_be_missing, tree.parts))
    if isinstance(tree, Not):
        return False
    if isinstance(tree, Birthday):
        return True
    return getattr(tree, "column", None) in NULLABLE


def birthdays(days):
    """The days of the window: each month with its first and last day."""
    dates = [NOW + timedelta(days=day) for day in range(days)]
    months = {}
    for date in dates:
        first, _ = months.get(date.month, (date.day, None))
        months[date.month] = (first, date.day)
    return [(month, first, last) for month, (first, last) in months.items()]


def box(kilometres):
    """South, north, west and east of a circle around Brussels, a hair wider."""
    latitude, longitude = BRUSSELS
    angle = kilometres / EARTH_KILOMETRES
    up = math.degrees(angle) + 1e-6
    aside = math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(latitude)))) + 1e-6
    return latitude - up, latitude + up, longitude - aside, longitude + aside


class Draw:
    """Choices by the one generator of Python whose numbers are the same in every version."""

    def __init__(self, seed):
        self.share = random.Random(seed).random

    def below(self, end):
        return int(self.share() * end)

    def one(self, choices):
        return choices[self.below(len(choices))]

    def some(self, choices, number):
        left = list(choices)
        return tuple(left.pop(self.below(len(left))) for _ in range(number))

    def weighted(self, choices):
        """One of pairs of a weight and a choice."""
        at = self.share() * sum(weight for weight, _ in choices)
        for weight, choice in choices:
            at -= weight
            if at < 0:
                return choice
        return choices[-1][1]


# Tests as they stand in segments, with how often each is met.
TESTS = [
    (10, lambda d: Compare("region", "=", d.one(REGIONS))),
    (10, lambda d: OneOf("region", d.some(REGIONS, 2 + d.below(5)))),
    (8, lambda d: Compare("language", "=", d.one(LANGUAGES))),
    (8, lambda d: (lambda low: Between("age", low, low + d.one([5, 10, 15, 20])))(15 + d.below(55))),
    (5, lambda d: Compare("age", ">=", 18 + d.below(52))),
    (6, lambda d: Compare("plan", "=", d.one(PLANS))),
    (4, lambda d: Compare("plan", "<>", d.one(PLANS))),
    (7, lambda d: Flag("consent")),
    (6, lambda d: Compare("ltv", ">", d.one([20, 50, 75, 100, 150, 200, 500]))),
    (5, lambda d: Compare("orders_90d", ">=", 1 + d.below(5))),
    (8, lambda d: Before("last_seen_at", d.one([30, 60, 90, 180, 365]))),
    (8, lambda d: Since("last_seen_at", d.one([1, 7, 14, 30, 60, 90, 180]))),
    (5, lambda d: Since("signup_at", d.one([7, 30, 90, 365, 730]))),
    (5, lambda d: EndsWith("email_domain", d.one([".be", ".com", ".fr", ".nl", ".de", ".co.uk"]))),
    (4, lambda d: Compare("nps", d.one(["<=", ">="]), 3 + d.below(7))),
    (8, lambda d: Has("tags", d.one(TAGS))),
    (2, lambda d: Birthday(d.one([1, 7, 14]))),
    (2, lambda d: Near(d.one([10.0, 25.0, 50.0, 100.0]))),
    (2, lambda d: Contains("email", d.one(["@gmail", "@skynet", "anna.", "@hotmail"]))),
]


def segments(number):
    """Segments of two to five tests each, many of which they share."""
    draw = Draw(9)

    def test():
        made = draw.weighted(TESTS)(draw)
        return Not(made) if draw.share() < 0.15 else made

    def segment():
        tests = 2 + draw.below(4)
        if draw.share() < 0.3:
            return And((Or((test(), test())), *(test() for _ in range(tests - 1))))
        return And(tuple(test() for _ in range(tests)))

    return [segment() for _ in range(number)]


def dozens(number):
    """Segments of a dozen tests each, of a stock of about 200."""
    draw = Draw(12)
    tests = [
        (3, lambda: Compare("age", ">=", 15 + draw.below(50))),
        (3, lambda: Compare("ltv", ">", 5 * draw.below(50))),
        (1, lambda: Compare("orders_90d", ">=", draw.below(12))),
        (1, lambda: Compare("nps", "<=", draw.below(10))),
        (1, lambda: Compare("region", "=", draw.one(REGIONS))),
        (1, lambda: Since("last_seen_at", 10 * (1 + draw.below(50)))),
    ]
    test = lambda: draw.weighted(tests)()
    return [And(tuple(Or((test(), test())) for _ in range(6))) for _ in range(number)]


# Tests of every construct and column, rare and frequent ones alike.
ANY_TESTS = [
    lambda d: Compare("region", d.one(["=", "<>"]), d.one(REGIONS)),
    lambda d: OneOf("region", d.some(REGIONS, 2 + d.below(20))),
    lambda d: Compare("language", d.one(["=", "<>"]), d.one(LANGUAGES)),
    lambda d: OneOf("language", d.some(LANGUAGES, 2 + d.below(6))),
    lambda d: Compare("plan", d.one(["=", "<>"]), d.one(PLANS)),
    lambda d: Compare("age", d.one(["=", "<>", "<", "<=", ">", ">="]), 14 + d.below(70)),
    lambda d: (lambda low: Between("age", low, low + d.below(40)))(14 + d.below(60)),
    lambda d: OneOf("age", d.some(range(14, 90), 2 + d.below(50))),
    lambda d: Flag("consent", d.share() < 0.5),
    lambda d: Compare("ltv", d.one(["<", "<=", ">", ">="]), d.one([0, 1, 5, 20, 75, 150, 500, 2000])),
    lambda d: (lambda low: Between("ltv", low, low * 2 + 10))(d.below(300)),
    lambda d: Compare("orders_90d", d.one(["=", "<>", "<", ">", ">="]), d.below(12)),
    lambda d: OneOf("orders_90d", d.some(range(20), 2 + d.below(6))),
    lambda d: Compare("nps", d.one(["=", "<", "<=", ">", ">="]), d.below(11)),
    lambda d: Before("last_seen_at", d.one([1, 30, 90, 365, 700])),
    lambda d: Since("last_seen_at", d.one([1, 7, 30, 90, 365])),
    lambda d: Before("signup_at", d.one([30, 365, 1000])),
    lambda d: Since("signup_at", d.one([1, 30, 365, 1000])),
    lambda d: EndsWith("email_domain", d.one([".be", ".com", "1.fr", "gmail.com", "n", "48.be"])),
    lambda d: Contains("email_domain", d.one(["mail", "man", ".", "sk", "xyz"])),
    lambda d: Contains("email", d.one(["@gmail", "@", "anna.", "12", "mann4", "qqq", ".com", "x"])),
    lambda d: EndsWith("email", d.one([".be", "@gmail.com", "7.net", "m"])),
    lambda d: Has("tags", d.one(TAGS)),
    lambda d: Birthday(1 + d.below(60)),
    lambda d: Near(d.one([1.0, 10.0, 50.0, 200.0, 1000.0])),
]


def drawn(number):
    """The condition of this number: first each test alone, then its opposite, then a few of them joined."""
    draw = Draw(1_000 + number)
    if number < 2 * len(ANY_TESTS):
        test = ANY_TESTS[number % len(ANY_TESTS)](draw)
        return test if number < len(ANY_TESTS) else Not(test)

    def tree(depth):
        if depth == 0 or draw.share() < 0.3:
            test = draw.one(ANY_TESTS)(draw)
            return Not(test) if draw.share() < 0.2 else test
        join = And if draw.share() < 0.6 else Or
        return join(tuple(tree(depth - 1) for _ in range(2 + draw.below(3))))

    return tree(1 + draw.below(3))


def tree_of(condition):
    """The tree of a condition on contacts; none where it is no such."""
    if condition in CONTACTS:
        return CONTACTS[condition]
    return drawn(int(condition[1:])) if condition in DRAWN else None


def days(count):
    return f"{count} day" if count == 1 else f"{count} days"


def signed(sign):
    return "!=" if sign == "<>" else sign


def value(of):
    return f'"{of}"' if isinstance(of, str) else f"{of}"


def segql(tree, of_part=None):
    """The tree as a condition of SegQL; `of_part` says the parts of one, where they may be other than those here."""
    of_part = of_part or segql
    match tree:
        case And(parts):
            return "(" + " AND ".join(map(of_part, parts)) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(of_part, parts)) + ")"
        case Not(part):
            return f"NOT {of_part(part)}"
        case Compare(column, sign, other):
            return f"{column} {signed(sign)} {value(other)}"
        case OneOf(column, values):
            return f"{column} in ({', '.join(map(value, values))})"
        case Between(column, low, high):
            return f"{column} between {low} and {high}"
        case Flag(column, wanted):
            return column if wanted else f"{column} = false"
        case Since(column, count):
            return f"{column} in last {days(count)}"
        case Before(column, count):
            return f"{column} over {days(count)} ago"
        case EndsWith(column, text):
            return f'{column} ends with "{text}"'
        case Contains(column, text):
            return f'{column} contains "{text}"'
        case Has(column, other):
            return f"{column} has {value(other)}"
        case Birthday(count):
            return f"anniversary(birthday) in next {days(count)}"
        case Near(kilometres):
            return f"distance(home, point({BRUSSELS[0]}, {BRUSSELS[1]})) <= {kilometres:g} km"
    raise TypeError(tree)


def text_of(trees, prefix):
    """A text of SegQL with a segment for each tree."""
    lines = (f"segment {prefix}_{place} = {segql(tree)}\n" for place, tree in enumerate(trees))
    return "".join(lines)
