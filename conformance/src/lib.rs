//! SegQL segments held against other engines; all of it stands in the tests.
