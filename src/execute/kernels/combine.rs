//! Masks combined into masks: "all of these" and "any of these", over whole blocks, without looking at what they hold. Where it is only asked how many
//! bits a mask has, they are counted while the mask is still in registers.

use super::Form;
use std::cell::Cell;
use std::ops::Range;

/// A mask that takes part, straight or turned over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::execute) struct Operand {
    /// Its place among the masks of the block.
    pub(in crate::execute) mask: u32,
    pub(in crate::execute) turned: bool,
}

/// A mask that is made of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::execute) struct Combination {
    /// All of the operands, or any of them.
    pub(in crate::execute) all: bool,
    /// At least one.
    pub(in crate::execute) operands: Box<[Operand]>,
    /// The place that it gets, which is that of no operand.
    pub(in crate::execute) out: u32,
    /// Other combinations are made of it.
    pub(in crate::execute) used: bool,
    /// Somebody asks for its bits.
    pub(in crate::execute) asked: Option<Asked>,
}

/// Who asks for the bits of a mask, and whether it is for those that are not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::execute) struct Asked {
    pub(in crate::execute) by: u32,
    pub(in crate::execute) turned: bool,
}

/// Combinations that are made one after the other.
#[derive(Debug)]
pub(in crate::execute) struct Combinations {
    steps: Vec<Step>,
    /// Those of all steps: twice the place, and one more where the mask is turned over.
    operands: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    all: bool,
    used: bool,
    asked: Option<Asked>,
    out: u32,
    first: u32,
    count: u32,
}

/// Words that are worked on at once; the distance of masks is a multiple of it.
pub(in crate::execute) const LANE_WORDS: usize = 8;

type Lane = [u64; LANE_WORDS];

impl Combinations {
    pub(in crate::execute) fn new(combinations: &[Combination]) -> Self {
        let (mut steps, mut operands) = (Vec::with_capacity(combinations.len()), Vec::new());
        for combination in combinations {
            steps.push(Step {
                all: combination.all,
                used: combination.used,
                asked: combination.asked,
                out: combination.out,
                first: operands.len() as u32,
                count: combination.operands.len() as u32,
            });
            for operand in &combination.operands {
                operands.push(operand.mask << 1 | u32::from(operand.turned));
            }
        }
        Self { steps, operands }
    }

    pub(in crate::execute) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Who asks for the bits of a mask, and the place of the mask.
    pub(in crate::execute) fn asked(&self, combination: usize) -> Option<(Asked, usize)> {
        let step = &self.steps[combination];
        Some((step.asked?, step.out as usize))
    }

    /// Makes masks; `masks` holds those of `stride` words each. With `counts` only those that are used are made, and who asks for the bits of one has their
    /// number added to the count that is theirs: all bits, those of rows that are not there as well.
    pub(in crate::execute) fn run(
        &self,
        form: Form,
        which: Range<usize>,
        stride: usize,
        masks: &mut [u64],
        counts: Option<&mut [u64]>,
    ) {
        let (lanes, rest) = masks.as_chunks_mut();
        assert!(stride.is_multiple_of(LANE_WORDS) && rest.is_empty());
        let work = Work {
            steps: &self.steps[which],
            operands: &self.operands,
            lanes: stride / LANE_WORDS,
            masks: Cell::from_mut(lanes).as_slice_of_cells(),
        };
        match counts {
            Some(counts) => work.each_in::<true>(form, counts),
            None => work.each_in::<false>(form, &mut []),
        }
    }
}

/// Steps, and where their masks lie.
#[derive(Clone, Copy)]
struct Work<'a> {
    steps: &'a [Step],
    operands: &'a [u32],
    /// How many of each mask.
    lanes: usize,
    masks: &'a [Cell<Lane>],
}

/// # Safety
/// The machine has AVX-512 with VPOPCNTDQ.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,avx2,popcnt")]
unsafe fn with_avx512_counting<const COUNT: bool>(work: Work<'_>, counts: &mut [u64]) {
    work.each::<COUNT>(counts);
}

/// # Safety
/// The machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,popcnt")]
unsafe fn with_avx512<const COUNT: bool>(work: Work<'_>, counts: &mut [u64]) {
    work.each::<COUNT>(counts);
}

