//! Whether a contact has a chain at all, told from its last step backwards.
//!
//! Where bounds from above stand at the last step alone, the latest events before each of its events serve best: whatever chain ends there, one of the
//! latest events does. Each step is then found at one go, without trying any other.

use super::chain::{MOST_STEPS, StepTest};
use super::walk::Walked;
use crate::execute::column::search_in;

/// Whether chains of these steps can be told so: each comes no earlier than the one before.
pub(super) fn serves(steps: &[StepTest]) -> bool {
    let follows = |place: usize| {
        let mut lows = steps[place].lows.iter();
        let is_before = |(of, least): &(usize, i64)| *of + 1 == place && *least >= 0;
        !steps[place].lows.is_empty() && lows.all(is_before)
    };
    let is_plain = |step: &StepTest| !step.is_absent && step.agreements.is_empty();
    steps.iter().all(is_plain)
        && (1..steps.len()).all(follows)
        && (steps.split_last())
            .is_some_and(|(_, before)| before.iter().all(|step| step.highs.is_empty()))
}

/// Whether a contact has such a chain.
pub(super) fn has_chain(steps: &[Walked<'_>], row: usize) -> bool {
    let Some((last, before)) = steps.split_last() else {
        return false;
    };
    let mut events = [(0, 0); MOST_STEPS];
    for (events, walked) in events.iter_mut().zip(steps) {
        *events = walked.events_of(row);
    }
    let (start, end) = events[before.len()];
    (start..end).rev().any(|event| {
        let time = last.times[event];
        let is_within = (time >= last.step.from) & (time < last.step.to);
        is_within && last.passes(event) && leads_to(steps, &events, time)
    })
}

/// Whether a chain ends with an event of the last step at this time.
fn leads_to(steps: &[Walked<'_>], events: &[(usize, usize); MOST_STEPS], time: i64) -> bool {
    let Some((last, before)) = steps.split_last() else {
        return false;
    };
    let (mut chosen, mut lows) = (time, &last.step.lows);
    for (place, walked) in before.iter().enumerate().rev() {
        // The first time that is too late.
        let mut end = walked.step.to;
        for (_, least) in lows {
            let Some(latest) = chosen.checked_sub(*least) else {
                return false;
            };
            end = end.min(latest.saturating_add(1));
        }
        let Some(found) = walked.latest(events[place], end) else {
            return false;
        };
        // What comes before this one would lie no nearer to the end.
        let mut highs = last.step.highs.iter();
        if highs.any(|(of, end)| *of <= place && time >= found.saturating_add(*end)) {
            return false;
        }
        (chosen, lows) = (found, &walked.step.lows);
    }
    true
}

impl Walked<'_> {
    /// The time of the latest of these events that passes and is earlier than `end`, where it is not too early.
    fn latest(&self, (start, behind): (usize, usize), end: i64) -> Option<i64> {
        let mut behind = search_in(self.times, start, behind, end);
        while behind > start {
            let time = self.times[behind - 1];
            if time < self.step.from {
                return None;
            }
            if self.passes(behind - 1) {
                return Some(time);
            }
            behind -= 1;
        }
        None
    }
}
