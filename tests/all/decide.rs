//! What is decided about conditions without data: worked by hand, against every contact of a small world, and against random ones.

use crate::check::checked;
use segql::check::{Checked, NoFiles, check};
use segql::decide::{Answer, Decider, Given, Nothing};
use segql::ir::{ConditionId, Graph, Value, ValueId};
use segql::reference;
use segql::schema::Schema;
use segql::source::Sources;
use segql::syntax::parse;
use segql::types::Constant;
use segql_testing::corpus;
use segql_testing::layout::{Taste, batch};
use segql_testing::oracle;
use segql_testing::programs::Statistics;
use segql_testing::random::Random;

/// What the checker knows: closed sets, the key, and a `now` that is not at the end of days.
struct Known<'a> {
    graph: &'a Graph,
    schema: &'a Schema,
}

impl Given for Known<'_> {
    fn values(&self, value: ValueId) -> Option<Vec<Constant>> {
        let Value::Field(field) = self.graph.value(value) else {
            return None;
        };
        let values = self.schema.field(*field).values.as_ref()?;
        Some(
            values
                .iter()
                .map(|value| Constant::Text(value.as_str().into()))
                .collect(),
        )
    }

    fn is_always_known(&self, value: ValueId) -> bool {
        *self.graph.value(value) == Value::Field(self.schema.key())
    }

    fn is_ordinary_now(&self) -> bool {
        true
    }

    fn zone(&self) -> Option<&jiff::tz::TimeZone> {
        Some(self.schema.zone())
    }
}

fn conditions(texts: &[&str]) -> Checked {
    let text: String = texts
        .iter()
        .enumerate()
        .map(|(at, text)| format!("segment s{at} = {text}\n"))
        .collect();
    let (checked, _) = checked("test.seg", &text);
    let errors: Vec<_> = checked
        .diagnostics
        .iter()
        .filter(|told| told.is_error())
        .collect();
    assert!(errors.is_empty(), "{texts:?}: {errors:?}");
    checked
}

/// Whether the second follows from the first.
fn follows(one: &str, other: &str) -> bool {
    let checked = conditions(&[one, other]);
    let schema = crate::contacts::schema();
    let graph = &checked.module.graph;
    let known = Known {
        graph,
        schema: &schema,
    };
    let [one, other] = checked.module.segments[..] else {
        panic!("two segments")
    };
    Decider::new(graph, &known, u64::MAX).follows(&[one], other)
}

fn never(condition: &str) -> bool {
    follows(condition, "false")
}

fn always(condition: &str) -> bool {
    follows("true", condition)
}

#[test]
fn what_never_holds_is_known() {
    for condition in [
        "age < 18 AND age > 65",
        "age < 18 AND age > 17",
        "age < 18 AND NOT age < 20",
        "age between 65 and 18",
        "age = 18 AND age = 19",
        "age = 18.5",
        "age in (1, 2) AND age in (3, 4)",
        "age is missing AND age > 3",
        "NOT (age is known OR age is missing)",
        "consent AND NOT consent",
        "consent = false AND consent",
        "lifetime_value > 3 AND lifetime_value < 3",
        "email = \"a\" AND email = \"b\"",
        "email starts with \"ann\" AND email starts with \"bob\"",
        "email starts with \"ann\" AND email < \"ann\"",
        "email ends with \".be\" AND email ends with \".nl\"",
        "email starts with \"ann@\" AND NOT email contains \"@\"",
        "email = \"ann@mail.be\" AND NOT email ends with \".be\"",
        "email = \"Ann\" AND email != \"ann\" ignoring case",
        "email is missing AND email = \"x\" ignoring case",
        "region = \"BE\" AND region = \"nl\" ignoring case",
        "region starts with \"X\"",
        "region contains \"Q\" ignoring case",
        "tags has all of (\"a\", \"b\") AND tags has none of (\"a\", \"c\")",
        "tags is missing AND tags has \"a\"",
        "tags has \"A\" AND NOT tags has \"a\" ignoring case",
        "declared_genres has \"drama\" AND declared_genres is missing",
        "signup_at in last 30 days AND signup_at over 90 days ago",
        "signup_at in last 30 days AND signup_at before 3 months ago",
        "signup_at before 2020-01-01 AND signup_at after 2021-01-01",
        "signup_at during 2020 AND signup_at during 2021-Q1",
        "signup_at between 30 days ago and 90 days ago",
        "birthday before 2020-01-01 AND birthday during 2020",
        "contract_end in last 30 days AND contract_end over 30 days ago",
        "since(signup_at) > 90 days AND signup_at in last 30 days",
        "signup_at during today AND signup_at over 30 days ago",
        "lifetime_value ?? 0 > 100 AND lifetime_value is missing",
        "lifetime_value ?? 0 > 100 AND lifetime_value < 50",
        "lifetime_value + monthly_price > 3 AND monthly_price is missing",
        "visits > age AND visits < age",
        "visits > age AND age is missing",
        "visits = age AND visits != age",
        "id is missing",
        "(age > 3 OR consent) AND age < 2 AND NOT consent",
    ] {
        assert!(never(condition), "{condition}");
    }
}

