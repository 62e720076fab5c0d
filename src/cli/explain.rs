//! `segql explain`: the page of a code, or a segment at the stages of its way.

use super::arguments::{ExplainOptions, Stage as StageChoice};
use super::project::Project;
use super::run::unknown_segment;
use super::{Failure, diagnose, moment, terminal};
use segql::diagnostics::{code_entry, codes, suggest};
use segql::explain::{Stage, explain as print};
use segql::{Part, Program};
use std::path::Path;

pub fn explain(options: &ExplainOptions) -> Result<(), Failure> {
    if let Some(condition) = &options.condition {
        // With a condition, what would be the topic is the project.
        let path = options.topic.as_deref().or(options.path.as_deref());
        let project = Project::find(path)?.open()?;
        let program = project
            .compile_conditions(std::slice::from_ref(condition))
            .map_err(|error| diagnose::faulty(&error))?;
        return show(&program, &project, condition, options);
    }
    let topic = options.topic.as_deref().unwrap_or_default();
    if options.stage.is_none()
        && options.path.is_none()
        && let Some(entry) = code_entry(topic)
    {
        return terminal::answer(&format!("{}\n", entry.page.trim_end()));
    }
    if looks_like_a_code(topic) {
        return Err(unknown_code(topic));
    }
    let found = Project::find(options.path.as_deref());
    let project = found.map_err(|failure| turned_round(topic, options, failure))?;
    let project = project.open()?;
    let program = project
        .compile()
        .map_err(|error| diagnose::faulty(&error))?;
    let Some(part) = program.part(topic) else {
        return Err(unknown_segment(topic, &program, &project));
    };
    let selected = program.select_parts(&[part]);
    let span = match part {
        Part::Segment(place) => program.segments()[place].span,
        Part::Labelling(place) => program.labellings()[place].span,
        Part::Label { labelling, label } => program.labellings()[labelling].labels[label].span,
    };
    let text = program.sources().text(span).to_owned();
    show(&selected, &project, &text, options)
}

/// Says more where the project stands before the segment.
fn turned_round(topic: &str, options: &ExplainOptions, failure: Failure) -> Failure {
    match &options.path {
        Some(path) if Path::new(topic).exists() => failure.help(format!(
            "the segment stands before its project: `segql explain {path} {topic}`"
        )),
        _ => failure,
    }
}

/// One stage as it is, or the ones that most people want, each under its name.
fn show(
    program: &Program,
    project: &Project,
    text: &str,
    options: &ExplainOptions,
) -> Result<(), Failure> {
    let as_of = project.as_of(options.as_of.as_deref());
    let now = moment::moment(as_of, project.schema().zone())?;
    if let Some(stage) = options.stage {
        return terminal::answer(&at(program, stage)?);
    }
    let mut page = format!("text\n{}\n", indented(text));
    let windows = segql::explain::windows(program, moment::nanoseconds(&now));
    if !windows.is_empty() {
        let now = moment::shown(&now);
        page.push_str(&format!("\nwindows as of {now}\n{}\n", indented(&windows)));
    }
    for (name, stage) in [
        ("ir", StageChoice::Ir),
        ("optimized", StageChoice::Optimized),
        ("plan", StageChoice::Plan),
    ] {
        page.push_str(&format!("\n{name}\n{}", indented(&at(program, stage)?)));
        page.push('\n');
    }
    terminal::answer(&page)
}

fn at(program: &Program, stage: StageChoice) -> Result<String, Failure> {
    let stage = match stage {
        StageChoice::Tokens => Stage::Tokens,
        StageChoice::Ast => Stage::Ast,
        StageChoice::Ir => Stage::Ir,
        StageChoice::Optimized => Stage::Optimized,
        StageChoice::Plan => Stage::Plan,
        StageChoice::Clif => Stage::Clif,
        StageChoice::Asm => Stage::Asm,
    };
    print(program, stage).map_err(|reason| {
        Failure::fault(
            "E0810",
            format!("there is no native code to show: {reason}"),
        )
        .help("--stage plan shows what runs everywhere, with the same answers")
    })
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text
        .trim_end()
        .lines()
        .map(|line| format!("  {line}").trim_end().to_owned())
        .collect();
    lines.join("\n")
}

/// `E0203`: one letter and digits.
fn looks_like_a_code(topic: &str) -> bool {
    let mut characters = topic.chars();
    characters
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case(&'e'))
        && topic.len() > 2
        && characters.all(|character| character.is_ascii_digit())
}

fn unknown_code(topic: &str) -> Failure {
    let failure = Failure::usage("E0809", format!("there is no code `{topic}`"));
    let written = topic.to_uppercase();
    match suggest::nearest(&written, codes().iter().map(|entry| entry.code.0)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("codes stand in brackets in front of a message: error[E0203]"),
    }
}
