//! From tree to typed tree: names are looked up, types and units checked, definitions put in where they are used, sugar taken away.
//!
//! Every fault is found in one go. A faulty item has no typed tree, and what rests on it has none either, silently; the others go on.
//!
//! How the files here share the work: `files` brings texts together through `use`; `names` says what each name means where;
//! `order` puts definitions before what uses them; `item` checks one definition after the other; `expression`, `lookup`, `arithmetic`,
//! `compare`, `lists`, `windows`, `brackets`, `aggregates` and `calls` give expressions their meaning; `labels` gives classifications theirs, `samples` and `splits` draw;
//! `logic`, `empty_lists` and `lints` look at what a condition does with missing values, `decided` and `unreachable` at what never holds or changes nothing;
//! `errors` holds the words of every fault.

mod aggregates;
mod anniversary;
mod annotations;
mod arithmetic;
mod as_of;
mod brackets;
mod calls;
mod catalogues;
mod chains;
mod choices;
mod closed;
mod compare;
mod cuts;
mod decided;
mod elements;
mod empty_lists;
mod errors;
mod event_habits;
mod events;
mod expansions;
mod expression;
mod figures;
mod files;
mod gaps;
mod groups;
mod habits;
mod histories;
mod item;
mod key_lists;
mod labels;
mod limits;
mod lints;
mod lists;
mod logic;
mod lookalikes;
mod lookup;
mod names;
mod nearest;
mod nearly;
mod newcomers;
mod operand;
mod order;
mod outsiders;
mod patterns;
mod populations;
mod samples;
mod selection;
mod short;
mod splits;
mod trials;
mod unreachable;
mod uses;
mod windows;
mod zones;

pub use annotations::{Guard, Notes, Size};
pub use expansions::Expansions;
pub use trials::{Audience, Expected, ExpectedKind, Trial, TrialContact};

use crate::diagnostics::Diagnostic;
use crate::ir;
use crate::schema::Schema;
use crate::source::{SourceId, Sources, Span};
use crate::syntax::Parsed;
use std::collections::HashMap;
use std::num::NonZero;

/// Finds the texts that `use "file.seg"` names. Who calls the checker decides what a path may reach.
pub trait Loader {
    /// The name under which the text is shown and remembered, and the text. Two paths that mean the same file give the same name.
    ///
    /// # Errors
    ///
    /// Why the file cannot be used, in words that follow "cannot use the file: ".
    fn load(&self, from: &str, path: &str) -> Result<(String, String), String>;
}

/// A [`Loader`] for texts that stand alone: every `use` is refused.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Loader for NoFiles {
    fn load(&self, _from: &str, _path: &str) -> Result<(String, String), String> {
        Err("this text stands alone, without files beside it".into())
    }
}

/// What is known of a checked text.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The segments of the root text that are sound, each with its root at the place of [`Checked::segments`].
    pub module: ir::Module,
    pub segments: Vec<SegmentInfo>,
    /// The classifications and splits of the root text that are sound.
    pub classifications: Vec<ClassificationInfo>,
    /// Every definition that the root text sees, its own first, those of the files it uses after them.
    pub definitions: Vec<DefinitionInfo>,
    /// Where a condition of the typed tree stands in the text; of several places the first.
    pub places: HashMap<ir::ConditionId, Span>,
    /// Where the bodies of definitions with parameters were put in; of tests alone.
    pub expansions: Expansions,
    /// Of a condition that `as of` has moved, where each `as of` stands, from the innermost on; none of that events have been seen.
    pub moved_by: HashMap<ir::ConditionId, Vec<Span>>,
    /// That an instant which is written out behind `as of` is not later than that of the run, with its place.
    pub instants: Vec<(ir::ConditionId, Span)>,
    /// Those of parsing and those of checking, of all files, in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// The tests that are sound, where they were asked for.
    pub trials: Vec<Trial>,
    pub work: Work,
}

/// What checking a text came to. The same text against the same schema always comes to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// Expressions that were looked at, those of a definition with parameters once for each different use.
    pub expressions: u64,
    /// Steps that were taken to find out what follows from what; there is a bound to them, beyond which less is told.
    pub steps: u64,
}

