//! The shell without a terminal: takes what was typed, says what to show. Definitions are kept, a condition is answered with count and share.

use super::answer::share_line;
use super::labels::Labels;
use super::looked_at::{LookedAt, of_data};
use segql::check::Loader;
use segql::data::{JoinOptions, Source, WithEvents};
use segql::diagnostics::RenderOptions;
use segql::engine::{Events, Needed};
use segql::execute::{Dataset, Input};
use segql::explain::unseen;
use segql::schema::OtherValues;
use segql::source::Sources;
use segql::syntax;
use segql::syntax::ast::{self, ItemKind};
use segql::{CompileError, Engine, LabellingOutcome, Part, Program, RunError, RunOptions};
use std::fmt::Write;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is typed is laid open under this name to the texts that look for it.
const TYPED: &str = "(typed here)";

/// Data of more contacts than this is read anew for each answer instead of being held in memory.
const HELD_IN_MEMORY: u64 = 20_000_000;

/// What a session stands on.
pub struct Ground {
    pub engine: Engine,
    /// The paths of the project's texts, as its loader knows them.
    pub texts: Vec<String>,
    pub loader: Box<dyn Loader + Send + Sync>,
    /// The contacts.
    pub source: Arc<dyn Source>,
    /// The tables of their events.
    pub events: Events,
    pub options: RunOptions,
    /// The instant of these options, in words, and their threads.
    pub as_of: String,
    pub threads: NonZero<usize>,
    /// Where more events than memory may hold are kept in files.
    pub folder: PathBuf,
    /// What a value outside a closed set does.
    pub other_values: OtherValues,
    /// What stops a run of these options; it is set back before each input.
    pub stop: Arc<AtomicBool>,
    pub render: RenderOptions,
}

/// A session: the project, and what was defined since it began.
pub struct Session {
    ground: Ground,
    held: Option<Dataset>,
    /// The contacts with the events that were asked for so far.
    joined: Option<(WithEvents, Needed)>,
    /// What there is to tell of events before the next answer, and what was told of them.
    news: Vec<String>,
    told: Vec<String>,
    typed: Vec<Typed>,
    looked_at: LookedAt,
}

/// A definition that was typed.
struct Typed {
    name: String,
    text: String,
    is_segment: bool,
}

/// What to show.
#[derive(Debug, PartialEq, Eq)]
pub enum Reply {
    /// The answer; may be empty.
    Answer(String),
    /// What is wrong with what was typed.
    Fault(String),
    /// The session is over.
    Quit,
}

impl Session {
    pub fn new(ground: Ground) -> Self {
        Self {
            ground,
            held: None,
            joined: None,
            news: Vec::new(),
            told: Vec::new(),
            typed: Vec::new(),
            looked_at: LookedAt::default(),
        }
    }

    /// Takes one input, which may have several lines.
    pub fn take(&mut self, input: &str) -> Reply {
        self.ground.stop.store(false, Ordering::SeqCst);
        let input = input.trim();
        let outcome = if input.is_empty() || only_comments(input) {
            Ok(String::new())
        } else if let Some(command) = input.strip_prefix('.') {
            return self.command(command);
        } else if is_definition(input) {
            self.define(input)
        } else {
            self.ask(input)
        };
        self.reply(outcome)
    }

    /// The reply that is made of a text, behind what there is to tell of events.
    fn reply(&mut self, outcome: Result<String, String>) -> Reply {
        let news: String = self.news.drain(..).map(|line| line + "\n").collect();
        match outcome {
            Ok(text) => Reply::Answer(news + &text),
            Err(text) => Reply::Fault(news + &text),
        }
    }

