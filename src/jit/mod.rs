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
use compiled::has_arithmetic;
pub use compiled::{Compiled, compile, live_code_bytes, print_asm, print_clif, warm_up};

use crate::plan::Plan;
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

/// Below so many segments the interpreter of blocks costs next to nothing, and native glue has nothing to win.
pub const LEAST_SEGMENTS: usize = 50;

/// Contacts times segments from which compiling is thought to pay for itself: a prototype saved about 0.02 ns a contact and segment, and compiling
/// beside the run takes some milliseconds of a core that the run could use. `cargo bench --bench native` measures both.
pub const LEAST_WORK: u64 = 400_000_000;

/// Contacts from which native code for arithmetic pays for itself.
pub const LEAST_ARITHMETIC: u64 = 200_000;

/// Whether compiling the plan beside a run over so many contacts is likely to save more time than it takes.
pub fn worthwhile(plan: &Plan, rows: u64) -> bool {
    let segments = plan.segments.len();
    (segments >= LEAST_SEGMENTS && rows.saturating_mul(segments as u64) >= LEAST_WORK)
        || (rows >= LEAST_ARITHMETIC && has_arithmetic(plan))
}
