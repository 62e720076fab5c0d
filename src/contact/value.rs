//! What a host may put into a field, and what becomes of it there.

use crate::types::{
    Constant, Decimal, Exact, Float, NumberKind, Point, RecordType, Type, calendar, distance_text,
};
use std::sync::Arc;
use std::time::Duration;

/// A value on its way into a [`Contact`](super::Contact). Made by `into()` from what Rust programs have: `bool`, whole numbers, floats, text, dates and
/// timestamps of `jiff`, durations, [`Decimal`]s, [`Point`]s, lists of them, and `Option`s, of which `None` is missing; records and maps by [`FieldValue::named`].
#[derive(Clone, Debug, PartialEq)]
pub struct FieldValue(pub(super) Constant);

macro_rules! from {
    ($($given:ty => |$value:ident| $constant:expr;)*) => {
        $(impl From<$given> for FieldValue {
            fn from($value: $given) -> Self {
                FieldValue($constant)
            }
        })*
    };
}

fn whole(number: i128) -> Constant {
    Constant::Number(Exact::whole(number))
}

from! {
    bool => |value| Constant::Boolean(value);
    i8 => |value| whole(value.into());
    i16 => |value| whole(value.into());
    i32 => |value| whole(value.into());
    i64 => |value| whole(value.into());
    u8 => |value| whole(value.into());
    u16 => |value| whole(value.into());
    u32 => |value| whole(value.into());
    u64 => |value| whole(value.into());
    f32 => |value| Float::new(value.into()).map_or(Constant::Missing, Constant::Float);
    f64 => |value| Float::new(value).map_or(Constant::Missing, Constant::Float);
    Decimal => |value| Constant::Number(value.exact());
    &str => |value| Constant::Text(value.into());
    String => |value| Constant::Text(value.into());
    Arc<str> => |value| Constant::Text(value);
    jiff::civil::Date => |value| Constant::Date(calendar::days(value));
    jiff::Timestamp => |value| Constant::Time(value.as_nanosecond());
    jiff::SignedDuration => |value| Constant::Duration(value.as_nanos());
    Duration => |value| i128::try_from(value.as_nanos()).map_or(Constant::Missing, Constant::Duration);
    Point => |value| Constant::Point(value);
    Constant => |value| value;
}

impl<T: Into<FieldValue>> From<Option<T>> for FieldValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(FieldValue(Constant::Missing), Into::into)
    }
}

impl<T: Into<FieldValue>> From<Vec<T>> for FieldValue {
    fn from(values: Vec<T>) -> Self {
        let elements = values.into_iter().map(|value| value.into().0);
        FieldValue(Constant::List(elements.collect()))
    }
}

impl<T: Into<FieldValue> + Clone> From<&[T]> for FieldValue {
    fn from(values: &[T]) -> Self {
        values.to_vec().into()
    }
}

impl<T: Into<FieldValue>, const N: usize> From<[T; N]> for FieldValue {
    fn from(values: [T; N]) -> Self {
        Vec::from(values).into()
    }
}

impl FieldValue {
    /// A record of these parts, in any order, those left out missing; or a map of these keys, as the field asks for.
    pub fn named<N: AsRef<str>, V: Into<FieldValue>>(
        parts: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let parts = parts
            .into_iter()
            .map(|(name, value)| (Arc::from(name.as_ref()), value.into().0));
        FieldValue(Constant::Map(parts.collect()))
    }
}

