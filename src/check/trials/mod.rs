//! Tests: what they give as plain values of the schema's types, and what they expect as conditions of the typed tree.

mod given;
mod histories;
mod lines;

use super::files::Files;
use super::item::{Checker, Extent, Scope};
use super::operand::Operand;
use super::{Meaning, errors};
use crate::ir::{ConditionId, NodeRef};
use crate::schema::FieldId;
use crate::source::Span;
use crate::syntax::ast::{self, ExpectationKind, Expression, ExpressionKind, ItemKind};
use crate::types::Constant;
use std::collections::HashMap;

/// A sound test.
#[derive(Clone, Debug)]
pub struct Trial {
    pub title: String,
    /// The whole item.
    pub span: Span,
    /// The instant it is answered for, in nanoseconds since 1970-01-01T00:00Z.
    pub now: i128,
    pub contacts: Vec<TrialContact>,
    /// The records of catalogues, by the catalogue's name, each with a value for each of its fields.
    pub records: Vec<(String, Constant)>,
    /// The keys of lists, by the list's name: text or whole numbers.
    pub keys: Vec<(String, Constant)>,
    pub expectations: Vec<Expected>,
}

/// A contact of a test.
#[derive(Clone, Debug)]
pub struct TrialContact {
    /// What the test calls it.
    pub name: String,
    pub span: Span,
    /// A value for each field of the schema; missing where nothing was said. The key is always there.
    pub fields: Vec<Constant>,
    /// Its events in the order of the text: the stream, and a value for each of its parts, the time among them.
    pub events: Vec<(FieldId, Constant)>,
}

/// What a test expects.
#[derive(Clone, Debug)]
pub struct Expected {
    pub span: Span,
    pub kind: ExpectedKind,
}

#[derive(Clone, Debug)]
pub enum ExpectedKind {
    /// These contacts (by their places) are in or not in; with `only`, they are in and all others are not.
    Members {
        only: bool,
        contacts: Vec<usize>,
        negated: bool,
        audience: Audience,
    },
    /// So many of the contacts are in.
    Count { number: u64, audience: Audience },
    /// The condition holds of the contact.
    Value {
        contact: usize,
        /// What is asked for, where it is a value.
        value: Option<Meaning>,
        condition: ConditionId,
    },
}

/// What contacts are in: a condition, and where it stands in the expectation.
#[derive(Clone, Copy, Debug)]
pub struct Audience {
    pub condition: ConditionId,
    pub span: Span,
}

impl Trial {
    /// The conditions and values that its expectations are about.
    pub fn roots(&self) -> impl Iterator<Item = NodeRef> + '_ {
        self.expectations.iter().flat_map(|expected| {
            let (condition, value) = match &expected.kind {
                ExpectedKind::Members { audience, .. } | ExpectedKind::Count { audience, .. } => {
                    (audience.condition, None)
                }
                ExpectedKind::Value {
                    value, condition, ..
                } => (*condition, *value),
            };
            let value = value.map(|value| match value {
                Meaning::Condition(id) => NodeRef::Condition(id),
                Meaning::Value(id) => NodeRef::Value(id),
            });
            std::iter::once(NodeRef::Condition(condition)).chain(value)
        })
    }

    /// The same where nodes have other ids.
    pub(super) fn moved(&mut self, place: impl Fn(NodeRef) -> Option<NodeRef>) {
        let condition = |id: &mut ConditionId| {
            if let Some(NodeRef::Condition(new)) = place(NodeRef::Condition(*id)) {
                *id = new;
            }
        };
        for expected in &mut self.expectations {
            match &mut expected.kind {
                ExpectedKind::Members { audience, .. } | ExpectedKind::Count { audience, .. } => {
                    condition(&mut audience.condition);
                }
                ExpectedKind::Value {
                    value,
                    condition: asked,
                    ..
                } => {
                    condition(asked);
                    *value = value.and_then(|value| {
                        let node = match value {
                            Meaning::Condition(id) => NodeRef::Condition(id),
                            Meaning::Value(id) => NodeRef::Value(id),
                        };
                        Some(match place(node)? {
                            NodeRef::Condition(id) => Meaning::Condition(id),
                            NodeRef::Value(id) => Meaning::Value(id),
                        })
                    });
                }
            }
        }
    }
}

/// Checks the tests of all files; those that are sound are given back, in the order of the files and of their texts.
pub(super) fn check(checker: &mut Checker, files: &Files) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (file, texts) in files.files.iter().enumerate() {
        let mut titles: HashMap<&str, Span> = HashMap::new();
        for item in &texts.module.items {
            let ItemKind::Test(test) = &item.kind else {
                continue;
            };
            if let Some(title) = &test.title
                && let Some(first) = titles.insert(&title.value, title.span)
            {
                checker.tell(errors::two_tests_of_a_title(title, first));
            }
            trials.extend(checker.trial(file, item.span, test));
        }
    }
    trials
}

