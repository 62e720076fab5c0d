//! What is decided about the elements of lists, about counts and figures of them, and about values that have bounds: worked by hand, and against
//! every contact of a small world of lists.

use crate::check::checked;
use segql::check::{NoFiles, check};
use segql::decide::{Decider, Nothing};
use segql::ir::ConditionId;
use segql::reference;
use segql::source::Sources;
use segql::syntax::parse;
use segql_testing::corpus;
use segql_testing::layout::{Taste, batch};
use segql_testing::random::Random;

/// What a decider says of two conditions.
fn with<T>(one: &str, other: &str, ask: impl Fn(&Decider, ConditionId, ConditionId) -> T) -> T {
    let (checked, _) = checked(
        "test.seg",
        &format!("segment a = {one}\nsegment b = {other}"),
    );
    assert!(
        checked.is_sound(),
        "{one}, {other}: {:?}",
        checked.diagnostics
    );
    let [one, other] = checked.module.segments[..] else {
        panic!("two segments")
    };
    let decider = Decider::new(&checked.module.graph, &Nothing, u64::MAX);
    ask(&decider, one, other)
}

#[test]
fn what_follows_for_one_element_follows_for_there_being_one() {
    for (one, other) in [
        ("any profiles[age < 8]", "any profiles[age < 10]"),
        ("any profiles[age < 8]", "any profiles"),
        (
            "any profiles[age < 8 AND kind = \"kids\"]",
            "any profiles[kind = \"kids\"]",
        ),
        ("any profiles[age < 8]", "profiles is known"),
        ("none profiles[age < 10]", "none profiles[age < 8]"),
        ("none profiles", "every profiles[age > 3]"),
        ("none profiles", "count(profiles[age > 3]) = 0"),
        ("every profiles[age > 10]", "every profiles[age > 8]"),
        ("every profiles[age > 10]", "none profiles[age is missing]"),
        (
            "every profiles[age > 10] AND any profiles",
            "any profiles[age > 8]",
        ),
        ("count(profiles[age < 8]) >= 1", "any profiles[age < 10]"),
        ("any profiles[age < 8]", "count(profiles[age < 10]) >= 1"),
        ("any profiles[age < 8]", "count(profiles) > 0"),
        ("count(profiles) = 0", "none profiles[kind = \"kids\"]"),
        ("max(age of profiles) > 3", "any profiles"),
        (
            "min(age of profiles[kind = \"kids\"]) > 3",
            "any profiles[kind = \"kids\"]",
        ),
        ("count(distinct kind of profiles) > 1", "any profiles"),
        ("address.city = \"Ghent\"", "address is known"),
        ("scores[\"churn\"] > 0.5", "scores is known"),
        ("count(profiles) > 2", "count(profiles) >= 1"),
        ("hour(signup_at) > 22", "hour(signup_at) = 23"),
        ("month(birthday) > 11", "month(birthday) = 12"),
        ("length(email) < 1", "length(email) = 0"),
        ("abs(score) < 1", "abs(score) >= 0"),
    ] {
        assert!(
            with(one, other, |decider, one, other| decider
                .follows(&[one], other)),
            "{one} brings {other}"
        );
    }
    for (one, other) in [
        ("any profiles[age < 10]", "any profiles[age < 8]"),
        ("any profiles", "any profiles[age is known]"),
        ("any profiles[age < 8]", "any addresses"),
        (
            "any profiles[age < 8] AND any profiles[kind = \"kids\"]",
            "any profiles[age < 8 AND kind = \"kids\"]",
        ),
        ("every profiles[age > 8]", "any profiles"),
        ("profiles is known", "any profiles"),
        ("any profiles", "max(age of profiles) is known"),
        ("any profiles", "count(distinct kind of profiles) > 0"),
        ("any profiles[age < contact.age]", "any profiles[age < 8]"),
        ("address is known", "address.city is known"),
        ("sum(age of profiles) = 0", "none profiles"),
    ] {
        assert!(
            !with(one, other, |decider, one, other| decider
                .follows(&[one], other)),
            "{one} does not bring {other}"
        );
    }
}

