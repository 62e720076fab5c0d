//! A bit for each row, gathered piece by piece.

use arrow_buffer::{BooleanBuffer, Buffer};

/// Bits in words, the first lowest; those behind the last are 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    length: usize,
}

impl Bits {
    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn get(&self, place: usize) -> bool {
        let word = self.words.get(place / 64);
        word.is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many of the bits from `first` on are set.
    pub(super) fn ones_from(&self, first: usize) -> usize {
        let words = &self.words[(first / 64).min(self.words.len())..];
        let ones: usize = words.iter().map(|word| word.count_ones() as usize).sum();
        let before = words.first().map_or(0, |word| word & below(first % 64));
        ones - before.count_ones() as usize
    }

    /// Adds the bits at these places to `out`, and for each that is set, how many are set before it to `ranks`. Places rise, and are counted from `base`.
    pub(super) fn pick(&self, places: &[u32], base: u32, out: &mut Bits, ranks: &mut Vec<u32>) {
        let mut before = Vec::with_capacity(self.words.len());
        let mut ones = 0;
        for word in &self.words {
            before.push((*word, ones));
            ones += word.count_ones();
        }
        for places in places.chunks(64) {
            let begin = ranks.len();
            ranks.resize(begin + places.len(), 0);
            let (mut picked, mut found) = (0u64, begin);
            for (at, place) in places.iter().enumerate() {
                // Without a branch: which are set cannot be foreseen.
                let place = (place - base) as usize;
                let (word, ones) = before.get(place / 64).copied().unwrap_or_default();
                let bit = word >> (place % 64) & 1;
                picked |= bit << at;
                ranks[found] = ones + (word & below(place % 64)).count_ones();
                found += bit as usize;
            }
            ranks.truncate(found);
            out.push(picked, places.len());
        }
    }

    /// 64 bits from a place on, those behind the last 0.
    fn word(&self, first: usize) -> u64 {
        let word = |place: usize| self.words.get(place).copied().unwrap_or(0);
        let (place, shift) = (first / 64, first % 64);
        match shift {
            0 => word(place),
            _ => word(place) >> shift | word(place + 1) << (64 - shift),
        }
    }

    /// Adds up to 64 bits, the lowest of a word.
    fn push(&mut self, word: u64, bits: usize) {
        let word = word & below(bits);
        let place = self.length % 64;
        match self.words.last_mut() {
            Some(last) if place > 0 => {
                *last |= word << place;
                if place + bits > 64 {
                    self.words.push(word >> (64 - place));
                }
            }
            _ => self.words.push(word),
        }
        self.length += bits;
    }

    /// Adds the same bit so many times.
    pub(super) fn repeat(&mut self, bit: bool, mut times: usize) {
        let word = if bit { u64::MAX } else { 0 };
        let head = (self.length.next_multiple_of(64) - self.length).min(times);
        if head > 0 {
            self.push(word, head);
            times -= head;
        }
        self.words.resize(self.words.len() + times / 64, word);
        self.length += times / 64 * 64;
        if !times.is_multiple_of(64) {
            self.push(word, times % 64);
        }
    }

    /// Adds so many bits of these bytes, from one of them on. None where there are fewer.
    pub(super) fn copy(&mut self, bytes: &[u8], first: usize, mut wanted: usize) -> Option<()> {
        let end = first.checked_add(wanted)?;
        let mut bytes = bytes.get(first / 8..end.div_ceil(8))?;
        let shift = first % 8;
        while wanted > 0 {
            // A word that begins within a byte has at most 57 bits of it.
            let word = match bytes.first_chunk() {
                Some(word) => u64::from_le_bytes(*word),
                None => (bytes.iter().rev()).fold(0, |word, byte| word << 8 | u64::from(*byte)),
            };
            let taken = wanted.min(if shift == 0 { 64 } else { 56 });
            self.push(word >> shift, taken);
            bytes = bytes.get(taken / 8..).unwrap_or(&[]);
            wanted -= taken;
        }
        Some(())
    }

    pub(super) fn into_buffer(self) -> BooleanBuffer {
        BooleanBuffer::new(Buffer::from_vec(self.words), 0, self.length)
    }
}

/// So many bits, the lowest.
#[inline]
fn below(bits: usize) -> u64 {
    match bits {
        64.. => u64::MAX,
        _ => (1 << bits) - 1,
    }
}

/// The values at the places of the bits that are set; anything at the others.
pub(super) fn spread<T: Copy + Default>(dense: &[T], bits: &Bits) -> Vec<T> {
    let mut out = Vec::with_capacity(bits.len() + 64);
    let mut next = 0;
    for word in bits.words() {
        if *word == u64::MAX
            && let Some(whole) = dense.get(next..next + 64)
        {
            out.extend_from_slice(whole);
            next += 64;
            continue;
        }
        // Without a branch for each: which are missing cannot be foreseen.
        out.extend((0..64).map(|bit| {
            let value = dense.get(next).copied().unwrap_or_default();
            next += (word >> bit & 1) as usize;
            value
        }));
    }
    out.truncate(bits.len());
    out
}

/// The same for bits; 0 at the others.
pub(super) fn spread_bits(dense: &Bits, bits: &Bits) -> Bits {
    let mut next = 0;
    let words = bits.words().iter().map(|known| {
        let mut values = dense.word(next);
        next += known.count_ones() as usize;
        if *known == u64::MAX {
            return values;
        }
        let mut spread = 0;
        for bit in 0..64 {
            let is_known = known >> bit & 1;
            spread |= (values & is_known) << bit;
            values >>= is_known;
        }
        spread
    });
    Bits {
        words: words.collect(),
        length: bits.length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_gathered_from_all_sides() {
        let bytes: Vec<u8> = (0..200u32).map(|place| (place * 37 % 251) as u8).collect();
        let bit = |place: usize| bytes[place / 8] >> (place % 8) & 1 == 1;
        for step in [1, 7, 63, 64, 65, 200] {
            let (mut bits, mut expected) = (Bits::default(), Vec::new());
            let mut at = 0;
            while at + step <= 1600 {
                bits.copy(&bytes, at, step).unwrap();
                expected.extend((at..at + step).map(bit));
                bits.repeat(at % 3 == 0, at % 150);
                expected.extend(std::iter::repeat_n(at % 3 == 0, at % 150));
                at += step;
            }
            assert_eq!(bits.len(), expected.len());
            assert!(
                (0..bits.len() + 9)
                    .all(|place| bits.get(place) == expected.get(place).is_some_and(|bit| *bit))
            );
            for first in [0, 1, 64, 100, expected.len()] {
                let ones = expected[first..].iter().filter(|bit| **bit).count();
                assert_eq!(bits.ones_from(first), ones);
            }
            let places: Vec<u32> = (0..expected.len() as u32)
                .filter(|place| place * 7 % 5 < 3)
                .collect();
            let moved: Vec<u32> = places.iter().map(|place| place + 9).collect();
            let (mut picked, mut ranks) = (Bits::default(), Vec::new());
            picked.repeat(true, 3);
            bits.pick(&moved, 9, &mut picked, &mut ranks);
            assert_eq!(picked.len(), 3 + places.len());
            let set: Vec<u32> = places
                .iter()
                .copied()
                .filter(|place| expected[*place as usize])
                .collect();
            assert!(
                (0..places.len()).all(|at| picked.get(3 + at) == expected[places[at] as usize])
            );
            let rank = |place: &u32| {
                expected[..*place as usize]
                    .iter()
                    .filter(|bit| **bit)
                    .count() as u32
            };
            assert_eq!(ranks, set.iter().map(rank).collect::<Vec<u32>>());
            let dense: Vec<usize> = (0..expected.len()).filter(|row| expected[*row]).collect();
            let spread = spread(&dense, &bits);
            assert_eq!(spread.len(), expected.len());
            assert!((0..expected.len()).all(|row| !expected[row] || spread[row] == row));
            let mut dense = Bits::default();
            (0..bits.ones_from(0)).for_each(|place| dense.repeat(place % 3 == 0, 1));
            let spread = spread_bits(&dense, &bits).into_buffer();
            let dense = dense.into_buffer();
            let mut dense = dense.iter();
            let values: Vec<bool> = (expected.iter())
                .map(|is_known| *is_known && dense.next().unwrap())
                .collect();
            assert!(spread.iter().eq(values));
            let buffer = bits.into_buffer();
            assert!(buffer.iter().eq(expected));
        }
        assert_eq!(Bits::default().copy(&bytes, 1590, 11), None);
    }
}
