//! Names as words: cut apart, compared, one of many.

/// The words of a name in lower case: `CustomerId`, `customer_id` and `customer-ID` are `customer` and `id`.
pub(in crate::discover) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        let begins = before.is_lowercase() && c.is_uppercase();
        if !c.is_alphanumeric() {
            before = ' ';
            continue;
        }
        match words.last_mut() {
            Some(word) if before != ' ' && !begins => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        before = c;
    }
    words
}

/// Whether one of the words is one of these, or one of these and an `s`.
pub(in crate::discover) fn has_word(name: &str, wanted: &[&str]) -> bool {
    words(name)
        .iter()
        .any(|word| wanted.iter().any(|wanted| is_word(word, wanted)))
}

pub(super) fn is_word(word: &str, wanted: &str) -> bool {
    word == wanted || word.strip_suffix('s') == Some(wanted)
}

/// Whether two words are the same, or one is the other with an `s`.
pub(in crate::discover) fn is_same(one: &str, other: &str) -> bool {
    is_word(one, other) || is_word(other, one) || singular_word(one) == singular_word(other)
}

/// A name for a table: its words.
pub(in crate::discover) fn plain(name: &str) -> String {
    let words = words(name);
    if words.is_empty() {
        "table".into()
    } else {
        words.join("_")
    }
}

/// What one row of a table is called: `logins` holds a `login`, `web-activities` a `web_activity`.
pub(in crate::discover) fn singular(name: &str) -> String {
    let mut words = words(name);
    // `logins-2026-01` holds logins.
    while words.len() > 1
        && words
            .last()
            .is_some_and(|last| last.chars().all(|c| c.is_ascii_digit()))
    {
        words.pop();
    }
    if let Some(last) = words.last_mut() {
        *last = singular_word(last);
    }
    if words.is_empty() {
        "event".into()
    } else {
        words.join("_")
    }
}

fn singular_word(word: &str) -> String {
    match (word.strip_suffix("ies"), word.strip_suffix('s')) {
        (Some(stem), _) if stem.len() > 2 => format!("{stem}y"),
        (_, Some(stem)) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        for (name, expected) in [
            ("CustomerId", vec!["customer", "id"]),
            ("customer-ID", vec!["customer", "id"]),
            ("LAST_SEEN_AT", vec!["last", "seen", "at"]),
            ("e-mail", vec!["e", "mail"]),
            ("Höhe 2", vec!["höhe", "2"]),
            ("", vec![]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn a_row_is_called_as_one_of_many() {
        for (name, expected) in [
            ("logins", "login"),
            ("web-activities", "web_activity"),
            ("PageViews", "page_view"),
            ("purchases", "purchase"),
            ("logins-2026-01", "login"),
            ("status", "status"),
            ("news", "new"),
            ("gas", "gas"),
            ("", "event"),
        ] {
            assert_eq!(singular(name), expected, "{name}");
        }
        assert!(is_same("activities", "activity"));
        assert!(is_same("title", "titles"));
        assert!(!is_same("title", "title_id"));
    }
}
