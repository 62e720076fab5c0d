//! The mistakes of a manifest, one function each.

mod arms;
mod events;

pub(super) use arms::*;
pub(super) use events::*;

use crate::diagnostics::suggest::{nearest, one_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::types::calendar::zone_named;

/// What other tools call it, else the nearest.
fn likely<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let other = match written.to_lowercase().as_str() {
        "zone" | "tz" => "time_zone",
        "id" | "primary_key" => "key",
        "path" | "file" | "files" | "data" => "source",
        "sep" | "separator" => "delimiter",
        "null" | "nulls" | "na" => "missing",
        "lat" => "latitude",
        "lon" | "lng" => "longitude",
        "location" | "place" | "geo" | "geography" => "point",
        "boolean" => "bool",
        "integer" | "int32" | "int64" | "long" => "int",
        "float" | "double" | "decimal" | "numeric" => "number",
        "string" | "str" | "utf8" | "varchar" => "text",
        "datetime" | "timestamp" => "time",
        "list" | "array" => "list of text",
        "ndjson" | "json" => "jsonl",
        "ipc" | "feather" => "arrow",
        _ => "",
    };
    let same = known.iter().find(|name| **name == other).copied();
    same.or_else(|| nearest(written, known.iter().copied()))
}

pub(super) fn syntax(span: Span, detail: &str) -> Diagnostic {
    let detail = detail
        .lines()
        .next()
        .unwrap_or("it cannot be read")
        .trim_end_matches('.');
    Diagnostic::error(Code("E0510"), format!("the manifest is not TOML: {detail}"), span, "here")
        .help("In TOML, text stands in double quotes, a list in square brackets, and each setting on a line of its own: `key = \"id\"`.")
}

pub(super) fn unknown_setting(span: Span, name: &str, place: &str, known: &[&str]) -> Diagnostic {
    let message = format!("{place} has no setting \"{name}\"");
    let fault = Diagnostic::error(Code("E0511"), message, span, "not known");
    match nearest(name, known.iter().copied()) {
        Some(near) => {
            fault
                .help(format!("Did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            fault.help(format!("It may have {}.", one_of(&known)))
        }
    }
}

pub(super) fn setting_missing(span: Span, name: &str, place: &str, example: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0512"),
        format!("{place} does not say `{name}`"),
        span,
        "it belongs here",
    )
    .help(format!("Add a line such as `{example}`."))
}

pub(super) fn wrong_kind(
    span: Span,
    name: &str,
    needed: &str,
    has: &str,
    example: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0513"),
        format!("`{name}` is {needed}, and this is {has}"),
        span,
        format!("{needed} belongs here"),
    )
    .help(format!("Write it like this: `{example}`."))
}

pub(super) fn not_allowed(
    span: Span,
    message: String,
    known: &[&str],
    written: &str,
) -> Diagnostic {
    let fault = Diagnostic::error(Code("E0514"), message, span, "not known");
    match likely(written, known) {
        Some(near) => fault.help(format!("Did you mean \"{near}\"?")).fix(
            format!("write \"{near}\""),
            span,
            format!("\"{near}\""),
        ),
        None => {
            let known: Vec<String> = known.iter().map(|name| format!("\"{name}\"")).collect();
            fault.help(format!("It may be {}.", one_of(&known)))
        }
    }
}

/// `values = "plan"`
pub(super) fn no_set(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0514"),
        format!("there is no set \"{name}\""),
        span,
        "a list of values, or the name of a set, belongs here",
    );
    match near {
        Some(near) => fault.help(format!("Did you mean \"{near}\"?")).fix(
            format!("write \"{near}\""),
            span,
            format!("\"{near}\""),
        ),
        None => fault.help(format!(
            "A single value is written as a list: `values = [\"{name}\"]`. A set is a table of its own: `[sets.{name}]` with `values = [\"a\", \"b\"]`."
        )),
    }
}

pub(super) fn set_like_type(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("a set cannot be called \"{name}\""),
        span,
        "the name of a type",
    )
    .help("Parameters have types and sets by their names: call it by what it holds.")
}

/// A word that means both.
pub(super) fn yes_and_no(span: Span, word: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("\"{word}\" means yes and no"),
        span,
        "among the words for no as well",
    )
}

pub(super) fn bad_delimiter(span: Span, written: &str) -> Diagnostic {
    let message = format!("\"{}\" cannot set fields apart", written.escape_default());
    Diagnostic::error(Code("E0514"), message, span, "one character belongs here")
        .help("Write one character, such as \",\", \";\", \"|\" or \"\\t\" for a tab.")
}

