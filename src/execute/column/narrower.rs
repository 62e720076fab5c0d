//! The values of a column once more in less memory, for columns that stay there and are tested often.

use super::{Coarse, Column, Holders, Planes};
use std::sync::Arc;

/// What is kept beside a column.
#[derive(Clone, Debug)]
pub(in crate::execute) enum Narrower {
    /// Numbers of four or eight bytes in two: of places, those of the degrees north and those of the degrees east.
    Steps(Arc<[Coarse]>),
    /// Few different values: bit by bit, and value by value.
    Values(Arc<Planes>, Arc<Holders>),
    /// Lists of few different elements, element by element.
    Lists(Arc<Holders>),
}

impl Narrower {
    /// None where it would serve no test.
    pub(in crate::execute) fn of(column: &Column) -> Option<Self> {
        let steps = || Coarse::of(column).map(Narrower::Steps);
        let values = || {
            let planes = Planes::of(column)?;
            let holders = Holders::of_values(column)?;
            Some(Narrower::Values(Arc::new(planes), Arc::new(holders)))
        };
        let lists = || Some(Narrower::Lists(Arc::new(Holders::of_lists(column)?)));
        steps().or_else(values).or_else(lists)
    }
}
