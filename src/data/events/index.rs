//! Which contact a key belongs to.
//!
//! Whole numbers that lie close together have a table of places; other numbers and text a hash table beside the keys themselves, so that what is found is
//! the key and not only its hash.

use crate::data::keys::{Keys, Pass};
use crate::data::{DataError, Source, check_keys, errors};
use crate::schema::{described, type_of};
use crate::types::{Exact, NumberKind, Type};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::AtomicBool;

/// The key is missing.
pub(super) const MISSING: u32 = u32::MAX;
/// No contact has the key.
pub(super) const UNKNOWN: u32 = u32::MAX - 1;

/// A table of places is used up to so many of them for each contact.
const PLACES_A_KEY: u64 = 4;

/// The contacts by their keys. A contact is known by its row, counted over all pieces.
pub(super) struct Index {
    known: Known,
    /// The row of the first contact of each piece, and behind them the number of all.
    pieces: Vec<u64>,
}

enum Known {
    /// By the distance from the lowest key; [`UNKNOWN`] where there is none.
    Places {
        low: i64,
        contacts: Vec<u32>,
    },
    Whole(Vec<i64>, HashTable<u32>),
    Exact(Vec<Exact>, HashTable<u32>),
    Text(Texts, HashTable<u32>),
}

/// Texts one behind the other.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Texts {
    fn get(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[place]]
    }

    fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len());
    }
}

/// Keys in the order of the contacts.
enum Collected {
    Whole(Vec<i64>),
    Exact(Vec<Exact>),
    Text(Texts),
}

impl Index {
    /// Reads the keys of the contacts.
    ///
    /// Fails where the column is not there or cannot hold keys, where a key is missing or stands twice, and as reading does.
    pub(super) fn read(
        source: &dyn Source,
        column: usize,
        cancel: &AtomicBool,
    ) -> Result<Self, DataError> {
        let mut collected = match sort_of(source, column)? {
            Sort::Text => Collected::Text(Texts::default()),
            Sort::Number => Collected::Whole(Vec::new()),
        };
        let mut rows = vec![0; source.pieces()];
        let pass = Pass {
            source,
            column,
            cancel,
        };
        pass.run(|place, keys| {
            rows[place.piece] += keys.len() as u64;
            collected.add(&keys).ok_or_else(|| {
                let name = source.schema().field(column).name().clone();
                let needed = "a number of at most 128 bits";
                errors::wrong_type(
                    source.piece_name(place.piece),
                    &name,
                    needed,
                    "a larger one",
                )
            })
        })?;
        let mut pieces = vec![0];
        for rows in rows {
            pieces.push(pieces[pieces.len() - 1] + rows);
        }
        if pieces[pieces.len() - 1] >= u64::from(UNKNOWN) {
            return Err(errors::too_many_contacts(source.name()));
        }
        match collected.into_known() {
            Some(known) => Ok(Self { known, pieces }),
            None => {
                // Who has the same key is found by whoever looks for nothing else.
                check_keys(source, column, cancel)?;
                Err(errors::changed(source.name()))
            }
        }
    }

    /// The number of contacts.
    pub(super) fn contacts(&self) -> usize {
        self.pieces.last().map_or(0, |last| *last as usize)
    }

    pub(super) fn into_pieces(self) -> Vec<u64> {
        self.pieces
    }

