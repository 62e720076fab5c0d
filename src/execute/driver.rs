//! A run from end to end: pieces are handed to threads by one shared counter, outcomes are merged and members given out in the order of the source.

use super::batch::{Asked, Batch, Prepared, Worker};
use super::column::{Column, absent_part, bits, read};
use super::dataset::CHUNK_ROWS;
use super::feed::{Feed, Part};
use super::populations::{self, Collection, Use};
use super::sieve::{Candidate, Sieve};
use super::threads::on_threads;
use super::turn::{Turn, Waiting};
use super::{ExecuteError, Input, Options, Outcome, Sink};
use crate::data::{Source, Statistics, Steps};
use crate::plan::{BoundPlan, ColumnId, Verdict};
use arrow_array::{Array, ArrayRef, RecordBatch};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Contacts that are answered before their members are handed out, at most.
pub(super) const MOST_ROWS: usize = 1 << 17;
/// Contacts whose rows are chosen at one go.
const ROWS_OF_A_STEP: usize = 1 << 16;

/// Runs a plan over its contacts: how many there are, how many are in each segment, and, where there is a sink, who they are.
///
/// The answer does not depend on the options. Reading a source takes as much memory as the batches being worked on, one a thread, and with a sink the
/// members that wait for those before them.
pub fn run(
    bound: &BoundPlan,
    input: Input<'_>,
    options: &Options,
    sink: Option<&mut dyn Sink>,
) -> Result<Outcome, ExecuteError> {
    if bound.plan.passes.is_empty() {
        return run_pass(bound, input, options, sink, None);
    }
    let (bound, options) = populations::with_figures(bound, input, options, Use::Here)?;
    run_pass(&bound, input, &options, sink, None)
}

/// The plan with what its populations tell of these contacts, for one contact after the other to be answered by.
pub fn with_figures(
    bound: &BoundPlan,
    input: Input<'_>,
    options: &Options,
) -> Result<BoundPlan, ExecuteError> {
    populations::with_figures(bound, input, options, Use::Anywhere).map(|(bound, _)| bound)
}

/// Runs a plan over its contacts to collect what they give to populations.
pub(super) fn collect(
    bound: &BoundPlan,
    input: Input<'_>,
    options: &Options,
    collection: &Collection<'_>,
) -> Result<(), ExecuteError> {
    run_pass(bound, input, options, None, Some(collection)).map(drop)
}

fn run_pass(
    bound: &BoundPlan,
    input: Input<'_>,
    options: &Options,
    sink: Option<&mut dyn Sink>,
    collection: Option<&Collection<'_>>,
) -> Result<Outcome, ExecuteError> {
    let prepared = Prepared::new(bound, options);
    let shared = Shared {
        prepared: &prepared,
        collection,
        next: AtomicUsize::new(0),
        done: AtomicU64::new(0),
        stop: AtomicBool::new(false),
        merged: Mutex::new(Merged {
            outcome: Outcome {
                contacts: 0,
                counts: vec![0; bound.plan.segments.len()],
            },
            error: None,
        }),
        turn: Turn::new(sink),
    };
    match input {
        Input::Source(source) => {
            let reading = Reading::new(bound, source, options)?;
            // Where everybody is asked about, nothing can be left out.
            let sieve = match collection.is_some() || shared.turn.everyone {
                true => Sieve::default(),
                false => Sieve::new(&prepared, &reading),
            };
            // A feed reads all rows.
            let spares_most = |piece| {
                let rows = source.rows(piece).unwrap_or(u64::MAX);
                let out = sieve.out(bound, &reading, piece);
                out.is_some_and(|out| out.is_most_of(rows))
            };
            if Feed::is_wanted(source.pieces(), options) && !(0..source.pieces()).any(spares_most) {
                let feed = Feed::new(&reading);
                on_threads(options.threads.get(), || shared.feed(&reading, &feed));
            } else {
                spread(&shared, source.pieces(), |worker, piece, members| {
                    shared.piece(&reading, &sieve, worker, piece, members)
                });
            }
        }
        Input::Dataset(dataset) => {
            let places = dataset.places(&bound.plan)?;
            let columns: Vec<Column> = places
                .iter()
                .map(|place| dataset.column(*place).clone())
                .collect();
            let narrower = places.iter().map(|place| dataset.narrower(*place));
            let narrower: Vec<_> = narrower.collect();
            let far = dataset.is_far(&columns);
            let batch = Batch {
                columns: &columns,
                bound: &prepared.bind(&columns, &narrower, far),
                far,
            };
            spread(&shared, dataset.chunks(), |worker, chunk, members| {
                let first = chunk * CHUNK_ROWS;
                let rows = CHUNK_ROWS.min(dataset.rows() as usize - first);
                let statistics = |column: ColumnId| {
                    let place = places[column.0 as usize];
                    Some(dataset.statistics(place, chunk).clone())
                };
                if worker.patience.asks() {
                    let decided = shared.decided(worker, rows as u64, members, statistics);
                    worker.patience.answered(decided);
                    if decided {
                        return Ok(());
                    }
                }
                shared.answer(worker, batch, first, &dataset.keys(chunk), members)
            });
        }
    }
    let merged = shared
        .merged
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    match merged.error {
        Some((_, error)) => Err(error),
        None => Ok(merged.outcome),
    }
}

