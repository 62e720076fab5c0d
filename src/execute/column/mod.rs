//! One physical form a column, whatever its Arrow layout was.
//!
//! A batch may bring text as plain, large, view, dictionary or run-end encoded arrays, lists in five layouts, all of them sliced at odd offsets and with
//! anything at all under nulls. What tests see is this: numbers of one width, text as codes or plain, points as two columns of degrees, lists as offsets into a
//! child column, and a validity mask that says where a value is known. Numbers and codes are not copied where Arrow has them in the right form already.

mod absent;
pub(super) mod bits;
mod coarse;
mod decimal;
mod filler;
mod gather;
mod holders;
mod list;
mod narrower;
mod nested;
mod order;
mod planes;
mod read;
mod scalar;
mod statistics;
mod text;
mod texts;

pub(super) use absent::absent_part;
pub(super) use coarse::{Coarse, Middles};
pub(super) use filler::Filler;
pub(super) use gather::Gather;
pub(super) use holders::Holders;
pub(super) use list::{List, search, search_in};
pub(super) use narrower::Narrower;
pub(super) use planes::{MOST_VALUES, Planes};
pub(super) use read::read;
pub(super) use text::{Dictionary, Text};

use super::leaf::Span;
use super::native::{Element, Layout};
use crate::types::Exact;
use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use std::sync::{Arc, OnceLock};

/// The values of one field of a run of contacts.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) rows: usize,
    /// A bit for each contact, 1 where the value is known; none where all are. Bits beyond the last contact are 0.
    pub(super) validity: Option<Arc<[u64]>>,
    pub(super) values: Values,
    /// What stands wherever a value is missing, where some are.
    filler: Option<Filler>,
    /// The ends of the numbers, once somebody has asked.
    ends: Arc<OnceLock<Option<(i128, i128)>>>,
}

/// How the values lie in memory. Anything may stand where a value is missing, unless [`Column::filler`] tells what does.
#[derive(Clone, Debug)]
pub(super) enum Values {
    /// No value is known.
    Missing,
    /// A bit for each contact.
    Boolean(Arc<[u64]>),
    /// Whole numbers, decimals, dates, times and durations.
    Integers(Integers, Unit),
    /// NaN and the infinities are missing, whatever the validity says.
    F32(ScalarBuffer<f32>),
    F64(ScalarBuffer<f64>),
    /// Decimals whose digits or places are too many for stored numbers of one unit: each in lowest terms.
    Fractions(Arc<[Exact]>),
    Codes(Codes, Arc<Dictionary>),
    Text(Text),
    Points(Points),
    /// Lists; and maps, as lists of records of a key and a value.
    List(Arc<List>),
    /// A column for each part of the records, as many rows in each. What is missing of a missing record is missing there as well.
    Record(Arc<[Column]>),
}

/// Places, as degrees north and degrees east; what is known lies on the globe.
#[derive(Clone, Debug)]
pub(super) struct Points {
    pub(super) latitudes: ScalarBuffer<f64>,
    pub(super) longitudes: ScalarBuffer<f64>,
}

impl Points {
    /// The degrees of a run of rows: those to the north and those to the east.
    pub(super) fn of(&self, span: Span) -> (&[f64], &[f64]) {
        let rows = span.first..span.first + span.rows;
        (&self.latitudes[rows.clone()], &self.longitudes[rows])
    }
}

/// What a stored whole number stands for: `number * multiplier / divisor`; in days for dates, in nanoseconds for times and durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Unit {
    pub(super) multiplier: i128,
    pub(super) divisor: i128,
}

impl Unit {
    pub(super) const ONE: Unit = Unit {
        multiplier: 1,
        divisor: 1,
    };

    /// The least stored number that stands for `edge` or more, or with `after` for more. Of units without a divisor.
    pub(super) fn beyond(self, edge: i128, after: bool) -> i128 {
        // Most fit in half of the bits, which are much quicker to divide.
        let (floor, is_exact) = match (i64::try_from(edge), i64::try_from(self.multiplier)) {
            (Ok(edge), Ok(by)) => (edge.div_euclid(by).into(), edge.rem_euclid(by) == 0),
            _ => (
                edge.div_euclid(self.multiplier),
                edge.rem_euclid(self.multiplier) == 0,
            ),
        };
        if after || !is_exact { floor + 1 } else { floor }
    }
}

/// Stored whole numbers.
#[derive(Clone, Debug)]
pub(super) enum Integers {
    I8(ScalarBuffer<i8>),
    U8(ScalarBuffer<u8>),
    I16(ScalarBuffer<i16>),
    U16(ScalarBuffer<u16>),
    I32(ScalarBuffer<i32>),
    U32(ScalarBuffer<u32>),
    I64(ScalarBuffer<i64>),
    U64(ScalarBuffer<u64>),
    I128(ScalarBuffer<i128>),
}

