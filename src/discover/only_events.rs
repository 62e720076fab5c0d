//! Contacts of whom nothing but events is there: no table has a row for each, but tables tell by a column that is called as their key whose each row is, and when it happened.

use super::key::Key;
use super::look::{self, Column, Looked};
use super::relations::{self, Related};
use super::tables::Table;
use super::{Request, guess, key};
use crate::data::{self, DataError, OpenOptions, Source};
use crate::explain::grouped;
use crate::profile::Distinct;
use crate::types::{NumberKind, Type};
use std::path::PathBuf;
use std::sync::Arc;

/// What messages call the contacts that events name.
const SHOWN: &str = "the events";

/// The contacts that events name.
pub(super) struct OnlyEvents {
    /// As a table of one column.
    pub(super) contacts: Looked,
    pub(super) key: Key,
    /// Why no table is that of the contacts, as a clause.
    pub(super) reason: String,
    /// The files of the tables that name them, each with the column that does.
    named_by: Vec<(Vec<PathBuf>, String)>,
}

/// The column of a table of events that is called as the key of contacts.
pub(super) struct Called {
    /// How much its name says so: 0 is most.
    rank: usize,
    column: String,
    is_text: bool,
    /// How often it repeats, and what tells when, as a clause.
    why: String,
}

/// Whether the names alone allow that a table holds events of contacts: it need not be looked at otherwise.
pub(super) fn may_be(request: &Request<'_>, table: &Table) -> bool {
    guess::table_rank(&table.name).is_none()
        && table
            .columns
            .iter()
            .any(|name| rank(request, name).is_some())
}

/// How much a column says that it is the contacts' key.
fn rank(request: &Request<'_>, name: &str) -> Option<usize> {
    match request.key {
        Some(asked) => (name == asked).then_some(0),
        None => guess::contact_key_place(name),
    }
}

