//! One column, seen batch by batch.

use super::cells::{Texts, float, lists, numbers, places};
use super::counts::Counts;
use super::{ColumnProfile, Common, Distinct, MOST_COMMON, MOST_DISTINCT};
use crate::schema::{point_parts, type_of};
use crate::types::{Constant, Exact, Float, NumberKind, Point, Type};
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hash::BuildHasher;

/// Words that often stand where there is no value.
const MISSING_WORDS: &[&str] = &[
    "#N/A", "-", "--", "?", "N/A", "NA", "NULL", "NaN", "None", "\\N", "n/a", "na", "nan", "null",
];

/// Longer texts are told apart by their beginning and a hash, so that memory stays bounded.
const LONG_TEXT: usize = 200;

/// Characters of a long text that are kept.
const BEGINNING: usize = 60;

/// What is being counted of a column.
pub(super) struct Counter {
    kind: Option<Kind>,
    blank_is_missing: bool,
    missing: u64,
    blank: u64,
    texts: Counts<String>,
    numbers: Counts<i128>,
    range: Option<(i128, i128)>,
    lengths: Option<(u64, u64)>,
    missing_words: BTreeMap<&'static str, u64>,
}

/// How a number that stands for a value is turned back into it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Boolean,
    /// A decimal with so many places.
    Exact(i8),
    Float,
    Date,
    /// So many nanoseconds each.
    Time(i128),
    Duration(i128),
}

impl Kind {
    fn of(data_type: &DataType) -> Option<Kind> {
        let stored = match data_type {
            DataType::Dictionary(_, values) => values,
            DataType::RunEndEncoded(_, values) => values.data_type(),
            other => other,
        };
        let (value_type, stored) = match (type_of(data_type).ok()?, stored) {
            (
                Type::List(element),
                DataType::List(inner)
                | DataType::LargeList(inner)
                | DataType::FixedSizeList(inner, _)
                | DataType::ListView(inner)
                | DataType::LargeListView(inner),
            ) => {
                let kind = Kind::of(inner.data_type());
                return kind.filter(|_| !matches!(*element, Type::List(_)));
            }
            (value_type, stored) => (value_type, stored),
        };
        Some(match value_type {
            Type::Text => Kind::Text,
            Type::Boolean => Kind::Boolean,
            Type::Number(NumberKind::Whole) => Kind::Exact(0),
            Type::Number(NumberKind::Exact) => match stored {
                DataType::Decimal32(_, scale)
                | DataType::Decimal64(_, scale)
                | DataType::Decimal128(_, scale)
                | DataType::Decimal256(_, scale) => Kind::Exact(*scale),
                _ => return None,
            },
            Type::Number(NumberKind::Float) => Kind::Float,
            Type::Date => Kind::Date,
            Type::Time => Kind::Time(nanoseconds(stored)?),
            Type::Duration => Kind::Duration(nanoseconds(stored)?),
            // Of records and the like, only what is missing is counted.
            _ => return None,
        })
    }

    fn value(self, number: i128) -> Constant {
        match self {
            Kind::Text => Constant::Missing,
            Kind::Boolean => Constant::Boolean(number != 0),
            Kind::Exact(scale) => exact(number, scale).map_or(Constant::Missing, Constant::Number),
            Kind::Float => Float::new(float(number)).map_or(Constant::Missing, Constant::Float),
            Kind::Date => i64::try_from(number).map_or(Constant::Missing, Constant::Date),
            Kind::Time(each) => Constant::Time(number * each),
            Kind::Duration(each) => Constant::Duration(number * each),
        }
    }
}

/// How many rows have no value: of a place also where a half is missing, or where it lies off the globe.
fn missing_rows(array: &ArrayRef) -> u64 {
    let nulls = array.logical_null_count() as u64;
    let halves = match array.data_type() {
        DataType::Struct(parts) => point_parts(parts),
        _ => None,
    };
    let Some((latitude, longitude)) = halves else {
        return nulls;
    };
    let half = |place: usize| cast(array.as_struct().column(place), &DataType::Float64);
    let (Ok(latitude), Ok(longitude)) = (half(latitude), half(longitude)) else {
        return nulls;
    };
    let latitudes = latitude.as_primitive::<Float64Type>().iter();
    let longitudes = longitude.as_primitive::<Float64Type>().iter();
    let is_known = |(row, halves): (usize, (Option<f64>, Option<f64>))| match halves {
        (Some(latitude), Some(longitude)) => {
            array.is_valid(row) && Point::new(latitude, longitude).is_some()
        }
        _ => false,
    };
    let known = latitudes
        .zip(longitudes)
        .enumerate()
        .filter(|row| is_known(*row));
    (array.len() - known.count()) as u64
}

