//! Chains of events, made ready to be followed through the events of one contact after the other.

use super::backward;
use super::walk::{Walk, Walked};
use super::window::{list, reaching, times};
use crate::execute::column::{Column, Integers, Values, each_integer};
use crate::execute::leaf::ask;
use crate::execute::matched::Matched;
use crate::plan::{BoundPlan, Chain, Step};
use crate::types::Constant;

/// Chains of more steps are left to others.
pub(super) const MOST_STEPS: usize = 8;

/// Fewer contacts of a word are looked at one by one.
const FEW: u32 = 12;

/// A test of how many events begin a chain.
#[derive(Clone, Debug)]
pub(in crate::execute) struct ChainTest {
    steps: Box<[StepTest]>,
    least: u32,
    most: u32,
}

/// A step, in stored times.
#[derive(Clone, Debug)]
pub(super) struct StepTest {
    stream: usize,
    matcher: Option<usize>,
    /// The place of the column of the stream, and the part of its records that is the time.
    column: usize,
    time: usize,
    /// Times from the first up to, and without, the second.
    pub(super) from: i64,
    pub(super) to: i64,
    /// An earlier step, and by how much more than its time this one's is at least.
    pub(super) lows: Box<[(usize, i64)]>,
    /// The same, below which it stays.
    pub(super) highs: Box<[(usize, i64)]>,
    pub(super) agreements: Box<[Equal]>,
    pub(super) is_absent: bool,
    /// The first event that fits serves as well as any other: later steps only ask to come after it.
    pub(super) is_first_best: bool,
    /// From a later event of the first step on, this one is looked for no earlier than from an earlier one.
    pub(super) is_monotone: bool,
}

/// Parts that are equal.
#[derive(Clone, Debug)]
pub(super) struct Equal {
    pub(super) step: usize,
    earlier: Column,
    own: Column,
}

impl ChainTest {
    /// None where something is stored so that steps cannot be compared as they are.
    pub(in crate::execute) fn new(
        bound: &BoundPlan,
        chain: &Chain,
        columns: &[Column],
        least: u32,
        most: u32,
    ) -> Option<Self> {
        if chain.steps.len() > MOST_STEPS {
            return None;
        }
        let mut steps: Vec<StepTest> = Vec::new();
        for step in &chain.steps {
            steps.push(StepTest::new(bound, step, &steps, columns)?);
        }
        // All times are stored in one unit.
        let unit = |step: &StepTest| {
            let found = times(list(&columns[step.column])?, step.time)?;
            Some(found.1.multiplier)
        };
        let units: Vec<Option<i128>> = steps.iter().map(unit).collect();
        let is_same = units.iter().all(|unit| unit.is_some() && *unit == units[0]);
        for place in 0..steps.len() {
            let of = |(step, _): &(usize, i64)| *step == place;
            let asks_for_more = |later: &StepTest| {
                later.highs.iter().any(of)
                    || later.agreements.iter().any(|equal| equal.step == place)
                    || later.is_absent && later.lows.iter().any(of)
            };
            steps[place].is_first_best = !steps[place + 1..].iter().any(asks_for_more);
        }
        for place in 2..steps.len() {
            let before = &steps[place - 1];
            steps[place].is_monotone =
                before.is_monotone && before.is_first_best && before.agreements.is_empty();
        }
        is_same.then(|| Self {
            steps: steps.into(),
            least,
            most,
        })
    }

    /// Narrows the mask of a run of contacts, of which the first stands at `first`, to those with such a number of chains.
    pub(in crate::execute) fn narrow(
        &self,
        columns: &[Column],
        first: usize,
        mask: &mut [u64],
        matched: &Matched<'_>,
    ) -> usize {
        let walked = self.steps.iter().map(|step| {
            let column = &columns[step.column];
            let lists = list(column)?;
            Some(Walked {
                step,
                column,
                list: lists,
                times: times(lists, step.time)?.0,
                passing: step.matcher.map(|test| matched.passing(step.stream, test)),
            })
        });
        let Some(walked) = walked.collect::<Option<Vec<Walked>>>() else {
            return ask(mask, |_| self.least == 0);
        };
        // More chains than this need no count.
        let enough = match self.most {
            u32::MAX => self.least,
            most => most.saturating_add(1),
        };
        let is_any = (self.least, self.most) == (1, u32::MAX) && backward::serves(&self.steps);
        let mut walk = Walk::new(&walked);
        let mut live = 0;
        for (place, word) in mask.iter_mut().enumerate() {
            let base = first + place * 64;
            if self.least > 0 && word.count_ones() >= FEW {
                // Who has no event late enough for some step has no chain.
                for one in walked.iter().filter(|one| !one.step.is_absent) {
                    *word &= reaching(one.column, one.list, one.times, (1, one.step.from), base);
                }
            }
            live += ask(std::slice::from_mut(word), |row| {
                if is_any {
                    return backward::has_chain(&walked, base + row);
                }
                let number = walk.count(base + row, enough);
                (self.least..=self.most).contains(&number)
            });
        }
        live
    }
}

