"""What can be told of a tree of tests of events before anything is asked: whether it holds of nothing, what its opposite is, and what it takes to find out."""

from measure.conditions import And, Not, Or
from measure.events import (
    CATALOGUE,
    AfterLast,
    Around,
    AtLeast,
    Chain,
    Did,
    Favourite,
    Gap,
    Moment,
    Never,
    Overdue,
    Place,
    Relative,
    Share,
    Silence,
    Value,
    Without,
)

DAY = 86_400_000_000
# In how many places a quantile cuts the contacts.
PLACES = {"quintile": 5, "decile": 10, "percentile": 100}
# What is 0 where there is no event.
COUNTS = {"count", "distinct", "days", "weeks", "months", "sum"}
OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
TESTS = (Did, Never, Value, Moment, Silence, Share, Relative, AfterLast, Gap, Overdue, Chain, Without, Around, Favourite, Place)


def compare(left, sign, right):
    return {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[sign]


def holds_of_nothing(test):
    """Whether a test holds of a contact without events."""
    match test:
        case Did(_, sign, times):
            return compare(0, sign, times)
        case Never():
            return True
        case Value(figure, sign, value):
            # What is missing differs from everything.
            return compare(0, sign, value) if figure.function in COUNTS else sign == "<>"
        case Relative(_, sign, _, _):
            return compare(0, sign, 0)
    return False


def leaves(tree):
    match tree:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part):
            return leaves(part)
    return [tree]


def of_catalogue(tree):
    """Whether a tree over the columns of events needs those of the catalogue."""
    return tree is not None and any(getattr(leaf, "column", None) in CATALOGUE for leaf in leaves(tree))


def is_figure(test):
    """Whether one pass over the events tells it."""
    match test:
        case Gap(function, _, _, _) | Overdue(function, _, _):
            return function == "avg"
        case Chain(_, within, _, on_title, overall, times):
            return within == (None,) and not on_title and not overall and times == 1
        case Without(_, _, within, _, on_title):
            return within is None and not on_title
    return isinstance(test, TESTS) and not isinstance(test, (Around, Favourite, Place))


def holds_without_events(tree):
    """Whether a tree of nothing but tests of events holds where there is none."""
    match tree:
        case And(parts):
            return all(map(holds_without_events, parts))
        case Or(parts):
            return any(map(holds_without_events, parts))
        case Not(part):
            return not holds_without_events(part)
        case AtLeast(number, parts):
            return sum(map(holds_without_events, parts)) >= number
    return holds_of_nothing(tree)


def opposite(tree):
    """What holds where this does not."""
    match tree:
        case Never(of):
            return Did(of)
        case Not(part):
            return part
        case Did(of, sign, times):
            return Did(of, OPPOSITE[sign], times)
    return Not(tree)


def holds_at_least(tree):
    """Whether so many of several conditions are asked for in a tree."""
    match tree:
        case And(parts) | Or(parts):
            return any(map(holds_at_least, parts))
        case Not(part):
            return holds_at_least(part)
    return isinstance(tree, AtLeast)
