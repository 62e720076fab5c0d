//! How tables belong together: which hold events of the contacts, which are catalogues that columns refer to.

mod catalogues;
mod counted;
mod references;
mod streams;

pub(super) use references::Held;
pub(super) use streams::{When, when};

use super::Request;
use super::key::Key;
use super::look::{self, Looked};
use super::tables::Table;
use crate::data::DataError;
use crate::types::{Constant, RecordType, calendar};
use hashbrown::HashSet;
use jiff::tz::TimeZone;

/// What became of the tables beside that of the contacts.
#[derive(Default)]
pub(super) struct Related {
    pub(super) events: Vec<EventsFound>,
    pub(super) catalogues: Vec<CatalogueFound>,
    /// Columns of the contacts that refer to catalogues, by the name of the column.
    pub(super) of_contacts: Vec<Reference>,
    /// Those that belong to nothing.
    pub(super) rest: Vec<Unused>,
}

/// A table that is not used.
pub(super) struct Unused {
    pub(super) table: Table,
    /// Why not, as a clause.
    pub(super) why: String,
}

/// A column whose values are keys of a catalogue.
pub(super) struct Reference {
    pub(super) column: String,
    pub(super) catalogue: String,
}

/// A table of events.
pub(super) struct EventsFound {
    pub(super) looked: Looked,
    /// What the manifest calls it; without kinds it is the stream's name.
    pub(super) name: String,
    pub(super) contact: Held,
    pub(super) time: When,
    pub(super) kinds: Option<Kinds>,
    pub(super) references: Vec<Reference>,
}

/// A column that tells streams apart.
pub(super) struct Kinds {
    pub(super) column: String,
    /// Why it tells them apart, as a clause.
    pub(super) reason: String,
    /// The most common first.
    pub(super) streams: Vec<StreamFound>,
}

pub(super) struct StreamFound {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) rows: u64,
    /// The columns that hold something in its rows; none where these are all.
    pub(super) fields: Option<Vec<String>>,
}

/// A table that columns refer to.
pub(super) struct CatalogueFound {
    pub(super) looked: Looked,
    pub(super) name: String,
    pub(super) key: String,
}

impl EventsFound {
    /// Whether a column is that of the contact, the time or the kind.
    pub(super) fn is_own(&self, column: &str) -> bool {
        let kind = self.kinds.as_ref().map(|kinds| kinds.column.as_str());
        column == self.contact.column || column == self.time.column || kind == Some(column)
    }

    /// The day of the last event.
    pub(super) fn last_day(&self, zone: &TimeZone) -> Option<i64> {
        if let Some(counted) = &self.time.counted {
            return calendar::date_of(counted.last, zone);
        }
        let mut columns = self.looked.columns();
        let time = columns.find(|column| column.name == self.time.column)?;
        match &time.seen.range.as_ref()?.1 {
            Constant::Date(day) => Some(*day),
            Constant::Time(time) => calendar::date_of(*time, zone),
            _ => None,
        }
    }

    /// The names of its streams, each with its rows.
    pub(super) fn streams(&self) -> Vec<(&str, u64)> {
        match &self.kinds {
            Some(kinds) => {
                let streams = kinds.streams.iter();
                streams
                    .map(|stream| (stream.name.as_str(), stream.rows))
                    .collect()
            }
            None => vec![(self.name.as_str(), self.looked.profile.rows)],
        }
    }

    /// What the manifest calls a column that is a field: the time alone is called `time`.
    pub(super) fn field_name<'c>(&self, column: &'c str) -> &'c str {
        if column != RecordType::TIME {
            return column;
        }
        let is_free = |name: &&str| self.looked.columns().all(|column| column.name != *name);
        let names = ["clock", "clock_time", "time_column"];
        names.into_iter().find(is_free).unwrap_or("other_time")
    }
}

/// The last rank of columns that are called as people are.
pub(super) const CALLED_AS_PEOPLE: u32 = 1;

/// Puts the other tables to the contacts.
pub(super) fn relate(
    request: &Request<'_>,
    contacts: &Looked,
    key: &Key,
    others: Vec<Table>,
) -> Result<Related, DataError> {
    let mut related = Related::default();
    let mut names = Names::of(contacts);
    let mut left = Vec::new();
    for table in others {
        let other = match look::look(request, table.clone()) {
            Ok(other) => other,
            Err(error) if look::is_empty(&error) => {
                let why = "it has no rows".to_owned();
                related.rest.push(Unused { table, why });
                continue;
            }
            Err(error) => return Err(error),
        };
        let referring = references::to_contacts(request, &other, contacts, &key.name)?;
        match (referring.held, streams::when(&other)) {
            (Some(contact), Some(time)) => {
                let events = streams::events(request, other, contact, time, &mut names)?;
                related.events.push(events);
            }
            (Some(Held { column, .. }), None) => {
                let why = format!(
                    "{column} refers to the contacts, but no column tells when something happened"
                );
                let why = match counted::promising(&other) {
                    Some(counted) => format!(
                        "{why}: the numbers of {counted} are not all between 1990 and 2100 in seconds, milliseconds or microseconds since 1970"
                    ),
                    None => why,
                };
                left.push((other, Some(why)));
            }
            (None, _) => left.push((other, referring.why)),
        }
    }
    catalogues::find(request, contacts, left, &mut names, &mut related)?;
    Ok(related)
}

/// How well a table holds events of these contacts, the least best; for choosing among tables whose names tell nothing.
pub(super) fn events_of(
    request: &Request<'_>,
    contacts: &Looked,
    key: &Key,
    other: &Looked,
) -> Result<Option<u32>, DataError> {
    if streams::when(other).is_none() {
        return Ok(None);
    }
    let referring = references::to_contacts(request, other, contacts, &key.name)?;
    let held = referring.held;
    let held = held
        .filter(|held| !references::is_of_another_column(other, &held.column, contacts, &key.name));
    Ok(held.map(|held| held.rank))
}

/// Names that are given to fields of contacts, tables of events, streams and catalogues, so that each is of one thing.
struct Names(HashSet<String>);

impl Names {
    fn of(contacts: &Looked) -> Self {
        let fields = contacts.columns().map(|column| column.name.to_owned());
        Self(fields.collect())
    }

    /// The name, or with an ending where something else has it: `login_event`.
    fn give(&mut self, name: String, ending: &str) -> String {
        if self.0.contains(&name) {
            self.number(format!("{name}_{ending}"))
        } else {
            self.number(name)
        }
    }

    /// The name, or with the first number that makes it free: `login_2`.
    fn number(&mut self, name: String) -> String {
        let mut own = name.clone();
        let mut number = 2;
        while !self.0.insert(own.clone()) {
            own = format!("{name}_{number}");
            number += 1;
        }
        own
    }
}

impl Related {
    /// Whether a column of the contacts refers to a catalogue: which.
    pub(super) fn catalogue_of(&self, column: &str) -> Option<&str> {
        let mut references = self.of_contacts.iter();
        let found = references.find(|reference| reference.column == column);
        found.map(|reference| reference.catalogue.as_str())
    }
}

impl EventsFound {
    /// Whether a column refers to a catalogue: which.
    pub(super) fn catalogue_of(&self, column: &str) -> Option<&str> {
        let mut references = self.references.iter();
        let found = references.find(|reference| reference.column == column);
        found.map(|reference| reference.catalogue.as_str())
    }
}
