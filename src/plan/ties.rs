//! Whether an answer hangs on the order of events that happened at the same time.

use super::Plan;
use crate::ir::{Aggregate, Condition, NodeRef, Rows, Value, ValueId};
use crate::schema::FieldId;
use hashbrown::HashSet;

impl Plan {
    /// Whether an answer hangs on how elements of equal time are put in order in the list of events of this field: a `first` or a `last` is asked for more than
    /// its time.
    pub fn hangs_on_ties(&self, stream: FieldId) -> bool {
        let graph = &*self.graph;
        let nodes = graph.reachable(self.roots());
        // The first or last event itself, whose parts are asked for further up.
        let mut picked: HashSet<ValueId> = HashSet::new();
        for node in &nodes {
            let NodeRef::Value(id) = *node else { continue };
            let Value::Aggregate {
                function: Aggregate::First | Aggregate::Last,
                of,
                rows: Rows::List(list),
                ..
            } = graph.value(id)
            else {
                continue;
            };
            let mut below = graph.reachable([NodeRef::Value(*list)]).into_iter();
            let is_of_stream = below.any(|node| match node {
                NodeRef::Value(value) => *graph.value(value) == Value::Field(stream),
                NodeRef::Condition(_) => false,
            });
            match graph.value(*of) {
                _ if !is_of_stream => {}
                Value::Element { depth: 0 } => {
                    picked.insert(id);
                }
                _ if graph.is_time_of_event(*of) => {}
                _ => return true,
            }
        }
        nodes.into_iter().any(|node| {
            let mut is_used = false;
            let mut look = |operand: NodeRef| {
                is_used |= matches!(operand, NodeRef::Value(value) if picked.contains(&value));
            };
            match node {
                NodeRef::Value(id) if graph.is_time_of_event(id) => {}
                NodeRef::Value(id) => graph.value(id).operands(look),
                NodeRef::Condition(id) => match graph.condition(id) {
                    Condition::Missing(_) => {}
                    condition => condition.operands(&mut look),
                },
            }
            is_used
        })
    }
}
