//! The type that a column has in the language, from its Arrow type alone.

use crate::types::{NumberKind, RecordType, Type};
use arrow_schema::{DataType, Fields};
use std::sync::Arc;

/// A column that has no type in the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRead {
    /// Begins after "because", without a full stop: "it holds binary data".
    pub reason: String,
}

/// The type of a column in the language.
///
/// Integers of any width are `int`; decimals and floating-point numbers `number`; text in any layout `text`; both widths of dates
/// `date`; timestamps of any unit `time`, those without a zone counted as UTC; durations `duration`; a record of two numbers called
/// `latitude` and `longitude` (or `lat` and `lon`, `lng` or `long`) `point`; lists of these but points, in any layout, lists; other
/// structs records of the parts that can be read, maps with keys of text maps. A dictionary or run-end column has the type of its values.
///
/// # Errors
///
/// Any other column: it is left out of the fields, with the reason.
pub fn type_of(data_type: &DataType) -> Result<Type, NotRead> {
    nested(data_type, 0)
}

/// Records in records deeper than this are not read.
const DEEPEST: usize = 16;

fn nested(data_type: &DataType, depth: usize) -> Result<Type, NotRead> {
    if depth > DEEPEST {
        return Err(not_read("it holds records in records too deep"));
    }
    match data_type {
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::FixedSizeList(element, _)
        | DataType::ListView(element)
        | DataType::LargeListView(element) => match unlisted(element.data_type(), depth) {
            Ok(Type::Point) => Err(not_read("it is a list of points")),
            Ok(element) => Ok(Type::List(Box::new(element))),
            Err(NotRead { reason }) => Err(not_read(&format!(
                "it is a list, and of its elements: {reason}"
            ))),
        },
        other => unlisted(other, depth),
    }
}

fn unlisted(data_type: &DataType, depth: usize) -> Result<Type, NotRead> {
    match data_type {
        DataType::Dictionary(_, values) => unlisted(values, depth),
        DataType::RunEndEncoded(_, values) => unlisted(values.data_type(), depth),
        DataType::Struct(parts) if point_parts(parts).is_none() && !is_x_and_y(parts) => {
            record(parts, depth)
        }
        DataType::Map(entries, _) => map(entries.data_type(), depth),
        other => scalar(other),
    }
}

/// A record of the parts that can be read; of two with the same name the first.
fn record(fields: &Fields, depth: usize) -> Result<Type, NotRead> {
    let mut parts: Vec<(&String, Type)> = Vec::new();
    for field in fields {
        if let Ok(part_type) = nested(field.data_type(), depth + 1)
            && !parts.iter().any(|(name, _)| *name == field.name())
        {
            parts.push((field.name(), part_type));
        }
    }
    if parts.is_empty() {
        return Err(not_read("it holds records without a part that can be read"));
    }
    Ok(Type::Record(Arc::new(RecordType::new(parts))))
}

fn map(entries: &DataType, depth: usize) -> Result<Type, NotRead> {
    let DataType::Struct(parts) = entries else {
        return Err(not_read("it holds maps without keys"));
    };
    let [key, value] = &parts[..] else {
        return Err(not_read("it holds maps without keys"));
    };
    if scalar(key.data_type()) != Ok(Type::Text) {
        return Err(not_read("it holds maps whose keys are not text"));
    }
    match nested(value.data_type(), depth + 1) {
        Ok(value) => Ok(Type::Map(Box::new(value))),
        Err(NotRead { reason }) => Err(not_read(&format!(
            "it is a map, and of its values: {reason}"
        ))),
    }
}

fn scalar(data_type: &DataType) -> Result<Type, NotRead> {
    Ok(match data_type {
        DataType::Boolean => Type::Boolean,
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => Type::Number(NumberKind::Whole),
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => Type::Number(NumberKind::Exact),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            Type::Number(NumberKind::Float)
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Type::Text,
        DataType::Date32 | DataType::Date64 => Type::Date,
        DataType::Timestamp(..) => Type::Time,
        DataType::Duration(_) => Type::Duration,
        DataType::Dictionary(_, values) => return scalar(values),
        DataType::RunEndEncoded(_, values) => return scalar(values.data_type()),
        DataType::Null => {
            return Err(not_read(
                "it holds no values that a type could be seen from",
            ));
        }
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => return Err(not_read("it holds binary data")),
        DataType::Time32(_) | DataType::Time64(_) => {
            return Err(not_read("it holds times of day without a date"));
        }
        DataType::Interval(_) => {
            return Err(not_read("it holds calendar intervals"));
        }
        DataType::Struct(parts) if point_parts(parts).is_some() => Type::Point,
        DataType::Struct(parts) if is_x_and_y(parts) => {
            return Err(not_read(
                "it holds records of x and y, which do not say which of them is north: call them latitude and longitude",
            ));
        }
        DataType::Struct(_) => return Err(not_read("it holds records")),
        DataType::Map(..) => return Err(not_read("it holds maps")),
        DataType::Union(..) => return Err(not_read("it holds values of several types")),
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_) => return Err(not_read("it holds lists in lists")),
    })
}

