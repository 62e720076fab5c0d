//! The tables that a manifest names, opened: the contacts and what they did.

use super::Events;
use crate::data::{self, DataError, OpenOptions, Source};
use crate::schema::{Manifest, toml_key};
use crate::types::Type;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Contacts and events of a project.
#[derive(Clone)]
pub struct Tables {
    pub contacts: Arc<dyn Source>,
    pub events: Events,
}

impl Tables {
    /// Opens the tables of a manifest, whose paths begin at `folder`. `looks` hears what is looked through, before it is. Setting `cancel` ends it.
    ///
    /// # Errors
    /// As [`data::open`](crate::data::open); where contacts are those of the events, keys that are neither whole numbers nor text, or of two sorts.
    pub fn open(
        manifest: &Manifest,
        folder: &Path,
        looks: &mut dyn FnMut(&str),
        cancel: &Arc<AtomicBool>,
    ) -> Result<Self, DataError> {
        if manifest.contacts.from_events.is_some() {
            looks("the events");
            return Self::from_events(manifest, folder, cancel);
        }
        let options = OpenOptions {
            cancel: Arc::clone(cancel),
            ..OpenOptions::from_manifest(manifest)
        };
        let paths = manifest.contact_paths(folder);
        match &paths[..] {
            [only] => looks(&only.display().to_string()),
            _ => looks("the contacts"),
        }
        let contacts = data::open(&paths, &options)?;
        looks("the events");
        let events = Events::open(manifest, folder, &contacts.schema(), cancel)?;
        Ok(Self { contacts, events })
    }

    /// The contacts are the different keys of all tables of events.
    fn from_events(
        manifest: &Manifest,
        folder: &Path,
        cancel: &Arc<AtomicBool>,
    ) -> Result<Self, DataError> {
        let column = manifest.contacts.key_column();
        let declared = manifest.contacts.declared_types();
        let declared = declared.into_iter().find(|(name, _)| *name == column);
        // Where it is not said what the keys are, the first table tells.
        let is_said = declared.is_some();
        let key = match declared {
            Some((_, key)) => key,
            None => Events::key_seen(manifest, folder, cancel)?,
        };
        let events = Events::open_by(manifest, folder, &key, cancel).map_err(|fault| {
            let mut contacts = manifest.events.iter().map(|table| &table.contact.value);
            let is_of_key = contacts.any(|contact| fault.column.as_ref() == Some(contact));
            match is_of_key && fault.code.0 == "E0709" && !is_said {
                true => fault.help(text_keys(manifest)),
                false => fault,
            }
        })?;
        let are_text = !matches!(key, Type::Number(_));
        let contacts = data::different_keys(&column, are_text, &events.keys(), cancel)?;
        Ok(Self { contacts, events })
    }
}

/// How keys become text, where those of the first table look like numbers and others do not.
fn text_keys(manifest: &Manifest) -> String {
    let first = manifest.events.first();
    let table = first.map_or("", |table| &table.name.value);
    format!(
        "The keys in `[events.{}]`, which comes first, are whole numbers. Mend the value; or if keys are text, say so: `[contacts.fields.{}]` with `type = \"text\"`.",
        toml_key(table),
        toml_key(&manifest.contacts.key.value),
    )
}
