//! Events that are stored in the order of their contacts: read where they lie, and never sorted.
//!
//! A file says of itself what order it is in (`segql.order`). What can be seen from contacts and times is looked at all the same: where the contacts have
//! another order by now, the events are read and sorted like any others.

use super::assemble::{Words, coded, flat_type, is_text, plain_type};
use super::gather::{Times, Wanted};
use super::index::{Index, MISSING, UNKNOWN};
use super::part::{Lists, Load, Part};
use super::report::TableReport;
use super::sort::Column;
use super::{EventTable, JoinOptions};
use crate::data::{DataError, errors};
use arrow_array::{Array, ArrayRef, StructArray, UInt32Array};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, Fields};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Under this name a file has the columns it is sorted by, as a list in JSON: the contact, in the order of the contacts; the time; what breaks ties.
const ORDER: &str = "segql.order";
/// Under this, whether blank text counted as missing there.
const BLANK: &str = "segql.blank_text_is_missing";

/// What a file says of itself that is in such an order.
pub(in crate::data) fn marks(
    contact: &str,
    time: &str,
    ties: &[String],
    blank_is_missing: bool,
) -> HashMap<String, String> {
    let mut order = vec![contact.to_owned(), time.to_owned()];
    order.extend(ties.iter().cloned());
    let order = serde_json::to_string(&order).unwrap_or_default();
    HashMap::from([
        (ORDER.to_owned(), order),
        (BLANK.to_owned(), blank_is_missing.to_string()),
    ])
}

/// Whether a table says that it is in the order that is asked for.
pub(super) fn is_marked(table: &EventTable) -> bool {
    let schema = table.source.schema();
    let (Some(order), [stream], None) = (
        schema.metadata().get(ORDER),
        &table.streams[..],
        &table.kind,
    ) else {
        return false;
    };
    let Ok(order) = serde_json::from_str::<Vec<String>>(order) else {
        return false;
    };
    let blank = schema.metadata().get(BLANK).map(String::as_str);
    match &order[..] {
        [contact, time, ties @ ..] => {
            let is_known = *contact == table.contact && *time == table.time;
            let breaks = stream.order.is_empty()
                || *ties == stream.order[..]
                    && blank
                        == Some(if table.blank_is_missing {
                            "true"
                        } else {
                            "false"
                        });
            is_known && breaks
        }
        _ => false,
    }
}

/// Events of one contact that lie side by side.
struct Run {
    contact: u32,
    /// The row of the first, in the piece.
    first: u32,
    rows: u32,
    first_time: i64,
    last_time: i64,
}

/// What came of one piece: its runs, its rows; none where it is not in order.
type Looked = Result<Option<(Vec<Run>, u64, TableReport)>, DataError>;

/// The list of a table that is in the order of the contacts, and what there is to tell of it; none where it is not.
pub(super) fn packed(
    table: &Arc<Wanted>,
    index: &Index,
    options: &JoinOptions,
    read_before: &AtomicU64,
) -> Result<Option<(Lists, TableReport)>, DataError> {
    let pieces = table.source.pieces();
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let done: Mutex<Vec<Option<Looked>>> = Mutex::new((0..pieces).map(|_| None).collect());
    let work = || {
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces || stop.load(Ordering::Relaxed) {
                return;
            }
            let looked = look(table, piece, index, options, read_before);
            if !matches!(looked, Ok(Some(_))) {
                stop.store(true, Ordering::Relaxed);
            }
            done.lock().unwrap_or_else(PoisonError::into_inner)[piece] = Some(looked);
        }
    };
    let threads = options.threads.get().min(pieces);
    if threads <= 1 {
        work();
    } else {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
        });
    }
    let mut report = table.report();
    let mut joined = Joined::new(index.contacts());
    for looked in done.into_inner().unwrap_or_else(PoisonError::into_inner) {
        let Some(looked) = looked else {
            return Ok(None);
        };
        let Some((runs, rows, told)) = looked? else {
            return Ok(None);
        };
        report.add(&told);
        if joined.add(runs, rows).is_none() {
            return Ok(None);
        }
    }
    report.was_in_order = true;
    let stream = &table.streams[0];
    let loader = Packed {
        table: Arc::clone(table),
        parts: joined.finish(),
    };
    let nothing = loader.events(0..0, &[])?;
    let lists = Lists::loaded(
        stream.column.clone(),
        table.source.name().to_owned(),
        nothing.data_type().clone(),
        Box::new(loader),
    );
    Ok(Some((lists, report)))
}

