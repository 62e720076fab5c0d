//! The checker itself: one definition after the other, each behind those it uses.

use super::annotations::Notes;
use super::expansions::Expansions;
use super::files::Files;
use super::labels::Classification;
use super::logic::Fields;
use super::names::{DefinitionId, Definitions};
use super::operand::{Checked as CheckedCondition, Found, Operand};
use super::outsiders::{Drawing, LetIn};
use super::selection::Bracket;
use super::{
    Asked, Checked, ClassificationInfo, DefinitionInfo, LabelInfo, Meaning, SegmentInfo, SplitInfo,
    Trial, Work, decided, errors, gaps, limits, lints, newcomers, order, trials,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::ir::{Condition, ConditionId, Graph, Kept, Module, NodeRef, Value, ValueId};
use crate::schema::{FieldId, Schema};
use crate::source::{Sources, Span};
use crate::syntax::ast;
use crate::types::{Constant, Type};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// What is known while definitions are checked.
pub(super) struct Checker<'a> {
    pub schema: &'a Schema,
    pub sources: &'a Sources,
    pub definitions: &'a Definitions<'a>,
    pub graph: Graph,
    pub diagnostics: Vec<Diagnostic>,
    /// By definition: nothing is wrong with it or with what it uses.
    pub sound: Vec<bool>,
    /// By definition: the types of its parameters, none where one is faulty.
    pub parameter_types: Vec<Option<Vec<Type>>>,
    /// By definition: the named sets that its parameters are of.
    pub parameter_sets: Vec<Vec<Option<crate::schema::NamedSet>>>,
    /// By definition: what it means, of those without parameters.
    pub meanings: Vec<Option<Operand>>,
    /// What sound classifications came to.
    pub classifications: HashMap<DefinitionId, Rc<Classification>>,
    /// By definition: the fields of which its own negations were told that they let missing values in.
    pub told: Vec<Fields>,
    /// What stands before the last bracket of an `every`, by the number of these elements.
    pub every: HashMap<ValueId, Span>,
    /// The splits that are sound.
    pub drawings: Vec<Drawing>,
    /// Negations that let in whom a split is not of.
    pub let_in: Vec<LetIn>,
    /// What definitions with parameters came to, by their arguments.
    pub expanded: HashMap<(DefinitionId, Vec<ValueId>), (Operand, Extent)>,
    /// By definition: how far it reaches when all that it uses is put in.
    pub extents: Vec<Extent>,
    /// Of the definition at hand, up to the expression at hand.
    pub extent: Extent,
    /// How many expressions the one at hand lies in.
    pub depth: usize,
    /// How many expressions were looked at in all.
    pub work: usize,
    /// How many steps it took to decide what follows from what.
    pub steps: u64,
    pub places: HashMap<ConditionId, Span>,
    /// Where definitions with parameters are put in; only where tests are asked for.
    pub expansions: Option<Expansions>,
    /// By conditions that `as of` has moved: where each `as of` stands. See [`Checked::moved_by`].
    pub moved_by: HashMap<ConditionId, Vec<Span>>,
    /// Fields that have been told to be today's where they are asked as of another instant.
    pub without_history: HashSet<FieldId>,
    /// That instants which are written out have come, with their places. See [`Checked::instants`].
    pub instants: HashMap<ConditionId, Span>,
    /// What was told, and where, so that nothing is told twice.
    told_at: HashSet<(Code, Span, String)>,
    /// Names that mean nothing, with what may have been meant; and how many names may still be looked at for it.
    pub near_names: HashMap<(usize, String), Option<String>>,
    pub near_left: usize,
    /// By node: how many populations stand in each other in it.
    pub populations: HashMap<NodeRef, u32>,
    /// The definition at hand.
    pub current: DefinitionId,
    /// The salts of samples and splits, as they stand in the texts.
    pub salts: Vec<super::samples::Salted>,
    /// Conditions as they stand in the texts, to be looked at when all is known.
    pub noted: Vec<decided::Noted>,
    /// What is noted above each definition.
    pub notes: Vec<Notes>,
    too_much_told: bool,
    /// Whether what is no fault is told as well.
    pub warns: bool,
}

/// How far a definition reaches when all that it uses is put in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    /// The most expressions in each other.
    pub depth: usize,
    /// All expressions.
    pub size: usize,
}

