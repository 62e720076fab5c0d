//! Exports that are not written, since a segment has not the size that is expected of it.

use super::command_line::{End, Project};

fn project(expected: &str) -> Project {
    with_more(expected, "")
}

/// The same with further definitions.
fn with_more(expected: &str, more: &str) -> Project {
    let project = Project::new();
    project.write(
        "segments.seg",
        format!("@owner(\"crm\")\n@expect({expected})\nsegment belgians = region = \"BE\"\n{more}"),
    );
    project
}

/// That the command ended with this code, and that its message has these words, wherever its lines break.
fn refused(end: &End, words: &[&str]) {
    assert_eq!(end.code, Some(1), "{}", end.errors);
    let told: Vec<&str> = end
        .errors
        .split_whitespace()
        .filter(|word| *word != "│")
        .collect();
    let told = told.join(" ");
    for wanted in words {
        assert!(told.contains(wanted), "`{wanted}` is not in {}", end.errors);
    }
}

/// Contacts 1 and 3 are in Belgium, of five.
#[test]
fn an_export_of_the_expected_size_is_written() {
    for expected in [
        "size 2 to 2",
        "size at least 2",
        "size at most 2",
        "size 40% to 40%",
        "change 20%",
        "size 1 to 3, change 0%",
    ] {
        let project = project(expected);
        project.run(&["--members", "members.csv"]).answer();
        assert_eq!(
            project.read("members.csv"),
            "id,segment\n1,belgians\n3,belgians\n",
            "{expected}"
        );
    }
}

#[test]
fn an_export_of_another_size_leaves_the_file_before() {
    for (expected, words) in [
        (
            "size at least 3",
            "2 members, where at least 3 are expected",
        ),
        ("size 0 to 1", "2 members, where at most 1 are expected"),
        (
            "size 41% to 100%",
            "2 members of 5 contacts, where at least 41 % are expected",
        ),
    ] {
        for name in ["members.csv", "members.jsonl", "members.parquet"] {
            let project = project(expected);
            project.write(name, "old");
            let end = project.run(&["--members", name]);
            refused(&end, &["E0815", words, "(crm answers for it)", "as it was"]);
            assert_eq!(project.read(name), "old");
            assert_eq!(project.files().len(), 4, "nothing else is left behind");
        }
        let project = project(expected);
        let end = project.run(&["--members", "members.csv"]);
        refused(&end, &["E0815", words, "No file was written"]);
        // A count is answered, with a warning.
        let end = project.run(&[]);
        assert_eq!(end.code, Some(0));
        assert!(end.errors.contains(words), "{}", end.errors);
        // Somebody looked, and wants it.
        let end = project.run(&["--members", "members.csv", "--ignore-guards"]);
        assert_eq!(end.code, Some(0), "{}", end.errors);
        assert_eq!(
            project.read("members.csv"),
            "id,segment\n1,belgians\n3,belgians\n"
        );
    }
}

#[test]
fn a_change_is_counted_from_the_file_before() {
    let labels = "classify adult { yes when age >= 18 otherwise no }\n";
    for (name, layout, more) in [
        ("members.csv", None, ""),
        ("members.csv", None, labels),
        ("members.parquet", None, ""),
        ("members.parquet", None, labels),
        ("members.arrow", Some("--wide"), ""),
        ("members.arrow", Some("--wide"), labels),
        ("members.csv", Some("--wide"), ""),
        ("members.csv", Some("--wide"), labels),
        ("members.jsonl", Some("--wide"), ""),
        ("members.jsonl", Some("--wide"), labels),
    ] {
        let project = with_more("change 50%", more);
        let export = |project: &Project| {
            let mut arguments = vec!["--members", name];
            arguments.extend(layout);
            project.run(&arguments)
        };
        export(&project).answer();
        export(&project).answer();
        // Four instead of two.
        let contacts = super::command_line::CONTACTS
            .replace("NL", "BE")
            .replace("FR", "BE");
        project.write("contacts.csv", contacts);
        let words = "4 members, where there were 2: a change of more than 50 %";
        refused(&export(&project), &["E0815", words]);
        let end = project.run(&["--members", name, "--ignore-guards"]);
        assert_eq!(end.code, Some(0), "{}", end.errors);
        project.run(&["--members", name]).answer();
    }
}

#[test]
fn a_file_before_that_holds_no_members_is_told() {
    let project = project("change 50%");
    project.write("members.parquet", "no parquet at all");
    let end = project.run(&["--members", "members.parquet"]);
    assert_eq!(end.code, Some(1), "{}", end.errors);
    assert!(end.errors.contains("members.parquet"), "{}", end.errors);
    assert_eq!(project.read("members.parquet"), "no parquet at all");
}
