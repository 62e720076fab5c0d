//! Units of measures. Exact lengths of time, calendar lengths and distances are different kinds and are never compared.

/// A unit behind a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Seconds,
    Minutes,
    Hours,
    /// 24 hours.
    Days,
    /// 7 times 24 hours.
    Weeks,
    CalendarDays,
    Months,
    Quarters,
    Years,
    Kilometres,
    Metres,
    /// International miles, 1609.344 m each.
    Miles,
}

/// What a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// A fixed number of nanoseconds.
    Exact { nanoseconds: i64 },
    /// A number of days or months of the calendar, in a time zone.
    Calendar { unit: CalendarUnit, count: u8 },
    /// A fixed number of micrometres.
    Distance { micrometres: i64 },
}

/// The two steps of the calendar that all others are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CalendarUnit {
    Day,
    Month,
}

const SECOND: i64 = 1_000_000_000;

impl Unit {
    pub const ALL: [Unit; 12] = [
        Unit::Seconds,
        Unit::Minutes,
        Unit::Hours,
        Unit::Days,
        Unit::Weeks,
        Unit::CalendarDays,
        Unit::Months,
        Unit::Quarters,
        Unit::Years,
        Unit::Kilometres,
        Unit::Metres,
        Unit::Miles,
    ];

    pub fn kind(self) -> UnitKind {
        let exact = |seconds: i64| UnitKind::Exact {
            nanoseconds: seconds * SECOND,
        };
        let distance = |micrometres| UnitKind::Distance { micrometres };
        let months = |count| UnitKind::Calendar {
            unit: CalendarUnit::Month,
            count,
        };
        match self {
            Unit::Seconds => exact(1),
            Unit::Minutes => exact(60),
            Unit::Hours => exact(3_600),
            Unit::Days => exact(86_400),
            Unit::Weeks => exact(7 * 86_400),
            Unit::CalendarDays => UnitKind::Calendar {
                unit: CalendarUnit::Day,
                count: 1,
            },
            Unit::Months => months(1),
            Unit::Quarters => months(3),
            Unit::Years => months(12),
            Unit::Kilometres => distance(1_000_000_000),
            Unit::Metres => distance(1_000_000),
            Unit::Miles => distance(1_609_344_000),
        }
    }

    /// The plural, as the formatter prints it for every number but 1.
    pub fn plural(self) -> &'static str {
        match self {
            Unit::Seconds => "seconds",
            Unit::Minutes => "minutes",
            Unit::Hours => "hours",
            Unit::Days => "days",
            Unit::Weeks => "weeks",
            Unit::CalendarDays => "calendar days",
            Unit::Months => "months",
            Unit::Quarters => "quarters",
            Unit::Years => "years",
            Unit::Kilometres => "km",
            Unit::Metres => "m",
            Unit::Miles => "miles",
        }
    }

    /// The unit of this name, be it of one or of several: `day`, `days`.
    pub fn of_word(word: &str) -> Option<Unit> {
        let is_its = |unit: &Unit| [unit.plural(), unit.singular()].contains(&word);
        Unit::ALL.into_iter().find(is_its)
    }

    /// The singular, as the formatter prints it for 1.
    pub fn singular(self) -> &'static str {
        let plural = self.plural();
        plural.strip_suffix('s').unwrap_or(plural)
    }
}
