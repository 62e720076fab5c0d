//! Conditions of general shape, worked out from the graph.
//!
//! `vector` does it for many contacts at once, as far as there are lanes for the kinds of values; `row` follows the meaning value by value for one contact,
//! by the same scalar evaluator that folds constants. What rests on one column of few different values is worked out once for each of them.

mod few;
mod lanes;
mod row;
mod tables;
mod vector;

pub(super) use few::Few;
pub(super) use row::Rows;
pub(super) use tables::Tables;
pub(super) use vector::Vectors;
