//! Times of events that are whole numbers: what they count is seen from them.

use super::super::command_line::Project;
use super::{has, runs};

/// 2025-03-01T00:00Z in seconds since 1970.
const MARCH: i64 = 1_740_787_200;

const DAY: i64 = 86_400;

/// Eleven people, and of the first ten an event each: of person p p days after the first of March 2025, in this unit of a second.
fn with_events(project: &Project, table: &str, time: &str, in_second: i64) {
    let mut text = format!("contact_id,{time},amount\n");
    for person in 0..10 {
        let at = (MARCH + person * DAY) * in_second;
        text += &format!("{person},{at},{}\n", 100 + person);
    }
    project.write(table, text);
    let people = (0..11).map(|person| format!("{person},n{person}\n"));
    project.write(
        "contacts.csv",
        format!("id,name\n{}", people.collect::<String>()),
    );
}

#[test]
fn what_numbers_count_is_seen_from_them() {
    for (time, in_second, unit) in [
        ("timestamp", 1, "seconds"),
        ("created_at", 1_000, "milliseconds"),
        ("unixReviewTime", 1_000_000, "microseconds"),
    ] {
        let project = Project::empty();
        with_events(&project, "reviews.csv", time, in_second);
        let end = project.segql(&["init", "*.csv"]);
        has(
            end.answer(),
            &[
                "events       10 in reviews.csv: review",
                "review_in_2025_03            10",
            ],
        );
        has(
            &project.read("segql.toml"),
            &[
                &format!("\ntime = \"{time}\"\n"),
                &format!(
                    "# What its whole numbers count since 1970: as {unit} they are from 2025-03-01 00:00:00 to 2025-03-10 00:00:00, and counting anything else they would lie before 1990 or after 2100.\ntimes = \"{unit}\"\n"
                ),
                // The last day of the data is that of the last event.
                "The data end on 2025-03-10;",
            ],
        );
        // The days 1, 2 and 3.
        let condition = "did review before 2025-03-04";
        let end = project.segql(&["run", "-e", condition, "--format", "csv"]);
        has(end.answer(), &[&format!("{condition},,3,")]);
        runs(&project);
    }
}

#[test]
fn numbers_in_json_lines_count_as_well() {
    let project = Project::empty();
    with_events(&project, "none.csv", "at", 1);
    let lines = (0..10).map(|person| {
        let at = (MARCH + person * DAY) * 1_000;
        format!("{{\"user\": {person}, \"ts\": {at}}}\n")
    });
    project.write("clicks.jsonl", lines.collect::<String>());
    project
        .segql(&["init", "contacts.csv", "clicks.jsonl"])
        .answer();
    has(
        &project.read("segql.toml"),
        &["\ntime = \"ts\"\n", "\ntimes = \"milliseconds\"\n"],
    );
    runs(&project);
}

#[test]
fn a_time_goes_before_a_number_and_a_number_before_a_day() {
    let project = Project::empty();
    with_events(&project, "none.csv", "at", 1);
    project.write(
        "visits.csv",
        "contact_id,ts,visited\n1,1740787200,2025-03-01T10:00:00Z\n2,1740787201,2025-03-02T10:00:00Z\n",
    );
    project.write(
        "clicks.csv",
        "contact_id,day,ts,started\n1,2025-03-01,1740787200,1740787100\n2,2025-03-01,1740787201,1740787100\n",
    );
    project
        .segql(&["init", "contacts.csv", "visits.csv", "clicks.csv"])
        .answer();
    let manifest = project.read("segql.toml");
    has(
        &manifest,
        &[
            "\ntime = \"visited\"\n",
            "Other columns that could tell: started.\ntime = \"ts\"\n",
        ],
    );
    assert_eq!(manifest.matches("\ntimes = ").count(), 1, "{manifest}");
    runs(&project);
}

#[test]
fn numbers_that_may_be_anything_are_no_times() {
    for (column, first, second) in [
        // Days for people, a number of an event, two units, and one that stands for nothing.
        ("timestamp", 20_250_301, 20_250_302),
        ("timestamp", MARCH, MARCH * 1_000),
        ("timestamp", 0, MARCH),
        ("event_id", MARCH, MARCH + 1),
        ("amount", MARCH, MARCH + 1),
    ] {
        let project = Project::empty();
        with_events(&project, "none.csv", "at", 1);
        project.write(
            "visits.csv",
            format!("contact_id,{column}\n1,{first}\n2,{second}\n"),
        );
        let end = project.segql(&["init", "contacts.csv", "visits.csv"]);
        let mut why = "not used     visits.csv: contact_id refers to the contacts, but no column tells when something happened".to_owned();
        if column == "timestamp" {
            why += ": the numbers of timestamp are not all between 1990 and 2100 in seconds, milliseconds or microseconds since 1970";
        }
        has(end.answer(), &[&format!("{why}\n")]);
    }
}
