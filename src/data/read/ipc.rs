//! Arrow IPC, files and streams alike: mapped, and batches read apart without copying. A file says at its end where its batches are; a
//! stream is walked through once, from head to head.

use crate::data::input::Input;
use crate::data::{Batches, DataError, OpenOptions, Source, Statistics, errors, guard};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_buffer::Buffer;
use arrow_ipc::reader::{read_dictionary, read_footer_length, read_record_batch};
use arrow_ipc::{Block, MessageHeader};
use arrow_schema::{ArrowError, DataType, SchemaRef};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

const FORMAT: &str = "Arrow";
/// Rows of one block at most.
const MOST_ROWS: usize = 1 << 32;
/// Compressed to uncompressed bytes at most.
const MOST_RATIO: i64 = 1 << 16;

/// Opens a file or a stream, told by the first bytes.
pub(in crate::data) fn open(
    input: Input,
    options: &OpenOptions,
) -> Result<Arc<dyn Source>, DataError> {
    let name = input.name();
    let ends = input.ends()?;
    if ends.first.starts_with(b"ARROW1") {
        if ends.length < 20 || !ends.last.ends_with(b"ARROW1") {
            return Err(errors::damaged(&name, FORMAT, "its end is not there"));
        }
        return Ok(Arc::new(IpcFile::open(&input, options, Mapped::open)?));
    }
    if ends.first.starts_with(&[0xff, 0xff, 0xff, 0xff]) {
        return Ok(Arc::new(IpcFile::open(
            &input,
            options,
            Mapped::open_stream,
        )?));
    }
    if ends.first.starts_with(b"FEA1") {
        return Err(errors::not_what_it_says(
            &name,
            FORMAT,
            Some("Feather of the first version, which is no longer read"),
        ));
    }
    Err(errors::not_what_it_says(
        &name,
        FORMAT,
        super::super::open::looks_like(&ends.first),
    ))
}

fn fault(name: &str, error: &ArrowError) -> DataError {
    let text = error.to_string();
    let detail = ["Ipc error: ", "Parser error: ", "Invalid argument error: "]
        .iter()
        .fold(text.as_str(), |text, prefix| {
            text.strip_prefix(prefix).unwrap_or(text)
        });
    errors::damaged(name, FORMAT, detail)
}

/// A file whose blocks lie in mapped memory.
#[derive(Debug)]
struct IpcFile {
    file: Arc<Mapped>,
    /// Which rows of which block; large blocks are several pieces.
    pieces: Vec<(usize, usize, usize)>,
}

#[derive(Debug)]
struct Mapped {
    name: String,
    schema: SchemaRef,
    bytes: Buffer,
    /// The words of dictionary columns, by the numbers that the file gives them. A stream may change them on the way: each block has those
    /// that came last before it.
    dictionaries: Vec<HashMap<i64, ArrayRef>>,
    /// For each block its place in `dictionaries`.
    generations: Vec<usize>,
    blocks: Vec<Block>,
    rows: Vec<usize>,
    /// Columns decoded so far, for each block and column. They point into the map, and are checked once. Compressed blocks are not kept.
    columns: Vec<Vec<OnceLock<ArrayRef>>>,
    compressed: bool,
}

impl IpcFile {
    fn open(
        input: &Input,
        options: &OpenOptions,
        index: fn(&str, Buffer) -> Result<Mapped, DataError>,
    ) -> Result<Self, DataError> {
        let name = input.name();
        let bytes = Buffer::from(input.map()?);
        let file = guard::guarded(&name, FORMAT, || index(&name, bytes))?;
        let mut pieces = Vec::new();
        for (block, rows) in file.rows.iter().enumerate() {
            if file.compressed {
                pieces.push((block, 0, *rows));
                continue;
            }
            let mut start = 0;
            while start < *rows || (start == 0 && *rows == 0) {
                let length = options.batch_rows.max(1).min(*rows - start);
                pieces.push((block, start, length));
                start += length.max(1);
            }
        }
        Ok(Self {
            file: Arc::new(file),
            pieces,
        })
    }
}

