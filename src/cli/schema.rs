//! `segql schema`: the fields of a project, with what their columns hold.

use super::arguments::SchemaOptions;
use super::events::Joined;
use super::fields::{Fields, Seen};
use super::progress::Progress;
use super::project::{self, Project};
use super::table::Page;
use super::{Failure, interrupt, moment, run, terminal};
use segql::data::{self, DataError, Source};
use segql::diagnostics::suggest;
use segql::engine::Needed;
use segql::profile::{self, Wanted};
use segql::schema::{Field, FieldId, Manifest, Schema};
use std::path::Path;

pub fn schema(options: &SchemaOptions) -> Result<(), Failure> {
    if options.manifest_json_schema {
        return terminal::answer(&Manifest::json_schema());
    }
    let (path, names) = match options.arguments.first() {
        Some(first) if is_part(first) => {
            let names = options.arguments.iter().map(String::as_str);
            (None, names.collect())
        }
        _ => run::split(&options.arguments),
    };
    let place = match (Project::find(path), names.first()) {
        // What is neither a path nor a field of any project is more likely to be meant as a path.
        (Err(Failure::Fault(_)), Some(name)) if path.is_none() => {
            return Err(project::not_there(name.as_ref()));
        }
        (place, _) => place?,
    };
    let project = place.open()?;
    let chosen = Chosen::of(project.schema(), &names)?;
    let contacts = chosen.contacts(&project)?;
    let streams = chosen.streams(&project)?;
    let answer = Fields {
        schema: project.schema(),
        contacts: &contacts,
        streams: &streams,
        is_chosen: !names.is_empty(),
    };
    let page = Page {
        colours: terminal::colours_on_answer(),
        width: terminal::answer_width(),
    };
    terminal::answer(&answer.render(options.format, &page))
}

/// Whether it is meant as a part of events, `view.title`, and not as a path.
fn is_part(argument: &str) -> bool {
    let path = Path::new(argument);
    let is_text = path
        .extension()
        .is_some_and(|ending| ending == "seg" || ending == "toml");
    let is_name = argument.starts_with(|first: char| first != '.') && argument.contains('.');
    is_name && !argument.contains(['/', '\\']) && !is_text && !path.exists()
}

/// The fields of these names, or all.
struct Chosen {
    fields: Vec<FieldId>,
    /// Streams, each with the names of those of its parts that are meant.
    streams: Vec<(FieldId, Vec<String>)>,
}

impl Chosen {
    fn of(schema: &Schema, names: &[&str]) -> Result<Self, Failure> {
        let all = 0..schema.fields_and_streams().len();
        let (fields, streams): (Vec<_>, Vec<_>) = all
            .map(|place| FieldId(place as u32))
            .partition(|id| !schema.is_stream(*id));
        if names.is_empty() {
            return Ok(Self {
                fields,
                streams: streams
                    .into_iter()
                    .map(|id| (id, parts(schema, id)))
                    .collect(),
            });
        }
        let mut chosen = Self {
            fields: Vec::new(),
            streams: Vec::new(),
        };
        for name in names {
            if let Some((id, _)) = schema.field_named(name) {
                if !chosen.fields.contains(&id) {
                    chosen.fields.push(id);
                }
            } else if let Some((id, _)) = schema.stream_named(name) {
                chosen.add(id, parts(schema, id));
            } else if let Some((stream, part)) = name.split_once('.')
                && let Some((id, _)) = schema.stream_named(stream)
                && parts(schema, id).iter().any(|known| known == part)
            {
                chosen.add(id, vec![part.to_owned()]);
            } else {
                return Err(unknown_field(schema, name));
            }
        }
        Ok(chosen)
    }

    fn add(&mut self, stream: FieldId, parts: Vec<String>) {
        match self.streams.iter_mut().find(|(known, _)| *known == stream) {
            None => self.streams.push((stream, parts)),
            Some((_, known)) => {
                for part in parts {
                    if !known.contains(&part) {
                        known.push(part);
                    }
                }
            }
        }
    }

