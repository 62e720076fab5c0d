//! Whole masks: narrowed by each other, taken and counted.

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
