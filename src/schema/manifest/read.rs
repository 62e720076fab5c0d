//! From the text of a manifest to what it says. Every mistake is found in one go: tables are looked through setting by setting.

use super::settings::{CONTACTS, FIELD, OTHER_VALUES, PART, PROJECT, SET, Setting, TYPES};
use super::{
    Contacts, DeclaredField, DeclaredPart, DeclaredSet, DeclaredValues, Manifest, OtherValues,
    PointParts, Spanned, errors,
};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::suggest::nearest;
use crate::schema::Format;
use crate::source::{SourceId, Span};
use crate::types::{NumberKind, Type};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

pub(super) type Value<'a> = toml::Spanned<DeValue<'a>>;

pub(super) fn read(text: &str, id: SourceId) -> Result<Manifest, Vec<Diagnostic>> {
    let mut reader = Reader {
        id,
        length: text.len(),
        faults: Vec::new(),
    };
    let (table, faults) = DeTable::parse_recoverable(text);
    for fault in faults {
        let span = reader.span(fault.span().unwrap_or(0..0));
        reader.faults.push(errors::syntax(span, fault.message()));
    }
    if !reader.faults.is_empty() {
        reader.faults.sort_by_key(|fault| fault.primary.span.start);
        return Err(reader.faults);
    }
    let manifest = reader.manifest(table.get_ref());
    reader
        .faults
        .sort_by_key(|fault| (fault.primary.span.start, fault.primary.span.end));
    match manifest {
        Some(manifest) if reader.faults.is_empty() => Ok(manifest),
        _ => Err(reader.faults),
    }
}

pub(super) struct Reader {
    id: SourceId,
    length: usize,
    pub(super) faults: Vec<Diagnostic>,
}

