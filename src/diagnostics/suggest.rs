//! Which known name somebody may have meant. A suggestion is made only where it is near: a far-off one is worse than none.

use std::collections::BTreeMap;

/// The candidate that is nearest to `written`, where one is near: the same but for case, for `_`, `-` and blanks, for one letter in
/// three (two letters changing places count as one), or the beginning of it. Of equally near ones the first by name.
pub fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let plain = simplify(written);
    if plain.is_empty() {
        return None;
    }
    let length = plain.chars().count();
    let allowed = match length {
        1 => 0,
        2..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    let mut ranked = BTreeMap::new();
    for candidate in candidates {
        let other = simplify(candidate);
        let distance = strsim::damerau_levenshtein(&plain, &other);
        let is_beginning = length >= 3 && other.starts_with(&plain);
        // Two short words that share no letter in its place (`NL` and `BE`) are not near, whatever the distance.
        if distance <= allowed && distance < other.chars().count().max(1) {
            ranked.insert((distance, candidate), candidate);
        } else if is_beginning {
            ranked.insert((allowed + distance, candidate), candidate);
        }
    }
    ranked.into_values().next()
}

/// The candidate of which `written` is another form, as `viewed`, `views` and `viewing` are of `view`, `purchased` of `purchase`.
pub fn stem<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ENDINGS: [&str; 4] = ["ed", "es", "ing", "s"];
    let plain = simplify(written);
    let is_form = |candidate: &&str| {
        let stem = simplify(candidate);
        let stem = stem.trim_end_matches('e');
        let ending = plain.strip_prefix(stem);
        stem.len() >= 3 && ending.is_some_and(|ending| ENDINGS.contains(&ending))
    };
    candidates.into_iter().find(is_form)
}

/// Lower case, without what joins words.
fn simplify(name: &str) -> String {
    name.chars()
        .filter(|character| !matches!(character, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

/// `a`, `a or b`, `a, b or c`.
pub fn one_of(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered() {
        let fields = ["region", "email", "signup_at", "plan", "last_seen"];
        assert_eq!(nearest("regoin", fields), Some("region"));
        assert_eq!(nearest("Region", fields), Some("region"));
        assert_eq!(nearest("signupAt", fields), Some("signup_at"));
        assert_eq!(nearest("signup", fields), Some("signup_at"));
        assert_eq!(nearest("BEL", ["BE", "NL", "FR"]), Some("BE"));
    }

    #[test]
    fn other_forms_of_a_word_are_told() {
        let events = ["view", "purchase", "go"];
        assert_eq!(stem("viewed", events), Some("view"));
        assert_eq!(stem("viewing", events), Some("view"));
        assert_eq!(stem("Purchases", events), Some("purchase"));
        assert_eq!(stem("purchasing", events), Some("purchase"));
        assert_eq!(stem("goes", events), None);
        assert_eq!(stem("viewer", events), None);
    }

    #[test]
    fn far_off_names_are_not() {
        let fields = ["region", "email", "plan"];
        assert_eq!(nearest("country", fields), None);
        assert_eq!(nearest("x", fields), None);
        assert_eq!(nearest("DE", ["NL", "FR"]), None);
        assert_eq!(nearest("", fields), None);
    }

    #[test]
    fn names_are_joined_as_people_do() {
        let names: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
        assert_eq!(one_of(&names), "a, b or c");
        assert_eq!(one_of(&names[..1]), "a");
    }
}
