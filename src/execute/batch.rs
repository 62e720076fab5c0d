//! A run of contacts in blocks: the leaves of a plan bound to the columns, and the masks of its segments.

use super::column::{Column, Narrower, bits};
use super::evaluate::{Rows, Vectors};
use super::flat::Flat;
use super::kernels;
use super::leaf::{Buffers, General, KeptAnswers, Leaf, Masks, Span, Together, ask};
use super::matched::{Matched, Streamed};
use super::native::{Glue, LEAST_SEGMENTS, Layout, LeafCode, Native, View};
use super::patience::Patience;
use super::populations::Collection;
use super::segments::{Leaves, Made, Program, Scratch, block};
use super::{Form, Options, Tier};
use crate::plan::{BoundPlan, LeafId, Plan, Shape};
use crate::population::Tally;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

/// Native code of a test goes over a whole block; where fewer than one contact in so many is asked about, these are worked out one by one.
const FEW: u64 = 32;
/// From so many segments on, tests are made before anything is combined.
const FLAT_SEGMENTS: usize = 8;
/// A test that takes longer than this many nanoseconds a contact is only made for those who are asked about, unless several share it.
const QUICK: f32 = 1.0;
/// What masks of leaves and segments may take together, so that they stay in the cache next to the core.
const MASK_BYTES: usize = 512 << 10;
/// The same of a few, which fit in a cache that is nearer still.
const FEW_MASK_BYTES: usize = 32 << 10;

/// What all threads of a run share.
pub(super) struct Prepared<'a> {
    pub(super) bound: &'a BoundPlan,
    pub(super) options: &'a Options,
    pub(super) form: Form,
    program: Program<'a>,
    /// One for each leaf.
    kept: Vec<KeptAnswers>,
    block_rows: usize,
    /// The tests of events, one for each stream.
    pub(super) matchers: Vec<Option<Prepared<'a>>>,
    /// Whether these are tests of events, for which there is no native code.
    is_of_events: bool,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(bound: &'a BoundPlan, options: &'a Options) -> Self {
        let plan = &*bound.plan;
        let form = Form::choose(options.form);
        let asked = options.block_rows.map(|rows| rows.get().div_ceil(64) * 64);
        Self {
            bound,
            options,
            form,
            program: Program::new(plan, form),
            kept: (plan.leaves.iter())
                .map(|_| KeptAnswers::default())
                .collect(),
            block_rows: asked.unwrap_or_else(|| block_rows(plan)),
            matchers: (bound.matchers.iter())
                .map(|bound| {
                    Some(Prepared {
                        is_of_events: true,
                        ..Prepared::new(bound.as_ref()?, options)
                    })
                })
                .collect(),
            is_of_events: false,
        }
    }

    /// Binds the leaves to columns of one physical form.
    /// `narrower` is what is kept beside the columns.
    pub(super) fn bind(
        &self,
        columns: &[Column],
        narrower: &[Option<Narrower>],
        far: bool,
    ) -> Bound {
        let plan = &*self.bound.plan;
        let is_many = plan.segments.len() >= FLAT_SEGMENTS;
        let leaves: Vec<Leaf> = (plan.leaves.iter().zip(&self.kept))
            .map(|(leaf, kept)| {
                let bound = Leaf::bind(self.bound, leaf, columns, kept, self.form);
                bound.over_narrower(columns, narrower, is_many)
            })
            .collect();
        let groups = match is_many {
            true => Together::of(&leaves, self.form),
            false => Vec::new(),
        };
        let mut is_alone = vec![true; leaves.len()];
        for leaf in groups.iter().flat_map(Together::leaves) {
            is_alone[*leaf] = false;
        }
        let quick = |place: usize| {
            let leaf = &leaves[place];
            let cost = leaf.cost(columns, far).unwrap_or(f32::INFINITY);
            !is_alone[place]
                || leaf.is_at_once() && (cost <= QUICK || self.program.is_shared(place))
        };
        let streams = (self.matchers.iter().enumerate())
            .map(|(stream, matcher)| Streamed::new(self.bound, matcher.as_ref()?, stream, columns))
            .collect();
        let slow = match is_many {
            true => (0..leaves.len()).filter(|place| !quick(*place)).collect(),
            false => Vec::new(),
        };
        Bound {
            streams,
            slow,
            flat: is_many.then(|| Flat::new(plan, quick)),
            leaves,
            groups,
            is_alone,
            layouts: OnceLock::new(),
        }
    }

    /// One leaf bound to columns that lie as those of all batches do.
    pub(super) fn leaf(&self, leaf: LeafId, columns: &[Column]) -> Leaf {
        let place = leaf.0 as usize;
        let (planned, kept) = (&self.bound.plan.leaves[place], &self.kept[place]);
        Leaf::bind(self.bound, planned, columns, kept, self.form)
    }

    /// One leaf bound to columns that lie as they may.
    pub(super) fn leaf_apart(&self, leaf: LeafId, columns: &[Column]) -> Leaf {
        let (planned, kept) = (&self.bound.plan.leaves[leaf.0 as usize], Default::default());
        Leaf::bind(self.bound, planned, columns, &kept, self.form)
    }

    /// The native code that is there by now.
    fn native(&self) -> Option<&Arc<dyn Native>> {
        match self.options.tier {
            _ if self.is_of_events => None,
            Tier::Kernels => None,
            Tier::Auto | Tier::Native => self.options.native.as_ref()?.get(),
        }
    }

    /// Native code for each leaf that has some.
    fn leaf_code(&self, native: &dyn Native, batch: Batch<'_>) -> Vec<Option<Arc<dyn LeafCode>>> {
        let plan = &*self.bound.plan;
        let code = |(place, leaf): (usize, &Leaf)| {
            let Shape::General { columns: used } = &plan.leaves[place].shape else {
                return None;
            };
            if !leaf.is_general() {
                return None;
            }
            let layouts = batch.bound.layouts.get_or_init(|| {
                let mut needed = vec![None; batch.columns.len()];
                for (leaf, bound) in plan.leaves.iter().zip(&batch.bound.leaves) {
                    if let (Shape::General { columns }, true) = (&leaf.shape, bound.is_general()) {
                        for column in columns {
                            let place = column.0 as usize;
                            needed[place].get_or_insert_with(|| batch.columns[place].layout());
                        }
                    }
                }
                needed
            });
            let used: Option<Vec<Layout>> = used
                .iter()
                .map(|column| layouts[column.0 as usize])
                .collect();
            native.leaf(LeafId(place as u32), &used?, self.bound)
        };
        batch.bound.leaves.iter().enumerate().map(code).collect()
    }
}

