//! Classifications: who gets which label, and what is asked of labels.
//!
//! A contact gets the first label whose condition holds. So a label is a condition of its own, its `when` and none of those above it, and
//! `journey is active` is that condition; where a text is due, a classification is the name of the contact's label.

use super::errors;
use super::item::{Checker, Extent, Scope};
use super::limits;
use super::lints;
use super::logic::{Leaf, Logic};
use super::names::DefinitionId;
use super::operand::{Checked, Found, Operand};
use crate::diagnostics::{Diagnostic, suggest};
use crate::ir::{Condition, ConditionId, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{
    self, CompareOperator, Expression, ExpressionKind, Literal, Name, Spanned,
};
use crate::syntax::words;
use crate::types::{Constant, Type};
use std::collections::HashMap;
use std::rc::Rc;

/// What a sound classification came to.
#[derive(Clone, Debug)]
pub(super) struct Classification {
    /// In the order of the text.
    pub labels: Vec<Label>,
    /// The name of a contact's label.
    pub text: ValueId,
    /// What makes a split of it.
    pub drawn: Option<super::splits::Drawn>,
}

#[derive(Clone, Debug)]
pub(super) struct Label {
    /// Holds for whom it is given to.
    pub condition: Checked,
    /// What stands behind `when`.
    pub when: Option<ConditionId>,
}

impl<'a> Checker<'a> {
    /// Checks a classification; nothing comes of one that is faulty.
    pub(super) fn classification(&mut self, id: DefinitionId, labels: &'a [ast::Label]) {
        let definition = self.definitions.get(id);
        let before = self.diagnostics.len();
        let is_whole = matches!(
            definition.item.kind,
            ast::ItemKind::Classify { is_whole: true, .. }
        );
        self.label_names(labels);
        if is_whole {
            self.last_label(definition.item, labels);
        }
        if labels.len() > limits::LABELS {
            self.tell(errors::too_many_labels(limits::LABELS, definition.name));
        }
        // Each further label is asked behind all those above it.
        let asked = labels.len().min(limits::LABELS);
        self.work += asked * asked / 2;
        let nested = Extent {
            depth: asked,
            size: asked,
        };
        let fits = self.reach(nested, true, definition.name.span);
        let scope = Scope::of_file(definition.file);
        let mut conditions = Vec::new();
        let mut is_sound = fits && is_whole;
        for label in labels {
            let Some(expression) = &label.condition else {
                conditions.push(None);
                continue;
            };
            let condition = self.condition(expression, &scope);
            if let Some(condition) = &condition {
                self.tell_admissions(id, condition);
            }
            lints::mixed_and_or(self, expression);
            is_sound &= condition.is_some();
            conditions.push(condition);
        }
        self.extents[id.0] = self.extent;
        let has_error = self.diagnostics[before..].iter().any(Diagnostic::is_error);
        self.sound[id.0] = is_sound && !has_error;
        if !self.sound[id.0] {
            return;
        }
        let classification = self.hand_out(labels, &conditions);
        self.classifications.insert(id, Rc::new(classification));
        self.meanings[id.0] = Some(Operand::Labels {
            id,
            span: definition.name.span,
        });
    }

    /// Tells labels that stand there twice, and words that cannot be labels.
    fn label_names(&mut self, labels: &[ast::Label]) {
        let mut first: HashMap<&str, Span> = HashMap::new();
        for label in labels {
            let name = &label.name;
            match first.get(name.text.as_str()) {
                Some(first) => self.tell(errors::label_twice(name, *first)),
                None => {
                    first.insert(&name.text, name.span);
                }
            }
            let is_quoted = self.sources.text(name.span).starts_with('`');
            let word = name.text.to_lowercase();
            if ["missing", "known", "not", "otherwise"].contains(&word.as_str()) {
                self.tell(errors::not_a_label(name));
            } else if !is_quoted && (words::is_tail_word(&word) || EMPTY.contains(&word.as_str())) {
                self.tell(errors::label_in_back_ticks(name));
            }
        }
    }

    /// Tells where nothing or not the last label takes who is left.
    fn last_label(&mut self, item: &ast::Item, labels: &[ast::Label]) {
        let Some(place) = labels.iter().position(|label| label.condition.is_none()) else {
            let taken = |name: &&&str| labels.iter().all(|label| label.name.text != ***name);
            let name = ["other", "rest", "none_of_these"].iter().find(taken);
            let close = Span::new(item.span.source, item.span.end - 1, item.span.end);
            let text = self.sources.text(item.span);
            let on_own_line = text
                .trim_end_matches('}')
                .rsplit('\n')
                .next()
                .is_some_and(|line| line.trim().is_empty())
                && text.contains('\n');
            self.tell(errors::no_otherwise(
                item_name(item),
                name.copied().unwrap_or("other"),
                close,
                on_own_line,
            ));
            return;
        };
        let otherwise = &labels[place];
        if let Some(behind) = labels.get(place + 1) {
            self.tell(errors::label_behind_otherwise(behind, otherwise));
        }
    }

    /// Who gets each label: for whom its condition holds and none of those above it.
    fn hand_out(
        &mut self,
        labels: &[ast::Label],
        conditions: &[Option<Checked>],
    ) -> Classification {
        let mut above: Vec<ConditionId> = Vec::new();
        let mut known = super::logic::Fields::new();
        let mut given: Vec<Label> = Vec::new();
        for (label, when) in labels.iter().zip(conditions) {
            let mut parts: Vec<ConditionId> = when.iter().map(|when| when.id).collect();
            parts.extend(&above);
            let id = match parts.as_slice() {
                [] => self.add_condition(Condition::Constant(true)),
                [only] => *only,
                _ => self.add_condition(Condition::And(parts.into())),
            };
            let mut known_if_true = known.clone();
            if let Some(when) = when {
                known_if_true.extend(when.logic.known_if(true));
                known.extend(when.logic.known_if(false));
                above.push(self.add_condition(Condition::Not(when.id)));
            }
            let place = label
                .condition
                .as_ref()
                .map_or(label.span, |when| when.span);
            self.places.entry(id).or_insert(place);
            // Who lacks a value that is asked for falls through to a label below, as the reader asks for.
            let logic = Logic::Leaf(Leaf {
                known_if_true,
                ..Leaf::default()
            });
            given.push(Label {
                condition: Checked {
                    id,
                    logic: Rc::new(logic),
                },
                when: when.as_ref().map(|when| when.id),
            });
        }
        let names = labels
            .iter()
            .map(|label| Constant::Text(label.name.text.as_str().into()));
        let names: Vec<ValueId> = names.map(|name| self.graph.add_constant(name)).collect();
        let mut branches = conditions.iter().zip(names).rev();
        let mut text = branches.next().map_or_else(
            || self.graph.add_constant(Constant::Text("".into())),
            |(_, name)| name,
        );
        for (when, name) in branches {
            if let Some(when) = when {
                let choice = Value::If {
                    condition: when.id,
                    then: name,
                    otherwise: text,
                };
                text = self.graph.add_value(choice, Type::Text);
            }
        }
        Classification {
            labels: given,
            text,
            drawn: None,
        }
    }

    /// Tells that a classification or a split stands where a condition is due.
    pub(super) fn labels_as_condition<T>(&mut self, id: DefinitionId, span: Span) -> Option<T> {
        let (text, first) = (self.sources.text(span), self.first_label(id));
        let of = self.labelled(id);
        self.tell(errors::labels_as_condition(of, text, first, span));
        None
    }

    /// A classification where a text is due: the name of the contact's label.
    pub(super) fn label_text(&self, id: DefinitionId, span: Span) -> Option<Found> {
        let classification = self.classifications.get(&id)?;
        Some(Found {
            id: classification.text,
            span,
        })
    }

    /// The classification that an expression names.
    pub(super) fn labels_of(&self, place: &Expression, scope: &Scope) -> Option<DefinitionId> {
        match &*place.kind {
            ExpressionKind::Parenthesized(inner) => self.labels_of(inner, scope),
            ExpressionKind::Name(name) => {
                if scope.parameters.contains_key(name.text.as_str())
                    || self.names_in_bracket(scope).contains(&name.text.as_str())
                    || self.schema.field_named(&name.text).is_some()
                {
                    return None;
                }
                let id = self.definitions.lookup(scope.file, &name.text)?;
                match &self.meanings[id.0] {
                    Some(Operand::Labels { id, .. }) => Some(*id),
                    _ => self.definitions.get(id).labels.map(|_| id),
                }
            }
            _ => None,
        }
    }

    /// `journey is active`, `journey is not active`; of anything else, what is meant.
    pub(super) fn is_label(
        &mut self,
        value: &Expression,
        negated: bool,
        label: &Expression,
        words: Span,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let Some(id) = self.labels_of(value, scope) else {
            let left = self.value(value, scope);
            if let Some(left) = left {
                self.tell(errors::is_before_value(negated, words));
                self.value_beside(label, Some(left), scope);
            }
            return Operand::Hole;
        };
        // Counts what is put in.
        let operand = self.expression(value, scope);
        let Some(place) = self.label(id, label, value, Some((negated, span))) else {
            return Operand::Hole;
        };
        match operand {
            Operand::Labels { .. } => self.one_label(id, &[place], negated, span),
            _ => Operand::Hole,
        }
    }

    /// `journey in (active, cooling)`, `journey not in (active, cooling)`
    pub(super) fn in_labels(
        &mut self,
        id: DefinitionId,
        value: &Expression,
        negated: bool,
        list: &[Expression],
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let operand = self.expression(value, scope);
        let places: Vec<Option<usize>> = list
            .iter()
            .map(|label| self.label(id, label, value, None))
            .collect();
        let places: Option<Vec<usize>> = places.into_iter().collect();
        match (operand, places) {
            (Operand::Labels { .. }, Some(places)) => self.one_label(id, &places, negated, span),
            _ => Operand::Hole,
        }
    }

    /// Whether a contact has one of these labels.
    fn one_label(
        &mut self,
        id: DefinitionId,
        places: &[usize],
        negated: bool,
        span: Span,
    ) -> Operand {
        let Some(classification) = self.classifications.get(&id).cloned() else {
            return Operand::Hole;
        };
        let parts: Vec<&Checked> = places
            .iter()
            .map(|place| &classification.labels[*place].condition)
            .collect();
        let (id, logic) = match parts.as_slice() {
            [only] => (only.id, Rc::clone(&only.logic)),
            _ => {
                let ids = parts.iter().map(|part| part.id).collect();
                let logic = parts.iter().map(|part| Rc::clone(&part.logic)).collect();
                let id = self.add_condition(Condition::Or(ids));
                (id, Rc::new(Logic::Or(logic)))
            }
        };
        if negated && classification.drawn.is_some() {
            self.negated(Checked { id, logic }, span)
        } else if negated {
            // Everybody has a label, so that nobody is let in for want of a value.
            self.checked(Condition::Not(id), logic.denied())
        } else {
            Operand::Condition(Checked { id, logic })
        }
    }

    /// The place of a label that is asked for; told where it is none. `asked` where it stands behind `is`, with the whole question.
    fn label(
        &mut self,
        id: DefinitionId,
        label: &Expression,
        value: &Expression,
        asked: Option<(bool, Span)>,
    ) -> Option<usize> {
        let labels = self.definitions.get(id).labels?;
        let find = |text: &str| labels.iter().position(|label| label.name.text == text);
        match &*label.kind {
            ExpressionKind::Name(name) => {
                if let Some(place) = find(&name.text) {
                    return Some(place);
                }
                self.tell_unknown_label(id, &name.text, label.span, None);
            }
            ExpressionKind::Literal(Literal::Text(text)) => {
                if find(text).is_some() {
                    self.tell(errors::label_as_text(self.labelled(id), text, label.span));
                } else {
                    self.tell_unknown_label(id, text, label.span, None);
                }
            }
            ExpressionKind::Literal(Literal::Missing)
                if self.definitions.get(id).split.is_some() =>
            {
                let text = self.sources.text(value.span);
                self.tell(errors::no_arm_in_a_list(text, label.span));
            }
            ExpressionKind::Literal(Literal::Missing) => {
                let (rest, text) = (self.rest_label(id), self.sources.text(value.span));
                let word = if asked.is_some() {
                    "is missing"
                } else {
                    "missing"
                };
                self.tell(errors::label_never_missing(text, rest, word, label.span));
            }
            ExpressionKind::Hole => {}
            _ => self.tell(errors::no_label(self.labelled(id), label.span)),
        }
        None
    }

    /// Tells of a label that a classification has not; `whole` where the whole question is to be written anew.
    fn tell_unknown_label(
        &mut self,
        id: DefinitionId,
        written: &str,
        span: Span,
        whole: Option<(String, Span)>,
    ) {
        let definition = self.definitions.get(id);
        // A label that could not be read may be meant.
        if let ast::ItemKind::Classify {
            is_whole: false, ..
        } = definition.item.kind
        {
            return;
        }
        let known: Vec<&str> = self.label_names_of(id);
        let near = suggest::nearest(written, known.iter().copied());
        self.tell(errors::unknown_label(
            self.labelled(id),
            (definition.name, written),
            &known,
            near,
            span,
            whole,
        ));
    }

    /// What the definition of labels is.
    pub(super) fn labelled(&self, id: DefinitionId) -> errors::Labelled {
        match self.definitions.get(id).split {
            Some(_) => errors::Labelled::Split,
            None => errors::Labelled::Classification,
        }
    }

    fn label_names_of(&self, id: DefinitionId) -> Vec<&'a str> {
        let labels = self.definitions.get(id).labels.unwrap_or_default();
        labels
            .iter()
            .map(|label| label.name.text.as_str())
            .collect()
    }

    /// The label to show in an example.
    pub(super) fn first_label(&self, id: DefinitionId) -> &'a str {
        self.label_names_of(id).first().copied().unwrap_or("other")
    }

    /// The label behind `otherwise`.
    pub(super) fn rest_label(&self, id: DefinitionId) -> &'a str {
        let labels = self.definitions.get(id).labels.unwrap_or_default();
        let rest = labels.iter().find(|label| label.condition.is_none());
        rest.map_or("other", |label| label.name.text.as_str())
    }

    /// `journey = "active"`, `journey = active`: told with the question that is meant.
    pub(super) fn label_compared(
        &mut self,
        operator: Spanned<CompareOperator>,
        left: &Expression,
        right: &Expression,
        span: Span,
        scope: &Scope,
    ) -> bool {
        for (value, label) in [(left, right), (right, left)] {
            let Some(id) = self.labels_of(value, scope) else {
                continue;
            };
            let (written, is_name) = match &*label.kind {
                ExpressionKind::Literal(Literal::Text(text)) => (text.as_str(), false),
                ExpressionKind::Name(name) => (name.text.as_str(), true),
                _ => continue,
            };
            let is_label = self.label_names_of(id).contains(&written);
            let means_something = |name: &Name| self.is_name(name, scope);
            if is_name
                && !is_label
                && matches!(&*label.kind, ExpressionKind::Name(name) if means_something(name))
            {
                continue;
            }
            let word = match operator.value {
                CompareOperator::Equal => "is",
                CompareOperator::NotEqual => "is not",
                _ => {
                    self.tell(errors::no_order_of_labels(
                        self.labelled(id),
                        self.sources.text(value.span),
                        operator.span,
                    ));
                    return true;
                }
            };
            let begin = format!("{} {word} ", self.sources.text(value.span));
            if is_label {
                let ours = begin + &errors::quoted_if_needed(written);
                self.tell(errors::label_compared(self.labelled(id), ours, span));
            } else {
                self.tell_unknown_label(id, written, label.span, Some((begin, span)));
            }
            return true;
        }
        false
    }
}

/// Words that ask for a missing value elsewhere, and are answered behind `is`.
pub(super) const EMPTY: [&str; 6] = ["null", "empty", "nil", "blank", "undefined", "unset"];

fn item_name(item: &ast::Item) -> &str {
    match &item.kind {
        ast::ItemKind::Classify { name, .. } => &name.text,
        _ => "",
    }
}