/// Works off `pieces` pieces on as many threads as asked for, and no more than there are pieces.
fn spread<'s>(
    shared: &Shared<'_, 's>,
    pieces: usize,
    work: impl Fn(&mut Worker, usize, &mut Waiting) -> Result<(), ExecuteError> + Sync,
) {
    let threads = shared.prepared.options.threads.get().min(pieces.max(1));
    let thread = || {
        let mut worker = shared.worker();
        let mut contacts = 0;
        loop {
            let piece = shared.next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces || shared.stop.load(Ordering::Relaxed) {
                break;
            }
            let mut waiting = Waiting::new(piece);
            let result = work(&mut worker, piece, &mut waiting)
                .and_then(|()| shared.turn.finish(&mut waiting, &shared.stop));
            contacts += waiting.contacts;
            if let Err(error) = result {
                shared.fail(piece, error);
                break;
            }
        }
        shared.merge(contacts, worker);
    };
    on_threads(threads, thread);
}

struct Merged {
    outcome: Outcome,
    /// The first fault in the order of the source.
    error: Option<(usize, ExecuteError)>,
}

struct Shared<'a, 's> {
    prepared: &'a Prepared<'a>,
    collection: Option<&'a Collection<'a>>,
    next: AtomicUsize,
    done: AtomicU64,
    stop: AtomicBool,
    merged: Mutex<Merged>,
    turn: Turn<'s>,
}

impl Shared<'_, '_> {
    /// Answers parts of a source as long as there are some.
    fn feed(&self, reading: &Reading<'_>, feed: &Feed<'_>) {
        let mut worker = self.worker();
        let mut contacts = 0;
        while !self.stop.load(Ordering::Relaxed) {
            let next = feed.next(|piece| {
                let mut waiting = Waiting::new(0);
                let decided = self.decided_piece(reading, &mut worker, piece, &mut waiting);
                contacts += waiting.contacts;
                decided
            });
            let part = match next {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(unread) => {
                    let (number, error) = *unread;
                    self.fail(number, error);
                    break;
                }
            };
            let mut waiting = Waiting::new(part.number);
            let result = self
                .part(reading, &mut worker, &part, &mut waiting)
                .and_then(|()| self.turn.finish(&mut waiting, &self.stop));
            contacts += waiting.contacts;
            if let Err(error) = result {
                self.fail(part.number, error);
                break;
            }
        }
        self.merge(contacts, worker);
    }

