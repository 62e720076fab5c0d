//! Every contact has a key, and no two have the same: looked at before the first row is answered.
//!
//! Keys become numbers of 64 bits, whole numbers as they are, text by a hash. Keys that come in rising order need nothing more. Else whole numbers
//! that lie close together are ticked off in a bitmap; all others are sorted, in several passes where they are many, so that memory stays
//! bounded. Equal numbers are only a suspicion: the keys themselves are compared before anything is said.

use super::{DataError, Source, errors};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, Ordering};

/// Keys sorted at once at most: 128 MiB.
const SORTED_AT_ONCE: u64 = 1 << 24;
/// A bitmap is used up to so many bits for each key.
const BITS_A_KEY: u64 = 64;
/// 256 MiB.
const MOST_BITS: u64 = 1 << 31;
/// Equal numbers that are followed up in one pass.
const SUSPECTS_AT_ONCE: usize = 1_000;

/// Reads the key column (its place in [`Source::schema`]) and makes sure that every contact has a key of its own.
///
/// # Errors
///
/// A key is missing, or two contacts have the same, with their rows; the column cannot be read; `cancel` has been set.
pub fn check_keys(
    source: &dyn Source,
    column: usize,
    cancel: &AtomicBool,
) -> Result<(), DataError> {
    let pass = Pass {
        source,
        column,
        cancel,
    };
    let mut first = FirstPass::new();
    pass.run(|_, keys| {
        first.take(&keys);
        Ok(())
    })?;
    if first.rising {
        return Ok(());
    }
    let suspects = pass.suspects(first)?;
    for some in suspects.chunks(SUSPECTS_AT_ONCE) {
        pass.confirm(some)?;
    }
    Ok(())
}

/// Where a batch begins: the piece, and the rows of its file before it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) piece: usize,
    rows_before: u64,
}

pub(super) struct Pass<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) column: usize,
    pub(super) cancel: &'a AtomicBool,
}

impl Pass<'_> {
    /// Hands over the keys of all batches in the order of the source.
    pub(super) fn run(
        &self,
        mut take: impl FnMut(Place, Keys) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let mut rows_before = 0;
        let mut file = "";
        for piece in 0..self.source.pieces() {
            let name = self.source.piece_name(piece);
            if name != file {
                (file, rows_before) = (name, 0);
            }
            for batch in self.source.read(piece, &[self.column])? {
                if self.cancel.load(Ordering::Relaxed) {
                    return Err(DataError::stopped(self.source.name()));
                }
                let array = batch?.column(0).clone();
                let place = Place { piece, rows_before };
                rows_before += array.len() as u64;
                take(place, self.keys(place, &array)?)?;
            }
        }
        Ok(())
    }

    fn name(&self) -> String {
        self.source.schema().field(self.column).name().clone()
    }

    fn keys(&self, place: Place, array: &ArrayRef) -> Result<Keys, DataError> {
        let file = self.source.piece_name(place.piece);
        if let Some(known) = array.logical_nulls()
            && let Some(row) = known.iter().position(|known| !known)
        {
            return Err(errors::key_missing(
                file,
                place.rows_before + row as u64 + 1,
                &self.name(),
            ));
        }
        Keys::new(array).ok_or_else(|| {
            let has = array.data_type().to_string();
            errors::wrong_type(
                file,
                &self.name(),
                "a whole number, a decimal of at most 38 digits or text",
                &has,
            )
        })
    }

    /// Numbers that stand for more than one key.
    fn suspects(&self, first: FirstPass) -> Result<Vec<u64>, DataError> {
        if let Some((low, bits)) = first.close_together() {
            let mut seen = vec![0u64; (bits / 64 + 1) as usize];
            let mut suspects = HashSet::new();
            self.run(|_, keys| {
                keys.each(|code| {
                    let bit = ordered(code) - low;
                    let (word, mask) = ((bit / 64) as usize, 1 << (bit % 64));
                    if seen[word] & mask != 0 && suspects.len() < SUSPECTS_AT_ONCE {
                        suspects.insert(code);
                    }
                    seen[word] |= mask;
                });
                Ok(())
            })?;
            return Ok(sorted(suspects.into_iter().collect()));
        }
        if let Some(codes) = first.codes {
            return Ok(doubles(codes));
        }
        let passes = match first.rows.div_ceil(SORTED_AT_ONCE) {
            1 => 1,
            // They are not shared out quite evenly.
            several => several + 1,
        };
        let mut suspects = Vec::new();
        for number in 0..passes {
            let mut codes = Vec::new();
            self.run(|_, keys| {
                keys.each(|code| {
                    if mixed(code) % passes == number {
                        codes.push(code);
                    }
                });
                Ok(())
            })?;
            suspects.extend(doubles(codes));
            if suspects.len() >= SUSPECTS_AT_ONCE && self.has_numbers() {
                break;
            }
        }
        Ok(suspects)
    }

    /// Whether equal numbers are equal keys for certain.
    fn has_numbers(&self) -> bool {
        let schema = self.source.schema();
        schema.field(self.column).data_type().is_integer()
    }

    /// The first row, in the order of the source, whose key stood in a row before.
    fn confirm(&self, suspects: &[u64]) -> Result<(), DataError> {
        let suspects: HashSet<u64> = suspects.iter().copied().collect();
        let mut seen: HashMap<Vec<u8>, (usize, u64)> = HashMap::new();
        self.run(|place, keys| {
            let mut row = 0;
            let mut twice = None;
            keys.each(|code| {
                row += 1;
                if twice.is_none() && suspects.contains(&code) {
                    let here = (place.piece, place.rows_before + row);
                    if let Some(before) = seen.insert(keys.bytes(row as usize - 1), here) {
                        twice = Some((before, here));
                    }
                }
            });
            let Some((before, here)) = twice else {
                return Ok(());
            };
            let shown = keys.shown((here.1 - place.rows_before) as usize - 1);
            let file = |piece| self.source.piece_name(piece);
            Err(errors::key_twice(
                &self.name(),
                &shown,
                (file(before.0), before.1),
                (file(here.0), here.1),
            ))
        })
    }
}