#[test]
fn what_may_hold_is_left_alone() {
    for condition in [
        "age < 18 OR age > 65",
        "age < 18 AND age > 16",
        "age != 18 AND age != 19",
        "age >= 18 AND age <= 18",
        "lifetime_value > 3 AND lifetime_value < 4",
        "email starts with \"ann\" AND email ends with \"bob\"",
        "email contains \"a\" AND email contains \"b\"",
        "email = \"Ann\" ignoring case AND email != \"ann\"",
        "email ends with \".be\" AND email ends with \"info.be\"",
        "email > \"a\" AND email < \"b\"",
        "region starts with \"B\"",
        "tags has \"a\" AND tags has \"b\"",
        "tags has \"a\" AND tags has none of (\"b\")",
        "signup_at in last 30 days AND signup_at in last 1 month",
        "signup_at over 30 days ago AND signup_at in last 90 days",
        "signup_at in last 30 days AND NOT signup_at in last 1 month",
        "signup_at in last 1 month AND NOT signup_at in last 30 days",
        "signup_at before 2020-01-01 AND signup_at in last 30 days",
        // The present instant is in both.
        "signup_at in last 30 days AND signup_at in next 3 days",
        "signup_at in last 7 calendar days AND NOT signup_at in last 7 days",
        "signup_at during this month AND signup_at during this week",
        "signup_at during last week AND signup_at during this month",
        "contract_end over 30 days ago AND contract_end during last month",
        "birthday = 2020-01-01",
        "lifetime_value ?? 0 > 100 AND lifetime_value > 150",
        "lifetime_value ?? 200 > 100 AND lifetime_value is missing",
        "lifetime_value + monthly_price > 3 AND lifetime_value < 0",
        "visits > age AND age > 3",
        "NOT age > 3 AND NOT age <= 3",
        "NOT consent AND consent is missing",
        "score = 0.1",
    ] {
        assert!(!never(condition), "{condition}");
        assert!(!always(condition), "{condition}");
    }
}

#[test]
fn what_always_holds_is_known() {
    for condition in [
        "age is known OR age is missing",
        "age > 3 OR NOT age > 3",
        "age > 3 OR age <= 3 OR age is missing",
        "id is known",
        "NOT (age < 18 AND age > 65)",
        "region in (\"BE\", \"NL\", \"DE\", \"FR\", \"LU\") OR region is missing",
        "age ?? 0 > -1 OR age <= -1",
        "consent OR consent = false OR consent is missing",
    ] {
        assert!(always(condition), "{condition}");
    }
}