/// # Safety
/// The machine has AVX2 and POPCNT.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
unsafe fn with_avx2<const COUNT: bool>(work: Work<'_>, counts: &mut [u64]) {
    work.each::<COUNT>(counts);
}

impl<'a> Work<'a> {
    fn each_in<const COUNT: bool>(self, form: Form, counts: &mut [u64]) {
        match form {
            // SAFETY: the form was chosen among those of this machine, which has the instruction.
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 if std::arch::is_x86_feature_detected!("avx512vpopcntdq") => unsafe {
                with_avx512_counting::<COUNT>(self, counts);
            },
            // SAFETY: the form was chosen among those of this machine.
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 => unsafe { with_avx512::<COUNT>(self, counts) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => unsafe { with_avx2::<COUNT>(self, counts) },
            _ => self.each::<COUNT>(counts),
        }
    }

    #[inline(always)]
    fn each<const COUNT: bool>(self, counts: &mut [u64]) {
        for step in self.steps {
            let operands = &self.operands[step.first as usize..][..step.count as usize];
            let bits = match step.all {
                true => self.joined::<COUNT, true>(step, operands),
                false => self.joined::<COUNT, false>(step, operands),
            };
            if COUNT && let Some(asked) = step.asked {
                counts[asked.by as usize] += match asked.turned {
                    false => bits,
                    true => (self.lanes * LANE_WORDS * 64) as u64 - bits,
                };
            }
        }
    }

    #[inline(always)]
    fn joined<const COUNT: bool, const ALL: bool>(self, step: &Step, operands: &[u32]) -> u64 {
        // The masks of a few operands are looked for once, not once a lane.
        match *operands {
            [a] => self.some::<COUNT, ALL, 1>(step, [a]),
            [a, b] => self.some::<COUNT, ALL, 2>(step, [a, b]),
            [a, b, c] => self.some::<COUNT, ALL, 3>(step, [a, b, c]),
            [a, b, c, d] => self.some::<COUNT, ALL, 4>(step, [a, b, c, d]),
            [a, b, c, d, e] => self.some::<COUNT, ALL, 5>(step, [a, b, c, d, e]),
            [a, b, c, d, e, f] => self.some::<COUNT, ALL, 6>(step, [a, b, c, d, e, f]),
            _ => self.many::<COUNT, ALL>(step, operands),
        }
    }

    /// Gives the bits that are set, where they are counted.
    #[inline(always)]
    fn some<const COUNT: bool, const ALL: bool, const OPERANDS: usize>(
        self,
        step: &Step,
        operands: [u32; OPERANDS],
    ) -> u64 {
        let mut masks: [&[Cell<Lane>]; OPERANDS] = [&[]; OPERANDS];
        let mut place = 0;
        while place < OPERANDS {
            masks[place] = self.mask(operands[place] >> 1);
            place += 1;
        }
        let out = self.mask(step.out);
        let mut bits = [0; LANE_WORDS];
        for lane in 0..self.lanes {
            let mut made = begun(ALL);
            let mut place = 0;
            while place < OPERANDS {
                join::<ALL>(&mut made, masks[place][lane].get(), operands[place]);
                place += 1;
            }
            finish::<COUNT>(step, &out[lane], made, &mut bits);
        }
        sum(&bits)
    }

    /// The same of any number of operands.
    #[inline(always)]
    fn many<const COUNT: bool, const ALL: bool>(self, step: &Step, operands: &[u32]) -> u64 {
        let out = self.mask(step.out);
        let mut bits = [0; LANE_WORDS];
        for (lane, out) in out.iter().enumerate() {
            let mut made = begun(ALL);
            for operand in operands {
                join::<ALL>(&mut made, self.mask(operand >> 1)[lane].get(), *operand);
            }
            finish::<COUNT>(step, out, made, &mut bits);
        }
        sum(&bits)
    }

    #[inline(always)]
    fn mask(self, place: u32) -> &'a [Cell<Lane>] {
        &self.masks[place as usize * self.lanes..][..self.lanes]
    }
}

#[inline(always)]
fn begun(all: bool) -> Lane {
    [if all { u64::MAX } else { 0 }; LANE_WORDS]
}

