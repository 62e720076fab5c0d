//! The pages of one column of a row group: where they lie, and their bytes, read when they are wanted.

use super::header::{Header, Kind};
use super::snappy;
use super::spare::Spare;
use super::values::Encoding;
use crate::data::input::Chunks;
use ::parquet::basic::{Compression, Type as Physical};
use ::parquet::file::metadata::ColumnChunkMetaData;
use arrow_schema::DataType;
use std::collections::VecDeque;
use std::io::{Error, ErrorKind};
use std::ops::Range;

/// A column of so few bytes is read at one go.
const AT_ONCE: usize = 256 << 10;
/// Bytes that are read for a header, and at most, for those with long figures in them.
const HEADER: usize = 256;
const LONGEST_HEADER: usize = 1 << 20;
/// A larger page is left to the crate.
const MOST_BYTES: usize = 64 << 20;

/// The pages of a column that have not been begun.
pub(super) struct Pages {
    chunks: Chunks,
    is_snappy: bool,
    left: VecDeque<Page>,
    /// Bytes of the file, from the beginning of the buffer on, and where in the file they lie.
    stored: Vec<u8>,
    held: Range<u64>,
    spare: Spare,
    failed: Option<Error>,
}

/// A page, and where it lies behind its header.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub(super) header: Header,
    pub(super) encoding: Encoding,
    at: u64,
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.spare.give(std::mem::take(&mut self.stored));
    }
}

/// Whether the column is compressed in the one way that is read here; none where it is in another.
pub(super) fn is_snappy(chunk: &ColumnChunkMetaData) -> Option<bool> {
    match chunk.compression() {
        Compression::UNCOMPRESSED => Some(false),
        Compression::SNAPPY => Some(true),
        _ => None,
    }
}

impl Pages {
    /// The pages of a column. None where one is not of those that are read here, or there are not as many rows.
    pub(super) fn find(
        chunks: Chunks,
        spare: &Spare,
        chunk: &ColumnChunkMetaData,
        data_type: &DataType,
        rows: usize,
    ) -> Option<Self> {
        let (start, length) = chunk.byte_range();
        let end = start.checked_add(length)?;
        let at_once = usize::try_from(length)
            .ok()
            .filter(|length| *length <= AT_ONCE);
        let mut pages = Self {
            chunks,
            is_snappy: is_snappy(chunk)?,
            left: VecDeque::new(),
            stored: spare.take(at_once.unwrap_or(AT_ONCE)),
            held: 0..0,
            spare: spare.clone(),
            failed: None,
        };
        if let Some(length) = at_once {
            pages.bytes(start, length)?;
        }
        let column = chunk.column_descr();
        let has_levels = column.max_def_level() == 1;
        let physical = column.physical_type();
        let is_coded = matches!(data_type, DataType::Dictionary(..));
        let (mut at, mut found) = (start, 0usize);
        while found < rows {
            let (header, length) = pages.header(at, end)?;
            at += length as u64;
            let behind = at.checked_add(header.stored as u64)?;
            let is_small = header.stored.max(header.length) <= MOST_BYTES;
            (behind <= end && is_small).then_some(())?;
            let encoding = encoding_of(&header, physical)?;
            let is_plain = encoding == Encoding::Plain;
            match header.kind {
                Kind::Dictionary if pages.left.is_empty() && is_plain => {}
                Kind::Data | Kind::DataApart if is_coded && is_plain => return None,
                Kind::Data if has_levels && header.levels != RUNS => return None,
                Kind::DataApart if header.repetitions > 0 => return None,
                Kind::Data | Kind::DataApart => found = found.checked_add(header.values)?,
                Kind::Dictionary | Kind::Other => return None,
            }
            pages.left.push_back(Page {
                header,
                encoding,
                at,
            });
            at = behind;
        }
        (found == rows).then_some(pages)
    }

    /// The header that begins at this place, and how long it is.
    fn header(&mut self, at: u64, end: u64) -> Option<(Header, usize)> {
        let left = usize::try_from(end.checked_sub(at)?).unwrap_or(usize::MAX);
        let mut length = HEADER;
        loop {
            let bytes = self.bytes(at, length.min(left))?;
            match Header::read(bytes) {
                Some(found) => return Some(found),
                None if length >= left.min(LONGEST_HEADER) => return None,
                None => length *= 16,
            }
        }
    }

