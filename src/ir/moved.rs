//! The same node at another instant: what `as of` makes of a condition or a value.
//!
//! Whatever reads the instant of the run reads the other one instead. So does what events have been seen: a bracket over events says so itself
//! (`time <= now`), and nothing else in the tree knows the instant of the run, not even a function (`age(d)` is given its day, `since(x)` is arithmetic).

use super::{ConditionId, Graph, NodeRef, Value, ValueId};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

impl Graph {
    /// A node as of an instant, a time that is read where the node stands.
    pub fn as_of(&mut self, node: NodeRef, instant: ValueId) -> Moved {
        let is_shifted = self.reach(NodeRef::Value(instant)) > 0;
        let mut moving = Moving {
            graph: self,
            instant,
            is_shifted,
            conditions: HashMap::default(),
            values: HashMap::default(),
        };
        let node = match node {
            NodeRef::Condition(id) => NodeRef::Condition(moving.condition(id, 0)),
            NodeRef::Value(id) => NodeRef::Value(moving.value(id, 0)),
        };
        let conditions = moving.conditions.into_iter();
        Moved {
            node,
            conditions: conditions.map(|((id, _), moved)| (id, moved)).collect(),
        }
    }
}

/// A node as of another instant, with what has become of the conditions in it.
pub struct Moved {
    pub node: NodeRef,
    conditions: HashMap<ConditionId, ConditionId, FixedState>,
}

impl Moved {
    /// What has become of a condition that the node is built on; of one that stands in brackets of several depths, one of those that it has become.
    pub fn condition(&self, id: ConditionId) -> Option<ConditionId> {
        self.conditions.get(&id).copied()
    }
}

struct Moving<'g> {
    graph: &'g mut Graph,
    instant: ValueId,
    /// Whether the instant looks at a bracket around what is moved, so that it hangs on how many brackets lie between.
    is_shifted: bool,
    conditions: HashMap<(ConditionId, u32), ConditionId, FixedState>,
    values: HashMap<(ValueId, u32), ValueId, FixedState>,
}

impl Moving<'_> {
    /// `own` brackets of what is moved stand around the node.
    fn condition(&mut self, id: ConditionId, own: u32) -> ConditionId {
        let own = if self.is_shifted { own } else { 0 };
        if let Some(known) = self.conditions.get(&(id, own)) {
            return *known;
        }
        let node = self.graph.condition(id).clone();
        let mut operands = Vec::new();
        node.operands_by_bracket(&mut |operand, inside| operands.push((operand, inside)));
        self.operands(&operands, own);
        let moved = node.with_operands_by_bracket(
            |id, inside| self.conditions[&(id, self.place(own, inside))],
            |id, inside| self.values[&(id, self.place(own, inside))],
        );
        let moved = self.graph.add_condition(moved);
        self.conditions.insert((id, own), moved);
        moved
    }

    fn value(&mut self, id: ValueId, own: u32) -> ValueId {
        let own = if self.is_shifted { own } else { 0 };
        if let Some(known) = self.values.get(&(id, own)) {
            return *known;
        }
        let moved = match self.graph.value(id).clone() {
            Value::Now => self.graph.shifted(self.instant, own),
            node => {
                let mut operands = Vec::new();
                node.operands_by_bracket(&mut |operand, inside| operands.push((operand, inside)));
                self.operands(&operands, own);
                let moved = node.with_operands_by_bracket(
                    |id, inside| self.conditions[&(id, self.place(own, inside))],
                    |id, inside| self.values[&(id, self.place(own, inside))],
                );
                let value_type = self.graph.type_of(id).clone();
                self.graph.add_value(moved, value_type)
            }
        };
        self.values.insert((id, own), moved);
        moved
    }

    fn operands(&mut self, operands: &[(NodeRef, u32)], own: u32) {
        for (operand, inside) in operands {
            match *operand {
                NodeRef::Condition(id) => {
                    self.condition(id, own + inside);
                }
                NodeRef::Value(id) => {
                    self.value(id, own + inside);
                }
            }
        }
    }

    fn place(&self, own: u32, inside: u32) -> u32 {
        if self.is_shifted { own + inside } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Arithmetic, Comparison, Condition, Rows};
    use super::*;
    use crate::schema::FieldId;
    use crate::types::{Constant, Type};

    fn compare(graph: &mut Graph, left: ValueId, right: ValueId) -> ConditionId {
        graph.add_condition(Condition::Compare {
            comparison: Comparison::LessOrEqual,
            left,
            right,
        })
    }

    #[test]
    fn the_instant_is_put_in_wherever_the_run_is_read_and_nothing_else_changes() {
        let mut graph = Graph::default();
        let now = graph.add_value(Value::Now, Type::Time);
        let day = graph.add_constant(Constant::Duration(86_400_000_000_000));
        let yesterday = Value::Arithmetic {
            operator: Arithmetic::Subtract,
            left: now,
            right: day,
        };
        let yesterday = graph.add_value(yesterday, Type::Time);
        let seen = graph.add_value(Value::Field(FieldId(3)), Type::Time);
        let condition = compare(&mut graph, yesterday, seen);
        let as_of = |graph: &mut Graph, id, instant| match graph
            .as_of(NodeRef::Condition(id), instant)
            .node
        {
            NodeRef::Condition(moved) => moved,
            NodeRef::Value(_) => unreachable!("a condition stays one"),
        };
        let moved = as_of(&mut graph, condition, yesterday);
        let twice = Value::Arithmetic {
            operator: Arithmetic::Subtract,
            left: yesterday,
            right: day,
        };
        let twice = graph.add_value(twice, Type::Time);
        assert_eq!(moved, compare(&mut graph, twice, seen));
        let still = compare(&mut graph, seen, seen);
        assert_eq!(as_of(&mut graph, still, yesterday), still);
    }

    /// `purchase[… as of time]`: in a bracket of what is moved, the time of the purchase lies one bracket further out.
    #[test]
    fn an_instant_of_an_element_is_shifted_into_brackets() {
        let mut graph = Graph::default();
        let times = Type::List(Box::new(Type::Time));
        let now = graph.add_value(Value::Now, Type::Time);
        let inner = graph.add_value(Value::Element { depth: 0 }, Type::Time);
        let outer = graph.add_value(Value::Element { depth: 1 }, Type::Time);
        let list = graph.add_value(Value::Field(FieldId(1)), times);
        let rows = Rows::List(list);
        let condition = compare(&mut graph, inner, now);
        let any = graph.add_condition(Condition::Any { rows, condition });
        let here = compare(&mut graph, now, now);
        let both = graph.add_condition(Condition::And([any, here].into()));
        let moved = graph.as_of(NodeRef::Condition(both), inner).node;
        let condition = compare(&mut graph, inner, outer);
        let any = graph.add_condition(Condition::Any { rows, condition });
        let here = compare(&mut graph, inner, inner);
        let expected = graph.add_condition(Condition::And([any, here].into()));
        assert_eq!(moved, NodeRef::Condition(expected));
    }
}
