//! Which rows begin or end with a text, where rows lie one behind the other: eight bytes of each are compared as a number.

use super::Form;
#[cfg(target_arch = "x86_64")]
use super::drive::{AHEAD, ask_for};
use super::offsets::Offset;

/// A text that rows begin with, end with or are, not an empty one.
#[derive(Debug)]
pub(in crate::execute) struct Ends {
    text: Box<[u8]>,
    place: End,
    form: Form,
    /// The first or last eight bytes of the text, or as many as it has, as a number that begins with the lowest byte.
    few: u64,
    /// Which of its bits count.
    counting: u64,
    /// Of a longer text, eight bytes at its other end.
    other: Option<u64>,
}

/// Where a text has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::execute) enum End {
    First,
    Last,
    /// It is all there is.
    Both,
}

impl Ends {
    pub(in crate::execute) fn new(text: &[u8], place: End, form: Form) -> Self {
        let many = text.len().min(8);
        let mut bytes = [0; 8];
        let counting = match place {
            End::First | End::Both => {
                bytes[..many].copy_from_slice(&text[..many]);
                u64::MAX >> (64 - 8 * many.max(1))
            }
            End::Last => {
                bytes[8 - many..].copy_from_slice(&text[text.len() - many..]);
                u64::MAX << (64 - 8 * many.max(1))
            }
        };
        let other = match place {
            End::First | End::Both => text.last_chunk::<8>(),
            End::Last => text.first_chunk::<8>(),
        };
        Self {
            text: text.into(),
            place,
            form,
            few: u64::from_le_bytes(bytes),
            counting,
            other: (other.filter(|_| text.len() > 8)).map(|other| u64::from_le_bytes(*other)),
        }
    }

    /// Narrows the mask to the rows that have the text, and tells how many of its words still have a bit. `text` is that of the whole column, `offsets` are
    /// where the rows of the mask begin in it, and where the last one ends.
    pub(in crate::execute) fn narrow<O: Offset>(
        &self,
        text: &[u8],
        offsets: &[O],
        mask: &mut [u64],
    ) -> usize {
        match self.form {
            // SAFETY: the form was chosen among those of this machine.
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 => unsafe { self.narrow_with_avx512(text, offsets, mask) },
            _ => match self.other {
                None => self.words(text, offsets, mask, 8, |offsets, mask| {
                    of_rows(offsets, mask, |start, end| self.may_have(text, start, end))
                }),
                Some(other) => self.words(text, offsets, mask, 16, |offsets, mask| {
                    of_rows(offsets, mask, |start, end| {
                        self.may_have(text, start, end) & self.has_other(other, text, start, end)
                    })
                }),
            },
        }
    }

    /// Narrows word by word: `may_have` tells which of the rows of a mask, up to 64, may have the text. Of one of at most `whole` bytes it is sure.
    #[inline(always)]
    fn words<O: Offset>(
        &self,
        text: &[u8],
        offsets: &[O],
        mask: &mut [u64],
        whole: usize,
        may_have: impl Fn(&[O], u64) -> u64,
    ) -> usize {
        let rows = offsets.len() - 1;
        let mut live = 0;
        for (word, mask) in mask.iter_mut().enumerate() {
            if *mask == 0 {
                continue;
            }
            let first = word * 64;
            let offsets = &offsets[first..=(first + 64).min(rows)];
            *mask &= may_have(offsets, *mask);
            if self.text.len() > whole {
                *mask = self.those(text, offsets, *mask);
            }
            live += usize::from(*mask != 0);
        }
        live
    }

    /// Which of the rows of a mask have the text.
    fn those<O: Offset>(&self, text: &[u8], offsets: &[O], mask: u64) -> u64 {
        let (mut those, mut left) = (mask, mask);
        while left != 0 {
            let row = left.trailing_zeros() as usize;
            left &= left - 1;
            if !self.has(&text[offsets[row].place()..offsets[row + 1].place()]) {
                those &= !(1 << row);
            }
        }
        those
    }

