//! `segql run`: counts the members of segments, and writes them to a file where that is asked for.

use super::arguments::{Format, RunOptions as Arguments, TierChoice};
use super::events::Joined;
use super::members::Guards;
use super::progress::Progress;
use super::project::Project;
use super::table::{Answer, Arms, Labelled, Page, Row};
use super::{Failure, balance, diagnose, interrupt, members, moment, project, terminal};
use segql::data::Layout;
use segql::diagnostics::suggest;
use segql::engine::Needed;
use segql::execute::{Input, Tier};
use segql::explain::breach;
use segql::{Now, Outcome, Program, RunError, RunOptions};
use std::num::NonZero;
use std::sync::Arc;

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    // What can be known to fail is known before any work.
    let form = arguments
        .members
        .as_deref()
        .map(members::form)
        .transpose()?;
    let (path, names) = split(&arguments.arguments);
    let place = match (Project::find(path), names.first()) {
        // What is neither a path nor a segment of any project is more likely to be meant as a path.
        (Err(Failure::Fault(_)), Some(name)) if path.is_none() => {
            return Err(project::not_there(name.as_ref()));
        }
        (place, _) => place?,
    };
    let threads = threads(arguments.threads);
    let project = place.open()?.threads(threads);
    let moment = moment::moment(
        project.as_of(arguments.as_of.as_deref()),
        project.schema().zone(),
    )?;
    let program = program(&project, &names, &arguments.conditions)?;

    let joined = Joined::of(
        &project,
        Needed::by(&program),
        Needed::since(&program, moment::nanoseconds(&moment)),
        &moment,
        threads,
        arguments.memory,
    )?;
    joined.tell_windows_before_the_data(&program, &moment);
    let source = joined.source();
    let total: Option<u64> = (0..source.pieces()).map(|piece| source.rows(piece)).sum();
    // Every pass goes over all contacts.
    let passes = program.plan().all().count() as u64;
    let progress = Arc::new(Progress::new(total.map(|total| total * passes)));
    let shown = Arc::clone(&progress);
    let as_of = moment::nanoseconds(&moment);
    let options = RunOptions::at(Now::from_nanoseconds(as_of))
        .threads(threads)
        .tier(match arguments.tier {
            TierChoice::Auto => Tier::Auto,
            TierChoice::Kernels => Tier::Kernels,
            TierChoice::Native => Tier::Native,
        })
        .progress(move |contacts| shown.done(contacts))
        .cancel(interrupt::stop());
    let layout = if arguments.wide {
        Layout::Wide
    } else {
        Layout::Long
    };
    let work = interrupt::work();
    let outcome = std::thread::scope(|scope| {
        let checks = scope.spawn(|| {
            project.keys_are_sound()?;
            let mut reports = project.values_are_known(&program)?;
            reports.extend(joined.values_are_known(&project)?);
            Ok(reports)
        });
        let outcome = match (&arguments.members, form) {
            (Some(file), Some(form)) => {
                let guards = match arguments.ignore_guards {
                    true => Guards::Ignored,
                    false => Guards::Kept,
                };
                let ground = (&project, &joined);
                members::write(&program, ground, &options, file, form, layout, guards)
            }
            _ => program
                .run(Input::Source(source), &options)
                .map_err(failure),
        };
        match (outcome, checks.join()) {
            (Ok(outcome), Ok(sound)) => sound.map(|reports| (outcome, reports)),
            (Err(failure), Ok(_)) => Err(failure),
            (_, Err(panic)) => std::panic::resume_unwind(panic),
        }
    });
    drop(work);
    drop(options);
    drop(progress);
    let (outcome, reports) = outcome?;
    for report in reports {
        terminal::say(&format!("{report}\n"));
    }
    diagnose::mention_lists(&program.lists());
    diagnose::mention_given_arms(&program.given_arms());
    for found in program.breaches(&outcome, |_| None) {
        terminal::say(&format!("warning: {}\n", breach(&found)));
    }
    let page = Page {
        colours: terminal::colours_on_answer(),
        width: terminal::answer_width(),
    };
    let mut text = answer(&program, outcome, moment).render(arguments.format, &page);
    if arguments.format == Format::Table
        && let ([], [split]) = (program.segments(), program.labellings())
        && let Some(drawn) = split.split.as_ref().filter(|drawn| !drawn.per.is_empty())
    {
        let options = RunOptions::at(Now::from_nanoseconds(as_of))
            .threads(threads)
            .cancel(interrupt::stop());
        let strata = program
            .balance(0, Input::Source(source), &options)
            .map_err(failure)?;
        let zone = project.schema().zone();
        text.push('\n');
        text += &balance::table(split, &drawn.per, &strata, zone, &page);
    }
    terminal::answer(&text)
}

/// As many threads as asked for, else one for each core.
pub fn threads(asked: Option<NonZero<usize>>) -> NonZero<usize> {
    asked
        .or_else(|| std::thread::available_parallelism().ok())
        .unwrap_or(NonZero::<usize>::MIN)
}