    fn part(
        &self,
        reading: &Reading<'_>,
        worker: &mut Worker,
        part: &Part,
        waiting: &mut Waiting,
    ) -> Result<(), ExecuteError> {
        let leaves = part.whole.bound(self.prepared, reading)?;
        let batch = Batch {
            columns: &leaves.columns,
            bound: &leaves.bound,
            far: false,
        };
        let keys = part.whole.batch.column(reading.key);
        let keys = keys.slice(part.first, part.rows);
        self.answer(worker, batch, part.first, &keys, waiting)
    }

    /// Counts a piece by its statistics, where they say enough.
    fn decided_piece(
        &self,
        reading: &Reading<'_>,
        worker: &mut Worker,
        piece: usize,
        waiting: &mut Waiting,
    ) -> bool {
        let statistics = |column: ColumnId| {
            reading
                .source
                .statistics(piece, reading.wanted[column.0 as usize])
        };
        let rows = reading.source.rows(piece);
        rows.is_some_and(|rows| self.decided(worker, rows, waiting, statistics))
    }

    /// Reads a piece and answers its contacts batch by batch.
    fn piece(
        &self,
        reading: &Reading<'_>,
        sieve: &Sieve,
        worker: &mut Worker,
        piece: usize,
        waiting: &mut Waiting,
    ) -> Result<(), ExecuteError> {
        if self.decided_piece(reading, worker, piece, waiting) {
            return Ok(());
        }
        if let Some(rows) = reading.source.rows(piece)
            && sieve.rules_out(self.prepared, reading, piece, &mut worker.buffers)?
        {
            self.pass_over(rows, waiting);
            return self.look();
        }
        let out = sieve.out(self.prepared.bound, reading, piece);
        let candidate = sieve.choose();
        let first = match (candidate, &out) {
            (Some(candidate), _) => Some(candidate.column),
            (None, out) => out.as_ref().map(|out| out.column),
        };
        if let Some(first) = first {
            let (source, columns) = (reading.source, &reading.columns);
            if let Some(steps) = source.read_in_steps(piece, first, columns, ROWS_OF_A_STEP)? {
                let spans = out.unwrap_or_default().spans;
                return self.sifted(reading, candidate, worker, steps, &spans, waiting);
            }
            if let Some(candidate) = candidate {
                candidate.is_no_help();
            }
        }
        for batch in reading.source.read(piece, &reading.columns)? {
            let batch = batch?;
            self.batch(reading, worker, &batch, waiting)?;
        }
        Ok(())
    }

    /// Reads a piece without the rows that are out, of most columns only what is wanted of contacts about whom something is still to be found out.
    fn sifted(
        &self,
        reading: &Reading<'_>,
        candidate: Option<&Candidate>,
        worker: &mut Worker,
        mut steps: Box<dyn Steps>,
        spans: &[Range<u64>],
        waiting: &mut Waiting,
    ) -> Result<(), ExecuteError> {
        let mut spans = spans.iter().peekable();
        let mut at = 0;
        loop {
            while spans.next_if(|span| span.end <= at).is_some() {}
            if let Some(span) = spans.next_if(|span| span.start <= at) {
                let passed = steps.pass(span.end - at)?;
                at += passed;
                self.pass_over(passed, waiting);
            }
            let next = spans.peek().map_or(u64::MAX, |span| span.start);
            let Some(first) = steps.first(next.saturating_sub(at))? else {
                return self.look();
            };
            let rows = first.len();
            at += rows as u64;
            let wanted = match candidate {
                None => None,
                Some(candidate) => candidate
                    .rows(self.prepared, &first, &mut worker.buffers)
                    .map_err(|message| reading.fault(candidate.column, &message))?,
            };
            let batch = steps.others(wanted.as_deref())?;
            self.pass_over((rows - batch.num_rows()) as u64, waiting);
            self.batch(reading, worker, &batch, waiting)?;
        }
    }

