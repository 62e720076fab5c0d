//! Masks combined into masks: "all of these" and "any of these", over whole blocks, without looking at what they hold.

use super::Form;

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
}

/// Words that are worked on at once; the distance of masks is a multiple of it.
pub(in crate::execute) const LANE_WORDS: usize = 8;

/// Works out masks one after the other. `masks` holds masks of `stride` words each.
pub(in crate::execute) fn combine(
    form: Form,
    combinations: &[Combination],
    stride: usize,
    masks: &mut [u64],
) {
    assert!(stride.is_multiple_of(LANE_WORDS));
    match form {
        // SAFETY: the form was chosen among those of this machine.
        #[cfg(target_arch = "x86_64")]
        Form::Avx512 => unsafe { with_avx512(combinations, stride, masks) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Form::Avx2 => unsafe { with_avx2(combinations, stride, masks) },
        _ => each(combinations, stride, masks),
    }
}

/// # Safety
/// The machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
unsafe fn with_avx512(combinations: &[Combination], stride: usize, masks: &mut [u64]) {
    each(combinations, stride, masks);
}

/// # Safety
/// The machine has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn with_avx2(combinations: &[Combination], stride: usize, masks: &mut [u64]) {
    each(combinations, stride, masks);
}

#[inline(always)]
fn each(combinations: &[Combination], stride: usize, masks: &mut [u64]) {
    for combination in combinations {
        if combination.all {
            one::<true>(combination, stride, masks);
        } else {
            one::<false>(combination, stride, masks);
        }
    }
}

/// Two vectors at once, the longest first: what is made of operands stays in registers until all of them were read.
#[inline(always)]
fn one<const ALL: bool>(combination: &Combination, stride: usize, masks: &mut [u64]) {
    let mut word = 0;
    while word + 2 * LANE_WORDS <= stride {
        lanes::<ALL, { 2 * LANE_WORDS }>(combination, stride, word, masks);
        word += 2 * LANE_WORDS;
    }
    if word < stride {
        lanes::<ALL, LANE_WORDS>(combination, stride, word, masks);
    }
}

#[inline(always)]
fn lanes<const ALL: bool, const WORDS: usize>(
    combination: &Combination,
    stride: usize,
    word: usize,
    masks: &mut [u64],
) {
    let mut made = [if ALL { u64::MAX } else { 0 }; WORDS];
    for operand in &combination.operands {
        let flip = u64::from(operand.turned).wrapping_neg();
        let words = &masks[operand.mask as usize * stride + word..][..WORDS];
        for (made, word) in made.iter_mut().zip(words) {
            if ALL {
                *made &= word ^ flip;
            } else {
                *made |= word ^ flip;
            }
        }
    }
    masks[combination.out as usize * stride + word..][..WORDS].copy_from_slice(&made);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_combined_bit_by_bit() {
        let straight = |mask| Operand {
            mask,
            turned: false,
        };
        let turned = |mask| Operand { mask, turned: true };
        let combinations = [
            Combination {
                all: true,
                operands: [straight(0), turned(1)].into(),
                out: 2,
            },
            Combination {
                all: false,
                operands: [straight(2), turned(0), straight(1)].into(),
                out: 3,
            },
            Combination {
                all: false,
                operands: [turned(3)].into(),
                out: 4,
            },
            Combination {
                all: true,
                operands: [straight(2), straight(4)].into(),
                out: 3,
            },
        ];
        let stride = 24;
        let mut random = 0x5e9u64;
        let mut next = || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random
        };
        for form in Form::available() {
            let mut masks: Vec<u64> = (0..5 * stride).map(|_| next()).collect();
            let before = masks.clone();
            combine(form, &combinations, stride, &mut masks);
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
}
