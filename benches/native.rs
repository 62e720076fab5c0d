//! Where native code pays and where not: the combination of many segments, arithmetic tests, one contact at a time, and what compiling costs.
//!
//! `cargo bench --bench native` runs all; a name as argument picks some. Runs are over data in memory on one thread. "kernels" is a run without native
//! code, "native" the same run with code that was compiled before; times are of a whole run. "one contact" is a contact against all segments.
//! "pays from" prints from how many contacts on native code has saved what it takes to make it.

#[allow(dead_code)]
mod contacts;
mod fastest;
#[allow(dead_code)]
mod segments;
mod worthwhile;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use segql::check::{NoFiles, check};
use segql::contact::{Contact, ContactMatcher, SegmentSet};
use segql::data::MemorySource;
use segql::execute::native::{Native, NativeSlot};
use segql::execute::{Dataset, Input, Options, Tier, block_rows, run};
use segql::jit;
use segql::optimize::optimize;
use segql::plan::{BoundPlan, plan};
use segql::schema::Schema;
use segql::source::Sources;
use segql::syntax::parse;
use std::sync::Arc;
use std::time::Duration;

fn compile(schema: &Schema, text: &str) -> BoundPlan {
    let mut sources = Sources::default();
    let root = sources.add("bench.seg", text);
    let parsed = parse(&sources, root);
    let checked = check(schema, &mut sources, root, parsed, &NoFiles);
    assert!(checked.is_sound(), "{:#?}", checked.diagnostics);
    let module = optimize(checked.module);
    plan(&module, schema).bind(i128::from(contacts::NOW_SECONDS) * 1_000_000_000)
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

fn answer(set: &Set, plan: &BoundPlan, tier: Tier, native: Option<&NativeSlot>) -> u64 {
    let options = Options {
        tier,
        native: native.cloned(),
        ..Options::default()
    };
    let outcome = run(plan, Input::Dataset(&set.dataset), &options, None).expect("it runs");
    outcome.counts.iter().sum()
}

fn running(criterion: &mut Criterion) {
    let texts = [
        ("10 segments", segments::segments(10)),
        ("100 segments", segments::segments(100)),
        ("1000 segments", segments::segments(1000)),
        ("100 segments of 12", segments::dozens(100)),
        ("1000 segments of 12", segments::dozens(1000)),
        (
            "sums of whole numbers",
            "segment one = orders_90d * 3 + age > 60\n".to_owned(),
        ),
        (
            "arithmetic",
            "segment one = ltv * 0.3 + nps * 20.0 > 180\n".to_owned(),
        ),
    ];
    for rows in [65_536, 1 << 20] {
        let set = load(rows);
        for (name, text) in &texts {
            let plan = compile(&set.schema, text);
            let code = jit::compile(&plan.plan, block_rows(&plan.plan) / 64);
            let code: Arc<dyn Native> = Arc::new(code.expect("this machine has native code"));
            let slot = NativeSlot::default();
            assert!(slot.set(code).is_ok());
            let mut group = criterion.benchmark_group(*name);
            group.throughput(Throughput::Elements(set.dataset.rows()));
            for (way, tier, native) in [
                ("kernels", Tier::Kernels, None),
                ("native", Tier::Native, Some(&slot)),
            ] {
                let id = BenchmarkId::new(way, rows);
                fastest::measure(&mut group, id, set.dataset.rows(), || {
                    answer(&set, &plan, tier, native)
                });
            }
            group.finish();
        }
    }
}

fn compiling(criterion: &mut Criterion) {
    let set = load(1);
    jit::warm_up();
    let mut group = criterion.benchmark_group("compile");
    for (name, text) in [
        ("20 segments", segments::segments(20)),
        ("100 segments", segments::segments(100)),
        ("1000 segments", segments::segments(1000)),
        ("100 segments of 12", segments::dozens(100)),
        ("1000 segments of 12", segments::dozens(1000)),
    ] {
        let plan = compile(&set.schema, &text);
        let words = block_rows(&plan.plan) / 64;
        group.bench_function(name, |bencher| {
            bencher.iter(|| jit::compile(&plan.plan, words).map(|code| code.code_bytes()));
        });
    }
    group.finish();
}

/// A contact; each number has one that differs from its neighbours in most fields.
fn contact(schema: &Schema, which: usize) -> Contact {
    let mut contact = Contact::new(schema);
    let of = |names: &[&'static str]| names[which % names.len()];
    let values: [(&str, segql::contact::FieldValue); 11] = [
        ("region", of(&["BE", "NL", "FR", "US", "LU"]).into()),
        ("language", of(&["nl", "fr", "en"]).into()),
        ("plan", of(&["plus", "free", "basic", "premium"]).into()),
        ("consent", (which % 3 != 1).into()),
        ("age", (41 + 7 * which as i64 % 40).into()),
        ("ltv", (130.5 + (which * 37 % 400) as f64).into()),
        ("orders_90d", (2 + which as i64 % 5).into()),
        ("nps", (7 - which as i64 % 8).into()),
        ("tags", vec!["vip-a", "promo-fox"].into()),
        (
            "email",
            of(&["anna.peeters7@gmail.com", "jan@skynet.be"]).into(),
        ),
        (
            "email_domain",
            of(&["gmail.com", "skynet.be", "orange.fr"]).into(),
        ),
    ];
    for (name, value) in values {
        contact.set(name, value).expect("it fits");
    }
    for (name, days) in [
        ("signup_at", 400 + which as i64 % 11),
        ("last_seen_at", 12 + 9 * which as i64),
    ] {
        let at = jiff::Timestamp::from_second(contacts::NOW_SECONDS - days * 86_400);
        contact.set(name, at.expect("a time")).expect("it fits");
    }
    contact
}

fn one_contact(criterion: &mut Criterion) {
    let set = load(1);
    let contact = contact(&set.schema, 0);
    let mut group = criterion.benchmark_group("one contact");
    for (name, text) in [
        ("100 segments", segments::segments(100)),
        ("1000 segments", segments::segments(1000)),
        ("1000 segments of 12", segments::dozens(1000)),
    ] {
        let plan = compile(&set.schema, &text);
        for (way, matcher) in [
            ("native", ContactMatcher::new(&plan)),
            ("portable", ContactMatcher::portable(&plan)),
        ] {
            let mut members = SegmentSet::default();
            group.bench_function(BenchmarkId::new(way, name), |bencher| {
                bencher.iter(|| {
                    matcher.matches_into(std::hint::black_box(&contact), &mut members);
                    members.count()
                });
            });
        }
    }
    group.finish();
}

fn pays_from(_: &mut Criterion) {
    worthwhile::print();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = pays_from, compiling, one_contact, running
}
criterion_main!(benches);
