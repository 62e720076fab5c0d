//! A run of contacts in blocks: the leaves of a plan bound to the columns, and the masks of its segments.

use super::column::{Column, bits};
use super::evaluate::{Rows, Vectors};
use super::kernels;
use super::leaf::{Buffers, Leaf, Span, ask};
use super::native::{Glue, Layout, LeafCode, Native, View};
use super::segments::{Leaves, Program, Scratch, block};
use super::{Form, Options, Tier};
use crate::plan::{BoundPlan, LeafId, Plan, Shape};
use std::sync::Arc;

/// From so many segments on, native code combines masks where it is there.
const GLUE_SEGMENTS: usize = 20;
/// What masks of leaves and segments may take together, so that they stay in the cache next to the core.
const MASK_BYTES: usize = 512 << 10;

/// What all threads of a run share.
pub(super) struct Prepared<'a> {
    pub(super) bound: &'a BoundPlan,
    pub(super) options: &'a Options,
    pub(super) form: Form,
    program: Program<'a>,
    block_rows: usize,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(bound: &'a BoundPlan, options: &'a Options) -> Self {
        let plan = &*bound.plan;
        let asked = options.block_rows.map(|rows| rows.get().div_ceil(64) * 64);
        Self {
            bound,
            options,
            form: Form::choose(options.form),
            program: Program::new(plan),
            block_rows: asked.unwrap_or_else(|| block_rows(plan)),
        }
    }

    /// Binds the leaves to columns of one physical form.
    pub(super) fn bind(&self, columns: &[Column]) -> Vec<Leaf> {
        let leaves = self.bound.plan.leaves.iter();
        leaves
            .map(|leaf| Leaf::bind(self.bound, leaf, columns, self.form))
            .collect()
    }

    /// The native code that is there by now.
    fn native(&self) -> Option<&Arc<dyn Native>> {
        match self.options.tier {
            Tier::Kernels => None,
            Tier::Auto | Tier::Native => self.options.native.as_ref()?.get(),
        }
    }

    /// Native code for each leaf that has some.
    fn leaf_code(
        &self,
        native: &dyn Native,
        leaves: &[Leaf],
        columns: &[Column],
    ) -> Vec<Option<Arc<dyn LeafCode>>> {
        let plan = &*self.bound.plan;
        let code = |(place, leaf): (usize, &Leaf)| {
            let Shape::General { columns: used } = &plan.leaves[place].shape else {
                return None;
            };
            if !leaf.is_general() {
                return None;
            }
            let layouts: Vec<Layout> = used
                .iter()
                .map(|column| columns[column.0 as usize].layout())
                .collect();
            native.leaf(LeafId(place as u32), &layouts, self.bound)
        };
        leaves.iter().enumerate().map(code).collect()
    }
}

/// Contacts a block, where nobody asks for another number: between 1,024 and 4,096, the fewer the more masks there are.
pub fn block_rows(plan: &Plan) -> usize {
    let masks = (plan.leaves.len() + plan.segments.len()).max(1);
    (MASK_BYTES * 8 / masks).clamp(1024, 4096) / 64 * 64
}

/// The memory of one thread.
#[derive(Default)]
pub(super) struct Worker {
    scratch: Scratch,
    buffers: Buffers,
    leaf_masks: Vec<u64>,
    segment_masks: Vec<u64>,
    pub(super) patience: Patience,
    pub(super) counts: Vec<u64>,
}

/// Statistics of chunks in memory are asked each time while they help, and seldom once they do not.
#[derive(Default)]
pub(super) struct Patience {
    in_vain: u32,
}

impl Patience {
    pub(super) fn asks(&mut self) -> bool {
        const ENOUGH: u32 = 4;
        const SELDOM: u32 = 32;
        if self.in_vain >= ENOUGH && !self.in_vain.is_multiple_of(SELDOM) {
            self.in_vain += 1;
            return false;
        }
        true
    }

    pub(super) fn answered(&mut self, helped: bool) {
        self.in_vain = if helped {
            0
        } else {
            self.in_vain.saturating_add(1)
        };
    }
}

/// Columns with leaves bound to them.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) columns: &'a [Column],
    pub(super) leaves: &'a [Leaf],
    /// Whether the columns are expected to lie in memory rather than in a cache.
    pub(super) far: bool,
}

