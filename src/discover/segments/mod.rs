//! First segments: conditions that suit the columns, each compiled and counted before it is written. What holds for nobody or for everybody is left
//! out, so that what stands there shows something.

mod events;
mod proposals;
mod words;

use super::key::Key;
use super::look::Looked;
use super::manifest::Draft;
use super::project::Project;
use super::relations::Related;
use super::{Request, errors};
use crate::data::{DataError, Source};
use crate::engine::{Engine, Program, RunError, RunOptions};
use crate::execute::Input;
use crate::explain::grouped;
use crate::syntax;
use proposals::Proposer;
use std::collections::HashSet;
use std::sync::Arc;
use words::quoted;

/// The text of the first segments.
pub(super) struct First {
    pub(super) text: String,
    /// Each with its members.
    pub(super) counts: Vec<(String, u64)>,
}

/// A segment that may be written. Of those that are about the same, the first that shows something is.
struct Proposal {
    about: &'static str,
    name: String,
    title: String,
    condition: String,
}

/// Days that a window may look back, the most usual first.
const DAYS: [i64; 4] = [90, 30, 365, 7];

const HEAD: &str = "-- First segments, made by `segql init` from what the data hold. Change them, give them names that mean something to you, write your own.\n\n";

pub(super) fn first(
    request: &Request<'_>,
    contacts: &Looked,
    key: &Key,
    related: &Related,
    draft: &Draft,
    project: &Project,
) -> Result<First, DataError> {
    let zone = project.schema.zone().clone();
    let proposer = Proposer {
        contacts,
        key,
        related,
        draft,
        zone: &zone,
        now: request.now.nanoseconds(),
    };
    let engine = Engine::new(project.schema.clone());
    let rows = contacts.profile.rows;
    let compile = |proposals: &[&Proposal]| -> Result<Program, DataError> {
        let texts = proposals.iter().map(|proposal| proposal.written(None));
        let text: String = texts.collect();
        engine.compile("segments.seg", &text).map_err(|error| {
            errors::ours(&format!(
                "the segments made from the data are refused: {error}"
            ))
        })
    };
    let count = |program: &Program, source: &dyn Source| -> Result<Vec<u64>, DataError> {
        let options = RunOptions::at(request.now).cancel(Arc::clone(&request.cancel));
        let outcome = program.run(Input::Source(source), &options);
        let outcome = outcome.map_err(|error| match error {
            RunError::Data(error) => error,
            RunError::Cancelled => DataError::stopped(source.name()),
            other => errors::ours(&other.to_string()),
        })?;
        let segments = outcome.segments.iter();
        Ok(segments.map(|segment| segment.count).collect())
    };
    let mut taken: HashSet<String> = project
        .schema
        .fields_and_streams()
        .iter()
        .map(|field| field.name.clone())
        .collect();
    let sound: Vec<Proposal> = proposer
        .proposals()
        .into_iter()
        .map(|proposal| proposal.with_own_name(&mut taken))
        .filter(|proposal| {
            engine
                .compile("segments.seg", &proposal.written(None))
                .is_ok()
        })
        .collect();
    let program = compile(&sound.iter().collect::<Vec<_>>())?;
    let source = project.source(request, &program)?;
    let counts = count(&program, &*source)?;
    let mut chosen: Vec<(Proposal, u64)> = Vec::new();
    for (proposal, count) in sound.into_iter().zip(counts) {
        let is_new = chosen
            .iter()
            .all(|(known, _)| known.about != proposal.about);
        if !is_new || count == 0 || count >= rows {
            continue;
        }
        // Nothing that the checker warns of, such as one that lies in another.
        let with_it = chosen.iter().map(|(known, _)| known).chain([&proposal]);
        if compile(&with_it.collect::<Vec<_>>())?.warnings().is_empty() {
            chosen.push((proposal, count));
        }
    }
    if let Some(both) = both(&chosen).map(|both| both.with_own_name(&mut taken)) {
        let all = chosen.iter().map(|(known, _)| known).chain([&both]);
        let program = compile(&all.collect::<Vec<_>>())?;
        let both_count = count(&program, &*source)?.pop().unwrap_or(0);
        if both_count > 0 {
            chosen.push((both, both_count));
        }
    }
    if chosen.is_empty() {
        let everybody = Proposal {
            about: "all",
            name: "everybody".into(),
            title: "All contacts".into(),
            condition: "true".into(),
        };
        chosen.push((everybody.with_own_name(&mut taken), rows));
    }
    let text: String = chosen
        .iter()
        .map(|(proposal, count)| proposal.written(Some((*count, rows))))
        .collect();
    let text = syntax::format(&format!("{HEAD}{text}"))
        .map_err(|_| errors::ours("the segments made from the data cannot be laid out"))?;
    Ok(First {
        text,
        counts: chosen
            .into_iter()
            .map(|(proposal, count)| (proposal.name, count))
            .collect(),
    })
}

impl Proposal {
    fn written(&self, count: Option<(u64, u64)>) -> String {
        let comment = match count {
            Some((count, rows)) => {
                format!(
                    "-- {} of {} contacts when this was written.\n",
                    grouped(count),
                    grouped(rows)
                )
            }
            None => String::new(),
        };
        format!(
            "{comment}segment {} {} =\n  {}\n\n",
            self.name,
            quoted(&self.title),
            self.condition
        )
    }

    /// The same under a name that nothing else has.
    fn with_own_name(mut self, taken: &mut HashSet<String>) -> Proposal {
        let base = self.name.clone();
        let mut number = 2;
        while taken.contains(&self.name) || syntax::words::is_reserved(&self.name) {
            self.name = format!("{base}_{number}");
            number += 1;
        }
        taken.insert(self.name.clone());
        self
    }
}

/// A segment made of two others.
fn both(chosen: &[(Proposal, u64)]) -> Option<Proposal> {
    let of = |about: &str| chosen.iter().find(|(proposal, _)| proposal.about == about);
    let group = of("group").or_else(|| of("element"))?;
    let other = of("window")
        .or_else(|| of("number"))
        .or_else(|| of("consent"))
        .or_else(|| of("detail"))?;
    Some(Proposal {
        about: "both",
        name: format!("{}_and_{}", group.0.name, other.0.name),
        title: format!("{}; {}", group.0.title, lower(&other.0.title)),
        condition: format!("{} AND {}", group.0.name, other.0.name),
    })
}

/// With a small letter at its head, as within a sentence.
fn lower(title: &str) -> String {
    let mut characters = title.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}
