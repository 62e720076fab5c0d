//! Which texts of a project hold tests, and these tests, compiled.

use super::Failure;
use super::project::{MANIFEST, Project, joined, read_text, texts_below};
use segql::CompileError;
use segql::engine::Tests;
use segql::source::Sources;
use segql::syntax::{self, ast::ItemKind};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// The tests of a project: those of the texts given (as paths from the current folder), else of the one text that is meant, else of every text in its folder and below it.
/// None where no text holds a test; the inner error is what is wrong with them. With `all`, the other texts of the project are there as well, to know what the tests do not reach.
/// `changed` are texts that stand for those in files, by name.
pub fn tests(
    project: &Project,
    paths: &[PathBuf],
    all: bool,
    changed: &HashMap<String, String>,
) -> Result<Option<Result<Tests, CompileError>>, Failure> {
    let loader = project.loader_changed(changed);
    if paths.is_empty()
        && let Some((name, text)) = project.own()
        && !is_file_of(project, name)
    {
        let engine = project.engine();
        let text = changed.get(name).map_or(text, String::as_str);
        return Ok(has_tests(text).then(|| engine.compile_tests(name, text, &loader)));
    }
    let mut texts: BTreeSet<PathBuf> = match paths {
        [] => texts_below(project.folder())?
            .into_iter()
            .filter(|path| !is_of_another(project.folder(), path))
            .collect(),
        given => given.iter().cloned().collect(),
    };
    let mut unreadable = None;
    texts.retain(|path| match read_text(&path.display().to_string()) {
        Ok(text) => has_tests(&text),
        Err(failure) => {
            unreadable.get_or_insert(failure);
            false
        }
    });
    if let Some(failure) = unreadable {
        return Err(failure);
    }
    if texts.is_empty() {
        return Ok(None);
    }
    let mut names: BTreeSet<String> = texts
        .iter()
        .map(|path| from_folder(project.folder(), path))
        .collect();
    if all && paths.is_empty() {
        names.extend(project.names_of_texts());
    }
    let names: Vec<String> = names.into_iter().collect();
    let engine = project.engine();
    Ok(Some(engine.compile_tests_of_files(&names, &loader)))
}

/// Whether a test stands in one of these texts (as paths from the current folder), or anywhere where none are given.
pub fn is_meant(paths: &[PathBuf], project: &Project, name: &str) -> bool {
    paths.is_empty()
        || paths
            .iter()
            .map(|path| from_folder(project.folder(), path))
            .any(|path| joined(project.folder(), &path) == Path::new(name))
}

/// Whether the one text that is meant was not named, but is the only one there is.
fn is_file_of(project: &Project, name: &str) -> bool {
    project.is_whole() && Path::new(name).exists()
}

fn has_tests(text: &str) -> bool {
    let mut sources = Sources::default();
    let id = sources.add("", text);
    let items = syntax::parse(&sources, id).module.items;
    items.iter().any(|item| {
        let begins_as_one = || {
            let written = sources.text(item.span).get(..4);
            written.is_some_and(|word| word.eq_ignore_ascii_case("test"))
        };
        match &item.kind {
            ItemKind::Test(_) => true,
            ItemKind::Hole { .. } => begins_as_one(),
            _ => false,
        }
    })
}

/// Whether a folder between the project's and the text's has a manifest of its own.
fn is_of_another(folder: &Path, text: &Path) -> bool {
    let inside = text.strip_prefix(folder).unwrap_or(text);
    let between = inside.ancestors().skip(1);
    between
        .filter(|one| !one.as_os_str().is_empty())
        .any(|one| folder.join(one).join(MANIFEST).exists())
}

/// A path from the current folder as one from the project's.
fn from_folder(folder: &Path, path: &Path) -> String {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let near = path.strip_prefix(folder).ok().map(Path::to_owned);
    let inside = near.or_else(|| {
        let folder = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        let inside = whole(path).strip_prefix(whole(folder)).ok()?.to_owned();
        Some(inside)
    });
    inside
        .unwrap_or_else(|| path.to_owned())
        .display()
        .to_string()
        .replace('\\', "/")
}