impl StepTest {
    fn new(
        bound: &BoundPlan,
        step: &Step,
        before: &[StepTest],
        columns: &[Column],
    ) -> Option<Self> {
        let plan = &*bound.plan;
        let stream = &plan.folds.streams[step.stream as usize];
        let (column, time) = (stream.column.0 as usize, stream.time as usize);
        let lists = list(&columns[column])?;
        let (_, unit) = times(lists, time)?;
        let stored = |instant: i128, after: bool| {
            let beyond = unit.beyond(instant, after);
            beyond.clamp(i64::MIN.into(), i64::MAX.into()) as i64
        };
        let constant = |value| {
            let parameter = plan.parameter(value)?;
            Some(&bound.parameters[parameter.0 as usize])
        };
        let (mut from, mut to) = (i64::MIN, i64::MAX);
        for edge in &step.bounds {
            match constant(edge.value)? {
                Constant::Time(instant) => {
                    let beyond = stored(*instant, edge.is_low != edge.inclusive);
                    if edge.is_low {
                        from = from.max(beyond);
                    } else {
                        to = to.min(beyond);
                    }
                }
                _ => (from, to) = (0, 0),
            }
        }
        for deadline in &step.deadlines {
            match constant(deadline.value)? {
                Constant::Time(instant) => {
                    let latest = instant.checked_sub(deadline.offset)?;
                    to = to.min(stored(latest, deadline.inclusive));
                }
                _ => (from, to) = (0, 0),
            }
        }
        let of = |is_low: bool| {
            let bounds = step.relative.iter().filter(|one| one.is_low == is_low);
            let bound = bounds.map(|one| {
                let edge = stored(one.offset, one.is_low != one.inclusive);
                (one.step as usize, edge)
            });
            bound.collect()
        };
        let equal = |one: &crate::plan::Agreement| {
            let earlier = before.get(one.step as usize)?;
            let part = |column: usize, part: u32| match &list(&columns[column])?.elements.values {
                Values::Record(parts) => parts.get(part as usize).cloned(),
                _ => None,
            };
            Equal::new(
                one.step as usize,
                part(earlier.column, one.part)?,
                part(column, one.own)?,
            )
        };
        Some(Self {
            stream: step.stream as usize,
            matcher: step.matcher.map(|test| test as usize),
            column,
            time,
            from,
            to,
            lows: of(true),
            highs: of(false),
            agreements: step.agreements.iter().map(equal).collect::<Option<_>>()?,
            is_absent: step.is_absent,
            is_first_best: false,
            is_monotone: true,
        })
    }
}

impl Equal {
    /// None where values of the two columns cannot be told equal as they are stored.
    fn new(step: usize, earlier: Column, own: Column) -> Option<Self> {
        let is_text = |values: &Values| matches!(values, Values::Codes(..) | Values::Text(_));
        let can_be = match (&earlier.values, &own.values) {
            (Values::Integers(_, one), Values::Integers(_, other)) => one == other,
            (one, other) => is_text(one) && is_text(other),
        };
        can_be.then_some(Self { step, earlier, own })
    }

    pub(super) fn holds(&self, earlier: usize, own: usize) -> bool {
        if !self.earlier.is_valid(earlier) || !self.own.is_valid(own) {
            return false;
        }
        match (&self.earlier.values, &self.own.values) {
            (Values::Integers(one, _), Values::Integers(other, _)) => {
                number(one, earlier) == number(other, own)
            }
            (one, other) => text(one, earlier) == text(other, own),
        }
    }
}

fn text(values: &Values, row: usize) -> Option<&str> {
    match values {
        Values::Codes(codes, dictionary) => Some(dictionary.texts.get(codes.get(row))),
        Values::Text(texts) => Some(texts.get(row)),
        _ => None,
    }
}

#[allow(
    clippy::unnecessary_cast,
    reason = "one of the widths is that of the result"
)]
fn number(numbers: &Integers, row: usize) -> i128 {
    each_integer!(numbers, numbers => numbers[row] as i128)
}
