//! Reading fields of CSV that are written in another notation: what they are in that of the language.

use super::Cell;
use super::written::number_shape;
use crate::schema::{DateOrder, Notation};
use std::borrow::Cow;

impl<'a> Cell<'a> {
    /// A field of CSV in a notation.
    pub(in crate::data) fn noted(text: &'a str, notation: &Notation) -> Cell<'a> {
        if notation.is_plain() {
            return Cell::Loose(text);
        }
        let trimmed = text.trim_matches(' ');
        let is_among = |words: &[String]| {
            let lower = trimmed.to_lowercase();
            words.iter().any(|word| word.to_lowercase() == lower)
        };
        let plain = if is_among(&notation.yes) {
            Some("true".to_owned())
        } else if is_among(&notation.no) {
            Some("false".to_owned())
        } else {
            let number = notation.decimal_comma.then(|| with_comma(trimmed));
            let dates = notation.dates;
            (number.flatten()).or_else(|| dates.and_then(|order| day_of(trimmed, order)))
        };
        match plain {
            Some(plain) => Cell::Noted { text, plain },
            // Where decimals stand behind a comma, a point is none of theirs.
            None if notation.decimal_comma
                && trimmed.contains('.')
                && number_shape(trimmed, false).is_some() =>
            {
                Cell::Text(Cow::Borrowed(text))
            }
            None => Cell::Loose(text),
        }
    }
}

/// `1.234,50` as `1234.50`; none where there is neither a comma nor thousands.
fn with_comma(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = match unsigned.split_once(',') {
        Some((whole, part)) => (whole, Some(part)),
        None => (unsigned, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split('.');
    let first = groups.next().filter(|first| is_digits(first))?;
    let others: Vec<&str> = groups.collect();
    let in_groups = others
        .iter()
        .all(|group| group.len() == 3 && is_digits(group));
    let is_grouped = !others.is_empty() && first.len() <= 3 && !first.starts_with('0');
    if !(others.is_empty() || in_groups && is_grouped) {
        return None;
    }
    let sign = if unsigned.len() < text.len() { "-" } else { "" };
    match part {
        None if others.is_empty() => None,
        None => Some(format!("{sign}{first}{}", others.concat())),
        Some(part) if is_digits(part) => Some(format!("{sign}{first}{}.{part}", others.concat())),
        Some(_) => None,
    }
}

/// `22/11/2026` as `2026-11-22`, `22.11.2026 10:00` as `2026-11-22T10:00`; none where it is no such date.
fn day_of(text: &str, order: DateOrder) -> Option<String> {
    let (day, clock) = match text.split_once([' ', 'T']) {
        Some((day, clock)) => (day, Some(clock.trim_start())),
        None => (text, None),
    };
    let sign = day.chars().find(|c| matches!(c, '/' | '-' | '.'))?;
    let parts: Vec<&str> = day.split(sign).collect();
    let [first, second, year] = parts[..] else {
        return None;
    };
    let short = [first, second];
    let is_date = short.iter().all(|part| (1..=2).contains(&part.len()))
        && year.len() == 4
        && parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_date {
        return None;
    }
    let (day, month) = match order {
        DateOrder::DayFirst => (first, second),
        DateOrder::MonthFirst => (second, first),
    };
    let day = format!("{year}-{month:0>2}-{day:0>2}");
    Some(match clock {
        Some(clock) => format!("{day}T{clock}"),
        None => day,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_behind_a_comma_are_read_and_points_are_thousands() {
        for (text, plain) in [
            ("12,50", Some("12.50")),
            ("-0,5", Some("-0.5")),
            ("1.234,50", Some("1234.50")),
            ("1.234.567", Some("1234567")),
            ("12", None),
            ("12,", None),
            (",5", None),
            ("1,234,567", None),
            ("12.50", None),
            ("1234.567,8", None),
            ("0.123", None),
            ("ab,c", None),
        ] {
            assert_eq!(with_comma(text).as_deref(), plain, "{text}");
        }
    }

    #[test]
    fn a_point_is_no_decimal_sign_beside_decimal_commas() {
        let notation = Notation {
            decimal_comma: true,
            ..Notation::default()
        };
        assert!(matches!(Cell::noted("12.50", &notation), Cell::Text(_)));
        assert!(matches!(Cell::noted("12", &notation), Cell::Loose("12")));
    }

    #[test]
    fn days_and_months_stand_in_the_order_that_is_said() {
        for (text, order, plain) in [
            ("22/11/2026", DateOrder::DayFirst, Some("2026-11-22")),
            ("2/1/2026", DateOrder::DayFirst, Some("2026-01-02")),
            ("2/1/2026", DateOrder::MonthFirst, Some("2026-02-01")),
            (
                "22.11.2026 10:00",
                DateOrder::DayFirst,
                Some("2026-11-22T10:00"),
            ),
            ("22/11/26", DateOrder::DayFirst, None),
            ("2026-11-22", DateOrder::DayFirst, None),
            ("22/11-2026", DateOrder::DayFirst, None),
            ("today", DateOrder::DayFirst, None),
        ] {
            assert_eq!(day_of(text, order).as_deref(), plain, "{text}");
        }
    }
}
