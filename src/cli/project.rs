//! A project on disk: the manifest, the data it names, and the texts beside it.

use super::progress::Waiting;
use super::{Failure, arms, diagnose, interrupt};
use segql::check::Loader;
use segql::data::{self, DataError, Source};
use segql::engine::{self, Events, Tables};
use segql::profile::{self, Outside};
use segql::schema::{FieldId, Manifest, OtherValues, Schema};
use segql::source::Sources;
use segql::{CompileError, Engine, Program};
use std::collections::HashMap;
use std::io::Read;
use std::num::NonZero;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub const MANIFEST: &str = "segql.toml";

/// What messages call the text that came through the standard input.
pub const STANDARD_INPUT: &str = "(standard input)";

/// What a loader knows the one text by that is meant.
const OWN: &str = "(this text)";

/// Where a project lies, and which of its texts are meant.
pub struct Place {
    manifest: PathBuf,
    texts: Texts,
}

enum Texts {
    /// Those the manifest names, else all beside it.
    All,
    /// One file.
    One(PathBuf),
    /// What comes through the standard input.
    StandardInput,
}

/// A project that was opened: its data is there, and fits what the manifest says.
pub struct Project {
    folder: PathBuf,
    name: String,
    /// The instant of runs that are told none.
    as_of: Option<String>,
    engine: Engine,
    source: Arc<dyn Source>,
    events: Events,
    /// Paths of the texts, as the loader knows them.
    texts: Vec<String>,
    /// The one text that is meant, with its name, where it is not all of them.
    own: Option<(String, String)>,
    /// All texts are meant, although there may be only one.
    whole: bool,
    /// What came of looking at the keys.
    keys: OnceLock<Result<(), DataError>>,
    /// What came of looking for values outside closed sets, and what such values do.
    values: OnceLock<Result<Vec<Outside>, DataError>>,
    other_values: OtherValues,
}

