//! Rewriting a module node by node, operands first. What a rule leaves as it is costs next to nothing; where something was changed, the module is built anew
//! afterwards, and what no segment needs any more is left behind.

use crate::ir::{Condition, ConditionId, Graph, Module, NodeRef, Value, ValueId};
use crate::types::Type;
use foldhash::fast::FixedState;
use hashbrown::HashSet;

/// What becomes of a node; none where it stays as it is. The operands of the node that is handed over are done.
pub(super) trait Rewrite {
    fn condition(
        &mut self,
        _graph: &mut Graph,
        _condition: &Condition,
        _shared: &Shared,
    ) -> Option<ConditionId> {
        None
    }

    fn value(&mut self, _graph: &mut Graph, _value: &Value, _value_type: &Type) -> Option<ValueId> {
        None
    }
}

/// The conditions that have more than one user. Taking such a one apart for one user makes it no simpler for the others.
pub(super) type Shared = HashSet<ConditionId, FixedState>;

/// The module without what no segment needs: rules leave nodes behind that they have looked at and replaced.
pub(super) fn compact(module: &Module) -> Module {
    let old = &module.graph;
    let mut graph = Graph::default();
    let mut conditions: Vec<Option<ConditionId>> = vec![None; old.condition_count()];
    let mut values: Vec<Option<ValueId>> = vec![None; old.value_count()];
    for node in old.reachable(roots(module)) {
        let condition = |id: ConditionId| conditions[id.index()].expect("operands come first");
        let value = |id: ValueId| values[id.index()].expect("operands come first");
        match node {
            NodeRef::Condition(id) => {
                let moved = old.condition(id).with_operands(condition, value);
                conditions[id.index()] = Some(graph.add_condition(moved));
            }
            NodeRef::Value(id) => {
                let moved = old.value(id).with_operands(condition, value);
                values[id.index()] = Some(graph.add_value(moved, old.type_of(id).clone()));
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

/// The module as `rule` rewrites it, and whether it changed anything.
pub(super) fn rewrite(mut module: Module, rule: &mut impl Rewrite) -> (Module, bool) {
    let order = module.graph.reachable(roots(&module));
    let users = users(&module, &order);
    let graph = &mut module.graph;
    let mut shared = Shared::default();
    let mut met = Shared::default();
    // What becomes of each node; itself, to begin with.
    let mut conditions: Vec<Option<ConditionId>> = vec![None; graph.condition_count()];
    let mut values: Vec<Option<ValueId>> = vec![None; graph.value_count()];
    let mut changed = false;
    for node in order {
        let condition = |id: ConditionId| conditions[id.index()].unwrap_or(id);
        let value = |id: ValueId| values[id.index()].unwrap_or(id);
        let mut is_moved = false;
        let mut look = |operand| {
            is_moved |= match operand {
                NodeRef::Condition(id) => condition(id) != id,
                NodeRef::Value(id) => value(id) != id,
            }
        };
        match node {
            NodeRef::Condition(id) => {
                graph.condition(id).operands(&mut look);
                let given = if is_moved {
                    graph.condition(id).with_operands(condition, value)
                } else {
                    graph.condition(id).clone()
                };
                let new = match rule.condition(graph, &given, &shared) {
                    Some(new) => new,
                    None if is_moved => graph.add_condition(given),
                    None => id,
                };
                // Two conditions that have become one are shared as well.
                let again = users[id.index()] > 1 || !met.insert(new);
                if again {
                    shared.insert(new);
                }
                changed |= new != id;
                conditions[id.index()] = Some(new);
            }
            NodeRef::Value(id) => {
                graph.value(id).operands(&mut look);
                let given = if is_moved {
                    graph.value(id).with_operands(condition, value)
                } else {
                    graph.value(id).clone()
                };
                let value_type = graph.type_of(id).clone();
                let new = match rule.value(graph, &given, &value_type) {
                    Some(new) => new,
                    None if is_moved => graph.add_value(given, value_type),
                    None => id,
                };
                changed |= new != id;
                values[id.index()] = Some(new);
            }
        }
    }
    if !changed {
        return (module, false);
    }
    for root in &mut module.segments {
        *root = conditions[root.index()].expect("roots are reachable");
    }
    (compact(&module), true)
}

fn roots(module: &Module) -> impl Iterator<Item = NodeRef> {
    module.segments.iter().copied().map(NodeRef::Condition)
}

/// How many nodes and segments each condition serves.
fn users(module: &Module, order: &[NodeRef]) -> Vec<u32> {
    let mut users = vec![0; module.graph.condition_count()];
    let mut used = |operand| {
        if let NodeRef::Condition(id) = operand {
            users[id.index()] += 1;
        }
    };
    for root in &module.segments {
        used(NodeRef::Condition(*root));
    }
    for node in order {
        match node {
            NodeRef::Condition(id) => module.graph.condition(*id).operands(&mut used),
            NodeRef::Value(id) => module.graph.value(*id).operands(&mut used),
        }
    }
    users
}
