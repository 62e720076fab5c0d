//! Sums of a part of events in a window, against a number.

use super::numbers::{Edge, stored_range};
use super::running::Running;
use super::window::{Window, events_of};
use crate::execute::column::{Column, Integers, List, Values, bits, each_integer, search};
use crate::execute::evaluate::{FloatEdge, exact_sum};
use crate::execute::leaf::ask;
use crate::execute::matched::{Matched, Passing};
use crate::ir::{Comparison, Condition, ConditionId, NodeRef, Value, ValueId};
use crate::plan::BoundPlan;
use crate::types::{Aggregate, Constant, Float, NumberKind, Type};
use std::cmp::Ordering;

/// The events of more than this are halved before they are gone through.
const MANY: usize = 32;
/// Fewer contacts of a word are looked at one by one.
const FEW: u32 = 12;

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
        low: FloatLimit,
        high: FloatLimit,
    },
}

/// A number, and whether the sum may be that.
type FloatLimit = Option<(FloatEdge, bool)>;

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
        let events = Events {
            window: &self.window,
            part: &self.part,
            column,
            list,
            times,
            passing,
        };
        match (&self.part.values, &self.limits) {
            (Values::F64(stored), Limits::Floats { low, high }) => {
                let limits = (low, high);
                match (passing, &self.part.validity) {
                    (None, None) => events.floats(stored, limits, first, mask, |_| true),
                    _ => events.floats(stored, limits, first, mask, |event| events.has(event)),
                }
            }
            (Values::Integers(stored, _), Limits::Whole(Some(limits))) => {
                each_integer!(stored, stored => {
                    #[allow(clippy::unnecessary_cast, reason = "one of the widths is that of the sum")]
                    let number = |event: usize| (stored[event] as i64, stored[event] as i128);
                    match (passing, &self.part.validity) {
                        (None, None) => events.whole(number, *limits, first, mask, |_| true),
                        _ => events.whole(number, *limits, first, mask, |event| events.has(event)),
                    }
                })
            }
            _ => {
                mask.fill(0);
                0
            }
        }
    }
}

/// The events that a sum is made of.
struct Events<'a> {
    window: &'a Window,
    part: &'a Column,
    column: &'a Column,
    list: &'a List,
    times: &'a [i64],
    passing: Option<Passing<'a>>,
}

