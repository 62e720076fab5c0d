//! The events of a project: its tables, opened, and the lists that a program needs of them.

use super::Program;
use crate::data::{
    self, DataError, EventStream, EventTable, JoinOptions, OpenOptions, Source, WithEvents,
};
use crate::plan::{BoundPlan, Plan};
use crate::schema::{DeclaredEvents, FieldId, Manifest, Schema, can_be_key, type_of};
use crate::types::{NumberKind, RecordType, Type, calendar};
use arrow_schema::SchemaRef;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The tables of events that a manifest names, opened. Cheap to clone.
#[derive(Clone, Default)]
pub struct Events {
    tables: Arc<[Table]>,
}

struct Table {
    declared: DeclaredEvents,
    source: Arc<dyn Source>,
}

impl Events {
    /// Opens the tables. Paths begin at `folder`; `contacts` are the columns of the contacts, whose keys the events hold. Setting `cancel` ends the looking
    /// through of CSV and JSON lines.
    ///
    /// # Errors
    /// As [`data::open`](crate::data::open).
    pub fn open(
        manifest: &Manifest,
        folder: &Path,
        contacts: &arrow_schema::Schema,
        cancel: &Arc<AtomicBool>,
    ) -> Result<Self, DataError> {
        // Where the contacts have no sound key, the manifest is told so, whatever the events hold.
        let key = manifest.contacts.key_type(contacts).unwrap_or(Type::Text);
        Self::open_by(manifest, folder, &key, cancel)
    }

    /// The same where keys of contacts are of this type.
    pub(super) fn open_by(
        manifest: &Manifest,
        folder: &Path,
        key: &Type,
        cancel: &Arc<AtomicBool>,
    ) -> Result<Self, DataError> {
        let tables = manifest.events.iter().map(|declared| {
            Ok(Table {
                source: open(manifest, declared, folder, Some(key), cancel)?,
                declared: declared.clone(),
            })
        });
        let tables: Result<_, DataError> = tables.collect();
        Ok(Self { tables: tables? })
    }

    /// The type of the contacts' keys in the first table, where nothing but the events tells; text where they can be no keys.
    pub(super) fn key_seen(
        manifest: &Manifest,
        folder: &Path,
        cancel: &Arc<AtomicBool>,
    ) -> Result<Type, DataError> {
        let Some(first) = manifest.events.first() else {
            return Ok(Type::Text);
        };
        let columns = open(manifest, first, folder, None, cancel)?.schema();
        let column = columns.field_with_name(&first.contact.value);
        let seen = column
            .ok()
            .and_then(|column| type_of(column.data_type()).ok());
        Ok(seen.filter(can_be_key).unwrap_or(Type::Text))
    }

