//! How data files are to be read, as far as the files do not say it themselves.

use super::arms::ARM_COLUMNS;
use crate::schema::{
    DeclaredArms, DeclaredCatalogue, DeclaredEvents, DeclaredList, Files, Manifest, Notation,
    PointColumns,
};
use crate::types::{NumberKind, Type};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use crate::schema::Format;

/// How to open files; the default leaves everything to the files.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Told by the name, else by the first bytes, if it is not said.
    pub format: Option<Format>,
    /// Of CSV. A comma if it is not said, a tab in `.tsv` files.
    pub delimiter: Option<u8>,
    /// The first line of CSV names the columns. Without it they are called `column_1`, `column_2` …
    pub header: bool,
    /// Fields of CSV that mean a missing value, beside the empty one.
    pub missing_words: Vec<String>,
    /// How numbers, dates, yes and no are written in CSV.
    pub notation: Notation,
    /// The types of columns of CSV and JSON lines that are not to be seen from the values, by the name of the column.
    pub types: Vec<(String, Type)>,
    /// Places that are put together of two columns; see [`with_points`](super::with_points).
    pub points: Vec<PointColumns>,
    /// Rows of a batch at most.
    pub batch_rows: usize,
    /// Set by another thread to stop; opening then ends with an error.
    pub cancel: Arc<AtomicBool>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            format: None,
            delimiter: None,
            header: true,
            missing_words: Vec::new(),
            notation: Notation::default(),
            types: Vec::new(),
            points: Vec::new(),
            batch_rows: 65_536,
            cancel: Arc::new(AtomicBool::new(false)),
        }
    }
}

impl OpenOptions {
    /// What a manifest says about the files of its contacts.
    pub fn from_manifest(manifest: &Manifest) -> Self {
        let contacts = &manifest.contacts;
        Self {
            types: contacts.declared_types(),
            points: contacts.points(),
            ..Self::of_files(&contacts.files)
        }
    }

    /// What a manifest says about the files of a list.
    pub fn of_list(list: &DeclaredList) -> Self {
        let typed = list.column.iter().zip(&list.element);
        Self {
            types: typed
                .map(|(column, element)| (column.value.clone(), element.value.clone()))
                .collect(),
            ..Self::of_files(&list.files)
        }
    }

    /// What a manifest says about the files of arms. The contacts' keys, of the type `key`, stand in a column, and the names of arms in another.
    pub fn of_arms(arms: &DeclaredArms, key_column: &str, key: &Type) -> Self {
        let mut types = vec![(key_column.to_owned(), key.clone())];
        match &arms.arm {
            Some(arm) => types.push((arm.value.clone(), Type::Text)),
            None => types.extend(ARM_COLUMNS.map(|column| (column.to_owned(), Type::Text))),
        }
        Self {
            types,
            ..Self::of_files(&arms.files)
        }
    }

    /// What a manifest says about the files of a catalogue.
    pub fn of_catalogue(catalogue: &DeclaredCatalogue) -> Self {
        Self {
            types: catalogue.declared_types(),
            points: catalogue.points(),
            ..Self::of_files(&catalogue.files)
        }
    }

    /// What a manifest says about the files of a table of events. The contacts' keys, of the type `key`, stand in it, and times: CSV and JSON lines are read
    /// accordingly. Without a type of the keys it is seen from them.
    pub fn of_events(events: &DeclaredEvents, key: Option<&Type>) -> Self {
        let mut types = events.declared_types();
        types.extend(key.map(|key| (events.contact.value.clone(), key.clone())));
        let time = match events.times {
            Some(_) => Type::Number(NumberKind::Whole),
            None => Type::Time,
        };
        types.push((events.time.value.clone(), time));
        types.extend(
            events
                .kind
                .iter()
                .map(|kind| (kind.value.clone(), Type::Text)),
        );
        Self {
            types,
            points: events.points(),
            ..Self::of_files(&events.files)
        }
    }

    fn of_files(files: &Files) -> Self {
        Self {
            format: files.format,
            delimiter: files.delimiter,
            header: files.header,
            missing_words: files.missing_words.clone(),
            notation: files.notation.clone(),
            ..Self::default()
        }
    }

    pub(super) fn declared(&self, column: &str) -> Option<Type> {
        self.types
            .iter()
            .find(|(name, _)| name == column)
            .map(|(_, data_type)| data_type.clone())
    }
}
