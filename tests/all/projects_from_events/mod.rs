//! Projects of which nothing but events is known: whom they name, the ways in which their times are written, since when contacts are known, and where windows
//! begin before the data do. Every answer is worked out by hand from the tables.

mod beginning;
mod times;
mod windows;

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

#[test]
fn mistakes_about_where_contacts_come_from_are_told() {
    let project = shop();
    for (from, to, words) in [
        (
            "from = \"events\"",
            "from = \"orders\"",
            ["cannot come from", "events"],
        ),
        (
            "from = \"events\"",
            "from = \"events\"\nsource = \"buys.csv\"",
            ["`source`", "`from`"],
        ),
        ("from = \"events\"\n", "", ["source", "contacts"]),
    ] {
        project.write("segql.toml", MANIFEST.replacen(from, to, 1));
        project.segql(&["check"]).refused(1, &words);
    }
    // Beside their key, nothing is known of them.
    project.write("segql.toml", MANIFEST);
    project
        .segql(&["run", "-e", "region = \"BE\""])
        .refused(1, &["nothing is called `region`"]);
}
