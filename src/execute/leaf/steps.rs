//! Tests of ranges and tables over the steps of numbers: see [`Coarse`].

use super::{Kind, live_words};
use crate::execute::Form;
use crate::execute::column::{Coarse, Column, Integers, Values, bits};
use crate::execute::kernels::{Constants, Kernel, Stride, Test};
use crate::execute::leaf::{Span, ask};
use std::sync::Arc;

/// So many edges are looked for at one go.
const EDGES: usize = 32;

/// A range of numbers, or a table of such that have a step each.
#[derive(Debug)]
pub(in crate::execute) struct StepsTest {
    steps: Arc<[Coarse]>,
    /// The steps on which a number that passes may lie.
    may_pass: Test,
    /// Those of them on which other numbers may lie as well.
    edges: Option<Test>,
    limits: Option<Limits>,
}

/// The lowest and the highest number of the range.
#[derive(Debug)]
enum Limits {
    Whole(i64, i64),
    Floats(f64, f64),
}

impl StepsTest {
    /// None where the test is neither a range of such numbers nor, with `tables`, a table of them.
    pub(super) fn of(test: &Test, steps: &Arc<[Coarse]>, tables: bool, form: Form) -> Option<Kind> {
        let [of] = &**steps else {
            return None;
        };
        if let Some((low, answers)) = test.table_signed().filter(|_| tables) {
            let first = of.lowest_of_each()?;
            let answer = |step: u16| {
                let place = (first + i64::from(step)).checked_sub(low);
                let place = place.and_then(|place| usize::try_from(place).ok());
                place.is_some_and(|place| answers.get(place) == Some(&1))
            };
            let answers: Vec<bool> = (0..=of.last()).map(answer).collect();
            let constants = Constants::table(Kernel::Table16, &answers).repeating();
            return Some(Kind::Steps(Arc::new(Self {
                steps: steps.clone(),
                may_pass: Test::new(Kernel::Table16, constants, form),
                edges: None,
                limits: None,
            })));
        }
        let (limits, range) = match (test.range_signed(), test.range_f64()) {
            (Some((from, to)), _) => (Limits::Whole(from, to), of.range(from, to)),
            (_, Some((from, to))) => (Limits::Floats(from, to), of.range(from, to)),
            _ => return None,
        };
        let Some(range) = range else {
            return Some(Kind::Never);
        };
        let edges = [
            range.first_is_cut.then_some(range.first),
            range.last_is_cut.then_some(range.last),
        ];
        let edges: Vec<u128> = edges.into_iter().flatten().map(u128::from).collect();
        let span = u128::from(range.last - range.first);
        let constants = Constants::range(range.first.into(), span);
        Some(Kind::Steps(Arc::new(Self {
            steps: steps.clone(),
            may_pass: Test::new(Kernel::Range16, constants, form),
            edges: (!edges.is_empty())
                .then(|| Test::new(Kernel::Set16, Constants::set(edges), form)),
            limits: Some(limits),
        })))
    }

    /// Whether it is known that what stands under missing numbers does not pass.
    pub(super) fn fails_missing(&self) -> bool {
        let missing = self.steps[0].missing();
        missing.is_some_and(|step| self.may_pass.fails(&step.to_le_bytes()))
    }

    /// What the kernel is made over.
    fn data(&self, span: Span) -> &[u8] {
        self.steps[0].bytes(span)
    }

    /// Narrows the mask of a run of rows, and tells how many of its words still have a bit.
    pub(super) fn narrow(
        &self,
        column: &Column,
        span: Span,
        validity: Option<&[u64]>,
        mask: &mut [u64],
        stride: Stride,
        on_edges: &mut Vec<u64>,
    ) -> usize {
        let live = self
            .may_pass
            .narrow(self.data(span), validity, mask, stride);
        if live == 0 || !self.look_at_edges(column, span, mask, on_edges) {
            return live;
        }
        live_words(mask)
    }

    /// Takes the rows out of the mask whose numbers lie on the step of an edge and outside of the range. Tells whether any row lay on such a step.
    fn look_at_edges(
        &self,
        column: &Column,
        span: Span,
        mask: &mut [u64],
        on_edges: &mut Vec<u64>,
    ) -> bool {
        let Some(edges) = &self.edges else {
            return false;
        };
        on_edges.clear();
        on_edges.extend_from_slice(mask);
        if edges.narrow(self.data(span), None, on_edges, Stride::Skip) == 0 {
            return false;
        }
        ask(on_edges, |row| self.lies_outside(column, span.first + row));
        for (mask, outside) in mask.iter_mut().zip(&*on_edges) {
            *mask &= !outside;
        }
        true
    }

    /// Whether the number of a row lies outside of the range. Of a table no number does that has one of its steps.
    fn lies_outside(&self, column: &Column, row: usize) -> bool {
        match (&self.limits, &column.values) {
            (Some(Limits::Whole(from, to)), Values::Integers(Integers::I64(numbers), _)) => {
                !(from..=to).contains(&&numbers[row])
            }
            (Some(Limits::Floats(from, to)), Values::F64(numbers)) => {
                !(from..=to).contains(&&numbers[row])
            }
            _ => false,
        }
    }
}

/// Tests over the steps of one column.
#[derive(Debug)]
pub(super) struct ManySteps {
    tests: Vec<Arc<StepsTest>>,
    /// The steps on which the edge of any of them lies. Hardly a row lies on one, so they are looked for at one go, and each test at those that are found.
    edges: Vec<Test>,
}

impl ManySteps {
    pub(super) fn of(tests: Vec<Arc<StepsTest>>, form: Form) -> Self {
        let edges = tests.iter().filter_map(|test| test.edges.as_ref());
        let mut edges: Vec<u128> = edges.flat_map(|test| test.members().to_vec()).collect();
        edges.sort_unstable();
        edges.dedup();
        let edges = edges.chunks(EDGES);
        let test = |edges: &[u128]| Test::new(Kernel::Set16, Constants::set(edges.to_vec()), form);
        Self {
            edges: edges.map(test).collect(),
            tests,
        }
    }

    /// Tests all of them for a run of rows. `masks` holds the mask of each test from one of `places` on; `validity` spares a look at numbers under missing
    /// values, which the caller takes out of the masks. `on_edges` is memory to work in.
    pub(super) fn test(
        &self,
        column: &Column,
        span: Span,
        validity: Option<&[u64]>,
        (masks, places): (&mut [u64], &[usize]),
        on_edges: &mut Vec<u64>,
    ) {
        let Some(first) = self.tests.first() else {
            return;
        };
        let data = first.data(span);
        let may_pass = self.tests.iter().zip(places);
        let may_pass: Vec<_> = may_pass.map(|(test, at)| (&test.may_pass, *at)).collect();
        Test::test_together(&may_pass, data, span.far, masks);
        let words = bits::words(span.rows);
        for edges in &self.edges {
            on_edges.clear();
            on_edges.extend((0..words).map(|word| bits::live(word, span.rows)));
            if edges.narrow(data, validity, on_edges, Stride::Dense) == 0 {
                continue;
            }
            ask(on_edges, |row| {
                for (test, at) in self.tests.iter().zip(places) {
                    let word = &mut masks[at + row / 64];
                    if *word >> (row % 64) & 1 == 1 && test.lies_outside(column, span.first + row) {
                        *word &= !(1 << (row % 64));
                    }
                }
                true
            });
        }
    }
}
