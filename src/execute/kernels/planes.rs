//! Truth tables of values that lie bit by bit: whole words of rows at once, by choosing between the answers for 0 and 1, bit after bit.

use super::{WORDS_AHEAD, ask_for};
use crate::execute::Form;

/// Planes of a column, at most.
const MOST_PLANES: usize = 4;

/// Narrows a mask to the rows whose value passes, and tells how many of its words still have a bit. A value's bits are those of the planes, the lowest
/// first, of which there are one to four; `passing` has a bit for each value. `form` must be one that the machine has: see [`Form::choose`].
pub(in crate::execute) fn narrow_planes(
    form: Form,
    planes: &[&[u64]],
    passing: u16,
    far: bool,
    mask: &mut [u64],
) -> usize {
    if far {
        for plane in planes {
            for word in (0..mask.len()).step_by(8) {
                ask_for(plane, word + WORDS_AHEAD);
            }
        }
    }
    match form {
        // SAFETY: the form was chosen among those of this machine.
        #[cfg(target_arch = "x86_64")]
        Form::Avx512 => unsafe { with_avx512(planes, passing, mask) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Form::Avx2 => unsafe { with_avx2(planes, passing, mask) },
        _ => plainly(planes, passing, mask),
    }
}

/// # Safety
/// The machine has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn with_avx2(planes: &[&[u64]], passing: u16, mask: &mut [u64]) -> usize {
    plainly(planes, passing, mask)
}

/// # Safety
/// The machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
unsafe fn with_avx512(planes: &[&[u64]], passing: u16, mask: &mut [u64]) -> usize {
    plainly(planes, passing, mask)
}

#[inline(always)]
fn plainly(planes: &[&[u64]], passing: u16, mask: &mut [u64]) -> usize {
    match *planes {
        [a] => each([a], passing, mask),
        [a, b] => each([a, b], passing, mask),
        [a, b, c] => each([a, b, c], passing, mask),
        [a, b, c, d] => each([a, b, c, d], passing, mask),
        _ => {
            debug_assert!(false, "one to {MOST_PLANES} planes");
            mask.fill(0);
            0
        }
    }
}

#[inline(always)]
fn each<const PLANES: usize>(planes: [&[u64]; PLANES], passing: u16, mask: &mut [u64]) -> usize {
    let planes = planes.map(|plane| &plane[..mask.len()]);
    let mut answers = [0u64; 1 << MOST_PLANES];
    for (value, answer) in answers.iter_mut().enumerate() {
        *answer = u64::from(passing >> value & 1).wrapping_neg();
    }
    let mut live = 0;
    for (place, mask) in mask.iter_mut().enumerate() {
        let mut answers = answers;
        for (plane, words) in planes.iter().enumerate() {
            let word = words[place];
            for value in 0..1 << (PLANES - 1 - plane) {
                answers[value] = answers[2 * value + 1] & word | answers[2 * value] & !word;
            }
        }
        *mask &= answers[0];
        live += u64::from(*mask != 0);
    }
    live as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::column::bits;

    #[test]
    fn all_forms_find_the_values_that_pass() {
        let word = |seed: u64| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) ^ seed;
        let planes: Vec<Vec<u64>> = (0..4u64)
            .map(|plane| {
                (0..19u64)
                    .map(|place| word(plane * 100 + place + 1))
                    .collect()
            })
            .collect();
        let before: Vec<u64> = (0..19u64)
            .map(|place| if place % 5 == 0 { 0 } else { word(place + 900) })
            .collect();
        for form in Form::available() {
            for count in 1..=4 {
                for passing in [0, 1, 0b10, 0b0110_1001, 0xbeef, 0xffff] {
                    for words in [0, 1, 8, 19] {
                        let planes: Vec<&[u64]> = planes[..count]
                            .iter()
                            .map(|plane| &plane[..words])
                            .collect();
                        let mut mask = before[..words].to_vec();
                        let live = narrow_planes(form, &planes, passing, words == 19, &mut mask);
                        for row in 0..words * 64 {
                            let bit = |plane: usize| u32::from(bits::get(planes[plane], row));
                            let value =
                                (0..count).fold(0, |value, plane| value | bit(plane) << plane);
                            let expected = bits::get(&before, row) && passing >> value & 1 == 1;
                            assert_eq!(
                                bits::get(&mask, row),
                                expected,
                                "{form:?} {count} {passing:b}"
                            );
                        }
                        assert_eq!(live, mask.iter().filter(|word| **word != 0).count());
                    }
                }
            }
        }
    }
}