/// What is seen of the keys the first time.
struct FirstPass {
    rows: u64,
    rising: bool,
    last: Option<Vec<u8>>,
    last_code: Option<u64>,
    /// Of whole numbers, in their order.
    range: Option<(u64, u64)>,
    whole: bool,
    /// As long as there are not too many, and they did not come in rising order at first.
    codes: Option<Vec<u64>>,
}

impl FirstPass {
    fn new() -> Self {
        Self {
            rows: 0,
            rising: true,
            last: None,
            last_code: None,
            range: None,
            whole: true,
            codes: Some(Vec::new()),
        }
    }

    fn take(&mut self, keys: &Keys) {
        self.rows += keys.len() as u64;
        match keys {
            Keys::Whole(_) | Keys::Unsigned(_) => keys.each(|code| {
                let order = ordered(code);
                self.rising &= self.last_code.is_none_or(|last| last < order);
                self.last_code = Some(order);
                let (low, high) = self.range.unwrap_or((order, order));
                self.range = Some((low.min(order), high.max(order)));
            }),
            Keys::Decimal(_) | Keys::Text(_) | Keys::LargeText(_) | Keys::TextView(_) => {
                self.whole = false;
                for row in 0..keys.len() {
                    if !self.rising {
                        break;
                    }
                    let key = keys.bytes(row);
                    self.rising = self.last.as_ref().is_none_or(|last| *last < key);
                    self.last = Some(key);
                }
            }
        }
        // Keys that rise are not kept: where they turn out not to, they are read again.
        match &mut self.codes {
            Some(codes) if !self.rising && self.rows <= SORTED_AT_ONCE => {
                keys.each(|code| codes.push(code));
            }
            codes => *codes = None,
        }
    }

    /// The smallest number and how many bits reach to the greatest, where a bitmap is small enough.
    fn close_together(&self) -> Option<(u64, u64)> {
        let (low, high) = self.range.filter(|_| self.whole)?;
        let bits = high - low;
        (bits <= self.rows.saturating_mul(BITS_A_KEY) && bits < MOST_BITS).then_some((low, bits))
    }
}

/// Whole numbers are kept as two's complement; this puts negative ones before the others.
fn ordered(code: u64) -> u64 {
    code ^ (1 << 63)
}

fn mixed(code: u64) -> u64 {
    code.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}

fn sorted(mut codes: Vec<u64>) -> Vec<u64> {
    codes.sort_unstable();
    codes
}

fn doubles(codes: Vec<u64>) -> Vec<u64> {
    let codes = sorted(codes);
    let mut doubles: Vec<u64> = codes
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .collect();
    doubles.dedup();
    doubles
}

/// Keys in one of few layouts. Those of contacts have no nulls; nothing is said of what stands under one.
pub(super) enum Keys {
    Whole(ArrayRef),
    Unsigned(ArrayRef),
    Decimal(ArrayRef),
    Text(ArrayRef),
    LargeText(ArrayRef),
    TextView(ArrayRef),
}

