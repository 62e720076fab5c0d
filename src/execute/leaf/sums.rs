//! Sums of a part of events in a window, against a number.

use super::numbers::{Edge, stored_range};
use super::window::{Window, constant, events_of};
use crate::execute::column::{Column, Integers, Values, each_integer, search};
use crate::execute::evaluate::{FloatEdge, exact_sum};
use crate::execute::leaf::ask;
use crate::execute::matched::Matched;
use crate::ir::{Comparison, Condition, ConditionId, NodeRef, Value, ValueId};
use crate::plan::BoundPlan;
use crate::types::{Aggregate, Constant, Float, NumberKind, Type};
use std::cmp::Ordering;

/// The events of more than this are halved before they are gone through.
const MANY: usize = 32;

/// A test of a sum.
#[derive(Clone, Debug)]
pub(in crate::execute) struct SumTest {
    window: Window,
    part: Column,
    limits: Limits,
}

/// Between what the sum lies.
#[derive(Clone, Debug)]
enum Limits {
    /// Stored numbers from the first to the second; no sum does where there is none.
    Whole(Option<(i128, i128)>),
    Floats {
        low: Option<(FloatEdge, bool)>,
        high: Option<(FloatEdge, bool)>,
    },
}

impl SumTest {
    /// None where the condition is no such test, or the numbers are not stored so.
    pub(super) fn new(
        bound: &BoundPlan,
        condition: ConditionId,
        columns: &[Column],
    ) -> Option<Self> {
        let (value, low, high) = edges(bound, condition)?;
        let graph = &bound.plan.graph;
        let Value::Aggregate {
            function: Aggregate::Sum,
            of,
            ..
        } = graph.value(value)
        else {
            return None;
        };
        let Value::Part { record, part } = graph.value(*of) else {
            return None;
        };
        let fold = bound.plan.folds.of(NodeRef::Value(value))?;
        if fold.rest.is_some() || !matches!(graph.value(*record), Value::Element { depth: 0 }) {
            return None;
        }
        let window = Window::new(bound, fold, columns)?;
        let (_, list, _) = window.events(columns)?;
        let Values::Record(parts) = &list.elements.values else {
            return None;
        };
        let part = parts.get(*part as usize)?.clone();
        let limits = match (&part.values, graph.type_of(value)) {
            (Values::F64(_), Type::Number(NumberKind::Float)) => {
                let edge = |edge: Edge<'_>| match edge {
                    None => Some(None),
                    Some((constant, inclusive)) => {
                        Some(Some((FloatEdge::new(constant)?, inclusive)))
                    }
                };
                Limits::Floats {
                    low: edge(low)?,
                    high: edge(high)?,
                }
            }
            // Sums of as many of these as there can be fit in 128 bits.
            (
                Values::Integers(numbers, unit),
                Type::Number(NumberKind::Whole | NumberKind::Exact) | Type::Duration,
            ) if !matches!(numbers, Integers::I128(_) | Integers::U64(_)) => {
                let widest = (i128::MIN / unit.multiplier, i128::MAX / unit.multiplier);
                Limits::Whole(stored_range(widest, *unit, low, high))
            }
            _ => return None,
        };
        Some(Self {
            window,
            part,
            limits,
        })
    }

    /// Narrows the mask of a run of contacts, of which the first stands at `first`, to those whose sum lies within the limits.
    pub(super) fn narrow(
        &self,
        columns: &[Column],
        first: usize,
        mask: &mut [u64],
        matched: &Matched<'_>,
    ) -> usize {
        let Some((column, list, times)) = self.window.events(columns) else {
            // Such a test is not made.
            mask.fill(0);
            return 0;
        };
        let passing = self.window.passing(matched);
        let (from, to) = (self.window.from, self.window.to);
        let within = |event: usize| {
            let is_within = (times[event] >= from) & (times[event] < to);
            is_within
                && self.part.is_valid(event)
                && passing.is_none_or(|passing| passing.has(event))
        };
        let events = |row: usize| match events_of(column, list, first + row, 0) {
            Some((start, end)) if end - start > MANY => {
                start + search(&times[start..end], from)..end
            }
            Some((start, end)) => start..end,
            None => 0..0,
        };
        match (&self.part.values, &self.limits) {
            (Values::F64(stored), Limits::Floats { low, high }) => ask(mask, |row| {
                let events = events(row);
                let (mut sum, mut size) = (0.0f64, 0.0f64);
                for event in events.clone() {
                    let float = if within(event) { stored[event] } else { 0.0 };
                    let float = if float.is_finite() { float } else { 0.0 };
                    sum += float;
                    size += float.abs();
                }
                // What rounding can have changed, and more.
                let doubt = size * (events.len() as f64) * f64::EPSILON;
                let is_clear = |edge: &Option<(FloatEdge, bool)>| {
                    edge.is_none_or(|(edge, _)| (sum - edge.nearest).abs() > doubt)
                };
                let sum = if size.is_finite() && is_clear(low) && is_clear(high) {
                    sum
                } else {
                    let floats = events.filter(|event| within(*event));
                    exactly(floats.map(|event| stored[event]))
                };
                is_beyond(low, sum, Ordering::Greater) && is_beyond(high, sum, Ordering::Less)
            }),
            (Values::Integers(stored, _), Limits::Whole(Some((low, high)))) => {
                each_integer!(stored, stored => ask(mask, |row| {
                    let numbers = events(row).map(|event| match within(event) {
                        #[allow(clippy::unnecessary_cast, reason = "one of the widths is that of the sum")]
                        true => stored[event] as i128,
                        false => 0,
                    });
                    (*low..=*high).contains(&numbers.sum::<i128>())
                }))
            }
            _ => {
                mask.fill(0);
                0
            }
        }
    }
}

