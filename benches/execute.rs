//! How fast segments are answered: nanoseconds a contact, in memory, in cache, on one thread and two; and how fast a text becomes a plan.
//!
//! `cargo bench --bench execute` runs all; a name as argument picks some. The environment variable `CONTACTS` sets the number of contacts of the large
//! set, ten million by default. Figures are times of a whole run over the set; the line below them has nanoseconds a contact.

mod contacts;
mod fastest;
mod segments;

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use segql::check::{NoFiles, check};
use segql::data::MemorySource;
use segql::execute::{Dataset, Input, Options, run};
use segql::optimize::optimize;
use segql::plan::{BoundPlan, plan};
use segql::schema::Schema;
use segql::source::Sources;
use segql::syntax::parse;
use std::num::NonZero;
use std::time::Duration;

/// Where the time from text to plan goes.
fn stages(group: &mut BenchmarkGroup<'_, WallTime>, schema: &Schema, name: &str, text: &str) {
    let mut sources = Sources::default();
    let root = sources.add("bench.seg", text);
    let parsed = parse(&sources, root);
    let checked = check(schema, &mut sources, root, parsed.clone(), &NoFiles);
    let optimized = optimize(checked.module.clone());
    group.bench_function(format!("{name}: to tree"), |bencher| {
        bencher.iter(|| parse(&sources, root));
    });
    group.bench_function(format!("{name}: to typed tree"), |bencher| {
        bencher.iter_batched(
            || (sources.clone(), parsed.clone()),
            |(mut sources, parsed)| check(schema, &mut sources, root, parsed, &NoFiles),
            BatchSize::PerIteration,
        );
    });
    group.bench_function(format!("{name}: to simplified tree"), |bencher| {
        bencher.iter_batched(|| checked.module.clone(), optimize, BatchSize::PerIteration);
    });
    group.bench_function(format!("{name}: to plan"), |bencher| {
        bencher.iter(|| plan(&optimized, schema));
    });
}

/// From text to a plan that is ready to run.
fn compile(schema: &Schema, text: &str) -> BoundPlan {
    let mut sources = Sources::default();
    let root = sources.add("bench.seg", text);
    let parsed = parse(&sources, root);
    let checked = check(schema, &mut sources, root, parsed, &NoFiles);
    assert!(checked.is_sound(), "{:#?}", checked.diagnostics);
    let module = optimize(checked.module);
    plan(&module, schema).bind(i128::from(contacts::NOW_SECONDS) * 1_000_000_000)
}

fn segment(condition: &str) -> String {
    format!("segment one = {condition}\n")
}

struct Set {
    schema: Schema,
    dataset: Dataset,
}

fn load(rows: usize) -> Set {
    let batches = contacts::contacts(rows);
    let arrow = batches[0].schema();
    let schema = Schema::from_arrow(&arrow, "contact_id", "UTC").expect("columns have types");
    let source = MemorySource::new("contacts", arrow, batches).expect("batches of one schema");
    let dataset = Dataset::load(&source, &schema).expect("columns fit the schema");
    Set { schema, dataset }
}

fn answer(set: &Set, plan: &BoundPlan, threads: usize) -> u64 {
    let options = Options {
        threads: NonZero::new(threads).expect("at least one"),
        ..Options::default()
    };
    let outcome = run(plan, Input::Dataset(&set.dataset), &options, None).expect("it runs");
    outcome.counts.iter().sum()
}

fn measure(criterion: &mut Criterion, name: &str, set: &Set, text: &str) {
    let plan = compile(&set.schema, text);
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(set.dataset.rows()));
    for threads in [1, 2] {
        let id = BenchmarkId::new(format!("{} contacts", set.dataset.rows()), threads);
        fastest::measure(&mut group, id, set.dataset.rows(), || {
            answer(set, &plan, threads)
        });
    }
    group.finish();
}

fn executing(criterion: &mut Criterion) {
    let large = std::env::var("CONTACTS")
        .ok()
        .and_then(|rows| rows.parse().ok());
    for rows in [large.unwrap_or(10_000_000), 65_536] {
        let set = load(rows);
        for (name, condition) in segments::CONDITIONS {
            measure(criterion, name, &set, &segment(condition));
        }
        let tenth;
        let set = if rows <= 65_536 {
            &set
        } else {
            tenth = load(rows / 10);
            &tenth
        };
        measure(criterion, "Q9 100 segments", set, &segments::segments(100));
        measure(
            criterion,
            "Q10 1000 segments",
            set,
            &segments::segments(1000),
        );
    }
}

fn compiling(criterion: &mut Criterion) {
    let set = load(1);
    let mut group = criterion.benchmark_group("text to plan");
    for tests in [1, 12, 100, 1000] {
        let text = if tests == 1 {
            segment(segments::CONDITIONS[0].1)
        } else {
            segments::conjunction(tests / 2)
        };
        group.bench_function(BenchmarkId::new("conditions", tests), |bencher| {
            bencher.iter(|| compile(&set.schema, &text));
        });
    }
    for (name, text) in [
        ("1000 segments", segments::segments(1000)),
        ("1000 segments of 12", segments::dozens(1000)),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| compile(&set.schema, &text));
        });
        stages(&mut group, &set.schema, name, &text);
    }
    let text = segment(segments::CONDITIONS[7].1);
    group.bench_function("first answer of 12 conditions", |bencher| {
        bencher.iter(|| answer(&set, &compile(&set.schema, &text), 1));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = compiling, executing
}
criterion_main!(benches);
