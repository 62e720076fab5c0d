//! Which columns of a table hold the keys of another. Names propose, values decide.

use crate::data::{DataError, Source};
use crate::discover::look::{Column, Looked};
use crate::discover::{Request, guess, key};
use crate::explain::{exchanged, grouped};
use crate::profile::Distinct;
use crate::schema::can_be_key;
use crate::types::Type;
use arrow_array::Array;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use hashbrown::{HashMap, HashSet};
use std::sync::atomic::Ordering;

/// Of so many values of a hundred in a column that refers to a table, the table has the key; of fewer where the name of the column says so already, for rows
/// of what is gone are left behind.
const ENOUGH: usize = 90;
const ENOUGH_WHERE_NAMED: usize = 50;
/// The last rank of names that say plainly what they refer to.
const PLAIN: u32 = 1;
/// The rank of columns whose names say nothing.
const UNNAMED: u32 = 9;
/// Fewer different values tell nothing where names tell nothing.
const TELLING: u64 = 5;
/// So many different values of a column are looked up, from so many places in the table.
const SAMPLE: usize = 400;
const PLACES: usize = 8;

/// A column that holds keys of another table.
#[derive(Clone)]
pub(in crate::discover) struct Held {
    pub(in crate::discover) column: String,
    /// How much its name says so: 0 is most.
    pub(in crate::discover) rank: u32,
    /// Of so many values that were looked up, so many are keys.
    pub(in crate::discover) found: usize,
    pub(in crate::discover) of: usize,
    /// Other columns that hold keys of the table.
    pub(in crate::discover) others: Vec<String>,
}

impl Held {
    fn is_enough(&self) -> bool {
        let enough = match self.rank <= PLAIN {
            true => ENOUGH_WHERE_NAMED,
            false => ENOUGH,
        };
        self.of > 0 && self.found * 100 >= self.of * enough
    }
}

/// Whether a table refers to the contacts.
pub(super) struct ToContacts {
    pub(super) held: Option<Held>,
    /// Why it does not although a name promises it, as a clause.
    pub(super) why: Option<String>,
}