pub(super) fn no_instant(span: Span, written: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("\"{}\" is not an instant", written.escape_default()),
        span,
        "a day or a time belongs here",
    )
    .help("Write a day (2026-11-22), a time in the project's zone (2026-11-22T10:00) or one with an offset (2026-11-22T10:00+01:00).")
}

pub(super) fn empty(span: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("`{name}` is empty"),
        span,
        "nothing stands here",
    )
    .help(format!("Name {what}."))
}

pub(super) fn value_twice(first: Span, span: Span, value: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("the value \"{value}\" stands twice in the set"),
        span,
        "again here",
    )
    .also(first, "first here")
    .help("Leave one of the two out.")
}

pub(super) fn not_of_a_point(span: Span, field: &str, setting: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!("the place \"{field}\" has no `{setting}`: {reason}"),
        span,
        "not for a place",
    )
    .help("Leave it out: `latitude` and `longitude` name the two columns.")
}

pub(super) fn point_of_another_type(span: Span, field: &str, declared: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0514"),
        format!(
            "the field \"{field}\" is declared as {declared}, but has a latitude and a longitude"
        ),
        span,
        "it is a point",
    )
    .help("Write `type = \"point\"`, or leave the type out.")
}

pub(super) fn half_is_no_number(span: Span, column: &str, has: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0515"),
        format!("half of a place is a number of degrees, but the column \"{column}\" holds {has}"),
        span,
        format!("the data says {has}"),
    )
    .help("Name a column of numbers such as 50.85.")
}

pub(super) fn contradiction(
    span: Span,
    field: &str,
    declared: &str,
    column: &str,
    has: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code("E0515"),
        format!("the field \"{field}\" is declared as {declared}, but its column \"{column}\" holds {has}"),
        span,
        format!("the data says {has}"),
    )
    .help("Leave `type` out, or write the data with the declared type; only in CSV and JSON lines does the manifest decide.")
}

pub(super) fn no_column(span: Span, column: &str, is_name: bool, known: &[&str]) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0516"),
        format!("the data has no column \"{column}\""),
        span,
        "no such column",
    );
    match nearest(column, known.iter().copied()) {
        Some(near) if is_name => fault.help(format!("Did you mean `{near}`? A field that is called otherwise than its column says `column = \"{near}\"`.")),
        Some(near) => fault
            .help(format!("Did you mean \"{near}\"?"))
            .fix(format!("write \"{near}\""), span, format!("\"{near}\"")),
        None => {
            let few: Vec<String> = known.iter().take(12).map(|name| format!("\"{name}\"")).collect();
            let more = if known.len() > 12 { ", …" } else { "" };
            fault.help(format!("It has {}{more}.", few.join(", ")))
        }
    }
}

pub(super) fn column_not_readable(span: Span, column: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0515"),
        format!("the column \"{column}\" cannot be a field, because {reason}"),
        span,
        "declared here",
    )
    .help("Take this field out of the manifest; the column is passed over then.")
}

/// What to say to somebody who named no field as the key.
fn key_help(known: &[&str]) -> String {
    // A file that is cut at the wrong character has one long column.
    if let [only] = known
        && let Some(separator) = [';', '\t', '|'].into_iter().find(|one| only.contains(*one))
    {
        return format!(
            "The data has one field, \"{}\". If that should be several, say what stands between them: `delimiter = \"{}\"`.",
            only.escape_debug(),
            separator.escape_debug()
        );
    }
    if !(1..=8).contains(&known.len()) {
        return "The key is the field that tells contacts apart; name one that the data has."
            .into();
    }
    let known: Vec<String> = known.iter().map(|name| format!("\"{name}\"")).collect();
    format!(
        "The key is the field that tells contacts apart: {}.",
        one_of(&known)
    )
}

pub(super) fn no_key(span: Span, key: &str, known: &[&str]) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0501"),
        format!("there is no field \"{key}\" to be the key"),
        span,
        "no such field",
    );
    match nearest(key, known.iter().copied()) {
        Some(near) => fault.help(format!("Did you mean \"{near}\"?")).fix(
            format!("write \"{near}\""),
            span,
            format!("\"{near}\""),
        ),
        None => fault.help(key_help(known)),
    }
}

