//! How many members of each segment a file holds that was written before.

use crate::data::{DataError, OpenOptions, errors, open};
use arrow_array::cast::AsArray;
use arrow_array::{Array, BooleanArray};
use arrow_cast::cast;
use arrow_schema::DataType;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The members of each segment in a file that [`super::MembersWriter`] wrote, in whichever layout. None where there is no such file.
///
/// # Errors
///
/// The file cannot be read, or holds something else.
pub fn written_members(path: &Path) -> Result<Option<BTreeMap<String, u64>>, DataError> {
    if !path.exists() {
        return Ok(None);
    }
    let source = open(&[PathBuf::from(path)], &OpenOptions::default())?;
    let schema = source.schema();
    let names: Vec<&str> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    // A row for each member: the name stands behind the key, and before labels, where there are some.
    let is_text = |column: usize| !matches!(schema.field(column).data_type(), DataType::Boolean);
    let long = match names[..] {
        [_, "segment" | "segment_name", ..] if is_text(1) => Some(1),
        _ => None,
    };
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let columns: Vec<usize> = (0..names.len()).collect();
    for piece in 0..source.pieces() {
        for batch in source.read(piece, &columns)? {
            let batch = batch?;

            if let Some(long) = long {
                let texts = cast(batch.column(long), &DataType::Utf8).map_err(|error| {
                    errors::no_members(&path.display().to_string(), &error.to_string())
                })?;
                for name in texts.as_string::<i32>().iter().flatten() {
                    match counts.get_mut(name) {
                        Some(count) => *count += 1,
                        None => drop(counts.insert(name.to_owned(), 1)),
                    }
                }
                continue;
            }
            for (name, column) in names.iter().zip(batch.columns()).skip(1) {
                let Some(is_in) = flags(column.as_ref()) else {
                    continue;
                };
                *counts.entry((*name).to_owned()).or_default() += is_in.true_count() as u64;
            }
        }
    }
    Ok(Some(counts))
}

/// A column that says who is in; none of one that says something else.
fn flags(column: &dyn Array) -> Option<BooleanArray> {
    let flags = match column.data_type() {
        DataType::Boolean => column.as_boolean().clone(),
        // Text formats hold the words, whatever was made of them in reading.
        DataType::Utf8 => cast(column, &DataType::Boolean).ok()?.as_boolean().clone(),
        _ => return None,
    };
    (flags.null_count() == 0).then_some(flags)
}
