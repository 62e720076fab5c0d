//! Tokens tile any text.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| segql_testing::fuzz::tokens_tile_any_text(text));
