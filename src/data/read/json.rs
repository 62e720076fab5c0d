//! JSON lines: one object a line. A column is there as soon as one line has it; a line without it has a missing value.

use super::rows::{Cutter, Piece, RowFile, batch};
use crate::data::cells::{Cell, Column, Sight};
use crate::data::input::Input;
use crate::data::{Batches, DataError, OpenOptions, Source, Statistics, errors};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use hashbrown::HashMap;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A file of JSON lines. The whole of it is looked through when it is opened, so that a type seen from the values holds for all of them.
#[derive(Debug)]
pub(in crate::data) struct JsonSource {
    file: Arc<RowFile>,
    places: Arc<HashMap<String, usize>>,
    batch_rows: usize,
}

impl JsonSource {
    pub(in crate::data) fn open(input: Input, options: &OpenOptions) -> Result<Self, DataError> {
        let name = input.name();
        let first = input.ends()?.first;
        if first.starts_with(&[0xff, 0xfe]) || first.starts_with(&[0xfe, 0xff]) {
            return Err(errors::utf16(&name));
        }
        let start = if first.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        if first[start as usize..].trim_ascii_start().first() == Some(&b'[') {
            return Err(errors::json_array(&name));
        }
        let mut lines = Lines::new(&input, start, u64::MAX)?;
        let mut columns: Vec<(String, Sight)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (name, data_type) in &options.types {
            places.insert(name.clone(), columns.len());
            columns.push((name.clone(), Sight::new(Some(data_type.clone()))));
        }
        let mut cutter = Cutter::default();
        let mut rows = 0;
        while lines.next(&name)? {
            cutter.row(start + lines.at, rows, lines.number - 1);
            rows += 1;
            let line = lines.number;
            let text = lines.text(&name, rows)?;
            let record = members(text, 0)
                .map_err(|error| errors::bad_json(&name, rows, line, &plain(&error)))?;
            for (key, cell) in record {
                let place = match places.get(key.as_ref()) {
                    Some(place) => *place,
                    None => {
                        places.insert(key.to_string(), columns.len());
                        columns.push((key.into_owned(), Sight::new(None)));
                        columns.len() - 1
                    }
                };
                let (column, sight) = &mut columns[place];
                sight.see(&cell).map_err(|what| {
                    errors::value_not_read(
                        &name,
                        rows,
                        line,
                        column,
                        &what,
                        "Mend the value, or declare another type for the field; a value that is not there is `null`.",
                    )
                })?;
            }
            if rows % 4_096 == 0 && options.cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(&name));
            }
        }
        if rows == 0 {
            return Err(errors::empty_file(&name));
        }
        let end = start + lines.at;
        Ok(Self {
            file: Arc::new(RowFile::new(input, columns, cutter.finish(end))),
            places: Arc::new(places),
            batch_rows: options.batch_rows,
        })
    }
}

/// The lines that are not blank, each with where it begins and its number in the file.
struct Lines {
    reader: std::io::Take<BufReader<Box<dyn crate::data::input::ReadSeek>>>,
    buffer: Vec<u8>,
    at: u64,
    after: u64,
    number: u64,
}

impl Lines {
    fn new(input: &Input, start: u64, length: u64) -> Result<Self, DataError> {
        let mut bytes = input.open()?;
        bytes
            .seek(SeekFrom::Start(start))
            .map_err(|error| errors::reading_failed(&input.name(), &error))?;
        Ok(Self {
            reader: BufReader::with_capacity(1 << 18, bytes).take(length),
            buffer: Vec::new(),
            at: 0,
            after: 0,
            number: 0,
        })
    }

