//! Values in writing: numbers, dates, times and durations, and how they are read.

/// Digits before and behind the point of a number.
#[derive(Clone, Copy)]
pub(super) struct NumberShape {
    pub(super) whole: bool,
    pub(super) exponent: bool,
    pub(super) digits: usize,
    pub(super) scale: usize,
}

/// None where the text is not a number. `strict` refuses a plus sign and leading zeros: such texts are telephone numbers and codes.
pub(super) fn number_shape(text: &str, strict: bool) -> Option<NumberShape> {
    let unsigned = match text.strip_prefix('-') {
        Some(rest) => rest,
        None if strict => text,
        None => text.strip_prefix('+').unwrap_or(text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (digits, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if digits.len() + fraction.len() == 0 || !all_digits(digits) || !all_digits(fraction) {
        return None;
    }
    if strict && digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    if let Some(exponent) = exponent {
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if unsigned.is_empty() || !all_digits(unsigned) {
            return None;
        }
    }
    Some(NumberShape {
        whole: exponent.is_none() && !mantissa.contains('.'),
        exponent: exponent.is_some(),
        digits: digits.trim_start_matches('0').len(),
        scale: fraction.len(),
    })
}

pub(super) fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// `true` and `false`; where the manifest says bool, also yes and no, 1 and 0, and the first letters.
pub(super) fn boolean(text: &str, declared: bool) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || (declared && (is("t") || is("yes") || is("y") || text == "1")) {
        Some(true)
    } else if is("false") || (declared && (is("f") || is("no") || is("n") || text == "0")) {
        Some(false)
    } else {
        None
    }
}

/// Days since 1970-01-01.
pub(super) fn date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        bytes[range].iter().try_fold(0i16, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + i16::from(byte - b'0'))
        })
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let date = jiff::civil::Date::new(year, month as i8, day as i8).ok()?;
    Some((date - jiff::civil::date(1970, 1, 1)).get_days())
}

/// Nanoseconds since the epoch; a time without an offset is UTC.
pub(super) fn nanoseconds(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() < 16 || !bytes[0].is_ascii_digit() || !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    let time = match text.parse::<jiff::Timestamp>() {
        Ok(time) => time,
        Err(_) => {
            let local: jiff::civil::DateTime = text.parse().ok()?;
            local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()
        }
    };
    i64::try_from(time.as_nanosecond()).ok()
}

pub(super) fn duration(text: &str) -> Option<i64> {
    let duration: jiff::SignedDuration = text.parse().ok()?;
    i64::try_from(duration.as_nanos()).ok()
}

/// The mantissa of a decimal number at this scale.
pub(super) fn decimal(text: &str, scale: u8) -> Option<i128> {
    let shape = number_shape(text, false).filter(|shape| !shape.exponent)?;
    if shape.scale > scale.into() {
        return None;
    }
    let mut mantissa = 0i128;
    for byte in text.bytes().filter(u8::is_ascii_digit) {
        mantissa = mantissa
            .checked_mul(10)?
            .checked_add(i128::from(byte - b'0'))?;
    }
    for _ in shape.scale..scale.into() {
        mantissa = mantissa.checked_mul(10)?;
    }
    Some(if text.starts_with('-') {
        -mantissa
    } else {
        mantissa
    })
}
