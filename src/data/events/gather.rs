//! Reading the tables of events: each event goes to its stream with the contact it belongs to, or is counted as one that nobody will see.

use super::assemble::plain;
use super::chunk::{Chunk, joined};
use super::index::{Index, Sort, sort_of};
use super::owners::Owners;
use super::packed::is_marked;
use super::report::{StreamReport, TableReport};
use super::sift::Rows;
use super::store::Store;
use super::{EventStream, EventTable, JoinOptions};
use crate::data::{DataError, Source, errors};
use crate::diagnostics::suggest::nearest;
use crate::schema::{described, type_of};
use crate::types::Type;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{Array, ArrayRef, PrimitiveArray, RecordBatch, StructArray, UInt32Array};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, TimeUnit};
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
    pub(super) kind: Option<usize>,
    /// All columns that are read, ascending; that of the kinds only where it is a field as well.
    pub(super) columns: Vec<usize>,
}

/// A stream with the columns of its events.
pub(super) struct WantedStream {
    pub(super) column: String,
    pub(super) kind: Option<String>,
    /// The columns that are kept, as places in the table's source, ascending; the time is among them.
    pub(super) columns: Vec<usize>,
    /// Where the time is among them.
    pub(super) time: usize,
    /// Each part of the records with its place among these columns.
    pub(super) parts: Vec<(String, usize)>,
    /// The columns that put events of one time in order, as places among these.
    pub(super) order: Vec<usize>,
    /// Before this instant no event is asked for.
    pub(super) since: Option<i128>,
}

impl Wanted {
    /// The tables with the places of what is asked for. Every column is there and holds what its use needs.
    ///
    /// `since` has, by the name of a list column, the instant before which no event of it is asked for.
    pub(super) fn of_all(
        keys: Sort,
        tables: Vec<EventTable>,
        since: &[(String, i128)],
    ) -> Result<Vec<Arc<Self>>, DataError> {
        let tables = tables.into_iter().map(|table| {
            let mut wanted = Self::of(keys, table)?;
            for stream in &mut wanted.streams {
                let mut since = since.iter();
                let own = since.find(|(column, _)| *column == stream.column);
                stream.since = own.map(|(_, since)| *since);
            }
            Ok(Arc::new(wanted))
        });
        tables.collect()
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
            since: None,
        })
    }

    /// The records of events, from as many of the columns as parts are read from.
    pub(super) fn events(
        &self,
        columns: Vec<Option<ArrayRef>>,
        rows: usize,
    ) -> Result<StructArray, ArrowError> {
        let parts = self.parts.iter();
        let parts = parts.filter_map(|(name, place)| Some((name, columns[*place].as_ref()?)));
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = parts
            .map(|(name, array)| {
                let field = Field::new(name, array.data_type().clone(), true);
                (field, array.clone())
            })
            .unzip();
        StructArray::try_new_with_length(Fields::from(fields), arrays, None, rows)
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
        let mut gathered = Gathered::new(self, piece, store);
        let mut batches = self.batches(piece)?;
        while let Some(batch) = batches.next(&mut report)? {
            if options.cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(self.source.name()));
            }
            let rows = self.sorted_out(piece, &batch, index, options.now, &mut report)?;
            for (stream, rows) in rows.into_iter().enumerate() {
                if let Some(chunk) = self.kept(piece, stream, &batch.columns, rows, place)? {
                    gathered.add(stream, chunk)?;
                }
            }
            place += batch.rows;
            if let Some(progress) = &options.progress {
                progress(read_before.fetch_add(batch.rows, Ordering::Relaxed) + batch.rows);
            }
        }
        gathered.finish()?;
        Ok(report)
    }

    pub(super) fn column<'a>(&self, batch: &'a RecordBatch, column: usize) -> &'a ArrayRef {
        batch.column(self.columns.binary_search(&column).unwrap_or(0))
    }

    /// The columns of a stream for these rows of a batch; nothing where there are none.
    fn kept(
        &self,
        piece: usize,
        stream: usize,
        batch: &RecordBatch,
        rows: Rows,
        place: u64,
    ) -> Result<Option<Chunk>, DataError> {
        if rows.places.is_empty() {
            return Ok(None);
        }
        let stream = &self.streams[stream];
        let all = rows.places.len() == batch.num_rows();
        let owners = Owners::of(rows.contacts, &rows.times, !stream.order.is_empty());
        let (places, times) = (UInt32Array::from(rows.places), rows.times.into());
        let columns = stream.columns.iter().enumerate();
        let columns = columns.map(|(place, column)| {
            let array = plain(self.column(batch, *column))?;
            if all {
                return Ok(array);
            }
            match place == stream.time {
                true => Ok(Times::array(&times, array.data_type())),
                false => take(&array, &places, None),
            }
        });
        let columns: Result<_, ArrowError> = columns.collect();
        Ok(Some(Chunk {
            place,
            owners,
            columns: columns.map_err(|error| self.damaged(piece, &error))?,
        }))
    }

    pub(super) fn damaged(&self, piece: usize, error: &ArrowError) -> DataError {
        errors::damaged(self.source.piece_name(piece), "data", &error.to_string())
    }
}