impl Events<'_> {
    /// Whether an event has a value and passes the test of the events alone.
    #[inline]
    fn has(&self, event: usize) -> bool {
        self.part.is_valid(event) && self.passing.is_none_or(|passing| passing.has(event))
    }

    #[inline]
    fn is_within(&self, event: usize) -> bool {
        (self.times[event] >= self.window.from) & (self.times[event] < self.window.to)
    }

    /// Those of a contact that count.
    fn of(&self, row: usize) -> impl Iterator<Item = usize> + Clone {
        let (start, end) = events_of(self.column, self.list, row, 0).unwrap_or((0, 0));
        let start = match end - start > MANY {
            true => start + search(&self.times[start..end], self.window.from),
            false => start,
        };
        (start..end).filter(|event| self.is_within(*event) && self.has(*event))
    }

    /// Goes through the words of a mask. `together` has the answers for all contacts of one, of which the first stands at the place it is given; it is
    /// called where most of them are asked about and have few events, and may give none. Else `one` answers for one contact.
    fn each_word(
        &self,
        first: usize,
        mask: &mut [u64],
        mut together: impl FnMut(usize, &[u32]) -> Option<u64>,
        one: impl Fn(usize) -> bool,
    ) -> usize {
        let mut live = 0;
        for (place, word) in mask.iter_mut().enumerate() {
            let base = first + place * 64;
            let end = (base + 64).min(self.list.starts.len() - 1);
            let starts = &self.list.starts[base..=end];
            let is_known = self.column.validity.is_none();
            let events = (starts[starts.len() - 1] - starts[0]) as usize;
            let answers = match is_known && word.count_ones() >= FEW && events <= 64 * MANY {
                true => together(base, starts),
                false => None,
            };
            match answers {
                Some(answers) => {
                    *word &= answers;
                    live += usize::from(*word != 0);
                }
                None => live += ask(std::slice::from_mut(word), |row| one(base + row)),
            }
        }
        live
    }

    fn floats(
        &self,
        stored: &[f64],
        (low, high): (&FloatLimit, &FloatLimit),
        first: usize,
        mask: &mut [u64],
        has: impl Fn(usize) -> bool,
    ) -> usize {
        let is_within = |sum: f64| {
            is_beyond(low, sum, Ordering::Greater) && is_beyond(high, sum, Ordering::Less)
        };
        let exact = |row: usize| is_within(exactly(self.of(row).map(|event| stored[event])));
        let mut running = Running::default();
        let together = |base: usize, starts: &[u32]| {
            let (begin, end) = (starts[0] as usize, starts[starts.len() - 1] as usize);
            let times = &self.times[begin..end];
            let (from, to) = (self.window.from, self.window.to);
            let counts =
                |event: usize| (times[event] >= from) & (times[event] < to) & has(begin + event);
            let doubt = running.floats(&stored[begin..end], counts);
            if !doubt.is_finite() {
                return None;
            }
            let (low_edge, high_edge) = (
                nearest(low, f64::NEG_INFINITY),
                nearest(high, f64::INFINITY),
            );
            let (mut passing, mut clear) = (0u64, 0u64);
            for (row, pair) in starts.windows(2).enumerate() {
                let sum = running.between(pair[0] as usize - begin, pair[1] as usize - begin);
                let is_clear = ((sum - low_edge).abs() > doubt) & ((sum - high_edge).abs() > doubt);
                passing |= u64::from((sum > low_edge) & (sum < high_edge)) << row;
                clear |= u64::from(is_clear) << row;
            }
            let mut open = !clear & bits::live(0, starts.len() - 1);
            ask(std::slice::from_mut(&mut open), |row| exact(base + row));
            Some(passing & clear | open)
        };
        self.each_word(first, mask, together, exact)
    }

    fn whole(
        &self,
        number: impl Fn(usize) -> (i64, i128),
        (low, high): (i128, i128),
        first: usize,
        mask: &mut [u64],
        has: impl Fn(usize) -> bool,
    ) -> usize {
        let one = |row: usize| {
            let sum: i128 = self.of(row).map(|event| number(event).1).sum();
            (low..=high).contains(&sum)
        };
        let least = low.max(i64::MIN.into());
        let most = high.min(i64::MAX.into());
        let edges = i64::try_from(least).ok().zip(i64::try_from(most).ok());
        let mut running = Running::default();
        let together = |_: usize, starts: &[u32]| {
            let (begin, end) = (starts[0] as usize, starts[starts.len() - 1] as usize);
            let times = &self.times[begin..end];
            let (from, to) = (self.window.from, self.window.to);
            let counts =
                |event: usize| (times[event] >= from) & (times[event] < to) & has(begin + event);
            if !running.whole(end - begin, |event| number(begin + event).0, counts) {
                return None;
            }
            // A sum that fits lies within no limits beyond.
            let Some((least, most)) = edges else {
                return Some(0);
            };
            let mut passing = 0u64;
            for (row, pair) in starts.windows(2).enumerate() {
                let sum = running.between(pair[0] as usize - begin, pair[1] as usize - begin);
                passing |= u64::from((sum >= least) & (sum <= most)) << row;
            }
            Some(passing)
        };
        self.each_word(first, mask, together, one)
    }
}

/// The number nearest to a limit; `none` where there is no limit.
fn nearest(limit: &FloatLimit, none: f64) -> f64 {
    limit.map_or(none, |(edge, _)| edge.nearest)
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
fn is_beyond(edge: &FloatLimit, sum: f64, side: Ordering) -> bool {
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
            match (bound.constant(*left), bound.constant(*right)) {
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
                Some(edge) => Some(Some((bound.constant(edge.value)?, edge.inclusive))),
            };
            Some((*value, edge(low)?, edge(high)?))
        }
        _ => None,
    }
}