    /// The contact of each key, [`UNKNOWN`] or [`MISSING`]. None where the array holds no keys.
    pub(super) fn find(&self, array: &ArrayRef) -> Option<Vec<u32>> {
        if let DataType::Dictionary(..) = array.data_type() {
            let dictionary = array.as_any_dictionary();
            let of_values = self.find(dictionary.values())?;
            if of_values.is_empty() {
                return Some(vec![MISSING; array.len()]);
            }
            let nulls = array.logical_nulls();
            let known = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            let places = dictionary.normalized_keys().into_iter().enumerate();
            let contact = |(row, place): (usize, usize)| match known(row) {
                false => MISSING,
                true => of_values[place],
            };
            return Some(places.map(contact).collect());
        }
        let keys = Keys::new(array)?;
        let nulls = keys.array().nulls().cloned();
        let known = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let all = |find: &dyn Fn(usize) -> u32| {
            let contact = |row| if known(row) { find(row) } else { MISSING };
            (0..keys.len()).map(contact).collect()
        };
        Some(match &keys {
            Keys::Whole(array) if nulls.is_none() && matches!(self.known, Known::Places { .. }) => {
                self.placed(array.as_primitive::<Int64Type>().values())
            }
            Keys::Whole(array) => {
                let values = array.as_primitive::<Int64Type>().values();
                all(&|row| self.whole(values[row]))
            }
            Keys::Unsigned(array) => {
                let values = array.as_primitive::<UInt64Type>().values();
                all(&|row| self.exact(Exact::whole(values[row].into())))
            }
            Keys::Decimal(array) => {
                let values = array.as_primitive::<Decimal128Type>();
                let (scale, values) = (values.scale(), values.values());
                all(&|row| match decimal(values[row], scale) {
                    Some(key) => self.exact(key),
                    None => UNKNOWN,
                })
            }
            Keys::Text(array) => {
                let texts = array.as_string::<i32>();
                all(&|row| self.text(texts.value(row)))
            }
            Keys::LargeText(array) => {
                let texts = array.as_string::<i64>();
                all(&|row| self.text(texts.value(row)))
            }
            Keys::TextView(array) => {
                let texts = array.as_string_view();
                all(&|row| self.text(texts.value(row)))
            }
        })
    }

    /// The contacts of known keys by their table of places; nobody where there is none.
    fn placed(&self, keys: &[i64]) -> Vec<u32> {
        let Known::Places { low, contacts } = &self.known else {
            return vec![UNKNOWN; keys.len()];
        };
        // As a number without sign, a key below the lowest is far beyond the last.
        let place = |key: &i64| key.wrapping_sub(*low) as u64;
        let contact = |key| match usize::try_from(place(key)) {
            Ok(place) => contacts.get(place).copied().unwrap_or(UNKNOWN),
            Err(_) => UNKNOWN,
        };
        keys.iter().map(contact).collect()
    }

    fn whole(&self, key: i64) -> u32 {
        match &self.known {
            Known::Places { low, contacts } => {
                let place = key
                    .checked_sub(*low)
                    .and_then(|place| usize::try_from(place).ok());
                let contact = place.and_then(|place| contacts.get(place));
                contact.copied().unwrap_or(UNKNOWN)
            }
            Known::Whole(keys, places) => found(places, key, |place| keys[place] == key),
            Known::Exact(..) => self.exact(Exact::whole(key.into())),
            Known::Text(..) => UNKNOWN,
        }
    }

    fn exact(&self, key: Exact) -> u32 {
        match &self.known {
            Known::Exact(keys, places) => found(places, key, |place| keys[place] == key),
            Known::Places { .. } | Known::Whole(..) if key.is_whole() => {
                i64::try_from(key.numerator()).map_or(UNKNOWN, |key| self.whole(key))
            }
            _ => UNKNOWN,
        }
    }

    fn text(&self, key: &str) -> u32 {
        match &self.known {
            Known::Text(texts, places) => {
                let key = key.as_bytes();
                found(places, key, |place| texts.get(place) == key)
            }
            _ => UNKNOWN,
        }
    }
}

impl Collected {
    fn add(&mut self, keys: &Keys) -> Option<()> {
        match (&mut *self, keys) {
            (Collected::Whole(known), Keys::Whole(array)) => {
                known.extend_from_slice(array.as_primitive::<Int64Type>().values());
            }
            (Collected::Whole(known), Keys::Unsigned(array)) => {
                let values = array.as_primitive::<UInt64Type>().values();
                let fit: Option<Vec<i64>> = values
                    .iter()
                    .map(|value| i64::try_from(*value).ok())
                    .collect();
                match fit {
                    Some(values) => known.extend(values),
                    None => return self.made_exact().add(keys),
                }
            }
            (Collected::Whole(_), Keys::Decimal(_)) => return self.made_exact().add(keys),
            (Collected::Exact(known), Keys::Whole(array)) => {
                let values = array.as_primitive::<Int64Type>().values().iter();
                known.extend(values.map(|value| Exact::whole((*value).into())));
            }
            (Collected::Exact(known), Keys::Unsigned(array)) => {
                let values = array.as_primitive::<UInt64Type>().values().iter();
                known.extend(values.map(|value| Exact::whole((*value).into())));
            }
            (Collected::Exact(known), Keys::Decimal(array)) => {
                let values = array.as_primitive::<Decimal128Type>();
                for value in values.values() {
                    known.push(decimal(*value, values.scale())?);
                }
            }
            (Collected::Text(known), Keys::Text(array)) => {
                let texts = array.as_string::<i32>();
                (0..texts.len()).for_each(|row| known.push(texts.value(row)));
            }
            (Collected::Text(known), Keys::LargeText(array)) => {
                let texts = array.as_string::<i64>();
                (0..texts.len()).for_each(|row| known.push(texts.value(row)));
            }
            (Collected::Text(known), Keys::TextView(array)) => {
                let texts = array.as_string_view();
                (0..texts.len()).for_each(|row| known.push(texts.value(row)));
            }
            _ => return None,
        }
        Some(())
    }

