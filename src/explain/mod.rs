//! Programs and figures as text for people.

mod figures;
mod stages;
mod tree;

pub use figures::{grouped, share};
pub use stages::{Stage, explain};
