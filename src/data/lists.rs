//! Lists of keys in files: opened to see that they can be read, read when a program that asks for them first runs.

use super::{DataError, OpenOptions, Source, errors, open};
use crate::diagnostics::suggest::nearest;
use crate::schema::{KeyList, Keys, LeftOut, Manifest, described, type_of};
use crate::types::{NumberKind, Type};
use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The list of this name whose keys stand in a column of files; without a column, in the only one that there is.
///
/// # Errors
///
/// As [`open`]; the column is not there, or holds neither text nor whole numbers, or it is not said which of several is meant.
pub fn open_list<P: AsRef<Path>>(
    name: &str,
    paths: &[P],
    column: Option<&str>,
    options: &OpenOptions,
) -> Result<KeyList, DataError> {
    let source = open(paths, options)?;
    let schema = source.schema();
    let place = match column {
        Some(column) => schema.index_of(column).map_err(|_| {
            let names = schema.fields().iter().map(|field| field.name().as_str());
            errors::no_list_column(source.name(), column, nearest(column, names))
        })?,
        None if schema.fields().len() == 1 => 0,
        None => {
            let names: Vec<&str> = schema
                .fields()
                .iter()
                .map(|field| field.name().as_str())
                .collect();
            return Err(errors::which_list_column(source.name(), name, &names));
        }
    };
    let field = schema.field(place);
    let element = match type_of(field.data_type()) {
        Ok(element @ (Type::Text | Type::Number(NumberKind::Whole))) => element,
        Ok(other) => {
            let holds = described(&other);
            return Err(errors::not_a_list(source.name(), field.name(), &holds));
        }
        Err(not_read) => {
            let holds = format!("not readable, because {}", not_read.reason);
            return Err(errors::not_a_list(source.name(), field.name(), &holds));
        }
    };
    let cancel = Arc::clone(&options.cancel);
    let read_as = element.clone();
    Ok(KeyList::read_later(name, element, move || {
        match read(&*source, place, &read_as, &cancel) {
            Ok(keys) => Ok(keys),
            Err(error) => Err(Arc::new(error)),
        }
    }))
}

/// The lists that a manifest names, and those that cannot be opened with the reason, for [`Schema::with_lists`](crate::schema::Schema::with_lists).
/// Paths begin at `folder`; setting `cancel` ends the reading of a list.
pub fn lists_of(
    manifest: &Manifest,
    folder: &Path,
    cancel: &Arc<AtomicBool>,
) -> (Vec<KeyList>, Vec<LeftOut>) {
    let (mut lists, mut unreadable) = (Vec::new(), Vec::new());
    for list in &manifest.lists {
        let options = OpenOptions {
            cancel: Arc::clone(cancel),
            ..OpenOptions::of_list(list)
        };
        let name = &list.name.value;
        let column = list.column.as_ref().map(|column| column.value.as_str());
        match open_list(name, &list.paths(folder), column, &options) {
            Ok(list) => lists.push(list),
            Err(error) => unreadable.push(LeftOut {
                name: name.clone(),
                reason: error.to_string(),
            }),
        }
    }
    (lists, unreadable)
}

fn read(
    source: &dyn Source,
    column: usize,
    element: &Type,
    cancel: &AtomicBool,
) -> Result<Keys, DataError> {
    let is_text = *element == Type::Text;
    let mut keys = if is_text {
        Keys::of_text()
    } else {
        Keys::of_numbers()
    };
    for piece in 0..source.pieces() {
        for batch in source.read(piece, &[column])? {
            if cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(source.name()));
            }
            let array = batch?.column(0).clone();
            // In one form, whatever layout the file has.
            let form = if is_text {
                DataType::LargeUtf8
            } else {
                DataType::Decimal128(20, 0)
            };
            let array = arrow_cast::cast(&array, &form).map_err(|error| {
                let name = source.schema().field(column).name().clone();
                errors::not_a_list(source.piece_name(piece), &name, &error.to_string())
            })?;
            if is_text {
                add_texts(&array, &mut keys);
            } else {
                add_numbers(&array, &mut keys);
            }
        }
    }
    Ok(keys)
}

fn add_texts(array: &ArrayRef, keys: &mut Keys) {
    let texts = array.as_string::<i64>();
    for row in 0..texts.len() {
        keys.add_text(texts.is_valid(row).then(|| texts.value(row)));
    }
}

fn add_numbers(array: &ArrayRef, keys: &mut Keys) {
    let numbers = array.as_primitive::<Decimal128Type>();
    for row in 0..numbers.len() {
        keys.add_number(numbers.is_valid(row).then(|| numbers.value(row)));
    }
}
