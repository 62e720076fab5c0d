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
    /// Of these nodes, each of which stands once and behind its operands, as those of [`Graph::reachable`] do. They come in the same order.
    pub fn of(mut graph: Graph, order: &[NodeRef]) -> Self {
        let mut kept = Self {
            graph: Graph::default(),
            conditions: vec![None; graph.condition_count()],
            values: vec![None; graph.value_count()],
        };
        let is_condition = |node: &&NodeRef| matches!(node, NodeRef::Condition(_));
        let conditions = order.iter().filter(is_condition).count();
        kept.graph.reserve(conditions, order.len() - conditions);
        for node in order {
            let condition =
                |id: ConditionId, _| kept.conditions[id.index()].expect("operands come first");
            let value = |id: ValueId, _| kept.values[id.index()].expect("operands come first");
            let outlook = graph.outlook(*node);
            match *node {
                NodeRef::Condition(id) => {
                    let mut moved = graph.take_condition(id);
                    moved.change_operands(condition, value);
                    let new = kept.graph.add_kept_condition(moved, outlook);
                    kept.conditions[id.index()] = Some(new);
                }
                NodeRef::Value(id) => {
                    let mut moved = graph.take_value(id);
                    moved.0.change_operands(condition, value);
                    let new = kept.graph.add_kept_value(moved, outlook);
                    kept.values[id.index()] = Some(new);
                }
            }
        }
        kept
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
