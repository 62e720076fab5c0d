//! `segql check --fix`: what it changes, what it leaves alone, and that it comes to an end.

use crate::check::{Beside, checked_with};
use crate::command_line::Project;
use segql::diagnostics::Diagnostic;
use segql::diagnostics::repair::{apply, repair};
use segql::source::SourceId;

const WRITTEN: &str = "\
-- Those we may write to.
let reachable = consent
segment belgians   = region == \"BE\" && reachable
segment adults = age >= 18 AND age >= 30 -- the bound is new
segment known = region in (\"BE\", \"NL\", \"FR\") OR age > 3 AND reachable
";

#[test]
fn fixes_that_keep_the_meaning_are_put_in_and_the_rest_of_the_text_stays() {
    let project = Project::new();
    project.write("segments.seg", WRITTEN);
    let end = project.segql(&["check", "--fix"]);
    assert_eq!(
        project.read("segments.seg"),
        "\
-- Those we may write to.
let reachable = consent
segment belgians   = region = \"BE\" AND reachable
segment adults = age >= 30 -- the bound is new
segment known = region is known OR (age > 3 AND reachable)
"
    );
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert!(
        end.errors.contains("5 fixes applied in 1 text"),
        "{}",
        end.errors
    );
    assert_eq!(end.output, "3 segments, no errors\n");
    assert_eq!(
        project.files(),
        ["contacts.csv", "segments.seg", "segql.toml"]
    );
    // Nothing is left to do.
    let again = project.segql(&["check", "--fix"]);
    assert!(!again.errors.contains("applied"), "{}", again.errors);
}

#[test]
fn guesses_are_put_in_only_when_they_are_asked_for() {
    let project = Project::new();
    let written = "segment young = regoin = \"BE\" AND age between 65 and 18\n";
    project.write("segments.seg", written);
    let end = project.segql(&["check", "--fix"]);
    assert_eq!(end.code, Some(1));
    assert_eq!(project.read("segments.seg"), written);
    let end = project.segql(&["check", "--unsafe-fixes"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert_eq!(
        project.read("segments.seg"),
        "segment young = region = \"BE\" AND age between 18 and 65\n"
    );
}

#[test]
fn what_would_change_is_shown_and_nothing_is_changed() {
    let project = Project::new();
    project.write("segments.seg", WRITTEN);
    let end = project.segql(&["check", "--fix", "--diff"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert_eq!(project.read("segments.seg"), WRITTEN);
    for line in [
        "--- segments.seg",
        "-segment belgians   = region == \"BE\" && reachable",
        "+segment belgians   = region = \"BE\" AND reachable",
        " let reachable = consent",
    ] {
        assert!(end.output.lines().any(|own| own == line), "{}", end.output);
    }
}

#[test]
fn a_text_from_the_standard_input_goes_to_the_standard_output() {
    let project = Project::new();
    let end = project.with_input(
        &["check", "--fix", "-"],
        "segment s = region <> \"BE\" -- all others\n",
    );
    assert!(
        end.output
            .starts_with("segment s = region != \"BE\" -- all others\n"),
        "{}",
        end.output
    );
}

#[test]
fn every_text_of_a_project_is_mended() {
    let project = Project::new();
    project.write(
        "segments.seg",
        "use \"parts.seg\"\nsegment a = grown && consent\n",
    );
    project.write("parts.seg", "let grown = age >= 18 AND age >= 21\n");
    let end = project.segql(&["check", "--fix"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert_eq!(project.read("parts.seg"), "let grown = age >= 21\n");
    assert_eq!(
        project.read("segments.seg"),
        "use \"parts.seg\"\nsegment a = grown AND consent\n"
    );
}

#[test]
fn tests_are_mended_beside_what_they_are_about() {
    let project = Project::new();
    let test = |region: &str, field: &str| {
        format!(
            "test \"of {field}\" as of 2026-11-22 {{\n  contact ann ({field} = {region})\n  expect ann in belgians\n}}\n"
        )
    };
    let own = "segment belgians = region == \"BE\"\n\n".to_owned() + &test("BE", "region");
    project.write("segments.seg", &own);
    let apart = "use \"../segments.seg\"\n\n".to_owned() + &test("\"BE\"", "regoin");
    std::fs::create_dir(project.folder.path().join("tests")).unwrap();
    project.write("tests/belgians.seg", &apart);
    let end = project.segql(&["check", "--unsafe-fixes", "--diff"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    for line in [
        "+segment belgians = region = \"BE\"",
        "+  contact ann (region = \"BE\")",
    ] {
        assert!(end.output.contains(line), "{line}\n{}", end.output);
    }
    assert_eq!(project.read("tests/belgians.seg"), apart);
    // What is a guess is left alone, and told.
    let end = project.segql(&["check", "--fix"]);
    assert_eq!(end.code, Some(1));
    assert_eq!(project.read("tests/belgians.seg"), apart);
    assert!(end.errors.contains("regoin"), "{}", end.errors);
    let end = project.segql(&["check", "--unsafe-fixes"]);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert_eq!(end.output, "1 segment, 2 tests, no errors\n");
    assert_eq!(
        project.read("segments.seg"),
        "segment belgians = region = \"BE\"\n\n".to_owned() + &test("\"BE\"", "region")
    );
    assert_eq!(
        project.read("tests/belgians.seg"),
        apart.replace("regoin =", "region =")
    );
}

/// Every text with a mistake comes to an end, and what could be mended is.
#[test]
fn fixes_come_to_an_end() {
    let mut mended = 0;
    for folder in ["check", "habits", "syntax"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/ui")
            .join(folder);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "seg") {
                continue;
            }
            let mut text = std::fs::read_to_string(&path).unwrap();
            for guesses in [false, true] {
                let mut rounds = 0;
                loop {
                    let (checked, _) = checked_with("test.seg", &text, &Beside);
                    let own: Vec<Diagnostic> = checked
                        .diagnostics
                        .into_iter()
                        .filter(|told| told.primary.span.source == SourceId(0))
                        .collect();
                    let repair = repair(&own, guesses);
                    let Some(edits) = repair.edits.get(&SourceId(0)) else {
                        break;
                    };
                    text = apply(&text, edits);
                    mended += repair.fixes;
                    rounds += 1;
                    assert!(rounds < 20, "{}: no end\n{text}", path.display());
                }
            }
        }
    }
    assert!(mended > 100, "{mended} fixes are too few to show anything");
}
