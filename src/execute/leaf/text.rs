//! Tests of text: once for each different text where there are codes, else row by row, or by one search through all the text of a block.

use super::{Buffers, Kind, Span, ask};
use crate::execute::Form;
use crate::execute::column::{Codes, Dictionary, Text, bits};
use crate::execute::kernels::{
    Constants, Contained, End, Ends, Kernel, Offset, Patterns, Test, keep,
};
use crate::functions;
use crate::ir::TextTest;
use crate::plan::{TextPredicate, TextTestKind};
use arrow_array::{Array, GenericStringArray, OffsetSizeTrait};
use memchr::memmem::Finder;
use std::borrow::Cow;
use std::ops::Range;
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
            TextTestKind::InList { list, fold_case } => list.holds_text(text, *fold_case),
            TextTestKind::Matches(pattern) => pattern.is_found_in(text),
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
    dictionary.test(predicate, form, || {
        let passes = prepared(predicate);
        let passing: Vec<bool> = (0..dictionary.len())
            .map(|code| dictionary.is_known(code) && passes(dictionary.texts.get(code)))
            .collect();
        coded(codes, dictionary, &passing, form)
    })
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
            pattern: pattern.clone(),
            finder: Finder::new(pattern.as_bytes()).into_owned(),
            contained: Contained::new(pattern.as_bytes()),
            form,
        }));
    }
    if let Some(ends) = ends(predicate, form)
        && !matches!(texts, Text::View(_))
    {
        return Kind::Ends(texts.clone(), Arc::new(ends));
    }
    let (texts, predicate) = (texts.clone(), predicate.clone());
    Kind::rows(move |row| predicate.passes(texts.get(row)))
}

/// What a test asks of the ends of texts; none where it asks anything else.
fn ends(predicate: &TextPredicate, form: Form) -> Option<Ends> {
    let (text, place) = match &predicate.test {
        _ if predicate.fold_case => return None,
        TextTestKind::OneOf(texts) => match &**texts {
            [text] => (text, End::Both),
            _ => return None,
        },
        TextTestKind::Pattern { test, pattern } => match test {
            TextTest::StartsWith => (pattern, End::First),
            TextTest::EndsWith => (pattern, End::Last),
            TextTest::Contains => return None,
        },
        _ => return None,
    };
    (!text.is_empty()).then(|| Ends::new(text.as_bytes(), place, form))
}

/// Narrows the mask of a run of rows to those whose ends are as asked; rows without a bit may hold anything.
pub(super) fn narrow_by_ends(texts: &Text, ends: &Ends, span: Span, mask: &mut [u64]) -> usize {
    let of_rows = span.first..span.first + span.rows + 1;
    match texts {
        Text::Small(array) => {
            ends.narrow(array.value_data(), &array.value_offsets()[of_rows], mask)
        }
        Text::Large(array) => {
            ends.narrow(array.value_data(), &array.value_offsets()[of_rows], mask)
        }
        // Such a test is not made of views.
        Text::View(_) => 0,
    }
}

/// A search through all the text of a run of rows at once.
#[derive(Debug)]
pub(in crate::execute) struct Search {
    texts: Text,
    pattern: Arc<str>,
    finder: Finder<'static>,
    contained: Contained,
    form: Form,
}

impl Search {
    /// Narrows the mask of the rows from `first` on to those that contain the pattern. Rows without a bit are not asked, and may hold anything.
    pub(super) fn narrow(
        &self,
        first: usize,
        rows: usize,
        mask: &mut [u64],
        buffers: &mut Buffers,
    ) -> usize {
        let contains = |row| {
            let text = self.texts.get(first + row).as_bytes();
            self.finder.find(text).is_some()
        };
        // A few rows are searched one by one.
        if bits::count(mask) * 16 < rows as u64 {
            return ask(mask, contains);
        }
        buffers.found.clear();
        buffers.found.resize(mask.len(), 0);
        let contained = std::slice::from_ref(&self.contained);
        let (places, found) = (&mut buffers.places, &mut buffers.found);
        let rows = first..first + rows;
        match &self.texts {
            Text::Small(array) => {
                let (text, offsets) = within(array, rows);
                Contained::mark(contained, self.form, text, offsets, places, found);
            }
            Text::Large(array) => {
                let (text, offsets) = within(array, rows);
                Contained::mark(contained, self.form, text, offsets, places, found);
            }
            // Views lie anywhere: text by text.
            Text::View(_) => return ask(mask, contains),
        }
        keep(self.form, mask, &buffers.found, 0)
    }
}

