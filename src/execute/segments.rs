//! Blocks of contacts: the nodes of a plan combined over masks.
//!
//! A node narrows the running mask to the contacts for which it holds. `And` hands the narrowed mask on and ends a block as soon as nobody is left; `Or`
//! tries its next part on those not yet in; `Not` takes away those for which its operand holds. What several nodes share is worked out once a block, and
//! only when it is first needed.

use super::column::bits;
use crate::plan::{Node, NodeId, Plan};

/// Answers the leaves of a plan over one block.
pub(super) trait Leaves {
    /// Narrows the mask to the contacts for which the leaf holds, and tells whether any is left.
    fn narrow(&mut self, leaf: usize, mask: &mut [u64]) -> bool;
}

/// What is known of a plan's nodes before any contact is seen.
pub(super) struct Program<'a> {
    plan: &'a Plan,
    /// Whether a node is worked out once for all that share it.
    shared: Vec<bool>,
    /// Masks that a node needs beside the running one.
    scratch: usize,
}

impl<'a> Program<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let mut uses = vec![0u32; plan.nodes.len()];
        let mut depth = vec![0usize; plan.nodes.len()];
        for (place, node) in plan.nodes.iter().enumerate() {
            let operands: &[NodeId] = match node {
                Node::Constant(_) | Node::Leaf(_) => &[],
                Node::Not(operand) => std::slice::from_ref(operand),
                Node::And(parts) | Node::Or(parts) => parts,
            };
            for operand in operands {
                uses[operand.0 as usize] += 1;
                depth[place] = depth[place].max(depth[operand.0 as usize]);
            }
            depth[place] += match node {
                Node::Constant(_) | Node::Leaf(_) | Node::And(_) => 0,
                Node::Not(_) => 1,
                Node::Or(_) => 3,
            };
        }
        for segment in &plan.segments {
            uses[segment.0 as usize] += 1;
        }
        let shared = plan
            .nodes
            .iter()
            .zip(&uses)
            .map(|(node, uses)| {
                *uses > 1 && matches!(node, Node::Leaf(_) | Node::And(_) | Node::Or(_))
            })
            .collect();
        Self {
            plan,
            shared,
            scratch: depth.into_iter().max().unwrap_or(0),
        }
    }
}

/// The masks of one thread, kept from block to block.
#[derive(Default)]
pub(super) struct Scratch {
    words: Vec<u64>,
    /// The masks of shared nodes.
    shared: Vec<u64>,
    /// The block for which a shared mask was worked out.
    made: Vec<u64>,
    block: u64,
}

/// One block of a batch.
pub(super) struct Block<'a, 'p, L> {
    program: &'a Program<'p>,
    leaves: &'a mut L,
    /// The contacts that exist.
    live: &'a [u64],
    shared: &'a mut [u64],
    made: &'a mut [u64],
    block: u64,
}

/// Works out the segments of a plan over a block of `rows` contacts; `out` takes each segment's mask in turn.
pub(super) fn block<L: Leaves>(
    program: &Program<'_>,
    leaves: &mut L,
    scratch: &mut Scratch,
    rows: usize,
    mut out: impl FnMut(usize, &[u64]),
) {
    let words = bits::words(rows);
    let nodes = program.plan.nodes.len();
    scratch.block += 1;
    scratch.words.resize((program.scratch + 2) * words, 0);
    scratch.shared.resize(nodes * words, 0);
    scratch.made.resize(nodes, 0);
    let (live, rest) = scratch.words.split_at_mut(words);
    for (word, mask) in live.iter_mut().enumerate() {
        *mask = bits::live(word, rows);
    }
    let mut block = Block {
        program,
        leaves,
        live,
        shared: &mut scratch.shared,
        made: &mut scratch.made,
        block: scratch.block,
    };
    let (mask, rest) = rest.split_at_mut(words);
    for (segment, root) in program.plan.segments.iter().enumerate() {
        mask.copy_from_slice(block.live);
        block.narrow(*root, mask, rest);
        out(segment, mask);
    }
}

impl<L: Leaves> Block<'_, '_, L> {
    /// Narrows the mask to the contacts for which the node holds, and tells whether any is left.
    fn narrow(&mut self, node: NodeId, mask: &mut [u64], scratch: &mut [u64]) -> bool {
        let place = node.0 as usize;
        if !self.program.shared[place] {
            return self.work_out(node, mask, scratch);
        }
        let words = mask.len();
        let range = place * words..(place + 1) * words;
        if self.made[place] != self.block {
            self.made[place] = self.block;
            // The running mask is saved on the way, for the node is worked out for every contact of the block.
            let mut whole = self.live.to_vec();
            self.work_out(node, &mut whole, scratch);
            self.shared[range.clone()].copy_from_slice(&whole);
        }
        let mut any = 0;
        for (mask, shared) in mask.iter_mut().zip(&self.shared[range]) {
            *mask &= shared;
            any |= *mask;
        }
        any != 0
    }

    fn work_out(&mut self, node: NodeId, mask: &mut [u64], scratch: &mut [u64]) -> bool {
        let plan = self.program.plan;
        let words = mask.len();
        match &plan.nodes[node.0 as usize] {
            Node::Constant(answer) => {
                if !answer {
                    mask.fill(0);
                }
                *answer
            }
            Node::Leaf(leaf) => self.leaves.narrow(leaf.0 as usize, mask),
            Node::Not(operand) => {
                let (inner, scratch) = scratch.split_at_mut(words);
                inner.copy_from_slice(mask);
                self.narrow(*operand, inner, scratch);
                take_away(mask, inner)
            }
            Node::And(parts) => parts.iter().all(|part| self.narrow(*part, mask, scratch)),
            Node::Or(parts) => {
                let (found, scratch) = scratch.split_at_mut(words);
                let (rest, scratch) = scratch.split_at_mut(words);
                let (tried, scratch) = scratch.split_at_mut(words);
                found.fill(0);
                rest.copy_from_slice(mask);
                for part in parts {
                    tried.copy_from_slice(rest);
                    if self.narrow(*part, tried, scratch) {
                        for (found, tried) in found.iter_mut().zip(&*tried) {
                            *found |= tried;
                        }
                        if !take_away(rest, tried) {
                            break;
                        }
                    }
                }
                mask.copy_from_slice(found);
                mask.iter().any(|word| *word != 0)
            }
        }
    }
}

/// Clears the bits that `gone` has, and tells whether any is left.
fn take_away(mask: &mut [u64], gone: &[u64]) -> bool {
    let mut any = 0;
    for (mask, gone) in mask.iter_mut().zip(gone) {
        *mask &= !gone;
        any |= *mask;
    }
    any != 0
}
