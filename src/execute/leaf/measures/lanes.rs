//! Numbers of up to 64 contacts side by side. What is worked out tells which of them are beyond 64 bits, whatever stands there then.

use super::events::Events;

/// So many contacts are worked out together.
pub(super) const MOST: usize = 64;

/// A number for each contact.
pub(super) struct Lanes {
    pub(super) numbers: [i64; MOST],
    /// A bit for each: its number is known. Anything stands where it is not.
    pub(super) known: u64,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            numbers: [0; MOST],
            known: 0,
        }
    }
}

impl Lanes {
    pub(super) fn fill(&mut self, number: Option<i64>) -> u64 {
        self.numbers.fill(number.unwrap_or(0));
        self.known = if number.is_some() { u64::MAX } else { 0 };
        0
    }

    /// How many events there are.
    pub(super) fn count(&mut self, events: Events<'_>) -> u64 {
        for (number, (start, end)) in self.numbers.iter_mut().zip(events.spans) {
            *number = i64::from(*end) - i64::from(*start);
        }
        self.known = u64::MAX;
        0
    }

    /// When the first event was, or the last.
    pub(super) fn time(&mut self, events: Events<'_>, is_last: bool, unit: i64) -> u64 {
        let (mut known, mut beyond) = (0, 0);
        for (lane, (number, (start, end))) in self.numbers.iter_mut().zip(events.spans).enumerate()
        {
            let has_one = start < end;
            let event = match (has_one, is_last) {
                (true, true) => *end - 1,
                (true, false) => *start,
                (false, _) => 0,
            };
            let (time, is_beyond) = events.times[event as usize].overflowing_mul(unit);
            *number = time;
            known |= u64::from(has_one) << lane;
            beyond |= u64::from(is_beyond) << lane;
        }
        self.known = known;
        beyond & known
    }

    pub(super) fn both(
        &mut self,
        left: &Lanes,
        right: &Lanes,
        of: impl Fn(i64, i64) -> (i64, bool),
    ) -> u64 {
        let both = || left.numbers.iter().zip(&right.numbers);
        let mut any = false;
        for (number, (left, right)) in self.numbers.iter_mut().zip(both()) {
            let (result, is_beyond) = of(*left, *right);
            *number = result;
            any |= is_beyond;
        }
        self.known = left.known & right.known;
        if !any {
            return 0;
        }
        // Which ones are beyond is only asked where one is.
        let beyond = both().enumerate().fold(0, |bits, (lane, (left, right))| {
            bits | u64::from(of(*left, *right).1) << lane
        });
        beyond & self.known
    }

    /// A fraction of the numbers, cut down to the whole one below.
    pub(super) fn scale(&mut self, of: &Lanes, by: i64, over: i64) -> u64 {
        if over == 1 {
            return self.both(of, of, |number, _| number.overflowing_mul(by));
        }
        self.both(of, of, |number, _| {
            let scaled = (i128::from(number) * i128::from(by)).div_euclid(over.into());
            (scaled as i64, i64::try_from(scaled).is_err())
        })
    }

    /// Whose number is below the other's, or is it where that does as well; both are known.
    pub(super) fn below(&self, other: &Lanes, inclusive: bool) -> u64 {
        let mut below = 0;
        for (lane, (number, other)) in self.numbers.iter().zip(&other.numbers).enumerate() {
            let is_below = (number < other) | ((number == other) & inclusive);
            below |= u64::from(is_below) << lane;
        }
        below & self.known & other.known
    }
}