#[inline(always)]
fn join<const ALL: bool>(made: &mut Lane, words: Lane, operand: u32) {
    let flip = u64::from(operand & 1).wrapping_neg();
    let mut word = 0;
    while word < LANE_WORDS {
        if ALL {
            made[word] &= words[word] ^ flip;
        } else {
            made[word] |= words[word] ^ flip;
        }
        word += 1;
    }
}

#[inline(always)]
fn finish<const COUNT: bool>(step: &Step, out: &Cell<Lane>, made: Lane, bits: &mut Lane) {
    if !COUNT || step.used {
        out.set(made);
    }
    if COUNT {
        let mut word = 0;
        while word < LANE_WORDS {
            bits[word] += u64::from(made[word].count_ones());
            word += 1;
        }
    }
}

#[inline(always)]
fn sum(bits: &Lane) -> u64 {
    let mut sum = 0;
    let mut word = 0;
    while word < LANE_WORDS {
        sum += bits[word];
        word += 1;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn straight(mask: u32) -> Operand {
        Operand {
            mask,
            turned: false,
        }
    }

    fn turned(mask: u32) -> Operand {
        Operand { mask, turned: true }
    }

    fn random(count: usize) -> Vec<u64> {
        let mut random = 0x5e9u64;
        let next = |_| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random
        };
        (0..count).map(next).collect()
    }

    #[test]
    fn masks_are_combined_bit_by_bit() {
        let combination = |all, operands: &[Operand], out| Combination {
            all,
            operands: operands.into(),
            out,
            used: true,
            asked: None,
        };
        let combinations = [
            combination(true, &[straight(0), turned(1)], 2),
            combination(false, &[straight(2), turned(0), straight(1)], 3),
            combination(false, &[turned(3)], 4),
            combination(true, &[straight(2), straight(4)], 3),
        ];
        let combinations = Combinations::new(&combinations);
        let stride = 24;
        for form in Form::available() {
            let mut masks = random(5 * stride);
            let before = masks.clone();
            combinations.run(form, 0..combinations.len(), stride, &mut masks, None);
            for word in 0..stride {
                let at = |mask: usize| masks[mask * stride + word];
                let (a, b) = (before[word], before[stride + word]);
                assert_eq!((at(0), at(1)), (a, b), "{form:?}");
                assert_eq!(at(2), a & !b, "{form:?}");
                let any = at(2) | !a | b;
                assert_eq!(at(4), !any, "{form:?}");
                // The last one took the place of one that is used no more.
                assert_eq!(at(3), at(2) & at(4), "{form:?}");
            }
        }
    }

    #[test]
    fn bits_are_counted_of_as_many_operands_as_there_are() {
        let (leaves, stride) = (9u32, 16);
        let before = random(leaves as usize * stride);
        for all in [true, false] {
            for count in 1..=leaves {
                for asked_turned in [true, false] {
                    for used in [true, false] {
                        let operands = (0..count).map(|mask| Operand {
                            mask,
                            turned: mask % 2 == 1,
                        });
                        let combinations = Combinations::new(&[Combination {
                            all,
                            operands: operands.collect(),
                            out: leaves,
                            used,
                            asked: Some(Asked {
                                by: 1,
                                turned: asked_turned,
                            }),
                        }]);
                        let bit = |row: usize| {
                            let one = |mask: u32| {
                                let word = before[mask as usize * stride + row / 64];
                                (word >> (row % 64) & 1 == 1) != (mask % 2 == 1)
                            };
                            match all {
                                true => (0..count).all(one),
                                false => (0..count).any(one),
                            }
                        };
                        let rows = 0..stride * 64;
                        let expected = rows.filter(|row| bit(*row) != asked_turned).count();
                        for form in Form::available() {
                            let mut masks = before.clone();
                            masks.resize(before.len() + stride, 7);
                            let mut counts = [5, 100];
                            combinations.run(form, 0..1, stride, &mut masks, Some(&mut counts));
                            assert_eq!(counts, [5, 100 + expected as u64], "{form:?}");
                            assert_eq!(masks[..before.len()], before);
                            for (row, word) in masks[before.len()..].iter().enumerate() {
                                let set = (0..64).filter(|of| bit(row * 64 + of));
                                let made = set.fold(0, |word, of| word | 1 << of);
                                assert_eq!(*word, if used { made } else { 7 }, "{form:?}");
                            }
                        }
                    }
                }
            }
        }
    }
}
