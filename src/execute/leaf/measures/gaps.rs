//! Figures of the lengths from each event of a contact to the next.

use super::events::Events;
use super::lanes::{Lanes, MOST};
use super::median::{self, sort_4, sort_8, sort_16};
use crate::types::Aggregate;

/// Memory for what is found out about contacts on the way.
#[derive(Default)]
pub(super) struct Gaps {
    many: Vec<i64>,
    alike: Alike,
}

/// Contacts by how many gaps they have: up to 4, 8 and 16, and more.
struct Alike {
    lanes: [[u8; MOST]; 4],
    numbers: [usize; 4],
}

impl Default for Alike {
    fn default() -> Self {
        Self {
            lanes: [[0; MOST]; 4],
            numbers: [0; 4],
        }
    }
}

impl Gaps {
    /// The figure of the gaps of each contact, in nanoseconds, of which a stored unit has so many. Tells which are beyond 64 bits.
    pub(super) fn figure(
        &mut self,
        function: Aggregate,
        events: Events<'_>,
        unit: i64,
        out: &mut Lanes,
    ) -> u64 {
        // From the first event to the last it is at least as long as any gap, and as the middle two together.
        let room = if function == Aggregate::Median { 2 } else { 1 };
        let beyond = whole(events, unit, room, out);
        match function {
            Aggregate::Average => {
                for (number, (start, end)) in out.numbers.iter_mut().zip(events.spans) {
                    let gaps = end.saturating_sub(*start).max(2) - 1;
                    *number = over(*number as u64, gaps) as i64;
                }
            }
            Aggregate::Median => self.medians(events, unit, out),
            Aggregate::Least => each(events, unit, out, |gaps| gaps.min()),
            Aggregate::Greatest => each(events, unit, out, |gaps| gaps.max()),
            Aggregate::First => each(events, unit, out, |gaps| gaps.next()),
            Aggregate::Last => each(events, unit, out, |gaps| gaps.last()),
            Aggregate::Sum => {
                // The sum of none is 0.
                out.known = u64::MAX;
            }
            Aggregate::Values | Aggregate::Different => out.known = 0,
        }
        beyond
    }

    /// The contacts are gone through by how many gaps they have, so that no branch hangs on that.
    fn medians(&mut self, events: Events<'_>, unit: i64, out: &mut Lanes) {
        let Alike { lanes, numbers } = &mut self.alike;
        numbers.fill(0);
        for (lane, (start, end)) in events.spans.iter().enumerate() {
            let times = end.saturating_sub(*start);
            let like = usize::from(times > 5) + usize::from(times > 9) + usize::from(times > 17);
            lanes[like][numbers[like] & (MOST - 1)] = lane as u8;
            numbers[like] += 1;
        }
        let lanes = |like: usize| {
            lanes[like][..numbers[like]]
                .iter()
                .map(|lane| *lane as usize)
        };
        for lane in lanes(0) {
            out.numbers[lane] = median::of_few(events, lane, unit, sort_4);
        }
        for lane in lanes(1) {
            out.numbers[lane] = median::of_few(events, lane, unit, sort_8);
        }
        for lane in lanes(2) {
            out.numbers[lane] = median::of_few(events, lane, unit, sort_16);
        }
        for lane in lanes(3) {
            out.numbers[lane] = median::of_many(events.of(lane), unit, &mut self.many);
        }
    }
}

/// What is multiplied by for a division by a small number, in units of 2^-64.
const PARTS: [u64; 64] = {
    let mut parts = [u64::MAX; 64];
    let mut number = 1;
    while number < parts.len() {
        parts[number] = u64::MAX / number as u64;
        number += 1;
    }
    parts
};

/// A number below 2^63 over another, cut down to the whole one below.
#[inline]
fn over(number: u64, by: u32) -> u64 {
    let Some(part) = PARTS.get(by as usize) else {
        return number / u64::from(by);
    };
    // The part is too small by less than one unit, so the product is by less than half of 1, and the result by at most 1.
    let result = ((u128::from(number) * u128::from(*part)) >> 64) as u64;
    let rest = number.wrapping_sub(result.wrapping_mul(by.into()));
    result + u64::from(rest >= u64::from(by))
}

/// From the first event to the last; 0 and not known where there is no gap. So many times as long has to fit in 64 bits.
fn whole(events: Events<'_>, unit: i64, room: i64, out: &mut Lanes) -> u64 {
    let mut known = 0;
    let longest = (i64::MAX / room / unit) as u64;
    let is_beyond = |(start, end): &(u32, u32)| {
        let (first, last) = match end.saturating_sub(*start) > 1 {
            true => (*start as usize, *end as usize - 1),
            false => (0, 0),
        };
        // Times are in order, so the length is right without a sign.
        let length = events.times[last].wrapping_sub(events.times[first]);
        (length, length as u64 > longest)
    };
    let mut any = false;
    for (lane, (number, span)) in out.numbers.iter_mut().zip(events.spans).enumerate() {
        let (length, beyond) = is_beyond(span);
        *number = length.wrapping_mul(unit);
        known |= u64::from(span.1.saturating_sub(span.0) > 1) << lane;
        any |= beyond;
    }
    out.known = known;
    if !any {
        return 0;
    }
    let lanes = events.spans.iter().enumerate();
    lanes.fold(0, |bits, (lane, span)| {
        bits | u64::from(is_beyond(span).1) << lane
    })
}

fn each(
    events: Events<'_>,
    unit: i64,
    out: &mut Lanes,
    of: impl Fn(&mut dyn Iterator<Item = i64>) -> Option<i64>,
) {
    for lane in 0..events.spans.len() {
        let pairs = events.of(lane).windows(2);
        let mut gaps = pairs.map(|pair| pair[1].wrapping_sub(pair[0]));
        out.numbers[lane] = of(&mut gaps).unwrap_or(0).wrapping_mul(unit);
    }
}

#[cfg(test)]
mod tests {
    use super::over;

    #[test]
    fn divisions_are_cut_down() {
        for by in 1..200u32 {
            for whole in [
                0,
                1,
                2,
                1000,
                (1 << 62) / u64::from(by),
                ((1 << 63) - 1) / u64::from(by),
            ] {
                let product = whole * u64::from(by);
                assert_eq!(over(product, by), whole, "{product} over {by}");
                assert_eq!(over(product + u64::from(by) - 1, by), whole);
                if let Some(less) = product.checked_sub(1) {
                    assert_eq!(over(less, by), whole - 1);
                }
            }
        }
    }
}
