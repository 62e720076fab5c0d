//! How tables belong together: which hold events of the contacts, which are catalogues that columns refer to.

use super::contacts::{self, Column, Contacts};
use super::key::{self, Key};
use super::tables::Table;
use super::{Request, guess};
use crate::data::DataError;
use crate::explain::exchanged;
use crate::schema::can_be_key;
use crate::types::{RecordType, Type};
use arrow_array::Array;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use hashbrown::{HashMap, HashSet};
use std::sync::atomic::Ordering;

/// Of so many values of a hundred in a column that refers to a table, the table has the key.
const ENOUGH: usize = 90;
/// Fewer different values tell nothing where names tell nothing.
const TELLING: usize = 5;
/// A column that tells streams apart has at most so many values.
const MOST_KINDS: u64 = 40;

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
    /// Why it holds no events although it is about contacts, as a clause.
    pub(super) why: Option<String>,
}

/// A column whose values are keys of a catalogue.
pub(super) struct Reference {
    pub(super) column: String,
    pub(super) catalogue: String,
}

/// A table of events.
pub(super) struct EventsFound {
    pub(super) looked: Contacts,
    /// What the manifest calls it; without kinds it is the stream's name.
    pub(super) name: String,
    pub(super) contact: String,
    pub(super) time: String,
    pub(super) kinds: Option<Kinds>,
    pub(super) references: Vec<Reference>,
}

/// A column that tells streams apart.
pub(super) struct Kinds {
    pub(super) column: String,
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
    pub(super) looked: Contacts,
    pub(super) name: String,
    pub(super) key: String,
}

impl EventsFound {
    /// Whether a column is that of the contact, the time or the kind.
    pub(super) fn is_own(&self, column: &str) -> bool {
        let kind = self.kinds.as_ref().map(|kinds| kinds.column.as_str());
        column == self.contact || column == self.time || kind == Some(column)
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

    /// What the manifest calls a column that is a field.
    pub(super) fn field_name<'c>(&self, column: &'c str) -> &'c str {
        if column == RecordType::TIME {
            "clock"
        } else {
            column
        }
    }
}

/// Puts the other tables to the contacts.
pub(super) fn relate(
    request: &Request<'_>,
    contacts: &Contacts,
    key: &Key,
    others: Vec<Table>,
) -> Result<Related, DataError> {
    let mut related = Related::default();
    let mut looked: Vec<Contacts> = Vec::new();
    for table in others {
        match contacts::look(request, table.clone()) {
            Ok(other) => looked.push(other),
            // There is nothing in it to be seen.
            Err(error) if error.code.0 == "E0746" => related.rest.push(Unused {
                table,
                why: Some("it has no rows".to_owned()),
            }),
            Err(error) => return Err(error),
        }
    }
    let mut left = Vec::new();
    let mut taken: HashSet<String> = contacts
        .columns()
        .map(|column| column.name.to_owned())
        .collect();
    for other in looked {
        let reference = refers(request, &other, contacts, &key.name)?;
        match reference.clone().zip(time_of(&other)) {
            Some((contact, time)) => {
                related
                    .events
                    .push(events(request, other, contact, time, &mut taken)?);
            }
            None => {
                let why = reference.map(|column| {
                    format!("{column} refers to the contacts, but no column tells at what instant")
                });
                left.push((other, why));
            }
        }
    }
    catalogues(request, contacts, left, &mut related)?;
    Ok(related)
}

/// Whether another table holds events of these contacts; for choosing among tables whose names tell nothing.
pub(super) fn has_events_of(
    request: &Request<'_>,
    contacts: &Contacts,
    key: &Key,
    other: &Contacts,
) -> Result<bool, DataError> {
    Ok(time_of(other).is_some() && refers(request, other, contacts, &key.name)?.is_some())
}

