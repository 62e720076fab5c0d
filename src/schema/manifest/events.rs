//! The tables of events in a manifest.

use super::read::{Reader, Value};
use super::settings::{ALL_FIELDS, EVENTS, STREAM};
use super::{DeclaredField, Files, OtherValues, PointColumns, Spanned, errors};
use crate::types::Type;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// What a manifest says about a table of events.
#[derive(Clone, Debug)]
pub struct DeclaredEvents {
    /// What people call the table; without a kind it is the name of its one stream as well.
    pub name: Spanned<String>,
    pub files: Files,
    /// The column of the contacts' keys.
    pub contact: Spanned<String>,
    /// The column of times.
    pub time: Spanned<String>,
    /// What the times count since 1970, where they are whole numbers.
    pub times: Option<TimeUnit>,
    /// The column that tells streams apart.
    pub kind: Option<Spanned<String>>,
    /// In the order of the manifest; without a kind the one stream that the table is.
    pub streams: Vec<DeclaredStream>,
    pub blank_text_is_missing: bool,
    pub other_values: OtherValues,
    /// In the order in which they stand in the manifest.
    pub fields: Vec<DeclaredField>,
    /// The field of contacts whose history it is, where it is one.
    pub history_of: Option<Spanned<String>>,
}

/// What whole numbers count that stand for times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    Seconds,
    Milliseconds,
    Microseconds,
}

impl TimeUnit {
    pub const ALL: [TimeUnit; 3] = [
        TimeUnit::Seconds,
        TimeUnit::Milliseconds,
        TimeUnit::Microseconds,
    ];

    /// What a manifest calls it.
    pub fn word(self) -> &'static str {
        match self {
            TimeUnit::Seconds => "seconds",
            TimeUnit::Milliseconds => "milliseconds",
            TimeUnit::Microseconds => "microseconds",
        }
    }
}

/// A stream of a table of events.
#[derive(Clone, Debug)]
pub struct DeclaredStream {
    /// What a text calls it.
    pub name: Spanned<String>,
    /// The value of the kind column; none where the table is one stream.
    pub kind: Option<String>,
    pub fields: StreamFields,
}

/// The fields that the events of a stream have.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamFields {
    All,
    /// At least one, in this order, no name twice.
    Listed(Vec<Spanned<String>>),
}

impl DeclaredEvents {
    /// The paths of its files, from the folder the manifest lies in.
    pub fn paths(&self, folder: &Path) -> Vec<PathBuf> {
        self.files.paths(folder)
    }

    /// The declared types, by the names of the columns, those of key, kind and time left aside.
    pub fn declared_types(&self) -> Vec<(String, Type)> {
        super::declared_types(&self.fields)
    }

    /// The places that are put together of two columns.
    pub fn points(&self) -> Vec<PointColumns> {
        super::points(&self.fields)
    }
}

impl Reader {
    pub(super) fn events(&mut self, manifest: &DeTable) -> Vec<DeclaredEvents> {
        let mut found = Vec::new();
        for (name, table) in self.named_tables(manifest, "events", "activity") {
            found.extend(self.events_table(name, table));
        }
        found.sort_by_key(|events: &DeclaredEvents| events.name.span.start);
        self.streams_differ(&found);
        found
    }

    fn events_table(&mut self, name: Spanned<String>, table: &DeTable) -> Option<DeclaredEvents> {
        let place = "the table of events";
        self.known_only(table, place, EVENTS);
        let files = self.files(table, "data/events.parquet");
        let contact = self.text(table, "contact", "\"contact_id\"");
        let time = self.text(table, "time", "\"at\"");
        let times = self.times(table);
        let kind = self.text(table, "kind", "\"event\"");
        self.needed(
            table,
            name.span,
            place,
            EVENTS,
            &[
                ("source", "data/events.parquet"),
                ("contact", "contact_id"),
                ("time", "at"),
            ],
        );
        for (setting, what) in [
            ("contact", "the column of the contacts' keys"),
            ("time", "the column of times"),
            ("kind", "the column that tells streams apart"),
        ] {
            let written = table.get(setting);
            if let Some(value) = written.filter(|value| value.get_ref().as_str() == Some("")) {
                let span = self.span(value.span());
                self.faults.push(errors::empty(span, setting, what));
            }
        }
        let streams = self.streams(&name, table);
        let blank_text_is_missing = self
            .boolean(table, "blank_text_is_missing")
            .unwrap_or(false);
        let other_values = self.other_values(table);
        let fields = self.fields(table, &format!("events.{}", name.value), "title");
        let (files, contact, time) = (files?, contact?, time?);
        let own = [Some(&contact), Some(&time), kind.as_ref()];
        for (at, column) in own.iter().flatten().enumerate() {
            let mut before = own.iter().flatten().take(at);
            if let Some(first) = before.find(|first| first.value == column.value) {
                self.faults
                    .push(errors::column_twice(first.span, column.span, &column.value));
            }
        }
        for field in &fields {
            let column = field.column.as_ref().unwrap_or(&field.name);
            let of_events = [
                (Some(&contact), "holds the contacts' keys"),
                (Some(&time), "is the time of the events, `time` in a text"),
                (kind.as_ref(), "tells the streams apart"),
            ];
            for (own, what) in of_events {
                if own.is_some_and(|own| own.value == column.value) && field.point.is_none() {
                    self.faults
                        .push(errors::no_field_of_events(column.span, &column.value, what));
                }
            }
            if field.name.value == crate::types::RecordType::TIME {
                self.faults.push(errors::second_time(field.name.span));
            }
        }
        Some(DeclaredEvents {
            name,
            files,
            contact,
            time,
            times,
            kind,
            streams,
            blank_text_is_missing,
            other_values,
            fields,
            history_of: None,
        })
    }

