//! The manifest `segql.toml`: where the contacts are, which field is their key, and what the columns cannot say themselves.
//!
//! ```toml
//! name = "streaming"
//! time_zone = "Europe/Brussels"       # UTC if it is not said
//! as_of = "2026-11-22T10:00+01:00"    # the instant of a run that is told none, for data that stand still; the clock if it is not said
//! segments = ["segments.seg"]         # all .seg files beside the manifest if it is not said
//!
//! [contacts]
//! source = "data/contacts.csv"        # a file, a pattern, a folder, or a list of them; or from = "events" where nothing but events is there
//! key = "id"
//! format = "csv"                      # parquet, arrow, csv or jsonl; told by the name if it is not said
//! delimiter = ";"                     # of CSV; a comma if it is not said
//! header = true                       # of CSV; whether the first line names the columns
//! time_zone = "time_zone"             # the text field that names a contact's own zone, by which calendar words go for that contact
//! beginning = "signup_at"             # the field of the time or day since which a contact is known, by which `observed for` goes
//! missing = ["NA", "-"]               # of CSV; words that mean a missing value, beside the empty field
//! blank_text_is_missing = true        # text of nothing but white space counts as missing
//! other_values = "report"             # what a value outside a closed set does: refuse ends a run, and is so if it is not said
//!
//! [contacts.fields.region]
//! column = "REGION_CD"                # the field's own name if it is not said
//! type = "text"                       # seen from the column if it is not said
//! values = ["BE", "NL", "FR"]         # the closed set of its values, or the name of one of the sets below
//! description = "Where the contact lives"
//!
//! [contacts.fields.home]              # a place that the data holds in two columns
//! type = "point"
//! latitude = "home_lat"
//! longitude = "home_lon"
//!
//! [contacts.fields.profiles.parts.kind] # a part of a record, or of a list of records
//! values = ["adult", "kids"]          # its closed set
//!
//! [sets.plans]                        # a closed set with a name, for fields and for parameters of definitions
//! values = ["free", "basic", "pro"]
//!
//! [lists.suppressed]                  # keys that a text may ask for: email in list "suppressed"
//! source = "lists/suppressed.csv"     # as for contacts, with format, delimiter, header and missing
//! column = "email"                    # the only column if it is not said
//! type = "text"                       # text or int; seen from the column if it is not said
//!
//! [arms.spring]                       # arms that the split `spring` gave before, which it holds
//! source = "arms/spring.csv"          # as for lists
//! key = "id"                          # the column of the contacts' keys; called as their field if it is not said
//! arm = "label"                       # the column of the names of arms; arm or else label if it is not said
//!
//! [events.activity]                   # a table of events
//! source = "data/events/*.parquet"    # as for contacts, with format, delimiter, header, missing, blank_text_is_missing and other_values
//! contact = "contact_id"              # the column that holds the contact's key
//! time = "at"                         # the column that tells when; in the language it is called `time`
//! times = "milliseconds"              # where times are whole numbers: what they count since 1970
//! kind = "event"                      # the column that tells several streams apart; without it the table is one stream, called as the table
//!
//! [events.activity.streams]           # with `kind`: which of its values are streams, and the fields of each
//! view = ["title", "minutes"]
//! login = "all"                       # every field of the table, as [] says too
//! plan_change = { value = "plan", fields = ["from", "to"] } # a stream that is called otherwise than the value
//!
//! [events.activity.fields.title]      # as for contacts
//! catalogue = "titles"                # its values are keys of that catalogue
//!
//! [catalogues.titles]                 # a table that fields refer to
//! source = "data/titles.csv"          # as for events
//! key = "id"                          # without it, fields cannot refer to the catalogue
//! [catalogues.titles.fields.genres]   # as for contacts
//! type = "list of text"
//! ```
//!
//! Types are `bool`, `int`, `number`, `text`, `date`, `time`, `duration`, `point` and lists of these but points (`list of text`). In CSV and JSON lines the declared
//! type decides how values are read; elsewhere the column has a type, and the manifest may not contradict it. All columns are fields, whether
//! the manifest names them or not.

