//! What is told of projects of which nothing but events is known, and of times of events that cannot be read; beside `projects_of_events`. Every answer is worked out by hand from the
//! tables.

use super::command_line::{End, Project};

const MANIFEST: &str = "\
time_zone = \"Europe/Brussels\"
as_of = \"2023-11-15\"

[contacts]
from = \"events\"
key = \"customer\"

[events.buy]
source = \"buys.csv\"
contact = \"who\"
time = \"at\"
times = \"seconds\"

[events.visit]
source = \"visits.jsonl\"
contact = \"visitor\"
time = \"day\"
";

/// As of 2023-11-14T23:00Z, which is 1,700,002,800 seconds: one purchase of 3 is 1,700,002,801, a second later; another of 3 a day and a second before that. One purchase has
/// no customer, one of 2 no time. 4 and 5 visited on the day before; one visit has no visitor.
const BUYS: &str = "\
who,at,amount
3,1699916400,10.00
1,1690000000,20.00
3,1700002801,30.00
,1690000000,40.00
2,,50.00
1,1690000001,60.00
";

const VISITS: &str = "{\"visitor\": 4, \"day\": \"2023-11-14\"}\n{\"visitor\": 5, \"day\": \"2023-11-13\"}\n{\"visitor\": null, \"day\": \"2023-11-13\"}\n{\"visitor\": 3}\n";

fn shop() -> Project {
    let project = Project::empty();
    project.write("segql.toml", MANIFEST);
    project.write("buys.csv", BUYS);
    project.write("visits.jsonl", VISITS);
    project.write(
        "segments.seg",
        "segment buyers = did buy\nsegment visitors = did visit\nsegment nobody = never buy AND never visit\n",
    );
    project
}

/// The answer of a command that ended well, whatever it said beside.
fn well(end: &End) -> &str {
    assert_eq!(end.code, Some(0), "{}", end.errors);
    &end.output
}

/// The keys of those who fulfil a condition, in the order of the contacts.
fn members(project: &Project, condition: &str) -> Vec<String> {
    well(&project.segql(&["run", "-e", condition, "--members", "members.csv"]));
    let members = project.read("members.csv");
    let lines = members.lines().skip(1);
    lines
        .map(|line| line.split(',').next().unwrap().to_owned())
        .collect()
}

const NEWS: &str = "\
1 event in buys.csv names no contact
1 event in buys.csv has no time
1 event in buys.csv is later than 2023-11-15T00:00:00+01:00 and was not seen
1 event in visits.jsonl names no contact
1 event in visits.jsonl has no time
";

