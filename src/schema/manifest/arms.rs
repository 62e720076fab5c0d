//! The tables of arms in a manifest: what splits gave to contacts before, each under the name of its split.

use super::read::{Reader, Value};
use super::settings::ARMS;
use super::{Files, Manifest, Spanned, errors};
use crate::diagnostics::Diagnostic;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// Arms that were given before.
#[derive(Clone, Debug)]
pub struct DeclaredArms {
    /// The name of the split that gave them.
    pub split: Spanned<String>,
    pub files: Files,
    /// The column of the contacts' keys; none is the one called as their key field.
    pub key: Option<Spanned<String>>,
    /// The column of the names of arms; none is the one called `arm`, or else `label`.
    pub arm: Option<Spanned<String>>,
}

impl Reader {
    pub(super) fn given_arms(&mut self, manifest: &DeTable) -> Vec<DeclaredArms> {
        let Some(tables) =
            (manifest.get("arms")).and_then(|value| self.table(value, "arms", "[arms.spring]"))
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, value) in tables {
            let split = Spanned {
                value: name.get_ref().to_string(),
                span: self.span(name.span()),
            };
            found.extend(self.arms_of(split, value));
        }
        found.sort_by_key(|arms: &DeclaredArms| arms.split.span.start);
        found
    }

    fn arms_of(&mut self, split: Spanned<String>, value: &Value) -> Option<DeclaredArms> {
        const PLACE: &str = "the table of given arms";
        let example = format!("[arms.{}]", split.value);
        let table = self.table(value, &split.value, &example)?;
        self.known_only(table, PLACE, ARMS);
        let files = self.files(table, "arms/spring.csv");
        let needed = [("source", "arms/spring.csv")];
        self.needed(table, split.span, PLACE, ARMS, &needed);
        let key = self.text(table, "key", "\"id\"");
        let arm = self.text(table, "arm", "\"label\"");
        for (column, name) in [(&key, "key"), (&arm, "arm")] {
            if let Some(column) = column.as_ref().filter(|column| column.value.is_empty()) {
                let what = "a column of the table";
                self.faults.push(errors::empty(column.span, name, what));
            }
        }
        if let (Some(key), Some(arm)) = (&key, &arm)
            && key.value == arm.value
            && !key.value.is_empty()
        {
            let (first, again) = (key.span.min(arm.span), key.span.max(arm.span));
            self.faults
                .push(errors::key_and_arm_in_one(first, again, &key.value));
        }
        Some(DeclaredArms {
            split,
            files: files?,
            key,
            arm,
        })
    }
}

impl Manifest {
    /// A fault for each table of arms under the name of no split: those it gave would be drawn anew. `splits` are the names of all splits of a project.
    pub fn arms_of_no_split(&self, splits: &[&str]) -> Vec<Diagnostic> {
        let others = self.arms.iter();
        let others = others.filter(|arms| !splits.contains(&arms.split.value.as_str()));
        others
            .map(|arms| errors::arms_of_no_split(arms.split.span, &arms.split.value, splits))
            .collect()
    }
}

impl DeclaredArms {
    /// The paths of its files, from the folder the manifest lies in.
    pub fn paths(&self, folder: &Path) -> Vec<PathBuf> {
        self.files.paths(folder)
    }
}
