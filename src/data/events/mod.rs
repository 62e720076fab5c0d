//! Events by contact: tables of events become list columns beside the columns of the contacts.
//!
//! The keys of the contacts are read first and tell, for each event, which contact it belongs to (`index`). The tables are read once, piece by piece, by
//! several threads; each event is put to its stream or counted as one that cannot be seen (`gather`). A counting sort brings the events of a stream into the
//! order of the contacts; those of one contact are sorted by time, and where times are equal by their fields (`sort`, `ties`); then every column is
//! brought into that order once (`assemble`). So the events of any contacts that stand side by side stand side by side themselves (`part`), and reading
//! contacts hands out slices of what is there (`source`).
//!
//! Events beyond what memory may hold are written to files as they are read, those of neighbouring contacts together, and are put in order when these contacts
//! are asked for (`store`, `spill`). Events that are stored in the order of their contacts are read where they lie (`packed`).

mod assemble;
mod chunk;
mod gather;
mod index;
mod owners;
mod packed;
mod part;
mod report;
mod sift;
mod sort;
mod source;
mod spill;
mod store;
mod ties;
mod value;

pub(super) use packed::marks;
pub use report::{EventReport, StreamReport, TableReport};
pub use source::WithEvents;

use super::{DataError, Source};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// A table of events, opened.
#[derive(Clone)]
pub struct EventTable {
    pub source: Arc<dyn Source>,
    /// The column of the contacts' keys.
    pub contact: String,
    /// The column of times.
    pub time: String,
    /// The column of text that tells streams apart; without it the table is one stream.
    pub kind: Option<String>,
    /// Blank text counts as missing, which comes first where events of one time are put in order.
    pub blank_is_missing: bool,
    pub streams: Vec<EventStream>,
}

/// One stream of a table, and the list column that it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventStream {
    /// The name of the list column.
    pub column: String,
    /// The value of the kind column; of a table without kinds none.
    pub kind: Option<String>,
    /// The parts of the records, and the column that each is read from: only those that somebody asks for.
    pub parts: Vec<(String, String)>,
    /// The columns by which events of equal time are put in order, in this order; empty where nothing hangs on it. They need not be among the parts.
    pub order: Vec<String>,
}

/// How events are put to contacts.
#[derive(Clone)]
pub struct JoinOptions {
    /// The instant of the run, in nanoseconds since 1970-01-01T00:00Z: later events are counted. They stay in the lists, for `now` is part of every question.
    pub now: Option<i128>,
    /// By the name of a list column the instant before which none of its events is asked for, in nanoseconds: earlier ones are counted, and may be left out.
    pub since: Vec<(String, i128)>,
    pub threads: NonZero<usize>,
    /// How many bytes of events are held, about. Beyond it they are written to files in `folder` while they are read, and read back as their contacts are asked for.
    /// Putting them in order takes about as much again.
    pub memory: u64,
    /// Where such files lie, in a folder of their own that goes away with the lists. Without it everything is held.
    pub folder: Option<PathBuf>,
    /// Set by another thread to stop.
    pub cancel: Arc<AtomicBool>,
    /// Told how many events have been read, now and then and from any thread.
    pub progress: Option<Arc<dyn Fn(u64) + Send + Sync>>,
}

/// Half of four gigabytes: putting events in order takes about as much again.
const DEFAULT_MEMORY: u64 = 2_000_000_000;

impl Default for JoinOptions {
    fn default() -> Self {
        Self {
            now: None,
            since: Vec::new(),
            threads: NonZero::<usize>::MIN,
            memory: DEFAULT_MEMORY,
            folder: None,
            cancel: Arc::new(AtomicBool::new(false)),
            progress: None,
        }
    }
}

/// The contacts with a list column more for each stream, in the order of tables and streams: the events of each contact, sorted by time, and where times are
/// equal by the columns of [`EventStream::order`], missing values first. A contact without events has an empty list, never a missing one. `key` is the column
/// of the contacts' keys.
///
/// Events without a key, without a time or of no contact are left out and counted, see [`WithEvents::report`]. Events that are equal in all are all kept.
///
/// # Errors
///
/// A column is not there or is of another type than its use asks for, keys of events and contacts are of different sorts (text and numbers); a contact has no
/// key, or two have the same; a table or the contacts cannot be read; `cancel` has been set.
pub fn with_events(
    contacts: Arc<dyn Source>,
    key: &str,
    tables: Vec<EventTable>,
    options: &JoinOptions,
) -> Result<WithEvents, DataError> {
    let key = gather::place(&*contacts, key)?;
    let wanted = gather::Wanted::of_all(index::sort_of(&*contacts, key)?, tables, &options.since)?;
    let index = index::Index::read(&*contacts, key, &options.cancel)?;
    let read = AtomicU64::new(0);
    let mut report = EventReport::default();
    let (mut lists, mut held) = (Vec::new(), 0);
    for table in &wanted {
        if table.is_marked
            && let Some((list, told)) = packed::packed(table, &index, options, &read)?
        {
            report.tables.push(told);
            lists.push(list);
            continue;
        }
        let store = store::Store::new(table, index.contacts(), options, held);
        report
            .tables
            .push(gather::gather(table, &index, options, &read, &store)?);
        let (of_table, bytes) = store.finish()?;
        lists.extend(of_table);
        held += bytes;
    }
    WithEvents::new(contacts, index.into_pieces(), lists, report)
}