impl Worker {
    /// Answers the contacts `first..first + rows` of a batch; `first` is a multiple of 64. Members are counted, and where `masks` has a mask for each
    /// segment they are noted there, the first contact in the first bit.
    pub(super) fn rows(
        &mut self,
        prepared: &Prepared<'_>,
        batch: Batch<'_>,
        first: usize,
        rows: usize,
        mut masks: Option<&mut [Vec<u64>]>,
    ) {
        let plan = &*prepared.bound.plan;
        self.counts.resize(plan.segments.len(), 0);
        let native = prepared.native();
        let code = match native {
            Some(native) => prepared.leaf_code(&**native, batch.leaves, batch.columns),
            None => Vec::new(),
        };
        let wanted = prepared.options.tier == Tier::Native || plan.segments.len() >= GLUE_SEGMENTS;
        let glue = native.filter(|_| wanted).and_then(|native| native.glue());
        let mut start = 0;
        while start < rows {
            let span = Span {
                first: first + start,
                rows: prepared.block_rows.min(rows - start),
                far: batch.far,
            };
            let mut leaves = BlockLeaves {
                prepared,
                batch,
                code: &code,
                span,
                buffers: &mut self.buffers,
            };
            let counts = &mut self.counts;
            let mut out = |segment: usize, mask: &[u64]| {
                counts[segment] += kernels::count(prepared.form, mask);
                if let Some(masks) = masks.as_deref_mut() {
                    masks[segment][start / 64..][..mask.len()].copy_from_slice(mask);
                }
            };
            match glue {
                Some(glue) => {
                    let memory = (&mut self.leaf_masks, &mut self.segment_masks);
                    glued(glue, &mut leaves, plan, memory, &mut out);
                }
                None => block(
                    &prepared.program,
                    &mut leaves,
                    &mut self.scratch,
                    span.rows,
                    out,
                ),
            }
            start += span.rows;
        }
    }
}

/// All leaves of a block, then all segments at once by native code.
fn glued(
    glue: &dyn Glue,
    leaves: &mut BlockLeaves<'_>,
    plan: &crate::plan::Plan,
    (leaf_masks, segment_masks): (&mut Vec<u64>, &mut Vec<u64>),
    out: &mut dyn FnMut(usize, &[u64]),
) {
    let rows = leaves.span.rows;
    let words = bits::words(rows);
    leaf_masks.resize(plan.leaves.len() * words, 0);
    segment_masks.resize(plan.segments.len() * words, 0);
    for (leaf, mask) in leaf_masks.chunks_exact_mut(words).enumerate() {
        mask.fill(u64::MAX);
        mask[words - 1] = bits::live(words - 1, rows);
        leaves.narrow(leaf, mask, words);
    }
    glue.run(leaf_masks, words, segment_masks);
    let last = bits::live(words - 1, rows);
    for (segment, mask) in segment_masks.chunks_exact_mut(words).enumerate() {
        mask[words - 1] &= last;
        out(segment, mask);
    }
}

/// The leaves of one block.
struct BlockLeaves<'a> {
    prepared: &'a Prepared<'a>,
    batch: Batch<'a>,
    /// By leaf; empty where there is no native code.
    code: &'a [Option<Arc<dyn LeafCode>>],
    span: Span,
    buffers: &'a mut Buffers,
}

impl Leaves for BlockLeaves<'_> {
    fn narrow(&mut self, leaf: usize, mask: &mut [u64], live: usize) -> usize {
        let bound = &self.batch.leaves[leaf];
        if !bound.is_general() {
            return bound.narrow(self.batch.columns, self.span, mask, live, self.buffers);
        }
        if let Some(Some(code)) = self.code.get(leaf) {
            return self.by_code(leaf, &**code, mask);
        }
        let condition = self.prepared.bound.plan.leaves[leaf].condition;
        let mut picked = Vec::new();
        ask(mask, |row| {
            picked.push(self.span.first + row);
            true
        });
        let vectors = Vectors {
            rows: Rows {
                bound: self.prepared.bound,
                columns: self.batch.columns,
            },
            picked,
        };
        let mut holds = vectors.holds(condition).into_iter();
        ask(mask, |_| holds.next().unwrap_or(false))
    }

    fn is_at_once(&self, leaf: usize) -> bool {
        self.batch.leaves[leaf].is_at_once() || matches!(self.code.get(leaf), Some(Some(_)))
    }

    fn cost(&self, leaf: usize) -> f32 {
        let estimate = || {
            self.prepared.bound.plan.leaves[leaf]
                .estimate
                .cost
                .max(10.0)
        };
        let cost = self.batch.leaves[leaf].cost(self.batch.columns, self.batch.far);
        cost.unwrap_or_else(estimate)
    }
}

impl BlockLeaves<'_> {
    fn by_code(&mut self, leaf: usize, code: &dyn LeafCode, mask: &mut [u64]) -> usize {
        let Shape::General { columns } = &self.prepared.bound.plan.leaves[leaf].shape else {
            return 0;
        };
        let words = self.span.first / 64..self.span.first / 64 + mask.len();
        let views: Vec<View<'_>> = columns
            .iter()
            .map(|column| {
                let column = &self.batch.columns[column.0 as usize];
                View {
                    data: column.values.bytes(self.span),
                    validity: column
                        .validity
                        .as_deref()
                        .map(|validity| &validity[words.clone()]),
                }
            })
            .collect();
        let mut found = vec![0; mask.len()];
        code.run(&views, self.span.rows, &mut found);
        let mut live = 0;
        for (mask, found) in mask.iter_mut().zip(&found) {
            *mask &= found;
            live += usize::from(*mask != 0);
        }
        live
    }
}