/// The text of a run of rows, and where each of them begins and the last one ends.
fn within<O: OffsetSizeTrait>(array: &GenericStringArray<O>, rows: Range<usize>) -> (&[u8], &[O]) {
    let offsets = &array.value_offsets()[rows.start..rows.end + 1];
    let text = offsets[0].as_usize()..offsets[rows.len()].as_usize();
    (&array.value_data()[text], offsets)
}

/// Several searches through the same texts at once.
#[derive(Debug)]
pub(in crate::execute) struct Searches {
    texts: Text,
    how: How,
    form: Form,
}

#[derive(Debug)]
enum How {
    /// One or two at a time, whatever they find.
    Contained(Vec<Contained>),
    /// All at once, the quicker the less they find.
    Patterns(Box<Patterns>),
}

/// More patterns than these are looked for all at once; without AVX-512, where one takes twice as long, more than one.
const MOST_CONTAINED: usize = 4;

impl Searches {
    /// The searches of one column as one, at most [`MOST_PATTERNS`].
    pub(super) fn of(searches: &[&Search]) -> Option<Self> {
        let first = searches.first()?;
        let patterns = searches.iter().map(|search| search.pattern.as_bytes());
        let most = match Form::choose(Some(first.form)) {
            Form::Avx512 => MOST_CONTAINED,
            _ => 1,
        };
        let is_few = searches.len() <= most && !matches!(first.texts, Text::View(_));
        Some(Self {
            texts: first.texts.clone(),
            how: match is_few {
                true => How::Contained(patterns.map(Contained::new).collect()),
                false => How::Patterns(Box::new(Patterns::new(patterns))),
            },
            form: first.form,
        })
    }

    /// Sets the bits of the rows that contain each pattern, of missing texts as well: `found` has a mask for each, without any bit.
    pub(in crate::execute) fn find(&self, span: Span, buffers: &mut Buffers, found: &mut [u64]) {
        let rows = span.first..span.first + span.rows;
        match &self.texts {
            Text::Small(array) => self.within(within(array, rows), buffers, found),
            Text::Large(array) => self.within(within(array, rows), buffers, found),
            // Views lie anywhere: text by text.
            Text::View(array) => {
                let How::Patterns(patterns) = &self.how else {
                    return;
                };
                let words = bits::words(rows.len());
                for (place, row) in rows.enumerate().filter(|(_, row)| !array.is_null(*row)) {
                    let hits = &mut buffers.hits;
                    patterns.find(self.form, array.value(row).as_bytes(), hits);
                    let all = hits.iter().fold(0, |all, hit| all | hit.patterns);
                    for pattern in (0..u8::BITS as usize).filter(|bit| all >> bit & 1 == 1) {
                        bits::set(&mut found[pattern * words..], place);
                    }
                }
            }
        }
    }

    fn within<O: Offset>(
        &self,
        (text, offsets): (&[u8], &[O]),
        buffers: &mut Buffers,
        found: &mut [u64],
    ) {
        match &self.how {
            How::Contained(contained) => {
                let places = &mut buffers.places;
                Contained::mark(contained, self.form, text, offsets, places, found);
            }
            How::Patterns(patterns) => {
                patterns.find(self.form, text, &mut buffers.hits);
                patterns.mark(self.form, &buffers.hits, offsets, found);
            }
        }
    }
}