mod apply;
mod apply_catalogues;
mod apply_events;
mod arms;
mod catalogues;
mod errors;
mod events;
mod fields;
mod files;
mod histories;
mod instant;
mod lists;
mod packed;
mod read;
mod settings;
mod write;

pub use arms::DeclaredArms;
pub use catalogues::DeclaredCatalogue;
pub use events::{DeclaredEvents, DeclaredStream, StreamFields, TimeUnit};
pub use files::Files;
pub use instant::instant;
pub use write::{toml_key, toml_list, toml_text};

use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Sources, Span};
use crate::types::{NumberKind, Type};
use std::path::{Path, PathBuf};

/// A value with its place in the manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

/// What a manifest says.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The project's name.
    pub name: Option<String>,
    /// An IANA name; none is UTC.
    pub time_zone: Option<Spanned<String>>,
    /// The instant of a run that is told none: a day, or a time with or without an offset. For data that stand still, such as examples.
    pub as_of: Option<Spanned<String>>,
    /// The files of segments, as they are written; none means all `.seg` files beside the manifest.
    pub segments: Option<Vec<Spanned<String>>>,
    pub contacts: Contacts,
    pub sets: Vec<DeclaredSet>,
    pub lists: Vec<DeclaredList>,
    /// Arms that splits gave before, in the order of the manifest.
    pub arms: Vec<DeclaredArms>,
    /// Tables of events, in the order of the manifest, and behind them the histories of fields.
    pub events: Vec<DeclaredEvents>,
    pub catalogues: Vec<DeclaredCatalogue>,
}

/// A closed set with a name.
#[derive(Clone, Debug)]
pub struct DeclaredSet {
    pub name: Spanned<String>,
    pub values: Vec<String>,
}

/// A list of keys.
#[derive(Clone, Debug)]
pub struct DeclaredList {
    pub name: Spanned<String>,
    pub files: Files,
    pub column: Option<Spanned<String>>,
    /// Text or whole numbers.
    pub element: Option<Spanned<Type>>,
}

/// What a manifest says about the table of contacts.
#[derive(Clone, Debug)]
pub struct Contacts {
    pub files: Files,
    /// Where it is said that they are those whom the tables of events name, and have no files.
    pub from_events: Option<Span>,
    /// The name of the field that tells contacts apart.
    pub key: Spanned<String>,
    /// The name of the field that holds a contact's own time zone.
    pub time_zone: Option<Spanned<String>>,
    /// The name of the field of the time or day since which a contact is known.
    pub beginning: Option<Spanned<String>>,
    pub blank_text_is_missing: bool,
    pub other_values: OtherValues,
    /// In the order in which they stand in the manifest.
    pub fields: Vec<DeclaredField>,
}

/// What a value of the data does that is outside the closed set of its field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtherValues {
    /// It ends a run before the first contact is answered.
    #[default]
    Refuse,
    /// It is reported beside the answer.
    Report,
}

/// What a manifest says about one field: of contacts, of events or of a catalogue.
#[derive(Clone, Debug)]
pub struct DeclaredField {
    pub name: Spanned<String>,
    /// The column, where it has another name.
    pub column: Option<Spanned<String>>,
    pub field_type: Option<Spanned<Type>>,
    pub values: Option<Spanned<DeclaredValues>>,
    pub description: Option<String>,
    /// The two columns that a place is put together of.
    pub point: Option<PointParts>,
    /// Of a record, or of a list of records: what is said about its parts.
    pub parts: Vec<DeclaredPart>,
    /// The catalogue that its values, or the elements of its lists, are keys of.
    pub catalogue: Option<Spanned<String>>,
}

