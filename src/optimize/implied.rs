//! Law: in an AND, an operand that follows from the others says nothing and is left out, and operands that can never all hold are false; in an OR, an
//! operand that holds only where one of the others does is left out, and operands of which one always holds are true.
//!
//! `decide` says what follows from what: `seen in last 90 days` follows from `seen in last 30 days` whatever `now` is, and `a OR b` from `a AND c`. What it
//! does not decide within a budget stays as it is. Only operands that speak of the same fields are held against each other.

use super::flatten::of;
use super::rewrite::{Rewrite, Shared};
use crate::decide::{Answer, Decider, Given};
use crate::ir::{Condition, ConditionId, Graph, NodeRef, Value, ValueId};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// How many groups of operands are looked at in one go: a program of thousands of segments has to begin soon.
const GROUPS: usize = 100;

/// The steps that a group may take, about half a millisecond.
const STEPS: u64 = 5_000;

/// More operands of one group, or more nodes below one of them, are not held against each other.
const MOST_OPERANDS: usize = 12;
const MOST_NODES: usize = 64;

pub(super) struct Implied<'a> {
    zone: &'a TimeZone,
    groups_left: usize,
}

impl<'a> Implied<'a> {
    pub fn new(zone: &'a TimeZone) -> Self {
        Self {
            zone,
            groups_left: GROUPS,
        }
    }
}

impl Given for Implied<'_> {
    fn zone(&self) -> Option<&TimeZone> {
        Some(self.zone)
    }
}

impl Rewrite for Implied<'_> {
    fn looks_at(&self, graph: &Graph, condition: &Condition) -> bool {
        match condition {
            Condition::And(operands) | Condition::Or(operands) => may_share(graph, operands),
            _ => false,
        }
    }

    fn condition(
        &mut self,
        graph: &mut Graph,
        condition: &Condition,
        _: &Shared,
    ) -> Option<ConditionId> {
        let (conjunction, operands) = match condition {
            Condition::And(operands) => (true, operands),
            Condition::Or(operands) => (false, operands),
            _ => return None,
        };
        let mut dropped = BTreeSet::new();
        for group in groups(graph, operands) {
            self.groups_left = self.groups_left.checked_sub(1)?;
            let decider = Decider::new(graph, self, STEPS);
            // Of an AND all hold; of an OR, the opposite is looked at, where none does.
            let impossible =
                |asserted: &[(ConditionId, bool)]| decider.can_hold(asserted) == Answer::No;
            let all: Vec<(ConditionId, bool)> = group.iter().map(|id| (*id, conjunction)).collect();
            if impossible(&all) {
                return Some(graph.add_condition(Condition::Constant(!conjunction)));
            }
            let mut kept = group;
            // What comes last is the largest, and the first to go.
            for place in (0..kept.len()).rev() {
                let asserted: Vec<(ConditionId, bool)> = kept
                    .iter()
                    .enumerate()
                    .map(|(other, id)| (*id, conjunction == (other != place)))
                    .collect();
                if impossible(&asserted) {
                    dropped.insert(kept.remove(place));
                }
            }
        }
        if dropped.is_empty() {
            return None;
        }
        let mut kept = operands.to_vec();
        kept.retain(|operand| !dropped.contains(operand));
        Some(match kept[..] {
            [only] => only,
            _ => graph.add_condition(of(conjunction, kept)),
        })
    }
}

/// Operands that speak of the same fields.
struct Group {
    fields: BTreeSet<ValueId>,
    /// Each with the number of its nodes.
    members: Vec<(usize, ConditionId)>,
}

/// The nodes of a condition, where they are few.
fn few_nodes(graph: &Graph, condition: ConditionId) -> Option<Vec<NodeRef>> {
    let mut nodes = vec![NodeRef::Condition(condition)];
    let mut next = 0;
    while let Some(node) = nodes.get(next).copied() {
        next += 1;
        let visit = |operand| {
            if nodes.len() <= MOST_NODES && !nodes.contains(&operand) {
                nodes.push(operand);
            }
        };
        match node {
            NodeRef::Condition(id) => graph.condition(id).operands(visit),
            NodeRef::Value(id) => graph.value(id).operands(visit),
        }
    }
    (nodes.len() <= MOST_NODES).then_some(nodes)
}

/// Whether two of the operands may speak of the same field, which mostly they do not.
fn may_share(graph: &Graph, operands: &[ConditionId]) -> bool {
    let mut met = 0;
    operands.iter().any(|operand| {
        let own = graph.leaves(NodeRef::Condition(*operand));
        let is_met = met & own != 0;
        met |= own;
        is_met
    })
}

/// The operands in groups of two and more, the smallest first in each.
fn groups(graph: &Graph, operands: &[ConditionId]) -> Vec<Vec<ConditionId>> {
    if !may_share(graph, operands) {
        return Vec::new();
    }
    let mut groups: Vec<Group> = Vec::new();
    for operand in operands {
        let Some(nodes) = few_nodes(graph, *operand) else {
            continue;
        };
        let field = |node: &NodeRef| match node {
            NodeRef::Value(id) => match graph.value(*id) {
                Value::Field(_) => Some(*id),
                _ => None,
            },
            NodeRef::Condition(_) => None,
        };
        let mut group = Group {
            fields: nodes.iter().filter_map(field).collect(),
            members: vec![(nodes.len(), *operand)],
        };
        groups.retain_mut(|other| {
            let is_apart = other.fields.is_disjoint(&group.fields);
            if !is_apart {
                group.fields.append(&mut other.fields);
                group.members.append(&mut other.members);
            }
            is_apart
        });
        groups.push(group);
    }
    groups.retain(|group| (2..=MOST_OPERANDS).contains(&group.members.len()));
    groups
        .into_iter()
        .map(|mut group| {
            group.members.sort_unstable();
            group.members.dedup();
            group.members.into_iter().map(|(_, id)| id).collect()
        })
        .collect()
}
