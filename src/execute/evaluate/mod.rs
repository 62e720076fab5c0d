//! Conditions of general shape, worked out from the graph.
//!
//! `vector` does it for many contacts at once, as far as there are lanes for the kinds of values; `bracket` lays the elements of many contacts side by
//! side for it; `row` follows the meaning value by value for one contact, by the same scalar evaluator that folds constants. What rests on one column of few different values is worked out once for each of them.

mod bracket;
mod by_clock;
mod clock;
mod different;
mod edge;
mod events;
mod few;
mod figures;
mod gaps;
mod has;
mod hash;
mod lanes;
mod narrow;
mod of_groups;
mod population;
mod reach;
mod read;
mod row;
mod sums;
mod tables;
mod vector;

pub(super) use by_clock::ByClock;
pub(super) use edge::FloatEdge;
pub(super) use few::Few;
pub(super) use hash::OPEN;
pub(super) use sums::exact_sum;
pub(super) use tables::Tables;
pub(super) use vector::{Rows, Vectors};
