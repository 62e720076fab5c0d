//! Parsing and checking end on any text.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| segql_testing::fuzz::parsing_is_total(text));
