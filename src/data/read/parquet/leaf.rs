//! One column of a row group, decoded batch by batch: columns that are not nested, in the encodings that most files have. Whatever else there is, the
//! crate reads.

use super::bits::Bits;
use super::header::{Header, Kind};
use super::hybrid::Hybrid;
use super::snappy;
use super::spare::Spare;
use super::values::{Codes, Encoding, Numbers, Texts, Truth, Values};
use ::parquet::basic::{Compression, Type as Physical};
use ::parquet::file::metadata::ColumnChunkMetaData;
use arrow_array::ArrayRef;
use arrow_array::types::{
    Date32Type, Float32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_schema::{DataType, TimeUnit};
use std::collections::VecDeque;

/// Whether a column that is stored like this can be read here, as far as its page headers allow.
pub(super) fn is_readable(chunk: &ColumnChunkMetaData, data_type: &DataType) -> bool {
    let column = chunk.column_descr();
    let is_flat = column.max_rep_level() == 0 && column.max_def_level() <= 1;
    is_flat && is_snappy(chunk).is_some() && values_of(column.physical_type(), data_type).is_some()
}

fn is_snappy(chunk: &ColumnChunkMetaData) -> Option<bool> {
    match chunk.compression() {
        Compression::UNCOMPRESSED => Some(false),
        Compression::SNAPPY => Some(true),
        _ => None,
    }
}

/// What decodes values that are stored as the type has them.
fn values_of(physical: Physical, data_type: &DataType) -> Option<Box<dyn Values>> {
    macro_rules! numbers {
        ($kind:ty) => {
            Box::new(Numbers::<$kind>::new(data_type))
        };
    }
    Some(match (physical, data_type) {
        (Physical::BOOLEAN, DataType::Boolean) => Box::new(Truth::default()),
        (Physical::INT32, DataType::Int32) => numbers!(Int32Type),
        (Physical::INT32, DataType::Date32) => numbers!(Date32Type),
        (Physical::INT64, DataType::Int64) => numbers!(Int64Type),
        (Physical::INT64, DataType::Timestamp(unit, _)) => match unit {
            TimeUnit::Second => numbers!(TimestampSecondType),
            TimeUnit::Millisecond => numbers!(TimestampMillisecondType),
            TimeUnit::Microsecond => numbers!(TimestampMicrosecondType),
            TimeUnit::Nanosecond => numbers!(TimestampNanosecondType),
        },
        (Physical::FLOAT, DataType::Float32) => numbers!(Float32Type),
        (Physical::DOUBLE, DataType::Float64) => numbers!(Float64Type),
        (Physical::BYTE_ARRAY, DataType::Utf8) => Box::new(Texts::default()),
        (Physical::BYTE_ARRAY, DataType::Dictionary(codes, texts))
            if **codes == DataType::Int32 && **texts == DataType::Utf8 =>
        {
            Box::new(Codes::default())
        }
        _ => return None,
    })
}

/// A column of a row group, and how far it has been read.
pub(super) struct Leaf {
    /// All its pages are at the beginning of it.
    stored: Vec<u8>,
    is_snappy: bool,
    /// A value may be missing.
    has_levels: bool,
    values: Box<dyn Values>,
    /// Pages that have not been begun.
    pages: VecDeque<Page>,
    /// The page that is being read, decompressed.
    page: Vec<u8>,
    /// Where its values end.
    end: usize,
    /// What is left of it.
    rows: usize,
    levels: Option<Hybrid>,
    spare: Spare,
}

impl Drop for Leaf {
    fn drop(&mut self) {
        self.spare.give(std::mem::take(&mut self.stored));
        self.spare.give(std::mem::take(&mut self.page));
    }
}

/// Where a page lies.
struct Page {
    header: Header,
    encoding: Encoding,
    at: usize,
}

/// What is wrong with a column.
pub(super) const DAMAGED: &str = "a column cannot be decoded";

impl Leaf {
    /// A column whose pages are so many bytes at the beginning of a buffer. None where a page is not of those that are read here, or there are not as many
    /// rows.
    pub(super) fn open(
        stored: Vec<u8>,
        length: usize,
        spare: &Spare,
        chunk: &ColumnChunkMetaData,
        data_type: &DataType,
        rows: usize,
    ) -> Option<Self> {
        let pages = pages(stored.get(..length)?, chunk, data_type, rows)?;
        let column = chunk.column_descr();
        Some(Self {
            is_snappy: is_snappy(chunk)?,
            has_levels: column.max_def_level() == 1,
            values: values_of(column.physical_type(), data_type)?,
            stored,
            pages,
            page: spare.take(),
            end: 0,
            rows: 0,
            levels: None,
            spare: spare.clone(),
        })
    }
    /// The next so many rows.
    pub(super) fn read(&mut self, rows: usize) -> Result<ArrayRef, String> {
        let known = self.take(rows).ok_or(DAMAGED)?;
        self.values.array(known).map_err(|error| error.to_string())
    }

    /// Takes values; which rows have one, where some have none.
    fn take(&mut self, mut wanted: usize) -> Option<Option<Bits>> {
        let mut known = self.has_levels.then(Bits::default);
        let all = wanted;
        while wanted > 0 {
            if self.rows == 0 {
                self.next_page()?;
                continue;
            }
            let rows = wanted.min(self.rows);
            let values = match (&mut known, &mut self.levels) {
                (Some(known), Some(levels)) => {
                    let before = known.len();
                    levels.take_bits(&self.page, rows, known)?;
                    known.ones_from(before)
                }
                (Some(known), None) => {
                    known.repeat(true, rows);
                    rows
                }
                (None, _) => rows,
            };
            self.values.take(self.page.get(..self.end)?, values)?;
            self.rows -= rows;
            wanted -= rows;
        }
        Some(known.filter(|known| known.ones_from(0) < all))
    }

    /// Of the next so many rows those at these places among them, which rise.
    pub(super) fn read_some(&mut self, rows: usize, places: &[u32]) -> Result<ArrayRef, String> {
        let known = self.pick(rows, places).ok_or(DAMAGED)?;
        self.values.array(known).map_err(|error| error.to_string())
    }

    /// Picks values; which of the places have one, where some have none.
    fn pick(&mut self, wanted: usize, mut places: &[u32]) -> Option<Option<Bits>> {
        let mut known: Option<Bits> = None;
        let (mut passed, mut picked) = (0, 0);
        let mut of_page = Vec::new();
        while passed < wanted {
            if self.rows == 0 {
                self.next_page()?;
                continue;
            }
            let rows = self.rows.min(wanted - passed);
            let here = places.partition_point(|place| (*place as usize) < passed + rows);
            let here = places.split_off(..here)?;
            let mut levels = Bits::default();
            if let Some(own) = &mut self.levels {
                own.take_bits(&self.page, rows, &mut levels)?;
            }
            let values = match self.levels {
                Some(_) => levels.ones_from(0),
                None => rows,
            };
            of_page.clear();
            if values == rows {
                of_page.extend(here.iter().map(|place| place - passed as u32));
                if let Some(known) = &mut known {
                    known.repeat(true, here.len());
                }
            } else {
                let known = known.get_or_insert_with(|| {
                    let mut known = Bits::default();
                    known.repeat(true, picked);
                    known
                });
                levels.pick(here, passed as u32, known, &mut of_page);
            }
            self.values
                .pick(self.page.get(..self.end)?, values, &of_page)?;
            self.rows -= rows;
            passed += rows;
            picked += here.len();
        }
        Some(known)
    }

    fn next_page(&mut self) -> Option<()> {
        let page = self.pages.pop_front()?;
        let header = page.header;
        let stored = self.stored.get(page.at..page.at + header.stored)?;
        // Levels that lie apart are not compressed.
        let apart = match header.kind {
            Kind::DataApart => header.definitions,
            _ => 0,
        };
        let (levels, block) = stored.split_at_checked(apart)?;
        let length = header.length.checked_sub(apart)?;
        if self.is_snappy && !header.is_plain && length > 0 {
            snappy::decode(block, length, &mut self.page)?;
            self.page.truncate(length);
        } else {
            self.page.clear();
            self.page.extend_from_slice(block.get(..length)?);
        }
        if header.kind == Kind::Dictionary {
            return self.values.dictionary(&self.page, header.values);
        }
        let mut at = 0;
        self.end = self.page.len();
        self.levels = None;
        if self.has_levels {
            let (begin, end) = match header.kind {
                Kind::DataApart => {
                    // Put behind the values, so that a page is one stretch of bytes.
                    let begin = self.page.len();
                    self.page.extend_from_slice(levels);
                    (begin, self.page.len())
                }
                _ => {
                    let bytes = u32::from_le_bytes(*self.page.first_chunk()?);
                    at = usize::try_from(bytes).ok()?.checked_add(4)?;
                    (4, at)
                }
            };
            (end <= self.page.len()).then_some(())?;
            self.levels = Some(Hybrid::new(begin, end, 1)?);
        }
        self.rows = header.values;
        self.values
            .turn(self.page.get(..self.end)?, at, page.encoding)
    }
}

/// The pages of a column. None where one is not of those that are read here, or there are not as many rows.
fn pages(
    stored: &[u8],
    chunk: &ColumnChunkMetaData,
    data_type: &DataType,
    rows: usize,
) -> Option<VecDeque<Page>> {
    let column = chunk.column_descr();
    let has_levels = column.max_def_level() == 1;
    let physical = column.physical_type();
    let is_coded = matches!(data_type, DataType::Dictionary(..));
    let (mut at, mut found) = (0, 0usize);
    let mut pages = VecDeque::new();
    while found < rows {
        let (header, length) = Header::read(stored.get(at..)?)?;
        at += length;
        let end = at.checked_add(header.stored)?;
        (end <= stored.len()).then_some(())?;
        let encoding = encoding_of(&header, physical)?;
        let is_plain = encoding == Encoding::Plain;
        match header.kind {
            Kind::Dictionary if pages.is_empty() && is_plain => {}
            Kind::Data | Kind::DataApart if is_coded && is_plain => return None,
            Kind::Data if has_levels && header.levels != RUNS => return None,
            Kind::DataApart if header.repetitions > 0 => return None,
            Kind::Data | Kind::DataApart => found = found.checked_add(header.values)?,
            Kind::Dictionary | Kind::Other => return None,
        }
        pages.push_back(Page {
            header,
            encoding,
            at,
        });
        at = end;
    }
    (found == rows).then_some(pages)
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
