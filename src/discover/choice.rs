//! Which table holds the contacts: the one that was asked for, the one whose name says so, or the one whose keys others hold that tell when something happened;
//! or none, where all that is there are events.

use super::look::{self, Looked};
use super::only_events::{self, OnlyEvents};
use super::tables::Table;
use super::{Request, errors, guess, key, relations};
use crate::data::{self, DataError};
use std::path::Path;

/// Who the contacts are.
pub(super) enum Choice {
    Table {
        /// Its place.
        place: usize,
        /// Why it is, where there are several tables: a clause without a full stop.
        reason: Option<String>,
    },
    /// Nothing but events is there.
    Events(Box<OnlyEvents>),
}

pub(super) fn choose(request: &Request<'_>, tables: &[Table]) -> Result<Choice, DataError> {
    if let Some(asked) = request.contacts {
        return as_asked(tables, asked);
    }
    if let [only] = tables {
        return of_one(request, only);
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
        return Ok(Choice::Table {
            place,
            reason: Some(reason),
        });
    }
    let looked = looked(request, tables)?;
    let by_events = by_events(request, &looked, &candidates)?;
    if let Some(found) = &by_events
        && (found.rank <= relations::CALLED_AS_PEOPLE || !ranked.is_empty())
    {
        return Ok(found.choice());
    }
    if ranked.is_empty() {
        let looked: Vec<&Looked> = looked.iter().flatten().collect();
        if let Some(found) = only_events::find(request, &looked)? {
            return Ok(Choice::Events(Box::new(found)));
        }
    }
    if let Some(found) = by_events {
        return Ok(found.choice());
    }
    Err(match tables {
        [first, other] if ranked.is_empty() => differ(first, other),
        _ => {
            let shown = candidates.iter().map(|place| tables[*place].shown.clone());
            errors::several_tables(&shown.collect::<Vec<_>>())
        }
    })
}

/// Of one table: it is that of the contacts, unless it is one of events.
fn of_one(request: &Request<'_>, table: &Table) -> Result<Choice, DataError> {
    let choice = Choice::Table {
        place: 0,
        reason: None,
    };
    if !only_events::may_be(request, table) {
        return Ok(choice);
    }
    let looked = look::look(request, table.clone())?;
    Ok(match only_events::find(request, &[&looked])? {
        Some(found) => Choice::Events(Box::new(found)),
        None => choice,
    })
}

fn as_asked(tables: &[Table], asked: &Path) -> Result<Choice, DataError> {
    let files = data::files(asked)?;
    let has = |table: &Table| table.files.iter().any(|file| files.contains(file));
    let places: Vec<usize> = (0..tables.len())
        .filter(|place| has(&tables[*place]))
        .collect();
    match places[..] {
        [place] => Ok(Choice::Table {
            place,
            reason: Some("it was asked for".to_owned()),
        }),
        _ => {
            let shown = places.iter().map(|place| tables[*place].shown.clone());
            Err(errors::several_tables(&shown.collect::<Vec<_>>()))
        }
    }
}

/// The tables as they were seen; none where there is nothing in one.
fn looked(request: &Request<'_>, tables: &[Table]) -> Result<Vec<Option<Looked>>, DataError> {
    let looked = tables.iter();
    let looked = looked.map(|table| match look::look(request, table.clone()) {
        Ok(table) => Ok(Some(table)),
        Err(error) if look::is_empty(&error) => Ok(None),
        Err(error) => Err(error),
    });
    looked.collect()
}

/// A table whose keys another holds.
struct ByEvents {
    /// How much the column that holds them is called so: 0 is most.
    rank: u32,
    place: usize,
    /// What the other is called for people.
    events: String,
}

impl ByEvents {
    fn choice(&self) -> Choice {
        Choice::Table {
            place: self.place,
            reason: Some(format!(
                "{} holds its keys, and tells when something happened",
                self.events
            )),
        }
    }
}

/// The one of the candidates whose key others hold that tell when something happened: by names first, then by values.
fn by_events(
    request: &Request<'_>,
    looked: &[Option<Looked>],
    candidates: &[usize],
) -> Result<Option<ByEvents>, DataError> {
    let mut found: Vec<(u32, usize, usize)> = Vec::new();
    for candidate in candidates {
        let Some(contacts) = &looked[*candidate] else {
            continue;
        };
        // What tells whose each of its rows is is no table of contacts, and without a key of its own it is none either.
        if only_events::called(request, contacts)?.is_some() {
            continue;
        }
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
    Ok(looked[events].as_ref().map(|events| ByEvents {
        rank: best,
        place,
        events: events.table.shown.clone(),
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
