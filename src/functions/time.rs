//! Functions of dates and times.

use super::{Example, Family, Function, Kind, Parameter, ResultType};
use crate::types::{Constant, Exact, calendar};

pub(super) static SINCE: Function = Function {
    name: "since",
    family: Family::Time,
    parameters: &[Parameter::needed("time", Kind::Time)],
    repeats_last: false,
    result: ResultType::Duration,
    documentation: "How long ago a time was: from it to the instant of the run. Below zero where the time is still to come. It is an \
        exact duration, to be compared with hours, days and weeks; for months and years, ask `x before 3 months ago`.",
    examples: &[
        Example {
            expression: "since(2026-11-20T10:00+01:00)",
            result: "2 days",
        },
        Example {
            expression: "since(now)",
            result: "0 seconds",
        },
    ],
    missing: "",
    reads_now: true,
    evaluate: |arguments, context| match arguments {
        [Constant::Time(time)] => context
            .now
            .checked_sub(*time)
            .map_or(Constant::Missing, Constant::Duration),
        _ => Constant::Missing,
    },
};

pub(super) static AGE: Function = Function {
    name: "age",
    family: Family::Time,
    parameters: &[
        Parameter::needed("date", Kind::Date),
        Parameter::optional("on", Kind::Date),
    ],
    repeats_last: false,
    result: ResultType::WholeNumber,
    documentation: "The full years from a date to today, or to another day: one more on each anniversary, that of 29 February falling on \
        the 28th in a common year.",
    examples: &[
        Example {
            expression: "age(2000-11-22)",
            result: "26",
        },
        Example {
            expression: "age(2000-11-23)",
            result: "25",
        },
        Example {
            expression: "age(2000-11-23, 2026-11-23)",
            result: "26",
        },
        Example {
            expression: "age(2027-01-01)",
            result: "missing",
        },
    ],
    missing: "where the date lies ahead",
    reads_now: true,
    evaluate: |arguments, context| {
        let years = match arguments {
            [Constant::Date(date)] => calendar::date_of(context.now, context.zone)
                .and_then(|today| calendar::age(*date, today)),
            [Constant::Date(date), Constant::Date(on)] => calendar::age(*date, *on),
            _ => None,
        };
        years.map_or(Constant::Missing, |years| {
            Constant::Number(Exact::whole(years.into()))
        })
    },
};
