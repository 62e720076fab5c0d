//! The tables of a case: contacts, the streams of their events, catalogues, lists of keys.

use crate::spec::contacts;
use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;
use segql::Schema;
use segql::data::{EventStream, EventTable, JoinOptions, MemorySource, Source, with_events};
use segql::engine::catalogue;
use segql::schema::{Field, GivenArms, KeyList, type_of};
use segql::types::{RecordType, Type};
use std::sync::Arc;

type Rows = Vec<Vec<String>>;

/// What a case says of its data, as it is read.
pub struct World {
    pub zone: String,
    pub contact_zone: Option<String>,
    pub beginning: Option<String>,
    pub lists: Vec<KeyList>,
    pub arms: Vec<GivenArms>,
    pub sets: Vec<(String, Vec<String>)>,
    /// The sections with their tables.
    tables: Vec<(String, Rows)>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            zone: "Europe/Brussels".into(),
            contact_zone: None,
            beginning: None,
            lists: Vec::new(),
            arms: Vec::new(),
            sets: Vec::new(),
            tables: Vec::new(),
        }
    }
}

/// A schema of a key alone.
pub fn nothing() -> Schema {
    Schema::builder().key("id").text("id").build().unwrap()
}

/// A table without the columns that are for the reader; for each of the others the catalogue that it refers to.
struct Table {
    batch: RecordBatch,
    references: Vec<Option<String>>,
}

impl Table {
    fn of(mut rows: Rows) -> Self {
        let is_typed: Vec<bool> = rows[0].iter().map(|head| head.contains(": ")).collect();
        for row in &mut rows {
            let mut is_typed = is_typed.iter();
            row.retain(|_| *is_typed.next().unwrap_or(&false));
        }
        let mut references = Vec::new();
        for head in &mut rows[0] {
            let parts = head.split_once(" -> ");
            let parts = parts.map(|(head, to)| (head.to_owned(), to.to_owned()));
            references.push(parts.as_ref().map(|(_, to)| to.clone()));
            if let Some((plain, _)) = parts {
                *head = plain;
            }
        }
        Self {
            batch: contacts(&rows),
            references,
        }
    }

    fn fields(&self) -> Vec<Field> {
        let schema = self.batch.schema();
        let fields = schema.fields().iter().zip(&self.references);
        fields
            .map(|(column, reference)| Field {
                catalogue: reference.as_deref().map(Into::into),
                ..Field::new(column.name(), type_of(column.data_type()).unwrap())
            })
            .collect()
    }

    fn source(&self, name: &str) -> Arc<dyn Source> {
        let batches = vec![self.batch.clone()];
        Arc::new(MemorySource::new(name, self.batch.schema(), batches).unwrap())
    }
}

impl World {
    pub fn section(&mut self, heading: &str) {
        self.tables.push((heading.to_owned(), Vec::new()));
    }

    /// Whether a line says something of the data.
    pub fn line(&mut self, name: &str, line: &str) -> bool {
        if let Some(zone) = line.strip_prefix("Zone: ") {
            self.zone = zone.into();
        } else if let Some(field) = line.strip_prefix("Beginning: ") {
            self.beginning = Some(field.into());
        } else if let Some((list, keys)) =
            (line.strip_prefix("List ")).and_then(|list| list.split_once(": "))
        {
            self.lists.push(KeyList::of_texts(list, keys.split(", ")));
        } else if let Some(cells) = line.strip_prefix('|') {
            let (_, rows) = self.tables.last_mut().unwrap_or_else(|| {
                panic!("{name}: a table of its own section");
            });
            let cells = cells.trim_end().trim_end_matches('|').split('|');
            rows.push(cells.map(|cell| cell.trim().to_owned()).collect());
        } else {
            return false;
        }
        true
    }

    /// The schema, and the contacts with their events.
    pub fn made(self) -> (Schema, RecordBatch) {
        let mut builder = Schema::builder().key("id").zone(&self.zone);
        let mut people = None;
        let (mut streams, mut tables) = (Vec::new(), Vec::new());
        for (section, rows) in self.tables {
            if rows.is_empty() {
                continue;
            }
            let table = Table::of(rows);
            if section == "Contacts" {
                for field in table.fields() {
                    builder = builder.field(field);
                }
                people = Some(table.source("contacts"));
            } else if let Some(name) = section.strip_prefix("Catalogue: ") {
                let fields = table.fields();
                let key = fields[0].name.clone();
                let cancel = Arc::default();
                let made = catalogue(name, table.source(name), fields, Some(&key), cancel);
                builder = builder.catalogue(made.unwrap());
            } else if let Some(name) = section.strip_prefix("Events: ") {
                let fields = &table.fields()[2..];
                let parts = fields
                    .iter()
                    .map(|field| (&field.name, field.field_type.clone()));
                let events = Type::Record(Arc::new(RecordType::event(parts)));
                let stream = Field::new(name, Type::List(Box::new(events)));
                streams.push((stream, fields.to_vec()));
                tables.push(events_of(name, &table));
            } else if let Some(name) = section.strip_prefix("History: ") {
                let value = table.fields()[2].field_type.clone();
                builder = builder.history(name, value);
                tables.push(events_of(&format!("{name} (history)"), &table));
            } else {
                panic!("no section is called {section}");
            }
        }
        for (stream, fields) in streams {
            builder = builder.field(stream);
            for field in fields {
                if let Some(catalogue) = &field.catalogue {
                    builder = builder.part_catalogue(&field.name, catalogue);
                }
            }
        }
        if let Some(field) = self.contact_zone {
            builder = builder.contact_zone(field);
        }
        for (name, values) in self.sets {
            builder = builder.set(name, values);
        }
        if let Some(beginning) = self.beginning {
            builder = builder.beginning(beginning);
        }
        for arms in self.arms {
            builder = builder.given_arms(arms);
        }
        for list in self.lists {
            builder = builder.key_list(list);
        }
        let people = people.expect("there are contacts");
        let joined = with_events(people, "id", tables, &JoinOptions::default()).unwrap();
        let columns: Vec<usize> = (0..joined.schema().fields().len()).collect();
        let batches = (0..joined.pieces()).flat_map(|piece| joined.read(piece, &columns).unwrap());
        let batches: Vec<RecordBatch> = batches.map(Result::unwrap).collect();
        let contacts = concat_batches(&joined.schema(), &batches).unwrap();
        (builder.build().unwrap(), contacts)
    }
}

/// A table whose first column is the contact and whose second the time.
fn events_of(name: &str, table: &Table) -> EventTable {
    let schema = table.batch.schema();
    let column = |place: usize| schema.field(place).name().clone();
    let fields: Vec<String> = (2..schema.fields().len()).map(column).collect();
    let time = (RecordType::TIME.to_owned(), column(1));
    let parts = fields.iter().map(|field| (field.clone(), field.clone()));
    EventTable {
        source: table.source(name),
        contact: column(0),
        time: column(1),
        kind: None,
        blank_is_missing: false,
        streams: vec![EventStream {
            column: name.into(),
            kind: None,
            parts: std::iter::once(time).chain(parts).collect(),
            order: fields,
        }],
    }
}
