//! Truth tables of 16-bit numbers whose answers lie in registers, a bit each: where there are few, that is quicker than memory.
//!
//! 64 numbers are looked up at once. Each names one of the bytes of a table, which a permutation of bytes finds, and a bit of it.

use super::avx512::load;
use super::drive::{Word, drive};
use super::{Call, Constants};
use std::arch::x86_64::*;

/// The most pairs of registers that hold a table.
const MOST_PAIRS: usize = 8;
/// The answers in a pair of registers.
const ANSWERS: usize = 1024;

/// The test of a table that registers hold. None where it has too many answers, or the processor has no permutation of bytes.
pub(super) fn function(constants: &Constants) -> Option<unsafe fn(&Call<'_>) -> usize> {
    /// # Safety
    /// As [`drive`] says; the machine has AVX-512 with BW, DQ, VL and VBMI.
    #[target_feature(
        enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx2,bmi1,bmi2,popcnt"
    )]
    unsafe fn one<W: Word>(call: &Call<'_>) -> usize {
        // SAFETY: passed on from the caller.
        unsafe { drive::<W>(call) }
    }
    if !std::arch::is_x86_feature_detected!("avx512vbmi") {
        return None;
    }
    let pairs = constants.table.len().div_ceil(ANSWERS);
    Some(match (pairs, constants.eights.is_empty()) {
        // What is longer than two pairs and fits in them once.
        (3.., _) if (1..=2 * ANSWERS).contains(&constants.period.into()) => one::<Repeating<2>>,
        (..=1, _) => one::<Held<1, false>>,
        (2, _) => one::<Held<2, false>>,
        (3, _) => one::<Held<3, false>>,
        (4, _) => one::<Held<4, false>>,
        (5, _) => one::<Held<5, false>>,
        (6..=MOST_PAIRS, _) => one::<Held<MOST_PAIRS, false>>,
        (_, true) => return None,
        // The eights of so many pairs.
        (9..=16, false) => one::<Held<2, true>>,
        (17..=32, false) => one::<Held<4, true>>,
        (_, false) => one::<Held<MOST_PAIRS, true>>,
    })
}

/// A table in pairs of registers. With `EIGHTS` there is a bit for each eight numbers, and where it is set the table in memory decides.
#[derive(Clone, Copy)]
struct Held<const PAIRS: usize, const EIGHTS: bool> {
    low: __m512i,
    pairs: [(__m512i, __m512i); PAIRS],
}

impl<const PAIRS: usize, const EIGHTS: bool> Word for Held<PAIRS, EIGHTS> {
    const WIDTH: usize = 2;

    #[inline(always)]
    unsafe fn new(constants: &Constants) -> Self {
        let mut words = [0u32; MOST_PAIRS * ANSWERS / 32];
        let bits = if EIGHTS {
            &constants.eights
        } else {
            &constants.bits
        };
        let bits = &bits[..bits.len().min(words.len())];
        words[..bits.len()].copy_from_slice(bits);
        // SAFETY: a pair is 32 words; the caller made sure of AVX-512.
        unsafe {
            let mut pairs = [(_mm512_setzero_si512(), _mm512_setzero_si512()); PAIRS];
            for (pair, words) in pairs.iter_mut().zip(words.chunks_exact(32)) {
                *pair = (
                    load(words.as_ptr().cast(), 0),
                    load(words.as_ptr().cast(), 1),
                );
            }
            Self {
                low: _mm512_set1_epi16(constants.low as i16),
                pairs,
            }
        }
    }

    #[inline(always)]
    unsafe fn word(self, data: *const u8, constants: &Constants) -> u64 {
        // SAFETY: 64 numbers are there; the caller made sure of AVX-512.
        let mut word = unsafe {
            let mut places = places(data, self.low);
            if EIGHTS {
                for places in &mut places {
                    *places = _mm512_srli_epi16::<3>(*places);
                }
            }
            self.answers(places)
        };
        let mut left = if EIGHTS { word } else { 0 };
        while left != 0 {
            let row = left.trailing_zeros() as usize;
            left &= left - 1;
            // SAFETY: 64 numbers are there.
            let number = unsafe { data.cast::<u16>().add(row).read_unaligned() };
            let place = usize::from(number.wrapping_sub(constants.low as u16));
            let passes = constants
                .bits
                .get(place / 32)
                .map_or(0, |bits| bits >> (place % 32) & 1);
            word &= !(u64::from(passes ^ 1) << row);
        }
        word
    }
}

