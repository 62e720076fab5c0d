//! Native code, made with Cranelift while a program runs: the combination of many segments, arithmetic tests, and the tests of one contact.
//!
//! Nothing here changes an answer: the same plan runs on kernels alone. Where the host is not supported, where code cannot be made, or where
//! the feature `jit` is off, [`compile`] says so with [`Unsupported`] and the kernels go on.

#[cfg(feature = "jit")]
mod arithmetic;
#[cfg(feature = "jit")]
mod code;
#[cfg_attr(
    not(feature = "jit"),
    allow(
        dead_code,
        reason = "one contact is answered with parts of it even without native code"
    )
)]
pub(crate) mod fixed;
#[cfg_attr(
    not(feature = "jit"),
    allow(
        dead_code,
        reason = "one contact is answered with parts of it even without native code"
    )
)]
pub(crate) mod gates;
#[cfg(feature = "jit")]
mod glue;
#[cfg(feature = "jit")]
mod lanes;
#[cfg_attr(
    not(feature = "jit"),
    allow(
        dead_code,
        reason = "one contact is answered with parts of it even without native code"
    )
)]
pub(crate) mod row;
#[cfg(feature = "jit")]
pub(crate) mod row_code;
#[cfg(feature = "jit")]
pub(crate) mod row_glue;

#[cfg(feature = "jit")]
mod compiled;
#[cfg(not(feature = "jit"))]
#[path = "absent.rs"]
mod compiled;

#[cfg(all(test, feature = "jit"))]
mod tests;

#[cfg(not(feature = "jit"))]
pub(crate) use compiled::absent;
use compiled::arithmetic_tests;
pub use compiled::{Compiled, compile, live_code_bytes, print_asm, print_clif, warm_up};

use crate::execute::native::LEAST_SEGMENTS;
use crate::plan::{Node, Plan};
use std::fmt;

/// Why there is no native code for a plan; never a fault of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    reason: String,
}

impl Unsupported {
    fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Unsupported {}

// The bounds are what `cargo bench --bench native -- "pays from"` measured; the manual ("Native code") has the figures.

/// Contacts from which the code that combines segments of many tests has saved what it takes to make it: kernels make one mask after the other, where
/// code keeps those in between in registers. How many segments there are makes little difference, since what is saved and what it takes both grow with them.
pub const LEAST_CONTACTS: u64 = 2_000_000;

/// Segments with fewer joins than this, on average, are combined by kernels as quickly.
const LEAST_JOINS: usize = 4;

/// Contacts times arithmetic tests from which their native code has saved what it takes to make it in a process that has made none before.
pub const LEAST_ARITHMETIC: u64 = 250_000;

/// Whether compiling the plan beside a run over so many contacts is likely to save more time than it takes.
pub fn worthwhile(plan: &Plan, rows: u64) -> bool {
    let joins = plan.nodes.iter();
    let joins = joins.filter(|node| matches!(node, Node::And(_) | Node::Or(_)));
    let segments = plan.segments.len();
    let are_large = segments >= LEAST_SEGMENTS && joins.count() >= LEAST_JOINS * segments;
    (are_large && rows >= LEAST_CONTACTS)
        || rows.saturating_mul(arithmetic_tests(plan) as u64) >= LEAST_ARITHMETIC
}
