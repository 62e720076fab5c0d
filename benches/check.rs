//! What checking costs: a text of 10,000 definitions, and one of 1,000 segments that resemble each other.

use criterion::{Criterion, criterion_group, criterion_main};
use segql::check::{NoFiles, check};
use segql::schema::Schema;
use segql::source::Sources;
use segql::syntax::parse;
use segql_testing::many;

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

fn checked(schema: &Schema, text: &str) -> usize {
    let mut sources = Sources::default();
    let id = sources.add("many.seg", text);
    let parsed = parse(&sources, id);
    let checked = check(schema, &mut sources, id, parsed, &NoFiles);
    assert!(checked.is_sound());
    checked.diagnostics.len()
}

fn sizes(criterion: &mut Criterion) {
    let schema = schema();
    let mut group = criterion.benchmark_group("check");
    group.sample_size(10);
    for (name, definitions, segments) in [
        ("10,000 definitions", 10_000, 0),
        ("1,000 segments", 0, 1_000),
        ("100 segments", 0, 100),
    ] {
        let text = many::text(definitions, segments);
        group.bench_function(name, |bencher| bencher.iter(|| checked(&schema, &text)));
    }
    group.finish();
}

criterion_group!(benches, sizes);
criterion_main!(benches);
