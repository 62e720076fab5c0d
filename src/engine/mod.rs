//! The public face: a schema makes an engine, an engine compiles texts into programs, a program answers for any number of runs.

mod balance;
mod catalogues;
mod compile;
mod error;
mod events;
mod guard;
mod labelled;
mod native;
mod run;
mod tables;
mod trials;

pub use balance::Stratum;
pub use catalogues::{catalogue, catalogues_of};
pub use compile::Engine;
pub use error::{CompileError, RunError};
pub use events::{Events, Needed};
pub use guard::{Breach, BreachKind};
pub use labelled::{Label, LabelOutcome, Labelling, LabellingOutcome, Part, Split};
pub use run::{Now, Outcome, RunOptions, SegmentOutcome};
pub use tables::Tables;
pub use trials::Tests;

use crate::check::Notes;
use crate::data::{self, DataError};
use crate::diagnostics::Diagnostic;
use crate::execute::ExecuteError;
use crate::ir;
use crate::optimize::constants::Known;
use crate::plan::Plan;
use crate::schema::{Catalogue, GivenArms, KeyList, Schema, UnknownArm};
use crate::source::{Sources, Span};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The segments of a text, compiled: checked against a schema, simplified, planned. Cheap to clone, and usable from any number of threads at once.
///
/// What was compiled to native code belongs to the program and is freed with its last clone.
#[derive(Clone)]
pub struct Program {
    parts: Arc<Parts>,
}

struct Parts {
    schema: Schema,
    sources: Sources,
    warnings: Vec<Diagnostic>,
    segments: Vec<Segment>,
    labellings: Vec<Labelling>,
    /// As the checker made it: the conditions of the segments, then those of the labels of each labelling, then those of the audiences of splits.
    checked: ir::Module,
    places: Places,
    optimized: ir::Module,
    plan: Arc<Plan>,
    native: native::Native,
}

/// What comes of the typed tree of a program.
struct Planned {
    optimized: ir::Module,
    plan: Arc<Plan>,
}

impl Planned {
    fn of(checked: ir::Module, schema: &Schema) -> Self {
        let optimized = crate::optimize::optimize(checked);
        let plan = crate::plan::plan(&optimized, schema);
        Self { optimized, plan }
    }
}

/// Where the typed tree of a program stands in its sources.
#[derive(Clone, Debug, Default)]
struct Places {
    conditions: Arc<HashMap<ir::ConditionId, Span>>,
    /// Of conditions that `as of` has moved.
    moved_by: Arc<HashMap<ir::ConditionId, Vec<Span>>>,
    /// That instants which are written out behind `as of` have come.
    instants: Arc<[(ir::ConditionId, Span)]>,
}

/// A segment of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What the text calls it; for a condition on its own, the condition itself.
    pub name: String,
    /// What people call it.
    pub title: Option<String>,
    /// The comment right above it.
    pub documentation: Option<String>,
    /// What is noted above it: owner, goal, and how many members are expected.
    pub notes: Notes,
    /// The whole definition in the program's sources.
    pub span: Span,
}

impl Program {
    /// The segments, in the order in which they are answered.
    pub fn segments(&self) -> &[Segment] {
        &self.parts.segments
    }

    /// The place of a segment in [`Program::segments`].
    pub fn position(&self, name: &str) -> Option<usize> {
        self.parts
            .segments
            .iter()
            .position(|segment| segment.name == name)
    }

