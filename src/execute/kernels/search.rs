//! Where several short texts occur in a long one, and in which rows.
//!
//! They are looked for together, at a whole vector of places at once: the two halves of a byte name, by a look-up each, the texts that may have it at
//! their first, second and third place, a bit a text. What is left is compared.

use super::Form;
use super::offsets::Offset;

/// The most texts that are looked for together.
pub(in crate::execute) const MOST_PATTERNS: usize = 8;
/// How many bytes of each are looked up.
const PLACES: usize = 3;

/// Texts to look for, none of them empty, at most [`MOST_PATTERNS`].
#[derive(Debug)]
pub(in crate::execute) struct Patterns {
    patterns: Vec<Box<[u8]>>,
    /// By place: for each low half of a byte the patterns that may have it there, a bit a pattern.
    low: [[u8; 16]; PLACES],
    /// The same by high half.
    high: [[u8; 16]; PLACES],
    /// The first eight bytes of each, and which of their bits count.
    heads: [u64; MOST_PATTERNS],
    counting: [u64; MOST_PATTERNS],
    /// The patterns that have more bytes.
    long: u8,
}

/// Where patterns begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::execute) struct Hit {
    pub(in crate::execute) at: usize,
    /// A bit for each pattern.
    pub(in crate::execute) patterns: u8,
}

