//! Showing what is wrong with texts.

use super::arguments::MessageFormat;
use super::{Failure, terminal};
use segql::CompileError;
use segql::diagnostics::{Diagnostic, RenderOptions, render};
use segql::schema::{GivenArms, KeyList};
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
        let odd: Vec<String> = [
            counted(keys.repeated, "repeats a key", "repeat keys"),
            counted(keys.missing, "has no key", "have no key"),
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

/// Says of arms that were given before, and that were read, what is odd about them.
pub fn mention_given_arms(arms: &[GivenArms]) {
    for arms in arms {
        let Some(rows) = arms.rows() else { continue };
        let odd = [
            counted(rows.repeated, "repeats a contact", "repeat contacts"),
            counted(rows.without_key, "has no key", "have no key"),
            counted(rows.without_arm, "has no arm", "have no arm"),
        ];
        let odd: Vec<String> = odd.into_iter().flatten().collect();
        if !odd.is_empty() {
            let given = match rows.len() {
                1 => "1 contact was given an arm".to_owned(),
                many => format!("{many} contacts were given an arm"),
            };
            terminal::say(&format!(
                "{given} in the split \"{}\" before; {}\n",
                arms.split(),
                odd.join(", ")
            ));
        }
    }
}

fn counted(rows: u64, one: &str, many: &str) -> Option<String> {
    match rows {
        0 => None,
        1 => Some(format!("1 row {one}")),
        _ => Some(format!("{rows} rows {many}")),
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
