//! How times of events may be written: as times, as days, as numbers that count from 1970 on.

use super::{MANIFEST, members, shop};
use crate::command_line::Project;

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

/// One purchase, on 14 November at ten, of which the numbers count from 1970 on.
#[test]
fn numbers_are_times_when_it_is_said_what_they_count() {
    let project = shop();
    for (unit, number) in [
        ("seconds", "1699956000"),
        ("milliseconds", "1699956000000"),
        ("microseconds", "1699956000000000"),
    ] {
        project.write(
            "segql.toml",
            MANIFEST.replace("times = \"seconds\"", &format!("times = \"{unit}\"")),
        );
        project.write("buys.csv", format!("who,at,amount\n1,{number},4\n2,,5\n"));
        for (condition, expected) in [
            ("last(buy) = 2023-11-14T10:00Z", vec!["1"]),
            // It is 13 hours ago, and a window leaves its beginning out.
            ("did buy in last 14 hours", vec!["1"]),
            ("did buy in last 13 hours", vec![]),
        ] {
            assert_eq!(
                members(&project, condition),
                expected,
                "{unit}: {condition}"
            );
        }
    }
    project.write(
        "segql.toml",
        MANIFEST.replace("times = \"seconds\"", "times = \"minutes\""),
    );
    project
        .segql(&["check"])
        .refused(1, &["minutes", "seconds"]);
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
            [good, "2026-02-30T10:00Z"],
            "row 2, column \"at\": \"2026-02-30T10:00Z\" is not a time such as",
        ),
        (
            [good, "2026-11-20T25:00Z"],
            "row 2, column \"at\": \"2026-11-20T25:00Z\" is not a time such as",
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