impl Project {
    /// The project that an argument means: a folder, a manifest, a text in a project, `-` for a text from the standard input, or, without
    /// an argument, the current folder or the nearest one above that has a manifest.
    pub fn find(argument: Option<&str>) -> Result<Place, Failure> {
        let Some(argument) = argument else {
            return Ok(Place {
                manifest: manifest_above(Path::new("."))?,
                texts: Texts::All,
            });
        };
        if argument == "-" {
            return Ok(Place {
                manifest: manifest_above(Path::new("."))?,
                texts: Texts::StandardInput,
            });
        }
        let path = Path::new(argument);
        if path.is_dir() {
            return Ok(Place {
                manifest: manifest_above(path)?,
                texts: Texts::All,
            });
        }
        if !path.exists() {
            return Err(not_there(path));
        }
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("toml") => Ok(Place {
                manifest: path.to_owned(),
                texts: Texts::All,
            }),
            Some("seg") => Ok(Place {
                manifest: manifest_above(parent(path))?,
                texts: Texts::One(path.to_owned()),
            }),
            _ => Err(Failure::usage("E0802", format!("{argument} is neither a project nor a text of one"))
                .help("name a project's folder, its segql.toml or a .seg file in it; data is named in segql.toml")),
        }
    }

    /// The folder of the manifest.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The instant that was asked for, else that of the manifest; none is the present.
    pub fn as_of<'a>(&'a self, asked: Option<&'a str>) -> Option<&'a str> {
        asked.or(self.as_of.as_deref())
    }

    pub fn schema(&self) -> &Schema {
        self.engine.schema()
    }

    pub fn engine(&self) -> Engine {
        self.engine.clone()
    }

    /// The same project, whose texts are compiled on so many threads at most; without it on one for each core.
    pub fn threads(self, threads: NonZero<usize>) -> Self {
        Self {
            engine: self.engine.threads(threads),
            ..self
        }
    }

    /// The contacts, without their events.
    pub fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// Whether every contact has a key of its own. The first call reads the keys, or waits for another that does.
    pub fn keys_are_sound(&self) -> Result<(), Failure> {
        self.keys
            .get_or_init(|| {
                let column = data::bind_field(self.source(), self.schema(), self.schema().key())?;
                data::check_keys(self.source(), column, &interrupt::stop())
            })
            .clone()
            .map_err(|error| {
                if interrupt::stopped() {
                    Failure::Interrupted
                } else {
                    error.into()
                }
            })
    }

    /// Takes note that somebody else looked at the keys.
    pub fn keys_were_found_sound(&self) {
        // If they were looked at before, they were found the same.
        drop(self.keys.set(Ok(())));
    }

    /// Looks for values outside the closed sets of the fields that a program reads; those of events are looked at where these are read. They are a fault, or what is to be reported, as the manifest
    /// says. The first call reads the columns, or waits for another that does; a process has one program.
    pub fn values_are_known(&self, program: &Program) -> Result<Vec<String>, Failure> {
        let plans = program.plan().all().flat_map(|plan| &plan.columns);
        let fields = plans.map(|column| column.field);
        let fields = fields.filter(|field| !self.schema().is_stream(*field));
        self.values_of(&fields.collect::<Vec<_>>())
    }

    /// The same for all fields.
    pub fn values_of_all_fields(&self) -> Result<Vec<String>, Failure> {
        let fields = 0..self.schema().fields().len();
        self.values_of(
            &fields
                .map(|place| FieldId(place as u32))
                .collect::<Vec<_>>(),
        )
    }

    fn values_of(&self, fields: &[FieldId]) -> Result<Vec<String>, Failure> {
        let found = self
            .values
            .get_or_init(|| {
                profile::outside(self.source(), self.schema(), fields, &interrupt::stop())
            })
            .as_ref()
            .map_err(|error| {
                if interrupt::stopped() {
                    Failure::Interrupted
                } else {
                    error.clone().into()
                }
            })?;
        match (self.other_values, found.first()) {
            (OtherValues::Refuse, Some(first)) => Err(first.error().into()),
            _ => Ok(found.iter().map(Outside::report).collect()),
        }
    }

    /// What values outside a closed set do.
    pub fn other_values(&self) -> OtherValues {
        self.other_values
    }

    /// The contacts, without their events.
    pub fn shared_source(&self) -> Arc<dyn Source> {
        Arc::clone(&self.source)
    }

    /// The tables of events.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// The one text that is meant, with its name, where it is not all of them.
    pub fn own(&self) -> Option<(&str, &str)> {
        let (name, text) = self.own.as_ref()?;
        Some((name, text))
    }

    /// The paths of all texts that are meant, from the project's folder.
    pub fn names_of_texts(&self) -> Vec<String> {
        match &self.own {
            Some((name, _)) => {
                let inside = Path::new(name).strip_prefix(&self.folder);
                let inside = inside.unwrap_or(Path::new(name));
                vec![inside.display().to_string()]
            }
            None => self.texts.clone(),
        }
    }

    /// Whether all texts are meant, although there may be only one.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The paths of the texts whose definitions are there to be used.
    pub fn texts(&self) -> Vec<String> {
        match &self.own {
            Some(_) => vec![OWN.into()],
            None => self.texts.clone(),
        }
    }

    pub fn loader(&self) -> Folder {
        Folder {
            folder: self.folder.clone(),
            own: self.own.clone(),
            changed: HashMap::new(),
        }
    }

    /// The same, with other texts in the place of those of these names.
    pub fn loader_changed(&self, changed: &HashMap<String, String>) -> Folder {
        Folder {
            changed: changed.clone(),
            ..self.loader()
        }
    }

    /// The segments of the texts that are meant.
    pub fn compile(&self) -> Result<Program, CompileError> {
        match &self.own {
            Some((name, text)) => self.engine.compile_with(name, text, &self.loader()),
            None => self.engine.compile_files(&self.texts, &self.loader()),
        }
    }

    /// The same, with other texts in the place of those of these names.
    pub fn compile_changed(
        &self,
        changed: &HashMap<String, String>,
    ) -> Result<Program, CompileError> {
        let loader = self.loader_changed(changed);
        match &self.own {
            Some((name, text)) => {
                let text = loader.changed.get(name).unwrap_or(text).clone();
                self.engine.compile_with(name, &text, &loader)
            }
            None => self.engine.compile_files(&self.texts, &loader),
        }
    }

    /// Conditions, which may use the definitions of the texts.
    pub fn compile_conditions(&self, conditions: &[String]) -> Result<Program, CompileError> {
        self.engine
            .compile_conditions_with(conditions, &self.texts(), &self.loader())
    }

    /// What to say where there is nothing to run.
    pub fn no_segments(&self) -> Failure {
        let text = match (&self.own, self.texts.is_empty()) {
            (Some((name, _)), _) => format!("{name} defines no segment"),
            (None, true) => format!(
                "{} has no segments: there is no .seg file beside {MANIFEST}",
                self.name
            ),
            (None, false) => format!("{} has no segments: its texts define none", self.name),
        };
        Failure::fault("E0807", text).help("write one into a file that ends in .seg, or ask a condition on the spot: segql run -e CONDITION")
    }
}

