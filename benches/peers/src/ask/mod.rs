//! SegQL's side of the measurement: a project is opened once, then its conditions are asked by the names of their files.
//!
//! A question is a line of JSON, and so is its answer. Every run begins with the text of the condition, unless its program is to be kept.

mod contacts;
mod members;
mod project;

use project::{Form, Project, Text};
use segql::Program;
use segql::execute::Input;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::error::Error;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Anything that goes wrong, in its words.
pub type Fault = Box<dyn Error + Send + Sync>;

/// Runs of one question, as long as they are over in so much time.
const RUNS: usize = 5;
const ENOUGH: Duration = Duration::from_millis(60);

/// What can be asked. A condition is a `.seg` file of the project, by its path without the ending.
#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Question {
    /// Opens a project, and loads it where it is to be asked in memory.
    Open { folder: PathBuf, form: Form },
    /// The number of members of each segment, from the text on.
    Count { condition: String },
    /// The same, from the compiled program on.
    CountCompiled { condition: String },
    /// Who the members of the first segment are, from the text on.
    Members { condition: String },
    /// From the text to the program, without an answer.
    Compile { condition: String },
    /// From the checked tree, and a copy of it, to the plan.
    Plan { condition: String },
    /// The first so many contacts, one at a time, against all segments: each run is the fastest round, for one contact.
    Contacts { condition: String, contacts: usize },
}

/// What a question came to.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    Opened {
        milliseconds: [f64; 1],
        version: &'static str,
    },
    Found {
        /// Of each run.
        milliseconds: Vec<f64>,
        /// Counts; or the number of members and the sum of their keys; or the number of segments.
        answer: Vec<i64>,
        /// How it was found, where there are several ways.
        way: String,
    },
    Fault {
        error: String,
    },
}

/// A process that is asked.
pub struct Session {
    threads: NonZero<usize>,
    project: Option<Project>,
    compiled: HashMap<String, Program>,
}

impl Session {
    pub fn new(threads: NonZero<usize>) -> Self {
        Self {
            threads,
            project: None,
            compiled: HashMap::new(),
        }
    }

    /// Answers a line.
    pub fn answer(&mut self, line: &str) -> Answer {
        let question = serde_json::from_str(line).map_err(Fault::from);
        let answer = question.and_then(|question| match question {
            Question::Open { folder, form } => self.open(folder, form),
            other => self.ask(&other),
        });
        answer.unwrap_or_else(|error| Answer::Fault {
            error: error.to_string(),
        })
    }

    fn open(&mut self, folder: PathBuf, form: Form) -> Result<Answer, Fault> {
        let started = Instant::now();
        self.compiled.clear();
        self.project = Some(Project::open(folder, form, self.threads)?);
        Ok(Answer::Opened {
            milliseconds: [milliseconds(started.elapsed())],
            version: env!("CARGO_PKG_VERSION"),
        })
    }

    fn ask(&mut self, question: &Question) -> Result<Answer, Fault> {
        let project = self.project.as_ref().ok_or("no project is open")?;
        match question {
            Question::Open { .. } => Err("the project is open".into()),
            Question::Count { condition } => {
                let text = project.text(condition)?;
                runs(|| counts(project, &project.compile(&text)?))
            }
            Question::CountCompiled { condition } => {
                if !self.compiled.contains_key(condition) {
                    let program = project.compile(&project.text(condition)?)?;
                    self.compiled.insert(condition.clone(), program);
                }
                runs(|| counts(project, &self.compiled[condition]))
            }
            Question::Members { condition } => {
                let text = project.text(condition)?;
                let find = || members::of(project, &project.compile(&text)?);
                let (times, keys) = timed(find)?;
                found(times, members::signature(&keys)?)
            }
            Question::Compile { condition } => {
                let text: Text = project.text(condition)?;
                runs(|| Ok(vec![project.compile(&text)?.segments().len() as i64]))
            }
            Question::Plan { condition } => {
                let program = project.compile(&project.text(condition)?)?;
                let plan = || {
                    let simple = segql::optimize::optimize(program.checked().clone());
                    segql::plan::plan(&simple, project.schema())
                };
                runs(|| Ok(vec![plan().segments.len() as i64]))
            }
            Question::Contacts {
                condition,
                contacts,
            } => {
                let program = project.compile(&project.text(condition)?)?;
                let matched = contacts::matched(project, &program, *contacts)?;
                Ok(Answer::Found {
                    milliseconds: vec![milliseconds(matched.fastest)],
                    answer: vec![matched.memberships],
                    way: matched.path,
                })
            }
        }
    }
}

fn counts(project: &Project, program: &Program) -> Result<Vec<i64>, Fault> {
    let ask = |input: Input<'_>| Ok(program.run(input, &project.options())?);
    let outcome = project.with_input(program, ask)?;
    let counts = outcome.segments.iter().map(|found| found.count as i64);
    Ok(counts.collect())
}

/// Runs that give what is answered.
fn runs(run: impl Fn() -> Result<Vec<i64>, Fault>) -> Result<Answer, Fault> {
    let (times, answer) = timed(run)?;
    found(times, answer)
}

fn found(times: Vec<Duration>, answer: Vec<i64>) -> Result<Answer, Fault> {
    Ok(Answer::Found {
        milliseconds: times.into_iter().map(milliseconds).collect(),
        answer,
        way: String::new(),
    })
}

fn timed<T>(run: impl Fn() -> Result<T, Fault>) -> Result<(Vec<Duration>, T), Fault> {
    let mut times = Vec::new();
    loop {
        let started = Instant::now();
        let answer = run()?;
        times.push(started.elapsed());
        if times.len() >= RUNS || times.iter().sum::<Duration>() >= ENOUGH {
            return Ok((times, answer));
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
