//! Many segments at once: the quick tests of a block are all made first, then the masks of segments are combined from theirs, one after the other, without
//! asking who is left. With many segments somebody needs nearly every test for nearly every contact, so looking costs more than it saves.
//!
//! Tests that are not quick are left to the way of `segments`, which makes them only for those who are asked about, with the finished masks at hand. The
//! place of a mask is used again as soon as nobody needs it any more, so that what is in use stays in the cache next to the core.

use super::Form;
use super::column::bits;
use super::kernels::{Asked, Combination, Combinations, LANE_WORDS, Operand};
use crate::plan::{Node, NodeId, Plan};

/// Segments that are made side by side, those of one shape one after the other.
const SIDE_BY_SIDE: usize = 64;

/// How the nodes of a plan are combined when these leaves are tested first.
pub(super) struct Flat {
    /// The leaves that are tested first, in the order of their masks.
    leaves: Vec<usize>,
    /// By leaf: the place of its mask.
    places: Vec<Option<usize>>,
    /// Segments ask for the bits of theirs.
    combinations: Combinations,
    /// By node: the mask that it is, where it is made here and lasts.
    nodes: Vec<Option<Operand>>,
    /// By node: it is made here.
    makes: Vec<bool>,
    masks: usize,
}

impl Flat {
    /// `first` tells which leaves are tested first.
    pub(super) fn new(plan: &Plan, first: impl Fn(usize) -> bool) -> Self {
        let leaves: Vec<usize> = (0..plan.leaves.len()).filter(|leaf| first(*leaf)).collect();
        let mut places = vec![None; plan.leaves.len()];
        for (place, leaf) in leaves.iter().enumerate() {
            places[*leaf] = Some(place);
        }
        let draft = Draft::new(plan, &places, leaves.len());
        let mut order = Order::new(&draft);
        let made: Vec<(u32, Operand)> = (0..)
            .zip(&plan.segments)
            .filter_map(|(segment, root)| Some((segment, draft.nodes[root.0 as usize]?)))
            .collect();
        for segments in made.chunks(SIDE_BY_SIDE) {
            order.segments(segments);
        }
        for operand in &draft.lasting {
            order.make(*operand);
        }
        let (combinations, place_of, masks) = order.place();
        let place = |operand: Operand| Operand {
            mask: match draft.combination(operand) {
                Some(combination) => place_of[combination],
                None => operand.mask,
            },
            ..operand
        };
        let lasts = |operand: &Operand| {
            draft
                .combination(*operand)
                .is_none_or(|combination| draft.lasts[combination])
        };
        Self {
            places,
            combinations: Combinations::new(&combinations),
            makes: draft.nodes.iter().map(Option::is_some).collect(),
            nodes: (draft.nodes.iter())
                .map(|node| node.filter(lasts).map(place))
                .collect(),
            masks,
            leaves,
        }
    }

    /// The leaves that are tested first.
    pub(super) fn leaves(&self) -> &[usize] {
        &self.leaves
    }

    /// The place of the mask of a leaf that is tested first.
    pub(super) fn place(&self, leaf: usize) -> usize {
        self.places[leaf].expect("only leaves that are tested first have masks")
    }

    /// How many words each mask has in a block of so many contacts.
    pub(super) fn stride(rows: usize) -> usize {
        bits::words(rows).next_multiple_of(LANE_WORDS)
    }

    /// The words of all masks of a block.
    pub(super) fn words(&self, stride: usize) -> usize {
        self.masks * stride
    }

    /// Makes the masks of nodes from those of the leaves, which stand at the beginning; `out` takes the mask of each segment and what its bits are turned
    /// over with. Bits of contacts that do not exist may be anything.
    pub(super) fn combine(
        &self,
        form: Form,
        stride: usize,
        masks: &mut [u64],
        mut out: impl FnMut(usize, &[u64], u64),
    ) {
        let mut begin = 0;
        for combination in 0..self.combinations.len() {
            if let Some((asked, place)) = self.combinations.asked(combination) {
                let end = combination + 1;
                self.combinations.run(form, begin..end, stride, masks, None);
                begin = end;
                let mask = &masks[place * stride..][..stride];
                let flip = if asked.turned { u64::MAX } else { 0 };
                out(asked.by as usize, mask, flip);
            }
        }
        let rest = begin..self.combinations.len();
        self.combinations.run(form, rest, stride, masks, None);
    }

