"""Sequences of events in SQL: one after the other, one without another, and events around a time of the contact."""

from measure.conditions import ago
from measure.event_meaning import DAY, ENDS
from measure.events import CATALOGUE, KINDS, Chain, Of

BEFORE = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
AFTER = "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING"


def times(factor):
    return "" if factor == 1 else f"{factor} * "


class Sequences:
    """Queries for the contacts of a sequence; the events that are meant and the dialect are those of `EventSql`."""

    def steps(self, chain, column="title_id"):
        """The events of all steps of a chain, with whether each may be that step, and a column of theirs."""
        tests = [" AND ".join(self.selected(step._replace(window=chain.window))) for step in chain.steps]
        titles = column in CATALOGUE or any(self.joins_titles(step.where) for step in chain.steps)
        table = self.events_table({step.kind for step in chain.steps}, titles)
        kinds = ", ".join(sorted({f"'{KINDS[step.kind]}'" for step in chain.steps}))
        where = " AND ".join([f"kind IN ({kinds})", *self.within(chain.window, "ts")])
        flags = ", ".join(f"({test}) AS is{place}" for place, test in enumerate(tests))
        return f"SELECT contact_id, ts, {column}, {flags} FROM {table} WHERE {where}"

    def over(self, chain, rows):
        return f"OVER (PARTITION BY contact_id{', title_id' if chain.on_title else ''} ORDER BY ts {rows})"

    def in_time(self, time, days, of="ts"):
        """Whether a time is at most so many days before."""
        return f"{time} >= {of} - {self.dialect.days(days)}" if days else f"{time} IS NOT NULL"

    def chain(self, chain, style):
        if style == "joins":
            return self.chain_by_joins(chain)
        steps = self.steps(chain)
        if chain.times > 1:
            # The next of the second kind after each of the first.
            then = f"min(CASE WHEN is1 THEN ts END) {self.over(chain, AFTER)} AS later"
            within = chain.within[0]
            in_time = f"later <= ts + {self.dialect.days(within)}" if within else "later IS NOT NULL"
            return (
                f"SELECT contact_id FROM (SELECT contact_id, ts, is0, {then} FROM ({steps})) WHERE is0 AND {in_time} "
                f"GROUP BY contact_id HAVING count(*) >= {chain.times}"
            )
        if chain.on_title and chain.within == (None,):
            ends = "min(CASE WHEN is0 THEN ts END) AS began, max(CASE WHEN is1 THEN ts END) AS ended"
            pairs = f"SELECT contact_id, title_id, {ends} FROM ({steps}) GROUP BY contact_id, title_id"
            return f"SELECT DISTINCT contact_id FROM ({pairs}) WHERE began < ended"
        return self.chain_by_windows(chain, steps)

    def chain_by_windows(self, chain, rows):
        """The last of each step that may stand before an event is carried forward, as its time or that of its beginning."""
        last = len(chain.steps) - 1
        carried = "ts"
        for place in range(last):
            flags = ", ".join(f"is{later}" for later in range(place + 1, last + 1))
            met = f"is{place}"
            if place and not chain.overall:
                met += f" AND {self.in_time(f't{place - 1}', chain.within[place - 1])}"
            of = f"max(CASE WHEN {met} THEN {carried} END) {self.over(chain, BEFORE)} AS t{place}"
            rows = f"SELECT contact_id, ts, title_id, {flags}, {of} FROM ({rows})"
            carried = f"t{place}" if chain.overall else "ts"
        in_time = self.in_time(f"t{last - 1}", chain.overall or chain.within[last - 1])
        return f"SELECT DISTINCT contact_id FROM ({rows}) WHERE is{last} AND {in_time}"

    def chain_by_joins(self, chain):
        """Each step joined to the one before."""
        of = [
            f"(SELECT contact_id, ts, title_id FROM {self.events(step, chain.window)}) e{place}"
            for place, step in enumerate(chain.steps)
        ]
        query = f"SELECT {'' if chain.times > 1 else 'DISTINCT '}e0.contact_id AS contact_id{', e0.ts AS began' if chain.times > 1 else ''} FROM {of[0]}"
        for place in range(1, len(of)):
            within = chain.within[place - 1] if not chain.overall else None
            query += f" JOIN {of[place]} ON {self.later(chain.on_title, place, place - 1, within)}"
        if chain.overall:
            query += f" WHERE e{len(of) - 1}.ts <= e0.ts + {self.dialect.days(chain.overall)}"
        if chain.times > 1:
            return f"SELECT contact_id FROM ({query}) GROUP BY contact_id HAVING count(DISTINCT began) >= {chain.times}"
        return query

    def later(self, on_title, place, before, within):
        tests = [f"e{place}.contact_id = e{before}.contact_id"]
        tests += [f"e{place}.title_id = e{before}.title_id"] if on_title else []
        tests += [f"e{place}.ts > e{before}.ts"]
        tests += [f"e{place}.ts <= e{before}.ts + {self.dialect.days(within)}"] if within else []
        return " AND ".join(tests)

    def passed(self, within, time):
        return [f"{time} < {self.instant(ago(within))}"] if within else []

    def without(self, test, style):
        if style == "joins":
            of = f"(SELECT contact_id, ts, title_id FROM {self.events(test.first, test.window)}) e0"
            then = f"(SELECT contact_id, ts, title_id FROM {self.events(test.then)}) e1"
            exists = f"NOT EXISTS (SELECT 1 FROM {then} WHERE {self.later(test.on_title, 1, 0, test.within)})"
            where = " AND ".join([*self.passed(test.within, "e0.ts"), exists])
            return f"SELECT DISTINCT e0.contact_id AS contact_id FROM {of} WHERE {where}"
        pair = Chain((test.first, test.then), (test.within,), on_title=test.on_title)
        steps = self.steps(pair)
        begun = " AND ".join(["is0", *self.within(test.window, "ts"), *self.passed(test.within, "ts")])
        if test.within is None:
            # Whether one of the first comes after the last of the other.
            ends = f"max(CASE WHEN {begun} THEN ts END) AS began, max(CASE WHEN is1 THEN ts END) AS ended"
            pairs = f"SELECT contact_id, title_id, {ends} FROM ({steps}) GROUP BY contact_id, title_id"
            return f"SELECT DISTINCT contact_id FROM ({pairs}) WHERE began IS NOT NULL AND (ended IS NULL OR began >= ended)"
        low = self.within(test.window._replace(high=None), "ts")
        if low:
            steps += " AND " + " AND ".join(low)
        then = f"min(CASE WHEN is1 THEN ts END) {self.over(pair, AFTER)} AS later"
        late = f"(later IS NULL OR later > ts + {self.dialect.days(test.within)})"
        return f"SELECT DISTINCT contact_id FROM (SELECT contact_id, ts, is0, {then} FROM ({steps})) WHERE {begun} AND {late}"

    def compared(self, test, style):
        """Who has one of the second that compares with one of the first before it."""
        column, within = test.column, test.within
        if style == "joins":
            of = lambda step: f"(SELECT contact_id, ts, {column} AS x FROM {self.events(step, test.window, column)})"
            later = f"{self.later(False, 1, 0, within)} AND e1.x {test.sign} {times(test.factor)}e0.x"
            return f"SELECT DISTINCT e0.contact_id AS contact_id FROM {of(test.first)} e0 JOIN {of(test.then)} e1 ON {later}"
        pair = Chain((test.first, test.then), (within,), test.window)
        moment = self.dialect.microseconds("ts")
        shown = f"contact_id, {moment} AS moment, {column} AS x, is0, is1"
        rows = f"SELECT {shown} FROM ({self.steps(pair, column)})"
        if test.sign == "=":
            # The last of the same value before it.
            began = f"max(CASE WHEN is0 THEN moment END) OVER (PARTITION BY contact_id, x ORDER BY moment {BEFORE}) AS began"
            in_time = f"began >= moment - {within * DAY}" if within else "began IS NOT NULL"
            return f"SELECT DISTINCT contact_id FROM (SELECT contact_id, moment, is1, {began} FROM ({rows})) WHERE is1 AND {in_time}"
        # The least or the greatest before it.
        before = f"RANGE BETWEEN {within * DAY} PRECEDING AND 1 PRECEDING" if within else BEFORE
        over = f"OVER (PARTITION BY contact_id ORDER BY moment {before})"
        ends = ", ".join(f"{end}(CASE WHEN is0 THEN x END) {over} AS {end}_x" for end in ENDS[test.sign])
        met = " OR ".join(f"x {test.sign} {times(test.factor)}{end}_x" for end in ENDS[test.sign])
        return f"SELECT DISTINCT contact_id FROM (SELECT contact_id, x, is1, {ends} FROM ({rows})) WHERE is1 AND ({met})"

    def around(self, test):
        anchors = f"(SELECT contact_id AS owner, {test.anchor} AS anchor FROM contacts)"
        if test.anchor in KINDS:
            anchors = f"(SELECT contact_id AS owner, min(ts) AS anchor FROM {self.events(Of(test.anchor))} GROUP BY contact_id)"
        length = self.dialect.days(test.days)
        in_time = f"ts > anchor AND ts <= anchor + {length}"
        if test.before:
            in_time = f"ts < anchor AND ts >= anchor - {length}"
        of = f"(SELECT contact_id, ts FROM {self.events(test.of)}) e"
        return f"SELECT DISTINCT contact_id FROM {of} JOIN {anchors} a ON contact_id = owner WHERE {in_time}"
