//! Walking a graph: the operands of a node, what is reachable, and an order in which operands come before what is built on them.
//! Nothing here recurses, so depth costs no stack.

use super::{Condition, ConditionId, Graph, Rows, Value, ValueId};

/// A node of either sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeRef {
    Condition(ConditionId),
    Value(ValueId),
}

impl Condition {
    /// Calls `visit` for each operand, in their order.
    pub fn operands(&self, mut visit: impl FnMut(NodeRef)) {
        match self {
            Condition::Constant(_) => {}
            Condition::Not(operand) => visit(NodeRef::Condition(*operand)),
            Condition::And(operands)
            | Condition::Or(operands)
            | Condition::AtLeast { of: operands, .. } => {
                for operand in operands {
                    visit(NodeRef::Condition(*operand));
                }
            }
            Condition::Holds(value) | Condition::Missing(value) => visit(NodeRef::Value(*value)),
            Condition::Compare { left, right, .. } => {
                visit(NodeRef::Value(*left));
                visit(NodeRef::Value(*right));
            }
            Condition::Range { value, low, high } => {
                visit(NodeRef::Value(*value));
                for edge in [low, high].into_iter().flatten() {
                    visit(NodeRef::Value(edge.value));
                }
            }
            Condition::OneOf { value, .. }
            | Condition::Matches { value, .. }
            | Condition::InList { value, .. } => {
                visit(NodeRef::Value(*value));
            }
            Condition::TextTest { value, pattern, .. } => {
                visit(NodeRef::Value(*value));
                visit(NodeRef::Value(*pattern));
            }
            Condition::Has { list, values, .. } => {
                visit(NodeRef::Value(*list));
                for value in values {
                    visit(NodeRef::Value(*value));
                }
            }
            Condition::Any { rows, condition } => {
                rows.operands(&mut visit);
                visit(NodeRef::Condition(*condition));
            }
        }
    }

    /// The operands, each with the number of brackets of this node that it stands in: 0 or 1.
    pub fn operands_by_bracket(&self, visit: &mut dyn FnMut(NodeRef, u32)) {
        match self {
            Condition::Any { rows, condition } => {
                rows.operands(|operand| visit(operand, 0));
                visit(NodeRef::Condition(*condition), 1);
            }
            other => other.operands(|operand| visit(operand, 0)),
        }
    }

    /// Puts others in the place of the operands, each told with the number of brackets of this node that it stands in: 0 or 1.
    pub(super) fn change_operands(
        &mut self,
        condition: impl Fn(ConditionId, u32) -> ConditionId,
        value: impl Fn(ValueId, u32) -> ValueId,
    ) {
        // Outside of the node's own bracket.
        let outer_condition = |id: &mut ConditionId| *id = condition(*id, 0);
        let outer_value = |id: &mut ValueId| *id = value(*id, 0);
        match self {
            Condition::Constant(_) => {}
            Condition::Not(operand) => outer_condition(operand),
            Condition::And(operands)
            | Condition::Or(operands)
            | Condition::AtLeast { of: operands, .. } => {
                operands.iter_mut().for_each(outer_condition);
            }
            Condition::Holds(operand)
            | Condition::Missing(operand)
            | Condition::OneOf { value: operand, .. }
            | Condition::Matches { value: operand, .. }
            | Condition::InList { value: operand, .. } => outer_value(operand),
            Condition::Compare { left, right, .. } => {
                outer_value(left);
                outer_value(right);
            }
            Condition::Range {
                value: operand,
                low,
                high,
            } => {
                outer_value(operand);
                for edge in [low, high].into_iter().flatten() {
                    outer_value(&mut edge.value);
                }
            }
            Condition::TextTest {
                value: operand,
                pattern,
                ..
            } => {
                outer_value(operand);
                outer_value(pattern);
            }
            Condition::Has { list, values, .. } => {
                outer_value(list);
                values.iter_mut().for_each(outer_value);
            }
            Condition::Any {
                rows: Rows::List(list),
                condition: operand,
            } => {
                outer_value(list);
                *operand = condition(*operand, 1);
            }
        }
    }

    /// The same condition over other operands, each told with the number of brackets of this node that it stands in: 0 or 1.
    pub fn with_operands_by_bracket(
        &self,
        condition: impl Fn(ConditionId, u32) -> ConditionId,
        value: impl Fn(ValueId, u32) -> ValueId,
    ) -> Condition {
        let mut other = self.clone();
        other.change_operands(condition, value);
        other
    }

