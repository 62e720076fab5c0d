//! Several truth tables of one column of codes or numbers: one look-up a code answers them all, a bit a table.

#[cfg(target_arch = "x86_64")]
use super::avx512::{places_16, places_32, places_64};
use super::portable::{Gather, Multiply};
use super::{Kernel, Test};
use crate::execute::Form;
use crate::execute::column::bits;

/// The most tables that are looked up together.
pub(in crate::execute) const MOST_TABLES: usize = 32;

/// Truth tables of one column, at most [`MOST_TABLES`].
#[derive(Debug)]
pub(in crate::execute) struct Tables {
    form: Form,
    width: usize,
    /// The number of the first answer.
    low: u64,
    /// How many there are.
    tables: usize,
    /// A bit for each table by code, and none behind the last for every code beyond.
    answers: Vec<u32>,
}

impl Test {
    /// The number of the first answer, where it is a table that may be looked up together with others of its column that have the same.
    pub(in crate::execute) fn table_low(&self) -> Option<u64> {
        let is_table = matches!(
            self.kernel,
            Kernel::Table16 | Kernel::Table32 | Kernel::Table64
        );
        is_table.then_some(self.constants.low as u64)
    }
}

impl Tables {
    /// The tests of one column, all of them tables from the same number on, as one look-up.
    pub(in crate::execute) fn of(form: Form, tests: &[&Test]) -> Self {
        let codes = tests.iter().map(|test| test.constants.table.len()).max();
        let mut answers = vec![0u32; codes.unwrap_or(0).max(1)];
        for (number, test) in tests.iter().enumerate() {
            for (answer, passes) in answers.iter_mut().zip(&test.constants.table) {
                *answer |= u32::from(*passes) << number;
            }
        }
        // Each table ends with a 0 for codes beyond, but not where the longest does.
        answers.push(0);
        Self {
            form: Form::choose(Some(form)),
            width: tests.first().map_or(2, |test| test.width()),
            low: tests.first().map_or(0, |test| test.constants.low as u64),
            tables: tests.len(),
            answers,
        }
    }

