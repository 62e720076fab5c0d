//! Whole masks: narrowed by each other, taken and counted.

use super::{LINE, WORDS_AHEAD, ask_for};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::execute::Form;
use crate::execute::column::bits;

/// Narrows a mask by another, turned over by `flip`, and tells how many of its words still have a bit. `form` must be one that the machine has: see
/// [`Form::choose`].
pub(in crate::execute) fn keep(form: Form, mask: &mut [u64], other: &[u64], flip: u64) -> usize {
    match form {
        // SAFETY: the form was chosen among those of this machine.
        #[cfg(target_arch = "x86_64")]
        Form::Avx512 => unsafe { keep_with_avx512(mask, other, flip) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Form::Avx2 => unsafe { keep_with_avx2(mask, other, flip) },
        _ => keep_plainly(mask, other, flip),
    }
}

#[inline(always)]
fn keep_plainly(mask: &mut [u64], other: &[u64], flip: u64) -> usize {
    let mut live = 0;
    for (mask, other) in mask.iter_mut().zip(other) {
        *mask &= other ^ flip;
        live += u64::from(*mask != 0);
    }
    live as usize
}

/// # Safety
/// The machine has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn keep_with_avx2(mask: &mut [u64], other: &[u64], flip: u64) -> usize {
    keep_plainly(mask, other, flip)
}

/// # Safety
/// The machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
unsafe fn keep_with_avx512(mask: &mut [u64], other: &[u64], flip: u64) -> usize {
    keep_plainly(mask, other, flip)
}

/// Narrows a mask to what any of the others has, together turned over by `flip`, and tells how many of its words still have a bit. Of the others there is a word
/// for each of the mask, and maybe more; with `far` those behind are asked for. `form` must be one that the machine has: see [`Form::choose`].
pub(in crate::execute) fn keep_any(
    form: Form,
    mask: &mut [u64],
    others: &[&[u64]],
    flip: u64,
    far: bool,
) -> usize {
    if let [other] = others {
        if far {
            for word in (0..mask.len()).step_by(LINE) {
                ask_for(other, word + WORDS_AHEAD);
            }
        }
        return keep(form, mask, other, flip);
    }
    match form {
        // SAFETY: the form was chosen among those of this machine.
        #[cfg(target_arch = "x86_64")]
        Form::Avx512 => unsafe { keep_any_with_avx512(mask, others, flip, far) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Form::Avx2 => unsafe { keep_any_with_avx2(mask, others, flip, far) },
        _ => keep_any_plainly(mask, others, flip, far),
    }
}

#[inline(always)]
// Lines go side by side, by place: closures of iterators are not always compiled with the instructions of a form.
fn keep_any_plainly(mask: &mut [u64], others: &[&[u64]], flip: u64, far: bool) -> usize {
    let words = mask.len();
    let (lines, rest) = mask.as_chunks_mut::<LINE>();
    let mut live = [0; LINE];
    for (line, mask) in lines.iter_mut().enumerate() {
        let mut any = [0; LINE];
        for other in others {
            if far {
                ask_for(other, line * LINE + WORDS_AHEAD);
            }
            let other = &other.as_chunks::<LINE>().0[line];
            for place in 0..LINE {
                any[place] |= other[place];
            }
        }
        for place in 0..LINE {
            mask[place] &= any[place] ^ flip;
            live[place] += u64::from(mask[place] != 0);
        }
    }
    let behind = words - rest.len();
    for place in 0..rest.len() {
        let mut any = 0;
        for other in others {
            any |= other[behind + place];
        }
        rest[place] &= any ^ flip;
        live[place] += u64::from(rest[place] != 0);
    }
    live.iter().sum::<u64>() as usize
}

/// # Safety
/// The machine has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn keep_any_with_avx2(mask: &mut [u64], others: &[&[u64]], flip: u64, far: bool) -> usize {
    keep_any_plainly(mask, others, flip, far)
}

