//! Contacts of whom nothing is known but what they did: the different keys in columns of events, as a source.

use super::keys::Keys;
use super::{DataError, MemorySource, Source, errors};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What messages call such contacts.
const NAME: &str = "the contacts of the events";

/// Rows of a batch at most.
const BATCH_ROWS: usize = 65_536;

/// Keys that were met: numbers or text.
#[derive(Default)]
struct Met {
    whole: HashSet<i128>,
    texts: HashSet<Box<str>>,
    are_text: bool,
}

/// A source with one column, `key`, that has every key of these columns once, in rising order; they are `are_text` or whole numbers. Rows without a key are passed over; sources without the column
/// are too, for the manifest is told.
///
/// # Errors
///
/// A key is neither text nor a whole number, or not what it should be of the two; a source cannot be read; `cancel` has been set.
pub(crate) fn different_keys(
    key: &str,
    are_text: bool,
    columns: &[(Arc<dyn Source>, &str)],
    cancel: &AtomicBool,
) -> Result<Arc<dyn Source>, DataError> {
    let mut met = Met {
        are_text,
        ..Met::default()
    };
    for (source, column) in columns {
        let Ok(place) = source.schema().index_of(column) else {
            continue;
        };
        for piece in 0..source.pieces() {
            for batch in source.read(piece, &[place])? {
                if cancel.load(Ordering::Relaxed) {
                    return Err(DataError::stopped(source.name()));
                }
                if let Err(fault) = met.add(batch?.column(0)) {
                    let file = source.piece_name(piece);
                    return Err(match fault {
                        Fault::NoKey(has) => {
                            let needed = "a whole number or text";
                            errors::wrong_type(file, column, needed, &has)
                        }
                        Fault::OtherSort => errors::keys_of_two_sorts(file, column, are_text),
                    });
                }
            }
        }
    }
    let keys = met.into_array();
    let field = Field::new(key, keys.data_type().clone(), false);
    let schema = Arc::new(Schema::new(vec![field]));
    let batches = (0..keys.len()).step_by(BATCH_ROWS).map(|first| {
        let rows = BATCH_ROWS.min(keys.len() - first);
        RecordBatch::try_new(schema.clone(), vec![keys.slice(first, rows)])
    });
    let batches: Result<Vec<_>, _> = batches.collect();
    let batches = batches.map_err(|error| errors::damaged(NAME, "data", &error.to_string()))?;
    Ok(Arc::new(MemorySource::new(NAME, schema, batches)?))
}

enum Fault {
    NoKey(String),
    OtherSort,
}

impl Met {
    fn add(&mut self, array: &ArrayRef) -> Result<(), Fault> {
        if array.data_type().is_null() {
            return Ok(());
        }
        let keys = Keys::new(array).ok_or_else(|| Fault::NoKey(array.data_type().to_string()))?;
        let nulls = array.logical_nulls();
        let is_known = |row: &usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(*row));
        let known = (0..array.len()).filter(is_known);
        match &keys {
            Keys::Whole(array) => {
                let values = array.as_primitive::<Int64Type>().values();
                self.whole.extend(known.map(|row| i128::from(values[row])));
            }
            Keys::Unsigned(array) => {
                let values = array.as_primitive::<UInt64Type>().values();
                self.whole.extend(known.map(|row| i128::from(values[row])));
            }
            Keys::Decimal(array) => {
                let array = array.as_primitive::<Decimal128Type>();
                let unit = 10i128.pow(u32::from(array.scale().max(0).unsigned_abs()));
                for row in known {
                    let value = array.value(row);
                    if value % unit != 0 || array.scale() < 0 {
                        return Err(Fault::NoKey("a decimal".into()));
                    }
                    self.whole.insert(value / unit);
                }
            }
            Keys::Text(array) => self.add_texts(known, |row| array.as_string::<i32>().value(row)),
            Keys::LargeText(array) => {
                self.add_texts(known, |row| array.as_string::<i64>().value(row));
            }
            Keys::TextView(array) => {
                self.add_texts(known, |row| array.as_string_view().value(row));
            }
        }
        let are_others = match self.are_text {
            true => !self.whole.is_empty(),
            false => !self.texts.is_empty(),
        };
        match are_others {
            true => Err(Fault::OtherSort),
            false => Ok(()),
        }
    }

    fn add_texts<'a>(
        &mut self,
        rows: impl Iterator<Item = usize>,
        text: impl Fn(usize) -> &'a str,
    ) {
        for text in rows.map(text) {
            if !self.texts.contains(text) {
                self.texts.insert(text.into());
            }
        }
    }

    fn into_array(self) -> ArrayRef {
        if self.are_text {
            let mut texts: Vec<Box<str>> = self.texts.into_iter().collect();
            texts.sort_unstable();
            return Arc::new(StringArray::from_iter_values(texts));
        }
        let mut numbers: Vec<i128> = self.whole.into_iter().collect();
        numbers.sort_unstable();
        let whole: Result<Vec<i64>, _> =
            numbers.iter().map(|number| (*number).try_into()).collect();
        match whole {
            Ok(whole) => Arc::new(Int64Array::from(whole)),
            // Such keys have at most twenty digits.
            Err(_) => {
                Arc::new(Decimal128Array::from(numbers).with_data_type(DataType::Decimal128(38, 0)))
            }
        }
    }
}
