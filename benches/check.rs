//! What checking costs: a text of 10,000 definitions, and one of 1,000 segments that resemble each other.

use criterion::{Criterion, criterion_group, criterion_main};
use segql::check::{NoFiles, check};
use segql::schema::Schema;
use segql::source::Sources;
use segql::syntax::parse;

fn schema() -> Schema {
    Schema::builder()
        .key("id")
        .zone("Europe/Brussels")
        .int("id")
        .text("region")
        .values(["BE", "NL", "DE", "FR", "LU"])
        .bool("consent")
        .time("signup_at")
        .number("lifetime_value")
        .int("visits")
        .build()
        .expect("the fields fit together")
}

/// Definitions that use each other now and then, and segments on top of them.
fn text(definitions: usize, segments: usize) -> String {
    let mut text = String::new();
    for at in 0..definitions {
        text += &match at % 4 {
            0 => format!("let d{at} = visits > {at} AND consent\n"),
            1 => format!(
                "let d{at} = signup_at in last {} days OR d{}\n",
                at + 1,
                at - 1
            ),
            2 => format!("let d{at}(limit: number) = lifetime_value > limit + {at}\n"),
            _ => format!("let d{at} = d{}({at}) AND region = \"BE\"\n", at - 1),
        };
    }
    for at in 0..segments {
        let region = ["BE", "NL", "DE", "FR", "LU"][at % 5];
        text += &format!(
            "segment s{at} = region = \"{region}\" AND visits between {at} and {} AND NOT signup_at in last {} days AND signup_at is known\n",
            2 * at + 7,
            at % 90 + 1
        );
    }
    text
}

fn checked(schema: &Schema, text: &str) -> usize {
    let mut sources = Sources::default();
    let id = sources.add("many.seg", text);
    let parsed = parse(&sources, id);
    let checked = check(schema, &mut sources, id, parsed, &NoFiles);
    assert!(checked.is_sound());
    checked.diagnostics.len()
}

fn many(criterion: &mut Criterion) {
    let schema = schema();
    let mut group = criterion.benchmark_group("check");
    group.sample_size(10);
    for (name, definitions, segments) in [
        ("10,000 definitions", 10_000, 0),
        ("1,000 segments", 0, 1_000),
        ("100 segments", 0, 100),
    ] {
        let text = text(definitions, segments);
        group.bench_function(name, |bencher| bencher.iter(|| checked(&schema, &text)));
    }
    group.finish();
}

criterion_group!(benches, many);
criterion_main!(benches);