fn nanoseconds(data_type: &DataType) -> Option<i128> {
    let (DataType::Timestamp(unit, _) | DataType::Duration(unit)) = data_type else {
        return None;
    };
    Some(match unit {
        TimeUnit::Second => 1_000_000_000,
        TimeUnit::Millisecond => 1_000_000,
        TimeUnit::Microsecond => 1_000,
        TimeUnit::Nanosecond => 1,
    })
}

fn exact(mantissa: i128, scale: i8) -> Option<Exact> {
    let power = 10i128.checked_pow(scale.unsigned_abs().into())?;
    if scale < 0 {
        Some(Exact::whole(mantissa.checked_mul(power)?))
    } else {
        Exact::new(mantissa, power)
    }
}

impl Counter {
    pub(super) fn new(data_type: &DataType, blank_is_missing: bool) -> Self {
        Self {
            kind: Kind::of(data_type),
            blank_is_missing,
            missing: 0,
            blank: 0,
            texts: Counts::new(),
            numbers: Counts::new(),
            range: None,
            lengths: None,
            missing_words: BTreeMap::new(),
        }
    }

    /// Takes a batch of the column into account.
    pub(super) fn see(&mut self, array: &ArrayRef) {
        match (self.kind, lists(array)) {
            (None, _) => self.missing += missing_rows(array),
            (Some(_), Some((places, elements))) => self.see_lists(array, &places, &elements),
            (Some(_), None) => self.see_values(array, &|_| 1),
        }
        self.texts.settle();
        self.numbers.settle();
    }

    /// `weight` says in how many rows a value stands.
    fn see_values(&mut self, array: &ArrayRef, weight: &dyn Fn(usize) -> u64) {
        if let Some((places, values)) = places(array) {
            let mut weights = vec![0; values.len()];
            for (row, place) in places.into_iter().enumerate() {
                match place {
                    Some(place) => weights[place] += weight(row),
                    None => self.missing += weight(row),
                }
            }
            return self.see_values(&values, &|row| weights[row]);
        }
        if let Some(texts) = Texts::of(array) {
            for row in 0..array.len() {
                match (weight(row), array.is_null(row)) {
                    (0, _) => {}
                    (times, true) => self.missing += times,
                    (times, false) => self.see_text(texts.get(row), times),
                }
            }
        } else if let Some(numbers) = numbers(array) {
            for (row, number) in numbers.into_iter().enumerate() {
                match (weight(row), number) {
                    (0, _) => {}
                    (times, None) => self.missing += times,
                    (times, Some(number)) => self.see_number(number, times),
                }
            }
        } else {
            // A column of nulls.
            self.missing += (0..array.len()).map(weight).sum::<u64>();
        }
    }

    fn see_text(&mut self, text: &str, times: u64) {
        if text.trim().is_empty() {
            self.blank += times;
            if self.blank_is_missing {
                self.missing += times;
                return;
            }
        }
        if text.len() <= 4
            && let Some(word) = MISSING_WORDS.iter().find(|word| **word == text.trim())
        {
            *self.missing_words.entry(word).or_default() += times;
        }
        widen(&mut self.lengths, text.chars().count() as u64);
        self.count_text(text, times);
    }

    fn count_text(&mut self, text: &str, times: u64) {
        if text.len() <= LONG_TEXT {
            self.texts.add(text, times);
        } else {
            let hash = foldhash::quality::FixedState::default().hash_one(text);
            let beginning: String = text.chars().take(BEGINNING).collect();
            let long = format!("{beginning}…\0{}\0{hash}", text.len());
            self.texts.add(long.as_str(), times);
        }
    }

    fn see_number(&mut self, number: i128, times: u64) {
        widen(&mut self.range, number);
        self.numbers.add(&number, times);
    }