impl Mapped {
    fn open(name: &str, bytes: Buffer) -> Result<Self, DataError> {
        let damaged = |detail: &str| errors::damaged(name, FORMAT, detail);
        let trailer = bytes.len() - 10;
        let tail: [u8; 10] = bytes[trailer..]
            .try_into()
            .map_err(|_| damaged("its end is not there"))?;
        let length = read_footer_length(tail).map_err(|error| fault(name, &error))?;
        let start = trailer
            .checked_sub(length)
            .ok_or_else(|| damaged("its footer is longer than the file"))?;
        let footer = arrow_ipc::root_as_footer(&bytes[start..trailer])
            .map_err(|error| damaged(&format!("its footer cannot be read ({error})")))?;
        let schema = footer.schema().ok_or_else(|| damaged("it has no schema"))?;
        if !schema.endianness().equals_to_target_endianness() {
            return Err(damaged(
                "its bytes stand in another order than this machine's",
            ));
        }
        let schema = Arc::new(arrow_ipc::convert::fb_to_schema(schema));
        let mut file = Self::new(name, schema, &bytes);
        for block in footer.dictionaries().iter().flatten() {
            file.read_dictionary(block)?;
        }
        for block in footer.recordBatches().iter().flatten() {
            file.add_block(*block)?;
        }
        Ok(file)
    }

    fn open_stream(name: &str, bytes: Buffer) -> Result<Self, DataError> {
        let damaged = |detail: &str| errors::damaged(name, FORMAT, detail);
        let mut at = 0;
        let mut file: Option<Self> = None;
        while let Some(block) = next_block(name, &bytes, at)? {
            let message = head(name, &bytes[at..])?;
            match (&mut file, message.header_type()) {
                (None, MessageHeader::Schema) => {
                    let schema = message
                        .header_as_schema()
                        .ok_or_else(|| damaged("it has no schema"))?;
                    let schema = Arc::new(arrow_ipc::convert::fb_to_schema(schema));
                    file = Some(Self::new(name, schema, &bytes));
                }
                (Some(file), MessageHeader::DictionaryBatch) => file.read_dictionary(&block)?,
                (Some(file), MessageHeader::RecordBatch) => file.add_block(block)?,
                _ => return Err(damaged("its parts stand in the wrong order")),
            }
            at += block.metaDataLength() as usize + block.bodyLength() as usize;
        }
        file.ok_or_else(|| damaged("it has no schema"))
    }

    fn new(name: &str, schema: SchemaRef, bytes: &Buffer) -> Self {
        Self {
            name: name.to_owned(),
            schema,
            bytes: bytes.clone(),
            dictionaries: vec![HashMap::new()],
            generations: Vec::new(),
            blocks: Vec::new(),
            rows: Vec::new(),
            columns: Vec::new(),
            compressed: false,
        }
    }

    fn add_block(&mut self, block: Block) -> Result<(), DataError> {
        let data = self.block(&block)?;
        let (rows, compressed) = about(&self.name, &data)?;
        self.check_size(block, rows, compressed)?;
        let columns = self.schema.fields().len();
        self.blocks.push(block);
        self.generations.push(self.dictionaries.len() - 1);
        self.rows.push(rows);
        self.compressed |= compressed;
        self.columns
            .push((0..columns).map(|_| OnceLock::new()).collect());
        Ok(())
    }

    /// The bytes of a block, if they lie in the file.
    fn block(&self, block: &Block) -> Result<Buffer, DataError> {
        let outside = || errors::damaged(&self.name, FORMAT, "a block lies beyond its end");
        let start = usize::try_from(block.offset()).map_err(|_| outside())?;
        let head = usize::try_from(block.metaDataLength()).map_err(|_| outside())?;
        let body = usize::try_from(block.bodyLength()).map_err(|_| outside())?;
        let length = head.checked_add(body).ok_or_else(outside)?;
        let end = start.checked_add(length).ok_or_else(outside)?;
        if end > self.bytes.len() || head < 8 {
            return Err(outside());
        }
        Ok(self.bytes.slice_with_length(start, length))
    }