    /// The tables, each with the column of the contacts' keys.
    pub(super) fn keys(&self) -> Vec<(Arc<dyn Source>, &str)> {
        let tables = self.tables.iter();
        tables
            .map(|table| {
                (
                    Arc::clone(&table.source),
                    table.declared.contact.value.as_str(),
                )
            })
            .collect()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The columns of each table, for [`Manifest::schema_with_events`].
    pub fn columns(&self) -> Vec<SchemaRef> {
        self.tables
            .iter()
            .map(|table| table.source.schema())
            .collect()
    }

    /// How many rows the tables have from which something is needed, where that is known.
    pub fn rows(&self, schema: &Schema, needed: &Needed) -> Option<u64> {
        let tables = self.tables.iter();
        let needed = tables.filter(|table| !table.streams(schema, needed).is_empty());
        needed
            .flat_map(|table| {
                let source = &table.source;
                (0..source.pieces()).map(|piece| source.rows(piece))
            })
            .sum()
    }

    /// The column that a part of a stream's events is read from.
    pub fn column_of(&self, stream: &str, part: &str) -> String {
        let declared = self.declared(stream);
        declared.map_or_else(|| part.to_owned(), |table| table.column_of(part))
    }

    /// What the manifest says of the table that a stream is in.
    pub fn declared(&self, stream: &str) -> Option<&DeclaredEvents> {
        let mut tables = self.tables.iter().map(|table| &table.declared);
        tables.find(|table| {
            let mut streams = table.streams.iter();
            streams.any(|declared| declared.name.value == stream)
        })
    }

    /// The contacts with the lists that are needed.
    ///
    /// # Errors
    /// As [`data::with_events`](crate::data::with_events).
    pub fn join(
        &self,
        contacts: Arc<dyn Source>,
        schema: &Schema,
        needed: &Needed,
        options: &JoinOptions,
    ) -> Result<WithEvents, DataError> {
        let tables = self.tables.iter().filter_map(|table| {
            let streams = table.streams(schema, needed);
            (!streams.is_empty()).then(|| EventTable {
                source: Arc::clone(&table.source),
                contact: table.declared.contact.value.clone(),
                time: table.declared.time.value.clone(),
                kind: table.declared.kind.as_ref().map(|kind| kind.value.clone()),
                blank_is_missing: table.declared.blank_text_is_missing,
                streams,
            })
        });
        let key = &schema.field(schema.key()).column;
        data::with_events(contacts, key, tables.collect(), options)
    }
}

/// Opens a table, in which keys of contacts are of this type; none is seen from the data.
fn open(
    manifest: &Manifest,
    declared: &DeclaredEvents,
    folder: &Path,
    key: Option<&Type>,
    cancel: &Arc<AtomicBool>,
) -> Result<Arc<dyn Source>, DataError> {
    let (column, paths) = (&declared.time.value, declared.paths(folder));
    let mut options = OpenOptions {
        cancel: Arc::clone(cancel),
        ..OpenOptions::of_events(declared, key)
    };
    let mut opened = data::open(&paths, &options);
    if let Err(fault) = &opened
        && is_of(fault, column)
    {
        let fault = fault.clone();
        opened = match declared.times {
            Some(unit) => Err(fault.help(format!("`times = \"{}\"` is for whole numbers that count from 1970 on. Leave it out where the column holds times or days.", unit.word()))),
            None => otherwise(&paths, &mut options, column, fault),
        };
    }
    let zone = manifest.time_zone.as_ref().map(|zone| zone.value.as_str());
    let zone = zone.and_then(calendar::zone_named).unwrap_or(TimeZone::UTC);
    data::with_times(opened?, column, declared.times, &zone)
}

/// Whether a value of this column is not of its type.
fn is_of(fault: &DataError, column: &str) -> bool {
    fault.code.0 == "E0709" && fault.column.as_deref() == Some(column)
}

/// A table whose column of times holds something else, which is what `fault` says: days; or whole numbers, of which the manifest is told.
fn otherwise(
    paths: &[PathBuf],
    options: &mut OpenOptions,
    column: &str,
    fault: DataError,
) -> Result<Arc<dyn Source>, DataError> {
    let mut opened_as = |is: Type| {
        let types = options.types.iter_mut();
        for (_, wanted) in types.filter(|(name, _)| name == column) {
            *wanted = is.clone();
        }
        data::open(paths, options)
    };
    let days = match opened_as(Type::Date) {
        Ok(days) => return Ok(days),
        Err(days) => days,
    };
    if let Ok(counts) = opened_as(Type::Number(NumberKind::Whole)) {
        return Ok(counts);
    }
    // What most of the column is was read further.
    let place = |fault: &DataError| (fault.source_name.clone(), fault.row);
    let is_further = is_of(&days, column) && place(&days) > place(&fault);
    Err(match is_further {
        true => days.help("The values before it are days. Times of events are all days, or all times such as 2026-11-22T10:00+01:00: mend the value, or write them in one way."),
        false => fault,
    })
}

impl Table {
    /// The streams of this table of which something is needed.
    fn streams(&self, schema: &Schema, needed: &Needed) -> Vec<EventStream> {
        let streams = self.declared.streams.iter().filter_map(|declared| {
            let (id, field) = schema.stream_named(&declared.name.value)?;
            let needed = needed.streams.iter().find(|needed| needed.stream == id)?;
            let parts = &field.field_type.record()?.parts;
            let pair = |name: &String| (name.clone(), self.declared.column_of(name));
            let read = parts.iter().zip(&needed.parts).filter(|(_, read)| **read);
            // The time decides first, and is no tie.
            let ties = parts.iter().filter(|part| part.name != RecordType::TIME);
            Some(EventStream {
                column: field.column.clone(),
                kind: declared.kind.clone(),
                parts: read.map(|(part, _)| pair(&part.name)).collect(),
                order: match needed.hangs_on_ties {
                    true => ties.map(|part| pair(&part.name).1).collect(),
                    false => Vec::new(),
                },
            })
        });
        streams.collect()
    }
}

/// What is needed of the events: of which streams, and which parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needed {
    streams: Vec<NeededStream>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct NeededStream {
    stream: FieldId,
    /// One for each part of the stream's events; that of the time is always true.
    parts: Box<[bool]>,
    /// Whether something hangs on the order of events of one time.
    hangs_on_ties: bool,
}

impl Needed {
    /// What a program needs.
    pub fn by(program: &Program) -> Self {
        let schema = program.schema();
        let of_plan = |plan: &Plan| {
            let streams = plan.columns.iter().filter_map(|column| {
                let stream = column.field;
                if !schema.is_stream(stream) {
                    return None;
                }
                let read = |part| column.parts.as_ref().is_none_or(|read| read[part]);
                let hangs_on_ties = plan.hangs_on_ties(stream);
                NeededStream::of(schema, stream, read, hangs_on_ties)
            });
            Self {
                streams: streams.collect(),
            }
        };
        let plans = program.plan().all().map(of_plan);
        plans.fold(Self::default(), |needed, other| needed.with(&other))
    }