    /// Whole numbers as exact ones.
    fn made_exact(&mut self) -> &mut Self {
        if let Collected::Whole(known) = self {
            let keys = known.iter().map(|key| Exact::whole((*key).into()));
            *self = Collected::Exact(keys.collect());
        }
        self
    }

    /// None where a key stands twice.
    fn into_known(self) -> Option<Known> {
        Some(match self {
            Collected::Whole(keys) => {
                let (low, high) = (keys.iter().min().copied(), keys.iter().max().copied());
                let (low, high) = (low.unwrap_or(0), high.unwrap_or(0));
                let distance = high.abs_diff(low);
                if distance < (keys.len() as u64).saturating_mul(PLACES_A_KEY) {
                    let mut contacts = vec![UNKNOWN; distance as usize + 1];
                    for (contact, key) in keys.iter().enumerate() {
                        let place = &mut contacts[key.abs_diff(low) as usize];
                        if std::mem::replace(place, contact as u32) != UNKNOWN {
                            return None;
                        }
                    }
                    return Some(Known::Places { low, contacts });
                }
                let places = places_of(keys.len(), |place| keys[place])?;
                Known::Whole(keys, places)
            }
            Collected::Exact(keys) => {
                let places = places_of(keys.len(), |place| keys[place])?;
                Known::Exact(keys, places)
            }
            Collected::Text(texts) => {
                let places = places_of(texts.ends.len(), |place| texts.get(place))?;
                Known::Text(texts, places)
            }
        })
    }
}

fn hash(key: impl Hash) -> u64 {
    foldhash::fast::FixedState::default().hash_one(key)
}

/// The places of keys; none where one stands twice.
fn places_of<K: Hash + Eq>(number: usize, key: impl Fn(usize) -> K) -> Option<HashTable<u32>> {
    let mut places = HashTable::with_capacity(number);
    for place in 0..number {
        let own = key(place);
        let code = hash(&own);
        if places
            .find(code, |other: &u32| key(*other as usize) == own)
            .is_some()
        {
            return None;
        }
        places.insert_unique(code, place as u32, |other| hash(key(*other as usize)));
    }
    Some(places)
}

fn found(places: &HashTable<u32>, key: impl Hash, same: impl Fn(usize) -> bool) -> u32 {
    let place = places.find(hash(key), |place| same(*place as usize));
    place.copied().unwrap_or(UNKNOWN)
}

fn decimal(mantissa: i128, scale: i8) -> Option<Exact> {
    let power = 10i128.checked_pow(scale.unsigned_abs().into())?;
    if scale < 0 {
        Some(Exact::whole(mantissa.checked_mul(power)?))
    } else {
        Exact::new(mantissa, power)
    }
}

/// What keys are: numbers and text are never equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Number,
    Text,
}

/// What the keys of a column are.
pub(super) fn sort_of(source: &dyn Source, column: usize) -> Result<Sort, DataError> {
    let schema = source.schema();
    let field = schema.field(column);
    let holds = match type_of(field.data_type()) {
        Ok(Type::Text) => return Ok(Sort::Text),
        Ok(Type::Number(NumberKind::Whole | NumberKind::Exact)) => return Ok(Sort::Number),
        Ok(other) => described(&other),
        Err(not_read) => format!("not readable, because {}", not_read.reason),
    };
    let needed = "a whole number, a decimal or text";
    Err(errors::wrong_type(
        source.name(),
        field.name(),
        needed,
        &holds,
    ))
}