impl Place {
    /// Opens the project: reads the manifest and as much of the data as it takes to know its columns.
    pub fn open(self) -> Result<Project, Failure> {
        let folder = parent(&self.manifest).to_owned();
        let shown = self.manifest.display().to_string();
        let mut sources = Sources::default();
        let id = sources.add(shown, read_text(&self.manifest.display().to_string())?);
        let told = |diagnostics: Vec<_>| {
            diagnose::tell(&diagnostics, &sources);
            Failure::Told
        };
        let manifest = Manifest::parse(&sources, id).map_err(told)?;
        let work = interrupt::work();
        let unreadable = |error: DataError| {
            if interrupt::stopped() {
                Failure::Interrupted
            } else {
                error.into()
            }
        };
        let mut waiting = None;
        let mut looks = |what: &str| {
            drop(waiting.take());
            waiting = Some(Waiting::on(format!("looking through {what}")));
        };
        let tables = Tables::open(&manifest, &folder, &mut looks, &interrupt::stop());
        drop((waiting, work));
        let Tables {
            contacts: source,
            events,
        } = tables.map_err(unreadable)?;
        let schema = manifest.schema_with_events(&source.schema(), &events.columns());
        let schema = schema.map_err(told)?;
        let (lists, unreadable) = data::lists_of(&manifest, &folder, &interrupt::stop());
        let schema = schema.with_lists(lists, unreadable);
        let (arms, unreadable) =
            data::given_arms_of(&manifest, &schema, &folder, &interrupt::stop());
        let schema = schema.with_given_arms(arms, unreadable);
        let catalogues = engine::catalogues_of(&manifest, &folder, &interrupt::stop());
        let (catalogues, unreadable) = catalogues.map_err(told)?;
        let schema = schema.with_catalogues(catalogues, unreadable);
        let (texts, own) = texts(&folder, &manifest, &self.texts)?;
        let project = Project {
            name: manifest.name.clone().unwrap_or_else(|| name_of(&folder)),
            as_of: manifest.as_of.clone().map(|instant| instant.value),
            engine: Engine::new(schema).threads(super::run::threads(None)),
            source,
            events,
            texts,
            own,
            whole: matches!(self.texts, Texts::All),
            keys: OnceLock::new(),
            values: OnceLock::new(),
            other_values: manifest.contacts.other_values,
            folder,
        };
        match arms::without_split(&project, &manifest) {
            faults if faults.is_empty() => Ok(project),
            faults => Err(told(faults)),
        }
    }
}

