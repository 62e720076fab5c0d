//! Selections: the elements that a question looks at. `profiles[age < 8]`, `purchase as p[p.amount > 50] in last 90 days`.

use super::events::{Behind, Edges};
use super::item::{Checker, Scope};
use super::operand::{Checked, Found, Operand};
use super::{errors, limits};
use crate::ir::{Condition, ConditionId, Rows, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind, Frequency, Literal, Name, Spanned};
use crate::types::Type;
use std::sync::Arc;

/// A bracket around an expression.
#[derive(Clone)]
pub(super) struct Bracket {
    /// What it is a bracket of, as the reader sees it.
    pub of: Span,
    pub element: Type,
    /// What `as` calls the element.
    pub name: Option<String>,
    /// Whether bare names are looked for among the parts of the element. Not in what stands behind it: a later step of a chain.
    pub is_open: bool,
    /// The catalogue that the elements are keys of.
    pub catalogue: Option<Arc<str>>,
}

/// Elements that a text has selected: `profiles`, `profiles as p[a][b]`, `view[a] in last 30 days`.
pub(super) struct Selection {
    pub list: ValueId,
    pub bracket: Bracket,
    /// Of events: that they have been seen.
    pub seen: Option<Checked>,
    /// One for each bracket, from left to right.
    pub conditions: Vec<Checked>,
    /// What the window behind the brackets and the later steps of a chain ask.
    pub behind: Vec<Checked>,
    /// Whether it has a window.
    pub is_windowed: bool,
    /// How often it is to be, where that is said.
    pub frequency: Option<Spanned<Frequency>>,
    /// The name behind `as`, where no bracket has used it yet.
    pub unused_name: Option<Name>,
}

/// What is left of a chain of brackets once it has been looked at.
enum Chain {
    Value(Found),
    Selection(Selection),
}