    /// So many bytes of the file.
    fn bytes(&mut self, at: u64, length: usize) -> Option<&[u8]> {
        if !self.holds(at, length) {
            self.held = 0..0;
            let mut stored = std::mem::take(&mut self.stored);
            let read = self.read(at, length, &mut stored);
            self.stored = stored;
            read?;
            self.held = at..at + length as u64;
        }
        let first = (at - self.held.start) as usize;
        self.stored.get(first..first + length)
    }

    /// Reads so many bytes of the file to the beginning of a buffer.
    fn read(&mut self, at: u64, length: usize, out: &mut Vec<u8>) -> Option<()> {
        let read = self.chunks.read_into(at, length, out);
        read.map_err(|error| self.failed = Some(error)).ok()
    }

    fn holds(&self, at: u64, length: usize) -> bool {
        self.held.start <= at && at.saturating_add(length as u64) <= self.held.end
    }

    /// The next page, with its bytes decompressed to the beginning of a buffer, which may have more behind them, and those of levels that lie apart behind the
    /// others. None where there is no more, or it is damaged.
    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> Option<Read> {
        let page = self.left.pop_front()?;
        let Header {
            kind,
            stored,
            length,
            definitions,
            is_plain,
            ..
        } = page.header;
        let is_compressed = self.is_snappy && !is_plain;
        // Levels that lie apart stand before the values, and are not compressed.
        let apart = if kind == Kind::DataApart {
            definitions
        } else {
            0
        };
        let length = length.checked_sub(apart)?;
        if !is_compressed && apart == 0 && stored >= length && !self.holds(page.at, stored) {
            self.read(page.at, length, out)?;
            return Some(Read { page, length });
        }
        let bytes = self.bytes(page.at, stored)?;
        let (levels, block) = bytes.split_at_checked(apart)?;
        match is_compressed && length > 0 {
            true => snappy::decode(block, length, out)?,
            false => put(block.get(..length)?, 0, out),
        }
        put(levels, length, out);
        Some(Read { page, length })
    }

    /// Passes over the next page unread, where it is one of values, no more than so many: how many they were.
    pub(super) fn pass(&mut self, most: usize) -> Option<usize> {
        let header = self.left.front()?.header;
        let is_data = matches!(header.kind, Kind::Data | Kind::DataApart);
        (is_data && header.values <= most).then_some(())?;
        self.left.pop_front();
        Some(header.values)
    }

    /// How many rows each page has that is still to come.
    pub(super) fn rows(&self) -> Vec<usize> {
        let pages = self.left.iter().map(|page| page.header);
        let pages = pages.filter(|header| header.kind != Kind::Dictionary);
        pages.map(|header| header.values).collect()
    }

    /// Whether the dictionary, which comes next, has every value there is.
    pub(super) fn are_all_coded(&self) -> bool {
        let mut pages = self.left.iter();
        pages
            .next()
            .is_some_and(|page| page.header.kind == Kind::Dictionary)
            && pages.all(|page| page.encoding == Encoding::Dictionary)
    }

    /// Why there is no page, where there should be one.
    pub(super) fn fault(&self) -> String {
        match &self.failed {
            Some(error) if error.kind() == ErrorKind::UnexpectedEof => {
                "a column cannot be read, for the file ends before it does".to_owned()
            }
            Some(error) => format!("a column cannot be read: {error}"),
            None => "a column cannot be decoded".to_owned(),
        }
    }
}

/// A page that has been read.
pub(super) struct Read {
    pub(super) page: Page,
    /// Bytes of it, without levels that lie apart.
    pub(super) length: usize,
}

/// Writes bytes into a buffer, which may grow.
fn put(bytes: &[u8], at: usize, out: &mut Vec<u8>) {
    let end = at + bytes.len();
    if out.len() < end {
        out.resize(end, 0);
    }
    out[at..end].copy_from_slice(bytes);
}

// As the format numbers its encodings.
const PLAIN: i64 = 0;
const PLAIN_DICTIONARY: i64 = 2;
const RUNS: i64 = 3;
const RUNS_DICTIONARY: i64 = 8;

/// How the values of a page are stored, where it is read here.
fn encoding_of(header: &Header, physical: Physical) -> Option<Encoding> {
    Some(match (header.kind, header.encoding) {
        // Older writers call the dictionary so.
        (Kind::Dictionary, PLAIN | PLAIN_DICTIONARY) => Encoding::Plain,
        (_, PLAIN) => Encoding::Plain,
        (_, PLAIN_DICTIONARY | RUNS_DICTIONARY) => Encoding::Dictionary,
        (_, RUNS) if physical == Physical::BOOLEAN => Encoding::Runs,
        _ => return None,
    })
}
