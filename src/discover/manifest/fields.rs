//! The fields of a table: what was seen of each in a comment, its type, its closed set, the catalogue that it refers to.

use super::{DraftField, in_comment};
use crate::data::Format;
use crate::discover::guess;
use crate::discover::look::{Column, Looked};
use crate::explain::{grouped, share, shown};
use crate::profile::{Common, Distinct};
use crate::schema::{described, toml_key, toml_list, toml_text};
use crate::types::{Constant, Type};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::fmt::Write;

/// A closed set has at most so many values, and each is met so many times on average.
const MOST_VALUES: u64 = 40;
const TIMES_EACH: u64 = 4;
/// Among fewer contacts, or with fewer for each value, a set may not be whole: it is proposed in a comment.
const SURE_CONTACTS: u64 = 100;
const SURE_TIMES_EACH: u64 = 10;
/// Longer texts are not of a set.
const LONGEST_VALUE: usize = 60;

/// Where a column stands in the manifest.
pub(super) struct Place {
    /// The path of its table.
    pub(super) table: String,
    /// What the field is called.
    pub(super) name: String,
    pub(super) is_key: bool,
    pub(super) catalogue: Option<String>,
}

/// A table for each column, and a comment about those that are no fields.
pub(super) fn of_fields(
    text: &mut String,
    looked: &Looked,
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

fn of_field(
    text: &mut String,
    looked: &Looked,
    column: &Column<'_>,
    value_type: &Type,
    place: &Place,
    zone: &TimeZone,
) -> DraftField {
    let _ = writeln!(text, "\n[{}.fields.{}]", place.table, toml_key(&place.name));
    let is_yes_or_no = looked.is_text_format() && !place.is_key && column.is_yes_or_no();
    let value_type = if is_yes_or_no {
        Type::Boolean
    } else {
        value_type.clone()
    };
    let rows = looked.profile.rows;
    let _ = writeln!(
        text,
        "# {}",
        in_comment(&figures(column, &value_type, rows, zone))
    );
    if looked.table.format != Some(Format::Csv) && !column.seen.missing_words.is_empty() {
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
    let is_told = looked.is_text_format() || looked.table.is_of_events();
    if is_told && value_type.record().is_none() {
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
