//! In which rows a text occurs, where rows lie one behind the other.
//!
//! First the places where it begins are noted, a bit for each byte; then each row is asked whether it has a bit early enough for the whole text. Neither
//! step depends on how many there are, so that a text which nearly every row has costs as little as one that none has. Two texts are looked for at one go,
//! as bytes that were loaded for the one serve the other.

use super::Form;
#[cfg(target_arch = "x86_64")]
use super::drive::{AHEAD, ask_for};
use super::offsets::Offset;
#[cfg(target_arch = "x86_64")]
use crate::execute::column::bits;

/// How many bytes of a text are compared at 64 places at once; what is longer is looked at again.
const MOST_PROBES: usize = 8;
/// How many places of a row can be looked at by one load of eight bytes, of which up to seven bits are those of the row before.
#[cfg(target_arch = "x86_64")]
const AT_ONCE: i64 = 57;

/// A text to look for, not an empty one.
#[derive(Clone, Debug)]
pub(in crate::execute) struct Contained {
    pattern: Box<[u8]>,
}

impl Contained {
    pub(in crate::execute) fn new(pattern: &[u8]) -> Self {
        Self {
            pattern: pattern.into(),
        }
    }

    /// Sets the bits of the rows that contain the texts: `found` has a mask for each, one behind the other, without any bit. `text` is what lies between the
    /// first and the last of `offsets`, which are where the rows begin, and where the last one ends. `places` is memory to work in.
    pub(in crate::execute) fn mark<O: Offset>(
        patterns: &[Self],
        form: Form,
        text: &[u8],
        offsets: &[O],
        places: &mut Vec<u64>,
        found: &mut [u64],
    ) {
        let words = (offsets.len() - 1).div_ceil(64);
        assert_eq!(found.len(), words * patterns.len());
        for (pair, found) in patterns.chunks(2).zip(found.chunks_mut(2 * words.max(1))) {
            // Two words more, so that a look at a place may reach beyond the last.
            let length = text.len() / 64 + 2;
            places.clear();
            places.resize(length * pair.len(), 0);
            match (form, pair) {
                // SAFETY: the form was chosen among those of this machine.
                #[cfg(target_arch = "x86_64")]
                (Form::Avx512 | Form::Avx2, [one]) => unsafe {
                    find_by_length(form, [one], text, places);
                },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                (Form::Avx512 | Form::Avx2, [one, two]) => unsafe {
                    find_by_length(form, [one, two], text, places);
                },
                _ => {
                    for (pattern, places) in pair.iter().zip(places.chunks_mut(length)) {
                        pattern.find_plainly(text, places);
                    }
                }
            }
            let masks = found.chunks_mut(words.max(1));
            for ((pattern, places), found) in pair.iter().zip(places.chunks(length)).zip(masks) {
                match form {
                    // SAFETY: the form was chosen among those of this machine.
                    #[cfg(target_arch = "x86_64")]
                    Form::Avx512 => unsafe { pattern.rows_with_avx512(offsets, places, found) },
                    // SAFETY: as above.
                    #[cfg(target_arch = "x86_64")]
                    Form::Avx2 => unsafe { pattern.rows_with_avx2(offsets, places, found) },
                    _ => pattern.rows(offsets, 0, places, found),
                }
            }
        }
    }

    /// Notes where the text begins.
    fn find_plainly(&self, text: &[u8], places: &mut [u64]) {
        // Hits may overlap: one that reaches into the next row must not hide one within it.
        let finder = memchr::memmem::Finder::new(&*self.pattern);
        let mut from = 0;
        while let Some(hit) = finder.find(&text[from..]) {
            let place = from + hit;
            places[place / 64] |= 1 << (place % 64);
            from = place + 1;
        }
    }

    /// Those of the places, counted from `first`, where what comes behind the probes is right too.
    #[cfg(target_arch = "x86_64")]
    #[inline(never)]
    fn confirmed(&self, text: &[u8], first: usize, places: u64) -> u64 {
        let (mut confirmed, mut left) = (places, places);
        while left != 0 {
            let place = left.trailing_zeros() as usize;
            left &= left - 1;
            if !text[first + place..].starts_with(&self.pattern) {
                confirmed &= !(1 << place);
            }
        }
        confirmed
    }

