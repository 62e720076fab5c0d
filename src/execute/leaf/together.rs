//! Leaves of one column that are tested together, because one look at a value answers all of them.

use super::steps::{ManySteps, StepsTest};
use super::text::{Search, Searches};
use super::{Buffers, Kind, Leaf, Span};
use crate::execute::Form;
use crate::execute::column::{Column, List, Values, bits};
use crate::execute::kernels::{
    Elements, Kernel, MOST_PATTERNS, MOST_TABLES, Tables, Test, narrow_lists,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Leaves of one column, by their places in the plan.
#[derive(Debug)]
pub(in crate::execute) struct Together {
    column: usize,
    leaves: Vec<usize>,
    /// Those of them that what stands under missing values may pass.
    may_pass_missing: Vec<usize>,
    how: How,
}

#[derive(Debug)]
enum How {
    /// Kernels of one shape.
    Tests(Vec<Test>),
    Tables(Tables),
    Steps(ManySteps),
    Searches(Box<Searches>),
    /// Tests of one shape that an element of a list has to pass.
    Lists(Form, Vec<Test>),
}

/// Where masks of leaves are written: the place of a leaf's mask, and how many words masks are apart.
pub(in crate::execute) struct Masks<'a, P> {
    pub(in crate::execute) masks: &'a mut [u64],
    pub(in crate::execute) stride: usize,
    pub(in crate::execute) place: P,
}

impl<P: Fn(usize) -> usize> Masks<'_, P> {
    /// The first word of a leaf's mask.
    fn at(&self, leaf: usize) -> usize {
        (self.place)(leaf) * self.stride
    }

    pub(in crate::execute) fn of(&mut self, leaf: usize, words: usize) -> &mut [u64] {
        let at = self.at(leaf);
        &mut self.masks[at..at + words]
    }
}

impl Together {
    /// The groups among these leaves.
    pub(in crate::execute) fn of(leaves: &[Leaf], form: Form) -> Vec<Self> {
        let mut groups = Vec::new();
        let mut columns: Vec<usize> = leaves.iter().map(|leaf| leaf.column).collect();
        columns.sort_unstable();
        columns.dedup();
        for column in columns {
            let mut own = Own::default();
            for (place, leaf) in leaves.iter().enumerate() {
                if leaf.column == column {
                    own.add(place, &leaf.kind);
                }
            }
            let mut group = |places: Vec<usize>, how: How| {
                if places.len() > 1 {
                    let may_pass = |place: &&usize| !leaves[**place].fails_missing;
                    groups.push(Self {
                        column,
                        may_pass_missing: places.iter().filter(may_pass).copied().collect(),
                        leaves: places,
                        how,
                    });
                }
            };
            for (_, tests) in own.tests {
                let (leaves, tests) = tests.into_iter().unzip();
                group(leaves, How::Tests(tests));
            }
            for (_, tests) in own.lists {
                let (leaves, tests) = tests.into_iter().unzip();
                group(leaves, How::Lists(form, tests));
            }
            for tables in own.tables.values().flat_map(|of| of.chunks(MOST_TABLES)) {
                let (leaves, tests): (_, Vec<&Test>) = tables.iter().copied().unzip();
                group(leaves, How::Tables(Tables::of(form, &tests)));
            }
            for searches in own.searches.chunks(MOST_PATTERNS) {
                let (leaves, searches): (_, Vec<&Search>) = searches.iter().copied().unzip();
                if let Some(searches) = Searches::of(&searches) {
                    group(leaves, How::Searches(Box::new(searches)));
                }
            }
            let (leaves, steps) = own.steps.into_iter().unzip();
            group(leaves, How::Steps(ManySteps::of(steps, form)));
        }
        groups
    }

    /// The leaves that are tested.
    pub(in crate::execute) fn leaves(&self) -> &[usize] {
        &self.leaves
    }

    /// Tests all of them for a run of rows: every word of their masks is written.
    pub(in crate::execute) fn test<P: Fn(usize) -> usize>(
        &self,
        columns: &[Column],
        span: Span,
        buffers: &mut Buffers,
        out: &mut Masks<'_, P>,
    ) {
        let words = bits::words(span.rows);
        let column = &columns[self.column];
        let first = span.first / 64;
        let validity = (column.validity.as_deref()).map(|known| &known[first..first + words]);
        let mut found = std::mem::take(&mut buffers.found);
        match &self.how {
            How::Tests(tests) => {
                let tests = self.leaves.iter().zip(tests);
                let tests: Vec<_> = tests.map(|(leaf, test)| (test, out.at(*leaf))).collect();
                Test::test_together(&tests, column.values.bytes(span), span.far, out.masks);
            }
            How::Steps(tests) => {
                let places: Vec<usize> = self.leaves.iter().map(|leaf| out.at(*leaf)).collect();
                let masks = (&mut *out.masks, &*places);
                tests.test(column, span, validity, masks, &mut found);
            }
            How::Tables(tables) => {
                found.clear();
                found.resize(words * self.leaves.len(), 0);
                tables.test(column.values.bytes(span), &mut found);
                self.copy(&found, words, out);
            }
            How::Searches(searches) => {
                found.clear();
                found.resize(words * self.leaves.len(), 0);
                searches.find(span, buffers, &mut found);
                self.copy(&found, words, out);
            }
            How::Lists(form, tests) => {
                if let Values::List(list) = &column.values {
                    let lists = Lists {
                        list,
                        form: *form,
                        span,
                    };
                    lists.test(tests, &mut found, &mut buffers.packed, |place, mask| {
                        out.of(self.leaves[place], words).copy_from_slice(mask);
                    });
                }
            }
        }
        if let Some(validity) = validity {
            for leaf in &self.may_pass_missing {
                for (mask, known) in out.of(*leaf, words).iter_mut().zip(validity) {
                    *mask &= known;
                }
            }
        }
        buffers.found = found;
    }

