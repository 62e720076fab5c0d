//! One column of a row group, decoded batch by batch: columns that are not nested, in the encodings that most files have. Whatever else there is, the
//! crate reads.

use super::bits::Bits;
use super::header::Kind;
use super::hybrid::Hybrid;
use super::pages::{Pages, is_snappy};
use super::spare::Spare;
use super::values::{Codes, Numbers, Texts, Truth, Values};
use crate::data::First;
use ::parquet::basic::Type as Physical;
use ::parquet::file::metadata::ColumnChunkMetaData;
use arrow_array::ArrayRef;
use arrow_array::types::{
    Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_schema::{DataType, TimeUnit};

/// Whether a column that is stored like this can be read here, as far as its page headers allow.
pub(super) fn is_readable(chunk: &ColumnChunkMetaData, data_type: &DataType) -> bool {
    let column = chunk.column_descr();
    let is_flat = column.max_rep_level() == 0 && column.max_def_level() <= 1;
    is_flat && is_snappy(chunk).is_some() && values_of(column.physical_type(), data_type).is_some()
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
        (Physical::INT32, DataType::Int8) => numbers!(Int8Type),
        (Physical::INT32, DataType::Int16) => numbers!(Int16Type),
        (Physical::INT32, DataType::Int32) => numbers!(Int32Type),
        (Physical::INT32, DataType::UInt8) => numbers!(UInt8Type),
        (Physical::INT32, DataType::UInt16) => numbers!(UInt16Type),
        (Physical::INT32, DataType::UInt32) => numbers!(UInt32Type),
        (Physical::INT32, DataType::Date32) => numbers!(Date32Type),
        (Physical::INT64, DataType::Int64) => numbers!(Int64Type),
        (Physical::INT64, DataType::UInt64) => numbers!(UInt64Type),
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
    pages: Pages,
    /// A value may be missing.
    has_levels: bool,
    values: Box<dyn Values>,
    /// The page that is being read, decompressed, at the beginning of it.
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
        self.spare.give(std::mem::take(&mut self.page));
        self.spare.give(self.values.give_back());
    }
}

/// Bytes of a page of the usual size.
const PAGE: usize = 1 << 20;

impl Leaf {
    /// A column with these pages. None where its values are not of those that are decoded here.
    pub(super) fn new(
        pages: Pages,
        chunk: &ColumnChunkMetaData,
        data_type: &DataType,
        spare: &Spare,
    ) -> Option<Self> {
        let column = chunk.column_descr();
        Some(Self {
            pages,
            has_levels: column.max_def_level() == 1,
            values: values_of(column.physical_type(), data_type)?,
            page: spare.take(PAGE),
            end: 0,
            rows: 0,
            levels: None,
            spare: spare.clone(),
        })
    }

    /// The next so many rows.
    pub(super) fn read(&mut self, rows: usize) -> Result<ArrayRef, String> {
        let known = self.take(rows).ok_or_else(|| self.pages.fault())?;
        self.values.array(known).map_err(|error| error.to_string())
    }

    /// The next so many rows, by codes where that is how they are stored.
    pub(super) fn read_by_code(&mut self, rows: usize) -> Result<First, String> {
        let known = self.take(rows).ok_or_else(|| self.pages.fault())?;
        let first = self.values.by_code(known);
        first.map_err(|error| error.to_string())
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
        let known = self.pick(rows, places).ok_or_else(|| self.pages.fault())?;
        self.values.array(known).map_err(|error| error.to_string())
    }

    /// Picks values; which of the places have one, where some have none.
    fn pick(&mut self, wanted: usize, mut places: &[u32]) -> Option<Option<Bits>> {
        let mut known: Option<Bits> = None;
        let (mut passed, mut picked) = (0, 0);
        let mut of_page = Vec::new();
        while passed < wanted {
            if self.rows == 0 {
                let next = places.first().map_or(wanted, |place| *place as usize);
                match self.pages.pass(next.saturating_sub(passed)) {
                    Some(rows) => passed += rows,
                    None => self.next_page()?,
                }
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

    /// How many rows each page has.
    pub(super) fn rows_of_pages(&self) -> Vec<usize> {
        self.pages.rows()
    }

    /// All different values, where they are known before any row is read: it has to be asked before.
    pub(super) fn different(&mut self) -> Result<Option<ArrayRef>, String> {
        if !self.pages.are_all_coded() {
            return Ok(None);
        }
        self.next_page().ok_or_else(|| self.pages.fault())?;
        self.values.different().map_err(|error| error.to_string())
    }

    fn next_page(&mut self) -> Option<()> {
        let read = self.pages.next(&mut self.page)?;
        let (header, length) = (read.page.header, read.length);
        if header.kind == Kind::Dictionary {
            (self.values).dictionary(&mut self.page, length, header.values)?;
            if self.page.is_empty() {
                self.page = self.spare.take(PAGE);
            }
            return Some(());
        }
        let mut at = 0;
        self.end = length;
        self.levels = None;
        if self.has_levels {
            let (begin, end) = match header.kind {
                Kind::DataApart => (length, length.checked_add(header.definitions)?),
                _ => {
                    let bytes = u32::from_le_bytes(*self.page.get(..length)?.first_chunk()?);
                    at = usize::try_from(bytes).ok()?.checked_add(4)?;
                    (at <= length).then_some((4, at))?
                }
            };
            self.levels = Some(Hybrid::new(begin, end, 1)?);
        }
        self.rows = header.values;
        let page = self.page.get(..self.end)?;
        self.values.turn(page, at, read.page.encoding)
    }
}