    /// Marks the rows from `first` on. Whether one has a bit is as good as random, so that no branch hangs on it.
    #[inline(always)]
    fn rows<O: Offset>(&self, offsets: &[O], first: usize, places: &[u64], found: &mut [u64]) {
        let (base, rows) = (offsets[0].place(), offsets.len() - 1);
        let shorter = self.pattern.len() - 1;
        let mut start = offsets[first].place() - base;
        let mut row = first;
        while row < rows {
            // The bits of a word are put together outside of memory, where each would wait for the one before.
            let after = (row / 64 * 64 + 64).min(rows);
            let mut bits = 0;
            for (bit, next) in offsets[row + 1..=after].iter().enumerate() {
                let next = next.place() - base;
                // How many places of the row count.
                let count = (next - start).saturating_sub(shorter);
                let has = match count <= 64 {
                    true => has_some_of(places, start, count),
                    false => has_bit(places, start, start + count),
                };
                bits |= u64::from(has) << bit;
                start = next;
            }
            found[row / 64] |= bits << (row % 64);
            row = after;
        }
    }

    /// # Safety
    /// The machine has AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    unsafe fn rows_with_avx2<O: Offset>(&self, offsets: &[O], places: &[u64], found: &mut [u64]) {
        use std::arch::x86_64::*;
        let first = offsets[0].place();
        let base = _mm256_set1_epi64x(first as i64);
        let shorter = _mm256_set1_epi64x(self.pattern.len() as i64 - 1);
        let (none, all) = (_mm256_setzero_si256(), _mm256_set1_epi64x(-1));
        let mut row = 0;
        while let (Some(starts), Some(ends)) = (
            offsets[row..].first_chunk::<4>(),
            offsets.get(row + 1..).and_then(<[O]>::first_chunk::<4>),
        ) {
            // Four loads are quicker than one that gathers, where there is no AVX-512.
            // SAFETY: offsets never fall, so a row begins within the text, which has a bit for each of its bytes and at least eight bytes of bits more.
            let bits = unsafe {
                let eight = |row: usize| {
                    let byte = (starts[row].place() - first) / 8;
                    places
                        .as_ptr()
                        .cast::<i64>()
                        .byte_add(byte)
                        .read_unaligned()
                };
                _mm256_set_epi64x(eight(3), eight(2), eight(1), eight(0))
            };
            // SAFETY: the caller made sure of AVX2.
            let (starts, ends) = unsafe { (O::four(starts), O::four(ends)) };
            // How many places of each row count.
            let counts = _mm256_sub_epi64(_mm256_sub_epi64(ends, starts), shorter);
            let starts = _mm256_sub_epi64(starts, base);
            let bits = _mm256_srlv_epi64(bits, _mm256_and_si256(starts, _mm256_set1_epi64x(7)));
            let counted = _mm256_andnot_si256(_mm256_sllv_epi64(all, counts), bits);
            let without = _mm256_or_si256(
                _mm256_cmpeq_epi64(counted, none),
                _mm256_cmpgt_epi64(_mm256_set1_epi64x(1), counts),
            );
            let mut passing = !lanes(without) & 0b1111;
            let long = _mm256_cmpgt_epi64(counts, _mm256_set1_epi64x(AT_ONCE));
            let mut long = lanes(long) & !passing;
            while long != 0 {
                let lane = long.trailing_zeros() as usize;
                long &= long - 1;
                passing |= u8::from(self.has_within(offsets, row + lane, places)) << lane;
            }
            found[row / 64] |= u64::from(passing) << (row % 64);
            row += 4;
        }
        self.rows(offsets, row, places, found);
    }

    /// Whether a row of any length has a place that counts.
    #[cfg(target_arch = "x86_64")]
    fn has_within<O: Offset>(&self, offsets: &[O], row: usize, places: &[u64]) -> bool {
        let base = offsets[0].place();
        let (start, end) = (offsets[row].place() - base, offsets[row + 1].place() - base);
        has_bit(places, start, end + 1 - self.pattern.len())
    }

    /// # Safety
    /// The machine has AVX-512 with BW, DQ and VL.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,bmi1")]
    unsafe fn rows_with_avx512<O: Offset>(&self, offsets: &[O], places: &[u64], found: &mut [u64]) {
        use std::arch::x86_64::*;
        let base = _mm512_set1_epi64(offsets[0].place() as i64);
        let shorter = _mm512_set1_epi64(self.pattern.len() as i64 - 1);
        let all = _mm512_set1_epi64(-1);
        let mut row = 0;
        while let (Some(starts), Some(ends)) = (
            offsets[row..].first_chunk::<8>(),
            offsets.get(row + 1..).and_then(<[O]>::first_chunk::<8>),
        ) {
            // SAFETY: the caller made sure of AVX-512.
            let (starts, ends) = unsafe { (O::eight(starts), O::eight(ends)) };
            // How many places of each row count.
            let counts = _mm512_sub_epi64(_mm512_sub_epi64(ends, starts), shorter);
            let some = _mm512_cmpgt_epi64_mask(counts, _mm512_setzero_si512());
            let starts = _mm512_sub_epi64(starts, base);
            // SAFETY: offsets never fall, so a row begins within the text, which has a bit for each of its bytes and at least eight bytes of bits more.
            let bits = unsafe {
                let bytes = _mm512_srli_epi64::<3>(starts);
                _mm512_i64gather_epi64::<1>(bytes, places.as_ptr().cast())
            };
            let bits = _mm512_srlv_epi64(bits, _mm512_and_si512(starts, _mm512_set1_epi64(7)));
            let counted = _mm512_andnot_si512(_mm512_sllv_epi64(all, counts), bits);
            let mut passing = _mm512_mask_test_epi64_mask(some, counted, counted);
            let mut long = _mm512_cmpgt_epi64_mask(counts, _mm512_set1_epi64(AT_ONCE)) & !passing;
            while long != 0 {
                let lane = long.trailing_zeros() as usize;
                long &= long - 1;
                passing |= u8::from(self.has_within(offsets, row + lane, places)) << lane;
            }
            found[row / 64] |= u64::from(passing) << (row % 64);
            row += 8;
        }
        self.rows(offsets, row, places, found);
    }
}

