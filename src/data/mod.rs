//! Data as it lies in files and in a host's memory: pieces that can be read apart, as Arrow batches.

mod arms;
mod bind;
mod cells;
mod distinct;
mod errors;
mod events;
mod guard;
mod input;
mod keys;
mod lists;
mod map;
mod open;
mod options;
mod read;
mod sniff;
mod statistics;
mod texts;
mod write;

pub use arms::given_arms_of;
pub use bind::{Binding, bind, bind_field, bind_parts};
pub(crate) use distinct::different_keys;
pub use errors::DataError;
pub(crate) use errors::arm_not_of_the_split;
pub use events::{
    EventReport, EventStream, EventTable, JoinOptions, StreamReport, TableReport, WithEvents,
    with_events,
};
pub use keys::check_keys;
pub use lists::{lists_of, open_list};
pub use open::{files, open, open_bytes};
pub use options::{Format, OpenOptions};
pub use read::memory::MemorySource;
pub use read::points::with_points;
pub use read::steps::{First, Steps};
pub(crate) use read::times::with_times;
pub use sniff::{Dialect, dialect, format_of};
pub(crate) use texts::Texts;
pub use write::{EventsWriter, Labels, Layout, MembersWriter, write_text, written_members};

use crate::types::Constant;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;

/// A stream of batches of one piece.
pub type Batches = Box<dyn Iterator<Item = Result<RecordBatch, DataError>> + Send>;

/// Rows that can be read, as often as asked, by several threads at once.
///
/// The order of pieces, and of rows within a piece, is the order in which members are handed out.
pub trait Source: Send + Sync {
    /// What is shown to people: a path, or what a host called it.
    fn name(&self) -> &str;

    /// The columns of every batch, before any choice of columns.
    fn schema(&self) -> SchemaRef;

    /// How many pieces there are (a row group, a file, a batch).
    fn pieces(&self) -> usize;

    /// The number of rows of a piece, where it is known without reading it.
    fn rows(&self, piece: usize) -> Option<u64>;

    /// What is known of a column of a piece without reading it.
    fn statistics(&self, piece: usize, column: usize) -> Option<Statistics>;

    /// The file (or what a host calls it) that a piece belongs to, for messages.
    fn piece_name(&self, piece: usize) -> &str {
        let _ = piece;
        self.name()
    }

    /// Reads the given columns (places in [`Source::schema`], ascending) of a piece; the batches have these columns in this order.
    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError>;

    /// Reads the given columns of a piece in steps of so many rows at most: what stands in the column `first`, which may be one of them, may decide which rows
    /// of the others are read. None where that would take as long as reading all of them, as it does unless a source says otherwise.
    ///
    /// # Errors
    /// As [`Source::read`].
    fn read_in_steps(
        &self,
        piece: usize,
        first: usize,
        columns: &[usize],
        rows: usize,
    ) -> Result<Option<Box<dyn Steps>>, DataError> {
        let _ = (piece, first, columns, rows);
        Ok(None)
    }

    /// The different values of a column of a piece, whether some are missing or not, where they are known and few beside the rows. None where they are not.
    ///
    /// # Errors
    /// As [`Source::read`].
    fn different(&self, piece: usize, column: usize) -> Result<Option<ArrayRef>, DataError> {
        let _ = (piece, column);
        Ok(None)
    }

    /// What is known of a column of a piece part by part, each with how many rows it has, in the order in which they lie: where it is known of more than the
    /// whole piece.
    fn parts(&self, piece: usize, column: usize) -> Option<Vec<(u64, Statistics)>> {
        let _ = (piece, column);
        None
    }

    /// Whether it is certain that a column of a piece holds none of these values, by a filter that was stored beside it.
    ///
    /// # Errors
    /// As [`Source::read`].
    fn lacks(&self, piece: usize, column: usize, values: &[Constant]) -> Result<bool, DataError> {
        let _ = (piece, column, values);
        Ok(false)
    }

    /// The column in which the latitudes of a column of places stand by themselves, where they do.
    fn latitude(&self, column: usize) -> Option<usize> {
        let _ = column;
        None
    }
}

/// What is known of a column of a piece. Each figure is left out where it is not known for certain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statistics {
    pub missing: Option<u64>,
    /// No known value is smaller. Of places, the corner than which none lies further south or further west.
    pub low: Option<Constant>,
    /// No known value is greater. Of places, the corner than which none lies further north or further east.
    pub high: Option<Constant>,
}
