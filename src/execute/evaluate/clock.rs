//! What the clock of a zone shows at the times of many contacts: offsets are looked up once for a stretch of time, and what is read from a day or an hour once for
//! each of them.

use super::lanes::Lanes;
use super::read::Read;
use super::vector::Vectors;
use crate::functions::{self, ClockPart, Context};
use crate::ir::{Value, ValueId};
use crate::types::calendar::{self, Period};
use crate::types::{Constant, Type};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::borrow::Cow;

pub(super) const SECOND_NANOSECONDS: i64 = 1_000_000_000;
pub(super) const DAY_SECONDS: i64 = 86_400;
/// Times of a zone that turns its clock more often between the first and the last are worked out one by one.
const MOST_OFFSETS: usize = 1 << 10;
/// So are those of so many days.
const MOST_DAYS: i64 = 1 << 16;

impl Vectors<'_> {
    /// A call that reads from the clock; none where it is another, or the times are not laid out for it.
    pub(super) fn read_from_clock(&self, call: ValueId) -> Option<Read> {
        let graph = &self.rows.bound.plan.graph;
        let Value::Call {
            function,
            arguments,
        } = graph.value(call)
        else {
            return None;
        };
        let part = functions::clock_part(*function)?;
        let (of, zone) = match arguments[..] {
            [of] => (of, None),
            [of, zone] => (of, Some(zone)),
            _ => return None,
        };
        let is_date = *graph.type_of(of) == Type::Date;
        let units = match is_date {
            true => days(&self.value(of))?,
            false => {
                let seconds = self.local_seconds(of, zone)?;
                let unit = |second: i64| unit_of(part, second);
                let seconds = seconds.into_iter();
                seconds.map(|second| second.map(unit)).collect()
            }
        };
        let context = Context {
            now: 0,
            zone: &TimeZone::UTC,
        };
        read_each(&units, |unit| {
            let one = match is_date {
                true => Constant::Date(unit),
                false => {
                    let nanoseconds = i128::from(SECOND_NANOSECONDS * unit_seconds(part));
                    Constant::Time(i128::from(unit) * nanoseconds)
                }
            };
            functions::evaluate(*function, &[one], &context)
        })
    }

    /// The days that times lie in.
    pub(super) fn dates(&self, time: ValueId, zone: Option<ValueId>) -> Option<Lanes> {
        let seconds = self.local_seconds(time, zone)?;
        // Seconds of as many nanoseconds as there are numbers of 64 bits lie in the calendar.
        let day = |second: Option<i64>| second.map(|second| second.div_euclid(DAY_SECONDS));
        Some(Lanes::of_days(seconds.into_iter().map(day)))
    }

    /// The first days of the periods that dates lie in.
    pub(super) fn starts(&self, date: ValueId, period: Period) -> Option<Lanes> {
        let days = days(&self.value(date))?;
        let read = read_each(&days, |day| {
            calendar::start_of(day, period).map_or(Constant::Missing, Constant::Date)
        })?;
        Some(read.lanes(&Type::Date))
    }

    /// What the clock shows, in seconds since the epoch as if it were that of UTC; none of a time that is missing. None where zones differ, or times are too
    /// far apart.
    fn local_seconds(&self, time: ValueId, zone: Option<ValueId>) -> Option<Vec<Option<i64>>> {
        let plan = &*self.rows.bound.plan;
        let zone = match zone.map(|zone| self.value(zone)) {
            None => Cow::Borrowed(&plan.zone),
            Some(Lanes::Same(Constant::Text(name))) => Cow::Owned(calendar::zone_named(&name)?),
            Some(_) => return None,
        };
        let Lanes::Whole {
            numbers,
            known,
            divisor: 1,
        } = self.value(time)
        else {
            return None;
        };
        let mut seconds = Vec::with_capacity(numbers.len());
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for (number, known) in numbers.iter().zip(&known) {
            seconds.push(match known {
                false => None,
                true => {
                    let second = i64::try_from(*number).ok()?.div_euclid(SECOND_NANOSECONDS);
                    (low, high) = (low.min(second), high.max(second));
                    Some(second)
                }
            });
        }
        if low > high {
            return Some(seconds);
        }
        let offsets = Offsets::between(&zone, low, high)?;
        let mut at = 0;
        for second in seconds.iter_mut().flatten() {
            *second += offsets.of(*second, &mut at);
        }
        Some(seconds)
    }
}

/// How many seconds a part is long.
pub(super) fn unit_seconds(part: ClockPart) -> i64 {
    match part {
        ClockPart::Day => DAY_SECONDS,
        ClockPart::Hour => 3600,
        ClockPart::Minute => 60,
    }
}

/// The day, or the hour or the minute of whichever day, in which a second lies.
#[inline]
pub(super) fn unit_of(part: ClockPart, second: i64) -> i64 {
    match part {
        ClockPart::Day => second.div_euclid(DAY_SECONDS),
        ClockPart::Hour => second.rem_euclid(DAY_SECONDS) / 3600,
        ClockPart::Minute => second.rem_euclid(DAY_SECONDS) / 60,
    }
}

/// How far the clock of a zone is ahead of UTC over a stretch of time.
#[derive(Debug)]
pub(super) struct Offsets {
    /// The second from which each offset holds, and the offset in seconds. The first holds before as well.
    from: Vec<(i64, i64)>,
}

