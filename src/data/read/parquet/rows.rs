//! The batches of a row group: columns that are decoded here beside those that the crate reads.

use super::leaf::Leaf;
use crate::data::{Batches, DataError};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, SchemaRef};

/// A row group that is being read.
pub(super) struct Rows {
    pub(super) schema: SchemaRef,
    /// In the order of the schema; those that the crate reads are none.
    pub(super) leaves: Vec<Option<Leaf>>,
    /// What the crate reads, in batches of as many rows.
    pub(super) others: Option<Batches>,
    pub(super) batch_rows: usize,
    pub(super) left: usize,
    pub(super) damaged: Box<dyn Fn(&str) -> DataError + Send>,
}

impl Rows {
    fn batch(&mut self) -> Result<Option<RecordBatch>, DataError> {
        let rows = self.left.min(self.batch_rows);
        if rows == 0 {
            return Ok(None);
        }
        let others = match &mut self.others {
            Some(others) => others.next().transpose()?,
            None => None,
        };
        let mut others = others.iter().flat_map(RecordBatch::columns);
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.leaves.len());
        for leaf in &mut self.leaves {
            let column = match leaf {
                Some(leaf) => leaf.read(rows).map_err(|fault| (self.damaged)(&fault))?,
                None => {
                    let missing = || (self.damaged)("a column has fewer rows than others");
                    others.next().ok_or_else(missing)?.clone()
                }
            };
            columns.push(column);
        }
        self.left -= rows;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
            .map(Some)
            .map_err(|error: ArrowError| (self.damaged)(&error.to_string()))
    }
}

impl Iterator for Rows {
    type Item = Result<RecordBatch, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batch().transpose()
    }
}