/// What a manifest says about a part of a record.
#[derive(Clone, Debug)]
pub struct DeclaredPart {
    pub name: Spanned<String>,
    pub description: Option<String>,
    pub values: Option<Spanned<DeclaredValues>>,
    pub catalogue: Option<Spanned<String>>,
}

/// Where a manifest finds the two halves of a place.
#[derive(Clone, Debug)]
pub struct PointParts {
    pub latitude: Spanned<String>,
    pub longitude: Spanned<String>,
}

/// Two columns that make a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointColumns {
    pub latitude: String,
    pub longitude: String,
}

impl PointColumns {
    /// What the column of places is called that is made of the two.
    pub fn column(&self) -> String {
        format!("{}, {}", self.latitude, self.longitude)
    }
}

/// The closed set of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredValues {
    Listed(Vec<String>),
    /// The set of this name.
    Named(String),
}

impl Manifest {
    /// Reads the text of a manifest.
    ///
    /// # Errors
    ///
    /// Every mistake in it, each with its place, in the order of the text.
    pub fn parse(sources: &Sources, id: SourceId) -> Result<Manifest, Vec<Diagnostic>> {
        read::read(&sources.get(id).text, id)
    }

    /// The paths of the contacts' files: those of the manifest, from the folder it lies in.
    pub fn contact_paths(&self, folder: &Path) -> Vec<PathBuf> {
        self.contacts.files.paths(folder)
    }

    /// The paths of the files of segments that the manifest names, from the folder it lies in. None means all `.seg` files there.
    pub fn segment_paths(&self, folder: &Path) -> Option<Vec<PathBuf>> {
        let segments = self.segments.as_ref()?;
        Some(
            segments
                .iter()
                .map(|segment| within(folder, &segment.value))
                .collect(),
        )
    }
}

impl DeclaredList {
    /// The paths of its files, from the folder the manifest lies in.
    pub fn paths(&self, folder: &Path) -> Vec<PathBuf> {
        self.files.paths(folder)
    }
}

fn within(folder: &Path, path: &str) -> PathBuf {
    if folder.as_os_str().is_empty() || folder == Path::new(".") {
        PathBuf::from(path)
    } else {
        folder.join(path)
    }
}

impl Contacts {
    /// The declared types, by the names of the columns. The two columns of a place are numbers, whether that is said or not.
    pub fn declared_types(&self) -> Vec<(String, Type)> {
        declared_types(&self.fields)
    }

    /// The places that are put together of two columns.
    pub fn points(&self) -> Vec<PointColumns> {
        points(&self.fields)
    }
}

/// The declared types, by the names of the columns; those of places are numbers.
fn declared_types(fields: &[DeclaredField]) -> Vec<(String, Type)> {
    let (places, others): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.point.is_some());
    let mut types: Vec<(String, Type)> = others
        .into_iter()
        .filter_map(|field| {
            let field_type = field.field_type.as_ref()?;
            Some((field.column_name(), field_type.value.clone()))
        })
        .collect();
    for half in places
        .into_iter()
        .filter_map(|field| field.point.as_ref())
        .flat_map(|parts| [&parts.latitude, &parts.longitude])
    {
        if types.iter().all(|(column, _)| *column != half.value) {
            types.push((half.value.clone(), Type::Number(NumberKind::Exact)));
        }
    }
    types
}

/// The places that are put together of two columns.
fn points(fields: &[DeclaredField]) -> Vec<PointColumns> {
    let parts = fields.iter().filter_map(|field| field.point.as_ref());
    parts.map(PointParts::columns).collect()
}

impl PointParts {
    /// Without their places in the manifest.
    pub fn columns(&self) -> PointColumns {
        PointColumns {
            latitude: self.latitude.value.clone(),
            longitude: self.longitude.value.clone(),
        }
    }
}

impl DeclaredField {
    /// The column it is read from.
    pub fn column_name(&self) -> String {
        match &self.point {
            Some(parts) => parts.columns().column(),
            None => self.column.as_ref().unwrap_or(&self.name).value.clone(),
        }
    }
}
