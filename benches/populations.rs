//! How fast figures are told that a contact has among all contacts: milliseconds a run over a million contacts in memory, on one thread and two.
//!
//! `cargo bench --bench populations` runs all; a name as argument picks some. The environment variable `CONTACTS` sets the number of contacts, a million by
//! default, each of which has about thirty events. A run is all its passes over the contacts.

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

/// The conditions by name. E8 has the name that the design's figures have for it.
const CONDITIONS: [(&str, &str); 9] = [
    (
        "E8 champions by three quintiles",
        "quintile(last(purchase)) = 5 AND quintile(count(purchase)) = 5 AND quintile(sum(amount of purchase)) = 5",
    ),
    ("the best tenth", "percentile(ltv) >= 90%"),
    (
        "the best tenth of each region",
        "percentile(ltv per region) >= 90%",
    ),
    (
        "the best tenth of each mail domain",
        "percentile(ltv per email_domain) >= 90%",
    ),
    ("the first thousand", "rank(ltv) <= 1000"),
    (
        "above the average of the region",
        "ltv > avg(ltv per region)",
    ),
    (
        "above the median of region and plan",
        "ltv > median(ltv per (region, plan))",
    ),
    ("a sample", "sample(10%, \"bench\")"),
    (
        "a sample of exact size in each region",
        "sample(1_000, \"bench\" per region)",
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
