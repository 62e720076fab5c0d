//! What can keep a text from compiling, and a program from answering.

use crate::data::DataError;
use crate::diagnostics::{Code, Diagnostic, RenderOptions, render};
use crate::execute::ExecuteError;
use crate::source::Sources;
use std::fmt;
use std::sync::Arc;

/// The faults of a text, all of them, with the texts they lie in. Displayed as people read them, each with its lines.
#[derive(Clone)]
pub struct CompileError {
    parts: Arc<(Vec<Diagnostic>, Sources)>,
}

impl CompileError {
    pub(super) fn new(diagnostics: Vec<Diagnostic>, sources: Sources) -> Self {
        Self {
            parts: Arc::new((diagnostics, sources)),
        }
    }

    /// Errors and warnings, in the order of the text.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.parts.0
    }

    /// The texts that the places of the diagnostics lie in.
    pub fn sources(&self) -> &Sources {
        &self.parts.1
    }

    /// All of them for people, with the lines they are about.
    pub fn render(&self, options: RenderOptions) -> String {
        render::human_all(self.diagnostics(), self.sources(), options)
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(RenderOptions::default()).trim_end())
    }
}

impl fmt::Debug for CompileError {
    /// As displayed, so that `unwrap` shows what is wrong.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the text does not compile\n\n{self}")
    }
}

impl std::error::Error for CompileError {}

/// Why a program did not answer. The text is never at fault here: a segment that compiles does not fail on a row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The data cannot be read, or is not what the schema says.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A list of keys cannot be read, for this reason.
    #[error("the list \"{name}\" cannot be read: {reason}")]
    List { name: String, reason: String },
    /// The arms that a split gave before cannot be read, for this reason.
    #[error("the arms given in the split `{split}` cannot be read: {reason}")]
    Arms { split: String, reason: String },
    /// A catalogue cannot be read, for this reason.
    #[error("the catalogue \"{name}\" cannot be used: {reason}")]
    Catalogue { name: String, reason: String },
    /// The text asks, at this place, for an instant that is later than that of the run.
    #[error("{place}: `{instant}`, behind `as of`, is later than the instant of this run")]
    InstantToCome { instant: String, place: String },
    /// What takes the members said no, with these words.
    #[error("{0}")]
    Sink(String),
    /// The run was asked to stop.
    #[error("the run was stopped")]
    Cancelled,
    /// A fault of ours: please report it.
    #[error("internal error, please report it: {0}")]
    Internal(String),
}

impl From<ExecuteError> for RunError {
    fn from(error: ExecuteError) -> Self {
        match error {
            ExecuteError::Data(error) => RunError::Data(error),
            ExecuteError::Column {
                source_name,
                column,
                message,
            } => RunError::Data(DataError {
                code: Code("E0521"),
                source_name,
                column: Some(column),
                row: None,
                message,
                help: None,
            }),
            ExecuteError::Cancelled => RunError::Cancelled,
            ExecuteError::Sink(words) => RunError::Sink(words),
            ExecuteError::Internal(words) => RunError::Internal(words),
        }
    }
}
