//! Which rows begin or end with a text, where rows lie one behind the other: eight bytes of each are compared as a number.

use super::offsets::Offset;

/// A text that rows begin with, end with or are, not an empty one.
#[derive(Debug)]
pub(in crate::execute) struct Ends {
    text: Box<[u8]>,
    place: End,
    /// The first or last eight bytes of the text, or as many as it has, as a number that begins with the lowest byte.
    few: u64,
    /// Which of its bits count.
    counting: u64,
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
    pub(in crate::execute) fn new(text: &[u8], place: End) -> Self {
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
        Self {
            text: text.into(),
            place,
            few: u64::from_le_bytes(bytes),
            counting,
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
        let rows = offsets.len() - 1;
        let mut live = 0;
        for (word, mask) in mask.iter_mut().enumerate() {
            if *mask == 0 {
                continue;
            }
            let first = word * 64;
            let offsets = &offsets[first..=(first + 64).min(rows)];
            let mut has = 0;
            for (row, ends) in offsets.windows(2).enumerate() {
                has |= u64::from(self.may_have(text, ends[0].place(), ends[1].place())) << row;
            }
            *mask &= has;
            if self.text.len() > 8 {
                let mut left = *mask;
                while left != 0 {
                    let row = left.trailing_zeros() as usize;
                    left &= left - 1;
                    let own = &text[offsets[row].place()..offsets[row + 1].place()];
                    if !self.has(own) {
                        *mask &= !(1 << row);
                    }
                }
            }
            live += usize::from(*mask != 0);
        }
        live
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

    fn has(&self, own: &[u8]) -> bool {
        match self.place {
            End::First => own.starts_with(&self.text),
            End::Last => own.ends_with(&self.text),
            End::Both => *own == *self.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                    let live = Ends::new(pattern, place).narrow(&text, &offsets, &mut mask);
                    assert_eq!(mask, expected, "{place:?} {pattern:?}");
                    assert_eq!(live, expected.iter().filter(|word| **word != 0).count());
                }
            }
        }
    }
}
