//! Masks combined into masks: "all of these" and "any of these", over whole blocks, without looking at what they hold. Where it is only asked how many
//! bits a mask has, they are counted while the mask is still in registers.

use super::Form;
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
    /// More than any place.
    masks: usize,
    /// More than anybody who asks.
    askers: usize,
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
        let (mut masks, mut askers) = (0, 0);
        for combination in combinations {
            steps.push(Step {
                all: combination.all,
                used: combination.used,
                asked: combination.asked,
                out: combination.out,
                first: operands.len() as u32,
                count: combination.operands.len() as u32,
            });
            masks = masks.max(combination.out as usize + 1);
            for operand in &combination.operands {
                operands.push(operand.mask << 1 | u32::from(operand.turned));
                masks = masks.max(operand.mask as usize + 1);
            }
            if let Some(asked) = combination.asked {
                askers = askers.max(asked.by as usize + 1);
            }
        }
        Self {
            steps,
            operands,
            masks,
            askers,
        }
    }

    pub(in crate::execute) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Makes masks; `masks` holds those of `stride` words each.
    pub(in crate::execute) fn make(
        &self,
        form: Form,
        which: Range<usize>,
        stride: usize,
        masks: &mut [u64],
    ) {
        self.run::<false>(form, which, stride, masks, &mut []);
    }

    /// Makes the masks that are used, and adds to the counts of those who ask. All bits of a mask count.
    pub(in crate::execute) fn count(
        &self,
        form: Form,
        which: Range<usize>,
        stride: usize,
        masks: &mut [u64],
        counts: &mut [u64],
    ) {
        assert!(self.askers <= counts.len());
        self.run::<true>(form, which, stride, masks, counts);
    }

    /// Who asks for the bits of a mask, and the place of the mask.
    pub(in crate::execute) fn asked(&self, combination: usize) -> Option<(Asked, usize)> {
        let step = &self.steps[combination];
        Some((step.asked?, step.out as usize))
    }

    fn run<const COUNT: bool>(
        &self,
        form: Form,
        which: Range<usize>,
        stride: usize,
        masks: &mut [u64],
        counts: &mut [u64],
    ) {
        assert!(stride.is_multiple_of(LANE_WORDS) && self.masks * stride <= masks.len());
        let work = Work {
            steps: &self.steps[which],
            operands: &self.operands,
            lanes: stride / LANE_WORDS,
            masks: masks.as_mut_ptr().cast(),
        };
        // SAFETY: all masks are there, which is borrowed for writing, and the form was chosen among those of this machine.
        unsafe {
            match form {
                #[cfg(target_arch = "x86_64")]
                Form::Avx512 if std::arch::is_x86_feature_detected!("avx512vpopcntdq") => {
                    with_avx512_counting::<COUNT>(work, counts);
                }
                #[cfg(target_arch = "x86_64")]
                Form::Avx512 => with_avx512::<COUNT>(work, counts),
                #[cfg(target_arch = "x86_64")]
                Form::Avx2 => with_avx2::<COUNT>(work, counts),
                _ => each::<COUNT>(work, counts),
            }
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
    masks: *mut Lane,
}

/// # Safety
/// As for [`each`], and the machine has AVX-512 with VPOPCNTDQ.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,avx2,popcnt")]
unsafe fn with_avx512_counting<const COUNT: bool>(work: Work<'_>, counts: &mut [u64]) {
    // SAFETY: passed on from the caller.
    unsafe { each::<COUNT>(work, counts) }
}

/// # Safety
/// As for [`each`], and the machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,popcnt")]
unsafe fn with_avx512<const COUNT: bool>(work: Work<'_>, counts: &mut [u64]) {
    // SAFETY: passed on from the caller.
    unsafe { each::<COUNT>(work, counts) }
}

/// # Safety
/// As for [`each`], and the machine has AVX2 and POPCNT.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
unsafe fn with_avx2<const COUNT: bool>(work: Work<'_>, counts: &mut [u64]) {
    // SAFETY: passed on from the caller.
    unsafe { each::<COUNT>(work, counts) }
}

/// # Safety
/// The masks of all steps and operands are there, for writing.
#[inline(always)]
unsafe fn each<const COUNT: bool>(work: Work<'_>, counts: &mut [u64]) {
    for step in work.steps {
        let operands = &work.operands[step.first as usize..][..step.count as usize];
        // SAFETY: passed on from the caller.
        let bits = unsafe {
            match (step.all, operands) {
                (true, [a]) => some::<COUNT, true, 1>(work, step, [*a]),
                (true, [a, b]) => some::<COUNT, true, 2>(work, step, [*a, *b]),
                (true, [a, b, c]) => some::<COUNT, true, 3>(work, step, [*a, *b, *c]),
                (true, [a, b, c, d]) => some::<COUNT, true, 4>(work, step, [*a, *b, *c, *d]),
                (true, [a, b, c, d, e]) => some::<COUNT, true, 5>(work, step, [*a, *b, *c, *d, *e]),
                (true, [a, b, c, d, e, f]) => {
                    some::<COUNT, true, 6>(work, step, [*a, *b, *c, *d, *e, *f])
                }
                (true, _) => many::<COUNT, true>(work, step, operands),
                (false, [a, b]) => some::<COUNT, false, 2>(work, step, [*a, *b]),
                (false, [a, b, c]) => some::<COUNT, false, 3>(work, step, [*a, *b, *c]),
                (false, _) => many::<COUNT, false>(work, step, operands),
            }
        };
        if COUNT && let Some(asked) = step.asked {
            counts[asked.by as usize] += match asked.turned {
                false => bits,
                true => (work.lanes * LANE_WORDS * 64) as u64 - bits,
            };
        }
    }
}

/// A few operands, whose addresses stay in registers. Gives the bits that are set, where somebody asks for them.
///
/// # Safety
/// As for [`each`].
#[inline(always)]
unsafe fn some<const COUNT: bool, const ALL: bool, const OPERANDS: usize>(
    work: Work<'_>,
    step: &Step,
    operands: [u32; OPERANDS],
) -> u64 {
    let mut bits = [0; LANE_WORDS];
    for lane in 0..work.lanes {
        let mut made = begun(ALL);
        let mut place = 0;
        while place < OPERANDS {
            // SAFETY: passed on from the caller.
            unsafe { join::<ALL>(&mut made, work, operands[place], lane) };
            place += 1;
        }
        // SAFETY: passed on from the caller.
        unsafe { finish::<COUNT>(work, step, lane, &made, &mut bits) };
    }
    sum(&bits)
}

/// The same of any number of operands.
///
/// # Safety
/// As for [`each`].
#[inline(always)]
unsafe fn many<const COUNT: bool, const ALL: bool>(
    work: Work<'_>,
    step: &Step,
    operands: &[u32],
) -> u64 {
    let mut bits = [0; LANE_WORDS];
    for lane in 0..work.lanes {
        let mut made = begun(ALL);
        for operand in operands {
            // SAFETY: passed on from the caller.
            unsafe { join::<ALL>(&mut made, work, *operand, lane) };
        }
        // SAFETY: passed on from the caller.
        unsafe { finish::<COUNT>(work, step, lane, &made, &mut bits) };
    }
    sum(&bits)
}

#[inline(always)]
fn begun(all: bool) -> Lane {
    [if all { u64::MAX } else { 0 }; LANE_WORDS]
}

/// # Safety
/// As for [`each`]; `operand` is one of those of a step, and the lane one of its mask.
#[inline(always)]
unsafe fn join<const ALL: bool>(made: &mut Lane, work: Work<'_>, operand: u32, lane: usize) {
    let flip = u64::from(operand & 1).wrapping_neg();
    // SAFETY: passed on from the caller.
    let words = unsafe { *work.masks.add((operand >> 1) as usize * work.lanes + lane) };
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

/// # Safety
/// As for [`each`]; the lane is one of the mask of the step.
#[inline(always)]
unsafe fn finish<const COUNT: bool>(
    work: Work<'_>,
    step: &Step,
    lane: usize,
    made: &Lane,
    bits: &mut Lane,
) {
    if !COUNT || step.used {
        // SAFETY: passed on from the caller.
        unsafe { *work.masks.add(step.out as usize * work.lanes + lane) = *made };
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
            combinations.make(form, 0..combinations.len(), stride, &mut masks);
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
                            combinations.count(form, 0..1, stride, &mut masks, &mut counts);
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
