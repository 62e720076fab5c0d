//! Walking a graph: the operands of a node, what is reachable, and an order in which operands come before what is built on them.
//! Nothing here recurses, so depth costs no stack.

use super::{Condition, ConditionId, Graph, Rows, Value, ValueId};
use std::sync::Arc;

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

    /// The same condition over other operands, each told with the number of brackets of this node that it stands in: 0 or 1.
    pub fn with_operands_by_bracket(
        &self,
        condition: impl Fn(ConditionId, u32) -> ConditionId,
        value: impl Fn(ValueId, u32) -> ValueId,
    ) -> Condition {
        // Outside of the node's own bracket.
        let outer_condition = |id| condition(id, 0);
        let outer_value = |id| value(id, 0);
        let all =
            |operands: &[ConditionId]| operands.iter().map(|id| outer_condition(*id)).collect();
        let bound = |edge: &super::Bound| super::Bound {
            value: outer_value(edge.value),
            inclusive: edge.inclusive,
        };
        match self {
            Condition::Any {
                rows,
                condition: operand,
            } => Condition::Any {
                rows: rows.with_operands(|id| value(id, 0)),
                condition: condition(*operand, 1),
            },
            Condition::Constant(truth) => Condition::Constant(*truth),
            Condition::Not(operand) => Condition::Not(outer_condition(*operand)),
            Condition::And(operands) => Condition::And(all(operands)),
            Condition::Or(operands) => Condition::Or(all(operands)),
            Condition::AtLeast { count, of } => Condition::AtLeast {
                count: *count,
                of: all(of),
            },
            Condition::Holds(operand) => Condition::Holds(outer_value(*operand)),
            Condition::Missing(operand) => Condition::Missing(outer_value(*operand)),
            Condition::Compare {
                comparison,
                left,
                right,
            } => Condition::Compare {
                comparison: *comparison,
                left: outer_value(*left),
                right: outer_value(*right),
            },
            Condition::Range {
                value: operand,
                low,
                high,
            } => Condition::Range {
                value: outer_value(*operand),
                low: low.as_ref().map(bound),
                high: high.as_ref().map(bound),
            },
            Condition::OneOf {
                value: operand,
                set,
            } => Condition::OneOf {
                value: outer_value(*operand),
                set: set.clone(),
            },
            Condition::TextTest {
                test,
                value: operand,
                pattern,
            } => Condition::TextTest {
                test: *test,
                value: outer_value(*operand),
                pattern: outer_value(*pattern),
            },
            Condition::Matches {
                value: operand,
                pattern,
            } => Condition::Matches {
                value: outer_value(*operand),
                pattern: pattern.clone(),
            },
            Condition::InList {
                value: operand,
                list,
                fold_case,
            } => Condition::InList {
                value: outer_value(*operand),
                list: list.clone(),
                fold_case: *fold_case,
            },
            Condition::Has { list, all, values } => Condition::Has {
                list: outer_value(*list),
                all: *all,
                values: values.iter().map(|id| outer_value(*id)).collect(),
            },
        }
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

    /// The same value over other operands, each told with the number of brackets of this node that it stands in: 0 or 1.
    pub fn with_operands_by_bracket(
        &self,
        condition: impl Fn(ConditionId, u32) -> ConditionId,
        value: impl Fn(ValueId, u32) -> ValueId,
    ) -> Value {
        // Outside of the node's own bracket.
        let outer_condition = |id| condition(id, 0);
        let outer_value = |id| value(id, 0);
        match self {
            Value::Count {
                rows,
                condition: operand,
                distinct,
            } => Value::Count {
                rows: rows.with_operands(|id| value(id, 0)),
                condition: condition(*operand, 1),
                distinct: distinct.map(|distinct| super::Distinct {
                    value: value(distinct.value, 1),
                    ..distinct
                }),
            },
            Value::Aggregate {
                function,
                of,
                rows,
                condition: operand,
            } => Value::Aggregate {
                function: *function,
                of: value(*of, 1),
                rows: rows.with_operands(|id| value(id, 0)),
                condition: condition(*operand, 1),
            },
            Value::Favourite {
                of,
                time,
                rows,
                condition: operand,
            } => Value::Favourite {
                of: value(*of, 1),
                time: value(*time, 1),
                rows: rows.with_operands(|id| value(id, 0)),
                condition: condition(*operand, 1),
            },
            Value::Constant(_)
            | Value::Field(_)
            | Value::Now
            | Value::Element { .. }
            | Value::Catalogue(_) => self.clone(),
            Value::LookUp {
                catalogue,
                key,
                part,
            } => Value::LookUp {
                catalogue: catalogue.clone(),
                key: outer_value(*key),
                part: *part,
            },
            Value::Nearest {
                catalogue,
                part,
                place,
            } => Value::Nearest {
                catalogue: catalogue.clone(),
                part: *part,
                place: outer_value(*place),
            },
            Value::Arithmetic {
                operator,
                left,
                right,
            } => Value::Arithmetic {
                operator: *operator,
                left: outer_value(*left),
                right: outer_value(*right),
            },
            Value::Negate(operand) => Value::Negate(outer_value(*operand)),
            Value::Coalesce {
                value: operand,
                fallback,
            } => Value::Coalesce {
                value: outer_value(*operand),
                fallback: outer_value(*fallback),
            },
            Value::If {
                condition: chosen_by,
                then,
                otherwise,
            } => Value::If {
                condition: outer_condition(*chosen_by),
                then: outer_value(*then),
                otherwise: outer_value(*otherwise),
            },
            Value::Condition(operand) => Value::Condition(outer_condition(*operand)),
            Value::FoldCase(operand) => Value::FoldCase(outer_value(*operand)),
            Value::Call {
                function,
                arguments,
            } => Value::Call {
                function: *function,
                arguments: arguments.iter().map(|id| outer_value(*id)).collect(),
            },
            Value::MoveCalendar {
                value: operand,
                count,
                unit,
                zone,
            } => Value::MoveCalendar {
                value: outer_value(*operand),
                count: *count,
                unit: *unit,
                zone: zone.map(outer_value),
            },
            Value::DateOf { time, zone } => Value::DateOf {
                time: outer_value(*time),
                zone: zone.map(outer_value),
            },
            Value::Midnight { date, zone } => Value::Midnight {
                date: outer_value(*date),
                zone: zone.map(outer_value),
            },
            Value::Anniversary { date, from } => Value::Anniversary {
                date: outer_value(*date),
                from: outer_value(*from),
            },
            Value::StartOf { date, period } => Value::StartOf {
                date: outer_value(*date),
                period: *period,
            },
            Value::Part { record, part } => Value::Part {
                record: outer_value(*record),
                part: *part,
            },
            Value::Entry { map, key } => Value::Entry {
                map: outer_value(*map),
                key: outer_value(*key),
            },
            Value::Gaps(times) => Value::Gaps(outer_value(*times)),
            Value::Population(population) => Value::Population(Box::new(
                population.with_operands(outer_condition, outer_value),
            )),
            Value::Hash { salt, digits, of } => Value::Hash {
                salt: Arc::clone(salt),
                digits: *digits,
                of: of.iter().map(|id| outer_value(*id)).collect(),
            },
        }
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
