//! How data files are to be read, as far as the files do not say it themselves.

use crate::schema::{DeclaredList, Manifest, PointColumns};
use crate::types::Type;
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
            format: contacts.format,
            delimiter: contacts.delimiter,
            header: contacts.header,
            missing_words: contacts.missing_words.clone(),
            types: contacts.declared_types(),
            points: contacts.points(),
            ..Self::default()
        }
    }

    /// What a manifest says about the files of a list.
    pub fn of_list(list: &DeclaredList) -> Self {
        let typed = list.column.iter().zip(&list.element);
        Self {
            format: list.format,
            delimiter: list.delimiter,
            header: list.header,
            missing_words: list.missing_words.clone(),
            types: typed
                .map(|(column, element)| (column.value.clone(), element.value.clone()))
                .collect(),
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
