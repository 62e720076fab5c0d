//! What is too much: limits on what definitions may grow to, for hosts that take texts from strangers.

/// How deep expressions and the definitions in them may nest when all definitions are put in.
pub(super) const DEPTH: usize = 256;

/// How many expressions there may be in all when definitions with parameters are put in.
pub(super) const EXPANDED: usize = 200_000;

/// How many files one text may bring in.
pub(super) const FILES: usize = 256;
