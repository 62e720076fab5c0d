//! From how many contacts on native code pays: what it takes to make it, against what it saves a contact.
//!
//! The fastest of many short runs is taken, with and without native code in turn, so that a machine that does other things besides still tells much the
//! same. What is combined are masks, which lie in cache however many contacts there are, so a batch as files have them is enough.

use crate::{Set, answer, compile, contact, load, segments};
use segql::contact::{ContactMatcher, SegmentSet};
use segql::execute::native::{Glue, Layout, LeafCode, Native, NativeSlot};
use segql::execute::{Tier, block_rows};
use segql::jit::{self, Compiled};
use segql::plan::{BoundPlan, LeafId};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Contacts of a run.
const CONTACTS: usize = 65_536;

/// Prints the table, if it was picked by name or nothing was.
pub fn print() {
    let mut asked = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'));
    if asked
        .next()
        .is_some_and(|word| !"pays from".contains(&*word))
    {
        return;
    }
    let (first, second) = (timed(jit::warm_up), timed(jit::warm_up));
    println!(
        "first function of a process {:.1} ms, one after it {:.2} ms",
        milliseconds(first),
        milliseconds(second)
    );
    runs();
    one_at_a_time();
}

fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for number in [1, 12, 20, 50, 100, 200, 500, 1000] {
        texts.push((format!("{number} segments"), segments::segments(number)));
    }
    for number in [12, 100, 500, 1000] {
        texts.push((format!("{number} segments of 12"), segments::dozens(number)));
    }
    texts.push((
        "100 segments, costly tests last".to_owned(),
        segments::costly(100),
    ));
    let one =
        |name: &str, condition: &str| (name.to_owned(), format!("segment one = {condition}\n"));
    texts.push(one("a sum of whole numbers", "orders_90d * 3 + age > 60"));
    texts.push(one("a sum of floats", "ltv * 0.3 + nps * 20.0 > 180"));
    texts.push(one(
        "the same after a rare test",
        "region = \"LU\" AND ltv * 0.3 + nps * 20.0 > 180",
    ));
    texts.push((
        "12 sums of floats".to_owned(),
        (0..12)
            .map(|at| {
                format!(
                    "segment s{at} = ltv * 0.{} + nps * {at}.0 > {at}80\n",
                    at + 1
                )
            })
            .collect(),
    ));
    texts
}

/// Runs over data in memory, one thread: on kernels, with native code wherever there is some, and with native code where it is taken by itself.
fn runs() {
    println!(
        "\nruns, ns a contact\n{:<33}{:>9}{:>10}{:>10}{:>10}{:>10}{:>13}",
        "", "made in", "kernels", "native", "auto", "saved", "pays from"
    );
    let set = load(CONTACTS);
    for (name, text) in texts() {
        let plan = compile(&set.schema, &text);
        let made = making(&set, &plan);
        let [kernels, native, auto] = ways(&set, &plan);
        let saved = kernels - auto;
        println!(
            "{name:<33}{:>6.2} ms{kernels:>10.3}{native:>10.3}{auto:>10.3}{saved:>10.3}{:>13}",
            milliseconds(made),
            pays_from(made, saved)
        );
    }
}

/// One contact after the other against all segments.
fn one_at_a_time() {
    println!(
        "\none contact, ns\n{:<33}{:>9}{:>11}{:>10}{:>10}{:>14}",
        "", "made in", "portable", "native", "saved", "pays from"
    );
    let set = load(1);
    for (name, text) in texts() {
        let plan = compile(&set.schema, &text);
        let (mut with, mut without) = (Duration::MAX, Duration::MAX);
        for _ in 0..20 {
            with = with.min(timed(|| drop(black_box(ContactMatcher::new(&plan)))));
            without = without.min(timed(|| drop(black_box(ContactMatcher::portable(&plan)))));
        }
        let contacts: Vec<_> = (0..64).map(|which| contact(&set.schema, which)).collect();
        let matchers = [ContactMatcher::portable(&plan), ContactMatcher::new(&plan)];
        let mut fastest = [f64::INFINITY; 2];
        let mut members = SegmentSet::default();
        for _ in 0..200 {
            for (matcher, fastest) in matchers.iter().zip(&mut fastest) {
                let took = timed(|| {
                    for contact in &contacts {
                        matcher.matches_into(black_box(contact), &mut members);
                        black_box(members.count());
                    }
                });
                *fastest = fastest.min(took.as_nanos() as f64 / contacts.len() as f64);
            }
        }
        let [portable, native] = fastest;
        let made = with.saturating_sub(without);
        println!(
            "{name:<33}{:>6.2} ms{portable:>11.1}{native:>10.1}{:>10.1}{:>14}",
            milliseconds(made),
            portable - native,
            pays_from(made, portable - native)
        );
    }
}

