//! Programs and figures as text for people.

mod before_data;
mod events;
mod figures;
mod guards;
mod stages;
mod tree;
mod values;
mod windows;

pub use before_data::before_the_data;
pub use events::unseen;
pub use figures::{grouped, share};
pub use guards::breach;
pub use stages::{Stage, explain};
pub use values::{exchanged, shown};
pub use windows::windows;
