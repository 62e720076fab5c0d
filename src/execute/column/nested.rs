//! Lists, records and maps: columns with columns in them.

use super::order::in_order;
use super::read::read;
use super::{Column, List, Values};
use crate::types::{RecordPart, RecordType, Type};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, UInt64Array};
use arrow_buffer::ArrowNativeType;
use arrow_schema::DataType;
use std::sync::Arc;

/// Lists in any of their five layouts.
pub(super) fn list(
    array: &ArrayRef,
    element_type: &Type,
    blank_is_missing: bool,
) -> Result<Option<Values>, String> {
    let (starts, elements): (Vec<usize>, ArrayRef) = match array.data_type() {
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            contiguous(lists.value_offsets(), lists.values())
        }
        DataType::LargeList(_) => {
            let lists = array.as_list::<i64>();
            contiguous(lists.value_offsets(), lists.values())
        }
        DataType::FixedSizeList(_, size) => {
            let lists = array.as_fixed_size_list();
            let size = *size as usize;
            let first = if lists.is_empty() {
                0
            } else {
                lists.value_offset(0) as usize
            };
            (
                (0..=lists.len()).map(|row| row * size).collect(),
                lists.values().slice(first, lists.len() * size),
            )
        }
        DataType::ListView(_) => {
            let lists = array.as_list_view::<i32>();
            gathered(
                array,
                lists.value_offsets(),
                lists.value_sizes(),
                lists.values(),
            )?
        }
        DataType::LargeListView(_) => {
            let lists = array.as_list_view::<i64>();
            gathered(
                array,
                lists.value_offsets(),
                lists.value_sizes(),
                lists.values(),
            )?
        }
        _ => return Ok(None),
    };
    let lists = of_elements(starts, elements.len(), |starts| {
        let read = |events: &ArrayRef| read(events, element_type, blank_is_missing);
        let column = read(&elements)?;
        match element_type {
            Type::Record(record) => in_order(starts, &elements, column, record, read),
            _ => Ok(column),
        }
    })?;
    Ok(Some(lists))
}

/// Lists that begin at these places of their elements.
fn of_elements(
    starts: Vec<usize>,
    number: usize,
    elements: impl FnOnce(&[u32]) -> Result<Column, String>,
) -> Result<Values, String> {
    if u32::try_from(number).is_err() {
        return Err("a batch has lists with more than four thousand million elements".into());
    }
    let starts: Vec<u32> = starts.into_iter().map(|start| start as u32).collect();
    let elements = elements(&starts)?;
    Ok(Values::List(Arc::new(List::new(starts, elements))))
}

/// Records: the parts that the language knows, each from the child of its name.
pub(super) fn record(
    array: &ArrayRef,
    record: &RecordType,
    validity: &Option<Arc<[u64]>>,
    blank_is_missing: bool,
) -> Result<Option<Values>, String> {
    let Some(records) = array.as_struct_opt() else {
        return Ok(None);
    };
    let part = |part: &RecordPart| match records.column_by_name(&part.name) {
        Some(child) => Ok(read(child, &part.part_type, blank_is_missing)?.masked(validity)),
        // What is read and is not there was told before the first batch.
        None => Ok(Column::missing(records.len())),
    };
    let parts = record.parts.iter().map(part);
    Ok(Some(Values::Record(parts.collect::<Result<_, String>>()?)))
}

/// Maps: lists of a key and a value.
pub(super) fn map(
    array: &ArrayRef,
    value_type: &Type,
    blank_is_missing: bool,
) -> Result<Option<Values>, String> {
    let Some(maps) = array.as_map_opt() else {
        return Ok(None);
    };
    let entries: ArrayRef = Arc::new(maps.entries().clone());
    let (starts, entries) = contiguous(maps.value_offsets(), &entries);
    let entries = entries.as_struct();
    let rows = entries.len();
    let maps = of_elements(starts, rows, |_| {
        let parts = [
            read(entries.column(0), &Type::Text, false)?,
            read(entries.column(1), value_type, blank_is_missing)?,
        ];
        Ok(Column::new(rows, None, Values::Record(parts.into())))
    })?;
    Ok(Some(maps))
}

/// Offsets counted from the first element that belongs to a row, and the elements from there on.
fn contiguous<O: ArrowNativeType>(offsets: &[O], elements: &ArrayRef) -> (Vec<usize>, ArrayRef) {
    let (first, last) = (offsets[0].as_usize(), offsets[offsets.len() - 1].as_usize());
    (
        offsets
            .iter()
            .map(|offset| offset.as_usize() - first)
            .collect(),
        elements.slice(first, last - first),
    )
}

/// Lists that lie anywhere in their child, brought into the order of the rows.
fn gathered<O: ArrowNativeType>(
    array: &ArrayRef,
    offsets: &[O],
    sizes: &[O],
    elements: &ArrayRef,
) -> Result<(Vec<usize>, ArrayRef), String> {
    let mut places: Vec<u64> = Vec::new();
    let mut starts = vec![0];
    for row in 0..array.len() {
        if array.is_valid(row) {
            let first = offsets[row].as_usize() as u64;
            places.extend(first..first + sizes[row].as_usize() as u64);
        }
        starts.push(places.len());
    }
    Ok((starts, take(elements, places)?))
}

/// The rows of an array at these places.
pub(super) fn take(array: &ArrayRef, places: Vec<u64>) -> Result<ArrayRef, String> {
    arrow_select::take::take(array, &UInt64Array::from(places), None)
        .map_err(|error| error.to_string())
}
