//! Reading the tables of events: each event goes to its stream with the contact it belongs to, or is counted as one that nobody will see.

use super::assemble::plain;
use super::index::{Index, MISSING, Sort, UNKNOWN, sort_of};
use super::packed::is_marked;
use super::report::{StreamReport, TableReport};
use super::store::{Chunk, Store};
use super::{EventStream, EventTable, JoinOptions};
use crate::data::{DataError, Source, Texts, errors};
use crate::diagnostics::suggest::nearest;
use crate::schema::{described, type_of};
use crate::types::Type;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use arrow_select::take::take;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A table with the places of the columns that are read.
pub(super) struct Wanted {
    pub(super) source: Arc<dyn Source>,
    pub(super) blank_is_missing: bool,
    pub(super) streams: Vec<WantedStream>,
    /// The table says that it is in the order of the contacts.
    pub(super) is_marked: bool,
    pub(super) contact: usize,
    pub(super) time: usize,
    kind: Option<usize>,
    /// All columns that are read, ascending.
    columns: Vec<usize>,
}

/// A stream with the columns of its events.
pub(super) struct WantedStream {
    pub(super) column: String,
    kind: Option<String>,
    /// The columns that are kept, as places in the table's source, ascending; the time is among them.
    pub(super) columns: Vec<usize>,
    /// Where the time is among them.
    pub(super) time: usize,
    /// Each part of the records with its place among these columns.
    pub(super) parts: Vec<(String, usize)>,
    /// The columns that put events of one time in order, as places among these.
    pub(super) order: Vec<usize>,
}

impl Wanted {
    /// The tables with the places of what is asked for. Every column is there and holds what its use needs.
    pub(super) fn of_all(keys: Sort, tables: Vec<EventTable>) -> Result<Vec<Arc<Self>>, DataError> {
        let tables = tables.into_iter();
        tables
            .map(|table| Self::of(keys, table).map(Arc::new))
            .collect()
    }

    fn of(keys: Sort, table: EventTable) -> Result<Self, DataError> {
        let source = &*table.source;
        let contact = place(source, &table.contact)?;
        if sort_of(source, contact)? != keys {
            return Err(errors::keys_of_two_sorts(
                source.name(),
                &table.contact,
                keys == Sort::Text,
            ));
        }
        let time = typed(source, &table.time, &Type::Time)?;
        let kind = (table.kind.as_ref())
            .map(|kind| typed(source, kind, &Type::Text))
            .transpose()?;
        let streams = (table.streams.iter())
            .map(|stream| WantedStream::of(source, time, stream))
            .collect::<Result<Vec<_>, _>>()?;
        let mut columns = vec![contact, time];
        columns.extend(kind);
        columns.extend(streams.iter().flat_map(|stream| stream.columns.iter()));
        columns.sort_unstable();
        columns.dedup();
        Ok(Self {
            blank_is_missing: table.blank_is_missing,
            streams,
            is_marked: is_marked(&table),
            contact,
            time,
            kind,
            columns,
            source: table.source,
        })
    }

    /// What is told of the table before anything was read.
    pub(super) fn report(&self) -> TableReport {
        let streams = self.streams.iter().map(|stream| StreamReport {
            column: stream.column.clone(),
            kind: stream.kind.clone(),
            events: 0,
            first: None,
        });
        TableReport {
            source: self.source.name().to_owned(),
            streams: streams.collect(),
            ..TableReport::default()
        }
    }
}

impl WantedStream {
    fn of(source: &dyn Source, time: usize, stream: &EventStream) -> Result<Self, DataError> {
        let parts = (stream.parts.iter())
            .map(|(_, column)| readable(source, column))
            .collect::<Result<Vec<_>, _>>()?;
        let order = (stream.order.iter())
            .map(|column| readable(source, column))
            .collect::<Result<Vec<_>, _>>()?;
        let mut columns: Vec<usize> = parts.iter().chain(&order).copied().collect();
        columns.push(time);
        columns.sort_unstable();
        columns.dedup();
        let among = |column: &usize| columns.binary_search(column).unwrap_or(0);
        let names = stream.parts.iter().map(|(name, _)| name.clone());
        Ok(Self {
            column: stream.column.clone(),
            kind: stream.kind.clone(),
            parts: names.zip(parts.iter().map(among)).collect(),
            order: order.iter().map(among).collect(),
            time: among(&time),
            columns,
        })
    }
}

/// The place of a column.
pub(super) fn place(source: &dyn Source, column: &str) -> Result<usize, DataError> {
    let schema = source.schema();
    if let Some((place, _)) = schema.column_with_name(column) {
        return Ok(place);
    }
    let names = schema.fields().iter().map(|field| field.name().as_str());
    let near = nearest(column, names);
    Err(errors::no_column(source.name(), column, near))
}

