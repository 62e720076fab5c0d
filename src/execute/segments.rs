//! Blocks of contacts: the nodes of a plan combined over masks.
//!
//! A node narrows the running mask to the contacts for which it holds. `And` hands the narrowed mask on and ends as soon as nobody is left; `Or` tries its
//! next part on those not yet in; `Not` takes away those for which its operand holds. What several nodes share is worked out once a block, and only when
//! it is first needed: all at once where that is cheap, else for those contacts that are asked about. The parts of an `And` are put in order again by
//! what they were seen to let through.

use super::Form;
use super::column::bits;
use super::flat::Flat;
use super::kernels::{count, keep};
use crate::plan::{Node, NodeId, Plan};

/// Answers the leaves of a plan over one block.
pub(super) trait Leaves {
    /// Narrows the mask to the contacts for which the leaf holds, and tells how many of its words still have a bit. `live` is how many had one.
    fn narrow(&mut self, leaf: usize, mask: &mut [u64], live: usize) -> usize;

    /// Whether a leaf is tested for all contacts of a block in about the time it takes for some.
    fn is_at_once(&self, leaf: usize) -> bool;

    /// About how many nanoseconds a contact takes.
    fn cost(&self, leaf: usize) -> f32;
}

/// A shared combination that costs less a contact, in nanoseconds, is worked out for all contacts of a block at once.
const CHEAP: f32 = 0.5;
/// Every so many blocks it is counted what the parts of an `And` let through.
const COUNT_EVERY: u64 = 8;
/// After so many blocks the parts are put in order by it.
const RANK_EVERY: u64 = 64;

/// What it takes to look at a finished mask.
const MADE_COST: f32 = 0.005;

/// Masks of a block that are finished before.
#[derive(Clone, Copy)]
pub(super) struct Made<'a> {
    pub(super) flat: &'a Flat,
    pub(super) masks: &'a [u64],
    pub(super) stride: usize,
}

/// What is known of a plan's nodes before any contact is seen.
pub(super) struct Program<'a> {
    plan: &'a Plan,
    form: Form,
    /// For nodes that are worked out once for all that share them, the place of their mask.
    slots: Vec<Option<usize>>,
    slot_count: usize,
    /// Masks that a node needs beside the running one, at most.
    scratch: usize,
    shared_leaves: Vec<bool>,
}

impl<'a> Program<'a> {
    /// `form` must be one that the machine has: see [`Form::choose`].
    pub(super) fn new(plan: &'a Plan, form: Form) -> Self {
        let operands = |node: &'a Node| -> &'a [NodeId] {
            match node {
                Node::Constant(_) | Node::Leaf(_) => &[],
                Node::Not(operand) => std::slice::from_ref(operand),
                Node::And(parts) | Node::Or(parts) => parts,
            }
        };
        let mut uses = vec![0u32; plan.nodes.len()];
        let all = plan.nodes.iter().flat_map(operands).chain(&plan.segments);
        for operand in all {
            uses[operand.0 as usize] += 1;
        }
        let mut shared_leaves = vec![false; plan.leaves.len()];
        for (node, uses) in plan.nodes.iter().zip(&uses) {
            if let Node::Leaf(leaf) = node {
                shared_leaves[leaf.0 as usize] |= *uses > 1;
            }
        }
        let mut slots = vec![None; plan.nodes.len()];
        let mut slot_count = 0;
        let mut depth = vec![0usize; plan.nodes.len()];
        for (place, node) in plan.nodes.iter().enumerate() {
            let below = operands(node)
                .iter()
                .map(|operand| depth[operand.0 as usize]);
            depth[place] = below.max().unwrap_or(0);
            depth[place] += match node {
                Node::Constant(_) | Node::Leaf(_) | Node::And(_) => 0,
                Node::Not(_) => 1,
                Node::Or(_) => 3,
            };
            if uses[place] > 1 && !matches!(node, Node::Constant(_) | Node::Not(_)) {
                slots[place] = Some(slot_count);
                slot_count += 1;
                depth[place] += 1;
            }
        }
        Self {
            plan,
            form,
            slots,
            slot_count,
            scratch: depth.into_iter().max().unwrap_or(0),
            shared_leaves,
        }
    }

    /// Whether several nodes or segments need a leaf.
    pub(super) fn is_shared(&self, leaf: usize) -> bool {
        self.shared_leaves[leaf]
    }
}

/// The masks and the counts of one thread, kept from block to block.
#[derive(Default)]
pub(super) struct Scratch {
    words: Vec<u64>,
    /// The masks of shared nodes, and for which contacts they were worked out.
    shared: Vec<u64>,
    done: Vec<u64>,
    /// The block in which a shared mask was last begun.
    begun: Vec<u64>,
    block: u64,
    /// By node: about how many nanoseconds a contact takes.
    costs: Vec<f32>,
    ranks: Vec<Option<Rank>>,
}

