//! A graph without the nodes that nothing needs.

use super::{ConditionId, Graph, NodeRef, ValueId};

/// Some nodes of a graph as a graph of their own, and where each of them is in it.
#[derive(Debug)]
pub(crate) struct Kept {
    pub graph: Graph,
    conditions: Vec<Option<ConditionId>>,
    values: Vec<Option<ValueId>>,
}

impl Kept {
    /// Of these nodes, among which is whatever they are built on. Their ids keep their order, so that what stands in the order of ids still does.
    pub fn of(graph: Graph, needed: &[NodeRef]) -> Self {
        let mut conditions = vec![None; graph.condition_count()];
        let mut values = vec![None; graph.value_count()];
        for node in needed {
            match node {
                NodeRef::Condition(id) => conditions[id.index()] = Some(*id),
                NodeRef::Value(id) => values[id.index()] = Some(*id),
            }
        }
        for (number, place) in (0..).zip(conditions.iter_mut().flatten()) {
            *place = ConditionId(number);
        }
        for (number, place) in (0..).zip(values.iter_mut().flatten()) {
            *place = ValueId(number);
        }
        Self {
            graph: graph.at(&conditions, &values),
            conditions,
            values,
        }
    }

    /// Where a condition is now; none where it was not kept.
    pub fn condition(&self, id: ConditionId) -> Option<ConditionId> {
        self.conditions[id.index()]
    }

    /// The same of a value.
    pub fn value(&self, id: ValueId) -> Option<ValueId> {
        self.values[id.index()]
    }

    /// The same of a node of either sort.
    pub fn node(&self, node: NodeRef) -> Option<NodeRef> {
        match node {
            NodeRef::Condition(id) => self.condition(id).map(NodeRef::Condition),
            NodeRef::Value(id) => self.value(id).map(NodeRef::Value),
        }
    }
}
