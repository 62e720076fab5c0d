//! The tests of texts, each as a program of its own: what a test expects, asked of the catalogues and lists that it gives.

use super::compile::uses;
use super::{CompileError, Engine, Places, Planned, Program, RunError, Segment};
use crate::check::{self, Checked, DefinitionInfo, Expansions, ExpectedKind, Loader, Notes, Trial};
use crate::diagnostics::Diagnostic;
use crate::ir;
use crate::schema::{Catalogue, KeyList, Keys, Schema};
use crate::source::{SourceId, Sources, Span};
use crate::syntax::{self, Parsed};
use crate::types::{Constant, Type};
use std::sync::Arc;

/// The tests of one or several texts, checked, with the definitions that they are about. Cheap to clone.
#[derive(Clone)]
pub struct Tests {
    parts: Arc<Parts>,
}

struct Parts {
    schema: Schema,
    sources: Sources,
    warnings: Vec<Diagnostic>,
    trials: Vec<Trial>,
    definitions: Vec<DefinitionInfo>,
    module: ir::Module,
    places: Places,
    expansions: Expansions,
}

impl Engine {
    /// Compiles the tests of a text and of those it uses.
    ///
    /// # Errors
    /// Every fault of every text and of every test, in one go.
    pub fn compile_tests(
        &self,
        name: &str,
        text: &str,
        loader: &dyn Loader,
    ) -> Result<Tests, CompileError> {
        let mut sources = Sources::default();
        let root = sources.add(name, text);
        let parsed = syntax::parse(&sources, root);
        self.tests(sources, root, parsed, loader, false)
    }

    /// Compiles the tests of several texts, and of those they use. Each path is asked of `loader`.
    ///
    /// # Errors
    /// As [`Engine::compile_tests`].
    pub fn compile_tests_of_files(
        &self,
        paths: &[String],
        loader: &dyn Loader,
    ) -> Result<Tests, CompileError> {
        let mut sources = Sources::default();
        let root = sources.add("(all texts of the project)", uses(paths));
        let parsed = syntax::parse(&sources, root);
        self.tests(sources, root, parsed, loader, true)
    }

    fn tests(
        &self,
        mut sources: Sources,
        root: SourceId,
        parsed: Parsed,
        loader: &dyn Loader,
        project: bool,
    ) -> Result<Tests, CompileError> {
        let schema = self.schema().clone();
        let checked = check::check_tests(&schema, &mut sources, root, parsed, loader, project);
        if !checked.is_sound() {
            return Err(CompileError::new(checked.diagnostics, sources));
        }
        let Checked {
            module,
            definitions,
            places,
            expansions,
            moved_by,
            instants,
            diagnostics,
            trials,
            ..
        } = checked;
        Ok(Tests {
            parts: Arc::new(Parts {
                schema,
                sources,
                warnings: diagnostics,
                trials,
                definitions,
                module,
                expansions,
                places: Places {
                    conditions: Arc::new(places),
                    moved_by: Arc::new(moved_by),
                    instants: instants.into(),
                },
            }),
        })
    }
}

impl Tests {
    /// The tests, in the order of the texts.
    pub fn trials(&self) -> &[Trial] {
        &self.parts.trials
    }

    /// The texts that they stand in and that they use.
    pub fn sources(&self) -> &Sources {
        &self.parts.sources
    }

    /// What is worth a look although the texts compile.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.parts.warnings
    }

    /// The definitions that the tests may be about.
    pub fn definitions(&self) -> &[DefinitionInfo] {
        &self.parts.definitions
    }

    /// Where a condition of the typed tree stands in the sources.
    pub fn place(&self, condition: ir::ConditionId) -> Option<Span> {
        self.parts.places.conditions.get(&condition).copied()
    }

    /// Where the bodies of definitions with parameters were put in.
    pub fn expansions(&self) -> &Expansions {
        &self.parts.expansions
    }

    /// The schema that the texts were checked against.
    pub fn schema(&self) -> &Schema {
        &self.parts.schema
    }

    /// A program with a segment for each expectation of a test, in their order: who is in, or of whom what is asked holds. It knows the catalogues and lists that the test
    /// gives, and none of the project's. The nodes of its typed tree have the ids that the test and [`Tests::definitions`] name.
    ///
    /// # Errors
    /// A key of a catalogue stands twice.
    pub fn program(&self, trial: &Trial) -> Result<Program, RunError> {
        let parts = &self.parts;
        let catalogues: Result<Vec<Catalogue>, RunError> = (parts.schema.catalogues().iter())
            .map(|catalogue| given_catalogue(catalogue, trial))
            .collect();
        let catalogues = catalogues?;
        let lists: Vec<KeyList> = (parts.schema.lists().iter())
            .map(|list| given_list(list, trial))
            .collect();
        let graph = parts.module.graph.with_sources(
            |own| {
                let mut given = catalogues.iter();
                let found = given.find(|given| *given == own);
                found.unwrap_or(own).clone()
            },
            |own| {
                // In a test, nobody was given an arm before.
                if own.arms().is_some() {
                    return own.with_keys(Keys::of(own.element()));
                }
                let mut given = lists.iter();
                let found = given.find(|given| *given == own);
                found.unwrap_or(own).clone()
            },
        );
        let segments = trial.expectations.iter().map(|expected| Segment {
            name: parts.sources.text(expected.span).to_owned(),
            title: None,
            documentation: None,
            notes: Notes::default(),
            span: expected.span,
        });
        let roots = trial
            .expectations
            .iter()
            .map(|expected| match &expected.kind {
                ExpectedKind::Members { audience, .. } | ExpectedKind::Count { audience, .. } => {
                    audience.condition
                }
                ExpectedKind::Value { condition, .. } => *condition,
            });
        let module = ir::Module {
            graph,
            segments: roots.collect(),
            zone: parts.module.zone.clone(),
        };
        let schema =
            (parts.schema.with_lists(lists, Vec::new())).with_catalogues(catalogues, Vec::new());
        let planned = Planned::of(module.clone(), &schema);
        Ok(Program::new(
            schema,
            parts.sources.clone(),
            Vec::new(),
            (segments.collect(), Vec::new()),
            (module, planned),
            parts.places.clone(),
        ))
    }
}

fn given_catalogue(own: &Catalogue, trial: &Trial) -> Result<Catalogue, RunError> {
    let records = trial.records.iter();
    let records = records.filter(|(name, _)| name == own.name());
    let records = records.map(|(_, record)| record.clone()).collect();
    let key = own.key().map(|key| key.name.as_str());
    Catalogue::new(own.name(), own.fields().to_vec(), key, records).map_err(|error| {
        RunError::Catalogue {
            name: own.name().to_owned(),
            reason: error.to_string(),
        }
    })
}

fn given_list(own: &KeyList, trial: &Trial) -> KeyList {
    let keys = trial.keys.iter().filter(|(name, _)| name == own.name());
    let keys = keys.map(|(_, key)| key);
    match own.element() {
        Type::Text => KeyList::of_texts(
            own.name(),
            keys.filter_map(|key| match key {
                Constant::Text(text) => Some(Arc::clone(text)),
                _ => None,
            }),
        ),
        _ => KeyList::of_numbers(
            own.name(),
            keys.filter_map(|key| match key {
                Constant::Number(number) => Some(number.numerator()),
                _ => None,
            }),
        ),
    }
}
