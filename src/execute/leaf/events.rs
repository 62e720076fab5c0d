//! How many events of a stream a contact has in a window, against a number: for each contact a look at one or two times, since the events of a
//! contact lie in the order of theirs.

use super::chain::ChainTest;
use crate::execute::column::{Column, Integers, List, Unit, Values, search};
use crate::execute::leaf::ask;
use crate::execute::matched::Matched;
use crate::ir::{Comparison, Condition, ConditionId, NodeRef, Value, ValueId};
use crate::plan::{BoundPlan, Fold};
use crate::types::Constant;

/// Fewer contacts of a word are looked at one by one.
const FEW: u32 = 12;

/// A test of the number of events.
#[derive(Clone, Debug)]
pub(in crate::execute) enum EventsTest {
    InWindow(WindowTest),
    Chain(ChainTest),
}

/// A test of the number of events in a window.
#[derive(Clone, Debug)]
pub(in crate::execute) struct WindowTest {
    stream: usize,
    /// The test that the events pass themselves.
    matcher: Option<usize>,
    /// The place of the column of the stream among those of the plan.
    column: usize,
    /// The part of its records that is the time.
    time: usize,
    /// Stored times from the first up to, and without, the second.
    from: i64,
    to: i64,
    /// The number lies from the first to the second.
    least: u32,
    most: u32,
}

impl EventsTest {
    /// None where the condition is no such test, or the times are not stored so.
    pub(in crate::execute) fn new(
        bound: &BoundPlan,
        condition: ConditionId,
        columns: &[Column],
    ) -> Option<Self> {
        let graph = &bound.plan.graph;
        let (node, least, most) = match graph.condition(condition) {
            Condition::Any { .. } => (NodeRef::Condition(condition), 1, u32::MAX),
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let count = |value: ValueId| {
                    matches!(graph.value(value), Value::Count { distinct: None, .. })
                };
                let (counted, number, turned) = match (count(*left), count(*right)) {
                    (true, false) => (*left, *right, false),
                    (false, true) => (*right, *left, true),
                    _ => return None,
                };
                let (least, most) = range(*comparison, whole(bound, number)?, turned)?;
                (NodeRef::Value(counted), least, most)
            }
            Condition::Range { value, low, high } => {
                let Value::Count { distinct: None, .. } = graph.value(*value) else {
                    return None;
                };
                let (mut least, mut most) = (0, u32::MAX);
                if let Some(low) = low {
                    let comparison = match low.inclusive {
                        true => Comparison::LessOrEqual,
                        false => Comparison::Less,
                    };
                    least = range(comparison, whole(bound, low.value)?, true)?.0;
                }
                if let Some(high) = high {
                    let comparison = match high.inclusive {
                        true => Comparison::LessOrEqual,
                        false => Comparison::Less,
                    };
                    most = range(comparison, whole(bound, high.value)?, false)?.1;
                }
                (NodeRef::Value(*value), least, most)
            }
            _ => return None,
        };
        let folds = &bound.plan.folds;
        if let Some(chain) = folds.chain(node) {
            return ChainTest::new(bound, chain, columns, least, most).map(EventsTest::Chain);
        }
        let fold = folds.of(node).filter(|fold| fold.rest.is_none())?;
        WindowTest::new(bound, fold, columns, least, most).map(EventsTest::InWindow)
    }

    /// Narrows the mask of a run of contacts, of which the first stands at `first`, to those with such a number of events.
    pub(in crate::execute) fn narrow(
        &self,
        columns: &[Column],
        first: usize,
        mask: &mut [u64],
        matched: &Matched<'_>,
    ) -> usize {
        match self {
            EventsTest::InWindow(test) => test.narrow(columns, first, mask, matched),
            EventsTest::Chain(test) => test.narrow(columns, first, mask, matched),
        }
    }
}

impl WindowTest {
    fn new(
        bound: &BoundPlan,
        fold: &Fold,
        columns: &[Column],
        least: u32,
        most: u32,
    ) -> Option<Self> {
        let stream = &bound.plan.folds.streams[fold.stream as usize];
        let column = stream.column.0 as usize;
        let (list, time) = (list(&columns[column])?, stream.time as usize);
        let (_, unit) = times(list, time)?;
        let (mut from, mut to) = (i64::MIN, i64::MAX);
        for edge in &fold.bounds {
            let parameter = bound.plan.parameter(edge.value)?;
            let Constant::Time(instant) = bound.parameters[parameter.0 as usize] else {
                // Nothing lies within a bound that is missing.
                (from, to) = (0, 0);
                break;
            };
            let beyond = unit.beyond(instant, edge.is_low != edge.inclusive);
            let beyond = beyond.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
            if edge.is_low {
                from = from.max(beyond);
            } else {
                to = to.min(beyond);
            }
        }
        Some(Self {
            stream: fold.stream as usize,
            matcher: fold.matcher.map(|test| test as usize),
            column,
            time,
            from,
            to,
            least,
            most,
        })
    }

