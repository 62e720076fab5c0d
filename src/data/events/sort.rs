//! The order of events: by contact, by time, and where times are equal by their fields.

use super::assemble::{assembled, with_texts};
use super::chunk::{Chunk, are_in_order};
use super::gather::{Times, Wanted, WantedStream};
use super::owners::Owners;
use super::part::Part;
use super::ties::Ties;
use crate::data::{DataError, errors};
use arrow_array::{ArrayRef, UInt32Array};
use arrow_schema::{ArrowError, DataType};
use std::sync::atomic::{AtomicBool, Ordering};

/// Events as they were read.
pub(super) struct Unsorted {
    /// The contact of each, counted from the first that is meant.
    pub(super) contacts: Vec<Vec<u32>>,
    /// The places of the events in the order in which they stand in their source; none where they come in it.
    pub(super) order: Option<Vec<u32>>,
    /// They come by contact, and those of a contact in their order.
    pub(super) is_sorted: bool,
    pub(super) columns: Vec<Column>,
}

/// A column of them.
pub(super) struct Column {
    pub(super) arrays: Vec<ArrayRef>,
    /// Where the arrays are codes: the texts that these stand for.
    pub(super) texts: Option<ArrayRef>,
    /// That of the table.
    pub(super) data_type: DataType,
}

impl Unsorted {
    /// What was read of a stream whose columns have these types, in the order of the source.
    pub(super) fn of<'t>(
        chunks: Vec<Chunk>,
        stream: &WantedStream,
        types: impl Iterator<Item = &'t DataType>,
    ) -> Self {
        let is_sorted = are_in_order(&chunks, stream);
        let mut columns: Vec<Column> = types
            .map(|data_type| Column {
                arrays: Vec::new(),
                texts: None,
                data_type: data_type.clone(),
            })
            .collect();
        let mut contacts = Vec::new();
        for chunk in chunks {
            contacts.push(Owners::each(chunk.owners));
            for (column, array) in columns.iter_mut().zip(chunk.columns) {
                column.arrays.push(array);
            }
        }
        Self {
            contacts,
            order: None,
            is_sorted,
            columns,
        }
    }
}

impl Column {
    /// Its rows in this order.
    pub(super) fn assembled(self, order: Option<&UInt32Array>) -> Result<ArrayRef, ArrowError> {
        match self.texts {
            None => assembled(self.arrays, order, &self.data_type),
            Some(texts) => {
                let codes = assembled(self.arrays, order, &DataType::UInt32)?;
                with_texts(&codes, texts)
            }
        }
    }

    /// The same with all its rows in one array, as they were read.
    fn whole(self) -> Result<Self, ArrowError> {
        let (data_type, texts) = (self.data_type.clone(), self.texts.clone());
        let arrays = match &texts {
            None => vec![assembled(self.arrays, None, &data_type)?],
            Some(_) => vec![assembled(self.arrays, None, &DataType::UInt32)?],
        };
        Ok(Self {
            arrays,
            texts,
            data_type,
        })
    }
}

/// How the events of a stream are put in order.
pub(super) struct Sorting<'a> {
    pub(super) table: &'a Wanted,
    pub(super) stream: &'a WantedStream,
    pub(super) threads: usize,
    pub(super) cancel: &'a AtomicBool,
}

