//! Building a module anew, node by node, operands first. What no segment needs any more is left behind.

use crate::ir::{Condition, ConditionId, Graph, Module, NodeRef, Value, ValueId};
use crate::types::Type;

/// What becomes of a node. The operands of the node that is handed over are of the new graph, and are done.
pub(crate) trait Rewrite {
    fn condition(&mut self, graph: &mut Graph, condition: Condition) -> ConditionId {
        graph.add_condition(condition)
    }

    fn value(&mut self, graph: &mut Graph, value: Value, value_type: &Type) -> ValueId {
        graph.add_value(value, value_type.clone())
    }
}

/// Drops what is not needed and changes nothing else.
struct Keep;

impl Rewrite for Keep {}

/// The module as `rule` rewrites it.
pub(crate) fn rewrite(module: &Module, rule: &mut impl Rewrite) -> Module {
    let rewritten = build(module, rule);
    // A rule leaves nodes behind that it has looked at and replaced.
    build(&rewritten, &mut Keep)
}

fn build(module: &Module, rule: &mut impl Rewrite) -> Module {
    let old = &module.graph;
    let mut graph = Graph::default();
    let mut conditions: Vec<Option<ConditionId>> = vec![None; old.condition_count()];
    let mut values: Vec<Option<ValueId>> = vec![None; old.value_count()];
    let roots = module.segments.iter().copied().map(NodeRef::Condition);
    for node in old.reachable(roots) {
        let condition = |id: ConditionId| conditions[id.index()].expect("operands come first");
        let value = |id: ValueId| values[id.index()].expect("operands come first");
        match node {
            NodeRef::Condition(id) => {
                let moved = old.condition(id).with_operands(condition, value);
                conditions[id.index()] = Some(rule.condition(&mut graph, moved));
            }
            NodeRef::Value(id) => {
                let moved = old.value(id).with_operands(condition, value);
                values[id.index()] = Some(rule.value(&mut graph, moved, old.type_of(id)));
            }
        }
    }
    Module {
        segments: module
            .segments
            .iter()
            .map(|id| conditions[id.index()].expect("roots are reachable"))
            .collect(),
        graph,
        zone: module.zone.clone(),
    }
}
