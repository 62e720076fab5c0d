//! What has parts in Arrow: places, records, maps, lists of every layout.

use super::{Layout, array};
use crate::cells::{Cell, Kind};
use arrow_array::{
    Array, ArrayRef, FixedSizeListArray, GenericListArray, GenericListViewArray, MapArray,
    OffsetSizeTrait, StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::Field;
use std::sync::Arc;

impl Layout<'_> {
    /// Records of two numbers. A missing place: the record is missing, or one of the numbers is, or they lie nowhere on the globe.
    pub(super) fn points(&mut self, cells: &[Cell]) -> ArrayRef {
        let mut halves = [Vec::new(), Vec::new()];
        let mut known = Vec::with_capacity(cells.len());
        for cell in cells {
            let (record, latitude, longitude) = match cell {
                Cell::Point(latitude, longitude) => {
                    (true, Cell::Float(*latitude), Cell::Float(*longitude))
                }
                _ if !self.is_hostile() => (false, Cell::Missing, Cell::Missing),
                _ => match self.random.below(6) {
                    0 => (true, Cell::Missing, Cell::Float(4.35)),
                    1 => (true, Cell::Float(50.85), Cell::Missing),
                    2 => (true, Cell::Float(90.5), Cell::Float(4.35)),
                    3 => (true, Cell::Float(50.85), Cell::Float(-180.1)),
                    _ => (false, Cell::Float(50.85), Cell::Float(4.35)),
                },
            };
            known.push(record);
            halves[0].push(latitude);
            halves[1].push(longitude);
        }
        let nulls = self.nulls(&known);
        let names = *self.random.pick(&[
            ["latitude", "longitude"],
            ["lat", "lon"],
            ["Latitude", "LNG"],
            ["lat", "long"],
        ]);
        let mut parts: Vec<(&str, ArrayRef)> = (names.into_iter().zip(&halves))
            .map(|(name, half)| (name, array(&Kind::Float(64), half, self.taste, self.random)))
            .collect();
        if self.is_hostile() && self.random.percent(30) {
            parts.reverse();
        }
        let fields: Vec<Field> = parts
            .iter()
            .map(|(name, part)| Field::new(*name, part.data_type().clone(), true))
            .collect();
        let parts = parts.into_iter().map(|(_, part)| part).collect();
        Arc::new(StructArray::new(fields.into(), parts, nulls))
    }

    pub(super) fn lists(&mut self, element: &Kind, cells: &[Cell]) -> ArrayRef {
        let known: Vec<_> = cells.iter().map(|cell| *cell != Cell::Missing).collect();
        let junk = match cells.iter().find(|cell| **cell != Cell::Missing) {
            Some(Cell::List(elements)) if self.is_hostile() => elements.clone(),
            _ => Vec::new(),
        };
        // A host may hand over events in any order.
        let mut shuffled = Vec::new();
        if self.is_hostile() && element.is_event() && self.random.percent(40) {
            shuffled = cells.to_vec();
            for cell in &mut shuffled {
                if let Cell::List(events) = cell {
                    self.random.shuffle(events);
                }
            }
        }
        let cells = if shuffled.is_empty() {
            cells
        } else {
            &shuffled
        };
        // Under a missing list there are elements as well.
        let rows: Vec<&[Cell]> = cells
            .iter()
            .map(|cell| match cell {
                Cell::List(elements) => elements.as_slice(),
                _ => junk.as_slice(),
            })
            .collect();
        let nulls = self.nulls(&known);
        let fixed = rows.first().map_or(0, |row| row.len());
        if self.is_hostile() && fixed > 0 && rows.iter().all(|row| row.len() == fixed) {
            let child = self.child(element, &rows.concat());
            let field = Arc::new(Field::new("item", child.data_type().clone(), true));
            return Arc::new(FixedSizeListArray::new(field, fixed as i32, child, nulls));
        }
        match if self.is_hostile() {
            self.random.below(5)
        } else {
            0
        } {
            0 | 1 => self.offset_list::<i32>(element, &rows, nulls),
            2 => self.offset_list::<i64>(element, &rows, nulls),
            3 => self.view_list::<i32>(element, &rows, nulls),
            _ => self.view_list::<i64>(element, &rows, nulls),
        }
    }

    /// Under a missing record its parts may well be there; there may be parts that nobody asked for, in any order.
    pub(super) fn records(&mut self, parts: &[(String, Kind)], cells: &[Cell]) -> ArrayRef {
        let known: Vec<_> = cells.iter().map(|cell| *cell != Cell::Missing).collect();
        let junk = match cells.iter().find(|cell| **cell != Cell::Missing) {
            Some(Cell::Record(parts)) if self.is_hostile() => parts.clone(),
            _ => vec![Cell::Missing; parts.len()],
        };
        let mut children: Vec<(String, ArrayRef)> = Vec::new();
        for (place, (name, kind)) in parts.iter().enumerate() {
            let of_part: Vec<Cell> = cells
                .iter()
                .map(|cell| match cell {
                    Cell::Record(parts) => parts[place].clone(),
                    _ => junk[place].clone(),
                })
                .collect();
            children.push((name.clone(), self.child(kind, &of_part)));
        }
        if self.is_hostile() {
            let nobodys = vec![Cell::Whole(1); cells.len()];
            let child = self.child(&Kind::Whole(0, 9), &nobodys);
            children.push(("nobody's".into(), child));
            self.random.shuffle(&mut children);
        }
        let nulls = self.nulls(&known);
        let fields = children
            .iter()
            .map(|(name, child)| Field::new(name, child.data_type().clone(), true));
        let fields = fields.collect();
        let arrays = children.into_iter().map(|(_, child)| child).collect();
        Arc::new(StructArray::new(fields, arrays, nulls))
    }

    pub(super) fn maps(&mut self, value: &Kind, cells: &[Cell]) -> ArrayRef {
        let known: Vec<_> = cells.iter().map(|cell| *cell != Cell::Missing).collect();
        let junk = match cells.iter().find(|cell| **cell != Cell::Missing) {
            Some(Cell::Map(entries)) if self.is_hostile() => entries.clone(),
            _ => Vec::new(),
        };
        let rows: Vec<&[(String, Cell)]> = cells
            .iter()
            .map(|cell| match cell {
                Cell::Map(entries) => entries.as_slice(),
                _ => junk.as_slice(),
            })
            .collect();
        let entries = rows.concat();
        let keys: Vec<Cell> = entries
            .iter()
            .map(|(key, _)| Cell::Text(key.clone()))
            .collect();
        let values: Vec<Cell> = entries.into_iter().map(|(_, value)| value).collect();
        let (keys, values) = (self.child(&Kind::Text, &keys), self.child(value, &values));
        let nulls = self.nulls(&known);
        let fields = vec![
            Field::new("key", keys.data_type().clone(), false),
            Field::new("value", values.data_type().clone(), true),
        ];
        let entries = StructArray::new(fields.into(), vec![keys, values], None);
        let field = Arc::new(Field::new("entries", entries.data_type().clone(), false));
        let offsets = OffsetBuffer::<i32>::from_lengths(rows.iter().map(|row| row.len()));
        Arc::new(MapArray::new(field, offsets, entries, nulls, false))
    }

    pub(super) fn child(&mut self, element: &Kind, cells: &[Cell]) -> ArrayRef {
        array(element, cells, self.taste, self.random)
    }

    pub(super) fn offset_list<O: OffsetSizeTrait>(
        &mut self,
        element: &Kind,
        rows: &[&[Cell]],
        nulls: Option<NullBuffer>,
    ) -> ArrayRef {
        let child = self.child(element, &rows.concat());
        let field = Arc::new(Field::new("item", child.data_type().clone(), true));
        let offsets = OffsetBuffer::<O>::from_lengths(rows.iter().map(|row| row.len()));
        Arc::new(GenericListArray::new(field, offsets, child, nulls))
    }

    /// The lists lie in the child in the opposite order.
    pub(super) fn view_list<O: OffsetSizeTrait>(
        &mut self,
        element: &Kind,
        rows: &[&[Cell]],
        nulls: Option<NullBuffer>,
    ) -> ArrayRef {
        let mut elements = Vec::new();
        let mut offsets = vec![O::default(); rows.len()];
        for (row, cells) in rows.iter().enumerate().rev() {
            offsets[row] = O::usize_as(elements.len());
            elements.extend_from_slice(cells);
        }
        let sizes: Vec<O> = rows.iter().map(|row| O::usize_as(row.len())).collect();
        let child = self.child(element, &elements);
        let field = Arc::new(Field::new("item", child.data_type().clone(), true));
        Arc::new(GenericListViewArray::new(
            field,
            ScalarBuffer::from(offsets),
            ScalarBuffer::from(sizes),
            child,
            nulls,
        ))
    }
}