    /// The elements of each list, those that stand in it several times counted once.
    fn see_lists(&mut self, array: &ArrayRef, lists: &[(usize, usize)], elements: &ArrayRef) {
        let (places, values) = match places(elements) {
            Some(coded) => coded,
            None => {
                let own = |row| (!elements.is_null(row)).then_some(row);
                ((0..elements.len()).map(own).collect(), elements.clone())
            }
        };
        let texts = Texts::of(&values);
        let numbers = numbers(&values);
        for (row, (first, end)) in lists.iter().enumerate() {
            if array.is_null(row) {
                self.missing += 1;
                continue;
            }
            widen(&mut self.lengths, (end - first) as u64);
            let known = places[*first..*end].iter().flatten().copied();
            let known = known.filter(|place| !values.is_null(*place));
            if let Some(texts) = &texts {
                let mut inside: Vec<&str> = known.map(|place| texts.get(place)).collect();
                inside.sort_unstable();
                inside.dedup();
                inside.iter().for_each(|text| self.count_text(text, 1));
            } else if let Some(numbers) = &numbers {
                let mut inside: Vec<i128> = known.filter_map(|place| numbers[place]).collect();
                inside.sort_unstable();
                inside.dedup();
                inside.iter().for_each(|number| self.see_number(*number, 1));
            }
        }
    }

    pub(super) fn finish(self, rows: u64) -> ColumnProfile {
        let missing = self.missing.min(rows);
        let missing_words = self.missing_words.into_iter();
        let mut profile = ColumnProfile {
            missing,
            blank: self.blank,
            distinct: None,
            common: Vec::new(),
            range: None,
            upper_quarter: None,
            lengths: self.lengths,
            missing_words: missing_words
                .map(|(word, rows)| (word.to_owned(), rows))
                .collect(),
        };
        let Some(kind) = self.kind else {
            return profile;
        };
        if kind == Kind::Text {
            let mut seen = Seen::of(self.texts);
            profile.distinct = Some(seen.distinct);
            profile.common = seen.common(|text| {
                let shown = text.split('\0').next().unwrap_or_default();
                Constant::Text(shown.into())
            });
            return profile;
        }
        let mut seen = Seen::of(self.numbers);
        profile.distinct = Some(seen.distinct);
        if kind != Kind::Boolean {
            profile.range = self
                .range
                .map(|(low, high)| (kind.value(low), kind.value(high)));
            if seen.distinct.exactly().is_some() {
                profile.upper_quarter = upper_quarter(&mut seen.values).map(|at| kind.value(at));
            }
        }
        profile.common = seen.common(|number| kind.value(*number));
        profile
    }
}

fn widen<T: Copy + Ord>(range: &mut Option<(T, T)>, value: T) {
    let (low, high) = range.unwrap_or((value, value));
    *range = Some((low.min(value), high.max(value)));
}

/// The different values of a column, with how often they were met.
struct Seen<K> {
    distinct: Distinct,
    values: Vec<(K, u64)>,
}

impl<K: std::hash::Hash + Ord> Seen<K> {
    fn of(counts: Counts<K>) -> Self {
        let is_more = counts.is_more();
        let values = counts.into_values();
        let distinct = if is_more {
            Distinct::MoreThan(MOST_DISTINCT as u64)
        } else {
            Distinct::Exactly(values.len() as u64)
        };
        Self { distinct, values }
    }

    fn common(&mut self, value: impl Fn(&K) -> Constant) -> Vec<Common> {
        let by_count = |(left, fewer): &(K, u64), (right, more): &(K, u64)| {
            (Reverse(fewer), left).cmp(&(Reverse(more), right))
        };
        self.values.sort_unstable_by(by_count);
        self.values
            .iter()
            .take(MOST_COMMON)
            .map(|(key, rows)| Common {
                value: value(key),
                rows: *rows,
            })
            .collect()
    }
}

/// The least number that is greater than or equal to three quarters of all.
fn upper_quarter(values: &mut [(i128, u64)]) -> Option<i128> {
    values.sort_unstable();
    let all: u64 = values.iter().map(|(_, rows)| rows).sum();
    let mut below = 0;
    values
        .iter()
        .find(|(_, rows)| {
            below += rows;
            u128::from(below) * 4 >= u128::from(all) * 3
        })
        .map(|(number, _)| *number)
}