impl Scratch {
    /// What nodes cost with the leaves as they are bound, and the order of parts that follows from it.
    fn begin<L: Leaves>(&mut self, plan: &Plan, leaves: &L, made: Option<Made<'_>>) {
        for (place, node) in plan.nodes.iter().enumerate() {
            let cost = |node: &NodeId| self.costs[node.0 as usize];
            self.costs.push(match node {
                _ if made.is_some_and(|made| made.flat.makes(NodeId(place as u32))) => MADE_COST,
                Node::Constant(_) => 0.0,
                Node::Leaf(leaf) => leaves.cost(leaf.0 as usize),
                Node::Not(operand) => cost(operand),
                // The first part is always tried, the others for whom it leaves open.
                Node::And(parts) | Node::Or(parts) => {
                    let first = parts.first().map_or(0.0, cost);
                    (first + parts.iter().map(cost).sum::<f32>()) / 2.0
                }
            });
        }
        for node in &plan.nodes {
            self.ranks.push(match node {
                Node::And(parts) => {
                    let mut rank = Rank {
                        order: parts.to_vec(),
                        tried: vec![0; parts.len()],
                        passed: vec![0; parts.len()],
                    };
                    rank.renew(plan, &self.costs);
                    Some(rank)
                }
                Node::Constant(_) | Node::Leaf(_) | Node::Not(_) | Node::Or(_) => None,
            });
        }
    }
}

/// The order of the parts of an `And`.
struct Rank {
    order: Vec<NodeId>,
    tried: Vec<u64>,
    passed: Vec<u64>,
}

/// One block of a batch.
struct Block<'a, 'p, L> {
    program: &'a Program<'p>,
    leaves: &'a mut L,
    /// The contacts that exist.
    live: &'a [u64],
    shared: &'a mut [u64],
    done: &'a mut [u64],
    begun: &'a mut [u64],
    costs: &'a [f32],
    ranks: &'a mut [Option<Rank>],
    block: u64,
    made: Option<Made<'a>>,
}

/// Works out segments of a plan over a block of `rows` contacts, those that are not among the masks `made` before; `out` takes each segment's mask in
/// turn. `among` has for a segment who alone is asked about, where not all are.
pub(super) fn block<'m, L: Leaves>(
    program: &Program<'_>,
    leaves: &mut L,
    scratch: &mut Scratch,
    rows: usize,
    made: Option<Made<'_>>,
    among: impl Fn(usize) -> Option<&'m [u64]>,
    mut out: impl FnMut(usize, &[u64], u64),
) {
    let words = bits::words(rows);
    scratch.block += 1;
    scratch.words.resize((program.scratch + 2) * words, 0);
    scratch.shared.resize(program.slot_count * words, 0);
    scratch.done.resize(program.slot_count * words, 0);
    scratch.begun.resize(program.slot_count, 0);
    if scratch.costs.is_empty() {
        scratch.begin(program.plan, leaves, made);
    }
    let (live, rest) = scratch.words.split_at_mut(words);
    live.fill(u64::MAX);
    if let Some(last) = live.last_mut() {
        *last = bits::live(words - 1, rows);
    }
    let mut block = Block {
        program,
        leaves,
        live,
        shared: &mut scratch.shared,
        done: &mut scratch.done,
        begun: &mut scratch.begun,
        costs: &scratch.costs,
        ranks: &mut scratch.ranks,
        block: scratch.block,
        made,
    };
    let (mask, rest) = rest.split_at_mut(words);
    for (segment, root) in program.plan.segments.iter().enumerate() {
        if made.is_some_and(|made| made.flat.makes(*root)) {
            continue;
        }
        mask.copy_from_slice(block.live);
        let live = match among(segment) {
            Some(among) => keep(program.form, mask, among, 0),
            None => words,
        };
        if live > 0 {
            block.narrow(*root, mask, live, rest);
        }
        out(segment, mask, 0);
    }
}

