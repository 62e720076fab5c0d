"""How SegQL says the tests of events.py."""

from measure import conditions
from measure import events as asked
from measure.conditions import days, signed, value
from measure.events import COLUMNS, KINDS, WEEKDAYS


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


def population_text(population, everyone=""):
    among, per = population
    groups = f"({', '.join(per)})" if len(per) > 1 else "".join(per)
    return spaced(f"among {segql(among)}" if among else "" if per else everyone, per and f"per {groups}")


def times_text(factor):
    return "" if factor == 1 else f"{factor} * "


def compared_text(test):
    column = COLUMNS[test.column]
    of = test.then._replace(where=None)
    words = f"{of_text(of)}[{column} {signed(test.sign)} {times_text(test.factor)}a.{column}]{bracket(test.then.where)}"
    return f"({spaced(of_text(test.first), 'as a then', words, test.within and f'within {days(test.within)}')})"


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
        case asked.AtLeast(number, parts):
            return f"at least {number} of ({', '.join(map(segql, parts))})"
        case asked.Did(of, ">=", 1):
            return f"did {of_text(of)}"
        case asked.Did(of, sign, times):
            return f"did {of_text(of, often(sign, times))}"
        case asked.Never(of):
            return f"never {of_text(of)}"
        case asked.Value(figure, sign, other):
            return f"{figure_text(figure)} {signed(sign)} {value(other)}"
        case asked.Moment(function, of, window):
            return f"{function}({of_text(of)}) {window.text}"
        case asked.Silence(function, of, sign, count):
            return f"since({function}({of_text(of)})) {sign} {days(count)}"
        case asked.Share(of, part, sign, percent):
            return f"share({of.kind}{bracket(of.where)}{spaced(bracket(part), of.window.text)}) {sign} {percent}%"
        case asked.Relative(of, sign, percent, other):
            return f"count({of_text(of)}) {signed(sign)} {percent}% * count({of_text(other)})"
        case asked.AfterLast(of, other):
            return f"did {of_text(of)} after last({other})"
        case asked.Gap(function, of, sign, count):
            return f"{function}(gap of {of_text(of)}) {sign} {days(count)}"
        case asked.Overdue(function, of, factor):
            return f"since(last({of_text(of)})) > {factor} * {function}(gap of {of_text(of)})"
        case asked.Chain():
            often_enough = often(">=", tree.times) if tree.times > 1 else ""
            return spaced("did", chain_text(tree), often_enough, tree.window.text)
        case asked.Without(first, then, within, window, on_title):
            pair = spaced(of_text(first), "without", of_text(then), within and f"within {days(within)}")
            return spaced(f"did ({pair}{' on title' if on_title else ''})", window.text)
        case asked.Around(of, count, anchor, before):
            anchor = f"first({anchor})" if anchor in KINDS else anchor
            return f"did {of_text(of)} within {days(count)} {'before' if before else 'after'} {anchor}"
        case asked.Favourite(column, of, other):
            return f"favourite({COLUMNS[column]} of {of_text(of)}) = {value(other)}"
        case asked.Place(how, figure, sign, other, population):
            inner = spaced(figure_text(figure), population_text(population))
            return f"{how}({inner}) {sign} {other}{'%' if how == 'percentile' else ''}"
        case asked.BesideMany(figure, sign, factor, function, population):
            of_many = f"{function}({figure_text(figure)} {population_text(population, 'among everyone')})"
            return f"{figure_text(figure)} {signed(sign)} {times_text(factor)}{of_many}"
        case asked.Active(unit, of, times, sign, number):
            return f"active {unit}({of_text(of, often('>=', times))}) {signed(sign)} {number}"
        case asked.Compared():
            return spaced("did", compared_text(tree), tree.window.text)
        case asked.Observed(count):
            return f"observed for {days(count)}"
        case asked.AsOf(asked.Value(figure, sign, other), text, _, True):
            return f"({figure_text(figure)} as of {text}) {signed(sign)} {value(other)}"
        case asked.AsOf(test, text, _, _):
            return f"{segql(test)} as of {text}"
        case asked.InTop(column, number, of):
            return f"{COLUMNS[column]} in top({number}, {COLUMNS[column]} of {of_text(of)})"
        case asked.Reaches(column, of, sign, number):
            return f"reach({COLUMNS[column]} of {of_text(of)}) {signed(sign)} {number}"
        case asked.HourBetween(first, last):
            return f"hour(time) between {first} and {last}"
        case asked.OnWeekday(day):
            return f'weekday(time) = "{WEEKDAYS[day]}"'
    if getattr(tree, "column", None) in COLUMNS:
        tree = tree._replace(column=COLUMNS[tree.column])
    return conditions.segql(tree, segql)