    /// # Safety
    /// The machine has AVX-512 with BW, DQ and VL.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,bmi1")]
    unsafe fn narrow_with_avx512<O: Offset>(
        &self,
        text: &[u8],
        offsets: &[O],
        mask: &mut [u64],
    ) -> usize {
        use std::arch::x86_64::*;
        let least = _mm512_set1_epi64(self.text.len() as i64);
        let few = _mm512_set1_epi64(self.few as i64);
        let counting = _mm512_set1_epi64(self.counting as i64);
        let eight = _mm512_set1_epi64(8);
        // A longer text is looked at once more.
        let is_longer = self.other.is_some();
        let other = _mm512_set1_epi64(self.other.unwrap_or(0) as i64);
        self.words(text, offsets, mask, 16, |offsets, mask| {
            let rows = offsets.len() - 1;
            let (begin, end) = (offsets[0].place(), offsets[rows].place());
            // Rows that are long on the average are not read as a whole.
            if end - begin <= 64 * 64 {
                for line in (begin..end).step_by(64) {
                    ask_for(text.as_ptr().wrapping_add(line + AHEAD));
                }
            }
            if rows < 64 {
                return self.those(text, offsets, mask);
            }
            let mut has = 0;
            for row in (0..64).step_by(8) {
                let asked = (mask >> row) as u8;
                let (Some(starts), Some(ends)) = (
                    offsets[row..].first_chunk::<8>(),
                    offsets[row + 1..].first_chunk::<8>(),
                ) else {
                    continue;
                };
                // SAFETY: the caller made sure of AVX-512.
                let (starts, ends) = unsafe { (O::eight(starts), O::eight(ends)) };
                let lengths = _mm512_sub_epi64(ends, starts);
                let fits = match self.place {
                    End::First | End::Last => _mm512_mask_cmpge_epi64_mask(asked, lengths, least),
                    End::Both => _mm512_mask_cmpeq_epi64_mask(asked, lengths, least),
                };
                let from = match self.place {
                    End::First | End::Both => starts,
                    End::Last => _mm512_sub_epi64(ends, eight),
                };
                // SAFETY: the caller made sure of AVX-512.
                let (bytes, within) = unsafe { eight_bytes(text, fits, from) };
                let differing = _mm512_xor_si512(bytes, few);
                let mut passing = _mm512_mask_testn_epi64_mask(within, differing, counting);
                if is_longer && passing != 0 {
                    let from = match self.place {
                        End::First | End::Both => {
                            _mm512_sub_epi64(_mm512_add_epi64(starts, least), eight)
                        }
                        End::Last => _mm512_sub_epi64(ends, least),
                    };
                    // SAFETY: as above.
                    let (bytes, within) = unsafe { eight_bytes(text, passing, from) };
                    passing = _mm512_mask_cmpeq_epi64_mask(within, bytes, other);
                }
                // At the very ends of the column there are no eight bytes.
                let beyond = u64::from(fits & !within);
                passing |= self.those(text, &offsets[row..], beyond) as u8;
                has |= u64::from(passing) << row;
            }
            has
        })
    }

    /// Whether the eight bytes that are looked at are right, and the row is long enough.
    #[inline(always)]
    fn may_have(&self, text: &[u8], start: usize, end: usize) -> bool {
        let length = end - start;
        let (fits, from) = match self.place {
            End::First => (length >= self.text.len(), start),
            End::Last => (length >= self.text.len(), end.wrapping_sub(8)),
            End::Both => (length == self.text.len(), start),
        };
        let bytes = text.get(from..).and_then(<[u8]>::first_chunk::<8>);
        match bytes {
            Some(bytes) => fits & ((u64::from_le_bytes(*bytes) ^ self.few) & self.counting == 0),
            // At the very ends of the column there are no eight bytes.
            None => fits && self.has(&text[start..end]),
        }
    }

    /// Whether eight bytes at the other end of a text, were it there, are right. Of a row that is long enough they are its own.
    #[inline(always)]
    fn has_other(&self, other: u64, text: &[u8], start: usize, end: usize) -> bool {
        let from = match self.place {
            End::First | End::Both => start + self.text.len() - 8,
            End::Last => end.wrapping_sub(self.text.len()),
        };
        let bytes = text.get(from..).and_then(<[u8]>::first_chunk::<8>);
        bytes.is_some_and(|bytes| u64::from_le_bytes(*bytes) == other)
    }

    fn has(&self, own: &[u8]) -> bool {
        match self.place {
            End::First => own.starts_with(&self.text),
            End::Last => own.ends_with(&self.text),
            End::Both => *own == *self.text,
        }
    }
}

/// Which of up to 64 rows in a mask `may_have` the text, by where they begin and end.
#[inline(always)]
fn of_rows<O: Offset>(offsets: &[O], mask: u64, may_have: impl Fn(usize, usize) -> bool) -> u64 {
    let mut has = 0;
    for (row, ends) in offsets.windows(2).enumerate() {
        has |= u64::from(may_have(ends[0].place(), ends[1].place())) << row;
    }
    has & mask
}

