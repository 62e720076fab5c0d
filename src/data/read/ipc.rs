//! Arrow IPC: files, whose batches are read apart and without copying, and streams, which are read from front to back.

use crate::data::input::Input;
use crate::data::{Batches, DataError, OpenOptions, Source, Statistics, errors, guard};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_buffer::Buffer;
use arrow_ipc::Block;
use arrow_ipc::reader::{StreamReader, read_dictionary, read_footer_length, read_record_batch};
use arrow_schema::{ArrowError, SchemaRef};
use std::collections::HashMap;
use std::io::BufReader;
use std::sync::{Arc, OnceLock};

const FORMAT: &str = "Arrow";

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
        return Ok(Arc::new(IpcFile::open(&input, options)?));
    }
    if ends.first.starts_with(&[0xff, 0xff, 0xff, 0xff]) {
        return Ok(Arc::new(IpcStream::open(input)?));
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
    /// By the numbers that the file gives them.
    dictionaries: HashMap<i64, ArrayRef>,
    blocks: Vec<Block>,
    rows: Vec<usize>,
    /// Columns decoded so far, for each block and column. They point into the map, and are checked once. Compressed blocks are not kept.
    columns: Vec<Vec<OnceLock<ArrayRef>>>,
    compressed: bool,
}

impl IpcFile {
    fn open(input: &Input, options: &OpenOptions) -> Result<Self, DataError> {
        let name = input.name();
        let bytes = Buffer::from(input.map()?);
        let file = guard::guarded(&name, FORMAT, || Mapped::open(&name, bytes))?;
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
        let blocks: Vec<Block> = footer.recordBatches().iter().flatten().copied().collect();
        let mut file = Self {
            name: name.to_owned(),
            dictionaries: HashMap::new(),
            rows: Vec::with_capacity(blocks.len()),
            columns: Vec::with_capacity(blocks.len()),
            compressed: false,
            schema,
            blocks,
            bytes: bytes.clone(),
        };
        let dictionaries: Vec<Block> = footer.dictionaries().iter().flatten().copied().collect();
        file.read_dictionaries(&dictionaries)?;
        for block in file.blocks.clone() {
            let data = file.block(&block)?;
            let (rows, compressed) = about(name, &data)?;
            file.rows.push(rows);
            file.compressed |= compressed;
            file.columns.push(
                (0..file.schema.fields().len())
                    .map(|_| OnceLock::new())
                    .collect(),
            );
        }
        Ok(file)
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

    /// The words of all dictionary columns, which every block shares.
    fn read_dictionaries(&mut self, blocks: &[Block]) -> Result<(), DataError> {
        let mut dictionaries = HashMap::new();
        for block in blocks {
            let data = self.block(block)?;
            let message = head(&self.name, &data)?;
            let batch = message
                .header_as_dictionary_batch()
                .ok_or_else(|| errors::damaged(&self.name, FORMAT, "a block is no dictionary"))?;
            let body = data.slice(block.metaDataLength() as usize);
            read_dictionary(
                &body,
                batch,
                &self.schema,
                &mut dictionaries,
                &message.version(),
            )
            .map_err(|error| fault(&self.name, &error))?;
        }
        self.dictionaries = dictionaries;
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
            &self.dictionaries,
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

/// The head of a block, behind its length.
fn head<'a>(name: &str, block: &'a [u8]) -> Result<arrow_ipc::Message<'a>, DataError> {
    let start = if block.starts_with(&[0xff; 4]) { 8 } else { 4 };
    arrow_ipc::root_as_message(&block[start..]).map_err(|error| {
        errors::damaged(
            name,
            FORMAT,
            &format!("the head of a block cannot be read ({error})"),
        )
    })
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

/// A stream, or a file without an end to jump from: one piece.
#[derive(Debug)]
struct IpcStream {
    input: Input,
    name: String,
    schema: SchemaRef,
}

impl IpcStream {
    fn open(input: Input) -> Result<Self, DataError> {
        let name = input.name();
        let reader = input.open()?;
        let schema = guard::guarded(&name, FORMAT, || {
            StreamReader::try_new(BufReader::new(reader), None)
                .map(|reader| reader.schema())
                .map_err(|error| fault(&name, &error))
        })?;
        Ok(Self {
            input,
            name,
            schema,
        })
    }
}

impl Source for IpcStream {
    fn name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn pieces(&self) -> usize {
        1
    }

    fn rows(&self, _piece: usize) -> Option<u64> {
        None
    }

    fn statistics(&self, _piece: usize, _column: usize) -> Option<Statistics> {
        None
    }

    fn read(&self, _piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let reader = BufReader::with_capacity(1 << 18, self.input.open()?);
        let columns = columns.to_vec();
        let name = self.name.clone();
        let batches = guard::guarded(&name, FORMAT, || {
            StreamReader::try_new(reader, Some(columns)).map_err(|error| fault(&name, &error))
        })?;
        Ok(Box::new(guard::Guarded {
            source: self.name.clone(),
            format: FORMAT,
            batches: Some(Box::new(
                batches.map(move |batch| batch.map_err(|error| fault(&name, &error))),
            )),
        }))
    }
}
