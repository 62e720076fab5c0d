//! Tests with 512-bit vectors: a comparison leaves its bits in a mask register, as they are wanted.

use super::avx2::MoveMask;
use super::drive::{CallTogether, Word, drive, drive_together};
use super::portable::{Range, Set};
use super::{Call, Constants, Functions, Kernel, held};
use std::arch::x86_64::*;

/// Loads a vector of 64 bytes.
///
/// # Safety
/// They can be read, and the machine has AVX-512.
#[inline(always)]
pub(super) unsafe fn load(data: *const u8, vector: usize) -> __m512i {
    // SAFETY: passed on from the caller.
    unsafe { _mm512_loadu_si512(data.add(vector * 64).cast()) }
}

/// A range and a set of whole numbers of one width, as comparisons of whole vectors.
macro_rules! integers {
    ($range:ident, $set:ident, $width:literal, $number:ty, $splat:ident, $subtract:ident, $at_most:ident, $equal:ident) => {
        #[derive(Clone, Copy)]
        struct $range {
            low: __m512i,
            span: __m512i,
        }

        impl Word for $range {
            const WIDTH: usize = $width;

            #[inline(always)]
            unsafe fn new(constants: &Constants) -> Self {
                // SAFETY: the caller made sure of AVX-512.
                unsafe {
                    Self {
                        low: $splat(constants.low as $number),
                        span: $splat(constants.span as $number),
                    }
                }
            }

            #[inline(always)]
            unsafe fn word(self, data: *const u8, _: &Constants) -> u64 {
                let mut word = 0;
                for vector in 0..$width {
                    // SAFETY: 64 numbers are there; the caller made sure of AVX-512.
                    let bits =
                        unsafe { $at_most($subtract(load(data, vector), self.low), self.span) };
                    word |= u64::from(bits) << (vector * (64 / $width));
                }
                word
            }
        }

        #[derive(Clone, Copy)]
        struct $set;

        impl Word for $set {
            const WIDTH: usize = $width;

            #[inline(always)]
            unsafe fn new(_: &Constants) -> Self {
                Self
            }

            #[inline(always)]
            unsafe fn word(self, data: *const u8, constants: &Constants) -> u64 {
                let mut word = 0;
                for vector in 0..$width {
                    // SAFETY: 64 numbers are there; the caller made sure of AVX-512.
                    let bits = unsafe {
                        let numbers = load(data, vector);
                        let mut bits = 0;
                        for member in &constants.set {
                            bits |= $equal(numbers, $splat(*member as $number));
                        }
                        bits
                    };
                    word |= u64::from(bits) << (vector * (64 / $width));
                }
                word
            }
        }
    };
}
integers!(
    Range8,
    Set8,
    1,
    i8,
    _mm512_set1_epi8,
    _mm512_sub_epi8,
    _mm512_cmple_epu8_mask,
    _mm512_cmpeq_epi8_mask
);
integers!(
    Range16,
    Set16,
    2,
    i16,
    _mm512_set1_epi16,
    _mm512_sub_epi16,
    _mm512_cmple_epu16_mask,
    _mm512_cmpeq_epi16_mask
);
integers!(
    Range32,
    Set32,
    4,
    i32,
    _mm512_set1_epi32,
    _mm512_sub_epi32,
    _mm512_cmple_epu32_mask,
    _mm512_cmpeq_epi32_mask
);
integers!(
    Range64,
    Set64,
    8,
    i64,
    _mm512_set1_epi64,
    _mm512_sub_epi64,
    _mm512_cmple_epu64_mask,
    _mm512_cmpeq_epi64_mask
);

