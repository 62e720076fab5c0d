//! What can be wrong with data: always with the source, and with the column and the row where there are such.

use crate::diagnostics::Code;

/// A fault of the data, found when it is bound or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", place(.source_name, .column.as_deref(), *.row))]
pub struct DataError {
    pub code: Code,
    /// The file or what a host called its data.
    pub source_name: String,
    pub column: Option<String>,
    /// Counted from 1, as people count rows.
    pub row: Option<u64>,
    pub message: String,
    pub help: Option<String>,
}

fn place(source: &str, column: Option<&str>, row: Option<u64>) -> String {
    let mut place = source.to_owned();
    if let Some(row) = row {
        place.push_str(&format!(", row {row}"));
    }
    if let Some(column) = column {
        place.push_str(&format!(", column \"{column}\""));
    }
    place + ": "
}
