//! Which rows of a piece are worth reading. What one column says may decide of many contacts that no segment has them; the other columns are then decoded for
//! the rest alone.
//!
//! A segment is looked at with the tests of one column known and all others open: whoever is in it under no answer of the others is out. The column that
//! leaves the fewest is found by trying, piece after piece.

use super::ExecuteError;
use super::batch::Prepared;
use super::column::{Column, bits, read};
use super::driver::Reading;
use super::kernels::{self, Stride};
use super::leaf::{Buffers, Span, latitudes};
use super::patience::Patience;
use super::spans::{Out, Spans};
use crate::plan::{BoundPlan, LeafId, Node, Plan, Shape, TextTestKind};
use crate::types::Constant;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, new_null_array};
use arrow_select::concat::concat;
use std::sync::atomic::{AtomicU64, Ordering};

/// Nodes of a plan that are worked out twice a batch, at most.
const MOST_NODES: usize = 64;
/// A column that is thought to leave more than this share of the contacts is not tried.
const MOST_EXPECTED: f32 = 0.9;
/// Rows are left out where not more than one in so many is wanted: to pick a value takes several times as long as to read one among others.
const LEAST_GAIN: u64 = 8;

/// What may decide that contacts need not be read.
#[derive(Default)]
pub(super) struct Sieve {
    /// The columns that may.
    candidates: Vec<Candidate>,
    spans: Option<Spans>,
}

/// A column, and what it says.
pub(super) struct Candidate {
    /// Its place in the source's schema.
    pub(super) column: usize,
    /// The column of the plan, which a latitude is not.
    tests: Vec<Test>,
    expected: f32,
    /// Whether anything else is read.
    is_beside_others: bool,
    /// The values that are asked for, where nothing but equality is.
    asked: Option<Vec<Constant>>,
    rows: AtomicU64,
    left: AtomicU64,
    /// Of looking at its different values.
    patience: Patience,
}

struct Test {
    leaf: LeafId,
    kind: Kind,
}

enum Kind {
    /// The test itself.
    Exact,
    /// A latitude that does not pass is too far away.
    Latitudes(Box<kernels::Test>),
}

/// Where values of a column come from, and so how they lie.
#[derive(Clone, Copy)]
enum Origin {
    Batch,
    Elsewhere,
}

impl Sieve {
    /// What may decide for a plan. Empty where nothing does.
    pub(super) fn new(prepared: &Prepared<'_>, reading: &Reading<'_>) -> Self {
        let bound = prepared.bound;
        let plan = &*bound.plan;
        let mut candidates: Vec<Candidate> = Vec::new();
        if plan.nodes.len() > MOST_NODES {
            return Self::default();
        }
        for (place, leaf) in plan.leaves.iter().enumerate() {
            let test = match &leaf.shape {
                Shape::Missing(column)
                | Shape::Boolean { column, .. }
                | Shape::Range { column, .. }
                | Shape::OneOf { column, .. }
                | Shape::Text { column, .. } => Some((reading.wanted(*column), Kind::Exact)),
                Shape::Distance { column, .. } => latitudes(bound, &leaf.shape, prepared.form)
                    .zip(reading.source().latitude(reading.wanted(*column)))
                    .map(|(test, column)| (column, Kind::Latitudes(Box::new(test)))),
                Shape::Parameter(_) | Shape::Has { .. } | Shape::General { .. } => None,
            };
            let Some((column, kind)) = test else {
                continue;
            };
            let test = Test {
                leaf: LeafId(place as u32),
                kind,
            };
            match candidates.iter_mut().find(|found| found.column == column) {
                Some(found) => found.tests.push(test),
                None => candidates.push(Candidate {
                    column,
                    tests: vec![test],
                    expected: 1.0,
                    is_beside_others: reading.columns().iter().any(|other| *other != column),
                    asked: None,
                    rows: AtomicU64::new(0),
                    left: AtomicU64::new(0),
                    patience: Patience::default(),
                }),
            }
        }
        for candidate in &mut candidates {
            candidate.expected = candidate.expectation(plan);
            let tests = candidate.tests.iter();
            let asked = tests
                .map(|test| asked(bound, test))
                .collect::<Option<Vec<_>>>();
            candidate.asked = asked.map(|asked| asked.concat());
        }
        candidates.retain(|candidate| candidate.expected <= MOST_EXPECTED);
        let spans = Some(Spans::default());
        Self { candidates, spans }
    }

