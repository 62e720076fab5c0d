//! How fast conditions on events are answered: nanoseconds a contact, in memory, on one thread and two.
//!
//! `cargo bench --bench events` runs all; a name as argument picks some. The environment variable `CONTACTS` sets the number of contacts, a million by
//! default, each of which has about thirty events. Figures are times of a whole run over the set; the line below them has nanoseconds a contact.

mod behaviour;
#[allow(dead_code, reason = "other benchmarks use the rest")]
mod contacts;
mod fastest;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use segql::Engine;
use segql::data::MemorySource;
use segql::execute::{Dataset, Input, Options, run};
use std::num::NonZero;
use std::time::Duration;

/// The conditions, by the names that the design's figures have for them.
const CONDITIONS: [(&str, &str); 9] = [
    (
        "E1 three purchases in 90 days",
        "did purchase at least 3 times in last 90 days",
    ),
    (
        "E2 spent in a year",
        "sum(amount of purchase in last 365 days) > 250",
    ),
    (
        "E3 viewed, never opened",
        "did view in last 180 days AND never open in last 180 days",
    ),
    (
        "E4 share of a genre",
        "count(finish[title.genre = \"documentary\"] in last 365 days) >= 5
           AND share(finish[title.genre = \"documentary\"] in last 365 days) >= 30%",
    ),
    (
        "E5 begun, not finished",
        "did (view without finish within 14 days on title) in last 44 days",
    ),
    (
        "E6 view, click, purchase",
        "did (view as v then click then purchase[time <= v.time + 7 days])",
    ),
    (
        "E7 dormant by the mean gap",
        "count(login) >= 3 AND since(last(login)) > 2 * avg(gap of login)",
    ),
    (
        "E7m dormant by the median gap",
        "count(login) >= 3 AND since(last(login)) > 2 * median(gap of login)",
    ),
    (
        "E9 lapsed fans in Belgium",
        "never view in last 90 days AND did view between 455 days ago and 90 days ago
           AND count(finish[title.genre = \"documentary\"] in last 365 days) >= 5
           AND share(finish[title.genre = \"documentary\"] in last 365 days) >= 30%
           AND region = \"BE\"",
    ),
];

fn executing(criterion: &mut Criterion) {
    let asked = std::env::var("CONTACTS").ok();
    let rows = asked
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(1_000_000);
    let (batches, schema) = behaviour::behaviour(rows);
    let source = MemorySource::new("contacts", batches[0].schema(), batches);
    let source = source.expect("batches of one schema");
    let dataset = Dataset::load(&source, &schema).expect("columns fit the schema");
    let engine = Engine::new(schema);
    for (name, condition) in CONDITIONS {
        let program = engine.compile_condition(condition).expect("a condition");
        let bound = program
            .plan()
            .bind(i128::from(contacts::NOW_SECONDS) * 1_000_000_000);
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(dataset.rows()));
        let answer = |threads: usize| {
            let options = Options {
                threads: NonZero::new(threads).expect("at least one"),
                ..Options::default()
            };
            run(&bound, Input::Dataset(&dataset), &options, None).expect("it runs")
        };
        let outcome = answer(1);
        println!("{name}: {} of {}", outcome.counts[0], outcome.contacts);
        for threads in [1, 2] {
            let id = BenchmarkId::new(format!("{} contacts", dataset.rows()), threads);
            fastest::measure(&mut group, id, dataset.rows(), || answer(threads));
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = executing
}
criterion_main!(benches);
