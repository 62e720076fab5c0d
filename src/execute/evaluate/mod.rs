//! Conditions of general shape, worked out from the graph.
//!
//! `row` follows the meaning value by value for one contact, by the same scalar evaluator that folds constants.

mod row;

pub(super) use row::Rows;