    /// The same condition over other operands.
    pub fn with_operands(
        &self,
        condition: impl Fn(ConditionId) -> ConditionId,
        value: impl Fn(ValueId) -> ValueId,
    ) -> Condition {
        self.with_operands_by_bracket(|id, _| condition(id), |id, _| value(id))
    }
}

impl Value {
    /// Calls `visit` for each operand, in their order.
    pub fn operands(&self, mut visit: impl FnMut(NodeRef)) {
        match self {
            Value::Constant(_)
            | Value::Field(_)
            | Value::Now
            | Value::Element { .. }
            | Value::Catalogue(_) => {}
            Value::Arithmetic { left, right, .. } => {
                visit(NodeRef::Value(*left));
                visit(NodeRef::Value(*right));
            }
            Value::Coalesce { value, fallback } => {
                visit(NodeRef::Value(*value));
                visit(NodeRef::Value(*fallback));
            }
            Value::If {
                condition,
                then,
                otherwise,
            } => {
                visit(NodeRef::Condition(*condition));
                visit(NodeRef::Value(*then));
                visit(NodeRef::Value(*otherwise));
            }
            Value::Condition(condition) => visit(NodeRef::Condition(*condition)),
            Value::Call { arguments, .. } | Value::Hash { of: arguments, .. } => {
                for argument in arguments {
                    visit(NodeRef::Value(*argument));
                }
            }
            Value::MoveCalendar { value, zone, .. }
            | Value::DateOf { time: value, zone }
            | Value::Midnight { date: value, zone } => {
                visit(NodeRef::Value(*value));
                if let Some(zone) = zone {
                    visit(NodeRef::Value(*zone));
                }
            }
            Value::Anniversary { date, from } => {
                visit(NodeRef::Value(*date));
                visit(NodeRef::Value(*from));
            }
            Value::Negate(value)
            | Value::FoldCase(value)
            | Value::StartOf { date: value, .. }
            | Value::Part { record: value, .. }
            | Value::Gaps(value)
            | Value::LookUp { key: value, .. }
            | Value::Nearest { place: value, .. } => visit(NodeRef::Value(*value)),
            Value::Entry { map, key } => {
                visit(NodeRef::Value(*map));
                visit(NodeRef::Value(*key));
            }
            Value::Count { .. } | Value::Aggregate { .. } | Value::Favourite { .. } => {
                self.operands_by_bracket(&mut |operand, _| visit(operand));
            }
            Value::Population(population) => population.operands(visit),
        }
    }

    /// The operands, each with the number of brackets of this node that it stands in: 0 or 1.
    pub fn operands_by_bracket(&self, visit: &mut dyn FnMut(NodeRef, u32)) {
        let mut bracket = |rows: &Rows, condition: &ConditionId, inner: &[ValueId]| {
            rows.operands(|operand| visit(operand, 0));
            visit(NodeRef::Condition(*condition), 1);
            for inner in inner {
                visit(NodeRef::Value(*inner), 1);
            }
        };
        match self {
            Value::Count {
                rows,
                condition,
                distinct,
            } => match distinct {
                Some(distinct) => bracket(rows, condition, &[distinct.value]),
                None => bracket(rows, condition, &[]),
            },
            Value::Aggregate {
                of,
                rows,
                condition,
                ..
            } => bracket(rows, condition, &[*of]),
            Value::Favourite {
                of,
                time,
                rows,
                condition,
            } => bracket(rows, condition, &[*of, *time]),
            other => other.operands(|operand| visit(operand, 0)),
        }
    }

