//! Questions taken apart: what has to hold together, and of that, what has nothing to do with each other and is asked alone. Small questions are soon
//! answered, and come again.

use crate::ir::{Condition, ConditionId, Graph, NodeRef};
use foldhash::fast::FixedState;
use hashbrown::HashSet;

/// A condition, and whether it holds.
pub(super) type Asserted = (ConditionId, bool);

/// What has to be as true as it says for all of these to be so: the parts of an AND that holds, and of an OR that does not. None where there would be more
/// than `most`.
pub(super) fn of(graph: &Graph, conditions: &[Asserted], most: u64) -> Option<Vec<Asserted>> {
    let mut parts = Vec::with_capacity(conditions.len());
    let mut stack = conditions.to_vec();
    // What is used in many places is taken apart once.
    let mut joined: HashSet<Asserted, FixedState> = HashSet::default();
    while let Some((id, truth)) = stack.pop() {
        match (graph.condition(id), truth) {
            (Condition::Not(inner), _) => stack.push((*inner, !truth)),
            (Condition::And(only) | Condition::Or(only), _) if only.len() == 1 => {
                stack.push((only[0], truth));
            }
            (Condition::And(inner), true) | (Condition::Or(inner), false) => {
                if joined.insert((id, truth)) {
                    stack.extend(inner.iter().map(|part| (*part, truth)));
                }
            }
            _ => parts.push((id, truth)),
        }
        if (parts.len() + stack.len()) as u64 >= most {
            return None;
        }
    }
    Some(parts)
}

/// Parts that look at the same, each group in order and without doubles.
pub(super) fn groups(graph: &Graph, mut parts: Vec<Asserted>) -> Vec<Vec<Asserted>> {
    parts.sort_unstable();
    parts.dedup();
    if parts.is_empty() {
        return Vec::new();
    }
    let leaves = |part: &Asserted| graph.leaves(NodeRef::Condition(part.0));
    let own: Vec<u64> = parts.iter().map(leaves).collect();
    let apart = apart(&own);
    if apart.len() == 1 && !own.contains(&0) {
        return vec![parts];
    }
    let mut groups = Vec::with_capacity(parts.len());
    for group in apart {
        let members = parts.iter().zip(&own).filter(|(_, own)| *own & group != 0);
        groups.push(members.map(|(part, _)| *part).collect());
    }
    // What looks at nothing has to do with nothing.
    let alone = parts.iter().zip(&own).filter(|(_, own)| **own == 0);
    groups.extend(alone.map(|(part, _)| vec![*part]));
    groups
}

/// Leaves (see [`Graph::leaves`]) put together as far as they have a bit in common.
pub(crate) fn apart(leaves: &[u64]) -> Vec<u64> {
    let mut groups: Vec<u64> = Vec::with_capacity(leaves.len());
    for own in leaves.iter().copied().filter(|own| *own != 0) {
        let mut group = own;
        groups.retain(|other| {
            let is_apart = group & other == 0;
            if !is_apart {
                group |= other;
            }
            is_apart
        });
        groups.push(group);
    }
    groups
}

/// Among parts, the first of which one thing or another has to be, as all of them have to be, where there are no more than so many ways in all.
pub(super) fn choice<'g>(
    graph: &'g Graph,
    parts: &[Asserted],
    ways: usize,
) -> Option<(usize, &'g [ConditionId])> {
    let mut first = None;
    let mut found = 1usize;
    for (at, (id, truth)) in parts.iter().enumerate() {
        if let (Condition::And(ones), false) | (Condition::Or(ones), true) =
            (graph.condition(*id), truth)
        {
            found = found.saturating_mul(ones.len());
            first = first.or(Some((at, &**ones)));
        }
    }
    first.filter(|_| found <= ways)
}
