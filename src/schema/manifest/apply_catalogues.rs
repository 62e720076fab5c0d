//! The fields of catalogues that the manifest and the data make together.

use super::apply::{Made, names_differ};
use super::{DeclaredCatalogue, Manifest, errors};
use crate::diagnostics::Diagnostic;
use crate::schema::builder::can_be_key;
use crate::schema::{Field, described};

impl Manifest {
    /// The fields of a catalogue with these columns: those that the manifest declares, and all other columns as they are.
    ///
    /// # Errors
    ///
    /// Every place where the manifest says something that the columns contradict.
    pub fn catalogue_fields(
        &self,
        catalogue: &DeclaredCatalogue,
        columns: &arrow_schema::Schema,
    ) -> Result<Vec<Field>, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let blank_is_missing = catalogue.blank_text_is_missing;
        let Made { fields, .. } =
            self.fields_of(columns, &catalogue.fields, blank_is_missing, &mut faults);
        names_differ(&fields, &mut faults);
        if let Some(key) = &catalogue.key {
            match fields.iter().find(|(field, _)| field.name == key.value) {
                Some((field, _)) if can_be_key(&field.field_type) => {}
                Some((field, _)) => {
                    let what = format!("a {}", described(&field.field_type));
                    faults.push(errors::key_type(key.span, &key.value, &what));
                }
                None => {
                    let names = fields.iter().map(|(field, _)| field.name.as_str());
                    let names: Vec<&str> = names.collect();
                    faults.push(errors::no_key(key.span, &key.value, &names));
                }
            }
        }
        if faults.is_empty() {
            Ok(fields.into_iter().map(|(field, _)| field).collect())
        } else {
            faults.sort_by_key(|fault| (fault.primary.span.start, fault.primary.span.end));
            Err(faults)
        }
    }
}
