"""Counts the segments of examples/streaming with DuckDB, an engine that shares nothing with ours.

    python3 conformance/streaming/count.py            compares with expected.json
    python3 conformance/streaming/count.py --write    writes expected.json

The script makes a virtual environment of its own in conformance/streaming/.venv and installs DuckDB from PyPI in it. Each segment is written in
SQL by hand. SQL's third truth value is kept out by coalescing every comparison on a column that may be missing, since with us a comparison with a
missing value is false and its negation true.
"""

import json
import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
CONTACTS = HERE.parent.parent / "examples" / "streaming" / "contacts.parquet"
SUPPRESSED = CONTACTS.parent / "lists" / "suppressed.csv"
DATA = CONTACTS.parent / "data"
EXPECTED = HERE / "expected.json"
DUCKDB = "duckdb==2.0.0"
AS_OF = "2026-11-22T10:00+01:00"

# 10:00 in Brussels; the day there; the instants that the calendar words come to there, all worked out by hand.
NOW = "TIMESTAMPTZ '2026-11-22 10:00:00+01'"
TODAY = "DATE '2026-11-22'"
HALF_A_YEAR_AGO = "TIMESTAMPTZ '2026-05-22 10:00:00+02'"  # summer time
FIRST_QUARTER = ("TIMESTAMPTZ '2026-01-01 00:00:00+01'", "TIMESTAMPTZ '2026-04-01 00:00:00+02'")

# The contact's own zone; ours where it is missing, blank or none.
OWN_ZONE = "CASE WHEN time_zone IN (SELECT name FROM pg_timezone_names()) THEN time_zone ELSE 'Europe/Brussels' END"

REACHABLE = "(coalesce(consent, false) AND email IS NOT NULL)"
PAYING = "(plan IN ('basic', 'pro', 'family'))"
# Days are 24 hours each, whatever the clocks did in between.
AGO = f"({NOW} - INTERVAL '%d' HOUR)"


def days_ago(days):
    return AGO % (24 * days)


def kilometres(latitude, longitude):
    """How far the home is from a place on a sphere; DuckDB's own sines."""
    north = f"sin(radians({latitude} - home.latitude) / 2)"
    east = f"sin(radians({longitude} - home.longitude) / 2)"
    h = f"{north} * {north} + cos(radians(home.latitude)) * cos(radians({latitude})) * {east} * {east}"
    return f"12742.0176 * asin(sqrt({h}))"


def known(condition):
    """The condition, false where SQL does not know."""
    return f"coalesce({condition}, false)"


