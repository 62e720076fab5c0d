"""Conditions on events in SQL. What differs from dialect to dialect is a method.

A tree becomes a query in several ways: all figures of events in one pass over them, joined to the contacts; or a set of contacts for each test; and where
it asks of nothing but such figures, groups with a condition. What is no figure of one pass (gaps, chains, places) is a table of its own.
"""

from engines.figures_sql import Pass, literal
from engines.population_sql import Populations
from engines.sequence_sql import Sequences
from measure import events as asked
from measure.conditions import NOW_MICROSECONDS, And, Between, Compare, Not, OneOf, Or, ago
from measure.event_meaning import (
    COUNTS,
    DAY,
    TESTS,
    as_of_now,
    counted,
    holds_of_nothing,
    holds_without_events,
    has_styles,
    is_apart,
    is_figure,
    leaves,
    of_catalogue,
    opposite,
)
from measure.events import CATALOGUE, KINDS, WITH_TITLE

TITLES = "(SELECT title_id AS title, genre, minutes FROM titles) t"


class EventSql(Populations, Sequences):
    """Queries for the contacts of a tree, in the words of a dialect of sql.py."""

    def __init__(self, dialect):
        self.dialect = dialect
        self.instant = dialect.instant

    # What differs.

    def figure(self, function, column, condition):
        """An aggregate over the events of which a condition holds, or over all of them."""
        kept = f" FILTER (WHERE {condition})" if condition else ""
        if function in ("first", "last"):
            return self.end(function, column, kept)
        called = {
            "count": "count(*)",
            "distinct": f"count(DISTINCT {column})",
            **{unit: f"count(DISTINCT {self.period(unit)})" for unit in ("days", "weeks", "months")},
        }
        return f"{called.get(function) or f'{function}({column})'}{kept}"

    def end(self, function, column, kept):
        return f"{'arg_max' if function == 'last' else 'arg_min'}({column}, ts){kept}"

    # How a whole number is divided to one.
    divided = "/"

    def whole(self, microseconds, plus=0):
        """How many such times have passed since 1970. Functions of the clock take several times as long as a division."""
        passed = f"{self.dialect.microseconds('ts')} {self.divided} {microseconds}"
        return f"({passed} + {plus})" if plus else f"({passed})"

    def period(self, unit):
        if unit == "months":
            return "(12 * date_part('year', ts) + date_part('month', ts))"
        # 1970 began on a Thursday.
        return self.whole(DAY) if unit == "days" else f"({self.whole(DAY, plus=3)} {self.divided} 7)"

    def hour(self):
        return f"{self.whole(DAY // 24)} % 24"

    def weekday(self):
        """0 is Sunday."""
        return f"{self.whole(DAY, plus=4)} % 7"

    # Whether titles are joined for a test of theirs, and not looked up in a set.
    titles_are_joined = True

    def of_title(self, test):
        return test

    def lagged(self, of):
        """Each gap of a contact."""
        us = self.dialect.microseconds("ts")
        gap = f"{us} - lag({us}) OVER (PARTITION BY contact_id ORDER BY ts) AS gap"
        return f"SELECT contact_id, {gap} FROM {self.events(of)}"

    def gaps(self, function, of):
        """A table of the contacts with a figure of their gaps."""
        return f"SELECT contact_id, {function}(CAST(gap AS DOUBLE)) AS v FROM ({self.lagged(of)}) GROUP BY contact_id"

    def styles(self, tree):
        """Ways to say what is no figure in a tree."""
        return ["windows", "joins"] if any(map(has_styles, leaves(tree))) else ["windows"]

    # What events are meant.

    def within(self, window, time):
        low, high = (">=", "<") if window.calendar else (">", "<=")
        tests = [f"{time} {low} {self.instant(window.low)}"] if window.low else []
        return tests + ([f"{time} {high} {self.instant(window.high)}"] if window.high else [])

    def selected(self, of, window=None):
        tests = [f"kind = {literal(KINDS[of.kind])}", *self.within(window or of.window, "ts")]
        return tests + ([self.field_test(of.where)] if of.where else [])

    def field_test(self, tree):
        """A test of the columns of an event; those of the catalogue are joined."""
        match tree:
            case Not(asked.InTop() | asked.Reaches() as part):
                # Every event that is asked so has such a value. Not all engines can look it up within a function.
                test, tree = self.looked_up(part, is_not=True), part
            case And(parts):
                return "(" + " AND ".join(map(self.field_test, parts)) + ")"
            case Or(parts):
                return "(" + " OR ".join(map(self.field_test, parts)) + ")"
            case Not(part):
                return self.dialect.not_true(self.field_test(part))
            case Compare(_, "<>", _):
                return self.dialect.not_true(self.field_test(tree._replace(sign="=")))
            case asked.HourBetween(first, last):
                return f"{self.hour()} BETWEEN {first} AND {last}"
            case asked.OnWeekday(day):
                return f"{self.weekday()} = {(day + 1) % 7}"
            case Compare(column, sign, value):
                test = f"{column} {sign} {literal(value)}"
            case OneOf(column, values):
                test = f"{column} IN ({', '.join(map(literal, values))})"
            case Between(column, low, high):
                test = f"{column} BETWEEN {low} AND {high}"
            case asked.InTop() | asked.Reaches():
                test = self.looked_up(tree)
        return self.of_title(test) if tree.column in CATALOGUE else test

    def events(self, of, window=None, column=None):
        """The events that are meant, behind FROM."""
        table = self.events_table({of.kind}, column in CATALOGUE or self.joins_titles(of.where))
        return f"{table} WHERE {' AND '.join(self.selected(of, window))}"

    def joins_titles(self, tree):
        return self.titles_are_joined and of_catalogue(tree)

    def events_table(self, kinds, with_titles):
        """The events, beside what the catalogue has of their titles."""
        every_has_one = set(kinds) <= set(WITH_TITLE)
        return f"events {'' if every_has_one else 'LEFT '}JOIN {TITLES} ON title_id = title" if with_titles else "events"

    # Tests over a pass.

    def condition(self, tree, made, style):
        match tree:
            case And(parts):
                return "(" + " AND ".join(self.condition(part, made, style) for part in parts) + ")"
            case Or(parts):
                return "(" + " OR ".join(self.condition(part, made, style) for part in parts) + ")"
            case Not(part):
                return self.dialect.not_true(self.condition(part, made, style))
            case asked.AtLeast(number, parts):
                return self.at_least(number, [self.condition(part, made, style) for part in parts])
        if not isinstance(tree, TESTS):
            return self.dialect.condition(tree)
        if is_figure(tree):
            return self.test(tree, made)
        return self.beside(tree, made, style)

    def at_least(self, number, conditions):
        return "(" + " + ".join(f"CASE WHEN {test} THEN 1 ELSE 0 END" for test in conditions) + f" >= {number})"

    def test(self, tree, made):
        """What one pass tells."""
        figure = made.figure
        count = lambda of: f"coalesce({figure('count', '', of)}, 0)"
        us = self.dialect.microseconds
        match tree:
            case asked.Did(of, sign, times):
                return f"{count(of)} {sign} {times}"
            case asked.Never(of):
                return f"{count(of)} = 0"
            case asked.Value((function, of, column), sign, value):
                name = figure(function, column, of)
                if function in COUNTS:
                    return f"coalesce({name}, 0) {sign} {value}"
                if sign == "<>":
                    return self.dialect.not_true(f"{name} = {literal(value)}")
                return f"{name} {sign} {literal(value)}"
            case asked.Moment(function, of, window):
                name = figure("min" if function == "first" else "max", "ts", of)
                return "(" + " AND ".join(self.within(window, name)) + ")"
            case asked.Silence(function, of, sign, days):
                turned = {">": "<", "<": ">", ">=": "<=", "<=": ">="}[sign]
                return f"{figure('min' if function == 'first' else 'max', 'ts', of)} {turned} {self.instant(ago(days))}"
            case asked.Share(of, part, sign, percent):
                some, every = figure("count", "", of, part), figure("count", "", of)
                return f"({every} > 0 AND 100 * {some} {sign} {percent} * {every})"
            case asked.Relative(of, sign, percent, other):
                return f"100 * {count(of)} {sign} {percent} * {count(other)}"
            case asked.AfterLast(of, other):
                return f"{figure('max', 'ts', of)} > {figure('max', 'ts', asked.Of(other))}"
            case asked.Gap(_, of, sign, days):
                number, last, first = figure("count", "", of), figure("max", "ts", of), figure("min", "ts", of)
                return f"({number} >= 2 AND {us(last)} - {us(first)} {sign} {days * DAY} * ({number} - 1))"
            case asked.Overdue(_, of, factor):
                number, last, first = figure("count", "", of), figure("max", "ts", of), figure("min", "ts", of)
                away = f"({NOW_MICROSECONDS} - {us(last)}) * ({number} - 1)"
                return f"({number} >= 2 AND {away} > {factor} * ({us(last)} - {us(first)}))"
            case asked.Chain((first, then), _, window):
                began, ended = first._replace(window=window), then._replace(window=window)
                return f"{figure('min', 'ts', began)} < {figure('max', 'ts', ended)}"
            case asked.Without(first, then, _, window):
                began, ended = figure("max", "ts", first._replace(window=window)), figure("max", "ts", then)
                return f"({began} IS NOT NULL AND ({ended} IS NULL OR {began} >= {ended}))"
        raise TypeError(tree)

    def beside(self, tree, made, style):
        """What needs a table of its own: a value for each of some contacts, or only their keys."""
        if counted(tree):
            sign, number = counted(tree)
            return f"coalesce({made.table(self.numbers(tree))}.v, 0) {sign} {number}"
        match tree:
            case asked.Gap(function, of, sign, days):
                return f"{made.table(self.gaps(function, of))}.v {sign} {days * DAY}"
            case asked.Overdue(function, of, factor):
                last = made.figure("max", "ts", of)
                gap = f"{made.table(self.gaps(function, of))}.v"
                return f"{NOW_MICROSECONDS} - {self.dialect.microseconds(last)} > {factor} * {gap}"
            case asked.Favourite(column, of, value):
                return f"{made.table(self.favourites(column, of))}.v = {literal(value)}"
            case asked.Place(how, figure, sign, value, population):
                return self.in_place(f"{made.table(self.places(how, figure, population, style))}.v", how, sign, value)
        return f"{made.table(self.keys_with_flag(tree, style))}.v = 1"

    def keys_with_flag(self, tree, style):
        return f"SELECT contact_id, 1 AS v FROM ({self.own_keys(tree, style)})"

    def own_keys(self, tree, style):
        """The contacts of a test that needs more than one pass."""
        match tree:
            case asked.Chain():
                return self.chain(tree, style)
            case asked.Without():
                return self.without(tree, style)
            case asked.Around():
                return self.around(tree)
            case asked.Compared():
                return self.compared(tree, style)
            case asked.BesideMany():
                return self.beside_many(tree, style)
            case asked.Observed(days):
                return f"SELECT DISTINCT contact_id FROM events WHERE ts <= {self.instant(ago(days))}"
            case asked.Did(of, ">=", 1):
                return f"SELECT DISTINCT contact_id FROM {self.events(of)}"
        made = Pass(self)
        condition = self.beside(tree, made, style)
        [(query, name)] = made.beside.items()
        if made.figures:
            joined = f"({made.query()}) g JOIN ({query}) {name} ON {name}.contact_id = g.contact_id"
            return f"SELECT g.contact_id AS contact_id FROM {joined} WHERE {condition}"
        return f"SELECT contact_id FROM ({query}) {name} WHERE {condition}"

    def numbers(self, test):
        """How many events there are, or days, weeks and months of so many."""
        if not isinstance(test, asked.Active):
            of = test.figure.of if isinstance(test, asked.Value) else test.of
            return f"SELECT contact_id, count(*) AS v FROM {self.events(of)} GROUP BY contact_id"
        periods = f"SELECT contact_id, {self.period(test.unit)} AS period FROM {self.events(test.of)}"
        active = f"SELECT contact_id FROM ({periods}) GROUP BY contact_id, period HAVING count(*) >= {test.times}"
        return f"SELECT contact_id, count(*) AS v FROM ({active}) GROUP BY contact_id"

    def favourites(self, column, of):
        counted = f"SELECT contact_id, {column} AS v, count(*) AS n, max(ts) AS latest FROM {self.events(of, column=column)} GROUP BY contact_id, {column}"
        placed = f"SELECT contact_id, v, row_number() OVER (PARTITION BY contact_id ORDER BY n DESC, latest DESC) AS place FROM ({counted})"
        return f"SELECT contact_id, v FROM ({placed}) WHERE place = 1"

    # Whole queries.

    def grouped(self, tree, style):
        """One pass over the events, and tables beside it, joined to the contacts."""
        made = Pass(self)
        condition = self.condition(tree, made, style)
        tables = [(f"({made.query()})", "g")] if made.figures else []
        tables += [(f"({query})", name) for query, name in made.beside.items()]
        joined = " ".join(f"LEFT JOIN {query} {name} ON {name}.contact_id = c.contact_id" for query, name in tables)
        return f"SELECT c.contact_id AS contact_id FROM contacts c {joined} WHERE {condition}"

    def having(self, tree, style):
        """Groups of the events with a condition: only of a tree whose tests are figures, and that does not hold of nothing."""
        if isinstance(tree, asked.Did) and (tree.sign, tree.times) == (">=", 1):
            return f"SELECT DISTINCT contact_id FROM {self.events(tree.of)}"
        made = Pass(self)
        condition = self.condition(tree, made, style)
        return f"SELECT contact_id FROM ({made.query()}) WHERE {condition}"

    def keys(self, test, style):
        """The contacts of one test that does not hold of nothing."""
        return self.having(test, style) if all(map(is_figure, leaves(test))) else self.own_keys(test, style)

    def in_sets(self, tree, style):
        match tree:
            case And(parts):
                return "(" + " AND ".join(self.in_sets(part, style) for part in parts) + ")"
            case Or(parts):
                return "(" + " OR ".join(self.in_sets(part, style) for part in parts) + ")"
            case asked.AtLeast(number, parts):
                return self.at_least(number, [self.in_sets(part, style) for part in parts])
            case Not(part) if isinstance(part, TESTS):
                if holds_of_nothing(part):
                    return f"contact_id IN ({self.keys(opposite(part), style)})"
                return f"contact_id NOT IN ({self.keys(part, style)})"
            case Not(part):
                return self.dialect.not_true(self.in_sets(part, style))
        if not isinstance(tree, TESTS):
            return self.dialect.condition(tree)
        if holds_of_nothing(tree):
            return f"contact_id NOT IN ({self.keys(opposite(tree), style)})"
        return f"contact_id IN ({self.keys(tree, style)})"

    def ways(self, tree):
        """Queries for the keys of the members, and others that only count them, by what they are called."""
        tree = as_of_now(tree)
        tests = leaves(tree)
        keys, counts = {}, {}
        for style in self.styles(tree):
            named = f", {style}" if len(self.styles(tree)) > 1 else ""
            if is_apart(tree):
                if holds_without_events(tree):
                    counts[f"subtracted{named}"] = self.subtracted(self.own_keys(opposite(tree), style))
                    keys[f"sets{named}"] = self.all_in(self.in_sets(tree, style))
                else:
                    keys[f"keys{named}"] = self.own_keys(opposite(tree.part) if isinstance(tree, Not) else tree, style)
            elif all(map(is_figure, tests)):
                if holds_without_events(tree):
                    others = self.having(opposite(tree), style)
                    counts["subtracted"] = self.subtracted(others)
                    keys["anti join"] = self.all_in(f"contact_id NOT IN ({others})")
                else:
                    keys["groups"] = self.having(tree, style)
            if len(tests) > 1 and self.has_sets_for(tree):
                keys[f"sets{named}"] = self.all_in(self.in_sets(tree, style))
            if len(tests) > 1 or not keys:
                keys[f"one pass{named}"] = self.grouped(tree, style)
        return keys, counts

    def has_sets_for(self, tree):
        """Whether sets can be asked for as the tree needs them."""
        return True

    def all_in(self, condition):
        return f"SELECT contact_id FROM contacts WHERE {condition}"

    def subtracted(self, query):
        return f"SELECT (SELECT count(*) FROM contacts) - (SELECT count(*) FROM ({query}) AS others)"
