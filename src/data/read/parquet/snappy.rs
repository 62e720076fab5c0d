//! Snappy, a good deal faster than by the crate: whether a tag stands for bytes of its own or for such that were there before cannot be foreseen, so that no
//! branch hangs on it. Bytes are copied in steps of a fixed width, a little too far; what is too much is written over by the next tag.

use std::hint::select_unpredictable;

/// Bytes copied at once.
const STEP: usize = 32;
/// Room behind what is decoded.
const SLACK: usize = 2 * STEP;
/// The tag and what belongs to it, at most.
const TAG: usize = 5;

/// Decodes a block of this many bytes to the beginning of `out`, which may have more behind it. None where the block is damaged.
pub(super) fn decode(block: &[u8], length: usize, out: &mut Vec<u8>) -> Option<()> {
    let (told, mut from) = varint(block)?;
    if usize::try_from(told).ok()? != length {
        return None;
    }
    let room = length.checked_add(SLACK)?;
    if out.len() < room {
        out.resize(room, 0);
    }
    let out = &mut out[..room];
    let mut to = 0;
    while from + TAG + STEP <= block.len() && to + STEP <= length {
        let tag = block[from];
        let kind = usize::from(tag & 3);
        let size = SIZES[usize::from(tag)] as usize;
        let behind = u32::from_le_bytes(*block.get(from + 1..)?.first_chunk()?);
        let offset = (behind & OFFSETS[kind]) as usize + HIGHS[usize::from(tag)];
        if size > offset {
            // Longer than a step, or a pattern that repeats itself.
            (from, to) = one(block, from, out, to, length)?;
            continue;
        }
        let is_literal = kind == 0;
        // Before the beginning nothing is found, for that is beyond the end.
        let place = select_unpredictable(is_literal, from + 1, to.wrapping_sub(offset));
        let source: &[u8] = select_unpredictable(is_literal, block, &out[..]);
        let bytes: [u8; STEP] = *source.get(place..)?.first_chunk()?;
        *out.get_mut(to..)?.first_chunk_mut()? = bytes;
        from += 1 + select_unpredictable(is_literal, usize::from(tag >> 2) + 1, kind);
        to += size;
    }
    while from < block.len() {
        (from, to) = one(block, from, out, to, length)?;
    }
    (to == length).then_some(())
}

/// By tag how many bytes it stands for; of those that are not for the quick way, more than any offset.
const SIZES: [u32; 256] = {
    let mut sizes = [u32::MAX; 256];
    let mut tag = 0;
    while tag < 256 {
        let high = (tag >> 2) as u32;
        match tag & 3 {
            0 | 2 if (high as usize) < STEP => sizes[tag] = high + 1,
            1 => sizes[tag] = (high & 7) + 4,
            _ => {}
        }
        tag += 1;
    }
    sizes
};

/// By tag the part of the offset that it holds itself; a literal has one that is never too small.
const HIGHS: [usize; 256] = {
    let mut highs = [0; 256];
    let mut tag = 0;
    while tag < 256 {
        match tag & 3 {
            0 if tag >> 2 < STEP => highs[tag] = STEP,
            1 => highs[tag] = (tag >> 5) << 8,
            _ => {}
        }
        tag += 1;
    }
    highs
};

/// By kind of tag which bits of what is behind it are the offset.
const OFFSETS: [u32; 4] = [0, 0xff, 0xffff, 0];

/// Decodes one tag of any kind: where the next is, and where its bytes go.
#[cold]
#[inline(never)]
fn one(
    block: &[u8],
    from: usize,
    out: &mut [u8],
    to: usize,
    length: usize,
) -> Option<(usize, usize)> {
    let tag = *block.get(from)?;
    let from = from + 1;
    let high = usize::from(tag >> 2);
    if tag & 3 == 0 {
        let (size, from) = match high {
            0..60 => (high + 1, from),
            _ => {
                let width = high - 59;
                (number(block, from, width)?.checked_add(1)?, from + width)
            }
        };
        let bytes = block.get(from..from.checked_add(size)?)?;
        if size > length - to {
            return None;
        }
        out[to..to + size].copy_from_slice(bytes);
        return Some((from + size, to + size));
    }
    let (size, offset, from) = match tag & 3 {
        1 => {
            let low = number(block, from, 1)?;
            ((high & 7) + 4, usize::from(tag >> 5) << 8 | low, from + 1)
        }
        2 => (high + 1, number(block, from, 2)?, from + 2),
        _ => (high + 1, number(block, from, 4)?, from + 4),
    };
    if offset == 0 || offset > to || size > length - to {
        return None;
    }
    let start = to - offset;
    match size <= offset {
        true => out.copy_within(start..start + size, to),
        false => (0..size).for_each(|place| out[to + place] = out[start + place]),
    }
    Some((from, to + size))
}