    /// Writes a mask for each table, one behind the other, whatever stands there. `data` holds the codes; bits of rows that are not there are 0.
    pub(in crate::execute) fn test(&self, data: &[u8], out: &mut [u64]) {
        let rows = data.len() / self.width;
        let words = bits::words(rows);
        assert_eq!(out.len(), words * self.tables);
        for (word, codes) in data.chunks(64 * self.width).enumerate() {
            let mut copy = [0u8; 64 * 8];
            let codes = if codes.len() == 64 * self.width {
                codes
            } else {
                copy[..codes.len()].copy_from_slice(codes);
                &copy[..64 * self.width]
            };
            let out = &mut out[word..];
            match self.form {
                // SAFETY: the form was chosen among those of this machine, and 64 codes are there.
                #[cfg(target_arch = "x86_64")]
                Form::Avx512 => unsafe { self.with_avx512(codes, words, out) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                Form::Avx2 => unsafe { self.with_avx2(codes, words, out) },
                // SAFETY: plain Rust.
                _ => unsafe { self.plain::<Multiply>(codes, words, out) },
            }
        }
        let rest = rows % 64;
        if rest > 0 {
            for mask in out.chunks_exact_mut(words) {
                mask[words - 1] &= (1 << rest) - 1;
            }
        }
    }

    /// The answers for 64 codes, into one word of each mask; masks are `words` apart.
    ///
    /// # Safety
    /// The instructions of `G` exist on this machine.
    #[inline(always)]
    unsafe fn plain<G: Gather>(&self, codes: &[u8], words: usize, out: &mut [u64]) {
        let last = (self.answers.len() - 1) as u64;
        let mut answers = [0u32; 64];
        for (answer, code) in answers.iter_mut().zip(codes.chunks_exact(self.width)) {
            let place = match *code {
                [a, b] => u16::from_le_bytes([a, b])
                    .wrapping_sub(self.low as u16)
                    .into(),
                [a, b, c, d] => u32::from_le_bytes([a, b, c, d])
                    .wrapping_sub(self.low as u32)
                    .into(),
                _ => match code.first_chunk::<8>() {
                    Some(code) => u64::from_le_bytes(*code).wrapping_sub(self.low),
                    None => last,
                },
            };
            *answer = self.answers[place.min(last) as usize];
        }
        for table in 0..self.tables {
            let mut bytes = [0u8; 64];
            for (byte, answer) in bytes.iter_mut().zip(&answers) {
                *byte = (answer >> table & 1) as u8;
            }
            // SAFETY: passed on from the caller.
            out[table * words] = unsafe { G::gather(&bytes) };
        }
    }

    /// # Safety
    /// The machine has AVX2, and there are 64 codes.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    unsafe fn with_avx2(&self, codes: &[u8], words: usize, out: &mut [u64]) {
        use std::arch::x86_64::*;
        if self.width == 8 {
            // SAFETY: passed on from the caller.
            return unsafe { self.plain::<super::avx2::MoveMask>(codes, words, out) };
        }
        let last = self.answers.len() - 1;
        let mut answers = [_mm256_setzero_si256(); 8];
        for (vector, answers) in answers.iter_mut().enumerate() {
            // SAFETY: 64 codes are there, and no place that is looked up is beyond the last answer.
            unsafe {
                let codes = codes.as_ptr().add(vector * 8 * self.width);
                let places = match self.width {
                    2 => {
                        let last = _mm_set1_epi16(last.min(u16::MAX.into()) as i16);
                        let low = _mm_set1_epi16(self.low as i16);
                        let places = _mm_sub_epi16(_mm_loadu_si128(codes.cast()), low);
                        _mm256_cvtepu16_epi32(_mm_min_epu16(places, last))
                    }
                    _ => {
                        let low = _mm256_set1_epi32(self.low as i32);
                        let places = _mm256_sub_epi32(_mm256_loadu_si256(codes.cast()), low);
                        _mm256_min_epu32(places, _mm256_set1_epi32(last as i32))
                    }
                };
                *answers = _mm256_i32gather_epi32::<4>(self.answers.as_ptr().cast(), places);
            }
        }
        for table in 0..self.tables {
            // The bit of the table becomes the sign, of which a mask is made at one go.
            let to_sign = _mm_cvtsi32_si128(31 - table as i32);
            let mut word = 0;
            for (vector, answers) in answers.iter().enumerate() {
                let signs = _mm256_castsi256_ps(_mm256_sll_epi32(*answers, to_sign));
                word |= u64::from(_mm256_movemask_ps(signs) as u32) << (vector * 8);
            }
            out[table * words] = word;
        }
    }

    /// # Safety
    /// The machine has AVX-512, and there are 64 codes.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
    unsafe fn with_avx512(&self, codes: &[u8], words: usize, out: &mut [u64]) {
        use std::arch::x86_64::*;
        let last = self.answers.len() - 1;
        let mut answers = [_mm512_setzero_si512(); 4];
        for (vector, answers) in answers.iter_mut().enumerate() {
            // SAFETY: 64 codes are there, and no place that is looked up is beyond the last answer.
            unsafe {
                let codes = codes.as_ptr().add(vector * 16 * self.width);
                let places = match self.width {
                    2 => {
                        let last = last.min(u16::MAX.into()) as i16;
                        let low = _mm512_set1_epi16(self.low as i16);
                        places_16(codes, low, _mm512_set1_epi16(last))
                    }
                    4 => {
                        let low = _mm512_set1_epi32(self.low as i32);
                        places_32(codes, low, _mm512_set1_epi32(last as i32))
                    }
                    _ => {
                        let low = _mm512_set1_epi64(self.low as i64);
                        places_64(codes, low, _mm512_set1_epi64(last as i64))
                    }
                };
                *answers = _mm512_i32gather_epi32::<4>(places, self.answers.as_ptr().cast());
            }
        }
        for table in 0..self.tables {
            let bit = _mm512_set1_epi32(1 << table);
            let mut word = 0;
            for (vector, answers) in answers.iter().enumerate() {
                word |= u64::from(_mm512_test_epi32_mask(*answers, bit)) << (vector * 16);
            }
            out[table * words] = word;
        }
    }
}
