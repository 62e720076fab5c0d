//! One column out of the arrays it was read in, its rows in a new order.

use crate::data::Texts;
use arrow_array::builder::{LargeStringBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, PrimitiveArray, UInt32Array, new_empty_array};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, FieldRef};
use arrow_select::concat::concat;
use arrow_select::take::take;
use hashbrown::HashMap;
use std::sync::Arc;

/// The array without runs, and without a dictionary but one of text.
pub(super) fn plain(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::Dictionary(_, values) if !is_text(values) => {
            plain(&cast(array, values.as_ref())?)
        }
        DataType::RunEndEncoded(_, values) => plain(&cast(array, values.data_type())?),
        _ => Ok(array.clone()),
    }
}

pub(super) fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) if !is_text(values) => plain_type(values),
        DataType::RunEndEncoded(_, values) => plain_type(values.data_type()),
        other => other.clone(),
    }
}

pub(super) fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

/// The rows of all arrays one behind the other, taken in this order; without one as they are. `data_type` is that of the column, where there are none.
pub(super) fn assembled(
    arrays: Vec<ArrayRef>,
    order: Option<&UInt32Array>,
    data_type: &DataType,
) -> Result<ArrayRef, ArrowError> {
    let Some(first) = arrays.first() else {
        return Ok(new_empty_array(&plain_type(data_type)));
    };
    if let DataType::Dictionary(..) = first.data_type() {
        return unified(&arrays, order);
    }
    let whole = {
        let arrays = widened(arrays)?;
        match &arrays[..] {
            [only] => only.clone(),
            arrays => concat(&arrays.iter().map(|array| &**array).collect::<Vec<_>>())?,
        }
    };
    match order {
        None => Ok(whole),
        Some(order) => take(&whole, order, None),
    }
}

/// Arrays whose offsets would not fit in 32 bits together get such of 64.
fn widened(arrays: Vec<ArrayRef>) -> Result<Vec<ArrayRef>, ArrowError> {
    let (bytes, to) = match arrays[0].data_type() {
        DataType::Utf8 => {
            let bytes = |array: &ArrayRef| {
                let offsets = array.as_string::<i32>().value_offsets();
                (offsets[offsets.len() - 1] - offsets[0]) as usize
            };
            (arrays.iter().map(bytes).sum(), DataType::LargeUtf8)
        }
        DataType::List(element) => {
            let elements = |array: &ArrayRef| {
                let offsets = array.as_list::<i32>().value_offsets();
                (offsets[offsets.len() - 1] - offsets[0]) as usize
            };
            let to = DataType::LargeList(element.clone());
            (arrays.iter().map(elements).sum::<usize>(), to)
        }
        _ => return Ok(arrays),
    };
    if i32::try_from(bytes).is_ok() {
        return Ok(arrays);
    }
    arrays.iter().map(|array| cast(array, &to)).collect()
}

/// Dictionaries of text as one, with no more bits for a code than there are texts.
fn unified(arrays: &[ArrayRef], order: Option<&UInt32Array>) -> Result<ArrayRef, ArrowError> {
    let mut words = Words::default();
    let rows = arrays.iter().map(|array| array.len()).sum();
    let mut codes: Vec<u32> = Vec::with_capacity(rows);
    for array in arrays {
        words.codes(array, &mut codes);
    }
    let values = words.into_texts();
    let code = |row: usize| match order {
        Some(order) => codes[order.value(row) as usize],
        None => codes[row],
    };
    let nulls = codes.contains(&NULL).then(|| {
        (0..rows)
            .map(|row| code(row) != NULL)
            .collect::<NullBuffer>()
    });
    let known = |row: usize| match code(row) {
        NULL => 0,
        code => code,
    };
    macro_rules! narrow {
        ($kind:ty, $native:ty) => {{
            let codes: ScalarBuffer<$native> = (0..rows).map(|row| known(row) as $native).collect();
            let codes = PrimitiveArray::<$kind>::new(codes, nulls);
            Arc::new(DictionaryArray::<$kind>::try_new(codes, values)?)
        }};
    }
    Ok(if values.len() <= 1 << 8 {
        narrow!(UInt8Type, u8)
    } else if values.len() <= 1 << 16 {
        narrow!(UInt16Type, u16)
    } else {
        narrow!(UInt32Type, u32)
    })
}

