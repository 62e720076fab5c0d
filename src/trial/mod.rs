//! Runs tests: their contacts, events, catalogues and lists become data in memory, which the ordinary engine answers as of the test's instant; what comes out is held
//! against what is expected. The reference says why, and whether it says the same.

mod batch;
mod coverage;
mod reached;
mod reasons;

pub use coverage::{Boundary, Coverage, Uncovered, coverage};

use crate::check::{ExpectedKind, Meaning, Trial};
use crate::data::DataError;
use crate::engine::{Now, Program, RunError, RunOptions, Tests};
use crate::explain;
use crate::ir::NodeRef;
use crate::reference;
use crate::source::Span;
use crate::types::Constant;
use arrow_array::{BooleanArray, RecordBatch};
use jiff::tz::TimeZone;
use reasons::Reasons;

/// What came of a test.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub title: String,
    /// The whole test in the sources.
    pub span: Span,
    /// What did not come out as it was expected; a test without any has passed.
    pub failures: Vec<Failure>,
}

impl Verdict {
    pub fn is_ok(&self) -> bool {
        self.failures.is_empty()
    }
}

/// An expectation that was not met.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The expectation.
    pub span: Span,
    /// As it is written, on one line.
    pub expected: String,
    /// What came out instead: `ann is not in lapsed`.
    pub found: String,
    /// Why, a line for each condition or value that decides; those that follow from another are set in below it.
    pub reasons: Vec<String>,
}

/// Why a test could not be answered, which is no fault of what it is about.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    #[error(transparent)]
    Run(Box<RunError>),
    #[error("what a test gives cannot be put together: {0}")]
    Data(Box<DataError>),
    /// A value that a test may write, and that no column holds.
    #[error("what a test gives cannot be held: {0}")]
    Given(String),
    #[error("internal error, please report it: {0}")]
    Internal(String),
}

impl From<RunError> for TrialError {
    fn from(error: RunError) -> Self {
        Self::Run(Box::new(error))
    }
}

impl From<DataError> for TrialError {
    fn from(error: DataError) -> Self {
        Self::Data(Box::new(error))
    }
}

/// A test on its way: its program and its data.
struct Ready<'t> {
    tests: &'t Tests,
    trial: &'t Trial,
    program: Program,
    batch: RecordBatch,
}

impl<'t> Ready<'t> {
    fn new(tests: &'t Tests, trial: &'t Trial) -> Result<Self, TrialError> {
        let program = tests.program(trial)?;
        program.load_lists()?;
        let batch = batch::batch(program.schema(), trial)?;
        Ok(Self {
            tests,
            trial,
            program,
            batch,
        })
    }
}

/// Answers a test.
///
/// # Errors
/// The data of the test cannot be put together or answered, or the engine and the reference do not say the same.
pub fn run(tests: &Tests, trial: &Trial) -> Result<Verdict, TrialError> {
    let ready = Ready::new(tests, trial)?;
    let now = Now::from_nanoseconds(trial.now);
    let masks = ready.program.masks(&ready.batch, &RunOptions::at(now))?;
    let module = ready.program.checked();
    let schema = ready.program.schema();
    let same = reference::evaluate(module, schema, &ready.batch, trial.now)
        .map_err(|error| TrialError::Internal(error.to_string()))?;
    if same != masks {
        return Err(TrialError::Internal(format!(
            "the test {:?} comes out differently by the reference",
            trial.title
        )));
    }
    let mut failures = Vec::new();
    for (place, mask) in masks.iter().enumerate() {
        failures.extend(ready.held_against(place, mask)?);
    }
    Ok(Verdict {
        title: trial.title.clone(),
        span: trial.span,
        failures,
    })
}