/// The column of a table that holds the keys of another.
fn refers(
    request: &Request<'_>,
    other: &Contacts,
    target: &Contacts,
    key: &str,
) -> Result<Option<String>, DataError> {
    let Some(of_key) = target.columns().find(|column| column.name == key) else {
        return Ok(None);
    };
    let rank = |column: &Column<'_>| {
        let rank = reference_rank(column.name, key, &target.table.name);
        match (&column.value_type, rank) {
            (Some(Type::Text), None) if column.seen.common.len() >= TELLING => Some(9),
            (_, rank) => rank,
        }
    };
    let mut candidates: Vec<(u32, Column<'_>)> = other
        .columns()
        .filter(|column| is_sort(column, &of_key, other))
        .filter_map(|column| Some((rank(&column)?, column)))
        .collect();
    candidates.sort_by_key(|(rank, _)| *rank);
    let samples: Vec<Vec<String>> = (candidates.iter())
        .map(|(_, column)| sample(column))
        .collect();
    let found = shares(request, target, key, &samples)?;
    let mut candidates = candidates.iter().zip(found);
    let fits = candidates.find(|(_, share)| *share >= ENOUGH);
    Ok(fits.map(|((_, column), _)| column.name.to_owned()))
}

/// Whether the values of a column may be keys like these. What CSV and JSON lines hold is read as the keys are.
fn is_sort(column: &Column<'_>, key: &Column<'_>, table: &Contacts) -> bool {
    let (Some(has), Some(wanted)) = (&column.value_type, &key.value_type) else {
        return false;
    };
    let as_text = table.is_text_format() && *wanted == Type::Text;
    can_be_key(has) && ((*has == Type::Text) == (*wanted == Type::Text) || as_text)
}

/// How much the name of a column says that it refers to a table with this key: 0 is most, none is nothing.
fn reference_rank(column: &str, key: &str, table: &str) -> Option<u32> {
    let is_generic = guess::words(key).len() == 1 && guess::key_rank(key, "") == Some(0);
    let words = guess::words(column);
    let of_table = |word: &String| {
        let own = guess::words(table);
        own.iter().any(|own| guess::is_same(own, word))
    };
    if column == key && !is_generic {
        Some(0)
    } else if words.iter().any(of_table) {
        Some(1)
    } else if words.iter().any(|word| guess::is_of_contacts(word))
        && guess::table_rank(table).is_some()
    {
        Some(2)
    } else if column == key {
        Some(4)
    } else {
        None
    }
}

/// Some of the values of a column, as they are written.
fn sample(column: &Column<'_>) -> Vec<String> {
    let common = column.seen.common.iter();
    common.map(|common| exchanged(&common.value)).collect()
}

/// Of each sample, how many of a hundred values are keys of a table.
fn shares(
    request: &Request<'_>,
    target: &Contacts,
    key: &str,
    samples: &[Vec<String>],
) -> Result<Vec<usize>, DataError> {
    let mut wanted: HashMap<&str, bool> = HashMap::new();
    for value in samples.iter().flatten() {
        wanted.insert(value, false);
    }
    if !wanted.is_empty() {
        let source = &*target.source;
        let place = target.schema.index_of(key).unwrap_or(0);
        let format = FormatOptions::default();
        for piece in 0..source.pieces() {
            for batch in source.read(piece, &[place])? {
                if request.cancel.load(Ordering::Relaxed) {
                    return Err(DataError::stopped(source.name()));
                }
                let batch = batch?;
                let Ok(keys) = ArrayFormatter::try_new(batch.column(0), &format) else {
                    continue;
                };
                for row in 0..batch.num_rows() {
                    if batch.column(0).is_null(row) {
                        continue;
                    }
                    if let Ok(key) = keys.value(row).try_to_string()
                        && let Some(is_there) = wanted.get_mut(key.as_str())
                    {
                        *is_there = true;
                    }
                }
            }
        }
    }
    let share = |values: &Vec<String>| {
        let there = values
            .iter()
            .filter(|value| wanted.get(value.as_str()) == Some(&true));
        (there.count() * 100).checked_div(values.len()).unwrap_or(0)
    };
    Ok(samples.iter().map(share).collect())
}

/// The column that tells when.
fn time_of(table: &Contacts) -> Option<String> {
    let times = table
        .columns()
        .filter(|column| column.value_type == Some(Type::Time));
    // One that is often missing tells something else.
    let rows = table.profile.rows;
    let mut times: Vec<Column<'_>> = times
        .filter(|column| column.seen.missing * 10 <= rows)
        .collect();
    times.sort_by_key(|column| guess::event_time_place(column.name));
    times.first().map(|column| column.name.to_owned())
}

