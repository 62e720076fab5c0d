//! Leaves of one column that are tested together, because one look at a value answers all of them.

use super::text::Searches;
use super::{Buffers, Kind, Leaf, Span, keep};
use crate::execute::Form;
use crate::execute::column::{Column, bits};
use crate::execute::kernels::{MOST_PATTERNS, MOST_TABLES, Tables, Test};

/// Leaves of one column, by their places in the plan.
#[derive(Debug)]
pub(in crate::execute) struct Together {
    column: usize,
    leaves: Vec<usize>,
    how: How,
}

#[derive(Debug)]
enum How {
    Searches(Box<Searches>),
    Tables(Tables),
}

impl Together {
    /// The groups among these leaves.
    pub(in crate::execute) fn of(leaves: &[Leaf], form: Form) -> Vec<Self> {
        let mut groups = Vec::new();
        let mut columns: Vec<usize> = leaves.iter().map(|leaf| leaf.column).collect();
        columns.sort_unstable();
        columns.dedup();
        for column in columns {
            let own = || {
                leaves
                    .iter()
                    .enumerate()
                    .filter(|(_, leaf)| leaf.column == column)
            };
            let searches: Vec<_> = own()
                .filter_map(|(place, leaf)| match &leaf.kind {
                    Kind::Search(search) => Some((place, &**search)),
                    _ => None,
                })
                .collect();
            for some in searches.chunks(MOST_PATTERNS).filter(|some| some.len() > 1) {
                let (leaves, searches): (Vec<_>, Vec<_>) = some.iter().copied().unzip();
                groups.extend(Searches::of(&searches).map(|searches| Self {
                    column,
                    leaves,
                    how: How::Searches(Box::new(searches)),
                }));
            }
            let tables: Vec<(usize, &Test)> = own()
                .filter_map(|(place, leaf)| match &leaf.kind {
                    Kind::Numbers(test) if test.is_table() => Some((place, test)),
                    _ => None,
                })
                .collect();
            for some in tables.chunks(MOST_TABLES).filter(|some| some.len() > 1) {
                let (leaves, tests): (Vec<_>, Vec<_>) = some.iter().copied().unzip();
                groups.push(Self {
                    column,
                    leaves,
                    how: How::Tables(Tables::of(form, &tests)),
                });
            }
        }
        groups
    }

    /// The leaves that are tested.
    pub(in crate::execute) fn leaves(&self) -> &[usize] {
        &self.leaves
    }

    /// Tests all of them for a run of rows; `out` takes the mask of each.
    pub(in crate::execute) fn test(
        &self,
        columns: &[Column],
        span: Span,
        buffers: &mut Buffers,
        mut out: impl FnMut(usize, &[u64]),
    ) {
        let words = bits::words(span.rows);
        let column = &columns[self.column];
        let mut found = std::mem::take(&mut buffers.found);
        found.clear();
        found.resize(words * self.leaves.len(), 0);
        match &self.how {
            How::Searches(searches) => searches.find(span, buffers, &mut found),
            How::Tables(tables) => tables.test(column.values.bytes(span), &mut found),
        }
        let first = span.first / 64;
        let validity = column
            .validity
            .as_deref()
            .map(|validity| &validity[first..first + words]);
        for (leaf, mask) in self.leaves.iter().zip(found.chunks_exact_mut(words)) {
            keep(mask, validity, |known| known);
            out(*leaf, mask);
        }
        buffers.found = found;
    }
}
