//! Where a label is due in a line that is being typed, so that those of its classification or split are offered and nothing else.

use segql::syntax::{self, Token, TokenKind, words};
use std::collections::HashMap;

/// Labels by the names of what has them.
pub type Labels = HashMap<String, Vec<String>>;

/// What may stand in a line from some byte on.
#[derive(Debug, PartialEq, Eq)]
pub struct Due {
    /// The end of what was typed, or the sign that a label is not asked with.
    pub begin: usize,
    /// What stands before a label there.
    pub before: &'static str,
    /// Labels and other words, as they are written.
    pub words: Vec<String>,
}

/// What may stand behind what was typed where that is a label: `journey is`, `journey in (new,`. Behind `journey =`, which asks for no label, it is `is new` in
/// the place of the sign.
pub fn due(typed: &str, labels: &Labels) -> Option<Due> {
    let tokens = syntax::tokens(typed);
    let own: Vec<&Token> = (tokens.iter())
        .filter(|token| !matches!(token.kind, TokenKind::Blank | TokenKind::Comment))
        .collect();
    let is_word = |token: &Token, word: &str| {
        token.kind == TokenKind::Word && token.text(typed).eq_ignore_ascii_case(word)
    };
    let of = |name: &Token| {
        let is_name = matches!(name.kind, TokenKind::Word | TokenKind::QuotedName);
        let labels = labels.get(name.text(typed).trim_matches('`'));
        labels.filter(|_| is_name)
    };
    let (labels, asked) = match own.as_slice() {
        [.., name, sign] if matches!(sign.kind, TokenKind::Equal | TokenKind::NotEqual) => {
            return Some(Due {
                begin: sign.start as usize,
                before: match sign.kind {
                    TokenKind::Equal => "is ",
                    _ => "is not ",
                },
                words: of(name)?.iter().map(|label| written(label)).collect(),
            });
        }
        [.., name, is, not] if is_word(is, "is") && is_word(not, "not") => (of(name)?, &[][..]),
        [.., name, is] if is_word(is, "is") => (of(name)?, &["not", "missing", "known"][..]),
        all => {
            let open = all
                .iter()
                .rposition(|token| token.kind == TokenKind::OpenParenthesis)?;
            let list = &all[open + 1..];
            let is_list = list.chunks(2).all(|pair| match pair {
                [label, comma] => {
                    matches!(label.kind, TokenKind::Word | TokenKind::QuotedName)
                        && comma.kind == TokenKind::Comma
                }
                _ => false,
            });
            let name = match &all[..open] {
                [.., name, not, word] if is_word(not, "not") && is_word(word, "in") => name,
                [.., name, word] if is_word(word, "in") => name,
                _ => return None,
            };
            (of(name).filter(|_| is_list)?, &[][..])
        }
    };
    let labels = labels.iter().map(|label| written(label));
    let asked = asked.iter().map(|word| (*word).to_owned());
    Some(Due {
        begin: typed.len(),
        before: "",
        words: labels.chain(asked).collect(),
    })
}

/// A label as it is written where it is asked for.
fn written(label: &str) -> String {
    let tokens = syntax::tokens(label);
    match tokens.as_slice() {
        [only] if only.kind == TokenKind::Word && !words::is_reserved(label) => label.to_owned(),
        _ => format!("`{label}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_due_behind_is_and_in_lists() {
        let labels: Labels = [
            ("journey", vec!["new", "old"]),
            ("spring", vec!["mail", "control"]),
        ]
        .into_iter()
        .map(|(name, labels)| {
            let labels = labels.into_iter().map(str::to_owned).collect();
            (name.to_owned(), labels)
        })
        .collect();
        let journey = vec!["new", "old"];
        for (typed, found) in [
            ("journey is not ", Some(journey.clone())),
            ("consent AND journey IN (", Some(journey.clone())),
            ("journey not in (new, ", Some(journey)),
            ("`spring` is not", Some(vec!["mail", "control"])),
            (
                "spring is ",
                Some(vec!["mail", "control", "not", "missing", "known"]),
            ),
            ("plan is ", None),
            ("plan in (", None),
            ("journey", None),
            ("plan = ", None),
            ("journey in (new", None),
            ("(journey is new) AND (", None),
            ("", None),
        ] {
            let found: Option<Vec<String>> =
                found.map(|found| found.into_iter().map(str::to_owned).collect());
            let due = due(typed, &labels);
            let ends = |due: &Due| due.begin == typed.len() && due.before.is_empty();
            assert!(due.iter().all(ends), "{typed}");
            assert_eq!(due.map(|due| due.words), found, "{typed}");
        }
        for (typed, begin, before, found) in [
            ("journey = ", 8, "is ", ["new", "old"]),
            (
                "consent AND `spring` !=",
                21,
                "is not ",
                ["mail", "control"],
            ),
        ] {
            let expected = Due {
                begin,
                before,
                words: found.into_iter().map(str::to_owned).collect(),
            };
            assert_eq!(due(typed, &labels), Some(expected), "{typed}");
        }
    }

    #[test]
    fn labels_that_are_no_plain_names_stand_in_back_ticks() {
        assert_eq!(written("mail"), "mail");
        assert_eq!(written("last day"), "`last day`");
        assert_eq!(written("and"), "`and`");
    }
}
