//! Law: what is common to all operands is said once: `(a AND b) OR (a AND c)` is `a AND (b OR c)`, likewise with AND and OR changed; and operands that
//! several ANDs (or ORs) of a program have in common are a node of their own.
//!
//! Equal nodes are one node anyway, since a graph stores nothing twice. Factoring is done where it makes the tree smaller: within one node where no
//! operand has other users, across nodes where at least two operands are shared by at least two nodes.

use super::flatten::{of, operands};
use super::rewrite::{Rewrite, Shared};
use crate::ir::{Condition, ConditionId, Graph, Module, NodeRef, ValueId};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::cmp::Reverse;

/// Takes out what all operands of a node have in common.
pub(super) struct Factor;

impl Rewrite for Factor {
    fn looks_at(&self, _: &Graph, condition: &Condition) -> bool {
        matches!(condition, Condition::And(_) | Condition::Or(_))
    }

    fn condition(
        &mut self,
        graph: &mut Graph,
        condition: &Condition,
        shared: &Shared,
    ) -> Option<ConditionId> {
        match condition {
            Condition::And(given) => factored(graph, true, given, shared),
            Condition::Or(given) => factored(graph, false, given, shared),
            _ => None,
        }
    }
}

fn factored(
    graph: &mut Graph,
    conjunction: bool,
    given: &[ConditionId],
    shared: &Shared,
) -> Option<ConditionId> {
    if given.len() < 2 || given.iter().any(|operand| shared.contains(operand)) {
        return None;
    }
    let parts: Vec<Vec<ConditionId>> = given
        .iter()
        .map(|operand| Some(operands(graph, *operand, !conjunction)?.to_vec()))
        .collect::<Option<_>>()?;
    let mut common = parts[0].clone();
    common.retain(|part| parts[1..].iter().all(|other| other.contains(part)));
    if common.is_empty() {
        return None;
    }
    let mut rests = Vec::with_capacity(parts.len());
    for mut part in parts {
        part.retain(|operand| !common.contains(operand));
        match part[..] {
            // One operand is the common part alone, which covers all others.
            [] => return Some(graph.add_condition(of(!conjunction, common))),
            [only] => rests.push(only),
            _ => rests.push(graph.add_condition(of(!conjunction, part))),
        }
    }
    rests.sort_unstable();
    rests.dedup();
    let rest = match rests[..] {
        [only] => only,
        _ => graph.add_condition(of(conjunction, rests)),
    };
    common.push(rest);
    common.sort_unstable();
    Some(graph.add_condition(of(!conjunction, common)))
}

/// The beginnings of nodes of one kind, whose operands are put in the order of how many nodes they stand in: nodes that have much in common begin alike.
#[derive(Default)]
struct Beginnings {
    /// How many nodes an operand stands in.
    uses: HashMap<ConditionId, u32, FixedState>,
    /// How many nodes begin with these operands.
    counts: HashMap<Box<[ConditionId]>, u32, FixedState>,
}

impl Beginnings {
    fn of<'a>(nodes: impl Iterator<Item = &'a [ConditionId]> + Clone) -> Self {
        let mut beginnings = Self::default();
        for operand in nodes.clone().flatten() {
            *beginnings.uses.entry(*operand).or_default() += 1;
        }
        for node in nodes {
            let ordered = beginnings.in_order(node);
            // An operand of one node alone ends all that it could begin like others.
            let common = ordered
                .iter()
                .take_while(|id| beginnings.uses[*id] > 1)
                .count();
            for length in 2..=common.min(LONGEST) {
                *beginnings
                    .counts
                    .entry(ordered[..length].into())
                    .or_default() += 1;
            }
        }
        beginnings
    }

    fn in_order(&self, operands: &[ConditionId]) -> Vec<ConditionId> {
        let mut ordered = operands.to_vec();
        ordered.sort_by_key(|id| (Reverse(self.uses[id]), *id));
        ordered
    }

    /// The lengths of the beginnings of a node that pay: those which other nodes have too and longer ones do not have as often.
    fn lengths(&self, ordered: &[ConditionId]) -> Vec<usize> {
        let count = |length: usize| self.counts.get(&ordered[..length]).copied().unwrap_or(0);
        let longest = ordered.len().min(LONGEST);
        (2..=longest)
            .filter(|length| {
                let longer = if *length < longest {
                    count(length + 1)
                } else {
                    0
                };
                count(*length) > 1 && count(*length) > longer
            })
            .collect()
    }
}

/// Beginnings of more operands than this are not looked for.
const LONGEST: usize = 32;

/// Gives operands that several nodes have in common a node of their own.
pub(super) fn common(module: &Module) -> Module {
    let old = &module.graph;
    let order = old.reachable(module.segments.iter().copied().map(NodeRef::Condition));
    let nodes = |conjunction: bool| {
        order.iter().filter_map(move |node| match node {
            NodeRef::Condition(id) => operands(old, *id, conjunction),
            NodeRef::Value(_) => None,
        })
    };
    let conjunctions = Beginnings::of(nodes(true));
    let disjunctions = Beginnings::of(nodes(false));
    let mut graph = Graph::default();
    let mut conditions: Vec<Option<ConditionId>> = vec![None; old.condition_count()];
    let mut values: Vec<Option<ValueId>> = vec![None; old.value_count()];
    for node in &order {
        let condition = |id: ConditionId| conditions[id.index()].expect("operands come first");
        let value = |id: ValueId| values[id.index()].expect("operands come first");
        match *node {
            NodeRef::Condition(id) => {
                let (conjunction, beginnings) = match old.condition(id) {
                    Condition::And(_) => (true, &conjunctions),
                    Condition::Or(_) => (false, &disjunctions),
                    other => {
                        let moved = other.with_operands(condition, value);
                        conditions[id.index()] = Some(graph.add_condition(moved));
                        continue;
                    }
                };
                let given = operands(old, id, conjunction).unwrap_or_default();
                let ordered = beginnings.in_order(given);
                let mut lengths = beginnings.lengths(&ordered);
                lengths.retain(|length| *length < ordered.len());
                lengths.push(ordered.len());
                let (mut done, mut node) = (0, None);
                for length in lengths {
                    let more = ordered[done..length].iter().map(|id| condition(*id));
                    let mut all: Vec<ConditionId> = node.into_iter().chain(more).collect();
                    all.sort_unstable();
                    node = Some(graph.add_condition(of(conjunction, all)));
                    done = length;
                }
                conditions[id.index()] = node;
            }
            NodeRef::Value(id) => {
                let moved = old.value(id).with_operands(condition, value);
                values[id.index()] = Some(graph.add_value(moved, old.type_of(id).clone()));
            }
        }
    }
    let segments = module.segments.iter();
    Module {
        segments: segments
            .map(|root| conditions[root.index()].expect("roots are reachable"))
            .collect(),
        graph,
        zone: module.zone.clone(),
    }
}
