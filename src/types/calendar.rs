//! The calendar: moving dates and times along it, first instants of days, first days of periods, age.
//!
//! Dates are days and times are nanoseconds since 1970-01-01 (in UTC). Every function gives none for what lies outside the calendar's
//! range, the years -9999 to 9999; to the language that is a missing value. The rules, from the language reference:
//! the day of the month is cut to the month's length; a clock reading that the zone skips means as much later, one that it has
//! twice means the first.

use super::CalendarUnit;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The periods that begin on a day of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// The ISO week, from Monday.
    Week,
    Month,
    Quarter,
    Year,
}

/// The first and the last year of the calendar.
const FIRST_YEAR: i64 = -9999;
const LAST_YEAR: i64 = 9999;

/// A day by its year, month (1 to 12) and day of the month (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Civil {
    year: i64,
    month: i64,
    day: i64,
}

/// The day of a number of days since 1970-01-01. Years are counted from March, so that the leap day is the last of its year.
fn civil(days: i64) -> Option<Civil> {
    // Far wider than the calendar, and narrow enough that nothing below overflows.
    if !(-5_000_000..=5_000_000).contains(&days) {
        return None;
    }
    let since_era_start = days + 719_468; // from 0000-03-01
    let era = since_era_start.div_euclid(146_097); // of 400 years
    let day_of_era = since_era_start.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (FIRST_YEAR..=LAST_YEAR).contains(&year).then_some(Civil {
        year,
        month,
        day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
    })
}

