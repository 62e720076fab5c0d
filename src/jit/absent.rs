//! What stands in the place of native code where the feature `jit` is off.

use super::Unsupported;
use crate::execute::native::{Glue, Layout, LeafCode, Native};
use crate::plan::{BoundPlan, LeafId, Plan};
use std::sync::Arc;

/// The native code of one plan: there is none in this build.
pub enum Compiled {}

impl Compiled {
    /// The size of the code that was made so far.
    pub fn code_bytes(&self) -> usize {
        match *self {}
    }

    /// The number of functions that was made so far.
    pub fn functions(&self) -> usize {
        match *self {}
    }
}

impl Native for Compiled {
    fn glue(&self) -> Option<&dyn Glue> {
        match *self {}
    }

    fn leaf(&self, _: LeafId, _: &[Layout], _: &BoundPlan) -> Option<Arc<dyn LeafCode>> {
        match *self {}
    }
}

/// The reason that is the same for everything here.
pub(crate) fn absent() -> Unsupported {
    Unsupported::new("this build has no native code (the feature `jit` is off)")
}

/// Always [`Unsupported`] in this build.
pub fn compile(_plan: &Plan, _block_words: usize) -> Result<Compiled, Unsupported> {
    Err(absent())
}

/// None in this build.
pub fn arithmetic_tests(_plan: &Plan) -> usize {
    0
}

/// Does nothing in this build.
pub fn warm_up() {}

/// Always 0 in this build.
pub fn live_code_bytes() -> usize {
    0
}

/// Always [`Unsupported`] in this build.
pub fn print_clif(_plan: &Plan, _segment: usize) -> Result<String, Unsupported> {
    Err(absent())
}

/// Always [`Unsupported`] in this build.
pub fn print_asm(_plan: &Plan, _segment: usize) -> Result<String, Unsupported> {
    Err(absent())
}
