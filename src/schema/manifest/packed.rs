//! The table that a stream becomes when its events are stored in the order of their contacts.

use super::{DeclaredEvents, DeclaredValues, OtherValues, toml_key, toml_list, toml_text};
use crate::schema::Field;
use crate::types::RecordType;
use std::fmt::Write;

impl DeclaredEvents {
    /// What a manifest says of such a table: it holds the events of `stream` alone, in columns that are called as their fields, and the contacts' keys in the column
    /// `contact`. Every field has a table of its own, so that the fields are in the order they had. The history of a field stays one.
    pub fn packed(&self, stream: &Field, source: &str, contact: &str) -> String {
        let table = match &stream.history_of {
            Some(field) => format!("histories.{}", toml_key(field)),
            None => format!("events.{}", toml_key(&stream.name)),
        };
        let mut text = format!("[{table}]\n");
        for (setting, value) in [
            ("source", source),
            ("contact", contact),
            ("time", RecordType::TIME),
        ] {
            let _ = writeln!(text, "{setting} = {}", toml_text(value));
        }
        if self.blank_text_is_missing {
            text.push_str("blank_text_is_missing = true\n");
        }
        if self.other_values == OtherValues::Report {
            text.push_str("other_values = \"report\"\n");
        }
        // What is said of the field holds for its history.
        if stream.history_of.is_some() {
            text.push_str("value = \"value\"\n");
            return text;
        }
        let parts = stream.field_type.record().into_iter();
        for part in parts.flat_map(|record| &record.parts) {
            if part.name == RecordType::TIME {
                continue;
            }
            let _ = writeln!(text, "\n[{table}.fields.{}]", toml_key(&part.name));
            let mut declared = self.fields.iter();
            let Some(declared) = declared.find(|field| field.name.value == part.name) else {
                continue;
            };
            if let Some(values) = &declared.values {
                text.push_str(&values_line(&values.value));
            }
            if let Some(description) = &declared.description {
                let _ = writeln!(text, "description = {}", toml_text(description));
            }
            if let Some(catalogue) = &declared.catalogue {
                let _ = writeln!(text, "catalogue = {}", toml_text(&catalogue.value));
            }
            for inner in &declared.parts {
                let (part, inner_name) = (toml_key(&part.name), toml_key(&inner.name.value));
                let _ = writeln!(text, "\n[{table}.fields.{part}.parts.{inner_name}]");
                if let Some(values) = &inner.values {
                    text.push_str(&values_line(&values.value));
                }
                if let Some(catalogue) = &inner.catalogue {
                    let _ = writeln!(text, "catalogue = {}", toml_text(&catalogue.value));
                }
            }
        }
        text
    }
}

fn values_line(values: &DeclaredValues) -> String {
    match values {
        DeclaredValues::Listed(values) => toml_list("values", values),
        DeclaredValues::Named(name) => format!("values = {}\n", toml_text(name)),
    }
}
