//! The text of the manifest, made to be read and edited: what was found stands in comments, what was decided in settings.

use super::contacts::{Column, Contacts};
use super::key::Key;
use super::relations::{CatalogueFound, EventsFound, Related, Unused};
use super::tables::Table;
use super::{Request, errors, guess, notation};
use crate::data::{self, DataError, Format, JoinOptions, OpenOptions, Source};
use crate::engine::{Events, Needed};
use crate::explain::{grouped, share, shown};
use crate::profile::{Common, Distinct};
use crate::schema::{Manifest, Schema, described, toml_key, toml_list, toml_text};
use crate::source::Sources;
use crate::types::{Constant, RecordType, Type, calendar};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

/// A closed set has at most so many values, and each is met so many times on average.
const MOST_VALUES: u64 = 40;
const TIMES_EACH: u64 = 4;
/// Among fewer contacts, or with fewer for each value, a set may not be whole: it is proposed in a comment.
const SURE_CONTACTS: u64 = 100;
const SURE_TIMES_EACH: u64 = 10;
/// Longer texts are not of a set.
const LONGEST_VALUE: usize = 60;

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

/// The project that the manifest describes.
pub(super) struct Project {
    pub(super) schema: Schema,
    pub(super) source: Arc<dyn Source>,
}

/// Reads the draft as any manifest is read, and the data as it says: what is handed out is known to work. Of events, the times are there.
pub(super) fn sound(
    request: &Request<'_>,
    contacts: &Contacts,
    related: &Related,
    draft: &Draft,
) -> Result<Project, DataError> {
    let mut sources = Sources::default();
    let id = sources.add("segql.toml", draft.text.as_str());
    let fault = |faults: Vec<crate::diagnostics::Diagnostic>| {
        let first = faults.first().map(|fault| fault.message.clone());
        errors::ours(&format!(
            "the manifest made from the data is refused: {}",
            first.unwrap_or_default()
        ))
    };
    let manifest = Manifest::parse(&sources, id).map_err(fault)?;
    let opened = |table: &Contacts, options: OpenOptions| {
        let options = OpenOptions {
            cancel: Arc::clone(&request.cancel),
            ..options
        };
        match table.is_text_format() {
            true => data::open(&table.table.paths, &options),
            false => Ok(Arc::clone(&table.source)),
        }
    };
    let source = opened(contacts, OpenOptions::from_manifest(&manifest))?;
    let key = manifest.contacts.key_type(&source.schema());
    let key = key.unwrap_or(Type::Text);
    let mut tables = Vec::new();
    for (found, declared) in related.events.iter().zip(&manifest.events) {
        tables.push(opened(
            &found.looked,
            OpenOptions::of_events(declared, &key),
        )?);
    }
    let events = Events::of(&manifest, tables);
    let schema = manifest
        .schema_with_events(&source.schema(), &events.columns())
        .map_err(fault)?;
    for (found, declared) in related.catalogues.iter().zip(&manifest.catalogues) {
        let options = OpenOptions::of_catalogue(declared);
        let columns = opened(&found.looked, options)?.schema();
        manifest
            .catalogue_fields(declared, &columns)
            .map_err(fault)?;
    }
    if events.is_empty() {
        return Ok(Project { schema, source });
    }
    let needed = Needed::parts(&schema, |_, part| part == RecordType::TIME);
    let options = JoinOptions {
        now: Some(request.now.nanoseconds()),
        cancel: Arc::clone(&request.cancel),
        ..JoinOptions::default()
    };
    let source = Arc::new(events.join(source, &schema, &needed, &options)?);
    Ok(Project { schema, source })
}

pub(super) fn draft(
    request: &Request<'_>,
    contacts: &Contacts,
    key: &Key,
    related: &Related,
) -> Draft {
    let mut text = String::new();
    head(&mut text, request, contacts, related);
    of_contacts(&mut text, request, contacts, key);
    of_others(&mut text, &related.rest);
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
        of_events(&mut text, request, events, &zone);
    }
    for catalogue in &related.catalogues {
        of_catalogue(&mut text, request, catalogue, &zone);
    }
    Draft { text, fields }
}

