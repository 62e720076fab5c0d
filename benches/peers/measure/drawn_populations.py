"""Conditions on a contact among many contacts that are drawn: places, figures of groups, and values that many contacts have, or few."""

from measure.conditions import PLANS, REGIONS, And, Compare, Flag, Not, OneOf, Or
from measure.drawn_parts import SIGNS, TIMES, a_kind, any_of, of_field, plain, rolling, window
from measure.events import WITH_TITLE, BesideMany, Did, Figure, InTop, Never, Of, Place, Population, Reaches, Value


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


def of_contact(draw):
    """Whom many contacts are, by what does not change with time."""
    tests = [
        lambda: OneOf("region", draw.some(REGIONS, 1 + draw.below(8))),
        lambda: Compare("plan", draw.one(["=", "<>"]), draw.one(PLANS)),
        lambda: Flag("consent"),
        lambda: Compare("age", draw.one(["<", ">="]), 18 + draw.below(60)),
        lambda: Did(rolling(draw)),
        lambda: Did(rolling(draw)),
        lambda: Never(rolling(draw)),
        lambda: Not(Flag("consent")),
    ]
    if draw.share() < 0.2:
        return (And if draw.share() < 0.6 else Or)((draw.one(tests)(), draw.one(tests)()))
    return draw.one(tests)()


def groups(draw):
    return draw.one([("region",), ("plan",), ("language",), ("age",), ("nps",), ("region", "plan"), ("language", "nps")])


def population(draw):
    at = draw.below(10)
    per = groups(draw) if at < 7 else ()
    return Population(of_contact(draw) if at >= 4 else None, per)


def beside_many(draw):
    # Of averages, so that none is a hair beside another, only such of whole numbers and quarters.
    figure = draw.one(
        [
            lambda: Figure("count", any_of(draw)),
            lambda: Figure("count", any_of(draw)),
            lambda: Figure("sum", any_of(draw, ("purchase",)), "amount"),
            lambda: Figure(draw.one(["min", "max"]), any_of(draw, ("purchase",)), "amount"),
            lambda: Figure("distinct", plain(draw, tuple(WITH_TITLE)), "genre"),
            lambda: Figure("days", plain(draw)),
        ]
    )()
    many = population(draw) if draw.share() < 0.8 else Population()
    function = draw.one(["avg", "avg", "avg", "median", "median", "max", "min"])
    factor = draw.one([0.5, 1] if function == "max" else [0.5, 1, 1.5, 2, 3, 4, 5])
    return BesideMany(figure, draw.one(SIGNS[:4]), factor, function, many)


def looked_up(draw, of_value):
    """Events whose values many have, or few: maybe of such and such a field as well."""
    kind = a_kind(draw, tuple(WITH_TITLE))
    where = of_value(draw, kind)
    if draw.share() < 0.2:
        where = Not(where)
    if draw.share() < 0.2:
        where = And((of_field(draw, kind), where))
    return Of(kind, window(draw), where)


def in_top(draw, kind):
    column = draw.one(["title_id", "title_id", "genre"])
    # Of the same kind more often than of another.
    of = plain(draw, (kind,) if draw.share() < 0.7 else tuple(WITH_TITLE))
    return InTop(column, draw.one([1, 3, 10] if column == "genre" else [1, 10, 100, 1000]), of)


def reached(draw, kind):
    column = draw.one(["title_id", "title_id", "title_id", "genre"])
    number = draw.one([1, 2, 5, 20, 100, 500] if column == "title_id" else [100, 1000, 5000])
    return Reaches(column, plain(draw, (kind,)), draw.one(SIGNS), number)


def counted_of(draw, of):
    tests = [
        lambda: Did(of),
        lambda: Did(of, draw.one([">=", "<="]), draw.one(TIMES)),
        lambda: Never(of),
        lambda: Value(Figure("count", of), draw.one(SIGNS), draw.one(TIMES)),
    ]
    return draw.one(tests)()
