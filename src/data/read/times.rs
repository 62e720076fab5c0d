//! Times of events that the data write otherwise: whole numbers that count from 1970 on, and days. The source with such a column read as times.

use crate::data::{Batches, DataError, Source, Statistics, Steps, errors};
use crate::schema::TimeUnit;
use crate::types::{Constant, calendar};
use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, TimestampMicrosecondArray};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit as Unit};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::Arc;

/// How a column is read as times.
#[derive(Clone)]
enum Reading {
    Counts(Unit),
    /// An event of a day is at its first instant.
    Days(TimeZone),
}

/// The source with this column as times, where it holds days, or whole numbers of which `unit` says what they count. Any other column stays as it is, and so
/// does a source without it: the manifest is told.
///
/// # Errors
///
/// `unit` says that the column counts, and it holds something else than whole numbers.
pub(crate) fn with_times(
    source: Arc<dyn Source>,
    column: &str,
    unit: Option<TimeUnit>,
    zone: &TimeZone,
) -> Result<Arc<dyn Source>, DataError> {
    let has = source.schema();
    let Some((place, field)) = has.column_with_name(column) else {
        return Ok(source);
    };
    let reading = match (unit, field.data_type()) {
        (Some(unit), DataType::Null) => Reading::Counts(counted(unit)),
        (Some(unit), whole) if whole.is_integer() => Reading::Counts(counted(unit)),
        (Some(unit), other) => {
            return Err(errors::counts_no_times(
                source.name(),
                column,
                unit.word(),
                &crate::schema::type_of(other)
                    .map_or_else(|_| other.to_string(), |is| crate::schema::described(&is)),
            ));
        }
        (None, DataType::Date32 | DataType::Date64) => Reading::Days(zone.clone()),
        (None, _) => return Ok(source),
    };
    let mut fields: Vec<_> = has.fields().iter().cloned().collect();
    fields[place] = Arc::new(Field::new(column, reading.data_type(), true));
    Ok(Arc::new(Timed {
        schema: Arc::new(Schema::new_with_metadata(fields, has.metadata().clone())),
        source,
        place,
        reading,
    }))
}

fn counted(unit: TimeUnit) -> Unit {
    match unit {
        TimeUnit::Seconds => Unit::Second,
        TimeUnit::Milliseconds => Unit::Millisecond,
        TimeUnit::Microseconds => Unit::Microsecond,
    }
}

impl Reading {
    fn data_type(&self) -> DataType {
        let unit = match self {
            Reading::Counts(unit) => *unit,
            Reading::Days(_) => Unit::Microsecond,
        };
        DataType::Timestamp(unit, Some("UTC".into()))
    }

    fn times(&self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let strict = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        match self {
            Reading::Counts(_) => {
                let numbers = cast_with_options(array, &DataType::Int64, &strict)?;
                cast_with_options(&numbers, &self.data_type(), &strict)
            }
            Reading::Days(zone) => {
                let days = cast_with_options(array, &DataType::Date32, &strict)?;
                let mut known: HashMap<i32, Option<i64>> = HashMap::new();
                let mut first =
                    |day: i32| *known.entry(day).or_insert_with(|| first_instant(day, zone));
                let days = days.as_primitive::<Date32Type>().iter();
                let times: TimestampMicrosecondArray =
                    days.map(|day| day.and_then(&mut first)).collect();
                Ok(Arc::new(times.with_timezone("UTC")))
            }
        }
    }
}

/// In microseconds; none where the day lies beyond the calendar.
fn first_instant(day: i32, zone: &TimeZone) -> Option<i64> {
    let midnight = calendar::midnight(day.into(), zone)?;
    i64::try_from(midnight.div_euclid(1_000)).ok()
}

struct Timed {
    source: Arc<dyn Source>,
    schema: SchemaRef,
    place: usize,
    reading: Reading,
}

impl Source for Timed {
    fn name(&self) -> &str {
        self.source.name()
    }

    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn pieces(&self) -> usize {
        self.source.pieces()
    }

    fn rows(&self, piece: usize) -> Option<u64> {
        self.source.rows(piece)
    }

    fn statistics(&self, piece: usize, column: usize) -> Option<Statistics> {
        // Those of the times are of other values.
        (column != self.place).then(|| self.source.statistics(piece, column))?
    }

    fn piece_name(&self, piece: usize) -> &str {
        self.source.piece_name(piece)
    }

    fn parts(&self, piece: usize, column: usize) -> Option<Vec<(u64, Statistics)>> {
        (column != self.place).then(|| self.source.parts(piece, column))?
    }

    fn different(&self, piece: usize, column: usize) -> Result<Option<ArrayRef>, DataError> {
        match column == self.place {
            true => Ok(None),
            false => self.source.different(piece, column),
        }
    }

    fn lacks(&self, piece: usize, column: usize, values: &[Constant]) -> Result<bool, DataError> {
        Ok(column != self.place && self.source.lacks(piece, column, values)?)
    }

    fn latitude(&self, column: usize) -> Option<usize> {
        self.source.latitude(column)
    }

    fn read_in_steps(
        &self,
        piece: usize,
        first: usize,
        columns: &[usize],
        rows: usize,
    ) -> Result<Option<Box<dyn Steps>>, DataError> {
        if first == self.place || columns.contains(&self.place) {
            return Ok(None);
        }
        self.source.read_in_steps(piece, first, columns, rows)
    }

    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let batches = self.source.read(piece, columns)?;
        let Some(place) = columns.iter().position(|column| *column == self.place) else {
            return Ok(batches);
        };
        let name = self.piece_name(piece).to_owned();
        let fault = move |error: ArrowError| errors::damaged(&name, "data", &error.to_string());
        let schema = self.schema.project(columns).map_err(&fault)?;
        let (schema, reading) = (Arc::new(schema), self.reading.clone());
        Ok(Box::new(batches.map(move |batch| {
            let batch = batch?;
            let mut arrays = batch.columns().to_vec();
            arrays[place] = reading.times(&arrays[place]).map_err(&fault)?;
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            RecordBatch::try_new_with_options(schema.clone(), arrays, &options).map_err(&fault)
        })))
    }
}
