//! Tests of text: once for each different text where there are codes, else row by row, or by one search through all the text of a block.

use super::{Kind, ask};
use crate::execute::Form;
use crate::execute::column::{Codes, Dictionary, Text, bits};
use crate::execute::kernels::{Constants, Kernel, Test, find_all};
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

/// The test as a function, with what can be prepared once prepared.
fn prepared(predicate: &TextPredicate) -> Box<dyn Fn(&str) -> bool + '_> {
    match &predicate.test {
        TextTestKind::Pattern {
            test: TextTest::Contains,
            pattern,
        } if !predicate.fold_case => {
            let finder = Finder::new(pattern.as_bytes());
            Box::new(move |text| finder.find(text.as_bytes()).is_some())
        }
        _ => Box::new(|text| predicate.passes(text)),
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
    predicate: &TextPredicate,
    form: Form,
) -> Kind {
    let passes = prepared(predicate);
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
pub(super) fn plain(texts: &Text, predicate: &TextPredicate, form: Form) -> Kind {
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
            form,
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
    form: Form,
}

impl Search {
    /// Narrows the mask of the rows from `first` on to those that contain the pattern. Rows without a bit are not asked, and may hold anything.
    pub(super) fn narrow(
        &self,
        first: usize,
        rows: usize,
        mask: &mut [u64],
        hits: &mut Vec<usize>,
    ) -> usize {
        // A few rows are searched one by one.
        if bits::count(mask) * 16 < rows as u64 {
            let contains = |row| {
                self.finder
                    .find(self.texts.get(first + row).as_bytes())
                    .is_some()
            };
            return ask(mask, contains);
        }
        match &self.texts {
            Text::Small(array) => {
                let offsets = &array.value_offsets()[first..=first + rows];
                self.in_bytes(
                    array.value_data(),
                    offsets,
                    |offset| offset as usize,
                    mask,
                    hits,
                )
            }
            Text::Large(array) => {
                let offsets = &array.value_offsets()[first..=first + rows];
                self.in_bytes(
                    array.value_data(),
                    offsets,
                    |offset| offset as usize,
                    mask,
                    hits,
                )
            }
            Text::View(array) => ask(mask, |row| {
                let text = array.value(first + row);
                self.finder.find(text.as_bytes()).is_some()
            }),
        }
    }

    fn in_bytes<O: Copy>(
        &self,
        bytes: &[u8],
        offsets: &[O],
        place: impl Fn(O) -> usize,
        mask: &mut [u64],
        hits: &mut Vec<usize>,
    ) -> usize {
        let pattern = self.finder.needle();
        let rows = offsets.len() - 1;
        let start = place(offsets[0]);
        find_all(
            self.form,
            &bytes[start..place(offsets[rows])],
            pattern,
            hits,
        );
        let (mut row, mut word, mut found, mut live) = (0, 0, 0u64, 0);
        for hit in hits {
            let hit = start + *hit;
            // The row that the hit begins in: near, so that one step at a time is quick, or far, and then steps double.
            let mut step = 1;
            while row + step < rows && place(offsets[row + step]) <= hit {
                row += step;
                step *= 2;
            }
            while step > 1 {
                step /= 2;
                if row + step < rows && place(offsets[row + step]) <= hit {
                    row += step;
                }
            }
            // A hit that reaches into the next row is nobody's.
            if hit + pattern.len() > place(offsets[row + 1]) {
                continue;
            }
            while word < row / 64 {
                mask[word] &= found;
                live += usize::from(mask[word] != 0);
                (word, found) = (word + 1, 0);
            }
            found |= 1 << (row % 64);
        }
        for mask in &mut mask[word..] {
            *mask &= found;
            live += usize::from(*mask != 0);
            found = 0;
        }
        live
    }
}
