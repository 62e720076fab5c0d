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
        let source = self.texts(table, "source", "\"lists/suppressed.csv\"");
        if table.get("source").is_none() {
            self.faults.push(errors::setting_missing(
                name.span,
                "source",
                "the list",
                "source = \"lists/suppressed.csv\"",
            ));
        }
        if let (Some(source), Some(value)) = (&source, table.get("source"))
            && (source.is_empty() || source.iter().any(|source| source.value.is_empty()))
        {
            let span = self.span(value.span());
            self.faults.push(errors::empty(
                span,
                "source",
                "a file, a pattern or a folder",
            ));
        }
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
        let format = self.format(table);
        let delimiter = self.delimiter(table);
        let header = self.boolean(table, "header").unwrap_or(true);
        let missing = self
            .texts(table, "missing", "[\"NA\", \"-\"]")
            .unwrap_or_default();
        Some(DeclaredList {
            name,
            source: source?,
            column,
            element,
            format,
            delimiter,
            header,
            missing_words: missing.into_iter().map(|word| word.value).collect(),
        })
    }
}