/// Does the same for every width of whole numbers.
macro_rules! each_integer {
    ($integers:expr, $numbers:ident => $body:expr) => {
        match $integers {
            $crate::execute::column::Integers::I8($numbers) => $body,
            $crate::execute::column::Integers::U8($numbers) => $body,
            $crate::execute::column::Integers::I16($numbers) => $body,
            $crate::execute::column::Integers::U16($numbers) => $body,
            $crate::execute::column::Integers::I32($numbers) => $body,
            $crate::execute::column::Integers::U32($numbers) => $body,
            $crate::execute::column::Integers::I64($numbers) => $body,
            $crate::execute::column::Integers::U64($numbers) => $body,
            $crate::execute::column::Integers::I128($numbers) => $body,
        }
    };
}

pub(super) use each_integer;

impl Integers {
    /// The number at a row; for `U64` it may be beyond `i64`.
    #[allow(
        clippy::unnecessary_cast,
        reason = "one of the widths is that of the result"
    )]
    pub(super) fn get(&self, row: usize) -> i128 {
        each_integer!(self, numbers => numbers[row] as i128)
    }

    pub(super) fn element(&self) -> Element {
        match self {
            Integers::I8(_) => Element::I8,
            Integers::U8(_) => Element::U8,
            Integers::I16(_) => Element::I16,
            Integers::U16(_) => Element::U16,
            Integers::I32(_) => Element::I32,
            Integers::U32(_) => Element::U32,
            Integers::I64(_) => Element::I64,
            Integers::U64(_) => Element::U64,
            Integers::I128(_) => Element::I128,
        }
    }
}

/// The place of each text in a dictionary. A place beyond the dictionary is possible only where the value is missing.
#[derive(Clone, Debug)]
pub(super) enum Codes {
    U8(ScalarBuffer<u8>),
    U16(ScalarBuffer<u16>),
    U32(ScalarBuffer<u32>),
}

impl Codes {
    pub(super) fn get(&self, row: usize) -> usize {
        match self {
            Codes::U8(codes) => codes[row].into(),
            Codes::U16(codes) => codes[row].into(),
            Codes::U32(codes) => codes[row] as usize,
        }
    }
}

impl Values {
    /// The bytes of the numbers or codes of a run of rows; none where there are no such.
    pub(super) fn bytes(&self, span: Span) -> &[u8] {
        use stored_bytes as of;
        match self {
            Values::Integers(numbers, _) => each_integer!(numbers, numbers => of(numbers, span)),
            Values::F32(numbers) => of(numbers, span),
            Values::F64(numbers) => of(numbers, span),
            Values::Codes(Codes::U8(codes), _) => of(codes, span),
            Values::Codes(Codes::U16(codes), _) => of(codes, span),
            Values::Codes(Codes::U32(codes), _) => of(codes, span),
            Values::Missing
            | Values::Boolean(_)
            | Values::Text(_)
            | Values::Points(_)
            | Values::Fractions(_)
            | Values::List(_)
            | Values::Record(_) => &[],
        }
    }
}

/// The bytes of a run of rows of stored numbers.
pub(super) fn stored_bytes<T: ArrowNativeType>(numbers: &ScalarBuffer<T>, span: Span) -> &[u8] {
    let width = size_of::<T>();
    &numbers.inner().as_slice()[span.first * width..(span.first + span.rows) * width]
}

impl Column {
    pub(super) fn new(rows: usize, validity: Option<Arc<[u64]>>, values: Values) -> Self {
        Self {
            rows,
            validity,
            values,
            filler: None,
            ends: Arc::default(),
        }
    }

    /// The same column, of which it is known what stands wherever a value is missing.
    fn filled_with(self, filler: Option<Filler>) -> Self {
        let filler = filler.filter(|_| self.validity.is_some());
        let column = Self { filler, ..self };
        if filler.is_some() {
            // Ranges are cut to the ends, which are better looked for while a column is loaded than when somebody waits.
            column.ends();
        }
        column
    }

    /// What stands wherever a value is missing: known of most columns that were gathered and have such. A test that it fails need not ask what is missing.
    pub(super) fn filler(&self) -> Option<Filler> {
        self.filler
    }

    /// Whether the value of a row is known. For floats this is not all: see [`Values::F64`].
    #[inline]
    pub(super) fn is_valid(&self, row: usize) -> bool {
        match &self.validity {
            Some(validity) => bits::get(validity, row),
            None => true,
        }
    }

