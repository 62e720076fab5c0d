//! Values for people: as a text could write them, without quotes.

use crate::types::{Constant, Exact, calendar, distance_text};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A value in words: `1,234.5`, `BE`, `2026-11-22`, `2026-11-22 10:00:00` in the zone, `3 days`.
pub fn shown(value: &Constant, zone: &TimeZone) -> String {
    match value {
        Constant::Missing => "missing".into(),
        Constant::Boolean(value) => value.to_string(),
        Constant::Number(number) => grouped_digits(&exact(*number)),
        Constant::Float(number) => grouped_digits(&float(number.get())),
        Constant::Text(text) => text
            .escape_debug()
            .to_string()
            .replace("\\\"", "\"")
            .replace("\\'", "'"),
        Constant::Date(days) => {
            calendar::date(*days).map_or_else(|| format!("day {days}"), |date| date.to_string())
        }
        Constant::Time(nanoseconds) => time(*nanoseconds, zone),
        Constant::Duration(nanoseconds) => duration(*nanoseconds),
        Constant::Point(point) => format!("{}, {}", point.latitude(), point.longitude()),
        Constant::Distance(micrometres) => distance_text(*micrometres),
        Constant::List(elements) => {
            let elements: Vec<String> = elements
                .iter()
                .map(|element| shown(element, zone))
                .collect();
            format!("({})", elements.join(", "))
        }
        Constant::Record(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| shown(part, zone)).collect();
            format!("{{{}}}", parts.join(", "))
        }
        Constant::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", shown(value, zone)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A value for programs: digits without groups, times by RFC 3339 in UTC, durations by ISO 8601, distances in metres.
pub fn exchanged(value: &Constant) -> String {
    match value {
        Constant::Number(number) => exact(*number),
        Constant::Float(number) => float(number.get()),
        Constant::Text(text) => text.to_string(),
        Constant::Time(nanoseconds) => Timestamp::from_nanosecond(*nanoseconds)
            .map_or_else(|_| nanoseconds.to_string(), |time| time.to_string()),
        Constant::Duration(nanoseconds) => format!("PT{}S", decimal(*nanoseconds, 9)),
        // In metres.
        Constant::Distance(micrometres) => decimal(*micrometres, 6),
        other => shown(other, &TimeZone::UTC),
    }
}

/// The shortest digits that mean this number; with an exponent where they would be many.
fn float(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-5..1e15).contains(&size) {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}

/// The digits of a number: all of them where they end, else six behind the point.
fn exact(number: Exact) -> String {
    let mut power = 1i128;
    for places in 0..=30u32 {
        if power % number.denominator() == 0 {
            return match number.numerator().checked_mul(power / number.denominator()) {
                Some(mantissa) => decimal(mantissa, places),
                None => number.to_f64().to_string(),
            };
        }
        power *= 10;
    }
    format!("{:.6}", number.to_f64())
}

/// `mantissa / 10^places`, without zeros at the end.
fn decimal(mantissa: i128, places: u32) -> String {
    let sign = if mantissa < 0 { "-" } else { "" };
    let digits = format!(
        "{:0>width$}",
        mantissa.unsigned_abs(),
        width = places as usize + 1
    );
    let (whole, fraction) = digits.split_at(digits.len() - places as usize);
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

/// Commas between groups of three digits before the point.
fn grouped_digits(number: &str) -> String {
    let whole = number.trim_start_matches('-');
    let end = whole
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(whole.len());
    let (digits, rest) = whole.split_at(end);
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!(
        "{}{grouped}{rest}",
        if number.starts_with('-') { "-" } else { "" }
    )
}

fn time(nanoseconds: i128, zone: &TimeZone) -> String {
    let Ok(time) = Timestamp::from_nanosecond(nanoseconds) else {
        return format!("{nanoseconds} nanoseconds after 1970");
    };
    time.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn duration(nanoseconds: i128) -> String {
    const UNITS: [(i128, &str); 4] = [
        (86_400_000_000_000, "day"),
        (3_600_000_000_000, "hour"),
        (60_000_000_000, "minute"),
        (1_000_000_000, "second"),
    ];
    for (length, name) in UNITS {
        if nanoseconds != 0 && nanoseconds % length == 0 {
            let count = nanoseconds / length;
            let plural = if count == 1 { "" } else { "s" };
            return format!("{} {name}{plural}", grouped_digits(&count.to_string()));
        }
    }
    format!("{} seconds", grouped_digits(&decimal(nanoseconds, 9)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Float;

    #[test]
    fn values_are_written_for_people_and_for_programs() {
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        let number =
            |numerator, denominator| Constant::Number(Exact::new(numerator, denominator).unwrap());
        let cases = [
            (number(1_234_567, 1), "1,234,567", "1234567"),
            (number(-123_450, 100), "-1,234.5", "-1234.5"),
            (number(1, 100), "0.01", "0.01"),
            (number(1, 3), "0.333333", "0.333333"),
            (
                Constant::Float(Float::new(-1234.25).unwrap()),
                "-1,234.25",
                "-1234.25",
            ),
            (
                Constant::Text("a \"b\"\n".into()),
                "a \"b\"\\n",
                "a \"b\"\n",
            ),
            (Constant::Date(0), "1970-01-01", "1970-01-01"),
            (
                Constant::Time(1_500_000_000),
                "1970-01-01 01:00:01",
                "1970-01-01T00:00:01.5Z",
            ),
            (
                Constant::Time(-1),
                "1970-01-01 00:59:59",
                "1969-12-31T23:59:59.999999999Z",
            ),
            (Constant::Duration(86_400_000_000_000), "1 day", "PT86400S"),
            (
                Constant::Duration(5_400_000_000_000),
                "90 minutes",
                "PT5400S",
            ),
            (Constant::Duration(1_500_000_000), "1.5 seconds", "PT1.5S"),
            (Constant::Boolean(true), "true", "true"),
        ];
        for (value, people, programs) in cases {
            assert_eq!(shown(&value, &zone), people);
            assert_eq!(exchanged(&value), programs);
        }
    }
}
