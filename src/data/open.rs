//! Opening: paths, patterns and folders to files, files to their formats, and several of them to one source.

use super::input::Input;
use super::read::combine::Combined;
use super::read::csv::CsvSource;
use super::read::ipc;
use super::read::json::JsonSource;
use super::read::parquet::ParquetSource;
use super::read::points::with_points;
use super::sniff::format_of;
use super::{DataError, Format, OpenOptions, Source, errors};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens files as one source.
///
/// Each path is a file, a pattern (`data/*.parquet`, `data/**/part-?.csv`) or a folder, of which all data files are taken, those in folders
/// within it too; names that begin with `.` or `_` are passed over. Files are read in the order of the paths, those of a pattern or folder in
/// the order of their names. All have the same columns, in any order, and the same types.
///
/// # Errors
///
/// A path names no file; a file is empty, damaged, not readable or of an unknown format; two files differ; a value of CSV or JSON lines is not of
/// its declared type.
pub fn open<P: AsRef<Path>>(
    paths: &[P],
    options: &OpenOptions,
) -> Result<Arc<dyn Source>, DataError> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(expand(path.as_ref(), options.format)?);
    }
    let name = match paths {
        [] => return Err(errors::nothing_named()),
        [one] => one.as_ref().display().to_string(),
        [first, rest @ ..] => format!("{} and {} more", first.as_ref().display(), rest.len()),
    };
    let sources = files
        .into_iter()
        .map(|file| open_one(Input::File(file), options))
        .collect::<Result<Vec<_>, DataError>>()?;
    Ok(with_points(
        together(name, sources, options)?,
        &options.points,
    ))
}

/// The data files that a path stands for, in the order of their names, whatever their formats: a file, those that a pattern matches, or those
/// in a folder and the folders within it.
///
/// # Errors
///
/// The path names no data file, or a folder cannot be read.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, DataError> {
    if !path.is_dir() {
        return expand(path, None);
    }
    let files = below(path, None)?;
    if files.is_empty() {
        return Err(errors::empty_folder(path));
    }
    Ok(files)
}

/// Opens what one file holds, already in memory; `name` is what people see in messages, and may tell the format by its ending.
///
/// # Errors
///
/// As [`open`].
pub fn open_bytes(
    name: impl Into<String>,
    bytes: impl Into<Vec<u8>>,
    options: &OpenOptions,
) -> Result<Arc<dyn Source>, DataError> {
    let (name, bytes) = (name.into(), bytes::Bytes::from(bytes.into()));
    let source = open_one(
        Input::Memory {
            name: name.clone(),
            bytes,
        },
        options,
    )?;
    Ok(with_points(
        together(name, vec![source], options)?,
        &options.points,
    ))
}

fn together(
    name: String,
    mut sources: Vec<Arc<dyn Source>>,
    options: &OpenOptions,
) -> Result<Arc<dyn Source>, DataError> {
    let untyped = |source: &Arc<dyn Source>| {
        let schema = source.schema();
        let mut types = options.types.iter();
        types.any(|(column, _)| {
            schema
                .column_with_name(column)
                .is_some_and(|(_, field)| field.data_type().is_null())
        })
    };
    if sources.len() == 1 && !untyped(&sources[0]) {
        return Ok(sources.remove(0));
    }
    Ok(Arc::new(Combined::new(name, sources, &options.types)?))
}

fn open_one(input: Input, options: &OpenOptions) -> Result<Arc<dyn Source>, DataError> {
    let name = input.name();
    let ends = input.ends()?;
    if ends.length == 0 {
        return Err(errors::empty_file(&name));
    }
    let format = options
        .format
        .or_else(|| format_of(Path::new(&name)))
        .or_else(|| magic(&ends.first))
        .ok_or_else(|| errors::unknown_format(&name))?;
    if matches!(format, Format::Csv | Format::JsonLines)
        && let Some(binary @ (Format::Parquet | Format::Arrow)) = magic(&ends.first)
    {
        return Err(errors::not_what_it_says(
            &name,
            format.name(),
            Some(binary.name()),
        ));
    }
    Ok(match format {
        Format::Parquet => Arc::new(ParquetSource::open(input, options)?),
        Format::Arrow => ipc::open(input, options)?,
        Format::Csv => Arc::new(CsvSource::open(input, options)?),
        Format::JsonLines => Arc::new(JsonSource::open(input, options)?),
    })
}

/// The format that the first bytes tell. CSV has no sign of its own.
fn magic(first: &[u8]) -> Option<Format> {
    if first.starts_with(b"PAR1") {
        Some(Format::Parquet)
    } else if first.starts_with(b"ARROW1") || first.starts_with(&[0xff; 4]) {
        Some(Format::Arrow)
    } else if first.trim_ascii_start().starts_with(b"{") {
        Some(Format::JsonLines)
    } else {
        None
    }
}

/// What the first bytes look like, for messages.
pub(super) fn looks_like(first: &[u8]) -> Option<&'static str> {
    if let Some(format) = magic(first) {
        return Some(format.name());
    }
    if first.starts_with(&[0x1f, 0x8b]) {
        Some("a gzip archive")
    } else if first.starts_with(b"PK\x03\x04") {
        Some("a zip archive or an Excel sheet")
    } else if first
        .iter()
        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
    {
        Some("text")
    } else {
        None
    }
}

/// The files that a path stands for.
fn expand(path: &Path, format: Option<Format>) -> Result<Vec<PathBuf>, DataError> {
    if path.is_dir() {
        return in_folder(path, format);
    }
    let text = path.to_string_lossy();
    if path.exists() || !text.contains(['*', '?', '[']) {
        return Ok(vec![path.to_owned()]);
    }
    let matches = glob::glob(&text).map_err(|error| errors::bad_pattern(&text, error.msg))?;
    let mut files = Vec::new();
    for found in matches {
        let file = found.map_err(|error| errors::cannot_open(error.path(), error.error()))?;
        if file.is_file() && !passed_over(&file) {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(errors::no_match(&text));
    }
    files.sort();
    Ok(files)
}

/// Hidden files, and those that other tools mark as not being data.
fn passed_over(path: &Path) -> bool {
    path.file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with(['.', '_']))
}

fn in_folder(folder: &Path, format: Option<Format>) -> Result<Vec<PathBuf>, DataError> {
    let files = below(folder, format)?;
    let formats: Vec<Format> = files.iter().filter_map(|file| format_of(file)).collect();
    if let Some(other) = formats.iter().find(|other| **other != formats[0]) {
        let folder = folder.display().to_string();
        return Err(errors::several_formats(
            &folder,
            formats[0].name(),
            other.name(),
        ));
    }
    if files.is_empty() {
        return Err(errors::empty_folder(folder));
    }
    Ok(files)
}

/// The data files in a folder and those within it.
fn below(folder: &Path, format: Option<Format>) -> Result<Vec<PathBuf>, DataError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        let fault = |error: &std::io::Error| errors::cannot_open(&inner, error);
        for entry in std::fs::read_dir(&inner).map_err(|error| fault(&error))? {
            let entry = entry.map_err(|error| fault(&error))?;
            let path = entry.path();
            if passed_over(&path) {
                continue;
            }
            // A link to a folder is not followed, so that a ring of links has an end.
            if entry.file_type().map_err(|error| fault(&error))?.is_dir() {
                folders.push(path);
            } else if let Some(found) = format_of(&path)
                && format.is_none_or(|wanted| wanted == found)
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
