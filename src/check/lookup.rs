//! Names in expressions: what each stands for, and what may have been meant where it stands for nothing.

use super::errors;
use super::item::{Checker, Scope};
use super::operand::{Found, Operand};
use crate::diagnostics::{Diagnostic, suggest};
use crate::functions;
use crate::source::Span;
use crate::syntax::ast::{Expression, Name};
use crate::types::Type;

impl Checker<'_> {
    pub(super) fn name(&mut self, place: &Expression, name: &Name, scope: &Scope) -> Operand {
        if let Some(operand) = self.name_in_bracket(place, name, scope) {
            return operand;
        }
        if let Some(parameter) = scope.parameters.get(name.text.as_str()) {
            let Some(found) = *parameter else {
                return Operand::Hole;
            };
            if let Some(group) = &scope.group
                && self.hangs_on_contact(found.id)
            {
                let of = self.sources.text(group.of);
                let given = self.sources.text(found.span);
                let fault = errors::given_in_group(&name.text, given, of, found.span);
                return self.hole(fault);
            }
            // What is given may look at an element around the call: as many brackets further out, as stand around the name.
            let id = self.graph.shifted(found.id, scope.brackets.len() as u32);
            // Inside the definition it stands where it is written, elsewhere where it was given.
            let span = if scope.expansion {
                found.span
            } else {
                place.span
            };
            return Operand::Value(Found { id, span });
        }
        if let Some((id, field)) = self.schema.field_named(&name.text) {
            let field_type = field.field_type.clone();
            return self.field(id, field_type, place.span);
        }
        if let Some(id) = self.definitions.lookup(scope.file, &name.text) {
            let definition = self.definitions.get(id);
            if !definition.parameters.is_empty() {
                let fault = errors::needs_arguments(
                    name,
                    definition
                        .parameters
                        .iter()
                        .map(|parameter| parameter.name.text.as_str()),
                    definition.name.span,
                );
                return self.hole(fault);
            }
            // What is wrong with it has been told where it stands.
            if !self.sound[id.0] {
                return Operand::Hole;
            }
            let extent = self.extents[id.0];
            if !self.reach(extent, false, place.span) {
                return Operand::Hole;
            }
            return match &mut self.meanings[id.0] {
                Some(meaning) => {
                    if let Operand::Condition(condition) = meaning {
                        condition.logic = condition.logic.as_leaf();
                    }
                    super::calls::at(meaning.clone(), place)
                }
                None => Operand::Hole,
            };
        }
        if self.schema.stream_named(&name.text).is_some() {
            let text = self.sources.text(place.span);
            return self.hole(errors::event_alone(text, place.span));
        }
        if self.schema.catalogue_named(&name.text).is_some() {
            let text = self.sources.text(place.span);
            return self.hole(errors::catalogue_alone(text, place.span));
        }
        let broken = self.schema.unreadable_catalogues().iter();
        if let Some(catalogue) = broken.into_iter().find(|one| one.name == name.text) {
            let fault = errors::unreadable_catalogue(&name.text, &catalogue.reason, place.span);
            return self.hole(fault);
        }
        let fault = self.unknown_name(name, scope);
        self.hole(fault)
    }

    /// Whether a name means something here.
    pub(super) fn is_name(&self, name: &Name, scope: &Scope) -> bool {
        scope.parameters.contains_key(name.text.as_str())
            || self.names_in_bracket(scope).contains(&name.text.as_str())
            || self.is_part_around(name, scope)
            || self.schema.field_named(&name.text).is_some()
            || self.definitions.lookup(scope.file, &name.text).is_some()
    }

    pub(super) fn near_name(&mut self, written: &str, scope: &Scope) -> Option<String> {
        // Parameters are few and differ from place to place.
        let is_alone = scope.parameters.is_empty() && scope.brackets.is_empty();
        if is_alone && let Some(near) = self.near_names.get(&(scope.file, written.to_owned())) {
            return near.clone();
        }
        let names = self.schema.fields().len() + self.definitions.visible_count(scope.file);
        self.near_left = self.near_left.checked_sub(names)?;
        let fields = self.schema.fields().iter().map(|field| field.name.as_str());
        // In a bracket the contact's fields are not meant by bare names.
        let fields = fields.filter(|_| scope.brackets.is_empty());
        let definitions = self.definitions.visible(scope.file).map(|(name, _)| name);
        let parameters = scope.parameters.keys().copied();
        let inside = self.names_in_bracket(scope);
        // In a bracket, values are asked of.
        let streams = || {
            let all = self.schema.streams().iter();
            let all = all.filter(|stream| stream.history_of.is_none());
            let outside = all.filter(|_| scope.brackets.is_empty());
            outside.map(|stream| stream.name.as_str())
        };
        let names = fields.chain(definitions).chain(parameters).chain(inside);
        // `viewed` is what those did who `view`.
        let near = suggest::nearest(written, names.chain(streams()))
            .or_else(|| suggest::stem(written, streams()))
            .map(str::to_owned);
        if is_alone {
            self.near_names
                .insert((scope.file, written.to_owned()), near.clone());
        }
        near
    }

    pub(super) fn unknown_name(&mut self, name: &Name, scope: &Scope) -> Diagnostic {
        let hidden = scope.hidden.iter().rev().find(|bracket| {
            bracket.name.as_ref() == Some(&name.text)
                || super::brackets::part(&bracket.element, &name.text).is_some()
        });
        if let Some(bracket) = hidden {
            let of = self.sources.text(bracket.of);
            return errors::part_in_population(name, of);
        }
        if let Some(left_out) = self.schema.left_out_named(&name.text) {
            return errors::column_left_out(name, &left_out.reason);
        }
        if let Some(id) = self.definitions.anywhere(&name.text) {
            let definition = self.definitions.get(id);
            let file = &self.sources.get(definition.name.span.source).name;
            return errors::defined_elsewhere(name, file, definition.name.span);
        }
        let of_events = self.schema.streams().iter().find(|stream| {
            let record = stream.field_type.record();
            stream.history_of.is_none()
                && record.is_some_and(|record| record.part_named(&name.text).is_some())
        });
        if let Some(stream) = of_events {
            return errors::field_of_events(name, &stream.name);
        }
        if functions::lookup(&name.text).is_some()
            || super::figures::is_figure(&name.text)
            || super::aggregates::asked(&name.text).is_some()
            || super::populations::asked(&name.text).is_some()
            || name.text == "nearest"
        {
            return errors::function_without_arguments(name);
        }
        errors::unknown_name(name, self.near_name(&name.text, scope))
    }

    pub(super) fn unknown_function(
        &self,
        name: &Name,
        arguments: &[Expression],
        call: Span,
        scope: &Scope,
    ) -> Diagnostic {
        if let Some((_, field)) = self.schema.field_named(&name.text)
            && let Type::List(_) = &field.field_type
        {
            let text = self.sources.text(call);
            let inside = text.split_once('(').map_or("", |(_, inside)| inside);
            return errors::list_called(name, inside.trim_end_matches(')'), call);
        }
        if self.schema.field_named(&name.text).is_some()
            || scope.parameters.contains_key(name.text.as_str())
        {
            return errors::not_a_function(name);
        }
        if let Some(id) = self.definitions.anywhere(&name.text) {
            let definition = self.definitions.get(id);
            let file = &self.sources.get(definition.name.span.source).name;
            return errors::defined_elsewhere(name, file, definition.name.span);
        }
        if let Some(fault) = errors::function_of_elsewhere(name, arguments, call, self.sources) {
            return fault;
        }
        let known = functions::all().iter().map(|function| function.name);
        let known = known.chain(functions::figures().iter().map(|figure| figure.name));
        let of_many = functions::figures_of_many().iter();
        let known = known.chain(of_many.map(|figure| figure.name));
        let definitions = self
            .definitions
            .visible(scope.file)
            .filter(|(_, id)| !self.definitions.get(*id).parameters.is_empty())
            .map(|(name, _)| name);
        errors::unknown_function(name, suggest::nearest(&name.text, known.chain(definitions)))
    }
}
