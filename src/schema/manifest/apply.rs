//! What a manifest says put together with what the data says of itself.

use super::{Contacts, DeclaredField, DeclaredValues, Manifest, Spanned, errors};
use crate::diagnostics::Diagnostic;
use crate::schema::builder::can_be_key;
use crate::schema::{Field, LeftOut, Nearly, NotRead, Schema, SchemaError, described, type_of};
use crate::source::Span;
use crate::types::{NumberKind, Type};
use arrow_schema::SchemaRef;
use std::collections::HashMap;
use std::sync::Arc;

impl Manifest {
    /// The schema of the contacts alone: the fields that the manifest declares, and all other columns of the data as they are.
    ///
    /// # Errors
    ///
    /// Every place where the manifest says something that the data contradicts, in the order of the manifest.
    pub fn schema(&self, contacts: &arrow_schema::Schema) -> Result<Schema, Vec<Diagnostic>> {
        self.schema_with_events(contacts, &[])
    }

    /// The schema of a project: the contacts, and the streams of their events. `events` are the columns of the tables of events, one for each of
    /// [`Manifest::events`]; streams of a table without columns are left out.
    ///
    /// # Errors
    ///
    /// Every place where the manifest says something that the data contradicts, in the order of the manifest.
    pub fn schema_with_events(
        &self,
        contacts: &arrow_schema::Schema,
        events: &[SchemaRef],
    ) -> Result<Schema, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let Made {
            mut fields,
            left_out,
        } = self.fields_of(
            contacts,
            &self.contacts.fields,
            self.contacts.blank_text_is_missing,
            &mut faults,
        );
        self.check_names(&fields, contacts, &mut faults);
        let key = self.contacts.key_type(contacts);
        for (table, columns) in self.events.iter().zip(events) {
            let streams = self.streams_of(table, columns, key.as_ref(), &mut faults);
            for stream in streams {
                let refused = self.without_history();
                let mut stream = table.as_history(stream, &fields, &refused, &mut faults);
                faults.extend(table.stream_like_field(&stream, &fields));
                while contacts.column_with_name(&stream.column).is_some() {
                    stream.column.push_str(" of events");
                }
                fields.push((stream, None));
            }
        }
        if !faults.is_empty() {
            faults.sort_by_key(|fault| (fault.primary.span.start, fault.primary.span.end));
            return Err(faults);
        }
        let mut builder = Schema::builder()
            .key(&self.contacts.key.value)
            .zone(self.time_zone.as_ref().map_or("UTC", |zone| &zone.value));
        if let Some(zone) = &self.contacts.time_zone {
            builder = builder.contact_zone(&zone.value);
        }
        if let Some(beginning) = &self.contacts.beginning {
            builder = builder.beginning(&beginning.value);
        }
        for left in left_out {
            builder = builder.left_out(left.name, left.reason);
        }
        for set in &self.sets {
            builder = builder.set(&set.name.value, set.values.iter().cloned());
        }
        for (field, _) in fields {
            builder = builder.field(field);
        }
        builder.build().map_err(|error| vec![self.placed(error)])
    }

    /// The fields that cannot have a history, with what they are.
    fn without_history(&self) -> Vec<(&Spanned<String>, &'static str)> {
        let contacts = &self.contacts;
        let mut fields = vec![(&contacts.key, "tells contacts apart")];
        let zone = contacts.time_zone.as_ref();
        fields.extend(zone.map(|zone| (zone, "is the contacts' own time zone")));
        let beginning = contacts.beginning.as_ref();
        fields.extend(beginning.map(|field| (field, "is the contacts' beginning")));
        fields
    }

    /// The fields of a table in the order of its columns, places of two columns behind them; each with its place in the manifest where that declares it.
    pub(super) fn fields_of(
        &self,
        data: &arrow_schema::Schema,
        wanted: &[DeclaredField],
        blank_is_missing: bool,
        faults: &mut Vec<Diagnostic>,
    ) -> Made {
        let columns: Vec<&str> = data
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        let mut declared: HashMap<String, Vec<&DeclaredField>> = HashMap::new();
        let mut places: Vec<(Field, Option<Span>)> = Vec::new();
        for field in wanted {
            let column = field.column_name();
            if columns.contains(&column.as_str()) {
                declared.entry(column).or_default().push(field);
            } else if let Some(parts) = &field.point {
                // A source that has not put them together yet.
                let halves = [&parts.latitude, &parts.longitude];
                let wrong: Vec<_> = halves
                    .into_iter()
                    .filter_map(|half| wrong_half(half, data, &columns))
                    .collect();
                if wrong.is_empty() {
                    match self.field(field, Ok(Type::Point), blank_is_missing) {
                        Ok(made) => places.push((made, Some(field.name.span))),
                        Err(fault) => faults.push(*fault),
                    }
                }
                faults.extend(wrong);
            } else {
                let place = field.column.as_ref().unwrap_or(&field.name);
                faults.push(errors::no_column(
                    place.span,
                    &column,
                    field.column.is_none(),
                    &columns,
                ));
            }
        }
        let mut fields: Vec<(Field, Option<Span>)> = Vec::new();
        let mut left_out = Vec::new();
        for column in data.fields() {
            let found = type_of(column.data_type());
            match (declared.get(column.name()), found) {
                (Some(declared), found) => {
                    for field in declared {
                        match self.field(field, found.clone(), blank_is_missing) {
                            Ok(made) if made.field_type == Type::Text => {
                                let nearly = Nearly::of(column);
                                fields.push((Field { nearly, ..made }, Some(field.name.span)));
                            }
                            Ok(made) => fields.push((made, Some(field.name.span))),
                            Err(fault) => faults.push(*fault),
                        }
                    }
                }
                (None, Ok(found)) => {
                    let field = Field {
                        blank_is_missing,
                        nearly: Nearly::of(column),
                        ..Field::new(column.name(), found)
                    };
                    fields.push((field, None));
                }
                (None, Err(not_read)) => left_out.push(LeftOut {
                    name: column.name().clone(),
                    reason: not_read.reason,
                }),
            }
        }
        fields.extend(places);
        Made { fields, left_out }
    }

    fn field(
        &self,
        declared: &DeclaredField,
        found: Result<Type, NotRead>,
        blank_is_missing: bool,
    ) -> Result<Field, Box<Diagnostic>> {
        let column = declared.column_name();
        let found = match found {
            Ok(found) => found,
            Err(NotRead { reason }) => {
                return Err(Box::new(errors::column_not_readable(
                    declared.name.span,
                    &column,
                    &reason,
                )));
            }
        };
        if let Some(wanted) = &declared.field_type
            && !admits(&wanted.value, &found)
        {
            return Err(Box::new(errors::contradiction(
                wanted.span,
                &declared.name.value,
                &wanted.value.name(),
                &column,
                &described(&found),
            )));
        }
        if let Some(values) = &declared.values
            && *element(&found) != Type::Text
        {
            return Err(Box::new(errors::values_without_text(
                values.span,
                &declared.name.value,
                &described(&found),
            )));
        }
        let mut found = found;
        for part in &declared.parts {
            let has = described(&found);
            let known = found
                .record_mut()
                .map(|record| record.parts.iter_mut().collect::<Vec<_>>());
            let Some(mut known) = known else {
                return Err(Box::new(errors::parts_of_no_record(
                    part.name.span,
                    &declared.name.value,
                    &has,
                )));
            };
            let names: Vec<String> = known.iter().map(|part| part.name.clone()).collect();
            let Some(known) = (known.iter_mut()).find(|known| known.name == part.name.value) else {
                return Err(Box::new(errors::no_part(
                    part.name.span,
                    &declared.name.value,
                    &part.name.value,
                    &names,
                )));
            };
            let whole_name = format!("{}.{}", declared.name.value, part.name.value);
            if let Some(values) = &part.values {
                if *element(&known.part_type) != Type::Text {
                    return Err(Box::new(errors::values_without_text(
                        values.span,
                        &whole_name,
                        &described(&known.part_type),
                    )));
                }
                known.values = Some(self.set_of(&values.value));
            }
            known.catalogue = referred(part.catalogue.as_ref(), &whole_name, &known.part_type)?;
        }
        Ok(Field {
            column,
            values: (declared.values.as_ref()).map(|values| self.set_of(&values.value)),
            description: declared.description.clone(),
            part_descriptions: (declared.parts.iter())
                .filter_map(|part| Some((part.name.value.clone(), part.description.clone()?)))
                .collect(),
            blank_is_missing,
            catalogue: referred(declared.catalogue.as_ref(), &declared.name.value, &found)?,
            ..Field::new(&declared.name.value, found)
        })
    }

    /// The values of a closed set, written out or by its name.
    fn set_of(&self, values: &DeclaredValues) -> Arc<[String]> {
        match values {
            DeclaredValues::Listed(values) => values.as_slice().into(),
            DeclaredValues::Named(name) => {
                let set = self.sets.iter().find(|set| set.name.value == *name);
                set.map_or_else(|| [].into(), |set| set.values.as_slice().into())
            }
        }
    }

    /// Names that stand twice, a key that is not there, a zone that is none, and a beginning that is no time.
    fn check_names(
        &self,
        fields: &[(Field, Option<Span>)],
        data: &arrow_schema::Schema,
        faults: &mut Vec<Diagnostic>,
    ) {
        names_differ(fields, faults);
        let key = &self.contacts.key;
        let is_declared = self
            .contacts
            .fields
            .iter()
            .any(|field| field.name.value == key.value);
        match fields.iter().find(|(field, _)| field.name == key.value) {
            None if !is_declared => {
                let column = data.field_with_name(&key.value);
                faults.push(match column.map(|column| type_of(column.data_type())) {
                    Ok(Err(NotRead { reason })) => {
                        errors::key_not_readable(key.span, &key.value, &reason)
                    }
                    _ => {
                        let names: Vec<&str> = fields
                            .iter()
                            .map(|(field, _)| field.name.as_str())
                            .collect();
                        errors::no_key(key.span, &key.value, &names)
                    }
                });
            }
            Some((field, _)) if !can_be_key(&field.field_type) => {
                let what = format!("a {}", described(&field.field_type));
                faults.push(errors::key_type(key.span, &key.value, &what));
            }
            _ => {}
        }
        if let Some(zone) = &self.contacts.time_zone {
            match fields.iter().find(|(field, _)| field.name == zone.value) {
                None => {
                    let names: Vec<&str> = fields
                        .iter()
                        .map(|(field, _)| field.name.as_str())
                        .collect();
                    faults.push(errors::no_zone_field(zone.span, &zone.value, &names));
                }
                Some((field, _)) if field.field_type != Type::Text => {
                    let what = field.field_type.described();
                    faults.push(errors::zone_field_type(zone.span, &zone.value, &what));
                }
                Some(_) => {}
            }
        }
        if let Some(beginning) = &self.contacts.beginning {
            match fields
                .iter()
                .find(|(field, _)| field.name == beginning.value)
            {
                None => {
                    let names = fields.iter().map(|(field, _)| field.name.as_str());
                    let names: Vec<&str> = names.collect();
                    faults.push(errors::no_beginning(
                        beginning.span,
                        &beginning.value,
                        &names,
                    ));
                }
                Some((field, _)) if !matches!(field.field_type, Type::Time | Type::Date) => {
                    let what = described(&field.field_type);
                    faults.push(errors::beginning_type(
                        beginning.span,
                        &beginning.value,
                        &what,
                    ));
                }
                Some(_) => {}
            }
        }
    }

    /// What is left for the builder to find is at the manifest's key.
    fn placed(&self, error: SchemaError) -> Diagnostic {
        let fault = Diagnostic::error(error.code, error.message, self.contacts.key.span, "");
        match error.help {
            Some(help) => fault.help(help),
            None => fault,
        }
    }
}

