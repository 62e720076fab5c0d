//! The catalogues in a manifest, and what refers to them.

use super::read::Reader;
use super::settings::CATALOGUE;
use super::{DeclaredField, Files, PointColumns, Spanned, errors};
use crate::types::Type;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// What a manifest says about a catalogue: a table that fields refer to by key.
#[derive(Clone, Debug)]
pub struct DeclaredCatalogue {
    pub name: Spanned<String>,
    pub files: Files,
    /// The name of the field that others refer to.
    pub key: Option<Spanned<String>>,
    pub blank_text_is_missing: bool,
    /// In the order in which they stand in the manifest.
    pub fields: Vec<DeclaredField>,
}

impl DeclaredCatalogue {
    /// The paths of its files, from the folder the manifest lies in.
    pub fn paths(&self, folder: &Path) -> Vec<PathBuf> {
        self.files.paths(folder)
    }

    /// The declared types, by the names of the columns.
    pub fn declared_types(&self) -> Vec<(String, Type)> {
        super::declared_types(&self.fields)
    }

    /// The places that are put together of two columns.
    pub fn points(&self) -> Vec<PointColumns> {
        super::points(&self.fields)
    }
}

impl Reader {
    pub(super) fn catalogues(&mut self, manifest: &DeTable) -> Vec<DeclaredCatalogue> {
        let mut found = Vec::new();
        for (name, table) in self.named_tables(manifest, "catalogues", "titles") {
            self.known_only(table, "a catalogue", CATALOGUE);
            let files = self.files(table, "data/titles.csv");
            self.needed(
                table,
                name.span,
                "the catalogue",
                CATALOGUE,
                &[("source", "data/titles.csv")],
            );
            let key = self.text(table, "key", "\"id\"");
            if let Some(key) = key.as_ref().filter(|key| key.value.is_empty()) {
                self.faults.push(errors::empty(
                    key.span,
                    "key",
                    "the field that others refer to, or leave the line out",
                ));
            }
            let blank_text_is_missing = self
                .boolean(table, "blank_text_is_missing")
                .unwrap_or(false);
            let fields = self.fields(table, &format!("catalogues.{}", name.value), "genres");
            // One without files is told, and is there for those who refer to it.
            found.push(DeclaredCatalogue {
                name,
                files: files.unwrap_or_else(Files::none),
                key,
                blank_text_is_missing,
                fields,
            });
        }
        found.sort_by_key(|catalogue| catalogue.name.span.start);
        found
    }

    /// Tells of fields that refer to a catalogue which is not there or has no key.
    pub(super) fn catalogues_are_there(
        &mut self,
        fields: &[DeclaredField],
        catalogues: &[DeclaredCatalogue],
    ) {
        let references = fields.iter().flat_map(|field| {
            let of_parts = field.parts.iter().map(|part| &part.catalogue);
            std::iter::once(&field.catalogue).chain(of_parts).flatten()
        });
        for reference in references {
            let named = catalogues
                .iter()
                .find(|catalogue| catalogue.name.value == reference.value);
            let fault = match named {
                None => {
                    let names: Vec<&str> = catalogues
                        .iter()
                        .map(|catalogue| catalogue.name.value.as_str())
                        .collect();
                    errors::no_catalogue(reference.span, &reference.value, &names)
                }
                Some(catalogue) if catalogue.key.is_none() => errors::catalogue_without_key(
                    reference.span,
                    catalogue.name.span,
                    &reference.value,
                ),
                Some(_) => continue,
            };
            self.faults.push(fault);
        }
    }
}
