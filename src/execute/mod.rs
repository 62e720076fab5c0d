//! Running a plan over batches of contacts: columns in one physical form each, leaf tests by vector kernels, masks combined block by block, threads.
//!
//! A run goes over pieces of a [`Source`](crate::data::Source) or over a [`Dataset`] in memory. Each batch becomes columns of one physical form; a leaf of the
//! plan becomes a test bound to the physical form of its column (`leaf`), made by a kernel (`kernels`) or worked out value by value (`evaluate`);
//! `block` combines masks of 64 contacts a word; `sieve` and `spans` tell which rows of a
//! source need not be read; `driver` spreads batches over threads (`threads`), and `turn` hands members out in the order of the source.

mod batch;
mod column;
mod dataset;
mod driver;
mod evaluate;
mod feed;
mod flat;
mod kernels;
mod leaf;
mod matched;
pub mod native;
mod options;
mod patience;
mod populations;
mod records;
mod segments;
mod sieve;
mod spans;
#[cfg(test)]
mod tests;
mod threads;
mod turn;

pub use batch::block_rows;
pub use dataset::Dataset;
pub use driver::{run, with_figures};
pub use options::{ExecuteError, Form, Input, Members, Options, Outcome, Progress, Sink, Tier};
pub use records::records;
