//! Events put to their contacts: which, in what order, and what is told of the others. Expected lists are worked out by hand.

mod files;
mod in_order;
mod join;
mod keys;
mod million;
mod needed;
mod packed;
mod spill;
mod ties;

use arrow_array::cast::AsArray;
use arrow_array::*;
use arrow_cast::display::array_value_to_string;
use segql::data::{
    EventStream, EventTable, JoinOptions, MemorySource, Source, WithEvents, with_events,
};
use std::num::NonZero;
use std::sync::Arc;

/// A source of batches of these columns.
pub fn memory<const N: usize>(name: &str, batches: Vec<[(&str, ArrayRef); N]>) -> Arc<dyn Source> {
    let batches: Vec<RecordBatch> = batches
        .into_iter()
        .map(|columns| {
            let columns = columns.into_iter().map(|(name, array)| (name, array, true));
            RecordBatch::try_from_iter_with_nullable(columns).unwrap()
        })
        .collect();
    Arc::new(MemorySource::new(name, batches[0].schema(), batches).unwrap())
}

pub fn whole(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

pub fn text(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

pub fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

/// Times in seconds since 1970.
pub fn times(values: &[i64]) -> ArrayRef {
    Arc::new(TimestampSecondArray::from(values.to_vec()))
}

pub fn some_times(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(TimestampSecondArray::from(values.to_vec()))
}

/// A table whose events are one stream called `view`, with its time in `at`, the contact in `who` and these parts, which put ties in order.
pub fn views(source: Arc<dyn Source>, parts: &[&str]) -> EventTable {
    let named = parts
        .iter()
        .map(|part| ((*part).to_owned(), (*part).to_owned()));
    let time = ("time".to_owned(), "at".to_owned());
    EventTable {
        source,
        contact: "who".to_owned(),
        time: "at".to_owned(),
        kind: None,
        blank_is_missing: false,
        streams: vec![EventStream {
            column: "view".to_owned(),
            kind: None,
            parts: std::iter::once(time).chain(named).collect(),
            order: parts.iter().map(|part| (*part).to_owned()).collect(),
        }],
    }
}

pub fn options(threads: usize) -> JoinOptions {
    JoinOptions {
        threads: NonZero::new(threads).unwrap(),
        ..JoinOptions::default()
    }
}

pub fn joined(contacts: Arc<dyn Source>, table: EventTable) -> WithEvents {
    with_events(contacts, "id", vec![table], &options(1)).unwrap()
}

pub fn fault(contacts: Arc<dyn Source>, table: EventTable) -> String {
    match with_events(contacts, "id", vec![table], &options(1)) {
        Ok(_) => panic!("that is not refused"),
        Err(error) => error.to_string(),
    }
}

/// The lists of a column, contact by contact: `5 a, 9 b` are two events with their seconds and their other parts.
pub fn lists(source: &WithEvents, column: &str) -> Vec<String> {
    let place = source.schema().index_of(column).unwrap();
    let mut lists = Vec::new();
    for piece in 0..source.pieces() {
        for batch in source.read(piece, &[place]).unwrap() {
            let batch = batch.unwrap();
            assert_eq!(batch.num_columns(), 1);
            let column = batch.column(0).as_list::<i32>();
            assert_eq!(column.null_count(), 0);
            lists.extend((0..column.len()).map(|row| shown(column.value(row).as_struct())));
        }
    }
    lists
}

fn shown(events: &StructArray) -> String {
    let event = |row: usize| {
        let cells = events
            .columns()
            .iter()
            .map(|part| match seconds(part, row) {
                Some(seconds) => seconds,
                None if part.is_null(row) => "-".to_owned(),
                None => array_value_to_string(part, row).unwrap(),
            });
        cells.collect::<Vec<_>>().join(" ")
    };
    (0..events.len()).map(event).collect::<Vec<_>>().join(", ")
}

/// A time in seconds, with what there is behind the point.
fn seconds(part: &ArrayRef, row: usize) -> Option<String> {
    use arrow_array::types::*;
    macro_rules! stored {
        ($kind:ty) => {
            part.as_primitive_opt::<$kind>()
                .map(|times| times.value(row))
        };
    }
    let whole = stored!(TimestampSecondType);
    let thousandths = stored!(TimestampMillisecondType)
        .or_else(|| stored!(TimestampMicrosecondType).map(|micros| micros / 1000));
    whole.map(|seconds| seconds.to_string()).or_else(|| {
        let thousandths = thousandths?;
        Some((thousandths as f64 / 1000.0).to_string())
    })
}