/// Names that tests use, for finding out what nobody does.
pub(super) fn names<'a>(module: &'a ast::Module, visit: &mut dyn FnMut(&'a str)) {
    for item in &module.items {
        if let ItemKind::Test(test) = &item.kind {
            test.for_each_expression(&mut |expression| {
                super::order::names(expression, &mut |name| visit(name));
            });
        }
    }
}

impl Checker<'_> {
    fn trial(&mut self, file: usize, span: Span, test: &ast::Test) -> Option<Trial> {
        let before = self.error_count();
        let now = test.as_of.as_ref().and_then(|at| self.instant_of_test(at));
        let given = self.given_lines(test, now.unwrap_or_default());
        let scope = Scope::of_file(file);
        let mut expectations = Vec::new();
        let mut expects = false;
        for line in &test.lines {
            let ast::TestLineKind::Expect(all) = &line.kind else {
                continue;
            };
            expects = true;
            for expectation in all {
                expectations.extend(self.expectation(expectation, &given.names, test, &scope));
            }
        }
        if !expects && test.is_whole {
            let place = test.title.as_ref().map_or(span, |title| title.span);
            self.tell(errors::expects_nothing(place));
        }
        let is_sound = test.is_whole && self.error_count() == before;
        let title = test.title.as_ref()?.value.clone();
        (is_sound && now.is_some()).then_some(Trial {
            title,
            span,
            now: now?,
            contacts: given.contacts,
            records: given.records,
            keys: given.keys,
            expectations,
        })
    }

    fn error_count(&self) -> usize {
        let told = self.diagnostics.iter();
        told.filter(|diagnostic| diagnostic.is_error()).count()
    }

    fn expectation(
        &mut self,
        expectation: &ast::Expectation,
        names: &HashMap<String, usize>,
        test: &ast::Test,
        scope: &Scope,
    ) -> Option<Expected> {
        let kind = match &expectation.kind {
            ExpectationKind::Members {
                only,
                contacts,
                negated,
                audience,
            } => {
                let found: Vec<Option<usize>> = contacts
                    .iter()
                    .map(|name| self.contact_of_test(name, names, test))
                    .collect();
                let audience = self.audience(audience, scope);
                ExpectedKind::Members {
                    only: *only,
                    contacts: found.into_iter().collect::<Option<_>>()?,
                    negated: *negated,
                    audience: audience?,
                }
            }
            ExpectationKind::Count { number, audience } => ExpectedKind::Count {
                number: number.value,
                audience: self.audience(audience, scope)?,
            },
            ExpectationKind::Value {
                contact,
                value,
                condition,
            } => {
                let contact = self.contact_of_test(contact, names, test);
                self.extent = Extent::default();
                let before = self.error_count();
                let asked = self.expression(value, scope);
                // `x of ann is missing` is asked of a condition as of a value.
                let condition = match self.error_count() == before {
                    true => self.condition(condition, scope),
                    false => None,
                };
                ExpectedKind::Value {
                    contact: contact?,
                    value: match asked {
                        Operand::Value(found) => Some(Meaning::Value(found.id)),
                        Operand::Condition(condition) => Some(Meaning::Condition(condition.id)),
                        Operand::Labels { id, span } => {
                            let text = self.label_text(id, span);
                            text.map(|found| Meaning::Value(found.id))
                        }
                        Operand::Hole | Operand::CalendarLength { .. } => None,
                    },
                    condition: condition?.id,
                }
            }
        };
        Some(Expected {
            span: expectation.span,
            kind,
        })
    }

    fn audience(&mut self, audience: &Expression, scope: &Scope) -> Option<Audience> {
        self.extent = Extent::default();
        if let ExpressionKind::Name(name) = &*audience.kind
            && !self.is_name(name, scope)
        {
            let fault = self.unknown_name(name, scope);
            self.tell(fault);
            return None;
        }
        let condition = self.condition(audience, scope)?;
        Some(Audience {
            condition: condition.id,
            span: audience.span,
        })
    }

    fn contact_of_test(
        &mut self,
        name: &ast::Name,
        names: &HashMap<String, usize>,
        test: &ast::Test,
    ) -> Option<usize> {
        let found = names.get(&name.text).copied();
        // A contact whose line was lost is not called unknown.
        if found.is_none() && test.is_whole {
            let known = names.keys().map(String::as_str);
            self.tell(errors::no_contact_of_test(name, known));
        }
        found
    }
}
