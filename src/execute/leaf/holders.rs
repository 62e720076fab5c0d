//! Tests of values and of elements of lists, by the rows that have each: see [`Holders`].

use super::{Kind, Leaf, Span};
use crate::execute::Form;
use crate::execute::column::{Holders, MOST_VALUES, Planes, bits};
use crate::execute::kernels::{Stride, Test, keep_any};
use std::sync::Arc;

/// The most elements of lists of which any may pass a test.
const MOST_PASSING: usize = 8;

/// Rows that have any of some elements: [`MOST_VALUES`] of them, at most.
pub(super) struct Any<'a> {
    pub(super) holders: &'a Holders,
    pub(super) elements: &'a [usize],
}

impl Any<'_> {
    /// Narrows the mask of a run of rows to those that have any of the elements, turned over by `flip`, and tells how many of its words still have a bit.
    /// `marked` is memory to work in.
    pub(super) fn narrow(
        &self,
        form: Form,
        span: Span,
        mask: &mut [u64],
        flip: u64,
        marked: &mut Vec<u64>,
    ) -> usize {
        let words_of = |element: &usize| self.holders.words(*element, span);
        if let [element] = self.elements
            && let Some(words) = words_of(element)
        {
            return keep_any(form, mask, &[words], flip, span.far);
        }
        // No memory is asked for: this is done for every block of rows.
        let mut any: [&[u64]; MOST_VALUES] = [&[]; MOST_VALUES];
        let mut wholes = 0;
        for words in self.elements.iter().filter_map(words_of) {
            any[wholes] = words;
            wholes += 1;
        }
        if wholes < self.elements.len() {
            marked.clear();
            marked.resize(mask.len(), 0);
            for element in self.elements {
                if words_of(element).is_none() {
                    self.holders.mark(*element, span, marked);
                }
            }
            any[wholes] = marked;
            wholes += 1;
        }
        keep_any(form, mask, &any[..wholes], flip, span.far)
    }
}

/// A test of values.
#[derive(Debug)]
pub(in crate::execute) struct HeldTest {
    holders: Arc<Holders>,
    /// Those of the values that pass, counted from the lowest; or those that do not.
    values: Vec<usize>,
    passes: bool,
}

impl HeldTest {
    /// Whether what is missing does not pass: it has no value.
    pub(super) fn fails_missing(&self) -> bool {
        self.passes
    }

    /// Narrows the mask of a run of rows, and tells how many of its words still have a bit.
    pub(super) fn narrow(
        &self,
        form: Form,
        span: Span,
        mask: &mut [u64],
        marked: &mut Vec<u64>,
    ) -> usize {
        let any = Any {
            holders: &self.holders,
            elements: &self.values,
        };
        let flip = if self.passes { 0 } else { u64::MAX };
        any.narrow(form, span, mask, flip, marked)
    }
}

/// A test of values by the rows that have those that pass, or by those that have the others, or by the bits of all: by what is read the soonest.
pub(super) fn of_values(test: &Test, planes: &Arc<Planes>, holders: &Arc<Holders>) -> Kind {
    let mut stored = [0; MOST_VALUES];
    let mut count = 0;
    for (place, value) in stored.iter_mut().zip(planes.values()) {
        *place = value;
        count += 1;
    }
    let mut passing = [bits::live(0, count)];
    test.narrow(&stored[..count], None, &mut passing, Stride::Dense);
    let known = bits::live(0, holders.count());
    let cost = |values: u64| {
        bits::each(&[values])
            .map(|value| holders.cost(value))
            .sum::<usize>()
    };
    let (yes, no) = (passing[0] & known, !passing[0] & known);
    let (of_yes, of_no) = (cost(yes), cost(no));
    if of_yes.min(of_no) >= planes.bytes() {
        return Kind::Planes(planes.clone(), planes.of_known(passing[0] as u32));
    }
    let passes = of_yes <= of_no;
    Kind::Held(Arc::new(HeldTest {
        holders: holders.clone(),
        values: bits::each(&[if passes { yes } else { no }]).collect(),
        passes,
    }))
}

/// The tests of elements, over what is known of the rows that hold each; none where that does not serve.
pub(super) fn of_lists(tests: &[Leaf], holders: &Arc<Holders>) -> Option<Kind> {
    let passing = |test: &Leaf| {
        let Kind::Numbers(test) = &test.kind else {
            return None;
        };
        let words = 0..bits::words(holders.count());
        let mut passing: Vec<u64> = words
            .map(|word| bits::live(word, holders.count()))
            .collect();
        test.narrow(holders.elements(), None, &mut passing, Stride::Dense);
        let passing: Vec<usize> = (0..holders.count())
            .filter(|element| bits::get(&passing, *element))
            .collect();
        (1..=MOST_PASSING)
            .contains(&passing.len())
            .then_some(passing)
    };
    let passing: Option<Box<[Vec<usize>]>> = tests.iter().map(passing).collect();
    passing.map(|passing| Kind::Holders(holders.clone(), passing))
}
