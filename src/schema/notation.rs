//! How numbers, dates and words for yes and no are written in CSV, where they are not written as the language writes them.

/// A way of writing; the default is that of the language: `12.50`, `2026-11-22`, `true`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notation {
    /// Decimals stand behind a comma, and points may set thousands apart: `1.234,50`.
    pub decimal_comma: bool,
    /// Dates and times may be written with their day or month first: `22/11/2026`, `22.11.2026 10:00`.
    pub dates: Option<DateOrder>,
    /// Words for true, in any case.
    pub yes: Vec<String>,
    /// Words for false, in any case.
    pub no: Vec<String>,
}

/// What stands first in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
}

impl DateOrder {
    pub const ALL: [DateOrder; 2] = [DateOrder::DayFirst, DateOrder::MonthFirst];

    /// What a manifest calls it.
    pub fn word(self) -> &'static str {
        match self {
            DateOrder::DayFirst => "day/month/year",
            DateOrder::MonthFirst => "month/day/year",
        }
    }

    /// The order that a manifest calls so.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.word() == word)
    }
}

impl Notation {
    /// Whether it is that of the language.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}
