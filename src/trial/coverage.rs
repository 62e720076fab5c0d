//! What no test reaches: conditions that are never true or never false, and edges that nobody stands on.

use super::reasons::is_edge;
use super::{Ready, TrialError, on_one_line};
use crate::check::{Meaning, Trial};
use crate::engine::{Program, Tests};
use crate::explain;
use crate::ir::{
    Arithmetic, Comparison, Condition, ConditionId, Graph, Module, NodeRef, Rows, Value, ValueId,
};
use crate::reference;
use crate::source::Span;
use crate::types::{CalendarUnit, Constant};
use std::collections::HashSet;

/// What the tests together reach of the definitions that they see. Definitions with parameters are looked at where they are used, as a whole.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// How many conditions there are: those of definitions, and each part of an `AND`, an `OR`, an `if`.
    pub conditions: usize,
    /// Those that some side of is never seen, in the order of the texts.
    pub uncovered: Vec<Uncovered>,
    /// How many edges there are: of windows, and of comparisons by size.
    pub edges: usize,
    /// Those that no test stands on, in the order of the texts.
    pub boundaries: Vec<Boundary>,
}

/// A condition that is not both true of one contact of a test and false of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncovered {
    pub span: Span,
    /// As it is written, on one line.
    pub text: String,
    pub never_true: bool,
    pub never_false: bool,
}

/// An edge that no value of a test lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The condition that has it.
    pub span: Span,
    /// As it is written, on one line.
    pub text: String,
    /// The value that lies on it: `5`, `90 days ago`.
    pub edge: String,
}

/// A condition with what has been seen of it.
struct Item {
    condition: ConditionId,
    span: Span,
    seen: [bool; 2],
}

/// An edge, and the condition that a contact touches it.
struct Edge {
    touched: ConditionId,
    span: Span,
    edge: String,
    seen: bool,
}

/// Answers every test and looks at what they reach together.
///
/// # Errors
/// As [`run`](super::run).
pub fn coverage(tests: &Tests, trials: &[&Trial]) -> Result<Coverage, TrialError> {
    let mut known: Option<(Vec<Item>, Vec<Edge>)> = None;
    for trial in trials {
        let ready = Ready::new(tests, trial)?;
        let mut module = ready.program.checked().clone();
        // Every program of these tests has the same nodes, so that what is added has the same ids as well.
        let found = collect(tests, &ready.program, &mut module);
        let (items, edges) = known.get_or_insert(found);
        let nodes: Vec<NodeRef> = (items.iter().map(|item| item.condition))
            .chain(edges.iter().map(|edge| edge.touched))
            .map(NodeRef::Condition)
            .collect();
        let rows = reference::values(
            &module,
            ready.program.schema(),
            &ready.batch,
            trial.now,
            &nodes,
        )
        .map_err(|error| TrialError::Internal(error.to_string()))?;
        for row in rows {
            let (of_items, of_edges) = row.split_at(items.len());
            for (item, value) in items.iter_mut().zip(of_items) {
                item.seen[usize::from(*value == Constant::Boolean(true))] = true;
            }
            for (edge, value) in edges.iter_mut().zip(of_edges) {
                edge.seen |= *value == Constant::Boolean(true);
            }
        }
    }
    let (items, edges) = known.unwrap_or_default();
    let sources = tests.sources();
    let text = |span: Span| on_one_line(sources.text(span));
    let mut uncovered: Vec<Uncovered> = (items.iter())
        .filter(|item| item.seen != [true, true])
        .map(|item| Uncovered {
            span: item.span,
            text: text(item.span),
            never_false: !item.seen[0],
            never_true: !item.seen[1],
        })
        .collect();
    let mut boundaries: Vec<Boundary> = (edges.iter())
        .filter(|edge| !edge.seen)
        .map(|edge| Boundary {
            span: edge.span,
            text: text(edge.span),
            edge: edge.edge.clone(),
        })
        .collect();
    uncovered.sort_by_key(|one| one.span);
    boundaries.sort_by_key(|one| one.span);
    Ok(Coverage {
        conditions: items.len(),
        uncovered,
        edges: edges.len(),
        boundaries,
    })
}

/// The conditions and edges of all definitions; conditions that an edge is touched are added to the module.
fn collect(tests: &Tests, program: &Program, module: &mut Module) -> (Vec<Item>, Vec<Edge>) {
    let mut collector = Collector {
        program,
        zone: module.zone.clone(),
        items: Vec::new(),
        edges: Vec::new(),
        seen: HashSet::new(),
    };
    for definition in tests.definitions() {
        let root = match definition.meaning {
            Some(Meaning::Condition(id)) => {
                collector.item(&module.graph, id);
                NodeRef::Condition(id)
            }
            Some(Meaning::Value(id)) => NodeRef::Value(id),
            None => continue,
        };
        collector.walk(&mut module.graph, root, definition.span);
    }
    (collector.items, collector.edges)
}

struct Collector<'p> {
    program: &'p Program,
    zone: jiff::tz::TimeZone,
    items: Vec<Item>,
    edges: Vec<Edge>,
    seen: HashSet<NodeRef>,
}

