//! The boolean part of a plan in one kind of gate, with what many gates have in common drawn out.
//!
//! Every node becomes "all of these", over inputs that may be turned over: `a OR b` is the turned output of "all of not a, not b". So a pair that
//! stands in many conditions is found whichever way it is written. No node is evaluated away: the gates say the same as the nodes, bit by bit.

use crate::plan::{Node, Plan};
use hashbrown::HashMap;
use std::collections::BinaryHeap;

/// An input of a gate or the output of a segment: a gate, straight or turned over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Signal(u32);

impl Signal {
    fn new(gate: usize, turned: bool) -> Self {
        Self((gate as u32) << 1 | u32::from(turned))
    }

    /// The output of a gate as it is.
    pub(crate) fn straight(gate: usize) -> Self {
        Self::new(gate, false)
    }

    pub fn gate(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub fn is_turned(self) -> bool {
        self.0 & 1 == 1
    }

    fn turn(self) -> Self {
        Self(self.0 ^ 1)
    }

    fn turn_if(self, condition: bool) -> Self {
        Self(self.0 ^ u32::from(condition))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Gate {
    /// The mask of a leaf of the plan.
    Leaf(usize),
    /// All of these, sorted, none twice; of none, true.
    All(Vec<Signal>),
}

/// The gates of a plan. Inputs stand before the gates that use them.
#[derive(Clone, Debug)]
pub(crate) struct Gates {
    pub gates: Vec<Gate>,
    /// One for each segment.
    pub outputs: Vec<Signal>,
}

/// Gates with more inputs than this are left as they are by the search for pairs, which grows with the square.
const WIDEST_FOR_PAIRS: usize = 48;
/// The search for pairs is left out of plans with more pairs than this, so that its time stays in milliseconds.
const MOST_PAIRS: usize = 400_000;

impl Gates {
    /// The gates of all segments of a plan.
    pub fn new(plan: &Plan) -> Self {
        let mut gates = Vec::new();
        let mut known: HashMap<Gate, usize, foldhash::fast::FixedState> = HashMap::default();
        let mut signals: Vec<Signal> = Vec::with_capacity(plan.nodes.len());
        let mut add = |gate: Gate| {
            *known.entry(gate).or_insert_with_key(|gate| {
                gates.push(gate.clone());
                gates.len() - 1
            })
        };
        for node in &plan.nodes {
            let signal = match node {
                Node::Constant(value) => Signal::new(add(Gate::All(Vec::new())), !value),
                Node::Leaf(leaf) => Signal::new(add(Gate::Leaf(leaf.0 as usize)), false),
                Node::Not(operand) => signals[operand.0 as usize].turn(),
                Node::And(operands) | Node::Or(operands) => {
                    let turned = matches!(node, Node::Or(_));
                    let mut inputs: Vec<Signal> = (operands.iter())
                        .map(|operand| signals[operand.0 as usize].turn_if(turned))
                        .collect();
                    inputs.sort_unstable();
                    inputs.dedup();
                    match inputs[..] {
                        [only] => only.turn_if(turned),
                        _ => Signal::new(add(Gate::All(inputs)), turned),
                    }
                }
            };
            signals.push(signal);
        }
        let outputs = (plan.segments.iter())
            .map(|root| signals[root.0 as usize])
            .collect();
        Self { gates, outputs }
    }

    /// Draws out pairs of inputs that stand in `least` gates or more, the most frequent first.
    pub fn share(self, least: u32) -> Self {
        let pairs: usize = (self.gates.iter())
            .map(|gate| match gate {
                Gate::All(inputs) if inputs.len() <= WIDEST_FOR_PAIRS => {
                    inputs.len() * inputs.len().saturating_sub(1) / 2
                }
                Gate::All(_) | Gate::Leaf(_) => 0,
            })
            .sum();
        if pairs > MOST_PAIRS {
            return self;
        }
        let mut search = Pairs::new(self.gates, least);
        while let Some(pair) = search.most_frequent() {
            search.draw_out(pair);
        }
        sorted(search.gates, self.outputs)
    }
}

/// How often each pair of inputs stands together.
struct Pairs {
    gates: Vec<Gate>,
    /// The gates that have an input, by the number of the signal; may name gates that have lost it.
    users: Vec<Vec<u32>>,
    counts: HashMap<(Signal, Signal), u32, foldhash::fast::FixedState>,
    /// Candidates with a count that may have fallen since. The smaller pair wins among equals, so that the same plan gives the same code.
    queue: BinaryHeap<(u32, std::cmp::Reverse<(Signal, Signal)>)>,
    least: u32,
}

impl Pairs {
    fn new(gates: Vec<Gate>, least: u32) -> Self {
        let mut users = vec![Vec::new(); gates.len() * 2];
        let mut counts = HashMap::<_, u32, _>::default();
        for (index, gate) in gates.iter().enumerate() {
            let Gate::All(inputs) = gate else { continue };
            if inputs.len() > WIDEST_FOR_PAIRS || inputs.len() < 2 {
                continue;
            }
            for (place, first) in inputs.iter().enumerate() {
                users[first.0 as usize].push(index as u32);
                for second in &inputs[place + 1..] {
                    *counts.entry((*first, *second)).or_default() += 1;
                }
            }
        }
        let queue = (counts.iter())
            .filter(|(_, count)| **count >= least)
            .map(|(pair, count)| (*count, std::cmp::Reverse(*pair)))
            .collect();
        Self {
            gates,
            users,
            counts,
            queue,
            least,
        }
    }

    fn most_frequent(&mut self) -> Option<(Signal, Signal)> {
        while let Some((count, std::cmp::Reverse(pair))) = self.queue.pop() {
            let now = self.counts.get(&pair).copied().unwrap_or(0);
            if now < self.least {
                continue;
            }
            if now == count {
                return Some(pair);
            }
            self.queue.push((now, std::cmp::Reverse(pair)));
        }
        None
    }

    /// Makes a gate of the pair and puts it in the place of the pair wherever both stand.
    fn draw_out(&mut self, (first, second): (Signal, Signal)) {
        let whole = [first, second];
        let existing = (self.users[first.0 as usize].iter()).copied().find(
            |user| matches!(&self.gates[*user as usize], Gate::All(inputs) if inputs[..] == whole),
        );
        let drawn = Signal::new(
            existing.map_or(self.gates.len(), |gate| gate as usize),
            false,
        );
        if existing.is_none() {
            self.gates.push(Gate::All(whole.to_vec()));
            self.users.extend([Vec::new(), Vec::new()]);
        }
        self.counts.insert((first, second), 0);
        let mut grown = Vec::new();
        for user in std::mem::take(&mut self.users[first.0 as usize]) {
            let Gate::All(inputs) = &mut self.gates[user as usize] else {
                continue;
            };
            let both = inputs.len() > 2 && inputs.contains(&first) && inputs.contains(&second);
            if !both {
                self.users[first.0 as usize].push(user);
                continue;
            }
            inputs.retain(|input| *input != first && *input != second);
            for other in inputs.iter() {
                for lost in [ordered(first, *other), ordered(second, *other)] {
                    if let Some(count) = self.counts.get_mut(&lost) {
                        *count = count.saturating_sub(1);
                    }
                }
                let gained = ordered(*other, drawn);
                *self.counts.entry(gained).or_default() += 1;
                grown.push(gained);
            }
            inputs.push(drawn);
            inputs.sort_unstable();
            self.users[drawn.0 as usize].push(user);
        }
        grown.sort_unstable();
        grown.dedup();
        for pair in grown {
            let count = self.counts[&pair];
            if count >= self.least {
                self.queue.push((count, std::cmp::Reverse(pair)));
            }
        }
    }
}

fn ordered(first: Signal, second: Signal) -> (Signal, Signal) {
    (first.min(second), first.max(second))
}

/// Puts inputs before the gates that use them again.
fn sorted(gates: Vec<Gate>, outputs: Vec<Signal>) -> Gates {
    let mut place = vec![None; gates.len()];
    let mut order: Vec<usize> = Vec::with_capacity(gates.len());
    let mut stack = Vec::new();
    for root in 0..gates.len() {
        stack.push((root, false));
        while let Some((gate, inputs_done)) = stack.pop() {
            if place[gate].is_some() {
                continue;
            }
            if inputs_done {
                place[gate] = Some(order.len());
                order.push(gate);
                continue;
            }
            stack.push((gate, true));
            if let Gate::All(inputs) = &gates[gate] {
                stack.extend(inputs.iter().map(|input| (input.gate(), false)));
            }
        }
    }
    let moved = |signal: Signal| {
        let gate = place[signal.gate()].expect("every gate has a place");
        Signal::new(gate, signal.is_turned())
    };
    let gates = (order.iter())
        .map(|gate| match &gates[*gate] {
            Gate::Leaf(leaf) => Gate::Leaf(*leaf),
            Gate::All(inputs) => {
                let mut inputs: Vec<_> = inputs.iter().copied().map(moved).collect();
                inputs.sort_unstable();
                Gate::All(inputs)
            }
        })
        .collect();
    Gates {
        gates,
        outputs: outputs.into_iter().map(moved).collect(),
    }
}
