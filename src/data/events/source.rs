//! Contacts with their events, as a source.

use super::part::{Lists, Part};
use super::report::EventReport;
use crate::data::{Batches, DataError, Source, Statistics, Steps, errors};
use crate::types::Constant;
use arrow_array::{ArrayRef, ListArray, RecordBatch, RecordBatchOptions};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};
use std::sync::Arc;

/// Events of a batch at most, unless one contact has more: contacts with many events come in smaller batches.
const MOST_EVENTS: usize = 1 << 20;

/// The contacts of a source with a list column more for each stream of their events. Made by [`with_events`](super::with_events).
#[derive(Clone)]
pub struct WithEvents {
    contacts: Arc<dyn Source>,
    schema: SchemaRef,
    joined: Arc<Joined>,
}

struct Joined {
    /// The row of the first contact of each piece, and behind them the number of all.
    pieces: Vec<u64>,
    lists: Vec<Lists>,
    /// The element of each list column.
    elements: Vec<FieldRef>,
    report: EventReport,
}

impl WithEvents {
    pub(super) fn new(
        contacts: Arc<dyn Source>,
        pieces: Vec<u64>,
        lists: Vec<Lists>,
        report: EventReport,
    ) -> Result<Self, DataError> {
        let has = contacts.schema();
        let mut fields: Vec<FieldRef> = has.fields().iter().cloned().collect();
        let mut elements = Vec::new();
        for list in &lists {
            if fields.iter().any(|field| *field.name() == list.column) {
                return Err(errors::list_column_taken(contacts.name(), &list.column));
            }
            let data_type = list.data_type.clone();
            let element = Arc::new(Field::new("item", data_type, false));
            let data_type = DataType::List(element.clone());
            fields.push(Arc::new(Field::new(&list.column, data_type, false)));
            elements.push(element);
        }
        Ok(Self {
            schema: Arc::new(Schema::new_with_metadata(fields, has.metadata().clone())),
            contacts,
            joined: Arc::new(Joined {
                pieces,
                lists,
                elements,
                report,
            }),
        })
    }

    /// How many events there were, and how many of them nobody will see.
    pub fn report(&self) -> &EventReport {
        &self.joined.report
    }

    /// The events of a list column as a table of their own, with a column for each part, in the order of the contacts: those that belong to a contact and have a
    /// time. It is called as the table they come from. None where there is no such list.
    pub fn events(&self, column: &str) -> Option<Arc<dyn Source>> {
        let mut lists = self.joined.lists.iter();
        let place = lists.position(|list| list.column == column)?;
        let DataType::Struct(fields) = &self.joined.lists[place].data_type else {
            return None;
        };
        Some(Arc::new(OfStream {
            schema: Arc::new(Schema::new(fields.clone())),
            joined: self.joined.clone(),
            place,
        }))
    }

    /// How many columns are the contacts' own.
    fn own(&self) -> usize {
        self.schema.fields().len() - self.joined.lists.len()
    }
}

impl Source for WithEvents {
    fn name(&self) -> &str {
        self.contacts.name()
    }

    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn pieces(&self) -> usize {
        self.contacts.pieces()
    }

    fn rows(&self, piece: usize) -> Option<u64> {
        Some(self.joined.pieces[piece + 1] - self.joined.pieces[piece])
    }

    fn statistics(&self, piece: usize, column: usize) -> Option<Statistics> {
        if column < self.own() {
            return self.contacts.statistics(piece, column);
        }
        Some(Statistics {
            missing: Some(0),
            ..Statistics::default()
        })
    }

    fn piece_name(&self, piece: usize) -> &str {
        self.contacts.piece_name(piece)
    }

    fn parts(&self, piece: usize, column: usize) -> Option<Vec<(u64, Statistics)>> {
        (column < self.own()).then(|| self.contacts.parts(piece, column))?
    }

    fn different(&self, piece: usize, column: usize) -> Result<Option<ArrayRef>, DataError> {
        match column < self.own() {
            true => self.contacts.different(piece, column),
            false => Ok(None),
        }
    }

    fn lacks(&self, piece: usize, column: usize, values: &[Constant]) -> Result<bool, DataError> {
        Ok(column < self.own() && self.contacts.lacks(piece, column, values)?)
    }

    fn latitude(&self, column: usize) -> Option<usize> {
        (column < self.own()).then(|| self.contacts.latitude(column))?
    }

    /// Of columns of contacts alone.
    fn read_in_steps(
        &self,
        piece: usize,
        first: usize,
        columns: &[usize],
        rows: usize,
    ) -> Result<Option<Box<dyn Steps>>, DataError> {
        let mut all = columns.iter().chain([&first]);
        if all.any(|column| *column >= self.own()) {
            return Ok(None);
        }
        self.contacts.read_in_steps(piece, first, columns, rows)
    }

    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let own = columns.partition_point(|column| *column < self.own());
        let (own, lists) = columns.split_at(own);
        let batches = self.contacts.read(piece, own)?;
        if lists.is_empty() {
            return Ok(batches);
        }
        let lists = lists.iter().map(|column| column - self.own());
        let schema = self.schema.project(columns);
        let name = self.piece_name(piece).to_owned();
        let schema = schema.map_err(|error| errors::damaged(&name, "data", &error.to_string()))?;
        Ok(Box::new(Joining {
            name,
            schema: Arc::new(schema),
            joined: self.joined.clone(),
            lists: lists.map(|list| (list, None)).collect(),
            batches,
            batch: None,
            next: self.joined.pieces[piece] as usize,
            end: self.joined.pieces[piece + 1] as usize,
            is_over: false,
        }))
    }
}

