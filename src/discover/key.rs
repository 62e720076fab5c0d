//! Which column tells contacts apart: one whose name says so and whose values all differ, else the only one whose values do.

use super::look::{Column, Looked};
use super::{Request, errors, guess};
use crate::data::{self, DataError};
use crate::diagnostics::suggest::nearest;
use crate::profile::Distinct;
use crate::schema::can_be_key;

/// The key, and why it is the key.
pub(super) struct Key {
    pub(super) name: String,
    /// A clause without a full stop.
    pub(super) reason: String,
}

pub(super) fn choose(request: &Request<'_>, contacts: &Looked) -> Result<Key, DataError> {
    if let Some(asked) = request.key {
        return as_asked(request, contacts, asked);
    }
    let mut ranked: Vec<(u32, Column<'_>)> = contacts
        .columns()
        .filter_map(|column| Some((guess::key_rank(column.name, &contacts.table.name)?, column)))
        .filter(|(_, column)| is_candidate(column))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    // Of those whose names say the most and whose values all differ.
    let mut named: Vec<(u32, String)> = Vec::new();
    let mut why = Vec::new();
    for (rank, column) in ranked {
        if named.first().is_some_and(|(best, _)| *best < rank) {
            break;
        }
        match differs(request, contacts, &column)? {
            Ok(()) => named.push((rank, column.name.to_owned())),
            Err(fault) => why.push(fault),
        }
    }
    let all = contacts.profile.rows;
    match &named[..] {
        [(_, name)] => {
            return Ok(Key {
                name: name.clone(),
                reason: if all == 1 {
                    "its name says so".into()
                } else {
                    "its name says so, and no two contacts have the same".into()
                },
            });
        }
        [] => {}
        several => {
            let names: Vec<String> = several.iter().map(|(_, name)| name.clone()).collect();
            return Err(errors::several_keys(contacts.source.name(), &names));
        }
    }
    let mut unnamed = Vec::new();
    for column in contacts.columns() {
        let is_named = guess::key_rank(column.name, &contacts.table.name).is_some();
        if !is_named && is_candidate(&column) && differs(request, contacts, &column)?.is_ok() {
            unnamed.push(column.name.to_owned());
        }
    }
    match &unnamed[..] {
        [] => Err(errors::no_key(contacts.source.name(), &why)),
        [only] => Ok(Key {
            name: only.clone(),
            reason: "it is the only column in which no two contacts have the same".into(),
        }),
        several => Err(errors::several_keys(contacts.source.name(), several)),
    }
}

/// The columns that tell the rows of a table apart: those whose names say so first, the others in their order.
pub(super) fn unique(request: &Request<'_>, table: &Looked) -> Result<Vec<String>, DataError> {
    let rank = |column: &Column<'_>| guess::key_rank(column.name, &table.table.name);
    let mut columns: Vec<Column<'_>> = table.columns().collect();
    columns.sort_by_key(|column| rank(column).unwrap_or(u32::MAX));
    let mut unique = Vec::new();
    for column in columns {
        if tells_apart(request, table, &column)? {
            unique.push(column.name.to_owned());
        }
    }
    Ok(unique)
}

/// Whether a column tells the rows of a table apart.
pub(super) fn tells_apart(
    request: &Request<'_>,
    table: &Looked,
    column: &Column<'_>,
) -> Result<bool, DataError> {
    Ok(is_candidate(column) && differs(request, table, column)?.is_ok())
}

fn is_candidate(column: &Column<'_>) -> bool {
    column.value_type.as_ref().is_some_and(can_be_key)
}

/// Whether every row has a value and all differ; else a clause that says what is in the way.
fn differs(
    request: &Request<'_>,
    contacts: &Looked,
    column: &Column<'_>,
) -> Result<Result<(), String>, DataError> {
    let rows = contacts.profile.rows;
    let seen = column.seen;
    // Blank text is a value of a key like any other, but nobody's key.
    if seen.missing > 0 {
        return Ok(Err(format!(
            "\"{}\" is missing in {} of {rows} rows",
            column.name, seen.missing
        )));
    }
    match seen.distinct {
        Some(Distinct::Exactly(number)) if number == rows => Ok(Ok(())),
        Some(Distinct::Exactly(number)) => {
            let values = if number == 1 {
                "value"
            } else {
                "different values"
            };
            Ok(Err(format!(
                "\"{}\" has {number} {values} in {rows} rows",
                column.name
            )))
        }
        Some(Distinct::MoreThan(_)) => {
            let place = contacts.schema.index_of(column.name).unwrap_or(0);
            match data::check_keys(&*contacts.source, place, &request.cancel) {
                Ok(()) => Ok(Ok(())),
                Err(error) if error.code.0 == "E0712" => {
                    let row = error.row.unwrap_or(0);
                    Ok(Err(format!(
                        "of \"{}\", {} (row {row})",
                        column.name, error.message
                    )))
                }
                Err(error) => Err(error),
            }
        }
        None => Ok(Err(format!("\"{}\" cannot be a key", column.name))),
    }
}

fn as_asked(request: &Request<'_>, contacts: &Looked, asked: &str) -> Result<Key, DataError> {
    let name = contacts.source.name();
    let Some(column) = contacts.columns().find(|column| column.name == asked) else {
        let known = contacts.columns().map(|column| column.name.to_owned());
        let known: Vec<String> = known.collect();
        let help = match nearest(asked, known.iter().map(String::as_str)) {
            Some(near) => format!("Did you mean \"{near}\"?"),
            None => format!("It has {}.", known.join(", ")),
        };
        return Err(DataError::new(
            "E0501",
            name,
            format!("there is no column \"{asked}\" to be the key"),
        )
        .help(help));
    };
    if !is_candidate(&column) {
        let what = match &column.value_type {
            Some(value_type) => crate::schema::described(value_type),
            None => format!("left out because {}", column.reason),
        };
        return Err(DataError::new(
            "E0502",
            name,
            format!("the column \"{asked}\" is {what} and cannot be the key"),
        )
        .help("A key is a whole number, an exact decimal or text."));
    }
    let place = contacts.schema.index_of(asked).unwrap_or(0);
    data::check_keys(&*contacts.source, place, &request.cancel)?;
    Ok(Key {
        name: asked.to_owned(),
        reason: "it was asked for, and no two contacts have the same".into(),
    })
}
