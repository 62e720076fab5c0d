//! `segql test` as people use it.

use super::command_line::Project;

const TESTS: &str = "\
use \"../segments.seg\"

test \"who lives in Belgium is in\" as of 2026-11-22T10:00 {
  contact ann (region = \"BE\")
  contact bob (region = \"NL\")
  expect only ann in belgians
}

test \"newcomers are reachable & new\" as of 2026-11-22T10:00 {
  contact ann (consent = true, signup_at = 29 days ago)
  contact bob (consent = true, signup_at = 30 days ago)
  contact cas (signup_at = 1 day ago)
  expect only ann in newcomers
}
";

fn project(tests: &str) -> Project {
    let project = Project::new();
    std::fs::create_dir(project.folder.path().join("tests")).unwrap();
    project.write("tests/shop.seg", tests);
    project
}

#[test]
fn tests_in_a_folder_are_answered() {
    let end = project(TESTS).segql(&["test"]);
    assert_eq!(
        end.output,
        "tests/shop.seg\n  ok      who lives in Belgium is in\n  ok      newcomers are reachable & new\n\n2 tests, all ok\n"
    );
    assert_eq!((end.code, end.errors.as_str()), (Some(0), ""));
}

#[test]
fn one_that_fails_says_why() {
    let project = project(&TESTS.replace(
        "only ann in newcomers",
        "bob in newcomers, cas not in newcomers",
    ));
    let end = project.segql(&[
        "test",
        "tests/shop.seg",
        "--filter",
        "NEWCOMERS",
        "--junit",
        "report.xml",
    ]);
    assert_eq!(end.code, Some(1));
    let shown = "\
tests/shop.seg
  failed  newcomers are reachable & new (line 9)
          - expected bob in newcomers (line 13)
          + found    bob is not in newcomers
              bob:
                signup_at in last 30 days does not hold: signup_at is 2026-10-23 11:00:00

1 test: 0 ok, 1 failed
";
    assert_eq!(end.output, shown);
    assert_eq!(
        project.read("report.xml"),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites name=\"shop\" tests=\"1\" failures=\"1\" errors=\"0\">
  <testsuite name=\"tests/shop.seg\" tests=\"1\" failures=\"1\" errors=\"0\">
    <testcase classname=\"tests/shop.seg\" name=\"newcomers are reachable &amp; new\" file=\"tests/shop.seg\" line=\"9\">
      <failure message=\"expected bob in newcomers\">expected bob in newcomers&#10;found    bob is not in newcomers&#10;  bob:&#10;    signup_at in last 30 days does not hold: signup_at is 2026-10-23 11:00:00</failure>
    </testcase>
  </testsuite>
</testsuites>
"
    );
}

#[test]
fn what_no_test_reaches_is_told_of_the_whole_project() {
    let end = project(TESTS).segql(&["test", "--coverage", "--filter", "Belgium"]);
    assert_eq!(
        end.output,
        "\
tests/shop.seg
  ok      who lives in Belgium is in

1 test, all ok

conditions seen both true and false: 1 of 4
  segments.seg:5:21  never true: reachable
  segments.seg:5:21  never true: reachable AND signup_at in last 30 days
  segments.seg:5:35  never true: signup_at in last 30 days

edges that a value lies on: 0 of 1
  segments.seg:5:35  nothing at exactly 30 days ago: signup_at in last 30 days
"
    );
}

#[test]
fn where_there_is_no_test_one_is_shown() {
    let project = Project::new();
    let end = project.segql(&["test"]);
    assert_eq!(end.code, Some(1));
    for words in ["E0816", "shop has no tests", "expect ann in belgians"] {
        assert!(end.errors.contains(words), "{words}\n{}", end.errors);
    }
    project.write("a.seg", TESTS.replace("../", ""));
    let end = project.segql(&["test", "--filter", "who lives in Belgium is out"]);
    assert!(
        end.errors
            .contains("did you mean \"who lives in Belgium is in\"?"),
        "{}",
        end.errors
    );
    assert_eq!(end.code, Some(1));
}

#[test]
fn check_looks_at_tests_and_run_passes_them_over() {
    let sound = project(TESTS);
    let end = sound.segql(&["check"]);
    assert_eq!(
        (end.code, end.output.as_str()),
        (Some(0), "2 segments, 2 tests, no errors\n"),
        "{}",
        end.errors
    );
    let faulty = project(&TESTS.replace("region = \"NL\"", "regoin = \"NL\""));
    for command in ["check", "test"] {
        let end = faulty.segql(&[command]);
        assert_eq!(end.code, Some(1));
        assert!(end.errors.contains("write `region`"), "{}", end.errors);
    }
    assert_eq!(faulty.run(&[]).code, Some(0));
}

#[test]
fn a_text_from_the_standard_input_is_tested() {
    let text = TESTS.replace("../", "");
    let end = Project::new().with_input(&["test", "-"], &text);
    assert_eq!(end.code, Some(0), "{}", end.errors);
    assert!(
        end.output.starts_with("(standard input)\n"),
        "{}",
        end.output
    );
}

#[test]
fn tests_of_a_project_inside_are_its_own() {
    let project = project(TESTS);
    let inside = project.folder.path().join("inside");
    std::fs::create_dir(&inside).unwrap();
    project.write("inside/segql.toml", "");
    project.write(
        "inside/b.seg",
        "test \"other\" as of 2026-11-22 {\n  expect no contacts in nothing\n}",
    );
    assert_eq!(project.segql(&["test"]).code, Some(0));
}
