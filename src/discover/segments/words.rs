//! Names and texts as the language writes them.

use crate::discover::guess;
use crate::syntax;

/// A name in the texts: as it is, or in back-ticks.
pub(super) fn named(name: &str) -> String {
    let mut characters = name.chars();
    let is_plain = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !syntax::words::is_reserved(name);
    if is_plain {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}

/// A name for a segment, of these parts.
pub(super) fn name(parts: &[&str]) -> String {
    let mut name = String::new();
    for c in parts.join("_").chars() {
        if c.is_alphanumeric() && !c.is_control() {
            name.extend(c.to_lowercase());
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_').to_owned();
    if name.starts_with(|first: char| first.is_alphabetic()) {
        name
    } else {
        format!("segment_{name}")
    }
}

/// `last_seen_at` as people read it: `Last seen`.
pub(super) fn label(name: &str) -> String {
    let mut words = guess::words(name);
    if words.len() > 1
        && words
            .last()
            .is_some_and(|last| matches!(last.as_str(), "at" | "on"))
    {
        words.pop();
    }
    let words = words.join(" ");
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => name.to_owned(),
    }
}

/// A text of the language.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_segments_are_plain() {
        for (parts, expected) in [
            (vec!["region", "BE"], "region_be"),
            (
                vec!["Plan Type", "Month-to-month"],
                "plan_type_month_to_month",
            ),
            (vec!["area", "*"], "area"),
            (vec!["2024"], "segment_2024"),
            (vec!["été", "à la carte"], "été_à_la_carte"),
        ] {
            assert_eq!(name(&parts), expected);
        }
    }

    #[test]
    fn names_of_fields_are_quoted_where_they_have_to_be() {
        for (name, expected) in [
            ("region", "region"),
            ("is", "`is`"),
            ("first name", "`first name`"),
            ("2nd", "`2nd`"),
        ] {
            assert_eq!(named(name), expected);
        }
    }
}
