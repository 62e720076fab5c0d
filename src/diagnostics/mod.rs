//! What we tell the author of a text: plain data, made by each stage's `errors.rs`, rendered in one place.
//!
//! A diagnostic never carries anything of a compiler stage; it has a code, a place, words, and where there is one, a fix.

use crate::source::Span;

mod codes;
pub mod render;
pub mod repair;
pub mod suggest;

pub use codes::{CodeEntry, code_entry, codes};
pub use render::RenderOptions;

/// How much it matters: an error stops the item it lies in, a warning stands beside success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Error,
    Warning,
}

/// `E0203` for an error, the name (`negation-admits-missing`) for a lint. Every code stands in [`codes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

/// A place and what is to be said about it there; the words may be empty, then the place is only underlined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub message: String,
}

/// Replace the text of `span` by `replacement` (an empty span inserts).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub replacement: String,
}

/// A repair that can be applied as it is: `title` says what it does, in words that follow "fix:".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub title: String,
    /// It keeps the meaning, or is the only way to read what was written; else it is a guess that somebody has to look at.
    pub is_safe: bool,
    pub edits: Vec<Edit>,
}

/// One fault or warning, complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    pub code: Code,
    /// One sentence without a full stop, in the reader's words.
    pub message: String,
    /// The place it is about.
    pub primary: Label,
    /// Other places that explain it (a definition, the other side of a comparison).
    pub secondary: Vec<Label>,
    /// What to do about it, as a sentence.
    pub help: Option<String>,
    pub fix: Option<Fix>,
}

impl Diagnostic {
    pub fn error(
        code: Code,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Error, code, message, span, label)
    }

    pub fn warning(
        code: Code,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Warning, code, message, span, label)
    }

    fn new(
        severity: Severity,
        code: Code,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            code,
            message: message.into(),
            primary: Label {
                span,
                message: label.into(),
            },
            secondary: Vec::new(),
            help: None,
            fix: None,
        }
    }

    #[must_use]
    pub fn also(mut self, span: Span, message: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            message: message.into(),
        });
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers one edit as the fix, which keeps the meaning or is the only way to read what was written.
    #[must_use]
    pub fn fix(
        mut self,
        title: impl Into<String>,
        span: Span,
        replacement: impl Into<String>,
    ) -> Self {
        self.fix = Some(Fix {
            title: title.into(),
            is_safe: true,
            edits: vec![Edit {
                span,
                replacement: replacement.into(),
            }],
        });
        self
    }

    /// Offers one edit that is likely to be what was meant.
    #[must_use]
    pub fn guess(
        self,
        title: impl Into<String>,
        span: Span,
        replacement: impl Into<String>,
    ) -> Self {
        let mut guessed = self.fix(title, span, replacement);
        if let Some(fix) = &mut guessed.fix {
            fix.is_safe = false;
        }
        guessed
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
