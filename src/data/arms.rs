//! Arms that splits gave before, in files: opened to see that they can be read, read when a program that asks for them first runs.

use super::{DataError, OpenOptions, Source, errors, open};
use crate::schema::{
    ArmKey, ArmRows, DeclaredArms, GivenArms, LeftOut, Manifest, RowPlace, Schema, described,
    type_of,
};
use crate::types::{NumberKind, Type};
use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the column of arms is called where it is not said; the second is what members are written with.
pub(super) const ARM_COLUMNS: [&str; 2] = ["arm", "label"];

/// The arms that a manifest names, and those that cannot be opened with the reason, for [`Schema::with_given_arms`]. `schema` is that of the contacts. Paths begin
/// at `folder`; setting `cancel` ends the reading.
pub fn given_arms_of(
    manifest: &Manifest,
    schema: &Schema,
    folder: &Path,
    cancel: &Arc<AtomicBool>,
) -> (Vec<GivenArms>, Vec<LeftOut>) {
    let (mut arms, mut unreadable) = (Vec::new(), Vec::new());
    for declared in &manifest.arms {
        match open_given_arms(declared, schema, &declared.paths(folder), cancel) {
            Ok(given) => arms.push(given),
            Err(error) => unreadable.push(LeftOut {
                name: declared.split.value.clone(),
                reason: error.to_string(),
            }),
        }
    }
    (arms, unreadable)
}

fn open_given_arms(
    declared: &DeclaredArms,
    schema: &Schema,
    paths: &[PathBuf],
    cancel: &Arc<AtomicBool>,
) -> Result<GivenArms, DataError> {
    let key = schema.field(schema.key());
    let said = declared.key.as_ref();
    let key_column = said.map_or(&key.name, |column| &column.value);
    let options = OpenOptions {
        cancel: Arc::clone(cancel),
        ..OpenOptions::of_arms(declared, key_column, &key.field_type)
    };
    let source = open(paths, &options)?;
    let columns = source.schema();
    let place = |column: &str| columns.index_of(column).ok();
    let missing = |column: &str, what: &str, setting: &str| {
        let names = columns.fields().iter().map(|field| field.name().as_str());
        errors::no_column_of_arms(source.name(), column, (what, setting), names.collect())
    };
    let Some(key_place) = place(key_column) else {
        return Err(missing(key_column, "keys", "key"));
    };
    let arm_place = match &declared.arm {
        Some(said) => match place(&said.value) {
            Some(place) => place,
            None => return Err(missing(&said.value, "arms", "arm")),
        },
        None => match ARM_COLUMNS.iter().find_map(|column| place(column)) {
            Some(place) => place,
            None => return Err(missing(ARM_COLUMNS[0], "arms", "arm")),
        },
    };
    let of_column = |place: usize| type_of(columns.field(place).data_type());
    let name = |place: usize| columns.field(place).name().clone();
    let element = match &key.field_type {
        Type::Text => Type::Text,
        _ => Type::Number(NumberKind::Whole),
    };
    match of_column(key_place) {
        Ok(Type::Text) if element == Type::Text => {}
        Ok(Type::Number(NumberKind::Whole | NumberKind::Exact)) if element != Type::Text => {}
        other => {
            let holds = other.map_or_else(|left| left.reason, |other| described(&other));
            let (column, is_text) = (name(key_place), element == Type::Text);
            return Err(errors::keys_of_other_arms(
                source.name(),
                &column,
                &holds,
                is_text,
            ));
        }
    }
    match of_column(arm_place) {
        Ok(Type::Text) => {}
        other => {
            let holds = other.map_or_else(|left| left.reason, |other| described(&other));
            return Err(errors::arms_without_names(
                source.name(),
                &name(arm_place),
                &holds,
            ));
        }
    }
    let (read_as, cancel) = (element.clone(), Arc::clone(cancel));
    let split = &declared.split.value;
    Ok(GivenArms::read_later(split, element, move || {
        match read(&*source, [key_place, arm_place], &read_as, &cancel) {
            Ok(rows) => Ok(rows),
            Err(error) => Err(Arc::new(error)),
        }
    }))
}

fn read(
    source: &dyn Source,
    [key, arm]: [usize; 2],
    element: &Type,
    cancel: &AtomicBool,
) -> Result<ArmRows, DataError> {
    let column = |place: usize| source.schema().field(place).name().clone();
    let mut rows = ArmRows::of(element.clone());
    let (mut file, mut before) = ("", 0u64);
    for piece in 0..source.pieces() {
        let name = source.piece_name(piece);
        if name != file {
            (file, before) = (name, 0);
        }
        for batch in source.read(piece, &[key, arm])? {
            if cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(source.name()));
            }
            let batch = batch?;
            let keys = Keys::of(batch.column(0), element)
                .map_err(|detail| errors::damaged(file, "table", &detail))?;
            let arms = arrow_cast::cast(batch.column(1), &DataType::LargeUtf8)
                .map_err(|error| errors::damaged(file, "table", &error.to_string()))?;
            let arms = arms.as_string::<i64>();
            for row in 0..batch.num_rows() {
                let number = before + row as u64 + 1;
                let key_of = keys.get(row).map_err(|written| {
                    errors::key_of_an_arm_in_part(file, number, &column(key), &written)
                })?;
                let arm_of = arms.is_valid(row).then(|| arms.value(row));
                let place = || {
                    Some(RowPlace {
                        source: file.to_owned(),
                        row: number,
                    })
                };
                rows.add(key_of, arm_of, place)
                    .map_err(|twice| errors::two_arms(file, number, &column(arm), &twice))?;
            }
            before += batch.num_rows() as u64;
        }
    }
    Ok(rows)
}

/// Keys in one form, whatever layout the file has.
enum Keys {
    Text(ArrayRef),
    /// With the power of ten that they are counted in.
    Numbers(ArrayRef, u32),
}

impl Keys {
    fn of(array: &ArrayRef, element: &Type) -> Result<Self, String> {
        let cast = |to: &DataType| {
            arrow_cast::cast(array, to).map_err(|error| format!("its keys: {error}"))
        };
        if *element == Type::Text {
            return Ok(Keys::Text(cast(&DataType::LargeUtf8)?));
        }
        let scale = match array.data_type() {
            DataType::Decimal32(_, scale)
            | DataType::Decimal64(_, scale)
            | DataType::Decimal128(_, scale)
            | DataType::Decimal256(_, scale) => (*scale).max(0),
            _ => 0,
        };
        let numbers = cast(&DataType::Decimal128(38, scale))?;
        Ok(Keys::Numbers(numbers, scale.unsigned_abs().into()))
    }

    /// The key of a row, where it has one; as it is written where it is no whole number.
    fn get(&self, row: usize) -> Result<Option<ArmKey<'_>>, String> {
        match self {
            Keys::Text(array) => {
                let texts = array.as_string::<i64>();
                Ok(texts.is_valid(row).then(|| ArmKey::Text(texts.value(row))))
            }
            Keys::Numbers(array, scale) => {
                let numbers = array.as_primitive::<Decimal128Type>();
                if !numbers.is_valid(row) {
                    return Ok(None);
                }
                let unit = 10i128.pow(*scale);
                match numbers.value(row) {
                    number if number % unit == 0 => Ok(Some(ArmKey::Number(number / unit))),
                    _ => Err(numbers.value_as_string(row)),
                }
            }
        }
    }
}