/// What became of the columns of a table.
pub(super) struct Made {
    /// With its place in the manifest, where that declares it.
    pub(super) fields: Vec<(Field, Option<Span>)>,
    pub(super) left_out: Vec<LeftOut>,
}

impl Contacts {
    /// The column that the key is read from.
    pub fn key_column(&self) -> String {
        let mut declared = self.fields.iter();
        let declared = declared.find(|field| field.name.value == self.key.value);
        declared.map_or_else(|| self.key.value.clone(), DeclaredField::column_name)
    }

    /// The type of the key, once the columns of the contacts are known; none where the key is not among them. Tables of events hold it too.
    pub fn key_type(&self, contacts: &arrow_schema::Schema) -> Option<Type> {
        let column = contacts.field_with_name(&self.key_column()).ok()?;
        type_of(column.data_type()).ok().filter(can_be_key)
    }
}

/// The type of what a field holds: of a list, that of its elements.
fn element(of: &Type) -> &Type {
    match of {
        Type::List(element) => element,
        other => other,
    }
}

/// The catalogue that a field or part of this type refers to.
fn referred(
    catalogue: Option<&Spanned<String>>,
    name: &str,
    found: &Type,
) -> Result<Option<Arc<str>>, Box<Diagnostic>> {
    let Some(catalogue) = catalogue else {
        return Ok(None);
    };
    if can_be_key(element(found)) {
        Ok(Some(catalogue.value.as_str().into()))
    } else {
        let fault = errors::no_key_of_a_catalogue(catalogue.span, name, &described(found));
        Err(Box::new(fault))
    }
}