/// Where a column stands in the manifest.
struct Place {
    /// The path of its table.
    table: String,
    /// What the field is called.
    name: String,
    is_key: bool,
    catalogue: Option<String>,
}

/// A table for each column, and a comment about those that are no fields.
fn of_fields(
    text: &mut String,
    looked: &Contacts,
    zone: &TimeZone,
    place: impl Fn(&str) -> Option<Place>,
) -> Vec<DraftField> {
    let mut fields = Vec::new();
    let mut left_out = Vec::new();
    for column in looked.columns() {
        let Some(place) = place(column.name) else {
            continue;
        };
        match &column.value_type {
            Some(value_type) => {
                fields.push(of_field(text, looked, &column, value_type, &place, zone));
            }
            None => left_out.push(column),
        }
    }
    if !left_out.is_empty() {
        text.push_str("\n# Columns that are no fields:\n");
        for column in left_out {
            let _ = writeln!(
                text,
                "#   {}, because {}",
                in_comment(column.name),
                column.reason
            );
        }
    }
    fields
}

/// A table of events: where it is, what its columns are, and its streams.
fn of_events(text: &mut String, request: &Request<'_>, events: &EventsFound, zone: &TimeZone) {
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
    let _ = writeln!(
        text,
        "\n# The column that holds the key of the contact, and the one that tells when; the time is called `time` in a text.\ncontact = {}\ntime = {}",
        toml_text(&events.contact),
        toml_text(&events.time)
    );
    if let Some(kinds) = &events.kinds {
        let _ = writeln!(
            text,
            "\n# The column that tells streams of events apart; its values, with their fields, are below.\nkind = {}",
            toml_text(&kinds.column)
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

/// A table that others refer to.
fn of_catalogue(
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

fn head(text: &mut String, request: &Request<'_>, contacts: &Contacts, related: &Related) {
    text.push_str("# What SegQL knows about the data. Made by `segql init` from what was found; read it through and change what is wrong.\n");
    text.push_str("# `segql check` says what is wrong with it, `segql schema` shows the fields, `segql run` counts the segments.\n\n");
    let _ = writeln!(text, "name = {}", toml_text(request.name));
    text.push_str("\n# Days, months and times without an offset are read in this time zone: \"UTC\", or a place such as \"Europe/Brussels\".\n");
    let _ = writeln!(text, "time_zone = {}", toml_text(request.time_zone));
    let zone = TimeZone::get(request.time_zone).unwrap_or(TimeZone::UTC);
    let tables = related.events.iter().map(|events| &events.looked);
    let days = std::iter::once(contacts)
        .chain(tables)
        .filter_map(|table| last_day(table, request.now.nanoseconds(), &zone));
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
fn last_day(contacts: &Contacts, now: i128, zone: &TimeZone) -> Option<i64> {
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

fn of_contacts(text: &mut String, request: &Request<'_>, contacts: &Contacts, key: &Key) {
    let table = &contacts.table;
    let rows = contacts.profile.rows;
    let plural = if rows == 1 { "contact" } else { "contacts" };
    let _ = writeln!(text, "\n[contacts]\n# {} {plural}.", grouped(rows));
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

/// Where a table is.
fn of_source(text: &mut String, request: &Request<'_>, table: &Table) {
    let paths: Vec<String> = table
        .paths
        .iter()
        .map(|path| (request.written)(path))
        .collect();
    match &paths[..] {
        [one] => {
            let _ = writeln!(text, "source = {}", toml_text(one));
        }
        several => text.push_str(&toml_list("source", several)),
    }
}

/// How its files are read.
fn of_reading(text: &mut String, contacts: &Contacts) {
    let table = &contacts.table;
    if let Some(dialect) = table.dialect {
        text.push_str("\n# How the CSV is written, as far as it could be seen.\n");
        let delimiter = char::from(dialect.delimiter).to_string();
        let _ = writeln!(
            text,
            "delimiter = {}\nheader = {}",
            toml_text(&delimiter),
            dialect.header
        );
    } else if table.format.is_none()
        && let [path] = &table.paths[..]
    {
        // The name does not tell the format, but the first bytes do.
        let _ = writeln!(
            text,
            "# The format of {} is seen from its first bytes.",
            in_comment(&path.display().to_string())
        );
    }
    of_missing(text, contacts);
    of_notation(text, &contacts.notation);
    of_blank(text, contacts);
}

fn of_missing(text: &mut String, contacts: &Contacts) {
    if contacts.table.format != Some(Format::Csv) {
        return;
    }
    let described = |word: &super::contacts::MissingWord| {
        let columns: Vec<String> = word
            .columns
            .iter()
            .map(|column| in_comment(column))
            .collect();
        let plural = if word.rows == 1 { "row" } else { "rows" };
        format!(
            "{} stands in {} {plural} of {}",
            toml_text(&word.word),
            grouped(word.rows),
            columns.join(", ")
        )
    };
    let (taken, doubtful): (Vec<_>, Vec<_>) = contacts
        .missing_words
        .iter()
        .partition(|word| word.is_taken);
    if taken.is_empty() && doubtful.is_empty() {
        return;
    }
    text.push_str("\n# Words that mean a missing value, beside the empty field.\n");
    for word in &taken {
        let _ = writeln!(text, "# {}.", described(word));
    }
    for word in &doubtful {
        let _ = writeln!(
            text,
            "# {}: add it if it means that there is no value there.",
            described(word)
        );
    }
    let words: Vec<String> = taken.iter().map(|word| toml_text(&word.word)).collect();
    let _ = writeln!(text, "missing = [{}]", words.join(", "));
}

/// How numbers, dates, yes and no are written.
fn of_notation(text: &mut String, seen: &notation::Seen) {
    let names = |columns: &[String]| in_comment(&columns.join(", "));
    let words = |words: &[String]| -> String {
        let words: Vec<String> = words.iter().map(|word| toml_text(word)).collect();
        words.join(", ")
    };
    if seen.notation.decimal_comma {
        let _ = writeln!(
            text,
            "\n# Decimals stand behind a comma, in {}.\ndecimal_comma = true",
            names(&seen.decimals)
        );
    }
    if let Some(order) = seen.notation.dates {
        let _ = writeln!(
            text,
            "\n# How dates are written, in {}.\ndates = {}",
            names(&seen.dates),
            toml_text(order.word())
        );
    }
    if !seen.doubtful_dates.is_empty() {
        let _ = writeln!(
            text,
            "\n# Dates in {} do not tell whether the day or the month stands first. Say it, and they are read as dates:",
            names(&seen.doubtful_dates)
        );
        text.push_str("# dates = \"day/month/year\"\n");
    }
    if !seen.yes_and_no.is_empty() {
        let _ = writeln!(
            text,
            "\n# Words for true and false, in {}.\nyes = [{}]\nno = [{}]",
            names(&seen.yes_and_no),
            words(&seen.notation.yes),
            words(&seen.notation.no)
        );
    }
}

fn of_blank(text: &mut String, contacts: &Contacts) {
    let blank = contacts.blank();
    let found = if blank == 0 {
        "No text was found that is blank (empty, or nothing but white space).".to_owned()
    } else {
        let columns: Vec<String> = contacts
            .columns()
            .filter(|column| column.seen.blank > 0)
            .map(|column| {
                format!(
                    "{} in {}",
                    grouped(column.seen.blank),
                    in_comment(column.name)
                )
            })
            .collect();
        format!(
            "Blank text (empty, or nothing but white space) was found: {}.",
            columns.join(", ")
        )
    };
    let _ = writeln!(
        text,
        "\n# {found}\n# true: it counts as missing, so `is missing` finds it and no comparison holds for it. false: it is a value like any other.\n# Decide once: segments depend on it.\nblank_text_is_missing = true"
    );
}

fn of_others(text: &mut String, others: &[Unused]) {
    if others.is_empty() {
        return;
    }
    text.push_str("\n# Other tables that were found, and are not used: they neither hold events of these contacts nor does a column refer to them.\n");
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
            "#   {} ({}{more}){}",
            in_comment(&table.shown),
            columns.join(", "),
            in_comment(
                &why.as_ref()
                    .map_or_else(String::new, |why| format!(": {why}"))
            )
        );
    }
}

fn of_field(
    text: &mut String,
    contacts: &Contacts,
    column: &Column<'_>,
    value_type: &Type,
    place: &Place,
    zone: &TimeZone,
) -> DraftField {
    let _ = writeln!(text, "\n[{}.fields.{}]", place.table, toml_key(&place.name));
    let is_yes_or_no = contacts.is_text_format() && !place.is_key && column.is_yes_or_no();
    let value_type = if is_yes_or_no {
        Type::Boolean
    } else {
        value_type.clone()
    };
    let rows = contacts.profile.rows;
    let _ = writeln!(
        text,
        "# {}",
        in_comment(&figures(column, &value_type, rows, zone))
    );
    if contacts.table.format != Some(Format::Csv) && !column.seen.missing_words.is_empty() {
        let words: Vec<String> = column
            .seen
            .missing_words
            .iter()
            .map(|(word, rows)| format!("{} in {}", toml_text(word), grouped(*rows)))
            .collect();
        let _ = writeln!(
            text,
            "# Words that may mean a missing value, but are values here: {}.",
            in_comment(&words.join(", "))
        );
    }
    if let Some((one, other)) = alike(column) {
        let _ = writeln!(
            text,
            "# Some values differ in nothing but case or blanks, such as {} and {}: `ignoring case` and `trim` help in conditions.",
            in_comment(&toml_text(&one)),
            in_comment(&toml_text(&other))
        );
    }
    if let Some(advice) = other_notation(column) {
        let _ = writeln!(text, "# {advice}");
    }
    if let Some(nearly) = &column.nearly {
        let _ = writeln!(
            text,
            "# Text because of its values: {}. Mend them, or list them in `missing` above if they mean that there is none.",
            in_comment(&nearly.words)
        );
    }
    if place.name != column.name {
        let _ = writeln!(text, "column = {}", toml_text(column.name));
    }
    // What records are made of cannot be declared.
    if contacts.is_text_format() && value_type.record().is_none() {
        let _ = writeln!(text, "type = {}", toml_text(&value_type.name()));
    }
    let mut declared = None;
    if !place.is_key
        && place.catalogue.is_none()
        && !is_yes_or_no
        && other_notation(column).is_none()
        && alike(column).is_none()
        && let Some(set) = set(column, rows)
    {
        let line = toml_list("values", &set.values);
        if set.is_sure {
            text.push_str(&line);
            declared = Some(set.values);
        } else {
            text.push_str("# The values seen so far; a closed set once these are all there are:\n");
            for line in line.lines() {
                let _ = writeln!(text, "# {line}");
            }
        }
    }
    if let Some(catalogue) = &place.catalogue {
        let _ = writeln!(text, "catalogue = {}", toml_text(catalogue));
    }
    text.push_str("description = \"\"\n");
    DraftField {
        name: column.name.to_owned(),
        value_type,
        values: declared,
    }
}

/// Two values of a text that are the same but for case and blanks: typed by hand, and no closed set.
fn alike(column: &Column<'_>) -> Option<(String, String)> {
    let mut known: HashMap<String, &str> = HashMap::new();
    for common in &column.seen.common {
        if let Constant::Text(text) = &common.value {
            let words: Vec<&str> = text.split_whitespace().collect();
            let folded = words.join(" ").to_lowercase();
            if let Some(first) = known.get(&folded) {
                return Some(((*first).to_owned(), text.to_string()));
            }
            known.insert(folded, text);
        }
    }
    None
}

/// Text that is dates or numbers for people, in a notation that is not read as such.
fn other_notation(column: &Column<'_>) -> Option<&'static str> {
    let texts = || {
        column
            .seen
            .common
            .iter()
            .filter_map(|common| match &common.value {
                Constant::Text(text) => Some(text.trim()),
                _ => None,
            })
    };
    let is_day = |text: &str| {
        let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
        matches!(parts[..], [a, b, c] if [a, b].iter().all(|part| (1..=2).contains(&part.len()))
            && (c.len() == 4 || c.len() == 2)
            && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())))
    };
    let is_comma_number = |text: &str| {
        let unsigned = text.trim_start_matches('-');
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        unsigned
            .split_once(',')
            .is_some_and(|(whole, fraction)| digits(whole) && digits(fraction))
            || digits(unsigned)
    };
    if column.value_type != Some(Type::Text) || column.seen.common.is_empty() {
        None
    } else if texts().all(is_day) {
        Some("These look like dates. Written as 2026-11-22 in the data they are read as such.")
    } else if texts().all(is_comma_number) && texts().any(|text| text.contains(',')) {
        Some(
            "These look like numbers. With a point in the data, as in 12.50, they are read as such.",
        )
    } else {
        None
    }
}

/// What was seen of a column, in a line.
fn figures(column: &Column<'_>, value_type: &Type, rows: u64, zone: &TimeZone) -> String {
    let seen = column.seen;
    let mut parts = vec![described(value_type)];
    if seen.missing > 0 {
        parts.push(format!("{} missing", share(seen.missing, rows)));
    }
    match seen.distinct {
        Some(Distinct::Exactly(1)) => parts.push("always the same".into()),
        Some(Distinct::Exactly(number)) if number == rows => parts.push("all different".into()),
        Some(Distinct::Exactly(number)) => parts.push(format!("{} different", grouped(number))),
        Some(Distinct::MoreThan(number)) => {
            parts.push(format!("over {} different", grouped(number)))
        }
        None => {}
    }
    if let Some((low, high)) = &seen.range
        && !matches!(value_type, Type::List(_))
    {
        parts.push(format!("{} to {}", shown(low, zone), shown(high, zone)));
    }
    if let Some((low, high)) = seen.lengths
        && let Type::List(_) = value_type
    {
        parts.push(format!("{} to {} elements", grouped(low), grouped(high)));
    }
    let is_common = |common: &&Common| common.rows > 1 && common.rows.saturating_mul(20) >= rows;
    let common: Vec<String> = seen
        .common
        .iter()
        .filter(is_common)
        .take(3)
        .map(|common| {
            let value: String = shown(&common.value, zone).chars().take(30).collect();
            format!("{value} {}", share(common.rows, rows))
        })
        .collect();
    if !common.is_empty() {
        parts.push(common.join(", "));
    }
    parts.join("; ")
}

/// The values that a column seems to be of.
struct Set {
    values: Vec<String>,
    is_sure: bool,
}

fn set(column: &Column<'_>, rows: u64) -> Option<Set> {
    let is_text = match column.value_type.as_ref()? {
        Type::Text => true,
        Type::List(element) => **element == Type::Text,
        _ => false,
    };
    if !is_text || guess::is_own_text(column.name) {
        return None;
    }
    let different = column.seen.distinct?.exactly()?;
    let met: u64 = column.seen.common.iter().map(|common| common.rows).sum();
    if different == 0 || different > MOST_VALUES || met < different * TIMES_EACH {
        return None;
    }
    let mut values = Vec::new();
    for common in &column.seen.common {
        let Constant::Text(text) = &common.value else {
            return None;
        };
        if text.chars().count() > LONGEST_VALUE || text.trim().is_empty() {
            return None;
        }
        values.push(text.to_string());
    }
    Some(Set {
        values,
        is_sure: different > 1 && rows >= SURE_CONTACTS && met >= different * SURE_TIMES_EACH,
    })
}

/// Text that stays on its line.
fn in_comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
