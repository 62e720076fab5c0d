//! The values of a column once more in less memory, for columns that stay there and are tested often.

use super::{Coarse, Column, Planes};
use std::sync::Arc;

/// What is kept beside a column.
#[derive(Clone, Debug)]
pub(in crate::execute) enum Narrower {
    /// Numbers of four or eight bytes in two: of places, those of the degrees north and those of the degrees east.
    Steps(Arc<[Coarse]>),
    /// Few different values bit by bit.
    Planes(Arc<Planes>),
}

impl Narrower {
    /// None where it would serve no test.
    pub(in crate::execute) fn of(column: &Column) -> Option<Self> {
        match Coarse::of(column) {
            Some(steps) => Some(Narrower::Steps(steps)),
            None => Planes::of(column).map(|planes| Narrower::Planes(Arc::new(planes))),
        }
    }
}
