//! Following a chain through the events of one contact: from each event of the first step to the next that fits, and back where none does.

use super::chain::{MOST_STEPS, StepTest};
use crate::execute::column::{Column, List, search_in};
use crate::execute::matched::Passing;

/// A step with the columns that it is looked for in.
pub(super) struct Walked<'a> {
    pub(super) step: &'a StepTest,
    pub(super) column: &'a Column,
    pub(super) list: &'a List,
    pub(super) times: &'a [i64],
    pub(super) passing: Option<Passing<'a>>,
}

/// Where each step stands, for one contact.
pub(super) struct Walk<'a> {
    steps: &'a [Walked<'a>],
    places: [Place; MOST_STEPS],
    /// No event of the first step that is earlier than this begins a chain.
    first_after: i64,
}

#[derive(Clone, Copy, Default)]
struct Place {
    /// The events of the contact.
    start: usize,
    end: usize,
    /// The event that is chosen.
    chosen: usize,
    /// The first event that is no earlier than `from`: what is asked for next mostly lies behind it.
    at: usize,
    from: i64,
}

impl<'a> Walk<'a> {
    pub(super) fn new(steps: &'a [Walked<'a>]) -> Self {
        Self {
            steps,
            places: [Place::default(); MOST_STEPS],
            first_after: i64::MIN,
        }
    }

    /// How many events of a contact begin a chain; not counted beyond `enough`.
    pub(super) fn count(&mut self, row: usize, enough: u32) -> u32 {
        for (walked, place) in self.steps.iter().zip(&mut self.places) {
            let (start, end) = walked.events_of(row);
            if start == end && !walked.step.is_absent {
                return 0;
            }
            *place = Place {
                start,
                end,
                chosen: start,
                at: start,
                from: i64::MIN,
            };
        }
        let (first, to) = (&self.steps[0], self.steps[0].step.to);
        self.first_after = i64::MIN;
        let mut number = 0;
        let mut event = self.first_from(0, first.step.from);
        while number < enough && event < self.places[0].end && first.times[event] < to {
            if first.passes(event) {
                self.places[0].chosen = event;
                if self.follows(1) {
                    number += 1;
                } else if first.step.is_first_best {
                    // What came of the first would come of any other.
                    break;
                }
            }
            event += 1;
            if event < self.places[0].end && first.times[event] < self.first_after {
                event = self.first_from(0, self.first_after);
            }
        }
        number
    }

    /// Whether the rest of the chain holds behind the steps that are chosen.
    fn follows(&mut self, place: usize) -> bool {
        let Some(walked) = self.steps.get(place) else {
            return true;
        };
        let step = walked.step;
        let (mut from, mut to) = (step.from, step.to);
        let time = |step: usize| self.steps[step].times[self.places[step].chosen];
        for (step, least) in &step.lows {
            from = from.max(time(*step).saturating_add(*least));
        }
        for (step, end) in &step.highs {
            to = to.min(time(*step).saturating_add(*end));
        }
        let mut event = self.first_from(place, from);
        if step.is_monotone && !step.is_absent {
            self.skip(place, event);
        }
        while event < self.places[place].end && walked.times[event] < to {
            if walked.passes(event) && self.agrees(step, event) {
                if step.is_absent {
                    return false;
                }
                self.places[place].chosen = event;
                if self.follows(place + 1) {
                    return true;
                }
                if step.is_first_best {
                    return false;
                }
            }
            event += 1;
        }
        step.is_absent
    }

    /// Notes what the first event that a step could have asks of the first step: what begins a chain lies so near before it, and nothing does where there
    /// is none. From later events of the first step on, none but later ones can be had.
    fn skip(&mut self, place: usize, event: usize) {
        let step = self.steps[place].step;
        if event == self.places[place].end {
            self.first_after = i64::MAX;
            return;
        }
        let time = self.steps[place].times[event];
        for (of, end) in &step.highs {
            if *of == 0 {
                // It has to stay below the time of the first and `end`.
                self.first_after = self
                    .first_after
                    .max(time.saturating_sub(*end).saturating_add(1));
            }
        }
    }

    /// The first event of a step that is no earlier than `from`.
    fn first_from(&mut self, step: usize, from: i64) -> usize {
        let place = &mut self.places[step];
        if from < place.from {
            place.at = place.start;
        }
        place.at = search_in(self.steps[step].times, place.at, place.end, from);
        place.from = from;
        place.at
    }

    /// Whether an event agrees with the steps before it.
    fn agrees(&self, step: &StepTest, event: usize) -> bool {
        let mut agreements = step.agreements.iter();
        agreements.all(|equal| equal.holds(self.places[equal.step].chosen, event))
    }
}

impl Walked<'_> {
    pub(super) fn events_of(&self, row: usize) -> (usize, usize) {
        match self.column.is_valid(row) {
            true => (
                self.list.starts[row] as usize,
                self.list.starts[row + 1] as usize,
            ),
            false => (0, 0),
        }
    }

    /// Whether an event passes the tests of the step alone.
    pub(super) fn passes(&self, event: usize) -> bool {
        self.passing.is_none_or(|passing| passing.has(event))
    }
}