impl<L: Leaves> Block<'_, '_, L> {
    /// Narrows the mask to the contacts for which the node holds, and tells how many of its words still have a bit; `live` is how many had one.
    fn narrow(
        &mut self,
        node: NodeId,
        mask: &mut [u64],
        live: usize,
        scratch: &mut [u64],
    ) -> usize {
        let place = node.0 as usize;
        if let Some(made) = self.made
            && let Some((made, flip)) = made.flat.mask(node, made.masks, made.stride)
        {
            return keep(self.program.form, mask, made, flip);
        }
        let Some(slot) = self.program.slots[place] else {
            return self.work_out(node, mask, live, scratch);
        };
        let words = mask.len();
        let range = slot * words..(slot + 1) * words;
        let (asked, scratch) = scratch.split_at_mut(words);
        let begun = std::mem::replace(&mut self.begun[slot], self.block) == self.block;
        let at_once = match &self.program.plan.nodes[place] {
            Node::Leaf(leaf) => self.leaves.is_at_once(leaf.0 as usize),
            _ => self.costs[place] < CHEAP,
        };
        if at_once {
            if !begun {
                asked.copy_from_slice(self.live);
                self.work_out(node, asked, words, scratch);
                self.shared[range.clone()].copy_from_slice(asked);
            }
        } else {
            if !begun {
                self.shared[range.clone()].fill(0);
                self.done[range.clone()].fill(0);
            }
            let mut open = 0;
            for ((asked, done), mask) in asked.iter_mut().zip(&self.done[range.clone()]).zip(&*mask)
            {
                *asked = mask & !done;
                open += usize::from(*asked != 0);
            }
            if open > 0 {
                for (done, asked) in self.done[range.clone()].iter_mut().zip(&*asked) {
                    *done |= asked;
                }
                self.work_out(node, asked, open, scratch);
                for (shared, found) in self.shared[range.clone()].iter_mut().zip(&*asked) {
                    *shared |= found;
                }
            }
        }
        keep(self.program.form, mask, &self.shared[range], 0)
    }

    fn work_out(
        &mut self,
        node: NodeId,
        mask: &mut [u64],
        live: usize,
        scratch: &mut [u64],
    ) -> usize {
        let plan = self.program.plan;
        let words = mask.len();
        match &plan.nodes[node.0 as usize] {
            Node::Constant(true) => live,
            Node::Constant(false) => {
                mask.fill(0);
                0
            }
            Node::Leaf(leaf) => self.leaves.narrow(leaf.0 as usize, mask, live),
            Node::Not(operand) => {
                let (inner, scratch) = scratch.split_at_mut(words);
                inner.copy_from_slice(mask);
                self.narrow(*operand, inner, live, scratch);
                keep(self.program.form, mask, inner, u64::MAX)
            }
            Node::And(_) => self.all(node, mask, live, scratch),
            Node::Or(parts) => {
                let (found, scratch) = scratch.split_at_mut(words);
                let (rest, scratch) = scratch.split_at_mut(words);
                let (tried, scratch) = scratch.split_at_mut(words);
                found.fill(0);
                rest.copy_from_slice(mask);
                let mut open = live;
                for part in parts {
                    tried.copy_from_slice(rest);
                    if self.narrow(*part, tried, open, scratch) > 0 {
                        for (found, tried) in found.iter_mut().zip(&*tried) {
                            *found |= tried;
                        }
                        open = keep(self.program.form, rest, tried, u64::MAX);
                        if open == 0 {
                            break;
                        }
                    }
                }
                let mut live = 0;
                for (mask, found) in mask.iter_mut().zip(&*found) {
                    *mask = *found;
                    live += usize::from(*mask != 0);
                }
                live
            }
        }
    }

    /// The parts of an `And`, one after the other.
    fn all(
        &mut self,
        node: NodeId,
        mask: &mut [u64],
        mut live: usize,
        scratch: &mut [u64],
    ) -> usize {
        let Some(mut rank) = self.ranks[node.0 as usize].take() else {
            return live;
        };
        let counting = self.block.is_multiple_of(COUNT_EVERY);
        for (place, part) in rank.order.iter().enumerate() {
            if counting {
                rank.tried[place] += count(self.program.form, mask);
            }
            live = self.narrow(*part, mask, live, scratch);
            if counting {
                rank.passed[place] += count(self.program.form, mask);
            }
            if live == 0 {
                break;
            }
        }
        if self.block.is_multiple_of(RANK_EVERY) {
            rank.renew(self.program.plan, self.costs);
        }
        self.ranks[node.0 as usize] = Some(rank);
        live
    }
}

impl Rank {
    /// Puts the parts in order: the cheaper a part is for each contact it takes out, the sooner.
    fn renew(&mut self, plan: &Plan, costs: &[f32]) {
        let mut ranked: Vec<(f64, NodeId)> = self
            .order
            .iter()
            .enumerate()
            .map(|(place, part)| {
                let passing = match self.tried[place] {
                    // Never reached: what is known is the guess.
                    0 => f64::from(plan.estimates[part.0 as usize].pass_rate),
                    tried => self.passed[place] as f64 / tried as f64,
                };
                let cost = f64::from(costs[part.0 as usize]).max(0.001);
                (cost / (1.0 - passing).max(0.001), *part)
            })
            .collect();
        ranked.sort_by(|left, right| left.0.total_cmp(&right.0));
        for (place, (_, part)) in ranked.into_iter().enumerate() {
            self.order[place] = part;
        }
        self.tried.fill(0);
        self.passed.fill(0);
    }
}