    fn next(&mut self, source: &str) -> Result<bool, DataError> {
        loop {
            self.buffer.clear();
            self.at = self.after;
            let read = self
                .reader
                .read_until(b'\n', &mut self.buffer)
                .map_err(|error| errors::reading_failed(source, &error))?;
            if read == 0 {
                return Ok(false);
            }
            self.after += read as u64;
            self.number += 1;
            if !self.buffer.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    fn text(&self, source: &str, row: u64) -> Result<&str, DataError> {
        std::str::from_utf8(&self.buffer)
            .map_err(|_| errors::not_utf8(source, Some(row), self.number, None))
    }
}

/// What the JSON reader says, without the line that we know better.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.find(" at line ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

type Members<'a> = Vec<(Cow<'a, str>, Cell<'a>)>;

/// The members of an object in the order in which they are written; a name that stands twice is an error.
fn members(text: &str, depth: usize) -> Result<Members<'_>, serde_json::Error> {
    struct Object(usize);
    impl<'de> Visitor<'de> for Object {
        type Value = Members<'de>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("an object in braces")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members: Members<'de> = Vec::with_capacity(map.size_hint().unwrap_or(16));
            while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                if members.len() < 256 && members.iter().any(|(known, _)| *known == key) {
                    return Err(serde::de::Error::custom(format!(
                        "\"{key}\" stands twice in it"
                    )));
                }
                let cell = cell(value, self.0, true).map_err(serde::de::Error::custom)?;
                members.push((key, cell));
            }
            Ok(members)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let members = reader.deserialize_map(Object(depth))?;
    reader.end()?;
    Ok(members)
}

/// Text that borrows from the line where it has no escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// Objects in objects deeper than this are not read.
const DEEPEST: usize = 16;

/// A value that stands in so many objects and lists. Lists do not stand in lists.
fn cell(raw: &RawValue, depth: usize, lists: bool) -> Result<Cell<'_>, serde_json::Error> {
    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'n') | None => Cell::Missing,
        Some(b't') => Cell::Boolean(true),
        Some(b'f') => Cell::Boolean(false),
        Some(b'"') => Cell::Text(serde_json::from_str::<Key>(text)?.0),
        Some(b'[') if lists && depth < DEEPEST => Cell::List(elements(text, depth + 1)?),
        Some(b'{') if depth < DEEPEST => Cell::Record(members(text, depth + 1)?),
        Some(b'[' | b'{') => Cell::Unread,
        Some(_) => Cell::Number(text),
    })
}

fn elements(text: &str, depth: usize) -> Result<Vec<Cell<'_>>, serde_json::Error> {
    struct List(usize);
    impl<'de> Visitor<'de> for List {
        type Value = Vec<Cell<'de>>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a list in brackets")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut cells = Vec::new();
            while let Some(value) = list.next_element::<&'de RawValue>()? {
                let cell = cell(value, self.0, false).map_err(serde::de::Error::custom)?;
                cells.push(cell);
            }
            Ok(cells)
        }
    }
    serde_json::Deserializer::from_str(text).deserialize_seq(List(depth))
}

impl Source for JsonSource {
    fn name(&self) -> &str {
        &self.file.name
    }

    fn schema(&self) -> SchemaRef {
        self.file.schema.clone()
    }

    fn pieces(&self) -> usize {
        self.file.pieces.len()
    }

    fn rows(&self, piece: usize) -> Option<u64> {
        Some(self.file.pieces[piece].rows)
    }

    fn statistics(&self, _piece: usize, _column: usize) -> Option<Statistics> {
        None
    }

    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let piece = self.file.pieces[piece];
        let mut wanted = vec![None; self.file.names.len()];
        for (slot, place) in columns.iter().enumerate() {
            wanted[*place] = Some(slot);
        }
        Ok(Box::new(JsonBatches {
            lines: Lines::new(&self.file.input, piece.start, piece.end - piece.start)?,
            schema: self.file.projected(columns)?,
            columns: self.file.columns(columns),
            file: self.file.clone(),
            places: self.places.clone(),
            wanted,
            piece,
            read: 0,
            batch_rows: self.batch_rows,
        }))
    }
}

struct JsonBatches {
    file: Arc<RowFile>,
    places: Arc<HashMap<String, usize>>,
    lines: Lines,
    schema: SchemaRef,
    /// For each column of the file, its place among those that are read.
    wanted: Vec<Option<usize>>,
    columns: Vec<Column>,
    piece: Piece,
    read: u64,
    batch_rows: usize,
}

impl JsonBatches {
    fn gather(&mut self) -> Result<Option<RecordBatch>, DataError> {
        let mut rows = 0;
        let mut filled = vec![false; self.columns.len()];
        while rows < self.batch_rows && self.lines.next(&self.file.name)? {
            rows += 1;
            self.read += 1;
            let row = self.piece.rows_before + self.read;
            let line = self.piece.lines_before + self.lines.number;
            let text = self.lines.text(&self.file.name, row)?;
            let record = members(text, 0)
                .map_err(|error| errors::bad_json(&self.file.name, row, line, &plain(&error)))?;
            filled.fill(false);
            for (key, cell) in record {
                let Some(place) = self.places.get(key.as_ref()) else {
                    continue;
                };
                let Some(slot) = self.wanted[*place] else {
                    continue;
                };
                if std::mem::replace(&mut filled[slot], true) || !self.columns[slot].push(&cell) {
                    return Err(self.file.changed(row, line, *place, &cell));
                }
            }
            for (column, filled) in self.columns.iter_mut().zip(&filled) {
                if !filled && !column.push(&Cell::Missing) {
                    unreachable!("a missing value fits every column");
                }
            }
        }
        if rows == 0 {
            return Ok(None);
        }
        batch(&self.file.name, &self.schema, &mut self.columns, rows).map(Some)
    }
}

impl Iterator for JsonBatches {
    type Item = Result<RecordBatch, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.gather().transpose()
    }
}
