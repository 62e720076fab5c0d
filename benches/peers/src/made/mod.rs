//! The contacts of a made-up service, what they did, and the titles they did it with.
//!
//! The same ones every time and on every machine: contacts are drawn in blocks that each have random numbers of their own, so that fewer contacts are the
//! first of more and blocks can be drawn side by side. No float of it hangs on the C library. Nothing that would make engines differ by a hair is in it: a
//! contact's events have different times, and amounts are quarters, whose sums are exact.

pub mod contacts;
pub mod events;
mod random;
pub mod titles;

/// 2025-12-28T00:00Z, in microseconds since 1970: the instant that all conditions are asked at. A week from then crosses the end of the year.
pub const NOW: i64 = 1_766_880_000_000_000;
/// Microseconds.
pub const DAY: i64 = 86_400_000_000;
/// Contacts that share a stream of random numbers.
pub const BLOCK: u64 = 65_536;

/// How many of the first so many contacts are in a block.
pub fn contacts_of(block: u64, contacts: u64) -> usize {
    contacts.saturating_sub(block * BLOCK).min(BLOCK) as usize
}

/// The number of blocks that so many contacts take.
pub fn blocks(contacts: u64) -> u64 {
    contacts.div_ceil(BLOCK)
}
