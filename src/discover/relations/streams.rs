//! What a table of events is made of: the column that tells when, and the column that tells streams apart.

use super::counted::{self, Counted};
use super::{EventsFound, Held, Kinds, Names, StreamFound};
use crate::data::DataError;
use crate::discover::look::{Column, Looked};
use crate::discover::{Request, guess};
use crate::types::Type;
use arrow_array::Array;
use arrow_schema::DataType;
use hashbrown::HashMap;
use std::sync::atomic::Ordering;

/// A column that tells streams apart has at most so many values.
const MOST_KINDS: u64 = 40;

/// The column that tells when.
pub(in crate::discover) struct When {
    pub(in crate::discover) column: String,
    /// What its whole numbers count since 1970; none where it holds times or days.
    pub(in crate::discover) counted: Option<Counted>,
    /// Other columns that could.
    pub(in crate::discover) others: Vec<String>,
}

/// The column that tells when something happened: a time; where there is none, a number that counts; where there is none either, a day.
pub(in crate::discover) fn when(table: &Looked) -> Option<When> {
    let of = |wanted: Type| {
        let mut columns: Vec<Column<'_>> = table
            .columns()
            .filter(|column| column.value_type.as_ref() == Some(&wanted))
            .filter(|column| is_mostly_known(table, column) && !guess::is_birth(column.name))
            .collect();
        columns.sort_by_key(|column| guess::event_time_place(column.name));
        let names = columns.iter().map(|column| column.name.to_owned());
        names.collect::<Vec<String>>()
    };
    let times = of(Type::Time);
    if times.is_empty()
        && let Some(when) = counted::when(table)
    {
        return Some(when);
    }
    let names = match times.is_empty() {
        true => of(Type::Date),
        false => times,
    };
    let mut names = names.into_iter();
    Some(When {
        column: names.next()?,
        counted: None,
        others: names.collect(),
    })
}

/// Whether a column is known in most rows: one that is often missing tells something else.
pub(super) fn is_mostly_known(table: &Looked, column: &Column<'_>) -> bool {
    column.seen.missing * 10 <= table.profile.rows
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
struct RowsOf {
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
            let share = |of: &RowsOf| of.known[*place] * 100 / of.rows.max(1);
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
        let mut values: Vec<(&String, &RowsOf)> = counted.iter().collect();
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
) -> Result<HashMap<String, RowsOf>, DataError> {
    let place = looked.schema.index_of(column).unwrap_or(0);
    let all: Vec<usize> = (0..looked.schema.fields().len()).collect();
    let mut counted: HashMap<String, RowsOf> = HashMap::new();
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
                    .or_insert_with(|| RowsOf {
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
