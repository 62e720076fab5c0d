//! What depends on a contact, or on an element of a bracket, and what is the same for all of them.

use crate::ir::{Condition, ConditionId, Graph, NodeRef, Value, ValueId};

/// Which nodes depend on a contact or on an element.
pub(super) struct Contact {
    conditions: Vec<bool>,
    values: Vec<bool>,
}

impl Contact {
    pub(super) fn of(graph: &Graph, order: &[NodeRef]) -> Self {
        let mut contact = Self {
            conditions: vec![false; graph.condition_count()],
            values: vec![false; graph.value_count()],
        };
        for node in order {
            let mut depends = false;
            let visit = |operand| depends |= contact.node(operand);
            match *node {
                NodeRef::Condition(id) => {
                    graph.condition(id).operands(visit);
                    // Brackets are worked out with the contacts, whatever they look at.
                    depends |= matches!(graph.condition(id), Condition::Any { .. });
                    contact.conditions[id.index()] = depends;
                }
                NodeRef::Value(id) => {
                    graph.value(id).operands(visit);
                    depends |= matches!(
                        graph.value(id),
                        Value::Field(_)
                            | Value::Element { .. }
                            | Value::Count { .. }
                            | Value::Aggregate { .. }
                            | Value::Favourite { .. }
                            | Value::Population(_)
                    );
                    contact.values[id.index()] = depends;
                }
            }
        }
        contact
    }

    fn node(&self, node: NodeRef) -> bool {
        match node {
            NodeRef::Condition(id) => self.condition(id),
            NodeRef::Value(id) => self.value(id),
        }
    }

    pub(super) fn condition(&self, id: ConditionId) -> bool {
        self.conditions[id.index()]
    }

    /// Values that lowering has added are parameters, and depend on none.
    pub(super) fn value(&self, id: ValueId) -> bool {
        self.values.get(id.index()).is_some_and(|depends| *depends)
    }
}