/// The column of a table that holds the keys of the contacts.
pub(super) fn to_contacts(
    request: &Request<'_>,
    other: &Looked,
    contacts: &Looked,
    key: &str,
) -> Result<ToContacts, DataError> {
    let mut referring = ToContacts {
        held: None,
        why: None,
    };
    let Some(of_key) = contacts.columns().find(|column| column.name == key) else {
        return Ok(referring);
    };
    let mut candidates: Vec<(u32, Column<'_>)> = Vec::new();
    for column in other.columns() {
        let Some(rank) = rank_to_contacts(&column, key, &contacts.table.name) else {
            continue;
        };
        // Rows with a key of their own, called as that of the contacts is.
        if rank == SAME_NAME && key::tells_apart(request, other, &column)? {
            continue;
        }
        if is_sort(&column, &of_key, other) {
            candidates.push((rank, column));
        } else if rank <= PROMISING {
            referring.why = Some(format!(
                "{} is called as if it referred to the contacts, but is of another type than their key {key}",
                column.name
            ));
        }
    }
    candidates.sort_by_key(|(rank, _)| *rank);
    let held = held(request, other, &candidates, contacts, key)?;
    if let Some(named) = held
        .iter()
        .find(|held| held.rank <= PROMISING && !held.is_enough())
    {
        referring.why = Some(format!(
            "{} is called as if it referred to the contacts, but of its values only {} of the {} looked up are in {key}",
            named.column,
            grouped(named.found as u64),
            grouped(named.of as u64)
        ));
    }
    let mut held = held.into_iter().filter(Held::is_enough);
    if let Some(first) = held.next() {
        referring.held = Some(Held {
            others: held.map(|other| other.column).collect(),
            ..first
        });
    }
    Ok(referring)
}

/// The columns of a table that hold the keys of a catalogue. A list is a column of its elements.
pub(super) fn to_catalogue(
    request: &Request<'_>,
    table: &Looked,
    catalogue: &Looked,
    key: &str,
    is_own: impl Fn(&str) -> bool,
) -> Result<Vec<String>, DataError> {
    let Some(of_key) = catalogue.columns().find(|column| column.name == key) else {
        return Ok(Vec::new());
    };
    let is_sort = |column: &Column<'_>| match &column.value_type {
        Some(Type::List(element)) => Some(&**element) == of_key.value_type.as_ref(),
        value_type => *value_type == of_key.value_type,
    };
    let candidates: Vec<(u32, Column<'_>)> = table
        .columns()
        .filter(|column| !is_own(column.name) && is_sort(column))
        .filter_map(|column| {
            let is_named = is_called_after(column.name, key, &catalogue.table.name);
            let is_telling = of_key.value_type == Some(Type::Text) && different(&column) >= TELLING;
            (is_named || is_telling).then_some((if is_named { 0 } else { UNNAMED }, column))
        })
        .collect();
    let held = held(request, table, &candidates, catalogue, key)?;
    let enough = held.into_iter().filter(Held::is_enough);
    Ok(enough.map(|held| held.column).collect())
}

/// How many different values were seen in a column, at least.
fn different(column: &Column<'_>) -> u64 {
    match column.seen.distinct {
        Some(Distinct::Exactly(number) | Distinct::MoreThan(number)) => number,
        // Of lists, the common elements are known.
        None => column.seen.common.len() as u64,
    }
}

/// Whether the values of a column may be keys like these. What CSV and JSON lines hold is read as the keys are.
fn is_sort(column: &Column<'_>, key: &Column<'_>, table: &Looked) -> bool {
    let (Some(has), Some(wanted)) = (&column.value_type, &key.value_type) else {
        return false;
    };
    let as_text = table.is_text_format() && *wanted == Type::Text;
    can_be_key(has) && ((*has == Type::Text) == (*wanted == Type::Text) || as_text)
}

/// The last rank of names that promise keys of contacts.
const PROMISING: u32 = 2;
/// The rank of a column that is called as the key, which is called as keys of anything are.
const SAME_NAME: u32 = 4;

/// How much a column says that it refers to the contacts: 0 is most, none is nothing.
fn rank_to_contacts(column: &Column<'_>, key: &str, table: &str) -> Option<u32> {
    let words = guess::words(column.name);
    let is_key = column.name == key && !is_generic(key);
    let is_of_contacts = words.iter().any(|word| guess::is_of_contacts(word));
    if is_key && is_of_contacts {
        Some(0)
    } else if is_of_contacts {
        Some(1)
    } else if is_key {
        Some(PROMISING)
    } else if words.iter().any(|word| is_of_table(word, table)) {
        Some(3)
    } else if column.name == key {
        Some(SAME_NAME)
    } else if column.value_type == Some(Type::Text) && different(column) >= TELLING {
        Some(UNNAMED)
    } else {
        None
    }
}

/// Whether a column is called as a catalogue or its key is.
fn is_called_after(column: &str, key: &str, table: &str) -> bool {
    let words = guess::words(column);
    column == key && !is_generic(key) || words.iter().any(|word| is_of_table(word, table))
}

/// Whether a key is called as that of anything may be: `id`.
fn is_generic(key: &str) -> bool {
    guess::words(key).len() == 1 && guess::key_rank(key, "") == Some(0)
}

/// Whether a table is about something that another column than this is called after, as `movie_id` is after `movies`; a column that is called as people are is none.
pub(super) fn is_of_another_column(table: &Looked, but: &str, target: &Looked, key: &str) -> bool {
    table.columns().any(|column| {
        column.name != but
            && !guess::words(column.name)
                .iter()
                .any(|word| guess::is_of_contacts(word))
            && is_called_after(column.name, key, &target.table.name)
    })
}

fn is_of_table(word: &str, table: &str) -> bool {
    let own = guess::words(table);
    own.iter().any(|own| guess::is_same(own, word))
}

/// Of each column, how many of its values are keys of a table.
fn held(
    request: &Request<'_>,
    table: &Looked,
    columns: &[(u32, Column<'_>)],
    target: &Looked,
    key: &str,
) -> Result<Vec<Held>, DataError> {
    let mut samples = Vec::new();
    for (_, column) in columns {
        samples.push(sample(request, table, column)?);
    }
    let mut wanted: HashMap<&str, bool> = HashMap::new();
    for value in samples.iter().flatten() {
        wanted.insert(value, false);
    }
    if !wanted.is_empty() {
        let source = &*target.source;
        let place = target.schema.index_of(key).unwrap_or(0);
        for piece in 0..source.pieces() {
            each_value(request, source, piece, place, |key| {
                if let Some(is_there) = wanted.get_mut(key) {
                    *is_there = true;
                }
                true
            })?;
        }
    }
    let held = columns
        .iter()
        .zip(&samples)
        .map(|((rank, column), values)| {
            let there = values
                .iter()
                .filter(|value| wanted.get(value.as_str()) == Some(&true));
            Held {
                column: column.name.to_owned(),
                rank: *rank,
                found: there.count(),
                of: values.len(),
                others: Vec::new(),
            }
        });
    Ok(held.collect())
}

/// Different values of a column, as they are written, from all over the table.
fn sample(
    request: &Request<'_>,
    table: &Looked,
    column: &Column<'_>,
) -> Result<HashSet<String>, DataError> {
    if let Some(Type::List(_)) = column.value_type {
        let common = column.seen.common.iter();
        return Ok(common.map(|common| exchanged(&common.value)).collect());
    }
    let mut values = HashSet::new();
    let pieces = table.source.pieces();
    let step = pieces.div_ceil(PLACES).max(1);
    let places = pieces.div_ceil(step).max(1);
    let place = table.schema.index_of(column.name).unwrap_or(0);
    for (number, piece) in (0..pieces).step_by(step).enumerate() {
        // What one place does not have is left to the next.
        let most = SAMPLE * (number + 1) / places;
        each_value(request, &*table.source, piece, place, |value| {
            if values.len() < most && !values.contains(value) {
                values.insert(value.to_owned());
            }
            values.len() < most
        })?;
    }
    Ok(values)
}

/// Hears each value of a column in a piece, as it is written, until `more` is false.
fn each_value(
    request: &Request<'_>,
    source: &dyn Source,
    piece: usize,
    column: usize,
    mut more: impl FnMut(&str) -> bool,
) -> Result<(), DataError> {
    let format = FormatOptions::default();
    let mut text = String::new();
    for batch in source.read(piece, &[column])? {
        if request.cancel.load(Ordering::Relaxed) {
            return Err(DataError::stopped(source.name()));
        }
        let batch = batch?;
        let values = batch.column(0);
        // What cannot be written is no key.
        let Ok(written) = ArrayFormatter::try_new(values, &format) else {
            return Ok(());
        };
        for row in 0..values.len() {
            if values.is_null(row) {
                continue;
            }
            text.clear();
            if written.value(row).write(&mut text).is_ok() && !more(&text) {
                return Ok(());
            }
        }
    }
    Ok(())
}
