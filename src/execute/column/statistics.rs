//! What is known of each chunk of a column: how many values are missing, the lowest and the highest.

use super::{Column, Values, bits, each_integer};
use crate::data::Statistics;
use crate::types::{Constant, Float, Point, Type};

impl Column {
    /// The lowest and the highest known number, as they are stored; none where there is no number. They are looked for once.
    #[allow(
        clippy::unnecessary_cast,
        reason = "one of the widths is that of the result"
    )]
    pub(in crate::execute) fn ends(&self) -> Option<(i128, i128)> {
        let find = || {
            let Values::Integers(numbers, _) = &self.values else {
                return None;
            };
            each_integer!(numbers, numbers => {
                let (low, high) = ends_of_words(&numbers[..self.rows], self.validity.as_deref())?;
                Some((low as i128, high as i128))
            })
        };
        *self.ends.get_or_init(find)
    }

    /// The statistics of each `chunk_rows` rows.
    pub(in crate::execute) fn statistics(
        &self,
        value_type: &Type,
        chunk_rows: usize,
    ) -> Vec<Statistics> {
        (0..self.rows.div_ceil(chunk_rows))
            .map(|chunk| {
                let first = chunk * chunk_rows;
                self.statistics_of(value_type, first..self.rows.min(first + chunk_rows))
            })
            .collect()
    }

    fn statistics_of(&self, value_type: &Type, rows: std::ops::Range<usize>) -> Statistics {
        let all = rows.len() as u64;
        let known = rows.clone().filter(|row| self.is_valid(*row));
        let mut known_rows = known.clone().count() as u64;
        let constant = |bound: Option<usize>| bound.map(|row| self.constant(row, value_type));
        let (low, high) = match &self.values {
            Values::Integers(numbers, _) => {
                let (low, high) = each_integer!(numbers, numbers => ends(known, numbers));
                (constant(low), constant(high))
            }
            Values::Codes(codes, dictionary) => {
                let mut seen = vec![0; bits::words(dictionary.len())];
                known.for_each(|row| bits::set(&mut seen, codes.get(row)));
                let texts = || bits::each(&seen).map(|code| dictionary.texts.get(code));
                let constant = |text: Option<&str>| text.map(|text| Constant::Text(text.into()));
                (constant(texts().min()), constant(texts().max()))
            }
            Values::F32(numbers) => floats(known.map(|row| numbers[row].into()), &mut known_rows),
            Values::F64(numbers) => floats(known.map(|row| numbers[row]), &mut known_rows),
            Values::Boolean(mask) => {
                let mut seen = [false; 2];
                known.for_each(|row| seen[usize::from(bits::get(mask, row))] = true);
                match seen {
                    [false, false] => (None, None),
                    [no, yes] => (Some(Constant::Boolean(!no)), Some(Constant::Boolean(yes))),
                }
            }
            Values::Points(points) => corners(
                known.clone().map(|row| points.latitudes[row]),
                known.map(|row| points.longitudes[row]),
            ),
            Values::Fractions(numbers) => (
                constant(known.clone().min_by_key(|row| numbers[*row])),
                constant(known.max_by_key(|row| numbers[*row])),
            ),
            Values::Missing | Values::Text(_) | Values::List(_) | Values::Record(_) => (None, None),
        };
        // A number beyond 128 bits is missing though it is there: nothing is said of such a chunk.
        if low == Some(Constant::Missing) || high == Some(Constant::Missing) {
            return Statistics::default();
        }
        Statistics {
            missing: Some(all - known_rows),
            low,
            high,
        }
    }
}

/// The south-west and the north-east corner of known places.
fn corners(
    latitudes: impl Iterator<Item = f64>,
    longitudes: impl Iterator<Item = f64>,
) -> (Option<Constant>, Option<Constant>) {
    let edges = |degrees: &mut dyn Iterator<Item = f64>| {
        degrees.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), degree| {
            (low.min(degree), high.max(degree))
        })
    };
    let (south, north) = edges(&mut { latitudes });
    let (west, east) = edges(&mut { longitudes });
    (
        Point::new(south, west).map(Constant::Point),
        Point::new(north, east).map(Constant::Point),
    )
}

/// The lowest and the highest of the numbers that are known, 64 at once where all of them are.
pub(super) fn ends_of_words<T: Ord + Copy>(
    numbers: &[T],
    validity: Option<&[u64]>,
) -> Option<(T, T)> {
    let mut found: Option<(T, T)> = None;
    for (word, numbers) in numbers.chunks(64).enumerate() {
        let known = validity.map_or(u64::MAX, |validity| validity[word]);
        if known == bits::live(0, numbers.len()) || known == u64::MAX {
            let (mut low, mut high) = (numbers[0], numbers[0]);
            for number in numbers {
                low = low.min(*number);
                high = high.max(*number);
            }
            found = Some(found.map_or((low, high), |(l, h)| (l.min(low), h.max(high))));
            continue;
        }
        for (bit, number) in numbers.iter().enumerate() {
            if known >> bit & 1 == 1 {
                let (low, high) = found.unwrap_or((*number, *number));
                found = Some((low.min(*number), high.max(*number)));
            }
        }
    }
    found
}

/// The rows of the lowest and the highest number.
fn ends<T: Ord + Copy>(
    mut rows: impl Iterator<Item = usize>,
    numbers: &[T],
) -> (Option<usize>, Option<usize>) {
    let Some(first) = rows.next() else {
        return (None, None);
    };
    let ((mut low, mut low_row), (mut high, mut high_row)) =
        ((numbers[first], first), (numbers[first], first));
    for row in rows {
        let number = numbers[row];
        if number < low {
            (low, low_row) = (number, row);
        }
        if number > high {
            (high, high_row) = (number, row);
        }
    }
    (Some(low_row), Some(high_row))
}

/// The lowest and highest finite number, and how many are finite.
fn floats(
    numbers: impl Iterator<Item = f64>,
    known: &mut u64,
) -> (Option<Constant>, Option<Constant>) {
    let (mut low, mut high, mut count) = (f64::INFINITY, f64::NEG_INFINITY, 0);
    for number in numbers.filter(|number| number.is_finite()) {
        (low, high, count) = (low.min(number), high.max(number), count + 1);
    }
    *known = count;
    let constant = |number| Float::new(number).map(Constant::Float);
    (constant(low), constant(high))
}
