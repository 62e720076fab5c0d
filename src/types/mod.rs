//! The types of the language, its units, and the constants a text can write.

mod arithmetic;
pub mod calendar;
mod constant;
mod exact;
mod place;
mod record;
mod rounding;
mod summary;
mod total;
mod unit;

pub use constant::{Constant, Float};
pub use exact::{Decimal, Exact};
pub use place::{Point, distance_text};
pub use record::{RecordPart, RecordType};
pub use summary::{Aggregate, favourite, gaps};
pub use total::{Total, Unit as SumUnit};
pub use unit::{CalendarUnit, Unit, UnitKind};

use std::sync::Arc;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    Boolean,
    Number(NumberKind),
    Text,
    /// A day of the calendar, without a zone.
    Date,
    /// An instant.
    Time,
    /// An exact length of time.
    Duration,
    /// A place on the globe.
    Point,
    /// How far two places are apart.
    Distance,
    List(Box<Type>),
    /// Named parts: an address with its city and country.
    Record(Arc<RecordType>),
    /// Values by text: scores by their names.
    Map(Box<Type>),
}

/// How a number is held. Whole and decimal numbers are exact; all kinds compare with each other by value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// Integers.
    Whole,
    /// Decimals and fractions of whole numbers: exact.
    Exact,
    /// Binary floating point.
    Float,
}

impl Type {
    /// The names that a text can write, without `list of`.
    pub const NAMES: [&'static str; 9] = [
        "bool", "date", "distance", "duration", "int", "number", "point", "text", "time",
    ];

    /// The type that a text calls so. `number` is any number; as a type of its own it is an exact one.
    pub fn named(name: &str) -> Option<Type> {
        Some(match name {
            "bool" => Type::Boolean,
            "date" => Type::Date,
            "distance" => Type::Distance,
            "duration" => Type::Duration,
            "int" => Type::Number(NumberKind::Whole),
            "number" => Type::Number(NumberKind::Exact),
            "point" => Type::Point,
            "text" => Type::Text,
            "time" => Type::Time,
            _ => return None,
        })
    }

    /// Whether each of its values is written in one way only, so that it can be hashed: floating numbers and times are not.
    pub fn has_one_text(&self) -> bool {
        match self {
            Type::Boolean
            | Type::Number(NumberKind::Whole | NumberKind::Exact)
            | Type::Text
            | Type::Date => true,
            Type::Number(NumberKind::Float)
            | Type::Time
            | Type::Duration
            | Type::Point
            | Type::Distance
            | Type::List(_)
            | Type::Record(_)
            | Type::Map(_) => false,
        }
    }

    /// What a value of this type is, in a sentence: `a whole number`, `text`, `a list of text`.
    pub fn described(&self) -> String {
        match self {
            Type::Boolean => "true or false".into(),
            Type::Number(NumberKind::Whole) => "a whole number".into(),
            Type::Number(_) => "a number".into(),
            Type::Text => "text".into(),
            Type::Date => "a date".into(),
            Type::Time => "a time".into(),
            Type::Duration => "a duration".into(),
            Type::Point => "a point".into(),
            Type::Distance => "a distance".into(),
            Type::List(element) => match &**element {
                Type::Record(record) => format!("a list of records with {}", record.names()),
                element => format!("a list of {}", element.name()),
            },
            Type::Record(record) => format!("a record with {}", record.names()),
            Type::Map(value) => format!("a map from text to {}", value.name()),
        }
    }

    /// The name people see and write: `int`, `number`, `text`, `list of text` …
    pub fn name(&self) -> String {
        match self {
            Type::Boolean => "bool".into(),
            Type::Number(NumberKind::Whole) => "int".into(),
            Type::Number(_) => "number".into(),
            Type::Text => "text".into(),
            Type::Date => "date".into(),
            Type::Time => "time".into(),
            Type::Duration => "duration".into(),
            Type::Point => "point".into(),
            Type::Distance => "distance".into(),
            Type::List(element) => format!("list of {}", element.name()),
            Type::Record(_) => "record".into(),
            Type::Map(value) => format!("map of {}", value.name()),
        }
    }
}
