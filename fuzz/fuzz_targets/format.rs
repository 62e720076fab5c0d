//! Formatting is stable and keeps every comment.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| segql_testing::fuzz::format_round_trips(text));
