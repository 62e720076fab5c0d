//! Tests of text: once for each different text where there are codes, else row by row, or by one search through all the text of a block.

use super::Kind;
use crate::execute::Form;
use crate::execute::column::{Codes, Dictionary, Text};
use crate::execute::kernels::{Constants, Kernel, Test};
use crate::functions;
use crate::ir::TextTest;
use crate::plan::{TextPredicate, TextTestKind};
use memchr::memmem::Finder;
use std::borrow::Cow;
use std::sync::Arc;

/// The most codes that are compared one by one; a table takes over where that is quicker.
const MOST_COMPARED: usize = 4;

impl TextPredicate {
    /// Whether a known text passes.
    pub(in crate::execute) fn passes(&self, text: &str) -> bool {
        if self.fold_case {
            self.test.passes(&fold(text))
        } else {
            self.test.passes(text)
        }
    }
}

impl TextTestKind {
    fn passes(&self, text: &str) -> bool {
        match self {
            TextTestKind::OneOf(texts) => texts
                .binary_search_by(|member| (**member).cmp(text))
                .is_ok(),
            TextTestKind::Range { low, high } => {
                low.as_ref()
                    .is_none_or(|(low, inclusive)| text > &**low || (*inclusive && text == &**low))
                    && high.as_ref().is_none_or(|(high, inclusive)| {
                        text < &**high || (*inclusive && text == &**high)
                    })
            }
            TextTestKind::Pattern { test, pattern } => match test {
                TextTest::StartsWith => text.as_bytes().starts_with(pattern.as_bytes()),
                TextTest::EndsWith => text.as_bytes().ends_with(pattern.as_bytes()),
                TextTest::Contains => {
                    memchr::memmem::find(text.as_bytes(), pattern.as_bytes()).is_some()
                }
            },
        }
    }
}

/// A text case-folded; most texts are of a kind for which that is quick.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        functions::fold_case(text)
    } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Codes whose text passes.
pub(super) fn codes(
    codes: &Codes,
    dictionary: &Dictionary,
    passes: impl Fn(&str) -> bool,
    form: Form,
) -> Kind {
    let passing: Vec<bool> = (0..dictionary.len())
        .map(|code| dictionary.is_known(code) && passes(dictionary.texts.get(code)))
        .collect();
    coded(codes, dictionary, &passing, form)
}

/// The quickest test for codes that pass according to a table.
pub(super) fn coded(codes: &Codes, dictionary: &Dictionary, passing: &[bool], form: Form) -> Kind {
    let (range, set, table, all) = match codes {
        Codes::U8(_) => (
            Kernel::Range8,
            Kernel::Set8,
            Kernel::Table8,
            u32::from(u8::MAX),
        ),
        Codes::U16(_) => (
            Kernel::Range16,
            Kernel::Set16,
            Kernel::Table16,
            u32::from(u16::MAX),
        ),
        Codes::U32(_) => (Kernel::Range32, Kernel::Set32, Kernel::Table32, u32::MAX),
    };
    let members: Vec<usize> = (0..passing.len()).filter(|code| passing[*code]).collect();
    let (Some(first), Some(last)) = (members.first().copied(), members.last().copied()) else {
        return Kind::Never;
    };
    // A code that is not known never stands at a known row, so it may pass or not.
    let free = |code: usize| passing[code] || !dictionary.is_known(code);
    if (0..passing.len()).all(free) {
        return Kind::Known;
    }
    let numbers = |kernel, constants| Kind::Numbers(Test::new(kernel, constants, form));
    if (first..=last).all(free) {
        return numbers(
            range,
            Constants::range(first as u128, (last - first) as u128),
        );
    }
    // All but one run of codes: the same range, counted around the end of the type.
    let outside: Vec<usize> = (0..passing.len())
        .filter(|code| !passing[*code] && dictionary.is_known(*code))
        .collect();
    if let (Some(first), Some(last)) = (outside.first(), outside.last())
        && (*first..=*last).all(|code| !passing[code])
    {
        let excluded = (last - first) as u128 + 1;
        let span = u128::from(all) - excluded;
        return numbers(range, Constants::range(*last as u128 + 1, span));
    }
    if members.len() <= MOST_COMPARED && !matches!(codes, Codes::U8(_)) {
        let members = members.into_iter().map(|code| code as u128).collect();
        return numbers(set, Constants::set(members));
    }
    numbers(table, Constants::table(table, passing))
}

/// Plain text that passes.
pub(super) fn plain(texts: &Text, predicate: &TextPredicate) -> Kind {
    if let TextTestKind::Pattern {
        test: TextTest::Contains,
        pattern,
    } = &predicate.test
        && !predicate.fold_case
        && !pattern.is_empty()
        && !matches!(texts, Text::View(_))
    {
        return Kind::Search(Arc::new(Search {
            texts: texts.clone(),
            finder: Finder::new(pattern.as_bytes()).into_owned(),
        }));
    }
    let (texts, predicate) = (texts.clone(), predicate.clone());
    Kind::rows(move |row| predicate.passes(texts.get(row)))
}

/// A search through all the text of a run of rows at once.
#[derive(Debug)]
pub(in crate::execute) struct Search {
    texts: Text,
    finder: Finder<'static>,
}

impl Search {
    /// Narrows the mask of the rows from `first` on to those that contain the pattern. Rows without a bit are not asked, and may hold anything.
    pub(super) fn narrow(&self, first: usize, rows: usize, mask: &mut [u64]) {
        match &self.texts {
            Text::Small(array) => {
                let offsets = &array.value_offsets()[first..=first + rows];
                self.in_bytes(array.value_data(), offsets, |offset| offset as usize, mask);
            }
            Text::Large(array) => {
                let offsets = &array.value_offsets()[first..=first + rows];
                self.in_bytes(array.value_data(), offsets, |offset| offset as usize, mask);
            }
            // Never bound to a search.
            Text::View(_) => mask.fill(0),
        }
    }

    fn in_bytes<O: Copy>(
        &self,
        bytes: &[u8],
        offsets: &[O],
        place: impl Fn(O) -> usize,
        mask: &mut [u64],
    ) {
        let length = self.finder.needle().len();
        let rows = offsets.len() - 1;
        let end = place(offsets[rows]);
        let (mut at, mut row) = (place(offsets[0]), 0);
        let mut found = vec![0u64; mask.len()];
        while let Some(hit) = self.finder.find(&bytes[at..end]) {
            let hit = at + hit;
            // The row that the hit begins in, found in steps that double.
            let mut step = 1;
            while row + step < rows && place(offsets[row + step]) <= hit {
                row += step;
                step *= 2;
            }
            while step > 0 {
                if row + step < rows && place(offsets[row + step]) <= hit {
                    row += step;
                }
                step /= 2;
            }
            let behind = place(offsets[row + 1]);
            if hit + length <= behind {
                found[row / 64] |= 1 << (row % 64);
                at = behind;
            } else {
                // It reaches into the next row, so it is nobody's.
                at = hit + 1;
            }
        }
        for (mask, found) in mask.iter_mut().zip(&found) {
            *mask &= found;
        }
    }
}
