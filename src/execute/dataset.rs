//! Contacts held in memory in the form that tests like best, for repeated runs at the speed of memory.

use super::ExecuteError;
use super::column::{Column, Gather, Narrower, absent_part, read};
use crate::data::{Source, Statistics};
use crate::plan::Plan;
use crate::schema::{Field, Schema};
use crate::types::Type;
use arrow_array::{Array, ArrayRef, new_empty_array};
use arrow_select::concat::concat;

/// Contacts a chunk: the unit of threads and statistics, and of members handed out.
pub(super) const CHUNK_ROWS: usize = 65_536;

/// All contacts of a source, loaded once. Cheap to run on as often as wanted, from several threads at once.
#[derive(Debug)]
pub struct Dataset {
    name: String,
    rows: usize,
    keys: ArrayRef,
    columns: Vec<Loaded>,
    /// By column and chunk.
    statistics: Vec<Vec<Statistics>>,
}

#[derive(Debug)]
struct Loaded {
    name: String,
    column_type: Type,
    blank_is_missing: bool,
    column: Column,
    narrower: Option<Narrower>,
}

impl Dataset {
    /// Reads every field of the schema, and the streams that the source has lists for. Fails as reading the source fails, and where a column is not there or not
    /// of its field's type.
    pub fn load(source: &dyn Source, schema: &Schema) -> Result<Self, ExecuteError> {
        let arrow_schema = source.schema();
        let streams = schema.streams().iter();
        let streams = streams.filter(|stream| arrow_schema.index_of(&stream.column).is_ok());
        let fields: Vec<&Field> = schema.fields().iter().chain(streams).collect();
        let find = |name: &str| {
            arrow_schema
                .index_of(name)
                .map_err(|_| ExecuteError::column(source.name(), name, "there is no such column"))
        };
        let places = fields
            .iter()
            .map(|field| find(&field.column))
            .collect::<Result<Vec<_>, _>>()?;
        for (field, place) in fields.iter().zip(&places) {
            let data_type = arrow_schema.field(*place).data_type();
            if let Some(message) = absent_part(data_type, &field.field_type, None) {
                return Err(ExecuteError::column(source.name(), &field.column, &message));
            }
        }
        let mut wanted = places.clone();
        wanted.sort_unstable();
        wanted.dedup();
        let mut gathers: Vec<Gather> = places.iter().map(|_| Gather::default()).collect();
        let mut keys: Vec<ArrayRef> = Vec::new();
        let key = places[schema.key().0 as usize];
        let place = |column: &usize| wanted.binary_search(column).unwrap_or(0);
        for piece in 0..source.pieces() {
            for batch in source.read(piece, &wanted)? {
                let batch = batch?;
                keys.push(batch.column(place(&key)).clone());
                let columns = fields.iter().zip(&places);
                for ((field, column), gather) in columns.zip(&mut gathers) {
                    let array = batch.column(place(column));
                    read(array, &field.field_type, field.blank_is_missing)
                        .and_then(|column| gather.push(&column))
                        .map_err(|message| {
                            ExecuteError::column(source.name(), &field.column, &message)
                        })?;
                }
            }
        }
        let keys = match &keys[..] {
            [] => new_empty_array(arrow_schema.field(key).data_type()),
            keys => {
                let keys: Vec<&dyn Array> = keys.iter().map(|keys| &**keys).collect();
                concat(&keys).map_err(|error| ExecuteError::Internal(error.to_string()))?
            }
        };
        let loaded = |(field, gather): (&&Field, Gather)| {
            let column = gather.finish();
            Loaded {
                name: field.column.clone(),
                column_type: field.field_type.clone(),
                blank_is_missing: field.may_be_blank(),
                narrower: Narrower::of(&column),
                column,
            }
        };
        let columns: Vec<Loaded> = fields.iter().zip(gathers).map(loaded).collect();
        Ok(Self {
            name: source.name().to_owned(),
            rows: keys.len(),
            statistics: columns
                .iter()
                .map(|loaded| loaded.column.statistics(&loaded.column_type, CHUNK_ROWS))
                .collect(),
            keys,
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

    /// For each column of a plan its place here.
    pub(super) fn places(&self, plan: &Plan) -> Result<Vec<usize>, ExecuteError> {
        plan.columns
            .iter()
            .map(|wanted| {
                self.columns
                    .iter()
                    .position(|loaded| {
                        loaded.name == wanted.name
                            && loaded.column_type == wanted.column_type
                            && loaded.blank_is_missing == wanted.blank_is_missing
                    })
                    .ok_or_else(|| {
                        ExecuteError::column(&self.name, &wanted.name, "there is no such column")
                    })
            })
            .collect()
    }

    /// The column at a place.
    pub(super) fn column(&self, place: usize) -> &Column {
        &self.columns[place].column
    }

    /// What is kept beside the column at a place.
    pub(super) fn narrower(&self, place: usize) -> Option<Narrower> {
        self.columns[place].narrower.clone()
    }

    /// What is known of a chunk of the column at a place.
    pub(super) fn statistics(&self, place: usize, chunk: usize) -> &Statistics {
        &self.statistics[place][chunk]
    }
}