/// Where an expression stands.
pub(super) struct Scope<'s> {
    pub file: usize,
    /// Parameters by name; none where the parameter's type is faulty.
    pub parameters: HashMap<&'s str, Option<Found>>,
    /// The body of a definition that is being put in somewhere else.
    pub expansion: bool,
    /// The brackets of this definition around the expression, the innermost last.
    pub brackets: Vec<Bracket>,
    /// In what a population is made of: the brackets around it, which are not seen there.
    pub hidden: Vec<Bracket>,
    /// How many populations of this definition it stands in.
    pub populations: u32,
    /// In a bracket of contacts that share a value.
    pub group: Option<Group>,
}

/// A bracket of contacts that share a value: `in household[…]`.
#[derive(Clone)]
pub(super) struct Group {
    /// What it is a bracket of, as the reader sees it.
    pub of: Span,
    /// What `as` calls the contact that is looked at.
    pub name: Option<String>,
}

impl Scope<'_> {
    /// That of a definition without parameters.
    pub fn of_file(file: usize) -> Self {
        Self {
            file,
            parameters: HashMap::new(),
            expansion: false,
            brackets: Vec::new(),
            hidden: Vec::new(),
            populations: 0,
            group: None,
        }
    }

    /// The same in one more bracket.
    pub fn inside(&self, bracket: Bracket) -> Self {
        let mut inside = self.outside();
        inside.brackets.extend(self.brackets.iter().cloned());
        inside.brackets.push(bracket);
        inside
    }

    /// The same out of all brackets.
    pub fn outside(&self) -> Self {
        Self {
            file: self.file,
            parameters: self.parameters.clone(),
            expansion: self.expansion,
            brackets: Vec::new(),
            hidden: self.hidden.clone(),
            populations: self.populations,
            group: self.group.clone(),
        }
    }

    /// The same where a contact of a population is looked at, which is in no bracket.
    pub fn of_population(&self) -> Self {
        let mut outside = self.outside();
        outside.hidden.extend(self.brackets.iter().cloned());
        outside.populations += 1;
        outside
    }

    /// The same in a bracket of contacts that share a value.
    pub fn of_group(&self, of: Span, name: Option<&ast::Name>) -> Self {
        let mut inside = self.of_population();
        inside.group = Some(Group {
            of,
            name: name.map(|name| name.text.clone()),
        });
        inside
    }
}

/// Checks all files; the first is the root.
pub(super) fn check_files<T: Send>(
    schema: &Schema,
    sources: &Sources,
    mut files: Files,
    asked: Asked,
    beside: &(impl Fn(&Checked) -> T + Sync),
) -> (Checked, Option<T>) {
    let mut diagnostics = std::mem::take(&mut files.diagnostics);
    let definitions = Definitions::collect(
        &files,
        schema,
        asked.tests && asked.project,
        &mut diagnostics,
    );
    let order = order::sort(schema, &definitions);
    let count = definitions.all.len();
    let mut checker = Checker {
        schema,
        sources,
        definitions: &definitions,
        graph: Graph::default(),
        diagnostics,
        sound: vec![false; count],
        parameter_types: vec![None; count],
        parameter_sets: vec![Vec::new(); count],
        meanings: vec![None; count],
        classifications: HashMap::new(),
        told: vec![Fields::new(); count],
        every: HashMap::new(),
        drawings: Vec::new(),
        let_in: Vec::new(),
        expanded: HashMap::new(),
        extents: vec![Extent::default(); count],
        extent: Extent::default(),
        depth: 0,
        work: 0,
        steps: 0,
        places: HashMap::new(),
        expansions: asked.tests.then(Expansions::default),
        moved_by: HashMap::new(),
        without_history: HashSet::new(),
        instants: HashMap::new(),
        told_at: HashSet::new(),
        near_names: HashMap::new(),
        near_left: limits::NEAR,
        notes: vec![Notes::default(); count],
        populations: HashMap::new(),
        current: DefinitionId(0),
        salts: Vec::new(),
        noted: Vec::new(),
        too_much_told: false,
        warns: asked.warnings,
    };
    for circle in &order.circles {
        let names: Vec<&ast::Name> = circle.iter().map(|id| definitions.get(*id).name).collect();
        checker.tell(errors::uses_itself(&names));
    }
    let mut in_circle = vec![false; count];
    for id in order.circles.iter().flatten() {
        in_circle[id.0] = true;
    }
    for id in &order.sorted {
        checker.definition(*id, in_circle[id.0]);
    }
    checker.annotations(&files);
    if asked.warnings {
        lints::definitions(&mut checker, &files, &order, asked.project);
        gaps::gaps(&mut checker);
        newcomers::lint(&mut checker);
        super::samples::lint(&mut checker);
    }
    let (checked, made) = if asked.tests {
        decided::lints(&mut checker, &order);
        // What tests expect is no part of a segment, so nothing is said of it beside what is wrong.
        let trials = trials::check(&mut checker, &files);
        (checker.finish(trials, true), None)
    } else {
        let checked = checker.finish(Vec::new(), false);
        let is_sound = !checker.diagnostics.iter().any(Diagnostic::is_error);
        let pays = checker.graph.condition_count() >= LONG && asked.threads.get() > 1;
        let beside = || beside(&checked);
        let mut lints = || {
            if asked.warnings {
                decided::lints(&mut checker, &order);
            }
        };
        let made = match is_sound {
            true if pays && asked.warnings => Some(at_once(lints, &beside)),
            _ => {
                lints();
                is_sound.then(beside)
            }
        };
        (checked, made)
    };
    let mut diagnostics = checker.diagnostics;
    let silenced = asked.warnings.then(|| lints::silenced(sources, &files));
    let is_told = |told: &Diagnostic| (silenced.as_ref()).is_some_and(|by| !by.covers(told));
    diagnostics.retain(|told| told.is_error() || is_told(told));
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    let work = Work {
        expressions: checker.work as u64,
        steps: checker.steps,
    };
    let checked = Checked {
        diagnostics,
        work,
        ..checked
    };
    (checked, made)
}

