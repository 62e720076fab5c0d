//! The instant of a run: read from `--as-of` in the project's zone, else from the clock, once.

use super::Failure;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use segql::schema::instant;

/// The instant that `--as-of` names. A day stands for its first instant, a time without an offset is read in the project's zone.
pub fn moment(as_of: Option<&str>, zone: &TimeZone) -> Result<Zoned, Failure> {
    match as_of {
        None => Ok(Timestamp::now().to_zoned(zone.clone())),
        Some(text) => instant(text.trim(), zone).ok_or_else(|| {
            Failure::usage("E0806", format!("`{text}` is not an instant"))
                .help("write a day (2026-11-22), a time in the project's zone (2026-11-22T10:00) or one with an offset (2026-11-22T10:00+01:00)")
        }),
    }
}

/// The instant as it is shown: to the second, with its offset and zone.
pub fn shown(moment: &Zoned) -> String {
    match moment.time_zone().iana_name() {
        Some("UTC") | None => moment
            .strftime("%Y-%m-%d %H:%M:%S UTC%:z")
            .to_string()
            .replace("UTC+00:00", "UTC"),
        Some(zone) => format!("{} {zone}", moment.strftime("%Y-%m-%d %H:%M:%S")),
    }
}

/// The instant for programs: RFC 3339 with its offset.
pub fn exchanged(moment: &Zoned) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Nanoseconds since 1970-01-01T00:00Z.
pub fn nanoseconds(moment: &Zoned) -> i128 {
    moment.timestamp().as_nanosecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brussels() -> TimeZone {
        TimeZone::get("Europe/Brussels").unwrap()
    }

    fn at(text: &str) -> String {
        exchanged(&moment(Some(text), &brussels()).unwrap())
    }

    #[test]
    fn days_and_bare_times_stand_in_the_zone_of_the_project() {
        assert_eq!(at("2026-11-22"), "2026-11-22T00:00:00+01:00");
        assert_eq!(at("2026-07-01T10:00"), "2026-07-01T10:00:00+02:00");
        assert_eq!(at("2026-07-01 10:00:30"), "2026-07-01T10:00:30+02:00");
        assert_eq!(at("2026-07-01T10:00Z"), "2026-07-01T12:00:00+02:00");
        assert_eq!(at("2026-07-01T10:00+05:00"), "2026-07-01T07:00:00+02:00");
    }

    #[test]
    fn a_time_the_clock_skips_is_as_much_later_and_one_there_twice_is_the_first() {
        assert_eq!(at("2026-03-29T02:30"), "2026-03-29T03:30:00+02:00");
        assert_eq!(at("2026-10-25T02:30"), "2026-10-25T02:30:00+02:00");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-02-30",
            "20261122",
            "2026-11",
            "22/11/2026",
            "2026-11-22T25:00",
        ] {
            assert!(moment(Some(text), &brussels()).is_err(), "{text}");
        }
    }
}
