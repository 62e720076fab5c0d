//! Cells in Arrow as a dictionary or in runs.

use super::Layout;
use crate::cells::{Cell, Kind};
use arrow_array::types::{
    ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, RunEndIndexType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, DictionaryArray, PrimitiveArray, RunArray};
use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use std::sync::Arc;

impl Layout<'_> {
    pub(super) fn dictionary(&mut self, kind: &Kind, cells: &[Cell]) -> ArrayRef {
        let mut values: Vec<Cell> = Vec::new();
        let mut entries = Vec::with_capacity(cells.len());
        for cell in cells {
            // Of many values, those that come late each get an entry of their own.
            let found = values.iter().take(300).position(|value| value == cell);
            let entry = match found {
                // The same value a second time, under a key of its own.
                Some(entry) if !(self.random.percent(4) && values.len() < 120) => entry,
                _ => {
                    values.push(cell.clone());
                    values.len() - 1
                }
            };
            // A missing cell: the key is missing, or it points to a missing value.
            let by_key = *cell == Cell::Missing && self.random.percent(50);
            entries.push((!by_key).then_some(entry));
        }
        if self.random.percent(50) && !cells.is_empty() {
            values.push(cells[0].clone());
            values.push(Cell::Missing);
        }
        if values.is_empty() {
            values.push(Cell::Missing);
        }
        let array = self.plain(kind, &values);
        match (values.len(), self.random.below(8)) {
            (..=120, 0) => self.keyed::<Int8Type>(&entries, array),
            (..=250, 1 | 2) => self.keyed::<UInt8Type>(&entries, array),
            (..=30_000, 3) => self.keyed::<Int16Type>(&entries, array),
            (..=60_000, 4) => self.keyed::<UInt16Type>(&entries, array),
            (_, 5) => self.keyed::<UInt32Type>(&entries, array),
            (_, 6) => self.keyed::<Int64Type>(&entries, array),
            (_, 7) => self.keyed::<UInt64Type>(&entries, array),
            _ => self.keyed::<Int32Type>(&entries, array),
        }
    }

    pub(super) fn keyed<K: ArrowDictionaryKeyType>(
        &mut self,
        entries: &[Option<usize>],
        values: ArrayRef,
    ) -> ArrayRef {
        let known: Vec<_> = entries.iter().map(Option::is_some).collect();
        let nulls = self.nulls(&known);
        // Under a missing key stands a key far beyond the values.
        let keys: Vec<K::Native> = entries
            .iter()
            .map(|entry| K::Native::usize_as(entry.unwrap_or(127)))
            .collect();
        let keys = PrimitiveArray::<K>::new(ScalarBuffer::from(keys), nulls);
        Arc::new(DictionaryArray::try_new(keys, values).expect("known keys have values"))
    }

    pub(super) fn runs(&mut self, kind: &Kind, cells: &[Cell]) -> ArrayRef {
        let (mut ends, mut values): (Vec<usize>, Vec<Cell>) = (Vec::new(), Vec::new());
        for (row, cell) in cells.iter().enumerate() {
            let goes_on = values.last() == Some(cell) && !self.random.percent(5);
            if goes_on {
                *ends.last_mut().expect("a value has an end") = row + 1;
            } else {
                values.push(cell.clone());
                ends.push(row + 1);
            }
        }
        let array = self.plain(kind, &values);
        match self.random.below(3) {
            0 if cells.len() < 30_000 => run_array::<Int16Type>(&ends, &array),
            1 => run_array::<Int64Type>(&ends, &array),
            _ => run_array::<Int32Type>(&ends, &array),
        }
    }
}

pub(super) fn run_array<E: RunEndIndexType>(ends: &[usize], values: &ArrayRef) -> ArrayRef {
    let ends: Vec<_> = ends.iter().map(|end| E::Native::usize_as(*end)).collect();
    let ends = PrimitiveArray::<E>::new(ScalarBuffer::from(ends), None);
    Arc::new(RunArray::<E>::try_new(&ends, values).expect("ends ascend, one for each value"))
}
