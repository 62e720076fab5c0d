//! Why no project can be made from data, one function each.

use crate::data::DataError;
use crate::diagnostics::suggest::one_of;

pub(super) fn no_rows(source: &str) -> DataError {
    DataError::new("E0746", source, "there are no contacts in it")
        .help("A project is made from what the contacts show: types, values, ranges. Name data with at least one contact.")
}

pub(super) fn no_columns(source: &str) -> DataError {
    DataError::new("E0746", source, "there are no columns in it")
        .help("Name data that has at least a column which tells contacts apart.")
}

pub(super) fn column_twice(source: &str, column: &str) -> DataError {
    DataError::new(
        "E0504",
        source,
        format!("two columns are called \"{column}\""),
    )
    .help(
        "Each field needs a name of its own; write the data again with one of the columns renamed.",
    )
}

/// `why` says of each candidate by name why it will not do.
pub(super) fn no_key(source: &str, why: &[String]) -> DataError {
    let message = if why.is_empty() {
        "no column has a different value in each row, so none tells the contacts apart".to_owned()
    } else {
        format!("no column tells the contacts apart: {}", why.join("; "))
    };
    DataError::new("E0522", source, message).help(
        "A contact is one row, with a key that no other row has. If this is a table of events, with several rows for a contact, name the file of the contacts as well; where there is none, `segql init` takes them from events with a column of times and one called as the contacts' key, such as user_id, or named with --key.",
    )
}

pub(super) fn several_keys(source: &str, candidates: &[String]) -> DataError {
    let quoted: Vec<String> = candidates
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect();
    let ways: Vec<String> = candidates
        .iter()
        .map(|name| format!("--key {}", argument(name)))
        .collect();
    DataError::new(
        "E0523",
        source,
        format!(
            "it is not clear which column is the key: {} all differ in each row",
            and(&quoted)
        ),
    )
    .help(format!(
        "Say which of them tells contacts apart: {}.",
        one_of(&ways)
    ))
}

pub(super) fn several_tables(candidates: &[String]) -> DataError {
    DataError::new(
        "E0524",
        "the data",
        format!("it is not clear which table holds the contacts: {}", and(candidates)),
    )
    .help("Say which of them it is with --contacts FILE; a table called contacts or customers is taken without asking.")
}

pub(super) fn files_differ(first: &str, other: &str, column: &str) -> DataError {
    DataError::new(
        "E0524",
        other,
        format!("the files have different columns, and none is called contacts or customers: {first} has the column \"{column}\" and this file has not"),
    )
    .help("Parts of one table have the same columns. Of several tables, say which holds the contacts with --contacts FILE.")
}

pub(super) fn ours(what: &str) -> DataError {
    DataError::new(
        "E0901",
        "the project",
        format!("SegQL itself failed: {what}"),
    )
    .help("This is a fault of ours, not of your data; please report it.")
}

fn and(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.join(""),
    }
}

/// A name as a shell takes it.
fn argument(name: &str) -> String {
    if name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}
