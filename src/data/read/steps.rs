//! Batches in two steps: what stands in one column decides which rows of the others are wanted.

use crate::data::{Batches, DataError, Source, errors};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_buffer::NullBuffer;
use arrow_schema::ArrowError;
use arrow_select::take::take_record_batch;

/// The batches of a piece, each in two steps: first one column, then of those that were asked for as many rows as are wanted.
pub trait Steps: Send {
    /// The values of the column that decides, in the next batch; none behind the last. The batch has no more than `most` rows, where the source can end it there.
    ///
    /// # Errors
    /// The source cannot be read.
    fn first(&mut self, most: u64) -> Result<Option<ArrayRef>, DataError>;

    /// The same as [`Steps::first`] as it is stored, if that is by codes: for whoever asks each different value once.
    ///
    /// # Errors
    /// The source cannot be read.
    fn first_by_code(&mut self, most: u64) -> Result<Option<First>, DataError> {
        Ok(self.first(most)?.map(First::Plain))
    }

    /// The columns of the same batch: of all rows, or of these, which rise. It is asked for once, behind [`Steps::first`].
    ///
    /// # Errors
    /// The source cannot be read.
    fn others(&mut self, rows: Option<&[u32]>) -> Result<RecordBatch, DataError>;

    /// Passes over so many of the next rows, or fewer: how many they were. It is asked for before [`Steps::first`], and by itself passes over none.
    ///
    /// # Errors
    /// The source cannot be read.
    fn pass(&mut self, rows: u64) -> Result<u64, DataError> {
        let _ = rows;
        Ok(0)
    }
}

/// The values of a column that decides.
#[derive(Clone, Debug)]
pub enum First {
    /// One a row.
    Plain(ArrayRef),
    /// For each row its place among the values, and a place that means nothing where it is missing.
    ByCode {
        codes: Vec<u32>,
        known: Option<NullBuffer>,
        values: ArrayRef,
    },
}

/// Whole batches, for sources that have no better way.
pub(in crate::data) struct Whole {
    name: String,
    batches: Batches,
    /// The place of the column that decides, and those of the others.
    first: usize,
    others: Vec<usize>,
    batch: Option<RecordBatch>,
}

impl Whole {
    pub(in crate::data) fn new<S: Source + ?Sized>(
        source: &S,
        piece: usize,
        first: usize,
        columns: &[usize],
    ) -> Result<Self, DataError> {
        let mut all = columns.to_vec();
        all.push(first);
        all.sort_unstable();
        all.dedup();
        let place = |column: &usize| all.binary_search(column).unwrap_or(0);
        Ok(Self {
            name: source.piece_name(piece).to_owned(),
            batches: source.read(piece, &all)?,
            first: place(&first),
            others: columns.iter().map(place).collect(),
            batch: None,
        })
    }
}

impl Steps for Whole {
    fn first(&mut self, _most: u64) -> Result<Option<ArrayRef>, DataError> {
        self.batch = self.batches.next().transpose()?;
        let batch = self.batch.as_ref();
        Ok(batch.map(|batch| batch.column(self.first).clone()))
    }

    fn others(&mut self, rows: Option<&[u32]>) -> Result<RecordBatch, DataError> {
        let fault = |error: ArrowError| errors::damaged(&self.name, "data", &error.to_string());
        let Some(batch) = self.batch.take() else {
            return Err(errors::changed(&self.name));
        };
        let others = batch.project(&self.others).map_err(fault)?;
        match rows {
            None => Ok(others),
            Some(rows) if self.others.is_empty() => {
                let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
                RecordBatch::try_new_with_options(others.schema(), Vec::new(), &options)
                    .map_err(fault)
            }
            Some(rows) => {
                take_record_batch(&others, &UInt32Array::from(rows.to_vec())).map_err(fault)
            }
        }
    }
}
