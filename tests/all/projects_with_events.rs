//! Projects with tables of events, from the manifest to the answer. Every count is worked out by hand from the tables below.

use super::command_line::{End, Project};

const CONTACTS: &str = "\
id,region,home_at
a,BE,2026-11-01T00:00:00Z
b,NL,2026-11-01T00:00:00Z
c,BE,2026-11-01T00:00:00Z
";

/// As of 2026-11-22T09:00Z: `a` saw t1 and, a year before, t2; `b` bought twice; a view of `c` is an hour later than that. One view has no contact, one purchase a
/// contact nobody knows, and one view no time.
const ACTIVITY: &str = "\
who,at,event,title,device,amount
b,2026-11-10T10:00:00Z,purchase,,,30.00
a,2026-11-20T10:00:00Z,view,t1,tv,
a,2025-11-20T10:00:00+01:00,view,t2,phone,
c,2026-11-22T10:00:00Z,view,t1,tv,
b,2026-11-01T10:00:00Z,purchase,,,12.50
,2026-11-20T10:00:00Z,view,t1,tv,
x,2026-11-20T10:00:00Z,purchase,,,1.00
a,,view,t1,tv,
b,2026-11-01T10:00:00Z,login,,,
";

const LOGINS: &str = "{\"who\": \"c\", \"at\": \"2026-11-21T10:00:00Z\"}\n{\"who\": \"c\", \"at\": \"2026-11-20T10:00:00Z\"}\n";

const MANIFEST: &str = "\
name = \"shop\"
as_of = \"2026-11-22T09:00Z\"

[contacts]
source = \"contacts.csv\"
key = \"id\"

[events.activity]
source = \"activity.csv\"
contact = \"who\"
time = \"at\"
kind = \"event\"

[events.activity.streams]
view = [\"title\", \"device\"]
purchase = [\"amount\"]

[events.activity.fields.device]
values = [\"tv\", \"phone\"]
description = \"What it was seen on\"

[events.login]
source = \"logins.jsonl\"
contact = \"who\"
time = \"at\"
";

const SEGMENTS: &str = "\
segment viewers \"Saw something\" = did view in last 90 days
segment silent = never view AND never login
segment spenders = sum(amount of purchase) > 40
segment returned = count(login) >= 2
segment bigger = last(purchase).amount > 20
";

fn shop() -> Project {
    let project = Project::empty();
    project.write("contacts.csv", CONTACTS);
    project.write("activity.csv", ACTIVITY);
    project.write("logins.jsonl", LOGINS);
    project.write("segql.toml", MANIFEST);
    project.write("segments.seg", SEGMENTS);
    project
}

/// The answer of a command that ended well, whatever it said beside.
fn well(end: &End) -> &str {
    assert_eq!(end.code, Some(0), "{}", end.errors);
    &end.output
}

/// The counts of all segments, in their order.
fn counts(answer: &str) -> Vec<(String, u64)> {
    let lines = answer.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].to_owned(), cells[2].parse().unwrap())
    });
    lines.collect()
}

const NEWS: &str = "\
1 event in activity.csv belongs to no contact
1 event in activity.csv names no contact
1 event in activity.csv has no time
1 event in activity.csv is later than 2026-11-22T09:00:00+00:00 and was not seen
";

#[test]
fn segments_about_events_are_counted() {
    let project = shop();
    let end = project.segql(&["run", "--format", "csv"]);
    let expected = [
        ("viewers", 1),
        ("silent", 1),
        ("spenders", 1),
        ("returned", 1),
        ("bigger", 1),
    ];
    let expected: Vec<(String, u64)> = expected
        .map(|(name, count)| (name.to_owned(), count))
        .into();
    assert_eq!(counts(well(&end)), expected);
    assert_eq!(end.errors, NEWS);
    for threads in ["1", "3"] {
        let end = project.segql(&["run", "--format", "csv", "--threads", threads]);
        assert_eq!(counts(well(&end)), expected);
    }
    // Only the streams that are asked for are read, and told about.
    let end = project.segql(&["run", "returned"]);
    assert_eq!((end.code, end.errors.as_str()), (Some(0), ""));
    let end = project.segql(&["run", "-e", "region = \"BE\""]);
    assert_eq!((end.code, end.errors.as_str()), (Some(0), ""));
    // A day later the last view is seen; one before the view of `a` is not yet there.
    let end = project.segql(&[
        "run",
        "viewers",
        "--format",
        "csv",
        "--as-of",
        "2026-11-23T09:00Z",
    ]);
    assert_eq!(counts(well(&end)), [("viewers".to_owned(), 2)]);
    let end = project.segql(&[
        "run",
        "viewers",
        "--format",
        "csv",
        "--as-of",
        "2026-11-19T09:00Z",
    ]);
    assert_eq!(counts(well(&end)), [("viewers".to_owned(), 0)]);
    assert!(
        end.errors.contains(
            "2 events in activity.csv are later than 2026-11-19T09:00:00+00:00 and were not seen"
        ),
        "{}",
        end.errors
    );
}

