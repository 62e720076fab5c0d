//! Which of 64 numbers of eight bytes are greater than another: for what contacts gave to a population.

#[cfg(target_arch = "x86_64")]
use super::avx2::MoveMask;
use super::portable::{Gather, Multiply};
#[cfg(target_arch = "x86_64")]
use super::{WORDS_AHEAD, ask_for};
use crate::execute::Form;

/// A bit for each of at most 64 numbers that is greater than `than`. `form` must be one that the machine has: see [`Form::choose`].
pub(in crate::execute) fn greater(form: Form, numbers: &[i64], than: i64) -> u64 {
    let numbers = &numbers[..numbers.len().min(64)];
    match form {
        // SAFETY: the form was chosen among those of this machine.
        #[cfg(target_arch = "x86_64")]
        Form::Avx512 => unsafe { with_avx512(numbers, than) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Form::Avx2 => unsafe { with_avx2(numbers, than) },
        // SAFETY: plain Rust.
        _ => unsafe { plain::<Multiply>(numbers, than) },
    }
}

/// # Safety
/// The instructions of `G` exist on this machine.
#[inline(always)]
unsafe fn plain<G: Gather>(numbers: &[i64], than: i64) -> u64 {
    let mut bytes = [0u8; 64];
    for (byte, number) in bytes.iter_mut().zip(numbers) {
        *byte = u8::from(*number > than);
    }
    // SAFETY: passed on from the caller.
    unsafe { G::gather(&bytes) }
}

/// # Safety
/// The machine has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
unsafe fn with_avx2(numbers: &[i64], than: i64) -> u64 {
    // SAFETY: passed on from the caller.
    unsafe { plain::<MoveMask>(numbers, than) }
}

/// # Safety
/// The machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn with_avx512(numbers: &[i64], than: i64) -> u64 {
    use std::arch::x86_64::*;
    let than = _mm512_set1_epi64(than);
    let mut bits = 0;
    for (place, eight) in numbers.chunks(8).enumerate() {
        let present = u8::MAX >> (8 - eight.len());
        // What was given was written some time ago.
        ask_for(eight, WORDS_AHEAD);
        // SAFETY: no more numbers are read than are present.
        let eight = unsafe { _mm512_maskz_loadu_epi64(present, eight.as_ptr()) };
        let greater = _mm512_mask_cmpgt_epi64_mask(present, eight, than);
        bits |= u64::from(greater) << (place * 8);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_find_those_that_are_greater() {
        let numbers: Vec<i64> = (0..64)
            .map(|place: i64| match place % 5 {
                0 => i64::MIN + place / 5 * 2,
                1 => i64::MAX - place / 5 * 2,
                2 => 0,
                _ => place.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64),
            })
            .collect();
        for form in Form::available() {
            for rows in [0, 1, 7, 8, 9, 63, 64] {
                for than in [i64::MIN, -1, 0, 1, i64::MAX - 1, i64::MAX, numbers[3]] {
                    let expected = numbers[..rows]
                        .iter()
                        .enumerate()
                        .filter(|(_, number)| **number > than)
                        .fold(0, |bits, (place, _)| bits | 1u64 << place);
                    assert_eq!(greater(form, &numbers[..rows], than), expected, "{form:?}");
                }
            }
        }
    }
}
