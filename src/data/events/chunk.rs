//! Events of one stream as they were read, and what becomes of chunks that are in order already: they are cut between contacts, and nothing is sorted.

use super::gather::{Times, WantedStream};
use super::owners::{Owners, Run};
use super::part::Part;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{ArrowError, DataType};
use arrow_select::concat::concat;
use std::sync::Arc;

/// Events of one stream as they were read, side by side in their source.
pub(super) struct Chunk {
    /// Where they were read: greater than that of all before them in the source.
    pub(super) place: u64,
    pub(super) owners: Owners,
    /// Their columns.
    pub(super) columns: Vec<ArrayRef>,
}

impl Chunk {
    /// What it takes, without texts that the chunk before it has as well.
    pub(super) fn bytes(&self, before: Option<&Chunk>) -> u64 {
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
        columns.sum::<u64>() + self.owners.bytes() as u64
    }

    /// The runs, where the events are in order.
    fn runs(&self) -> Option<&[Run]> {
        match &self.owners {
            Owners::Runs(runs) => Some(runs),
            Owners::Each(_) => None,
        }
    }

    /// The first and the last event: whose it is, and its time.
    fn ends(&self, time: usize) -> Option<[(u32, i64); 2]> {
        let times = Times::of(&self.columns[time])?.values;
        let runs = self.runs()?;
        let first = (runs.first()?.contact, *times.first()?);
        Some([first, (runs.last()?.contact, *times.last()?)])
    }

    /// Whether columns of all chunks of a stream have one type, whatever is in them.
    fn is_of_numbers(&self) -> bool {
        let mut columns = self.columns.iter();
        columns.all(|column| {
            column.data_type().is_primitive() || *column.data_type() == DataType::Boolean
        })
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

/// Whether the events of the chunks are in order, one chunk behind the other; the chunks are in that of their source.
pub(super) fn are_in_order(chunks: &[Chunk], stream: &WantedStream) -> bool {
    let mut before: Option<(u32, i64)> = None;
    chunks.iter().all(|chunk| {
        let Some([first, last]) = chunk.ends(stream.time) else {
            return false;
        };
        // What breaks ties has not been looked at.
        let is_behind = before.is_none_or(|before| match stream.order.is_empty() {
            true => before <= first,
            false => before < first,
        });
        before = Some(last);
        is_behind
    })
}

/// Chunks that follow each other as one, where that is easily done.
pub(super) fn joined(chunks: Vec<Chunk>, stream: &WantedStream) -> Result<Vec<Chunk>, ArrowError> {
    let is_easy = chunks.iter().all(Chunk::is_of_numbers);
    if chunks.len() < 2 || !is_easy || !are_in_order(&chunks, stream) {
        return Ok(chunks);
    }
    let columns = (0..chunks[0].columns.len()).map(|column| {
        let arrays = chunks.iter().map(|chunk| &*chunk.columns[column]);
        concat(&arrays.collect::<Vec<_>>())
    });
    let columns = columns.collect::<Result<_, _>>()?;
    let mut runs: Vec<Run> = Vec::new();
    for run in chunks.iter().filter_map(Chunk::runs).flatten() {
        match runs.last_mut() {
            Some(last) if last.contact == run.contact => last.rows += run.rows,
            _ => runs.push(*run),
        }
    }
    Ok(vec![Chunk {
        place: chunks[0].place,
        owners: Owners::Runs(runs),
        columns,
    }])
}

/// The events of all contacts, cut where chunks meet; none where the chunks are not in order, or have columns whose types depend on what is in them.
pub(super) fn cut(
    chunks: &[Chunk],
    stream: &WantedStream,
    contacts: usize,
) -> Result<Option<Vec<Part>>, ArrowError> {
    let is_easy = !chunks.is_empty() && chunks.iter().all(Chunk::is_of_numbers);
    if !is_easy || !are_in_order(chunks, stream) {
        return Ok(None);
    }
    let mut cutting = Cutting {
        stream,
        parts: Vec::new(),
        next: 0,
        shared: None,
    };
    let mut chunks = chunks.iter().peekable();
    while let Some(chunk) = chunks.next() {
        let next = chunks.peek().and_then(|next| next.runs()?.first());
        cutting.add(chunk, next.map(|run| run.contact))?;
    }
    Ok(Some(cutting.finish(contacts)?))
}

struct Cutting<'a> {
    stream: &'a WantedStream,
    parts: Vec<Part>,
    /// The first contact that is in no part yet.
    next: usize,
    /// A contact whose events lie in several chunks, and its events so far.
    shared: Option<(u32, Vec<Vec<ArrayRef>>)>,
}

impl Cutting<'_> {
    /// `next` is the contact of the first event of the chunk behind this one.
    fn add(&mut self, chunk: &Chunk, next: Option<u32>) -> Result<(), ArrowError> {
        let mut runs = chunk.runs().unwrap_or_default();
        let mut first = 0;
        if let (Some((contact, events)), Some(run)) = (&mut self.shared, runs.first())
            && run.contact == *contact
        {
            first = run.rows as usize;
            events.push(slices(chunk, 0, first));
            let goes_on = runs.len() == 1 && next == Some(*contact);
            if goes_on {
                return Ok(());
            }
            runs = &runs[1..];
        }
        self.close()?;
        let shared = runs.last().filter(|last| next == Some(last.contact));
        let own = runs.len() - usize::from(shared.is_some());
        let rows: usize = runs[..own].iter().map(|run| run.rows as usize).sum();
        self.part(&runs[..own], slices(chunk, first, rows))?;
        if let Some(last) = shared {
            let events = slices(chunk, first + rows, last.rows as usize);
            self.shared = Some((last.contact, vec![events]));
        }
        Ok(())
    }

