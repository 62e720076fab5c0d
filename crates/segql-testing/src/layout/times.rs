//! Dates, times and durations in Arrow, in every unit.

use super::Layout;
use crate::cells::{Cell, nanoseconds};
use arrow_array::ArrayRef;
use arrow_array::types::{
    Date32Type, Date64Type, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_schema::TimeUnit;
use std::sync::Arc;

impl Layout<'_> {
    pub(super) fn dates(&mut self, cells: &[Cell]) -> ArrayRef {
        let days = |cell: &Cell| match cell {
            Cell::Date(days) => Some(*days),
            _ => None,
        };
        if self.is_hostile() && self.random.percent(30) {
            // Not always the first millisecond of its day.
            let within = *self.random.pick(&[0, 0, 1, 86_399_999]);
            let milliseconds = |cell: &Cell| days(cell).map(|days| days * 86_400_000 + within);
            return Arc::new(self.primitives::<Date64Type>(
                cells,
                milliseconds,
                &[0, i64::MIN, i64::MAX],
            ));
        }
        Arc::new(self.primitives::<Date32Type>(
            cells,
            |cell| days(cell).and_then(|days| days.try_into().ok()),
            &[0, i32::MIN, i32::MAX],
        ))
    }

    /// The unit itself, or a finer one that holds all counts; with the factor between them.
    pub(super) fn unit(
        &mut self,
        counts: impl Iterator<Item = i64> + Clone,
        unit: TimeUnit,
    ) -> (TimeUnit, i64) {
        if self.is_hostile() && self.random.percent(25) {
            let units = [
                TimeUnit::Millisecond,
                TimeUnit::Microsecond,
                TimeUnit::Nanosecond,
            ];
            let finer = *self.random.pick(&units);
            if nanoseconds(finer) <= nanoseconds(unit) {
                let factor = nanoseconds(unit) / nanoseconds(finer);
                if counts
                    .clone()
                    .all(|count| count.checked_mul(factor).is_some())
                {
                    return (finer, factor);
                }
            }
        }
        (unit, 1)
    }

    pub(super) fn times(&mut self, cells: &[Cell], unit: TimeUnit) -> ArrayRef {
        let count = |cell: &Cell| match cell {
            Cell::Time(count) => Some(*count),
            _ => None,
        };
        let (unit, factor) = self.unit(cells.iter().filter_map(count), unit);
        let native = |cell: &Cell| count(cell).map(|count| count * factor);
        let junk = [0, i64::MIN, i64::MAX];
        let zone = match self.random.below(3) {
            0 => None,
            1 => Some("UTC"),
            _ => Some("+02:00"),
        };
        match unit {
            TimeUnit::Second => Arc::new(
                self.primitives::<TimestampSecondType>(cells, native, &junk)
                    .with_timezone_opt(zone),
            ),
            TimeUnit::Millisecond => Arc::new(
                self.primitives::<TimestampMillisecondType>(cells, native, &junk)
                    .with_timezone_opt(zone),
            ),
            TimeUnit::Microsecond => Arc::new(
                self.primitives::<TimestampMicrosecondType>(cells, native, &junk)
                    .with_timezone_opt(zone),
            ),
            TimeUnit::Nanosecond => Arc::new(
                self.primitives::<TimestampNanosecondType>(cells, native, &junk)
                    .with_timezone_opt(zone),
            ),
        }
    }

    pub(super) fn durations(&mut self, cells: &[Cell], unit: TimeUnit) -> ArrayRef {
        let count = |cell: &Cell| match cell {
            Cell::Duration(count) => Some(*count),
            _ => None,
        };
        let (unit, factor) = self.unit(cells.iter().filter_map(count), unit);
        let native = |cell: &Cell| count(cell).map(|count| count * factor);
        let junk = [0, i64::MIN, i64::MAX];
        match unit {
            TimeUnit::Second => {
                Arc::new(self.primitives::<DurationSecondType>(cells, native, &junk))
            }
            TimeUnit::Millisecond => {
                Arc::new(self.primitives::<DurationMillisecondType>(cells, native, &junk))
            }
            TimeUnit::Microsecond => {
                Arc::new(self.primitives::<DurationMicrosecondType>(cells, native, &junk))
            }
            TimeUnit::Nanosecond => {
                Arc::new(self.primitives::<DurationNanosecondType>(cells, native, &junk))
            }
        }
    }
}
