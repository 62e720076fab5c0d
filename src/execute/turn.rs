//! Members are handed out in the order of the source, whichever thread was done first.

use super::column::bits;
use super::{ExecuteError, Members, Sink};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::{BooleanBuffer, Buffer};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Members that wait for their turn hold at most about this many bytes a thread, and as many again of pieces that are done.
const WAITING_BYTES: usize = 32 << 20;

/// Members of one piece that wait for the pieces before it.
pub(super) struct Waiting {
    piece: usize,
    pub(super) contacts: u64,
    members: VecDeque<(ArrayRef, Vec<Vec<u64>>)>,
    bytes: usize,
}

impl Waiting {
    pub(super) fn new(piece: usize) -> Self {
        Self {
            piece,
            contacts: 0,
            members: VecDeque::new(),
            bytes: 0,
        }
    }

    pub(super) fn push(&mut self, keys: ArrayRef, masks: Vec<Vec<u64>>) {
        // Of what the keys are a part of, only their own share.
        let own = keys.to_data().get_slice_memory_size();
        let own = own.unwrap_or_else(|_| keys.get_array_memory_size());
        self.bytes += own + masks.len() * bits::words(keys.len()) * 8;
        self.members.push_back((keys, masks));
    }
}

/// Whose members go to the sink next. A thread whose piece is done before its turn leaves the members here and goes on; whoever gives out the pieces before
/// gives them out as well.
pub(super) struct Turn<'s> {
    state: Mutex<TurnState<'s>>,
    changed: Condvar,
    pub(super) has_sink: bool,
    /// The sink takes batches without members as well.
    pub(super) everyone: bool,
}

struct TurnState<'s> {
    piece: usize,
    /// None while members of that piece are being given out.
    sink: Option<&'s mut dyn Sink>,
    /// Pieces that are done, by their numbers.
    done: BTreeMap<usize, Waiting>,
    /// What these hold.
    bytes: usize,
}

type Locked<'g, 's> = MutexGuard<'g, TurnState<'s>>;

impl<'s> Turn<'s> {
    pub(super) fn new(sink: Option<&'s mut dyn Sink>) -> Self {
        Self {
            has_sink: sink.is_some(),
            everyone: sink.as_ref().is_some_and(|sink| sink.wants_everyone()),
            state: Mutex::new(TurnState {
                piece: 0,
                sink,
                done: BTreeMap::new(),
                bytes: 0,
            }),
            changed: Condvar::new(),
        }
    }

    pub(super) fn wake(&self) {
        self.changed.notify_all();
    }

    fn lock(&self) -> Locked<'_, 's> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the members to the sink if it is their turn, or waits for it where too many have gathered.
    pub(super) fn hand_out(
        &self,
        waiting: &mut Waiting,
        stop: &AtomicBool,
    ) -> Result<(), ExecuteError> {
        let mut state = self.lock();
        while state.piece != waiting.piece {
            if waiting.bytes < WAITING_BYTES {
                return Ok(());
            }
            state = self.pause(state, stop)?;
        }
        self.give(state, waiting).map(drop)
    }