    /// Makes a part of the contact whose events lie in several chunks.
    fn close(&mut self) -> Result<(), ArrowError> {
        let Some((contact, events)) = self.shared.take() else {
            return Ok(());
        };
        let columns = events.first().map_or(0, Vec::len);
        let whole = (0..columns).map(|column| {
            let arrays = events.iter().map(|events| &*events[column]);
            concat(&arrays.collect::<Vec<_>>())
        });
        let whole: Vec<ArrayRef> = whole.collect::<Result<_, _>>()?;
        let rows = whole.first().map_or(0, |array| array.len());
        let run = Run {
            contact,
            rows: rows as u32,
        };
        self.part(&[run], whole)
    }

    /// A part of these contacts, and of those without events before them.
    fn part(&mut self, runs: &[Run], columns: Vec<ArrayRef>) -> Result<(), ArrowError> {
        let Some(last) = runs.last() else {
            return Ok(());
        };
        let behind = last.contact as usize + 1;
        let mut starts = Vec::with_capacity(behind - self.next + 1);
        let mut before = 0;
        for run in runs {
            starts.resize(run.contact as usize - self.next + 1, before);
            before += run.rows;
        }
        starts.push(before);
        let columns = columns.into_iter().map(Some);
        self.parts.push(Part {
            first: self.next,
            starts,
            events: self.stream.events(columns.collect(), before as usize)?,
        });
        self.next = behind;
        Ok(())
    }

    fn finish(mut self, contacts: usize) -> Result<Vec<Part>, ArrowError> {
        self.close()?;
        // Those behind the last that has events.
        if let Some(last) = self.parts.last_mut() {
            let events = *last.starts.last().unwrap_or(&0);
            last.starts.resize(contacts - last.first + 1, events);
        }
        Ok(self.parts)
    }
}

fn slices(chunk: &Chunk, first: usize, rows: usize) -> Vec<ArrayRef> {
    let columns = chunk.columns.iter();
    columns.map(|column| column.slice(first, rows)).collect()
}