#[test]
fn contacts_are_those_whom_the_events_name() {
    let project = shop();
    let end = project.segql(&["run", "--members", "members.csv"]);
    assert!(
        well(&end).ends_with("5 contacts as of 2023-11-15 00:00:00 Europe/Brussels\n"),
        "{}",
        end.output
    );
    assert_eq!(end.errors, NEWS);
    // In rising order of the keys, each once, whoever comes first in the tables.
    assert_eq!(
        project.read("members.csv"),
        "customer,segment\n1,buyers\n2,nobody\n3,buyers\n4,visitors\n5,visitors\n"
    );
    let end = project.segql(&["check", "--data"]);
    assert_eq!(
        well(&end),
        "3 segments, no errors; every contact has a key of its own, and closed sets hold\n"
    );
    assert_eq!(end.errors, NEWS);
    let end = project.segql(&["schema", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(well(&end)).unwrap();
    assert_eq!(json["contacts"], 5);
    assert_eq!(json["fields"].as_array().unwrap().len(), 1);
    assert_eq!(json["fields"][0]["type"], "int");
}

#[test]
fn seconds_and_days_are_instants() {
    let project = shop();
    for (condition, expected) in [
        // Seconds 1,699,916,400 are 2023-11-13T23:00Z, where the 14th begins in Brussels.
        ("last(buy).time = 2023-11-14T00:00+01:00", vec!["3"]),
        ("first(buy).time = 2023-07-22T04:26:40Z", vec!["1"]),
        ("count(buy) = 2", vec!["1"]),
        // A day begins at midnight in Brussels.
        ("last(visit).time = 2023-11-13T23:00Z", vec!["4"]),
        ("last(visit).time = 2023-11-13T00:00", vec!["5"]),
        // As of the midnight that ends the 14th in Brussels, 24 hours ago is the midnight that begins it, and a window leaves its beginning out.
        ("did visit in last 24 hours", vec![]),
        ("did visit in last 25 hours", vec!["4"]),
    ] {
        assert_eq!(members(&project, condition), expected, "{condition}");
    }
}

fn texts(times: &[&str]) -> Project {
    let project = shop();
    project.write("segql.toml", MANIFEST.replace("times = \"seconds\"\n", ""));
    let rows = times.iter().enumerate();
    let rows: String = rows.map(|(row, at)| format!("{row},{at},1\n")).collect();
    project.write("buys.csv", format!("who,at,amount\n{rows}"));
    project
}

#[test]
fn times_are_read_as_they_are_written() {
    // An offset counts; without one it is UTC.
    let project = texts(&[
        "2023-11-14T10:00:00Z",
        "2023-11-14T11:00:00+01:00",
        "2023-11-14 05:00-05:00",
        "2023-11-14T10:00",
        "2023-11-14 10:00:00.000",
        "2023-11-14T10:00:00.001Z",
    ]);
    let at_ten = members(&project, "last(buy).time = 2023-11-14T10:00Z");
    assert_eq!(at_ten, ["0", "1", "2", "3", "4"]);
    // Days begin in the project's zone: in Brussels at 22:00 UTC in summer and at 23:00 in winter.
    let project = texts(&["2023-07-01", "2023-11-14", ""]);
    let found = members(&project, "last(buy).time = 2023-06-30T22:00Z");
    assert_eq!(found, ["0"]);
    let found = members(&project, "last(buy).time = 2023-11-13T23:00Z");
    assert_eq!(found, ["1"]);
    // As the manifest says that days are written.
    let project = texts(&["01/07/2023"]);
    let manifest = project.read("segql.toml");
    let manifest = manifest.replace(
        "[events.visit]",
        "dates = \"day/month/year\"\n[events.visit]",
    );
    project.write("segql.toml", manifest);
    let found = members(&project, "last(buy).time = 2023-06-30T22:00Z");
    assert_eq!(found, ["0"]);
}

#[test]
fn what_is_no_time_is_told_with_its_row() {
    let (good, day) = ("2023-11-14T10:00Z", "2023-11-14");
    for (times, told) in [
        (
            [good, "yesterday"],
            "row 2, column \"at\": \"yesterday\" is not a time such as",
        ),
        (
            [good, day],
            "row 2, column \"at\": \"2023-11-14\" is not a time such as",
        ),
        (
            [day, good],
            "row 2, column \"at\": \"2023-11-14T10:00Z\" is not a date such as",
        ),
        (
            [day, "14 nov"],
            "row 2, column \"at\": \"14 nov\" is not a date such as",
        ),
        (
            ["1700000000", "soon"],
            "row 1, column \"at\": \"1700000000\" is not a time such as",
        ),
    ] {
        let end = texts(&times).segql(&["run"]);
        assert_eq!(end.code, Some(1));
        let errors = end.errors.replace("\n  │ ", " ");
        assert!(
            errors.contains("E0709") && errors.contains(&format!("buys.csv, {told}")),
            "{times:?}: {errors}"
        );
    }
    // Numbers of which nobody says what they count are told in the manifest.
    texts(&["1700000000", "1700000001"])
        .segql(&["run"])
        .refused(1, &["E0515", "segql.toml:11:8", "times = \"seconds\""]);
    // Times where numbers should be.
    let project = texts(&[good]);
    project.write("segql.toml", MANIFEST);
    project.segql(&["run"]).refused(
        1,
        &["E0709", "buys.csv, row 1, column \"at\"", "whole number"],
    );
}

#[test]
fn keys_of_all_tables_are_of_one_sort() {
    let project = shop();
    let visits = VISITS.replace("\"visitor\": 4", "\"visitor\": \"x4\"");
    project.write("visits.jsonl", &visits);
    project.segql(&["run"]).refused(
        1,
        &[
            "E0709",
            "visits.jsonl, row 1, column \"visitor\"",
            "`[events.buy]`",
            "`[contacts.fields.customer]`",
        ],
    );
    let text = MANIFEST.replace(
        "[events.buy]",
        "[contacts.fields.customer]\ntype = \"text\"\n[events.buy]",
    );
    project.write("segql.toml", text);
    project.write("buys.csv", BUYS.replace("\n3,", "\n007,"));
    project.write(
        "visits.jsonl",
        "{\"visitor\": \"x4\", \"day\": \"2023-11-14\"}\n{\"visitor\": \"007\", \"day\": \"2023-11-14\"}\n",
    );
    assert_eq!(members(&project, "did visit"), ["007", "x4"]);
    assert_eq!(members(&project, "did visit AND did buy"), ["007"]);
    assert_eq!(members(&project, "true"), ["007", "1", "2", "x4"]);
}

#[test]
fn without_events_there_are_no_contacts_to_take() {
    let project = shop();
    let (head, _) = MANIFEST.split_once("[events.buy]").unwrap();
    for tail in ["", "[events]\n"] {
        project.write("segql.toml", format!("{head}{tail}"));
        project
            .segql(&["run"])
            .refused(1, &["E0512", "segql.toml:5:8", "no table of events"]);
    }
    // A table without a row is there: nobody did anything.
    project.write("segql.toml", MANIFEST);
    project.write("buys.csv", "who,at,amount\n");
    project.write("visits.jsonl", "{\"visitor\": null, \"day\": null}\n");
    let end = project.segql(&["run", "-e", "did buy"]);
    assert!(well(&end).contains("0 contacts"), "{}", end.output);
}

/// Known since the sign-up, else since the first event: 90 days before 2023-11-14T23:00Z it was 2023-08-16T23:00Z.
#[test]
fn the_beginning_of_a_contact_is_told_by_the_manifest() {
    let project = shop();
    let manifest = MANIFEST.replace(
        "from = \"events\"",
        "source = \"customers.csv\"\nbeginning = \"since\"",
    );
    project.write("segql.toml", manifest);
    // 1 bought in July, and signed up later; 3 has no sign-up, 5 neither that nor an old event; 6 has an instant of its own.
    project.write(
        "customers.csv",
        "customer,since\n1,2023-11-01T00:00Z\n3,\n5,\n6,2023-08-16T23:00:00Z\n7,2023-08-16T23:00:01Z\n8,2020-01-01T00:00Z\n",
    );
    assert_eq!(members(&project, "observed for 90 days"), ["6", "8"]);
    project.write("buys.csv", format!("{BUYS}3,1600000000,1.00\n"));
    assert_eq!(members(&project, "observed for 90 days"), ["3", "6", "8"]);
    // A day is a beginning as well.
    project.write(
        "customers.csv",
        "customer,since\n1,2023-08-10\n3,2023-09-10\n",
    );
    assert_eq!(members(&project, "observed for 90 days"), ["1"]);
}