SEGMENTS = {
    "newcomers": known(f"signup_at > {days_ago(30)} AND signup_at <= {NOW}"),
    "documentary_declared": " AND ".join([
        REACHABLE,
        known("list_contains(declared_genres, 'documentary')"),
        known("region = 'BE'"),
        known(f"last_seen_at <= {days_ago(90)}"),
    ]),
    "family_upsell": f"{PAYING} AND plan <> 'family' AND {known('household_size >= 3')} AND {REACHABLE}",
    "contract_ending": f"{PAYING} AND {known(f'contract_end >= {TODAY} AND contract_end < {TODAY} + 14')}",
    # Days 22 to 28 November, of years before this one.
    "birthdays": f"{REACHABLE} AND " + known("month(birthday) = 11 AND day(birthday) BETWEEN 22 AND 28 AND year(birthday) < 2026"),
    "evening_viewers": known(f"hour(last_seen_at AT TIME ZONE {OWN_ZONE}) BETWEEN 18 AND 22"),
    "slipping_away": " AND ".join([
        PAYING,
        known(f"last_seen_at > {days_ago(60)} AND last_seen_at <= {days_ago(30)}"),
        known("score < 60"),
    ]),
    "best_customers": " AND ".join([
        "coalesce(lifetime_value, 0) >= 500",
        f"NOT {known(f'last_seen_at <= {days_ago(60)}')}",
        "last_seen_at IS NOT NULL",
    ]),
    # Born on or before this day 18 years ago, and after this day 26 years ago.
    "young_flemings": " AND ".join([
        known("region = 'BE'"),
        "language = 'nl'",
        "(" + known("birthday <= DATE '2008-11-22' AND birthday > DATE '2000-11-22'")
        + " OR birthday IS NULL AND " + known("age BETWEEN 18 AND 25") + ")",
    ]),
    "cinephiles": " AND ".join([
        known("list_has_any(declared_genres, ['arthouse', 'documentary', 'drama'])"),
        "NOT " + known("list_has_any(declared_genres, ['reality', 'kids'])"),
        known("list_contains(devices, 'tv')"),
    ]),
    "summer_voucher": known("lower(trim(voucher)) = 'summer26'"),
    "school_addresses": f"{REACHABLE} AND (" + known("lower(email) LIKE '%@school.example'")
    + " OR " + known("list_contains(tags, 'student')") + ")",
    "paying_unreachable": f"{PAYING} AND NOT {REACHABLE}",
    "first_quarter_cohort": known(f"signup_at >= {FIRST_QUARTER[0]} AND signup_at < {FIRST_QUARTER[1]}"),
    # Without a division: what they paid is below three times the price.
    "trial_in_doubt": " AND ".join([
        known(f"signup_at > {HALF_A_YEAR_AGO}"),
        known("lifetime_value < 3 * monthly_price"),
        known("score BETWEEN 20 AND 55"),
    ]),
    "newsletter": f"{REACHABLE} AND lower(email) NOT IN (SELECT lower(email) FROM read_csv('{SUPPRESSED}'))",
    "well_reached": f"({REACHABLE}::INT + (phone IS NOT NULL)::INT + "
    + known("list_has_any(devices, ['mobile', 'tablet'])") + "::INT) >= 2",
    "silver_regulars": " AND ".join([
        "coalesce(lifetime_value, 0) >= 100 AND coalesce(lifetime_value, 0) < 500",
        known(f"last_seen_at > {days_ago(30)} AND last_seen_at <= {NOW}"),
    ]),
    "seasonal_codes": known(r"regexp_matches(voucher, '(?i)^\s*(spring|summer|autumn|winter)[0-9]{2}\s*$')"),
    "next_offer": f"{REACHABLE} AND {PAYING} AND "
    + "CASE WHEN coalesce(children > 0, false) THEN plan <> 'family' ELSE plan = 'basic' END",
    "ambassadors": " AND ".join([
        known("(coalesce(lifetime_value, 0) * 0.1)::DOUBLE + score >= 100"),
        known("acquisition IN ('referral', 'social')"),
        "NOT " + known("list_has_any(tags, ['complaint', 'press'])"),
    ]),
    "brussels_event": f"{REACHABLE} AND {known(kilometres(50.8466, 4.3528) + ' <= 25')}",
    # A filter keeps the elements for which its condition is true, not those for which it is not known.
    "young_families": f"{REACHABLE} AND "
    + known("len(list_filter(profiles, lambda p: p.kind = 'kids' AND p.age < 8)) > 0"),
    "likely_to_leave": f"{PAYING} AND " + known("map_extract_value(scores, 'churn') > 0.6"),
    "across_the_border": " AND ".join([
        "region IS NOT NULL",
        known("len(list_filter(addresses, lambda a: a.kind = 'work' AND a.country <> region)) > 0"),
    ]),
}

# Four whole weeks before the one that this Sunday ends, from Monday to Monday; the first is in summer time.
FULL_WEEKS = ("TIMESTAMPTZ '2026-10-19 00:00:00+02'", "TIMESTAMPTZ '2026-11-16 00:00:00+01'")


def of(event, since=None, until=None):
    """The events of a kind, from after one instant up to and with another."""
    edges = [f"moment > {since}"] if since else []
    edges += [f"moment <= {until}"] if until else []
    return f"(SELECT * FROM events WHERE event = '{event}'" + "".join(f" AND {edge}" for edge in edges) + ")"


def has(events, condition="true"):
    return f"id IN (SELECT contact FROM {events} WHERE {known(condition)})"


def counted(events, condition):
    """Contacts whose events, taken together, fulfil the condition; such without events do not."""
    return f"id IN (SELECT contact FROM {events} GROUP BY contact HAVING {known(condition)})"


DOCUMENTARY = "title IN (SELECT id FROM titles WHERE list_contains(genres, 'documentary'))"
FOR_KIDS = "title IN (SELECT id FROM titles WHERE kids)"

HAS_EVIDENCE = counted(of("finish", days_ago(365), NOW), "count(*) >= 3")


def a_third_is(genre):
    """A third of what they finished in a year is of a genre; false where they finished nothing."""
    is_it = f"title IN (SELECT id FROM titles WHERE list_contains(genres, '{genre}'))"
    return counted(of("finish", days_ago(365), NOW), f"count(*) FILTER ({is_it}) * 10 >= count(*) * 3")


def said(genre):
    return known(f"list_contains(declared_genres, '{genre}')")