#[test]
fn what_follows_is_known() {
    for (one, other) in [
        ("age > 30", "age > 18"),
        ("age > 30", "age is known"),
        ("age > 30", "age >= 31"),
        ("age in (1, 2)", "age in (1, 2, 3)"),
        ("age = 5", "age between 1 and 10"),
        ("email starts with \"anna\"", "email starts with \"ann\""),
        ("email starts with \"anna\"", "email contains \"nn\""),
        ("email ends with \".co.be\"", "email ends with \".be\""),
        ("email ends with \".be\"", "email contains \".\""),
        ("email = \"BE\"", "email = \"be\" ignoring case"),
        ("region = \"BE\"", "region = \"be\" ignoring case"),
        ("region = \"be\" ignoring case", "region = \"BE\""),
        (
            "region is known AND region != \"BE\" AND region != \"NL\"",
            "region in (\"DE\", \"FR\", \"LU\")",
        ),
        ("signup_at in last 30 days", "signup_at in last 90 days"),
        ("signup_at in last 30 days", "signup_at in last 3 months"),
        ("signup_at in last 2 months", "signup_at in last 90 days"),
        ("signup_at in last 3 months", "signup_at in last 4 months"),
        (
            "signup_at in last 3 calendar days",
            "signup_at in last 30 days",
        ),
        (
            "signup_at in last 7 calendar days",
            "signup_at in last 9 calendar days",
        ),
        (
            "signup_at over 90 days ago",
            "NOT signup_at in last 30 days",
        ),
        ("signup_at during 2025-11", "signup_at during 2025"),
        ("signup_at during 2025-11", "signup_at before 2026-01-01"),
        (
            "contract_end in next 14 days",
            "contract_end in next 30 days",
        ),
        (
            "contract_end in last 30 days",
            "NOT contract_end during last year OR contract_end is known",
        ),
        ("since(signup_at) < 7 days", "signup_at after 7 days ago"),
        ("tags has \"a\"", "tags is known"),
        ("tags has \"a\"", "tags has any of (\"a\", \"b\")"),
        ("tags has all of (\"a\", \"b\")", "tags has \"b\""),
        ("tags has \"VIP\"", "tags has \"vip\" ignoring case"),
        ("visits > age", "visits >= age AND age is known"),
        ("visits = age", "NOT visits < age"),
        ("lifetime_value ?? 0 > 100", "lifetime_value > 50"),
        ("(age > 30 AND consent) OR age > 50", "age > 20"),
    ] {
        assert!(follows(one, other), "{one} brings {other}");
    }
    for (one, other) in [
        ("age > 18", "age > 30"),
        ("NOT age < 18", "age >= 18"),
        ("signup_at in last 1 month", "signup_at in last 30 days"),
        ("signup_at in last 30 days", "signup_at in last 1 month"),
        (
            "signup_at in last 7 calendar days",
            "signup_at in last 7 days",
        ),
        (
            "signup_at in last 7 calendar days",
            "signup_at in last 8 calendar days",
        ),
        ("email contains \"a\"", "email starts with \"a\""),
        ("email = \"be\" ignoring case", "email = \"BE\""),
        ("lifetime_value ?? 0 < 100", "lifetime_value < 100"),
        ("tags has any of (\"a\", \"b\")", "tags has \"a\""),
    ] {
        assert!(!follows(one, other), "{one} does not bring {other}");
    }
}

