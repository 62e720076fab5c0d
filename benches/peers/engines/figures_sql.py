"""Figures of events in SQL: all of one pass over the events, grouped by contact."""

from measure.events import CATALOGUE, KINDS


def literal(value):
    return f"'{value}'" if isinstance(value, str) else f"{value}"


class Pass:
    """Figures of one pass over the events, grouped by contact, and what stands beside it."""

    def __init__(self, sql):
        self.sql = sql
        # Names of figures by the function, its argument, and the conditions on the events.
        self.figures = {}
        self.kinds, self.windows, self.needs_titles = set(), [], False
        # Other tables, each with a row for each of some contacts.
        self.beside = {}

    def figure(self, function, column, of, part=None):
        """The name of a figure of events, which may be a part of those that are meant."""
        self.kinds.add(of.kind)
        self.windows.append(of.window)
        self.needs_titles |= column in CATALOGUE or self.sql.joins_titles(of.where) or self.sql.joins_titles(part)
        tests = tuple(self.sql.selected(of)) + ((self.sql.field_test(part),) if part else ())
        return self.figures.setdefault((function, column, tests), f"n{len(self.figures)}")

    def table(self, query):
        return self.beside.setdefault(query, f"s{len(self.beside)}")

    def query(self):
        """The figures of all contacts that have such events."""
        every = [tests for _, _, tests in self.figures]
        shared = [test for test in every[0] if all(test in tests for tests in every)]
        where = list(shared)
        if len(self.kinds) > 1:
            where = [f"kind IN ({', '.join(literal(KINDS[kind]) for kind in sorted(self.kinds))})", *where]
        where += self.widest()
        shown = []
        for (function, column, tests), name in self.figures.items():
            condition = " AND ".join(test for test in tests if test not in shared)
            shown.append(f"{self.sql.figure(function, column, condition)} AS {name}")
        table = self.sql.events_table(self.kinds, self.needs_titles)
        return f"SELECT contact_id, {', '.join(shown)} FROM {table} WHERE {' AND '.join(where)} GROUP BY contact_id"

    def widest(self):
        """The window that holds all of several."""
        if len(set(self.windows)) < 2:
            return []
        lows = [window.low for window in self.windows]
        highs = [window.high for window in self.windows]
        tests = [] if None in lows else [f"ts >= {self.sql.instant(min(lows))}"]
        return tests if None in highs else [*tests, f"ts <= {self.sql.instant(max(highs))}"]
