//! Numbers as people read them.

/// Digits in groups of three: `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share for people: one place, halves away from zero; what is not none or not all never reads as such. A dash where there are no contacts.
pub fn share(count: u64, contacts: u64) -> String {
    if contacts == 0 {
        return "–".into();
    }
    let (count, contacts) = (u128::from(count), u128::from(contacts));
    let tenths = (count * 2_000 + contacts) / (contacts * 2);
    match tenths {
        0 if count > 0 => "<0.1%".into(),
        1_000 if count < contacts => ">99.9%".into(),
        _ => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (1_234_567, "1,234,567"),
        ];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn shares_never_lie_about_none_and_all() {
        assert_eq!(share(0, 10), "0.0%");
        assert_eq!(share(10, 10), "100.0%");
        assert_eq!(share(1, 8), "12.5%");
        assert_eq!(share(1, 1_000_000), "<0.1%");
        assert_eq!(share(999_999, 1_000_000), ">99.9%");
        assert_eq!(share(1, 3), "33.3%");
        assert_eq!(share(2, 3), "66.7%");
        assert_eq!(share(0, 0), "–");
        assert_eq!(share(u64::MAX, u64::MAX), "100.0%");
    }
}
