//! A schema in words: its fields with their types, for `check` and for messages.

use super::{Field, Schema};
use crate::types::{NumberKind, RecordType, Type};
use std::fmt::Write;
use std::sync::Arc;

/// The type as people are told of it in messages, with the kinds of numbers apart: "int", "number (decimal)", "number (floating point)".
pub fn described(data_type: &Type) -> String {
    match data_type {
        Type::Number(NumberKind::Exact) => "number (decimal)".into(),
        Type::Number(NumberKind::Float) => "number (floating point)".into(),
        Type::List(element) => format!("list of {}", described(element)),
        Type::Map(value) => format!("map of {}", described(value)),
        Type::Record(record) => format!("record ({})", record.names()),
        other => other.name(),
    }
}

/// A line for each field, in the order of the schema: its name, its type, what is special about it; then the columns left out; then the streams of events,
/// each with a line for each part of its events.
pub fn describe(schema: &Schema) -> String {
    let key = &schema.field(schema.key()).name;
    let mut text = String::new();
    let mut lines: Vec<Line> = Vec::new();
    for field in schema.fields() {
        lines.push(Line {
            name: field.name.clone(),
            type_name: described(&field.field_type),
            remarks: remarks(field, field.name == *key),
        });
    }
    let names = width(lines.iter().map(|line| line.name.as_str()));
    write_lines(&mut text, &lines);
    for left in schema.left_out() {
        let _ = writeln!(
            text,
            "{:names$}  left out, because {}",
            left.name, left.reason
        );
    }
    for stream in schema.streams() {
        let _ = writeln!(text, "\n{}, events", stream.name);
        write_lines(&mut text, &parts_of(stream));
    }
    text
}

struct Line {
    name: String,
    type_name: String,
    remarks: String,
}

fn width<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0)
}

fn write_lines(text: &mut String, lines: &[Line]) {
    let names = width(lines.iter().map(|line| line.name.as_str()));
    let types = width(lines.iter().map(|line| line.type_name.as_str()));
    for line in lines {
        let (name, type_name, remarks) = (&line.name, &line.type_name, &line.remarks);
        let whole = format!("{name:names$}  {type_name:types$}  {remarks}");
        text.push_str(whole.trim_end());
        text.push('\n');
    }
}

/// A part of a record in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// As it is written behind the record: `city`, or of a record in it `place.floor`.
    pub path: String,
    pub type_name: String,
    pub values: Option<Arc<[String]>>,
    pub description: Option<String>,
    /// Its closed set, the catalogue it refers to and its description, in a line.
    pub remarks: String,
}

/// The parts of a field that is a record or a list of records, those of records in it behind it; none of anything else.
pub fn parts(field: &Field) -> Vec<Part> {
    let mut found = Vec::new();
    if let Some(record) = field.field_type.record() {
        of_record(record, "", &mut found);
    }
    for part in &mut found {
        if let Some(description) = field.part_description(&part.path) {
            part.description = Some(description.to_owned());
            if !part.remarks.is_empty() {
                part.remarks.push_str("; ");
            }
            part.remarks.push_str(description);
        }
    }
    found
}

fn of_record(record: &RecordType, path: &str, found: &mut Vec<Part>) {
    for part in &record.parts {
        let path = format!("{path}{}", part.name);
        found.push(Part {
            path: path.clone(),
            type_name: described(&part.part_type),
            values: part.values.clone(),
            description: None,
            remarks: said(part.values.as_deref(), part.catalogue.as_deref()).join("; "),
        });
        if let Some(inner) = part.part_type.record() {
            of_record(inner, &format!("{path}."), found);
        }
    }
}

/// The parts of a stream's events, or of a record.
fn parts_of(field: &Field) -> Vec<Line> {
    let lines = parts(field).into_iter().map(|part| Line {
        name: part.path,
        type_name: part.type_name,
        remarks: part.remarks,
    });
    lines.collect()
}

const MOST_VALUES: usize = 8;

fn remarks(field: &Field, is_key: bool) -> String {
    let mut remarks = Vec::new();
    if is_key {
        remarks.push("key".to_owned());
    }
    if field.column != field.name {
        remarks.push(format!("from column \"{}\"", field.column));
    }
    remarks.extend(said(field.values.as_deref(), field.catalogue.as_deref()));
    if let Some(description) = &field.description {
        remarks.push(description.clone());
    }
    remarks.join("; ")
}

/// What the manifest says of values.
fn said(values: Option<&[String]>, catalogue: Option<&str>) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(values) = values {
        let shown: Vec<String> = values
            .iter()
            .take(MOST_VALUES)
            .map(|value| format!("\"{value}\""))
            .collect();
        let more = match values.len().saturating_sub(MOST_VALUES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        said.push(format!("one of {}{more}", shown.join(", ")));
    }
    said.extend(catalogue.map(|catalogue| format!("a key of the catalogue \"{catalogue}\"")));
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_has_its_line() {
        let schema = Schema::builder()
            .key("id")
            .int("id")
            .text("region")
            .column("REGION")
            .values(["BE", "NL"])
            .description("where they live")
            .number("ltv")
            .list("tags", Type::Text)
            .left_out("home", "it holds records")
            .build()
            .unwrap();
        assert_eq!(
            describe(&schema),
            "id      int               key\n\
             region  text              from column \"REGION\"; one of \"BE\", \"NL\"; where they live\n\
             ltv     number (decimal)\n\
             tags    list of text\n\
             home    left out, because it holds records\n"
        );
    }

    #[test]
    fn streams_stand_below_with_the_parts_of_their_events() {
        let schema = Schema::builder()
            .key("id")
            .int("id")
            .events("view", [("title", Type::Text), ("device", Type::Text)])
            .part_values("device", ["tv", "phone"])
            .build()
            .unwrap();
        assert_eq!(
            describe(&schema),
            "id  int  key\n\
             \n\
             view, events\n\
             time    time\n\
             title   text\n\
             device  text  one of \"tv\", \"phone\"\n"
        );
    }
}
