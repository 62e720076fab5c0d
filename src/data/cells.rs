//! Values written as text, as CSV and JSON lines hold them: seeing what type a column has, and reading it as that type.
//!
//! The type of a column is seen from all of its values. In the order in which they are tried: bool (`true`, `false`), int (no leading zeros, fits
//! 64 bits), exact number (at most 38 digits), floating-point number (with an exponent), date (`2026-11-22`), time (`2026-11-22T10:00+01:00`, without
//! an offset UTC), else text. A column without values has no type.

use crate::types::{NumberKind, Type};
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, DurationNanosecondBuilder, Float64Builder,
    Int64Builder, StringBuilder, TimestampMicrosecondBuilder, TimestampNanosecondBuilder,
    UInt8Builder,
};
use arrow_array::types::UInt8Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, NullArray, StringArray};
use arrow_schema::{DataType, Field, TimeUnit};
use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::Arc;

/// One value as the file has it.
#[derive(Clone, Debug)]
pub(super) enum Cell<'a> {
    Missing,
    /// A field of CSV: it may turn out to be anything.
    Loose(&'a str),
    /// A JSON text.
    Text(Cow<'a, str>),
    /// A JSON number, as it is written.
    Number(&'a str),
    Boolean(bool),
    List(Vec<Cell<'a>>),
    /// A JSON object.
    Record,
}

impl Cell<'_> {
    /// For messages: `"abc"`, `12`, `a list`.
    fn shown(&self) -> String {
        match self {
            Cell::Missing => "nothing".into(),
            Cell::Loose(text) => quoted(text),
            Cell::Text(text) => quoted(text),
            Cell::Number(text) => format!("the number {}", shortened(text)),
            Cell::Boolean(value) => value.to_string(),
            Cell::List(_) => "a list".into(),
            Cell::Record => "a record".into(),
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
    /// JSON objects, or values of several types: the column is no field.
    Records,
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
            CellType::Records => DataType::Struct(arrow_schema::Fields::empty()),
            CellType::Mixed => DataType::Binary,
        }
    }
}

/// At most so many different texts are held as words of a dictionary.
const MOST_WORDS: usize = 256;

/// What the values of a column have been seen to be so far.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    /// What the manifest says it is.
    declared: Option<Type>,
    seen: bool,
    boolean: bool,
    whole: bool,
    decimal: bool,
    float: bool,
    date: bool,
    time: bool,
    duration: bool,
    text: bool,
    record: bool,
    element: Option<Box<Sight>>,
    digits: usize,
    scale: usize,
    nanoseconds: bool,
    words: Option<HashMap<String, ()>>,
    word_order: Vec<String>,
}

impl Sight {
    pub(super) fn new(declared: Option<Type>) -> Self {
        let any = declared.is_none();
        let is = |wanted: &Type| any || declared.as_ref() == Some(wanted);
        let number = matches!(
            declared,
            Some(Type::Number(NumberKind::Exact | NumberKind::Float))
        );
        Self {
            seen: false,
            boolean: is(&Type::Boolean),
            whole: is(&Type::Number(NumberKind::Whole)),
            decimal: any || number,
            float: any || number,
            date: is(&Type::Date),
            time: is(&Type::Time),
            duration: declared == Some(Type::Duration),
            text: is(&Type::Text),
            record: any,
            element: match &declared {
                Some(Type::List(element)) => Some(Box::new(Sight::new(Some((**element).clone())))),
                _ => None,
            },
            declared,
            digits: 0,
            scale: 0,
            nanoseconds: false,
            words: Some(HashMap::new()),
            word_order: Vec::new(),
        }
    }

    /// Takes one more value into account.
    ///
    /// # Errors
    ///
    /// The value is not of the type that the manifest declares: what is wrong, for people.
    pub(super) fn see(&mut self, cell: &Cell) -> Result<(), String> {
        match cell {
            Cell::Missing => return Ok(()),
            Cell::Loose(text) => self.see_loose(text),
            Cell::Text(text) => self.see_text(text),
            Cell::Number(text) => {
                self.see_number(text);
                self.keep(Kinds::NUMBERS);
            }
            Cell::Boolean(_) => self.keep(Kinds::BOOLEAN),
            Cell::Record => self.keep(Kinds::RECORD),
            Cell::List(cells) => return self.see_list(cells),
        }
        self.seen = true;
        self.check(cell)
    }

    fn see_list(&mut self, cells: &[Cell]) -> Result<(), String> {
        if self.element.is_none() && self.declared.is_none() && !self.seen {
            self.element = Some(Box::new(Sight::new(None)));
        }
        self.seen = true;
        self.keep(Kinds::NONE);
        let Some(element) = &mut self.element else {
            return self.check(&Cell::List(Vec::new()));
        };
        cells.iter().try_for_each(|cell| element.see(cell))
    }

    fn check(&mut self, cell: &Cell) -> Result<(), String> {
        let possible = self.boolean
            || self.whole
            || self.decimal
            || self.float
            || self.date
            || self.time
            || self.duration
            || self.text;
        match &self.declared {
            Some(declared) if !possible => {
                if matches!((declared, cell), (Type::List(_), Cell::Loose(_))) {
                    return Err("a list cannot be read from CSV".into());
                }
                Err(format!(
                    "{} is not {}",
                    cell.shown(),
                    with_article(declared)
                ))
            }
            None if !possible && !matches!(cell, Cell::List(_)) => {
                self.element = None;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn keep(&mut self, kinds: Kinds) {
        self.boolean &= kinds.boolean;
        self.whole &= kinds.numbers;
        self.decimal &= kinds.numbers;
        self.float &= kinds.numbers;
        self.date &= kinds.texts;
        self.time &= kinds.texts;
        self.duration &= kinds.texts;
        self.text &= kinds.texts;
        self.record &= kinds.record;
    }

    fn see_loose(&mut self, text: &str) {
        let declared = self.declared.is_some();
        let trimmed = text.trim_matches(' ');
        self.record = false;
        if self.boolean {
            self.boolean = boolean(trimmed, declared).is_some();
        }
        self.see_number(trimmed);
        self.see_times(trimmed);
        self.see_word(text);
    }

    fn see_text(&mut self, text: &str) {
        self.keep(Kinds::TEXTS);
        self.see_times(text.trim_matches(' '));
        self.see_word(text);
    }

    fn see_number(&mut self, text: &str) {
        if !(self.whole || self.decimal || self.float) {
            return;
        }
        let strict = self.declared.is_none();
        let shape = number_shape(text, strict);
        self.whole &= shape.is_some_and(|shape| shape.whole)
            && text.trim_start_matches('+').parse::<i64>().is_ok();
        match shape {
            Some(shape) if shape.exponent => {
                self.decimal = false;
                self.float &= finite(text).is_some();
            }
            Some(shape) => {
                self.digits = self.digits.max(shape.digits);
                self.scale = self.scale.max(shape.scale);
                self.decimal &= self.digits + self.scale <= 38;
                // A number too long to be held exactly is not rounded unasked.
                self.float &= self.decimal || !strict || shape.digits + shape.scale <= 38;
            }
            None => (self.decimal, self.float) = (false, false),
        }
    }

    fn see_times(&mut self, text: &str) {
        self.date = self.date && date(text).is_some();
        if self.time {
            match nanoseconds(text) {
                Some(time) => self.nanoseconds |= time % 1_000 != 0,
                None => self.time = false,
            }
        }
        self.duration = self.duration && duration(text).is_some();
    }

    fn see_word(&mut self, text: &str) {
        if !self.text {
            return;
        }
        let Some(words) = &mut self.words else {
            return;
        };
        if words.contains_key(text) {
            return;
        }
        if words.len() == MOST_WORDS {
            self.words = None;
            self.word_order = Vec::new();
            return;
        }
        words.insert(text.to_owned(), ());
        self.word_order.push(text.to_owned());
    }

    /// The type that all values seen have in common. Called once the last has been seen.
    pub(super) fn settle(self) -> CellType {
        if let Some(element) = self.element {
            return match element.settle() {
                CellType::Words(_) => CellType::List(Box::new(CellType::Text)),
                CellType::Nothing if self.declared.is_none() => CellType::Nothing,
                CellType::Records | CellType::Mixed | CellType::List(_) => CellType::Mixed,
                element => CellType::List(Box::new(element)),
            };
        }
        if !self.seen && self.declared.is_none() {
            return CellType::Nothing;
        }
        if self.boolean {
            CellType::Boolean
        } else if self.whole {
            CellType::Whole
        } else if self.decimal {
            CellType::Decimal {
                scale: self.scale as u8,
            }
        } else if self.float {
            CellType::Float
        } else if self.date {
            CellType::Date
        } else if self.time {
            CellType::Time {
                nanoseconds: self.nanoseconds,
            }
        } else if self.duration {
            CellType::Duration
        } else if self.text {
            match self.words {
                Some(words) if !words.is_empty() => CellType::Words(self.word_order.into()),
                _ => CellType::Text,
            }
        } else if self.record {
            CellType::Records
        } else {
            CellType::Mixed
        }
    }
}

#[derive(Clone, Copy)]
struct Kinds {
    boolean: bool,
    numbers: bool,
    texts: bool,
    record: bool,
}

impl Kinds {
    const NONE: Kinds = Kinds {
        boolean: false,
        numbers: false,
        texts: false,
        record: false,
    };
    const BOOLEAN: Kinds = Kinds {
        boolean: true,
        ..Kinds::NONE
    };
    const NUMBERS: Kinds = Kinds {
        numbers: true,
        ..Kinds::NONE
    };
    const TEXTS: Kinds = Kinds {
        texts: true,
        ..Kinds::NONE
    };
    const RECORD: Kinds = Kinds {
        record: true,
        ..Kinds::NONE
    };
}

fn with_article(data_type: &Type) -> String {
    match data_type {
        Type::Number(NumberKind::Whole) => "a whole number of 64 bits".into(),
        Type::Boolean => "true or false".into(),
        Type::Text => "text".into(),
        Type::Date => "a date such as 2026-11-22".into(),
        Type::Time => "a time such as 2026-11-22T10:00+01:00".into(),
        Type::Duration => "a duration such as PT90M".into(),
        other => format!("a {}", other.name()),
    }
}

/// Digits before and behind the point of a number.
#[derive(Clone, Copy)]
struct NumberShape {
    whole: bool,
    exponent: bool,
    digits: usize,
    scale: usize,
}

/// None where the text is not a number. `strict` refuses a plus sign and leading zeros: such texts are telephone numbers and codes.
fn number_shape(text: &str, strict: bool) -> Option<NumberShape> {
    let unsigned = match text.strip_prefix('-') {
        Some(rest) => rest,
        None if strict => text,
        None => text.strip_prefix('+').unwrap_or(text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (digits, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if digits.len() + fraction.len() == 0 || !all_digits(digits) || !all_digits(fraction) {
        return None;
    }
    if strict && digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    if let Some(exponent) = exponent {
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if unsigned.is_empty() || !all_digits(unsigned) {
            return None;
        }
    }
    Some(NumberShape {
        whole: exponent.is_none() && !mantissa.contains('.'),
        exponent: exponent.is_some(),
        digits: digits.trim_start_matches('0').len(),
        scale: fraction.len(),
    })
}

fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// `true` and `false`; where the manifest says bool, also yes and no, 1 and 0, and the first letters.
fn boolean(text: &str, declared: bool) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || (declared && (is("t") || is("yes") || is("y") || text == "1")) {
        Some(true)
    } else if is("false") || (declared && (is("f") || is("no") || is("n") || text == "0")) {
        Some(false)
    } else {
        None
    }
}

/// Days since 1970-01-01.
fn date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        bytes[range].iter().try_fold(0i16, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + i16::from(byte - b'0'))
        })
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let date = jiff::civil::Date::new(year, month as i8, day as i8).ok()?;
    Some((date - jiff::civil::date(1970, 1, 1)).get_days())
}

/// Nanoseconds since the epoch; a time without an offset is UTC.
fn nanoseconds(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() < 16 || !bytes[0].is_ascii_digit() || !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    let time = match text.parse::<jiff::Timestamp>() {
        Ok(time) => time,
        Err(_) => {
            let local: jiff::civil::DateTime = text.parse().ok()?;
            local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()
        }
    };
    i64::try_from(time.as_nanosecond()).ok()
}

fn duration(text: &str) -> Option<i64> {
    let duration: jiff::SignedDuration = text.parse().ok()?;
    i64::try_from(duration.as_nanos()).ok()
}

/// The mantissa of a decimal number at this scale.
fn decimal(text: &str, scale: u8) -> Option<i128> {
    let shape = number_shape(text, false).filter(|shape| !shape.exponent)?;
    if shape.scale > scale.into() {
        return None;
    }
    let mut mantissa = 0i128;
    for byte in text.bytes().filter(u8::is_ascii_digit) {
        mantissa = mantissa
            .checked_mul(10)?
            .checked_add(i128::from(byte - b'0'))?;
    }
    for _ in shape.scale..scale.into() {
        mantissa = mantissa.checked_mul(10)?;
    }
    Some(if text.starts_with('-') {
        -mantissa
    } else {
        mantissa
    })
}

/// Gathers the values of one column of a batch.
pub(super) enum Column {
    Nothing(usize),
    Boolean(BooleanBuilder),
    Whole(Int64Builder),
    Decimal(Decimal128Builder, u8),
    Float(Float64Builder),
    Text(StringBuilder),
    Words {
        codes: UInt8Builder,
        places: HashMap<String, u8>,
        values: ArrayRef,
    },
    Date(Date32Builder),
    Microseconds(TimestampMicrosecondBuilder),
    Nanoseconds(TimestampNanosecondBuilder),
    Duration(DurationNanosecondBuilder),
    List(Box<ListColumn>),
    /// A column that is no field; nobody asks for its values.
    Skipped(usize, DataType),
}

/// A list's elements and where each list ends.
pub(super) struct ListColumn {
    elements: Column,
    /// The length of each list; none is a missing list.
    lengths: Vec<Option<usize>>,
}

impl Column {
    pub(super) fn new(cell_type: &CellType) -> Self {
        match cell_type {
            CellType::Nothing => Column::Nothing(0),
            CellType::Boolean => Column::Boolean(BooleanBuilder::new()),
            CellType::Whole => Column::Whole(Int64Builder::new()),
            CellType::Decimal { scale } => Column::Decimal(
                Decimal128Builder::new().with_data_type(cell_type.arrow()),
                *scale,
            ),
            CellType::Float => Column::Float(Float64Builder::new()),
            CellType::Text => Column::Text(StringBuilder::new()),
            CellType::Words(words) => Column::Words {
                codes: UInt8Builder::new(),
                places: words
                    .iter()
                    .enumerate()
                    .map(|(place, word)| (word.clone(), place as u8))
                    .collect(),
                values: Arc::new(StringArray::from_iter_values(words.iter())),
            },
            CellType::Date => Column::Date(Date32Builder::new()),
            CellType::Time { nanoseconds: false } => Column::Microseconds(
                TimestampMicrosecondBuilder::new().with_data_type(cell_type.arrow()),
            ),
            CellType::Time { nanoseconds: true } => Column::Nanoseconds(
                TimestampNanosecondBuilder::new().with_data_type(cell_type.arrow()),
            ),
            CellType::Duration => Column::Duration(DurationNanosecondBuilder::new()),
            CellType::List(element) => Column::List(Box::new(ListColumn {
                elements: Column::new(element),
                lengths: Vec::new(),
            })),
            CellType::Records | CellType::Mixed => Column::Skipped(0, cell_type.arrow()),
        }
    }

    /// Adds a value. False where it is not of the column's type, which happens only where the file has changed since it was opened.
    #[must_use]
    pub(super) fn push(&mut self, cell: &Cell) -> bool {
        if let Cell::Missing = cell {
            self.push_missing();
            return true;
        }
        let words = match cell {
            Cell::Loose(text) | Cell::Number(text) => Some(*text),
            Cell::Text(text) => Some(text.as_ref()),
            Cell::Missing | Cell::Boolean(_) | Cell::List(_) | Cell::Record => None,
        };
        let trimmed = words.map(|text| text.trim_matches(' '));
        match (self, cell) {
            (Column::Boolean(column), Cell::Boolean(value)) => {
                column.append_value(*value);
                true
            }
            (Column::Boolean(column), Cell::Loose(text)) => {
                keep(boolean(text.trim_matches(' '), true), |value| {
                    column.append_value(value)
                })
            }
            (Column::Whole(column), _) => {
                keep(trimmed.and_then(|text| text.parse().ok()), |value| {
                    column.append_value(value)
                })
            }
            (Column::Decimal(column, scale), _) => {
                keep(trimmed.and_then(|text| decimal(text, *scale)), |value| {
                    column.append_value(value)
                })
            }
            (Column::Float(column), _) => {
                keep(trimmed.and_then(finite), |value| column.append_value(value))
            }
            (Column::Text(column), _) => keep(words, |text| column.append_value(text)),
            (Column::Words { codes, places, .. }, _) => {
                keep(words.and_then(|text| places.get(text)), |code| {
                    codes.append_value(*code)
                })
            }
            (Column::Date(column), _) => {
                keep(trimmed.and_then(date), |value| column.append_value(value))
            }
            (Column::Microseconds(column), _) => keep(trimmed.and_then(nanoseconds), |value| {
                column.append_value(value.div_euclid(1_000))
            }),
            (Column::Nanoseconds(column), _) => keep(trimmed.and_then(nanoseconds), |value| {
                column.append_value(value)
            }),
            (Column::Duration(column), _) => keep(trimmed.and_then(duration), |value| {
                column.append_value(value)
            }),
            (Column::List(list), Cell::List(cells)) => {
                list.lengths.push(Some(cells.len()));
                cells.iter().all(|cell| list.elements.push(cell))
            }
            (Column::Skipped(rows, _), _) => {
                *rows += 1;
                true
            }
            (Column::Nothing(rows), Cell::List(cells)) if cells.is_empty() => {
                *rows += 1;
                true
            }
            (Column::Nothing(_) | Column::Boolean(_) | Column::List(_), _) => false,
        }
    }

    fn push_missing(&mut self) {
        match self {
            Column::Nothing(rows) | Column::Skipped(rows, _) => *rows += 1,
            Column::Boolean(column) => column.append_null(),
            Column::Whole(column) => column.append_null(),
            Column::Decimal(column, _) => column.append_null(),
            Column::Float(column) => column.append_null(),
            Column::Text(column) => column.append_null(),
            Column::Words { codes, .. } => codes.append_null(),
            Column::Date(column) => column.append_null(),
            Column::Microseconds(column) => column.append_null(),
            Column::Nanoseconds(column) => column.append_null(),
            Column::Duration(column) => column.append_null(),
            Column::List(list) => list.lengths.push(None),
        }
    }

    /// The values gathered; the column is empty afterwards.
    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Column::Nothing(rows) => Arc::new(NullArray::new(std::mem::take(rows))),
            Column::Skipped(rows, data_type) => {
                arrow_array::new_null_array(data_type, std::mem::take(rows))
            }
            Column::Boolean(column) => Arc::new(column.finish()),
            Column::Whole(column) => Arc::new(column.finish()),
            Column::Decimal(column, _) => Arc::new(column.finish()),
            Column::Float(column) => Arc::new(column.finish()),
            Column::Text(column) => Arc::new(column.finish()),
            Column::Words { codes, values, .. } => Arc::new(DictionaryArray::<UInt8Type>::new(
                codes.finish(),
                values.clone(),
            )),
            Column::Date(column) => Arc::new(column.finish()),
            Column::Microseconds(column) => Arc::new(column.finish()),
            Column::Nanoseconds(column) => Arc::new(column.finish()),
            Column::Duration(column) => Arc::new(column.finish()),
            Column::List(list) => list.finish(),
        }
    }
}

impl ListColumn {
    fn finish(&mut self) -> ArrayRef {
        let lengths = std::mem::take(&mut self.lengths);
        let offsets = arrow_buffer::OffsetBuffer::from_lengths(
            lengths.iter().map(|length| length.unwrap_or(0)),
        );
        let known: arrow_buffer::NullBuffer = lengths
            .iter()
            .map(Option::is_some)
            .collect::<Vec<_>>()
            .into();
        let elements = self.elements.finish();
        let field = Arc::new(Field::new("item", elements.data_type().clone(), true));
        Arc::new(arrow_array::ListArray::new(
            field,
            offsets,
            elements,
            Some(known),
        ))
    }
}

fn keep<T>(value: Option<T>, append: impl FnOnce(T)) -> bool {
    value.map(append).is_some()
}
