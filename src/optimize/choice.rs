//! Law: a test of `if c then a else b` is the test of a where c is true and of b where it is not; an `if` whose condition is decided is the part that
//! is meant; and at least one of several is OR, all of several is AND, while those that are decided are not counted.
//!
//! So what is asked of a choice between constants comes down to its condition: `(if ltv > 100 then "high" else "low") = "high"` is `ltv > 100`.

use super::fold::truth;
use super::rewrite::{Rewrite, Shared};
use crate::ir::{Condition, ConditionId, Graph, NodeRef, Value, ValueId};
use crate::types::Type;

pub(super) struct Choice;

impl Rewrite for Choice {
    fn looks_at(&self, graph: &Graph, condition: &Condition) -> bool {
        let mut is_of_a_choice = matches!(condition, Condition::AtLeast { .. });
        condition.operands(|operand| {
            if let NodeRef::Value(id) = operand {
                is_of_a_choice |= matches!(graph.value(id), Value::If { .. });
            }
        });
        is_of_a_choice
    }

    fn looks_at_value(&self, value: &Value) -> bool {
        matches!(value, Value::If { .. })
    }

    fn condition(
        &mut self,
        graph: &mut Graph,
        condition: &Condition,
        _: &Shared,
    ) -> Option<ConditionId> {
        match condition {
            Condition::AtLeast { count, of } => counted(graph, *count, of),
            _ => of_a_choice(graph, condition),
        }
    }

    fn value(&mut self, graph: &mut Graph, value: &Value, value_type: &Type) -> Option<ValueId> {
        let Value::If {
            condition,
            then,
            otherwise,
        } = *value
        else {
            return None;
        };
        let chosen = match truth(graph, condition) {
            Some(true) => then,
            Some(false) => otherwise,
            None if then == otherwise => then,
            None => return None,
        };
        // A part of another kind of number is only converted by the choice.
        (graph.type_of(chosen) == value_type).then_some(chosen)
    }
}

/// The test of each part, where exactly one operand is a choice and its parts are of its own type.
fn of_a_choice(graph: &mut Graph, condition: &Condition) -> Option<ConditionId> {
    let mut choice = None;
    let mut choices = 0;
    condition.operands(|operand| {
        if let NodeRef::Value(id) = operand
            && let Value::If { .. } = graph.value(id)
            && choice != Some(id)
        {
            choice = Some(id);
            choices += 1;
        }
    });
    let id = choice.filter(|_| choices == 1)?;
    let is = graph.type_of(id).clone();
    // An `else if` is the next choice in the last part.
    let mut branches = Vec::new();
    let mut last = id;
    while let Value::If {
        condition,
        then,
        otherwise,
    } = *graph.value(last)
    {
        if *graph.type_of(then) != is || *graph.type_of(otherwise) != is {
            break;
        }
        branches.push((condition, then));
        last = otherwise;
    }
    if branches.is_empty() {
        return None;
    }
    let test_of = |graph: &mut Graph, part: ValueId| {
        let test = condition.with_operands(|id| id, |one| if one == id { part } else { one });
        graph.add_condition(test)
    };
    let mut result = test_of(graph, last);
    for (decides, then) in branches.into_iter().rev() {
        let then = test_of(graph, then);
        let denied = graph.add_condition(Condition::Not(decides));
        let first = graph.add_condition(Condition::And([decides, then].into()));
        let second = graph.add_condition(Condition::And([denied, result].into()));
        result = graph.add_condition(Condition::Or([first, second].into()));
    }
    Some(result)
}

fn counted(graph: &mut Graph, count: u32, of: &[ConditionId]) -> Option<ConditionId> {
    let mut count = count as usize;
    let mut open: Vec<ConditionId> = Vec::with_capacity(of.len());
    for id in of {
        match truth(graph, *id) {
            Some(true) => count = count.saturating_sub(1),
            Some(false) => {}
            None => open.push(*id),
        }
    }
    open.sort_unstable();
    let simpler = match open.len() {
        _ if count == 0 => Condition::Constant(true),
        most if count > most => Condition::Constant(false),
        most if count == most => Condition::And(open.into()),
        _ if count == 1 => Condition::Or(open.into()),
        _ if open == of => return None,
        _ => Condition::AtLeast {
            count: count as u32,
            of: open.into(),
        },
    };
    Some(graph.add_condition(simpler))
}