    /// Names to complete with: fields, what the project defines, what was typed.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .ground
            .engine
            .schema()
            .fields_and_streams()
            .iter()
            .map(|field| field.name.clone())
            .collect();
        for (name, labels) in self.defined() {
            names.push(name);
            names.extend(labels);
        }
        names.sort();
        names.dedup();
        names
    }

    /// The labels of the classifications and splits that the project defines or that were typed, by their names.
    pub fn labels(&self) -> Labels {
        let all = self.defined().into_iter();
        all.filter(|(_, labels)| !labels.is_empty()).collect()
    }

    /// What the project defines and what was typed, each with its labels; what was typed comes last.
    fn defined(&self) -> Vec<(String, Vec<String>)> {
        let mut all = Vec::new();
        for path in &self.ground.texts {
            if let Ok((name, text)) = self.ground.loader.load("(definitions)", path) {
                all.extend(defined(name, text));
            }
        }
        all.extend(defined(TYPED.to_owned(), self.typed_text()));
        all
    }

    fn command(&mut self, command: &str) -> Reply {
        let mut words = command.split_whitespace();
        let outcome = match (words.next().unwrap_or(""), words.next()) {
            ("quit" | "exit" | "q", None) => return Reply::Quit,
            ("help" | "h" | "?", None) => Ok(HELP.to_owned()),
            ("segments", None) => self.segments(),
            ("fields", None) => Ok(self.fields()),
            ("definitions", None) => Ok(self.definitions()),
            ("windows", Some(_)) => self.windows(command["windows".len()..].trim()),
            (other, _) => Err(unknown_command(other)),
        };
        self.reply(outcome)
    }

    /// Keeps definitions. One of a name that was typed before takes its place.
    fn define(&mut self, input: &str) -> Result<String, String> {
        let new = self.read_definitions(input)?;
        let mut typed = std::mem::take(&mut self.typed);
        let before: Vec<Typed> = typed.iter().map(Typed::again).collect();
        for definition in &new {
            match typed.iter_mut().find(|old| old.name == definition.name) {
                Some(old) if !definition.name.is_empty() => *old = definition.again(),
                _ => typed.push(definition.again()),
            }
        }
        self.typed = typed;
        // A condition that always holds brings all definitions to light, and with them their faults.
        let program = match self.compile("true") {
            Ok(_) => self.segments_typed(),
            Err(error) => Err(error),
        };
        let program = match program {
            Ok(program) => program,
            Err(error) => {
                self.typed = before;
                return Err(error.render(self.ground.render));
            }
        };
        let mut shown = error_free_warnings(&program, self.ground.render);
        for definition in &new {
            if definition.is_segment {
                let _ = write!(shown, "{}", self.ask_named(&program, &definition.name)?);
            }
        }
        Ok(shown)
    }

    /// The definitions of an input, each with its own text and the comment above it.
    fn read_definitions(&self, input: &str) -> Result<Vec<Typed>, String> {
        let mut sources = Sources::default();
        let id = sources.add(TYPED, input);
        let parsed = syntax::parse(&sources, id);
        if parsed
            .diagnostics
            .iter()
            .any(segql::diagnostics::Diagnostic::is_error)
        {
            return Err(segql::diagnostics::render::human_all(
                &parsed.diagnostics,
                &sources,
                self.ground.render,
            ));
        }
        let mut begin = 0;
        let mut definitions = Vec::new();
        for item in &parsed.module.items {
            let end = item.span.range().end;
            let text = input[begin..end].trim().to_owned();
            begin = end;
            let (name, is_segment) = match &item.kind {
                ItemKind::Let { name, .. } => (name.text.clone(), false),
                ItemKind::Segment { name, .. } | ItemKind::Classify { name, .. } => {
                    (name.text.clone(), true)
                }
                ItemKind::Split(split) => (split.name.text.clone(), true),
                ItemKind::Use { path } => (format!("use {}", path.value), false),
                // A test is for `segql test`.
                ItemKind::Test(_) | ItemKind::Hole { .. } => continue,
            };
            definitions.push(Typed {
                name,
                text,
                is_segment,
            });
        }
        Ok(definitions)
    }

    /// The sizes of a classification that is asked for by its name alone; none where the name is of something else.
    fn ask_labels(&mut self, name: &str) -> Result<Option<String>, String> {
        let name = name.trim_matches('`');
        let is_name = |character: char| character.is_alphanumeric() || "_ ".contains(character);
        if !name.chars().all(is_name) {
            return Ok(None);
        }
        for program in [self.segments_typed(), self.project()] {
            // What is wrong with the texts is told where a condition rests on it.
            let Ok(program) = program else { continue };
            if let Some(part @ Part::Labelling(_)) = program.part(name) {
                return self.ask_part(&program, part).map(Some);
            }
        }
        Ok(None)
    }

    fn ask(&mut self, condition: &str) -> Result<String, String> {
        if let Some(sizes) = self.ask_labels(condition)? {
            return Ok(sizes);
        }
        let program = self
            .compile(condition)
            .map_err(|error| error.render(self.ground.render))?;
        let warnings = error_free_warnings(&program, self.ground.render);
        let other_values = self.looked_at.by(&self.ground, &program)?;
        let outcome = self.run(&program)?;
        let count = outcome.segments.first().map_or(0, |segment| segment.count);
        Ok(format!(
            "{warnings}{other_values}{}\n",
            share_line(count, outcome.contacts)
        ))
    }

    /// The windows of a condition, or of a segment by its name, with their two instants.
    fn windows(&self, condition: &str) -> Result<String, String> {
        let program = self
            .compile(condition)
            .map_err(|error| error.render(self.ground.render))?;
        let shown = segql::explain::windows(&program, self.ground.options.now().nanoseconds());
        if shown.is_empty() {
            return Ok("there are no windows in it\n".into());
        }
        Ok(shown)
    }

    fn ask_named(&mut self, program: &Program, name: &str) -> Result<String, String> {
        match program.part(name) {
            Some(part) => self.ask_part(program, part),
            None => Ok(String::new()),
        }
    }

    /// The size of a segment, or those of the labels of a classification.
    fn ask_part(&mut self, program: &Program, part: Part) -> Result<String, String> {
        let program = program.select_parts(&[part]);
        let other_values = self.looked_at.by(&self.ground, &program)?;
        let outcome = self.run(&program)?;
        let segments: String = outcome
            .segments
            .iter()
            .map(|segment| {
                let line = share_line(segment.count, outcome.contacts);
                format!("{}: {line}\n", segment.name)
            })
            .collect();
        let labels: String = outcome
            .labellings
            .iter()
            .map(|labelling| {
                let sizes = columns(&sizes(labelling, outcome.contacts));
                format!("{}:\n{sizes}", labelling.name)
            })
            .collect();
        Ok(other_values + &segments + &labels)
    }

    fn segments(&mut self) -> Result<String, String> {
        let (mut rows, mut other_values) = (Vec::new(), String::new());
        for program in [self.project(), self.segments_typed()] {
            let program = program.map_err(|error| error.render(self.ground.render))?;
            if program.segments().is_empty() && program.labellings().is_empty() {
                continue;
            }
            other_values += &self.looked_at.by(&self.ground, &program)?;
            let outcome = self.run(&program)?;
            for segment in outcome.segments {
                let line = share_line(segment.count, outcome.contacts);
                rows.push((segment.name, line, segment.title.unwrap_or_default()));
            }
            for labelling in outcome.labellings {
                let title = labelling.title.clone().unwrap_or_default();
                rows.push((labelling.name.clone(), String::new(), title));
                rows.extend(sizes(&labelling, outcome.contacts));
            }
        }
        if rows.is_empty() {
            return Ok(
                "no segments yet: define one with  segment name \"Title\" = condition\n".into(),
            );
        }
        Ok(other_values + &columns(&rows))
    }

    fn fields(&self) -> String {
        let schema = self.ground.engine.schema();
        let rows: Vec<_> = schema
            .fields()
            .iter()
            .enumerate()
            .flat_map(|(place, field)| {
                let mut about = Vec::new();
                if schema.key().0 as usize == place {
                    about.push("the key".to_owned());
                }
                about.extend(field.description.clone());
                if let Some(values) = &field.values {
                    about.push(some_of(values));
                }
                let own = (
                    field.name.clone(),
                    segql::schema::described(&field.field_type),
                    about.join("; "),
                );
                let parts = segql::schema::parts(field).into_iter();
                let parts =
                    parts.map(|part| (format!("  .{}", part.path), part.type_name, part.remarks));
                std::iter::once(own).chain(parts).collect::<Vec<_>>()
            })
            .collect();
        let streams = schema.streams().iter().map(|stream| {
            let parts = stream.field_type.record();
            let parts = parts.map(segql::types::RecordType::names);
            (
                stream.name.clone(),
                "events".to_owned(),
                parts.map_or_else(String::new, |parts| format!("with {parts}")),
            )
        });
        columns(&rows.into_iter().chain(streams).collect::<Vec<_>>())
    }

    fn definitions(&self) -> String {
        if self.typed.is_empty() {
            return "nothing is defined here yet\n".into();
        }
        self.typed
            .iter()
            .map(|typed| format!("{}\n", typed.text))
            .collect()
    }

    /// A condition over the project's definitions and those typed.
    fn compile(&self, condition: &str) -> Result<Program, CompileError> {
        let mut texts = self.ground.texts.clone();
        if !self.typed.is_empty() {
            texts.push(TYPED.into());
        }
        self.ground
            .engine
            .compile_conditions_with(&[condition], &texts, &self.with_typed())
    }

    fn project(&self) -> Result<Program, CompileError> {
        self.ground
            .engine
            .compile_files(&self.ground.texts, &*self.ground.loader)
    }

    fn segments_typed(&self) -> Result<Program, CompileError> {
        let mut text: String = self
            .ground
            .texts
            .iter()
            .map(|path| format!("use {path:?}\n"))
            .collect();
        text.push_str(&self.typed_text());
        self.ground
            .engine
            .compile_with(TYPED, &text, &*self.ground.loader)
    }

    fn typed_text(&self) -> String {
        self.typed
            .iter()
            .map(|typed| format!("{}\n", typed.text))
            .collect()
    }

    fn with_typed(&self) -> WithTyped<'_> {
        let uses: String = self
            .ground
            .texts
            .iter()
            .map(|path| format!("use {path:?}\n"))
            .collect();
        WithTyped {
            loader: &*self.ground.loader,
            typed: uses + &self.typed_text(),
        }
    }

    fn run(&mut self, program: &Program) -> Result<segql::Outcome, String> {
        let needed = Needed::by(program);
        if !needed.is_empty() {
            let joined = self.join(needed)?;
            let input = Input::Source(&joined);
            return program.run(input, &self.ground.options).map_err(words);
        }
        self.hold()?;
        let input = match &self.held {
            Some(held) => Input::Dataset(held),
            None => Input::Source(&*self.ground.source),
        };
        program.run(input, &self.ground.options).map_err(words)
    }

    /// Reads the contacts into memory, where they are not too many.
    fn hold(&mut self) -> Result<(), String> {
        let source = &*self.ground.source;
        let contacts: Option<u64> = (0..source.pieces()).map(|piece| source.rows(piece)).sum();
        if self.held.is_none() && contacts.is_none_or(|contacts| contacts <= HELD_IN_MEMORY) {
            let held = Dataset::load(source, self.ground.engine.schema());
            self.held = Some(held.map_err(|error| words(error.into()))?);
        }
        Ok(())
    }

    /// The contacts with the events that are needed: those that were asked for before stay with them.
    fn join(&mut self, needed: Needed) -> Result<WithEvents, String> {
        let known = self.joined.take();
        let joined = match known {
            Some((joined, known)) if known.covers(&needed) => (joined, known),
            known => {
                let needed = match known {
                    Some((_, known)) => known.with(&needed),
                    None => needed,
                };
                let ground = &self.ground;
                let options = JoinOptions {
                    now: Some(ground.options.now().nanoseconds()),
                    threads: ground.threads,
                    folder: Some(ground.folder.clone()),
                    cancel: Arc::clone(&ground.stop),
                    ..JoinOptions::default()
                };
                let (contacts, schema) = (Arc::clone(&ground.source), ground.engine.schema());
                let joined = ground.events.join(contacts, schema, &needed, &options);
                let joined = joined.map_err(|error| words(error.into()))?;
                let mut news = unseen(joined.report(), &ground.as_of);
                news.retain(|line| !self.told.contains(line));
                self.told.extend(news.iter().cloned());
                self.news = news;
                (joined, needed)
            }
        };
        Ok(self.joined.insert(joined).0.clone())
    }
}