    /// What is worth a look although the text compiles. Their places are in [`Program::sources`].
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.parts.warnings
    }

    /// The texts that the program was made from.
    pub fn sources(&self) -> &Sources {
        &self.parts.sources
    }

    /// The schema that the program was checked against.
    pub fn schema(&self) -> &Schema {
        &self.parts.schema
    }

    /// The program of some of the segments, in the order given; nothing else is read or worked out then. Places past the end are left out.
    /// [`Program::select_parts`] takes classifications and labels as well.
    #[must_use]
    pub fn select(&self, places: &[usize]) -> Program {
        let places: Vec<usize> = (places.iter().copied())
            .filter(|place| *place < self.parts.segments.len())
            .collect();
        let parts: Vec<Part> = places.into_iter().map(Part::Segment).collect();
        self.select_parts(&parts)
    }

    /// The same program with other roots.
    fn with_parts(
        &self,
        segments: Vec<Segment>,
        labellings: Vec<Labelling>,
        roots: Vec<ir::ConditionId>,
    ) -> Program {
        let mut checked = self.parts.checked.clone();
        checked.segments = roots;
        let planned = Planned::of(checked.clone(), &self.parts.schema);
        Program::new(
            self.parts.schema.clone(),
            self.parts.sources.clone(),
            self.parts.warnings.clone(),
            (segments, labellings),
            (checked, planned),
            self.parts.places.clone(),
        )
    }

    /// The lists of keys that the segments ask.
    pub fn lists(&self) -> Vec<KeyList> {
        let mut lists = self.key_lists();
        lists.retain(|list| list.arms().is_none());
        lists
    }

    /// The arms that were given before and that the segments hold.
    pub fn given_arms(&self) -> Vec<GivenArms> {
        let mut given: Vec<GivenArms> = Vec::new();
        for list in self.key_lists() {
            given.extend(list.arms().filter(|arms| !given.contains(arms)).cloned());
        }
        given
    }

    /// The lists of keys, and of those who were given an arm.
    fn key_lists(&self) -> Vec<KeyList> {
        let module = &self.parts.checked;
        let roots = module
            .segments
            .iter()
            .map(|root| ir::NodeRef::Condition(*root));
        let mut lists: Vec<KeyList> = Vec::new();
        for node in module.graph.reachable(roots) {
            if let ir::NodeRef::Condition(id) = node
                && let ir::Condition::InList { list, .. } = module.graph.condition(id)
                && !lists.contains(list)
            {
                lists.push(list.clone());
            }
        }
        lists
    }

    /// The catalogues that the segments ask.
    pub fn catalogues(&self) -> Vec<Catalogue> {
        let module = &self.parts.checked;
        let roots = (module.segments.iter()).map(|root| ir::NodeRef::Condition(*root));
        let mut catalogues: Vec<Catalogue> = Vec::new();
        for node in module.graph.reachable(roots) {
            if let ir::NodeRef::Value(id) = node
                && let ir::Value::Catalogue(catalogue)
                | ir::Value::LookUp { catalogue, .. }
                | ir::Value::Nearest { catalogue, .. } = module.graph.value(id)
                && !catalogues.contains(catalogue)
            {
                catalogues.push(catalogue.clone());
            }
        }
        catalogues
    }

    /// Reads the lists of keys, the given arms and the catalogues that the segments ask and that have not been read. Every run does this before the first contact; a host that
    /// answers one contact at a time calls it once, since a list or a catalogue that has not been read holds nothing.
    ///
    /// # Errors
    /// A list or a catalogue cannot be read, a key of a catalogue stands twice, somebody was given two arms or one that the split has not.
    pub fn load_lists(&self) -> Result<(), RunError> {
        for list in self.key_lists() {
            list.load().map_err(|error| not_loaded(&list, &*error))?;
        }
        for catalogue in self.catalogues() {
            catalogue
                .load()
                .map_err(|error| match error.downcast_ref::<ExecuteError>() {
                    Some(ExecuteError::Data(error)) => RunError::Data(error.clone()),
                    Some(ExecuteError::Cancelled) => RunError::Cancelled,
                    _ => RunError::Catalogue {
                        name: catalogue.name().to_owned(),
                        reason: error.to_string(),
                    },
                })?;
        }
        Ok(())
    }

    /// Where a condition of [`Program::checked`] stands in the sources, as far as it stands there as a whole.
    pub fn place(&self, condition: ir::ConditionId) -> Option<Span> {
        self.parts.places.conditions.get(&condition).copied()
    }

    /// Of a condition of [`Program::checked`] that `as of` has moved in time, where each `as of` stands in the sources, from the innermost on; nothing
    /// of what stands nowhere there: that events have been seen.
    pub fn moved_by(&self, condition: ir::ConditionId) -> Option<&[Span]> {
        let moved_by = self.parts.places.moved_by.get(&condition)?;
        Some(moved_by)
    }

    /// Whether all instants that the segments name behind `as of` have come at this one. Every run asks this before the first contact; for a host that
    /// answers one contact at a time, what is asked as of an instant to come is false.
    ///
    /// ```
    /// use segql::{Engine, Now, Schema};
    ///
    /// let schema = Schema::builder().key("id").int("id").time("signup_at").build()?;
    /// let asked = "signup_at in last 30 days as of 2026-01-01T00:00Z";
    /// let program = Engine::new(schema).compile_condition(asked)?;
    /// let day = 86_400_000_000_000;
    /// let new_year = Now::from_nanoseconds(20_454 * day);
    /// assert!(program.check_instants(new_year).is_ok());
    /// let before = Now::from_nanoseconds(20_454 * day - 1);
    /// let error = program.check_instants(before).unwrap_err().to_string();
    /// assert!(error.contains("`2026-01-01T00:00Z`"), "{error}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// An instant that is written out is later than that of the run.
    pub fn check_instants(&self, now: Now) -> Result<(), RunError> {
        let instants = &self.parts.places.instants;
        if instants.is_empty() {
            return Ok(());
        }
        let module = &self.parts.checked;
        let graph = &module.graph;
        let roots = (module.segments.iter()).map(|root| ir::NodeRef::Condition(*root));
        let asked: HashSet<ir::NodeRef> = graph.reachable(roots).into_iter().collect();
        for (has_come, place) in instants.iter() {
            let node = ir::NodeRef::Condition(*has_come);
            if !asked.contains(&node) {
                continue;
            }
            let known = Known::of(graph, [node], Some(now.nanoseconds()), &module.zone);
            // As seen from an instant that differs from contact to contact, it is for each contact to see.
            if known.condition(*has_come) == Some(false) {
                let file = self.parts.sources.get(place.source);
                let position = file.position(place.start);
                return Err(RunError::InstantToCome {
                    instant: self.parts.sources.text(*place).to_owned(),
                    place: format!("{}:{}:{}", file.name, position.line, position.column),
                });
            }
        }
        Ok(())
    }

    /// The typed tree before any simplification.
    pub fn checked(&self) -> &ir::Module {
        &self.parts.checked
    }

    /// The typed tree as it is planned.
    pub fn optimized(&self) -> &ir::Module {
        &self.parts.optimized
    }

    /// What a run does.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.parts.plan
    }

    fn new(
        schema: Schema,
        sources: Sources,
        warnings: Vec<Diagnostic>,
        (segments, labellings): (Vec<Segment>, Vec<Labelling>),
        (checked, planned): (ir::Module, Planned),
        places: Places,
    ) -> Self {
        let Planned { optimized, plan } = planned;
        Program {
            parts: Arc::new(Parts {
                schema,
                sources,
                warnings,
                segments,
                labellings,
                checked,
                places,
                optimized,
                plan,
                native: native::Native::default(),
            }),
        }
    }
}

/// Why a list is not there.
fn not_loaded(list: &KeyList, error: &(dyn std::error::Error + Send + Sync + 'static)) -> RunError {
    if let Some(error) = error.downcast_ref::<DataError>() {
        return RunError::Data(error.clone());
    }
    if let Some(unknown) = error.downcast_ref::<UnknownArm>() {
        return RunError::Data(data::arm_not_of_the_split(unknown));
    }
    let reason = error.to_string();
    match list.arms() {
        Some(arms) => RunError::Arms {
            split: arms.split().to_owned(),
            reason,
        },
        None => RunError::List {
            name: list.name().to_owned(),
            reason,
        },
    }
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program")
            .field("segments", &self.parts.segments)
            .field("labellings", &self.parts.labellings)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_go_from_thread_to_thread() {
        fn travels<T: Clone + Send + Sync + 'static>() {}
        travels::<Engine>();
        travels::<Program>();
        travels::<Segment>();
        travels::<RunOptions>();
        travels::<Outcome>();
        travels::<CompileError>();
    }
}
