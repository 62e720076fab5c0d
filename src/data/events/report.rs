//! What became of events: how many there were, and how many nobody will see.

/// What was found in the tables of events, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventReport {
    pub tables: Vec<TableReport>,
}

/// What was found in one table. All figures but that of rows without a kind are of the streams that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableReport {
    /// The file, or what a host calls it.
    pub source: String,
    /// The table is stored in the order of the contacts: it was read where it lies, and not sorted.
    pub was_in_order: bool,
    /// Rows without a kind, in a table that has such a column. They belong to no stream.
    pub without_kind: u64,
    /// Events without the key of a contact.
    pub without_key: u64,
    /// Events with a key and without a time.
    pub without_time: u64,
    /// Events whose key no contact has.
    pub of_no_contact: u64,
    /// Events later than the instant of the run. They are in the lists, and no question sees them.
    pub later: u64,
    /// In the order of the table's streams.
    pub streams: Vec<StreamReport>,
}

/// What was found of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamReport {
    /// The name of the list column.
    pub column: String,
    /// The value of the kind column.
    pub kind: Option<String>,
    /// All events of the stream, whether they can be seen or not.
    pub events: u64,
    /// The time of the first event of a contact, in nanoseconds since 1970-01-01T00:00Z; none where there is no such event.
    pub first: Option<i128>,
}

impl StreamReport {
    /// An event of a contact has this time.
    pub(super) fn met(&mut self, time: i128) {
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
    }
}

impl TableReport {
    /// All events of the streams, whether they can be seen or not.
    pub fn events(&self) -> u64 {
        self.streams.iter().map(|stream| stream.events).sum()
    }

    /// Adds what was found in another part of the same table.
    pub(super) fn add(&mut self, other: &TableReport) {
        self.without_kind += other.without_kind;
        self.without_key += other.without_key;
        self.without_time += other.without_time;
        self.of_no_contact += other.of_no_contact;
        self.later += other.later;
        for (stream, other) in self.streams.iter_mut().zip(&other.streams) {
            stream.events += other.events;
            if let Some(first) = other.first {
                stream.met(first);
            }
        }
    }
}
