//! Which rows of a batch are events that somebody can see, stream by stream; the others are counted.

use super::assemble::plain;
use super::gather::{Times, Wanted};
use super::index::{Index, MISSING, UNKNOWN};
use super::report::TableReport;
use crate::data::read::steps::Whole;
use crate::data::{Batches, DataError, Steps, Texts, errors};
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array};
use arrow_schema::DataType;
use arrow_select::take::take;

/// The rows of a batch that are events of one stream.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) places: Vec<u32>,
    pub(super) contacts: Vec<u32>,
    /// As they are stored.
    pub(super) times: Vec<i64>,
}

impl Rows {
    /// Leaves out those of such a contact; how many they are.
    fn leave_out(&mut self, contact: u32) -> u64 {
        let is_any = (self.contacts.iter()).fold(false, |any, one| any | (*one == contact));
        match is_any {
            true => self.leave_out_where(|_, one| one == contact),
            false => 0,
        }
    }

    /// Leaves out rows by their place and their contact; how many they are.
    fn leave_out_where(&mut self, is_out: impl Fn(usize, u32) -> bool) -> u64 {
        let (before, mut kept) = (self.places.len(), 0);
        for event in 0..before {
            // Without a branch, as with the rows of streams.
            let (place, contact) = (self.places[event], self.contacts[event]);
            (self.places[kept], self.contacts[kept]) = (place, contact);
            kept += usize::from(!is_out(place as usize, contact));
        }
        self.places.truncate(kept);
        self.contacts.truncate(kept);
        (before - kept) as u64
    }
}

/// A kind that is none of the streams.
const OTHER: u16 = u16::MAX - 1;
/// A row without a kind.
const NO_KIND: u16 = u16::MAX;
/// So many streams are looked for one after the other.
const FEW_STREAMS: usize = 4;
/// Rows are left out where they are more than one in so many.
const FEW_ROWS: usize = 6;
/// Rows that are read in steps come in batches that stay close at hand.
const ROWS_OF_A_STEP: usize = 1 << 14;

/// The batches of a piece of a table.
pub(super) enum Sifting<'a> {
    /// All rows are of one stream.
    All(Batches),
    /// Kinds tell streams apart.
    ByKind {
        table: &'a Wanted,
        piece: usize,
        steps: Box<dyn Steps>,
    },
}

/// A batch of rows, most of which are events of streams.
pub(super) struct Sifted {
    /// Of the rows that are events of a stream, and of others where there are few.
    pub(super) columns: RecordBatch,
    /// For each of them the place of its stream; none where all are of the first.
    streams: Option<Vec<u16>>,
    /// How many there were in all.
    pub(super) rows: u64,
}

impl Sifting<'_> {
    /// The next batch; rows without a kind are counted.
    pub(super) fn next(&mut self, report: &mut TableReport) -> Result<Option<Sifted>, DataError> {
        match self {
            Self::All(batches) => {
                let batch = batches.next().transpose()?;
                Ok(batch.map(|columns| Sifted {
                    rows: columns.num_rows() as u64,
                    columns,
                    streams: None,
                }))
            }
            Self::ByKind {
                table,
                piece,
                steps,
            } => {
                let Some(kinds) = steps.first(u64::MAX)? else {
                    return Ok(None);
                };
                let kinds = plain(&kinds).map_err(|error| table.damaged(*piece, &error))?;
                let streams = table.streams_of(&kinds);
                let without = streams.iter().filter(|stream| **stream == NO_KIND);
                report.without_kind += without.count() as u64;
                let wanted = rows_where(&streams, |stream| stream < OTHER);
                let rows = streams.len();
                let are_most = wanted.len() > rows - rows / FEW_ROWS;
                let (columns, streams) = match are_most {
                    true => (steps.others(None)?, streams),
                    false => {
                        let of_wanted = wanted.iter().map(|row| streams[*row as usize]);
                        (steps.others(Some(&wanted))?, of_wanted.collect())
                    }
                };
                Ok(Some(Sifted {
                    columns,
                    streams: Some(streams),
                    rows: rows as u64,
                }))
            }
        }
    }
}

