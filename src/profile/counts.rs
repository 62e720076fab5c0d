//! Counting different values, up to a limit.

use super::MOST_DISTINCT;
use hashbrown::HashMap;
use std::borrow::Borrow;
use std::hash::Hash;

/// A value that fewer than one in so many rows has is not common.
const COMMON_IN: u64 = 1_000;

/// How often each value was met, for the first [`MOST_DISTINCT`] different ones.
#[derive(Debug)]
pub(super) struct Counts<K> {
    /// None once it is settled that there are many different values and none of them is common.
    seen: Option<HashMap<K, u64>>,
    total: u64,
    more: bool,
}

impl<K: Hash + Eq> Counts<K> {
    pub(super) fn new() -> Self {
        Self {
            seen: Some(HashMap::new()),
            total: 0,
            more: false,
        }
    }

    /// Meets a value so many times.
    pub(super) fn add<Q>(&mut self, value: &Q, times: u64)
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        self.total += times;
        let Some(seen) = &mut self.seen else {
            return;
        };
        if let Some(count) = seen.get_mut(value) {
            *count += times;
        } else if seen.len() < MOST_DISTINCT {
            seen.insert(value.to_owned(), times);
        } else {
            self.more = true;
        }
    }

    /// Whether there are more different values than are counted.
    pub(super) fn is_more(&self) -> bool {
        self.more
    }

    /// Between batches: stops counting where there are many different values and none of them is common.
    pub(super) fn settle(&mut self) {
        if let Some(seen) = &self.seen
            && self.more
            && seen.values().max().copied().unwrap_or(0) < self.total / COMMON_IN
        {
            self.seen = None;
        }
    }

    /// The values that were counted, with how often they were met.
    pub(super) fn into_values(self) -> Vec<(K, u64)> {
        self.seen
            .map(|seen| seen.into_iter().collect())
            .unwrap_or_default()
    }
}
