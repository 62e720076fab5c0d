//! The segments that a contact belongs to.

use std::fmt;

/// A set of segments, by their places in the program.
#[derive(Clone, Default)]
pub struct SegmentSet {
    /// A bit for each segment; bits beyond the last are 0.
    pub(super) words: Vec<u64>,
    pub(super) segments: usize,
    /// Memory that finding the set took, kept for the next contact.
    pub(super) work: Work,
}

/// Memory to work in.
#[derive(Clone, Default)]
pub(super) struct Work {
    pub(super) slots: Vec<u64>,
    /// 0 or 1 for each leaf of the plan.
    pub(super) answers: Vec<u8>,
    /// A bit for each text that is named, for one list after the other.
    pub(super) present: Vec<u64>,
    pub(super) planes: Vec<u64>,
    /// A byte for each segment and whatever native code keeps on the way.
    #[cfg(feature = "jit")]
    pub(super) bytes: Vec<u8>,
}

impl PartialEq for SegmentSet {
    fn eq(&self, other: &Self) -> bool {
        self.segments == other.segments && self.words == other.words
    }
}

impl Eq for SegmentSet {}

impl fmt::Debug for SegmentSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl SegmentSet {
    /// How many segments the program has.
    pub fn segments(&self) -> usize {
        self.segments
    }

    /// Whether the contact belongs to the segment at this place of the program; false for a place that the program has not.
    pub fn contains(&self, segment: usize) -> bool {
        self.words
            .get(segment / 64)
            .is_some_and(|word| word >> (segment % 64) & 1 == 1)
    }

    /// The places of the segments that the contact belongs to, in the order of the program.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(index * 64 + bit)
            })
        })
    }

    /// How many segments the contact belongs to.
    pub fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }
}