impl Wanted {
    /// The batches of a piece.
    pub(super) fn batches(&self, piece: usize) -> Result<Sifting<'_>, DataError> {
        Ok(match self.kind {
            None => Sifting::All(self.source.read(piece, &self.columns)?),
            Some(kind) => {
                let (source, columns) = (&*self.source, &self.columns);
                let steps = source.read_in_steps(piece, kind, columns, ROWS_OF_A_STEP)?;
                Sifting::ByKind {
                    table: self,
                    piece,
                    steps: match steps {
                        Some(steps) => steps,
                        None => Box::new(Whole::new(source, piece, kind, columns)?),
                    },
                }
            }
        })
    }

    /// For each stream the rows of its events, each with its contact; those that nobody will see are counted.
    pub(super) fn sorted_out(
        &self,
        piece: usize,
        sifted: &Sifted,
        index: &Index,
        now: Option<i128>,
        report: &mut TableReport,
    ) -> Result<Vec<Rows>, DataError> {
        let (batch, source) = (&sifted.columns, || self.source.piece_name(piece));
        let times = plain(self.column(batch, self.time));
        let times = times.ok().as_ref().and_then(Times::of);
        let times =
            times.ok_or_else(|| errors::damaged(source(), "data", "its times cannot be read"))?;
        let number = self.streams.len();
        let of_streams = match &sifted.streams {
            Some(streams) => places_of_all(streams, number),
            None => {
                let mut all = vec![Vec::new(); number];
                if let Some(first) = all.first_mut() {
                    *first = (0..batch.num_rows() as u32).collect();
                }
                all
            }
        };
        // Looking for the contacts of a few is quicker than for those of all, if their keys stand in no dictionary.
        let (keys, events) = (self.column(batch, self.contact), total(&of_streams));
        let is_coded = matches!(keys.data_type(), DataType::Dictionary(..));
        let are_many = is_coded || 2 * events > batch.num_rows();
        let of_all = are_many.then(|| self.contacts(piece, index, keys));
        let of_all = of_all.transpose()?;
        let mut found = Vec::with_capacity(number);
        for (stream, places) in of_streams.into_iter().enumerate() {
            report.streams[stream].events += places.len() as u64;
            let contacts = match &of_all {
                Some(all) => places.iter().map(|row| all[*row as usize]).collect(),
                None => {
                    let keys = take(keys, &UInt32Array::from(places.clone()), None);
                    let keys =
                        keys.map_err(|error| errors::damaged(source(), "data", &error.to_string()));
                    self.contacts(piece, index, &keys?)?
                }
            };
            let mut rows = Rows {
                places,
                contacts,
                times: Vec::new(),
            };
            report.without_key += rows.leave_out(MISSING);
            if times.is_any_missing() {
                report.without_time += rows.leave_out_where(|row, _| times.is_missing(row));
            }
            report.of_no_contact += rows.leave_out(UNKNOWN);
            let taken = |row: &u32| times.values[*row as usize];
            if let Some(first) = rows.places.iter().map(taken).reduce(i64::min) {
                report.streams[stream].met(times.instant(first));
            }
            if let Some(last) = now.map(|now| times.last_until(now)) {
                let later = rows.places.iter().filter(|row| taken(row) > last);
                report.later += later.count() as u64;
            }
            if let Some(since) = self.streams[stream].since {
                let first = times.last_until(since);
                rows.leave_out_where(|row, _| times.values[row] < first);
            }
            rows.times = rows.places.iter().map(taken).collect();
            found.push(rows);
        }
        Ok(found)
    }

    /// The contacts of keys.
    fn contacts(
        &self,
        piece: usize,
        index: &Index,
        keys: &ArrayRef,
    ) -> Result<Vec<u32>, DataError> {
        index.find(keys).ok_or_else(|| {
            let (source, schema) = (self.source.piece_name(piece), self.source.schema());
            let name = schema.field(self.contact).name();
            let needed = "a number of at most 128 bits";
            errors::wrong_type(source, name, needed, "a larger one")
        })
    }

    /// For each row the place of its stream, [`OTHER`] or [`NO_KIND`].
    fn streams_of(&self, kinds: &ArrayRef) -> Vec<u16> {
        if let DataType::Dictionary(..) = kinds.data_type() {
            let dictionary = kinds.as_any_dictionary();
            let of_values = self.streams_of(dictionary.values());
            if of_values.is_empty() {
                return vec![NO_KIND; kinds.len()];
            }
            let nulls = kinds.logical_nulls();
            if let (None, Some(keys)) = (&nulls, dictionary.keys().as_primitive_opt::<Int32Type>())
            {
                let stream = |key: &i32| of_values.get(*key as usize).copied().unwrap_or(NO_KIND);
                return keys.values().iter().map(stream).collect();
            }
            let known = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            let places = dictionary.normalized_keys().into_iter().enumerate();
            let stream = |(row, place): (usize, usize)| match known(row) {
                false => NO_KIND,
                true => of_values[place],
            };
            return places.map(stream).collect();
        }
        let Some(texts) = Texts::of(kinds) else {
            return vec![NO_KIND; kinds.len()];
        };
        let stream = |row: usize| match texts.known(row) {
            None => NO_KIND,
            Some(kind) => {
                let mut streams = self.streams.iter();
                let place = streams.position(|stream| stream.kind.as_deref() == Some(kind));
                place.map_or(OTHER, |place| place as u16)
            }
        };
        (0..kinds.len()).map(stream).collect()
    }
}

