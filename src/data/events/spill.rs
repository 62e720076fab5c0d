//! Events beyond what memory may hold: written to files, run by run, each sorted by so many contacts at a time; read back those of the contacts that are asked
//! for, from all runs, and put in order then.

use super::assemble::{Words, assembled, coded, flat_type, is_text};
use super::chunk::Chunk;
use super::gather::Wanted;
use super::part::{Lists, Load, Part};
use super::sort::{Column, Sorting, Unsorted};
use crate::data::input::Input;
use crate::data::read::ipc;
use crate::data::{DataError, OpenOptions, Source, errors};
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array, UInt64Array};
use arrow_cast::cast;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Parts that contacts are read back in, at most.
const MOST_PARTS: usize = 1024;

/// A folder for files that are needed for a while; it goes away when this is dropped.
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A new one in this folder.
    pub(super) fn new(within: &Path) -> Result<Self, DataError> {
        const TRIES: usize = 100_000;
        let fault = |error: &std::io::Error| errors::cannot_spill(within, &error.to_string());
        for number in 0..TRIES {
            let path = within.join(format!("segql-events-{number}"));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(fault(&error)),
            }
        }
        Err(errors::cannot_spill(
            within,
            "it is full of other such folders",
        ))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies in a folder for such files, and harms nobody.
        drop(std::fs::remove_dir_all(&self.path));
    }
}

/// The runs of one stream.
pub(super) struct Runs {
    runs: Vec<Run>,
    /// By column, where it is a dictionary of text: its texts, and the codes that are written instead.
    words: Vec<Option<Words>>,
    parts: Cut,
    folder: Arc<Folder>,
    stream: usize,
}

/// A file of events. Each batch holds those of the contacts of one part.
struct Run {
    source: Arc<dyn Source>,
    /// For each part the place of its batch, if it has one.
    batches: Vec<Option<usize>>,
}

/// How contacts are cut into parts.
#[derive(Clone, Copy)]
struct Cut {
    contacts: usize,
    parts: usize,
}

impl Cut {
    fn new(contacts: usize) -> Self {
        Self {
            contacts,
            parts: contacts.clamp(1, MOST_PARTS),
        }
    }

    fn part(self, contact: usize) -> usize {
        (contact as u64 * self.parts as u64 / self.contacts.max(1) as u64) as usize
    }

    /// The first contact of a part; behind the last, the number of all.
    fn first(self, part: usize) -> usize {
        let part = part.min(self.parts);
        (part as u64 * self.contacts as u64).div_ceil(self.parts as u64) as usize
    }
}

impl Runs {
    /// Those of the stream at this place of its table.
    pub(super) fn new(folder: Arc<Folder>, stream: usize, columns: usize, contacts: usize) -> Self {
        Self {
            runs: Vec::new(),
            words: (0..columns).map(|_| None).collect(),
            parts: Cut::new(contacts),
            folder,
            stream,
        }
    }

    /// Writes what was read since the last time.
    pub(super) fn write(&mut self, source: &str, mut chunks: Vec<Chunk>) -> Result<(), DataError> {
        if chunks.is_empty() {
            return Ok(());
        }
        chunks.sort_by_key(|chunk| chunk.place);
        let batch = self.batch(&mut chunks);
        let batch = batch.map_err(|error| errors::damaged(source, "data", &error.to_string()))?;
        drop(chunks);
        let fault = |detail: &str| errors::cannot_spill(&self.folder.path, detail);
        let name = format!("{}-{}.arrow", self.stream, self.runs.len());
        let path = self.folder.path.join(name);
        let written = |error: ArrowError| fault(&error.to_string());
        let file = File::create_new(&path).map_err(|error| fault(&error.to_string()))?;
        let mut writer = FileWriter::try_new_buffered(file, &batch.schema()).map_err(written)?;
        let contacts = batch.column(0).as_primitive::<UInt32Type>().values();
        let mut batches = vec![None; self.parts.parts];
        let (mut start, mut number) = (0, 0);
        while start < contacts.len() {
            let part = self.parts.part(contacts[start] as usize);
            let behind = self.parts.first(part + 1);
            let rows = contacts[start..].partition_point(|contact| (*contact as usize) < behind);
            writer.write(&batch.slice(start, rows)).map_err(written)?;
            batches[part] = Some(number);
            (start, number) = (start + rows, number + 1);
        }
        writer.finish().map_err(written)?;
        drop(writer);
        // A batch is read as a whole.
        let options = OpenOptions {
            batch_rows: usize::MAX,
            ..OpenOptions::default()
        };
        let source = ipc::open(Input::File(path), &options)?;
        self.runs.push(Run { source, batches });
        Ok(())
    }

