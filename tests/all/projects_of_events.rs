//! Contacts of whom nothing is known but what they did, since when contacts are known, and the ways in which times of events are written.
//! Every count is worked out by hand from the tables below.

use super::command_line::Project;

const MANIFEST: &str = "\
as_of = \"2026-11-22T09:00Z\"
time_zone = \"Europe/Brussels\"

[contacts]
from = \"events\"
key = \"user\"

[events.order]
source = \"orders.csv\"
contact = \"user_id\"
time = \"at\"

[events.visit]
source = \"visits.jsonl\"
contact = \"who\"
time = \"at\"
";

const ORDERS: &str = "\
user_id,at,amount
3,2026-11-01T10:00:00Z,10
1,2026-11-02T10:00:00Z,20
3,2026-11-20T10:00:00Z,30
,2026-11-20T10:00:00Z,40
";

const VISITS: &str = "\
{\"who\": 2, \"at\": \"2026-11-20T10:00:00Z\"}
{\"who\": 1, \"at\": \"2026-11-21T10:00:00Z\"}
{\"who\": 2, \"at\": \"2026-11-30T10:00:00Z\"}
";

/// Files by name, and the manifest.
fn project(manifest: &str, files: &[(&str, &str)]) -> Project {
    let project = Project::empty();
    project.write("segql.toml", manifest);
    for (name, content) in files {
        project.write(name, content);
    }
    project
}

/// How many a condition holds of, as the table tells it.
fn count(project: &Project, condition: &str) -> String {
    let end = project.segql(&["run", "--format", "csv", "-e", condition]);
    assert_eq!(end.code, Some(0), "{condition}: {}", end.errors);
    let line = end.output.lines().nth(1).unwrap_or_default().to_owned();
    line.split(',').nth(2).unwrap_or_default().to_owned()
}

#[test]
fn contacts_are_those_whom_events_name() {
    let project = project(
        MANIFEST,
        &[("orders.csv", ORDERS), ("visits.jsonl", VISITS)],
    );
    for (condition, expected) in [
        ("user is known", "3"),
        ("did order", "2"),
        ("never order", "1"),
        ("did visit AND did order", "1"),
        // The second visit of 2 lies ahead.
        ("count(visit) = 1", "2"),
        ("sum(amount of order) = 40", "1"),
    ] {
        assert_eq!(count(&project, condition), expected, "{condition}");
    }
    let end = project.segql(&["run", "-e", "did order", "--members", "members.csv"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert!(
        end.errors
            .contains("1 event in orders.csv names no contact"),
        "{}",
        end.errors
    );
    let members = project.read("members.csv");
    let keys = members
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap());
    assert_eq!(keys.collect::<Vec<_>>(), ["1", "3"]);
    // Beside them, nothing is known.
    project
        .segql(&["run", "-e", "region = \"BE\""])
        .refused(1, &["region", "nothing is called"]);
}

#[test]
fn contacts_named_by_text_are_those_of_all_tables() {
    let manifest = MANIFEST.replace("visits.jsonl", "visits.csv");
    let orders =
        "user_id,at\nb,2026-11-20T10:00:00Z\na,2026-11-20T10:00:00Z\nb,2026-11-01T10:00:00Z\n";
    let visits = "who,at\nc,2026-11-20T10:00:00Z\nb,2026-11-20T10:00:00Z\n";
    let project = project(&manifest, &[("orders.csv", orders), ("visits.csv", visits)]);
    assert_eq!(count(&project, "user is known"), "3");
    assert_eq!(count(&project, "never visit"), "1");
    assert_eq!(count(&project, "user = \"b\" AND count(order) = 2"), "1");
}

#[test]
fn keys_of_two_sorts_are_refused() {
    let visits = VISITS.replace("\"who\": 1", "\"who\": \"one\"");
    let project = project(
        MANIFEST,
        &[("orders.csv", ORDERS), ("visits.jsonl", &visits)],
    );
    project
        .segql(&["run", "-e", "did order"])
        .refused(1, &["visits.jsonl", "who"]);
}

/// One event, on 20 November at ten, of which the numbers count from 1970 on.
#[test]
fn numbers_are_times_when_it_is_said_what_they_count() {
    for (unit, number) in [
        ("seconds", "1795168800"),
        ("milliseconds", "1795168800000"),
        ("microseconds", "1795168800000000"),
    ] {
        let manifest = format!(
            "as_of = \"2026-11-22T09:00Z\"\n[contacts]\nfrom = \"events\"\nkey = \"user\"\n[events.rating]\nsource = \"ratings.csv\"\ncontact = \"user_id\"\ntime = \"timestamp\"\ntimes = \"{unit}\"\n"
        );
        let ratings = format!("user_id,timestamp,stars\n1,{number},4\n2,,5\n");
        let project = project(&manifest, &[("ratings.csv", &ratings)]);
        assert_eq!(
            count(&project, "last(rating) = 2026-11-20T10:00Z"),
            "1",
            "{unit}"
        );
        assert_eq!(
            count(&project, "did rating in last 48 hours"),
            "1",
            "{unit}"
        );
        assert_eq!(
            count(&project, "did rating in last 47 hours"),
            "0",
            "{unit}"
        );
        let end = project.segql(&["run", "-e", "did rating"]);
        assert!(
            end.errors.contains("1 event in ratings.csv has no time"),
            "{}",
            end.errors
        );
    }
}

#[test]
fn numbers_without_a_unit_and_units_of_other_columns_are_told() {
    let manifest = "[contacts]\nfrom = \"events\"\nkey = \"user\"\n[events.rating]\nsource = \"ratings.parquet\"\ncontact = \"user_id\"\ntime = \"timestamp\"\n";
    let manifest = manifest.replace("ratings.parquet", "ratings.csv");
    let files = [("ratings.csv", "user_id,timestamp\n1,1795168800\n")];
    project(&manifest, &files).segql(&["check"]).refused(
        1,
        &[
            "segql.toml:7:8",
            "\"timestamp\" is int",
            "times = \"seconds\"",
        ],
    );
    let manifest = format!("{manifest}times = \"seconds\"\n");
    let files = [("ratings.csv", "user_id,timestamp\n1,2026-11-20T10:00:00Z\n")];
    project(&manifest, &files)
        .segql(&["check"])
        .refused(1, &["ratings.csv", "timestamp", "seconds"]);
}

/// 20 November begins at 23:00Z of the day before, in Brussels.
#[test]
fn events_of_a_day_are_at_its_first_instant() {
    let visits = "who,at\n1,2026-11-20\n2,2026-07-01\n";
    let manifest = MANIFEST.replace("visits.jsonl", "visits.csv");
    let project = project(&manifest, &[("orders.csv", ORDERS), ("visits.csv", visits)]);
    assert_eq!(count(&project, "last(visit) = 2026-11-19T23:00Z"), "1");
    // In summer, at 22:00Z.
    assert_eq!(count(&project, "last(visit) = 2026-06-30T22:00Z"), "1");
    assert_eq!(count(&project, "did visit during 2026-11-20"), "1");
}

#[test]
fn times_are_read_in_the_notations_that_tell_an_instant() {
    let visits = "who,at\n1,2026-11-20T10:00:00Z\n1,2026-11-20 10:00:00\n1,2026-11-20T11:00:00+01:00\n1,2026-11-20T10:00\n1,2026-11-20T10:00:00.000000Z\n";
    let manifest = MANIFEST.replace("visits.jsonl", "visits.csv");
    let files = [("orders.csv", ORDERS), ("visits.csv", visits)];
    let readable = project(&manifest, &files);
    assert_eq!(count(&readable, "count(visit) = 5"), "1");
    assert_eq!(count(&readable, "count(distinct time of visit) = 1"), "1");
    for unreadable in [
        "20/11/2026 10:00",
        "yesterday",
        "2026-02-30T10:00:00Z",
        "2026-11-20T25:00:00Z",
    ] {
        let visits = format!("who,at\n1,2026-11-20T10:00:00Z\n2,{unreadable}\n");
        let files = [("orders.csv", ORDERS), ("visits.csv", &visits)];
        project(&manifest, &files)
            .segql(&["run", "-e", "did visit"])
            .refused(1, &["visits.csv", "row 2", unreadable]);
    }
}

#[test]
fn contacts_are_known_since_their_beginning() {
    let manifest = "\
as_of = \"2026-11-22T09:00Z\"

[contacts]
source = \"contacts.csv\"
key = \"id\"
beginning = \"signup_at\"

[events.visit]
source = \"visits.csv\"
contact = \"who\"
time = \"at\"
";
    let contacts = "id,signup_at\na,2026-10-01T00:00:00Z\nb,2026-11-20T00:00:00Z\nc,\n";
    let visits = "who,at\nb,2026-01-01T10:00:00Z\nc,2026-01-01T10:00:00Z\n";
    let files = [("contacts.csv", contacts), ("visits.csv", visits)];
    // The event of b came before its beginning; where none is known, c has its first event.
    let known = project(manifest, &files);
    assert_eq!(count(&known, "observed for 30 days"), "2");
    assert_eq!(count(&known, "never visit AND observed for 30 days"), "1");
    for (wrong, words) in [
        ("signup", ["signup", "Did you mean \"signup_at\"?"]),
        ("id", ["id", "cannot tell since when"]),
    ] {
        let manifest = manifest.replace("signup_at", wrong);
        project(&manifest, &files)
            .segql(&["check"])
            .refused(1, &words);
    }
}

#[test]
fn mistakes_about_contacts_from_events_are_told() {
    let files = [("orders.csv", ORDERS), ("visits.jsonl", VISITS)];
    for (from, to, words) in [
        (
            "from = \"events\"",
            "from = \"orders\"",
            ["cannot come from", "events"],
        ),
        (
            "from = \"events\"",
            "from = \"events\"\nsource = \"orders.csv\"",
            ["`source`", "`from`"],
        ),
        ("from = \"events\"\n", "", ["source", "contacts"]),
        (
            "time = \"at\"",
            "time = \"at\"\ntimes = \"minutes\"",
            ["minutes", "seconds"],
        ),
    ] {
        let manifest = MANIFEST.replacen(from, to, 1);
        project(&manifest, &files)
            .segql(&["check"])
            .refused(1, &words);
    }
    let without = MANIFEST.split("[events").next().unwrap();
    for manifest in [without.to_owned(), format!("{without}[events]\n")] {
        project(&manifest, &files)
            .segql(&["check"])
            .refused(1, &["the manifest has no table of events"]);
    }
}

/// The first order is of 1 November, the first visit of the 20th; one of 3 October belongs to no contact.
#[test]
fn windows_that_begin_before_the_data_are_told() {
    let manifest = MANIFEST
        .replace("visits.jsonl", "visits.csv")
        .replace("from = \"events\"", "source = \"contacts.csv\"");
    let visits = "who,at\n1,2026-11-20T10:00:00Z\n9,2026-10-03T10:00:00Z\n1,2026-11-21T10:00:00Z\n";
    let files = [
        ("contacts.csv", "user\n1\n3\n"),
        ("orders.csv", ORDERS),
        ("visits.csv", visits),
    ];
    let project = project(&manifest, &files);
    let said = |condition: &str| {
        let end = project.segql(&["run", "-e", condition]);
        assert_eq!(end.code, Some(0), "{condition}: {}", end.errors);
        let lines = end.errors.lines();
        let told = lines.filter(|line| line.contains("is asked for from"));
        told.map(str::to_owned).collect::<Vec<_>>()
    };
    let visit = |day: &str| {
        format!("`visit` is asked for from {day} on, and the first in the data is of 2026-11-20")
    };
    assert_eq!(said("did visit in last 30 days"), [visit("2026-10-23")]);
    assert_eq!(
        said("count(visit in last 7 days) > 1"),
        [visit("2026-11-15")]
    );
    assert_eq!(said("did visit in last 1 day"), [""; 0]);
    assert_eq!(said("did visit"), [""; 0]);
    // Of several windows, the one that begins first; each stream for itself.
    assert_eq!(
        said(
            "count(visit in last 30 days) < count(visit between 60 days ago and 30 days ago) OR sum(amount of order in last 30 days) > 5"
        ),
        [
            "`order` is asked for from 2026-10-23 on, and the first in the data is of 2026-11-01"
                .to_owned(),
            visit("2026-09-23"),
        ]
    );
    assert_eq!(said("sum(amount of order in last 20 days) > 5"), [""; 0]);
    project.write("segments.seg", "segment s = did visit in last 30 days\n");
    let end = project.segql(&["check", "--data"]);
    assert!(end.errors.contains(&visit("2026-10-23")), "{}", end.errors);
}
