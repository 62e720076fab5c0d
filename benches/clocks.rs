//! What contacts' own time zones and distances cost: nanoseconds a contact, in memory, on one thread and two. Each condition on the calendar is
//! answered twice, with the project's zone for all and with that of each contact.
//!
//! `cargo bench --bench clocks` runs all; a name as argument picks some. The environment variable `CONTACTS` sets the number of contacts, a million by
//! default. Figures are times of a whole run over the set; the line below them has nanoseconds a contact.

#[allow(dead_code, reason = "other benchmarks use the rest")]
mod contacts;
mod fastest;

use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, Date32Array, DictionaryArray, Float64Array, Int8Array};
use arrow_array::{RecordBatch, StringArray, StructArray};
use arrow_schema::{DataType, Field};
use contacts::Random;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use segql::data::MemorySource;
use segql::execute::{Dataset, Input, Options, run};
use segql::{Engine, Schema};
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

/// Where the contacts live, the most common places first. The last names no zone.
const ZONES: [&str; 16] = [
    "Europe/Brussels",
    "Europe/Amsterdam",
    "Europe/Paris",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Europe/Lisbon",
    "Africa/Casablanca",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Sydney",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Nowhere/At_All",
];

/// On the calendar: these are asked with and without zones of the contacts' own.
const CALENDAR: [(&str, &str); 9] = [
    (
        "C1 in last 30 calendar days",
        "last_seen_at in last 30 calendar days",
    ),
    ("C2 in last 3 months", "last_seen_at in last 3 months"),
    ("C3 during this month", "last_seen_at during this month"),
    (
        "C4 evening where the contact is",
        "hour(now) between 18 and 22",
    ),
    ("C5 seen on a Sunday", "weekday(last_seen_at) = \"sunday\""),
    ("C6 seen in the evening", "hour(last_seen_at) >= 18"),
    ("C7 of age", "age(birthday) >= 18"),
    (
        "C8 birthday within a week",
        "anniversary(birthday) in next 7 days",
    ),
    (
        "C9 seen on the day of signing up",
        "date(last_seen_at) = date(signup_at)",
    ),
];

/// On places.
const PLACES: [(&str, &str); 5] = [
    (
        "Q7 home within 25 km",
        "distance(home, point(50.85, 4.35)) <= 25 km",
    ),
    (
        "Q7b home beyond 100 km",
        "distance(home, point(50.85, 4.35)) > 100 km",
    ),
    (
        "Q7c home within 25 km of one of three",
        "distance(home, point(50.85, 4.35)) <= 25 km OR distance(home, point(51.05, 3.72)) <= 25 km
           OR distance(home, point(51.22, 4.40)) <= 25 km",
    ),
    ("Q7d home far from work", "distance(home, work) > 50 km"),
    (
        "Q7e twice as far from one as from another",
        "distance(home, point(50.85, 4.35)) > 2 * distance(home, point(51.05, 3.72))",
    ),
];

/// The contacts of the other benchmarks, with a zone, a birthday and a place of work.
fn contacts_with_zones(rows: usize) -> Vec<RecordBatch> {
    let batches = contacts::contacts(rows).into_iter().enumerate();
    batches
        .map(|(place, batch)| {
            let mut random = Random::new(1_000_003 + place as u64);
            let r = &mut random;
            let n = batch.num_rows();
            // Half of them in the first place, half of the rest in the second, and so on.
            let zone: Int8Array = (0..n)
                .map(|_| {
                    let zone = (-r.share().max(1e-9).log2()) as usize;
                    (r.share() >= 0.05).then_some(zone.min(ZONES.len() - 1) as i8)
                })
                .collect();
            let names = Arc::new(StringArray::from(ZONES.to_vec()));
            let zone: ArrayRef = Arc::new(DictionaryArray::<Int8Type>::new(zone, names));
            let birthday: Date32Array = (0..n)
                .map(|_| (r.share() >= 0.05).then_some(-7_300 + (r.share() * 25_000.0) as i32))
                .collect();
            let degrees = |r: &mut Random, centre: f64, spread: f64| -> ArrayRef {
                let degree = |_| centre + spread * r.normal();
                Arc::new((0..n).map(degree).collect::<Float64Array>())
            };
            let part = |name| Arc::new(Field::new(name, DataType::Float64, true));
            let work: ArrayRef = Arc::new(StructArray::from(vec![
                (part("latitude"), degrees(r, 50.85, 0.6)),
                (part("longitude"), degrees(r, 4.35, 0.8)),
            ]));
            let birthday: ArrayRef = Arc::new(birthday);
            let schema = batch.schema();
            let names = schema.fields().iter().map(|field| field.name().as_str());
            let own = names.zip(batch.columns().iter().cloned());
            let columns = own.chain([("tz", zone), ("birthday", birthday), ("work", work)]);
            let columns = columns.map(|(name, column)| (name, column, true));
            RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length")
        })
        .collect()
}

fn executing(criterion: &mut Criterion) {
    let asked = std::env::var("CONTACTS").ok();
    let rows = asked
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(1_000_000);
    let batches = contacts_with_zones(rows);
    let arrow = batches[0].schema();
    let one_zone =
        Schema::from_arrow(&arrow, "contact_id", "Europe/Brussels").expect("columns have types");
    let own_zones = one_zone.with_contact_zone("tz").expect("a field of text");
    let source = MemorySource::new("contacts", arrow, batches).expect("batches of one schema");
    let dataset = Dataset::load(&source, &own_zones).expect("columns fit the schema");
    for (schema, of, conditions) in [
        (&one_zone, "the project's zone", &CALENDAR[..]),
        (&own_zones, "own zones", &CALENDAR[..]),
        (&own_zones, "places", &PLACES[..]),
    ] {
        let engine = Engine::new(schema.clone());
        for (name, condition) in conditions {
            let program = engine.compile_condition(condition).expect("a condition");
            let now = i128::from(contacts::NOW_SECONDS) * 1_000_000_000;
            let bound = program.plan().bind(now);
            let mut group = criterion.benchmark_group(format!("{name}, {of}"));
            group.throughput(Throughput::Elements(dataset.rows()));
            for threads in [1, 2] {
                let options = Options {
                    threads: NonZero::new(threads).expect("at least one"),
                    ..Options::default()
                };
                let answer = || {
                    let outcome = run(&bound, Input::Dataset(&dataset), &options, None);
                    outcome.expect("it runs").counts
                };
                let id = BenchmarkId::new(format!("{} contacts", dataset.rows()), threads);
                fastest::measure(&mut group, id, dataset.rows(), answer);
            }
            group.finish();
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(10);
    targets = executing
}
criterion_main!(benches);
