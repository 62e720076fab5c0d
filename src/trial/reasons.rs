//! Why a contact is in or out: the conditions that decide, down to the values they look at.

use super::{Ready, TrialError, on_one_line};
use crate::check::Meaning;
use crate::ir::{Condition, ConditionId, Distinct, Graph, Module, NodeRef, Rows, Value, ValueId};
use crate::reference;
use crate::source::Span;
use crate::types::{Constant, NumberKind, Type};
use std::collections::HashMap;

/// Beyond this many lines of one contact the rest is passed over.
const MOST_LINES: usize = 24;

/// What every condition and every value outside of brackets comes to, for all contacts of a test.
pub(super) struct Reasons<'r> {
    ready: &'r Ready<'r>,
    module: Module,
    places: HashMap<NodeRef, usize>,
    /// By contact, then by place.
    values: Vec<Vec<Constant>>,
    /// How many elements of its rows fulfil the condition of a bracket.
    counts: HashMap<ConditionId, ValueId>,
    /// What conditions are called that definitions stand for.
    names: HashMap<ConditionId, String>,
}

impl<'r> Reasons<'r> {
    pub(super) fn new(ready: &'r Ready<'r>) -> Result<Self, TrialError> {
        let mut module = ready.program.checked().clone();
        let roots = module.segments.clone();
        let nodes = (module.graph).reachable(roots.into_iter().map(NodeRef::Condition));
        let mut counts = HashMap::new();
        for node in &nodes {
            if let NodeRef::Condition(id) = *node
                && module.graph.reach(*node) == 0
                && let Condition::Any { rows, condition } = *module.graph.condition(id)
            {
                let count = count_of(&mut module.graph, rows, condition);
                counts.insert(id, count);
            }
        }
        let mut all = nodes;
        all.extend(counts.values().map(|count| NodeRef::Value(*count)));
        all.retain(|node| module.graph.reach(*node) == 0);
        let values = reference::values(
            &module,
            ready.program.schema(),
            &ready.batch,
            ready.trial.now,
            &all,
        )
        .map_err(|error| TrialError::Internal(error.to_string()))?;
        let places = all.iter().enumerate().map(|(at, node)| (*node, at));
        let definitions = ready.tests.definitions().iter();
        let names = definitions.filter_map(|definition| match definition.meaning {
            Some(Meaning::Condition(id)) => Some((id, definition.name.clone())),
            _ => None,
        });
        Ok(Self {
            names: names.collect(),
            ready,
            places: places.collect(),
            module,
            values,
            counts,
        })
    }

    fn constant(&self, node: NodeRef, contact: usize) -> Option<&Constant> {
        let place = *self.places.get(&node)?;
        self.values.get(contact)?.get(place)
    }

    fn is_so(&self, id: ConditionId, contact: usize) -> bool {
        self.constant(NodeRef::Condition(id), contact) == Some(&Constant::Boolean(true))
    }

    /// Says why a condition is what it is of a contact. That it is so is known, so that its parts come first, where it has any.
    pub(super) fn tell(&self, id: ConditionId, contact: usize, lines: &mut Vec<String>) {
        let begin = lines.len();
        let parts = match self.ready.program.place(id) {
            Some(place) => self.written_parts(id, contact, place),
            None => Vec::new(),
        };
        if parts.is_empty() {
            self.told(id, contact, 1, begin, lines);
        }
        for part in parts {
            self.told(part, contact, 1, begin, lines);
        }
        if lines.len() > begin + MOST_LINES {
            lines.truncate(begin + MOST_LINES);
            lines.push("  …".into());
        }
    }

    /// The parts that decide and that have words of their own inside of a place.
    fn written_parts(&self, id: ConditionId, contact: usize, place: Span) -> Vec<ConditionId> {
        let mut parts = self.deciding(id, contact);
        parts.retain(|part| self.is_written_inside(*part, place));
        parts
    }

    fn told(
        &self,
        id: ConditionId,
        contact: usize,
        depth: usize,
        begin: usize,
        lines: &mut Vec<String>,
    ) {
        if lines.len() > begin + MOST_LINES {
            return;
        }
        let holds = self.is_so(id, contact);
        let indent = "  ".repeat(depth);
        let mut line = |words: String| lines.push(format!("{indent}{words}"));
        let Some(place) = self.ready.program.place(id) else {
            // What sugar came to has no words of its own: its parts have, or what it looks at.
            let parts = self.deciding(id, contact);
            if parts.is_empty() {
                line(format!("{} {}", self.looked_at(id, contact), so(holds)));
            }
            for part in parts {
                self.told(part, contact, depth, begin, lines);
            }
            return;
        };
        let text = match self.names.get(&id) {
            Some(name) => name.clone(),
            None => short(&on_one_line(self.text(place))),
        };
        // A part that is written out is told below; others say nothing beyond the words of the whole.
        let written = self.written_parts(id, contact, place);
        if written.is_empty() {
            let found = self.looked_at(id, contact);
            match found.is_empty() {
                true => line(format!("{text} {}", so(holds))),
                false => line(format!("{text} {}: {found}", so(holds))),
            }
            return;
        }
        line(format!("{text} {}", so(holds)));
        for part in written {
            self.told(part, contact, depth + 1, begin, lines);
        }
    }

