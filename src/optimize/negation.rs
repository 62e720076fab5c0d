//! Law: `NOT NOT c` is `c`; `NOT (a AND b)` is `NOT a OR NOT b`, and `NOT (a OR b)` is `NOT a AND NOT b`.
//!
//! A NOT is never pushed through a comparison: `NOT x < 5` is true where x is missing, `x >= 5` is not. And it stays outside of what has other users,
//! which need it as it is.

use super::rewrite::{Rewrite, Shared};
use crate::ir::{Condition, ConditionId, Graph};

/// Deeper than this, a NOT stays where it is.
const DEPTH: usize = 64;

pub(super) struct Negation;

impl Rewrite for Negation {
    fn looks_at(&self, _: &Graph, condition: &Condition) -> bool {
        matches!(condition, Condition::Not(_))
    }

    fn condition(
        &mut self,
        graph: &mut Graph,
        condition: &Condition,
        shared: &Shared,
    ) -> Option<ConditionId> {
        let Condition::Not(operand) = condition else {
            return None;
        };
        let stays = match graph.condition(*operand) {
            Condition::Not(_) => false,
            Condition::And(_) | Condition::Or(_) => shared.contains(operand),
            _ => true,
        };
        (!stays).then(|| negated(graph, *operand, shared, 0))
    }
}

fn negated(graph: &mut Graph, id: ConditionId, shared: &Shared, depth: usize) -> ConditionId {
    let outside = shared.contains(&id) || depth > DEPTH;
    let negation = match graph.condition(id).clone() {
        Condition::Not(operand) => return operand,
        Condition::And(operands) if !outside => Condition::Or(
            operands
                .iter()
                .map(|operand| negated(graph, *operand, shared, depth + 1))
                .collect(),
        ),
        Condition::Or(operands) if !outside => Condition::And(
            operands
                .iter()
                .map(|operand| negated(graph, *operand, shared, depth + 1))
                .collect(),
        ),
        _ => Condition::Not(id),
    };
    graph.add_condition(negation)
}
