//! From the answers of leaves to members of segments, for one contact: all segments side by side, 64 a word.
//!
//! The condition of a segment is a tree of gates ("all of these"). The gates of all segments are laid on planes of one bit a segment: the roots on the
//! first, each one's first inner gate on the next, and so on. A gate begins true. Each answer of a leaf makes certain gates false at once, by one "or" with
//! bits that were worked out before; then the planes are joined from the innermost to the first. Nothing looks at a segment by itself.

use crate::jit::gates::{Gate, Gates, Signal};
use hashbrown::HashMap;

/// A tree may become longer than the gates it is made of, because what is shared is written out; beyond this many inner gates a segment the planes are not used.
const INNER_GATES: usize = 64;

/// The segments of a plan, ready for one contact after the other.
pub(super) struct Planes {
    segments: usize,
    /// Words a plane has.
    words: usize,
    /// All but the first.
    inner: Vec<Plane>,
    /// Segments whose root is turned over.
    turned: Vec<u64>,
    /// The bits that become false by the answer "no" of the first leaf, by its "yes", by the "no" of the second, and so on: a range of `runs` for each.
    effects: Vec<std::ops::Range<u32>>,
    runs: Vec<Run>,
    bits: Vec<u64>,
}

/// A plane of inner gates.
struct Plane {
    /// The plane of the gates that these are inputs of; always before this one.
    outer: usize,
    /// Segments that have a gate here.
    present: Vec<u64>,
    /// Gates that are turned over where they are used.
    turned: Vec<u64>,
}

/// A run of words of the planes, and where the bits for it are.
#[derive(Clone, Copy)]
struct Run {
    start: u32,
    bits: u32,
    length: u32,
}

/// Where one segment's gate goes.
struct Place {
    gate: usize,
    plane: usize,
}

impl Planes {
    /// None where a segment is too large a tree.
    pub(super) fn new(gates: &Gates, leaves: usize) -> Option<Self> {
        let segments = gates.outputs.len();
        // Whole vectors, so that no run ends in the middle of one.
        let words = segments.div_ceil(64).next_multiple_of(4);
        let mut planes = Self {
            segments,
            words,
            inner: Vec::new(),
            turned: vec![0; words],
            effects: Vec::new(),
            runs: Vec::new(),
            bits: Vec::new(),
        };
        let mut known: HashMap<(usize, usize), usize, foldhash::fast::FixedState> =
            HashMap::default();
        let mut falsified: Vec<Vec<u32>> = vec![Vec::new(); leaves * 2];
        for (segment, output) in gates.outputs.iter().enumerate() {
            let (word, bit) = (segment / 64, 1u64 << (segment % 64));
            if output.is_turned() {
                planes.turned[word] |= bit;
            }
            let mut places = vec![Place {
                gate: output.gate(),
                plane: 0,
            }];
            let mut count = 0;
            while let Some(place) = places.pop() {
                count += 1;
                if count > INNER_GATES {
                    return None;
                }
                let at = ((place.plane * words + word) * 64 + segment % 64) as u32;
                let mut inner = 0;
                for input in inputs(gates, place.gate) {
                    if let Gate::Leaf(leaf) = gates.gates[input.gate()] {
                        // Straight, "no" makes it false; turned over, "yes" does.
                        falsified[leaf * 2 + usize::from(input.is_turned())].push(at);
                        continue;
                    }
                    let plane = *known.entry((place.plane, inner)).or_insert_with(|| {
                        planes.inner.push(Plane {
                            outer: place.plane,
                            present: vec![0; words],
                            turned: vec![0; words],
                        });
                        planes.inner.len()
                    });
                    inner += 1;
                    let laid = &mut planes.inner[plane - 1];
                    laid.present[word] |= bit;
                    if input.is_turned() {
                        laid.turned[word] |= bit;
                    }
                    places.push(Place {
                        gate: input.gate(),
                        plane,
                    });
                }
            }
        }
        for bits in &mut falsified {
            planes.add_effect(bits);
        }
        Some(planes)
    }

    /// Notes what an answer makes false: runs of words that are not empty, with short gaps filled.
    fn add_effect(&mut self, places: &mut [u32]) {
        places.sort_unstable();
        let first = self.runs.len() as u32;
        for place in places {
            let word = *place / 64;
            let last = self.runs[first as usize..].last_mut();
            let place_bit = 1u64 << (*place % 64);
            match last {
                Some(run) if word < run.start + run.length + 3 => {
                    let length = (word - run.start + 1).max(run.length);
                    self.bits.resize((run.bits + length) as usize, 0);
                    run.length = length;
                    self.bits[(run.bits + word - run.start) as usize] |= place_bit;
                }
                _ => {
                    self.runs.push(Run {
                        start: word,
                        bits: self.bits.len() as u32,
                        length: 1,
                    });
                    self.bits.push(place_bit);
                }
            }
        }
        self.effects.push(first..self.runs.len() as u32);
    }

    /// The words that [`Planes::members`] works in.
    pub(super) fn scratch_words(&self) -> usize {
        (self.inner.len() + 1) * self.words
    }

    /// Joins the answers of the leaves, 0 or 1 each. `scratch` has the length that was told, `members` a bit for each segment.
    pub(super) fn members(&self, answers: &[u8], scratch: &mut [u64], members: &mut [u64]) {
        scratch.fill(0);
        for (leaf, answer) in answers.iter().enumerate() {
            let effect = &self.effects[leaf * 2 + usize::from(*answer)];
            for run in &self.runs[effect.start as usize..effect.end as usize] {
                let (start, bits, length) =
                    (run.start as usize, run.bits as usize, run.length as usize);
                let into = scratch[start..start + length].iter_mut();
                for (word, false_ones) in into.zip(&self.bits[bits..bits + length]) {
                    *word |= false_ones;
                }
            }
        }
        for (index, plane) in self.inner.iter().enumerate().rev() {
            let (outer, own) = scratch.split_at_mut((index + 1) * self.words);
            let outer = &mut outer[plane.outer * self.words..][..self.words];
            for word in 0..self.words {
                outer[word] |= (own[word] ^ plane.turned[word]) & plane.present[word];
            }
        }
        for (word, member) in members.iter_mut().enumerate() {
            *member = !scratch[word] ^ self.turned[word];
        }
        if let (Some(last), rest @ 1..) = (members.last_mut(), self.segments % 64) {
            *last &= (1 << rest) - 1;
        }
    }
}

/// The inputs of a gate; a leaf is a gate of itself alone.
fn inputs(gates: &Gates, gate: usize) -> Vec<Signal> {
    match &gates.gates[gate] {
        Gate::Leaf(_) => vec![Signal::straight(gate)],
        Gate::All(inputs) => inputs.clone(),
    }
}
