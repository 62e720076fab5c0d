//! Tests of the events of contacts; and among them how many events of a stream a contact has in a window, against a number: for each contact a look at one or two times, since the events of a
//! contact lie in the order of theirs.

use super::chain::ChainTest;
use super::measures::MeasuresTest;
use super::sums::SumTest;
use super::window::{Window, events_of, reaching};
use crate::execute::column::{Column, List, search};
use crate::execute::leaf::ask;
use crate::execute::matched::Matched;
use crate::ir::{Comparison, Condition, ConditionId, NodeRef, Value, ValueId};
use crate::plan::{BoundPlan, Fold};

/// Fewer contacts of a word are looked at one by one.
const FEW: u32 = 12;

/// A test of the events of a contact.
#[derive(Clone, Debug)]
pub(in crate::execute) enum EventsTest {
    InWindow(WindowTest),
    Sum(Box<SumTest>),
    Chain(ChainTest),
    Measures(Box<MeasuresTest>),
}

/// A test of the number of events in a window.
#[derive(Clone, Debug)]
pub(in crate::execute) struct WindowTest {
    window: Window,
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
        if let Some(sum) = SumTest::new(bound, condition, columns) {
            return Some(EventsTest::Sum(Box::new(sum)));
        }
        Self::of_number(bound, condition, columns).or_else(|| {
            let measures = MeasuresTest::new(bound, condition, columns)?;
            Some(EventsTest::Measures(Box::new(measures)))
        })
    }

    fn of_number(bound: &BoundPlan, condition: ConditionId, columns: &[Column]) -> Option<Self> {
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
            EventsTest::Sum(test) => test.narrow(columns, first, mask, matched),
            EventsTest::Chain(test) => test.narrow(columns, first, mask, matched),
            EventsTest::Measures(test) => test.narrow(columns, first, mask, matched),
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
        Some(Self {
            window: Window::new(bound, fold, columns)?,
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
        let Some((column, list, numbers)) = self.window.events(columns) else {
            return ask(mask, |_| self.least == 0);
        };
        let passing = || self.window.passing(matched);
        let (least, most) = (self.least as usize, self.most as usize);
        if self.most == u32::MAX && least > 0 {
            // Those who have too few events have too few that pass.
            let live = self.narrow_by_last(column, list, numbers, first, mask);
            if live == 0 {
                return 0;
            }
            return match passing() {
                Some(passing) => ask(mask, |row| {
                    let Some((start, end)) = events_of(column, list, first + row, least) else {
                        return false;
                    };
                    let end = self.window.end(numbers, start, end);
                    let event = passing.nth_last(start, end, least);
                    event.is_some_and(|event| numbers[event] >= self.window.from)
                }),
                None => live,
            };
        }
        let passing = passing();
        ask(mask, |row| {
            let Some((start, end)) = events_of(column, list, first + row, least) else {
                return false;
            };
            let end = self.window.end(numbers, start, end);
            let start = start + search(&numbers[start..end], self.window.from);
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
            let end = self.window.end(numbers, start, end);
            end - start >= least && numbers[end - least] >= self.window.from
        };
        let is_any_late = list.latest(numbers) >= self.window.to;
        let mut live = 0;
        for (place, word) in mask.iter_mut().enumerate() {
            let base = first + place * 64;
            if word.count_ones() < FEW {
                live += ask(std::slice::from_mut(word), |row| has(base + row));
                continue;
            }
            let from = (least, self.window.from);
            let passing = reaching(column, list, numbers, from, base);
            let mut late = 0;
            if is_any_late {
                late = *word & reaching(column, list, numbers, (1, self.window.to), base);
            }
            let mut again = late;
            ask(std::slice::from_mut(&mut again), |row| has(base + row));
            *word &= passing & !late | again;
            live += usize::from(*word != 0);
        }
        live
    }
}

/// The number that a value is for every contact; none where it is no whole number that fits.
fn whole(bound: &BoundPlan, value: ValueId) -> Option<i64> {
    bound.constant(value)?.whole_number()
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
