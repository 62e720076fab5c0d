//! Windows of the second reading: where they begin and end, for times and for dates.

use super::Reader;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Zoned};
use segql::syntax::ast::{Measure, Period, PeriodUnit, Window};
use segql::types::{Constant, Exact, Unit};

const DAY: i128 = 86_400_000_000_000;

/// A length: exact, or so many days or months of the calendar.
pub(super) enum Length {
    Exact(i128),
    Days(i64),
    Months(i64),
}

/// Where a window ends on one side, and whether it holds the end. The inner none is an end beyond the calendar, which nothing lies on this side of.
pub(super) type End = Option<(Option<i128>, bool)>;

impl Reader<'_> {
    pub(super) fn zone(&self) -> TimeZone {
        self.world.schema.zone().clone()
    }

    pub(super) fn now(&self) -> Option<Zoned> {
        let now = Timestamp::from_nanosecond(self.instant).ok()?;
        Some(now.to_zoned(self.zone()))
    }

    pub(super) fn today(&self) -> Option<i64> {
        Some(days(self.now()?.date()))
    }

    /// The first instant of a day in the zone.
    pub(super) fn midnight(&self, day: i64) -> Option<i128> {
        let midnight = date(day)?.to_zoned(self.zone()).ok()?;
        Some(midnight.timestamp().as_nanosecond())
    }

    /// `now` moved by a length; none beyond the calendar.
    pub(super) fn moved(&self, length: &Length, sign: i64) -> Option<i128> {
        self.moved_by(self.instant, length, sign)
    }

    /// A time moved by a length; none beyond the calendar.
    pub(super) fn moved_by(&self, time: i128, length: &Length, sign: i64) -> Option<i128> {
        let span: Span = match length {
            Length::Exact(nanoseconds) => return time.checked_add(i128::from(sign) * nanoseconds),
            Length::Days(count) => (sign * count).days(),
            Length::Months(count) => (sign * count).months(),
        };
        // The day is moved, then the clock is read in the zone.
        let time = Timestamp::from_nanosecond(time).ok()?.to_zoned(self.zone());
        let moved = time.datetime().checked_add(span).ok()?;
        Some(
            moved
                .to_zoned(self.zone())
                .ok()?
                .timestamp()
                .as_nanosecond(),
        )
    }

    pub(super) fn window_of_a_time(&self, window: &Window) -> Option<(End, End)> {
        let now = self.instant;
        let today = self.today()?;
        Some(match window {
            Window::InLast(measure) => match length(measure)? {
                Length::Days(count) => (
                    Some((self.midnight(today - count + 1), true)),
                    Some((Some(now), true)),
                ),
                length => (
                    Some((self.moved(&length, -1), false)),
                    Some((Some(now), true)),
                ),
            },
            Window::Over(measure) => match length(measure)? {
                Length::Days(count) => (None, Some((self.midnight(today - count + 1), false))),
                length => (None, Some((self.moved(&length, -1), true))),
            },
            Window::InNext(measure) => match length(measure)? {
                Length::Days(count) => (
                    Some((Some(now), true)),
                    Some((self.midnight(today + count), false)),
                ),
                length => (
                    Some((Some(now), true)),
                    Some((self.moved(&length, 1), false)),
                ),
            },
            Window::Before(edge) => match self.moment(edge)? {
                Constant::Missing => (None, Some((None, false))),
                Constant::Time(time) => (None, Some((Some(time), false))),
                Constant::Date(day) => (None, Some((self.midnight(day), false))),
                _ => return None,
            },
            Window::After(edge) => match self.moment(edge)? {
                Constant::Missing => (Some((None, false)), None),
                Constant::Time(time) => (Some((Some(time), false)), None),
                Constant::Date(day) => (Some((self.midnight(day + 1), true)), None),
                _ => return None,
            },
            Window::WithinAfter {
                length: measure,
                anchor,
            } if !matches!(self.moment(anchor)?, Constant::Date(_)) => match self.moment(anchor)? {
                Constant::Time(time) => (
                    Some((Some(time), false)),
                    Some((self.moved_by(time, &length(measure)?, 1), true)),
                ),
                _ => (Some((None, false)), None),
            },
            Window::WithinBefore {
                length: measure,
                anchor,
            } if !matches!(self.moment(anchor)?, Constant::Date(_)) => match self.moment(anchor)? {
                Constant::Time(time) => (
                    Some((self.moved_by(time, &length(measure)?, -1), true)),
                    Some((Some(time), false)),
                ),
                _ => (Some((None, false)), None),
            },
            _ => {
                let (first, end) = self.whole_days(window)?;
                let midnight = |day: Option<i64>| day.and_then(|day| self.midnight(day));
                (Some((midnight(first), true)), Some((midnight(end), false)))
            }
        })
    }

    pub(super) fn window_of_a_date(&self, window: &Window) -> Option<(End, End)> {
        let today = self.today()?;
        let day = |day: Option<i64>| day.map(i128::from);
        Some(match window {
            Window::InLast(measure) => (
                Some((day(shifted(today, measure, -1)?), false)),
                Some((Some(today.into()), true)),
            ),
            Window::Over(measure) => (None, Some((day(shifted(today, measure, -1)?), true))),
            Window::InNext(measure) => (
                Some((Some(today.into()), true)),
                Some((day(shifted(today, measure, 1)?), false)),
            ),
            Window::Before(edge) => match self.value(edge)? {
                Constant::Date(edge) => (None, Some((Some(edge.into()), false))),
                _ => return None,
            },
            Window::After(edge) => match self.value(edge)? {
                Constant::Date(edge) => (Some((Some(edge.into()), false)), None),
                _ => return None,
            },
            _ => {
                let (first, end) = self.whole_days(window)?;
                (Some((day(first), true)), Some((day(end), false)))
            }
        })
    }

    /// Windows of whole days, from the first up to, and without, the second.
    pub(super) fn whole_days(&self, window: &Window) -> Option<(Option<i64>, Option<i64>)> {
        let today = self.today()?;
        Some(match window {
            Window::WithinAfter { length, anchor } => match self.value(anchor)? {
                Constant::Date(day) => (Some(day + 1), shifted(day, length, 1)?.map(|day| day + 1)),
                _ => return None,
            },
            Window::WithinBefore { length, anchor } => match self.value(anchor)? {
                Constant::Date(day) => (shifted(day, length, -1)?, Some(day)),
                _ => return None,
            },
            Window::InLastFull(measure) => {
                let count = i64::try_from(measure.amount.exact().numerator()).ok()?;
                let (end, span) = match measure.unit {
                    Unit::Days | Unit::CalendarDays => (today, (-count).days()),
                    Unit::Weeks => (begin(today, PeriodUnit::Week)?, (-7 * count).days()),
                    Unit::Months => (begin(today, PeriodUnit::Month)?, (-count).months()),
                    Unit::Quarters => (begin(today, PeriodUnit::Quarter)?, (-3 * count).months()),
                    Unit::Years => (begin(today, PeriodUnit::Year)?, (-12 * count).months()),
                    _ => return None,
                };
                (plus(end, span), Some(end))
            }
            Window::During(period) => {
                let (first, span) = match period.value {
                    Period::Year(year) => (Date::new(year, 1, 1).ok().map(days), 12.months()),
                    Period::Quarter { year, quarter } => {
                        let month = i8::try_from(quarter).ok()? * 3 - 2;
                        (Date::new(year, month, 1).ok().map(days), 3.months())
                    }
                    Period::Month { year, month } => {
                        let month = i8::try_from(month).ok()?;
                        (Date::new(year, month, 1).ok().map(days), 1.month())
                    }
                    Period::Week { year, week } => {
                        let monday =
                            ISOWeekDate::new(year, i8::try_from(week).ok()?, Weekday::Monday);
                        (monday.ok().map(|monday| days(monday.date())), 7.days())
                    }
                    Period::Day(day) => (Some(days(day)), 1.day()),
                    Period::Today => (Some(today), 1.day()),
                    Period::Yesterday => (Some(today - 1), 1.day()),
                    Period::This(unit) => (Some(begin(today, unit)?), step(unit)),
                    Period::Last(unit) => {
                        let end = begin(today, unit)?;
                        (plus(end, -step(unit)), step(unit))
                    }
                };
                (first, first.and_then(|first| plus(first, span)))
            }
            _ => return None,
        })
    }
}