/// The rows of each of the first so many streams.
fn places_of_all(streams: &[u16], number: usize) -> Vec<Vec<u32>> {
    if number <= FEW_STREAMS {
        return (0..number as u16)
            .map(|stream| places_of(streams, stream))
            .collect();
    }
    let mut places = vec![Vec::new(); number];
    for (row, stream) in streams.iter().enumerate() {
        if let Some(places) = places.get_mut(usize::from(*stream)) {
            places.push(row as u32);
        }
    }
    places
}

/// The rows of a stream.
fn places_of(streams: &[u16], wanted: u16) -> Vec<u32> {
    rows_where(streams, |stream| stream == wanted)
}

/// The rows of such streams.
fn rows_where(streams: &[u16], is_wanted: impl Fn(u16) -> bool) -> Vec<u32> {
    // Kinds come in no order that could be foreseen, so no branch hangs on them: every row is written down, and the next over it where it is not wanted.
    let mut rows = vec![0; streams.len() + 1];
    let mut found = 0;
    for (row, stream) in streams.iter().enumerate() {
        rows[found] = row as u32;
        found += usize::from(is_wanted(*stream));
    }
    rows.truncate(found);
    rows
}

fn total(places: &[Vec<u32>]) -> usize {
    places.iter().map(Vec::len).sum()
}

#[cfg(test)]
mod tests {
    use super::{FEW_STREAMS, OTHER, places_of_all};

    #[test]
    fn rows_go_to_their_streams() {
        let streams: Vec<u16> = (0..1000u16)
            .map(|row| match row * 7 % 11 {
                9 => OTHER,
                stream => stream,
            })
            .collect();
        for number in [0, 1, FEW_STREAMS, 9] {
            let places = places_of_all(&streams, number);
            assert_eq!(places.len(), number);
            for (stream, places) in places.iter().enumerate() {
                let rows = (0..streams.len() as u32)
                    .filter(|row| usize::from(streams[*row as usize]) == stream);
                assert_eq!(*places, rows.collect::<Vec<u32>>());
            }
        }
    }
}
