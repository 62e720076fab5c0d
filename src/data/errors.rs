//! What can be wrong with data: always with the source, and with the column and the row where there are such.

mod arms;

pub(crate) use arms::arm_not_of_the_split;
pub(super) use arms::*;

use crate::diagnostics::Code;
use std::io;
use std::path::Path;

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
    pub help: Option<Box<str>>,
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

impl DataError {
    pub(crate) fn new(code: &'static str, source: &str, message: impl Into<String>) -> Self {
        Self {
            code: Code(code),
            source_name: source.to_owned(),
            column: None,
            row: None,
            message: message.into(),
            help: None,
        }
    }

    /// Somebody asked to stop.
    pub(crate) fn stopped(source: &str) -> Self {
        Self::new("E0714", source, "stopped before the end, as asked")
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<Box<str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub(crate) fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    #[must_use]
    pub(crate) fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }
}

const FORMATS: &str = "SegQL reads Parquet (.parquet), Arrow (.arrow, .feather), CSV (.csv, .tsv) and JSON lines (.jsonl, .ndjson).";

pub(super) fn cannot_open(path: &Path, error: &io::Error) -> DataError {
    let (message, help) = match error.kind() {
        io::ErrorKind::NotFound => (
            "there is no such file or folder".to_owned(),
            "Check the path; it is looked for from the folder of the manifest, or from where the command runs.",
        ),
        io::ErrorKind::PermissionDenied => (
            "the file may not be read".to_owned(),
            "Give yourself the right to read it, or point to a copy.",
        ),
        _ => (
            format!("the file cannot be opened: {error}"),
            "Check that it is a plain file that can be read.",
        ),
    };
    DataError::new("E0701", &path.display().to_string(), message).help(help)
}

pub(super) fn no_list_column(source: &str, column: &str, near: Option<&str>) -> DataError {
    let help = match near {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => "Name a column that the file has with `column` in the manifest.".into(),
    };
    DataError::new("E0735", source, "the list has no such column")
        .column(column)
        .help(help)
}

pub(super) fn which_list_column(source: &str, list: &str, names: &[&str]) -> DataError {
    const SHOWN: usize = 6;
    let mut shown: Vec<String> = (names.iter().take(SHOWN))
        .map(|name| format!("\"{name}\""))
        .collect();
    if names.len() > SHOWN {
        shown.push("…".into());
    }
    DataError::new(
        "E0736",
        source,
        format!("it is not said which column holds the keys of the list \"{list}\""),
    )
    .help(format!(
        "Name one with `column` in the manifest; there are {}.",
        shown.join(", ")
    ))
}

pub(super) fn not_a_list(source: &str, column: &str, holds: &str) -> DataError {
    DataError::new(
        "E0737",
        source,
        format!("a list holds text or whole numbers, and this column is {holds}"),
    )
    .column(column)
    .help("Name another column, or say `type = \"text\"` in the manifest to read a CSV column as it is written.")
}

pub(super) fn reading_failed(source: &str, error: &io::Error) -> DataError {
    DataError::new(
        "E0701",
        source,
        format!("the file cannot be read to its end: {error}"),
    )
    .help("Check the disk or the network folder that it lies on.")
}

pub(super) fn empty_file(source: &str) -> DataError {
    DataError::new("E0702", source, "the file is empty")
        .help("Write the data again, or point to another file.")
}

pub(super) fn not_what_it_says(source: &str, said: &str, found: Option<&str>) -> DataError {
    let message = match found {
        Some(found) => format!("the file is read as {said}, but it looks like {found}"),
        None => format!("the file is read as {said}, but it is not {said}"),
    };
    DataError::new("E0703", source, message)
        .help("Rename the file, or say what it is with `format` in the manifest.")
}

pub(super) fn unknown_format(source: &str) -> DataError {
    DataError::new(
        "E0703",
        source,
        "it cannot be told what format this file has",
    )
    .help(format!(
        "{FORMATS} Rename the file, or say what it is with `format` in the manifest."
    ))
}

pub(super) fn damaged(source: &str, format: &str, detail: &str) -> DataError {
    DataError::new(
        "E0704",
        source,
        format!(
            "the {format} file is damaged or not whole: {}",
            detail.trim_end_matches('.')
        ),
    )
    .help("It may have been cut off while it was written or copied; write or copy it again.")
}