impl Civil {
    /// The other way round; none outside the calendar. The day must be one of its month.
    fn days(self) -> Option<i64> {
        if !(FIRST_YEAR..=LAST_YEAR).contains(&self.year) {
            return None;
        }
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (self.month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(era * 146_097 + day_of_era - 719_468)
    }

    /// The day cut to the length of its month.
    fn cut(self) -> Self {
        Self {
            day: self.day.min(month_length(self.year, self.month)),
            ..self
        }
    }

    /// The day behind it; none outside the calendar.
    fn next(self) -> Option<Self> {
        let (year, month) = (self.year, self.month);
        let next = if self.day < month_length(year, month) {
            Self {
                day: self.day + 1,
                ..self
            }
        } else {
            Self {
                year: year + month / 12,
                month: month % 12 + 1,
                day: 1,
            }
        };
        (next.year <= LAST_YEAR).then_some(next)
    }
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days since 1970-01-01 of a date.
pub fn days(date: jiff::civil::Date) -> i64 {
    let civil = Civil {
        year: date.year().into(),
        month: date.month().into(),
        day: date.day().into(),
    };
    civil
        .days()
        .unwrap_or_else(|| unreachable!("a date lies in the calendar"))
}

/// The date of a number of days since 1970-01-01.
pub fn date(days: i64) -> Option<jiff::civil::Date> {
    let civil = civil(days)?;
    jiff::civil::Date::new(
        civil.year.try_into().ok()?,
        civil.month.try_into().ok()?,
        civil.day.try_into().ok()?,
    )
    .ok()
}

/// The zone of this name, whatever the case of its letters; none where no zone is called so.
pub fn zone_named(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok().filter(|zone| !zone.is_unknown())
}

/// What the clock of the zone shows at a time.
pub fn clock(time: i128, zone: &TimeZone) -> Option<DateTime> {
    let timestamp = Timestamp::from_nanosecond(time).ok()?;
    Some(zone.to_datetime(timestamp))
}

/// The instant at which the clock of the zone shows this: where it skips it, as much later; where it shows it twice, the first.
pub fn instant(civil: DateTime, zone: &TimeZone) -> Option<i128> {
    let timestamp = zone.to_ambiguous_timestamp(civil).compatible().ok()?;
    Some(timestamp.as_nanosecond())
}

/// The day that a time lies in.
pub fn date_of(time: i128, zone: &TimeZone) -> Option<i64> {
    Some(days(clock(time, zone)?.date()))
}

/// The first instant of a day. Where the clock skips midnight, that is the moment of the skip; where it skips the whole day, the
/// first instant after it.
pub fn midnight(day: i64, zone: &TimeZone) -> Option<i128> {
    let date = date(day)?;
    let start = date.to_datetime(jiff::civil::Time::midnight());
    let found = zone.to_ambiguous_timestamp(start);
    let is_skipped = matches!(found.offset(), jiff::tz::AmbiguousOffset::Gap { .. });
    let timestamp = found.compatible().ok()?;
    if is_skipped {
        // A skip from 23:30 to 00:30 would put midnight at 01:00, but the day began with the skip.
        let skip = zone
            .preceding(timestamp)
            .next()
            .map(|transition| transition.timestamp())
            .filter(|skip| zone.to_datetime(*skip).date() == date);
        return Some(skip.unwrap_or(timestamp).as_nanosecond());
    }
    Some(timestamp.as_nanosecond())
}

/// A date moved by days or months.
pub fn move_date(day: i64, count: i64, unit: CalendarUnit) -> Option<i64> {
    let civil_day = civil(day)?;
    match unit {
        CalendarUnit::Day => {
            let moved = day.checked_add(count)?;
            civil(moved).map(|_| moved)
        }
        CalendarUnit::Month => {
            let months = (civil_day.year * 12 + civil_day.month - 1).checked_add(count)?;
            Civil {
                year: months.div_euclid(12),
                month: months.rem_euclid(12) + 1,
                day: civil_day.day,
            }
            .cut()
            .days()
        }
    }
}

/// A time moved by days or months: the date moves, and the clock of the zone shows the same there. Moved by none, it stays the instant
/// that it is, though the clock may show the same twice.
pub fn move_time(time: i128, count: i64, unit: CalendarUnit, zone: &TimeZone) -> Option<i128> {
    let clock = clock(time, zone)?;
    if count == 0 {
        return Some(time);
    }
    let moved = date(move_date(days(clock.date()), count, unit)?)?;
    instant(moved.to_datetime(clock.time()), zone)
}

/// The first day of the period that a date lies in.
pub fn start_of(day: i64, period: Period) -> Option<i64> {
    let lies_in = civil(day)?;
    let start = match period {
        Period::Week => {
            // 1970-01-01 was a Thursday.
            let monday = day - (day + 3).rem_euclid(7);
            return civil(monday).map(|_| monday);
        }
        Period::Month => Civil { day: 1, ..lies_in },
        Period::Quarter => Civil {
            month: (lies_in.month - 1) / 3 * 3 + 1,
            day: 1,
            ..lies_in
        },
        Period::Year => Civil {
            month: 1,
            day: 1,
            ..lies_in
        },
    };
    start.days()
}

/// Full years from `birthday` to `today`: one more on each anniversary, that of 29 February falling on the 28th in a common year.
/// None where the birthday lies ahead.
pub fn age(birthday: i64, today: i64) -> Option<i64> {
    let (born, now) = (civil(birthday)?, civil(today)?);
    if birthday > today {
        return None;
    }
    let anniversary = Civil {
        year: now.year,
        ..born
    }
    .cut();
    Some(now.year - born.year - i64::from(now < anniversary))
}

/// The first anniversary of a day at or after `from`: its day and month in a later year, 29 February falling on the 28th in a common
/// year.
pub fn anniversary(of: i64, from: i64) -> Option<i64> {
    anniversary_of(civil(of)?, civil(from)?)
}

fn anniversary_of(born: Civil, start: Civil) -> Option<i64> {
    let in_year = |year| Civil { year, ..born }.cut();
    let year = start.year.max(born.year + 1);
    let first = in_year(year);
    if first >= start {
        first.days()
    } else {
        in_year(year + 1).days()
    }
}

/// The first anniversaries at or after one day, of many: those of days in earlier years hang on month and day alone, and are worked out beforehand.
pub struct Anniversaries {
    start: Civil,
    /// By month and day, 31 days to each month.
    of_earlier: Vec<Option<i64>>,
}

impl Anniversaries {
    /// None where the day lies outside the calendar.
    pub fn from(from: i64) -> Option<Self> {
        let start = civil(from)?;
        let earlier = |place: i64| Civil {
            year: start.year - 1,
            month: place / 31 + 1,
            day: place % 31 + 1,
        };
        Some(Self {
            start,
            of_earlier: (0..12 * 31)
                .map(|place| anniversary_of(earlier(place), start))
                .collect(),
        })
    }

    /// The same as [`anniversary`].
    pub fn of(&self, day: i64) -> Option<i64> {
        self.of_born(civil(day)?)
    }

    fn of_born(&self, born: Civil) -> Option<i64> {
        if born.year < self.start.year {
            self.of_earlier[(born.month * 31 + born.day - 32) as usize]
        } else {
            anniversary_of(born, self.start)
        }
    }

    /// The same of all days from `first` to before `end`, none of those outside the calendar.
    pub fn of_days(&self, first: i64, end: i64) -> impl Iterator<Item = Option<i64>> {
        let mut of_day = civil(first);
        (first..end).map(move |day| {
            let born = of_day.or_else(|| civil(day))?;
            of_day = born.next();
            self.of_born(born)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn day(text: &str) -> i64 {
        days(text.parse().unwrap())
    }

    fn time(text: &str) -> i128 {
        text.parse::<Timestamp>().unwrap().as_nanosecond()
    }

    #[test]
    fn days_and_dates_agree_with_jiff_over_the_whole_calendar() {
        let epoch = civil::date(1970, 1, 1);
        let mut date_by_jiff = civil::Date::MIN;
        while let Ok(next) = date_by_jiff.checked_add(jiff::Span::new().days(97)) {
            let expected = i64::from(epoch.until(date_by_jiff).unwrap().get_days());
            assert_eq!(days(date_by_jiff), expected, "{date_by_jiff}");
            assert_eq!(date(expected), Some(date_by_jiff));
            date_by_jiff = next;
        }
        assert_eq!(date(days(civil::Date::MIN) - 1), None);
        assert_eq!(date(days(civil::Date::MAX) + 1), None);
        assert_eq!(date(i64::MAX), None);
        assert_eq!(date(i64::MIN), None);
    }

    #[test]
    fn a_day_is_cut_to_the_length_of_the_month() {
        let months = |from: &str, count| move_date(day(from), count, CalendarUnit::Month);
        assert_eq!(months("2026-01-31", 1), Some(day("2026-02-28")));
        assert_eq!(months("2024-01-31", 1), Some(day("2024-02-29")));
        assert_eq!(months("2024-02-29", 12), Some(day("2025-02-28")));
        assert_eq!(months("2026-03-31", -1), Some(day("2026-02-28")));
        assert_eq!(months("2026-01-15", -1), Some(day("2025-12-15")));
        assert_eq!(months("9999-12-31", 1), None);
        assert_eq!(months("2026-01-31", i64::MAX), None);
        assert_eq!(
            move_date(day("2026-01-31"), i64::MAX, CalendarUnit::Day),
            None
        );
    }

    #[test]
    fn a_clock_reading_that_is_skipped_means_as_much_later() {
        // In Brussels the clock went from 02:00 to 03:00 on 2026-03-29.
        let brussels = zone("Europe/Brussels");
        let half_past_two = civil::datetime(2026, 3, 29, 2, 30, 0, 0);
        assert_eq!(
            instant(half_past_two, &brussels),
            Some(time("2026-03-29T01:30Z"))
        );
        assert_eq!(
            move_time(time("2026-03-28T01:30Z"), 1, CalendarUnit::Day, &brussels),
            Some(time("2026-03-29T01:30Z"))
        );
    }

    #[test]
    fn of_a_clock_reading_that_comes_twice_the_first_is_meant() {
        // In Brussels the clock went from 03:00 back to 02:00 on 2026-10-25.
        let brussels = zone("Europe/Brussels");
        let half_past_two = civil::datetime(2026, 10, 25, 2, 30, 0, 0);
        assert_eq!(
            instant(half_past_two, &brussels),
            Some(time("2026-10-25T00:30Z"))
        );
        assert_eq!(
            move_time(time("2026-09-25T00:30Z"), 1, CalendarUnit::Month, &brussels),
            Some(time("2026-10-25T00:30Z"))
        );
        // Moved by nothing, the second stays the second.
        let second = time("2026-10-25T01:30Z");
        assert_eq!(
            move_time(second, 0, CalendarUnit::Day, &brussels),
            Some(second)
        );
    }

    #[test]
    fn a_calendar_day_has_23_to_25_hours() {
        let brussels = zone("Europe/Brussels");
        let length = |from: &str| {
            let day = day(from);
            let next = move_date(day, 1, CalendarUnit::Day).unwrap();
            (midnight(next, &brussels).unwrap() - midnight(day, &brussels).unwrap())
                / 3_600_000_000_000
        };
        assert_eq!(length("2026-03-29"), 23);
        assert_eq!(length("2026-10-25"), 25);
        assert_eq!(length("2026-11-22"), 24);
    }

    #[test]
    fn midnight_is_the_first_instant_of_the_day() {
        let brussels = zone("Europe/Brussels");
        assert_eq!(
            midnight(day("2026-11-22"), &brussels),
            Some(time("2026-11-21T23:00Z"))
        );
        // Midnight itself was skipped: the clock went from 00:00 to 01:00.
        let paulo = zone("America/Sao_Paulo");
        assert_eq!(
            midnight(day("2018-11-04"), &paulo),
            Some(time("2018-11-04T03:00Z"))
        );
        // The clock went from 23:30 on the 30th to 00:30 on the 31st.
        let toronto = zone("America/Toronto");
        assert_eq!(
            midnight(day("1919-03-31"), &toronto),
            Some(time("1919-03-31T04:30Z"))
        );
        // The whole day was skipped.
        let apia = zone("Pacific/Apia");
        assert_eq!(
            midnight(day("2011-12-30"), &apia),
            midnight(day("2011-12-31"), &apia)
        );
    }

    #[test]
    fn the_day_of_a_time_is_that_of_the_zone() {
        let brussels = zone("Europe/Brussels");
        assert_eq!(
            date_of(time("2026-11-21T23:00Z"), &brussels),
            Some(day("2026-11-22"))
        );
        assert_eq!(
            date_of(time("2026-11-21T22:59:59Z"), &brussels),
            Some(day("2026-11-21"))
        );
        assert_eq!(date_of(i128::MAX, &brussels), None);
        assert_eq!(move_time(i128::MIN, 1, CalendarUnit::Day, &brussels), None);
    }

    #[test]
    fn periods_begin_on_their_first_day() {
        let start = |of: &str, period| start_of(day(of), period);
        assert_eq!(start("2026-11-22", Period::Week), Some(day("2026-11-16")));
        assert_eq!(start("2026-11-23", Period::Week), Some(day("2026-11-23")));
        assert_eq!(start("2027-01-01", Period::Week), Some(day("2026-12-28")));
        assert_eq!(start("1969-12-31", Period::Week), Some(day("1969-12-29")));
        assert_eq!(start("2026-11-22", Period::Month), Some(day("2026-11-01")));
        assert_eq!(
            start("2026-11-22", Period::Quarter),
            Some(day("2026-10-01"))
        );
        assert_eq!(start("2026-11-22", Period::Year), Some(day("2026-01-01")));
    }

    #[test]
    fn anniversaries_lie_in_later_years() {
        let next = |of: &str, from: &str| anniversary(day(of), day(from)).and_then(date);
        let on = |text: &str| Some(text.parse().unwrap());
        assert_eq!(next("1990-11-25", "2026-11-22"), on("2026-11-25"));
        assert_eq!(next("1990-11-22", "2026-11-22"), on("2026-11-22"));
        assert_eq!(next("1990-11-21", "2026-11-22"), on("2027-11-21"));
        // Across the turn of the year.
        assert_eq!(next("1990-01-02", "2026-12-30"), on("2027-01-02"));
        // Never in the year of birth or before it.
        assert_eq!(next("2026-11-25", "2026-11-22"), on("2027-11-25"));
        assert_eq!(next("2030-01-01", "2026-11-22"), on("2031-01-01"));
        // On 28 February in a common year, from the 29th in a leap year.
        assert_eq!(next("2004-02-29", "2026-02-28"), on("2026-02-28"));
        assert_eq!(next("2004-02-29", "2026-03-01"), on("2027-02-28"));
        assert_eq!(next("2004-02-29", "2028-02-28"), on("2028-02-29"));
        assert_eq!(next("2004-02-29", "2004-02-29"), on("2005-02-28"));
        // At the end of the calendar.
        assert_eq!(next("1990-12-31", "9999-12-31"), on("9999-12-31"));
        assert_eq!(next("1990-12-30", "9999-12-31"), None);
        assert_eq!(anniversary(i64::MAX, 0), None);
        assert_eq!(anniversary(0, i64::MIN), None);
    }

    #[test]
    fn many_anniversaries_are_those_of_each() {
        let days = |text: &str, around: i64| day(text) - around..=day(text) + around;
        for from in [
            "2026-11-22",
            "2028-02-28",
            "2028-02-29",
            "2027-03-01",
            "2026-01-01",
            "9999-12-30",
            "-009999-01-01",
            "-009999-03-01",
        ] {
            let from = day(from);
            let all = Anniversaries::from(from).unwrap();
            let ends = [i64::MIN, -5_000_001, 5_000_001, i64::MAX];
            let years = days("2026-06-01", 1_500).chain(days("1904-02-29", 800));
            let edges = days("-009999-01-01", 400).chain(days("9999-12-31", 400));
            for of in years.chain(edges).chain(ends) {
                assert_eq!(all.of(of), anniversary(of, from), "{of} from {from}");
            }
            for days in [
                days("2026-06-01", 1_500),
                days("-009999-01-01", 400),
                days("9999-12-31", 400),
            ] {
                let (first, end) = (*days.start(), *days.end() + 1);
                let one_by_one: Vec<_> = days.map(|of| all.of(of)).collect();
                let behind_each_other: Vec<_> = all.of_days(first, end).collect();
                assert_eq!(behind_each_other, one_by_one);
            }
        }
        assert!(Anniversaries::from(i64::MAX).is_none());
    }

    #[test]
    fn zones_are_known_by_their_names() {
        assert!(zone_named("Europe/Brussels").is_some());
        assert_eq!(
            zone_named("europe/brussels")
                .as_ref()
                .and_then(TimeZone::iana_name),
            Some("Europe/Brussels")
        );
        for name in [
            "Europe/Brusels",
            "",
            " ",
            "Etc/Unknown",
            "+01:00",
            "CET-1CEST",
        ] {
            assert!(zone_named(name).is_none(), "{name}");
        }
    }

    #[test]
    fn age_counts_anniversaries() {
        let age = |born: &str, today: &str| age(day(born), day(today));
        assert_eq!(age("2000-11-22", "2026-11-21"), Some(25));
        assert_eq!(age("2000-11-22", "2026-11-22"), Some(26));
        assert_eq!(age("2004-02-29", "2025-02-27"), Some(20));
        assert_eq!(age("2004-02-29", "2025-02-28"), Some(21));
        assert_eq!(age("2004-02-29", "2024-02-28"), Some(19));
        assert_eq!(age("2004-02-29", "2024-02-29"), Some(20));
        assert_eq!(age("2026-11-22", "2026-11-22"), Some(0));
        assert_eq!(age("2026-11-23", "2026-11-22"), None);
    }
}
