//! The conditions and edges of definitions that tests may reach, each with the place that it is told at.

use super::reasons::is_edge;
use crate::check::Meaning;
use crate::engine::{Program, Tests};
use crate::explain;
use crate::ir::{
    Arithmetic, Comparison, Condition, ConditionId, Graph, Module, NodeRef, Rows, Value, ValueId,
};
use crate::source::Span;
use crate::types::CalendarUnit;
use std::collections::HashSet;
use std::rc::Rc;

/// A condition with what has been seen of it.
pub(super) struct Item {
    /// One, or in the body of a definition with parameters what it came to with the arguments of each use.
    pub conditions: Vec<ConditionId>,
    pub span: Span,
    is_in_body: bool,
    pub seen: [bool; 2],
}

/// An edge, and the conditions that a contact touches it: one, or in the body of a definition with parameters one for each use.
pub(super) struct Edge {
    pub touched: Vec<ConditionId>,
    pub span: Span,
    /// The values that lie on it, as they are written.
    pub written: Vec<String>,
    which: Which,
    pub seen: bool,
}

impl Edge {
    /// The values that lie on it, for people.
    pub(super) fn words(&self) -> String {
        let known = self.written.iter().filter(|one| *one != ELSEWHERE);
        let known: Vec<&str> = known.map(String::as_str).collect();
        match known[..] {
            [] => ELSEWHERE.into(),
            _ => known.join(" or "),
        }
    }
}

/// An edge that is not written out in few words.
const ELSEWHERE: &str = "the edge of its window";

/// What makes edges of several uses one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// It is of no body.
    Alone,
    /// The so many-th edge of the condition that stands there, of what it asks itself or of the elements in its brackets.
    Numbered { place: usize, in_bracket: bool },
    /// One of a condition that stands nowhere itself, so that only an equal edge is the same.
    Equal,
}

/// Where a condition is told of.
#[derive(Clone, Copy)]
struct Spot {
    span: Span,
    is_in_body: bool,
}

/// The spots of a condition, or where it has none those of what is around it.
#[derive(Clone)]
struct Spots {
    all: Rc<[Spot]>,
    are_own: bool,
}

impl Spots {
    fn are_in_bodies(&self) -> bool {
        self.all.iter().all(|spot| spot.is_in_body)
    }
}

/// The conditions and edges of all definitions; conditions that an edge is touched are added to the module.
pub(super) fn collect(
    tests: &Tests,
    program: &Program,
    module: &mut Module,
) -> (Vec<Item>, Vec<Edge>) {
    let mut collector = Collector {
        tests,
        program,
        zone: module.zone.clone(),
        items: Vec::new(),
        edges: Vec::new(),
        seen: HashSet::new(),
    };
    for (body, root) in &tests.expansions().bodies {
        if let NodeRef::Condition(id) = root {
            collector.item(&module.graph, *id, true);
        }
        let spot = Spot {
            span: *body,
            is_in_body: true,
        };
        collector.walk(&mut module.graph, *root, spot);
    }
    for definition in tests.definitions() {
        let root = match definition.meaning {
            Some(Meaning::Condition(id)) => {
                collector.item(&module.graph, id, false);
                NodeRef::Condition(id)
            }
            Some(Meaning::Value(id)) => NodeRef::Value(id),
            None => continue,
        };
        let spot = Spot {
            span: definition.span,
            is_in_body: false,
        };
        collector.walk(&mut module.graph, root, spot);
    }
    (collector.items, collector.edges)
}

struct Collector<'p> {
    tests: &'p Tests,
    program: &'p Program,
    zone: jiff::tz::TimeZone,
    items: Vec<Item>,
    edges: Vec<Edge>,
    seen: HashSet<NodeRef>,
}

