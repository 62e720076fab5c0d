//! The order of events: by contact, by time, and where times are equal by their fields.

use super::JoinOptions;
use super::assemble::assembled;
use super::gather::{Gathered, Times, Wanted, WantedStream};
use super::ties::Ties;
use crate::data::{DataError, errors};
use arrow_array::{Array, ArrayRef, StructArray, UInt32Array};
use arrow_schema::{ArrowError, Field, Fields};
use std::sync::atomic::{AtomicBool, Ordering};

/// The events of a stream, those of one contact side by side and in their order.
pub(super) struct Lists {
    /// The name of the list column.
    pub(super) column: String,
    /// The name of the table.
    pub(super) table: String,
    /// Where the events of each contact begin, and behind them the number of all.
    pub(super) starts: Vec<u32>,
    pub(super) events: StructArray,
}

/// Brings the events of a stream into their order.
pub(super) fn sorted(
    table: &Wanted,
    stream: &WantedStream,
    gathered: Gathered,
    contacts: usize,
    options: &JoinOptions,
) -> Result<Lists, DataError> {
    let source = table.source.name();
    let fault = |error: &ArrowError| errors::damaged(source, "data", &error.to_string());
    let Gathered {
        contacts: owners,
        mut columns,
    } = gathered;
    let starts =
        starts(&owners, contacts).ok_or_else(|| errors::too_many_events(source, &stream.column))?;
    let types = table.source.schema();
    let data_type = |column: usize| types.field(stream.columns[column]).data_type();
    // The columns that decide on the order are put together as they were read; the others are brought into the order at once.
    let mut whole: Vec<Option<ArrayRef>> = vec![None; columns.len()];
    for column in std::iter::once(stream.time).chain(stream.order.iter().copied()) {
        if whole[column].is_none() {
            let arrays = std::mem::take(&mut columns[column]);
            let array =
                assembled(arrays, None, data_type(column)).map_err(|error| fault(&error))?;
            whole[column] = Some(array);
        }
    }
    let times = whole[stream.time].as_ref().and_then(Times::of);
    let times = times.ok_or_else(|| errors::damaged(source, "data", "its times cannot be read"))?;
    let ties = Ties::of(
        stream
            .order
            .iter()
            .filter_map(|column| whole[*column].as_ref()),
        table.blank_is_missing,
    );
    let mut order = by_contact(&owners, &starts);
    drop(owners);
    by_time(&mut order, &starts, &times.values, &ties, options)
        .map_err(|()| DataError::stopped(source))?;
    drop(ties);
    let is_same = order
        .iter()
        .enumerate()
        .all(|(place, row)| place as u32 == *row);
    let order = (!is_same).then(|| UInt32Array::from(order));
    let mut made: Vec<ArrayRef> = Vec::with_capacity(columns.len());
    for (column, (arrays, whole)) in columns.into_iter().zip(whole).enumerate() {
        let is_part = stream.parts.iter().any(|(_, place)| *place == column);
        let arrays = if is_part {
            whole.map_or(arrays, |whole| vec![whole])
        } else {
            Vec::new()
        };
        let array = assembled(arrays, order.as_ref(), data_type(column));
        made.push(array.map_err(|error| fault(&error))?);
        if options.cancel.load(Ordering::Relaxed) {
            return Err(DataError::stopped(source));
        }
    }
    let fields: Fields = (stream.parts.iter())
        .map(|(name, place)| Field::new(name, made[*place].data_type().clone(), true))
        .collect();
    let parts = (stream.parts.iter())
        .map(|(_, place)| made[*place].clone())
        .collect();
    let rows = starts[starts.len() - 1] as usize;
    let events = StructArray::try_new_with_length(fields, parts, None, rows)
        .map_err(|error| fault(&error))?;
    Ok(Lists {
        column: stream.column.clone(),
        table: source.to_owned(),
        starts,
        events,
    })
}

/// Where the events of each contact begin in the order of contacts; none where there are too many of them.
fn starts(owners: &[Vec<u32>], contacts: usize) -> Option<Vec<u32>> {
    let rows: usize = owners.iter().map(Vec::len).sum();
    u32::try_from(rows).ok()?;
    let mut starts = vec![0u32; contacts + 1];
    for owner in owners.iter().flatten() {
        starts[*owner as usize + 1] += 1;
    }
    let mut before = 0;
    for start in &mut starts {
        before += *start;
        *start = before;
    }
    Some(starts)
}

/// The events by their contacts, those of one contact as they were read.
fn by_contact(owners: &[Vec<u32>], starts: &[u32]) -> Vec<u32> {
    let mut next = starts.to_vec();
    let mut order = vec![0; starts[starts.len() - 1] as usize];
    for (row, owner) in owners.iter().flatten().enumerate() {
        let place = &mut next[*owner as usize];
        order[*place as usize] = row as u32;
        *place += 1;
    }
    order
}

/// Events that a thread sorts before it looks whether it was asked to stop.
const SORTED_AT_ONCE: usize = 1 << 20;

/// Sorts the events of each contact by time and by what breaks ties; those that are equal in all stay as they were read.
fn by_time(
    order: &mut [u32],
    starts: &[u32],
    times: &[i64],
    ties: &Ties,
    options: &JoinOptions,
) -> Result<(), ()> {
    // Contacts are shared out so that each thread has about as many events as the others.
    let threads = options.threads.get().min(order.len() / SORTED_AT_ONCE + 1);
    let stopped = AtomicBool::new(false);
    let share = order.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let (mut rest, mut first) = (order, 0);
        while first + 1 < starts.len() {
            let wanted = starts[first] as usize + share;
            let last = starts.partition_point(|start| (*start as usize) < wanted);
            let last = last.clamp(first + 1, starts.len() - 1);
            let (own, behind) = rest.split_at_mut((starts[last] - starts[first]) as usize);
            let of_own = &starts[first..=last];
            let stopped = &stopped;
            let mut work = move || {
                let mut sorted = 0;
                for pair in of_own.windows(2) {
                    let (from, to) = (pair[0] - of_own[0], pair[1] - of_own[0]);
                    of_one(&mut own[from as usize..to as usize], times, ties);
                    sorted += (to - from) as usize;
                    if sorted >= SORTED_AT_ONCE {
                        sorted = 0;
                        if options.cancel.load(Ordering::Relaxed) {
                            stopped.store(true, Ordering::Relaxed);
                            return;
                        }
                    }
                }
            };
            if threads == 1 {
                work();
            } else {
                scope.spawn(work);
            }
            (rest, first) = (behind, last);
        }
    });
    if stopped.into_inner() {
        Err(())
    } else {
        Ok(())
    }
}

/// Sorts the events of one contact.
fn of_one(rows: &mut [u32], times: &[i64], ties: &Ties) {
    let time = |row: &u32| times[*row as usize];
    if !rows.is_sorted_by_key(time) {
        // Equal times stay as they were read.
        rows.sort_by_key(time);
    }
    if ties.is_empty() {
        return;
    }
    let mut first = 0;
    while first < rows.len() {
        let mut end = first + 1;
        while end < rows.len() && time(&rows[end]) == time(&rows[first]) {
            end += 1;
        }
        if end - first > 1 {
            rows[first..end].sort_by(|a, b| ties.compare(*a, *b));
        }
        first = end;
    }
}
