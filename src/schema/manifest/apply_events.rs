//! The streams of events that the manifest and the data make together.

use super::apply::{Made, names_differ};
use super::{DeclaredEvents, Manifest, Spanned, StreamFields, errors};
use crate::diagnostics::Diagnostic;
use crate::schema::{Field, described, type_of};
use crate::source::Span;
use crate::types::{NumberKind, RecordPart, RecordType, Type};
use std::sync::Arc;

impl Manifest {
    /// The streams of a table with these columns, in the order of the manifest. `key` is the type of the contacts' key, where that is sound.
    pub(super) fn streams_of(
        &self,
        table: &DeclaredEvents,
        columns: &arrow_schema::Schema,
        key: Option<&Type>,
        faults: &mut Vec<Diagnostic>,
    ) -> Vec<Field> {
        self.own_columns(table, columns, key, faults);
        let Made { fields, left_out } =
            self.fields_of(columns, &table.fields, table.blank_text_is_missing, faults);
        let own = [Some(&table.contact), Some(&table.time), table.kind.as_ref()];
        let is_own = |name: &str| own.iter().flatten().any(|own| own.value == name);
        let mut fields: Vec<(Field, Option<Span>)> = fields
            .into_iter()
            .filter(|(field, _)| !is_own(&field.column))
            .collect();
        // Those that the manifest declares come first, in its order.
        fields.sort_by_key(|(_, place)| place.map_or((1, 0), |place| (0, place.start)));
        names_differ(&fields, faults);
        let names: Vec<&str> = fields
            .iter()
            .map(|(field, _)| field.name.as_str())
            .collect();
        let mut streams = Vec::new();
        for stream in &table.streams {
            let mut parts = Vec::new();
            match &stream.fields {
                StreamFields::All => parts.extend(fields.iter().map(|(field, _)| field)),
                StreamFields::Listed(listed) => {
                    for name in listed {
                        let found = fields.iter().find(|(field, _)| field.name == name.value);
                        if let Some((field, _)) = found {
                            parts.push(field);
                            continue;
                        }
                        let left = left_out.iter().find(|left| left.name == name.value);
                        faults.push(match (table.own_column(&name.value), left) {
                            (Some(what), _) => {
                                errors::no_field_of_events(name.span, &name.value, what)
                            }
                            (None, Some(left)) => errors::stream_field_not_readable(
                                name.span,
                                &table.name.value,
                                &name.value,
                                &left.reason,
                            ),
                            (None, None) => errors::no_field_of_stream(
                                name.span,
                                &stream.name.value,
                                &name.value,
                                &names,
                            ),
                        });
                    }
                }
            }
            let other_time = parts.iter().any(|field| field.name == RecordType::TIME);
            if other_time {
                let (span, column) = (table.time.span, &table.time.value);
                let fault = errors::column_called_time(span, &table.name.value, column);
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
            streams.push(stream_field(
                &stream.name.value,
                &parts,
                table.blank_text_is_missing,
            ));
        }
        streams
    }

    /// Tells of the columns of contact, time and kind that are not there, or are something else.
    fn own_columns(
        &self,
        table: &DeclaredEvents,
        columns: &arrow_schema::Schema,
        key: Option<&Type>,
        faults: &mut Vec<Diagnostic>,
    ) {
        let names: Vec<&str> = columns
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        let mut found = |wanted: &Spanned<String>| {
            let Ok(column) = columns.field_with_name(&wanted.value) else {
                faults.push(errors::no_column(wanted.span, &wanted.value, false, &names));
                return None;
            };
            match type_of(column.data_type()) {
                Ok(found) => Some(found),
                Err(not_read) => {
                    let (span, name) = (wanted.span, &wanted.value);
                    faults.push(errors::column_not_readable(span, name, &not_read.reason));
                    None
                }
            }
        };
        let contact = found(&table.contact);
        let time = found(&table.time);
        let kind = table.kind.as_ref().and_then(&mut found);
        if let (Some(contact), Some(key)) = (contact, key)
            && !same_sort(&contact, key)
        {
            faults.push(errors::keys_of_two_sorts(
                table.contact.span,
                &table.contact.value,
                &described(&contact),
                &self.contacts.key.value,
                &described(key),
            ));
        }
        if let Some(time) = time.filter(|time| *time != Type::Time) {
            let (span, name) = (table.time.span, &table.time.value);
            faults.push(errors::time_is_none(span, name, &described(&time)));
        }
        if let (Some(kind), Some(is)) = (&table.kind, kind.filter(|kind| *kind != Type::Text)) {
            faults.push(errors::kind_is_no_text(
                kind.span,
                &kind.value,
                &described(&is),
            ));
        }
    }
}

impl DeclaredEvents {
    /// The column that a part of its events is read from.
    pub fn column_of(&self, part: &str) -> String {
        if part == RecordType::TIME {
            return self.time.value.clone();
        }
        let mut fields = self.fields.iter();
        let declared = fields.find(|field| field.name.value == part);
        declared.map_or_else(|| part.to_owned(), |field| field.column_name())
    }

    /// What a column is, where it is no field.
    fn own_column(&self, name: &str) -> Option<&'static str> {
        if name == self.contact.value {
            Some("holds the contacts' keys")
        } else if name == self.time.value || name == RecordType::TIME {
            Some("is the time of the events, which each of them has")
        } else if self.kind.as_ref().is_some_and(|kind| kind.value == name) {
            Some("tells the streams apart")
        } else {
            None
        }
    }

    /// What to say of a stream that is called as a field of the contact.
    pub(super) fn stream_like_field(
        &self,
        stream: &Field,
        fields: &[(Field, Option<Span>)],
    ) -> Option<Diagnostic> {
        let mut fields = fields.iter().filter(|(field, _)| !field.is_stream());
        fields.find(|(field, _)| field.name == stream.name)?;
        let mut streams = self.streams.iter();
        let named = streams.find(|named| named.name.value == stream.name)?;
        let has_kind = self.kind.is_some();
        Some(errors::stream_like_field(
            named.name.span,
            &stream.name,
            has_kind,
        ))
    }
}

/// A stream of events with these fields behind their time.
fn stream_field(name: &str, fields: &[&Field], blank_is_missing: bool) -> Field {
    let time = RecordPart {
        name: RecordType::TIME.to_owned(),
        part_type: Type::Time,
        values: None,
        catalogue: None,
    };
    let parts = fields.iter().map(|field| RecordPart {
        name: field.name.clone(),
        part_type: field.field_type.clone(),
        values: field.values.clone(),
        catalogue: field.catalogue.clone(),
    });
    let record = RecordType {
        parts: std::iter::once(time).chain(parts).collect(),
        time: Some(0),
    };
    let descriptions = fields
        .iter()
        .filter_map(|field| Some((field.name.clone(), field.description.clone()?)));
    Field {
        blank_is_missing,
        part_descriptions: descriptions.collect(),
        ..Field::new(name, Type::List(Box::new(Type::Record(Arc::new(record)))))
    }
}

/// Whether keys of the two types can be equal.
fn same_sort(contact: &Type, key: &Type) -> bool {
    let is_exact = |of: &Type| {
        matches!(
            of,
            Type::Number(NumberKind::Whole) | Type::Number(NumberKind::Exact)
        )
    };
    contact == key || is_exact(contact) && is_exact(key)
}
