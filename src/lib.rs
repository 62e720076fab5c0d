//! A small, typed language that says who belongs to an audience, compiled to native filters over Arrow data.

pub mod check;
pub mod contact;
pub mod data;
pub mod diagnostics;
pub mod engine;
pub mod execute;
pub mod explain;
pub mod functions;
pub mod ir;
pub mod jit;
pub mod optimize;
pub mod plan;
pub mod reference;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod types;

pub use arrow_array;
pub use arrow_schema;
pub use engine::{
    CompileError, Engine, Now, Outcome, Program, RunError, RunOptions, Segment, SegmentOutcome,
};
pub use schema::Schema;
