//! From files to tables: files with the same format and the same columns are one table, and one of the tables is that of the contacts.

use super::{Request, errors, guess};
use crate::data::{self, DataError, Dialect, Format, OpenOptions, Source};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A table in one or several files.
#[derive(Clone)]
pub(super) struct Table {
    /// What its file is called, without folder and ending; of several files, what tells the most: that or their folder.
    pub(super) name: String,
    /// For people: the path, or the first of them.
    pub(super) shown: String,
    /// As the manifest names it.
    pub(super) paths: Vec<PathBuf>,
    pub(super) format: Option<Format>,
    /// Of CSV.
    pub(super) dialect: Option<Dialect>,
    pub(super) columns: Vec<String>,
    pub(super) source: Arc<dyn Source>,
}

/// What was found.
pub(super) struct Found {
    pub(super) tables: Vec<Table>,
    /// The place of the table of contacts, as far as names tell.
    pub(super) contacts: Result<usize, DataError>,
}

impl Table {
    /// How its files are opened.
    pub(super) fn options(&self, request: &Request<'_>) -> OpenOptions {
        options(self.dialect, request)
    }
}

fn options(dialect: Option<Dialect>, request: &Request<'_>) -> OpenOptions {
    OpenOptions {
        delimiter: dialect.map(|dialect| dialect.delimiter),
        header: dialect.is_none_or(|dialect| dialect.header),
        cancel: Arc::clone(&request.cancel),
        ..OpenOptions::default()
    }
}

/// One file, opened.
struct Opened {
    /// The path that stands for it on the command line.
    given: PathBuf,
    file: PathBuf,
    format: Option<Format>,
    dialect: Option<Dialect>,
    columns: Vec<String>,
    source: Arc<dyn Source>,
}

pub(super) fn find(request: &Request<'_>) -> Result<Found, DataError> {
    let mut opened: Vec<Opened> = Vec::new();
    for given in request.data {
        for file in data::files(given)? {
            if request.cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(&file.display().to_string()));
            }
            if opened.iter().all(|known| known.file != file) {
                opened.push(open(request, given, file)?);
            }
        }
    }
    let mut groups: Vec<Vec<Opened>> = Vec::new();
    for file in opened {
        let same = |group: &&mut Vec<Opened>| {
            let first = &group[0];
            first.format == file.format
                && first.columns.len() == file.columns.len()
                && file
                    .columns
                    .iter()
                    .all(|column| first.columns.contains(column))
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(file),
            None => groups.push(vec![file]),
        }
    }
    // A folder or a pattern stands for its files as it was written, where they are all of one table.
    let is_whole = |given: &Path| {
        let has = |group: &&Vec<Opened>| group.iter().any(|file| file.given == given);
        groups.iter().filter(has).count() == 1
    };
    let whole: Vec<PathBuf> = (request.data.iter())
        .filter(|given| is_whole(given))
        .cloned()
        .collect();
    let tables = groups
        .into_iter()
        .map(|group| table(request, group, &whole))
        .collect::<Result<Vec<_>, DataError>>()?;
    Ok(Found {
        contacts: choose(&tables),
        tables,
    })
}

fn open(request: &Request<'_>, given: &Path, file: PathBuf) -> Result<Opened, DataError> {
    let format = data::format_of(&file);
    let dialect = match format {
        Some(Format::Csv) => Some(data::dialect(&file)?),
        _ => None,
    };
    let source = data::open(&[&file], &options(dialect, request))?;
    let columns: Vec<String> = source
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let mut known = HashSet::new();
    if let Some(twice) = columns.iter().find(|column| !known.insert(column.as_str())) {
        return Err(errors::column_twice(source.name(), twice));
    }
    if columns.is_empty() {
        return Err(errors::no_columns(source.name()));
    }
    Ok(Opened {
        given: given.to_owned(),
        file,
        format,
        dialect,
        columns,
        source,
    })
}

/// `whole` are the paths as they were written that stand for files of one table only.
fn table(request: &Request<'_>, group: Vec<Opened>, whole: &[PathBuf]) -> Result<Table, DataError> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for file in &group {
        let path = if whole.contains(&file.given) {
            &file.given
        } else {
            &file.file
        };
        if !paths.contains(path) {
            paths.push(path.clone());
        }
    }
    let first = &group[0];
    let source = if group.len() == 1 {
        Arc::clone(&first.source)
    } else {
        let files: Vec<&PathBuf> = group.iter().map(|file| &file.file).collect();
        data::open(&files, &options(first.dialect, request))?
    };
    let shown = match &paths[..] {
        [one] => one.display().to_string(),
        [first, rest @ ..] => format!("{} and {} more", first.display(), rest.len()),
        [] => String::new(),
    };
    let stem = |path: &Path| {
        path.file_stem()
            .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
    };
    let mut name = stem(&first.file);
    if group.len() > 1
        && guess::table_rank(&name).is_none()
        && let Some(folder) = first.file.parent()
    {
        name = stem(folder);
    }
    Ok(Table {
        name,
        shown,
        paths,
        format: first.format,
        dialect: first.dialect,
        columns: first.columns.clone(),
        source,
    })
}

/// The place of the table of contacts.
fn choose(tables: &[Table]) -> Result<usize, DataError> {
    if tables.len() == 1 {
        return Ok(0);
    }
    let ranked = tables.iter().enumerate();
    let mut ranked: Vec<(u32, usize)> = ranked
        .filter_map(|(place, table)| Some((guess::table_rank(&table.name)?, place)))
        .collect();
    ranked.sort_unstable();
    match &ranked[..] {
        [(_, only)] => Ok(*only),
        [(first, place), (second, _), ..] if first < second => Ok(*place),
        [] if tables.len() == 2 => Err(differ(&tables[0], &tables[1])),
        _ => {
            let names: Vec<String> = if ranked.is_empty() {
                tables.iter().map(|table| table.shown.clone()).collect()
            } else {
                let best = ranked.iter().filter(|(rank, _)| *rank == ranked[0].0);
                best.map(|(_, place)| tables[*place].shown.clone())
                    .collect()
            };
            Err(errors::several_tables(&names))
        }
    }
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