/// The signs of four lanes, a bit for each.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn lanes(vector: std::arch::x86_64::__m256i) -> u8 {
    use std::arch::x86_64::*;
    _mm256_movemask_pd(_mm256_castsi256_pd(vector)) as u8
}

/// Notes where texts begin, those of each in a part of `places` of its own.
///
/// # Safety
/// The machine has the form, which is AVX-512 or AVX2.
#[cfg(target_arch = "x86_64")]
unsafe fn find_by_length<const TEXTS: usize>(
    form: Form,
    patterns: [&Contained; TEXTS],
    text: &[u8],
    places: &mut [u64],
) {
    macro_rules! by_length {
        ($find:ident) => {
            match patterns
                .map(|pattern| pattern.pattern.len())
                .into_iter()
                .max()
            {
                Some(1) => $find::<1, TEXTS>(patterns, text, places),
                Some(2) => $find::<2, TEXTS>(patterns, text, places),
                Some(3) => $find::<3, TEXTS>(patterns, text, places),
                Some(4) => $find::<4, TEXTS>(patterns, text, places),
                Some(5) => $find::<5, TEXTS>(patterns, text, places),
                Some(6) => $find::<6, TEXTS>(patterns, text, places),
                Some(7) => $find::<7, TEXTS>(patterns, text, places),
                _ => $find::<MOST_PROBES, TEXTS>(patterns, text, places),
            }
        };
    }
    // SAFETY: passed on from the caller.
    unsafe {
        match form {
            Form::Avx512 => by_length!(find_with_avx512),
            _ => by_length!(find_with_avx2),
        }
    }
}

/// The same where `PROBES` is the length of the longest, at most [`MOST_PROBES`].
///
/// # Safety
/// The machine has AVX-512 with BW.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,bmi1")]
unsafe fn find_with_avx512<const PROBES: usize, const TEXTS: usize>(
    patterns: [&Contained; TEXTS],
    text: &[u8],
    places: &mut [u64],
) {
    use std::arch::x86_64::*;
    let mut probes = [[_mm512_setzero_si512(); PROBES]; TEXTS];
    for number in 0..TEXTS {
        let pattern = &patterns[number].pattern;
        for probe in 0..PROBES.min(pattern.len()) {
            probes[number][probe] = _mm512_set1_epi8(pattern[probe] as i8);
        }
    }
    let lengths = patterns.map(|pattern| pattern.pattern.len());
    find::<PROBES, TEXTS>(patterns, text, places, |bytes| {
        let mut begins = [u64::MAX; TEXTS];
        let mut probe = 0;
        while probe < PROBES {
            // SAFETY: 64 bytes are there from every probe on.
            let bytes = unsafe { _mm512_loadu_si512(bytes.add(probe).cast()) };
            let mut number = 0;
            while number < TEXTS {
                if probe < lengths[number] {
                    let equal = probes[number][probe];
                    begins[number] = _mm512_mask_cmpeq_epi8_mask(begins[number], bytes, equal);
                }
                number += 1;
            }
            probe += 1;
        }
        begins
    });
}