pub(super) fn within(value: i128, low: End, high: End) -> bool {
    let above = low.is_none_or(|(edge, holds)| {
        edge.is_some_and(|edge| edge < value || (holds && edge == value))
    });
    let below = high.is_none_or(|(edge, holds)| {
        edge.is_some_and(|edge| value < edge || (holds && edge == value))
    });
    above && below
}

pub(super) fn length(measure: &Measure) -> Option<Length> {
    let amount = measure.amount.exact();
    let seconds = |size: i128| {
        let nanoseconds = amount.checked_mul(Exact::whole(size * 1_000_000_000))?;
        nanoseconds
            .is_whole()
            .then(|| Length::Exact(nanoseconds.numerator()))
    };
    let count = || {
        amount
            .is_whole()
            .then(|| i64::try_from(amount.numerator()).ok())?
    };
    match measure.unit {
        Unit::Seconds => seconds(1),
        Unit::Minutes => seconds(60),
        Unit::Hours => seconds(3_600),
        Unit::Days => seconds(86_400),
        Unit::Weeks => seconds(604_800),
        Unit::CalendarDays => Some(Length::Days(count()?)),
        Unit::Months => Some(Length::Months(count()?)),
        Unit::Quarters => Some(Length::Months(count()? * 3)),
        Unit::Years => Some(Length::Months(count()? * 12)),
        #[allow(unreachable_patterns, reason = "units to come are no lengths of time")]
        _ => None,
    }
}

