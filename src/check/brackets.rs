//! What stands in brackets: which elements they look at, what bare names mean there, and the questions `any`, `every` and `none`.

use super::item::{Checker, Scope};
use super::logic::Logic;
use super::operand::{Checked, Found, Operand};
use super::{errors, limits};
use crate::diagnostics::{Diagnostic, suggest};
use crate::ir::{Condition, ConditionId, NodeRef, Rows, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{Each, Expression, ExpressionKind, Name, Spanned};
use crate::types::Type;

/// A bracket around an expression.
#[derive(Clone)]
pub(super) struct Bracket {
    /// What it is a bracket of, as the reader sees it.
    pub of: Span,
    pub element: Type,
    /// What `as` calls the element.
    pub name: Option<String>,
}

/// Elements that a text has selected: `profiles`, `profiles as p[a][b]`.
pub(super) struct Selection {
    pub list: ValueId,
    pub bracket: Bracket,
    /// One for each bracket, from left to right.
    conditions: Vec<Checked>,
    /// The name behind `as`, where no bracket has used it yet.
    unused_name: Option<Name>,
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
        match self.chain(place, scope)? {
            Chain::Selection(selection) => Some(selection),
            Chain::Value(found) => match self.graph.type_of(found.id).clone() {
                Type::List(element) => Some(Selection::of(found, *element)),
                is => {
                    let text = self.sources.text(found.span);
                    self.tell(errors::not_rows(word, text, &is, found.span));
                    None
                }
            },
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
        let mut chain = Chain::Value(self.value(root, scope)?);
        for link in links.into_iter().rev() {
            chain = match link {
                Link::Bracket(inner, span) => self.bracket(chain, inner, span, scope)?,
                Link::Name(name) => Chain::Selection(self.named(chain, name, scope)?),
            };
        }
        Some(chain)
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
                Type::List(element) => Selection::of(found, *element),
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
        selection.unused_name = None;
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
                Type::List(element) => Selection::of(found, *element),
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
        } else if part(&selection.bracket.element, text).is_some() {
            Some("a part of these records")
        } else {
            None
        }
    }

    /// The one condition that all brackets of a selection come to.
    pub(super) fn narrowed(&mut self, selection: &Selection) -> ConditionId {
        let ids: Vec<ConditionId> = selection.conditions.iter().map(|one| one.id).collect();
        self.together(&ids)
    }

    fn together(&mut self, ids: &[ConditionId]) -> ConditionId {
        let condition = match ids {
            [] => Condition::Constant(true),
            [only] => return *only,
            several => Condition::And(several.into()),
        };
        self.add_condition(condition)
    }

    /// `any x[c]`, `every x[c]`, `none x[c]`
    pub(super) fn each(
        &mut self,
        each: Spanned<Each>,
        place: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let word = match each.value {
            Each::Any => "any",
            Each::Every => "every",
            Each::None => "none",
        };
        let Some(selection) = self.selection(word, place, scope) else {
            return Operand::Hole;
        };
        if let Some(name) = &selection.unused_name {
            let of = self.sources.text(selection.bracket.of);
            return self.hole(errors::name_without_bracket(of, name));
        }
        let rows = Rows::List(selection.list);
        let needed = self.needed(selection.list);
        let condition = match each.value {
            Each::Any | Each::None => self.narrowed(&selection),
            Each::Every => {
                let Some((last, before)) = selection.conditions.split_last() else {
                    let text = self.sources.text(place.span);
                    return self.hole(errors::every_without_bracket(text, each.span, span));
                };
                let mut ids: Vec<ConditionId> = before.iter().map(|one| one.id).collect();
                ids.push(self.add_condition(Condition::Not(last.id)));
                self.together(&ids)
            }
        };
        let any = Condition::Any { rows, condition };
        let id = self.add_condition(any);
        if !self.is_shallow(NodeRef::Condition(id), span) {
            return Operand::Hole;
        }
        if each.value == Each::Every {
            let (before, of) = self.before_last(&selection, place);
            let logic = self.logic_of_every(rows, before, needed, (of, span), scope);
            return self.checked(Condition::Not(id), logic);
        }
        let any = Checked {
            id,
            logic: self.with_elements(id, Logic::about(needed)),
        };
        match each.value {
            Each::None => self.negated(any, span),
            Each::Any | Each::Every => Operand::Condition(any),
        }
    }

    /// What is asked before the last bracket of a selection, and the text up to there.
    fn before_last(&mut self, selection: &Selection, place: &Expression) -> (ConditionId, Span) {
        let ids: Vec<ConditionId> = selection.conditions.iter().map(|one| one.id).collect();
        let before = self.together(ids.split_last().map_or(&[], |(_, before)| before));
        let mut place = place;
        let of = loop {
            match &*place.kind {
                ExpressionKind::Parenthesized(inner) => place = inner,
                // Nothing would use the name without the last bracket.
                ExpressionKind::Bracket { base, .. } => match &*base.kind {
                    ExpressionKind::Named { base: list, .. } => break list.span,
                    _ => break base.span,
                },
                _ => break selection.bracket.of,
            }
        };
        (before, of)
    }

    /// Tells where too many brackets stand in each other.
    pub(super) fn is_shallow(&mut self, node: NodeRef, span: Span) -> bool {
        let is_shallow = self.graph.nesting(node) <= limits::BRACKETS;
        if !is_shallow {
            self.tell_once(errors::too_many_brackets(limits::BRACKETS, span));
        }
        is_shallow
    }

    /// What a bare name means in a bracket; none where it means what it does outside.
    pub(super) fn name_in_bracket(
        &mut self,
        place: &Expression,
        name: &Name,
        scope: &Scope,
    ) -> Option<Operand> {
        let (innermost, around) = scope.brackets.split_last()?;
        let text = name.text.as_str();
        if innermost.name.as_deref() == Some(text) {
            return Some(self.element(0, innermost.element.clone(), place.span));
        }
        if let Some((place_of_part, part_type)) = part(&innermost.element, text) {
            if !scope.parameters.contains_key(text) {
                let element = self
                    .graph
                    .add_value(Value::Element { depth: 0 }, innermost.element.clone());
                let value = Value::Part {
                    record: element,
                    part: place_of_part,
                };
                return Some(self.found(value, part_type, place.span));
            }
            // A named record's parts can be told from a parameter.
            if innermost.name.is_none() {
                let fault = errors::parameter_hidden(name, self.sources.text(innermost.of));
                // Told where it stands first.
                let is_told = (self.diagnostics.iter())
                    .any(|told| told.code == fault.code && told.message == fault.message);
                if !is_told {
                    self.tell(fault);
                }
                return Some(Operand::Hole);
            }
        }
        for (outwards, bracket) in around.iter().rev().enumerate() {
            if bracket.name.as_deref() == Some(text) {
                return Some(self.element(
                    outwards as u32 + 1,
                    bracket.element.clone(),
                    place.span,
                ));
            }
        }
        if scope.parameters.contains_key(text)
            || self.definitions.lookup(scope.file, text).is_some()
        {
            return None;
        }
        let fault = self.unknown_in_bracket(name, scope);
        Some(self.hole(fault))
    }

    fn element(&mut self, depth: u32, element: Type, span: Span) -> Operand {
        self.found(Value::Element { depth }, element, span)
    }

    fn unknown_in_bracket(&mut self, name: &Name, scope: &Scope) -> Diagnostic {
        let text = name.text.as_str();
        let [around @ .., innermost] = scope.brackets.as_slice() else {
            return errors::unknown_name(name, None);
        };
        let of = self.sources.text(innermost.of);
        for bracket in around.iter().rev() {
            if part(&bracket.element, text).is_some() {
                let outer = self.sources.text(bracket.of);
                return errors::outer_part_in_bracket(name, of, outer);
            }
        }
        if self.schema.field_named(text).is_some() {
            return errors::contact_field_in_bracket(name, of);
        }
        let near = self.near_name(text, scope);
        if near.is_none() && innermost.name.is_none() {
            if !matches!(innermost.element, Type::Record(_)) {
                return errors::unnamed_element(name, of, &innermost.element);
            }
            let fields = self.schema.fields().iter().map(|field| field.name.as_str());
            if let Some(field) = suggest::nearest(text, fields) {
                let near = format!("contact.{}", errors::quoted_if_needed(field));
                return errors::unknown_in_bracket(name, of, &innermost.element, Some(near));
            }
        }
        errors::unknown_in_bracket(name, of, &innermost.element, near)
    }

    /// Whether a bracket further out is one of records with a part of this name.
    pub(super) fn is_part_around(&self, name: &Name, scope: &Scope) -> bool {
        (scope.brackets.iter()).any(|bracket| part(&bracket.element, &name.text).is_some())
    }

    /// The names that a bare name in a bracket may mean, besides parameters and definitions.
    pub(super) fn names_in_bracket<'n>(&self, scope: &'n Scope) -> Vec<&'n str> {
        let mut names: Vec<&str> = scope
            .brackets
            .iter()
            .filter_map(|bracket| bracket.name.as_deref())
            .collect();
        if let Some(innermost) = scope.brackets.last()
            && let Type::Record(record) = &innermost.element
        {
            names.extend(record.parts.iter().map(|part| part.name.as_str()));
        }
        names
    }

    /// `a.b`
    pub(super) fn member(
        &mut self,
        base: &Expression,
        name: &Name,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        if let ExpressionKind::Name(contact) = &*base.kind
            && contact.text == "contact"
            && self.schema.field_named("contact").is_none()
        {
            return self.contact_member(name, span, scope);
        }
        let Some(base) = self.value(base, scope) else {
            return Operand::Hole;
        };
        let text = self.sources.text(base.span);
        let fault = match self.graph.type_of(base.id).clone() {
            Type::Record(record) => match record.part_named(&name.text) {
                Some((place, part)) => {
                    let value = Value::Part {
                        record: base.id,
                        part: place,
                    };
                    return self.found(value, part.part_type.clone(), span);
                }
                None => {
                    let names = record.parts.iter().map(|part| part.name.as_str());
                    let near = suggest::nearest(&name.text, names);
                    errors::no_such_part(text, &record, name, near)
                }
            },
            Type::List(element) => match &*element {
                Type::Record(record) => errors::part_of_a_list(text, record, name, base.span),
                _ => errors::member(text, &Type::List(element), name, span),
            },
            is => errors::member(text, &is, name, span),
        };
        self.hole(fault)
    }

    fn contact_member(&mut self, name: &Name, span: Span, scope: &Scope) -> Operand {
        let fault = match self.schema.field_named(&name.text) {
            Some((id, field)) if !scope.brackets.is_empty() => {
                let field_type = field.field_type.clone();
                return self.found(Value::Field(id), field_type, span);
            }
            Some(_) => errors::contact_member(name, span),
            None => {
                let outside = scope.outside();
                self.unknown_name(name, &outside)
            }
        };
        self.hole(fault)
    }
}

impl Selection {
    fn of(found: Found, element: Type) -> Self {
        Self {
            list: found.id,
            bracket: Bracket {
                of: found.span,
                element,
                name: None,
            },
            conditions: Vec::new(),
            unused_name: None,
        }
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

/// The part of this name, where the elements are records that have it.
fn part(element: &Type, name: &str) -> Option<(u32, Type)> {
    let Type::Record(record) = element else {
        return None;
    };
    let (place, part) = record.part_named(name)?;
    Some((place, part.part_type.clone()))
}