/// The paths of the project's texts, and the one that is meant where it is one.
#[allow(clippy::type_complexity)]
fn texts(
    folder: &Path,
    manifest: &Manifest,
    meant: &Texts,
) -> Result<(Vec<String>, Option<(String, String)>), Failure> {
    match meant {
        Texts::StandardInput => Ok((Vec::new(), Some((STANDARD_INPUT.into(), read_text("-")?)))),
        Texts::One(path) => {
            let name = path.display().to_string();
            let text = read_text(&name)?;
            Ok((Vec::new(), Some((name, text))))
        }
        Texts::All => {
            let texts: Vec<String> = match &manifest.segments {
                Some(named) => named.iter().map(|name| name.value.clone()).collect(),
                None => texts_in(folder)?,
            };
            // What cannot be read is told as a fault of the file, and not of a `use` that nobody wrote.
            let mut read = Vec::new();
            for text in &texts {
                let name = joined(folder, text).display().to_string();
                let text = read_text(&name)?;
                read.push((name, text));
            }
            if read.len() == 1 {
                return Ok((Vec::new(), read.pop()));
            }
            Ok((texts, None))
        }
    }
}

/// The names of the `.seg` files beside a manifest, in order.
fn texts_in(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for entry in entries(folder)? {
        if is_text(&entry)
            && entry.is_file()
            && let Some(name) = entry.file_name().and_then(|name| name.to_str())
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The `.seg` files in a folder and those below it, in order; hidden folders are passed over.
pub fn texts_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for path in entries(&inner)? {
            let hidden = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'));
            let is_link = path.is_symlink();
            if path.is_dir() && !hidden && !is_link {
                folders.push(path);
            } else if is_text(&path) && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let fault = |error: std::io::Error| {
        Failure::fault(
            "E0802",
            format!("the folder {} cannot be read: {error}", folder.display()),
        )
    };
    std::fs::read_dir(folder)
        .map_err(fault)?
        .map(|entry| Ok(tidy(&entry.map_err(fault)?.path())))
        .collect()
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "seg")
}

/// Reads a text, `-` for the standard input. It has to be UTF-8; a mark of byte order is passed over.
pub fn read_text(name: &str) -> Result<String, Failure> {
    let (shown, bytes) = if name == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        (STANDARD_INPUT, read.map(|_| bytes))
    } else {
        (name, std::fs::read(name))
    };
    let bytes = bytes.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::fault("E0802", format!("{shown}: no such file")),
        _ => Failure::fault("E0802", format!("{shown} cannot be read: {error}")),
    })?;
    match decode(bytes) {
        Ok(text) => Ok(text),
        Err(place) => Err(
            Failure::fault("E0808", format!("{shown} is not UTF-8: {place}"))
                .help("save it as UTF-8 in your editor"),
        ),
    }
}

/// The text of bytes in UTF-8, or the words for the place where they are not.
fn decode(bytes: Vec<u8>) -> Result<String, String> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        }),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..valid]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            Err(format!(
                "the byte 0x{:02x} on line {line} is no character",
                error.as_bytes()[valid]
            ))
        }
    }
}

/// Gives texts of a project's folder to those that use them, and no others.
#[derive(Clone)]
pub struct Folder {
    folder: PathBuf,
    own: Option<(String, String)>,
    /// Texts that stand for those in files, by name.
    changed: HashMap<String, String>,
}

impl Loader for Folder {
    fn load(&self, from: &str, path: &str) -> Result<(String, String), String> {
        if let Some((name, text)) = &self.own
            && path == OWN
        {
            return Ok((name.clone(), text.clone()));
        }
        if Path::new(path).is_absolute() {
            return Err("its path has to be relative to this file".into());
        }
        // A name in parentheses is no file: it stands in the project's folder.
        let base = if from.starts_with('(') {
            &self.folder
        } else {
            parent(Path::new(from))
        };
        let file = joined(base, path);
        let inside = |path: &Path| {
            path.canonicalize()
                .map_err(|_| format!("there is no file {}", file.display()))
        };
        let home = if self.folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &self.folder
        };
        if !inside(&file)?.starts_with(inside(home)?) {
            return Err("it lies outside the project's folder".into());
        }
        let name = file.display().to_string();
        if let Some(text) = self.changed.get(&name) {
            return Ok((name, text.clone()));
        }
        let bytes =
            std::fs::read(&file).map_err(|error| format!("{name} cannot be read: {error}"))?;
        let text = decode(bytes).map_err(|place| format!("{name} is not UTF-8: {place}"))?;
        Ok((name, text))
    }
}

