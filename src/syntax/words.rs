//! The words of the language: which are reserved, which are keywords in their place, and which open a definition.

/// The words that cannot be names without back-ticks: they begin an operand or join two.
pub const RESERVED: [&str; 23] = [
    "among", "and", "any", "as", "between", "did", "else", "every", "false", "has", "if", "in",
    "is", "missing", "never", "none", "not", "now", "of", "or", "per", "then", "true",
];

/// Whether a word (in any case) is reserved.
pub fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|one| one.eq_ignore_ascii_case(word))
}

/// The words that begin a definition.
pub const DEFINITION_WORDS: [&str; 6] = ["use", "let", "segment", "classify", "split", "test"];

/// Whether a word (in any case) begins a definition where one may stand.
pub fn is_definition_word(word: &str) -> bool {
    DEFINITION_WORDS
        .iter()
        .any(|one| one.eq_ignore_ascii_case(word))
}

/// The words that begin a question about the value before them and may else be names.
const TAIL_WORDS: [&str; 10] = [
    "over", "before", "after", "within", "during", "starts", "ends", "contains", "like", "matches",
];

/// Whether a word (in any case) asks something of the value before it, without being reserved.
pub fn is_tail_word(word: &str) -> bool {
    TAIL_WORDS.iter().any(|one| one.eq_ignore_ascii_case(word))
}