/// The places of latitude and longitude among the parts of a record, where it is a point: it has these two and no other, both numbers.
pub fn point_parts(parts: &Fields) -> Option<(usize, usize)> {
    let place = |names: &[&str]| {
        parts
            .iter()
            .position(|part| names.contains(&part.name().to_lowercase().as_str()))
    };
    let latitude = place(&["latitude", "lat"])?;
    let longitude = place(&["longitude", "lon", "lng", "long"])?;
    let is_number = |part: usize| matches!(scalar(parts[part].data_type()), Ok(Type::Number(_)));
    (parts.len() == 2 && is_number(latitude) && is_number(longitude))
        .then_some((latitude, longitude))
}

fn is_x_and_y(parts: &Fields) -> bool {
    let names = parts.iter().map(|part| part.name().to_lowercase());
    matches!(&names.collect::<Vec<_>>()[..], [x, y] if x == "x" && y == "y")
}

fn not_read(reason: &str) -> NotRead {
    NotRead {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_schema::{Field, TimeUnit};

    fn dictionary(values: DataType) -> DataType {
        DataType::Dictionary(Box::new(DataType::UInt8), Box::new(values))
    }

    #[test]
    fn every_layout_of_a_kind_has_its_type() {
        let named = |data_type: &DataType| type_of(data_type).unwrap().name();
        for whole in [
            DataType::Int8,
            DataType::UInt64,
            dictionary(DataType::Int32),
        ] {
            assert_eq!(named(&whole), "int");
        }
        for number in [
            DataType::Decimal256(40, 2),
            DataType::Decimal32(4, 0),
            DataType::Float16,
        ] {
            assert_eq!(named(&number), "number");
        }
        let run_ends = DataType::RunEndEncoded(
            Arc::new(Field::new("run_ends", DataType::Int32, false)),
            Arc::new(Field::new("values", DataType::Utf8, true)),
        );
        for text in [
            DataType::Utf8View,
            dictionary(DataType::LargeUtf8),
            run_ends,
        ] {
            assert_eq!(named(&text), "text");
        }
        assert_eq!(named(&DataType::Date64), "date");
        assert_eq!(named(&DataType::Timestamp(TimeUnit::Second, None)), "time");
        assert_eq!(named(&DataType::Duration(TimeUnit::Nanosecond)), "duration");
        for (first, second) in [
            ("latitude", "longitude"),
            ("lng", "lat"),
            ("Lat", "Lon"),
            ("lat", "long"),
        ] {
            let part = |name: &str, data_type| Field::new(name, data_type, true);
            let parts = vec![
                part(first, DataType::Float32),
                part(second, DataType::Decimal128(9, 6)),
            ];
            assert_eq!(named(&DataType::Struct(parts.into())), "point");
        }
        let element = Arc::new(Field::new("item", dictionary(DataType::Utf8), true));
        for list in [
            DataType::FixedSizeList(element.clone(), 3),
            DataType::LargeListView(element),
        ] {
            assert_eq!(named(&list), "list of text");
        }
    }

    #[test]
    fn other_columns_are_left_out_with_a_reason() {
        let inner = Arc::new(Field::new("item", DataType::Binary, true));
        let reason = |data_type: &DataType| type_of(data_type).unwrap_err().reason;
        assert_eq!(reason(&DataType::Binary), "it holds binary data");
        let pair = |names: [&str; 2]| {
            let parts = names.map(|name| Field::new(name, DataType::Float64, true));
            DataType::Struct(parts.to_vec().into())
        };
        assert!(reason(&pair(["x", "y"])).starts_with("it holds records of x and y"));
        let photo = Field::new("photo", DataType::Binary, true);
        let nothing = DataType::Struct([photo.clone()].into_iter().collect());
        assert_eq!(
            reason(&nothing),
            "it holds records without a part that can be read"
        );
        let name = Field::new("name", DataType::Utf8, true);
        let record = DataType::Struct([name, photo].into_iter().collect());
        assert_eq!(type_of(&record).unwrap().described(), "a record with name");
        let entries = [
            Field::new("key", DataType::Int32, false),
            Field::new("value", DataType::Utf8, true),
        ];
        let entries = DataType::Struct(entries.into_iter().collect());
        let map = DataType::Map(Arc::new(Field::new("entries", entries, false)), false);
        assert_eq!(reason(&map), "it holds maps whose keys are not text");
        assert_eq!(
            reason(&DataType::List(inner)),
            "it is a list, and of its elements: it holds binary data"
        );
    }
}