    /// Chunks as one batch, by contacts: the contact, the place in the source, and the columns.
    fn batch(&mut self, chunks: &mut [Chunk]) -> Result<RecordBatch, ArrowError> {
        let contacts = chunks.iter().flat_map(|chunk| chunk.owners.clone().each());
        let contacts: Vec<u32> = contacts.collect();
        let places = chunks.iter().flat_map(|chunk| {
            let rows = chunk.owners.rows() as u64;
            chunk.place..chunk.place + rows
        });
        let places: ArrayRef = Arc::new(UInt64Array::from_iter_values(places));
        let mut order: Vec<u32> = (0..contacts.len() as u32).collect();
        order.sort_by_key(|row| contacts[*row as usize]);
        let order = UInt32Array::from(order);
        let contacts: ArrayRef = Arc::new(UInt32Array::from(contacts));
        let mut columns = vec![
            assembled(vec![contacts], Some(&order), &DataType::UInt32)?,
            assembled(vec![places], Some(&order), &DataType::UInt64)?,
        ];
        for (place, words) in self.words.iter_mut().enumerate() {
            let arrays = chunks.iter_mut().map(|chunk| chunk.columns[place].clone());
            let arrays: Vec<ArrayRef> = arrays.collect();
            let array = match arrays[0].data_type() {
                DataType::Dictionary(_, values) if is_text(values) => {
                    let words = words.get_or_insert_default();
                    let mut codes = Vec::new();
                    arrays
                        .iter()
                        .for_each(|array| words.codes(array, &mut codes));
                    assembled(vec![coded(codes)], Some(&order), &DataType::UInt32)?
                }
                other => {
                    let flat = flat_type(other);
                    let arrays: Result<_, _> =
                        arrays.iter().map(|array| cast(array, &flat)).collect();
                    assembled(arrays?, Some(&order), &flat)?
                }
            };
            columns.push(array);
        }
        let fields: Fields = columns
            .iter()
            .enumerate()
            .map(|(place, column)| Field::new(place.to_string(), column.data_type().clone(), true))
            .collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }

    /// The lists that are read back from them.
    pub(super) fn into_lists(
        self,
        table: &Arc<Wanted>,
        cancel: &Arc<AtomicBool>,
    ) -> Result<Lists, DataError> {
        let stream = &table.streams[self.stream];
        let types = table.source.schema();
        let spilled = Spilled {
            columns: (stream.columns.iter().zip(self.words))
                .map(|(column, words)| {
                    let data_type = types.field(*column).data_type();
                    match (words, data_type) {
                        (Some(words), _) => (DataType::UInt32, Some(words.into_texts())),
                        // Nothing was written.
                        (None, DataType::Dictionary(_, values)) if is_text(values) => {
                            (DataType::UInt32, Some(Words::default().into_texts()))
                        }
                        (None, data_type) => (flat_type(data_type), None),
                    }
                })
                .collect(),
            runs: self.runs,
            parts: self.parts,
            table: Arc::clone(table),
            stream: self.stream,
            cancel: Arc::clone(cancel),
            folder: self.folder,
        };
        let nobody = spilled.part(spilled.parts.parts)?;
        Ok(Lists::loaded(
            stream.column.clone(),
            table.source.name().to_owned(),
            nobody.events.data_type().clone(),
            Box::new(spilled),
        ))
    }
}

/// Runs that are read back.
struct Spilled {
    runs: Vec<Run>,
    parts: Cut,
    table: Arc<Wanted>,
    stream: usize,
    /// The types that columns were written with, and the texts of codes.
    columns: Vec<(DataType, Option<ArrayRef>)>,
    cancel: Arc<AtomicBool>,
    /// Goes away behind the runs.
    #[expect(dead_code, reason = "holds the files")]
    folder: Arc<Folder>,
}

impl Spilled {
    /// The events of one part; of the one behind the last, nothing with its types.
    fn part(&self, part: usize) -> Result<Part, DataError> {
        let first = self.parts.first(part);
        let contacts = self.parts.first(part + 1) - first;
        let columns = self.columns.iter().map(|(data_type, texts)| Column {
            arrays: Vec::new(),
            texts: texts.clone(),
            data_type: data_type.clone(),
        });
        let mut unsorted = Unsorted {
            contacts: Vec::new(),
            order: None,
            is_sorted: false,
            columns: columns.collect(),
        };
        let mut places: Vec<u64> = Vec::new();
        let all: Vec<usize> = (0..self.columns.len() + 2).collect();
        for run in &self.runs {
            let Some(Some(batch)) = run.batches.get(part) else {
                continue;
            };
            for batch in run.source.read(*batch, &all)? {
                let batch = batch?;
                let owners = batch.column(0).as_primitive::<UInt32Type>().values().iter();
                let owners = owners.map(|contact| contact - first as u32);
                unsorted.contacts.push(owners.collect());
                places.extend(batch.column(1).as_primitive::<UInt64Type>().values());
                for (column, array) in unsorted.columns.iter_mut().zip(&batch.columns()[2..]) {
                    column.arrays.push(array.clone());
                }
            }
        }
        let mut order: Vec<u32> = (0..places.len() as u32).collect();
        order.sort_unstable_by_key(|row| places[*row as usize]);
        unsorted.order = Some(order);
        let sorting = Sorting {
            table: &self.table,
            stream: &self.table.streams[self.stream],
            threads: 1,
            cancel: &self.cancel,
        };
        sorting.part(unsorted, first, contacts)
    }
}

impl Load for Spilled {
    fn load(&self, contact: usize) -> Result<Part, DataError> {
        self.part(self.parts.part(contact))
    }
}
