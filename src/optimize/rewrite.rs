//! Building a module anew, node by node, operands first. What no segment needs any more is left behind.

use crate::ir::{Condition, ConditionId, Graph, Module, NodeRef, Value, ValueId};
use crate::types::Type;
use foldhash::fast::FixedState;
use hashbrown::HashSet;

/// What becomes of a node; none where it stays as it is. The operands of the node that is handed over are of the new graph, and are done.
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

/// The conditions of the new graph that had more than one user in the old one. Taking such a one apart for one user makes it no simpler for the others.
pub(super) type Shared = HashSet<ConditionId, FixedState>;

struct Keep;

impl Rewrite for Keep {}

/// The module without what no segment needs: rules leave nodes behind that they have looked at and replaced.
pub(super) fn compact(module: &Module) -> Module {
    rewrite(module, &mut Keep).0
}

/// The module as `rule` rewrites it, and whether it changed anything.
pub(super) fn rewrite(module: &Module, rule: &mut impl Rewrite) -> (Module, bool) {
    let old = &module.graph;
    let mut graph = Graph::default();
    let mut shared = Shared::default();
    let mut met = Shared::default();
    let mut changed = false;
    let mut conditions: Vec<Option<ConditionId>> = vec![None; old.condition_count()];
    let mut values: Vec<Option<ValueId>> = vec![None; old.value_count()];
    let roots = module.segments.iter().copied().map(NodeRef::Condition);
    let order = old.reachable(roots);
    let users = users(module, &order);
    for node in order {
        let condition = |id: ConditionId| conditions[id.index()].expect("operands come first");
        let value = |id: ValueId| values[id.index()].expect("operands come first");
        match node {
            NodeRef::Condition(id) => {
                let moved = old.condition(id).with_operands(condition, value);
                let new = match rule.condition(&mut graph, &moved, &shared) {
                    Some(new) => {
                        changed = true;
                        new
                    }
                    None => graph.add_condition(moved),
                };
                // Two conditions that have become one are shared as well.
                let again = users[id.index()] > 1 || !met.insert(new);
                if again {
                    shared.insert(new);
                }
                conditions[id.index()] = Some(new);
            }
            NodeRef::Value(id) => {
                let moved = old.value(id).with_operands(condition, value);
                let new = match rule.value(&mut graph, &moved, old.type_of(id)) {
                    Some(new) => {
                        changed = true;
                        new
                    }
                    None => graph.add_value(moved, old.type_of(id).clone()),
                };
                values[id.index()] = Some(new);
            }
        }
    }
    let rewritten = Module {
        segments: module
            .segments
            .iter()
            .map(|id| conditions[id.index()].expect("roots are reachable"))
            .collect(),
        graph,
        zone: module.zone.clone(),
    };
    (rewritten, changed)
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
