//! The project that a manifest describes, opened as any project is: what is handed out is known to work.

use super::look::Looked;
use super::manifest::Draft;
use super::relations::Related;
use super::{Request, errors};
use crate::data::{DataError, JoinOptions, Source};
use crate::diagnostics::Diagnostic;
use crate::engine::{Events, Needed, Program, Tables, catalogues_of};
use crate::schema::{Files, Manifest, Schema, Spanned};
use crate::source::{SourceId, Sources, Span};
use std::path::Path;
use std::sync::Arc;

pub(super) struct Project {
    pub(super) schema: Schema,
    contacts: Arc<dyn Source>,
    events: Events,
}

/// Reads the draft as any manifest is read, and opens the data as it says.
pub(super) fn sound(
    request: &Request<'_>,
    contacts: &Looked,
    related: &Related,
    draft: &Draft,
) -> Result<Project, DataError> {
    let mut sources = Sources::default();
    let id = sources.add("segql.toml", draft.text.as_str());
    let mut manifest = Manifest::parse(&sources, id).map_err(refused)?;
    // The folder of the project may not be there yet, so that no path leads from it.
    from_here(&mut manifest.contacts.files, contacts, id);
    for (declared, found) in manifest.events.iter_mut().zip(&related.events) {
        from_here(&mut declared.files, &found.looked, id);
    }
    for (declared, found) in manifest.catalogues.iter_mut().zip(&related.catalogues) {
        from_here(&mut declared.files, &found.looked, id);
    }
    let here = Path::new("");
    let tables = Tables::open(&manifest, here, &mut |_| {}, &request.cancel)?;
    let columns = tables.events.columns();
    let schema = manifest.schema_with_events(&tables.contacts.schema(), &columns);
    let schema = schema.map_err(refused)?;
    let catalogues = catalogues_of(&manifest, here, &request.cancel);
    let (catalogues, unreadable) = catalogues.map_err(refused)?;
    if let Some(unreadable) = unreadable.first() {
        let (name, reason) = (&unreadable.name, &unreadable.reason);
        return Err(errors::ours(&format!(
            "the catalogue {name} cannot be read: {reason}"
        )));
    }
    Ok(Project {
        schema: schema.with_catalogues(catalogues, Vec::new()),
        contacts: tables.contacts,
        events: tables.events,
    })
}

fn from_here(files: &mut Files, looked: &Looked, id: SourceId) {
    let paths = looked.table.paths.iter();
    files.source = paths
        .map(|path| Spanned {
            value: path.display().to_string(),
            span: Span::new(id, 0, 0),
        })
        .collect();
}

fn refused(faults: Vec<Diagnostic>) -> DataError {
    let first = faults.first().map(|fault| fault.message.clone());
    errors::ours(&format!(
        "the manifest made from the data is refused: {}",
        first.unwrap_or_default()
    ))
}

impl Project {
    /// The contacts, with the events that a program needs.
    pub(super) fn source(
        &self,
        request: &Request<'_>,
        program: &Program,
    ) -> Result<Arc<dyn Source>, DataError> {
        let needed = Needed::by(program);
        let contacts = Arc::clone(&self.contacts);
        if needed.is_empty() {
            return Ok(contacts);
        }
        let options = JoinOptions {
            now: Some(request.now.nanoseconds()),
            folder: Some(std::env::temp_dir()),
            cancel: Arc::clone(&request.cancel),
            ..JoinOptions::default()
        };
        let joined = self
            .events
            .join(contacts, &self.schema, &needed, &options)?;
        Ok(Arc::new(joined))
    }
}
