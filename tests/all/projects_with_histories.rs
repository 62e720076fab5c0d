//! Projects whose fields have histories, from the manifest to the answer. Every count is worked out by hand from the tables below.

use super::command_line::{End, Project};

const CONTACTS: &str = "\
id,plan,visits
1,pro,9
2,free,9
3,pro,9
";

/// `1` went from free to pro on 1 November, `2` is pro from December on, and of `3` nothing is known.
const PLANS: &str = "\
who,since,plan
1,2026-11-01T00:00:00Z,pro
1,2026-01-01T00:00:00Z,free
2,2026-01-01T00:00:00Z,free
2,2026-12-01T00:00:00Z,pro
7,2026-01-01T00:00:00Z,pro
";

const MANIFEST: &str = "\
as_of = \"2026-11-22T09:00Z\"

[contacts]
source = \"contacts.csv\"
key = \"id\"

[contacts.fields.plan]
values = [\"free\", \"pro\"]

[histories.plan]
source = \"plans.csv\"
contact = \"who\"
time = \"since\"
value = \"plan\"
";

fn project(manifest: &str, segments: &str) -> Project {
    let project = Project::empty();
    project.write("contacts.csv", CONTACTS);
    project.write("plans.csv", PLANS);
    project.write("segql.toml", manifest);
    project.write("a.seg", segments);
    project
}

fn count(end: &End) -> Vec<u64> {
    assert_eq!(end.code, Some(0), "{}", end.errors);
    let lines = end.output.lines().skip(1);
    lines
        .map(|line| line.split(',').nth(2).unwrap().parse().unwrap())
        .collect()
}

#[test]
fn a_field_is_read_from_its_history_at_every_instant() {
    let project = project(
        MANIFEST,
        "segment pro = plan = \"pro\"\n\
         segment free = plan = \"free\"\n\
         segment upgraded = plan = \"pro\" AND plan = \"free\" as of 30 days ago\n\
         segment unknown = plan is missing\n",
    );
    let end = project.segql(&["run", "--format", "csv"]);
    assert_eq!(count(&end), [1, 1, 1, 1], "{}", end.output);
    assert!(
        end.errors
            .contains("1 event in plans.csv belongs to no contact"),
        "{}",
        end.errors
    );
    // What was known then.
    let then = project.segql(&["run", "--format", "csv", "--as-of", "2026-10-01"]);
    assert_eq!(count(&then), [0, 2, 0, 1], "{}", then.output);
    let later = project.segql(&["run", "--format", "csv", "--as-of", "2026-12-02"]);
    assert_eq!(count(&later), [2, 0, 1, 1], "{}", later.output);
}

#[test]
fn values_of_a_history_are_those_of_the_field() {
    let project = project(MANIFEST, "segment a = plan = \"por\"\n");
    let end = project.segql(&["check"]);
    assert!(end.output.contains("E0203") || end.errors.contains("E0203"));
    project.write("plans.csv", "who,since,plan\n1,2026-01-01T00:00:00Z,gold\n");
    project.write("a.seg", "segment a = plan = \"pro\"\n");
    let end = project.segql(&["run"]);
    assert!(end.errors.contains("E0745"), "{}", end.errors);
}

#[test]
fn what_cannot_be_a_history_is_told() {
    let of = |change: &dyn Fn(String) -> String| {
        let project = project(&change(MANIFEST.to_owned()), "segment a = visits > 1\n");
        let end = project.segql(&["check"]);
        assert_eq!(end.code, Some(1), "{}", end.errors);
        end.errors + &end.output
    };
    let cases: [(&str, &str, &str); 5] = [
        ("[histories.plan]", "[histories.plam]", "E0514"),
        ("[histories.plan]", "[histories.id]", "E0514"),
        ("[histories.plan]", "[histories.visits]", "E0515"),
        ("time = \"since\"\n", "", "E0512"),
        ("value = \"plan\"", "value = \"pan\"", "E0516"),
    ];
    for (ours, wrong, code) in cases {
        let told = of(&|manifest| manifest.replace(ours, wrong));
        assert!(told.contains(code), "{wrong:?}: {told}");
    }
}

#[test]
fn a_field_without_a_history_is_told_once() {
    let project = project(
        MANIFEST,
        "segment a = visits > 3 as of 30 days ago AND visits < 9 as of 60 days ago\n\
         segment b = plan = \"pro\" as of 30 days ago\n",
    );
    let end = project.segql(&["check"]);
    let told = end.errors + &end.output;
    assert_eq!(told.matches("no-history").count(), 1, "{told}");
}

/// What is stored stays a history, and says of itself what the manifest needs.
#[test]
fn histories_are_stored_as_events_are() {
    let project = project(
        MANIFEST,
        "segment pro = plan = \"pro\"\nsegment once = plan = \"free\" as of 30 days ago\n",
    );
    let before = project.segql(&["run", "--format", "csv"]);
    assert_eq!(count(&before), [1, 2]);
    let end = project.segql(&["pack", ".", "packed", "--stream", "plan"]);
    assert!(
        end.output
            .starts_with("plan (history): 4 events in packed/plan_history.parquet\n"),
        "{}",
        end.output
    );
    let readme = project.read("packed/README.md");
    let lines = readme.split("```toml\n").nth(1).unwrap();
    let lines = lines.split("```").next().unwrap();
    assert_eq!(
        lines,
        "[histories.plan]\nsource = \"packed/plan_history.parquet\"\ncontact = \"contact\"\ntime = \"time\"\nvalue = \"value\"\n"
    );
    let (head, _) = MANIFEST.split_once("[histories.plan]").unwrap();
    project.write("segql.toml", format!("{head}{lines}"));
    let after = project.segql(&["run", "--format", "csv"]);
    assert_eq!(after.output, before.output);
    let later = project.segql(&["run", "--format", "csv", "--as-of", "2026-12-02"]);
    assert_eq!(count(&later), [2, 1]);
    project
        .segql(&["pack", ".", "more", "--stream", "plam"])
        .refused(2, &["E0814", "did you mean `plan`?"]);
}