/// The place of a column that the language can read.
fn readable(source: &dyn Source, column: &str) -> Result<usize, DataError> {
    let place = place(source, column)?;
    match type_of(source.schema().field(place).data_type()) {
        Ok(_) => Ok(place),
        Err(not_read) => {
            let holds = format!("not readable, because {}", not_read.reason);
            Err(errors::wrong_type(
                source.name(),
                column,
                "a field of events",
                &holds,
            ))
        }
    }
}

/// The place of a column of this type.
fn typed(source: &dyn Source, column: &str, needed: &Type) -> Result<usize, DataError> {
    let place = readable(source, column)?;
    match type_of(source.schema().field(place).data_type()) {
        Ok(found) if found == *needed => Ok(place),
        found => {
            let holds = found.map_or_else(|not_read| not_read.reason, |found| described(&found));
            Err(errors::wrong_type(
                source.name(),
                column,
                &needed.name(),
                &holds,
            ))
        }
    }
}

/// Reads a table into a store; what there is to tell of it.
pub(super) fn gather(
    table: &Wanted,
    index: &Index,
    options: &JoinOptions,
    read_before: &AtomicU64,
    store: &Store<'_>,
) -> Result<TableReport, DataError> {
    let pieces = table.source.pieces();
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let done: Mutex<Vec<Option<Read>>> = Mutex::new((0..pieces).map(|_| None).collect());
    let work = || {
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces || stop.load(Ordering::Relaxed) {
                return;
            }
            let read = table.read(piece, index, options, read_before, store);
            if read.is_err() {
                stop.store(true, Ordering::Relaxed);
            }
            done.lock().unwrap_or_else(PoisonError::into_inner)[piece] = Some(read);
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
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Pieces behind one that could not be read may be missing; the first fault in the order of the source is the one to tell.
    for read in done.into_iter().flatten() {
        report.add(&read?);
    }
    Ok(report)
}

/// What came of one piece.
type Read = Result<TableReport, DataError>;

impl Wanted {
    fn read(
        &self,
        piece: usize,
        index: &Index,
        options: &JoinOptions,
        read_before: &AtomicU64,
        store: &Store<'_>,
    ) -> Read {
        let mut report = self.report();
        // Pieces follow each other, and so do their rows.
        let mut place = (piece as u64) << ROW_BITS;
        for batch in self.source.read(piece, &self.columns)? {
            if options.cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(self.source.name()));
            }
            let batch = batch?;
            let rows = self.sorted_out(piece, &batch, index, options.now, &mut report)?;
            let chunks = (self.streams.iter().zip(rows))
                .map(|(stream, rows)| self.kept(piece, stream, &batch, rows, place))
                .collect::<Result<Vec<_>, DataError>>()?;
            store.take(chunks)?;
            let rows = batch.num_rows() as u64;
            place += rows;
            if let Some(progress) = &options.progress {
                progress(read_before.fetch_add(rows, Ordering::Relaxed) + rows);
            }
        }
        Ok(report)
    }

    fn column<'a>(&self, batch: &'a RecordBatch, column: usize) -> &'a ArrayRef {
        batch.column(self.columns.binary_search(&column).unwrap_or(0))
    }

    /// For each stream the rows of its events, each with its contact; those that nobody will see are counted.
    fn sorted_out(
        &self,
        piece: usize,
        batch: &RecordBatch,
        index: &Index,
        now: Option<i128>,
        report: &mut TableReport,
    ) -> Result<Vec<Rows>, DataError> {
        let contacts = index
            .find(self.column(batch, self.contact))
            .ok_or_else(|| {
                let schema = self.source.schema();
                let name = schema.field(self.contact).name();
                let source = self.source.piece_name(piece);
                errors::wrong_type(source, name, "a number of at most 128 bits", "a larger one")
            })?;
        let times = plain(self.column(batch, self.time));
        let times = times.ok().as_ref().and_then(Times::of).ok_or_else(|| {
            let source = self.source.piece_name(piece);
            errors::damaged(source, "data", "its times cannot be read")
        })?;
        let later_than = now.map(|now| times.last_until(now));
        let kinds = (self.kind)
            .map(|kind| plain(self.column(batch, kind)))
            .transpose()
            .map_err(|error| {
                let source = self.source.piece_name(piece);
                errors::damaged(source, "data", &error.to_string())
            })?;
        let streams = kinds.map(|kinds| self.streams_of(&kinds));
        let mut rows: Vec<Rows> = self.streams.iter().map(|_| Rows::default()).collect();
        let mut first: Vec<i64> = vec![i64::MAX; rows.len()];
        for (row, contact) in contacts.into_iter().enumerate() {
            let stream = streams.as_ref().map_or(0, |streams| streams[row]);
            if stream >= OTHER {
                report.without_kind += u64::from(stream == NO_KIND);
                continue;
            }
            let stream = stream as usize;
            report.streams[stream].events += 1;
            if contact == MISSING {
                report.without_key += 1;
            } else if times.is_missing(row) {
                report.without_time += 1;
            } else if contact == UNKNOWN {
                report.of_no_contact += 1;
            } else {
                let time = times.values[row];
                report.later += u64::from(later_than.is_some_and(|last| time > last));
                first[stream] = first[stream].min(time);
                rows[stream].places.push(row as u32);
                rows[stream].contacts.push(contact);
            }
        }
        for (place, first) in first.into_iter().enumerate() {
            if !rows[place].places.is_empty() {
                report.streams[place].met(times.instant(first));
            }
        }
        Ok(rows)
    }

    /// For each row the place of its stream, [`OTHER`] or [`NO_KIND`].
    fn streams_of(&self, kinds: &ArrayRef) -> Vec<u16> {
        if let DataType::Dictionary(..) = kinds.data_type() {
            let dictionary = kinds.as_any_dictionary();
            let of_values = self.streams_of(dictionary.values());
            if of_values.is_empty() {
                return vec![NO_KIND; kinds.len()];
            }
            let nulls = kinds.logical_nulls();
            let known = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            let places = dictionary.normalized_keys().into_iter().enumerate();
            let stream = |(row, place): (usize, usize)| match known(row) {
                false => NO_KIND,
                true => of_values[place],
            };
            return places.map(stream).collect();
        }
        let Some(texts) = Texts::of(kinds) else {
            return vec![NO_KIND; kinds.len()];
        };
        let stream = |row: usize| match texts.known(row) {
            None => NO_KIND,
            Some(kind) => {
                let mut streams = self.streams.iter();
                let place = streams.position(|stream| stream.kind.as_deref() == Some(kind));
                place.map_or(OTHER, |place| place as u16)
            }
        };
        (0..kinds.len()).map(stream).collect()
    }

    /// The columns of a stream for these rows of a batch; nothing where there are none.
    fn kept(
        &self,
        piece: usize,
        stream: &WantedStream,
        batch: &RecordBatch,
        rows: Rows,
        place: u64,
    ) -> Result<Option<Chunk>, DataError> {
        if rows.places.is_empty() {
            return Ok(None);
        }
        let all = rows.places.len() == batch.num_rows();
        let places = UInt32Array::from(rows.places);
        let columns = stream.columns.iter().map(|column| {
            let array = plain(self.column(batch, *column))?;
            match all {
                true => Ok(array),
                false => take(&array, &places, None),
            }
        });
        let columns: Result<_, ArrowError> = columns.collect();
        let columns = columns.map_err(|error| {
            let source = self.source.piece_name(piece);
            errors::damaged(source, "data", &error.to_string())
        })?;
        Ok(Some(Chunk {
            place,
            contacts: rows.contacts,
            columns,
        }))
    }
}