# Born after this day 31 years ago, and on or before this day 18 years ago.
YOUNG = known("birthday > DATE '1995-11-22' AND birthday <= DATE '2008-11-22'")
SIGNED_UP_LATELY = known(f"signup_at > {days_ago(180)} AND signup_at <= {NOW}")
# Thirty days with today begin on 24 October at midnight.
COMES = counted(
    f"(SELECT * FROM {of('launch', None, NOW)} WHERE moment >= TIMESTAMPTZ '2026-10-24 00:00:00+02')",
    "count(DISTINCT date_trunc('day', moment AT TIME ZONE 'Europe/Brussels')) >= 4",
)
EVERY_WEEK = counted(
    f"(SELECT * FROM {of('launch')} WHERE moment >= {FULL_WEEKS[0]} AND moment < {FULL_WEEKS[1]})",
    "count(DISTINCT date_trunc('week', moment AT TIME ZONE 'Europe/Brussels')) >= 3",
)
# The stages of the journey, labels of one classification, each without those before it.
IS_NEW = known(f"signup_at > {days_ago(14)} AND signup_at <= {NOW}")
THIS_WEEK = has(of("view", days_ago(7)))
THIS_MONTH = has(of("view", days_ago(30)))
EVER = has(of("view"))

# The arms of the spring mailing, by the place of each contact in its region.
PLACE = "('0x' || substr(sha256('spring-26:' || nullif(trim(region), '') || ':' || id), 1, 15))::HUGEINT"


def arm(low, high):
    """Who agreed and has a place from one share of all places up to another, in percent."""
    return f"coalesce(consent AND {PLACE} * 100 >= {low} * 1152921504606846976::HUGEINT AND {PLACE} * 100 < {high} * 1152921504606846976::HUGEINT, false)"


# Who finished each title this month, counted in each region; equals share a place.
POPULAR = f"""(SELECT region, title FROM (
    SELECT region, title, rank() OVER (PARTITION BY region ORDER BY count(DISTINCT contact) DESC) AS place
    FROM {of("finish", days_ago(30))} AS seen JOIN (SELECT id, nullif(trim(region), '') AS region FROM contacts) AS viewers ON contact = viewers.id
    WHERE region IS NOT NULL AND title IS NOT NULL GROUP BY region, title) WHERE place <= 5)"""


def popular(event, since=None):
    """What contacts did with titles that are popular in their region."""
    return f"""(SELECT done.* FROM {of(event, since)} AS done JOIN contacts AS doers ON done.contact = doers.id
        JOIN {POPULAR} AS popular ON doers.region = popular.region AND done.title = popular.title)"""


def top_spenders(now):
    """Whose share of those who spend no more, of all buyers of half a year, is above nine tenths."""
    return f"""id IN (SELECT contact FROM (
        SELECT contact, count(*) OVER (ORDER BY spent) AS at_most, count(*) OVER () AS buyers
        FROM (SELECT contact, coalesce(sum(amount), 0) AS spent FROM {of("purchase", f"({now} - INTERVAL '4320' HOUR)", now)} WHERE contact IN (SELECT id FROM contacts) GROUP BY contact))
        WHERE at_most * 10 > buyers * 9)"""


def rfm(now):
    """The buyers of the year before an instant, each with a label."""
    def fifth(of):
        # The smallest k of which the share is at most k fifths: the share is at_most / buyers, and a range of equals is counted whole.
        return f"((count(*) OVER (ORDER BY {of}) * 5 + count(*) OVER () - 1) // count(*) OVER ())"
    return f"""(SELECT contact, CASE
            WHEN r = 5 AND f >= 4 AND m >= 4 THEN 'champion'
            WHEN r >= 3 AND f >= 4 THEN 'loyal'
            WHEN r >= 4 THEN 'promising'
            WHEN r <= 2 AND (f >= 4 OR m >= 4) THEN 'at_risk'
            ELSE 'other' END AS label
        FROM (SELECT contact, {fifth("lately")} AS r, {fifth("often")} AS f, {fifth("much")} AS m
            FROM (SELECT contact, max(moment) AS lately, count(*) AS often, coalesce(sum(amount), 0) AS much
                FROM {of("purchase", f"({now} - INTERVAL '8760' HOUR)", now)} WHERE contact IN (SELECT id FROM contacts) GROUP BY contact)))"""


def labelled(label, now=NOW):
    return f"id IN (SELECT contact FROM {rfm(now)} WHERE label = '{label}')"


