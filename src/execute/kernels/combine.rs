//! Masks combined into masks: "all of these" and "any of these", over whole blocks, without looking at what they hold.

use super::Form;

/// A mask that takes part, straight or turned over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::execute) struct Operand {
    /// Its place among the masks of the block.
    pub(in crate::execute) mask: u32,
    pub(in crate::execute) turned: bool,
}

/// A mask that is made of others before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::execute) struct Combination {
    /// All of the operands, or any of them.
    pub(in crate::execute) all: bool,
    /// At least one.
    pub(in crate::execute) operands: Box<[Operand]>,
}

/// Words that are worked on at once; the distance of masks is a multiple of it.
pub(in crate::execute) const LANE_WORDS: usize = 8;

/// Works out masks one after the other. `masks` holds `first` masks of `stride` words each, and behind them has room for those of the combinations, which
/// name no mask behind their own.
pub(in crate::execute) fn combine(
    form: Form,
    combinations: &[Combination],
    first: usize,
    stride: usize,
    masks: &mut [u64],
) {
    assert!(stride.is_multiple_of(LANE_WORDS));
    match form {
        // SAFETY: the form was chosen among those of this machine.
        #[cfg(target_arch = "x86_64")]
        Form::Avx512 => unsafe { with_avx512(combinations, first, stride, masks) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Form::Avx2 => unsafe { with_avx2(combinations, first, stride, masks) },
        _ => each(combinations, first, stride, masks),
    }
}

/// # Safety
/// The machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
unsafe fn with_avx512(
    combinations: &[Combination],
    first: usize,
    stride: usize,
    masks: &mut [u64],
) {
    each(combinations, first, stride, masks);
}

/// # Safety
/// The machine has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn with_avx2(combinations: &[Combination], first: usize, stride: usize, masks: &mut [u64]) {
    each(combinations, first, stride, masks);
}

#[inline(always)]
fn each(combinations: &[Combination], first: usize, stride: usize, masks: &mut [u64]) {
    for (place, combination) in combinations.iter().enumerate() {
        let (made, out) = masks.split_at_mut((first + place) * stride);
        let out = &mut out[..stride];
        if combination.all {
            one::<true>(&combination.operands, made, out);
        } else {
            one::<false>(&combination.operands, made, out);
        }
    }
}

#[inline(always)]
fn one<const ALL: bool>(operands: &[Operand], made: &[u64], out: &mut [u64]) {
    let stride = out.len();
    for (chunk, out) in out.as_chunks_mut::<LANE_WORDS>().0.iter_mut().enumerate() {
        let mut lane = [if ALL { u64::MAX } else { 0 }; LANE_WORDS];
        for operand in operands {
            let start = operand.mask as usize * stride + chunk * LANE_WORDS;
            let Some(words) = made[start..].first_chunk::<LANE_WORDS>() else {
                continue;
            };
            let flip = if operand.turned { u64::MAX } else { 0 };
            for (lane, word) in lane.iter_mut().zip(words) {
                if ALL {
                    *lane &= word ^ flip;
                } else {
                    *lane |= word ^ flip;
                }
            }
        }
        *out = lane;
    }
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
            },
            Combination {
                all: false,
                operands: [straight(2), turned(0), straight(1)].into(),
            },
            Combination {
                all: false,
                operands: [turned(3)].into(),
            },
            Combination {
                all: true,
                operands: [straight(2), straight(3), straight(4)].into(),
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
            let mut masks: Vec<u64> = (0..6 * stride).map(|_| next()).collect();
            let before = masks.clone();
            combine(form, &combinations, 2, stride, &mut masks);
            for word in 0..stride {
                let at = |mask: usize| masks[mask * stride + word];
                let (a, b) = (before[word], before[stride + word]);
                assert_eq!((at(0), at(1)), (a, b), "{form:?}");
                assert_eq!(at(2), a & !b, "{form:?}");
                assert_eq!(at(3), at(2) | !a | b, "{form:?}");
                assert_eq!(at(4), !at(3), "{form:?}");
                assert_eq!(at(5), at(2) & at(3) & at(4), "{form:?}");
            }
        }
    }
}
