//! Events in the order of their times. What comes from our own tables is so already; a host may hand lists over in any order.

use super::nested::take;
use super::{Column, Values, each_integer};
use crate::types::{Constant, RecordType, Type};
use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use std::cmp::Ordering;
use std::sync::Arc;

/// Where the events of lists stand in another order than that of their times, they are put in order: `starts` tell where lists begin, `events` are
/// the records as they came, `column` as they were read.
pub(super) fn in_order(
    starts: &[u32],
    events: &ArrayRef,
    column: Column,
    record: &RecordType,
    read: impl Fn(&ArrayRef) -> Result<Column, String>,
) -> Result<Column, String> {
    let Some(time) = record.time else {
        return Ok(column);
    };
    // Ties are broken by all parts; where some were left away, who left them away has seen to it.
    let is_whole = events.as_struct_opt().is_some_and(|events| {
        let has = |name: &str| events.column_by_name(name).is_some();
        record.parts.iter().all(|part| has(&part.name))
    });
    if is_sorted(starts, &column, record, is_whole) {
        return Ok(column);
    }
    let element = Type::Record(Arc::new(record.clone()));
    let constants: Vec<Constant> = (0..column.rows)
        .map(|row| column.constant(row, &element))
        .collect();
    let by_time = |a: &u64, b: &u64| {
        let (a, b) = (&constants[*a as usize], &constants[*b as usize]);
        let times = a.part(time).total_order(&b.part(time));
        times.then_with(|| {
            if is_whole {
                a.total_order(b)
            } else {
                Ordering::Equal
            }
        })
    };
    let mut places: Vec<u64> = (0..column.rows as u64).collect();
    for list in starts.windows(2) {
        places[list[0] as usize..list[1] as usize].sort_by(by_time);
    }
    read(&take(events, places)?)
}

/// Whether the events of each list follow each other in time, and with `ties` those of equal times by their other parts.
fn is_sorted(starts: &[u32], column: &Column, record: &RecordType, ties: bool) -> bool {
    let (Values::Record(parts), Some(time)) = (&column.values, record.time) else {
        return true;
    };
    let times = &parts[time as usize];
    let Values::Integers(numbers, _) = &times.values else {
        return true;
    };
    let element = Type::Record(Arc::new(record.clone()));
    let is_tie_in_order = |place: usize| {
        let (before, this) = (
            column.constant(place - 1, &element),
            column.constant(place, &element),
        );
        !ties || before.total_order(&this).is_le()
    };
    each_integer!(numbers, numbers => {
        let are_all_known = times.validity.is_none();
        are_all_known && is_rising(starts, numbers) || starts.windows(2).all(|list| {
            (list[0] as usize + 1..list[1] as usize).all(|place| {
                match (times.is_valid(place - 1), times.is_valid(place)) {
                    (true, true) => match numbers[place - 1].cmp(&numbers[place]) {
                        Ordering::Less => true,
                        Ordering::Equal => is_tie_in_order(place),
                        Ordering::Greater => false,
                    },
                    (false, true) => true,
                    (false, false) => is_tie_in_order(place),
                    (true, false) => false,
                }
            })
        })
    })
}

/// Whether the numbers of each list rise from one to the next. The lists follow each other and have all numbers.
fn is_rising<T: Copy + PartialOrd>(starts: &[u32], numbers: &[T]) -> bool {
    // Without a branch for each: wherever a number is not greater than the one before, a list begins.
    let falls = |place: usize| numbers[place - 1] >= numbers[place];
    let begins = starts.windows(2).filter(|list| {
        let first = list[0] as usize;
        list[0] < list[1] && first > 0 && falls(first)
    });
    let behind = numbers.get(1..).unwrap_or_default();
    let all = numbers.iter().zip(behind);
    all.filter(|(before, this)| before >= this).count() == begins.count()
}

#[cfg(test)]
mod tests {
    use super::is_rising;

    #[test]
    fn numbers_may_fall_only_where_a_list_begins() {
        assert!(is_rising::<i64>(&[0], &[]));
        assert!(is_rising(&[0, 0, 0], &[] as &[i64]));
        assert!(is_rising(&[0, 3, 3, 3, 5, 6, 6], &[1, 2, 9, 4, 5, 5]));
        assert!(!is_rising(&[0, 3, 3, 3, 5, 6, 6], &[1, 2, 2, 4, 5, 5]));
        assert!(!is_rising(&[0, 3, 3, 3, 5, 6, 6], &[1, 2, 9, 5, 5, 5]));
        assert!(!is_rising(&[0, 3, 3, 3, 5, 6, 6], &[1, 2, 9, 5, 4, 5]));
        assert!(!is_rising(&[0, 0, 2], &[2, 1]));
        assert!(is_rising(&[0, 1, 1, 2], &[2, 1]));
    }
}
