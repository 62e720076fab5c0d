//! Law: AND and OR are sets of operands. Nested ones are one; `true` in an AND and `false` in an OR are nothing; `false` in an AND and `true` in an OR
//! are the whole; an operand that stands twice stands once; `c AND NOT c` is false and `c OR NOT c` true, since a condition is never unknown;
//! `a AND (a OR b)` is `a`, and `a AND (NOT a OR b)` is `a AND b`, likewise with AND and OR changed.
//!
//! Operands are put in the order of their ids, so that the same set is the same node. A nested one with other users stays a node of its own, which is
//! made once for all of them; what it says is still taken into account.

use super::rewrite::{Rewrite, Shared};
use crate::ir::{Condition, ConditionId, Graph};

pub(super) struct Flatten;

impl Rewrite for Flatten {
    fn looks_at(&self, graph: &Graph, condition: &Condition) -> bool {
        match condition {
            Condition::And(operands) | Condition::Or(operands) => !are_tests(graph, operands),
            _ => false,
        }
    }

    fn condition(
        &mut self,
        graph: &mut Graph,
        condition: &Condition,
        shared: &Shared,
    ) -> Option<ConditionId> {
        match condition {
            Condition::And(operands) => combined(graph, true, operands, shared),
            Condition::Or(operands) => combined(graph, false, operands, shared),
            _ => None,
        }
    }
}

/// Whether these are several tests in order, of which none is the opposite of another: there is nothing to take down, and nothing to leave out.
fn are_tests(graph: &Graph, operands: &[ConditionId]) -> bool {
    let is_test = |operand: &ConditionId| match graph.condition(*operand) {
        Condition::Constant(_) | Condition::And(_) | Condition::Or(_) => false,
        Condition::Not(inner) => !is_among(operands, *inner),
        _ => true,
    };
    let in_order = operands.is_sorted_by(|before, after| before < after);
    operands.len() > 1 && in_order && operands.iter().all(is_test)
}

/// An AND (`conjunction`) or an OR of these operands.
pub(super) fn of(conjunction: bool, operands: Vec<ConditionId>) -> Condition {
    if conjunction {
        Condition::And(operands.into())
    } else {
        Condition::Or(operands.into())
    }
}

/// The operands, where the condition is an AND (`conjunction`) or an OR.
pub(super) fn operands(
    graph: &Graph,
    id: ConditionId,
    conjunction: bool,
) -> Option<&[ConditionId]> {
    match (graph.condition(id), conjunction) {
        (Condition::And(operands), true) | (Condition::Or(operands), false) => Some(operands),
        _ => None,
    }
}

fn combined(
    graph: &mut Graph,
    conjunction: bool,
    given: &[ConditionId],
    shared: &Shared,
) -> Option<ConditionId> {
    let absorbing = Condition::Constant(!conjunction);
    let mut direct: Vec<ConditionId> = Vec::with_capacity(given.len());
    for operand in given {
        match operands(graph, *operand, conjunction) {
            Some(nested) if !shared.contains(operand) => direct.extend(nested),
            _ => direct.push(*operand),
        }
    }
    if direct.iter().any(|id| *graph.condition(*id) == absorbing) {
        return Some(graph.add_condition(absorbing));
    }
    direct.retain(|id| *graph.condition(*id) != Condition::Constant(conjunction));
    direct.sort_unstable();
    direct.dedup();

    // All that is said: by the operands, and by the operands of those that stay nodes of their own.
    let mut nested_says: Vec<ConditionId> = Vec::new();
    for operand in &direct {
        nested_says.extend(operands(graph, *operand, conjunction).into_iter().flatten());
    }
    nested_says.sort_unstable();
    let mut said = [&direct[..], &nested_says].concat();
    said.sort_unstable();
    let contradicted = said.iter().any(|id| match graph.condition(*id) {
        Condition::Not(inner) => is_among(&said, *inner),
        _ => false,
    });
    if contradicted {
        return Some(graph.add_condition(absorbing));
    }
    direct.retain(|id| !is_among(&nested_says, *id));

    let mut kept = Vec::with_capacity(direct.len());
    for operand in direct {
        let Some(dual) = operands(graph, operand, !conjunction) else {
            kept.push(operand);
            continue;
        };
        if dual.iter().any(|id| is_among(&said, *id)) {
            continue;
        }
        let open: Vec<ConditionId> = dual
            .iter()
            .copied()
            .filter(|id| !denied(graph, *id, &said))
            .collect();
        if open.len() == dual.len() || shared.contains(&operand) {
            kept.push(operand);
            continue;
        }
        match open[..] {
            [] => return Some(graph.add_condition(absorbing)),
            [only] => kept.push(only),
            _ => kept.push(graph.add_condition(of(!conjunction, open))),
        }
    }
    kept.sort_unstable();
    kept.dedup();
    match kept[..] {
        [] => Some(graph.add_condition(Condition::Constant(conjunction))),
        [only] => Some(only),
        _ if kept == given => None,
        _ => Some(graph.add_condition(of(conjunction, kept))),
    }
}

/// Whether the opposite of a condition is said.
fn denied(graph: &Graph, id: ConditionId, said: &[ConditionId]) -> bool {
    match graph.condition(id) {
        Condition::Not(inner) => is_among(said, *inner),
        _ => graph
            .find_condition(&Condition::Not(id))
            .is_some_and(|negation| is_among(said, negation)),
    }
}

/// Whether it is one of these, which stand in order.
fn is_among(sorted: &[ConditionId], id: ConditionId) -> bool {
    sorted.binary_search(&id).is_ok()
}