    fn copy<P: Fn(usize) -> usize>(&self, found: &[u64], words: usize, out: &mut Masks<'_, P>) {
        for (leaf, mask) in self.leaves.iter().zip(found.chunks_exact(words)) {
            out.of(*leaf, words).copy_from_slice(mask);
        }
    }
}

/// The leaves of a column that can be tested together, each with its place in the plan.
#[derive(Default)]
struct Own<'a> {
    tests: Vec<(Kernel, Vec<(usize, Test)>)>,
    lists: Vec<(Kernel, Vec<(usize, Test)>)>,
    /// By the number of the first answer.
    tables: BTreeMap<u64, Vec<(usize, &'a Test)>>,
    searches: Vec<(usize, &'a Search)>,
    steps: Vec<(usize, Arc<StepsTest>)>,
}

impl<'a> Own<'a> {
    fn add(&mut self, place: usize, kind: &'a Kind) {
        let of_kernel = |tests: &mut Vec<(Kernel, Vec<(usize, Test)>)>, test: &Test| {
            let one = (place, test.clone());
            match tests
                .iter_mut()
                .find(|(kernel, _)| *kernel == test.kernel())
            {
                Some((_, tests)) => tests.push(one),
                None => tests.push((test.kernel(), vec![one])),
            }
        };
        match kind {
            Kind::Numbers(test) => match test.table_low() {
                Some(low) => self.tables.entry(low).or_default().push((place, test)),
                None => of_kernel(&mut self.tests, test),
            },
            Kind::Steps(test) => self.steps.push((place, test.clone())),
            Kind::Search(search) => self.searches.push((place, search)),
            Kind::List(_, tests) => {
                if let [
                    Leaf {
                        kind: Kind::Numbers(test),
                        ..
                    },
                ] = &tests[..]
                {
                    of_kernel(&mut self.lists, test);
                }
            }
            _ => {}
        }
    }
}

/// The lists of a run of rows.
struct Lists<'a> {
    list: &'a List,
    form: Form,
    span: Span,
}

impl Lists<'_> {
    /// Tests elements; `out` takes the mask of the rows for each test.
    fn test(
        &self,
        tests: &[Test],
        passing: &mut Vec<u64>,
        packed: &mut Vec<u64>,
        mut out: impl FnMut(usize, &[u64]),
    ) {
        let span = self.span;
        let first = self.list.starts[span.first] as usize;
        let end = self.list.starts[span.first + span.rows] as usize;
        // Whole words of elements, some of which may belong to rows before or behind.
        let aligned = first / 64 * 64;
        let elements = &self.list.elements;
        let rows = (bits::words(end) * 64).min(elements.rows) - aligned.min(end);
        let rows = if end > first { rows } else { 0 };
        let words = bits::words(rows);
        passing.clear();
        passing.resize(words * tests.len(), 0);
        let places: Vec<_> = tests
            .iter()
            .enumerate()
            .map(|(place, test)| (test, place * words))
            .collect();
        if words > 0 {
            let span = Span {
                first: aligned,
                rows,
                far: span.far,
            };
            Test::test_together(&places, elements.values.bytes(span), span.far, passing);
        }
        let of_elements = aligned / 64..aligned / 64 + words;
        let known = elements
            .validity
            .as_deref()
            .map(|known| &known[of_elements.clone()]);
        let filled = &self.list.filled[span.first / 64..];
        let mut mask = vec![0; bits::words(span.rows)];
        for place in 0..tests.len() {
            let passing = &mut passing[place * words..(place + 1) * words];
            if let Some(known) = known {
                for (passing, known) in passing.iter_mut().zip(known) {
                    *passing &= known;
                }
            }
            for (word, mask) in mask.iter_mut().enumerate() {
                *mask = bits::live(word, span.rows);
            }
            let of_rows = Elements {
                passing,
                lasts: &self.list.lasts[of_elements.clone()],
                first: first - aligned,
                end: end - aligned,
            };
            narrow_lists(self.form, of_rows, filled, &mut mask, packed);
            out(place, &mask);
        }
    }
}
