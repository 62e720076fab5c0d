//! The tables of lists in a manifest.

use super::read::{Reader, Value};
use super::settings::{LIST, LIST_TYPES};
use super::{DeclaredList, Spanned, errors};
use crate::types::{NumberKind, Type};
use toml::de::DeTable;

impl Reader {
    pub(super) fn lists(&mut self, table: &DeTable) -> Vec<DeclaredList> {
        let mut lists = Vec::new();
        for (name, value) in table {
            let span = self.span(name.span());
            let name = Spanned {
                value: name.get_ref().to_string(),
                span,
            };
            lists.extend(self.list(name, value));
        }
        lists.sort_by_key(|list: &DeclaredList| list.name.span.start);
        lists
    }

    fn list(&mut self, name: Spanned<String>, value: &Value) -> Option<DeclaredList> {
        let example = format!("[lists.{}]", name.value);
        let table = self.table(value, &name.value, &example)?;
        self.known_only(table, "a list", LIST);
        let files = self.files(table, "lists/suppressed.csv");
        self.needed(
            table,
            name.span,
            "the list",
            LIST,
            &[("source", "lists/suppressed.csv")],
        );
        let column = self.text(table, "column", "\"email\"");
        let element = self.text(table, "type", "\"text\"").and_then(|written| {
            let value = match written.value.as_str() {
                "text" => Type::Text,
                "int" => Type::Number(NumberKind::Whole),
                other => {
                    let message = format!("a list does not hold \"{other}\"");
                    self.faults.push(errors::not_allowed(
                        written.span,
                        message,
                        LIST_TYPES,
                        other,
                    ));
                    return None;
                }
            };
            Some(Spanned {
                value,
                span: written.span,
            })
        });
        Some(DeclaredList {
            name,
            files: files?,
            column,
            element,
        })
    }
}
