//! Histories of fields in a manifest: tables that say since when a contact had which value.
//!
//! A history is read as a stream of events is, each with its time and a value. The field is the value of the last one that has been seen.

use super::read::Reader;
use super::settings::HISTORY;
use super::{
    DeclaredEvents, DeclaredField, DeclaredStream, OtherValues, Spanned, StreamFields, errors,
};
use crate::diagnostics::Diagnostic;
use crate::schema::{Field, described};
use crate::source::Span;
use crate::types::Type;
use toml::de::DeTable;

/// What the value is called among the parts of an event.
const VALUE: &str = "value";

impl Reader {
    /// The histories under their fields, as tables of events. `fields` are those that the manifest declares of contacts.
    pub(super) fn histories(
        &mut self,
        manifest: &DeTable,
        fields: &[DeclaredField],
    ) -> Vec<DeclaredEvents> {
        let mut found = Vec::new();
        for (name, table) in self.named_tables(manifest, "histories", "plan") {
            found.extend(self.history(name, table, fields));
        }
        found.sort_by_key(|history: &DeclaredEvents| history.name.span.start);
        found
    }

    fn history(
        &mut self,
        name: Spanned<String>,
        table: &DeTable,
        fields: &[DeclaredField],
    ) -> Option<DeclaredEvents> {
        let place = "the history of a field";
        self.known_only(table, place, HISTORY);
        let files = self.files(table, "data/plans.parquet");
        let contact = self.text(table, "contact", "\"contact_id\"");
        let time = self.text(table, "time", "\"since\"");
        let times = self.times(table);
        let value = self.text(table, "value", "\"plan\"");
        self.needed(
            table,
            name.span,
            place,
            HISTORY,
            &[
                ("source", "data/plans.parquet"),
                ("contact", "contact_id"),
                ("time", "since"),
                ("value", "plan"),
            ],
        );
        let blank_text_is_missing = self
            .boolean(table, "blank_text_is_missing")
            .unwrap_or(false);
        let other_values = self.other_values(table);
        let (files, contact, time, value) = (files?, contact?, time?, value?);
        let columns = [&contact, &time, &value];
        for (at, column) in columns.iter().enumerate() {
            if column.value.is_empty() {
                self.faults.push(errors::empty(
                    column.span,
                    ["contact", "time", "value"][at],
                    "a column of the table",
                ));
            } else if let Some(first) = columns[..at]
                .iter()
                .find(|first| first.value == column.value)
            {
                self.faults
                    .push(errors::column_twice(first.span, column.span, &column.value));
            }
        }
        // What is said of the field holds for its history.
        let declared = fields.iter().find(|field| field.name.value == name.value);
        let part = Spanned {
            value: VALUE.to_owned(),
            span: value.span,
        };
        let of_value = DeclaredField {
            name: part.clone(),
            column: Some(value),
            field_type: declared.and_then(|field| field.field_type.clone()),
            values: declared.and_then(|field| field.values.clone()),
            description: None,
            point: None,
            parts: declared.map_or_else(Vec::new, |field| field.parts.clone()),
            catalogue: declared.and_then(|field| field.catalogue.clone()),
        };
        let stream = DeclaredStream {
            name: Spanned {
                // No name that stands without back-ticks, so that it is in nobody's way.
                value: format!("{} (history)", name.value),
                span: name.span,
            },
            kind: None,
            fields: StreamFields::Listed(vec![part]),
        };
        Some(DeclaredEvents {
            files,
            contact,
            time,
            times,
            kind: None,
            streams: vec![stream],
            blank_text_is_missing,
            other_values: if table.get("other_values").is_some() {
                other_values
            } else {
                OtherValues::default()
            },
            fields: vec![of_value],
            history_of: Some(name.clone()),
            name,
        })
    }
}

impl DeclaredEvents {
    /// The stream of a history as that of its field, or what is wrong with the field.
    pub(super) fn as_history(
        &self,
        stream: Field,
        fields: &[(Field, Option<Span>)],
        refused: &[(&Spanned<String>, &str)],
        faults: &mut Vec<Diagnostic>,
    ) -> Field {
        let Some(of) = &self.history_of else {
            return stream;
        };
        let own = fields
            .iter()
            .map(|(field, _)| field)
            .find(|field| field.name == of.value);
        match own {
            None => {
                let names = fields.iter().filter(|(field, _)| !field.is_stream());
                let names: Vec<&str> = names.map(|(field, _)| field.name.as_str()).collect();
                faults.push(errors::history_of_no_field(of.span, &of.value, &names));
            }
            Some(own) => {
                let value = stream
                    .field_type
                    .record()
                    .and_then(|record| record.parts.get(1));
                if let Some(value) =
                    value.filter(|value| !same_sort(&own.field_type, &value.part_type))
                {
                    let column = self.column_of(VALUE);
                    faults.push(errors::history_of_another_type(
                        of.span,
                        &of.value,
                        &described(&own.field_type),
                        &column,
                        &described(&value.part_type),
                    ));
                }
                for (field, what) in refused {
                    if field.value == of.value {
                        faults.push(errors::no_history_of_it(
                            of.span, field.span, &of.value, what,
                        ));
                    }
                }
            }
        }
        Field {
            history_of: Some(of.value.clone()),
            ..stream
        }
    }
}

fn same_sort(left: &Type, right: &Type) -> bool {
    left == right || matches!((left, right), (Type::Number(_), Type::Number(_)))
}