    /// Whether a condition, or something that it is made of, stands elsewhere than as the whole of this place.
    fn is_written_inside(&self, id: ConditionId, around: Span) -> bool {
        let graph = &self.module.graph;
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            if let Some(place) = self.ready.program.place(id)
                && place != around
            {
                return true;
            }
            if self.ready.program.place(id).is_none() {
                graph.condition(id).operands(|operand| {
                    if let NodeRef::Condition(id) = operand
                        && graph.reach(operand) == 0
                    {
                        stack.push(id);
                    }
                });
            }
        }
        false
    }

    fn text(&self, place: Span) -> &str {
        self.ready.program.sources().text(place)
    }

    /// The operands that make a condition what it is; none of one that is decided by values.
    fn deciding(&self, id: ConditionId, contact: usize) -> Vec<ConditionId> {
        let of = |operands: &[ConditionId], wanted: bool| {
            (operands.iter().copied())
                .filter(|operand| self.is_so(*operand, contact) == wanted)
                .collect()
        };
        match self.module.graph.condition(id) {
            Condition::And(operands) => of(operands, self.is_so(id, contact)),
            Condition::Or(operands) => of(operands, self.is_so(id, contact)),
            Condition::AtLeast { of: operands, .. } => of(operands, self.is_so(id, contact)),
            Condition::Not(operand) => vec![*operand],
            Condition::Holds(value) => match self.module.graph.value(*value) {
                Value::Condition(condition) => vec![*condition],
                Value::If { condition, .. } => vec![*condition],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The values that a condition looks at, in words; empty where they say nothing.
    fn looked_at(&self, id: ConditionId, contact: usize) -> String {
        let graph = &self.module.graph;
        if let Condition::Not(inner) = graph.condition(id) {
            return self.looked_at(*inner, contact);
        }
        if let Some(count) = self.counts.get(&id) {
            return self.counted(id, *count, contact);
        }
        let mut found = Vec::new();
        let mut add = |value: ValueId, is_edge: bool| {
            let node = NodeRef::Value(value);
            if matches!(graph.value(value), Value::Constant(_) | Value::Now) || is_edge {
                return;
            }
            if let Some(constant) = self.constant(node, contact) {
                let words = match name(graph, self.ready, value) {
                    Some(name) => format!("{name} is {}", self.shown(constant)),
                    None => format!("it is {}", self.shown(constant)),
                };
                if !found.contains(&words) {
                    found.push(words);
                }
            }
        };
        match graph.condition(id) {
            Condition::Range { value, .. } => add(*value, false),
            Condition::Compare { left, right, .. } => {
                add(*left, is_edge(graph, *left));
                add(*right, is_edge(graph, *right));
            }
            Condition::And(operands) | Condition::Or(operands) => {
                // What sugar came to, such as the two sides of a window.
                let told: Vec<String> = operands
                    .iter()
                    .map(|operand| self.looked_at(*operand, contact))
                    .collect();
                for words in told {
                    if !words.is_empty() && !found.contains(&words) {
                        found.push(words);
                    }
                }
            }
            other => other.operands(|operand| {
                if let NodeRef::Value(value) = operand {
                    add(value, false);
                }
            }),
        }
        found.join(", ")
    }

    /// How many elements of a bracket there are, and how many of them are meant.
    fn counted(&self, id: ConditionId, count: ValueId, contact: usize) -> String {
        let graph = &self.module.graph;
        let Condition::Any { rows, .. } = graph.condition(id) else {
            return String::new();
        };
        let Rows::List(list) = rows;
        let all = match self.constant(NodeRef::Value(*list), contact) {
            Some(Constant::List(elements)) => elements.len(),
            _ => 0,
        };
        let meant = match self.constant(NodeRef::Value(count), contact) {
            Some(Constant::Number(number)) => number.numerator(),
            _ => 0,
        };
        let what = name(graph, self.ready, *list).unwrap_or_else(|| "them".into());
        match (all, meant) {
            (0, _) => format!("there is no {what}"),
            (all, 0) => format!("none of {all} {what}"),
            (all, meant) => format!("{meant} of {all} {what}"),
        }
    }

    fn shown(&self, constant: &Constant) -> String {
        short(&super::shown(constant, &self.module.zone))
    }
}

fn so(holds: bool) -> &'static str {
    match holds {
        true => "holds",
        false => "does not hold",
    }
}

/// The number of the elements of a bracket that fulfil its condition.
fn count_of(graph: &mut Graph, rows: Rows, condition: ConditionId) -> ValueId {
    let value = Value::Count {
        rows,
        condition,
        distinct: None::<Distinct>,
    };
    graph.add_value(value, Type::Number(NumberKind::Whole))
}

/// What a value is called, where it is a field or events.
fn name(graph: &Graph, ready: &Ready, value: ValueId) -> Option<String> {
    match graph.value(value) {
        Value::Field(id) => Some(ready.program.schema().field(*id).name.clone()),
        Value::FoldCase(inner) => name(graph, ready, *inner),
        Value::Coalesce { value, .. } => name(graph, ready, *value),
        Value::Catalogue(catalogue) => Some(catalogue.name().to_owned()),
        _ => None,
    }
}

/// Whether a value hangs on the instant of the run alone.
pub(super) fn is_edge(graph: &Graph, value: ValueId) -> bool {
    let mut stack = vec![value];
    while let Some(value) = stack.pop() {
        match graph.value(value) {
            Value::Field(_) | Value::Element { .. } | Value::Catalogue(_) => return false,
            other => {
                let mut is_plain = true;
                other.operands(|operand| match operand {
                    NodeRef::Value(value) => stack.push(value),
                    NodeRef::Condition(_) => is_plain = false,
                });
                if !is_plain {
                    return false;
                }
            }
        }
    }
    true
}

/// A text that is not too long for a line.
fn short(text: &str) -> String {
    const MOST: usize = 100;
    match text.chars().count() > MOST {
        true => text.chars().take(MOST - 1).collect::<String>() + "…",
        false => text.to_owned(),
    }
}
