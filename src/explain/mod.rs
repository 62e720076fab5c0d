//! Programs and figures as text for people.

mod figures;

pub use figures::{grouped, share};