/// Contacts a block, where nobody asks for another number: between 1,024 and 16,384, the fewer the more masks there are. Where events are asked about,
/// which are many to a contact, at most 4,096.
pub fn block_rows(plan: &Plan) -> usize {
    let masks = (plan.leaves.len() + plan.segments.len()).max(1);
    // Whole vectors of mask words, so that only the last block of a batch has an incomplete one.
    const VECTOR: usize = kernels::LANE_WORDS * 64;
    let most = match plan.folds.streams.is_empty() {
        true => (FEW_MASK_BYTES * 8 / masks).clamp(4096, 16_384),
        false => 4096,
    };
    (MASK_BYTES * 8 / masks).clamp(1024, most) / VECTOR * VECTOR
}

/// The memory of one thread.
#[derive(Default)]
pub(super) struct Worker {
    scratch: Scratch,
    pub(super) buffers: Buffers,
    /// Those of leaves, and behind them those that are made of them.
    masks: Vec<u64>,
    segment_masks: Vec<u64>,
    /// Those that test events, one for each stream.
    of_events: RefCell<Vec<Worker>>,
    /// Of statistics of chunks in memory.
    pub(super) patience: Patience,
    pub(super) counts: Vec<u64>,
    /// What contacts give to populations, in a pass that collects it.
    pub(super) tallies: Vec<Tally>,
}

/// Leaves bound to columns, and how they are tested where many are.
pub(super) struct Bound {
    leaves: Vec<Leaf>,
    /// Leaves that are tested together, where leaves are tested before anything is combined.
    groups: Vec<Together>,
    /// The tests of events, one for each stream.
    pub(super) streams: Vec<Option<Streamed>>,
    /// Leaves that are better tested for those alone who are asked about, where many segments are.
    slow: Vec<usize>,
    /// By leaf: it is in no group.
    is_alone: Vec<bool>,
    flat: Option<Flat>,
    /// How native code sees the columns that leaves of general shape read; looked at when there is native code.
    layouts: OnceLock<Vec<Option<Layout>>>,
}

impl Bound {
    /// About how many nanoseconds all leaves take together for a row of these columns.
    pub(super) fn cost(&self, columns: &[Column]) -> f32 {
        let cost = |leaf: &Leaf| leaf.cost(columns, false).unwrap_or(f32::INFINITY);
        self.leaves.iter().map(cost).sum()
    }
}

/// Columns with leaves bound to them.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) columns: &'a [Column],
    pub(super) bound: &'a Bound,
    /// Whether the columns are expected to lie in memory rather than in a cache.
    pub(super) far: bool,
}

/// The contacts `first..first + rows` of a batch; `first` is a multiple of 64.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) first: usize,
    pub(super) rows: usize,
    /// By segment: who alone is asked about, a bit for each of them. Others may be taken for members or not.
    pub(super) among: &'a [Option<Rc<[u64]>>],
}

