//! The tables of a project: contacts, events, catalogues, and those that are not used.

use super::fields::{Place, of_fields};
use super::in_comment;
use super::reading::{of_reading, of_source};
use crate::discover::Request;
use crate::discover::key::Key;
use crate::discover::look::Looked;
use crate::discover::relations::{CatalogueFound, EventsFound, Held, Kinds, Unused, When};
use crate::explain::{grouped, shown};
use crate::schema::{toml_key, toml_text};
use crate::types::Constant;
use jiff::tz::TimeZone;
use std::fmt::Write;

pub(super) fn of_contacts(
    text: &mut String,
    request: &Request<'_>,
    contacts: &Looked,
    reason: Option<&str>,
    key: &Key,
) {
    let table = &contacts.table;
    let rows = contacts.profile.rows;
    let plural = if rows == 1 { "contact" } else { "contacts" };
    let _ = writeln!(text, "\n[contacts]\n# {} {plural}.", grouped(rows));
    if table.is_of_events() {
        let _ = writeln!(
            text,
            "# They are those whom the events below name: {}.\n# Once there is a table with a row for each, name it with `source` in the place of `from`.\nfrom = \"events\"",
            in_comment(reason.unwrap_or_default())
        );
        let _ = writeln!(
            text,
            "\n# What their key is called in texts. Chosen because {}.\nkey = {}",
            in_comment(&key.reason),
            toml_text(&key.name)
        );
        return;
    }
    if let Some(reason) = reason {
        let _ = writeln!(
            text,
            "# Of the tables it is this one, because {}.",
            in_comment(reason)
        );
    }
    of_source(text, request, table);
    let _ = writeln!(
        text,
        "\n# What tells contacts apart. Chosen because {}.",
        in_comment(&key.reason)
    );
    let _ = writeln!(text, "key = {}", toml_text(&key.name));
    of_reading(text, contacts);
    text.push_str(
        "\n# A value that is not in the closed set of its field (see `values` below) ends a run, so that sets stay true.\n# To be told of such values instead:\n# other_values = \"report\"\n",
    );
}

/// A table of events: where it is, what its columns are, and its streams.
pub(super) fn of_events(
    text: &mut String,
    request: &Request<'_>,
    events: &EventsFound,
    zone: &TimeZone,
) {
    let looked = &events.looked;
    let table = format!("events.{}", toml_key(&events.name));
    let rows = looked.profile.rows;
    let plural = if rows == 1 { "event" } else { "events" };
    let _ = writeln!(
        text,
        "\n# What contacts did, and when: {} {plural}.\n[{table}]",
        grouped(rows)
    );
    of_source(text, request, &looked.table);
    of_contact(text, &events.contact);
    of_time(text, &events.time, zone);
    if let Some(Kinds { column, reason, .. }) = &events.kinds {
        let _ = writeln!(
            text,
            "\n# The column that tells streams of events apart: {reason}. Its values, with their fields, are below.\nkind = {}",
            toml_text(column)
        );
    }
    of_reading(text, looked);
    if let Some(kinds) = &events.kinds {
        let _ = writeln!(
            text,
            "\n# The streams, most events first. Take out those that no segment is about.\n[{table}.streams]"
        );
        for stream in &kinds.streams {
            let fields = stream.fields.as_ref().map(|fields| {
                let names = fields
                    .iter()
                    .map(|field| toml_text(events.field_name(field)));
                names.collect::<Vec<_>>().join(", ")
            });
            let fields =
                fields.map_or_else(|| "\"all\"".to_owned(), |fields| format!("[{fields}]"));
            let name = toml_key(&stream.name);
            let _ = match stream.name == stream.value {
                true => writeln!(text, "{name} = {fields}"),
                false => writeln!(
                    text,
                    "{name} = {{ value = {}, fields = {fields} }}",
                    toml_text(&stream.value)
                ),
            };
        }
    }
    of_fields(text, looked, zone, |column| {
        let is_field = !events.is_own(column);
        is_field.then(|| Place {
            table: table.clone(),
            name: events.field_name(column).to_owned(),
            is_key: false,
            catalogue: events.catalogue_of(column).map(str::to_owned),
        })
    });
}

/// Which contact a row belongs to.
fn of_contact(text: &mut String, contact: &Held) {
    let (found, of) = (grouped(contact.found as u64), grouped(contact.of as u64));
    let found = match contact.found == contact.of {
        true => format!("all {of} values"),
        false => format!("{found} of the {of} values"),
    };
    let _ = writeln!(
        text,
        "\n# Whose it is: {found} that were looked up are keys of contacts.{}\ncontact = {}",
        others("Other columns that hold such keys", &contact.others),
        toml_text(&contact.column)
    );
}

/// When it happened.
fn of_time(text: &mut String, time: &When, zone: &TimeZone) {
    let _ = writeln!(
        text,
        "\n# When it happened; it is called `time` in a text.{}\ntime = {}",
        others("Other columns that could tell", &time.others),
        toml_text(&time.column)
    );
    if let Some(counted) = &time.counted {
        let unit = counted.unit.word();
        let _ = writeln!(
            text,
            "# What its whole numbers count since 1970: as {unit} they are from {} to {}, and counting anything else they would lie before 1990 or after 2100.\ntimes = {}",
            shown(&Constant::Time(counted.first), zone),
            shown(&Constant::Time(counted.last), zone),
            toml_text(unit)
        );
    }
}

/// Columns that could have been taken as well, as the rest of a comment.
fn others(what: &str, columns: &[String]) -> String {
    if columns.is_empty() {
        return String::new();
    }
    format!(" {what}: {}.", in_comment(&columns.join(", ")))
}

/// A table that others refer to.
pub(super) fn of_catalogue(
    text: &mut String,
    request: &Request<'_>,
    catalogue: &CatalogueFound,
    zone: &TimeZone,
) {
    let looked = &catalogue.looked;
    let table = format!("catalogues.{}", toml_key(&catalogue.name));
    let _ = writeln!(
        text,
        "\n# A table that fields refer to by its key: {} rows.\n[{table}]",
        grouped(looked.profile.rows)
    );
    of_source(text, request, &looked.table);
    let _ = writeln!(text, "key = {}", toml_text(&catalogue.key));
    of_reading(text, looked);
    of_fields(text, looked, zone, |column| {
        Some(Place {
            table: table.clone(),
            name: column.to_owned(),
            is_key: column == catalogue.key,
            catalogue: None,
        })
    });
}

pub(super) fn of_others(text: &mut String, others: &[Unused]) {
    if others.is_empty() {
        return;
    }
    text.push_str("\n# Other tables that were found, and are not used:\n");
    for Unused { table, why } in others {
        let columns: Vec<String> = table
            .columns
            .iter()
            .take(12)
            .map(|column| in_comment(column))
            .collect();
        let more = if table.columns.len() > 12 {
            ", …"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "#   {} ({}{more}): {}",
            in_comment(&table.shown),
            columns.join(", "),
            in_comment(why)
        );
    }
}
