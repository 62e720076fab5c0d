"""A contact among many contacts in SQL: places, figures of groups, and values that many contacts have, or few."""

from engines.figures_sql import Pass
from measure.conditions import NULLABLE
from measure.event_meaning import COUNTS, OPPOSITE, PLACES, compare
from measure.events import InTop


class Populations:
    """Queries for what hangs on other contacts; the conditions and the events that are meant are those of `EventSql`."""

    def valued(self, figure, population, style):
        """The contacts with a figure as x and the columns of their groups: those who are counted, and who have all of these.

        A count is 0 where there is no event. Who is counted is told by the same pass over the events, or by sets.
        """
        among, per = population
        made = Pass(self)
        name = made.figure(figure.function, figure.column, figure.of)
        is_count = figure.function in COUNTS
        if not (is_count or among or per):
            return f"SELECT contact_id, {name} AS x FROM ({made.query()}) WHERE {name} IS NOT NULL"
        contacts, tests = "contacts", [] if is_count else [f"{name} IS NOT NULL"]
        tests += [f"{column} IS NOT NULL" for column in per if column in NULLABLE]
        if among and style == "joins":
            contacts = f"(SELECT {', '.join(['contact_id', *per])} FROM contacts WHERE {self.in_sets(among, style)})"
        elif among:
            tests.append(self.condition(among, made, style))
        shown = ", ".join(["c.contact_id AS contact_id", *per, f"{f'coalesce({name}, 0)' if is_count else name} AS x"])
        joined = f"{contacts} c {'LEFT ' if is_count else ''}JOIN ({made.query()}) g ON g.contact_id = c.contact_id"
        return f"SELECT {shown} FROM {joined}{' WHERE ' if tests else ''}{' AND '.join(tests)}"

    def places(self, how, figure, population, style):
        """Where each contact lies."""
        groups = f"PARTITION BY {', '.join(population.per)} " if population.per else ""
        place = f"rank() OVER ({groups}ORDER BY x DESC)" if how == "rank" else f"cume_dist() OVER ({groups}ORDER BY x)"
        return f"SELECT contact_id, {place} AS v FROM ({self.valued(figure, population, style)})"

    def in_place(self, name, how, sign, value):
        if how in ("rank", "percentile"):
            return f"{name} {sign} {value if how == 'rank' else value / 100}"
        parts = PLACES[how]
        above, upto = f"{name} > {(value - 1) / parts}", f"{name} <= {value / parts}"
        return {"=": f"({above} AND {upto})", ">=": above, "<=": upto}[sign]

    def middle(self, column):
        # Of whole numbers some engines tell a whole one.
        return f"median(CAST({column} AS DOUBLE))"

    def beside_many(self, test, style):
        """The contacts whose figure compares with that of their group, which all are told, whether they are counted or not."""
        among, per = test.population
        everyone = self.valued(test.figure, test.population._replace(among=None), style)
        aggregate = lambda column: self.middle(column) if test.function == "median" else f"{test.function}({column})"
        if not among and style != "joins":
            told = f"{aggregate('x')} OVER ({f'PARTITION BY ' + ', '.join(per) if per else ''}) AS told"
            return f"SELECT contact_id FROM (SELECT contact_id, x, {told} FROM ({everyone})) WHERE x {test.sign} {test.factor} * told"
        counted = self.valued(test.figure, test.population, style)
        on = " AND ".join(f"e.{column} = m.{column}" for column in per)
        if per:
            groups = ", ".join(per)
            many = f"JOIN (SELECT {groups}, {aggregate('x')} AS told FROM ({counted}) GROUP BY {groups}) m ON {on}"
        else:
            # Of nobody there is no figure.
            many = f"CROSS JOIN (SELECT {aggregate('x')} AS told FROM ({counted}) HAVING count(*) > 0) m"
        return f"SELECT e.contact_id AS contact_id FROM ({everyone}) e {many} WHERE e.x {test.sign} {test.factor} * m.told"

    def reaches(self, column, of):
        """How many contacts have each value of the events."""
        return f"SELECT {column} AS value, count(DISTINCT contact_id) AS n FROM {self.events(of, column=column)} GROUP BY {column}"

    def looked_up(self, test, is_not=False):
        """Whether a value is among the first, or had by so many; one that nobody has is at 0."""
        if isinstance(test, InTop):
            placed = f"SELECT value, rank() OVER (ORDER BY n DESC) AS place FROM ({self.reaches(test.column, test.of)})"
            values = f"SELECT value FROM ({placed}) WHERE place <= {test.number}"
        else:
            of_nobody = compare(0, test.sign, test.number)
            sign = OPPOSITE[test.sign] if of_nobody else test.sign
            values, is_not = f"SELECT value FROM ({self.reaches(test.column, test.of)}) WHERE n {sign} {test.number}", is_not != of_nobody
        return f"{test.column} {'NOT ' if is_not else ''}IN ({values})"
