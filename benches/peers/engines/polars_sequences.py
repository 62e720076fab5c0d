"""Sequences of events in Polars: one after the other, one without another, and events around a time of the contact."""

from functools import reduce
from operator import and_, or_

import polars
from polars import col, lit

from measure.conditions import NOW_MICROSECONDS
from measure.event_meaning import DAY, ENDS, of_catalogue
from measure.events import CATALOGUE, KINDS, Chain, Of

KEY = "contact_id"
SIGNS = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def signed(left, sign, right):
    return getattr(left, SIGNS[sign])(right)


def instant(time):
    return lit(time).cast(polars.Datetime("us", "UTC"))


def microseconds(time):
    return time.dt.timestamp("us")


def within(window, time):
    tests = []
    if window.low:
        tests.append(time >= instant(window.low) if window.calendar else time > instant(window.low))
    if window.high:
        tests.append(time < instant(window.high) if window.calendar else time <= instant(window.high))
    return tests


def of_kinds(kinds):
    names = [KINDS[kind] for kind in sorted(kinds)]
    return col("kind") == names[0] if len(names) == 1 else col("kind").is_in(names)


class Sequences:
    """Frames of the keys of a sequence; the events that are meant are those of `Events`."""

    def steps(self, chain, column="title_id"):
        kinds = {step.kind for step in chain.steps}
        titles = column in CATALOGUE or any(of_catalogue(step.where) for step in chain.steps)
        where = reduce(and_, [of_kinds(kinds), *within(chain.window, col("ts"))])
        flags = {f"is{place}": reduce(and_, self.selected(step)) for place, step in enumerate(chain.steps)}
        return self.rows(where, titles, kinds).select(KEY, column, microseconds(col("ts")).alias("ts"), **flags)

    @staticmethod
    def carried(chain, style, met, value, forward=True):
        """What stands beside the last event before, or the next one after, of which something holds."""
        met = met & value.is_not_null()
        along = lambda what: polars.when(met).then(what).forward_fill().shift(1)
        if not forward:
            along = lambda what: polars.when(met).then(what).backward_fill().shift(-1)
        if style == "in order" and not chain.on_title:
            # The table is sorted by contact and time, so that it can be carried along all of it, with whose it is.
            return polars.when(along(col(KEY)) == col(KEY)).then(along(value))
        return along(value).over([KEY, "title_id"] if chain.on_title else KEY)

    def chain(self, chain, style):
        if style == "joins":
            return self.chain_by_joins(chain)
        steps, time = self.steps(chain), col("ts")
        if chain.times > 1:
            later = steps.with_columns(later=self.carried(chain, style, col("is1"), time, forward=False))
            in_time = self.in_time(chain.within[0], time, col("later"))
            counted = later.filter(col("is0") & in_time).group_by(KEY).len()
            return counted.filter(col("len") >= chain.times).select(KEY)
        value = time
        for place in range(len(chain.steps) - 1):
            met = col(f"is{place}")
            if place and not chain.overall:
                met &= self.in_time(chain.within[place - 1], col(f"t{place - 1}"), time)
            steps = steps.with_columns(self.carried(chain, style, met, value).alias(f"t{place}"))
            value = col(f"t{place}") if chain.overall else time
        last = len(chain.steps) - 1
        in_time = self.in_time(chain.overall or chain.within[-1], col(f"t{last - 1}"), time)
        return steps.filter(col(f"is{last}") & in_time).select(KEY).unique()

    @staticmethod
    def in_time(days, before, after):
        return after <= before + days * DAY if days else before.is_not_null() & after.is_not_null()

    def times(self, of, name, window=None):
        return self.of(of, window=window).select(KEY, "title_id", microseconds(col("ts")).alias(name))

    def chain_by_joins(self, chain):
        on = [KEY, "title_id"] if chain.on_title else [KEY]
        joined = self.times(chain.steps[0], "t0", chain.window)
        for place, step in enumerate(chain.steps[1:], 1):
            before, after = col(f"t{place - 1}"), col(f"t{place}")
            joined = joined.join(self.times(step, f"t{place}", chain.window).select(*on, f"t{place}"), on=on)
            joined = joined.filter((after > before) & self.in_time(None if chain.overall else chain.within[place - 1], before, after))
        if chain.overall:
            joined = joined.filter(self.in_time(chain.overall, col("t0"), col(f"t{len(chain.steps) - 1}")))
        if chain.times > 1:
            counted = joined.select(KEY, "t0").unique().group_by(KEY).len()
            return counted.filter(col("len") >= chain.times).select(KEY)
        return joined.select(KEY).unique()

    def without(self, test, style):
        on = [KEY, "title_id"] if test.on_title else [KEY]
        passed = [col("t0") < NOW_MICROSECONDS - test.within * DAY] if test.within else []
        if style == "joins":
            begun = self.times(test.first, "t0", test.window)
            begun = begun.filter(passed).select(*on, "t0") if passed else begun.select(*on, "t0")
            then = self.times(test.then, "t1").select(*on, "t1")
            followed = begun.join(then, on=on).filter((col("t1") > col("t0")) & self.in_time(test.within, col("t0"), col("t1")))
            return begun.join(followed, on=[*on, "t0"], how="anti").select(KEY).unique()
        pair = Chain((test.first, test.then), (test.within,), on_title=test.on_title)
        steps = self.steps(pair)
        begun = reduce(and_, [col("is0"), *within(test.window, col("ts").cast(polars.Datetime("us", "UTC")))])
        if test.within is None:
            ends = steps.select(*on, began=polars.when(begun).then(col("ts")), ended=polars.when("is1").then(col("ts")))
            ends = ends.group_by(on).agg(col("began").max(), col("ended").max())
            return ends.filter(col("began").is_not_null() & (col("ended").is_null() | (col("began") >= col("ended")))).select(KEY).unique()
        followed = steps.with_columns(later=self.carried(pair, style, col("is1"), col("ts"), forward=False))
        late = col("later").is_null() | ~self.in_time(test.within, col("ts"), col("later"))
        over = col("ts") < NOW_MICROSECONDS - test.within * DAY
        return followed.filter(begun & over & late).select(KEY).unique()

    def compared(self, test, style):
        """Who has one of the second that compares with one of the first before it."""
        column, within, time = test.column, test.within, col("ts")
        compare = lambda left, right: signed(col(left), test.sign, test.factor * col(right) if test.factor > 1 else col(right))
        is_equal = test.sign == "="
        if style == "joins":
            names = {"x": column} if is_equal else {}
            of = lambda step, place: self.of(step, column in CATALOGUE, test.window).select(
                KEY, microseconds(time).alias(f"t{place}"), **(names or {f"x{place}": column})
            )
            joined = of(test.first, 0).join(of(test.then, 1), on=[KEY, *names])
            joined = joined.filter((col("t1") > col("t0")) & self.in_time(within, col("t0"), col("t1")))
            return (joined if is_equal else joined.filter(compare("x1", "x0"))).select(KEY).unique()
        steps = self.steps(Chain((test.first, test.then), (within,), test.window), column)
        if is_equal:
            # The last of the same value before it.
            began = polars.when("is0").then(time).forward_fill().shift(1).over([KEY, column])
            return steps.filter(col("is1") & self.in_time(within, began, time)).select(KEY).unique()
        # The least or the greatest before it.
        x = col(column).to_physical() if column == "genre" else col(column)
        ends, of_first = ENDS[test.sign], polars.when("is0").then(x)
        if within:
            before = {end: getattr(of_first, f"rolling_{end}_by")("ts", f"{within * DAY}i", closed="left").over(KEY) for end in ends}
        else:
            before = {end: getattr(of_first, f"cum_{end}")().forward_fill().shift(1).over(KEY) for end in ends}
        met = reduce(or_, (compare("x", end) for end in ends))
        return steps.with_columns(x=x, **before).filter(col("is1") & met).select(KEY).unique()

    def around(self, test):
        if test.anchor in KINDS:
            anchors = self.of(Of(test.anchor)).group_by(KEY).agg(col("ts").min().alias("anchor"))
        else:
            anchors = self.tables["contacts"].select(KEY, col(test.anchor).alias("anchor"))
        time, anchor, length = col("ts"), col("anchor"), polars.duration(days=test.days)
        in_time = (time > anchor) & (time <= anchor + length)
        if test.before:
            in_time = (time < anchor) & (time >= anchor - length)
        return self.of(test.of).select(KEY, "ts").join(anchors, on=KEY).filter(in_time).select(KEY).unique()
