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
        // No memory is asked for: this is done for every block of rows.
        let mut any: [&[u64]; MOST_VALUES] = [&[]; MOST_VALUES];
        let mut wholes = 0;
        for words in self
            .elements
            .iter()
            .filter_map(|of| self.holders.words(*of, span))
        {
            any[wholes] = words;
            wholes += 1;
        }
        if wholes < self.elements.len() {
            marked.clear();
            marked.resize(mask.len(), 0);
            for element in self.elements {
                if self.holders.words(*element, span).is_none() {
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
    let values: Vec<u8> = planes.values().collect();
    let mut passing = [bits::live(0, values.len())];
    test.narrow(&values, None, &mut passing, Stride::Dense);
    let by_values = |passes: bool| {
        let known = 0..holders.count();
        let values = known.filter(|value| bits::get(&passing, *value) == passes);
        let values: Vec<usize> = values.collect();
        let cost: usize = values.iter().map(|value| holders.cost(*value)).sum();
        (cost, passes, values)
    };
    let (yes, no) = (by_values(true), by_values(false));
    let (cost, passes, values) = if no.0 < yes.0 { no } else { yes };
    if cost >= planes.bytes() {
        return Kind::Planes(planes.clone(), planes.of_known(passing[0] as u32));
    }
    Kind::Held(Arc::new(HeldTest {
        holders: holders.clone(),
        values,
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
