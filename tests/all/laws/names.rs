//! Law 6: names once. A name is what it stands for, wherever it is defined; each can be asked for on its own; none is given twice, none is made of itself.

use super::{answers, case, executors};
use segql::check::{Checked, NoFiles, check};
use segql::schema::Schema;
use segql::source::Sources;
use segql::syntax;
use segql_testing::programs::Statistics;
use segql_testing::random::Random;
use segql_testing::texts;
use segql_testing::world::World;

/// A random condition, in one line or several.
fn condition(world: &World, random: &mut Random) -> String {
    let text = texts::program(world, random, 1, &mut Statistics::default());
    let (_, condition) = text.split_once("segment s0 = ").expect("one segment");
    condition.trim().to_owned()
}

#[test]
fn a_name_is_what_it_stands_for() {
    for seed in 11_000..11_010 {
        let mut random = Random::new(seed);
        let world = World::random(&mut random, 6);
        let conditions: Vec<String> = (0..5).map(|_| condition(&world, &mut random)).collect();
        let (mut named, mut written_out) = (Vec::new(), Vec::new());
        let mut definitions = Vec::new();
        for (place, condition) in conditions.iter().enumerate() {
            let other = random.below(conditions.len());
            definitions.push(format!("let n{place} = {condition}"));
            named.push(format!("segment alone{place} = n{place}"));
            written_out.push(format!("segment alone{place} = {condition}"));
            named.push(format!("segment both{place} = n{place} AND NOT n{other}"));
            written_out.push(format!(
                "segment both{place} = ({condition}) AND NOT ({})",
                conditions[other]
            ));
            // Through another name, through a segment, and through a parameter.
            definitions.push(format!("let m{place} = n{place} OR alone{other}"));
            definitions.push(format!("let with{place}(c: bool) = c AND m{place}"));
            named.push(format!("segment through{place} = with{place}(n{other})"));
            written_out.push(format!(
                "segment through{place} = ({other}) AND (({condition}) OR ({other}))",
                other = conditions[other]
            ));
        }
        let table = world.table(&mut random, 90);
        let expected = case(&world, &table, &written_out.join("\n"), seed);
        // The order of definitions says nothing: before, behind and among the segments.
        for _ in 0..3 {
            random.shuffle(&mut definitions);
            let cut = random.below(definitions.len() + 1);
            let (before, behind) = definitions.split_at(cut);
            let text = [before, &named[..], behind].concat().join("\n");
            let named = case(&world, &table, &text, seed);
            for executor in executors(seed) {
                assert_eq!(
                    answers(&executor, &named),
                    answers(&executor, &expected),
                    "{executor}\n{text}"
                );
            }
        }
    }
}

fn checked(text: &str) -> Checked {
    let schema = Schema::builder().key("id").int("id").bool("b").build();
    let mut sources = Sources::default();
    let id = sources.add("law", text);
    let parsed = syntax::parse(&sources, id);
    check(
        &schema.expect("a schema"),
        &mut sources,
        id,
        parsed,
        &NoFiles,
    )
}

fn error_codes(checked: &Checked) -> Vec<&'static str> {
    let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
    errors.map(|fault| fault.code.0).collect()
}

/// Whether a definition can be reached from itself.
fn has_circle(uses: &[Vec<usize>]) -> bool {
    (0..uses.len()).any(|start| {
        let (mut met, mut left) = (vec![false; uses.len()], uses[start].clone());
        while let Some(place) = left.pop() {
            if place == start {
                return true;
            }
            if !std::mem::replace(&mut met[place], true) {
                left.extend(&uses[place]);
            }
        }
        false
    })
}

#[test]
fn definitions_go_round_in_no_circle() {
    let mut circles = 0;
    let graphs = 300;
    for seed in 0..graphs {
        let mut random = Random::new(12_000 + seed);
        let count = 2 + random.below(7);
        let uses: Vec<Vec<usize>> = (0..count)
            .map(|_| (0..random.below(3)).map(|_| random.below(count)).collect())
            .collect();
        let mut text = String::new();
        for (place, used) in uses.iter().enumerate() {
            let word = if random.percent(50) { "segment" } else { "let" };
            let names: String = used.iter().map(|used| format!(" AND d{used}")).collect();
            text += &format!("{word} d{place} = b{names}\n");
        }
        let codes = error_codes(&checked(&text));
        if has_circle(&uses) {
            circles += 1;
            assert!(
                codes.contains(&"E0206"),
                "no circle is told: {codes:?}\n{text}"
            );
        } else {
            assert_eq!(codes, [""; 0], "{text}");
        }
    }
    assert!(
        circles > 50 && circles < graphs - 50,
        "{circles} of {graphs} have a circle"
    );
}

#[test]
fn no_name_is_given_twice() {
    for (text, code) in [
        ("let a = b\nlet a = NOT b", "E0202"),
        ("let a = b\nsegment a = b", "E0202"),
        ("segment a = b\nsegment a = b", "E0202"),
        (
            "let a(x: int, x: int) = x > 1\nsegment s = a(1, 2)",
            "E0202",
        ),
        ("let a = a\nsegment s = a", "E0206"),
    ] {
        assert!(error_codes(&checked(text)).contains(&code), "{text}");
    }
}

#[test]
fn everything_defined_is_visible_with_what_it_is() {
    let text =
        "let yes = b\nlet number = 1 + 2\nlet f(x: int) = x + 1\nsegment s = yes AND f(number) > 3";
    let checked = checked(text);
    let known: Vec<(&str, bool)> = (checked.definitions.iter())
        .map(|definition| (&*definition.name, definition.meaning.is_some()))
        .collect();
    // A pattern with parameters means something only once they are filled in.
    assert_eq!(
        known,
        [("yes", true), ("number", true), ("f", false), ("s", true)]
    );
}
