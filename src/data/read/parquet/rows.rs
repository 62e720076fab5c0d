//! The batches of a row group: columns that are decoded here beside those that the crate reads.

use super::FORMAT;
use super::leaf::Leaf;
use crate::data::{Batches, DataError, First, Steps, guard};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::take::{take, take_record_batch};

/// A row group that is being read.
pub(super) struct Rows {
    pub(super) schema: SchemaRef,
    /// In the order of the schema; those that the crate reads are none.
    pub(super) leaves: Vec<Option<Leaf>>,
    /// What the crate reads, in batches of as many rows.
    pub(super) others: Option<Batches>,
    pub(super) batch_rows: usize,
    /// Rows of the next batch.
    pub(super) next: usize,
    pub(super) left: usize,
    pub(super) damaged: Box<dyn Fn(&str) -> DataError + Send>,
}

impl Rows {
    /// How many rows the next batch has before any choice.
    fn next_rows(&self) -> usize {
        self.left.min(self.next)
    }

    /// Ends the next batch behind so many rows, unless the crate reads beside; how many it has.
    fn end_next(&mut self, most: u64) -> usize {
        if self.others.is_none() {
            let most = usize::try_from(most).unwrap_or(self.batch_rows);
            self.next = self.batch_rows.min(most.max(1));
        }
        self.next_rows()
    }

    /// The next batch: all its rows, or those at these places, which rise.
    pub(super) fn batch(&mut self, places: Option<&[u32]>) -> Result<RecordBatch, DataError> {
        let rows = self.next_rows();
        let others = match &mut self.others {
            Some(others) => others.next().transpose()?,
            None => None,
        };
        let others = match (others, places) {
            (Some(others), Some(places)) => {
                let taken = take_record_batch(&others, &UInt32Array::from(places.to_vec()));
                Some(taken.map_err(|error| (self.damaged)(&error.to_string()))?)
            }
            (others, _) => others,
        };
        let mut others = others.iter().flat_map(RecordBatch::columns);
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.leaves.len());
        for leaf in &mut self.leaves {
            let column = match (leaf, places) {
                (Some(leaf), None) => leaf.read(rows),
                (Some(leaf), Some(places)) => leaf.read_some(rows, places),
                (None, _) => {
                    let missing = || "a column has fewer rows than others".to_owned();
                    others.next().cloned().ok_or_else(missing)
                }
            };
            columns.push(column.map_err(|fault| (self.damaged)(&fault))?);
        }
        self.left -= rows;
        self.next = self.batch_rows;
        let rows = places.map_or(rows, <[u32]>::len);
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
            .map_err(|error: ArrowError| (self.damaged)(&error.to_string()))
    }
}

impl Rows {
    /// Passes over so many of the next rows, or as many as end with a batch of the crate: how many they were.
    fn pass(&mut self, rows: u64) -> Result<usize, DataError> {
        let rows = usize::try_from(rows).unwrap_or(self.left).min(self.left);
        let rows = match (&mut self.others, rows == self.left) {
            (None, _) => rows,
            (Some(_), true) => rows,
            (Some(_), false) => rows - rows % self.batch_rows,
        };
        if let Some(others) = &mut self.others {
            for _ in 0..rows.div_ceil(self.batch_rows) {
                others.next().transpose()?;
            }
        }
        for leaf in self.leaves.iter_mut().flatten() {
            leaf.read_some(rows, &[])
                .map_err(|fault| (self.damaged)(&fault))?;
        }
        self.left -= rows;
        Ok(rows)
    }
}

impl Iterator for Rows {
    type Item = Result<RecordBatch, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.next_rows() > 0).then(|| self.batch(None))
    }
}

/// A row group that is read in steps.
pub(super) struct InSteps {
    pub(super) name: String,
    pub(super) first: Leaf,
    /// Of the batch whose other columns have not been asked for.
    pub(super) held: Option<ArrayRef>,
    /// Where it belongs among the columns, and what these are then.
    pub(super) place: Option<(usize, SchemaRef)>,
    /// The other columns.
    pub(super) rows: Rows,
}

impl InSteps {
    fn batch(&mut self, places: Option<&[u32]>) -> Result<RecordBatch, DataError> {
        let others = self.rows.batch(places)?;
        let (Some((place, schema)), Some(first)) = (&self.place, self.held.take()) else {
            return Ok(others);
        };
        let fault = |error: ArrowError| (self.rows.damaged)(&error.to_string());
        let first = match places {
            None => first,
            Some(places) => {
                let places = UInt32Array::from(places.to_vec());
                take(&first, &places, None).map_err(fault)?
            }
        };
        let mut columns = others.columns().to_vec();
        columns.insert(*place, first);
        RecordBatch::try_new(schema.clone(), columns).map_err(fault)
    }
}

impl Steps for InSteps {
    fn first(&mut self, most: u64) -> Result<Option<ArrayRef>, DataError> {
        guard::guarded(&self.name, FORMAT, || {
            let rows = self.rows.end_next(most);
            if rows == 0 {
                return Ok(None);
            }
            let first = self.first.read(rows);
            let first = first.map_err(|fault| (self.rows.damaged)(&fault))?;
            self.held = Some(first.clone());
            Ok(Some(first))
        })
    }

    fn first_by_code(&mut self, most: u64) -> Result<Option<First>, DataError> {
        // Where it is wanted as a column as well, it is made anyway.
        if self.place.is_some() {
            return Ok(self.first(most)?.map(First::Plain));
        }
        guard::guarded(&self.name, FORMAT, || {
            let rows = self.rows.end_next(most);
            if rows == 0 {
                return Ok(None);
            }
            let first = self.first.read_by_code(rows);
            Ok(Some(first.map_err(|fault| (self.rows.damaged)(&fault))?))
        })
    }

    fn others(&mut self, rows: Option<&[u32]>) -> Result<RecordBatch, DataError> {
        let name = self.name.clone();
        guard::guarded(&name, FORMAT, || self.batch(rows))
    }

    fn pass(&mut self, rows: u64) -> Result<u64, DataError> {
        guard::guarded(&self.name, FORMAT, || {
            let rows = self.rows.pass(rows)?;
            let passed = self.first.read_some(rows, &[]);
            passed.map_err(|fault| (self.rows.damaged)(&fault))?;
            Ok(rows as u64)
        })
    }
}