/// Tells of names that stand twice.
pub(super) fn names_differ(fields: &[(Field, Option<Span>)], faults: &mut Vec<Diagnostic>) {
    for (field, place) in fields {
        let same = fields
            .iter()
            .filter(|(other, _)| other.name == field.name)
            .count();
        if let (Some(place), true) = (place, same > 1) {
            faults.push(errors::name_taken(*place, &field.name));
        }
    }
}

/// What is wrong with one half of a place that is put together of two columns.
fn wrong_half(
    half: &Spanned<String>,
    data: &arrow_schema::Schema,
    columns: &[&str],
) -> Option<Diagnostic> {
    let Ok(column) = data.field_with_name(&half.value) else {
        return Some(errors::no_column(half.span, &half.value, false, columns));
    };
    match type_of(column.data_type()) {
        Ok(Type::Number(_)) => None,
        Ok(other) => Some(errors::half_is_no_number(
            half.span,
            &half.value,
            &described(&other),
        )),
        Err(NotRead { reason }) => {
            Some(errors::column_not_readable(half.span, &half.value, &reason))
        }
    }
}

/// Whether a column of the type `found` is what the manifest calls `wanted`. A `number` is any number: the column decides how it is held.
fn admits(wanted: &Type, found: &Type) -> bool {
    match (wanted, found) {
        (Type::Number(NumberKind::Exact), Type::Number(_)) => true,
        (Type::List(wanted), Type::List(found)) | (Type::Map(wanted), Type::Map(found)) => {
            admits(wanted, found)
        }
        _ => wanted == found,
    }
}