/// A day moved by a length of whole days or months; the inner none is beyond the calendar.
fn shifted(day: i64, measure: &Measure, sign: i64) -> Option<Option<i64>> {
    Some(match length(measure)? {
        Length::Exact(nanoseconds) if nanoseconds % DAY == 0 => {
            plus(day, (sign * i64::try_from(nanoseconds / DAY).ok()?).days())
        }
        Length::Exact(_) => return None,
        Length::Days(count) => plus(day, (sign * count).days()),
        Length::Months(count) => plus(day, (sign * count).months()),
    })
}

fn plus(day: i64, span: Span) -> Option<i64> {
    date(day)?.checked_add(span).ok().map(days)
}

pub(super) fn days(date: Date) -> i64 {
    (date - jiff::civil::date(1970, 1, 1)).get_days().into()
}

pub(super) fn date(day: i64) -> Option<Date> {
    let span = Span::new().try_days(day).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(span).ok()
}

/// The first day of the period that a day lies in.
pub(super) fn begin(day: i64, unit: PeriodUnit) -> Option<i64> {
    let date = date(day)?;
    Some(match unit {
        PeriodUnit::Week => day - i64::from(date.weekday().to_monday_zero_offset()),
        PeriodUnit::Month => days(date.first_of_month()),
        PeriodUnit::Quarter => {
            let month = (date.month() - 1) / 3 * 3 + 1;
            days(Date::new(date.year(), month, 1).ok()?)
        }
        PeriodUnit::Year => days(date.first_of_year()),
    })
}

fn step(unit: PeriodUnit) -> Span {
    match unit {
        PeriodUnit::Week => 7.days(),
        PeriodUnit::Month => 1.month(),
        PeriodUnit::Quarter => 3.months(),
        PeriodUnit::Year => 12.months(),
    }
}