impl Worker {
    /// Answers some contacts of a batch. Members are counted, and where `members` has a mask for each segment they are noted there, the first contact in
    /// the first bit.
    pub(super) fn rows(
        &mut self,
        prepared: &Prepared<'_>,
        batch: Batch<'_>,
        asked: Asked<'_>,
        mut members: Option<&mut [Vec<u64>]>,
        collection: Option<&Collection<'_>>,
    ) {
        let Asked { first, rows, among } = asked;
        let plan = &*prepared.bound.plan;
        self.counts.resize(plan.segments.len(), 0);
        let native = prepared.native();
        let code = match native {
            Some(native) => prepared.leaf_code(&**native, batch),
            None => Vec::new(),
        };
        // What combines in native code is given the tests of all contacts, so a slow test costs more than combining saves.
        let is_quick = |leaf: &usize| matches!(code.get(*leaf), Some(Some(_)));
        let wanted = prepared.options.tier == Tier::Native
            || plan.segments.len() >= LEAST_SEGMENTS && batch.bound.slow.iter().all(is_quick);
        let glue = native.filter(|_| wanted).and_then(|native| native.glue());
        let mut start = 0;
        while start < rows {
            let span = Span {
                first: first + start,
                rows: prepared.block_rows.min(rows - start),
                far: batch.far,
            };
            let matched = Matched::new(prepared, batch, span, &self.of_events);
            let mut leaves = BlockLeaves {
                prepared,
                batch,
                matched: &matched,
                code: &code,
                span,
                buffers: &mut self.buffers,
            };
            let mut found = Found {
                form: prepared.form,
                rows: span.rows,
                first_word: start / 64,
                counts: &mut self.counts,
                members: members.as_deref_mut(),
            };
            let masks = &mut self.masks;
            let words = start / 64..(start + span.rows).div_ceil(64);
            let among = |segment: usize| Some(&among.get(segment)?.as_ref()?[words.clone()]);
            match (glue, &batch.bound.flat) {
                (Some(glue), _) => {
                    glued(
                        glue,
                        &mut leaves,
                        masks,
                        &mut self.segment_masks,
                        &mut found,
                    );
                }
                (None, Some(flat)) => {
                    flattened(flat, &mut leaves, masks, &mut found);
                    let made = Made {
                        flat,
                        masks,
                        stride: Flat::stride(span.rows),
                    };
                    let scratch = &mut self.scratch;
                    block(
                        &prepared.program,
                        &mut leaves,
                        scratch,
                        span.rows,
                        Some(made),
                        among,
                        |segment, mask, flip| found.take(segment, mask, flip),
                    );
                }
                (None, None) => {
                    let scratch = &mut self.scratch;
                    block(
                        &prepared.program,
                        &mut leaves,
                        scratch,
                        span.rows,
                        None,
                        among,
                        |segment, mask, flip| found.take(segment, mask, flip),
                    );
                }
            }
            if let (Some(collection), Some(members)) = (collection, members.as_deref()) {
                let mask = |segment: usize| members[segment][words.clone()].to_vec();
                let tallies = &mut self.tallies;
                collection.block(prepared, batch, span, &matched, mask, tallies);
            }
            start += span.rows;
        }
    }
}

/// All leaves of a block, then all segments at once by native code.
fn glued(
    glue: &dyn Glue,
    leaves: &mut BlockLeaves<'_>,
    masks: &mut Vec<u64>,
    segment_masks: &mut Vec<u64>,
    found: &mut Found<'_>,
) {
    let plan = &*leaves.prepared.bound.plan;
    let words = bits::words(leaves.span.rows);
    masks.resize(plan.leaves.len() * words, 0);
    segment_masks.resize(plan.segments.len() * words, 0);
    let into = Masks {
        masks,
        stride: words,
        place: |leaf| leaf,
    };
    leaves.test(0..plan.leaves.len(), into);
    glue.run(masks, words, segment_masks);
    for (segment, mask) in segment_masks.chunks_exact(words).enumerate() {
        found.take(segment, mask, 0);
    }
}

/// All quick leaves of a block, then all segments that are made of such.
fn flattened(
    flat: &Flat,
    leaves: &mut BlockLeaves<'_>,
    masks: &mut Vec<u64>,
    found: &mut Found<'_>,
) {
    let words = bits::words(leaves.span.rows);
    let stride = Flat::stride(leaves.span.rows);
    masks.resize(flat.words(stride), 0);
    let into = Masks {
        masks,
        stride,
        place: |leaf| flat.place(leaf),
    };
    leaves.test(flat.leaves().iter().copied(), into);
    let form = leaves.prepared.form;
    if found.members.is_none() && leaves.span.rows == stride * 64 {
        flat.count(form, stride, masks, found.counts);
    } else {
        flat.combine(form, stride, masks, |segment, mask, flip| {
            found.take(segment, &mask[..words], flip);
        });
    }
}

