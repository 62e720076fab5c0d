//! `segql pack`: stores the events of a project in the order of its contacts, so that runs read them where they lie instead of sorting them.

use super::arguments::PackOptions;
use super::events::Joined;
use super::init::from_folder;
use super::project::Project;
use super::{Failure, interrupt, moment, run, terminal};
use segql::arrow_schema::{DataType, Field as Column};
use segql::data::{EventsWriter, write_text};
use segql::diagnostics::suggest;
use segql::engine::Needed;
use segql::explain::grouped;
use segql::schema::{Field, FieldId};
use std::fmt::Write;
use std::path::{Path, PathBuf};

const README: &str = "README.md";

pub fn pack(options: &PackOptions) -> Result<(), Failure> {
    let project = Project::find(Some(&options.path))?.open()?;
    let schema = project.schema();
    let streams = chosen(&project, &options.streams)?;
    let files = places(&options.into, file_names(&project, &streams), options.force)?;
    std::fs::create_dir_all(&options.into).map_err(|error| {
        let text = format!(
            "the folder {} cannot be made: {error}",
            options.into.display()
        );
        Failure::fault("E0804", text)
    })?;
    let now = moment::moment(project.as_of(None), schema.zone())?;
    let needed = Needed::parts(schema, |stream, _| streams.contains(&stream)).with_ties();
    let threads = run::threads(None);
    let joined = Joined::of(&project, needed, Vec::new(), &now, threads, options.memory)?;
    let work = interrupt::work();
    let mut tables = Vec::new();
    for (id, file) in streams.iter().zip(&files) {
        let stream = schema.field(*id);
        let key = key_column(stream);
        let events = written(&project, &joined, stream, &key, file)?;
        tables.push(Packed {
            stream,
            key,
            file: file.clone(),
            events,
        });
    }
    let lines = manifest_lines(&project, &tables);
    let readme = options.into.join(README);
    write_text(&readme, &layout(project.name(), &tables, &lines))?;
    drop(work);
    let mut answer = String::new();
    for table in &tables {
        let (events, file) = (grouped(table.events), table.file.display());
        let word = if table.events == 1 { "event" } else { "events" };
        let _ = writeln!(answer, "{}: {events} {word} in {file}", table.stream.name);
    }
    let _ = write!(
        answer,
        "\n{} says how they are stored, and what to write into segql.toml in the place of the tables they come from.\n",
        readme.display()
    );
    terminal::answer(&answer)
}

/// A stream that was stored.
struct Packed<'a> {
    stream: &'a Field,
    /// The column of the contacts' keys.
    key: String,
    file: PathBuf,
    events: u64,
}

/// The streams of these names, or all.
fn chosen(project: &Project, names: &[String]) -> Result<Vec<FieldId>, Failure> {
    let schema = project.schema();
    let first = schema.fields().len();
    let all = || (0..schema.streams().len()).map(|place| FieldId((first + place) as u32));
    if schema.streams().is_empty() {
        let text = format!("{} has no events", project.name());
        return Err(Failure::fault("E0814", text)
            .help("a table of events is named in segql.toml, under [events.NAME]"));
    }
    if names.is_empty() {
        return Ok(all().collect());
    }
    let mut chosen = Vec::new();
    for name in names {
        let of_field = || schema.history(schema.field_named(name)?.0);
        let Some(id) = (schema.stream_named(name).map(|(id, _)| id)).or_else(of_field) else {
            let failure = Failure::usage("E0814", format!("there are no events called `{name}`"));
            let known = schema.streams().iter();
            let known =
                known.map(|stream| stream.history_of.as_ref().unwrap_or(&stream.name).as_str());
            return Err(match suggest::nearest(name, known) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help("`segql schema` shows all streams of events"),
            });
        };
        if !chosen.contains(&id) {
            chosen.push(id);
        }
    }
    Ok(chosen)
}

/// What the files of streams are called.
fn file_names(project: &Project, streams: &[FieldId]) -> Vec<String> {
    let streams = streams.iter().map(|id| project.schema().field(*id));
    let names = streams.map(|stream| match &stream.history_of {
        Some(field) => format!("{field} history"),
        None => stream.name.clone(),
    });
    names.collect()
}

