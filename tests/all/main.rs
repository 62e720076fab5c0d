//! The integration tests, one module each, in one binary.

mod streaming;
mod walls;
