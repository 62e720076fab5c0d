//! The rows of a small table as records: what catalogues are made of.

use super::ExecuteError;
use super::column::{absent_part, read};
use crate::data::Source;
use crate::schema::Field;
use crate::types::Constant;
use std::sync::atomic::{AtomicBool, Ordering};

/// Reads these fields of every row; each row is a record of their values.
///
/// # Errors
/// The table cannot be read, a column is not there or not of the type of its field, or `cancel` is set.
pub fn records(
    source: &dyn Source,
    fields: &[Field],
    cancel: &AtomicBool,
) -> Result<Vec<Constant>, ExecuteError> {
    let schema = source.schema();
    let mut places = Vec::new();
    for field in fields {
        let fault = |message: &str| ExecuteError::column(source.name(), &field.column, message);
        let place =
            (schema.index_of(&field.column)).map_err(|_| fault("there is no such column"))?;
        let data_type = schema.field(place).data_type();
        if let Some(message) = absent_part(data_type, &field.field_type, None) {
            return Err(fault(&message));
        }
        places.push(place);
    }
    let mut wanted = places.clone();
    wanted.sort_unstable();
    wanted.dedup();
    let mut records = Vec::new();
    for piece in 0..source.pieces() {
        for batch in source.read(piece, &wanted)? {
            if cancel.load(Ordering::Relaxed) {
                return Err(ExecuteError::Cancelled);
            }
            let batch = batch?;
            let columns = fields.iter().zip(&places).map(|(field, place)| {
                let array = batch.column(wanted.binary_search(place).unwrap_or(0));
                read(array, &field.field_type, field.blank_is_missing)
                    .map_err(|message| ExecuteError::column(source.name(), &field.column, &message))
            });
            let columns = columns.collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                let values = columns.iter().zip(fields);
                let values = values.map(|(column, field)| column.constant(row, &field.field_type));
                records.push(Constant::Record(values.collect()));
            }
        }
    }
    Ok(records)
}