/// The events of one stream as a table, in pieces of the contacts' pieces.
struct OfStream {
    schema: SchemaRef,
    joined: Arc<Joined>,
    /// Among the lists.
    place: usize,
}

impl Source for OfStream {
    fn name(&self) -> &str {
        &self.joined.lists[self.place].table
    }

    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn pieces(&self) -> usize {
        1
    }

    fn rows(&self, _piece: usize) -> Option<u64> {
        None
    }

    fn statistics(&self, _piece: usize, _column: usize) -> Option<Statistics> {
        None
    }

    fn read(&self, _piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let (joined, place, columns) = (self.joined.clone(), self.place, columns.to_vec());
        let contacts = joined.pieces.last().map_or(0, |last| *last as usize);
        let mut next = 0;
        Ok(Box::new(std::iter::from_fn(move || {
            if next >= contacts {
                return None;
            }
            let part = match joined.lists[place].part(next) {
                Ok(part) => part,
                Err(error) => {
                    next = contacts;
                    return Some(Err(error));
                }
            };
            next = part.end();
            let events = RecordBatch::from(&part.events).project(&columns);
            Some(events.map_err(|error| {
                errors::damaged(&joined.lists[place].table, "data", &error.to_string())
            }))
        })))
    }
}

/// The batches of a piece.
struct Joining {
    name: String,
    schema: SchemaRef,
    joined: Arc<Joined>,
    /// Places of the list columns that are read, each with the part that the next contact lies in.
    lists: Vec<(usize, Option<Arc<Part>>)>,
    batches: Batches,
    /// What is left of a batch of contacts.
    batch: Option<RecordBatch>,
    /// The contact that comes next, and the one behind the last of the piece.
    next: usize,
    end: usize,
    is_over: bool,
}

impl Joining {
    /// How many contacts from the next on, of `most`, are in the same parts and have no more events than belong in a batch.
    fn rows(&mut self, most: usize) -> Result<usize, DataError> {
        let mut rows = most;
        let events = (MOST_EVENTS / self.lists.len()) as u64;
        for (list, known) in &mut self.lists {
            let part = match known {
                Some(part) if self.next < part.end() => part,
                _ => known.insert(self.joined.lists[*list].part(self.next)?),
            };
            let first = self.next - part.first;
            let starts = &part.starts[first..=(first + rows).min(part.starts.len() - 1)];
            let end = u64::from(starts[0]) + events;
            rows = starts.partition_point(|start| u64::from(*start) <= end) - 1;
            rows = rows.max(1);
        }
        Ok(rows)
    }

    fn join(&mut self) -> Result<Option<RecordBatch>, DataError> {
        let batch = match self.batch.take() {
            Some(batch) => batch,
            None => match self.batches.next() {
                Some(batch) => batch?,
                None if self.next == self.end => return Ok(None),
                None => return Err(errors::changed(&self.name)),
            },
        };
        if batch.num_rows() > self.end - self.next {
            return Err(errors::changed(&self.name));
        }
        if batch.num_rows() == 0 {
            return self.join();
        }
        let rows = self.rows(batch.num_rows())?;
        if rows < batch.num_rows() {
            self.batch = Some(batch.slice(rows, batch.num_rows() - rows));
        }
        let mut columns: Vec<ArrayRef> = batch.slice(0, rows).columns().to_vec();
        for (list, part) in &self.lists {
            if let Some(part) = part {
                columns.push(Arc::new(self.list(*list, part, rows)?));
            }
        }
        self.next += rows;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)
            .map(Some)
            .map_err(|error| errors::damaged(&self.name, "data", &error.to_string()))
    }

    /// The lists of the next contacts, which are all in this part.
    fn list(&self, list: usize, part: &Part, rows: usize) -> Result<ListArray, DataError> {
        let element = self.joined.elements[list].clone();
        let place = self.next - part.first;
        let starts = &part.starts[place..=place + rows];
        let (first, last) = (starts[0], starts[rows]);
        if i32::try_from(last - first).is_err() {
            let column = &self.joined.lists[list].column;
            return Err(errors::too_many_events(&self.name, column));
        }
        let offsets: ScalarBuffer<i32> =
            starts.iter().map(|start| (start - first) as i32).collect();
        let events = part.events.slice(first as usize, (last - first) as usize);
        ListArray::try_new(element, OffsetBuffer::new(offsets), Arc::new(events), None)
            .map_err(|error| errors::damaged(&self.name, "data", &error.to_string()))
    }
}

impl Iterator for Joining {
    type Item = Result<RecordBatch, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.join();
        self.is_over = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}