/// A range and a set of floats: comparisons of IEEE 754, which NaN never passes.
macro_rules! floats {
    ($range:ident, $set:ident, $width:literal, $float:ty, $bits:ty, $vector:ty, $splat:ident, $cast:ident, $compare:ident) => {
        #[derive(Clone, Copy)]
        struct $range {
            low: $vector,
            high: $vector,
        }

        impl Word for $range {
            const WIDTH: usize = $width;

            #[inline(always)]
            unsafe fn new(constants: &Constants) -> Self {
                // SAFETY: the caller made sure of AVX-512.
                unsafe {
                    Self {
                        low: $splat(<$float>::from_bits(constants.low as $bits)),
                        high: $splat(<$float>::from_bits(constants.span as $bits)),
                    }
                }
            }

            #[inline(always)]
            unsafe fn word(self, data: *const u8, _: &Constants) -> u64 {
                let mut word = 0;
                for vector in 0..$width {
                    // SAFETY: 64 numbers are there; the caller made sure of AVX-512.
                    let bits = unsafe {
                        let numbers = $cast(load(data, vector));
                        $compare::<_CMP_GE_OQ>(numbers, self.low)
                            & $compare::<_CMP_LE_OQ>(numbers, self.high)
                    };
                    word |= u64::from(bits) << (vector * (64 / $width));
                }
                word
            }
        }

        #[derive(Clone, Copy)]
        struct $set;

        impl Word for $set {
            const WIDTH: usize = $width;

            #[inline(always)]
            unsafe fn new(_: &Constants) -> Self {
                Self
            }

            #[inline(always)]
            unsafe fn word(self, data: *const u8, constants: &Constants) -> u64 {
                let mut word = 0;
                for vector in 0..$width {
                    // SAFETY: 64 numbers are there; the caller made sure of AVX-512.
                    let bits = unsafe {
                        let numbers = $cast(load(data, vector));
                        let mut bits = 0;
                        for member in &constants.set {
                            let member = $splat(<$float>::from_bits(*member as $bits));
                            bits |= $compare::<_CMP_EQ_OQ>(numbers, member);
                        }
                        bits
                    };
                    word |= u64::from(bits) << (vector * (64 / $width));
                }
                word
            }
        }
    };
}
floats!(
    RangeF32,
    SetF32,
    4,
    f32,
    u32,
    __m512,
    _mm512_set1_ps,
    _mm512_castsi512_ps,
    _mm512_cmp_ps_mask
);
floats!(
    RangeF64,
    SetF64,
    8,
    f64,
    u64,
    __m512d,
    _mm512_set1_pd,
    _mm512_castsi512_pd,
    _mm512_cmp_pd_mask
);

/// A truth table of 256 codes as 32 bytes of bits: one shuffle finds the byte, another the bit in it.
#[derive(Clone, Copy)]
struct Table8 {
    low: __m512i,
    high: __m512i,
    bit: __m512i,
}

impl Word for Table8 {
    const WIDTH: usize = 1;

    #[inline(always)]
    unsafe fn new(constants: &Constants) -> Self {
        let bitmap = constants.bitmap.as_ptr();
        // SAFETY: the bitmap has 32 bytes; the caller made sure of AVX-512.
        unsafe {
            Self {
                low: _mm512_broadcast_i32x4(_mm_loadu_si128(bitmap.cast())),
                high: _mm512_broadcast_i32x4(_mm_loadu_si128(bitmap.add(16).cast())),
                bit: _mm512_set1_epi64(i64::from_le_bytes([1, 2, 4, 8, 16, 32, 64, 128])),
            }
        }
    }

    #[inline(always)]
    unsafe fn word(self, data: *const u8, _: &Constants) -> u64 {
        // SAFETY: 64 codes are there; the caller made sure of AVX-512.
        unsafe {
            let codes = load(data, 0);
            let place = _mm512_and_si512(_mm512_srli_epi16::<3>(codes), _mm512_set1_epi8(15));
            let byte = _mm512_mask_shuffle_epi8(
                _mm512_shuffle_epi8(self.low, place),
                _mm512_movepi8_mask(codes),
                self.high,
                place,
            );
            let bit = _mm512_shuffle_epi8(self.bit, codes_low(codes));
            _mm512_test_epi8_mask(byte, bit)
        }
    }
}

/// The lowest three bits of each byte.
///
/// # Safety
/// The machine has AVX-512.
#[inline(always)]
unsafe fn codes_low(codes: __m512i) -> __m512i {
    // SAFETY: passed on from the caller.
    unsafe { _mm512_and_si512(codes, _mm512_set1_epi8(7)) }
}

/// A truth table of more codes or numbers, as bits in words of 32 that are gathered for 16 codes at once.
macro_rules! tables {
    ($table:ident, $width:literal, $number:ty, $most:ty, $splat:ident, $places:ident) => {
        #[derive(Clone, Copy)]
        struct $table {
            low: __m512i,
            last: __m512i,
        }

        impl Word for $table {
            const WIDTH: usize = $width;

            #[inline(always)]
            unsafe fn new(constants: &Constants) -> Self {
                // SAFETY: the caller made sure of AVX-512.
                unsafe {
                    Self {
                        low: $splat(constants.low as $number),
                        // Where the table has an answer for every number, none lies behind the last.
                        last: $splat(
                            (constants.table.len() - 1).min(<$most>::MAX as usize) as $number
                        ),
                    }
                }
            }

            #[inline(always)]
            unsafe fn word(self, data: *const u8, constants: &Constants) -> u64 {
                let mut word = 0;
                for vector in 0..4 {
                    // SAFETY: 64 codes are there; none that is looked up is beyond the table's last; the caller made sure of AVX-512.
                    let bits = unsafe {
                        let codes = $places(data.add(vector * 16 * $width), self.low, self.last);
                        let words = _mm512_i32gather_epi32::<4>(
                            _mm512_srli_epi32::<5>(codes),
                            constants.bits.as_ptr().cast(),
                        );
                        let bit = _mm512_sllv_epi32(
                            _mm512_set1_epi32(1),
                            _mm512_and_si512(codes, _mm512_set1_epi32(31)),
                        );
                        _mm512_test_epi32_mask(words, bit)
                    };
                    word |= u64::from(bits) << (vector * 16);
                }
                word
            }
        }
    };
}

