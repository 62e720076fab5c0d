//! What a table of events is made of: the column that tells when, and the column that tells streams apart.

use super::{EventsFound, Held, Kinds, Names, StreamFound};
use crate::data::DataError;
use crate::discover::look::{Column, Looked};
use crate::discover::{Request, guess};
use crate::types::{NumberKind, Type};
use arrow_array::Array;
use arrow_schema::DataType;
use hashbrown::HashMap;
use std::sync::atomic::Ordering;

/// A column that tells streams apart has at most so many values.
const MOST_KINDS: u64 = 40;

/// The column that tells when.
pub(in crate::discover) struct When {
    pub(in crate::discover) column: String,
    /// Other columns that could.
    pub(in crate::discover) others: Vec<String>,
}

/// The column that tells when something happened: a time, or where there is none, a day.
pub(super) fn when(table: &Looked) -> Option<When> {
    // One that is often missing tells something else.
    let rows = table.profile.rows;
    let is_mostly_known = |column: &Column<'_>| column.seen.missing * 10 <= rows;
    let of = |wanted: Type| {
        let mut columns: Vec<Column<'_>> = table
            .columns()
            .filter(|column| column.value_type.as_ref() == Some(&wanted))
            .filter(|column| is_mostly_known(column) && !guess::is_birth(column.name))
            .collect();
        columns.sort_by_key(|column| guess::event_time_place(column.name));
        let names = columns.iter().map(|column| column.name.to_owned());
        names.collect::<Vec<String>>()
    };
    let mut names = of(Type::Time);
    if names.is_empty() {
        names = of(Type::Date);
    }
    let mut names = names.into_iter();
    Some(When {
        column: names.next()?,
        others: names.collect(),
    })
}

/// A column of whole numbers that is called as a time is.
pub(super) fn counted_time(table: &Looked) -> Option<String> {
    let is_whole =
        |column: &Column<'_>| matches!(column.value_type, Some(Type::Number(NumberKind::Whole)));
    let mut columns = table.columns().filter(is_whole);
    let called = columns.find(|column| guess::is_event_time(column.name));
    called.map(|column| column.name.to_owned())
}

pub(super) fn events(
    request: &Request<'_>,
    looked: Looked,
    contact: Held,
    time: When,
    names: &mut Names,
) -> Result<EventsFound, DataError> {
    let kinds = kinds(request, &looked, &contact.column, &time.column, names)?;
    let name = match kinds {
        Some(_) => names.number(guess::plain(&looked.table.name)),
        None => names.give(guess::singular(&looked.table.name), "event"),
    };
    Ok(EventsFound {
        name,
        looked,
        contact,
        time,
        kinds,
        references: Vec::new(),
    })
}

/// What was counted of the rows with one value of a column.
struct Counted {
    rows: u64,
    /// By column, how many of them hold something there.
    known: Vec<u64>,
}

/// The column that tells streams apart, if there is one: text with few values that is called so, where columns hold something for some of them and nothing
/// for others, or that can hardly be called so for another reason.
fn kinds(
    request: &Request<'_>,
    looked: &Looked,
    contact: &str,
    time: &str,
    names: &mut Names,
) -> Result<Option<Kinds>, DataError> {
    let is_candidate = |column: &Column<'_>| {
        let different = column.seen.distinct.and_then(|distinct| distinct.exactly());
        column.value_type == Some(Type::Text)
            && column.name != contact
            && column.name != time
            && guess::may_be_kind(column.name)
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
        let reason = if tells_apart {
            "its name says so, and some columns hold something for some of its values only"
        } else if guess::is_kind(candidate.name, &looked.table.name) {
            "its name says so"
        } else {
            continue;
        };
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
                name: names.give(value.clone(), "event"),
                value: value.clone(),
                rows: of.rows,
                // An empty list means all.
                fields: (fields.len() < all && !fields.is_empty()).then_some(fields),
            }
        });
        return Ok(Some(Kinds {
            column: candidate.name.to_owned(),
            reason: reason.to_owned(),
            streams: streams.collect(),
        }));
    }
    Ok(None)
}

/// For each value of a column of text, how many rows have it and which columns they hold something in.
fn count(
    request: &Request<'_>,
    looked: &Looked,
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
