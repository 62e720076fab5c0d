//! Tests that stand in texts: the chapter about them, values of every type on their way to the engine, what is said where one fails, what none reaches.

use crate::contacts;
use segql::Engine;
use segql::check::NoFiles;
use segql::engine::Tests;
use segql::schema::Schema;
use segql::trial::{self, Coverage, Failure};
use std::path::Path;

fn tests(text: &str) -> Tests {
    tests_by(contacts::schema(), text)
}

fn tests_by(schema: Schema, text: &str) -> Tests {
    Engine::new(schema)
        .compile_tests("a.seg", text, &NoFiles)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// What fails in the tests of a text, one behind the other.
fn failures(text: &str) -> Vec<Failure> {
    failures_of(&tests(text), text)
}

fn failures_of(tests: &Tests, text: &str) -> Vec<Failure> {
    assert!(!tests.trials().is_empty(), "{text}");
    let verdicts = tests.trials().iter().map(|trial| trial::run(tests, trial));
    verdicts
        .flat_map(|verdict| verdict.unwrap().failures)
        .collect()
}

#[track_caller]
fn passes(text: &str) {
    passes_by(contacts::schema(), text);
}

#[track_caller]
fn passes_by(schema: Schema, text: &str) {
    let failures = failures_of(&tests_by(schema, text), text);
    assert!(failures.is_empty(), "{failures:#?}");
}

/// `ann` and what is expected, after some definitions.
fn one(definitions: &str, lines: &str) -> String {
    format!("{definitions}\ntest \"one\" as of 2026-11-22T10:00+01:00 {{\n{lines}\n}}")
}

#[test]
fn the_chapter_about_tests_is_run() {
    let page = include_str!("../../docs/src/language/tests.md");
    let blocks: Vec<&str> = page.split("```seg\n").skip(1).collect();
    assert!(blocks.len() >= 3);
    for block in blocks {
        let (text, _) = block.split_once("```").unwrap();
        passes_by(contacts::with_history(), text);
    }
}

/// What a contact is given is so at every instant; a line below says since when it was otherwise, and one that is still to come is not seen.
#[test]
fn fields_with_a_history_are_given_as_others_are_or_since_an_instant() {
    let definitions = "let pro_then = plan = \"pro\" as of 30 days ago
segment pro = plan = \"pro\"
segment unknown = plan is missing
segment unknown_then = plan is missing as of 30 days ago
segment ever = plan = \"free\" as of 1800-01-01T00:00Z";
    let lines = "contact ann (plan = \"free\")
  plan (value = \"pro\") 30 days ago
  plan (value = \"family\") at 2026-11-22T10:00:01+01:00
contact bob (plan = \"free\")
  plan (value = \"pro\") 29 days ago
contact cas
  plan (value = \"pro\") 40 days ago
  plan (value = missing) 2 days ago
contact dee (plan = \"pro\")
contact eva
  plan (value = \"pro\") 1 day ago
contact fay (plan = missing)
expect only (ann, cas, dee) in pro_then
expect only (ann, bob, dee, eva) in pro
expect only (cas, fay) in unknown
expect only (eva, fay) in unknown_then
expect only (ann, bob) in ever";
    passes_by(contacts::with_history(), &one(definitions, lines));
}

#[test]
fn a_line_about_a_field_says_what_it_takes() {
    let told = |schema: Schema, line: &str| {
        let lines = format!("contact ann\n{line}\nexpect ann in s");
        let text = one("segment s = consent", &lines);
        let refused = Engine::new(schema).compile_tests("a.seg", &text, &NoFiles);
        let Err(refused) = refused else {
            panic!("{line} is taken");
        };
        let [fault] = refused.diagnostics() else {
            panic!("{refused}");
        };
        format!("{} {}", fault.code.0, fault.message)
    };
    assert_eq!(
        told(contacts::schema(), "plan (value = \"pro\") 2 days ago"),
        "E0201 `plan` is a field without a history"
    );
    assert_eq!(
        told(contacts::with_history(), "plan (plan = \"pro\") 2 days ago"),
        "E0212 rows of the history of `plan` have no part `plan`"
    );
    assert_eq!(
        told(contacts::with_history(), "plan (value = 3) 2 days ago"),
        "E0391 `value` is text, and this is a whole number"
    );
}

#[test]
fn values_of_every_type_are_what_was_written() {
    let questions = [
        ("id = -9223372036854775808", "id = -9223372036854775808"),
        ("age = -3", "age = -3"),
        (
            "lifetime_value = 0.000000001",
            "lifetime_value * 1000000000 = 1",
        ),
        (
            "lifetime_value = 12345678901234567890.5",
            "lifetime_value = 12345678901234567890.5",
        ),
        ("score = 0.5", "score = 50%"),
        ("consent = false", "consent = false"),
        ("email = \"a \\\"b\\\"\"", "email = \"a \\\"b\\\"\""),
        ("birthday = 1889-04-20", "birthday = 1889-04-20"),
        ("birthday = 2 days ago", "birthday = 2026-11-20"),
        (
            "signup_at = 0001-01-01T00:00Z",
            "signup_at before 0001-01-02",
        ),
        ("signup_at = 2026-11-22T10:00", "signup_at = now"),
        (
            "signup_at = 2026-11-22",
            "hour(signup_at) = 0 AND signup_at during today",
        ),
        (
            "signup_at = 1 month ago",
            "signup_at between 2026-10-22 and 2026-10-22",
        ),
        ("watched = 90 seconds", "watched = 1.5 minutes"),
        (
            "home = point(-33.86, 151.21)",
            "distance(home, point(-33.86, 151.21)) < 1 m",
        ),
        ("tags = ()", "count(tags) = 0 AND tags is known"),
        (
            "tags = (\"a\", missing, \"b\")",
            "count(tags) = 3 AND tags has all of (\"a\", \"b\")",
        ),
        (
            "address = (country = \"BE\")",
            "address.country = \"BE\" AND address.city is missing",
        ),
        (
            "address = ()",
            "address is known AND address.city is missing",
        ),
        (
            "profiles = ((kind = \"kids\", devices = ((brand = \"x\", bought = 2020-01-01), ())), (age = 40))",
            "count(profiles) = 2 AND any profiles[kind = \"kids\" AND count(devices) = 2] AND any profiles[age = 40]",
        ),
        (
            "scores = (\"a b\" = 0.25, \"c\" = missing)",
            "scores[\"a b\"] = 0.25 AND scores[\"c\"] is missing",
        ),
        (
            "email = missing",
            "email is missing AND age is missing AND tags is missing",
        ),
    ];
    for (given, question) in questions {
        let lines = format!("contact ann ({given})\ncontact bob\nexpect only ann in asked");
        let text = one(&format!("segment asked = {question} AND id != 0"), &lines);
        // Of whom nothing is known, everything but the key is missing.
        let text = match given {
            "email = missing" => text.replace("only ann", "(ann, bob)"),
            _ => text,
        };
        passes(&text);
    }
}

#[test]
fn what_no_column_holds_is_told_and_not_passed_over() {
    let text = |ann: &str, bob: &str| {
        let lines = format!("contact ann ({ann})\ncontact bob ({bob})\nexpect ann in asked");
        one(
            "segment asked = lifetime_value > 0 OR watched > 1 hour",
            &lines,
        )
    };
    let small = "lifetime_value = 0.00000000000000000000000000000000000001";
    passes(&text(small, ""));
    let large = "lifetime_value = 12345678901234567890";
    for (ann, bob) in [(small, large), ("watched = 110_000 days", "")] {
        let tests = tests(&text(ann, bob));
        let told = trial::run(&tests, &tests.trials()[0])
            .unwrap_err()
            .to_string();
        assert!(
            told.starts_with("what a test gives cannot be held"),
            "{told}"
        );
    }
}

#[test]
fn keys_are_names_or_running_numbers() {
    passes(&one(
        "let x = id",
        "contact ann\ncontact bob (id = 1)\ncontact cas\nexpect x of ann = 2, x of bob = 1, x of cas = 3",
    ));
}

#[test]
fn catalogues_and_lists_are_the_tests_own() {
    let text = "segment drama = did view[title.genres has \"drama\"]
segment any_drama = any titles[genres has \"drama\"]
segment listed = email in list \"suppressed\" OR visits in list \"vip\"
test \"with\" as of 2026-11-22 {
  titles \"t1\" (genres = (\"drama\"))
  list \"suppressed\" (\"x@y\")
  list \"vip\" (12)
  contact ann (email = \"x@y\")
    view (title = \"t1\") 1 day ago
  contact bob (visits = 12)
    view (title = \"t2\") 1 day ago
  contact cas (email = \"ann@example.be\", visits = 7)
  expect only ann in drama, 3 contacts in any_drama, only (ann, bob) in listed
}
test \"without\" as of 2026-11-22 {
  contact ann (email = \"ann@example.be\")
    view (title = \"t1\") 1 day ago
  expect no contacts in drama, no contacts in any_drama, no contacts in listed
}";
    passes(text);
}

#[test]
fn the_nearest_is_looked_for_among_the_records_of_the_test() {
    passes(&one(
        "segment near = nearest(stores, home).town = \"Ghent\"",
        "  stores \"s1\" (town = \"Brussels\", at = point(50.85, 4.35))
           stores \"s2\" (town = \"Ghent\", at = point(51.05, 3.73))
           contact ann (home = point(51, 3.7))
           contact bob (home = point(50.9, 4.3))
           expect only ann in near",
    ));
}

#[test]
fn in_a_test_nobody_was_given_an_arm_before() {
    let given = segql::schema::GivenArms::of_numbers("spring", [(1, "control")]).unwrap();
    let schema = contacts::schema().with_given_arms(vec![given], Vec::new());
    // Of one contact the arm of the larger share is due.
    let text = one(
        "split spring of consent exact salt \"s\" { mail 60%  control 40% }\nsegment mailed = spring is mail",
        "  contact ann (consent = true)\n  expect ann in mailed",
    );
    passes_by(schema, &text);
}

#[test]
fn events_are_put_in_order_and_none_to_come_is_seen() {
    passes(&one(
        "let seen = count(view)\nlet newest = last(view).title\nlet oldest = first(view).minutes",
        "contact ann
           view (title = \"b\", minutes = 2) 1 day ago
           view (title = \"a\", minutes = 1) 1 day ago
           view (title = \"c\", minutes = 3) at 2026-11-22T10:00:01+01:00
         contact bob
           view (title = \"z\") now
         contact cas
         expect seen of ann = 2, newest of ann = \"b\", oldest of ann = 1, newest of bob = \"z\", seen of cas = 0",
    ));
}

#[test]
fn a_test_without_contacts_has_an_answer() {
    passes(&one("segment s = consent", "expect no contacts in s"));
    let failed = failures(&one("segment s = consent", "expect 2 contacts in s"));
    assert_eq!(failed[0].found, "nobody is in s");
}

/// A failure as it is shown, without its place.
fn told(failure: &Failure) -> String {
    let mut told = format!("- {}\n+ {}\n", failure.expected, failure.found);
    for reason in &failure.reasons {
        told += &format!("  {reason}\n");
    }
    told
}

#[test]
fn failures_say_what_decides() {
    let text = "let lapsed = never view in last 90 days AND did view between 365 days ago and 90 days ago
let heavy = sum(minutes of view) >= 100
let reachable = consent AND email is known
segment target = reachable AND (lapsed OR heavy) AND region = \"BE\" AND age between 18 and 35
segment young = NOT (age >= 18) AND region in (\"BE\", \"NL\")
segment parent = any profiles[kind = \"kids\" AND age < 8]
segment two = at least 2 of (consent, phone is known, plan != \"free\")
let tier = if age > 60 then \"gold\" else \"other\"
test \"a\" as of 2026-11-22T10:00+01:00 {
  contact ann (region = \"NL\", age = 40, consent = true, plan = \"free\")
    view (minutes = 30) 3 days ago
    view 100 days ago
  contact bob (region = \"BE\", age = 30, consent = true, email = \"b@x\", profiles = ((kind = \"kids\", age = 9), (kind = \"adult\")))
    view 100 days ago
  expect ann in target, bob not in target, ann in young, bob in parent, ann in two
  expect only ann in target, 2 contacts in lapsed, tier of ann = \"gold\", lapsed of ann = true
}";
    let told: Vec<String> = failures(text).iter().map(told).collect();
    insta::assert_snapshot!(told.join("\n"));
}

fn covered(text: &str) -> Coverage {
    let tests = tests(text);
    let trials: Vec<_> = tests.trials().iter().collect();
    trial::coverage(&tests, &trials).unwrap()
}

#[test]
fn what_no_test_reaches_is_told() {
    let definitions =
        "let lapsed = never view in last 90 days AND did view between 365 days ago and 90 days ago
segment target = lapsed AND (count(view) >= 5 OR region = \"BE\")
let tier = if age > 60 then \"gold\" else \"other\"
";
    let first = format!(
        "{definitions}
test \"a\" as of 2026-11-22T10:00+01:00 {{
  contact ann (region = \"BE\", age = 60)
    view 90 days ago
  contact bob
    view 10 days ago
  expect only ann in target, tier of ann = \"other\"
}}"
    );
    let coverage = covered(&first);
    let told = |coverage: &Coverage| {
        let conditions = coverage.uncovered.iter().map(|one| {
            format!(
                "{} true: {} false: {}",
                one.text, !one.never_true, !one.never_false
            )
        });
        let edges = coverage
            .boundaries
            .iter()
            .map(|one| format!("{} at {}", one.text, one.edge));
        conditions.chain(edges).collect::<Vec<_>>()
    };
    assert_eq!(
        told(&coverage),
        [
            "count(view) >= 5 true: false false: true",
            "age > 60 true: false false: true",
            "did view between 365 days ago and 90 days ago at 365 days ago",
            "count(view) >= 5 at 5",
        ]
    );
    // lapsed with its two parts, target with its `OR` and the two in it, and the `if`.
    assert_eq!((coverage.conditions, coverage.edges), (8, 4));
    let second = format!(
        "{first}
test \"b\" as of 2026-11-22T10:00+01:00 {{
  contact ann (age = 61)
    view 100 days ago
    view 100 days ago
    view 100 days ago
    view 100 days ago
    view 365 days ago
  expect ann in target, tier of ann = \"gold\"
}}"
    );
    assert_eq!(told(&covered(&second)), [""; 0]);
}

/// What is told of conditions and edges, each with the line that it stands in.
fn told_of(text: &str, coverage: &Coverage) -> Vec<String> {
    let line = |span: segql::source::Span| text[..span.range().start].lines().count();
    let conditions = (coverage.uncovered.iter()).map(|one| {
        let never = match (one.never_true, one.never_false) {
            (true, true) => "true or false",
            (true, false) => "true",
            _ => "false",
        };
        format!("{}: {} is never {never}", line(one.span), one.text)
    });
    let edges = coverage.boundaries.iter();
    let edges = edges.map(|one| {
        format!(
            "{}: {} has nobody at {}",
            line(one.span),
            one.text,
            one.edge
        )
    });
    conditions.chain(edges).collect()
}

/// A definition with parameters is told of where it stands, and what one of its uses reaches is reached.
#[test]
fn definitions_with_parameters_are_told_of_where_they_stand() {
    let definitions = "let often(n: int) = count(view) >= n AND consent
segment regular = often(3) OR region = \"BE\"
segment fans = often(5)
";
    let with_views = |views: usize, consent: &str| {
        let views = "    view 1 day ago\n".repeat(views);
        format!(
            "{definitions}test \"a\" as of 2026-11-22 {{
  contact ann (consent = true)
{views}  contact bob ({consent})
  expect only ann in regular, no contacts in fans
}}"
        )
    };
    let text = with_views(3, "");
    let coverage = covered(&text);
    assert_eq!(
        told_of(&text, &coverage),
        [
            "2: region = \"BE\" is never true",
            "3: often(5) is never true"
        ]
    );
    // The body, its two parts, `regular` with its two parts, and `fans`; the edge of `often(3)` is that of `often(5)`.
    assert_eq!((coverage.conditions, coverage.edges), (7, 1));
    // 4 views are on no edge, and consent is part of what is never false.
    let text = with_views(4, "consent = true");
    assert_eq!(
        told_of(&text, &covered(&text)),
        [
            "1: consent is never false",
            "2: region = \"BE\" is never true",
            "3: often(5) is never true",
            "1: count(view) >= n has nobody at 3 or 5",
        ]
    );
}

/// Definitions in definitions, of values, with brackets and windows, moved in time, with conditions for parameters.
#[test]
fn bodies_are_reached_wherever_they_are_put_in() {
    let text = "let saw(t: text) = did view[title = t] in last 30 days
let saw_both(t: text, u: text) = saw(t) AND saw(u)
let band(limit: number) = if age > limit then \"old\" else \"young\"
let either(p: bool, q: bool) = p OR q
segment a = saw_both(\"x\", \"y\")
segment b = saw(\"x\") as of 10 days ago
segment c = band(60) = \"old\" AND either(consent, region = \"BE\")
segment d = band(50) = \"old\"
test \"a\" as of 2026-11-22T10:00 {
  contact ann (region = \"BE\", age = 61)
    view (title = \"x\") 1 day ago
  contact bob (age = 40)
    view (title = \"x\") 12 days ago
    view (title = \"z\") 30 days ago
    view (title = \"z\") 10 days ago
  expect no contacts in a, only bob in b, only ann in c, only ann in d
}
";
    assert_eq!(
        told_of(text, &covered(text)),
        [
            "2: saw(t) AND saw(u) is never true",
            "2: saw(u) is never true",
            "4: p is never true",
            "5: saw_both(\"x\", \"y\") is never true",
            "3: age > limit has nobody at 60 or 50",
        ]
    );
}

#[test]
fn programs_pass_tests_over() {
    let engine = Engine::new(contacts::schema());
    let text =
        "segment s = consent\ntest \"wrong\" as of 2026-11-22 {\n  contact ann (regoin = 3)\n}";
    let program = engine.compile("a.seg", text).unwrap();
    assert_eq!(program.segments().len(), 1);
    assert!(engine.compile_tests("a.seg", text, &NoFiles).is_err());
    // A definition that tests alone use is used.
    let text = "segment s = consent\nlet t = age > 3\ntest \"a\" as of 2026-11-22 {\n  expect no contacts in t\n}";
    let program = engine.compile("a.seg", text).unwrap();
    assert!(program.warnings().is_empty(), "{:?}", program.warnings());
}

/// `test` and the words in one mean something only in their place.
#[test]
fn words_of_tests_are_names_elsewhere() {
    let text = "let test = consent\nlet contact = test\nlet expect = contact AND only\nlet only = age > 3\nsegment list = expect
test \"a\" as of 2026-11-22 {
  contact contact (consent = true, age = 4)
  contact expect
  contact only
  expect only in list
  expect only contact in expect, only contact in test, (contact, expect, only) in all
}
let all = id > 0";
    let failed = failures(text);
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0].expected, "only in list");
}

/// The tests of the example hold.
#[test]
#[cfg(feature = "cli")]
fn the_tests_of_the_example_pass() {
    use std::process::Command;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/streaming");
    let ended = Command::new(env!("CARGO_BIN_EXE_segql"))
        .arg("test")
        .arg(folder)
        .output()
        .unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(
        ended.status.code(),
        Some(0),
        "{said}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(said.contains("all ok"), "{said}");
}