    pub(super) fn times(&mut self, table: &DeTable) -> Option<TimeUnit> {
        let written = self.text(table, "times", "\"seconds\"")?;
        let mut units = TimeUnit::ALL.into_iter();
        let unit = units.find(|unit| unit.word() == written.value);
        if unit.is_none() {
            let known = TimeUnit::ALL.map(TimeUnit::word);
            let message = format!("times do not count \"{}\"", written.value);
            self.faults.push(errors::not_allowed(
                written.span,
                message,
                &known,
                &written.value,
            ));
        }
        unit
    }

    /// The streams under their names, or the one that the table is.
    fn streams(&mut self, name: &Spanned<String>, table: &DeTable) -> Vec<DeclaredStream> {
        let example = format!("[events.{}.streams]` with `view = [\"title\"]", name.value);
        match (table.get("kind"), table.get("streams")) {
            (None, None) => vec![DeclaredStream {
                name: name.clone(),
                kind: None,
                fields: StreamFields::All,
            }],
            (Some(_), None) => {
                self.faults.push(errors::setting_missing(
                    name.span,
                    "streams",
                    "the table of events, which has a `kind`,",
                    &example,
                ));
                Vec::new()
            }
            (None, Some(value)) => {
                let span = self.span(value.span());
                self.faults.push(errors::streams_without_kind(span));
                Vec::new()
            }
            (Some(_), Some(value)) => {
                let Some(tables) = self.table(value, "streams", &example) else {
                    return Vec::new();
                };
                if tables.is_empty() {
                    let span = self.span(value.span());
                    self.faults
                        .push(errors::empty(span, "streams", "at least one stream"));
                }
                let mut streams = Vec::new();
                for (name, value) in tables {
                    let name = Spanned {
                        value: name.get_ref().to_string(),
                        span: self.span(name.span()),
                    };
                    streams.push(self.stream(name, value));
                }
                streams.sort_by_key(|stream: &DeclaredStream| stream.name.span.start);
                self.kinds_differ(&streams);
                streams
            }
        }
    }

    fn stream(&mut self, name: Spanned<String>, value: &Value) -> DeclaredStream {
        let example = format!("{} = [\"title\", \"minutes\"]", name.value);
        let (kind, fields) = match value.get_ref() {
            DeValue::String(word) if word == ALL_FIELDS => (None, StreamFields::All),
            DeValue::Array(_) => (None, self.stream_fields(value, &name.value, &example)),
            DeValue::Table(table) => {
                self.known_only(table, "a stream", STREAM);
                let fields = match table.get("fields") {
                    Some(fields) => {
                        self.stream_fields(fields, "fields", "fields = [\"title\", \"minutes\"]")
                    }
                    None => StreamFields::All,
                };
                (self.text(table, "value", "\"view\""), fields)
            }
            _ => {
                let needed = "a list of fields or \"all\"";
                self.wrong_kind(value, &name.value, needed, &example);
                (None, StreamFields::All)
            }
        };
        let kind = kind.map_or_else(|| name.value.clone(), |kind| kind.value);
        DeclaredStream {
            name,
            kind: Some(kind),
            fields,
        }
    }

    fn stream_fields(&mut self, value: &Value, name: &str, example: &str) -> StreamFields {
        let DeValue::Array(elements) = value.get_ref() else {
            if value.get_ref().as_str() != Some(ALL_FIELDS) {
                self.wrong_kind(value, name, "a list of fields or \"all\"", example);
            }
            return StreamFields::All;
        };
        let mut fields: Vec<Spanned<String>> = Vec::new();
        for element in elements.iter() {
            let span = self.span(element.span());
            let Some(field) = element.get_ref().as_str() else {
                self.wrong_kind(element, name, "a list of fields", example);
                continue;
            };
            if let Some(first) = fields.iter().find(|first| first.value == field) {
                self.faults
                    .push(errors::field_twice(first.span, span, field));
                continue;
            }
            fields.push(Spanned {
                value: field.to_owned(),
                span,
            });
        }
        if fields.is_empty() {
            StreamFields::All
        } else {
            StreamFields::Listed(fields)
        }
    }

    /// Tells of streams of one table that have the same value.
    fn kinds_differ(&mut self, streams: &[DeclaredStream]) {
        for (at, stream) in streams.iter().enumerate() {
            let mut before = streams[..at].iter();
            if let Some(first) = before.find(|first| first.kind == stream.kind) {
                let kind = stream.kind.as_deref().unwrap_or_default();
                self.faults
                    .push(errors::kind_twice(first.name.span, stream.name.span, kind));
            }
        }
    }

    /// Tells of streams of several tables that have the same name.
    fn streams_differ(&mut self, tables: &[DeclaredEvents]) {
        let streams = || tables.iter().flat_map(|table| &table.streams);
        for (at, stream) in streams().enumerate() {
            let mut before = streams().take(at);
            if let Some(first) = before.find(|first| first.name.value == stream.name.value) {
                self.faults.push(errors::stream_twice(
                    first.name.span,
                    stream.name.span,
                    &stream.name.value,
                ));
            }
        }
    }
}
