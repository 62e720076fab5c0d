//! A project, opened as `segql run` opens it: its manifest, its data, and the texts in its folder.

use super::Fault;
use jiff::tz::TimeZone;
use segql::data::{JoinOptions, Source};
use segql::engine::{self, Needed, Tables};
use segql::execute::{Dataset, Input};
use segql::schema::{Manifest, Schema, instant};
use segql::source::Sources;
use segql::{Engine, Now, Program, RunOptions};
use serde::Deserialize;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// How the data is asked.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Loaded once, and asked in memory.
    Memory,
    /// Read anew for every question.
    Files,
}

pub struct Project {
    folder: PathBuf,
    engine: Engine,
    tables: Tables,
    dataset: Option<Dataset>,
    now: Now,
    threads: NonZero<usize>,
}

/// The text of a file, with its name.
pub struct Text {
    name: String,
    text: String,
}

impl Project {
    pub fn open(folder: PathBuf, form: Form, threads: NonZero<usize>) -> Result<Self, Fault> {
        let cancel = Arc::new(AtomicBool::new(false));
        let path = folder.join("segql.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let mut sources = Sources::default();
        let id = sources.add(path.display().to_string(), text);
        let manifest = Manifest::parse(&sources, id).map_err(|faults| told(&path, &faults))?;
        let tables = Tables::open(&manifest, &folder, &mut |_| {}, &cancel)?;
        let schema =
            manifest.schema_with_events(&tables.contacts.schema(), &tables.events.columns());
        let schema = schema.map_err(|faults| told(&path, &faults))?;
        let (catalogues, unreadable) = engine::catalogues_of(&manifest, &folder, &cancel)
            .map_err(|faults| told(&path, &faults))?;
        let schema = schema.with_catalogues(catalogues, unreadable);
        let as_of = manifest
            .as_of
            .ok_or("the manifest should say `as_of`")?
            .value;
        let now = instant(&as_of, &TimeZone::UTC).ok_or("`as_of` should be an instant")?;
        let mut project = Self {
            folder,
            // No engine here looks for what may be meant otherwise.
            engine: Engine::new(schema).threads(threads).without_warnings(),
            tables,
            dataset: None,
            now: Now::from_nanoseconds(now.timestamp().as_nanosecond()),
            threads,
        };
        if form == Form::Memory {
            project.dataset = Some(project.load()?);
        }
        Ok(project)
    }

    /// Everything there is of the contacts and their events.
    fn load(&self) -> Result<Dataset, Fault> {
        let all = Needed::parts(self.schema(), |_, _| true);
        let source = self.joined(&all, Vec::new())?;
        Ok(Dataset::load(&*source, self.schema())?)
    }

    pub fn schema(&self) -> &Schema {
        self.engine.schema()
    }

    /// The contacts without their events.
    pub fn source(&self) -> &dyn Source {
        &*self.tables.contacts
    }

    pub fn now(&self) -> Now {
        self.now
    }

    pub fn options(&self) -> RunOptions {
        RunOptions::at(self.now).threads(self.threads)
    }

    /// The text of a condition.
    pub fn text(&self, condition: &str) -> Result<Text, Fault> {
        let path = self.folder.join(format!("{condition}.seg"));
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.display().to_string();
        Ok(Text { name, text })
    }

    pub fn compile(&self, text: &Text) -> Result<Program, Fault> {
        Ok(self.engine.compile(&text.name, &text.text)?)
    }

    /// What a program is run on: the contacts in memory, or the files with those events that it needs.
    pub fn with_input<T>(
        &self,
        program: &Program,
        ask: impl FnOnce(Input<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        if let Some(dataset) = &self.dataset {
            return ask(Input::Dataset(dataset));
        }
        let since = Needed::since(program, self.now.nanoseconds());
        let source = self.joined(&Needed::by(program), since)?;
        ask(Input::Source(&*source))
    }

    fn joined(
        &self,
        needed: &Needed,
        since: Vec<(String, i128)>,
    ) -> Result<Arc<dyn Source>, Fault> {
        let contacts = Arc::clone(&self.tables.contacts);
        if needed.is_empty() {
            return Ok(contacts);
        }
        let options = JoinOptions {
            now: Some(self.now.nanoseconds()),
            since,
            threads: self.threads,
            folder: Some(std::env::temp_dir()),
            ..JoinOptions::default()
        };
        let joined = (self.tables.events).join(contacts, self.schema(), needed, &options)?;
        Ok(Arc::new(joined))
    }
}

fn told(path: &Path, faults: &[segql::diagnostics::Diagnostic]) -> Fault {
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    format!("{}: {}", path.display(), messages.join("; ")).into()
}
