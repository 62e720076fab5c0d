//! Seeing what type the values of a column have in common, one value after another.

use super::nearly::Nearly;
use super::written::{boolean, date, duration, finite, nanoseconds, number_shape};
use super::{Cell, CellType};
use crate::types::{NumberKind, Type};
use hashbrown::HashMap;
use std::borrow::Cow;

/// At most so many different texts are held as words of a dictionary.
const MOST_WORDS: usize = 256;

/// What the values of a column have been seen to be so far.
#[derive(Clone, Debug)]
pub(in crate::data) struct Sight {
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
    /// Of records, by the names that have been seen.
    parts: Vec<(String, Sight)>,
    /// Of what is declared a map.
    value: Option<Box<Sight>>,
    digits: usize,
    scale: usize,
    nanoseconds: bool,
    words: Option<HashMap<String, ()>>,
    word_order: Vec<String>,
    nearly: Nearly,
}

impl Sight {
    pub(in crate::data) fn new(declared: Option<Type>) -> Self {
        // A place is seen from what it is made of; the manifest is held against that.
        let declared = declared.filter(|declared| *declared != Type::Point);
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
            record: any || matches!(declared, Some(Type::Map(_))),
            parts: Vec::new(),
            value: match &declared {
                Some(Type::Map(value)) => Some(Box::new(Sight::new(Some((**value).clone())))),
                _ => None,
            },
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
            nearly: Nearly::default(),
        }
    }

    /// Remembers of a field of CSV that is no more than text what it might be, and in which row it is not.
    pub(in crate::data) fn compare(&mut self, cell: &Cell, row: u64) {
        if matches!(self.declared, None | Some(Type::Text)) {
            self.nearly.see(cell, row);
        }
    }

    /// The type that nearly all values are of, where one value or a few make the column text; and in words which those are.
    pub(in crate::data) fn nearly(&self) -> Option<(Type, String)> {
        let is_text = self.seen && self.text && !self.date && !self.time;
        let is_else = self.boolean || self.whole || self.decimal || self.float;
        (is_text && !is_else)
            .then(|| self.nearly.settle())
            .flatten()
    }

    /// Takes one more value into account.
    ///
    /// # Errors
    ///
    /// The value is not of the type that the manifest declares: what is wrong, for people.
    pub(in crate::data) fn see(&mut self, cell: &Cell) -> Result<(), String> {
        match cell {
            Cell::Missing => return Ok(()),
            Cell::Loose(text) => self.see_loose(text, text),
            Cell::Noted { text, plain } => self.see_loose(text, plain),
            Cell::Text(text) => self.see_text(text),
            Cell::Number(text) => {
                self.see_number(text);
                self.keep(Kinds::NUMBERS);
            }
            Cell::Boolean(_) => self.keep(Kinds::BOOLEAN),
            Cell::Record(members) => return self.see_record(cell, members),
            Cell::Unread => self.keep(Kinds::NONE),
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

    fn see_record(&mut self, cell: &Cell, members: &[(Cow<str>, Cell)]) -> Result<(), String> {
        self.seen = true;
        self.keep(Kinds::RECORD);
        if !self.record {
            return self.check(cell);
        }
        for (name, cell) in members {
            let sight = match &mut self.value {
                Some(value) => value,
                None => match self.parts.iter().position(|(known, _)| known == name) {
                    Some(place) => &mut self.parts[place].1,
                    None => {
                        self.parts.push((name.to_string(), Sight::new(None)));
                        let last = self.parts.len() - 1;
                        &mut self.parts[last].1
                    }
                },
            };
            sight
                .see(cell)
                .map_err(|what| format!("under \"{name}\", {what}"))?;
        }
        Ok(())
    }

    fn check(&mut self, cell: &Cell) -> Result<(), String> {
        let possible = self.boolean
            || self.whole
            || self.decimal
            || self.float
            || self.date
            || self.time
            || self.duration
            || self.text
            || self.record;
        match &self.declared {
            Some(declared) if !possible => {
                if let (Type::List(_) | Type::Map(_), Cell::Loose(_)) = (declared, cell) {
                    let what = if let Type::Map(_) = declared {
                        "map"
                    } else {
                        "list"
                    };
                    return Err(format!("a {what} cannot be read from CSV"));
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

    /// A field of CSV, and what it is in the notation of the language.
    fn see_loose(&mut self, text: &str, plain: &str) {
        let declared = self.declared.is_some();
        let trimmed = plain.trim_matches(' ');
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
    pub(in crate::data) fn settle(self) -> CellType {
        if let Some(element) = self.element {
            return match element.settle() {
                CellType::Words(_) => CellType::List(Box::new(CellType::Text)),
                CellType::Nothing if self.declared.is_none() => CellType::Nothing,
                CellType::Mixed | CellType::List(_) => CellType::Mixed,
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
        } else if let Some(value) = self.value.filter(|_| self.record) {
            CellType::Map(Box::new(match value.settle() {
                CellType::Words(_) => CellType::Text,
                value => value,
            }))
        } else if self.record {
            let parts = self.parts.into_iter();
            CellType::Record(parts.map(|(name, part)| (name, part.settle())).collect())
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
        Type::Point => "a record with latitude and longitude".into(),
        other => format!("a {}", other.name()),
    }
}
