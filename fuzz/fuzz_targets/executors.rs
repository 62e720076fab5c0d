//! All executors give one answer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| segql_testing::fuzz::executors_agree(bytes));
