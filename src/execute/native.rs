//! Where native code takes the place of the interpreter: the traits that generated code offers itself by.
//!
//! The code is made elsewhere; this room only knows how to call it. All memory is handed over as slices, so whoever implements these
//! traits decides how to pass pointers, and everything above them is safe.

use crate::plan::{BoundPlan, LeafId};
use std::sync::{Arc, OnceLock};

/// From so many segments on, native code that combines masks is quicker than the kernels that do it, and is taken where it is there and all tests
/// are quick. Measured, as are the bounds of `jit`.
pub const LEAST_SEGMENTS: usize = 1_000;

/// The native code of one plan. It answers as the interpreter does, bit by bit, or it declines.
pub trait Native: Send + Sync {
    /// Code that combines the masks of leaves into the masks of segments.
    fn glue(&self) -> Option<&dyn Glue>;

    /// Code for a leaf of general shape over columns of these layouts (in the order of the leaf's columns), with the parameters of this run built in
    /// or held beside it. None where there is none, and the interpreter does it. Asked once a batch and leaf; whoever compiles keeps what was compiled.
    fn leaf(
        &self,
        leaf: LeafId,
        layouts: &[Layout],
        bound: &BoundPlan,
    ) -> Option<Arc<dyn LeafCode>>;
}

/// A place for native code that is still being compiled: looked at before each batch, so that a run goes over to it as soon as it is there.
pub type NativeSlot = Arc<OnceLock<Arc<dyn Native>>>;

/// The boolean part of a plan, all segments at once.
pub trait Glue: Send + Sync {
    /// `leaf_masks` holds `words` words of the first leaf of the plan, then those of the second, and so on; bits of contacts that are not there are 0 in
    /// leaves and may be anything in `out`, which has the same arrangement by segment. Every word of `out` is written.
    fn run(&self, leaf_masks: &[u64], words: usize, out: &mut [u64]);
}

/// The test of one leaf over a run of contacts.
pub trait LeafCode: Send + Sync {
    /// Sets the bit of each contact for which the condition holds; the bits of contacts that are missing a value or do not exist are as the meaning says
    /// and 0. `out` has one word for 64 contacts, `rows` of which exist.
    fn run(&self, columns: &[View<'_>], rows: usize, out: &mut [u64]);
}

/// How the numbers of a column lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    pub element: Element,
    /// What a stored whole number stands for: `number * multiplier / divisor`, in days for dates, in nanoseconds for times and durations. 1 and 1 for floats.
    pub multiplier: i128,
    pub divisor: i128,
    /// Whether a [`View`] may have a validity mask.
    pub nullable: bool,
    /// Known whole numbers lie from -2^bits up to 2^bits; 63 says no more than that they have 64 bits.
    pub bits: u8,
}

/// The type of a stored number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Element {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    I128,
    F32,
    F64,
    /// Anything native code has no dealings with: text, lists, booleans, a column without any value.
    Other,
}

/// A column over a run of contacts that begins at a multiple of 64.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The stored numbers in the machine's order of bytes, `rows` of them and no more. Where a value is missing, anything may stand here.
    pub data: &'a [u8],
    /// A bit for each contact, 1 where the value is known; none where all are. A float that is NaN or infinite is missing whatever its bit says.
    pub validity: Option<&'a [u64]>,
}
