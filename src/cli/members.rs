//! Writing who the members are, as the run finds them out.

use super::Failure;
use super::events::Joined;
use super::interrupt;
use super::project::Project;
use super::run::failure;
use segql::data::{Format, Labels, Layout, MembersWriter, bind_field, written_members};
use segql::execute::{Input, Members, Sink};
use segql::explain::breach;
use segql::{Outcome, Program, RunError, RunOptions};
use std::path::Path;

/// The form that the end of a file's name tells.
pub fn form(file: &Path) -> Result<Format, Failure> {
    let help = "end its name in .parquet, .arrow, .csv or .jsonl";
    let Some(ending) = file.extension() else {
        let text = format!(
            "{}: its name does not tell the form of the members",
            file.display()
        );
        return Err(Failure::usage("E0805", text).help(help));
    };
    let ending = ending.to_string_lossy();
    Format::of_ending(&ending.to_lowercase()).ok_or_else(|| {
        let text = format!("{}: members cannot be written as .{ending}", file.display());
        Failure::usage("E0805", text).help(help)
    })
}

/// Runs the program and writes its members to a file, which stands there whole or not at all.
pub fn write(
    program: &Program,
    (project, joined): (&Project, &Joined),
    options: &RunOptions,
    file: &Path,
    form: Format,
    layout: Layout,
    guards: Guards,
) -> Result<Outcome, Failure> {
    let (schema, source) = (project.schema(), joined.source());
    let column = bind_field(source, schema, schema.key())?;
    let key = source
        .schema()
        .field(column)
        .clone()
        .with_name(&schema.field(schema.key()).name);
    let names: Vec<String> = program
        .segments()
        .iter()
        .map(|segment| segment.name.clone())
        .collect();
    let labellings = program.labellings().iter().map(|labelling| Labels {
        name: labelling.name.clone(),
        labels: labelling
            .labels
            .iter()
            .map(|label| label.name.clone())
            .collect(),
    });
    let labels: Vec<Labels> = labellings.collect();
    let mut sink = File {
        writer: MembersWriter::create_with_labels(file, form, layout, &key, &names, &labels)?,
        fault: None,
    };
    interrupt::unfinished(sink.writer.unfinished().map(Path::to_owned));
    let outcome = program.run_into(Input::Source(source), options, &mut sink);
    let outcome = match (outcome, sink.fault) {
        (Err(RunError::Sink(_)), Some(fault)) => return Err(fault.into()),
        (outcome, _) => outcome.map_err(failure)?,
    };
    // Keys and closed sets are looked at beside the run; a file of members of doubtful data is worse than none.
    project.keys_are_sound()?;
    project.values_are_known(program)?;
    joined.values_are_known(project)?;
    if guards == Guards::Kept {
        as_expected(program, &outcome, file)?;
    }
    if interrupt::stopped() {
        return Err(Failure::Interrupted);
    }
    sink.writer.finish()?;
    interrupt::unfinished(None);
    Ok(outcome)
}

/// Whether a size that is not as expected keeps the file from being replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Guards {
    Kept,
    Ignored,
}

/// Whether the segments have the sizes that their text expects; how large they were before is counted in the file that is about to be replaced.
fn as_expected(program: &Program, outcome: &Outcome, file: &Path) -> Result<(), Failure> {
    let guards = program.segments().iter();
    let mut guards = guards.filter_map(|segment| segment.notes.guard.as_ref());
    let before = match guards.any(|guard| guard.change.is_some()) {
        true => written_members(file)?,
        false => None,
    };
    // A segment that the file before had nobody of had no row there, or was not asked for.
    let of = |name: &str| before.as_ref()?.get(name).copied();
    let breaches = program.breaches(outcome, of);
    let Some((first, rest)) = breaches.split_first() else {
        return Ok(());
    };
    let mut text = format!("{}: {}", file.display(), breach(first));
    for other in rest {
        text.push_str("; ");
        text.push_str(&breach(other));
    }
    let kept = match file.exists() {
        true => "The file is as it was.",
        false => "No file was written.",
    };
    Err(Failure::fault("E0815", text).help(format!(
        "{kept} Look at who is in; then change what `@expect` says, or write the members all the same with --ignore-guards."
    )))
}

/// Hands members on to the file, and keeps what went wrong with it.
struct File {
    writer: MembersWriter,
    fault: Option<segql::data::DataError>,
}

impl Sink for File {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        self.writer
            .write(members.keys, members.masks)
            .map_err(|fault| {
                let words = fault.to_string();
                self.fault = Some(fault);
                words
            })
    }
}
