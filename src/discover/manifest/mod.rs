//! The text of the manifest, made to be read and edited: what was found stands in comments, what was decided in settings.

mod fields;
mod reading;
mod tables;

use super::key::Key;
use super::look::Looked;
use super::relations::Related;
use super::{Request, guess};
use crate::explain::shown;
use crate::schema::toml_text;
use crate::types::{Constant, Type, calendar};
use fields::{Place, of_fields};
use jiff::tz::TimeZone;
use std::fmt::Write;

/// The manifest as it is to be written.
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) fields: Vec<DraftField>,
}

/// A field that the manifest names.
pub(super) struct DraftField {
    pub(super) name: String,
    pub(super) value_type: Type,
    /// Its closed set, the most common value first, where the manifest declares one.
    pub(super) values: Option<Vec<String>>,
}

impl Draft {
    pub(super) fn closed_sets(&self) -> usize {
        self.fields
            .iter()
            .filter(|field| field.values.is_some())
            .count()
    }
}

/// `reason` says why they are the contacts, where there are several tables.
pub(super) fn draft(
    request: &Request<'_>,
    contacts: &Looked,
    reason: Option<&str>,
    key: &Key,
    related: &Related,
) -> Draft {
    let mut text = String::new();
    head(&mut text, request, contacts, related);
    tables::of_contacts(&mut text, request, contacts, reason, key);
    tables::of_others(&mut text, &related.rest);
    let zone = TimeZone::get(request.time_zone).unwrap_or(TimeZone::UTC);
    text.push_str(
        "\n# The fields. Each column is one, named here or not; what a description says is shown by `segql schema`.\n",
    );
    let fields = of_fields(&mut text, contacts, &zone, |column| {
        Some(Place {
            table: "contacts".to_owned(),
            name: column.to_owned(),
            is_key: column == key.name,
            catalogue: related.catalogue_of(column).map(str::to_owned),
        })
    });
    for events in &related.events {
        tables::of_events(&mut text, request, events, &zone);
    }
    for catalogue in &related.catalogues {
        tables::of_catalogue(&mut text, request, catalogue, &zone);
    }
    Draft { text, fields }
}

fn head(text: &mut String, request: &Request<'_>, contacts: &Looked, related: &Related) {
    text.push_str("# What SegQL knows about the data. Made by `segql init` from what was found; read it through and change what is wrong.\n");
    text.push_str("# `segql check` says what is wrong with it, `segql schema` shows the fields, `segql run` counts the segments.\n\n");
    let _ = writeln!(text, "name = {}", toml_text(request.name));
    text.push_str("\n# Days, months and times without an offset are read in this time zone: \"UTC\", or a place such as \"Europe/Brussels\".\n");
    let _ = writeln!(text, "time_zone = {}", toml_text(request.time_zone));
    let zone = TimeZone::get(request.time_zone).unwrap_or(TimeZone::UTC);
    let now = request.now.nanoseconds();
    let tables = related.events.iter().map(|events| &events.looked);
    let known = std::iter::once(contacts)
        .chain(tables)
        .filter_map(|table| last_day(table, now, &zone));
    // Times that are counted are numbers to whoever does not know.
    let today = calendar::date_of(now, &zone);
    let of_events = related.events.iter();
    let of_events = of_events
        .filter_map(|events| events.last_day(&zone))
        .filter(|day| today.is_some_and(|today| *day <= today));
    let days = known.chain(of_events);
    let day = match days.max() {
        Some(last) => {
            let _ = write!(
                text,
                "\n# Runs are as of the present. The data end on {}; if they stand still, say the instant that they stand for:\n",
                shown(&Constant::Date(last), &zone)
            );
            last + 1
        }
        None => {
            text.push_str("\n# Runs are as of the present. For data that stand still, say the instant that they stand for:\n");
            calendar::date_of(request.now.nanoseconds(), &zone).unwrap_or(0)
        }
    };
    let _ = writeln!(text, "# as_of = \"{}\"", shown(&Constant::Date(day), &zone));
}

/// The last day that the data know, of those before now: birthdays tell nothing of it.
fn last_day(contacts: &Looked, now: i128, zone: &TimeZone) -> Option<i64> {
    let today = calendar::date_of(now, zone)?;
    let days = contacts
        .columns()
        .filter(|column| !guess::is_birth(column.name))
        .filter_map(|column| match column.seen.range.as_ref()?.1 {
            Constant::Date(day) => Some(day),
            Constant::Time(time) => calendar::date_of(time, zone),
            _ => None,
        });
    days.filter(|day| *day <= today).max()
}

/// Text that stays on its line.
fn in_comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