impl<const PAIRS: usize, const EIGHTS: bool> Held<PAIRS, EIGHTS> {
    /// A bit for each of 64 places in the table.
    ///
    /// # Safety
    /// The machine has AVX-512 with VBMI.
    #[inline(always)]
    unsafe fn answers(self, [first, second]: [__m512i; 2]) -> u64 {
        // SAFETY: passed on from the caller.
        unsafe {
            // A place names a pair by its highest six bits, a byte of it by the next seven, a bit of that by the lowest three. Packed to bytes, eight of the
            // first vector and eight of the second stand in turn.
            let (seven_bits, three_bits) = (_mm512_set1_epi16(127), _mm512_set1_epi16(7));
            let pair = _mm512_packus_epi16(
                _mm512_srli_epi16::<10>(first),
                _mm512_srli_epi16::<10>(second),
            );
            let byte = _mm512_packus_epi16(
                _mm512_and_si512(_mm512_srli_epi16::<3>(first), seven_bits),
                _mm512_and_si512(_mm512_srli_epi16::<3>(second), seven_bits),
            );
            let bit = _mm512_packus_epi16(
                _mm512_and_si512(first, three_bits),
                _mm512_and_si512(second, three_bits),
            );
            let bits = _mm512_set1_epi64(i64::from_le_bytes([1, 2, 4, 8, 16, 32, 64, 128]));
            let bit = _mm512_shuffle_epi8(bits, bit);
            let mut answers = _mm512_setzero_si512();
            for (number, (low, high)) in self.pairs.iter().enumerate() {
                let here = _mm512_cmpeq_epi8_mask(pair, _mm512_set1_epi8(number as i8));
                let found = _mm512_permutex2var_epi8(*low, byte, *high);
                answers = _mm512_mask_mov_epi8(answers, here, found);
            }
            let in_order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
            let answers = _mm512_permutexvar_epi64(in_order, _mm512_and_si512(answers, bit));
            _mm512_test_epi8_mask(answers, answers)
        }
    }
}

/// How far 64 numbers are from `low`.
///
/// # Safety
/// They can be read, and the machine has AVX-512 with BW.
#[inline(always)]
unsafe fn places(data: *const u8, low: __m512i) -> [__m512i; 2] {
    // SAFETY: passed on from the caller.
    unsafe {
        [
            _mm512_sub_epi16(load(data, 0), low),
            _mm512_sub_epi16(load(data, 1), low),
        ]
    }
}

/// A table that repeats itself, of which the answers of one turn lie in pairs of registers.
#[derive(Clone, Copy)]
struct Repeating<const PAIRS: usize> {
    turn: Held<PAIRS, false>,
    period: __m512i,
    /// How often the period goes into all numbers.
    times: __m512i,
    /// The place of the last answer.
    last: __m512i,
}

impl<const PAIRS: usize> Word for Repeating<PAIRS> {
    const WIDTH: usize = 2;

    #[inline(always)]
    unsafe fn new(constants: &Constants) -> Self {
        let period = constants.period.max(1);
        // SAFETY: the caller made sure of AVX-512.
        unsafe {
            Self {
                turn: Held::new(constants),
                period: _mm512_set1_epi16(period as i16),
                times: _mm512_set1_epi16(((1u32 << 16) / u32::from(period)).min(0xffff) as i16),
                // Behind it there is one for every number beyond.
                last: _mm512_set1_epi16(constants.table.len().saturating_sub(2) as u16 as i16),
            }
        }
    }

    #[inline(always)]
    unsafe fn word(self, data: *const u8, _: &Constants) -> u64 {
        // SAFETY: 64 numbers are there; the caller made sure of AVX-512.
        unsafe {
            let mut places = places(data, self.turn.low);
            let mut within = 0;
            for (half, place) in places.iter_mut().enumerate() {
                within |= u64::from(_mm512_cmple_epu16_mask(*place, self.last)) << (half * 32);
                // As often as the period goes into the place, or once less: then one more is taken away, which otherwise goes below 0 and is great.
                let turns = _mm512_mulhi_epu16(*place, self.times);
                let rest = _mm512_sub_epi16(*place, _mm512_mullo_epi16(turns, self.period));
                *place = _mm512_min_epu16(rest, _mm512_sub_epi16(rest, self.period));
            }
            within & self.turn.answers(places)
        }
    }
}
