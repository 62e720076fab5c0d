//! How brackets over streams of events are worked out: events lie in the order of their times, so that bounds of the time are found by halving;
//! what is asked of an event alone is tested for all events of a stream together, once for all segments; only what is left of the condition
//! is worked out event by event.

use super::chains::{Chain, chain};
use super::{ColumnId, Plan};
use crate::ir::{Comparison, Condition, ConditionId, Graph, Module, NodeRef, Rows, Value, ValueId};
use crate::schema::{FieldId, Schema};
use crate::types::{RecordType, Type};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::sync::Arc;

/// What a bracket over a stream asks of its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The place of its stream in [`Folds::streams`].
    pub stream: u32,
    /// All of them bound the time.
    pub bounds: Box<[TimeBound]>,
    /// The place of the test of the events alone, among those of the stream; none where every event passes.
    pub matcher: Option<u32>,
    /// What else is asked, in the bracket.
    pub rest: Option<ConditionId>,
}

/// A bound of the time of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeBound {
    /// A value in the bracket that does not look at the event.
    pub value: ValueId,
    pub is_low: bool,
    pub inclusive: bool,
}

/// A stream that brackets look at, and the tests of its events.
#[derive(Clone, Debug)]
pub struct Stream {
    pub column: ColumnId,
    /// The part of its records that is the time.
    pub time: u32,
    /// The tests, one a segment, over the parts of the records as columns; none where every bracket looks at the time alone.
    pub matchers: Option<Arc<Plan>>,
    /// For each column of the tests the part that it is.
    pub parts: Box<[u32]>,
}

/// The brackets over streams of a plan.
#[derive(Clone, Debug, Default)]
pub struct Folds {
    pub streams: Vec<Stream>,
    folds: HashMap<NodeRef, Fold, FixedState>,
    chains: HashMap<NodeRef, Chain, FixedState>,
}

impl Folds {
    /// The chain of events that a bracket asks for, where it is one.
    pub fn chain(&self, node: NodeRef) -> Option<&Chain> {
        self.chains.get(&node)
    }

    /// How the brackets over the stream of this number are worked out, in no order.
    pub fn of_stream(&self, stream: usize) -> impl Iterator<Item = &Fold> {
        let folds = self.folds.values();
        folds.filter(move |fold| fold.stream as usize == stream)
    }

    /// How a bracket is worked out, where it is one over a stream.
    pub fn of(&self, node: NodeRef) -> Option<&Fold> {
        self.folds.get(&node)
    }
}

/// The tests of a stream as they are collected.
struct Draft<'a> {
    column: ColumnId,
    record: &'a RecordType,
    blank_is_missing: bool,
    time: u32,
    module: Module,
    /// The tests by the condition in the bracket.
    known: HashMap<ConditionId, u32, FixedState>,
}

