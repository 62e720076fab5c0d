//! Showing what is wrong with texts.

use super::arguments::MessageFormat;
use super::{Failure, terminal};
use segql::CompileError;
use segql::diagnostics::{Diagnostic, RenderOptions, render};
use segql::schema::KeyList;
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

/// Says of lists of keys that were read what is odd about them.
pub fn mention_lists(lists: &[KeyList]) {
    for list in lists {
        let Some(keys) = list.keys() else { continue };
        let rows = |count: u64, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 row {one}")),
            _ => Some(format!("{count} rows {many}")),
        };
        let odd: Vec<String> = [
            rows(keys.repeated, "repeats a key", "repeat keys"),
            rows(keys.missing, "has no key", "have no key"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !odd.is_empty() {
            terminal::say(&format!(
                "the list \"{}\" has {} keys; {}\n",
                list.name(),
                keys.len(),
                odd.join(", ")
            ));
        }
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