/// A link of a chain of brackets.
enum Link<'e> {
    Bracket(&'e Expression, Span),
    Name(&'e Name),
}

impl Selection {
    pub(super) fn rows(&self) -> Rows {
        Rows::List(self.list)
    }

    /// Whether its elements are events.
    pub(super) fn is_of_events(&self) -> bool {
        is_event(&self.bracket.element)
    }
}

/// Whether values of this type are events.
pub(super) fn is_event(is: &Type) -> bool {
    matches!(is, Type::Record(record) if record.time.is_some())
}

impl Checker<'_> {
    /// `a[b]`, `a as p`: where a value is due, a value of a map.
    pub(super) fn bracketed(&mut self, place: &Expression, scope: &Scope) -> Operand {
        match self.chain(place, scope) {
            None => Operand::Hole,
            Some(Chain::Value(found)) => Operand::Value(found),
            Some(Chain::Selection(selection)) => {
                if let Some(name) = &selection.unused_name {
                    let of = self.sources.text(selection.bracket.of);
                    return self.hole(errors::name_without_bracket(of, name));
                }
                let text = self.sources.text(place.span);
                if selection.is_of_events() {
                    return self.hole(errors::event_alone(text, place.span));
                }
                self.hole(errors::selection_alone(text, place.span))
            }
        }
    }

    /// The elements that stand behind `any` or in an aggregate; `word` is what asks about them.
    pub(super) fn selection(
        &mut self,
        word: &str,
        place: &Expression,
        scope: &Scope,
    ) -> Option<Selection> {
        match &*place.kind {
            ExpressionKind::Parenthesized(inner) if is_behind(inner) => {
                return self.selection(word, inner, scope);
            }
            ExpressionKind::Window { subject, window } => {
                let behind = Behind {
                    edges: Edges::Window(window),
                    whole: place.span,
                };
                return self.windowed(word, subject, behind, scope);
            }
            ExpressionKind::Between {
                value,
                negated: false,
                low,
                high,
            } => {
                let behind = Behind {
                    edges: Edges::Between { low, high },
                    whole: place.span,
                };
                return self.windowed(word, value, behind, scope);
            }
            ExpressionKind::Frequent { rows, frequency } => {
                let mut selection = self.selection(word, rows, scope)?;
                return self.often(&mut selection, *frequency).map(|()| selection);
            }
            ExpressionKind::Chain { first, steps, on } => {
                return self.sequence(first, steps, on.as_ref(), None, scope);
            }
            ExpressionKind::AsOf { subject, .. } => {
                let words = Span::new(place.span.source, subject.span.end, place.span.end);
                let text = |span| self.sources.text(span).trim();
                let fault = errors::as_of_inside(word, text(subject.span), text(words), place.span);
                self.tell(fault);
                return None;
            }
            _ => {}
        }
        match self.chain(place, scope)? {
            Chain::Selection(selection) => Some(selection),
            Chain::Value(found) => match self.graph.type_of(found.id).clone() {
                Type::List(element) => Some(self.select(found, *element)),
                is => {
                    let text = self.sources.text(found.span);
                    self.tell(errors::not_rows(word, text, &is, found.span));
                    None
                }
            },
        }
    }

    /// All elements of a list, of events those that have been seen.
    pub(super) fn select(&mut self, found: Found, element: Type) -> Selection {
        let seen = is_event(&element).then(|| {
            let (time, now) = (self.time_of_element(&element), self.now());
            self.range(time, None, Some((now, true)))
        });
        let catalogue = self.referred(found.id, None);
        Selection {
            list: found.id,
            bracket: Bracket {
                of: found.span,
                element,
                name: None,
                is_open: true,
                catalogue,
            },
            seen,
            conditions: Vec::new(),
            behind: Vec::new(),
            is_windowed: false,
            frequency: None,
            unused_name: None,
        }
    }

    fn chain(&mut self, place: &Expression, scope: &Scope) -> Option<Chain> {
        let mut links = Vec::new();
        let mut root = place;
        loop {
            match &*root.kind {
                ExpressionKind::Bracket { base, inner } => {
                    links.push(Link::Bracket(inner, root.span));
                    root = base;
                }
                ExpressionKind::Named { base, name } => {
                    links.push(Link::Name(name));
                    root = base;
                }
                ExpressionKind::Parenthesized(inner) if is_chain(inner) => root = inner,
                _ => break,
            }
        }
        let mut chain = match self.stream(root, scope) {
            Some(stream) => Chain::Value(stream),
            None if is_behind_parentheses(root) => {
                Chain::Selection(self.selection("a bracket", root, scope)?)
            }
            None => Chain::Value(self.value(root, scope)?),
        };
        for link in links.into_iter().rev() {
            chain = match link {
                Link::Bracket(inner, span) => self.bracket(chain, inner, span, scope)?,
                Link::Name(name) => Chain::Selection(self.named(chain, name, scope)?),
            };
        }
        if let Chain::Selection(selection) = &chain {
            self.tell_admitted_elements(selection, scope);
        }
        Some(chain)
    }

    /// The stream of events, or the catalogue, that an expression names.
    fn stream(&mut self, place: &Expression, scope: &Scope) -> Option<Found> {
        let ExpressionKind::Name(name) = &*place.kind else {
            return None;
        };
        if self.is_name(name, scope) {
            return None;
        }
        let (value, rows) = match self.schema.stream_named(&name.text) {
            Some((id, stream)) => (Value::Field(id), stream.field_type.clone()),
            None => {
                let catalogue = self.schema.catalogue_named(&name.text)?.clone();
                let record = Type::Record(Arc::clone(catalogue.record()));
                (Value::Catalogue(catalogue), Type::List(Box::new(record)))
            }
        };
        Some(Found {
            id: self.graph.add_value(value, rows),
            span: place.span,
        })
    }

    fn bracket(
        &mut self,
        chain: Chain,
        inner: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Option<Chain> {
        let mut selection = match chain {
            Chain::Selection(selection) => selection,
            Chain::Value(found) => match self.graph.type_of(found.id).clone() {
                Type::List(element) => self.select(found, *element),
                Type::Map(value) => {
                    return self
                        .entry(found, *value, inner, span, scope)
                        .map(Chain::Value);
                }
                is => {
                    let text = self.sources.text(found.span);
                    self.tell(errors::bracket_of_no_rows(text, &is, found.span));
                    return None;
                }
            },
        };
        if let ExpressionKind::Literal(Literal::Number(_)) = &*inner.kind {
            let of = self.sources.text(selection.bracket.of);
            self.tell(errors::element_by_number(of, inner.span));
            return None;
        }
        selection.unused_name = None;
        if scope.brackets.len() >= limits::BRACKETS as usize {
            self.tell_once(errors::too_many_brackets(limits::BRACKETS, span));
            return None;
        }
        let inside = scope.inside(selection.bracket.clone());
        let condition = self.condition(inner, &inside)?;
        selection.conditions.push(condition);
        Some(Chain::Selection(selection))
    }

    /// `scores["churn"]`
    fn entry(
        &mut self,
        map: Found,
        value: Type,
        key: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Option<Found> {
        if let ExpressionKind::Name(name) = &*key.kind
            && !self.is_name(name, scope)
        {
            self.tell(errors::text_without_quotes(name));
            return None;
        }
        let key = self.value(key, scope)?;
        let is = self.graph.type_of(key.id).clone();
        if is != Type::Text {
            let text = self.sources.text(key.span);
            self.tell(errors::key_is_no_text(text, &is, key.span));
            return None;
        }
        let entry = Value::Entry {
            map: map.id,
            key: key.id,
        };
        Some(Found {
            id: self.graph.add_value(entry, value),
            span,
        })
    }

    /// `profiles as p`
    fn named(&mut self, chain: Chain, name: &Name, scope: &Scope) -> Option<Selection> {
        let mut selection = match chain {
            Chain::Selection(selection) => selection,
            Chain::Value(found) => match self.graph.type_of(found.id).clone() {
                Type::List(element) => self.select(found, *element),
                is => {
                    let text = self.sources.text(found.span);
                    self.tell(errors::bracket_of_no_rows(text, &is, found.span));
                    return None;
                }
            },
        };
        if let Some(what) = self.meaning_of(name, &selection, scope) {
            self.tell(errors::name_taken(name, what));
            return None;
        }
        selection.bracket.name = Some(name.text.clone());
        selection.unused_name = Some(name.clone());
        Some(selection)
    }

    /// What a name that is to stand behind `as` means already.
    fn meaning_of(
        &self,
        name: &Name,
        selection: &Selection,
        scope: &Scope,
    ) -> Option<&'static str> {
        let text = &name.text;
        let named = |bracket: &Bracket| bracket.name.as_ref() == Some(text);
        if text == "contact" {
            Some("the contact")
        } else if named(&selection.bracket) || scope.brackets.iter().any(named) {
            Some("the name of a record")
        } else if scope.parameters.contains_key(text.as_str()) {
            Some("a parameter")
        } else if self.definitions.lookup(scope.file, text).is_some() {
            Some("a definition")
        } else if super::brackets::part(&selection.bracket.element, text).is_some() {
            Some("a part of these records")
        } else {
            None
        }
    }

    /// The one condition that a selection comes to, in its bracket.
    pub(super) fn narrowed(&mut self, selection: &Selection) -> ConditionId {
        let all = (selection.seen.iter())
            .chain(&selection.behind)
            .chain(&selection.conditions);
        let ids: Vec<ConditionId> = all.map(|one| one.id).collect();
        self.together(&ids)
    }

    pub(super) fn together(&mut self, ids: &[ConditionId]) -> ConditionId {
        let condition = match ids {
            [] => Condition::Constant(true),
            [only] => return *only,
            several => Condition::And(several.into()),
        };
        self.add_condition(condition)
    }
}

/// Whether an expression ends in a bracket or a name for what comes in one.
fn is_chain(expression: &Expression) -> bool {
    match &*expression.kind {
        ExpressionKind::Bracket { .. } | ExpressionKind::Named { .. } => true,
        ExpressionKind::Parenthesized(inner) => is_chain(inner),
        _ => false,
    }
}

/// Whether an expression is a selection with something behind its brackets.
fn is_behind(expression: &Expression) -> bool {
    match &*expression.kind {
        ExpressionKind::Window { .. }
        | ExpressionKind::Between { .. }
        | ExpressionKind::Frequent { .. }
        | ExpressionKind::Chain { .. } => true,
        ExpressionKind::Parenthesized(inner) => is_behind(inner),
        _ => false,
    }
}

fn is_behind_parentheses(expression: &Expression) -> bool {
    matches!(&*expression.kind, ExpressionKind::Parenthesized(inner) if is_behind(inner))
}
