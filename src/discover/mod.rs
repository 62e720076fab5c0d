//! A project made from data: which table is that of the contacts, what its key is, what a manifest should say of its columns, and a few first
//! segments that are real. Nothing is written here; whoever asked gets the texts.

mod contacts;
mod errors;
mod guess;
mod key;
mod manifest;
mod notation;
mod segments;
mod tables;

use crate::data::DataError;
use crate::engine::Now;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What a project is to be made from.
pub struct Request<'a> {
    /// Files, folders and patterns, as they were written.
    pub data: &'a [PathBuf],
    /// The key that was asked for.
    pub key: Option<&'a str>,
    /// An IANA name.
    pub time_zone: &'a str,
    /// What the project is called.
    pub name: &'a str,
    pub now: Now,
    /// How the manifest writes a path.
    pub written: &'a dyn Fn(&Path) -> String,
    /// Hears now and then what is being done and how many rows of it are done.
    pub progress: &'a dyn Fn(u64),
    /// Set by another thread to stop.
    pub cancel: Arc<AtomicBool>,
}

/// A project that was made from data.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// The text of `segql.toml`.
    pub manifest: String,
    /// The text of `segments.seg`.
    pub segments: String,
    pub contacts: u64,
    /// The files of the contacts, as they are shown.
    pub source: String,
    pub fields: usize,
    pub left_out: usize,
    pub key: String,
    /// Why it is the key: a clause without a full stop.
    pub key_reason: String,
    pub closed_sets: usize,
    /// Rows of blank text, over all columns.
    pub blank: u64,
    /// What else was seen and how it is read, each as a few words and a sentence: numbers with commas, dates of elsewhere, columns that a few
    /// values make text.
    pub remarks: Vec<(String, String)>,
    /// The other tables that were found.
    pub other_tables: Vec<String>,
    /// The first segments, each with its members.
    pub counts: Vec<(String, u64)>,
}

/// Looks at data and makes a project from it.
///
/// # Errors
///
/// The data cannot be read; it is not clear which table holds the contacts, or what tells them apart; there are no contacts; `cancel` has been set.
pub fn discover(request: &Request<'_>) -> Result<Discovery, DataError> {
    let found = tables::find(request)?;
    let contacts = contacts::look(request, found.contacts)?;
    let key = key::choose(request, &contacts)?;
    let draft = manifest::draft(request, &contacts, &key, &found.others);
    let project = manifest::sound(request, &contacts, &draft)?;
    let first = segments::first(request, &contacts, &key, &draft, &project)?;
    Ok(Discovery {
        contacts: contacts.profile.rows,
        source: contacts.table.shown.clone(),
        fields: project.schema.fields().len(),
        left_out: project.schema.left_out().len(),
        key: key.name,
        key_reason: key.reason,
        closed_sets: draft.closed_sets(),
        blank: contacts.blank(),
        remarks: contacts.remarks(),
        other_tables: found
            .others
            .iter()
            .map(|table| table.shown.clone())
            .collect(),
        counts: first.counts,
        segments: first.text,
        manifest: draft.text,
    })
}