/// From so many conditions on, it pays to begin another thread.
const LONG: usize = 200;

/// Does both at once, where a thread can be had for the other one.
fn at_once<T: Send>(own: impl FnOnce(), other: &(impl Fn() -> T + Sync)) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new();
        let begun = thread.spawn_scoped(scope, other).ok();
        own();
        let made = begun.and_then(|begun| begun.join().ok());
        made.unwrap_or_else(other)
    })
}

impl<'a> Checker<'a> {
    pub fn tell(&mut self, mut diagnostic: Diagnostic) {
        self.tell_what_nearly_is(&mut diagnostic);
        let key = (
            diagnostic.code,
            diagnostic.primary.span,
            diagnostic.primary.message.clone(),
        );
        if self.told_at.insert(key) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Counts what is put in here; false, and told, where it is too much. `alone` where it is an expression of the text itself.
    pub fn reach(&mut self, extent: Extent, alone: bool, span: Span) -> bool {
        self.extent.depth = self.extent.depth.max(self.depth + extent.depth);
        self.extent.size = self.extent.size.saturating_add(extent.size);
        if self.extent.depth > limits::DEPTH {
            self.tell_once(errors::too_deep(limits::DEPTH, alone, span));
            return false;
        }
        if self.extent.size > limits::SIZE || self.work > limits::WORK {
            self.tell_once(errors::too_large(limits::SIZE, span));
            return false;
        }
        true
    }

    /// Tells that something is too much; once a definition, since what follows from it is too much as well.
    pub fn tell_once(&mut self, diagnostic: Diagnostic) {
        if !self.too_much_told {
            self.too_much_told = true;
            self.diagnostics.push(diagnostic);
        }
    }

    fn definition(&mut self, id: DefinitionId, in_circle: bool) {
        let definitions = self.definitions;
        let definition = definitions.get(id);
        let before = self.diagnostics.len();
        self.current = id;
        self.extent = Extent::default();
        self.too_much_told = false;
        let parameters = self.parameters(id);
        if let Some(labels) = definition.labels
            && !in_circle
        {
            match definition.split {
                Some(split) => self.split(id, split),
                None => self.classification(id, labels),
            }
        }
        let Some(body) = definition.body else { return };
        if in_circle {
            return;
        }
        let scope = Scope {
            parameters,
            ..Scope::of_file(definition.file)
        };
        let result = if definition.is_segment {
            match self.condition(body, &scope) {
                Some(condition) => Operand::Condition(condition),
                None => Operand::Hole,
            }
        } else {
            let result = self.expression(body, &scope);
            if let Operand::CalendarLength { .. } = result {
                self.tell(errors::calendar_length_alone(
                    self.sources.text(body.span),
                    body.span,
                ));
            }
            result
        };
        let has_error = self.diagnostics[before..].iter().any(Diagnostic::is_error);
        let is_sound = !has_error
            && match &result {
                Operand::Condition(_) | Operand::Value(_) | Operand::Labels { .. } => true,
                Operand::Hole | Operand::CalendarLength { .. } => false,
            };
        self.sound[id.0] = is_sound;
        self.extents[id.0] = self.extent;
        if let Operand::Condition(condition) = &result {
            self.tell_admissions(id, condition);
        }
        lints::mixed_and_or(self, body);
        if is_sound && definition.parameters.is_empty() {
            self.meanings[id.0] = Some(result);
        }
    }

    /// Tells the negations of a condition that let missing values in.
    pub(super) fn tell_admissions(&mut self, id: DefinitionId, condition: &CheckedCondition) {
        for mut admission in condition.logic.admissions() {
            self.told[id.0].extend(&admission.fields);
            self.tell_empty_lists(&mut admission);
            self.note_outsiders(id, condition.id, &mut admission);
            if admission.fields.is_empty() || !self.warns {
                continue;
            }
            let fix = lints::negation_admits_missing(&self.graph, self.schema, &admission);
            self.tell(fix);
        }
    }

    /// The parameters of a definition, each as a value of its type that nothing is known of.
    fn parameters(&mut self, id: DefinitionId) -> HashMap<&'a str, Option<Found>> {
        let definitions = self.definitions;
        let definition = definitions.get(id);
        let mut scope: HashMap<&str, Option<Found>> = HashMap::new();
        let mut types = Some(Vec::new());
        for parameter in definition.parameters {
            let name = &parameter.name;
            if scope.contains_key(name.text.as_str()) {
                self.tell(errors::parameter_twice(name));
            } else if self.schema.field_named(&name.text).is_some() {
                self.tell(errors::parameter_hides(name, "field"));
            } else if self.schema.stream_named(&name.text).is_some() {
                self.tell(errors::parameter_hides(name, "stream of events"));
            } else if definitions.lookup(definition.file, &name.text).is_some() {
                self.tell(errors::parameter_hides(name, "definition"));
            }
            let type_name = &parameter.type_name.name.text;
            let set = self.schema.set_named(type_name).cloned();
            let named = Type::named(type_name).or_else(|| set.as_ref().map(|_| Type::Text));
            self.parameter_sets[id.0].push(set);
            let found = named.map(|element| {
                if parameter.type_name.is_list {
                    Type::List(Box::new(element))
                } else {
                    element
                }
            });
            if found.is_none() {
                let sets = self.schema.sets().iter().map(|set| set.name.as_str());
                let fault = errors::unknown_type(&parameter.type_name, sets);
                self.tell(fault);
            }
            let value = found.clone().map(|parameter_type| Found {
                id: self
                    .graph
                    .add_value(Value::Constant(Constant::Missing), parameter_type),
                span: name.span,
            });
            scope.entry(name.text.as_str()).or_insert(value);
            types = types.zip(found).map(|(mut types, found)| {
                types.push(found);
                types
            });
        }
        self.parameter_types[id.0] = types;
        scope
    }

