//! The calendar as the reference reads it: of the years -9999 to 9999, what lies outside is missing.

use crate::ir::Period;
use crate::types::CalendarUnit;
use jiff::civil::{Date, date};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp, Zoned};

/// The date that lies so many days after 1970-01-01.
fn date_of_days(days: i64) -> Option<Date> {
    date(1970, 1, 1)
        .checked_add(Span::new().try_days(days).ok()?)
        .ok()
}

fn days_of_date(day: Date) -> i64 {
    let since = day - date(1970, 1, 1);
    i64::from(since.get_days())
}

fn zoned(instant: i128, zone: &TimeZone) -> Option<Zoned> {
    let timestamp = Timestamp::from_nanosecond(instant).ok()?;
    Some(timestamp.to_zoned(zone.clone()))
}

pub fn zone_named(name: &str) -> Option<TimeZone> {
    let zone = TimeZone::get(name).ok()?;
    (!zone.is_unknown()).then_some(zone)
}

/// The first day at or after `from` on which the day of birth comes round: looked for day by day, as in a calendar on the wall.
pub fn anniversary(days: i64, from: i64) -> Option<i64> {
    let (born, from) = (date_of_days(days)?, date_of_days(from)?);
    // No day of a year before the next one of birth counts.
    let mut day = from.max(
        date(born.year(), 1, 1)
            .checked_add(Span::new().years(1))
            .ok()?,
    );
    loop {
        let falls_on_28th = born.month() == 2 && born.day() == 29 && !day.in_leap_year();
        let wanted = if falls_on_28th { 28 } else { born.day() };
        if day.month() == born.month() && day.day() == wanted {
            return Some(days_of_date(day));
        }
        day = day.tomorrow().ok()?;
    }
}

/// The day cut to the month's length.
fn moved(day: Date, count: i64, unit: CalendarUnit) -> Option<Date> {
    let span = match unit {
        CalendarUnit::Day => Span::new().try_days(count),
        CalendarUnit::Month => Span::new().try_months(count),
    };
    day.checked_add(span.ok()?).ok()
}

pub fn move_date(days: i64, count: i64, unit: CalendarUnit) -> Option<i64> {
    Some(days_of_date(moved(date_of_days(days)?, count, unit)?))
}

/// The clock's reading moved to another day and read there anew: skipped by the clock, as much later; there twice, the first.
pub fn move_time(instant: i128, count: i64, unit: CalendarUnit, zone: &TimeZone) -> Option<i128> {
    let reading = zoned(instant, zone)?.datetime();
    if count == 0 {
        // Nothing is moved, so nothing is read anew: the second 02:30 of a night stays the second.
        return Some(instant);
    }
    let there = moved(reading.date(), count, unit)?.to_datetime(reading.time());
    Some(zone.to_timestamp(there).ok()?.as_nanosecond())
}

pub fn day_of_time(instant: i128, zone: &TimeZone) -> Option<i64> {
    Some(days_of_date(zoned(instant, zone)?.date()))
}

/// The first instant of the day; not at midnight where the clock skips it; of a day that the clock skips, the first instant behind it.
pub fn midnight(days: i64, zone: &TimeZone) -> Option<i128> {
    let day = date_of_days(days)?;
    let midnight = zone.to_ambiguous_timestamp(day.to_datetime(jiff::civil::Time::midnight()));
    let is_skipped = matches!(midnight.offset(), AmbiguousOffset::Gap { .. });
    let mut first = midnight.compatible().ok()?;
    // As much later than a midnight that is not there may lie well inside the day: back, second by second, to where it began.
    if is_skipped {
        loop {
            let before = first.checked_sub(Span::new().seconds(1)).ok()?;
            if zone.to_datetime(before).date() < day {
                break;
            }
            first = before;
        }
    }
    Some(first.as_nanosecond())
}

pub fn start_of(days: i64, period: Period) -> Option<i64> {
    let day = date_of_days(days)?;
    let start = match period {
        Period::Week => {
            let past_monday = day.weekday().to_monday_zero_offset();
            day.checked_sub(Span::new().days(past_monday)).ok()?
        }
        Period::Month => day.first_of_month(),
        Period::Quarter => date(day.year(), (day.month() - 1) / 3 * 3 + 1, 1),
        Period::Year => day.first_of_year(),
    };
    Some(days_of_date(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> i128 {
        text.parse::<Timestamp>().unwrap().as_nanosecond()
    }

    fn days(year: i16, month: i8, day: i8) -> i64 {
        days_of_date(date(year, month, day))
    }

    #[test]
    fn months_are_cut_to_their_length() {
        let by_months =
            |from, count| move_date(from, count, CalendarUnit::Month).expect("in range");
        assert_eq!(by_months(days(2026, 3, 31), -1), days(2026, 2, 28));
        assert_eq!(by_months(days(2024, 1, 31), 1), days(2024, 2, 29));
        assert_eq!(by_months(days(2024, 2, 29), 12), days(2025, 2, 28));
        assert_eq!(move_date(days(9999, 12, 1), 1, CalendarUnit::Month), None);
        assert_eq!(move_date(i64::MAX, 0, CalendarUnit::Day), None);
    }

    #[test]
    fn the_clock_is_read_anew_on_the_other_day() {
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        let by_days = |from: &str, count| {
            move_time(instant(from), count, CalendarUnit::Day, &zone).expect("in range")
        };
        // On 29 March 2026 the clock goes from 02:00 to 03:00: 02:30 is not there, so 03:30 (+02:00).
        assert_eq!(
            by_days("2026-03-28T02:30+01:00", 1),
            instant("2026-03-29T03:30+02:00")
        );
        // On 25 October 2026 02:30 is there twice: the first, still in summer time.
        assert_eq!(
            by_days("2026-10-24T02:30+02:00", 1),
            instant("2026-10-25T02:30+02:00")
        );
        assert_eq!(
            by_days("2026-10-26T02:30+01:00", -1),
            instant("2026-10-25T02:30+02:00")
        );
        assert_eq!(
            midnight(days(2026, 3, 30), &zone).unwrap()
                - midnight(days(2026, 3, 29), &zone).unwrap(),
            23 * 3_600_000_000_000
        );
        // At Toronto the clock went from 23:30 of 30 March 1919 to 00:30 of the 31st, which began with that.
        let toronto = TimeZone::get("America/Toronto").unwrap();
        assert_eq!(
            midnight(days(1919, 3, 31), &toronto),
            Some(instant("1919-03-31T00:30-04:00"))
        );
        assert_eq!(
            day_of_time(instant("2026-11-21T23:30Z"), &zone),
            Some(days(2026, 11, 22))
        );
    }

    #[test]
    fn periods_begin_with_their_first_day() {
        let sunday = days(2026, 11, 22);
        assert_eq!(start_of(sunday, Period::Week), Some(days(2026, 11, 16)));
        assert_eq!(start_of(sunday, Period::Month), Some(days(2026, 11, 1)));
        assert_eq!(start_of(sunday, Period::Quarter), Some(days(2026, 10, 1)));
        assert_eq!(start_of(sunday, Period::Year), Some(days(2026, 1, 1)));
        assert_eq!(
            start_of(days(2026, 1, 1), Period::Week),
            Some(days(2025, 12, 29)),
            "the ISO week of New Year began in the year before"
        );
    }
}
