//! Tests of ranges over the steps of numbers: see [`Coarse`].

use super::{Kind, live_words};
use crate::execute::Form;
use crate::execute::column::{Coarse, Column, Integers, Values};
use crate::execute::kernels::{Constants, Kernel, Stride, Test};
use crate::execute::leaf::{Span, ask};
use std::sync::Arc;

/// A range of whole numbers of eight bytes.
#[derive(Debug)]
pub(in crate::execute) struct StepsTest {
    steps: Arc<Coarse>,
    /// The steps on which a number of the range may lie.
    range: Test,
    /// Those of them on which other numbers may lie as well.
    edges: Option<Test>,
    from: i64,
    to: i64,
}

impl StepsTest {
    /// None where the test is no range of such numbers.
    pub(super) fn of(test: &Test, steps: &Arc<Coarse>, form: Form) -> Option<Kind> {
        let (from, to) = test.range_64()?;
        let Some(range) = steps.range(from, to) else {
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
            range: Test::new(Kernel::Range16, constants, form),
            edges: (!edges.is_empty())
                .then(|| Test::new(Kernel::Set16, Constants::set(edges), form)),
            from,
            to,
        })))
    }

    /// The kernel that finds the steps on which a number of the range may lie.
    pub(super) fn range(&self) -> &Test {
        &self.range
    }

    /// What the kernel is made over.
    pub(super) fn data(&self, span: Span) -> &[u8] {
        self.steps.bytes(span)
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
        let live = self.range.narrow(self.data(span), validity, mask, stride);
        if live == 0 || !self.look_at_edges(column, span, None, mask, on_edges) {
            return live;
        }
        live_words(mask)
    }

    /// Takes the rows out of the mask whose numbers lie on the step of an edge and outside of the range. Tells whether any row lay on such a step.
    pub(super) fn look_at_edges(
        &self,
        column: &Column,
        span: Span,
        validity: Option<&[u64]>,
        mask: &mut [u64],
        on_edges: &mut Vec<u64>,
    ) -> bool {
        let (Some(edges), Values::Integers(Integers::I64(numbers), _)) =
            (&self.edges, &column.values)
        else {
            return false;
        };
        on_edges.clear();
        on_edges.extend_from_slice(mask);
        if edges.narrow(self.data(span), validity, on_edges, Stride::Skip) == 0 {
            return false;
        }
        ask(on_edges, |row| {
            !(self.from..=self.to).contains(&numbers[span.first + row])
        });
        for (mask, outside) in mask.iter_mut().zip(&*on_edges) {
            *mask &= !outside;
        }
        true
    }
}
