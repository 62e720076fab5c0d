//! What is too much: limits on what definitions may grow to, for hosts that take texts from strangers.

/// How deep expressions and the definitions in them may nest when all definitions are put in.
pub(super) const DEPTH: usize = 256;

/// How many expressions one definition may come to when all that it uses is put in.
pub(super) const SIZE: usize = 200_000;

/// How many expressions are looked at in all, those of definitions with parameters once for each different use.
pub(super) const WORK: usize = 5_000_000;

/// How many conditions one `at least … of` may count.
pub(super) const COUNTED: usize = 64;
/// How many labels a classification may have; each is asked behind all those above it.
pub(super) const LABELS: usize = 64;
/// How many brackets may stand in each other, those of definitions that are put in among them: each multiplies the elements to look at.
pub(super) const BRACKETS: u32 = 4;

/// How many populations may stand in each other, those of definitions that are put in among them: each is a pass over all contacts.
pub(super) const POPULATIONS: u32 = 8;

/// How many files one text may bring in.
pub(super) const FILES: usize = 256;

/// How many names are looked at in all to find out which one was meant; after that, unknown names stand without a suggestion.
pub(super) const NEAR: usize = 1_000_000;
