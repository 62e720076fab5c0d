//! Where events wait until all have been read: in memory, and beyond a limit in files, so many contacts each.

use super::JoinOptions;
use super::gather::{Wanted, WantedStream};
use super::part::Lists;
use super::sort::{Sorting, Unsorted};
use super::spill::{Folder, Runs};
use crate::data::DataError;
use arrow_array::{Array, ArrayRef, cast::AsArray};
use arrow_schema::DataType;
use std::sync::{Arc, Mutex, PoisonError};

/// Files are not begun for less than this many bytes.
const LEAST: u64 = 1 << 18;

/// Events of one stream as they were read, side by side in their source.
pub(super) struct Chunk {
    /// Where they were read: greater than that of all before them in the source.
    pub(super) place: u64,
    /// The contact of each.
    pub(super) contacts: Vec<u32>,
    /// Their columns.
    pub(super) columns: Vec<ArrayRef>,
}

/// The events of a table, filled by several threads.
pub(super) struct Store<'a> {
    table: &'a Arc<Wanted>,
    contacts: usize,
    options: &'a JoinOptions,
    /// What may be held.
    limit: u64,
    state: Mutex<State>,
}

struct State {
    /// By stream.
    chunks: Vec<Vec<Chunk>>,
    bytes: u64,
    /// By stream, once something had to be written.
    runs: Option<Vec<Runs>>,
}

impl<'a> Store<'a> {
    /// `held` bytes are taken by what other tables hold.
    pub(super) fn new(
        table: &'a Arc<Wanted>,
        contacts: usize,
        options: &'a JoinOptions,
        held: u64,
    ) -> Self {
        let limit = match options.folder {
            Some(_) => options.memory.saturating_sub(held).max(LEAST),
            None => u64::MAX,
        };
        Self {
            table,
            contacts,
            options,
            limit,
            state: Mutex::new(State {
                chunks: table.streams.iter().map(|_| Vec::new()).collect(),
                bytes: 0,
                runs: None,
            }),
        }
    }

    /// Takes the events of a batch: for each stream, what there is of it.
    pub(super) fn take(&self, batch: Vec<Option<Chunk>>) -> Result<(), DataError> {
        let state = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for (chunks, chunk) in state.chunks.iter_mut().zip(batch) {
            let Some(chunk) = chunk else { continue };
            state.bytes += chunk.bytes(chunks.last());
            chunks.push(chunk);
        }
        if state.bytes > self.limit {
            self.write(state)?;
        }
        Ok(())
    }

    fn write(&self, state: &mut State) -> Result<(), DataError> {
        let runs = match &mut state.runs {
            Some(runs) => runs,
            runs => {
                let folder = self.options.folder.as_deref().unwrap_or("".as_ref());
                let folder = Arc::new(Folder::new(folder)?);
                let streams = self.table.streams.iter().enumerate();
                let runs_of = |(place, stream): (usize, &WantedStream)| {
                    Runs::new(folder.clone(), place, stream.columns.len(), self.contacts)
                };
                runs.insert(streams.map(runs_of).collect())
            }
        };
        for (runs, chunks) in runs.iter_mut().zip(&mut state.chunks) {
            runs.write(self.table.source.name(), std::mem::take(chunks))?;
        }
        state.bytes = 0;
        Ok(())
    }

    /// The lists of the streams, and how many bytes of them are held.
    pub(super) fn finish(self) -> Result<(Vec<Lists>, u64), DataError> {
        let mut state = std::mem::replace(
            &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner),
            State {
                chunks: Vec::new(),
                bytes: 0,
                runs: None,
            },
        );
        if state.runs.is_some() {
            self.write(&mut state)?;
        }
        let name = self.table.source.name();
        let types = self.table.source.schema();
        let mut lists = Vec::new();
        if let Some(runs) = state.runs {
            for runs in runs {
                lists.push(runs.into_lists(self.table, &self.options.cancel)?);
            }
            return Ok((lists, 0));
        }
        for (place, chunks) in state.chunks.into_iter().enumerate() {
            let stream = &self.table.streams[place];
            let sorting = Sorting {
                table: self.table,
                stream,
                threads: self.options.threads.get(),
                cancel: &self.options.cancel,
            };
            let types = stream
                .columns
                .iter()
                .map(|column| types.field(*column).data_type());
            let part = sorting.part(Unsorted::of(chunks, types), 0, self.contacts)?;
            lists.push(Lists::held(stream.column.clone(), name.to_owned(), part));
        }
        Ok((lists, state.bytes))
    }
}

impl Chunk {
    /// What it takes, without texts that the chunk before it has as well.
    fn bytes(&self, before: Option<&Chunk>) -> u64 {
        let shares_texts = |place: usize, texts: &ArrayRef| {
            before.is_some_and(|before| match before.columns[place].data_type() {
                DataType::Dictionary(..) => {
                    Arc::ptr_eq(before.columns[place].as_any_dictionary().values(), texts)
                }
                _ => false,
            })
        };
        let columns =
            self.columns
                .iter()
                .enumerate()
                .map(|(place, column)| match column.data_type() {
                    DataType::Dictionary(..) => {
                        let dictionary = column.as_any_dictionary();
                        let texts = dictionary.values();
                        let own = match shares_texts(place, texts) {
                            true => 0,
                            false => slice_bytes(texts),
                        };
                        own + slice_bytes_of(dictionary.keys())
                    }
                    _ => slice_bytes(column),
                });
        columns.sum::<u64>() + 4 * self.contacts.len() as u64
    }
}

fn slice_bytes(array: &ArrayRef) -> u64 {
    slice_bytes_of(&**array)
}

/// What the rows of an array take, however large what it is a part of may be.
fn slice_bytes_of(array: &dyn Array) -> u64 {
    let rows = array.to_data().get_slice_memory_size();
    rows.unwrap_or_else(|_| array.get_buffer_memory_size()) as u64
}
