//! Which of the tables that hold no events are catalogues: columns of contacts or of events hold their keys.

use super::{CatalogueFound, Names, Reference, Related, Unused, references};
use crate::data::DataError;
use crate::discover::look::Looked;
use crate::discover::{Request, guess, key};

/// `left` are the tables that hold no events, each with what is known of why.
pub(super) fn find(
    request: &Request<'_>,
    contacts: &Looked,
    left: Vec<(Looked, Option<String>)>,
    names: &mut Names,
    related: &mut Related,
) -> Result<(), DataError> {
    for (other, why) in left {
        let keys = key::unique(request, &other)?;
        let mut found = None;
        for key in &keys {
            let referring = Referring::to(request, contacts, &other, key, related)?;
            if !referring.is_empty() {
                found = Some((key.clone(), referring));
                break;
            }
        }
        let Some((key, referring)) = found else {
            let why = why.unwrap_or_else(|| match keys.is_empty() {
                true => "no column refers to the contacts, and none tells its rows apart so that others could refer to it".to_owned(),
                false => "no column refers to the contacts, and no other table refers to it".to_owned(),
            });
            related.rest.push(Unused {
                table: other.table,
                why,
            });
            continue;
        };
        let name = names.give(guess::plain(&other.table.name), "catalogue");
        let reference = |column: String| Reference {
            column,
            catalogue: name.clone(),
        };
        let of_contacts = referring.of_contacts.into_iter();
        related.of_contacts.extend(of_contacts.map(reference));
        for (place, column) in referring.of_events {
            related.events[place].references.push(reference(column));
        }
        related.catalogues.push(CatalogueFound {
            looked: other,
            name,
            key,
        });
    }
    Ok(())
}

/// The columns that refer to a table by a key of it.
struct Referring {
    of_contacts: Vec<String>,
    /// Each with the place of its table.
    of_events: Vec<(usize, String)>,
}

impl Referring {
    fn to(
        request: &Request<'_>,
        contacts: &Looked,
        catalogue: &Looked,
        key: &str,
        related: &Related,
    ) -> Result<Self, DataError> {
        // A column refers to one catalogue.
        let is_taken = |name: &str| related.catalogue_of(name).is_some();
        let of_contacts = references::to_catalogue(request, contacts, catalogue, key, is_taken)?;
        let mut of_events = Vec::new();
        for (place, table) in related.events.iter().enumerate() {
            let is_taken = |name: &str| table.is_own(name) || table.catalogue_of(name).is_some();
            let columns =
                references::to_catalogue(request, &table.looked, catalogue, key, is_taken)?;
            of_events.extend(columns.into_iter().map(|column| (place, column)));
        }
        Ok(Self {
            of_contacts,
            of_events,
        })
    }

    fn is_empty(&self) -> bool {
        self.of_contacts.is_empty() && self.of_events.is_empty()
    }
}