#[test]
fn what_is_too_much_is_not_known() {
    // Pigeons and holes: each of nine lists its hole, no two the same one. Searching takes too long, and is given up.
    let holes = 8;
    let mut parts = Vec::new();
    for pigeon in 0..=holes {
        let any: Vec<String> = (0..holes)
            .map(|hole| format!("tags has \"{pigeon} in {hole}\""))
            .collect();
        parts.push(format!("({})", any.join(" OR ")));
    }
    for hole in 0..holes {
        for one in 0..=holes {
            for other in 0..one {
                parts.push(format!(
                    "NOT (tags has \"{one} in {hole}\" AND tags has \"{other} in {hole}\")"
                ));
            }
        }
    }
    let checked = conditions(&[&parts.join(" AND ")]);
    let decider = Decider::new(&checked.module.graph, &Nothing, u64::MAX);
    let root = checked.module.segments[0];
    assert_eq!(decider.can_hold(&[(root, true)]), Answer::NotKnown);
    // When the steps for all questions are used up, nothing is known any more.
    let decider = Decider::new(&checked.module.graph, &Nothing, 10);
    assert_eq!(decider.can_hold(&[(root, true)]), Answer::NotKnown);
    assert!(!decider.never_holds(root));
}

/// Every contact of a small world: each field missing or one of a few values, among them what lies between and beyond the constants.
fn small_world() -> corpus::File {
    let mut text = String::from(
        "now 2026-11-22T10:00Z\n| id | i | s | b | tags |\n| int | int | text | bool | list of text |\n",
    );
    let mut key = 0;
    for i in ["-", "-1", "0", "1", "2", "3", "4", "5"] {
        for s in [
            "-", "\"\"", "\"a\"", "\"ab\"", "\"az\"", "\"b\"", "\"bz\"", "\"c\"",
        ] {
            for b in ["-", "true", "false"] {
                for tags in ["-", "[]", "[\"x\"]", "[\"y\"]", "[\"x\", \"y\"]"] {
                    key += 1;
                    text += &format!("| {key} | {i} | {s} | {b} | {tags} |\n");
                }
            }
        }
    }
    corpus::read(&text).expect("the small world is well-formed")
}

/// A random condition over the small world.
fn drawn(random: &mut Random, depth: usize) -> String {
    if depth > 0 && random.percent(70) {
        let count = 2 + random.below(3);
        let parts: Vec<String> = (0..count).map(|_| drawn(random, depth - 1)).collect();
        return match random.below(3) {
            0 => format!("NOT ({})", parts[0]),
            1 => format!("({})", parts.join(" AND ")),
            _ => format!("({})", parts.join(" OR ")),
        };
    }
    let number = random.below(3) + 1;
    let sign = *random.pick(&["=", "!=", "<", "<=", ">", ">="]);
    let text = *random.pick(&["", "a", "ab", "b"]);
    let tag = *random.pick(&["x", "y"]);
    match random.below(12) {
        0..=2 => format!("i {sign} {number}"),
        3 => format!("i between {number} and {}", number + random.below(2)),
        4 => format!("i in ({number}, {})", random.below(4)),
        5 => (*random.pick(&["i", "s", "b", "tags"])).to_owned() + " is missing",
        6 => format!("(i ?? {}) {sign} {number}", random.below(4)),
        7 => format!("s {sign} \"{text}\""),
        8 => format!("s starts with \"{text}\""),
        9 => (*random.pick(&["b", "b = false", "b != true"])).to_owned(),
        10 => format!("tags has \"{tag}\""),
        _ => format!("s in (\"{text}\", \"b\")"),
    }
}