/// The same with vectors of half the width.
///
/// # Safety
/// The machine has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1")]
unsafe fn find_with_avx2<const PROBES: usize, const TEXTS: usize>(
    patterns: [&Contained; TEXTS],
    text: &[u8],
    places: &mut [u64],
) {
    use std::arch::x86_64::*;
    let mut probes = [[_mm256_setzero_si256(); PROBES]; TEXTS];
    for number in 0..TEXTS {
        let pattern = &patterns[number].pattern;
        for probe in 0..PROBES.min(pattern.len()) {
            probes[number][probe] = _mm256_set1_epi8(pattern[probe] as i8);
        }
    }
    let lengths = patterns.map(|pattern| pattern.pattern.len());
    find::<PROBES, TEXTS>(patterns, text, places, |bytes| {
        let mut begins = [[_mm256_set1_epi8(-1); 2]; TEXTS];
        let mut probe = 0;
        while probe < PROBES {
            let mut half = 0;
            while half < 2 {
                // SAFETY: 64 bytes are there from every probe on.
                let bytes = unsafe { _mm256_loadu_si256(bytes.add(probe + 32 * half).cast()) };
                let mut number = 0;
                while number < TEXTS {
                    if probe < lengths[number] {
                        let equal = _mm256_cmpeq_epi8(bytes, probes[number][probe]);
                        begins[number][half] = _mm256_and_si256(begins[number][half], equal);
                    }
                    number += 1;
                }
                half += 1;
            }
            probe += 1;
        }
        let mut bits = [0; TEXTS];
        let mut number = 0;
        while number < TEXTS {
            let low = _mm256_movemask_epi8(begins[number][0]) as u32;
            let high = _mm256_movemask_epi8(begins[number][1]) as u32;
            bits[number] = u64::from(low) | u64::from(high) << 32;
            number += 1;
        }
        bits
    });
}

/// Notes where texts begin. `begins` tells of 64 places where the first [`MOST_PROBES`] bytes of each are; it may read as many bytes more than 64.
///
/// Bytes are loaded anew for every probe, from one place further on, so that what is equal to it already stands where the text would begin.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn find<const PROBES: usize, const TEXTS: usize>(
    patterns: [&Contained; TEXTS],
    text: &[u8],
    places: &mut [u64],
    begins: impl Fn(*const u8) -> [u64; TEXTS],
) {
    let length = places.len() / TEXTS;
    let whole = (text.len() + 1).saturating_sub(PROBES) / 64;
    for word in 0..whole {
        let bytes = text[word * 64..].as_ptr();
        ask_for(bytes.wrapping_add(AHEAD));
        let found = begins(bytes);
        for number in 0..TEXTS {
            places[number * length + word] = found[number];
        }
    }
    // What is left, less than two vectors, is looked at on a copy.
    let mut copy = [0; 64 * 3 + MOST_PROBES];
    let rest = &text[whole * 64..];
    copy[..rest.len()].copy_from_slice(rest);
    for word in 0..rest.len().div_ceil(64) {
        let found = begins(copy[word * 64..].as_ptr());
        for number in 0..TEXTS {
            // Places that are early enough for the whole text.
            let early = (rest.len() + 1).saturating_sub(patterns[number].pattern.len());
            let known = bits::live(word, early);
            places[number * length + whole + word] = found[number] & known;
        }
    }
    for number in 0..TEXTS {
        if patterns[number].pattern.len() > PROBES {
            for (word, begins) in places[number * length..][..length].iter_mut().enumerate() {
                if *begins != 0 {
                    *begins = patterns[number].confirmed(text, word * 64, *begins);
                }
            }
        }
    }
}

/// Whether there is one among so many bits from `start` on, at most 64. There is a word behind that of the last bit.
#[inline(always)]
fn has_some_of(places: &[u64], start: usize, count: usize) -> bool {
    let (word, bit) = (start / 64, start % 64);
    let window = places[word] >> bit | places[word + 1] << 1 << (63 - bit);
    // None of none, all of 64.
    let counted = !(u64::MAX.unbounded_shl(count as u32));
    window & counted != 0
}

