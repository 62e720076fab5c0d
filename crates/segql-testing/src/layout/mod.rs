//! Laying cells out in Arrow, in every way that means the same: the plain one, and hostile ones.
//!
//! Hostile means: slices at odd offsets, junk under missing values, dictionaries whose keys and whose values are missing and whose
//! values repeat, NaN for a missing float, -0 for 0, views, large offsets, runs that are split for no reason, list views out of order.

use crate::cells::{Cell, Kind};
use crate::random::Random;
use crate::world::{Table, World};
use arrow_array::builder::StringViewBuilder;
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, BooleanArray, GenericStringArray, OffsetSizeTrait,
    PrimitiveArray, RecordBatch, StringViewArray,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{Field, Schema};
use std::sync::Arc;

mod encodings;
mod nested;
mod numbers;
mod times;

/// How far the layout may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taste {
    /// As a careful host would hand it over.
    Plain,
    Hostile,
}

/// The table as one batch. A hostile one may have its columns in another order, and columns that nobody asked for.
pub fn batch(world: &World, table: &Table, taste: Taste, random: &mut Random) -> RecordBatch {
    let mut columns: Vec<(String, ArrayRef)> = world
        .columns
        .iter()
        .zip(&table.columns)
        .map(|(column, cells)| {
            let array = array(&column.kind, cells, taste, random);
            (column.name.clone(), array)
        })
        .collect();
    if taste == Taste::Hostile {
        random.shuffle(&mut columns);
    }
    let fields: Vec<_> = columns
        .iter()
        .map(|(name, array)| Field::new(name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        .expect("columns of equal length with their own types")
}

/// Cells of a kind as an array.
pub fn array(kind: &Kind, cells: &[Cell], taste: Taste, random: &mut Random) -> ArrayRef {
    if taste == Taste::Plain {
        return Layout { taste, random }.plain(kind, cells);
    }
    let (before, after) = match random.below(3) {
        0 => (0, 0),
        1 => (1 + random.below(9), random.below(3)),
        _ => (random.below(140), random.below(70)),
    };
    let mut padded = Vec::with_capacity(before + cells.len() + after);
    let junk = |random: &mut Random| match cells.len() {
        0 => Cell::Missing,
        length => cells[random.below(length)].clone(),
    };
    padded.extend((0..before).map(|_| junk(random)));
    padded.extend_from_slice(cells);
    padded.extend((0..after).map(|_| junk(random)));
    let mut layout = Layout { taste, random };
    layout.encoded(kind, &padded).slice(before, cells.len())
}

struct Layout<'a> {
    taste: Taste,
    random: &'a mut Random,
}

impl Layout<'_> {
    fn is_hostile(&self) -> bool {
        self.taste == Taste::Hostile
    }

    /// Plain, as a dictionary, or in runs.
    fn encoded(&mut self, kind: &Kind, cells: &[Cell]) -> ArrayRef {
        if matches!(kind, Kind::List(_) | Kind::Record(_) | Kind::Map(_)) {
            return self.plain(kind, cells);
        }
        match self.random.below(10) {
            0..=2 => self.dictionary(kind, cells),
            3 => self.runs(kind, cells),
            _ => self.plain(kind, cells),
        }
    }

    fn plain(&mut self, kind: &Kind, cells: &[Cell]) -> ArrayRef {
        match kind {
            Kind::Boolean => self.booleans(cells),
            Kind::Whole(low, high) => self.wholes(cells, *low, *high),
            Kind::Decimal(scale) => self.decimals(cells, *scale),
            Kind::Wide(scale) => self.wide_decimals(cells, *scale),
            Kind::Float(bits) => self.floats(cells, *bits),
            Kind::Text => self.texts(cells),
            Kind::Date => self.dates(cells),
            Kind::Time(unit) => self.times(cells, *unit),
            Kind::Duration(unit) => self.durations(cells, *unit),
            Kind::Point => self.points(cells),
            Kind::List(element) => self.lists(element, cells),
            Kind::Record(parts) => self.records(parts, cells),
            Kind::Map(value) => self.maps(value, cells),
        }
    }

    /// The validity of cells: none where all are known (or, to be hostile, one all the same), at an odd offset.
    fn nulls(&mut self, known: &[bool]) -> Option<NullBuffer> {
        if known.iter().all(|known| *known) && (!self.is_hostile() || self.random.percent(50)) {
            return None;
        }
        let offset = if self.is_hostile() {
            self.random.below(13)
        } else {
            0
        };
        let bits = (0..offset).map(|place| place % 2 == 0);
        let bits: BooleanBuffer = bits.chain(known.iter().copied()).collect();
        Some(NullBuffer::new(bits.slice(offset, known.len())))
    }

    fn primitives<T: ArrowPrimitiveType>(
        &mut self,
        cells: &[Cell],
        native: impl Fn(&Cell) -> Option<T::Native>,
        junk: &[T::Native],
    ) -> PrimitiveArray<T> {
        let natives: Vec<_> = cells.iter().map(native).collect();
        let known: Vec<_> = natives.iter().map(Option::is_some).collect();
        let nulls = self.nulls(&known);
        let values: Vec<_> = natives
            .into_iter()
            .map(|native| match native {
                Some(value) => value,
                None if self.is_hostile() => *self.random.pick(junk),
                None => T::Native::default(),
            })
            .collect();
        PrimitiveArray::new(ScalarBuffer::from(values), nulls)
    }

    fn booleans(&mut self, cells: &[Cell]) -> ArrayRef {
        let known: Vec<_> = cells.iter().map(|cell| *cell != Cell::Missing).collect();
        let nulls = self.nulls(&known);
        let bits: BooleanBuffer = cells
            .iter()
            .map(|cell| match cell {
                Cell::Boolean(value) => *value,
                _ => self.is_hostile() && self.random.percent(50),
            })
            .collect();
        Arc::new(BooleanArray::new(bits, nulls))
    }

    fn texts(&mut self, cells: &[Cell]) -> ArrayRef {
        let known: Vec<_> = cells.iter().map(|cell| *cell != Cell::Missing).collect();
        let nulls = self.nulls(&known);
        let junk = [
            "",
            "BE",
            "junk under a missing value, longer than a view holds",
            "ß",
        ];
        let texts: Vec<&str> = cells
            .iter()
            .map(|cell| match cell {
                Cell::Text(text) => text.as_str(),
                _ if self.is_hostile() => *self.random.pick(&junk),
                _ => "",
            })
            .collect();
        let choice = if self.is_hostile() {
            self.random.below(4)
        } else {
            0
        };
        match choice {
            0 | 1 => Arc::new(strings::<i32>(&texts, nulls)),
            2 => Arc::new(strings::<i64>(&texts, nulls)),
            _ => {
                // Small blocks, so that views point into several buffers.
                let mut builder = StringViewBuilder::new().with_fixed_block_size(64);
                texts.iter().for_each(|text| builder.append_value(text));
                let (views, buffers, _) = builder.finish().into_parts();
                Arc::new(StringViewArray::new(views, buffers, nulls))
            }
        }
    }
}

fn strings<O: OffsetSizeTrait>(texts: &[&str], nulls: Option<NullBuffer>) -> GenericStringArray<O> {
    let offsets = OffsetBuffer::<O>::from_lengths(texts.iter().map(|text| text.len()));
    GenericStringArray::new(offsets, texts.concat().into_bytes().into(), nulls)
}
