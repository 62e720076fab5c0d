//! Functions that read the calendar and the clock: the parts of a date or a time, in a time zone.
//!
//! A zone is the last argument of what reads a time; without it the checker gives the contact's own where the schema names a field of
//! such, and else it is the project's. A date has no zone.

use super::{Context, Example, Family, Function, Kind, Parameter, ResultType};
use crate::types::{Constant, Exact, calendar};
use jiff::civil::{Date, DateTime};
use std::borrow::Cow;

/// The days of the week as `weekday` names them.
pub const WEEKDAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Which part of a clock reading decides what a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockPart {
    /// The day.
    Day,
    /// The hour, on whichever day.
    Hour,
    /// The hour and the minute, on whichever day.
    Minute,
}

/// For a function of this room that reads a clock, and tells no more than a part of it: which. None for all others.
pub(super) fn clock_part(function: &Function) -> Option<ClockPart> {
    let is = |one: &'static Function| std::ptr::eq(function, one);
    let of_day = [&DATE, &WEEKDAY, &YEAR, &QUARTER, &MONTH, &WEEK, &DAY];
    if of_day.into_iter().any(is) {
        return Some(ClockPart::Day);
    }
    match () {
        () if is(&HOUR) => Some(ClockPart::Hour),
        () if is(&MINUTE) => Some(ClockPart::Minute),
        () => None,
    }
}

const DAY_AND_ZONE: &[Parameter] = &[
    Parameter::needed("day", Kind::Day),
    Parameter::optional("zone", Kind::Zone),
];

const TIME_AND_ZONE: &[Parameter] = &[
    Parameter::needed("time", Kind::Time),
    Parameter::optional("zone", Kind::Zone),
];

const NO_SUCH_ZONE: &str = "where no zone has that name";

pub(super) static ANNIVERSARY: Function = Function {
    name: "anniversary",
    family: Family::Time,
    parameters: &[Parameter::needed("date", Kind::Date)],
    repeats_last: false,
    result: ResultType::Date,
    documentation: "The same day in every later year; that of 29 February falls on the 28th in a common year. It stands only before a window \
        or `during`, and asks whether one of these days lies in it.",
    examples: &[
        Example {
            expression: "(anniversary(2000-11-25) in next 7 days)",
            result: "true",
        },
        Example {
            expression: "(anniversary(2000-02-29) during 2026-02-28)",
            result: "true",
        },
        Example {
            expression: "(anniversary(2026-11-25) in next 7 days)",
            result: "false",
        },
    ],
    missing: "",
    reads_now: false,
    // The checker makes a condition of it and its window; nothing is called.
    evaluate: |_, _| Constant::Missing,
};

pub(super) static DATE: Function = Function {
    name: "date",
    family: Family::Time,
    parameters: TIME_AND_ZONE,
    repeats_last: false,
    result: ResultType::Date,
    documentation: "The day that a time lies in.",
    examples: &[
        Example {
            expression: "date(2026-11-21T23:30Z)",
            result: "2026-11-22",
        },
        Example {
            expression: "date(2026-11-21T23:30Z, \"America/New_York\")",
            result: "2026-11-21",
        },
    ],
    missing: NO_SUCH_ZONE,
    reads_now: false,
    evaluate: |arguments, context| {
        read(arguments, context, |clock| {
            Constant::Date(calendar::days(clock.date()))
        })
    },
};

pub(super) static MIDNIGHT: Function = Function {
    name: "midnight",
    family: Family::Time,
    parameters: &[
        Parameter::needed("date", Kind::Date),
        Parameter::optional("zone", Kind::Zone),
    ],
    repeats_last: false,
    result: ResultType::Time,
    documentation: "The first instant of a day, to set a date against a time. Where the clock skips midnight, the day begins with the skip.",
    examples: &[
        Example {
            expression: "midnight(2026-11-22)",
            result: "2026-11-22T00:00+01:00",
        },
        Example {
            expression: "midnight(2026-11-22, \"America/New_York\")",
            result: "2026-11-22T00:00-05:00",
        },
    ],
    missing: "where the date is out of the calendar's range, or no zone has that name",
    reads_now: false,
    evaluate: |arguments, context| match arguments {
        [Constant::Date(date), told @ ..] => zone(told, context)
            .and_then(|zone| calendar::midnight(*date, &zone))
            .map_or(Constant::Missing, Constant::Time),
        _ => Constant::Missing,
    },
};

