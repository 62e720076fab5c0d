//! Comparisons of whole 256-bit vectors: each number becomes as many bits, all of them set where it passes, and 64 of those are packed into a word.

use super::Constants;
use super::drive::Word;
use std::arch::x86_64::*;

/// A test of a vector of numbers that are all of one width.
trait Passes: Copy {
    /// The bytes of a number.
    const WIDTH: usize;
    /// Whether the numbers are told that fail.
    const FAILS: bool;

    /// All bits of each number that passes (or fails), none of the others.
    ///
    /// # Safety
    /// The machine has AVX2.
    unsafe fn passes(self, numbers: __m256i) -> __m256i;
}

/// One bit for each of 64 numbers.
///
/// # Safety
/// They can be read, and the machine has AVX2.
#[inline(always)]
unsafe fn bits<P: Passes>(data: *const u8, test: P) -> u64 {
    // SAFETY: passed on from the caller.
    unsafe {
        let (low, high) = match P::WIDTH {
            1 => (vector(data, test, 0), vector(data, test, 1)),
            2 => (of_two(data, test, 0), of_two(data, test, 2)),
            4 => (of_four(data, test, 0), of_four(data, test, 4)),
            _ => (of_eight(data, test, 0), of_eight(data, test, 8)),
        };
        let (low, high) = (_mm256_movemask_epi8(low), _mm256_movemask_epi8(high));
        let bits = u64::from(low as u32) | u64::from(high as u32) << 32;
        if P::FAILS { !bits } else { bits }
    }
}

/// What passes of the vector at a place.
///
/// # Safety
/// It can be read, and the machine has AVX2.
#[inline(always)]
unsafe fn vector<P: Passes>(data: *const u8, test: P, place: usize) -> __m256i {
    // SAFETY: passed on from the caller.
    unsafe { test.passes(_mm256_loadu_si256(data.add(32 * place).cast())) }
}

/// A byte for each of 32 numbers of two bytes, from the vector at a place on.
///
/// # Safety
/// They can be read, and the machine has AVX2.
#[inline(always)]
unsafe fn of_two<P: Passes>(data: *const u8, test: P, place: usize) -> __m256i {
    // SAFETY: passed on from the caller.
    unsafe {
        let (one, two) = (vector(data, test, place), vector(data, test, place + 1));
        // Halves of vectors are packed each for itself.
        _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(one, two))
    }
}

/// The same of four bytes.
///
/// # Safety
/// They can be read, and the machine has AVX2.
#[inline(always)]
unsafe fn of_four<P: Passes>(data: *const u8, test: P, place: usize) -> __m256i {
    // SAFETY: passed on from the caller.
    unsafe {
        let one = _mm256_packs_epi32(vector(data, test, place), vector(data, test, place + 1));
        let two = _mm256_packs_epi32(vector(data, test, place + 2), vector(data, test, place + 3));
        let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
        _mm256_permutevar8x32_epi32(_mm256_packs_epi16(one, two), order)
    }
}

/// The same of eight bytes.
///
/// # Safety
/// They can be read, and the machine has AVX2.
#[inline(always)]
unsafe fn of_eight<P: Passes>(data: *const u8, test: P, place: usize) -> __m256i {
    // SAFETY: passed on from the caller.
    unsafe {
        let one = _mm256_packs_epi32(halves(data, test, place), halves(data, test, place + 2));
        let two = _mm256_packs_epi32(halves(data, test, place + 4), halves(data, test, place + 6));
        // Two numbers of each vector lie in the lower half, and two in the upper.
        let bytes = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(one, two));
        #[rustfmt::skip]
        let order = _mm256_setr_epi8(
            0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15,
            0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15,
        );
        _mm256_shuffle_epi8(bytes, order)
    }
}

/// Half of each of eight numbers of eight bytes.
///
/// # Safety
/// They can be read, and the machine has AVX2.
#[inline(always)]
unsafe fn halves<P: Passes>(data: *const u8, test: P, place: usize) -> __m256i {
    // SAFETY: passed on from the caller.
    unsafe {
        let one = _mm256_castsi256_ps(vector(data, test, place));
        let two = _mm256_castsi256_ps(vector(data, test, place + 1));
        _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(one, two))
    }
}

