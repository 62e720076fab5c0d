//! Which table holds the contacts: the one that was asked for, the one whose name says so, or the one whose keys others hold that tell when something happened.

use super::tables::Table;
use super::{Request, errors, guess, key, look, relations};
use crate::data::{self, DataError};
use std::path::Path;

/// The table of contacts.
pub(super) struct Choice {
    /// Its place.
    pub(super) place: usize,
    /// Why it is, where there are several tables: a clause without a full stop.
    pub(super) reason: Option<String>,
}

pub(super) fn choose(request: &Request<'_>, tables: &[Table]) -> Result<Choice, DataError> {
    if let Some(asked) = request.contacts {
        return as_asked(tables, asked);
    }
    if tables.len() == 1 {
        return Ok(Choice {
            place: 0,
            reason: None,
        });
    }
    let ranked = tables.iter().enumerate();
    let mut ranked: Vec<(u32, usize)> = ranked
        .filter_map(|(place, table)| Some((guess::table_rank(&table.name)?, place)))
        .collect();
    ranked.sort_unstable();
    let best = ranked.first().map(|(rank, _)| *rank);
    let candidates: Vec<usize> = match best {
        Some(best) => (ranked.iter())
            .filter(|(rank, _)| *rank == best)
            .map(|(_, place)| *place)
            .collect(),
        None => (0..tables.len()).collect(),
    };
    if let [place] = candidates[..] {
        let beside = ranked.get(1).map(|(_, place)| &tables[*place].shown);
        let reason = match beside {
            Some(beside) => format!("its name says so, more than that of {beside}"),
            None => "its name says so".to_owned(),
        };
        return Ok(Choice {
            place,
            reason: Some(reason),
        });
    }
    if let Some(choice) = by_events(request, tables, &candidates)? {
        return Ok(choice);
    }
    Err(match tables {
        [first, other] if ranked.is_empty() => differ(first, other),
        _ => {
            let shown = candidates.iter().map(|place| tables[*place].shown.clone());
            errors::several_tables(&shown.collect::<Vec<_>>())
        }
    })
}

fn as_asked(tables: &[Table], asked: &Path) -> Result<Choice, DataError> {
    let files = data::files(asked)?;
    let has = |table: &Table| table.files.iter().any(|file| files.contains(file));
    let places: Vec<usize> = (0..tables.len())
        .filter(|place| has(&tables[*place]))
        .collect();
    match places[..] {
        [place] => Ok(Choice {
            place,
            reason: Some("it was asked for".to_owned()),
        }),
        _ => {
            let shown = places.iter().map(|place| tables[*place].shown.clone());
            Err(errors::several_tables(&shown.collect::<Vec<_>>()))
        }
    }
}

/// The one of the candidates whose key others hold that tell when something happened: by names first, then by values.
fn by_events(
    request: &Request<'_>,
    tables: &[Table],
    candidates: &[usize],
) -> Result<Option<Choice>, DataError> {
    let mut looked = Vec::new();
    for table in tables {
        match look::look(request, table.clone()) {
            Ok(table) => looked.push(Some(table)),
            Err(error) if look::is_empty(&error) => looked.push(None),
            Err(error) => return Err(error),
        }
    }
    let mut found: Vec<(u32, usize, usize)> = Vec::new();
    for candidate in candidates {
        let Some(contacts) = &looked[*candidate] else {
            continue;
        };
        // Without a key of its own it is not the one.
        let Ok(key) = key::choose(request, contacts) else {
            continue;
        };
        for (place, other) in looked.iter().enumerate() {
            if let Some(other) = other
                && place != *candidate
                && let Some(rank) = relations::events_of(request, contacts, &key, other)?
            {
                found.push((rank, *candidate, place));
            }
        }
    }
    found.sort_unstable();
    let Some((best, place, events)) = found.first().copied() else {
        return Ok(None);
    };
    let is_rival = |(rank, other, _): &(u32, usize, usize)| *rank == best && *other != place;
    if found.iter().any(is_rival) {
        return Ok(None);
    }
    Ok(Some(Choice {
        place,
        reason: Some(format!(
            "{} holds its keys, and tells when something happened",
            tables[events].shown
        )),
    }))
}

/// Two tables, which may have been meant as one.
fn differ(first: &Table, other: &Table) -> DataError {
    let only_in = |has: &Table, lacks: &Table| {
        let mut columns = has.columns.iter();
        columns
            .find(|column| !lacks.columns.contains(column))
            .cloned()
    };
    if let Some(column) = only_in(first, other) {
        errors::files_differ(&first.shown, &other.shown, &column)
    } else if let Some(column) = only_in(other, first) {
        errors::files_differ(&other.shown, &first.shown, &column)
    } else {
        errors::several_tables(&[first.shown.clone(), other.shown.clone()])
    }
}
