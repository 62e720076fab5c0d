//! `as of`: a condition or a value at another instant than that of the run.
//!
//! What stands before it is worked out with that instant for `now` (see [`crate::ir`]), so that windows move with it and later events are not seen. Where
//! the instant is missing, or later than `now`, a condition is false and a value missing.

use super::errors;
use super::item::{Checker, Scope};
use super::logic::Logic;
use super::operand::{Checked, Found, Operand};
use crate::decide::is_to_come;
use crate::ir::{Arithmetic, Comparison, Condition, ConditionId, Graph, NodeRef, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind};
use crate::types::{Constant, Type};
use std::collections::HashSet;
use std::collections::hash_map::Entry;
use std::rc::Rc;

/// An instant that a text asks for.
#[derive(Clone, Copy, Debug)]
struct Instant {
    time: ValueId,
    /// That it is known and not later than `now`; none where it always is.
    has_come: Option<ConditionId>,
}

impl Checker<'_> {
    /// `subject as of time`
    pub(super) fn as_of(
        &mut self,
        subject: &Expression,
        time: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let instant = self.instant(time, scope);
        if self.is_of_events(subject, scope) {
            let words = Span::new(span.source, subject.span.end, span.end);
            let text = |span| self.sources.text(span).trim();
            let fault = errors::as_of_inside("did", text(subject.span), text(words), span);
            return self.hole(fault);
        }
        let operand = self.expression(subject, scope);
        let Some(instant) = instant else {
            return Operand::Hole;
        };
        let words = Span::new(span.source, subject.span.end, span.end);
        match operand {
            Operand::Hole => Operand::Hole,
            Operand::CalendarLength { .. } => {
                let text = self.sources.text(subject.span);
                self.hole(errors::calendar_length_alone(text, subject.span))
            }
            Operand::Condition(condition) => {
                self.condition_as_of(condition, instant, words, span, scope)
            }
            Operand::Value(found) => self.value_as_of(found, instant, words, span, scope),
            Operand::Labels { id, span: place } => match self.label_text(id, place) {
                Some(found) => self.value_as_of(found, instant, words, span, scope),
                None => Operand::Hole,
            },
        }
    }

    /// Whether an expression selects events, which are neither a condition nor a value.
    fn is_of_events(&self, expression: &Expression, scope: &Scope) -> bool {
        let mut root = expression;
        loop {
            root = match &*root.kind {
                ExpressionKind::Bracket { base, .. } | ExpressionKind::Named { base, .. } => base,
                ExpressionKind::Window { subject, .. } => subject,
                ExpressionKind::Between { value, .. } => value,
                ExpressionKind::Frequent { rows, .. } => rows,
                ExpressionKind::Chain { .. } => return true,
                ExpressionKind::Parenthesized(inner) => inner,
                ExpressionKind::Name(name) => {
                    return self.schema.stream_named(&name.text).is_some()
                        && !self.is_name(name, scope);
                }
                _ => return false,
            };
        }
    }

    fn condition_as_of(
        &mut self,
        condition: Checked,
        instant: Instant,
        words: Span,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let Some(NodeRef::Condition(moved)) =
            self.node_as_of(NodeRef::Condition(condition.id), instant, words, scope)
        else {
            return Operand::Hole;
        };
        if !self.is_shallow(NodeRef::Condition(moved), span) {
            return Operand::Hole;
        }
        let Some(has_come) = instant.has_come else {
            return Operand::Condition(Checked {
                id: moved,
                logic: condition.logic,
            });
        };
        let known = Logic::comparison(self.needed(instant.time));
        let both = Condition::And([has_come, moved].into());
        self.checked(both, Rc::new(Logic::And(vec![known, condition.logic])))
    }

    fn value_as_of(
        &mut self,
        found: Found,
        instant: Instant,
        words: Span,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let result = self.graph.type_of(found.id).clone();
        let is_single = !matches!(result, Type::List(_) | Type::Record(_) | Type::Map(_));
        let missing = |checker: &mut Self, of: Type| {
            (checker.graph).add_value(Value::Constant(Constant::Missing), of)
        };
        // Events and lists of their values are none where no instant says which have been seen.
        let read = match instant.has_come {
            Some(condition) if !is_single => {
                let otherwise = missing(self, Type::Time);
                let choice = Value::If {
                    condition,
                    then: instant.time,
                    otherwise,
                };
                Instant {
                    time: self.graph.add_value(choice, Type::Time),
                    ..instant
                }
            }
            _ => instant,
        };
        let Some(NodeRef::Value(moved)) =
            self.node_as_of(NodeRef::Value(found.id), read, words, scope)
        else {
            return Operand::Hole;
        };
        if !self.is_shallow(NodeRef::Value(moved), span) {
            return Operand::Hole;
        }
        let id = match instant.has_come {
            Some(_) if !is_single && moved == found.id => {
                let text = self.sources.text(found.span);
                return self.hole(errors::list_as_of(text, &result, found.span));
            }
            Some(condition) if is_single => {
                let otherwise = missing(self, result.clone());
                let choice = Value::If {
                    condition,
                    then: moved,
                    otherwise,
                };
                self.graph.add_value(choice, result)
            }
            _ => moved,
        };
        Operand::Value(Found { id, span })
    }

    /// The instant behind `as of`; what is none is told.
    fn instant(&mut self, place: &Expression, scope: &Scope) -> Option<Instant> {
        let found = self.value(place, scope)?;
        let found = self.event_as_time(found);
        let is = self.graph.type_of(found.id).clone();
        if is != Type::Time {
            let text = self.sources.text(found.span);
            self.tell(errors::no_instant(text, &is, found.span));
            return None;
        }
        if is_past(&self.graph, found.id) {
            return Some(Instant {
                time: found.id,
                has_come: None,
            });
        }
        let now = self.now();
        let has_come = self.add_condition(Condition::Compare {
            comparison: Comparison::LessOrEqual,
            left: found.id,
            right: now,
        });
        if let Value::Constant(Constant::Time(_)) = self.graph.value(found.id) {
            self.instants.insert(has_come, found.span);
        }
        if is_to_come(&self.graph, found.id) {
            let text = self.sources.text(found.span);
            self.tell(errors::instant_to_come(text, found.span));
            return None;
        }
        Some(Instant {
            time: found.id,
            has_come: Some(has_come),
        })
    }

    /// A node as of an instant. Its windows are remembered with the words that moved them.
    fn node_as_of(
        &mut self,
        node: NodeRef,
        instant: Instant,
        words: Span,
        scope: &Scope,
    ) -> Option<NodeRef> {
        let before: Vec<ConditionId> = (self.graph.reachable([node]).into_iter())
            .filter_map(|node| match node {
                NodeRef::Condition(id) => Some(id),
                NodeRef::Value(_) => None,
            })
            .collect();
        if self.hangs_on_contact(instant.time) && self.looks_at_others(node) {
            self.tell(errors::population_as_of(words));
            return None;
        }
        if !scope.expansion {
            self.tell_without_history(node, words);
        }
        let moved = self.graph.as_of(node, instant.time);
        let mut told = HashSet::new();
        for id in before {
            let Some(new) = moved.condition(id).filter(|new| *new != id) else {
                continue;
            };
            // An instant that is written out has to have come when it is read as of another one, too.
            if let Some(span) = self.instants.get(&id).copied() {
                self.instants.insert(new, span);
            }
            self.stands_where(new, id);
            if scope.expansion || !told.insert(new) {
                continue;
            }
            let place = self.places.get(&id).copied();
            let mut all = self.moved_by.get(&id).cloned().unwrap_or_default();
            all.push(words);
            if let Some(place) = place {
                if let Entry::Vacant(entry) = self.places.entry(new) {
                    entry.insert(place);
                    self.moved_by.insert(new, all);
                }
            } else if self.is_of_seen(id) {
                // That events have been seen stands nowhere in the text, and moves with it all the same.
                self.moved_by.entry(new).or_default();
            }
        }
        Some(moved.node)
    }

    /// Whether a value may differ from contact to contact.
    pub(super) fn hangs_on_contact(&self, value: ValueId) -> bool {
        let nodes = self.graph.reachable([NodeRef::Value(value)]);
        nodes.into_iter().any(|node| match node {
            NodeRef::Condition(_) => false,
            NodeRef::Value(id) => matches!(
                self.graph.value(id),
                Value::Field(_) | Value::Element { .. } | Value::Population(_)
            ),
        })
    }

    /// Whether a node looks at other contacts.
    fn looks_at_others(&self, node: NodeRef) -> bool {
        let nodes = self.graph.reachable([node]);
        nodes.into_iter().any(|node| match node {
            NodeRef::Condition(_) => false,
            NodeRef::Value(id) => matches!(self.graph.value(id), Value::Population(_)),
        })
    }

    /// Whether a condition says that an event has been seen at the instant of the run, or at one it was moved to.
    fn is_of_seen(&self, id: ConditionId) -> bool {
        if self.moved_by.get(&id).is_some_and(Vec::is_empty) {
            return true;
        }
        let Condition::Range {
            value,
            low: None,
            high: Some(high),
        } = self.graph.condition(id)
        else {
            return false;
        };
        *self.graph.value(high.value) == Value::Now && self.graph.is_time_of_event(*value)
    }
}

/// The value that `as of` gives where its instant has come, and that it has; none where the value is made in another way.
pub(super) fn moved_value(graph: &Graph, value: ValueId) -> Option<(ConditionId, ValueId)> {
    let Value::If {
        condition,
        then,
        otherwise,
    } = graph.value(value)
    else {
        return None;
    };
    let is_of_now = match graph.condition(*condition) {
        Condition::Compare {
            comparison: Comparison::LessOrEqual,
            right,
            ..
        } => *graph.value(*right) == Value::Now,
        _ => false,
    };
    let is_missing = *graph.value(*otherwise) == Value::Constant(Constant::Missing);
    (is_of_now && is_missing).then_some((*condition, *then))
}

/// Whether a time is `now`, or before it by exact lengths, so that it has come in every run.
fn is_past(graph: &Graph, time: ValueId) -> bool {
    match graph.value(time) {
        Value::Now => true,
        Value::Arithmetic {
            operator: Arithmetic::Subtract,
            left,
            right,
        } => {
            let is_length =
                |length: &Constant| matches!(length, Constant::Duration(length) if *length >= 0);
            is_past(graph, *left)
                && matches!(graph.value(*right), Value::Constant(length) if is_length(length))
        }
        _ => false,
    }
}
