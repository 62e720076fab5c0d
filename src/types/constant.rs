//! Constants: what a text can write, and what is left when an expression has been worked out before any contact is seen.

use super::{Exact, Point};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A value that does not depend on the contact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    Missing,
    Boolean(bool),
    Number(Exact),
    Float(Float),
    Text(Arc<str>),
    /// Days since 1970-01-01.
    Date(i64),
    /// Nanoseconds since 1970-01-01T00:00Z.
    Time(i128),
    /// Nanoseconds.
    Duration(i128),
    Point(Point),
    /// Micrometres.
    Distance(i128),
    List(Arc<[Constant]>),
    /// One for each part of its type.
    Record(Arc<[Constant]>),
    /// Of a key that stands twice the last entry counts.
    Map(Arc<[(Arc<str>, Constant)]>),
}

impl Constant {
    /// The whole number of 64 bits that it is; none where it is anything else.
    pub(crate) fn whole_number(&self) -> Option<i64> {
        match self {
            Constant::Number(number) if number.is_whole() => number.numerator().try_into().ok(),
            _ => None,
        }
    }

    /// The part of a record at this place; missing of what is missing.
    pub fn part(&self, place: u32) -> Constant {
        match self {
            Constant::Record(parts) => parts.get(place as usize).cloned(),
            _ => None,
        }
        .unwrap_or(Constant::Missing)
    }

    /// An order of all values of one type, which breaks ties: what is missing comes first, then values as they compare; points go from south to
    /// north and from west to east, lists and records by their first difference, maps by their entries.
    pub fn total_order(&self, other: &Self) -> Ordering {
        let lists = |a: &[Constant], b: &[Constant]| {
            let differences = a.iter().zip(b).map(|(a, b)| a.total_order(b));
            let first = differences.into_iter().find(|order| order.is_ne());
            first.unwrap_or_else(|| a.len().cmp(&b.len()))
        };
        match (self, other) {
            (Constant::Missing, Constant::Missing) => Ordering::Equal,
            (Constant::Missing, _) => Ordering::Less,
            (_, Constant::Missing) => Ordering::Greater,
            (Constant::Point(a), Constant::Point(b)) => (a.latitude().total_cmp(&b.latitude()))
                .then(a.longitude().total_cmp(&b.longitude())),
            (Constant::List(a), Constant::List(b)) | (Constant::Record(a), Constant::Record(b)) => {
                lists(a, b)
            }
            (Constant::Map(a), Constant::Map(b)) => {
                let differences = a.iter().zip(b.iter()).map(|((a_key, a), (b_key, b))| {
                    a_key.cmp(b_key).then_with(|| a.total_order(b))
                });
                let first = differences.into_iter().find(|order| order.is_ne());
                first.unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            _ => self.compare(other).unwrap_or(Ordering::Equal),
        }
    }

    /// The value of a map under this key, which is text; missing where there is none.
    pub fn entry(&self, key: &Constant) -> Constant {
        match (self, key) {
            (Constant::Map(entries), Constant::Text(key)) => {
                let found = entries.iter().rev().find(|(known, _)| known == key);
                found.map(|(_, value)| value.clone())
            }
            _ => None,
        }
        .unwrap_or(Constant::Missing)
    }
}

/// A floating-point constant, never NaN (that is `Missing`); -0 is stored as 0, so equal values are equal bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Float(f64);

impl Float {
    /// None for NaN and for the infinities, which count as missing.
    pub fn new(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(value + 0.0))
    }

    pub fn get(self) -> f64 {
        self.0
    }
}

impl Eq for Float {}

impl Hash for Float {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}
