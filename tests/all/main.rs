//! The integration tests, one module each, in one binary.

mod data;
mod streaming;
mod check;
mod contacts;
mod walls;
