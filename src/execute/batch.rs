//! A run of contacts in blocks: the leaves of a plan bound to the columns, and the masks of its segments.

use super::column::{Column, bits};
use super::evaluate::Rows;
use super::segments::{Leaves, Program, Scratch, block};
use super::{Form, Options};
use crate::plan::BoundPlan;

/// What all threads of a run share.
pub(super) struct Prepared<'a> {
    pub(super) bound: &'a BoundPlan,
    pub(super) options: &'a Options,
    pub(super) form: Form,
    pub(super) program: Program<'a>,
    block_rows: usize,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(bound: &'a BoundPlan, options: &'a Options) -> Self {
        let plan = &*bound.plan;
        let chosen = if plan.segments.len() > 100 || plan.leaves.len() > 100 {
            1024
        } else {
            4096
        };
        let asked = options.block_rows.map(|rows| rows.get().div_ceil(64) * 64);
        Self {
            bound,
            options,
            form: Form::choose(options.form),
            program: Program::new(plan),
            block_rows: asked.unwrap_or(chosen),
        }
    }
}

/// The memory of one thread.
#[derive(Default)]
pub(super) struct Worker {
    scratch: Scratch,
    pub(super) counts: Vec<u64>,
}

impl Worker {
    /// Answers the contacts `first..first + rows` of the columns; `first` is a multiple of 64. Members are counted, and where `masks` has a mask for each
    /// segment they are noted there, the first contact in the first bit.
    pub(super) fn rows(
        &mut self,
        prepared: &Prepared<'_>,
        columns: &[Column],
        first: usize,
        rows: usize,
        mut masks: Option<&mut [Vec<u64>]>,
    ) {
        let plan = &*prepared.bound.plan;
        self.counts.resize(plan.segments.len(), 0);
        let mut start = 0;
        while start < rows {
            let block_rows = prepared.block_rows.min(rows - start);
            let mut leaves = RowLeaves {
                rows: Rows {
                    plan,
                    now: prepared.bound.now,
                    columns,
                },
                first: first + start,
            };
            let counts = &mut self.counts;
            block(
                &prepared.program,
                &mut leaves,
                &mut self.scratch,
                block_rows,
                |segment, mask| {
                    counts[segment] += bits::count(mask);
                    if let Some(masks) = masks.as_deref_mut() {
                        masks[segment][start / 64..][..mask.len()].copy_from_slice(mask);
                    }
                },
            );
            start += block_rows;
        }
    }
}

struct RowLeaves<'a> {
    rows: Rows<'a>,
    first: usize,
}

impl Leaves for RowLeaves<'_> {
    fn narrow(&mut self, leaf: usize, mask: &mut [u64]) -> bool {
        let condition = self.rows.plan.leaves[leaf].condition;
        for (place, word) in mask.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                if !self
                    .rows
                    .holds(condition, self.first + place * 64 + bit as usize)
                {
                    *word &= !(1 << bit);
                }
            }
        }
        mask.iter().any(|word| *word != 0)
    }
}