/// The manifest of a folder, or of the nearest one above it.
fn manifest_above(folder: &Path) -> Result<PathBuf, Failure> {
    let mut inner = Some(folder.to_owned());
    let mut steps = 0;
    while let Some(folder) = inner {
        let manifest = tidy(&folder.join(MANIFEST));
        if manifest.is_file() {
            return Ok(manifest);
        }
        steps += 1;
        // From the folder as it was written upwards: by `..` as long as that leads anywhere.
        let above = folder.join("..");
        let is_top = match (above.canonicalize(), folder.canonicalize()) {
            (Ok(above), Ok(folder)) => above == folder,
            _ => true,
        };
        inner = (!is_top && steps < 64).then_some(above);
    }
    let place = if folder == Path::new(".") {
        "this folder".to_owned()
    } else {
        folder.display().to_string()
    };
    Err(Failure::fault(
        "E0801",
        format!("there is no project in {place} or above it: no {MANIFEST}"),
    )
    .help("`segql init DATA` makes one from your data"))
}

/// What to say of a path that leads nowhere.
pub fn not_there(path: &Path) -> Failure {
    Failure::usage(
        "E0802",
        format!("{}: no such file or folder", path.display()),
    )
}

/// The folder that a file lies in; empty for the current one.
fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// A path from a folder, without detours where they can be seen.
pub fn joined(folder: &Path, path: &str) -> PathBuf {
    tidy(&folder.join(path))
}

/// The path without `./`, and without `x/..`.
fn tidy(path: &Path) -> PathBuf {
    let mut tidied = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(tidied.components().next_back(), Some(Component::Normal(_))) =>
            {
                tidied.pop();
            }
            other => tidied.push(other),
        }
    }
    tidied
}

/// What a project without a name in its manifest is called: as its folder.
pub fn name_of(folder: &Path) -> String {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(
        || "the project".into(),
        |name| name.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_without_detours() {
        for (path, tidied) in [
            ("./a.seg", "a.seg"),
            ("a/./b", "a/b"),
            ("a/../b", "b"),
            ("../a", "../a"),
            ("../../a", "../../a"),
            ("/a/../b", "/b"),
        ] {
            assert_eq!(tidy(Path::new(path)), Path::new(tidied), "{path}");
        }
    }

    #[test]
    fn texts_are_utf_8_with_or_without_a_mark() {
        assert_eq!(decode(b"\xef\xbb\xbfa".to_vec()).unwrap(), "a");
        assert_eq!(
            decode(b"a\nb\xe9".to_vec()).unwrap_err(),
            "the byte 0xe9 on line 2 is no character"
        );
    }

    #[test]
    fn a_text_reaches_nothing_outside_its_project() {
        let home = tempfile::tempdir().unwrap();
        let project = home.path().join("project");
        std::fs::create_dir_all(project.join("below")).unwrap();
        for file in ["secret.seg", "project/a.seg", "project/below/b.seg"] {
            std::fs::write(home.path().join(file), "let x = true").unwrap();
        }
        let loader = Folder {
            folder: project.clone(),
            own: None,
            changed: HashMap::new(),
        };
        let from = project.join("a.seg").display().to_string();
        let below = project.join("below/b.seg").display().to_string();
        assert_eq!(loader.load(&from, "below/b.seg").unwrap().0, below);
        assert_eq!(loader.load(&below, "../a.seg").unwrap().0, from);
        assert_eq!(loader.load("(all)", "a.seg").unwrap().0, from);
        for outside in [
            "../secret.seg",
            "below/../../secret.seg",
            "/etc/hosts",
            "none.seg",
        ] {
            assert!(loader.load(&from, outside).is_err(), "{outside}");
        }
    }
}