/// A number of so many bytes, the lowest first.
fn number(block: &[u8], from: usize, width: usize) -> Option<usize> {
    let bytes = block.get(from..from + width)?;
    let number = (bytes.iter().rev()).fold(0, |number, byte| number << 8 | u64::from(*byte));
    usize::try_from(number).ok()
}

/// A number of seven bits a byte, and where what follows begins.
fn varint(block: &[u8]) -> Option<(u64, usize)> {
    let mut number = 0;
    for (place, byte) in block.iter().take(5).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number, place + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn decoded(block: &[u8], length: usize) -> Option<Vec<u8>> {
        // What was there before does not matter.
        let mut out = vec![0xEE; 10];
        decode(block, length, &mut out)?;
        out.truncate(length);
        Some(out)
    }

    /// The length, then the block.
    fn block(length: u8, tags: &[u8]) -> Vec<u8> {
        [&[length], tags].concat()
    }

    #[test]
    fn each_kind_of_tag_is_understood() {
        assert_eq!(decoded(&[0], 0).unwrap(), b"");
        assert_eq!(decoded(&block(3, b"\x08abc"), 3).unwrap(), b"abc");
        // A literal whose length stands behind the tag, in one byte and in two.
        assert_eq!(decoded(&block(3, b"\xf0\x02abc"), 3).unwrap(), b"abc");
        assert_eq!(decoded(&block(3, b"\xf4\x02\x00abc"), 3).unwrap(), b"abc");
        // Copies with offsets of 11, 16 and 32 bits; from further back than they are long, and not.
        let expected = b"abcdabcdabcd";
        assert_eq!(
            decoded(&block(12, b"\x0cabcd\x11\x04"), 12).unwrap(),
            expected
        );
        assert_eq!(
            decoded(&block(12, b"\x0cabcd\x1e\x04\x00"), 12).unwrap(),
            expected
        );
        assert_eq!(
            decoded(&block(12, b"\x0cabcd\x1f\x04\x00\x00\x00"), 12).unwrap(),
            expected
        );
        assert_eq!(
            decoded(&block(6, b"\x08abc\x0a\x03\x00"), 6).unwrap(),
            b"abcabc"
        );
    }

    #[test]
    fn what_the_crate_compresses_comes_back() {
        let mut random = 7u64;
        let mut next = |below: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (random >> 33) % below
        };
        for round in 0..300 {
            let mut text = Vec::new();
            let words = next(40) + 1;
            for _ in 0..next(3000) {
                let word = next(words);
                let times = if next(50) == 0 { next(200) } else { word % 9 };
                text.extend((0..times).map(|place| (word * 31 + place / (1 + word % 4)) as u8));
                if next(5) == 0 {
                    text.push(next(256) as u8);
                }
            }
            if round % 10 == 0 {
                text.extend((0..70_000).map(|_| next(256) as u8));
            }
            let block = snap::raw::Encoder::new().compress_vec(&text).unwrap();
            assert_eq!(decoded(&block, text.len()), Some(text.clone()));
            // Damaged blocks give something or nothing, and end.
            for _ in 0..20 {
                let mut block = block.clone();
                let place = next(block.len() as u64) as usize;
                block[place] ^= 1 << next(8);
                decoded(&block, text.len());
                decoded(&block[..place], text.len());
            }
        }
    }

    #[test]
    fn damaged_blocks_are_told() {
        let broken: [&[u8]; 10] = [
            b"",
            b"\x80",
            b"\x03\x08ab",
            b"\x04\x08abc",
            b"\x02\x08abc",
            b"\x08\x0cabcd\x01\x00",
            b"\x08\x0cabcd\x01\x05",
            b"\x08\x0cabcd\x0e\x04",
            b"\x08\x0cabcd\x0f\x04\x00",
            b"\x03\xfc\xff\xff\xff\xff",
        ];
        for block in broken {
            let length = block.first().map_or(0, |length| usize::from(length & 0x7f));
            assert_eq!(decoded(block, length), None, "{block:?}");
        }
        // Far from the end as well: an offset beyond the beginning, and none.
        for offset in [[0xff, 0xff], [0, 0]] {
            let mut block = vec![100, 12 << 2];
            block.extend([b'x'; 13]);
            block.extend([30 << 2 | 2, offset[0], offset[1]]);
            block.extend([59 << 2; 61]);
            assert_eq!(decoded(&block, 100), None);
        }
        assert_eq!(decoded(b"\x03\x08abc", 4), None);
        assert_eq!(decoded(b"\xff\xff\xff\xff\x7f", usize::MAX), None);
    }
}