impl Keys {
    pub(super) fn new(array: &ArrayRef) -> Option<Keys> {
        let plain = match array.data_type() {
            DataType::Dictionary(_, values) => (**values).clone(),
            DataType::RunEndEncoded(_, values) => values.data_type().clone(),
            other => other.clone(),
        };
        let to = match plain {
            DataType::UInt64 => DataType::UInt64,
            ref whole if whole.is_integer() => DataType::Int64,
            DataType::Decimal32(_, scale)
            | DataType::Decimal64(_, scale)
            | DataType::Decimal128(_, scale) => DataType::Decimal128(38, scale),
            DataType::Decimal256(_, scale) => DataType::Decimal128(38, scale),
            text @ (DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) => text,
            _ => return None,
        };
        let array = if *array.data_type() == to {
            array.clone()
        } else {
            let strict = arrow_cast::CastOptions {
                safe: false,
                ..Default::default()
            };
            arrow_cast::cast_with_options(array, &to, &strict).ok()?
        };
        Some(match to {
            DataType::UInt64 => Keys::Unsigned(array),
            DataType::Int64 => Keys::Whole(array),
            DataType::Utf8 => Keys::Text(array),
            DataType::LargeUtf8 => Keys::LargeText(array),
            DataType::Utf8View => Keys::TextView(array),
            _ => Keys::Decimal(array),
        })
    }

    pub(super) fn array(&self) -> &ArrayRef {
        match self {
            Keys::Whole(array)
            | Keys::Unsigned(array)
            | Keys::Decimal(array)
            | Keys::Text(array)
            | Keys::LargeText(array)
            | Keys::TextView(array) => array,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.array().len()
    }

    /// Hands over a number for each key; equal keys have equal numbers.
    fn each(&self, mut take: impl FnMut(u64)) {
        let hash = foldhash::quality::FixedState::default();
        let mut text = |bytes: &[u8]| take(hash.hash_one(bytes));
        match self {
            Keys::Whole(array) => {
                for value in array.as_primitive::<Int64Type>().values() {
                    take(value.cast_unsigned());
                }
            }
            // Turned round, so that `ordered` has the order of unsigned numbers.
            Keys::Unsigned(array) => {
                for value in array.as_primitive::<UInt64Type>().values() {
                    take(ordered(*value));
                }
            }
            Keys::Decimal(array) => {
                for value in array.as_primitive::<Decimal128Type>().values() {
                    text(&value.to_be_bytes());
                }
            }
            Keys::Text(array) => {
                let array = array.as_string::<i32>();
                (0..array.len()).for_each(|row| text(array.value(row).as_bytes()));
            }
            Keys::LargeText(array) => {
                let array = array.as_string::<i64>();
                (0..array.len()).for_each(|row| text(array.value(row).as_bytes()));
            }
            Keys::TextView(array) => {
                let array = array.as_string_view();
                (0..array.len()).for_each(|row| text(array.value(row).as_bytes()));
            }
        }
    }

    /// The key itself: equal bytes are equal keys; text is in its order.
    fn bytes(&self, row: usize) -> Vec<u8> {
        match self {
            Keys::Whole(array) => array
                .as_primitive::<Int64Type>()
                .value(row)
                .to_be_bytes()
                .into(),
            Keys::Unsigned(array) => array
                .as_primitive::<UInt64Type>()
                .value(row)
                .to_be_bytes()
                .into(),
            // In the order of the numbers: the sign is turned over.
            Keys::Decimal(array) => {
                let value = array.as_primitive::<Decimal128Type>().value(row);
                (value.cast_unsigned() ^ (1 << 127)).to_be_bytes().into()
            }
            Keys::Text(array) => array.as_string::<i32>().value(row).into(),
            Keys::LargeText(array) => array.as_string::<i64>().value(row).into(),
            Keys::TextView(array) => array.as_string_view().value(row).into(),
        }
    }

    fn shown(&self, row: usize) -> String {
        match self {
            Keys::Whole(array) => array.as_primitive::<Int64Type>().value(row).to_string(),
            Keys::Unsigned(array) => array.as_primitive::<UInt64Type>().value(row).to_string(),
            Keys::Decimal(array) => array.as_primitive::<Decimal128Type>().value_as_string(row),
            Keys::Text(_) | Keys::LargeText(_) | Keys::TextView(_) => {
                format!("\"{}\"", String::from_utf8_lossy(&self.bytes(row)))
            }
        }
    }
}
