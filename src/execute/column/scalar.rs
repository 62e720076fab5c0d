//! One value of a column, for whatever is worked out row by row.

use super::{Column, List, Unit, Values, bits};
use crate::types::{Constant, Exact, Float, Point, Type};
use std::sync::Arc;

impl Column {
    /// The value of a row, in the meaning of the type that the language gives the column.
    pub(in crate::execute) fn constant(&self, row: usize, value_type: &Type) -> Constant {
        if !self.is_valid(row) {
            return Constant::Missing;
        }
        match &self.values {
            Values::Missing => Constant::Missing,
            Values::Boolean(mask) => Constant::Boolean(bits::get(mask, row)),
            Values::Integers(numbers, unit) => unit.constant(numbers.get(row), value_type),
            Values::F32(numbers) => float(numbers[row].into()),
            Values::F64(numbers) => float(numbers[row]),
            Values::Fractions(numbers) => Constant::Number(numbers[row]),
            Values::Codes(codes, dictionary) => {
                Constant::Text(Arc::from(dictionary.texts.get(codes.get(row))))
            }
            Values::Text(texts) => Constant::Text(Arc::from(texts.get(row))),
            Values::Points(points) => {
                let point = Point::new(points.latitudes[row], points.longitudes[row]);
                point.map_or(Constant::Missing, Constant::Point)
            }
            Values::List(list) => {
                let elements = list.elements_of(row);
                if let Type::Map(value_type) = value_type {
                    return list.map(elements, value_type);
                }
                let element_type = match value_type {
                    Type::List(element) => element,
                    other => other,
                };
                Constant::List(
                    elements
                        .map(|element| list.elements.constant(element, element_type))
                        .collect(),
                )
            }
            Values::Record(parts) => {
                let Type::Record(record) = value_type else {
                    return Constant::Missing;
                };
                let parts = parts.iter().zip(&record.parts);
                Constant::Record(
                    parts
                        .map(|(column, part)| column.constant(row, &part.part_type))
                        .collect(),
                )
            }
        }
    }
}

impl List {
    /// Entries of a map whose keys are known.
    fn map(&self, entries: std::ops::Range<usize>, value_type: &Type) -> Constant {
        let Some((keys, values)) = self.entries() else {
            return Constant::Map([].into());
        };
        let entry = |row| match keys.constant(row, &Type::Text) {
            Constant::Text(key) => Some((key, values.constant(row, value_type))),
            _ => None,
        };
        Constant::Map(entries.filter_map(entry).collect())
    }
}

fn float(value: f64) -> Constant {
    Float::new(value).map_or(Constant::Missing, Constant::Float)
}

impl Unit {
    /// A stored number as a value of this type.
    pub(in crate::execute) fn constant(self, number: i128, value_type: &Type) -> Constant {
        let scaled = || number.checked_mul(self.multiplier);
        match value_type {
            Type::Date => i64::try_from(number).map_or(Constant::Missing, Constant::Date),
            Type::Time => scaled().map_or(Constant::Missing, Constant::Time),
            Type::Duration => scaled().map_or(Constant::Missing, Constant::Duration),
            Type::Distance => scaled().map_or(Constant::Missing, Constant::Distance),
            Type::Boolean
            | Type::Number(_)
            | Type::Text
            | Type::Point
            | Type::List(_)
            | Type::Record(_)
            | Type::Map(_) => scaled()
                .and_then(|number| Exact::new(number, self.divisor))
                .map_or(Constant::Missing, Constant::Number),
        }
    }
}
