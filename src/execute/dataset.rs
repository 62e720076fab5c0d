//! Contacts held in memory in the form that tests like best, for repeated runs at the speed of memory.

use super::ExecuteError;
use super::column::{Column, read};
use crate::data::Source;
use crate::plan::Plan;
use crate::schema::Schema;
use crate::types::Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_select::concat::concat_batches;

/// Contacts a chunk: the unit of threads and statistics, and of members handed out.
pub(super) const CHUNK_ROWS: usize = 65_536;

/// All contacts of a source, loaded once. Cheap to run on as often as wanted, from several threads at once.
#[derive(Debug)]
pub struct Dataset {
    name: String,
    rows: usize,
    keys: ArrayRef,
    columns: Vec<Loaded>,
}

#[derive(Debug)]
struct Loaded {
    name: String,
    column_type: Type,
    blank_is_missing: bool,
    column: Column,
}

impl Dataset {
    /// Reads every field of the schema. Fails as reading the source fails, and where a column is not there or not of its field's type.
    pub fn load(source: &dyn Source, schema: &Schema) -> Result<Self, ExecuteError> {
        let arrow_schema = source.schema();
        let find = |name: &str| {
            arrow_schema
                .index_of(name)
                .map_err(|_| ExecuteError::column(source.name(), name, "there is no such column"))
        };
        let places = schema
            .fields()
            .iter()
            .map(|field| find(&field.column))
            .collect::<Result<Vec<_>, _>>()?;
        let mut wanted = places.clone();
        wanted.sort_unstable();
        wanted.dedup();
        let mut batches: Vec<RecordBatch> = Vec::new();
        for piece in 0..source.pieces() {
            for batch in source.read(piece, &wanted)? {
                batches.push(batch?);
            }
        }
        let projected = match batches.first() {
            Some(batch) => batch.schema(),
            None => arrow_schema
                .project(&wanted)
                .map(std::sync::Arc::new)
                .map_err(|error| ExecuteError::Internal(error.to_string()))?,
        };
        let all = concat_batches(&projected, &batches)
            .map_err(|error| ExecuteError::Internal(error.to_string()))?;
        let mut columns = Vec::with_capacity(places.len());
        for (field, place) in schema.fields().iter().zip(&places) {
            let array = all.column(wanted.binary_search(place).unwrap_or(0));
            let column = read(array, &field.field_type, field.blank_is_missing)
                .map_err(|message| ExecuteError::column(source.name(), &field.column, &message))?;
            columns.push(Loaded {
                name: field.column.clone(),
                column_type: field.field_type.clone(),
                blank_is_missing: field.blank_is_missing,
                column,
            });
        }
        let key = places[schema.key().0 as usize];
        Ok(Self {
            name: source.name().to_owned(),
            rows: all.num_rows(),
            keys: all.column(wanted.binary_search(&key).unwrap_or(0)).clone(),
            columns,
        })
    }

    /// The number of contacts.
    pub fn rows(&self) -> u64 {
        self.rows as u64
    }

    pub(super) fn chunks(&self) -> usize {
        self.rows.div_ceil(CHUNK_ROWS)
    }

    /// The keys of the contacts of a chunk.
    pub(super) fn keys(&self, chunk: usize) -> ArrayRef {
        let first = chunk * CHUNK_ROWS;
        self.keys
            .slice(first, CHUNK_ROWS.min(self.keys.len() - first))
    }

    /// Whether columns are too large to lie in the cache next to a core from one run to the next.
    pub(super) fn is_far(&self, columns: &[Column]) -> bool {
        const CACHE_BYTES: usize = 1 << 20;
        columns.iter().map(Column::bytes).sum::<usize>() > CACHE_BYTES
    }

    /// The columns of a plan.
    pub(super) fn columns(&self, plan: &Plan) -> Result<Vec<Column>, ExecuteError> {
        plan.columns
            .iter()
            .map(|wanted| {
                self.columns
                    .iter()
                    .find(|loaded| {
                        loaded.name == wanted.name
                            && loaded.column_type == wanted.column_type
                            && loaded.blank_is_missing == wanted.blank_is_missing
                    })
                    .map(|loaded| loaded.column.clone())
                    .ok_or_else(|| {
                        ExecuteError::column(&self.name, &wanted.name, "there is no such column")
                    })
            })
            .collect()
    }
}
