//! Figures of a contact's events against each other and against numbers: how many there are, the time of the first and of the last, averages and the
//! like of the gaps between them, and sums, differences and multiples of these.
//!
//! All are whole numbers, so they are worked out in 64 bits for up to 64 contacts at one go, as a short program that is the same for all. Contacts whose
//! figures need more bits on the way are worked out from the graph.

mod build;
mod events;
mod gaps;
mod lanes;
mod median;

use super::window::Window;
use crate::execute::column::Column;
use crate::execute::leaf::{ask, live_words};
use crate::execute::matched::Matched;
use crate::ir::{ConditionId, ValueId};
use crate::plan::BoundPlan;
use crate::types::Aggregate;
use build::Builder;
use events::{Looked, Own};
use gaps::Gaps;
use lanes::{Lanes, MOST};

/// A test of figures of events.
#[derive(Clone, Debug)]
pub(in crate::execute) struct MeasuresTest {
    condition: ConditionId,
    windows: Box<[Window]>,
    steps: Box<[Step]>,
    /// The place of the step whose number is tested.
    value: usize,
    low: Option<Limit>,
    high: Option<Limit>,
}

/// What a number is compared with: the place of a step, and whether it may be the same.
#[derive(Clone, Copy, Debug)]
struct Limit {
    step: usize,
    inclusive: bool,
}

/// A number of each contact. Operands are places of steps before it; times and gaps are told in nanoseconds, of which a stored unit has so many.
#[derive(Clone, Debug)]
enum Step {
    /// The same of all; none where it is missing.
    Constant(Option<i64>),
    Count {
        window: usize,
    },
    /// The time of the first event, or of the last.
    Time {
        window: usize,
        is_last: bool,
        unit: i64,
    },
    /// Of the lengths from each event to the next.
    Gaps {
        window: usize,
        function: Aggregate,
        unit: i64,
    },
    Add(usize, usize),
    Subtract(usize, usize),
    /// A fraction of a number, cut down to the whole one below; what it is over is above 0.
    Scale {
        of: usize,
        by: i64,
        over: i64,
    },
}

/// What is kept from word to word.
#[derive(Default)]
struct Memory {
    /// One for each window.
    own: Vec<Own>,
    /// One for each step.
    lanes: Vec<Lanes>,
    gaps: Gaps,
}

impl MeasuresTest {
    /// None where the condition is no such test, or the times are not stored so.
    pub(super) fn new(
        bound: &BoundPlan,
        condition: ConditionId,
        columns: &[Column],
    ) -> Option<Self> {
        let mut builder = Builder::new(bound, columns);
        let (value, low, high) = builder.sides(condition)?;
        let value = builder.step(value)?;
        let mut limit = |side: Option<(ValueId, bool)>| match side {
            None => Some(None),
            Some((value, inclusive)) => {
                let step = builder.step(value)?;
                Some(Some(Limit { step, inclusive }))
            }
        };
        let (low, high) = (limit(low)?, limit(high)?);
        let (windows, steps) = builder.finish()?;
        Some(Self {
            condition,
            windows: windows.into(),
            steps: steps.into(),
            value,
            low,
            high,
        })
    }

    /// Narrows the mask of a run of contacts, of which the first stands at `first`, to those whose figures lie within the limits.
    pub(super) fn narrow(
        &self,
        columns: &[Column],
        first: usize,
        mask: &mut [u64],
        matched: &Matched<'_>,
    ) -> usize {
        let looked = (self.windows.iter()).map(|window| Looked::new(window, columns, matched));
        let looked: Vec<Looked> = looked.collect();
        let mut memory = Memory::default();
        memory.own.resize_with(looked.len(), Own::default);
        memory.lanes.resize_with(self.steps.len(), Lanes::default);
        let mut rows = Vec::with_capacity(MOST);
        let mut beyond = Vec::new();
        let mut live = 0;
        for (place, word) in mask.iter_mut().enumerate() {
            let base = first + place * 64;
            rows.clear();
            each_bit(*word, |row| rows.push(base + row));
            if rows.is_empty() {
                continue;
            }
            let (passing, open) = self.of_lanes(&looked, &rows, &mut memory);
            let bits = rows.iter().enumerate();
            let bits = bits.map(|(lane, row)| (passing >> lane & 1) << (row - base));
            *word = bits.fold(0, |word, bit| word | bit);
            each_bit(open, |lane| beyond.push(rows[lane] - first));
            live += usize::from(*word != 0);
        }
        if beyond.is_empty() {
            return live;
        }
        let rows = beyond.iter().map(|row| first + row).collect();
        for (row, holds) in beyond.iter().zip(matched.holds(self.condition, rows)) {
            mask[row / 64] |= u64::from(holds) << (row % 64);
        }
        live_words(mask)
    }

    /// Which of these contacts lie within the limits; and of which that cannot be said in 64 bits, who are not among the former.
    fn of_lanes(&self, looked: &[Looked<'_>], rows: &[usize], memory: &mut Memory) -> (u64, u64) {
        for (looked, own) in looked.iter().zip(&mut memory.own) {
            own.find(looked, rows);
        }
        let mut open = 0;
        for (place, step) in self.steps.iter().enumerate() {
            let (before, rest) = memory.lanes.split_at_mut(place);
            let lanes = &mut rest[0];
            let events = |window: &usize| memory.own[*window].events(&looked[*window], rows.len());
            open |= match step {
                Step::Constant(number) => lanes.fill(*number),
                Step::Count { window } => lanes.count(events(window)),
                Step::Time {
                    window,
                    is_last,
                    unit,
                } => lanes.time(events(window), *is_last, *unit),
                Step::Gaps {
                    window,
                    function,
                    unit,
                } => memory.gaps.figure(*function, events(window), *unit, lanes),
                Step::Add(left, right) => {
                    lanes.both(&before[*left], &before[*right], i64::overflowing_add)
                }
                Step::Subtract(left, right) => {
                    lanes.both(&before[*left], &before[*right], i64::overflowing_sub)
                }
                Step::Scale { of, by, over } => lanes.scale(&before[*of], *by, *over),
            };
        }
        let value = &memory.lanes[self.value];
        let mut passing = u64::MAX >> (64 - rows.len());
        if let Some(low) = self.low {
            passing &= memory.lanes[low.step].below(value, low.inclusive);
        }
        if let Some(high) = self.high {
            passing &= value.below(&memory.lanes[high.step], high.inclusive);
        }
        let open = open & u64::MAX >> (64 - rows.len());
        (passing & !open, open)
    }
}

/// Calls `look` with the place of each bit that is set.
fn each_bit(word: u64, mut look: impl FnMut(usize)) {
    ask(&mut [word], |bit| {
        look(bit);
        true
    });
}