    /// A damaged head may tell of more rows than can be in its block, and of more bytes than any compression could hide there.
    fn check_size(&self, block: Block, rows: usize, compressed: bool) -> Result<(), DataError> {
        let body = block.bodyLength().max(0) as usize;
        let fits = |rows: usize| rows / 8 <= body;
        let counted = self.schema.fields().iter().any(|field| {
            !matches!(
                field.data_type(),
                DataType::Null | DataType::RunEndEncoded(..)
            )
        });
        if (counted && !compressed && !fits(rows)) || rows > MOST_ROWS {
            return Err(errors::damaged(
                &self.name,
                FORMAT,
                "a batch has more rows than its bytes can hold",
            ));
        }
        if compressed {
            let data = self.block(&block)?;
            check_buffers(&self.name, &data, block.metaDataLength() as usize)?;
        }
        Ok(())
    }

    /// Takes in the words of a dictionary column, for the blocks that follow.
    fn read_dictionary(&mut self, block: &Block) -> Result<(), DataError> {
        let data = self.block(block)?;
        check_buffers(&self.name, &data, block.metaDataLength() as usize)?;
        let message = head(&self.name, &data)?;
        let batch = message
            .header_as_dictionary_batch()
            .ok_or_else(|| errors::damaged(&self.name, FORMAT, "a block is no dictionary"))?;
        let body = data.slice(block.metaDataLength() as usize);
        let mut words = self.dictionaries.last().cloned().unwrap_or_default();
        read_dictionary(&body, batch, &self.schema, &mut words, &message.version())
            .map_err(|error| fault(&self.name, &error))?;
        // Only what blocks refer to is kept.
        if self.generations.last() != Some(&(self.dictionaries.len() - 1)) {
            self.dictionaries.pop();
        }
        self.dictionaries.push(words);
        Ok(())
    }

    fn decode(&self, block: usize, columns: &[usize]) -> Result<RecordBatch, DataError> {
        let place = &self.blocks[block];
        let data = self.block(place)?;
        let message = head(&self.name, &data)?;
        let batch = message
            .header_as_record_batch()
            .ok_or_else(|| errors::damaged(&self.name, FORMAT, "a block is no batch"))?;
        let body = data.slice(place.metaDataLength() as usize);
        read_record_batch(
            &body,
            batch,
            self.schema.clone(),
            &self.dictionaries[self.generations[block]],
            Some(columns),
            &message.version(),
        )
        .map_err(|error| fault(&self.name, &error))
    }

    fn column(&self, block: usize, column: usize) -> Result<ArrayRef, DataError> {
        let slot = &self.columns[block][column];
        if let Some(array) = slot.get() {
            return Ok(array.clone());
        }
        let batch = self.decode(block, &[column])?;
        let array = batch.column(0);
        if array.len() != self.rows[block] {
            return Err(errors::damaged(
                &self.name,
                FORMAT,
                "a column has another length than its batch",
            ));
        }
        Ok(slot.get_or_init(|| array.clone()).clone())
    }

    fn batch(
        &self,
        (block, start, length): (usize, usize, usize),
        columns: &[usize],
    ) -> Result<RecordBatch, DataError> {
        if self.compressed {
            return self.decode(block, columns);
        }
        let arrays = columns
            .iter()
            .map(|column| Ok(self.column(block, *column)?.slice(start, length)))
            .collect::<Result<Vec<_>, DataError>>()?;
        let schema = self
            .schema
            .project(columns)
            .map_err(|error| fault(&self.name, &error))?;
        let options = RecordBatchOptions::new().with_row_count(Some(length));
        RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)
            .map_err(|error| fault(&self.name, &error))
    }
}

