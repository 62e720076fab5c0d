//! Times that are whole numbers: what they count since 1970 is seen from their range, for the same instants read as something else lie in other ages.

use super::streams::{When, is_mostly_known};
use crate::discover::guess;
use crate::discover::look::{Column, Looked};
use crate::schema::TimeUnit;
use crate::types::{Constant, Exact, NumberKind, Type};

/// Between 1990 and 2100, in seconds since 1970: when what data tell of has happened. Of the units of [`TimeUnit`] a number is within this in one at most.
const AGE: std::ops::Range<i128> = 631_152_000..4_102_444_800;

/// What the numbers of a column count.
#[derive(Clone, Copy)]
pub(in crate::discover) struct Counted {
    pub(in crate::discover) unit: TimeUnit,
    /// The first and the last instant, in nanoseconds since 1970.
    pub(in crate::discover) first: i128,
    pub(in crate::discover) last: i128,
}

/// How many of a unit are a second.
fn in_second(unit: TimeUnit) -> i128 {
    match unit {
        TimeUnit::Seconds => 1,
        TimeUnit::Milliseconds => 1_000,
        TimeUnit::Microseconds => 1_000_000,
    }
}

impl Counted {
    /// What numbers in this range count, if all of them do.
    fn of(low: Exact, high: Exact) -> Option<Self> {
        let (low, high) = (low.floor(), high.floor());
        let is_within = |unit: &TimeUnit| {
            let is_in_age = |number: i128| AGE.contains(&number.div_euclid(in_second(*unit)));
            is_in_age(low) && is_in_age(high)
        };
        let unit = TimeUnit::ALL.into_iter().find(is_within)?;
        let instant = |number: i128| number * (1_000_000_000 / in_second(unit));
        Some(Self {
            unit,
            first: instant(low),
            last: instant(high),
        })
    }
}

/// The column of whole numbers that tells when something happened.
pub(super) fn when(table: &Looked) -> Option<When> {
    let counted = |column: &Column<'_>| match &column.seen.range {
        Some((Constant::Number(low), Constant::Number(high))) => Counted::of(*low, *high),
        _ => None,
    };
    let found = called(table).filter(|column| is_mostly_known(table, column));
    let mut found: Vec<(Column<'_>, Counted)> = found
        .filter_map(|column| counted(&column).map(|counted| (column, counted)))
        .collect();
    found.sort_by_key(|(column, _)| guess::event_time_place(column.name));
    let mut found = found.into_iter();
    let (first, counted) = found.next()?;
    Some(When {
        column: first.name.to_owned(),
        counted: Some(counted),
        others: found.map(|(column, _)| column.name.to_owned()).collect(),
    })
}

/// A column of whole numbers that is called as a time, whatever they are.
pub(super) fn promising(table: &Looked) -> Option<String> {
    called(table).next().map(|column| column.name.to_owned())
}

fn called(table: &Looked) -> impl Iterator<Item = Column<'_>> {
    table.columns().filter(|column| {
        matches!(column.value_type, Some(Type::Number(NumberKind::Whole)))
            && guess::is_counted_time(column.name)
            && !guess::is_birth(column.name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The unit and the instants in seconds.
    fn seen(low: i128, high: i128) -> Option<(&'static str, i128, i128)> {
        let counted = Counted::of(Exact::whole(low), Exact::whole(high))?;
        let second = 1_000_000_000;
        Some((
            counted.unit.word(),
            counted.first / second,
            counted.last / second,
        ))
    }

    #[test]
    fn a_range_tells_what_is_counted() {
        for (low, high, expected) in [
            (
                874_724_710,
                893_286_638,
                Some(("seconds", 874_724_710, 893_286_638)),
            ),
            (
                1_700_000_000_000,
                1_700_000_001_999,
                Some(("milliseconds", 1_700_000_000, 1_700_000_001)),
            ),
            (
                1_700_000_000_000_000,
                1_700_000_000_000_001,
                Some(("microseconds", 1_700_000_000, 1_700_000_000)),
            ),
            // The first second of 1990 and the last before 2100.
            (
                631_152_000,
                4_102_444_799,
                Some(("seconds", 631_152_000, 4_102_444_799)),
            ),
            (631_151_999, 700_000_000, None),
            (700_000_000, 4_102_444_800, None),
            // Two units in one column, nothing for some rows, days written as numbers, nanoseconds.
            (1_700_000_000, 1_700_000_000_000, None),
            (0, 1_700_000_000, None),
            (20_250_301, 20_250_331, None),
            (1_700_000_000_000_000_000, 1_700_000_000_000_000_001, None),
        ] {
            assert_eq!(seen(low, high), expected, "{low} to {high}");
        }
    }
}