pub(super) fn key_type(span: Span, key: &str, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0502"),
        format!("the field \"{key}\" is {what} and cannot be the key"),
        span,
        "not a key",
    )
    .help("A key is a whole number, an exact decimal or text.")
}

pub(super) fn key_not_readable(span: Span, key: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0502"),
        format!("the column \"{key}\" cannot be the key: {reason}"),
        span,
        "not a key",
    )
    .help(format!(
        "A key is a whole number, an exact decimal or text. Where there are no contacts yet, declare which: `[contacts.fields.{key}]` with `type = \"int\"` or `type = \"text\"`."
    ))
}

pub(super) fn no_zone_field(span: Span, name: &str, known: &[&str]) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0730"),
        format!("there is no field \"{name}\" to name the contacts' time zones"),
        span,
        "no such field",
    );
    if zone_named(name).is_some() {
        return fault.help(format!(
            "In `[contacts]`, `time_zone` names a field. The zone of the whole project stands at the head of the manifest: `time_zone = \"{name}\"`."
        ));
    }
    match nearest(name, known.iter().copied()) {
        Some(near) => fault.help(format!("Did you mean \"{near}\"?")).fix(
            format!("write \"{near}\""),
            span,
            format!("\"{near}\""),
        ),
        None => fault.help("Name the text field that holds a contact's own time zone."),
    }
}

pub(super) fn no_beginning(span: Span, name: &str, known: &[&str]) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0525"),
        format!("there is no field \"{name}\" to tell since when contacts are known"),
        span,
        "no such field",
    );
    match nearest(name, known.iter().copied()) {
        Some(near) => fault.help(format!("Did you mean \"{near}\"?")).fix(
            format!("write \"{near}\""),
            span,
            format!("\"{near}\""),
        ),
        None => fault.help("Name the field of the time or day since which a contact is known."),
    }
}

pub(super) fn beginning_type(span: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0525"),
        format!("the field \"{name}\" is {what} and cannot tell since when contacts are known"),
        span,
        "no time and no day",
    )
    .help("A beginning is a time or a date, such as the day of sign-up.")
}

pub(super) fn zone_field_type(span: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0730"),
        format!("the field \"{name}\" is {what} and cannot name the contacts' time zones"),
        span,
        "not text",
    )
    .help("A zone is named by text, such as \"Europe/Brussels\".")
}

pub(super) fn unknown_zone(span: Span, zone: &str, near: Option<&str>) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0503"),
        format!("the time zone \"{zone}\" is not known"),
        span,
        "not known",
    );
    match near {
        Some(near) => fault.help(format!("Did you mean \"{near}\"?")).fix(
            format!("write \"{near}\""),
            span,
            format!("\"{near}\""),
        ),
        None => fault.help(
            "Write a name of the IANA time zone database, such as \"Europe/Brussels\" or \"UTC\".",
        ),
    }
}

pub(super) fn name_taken(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0504"),
        format!("two fields are called \"{name}\": this one, and the data's own column of that name"),
        span,
        "the name is taken",
    )
    .help("Choose another name for this field, or give the other column a field of its own with another name.")
}

pub(super) fn values_without_text(span: Span, field: &str, is: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0505"),
        format!("the field \"{field}\" is {is}, and only text has a closed set of values"),
        span,
        "not for this type",
    )
    .help("Leave `values` out, or declare the field as text or a list of text.")
}

/// `[contacts.fields.region.parts.kind]` of a field of text.
pub(super) fn parts_of_no_record(span: Span, field: &str, is: &str) -> Diagnostic {
    Diagnostic::error(
        Code("E0515"),
        format!("the field \"{field}\" is {is}, and only records have parts"),
        span,
        "not for this type",
    )
    .help("Leave `parts` out; what is said of the whole field stands in its own table.")
}

/// `[contacts.fields.profiles.parts.kidn]`
pub(super) fn no_part(span: Span, field: &str, part: &str, known: &[String]) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("E0516"),
        format!("the records of the field \"{field}\" have no part \"{part}\""),
        span,
        "not in the data",
    );
    match nearest(part, known.iter().map(String::as_str)) {
        Some(near) => fault.help(format!("Did you mean \"{near}\"?")).fix(
            format!("write `{near}`"),
            span,
            near,
        ),
        None => {
            let known: Vec<String> = known.iter().map(|name| format!("\"{name}\"")).collect();
            fault.help(format!("It may be {}.", one_of(&known)))
        }
    }
}
