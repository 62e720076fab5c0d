//! Laying cells out in Arrow, in every way that means the same: the plain one, and hostile ones.
//!
//! Hostile means: slices at odd offsets, junk under missing values, dictionaries whose keys and whose values are missing and whose
//! values repeat, NaN for a missing float, -0 for 0, views, large offsets, runs that are split for no reason, list views out of order.

use crate::cells::{Cell, Kind, nanoseconds};
use crate::random::Random;
use crate::world::{Table, World};
use arrow_array::builder::StringViewBuilder;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type,
    Decimal64Type, Decimal128Type, Decimal256Type, DurationMicrosecondType,
    DurationMillisecondType, DurationNanosecondType, DurationSecondType, Float16Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, RunEndIndexType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, FixedSizeListArray, GenericListArray,
    GenericListViewArray, GenericStringArray, MapArray, OffsetSizeTrait, PrimitiveArray,
    RecordBatch, RunArray, StringViewArray, StructArray,
};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer, i256};
use arrow_schema::{Field, Schema, TimeUnit};
use std::sync::Arc;

/// A float of 16 bits.
type Half = <Float16Type as ArrowPrimitiveType>::Native;

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

    fn wholes(&mut self, cells: &[Cell], low: i128, high: i128) -> ArrayRef {
        let (mut least, mut most) = (low, high);
        if self.is_hostile() && self.random.percent(40) {
            // Any width that holds what is there.
            let values = cells.iter().filter_map(|cell| match cell {
                Cell::Whole(value) => Some(*value),
                _ => None,
            });
            (least, most) = values.fold((0, 0), |(least, most), value| {
                (value.min(least), value.max(most))
            });
        }
        macro_rules! fitting {
            ($($kind:ty),*) => {{
                let mut made: Vec<Box<dyn Fn(&mut Self) -> ArrayRef + '_>> = Vec::new();
                $(
                    type Native = <$kind as ArrowPrimitiveType>::Native;
                    if i128::from(Native::MIN) <= least && most <= i128::from(Native::MAX) {
                        made.push(Box::new(|layout: &mut Self| {
                            let native = |cell: &Cell| match cell {
                                Cell::Whole(value) => Native::try_from(*value).ok(),
                                _ => None,
                            };
                            Arc::new(layout.primitives::<$kind>(cells, native, &[0, 1, Native::MIN, Native::MAX]))
                        }));
                    }
                )*
                made
            }};
        }
        macro_rules! each {
            ($($kind:ty),*) => {{
                let mut all: Vec<Box<dyn Fn(&mut Self) -> ArrayRef + '_>> = Vec::new();
                $({ all.extend(fitting!($kind)); })*
                all
            }};
        }
        let widths = each!(
            Int8Type, UInt8Type, Int16Type, UInt16Type, Int32Type, UInt32Type, Int64Type,
            UInt64Type
        );
        let choice = if self.is_hostile() {
            self.random.below(widths.len())
        } else {
            0
        };
        widths[choice](self)
    }

    fn decimals(&mut self, cells: &[Cell], scale: u8) -> ArrayRef {
        let most = cells
            .iter()
            .map(|cell| match cell {
                Cell::Decimal(mantissa) => mantissa.unsigned_abs(),
                _ => 0,
            })
            .max()
            .unwrap_or(0);
        let mantissa = |cell: &Cell| match cell {
            Cell::Decimal(mantissa) => Some(*mantissa),
            _ => None,
        };
        let mut widths = vec![128];
        if self.is_hostile() {
            widths.extend((most < 10u128.pow(9) && scale <= 9).then_some(32));
            widths.extend((most < 10u128.pow(18) && scale <= 18).then_some(64));
            widths.push(256);
        }
        let arrow_scale = scale as i8;
        match *self.random.pick(&widths) {
            32 => {
                let native = |cell: &Cell| mantissa(cell).and_then(|value| value.try_into().ok());
                let array =
                    self.primitives::<Decimal32Type>(cells, native, &[0, i32::MAX, i32::MIN]);
                Arc::new(
                    array
                        .with_precision_and_scale(9, arrow_scale)
                        .expect("fits"),
                )
            }
            64 => {
                let native = |cell: &Cell| mantissa(cell).and_then(|value| value.try_into().ok());
                let array =
                    self.primitives::<Decimal64Type>(cells, native, &[0, i64::MAX, i64::MIN]);
                Arc::new(
                    array
                        .with_precision_and_scale(18, arrow_scale)
                        .expect("fits"),
                )
            }
            256 => {
                // More places, beyond 128 bits as well: trailing zeros change no value.
                let more = *self.random.pick(&[0, 1, 12, 38]);
                let power = i256::from_i128(10i128.pow(more));
                let native =
                    |cell: &Cell| mantissa(cell).map(|value| i256::from_i128(value) * power);
                let array = self.primitives::<Decimal256Type>(
                    cells,
                    native,
                    &[i256::ZERO, i256::MAX, i256::MIN],
                );
                let scale = arrow_scale + more as i8;
                Arc::new(array.with_precision_and_scale(76, scale).expect("fits"))
            }
            _ => {
                let array =
                    self.primitives::<Decimal128Type>(cells, mantissa, &[0, i128::MAX, i128::MIN]);
                Arc::new(
                    array
                        .with_precision_and_scale(38, arrow_scale)
                        .expect("fits"),
                )
            }
        }
    }

    fn wide_decimals(&mut self, cells: &[Cell], scale: i8) -> ArrayRef {
        let native = |cell: &Cell| match cell {
            Cell::Wide(mantissa) => Some(*mantissa),
            _ => None,
        };
        let junk = [i256::ZERO, i256::ONE, i256::MAX, i256::MIN];
        let array = self.primitives::<Decimal256Type>(cells, native, &junk);
        Arc::new(array.with_precision_and_scale(76, scale).expect("fits"))
    }

    fn floats(&mut self, cells: &[Cell], bits: u8) -> ArrayRef {
        // A missing float may be a known NaN or infinity; a zero may be -0.
        let hostile = self.is_hostile();
        let mut picks = self.random.part();
        let values: Vec<Option<f64>> = cells
            .iter()
            .map(|cell| match cell {
                Cell::Float(value) if *value == 0.0 && hostile && picks.percent(50) => Some(-0.0),
                Cell::Float(value) => Some(*value),
                _ if hostile && picks.percent(40) => {
                    Some(*picks.pick(&[f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY]))
                }
                _ => None,
            })
            .collect();
        let cells: Vec<_> = values
            .iter()
            .map(|value| value.map_or(Cell::Missing, Cell::Float))
            .collect();
        let native = |cell: &Cell| match cell {
            Cell::Float(value) => Some(*value),
            _ => None,
        };
        let junk = [0.0, -0.0, f64::NAN, f64::INFINITY, -1.0, f64::MAX];
        let bits = if hostile && self.random.percent(30) {
            64
        } else {
            bits
        };
        match bits {
            16 => Arc::new(self.primitives::<Float16Type>(
                &cells,
                |cell| native(cell).map(Half::from_f64),
                &junk.map(Half::from_f64),
            )),
            32 => Arc::new(self.primitives::<Float32Type>(
                &cells,
                |cell| native(cell).map(|value| value as f32),
                &junk.map(|value| value as f32),
            )),
            _ => Arc::new(self.primitives::<Float64Type>(&cells, native, &junk)),
        }
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

    fn dates(&mut self, cells: &[Cell]) -> ArrayRef {
        let days = |cell: &Cell| match cell {
            Cell::Date(days) => Some(*days),
            _ => None,
        };
        if self.is_hostile() && self.random.percent(30) {
            // Not always the first millisecond of its day.
            let within = *self.random.pick(&[0, 0, 1, 86_399_999]);
            let milliseconds = |cell: &Cell| days(cell).map(|days| days * 86_400_000 + within);
            return Arc::new(self.primitives::<Date64Type>(
                cells,
                milliseconds,
                &[0, i64::MIN, i64::MAX],
            ));
        }
        Arc::new(self.primitives::<Date32Type>(
            cells,
            |cell| days(cell).and_then(|days| days.try_into().ok()),
            &[0, i32::MIN, i32::MAX],
        ))
    }

    /// The unit itself, or a finer one that holds all counts; with the factor between them.
    fn unit(
        &mut self,
        counts: impl Iterator<Item = i64> + Clone,
        unit: TimeUnit,
    ) -> (TimeUnit, i64) {
        if self.is_hostile() && self.random.percent(25) {
            let units = [
                TimeUnit::Millisecond,
                TimeUnit::Microsecond,
                TimeUnit::Nanosecond,
            ];
            let finer = *self.random.pick(&units);
            if nanoseconds(finer) <= nanoseconds(unit) {
                let factor = nanoseconds(unit) / nanoseconds(finer);
                if counts
                    .clone()
                    .all(|count| count.checked_mul(factor).is_some())
                {
                    return (finer, factor);
                }
            }
        }
        (unit, 1)
    }

    fn times(&mut self, cells: &[Cell], unit: TimeUnit) -> ArrayRef {
        let count = |cell: &Cell| match cell {
            Cell::Time(count) => Some(*count),
            _ => None,
        };
        let (unit, factor) = self.unit(cells.iter().filter_map(count), unit);
        let native = |cell: &Cell| count(cell).map(|count| count * factor);
        let junk = [0, i64::MIN, i64::MAX];
        let zone = match self.random.below(3) {
            0 => None,
            1 => Some("UTC"),
            _ => Some("+02:00"),
        };
        match unit {
            TimeUnit::Second => Arc::new(
                self.primitives::<TimestampSecondType>(cells, native, &junk)
                    .with_timezone_opt(zone),
            ),
            TimeUnit::Millisecond => Arc::new(
                self.primitives::<TimestampMillisecondType>(cells, native, &junk)
                    .with_timezone_opt(zone),
            ),
            TimeUnit::Microsecond => Arc::new(
                self.primitives::<TimestampMicrosecondType>(cells, native, &junk)
                    .with_timezone_opt(zone),
            ),
            TimeUnit::Nanosecond => Arc::new(
                self.primitives::<TimestampNanosecondType>(cells, native, &junk)
                    .with_timezone_opt(zone),
            ),
        }
    }

    fn durations(&mut self, cells: &[Cell], unit: TimeUnit) -> ArrayRef {
        let count = |cell: &Cell| match cell {
            Cell::Duration(count) => Some(*count),
            _ => None,
        };
        let (unit, factor) = self.unit(cells.iter().filter_map(count), unit);
        let native = |cell: &Cell| count(cell).map(|count| count * factor);
        let junk = [0, i64::MIN, i64::MAX];
        match unit {
            TimeUnit::Second => {
                Arc::new(self.primitives::<DurationSecondType>(cells, native, &junk))
            }
            TimeUnit::Millisecond => {
                Arc::new(self.primitives::<DurationMillisecondType>(cells, native, &junk))
            }
            TimeUnit::Microsecond => {
                Arc::new(self.primitives::<DurationMicrosecondType>(cells, native, &junk))
            }
            TimeUnit::Nanosecond => {
                Arc::new(self.primitives::<DurationNanosecondType>(cells, native, &junk))
            }
        }
    }

    /// Records of two numbers. A missing place: the record is missing, or one of the numbers is, or they lie nowhere on the globe.
    fn points(&mut self, cells: &[Cell]) -> ArrayRef {
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

    fn dictionary(&mut self, kind: &Kind, cells: &[Cell]) -> ArrayRef {
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

    fn keyed<K: ArrowDictionaryKeyType>(
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

    fn runs(&mut self, kind: &Kind, cells: &[Cell]) -> ArrayRef {
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

    fn lists(&mut self, element: &Kind, cells: &[Cell]) -> ArrayRef {
        let known: Vec<_> = cells.iter().map(|cell| *cell != Cell::Missing).collect();
        let junk = match cells.iter().find(|cell| **cell != Cell::Missing) {
            Some(Cell::List(elements)) if self.is_hostile() => elements.clone(),
            _ => Vec::new(),
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
    fn records(&mut self, parts: &[(String, Kind)], cells: &[Cell]) -> ArrayRef {
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

    fn maps(&mut self, value: &Kind, cells: &[Cell]) -> ArrayRef {
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

    fn child(&mut self, element: &Kind, cells: &[Cell]) -> ArrayRef {
        array(element, cells, self.taste, self.random)
    }

    fn offset_list<O: OffsetSizeTrait>(
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
    fn view_list<O: OffsetSizeTrait>(
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

fn strings<O: OffsetSizeTrait>(texts: &[&str], nulls: Option<NullBuffer>) -> GenericStringArray<O> {
    let offsets = OffsetBuffer::<O>::from_lengths(texts.iter().map(|text| text.len()));
    GenericStringArray::new(offsets, texts.concat().into_bytes().into(), nulls)
}

fn run_array<E: RunEndIndexType>(ends: &[usize], values: &ArrayRef) -> ArrayRef {
    let ends: Vec<_> = ends.iter().map(|end| E::Native::usize_as(*end)).collect();
    let ends = PrimitiveArray::<E>::new(ScalarBuffer::from(ends), None);
    Arc::new(RunArray::<E>::try_new(&ends, values).expect("ends ascend, one for each value"))
}
