//! The integration tests, one module each, in one binary.

mod walls;