/// Eight bytes from each of the places that are asked for, and of which of them there are so many.
///
/// # Safety
/// The machine has AVX-512.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn eight_bytes(
    text: &[u8],
    asked: u8,
    from: std::arch::x86_64::__m512i,
) -> (std::arch::x86_64::__m512i, u8) {
    use std::arch::x86_64::*;
    // SAFETY: only places are looked at behind which there are eight bytes of the text; the caller made sure of AVX-512.
    unsafe {
        let none = _mm512_setzero_si512();
        // Below 0 in a shorter text, where none is.
        let last = _mm512_set1_epi64(text.len() as i64 - 8);
        let within = _mm512_mask_cmpge_epi64_mask(asked, from, none);
        let within = _mm512_mask_cmple_epi64_mask(within, from, last);
        let bytes = _mm512_mask_i64gather_epi64::<1>(none, within, from, text.as_ptr().cast());
        (bytes, within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_other_byte_is_no_hit_wherever_it_stands() {
        for length in [3, 8, 9, 12, 16, 17, 24] {
            let pattern: Vec<u8> = (0..length).map(|place| b'a' + place).collect();
            // Every row has one other byte, each time another one, but for the last.
            let rows = usize::from(length) + 1;
            let mut text = pattern.repeat(rows);
            for row in 0..rows - 1 {
                text[row * pattern.len() + row] = b'#';
            }
            // Not the whole of the text is that of the rows.
            text.extend(b"behind the last");
            let offsets: Vec<i32> = (0..=rows).map(|row| (row * pattern.len()) as i32).collect();
            for place in [End::First, End::Last, End::Both] {
                for form in Form::available() {
                    let mut found = [(1 << rows) - 1];
                    let ends = Ends::new(&pattern, place, form);
                    assert_eq!(ends.narrow(&text, &offsets, &mut found), 1);
                    assert_eq!(found, [1u64 << (rows - 1)], "{form:?} {place:?} {length}");
                }
            }
        }
    }

    #[test]
    fn rows_are_found_by_their_ends() {
        let text: Vec<u8> = (0..2000u32)
            .map(|place| b"ab.be"[(place * place % 5) as usize])
            .collect();
        for longest in [1, 3, 9, 30] {
            let mut offsets: Vec<i32> = vec![0];
            for row in 0.. {
                let end = offsets[row] + (row as i32 * 7) % (longest + 1);
                if end > 2000 {
                    break;
                }
                offsets.push(end);
            }
            let count = offsets.len() - 1;
            let own = |row: usize| &text[offsets[row] as usize..offsets[row + 1] as usize];
            let of_rows = (0..count).map(own).filter(|own| !own.is_empty());
            let mut patterns: Vec<Vec<u8>> = of_rows.take(40).map(<[u8]>::to_vec).collect();
            patterns.extend([
                b"a".to_vec(),
                b".be".to_vec(),
                b"zz".to_vec(),
                text[3..30].to_vec(),
            ]);
            for pattern in &patterns {
                for place in [End::First, End::Last, End::Both] {
                    let has = |own: &[u8]| match place {
                        End::First => own.starts_with(pattern),
                        End::Last => own.ends_with(pattern),
                        End::Both => own == &pattern[..],
                    };
                    // A row that is not asked about stays out, whatever it has.
                    let asked = |row: usize| row % 11 != 3;
                    let mut expected = vec![0u64; count.div_ceil(64)];
                    let mut mask = expected.clone();
                    for row in 0..count {
                        mask[row / 64] |= u64::from(asked(row)) << (row % 64);
                        expected[row / 64] |= u64::from(asked(row) && has(own(row))) << (row % 64);
                    }
                    let wide: Vec<i64> = offsets.iter().copied().map(i64::from).collect();
                    let words = expected.iter().filter(|word| **word != 0).count();
                    for form in Form::available() {
                        let ends = Ends::new(pattern, place, form);
                        let (mut found, mut found_wide) = (mask.clone(), mask.clone());
                        let live = ends.narrow(&text, &offsets, &mut found);
                        assert_eq!((&found, live), (&expected, words), "{form:?} {place:?}");
                        let live = ends.narrow(&text, &wide, &mut found_wide);
                        assert_eq!(
                            (&found_wide, live),
                            (&expected, words),
                            "{form:?} {place:?}"
                        );
                    }
                }
            }
        }
    }
}
