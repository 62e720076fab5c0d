//! The sources, one format a file, and what puts several files together.

pub(super) mod combine;
pub(super) mod csv;
pub(super) mod ipc;
pub(super) mod json;
pub(super) mod memory;
pub(super) mod parquet;
pub(super) mod points;
mod rows;
pub(super) mod steps;
pub(super) mod times;