pub(super) static WEEKDAY: Function = Function {
    name: "weekday",
    family: Family::Time,
    parameters: DAY_AND_ZONE,
    repeats_last: false,
    result: ResultType::OneOf(WEEKDAYS),
    documentation: "The day of the week of a date or a time: `\"monday\"`, `\"tuesday\"` and so on to `\"sunday\"`.",
    examples: &[
        Example {
            expression: "weekday(2026-11-22)",
            result: "\"sunday\"",
        },
        Example {
            expression: "weekday(now)",
            result: "\"sunday\"",
        },
        Example {
            expression: "weekday(now, \"Pacific/Pago_Pago\")",
            result: "\"saturday\"",
        },
    ],
    missing: NO_SUCH_ZONE,
    reads_now: false,
    evaluate: |arguments, context| {
        of_day(arguments, context, |date| {
            let place = date.weekday().to_monday_zero_offset();
            Constant::Text(WEEKDAYS[place.unsigned_abs() as usize].into())
        })
    },
};

pub(super) static YEAR: Function = Function {
    name: "year",
    family: Family::Time,
    parameters: DAY_AND_ZONE,
    repeats_last: false,
    result: ResultType::WholeNumber,
    documentation: "The year of a date or a time. For the times of a year, `x during 2025` is quicker.",
    examples: &[Example {
        expression: "year(2026-11-22)",
        result: "2026",
    }],
    missing: NO_SUCH_ZONE,
    reads_now: false,
    evaluate: |arguments, context| of_day(arguments, context, |date| whole(date.year())),
};

pub(super) static QUARTER: Function = Function {
    name: "quarter",
    family: Family::Time,
    parameters: DAY_AND_ZONE,
    repeats_last: false,
    result: ResultType::WholeWithin(1, 4),
    documentation: "The quarter of a date or a time, 1 to 4.",
    examples: &[Example {
        expression: "quarter(2026-11-22)",
        result: "4",
    }],
    missing: NO_SUCH_ZONE,
    reads_now: false,
    evaluate: |arguments, context| of_day(arguments, context, |date| whole((date.month() + 2) / 3)),
};

pub(super) static MONTH: Function = Function {
    name: "month",
    family: Family::Time,
    parameters: DAY_AND_ZONE,
    repeats_last: false,
    result: ResultType::WholeWithin(1, 12),
    documentation: "The month of a date or a time, 1 to 12.",
    examples: &[Example {
        expression: "month(2026-11-22)",
        result: "11",
    }],
    missing: NO_SUCH_ZONE,
    reads_now: false,
    evaluate: |arguments, context| of_day(arguments, context, |date| whole(date.month())),
};

pub(super) static WEEK: Function = Function {
    name: "week",
    family: Family::Time,
    parameters: DAY_AND_ZONE,
    repeats_last: false,
    result: ResultType::WholeWithin(1, 53),
    documentation: "The number of the ISO week of a date or a time, 1 to 53. Weeks begin on Monday; the first of a year is that with its first \
        Thursday, so that the first days of January may still lie in week 52 or 53.",
    examples: &[
        Example {
            expression: "week(2026-11-22)",
            result: "47",
        },
        Example {
            expression: "week(2027-01-01)",
            result: "53",
        },
    ],
    missing: NO_SUCH_ZONE,
    reads_now: false,
    evaluate: |arguments, context| {
        of_day(arguments, context, |date| {
            whole(date.iso_week_date().week())
        })
    },
};

pub(super) static DAY: Function = Function {
    name: "day",
    family: Family::Time,
    parameters: DAY_AND_ZONE,
    repeats_last: false,
    result: ResultType::WholeWithin(1, 31),
    documentation: "The day of the month of a date or a time, 1 to 31.",
    examples: &[Example {
        expression: "day(2026-11-22)",
        result: "22",
    }],
    missing: NO_SUCH_ZONE,
    reads_now: false,
    evaluate: |arguments, context| of_day(arguments, context, |date| whole(date.day())),
};

pub(super) static HOUR: Function = Function {
    name: "hour",
    family: Family::Time,
    parameters: TIME_AND_ZONE,
    repeats_last: false,
    result: ResultType::WholeWithin(0, 23),
    documentation: "The hour that the clock shows at a time, 0 to 23.",
    examples: &[
        Example {
            expression: "hour(now)",
            result: "10",
        },
        Example {
            expression: "hour(now, \"America/New_York\")",
            result: "4",
        },
    ],
    missing: NO_SUCH_ZONE,
    reads_now: false,
    evaluate: |arguments, context| read(arguments, context, |clock| whole(clock.hour())),
};