    /// Only what segments and definitions are built on stays in the tree. What is told of them, and how much work it was, is not known yet.
    fn finish(&self, mut trials: Vec<Trial>, tests: bool) -> Checked {
        let Checker {
            schema,
            sources,
            definitions,
            graph,
            meanings,
            classifications,
            places,
            expansions,
            moved_by,
            instants,
            notes,
            ..
        } = self;
        let roots: Vec<Option<NodeRef>> = meanings
            .iter()
            .map(|meaning| match meaning {
                Some(Operand::Labels { id, .. }) => {
                    let classification = classifications.get(id)?;
                    Some(NodeRef::Value(classification.text))
                }
                Some(Operand::Condition(condition)) => Some(NodeRef::Condition(condition.id)),
                Some(Operand::Value(found)) => Some(NodeRef::Value(found.id)),
                Some(Operand::Hole | Operand::CalendarLength { .. }) | None => None,
            })
            .collect();
        let of_trials = trials.iter().flat_map(Trial::roots);
        let labels = classifications.values().flat_map(|classification| {
            let labels = classification.labels.iter();
            let labels = labels.map(|label| NodeRef::Condition(label.condition.id));
            let drawn = classification.drawn.iter();
            labels.chain(drawn.flat_map(|drawn| {
                let strata = drawn.strata.iter().copied().map(NodeRef::Value);
                strata.chain([NodeRef::Condition(drawn.audience)])
            }))
        });
        let mut label_roots: Vec<NodeRef> = labels.collect();
        // The same text comes to the same tree.
        label_roots.sort();
        let own_roots = roots.iter().copied().flatten();
        let order = graph.reachable(own_roots.chain(label_roots).chain(of_trials));
        let kept = Kept::of(graph.clone(), &order);
        for trial in &mut trials {
            trial.moved(|node| kept.node(node));
        }
        let (mut segments, mut labelled) = (Vec::new(), Vec::new());
        let mut segment_roots = Vec::new();
        let mut seen: Vec<(&str, DefinitionId)> = match tests {
            // What tests are about may be used by them alone.
            true => (0..definitions.all.len())
                .map(|index| {
                    (
                        definitions.all[index].name.text.as_str(),
                        DefinitionId(index),
                    )
                })
                .collect(),
            false => definitions.visible(0).collect(),
        };
        seen.sort_by_key(|(_, id)| (definitions.get(*id).file, id.0));
        let mut infos = Vec::with_capacity(seen.len());
        for (name, id) in seen {
            let definition = definitions.get(id);
            let meaning = match roots[id.0] {
                Some(NodeRef::Condition(id)) => kept.condition(id).map(Meaning::Condition),
                Some(NodeRef::Value(id)) => kept.value(id).map(Meaning::Value),
                None => None,
            };
            let segment = match &definition.item.kind {
                ast::ItemKind::Segment { title, .. } => Some(SegmentInfo {
                    name: name.to_owned(),
                    title: title.as_ref().map(|title| title.value.clone()),
                    documentation: definition.item.documentation.clone(),
                    notes: notes[id.0].clone(),
                    span: definition.item.span,
                }),
                _ => None,
            };
            let classification = classifications.get(&id).and_then(|classification| {
                classification_info(definition, classification, &notes[id.0], &kept, sources)
            });
            if definition.file == 0 {
                labelled.extend(classification.clone());
            }
            infos.push(DefinitionInfo {
                name: name.to_owned(),
                parameters: definition
                    .parameters
                    .iter()
                    .map(|parameter| {
                        let type_name = sources.text(parameter.type_name.span);
                        (parameter.name.text.clone(), type_name.to_owned())
                    })
                    .collect(),
                documentation: definition.item.documentation.clone(),
                notes: notes[id.0].clone(),
                span: definition.name.span,
                segment: segment.clone(),
                classification,
                meaning,
            });
            let Some(segment) = segment else { continue };
            if let Some(Meaning::Condition(root)) = meaning
                && definition.file == 0
            {
                segment_roots.push(root);
                segments.push(segment);
            }
        }
        let mut instants: Vec<(ConditionId, Span)> = instants
            .iter()
            .filter_map(|(id, span)| Some((kept.condition(*id)?, *span)))
            .collect();
        instants.sort_by_key(|(_, span)| *span);
        Checked {
            moved_by: moved_by
                .iter()
                .filter_map(|(id, spans)| Some((kept.condition(*id)?, spans.clone())))
                .collect(),
            instants,
            expansions: expansions
                .clone()
                .unwrap_or_default()
                .moved(|node| kept.node(node)),
            places: places
                .iter()
                .filter_map(|(id, span)| Some((kept.condition(*id)?, *span)))
                .collect(),
            module: Module {
                graph: kept.graph,
                segments: segment_roots,
                zone: schema.zone().clone(),
            },
            segments,
            classifications: labelled,
            definitions: infos,
            diagnostics: Vec::new(),
            trials,
            work: Work {
                expressions: 0,
                steps: 0,
            },
        }
    }