fn events(
    request: &Request<'_>,
    looked: Contacts,
    contact: String,
    time: String,
    taken: &mut HashSet<String>,
) -> Result<EventsFound, DataError> {
    let kinds = kinds(request, &looked, &contact, &time, taken)?;
    let name = match kinds {
        Some(_) => guess::plain(&looked.table.name),
        None => own_name(guess::singular(&looked.table.name), taken),
    };
    Ok(EventsFound {
        looked,
        name,
        contact,
        time,
        kinds,
        references: Vec::new(),
    })
}

/// The name, or one like it that nothing else has.
fn own_name(name: String, taken: &mut HashSet<String>) -> String {
    let mut own = name.clone();
    let mut number = 1;
    while taken.contains(&own) {
        own = match number {
            1 => format!("{name}_event"),
            number => format!("{name}_event_{number}"),
        };
        number += 1;
    }
    taken.insert(own.clone());
    own
}

/// What was counted of the rows with one value of a column.
struct Counted {
    rows: u64,
    /// By column, how many of them hold something there.
    known: Vec<u64>,
}

/// The column that tells streams apart, if there is one: text with few values, of which some columns hold something for some and nothing for others; or one
/// that is called so.
fn kinds(
    request: &Request<'_>,
    looked: &Contacts,
    contact: &str,
    time: &str,
    taken: &mut HashSet<String>,
) -> Result<Option<Kinds>, DataError> {
    let is_candidate = |column: &Column<'_>| {
        let different = column.seen.distinct.and_then(|distinct| distinct.exactly());
        column.value_type == Some(Type::Text)
            && column.name != contact
            && column.name != time
            && column.seen.missing == 0
            && column.seen.blank == 0
            && different.is_some_and(|number| (2..=MOST_KINDS).contains(&number))
    };
    let mut candidates: Vec<Column<'_>> = looked.columns().filter(is_candidate).collect();
    candidates.sort_by_key(|column| guess::kind_place(column.name));
    for candidate in candidates {
        let counted = count(request, looked, candidate.name)?;
        let columns: Vec<&str> = looked.columns().map(|column| column.name).collect();
        let is_field = |place: &usize| {
            let name = columns[*place];
            name != contact && name != time && name != candidate.name
        };
        // A column that some kinds hardly ever have, and others mostly.
        let parts = |place: &usize| {
            let share = |of: &Counted| of.known[*place] * 100 / of.rows.max(1);
            counted.values().any(|of| share(of) <= 1) && counted.values().any(|of| share(of) >= 50)
        };
        let tells_apart = (0..columns.len())
            .filter(is_field)
            .any(|place| parts(&place));
        if !tells_apart && !guess::is_kind(candidate.name) {
            continue;
        }
        let all = (0..columns.len()).filter(is_field).count();
        let mut values: Vec<(&String, &Counted)> = counted.iter().collect();
        values.sort_by(|(left, a), (right, b)| b.rows.cmp(&a.rows).then(left.cmp(right)));
        let streams = values.into_iter().map(|(value, of)| {
            let has = |place: &usize| of.known[*place] > 0;
            let fields: Vec<String> = (0..columns.len())
                .filter(is_field)
                .filter(has)
                .map(|place| columns[place].to_owned())
                .collect();
            StreamFound {
                name: own_name(value.clone(), taken),
                value: value.clone(),
                rows: of.rows,
                // An empty list means all.
                fields: (fields.len() < all && !fields.is_empty()).then_some(fields),
            }
        });
        return Ok(Some(Kinds {
            column: candidate.name.to_owned(),
            streams: streams.collect(),
        }));
    }
    Ok(None)
}

