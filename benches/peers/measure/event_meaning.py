"""What can be told of a tree of tests of events before anything is asked: whether it holds of nothing, what its opposite is, and what it takes to find out."""

from measure import events as asked
from measure.conditions import NOW, And, Not, Or
from measure.events import CATALOGUE

DAY = 86_400_000_000
# In how many places a quantile cuts the contacts.
PLACES = {"quintile": 5, "decile": 10, "percentile": 100}
# What is 0 where there is no event.
COUNTS = {"count", "distinct", "days", "weeks", "months", "sum"}
# Of the values before, those of which one compares so if any does.
ENDS = {">": ["min"], ">=": ["min"], "<": ["max"], "<=": ["max"], "<>": ["min", "max"]}
OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
# Those for which one pass over the events is not enough, whatever they ask.
APART = (asked.Around, asked.Favourite, asked.Place, asked.BesideMany, asked.Active, asked.Compared, asked.Observed)
TESTS = (*APART, asked.Did, asked.Never, asked.Value, asked.Moment, asked.Silence, asked.Share, asked.Relative, asked.AfterLast, asked.Gap, asked.Overdue, asked.Chain, asked.Without, asked.AsOf)


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
        case asked.Did(_, sign, times):
            return compare(0, sign, times)
        case asked.Never():
            return True
        case asked.Value(figure, sign, value):
            # What is missing differs from everything.
            return compare(0, sign, value) if figure.function in COUNTS else sign == "<>"
        case asked.Relative(_, sign, _, _):
            return compare(0, sign, 0)
        case asked.Active(_, _, _, sign, number):
            return compare(0, sign, number)
    return False


def leaves(tree):
    match tree:
        case And(parts) | Or(parts) | asked.AtLeast(_, parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part):
            return leaves(part)
    return [tree]


def of_catalogue(tree):
    """Whether a tree over the columns of events needs those of the catalogue."""
    return tree is not None and any(getattr(leaf, "column", None) in CATALOGUE for leaf in leaves(tree))


def looks_up(tree):
    """Whether a tree over the columns of events asks of values how many contacts have them."""
    return tree is not None and any(isinstance(leaf, (asked.InTop, asked.Reaches)) for leaf in leaves(tree))


def counted(test):
    """How the number of events that have to be looked up, or of days, is to compare, and with which number; none of other tests."""
    match test:
        case asked.Did(of, sign, times) if looks_up(of.where):
            return sign, times
        case asked.Never(of) if looks_up(of.where):
            return "=", 0
        case asked.Value(asked.Figure("count", of), sign, number) if looks_up(of.where):
            return sign, number
        case asked.Active(_, _, _, sign, number):
            return sign, number
    return None


def is_figure(test):
    """Whether one pass over the events tells it."""
    match test:
        case asked.Gap(function, _, _, _) | asked.Overdue(function, _, _):
            return function == "avg"
        case asked.Chain(_, within, _, on_title, overall, times):
            return within == (None,) and not on_title and not overall and times == 1
        case asked.Without(_, _, within, _, on_title):
            return within is None and not on_title
    return isinstance(test, TESTS) and not isinstance(test, APART) and not counted(test)


def is_apart(tree):
    """Whether a tree is one test for which one pass is not enough, or the opposite of one."""
    test = tree.part if isinstance(tree, Not) else tree
    return isinstance(test, TESTS) and not is_figure(test)


def has_styles(test):
    """Whether there is more than one way to say a test for which one pass is not enough."""
    match test:
        case asked.Chain() | asked.Without():
            return not is_figure(test)
        case asked.Place(_, _, _, _, population):
            return population.among is not None and any(isinstance(leaf, TESTS) for leaf in leaves(population.among))
    return isinstance(test, (asked.BesideMany, asked.Compared))


def holds_without_events(tree):
    """Whether a tree of nothing but tests of events holds where there is none."""
    match tree:
        case And(parts):
            return all(map(holds_without_events, parts))
        case Or(parts):
            return any(map(holds_without_events, parts))
        case Not(part):
            return not holds_without_events(part)
        case asked.AtLeast(number, parts):
            return sum(map(holds_without_events, parts)) >= number
    return holds_of_nothing(tree)


def opposite(tree):
    """What holds where this does not."""
    match tree:
        case asked.Never(of):
            return asked.Did(of)
        case Not(part):
            return part
        case asked.Did(of, sign, times):
            return asked.Did(of, OPPOSITE[sign], times)
        case asked.Value(figure, sign, _) if figure.function in COUNTS:
            return tree._replace(sign=OPPOSITE[sign])
        case asked.Active():
            return tree._replace(sign=OPPOSITE[tree.sign])
    return Not(tree)


def holds_at_least(tree):
    """Whether so many of several conditions are asked for in a tree."""
    match tree:
        case And(parts) | Or(parts):
            return any(map(holds_at_least, parts))
        case Not(part):
            return holds_at_least(part)
    return isinstance(tree, asked.AtLeast)


def as_of_now(tree):
    """The tree with what it asks at other instants asked of now, in windows that end there."""
    match tree:
        case asked.AsOf(test, _, instant, _):
            return seen_from(test, instant)
        case And(parts) | Or(parts):
            return tree._replace(parts=tuple(map(as_of_now, parts)))
        case asked.AtLeast(_, parts):
            return tree._replace(parts=tuple(map(as_of_now, parts)))
        case Not(part):
            return Not(as_of_now(part))
    return tree


def seen_from(part, instant):
    """A part of a test with every window, none of which follows the calendar, as it is at the instant."""
    match part:
        case asked.Window(_, low, high):
            earlier = NOW - instant
            return asked.Window("", low and low - earlier, high - earlier if high else instant)
        case tuple():
            made = [seen_from(inner, instant) for inner in part]
            return type(part)(*made) if hasattr(part, "_fields") else tuple(made)
    return part