impl Patterns {
    pub(in crate::execute) fn new<'a>(patterns: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let patterns: Vec<Box<[u8]>> = patterns.into_iter().map(Box::from).collect();
        let (mut low, mut high) = ([[0; 16]; PLACES], [[0; 16]; PLACES]);
        for (number, pattern) in patterns.iter().enumerate() {
            let bit = 1u8.checked_shl(number as u32).unwrap_or(0);
            for place in 0..PLACES {
                match pattern.get(place) {
                    Some(byte) => {
                        low[place][usize::from(byte & 15)] |= bit;
                        high[place][usize::from(byte >> 4)] |= bit;
                    }
                    // A shorter text does not mind what follows.
                    None => {
                        low[place].iter_mut().for_each(|patterns| *patterns |= bit);
                        high[place].iter_mut().for_each(|patterns| *patterns |= bit);
                    }
                }
            }
        }
        let (mut heads, mut counting, mut long) = ([0; MOST_PATTERNS], [0; MOST_PATTERNS], 0);
        for (number, pattern) in patterns.iter().enumerate().take(MOST_PATTERNS) {
            let head = &pattern[..pattern.len().min(8)];
            let mut bytes = [0; 8];
            bytes[..head.len()].copy_from_slice(head);
            heads[number] = u64::from_le_bytes(bytes);
            counting[number] = u64::MAX >> (64 - 8 * head.len().max(1));
            long |= u8::from(pattern.len() > 8) << number;
        }
        Self {
            patterns,
            low,
            high,
            heads,
            counting,
            long,
        }
    }

    /// A bit for each pattern.
    fn all(&self) -> u8 {
        u8::MAX >> (MOST_PATTERNS - self.patterns.len())
    }

    /// Notes every place where a pattern begins, in order.
    pub(in crate::execute) fn find(&self, form: Form, text: &[u8], hits: &mut Vec<Hit>) {
        hits.clear();
        match form {
            // SAFETY: the form was chosen among those of this machine.
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 => unsafe { self.with_avx512(text, hits) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => unsafe { self.with_avx2(text, hits) },
            _ => {
                for (number, pattern) in self.patterns.iter().enumerate() {
                    let finder = memchr::memmem::Finder::new(pattern);
                    let mut from = 0;
                    while let Some(place) = finder.find(&text[from..]) {
                        hits.push(Hit {
                            at: from + place,
                            patterns: 1 << number,
                        });
                        from += place + 1;
                    }
                }
                if self.patterns.len() > 1 {
                    hits.sort_unstable_by_key(|hit| hit.at);
                }
            }
        }
    }

    /// Sets the bits of the rows in which patterns were found: `found` has a mask for each pattern, one behind the other, without any bit. `offsets` are
    /// where the rows begin, and where the last one ends; hits count from the first of them. A hit that reaches into the next row is nobody's.
    pub(in crate::execute) fn mark<O: Offset>(
        &self,
        form: Form,
        hits: &[Hit],
        offsets: &[O],
        found: &mut [u64],
    ) {
        match form {
            // SAFETY: the form was chosen among those of this machine.
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 => unsafe { self.mark_with_avx512(hits, offsets, found) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => unsafe { self.mark_with_avx2(hits, offsets, found) },
            _ => self.mark_rows::<O, false>(hits, offsets, found),
        }
    }

    /// # Safety
    /// The machine has AVX-512 with BW, DQ and VL.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi1,popcnt")]
    unsafe fn mark_with_avx512<O: Offset>(&self, hits: &[Hit], offsets: &[O], found: &mut [u64]) {
        self.mark_rows::<O, true>(hits, offsets, found);
    }

    /// # Safety
    /// The machine has AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    unsafe fn mark_with_avx2<O: Offset>(&self, hits: &[Hit], offsets: &[O], found: &mut [u64]) {
        self.mark_rows::<O, false>(hits, offsets, found);
    }

    /// `AVX512` only where the machine has it.
    #[inline(always)]
    fn mark_rows<O: Offset, const AVX512: bool>(
        &self,
        hits: &[Hit],
        offsets: &[O],
        found: &mut [u64],
    ) {
        let rows = offsets.len() - 1;
        let start = offsets[0].place();
        let words = rows.div_ceil(64);
        let mut row = 0;
        for hit in hits {
            let at = start + hit.at;
            // The row that the hit begins in. Eight ends of rows are compared at once.
            while let Some(ends) = offsets[row + 1..].first_chunk::<8>() {
                let ended = match AVX512 {
                    // SAFETY: the caller made sure of AVX-512.
                    #[cfg(target_arch = "x86_64")]
                    true => unsafe { O::count_to(ends, at) },
                    _ => ends.iter().filter(|end| end.place() <= at).count(),
                };
                row += ended;
                if ended < 8 {
                    break;
                }
            }
            // Near the end, where there are no eight, one by one.
            while row + 1 < rows && offsets[row + 1].place() <= at {
                row += 1;
            }
            let mut patterns = hit.patterns;
            while patterns != 0 {
                let pattern = patterns.trailing_zeros() as usize;
                patterns &= patterns - 1;
                let fits = at + self.patterns[pattern].len() <= offsets[row + 1].place();
                found[pattern * words + row / 64] |= u64::from(fits) << (row % 64);
            }
        }
    }

    /// The patterns at a place, of those that `may` be there.
    #[inline(always)]
    fn compare(&self, text: &[u8], at: usize, may: u8, hits: &mut Vec<Hit>) {
        let patterns = self.begin(text, at, may);
        if patterns != 0 {
            hits.push(Hit { at, patterns });
        }
    }

    #[inline(always)]
    fn begin(&self, text: &[u8], at: usize, mut may: u8) -> u8 {
        let mut patterns = 0;
        while may != 0 {
            let pattern = may.trailing_zeros() as usize;
            may &= may - 1;
            patterns |= u8::from(begins(&text[at..], &self.patterns[pattern])) << pattern;
        }
        patterns
    }

    /// The places from `first` on, one by one.
    fn rest(&self, text: &[u8], first: usize, hits: &mut Vec<Hit>) {
        for at in first..text.len() {
            self.compare(text, at, self.all(), hits);
        }
    }

    /// Notes places first and looks at them then: whether a vector has one is as good as random, and such questions are best not asked.
    ///
    /// `may` tells at which of 64 places patterns may begin, by the [`PLACES`] bytes from each on; `same` which patterns begin as eight bytes do.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn note(
        &self,
        text: &[u8],
        hits: &mut Vec<Hit>,
        may: impl Fn(*const u8) -> u64,
        same: impl Fn(u64) -> u8,
    ) {
        const AT_ONCE: usize = 8;
        let mut places = [0usize; 1024];
        let mut at = 0;
        // Eight bytes are compared at a place.
        let end = (text.len() + 1).saturating_sub(64 + 7);
        while at < end {
            let mut number = 0;
            while at < end && number + 64 <= places.len() {
                let mut bits = may(text[at..].as_ptr());
                let count = bits.count_ones() as usize;
                let mut first = number;
                loop {
                    // Of 64 places that are free, the first few are always written; those that are none are written over.
                    for free in &mut places[first..first + AT_ONCE] {
                        *free = at + bits.trailing_zeros() as usize;
                        bits &= bits.wrapping_sub(1);
                    }
                    if bits == 0 {
                        break;
                    }
                    first += AT_ONCE;
                }
                number += count;
                at += 64;
            }
            let before = hits.len();
            hits.resize(before + number, Hit::default());
            let mut next = before;
            for at in &places[..number] {
                // SAFETY: a place lies at least eight bytes before the end of the text.
                let bytes = unsafe { text.as_ptr().add(*at).cast::<u64>().read_unaligned() };
                let mut patterns = same(bytes) & self.all();
                if patterns & self.long != 0 {
                    patterns = self.begin(text, *at, patterns);
                }
                hits[next] = Hit { at: *at, patterns };
                next += usize::from(patterns != 0);
            }
            hits.truncate(next);
        }
        self.rest(text, at, hits);
    }

    /// # Safety
    /// The machine has AVX-512 with BW.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,bmi1,popcnt")]
    unsafe fn with_avx512(&self, text: &[u8], hits: &mut Vec<Hit>) {
        use std::arch::x86_64::*;
        let (mut low, mut high) = (
            [_mm512_setzero_si512(); PLACES],
            [_mm512_setzero_si512(); PLACES],
        );
        for place in 0..PLACES {
            // SAFETY: a table has 16 bytes.
            unsafe {
                low[place] =
                    _mm512_broadcast_i32x4(_mm_loadu_si128(self.low[place].as_ptr().cast()));
                high[place] =
                    _mm512_broadcast_i32x4(_mm_loadu_si128(self.high[place].as_ptr().cast()));
            }
        }
        // SAFETY: 8 times 8 bytes are there.
        let (heads, counting) = unsafe {
            (
                _mm512_loadu_si512(self.heads.as_ptr().cast()),
                _mm512_loadu_si512(self.counting.as_ptr().cast()),
            )
        };
        let half = _mm512_set1_epi8(15);
        let may = |from: *const u8| {
            let mut may = _mm512_set1_epi8(-1);
            let mut place = 0;
            while place < PLACES {
                // SAFETY: 64 bytes are there from every place on.
                let bytes = unsafe { _mm512_loadu_si512(from.add(place).cast()) };
                let low = _mm512_shuffle_epi8(low[place], _mm512_and_si512(bytes, half));
                let above = _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), half);
                let high = _mm512_shuffle_epi8(high[place], above);
                may = _mm512_and_si512(may, _mm512_and_si512(low, high));
                place += 1;
            }
            _mm512_test_epi8_mask(may, may)
        };
        self.note(text, hits, may, |bytes| {
            let differs = _mm512_xor_si512(_mm512_set1_epi64(bytes as i64), heads);
            _mm512_testn_epi64_mask(differs, counting)
        });
    }

    /// The same with vectors of half the width.
    ///
    /// # Safety
    /// The machine has AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    unsafe fn with_avx2(&self, text: &[u8], hits: &mut Vec<Hit>) {
        use std::arch::x86_64::*;
        let (mut low, mut high) = (
            [_mm256_setzero_si256(); PLACES],
            [_mm256_setzero_si256(); PLACES],
        );
        for place in 0..PLACES {
            // SAFETY: a table has 16 bytes.
            unsafe {
                low[place] =
                    _mm256_broadcastsi128_si256(_mm_loadu_si128(self.low[place].as_ptr().cast()));
                high[place] =
                    _mm256_broadcastsi128_si256(_mm_loadu_si128(self.high[place].as_ptr().cast()));
            }
        }
        let (mut heads, mut counting) = ([_mm256_setzero_si256(); 2], [_mm256_setzero_si256(); 2]);
        for four in 0..2 {
            // SAFETY: twice 4 times 8 bytes are there.
            unsafe {
                heads[four] = _mm256_loadu_si256(self.heads[four * 4..].as_ptr().cast());
                counting[four] = _mm256_loadu_si256(self.counting[four * 4..].as_ptr().cast());
            }
        }
        let (half, none) = (_mm256_set1_epi8(15), _mm256_setzero_si256());
        let may = |from: *const u8| {
            let mut places = 0;
            let mut part = 0;
            while part < 2 {
                let mut may = _mm256_set1_epi8(-1);
                let mut place = 0;
                while place < PLACES {
                    // SAFETY: 64 bytes are there from every place on.
                    let bytes = unsafe { _mm256_loadu_si256(from.add(32 * part + place).cast()) };
                    let low = _mm256_shuffle_epi8(low[place], _mm256_and_si256(bytes, half));
                    let above = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half);
                    let high = _mm256_shuffle_epi8(high[place], above);
                    may = _mm256_and_si256(may, _mm256_and_si256(low, high));
                    place += 1;
                }
                let without = _mm256_movemask_epi8(_mm256_cmpeq_epi8(may, none)) as u32;
                places |= u64::from(!without) << (32 * part);
                part += 1;
            }
            places
        };
        self.note(text, hits, may, |bytes| {
            let bytes = _mm256_set1_epi64x(bytes as i64);
            let mut patterns = 0;
            let mut four = 0;
            while four < 2 {
                let differs =
                    _mm256_and_si256(_mm256_xor_si256(bytes, heads[four]), counting[four]);
                let equal = _mm256_castsi256_pd(_mm256_cmpeq_epi64(differs, none));
                patterns |= (_mm256_movemask_pd(equal) as u8) << (4 * four);
                four += 1;
            }
            patterns
        });
    }
}