    /// Answers the contacts of a batch of these columns.
    fn batch(
        &self,
        reading: &Reading<'_>,
        worker: &mut Worker,
        batch: &RecordBatch,
        waiting: &mut Waiting,
    ) -> Result<(), ExecuteError> {
        let key = batch.column(reading.key);
        if key.is_empty() {
            return self.look();
        }
        let columns = reading.columns_of(batch)?;
        let batch = Batch {
            columns: &columns,
            bound: &self.prepared.bind(&columns, &[], false),
            far: false,
        };
        // A host may hand over everything in one batch: masks of members are made for a part of it at a time.
        for first in (0..key.len()).step_by(MOST_ROWS) {
            let keys = key.slice(first, MOST_ROWS.min(key.len() - first));
            self.answer(worker, batch, first, &keys, waiting)?;
        }
        Ok(())
    }

    /// Counts a piece by what its statistics say, where they say enough: everybody or nobody for each segment. With a sink only where nobody is a member.
    fn decided(
        &self,
        worker: &mut Worker,
        rows: u64,
        waiting: &mut Waiting,
        statistics: impl Fn(ColumnId) -> Option<Statistics>,
    ) -> bool {
        let segments = self
            .prepared
            .bound
            .verdicts(Some(rows), statistics)
            .segments;
        let has_sink = self.turn.has_sink || self.collection.is_some();
        let enough = |verdict: &Verdict| match verdict {
            Verdict::Never => true,
            Verdict::Always => !has_sink,
            Verdict::Maybe => false,
        };
        if self.turn.everyone || !segments.iter().all(enough) {
            return false;
        }
        worker.counts.resize(segments.len(), 0);
        for (count, verdict) in worker.counts.iter_mut().zip(&segments) {
            if *verdict == Verdict::Always {
                *count += rows;
            }
        }
        self.pass_over(rows, waiting);
        true
    }

    /// Counts contacts of whom nothing has to be read.
    fn pass_over(&self, rows: u64, waiting: &mut Waiting) {
        waiting.contacts += rows;
        self.advance(rows);
    }

    fn advance(&self, rows: u64) {
        if let Some(progress) = &self.prepared.options.progress {
            progress(self.done.fetch_add(rows, Ordering::Relaxed) + rows);
        }
    }

    /// Answers as many contacts as there are keys.
    fn answer(
        &self,
        worker: &mut Worker,
        batch: Batch<'_>,
        first: usize,
        keys: &ArrayRef,
        waiting: &mut Waiting,
    ) -> Result<(), ExecuteError> {
        self.look()?;
        let rows = keys.len();
        let segments = self.prepared.bound.plan.segments.len();
        let (has_sink, collection) = (self.turn.has_sink, self.collection);
        let mut masks =
            (has_sink || collection.is_some()).then(|| vec![vec![0; bits::words(rows)]; segments]);
        let members = masks.as_deref_mut();
        let asked = Asked {
            first,
            rows,
            among: &[],
        };
        worker.rows(self.prepared, batch, asked, members, collection);
        waiting.contacts += rows as u64;
        if let Some(masks) = masks.filter(|_| has_sink) {
            waiting.push(keys.clone(), masks);
            self.turn.hand_out(waiting, &self.stop)?;
        }
        self.advance(rows as u64);
        Ok(())
    }

    /// Whether the run was stopped, by its caller or by a fault elsewhere.
    fn look(&self) -> Result<(), ExecuteError> {
        let cancelled = self.prepared.options.cancel.as_ref();
        if cancelled.is_some_and(|cancel| cancel.load(Ordering::Relaxed))
            || self.stop.load(Ordering::Relaxed)
        {
            return Err(ExecuteError::Cancelled);
        }
        Ok(())
    }