/// For each value of a column of text, how many rows have it and which columns they hold something in.
fn count(
    request: &Request<'_>,
    looked: &Contacts,
    column: &str,
) -> Result<HashMap<String, Counted>, DataError> {
    let place = looked.schema.index_of(column).unwrap_or(0);
    let all: Vec<usize> = (0..looked.schema.fields().len()).collect();
    let mut counted: HashMap<String, Counted> = HashMap::new();
    let mut done = 0;
    for piece in 0..looked.source.pieces() {
        for batch in looked.source.read(piece, &all)? {
            if request.cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(looked.source.name()));
            }
            let batch = batch?;
            let values = arrow_cast::cast(batch.column(place), &DataType::Utf8);
            let Ok(values) = values else { continue };
            let values = arrow_array::cast::AsArray::as_string::<i32>(&values);
            let nulls: Vec<_> = batch
                .columns()
                .iter()
                .map(|column| column.logical_nulls())
                .collect();
            for row in 0..batch.num_rows() {
                if values.is_null(row) {
                    continue;
                }
                let of = counted
                    .entry_ref(values.value(row))
                    .or_insert_with(|| Counted {
                        rows: 0,
                        known: vec![0; all.len()],
                    });
                of.rows += 1;
                for (known, nulls) in of.known.iter_mut().zip(&nulls) {
                    *known += u64::from(nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)));
                }
            }
            done += batch.num_rows() as u64;
            (request.progress)(done);
        }
    }
    Ok(counted)
}

/// Which of the tables that are left are catalogues: columns of contacts or events hold their keys.
fn catalogues(
    request: &Request<'_>,
    contacts: &Contacts,
    left: Vec<(Contacts, Option<String>)>,
    related: &mut Related,
) -> Result<(), DataError> {
    let mut taken: HashSet<String> = contacts
        .columns()
        .map(|column| column.name.to_owned())
        .collect();
    for table in &related.events {
        taken.extend(table.streams().iter().map(|(name, _)| (*name).to_owned()));
    }
    for (other, why) in left {
        let mut found: Option<(String, Vec<String>, Vec<(usize, String)>)> = None;
        for key in key::unique(request, &other)? {
            let of_contacts = referring(request, contacts, &other, &key, |_| false)?;
            let mut of_events = Vec::new();
            for (place, table) in related.events.iter().enumerate() {
                let columns = referring(request, &table.looked, &other, &key, |name| {
                    table.is_own(name)
                })?;
                of_events.extend(columns.into_iter().map(|column| (place, column)));
            }
            if !of_contacts.is_empty() || !of_events.is_empty() {
                found = Some((key, of_contacts, of_events));
                break;
            }
        }
        let name = guess::plain(&other.table.name);
        match found {
            Some((key, of_contacts, of_events)) if !taken.contains(&name) => {
                taken.insert(name.clone());
                let reference = |column: String| Reference {
                    column,
                    catalogue: name.clone(),
                };
                related
                    .of_contacts
                    .extend(of_contacts.into_iter().map(reference));
                for (place, column) in of_events {
                    related.events[place].references.push(reference(column));
                }
                related.catalogues.push(CatalogueFound {
                    looked: other,
                    name,
                    key,
                });
            }
            _ => related.rest.push(Unused {
                table: other.table,
                why,
            }),
        }
    }
    Ok(())
}

/// The columns of a table that hold keys of a catalogue.
fn referring(
    request: &Request<'_>,
    table: &Contacts,
    catalogue: &Contacts,
    key: &str,
    is_own: impl Fn(&str) -> bool,
) -> Result<Vec<String>, DataError> {
    let Some(of_key) = catalogue.columns().find(|column| column.name == key) else {
        return Ok(Vec::new());
    };
    let is_named = |column: &Column<'_>| {
        reference_rank(column.name, key, &catalogue.table.name).is_some_and(|rank| rank <= 1)
    };
    let candidates: Vec<Column<'_>> = table
        .columns()
        .filter(|column| !is_own(column.name) && column.value_type == of_key.value_type)
        .filter(|column| {
            let is_text = column.value_type == Some(Type::Text);
            is_named(column) || is_text && column.seen.common.len() >= TELLING
        })
        .collect();
    let samples: Vec<Vec<String>> = candidates.iter().map(sample).collect();
    let found = shares(request, catalogue, key, &samples)?;
    let fits = candidates
        .iter()
        .zip(found)
        .filter(|(_, share)| *share >= ENOUGH);
    Ok(fits.map(|(column, _)| column.name.to_owned()).collect())
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
