"""The conditions in SQL. What differs from dialect to dialect is a method."""

from engines.engine import Way
from engines.event_sql import EventSql
from measure import drawn_events
from measure.conditions import (
    BRUSSELS,
    EARTH_KILOMETRES,
    MANY,
    NOW_MICROSECONDS,
    NULLABLE,
    And,
    Before,
    Between,
    Birthday,
    Compare,
    Contains,
    EndsWith,
    Flag,
    Has,
    Near,
    Not,
    OneOf,
    Or,
    Since,
    ago,
    birthdays,
    box,
    may_be_missing,
    segments,
    tree_of,
)


class Dialect:
    # How it says conditions on events that are drawn.
    of_events = EventSql

    def instant(self, time):
        return f"TIMESTAMPTZ '{time:%Y-%m-%d %H:%M:%S}+00'"

    def ago(self, days):
        return self.instant(ago(days))

    def days(self, count):
        return f"INTERVAL {count} DAY"

    def has(self, column, value):
        return f"list_contains({column}, '{value}')"

    def ends_with(self, column, text):
        return f"{column} LIKE '%{text}'"

    def month_and_day(self):
        return "month(birthday)", "day(birthday)"

    def microseconds(self, time):
        """An instant as a whole number."""
        return f"epoch_us({time})"

    def count_where(self, condition):
        return f"count(*) FILTER (WHERE {condition})"

    def not_true(self, condition):
        """What holds where the condition is false or unknown."""
        return f"({condition}) IS NOT TRUE"

    def condition(self, tree):
        """A tree of measure/conditions.py; where it is unknown, no contact is meant."""
        literal = lambda x: f"'{x}'" if isinstance(x, str) else f"{x}"
        match tree:
            case And(parts):
                return "(" + " AND ".join(map(self.condition, parts)) + ")"
            case Or(parts):
                return "(" + " OR ".join(map(self.condition, parts)) + ")"
            case Not(part):
                inner = self.condition(part)
                return self.not_true(inner) if may_be_missing(part) else f"(NOT {inner})"
            case Compare(column, "<>", value) if column in NULLABLE:
                # What is missing differs from everything.
                return self.not_true(f"{column} = {literal(value)}")
            case Compare(column, sign, value):
                return f"{column} {sign} {literal(value)}"
            case OneOf(column, values):
                return f"{column} IN ({', '.join(map(literal, values))})"
            case Between(column, low, high):
                return f"({column} BETWEEN {low} AND {high})"
            case Flag(column, wanted):
                return column if wanted else f"(NOT {column})"
            case Since(column, days):
                return f"{column} >= {self.ago(days)}"
            case Before(column, days):
                return f"{column} < {self.ago(days)}"
            case EndsWith(column, text):
                return self.ends_with(column, text)
            case Contains(column, text):
                return f"{column} LIKE '%{text}%'"
            case Has(column, value):
                return self.has(column, value)
            case Birthday(days):
                month, day = self.month_and_day()
                months = (
                    f"({month} = {number} AND {day} BETWEEN {first} AND {last})"
                    for number, first, last in birthdays(days)
                )
                return "(" + " OR ".join(months) + ")"
            case Near(kilometres):
                return self.near(kilometres)
        raise TypeError(tree)

    def near(self, kilometres):
        """The distance by the haversine, for those who are in the box around the circle."""
        south, north, west, east = box(kilometres)
        latitude, longitude = BRUSSELS
        half = lambda column, middle: f"pow(sin(radians({column} - {middle}) / 2), 2)"
        return (
            f"(lat BETWEEN {south!r} AND {north!r} AND lon BETWEEN {west!r} AND {east!r} AND "
            f"2 * {EARTH_KILOMETRES} * asin(sqrt({half('lat', latitude)} + cos(radians({latitude})) "
            f"* cos(radians(lat)) * {half('lon', longitude)})) <= {kilometres})"
        )

    def count_of(self, trees):
        """A row with the count of each of several conditions."""
        counted = (self.count_where(self.condition(tree)) for tree in trees)
        counts = ", ".join(f"{count} AS s{place}" for place, count in enumerate(counted))
        return f"SELECT {counts} FROM contacts"

    def events(self, contacts):
        """For each condition on events, ways to say it: queries for the keys of the members, of so many contacts."""
        documentary = self.count_where("t.genre = 'documentary'")
        genre = (
            "SELECT e.contact_id AS contact_id FROM events e JOIN titles t ON e.title_id = t.title_id "
            f"WHERE e.kind = 'finish' AND e.ts >= {self.ago(365)} GROUP BY e.contact_id "
            f"HAVING {documentary} >= 5 AND 10 * {documentary} >= 3 * count(*)"
        )
        lapsed = (
            f"SELECT contact_id FROM events WHERE kind = 'view' AND ts >= {self.ago(455)} "
            f"GROUP BY contact_id HAVING max(ts) < {self.ago(90)}"
        )
        of_kind = lambda kind, days: (
            f"SELECT contact_id FROM events WHERE kind = '{kind}' AND ts >= {self.ago(days)} GROUP BY contact_id"
        )
        opens, views = (self.count_where(f"kind = '{kind}'") for kind in ("open", "view"))
        us = self.microseconds
        return {
            "E1": {"groups": f"{of_kind('purchase', 90)} HAVING count(*) >= 3"},
            "E2": {"groups": f"{of_kind('purchase', 365)} HAVING sum(amount) > 250"},
            "E3": {
                "groups": f"SELECT contact_id FROM events WHERE kind IN ('open', 'view') AND ts >= {self.ago(180)} "
                f"GROUP BY contact_id HAVING {opens} = 0 AND {views} > 0",
            },
            "E4": {"groups": genre},
            "E5": {"anti join": self.unfinished()},
            "E6": {"windows": self.sequence()},
            "E7": {
                "groups": "SELECT contact_id FROM events WHERE kind = 'login' GROUP BY contact_id "
                f"HAVING count(*) >= 3 AND ({NOW_MICROSECONDS} - {us('max(ts)')}) * (count(*) - 1) "
                f"> 2 * ({us('max(ts)')} - {us('min(ts)')})",
            },
            "E7m": {
                "windows": f"WITH gaps AS (SELECT contact_id, {us('ts')} AS moment, {us('ts')} - lag({us('ts')}) OVER "
                "(PARTITION BY contact_id ORDER BY ts) AS gap FROM events WHERE kind = 'login') "
                "SELECT contact_id FROM gaps GROUP BY contact_id "
                f"HAVING count(*) >= 3 AND {NOW_MICROSECONDS} - max(moment) > 2 * median(CAST(gap AS DOUBLE))",
            },
            "E8": self.champions(contacts),
            "E9": {
                "semi joins": "SELECT contact_id FROM contacts WHERE region = 'BE' "
                f"AND contact_id IN ({lapsed}) AND contact_id IN ({genre})",
            },
        }

    def unfinished(self):
        return (
            f"SELECT DISTINCT v.contact_id FROM events v WHERE v.kind = 'view' AND v.ts >= {self.ago(44)} "
            f"AND v.ts < {self.ago(14)} AND NOT EXISTS (SELECT 1 FROM events f WHERE f.kind = 'finish' "
            f"AND f.ts >= {self.ago(44)} AND f.contact_id = v.contact_id AND f.title_id = v.title_id "
            f"AND f.ts > v.ts AND f.ts <= v.ts + {self.days(14)})"
        )

    def sequence(self):
        """The last view before the last click before each purchase, carried forward by windows."""
        so_far = (
            "OVER (PARTITION BY contact_id ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
        )
        return (
            f"WITH a AS (SELECT contact_id, ts, kind, max(CASE WHEN kind = 'view' THEN ts END) {so_far} AS viewed "
            "FROM events WHERE kind IN ('view', 'click', 'purchase')), "
            f"b AS (SELECT contact_id, ts, kind, max(CASE WHEN kind = 'click' THEN viewed END) {so_far} AS began FROM a) "
            f"SELECT DISTINCT contact_id FROM b WHERE kind = 'purchase' AND ts <= began + {self.days(7)}"
        )

    def purchases(self):
        """Recency, frequency and money of every contact, 0 where there was no purchase."""
        return (
            "a AS (SELECT contact_id, max(ts) AS r, count(*) AS f, sum(amount) AS m FROM events "
            "WHERE kind = 'purchase' GROUP BY contact_id), "
            f"b AS (SELECT c.contact_id AS contact_id, coalesce({self.microseconds('a.r')}, 0) AS r, "
            "coalesce(a.f, 0) AS f, coalesce(a.m, 0) AS m FROM contacts c LEFT JOIN a ON a.contact_id = c.contact_id)"
        )

    def champions(self, contacts):
        """Who is in the top fifth of all three; equals are in the same fifth."""
        shares = ", ".join(f"cume_dist() OVER (ORDER BY {part}) AS {part}" for part in "rfm")
        return {
            "windows": f"WITH {self.purchases()}, q AS (SELECT contact_id, {shares} FROM b) "
            "SELECT contact_id FROM q WHERE r > 0.8 AND f > 0.8 AND m > 0.8",
        }

    def champions_by_cuts(self, quantile):
        """The same by the values at which the top fifth begins, each found by an expression of the column."""
        cuts = ", ".join(f"{quantile(part)} AS {part}" for part in "rfm")
        return (
            f"WITH {self.purchases()}, cut AS (SELECT {cuts} FROM b) SELECT contact_id FROM b, cut "
            "WHERE b.r >= cut.r AND b.f >= cut.f AND b.m >= cut.m"
        )