#[test]
fn what_no_element_and_no_number_can_be_is_known() {
    for condition in [
        "any profiles[age < 8 AND age > 9]",
        "count(profiles) < 0",
        "count(profiles[age < 8 AND age > 9]) > 0",
        "count(profiles) is missing",
        "hour(signup_at) > 23",
        "minute(signup_at) < 0",
        "weekday(signup_at) = \"monday\" AND weekday(signup_at) = \"sunday\"",
        "age(birthday) < 0",
        "length(email) < 0",
        "sqrt(score) < 0",
        "distance(home, point(50.85, 4.35)) < 0 km",
        "profiles is missing AND any profiles",
        "share(open[device = \"tv\"]) > 100%",
        "share(open[device = \"tv\"] in last 30 days) < 0%",
        "max(hour(time) of open) > 23",
        "avg(hour(time) of open) < 0",
        "median(gap of launch) < 0 days",
        "count(distinct weekday(time) of open) < 0",
        "active days(open in last 7 calendar days) >= 8",
        "active days(open in last 7 days) >= 11",
        "active weeks(open in last 4 full weeks) >= 5",
        "active months(open in last 3 full months) > 3",
        "active weeks(open in last 4 days) > 2",
        "address is missing AND address.city = \"Ghent\"",
    ] {
        assert!(
            with(condition, "consent", |decider, one, _| decider
                .never_holds(one)),
            "{condition} never holds"
        );
    }
    for condition in [
        "count(profiles) >= 0",
        "count(profiles) is known",
        "none profiles[age < 3 AND age > 5]",
    ] {
        assert!(
            with(condition, "consent", |decider, one, _| decider
                .always_holds(one)),
            "{condition} always holds"
        );
    }
    for condition in [
        "share(open[device = \"tv\"]) = 100%",
        "share(open[device = \"tv\"]) = 0",
        "max(hour(time) of open) = 23",
        "median(gap of launch) = 0 days",
        "active days(open in last 7 calendar days) >= 7",
        "active days(open in last 7 days) >= 9",
        "active weeks(open in last 4 full weeks) >= 4",
        "active months(open in last 3 full months) = 3",
        "active weeks(open in last 8 days) >= 3",
        "sum(hour(time) of open) > 23",
        "count(open) / count(open in last 30 days) > 1",
        "hour(signup_at) = 23",
        "hour(signup_at) = 0",
        "length(email) = 0",
        "age(birthday) = 0",
        "abs(score) = 0",
        "distance(home, point(50.85, 4.35)) = 0 km",
        "distance(home, point(50.85, 4.35)) > 0 km",
        "count(profiles) = 0",
        "year(birthday) < 0",
    ] {
        assert!(
            with(condition, "consent", |decider, one, _| {
                !decider.never_holds(one) && !decider.always_holds(one)
            }),
            "{condition} may hold or not"
        );
    }
}

/// Every list of at most two elements: each missing, or with a kind and an age that are missing or one of a few.
fn small_world() -> corpus::File {
    let mut elements = vec!["-".to_owned()];
    for kind in ["-", "\"a\"", "\"b\""] {
        for age in ["-", "1", "2", "3"] {
            elements.push(format!("{{{kind}, {age}}}"));
        }
    }
    let mut lists = vec!["-".to_owned(), "[]".to_owned()];
    for one in &elements {
        lists.push(format!("[{one}]"));
        for other in &elements {
            lists.push(format!("[{one}, {other}]"));
        }
    }
    let mut text = String::from(
        "now 2026-11-22T10:00Z\n| id | n | ps |\n| int | int | list of record (kind text, age int) |\n",
    );
    let mut key = 0;
    for n in ["-", "0", "2"] {
        for list in &lists {
            key += 1;
            text += &format!("| {key} | {n} | {list} |\n");
        }
    }
    corpus::read(&text).expect("the small world is well-formed")
}