    /// The rows of a piece that are out by what is known of parts of it.
    pub(super) fn out(
        &self,
        bound: &BoundPlan,
        reading: &Reading<'_>,
        piece: usize,
    ) -> Option<Out> {
        self.spans.as_ref()?.out(bound, reading, piece)
    }

    /// Whether nobody of a piece is in any segment, by what is known of the different values of a column.
    pub(super) fn rules_out(
        &self,
        prepared: &Prepared<'_>,
        reading: &Reading<'_>,
        piece: usize,
        buffers: &mut Buffers,
    ) -> Result<bool, ExecuteError> {
        for candidate in &self.candidates {
            if !candidate.patience.asks() {
                continue;
            }
            let is_out = candidate.rules_out(prepared, reading, piece, buffers)?;
            candidate.patience.answered(is_out);
            if is_out {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The column to begin the next piece with; none where all columns are better read at one go.
    pub(super) fn choose(&self) -> Option<&Candidate> {
        let candidates = self.candidates.iter();
        let candidates = candidates.filter(|candidate| candidate.is_beside_others);
        let shares = candidates.map(|candidate| {
            let rows = candidate.rows.load(Ordering::Relaxed);
            let left = candidate.left.load(Ordering::Relaxed);
            match rows {
                // What has not been tried comes before what is no good.
                0 => (candidate, candidate.expected / LEAST_GAIN as f32),
                _ => (candidate, left as f32 / rows as f32),
            }
        });
        let best = shares.min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        (best.1 * LEAST_GAIN as f32 <= 1.0).then_some(best.0)
    }
}

impl Candidate {
    /// About which share of the contacts is left.
    fn expectation(&self, plan: &Plan) -> f32 {
        let mut shares: Vec<(f32, f32)> = Vec::with_capacity(plan.nodes.len());
        for node in &plan.nodes {
            let of = |node: &crate::plan::NodeId| shares[node.0 as usize];
            shares.push(match node {
                Node::Constant(value) => (f32::from(*value), f32::from(*value)),
                Node::Leaf(leaf) => {
                    let rate = plan.leaves[leaf.0 as usize].estimate.pass_rate;
                    match self.tests.iter().find(|test| test.leaf == *leaf) {
                        Some(test) if matches!(test.kind, Kind::Exact) => (rate, rate),
                        Some(_) => (0.0, rate),
                        None => (0.0, 1.0),
                    }
                }
                Node::Not(node) => (1.0 - of(node).1, 1.0 - of(node).0),
                Node::And(nodes) => nodes.iter().fold((1.0, 1.0), |(at_least, at_most), node| {
                    (at_least * of(node).0, at_most * of(node).1)
                }),
                Node::Or(nodes) => {
                    let (none_at_least, none_at_most) =
                        nodes.iter().fold((1.0, 1.0), |(least, most), node| {
                            (least * (1.0 - of(node).0), most * (1.0 - of(node).1))
                        });
                    (1.0 - none_at_least, 1.0 - none_at_most)
                }
            });
        }
        let segments = plan.segments.iter();
        segments.map(|node| shares[node.0 as usize].1).sum()
    }

    fn rules_out(
        &self,
        prepared: &Prepared<'_>,
        reading: &Reading<'_>,
        piece: usize,
        buffers: &mut Buffers,
    ) -> Result<bool, ExecuteError> {
        let source = reading.source();
        if let Some(values) = source.different(piece, self.column)? {
            // And somebody of whom it is missing.
            let missing = new_null_array(values.data_type(), 1);
            let all = concat(&[&*values, &*missing]);
            let all = all.map_err(|error| ExecuteError::Internal(error.to_string()))?;
            let left = self.mask(prepared, &all, Origin::Elsewhere, buffers);
            let left = left.map_err(|message| reading.fault(self.column, &message))?;
            return Ok(left.is_some_and(|mask| mask.iter().all(|word| *word == 0)));
        }
        let Some(asked) = &self.asked else {
            return Ok(false);
        };
        if !source.lacks(piece, self.column, asked)? {
            return Ok(false);
        }
        // Somebody of whom it is missing, and somebody with another value than those that are asked for.
        const MISSING: u64 = 0b01;
        const BOTH: u64 = 0b11;
        let plan = &prepared.bound.plan;
        let answers = self.tests.iter().map(|test| {
            let is_missing = matches!(plan.leaves[test.leaf.0 as usize].shape, Shape::Missing(_));
            (test, vec![if is_missing { MISSING } else { 0 }])
        });
        let left = left(plan, &answers.collect::<Vec<_>>());
        Ok(left.is_some_and(|mask| mask[0] & BOTH == 0))
    }

    /// Who may be in a segment, by the values of this column: their rows, which rise. None where they are too many for it to matter.
    pub(super) fn rows(
        &self,
        prepared: &Prepared<'_>,
        array: &ArrayRef,
        buffers: &mut Buffers,
    ) -> Result<Option<Vec<u32>>, String> {
        let rows = array.len() as u64;
        let wanted = self.mask(prepared, array, Origin::Batch, buffers)?;
        let count = match &wanted {
            None => rows,
            Some(mask) => mask.iter().map(|word| u64::from(word.count_ones())).sum(),
        };
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.left.fetch_add(count, Ordering::Relaxed);
        let is_worth_it = count * LEAST_GAIN <= rows;
        Ok(wanted
            .filter(|_| is_worth_it)
            .map(|mask| places(&mask, count)))
    }

    /// Who may be in a segment, by these values of the column; none where that may be everybody.
    fn mask(
        &self,
        prepared: &Prepared<'_>,
        array: &ArrayRef,
        origin: Origin,
        buffers: &mut Buffers,
    ) -> Result<Option<Vec<u64>>, String> {
        let rows = array.len();
        let all = || {
            let words = 0..bits::words(rows);
            words
                .map(|word| bits::live(word, rows))
                .collect::<Vec<u64>>()
        };
        let mut known = Vec::with_capacity(self.tests.len());
        for test in &self.tests {
            let mut mask = all();
            let is_known = match &test.kind {
                Kind::Exact => {
                    let leaf = &prepared.bound.plan.leaves[test.leaf.0 as usize];
                    let mut column = None;
                    leaf.shape.columns(|place| column = Some(place));
                    let column = column.map(|place| &prepared.bound.plan.columns[place.0 as usize]);
                    match column {
                        Some(planned) => {
                            let column =
                                read(array, &planned.column_type, planned.blank_is_missing)?;
                            exact(prepared, test.leaf, column, origin, &mut mask, buffers)
                        }
                        None => false,
                    }
                }
                Kind::Latitudes(test) => passing(test, array, &mut mask),
            };
            if is_known {
                known.push((test, mask));
            }
        }
        let mut left = left(&prepared.bound.plan, &known);
        // A test that is turned over says of rows behind the last what it likes.
        for (mask, live) in left.iter_mut().flatten().zip(all()) {
            *mask &= live;
        }
        Ok(left)
    }

    /// Takes note that a piece could not be read that way.
    pub(super) fn is_no_help(&self) {
        self.rows.fetch_add(1, Ordering::Relaxed);
        self.left.fetch_add(u64::from(u32::MAX), Ordering::Relaxed);
    }
}

/// The values that a test asks for; none where it asks for more than equality.
fn asked(bound: &BoundPlan, test: &Test) -> Option<Vec<Constant>> {
    match &bound.plan.leaves[test.leaf.0 as usize].shape {
        Shape::Missing(_) => Some(Vec::new()),
        Shape::OneOf { set, .. } => Some(set.to_vec()),
        Shape::Range {
            low: Some(low),
            high: Some(high),
            ..
        } if low.inclusive && high.inclusive => {
            let (low, high) = (bound.value(low.parameter), bound.value(high.parameter));
            (low.compare(high) == Some(std::cmp::Ordering::Equal)).then(|| vec![low.clone()])
        }
        Shape::Text { test, .. } if !test.fold_case => match &test.test {
            TextTestKind::OneOf(texts) => Some(texts.iter().cloned().map(Constant::Text).collect()),
            _ => None,
        },
        _ => None,
    }
}

/// Narrows the mask by a test of the plan; whether there is a kernel for it.
fn exact(
    prepared: &Prepared<'_>,
    leaf: LeafId,
    column: Column,
    origin: Origin,
    mask: &mut [u64],
    buffers: &mut Buffers,
) -> bool {
    let span = Span {
        first: 0,
        rows: column.rows,
        far: false,
    };
    // The test reads its own column alone, wherever that stands.
    let columns = vec![column; prepared.bound.plan.columns.len()];
    let bound = match origin {
        Origin::Batch => prepared.leaf(leaf, &columns),
        Origin::Elsewhere => prepared.leaf_apart(leaf, &columns),
    };
    if bound.is_general() || bound.events().is_some() {
        return false;
    }
    let live = mask.len();
    bound.narrow(&columns, span, mask, live, buffers);
    true
}

/// Narrows the mask by a test of floats; whether the column holds such numbers.
fn passing(test: &kernels::Test, array: &ArrayRef, mask: &mut [u64]) -> bool {
    let Some(numbers) = array.as_primitive_opt::<Float64Type>() else {
        return false;
    };
    test.narrow(numbers.values().inner(), None, mask, Stride::Dense);
    if let Some(nulls) = numbers.nulls() {
        let known = nulls.inner().bit_chunks();
        for (mask, known) in mask.iter_mut().zip(known.iter_padded()) {
            *mask &= known;
        }
    }
    true
}

/// Who may be in a segment, whatever the tests say that are not known; none where that may be everybody.
fn left(plan: &Plan, known: &[(&Test, Vec<u64>)]) -> Option<Vec<u64>> {
    /// Who is in for certain, and who may be in; none of the first are nobody, and none of the second everybody.
    type Bounds = (Option<Vec<u64>>, Option<Vec<u64>>);
    let words = known.first()?.1.len();
    let not = |mask: &Vec<u64>| mask.iter().map(|word| !word).collect::<Vec<u64>>();
    let join = |one: Vec<u64>, other: &[u64], of: fn(u64, u64) -> u64| {
        let pairs = one.into_iter().zip(other);
        pairs.map(|(one, other)| of(one, *other)).collect()
    };
    let mut bounds: Vec<Bounds> = Vec::with_capacity(plan.nodes.len());
    for node in &plan.nodes {
        let of = |node: &crate::plan::NodeId| &bounds[node.0 as usize];
        let found: Bounds = match node {
            Node::Constant(true) => (Some(vec![u64::MAX; words]), None),
            Node::Constant(false) => (None, Some(vec![0; words])),
            Node::Leaf(leaf) => match known.iter().find(|(test, _)| test.leaf == *leaf) {
                Some((test, mask)) if matches!(test.kind, Kind::Exact) => {
                    (Some(mask.clone()), Some(mask.clone()))
                }
                Some((_, mask)) => (None, Some(mask.clone())),
                None => (None, None),
            },
            Node::Not(node) => {
                let (certain, possible) = of(node);
                (possible.as_ref().map(not), certain.as_ref().map(not))
            }
            Node::And(nodes) => {
                let certain = nodes.iter().map(|node| of(node).0.as_ref());
                let certain = certain.collect::<Option<Vec<_>>>().map(|masks| {
                    let all = vec![u64::MAX; words];
                    masks
                        .into_iter()
                        .fold(all, |all, mask| join(all, mask, |a, b| a & b))
                });
                let mut possible: Option<Vec<u64>> = None;
                for mask in nodes.iter().filter_map(|node| of(node).1.as_ref()) {
                    possible = Some(match possible {
                        Some(all) => join(all, mask, |a, b| a & b),
                        None => mask.clone(),
                    });
                }
                (certain, possible)
            }
            Node::Or(nodes) => {
                let possible = nodes.iter().map(|node| of(node).1.as_ref());
                let possible = possible.collect::<Option<Vec<_>>>().map(|masks| {
                    let any = vec![0; words];
                    masks
                        .into_iter()
                        .fold(any, |any, mask| join(any, mask, |a, b| a | b))
                });
                let mut certain: Option<Vec<u64>> = None;
                for mask in nodes.iter().filter_map(|node| of(node).0.as_ref()) {
                    certain = Some(match certain {
                        Some(any) => join(any, mask, |a, b| a | b),
                        None => mask.clone(),
                    });
                }
                (certain, possible)
            }
        };
        bounds.push(found);
    }
    let mut any = vec![0; words];
    for segment in &plan.segments {
        any = join(any, bounds[segment.0 as usize].1.as_ref()?, |a, b| a | b);
    }
    Some(any)
}

/// The rows whose bits are set, of which there are so many.
fn places(mask: &[u64], count: u64) -> Vec<u32> {
    let mut places = Vec::with_capacity(count as usize);
    for (word, bits) in mask.iter().enumerate() {
        let mut bits = *bits;
        while bits != 0 {
            places.push(word as u32 * 64 + bits.trailing_zeros());
            bits &= bits - 1;
        }
    }
    places
}
