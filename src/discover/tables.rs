//! From files to tables: files with the same format and the same columns are one table, where names or their folder say so too.

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
    /// Each of its files.
    pub(super) files: Vec<PathBuf>,
    pub(super) format: Option<Format>,
    /// Of CSV.
    pub(super) dialect: Option<Dialect>,
    pub(super) columns: Vec<String>,
    pub(super) source: Arc<dyn Source>,
}

impl Table {
    /// Whether it is that of the contacts whom events name, which has no files of its own.
    pub(super) fn is_of_events(&self) -> bool {
        self.paths.is_empty()
    }

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

impl Opened {
    /// Whether the other has the same format and the same columns.
    fn has_columns_of(&self, other: &Opened) -> bool {
        let mut columns = self.columns.iter();
        self.format == other.format
            && self.columns.len() == other.columns.len()
            && columns.all(|column| other.columns.contains(column))
    }
}

/// What was named on the command line.
fn given<'a>(request: &Request<'a>) -> impl Iterator<Item = &'a Path> {
    let data = request.data.iter().map(PathBuf::as_path);
    data.chain(request.contacts)
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// The tables of the data, and of the contacts that were asked for.
pub(super) fn find(request: &Request<'_>) -> Result<Vec<Table>, DataError> {
    let mut opened: Vec<Opened> = Vec::new();
    for given in request
        .data
        .iter()
        .map(PathBuf::as_path)
        .chain(request.contacts)
    {
        for file in data::files(given)? {
            if request.cancel.load(Ordering::Relaxed) {
                return Err(DataError::stopped(&file.display().to_string()));
            }
            if opened.iter().all(|known| known.file != file) {
                opened.push(open(request, given, file)?);
            }
        }
    }
    // A folder or a pattern whose files all have the same columns is one table, whatever they are called.
    let uniform: Vec<&Path> = given(request)
        .filter(|given| {
            let mut files = opened.iter().filter(|file| file.given == *given);
            let first = files.next();
            first.is_some_and(|first| files.all(|file| file.has_columns_of(first)))
        })
        .collect();
    let mut groups: Vec<Vec<Opened>> = Vec::new();
    for file in opened {
        let same = |group: &&mut Vec<Opened>| {
            let first = &group[0];
            let is_of_one = first.given == file.given && uniform.contains(&file.given.as_path());
            first.has_columns_of(&file)
                && (is_of_one || guess::are_parts(&stem(&first.file), &stem(&file.file)))
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
    let whole: Vec<PathBuf> = given(request)
        .filter(|given| is_whole(given))
        .map(Path::to_owned)
        .collect();
    groups
        .into_iter()
        .map(|group| table(request, group, &whole))
        .collect()
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
    let names: Vec<String> = group.iter().map(|file| stem(&file.file)).collect();
    let mut name = guess::shared_name(&names);
    if group.len() > 1
        && guess::table_rank(&name).is_none()
        && let Some(folder) = first.file.parent()
        && (name.is_empty() || guess::table_rank(&stem(folder)).is_some())
    {
        name = stem(folder);
    }
    Ok(Table {
        name,
        shown,
        paths,
        files: group.iter().map(|file| file.file.clone()).collect(),
        format: first.format,
        dialect: first.dialect,
        columns: first.columns.clone(),
        source,
    })
}
