//! Contacts of whom no event lies in the windows that a condition asks about: where it asks about nothing else of a contact, they all have one answer.

use super::window::{AHEAD, Window, events_of};
use crate::execute::column::Column;
use crate::execute::kernels::ask_for;
use crate::ir::{ConditionId, NodeRef, Value};
use crate::plan::BoundPlan;

/// The windows of a condition that asks about nothing but events in them.
#[derive(Clone, Debug)]
pub(in crate::execute) struct Idle {
    /// One for each stream, as wide as all that ask for events of it.
    windows: Vec<Window>,
}

impl Idle {
    /// None where the condition asks about anything else, or about events at any time.
    pub(super) fn new(
        bound: &BoundPlan,
        condition: ConditionId,
        columns: &[Column],
    ) -> Option<Self> {
        let (graph, folds) = (&bound.plan.graph, &bound.plan.folds);
        let mut windows: Vec<Window> = Vec::new();
        let (mut seen, mut stack) = (Vec::new(), vec![NodeRef::Condition(condition)]);
        while let Some(node) = stack.pop() {
            if seen.contains(&node) {
                continue;
            }
            seen.push(node);
            if graph.bracket(node).is_some() {
                // What stands in the bracket is asked of events alone.
                let own = Window::new(bound, folds.of(node)?, columns)?;
                match windows
                    .iter_mut()
                    .find(|other| other.is_of_same_events(&own))
                {
                    Some(other) => *other = other.with(&own),
                    None => windows.push(own),
                }
                continue;
            }
            match node {
                NodeRef::Condition(id) => graph.condition(id).operands(|part| stack.push(part)),
                NodeRef::Value(id) => match graph.value(id) {
                    Value::Field(_) | Value::Element { .. } | Value::Population(_) => return None,
                    other => other.operands(|part| stack.push(part)),
                },
            }
        }
        let is_bounded = |window: &Window| window.from > i64::MIN || window.to < i64::MAX;
        (!windows.is_empty() && windows.iter().any(is_bounded)).then_some(Self { windows })
    }

    /// Whether no event of a contact lies within the windows.
    pub(in crate::execute) fn holds(&self, columns: &[Column], row: usize) -> bool {
        self.windows.iter().all(|window| {
            let Some((column, list, times)) = window.events(columns) else {
                return true;
            };
            if let Some(start) = list.starts.get(row + AHEAD) {
                ask_for(times, *start as usize);
            }
            let Some((start, end)) = events_of(column, list, row, 1) else {
                return true;
            };
            let end = window.end(times, start, end);
            start == end || times[end - 1] < window.from
        })
    }
}
