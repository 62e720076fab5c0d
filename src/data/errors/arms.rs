//! What can be wrong with arms that were given before.

use super::DataError;
use crate::diagnostics::suggest::nearest;
use crate::schema::{TwoArms, UnknownArm};

/// `what` is "keys" or "arms", and the setting that names their column.
pub(in crate::data) fn no_column_of_arms(
    source: &str,
    column: &str,
    (what, setting): (&str, &str),
    names: Vec<&str>,
) -> DataError {
    const SHOWN: usize = 6;
    let mut shown: Vec<String> = (names.iter().take(SHOWN))
        .map(|name| format!("\"{name}\""))
        .collect();
    if names.len() > SHOWN {
        shown.push("…".into());
    }
    let help = match nearest(column, names.iter().copied()) {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => format!(
            "Name the column that holds the {what} with `{setting}` in the manifest; there are {}.",
            shown.join(", ")
        ),
    };
    DataError::new(
        "E0742",
        source,
        format!("there is no such column of {what}"),
    )
    .column(column)
    .help(help)
}

pub(in crate::data) fn keys_of_other_arms(
    source: &str,
    column: &str,
    holds: &str,
    keys_are_text: bool,
) -> DataError {
    let needed = if keys_are_text {
        "text"
    } else {
        "whole numbers"
    };
    DataError::new(
        "E0742",
        source,
        format!("the column is {holds}, and the keys of the contacts are {needed}"),
    )
    .column(column)
    .help("Arms find their contacts by the key, and a number is never equal to text: write the file with keys of the contacts' type.")
}

pub(in crate::data) fn key_of_an_arm_in_part(
    source: &str,
    row: u64,
    column: &str,
    written: &str,
) -> DataError {
    DataError::new(
        "E0742",
        source,
        format!("the key {written} is no whole number"),
    )
    .row(row)
    .column(column)
    .help("Arms are held by keys that are text or whole numbers.")
}

pub(in crate::data) fn arms_without_names(source: &str, column: &str, holds: &str) -> DataError {
    DataError::new(
        "E0742",
        source,
        format!("the column is {holds}, and the names of arms are text"),
    )
    .column(column)
    .help("Name the column that holds the arms with `arm` in the manifest.")
}

pub(in crate::data) fn two_arms(
    source: &str,
    row: u64,
    column: &str,
    twice: &TwoArms,
) -> DataError {
    DataError::new("E0741", source, twice.to_string())
        .row(row)
        .column(column)
        .help("A contact has one arm; leave one of the rows out.")
}

/// Somebody was given an arm that the split has not.
pub(crate) fn arm_not_of_the_split(unknown: &UnknownArm) -> DataError {
    let help = match &unknown.near {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => format!(
            "Its arms are {}. Give the arm back to the split, or leave its rows out: they are then drawn anew.",
            unknown.known.join(", ")
        ),
    };
    let place = unknown.place.as_ref();
    let source = match place {
        Some(place) => place.source.clone(),
        None => format!("the arms given in `{}`", unknown.split),
    };
    let mut error = DataError::new("E0740", &source, unknown.to_string()).help(help);
    error.row = place.map(|place| place.row);
    error
}
