//! `segql test`: answers the tests of a project and says which of them fail, and why.

mod junit;
mod report;

use super::arguments::TestOptions;
use super::project::Project;
use super::{Failure, diagnose, interrupt, terminal, tested};
use segql::check::Trial;
use segql::diagnostics::suggest;
use segql::engine::Tests;
use segql::trial::{self, TrialError, Verdict};
use std::collections::HashMap;
use std::path::PathBuf;

const EXAMPLE: &str = "Write one into a file that ends in .seg, such as tests/belgians.seg:

  use \"../segments.seg\"

  test \"who lives in Belgium is in\" as of 2026-11-22T10:00+01:00 {
    contact ann (region = \"BE\")
    contact bob (region = \"NL\")
    expect ann in belgians, bob not in belgians
  }";

/// What came of one test.
struct Answer<'t> {
    trial: &'t Trial,
    /// The text that it stands in, and the line it begins on.
    text: String,
    line: usize,
    outcome: Result<Verdict, TrialError>,
}

impl Answer<'_> {
    fn is_ok(&self) -> bool {
        self.outcome.as_ref().is_ok_and(Verdict::is_ok)
    }
}

pub fn test(options: &TestOptions) -> Result<(), Failure> {
    let (project, paths) = asked(&options.paths)?;
    let none = || {
        let text = match &paths[..] {
            [] => format!("{} has no tests", project.name()),
            [one] => format!("{} has no tests", one.display()),
            _ => "these texts have no tests".into(),
        };
        Failure::fault("E0816", text).help(EXAMPLE)
    };
    let tests =
        tested::tests(&project, &paths, options.coverage, &HashMap::new())?.ok_or_else(none)?;
    let tests = tests.map_err(|error| diagnose::faulty(&error))?;
    let trials = meant(&tests, &paths, &project);
    if trials.is_empty() {
        return Err(none());
    }
    let trials = filtered(trials, options.filter.as_deref())?;
    let work = interrupt::work();
    let mut answers = Vec::with_capacity(trials.len());
    for trial in &trials {
        if interrupt::stopped() {
            return Err(Failure::Interrupted);
        }
        let source = tests.sources().get(trial.span.source);
        answers.push(Answer {
            trial,
            text: source.name.clone(),
            line: source.position(trial.span.start).line as usize,
            outcome: trial::run(&tests, trial),
        });
    }
    let coverage = match options.coverage {
        true => trial::coverage(&tests, &trials).ok(),
        false => None,
    };
    drop(work);
    if let Some(file) = &options.junit {
        junit::write(file, project.name(), &answers)?;
    }
    let colours = terminal::colours_on_answer();
    let mut page = report::answers(&answers, tests.sources(), colours);
    if let Some(coverage) = &coverage {
        page += &report::coverage(coverage, tests.sources());
    }
    terminal::answer(&page)?;
    match answers.iter().all(Answer::is_ok) {
        true => Ok(()),
        false => Err(Failure::Told),
    }
}

/// The project, and the texts in it that are meant where not all are.
fn asked(paths: &[String]) -> Result<(Project, Vec<PathBuf>), Failure> {
    let first = paths.first().map(String::as_str);
    let project = Project::find(first)?.open()?;
    let is_text = |path: &String| path.ends_with(".seg");
    let texts: Vec<PathBuf> = paths
        .iter()
        .filter(|path| is_text(path))
        .map(PathBuf::from)
        .collect();
    if paths.len() > 1 && texts.len() < paths.len() {
        return Err(
            Failure::usage("E0802", "several paths are .seg files of one project")
                .help("name a project's folder alone, or .seg files in it"),
        );
    }
    for text in &texts {
        if !text.exists() {
            return Err(super::project::not_there(text));
        }
    }
    Ok((project, texts))
}

fn meant<'t>(tests: &'t Tests, paths: &[PathBuf], project: &Project) -> Vec<&'t Trial> {
    let name = |trial: &Trial| tests.sources().get(trial.span.source).name.clone();
    let trials = tests.trials().iter();
    trials
        .filter(|trial| tested::is_meant(paths, project, &name(trial)))
        .collect()
}

fn filtered<'t>(trials: Vec<&'t Trial>, words: Option<&str>) -> Result<Vec<&'t Trial>, Failure> {
    let Some(words) = words else {
        return Ok(trials);
    };
    let wanted = words.to_lowercase();
    let is_wanted = |trial: &&Trial| trial.title.to_lowercase().contains(&wanted);
    let found: Vec<&Trial> = trials.iter().copied().filter(is_wanted).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let failure = Failure::fault("E0816", format!("no test has {words:?} in its title"));
    let titles = trials.iter().map(|trial| trial.title.as_str());
    Err(match suggest::nearest(words, titles) {
        Some(near) => failure.help(format!("did you mean {near:?}?")),
        None => failure.help(format!(
            "there are {}, such as {:?}",
            counted(trials.len(), "test"),
            trials[0].title
        )),
    })
}

fn counted(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}
