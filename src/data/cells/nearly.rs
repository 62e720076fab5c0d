//! What most values of a column of text are: one value that is no number makes a column text, and people want to know which.

use super::Cell;
use super::written::{boolean, date, nanoseconds, number_shape};
use crate::types::{NumberKind, Type};

/// So many different values that do not fit are named.
const NAMED: usize = 3;
/// After so many values, kinds that do not hold for most of them are given up.
const ENOUGH: u64 = 64;

/// Counts of what the values of a column might have been.
#[derive(Clone, Debug, Default)]
pub(super) struct Nearly {
    values: u64,
    kinds: [Kind; 5],
    is_over: bool,
}

#[derive(Clone, Debug, Default)]
struct Kind {
    fitting: u64,
    /// The first values that do not fit, with their rows; each once.
    strays: Vec<(String, u64)>,
    has_more: bool,
}

impl Nearly {
    /// Takes one more field of CSV into account, of the row with this number.
    pub(super) fn see(&mut self, cell: &Cell, row: u64) {
        let (text, plain) = match cell {
            Cell::Loose(text) => (*text, *text),
            Cell::Noted { text, plain } => (*text, plain.as_str()),
            Cell::Text(text) => (text.as_ref(), ""),
            _ => return,
        };
        if self.is_over {
            return;
        }
        self.values += 1;
        let trimmed = plain.trim_matches(' ');
        let shape = number_shape(trimmed, true);
        let fits = [
            boolean(trimmed, false).is_some(),
            shape.is_some_and(|shape| shape.whole),
            shape.is_some(),
            date(trimmed).is_some(),
            nanoseconds(trimmed).is_some(),
        ];
        for (kind, fits) in self.kinds.iter_mut().zip(fits) {
            if fits {
                kind.fitting += 1;
            } else if kind.strays.iter().all(|(known, _)| known != text) {
                if kind.strays.len() < NAMED {
                    kind.strays.push((text.to_owned(), row));
                } else {
                    kind.has_more = true;
                }
            }
        }
        self.is_over = self.values >= ENOUGH && self.kinds.iter().all(|kind| !self.is_most(kind));
    }

    /// Whether nine of ten values, or all but one of few, are of a kind.
    fn is_most(&self, kind: &Kind) -> bool {
        let others = self.values - kind.fitting;
        others * 10 <= self.values || others == 1 && kind.fitting > 1
    }

    /// The type that most values are of, and in words how many and which are not; none where there is no such type.
    pub(super) fn settle(&self) -> Option<(Type, String)> {
        if self.is_over {
            return None;
        }
        let is_told =
            |kind: &Kind| kind.fitting > 0 && kind.fitting < self.values && self.is_most(kind);
        let types = [
            (Type::Boolean, "true or false"),
            (Type::Number(NumberKind::Whole), "whole numbers"),
            (Type::Number(NumberKind::Exact), "numbers"),
            (Type::Date, "dates"),
            (Type::Time, "times"),
        ];
        let mut found = self.kinds.iter().zip(types);
        let (kind, (data_type, name)) = found.find(|(kind, _)| is_told(kind))?;
        let strays: Vec<String> = (kind.strays.iter())
            .map(|(value, row)| format!("{} in row {row}", super::quoted(value)))
            .collect();
        let others = self.values - kind.fitting;
        let more = if kind.has_more { " and others" } else { "" };
        let words = format!(
            "all but {others} of its {} values are {name}; not {}{more}",
            self.values,
            strays.join(", "),
        );
        Some((data_type, words))
    }
}
