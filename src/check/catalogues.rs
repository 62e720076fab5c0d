//! Fields that refer to catalogues: `title.genres` reads through the title to its genres.

use super::errors;
use super::item::{Checker, Scope};
use super::operand::{Found, Operand};
use crate::diagnostics::suggest;
use crate::ir::{Aggregate, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::types::Type;
use std::sync::Arc;

impl Checker<'_> {
    /// The catalogue that a value, or the elements of a list, are keys of.
    pub(super) fn referred(&self, value: ValueId, scope: Option<&Scope>) -> Option<Arc<str>> {
        match self.graph.value(value) {
            Value::Field(field) => self.schema.field(*field).catalogue.clone(),
            Value::Part { record, part } => {
                let Type::Record(record) = self.graph.type_of(*record) else {
                    return None;
                };
                record.parts.get(*part as usize)?.catalogue.clone()
            }
            Value::LookUp {
                catalogue, part, ..
            } => catalogue.fields().get(*part as usize)?.catalogue.clone(),
            Value::Nearest { catalogue, .. } => Some(catalogue.name().into()),
            Value::Element { depth } => {
                let mut around = scope?.brackets.iter().rev();
                around.nth(*depth as usize)?.catalogue.clone()
            }
            Value::Aggregate {
                function:
                    Aggregate::First
                    | Aggregate::Last
                    | Aggregate::Least
                    | Aggregate::Greatest
                    | Aggregate::Values
                    | Aggregate::Different,
                of,
                ..
            }
            | Value::Favourite { of, .. } => self.referred(*of, scope),
            Value::Coalesce { value, fallback } => {
                let first = self.referred(*value, scope)?;
                (self.referred(*fallback, scope)? == first).then_some(first)
            }
            Value::If {
                then, otherwise, ..
            } => {
                let first = self.referred(*then, scope)?;
                (self.referred(*otherwise, scope)? == first).then_some(first)
            }
            _ => None,
        }
    }

    /// `title.genres`, where `title` is a key of a catalogue; none where it is none.
    pub(super) fn through(
        &mut self,
        base: Found,
        name: &Name,
        span: Span,
        scope: &Scope,
    ) -> Option<Operand> {
        let referred = self.referred(base.id, Some(scope))?;
        let Some(catalogue) = self.schema.catalogue_named(&referred).cloned() else {
            let unreadable = self.schema.unreadable_catalogues().iter();
            let reason = (unreadable.into_iter())
                .find(|catalogue| *catalogue.name == *referred)
                .map_or("it is not there", |catalogue| catalogue.reason.as_str());
            let fault = errors::unreadable_catalogue(&referred, reason, base.span);
            return Some(self.hole(fault));
        };
        let Some((part, _)) = catalogue.record().part_named(&name.text) else {
            let record = catalogue.record();
            let names = record.parts.iter().map(|part| part.name.as_str());
            let near = suggest::nearest(&name.text, names);
            let text = self.sources.text(base.span);
            let fault = errors::no_such_part(text, record, name, near);
            return Some(self.hole(fault));
        };
        let of_list = matches!(self.graph.type_of(base.id), Type::List(_));
        let result = catalogue.type_of_part(part, of_list)?;
        let value = Value::LookUp {
            catalogue,
            key: base.id,
            part,
        };
        Some(self.found(value, result, span))
    }
}
