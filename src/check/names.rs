//! What each name means where: fields of the contact, definitions of the file and of the files it uses, parameters.

use super::errors;
use super::files::Files;
use crate::diagnostics::Diagnostic;
use crate::functions;
use crate::schema::Schema;
use crate::syntax::ast;
use std::collections::{BTreeMap, HashMap};

/// The place of a definition in [`Definitions::all`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DefinitionId(pub usize);

/// A `let`, a segment, a classification or a split, or what is left of an item that could not be read.
pub(super) struct Definition<'a> {
    pub file: usize,
    pub name: &'a ast::Name,
    pub item: &'a ast::Item,
    /// Its body; none of a classification, and of an item that could not be read.
    pub body: Option<&'a ast::Expression>,
    pub parameters: &'a [ast::Parameter],
    pub is_segment: bool,
    /// Of a classification, and the arms of a split.
    pub labels: Option<&'a [ast::Label]>,
    /// It is one.
    pub split: Option<&'a ast::Split>,
}

impl<'a> Definition<'a> {
    /// Every expression of it: its body, the conditions of its labels, what a split is of and its strata.
    pub fn expressions(&self) -> impl Iterator<Item = &'a ast::Expression> + use<'a> {
        let labels = self.labels.unwrap_or_default();
        let conditions = labels.iter().filter_map(|label| label.condition.as_ref());
        let drawn = self.split.into_iter();
        let drawn = drawn.flat_map(|split| std::iter::once(&split.audience).chain(&split.per));
        self.body.into_iter().chain(conditions).chain(drawn)
    }

    /// The item could be read.
    pub fn is_read(&self) -> bool {
        self.body.is_some() || self.labels.is_some()
    }
}

/// All definitions of all files, and which of them each file sees.
pub(super) struct Definitions<'a> {
    pub all: Vec<Definition<'a>>,
    visible: Vec<BTreeMap<&'a str, DefinitionId>>,
    own: HashMap<&'a str, Vec<DefinitionId>>,
}

impl<'a> Definitions<'a> {
    /// Collects the definitions; a name that means two things is told, and keeps its first meaning. Where `root_is_list`, the root does nothing but name files, which need not go
    /// together.
    pub fn collect(
        files: &'a Files,
        schema: &Schema,
        root_is_list: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut all = Vec::new();
        let mut visible: Vec<BTreeMap<&str, DefinitionId>> = Vec::new();
        let mut own: HashMap<&str, Vec<DefinitionId>> = HashMap::new();
        for (index, file) in files.files.iter().enumerate() {
            let mut names: BTreeMap<&str, DefinitionId> = BTreeMap::new();
            for definition in file
                .module
                .items
                .iter()
                .filter_map(|item| definition(index, item))
            {
                let id = DefinitionId(all.len());
                let name = definition.name;
                if let Some(first) = names.get(name.text.as_str()) {
                    let first: &Definition = &all[first.0];
                    diagnostics.push(errors::defined_twice(name, first.name.span));
                } else {
                    let hidden = if schema.field_named(&name.text).is_some() {
                        Some("a field of the contact")
                    } else if schema.stream_named(&name.text).is_some() {
                        Some("the name of events")
                    } else {
                        let catalogue = schema.catalogue_named(&name.text);
                        catalogue.map(|_| "the name of a catalogue")
                    };
                    if let Some(what) = hidden {
                        diagnostics.push(errors::hides_data(name, what));
                    } else if !definition.parameters.is_empty()
                        && functions::lookup(&name.text).is_some()
                    {
                        diagnostics.push(errors::hides_function(name));
                    }
                    names.insert(name.text.as_str(), id);
                }
                own.entry(name.text.as_str()).or_default().push(id);
                all.push(definition);
            }
            visible.push(names);
        }
        let without_use = visible.clone();
        for (index, file) in files.files.iter().enumerate() {
            for (used, at) in &file.uses {
                for (name, id) in &without_use[*used] {
                    match visible[index].get(name) {
                        None => {
                            visible[index].insert(name, *id);
                        }
                        Some(_) if root_is_list && index == 0 => {}
                        Some(first) => {
                            diagnostics.push(errors::brought_in_twice(
                                name,
                                *at,
                                all[first.0].name.span,
                                all[id.0].name.span,
                                all[first.0].file == index,
                            ));
                        }
                    }
                }
            }
        }
        Self { all, visible, own }
    }

    pub fn get(&self, id: DefinitionId) -> &Definition<'a> {
        &self.all[id.0]
    }

    /// The definition that a file calls so.
    pub fn lookup(&self, file: usize, name: &str) -> Option<DefinitionId> {
        self.visible[file].get(name).copied()
    }

    /// All that a file sees, by name.
    pub fn visible(&self, file: usize) -> impl Iterator<Item = (&'a str, DefinitionId)> + '_ {
        self.visible[file].iter().map(|(name, id)| (*name, *id))
    }

    pub fn visible_count(&self, file: usize) -> usize {
        self.visible[file].len()
    }

    /// A definition of that name in whatever file.
    pub fn anywhere(&self, name: &str) -> Option<DefinitionId> {
        self.own.get(name).and_then(|ids| ids.first()).copied()
    }
}

fn definition(file: usize, item: &ast::Item) -> Option<Definition<'_>> {
    let named = |name| Definition {
        file,
        name,
        item,
        body: None,
        parameters: &[],
        is_segment: false,
        labels: None,
        split: None,
    };
    Some(match &item.kind {
        ast::ItemKind::Use { .. } | ast::ItemKind::Test(_) | ast::ItemKind::Hole { name: None } => {
            return None;
        }
        ast::ItemKind::Let {
            name,
            parameters,
            body,
        } => Definition {
            body: Some(body),
            parameters,
            ..named(name)
        },
        ast::ItemKind::Segment {
            name, condition, ..
        } => Definition {
            body: Some(condition),
            is_segment: true,
            ..named(name)
        },
        ast::ItemKind::Classify { name, labels, .. } => Definition {
            labels: Some(labels),
            ..named(name)
        },
        ast::ItemKind::Split(split) => Definition {
            labels: Some(&split.arms),
            split: Some(split),
            ..named(&split.name)
        },
        ast::ItemKind::Hole { name: Some(name) } => named(name),
    })
}