pub(super) fn empty_folder(path: &Path) -> DataError {
    DataError::new(
        "E0705",
        &path.display().to_string(),
        "the folder holds no data files",
    )
    .help(FORMATS)
}

pub(super) fn no_match(pattern: &str) -> DataError {
    DataError::new("E0706", pattern, "no file matches this pattern")
        .help("`*` stands for any part of a name, `**` for any folders, `?` for one character.")
}

pub(super) fn bad_pattern(pattern: &str, detail: &str) -> DataError {
    DataError::new("E0706", pattern, format!("this is not a pattern for files: {detail}")).help(
        "`*` stands for any part of a name, `**` for any folders, `?` for one character, `[…]` for one of several.",
    )
}

pub(super) fn nothing_named() -> DataError {
    DataError::new("E0706", "source", "no file is named").help(FORMATS)
}

pub(super) fn several_formats(folder: &str, first: &str, other: &str) -> DataError {
    DataError::new(
        "E0707",
        folder,
        format!("the files have different formats: {first} and {other}"),
    )
    .help(
        "Say which of them are meant: with `format`, or with a pattern such as \"data/*.parquet\".",
    )
}

pub(super) fn column_only_in(first: &str, other: &str, column: &str) -> DataError {
    DataError::new("E0707", other, format!("{first} has this column and this file has not"))
        .column(column)
        .help("All files of a source have the same columns; write the file again with it, or leave one of the two out.")
}

pub(super) fn types_differ(
    first: &str,
    is: &str,
    other: &str,
    has: &str,
    column: &str,
) -> DataError {
    DataError::new("E0707", other, format!("it is {has} here and {is} in {first}"))
        .column(column)
        .help("All files of a source have the same types; write one of them again, or for CSV and JSON say the type in the manifest.")
}

/// The same where a few values make one of the columns text.
pub(super) fn nearly_another_type(fault: DataError, source: &str, words: &str) -> DataError {
    fault.help(format!(
        "In {source}, {words}. Mend these values, or if they mean that there is none, list them in `missing` in the manifest."
    ))
}

pub(super) fn wrong_number_of_fields(
    source: &str,
    row: u64,
    line: u64,
    has: u64,
    expected: u64,
) -> DataError {
    let what = if has < expected {
        "too few"
    } else {
        "too many"
    };
    DataError::new(
        "E0708",
        source,
        format!("the row has {what} fields: {has} instead of {expected} (it starts on line {line})"),
    )
    .row(row)
    .help("Text that holds the delimiter or a line break stands in double quotes; check the delimiter in the manifest.")
}

pub(super) fn value_not_read(
    source: &str,
    row: u64,
    line: u64,
    column: &str,
    what: &str,
    help: &str,
) -> DataError {
    DataError::new("E0709", source, format!("{what} (line {line})"))
        .row(row)
        .column(column)
        .help(help)
}

pub(super) fn not_utf8(
    source: &str,
    row: Option<u64>,
    line: u64,
    column: Option<&str>,
) -> DataError {
    let mut error = DataError::new(
        "E0710",
        source,
        format!("the text is not UTF-8 (line {line})"),
    )
    .help("Save the file with the encoding UTF-8; sheet programs offer it as \"CSV UTF-8\".");
    error.row = row;
    error.column = column.map(str::to_owned);
    error
}

pub(super) fn utf16(source: &str) -> DataError {
    DataError::new("E0710", source, "the text is UTF-16, not UTF-8")
        .help("Save the file with the encoding UTF-8; sheet programs offer it as \"CSV UTF-8\".")
}

pub(super) fn key_missing(source: &str, row: u64, column: &str) -> DataError {
    DataError::new("E0711", source, "the key is missing")
        .row(row)
        .column(column)
        .help("Every contact needs a key; fill it in, leave the row out, or name another field as `key`.")
}

/// `first` and `second` are source and row.
pub(super) fn key_twice(
    column: &str,
    key: &str,
    first: (&str, u64),
    second: (&str, u64),
) -> DataError {
    let elsewhere = if first.0 == second.0 {
        format!("in row {}", first.1)
    } else {
        format!("in {}, row {}", first.0, first.1)
    };
    DataError::new("E0712", second.0, format!("the key {key} stands here and {elsewhere}"))
        .row(second.1)
        .column(column)
        .help("A key names one contact; leave one of the rows out, or name a field as `key` that differs for each contact.")
}