/// # Safety
/// The machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
unsafe fn keep_any_with_avx512(mask: &mut [u64], others: &[&[u64]], flip: u64, far: bool) -> usize {
    keep_any_plainly(mask, others, flip, far)
}

/// Writes a mask, turned over by `flip` and without the bits beyond `rows`.
pub(in crate::execute) fn take(mask: &[u64], flip: u64, rows: usize, into: &mut [u64]) {
    for (into, word) in into.iter_mut().zip(mask) {
        *into = word ^ flip;
    }
    let words = into.len();
    if let Some(last) = into.last_mut() {
        *last &= bits::live(words - 1, rows);
    }
}

/// The number of bits that are set in a mask, turned over by `flip`, of which the bits beyond `rows` do not count.
pub(in crate::execute) fn count_turned(form: Form, mask: &[u64], flip: u64, rows: usize) -> u64 {
    let Some((last, whole)) = mask.split_last() else {
        return 0;
    };
    let rest = (last ^ flip) & bits::live(whole.len(), rows);
    let set = count(form, whole);
    let turned = match flip {
        0 => set,
        _ => whole.len() as u64 * 64 - set,
    };
    turned + u64::from(rest.count_ones())
}

/// The number of bits that are set.
pub(in crate::execute) fn count(form: Form, mask: &[u64]) -> u64 {
    match form {
        // SAFETY: the form was chosen among those of this machine, which has the instruction.
        #[cfg(target_arch = "x86_64")]
        Form::Avx512 if std::arch::is_x86_feature_detected!("avx512vpopcntdq") => unsafe {
            avx512::count(mask)
        },
        // SAFETY: the form was chosen among those of this machine.
        #[cfg(target_arch = "x86_64")]
        Form::Avx512 | Form::Avx2 => unsafe { avx2::count(mask) },
        _ => bits::count(mask),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_keeps_what_any_of_the_others_has() {
        let word = |of: u64, word: u64| {
            let mixed = (of * 64 + word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            mixed & mixed.rotate_left(17) & mixed.rotate_left(40)
        };
        let others: Vec<Vec<u64>> = (1..5)
            .map(|of| (0..40).map(|place| word(of, place)).collect())
            .collect();
        for form in Form::available() {
            for words in [0, 1, 7, 8, 9, 16, 37] {
                for (count, flip, far) in [
                    (0, 0, true),
                    (1, u64::MAX, false),
                    (4, 0, true),
                    (3, u64::MAX, true),
                ] {
                    let all: Vec<&[u64]> = others[..count].iter().map(|other| &other[..]).collect();
                    let before: Vec<u64> = (0..words).map(|place| !word(9, place)).collect();
                    let expected = bits::from_rows(before.len() * 64, |row| {
                        let any = all.iter().any(|other| bits::get(other, row));
                        bits::get(&before, row) && any == (flip == 0)
                    });
                    let mut mask = before;
                    let live = keep_any(form, &mut mask, &all, flip, far);
                    assert_eq!(mask, expected, "{form:?} {count}");
                    let left = mask.iter().filter(|word| **word != 0).count();
                    assert_eq!(live, left, "{form:?}");
                }
            }
        }
    }

    #[test]
    fn a_mask_keeps_what_the_other_has() {
        let before: Vec<u64> = (0..37u64)
            .map(|word| word.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .collect();
        let other: Vec<u64> = (0..37u64)
            .map(|word| if word % 3 == 0 { 0 } else { !(word << 7) })
            .collect();
        for form in Form::available() {
            for words in [0, 1, 7, 8, 9, 16, 37] {
                for flip in [0, u64::MAX] {
                    let mut mask = before[..words].to_vec();
                    let live = keep(form, &mut mask, &other[..words], flip);
                    for (place, word) in mask.iter().enumerate() {
                        assert_eq!(*word, before[place] & (other[place] ^ flip), "{form:?}");
                    }
                    assert_eq!(
                        live,
                        mask.iter().filter(|word| **word != 0).count(),
                        "{form:?}"
                    );
                }
            }
        }
    }
}
