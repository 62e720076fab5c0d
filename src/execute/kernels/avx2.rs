//! Tests with 256-bit vectors: truth tables, and which kernel is which. What is rarely asked for is the portable form, compiled for AVX2.

use super::compare_avx2::{
    Range8, Range16, Range32, Range64, RangeF32, RangeF64, Set8, Set16, Set32, Set64, SetF32,
    SetF64,
};
use super::drive::{CallTogether, Word, drive, drive_together};
use super::portable::{Gather, Range, Set, Table};
use super::{Call, Constants, Functions, Kernel};
use std::arch::x86_64::*;

/// Gathers 32 bytes by one instruction.
#[derive(Clone, Copy)]
pub(super) struct MoveMask;

impl Gather for MoveMask {
    #[inline(always)]
    unsafe fn gather(bytes: &[u8; 64]) -> u64 {
        // SAFETY: 64 bytes are there; the caller made sure of AVX2.
        unsafe {
            let low = _mm256_loadu_si256(bytes.as_ptr().cast());
            let high = _mm256_loadu_si256(bytes.as_ptr().add(32).cast());
            let low = _mm256_movemask_epi8(_mm256_slli_epi16::<7>(low)) as u32;
            let high = _mm256_movemask_epi8(_mm256_slli_epi16::<7>(high)) as u32;
            u64::from(low) | u64::from(high) << 32
        }
    }
}

/// A truth table of 256 codes as 32 bytes of bits: one shuffle finds the byte, another the bit in it.
#[derive(Clone, Copy)]
struct Table8 {
    low: __m256i,
    high: __m256i,
    bit: __m256i,
}

impl Word for Table8 {
    const WIDTH: usize = 1;

    #[inline(always)]
    unsafe fn new(constants: &Constants) -> Self {
        let bitmap = constants.bitmap.as_ptr();
        // SAFETY: the bitmap has 32 bytes; the caller made sure of AVX2.
        unsafe {
            Self {
                low: _mm256_broadcastsi128_si256(_mm_loadu_si128(bitmap.cast())),
                high: _mm256_broadcastsi128_si256(_mm_loadu_si128(bitmap.add(16).cast())),
                bit: _mm256_set1_epi64x(i64::from_le_bytes([1, 2, 4, 8, 16, 32, 64, -128i8 as u8])),
            }
        }
    }

    #[inline(always)]
    unsafe fn word(self, data: *const u8, _: &Constants) -> u64 {
        // SAFETY: 64 codes are there; the caller made sure of AVX2.
        unsafe { u64::from(self.half(data)) | u64::from(self.half(data.add(32))) << 32 }
    }
}

impl Table8 {
    /// A bit for each of 32 codes.
    ///
    /// # Safety
    /// They can be read, and the machine has AVX2. No closures here: they would not be compiled for it.
    #[inline(always)]
    unsafe fn half(self, data: *const u8) -> u32 {
        // SAFETY: passed on from the caller.
        unsafe {
            let codes = _mm256_loadu_si256(data.cast());
            let place = _mm256_and_si256(_mm256_srli_epi16::<3>(codes), _mm256_set1_epi8(15));
            let byte = _mm256_blendv_epi8(
                _mm256_shuffle_epi8(self.low, place),
                _mm256_shuffle_epi8(self.high, place),
                codes,
            );
            let bit = _mm256_and_si256(codes, _mm256_set1_epi8(7));
            let bit = _mm256_shuffle_epi8(self.bit, bit);
            let fails = _mm256_cmpeq_epi8(_mm256_and_si256(byte, bit), _mm256_setzero_si256());
            !_mm256_movemask_epi8(fails) as u32
        }
    }
}

/// A truth table of more codes or numbers. Places in it are made of whole vectors of numbers; then each answer is a byte of its own, since gathering words
/// takes longer than that with these vectors, and moving each to its bit is quicker than laying them side by side in memory.
macro_rules! tables {
    ($table:ident, $number:ty, $signed:ty, $splat:ident, $subtract:ident, $at_most:ident) => {
        #[derive(Clone, Copy)]
        struct $table {
            low: __m256i,
            last: __m256i,
        }

        impl Word for $table {
            const WIDTH: usize = size_of::<$number>();

            #[inline(always)]
            unsafe fn new(constants: &Constants) -> Self {
                // Where the table has an answer for every number, none lies behind the last.
                let last = (constants.table.len() - 1).min(<$number>::MAX as usize);
                // SAFETY: the caller made sure of AVX2.
                unsafe {
                    Self {
                        low: $splat(constants.low as $signed),
                        last: $splat(last as $signed),
                    }
                }
            }

            #[inline(always)]
            unsafe fn word(self, data: *const u8, constants: &Constants) -> u64 {
                const LANES: usize = 32 / size_of::<$number>();
                let mut places = [[0 as $number; LANES]; 64 / LANES];
                for (vector, places) in places.iter_mut().enumerate() {
                    // SAFETY: 64 numbers are there, and places for as many; the caller made sure of AVX2.
                    unsafe {
                        let numbers = _mm256_loadu_si256(data.add(vector * 32).cast());
                        let of = $at_most($subtract(numbers, self.low), self.last);
                        _mm256_storeu_si256(places.as_mut_ptr().cast(), of);
                    }
                }
                let mut word = 0;
                for (eight, places) in places.as_flattened().as_chunks::<8>().0.iter().enumerate() {
                    let mut byte = 0;
                    for (bit, place) in places.iter().enumerate() {
                        // SAFETY: no place is beyond the last of the table.
                        let passes = unsafe { *constants.table.get_unchecked(*place as usize) };
                        byte |= u64::from(passes) << bit;
                    }
                    word |= byte << (8 * eight);
                }
                word
            }
        }
    };
}
tables!(
    Table16,
    u16,
    i16,
    _mm256_set1_epi16,
    _mm256_sub_epi16,
    _mm256_min_epu16
);
tables!(
    Table32,
    u32,
    i32,
    _mm256_set1_epi32,
    _mm256_sub_epi32,
    _mm256_min_epu32
);

pub(super) fn function(kernel: Kernel) -> Functions {
    /// # Safety
    /// As [`drive`] says; the machine has AVX2.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    unsafe fn one<W: Word>(call: &Call<'_>) -> usize {
        // SAFETY: passed on from the caller.
        unsafe { drive::<W>(call) }
    }
    /// # Safety
    /// As [`drive_together`] says; the machine has AVX2.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
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
        Kernel::Table16 => of::<Table16>(),
        Kernel::Table32 => of::<Table32>(),
        Kernel::Table64 => of::<Table<u64, MoveMask>>(),
    }
}

/// The number of bits that are set.
///
/// # Safety
/// The machine has AVX2 and POPCNT.
#[target_feature(enable = "avx2,popcnt")]
pub(super) unsafe fn count(mask: &[u64]) -> u64 {
    let mut sum = 0;
    for word in mask {
        sum += u64::from(word.count_ones());
    }
    sum
}
