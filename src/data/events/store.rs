//! Where events wait until all have been read: in memory, and beyond a limit in files, so many contacts each.

use super::JoinOptions;
use super::chunk::{Chunk, cut};
use super::gather::{Wanted, WantedStream};
use super::part::Lists;
use super::sort::{Sorting, Unsorted};
use super::spill::{Folder, Runs};
use crate::data::{DataError, errors};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Files are not begun for less than this many bytes.
const LEAST: u64 = 1 << 18;

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

    /// Takes events of one stream.
    pub(super) fn take(&self, stream: usize, chunks: Vec<Chunk>) -> Result<(), DataError> {
        let state = &mut *lock(&self.state);
        for chunk in chunks {
            let before = state.chunks[stream].last();
            state.bytes += chunk.bytes(before);
            state.chunks[stream].push(chunk);
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
            &mut *lock(&self.state),
            State {
                chunks: Vec::new(),
                bytes: 0,
                runs: None,
            },
        );
        if state.runs.is_some() {
            self.write(&mut state)?;
        }
        if let Some(runs) = state.runs {
            let runs = runs.into_iter();
            let lists = runs.map(|runs| runs.into_lists(self.table, &self.options.cancel));
            return Ok((lists.collect::<Result<_, _>>()?, 0));
        }
        let lists = self.in_order(state.chunks)?;
        Ok((lists, state.bytes))
    }

    /// The lists of the streams from what was read of each, several at once.
    fn in_order(&self, chunks: Vec<Vec<Chunk>>) -> Result<Vec<Lists>, DataError> {
        let waiting: Vec<Mutex<Vec<Chunk>>> = chunks.into_iter().map(Mutex::new).collect();
        let made: Vec<Mutex<Option<Result<Lists, DataError>>>> =
            waiting.iter().map(|_| Mutex::default()).collect();
        let next = AtomicUsize::new(0);
        let threads = self.options.threads.get().clamp(1, waiting.len().max(1));
        let work = || {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(chunks) = waiting.get(place) else {
                    return;
                };
                let chunks = std::mem::take(&mut *lock(chunks));
                // Streams that are put in order side by side share the threads.
                let threads = self.options.threads.get().div_ceil(threads);
                *lock(&made[place]) = Some(self.list(place, chunks, threads));
            }
        };
        if threads == 1 {
            work();
        } else {
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(work);
                }
            });
        }
        let made = made.into_iter();
        made.filter_map(|made| made.into_inner().unwrap_or_else(PoisonError::into_inner))
            .collect()
    }

    /// The list of the stream at this place.
    fn list(
        &self,
        place: usize,
        mut chunks: Vec<Chunk>,
        threads: usize,
    ) -> Result<Lists, DataError> {
        let (stream, source) = (&self.table.streams[place], &self.table.source);
        chunks.sort_by_key(|chunk| chunk.place);
        let parts = cut(&chunks, stream, self.contacts)
            .map_err(|error| errors::damaged(source.name(), "data", &error.to_string()))?;
        let (column, name) = (stream.column.clone(), source.name().to_owned());
        if let Some(lists) = parts.and_then(|parts| Lists::cut(&column, &name, parts)) {
            return Ok(lists);
        }
        let sorting = Sorting {
            table: self.table,
            stream,
            threads,
            cancel: &self.options.cancel,
        };
        let types = source.schema();
        let types = (stream.columns.iter()).map(|column| types.field(*column).data_type());
        let unsorted = Unsorted::of(chunks, stream, types);
        let part = sorting.part(unsorted, 0, self.contacts)?;
        Ok(Lists::held(column, name, part))
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
