//! A source of few pieces for many threads: whoever is free takes the next part of what is being read, and reads on where there is none.

use super::batch::{Bound, Prepared};
use super::column::Column;
use super::driver::{MOST_ROWS, Reading};
use super::{ExecuteError, Options};
use crate::data::Batches;
use arrow_array::RecordBatch;
use std::sync::{Arc, Mutex, PoisonError};

/// What is left of a source.
pub(super) struct Feed<'a> {
    reading: &'a Reading<'a>,
    state: Mutex<State>,
}

struct State {
    /// The piece that is opened next.
    piece: usize,
    batches: Option<Batches>,
    batch: Option<(Arc<Whole>, usize)>,
    /// The number of the next part.
    part: usize,
}

/// A batch that is answered part by part.
pub(super) struct Whole {
    pub(super) batch: RecordBatch,
    bound: Mutex<Option<Arc<Leaves>>>,
}

/// The columns of a batch, and leaves bound to them.
pub(super) struct Leaves {
    pub(super) columns: Vec<Column>,
    pub(super) bound: Bound,
}

/// Which part could not be read, and why.
pub(super) type Unread = Box<(usize, ExecuteError)>;

/// Contacts of one batch that lie one behind the other.
pub(super) struct Part {
    /// Its place among all parts of the source.
    pub(super) number: usize,
    pub(super) whole: Arc<Whole>,
    pub(super) first: usize,
    pub(super) rows: usize,
}

impl Whole {
    /// The columns with the leaves bound to them, by whoever asks first.
    pub(super) fn bound(
        &self,
        prepared: &Prepared<'_>,
        reading: &Reading<'_>,
    ) -> Result<Arc<Leaves>, ExecuteError> {
        let mut bound = self.bound.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bound) = &*bound {
            return Ok(bound.clone());
        }
        let columns = reading.columns_of(&self.batch)?;
        let leaves = Leaves {
            bound: prepared.bind(&columns, &[], false),
            columns,
        };
        Ok(bound.insert(Arc::new(leaves)).clone())
    }
}

impl<'a> Feed<'a> {
    /// Whether a source has so few pieces that threads would have nothing to do.
    pub(super) fn is_wanted(pieces: usize, options: &Options) -> bool {
        pieces > 0 && pieces < options.threads.get()
    }

    pub(super) fn new(reading: &'a Reading<'a>) -> Self {
        Self {
            reading,
            state: Mutex::new(State {
                piece: 0,
                batches: None,
                batch: None,
                part: 0,
            }),
        }
    }

    /// The next part; none where all has been read. `decided` is asked before a piece is opened, and tells whether it need not be. An error comes with the
    /// number of the part that could not be read.
    pub(super) fn next(
        &self,
        mut decided: impl FnMut(usize) -> bool,
    ) -> Result<Option<Part>, Unread> {
        let state = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let source = self.reading.source();
        loop {
            if let Some((whole, first)) = state.batch.take() {
                let rows = MOST_ROWS.min(whole.batch.num_rows() - first);
                if first + rows < whole.batch.num_rows() {
                    state.batch = Some((whole.clone(), first + rows));
                }
                state.part += 1;
                return Ok(Some(Part {
                    number: state.part - 1,
                    whole,
                    first,
                    rows,
                }));
            }
            if let Some(batches) = &mut state.batches {
                match batches.next() {
                    Some(Ok(batch)) if batch.num_rows() == 0 => {}
                    Some(Ok(batch)) => {
                        let bound = Mutex::default();
                        state.batch = Some((Arc::new(Whole { batch, bound }), 0));
                    }
                    Some(Err(error)) => return Err(Box::new((state.part, error.into()))),
                    None => state.batches = None,
                }
                continue;
            }
            if state.piece >= source.pieces() {
                return Ok(None);
            }
            let piece = state.piece;
            state.piece += 1;
            if !decided(piece) {
                let batches = source.read(piece, self.reading.columns());
                state.batches =
                    Some(batches.map_err(|error| Box::new((state.part, error.into())))?);
            }
        }
    }
}