    /// Gives out what is left of a piece, and pieces behind it that are done already; where others come before it, it is left to be given out behind them.
    pub(super) fn finish(
        &self,
        waiting: &mut Waiting,
        stop: &AtomicBool,
    ) -> Result<(), ExecuteError> {
        if !self.has_sink {
            return Ok(());
        }
        let mut state = self.lock();
        while state.piece != waiting.piece {
            if state.bytes + waiting.bytes < WAITING_BYTES {
                state.bytes += waiting.bytes;
                let left = std::mem::replace(waiting, Waiting::new(waiting.piece));
                // How many contacts it had is still to be told by its thread.
                waiting.contacts = left.contacts;
                state.done.insert(left.piece, left);
                return Ok(());
            }
            state = self.pause(state, stop)?;
        }
        state = self.give(state, waiting)?;
        state.piece += 1;
        let mut piece = state.piece;
        while let Some(mut next) = state.done.remove(&piece) {
            state.bytes -= next.bytes;
            state = self.give(state, &mut next)?;
            state.piece += 1;
            piece = state.piece;
        }
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    /// Waits until something has changed.
    fn pause<'g>(
        &self,
        state: Locked<'g, 's>,
        stop: &AtomicBool,
    ) -> Result<Locked<'g, 's>, ExecuteError> {
        if stop.load(Ordering::Relaxed) {
            return Err(ExecuteError::Cancelled);
        }
        let pause = std::time::Duration::from_millis(50);
        let paused = self.changed.wait_timeout(state, pause);
        Ok(paused.unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Gives out the members of a piece whose turn it is. Others may leave theirs meanwhile.
    fn give<'g>(
        &'g self,
        mut state: Locked<'g, 's>,
        waiting: &mut Waiting,
    ) -> Result<Locked<'g, 's>, ExecuteError> {
        let sink = state.sink.take();
        drop(state);
        waiting.bytes = 0;
        let mut given = Ok(());
        if let Some(sink) = sink {
            given = waiting.give_to(sink);
            state = self.lock();
            state.sink = Some(sink);
        } else {
            state = self.lock();
        }
        given.map(|()| state)
    }
}

impl Waiting {
    fn give_to(&mut self, sink: &mut dyn Sink) -> Result<(), ExecuteError> {
        while let Some((keys, masks)) = self.members.pop_front() {
            let masks: Vec<BooleanBuffer> = masks
                .into_iter()
                .map(|mask| BooleanBuffer::new(Buffer::from_vec(mask), 0, keys.len()))
                .collect();
            let members = Members {
                keys: &keys,
                masks: &masks,
            };
            sink.members(members).map_err(ExecuteError::Sink)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Int64Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    /// The first key of each batch that is given out.
    #[derive(Default)]
    struct Firsts(Vec<i64>);

    impl Sink for Firsts {
        fn members(&mut self, members: Members<'_>) -> Result<(), String> {
            let keys = members.keys.as_primitive::<Int64Type>();
            self.0.push(keys.value(0));
            match self.0.len() {
                60 => Err("enough".into()),
                _ => Ok(()),
            }
        }
    }

    /// A piece of so many keys, the first of which is its number, all of them members.
    fn piece(number: usize, rows: usize) -> Waiting {
        let keys = (number as i64..).take(rows);
        let keys: ArrayRef = Arc::new(Int64Array::from_iter_values(keys));
        let mut waiting = Waiting::new(number);
        waiting.push(keys, vec![vec![u64::MAX; bits::words(rows)]]);
        waiting
    }

    #[test]
    fn who_is_done_early_goes_on_up_to_a_limit() {
        const ROWS: usize = WAITING_BYTES / 8 / 8;
        let (mut firsts, stop) = (Firsts::default(), AtomicBool::new(false));
        let turn = Turn::new(Some(&mut firsts));
        let (next, done) = (AtomicUsize::new(1), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= 40 {
                            return;
                        }
                        turn.finish(&mut piece(number, ROWS), &stop).unwrap();
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            // The first piece takes until nobody gets on any more.
            let mut before = usize::MAX;
            while done.load(Ordering::Relaxed) != before {
                before = done.load(Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(200));
            }
            // An eighth of the limit each, and a bit more for the masks.
            assert_eq!(before, 7);
            turn.finish(&mut piece(0, ROWS), &stop).unwrap();
        });
        assert_eq!(firsts.0, (0..40).collect::<Vec<i64>>());
    }

    #[test]
    fn a_sink_that_refuses_is_told_of_by_whoever_gave_it() {
        let (mut firsts, stop) = (Firsts::default(), AtomicBool::new(false));
        let turn = Turn::new(Some(&mut firsts));
        for number in (1..80).rev() {
            turn.finish(&mut piece(number, 64), &stop).unwrap();
        }
        let refused = turn.finish(&mut piece(0, 64), &stop).unwrap_err();
        assert_eq!(
            refused.to_string(),
            ExecuteError::Sink("enough".into()).to_string()
        );
        stop.store(true, Ordering::Relaxed);
        // Who waits behind it is woken.
        let late = turn.hand_out(&mut piece(100, WAITING_BYTES / 8), &stop);
        assert!(matches!(late, Err(ExecuteError::Cancelled)));
        assert_eq!(firsts.0.len(), 60);
    }
}