    fn fail(&self, piece: usize, error: ExecuteError) {
        self.stop.store(true, Ordering::Relaxed);
        self.turn.wake();
        let mut merged = self.merged.lock().unwrap_or_else(PoisonError::into_inner);
        let replaces = match &merged.error {
            None => true,
            // Threads that stopped because of a fault do not hide it.
            Some((_, ExecuteError::Cancelled)) => true,
            Some((first, _)) => piece < *first && !matches!(error, ExecuteError::Cancelled),
        };
        if replaces {
            merged.error = Some((piece, error));
        }
    }

    /// The memory of a thread.
    fn worker(&self) -> Worker {
        let mut worker = Worker::default();
        worker.tallies = self.collection.map(Collection::start).unwrap_or_default();
        worker
    }

    fn merge(&self, contacts: u64, worker: Worker) {
        if let Some(collection) = self.collection {
            collection.merge(worker.tallies);
        }
        let mut merged = self.merged.lock().unwrap_or_else(PoisonError::into_inner);
        merged.outcome.contacts += contacts;
        for (total, count) in merged.outcome.counts.iter_mut().zip(worker.counts) {
            *total += count;
        }
    }
}

/// Which columns of a source are read, and where they stand in its batches.
pub(super) struct Reading<'a> {
    source: &'a dyn Source,
    bound: &'a BoundPlan,
    /// Places in the source's schema, ascending.
    columns: Vec<usize>,
    /// For each column of the plan its place in the source's schema.
    wanted: Vec<usize>,
    /// For each column of the plan its place in a batch.
    places: Vec<usize>,
    /// The place of the key in a batch.
    key: usize,
}

impl<'a> Reading<'a> {
    fn new(
        bound: &'a BoundPlan,
        source: &'a dyn Source,
        options: &Options,
    ) -> Result<Self, ExecuteError> {
        let schema = source.schema();
        let find = |name: &str| {
            schema
                .index_of(name)
                .map_err(|_| ExecuteError::column(source.name(), name, "there is no such column"))
        };
        let wanted: Vec<usize> = bound
            .plan
            .columns
            .iter()
            .map(|column| find(&column.name))
            .collect::<Result<_, _>>()?;
        for (column, place) in bound.plan.columns.iter().zip(&wanted) {
            let data_type = schema.field(*place).data_type();
            let absent = absent_part(data_type, &column.column_type, column.parts.as_deref());
            if let Some(message) = absent {
                return Err(ExecuteError::column(source.name(), &column.name, &message));
            }
        }
        let key = match &options.key {
            Some(key) => find(key)?,
            None => wanted.first().copied().unwrap_or(0),
        };
        let mut columns = wanted.clone();
        columns.push(key);
        columns.sort_unstable();
        columns.dedup();
        let place = |wanted: &usize| columns.binary_search(wanted).unwrap_or(0);
        let (places, key) = (wanted.iter().map(place).collect(), place(&key));
        Ok(Self {
            source,
            bound,
            columns,
            wanted,
            places,
            key,
        })
    }

    pub(super) fn source(&self) -> &dyn Source {
        self.source
    }

    /// The place of a column of the plan in the source's schema.
    pub(super) fn wanted(&self, column: ColumnId) -> usize {
        self.wanted[column.0 as usize]
    }

    /// What is wrong with a column of the source.
    pub(super) fn fault(&self, column: usize, message: &str) -> ExecuteError {
        let schema = self.source.schema();
        ExecuteError::column(self.source.name(), schema.field(column).name(), message)
    }

    /// The columns that are read, as places in the source's schema.
    pub(super) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The columns of the plan in a batch.
    pub(super) fn columns_of(&self, batch: &RecordBatch) -> Result<Vec<Column>, ExecuteError> {
        let planned = self.bound.plan.columns.iter();
        planned
            .zip(&self.places)
            .map(|(column, place)| {
                read(
                    batch.column(*place),
                    &column.column_type,
                    column.blank_is_missing,
                )
                .map_err(|message| ExecuteError::column(self.source.name(), &column.name, &message))
            })
            .collect()
    }
}
