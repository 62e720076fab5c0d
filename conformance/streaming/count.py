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
    "documentary_winback": " AND ".join([
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


def count():
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW contacts AS FROM read_parquet('{CONTACTS}')")
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