    /// The same of a block without an incomplete vector, in which it is only asked how many contacts each segment has: that is added to `counts`.
    pub(super) fn count(&self, form: Form, stride: usize, masks: &mut [u64], counts: &mut [u64]) {
        let all = 0..self.combinations.len();
        self.combinations
            .run(form, all, stride, masks, Some(counts));
    }

    /// Whether a node is made here.
    pub(super) fn makes(&self, node: NodeId) -> bool {
        self.makes[node.0 as usize]
    }

    /// The mask of a node that other nodes are made of, and what its bits are turned over with; none where the node is not made here. Bits of contacts that
    /// do not exist may be anything.
    pub(super) fn mask<'m>(
        &self,
        node: NodeId,
        masks: &'m [u64],
        stride: usize,
    ) -> Option<(&'m [u64], u64)> {
        let operand = self.nodes[node.0 as usize]?;
        Some((
            &masks[operand.mask as usize * stride..][..stride],
            flip(operand),
        ))
    }
}

fn flip(operand: Operand) -> u64 {
    if operand.turned { u64::MAX } else { 0 }
}

/// Nodes as operands, with a mask of its own for each combination behind those of the leaves.
struct Draft {
    leaves: usize,
    /// By combination: whether all of the operands, or any of them.
    combinations: Vec<(bool, Box<[Operand]>)>,
    nodes: Vec<Option<Operand>>,
    /// What nodes that are not made here are made of.
    lasting: Vec<Operand>,
    /// By combination: it is among them.
    lasts: Vec<bool>,
}

impl Draft {
    fn new(plan: &Plan, places: &[Option<usize>], leaves: usize) -> Self {
        let mut draft = Self {
            leaves,
            combinations: Vec::new(),
            nodes: Vec::with_capacity(plan.nodes.len()),
            lasting: Vec::new(),
            lasts: Vec::new(),
        };
        for node in &plan.nodes {
            let own = |part: &NodeId| draft.nodes[part.0 as usize];
            let made = match node {
                Node::Constant(_) => None,
                Node::Leaf(leaf) => places[leaf.0 as usize].map(|place| Operand {
                    mask: place as u32,
                    turned: false,
                }),
                Node::Not(operand) => own(operand).map(|operand| Operand {
                    turned: !operand.turned,
                    ..operand
                }),
                Node::And(parts) | Node::Or(parts) => {
                    let operands: Option<Box<[Operand]>> = parts.iter().map(own).collect();
                    if let Some(operands) = operands.filter(|operands| !operands.is_empty()) {
                        let is_all = matches!(node, Node::And(_));
                        draft.combinations.push((is_all, operands));
                        Some(Operand {
                            mask: (leaves + draft.combinations.len() - 1) as u32,
                            turned: false,
                        })
                    } else {
                        let lasting: Vec<Operand> = parts.iter().filter_map(own).collect();
                        draft.lasting.extend(lasting);
                        None
                    }
                }
            };
            draft.nodes.push(made);
        }
        draft.lasts = vec![false; draft.combinations.len()];
        for operand in &draft.lasting {
            if let Some(combination) = (operand.mask as usize).checked_sub(leaves) {
                draft.lasts[combination] = true;
            }
        }
        draft
    }

    /// The combination that an operand is; none where it is a leaf.
    fn combination(&self, operand: Operand) -> Option<usize> {
        (operand.mask as usize).checked_sub(self.leaves)
    }
}

/// What is done, one after the other.
struct Order<'a> {
    draft: &'a Draft,
    steps: Vec<Step>,
    is_made: Vec<bool>,
}

enum Step {
    Make(usize),
    /// A segment asks for the bits of its mask.
    Ask(u32, Operand),
}

impl<'a> Order<'a> {
    fn new(draft: &'a Draft) -> Self {
        Self {
            draft,
            steps: Vec::new(),
            is_made: vec![false; draft.combinations.len()],
        }
    }

