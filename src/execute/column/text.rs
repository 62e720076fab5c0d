//! Text: plain in one of Arrow's three layouts, or the different texts of a column with codes that point at them.

use super::{Column, Values, bits};
use crate::execute::Form;
use crate::execute::leaf::Kind;
use crate::plan::TextPredicate;
use arrow_array::{Array, LargeStringArray, StringArray, StringViewArray};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Texts as they lie in an Arrow array.
#[derive(Clone, Debug)]
pub(in crate::execute) enum Text {
    Small(StringArray),
    Large(LargeStringArray),
    View(StringViewArray),
}

impl Text {
    pub(in crate::execute) fn len(&self) -> usize {
        match self {
            Text::Small(array) => array.len(),
            Text::Large(array) => array.len(),
            Text::View(array) => array.len(),
        }
    }

    /// The text at a row that is not null.
    pub(in crate::execute) fn get(&self, row: usize) -> &str {
        match self {
            Text::Small(array) => array.value(row),
            Text::Large(array) => array.value(row),
            Text::View(array) => array.value(row),
        }
    }

    pub(in crate::execute) fn is_null(&self, row: usize) -> bool {
        match self {
            Text::Small(array) => array.is_null(row),
            Text::Large(array) => array.is_null(row),
            Text::View(array) => array.is_null(row),
        }
    }

    /// The bytes of all texts, or about so many.
    pub(in crate::execute) fn bytes(&self) -> usize {
        match self {
            Text::Small(array) => array.value_data().len(),
            Text::Large(array) => array.value_data().len(),
            Text::View(array) => array.get_buffer_memory_size(),
        }
    }
}

/// The texts that codes point at. There may be doubles; whatever is null or counts as missing is told by `known`, and no valid code points at it.
#[derive(Clone, Debug)]
pub(in crate::execute) struct Dictionary {
    pub(in crate::execute) texts: Text,
    /// A bit for each text.
    pub(in crate::execute) known: Vec<u64>,
    tests: Kept,
}

/// Tests of codes that were made for a dictionary, so that repeated runs need not go over its texts again.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Tests>>);

type Tests = HashMap<(TextPredicate, Form), Kind, FixedState>;

/// What the tests that are kept may have as answers, one for each text; beyond it all are forgotten.
const MOST_KEPT: usize = 1 << 22;

impl Dictionary {
    pub(in crate::execute) fn new(texts: Text, blank_is_missing: bool) -> Self {
        let known = bits::from_rows(texts.len(), |row| {
            let passes = |text: &str| !blank_is_missing || !is_blank(text);
            !texts.is_null(row) && passes(texts.get(row))
        });
        Self {
            texts,
            known,
            tests: Kept::default(),
        }
    }

    /// The test of codes for a predicate, made only where it was not before.
    pub(in crate::execute) fn test(
        &self,
        predicate: &TextPredicate,
        form: Form,
        make: impl FnOnce() -> Kind,
    ) -> Kind {
        let key = (predicate.clone(), form);
        // Entries are only ever added whole, so what a thread that panicked has left is sound.
        let kept = || self.tests.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(test) = kept().get(&key) {
            return test.clone();
        }
        let test = make();
        let mut kept = kept();
        if (kept.len() + 1) * self.len() > MOST_KEPT {
            kept.clear();
        }
        if self.len() <= MOST_KEPT {
            kept.insert(key, test.clone());
        }
        test
    }

    /// The texts as a column with a row for each.
    pub(in crate::execute) fn column(&self) -> Column {
        let known = self.known.clone().into();
        Column::new(self.len(), Some(known), Values::Text(self.texts.clone()))
    }

    pub(in crate::execute) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(in crate::execute) fn is_known(&self, code: usize) -> bool {
        code < self.len() && bits::get(&self.known, code)
    }

    pub(in crate::execute) fn all_known(&self) -> bool {
        bits::count(&self.known) == self.len() as u64
    }
}

/// Nothing but white space.
pub(in crate::execute) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}
