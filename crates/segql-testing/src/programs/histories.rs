//! Fields with a history in random programs, read as the checker reads them: the value of the last event that has been seen.

use super::{Maker, kind_name};
use segql::ir::{Aggregate, Bound, Condition, Rows, Value, ValueId};
use segql::schema::FieldId;
use segql::types::Type;

/// The part of the events that is the value; their time stands before it.
const VALUE: u32 = 1;

impl Maker<'_> {
    /// What a field is read as, where it has a history.
    pub(super) fn remembered(&mut self, field: ValueId) -> Option<ValueId> {
        let Value::Field(of) = *self.graph.value(field) else {
            return None;
        };
        if self.world.schema.is_stream(of) {
            return None;
        }
        let stream = self.world.schema.history(of)?;
        let value_type = self.graph.type_of(field).clone();
        self.count(&format!("history {}", kind_name(&value_type)));
        Some(self.last_seen(stream, value_type))
    }

    fn last_seen(&mut self, stream: FieldId, value_type: Type) -> ValueId {
        let list_type = self.world.schema.field(stream).field_type.clone();
        let Type::List(event) = list_type.clone() else {
            unreachable!("a history is a list of events");
        };
        let event = (self.graph).add_value(Value::Element { depth: 0 }, *event);
        let part = |part| Value::Part {
            record: event,
            part,
        };
        let time = self.graph.add_value(part(0), Type::Time);
        let of = self.graph.add_value(part(VALUE), value_type.clone());
        let now = self.graph.add_value(Value::Now, Type::Time);
        let seen = Condition::Range {
            value: time,
            low: None,
            high: Some(Bound {
                value: now,
                inclusive: true,
            }),
        };
        let last = Value::Aggregate {
            function: Aggregate::Last,
            of,
            rows: Rows::List(self.graph.add_value(Value::Field(stream), list_type)),
            condition: self.graph.add_condition(seen),
        };
        self.graph.add_value(last, value_type)
    }
}