/// The places in a table of 16 numbers of two bytes, in 32 bits each: how far they are from `low`, at most `last`.
///
/// # Safety
/// The numbers can be read, and the machine has AVX-512.
#[inline(always)]
pub(super) unsafe fn places_16(data: *const u8, low: __m512i, last: __m512i) -> __m512i {
    // SAFETY: passed on from the caller.
    unsafe {
        let numbers = _mm256_loadu_si256(data.cast());
        let places = _mm256_sub_epi16(numbers, _mm512_castsi512_si256(low));
        _mm512_cvtepu16_epi32(_mm256_min_epu16(places, _mm512_castsi512_si256(last)))
    }
}

/// The same of 16 numbers of four bytes.
///
/// # Safety
/// As for [`places_16`].
#[inline(always)]
pub(super) unsafe fn places_32(data: *const u8, low: __m512i, last: __m512i) -> __m512i {
    // SAFETY: passed on from the caller.
    unsafe { _mm512_min_epu32(_mm512_sub_epi32(load(data, 0), low), last) }
}

/// The same of 16 numbers of eight bytes; `last` fits in 32 bits.
///
/// # Safety
/// As for [`places_16`].
#[inline(always)]
pub(super) unsafe fn places_64(data: *const u8, low: __m512i, last: __m512i) -> __m512i {
    // SAFETY: passed on from the caller.
    unsafe {
        let half = |half| {
            let places = _mm512_sub_epi64(load(data, half), low);
            _mm512_cvtepi64_epi32(_mm512_min_epu64(places, last))
        };
        _mm512_inserti64x4::<1>(_mm512_castsi256_si512(half(0)), half(1))
    }
}

tables!(Table16, 2, i16, u16, _mm512_set1_epi16, places_16);
tables!(Table32, 4, i32, u32, _mm512_set1_epi32, places_32);
tables!(Table64, 8, i64, u32, _mm512_set1_epi64, places_64);

pub(super) fn function(kernel: Kernel, constants: &Constants) -> Functions {
    /// # Safety
    /// As [`drive`] says; the machine has AVX-512 with BW, DQ and VL.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi1,bmi2,popcnt")]
    unsafe fn one<W: Word>(call: &Call<'_>) -> usize {
        // SAFETY: passed on from the caller.
        unsafe { drive::<W>(call) }
    }
    /// # Safety
    /// As [`drive_together`] says; the machine has AVX-512 with BW, DQ and VL.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi1,bmi2,popcnt")]
    unsafe fn together<W: Word>(call: &CallTogether<'_>) {
        // SAFETY: passed on from the caller.
        unsafe { drive_together::<W>(call) }
    }
    fn of<W: Word>() -> Functions {
        Functions {
            one: one::<W>,
            together: together::<W>,
        }
    }
    match kernel {
        Kernel::Range8 => of::<Range8>(),
        Kernel::Range16 => of::<Range16>(),
        Kernel::Range32 => of::<Range32>(),
        Kernel::Range64 => of::<Range64>(),
        Kernel::Range128 => of::<Range<u128, MoveMask>>(),
        Kernel::RangeF32 => of::<RangeF32>(),
        Kernel::RangeF64 => of::<RangeF64>(),
        Kernel::Set8 => of::<Set8>(),
        Kernel::Set16 => of::<Set16>(),
        Kernel::Set32 => of::<Set32>(),
        Kernel::Set64 => of::<Set64>(),
        Kernel::Set128 => of::<Set<u128, MoveMask>>(),
        Kernel::SetF32 => of::<SetF32>(),
        Kernel::SetF64 => of::<SetF64>(),
        Kernel::Table8 => of::<Table8>(),
        Kernel::Table16 => Functions {
            one: held::function(constants).unwrap_or(one::<Table16>),
            // Those that are made together may be of different length.
            together: together::<Table16>,
        },
        Kernel::Table32 => of::<Table32>(),
        Kernel::Table64 => of::<Table64>(),
    }
}

/// The number of bits that are set.
///
/// # Safety
/// The machine has AVX-512 with VPOPCNTDQ.
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
pub(super) unsafe fn count(mask: &[u64]) -> u64 {
    let (vectors, rest) = mask.as_chunks::<8>();
    let mut sums = _mm512_setzero_si512();
    for vector in vectors {
        // SAFETY: eight words are there.
        let words = unsafe { _mm512_loadu_si512(vector.as_ptr().cast()) };
        sums = _mm512_add_epi64(sums, _mm512_popcnt_epi64(words));
    }
    let mut sum = _mm512_reduce_add_epi64(sums) as u64;
    for word in rest {
        sum += u64::from(word.count_ones());
    }
    sum
}