/// Different texts, each with a code, which is its place.
#[derive(Default)]
pub(super) struct Words {
    known: HashMap<String, u32>,
    texts: Vec<String>,
    /// The texts of the last array, and their codes as far as they were met: arrays of one file often share their texts.
    last: Option<(ArrayRef, Vec<u32>)>,
}

impl Words {
    /// The codes of a dictionary of text, behind others; [`NULL`] where it is null.
    pub(super) fn codes(&mut self, array: &ArrayRef, codes: &mut Vec<u32>) {
        let dictionary = array.as_any_dictionary();
        let values = dictionary.values();
        if values.is_empty() {
            codes.extend(std::iter::repeat_n(NULL, array.len()));
            return;
        }
        let mut of_values = match self.last.take() {
            Some((same, of_values)) if Arc::ptr_eq(&same, values) => of_values,
            _ => vec![UNSEEN; values.len()],
        };
        let of_text = Texts::of(values);
        for (row, place) in dictionary.normalized_keys().into_iter().enumerate() {
            if array.is_null(row) {
                codes.push(NULL);
                continue;
            }
            if of_values[place] == UNSEEN {
                of_values[place] = match of_text.and_then(|texts| texts.known(place)) {
                    None => NULL,
                    Some(text) => *self.known.entry_ref(text).or_insert_with(|| {
                        self.texts.push(text.to_owned());
                        self.texts.len() as u32 - 1
                    }),
                };
            }
            codes.push(of_values[place]);
        }
        self.last = Some((values.clone(), of_values));
    }

    /// The texts, each at its code.
    pub(super) fn into_texts(self) -> ArrayRef {
        let Self { known, texts, last } = self;
        drop((known, last));
        values_of(&texts)
    }
}

/// Codes as an array.
pub(super) fn coded(codes: Vec<u32>) -> ArrayRef {
    let nulls = codes.contains(&NULL).then(|| {
        codes
            .iter()
            .map(|code| *code != NULL)
            .collect::<NullBuffer>()
    });
    let codes: ScalarBuffer<u32> = (codes.into_iter())
        .map(|code| if code == NULL { 0 } else { code })
        .collect();
    Arc::new(UInt32Array::new(codes, nulls))
}

/// Such codes with their texts.
pub(super) fn with_texts(codes: &ArrayRef, texts: ArrayRef) -> Result<ArrayRef, ArrowError> {
    let codes = codes.as_primitive::<UInt32Type>().clone();
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(
        codes, texts,
    )?))
}

/// The type of a column without dictionaries and runs, also where it is nested.
pub(super) fn flat_type(data_type: &DataType) -> DataType {
    let flat = |field: &FieldRef| {
        let data_type = flat_type(field.data_type());
        Arc::new(field.as_ref().clone().with_data_type(data_type))
    };
    match data_type {
        DataType::Dictionary(_, values) => flat_type(values),
        DataType::RunEndEncoded(_, values) => flat_type(values.data_type()),
        DataType::List(element) => DataType::List(flat(element)),
        DataType::LargeList(element) => DataType::LargeList(flat(element)),
        DataType::FixedSizeList(element, size) => DataType::FixedSizeList(flat(element), *size),
        DataType::ListView(element) => DataType::ListView(flat(element)),
        DataType::LargeListView(element) => DataType::LargeListView(flat(element)),
        DataType::Struct(parts) => DataType::Struct(parts.iter().map(flat).collect()),
        DataType::Map(entries, sorted) => DataType::Map(flat(entries), *sorted),
        other => other.clone(),
    }
}

const UNSEEN: u32 = u32::MAX;
pub(super) const NULL: u32 = u32::MAX - 1;

fn values_of(texts: &[String]) -> ArrayRef {
    let bytes: usize = texts.iter().map(String::len).sum();
    if i32::try_from(bytes).is_ok() {
        let mut builder = StringBuilder::with_capacity(texts.len(), bytes);
        texts.iter().for_each(|text| builder.append_value(text));
        Arc::new(builder.finish())
    } else {
        let mut builder = LargeStringBuilder::with_capacity(texts.len(), bytes);
        texts.iter().for_each(|text| builder.append_value(text));
        Arc::new(builder.finish())
    }
}