/// What is asked of an element.
fn of_element(random: &mut Random, depth: usize) -> String {
    if depth > 0 && random.percent(50) {
        let (one, other) = (of_element(random, depth - 1), of_element(random, depth - 1));
        return match random.below(3) {
            0 => format!("NOT ({one})"),
            1 => format!("({one} AND {other})"),
            _ => format!("({one} OR {other})"),
        };
    }
    let sign = *random.pick(&["=", "!=", "<", "<=", ">", ">="]);
    let number = random.below(4);
    match random.below(5) {
        0 => format!(
            "kind {} \"{}\"",
            random.pick(&["=", "!="]),
            random.pick(&["a", "b"])
        ),
        1 => (*random.pick(&["kind", "age"])).to_owned() + " is missing",
        2 => format!("age {sign} contact.n"),
        _ => format!("age {sign} {number}"),
    }
}

fn drawn(random: &mut Random, depth: usize) -> String {
    if depth > 0 && random.percent(60) {
        let (one, other) = (drawn(random, depth - 1), drawn(random, depth - 1));
        return match random.below(3) {
            0 => format!("NOT ({one})"),
            1 => format!("({one} AND {other})"),
            _ => format!("({one} OR {other})"),
        };
    }
    let of = of_element(random, 1);
    let sign = *random.pick(&["=", "!=", "<", "<=", ">", ">="]);
    let number = random.below(3);
    match random.below(9) {
        0 | 1 => format!("any ps[{of}]"),
        2 => format!("none ps[{of}]"),
        3 => format!("every ps[{of}]"),
        4 => format!("count(ps[{of}]) {sign} {number}"),
        5 => (*random.pick(&["any ps", "none ps", "ps is missing", "ps is known"])).to_owned(),
        6 => format!("count(ps) {sign} {number}"),
        7 => format!("max(age of ps[{of}]) {sign} {number}"),
        _ => format!("count(distinct kind of ps) {sign} {number}"),
    }
}

#[test]
fn in_a_small_world_of_lists_no_contact_refutes_what_is_decided() {
    let world = small_world();
    let mut random = Random::new(77);
    let batch = batch(
        &world.world,
        &world.table,
        Taste::Plain,
        &mut Random::new(1),
    );
    // What is true of the world, and how much of it is decided.
    let (mut impossible, mut known_impossible, mut implied, mut known_implied) = (0, 0, 0, 0);
    for round in 0..60 {
        let texts: Vec<String> = (0..6).map(|_| drawn(&mut random, round % 3)).collect();
        let text: String = (texts.iter().enumerate())
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
        let is_met = |one: usize, wanted: bool| answers[one].values().iter().any(|so| so == wanted);
        for one in 0..roots.len() {
            for truth in [true, false] {
                let is_possible = is_met(one, truth);
                let is_decided = match truth {
                    true => decider.never_holds(roots[one]),
                    false => decider.always_holds(roots[one]),
                };
                assert!(!(is_decided && is_possible), "{} is {truth}", texts[one]);
                impossible += usize::from(!is_possible);
                known_impossible += usize::from(is_decided);
            }
            for other in 0..roots.len() {
                let both = answers[one].values().iter().zip(answers[other].values());
                let brings = both.into_iter().all(|(one, other)| !one || other);
                let is_decided = decider.follows(&[roots[one]], roots[other]);
                assert!(
                    !is_decided || brings,
                    "{} brings {}",
                    texts[one],
                    texts[other]
                );
                implied += usize::from(brings && one != other);
                known_implied += usize::from(is_decided && one != other);
            }
        }
    }
    assert!(
        known_impossible > 20 && known_implied > 100,
        "{known_impossible} of {impossible} impossible ones, {known_implied} of {implied} that follow: too few to show anything"
    );
}
