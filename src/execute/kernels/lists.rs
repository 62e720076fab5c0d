//! From a mask over the elements of lists to a mask over the rows that own them: a row stays where one of its elements passes.
//!
//! 64 elements are done at once. With a 1 at every place but the last of each list, adding the passing elements carries into the place of the last exactly
//! where one before it passes, and never further. The bits at these places are then packed together and dealt out to the rows that have elements.

use super::Form;

/// The elements of a run of rows.
#[derive(Clone, Copy)]
pub(in crate::execute) struct Elements<'a> {
    /// Which elements pass; those of other rows do not.
    pub(in crate::execute) passing: &'a [u64],
    /// Which elements are the last of their list, in the same words; those of other rows are marked too.
    pub(in crate::execute) lasts: &'a [u64],
    /// The first element of the rows, as a bit of the first word.
    pub(in crate::execute) first: usize,
    /// The element behind their last.
    pub(in crate::execute) end: usize,
}

/// Narrows a mask to the rows of which an element passes. `filled` has a bit for each row that has elements; `packed` is scratch memory.
pub(in crate::execute) fn narrow_lists(
    form: Form,
    elements: Elements<'_>,
    filled: &[u64],
    mask: &mut [u64],
    packed: &mut Vec<u64>,
) {
    match form {
        // SAFETY: both forms are only chosen where BMI2 is there.
        #[cfg(target_arch = "x86_64")]
        Form::Avx2 | Form::Avx512 => unsafe { with_bmi2(elements, filled, mask, packed) },
        _ => narrow::<Plain>(elements, filled, mask, packed),
    }
}

/// Packing and dealing out bits.
trait Bits {
    /// The bits of `word` at the places of `places`, together at the low end.
    fn pack(word: u64, places: u64) -> u64;
    /// The low bits of `word`, at the places of `places`.
    fn deal(word: u64, places: u64) -> u64;
}

struct Plain;

impl Bits for Plain {
    fn pack(word: u64, mut places: u64) -> u64 {
        let (mut packed, mut next) = (0, 0);
        while places != 0 {
            packed |= (word >> places.trailing_zeros() & 1) << next;
            places &= places - 1;
            next += 1;
        }
        packed
    }

    fn deal(mut word: u64, mut places: u64) -> u64 {
        let mut dealt = 0;
        while places != 0 {
            dealt |= (word & 1) << places.trailing_zeros();
            places &= places - 1;
            word >>= 1;
        }
        dealt
    }
}

#[cfg(target_arch = "x86_64")]
struct Bmi2;

#[cfg(target_arch = "x86_64")]
impl Bits for Bmi2 {
    #[inline(always)]
    fn pack(word: u64, places: u64) -> u64 {
        // SAFETY: only `with_bmi2` uses this type.
        unsafe { std::arch::x86_64::_pext_u64(word, places) }
    }

    #[inline(always)]
    fn deal(word: u64, places: u64) -> u64 {
        // SAFETY: only `with_bmi2` uses this type.
        unsafe { std::arch::x86_64::_pdep_u64(word, places) }
    }
}

/// # Safety
/// The machine has BMI2 and POPCNT.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "bmi1,bmi2,popcnt")]
unsafe fn with_bmi2(
    elements: Elements<'_>,
    filled: &[u64],
    mask: &mut [u64],
    packed: &mut Vec<u64>,
) {
    narrow::<Bmi2>(elements, filled, mask, packed);
}

#[inline(always)]
fn narrow<B: Bits>(
    elements: Elements<'_>,
    filled: &[u64],
    mask: &mut [u64],
    packed: &mut Vec<u64>,
) {
    packed.clear();
    let (mut carry, mut open, mut held) = (0, 0u64, 0u32);
    for (word, (passing, lasts)) in elements.passing.iter().zip(elements.lasts).enumerate() {
        let inside = below(elements.end.saturating_sub(word * 64))
            & !below(elements.first.saturating_sub(word * 64));
        let (passing, lasts) = (passing & inside, lasts & inside);
        let (sum, over) = (!lasts).overflowing_add(passing & !lasts);
        let (sum, over_again) = sum.overflowing_add(carry);
        carry = u64::from(over | over_again);
        let bits = B::pack((sum | passing) & lasts, lasts);
        let number = lasts.count_ones();
        open |= bits << held;
        if held + number >= 64 {
            packed.push(open);
            open = if held == 0 { 0 } else { bits >> (64 - held) };
            held = held + number - 64;
        } else {
            held += number;
        }
    }
    packed.push(open);
    packed.push(0);
    let mut place = 0;
    for (mask, filled) in mask.iter_mut().zip(filled) {
        let (word, shift) = (place / 64, place % 64);
        let mut bits = packed[word] >> shift;
        if shift > 0 {
            bits |= packed[word + 1] << (64 - shift);
        }
        *mask &= B::deal(bits, *filled);
        place += filled.count_ones() as usize;
    }
}

/// The bits below a place.
#[inline(always)]
fn below(place: usize) -> u64 {
    if place >= 64 {
        u64::MAX
    } else {
        (1 << place) - 1
    }
}