/// Finds the brackets over streams among the nodes of a graph. What is left of their conditions is added to it.
pub(super) fn folds(
    graph: &mut Graph,
    order: &[NodeRef],
    zone: &jiff::tz::TimeZone,
    column: impl Fn(FieldId) -> Option<(ColumnId, bool)>,
) -> Folds {
    let shown = graph.clone();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut folds = HashMap::default();
    for node in order {
        let Some((Rows::List(list), condition)) = shown.bracket(*node) else {
            continue;
        };
        let (Value::Field(field), Type::List(element)) = (shown.value(list), shown.type_of(list))
        else {
            continue;
        };
        let Type::Record(record) = &**element else {
            continue;
        };
        let (Some(time), Some((column, blank_is_missing))) = (record.time, column(*field)) else {
            continue;
        };
        let stream = match drafts.iter().position(|draft| draft.column == column) {
            Some(stream) => stream,
            None => {
                drafts.push(Draft {
                    column,
                    record,
                    blank_is_missing,
                    time,
                    module: Module {
                        graph: Graph::default(),
                        segments: Vec::new(),
                        zone: zone.clone(),
                    },
                    known: HashMap::default(),
                });
                drafts.len() - 1
            }
        };
        let (mut bounds, mut alone, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for part in shown.conjuncts(condition) {
            if let Some(found) = bounds_of(&shown, part, time) {
                bounds.extend(found);
            } else if is_of_event_alone(&shown, part) {
                alone.push(part);
            } else {
                rest.push(part);
            }
        }
        let matcher = match alone[..] {
            [] => None,
            [only] => Some(drafts[stream].matcher(&shown, only)),
            _ => {
                let all = graph.add_condition(Condition::And(alone.into()));
                Some(drafts[stream].matcher(graph, all))
            }
        };
        let rest = match rest[..] {
            [] => None,
            [only] => Some(only),
            _ => Some(graph.add_condition(Condition::And(rest.into()))),
        };
        let fold = Fold {
            stream: stream as u32,
            bounds: bounds.into(),
            matcher,
            rest,
        };
        folds.insert(*node, fold);
    }
    let mut folds = Folds {
        streams: drafts.into_iter().map(Draft::finish).collect(),
        folds,
        chains: HashMap::default(),
    };
    let outer = order.iter().filter(|node| graph.reach(**node) == 0);
    let chains = outer.filter_map(|node| Some((*node, chain(graph, &folds, *node)?)));
    folds.chains = chains.collect();
    folds
}

/// The bounds of the time that a condition comes to; none where it asks anything else.
fn bounds_of(graph: &Graph, condition: ConditionId, time: u32) -> Option<Vec<TimeBound>> {
    let is_time = |value: ValueId| match graph.value(value) {
        Value::Part { record, part } => {
            *part == time && matches!(graph.value(*record), Value::Element { depth: 0 })
        }
        _ => false,
    };
    let bound = |value: ValueId, is_low: bool, inclusive: bool| {
        (!looks_at_element(graph, NodeRef::Value(value))).then_some(TimeBound {
            value,
            is_low,
            inclusive,
        })
    };
    match graph.condition(condition) {
        Condition::Range { value, low, high } if is_time(*value) => {
            let low = low.map(|edge| bound(edge.value, true, edge.inclusive));
            let high = high.map(|edge| bound(edge.value, false, edge.inclusive));
            [low, high].into_iter().flatten().collect()
        }
        Condition::Compare {
            comparison: comparison @ (Comparison::Less | Comparison::LessOrEqual),
            left,
            right,
        } => {
            let inclusive = *comparison == Comparison::LessOrEqual;
            if is_time(*left) {
                Some(vec![bound(*right, false, inclusive)?])
            } else if is_time(*right) {
                Some(vec![bound(*left, true, inclusive)?])
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Whether a node looks at the element of the innermost bracket around it.
fn looks_at_element(graph: &Graph, node: NodeRef) -> bool {
    // How many brackets of the node itself stand around each part of it.
    let mut stack = vec![(node, 0)];
    while let Some((node, own)) = stack.pop() {
        if graph.reach(node) <= own {
            continue;
        }
        if let NodeRef::Value(id) = node
            && let Value::Element { depth } = graph.value(id)
            && *depth == own
        {
            return true;
        }
        let mut visit = |operand, inside| stack.push((operand, own + inside));
        match node {
            NodeRef::Condition(id) => graph.condition(id).operands_by_bracket(&mut visit),
            NodeRef::Value(id) => graph.value(id).operands_by_bracket(&mut visit),
        }
    }
    false
}

/// Whether a condition looks at parts of the event and at nothing else that differs from contact to contact.
fn is_of_event_alone(graph: &Graph, condition: ConditionId) -> bool {
    let mut stack = vec![NodeRef::Condition(condition)];
    while let Some(node) = stack.pop() {
        match node {
            NodeRef::Condition(id) => match graph.condition(id) {
                Condition::Any { .. } => return false,
                other => other.operands(|operand| stack.push(operand)),
            },
            NodeRef::Value(id) => match graph.value(id) {
                Value::Part { record, .. }
                    if matches!(graph.value(*record), Value::Element { depth: 0 }) => {}
                Value::Field(_)
                | Value::Element { .. }
                | Value::Count { .. }
                | Value::Aggregate { .. }
                | Value::Favourite { .. }
                | Value::Population(_) => return false,
                other => other.operands(|operand| stack.push(operand)),
            },
        }
    }
    true
}

impl Draft<'_> {
    /// The place of the test that a condition in the bracket is.
    fn matcher(&mut self, graph: &Graph, condition: ConditionId) -> u32 {
        if let Some(known) = self.known.get(&condition) {
            return *known;
        }
        let root = as_of_fields(graph, condition, &mut self.module.graph);
        let place = self.module.segments.len() as u32;
        self.module.segments.push(root);
        self.known.insert(condition, place);
        place
    }

    fn finish(self) -> Stream {
        let matchers = (!self.module.segments.is_empty()).then(|| {
            let schema = Schema::of_record(self.record, self.blank_is_missing);
            super::plan(&self.module, &schema)
        });
        let parts = matchers.iter().flat_map(|plan| &plan.columns);
        Stream {
            column: self.column,
            time: self.time,
            parts: parts.map(|column| column.field.0).collect(),
            matchers,
        }
    }
}

/// A condition in a bracket as one of a table whose columns are the parts of the records.
fn as_of_fields(graph: &Graph, condition: ConditionId, into: &mut Graph) -> ConditionId {
    let mut conditions: HashMap<ConditionId, ConditionId, FixedState> = HashMap::default();
    let mut values: HashMap<ValueId, ValueId, FixedState> = HashMap::default();
    for node in graph.reachable([NodeRef::Condition(condition)]) {
        let condition = |id: ConditionId| conditions.get(&id).copied().unwrap_or(id);
        let value = |id: ValueId| values.get(&id).copied().unwrap_or(id);
        match node {
            NodeRef::Condition(id) => {
                let moved = graph.condition(id).with_operands(condition, value);
                let moved = into.add_condition(moved);
                conditions.insert(id, moved);
            }
            NodeRef::Value(id) => {
                let moved = match graph.value(id) {
                    // Only its parts are looked at.
                    Value::Element { .. } => continue,
                    Value::Part { record, part }
                        if matches!(graph.value(*record), Value::Element { .. }) =>
                    {
                        Value::Field(FieldId(*part))
                    }
                    other => other.with_operands(condition, value),
                };
                let moved = into.add_value(moved, graph.type_of(id).clone());
                values.insert(id, moved);
            }
        }
    }
    conditions[&condition]
}