/// Whether there is a bit from `start` to before `end`. There is a word behind that of the last bit.
fn has_bit(places: &[u64], start: usize, end: usize) -> bool {
    let mut from = start;
    while from < end {
        if has_some_of(places, from, (end - from).min(64)) {
            return true;
        }
        from += 64;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of all lengths, some of them empty, the first of which begins somewhere within the text.
    fn rows(text: &[u8], longest: i32) -> Vec<i32> {
        let mut offsets: Vec<i32> = vec![13];
        let mut place = 13;
        for row in 0.. {
            place += row * 7 % (longest + 1);
            if place > text.len() as i32 {
                break;
            }
            offsets.push(place);
        }
        offsets
    }

    #[test]
    fn rows_are_found_that_hold_the_whole_text() {
        let text: Vec<u8> = (0..3000u32)
            .map(|place| b"aab@gmail\0"[(place * place % 10) as usize])
            .collect();
        let patterns: [&[u8]; 9] = [
            b"a",
            b"ab",
            b"aa",
            b"@gmail",
            b"zz",
            b"\0",
            &text[100..108],
            &text[100..109],
            &text[100..300],
        ];
        for longest in [1, 2, 9, 40, 57, 58, 66, 130, 1000] {
            let offsets = rows(&text, longest);
            let count = offsets.len() - 1;
            let within = &text[13..offsets[count] as usize];
            let mut all_expected = Vec::new();
            for pattern in patterns {
                let mut expected = vec![0u64; count.div_ceil(64)];
                for row in 0..count {
                    let text = &text[offsets[row] as usize..offsets[row + 1] as usize];
                    if text.windows(pattern.len()).any(|part| part == pattern) {
                        expected[row / 64] |= 1 << (row % 64);
                    }
                }
                let wide: Vec<i64> = offsets.iter().copied().map(i64::from).collect();
                let contained = [Contained::new(pattern)];
                for form in Form::available() {
                    let mut places = vec![u64::MAX; 3];
                    let mut found = vec![0; expected.len()];
                    Contained::mark(&contained, form, within, &offsets, &mut places, &mut found);
                    assert_eq!(found, expected, "{form:?} {longest} {pattern:?}");
                    found.fill(0);
                    Contained::mark(&contained, form, within, &wide, &mut places, &mut found);
                    assert_eq!(found, expected, "{form:?} {longest} {pattern:?}");
                }
                all_expected.extend(expected);
            }
            let all = patterns.map(Contained::new);
            for form in Form::available() {
                for first in 0..all.len() {
                    let mut found = vec![0; all_expected.len()];
                    // With each neighbour, and the last one alone.
                    let (before, rest) = found.split_at_mut(first * count.div_ceil(64));
                    let places = &mut Vec::new();
                    Contained::mark(&all[..first], form, within, &offsets, places, before);
                    Contained::mark(&all[first..], form, within, &offsets, places, rest);
                    assert_eq!(found, all_expected, "{form:?} {longest} {first}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_found_beyond_the_end() {
        for length in [0, 1, 6, 57, 58, 63, 64, 65, 120, 127, 128, 129, 192, 200] {
            // All the same byte, 0 as well, which stands behind the copy of the last ones.
            for byte in [0, b'x'] {
                let text = vec![byte; length];
                let offsets = [0, length as i32 / 2, length as i32];
                for pattern in 1..12 {
                    let one = Contained::new(&vec![byte; pattern]);
                    let two = Contained::new(&vec![byte; 12 - pattern]);
                    let has = |row: usize, pattern: usize| {
                        (offsets[row + 1] - offsets[row]) as usize >= pattern
                    };
                    let expected =
                        |pattern| u64::from(has(0, pattern)) | u64::from(has(1, pattern)) << 1;
                    for form in Form::available() {
                        let mut found = [0; 2];
                        let patterns = [one.clone(), two.clone()];
                        let places = &mut Vec::new();
                        Contained::mark(&patterns, form, &text, &offsets, places, &mut found);
                        assert_eq!(
                            found,
                            [expected(pattern), expected(12 - pattern)],
                            "{form:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn what_differs_only_in_the_middle_is_no_hit() {
        let pattern = b"0123456789abcdef";
        let mut text = pattern.repeat(40);
        for (row, place) in (0..40).map(|row| (row, row * 16 + 4 + row % 9)) {
            text[place] ^= u8::from(row % 3 == 0);
        }
        let offsets: Vec<i32> = (0..=40).map(|row| row * 16).collect();
        let expected = (0..40).fold(0, |bits, row| bits | u64::from(row % 3 != 0) << row);
        for form in Form::available() {
            let mut found = [0];
            let contained = [Contained::new(pattern)];
            Contained::mark(
                &contained,
                form,
                &text,
                &offsets,
                &mut Vec::new(),
                &mut found,
            );
            assert_eq!(found, [expected], "{form:?}");
        }
    }
}
