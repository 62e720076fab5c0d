//! Events in the order of their contacts, as many as are held at once.

use crate::data::DataError;
use arrow_array::StructArray;
use arrow_schema::DataType;
use std::sync::{Arc, Mutex, PoisonError};

/// The events of contacts that stand side by side.
pub(super) struct Part {
    /// The first contact.
    pub(super) first: usize,
    /// Where the events of each contact begin, and behind them the number of all.
    pub(super) starts: Vec<u32>,
    pub(super) events: StructArray,
}

impl Part {
    /// The contact behind the last.
    pub(super) fn end(&self) -> usize {
        self.first + self.starts.len() - 1
    }
}

/// The events of a stream, part by part.
pub(super) struct Lists {
    /// The name of the list column.
    pub(super) column: String,
    /// The name of the table.
    pub(super) table: String,
    /// The type of one event.
    pub(super) data_type: DataType,
    parts: Parts,
}

enum Parts {
    /// All of them, in the order of the contacts.
    Held(Vec<Arc<Part>>),
    Loaded {
        loader: Box<dyn Load>,
        /// Those that were loaded last: neighbours often want the same.
        last: Mutex<Vec<Arc<Part>>>,
    },
}

/// What brings parts into memory.
pub(super) trait Load: Send + Sync {
    /// The part that a contact lies in.
    fn load(&self, contact: usize) -> Result<Part, DataError>;
}

/// Loaded parts that are kept.
const KEPT: usize = 4;

impl Lists {
    pub(super) fn held(column: String, table: String, part: Part) -> Self {
        use arrow_array::Array;
        Self {
            column,
            table,
            data_type: part.events.data_type().clone(),
            parts: Parts::Held(vec![Arc::new(part)]),
        }
    }

    /// All events in several parts, one behind the other; none where there is no part.
    pub(super) fn cut(column: &str, table: &str, parts: Vec<Part>) -> Option<Self> {
        use arrow_array::Array;
        Some(Self {
            column: column.to_owned(),
            table: table.to_owned(),
            data_type: parts.first()?.events.data_type().clone(),
            parts: Parts::Held(parts.into_iter().map(Arc::new).collect()),
        })
    }

    pub(super) fn loaded(
        column: String,
        table: String,
        data_type: DataType,
        loader: Box<dyn Load>,
    ) -> Self {
        Self {
            column,
            table,
            data_type,
            parts: Parts::Loaded {
                loader,
                last: Mutex::default(),
            },
        }
    }

    /// The part that a contact lies in.
    pub(super) fn part(&self, contact: usize) -> Result<Arc<Part>, DataError> {
        let (loader, last) = match &self.parts {
            Parts::Held(parts) => {
                let place = parts.partition_point(|part| part.end() <= contact);
                // Behind the last contact there is nothing to be asked for.
                return Ok(Arc::clone(&parts[place.min(parts.len() - 1)]));
            }
            Parts::Loaded { loader, last } => (loader, last),
        };
        let lock = || last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_in = |part: &&Arc<Part>| (part.first..part.end()).contains(&contact);
        if let Some(part) = lock().iter().find(is_in) {
            return Ok(Arc::clone(part));
        }
        let part = Arc::new(loader.load(contact)?);
        let mut last = lock();
        if last.len() >= KEPT {
            last.remove(0);
        }
        last.push(Arc::clone(&part));
        Ok(part)
    }
}