    /// Makes segments: first what they are made of, then themselves, those that are made alike one after the other, so that the processor sees what comes.
    fn segments(&mut self, segments: &[(u32, Operand)]) {
        let draft = self.draft;
        let mut last: Vec<_> = segments
            .iter()
            .map(|(segment, root)| {
                let Some(combination) = draft.combination(*root) else {
                    return ((false, 0), *segment, *root);
                };
                let (all, operands) = &draft.combinations[combination];
                for operand in operands {
                    self.make(*operand);
                }
                ((*all, operands.len()), *segment, *root)
            })
            .collect();
        last.sort_by_key(|(shape, segment, _)| (*shape, *segment));
        for (_, segment, root) in last {
            self.make(root);
            self.steps.push(Step::Ask(segment, root));
        }
    }

    /// Makes an operand and whatever it needs, unless it is there.
    fn make(&mut self, operand: Operand) {
        let mut needed = Vec::new();
        let mut open = vec![operand];
        while let Some(operand) = open.pop() {
            if let Some(combination) = self.draft.combination(operand)
                && !self.is_made[combination]
            {
                self.is_made[combination] = true;
                needed.push(combination);
                open.extend(&self.draft.combinations[combination].1);
            }
        }
        // Operands stand before what is made of them.
        needed.sort_unstable();
        self.steps.extend(needed.into_iter().map(Step::Make));
    }

    /// Gives each combination a place, which is free again when it was used for the last time: the combinations in order, the place of each, and the number
    /// of masks.
    fn place(self) -> (Vec<Combination>, Vec<u32>, usize) {
        let draft = self.draft;
        let mut last_use = vec![0; draft.combinations.len()];
        for (step, what) in self.steps.iter().enumerate() {
            for used in what.uses(draft) {
                last_use[used] = step;
            }
        }
        let mut place_of = vec![0; draft.combinations.len()];
        // Where the combinations of the draft stand among those in order.
        let mut placed_at = vec![0; draft.combinations.len()];
        let mut free = Vec::new();
        let mut masks = draft.leaves;
        let mut combinations: Vec<Combination> = Vec::with_capacity(draft.combinations.len());
        for (step, what) in self.steps.iter().enumerate() {
            let mut place = |operand: &Operand| Operand {
                mask: match draft.combination(*operand) {
                    Some(combination) => place_of[combination],
                    None => operand.mask,
                },
                ..*operand
            };
            let mut free_place = || {
                free.pop().unwrap_or_else(|| {
                    masks += 1;
                    (masks - 1) as u32
                })
            };
            match what {
                Step::Make(made) => {
                    let (all, operands) = &draft.combinations[*made];
                    let operands = operands.iter().map(&mut place).collect();
                    let out = free_place();
                    place_of[*made] = out;
                    placed_at[*made] = combinations.len();
                    combinations.push(Combination {
                        all: *all,
                        operands,
                        out,
                        used: draft.lasts[*made],
                        asked: None,
                    });
                }
                Step::Ask(segment, operand) => {
                    let by = *segment;
                    let made = draft.combination(*operand).map(|made| placed_at[made]);
                    let last = combinations.len().checked_sub(1);
                    let asks = |turned| Some(Asked { by, turned });
                    match combinations.last_mut() {
                        Some(just_made) if made == last && just_made.asked.is_none() => {
                            just_made.asked = asks(operand.turned);
                        }
                        // A leaf, or what was made before for others.
                        _ => {
                            let operands = [place(operand)].into();
                            let out = free_place();
                            free.push(out);
                            combinations.push(Combination {
                                all: true,
                                operands,
                                out,
                                used: false,
                                asked: asks(false),
                            });
                        }
                    }
                }
            }
            // What was just made is no operand of itself.
            let own = combinations.len() - 1;
            let mut ended = Vec::new();
            for used in what.uses(draft) {
                if placed_at[used] != own {
                    combinations[placed_at[used]].used = true;
                }
                if last_use[used] == step && !draft.lasts[used] {
                    ended.push(used);
                }
            }
            ended.sort_unstable();
            ended.dedup();
            free.extend(ended.into_iter().map(|used| place_of[used]));
        }
        (combinations, place_of, masks)
    }
}

impl Step {
    /// The combinations that are looked at.
    fn uses<'d>(&'d self, draft: &'d Draft) -> impl Iterator<Item = usize> + 'd {
        let operands = match self {
            Step::Make(combination) => &draft.combinations[*combination].1[..],
            Step::Ask(_, operand) => std::slice::from_ref(operand),
        };
        (operands.iter()).filter_map(|operand| draft.combination(*operand))
    }
}
