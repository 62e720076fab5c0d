//! Tests of one contact whose values lie in a block of slots, one after the other: what native code is made of, and what it means.

/// Words of a slot: the value (a number, or the bits of a float), then 1 where it is known and 0 where not.
pub(crate) const SLOT_WORDS: usize = 2;

/// A test of a slot. `at` is a place in the block of fixed numbers, which differs from run to run while the code stays.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RowTest {
    /// The same for every contact: the word at this place.
    Fixed {
        at: usize,
    },
    Missing {
        slot: usize,
    },
    /// Known, and 1 or 0 as `value` says.
    Boolean {
        slot: usize,
        value: bool,
    },
    /// Known, and less than the second word above the first.
    Whole {
        slot: usize,
        at: usize,
    },
    /// Known, and no less than the first word and no greater than the second, as floats.
    Float {
        slot: usize,
        at: usize,
    },
    /// Known, and one of these.
    WholeOneOf {
        slot: usize,
        numbers: Vec<i64>,
    },
    /// Known, and one of these floats.
    FloatOneOf {
        slot: usize,
        numbers: Vec<f64>,
    },
}

impl RowTest {
    /// Whether the test holds: the meaning that native code keeps.
    pub(crate) fn holds(&self, slots: &[u64], block: &[u64]) -> bool {
        let value = |slot: &usize| slots[slot * SLOT_WORDS];
        let known = |slot: &usize| slots[slot * SLOT_WORDS + 1] == 1;
        match self {
            RowTest::Fixed { at } => block[*at] == 1,
            RowTest::Missing { slot } => !known(slot),
            RowTest::Boolean {
                slot,
                value: wanted,
            } => known(slot) && (value(slot) == 1) == *wanted,
            RowTest::Whole { slot, at } => {
                known(slot) && value(slot).wrapping_sub(block[*at]) < block[at + 1]
            }
            RowTest::Float { slot, at } => {
                let number = f64::from_bits(value(slot));
                known(slot)
                    && number >= f64::from_bits(block[*at])
                    && number <= f64::from_bits(block[at + 1])
            }
            RowTest::WholeOneOf { slot, numbers } => {
                known(slot) && numbers.contains(&(value(slot) as i64))
            }
            RowTest::FloatOneOf { slot, numbers } => {
                known(slot) && numbers.contains(&f64::from_bits(value(slot)))
            }
        }
    }

    /// The slot that is read.
    pub(crate) fn slot(&self) -> Option<usize> {
        match self {
            RowTest::Fixed { .. } => None,
            RowTest::Missing { slot }
            | RowTest::Boolean { slot, .. }
            | RowTest::Whole { slot, .. }
            | RowTest::Float { slot, .. }
            | RowTest::WholeOneOf { slot, .. }
            | RowTest::FloatOneOf { slot, .. } => Some(*slot),
        }
    }

    /// How many words of the block are read, from which place on.
    pub(crate) fn block_words(&self) -> std::ops::Range<usize> {
        match self {
            RowTest::Fixed { at } => *at..at + 1,
            RowTest::Whole { at, .. } | RowTest::Float { at, .. } => *at..at + 2,
            RowTest::Missing { .. }
            | RowTest::Boolean { .. }
            | RowTest::WholeOneOf { .. }
            | RowTest::FloatOneOf { .. } => 0..0,
        }
    }
}
