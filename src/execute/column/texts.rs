//! Texts while a column grows: the different ones, with the place where each was first met, or all of them one behind the other; and what becomes of them.

use super::filler::{Filler, fill_codes};
use super::{Codes, Dictionary, Text, Values, bits};
use arrow_array::{LargeStringArray, StringArray};
use arrow_buffer::OffsetBuffer;
use foldhash::fast::FixedState;
use hashbrown::{HashSet, HashTable};
use std::hash::BuildHasher;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// How many different texts may be ordered by how they end.
const ORDERED_BY_END: RangeInclusive<usize> = 0x101..=0x1_0000;

/// Codes renumbered by the order of their texts, in the least number of bytes, and what stands under the missing ones.
pub(super) fn coded(
    mut codes: Vec<u32>,
    texts: &Texts,
    validity: &[u64],
) -> (Values, Option<Filler>) {
    let order = texts.ordered();
    let mut rank = vec![0; texts.len().max(1)];
    for (place, code) in order.iter().enumerate() {
        rank[*code as usize] = place as u32;
    }
    for (row, code) in codes.iter_mut().enumerate() {
        *code = if bits::get(validity, row) {
            rank[*code as usize]
        } else {
            0
        };
    }
    let sorted = LargeStringArray::from_iter_values(order.iter().map(|place| texts.get(*place)));
    let most = match texts.len() {
        0..=0x100 => u8::MAX.into(),
        0x101..=0x1_0000 => u16::MAX.into(),
        _ => u32::MAX,
    };
    let filler = fill_codes(&mut codes, validity, texts.len(), most);
    let codes = match texts.len() {
        0..=0x100 => Codes::U8(codes.iter().map(|code| *code as u8).collect()),
        0x101..=0x1_0000 => Codes::U16(codes.iter().map(|code| *code as u16).collect()),
        _ => Codes::U32(codes.into()),
    };
    let dictionary = Arc::new(Dictionary::new(Text::Large(sorted), false));
    (Values::Codes(codes, dictionary), filler)
}

/// Different texts, each with the place where it was first met.
#[derive(Debug, Default)]
pub(super) struct Texts {
    bytes: String,
    ends: Vec<usize>,
    places: HashTable<u32>,
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The places of the texts in their order, or in that of the texts read from the end where they end in few ways, as mail domains do: a test of how a text
    /// begins or ends is then one of a run of codes. Few enough for a table in the registers gain nothing by it.
    fn ordered(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        if ORDERED_BY_END.contains(&self.len()) && self.end_in_few_ways() {
            let from_end = |place: u32| self.get(place).bytes().rev();
            order.sort_unstable_by(|one, two| from_end(*one).cmp(from_end(*two)));
        } else {
            order.sort_unstable_by_key(|place| self.get(*place));
        }
        order
    }

    /// Whether there are less than half as many ways in which the texts end as there are in which they begin.
    fn end_in_few_ways(&self) -> bool {
        const BYTES: usize = 3;
        let texts = || (0..self.len() as u32).map(|place| self.get(place).as_bytes());
        let begins: HashSet<&[u8]> = texts().map(|text| &text[..text.len().min(BYTES)]).collect();
        let ends: HashSet<&[u8]> = texts()
            .map(|text| &text[text.len().saturating_sub(BYTES)..])
            .collect();
        ends.len() * 2 < begins.len()
    }

    pub(super) fn get(&self, place: u32) -> &str {
        text_at(&self.bytes, &self.ends, place)
    }

    pub(super) fn place(&mut self, text: &str) -> u32 {
        let hasher = FixedState::default();
        let hash = hasher.hash_one(text);
        let (bytes, ends) = (&self.bytes, &self.ends);
        let same = |place: &u32| text_at(bytes, ends, *place) == text;
        if let Some(place) = self.places.find(hash, same) {
            return *place;
        }
        let place = self.ends.len() as u32;
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        let (bytes, ends) = (&self.bytes, &self.ends);
        self.places.insert_unique(hash, place, |place| {
            hasher.hash_one(text_at(bytes, ends, *place))
        });
        place
    }
}

fn text_at<'a>(bytes: &'a str, ends: &[usize], place: u32) -> &'a str {
    let place = place as usize;
    let start = if place == 0 { 0 } else { ends[place - 1] };
    &bytes[start..ends[place]]
}

/// Texts one behind the other.
#[derive(Debug)]
pub(super) struct PlainTexts {
    bytes: String,
    starts: Vec<i64>,
}

impl PlainTexts {
    pub(super) fn of(codes: &[u32], texts: &Texts, validity: &[u64]) -> Self {
        let mut plain = Self {
            bytes: String::new(),
            starts: vec![0],
        };
        for (row, code) in codes.iter().enumerate() {
            plain.push(if bits::get(validity, row) {
                texts.get(*code)
            } else {
                ""
            });
        }
        plain
    }

    pub(super) fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.starts.push(self.bytes.len() as i64);
    }

    pub(super) fn finish(self) -> Text {
        let bytes = self.bytes.into_bytes().into();
        // Offsets of four bytes where they do.
        let narrow: Result<Vec<i32>, _> = self
            .starts
            .iter()
            .map(|start| (*start).try_into())
            .collect();
        if let Ok(starts) = narrow {
            let array = StringArray::try_new(OffsetBuffer::new(starts.into()), bytes, None);
            return Text::Small(array.unwrap_or_else(|_| StringArray::new_null(0)));
        }
        let starts = OffsetBuffer::new(self.starts.into());
        let array = LargeStringArray::try_new(starts, bytes, None);
        Text::Large(array.unwrap_or_else(|_| LargeStringArray::new_null(0)))
    }
}