/// The files of streams of these names, each different.
fn places(folder: &Path, names: Vec<String>, force: bool) -> Result<Vec<PathBuf>, Failure> {
    if folder.exists() && !folder.is_dir() {
        let text = format!(
            "{} is a file, and events go into a folder",
            folder.display()
        );
        return Err(Failure::usage("E0804", text));
    }
    let mut files: Vec<PathBuf> = Vec::new();
    for name in names {
        let plain = |c: char| {
            if c.is_alphanumeric() || c == '-' {
                c
            } else {
                '_'
            }
        };
        let plain: String = name.chars().map(plain).collect();
        let mut file = folder.join(format!("{plain}.parquet"));
        let mut number = 2;
        while files.contains(&file) {
            file = folder.join(format!("{plain}_{number}.parquet"));
            number += 1;
        }
        files.push(file);
    }
    let readme = folder.join(README);
    let there = files.iter().chain([&readme]).find(|file| file.exists());
    match there {
        Some(there) if !force => {
            let text = format!("{} is there already", there.display());
            Err(Failure::fault("E0804", text)
                .help("nothing was changed: name another folder, or write over it with --force"))
        }
        _ => Ok(files),
    }
}

/// A name for the column of the keys that no field has.
fn key_column(stream: &Field) -> String {
    let mut name = "contact".to_owned();
    while (stream.field_type.record()).is_some_and(|record| record.part_named(&name).is_some()) {
        name.push_str("_key");
    }
    name
}

/// Writes the events of a stream; how many there are.
fn written(
    project: &Project,
    joined: &Joined,
    stream: &Field,
    key: &str,
    file: &Path,
) -> Result<u64, Failure> {
    let (schema, source) = (project.schema(), joined.source());
    let columns = source.schema();
    let list = columns.index_of(&stream.column).ok();
    let of_key = segql::data::bind_field(source, schema, schema.key())?;
    let events = list.and_then(|list| match columns.field(list).data_type() {
        DataType::List(event) => Some((list, event.data_type().clone())),
        _ => None,
    });
    let Some((list, events)) = events else {
        return Ok(0);
    };
    let key = Column::new(key, plain(columns.field(of_key).data_type()), false);
    let blank = stream.blank_is_missing;
    let mut writer = EventsWriter::create(file, &key, &events, blank)?;
    interrupt::unfinished(writer.unfinished().map(Path::to_owned));
    for piece in 0..source.pieces() {
        for batch in source.read(piece, &[of_key, list])? {
            if interrupt::stopped() {
                return Err(Failure::Interrupted);
            }
            let batch = batch?;
            writer.write(batch.column(0), batch.column(1))?;
        }
    }
    let events = writer.finish()?;
    interrupt::unfinished(None);
    Ok(events)
}

/// The type of keys, whatever layout they have.
fn plain(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => plain(values),
        DataType::RunEndEncoded(_, values) => plain(values.data_type()),
        other => other.clone(),
    }
}

/// What the manifest says of the tables that were stored.
fn manifest_lines(project: &Project, tables: &[Packed<'_>]) -> String {
    let lines = tables.iter().filter_map(|table| {
        let declared = project.events().declared(&table.stream.name)?;
        let source = from_folder(project.folder(), &table.file);
        Some(declared.packed(table.stream, &source, &table.key))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// How the events are stored, for people and other programs.
fn layout(project: &str, tables: &[Packed<'_>], lines: &str) -> String {
    let mut text = format!(
        "# Events of {project}, in the order of its contacts\n\n\
Written by `segql pack`. Each file holds one stream of events, in Parquet, and can be read by every program that reads Parquet:\n\n\
| file | stream | events |\n| --- | --- | ---: |\n"
    );
    for table in tables {
        let file = table.file.file_name().unwrap_or_default().to_string_lossy();
        let _ = writeln!(
            text,
            "| `{file}` | `{}` | {} |",
            table.stream.name,
            grouped(table.events)
        );
    }
    let key = tables.first().map_or("contact", |table| table.key.as_str());
    let _ = write!(
        text,
        "\n\
* A row is one event: the key of its contact in the first column (`{key}`), its time in `time`, and a column for each field, called as the field.\n\
* The events of a contact stand side by side. Contacts come in the order that they had in the table of contacts; those without events are not there.\n\
* The events of one contact are sorted by time, from the first to the last; those of one time by their fields in the order of the columns, missing values first.\n\
* A row group ends where the events of a contact end, and has about 131,072 events.\n\
* Events of no contact, without a key or without a time were left out.\n\
* The metadata of a file says what order it is in: `segql.order` is a list in JSON of the columns it is sorted by, the contact's first. `segql.blank_text_is_missing` says whether blank\n\
  text counted as missing there.\n\n\
A run reads such a file where it lies: it looks through contacts and times once, and reads the fields it needs row group by row group, without sorting. Where the contacts have another order by now,\n\
or the fields have, it is sorted like any other file; the answer is the same.\n\n\
## In the manifest\n\n\
In the place of the tables that these events come from:\n\n```toml\n{lines}```\n"
    );
    text
}