def top_fifth(contacts):
    """The place of the lowest value of the top fifth, from 1 on: as many as are below it are at most four fifths."""
    return 4 * contacts // 5 + 1


class SqlPeer:
    """A peer that is asked in SQL: it has a dialect, the numbers of a `row` and the first column of a table as `keys`."""

    # How many counts one query has; all of them where nothing is said.
    counts_a_query = None

    def learn(self, dialect):
        """Makes the queries, which hang on how many contacts there are."""
        self.dialect = dialect
        self.drawn = dialect.of_events(dialect)
        self.events = dialect.events(self.row("SELECT count(*) FROM contacts")[0])

    def count(self, tree):
        return f"SELECT count(*) FROM contacts WHERE {self.dialect.condition(tree)}"

    def ways(self, condition):
        if condition in MANY:
            trees = segments(MANY[condition])
            each = self.counts_a_query or len(trees)
            parts = (trees[first : first + each] for first in range(0, len(trees), each))
            together = [self.dialect.count_of(part) for part in parts]
            singly = [self.count(tree) for tree in trees]
            return {
                "many counts in a query": Way(lambda: [n for query in together for n in self.row(query)]),
                "one by one": Way(lambda: [n for query in singly for n in self.row(query)]),
            }
        tree = tree_of(condition)
        if tree:
            count = self.count(tree)
            keys = f"SELECT contact_id FROM contacts WHERE {self.dialect.condition(tree)}"
            return {"filter": Way(lambda: self.row(count), lambda: self.keys(keys))}
        tree = drawn_events.tree_of(condition)
        queries, counts = self.drawn.ways(tree) if tree else (self.events[condition], {})
        ways = {
            name: Way(
                lambda query=query: self.row(f"SELECT count(*) FROM ({query}) AS members"),
                lambda query=query: self.keys(query),
            )
            for name, query in queries.items()
        }
        return ways | {name: Way(lambda query=query: self.row(query)) for name, query in counts.items()}