/// Where the masks of segments of a block go.
struct Found<'a> {
    form: Form,
    rows: usize,
    /// The block's first word in the masks of members.
    first_word: usize,
    counts: &'a mut [u64],
    members: Option<&'a mut [Vec<u64>]>,
}

impl Found<'_> {
    /// Counts and notes who is in a segment, by its mask and what that is turned over with.
    fn take(&mut self, segment: usize, mask: &[u64], flip: u64) {
        self.counts[segment] += kernels::count_turned(self.form, mask, flip, self.rows);
        if let Some(members) = self.members.as_deref_mut() {
            let into = &mut members[segment][self.first_word..][..mask.len()];
            kernels::take(mask, flip, self.rows, into);
        }
    }
}

/// The leaves of one block.
struct BlockLeaves<'a> {
    prepared: &'a Prepared<'a>,
    batch: Batch<'a>,
    matched: &'a Matched<'a>,
    /// By leaf; empty where there is no native code.
    code: &'a [Option<Arc<dyn LeafCode>>],
    span: Span,
    buffers: &'a mut Buffers,
}

impl Leaves for BlockLeaves<'_> {
    fn narrow(&mut self, leaf: usize, mask: &mut [u64], live: usize) -> usize {
        let bound = &self.batch.bound.leaves[leaf];
        if let Some(test) = bound.events() {
            return test.narrow(self.batch.columns, self.span.first, mask, self.matched);
        }
        let Some(general) = bound.general() else {
            return bound.narrow(self.batch.columns, self.span, mask, live, self.buffers);
        };
        if let Some(Some(code)) = self.code.get(leaf)
            && self.is_worth_a_block(mask)
        {
            return self.by_code(leaf, &**code, mask);
        }
        self.by_graph(leaf, general, mask)
    }

    fn is_at_once(&self, leaf: usize) -> bool {
        self.batch.bound.leaves[leaf].is_at_once() || matches!(self.code.get(leaf), Some(Some(_)))
    }

    fn cost(&self, leaf: usize) -> f32 {
        let estimate = || {
            self.prepared.bound.plan.leaves[leaf]
                .estimate
                .cost
                .max(10.0)
        };
        let cost = self.batch.bound.leaves[leaf].cost(self.batch.columns, self.batch.far);
        cost.unwrap_or_else(estimate)
    }
}

impl BlockLeaves<'_> {
    /// Tests leaves for all contacts of the block.
    fn test<P: Fn(usize) -> usize>(
        &mut self,
        which: impl Iterator<Item = usize>,
        mut out: Masks<'_, P>,
    ) {
        let rows = self.span.rows;
        let words = bits::words(rows);
        for group in &self.batch.bound.groups {
            group.test(self.batch.columns, self.span, self.buffers, &mut out);
        }
        for leaf in which.filter(|leaf| self.batch.bound.is_alone[*leaf]) {
            let mask = out.of(leaf, words);
            mask.fill(u64::MAX);
            mask[words - 1] = bits::live(words - 1, rows);
            self.narrow(leaf, mask, words);
        }
    }

    /// Narrows the mask to the contacts of whom a condition holds that is worked out from the graph.
    fn by_graph(&self, leaf: usize, general: &General, mask: &mut [u64]) -> usize {
        let (first, columns) = (self.span.first, self.batch.columns);
        let is_idle = |row| {
            let idle = general.idle.as_ref();
            idle.is_some_and(|idle| idle.holds(columns, first + row))
        };
        // One of those who are idle stands for all.
        let (mut picked, mut one_idle, mut idle) = (Vec::new(), None, mask.to_vec());
        ask(&mut idle, |row| {
            let is_idle = is_idle(row);
            match is_idle {
                true => one_idle = Some(first + row),
                false => picked.push(first + row),
            }
            is_idle
        });
        picked.extend(one_idle);
        let rows = Rows {
            bound: self.prepared.bound,
            columns,
            are_of_data: true,
        };
        let vectors = Vectors::new(rows, picked).with(general.tables.as_deref(), self.matched);
        let condition = self.prepared.bound.plan.leaves[leaf].condition;
        let mut holds = vectors.holds(condition);
        let idle_holds = one_idle.and_then(|_| holds.pop());
        let mut holds = holds.into_iter();
        ask(mask, |row| match bits::get(&idle, row) {
            true => idle_holds == Some(true),
            false => holds.next().unwrap_or(false),
        })
    }

    /// Whether so many are asked about that native code, which goes over all, is quicker than the interpreter, which goes over these.
    fn is_worth_a_block(&self, mask: &[u64]) -> bool {
        let prepared = self.prepared;
        prepared.options.tier == Tier::Native
            || kernels::count(prepared.form, mask) * FEW >= self.span.rows as u64
    }

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