/// For each label its name, set in by two, its size and its title.
fn sizes(labelling: &LabellingOutcome, contacts: u64) -> Vec<(String, String, String)> {
    // The shares of arms are of what their split is of.
    let whole = labelling.audience.unwrap_or(contacts);
    let labels = labelling.labels.iter().map(|label| {
        (
            format!("  {}", label.name),
            share_line(label.count, whole),
            label.title.clone().unwrap_or_default(),
        )
    });
    labels.collect()
}

/// A fault of a run, and what to do about it.
fn words(error: RunError) -> String {
    match error {
        RunError::Data(error) => of_data(&error),
        other => format!("{other}\n"),
    }
}

impl Typed {
    fn again(&self) -> Typed {
        Typed {
            name: self.name.clone(),
            text: self.text.clone(),
            is_segment: self.is_segment,
        }
    }
}

/// The project's loader, and what was typed.
struct WithTyped<'a> {
    loader: &'a (dyn Loader + Send + Sync),
    typed: String,
}

impl Loader for WithTyped<'_> {
    fn load(&self, from: &str, path: &str) -> Result<(String, String), String> {
        if path == TYPED {
            return Ok((TYPED.into(), self.typed.clone()));
        }
        self.loader.load(from, path)
    }
}

/// Whether an input defines something, or else asks something.
fn is_definition(input: &str) -> bool {
    let code = input
        .lines()
        .map(str::trim_start)
        .find(|line| !line.is_empty() && !line.starts_with("--"))
        .unwrap_or("");
    let Some((word, rest)) = code
        .split_once([' ', '\t', '"'])
        .map(|(word, rest)| (word.to_lowercase(), rest.trim_start()))
    else {
        return matches!(code, "let" | "segment" | "classify" | "split" | "use");
    };
    match word.as_str() {
        "use" => code.contains('"'),
        // A field may be called so: what follows its name is no name.
        "let" | "segment" | "classify" | "split" => {
            rest.starts_with(|first: char| first.is_alphabetic() || first == '_' || first == '`')
                && ![
                    "in", "not", "is", "has", "between", "starts", "ends", "contains", "and", "or",
                ]
                .contains(
                    &rest
                        .split_whitespace()
                        .next()
                        .unwrap_or("")
                        .to_lowercase()
                        .as_str(),
                )
        }
        _ => false,
    }
}

