//! Values written as text, as CSV and JSON lines hold them: seeing what type a column has, and reading it as that type.
//!
//! The type of a column is seen from all of its values. In the order in which they are tried: bool (`true`, `false`), int (no leading zeros, fits
//! 64 bits), exact number (at most 38 digits), floating-point number (with an exponent), date (`2026-11-22`), time (`2026-11-22T10:00+01:00`, without
//! an offset UTC), else text. A column without values has no type.

mod column;
mod nearly;
mod notation;
mod sight;
mod written;

pub(super) use column::Column;
pub(super) use sight::Sight;

use arrow_schema::{DataType, Field, TimeUnit, UnionMode};
use std::borrow::Cow;
use std::sync::Arc;

/// One value as the file has it.
#[derive(Clone, Debug)]
pub(super) enum Cell<'a> {
    Missing,
    /// A field of CSV: it may turn out to be anything.
    Loose(&'a str),
    /// The same in another notation: as it is written, and as the language would write what it may be besides text.
    Noted {
        text: &'a str,
        plain: String,
    },
    /// A JSON text; of CSV, a field that can be nothing else.
    Text(Cow<'a, str>),
    /// A JSON number, as it is written.
    Number(&'a str),
    Boolean(bool),
    List(Vec<Cell<'a>>),
    /// A JSON object: its members by name, each name once.
    Record(Vec<(Cow<'a, str>, Cell<'a>)>),
    /// A list in a list, or whatever lies too deep.
    Unread,
}

impl Cell<'_> {
    /// For messages: `"abc"`, `12`, `a list`.
    fn shown(&self) -> String {
        match self {
            Cell::Missing => "nothing".into(),
            Cell::Loose(text) | Cell::Noted { text, .. } => quoted(text),
            Cell::Text(text) => quoted(text),
            Cell::Number(text) => format!("the number {}", shortened(text)),
            Cell::Boolean(value) => value.to_string(),
            Cell::List(_) => "a list".into(),
            Cell::Record(_) => "a record".into(),
            Cell::Unread => "a list in a list".into(),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

fn shortened(text: &str) -> String {
    if text.chars().count() > 40 {
        text.chars().take(40).chain(['…']).collect()
    } else {
        text.to_owned()
    }
}

/// How a column is held once its type is settled.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CellType {
    /// No values at all.
    Nothing,
    Boolean,
    Whole,
    Decimal {
        scale: u8,
    },
    Float,
    Text,
    /// Text with few different values, which every batch shares.
    Words(Arc<[String]>),
    Date,
    Time {
        nanoseconds: bool,
    },
    Duration,
    List(Box<CellType>),
    /// JSON objects, by the names that any of them has.
    Record(Vec<(String, CellType)>),
    /// JSON objects that are declared as maps.
    Map(Box<CellType>),
    /// Values of several types: the column is no field.
    Mixed,
}

impl CellType {
    pub(super) fn arrow(&self) -> DataType {
        match self {
            CellType::Nothing => DataType::Null,
            CellType::Boolean => DataType::Boolean,
            CellType::Whole => DataType::Int64,
            CellType::Decimal { scale } => DataType::Decimal128(38, *scale as i8),
            CellType::Float => DataType::Float64,
            CellType::Text => DataType::Utf8,
            CellType::Words(_) => {
                DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8))
            }
            CellType::Date => DataType::Date32,
            CellType::Time { nanoseconds } => {
                let unit = if *nanoseconds {
                    TimeUnit::Nanosecond
                } else {
                    TimeUnit::Microsecond
                };
                DataType::Timestamp(unit, Some("UTC".into()))
            }
            CellType::Duration => DataType::Duration(TimeUnit::Nanosecond),
            CellType::List(element) => {
                DataType::List(Arc::new(Field::new("item", element.arrow(), true)))
            }
            CellType::Record(parts) => DataType::Struct(
                (parts.iter())
                    .map(|(name, part)| Field::new(name, part.arrow(), true))
                    .collect(),
            ),
            CellType::Map(value) => {
                let parts = [
                    Field::new("key", DataType::Utf8, false),
                    Field::new("value", value.arrow(), true),
                ];
                let entries = DataType::Struct(parts.into_iter().collect());
                DataType::Map(Arc::new(Field::new("entries", entries, false)), false)
            }
            CellType::Mixed => DataType::Union(column::mixed(), UnionMode::Sparse),
        }
    }
}
