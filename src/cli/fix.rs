//! `segql check --fix`: puts fixes into the texts of a project until nothing is left to mend that way.

use super::arguments::CheckOptions;
use super::project::{Project, STANDARD_INPUT};
use super::{Failure, check, fmt, terminal, tested};
use segql::diagnostics::Diagnostic;
use segql::diagnostics::repair::{apply, repair};
use segql::engine::Tests;
use segql::source::Sources;
use segql::{CompileError, Program};
use similar::TextDiff;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Fixes can bring others about; after so many rounds they hardly end any more.
const ROUNDS: usize = 50;

/// What the last check came to: the segments, and the tests where there are some.
type Outcome = (
    Result<Program, CompileError>,
    Option<Result<Tests, CompileError>>,
);

/// A text as it was and as it is now.
struct Changed {
    before: String,
    after: String,
}

pub fn fix(project: &Project, options: &CheckOptions) -> Result<(), Failure> {
    let mut changed: BTreeMap<String, Changed> = BTreeMap::new();
    let mut fixes = 0;
    let (program, tests) =
        loop_until_stable(project, options.unsafe_fixes, &mut changed, &mut fixes)?;
    changed.retain(|_, text| text.before != text.after);
    if options.diff {
        let mut shown = String::new();
        for (name, text) in &changed {
            let diff = TextDiff::from_lines(&text.before, &text.after);
            shown += &diff.unified_diff().header(name, name).to_string();
        }
        terminal::answer(&shown)?;
        return Ok(());
    }
    for (name, text) in &changed {
        if name == STANDARD_INPUT {
            terminal::answer(&text.after)?;
        } else {
            fmt::replace(Path::new(name), &text.after)?;
        }
    }
    let counted = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    };
    if fixes > 0 {
        terminal::say(&format!(
            "{} applied in {}\n",
            counted(fixes, "fix").replace("fixs", "fixes"),
            counted(changed.len(), "text")
        ));
    }
    check::told(project, options, program, tests)
}

/// Checks and mends in turn, in memory, first what segments are made of and then the tests; what is left is told by the last check.
fn loop_until_stable(
    project: &Project,
    guesses: bool,
    changed: &mut BTreeMap<String, Changed>,
    fixes: &mut usize,
) -> Result<Outcome, Failure> {
    let mut rounds = 0;
    loop {
        let texts: HashMap<String, String> = (changed.iter())
            .map(|(name, text)| (name.clone(), text.after.clone()))
            .collect();
        let program = project.compile_changed(&texts);
        let (diagnostics, sources) = match &program {
            Ok(program) => (program.warnings(), program.sources()),
            Err(error) => (error.diagnostics(), error.sources()),
        };
        rounds += 1;
        if rounds <= ROUNDS && mend(diagnostics, sources, guesses, changed, fixes) {
            continue;
        }
        let tests = tested::tests(project, &[], false, &texts)?;
        let (diagnostics, sources) = match &tests {
            Some(Ok(tests)) => (tests.warnings(), tests.sources()),
            Some(Err(error)) => (error.diagnostics(), error.sources()),
            None => return Ok((program, tests)),
        };
        if rounds > ROUNDS || !mend(diagnostics, sources, guesses, changed, fixes) {
            return Ok((program, tests));
        }
    }
}

/// Puts the fixes of these diagnostics into the texts; whether there were any.
fn mend(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    guesses: bool,
    changed: &mut BTreeMap<String, Changed>,
    fixes: &mut usize,
) -> bool {
    let repair = repair(diagnostics, guesses);
    for (source, edits) in &repair.edits {
        let source = sources.get(*source);
        let after = apply(&source.text, edits);
        let text = changed
            .entry(source.name.clone())
            .or_insert_with(|| Changed {
                before: source.text.to_string(),
                after: String::new(),
            });
        text.after = after;
    }
    *fixes += repair.fixes;
    repair.fixes > 0
}
