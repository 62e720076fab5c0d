//! Showing what is wrong with texts.

use super::arguments::MessageFormat;
use super::{Failure, terminal};
use segql::CompileError;
use segql::diagnostics::{Diagnostic, RenderOptions, render};
use segql::source::Sources;

/// How diagnostics are drawn on the error output.
pub fn options() -> RenderOptions {
    RenderOptions {
        width: terminal::width(),
        color: terminal::colours_on_errors(),
        unicode: true,
    }
}

/// Says all of them on the error output, for people, and how many there were.
pub fn tell(diagnostics: &[Diagnostic], sources: &Sources) {
    if diagnostics.is_empty() {
        return;
    }
    terminal::say(&render::human_all(diagnostics, sources, options()));
    terminal::say(&format!("\n{}\n", sum(diagnostics)));
}

/// Says the faults of a text.
pub fn faulty(error: &CompileError) -> Failure {
    tell(error.diagnostics(), error.sources());
    Failure::Told
}

/// Says in a line that there are warnings, to whoever asked for something else.
pub fn mention(warnings: &[Diagnostic]) {
    if !warnings.is_empty() {
        terminal::say(&format!(
            "{}: `segql check` shows what is meant\n",
            sum(warnings)
        ));
    }
}

/// The same in a form; those for programs are the answer of the command, and go to the standard output.
pub fn tell_in(
    format: MessageFormat,
    diagnostics: &[Diagnostic],
    sources: &Sources,
) -> Result<(), Failure> {
    let lines = |line: &dyn Fn(&Diagnostic) -> String| -> String {
        diagnostics
            .iter()
            .map(|diagnostic| line(diagnostic) + "\n")
            .collect()
    };
    match format {
        MessageFormat::Human => {
            tell(diagnostics, sources);
            Ok(())
        }
        MessageFormat::Short => {
            terminal::answer(&lines(&|diagnostic| render::short(diagnostic, sources)))
        }
        MessageFormat::Json => terminal::answer(&lines(&|diagnostic| {
            render::json(diagnostic, sources).to_string()
        })),
    }
}

/// `2 errors, 1 warning`
fn sum(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .count();
    let warnings = diagnostics.len() - errors;
    let counted = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    };
    [counted(errors, "error"), counted(warnings, "warning")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}