pub(super) static MINUTE: Function = Function {
    name: "minute",
    family: Family::Time,
    parameters: TIME_AND_ZONE,
    repeats_last: false,
    result: ResultType::WholeWithin(0, 59),
    documentation: "The minute that the clock shows at a time, 0 to 59.",
    examples: &[
        Example {
            expression: "minute(2026-11-22T10:05+01:00)",
            result: "5",
        },
        Example {
            expression: "minute(2026-11-22T10:05+01:00, \"Asia/Kathmandu\")",
            result: "50",
        },
    ],
    missing: NO_SUCH_ZONE,
    reads_now: false,
    evaluate: |arguments, context| read(arguments, context, |clock| whole(clock.minute())),
};

pub(super) static ZONE: Function = Function {
    name: "zone",
    family: Family::Time,
    parameters: &[Parameter::needed("name", Kind::Text)],
    repeats_last: false,
    result: ResultType::Text,
    documentation: "The name of a time zone as the IANA database writes it, so that a name which is none can be found or replaced: \
        `hour(now, zone(time_zone) ?? \"Europe/Brussels\")`.",
    examples: &[
        Example {
            expression: "zone(\"europe/brussels\")",
            result: "\"Europe/Brussels\"",
        },
        Example {
            expression: "zone(\"Europe/Brusels\")",
            result: "missing",
        },
    ],
    missing: NO_SUCH_ZONE,
    reads_now: false,
    evaluate: |arguments, _| match arguments {
        [Constant::Text(name)] => calendar::zone_named(name)
            .as_ref()
            .and_then(jiff::tz::TimeZone::iana_name)
            .map_or(Constant::Missing, |name| Constant::Text(name.into())),
        _ => Constant::Missing,
    },
};

fn whole(number: impl Into<i128>) -> Constant {
    Constant::Number(Exact::whole(number.into()))
}

/// The zone that stands behind what is read, or the project's; none where no zone has that name.
fn zone<'a>(told: &[Constant], context: &Context<'a>) -> Option<Cow<'a, jiff::tz::TimeZone>> {
    match told {
        [] => Some(Cow::Borrowed(context.zone)),
        [Constant::Text(name)] => calendar::zone_named(name).map(Cow::Owned),
        _ => None,
    }
}

/// What is read from the clock at a time.
fn read(
    arguments: &[Constant],
    context: &Context,
    reading: impl Fn(DateTime) -> Constant,
) -> Constant {
    match arguments {
        [Constant::Time(time), told @ ..] => zone(told, context)
            .and_then(|zone| calendar::clock(*time, &zone))
            .map_or(Constant::Missing, reading),
        _ => Constant::Missing,
    }
}

/// What is read from a date, or from the day of a time.
fn of_day(
    arguments: &[Constant],
    context: &Context,
    reading: impl Fn(Date) -> Constant,
) -> Constant {
    match arguments {
        [Constant::Date(date)] => calendar::date(*date).map_or(Constant::Missing, reading),
        [Constant::Time(_), ..] => read(arguments, context, |clock| reading(clock.date())),
        _ => Constant::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::{ClockPart, clock_part};
    use crate::functions::{Context, FUNCTIONS};
    use crate::types::Constant;
    use jiff::tz::TimeZone;

    #[test]
    fn what_is_read_from_a_part_of_the_clock_does_not_hang_on_the_rest() {
        const MINUTE: i128 = 60_000_000_000;
        const DAY: i128 = 24 * 60 * MINUTE;
        let zone = TimeZone::UTC;
        let context = Context {
            now: 0,
            zone: &zone,
        };
        let of_clocks = FUNCTIONS
            .iter()
            .filter_map(|function| Some((function, clock_part(function)?)));
        let of_clocks: Vec<_> = of_clocks.collect();
        assert_eq!(of_clocks.len(), 9);
        for (function, part) in of_clocks {
            let read = |time: i128| (function.evaluate)(&[Constant::Time(time)], &context);
            let mut differ = false;
            for step in 0..3_000i128 {
                let (day, minute) = (step * 7 - 9_000, step * 487 % 1440);
                let time = day * DAY + minute * MINUTE + step;
                let alike = match part {
                    ClockPart::Day => day * DAY + (minute * 31 + 17) % 1440 * MINUTE,
                    ClockPart::Hour => (day + 5) * DAY + (minute / 60 * 60 + step % 60) * MINUTE,
                    ClockPart::Minute => (day - 11) * DAY + minute * MINUTE + MINUTE - 1,
                };
                assert_eq!(read(time), read(alike), "{} at {time}", function.name);
                differ |= read(time) != read(0);
            }
            assert!(differ, "{}", function.name);
        }
    }
}