    /// By the columns of streams the instants before which no event tells on what a program answers at `now`, all in nanoseconds since 1970-01-01T00:00Z, for
    /// [`JoinOptions::since`]. A stream is left out where earlier events do tell, and where a field with a closed set of values is read, for all of them are
    /// looked at.
    pub fn since(program: &Program, now: i128) -> Vec<(String, i128)> {
        let (schema, plan) = (program.schema(), program.plan());
        let passes = plan.passes.iter().map(|pass| &pass.plan);
        let plans: Vec<BoundPlan> = (std::iter::once(plan).chain(passes))
            .map(|plan| plan.bind(now))
            .collect();
        let since = |needed: &NeededStream| {
            let field = schema.field(needed.stream);
            let parts = &field.field_type.record()?.parts;
            let mut read = parts.iter().zip(&needed.parts).filter(|(_, read)| **read);
            if read.any(|(part, _)| part.values.is_some()) {
                return None;
            }
            let reading = plans.iter().filter(|plan| {
                let mut columns = plan.plan.columns.iter();
                columns.any(|column| column.field == needed.stream)
            });
            let instants = reading.map(|plan| plan.since(needed.stream));
            let first = instants.reduce(|one, other| Some(one?.min(other?)))??;
            Some((field.column.clone(), first))
        };
        Self::by(program).streams.iter().filter_map(since).collect()
    }

    /// These parts, by their streams and names, in whatever order events of one time are. A stream of which no part is wanted is not needed.
    pub fn parts(schema: &Schema, wanted: impl Fn(FieldId, &str) -> bool) -> Self {
        let first = schema.fields().len();
        let streams = schema.streams().iter().enumerate();
        let streams = streams.filter_map(|(place, stream)| {
            let parts = &stream.field_type.record()?.parts;
            let id = FieldId((first + place) as u32);
            let read = |part: usize| wanted(id, &parts[part].name);
            let is_needed = (0..parts.len()).any(read);
            is_needed.then(|| NeededStream::of(schema, id, read, false))?
        });
        Self {
            streams: streams.collect(),
        }
    }

    /// The same, where something hangs on the order of events of one time.
    #[must_use]
    pub fn with_ties(mut self) -> Needed {
        for needed in &mut self.streams {
            needed.hangs_on_ties = true;
        }
        self
    }

    /// Whether nothing is needed.
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    /// The streams of which something is needed, each once.
    pub fn streams(&self) -> impl Iterator<Item = FieldId> {
        self.streams.iter().map(|needed| needed.stream)
    }

    /// Whether all of the other is among this.
    pub fn covers(&self, other: &Needed) -> bool {
        *self == self.with(other)
    }

    /// What one of the two needs.
    #[must_use]
    pub fn with(&self, other: &Needed) -> Needed {
        let mut together = self.clone();
        for needed in &other.streams {
            let mut streams = together.streams.iter_mut();
            match streams.find(|known| known.stream == needed.stream) {
                Some(known) => {
                    known.hangs_on_ties |= needed.hangs_on_ties;
                    let parts = known.parts.iter_mut().zip(&needed.parts);
                    parts.for_each(|(known, needed)| *known |= needed);
                }
                None => together.streams.push(needed.clone()),
            }
        }
        together
    }
}

impl NeededStream {
    fn of(
        schema: &Schema,
        stream: FieldId,
        read: impl Fn(usize) -> bool,
        hangs_on_ties: bool,
    ) -> Option<Self> {
        let record = schema.field(stream).field_type.record()?;
        let parts = 0..record.parts.len();
        Some(Self {
            stream,
            parts: parts
                .map(|part| record.time == Some(part as u32) || read(part))
                .collect(),
            hangs_on_ties,
        })
    }
}