/// The names of the definitions of a text, and of the labels of its classifications.
fn defined(name: String, text: String) -> Vec<(String, Vec<String>)> {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let items = syntax::parse(&sources, id).module.items;
    let named = |labels: Vec<ast::Label>| -> Vec<String> {
        labels.into_iter().map(|label| label.name.text).collect()
    };
    let all = items.into_iter().filter_map(|item| match item.kind {
        ItemKind::Let { name, .. } | ItemKind::Segment { name, .. } => {
            Some((name.text, Vec::new()))
        }
        ItemKind::Classify { name, labels, .. } => Some((name.text, named(labels))),
        ItemKind::Split(split) => Some((split.name.text, named(split.arms))),
        ItemKind::Use { .. } | ItemKind::Test(_) | ItemKind::Hole { .. } => None,
    });
    all.collect()
}

fn only_comments(input: &str) -> bool {
    input
        .lines()
        .all(|line| line.trim_start().starts_with("--") || line.trim().is_empty())
}

fn error_free_warnings(program: &Program, options: RenderOptions) -> String {
    let warnings: Vec<_> = program
        .warnings()
        .iter()
        // A definition that nothing uses yet is what every definition here begins as.
        .filter(|warning| warning.code.0 != "unused-definition")
        .cloned()
        .collect();
    if warnings.is_empty() {
        return String::new();
    }
    segql::diagnostics::render::human_all(&warnings, program.sources(), options) + "\n"
}

