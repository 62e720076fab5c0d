//! The lines of a test: contacts, their events, records of catalogues, keys of lists.

use super::TrialContact;
use super::given::About;
use super::histories::in_words;
use crate::check::errors;
use crate::check::item::Checker;
use crate::diagnostics::suggest;
use crate::schema::Catalogue;
use crate::source::Span;
use crate::syntax::ast::{
    Expression, ExpressionKind, Given, GivenKind, GivenPart, Name, PartName, Test, TestLine,
    TestLineKind,
};
use crate::types::{Constant, Exact, RecordType, Type, calendar};
use std::collections::{HashMap, HashSet};

/// What the lines of a test give.
#[derive(Default)]
pub(super) struct GivenLines {
    pub contacts: Vec<TrialContact>,
    /// The places of the contacts.
    pub names: HashMap<String, usize>,
    pub records: Vec<(String, Constant)>,
    pub keys: Vec<(String, Constant)>,
}

impl Checker<'_> {
    /// The instant of a test: a day stands for its first instant.
    pub(super) fn instant_of_test(&mut self, at: &Expression) -> Option<i128> {
        let constant = match &*at.kind {
            ExpressionKind::Literal(_) => self.plain_constant(at, 0),
            _ => None,
        };
        match constant {
            Some(Constant::Time(time)) => Some(time),
            Some(Constant::Date(day)) => calendar::midnight(day, self.schema.zone()),
            _ => {
                if !matches!(*at.kind, ExpressionKind::Hole) {
                    self.tell(errors::no_instant_of_a_test(at.span));
                }
                None
            }
        }
    }

    pub(super) fn given_lines(&mut self, test: &Test, now: i128) -> GivenLines {
        let mut given = GivenLines::default();
        // Contacts are known before what is said of them, so that a fault of one does not make others.
        let mut places: HashMap<&str, Span> = HashMap::new();
        let mut keys: Vec<Option<Span>> = Vec::new();
        for line in &test.lines {
            match &line.kind {
                TestLineKind::Contact { name, parts } => {
                    if let Some(first) = places.insert(&name.text, name.span) {
                        self.tell(errors::two_contacts_of_a_name(name, first));
                    }
                    let (fields, key) = self.contact(parts, now);
                    let events = self.since_ever(&fields);
                    given.names.insert(name.text.clone(), given.contacts.len());
                    keys.push(key);
                    given.contacts.push(TrialContact {
                        name: name.text.clone(),
                        span: name.span,
                        fields,
                        events,
                    });
                }
                TestLineKind::Event {
                    stream,
                    parts,
                    when,
                } => self.event(&mut given, line, stream, parts, when.as_ref(), now, test),
                TestLineKind::Record {
                    catalogue,
                    key,
                    parts,
                } => {
                    if let Some(known) = self.catalogue_of_line(catalogue) {
                        let record = self.record_of(&known, Some(key), parts, now);
                        given
                            .records
                            .extend(record.map(|record| (known.name().to_owned(), record)));
                    }
                }
                TestLineKind::List { name, keys } => {
                    let Some(list) = self.schema.list_named(&name.value).cloned() else {
                        let known = self.schema.lists().iter().map(|list| list.name());
                        let near = suggest::nearest(&name.value, known);
                        self.tell(errors::no_key_list(&name.value, near, name.span));
                        continue;
                    };
                    for key in keys {
                        if let Some(written) = &key.name {
                            self.tell(errors::named_element(written.span()));
                            continue;
                        }
                        let about = About::element(list.name());
                        let value = self.given(&key.value, list.element(), &about, now);
                        given
                            .keys
                            .extend(value.map(|key| (name.value.clone(), key)));
                    }
                }
                TestLineKind::Expect(_) => {}
            }
        }
        self.fill_keys(&mut given, &keys);
        self.keys_of_records(&given, test);
        given
    }

    /// The values of a contact's fields, and where its key is given.
    fn contact(&mut self, parts: &[GivenPart], now: i128) -> (Vec<Constant>, Option<Span>) {
        let mut fields = vec![Constant::Missing; self.schema.fields().len()];
        let mut seen: HashMap<usize, Span> = HashMap::new();
        for part in parts {
            let Some(name) = self.name_of_part(part, "a field of the contact") else {
                continue;
            };
            let Some((id, field)) = self.schema.field_named(&name.text) else {
                let fault = match self.schema.stream_named(&name.text) {
                    Some(_) => errors::events_as_a_field(&name),
                    None => {
                        let known = self.schema.fields().iter().map(|field| field.name.as_str());
                        errors::no_field_of_a_contact(&name, suggest::nearest(&name.text, known))
                    }
                };
                self.tell(fault);
                continue;
            };
            let field = field.clone();
            if let Some(first) = seen.insert(id.0 as usize, name.span) {
                self.tell(errors::part_given_twice(&name, first));
            }
            let about = About::of(&field.name, field.values.as_deref());
            if let Some(value) = self.given(&part.value, &field.field_type, &about, now) {
                fields[id.0 as usize] = value;
            }
        }
        let key = seen.get(&(self.schema.key().0 as usize)).copied();
        (fields, key)
    }

    #[allow(clippy::too_many_arguments)]
    fn event(
        &mut self,
        given: &mut GivenLines,
        line: &TestLine,
        stream: &Name,
        parts: &[GivenPart],
        when: Option<&Expression>,
        now: i128,
        test: &Test,
    ) {
        let Some((id, field)) = self.stream_of_line(&stream.text) else {
            // Records of a catalogue without a key have none behind its name.
            if when.is_none()
                && let Some(known) = self.schema.catalogue_named(&stream.text).cloned()
            {
                let record = self.record_of(&known, None, parts, now);
                if let Some(key) = known.key()
                    && record.as_ref().is_some_and(|record| {
                        let place = known.key_place().unwrap_or_default();
                        record.part(place) == Constant::Missing
                    })
                {
                    self.tell(errors::record_without_key(stream, &key.name));
                    return;
                }
                given
                    .records
                    .extend(record.map(|record| (known.name().to_owned(), record)));
                return;
            }
            self.tell_unknown_line(stream);
            return;
        };
        let field = field.clone();
        let Some(record) = field.field_type.record() else {
            return;
        };
        let event = self.event_parts(record, &in_words(&field), parts, now);
        let time = match when {
            Some(when) => self.time_of_event(when, now),
            None => {
                self.tell(errors::event_without_time(stream, line.span));
                None
            }
        };
        let Some(contact) = given.contacts.last_mut() else {
            if test.is_whole {
                self.tell(errors::event_of_nobody(stream));
            }
            return;
        };
        if let (Some(mut event), Some(time)) = (event, time) {
            if let Some(place) = record.time {
                event[place as usize] = Constant::Time(time);
            }
            contact.events.push((id, Constant::Record(event.into())));
        }
    }

    /// The parts of an event, its time left open.
    fn event_parts(
        &mut self,
        record: &RecordType,
        what: &str,
        parts: &[GivenPart],
        now: i128,
    ) -> Option<Vec<Constant>> {
        if let Some(time) = record.time
            && let Some(PartName::Name(name)) =
                parts.iter().filter_map(|part| part.name.as_ref()).find(|name| {
                    matches!(name, PartName::Name(name) if name.text == record.parts[time as usize].name)
                })
        {
            self.tell(errors::time_among_the_parts(name));
            return None;
        }
        self.record_parts(record, what, parts, now)
    }

    /// When an event happens.
    fn time_of_event(&mut self, when: &Expression, now: i128) -> Option<i128> {
        if let ExpressionKind::Literal(crate::syntax::ast::Literal::Measure(_)) = &*when.kind {
            let text = self.sources.text(when.span);
            self.tell(errors::length_for_a_time(text, when.span));
            return None;
        }
        match self.plain_constant(when, now)? {
            Constant::Time(time) => Some(time),
            Constant::Date(day) => calendar::midnight(day, self.schema.zone()),
            _ => {
                let text = self.sources.text(when.span);
                self.tell(errors::no_time_of_an_event(text, when.span));
                None
            }
        }
    }

    fn catalogue_of_line(&mut self, name: &Name) -> Option<Catalogue> {
        let known = self.schema.catalogue_named(&name.text).cloned();
        if known.is_none() {
            match self.schema.stream_named(&name.text) {
                Some(_) => self.tell(errors::event_with_a_key(name)),
                None => self.tell_unknown_line(name),
            }
        }
        known
    }

    fn tell_unknown_line(&mut self, name: &Name) {
        if ["contact", "expect", "list"].contains(&name.text.to_lowercase().as_str()) {
            self.tell(errors::line_cut_short(name));
            return;
        }
        if self.schema.field_named(&name.text).is_some() {
            self.tell(errors::field_on_a_line(name));
            return;
        }
        let schema = self.schema;
        // A history stands under the name of its field.
        let streams = || {
            let streams = schema.streams().iter();
            streams.map(|stream| stream.history_of.as_ref().unwrap_or(&stream.name).as_str())
        };
        let catalogues = schema.catalogues().iter().map(Catalogue::name);
        let words = ["contact", "expect", "list"];
        let near = suggest::nearest(&name.text, streams().chain(catalogues).chain(words))
            .or_else(|| suggest::stem(&name.text, streams()));
        self.tell(errors::no_line_of_that_name(name, near));
    }

    fn record_of(
        &mut self,
        catalogue: &Catalogue,
        key: Option<&Expression>,
        parts: &[GivenPart],
        now: i128,
    ) -> Option<Constant> {
        let what = format!("records of `{}`", catalogue.name());
        let mut record = self.record_parts(catalogue.record(), &what, parts, now)?;
        if let (Some(key), Some(place), Some(field)) = (key, catalogue.key_place(), catalogue.key())
        {
            let given = Given {
                span: key.span,
                kind: GivenKind::Value(key.clone()),
            };
            let about = About::of(&field.name, field.values.as_deref());
            let value = self.given(&given, &field.field_type, &about, now)?;
            record[place as usize] = value;
        } else if let Some(key) = key {
            self.tell(errors::catalogue_without_key(catalogue.name(), key.span));
            return None;
        }
        for (value, field) in record.iter_mut().zip(catalogue.fields()) {
            if let Constant::Text(text) = value
                && field.blank_is_missing
                && text.trim().is_empty()
            {
                *value = Constant::Missing;
            }
        }
        Some(Constant::Record(record.into()))
    }

    /// The parts of a record that have names; those that are not given are missing.
    pub(super) fn record_parts(
        &mut self,
        record: &RecordType,
        what: &str,
        parts: &[GivenPart],
        now: i128,
    ) -> Option<Vec<Constant>> {
        let mut values = vec![Constant::Missing; record.parts.len()];
        let mut seen: HashMap<u32, Span> = HashMap::new();
        let mut is_sound = true;
        for part in parts {
            let Some(name) = self.name_of_part(part, &format!("a part of {what}")) else {
                is_sound = false;
                continue;
            };
            let Some((place, known)) = record.part_named(&name.text) else {
                let known = record.parts.iter().map(|part| part.name.as_str());
                let near = suggest::nearest(&name.text, known);
                self.tell(errors::no_part_of_a_record(&name, what, record, near));
                is_sound = false;
                continue;
            };
            if let Some(first) = seen.insert(place, name.span) {
                self.tell(errors::part_given_twice(&name, first));
            }
            let about = About::of(&known.name, known.values.as_deref());
            match self.given(&part.value, &known.part_type, &about, now) {
                Some(value) => values[place as usize] = value,
                None => is_sound = false,
            }
        }
        is_sound.then_some(values)
    }

    fn name_of_part(&mut self, part: &GivenPart, what: &str) -> Option<Name> {
        match &part.name {
            Some(PartName::Name(name)) => Some(name.clone()),
            Some(PartName::Text(text)) => {
                self.tell(errors::quoted_name(text));
                None
            }
            None => {
                self.tell(errors::nameless_part(what, part.value.span));
                None
            }
        }
    }

    /// Contacts that were given no key get their name, or a number that no other has.
    fn fill_keys(&mut self, given: &mut GivenLines, places: &[Option<Span>]) {
        let key = self.schema.key();
        let is_text = self.schema.field(key).field_type == Type::Text;
        let place = key.0 as usize;
        let mut seen: HashMap<Constant, usize> = HashMap::new();
        for (at, contact) in given.contacts.iter().enumerate() {
            let (value, Some(span)) = (&contact.fields[place], places[at]) else {
                continue;
            };
            match value {
                Constant::Missing => {}
                value => {
                    if let Some(first) = seen.insert(value.clone(), at) {
                        let first = places[first].unwrap_or(span);
                        self.tell(errors::key_given_twice(span, first));
                    }
                }
            }
        }
        let mut next = 1;
        for contact in &mut given.contacts {
            if contact.fields[place] != Constant::Missing {
                continue;
            }
            let mut value = match is_text {
                true => Constant::Text(contact.name.as_str().into()),
                false => Constant::Number(Exact::whole(next)),
            };
            while seen.contains_key(&value) {
                next += 1;
                value = match is_text {
                    true => Constant::Text(format!("{} {next}", contact.name).into()),
                    false => Constant::Number(Exact::whole(next)),
                };
            }
            seen.insert(value.clone(), 0);
            contact.fields[place] = value;
        }
    }

    /// Keys of catalogues stand once.
    fn keys_of_records(&mut self, given: &GivenLines, test: &Test) {
        let mut seen: HashSet<(&str, Constant)> = HashSet::new();
        let mut twice: Vec<(String, Constant)> = Vec::new();
        for (name, record) in &given.records {
            let Some(place) = self
                .schema
                .catalogue_named(name)
                .and_then(Catalogue::key_place)
            else {
                continue;
            };
            let key = record.part(place);
            if key != Constant::Missing && !seen.insert((name, key.clone())) {
                twice.push((name.clone(), key));
            }
        }
        for (name, _) in twice {
            let lines = test.lines.iter().filter_map(|line| match &line.kind {
                TestLineKind::Record { catalogue, key, .. } if catalogue.text == name => {
                    Some((self.sources.text(key.span), key.span))
                }
                _ => None,
            });
            let mut first: HashMap<&str, Span> = HashMap::new();
            let mut told = Vec::new();
            for (text, span) in lines {
                match first.get(text) {
                    Some(first) => told.push((span, *first)),
                    None => {
                        first.insert(text, span);
                    }
                }
            }
            for (span, first) in told {
                self.tell(errors::key_given_twice(span, first));
            }
        }
    }
}
