//! Instants as people write them in a manifest and behind `--as-of`.

use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The instant that a text names. A day stands for its first instant, a time without an offset is read in the project's zone: skipped by the clock, as
/// much later; there twice, the first.
pub fn instant(text: &str, zone: &TimeZone) -> Option<Zoned> {
    let bytes = text.as_bytes();
    let is_day = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    if is_day {
        return text
            .parse::<civil::Date>()
            .ok()?
            .to_zoned(zone.clone())
            .ok();
    }
    if !bytes
        .get(10)
        .is_some_and(|byte| matches!(byte, b'T' | b't' | b' '))
    {
        return None;
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.to_zoned(zone.clone()));
    }
    text.parse::<civil::DateTime>()
        .ok()?
        .to_zoned(zone.clone())
        .ok()
}
