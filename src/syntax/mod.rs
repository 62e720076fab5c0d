//! From text to tree: tokens, grammar, recovery, and back to text.

pub mod ast;
