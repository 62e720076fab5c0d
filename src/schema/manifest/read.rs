//! From the text of a manifest to what it says. Every mistake is found in one go: tables are looked through setting by setting.

use super::settings::{CONTACTS, FROM_EVENTS, OF_FILES, OTHER_VALUES, PROJECT, SET, Setting};
use super::{
    Contacts, DeclaredField, DeclaredSet, DeclaredValues, Files, Manifest, OtherValues, Spanned,
    errors,
};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::suggest::nearest;
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
        let arms = self.given_arms(table);
        let mut events = self.events(table);
        let catalogues = self.catalogues(table);
        let contacts = contacts?;
        // A table of events with mistakes is there all the same.
        let has_tables = |events: &Value| {
            events
                .get_ref()
                .as_table()
                .is_none_or(|tables| !tables.is_empty())
        };
        if let Some(from) = contacts.from_events
            && !table.get("events").is_some_and(has_tables)
        {
            self.faults.push(errors::from_no_events(from));
        }
        // A history is no table that contacts could come from.
        events.extend(self.histories(table, &contacts.fields));
        let tables = std::iter::once(&contacts.fields)
            .chain(events.iter().map(|events| &events.fields))
            .chain(catalogues.iter().map(|catalogue| &catalogue.fields));
        for fields in tables {
            self.sets_are_there(fields, &sets);
            self.catalogues_are_there(fields, &catalogues);
        }
        Some(Manifest {
            name,
            time_zone,
            as_of,
            segments,
            contacts,
            sets,
            lists,
            arms,
            events,
            catalogues,
        })
    }

    fn contacts(&mut self, table: &DeTable, span: Span) -> Option<Contacts> {
        self.known_only(table, "the table of contacts", CONTACTS);
        let from = self.events_as_contacts(table);
        let files = self.files(table, "data/contacts.parquet");
        let key = self.text(table, "key", "\"id\"");
        let needed = [("source", "data/contacts.parquet"), ("key", "id")];
        // Whoever comes from the events has no file; under a name that is nearly right that is said as well.
        let mut keys = table.keys();
        let has_from = keys.any(|key| nearest(key.get_ref(), names(CONTACTS)) == Some("from"));
        let needed = &needed[usize::from(from.is_some() || has_from)..];
        self.needed(table, span, "the table of contacts", CONTACTS, needed);
        let time_zone = self.text(table, "time_zone", "\"time_zone\"");
        let beginning = self.text(table, "beginning", "\"signup_at\"");
        let blank_text_is_missing = self
            .boolean(table, "blank_text_is_missing")
            .unwrap_or(false);
        let other_values = self.other_values(table);
        let fields = self.fields(table, "contacts", "region");
        Some(Contacts {
            files: match from {
                Some(_) => Files::none(),
                None => files?,
            },
            from_events: from.map(|from| from.span),
            key: key?,
            time_zone,
            beginning,
            blank_text_is_missing,
            other_values,
            fields,
        })
    }

    /// Where it is said that the contacts are those of the events.
    fn events_as_contacts(&mut self, table: &DeTable) -> Option<Spanned<String>> {
        let from = self.text(table, "from", "\"events\"")?;
        if from.value != FROM_EVENTS {
            let message = format!("contacts cannot come from \"{}\"", from.value);
            self.faults.push(errors::not_allowed(
                from.span,
                message,
                &[FROM_EVENTS],
                &from.value,
            ));
        }
        if let Some(source) = table.get("source") {
            let span = self.span(source.span());
            self.faults.push(errors::source_and_from(span, from.span));
        }
        for name in OF_FILES {
            if let Some(value) = table.get(*name) {
                let span = self.span(value.span());
                self.faults
                    .push(errors::no_files_of_contacts(span, name, from.span));
            }
        }
        Some(from)
    }

    pub(super) fn other_values(&mut self, table: &DeTable) -> OtherValues {
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
            let of_parts = field.parts.iter().filter_map(|part| part.values.as_ref());
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

    pub(super) fn wrong_kind(&mut self, value: &Value, name: &str, needed: &str, example: &str) {
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

    /// The tables under a setting, each with the name that it stands under, as `[events.purchase]`.
    pub(super) fn named_tables<'a, 't>(
        &mut self,
        manifest: &'t DeTable<'a>,
        setting: &str,
        example: &str,
    ) -> Vec<(Spanned<String>, &'t DeTable<'a>)> {
        let example = format!("[{setting}.{example}]");
        let Some(tables) =
            (manifest.get(setting)).and_then(|value| self.table(value, setting, &example))
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, value) in tables {
            let name = Spanned {
                value: name.get_ref().to_string(),
                span: self.span(name.span()),
            };
            let example = format!("[{setting}.{}]", name.value);
            if let Some(table) = self.table(value, &name.value, &example) {
                found.push((name, table));
            }
        }
        found
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

pub(super) fn names(settings: &[Setting]) -> impl Iterator<Item = &str> {
    settings.iter().map(|setting| setting.name)
}

pub(super) fn type_named(name: &str) -> Option<Type> {
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
    use super::super::settings::TYPES;
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