def had_a_plan(plans, now):
    """The last plan that had begun by then is one of these."""
    return f"""id IN (SELECT contact FROM (SELECT contact, arg_max(plan, since) AS plan FROM plans WHERE since <= {now} GROUP BY contact) WHERE plan IN {plans})"""


SEGMENTS |= {
    "gave_up_paying": had_a_plan("('free')", NOW) + " AND " + had_a_plan("('basic', 'pro', 'family')", days_ago(90)),
    "with_the_region": counted(popular("finish", days_ago(30)), "count(DISTINCT title) >= 2"),
    "missed_in_region": f"region IS NOT NULL AND {has(of('launch', days_ago(30)))} AND NOT {has(popular('start'))}",
    "rfm.none_yet": f"NOT {has(of('purchase', days_ago(365)))}",
    "rfm.champion": labelled("champion"),
    "rfm.loyal": labelled("loyal"),
    "rfm.promising": labelled("promising"),
    "rfm.at_risk": labelled("at_risk"),
    "rfm.other": labelled("other"),
    "thanks_to_champions": labelled("champion") + f" AND {REACHABLE}",
    "worth_winning_back": labelled("at_risk") + f" AND {REACHABLE}",
    "fallen_champions": labelled("champion", days_ago(60)) + f" AND ({labelled('at_risk')} OR {labelled('other')})",
    "lost_top_spenders": top_spenders(days_ago(180)) + " AND NOT " + top_spenders(NOW),
    "spring.mail": arm(0, 45),
    "spring.letter": arm(45, 90),
    "spring.control": arm(90, 100),
    "stage.new": IS_NEW,
    "stage.active": f"NOT {IS_NEW} AND {THIS_WEEK}",
    "stage.cooling": f"NOT {IS_NEW} AND NOT {THIS_WEEK} AND {THIS_MONTH}",
    "stage.dormant": f"NOT {IS_NEW} AND NOT {THIS_MONTH} AND {EVER}",
    "stage.prospect": f"NOT {IS_NEW} AND NOT {EVER}",
    # The last episode is two weeks old or older.
    "stopped_in_series": f"""id IN (SELECT contact FROM (SELECT done.*, series FROM {of("finish", days_ago(60), days_ago(14))} AS done JOIN titles ON done.title = titles.id) AS ended
        WHERE series IS NOT NULL AND NOT EXISTS (
        FROM {of("start")} AS began JOIN titles ON began.title = titles.id WHERE began.contact = ended.contact AND titles.series = ended.series
        AND began.moment > ended.moment AND began.moment <= ended.moment + INTERVAL '336' HOUR))""",
    # Episodes finished this month that have a next one in their season which was never begun.
    "next_episode": f"""id IN (SELECT contact FROM {of("finish", days_ago(30))} AS ended
        JOIN titles AS seen ON ended.title = seen.id
        JOIN titles AS upcoming ON upcoming.series = seen.series AND upcoming.season = seen.season AND upcoming.episode = seen.episode + 1
        WHERE NOT EXISTS (FROM {of("start")} AS began WHERE began.contact = ended.contact AND began.title = upcoming.id))""",
    # The most frequent language; of equals the one met last, then the first by the alphabet.
    "watches_french": f"""language IN ('nl', 'en', 'de') AND id IN (
        SELECT contact FROM (
            SELECT contact, spoken, row_number() OVER (PARTITION BY contact ORDER BY count(*) DESC, max(moment) DESC, spoken) AS place
            FROM (SELECT contact, moment, titles.language AS spoken FROM {of("finish", days_ago(365))} AS ended JOIN titles ON ended.title = titles.id)
            WHERE spoken IS NOT NULL GROUP BY contact, spoken
        ) WHERE place = 1 AND spoken = 'fr')""",
    "bought_lately": has(of("purchase", days_ago(90))),
    "bought_often": counted(of("purchase", days_ago(365)), "count(*) >= 3"),
    "new_customers": counted(of("purchase"), f"min(moment) > {days_ago(90)}"),
    # The twelve full months before this one.
    "loyal_customers": counted(
        f"(SELECT * FROM {of('purchase')} WHERE moment >= TIMESTAMPTZ '2025-11-01 00:00:00+01' AND moment < TIMESTAMPTZ '2026-11-01 00:00:00+01')",
        "count(DISTINCT date_trunc('month', moment AT TIME ZONE 'Europe/Brussels')) >= 3",
    ),
    "lapsed_customers": has(of("purchase", until=days_ago(180))) + " AND NOT " + has(of("purchase", days_ago(180))),
    # Nothing bought is nothing spent.
    "growing_baskets": counted(
        of("purchase"),
        f"""coalesce(sum(amount) FILTER (moment > {days_ago(180)}), 0)
            > coalesce(sum(amount) FILTER (moment > {days_ago(360)} AND moment <= {days_ago(180)}), 0)
            AND count(*) FILTER (moment <= {days_ago(180)}) > 0""",
    ),
    "to_activate": known(f"signup_at > {days_ago(90)} AND signup_at <= {NOW}") + " AND NOT " + has(of("start")),
    "to_monetise": known("plan = 'free'") + f" AND {EVERY_WEEK}",
    "to_upsell": known("plan IN ('free', 'basic')") + " AND " + counted(of("start", days_ago(90)), "count(DISTINCT device) >= 3"),
    "advocates": counted(of("rate", days_ago(365)), "count(*) FILTER (stars >= 4) >= 2") + " AND " + known("acquisition IN ('referral', 'social')"),
    "documentary_regulars": counted(
        of("finish", days_ago(365)),
        f"count(*) FILTER ({DOCUMENTARY}) >= 3 AND count(*) FILTER ({DOCUMENTARY}) * 10 >= count(*) * 3",
    ),
    "documentary_winback": " AND ".join([
        "NOT " + has(of("view", days_ago(90), NOW)),
        has(of("view", days_ago(365), days_ago(90))),
        counted(of("finish", days_ago(365), NOW), f"count(*) FILTER ({DOCUMENTARY}) * 10 >= count(*) * 3"),
        known("region = 'BE'"),
    ]),
    # Three finished titles or more are evidence; with fewer, the word counts.
    "horror_for_them": f"CASE WHEN {HAS_EVIDENCE} THEN {a_third_is('horror')} ELSE {said('horror')} END",
    "documentary_for_them": f"CASE WHEN {HAS_EVIDENCE} THEN {a_third_is('documentary')} ELSE {said('documentary')} END",
    "good_intentions": f"{said('documentary')} AND {HAS_EVIDENCE} AND NOT {a_third_is('documentary')}",
    "unspoken": f"{a_third_is('crime')} AND {HAS_EVIDENCE} AND NOT {said('crime')}",
    "young": YOUNG,
    "young_and_new": f"{YOUNG} AND {SIGNED_UP_LATELY}",
    "young_new_and_keen": f"{YOUNG} AND {SIGNED_UP_LATELY} AND {COMES}",
    "young_and_keen": f"{YOUNG} AND {SIGNED_UP_LATELY} AND {COMES} AND {REACHABLE}",
    "documentary_lapsed": " AND ".join([
        REACHABLE,
        has(of("finish", days_ago(365), days_ago(90)), DOCUMENTARY),
        has(of("launch", until=days_ago(90))),
        "NOT " + has(of("launch", days_ago(90))),
    ]),
    # The most frequent genre; of equals the one met last, then the first by the alphabet.
    "crime_first": f"""id IN (
        SELECT contact FROM (
            SELECT contact, genre, row_number() OVER (PARTITION BY contact ORDER BY count(*) DESC, max(moment) DESC, genre) AS place
            FROM (SELECT contact, moment, unnest(genres) AS genre FROM {of("finish", days_ago(365))} AS ended JOIN titles ON ended.title = titles.id)
            GROUP BY contact, genre
        ) WHERE place = 1 AND genre = 'crime')""",
    "every_week": EVERY_WEEK,
    "out_of_rhythm": counted(
        f"(SELECT contact, epoch_us(moment) AS moment, epoch_us(moment) - lag(epoch_us(moment)) OVER (PARTITION BY contact ORDER BY moment) AS gap FROM {of('launch')})",
        f"count(*) >= 5 AND epoch_us({NOW}) - max(moment) > 2 * median(gap)",
    ),
    # Two weeks have passed since it was begun.
    "unfinished": f"""id IN (SELECT contact FROM {of("start", days_ago(60), days_ago(14))} AS began WHERE NOT EXISTS (
        FROM {of("finish")} AS ended WHERE ended.contact = began.contact AND ended.title = began.title
        AND ended.moment > began.moment AND ended.moment <= began.moment + INTERVAL '336' HOUR))""",
    "one_more": counted(
        f"""(SELECT * FROM {of("finish", days_ago(150))} AS ended WHERE EXISTS (
            FROM {of("start")} AS began WHERE began.contact = ended.contact AND began.moment > ended.moment AND began.moment <= ended.moment + INTERVAL '1' HOUR))""",
        "count(*) >= 3",
    ),
    "quick_start": counted(
        f"""(SELECT events.* FROM {of("finish")} AS events JOIN contacts ON contact = id
            WHERE moment > signup_at AND moment <= signup_at + INTERVAL '168' HOUR)""",
        "count(*) >= 2",
    ),
    "kids_tonight": counted(of("finish", days_ago(90)), f"count(*) FILTER ({FOR_KIDS}) >= 2"),
    "stern_judges": counted(of("rate"), "count(*) >= 2 AND sum(stars) * 2 <= 5 * count(stars)"),
    "mail_fatigue": counted(of("send", days_ago(180)), "count(*) >= 3") + " AND NOT " + has(of("open", days_ago(180))),
    "pocket_readers": counted(of("open", days_ago(365)), "count(*) FILTER (device = 'mobile') * 2 > count(*)"),
    "clicked_and_left": f"""id IN (SELECT contact FROM {of("click", days_ago(60), days_ago(7))} AS clicked WHERE NOT EXISTS (
        FROM {of("purchase")} AS bought WHERE bought.contact = clicked.contact
        AND bought.moment > clicked.moment AND bought.moment <= clicked.moment + INTERVAL '168' HOUR))""",
    "mail_buyers": f"""id IN (SELECT contact FROM {of("click")} AS clicked WHERE EXISTS (
        FROM {of("purchase")} AS bought WHERE bought.contact = clicked.contact AND bought.campaign = clicked.campaign
        AND bought.moment > clicked.moment AND bought.moment <= clicked.moment + INTERVAL '168' HOUR))""",
    "buyers": counted(of("purchase", days_ago(365)), "sum(amount) > 20"),
    "app_first": f"""id IN (SELECT contact FROM (
        SELECT contact, channel, row_number() OVER (PARTITION BY contact ORDER BY moment, product NULLS FIRST, amount NULLS FIRST,
            channel NULLS FIRST, campaign NULLS FIRST) AS place
        FROM {of("purchase")}) WHERE place = 1 AND channel = 'app')""",
    "badly_served": f"""id IN (SELECT contact FROM (
        SELECT contact, mark, row_number() OVER (PARTITION BY contact ORDER BY opened_at DESC, topic DESC NULLS LAST,
            hours_open DESC NULLS LAST, mark DESC) AS place
        FROM tickets WHERE mark IS NOT NULL) WHERE place = 1 AND mark <= 2)
        AND id IN (SELECT contact FROM tickets WHERE opened_at > {days_ago(180)})""",
}