pub(super) fn cannot_write(target: &str, detail: &str) -> DataError {
    DataError::new("E0713", target, format!("it cannot be written: {detail}"))
        .help("Check that the folder exists, that you may write there and that the disk has room; nothing was left behind.")
}

pub(super) fn no_members(file: &str, detail: &str) -> DataError {
    DataError::new(
        "E0713",
        file,
        format!("the members that it held before cannot be counted: {detail}"),
    )
}

pub(super) fn bad_json(source: &str, row: u64, line: u64, detail: &str) -> DataError {
    DataError::new(
        "E0715",
        source,
        format!("the line is not a JSON object: {detail} (line {line})"),
    )
    .row(row)
    .help("JSON lines has one object a line: {\"id\": 1, \"region\": \"BE\"}.")
}

pub(super) fn json_array(source: &str) -> DataError {
    DataError::new("E0715", source, "the file is one JSON list, not JSON lines")
        .help("Write one object a line; `jq -c '.[]' file.json > file.jsonl` does it.")
}

pub(super) fn bad_header(source: &str, message: impl Into<String>) -> DataError {
    DataError::new("E0716", source, message)
        .help("The first line names the columns, each by a name of its own; for a file without such a line say `header = false` in the manifest.")
}

pub(super) fn no_column(source: &str, column: &str, near: Option<&str>) -> DataError {
    let help = match near {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => "Name a column that the data has with `column`, or leave the field out.".to_owned(),
    };
    DataError::new("E0520", source, "the data has no such column")
        .column(column)
        .help(help)
}

pub(super) fn wrong_type(source: &str, column: &str, needed: &str, has: &str) -> DataError {
    DataError::new("E0521", source, format!("the column is {has}, and {needed} is needed"))
        .column(column)
        .help("Make the schema again from this data, or write the data with the type that the schema names.")
}

pub(super) fn does_not_fit_all(source: &str, column: &str, detail: &str) -> DataError {
    DataError::new(
        "E0707",
        source,
        format!("a value does not fit the type that all files share: {detail}"),
    )
    .column(column)
    .help("Write the files with one type for this column.")
}

pub(super) fn keys_of_two_sorts(source: &str, column: &str, contacts_are_text: bool) -> DataError {
    let (has, needed) = if contacts_are_text {
        ("numbers", "text")
    } else {
        ("text", "numbers")
    };
    DataError::new(
        "E0521",
        source,
        format!("the column holds {has}, and the keys of the contacts are {needed}"),
    )
    .column(column)
    .help("Events find their contacts by the key, and a number is never equal to text: write one of the two with the type of the other.")
}

pub(super) fn too_many_contacts(source: &str) -> DataError {
    DataError::new(
        "E0748",
        source,
        "there are more than 4,294,967,294 contacts",
    )
    .help("Run on a part of them at a time.")
}

pub(super) fn too_many_events(source: &str, column: &str) -> DataError {
    DataError::new(
        "E0748",
        source,
        format!("a contact has more than 2,147,483,647 events of \"{column}\""),
    )
    .help("Leave out those that no question needs.")
}

pub(super) fn changed(source: &str) -> DataError {
    DataError::new("E0701", source, "the file has changed while it was read").help("Run again.")
}

pub(super) fn list_column_taken(source: &str, column: &str) -> DataError {
    DataError::new(
        "E0504",
        source,
        "a list of events cannot be called as another column",
    )
    .column(column)
    .help("Give the stream another name.")
}

pub(super) fn cannot_spill(folder: &Path, detail: &str) -> DataError {
    DataError::new(
        "E0749",
        &folder.display().to_string(),
        format!("events cannot be kept in files here: {detail}"),
    )
    .help("There are more events than memory may hold, so a part of them is written to files for a while. Make room, name another folder for such files, or let more be held.")
}

pub(super) fn counts_no_times(source: &str, column: &str, unit: &str, is: &str) -> DataError {
    DataError::new(
        "E0515",
        source,
        format!("the manifest says that the times are whole numbers of {unit}, and the column is {is}"),
    )
    .column(column)
    .help("Leave `times` out of the manifest where the column holds times or days; or name the column whose numbers count from 1970 on.")
}