/// The part of a stream that begins at this byte; none at its end.
fn next_block(name: &str, bytes: &[u8], at: usize) -> Result<Option<Block>, DataError> {
    let rest = &bytes[at..];
    if rest.is_empty() {
        return Ok(None);
    }
    let cut_off = || errors::damaged(name, FORMAT, "its end is not there");
    let word =
        |at: usize| -> Option<i32> { Some(i32::from_le_bytes(*rest.get(at..)?.first_chunk()?)) };
    // Older writers leave the first word out.
    let (start, length) = match word(0).ok_or_else(cut_off)? {
        -1 => (8, word(4).ok_or_else(cut_off)?),
        length => (4, length),
    };
    if length == 0 {
        return Ok(None);
    }
    let length = usize::try_from(length)
        .map_err(|_| errors::damaged(name, FORMAT, "a part has a negative length"))?;
    if rest.len() < start + length {
        return Err(cut_off());
    }
    let body = head(name, rest)?.bodyLength();
    let all = i64::try_from(rest.len()).unwrap_or(i64::MAX);
    if body < 0 || body > all - (start + length) as i64 {
        return Err(cut_off());
    }
    let head_length = i32::try_from(start + length).map_err(|_| cut_off())?;
    Ok(Some(Block::new(at as i64, head_length, body)))
}

/// The head of a block, behind its length.
fn head<'a>(name: &str, block: &'a [u8]) -> Result<arrow_ipc::Message<'a>, DataError> {
    let start = if block.starts_with(&[0xff; 4]) { 8 } else { 4 };
    arrow_ipc::root_as_message(block.get(start..).unwrap_or_default()).map_err(|error| {
        errors::damaged(
            name,
            FORMAT,
            &format!("the head of a block cannot be read ({error})"),
        )
    })
}

/// Compressed buffers begin with the length they had. No compression in use reaches this ratio on anything but runs of one byte.
fn check_buffers(name: &str, block: &[u8], head_length: usize) -> Result<(), DataError> {
    let message = head(name, block)?;
    let batch = match message.header_as_dictionary_batch() {
        Some(dictionary) => dictionary.data(),
        None => message.header_as_record_batch(),
    };
    let Some(batch) = batch.filter(|batch| batch.compression().is_some()) else {
        return Ok(());
    };
    let body = block.get(head_length..).unwrap_or_default();
    for buffer in batch.buffers().iter().flatten() {
        let start = usize::try_from(buffer.offset()).ok();
        let Some(bytes) = start.and_then(|start| body.get(start..)?.first_chunk::<8>()) else {
            continue;
        };
        let length = i64::from_le_bytes(*bytes);
        if length
            > buffer
                .length()
                .saturating_mul(MOST_RATIO)
                .saturating_add(1 << 16)
        {
            return Err(errors::damaged(
                name,
                FORMAT,
                "a buffer claims more bytes than it can hold",
            ));
        }
    }
    Ok(())
}

/// The number of rows of a block, and whether its buffers are compressed, from its head.
fn about(name: &str, block: &[u8]) -> Result<(usize, bool), DataError> {
    let damaged = |detail: &str| errors::damaged(name, FORMAT, detail);
    let batch = head(name, block)?
        .header_as_record_batch()
        .ok_or_else(|| damaged("a block is no batch"))?;
    let rows =
        usize::try_from(batch.length()).map_err(|_| damaged("a batch has a negative length"))?;
    Ok((rows, batch.compression().is_some()))
}

impl Source for IpcFile {
    fn name(&self) -> &str {
        &self.file.name
    }

    fn schema(&self) -> SchemaRef {
        self.file.schema.clone()
    }

    fn pieces(&self) -> usize {
        self.pieces.len()
    }

    fn rows(&self, piece: usize) -> Option<u64> {
        Some(self.pieces[piece].2 as u64)
    }

    fn statistics(&self, _piece: usize, _column: usize) -> Option<Statistics> {
        None
    }

    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let file = self.file.clone();
        let piece = self.pieces[piece];
        let batch = guard::guarded(&file.name, FORMAT, || file.batch(piece, columns))?;
        Ok(Box::new(std::iter::once(Ok(batch))))
    }
}
