//! What stands in brackets: what bare names mean there, and the questions `any`, `every` and `none`, `did` and `never`.

use super::item::{Checker, Scope};
use super::logic::Logic;
use super::operand::{Checked, Found, Operand};
use super::selection::{Bracket, Selection};
use super::{errors, limits};
use crate::diagnostics::{Diagnostic, suggest};
use crate::ir::{Aggregate, Condition, ConditionId, NodeRef, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{Each, Expression, ExpressionKind, Name, Spanned};
use crate::types::{RecordType, Type};

impl Checker<'_> {
    /// `any x[c]`, `every x[c]`, `none x[c]`, `did x`, `never x`
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
            Each::Did => "did",
            Each::Never => "never",
        };
        if let Some(answer) = self.each_together(each, place, span, scope) {
            return answer;
        }
        let Some(selection) = self.selection(word, place, scope) else {
            return Operand::Hole;
        };
        if let Some(name) = &selection.unused_name {
            let of = self.sources.text(selection.bracket.of);
            return self.hole(errors::name_without_bracket(of, name));
        }
        if let Some(fault) = errors::other_question(each, selection.is_of_events(), place.span) {
            return self.hole(fault);
        }
        if let Some(frequency) = selection.frequency {
            return match each.value {
                Each::Did => self.did_so_often(&selection, frequency, place.span, span),
                _ => self.hole(errors::frequency_out_of_place(word, frequency.span)),
            };
        }
        let rows = selection.rows();
        let mut needed = self.needed(selection.list);
        for behind in &selection.behind {
            needed.extend(self.of_outside(behind.logic.known_if(true)));
        }
        needed.extend(self.groups_of_lists(&selection));
        let condition = match each.value {
            Each::Any | Each::None | Each::Did | Each::Never => self.narrowed(&selection),
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
        let logic = match each.value {
            // A window whose edge is missing holds nothing.
            Each::Did | Each::Never => Logic::comparison(needed),
            _ => Logic::about(needed),
        };
        let any = Checked {
            id,
            logic: self.with_elements(id, logic),
        };
        match each.value {
            Each::None | Each::Never => self.negated(any, span),
            Each::Any | Each::Every | Each::Did => Operand::Condition(any),
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
        let text = name.text.as_str();
        // Later steps of a chain see an earlier one by its name alone.
        let open = scope.brackets.iter().rposition(|bracket| bracket.is_open);
        let named = |bracket: &Bracket| bracket.name.as_deref() == Some(text);
        let closed = &scope.brackets[open.map_or(0, |open| open + 1)..];
        for (outwards, bracket) in closed.iter().rev().enumerate() {
            if named(bracket) {
                let element = bracket.element.clone();
                return Some(self.element(outwards as u32, element, place.span));
            }
        }
        let behind = closed.len() as u32;
        let (innermost, around) = scope.brackets[..open? + 1].split_last()?;
        if named(innermost) {
            return Some(self.element(behind, innermost.element.clone(), place.span));
        }
        if let Some((place_of_part, part_type)) = part(&innermost.element, text) {
            if !scope.parameters.contains_key(text) {
                let element = self
                    .graph
                    .add_value(Value::Element { depth: behind }, innermost.element.clone());
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
            if named(bracket) {
                let depth = behind + outwards as u32 + 1;
                return Some(self.element(depth, bracket.element.clone(), place.span));
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
        let open: Vec<&Bracket> = (scope.brackets.iter())
            .filter(|bracket| bracket.is_open)
            .collect();
        let [around @ .., innermost] = open.as_slice() else {
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
        if self.schema.stream_named(text).is_some() {
            return errors::event_alone(text, name.span);
        }
        if self.schema.catalogue_named(text).is_some() {
            return errors::catalogue_alone(text, name.span);
        }
        if let Some(through) = self.behind_a_reference(text, &innermost.element) {
            return errors::part_of_the_referred(name, of, &through);
        }
        let near = self.near_name(text, scope);
        let has_it = |record: &RecordType| record.part_named(text).is_some();
        let other = (self.schema.streams().iter())
            .filter(|stream| stream.history_of.is_none())
            .find(|stream| stream.field_type.record().is_some_and(has_it));
        if let (None, Some(other)) = (&near, other) {
            return errors::field_of_other_events(name, of, &other.name);
        }
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

    /// A name that is one of the records of a catalogue which a part of these records refers to: `title.genres`.
    fn behind_a_reference(&self, text: &str, element: &Type) -> Option<String> {
        let Type::Record(record) = element else {
            return None;
        };
        let referring = record.parts.iter().filter_map(|part| {
            let catalogue = self.schema.catalogue_named(part.catalogue.as_deref()?)?;
            let names = catalogue.record().parts.iter();
            let names = names.map(|part| part.name.as_str());
            let same = names.clone().find(|name| *name == text);
            let near = same.or_else(|| suggest::nearest(text, names))?;
            let is_list = matches!(part.part_type, Type::List(_));
            (!is_list).then(|| {
                let (part, near) = (
                    errors::quoted_if_needed(&part.name),
                    errors::quoted_if_needed(near),
                );
                (same.is_none(), format!("{part}.{near}"))
            })
        });
        referring
            .min_by_key(|(is_near, _)| *is_near)
            .map(|(_, through)| through)
    }

    /// Whether a bracket further out is one of records with a part of this name.
    pub(super) fn is_part_around(&self, name: &Name, scope: &Scope) -> bool {
        (scope.brackets.iter())
            .any(|bracket| bracket.is_open && part(&bracket.element, &name.text).is_some())
    }

    /// The names that a bare name in a bracket may mean, besides parameters and definitions.
    pub(super) fn names_in_bracket<'n>(&self, scope: &'n Scope) -> Vec<&'n str> {
        let mut names: Vec<&str> = scope
            .brackets
            .iter()
            .filter_map(|bracket| bracket.name.as_deref())
            .collect();
        if let Some(innermost) = scope.brackets.iter().rfind(|bracket| bracket.is_open)
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
        if let ExpressionKind::Name(member) = &*base.kind
            && let Some(group) = &scope.group
            && group.name.as_deref() == Some(member.text.as_str())
        {
            let place = Expression {
                span,
                kind: Box::new(ExpressionKind::Name(name.clone())),
            };
            let outside = scope.outside();
            return self.name(&place, name, &outside);
        }
        if let ExpressionKind::Name(table) = &*base.kind
            && scope.brackets.is_empty()
            && !self.is_name(table, scope)
            && self.schema.stream_named(&table.text).is_none()
            && self.schema.field_named(&name.text).is_some()
        {
            let field = errors::quoted_if_needed(&name.text);
            return self.hole(errors::field_of_the_table(table, &field, span));
        }
        let Some(base) = self.value(base, scope) else {
            return Operand::Hole;
        };
        if let Some(through) = self.through(base, name, span, scope) {
            return through;
        }
        let text = self.sources.text(base.span);
        let fault = match self.graph.type_of(base.id).clone() {
            Type::Record(record) => match record.part_named(&name.text) {
                Some((place, part)) => {
                    let part_type = part.part_type.clone();
                    let id = self.part(base.id, place, part_type);
                    return Operand::Value(Found { id, span });
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

    /// A part of a record; of the first or last of several, that part of the first or last.
    pub(super) fn part(&mut self, record: ValueId, part: u32, part_type: Type) -> ValueId {
        let value = match *self.graph.value(record) {
            Value::Aggregate {
                function: function @ (Aggregate::First | Aggregate::Last),
                of,
                rows,
                condition,
            } => Value::Aggregate {
                function,
                of: self.part(of, part, part_type.clone()),
                rows,
                condition,
            },
            _ => Value::Part { record, part },
        };
        self.graph.add_value(value, part_type)
    }

    fn contact_member(&mut self, name: &Name, span: Span, scope: &Scope) -> Operand {
        if let Some(group) = &scope.group {
            let of = self.sources.text(group.of);
            let fault = match scope.brackets.is_empty() {
                true => errors::asker_in_group(name, of, span),
                false => errors::contact_in_group(name, of, span),
            };
            return self.hole(fault);
        }
        let fault = match self.schema.field_named(&name.text) {
            Some((id, field)) if !scope.brackets.is_empty() => {
                let field_type = field.field_type.clone();
                return self.field(id, field_type, span);
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

/// The part of this name, where the elements are records that have it.
pub(super) fn part(element: &Type, name: &str) -> Option<(u32, Type)> {
    let Type::Record(record) = element else {
        return None;
    };
    let (place, part) = record.part_named(name)?;
    Some((place, part.part_type.clone()))
}
