//! Catalogues from tables: opened when a project is, read when a program that asks for them first runs.

use crate::data::{self, OpenOptions, Source};
use crate::diagnostics::Diagnostic;
use crate::execute;
use crate::schema::{Catalogue, CatalogueError, Field, LeftOut, Manifest};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The catalogue of the rows of a table. `key` names the field that others refer to. The table is read when the catalogue is first asked for;
/// setting `cancel` ends that.
///
/// # Errors
/// There is no field of the name of the key.
pub fn catalogue(
    name: impl Into<String>,
    source: Arc<dyn Source>,
    fields: Vec<Field>,
    key: Option<&str>,
    cancel: Arc<AtomicBool>,
) -> Result<Catalogue, CatalogueError> {
    let read = fields.clone();
    Catalogue::read_later(name, fields, key, move || {
        match execute::records(&*source, &read, &cancel) {
            Ok(records) => Ok(records),
            Err(error) => Err(Arc::new(error)),
        }
    })
}

/// The catalogues that a manifest names, and those that cannot be opened with the reason, for
/// [`Schema::with_catalogues`](crate::schema::Schema::with_catalogues). Paths begin at `folder`.
///
/// # Errors
/// Every place where the manifest says something of a catalogue that its table contradicts.
pub fn catalogues_of(
    manifest: &Manifest,
    folder: &Path,
    cancel: &Arc<AtomicBool>,
) -> Result<(Vec<Catalogue>, Vec<LeftOut>), Vec<Diagnostic>> {
    let (mut catalogues, mut unreadable, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for declared in &manifest.catalogues {
        let name = &declared.name.value;
        let options = OpenOptions {
            cancel: Arc::clone(cancel),
            ..OpenOptions::of_catalogue(declared)
        };
        let mut leave_out = |reason: String| {
            unreadable.push(LeftOut {
                name: name.clone(),
                reason,
            });
        };
        let source = match data::open(&declared.paths(folder), &options) {
            Ok(source) => source,
            Err(error) => {
                leave_out(error.to_string());
                continue;
            }
        };
        let fields = match manifest.catalogue_fields(declared, &source.schema()) {
            Ok(fields) => fields,
            Err(told) => {
                faults.extend(told);
                continue;
            }
        };
        let key = declared.key.as_ref().map(|key| key.value.as_str());
        match catalogue(name, source, fields, key, Arc::clone(cancel)) {
            Ok(catalogue) => catalogues.push(catalogue),
            Err(error) => leave_out(error.to_string()),
        }
    }
    if faults.is_empty() {
        Ok((catalogues, unreadable))
    } else {
        Err(faults)
    }
}