impl Collector<'_> {
    fn item(&mut self, graph: &Graph, condition: ConditionId) {
        let is_plain = matches!(graph.condition(condition), Condition::Constant(_));
        if let Some(span) = self.program.place(condition)
            && !is_plain
            && graph.reach(NodeRef::Condition(condition)) == 0
            && self.items.iter().all(|item| item.condition != condition)
        {
            self.items.push(Item {
                condition,
                span,
                seen: [false; 2],
            });
        }
    }

    /// Looks at a node and all that it is made of outside of brackets. `around` is the smallest place that is known to hold it.
    fn walk(&mut self, graph: &mut Graph, root: NodeRef, around: Span) {
        let mut stack = vec![(root, around)];
        while let Some((node, around)) = stack.pop() {
            if graph.reach(node) > 0 || !self.seen.insert(node) {
                continue;
            }
            let around = match node {
                NodeRef::Condition(id) => self.program.place(id).unwrap_or(around),
                NodeRef::Value(_) => around,
            };
            let mut operands = Vec::new();
            match node {
                NodeRef::Condition(id) => {
                    let condition = graph.condition(id).clone();
                    match &condition {
                        Condition::And(parts)
                        | Condition::Or(parts)
                        | Condition::AtLeast { of: parts, .. } => {
                            for part in parts {
                                self.item(graph, *part);
                            }
                        }
                        _ => {}
                    }
                    for (value, edge) in edges_of(graph, &condition) {
                        let equal = equal(graph, value, edge);
                        self.edge(graph, equal, edge, around);
                    }
                    condition.operands(|operand| operands.push(operand));
                }
                NodeRef::Value(id) => {
                    let value = graph.value(id).clone();
                    if let Value::If { condition, .. } = &value {
                        self.item(graph, *condition);
                    }
                    value.operands(|operand| operands.push(operand));
                }
            }
            if let Some((rows, condition)) = graph.bracket(node) {
                self.in_bracket(graph, rows, condition, around);
            }
            stack.extend(operands.into_iter().map(|operand| (operand, around)));
        }
    }

    /// The edges that elements of a bracket may stand on.
    fn in_bracket(&mut self, graph: &mut Graph, rows: Rows, condition: ConditionId, around: Span) {
        let parts = graph.conjuncts(condition);
        for part in parts {
            let around = self.program.place(part).unwrap_or(around);
            let asked = graph.condition(part).clone();
            for (value, edge) in edges_of(graph, &asked) {
                let condition = equal(graph, value, edge);
                let touched = graph.add_condition(Condition::Any { rows, condition });
                self.edge(graph, touched, edge, around);
            }
        }
    }

    fn edge(&mut self, graph: &Graph, touched: ConditionId, edge: ValueId, span: Span) {
        let is_known = self.edges.iter().any(|known| known.touched == touched);
        if is_known || graph.reach(NodeRef::Condition(touched)) > 0 {
            return;
        }
        self.edges.push(Edge {
            touched,
            span,
            edge: written(graph, edge, &self.zone),
            seen: false,
        });
    }
}

/// The values that a condition compares by size with what hangs on no contact, each with that edge.
fn edges_of(graph: &Graph, condition: &Condition) -> Vec<(ValueId, ValueId)> {
    let is_fixed = |id: ValueId| is_edge(graph, id);
    let is_now = |id: ValueId| matches!(graph.value(id), Value::Now);
    let mut found = Vec::new();
    match condition {
        Condition::Compare {
            comparison: Comparison::Less | Comparison::LessOrEqual,
            left,
            right,
        } => match (is_fixed(*left), is_fixed(*right)) {
            (true, false) => found.push((*right, *left)),
            (false, true) => found.push((*left, *right)),
            _ => {}
        },
        Condition::Range { value, low, high } if !is_fixed(*value) => {
            let bounds = [low, high].into_iter().flatten();
            let fixed = bounds.filter(|bound| is_fixed(bound.value));
            found.extend(fixed.map(|bound| (*value, bound.value)));
        }
        _ => {}
    }
    // That nothing is later than now is no edge of anybody's making.
    found.retain(|(_, edge)| !is_now(*edge));
    found
}

fn equal(graph: &mut Graph, left: ValueId, right: ValueId) -> ConditionId {
    graph.add_condition(Condition::Compare {
        comparison: Comparison::Equal,
        left,
        right,
    })
}

/// An edge as a text writes it.
fn written(graph: &Graph, edge: ValueId, zone: &jiff::tz::TimeZone) -> String {
    match graph.value(edge) {
        Value::Constant(constant) => explain::shown(constant, zone),
        Value::Arithmetic {
            operator: Arithmetic::Subtract,
            left,
            right,
        } if matches!(graph.value(*left), Value::Now) => {
            format!("{} ago", written(graph, *right, zone))
        }
        Value::Arithmetic {
            operator: Arithmetic::Add,
            left,
            right,
        } if matches!(graph.value(*left), Value::Now) => {
            format!("in {}", written(graph, *right, zone))
        }
        Value::MoveCalendar {
            value, count, unit, ..
        } if matches!(graph.value(*value), Value::Now) && *count < 0 => {
            let unit = match unit {
                CalendarUnit::Day => "calendar day",
                CalendarUnit::Month => "month",
            };
            let plural = if *count == -1 { "" } else { "s" };
            format!("{} {unit}{plural} ago", -count)
        }
        _ => "the edge of its window".into(),
    }
}