/// The places of rows in a piece take so many bits.
const ROW_BITS: u32 = 40;

/// The rows of a batch that are events of one stream.
#[derive(Default)]
struct Rows {
    places: Vec<u32>,
    contacts: Vec<u32>,
}

/// A kind that is none of the streams.
const OTHER: u16 = u16::MAX - 1;
/// A row without a kind.
const NO_KIND: u16 = u16::MAX;

/// Times as they are stored.
pub(super) struct Times {
    pub(super) values: ScalarBuffer<i64>,
    nulls: Option<NullBuffer>,
    /// Nanoseconds.
    unit: i128,
}

impl Times {
    /// None where the array holds no times.
    pub(super) fn of(array: &ArrayRef) -> Option<Self> {
        let DataType::Timestamp(unit, _) = array.data_type() else {
            return None;
        };
        let (values, unit) = match unit {
            TimeUnit::Second => (
                array.as_primitive::<TimestampSecondType>().values(),
                1_000_000_000,
            ),
            TimeUnit::Millisecond => (
                array.as_primitive::<TimestampMillisecondType>().values(),
                1_000_000,
            ),
            TimeUnit::Microsecond => (
                array.as_primitive::<TimestampMicrosecondType>().values(),
                1_000,
            ),
            TimeUnit::Nanosecond => (array.as_primitive::<TimestampNanosecondType>().values(), 1),
        };
        Some(Self {
            values: values.clone(),
            nulls: array.nulls().cloned(),
            unit,
        })
    }

    pub(super) fn is_missing(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// A time in nanoseconds.
    pub(super) fn instant(&self, time: i64) -> i128 {
        i128::from(time) * self.unit
    }

    /// The last time that is not later than this instant.
    pub(super) fn last_until(&self, now: i128) -> i64 {
        let last = now.div_euclid(self.unit);
        last.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }
}