/// The constant as a field of this type holds it; given back where it does not fit.
pub(super) fn fit(
    constant: Constant,
    field_type: &Type,
    blank_is_missing: bool,
) -> Result<Constant, Constant> {
    Ok(match (field_type, constant) {
        (_, Constant::Missing) => Constant::Missing,
        (Type::Text, Constant::Text(text))
            if blank_is_missing && text.chars().all(char::is_whitespace) =>
        {
            Constant::Missing
        }
        (Type::Number(NumberKind::Float), Constant::Number(number)) => {
            Float::new(number.to_f64()).map_or(Constant::Missing, Constant::Float)
        }
        (Type::Number(NumberKind::Whole), Constant::Number(number)) if !number.is_whole() => {
            return Err(Constant::Number(number));
        }
        (Type::Boolean, fitting @ Constant::Boolean(_))
        | (Type::Number(NumberKind::Float), fitting @ Constant::Float(_))
        | (Type::Number(NumberKind::Whole | NumberKind::Exact), fitting @ Constant::Number(_))
        | (Type::Text, fitting @ Constant::Text(_))
        | (Type::Date, fitting @ Constant::Date(_))
        | (Type::Time, fitting @ Constant::Time(_))
        | (Type::Duration, fitting @ Constant::Duration(_))
        | (Type::Point, fitting @ Constant::Point(_))
        | (Type::Distance, fitting @ Constant::Distance(_)) => fitting,
        (Type::List(element_type), Constant::List(elements)) => {
            let fitted = elements.iter().map(|element| {
                fit(element.clone(), element_type, blank_is_missing)
                    .map_err(|unfit| Constant::List([unfit].into()))
            });
            Constant::List(fitted.collect::<Result<_, _>>()?)
        }
        (Type::Record(record), Constant::Record(parts)) if parts.len() == record.parts.len() => {
            let fitted = parts
                .iter()
                .zip(&record.parts)
                .map(|(value, part)| fit(value.clone(), &part.part_type, blank_is_missing));
            Constant::Record(fitted.collect::<Result<_, _>>()?)
        }
        // A host names the parts it has, in any order; the others are missing.
        (Type::Record(record), Constant::Map(given)) => {
            record_of(record, &given, blank_is_missing)?
        }
        (Type::Map(value_type), Constant::Map(entries)) => {
            let fitted = entries.iter().map(|(key, value)| {
                let value = fit(value.clone(), value_type, blank_is_missing)?;
                Ok::<_, Constant>((key.clone(), value))
            });
            Constant::Map(fitted.collect::<Result<_, _>>()?)
        }
        (_, other) => return Err(other),
    })
}

/// A record of the parts that are given by name; given back where a name is none of the record's, or a value does not fit.
fn record_of(
    record: &RecordType,
    given: &Arc<[(Arc<str>, Constant)]>,
    blank_is_missing: bool,
) -> Result<Constant, Constant> {
    let mut parts = vec![Constant::Missing; record.parts.len()];
    for (name, value) in given.iter() {
        let Some((place, part)) = record.part_named(name) else {
            return Err(Constant::Map(given.clone()));
        };
        parts[place as usize] = fit(value.clone(), &part.part_type, blank_is_missing)?;
    }
    Ok(Constant::Record(parts.into()))
}

/// What a value is, in words.
pub(super) fn described(constant: &Constant) -> String {
    match constant {
        Constant::Missing => "a missing value".into(),
        Constant::Boolean(value) => format!("the bool {value}"),
        Constant::Number(number) => format!("the number {number}"),
        Constant::Float(float) => format!("the number {} (a float)", float.get()),
        Constant::Text(text) => format!("the text \"{text}\""),
        Constant::Date(_) => "a date".into(),
        Constant::Time(_) => "a time".into(),
        Constant::Duration(_) => "a duration".into(),
        Constant::Point(point) => {
            format!("the point {}, {}", point.latitude(), point.longitude())
        }
        Constant::Distance(micrometres) => format!("the distance {}", distance_text(*micrometres)),
        Constant::List(elements) => match &elements[..] {
            [] => "an empty list".into(),
            [first, ..] => format!("a list with {}", described(first)),
        },
        Constant::Record(_) => "a record".into(),
        Constant::Map(entries) => {
            let names: Vec<&str> = entries.iter().map(|(name, _)| &**name).collect();
            format!("a record with {}", names.join(", "))
        }
    }
}
