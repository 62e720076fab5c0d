//! Batches that a host hands over: each is a piece.

use crate::data::{Batches, DataError, Source, Statistics};
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};

/// Arrow batches in memory, as a source.
#[derive(Clone, Debug)]
pub struct MemorySource {
    name: String,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl MemorySource {
    /// `name` is what people see in messages. All batches have this schema, in any Arrow layout.
    ///
    /// # Errors
    ///
    /// A batch has other columns than the schema says.
    pub fn new(
        name: impl Into<String>,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<Self, DataError> {
        let name = name.into();
        for (place, batch) in batches.iter().enumerate() {
            let other = batch.schema();
            let same = other.fields().len() == schema.fields().len()
                && other
                    .fields()
                    .iter()
                    .zip(schema.fields())
                    .all(|(has, wants)| {
                        has.name() == wants.name() && has.data_type() == wants.data_type()
                    });
            if !same {
                return Err(DataError::new(
                    "E0707",
                    &name,
                    format!("batch {} has other columns than the schema says", place + 1),
                )
                .help("All batches of a source have the same columns and types."));
            }
        }
        Ok(Self {
            name,
            schema,
            batches,
        })
    }
}

impl Source for MemorySource {
    fn name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn pieces(&self) -> usize {
        self.batches.len()
    }

    fn rows(&self, piece: usize) -> Option<u64> {
        Some(self.batches[piece].num_rows() as u64)
    }

    fn statistics(&self, _piece: usize, _column: usize) -> Option<Statistics> {
        None
    }

    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let batch = self.batches[piece]
            .project(columns)
            .map_err(|error: ArrowError| DataError::new("E0520", &self.name, error.to_string()))?;
        Ok(Box::new(std::iter::once(Ok(batch))))
    }
}