    /// The bytes that a scan of it reads.
    pub(super) fn bytes(&self) -> usize {
        let words = |mask: &[u64]| size_of_val(mask);
        let validity = self.validity.as_deref().map_or(0, words);
        let whole = Span {
            first: 0,
            rows: self.rows,
            far: false,
        };
        validity
            + match &self.values {
                Values::Missing => 0,
                Values::Boolean(mask) => words(mask),
                Values::Fractions(numbers) => size_of_val::<[Exact]>(numbers),
                Values::Text(texts) => texts.bytes(),
                Values::Points(points) => {
                    size_of_val(&points.latitudes[..]) + size_of_val(&points.longitudes[..])
                }
                Values::List(list) => {
                    list.elements.bytes() + words(&list.lasts) + words(&list.filled)
                }
                Values::Record(parts) => parts.iter().map(Column::bytes).sum(),
                Values::Integers(..) | Values::F32(_) | Values::F64(_) | Values::Codes(..) => {
                    self.values.bytes(whole).len()
                }
            }
    }

    /// How native code sees it.
    pub(super) fn layout(&self) -> Layout {
        let (element, unit) = match &self.values {
            Values::Integers(numbers, unit) => (numbers.element(), *unit),
            Values::F32(_) => (Element::F32, Unit::ONE),
            Values::F64(_) => (Element::F64, Unit::ONE),
            Values::Missing
            | Values::Boolean(_)
            | Values::Fractions(_)
            | Values::Codes(..)
            | Values::Text(_)
            | Values::Points(_)
            | Values::List(_)
            | Values::Record(_) => (Element::Other, Unit::ONE),
        };
        Layout {
            element,
            multiplier: unit.multiplier,
            divisor: unit.divisor,
            nullable: self.validity.is_some(),
            bits: self.magnitude(),
        }
    }

    /// How many bits known numbers of eight bytes have, beside their sign: few for most columns, so that sums of them stay within 64 bits. In coarse
    /// steps, since code is made for a layout.
    fn magnitude(&self) -> u8 {
        const STEPS: [u8; 4] = [31, 45, 55, 61];
        let Values::Integers(Integers::I64(numbers), _) = &self.values else {
            return 63;
        };
        let all = numbers
            .iter()
            .fold(0, |all, number| all | (number ^ (number >> 63)));
        let fits = |all: i64, bits: u8| all >> bits == 0;
        let Some(validity) = self.validity.as_deref().filter(|_| !fits(all, STEPS[0])) else {
            return STEPS
                .into_iter()
                .find(|bits| fits(all, *bits))
                .unwrap_or(63);
        };
        // What stands under missing values may be anything.
        let mut known = 0;
        for (row, number) in numbers.iter().enumerate() {
            if bits::get(validity, row) {
                known |= number ^ (number >> 63);
            }
        }
        STEPS
            .into_iter()
            .find(|bits| fits(known, *bits))
            .unwrap_or(63)
    }

    /// The column with the values missing that are missing in another mask as well.
    pub(super) fn masked(mut self, other: &Option<Arc<[u64]>>) -> Self {
        let Some(other) = other else { return self };
        self.filler = None;
        self.validity = Some(match &self.validity {
            Some(own) => own.iter().zip(&**other).map(|(a, b)| a & b).collect(),
            None => other.clone(),
        });
        if let Values::Record(parts) = &self.values {
            let parts = parts.iter().map(|part| part.clone().masked(&self.validity));
            self.values = Values::Record(parts.collect());
        }
        self
    }

    /// A column of missing values.
    pub(super) fn missing(rows: usize) -> Self {
        let validity = vec![0; bits::words(rows)];
        Self::new(rows, Some(validity.into()), Values::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_bits_of_the_greatest_that_is_known() {
        let bits_of = |numbers: &[i64], validity: Option<u64>| {
            let validity = validity.map(|bits| vec![bits].into());
            let values = Values::Integers(Integers::I64(numbers.to_vec().into()), Unit::ONE);
            let column = Column::new(numbers.len(), validity, values);
            column.layout().bits
        };
        assert_eq!(
            bits_of(&[0, -1, i64::from(i32::MIN), i64::from(i32::MAX)], None),
            31
        );
        assert_eq!(bits_of(&[1 << 31], None), 45);
        assert_eq!(bits_of(&[-(1 << 45)], None), 45);
        assert_eq!(bits_of(&[-(1 << 45) - 1], None), 55);
        assert_eq!(bits_of(&[1 << 60], None), 61);
        assert_eq!(bits_of(&[i64::MIN], None), 63);
        // What stands under a missing value does not count.
        assert_eq!(bits_of(&[7, i64::MIN], Some(0b01)), 31);
        assert_eq!(bits_of(&[7, i64::MIN], Some(0b10)), 63);
    }
}
