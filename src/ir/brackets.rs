//! Questions about brackets that several rooms ask: what one looks at, what it asks together, and which value is the time of an event.

use super::{Condition, ConditionId, Graph, NodeRef, Rows, Value, ValueId};
use crate::types::Type;

impl Graph {
    /// The rows and the condition of a node that looks at rows one by one.
    pub fn bracket(&self, node: NodeRef) -> Option<(Rows, ConditionId)> {
        match node {
            NodeRef::Condition(id) => match self.condition(id) {
                Condition::Any { rows, condition } => Some((*rows, *condition)),
                _ => None,
            },
            NodeRef::Value(id) => match self.value(id) {
                Value::Count {
                    rows, condition, ..
                }
                | Value::Aggregate {
                    rows, condition, ..
                }
                | Value::Favourite {
                    rows, condition, ..
                } => Some((*rows, *condition)),
                _ => None,
            },
        }
    }

    /// The conditions that have to hold together for one to hold, from left to right.
    pub fn conjuncts(&self, condition: ConditionId) -> Vec<ConditionId> {
        let (mut found, mut stack) = (Vec::new(), vec![condition]);
        while let Some(condition) = stack.pop() {
            match self.condition(condition) {
                Condition::And(parts) => stack.extend(parts.iter().rev()),
                Condition::Constant(true) => {}
                _ => found.push(condition),
            }
        }
        found
    }

    /// Whether it is the time of an event.
    pub fn is_time_of_event(&self, value: ValueId) -> bool {
        let Value::Part { record, part } = self.value(value) else {
            return false;
        };
        match self.type_of(*record) {
            Type::Record(record) => record.time == Some(*part),
            _ => false,
        }
    }
}
