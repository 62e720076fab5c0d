"""A contact among many contacts in Polars: places, figures of groups, and values that many contacts have, or few."""

import polars
from polars import col

from engines.polars_figures import Pass
from engines.polars_sequences import KEY, signed
from measure.event_meaning import COUNTS, PLACES, TESTS, compare, leaves
from measure.events import CATALOGUE, InTop


class Populations:
    """Frames for what hangs on other contacts; the conditions and the events that are meant are those of `Events`."""

    def valued(self, figure, population, style):
        """The contacts with a figure as x and the columns of their groups: those who are counted, and who have all of these.

        A count is 0 where there is no event. Who is counted is told by the same pass over the events, or by sets.
        """
        among, per = population
        made = Pass(self)
        name = made.figure(figure.function, figure.column, figure.of).meta.output_name()
        is_count = figure.function in COUNTS
        contacts, condition = self.tables["contacts"], None
        if among and not any(isinstance(leaf, TESTS) for leaf in leaves(among)):
            contacts = contacts.filter(self.of_contact(among))
        elif among and style == "joins":
            contacts = contacts.join(self.sets(among, style), on=KEY, how="semi")
        elif among:
            condition = self.condition(among, made, style)
        figures = made.query()
        if not (is_count or among or per):
            return figures.select(KEY, x=name).drop_nulls()
        every = contacts.drop_nulls(per) if per else contacts
        every = every.join(figures, on=KEY, how="left" if is_count else "inner")
        every = every.filter(condition) if condition is not None else every
        x = col(name).fill_null(0) if is_count else col(name)
        return every.select(KEY, *per, x.alias("x")).drop_nulls("x")

    def places(self, how, figure, sign, value, population, style):
        per, x = list(population.per), col("x")
        within = lambda expression: expression.over(per) if per else expression
        rank = lambda **order: within(x.rank(**order)).cast(polars.Int64)
        if how == "rank":
            place = signed(rank(method="min", descending=True), sign, value)
        else:
            parts = PLACES[how]
            reached, whole = parts * rank(method="max"), within(polars.len()).cast(polars.Int64)
            above, upto = reached > (value - 1) * whole, reached <= value * whole
            place = {"=": above & upto, ">=": above, "<=": upto}[sign] if how != "percentile" else signed(reached, sign, value * whole)
        return self.valued(figure, population, style).select(KEY, place.alias("v"))

    def beside_many(self, test, style):
        """The contacts whose figure compares with that of their group, which all are told, whether they are counted or not."""
        among, per = test.population
        x, per = col("x"), list(per)
        everyone = self.valued(test.figure, test.population._replace(among=None), style)
        told = {"avg": x.mean(), "median": x.median(), "min": x.min(), "max": x.max()}[test.function]
        if not among and style != "joins":
            return everyone.filter(signed(x, test.sign, test.factor * (told.over(per) if per else told))).select(KEY)
        counted = self.valued(test.figure, test.population, style)
        if per:
            joined = everyone.join(counted.group_by(per).agg(told.alias("told")), on=per)
        else:
            joined = everyone.join(counted.select(told.alias("told")), how="cross")
        return joined.filter(signed(x, test.sign, test.factor * col("told"))).select(KEY)

    def reaches(self, column, of):
        """How many contacts have each value of the events."""
        return self.of(of, column in CATALOGUE).group_by(column).agg(col(KEY).n_unique().cast(polars.Int64).alias("n"))

    def looked_up(self, events, test, is_not=False):
        """Those of the events whose value is among the first, or had by so many; a value that nobody has is at 0."""
        values = self.reaches(test.column, test.of)
        if isinstance(test, InTop):
            values = values.filter(col("n").rank("min", descending=True) <= test.number)
        else:
            of_nobody = compare(0, test.sign, test.number)
            met = signed(col("n"), test.sign, test.number)
            values, is_not = values.filter(~met if of_nobody else met), is_not != of_nobody
        return events.join(values, on=test.column, how="anti" if is_not else "semi")
