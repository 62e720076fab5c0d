//! Patterns of `matches`: regular expressions that take time in proportion to the text, whatever they are.
//!
//! They are those of the `regex` crate: Unicode, no look-around, no back-references. `ignoring case` compares letter by letter (simple case
//! folding), since a pattern cannot be folded as a whole: `STRASSE` matches `strasse` and not `straße`.

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::ErrorKind;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// Bytes that a compiled pattern may take.
const SIZE: usize = 1 << 20;
/// Groups in groups.
const NESTING: u32 = 64;

/// A pattern ready to be looked for. Equal texts with equal regard to case are equal patterns.
#[derive(Clone)]
pub struct Pattern {
    text: Arc<str>,
    ignoring_case: bool,
    compiled: Regex,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternFault {
    /// What is wrong at which bytes of the text, in plain words, and perhaps what to write instead.
    Unreadable {
        at: Range<usize>,
        reason: String,
        advice: Option<&'static str>,
    },
    /// It would need more memory than a pattern may take.
    TooLarge,
}

impl Pattern {
    /// # Errors
    /// The text is no pattern, or one that is too large.
    pub fn new(text: &str, ignoring_case: bool) -> Result<Self, PatternFault> {
        regex_syntax::ParserBuilder::new()
            .nest_limit(NESTING)
            .case_insensitive(ignoring_case)
            .build()
            .parse(text)
            .map_err(|error| unreadable(text, &error))?;
        let compiled = RegexBuilder::new(text)
            .case_insensitive(ignoring_case)
            .nest_limit(NESTING)
            .size_limit(SIZE)
            .dfa_size_limit(2 * SIZE)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => PatternFault::TooLarge,
                other => PatternFault::Unreadable {
                    at: 0..text.len(),
                    reason: other.to_string(),
                    advice: None,
                },
            })?;
        Ok(Self {
            text: text.into(),
            ignoring_case,
            compiled,
        })
    }

    /// Whether it is found anywhere in the text.
    pub fn is_found_in(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn ignoring_case(&self) -> bool {
        self.ignoring_case
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, self.ignoring_case) == (&other.text, other.ignoring_case)
    }
}

impl Eq for Pattern {}

impl Hash for Pattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.text, self.ignoring_case).hash(state);
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let case = if self.ignoring_case {
            " ignoring case"
        } else {
            ""
        };
        write!(f, "{:?}{case}", self.text)
    }
}

fn unreadable(text: &str, error: &regex_syntax::Error) -> PatternFault {
    let (span, reason, advice) = match error {
        regex_syntax::Error::Parse(error) => {
            let (reason, advice) = in_words(error.kind());
            (error.span(), reason, advice)
        }
        regex_syntax::Error::Translate(error) => (error.span(), sentence(error.kind()), None),
        _ => {
            return PatternFault::Unreadable {
                at: 0..text.len(),
                reason: "it cannot be read".into(),
                advice: None,
            };
        }
    };
    let start = span.start.offset.min(text.len());
    let next = text[start..].chars().next().map_or(0, char::len_utf8);
    PatternFault::Unreadable {
        // What is missing is shown by the character that stands in its place.
        at: start..span.end.offset.clamp(start + next, text.len()),
        reason,
        advice,
    }
}

/// The reason in the reader's words, and what helps.
fn in_words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    let (reason, advice) = match kind {
        ErrorKind::GroupUnclosed => (
            "this `(` is never closed",
            Some("A bracket that is meant as a character is written `\\\\(`."),
        ),
        ErrorKind::GroupUnopened => (
            "this `)` closes nothing",
            Some("A bracket that is meant as a character is written `\\\\)`."),
        ),
        ErrorKind::ClassUnclosed => (
            "this `[` is never closed",
            Some("A bracket that is meant as a character is written `\\\\[`."),
        ),
        ErrorKind::ClassRangeInvalid => (
            "the range runs backwards",
            Some("Write the smaller character first, as in `[a-z]`."),
        ),
        ErrorKind::RepetitionMissing => (
            "there is nothing here to repeat",
            Some(
                "`*`, `+` and `?` stand behind what they repeat: `.*` is anything. A sign that is meant as a character is written `\\\\*`.",
            ),
        ),
        ErrorKind::RepetitionCountInvalid => (
            "the least number of repetitions is above the most",
            Some("Write the smaller number first, as in `{2,3}`."),
        ),
        ErrorKind::RepetitionCountUnclosed => (
            "this `{` is never closed",
            Some("A bracket that is meant as a character is written `\\\\{`."),
        ),
        ErrorKind::EscapeUnexpectedEof => (
            "a backslash stands at the end",
            Some("A backslash that is meant as a character is written `\\\\\\\\`."),
        ),
        ErrorKind::EscapeUnrecognized => (
            "this escape means nothing",
            Some(
                "`\\\\d` is a digit, `\\\\w` a letter, digit or `_`, `\\\\s` white space, `\\\\.` a point.",
            ),
        ),
        ErrorKind::UnsupportedBackreference => (
            "a pattern cannot look back at what it has found (`\\1`)",
            Some("Patterns find in one pass over the text, so that they are quick on any."),
        ),
        ErrorKind::UnsupportedLookAround => (
            "a pattern cannot look ahead or behind (`(?=…)`, `(?!…)`)",
            Some("Join two conditions instead, as in `x matches \"a\" AND NOT x matches \"b\"`."),
        ),
        ErrorKind::NestLimitExceeded(_) => (
            "brackets are nested too deep",
            Some("64 in each other are the most."),
        ),
        other => return (sentence(other), None),
    };
    (reason.into(), advice)
}

/// The words of the library, as they are.
fn sentence(kind: &impl fmt::Display) -> String {
    kind.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (Range<usize>, String) {
        match Pattern::new(text, false) {
            Err(PatternFault::Unreadable { at, reason, .. }) => (at, reason),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn patterns_are_found_anywhere_unless_anchored() {
        let is_found =
            |pattern: &str, text: &str| Pattern::new(pattern, false).unwrap().is_found_in(text);
        assert!(is_found("nfo", "info@example.be"));
        assert!(is_found("^info@", "info@example.be"));
        assert!(!is_found("^nfo@", "info@example.be"));
        assert!(is_found(r"^\d{4}$", "9000"));
        assert!(!is_found(r"^\d{4}$", "90001"));
        assert!(is_found("", ""));
    }

    #[test]
    fn case_is_ignored_letter_by_letter() {
        let is_found = |text: &str| Pattern::new("straße", true).unwrap().is_found_in(text);
        assert!(is_found("STRAßE"));
        assert!(is_found("STRAẞE"));
        assert!(!is_found("STRASSE"));
    }

    #[test]
    fn faults_have_their_place_and_plain_words() {
        assert_eq!(fault("a(b"), (1..2, "this `(` is never closed".into()));
        assert_eq!(fault("ab)"), (2..3, "this `)` closes nothing".into()));
        assert_eq!(fault("[z-a]"), (1..4, "the range runs backwards".into()));
        assert_eq!(fault("*"), (0..1, "there is nothing here to repeat".into()));
        assert_eq!(
            fault(r"(a)\1").1,
            r"a pattern cannot look back at what it has found (`\1`)"
        );
        assert_eq!(
            fault("(?=a)").1,
            "a pattern cannot look ahead or behind (`(?=…)`, `(?!…)`)"
        );
        assert_eq!(fault("é(").0, 2..3);
    }

    #[test]
    fn what_would_take_too_much_memory_is_refused() {
        assert_eq!(
            Pattern::new(r"\w{1000}{1000}", false),
            Err(PatternFault::TooLarge)
        );
    }
}
