//! Many segments at once: the quick tests of a block are all made first, then the masks of segments are combined from theirs, one after the other, without
//! asking who is left. With many segments somebody needs nearly every test for nearly every contact, so looking costs more than it saves.
//!
//! Tests that are not quick are left to the way of `segments`, which makes them only for those who are asked about, with the finished masks at hand.

use super::Form;
use super::column::bits;
use super::kernels::{Combination, LANE_WORDS, Operand, combine};
use crate::plan::{Node, NodeId, Plan};

/// How the nodes of a plan are combined when these leaves are tested first.
pub(super) struct Flat {
    /// The leaves that are tested first, in the order of their masks.
    leaves: Vec<usize>,
    /// By leaf: the place of its mask.
    places: Vec<Option<usize>>,
    combinations: Vec<Combination>,
    /// By node: the mask that it is, where it is made here.
    nodes: Vec<Option<Operand>>,
}

impl Flat {
    /// `first` tells which leaves are tested first.
    pub(super) fn new(plan: &Plan, first: impl Fn(usize) -> bool) -> Self {
        let leaves: Vec<usize> = (0..plan.leaves.len()).filter(|leaf| first(*leaf)).collect();
        let mut places = vec![None; plan.leaves.len()];
        for (place, leaf) in leaves.iter().enumerate() {
            places[*leaf] = Some(place);
        }
        let mut flat = Self {
            leaves,
            places,
            combinations: Vec::new(),
            nodes: Vec::with_capacity(plan.nodes.len()),
        };
        for node in &plan.nodes {
            let made = match node {
                Node::Constant(_) => None,
                Node::Leaf(leaf) => flat.places[leaf.0 as usize].map(|place| Operand {
                    mask: place as u32,
                    turned: false,
                }),
                Node::Not(operand) => flat.nodes[operand.0 as usize].map(|operand| Operand {
                    turned: !operand.turned,
                    ..operand
                }),
                Node::And(parts) | Node::Or(parts) => {
                    let operand = |part: &NodeId| flat.nodes[part.0 as usize];
                    let operands: Option<Box<[Operand]>> = parts.iter().map(operand).collect();
                    operands
                        .filter(|operands| !operands.is_empty())
                        .map(|operands| {
                            flat.combinations.push(Combination {
                                all: matches!(node, Node::And(_)),
                                operands,
                            });
                            Operand {
                                mask: (flat.leaves.len() + flat.combinations.len() - 1) as u32,
                                turned: false,
                            }
                        })
                }
            };
            flat.nodes.push(made);
        }
        flat
    }

    /// The leaves that are tested first.
    pub(super) fn leaves(&self) -> &[usize] {
        &self.leaves
    }

    /// The place of a leaf's mask, where it is tested first.
    pub(super) fn place(&self, leaf: usize) -> Option<usize> {
        self.places[leaf]
    }

    /// How many words each mask has in a block of so many contacts.
    pub(super) fn stride(rows: usize) -> usize {
        bits::words(rows).next_multiple_of(LANE_WORDS)
    }

    /// The words of all masks of a block.
    pub(super) fn words(&self, stride: usize) -> usize {
        (self.leaves.len() + self.combinations.len()) * stride
    }

    /// Makes the masks of nodes from those of the leaves, which stand at the beginning.
    pub(super) fn combine(&self, form: Form, stride: usize, masks: &mut [u64]) {
        combine(form, &self.combinations, self.leaves.len(), stride, masks);
    }

    /// Whether a node is made here.
    pub(super) fn makes(&self, node: NodeId) -> bool {
        self.nodes[node.0 as usize].is_some()
    }

    /// The mask of a node and what its bits are turned over with; none where the node is not made here. Bits of contacts that do not exist may be
    /// anything.
    pub(super) fn mask<'m>(
        &self,
        node: NodeId,
        masks: &'m [u64],
        stride: usize,
    ) -> Option<(&'m [u64], u64)> {
        let operand = self.nodes[node.0 as usize]?;
        let flip = if operand.turned { u64::MAX } else { 0 };
        Some((&masks[operand.mask as usize * stride..][..stride], flip))
    }
}
