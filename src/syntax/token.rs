//! The senses of the front end: cuts any text into tokens, without a gap and without a fault. What is wrong with a token is its kind's to say.
//!
//! Tokens serve what must work on broken text: balance of brackets, limits, splitting into definitions, recovery, colours, comments for the
//! formatter, and the words in messages. What is valid is the grammar's to say; a test keeps the two in step.

use logos::Logos;
use std::ops::Range;

/// A piece of a text. The pieces of a text follow each other without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    /// Bytes from the beginning of the text.
    pub start: u32,
    pub end: u32,
}

impl Token {
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The characters of the token in the text it was cut from.
    pub fn text(self, text: &str) -> &str {
        &text[self.range()]
    }
}

/// What a token is. The last group can never be part of a valid text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Logos)]
pub enum TokenKind {
    /// Blanks, tabs and line breaks.
    #[regex(r"[ \t\r\n]+")]
    Blank,
    /// From `--` to the end of the line, which is not in it.
    #[regex(r"--[^\n]*", allow_greedy = true)]
    Comment,
    /// A keyword or a name.
    #[regex(r"[\p{XID_Start}_]\p{XID_Continue}*")]
    Word,
    /// A name in back-ticks.
    #[regex(r"`[^`\n]+`")]
    QuotedName,
    /// `42`, `1_000`, `3.5`
    #[regex(r"[0-9]+(_[0-9]+)*(\.[0-9]+(_[0-9]+)*)?")]
    Number,
    /// `2026-11-22`, `2026-11-22T10:00+01:00`, `2025-11`, `2025-Q4`, `2025-W47`
    #[regex(r"[0-9]{4}-([Qq][0-9]|[Ww][0-9]{2}|[0-9]{2}(-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?)?)", priority = 20)]
    Moment,
    /// A text with both its quotes.
    #[regex(r#""([^"\\\n]|\\[^\n])*""#)]
    Text,

    #[token("(")]
    OpenParenthesis,
    #[token(")")]
    CloseParenthesis,
    #[token("[")]
    OpenBracket,
    #[token("]")]
    CloseBracket,
    #[token("{")]
    OpenBrace,
    #[token("}")]
    CloseBrace,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("@")]
    At,
    #[token("%")]
    Percent,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Times,
    #[token("/")]
    Divide,
    #[token("??")]
    Coalesce,
    /// `=`, also where a definition begins.
    #[token("=")]
    Equal,
    #[token("!=")]
    NotEqual,
    #[token("<")]
    Less,
    #[token("<=")]
    LessOrEqual,
    #[token(">")]
    Greater,
    #[token(">=")]
    GreaterOrEqual,

    /// An operator of other languages: `==`, `<>`, `&&`, `||`, `!` …
    #[regex(r"==|===|!==|<>|=<|=>|&|&&|\||\|\||!|≠|≤|≥|×|÷|−|–")]
    ForeignOperator,
    /// A blank that looks like one and is none: no-break space, zero-width space, byte order mark …
    #[regex(r"[\u{a0}\u{1680}\u{2000}-\u{200d}\u{2028}\u{2029}\u{202f}\u{205f}\u{2060}\u{3000}\u{feff}\u{85}\u{b}\u{c}]+", priority = 10)]
    ForeignBlank,
    /// `“BE”`, `„BE“`, `«BE»`: quotes as a word processor makes them.
    #[regex("[“”„‟«»][^“”„‟«»\"\n]*[“”„‟«»\"]")]
    #[regex("\"[^“”\"\\\\\n]*”", priority = 1)]
    CurlyQuoted,
    /// `'BE'`, `‘BE’`
    #[regex(r"'[^'\n]*'")]
    #[regex("[‘’‚‛][^‘’‚‛\n]*[‘’‚‛]")]
    SingleQuoted,
    /// A quote without its partner on the line; it reaches to the end of the line.
    #[regex(r#""([^"\\\n]|\\[^\n])*\\?"#, priority = 2)]
    OpenText,
    /// A back-tick without its partner on the line.
    #[regex(r"`[^`\n]*", priority = 2)]
    OpenName,
    /// A date as other places write it: `22/11/2026`, `22-11-2026`, `22.11.2026`, `2026/11/22`, `2026-1-5`; one digit too many.
    #[regex(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", priority = 20)]
    #[regex(r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}", priority = 20)]
    #[regex(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}", priority = 20)]
    #[regex(r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}", priority = 20)]
    #[regex(r"[0-9]{4}-[0-9]-[0-9]{1,2}", priority = 20)]
    #[regex(r"[0-9]{4}-[0-9]{2}-[0-9]", priority = 20)]
    #[regex(r"[0-9]{4}-[0-9]{3,}", priority = 20)]
    #[regex(r"[0-9]{4}-[0-9]{2}-[0-9]{3,}", priority = 20)]
    ForeignDate,
    /// Anything else.
    Unknown,
}

/// Cuts a text into tokens that tile it.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4);
    for (kind, range) in TokenKind::lexer(text).spanned() {
        let (start, end) = (range.start as u32, range.end as u32);
        let kind = kind.unwrap_or(TokenKind::Unknown);
        match tokens.last_mut() {
            Some(last) if kind == TokenKind::Unknown && last.kind == kind => last.end = end,
            _ => tokens.push(Token { kind, start, end }),
        }
    }
    tokens
}
