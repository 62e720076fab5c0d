//! Tests of text and of lists of text for one contact: the text is looked up once among all texts that the program names for the field, and the answers
//! for these were worked out before.

use crate::functions::fold_case;
use crate::ir::TextTest;
use crate::plan::{ColumnId, TextTestKind};
use crate::types::Constant;
use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::Arc;

type Codes = HashMap<Arc<str>, usize, foldhash::fast::RandomState>;

/// All tests of one text column, of texts as they are or all of them case-folded.
pub(super) struct TextGroup {
    pub(super) column: ColumnId,
    pub(super) fold_case: bool,
    tests: Vec<TextTestKind>,
    /// By test.
    leaves: Vec<usize>,
    codes: Codes,
    /// For each code an answer for each test.
    answers: Vec<u8>,
}

impl TextGroup {
    pub(super) fn new(column: ColumnId, fold_case: bool) -> Self {
        Self {
            column,
            fold_case,
            tests: Vec::new(),
            leaves: Vec::new(),
            codes: Codes::default(),
            answers: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, leaf: usize, test: &TextTestKind) {
        if let TextTestKind::OneOf(texts) = test {
            for text in texts {
                let next = self.codes.len();
                self.codes.entry(text.clone()).or_insert(next);
            }
        }
        self.tests.push(test.clone());
        self.leaves.push(leaf);
    }

    /// Works out the answers for all texts that are named.
    pub(super) fn complete(&mut self) {
        self.answers = vec![0; self.codes.len() * self.tests.len()];
        for (text, code) in &self.codes {
            let answers = &mut self.answers[code * self.tests.len()..][..self.tests.len()];
            for (answer, test) in answers.iter_mut().zip(&self.tests) {
                *answer = passes(test, text).into();
            }
        }
    }

    pub(super) fn answer(&self, value: &Constant, answers: &mut [u8]) {
        let Constant::Text(text) = value else {
            for leaf in &self.leaves {
                answers[*leaf] = 0;
            }
            return;
        };
        let text = match self.fold_case {
            true => fold_case(text),
            false => Cow::Borrowed(&**text),
        };
        match self.codes.get(&*text) {
            Some(code) => {
                let known = &self.answers[code * self.tests.len()..][..self.tests.len()];
                for (leaf, answer) in self.leaves.iter().zip(known) {
                    answers[*leaf] = *answer;
                }
            }
            None => {
                for (leaf, test) in self.leaves.iter().zip(&self.tests) {
                    // A text that no test names equals none of theirs.
                    answers[*leaf] = match test {
                        TextTestKind::OneOf(_) => 0,
                        TextTestKind::Range { .. }
                        | TextTestKind::Pattern { .. }
                        | TextTestKind::InList { .. }
                        | TextTestKind::Matches(_) => passes(test, &text).into(),
                    };
                }
            }
        }
    }
}

fn passes(test: &TextTestKind, text: &str) -> bool {
    match test {
        TextTestKind::OneOf(texts) => texts.iter().any(|wanted| **wanted == *text),
        TextTestKind::Range { low, high } => {
            let above = |(edge, inclusive): &(Arc<str>, bool)| {
                text > &**edge || (*inclusive && text == &**edge)
            };
            let below = |(edge, inclusive): &(Arc<str>, bool)| {
                text < &**edge || (*inclusive && text == &**edge)
            };
            low.as_ref().is_none_or(above) && high.as_ref().is_none_or(below)
        }
        TextTestKind::InList { list, fold_case } => list.holds_text(text, *fold_case),
        TextTestKind::Matches(pattern) => pattern.is_found_in(text),
        TextTestKind::Pattern { test, pattern } => match test {
            TextTest::StartsWith => text.starts_with(&**pattern),
            TextTest::EndsWith => text.ends_with(&**pattern),
            TextTest::Contains => text.contains(&**pattern),
        },
    }
}

/// All tests of one column of lists of text, of elements as they are or all of them case-folded.
pub(super) struct ListGroup {
    pub(super) column: ColumnId,
    pub(super) fold_case: bool,
    tests: Vec<ListTest>,
    codes: Codes,
    /// The codes that are asked for, those of a test together.
    wanted: Vec<Wanted>,
}

struct ListTest {
    leaf: usize,
    all: bool,
    texts: Vec<Arc<str>>,
    /// Where those of the test end; they begin where those of the test before end.
    end: usize,
}

/// A bit for each code of a word that is asked for.
struct Wanted {
    word: usize,
    codes: u64,
}

impl ListGroup {
    pub(super) fn new(column: ColumnId, fold_case: bool) -> Self {
        Self {
            column,
            fold_case,
            tests: Vec::new(),
            codes: Codes::default(),
            wanted: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, leaf: usize, all: bool, texts: Vec<Arc<str>>) {
        for text in &texts {
            let next = self.codes.len();
            self.codes.entry(text.clone()).or_insert(next);
        }
        self.tests.push(ListTest {
            leaf,
            all,
            texts,
            end: 0,
        });
    }

    /// Works out which codes each test asks for.
    pub(super) fn complete(&mut self) {
        for test in &mut self.tests {
            let mut codes: Vec<usize> = test.texts.iter().map(|text| self.codes[text]).collect();
            codes.sort_unstable();
            for of_word in codes.chunk_by(|one, other| one / 64 == other / 64) {
                self.wanted.push(Wanted {
                    word: of_word[0] / 64,
                    codes: (of_word.iter()).fold(0, |codes, code| codes | 1 << (code % 64)),
                });
            }
            test.end = self.wanted.len();
        }
    }

    /// `present` is memory to work in.
    pub(super) fn answer(&self, value: &Constant, present: &mut Vec<u64>, answers: &mut [u8]) {
        present.clear();
        present.resize(self.codes.len().div_ceil(64), 0);
        if let Constant::List(elements) = value {
            for element in elements.iter() {
                let Constant::Text(text) = element else {
                    continue;
                };
                let text = match self.fold_case {
                    true => fold_case(text),
                    false => Cow::Borrowed(&**text),
                };
                if let Some(code) = self.codes.get(&*text) {
                    present[code / 64] |= 1 << (code % 64);
                }
            }
        }
        let mut first = 0;
        for test in &self.tests {
            let mut wanted = self.wanted[first..test.end].iter();
            first = test.end;
            let holds = match test.all {
                true => wanted.all(|wanted| wanted.codes & !present[wanted.word] == 0),
                false => wanted.any(|wanted| wanted.codes & present[wanted.word] != 0),
            };
            answers[test.leaf] = holds.into();
        }
    }
}