impl Reader {
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let end = range.end.min(self.length);
        Span::new(self.id, range.start.min(end) as u32, end as u32)
    }

    fn manifest(&mut self, table: &DeTable) -> Option<Manifest> {
        self.known_only(table, "the manifest", PROJECT);
        let name = self
            .text(table, "name", "\"streaming\"")
            .map(|name| name.value);
        let time_zone = self.text(table, "time_zone", "\"Europe/Brussels\"");
        if let Some(zone) = &time_zone
            && jiff::tz::TimeZone::get(&zone.value).is_err()
        {
            let near = crate::schema::builder::near_zone(&zone.value);
            self.faults.push(errors::unknown_zone(
                zone.span,
                &zone.value,
                near.as_deref(),
            ));
        }
        let as_of = self.text(table, "as_of", "\"2026-11-22T10:00+01:00\"");
        if let Some(instant) = &as_of
            && !is_instant(&instant.value)
        {
            self.faults
                .push(errors::no_instant(instant.span, &instant.value));
        }
        let segments = self.texts(table, "segments", "[\"segments.seg\"]");
        let contacts = match table.get("contacts") {
            Some(value) => self
                .table(value, "contacts", "[contacts]")
                .and_then(|contacts| self.contacts(contacts, self.span(value.span()))),
            None => {
                // Under a name that is nearly right it is there, and told.
                let misspelt = table
                    .keys()
                    .any(|written| nearest(written.get_ref(), names(PROJECT)) == Some("contacts"));
                if !misspelt {
                    let end = self.span(self.length..self.length);
                    self.faults.push(errors::setting_missing(
                        end,
                        "contacts",
                        "the manifest",
                        "[contacts]` with `source = \"contacts.parquet\"` and `key = \"id\"",
                    ));
                }
                None
            }
        };
        let sets = self.sets(table);
        let lists = match table.get("lists") {
            Some(value) => self
                .table(value, "lists", "[lists.suppressed]")
                .map(|lists| self.lists(lists))
                .unwrap_or_default(),
            None => Vec::new(),
        };
        let contacts = contacts?;
        self.sets_are_there(&contacts.fields, &sets);
        Some(Manifest {
            name,
            time_zone,
            as_of,
            segments,
            contacts,
            sets,
            lists,
        })
    }

    fn contacts(&mut self, table: &DeTable, span: Span) -> Option<Contacts> {
        self.known_only(table, "the table of contacts", CONTACTS);
        let source = self.texts(table, "source", "\"data/contacts.parquet\"");
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
        let key = self.text(table, "key", "\"id\"");
        for (name, example) in [
            ("source", "source = \"data/contacts.parquet\""),
            ("key", "key = \"id\""),
        ] {
            let misspelt = table
                .keys()
                .any(|written| nearest(written.get_ref(), names(CONTACTS)) == Some(name));
            if table.get(name).is_none() && !misspelt {
                self.faults.push(errors::setting_missing(
                    span,
                    name,
                    "the table of contacts",
                    example,
                ));
            }
        }
        let time_zone = self.text(table, "time_zone", "\"time_zone\"");
        let format = self.format(table);
        let delimiter = self.delimiter(table);
        let header = self.boolean(table, "header").unwrap_or(true);
        let missing = self
            .texts(table, "missing", "[\"NA\", \"-\"]")
            .unwrap_or_default();
        let blank_text_is_missing = self
            .boolean(table, "blank_text_is_missing")
            .unwrap_or(false);
        let other_values = self.other_values(table);
        let fields = match table.get("fields") {
            Some(value) => self
                .table(value, "fields", "[contacts.fields.region]")
                .map(|fields| self.fields(fields))
                .unwrap_or_default(),
            None => Vec::new(),
        };
        Some(Contacts {
            source: source?,
            key: key?,
            time_zone,
            format,
            delimiter,
            header,
            missing_words: missing.into_iter().map(|word| word.value).collect(),
            blank_text_is_missing,
            other_values,
            fields,
        })
    }

    pub(super) fn format(&mut self, table: &DeTable) -> Option<Format> {
        let written = self.text(table, "format", "\"parquet\"")?;
        let format = Format::of_word(&written.value);
        if format.is_none() {
            let known: Vec<&str> = Format::ALL.iter().map(|format| format.word()).collect();
            let message = format!("there is no format \"{}\"", written.value);
            self.faults.push(errors::not_allowed(
                written.span,
                message,
                &known,
                &written.value,
            ));
        }
        format
    }

    fn other_values(&mut self, table: &DeTable) -> OtherValues {
        match self.text(table, "other_values", "\"report\"") {
            None => OtherValues::Refuse,
            Some(written) if written.value == "refuse" => OtherValues::Refuse,
            Some(written) if written.value == "report" => OtherValues::Report,
            Some(written) => {
                let message = format!("`other_values` cannot be \"{}\"", written.value);
                self.faults.push(errors::not_allowed(
                    written.span,
                    message,
                    OTHER_VALUES,
                    &written.value,
                ));
                OtherValues::Refuse
            }
        }
    }

    pub(super) fn delimiter(&mut self, table: &DeTable) -> Option<u8> {
        let written = self.text(table, "delimiter", "\";\"")?;
        match written.value.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
            _ => {
                self.faults
                    .push(errors::bad_delimiter(written.span, &written.value));
                None
            }
        }
    }

    fn fields(&mut self, table: &DeTable) -> Vec<DeclaredField> {
        let mut fields = Vec::new();
        for (name, value) in table {
            let example = format!("[contacts.fields.{}]", name.get_ref());
            let Some(settings) = self.table(value, name.get_ref(), &example) else {
                continue;
            };
            let name = Spanned {
                value: name.get_ref().to_string(),
                span: self.span(name.span()),
            };
            fields.push(self.field(name, settings));
        }
        fields.sort_by_key(|field: &DeclaredField| field.name.span.start);
        fields
    }

    fn field(&mut self, name: Spanned<String>, table: &DeTable) -> DeclaredField {
        self.known_only(table, "a field", FIELD);
        let column = self.text(table, "column", "\"REGION_CD\"");
        let field_type = self.text(table, "type", "\"text\"").and_then(|written| {
            let Some(value) = type_named(&written.value) else {
                let message = format!("there is no type \"{}\"", written.value);
                self.faults.push(errors::not_allowed(
                    written.span,
                    message,
                    TYPES,
                    &written.value,
                ));
                return None;
            };
            Some(Spanned {
                value,
                span: written.span,
            })
        });
        let values = self.declared_values(table);
        let parts = self.parts(table);
        let description = self
            .text(table, "description", "\"Where the contact lives\"")
            .map(|description| description.value)
            // `segql init` leaves it to be filled in.
            .filter(|description| !description.trim().is_empty());
        let point = self.point(&name, table, field_type.as_ref());
        DeclaredField {
            name,
            column,
            field_type,
            values,
            description,
            point,
            parts,
        }
    }

    /// A closed set, written out or by its name.
    fn declared_values(&mut self, table: &DeTable) -> Option<Spanned<DeclaredValues>> {
        let place = table.get("values")?;
        let span = self.span(place.span());
        let value = match place.get_ref() {
            DeValue::String(name) => DeclaredValues::Named(name.to_string()),
            _ => DeclaredValues::Listed(self.values(table)?.value),
        };
        Some(Spanned { value, span })
    }

    /// What is said about the parts of a record.
    fn parts(&mut self, field: &DeTable) -> Vec<DeclaredPart> {
        let example = "[contacts.fields.profiles.parts.kind]";
        let Some(tables) =
            (field.get("parts")).and_then(|value| self.table(value, "parts", example))
        else {
            return Vec::new();
        };
        let mut parts = Vec::new();
        for (name, value) in tables {
            let span = self.span(name.span());
            let name = name.get_ref().to_string();
            let Some(settings) = self.table(value, &name, example) else {
                continue;
            };
            self.known_only(settings, "a part", PART);
            match self.declared_values(settings) {
                Some(values) => parts.push(DeclaredPart {
                    name: Spanned { value: name, span },
                    values,
                }),
                None if settings.get("values").is_none() => self.faults.push(
                    errors::setting_missing(span, "values", "the part", "values = [\"a\", \"b\"]"),
                ),
                None => {}
            }
        }
        parts.sort_by_key(|part: &DeclaredPart| part.name.span.start);
        parts
    }

    /// The two columns of a place.
    fn point(
        &mut self,
        name: &Spanned<String>,
        table: &DeTable,
        field_type: Option<&Spanned<Type>>,
    ) -> Option<PointParts> {
        let latitude = self.text(table, "latitude", "\"home_lat\"");
        let longitude = self.text(table, "longitude", "\"home_lon\"");
        let said = |setting: &str| table.get(setting).is_some();
        if !said("latitude") && !said("longitude") {
            return None;
        }
        for (half, other, example) in [
            ("latitude", "longitude", "latitude = \"home_lat\""),
            ("longitude", "latitude", "longitude = \"home_lon\""),
        ] {
            if !said(half) {
                let place = format!("the place \"{}\", which has a {other},", name.value);
                self.faults
                    .push(errors::setting_missing(name.span, half, &place, example));
            }
        }
        for (setting, reason) in [
            ("column", "it is put together of two columns"),
            ("values", "a place has no closed set of values"),
        ] {
            if let Some(value) = table.get(setting) {
                let span = self.span(value.span());
                self.faults
                    .push(errors::not_of_a_point(span, &name.value, setting, reason));
            }
        }
        if let Some(wanted) = field_type
            && wanted.value != Type::Point
        {
            self.faults.push(errors::point_of_another_type(
                wanted.span,
                &name.value,
                &wanted.value.name(),
            ));
        }
        Some(PointParts {
            latitude: latitude?,
            longitude: longitude?,
        })
    }

    /// A closed set, written out.
    fn values(&mut self, table: &DeTable) -> Option<Spanned<Vec<String>>> {
        let values = self.texts(table, "values", "[\"BE\", \"NL\"]")?;
        let span = self.span(table.get("values")?.span());
        if values.is_empty() {
            self.faults.push(errors::empty(
                span,
                "values",
                "the values that there may be",
            ));
        }
        for (at, value) in values.iter().enumerate() {
            if let Some(first) = values[..at].iter().find(|first| first.value == value.value) {
                self.faults
                    .push(errors::value_twice(first.span, value.span, &value.value));
            }
        }
        Some(Spanned {
            value: values.into_iter().map(|value| value.value).collect(),
            span,
        })
    }

    fn sets(&mut self, table: &DeTable) -> Vec<DeclaredSet> {
        let Some(value) = table.get("sets") else {
            return Vec::new();
        };
        let Some(tables) = self.table(value, "sets", "[sets.plans]") else {
            return Vec::new();
        };
        let mut sets = Vec::new();
        for (name, value) in tables {
            let span = self.span(name.span());
            let name = name.get_ref().to_string();
            if Type::named(&name).is_some() {
                self.faults.push(errors::set_like_type(span, &name));
            }
            let example = format!("[sets.{name}]");
            let Some(settings) = self.table(value, &name, &example) else {
                continue;
            };
            self.known_only(settings, "a set", SET);
            match self.values(settings) {
                Some(values) => sets.push(DeclaredSet {
                    name: Spanned { value: name, span },
                    values: values.value,
                }),
                None if settings.get("values").is_none() => self.faults.push(
                    errors::setting_missing(span, "values", "the set", "values = [\"a\", \"b\"]"),
                ),
                None => {}
            }
        }
        sets.sort_by_key(|set: &DeclaredSet| set.name.span.start);
        sets
    }

    /// Tells of fields whose set is not there.
    fn sets_are_there(&mut self, fields: &[DeclaredField], sets: &[DeclaredSet]) {
        let names: Vec<&str> = sets.iter().map(|set| set.name.value.as_str()).collect();
        for field in fields {
            let of_parts = field.parts.iter().map(|part| &part.values);
            for values in field.values.iter().chain(of_parts) {
                if let DeclaredValues::Named(name) = &values.value
                    && !names.contains(&name.as_str())
                {
                    let known = nearest(name, names.iter().copied());
                    self.faults.push(errors::no_set(values.span, name, known));
                }
            }
        }
    }

    pub(super) fn known_only(&mut self, table: &DeTable, place: &str, known: &[Setting]) {
        let known: Vec<&str> = names(known).collect();
        for name in table.keys() {
            if !known.contains(&name.get_ref().as_ref()) {
                let span = self.span(name.span());
                self.faults
                    .push(errors::unknown_setting(span, name.get_ref(), place, &known));
            }
        }
    }

    fn wrong_kind(&mut self, value: &Value, name: &str, needed: &str, example: &str) {
        let has = match value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let span = self.span(value.span());
        self.faults
            .push(errors::wrong_kind(span, name, needed, has, example));
    }

    pub(super) fn text(
        &mut self,
        table: &DeTable,
        name: &str,
        example: &str,
    ) -> Option<Spanned<String>> {
        let value = table.get(name)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned {
                value: text.to_string(),
                span: self.span(value.span()),
            }),
            _ => {
                self.wrong_kind(value, name, "text", &format!("{name} = {example}"));
                None
            }
        }
    }

    /// A text, or a list of texts.
    pub(super) fn texts(
        &mut self,
        table: &DeTable,
        name: &str,
        example: &str,
    ) -> Option<Vec<Spanned<String>>> {
        let value = table.get(name)?;
        let example = format!("{name} = {example}");
        match value.get_ref() {
            DeValue::String(text) => Some(vec![Spanned {
                value: text.to_string(),
                span: self.span(value.span()),
            }]),
            DeValue::Array(elements) => {
                let mut texts = Vec::new();
                for element in elements.iter() {
                    match element.get_ref() {
                        DeValue::String(text) => {
                            texts.push(Spanned {
                                value: text.to_string(),
                                span: self.span(element.span()),
                            });
                        }
                        _ => self.wrong_kind(element, name, "a list of texts", &example),
                    }
                }
                Some(texts)
            }
            _ => {
                self.wrong_kind(value, name, "text or a list of texts", &example);
                None
            }
        }
    }

    pub(super) fn boolean(&mut self, table: &DeTable, name: &str) -> Option<bool> {
        let value = table.get(name)?;
        let known = value.get_ref().as_bool();
        if known.is_none() {
            self.wrong_kind(value, name, "true or false", &format!("{name} = true"));
        }
        known
    }

    pub(super) fn table<'a, 't>(
        &mut self,
        value: &'t Value<'a>,
        name: &str,
        example: &str,
    ) -> Option<&'t DeTable<'a>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_kind(value, name, "a table", example);
        }
        table
    }
}

fn names(settings: &[Setting]) -> impl Iterator<Item = &str> {
    settings.iter().map(|setting| setting.name)
}

fn type_named(name: &str) -> Option<Type> {
    Some(match name {
        "bool" => Type::Boolean,
        "int" => Type::Number(NumberKind::Whole),
        "number" => Type::Number(NumberKind::Exact),
        "text" => Type::Text,
        "date" => Type::Date,
        "time" => Type::Time,
        "duration" => Type::Duration,
        "point" => Type::Point,
        _ => {
            if let Some(value) = name.strip_prefix("map of ") {
                return Some(Type::Map(Box::new(type_named(value)?)));
            }
            let element = type_named(name.strip_prefix("list of ")?)?;
            if let Type::List(_) | Type::Map(_) = element {
                return None;
            }
            Type::List(Box::new(element))
        }
    })
}

/// A day, or a time with or without an offset.
fn is_instant(text: &str) -> bool {
    super::instant(text.trim(), &jiff::tz::TimeZone::UTC).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_is_offered_is_one() {
        for name in TYPES {
            assert_eq!(
                type_named(name).map(|known| known.name()).as_deref(),
                Some(*name)
            );
        }
    }
}
