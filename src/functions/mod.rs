//! The functions of the language, one family a file. A function's signature, documentation, examples and evaluation stand together.

/// The place of a function in the table of functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u16);