impl Sorting<'_> {
    /// The events of so many contacts from the first on, in their order.
    pub(super) fn part(
        &self,
        unsorted: Unsorted,
        first: usize,
        contacts: usize,
    ) -> Result<Part, DataError> {
        let (stream, source) = (self.stream, self.table.source.name());
        let fault = |error: ArrowError| errors::damaged(source, "data", &error.to_string());
        let Unsorted {
            contacts: owners,
            order: read,
            is_sorted,
            columns,
        } = unsorted;
        let starts = starts(&owners, contacts)
            .ok_or_else(|| errors::too_many_events(source, &stream.column))?;
        let mut columns: Vec<Option<Column>> = columns.into_iter().map(Some).collect();
        let order = match is_sorted {
            true => None,
            false => self.order(owners, read, &starts, &mut columns)?,
        };
        let mut made: Vec<Option<ArrayRef>> = Vec::with_capacity(columns.len());
        for (place, column) in columns.into_iter().enumerate() {
            let is_part = stream.parts.iter().any(|(_, part)| *part == place);
            let array = (column.filter(|_| is_part))
                .map(|column| column.assembled(order.as_ref()).map_err(fault));
            made.push(array.transpose()?);
            if self.cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(source));
            }
        }
        let rows = starts[starts.len() - 1] as usize;
        Ok(Part {
            first,
            starts,
            events: stream.events(made, rows).map_err(fault)?,
        })
    }

    /// The order of the events; none where they come in it.
    fn order(
        &self,
        owners: Vec<Vec<u32>>,
        read: Option<Vec<u32>>,
        starts: &[u32],
        columns: &mut [Option<Column>],
    ) -> Result<Option<UInt32Array>, DataError> {
        let (stream, source) = (self.stream, self.table.source.name());
        let fault = |error: ArrowError| errors::damaged(source, "data", &error.to_string());
        // The columns that decide on the order are put together as they were read; the others are brought into the order at once.
        let decides = |place: &usize| *place == stream.time || stream.order.contains(place);
        let mut whole: Vec<Option<ArrayRef>> = vec![None; columns.len()];
        for place in (0..columns.len()).filter(decides) {
            if let Some(column) = columns[place].take() {
                let column = column.whole().map_err(fault)?;
                whole[place] = Some(match &column.texts {
                    Some(texts) => with_texts(&column.arrays[0], texts.clone()).map_err(fault)?,
                    None => column.arrays[0].clone(),
                });
                columns[place] = Some(column);
            }
        }
        let times = whole[stream.time].as_ref().and_then(Times::of);
        let times =
            times.ok_or_else(|| errors::damaged(source, "data", "its times cannot be read"))?;
        let ties = Ties::of(
            (stream.order.iter()).filter_map(|column| whole[*column].as_ref()),
            self.table.blank_is_missing,
        );
        let mut order = by_contact(&owners, starts, read.as_deref());
        drop((owners, read));
        self.by_time(&mut order, starts, &times.values, &ties)
            .map_err(|()| DataError::stopped(source))?;
        drop((ties, whole));
        let is_same = (order.iter().enumerate()).all(|(place, row)| place as u32 == *row);
        Ok((!is_same).then(|| UInt32Array::from(order)))
    }
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

/// The events by their contacts, those of one contact as they stand in their source; `read` is the order of their source, where they do not come in it.
fn by_contact(owners: &[Vec<u32>], starts: &[u32], read: Option<&[u32]>) -> Vec<u32> {
    let mut next = starts.to_vec();
    let mut order = vec![0; starts[starts.len() - 1] as usize];
    let mut put = |row: u32, owner: u32| {
        let place = &mut next[owner as usize];
        order[*place as usize] = row;
        *place += 1;
    };
    match read {
        None => {
            for (row, owner) in owners.iter().flatten().enumerate() {
                put(row as u32, *owner);
            }
        }
        Some(read) => {
            let owners: Vec<u32> = owners.iter().flatten().copied().collect();
            for row in read {
                put(*row, owners[*row as usize]);
            }
        }
    }
    order
}

/// Events that a thread sorts before it looks whether it was asked to stop.
const SORTED_AT_ONCE: usize = 1 << 20;

impl Sorting<'_> {
    /// Sorts the events of each contact by time and by what breaks ties; those that are equal in all stay as they stand in their source.
    fn by_time(
        &self,
        order: &mut [u32],
        starts: &[u32],
        times: &[i64],
        ties: &Ties,
    ) -> Result<(), ()> {
        // Contacts are shared out so that each thread has about as many events as the others.
        let threads = self.threads.min(order.len() / SORTED_AT_ONCE + 1);
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
                            if self.cancel.load(Ordering::Relaxed) {
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