#[test]
fn members_of_segments_about_events_are_written() {
    let project = shop();
    let end = project.segql(&["run", "silent", "bigger", "--members", "members.csv"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert_eq!(
        project.read("members.csv"),
        "id,segment\nb,silent\nb,bigger\n"
    );
}

#[test]
fn the_shell_answers_about_events() {
    let project = shop();
    let end = project.with_input(
        &["repl"],
        "did view\ndid view[device = \"phone\"]\nregion = \"BE\"\ndid login\n.fields\n",
    );
    assert_eq!(
        well(&end),
        "\
1 event in activity.csv names no contact
1 event in activity.csv has no time
1 event in activity.csv is later than 2026-11-22T09:00:00+00:00 and was not seen
1 of 3 contacts (33.3%)
1 of 3 contacts (33.3%)
2 of 3 contacts (66.7%)
1 of 3 contacts (33.3%)
id        text    the key
region    text
home_at   time
view      events  with time, title and device
purchase  events  with time and amount
login     events  with time
"
    );
}

#[test]
fn check_reads_the_events_too() {
    let project = shop();
    let end = project.segql(&["check", "--data"]);
    assert_eq!(
        well(&end),
        "5 segments, no errors; every contact has a key of its own, and closed sets hold\n"
    );
    assert_eq!(end.errors, NEWS);
    let wrong = ACTIVITY.replace("t2,phone", "t2,fone").replace(
        "c,2026-11-22T10:00:00Z,view,t1,tv",
        "c,2026-11-22T10:00:00Z,view,t1,radio",
    );
    project.write("activity.csv", &wrong);
    let end = project.segql(&["check", "--data"]);
    let fault = "activity.csv, column \"device\": the values \"fone\" (in 1 event), \"radio\" (in 1 event) are outside the closed set of the field \"view.device\"";
    end.refused(1, &["E0745", "\"view.device\""]);
    // A run looks at what it reads, and no further.
    assert_eq!(project.segql(&["run", "viewers"]).code, Some(0));
    let condition = ["run", "-e", "did view[device = \"tv\"]"];
    project.segql(&condition).refused(1, &["E0745"]);
    let reporting = MANIFEST.replace("kind = ", "other_values = \"report\"\nkind = ");
    project.write("segql.toml", reporting);
    let end = project.segql(&condition);
    assert_eq!(end.code, Some(0));
    assert!(end.errors.contains(fault), "{}", end.errors);
}

#[test]
fn a_kind_that_no_event_has_is_told() {
    let project = shop();
    project.write(
        "segql.toml",
        MANIFEST.replace("view = [", "veiw = [").replace(
            "[events.activity.fields.device]",
            "[events.activity.fields.device]\n",
        ),
    );
    let end = project.segql(&["run", "-e", "did veiw"]);
    assert!(
        end.errors
            .contains("no event in activity.csv is of the kind \"veiw\"\n"),
        "{}",
        end.errors
    );
}

#[test]
fn schema_shows_the_streams_with_their_fields() {
    let project = shop();
    let end = project.segql(&["schema"]);
    let answer = well(&end);
    for words in [
        "3 contacts\n",
        "\nview: 3 events\n",
        "\npurchase: 2 events\n",
        "\nlogin: 2 events\n",
        "What it was seen on",
    ] {
        assert!(answer.contains(words), "{answer}");
    }
    assert_eq!(end.errors, NEWS);
    let end = project.segql(&["schema", "view.device", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(well(&end)).unwrap();
    assert_eq!(json["fields"].as_array().unwrap().len(), 0);
    let stream = &json["streams"][0];
    assert_eq!(
        (&stream["stream"], &stream["events"]),
        (&"view".into(), &3.into())
    );
    let device = &stream["fields"][0];
    assert_eq!(device["field"], "device");
    assert_eq!(device["different"], 2);
    assert_eq!(device["values"], serde_json::json!(["tv", "phone"]));
    assert_eq!(
        device["common"][0],
        serde_json::json!({"value": "tv", "count": 2, "share": 2.0 / 3.0})
    );
    let end = project.segql(&["schema", "view", "--format", "csv"]);
    let fields: Vec<&str> = well(&end)
        .lines()
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(fields, ["field", "view.time", "view.title", "view.device"]);
    let end = project.segql(&["schema", "view.device"]);
    let detail = well(&end);
    assert!(
        detail.starts_with(
            "view.device: text\nWhat it was seen on\n\n  missing      0 of 3 events (0.0%)\n"
        ),
        "{detail}"
    );
    project.segql(&["schema", "view.devise"]).refused(
        2,
        &[
            "there is no field `view.devise`",
            "did you mean `view.device`?",
        ],
    );
}

#[test]
fn faults_of_events_are_told_in_their_place() {
    let project = shop();
    project.write(
        "activity.csv",
        ACTIVITY.replace("2026-11-10T10:00:00Z", "10 November 2026"),
    );
    project.segql(&["run"]).refused(
        1,
        &[
            "activity.csv, row 1, column \"at\"",
            "\"10 November 2026\"",
            "E0709",
        ],
    );
    project.write("activity.csv", ACTIVITY);
    project.write(
        "segql.toml",
        MANIFEST.replace(
            "contact = \"who\"\ntime = \"at\"\nkind",
            "contact = \"whom\"\ntime = \"at\"\nkind",
        ),
    );
    project
        .segql(&["run"])
        .refused(1, &["E0516", "no column \"whom\"", "segql.toml:10"]);
    project.write(
        "segql.toml",
        MANIFEST.replace("activity.csv", "activities.csv"),
    );
    project
        .segql(&["run"])
        .refused(1, &["E0701", "activities.csv"]);
    project.write("segql.toml", MANIFEST);
    project.write("contacts.csv", format!("{CONTACTS}a,FR,\n"));
    project
        .segql(&["run"])
        .refused(1, &["E0712", "the key \"a\" stands here and in row 1"]);
}

#[test]
fn keys_of_another_sort_than_those_of_the_contacts_are_told() {
    let project = shop();
    project.write("contacts.csv", "id,region\n1,BE\n2,NL\n");
    // CSV and JSON lines are read as the keys of the contacts.
    project.segql(&["run"]).refused(
        1,
        &[
            "E0709",
            "activity.csv, row 1, column \"who\"",
            "\"b\" is not a whole number",
        ],
    );
}

#[test]
fn ties_are_broken_by_fields_that_nobody_reads() {
    let project = shop();
    // At one time: t1 on a phone and on a tv, t2 on a phone. The greatest title decides, then the greatest device.
    let at = "2026-11-20T10:00:00Z,view";
    project.write(
        "activity.csv",
        format!("who,at,event,title,device,amount\nb,2026-11-10T10:00:00Z,purchase,,,30.00\nb,{at},t2,phone,\nb,{at},t1,tv,\na,{at},t1,tv,\na,{at},t1,phone,\n"),
    );
    for (condition, count) in [
        ("last(view).device = \"tv\"", 1),
        ("last(view).device = \"phone\"", 1),
        ("first(view).device = \"tv\"", 1),
        ("first(view).device = \"phone\"", 1),
        (
            "last(view).title = \"t2\" AND last(view).device = \"phone\"",
            1,
        ),
        (
            "first(view).title = \"t1\" AND first(view).device = \"phone\"",
            1,
        ),
    ] {
        let end = project.segql(&["run", "-e", condition, "--format", "csv"]);
        let line = well(&end).lines().nth(1).unwrap();
        assert!(line.contains(&format!(",{count},")), "{condition}: {line}");
    }
}

#[test]
fn little_memory_changes_no_answer() {
    let (example, temporary) = (
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/streaming"),
        tempfile::tempdir().unwrap(),
    );
    let project = Project::empty();
    let run = |arguments: &[&str]| {
        let example = example.to_str().unwrap();
        let all = [&["run", example, "--format", "csv"], arguments].concat();
        let mut command = project.command(&all);
        command.env("TMPDIR", temporary.path());
        End::of(command.output().unwrap())
    };
    let usual = run(&[]);
    let little = run(&["--memory", "1KB"]);
    assert_eq!(well(&usual), well(&little));
    assert_eq!(usual.errors, little.errors);
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
    #[cfg(unix)]
    {
        // Where files cannot be, less memory than that is none.
        std::fs::remove_dir(temporary.path()).unwrap();
        assert_eq!(well(&run(&[])), well(&usual));
        run(&["--memory", "1KB"]).refused(1, &["E0749"]);
    }
    let end = project.segql(&["run", "--memory", "much"]);
    end.refused(2, &["such as 500MB or 8GB"]);
}

/// Copies a folder with all that is in it.
pub fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A copy of the streaming example in a folder of its own.
fn example() -> Project {
    let project = Project::empty();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&root.join("examples/streaming"), project.folder.path());
    project
}

#[test]
fn stored_events_give_the_same_answers_without_sorting() {
    let project = example();
    let before = project.segql(&["run", "--format", "csv"]);
    let end = project.segql(&["pack", ".", "packed"]);
    let answer = well(&end);
    assert!(
        answer.contains("launch: 25,353 events in packed/launch.parquet\n"),
        "{answer}"
    );
    assert!(
        answer.contains("ticket: 1,005 events in packed/ticket.parquet\n"),
        "{answer}"
    );
    // What the text beside them says goes into the manifest as it stands.
    let readme = project.read("packed/README.md");
    let lines = readme
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let manifest = project.read("segql.toml");
    let (head, rest) = manifest.split_once("# What they did.").unwrap();
    let (_, tail) = rest.split_once("[catalogues.titles]").unwrap();
    project.write(
        "segql.toml",
        format!("{head}{lines}\n[catalogues.titles]{tail}"),
    );
    for memory in ["2GB", "1KB"] {
        let after = project.segql(&["run", "--format", "csv", "--memory", memory]);
        assert_eq!(well(&after), well(&before));
        // Who had no contact was left out.
        assert_eq!(after.errors, "");
    }
    // What the fields are to people is still there.
    let end = project.segql(&["schema", "finish", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(well(&end)).unwrap();
    let fields = &json["streams"][0]["fields"];
    assert_eq!(fields[1]["catalogue"], "titles");
    assert_eq!(fields[2]["values"][0], "tv");
    assert!(
        fields[3]["description"]
            .as_str()
            .unwrap()
            .starts_with("From start to end")
    );
}

#[test]
fn packing_says_what_it_cannot_do() {
    let project = shop();
    let end = project.segql(&["pack", ".", "packed", "--stream", "veiw"]);
    end.refused(2, &["E0814", "did you mean `view`?"]);
    let end = project.segql(&["pack", ".", "packed", "--stream", "view"]);
    assert!(
        well(&end).starts_with("view: 3 events in packed/view.parquet\n"),
        "{}",
        end.output
    );
    assert_eq!(
        end.errors,
        "1 event in activity.csv names no contact\n1 event in activity.csv has no time\n1 event in activity.csv is later than 2026-11-22T09:00:00+00:00 and was not seen\n"
    );
    let end = project.segql(&["pack", ".", "packed"]);
    end.refused(1, &["view.parquet is there already"]);
    assert_eq!(
        project.segql(&["pack", ".", "packed", "--force"]).code,
        Some(0)
    );
    let end = project.segql(&["pack", ".", "segql.toml"]);
    end.refused(2, &["segql.toml is a file"]);
    let plain = Project::new();
    let end = plain.segql(&["pack", ".", "packed"]);
    end.refused(1, &["E0814", "shop has no events"]);
}