    pub fn add_condition(&mut self, condition: Condition) -> ConditionId {
        self.graph.add_condition(condition)
    }
}

/// What there is to know of a classification or a split.
fn classification_info(
    definition: &super::names::Definition,
    classification: &Classification,
    notes: &Notes,
    kept: &Kept,
    sources: &Sources,
) -> Option<ClassificationInfo> {
    let title = match &definition.item.kind {
        ast::ItemKind::Classify { title, .. } => title,
        ast::ItemKind::Split(split) => &split.title,
        _ => return None,
    };
    let split = match (definition.split, &classification.drawn) {
        (Some(split), Some(drawn)) => Some(SplitInfo {
            audience: kept.condition(drawn.audience)?,
            salt: drawn.salt.clone(),
            shares: drawn.shares.clone(),
            strata: (split.per.iter().zip(&drawn.strata))
                .map(|(place, value)| {
                    let text = sources.text(place.span).to_owned();
                    Some((text, kept.value(*value)?))
                })
                .collect::<Option<_>>()?,
        }),
        _ => None,
    };
    let labels = definition.labels.unwrap_or_default();
    let labels = labels.iter().zip(&classification.labels);
    Some(ClassificationInfo {
        split,
        name: definition.name.text.clone(),
        title: title.as_ref().map(|title| title.value.clone()),
        documentation: definition.item.documentation.clone(),
        notes: notes.clone(),
        span: definition.item.span,
        labels: labels
            .map(|(label, given)| {
                Some(LabelInfo {
                    name: label.name.text.clone(),
                    title: label.title.as_ref().map(|title| title.value.clone()),
                    span: label.span,
                    condition: kept.condition(given.condition.id)?,
                })
            })
            .collect::<Option<_>>()?,
    })
}
