//! Literals: what a number, a date, a measure or a text is worth.

use super::super::ast::{Expression, ExpressionKind, Literal, Measure, Period};
use super::super::errors;
use super::{Reader, Rule, expression};
use crate::source::Span;
use crate::types::{Decimal, Unit};
use pest::iterators::Pair;

/// The parts of a quantity, before it is clear what is asked of it.
pub(super) struct Quantity {
    pub amount: Option<Decimal>,
    pub number: Span,
    pub percent: bool,
    pub unit: Option<Unit>,
    pub ago: bool,
    pub full: bool,
    pub span: Span,
}

impl Reader<'_> {
    /// The parts of `90 days ago` or of the `4 full weeks` behind `last`.
    pub(super) fn quantity_parts(&mut self, pair: Pair<'_, Rule>) -> Quantity {
        let span = self.span(&pair);
        let mut quantity = Quantity {
            amount: None,
            number: span,
            percent: false,
            unit: None,
            ago: false,
            full: false,
            span,
        };
        let mut parts = self.cursor(pair);
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::number => {
                    quantity.number = self.span(&part);
                    quantity.amount = decimal(part.as_str());
                    if quantity.amount.is_none() {
                        let number = quantity.number;
                        self.report(errors::too_many_digits(number));
                    }
                }
                Rule::percent_sign => quantity.percent = true,
                Rule::unit => quantity.unit = Some(unit(part.as_str())),
                Rule::ago_word => quantity.ago = true,
                Rule::full_word => quantity.full = true,
                _ => {}
            }
        }
        quantity
    }

    /// `42`, `30%`, `90 days`, `90 days ago`
    pub(super) fn quantity(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let quantity = self.quantity_parts(pair);
        let span = quantity.span;
        let Some(amount) = quantity.amount else {
            return expression(span, ExpressionKind::Hole);
        };
        let kind = match quantity.unit {
            Some(unit) => {
                let measure = Measure { amount, unit, span };
                if quantity.ago {
                    ExpressionKind::Ago(measure)
                } else {
                    ExpressionKind::Literal(Literal::Measure(measure))
                }
            }
            None if quantity.percent => ExpressionKind::Literal(Literal::Percent(amount)),
            None => ExpressionKind::Literal(Literal::Number(amount)),
        };
        expression(span, kind)
    }

    /// A day, an instant, a month, a quarter or a week; a hole where the calendar or the clock has none such.
    pub(super) fn moment(&mut self, written: &str, span: Span) -> ExpressionKind {
        match moment(written) {
            Ok(literal) => ExpressionKind::Literal(literal),
            Err(Impossible::Date(reason)) => {
                self.report(errors::impossible_date(written, &reason, span));
                ExpressionKind::Hole
            }
            Err(Impossible::Time(reason)) => {
                self.report(errors::impossible_time(written, &reason, span));
                ExpressionKind::Hole
            }
            Err(Impossible::Period(reason)) => {
                self.report(errors::impossible_period(written, &reason, span));
                ExpressionKind::Hole
            }
        }
    }

    /// What a text says, its quotes taken off and its escapes resolved. An escape that means nothing stands for its character.
    pub(super) fn unescape(&mut self, written: &str, span: Span) -> String {
        let inner = written
            .strip_prefix('"')
            .and_then(|inner| inner.strip_suffix('"'))
            .unwrap_or(written);
        if !inner.contains('\\') {
            return inner.to_string();
        }
        let mut value = String::with_capacity(inner.len());
        let mut rest = inner;
        while let Some(at) = rest.find('\\') {
            value.push_str(&rest[..at]);
            let escape = &rest[at..];
            let (length, character) = unescaped(escape);
            match character {
                Some(character) => value.push(character),
                None => {
                    let start = span.start + 1 + (inner.len() - escape.len()) as u32;
                    let place = Span::new(span.source, start, start + length as u32);
                    self.report(errors::unknown_escape(&escape[..length], place));
                    value.push_str(&escape[1..length]);
                }
            }
            rest = &escape[length..];
        }
        value.push_str(rest);
        value
    }
}

/// The length of the escape that the text begins with, and the character it stands for.
fn unescaped(escape: &str) -> (usize, Option<char>) {
    let Some(letter) = escape[1..].chars().next() else {
        return (1, None);
    };
    let length = 1 + letter.len_utf8();
    match letter {
        '"' | '\\' => (length, Some(letter)),
        'n' => (length, Some('\n')),
        't' => (length, Some('\t')),
        'u' => match escape
            .strip_prefix("\\u{")
            .and_then(|rest| rest.split_once('}'))
        {
            Some((digits, _)) if digits.len() <= 8 && !digits.contains(['"', '\\']) => {
                let character = u32::from_str_radix(digits, 16)
                    .ok()
                    .and_then(char::from_u32);
                (digits.len() + 4, character)
            }
            _ => (length, None),
        },
        _ => (length, None),
    }
}

/// A number as it was written, none if it has more than 38 digits.
pub(super) fn decimal(written: &str) -> Option<Decimal> {
    let mut mantissa: i128 = 0;
    let mut scale = 0;
    let mut digits = 0u32;
    let mut behind_point = false;
    for byte in written.bytes() {
        match byte {
            b'.' => behind_point = true,
            b'0'..=b'9' => {
                digits += u32::from(digits > 0 || byte != b'0' || behind_point);
                if digits > 38 {
                    return None;
                }
                mantissa = mantissa * 10 + i128::from(byte - b'0');
                scale += u8::from(behind_point);
            }
            _ => {}
        }
    }
    Some(Decimal { mantissa, scale })
}

