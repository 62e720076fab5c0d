//! What the tests of SegQL are made with: random schemas, hostile batches, random programs, and oracles that hold executors against
//! each other and print a case that fails as small as they can.
//!
//! Everything is repeated by its seed. Nothing here knows an expected answer: that is the reference's, or stands in `tests/corpus`.

pub mod cells;
pub mod corpus;
pub mod executors;
pub mod fuzz;
pub mod layout;
pub mod many;
pub mod oracle;
pub mod pieces;
pub mod programs;
pub mod random;
pub mod reading;
pub mod stores;
pub mod texts;
pub mod world;