#[test]
fn in_a_small_world_no_more_and_no_less_is_known_than_its_contacts_show() {
    let world = small_world();
    let mut random = Random::new(20);
    let batch = batch(
        &world.world,
        &world.table,
        Taste::Plain,
        &mut Random::new(1),
    );
    let (mut impossible, mut implied, mut certain) = (0, 0, 0);
    for round in 0..60 {
        let texts: Vec<String> = (0..6).map(|_| drawn(&mut random, 1 + round % 3)).collect();
        let text: String = texts
            .iter()
            .enumerate()
            .map(|(at, text)| format!("segment s{at} = {text}\n"))
            .collect();
        let mut sources = Sources::default();
        let id = sources.add("test.seg", text);
        let parsed = parse(&sources, id);
        let checked = check(&world.world.schema, &mut sources, id, parsed, &NoFiles);
        assert!(checked.is_sound(), "{texts:?}: {:?}", checked.diagnostics);
        let module = &checked.module;
        let answers =
            reference::evaluate(module, &world.world.schema, &batch, world.world.now).unwrap();
        let decider = Decider::new(&module.graph, &Nothing, u64::MAX);
        let roots = &module.segments;
        let samples = decider.samples(roots, 256).expect("they can be drawn");
        let is_met = |one: usize, wanted: bool| answers[one].values().iter().any(|so| so == wanted);
        for one in 0..roots.len() {
            assert_eq!(
                decider.never_holds(roots[one]),
                !is_met(one, true),
                "{}",
                texts[one]
            );
            assert_eq!(
                decider.always_holds(roots[one]),
                !is_met(one, false),
                "{}",
                texts[one]
            );
            impossible += usize::from(!is_met(one, true));
            certain += usize::from(!is_met(one, false));
            assert!(!samples.is_met(one) || is_met(one, true), "{}", texts[one]);
            for other in 0..roots.len() {
                let both = answers[one].values().iter().zip(answers[other].values());
                let brings = both.into_iter().all(|(one, other)| !one || other);
                assert_eq!(
                    decider.follows(&[roots[one]], roots[other]),
                    brings,
                    "{} brings {}",
                    texts[one],
                    texts[other]
                );
                assert_eq!(
                    decider.brings(&samples, one, other),
                    brings,
                    "{} brings {}, asked of all at once",
                    texts[one],
                    texts[other]
                );
                if brings {
                    assert!(
                        samples.may_bring(one, other)
                            && samples.around(one).any(|around| around == other),
                        "{} brings {}",
                        texts[one],
                        texts[other]
                    );
                }
                implied += usize::from(brings && one != other);
            }
        }
    }
    assert!(
        impossible > 10 && certain > 10 && implied > 100,
        "{impossible} impossible, {certain} certain, {implied} implied: too few to show anything"
    );
}

#[test]
fn nothing_is_claimed_that_a_random_contact_refutes() {
    let (mut claims, mut questions) = (0, 0);
    for seed in 0..50 {
        let case = oracle::case(40_000 + seed, 5, 60, 10, &mut Statistics::default());
        let batch = batch(
            &case.world,
            &case.table,
            Taste::Plain,
            &mut Random::new(seed),
        );
        let module = &case.module;
        let schema = &case.world.schema;
        let answers = reference::evaluate(module, schema, &batch, case.world.now).unwrap();
        let graph = &module.graph;
        let known = Known { graph, schema };
        let strict = Decider::new(graph, &Nothing, u64::MAX);
        let ordinary = Decider::new(graph, &known, u64::MAX);
        let mut held = |roots: &[(ConditionId, bool)], is_met: bool, words: String| {
            questions += 1;
            for (decider, name) in [(&strict, "nothing given"), (&ordinary, "an ordinary now")] {
                let answer = decider.can_hold(roots);
                claims += usize::from(answer == Answer::No);
                assert!(
                    answer != Answer::No || !is_met,
                    "case {seed}, {name}: {words}\n{}",
                    segql::ir::print::print_condition(graph, roots[0].0, Some(schema), 0)
                );
            }
        };
        for (one, root) in module.segments.iter().enumerate() {
            for truth in [true, false] {
                let is_met = answers[one].values().iter().any(|so| so == truth);
                held(&[(*root, truth)], is_met, format!("{one} is {truth}"));
            }
            for (other, second) in module.segments.iter().enumerate() {
                let both = answers[one].values().iter().zip(answers[other].values());
                let is_met = both.into_iter().any(|(one, other)| one && !other);
                held(
                    &[(*root, true), (*second, false)],
                    is_met,
                    format!("{one} without {other}"),
                );
            }
        }
    }
    assert!(
        claims > 300,
        "{claims} claims in {questions} questions: too few to show anything"
    );
}