impl Collector<'_> {
    /// Where a condition stands: in bodies, and elsewhere.
    fn spots(&self, condition: ConditionId) -> Vec<Spot> {
        let bodies = self.tests.expansions().places.get(&condition);
        let bodies = bodies.map_or(&[][..], Vec::as_slice);
        let own = self.program.place(condition);
        let own = own.filter(|own| !bodies.contains(own)).map(|span| Spot {
            span,
            is_in_body: false,
        });
        let bodies = bodies.iter().map(|span| Spot {
            span: *span,
            is_in_body: true,
        });
        own.into_iter().chain(bodies).collect()
    }

    /// Where the edges of a condition are told: those of a body in it, not where it is used.
    fn spots_of_edges(&self, condition: ConditionId, around: &Spots) -> Spots {
        let all = self.spots(condition);
        let uses = &self.tests.expansions().uses;
        let written: Vec<Spot> = (all.iter())
            .filter(|spot| !uses.contains(&spot.span))
            .copied()
            .collect();
        let all = if written.is_empty() { all } else { written };
        match all.is_empty() {
            true => Spots {
                are_own: false,
                ..around.clone()
            },
            false => Spots {
                all: all.into(),
                are_own: true,
            },
        }
    }

    /// Adds a condition that is told of; one that is met in a body as what stands there, wherever else it may stand.
    fn item(&mut self, graph: &Graph, condition: ConditionId, in_body: bool) {
        let is_plain = matches!(graph.condition(condition), Condition::Constant(_));
        if is_plain || graph.reach(NodeRef::Condition(condition)) > 0 {
            return;
        }
        let mut spots = self.spots(condition);
        if in_body && spots.iter().any(|spot| spot.is_in_body) {
            spots.retain(|spot| spot.is_in_body);
        }
        for spot in spots {
            let known = self.items.iter_mut().find(|item| match spot.is_in_body {
                true => item.is_in_body && item.span == spot.span,
                false => !item.is_in_body && item.conditions == [condition],
            });
            match known {
                Some(item) if item.conditions.contains(&condition) => {}
                Some(item) => item.conditions.push(condition),
                None => self.items.push(Item {
                    conditions: vec![condition],
                    span: spot.span,
                    is_in_body: spot.is_in_body,
                    seen: [false; 2],
                }),
            }
        }
    }

    /// Looks at a node and all that it is made of outside of brackets. `around` is the smallest place that is known to hold it.
    fn walk(&mut self, graph: &mut Graph, root: NodeRef, around: Spot) {
        let around = Spots {
            all: [around].into(),
            are_own: false,
        };
        let mut stack = vec![(root, around)];
        while let Some((node, around)) = stack.pop() {
            if graph.reach(node) > 0 || !self.seen.insert(node) {
                continue;
            }
            let around = match node {
                NodeRef::Condition(id) => self.spots_of_edges(id, &around),
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
                                self.item(graph, *part, around.are_in_bodies());
                            }
                        }
                        _ => {}
                    }
                    for (place, (value, edge)) in
                        edges_of(graph, &condition).into_iter().enumerate()
                    {
                        let equal = equal(graph, value, edge);
                        self.edge(graph, equal, edge, (place, false), &around);
                    }
                    condition.operands(|operand| operands.push(operand));
                }
                NodeRef::Value(id) => {
                    let value = graph.value(id).clone();
                    if let Value::If { condition, .. } = &value {
                        self.item(graph, *condition, around.are_in_bodies());
                    }
                    value.operands(|operand| operands.push(operand));
                }
            }
            if let Some((rows, condition)) = graph.bracket(node) {
                self.in_bracket(graph, rows, condition, &around);
            }
            stack.extend(
                operands
                    .into_iter()
                    .map(|operand| (operand, around.clone())),
            );
        }
    }

    /// The edges that elements of a bracket may stand on.
    fn in_bracket(
        &mut self,
        graph: &mut Graph,
        rows: Rows,
        condition: ConditionId,
        around: &Spots,
    ) {
        let parts = graph.conjuncts(condition);
        for part in parts {
            let around = self.spots_of_edges(part, around);
            let asked = graph.condition(part).clone();
            for (place, (value, edge)) in edges_of(graph, &asked).into_iter().enumerate() {
                let condition = equal(graph, value, edge);
                let touched = graph.add_condition(Condition::Any { rows, condition });
                self.edge(graph, touched, edge, (place, true), &around);
            }
        }
    }

    fn edge(
        &mut self,
        graph: &Graph,
        touched: ConditionId,
        edge: ValueId,
        (place, in_bracket): (usize, bool),
        spots: &Spots,
    ) {
        if graph.reach(NodeRef::Condition(touched)) > 0 {
            return;
        }
        let written = written(graph, edge, &self.zone);
        for spot in spots.all.iter() {
            let which = match (spot.is_in_body, spots.are_own) {
                (false, _) => Which::Alone,
                (true, true) => Which::Numbered { place, in_bracket },
                (true, false) => Which::Equal,
            };
            let known = self.edges.iter_mut().find(|known| {
                known.which == which
                    && match which {
                        Which::Alone => known.touched == [touched],
                        Which::Numbered { .. } => known.span == spot.span,
                        Which::Equal => known.span == spot.span && known.written == [&*written],
                    }
            });
            let Some(known) = known else {
                self.edges.push(Edge {
                    touched: vec![touched],
                    span: spot.span,
                    written: vec![written.clone()],
                    which,
                    seen: false,
                });
                continue;
            };
            if !known.touched.contains(&touched) {
                known.touched.push(touched);
            }
            if !known.written.contains(&written) {
                known.written.push(written.clone());
            }
        }
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
        _ => ELSEWHERE.into(),
    }
}
