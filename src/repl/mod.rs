//! The interactive shell: a session core that knows no terminal, a thin terminal around it, and a plain reader for a pipe.

mod answer;
mod completions;
mod labels;
mod looked_at;
mod plain;
mod session;
mod terminal;

pub use plain::read_plainly;
pub use session::{Ground, Session};
pub use terminal::converse;
