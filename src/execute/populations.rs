//! The passes over all contacts that come before the answer: each thread keeps what its contacts give, and what they have kept is put together.

use super::batch::{Batch, Prepared};
use super::evaluate::{Rows, Vectors};
use super::leaf::{Span, figure_test};
use super::matched::Matched;
use super::threads::on_threads;
use super::{ExecuteError, Input, Options, driver};
use crate::ir::Value;
use crate::plan::{BoundPlan, Pass, Tallied};
use crate::population::{Figures, Tally};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What contacts gave is kept where it takes no more than so many bytes.
const GIVEN_BYTES: u64 = 1 << 30;
/// What it takes for each contact and population: a number and a group.
const GIVEN_BYTES_OF_ONE: u64 = 20;

/// What is to become of the figures.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// These contacts alone are answered by them, right afterwards.
    Here,
    Anywhere,
}

/// The plan with what its populations tell, worked out from these contacts, and the options for the run that answers.
pub(super) fn with_figures(
    bound: &BoundPlan,
    input: Input<'_>,
    options: &Options,
    figures_use: Use,
) -> Result<(BoundPlan, Options), ExecuteError> {
    let tallies: usize = bound
        .plan
        .passes
        .iter()
        .map(|pass| pass.tallies.len())
        .sum();
    let keeps_rows = match input {
        Input::Dataset(dataset) => {
            figures_use == Use::Here
                && dataset.rows() * tallies as u64 <= GIVEN_BYTES / GIVEN_BYTES_OF_ONE
        }
        Input::Source(_) => false,
    };
    let rows = match input {
        Input::Dataset(dataset) => dataset.rows() as usize,
        Input::Source(_) => 0,
    };
    let mut figures = Figures::default();
    let done = Arc::new(AtomicU64::new(0));
    let mut before = 0;
    for pass in &bound.plan.passes {
        let known = Arc::new(figures.clone());
        let planned = pass.plan.bind(bound.now).with_figures(known);
        let collection = Collection::new(pass, keeps_rows, rows.div_ceil(options.threads.get()));
        let options = Options {
            native: None,
            key: None,
            progress: after(before, &done, options),
            ..options.clone()
        };
        driver::collect(&planned, input, &options, &collection)?;
        before = done.load(Ordering::Relaxed);
        for (tallied, tally) in pass.tallies.iter().zip(collection.finish()) {
            figures.insert(tallied.figures.iter().copied(), tally.finish());
        }
    }
    let answering = Options {
        progress: after(before, &done, options),
        ..options.clone()
    };
    let bound = bound.clone().with_figures(Arc::new(figures));
    find_turns(&bound, options.threads.get());
    Ok((bound, answering))
}

/// Finds out where the figures turn that tests compare with numbers, several at once: whoever makes the tests finds it known. On one thread that is no gain.
fn find_turns(bound: &BoundPlan, threads: usize) {
    let leaves = &bound.plan.leaves;
    let next = AtomicUsize::new(0);
    if threads == 1 {
        return;
    }
    on_threads(threads.min(leaves.len()), || {
        while let Some(leaf) = leaves.get(next.fetch_add(1, Ordering::Relaxed)) {
            figure_test(bound, leaf.condition);
        }
    });
}

/// Tells the contacts of passes before on top; notes how many were told of in the end.
fn after(before: u64, done: &Arc<AtomicU64>, options: &Options) -> Option<super::Progress> {
    let progress = options.progress.clone()?;
    let done = Arc::clone(done);
    Some(Arc::new(move |contacts| {
        done.fetch_max(before + contacts, Ordering::Relaxed);
        progress(before + contacts);
    }))
}

/// What is kept in a pass.
pub(super) struct Collection<'a> {
    pass: &'a Pass,
    /// Whether what contacts give is kept by row.
    keeps_rows: bool,
    /// About how many contacts a thread meets, as far as that is known.
    rows: usize,
    together: Mutex<Vec<Tally>>,
}

impl<'a> Collection<'a> {
    fn new(pass: &'a Pass, keeps_rows: bool, rows: usize) -> Self {
        Self {
            together: Mutex::new(empty(pass, keeps_rows, 0)),
            pass,
            keeps_rows,
            rows,
        }
    }

    /// For a thread to keep what its contacts give.
    pub(super) fn start(&self) -> Vec<Tally> {
        empty(self.pass, self.keeps_rows, self.rows)
    }

    /// Keeps what the contacts of a block give; `masks` say who is in the populations, and begin with the block.
    pub(super) fn block(
        &self,
        prepared: &Prepared<'_>,
        batch: Batch<'_>,
        span: Span,
        matched: &Matched<'_>,
        mask: impl Fn(usize) -> Vec<u64>,
        tallies: &mut [Tally],
    ) {
        let rows = Rows {
            bound: prepared.bound,
            columns: batch.columns,
            are_of_data: true,
        };
        let mut last: Option<(u32, Vectors<'_>)> = None;
        for (tallied, tally) in self.pass.tallies.iter().zip(tallies) {
            let vectors = match last.take() {
                Some((segment, vectors)) if segment == tallied.segment => vectors,
                _ => {
                    let picked = picked(&mask(tallied.segment as usize), span.first);
                    Vectors::new(rows, picked).with(None, matched)
                }
            };
            if !vectors.is_empty() {
                vectors.give(tallied, tally);
            }
            last = Some((tallied.segment, vectors));
        }
    }

    /// Puts what a thread has kept to the rest.
    pub(super) fn merge(&self, tallies: Vec<Tally>) {
        let mut together = self.together.lock().unwrap_or_else(PoisonError::into_inner);
        for (own, other) in together.iter_mut().zip(tallies) {
            own.merge(other);
        }
    }

    fn finish(self) -> Vec<Tally> {
        let together = self.together.into_inner();
        together.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tallies of nobody, with room for so many contacts.
fn empty(pass: &Pass, keeps_rows: bool, rows: usize) -> Vec<Tally> {
    let tallies = pass.tallies.iter();
    tallies
        .map(|tallied| {
            let mut tally = Tally::new(tallied.kind, tallied.of_type.clone());
            if keeps_rows && is_worth_keeping(pass, tallied) {
                return tally.keeping_rows();
            }
            // Of what has no groups there is one, whoever is in it.
            if tallied.per.is_empty()
                && let Some(group) = tally.group(&[])
            {
                tally.reserve(group, rows);
            }
            tally
        })
        .collect()
}

/// Whether working out once more what a contact gives takes longer than keeping it: a field of contacts that are in one group is simply read again.
fn is_worth_keeping(pass: &Pass, tallied: &Tallied) -> bool {
    let is_read = |of| matches!(pass.plan.graph.value(of), Value::Field(_));
    !tallied.per.is_empty() || tallied.of.is_some_and(|of| !is_read(of))
}

/// The rows whose bits are set.
fn picked(mask: &[u64], first: usize) -> Vec<usize> {
    let mut picked = Vec::new();
    for (place, word) in mask.iter().enumerate() {
        let mut left = *word;
        while left != 0 {
            picked.push(first + place * 64 + left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }
    picked
}