impl Offsets {
    pub(super) fn between(zone: &TimeZone, low: i64, high: i64) -> Option<Self> {
        let first = Timestamp::from_second(low).ok()?;
        let mut from = vec![(low, i64::from(zone.to_offset(first).seconds()))];
        for turn in zone.following(first) {
            let second = turn.timestamp().as_second();
            if second > high {
                break;
            }
            if from.len() == MOST_OFFSETS {
                return None;
            }
            from.push((second, turn.offset().seconds().into()));
        }
        Some(Self { from })
    }

    /// A second at which the clock shows this; none where it leaves it out.
    pub(super) fn back(&self, shown: i64) -> Option<i64> {
        let before = shown - self.of(shown, &mut 0);
        let guesses = [before, shown - self.of(before, &mut 0)];
        let shows = |second: i64| second + self.of(second, &mut 0);
        guesses.into_iter().find(|guess| shows(*guess) == shown)
    }

    /// The offset at a second; `at` is the place of the one that was found before, which is mostly the same.
    #[inline]
    pub(super) fn of(&self, second: i64, at: &mut usize) -> i64 {
        let holds = |place: usize| {
            let next = self.from.get(place + 1);
            (place == 0 || self.from[place].0 <= second) && next.is_none_or(|next| second < next.0)
        };
        if !holds(*at) {
            let behind = self.from.partition_point(|(from, _)| *from <= second);
            *at = behind.saturating_sub(1);
        }
        self.from[*at].1
    }
}

/// Dates as they are stored in lanes.
fn days(lanes: &Lanes) -> Option<Vec<Option<i64>>> {
    let Lanes::Whole {
        numbers,
        known,
        divisor: 1,
    } = lanes
    else {
        return None;
    };
    let days = numbers.iter().zip(known);
    let day = |(day, known): (&i128, &bool)| match known {
        true => i64::try_from(*day).ok().map(Some),
        false => Some(None),
    };
    days.map(day).collect()
}

/// What is read of units of time, each different one once. None where they are too far apart.
fn read_each(units: &[Option<i64>], read: impl Fn(i64) -> Constant) -> Option<Read> {
    let known = units.iter().flatten();
    let Some(low) = known.clone().min() else {
        return Some(Read::new(vec![0; units.len()], vec![Constant::Missing]));
    };
    let span = known.max()?.checked_sub(*low)?;
    if span >= MOST_DAYS {
        return None;
    }
    let mut readings = vec![Constant::Missing];
    let mut places_of = vec![0u32; span as usize + 1];
    let place = |unit: &Option<i64>| {
        let Some(unit) = unit else {
            return 0;
        };
        let place = &mut places_of[(unit - low) as usize];
        if *place == 0 {
            *place = readings.len() as u32;
            readings.push(read(*unit));
        }
        *place
    };
    let places = units.iter().map(place).collect();
    Some(Read::new(places, readings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_that_the_clock_goes_by() {
        // One that turns by half an hour, one that left out a day, one that was minutes and seconds off, one that never turns.
        for name in [
            "Europe/Brussels",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Africa/Monrovia",
            "UTC",
        ] {
            let zone = calendar::zone_named(name).unwrap();
            let (low, high) = (-30 * 365 * DAY_SECONDS, 60 * 365 * DAY_SECONDS);
            let offsets = Offsets::between(&zone, low, high).unwrap();
            let mut seconds: Vec<i64> = (low..high).step_by(7_654_321).collect();
            for (from, _) in &offsets.from {
                seconds.extend([from - 1, *from, from + 1, from + 3_601]);
            }
            seconds.retain(|second| (low..=high).contains(second));
            assert!(name == "UTC" || offsets.from.len() > 1, "{name}");
            let mut at = 0;
            for second in seconds {
                let nanoseconds = i128::from(second) * i128::from(SECOND_NANOSECONDS);
                let clock = calendar::clock(nanoseconds, &zone).unwrap();
                let local = second + offsets.of(second, &mut at);
                assert_eq!(local.div_euclid(DAY_SECONDS), calendar::days(clock.date()));
                let of_day = i64::from(clock.hour()) * 3600
                    + i64::from(clock.minute()) * 60
                    + i64::from(clock.second());
                assert_eq!(local.rem_euclid(DAY_SECONDS), of_day, "{name} at {second}");
            }
        }
    }

    #[test]
    fn each_unit_is_read_once() {
        let asked = std::cell::RefCell::new(Vec::new());
        let units = [Some(7), None, Some(-3), Some(7), Some(12), Some(-3)];
        let read = read_each(&units, |unit| {
            asked.borrow_mut().push(unit);
            match unit {
                12 => Constant::Missing,
                other => Constant::Date(other),
            }
        });
        let read = read.unwrap();
        assert_eq!(asked.into_inner(), [7, -3, 12]);
        let number = |constant: &Constant| match constant {
            Constant::Date(day) => Some(*day),
            _ => None,
        };
        assert_eq!(
            read.each(number),
            [Some(7), None, Some(-3), Some(7), None, Some(-3)]
        );
        assert!(read_each(&[Some(0), Some(MOST_DAYS)], Constant::Date).is_none());
        let none = read_each(&[None, None], Constant::Date).unwrap();
        assert_eq!(none.each(number), [None, None]);
    }
}
