//! Rewriting a module node by node, operands first. What a rule leaves as it is costs next to nothing; where something was changed, the module is built anew
//! afterwards, and what no segment needs any more is left behind.

use crate::ir::{Condition, ConditionId, Graph, Kept, Module, NodeRef, Value, ValueId};
use crate::types::Type;

/// What becomes of a node; none where it stays as it is. The operands of the node that is handed over are done.
pub(super) trait Rewrite {
    /// Whether the rule may have something to say of such a condition, whose operands are what they were.
    fn looks_at(&self, graph: &Graph, condition: &Condition) -> bool;

    fn condition(
        &mut self,
        _graph: &mut Graph,
        _condition: &Condition,
        _shared: &Shared,
    ) -> Option<ConditionId> {
        None
    }

    /// The same of a value.
    fn looks_at_value(&self, _value: &Value) -> bool {
        false
    }

    fn value(&mut self, _graph: &mut Graph, _value: &Value, _value_type: &Type) -> Option<ValueId> {
        None
    }
}

/// The conditions that have more than one user. Taking such a one apart for one user makes it no simpler for the others.
pub(super) struct Shared(Marks);

impl Shared {
    pub fn contains(&self, id: &ConditionId) -> bool {
        self.0.has(*id)
    }
}

/// A mark for each of some conditions.
struct Marks(Vec<bool>);

impl Marks {
    /// None yet, with room for so many conditions.
    fn none(conditions: usize) -> Self {
        Self(vec![false; conditions])
    }

    fn has(&self, id: ConditionId) -> bool {
        self.0.get(id.index()).copied().unwrap_or(false)
    }

    /// Whether the mark is new.
    fn set(&mut self, id: ConditionId) -> bool {
        if self.0.len() <= id.index() {
            // More are added one by one.
            self.0.resize(2 * (id.index() + 1), false);
        }
        !std::mem::replace(&mut self.0[id.index()], true)
    }
}

/// A module with its nodes in an order in which operands come before what is built on them.
pub(super) struct Ordered {
    pub module: Module,
    order: Vec<NodeRef>,
    /// How many nodes and segments each condition serves.
    users: Vec<u32>,
}

impl Ordered {
    pub fn of(module: Module) -> Self {
        let order = module.graph.reachable(roots(&module));
        Self::in_order(module, order)
    }

    fn in_order(module: Module, order: Vec<NodeRef>) -> Self {
        let users = users(&module, &order);
        Self {
            module,
            order,
            users,
        }
    }

    /// The module without what no segment needs: rules leave nodes behind that they have looked at and replaced.
    pub fn compact(module: Module) -> Self {
        let mut order = module.graph.reachable(roots(&module));
        let kept = Kept::of(module.graph, &order);
        for node in &mut order {
            *node = kept.node(*node).expect("all of them are kept");
        }
        let mut segments = module.segments;
        for root in &mut segments {
            *root = kept.condition(*root).expect("roots are kept");
        }
        let module = Module {
            segments,
            graph: kept.graph,
            zone: module.zone,
        };
        Self::in_order(module, order)
    }

    /// The module as `rule` rewrites it, and whether it changed anything.
    pub fn rewrite(mut self, rule: &mut impl Rewrite) -> (Self, bool) {
        let graph = &mut self.module.graph;
        let mut shared = Shared(Marks::none(graph.condition_count()));
        let mut met = Marks::none(graph.condition_count());
        // What becomes of each node; itself, to begin with.
        let mut conditions: Vec<Option<ConditionId>> = vec![None; graph.condition_count()];
        let mut values: Vec<Option<ValueId>> = vec![None; graph.value_count()];
        let mut changed = false;
        for node in &self.order {
            let condition = |id: ConditionId| conditions[id.index()].unwrap_or(id);
            let value = |id: ValueId| values[id.index()].unwrap_or(id);
            let mut is_moved = false;
            let mut look = |operand| {
                is_moved |= match operand {
                    NodeRef::Condition(id) => condition(id) != id,
                    NodeRef::Value(id) => value(id) != id,
                }
            };
            match *node {
                NodeRef::Condition(id) => {
                    if changed {
                        graph.condition(id).operands(&mut look);
                    }
                    let given = match is_moved {
                        true => Some(graph.condition(id).with_operands(condition, value)),
                        false => None,
                    };
                    let given = given.or_else(|| {
                        let own = graph.condition(id);
                        rule.looks_at(graph, own).then(|| own.clone())
                    });
                    let new = given.and_then(|given| {
                        let new = rule.condition(graph, &given, &shared);
                        new.or_else(|| is_moved.then(|| graph.add_condition(given)))
                    });
                    let new = new.unwrap_or(id);
                    // Two conditions that have become one are shared as well.
                    if !met.set(new) || self.users[id.index()] > 1 {
                        shared.0.set(new);
                    }
                    changed |= new != id;
                    conditions[id.index()] = Some(new);
                }
                NodeRef::Value(id) => {
                    if changed {
                        graph.value(id).operands(&mut look);
                    }
                    let given = match is_moved {
                        true => Some(graph.value(id).with_operands(condition, value)),
                        false => None,
                    };
                    let given = given.or_else(|| {
                        let own = graph.value(id);
                        rule.looks_at_value(own).then(|| own.clone())
                    });
                    let new = given.and_then(|given| {
                        let value_type = graph.type_of(id).clone();
                        let new = rule.value(graph, &given, &value_type);
                        new.or_else(|| is_moved.then(|| graph.add_value(given, value_type)))
                    });
                    let new = new.unwrap_or(id);
                    changed |= new != id;
                    values[id.index()] = Some(new);
                }
            }
        }
        if !changed {
            return (self, false);
        }
        for root in &mut self.module.segments {
            *root = conditions[root.index()].expect("roots are reachable");
        }
        (Self::compact(self.module), true)
    }
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
