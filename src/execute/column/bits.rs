//! Masks: a bit for each row, 64 rows a word, the first row in the lowest bit.

use arrow_buffer::{BooleanBuffer, NullBuffer};
use std::sync::Arc;

/// The number of words that hold this many rows.
pub(in crate::execute) fn words(rows: usize) -> usize {
    rows.div_ceil(64)
}

#[inline]
pub(in crate::execute) fn get(mask: &[u64], row: usize) -> bool {
    mask[row / 64] >> (row % 64) & 1 != 0
}

pub(in crate::execute) fn set(mask: &mut [u64], row: usize) {
    mask[row / 64] |= 1 << (row % 64);
}

/// Of the rows from one up to, and without, another: their bits in the word of the first and in that of the last of them.
#[inline]
pub(in crate::execute) fn edges(from: usize, to: usize) -> (u64, u64) {
    (u64::MAX << (from % 64), u64::MAX >> (63 - (to - 1) % 64))
}

/// Sets the bits from one row up to, and without, another.
pub(in crate::execute) fn set_all(mask: &mut [u64], from: usize, to: usize) {
    if from >= to {
        return;
    }
    let (first, last) = (from / 64, (to - 1) / 64);
    let (low, high) = edges(from, to);
    if first == last {
        mask[first] |= low & high;
        return;
    }
    mask[first] |= low;
    mask[first + 1..last].fill(u64::MAX);
    mask[last] |= high;
}

/// The bits of a word that stand for rows, when it is the `word`-th of a mask over `rows` rows.
pub(in crate::execute) fn live(word: usize, rows: usize) -> u64 {
    match rows.saturating_sub(word * 64) {
        0 => 0,
        left if left >= 64 => u64::MAX,
        left => (1 << left) - 1,
    }
}

/// A mask with the bits of an Arrow buffer, from whatever bit it begins at.
pub(in crate::execute) fn from_buffer(buffer: &BooleanBuffer) -> Vec<u64> {
    let chunks = buffer.bit_chunks();
    let mut mask: Vec<u64> = chunks.iter().collect();
    if chunks.remainder_len() > 0 {
        mask.push(chunks.remainder_bits());
    }
    mask
}

/// Appends the bits of `rows` rows, all of them set where there is no mask, to a mask over `before` rows.
pub(in crate::execute) fn append(
    mask: &mut Vec<u64>,
    before: usize,
    more: Option<&[u64]>,
    rows: usize,
) {
    mask.resize(words(before + rows), 0);
    let shift = before % 64;
    for word in 0..words(rows) {
        let bits = more.map_or(u64::MAX, |more| more[word]) & live(word, rows);
        let place = before / 64 + word;
        mask[place] |= bits << shift;
        if shift > 0 && bits >> (64 - shift) != 0 {
            mask[place + 1] |= bits >> (64 - shift);
        }
    }
}

/// The validity of an Arrow array; none where no value is null.
pub(in crate::execute) fn from_nulls(nulls: Option<&NullBuffer>) -> Option<Arc<[u64]>> {
    let nulls = nulls.filter(|nulls| nulls.null_count() > 0)?;
    Some(from_buffer(nulls.inner()).into())
}

/// A mask made of the answers for each row.
pub(in crate::execute) fn from_rows(
    rows: usize,
    mut answer: impl FnMut(usize) -> bool,
) -> Vec<u64> {
    let mut mask = vec![0; words(rows)];
    for (word, bits) in mask.iter_mut().enumerate() {
        let first = word * 64;
        for bit in 0..(rows - first).min(64) {
            *bits |= u64::from(answer(first + bit)) << bit;
        }
    }
    mask
}

/// The rows that have a bit.
pub(in crate::execute) fn each(mask: &[u64]) -> impl Iterator<Item = usize> {
    let of_word = |(word, bits): (usize, &u64)| {
        let left = |bits: &u64| (*bits != 0).then_some(*bits);
        std::iter::successors(left(bits), move |bits| left(&(bits & (bits - 1))))
            .map(move |bits| word * 64 + bits.trailing_zeros() as usize)
    };
    mask.iter().enumerate().flat_map(of_word)
}

pub(in crate::execute) fn count(mask: &[u64]) -> u64 {
    mask.iter().map(|word| u64::from(word.count_ones())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_at_odd_offsets_become_masks_from_the_first_bit() {
        let buffer: BooleanBuffer = (0..300).map(|row| row % 7 == 3).collect();
        for (offset, length) in [(0, 300), (1, 64), (5, 63), (63, 130), (299, 1), (10, 0)] {
            let mask = from_buffer(&buffer.slice(offset, length));
            assert_eq!(mask.len(), words(length));
            let expected: Vec<usize> = (0..length).filter(|row| (row + offset) % 7 == 3).collect();
            let rows: Vec<usize> = (0..length).filter(|row| get(&mask, *row)).collect();
            assert_eq!(rows, expected);
            assert_eq!(count(&mask), expected.len() as u64);
        }
    }

    #[test]
    fn masks_are_appended_at_any_row() {
        let mut mask = Vec::new();
        let mut expected = Vec::new();
        for (round, rows) in [3, 64, 0, 61, 130, 1, 200].into_iter().enumerate() {
            let more = from_rows(rows, |row| row * row % 5 < 2);
            let more = (round != 3).then_some(&more[..]);
            append(&mut mask, expected.len(), more, rows);
            expected.extend((0..rows).map(|row| more.is_none_or(|more| get(more, row))));
        }
        assert_eq!(mask, from_rows(expected.len(), |row| expected[row]));
    }

    #[test]
    fn live_bits_end_with_the_rows() {
        assert_eq!(live(0, 64), u64::MAX);
        assert_eq!(live(0, 3), 0b111);
        assert_eq!(live(1, 64), 0);
        assert_eq!(live(1, 70), 0b11_1111);
    }
}
