//! A schema in words: its fields with their types, for `check` and for messages.

use super::{Field, Schema};
use crate::types::{NumberKind, Type};
use std::fmt::Write;

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

/// A line for each field, in the order of the schema: its name, its type, what is special about it; then the columns left out.
pub fn describe(schema: &Schema) -> String {
    let width =
        |text: &dyn Fn(&Field) -> usize| schema.fields().iter().map(text).max().unwrap_or(0);
    let names = width(&|field| field.name.chars().count());
    let types = width(&|field| described(&field.field_type).chars().count());
    let key = &schema.field(schema.key()).name;
    let mut text = String::new();
    for field in schema.fields() {
        let type_name = described(&field.field_type);
        let mut line = format!("{:names$}  {type_name:types$}", field.name);
        let remarks = remarks(field, field.name == *key);
        if !remarks.is_empty() {
            let _ = write!(line, "  {remarks}");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for left in schema.left_out() {
        let _ = writeln!(
            text,
            "{:names$}  left out, because {}",
            left.name, left.reason
        );
    }
    text
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
    if let Some(values) = &field.values {
        let shown: Vec<String> = values
            .iter()
            .take(MOST_VALUES)
            .map(|value| format!("\"{value}\""))
            .collect();
        let more = match values.len().saturating_sub(MOST_VALUES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        remarks.push(format!("one of {}{more}", shown.join(", ")));
    }
    if let Some(description) = &field.description {
        remarks.push(description.clone());
    }
    remarks.join("; ")
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
}
