//! Numbers in Arrow: whole ones of every width, decimals, floats.

use super::Layout;
use crate::cells::Cell;
use arrow_array::ArrayRef;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_buffer::i256;
use std::sync::Arc;

/// A float of 16 bits.
type Half = <Float16Type as ArrowPrimitiveType>::Native;

impl Layout<'_> {
    pub(super) fn wholes(&mut self, cells: &[Cell], low: i128, high: i128) -> ArrayRef {
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

    pub(super) fn decimals(&mut self, cells: &[Cell], scale: u8) -> ArrayRef {
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

    pub(super) fn wide_decimals(&mut self, cells: &[Cell], scale: i8) -> ArrayRef {
        let native = |cell: &Cell| match cell {
            Cell::Wide(mantissa) => Some(*mantissa),
            _ => None,
        };
        let junk = [i256::ZERO, i256::ONE, i256::MAX, i256::MIN];
        let array = self.primitives::<Decimal256Type>(cells, native, &junk);
        Arc::new(array.with_precision_and_scale(76, scale).expect("fits"))
    }

    pub(super) fn floats(&mut self, cells: &[Cell], bits: u8) -> ArrayRef {
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
}
