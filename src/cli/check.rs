//! `segql check`: everything that is wrong with a project, in one go, without answering for a single contact.

use super::arguments::{CheckOptions, MessageFormat};
use super::project::Project;
use super::{Failure, diagnose, fix, interrupt, terminal};
use segql::{CompileError, Program};

pub fn check(options: &CheckOptions) -> Result<(), Failure> {
    let project = Project::find(options.path.as_deref())?.open()?;
    if options.fix || options.unsafe_fixes || options.diff {
        return fix::fix(&project, options);
    }
    told(&project, options, project.compile())
}

/// Says what came of a check.
pub fn told(
    project: &Project,
    options: &CheckOptions,
    outcome: Result<Program, CompileError>,
) -> Result<(), Failure> {
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
                let reports = project.values_of_all_fields()?;
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
                terminal::answer(&format!("{segments} {word}, no errors{sound}\n"))?;
            }
            Ok(())
        }
        Err(error) => {
            diagnose::tell_in(options.message_format, error.diagnostics(), error.sources())?;
            Err(Failure::Told)
        }
    }
}