    /// Puts others in the place of the operands, each told with the number of brackets of this node that it stands in: 0 or 1.
    pub(super) fn change_operands(
        &mut self,
        condition: impl Fn(ConditionId, u32) -> ConditionId,
        value: impl Fn(ValueId, u32) -> ValueId,
    ) {
        // Outside of the node's own bracket, and in it.
        let outer_condition = |id: &mut ConditionId| *id = condition(*id, 0);
        let outer_value = |id: &mut ValueId| *id = value(*id, 0);
        let inner_condition = |id: &mut ConditionId| *id = condition(*id, 1);
        let inner_value = |id: &mut ValueId| *id = value(*id, 1);
        match self {
            Value::Constant(_)
            | Value::Field(_)
            | Value::Now
            | Value::Element { .. }
            | Value::Catalogue(_) => {}
            Value::Count {
                rows: Rows::List(list),
                condition,
                distinct,
            } => {
                outer_value(list);
                inner_condition(condition);
                if let Some(distinct) = distinct {
                    inner_value(&mut distinct.value);
                }
            }
            Value::Aggregate {
                rows: Rows::List(list),
                condition,
                of,
                ..
            } => {
                outer_value(list);
                inner_condition(condition);
                inner_value(of);
            }
            Value::Favourite {
                of,
                time,
                rows: Rows::List(list),
                condition,
            } => {
                outer_value(list);
                inner_condition(condition);
                inner_value(of);
                inner_value(time);
            }
            Value::Negate(operand)
            | Value::FoldCase(operand)
            | Value::StartOf { date: operand, .. }
            | Value::Part {
                record: operand, ..
            }
            | Value::Gaps(operand)
            | Value::LookUp { key: operand, .. }
            | Value::Nearest { place: operand, .. } => outer_value(operand),
            Value::Arithmetic { left, right, .. }
            | Value::Coalesce {
                value: left,
                fallback: right,
            }
            | Value::Anniversary {
                date: left,
                from: right,
            }
            | Value::Entry {
                map: left,
                key: right,
            } => {
                outer_value(left);
                outer_value(right);
            }
            Value::If {
                condition,
                then,
                otherwise,
            } => {
                outer_condition(condition);
                outer_value(then);
                outer_value(otherwise);
            }
            Value::Condition(operand) => outer_condition(operand),
            Value::Call { arguments, .. } | Value::Hash { of: arguments, .. } => {
                arguments.iter_mut().for_each(outer_value);
            }
            Value::MoveCalendar {
                value: operand,
                zone,
                ..
            }
            | Value::DateOf {
                time: operand,
                zone,
            }
            | Value::Midnight {
                date: operand,
                zone,
            } => {
                outer_value(operand);
                if let Some(zone) = zone {
                    outer_value(zone);
                }
            }
            Value::Population(population) => {
                **population = population.with_operands(|id| condition(id, 0), |id| value(id, 0));
            }
        }
    }

    /// The same value over other operands, each told with the number of brackets of this node that it stands in: 0 or 1.
    pub fn with_operands_by_bracket(
        &self,
        condition: impl Fn(ConditionId, u32) -> ConditionId,
        value: impl Fn(ValueId, u32) -> ValueId,
    ) -> Value {
        let mut other = self.clone();
        other.change_operands(condition, value);
        other
    }

    /// The same value over other operands.
    pub fn with_operands(
        &self,
        condition: impl Fn(ConditionId) -> ConditionId,
        value: impl Fn(ValueId) -> ValueId,
    ) -> Value {
        self.with_operands_by_bracket(|id, _| condition(id), |id, _| value(id))
    }
}

impl Graph {
    /// All nodes that the roots are built on, each once, operands before what is built on them.
    pub fn reachable(&self, roots: impl IntoIterator<Item = NodeRef>) -> Vec<NodeRef> {
        let mut seen = Seen::new(self);
        let mut order = Vec::new();
        // A node is met twice: first to put its operands above it, then, when they are done, to be put in the order.
        let mut stack: Vec<(NodeRef, bool)> = Vec::new();
        for root in roots {
            stack.push((root, false));
            while let Some((node, finished)) = stack.pop() {
                if finished {
                    order.push(node);
                    continue;
                }
                if !seen.insert(node) {
                    continue;
                }
                stack.push((node, true));
                let above = stack.len();
                let mut visit = |operand| stack.push((operand, false));
                match node {
                    NodeRef::Condition(id) => self.condition(id).operands(&mut visit),
                    NodeRef::Value(id) => self.value(id).operands(&mut visit),
                }
                stack[above..].reverse();
            }
        }
        order
    }
}

/// Which nodes have been met.
struct Seen {
    conditions: Vec<bool>,
    values: Vec<bool>,
}

impl Seen {
    fn new(graph: &Graph) -> Self {
        Self {
            conditions: vec![false; graph.condition_count()],
            values: vec![false; graph.value_count()],
        }
    }

    /// Whether the node was new.
    fn insert(&mut self, node: NodeRef) -> bool {
        let place = match node {
            NodeRef::Condition(id) => &mut self.conditions[id.index()],
            NodeRef::Value(id) => &mut self.values[id.index()],
        };
        !std::mem::replace(place, true)
    }
}
