//! A project made from data: which table is that of the contacts, what its key is, which tables hold what contacts did and which are catalogues, what a
//! manifest should say of their columns, and a few first segments that are real. Nothing is written here; whoever asked gets the texts.

mod choice;
mod errors;
mod guess;
mod key;
mod look;
mod manifest;
mod notation;
mod only_events;
mod project;
mod relations;
mod segments;
mod tables;

use crate::data::DataError;
use crate::engine::Now;
use crate::explain::grouped;
use choice::Choice;
use key::Key;
use look::Looked;
use only_events::OnlyEvents;
use relations::Related;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What a project is to be made from.
pub struct Request<'a> {
    /// Files, folders and patterns, as they were written.
    pub data: &'a [PathBuf],
    /// The files of the contacts that were asked for, where names and values need not tell which they are.
    pub contacts: Option<&'a Path>,
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
    /// The files of the contacts, as they are shown; none where the contacts are those whom the events name.
    pub source: Option<String>,
    /// Why they are the contacts, where there are several tables or nothing but events: a clause without a full stop.
    pub source_reason: Option<String>,
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
    /// What else was found that belongs to the contacts, each as a few words and a sentence: tables of events, catalogues.
    pub related: Vec<(String, String)>,
    /// The other tables that were found, each with why it is not used: a clause.
    pub other_tables: Vec<(String, String)>,
    /// The first segments, each with its members.
    pub counts: Vec<(String, u64)>,
}

/// Looks at data and makes a project from it.
///
/// # Errors
///
/// The data cannot be read; it is not clear which table holds the contacts, or what tells them apart; there are no contacts; `cancel` has been set.
pub fn discover(request: &Request<'_>) -> Result<Discovery, DataError> {
    let mut tables = tables::find(request)?;
    let (contacts, key, reason, related) = match choice::choose(request, &tables)? {
        Choice::Table { place, reason } => {
            let contacts = look::look(request, tables.remove(place))?;
            let key = key::choose(request, &contacts)?;
            let related = relations::relate(request, &contacts, &key, tables)?;
            (contacts, key, reason, related)
        }
        Choice::Events(found) => of_events(request, *found, &tables)?,
    };
    let draft = manifest::draft(request, &contacts, reason.as_deref(), &key, &related);
    let project = project::sound(request, &contacts, &related, &draft)?;
    let first = segments::first(request, &contacts, &key, &related, &draft, &project)?;
    Ok(Discovery {
        contacts: contacts.profile.rows,
        source_reason: reason,
        source: (!contacts.table.is_of_events()).then(|| contacts.table.shown.clone()),
        fields: project.schema.fields().len(),
        left_out: project.schema.left_out().len(),
        key: key.name,
        key_reason: key.reason,
        closed_sets: draft.closed_sets(),
        blank: contacts.blank(),
        remarks: contacts.remarks(),
        other_tables: related
            .rest
            .iter()
            .map(|unused| (unused.table.shown.clone(), unused.why.clone()))
            .collect(),
        related: told(&related),
        counts: first.counts,
        segments: first.text,
        manifest: draft.text,
    })
}

/// The contacts that events name, and what belongs to them.
fn of_events(
    request: &Request<'_>,
    mut found: OnlyEvents,
    tables: &[tables::Table],
) -> Result<(Looked, Key, Option<String>, Related), DataError> {
    let mut related = relations::relate(request, &found.contacts, &found.key, tables.to_vec())?;
    // Each table that is found to be about them may name more of them, whose keys others may hold.
    for _ in tables {
        if !found.widen(request, &related)? {
            break;
        }
        related = relations::relate(request, &found.contacts, &found.key, tables.to_vec())?;
    }
    Ok((found.contacts, found.key, Some(found.reason), related))
}

/// What belongs to the contacts, in words.
fn told(related: &Related) -> Vec<(String, String)> {
    const SHOWN: usize = 6;
    let mut told = Vec::new();
    for table in &related.events {
        let streams = table.streams();
        let mut names: Vec<&str> = streams.iter().take(SHOWN).map(|(name, _)| *name).collect();
        if streams.len() > SHOWN {
            names.push("…");
        }
        let rows = grouped(table.looked.profile.rows);
        let shown = &table.looked.table.shown;
        told.push((
            "events".to_owned(),
            format!("{rows} in {shown}: {}", names.join(", ")),
        ));
    }
    for catalogue in &related.catalogues {
        let rows = grouped(catalogue.looked.profile.rows);
        let (name, shown) = (&catalogue.name, &catalogue.looked.table.shown);
        told.push((
            "catalogue".to_owned(),
            format!("{name}: {rows} rows in {shown}"),
        ));
    }
    told
}