/// The sum, rounded once; NaN where it is none.
fn exactly(floats: impl Iterator<Item = f64> + Clone) -> f64 {
    let floats = floats.filter(|float| float.is_finite());
    exact_sum(floats.clone()).unwrap_or_else(|| {
        let of = |float| Float::new(float).map_or(Constant::Missing, Constant::Float);
        let values = floats.map(of).collect();
        match Aggregate::Sum.work_out(values, &Type::Number(NumberKind::Float)) {
            Constant::Float(sum) => sum.get(),
            _ => f64::NAN,
        }
    })
}

/// Whether a sum is known and lies on that side of an edge.
fn is_beyond(edge: &Option<(FloatEdge, bool)>, sum: f64, side: Ordering) -> bool {
    match edge {
        None => !sum.is_nan(),
        Some((edge, inclusive)) => match edge.order(sum) {
            Some(Ordering::Equal) => *inclusive,
            order => order == Some(side),
        },
    }
}

/// The value that a condition bounds, and the bounds, which are the same for every contact.
fn edges(bound: &BoundPlan, condition: ConditionId) -> Option<(ValueId, Edge<'_>, Edge<'_>)> {
    match bound.plan.graph.condition(condition) {
        Condition::Compare {
            comparison,
            left,
            right,
        } => {
            let inclusive = *comparison != Comparison::Less;
            match (constant(bound, *left), constant(bound, *right)) {
                (None, Some(number)) => {
                    let low = (*comparison == Comparison::Equal).then_some((number, true));
                    Some((*left, low, Some((number, inclusive))))
                }
                (Some(number), None) => {
                    let high = (*comparison == Comparison::Equal).then_some((number, true));
                    Some((*right, Some((number, inclusive)), high))
                }
                _ => None,
            }
        }
        Condition::Range { value, low, high } => {
            let edge = |edge: &Option<crate::ir::Bound>| match edge {
                None => Some(None),
                Some(edge) => Some(Some((constant(bound, edge.value)?, edge.inclusive))),
            };
            Some((*value, edge(low)?, edge(high)?))
        }
        _ => None,
    }
}