/// The column that says whose each row of a table is, if the table is one of events and has no row for each contact.
pub(super) fn called(request: &Request<'_>, table: &Looked) -> Result<Option<Called>, DataError> {
    if !may_be(request, &table.table) {
        return Ok(None);
    }
    let Some(when) = relations::when(table) else {
        return Ok(None);
    };
    let mut columns: Vec<(usize, Column<'_>)> = table
        .columns()
        .filter_map(|column| Some((rank(request, column.name)?, column)))
        .collect();
    columns.sort_by_key(|(rank, _)| *rank);
    let has_details = table
        .columns()
        .any(|column| guess::is_contact_detail(column.name) || guess::is_birth(column.name));
    for column in table.columns() {
        // Of people with a mail address, a day of birth, a key of their own, `household_id` says where they live.
        let is_key = guess::contact_key_place(column.name).is_some()
            || has_details && guess::key_rank(column.name, &table.table.name) == Some(0);
        if request.key.is_none() && is_key && key::tells_apart(request, table, &column)? {
            return Ok(None);
        }
    }
    let found = columns.into_iter().find_map(|(rank, column)| {
        let is_text = match column.value_type {
            Some(Type::Text) => true,
            Some(Type::Number(NumberKind::Whole)) => false,
            _ => return None,
        };
        Some(Called {
            rank,
            is_text,
            why: format!(
                "{} repeats ({}) and {} tells when",
                column.name,
                repeated(&column, table.profile.rows)?,
                when.column
            ),
            column: column.name.to_owned(),
        })
    });
    Ok(found)
}

/// How often the values of a column repeat, where they clearly do: a few that stand twice are mistakes in a table of contacts. Rows of nobody may be there, but not
/// most of them.
fn repeated(column: &Column<'_>, rows: u64) -> Option<String> {
    let seen = column.seen;
    let known = seen.known(rows);
    if seen.missing > known {
        return None;
    }
    match seen.distinct? {
        Distinct::Exactly(different) => (different * 10 <= known * 9)
            .then(|| format!("{} different in {} rows", grouped(different), grouped(rows))),
        Distinct::MoreThan(different) => {
            let middle = seen.common.get(seen.common.len() / 2)?;
            (middle.rows > 1).then(|| {
                format!(
                    "over {} different in {} rows",
                    grouped(different),
                    grouped(rows)
                )
            })
        }
    }
}

/// The contacts that tables of events name, if there are such tables.
pub(super) fn find(
    request: &Request<'_>,
    tables: &[&Looked],
) -> Result<Option<OnlyEvents>, DataError> {
    let mut found = Vec::new();
    for table in tables {
        if let Some(called) = called(request, table)? {
            found.push((*table, called));
        }
    }
    // The clearest name, and of these the most rows.
    let best =
        |(table, called): &&(&Looked, Called)| (called.rank, std::cmp::Reverse(table.profile.rows));
    let Some((first, clearest)) = found.iter().min_by_key(best) else {
        return Ok(None);
    };
    let key = Key {
        name: clearest.column.clone(),
        reason: match request.key {
            Some(_) => format!("it was asked for, and repeats in {}", first.table.shown),
            None => format!("its name says so, and it repeats in {}", first.table.shown),
        },
    };
    let reason = format!(
        "no table has a row for each contact, and in {} {}",
        first.table.shown, clearest.why
    );
    // What is called otherwise has to hold such keys, which is seen later.
    let wanted = guess::words(&clearest.column);
    let named: Vec<(&Looked, &str)> = (found.iter())
        .filter(|(_, called)| guess::words(&called.column) == wanted)
        .map(|(table, called)| (*table, called.column.as_str()))
        .collect();
    // Numbers of CSV and JSON lines are text where other keys are.
    let are_text =
        (found.iter()).any(|(_, called)| called.is_text && guess::words(&called.column) == wanted);
    let named: Vec<(&Looked, &str)> = named
        .into_iter()
        .filter(|(table, column)| !are_text || table.is_text_format() || is_text(table, column))
        .collect();
    Ok(Some(OnlyEvents {
        contacts: different(request, &key.name, are_text, &named)?,
        key,
        reason,
        named_by: named_by(&named),
    }))
}

fn named_by(named: &[(&Looked, &str)]) -> Vec<(Vec<PathBuf>, String)> {
    let named = named.iter();
    named
        .map(|(table, column)| (table.table.files.clone(), (*column).to_owned()))
        .collect()
}

fn is_text(table: &Looked, name: &str) -> bool {
    let mut columns = table.columns();
    columns.any(|column| column.name == name && column.value_type == Some(Type::Text))
}

impl OnlyEvents {
    /// Takes the contacts from the tables that were found to be about them, which may be more than those by whose names they were known. Whether anything has changed.
    pub(super) fn widen(
        &mut self,
        request: &Request<'_>,
        related: &Related,
    ) -> Result<bool, DataError> {
        let events = related.events.iter();
        let named: Vec<(&Looked, &str)> = events
            .map(|events| (&events.looked, events.contact.column.as_str()))
            .collect();
        let named_by = named_by(&named);
        if named_by.len() == self.named_by.len()
            && named_by.iter().all(|by| self.named_by.contains(by))
        {
            return Ok(false);
        }
        let are_text = is_text(&self.contacts, &self.key.name);
        self.contacts = different(request, &self.key.name, are_text, &named)?;
        self.named_by = named_by;
        Ok(true)
    }
}

/// The different values of columns, looked at as a table.
fn different(
    request: &Request<'_>,
    key: &str,
    are_text: bool,
    named: &[(&Looked, &str)],
) -> Result<Looked, DataError> {
    let mut columns: Vec<(Arc<dyn Source>, &str)> = Vec::new();
    for (table, column) in named {
        let source = match are_text && !is_text(table, column) {
            true => {
                let options = OpenOptions {
                    types: vec![((*column).to_owned(), Type::Text)],
                    ..table.options(request)
                };
                data::open(&table.table.paths, &options)?
            }
            false => Arc::clone(&table.source),
        };
        columns.push((source, *column));
    }
    let source = data::different_keys(key, are_text, &columns, &request.cancel)?;
    look::look(
        request,
        Table {
            name: String::new(),
            shown: SHOWN.to_owned(),
            paths: Vec::new(),
            files: Vec::new(),
            format: None,
            dialect: None,
            columns: vec![key.to_owned()],
            source,
        },
    )
}
