//! `segql check`: everything that is wrong with a project, in one go, without answering for a single contact.

use super::arguments::{CheckOptions, MessageFormat};
use super::events::Joined;
use super::project::Project;
use super::{Failure, diagnose, fix, interrupt, moment, run, terminal, tested};
use segql::engine::{Needed, Tests};
use segql::types::RecordType;
use segql::{CompileError, Program};
use std::collections::HashMap;

pub fn check(options: &CheckOptions) -> Result<(), Failure> {
    let project = Project::find(options.path.as_deref())?.open()?;
    if options.fix || options.unsafe_fixes || options.diff {
        return fix::fix(&project, options);
    }
    let tests = tested::tests(&project, &[], false, &HashMap::new())?;
    told(&project, options, project.compile(), tests)
}

/// Says what came of a check. `tests` are those of the project, where it has some.
pub fn told(
    project: &Project,
    options: &CheckOptions,
    outcome: Result<Program, CompileError>,
    tests: Option<Result<Tests, CompileError>>,
) -> Result<(), Failure> {
    let told = |error: CompileError| {
        diagnose::tell_in(options.message_format, error.diagnostics(), error.sources())?;
        Err(Failure::Told)
    };
    let tests = match tests {
        Some(Err(error)) => return told(error),
        Some(Ok(tests)) => tests.trials().len(),
        None => 0,
    };
    match outcome {
        Ok(program) => {
            diagnose::tell_in(
                options.message_format,
                program.warnings(),
                program.sources(),
            )?;
            let mut sound = "";
            if options.data {
                let work = interrupt::work();
                project.keys_are_sound()?;
                let mut reports = project.values_of_all_fields()?;
                program.load_lists().map_err(run::failure)?;
                diagnose::mention_lists(&program.lists());
                diagnose::mention_given_arms(&program.given_arms());
                let now = moment::moment(project.as_of(None), project.schema().zone())?;
                // Every stream is read for what there is to tell of its events, and of its parts those that have closed sets.
                let needed = Needed::parts(project.schema(), |stream, part| {
                    let record = project.schema().field(stream).field_type.record();
                    let known = record.and_then(|record| record.part_named(part));
                    known.is_some_and(|(_, known)| {
                        known.values.is_some() || known.name == RecordType::TIME
                    })
                });
                let joined =
                    Joined::of(project, needed, Vec::new(), &now, run::threads(None), None)?;
                joined.tell_windows_before_the_data(&program, &now);
                reports.extend(joined.values_are_known(project)?);
                drop(work);
                sound = match &reports[..] {
                    [] => "; every contact has a key of its own, and closed sets hold",
                    _ => "; every contact has a key of its own",
                };
                for report in reports {
                    terminal::say(&format!("{report}\n"));
                }
            }
            if options.message_format == MessageFormat::Human {
                let segments = program.segments().len();
                let word = if segments == 1 { "segment" } else { "segments" };
                let tests = match tests {
                    0 => String::new(),
                    1 => ", 1 test".into(),
                    more => format!(", {more} tests"),
                };
                let classifications = match program.labellings().len() {
                    0 => String::new(),
                    1 => ", 1 classification".to_owned(),
                    more => format!(", {more} classifications"),
                };
                terminal::answer(&format!(
                    "{segments} {word}{classifications}{tests}, no errors{sound}\n"
                ))?;
            }
            Ok(())
        }
        Err(error) => told(error),
    }
}
