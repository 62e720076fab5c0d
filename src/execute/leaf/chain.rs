//! Chains of events, followed through the events of one contact after the other: from each event of the first step to the next that fits, and back
//! where none does.

use super::events::{list, times};
use crate::execute::column::{Column, Integers, List, Values, each_integer};
use crate::execute::leaf::ask;
use crate::execute::matched::{Matched, Passing};
use crate::plan::{BoundPlan, Chain, Step};
use crate::types::Constant;

/// Chains of more steps are left to others.
const MOST_STEPS: usize = 8;

/// A test of how many events begin a chain.
#[derive(Clone, Debug)]
pub(in crate::execute) struct ChainTest {
    steps: Box<[StepTest]>,
    least: u32,
    most: u32,
}

/// A step, in stored times.
#[derive(Clone, Debug)]
struct StepTest {
    stream: usize,
    matcher: Option<usize>,
    /// The place of the column of the stream, and the part of its records that is the time.
    column: usize,
    time: usize,
    /// Times from the first up to, and without, the second.
    from: i64,
    to: i64,
    /// An earlier step, and by how much more than its time this one's is at least.
    lows: Box<[(usize, i64)]>,
    /// The same, below which it stays.
    highs: Box<[(usize, i64)]>,
    agreements: Box<[Equal]>,
    is_absent: bool,
}

/// Parts that are equal.
#[derive(Clone, Debug)]
struct Equal {
    step: usize,
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
        let walks: Option<Vec<Walked>> = self
            .steps
            .iter()
            .map(|step| {
                let column = &columns[step.column];
                let lists = list(column)?;
                Some(Walked {
                    step,
                    column,
                    list: lists,
                    times: times(lists, step.time)?.0,
                    passing: step.matcher.map(|test| matched.passing(step.stream, test)),
                })
            })
            .collect();
        let Some(walks) = walks else {
            return ask(mask, |_| self.least == 0);
        };
        let most = if self.most == u32::MAX {
            self.least
        } else {
            self.most.saturating_add(1)
        };
        ask(mask, |row| {
            let row = first + row;
            let (start, end) = walks[0].events_of(row);
            let mut chosen = [0; MOST_STEPS];
            let mut number = 0;
            for event in walks[0].within(start, end, &chosen, &walks) {
                if number >= most {
                    break;
                }
                if walks[0].fits(event, &chosen) {
                    chosen[0] = event;
                    number += u32::from(follows(&walks, 1, row, &mut chosen));
                }
            }
            (self.least..=self.most).contains(&number)
        })
    }
}

/// A step with the columns that it is looked for in.
struct Walked<'a> {
    step: &'a StepTest,
    column: &'a Column,
    list: &'a List,
    times: &'a [i64],
    passing: Option<Passing<'a>>,
}

/// Whether the rest of the chain holds behind the steps that are chosen.
fn follows(
    walks: &[Walked<'_>],
    place: usize,
    row: usize,
    chosen: &mut [usize; MOST_STEPS],
) -> bool {
    let Some(walked) = walks.get(place) else {
        return true;
    };
    let (start, end) = walked.events_of(row);
    for event in walked.within(start, end, chosen, walks) {
        if !walked.fits(event, chosen) {
            continue;
        }
        if walked.step.is_absent {
            return false;
        }
        chosen[place] = event;
        if follows(walks, place + 1, row, chosen) {
            return true;
        }
    }
    walked.step.is_absent
}

impl Walked<'_> {
    fn events_of(&self, row: usize) -> (usize, usize) {
        match self.column.is_valid(row) {
            true => (
                self.list.starts[row] as usize,
                self.list.starts[row + 1] as usize,
            ),
            false => (0, 0),
        }
    }

    /// The events within the bounds of the step.
    fn within(
        &self,
        start: usize,
        end: usize,
        chosen: &[usize; MOST_STEPS],
        walks: &[Walked<'_>],
    ) -> std::ops::Range<usize> {
        let (mut from, mut to) = (self.step.from, self.step.to);
        let time = |step: usize| walks[step].times[chosen[step]];
        for (step, least) in &self.step.lows {
            from = from.max(time(*step).saturating_add(*least));
        }
        for (step, end) in &self.step.highs {
            to = to.min(time(*step).saturating_add(*end));
        }
        if start == end || from >= to {
            return start..start;
        }
        let events = &self.times[start..end];
        // Few events are looked through sooner than halved.
        let place = |edge: i64| match events.len() {
            0..=8 => events.iter().take_while(|time| **time < edge).count(),
            _ => events.partition_point(|time| *time < edge),
        };
        start + place(from)..start + place(to)
    }

    /// Whether an event passes the tests of the step, and agrees with the steps before it.
    fn fits(&self, event: usize, chosen: &[usize; MOST_STEPS]) -> bool {
        let mut agreements = self.step.agreements.iter();
        self.passing.is_none_or(|passing| passing.has(event))
            && agreements.all(|equal| equal.holds(chosen[equal.step], event))
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

    fn holds(&self, earlier: usize, own: usize) -> bool {
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