impl Ready<'_> {
    /// The failure of an expectation, where it fails.
    fn held_against(
        &self,
        place: usize,
        mask: &BooleanArray,
    ) -> Result<Option<Failure>, TrialError> {
        let expected = &self.trial.expectations[place];
        let sources = self.program.sources();
        let written = |span: Span| on_one_line(sources.text(span));
        let name = |contact: usize| self.trial.contacts[contact].name.as_str();
        let is_in = |contact: usize| mask.value(contact);
        let all = 0..self.trial.contacts.len();
        // Contacts whose answer is wrong, with what it is.
        let (found, wrong): (String, Vec<usize>) = match &expected.kind {
            ExpectedKind::Members {
                only,
                contacts,
                negated,
                audience,
            } => {
                let wrong: Vec<usize> = match only {
                    true => all
                        .filter(|at| is_in(*at) != contacts.contains(at))
                        .collect(),
                    false => (contacts.iter().copied())
                        .filter(|at| is_in(*at) == *negated)
                        .collect(),
                };
                let what = written(audience.span);
                let (inside, outside): (Vec<usize>, Vec<usize>) =
                    wrong.iter().copied().partition(|at| is_in(*at));
                let mut parts = Vec::new();
                for (side, words) in [
                    (&inside, ["is in", "are in"]),
                    (&outside, ["is not in", "are not in"]),
                ] {
                    if !side.is_empty() {
                        let names: Vec<&str> = side.iter().map(|at| name(*at)).collect();
                        let words = words[usize::from(names.len() > 1)];
                        parts.push(format!("{} {words} {what}", listed(&names)));
                    }
                }
                (parts.join(", and "), wrong)
            }
            ExpectedKind::Count { number, audience } => {
                let members: Vec<usize> = all.filter(|at| is_in(*at)).collect();
                if members.len() as u64 == *number {
                    return Ok(None);
                }
                let names: Vec<&str> = members.iter().map(|at| name(*at)).collect();
                let found = match &names[..] {
                    [] => format!("nobody is in {}", written(audience.span)),
                    [one] => format!("{one} alone is in {}", written(audience.span)),
                    more => format!(
                        "{} are in {}: {}",
                        more.len(),
                        written(audience.span),
                        listed(more)
                    ),
                };
                // Too many are in: why they are. Too few: why the others are not.
                let wrong = match members.len() as u64 > *number {
                    true => members,
                    false => (0..self.trial.contacts.len())
                        .filter(|at| !is_in(*at))
                        .collect(),
                };
                (found, wrong)
            }
            ExpectedKind::Value { contact, value, .. } => {
                if is_in(*contact) {
                    return Ok(None);
                }
                let node = value.map(|value| match value {
                    Meaning::Condition(id) => NodeRef::Condition(id),
                    Meaning::Value(id) => NodeRef::Value(id),
                });
                let found = match node {
                    None => format!("it is not so of {}", name(*contact)),
                    Some(node) => {
                        let found = self.value(node, *contact)?;
                        format!("of {} it is {found}", name(*contact))
                    }
                };
                (found, vec![*contact])
            }
        };
        if wrong.is_empty() && !matches!(expected.kind, ExpectedKind::Count { .. }) {
            return Ok(None);
        }
        let root = self.program.checked().segments[place];
        let mut reasons = Vec::new();
        if !matches!(
            expected.kind,
            ExpectedKind::Value {
                value: Some(Meaning::Value(_)),
                ..
            }
        ) {
            let why = Reasons::new(self)?;
            for contact in &wrong {
                reasons.push(format!("{}:", name(*contact)));
                why.tell(root, *contact, &mut reasons);
            }
        }
        Ok(Some(Failure {
            span: expected.span,
            expected: written(expected.span),
            found,
            reasons,
        }))
    }

    fn value(&self, node: NodeRef, contact: usize) -> Result<String, TrialError> {
        let module = self.program.checked();
        let values = reference::values(
            module,
            self.program.schema(),
            &self.batch,
            self.trial.now,
            &[node],
        )
        .map_err(|error| TrialError::Internal(error.to_string()))?;
        let value = values.get(contact).and_then(|values| values.first());
        Ok(value.map_or_else(String::new, |value| shown(value, &module.zone)))
    }
}

/// A value as a text writes it.
fn shown(value: &Constant, zone: &TimeZone) -> String {
    match value {
        Constant::Text(_) => format!("\"{}\"", explain::shown(value, zone)),
        other => explain::shown(other, zone),
    }
}

/// A stretch of a text on one line.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `ann`, `ann and bob`, `ann, bob and carl`
fn listed(names: &[&str]) -> String {
    match names {
        [] => "nobody".into(),
        [only] => (*only).into(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