    /// Reads the columns of the fields, once.
    fn contacts(&self, project: &Project) -> Result<Seen, Failure> {
        let (source, schema) = (project.source(), project.schema());
        let fields = self.fields.iter().map(|id| {
            let column = data::bind_field(source, schema, *id)?;
            Ok((schema.field(*id).clone(), column))
        });
        let fields: Result<Vec<_>, DataError> = fields.collect();
        let total: Option<u64> = (0..source.pieces()).map(|piece| source.rows(piece)).sum();
        look(source, None, fields?, &Progress::new(total))
    }

    /// Reads the streams, and looks at their events.
    fn streams(&self, project: &Project) -> Result<Vec<Seen>, Failure> {
        if self.streams.is_empty() {
            return Ok(Vec::new());
        }
        let schema = project.schema();
        let now = moment::moment(project.as_of(None), schema.zone())?;
        let needed = Needed::parts(schema, |stream, part| {
            let mut chosen = self.streams.iter();
            let chosen = chosen.find(|(known, _)| *known == stream);
            chosen.is_some_and(|(_, parts)| parts.iter().any(|known| known == part))
        });
        let joined = Joined::of(project, needed, Vec::new(), &now, run::threads(None), None)?;
        let mut streams = Vec::new();
        for (id, parts) in &self.streams {
            let stream = schema.field(*id);
            let Some(events) = joined.events(&stream.column) else {
                continue;
            };
            let mut fields = Vec::new();
            for part in parts {
                let record = stream.field_type.record();
                if let Some((_, known)) = record.and_then(|record| record.part_named(part))
                    && let Ok(column) = events.schema().index_of(part)
                {
                    let field = Field {
                        column: project.events().column_of(&stream.name, part),
                        values: known.values.clone(),
                        description: stream.part_description(part).map(str::to_owned),
                        blank_is_missing: stream.blank_is_missing,
                        catalogue: known.catalogue.clone(),
                        ..Field::new(part, known.part_type.clone())
                    };
                    fields.push((field, column));
                }
            }
            let progress = Progress::of("events", events.rows(0));
            let name = Some(stream.name.clone());
            streams.push(look(&*events, name, fields, &progress)?);
        }
        Ok(streams)
    }
}

/// The names of the parts of a stream's events.
fn parts(schema: &Schema, stream: FieldId) -> Vec<String> {
    let record = schema.field(stream).field_type.record();
    let parts = record.into_iter().flat_map(|record| &record.parts);
    parts.map(|part| part.name.clone()).collect()
}

fn unknown_field(schema: &Schema, name: &str) -> Failure {
    if let Some(left) = schema.left_out_named(name) {
        let text = format!("the column `{name}` is no field, because {}", left.reason);
        return Failure::usage("E0813", text).help(
            "`segql schema` without names shows all fields, and the columns that are left out",
        );
    }
    let failure = Failure::usage("E0813", format!("there is no field `{name}`"));
    let mut known: Vec<String> = Vec::new();
    for (place, field) in schema.fields_and_streams().iter().enumerate() {
        known.push(field.name.clone());
        let id = FieldId(place as u32);
        if schema.is_stream(id) {
            let parts = parts(schema, id).into_iter();
            known.extend(parts.map(|part| format!("{}.{part}", field.name)));
        }
    }
    match suggest::nearest(name, known.iter().map(String::as_str)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`segql schema` without names shows all fields"),
    }
}

/// Reads the columns of fields, once.
fn look(
    source: &dyn Source,
    stream: Option<String>,
    fields: Vec<(Field, usize)>,
    progress: &Progress,
) -> Result<Seen, Failure> {
    let wanted: Vec<Wanted> = fields
        .iter()
        .map(|(field, column)| Wanted {
            column: *column,
            blank_is_missing: field.blank_is_missing,
        })
        .collect();
    let work = interrupt::work();
    let profile = profile::profile(
        source,
        &wanted,
        &mut |rows| progress.done(rows),
        &interrupt::stop(),
    )
    .map_err(|error| {
        if interrupt::stopped() {
            Failure::Interrupted
        } else {
            error.into()
        }
    })?;
    drop(work);
    let fields = fields.into_iter().map(|(field, _)| field);
    Ok(Seen {
        stream,
        rows: profile.rows,
        fields: fields.zip(profile.columns).collect(),
    })
}