/// Events of a chunk at most, where those of several batches are put together.
const JOINED_EVENTS: usize = 1 << 17;

/// What was read of a piece and is not in the store yet.
struct Gathered<'a> {
    table: &'a Wanted,
    piece: usize,
    store: &'a Store<'a>,
    /// By stream.
    chunks: Vec<Vec<Chunk>>,
}

impl<'a> Gathered<'a> {
    fn new(table: &'a Wanted, piece: usize, store: &'a Store<'a>) -> Self {
        Self {
            table,
            piece,
            store,
            chunks: table.streams.iter().map(|_| Vec::new()).collect(),
        }
    }

    fn add(&mut self, stream: usize, chunk: Chunk) -> Result<(), DataError> {
        let events = |chunk: &Chunk| chunk.owners.rows();
        let waiting = self.chunks[stream].iter().map(events).sum::<usize>();
        if waiting + events(&chunk) > JOINED_EVENTS {
            self.hand_over(stream)?;
        }
        self.chunks[stream].push(chunk);
        Ok(())
    }

    fn hand_over(&mut self, stream: usize) -> Result<(), DataError> {
        let chunks = std::mem::take(&mut self.chunks[stream]);
        let joined = joined(chunks, &self.table.streams[stream]);
        let joined = joined.map_err(|error| self.table.damaged(self.piece, &error))?;
        self.store.take(stream, joined)
    }

    fn finish(mut self) -> Result<(), DataError> {
        (0..self.chunks.len()).try_for_each(|stream| self.hand_over(stream))
    }
}

/// The places of rows in a piece take so many bits.
const ROW_BITS: u32 = 40;

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

    /// Known times as an array of this type, which is one of times.
    fn array(times: &ScalarBuffer<i64>, data_type: &DataType) -> ArrayRef {
        let zone = match data_type {
            DataType::Timestamp(_, zone) => zone.clone(),
            _ => None,
        };
        macro_rules! times {
            ($kind:ty) => {
                Arc::new(PrimitiveArray::<$kind>::new(times.clone(), None).with_timezone_opt(zone))
            };
        }
        match data_type {
            DataType::Timestamp(TimeUnit::Second, _) => times!(TimestampSecondType),
            DataType::Timestamp(TimeUnit::Millisecond, _) => times!(TimestampMillisecondType),
            DataType::Timestamp(TimeUnit::Microsecond, _) => times!(TimestampMicrosecondType),
            _ => times!(TimestampNanosecondType),
        }
    }

    pub(super) fn is_any_missing(&self) -> bool {
        self.nulls
            .as_ref()
            .is_some_and(|nulls| nulls.null_count() > 0)
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
