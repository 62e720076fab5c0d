//! `at least n of (…)` as ANDs and ORs, so that it shares, skips and compiles like all else.
//!
//! The operands are halved again and again. Of each half it is known whether at least one, two, … of them hold; of both together at least
//! `k` hold where at least `i` of one and at least `k - i` of the other do. A count of n conditions takes some n times `count` nodes, which
//! are shared, in a tree that is as deep as halving takes.

use super::{Lowering, NodeId};

impl Lowering<'_> {
    pub(super) fn at_least(&mut self, count: usize, operands: &[NodeId]) -> NodeId {
        if count == 0 {
            return self.constant(true);
        }
        let counts = self.counts(count, operands);
        match counts.get(count - 1) {
            Some(node) => *node,
            None => self.constant(false),
        }
    }

    /// Whether at least one of the operands hold, at least two, and so on, up to `most`.
    fn counts(&mut self, most: usize, operands: &[NodeId]) -> Vec<NodeId> {
        if let [] | [_] = operands {
            return operands.to_vec();
        }
        let (left, right) = operands.split_at(operands.len() / 2);
        let (left, right) = (self.counts(most, left), self.counts(most, right));
        let total = most.min(left.len() + right.len());
        (1..=total)
            .map(|count| {
                let mut ways = Vec::new();
                for of_left in count.saturating_sub(right.len())..=count.min(left.len()) {
                    let mut both = Vec::new();
                    both.extend(of_left.checked_sub(1).map(|place| left[place]));
                    both.extend((count - of_left).checked_sub(1).map(|place| right[place]));
                    ways.push(self.combine(true, both));
                }
                self.combine(false, ways)
            })
            .collect()
    }
}