/// Ranges and sets of numbers that have the bits of an unsigned type. `fails` is that of the range.
macro_rules! comparisons {
    ($range:ident, $set:ident, $equal:ident, $bits:ty, $splat:ident, $within:ident, $fails:literal, $same:ident) => {
        /// From one number to another.
        #[derive(Clone, Copy)]
        pub(super) struct $range {
            first: __m256i,
            second: __m256i,
        }

        impl Passes for $range {
            const WIDTH: usize = size_of::<$bits>();
            const FAILS: bool = $fails;

            #[inline(always)]
            unsafe fn passes(self, numbers: __m256i) -> __m256i {
                // SAFETY: passed on from the caller.
                unsafe { $within(numbers, self.first, self.second) }
            }
        }

        impl Word for $range {
            const WIDTH: usize = size_of::<$bits>();

            #[inline(always)]
            unsafe fn new(constants: &Constants) -> Self {
                let (first, second) = (constants.low as $bits, constants.span as $bits);
                // SAFETY: passed on from the caller.
                unsafe {
                    Self {
                        first: $splat(first as _),
                        second: $splat(second as _),
                    }
                }
            }

            #[inline(always)]
            unsafe fn word(self, data: *const u8, _: &Constants) -> u64 {
                // SAFETY: passed on from the caller.
                unsafe { bits(data, self) }
            }
        }

        /// One number.
        #[derive(Clone, Copy)]
        struct $equal(__m256i);

        impl Passes for $equal {
            const WIDTH: usize = size_of::<$bits>();
            const FAILS: bool = false;

            #[inline(always)]
            unsafe fn passes(self, numbers: __m256i) -> __m256i {
                // SAFETY: passed on from the caller.
                unsafe { $same(numbers, self.0) }
            }
        }

        /// Any of some numbers.
        #[derive(Clone, Copy)]
        pub(super) struct $set;

        impl Word for $set {
            const WIDTH: usize = size_of::<$bits>();

            #[inline(always)]
            unsafe fn new(_: &Constants) -> Self {
                Self
            }

            #[inline(always)]
            unsafe fn word(self, data: *const u8, constants: &Constants) -> u64 {
                let mut word = 0;
                for member in &constants.set {
                    // SAFETY: passed on from the caller.
                    word |= unsafe { bits(data, $equal($splat(*member as $bits as _))) };
                }
                word
            }
        }
    };
}
comparisons!(
    Range8,
    Set8,
    Equal8,
    u8,
    _mm256_set1_epi8,
    within_8,
    false,
    _mm256_cmpeq_epi8
);
comparisons!(
    Range16,
    Set16,
    Equal16,
    u16,
    _mm256_set1_epi16,
    within_16,
    false,
    _mm256_cmpeq_epi16
);
comparisons!(
    Range32,
    Set32,
    Equal32,
    u32,
    _mm256_set1_epi32,
    within_32,
    false,
    _mm256_cmpeq_epi32
);
comparisons!(
    Range64,
    Set64,
    Equal64,
    u64,
    _mm256_set1_epi64x,
    beyond_64,
    true,
    _mm256_cmpeq_epi64
);
comparisons!(
    RangeF32,
    SetF32,
    EqualF32,
    u32,
    _mm256_set1_epi32,
    within_f32,
    false,
    same_f32
);
comparisons!(
    RangeF64,
    SetF64,
    EqualF64,
    u64,
    _mm256_set1_epi64x,
    within_f64,
    false,
    same_f64
);

/// Both edges of a range of whole numbers are told by one comparison without signs: of how far a number lies behind the first.
macro_rules! within {
    ($within:ident, $subtract:ident, $least:ident, $equal:ident) => {
        /// # Safety
        /// The machine has AVX2.
        #[inline(always)]
        unsafe fn $within(numbers: __m256i, first: __m256i, span: __m256i) -> __m256i {
            // SAFETY: passed on from the caller.
            unsafe {
                let behind = $subtract(numbers, first);
                $equal($least(behind, span), behind)
            }
        }
    };
}
within!(
    within_8,
    _mm256_sub_epi8,
    _mm256_min_epu8,
    _mm256_cmpeq_epi8
);
within!(
    within_16,
    _mm256_sub_epi16,
    _mm256_min_epu16,
    _mm256_cmpeq_epi16
);
within!(
    within_32,
    _mm256_sub_epi32,
    _mm256_min_epu32,
    _mm256_cmpeq_epi32
);

/// Those that lie beyond the range. Numbers of eight bytes are compared with signs alone, which is the same where both are moved by half of them all.
///
/// # Safety
/// The machine has AVX2.
#[inline(always)]
unsafe fn beyond_64(numbers: __m256i, first: __m256i, span: __m256i) -> __m256i {
    // SAFETY: passed on from the caller.
    unsafe {
        let half = _mm256_set1_epi64x(i64::MIN);
        let behind = _mm256_sub_epi64(numbers, _mm256_xor_si256(first, half));
        _mm256_cmpgt_epi64(behind, _mm256_xor_si256(span, half))
    }
}

/// Floating-point numbers: what is no number is within no range and the same as none.
macro_rules! floats {
    ($within:ident, $same:ident, $from_bits:ident, $to_bits:ident, $compare:ident, $and:ident) => {
        /// # Safety
        /// The machine has AVX2.
        #[inline(always)]
        unsafe fn $within(numbers: __m256i, low: __m256i, high: __m256i) -> __m256i {
            // SAFETY: passed on from the caller.
            unsafe {
                let numbers = $from_bits(numbers);
                let from_low = $compare::<_CMP_GE_OQ>(numbers, $from_bits(low));
                let to_high = $compare::<_CMP_LE_OQ>(numbers, $from_bits(high));
                $to_bits($and(from_low, to_high))
            }
        }

        /// # Safety
        /// The machine has AVX2.
        #[inline(always)]
        unsafe fn $same(numbers: __m256i, number: __m256i) -> __m256i {
            // SAFETY: passed on from the caller.
            unsafe {
                $to_bits($compare::<_CMP_EQ_OQ>(
                    $from_bits(numbers),
                    $from_bits(number),
                ))
            }
        }
    };
}
floats!(
    within_f32,
    same_f32,
    _mm256_castsi256_ps,
    _mm256_castps_si256,
    _mm256_cmp_ps,
    _mm256_and_ps
);
floats!(
    within_f64,
    same_f64,
    _mm256_castsi256_pd,
    _mm256_castpd_si256,
    _mm256_cmp_pd,
    _mm256_and_pd
);