def count():
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW contacts AS FROM read_parquet('{CONTACTS}')")
    # What is later than now does not exist.
    connection.execute(f"CREATE VIEW events AS SELECT * FROM (SELECT * RENAME (\"at\" AS moment) FROM read_parquet('{DATA}/events.parquet')) WHERE moment <= {NOW}")
    connection.execute(f"CREATE VIEW tickets AS FROM read_csv('{DATA}/tickets.csv', types = {{'opened_at': 'TIMESTAMPTZ'}}) WHERE opened_at <= {NOW}")
    connection.execute(f"CREATE VIEW plans AS FROM read_parquet('{DATA}/plans.parquet')")
    connection.execute(f"CREATE VIEW titles AS FROM read_json('{DATA}/titles.jsonl')")
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in SEGMENTS.values())
    contacts, *found = connection.execute(f"SELECT count(*), {counts} FROM contacts").fetchone()
    return {"as_of": AS_OF, "contacts": contacts, "segments": dict(zip(SEGMENTS, found))}


def inside_environment():
    """Runs the script again inside an environment that has DuckDB."""
    folder = HERE / ".venv"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", DUCKDB], check=True)
    if pathlib.Path(sys.prefix).resolve() != folder.resolve():
        sys.exit(subprocess.run([python, __file__, *sys.argv[1:]]).returncode)


def main():
    inside_environment()
    found = count()
    if "--write" in sys.argv[1:]:
        EXPECTED.write_text(json.dumps(found, indent=2) + "\n")
        print(json.dumps(found, indent=2))
        return
    expected = json.loads(EXPECTED.read_text())
    if found != expected:
        sys.exit(f"DuckDB counts {found}\nexpected.json says {expected}")
    print(f"{len(SEGMENTS)} segments of {found['contacts']} contacts agree")


if __name__ == "__main__":
    main()