/// The least time in which the native code of a plan was made: what combines tests, and the arithmetic for these columns.
fn making(set: &Set, plan: &BoundPlan) -> Duration {
    let mut least = Duration::MAX;
    let started = Instant::now();
    for round in 0.. {
        if round >= 20 && started.elapsed() > Duration::from_secs(1) {
            break;
        }
        let mut code = None;
        let combining = timed(|| code = Some(made(plan)));
        let watched = Arc::new(Watched {
            code: code.expect("it was made"),
            leaves: AtomicU64::new(0),
        });
        let slot = NativeSlot::default();
        assert!(slot.set(Arc::clone(&watched) as Arc<dyn Native>).is_ok());
        answer(set, plan, Tier::Native, Some(&slot));
        let leaves = Duration::from_nanos(watched.leaves.load(Ordering::Relaxed));
        least = least.min(combining + leaves);
    }
    least
}

fn made(plan: &BoundPlan) -> Compiled {
    let code = jit::compile(&plan.plan, block_rows(&plan.plan) / 64);
    code.expect("this machine has native code")
}

/// Nanoseconds a contact on kernels alone, with native code wherever there is some, and with native code where it is taken by itself.
fn ways(set: &Set, plan: &BoundPlan) -> [f64; 3] {
    let slot = NativeSlot::default();
    assert!(slot.set(Arc::new(made(plan))).is_ok());
    let ways = [
        (Tier::Kernels, None),
        (Tier::Native, Some(&slot)),
        (Tier::Auto, Some(&slot)),
    ];
    let mut fastest = [f64::INFINITY; 3];
    let started = Instant::now();
    for round in 0.. {
        if round >= 100 && started.elapsed() > Duration::from_secs(2) {
            break;
        }
        for (fastest, (tier, native)) in fastest.iter_mut().zip(ways) {
            let took = timed(|| {
                black_box(answer(set, plan, tier, native));
            });
            *fastest = fastest.min(took.as_nanos() as f64 / set.dataset.rows() as f64);
        }
    }
    fastest
}

/// Contacts after which what was saved is as much as the making took; a round number that says no more than is known.
fn pays_from(made: Duration, saved: f64) -> String {
    let contacts = made.as_nanos() as f64 / saved;
    // A hundredth of a nanosecond is noise.
    if saved < 0.01 {
        return "never".to_owned();
    }
    let digits = 10f64.powf((contacts.log10().floor() - 1.0).max(0.0));
    let rounded = ((contacts / digits).round() * digits) as u64;
    let figures = rounded.to_string();
    let groups: Vec<&str> = (figures.as_bytes().rchunks(3).rev())
        .map(|group| std::str::from_utf8(group).expect("digits"))
        .collect();
    groups.join(",")
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Native code that notes how long it takes to have the code of tests.
struct Watched {
    code: Compiled,
    leaves: AtomicU64,
}

impl Native for Watched {
    fn glue(&self) -> Option<&dyn Glue> {
        self.code.glue()
    }

    fn leaf(
        &self,
        leaf: LeafId,
        layouts: &[Layout],
        bound: &BoundPlan,
    ) -> Option<Arc<dyn LeafCode>> {
        let started = Instant::now();
        let code = self.code.leaf(leaf, layouts, bound);
        let took = started.elapsed().as_nanos() as u64;
        self.leaves.fetch_add(took, Ordering::Relaxed);
        code
    }
}