/// Looks at contacts and times of a piece.
fn look(
    table: &Wanted,
    piece: usize,
    index: &Index,
    options: &JoinOptions,
    read_before: &AtomicU64,
) -> Looked {
    let source = &*table.source;
    let mut report = table.report();
    let mut runs: Vec<Run> = Vec::new();
    let mut row = 0u32;
    let mut columns = [table.contact, table.time];
    columns.sort_unstable();
    let column = |column| usize::from(column != columns[0]);
    for batch in source.read(piece, &columns)? {
        if options.cancel.load(Ordering::Relaxed) {
            return Err(DataError::stopped(source.name()));
        }
        let batch = batch?;
        let (contacts, times) = (
            batch.column(column(table.contact)),
            batch.column(column(table.time)),
        );
        let (Some(contacts), Some(times)) = (index.find(contacts), Times::of(times)) else {
            return Ok(None);
        };
        let later_than = options.now.map(|now| times.last_until(now));
        if u32::try_from(u64::from(row) + contacts.len() as u64).is_err() {
            return Ok(None);
        }
        let mut first = i64::MAX;
        for (place, contact) in contacts.iter().copied().enumerate() {
            report.streams[0].events += 1;
            if contact == MISSING {
                report.without_key += 1;
            } else if times.is_missing(place) {
                report.without_time += 1;
            } else if contact == UNKNOWN {
                report.of_no_contact += 1;
            } else {
                let time = times.values[place];
                report.later += u64::from(later_than.is_some_and(|last| time > last));
                first = first.min(time);
                match runs.last_mut() {
                    Some(run) if run.contact == contact => {
                        if run.first + run.rows != row || time < run.last_time {
                            return Ok(None);
                        }
                        run.rows += 1;
                        run.last_time = time;
                    }
                    Some(run) if run.contact > contact => return Ok(None),
                    _ => runs.push(Run {
                        contact,
                        first: row,
                        rows: 1,
                        first_time: time,
                        last_time: time,
                    }),
                }
            }
            row += 1;
        }
        if first < i64::MAX {
            report.streams[0].met(times.instant(first));
        }
        if let Some(progress) = &options.progress {
            let rows = contacts.len() as u64;
            progress(read_before.fetch_add(rows, Ordering::Relaxed) + rows);
        }
    }
    Ok(Some((runs, row.into(), report)))
}

/// Where the events of the contacts lie.
struct Places {
    /// For each contact the row of its first event, counted over all pieces; of one without events, that of the next that has some.
    firsts: Vec<u32>,
    /// How many it has.
    rows: Vec<u32>,
    /// The row of the first of each piece, and behind them the number of all.
    pieces: Vec<u32>,
    /// The first contact of each part, and behind them the number of all.
    parts: Vec<usize>,
}

/// The runs of one piece after the other.
struct Joined {
    places: Places,
    /// The contact, the row behind and the time of the last event so far.
    last: Option<(u32, u32, i64)>,
}

impl Joined {
    fn new(contacts: usize) -> Self {
        Self {
            places: Places {
                firsts: vec![0; contacts],
                rows: vec![0; contacts],
                pieces: vec![0],
                parts: Vec::new(),
            },
            last: None,
        }
    }

    /// None where they are not in order behind those before.
    fn add(&mut self, runs: Vec<Run>, rows: u64) -> Option<()> {
        let places = &mut self.places;
        let begin = *places.pieces.last()?;
        let end = u32::try_from(u64::from(begin) + rows).ok()?;
        for run in runs {
            let (contact, first) = (run.contact as usize, begin + run.first);
            match self.last {
                Some((last, behind, time)) if last == run.contact => {
                    if behind != first || run.first_time < time {
                        return None;
                    }
                }
                Some((last, ..)) if last > run.contact => return None,
                _ => places.firsts[contact] = first,
            }
            places.rows[contact] += run.rows;
            self.last = Some((run.contact, first + run.rows, run.last_time));
        }
        places.pieces.push(end);
        Some(())
    }

    fn finish(self) -> Places {
        let mut places = self.places;
        let mut next = places.pieces.last().copied().unwrap_or(0);
        for (first, rows) in places.firsts.iter_mut().zip(&places.rows).rev() {
            if *rows == 0 {
                *first = next;
            }
            next = *first;
        }
        // A part are the contacts whose events begin in a piece.
        let contacts = places.firsts.len();
        let mut parts = vec![0];
        for piece in &places.pieces[1..] {
            let behind = places.firsts.partition_point(|first| first < piece);
            if parts.last() != Some(&behind) && behind < contacts {
                parts.push(behind);
            }
        }
        parts.push(contacts);
        places.parts = parts;
        places
    }
}

