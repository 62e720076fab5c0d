//! Fields with a history: their value is that of the last event of it that has been seen, at whatever instant is asked.

use super::errors;
use super::item::Checker;
use super::operand::Operand;
use crate::ir::{Aggregate, Graph, NodeRef, Rows, Value, ValueId};
use crate::schema::{FieldId, Schema};
use crate::source::Span;
use crate::types::Type;

/// The part of a history's events that is the value; the time stands before it.
const VALUE: u32 = 1;

impl Checker<'_> {
    /// The value of a field of the contact.
    pub(super) fn field(&mut self, id: FieldId, is: Type, span: Span) -> Operand {
        let Some(stream) = self.schema.history(id) else {
            return self.found(Value::Field(id), is, span);
        };
        let list = self.schema.field(stream).field_type.clone();
        let (Type::List(element), Some(value)) = (&list, self.value_of_history(stream)) else {
            return self.found(Value::Field(id), is, span);
        };
        let (time, now) = (self.time_of_element(element), self.now());
        let seen = self.range(time, None, Some((now, true)));
        let event = (self.graph).add_value(Value::Element { depth: 0 }, (**element).clone());
        let last = Value::Aggregate {
            function: Aggregate::Last,
            of: self.part(event, VALUE, value.clone()),
            rows: Rows::List(self.graph.add_value(Value::Field(stream), list)),
            condition: seen.id,
        };
        self.found(last, value, span)
    }

    fn value_of_history(&self, stream: FieldId) -> Option<Type> {
        let record = self.schema.field(stream).field_type.record()?;
        Some(record.parts.get(VALUE as usize)?.part_type.clone())
    }

    /// Tells of the fields that are taken from another instant and have no history, each once.
    pub(super) fn tell_without_history(&mut self, node: NodeRef, words: Span) {
        for node in self.graph.reachable([node]) {
            let NodeRef::Value(id) = node else { continue };
            let Value::Field(field) = *self.graph.value(id) else {
                continue;
            };
            let is_told = self.schema.is_stream(field)
                || field == self.schema.key()
                || self.schema.contact_zone() == Some(field)
                || !self.without_history.insert(field);
            if !is_told {
                let name = errors::quoted_if_needed(&self.schema.field(field).name);
                self.tell(errors::no_history(&name, words));
            }
        }
    }
}

/// The field whose history a value is the last of.
pub(super) fn of_history<'s>(graph: &Graph, schema: &'s Schema, value: ValueId) -> Option<&'s str> {
    let Value::Aggregate {
        function: Aggregate::Last,
        rows: Rows::List(list),
        ..
    } = graph.value(value)
    else {
        return None;
    };
    match graph.value(*list) {
        Value::Field(stream) => schema.field(*stream).history_of.as_deref(),
        _ => None,
    }
}