fn some_of(values: &[String]) -> String {
    const SHOWN: usize = 6;
    let mut text = values
        .iter()
        .take(SHOWN)
        .map(|value| format!("\"{value}\""))
        .collect::<Vec<_>>()
        .join(", ");
    if values.len() > SHOWN {
        let _ = write!(text, " and {} more", values.len() - SHOWN);
    }
    text
}

/// Two columns lined up, and a third that runs free.
fn columns(rows: &[(String, String, String)]) -> String {
    let width = |text: &str| text.chars().count();
    let first = rows.iter().map(|row| width(&row.0)).max().unwrap_or(0);
    let second = rows.iter().map(|row| width(&row.1)).max().unwrap_or(0);
    rows.iter()
        .map(|(a, b, c)| {
            let line = format!(
                "{a}{:first$}  {b}{:second$}  {c}",
                "",
                "",
                first = first - width(a),
                second = second - width(b)
            );
            format!("{}\n", line.trim_end())
        })
        .collect()
}

fn unknown_command(written: &str) -> String {
    let known = [
        "help",
        "segments",
        "fields",
        "definitions",
        "windows",
        "quit",
    ];
    match segql::diagnostics::suggest::nearest(written, known) {
        Some(near) => format!("there is no command .{written}; did you mean .{near}?\n"),
        None => format!("there is no command .{written}; .help shows what there is\n"),
    }
}

const HELP: &str = "\
Type a condition, and see how many contacts it holds for:
  region = \"BE\" AND consent
Define what you want to use again; the same name again replaces it:
  let recent = last_seen in last 30 days
  segment fans \"Recent fans\" = recent AND genres has \"crime\"
  classify stage { fresh when recent  otherwise gone }
Ask for a classification by its name, and see how many contacts have each label:
  stage
A line that is not finished goes on: an open parenthesis, a trailing AND.
Commands:
  .segments      the segments and classifications of the project and those typed here, with counts
  .fields        what can be asked about
  .definitions   what was typed here
  .windows       the two instants of each window in a condition: .windows seen in last 3 months
  .help          this
  .quit          the end (also Ctrl-D)
";
