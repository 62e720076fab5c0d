//! Binding: every field of a schema finds its column in a source, with the type it needs, before the first row is read.

use super::{DataError, Source, errors};
use crate::diagnostics::suggest::nearest;
use crate::schema::{FieldId, Schema, described, type_of};

/// Where a source holds the fields of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    columns: Vec<usize>,
}

impl Binding {
    /// The place of the field's column in [`Source::schema`].
    pub fn column(&self, field: FieldId) -> usize {
        self.columns[field.0 as usize]
    }
}

/// Finds the columns of all fields of a schema in a source.
///
/// # Errors
///
/// A column is not there, or is of another type than the field.
pub fn bind(source: &dyn Source, schema: &Schema) -> Result<Binding, DataError> {
    let fields: Vec<FieldId> = (0..schema.fields().len())
        .map(|id| FieldId(id as u32))
        .collect();
    let columns = fields
        .iter()
        .map(|field| bind_field(source, schema, *field))
        .collect::<Result<_, DataError>>()?;
    Ok(Binding { columns })
}

/// Finds the column of one field: what a program that reads few fields needs of a source that may not have the others.
///
/// # Errors
///
/// As [`bind`].
pub fn bind_field(
    source: &dyn Source,
    schema: &Schema,
    field: FieldId,
) -> Result<usize, DataError> {
    bind_parts(source, schema, field, None)
}

/// The same of a field of records, or of lists of them such as events, of which only some parts are read; none are all.
///
/// # Errors
///
/// As [`bind`].
pub fn bind_parts(
    source: &dyn Source,
    schema: &Schema,
    field: FieldId,
    parts: Option<&[bool]>,
) -> Result<usize, DataError> {
    let field = schema.field(field);
    let mut needed = field.field_type.clone();
    if let (Some(parts), Some(record)) = (parts, needed.record_mut()) {
        let read = record.parts.iter().zip(parts).filter(|(_, read)| **read);
        record.parts = read.map(|(part, _)| part.clone()).collect();
    }
    let has = source.schema();
    let Some((place, column)) = has.column_with_name(&field.column) else {
        let names = has.fields().iter().map(|field| field.name().as_str());
        return Err(errors::no_column(
            source.name(),
            &field.column,
            nearest(&field.column, names),
        ));
    };
    match type_of(column.data_type()) {
        Ok(found) if needed.reads(&found) => Ok(place),
        Ok(found) => Err(errors::wrong_type(
            source.name(),
            &field.column,
            &described(&needed),
            &described(&found),
        )),
        Err(not_read) => Err(errors::wrong_type(
            source.name(),
            &field.column,
            &described(&needed),
            &format!("not readable, because {}", not_read.reason),
        )),
    }
}
