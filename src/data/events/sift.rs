//! Which rows of a batch are events that somebody can see, stream by stream; the others are counted.

use super::assemble::plain;
use super::gather::{Times, Wanted};
use super::index::{Index, MISSING, UNKNOWN};
use super::report::TableReport;
use crate::data::read::steps::Whole;
use crate::data::{Batches, DataError, First, Steps, Texts, errors};
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array};
use arrow_schema::{ArrowError, DataType};
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

/// The rows of a batch that are events of a stream.
struct Chosen {
    wanted: Vec<u32>,
    /// The stream of each.
    streams: Vec<u16>,
    /// How many rows there are in all, and of those how many without a kind.
    rows: usize,
    without_kind: u64,
}

impl Chosen {
    /// Of so many rows those that have a stream.
    fn of(rows: usize, streams: impl Iterator<Item = u16>) -> Self {
        // Kinds come in no order that could be foreseen, so no branch hangs on them: every row is written down, and the next over it where it is not wanted.
        let (mut wanted, mut of_wanted) = (vec![0; rows + 1], vec![0; rows + 1]);
        let (mut found, mut without_kind) = (0, 0);
        for (row, stream) in streams.enumerate() {
            (wanted[found], of_wanted[found]) = (row as u32, stream);
            found += usize::from(stream < OTHER);
            without_kind += u64::from(stream == NO_KIND);
        }
        wanted.truncate(found);
        of_wanted.truncate(found);
        Self {
            wanted,
            streams: of_wanted,
            rows,
            without_kind,
        }
    }

    /// Of rows with these codes those that have a stream, by what each of a few codes stands for.
    fn by_code(codes: &[u32], of_values: &[u16; 256]) -> Self {
        let wanted = (0..).zip(of_values).filter(|(_, stream)| **stream < OTHER);
        let wanted: Vec<u32> = wanted.map(|(code, _)| code).collect();
        let are_few = wanted.len() <= FEW_STREAMS;
        let (mut rows, mut found) = (vec![0; codes.len()], 0);
        let (groups, rest) = codes.as_chunks();
        // No code is that high.
        let mut last = [u32::MAX; BITS];
        last[..rest.len()].copy_from_slice(rest);
        let groups = groups.iter().chain((!rest.is_empty()).then_some(&last));
        for (first, group) in (0..).step_by(BITS).zip(groups) {
            let mut left = match are_few {
                true => one_of(group, &wanted),
                false => mask(&group.map(|code| {
                    u8::from(code < 256 && of_values[usize::from(code as u8)] < OTHER)
                })),
            };
            while left != 0 {
                rows[found] = first + left.trailing_zeros();
                found += 1;
                left &= left - 1;
            }
        }
        rows.truncate(found);
        let stream = |row: &u32| of_values[usize::from(codes[*row as usize] as u8)];
        Self {
            streams: rows.iter().map(stream).collect(),
            wanted: rows,
            rows: codes.len(),
            without_kind: 0,
        }
    }

    /// The stream of each row.
    fn of_all(&self) -> Vec<u16> {
        let mut all = vec![OTHER; self.rows];
        for (row, stream) in self.wanted.iter().zip(&self.streams) {
            all[*row as usize] = *stream;
        }
        all
    }
}

/// Rows that are looked at together.
const BITS: usize = 64;

/// A bit for each code that is one of these: each is compared with all of them, which goes by several at once.
fn one_of(codes: &[u32; BITS], wanted: &[u32]) -> u64 {
    let mut is_wanted = [0; BITS];
    for code in wanted {
        for (is_wanted, own) in is_wanted.iter_mut().zip(codes) {
            *is_wanted |= u8::from(own == code);
        }
    }
    mask(&is_wanted)
}

/// A bit for each byte that is one, of bytes that are that or zero.
fn mask(bytes: &[u8; BITS]) -> u64 {
    // Each of eight bytes is moved to a place of its own in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (groups, _) = bytes.as_chunks();
    let groups = groups.iter().enumerate();
    let bits = groups.map(|(place, group)| {
        (u64::from_le_bytes(*group).wrapping_mul(GATHER) >> 56) << (8 * place)
    });
    bits.fold(0, |all, bits| all | bits)
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
                let Some(kinds) = steps.first_by_code(u64::MAX)? else {
                    return Ok(None);
                };
                let chosen = table.chosen(kinds);
                let chosen = chosen.map_err(|error| table.damaged(*piece, &error))?;
                report.without_kind += chosen.without_kind;
                let rows = chosen.rows;
                let are_most = chosen.wanted.len() > rows - rows / FEW_ROWS;
                let (columns, streams) = match are_most {
                    true => (steps.others(None)?, chosen.of_all()),
                    false => (steps.others(Some(&chosen.wanted))?, chosen.streams),
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

    /// Which rows of a batch are events of streams, by their kinds.
    fn chosen(&self, kinds: First) -> Result<Chosen, ArrowError> {
        const FEW: usize = 1 << u8::BITS;
        let (codes, known, values) = match kinds {
            First::Plain(kinds) => {
                let streams = self.streams_of(&plain(&kinds)?);
                return Ok(Chosen::of(streams.len(), streams.iter().copied()));
            }
            First::ByCode {
                codes,
                known,
                values,
            } => (codes, known, values),
        };
        let of_values = self.streams_of(&plain(&values)?);
        Ok(match known {
            None if of_values.len() <= FEW && !of_values.contains(&NO_KIND) => {
                let mut table = [NO_KIND; FEW];
                table[..of_values.len()].copy_from_slice(&of_values);
                Chosen::by_code(&codes, &table)
            }
            known => {
                let is_known = |row| known.as_ref().is_none_or(|known| known.is_valid(row));
                let streams = codes.iter().enumerate().map(|(row, code)| {
                    let stream = of_values.get(*code as usize).copied();
                    stream.filter(|_| is_known(row)).unwrap_or(NO_KIND)
                });
                Chosen::of(codes.len(), streams)
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
    use super::{Chosen, FEW_STREAMS, NO_KIND, OTHER, places_of_all};

    #[test]
    fn by_codes_the_same_rows_are_chosen_as_by_streams() {
        // The streams that codes from 0 on stand for; the rest stands for none.
        for streams in [
            &[][..],
            &[0],
            &[OTHER, 1, 0],
            &[2, OTHER, 1, 0, 3, 4, OTHER],
        ] {
            let mut of_values = [NO_KIND; 256];
            of_values[..streams.len()].copy_from_slice(streams);
            for rows in [0, 1, 63, 64, 65, 1000] {
                let code = |row: usize| (row * 31 % 97 % streams.len().max(1)) as u32;
                let codes: Vec<u32> = match streams {
                    [] => Vec::new(),
                    _ => (0..rows).map(code).collect(),
                };
                let of_rows = codes.iter().map(|code| streams[*code as usize]);
                let expected = Chosen::of(codes.len(), of_rows.clone());
                let chosen = Chosen::by_code(&codes, &of_values);
                assert_eq!(chosen.wanted, expected.wanted);
                assert_eq!(chosen.streams, expected.streams);
                assert_eq!((chosen.rows, chosen.without_kind), (codes.len(), 0));
                assert_eq!(chosen.of_all(), of_rows.collect::<Vec<_>>());
            }
        }
        let some = Chosen::of(4, [1, NO_KIND, OTHER, 0].into_iter());
        assert_eq!(
            (&some.wanted[..], &some.streams[..], some.without_kind),
            (&[0, 3][..], &[1, 0][..], 1)
        );
    }

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