/// Events that are read where they lie.
struct Packed {
    table: Arc<Wanted>,
    parts: Places,
}

impl Load for Packed {
    fn load(&self, contact: usize) -> Result<Part, DataError> {
        let places = &self.parts;
        let part = places.parts.partition_point(|first| *first <= contact) - 1;
        let (first, end) = (places.parts[part], places.parts[part + 1]);
        let mut starts = Vec::with_capacity(end - first + 1);
        let mut before = 0u32;
        starts.push(0);
        for rows in &places.rows[first..end] {
            before += rows;
            starts.push(before);
        }
        let rows = places.firsts[first]
            ..(first..end)
                .rev()
                .find(|contact| places.rows[*contact] > 0)
                .map_or(places.firsts[first], |last| {
                    places.firsts[last] + places.rows[last]
                });
        // Rows of contacts that are gone may stand between the others.
        let mut wanted: Vec<u32> = Vec::new();
        if rows.len() as u32 != before {
            for contact in first..end {
                let own = places.firsts[contact] - rows.start;
                wanted.extend(own..own + places.rows[contact]);
            }
        }
        Ok(Part {
            first,
            starts,
            events: self.events(rows, &wanted)?,
        })
    }
}

impl Packed {
    /// The events of these rows, counted over all pieces; of them only those wanted, where some are named.
    fn events(&self, rows: Range<u32>, wanted: &[u32]) -> Result<StructArray, DataError> {
        let (source, stream) = (&*self.table.source, &self.table.streams[0]);
        let fault = |error: ArrowError| errors::damaged(source.name(), "data", &error.to_string());
        let mut columns: Vec<usize> = (stream.parts.iter())
            .map(|(_, part)| stream.columns[*part])
            .collect();
        columns.sort_unstable();
        columns.dedup();
        let mut arrays: Vec<Vec<ArrayRef>> = vec![Vec::new(); columns.len()];
        for (piece, bounds) in self.parts.pieces.windows(2).enumerate() {
            if bounds[1] <= rows.start || bounds[0] >= rows.end {
                continue;
            }
            let mut row = bounds[0];
            for batch in source.read(piece, &columns)? {
                let batch = batch?;
                let end = row + batch.num_rows() as u32;
                let (from, to) = (rows.start.max(row), rows.end.min(end));
                if from < to {
                    let slice = batch.slice((from - row) as usize, (to - from) as usize);
                    for (arrays, array) in arrays.iter_mut().zip(slice.columns()) {
                        arrays.push(array.clone());
                    }
                }
                row = end;
            }
            if row != bounds[1] {
                return Err(errors::changed(source.name()));
            }
        }
        let types = source.schema();
        let wanted = (!wanted.is_empty()).then(|| UInt32Array::from(wanted.to_vec()));
        let mut made = Vec::with_capacity(columns.len());
        for (column, arrays) in columns.iter().zip(arrays) {
            let column = uniform(types.field(*column).data_type(), arrays).map_err(fault)?;
            made.push(column.assembled(wanted.as_ref()).map_err(fault)?);
        }
        let parts = stream.parts.iter().map(|(name, part)| {
            let column = &stream.columns[*part];
            let array = made[columns.binary_search(column).unwrap_or(0)].clone();
            (Field::new(name, array.data_type().clone(), true), array)
        });
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = parts.unzip();
        let number = wanted.map_or(rows.len(), |wanted| wanted.len());
        StructArray::try_new_with_length(Fields::from(fields), arrays, None, number).map_err(fault)
    }
}

/// Arrays of a column in a form that is the same for every part: text in dictionaries with codes of 32 bits.
fn uniform(data_type: &DataType, arrays: Vec<ArrayRef>) -> Result<Column, ArrowError> {
    match data_type {
        DataType::Dictionary(_, values) if is_text(values) => {
            let mut words = Words::default();
            let mut codes = Vec::new();
            arrays
                .iter()
                .for_each(|array| words.codes(array, &mut codes));
            Ok(Column {
                arrays: vec![coded(codes)],
                texts: Some(words.into_texts()),
                data_type: DataType::UInt32,
            })
        }
        // Inside of lists and records dictionaries would differ as well.
        other if flat_type(other) != plain_type(other) => {
            let flat = flat_type(other);
            let arrays: Result<_, _> = arrays.iter().map(|array| cast(array, &flat)).collect();
            Ok(Column {
                arrays: arrays?,
                texts: None,
                data_type: flat,
            })
        }
        other => Ok(Column {
            arrays: (arrays.iter().map(super::assemble::plain)).collect::<Result<_, _>>()?,
            texts: None,
            data_type: plain_type(other),
        }),
    }
}