/// The path and the names behind it: the first argument is a path where it looks like one or is there.
pub fn split(arguments: &[String]) -> (Option<&str>, Vec<&str>) {
    let mut names: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_path = names.first().is_some_and(|first| {
        *first == "-"
            || first.contains(['/', '\\'])
            || first.contains('.') && !looks_like_a_label(first)
            || std::path::Path::new(first).exists()
    });
    let path = is_path.then(|| names.remove(0));
    (path, names)
}

/// `journey.active`: two words with a dot between them, of which the second is no ending of a project's files.
fn looks_like_a_label(name: &str) -> bool {
    let is_word = |word: &str| {
        let mut characters = word.chars();
        let first = characters.next();
        first.is_some_and(|first| first.is_alphabetic() || first == '_')
            && characters.all(|character| character.is_alphanumeric() || character == '_')
    };
    let endings = [
        "seg", "toml", "parquet", "arrow", "csv", "json", "jsonl", "txt",
    ];
    name.split_once('.').is_some_and(|(whole, label)| {
        is_word(whole) && is_word(label) && !endings.contains(&label.to_lowercase().as_str())
    })
}

/// The program of what was asked for: conditions, some segments, or all of them.
fn program(project: &Project, names: &[&str], conditions: &[String]) -> Result<Program, Failure> {
    if !conditions.is_empty() {
        if !names.is_empty() {
            return Err(Failure::usage(
                "E0803",
                "either segments are named or conditions are given with -e, not both",
            ));
        }
        return match project.compile_conditions(conditions) {
            Ok(program) => {
                diagnose::tell(program.warnings(), program.sources());
                Ok(program)
            }
            Err(error) => Err(diagnose::faulty(&error)),
        };
    }
    let program = project
        .compile()
        .map_err(|error| diagnose::faulty(&error))?;
    diagnose::mention(program.warnings());
    if program.segments().is_empty() && program.labellings().is_empty() {
        return Err(project.no_segments());
    }
    if names.is_empty() {
        return Ok(program);
    }
    let mut parts = Vec::new();
    for name in names {
        let Some(part) = program.part(name) else {
            return Err(unknown_segment(name, &program, project));
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Ok(program.select_parts(&parts))
}

/// What to say of a name that no segment has.
pub fn unknown_segment(name: &str, program: &Program, project: &Project) -> Failure {
    // A label is named behind its classification.
    let labels = name.contains('.');
    let mut known: Vec<String> = if labels {
        program.answers()
    } else {
        Vec::new()
    };
    known.extend(
        program
            .segments()
            .iter()
            .map(|segment| segment.name.clone()),
    );
    known.extend(
        program
            .labellings()
            .iter()
            .map(|labelling| labelling.name.clone()),
    );
    let known = known.iter().map(String::as_str);
    let text = format!("there is no segment `{name}` in {}", project.name());
    let failure = Failure::usage("E0803", text);
    match suggest::nearest(name, known) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure
            .help("`segql run` without names counts all segments and shows what they are called"),
    }
}

/// Why a run ended, as the command line tells it.
pub fn failure(error: RunError) -> Failure {
    match error {
        RunError::Data(error) => error.into(),
        RunError::Cancelled => Failure::Interrupted,
        RunError::Sink(words) => Failure::fault("E0804", words),
        error @ (RunError::List { .. } | RunError::Arms { .. }) => Failure::fault("E0738", error.to_string()),
        error @ RunError::Catalogue { .. } => Failure::fault("E0739", error.to_string())
            .help("A catalogue has one row for each key. One that no field refers to needs no `key` in the manifest."),
        error @ RunError::InstantToCome { .. } => Failure::fault("E0381", error.to_string())
            .help("Run it as of a later instant, or ask as of one that has passed in every run, such as `30 days ago`."),
        other => panic!("{other}"),
    }
}

fn answer(program: &Program, outcome: Outcome, as_of: jiff::Zoned) -> Answer {
    let split = |name: &str, audience: Option<u64>| {
        let mut labellings = program.labellings().iter();
        let split = labellings
            .find(|labelling| labelling.name == name)?
            .split
            .as_ref()?;
        Some(Arms {
            audience: audience?,
            salt: split.salt.clone(),
            shares: split.shares.iter().map(|share| share.to_f64()).collect(),
        })
    };
    Answer {
        as_of,
        contacts: outcome.contacts,
        segments: outcome
            .segments
            .into_iter()
            .map(|segment| Row {
                name: segment.name,
                title: segment.title,
                count: segment.count,
            })
            .collect(),
        labellings: outcome
            .labellings
            .into_iter()
            .map(|labelling| Labelled {
                split: split(&labelling.name, labelling.audience),
                name: labelling.name,
                title: labelling.title,
                labels: labelling
                    .labels
                    .into_iter()
                    .map(|label| Row {
                        name: label.name,
                        title: label.title,
                        count: label.count,
                    })
                    .collect(),
            })
            .collect(),
    }
}
