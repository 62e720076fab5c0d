//! Conditions of general shape, worked out from the graph.
//!
//! `row` follows the meaning value by value for one contact; `compare` and `arithmetic` say what a comparison and a sum of two values is.

mod arithmetic;
mod compare;
mod row;

pub(super) use compare::{fold, order};
pub(super) use row::Rows;