/// Whether a text begins with a pattern. Most patterns are short, and then this is quicker than comparing memory.
#[inline(always)]
fn begins(text: &[u8], pattern: &[u8]) -> bool {
    let Some(text) = text.get(..pattern.len()) else {
        return false;
    };
    let (head, body) = text.as_chunks::<8>();
    let (pattern_head, pattern_body) = pattern.as_chunks::<8>();
    head == pattern_head && body.iter().zip(pattern_body).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ODD: [&[u8]; 6] = [b"a", b"ab", b"aa", b"@gmail", b"mm", b"zz"];

    fn text() -> Vec<u8> {
        (0..1000u32)
            .map(|place| b"aab@gmail"[(place * place % 9) as usize])
            .collect()
    }

    #[test]
    fn every_place_is_found_in_every_form() {
        let text = text();
        let long = &text[100..300];
        let mut choices: Vec<Vec<&[u8]>> = ODD.iter().map(|pattern| vec![*pattern]).collect();
        choices.push(vec![long]);
        choices.push(vec![b"gm", b"ab@gma"]);
        choices.push(ODD.to_vec());
        choices.push(ODD.iter().copied().chain([long, b"il"]).collect());
        for patterns in choices {
            let several = Patterns::new(patterns.iter().copied());
            for length in [0, 1, 5, 63, 64, 65, 66, 67, 70, 71, 72, 127, 200, 999, 1000] {
                let text = &text[..length];
                let expected: Vec<(usize, usize)> = (0..length)
                    .flat_map(|at| (0..patterns.len()).map(move |pattern| (at, pattern)))
                    .filter(|(at, pattern)| text[*at..].starts_with(patterns[*pattern]))
                    .collect();
                for form in Form::available() {
                    let mut hits = vec![Hit::default()];
                    several.find(form, text, &mut hits);
                    let mut found: Vec<(usize, usize)> = (hits.iter())
                        .flat_map(|hit| {
                            let bits = (0..8).filter(|bit| hit.patterns >> bit & 1 == 1);
                            bits.map(|pattern| (hit.at, pattern))
                        })
                        .collect();
                    found.sort_unstable();
                    assert!(hits.is_sorted_by_key(|hit| hit.at));
                    assert_eq!(found, expected, "{form:?} {patterns:?} {length}");
                }
            }
        }
    }

    #[test]
    fn rows_are_found_that_hold_a_whole_pattern() {
        let text = text();
        let patterns = Patterns::new(ODD);
        for longest in [1, 2, 9, 40, 1000] {
            // Rows of all lengths, some of them empty, the first of which begins somewhere within.
            let mut offsets: Vec<i32> = vec![13];
            let mut place = 13;
            for row in 0.. {
                place += row * 7 % (longest + 1);
                if place > 1000 {
                    break;
                }
                offsets.push(place);
            }
            let rows = offsets.len() - 1;
            let words = rows.div_ceil(64);
            let mut expected = vec![0u64; words * ODD.len()];
            for (number, pattern) in ODD.iter().enumerate() {
                for row in 0..rows {
                    let text = &text[offsets[row] as usize..offsets[row + 1] as usize];
                    if text.windows(pattern.len()).any(|part| part == *pattern) {
                        expected[number * words + row / 64] |= 1 << (row % 64);
                    }
                }
            }
            let wide: Vec<i64> = offsets.iter().copied().map(i64::from).collect();
            for form in Form::available() {
                let mut hits = Vec::new();
                patterns.find(form, &text[13..offsets[rows] as usize], &mut hits);
                let mut found = vec![0; expected.len()];
                patterns.mark(form, &hits, &offsets, &mut found);
                assert_eq!(found, expected, "{form:?} {longest}");
                found.fill(0);
                patterns.mark(form, &hits, &wide, &mut found);
                assert_eq!(found, expected, "{form:?} {longest}");
            }
        }
    }
}
