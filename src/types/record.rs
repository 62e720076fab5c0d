//! Records: values with named parts.

use super::Type;
use std::sync::Arc;

/// The parts that records of a type have, in the order of the data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordType {
    pub parts: Box<[RecordPart]>,
    /// The part that tells when it happened. Records that have one are events, which stand for their time where a time is asked for.
    pub time: Option<u32>,
}

/// A part of a record: `age` of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordPart {
    pub name: String,
    pub part_type: Type,
    /// The closed set of its values. For text and lists of text.
    pub values: Option<Arc<[String]>>,
    /// The catalogue that its values, or the elements of its lists, are keys of.
    pub catalogue: Option<Arc<str>>,
}

/// More parts than this are counted, not named.
const MOST_NAMES: usize = 4;

impl RecordType {
    pub fn new<N: Into<String>>(parts: impl IntoIterator<Item = (N, Type)>) -> Self {
        let parts = parts.into_iter().map(|(name, part_type)| RecordPart {
            name: name.into(),
            part_type,
            values: None,
            catalogue: None,
        });
        Self {
            parts: parts.collect(),
            time: None,
        }
    }

    /// What the time of an event is called.
    pub const TIME: &'static str = "time";

    /// Events with these parts behind their time.
    pub fn event<N: Into<String>>(parts: impl IntoIterator<Item = (N, Type)>) -> Self {
        let time = (Self::TIME.to_owned(), Type::Time);
        let parts = parts.into_iter().map(|(name, is)| (name.into(), is));
        Self {
            time: Some(0),
            ..Self::new(std::iter::once(time).chain(parts))
        }
    }

    /// The place and the part of this name.
    pub fn part_named(&self, name: &str) -> Option<(u32, &RecordPart)> {
        let place = self.parts.iter().position(|part| part.name == name)?;
        Some((place as u32, &self.parts[place]))
    }

    /// The names of the parts in a sentence: `kind and age`, `kind, name, age, born and 2 more`.
    pub fn names(&self) -> String {
        let mut names: Vec<String> = self
            .parts
            .iter()
            .take(MOST_NAMES)
            .map(|part| part.name.clone())
            .collect();
        if self.parts.len() > MOST_NAMES {
            names.push(format!("{} more", self.parts.len() - MOST_NAMES));
        }
        match names.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => "nothing".into(),
        }
    }
}

impl Type {
    /// The record that it is, or that the elements of its lists are.
    pub fn record(&self) -> Option<&RecordType> {
        match self {
            Type::Record(record) => Some(record),
            Type::List(element) => match &**element {
                Type::Record(record) => Some(record),
                _ => None,
            },
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn record_mut(&mut self) -> Option<&mut RecordType> {
        match self {
            Type::Record(record) => Some(Arc::make_mut(record)),
            Type::List(element) => match &mut **element {
                Type::Record(record) => Some(Arc::make_mut(record)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a column that was found to be of the type `found` can be read as this one: the same type, where the records of the column
    /// may have their parts in another order, and more of them.
    pub fn reads(&self, found: &Type) -> bool {
        match (self, found) {
            (Type::Record(wanted), Type::Record(found)) => wanted.parts.iter().all(|part| {
                found
                    .part_named(&part.name)
                    .is_some_and(|(_, found)| part.part_type.reads(&found.part_type))
            }),
            (Type::List(wanted), Type::List(found)) | (Type::Map(wanted), Type::Map(found)) => {
                wanted.reads(found)
            }
            _ => self == found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::NumberKind;

    fn record<const N: usize>(names: [&str; N]) -> Type {
        Type::Record(Arc::new(RecordType::new(
            names.map(|name| (name, Type::Text)),
        )))
    }

    #[test]
    fn a_record_is_told_by_its_parts() {
        assert_eq!(record(["kind"]).described(), "a record with kind");
        assert_eq!(
            record(["kind", "age"]).described(),
            "a record with kind and age"
        );
        assert_eq!(
            Type::List(Box::new(record(["a", "b", "c", "d", "e", "f"]))).described(),
            "a list of records with a, b, c, d and 2 more"
        );
        let map = Type::Map(Box::new(Type::Number(NumberKind::Float)));
        assert_eq!(map.described(), "a map from text to number");
        assert_eq!(map.name(), "map of number");
    }

    #[test]
    fn a_column_may_have_more_parts_in_another_order() {
        assert!(record(["kind", "age"]).reads(&record(["age", "name", "kind"])));
        assert!(!record(["kind", "age"]).reads(&record(["kind"])));
        let list = |element| Type::List(Box::new(element));
        assert!(list(record(["kind"])).reads(&list(record(["age", "kind"]))));
        assert!(!list(record(["kind"])).reads(&record(["kind"])));
    }
}