    fn narrow(
        &self,
        columns: &[Column],
        first: usize,
        mask: &mut [u64],
        matched: &Matched<'_>,
    ) -> usize {
        let column = &columns[self.column];
        let found = list(column).and_then(|list| Some((list, times(list, self.time)?)));
        let Some((list, (numbers, _))) = found else {
            // There are no events.
            return ask(mask, |_| self.least == 0);
        };
        if self.from >= self.to || numbers.is_empty() {
            return ask(mask, |_| self.least == 0);
        }
        let passing = self.matcher.map(|test| matched.passing(self.stream, test));
        let (least, most) = (self.least as usize, self.most as usize);
        if passing.is_none() && self.most == u32::MAX && least > 0 {
            return self.narrow_by_last(column, list, numbers, first, mask);
        }
        ask(mask, |row| {
            let Some((start, end)) = events_of(column, list, first + row, least) else {
                return false;
            };
            let end = self.end(numbers, start, end);
            let start = start + search(&numbers[start..end], self.from);
            let number = match &passing {
                Some(passing) => passing.count(start, end),
                None => end - start,
            };
            (least..=most).contains(&number)
        })
    }

    /// Keeps those with so many events or more in the window, which the time of the one so many before its end tells.
    ///
    /// The contacts of a word are looked at without a branch, as if no event came behind the window; those that have such are looked at again.
    fn narrow_by_last(
        &self,
        column: &Column,
        list: &List,
        numbers: &[i64],
        first: usize,
        mask: &mut [u64],
    ) -> usize {
        let least = self.least as usize;
        let has = |row: usize| {
            let Some((start, end)) = events_of(column, list, row, least) else {
                return false;
            };
            let end = self.end(numbers, start, end);
            end - start >= least && numbers[end - least] >= self.from
        };
        let mut live = 0;
        for (place, word) in mask.iter_mut().enumerate() {
            let base = first + place * 64;
            if word.count_ones() < FEW || column.validity.is_some() {
                live += ask(std::slice::from_mut(word), |row| has(base + row));
                continue;
            }
            let rows = (list.starts.len() - 1 - base).min(64);
            let starts = &list.starts[base..=base + rows];
            let (mut passing, mut late) = (0u64, 0u64);
            for row in 0..rows {
                let (start, end) = (starts[row] as usize, starts[row + 1] as usize);
                let is_enough = end >= start + least;
                let (event, last) = match is_enough {
                    true => (end - least, end - 1),
                    false => (0, 0),
                };
                passing |= u64::from(is_enough & (numbers[event] >= self.from)) << row;
                late |= u64::from(is_enough & (numbers[last] >= self.to)) << row;
            }
            let (is_late, mut again) = (late & *word, late & *word);
            ask(std::slice::from_mut(&mut again), |row| has(base + row));
            *word &= passing & !is_late | again;
            live += usize::from(*word != 0);
        }
        live
    }

    /// The end of those of some events that lie before the end of the window; most were before now.
    fn end(&self, numbers: &[i64], start: usize, end: usize) -> usize {
        match numbers[start..end].last() {
            Some(last) if *last >= self.to => start + search(&numbers[start..end], self.to),
            _ => end,
        }
    }
}

/// The events of a contact; none where they are fewer than this.
fn events_of(column: &Column, list: &List, row: usize, least: usize) -> Option<(usize, usize)> {
    let (start, end) = match column.is_valid(row) {
        true => (list.starts[row] as usize, list.starts[row + 1] as usize),
        false => (0, 0),
    };
    (end - start >= least).then_some((start, end))
}

/// The number that a value is for every contact; none where it is no whole number that fits.
fn whole(bound: &BoundPlan, value: ValueId) -> Option<i64> {
    let constant = match bound.plan.parameter(value) {
        Some(parameter) => &bound.parameters[parameter.0 as usize],
        None => match bound.plan.graph.value(value) {
            Value::Constant(constant) => constant,
            _ => return None,
        },
    };
    match constant {
        Constant::Number(number) if number.is_whole() => number.numerator().try_into().ok(),
        _ => None,
    }
}

/// The counts that stand so to a number; `turned` where the number stands first. None where there is none, which is left to others.
fn range(comparison: Comparison, number: i64, turned: bool) -> Option<(u32, u32)> {
    let (least, most) = match (comparison, turned) {
        (Comparison::Equal, _) => (number, number),
        (Comparison::Less, false) => (0, number.checked_sub(1)?),
        (Comparison::LessOrEqual, false) => (0, number),
        (Comparison::Less, true) => (number.checked_add(1)?, i64::MAX),
        (Comparison::LessOrEqual, true) => (number, i64::MAX),
    };
    if most < 0 || least > i64::from(u32::MAX) {
        return None;
    }
    let within = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
    Some((within(least), within(most)))
}

pub(super) fn list(column: &Column) -> Option<&List> {
    match &column.values {
        Values::List(list) => Some(list),
        _ => None,
    }
}

/// The times of the events, all of them known.
pub(super) fn times(list: &List, time: usize) -> Option<(&[i64], Unit)> {
    let Values::Record(parts) = &list.elements.values else {
        return None;
    };
    let times = &parts[time];
    match &times.values {
        Values::Integers(Integers::I64(numbers), unit)
            if times.validity.is_none() && unit.divisor == 1 =>
        {
            Some((numbers, *unit))
        }
        _ => None,
    }
}
