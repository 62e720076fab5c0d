//! Law: a node whose operands are constants is the constant it comes to.
//!
//! Constants are worked out exactly as a run works them out: floating-point operations one by one in the order of the text, nothing regrouped.
//! `now` is no constant, so that one compiled program serves every day.

use super::constants;
use super::rewrite::Rewrite;
use crate::ir::{Condition, ConditionId, Graph, Value, ValueId};
use crate::types::{Constant, Type};
use jiff::tz::TimeZone;

pub(super) struct Fold<'a> {
    pub zone: &'a TimeZone,
}

fn truth(graph: &Graph, id: ConditionId) -> Option<bool> {
    match graph.condition(id) {
        Condition::Constant(truth) => Some(*truth),
        _ => None,
    }
}

fn constant(graph: &Graph, id: ValueId) -> Option<Constant> {
    match graph.value(id) {
        Value::Constant(constant) => Some(constant.clone()),
        _ => None,
    }
}

impl Rewrite for Fold<'_> {
    fn condition(&mut self, graph: &mut Graph, condition: Condition) -> ConditionId {
        let decided = constants::decide(&condition, &|id| truth(graph, id), &|id| {
            constant(graph, id)
        });
        graph.add_condition(decided.map_or(condition, Condition::Constant))
    }

    fn value(&mut self, graph: &mut Graph, value: Value, value_type: &Type) -> ValueId {
        let known = constants::work_out(
            &value,
            value_type,
            &|id| truth(graph, id),
            &|id| constant(graph, id),
            None,
            self.zone,
        );
        graph.add_value(known.map_or(value, Value::Constant), value_type.clone())
    }
}