impl Reader<'_> {
    /// A number as it was written; one with too many digits is told.
    pub(super) fn decimal(&mut self, pair: &Pair<'_, Rule>) -> Option<Decimal> {
        let number = decimal(pair.as_str());
        if number.is_none() {
            let span = self.span(pair);
            self.report(errors::too_many_digits(span));
        }
        number
    }
}

/// The unit that a word of the grammar names.
fn unit(written: &str) -> Unit {
    let first = written
        .as_bytes()
        .first()
        .map_or(b' ', u8::to_ascii_lowercase);
    let second = written
        .as_bytes()
        .get(1)
        .map_or(b' ', u8::to_ascii_lowercase);
    match (first, second) {
        (b's', _) => Unit::Seconds,
        (b'm', b'i') if written.len() >= "minute".len() => Unit::Minutes,
        (b'm', b'i') => Unit::Miles,
        (b'h', _) => Unit::Hours,
        (b'd', _) => Unit::Days,
        (b'w', _) => Unit::Weeks,
        (b'c', _) => Unit::CalendarDays,
        (b'm', b'o') => Unit::Months,
        (b'm', _) => Unit::Metres,
        (b'k', _) => Unit::Kilometres,
        (b'q', _) => Unit::Quarters,
        _ => Unit::Years,
    }
}

enum Impossible {
    Date(String),
    Time(String),
    Period(String),
}

fn moment(written: &str) -> Result<Literal, Impossible> {
    let number = |range: std::ops::Range<usize>| -> i16 {
        written
            .get(range)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0)
    };
    let year = number(0..4);
    match written.as_bytes().get(5).map(u8::to_ascii_uppercase) {
        Some(b'Q') => {
            let quarter = number(6..7);
            if !(1..=4).contains(&quarter) {
                return Err(Impossible::Period("a year has quarters Q1 to Q4".into()));
            }
            return Ok(Literal::Period(Period::Quarter {
                year,
                quarter: quarter as u8,
            }));
        }
        Some(b'W') => {
            let week = number(6..8);
            if jiff::civil::ISOWeekDate::new(year, week as i8, jiff::civil::Weekday::Monday)
                .is_err()
            {
                return Err(Impossible::Period(format!(
                    "the weeks of {year} are W01 to W{}",
                    weeks_of(year)
                )));
            }
            return Ok(Literal::Period(Period::Week {
                year,
                week: week as u8,
            }));
        }
        _ => {}
    }
    let month = number(5..7);
    if !(1..=12).contains(&month) {
        let reason = "a year has months 01 to 12".to_string();
        return Err(if written.len() == 7 {
            Impossible::Period(reason)
        } else {
            Impossible::Date(reason)
        });
    }
    if written.len() == 7 {
        return Ok(Literal::Period(Period::Month {
            year,
            month: month as u8,
        }));
    }
    let day = number(8..10);
    let date = jiff::civil::Date::new(year, month as i8, day as i8).map_err(|_| {
        let days =
            jiff::civil::Date::new(year, month as i8, 1).map_or(31, |first| first.days_in_month());
        Impossible::Date(format!("{} has {days} days", &written[..7]))
    })?;
    if written.len() == 10 {
        return Ok(Literal::Date(date));
    }
    clock(date, &written[11..])
}

fn weeks_of(year: i16) -> u8 {
    let has_53 = jiff::civil::ISOWeekDate::new(year, 53, jiff::civil::Weekday::Monday).is_ok();
    if has_53 { 53 } else { 52 }
}

/// The part of an instant behind its `T`: `10:00`, `10:00:30.5+01:00`.
fn clock(date: jiff::civil::Date, written: &str) -> Result<Literal, Impossible> {
    let number = |text: &str| text.parse::<i32>().unwrap_or(i32::MAX);
    let zone_at = written.find(['Z', 'z', '+', '-']).unwrap_or(written.len());
    let (clock, zone) = written.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':').map(number);
    let (hour, minute, second) = (
        parts.next().unwrap_or(0),
        parts.next().unwrap_or(0),
        parts.next().unwrap_or(0),
    );
    if hour > 23 {
        return Err(Impossible::Time("hours run from 00 to 23".into()));
    }
    if minute > 59 {
        return Err(Impossible::Time("minutes run from 00 to 59".into()));
    }
    if second > 59 {
        return Err(Impossible::Time("seconds run from 00 to 59".into()));
    }
    if fraction.len() > 9 {
        return Err(Impossible::Time(
            "a second is divided into at most nine places".into(),
        ));
    }
    let nanoseconds = if fraction.is_empty() {
        0
    } else {
        number(&format!("{fraction:0<9}"))
    };
    let civil = date.at(hour as i8, minute as i8, second as i8, nanoseconds);
    let offset = match zone.as_bytes().first() {
        None => None,
        Some(b'Z' | b'z') => Some(jiff::tz::Offset::UTC),
        Some(sign) => {
            let (hours, minutes) = (number(&zone[1..3]), number(&zone[4..6]));
            if hours > 18 || minutes > 59 || (hours == 18 && minutes > 0) {
                return Err(Impossible::Time("offsets run from -18:00 to +18:00".into()));
            }
            let seconds = (hours * 60 + minutes) * 60;
            let seconds = if *sign == b'-' { -seconds } else { seconds };
            jiff::tz::Offset::from_seconds(seconds).ok()
        }
    };
    Ok(Literal::Time { civil, offset })
}