impl Checked {
    /// Nothing is wrong that stops an item.
    pub fn is_sound(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// A sound segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentInfo {
    pub name: String,
    pub title: Option<String>,
    pub documentation: Option<String>,
    /// What is noted above it.
    pub notes: Notes,
    /// The whole item.
    pub span: Span,
}

/// A sound classification or split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassificationInfo {
    pub name: String,
    pub title: Option<String>,
    pub documentation: Option<String>,
    /// Owner and goal.
    pub notes: Notes,
    /// The whole item.
    pub span: Span,
    /// In the order of the text; each contact has exactly one of them, of the arms of a split one at most.
    pub labels: Vec<LabelInfo>,
    /// What makes a split of it.
    pub split: Option<SplitInfo>,
}

/// How the arms of a split are drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitInfo {
    /// Holds for whom it is of.
    pub audience: ir::ConditionId,
    pub salt: String,
    /// By arm.
    pub shares: Vec<crate::types::Exact>,
    /// The values behind `per`, each as it was written.
    pub strata: Vec<(String, ir::ValueId)>,
}

/// A label of a sound classification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelInfo {
    pub name: String,
    pub title: Option<String>,
    /// The whole label, with its condition.
    pub span: Span,
    /// Holds for whom it is given to.
    pub condition: ir::ConditionId,
}

/// A definition that can be referred to, for completion, hovers and questions about it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionInfo {
    pub name: String,
    /// Names and types of its parameters, as people write them.
    pub parameters: Vec<(String, String)>,
    pub documentation: Option<String>,
    /// What is noted above it.
    pub notes: Notes,
    /// The name where it is defined.
    pub span: Span,
    /// What is known of it as a segment, where it is one.
    pub segment: Option<SegmentInfo>,
    /// The same of a sound classification.
    pub classification: Option<ClassificationInfo>,
    /// What it stands for in the typed tree, a classification for the name of a contact's label; none with parameters or faults.
    pub meaning: Option<Meaning>,
}

/// What a definition without parameters stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Condition(ir::ConditionId),
    Value(ir::ValueId),
}

/// Checks a parsed text against a schema. Texts that it uses are asked of the loader and added to `sources`.
pub fn check(
    schema: &Schema,
    sources: &mut Sources,
    root: SourceId,
    parsed: Parsed,
    loader: &dyn Loader,
) -> Checked {
    check_all(schema, sources, (root, parsed), loader, Asked::PLAINLY)
}

/// The same of a text with its tests and those of all files it uses; with `project` it brings all texts of a project together. Elsewhere tests are read, and
/// nothing more.
pub fn check_tests(
    schema: &Schema,
    sources: &mut Sources,
    root: SourceId,
    parsed: Parsed,
    loader: &dyn Loader,
    project: bool,
) -> Checked {
    let asked = Asked {
        project,
        tests: true,
        ..Asked::PLAINLY
    };
    check_all(schema, sources, (root, parsed), loader, asked)
}

fn check_all(
    schema: &Schema,
    sources: &mut Sources,
    text: (SourceId, Parsed),
    loader: &dyn Loader,
    asked: Asked,
) -> Checked {
    check_beside(schema, sources, text, loader, asked, |_| ()).0
}

/// Checks what is asked. What `beside` makes of the sound tree is made while the rest that there is to tell is still being found, by a thread of its own
/// where that pays and there may be more than one; of a tree with faults, and of tests, nothing is made. It sees all but what is told and how much work
/// that was.
pub fn check_beside<T: Send>(
    schema: &Schema,
    sources: &mut Sources,
    (root, parsed): (SourceId, Parsed),
    loader: &dyn Loader,
    asked: Asked,
    beside: impl Fn(&Checked) -> T + Sync,
) -> (Checked, Option<T>) {
    let files = files::load(sources, root, parsed, loader, asked.threads);
    item::check_files(schema, sources, files, asked, &beside)
}

/// What is asked of the checker beside the definitions.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The root brings all texts of a project together.
    pub project: bool,
    /// Tests are checked.
    pub tests: bool,
    /// What is no fault is told as well.
    pub warnings: bool,
    /// On how many threads at most.
    pub threads: NonZero<usize>,
}

impl Asked {
    const PLAINLY: Self = Self {
        project: false,
        tests: false,
        warnings: true,
        threads: NonZero::<usize>::MIN,
    };
}
