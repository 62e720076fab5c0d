//! Fields and what was seen of them, in the forms of an answer. The table is for people; the others are for programs and stay as they are from
//! release to release.

use super::arguments::Format;
use super::table::{Page, heading, lines, marked, quoted, ratio};
use comfy_table::{Cell, CellAlignment};
use segql::explain::{exchanged, grouped, share, shown};
use segql::profile::{ColumnProfile, Common, Distinct};
use segql::schema::{Field, FieldId, Schema, described};
use serde::Serialize;
use std::fmt::Write;

/// Common values in a line of the table.
const IN_A_LINE: usize = 3;
/// Characters of a value in a line of the table.
const IN_A_CELL: usize = 24;
/// Common values of one field.
const IN_DETAIL: usize = 20;
/// Common values for programs.
const FOR_PROGRAMS: usize = 10;
/// Blocks of the longest bar.
const BAR: u64 = 30;

/// What was seen of fields.
pub struct Seen {
    pub rows: u64,
    pub fields: Vec<(FieldId, ColumnProfile)>,
}

/// The answer.
pub struct Fields<'a> {
    pub schema: &'a Schema,
    pub seen: &'a Seen,
    /// Whether fields were named: they are shown in detail then.
    pub is_chosen: bool,
}

/// A field as a line of the table.
struct Line {
    name: String,
    type_name: String,
    missing: String,
    distinct: String,
    common: String,
    range: String,
    description: String,
}

impl Fields<'_> {
    pub fn render(&self, format: Format, page: &Page) -> String {
        match format {
            Format::Table if self.is_chosen => self.details(),
            Format::Table => self.table(page),
            Format::Csv => self.csv(),
            Format::Json => {
                let answer = JsonAnswer {
                    contacts: self.seen.rows,
                    key: &self.schema.field(self.schema.key()).name,
                    time_zone: self.schema.zone_name(),
                    fields: self
                        .fields()
                        .map(|(field, seen)| self.json(field, seen))
                        .collect(),
                    left_out: self.left_out().collect(),
                };
                serde_json::to_string_pretty(&answer).expect("names and numbers can be written")
                    + "\n"
            }
            Format::Jsonl => self
                .fields()
                .map(|(field, seen)| {
                    let line = self.json(field, seen);
                    serde_json::to_string(&line).expect("names and numbers can be written") + "\n"
                })
                .collect(),
            Format::Markdown => self.markdown(),
        }
    }

    fn fields(&self) -> impl Iterator<Item = (&Field, &ColumnProfile)> {
        let fields = self.seen.fields.iter();
        fields.map(|(id, seen)| (self.schema.field(*id), seen))
    }

    fn line(&self, field: &Field, seen: &ColumnProfile) -> Line {
        let is_key = *field == *self.schema.field(self.schema.key());
        let nearly = (field.nearly.as_ref()).filter(|_| self.is_chosen);
        let remarks = [
            is_key.then(|| "key".to_owned()),
            (field.column != field.name).then(|| format!("from column \"{}\"", field.column)),
            field.description.clone(),
            nearly.map(|nearly| nearly.words.clone()),
        ];
        Line {
            name: field.name.clone(),
            type_name: described(&field.field_type),
            missing: share(seen.missing, self.seen.rows),
            distinct: distinct(seen),
            common: self.common(seen),
            range: self.range(seen),
            description: remarks.into_iter().flatten().collect::<Vec<_>>().join("; "),
        }
    }

    /// The most common values, where there are such.
    fn common(&self, seen: &ColumnProfile) -> String {
        let are_few =
            matches!(seen.distinct, Some(Distinct::Exactly(number)) if number <= IN_A_LINE as u64);
        let is_common = |common: &&Common| {
            are_few || (common.rows > 1 && common.rows.saturating_mul(100) >= self.seen.rows)
        };
        let common = seen.common.iter().filter(is_common).take(IN_A_LINE);
        let words: Vec<String> = common
            .map(|common| {
                let value = cut(&shown(&common.value, self.schema.zone()), IN_A_CELL);
                format!("{value} {}", share(common.rows, self.seen.rows))
            })
            .collect();
        words.join(", ")
    }

    fn range(&self, seen: &ColumnProfile) -> String {
        let zone = self.schema.zone();
        match (&seen.range, seen.lengths) {
            (Some((low, high)), None) => format!("{} to {}", shown(low, zone), shown(high, zone)),
            (_, Some((low, high))) if self.is_list(seen) => {
                format!("{} to {} elements", grouped(low), grouped(high))
            }
            _ => String::new(),
        }
    }

    fn is_list(&self, seen: &ColumnProfile) -> bool {
        self.fields().any(|(field, other)| {
            std::ptr::eq(seen, other) && described(&field.field_type).starts_with("list of ")
        })
    }

    fn table(&self, page: &Page) -> String {
        let rows: Vec<Line> = self
            .fields()
            .map(|(field, seen)| self.line(field, seen))
            .collect();
        let mut table = page.table();
        let right = |cell: Cell| cell.set_alignment(CellAlignment::Right);
        let mut headings = vec![
            heading("field"),
            heading("type"),
            right(heading("missing")),
            right(heading("different")),
            heading("common values"),
            heading("range"),
        ];
        let has_remarks = rows.iter().any(|line| !line.description.is_empty());
        if has_remarks {
            headings.push(heading("description"));
        }
        table.set_header(headings);
        for line in rows {
            let mut cells = vec![
                Cell::new(line.name),
                Cell::new(line.type_name),
                right(Cell::new(line.missing)),
                right(Cell::new(line.distinct)),
                Cell::new(line.common),
                Cell::new(line.range),
            ];
            if has_remarks {
                cells.push(Cell::new(line.description));
            }
            table.add_row(cells);
        }
        format!("{}\n{}", lines(&table), self.base())
    }

    /// How many contacts these are figures of, and what is left out.
    fn base(&self) -> String {
        let mut text = format!("{} {}\n", grouped(self.seen.rows), contacts(self.seen.rows));
        for (field, _) in self.fields() {
            if let Some(nearly) = &field.nearly {
                let _ = writeln!(text, "text: {}, though {}", field.name, nearly.words);
            }
        }
        for left in self.left_out() {
            let _ = writeln!(text, "left out: {}, because {}", left.column, left.reason);
        }
        text
    }

    fn left_out(&self) -> impl Iterator<Item = JsonLeftOut<'_>> {
        let all = if self.is_chosen {
            &[]
        } else {
            self.schema.left_out()
        };
        all.iter().map(|left| JsonLeftOut {
            column: &left.name,
            reason: &left.reason,
        })
    }

    /// Each field with all that is known of it.
    fn details(&self) -> String {
        let fields: Vec<String> = self
            .fields()
            .map(|(field, seen)| self.detail(field, seen))
            .collect();
        fields.join("\n")
    }

    fn detail(&self, field: &Field, seen: &ColumnProfile) -> String {
        let line = self.line(field, seen);
        let rows = self.seen.rows;
        let mut text = format!("{}: {}\n", line.name, line.type_name);
        if !line.description.is_empty() {
            let _ = writeln!(text, "{}", line.description);
        }
        text.push('\n');
        let mut say = |what: &str, figure: String| {
            let _ = writeln!(text, "  {what:12} {figure}");
        };
        let of_all = |count: u64| {
            format!(
                "{} of {} {} ({})",
                grouped(count),
                grouped(rows),
                contacts(rows),
                share(count, rows)
            )
        };
        say("missing", of_all(seen.missing));
        if seen.blank > 0 {
            let meaning = if field.blank_is_missing {
                "counted as missing"
            } else {
                "counted as values"
            };
            say("blank", format!("{}, {meaning}", of_all(seen.blank)));
        }
        say("different", line.distinct);
        if !line.range.is_empty() {
            say("range", line.range);
        } else if let Some((low, high)) = seen.lengths {
            say(
                "length",
                format!("{} to {} characters", grouped(low), grouped(high)),
            );
        }
        if let Some(values) = &field.values {
            let values: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
            say("one of", values.join(", "));
        }
        let bars = self.bars(seen);
        if !bars.is_empty() {
            let _ = write!(text, "\n{bars}");
        }
        text
    }

    /// The most common values, each with a bar.
    fn bars(&self, seen: &ColumnProfile) -> String {
        let Some(most) = seen.common.first().filter(|most| most.rows > 1) else {
            return String::new();
        };
        let mut table = Page {
            colours: false,
            width: None,
        }
        .table();
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        for common in seen.common.iter().take(IN_DETAIL) {
            let blocks =
                (u128::from(common.rows) * u128::from(BAR)).div_ceil(u128::from(most.rows));
            table.add_row(vec![
                Cell::new(cut(&shown(&common.value, self.schema.zone()), 60)),
                right(grouped(common.rows)),
                right(share(common.rows, self.seen.rows)),
                Cell::new("█".repeat(blocks as usize)),
            ]);
        }
        let mut text = String::new();
        for line in lines(&table).lines() {
            let _ = writeln!(text, " {line}");
        }
        match seen.distinct {
            Some(Distinct::Exactly(all)) if all > IN_DETAIL as u64 => {
                let _ = writeln!(text, "  and {} others", grouped(all - IN_DETAIL as u64));
            }
            Some(Distinct::MoreThan(all)) => {
                let _ = writeln!(
                    text,
                    "  of the first {} different values; there are more",
                    grouped(all)
                );
            }
            _ => {}
        }
        text
    }

    fn csv(&self) -> String {
        let mut text = String::from(
            "field,type,missing,missing_share,blank,different,different_is_exact,common,low,high,shortest,longest,description\n",
        );
        for (field, seen) in self.fields() {
            let entry = self.json(field, seen);
            let common: Vec<String> = entry
                .common
                .iter()
                .map(|common| format!("{} ({})", common.value, common.count))
                .collect();
            let number =
                |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
            let cells = [
                quoted(entry.field),
                entry.type_name.clone(),
                entry.missing.to_string(),
                entry
                    .missing_share
                    .map_or_else(String::new, |share| share.to_string()),
                entry.blank.to_string(),
                number(entry.different),
                entry.different_is_exact.to_string(),
                quoted(&common.join("; ")),
                quoted(entry.low.as_deref().unwrap_or_default()),
                quoted(entry.high.as_deref().unwrap_or_default()),
                number(entry.shortest),
                number(entry.longest),
                quoted(entry.description.unwrap_or_default()),
            ];
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        text
    }

    fn json<'a>(&'a self, field: &'a Field, seen: &'a ColumnProfile) -> JsonField<'a> {
        let rows = self.seen.rows;
        let common = seen.common.iter().take(FOR_PROGRAMS);
        JsonField {
            field: &field.name,
            column: &field.column,
            type_name: field.field_type.name(),
            missing: seen.missing,
            missing_share: ratio(seen.missing, rows),
            blank: seen.blank,
            different: seen.distinct.map(|distinct| match distinct {
                Distinct::Exactly(number) | Distinct::MoreThan(number) => number,
            }),
            different_is_exact: matches!(seen.distinct, Some(Distinct::Exactly(_))),
            common: common
                .map(|common| JsonCommon {
                    value: exchanged(&common.value),
                    count: common.rows,
                    share: ratio(common.rows, rows),
                })
                .collect(),
            low: seen.range.as_ref().map(|(low, _)| exchanged(low)),
            high: seen.range.as_ref().map(|(_, high)| exchanged(high)),
            shortest: seen.lengths.map(|(low, _)| low),
            longest: seen.lengths.map(|(_, high)| high),
            values: field.values.as_deref(),
            description: field.description.as_deref(),
            nearly: field.nearly.as_ref().map(|nearly| nearly.words.as_str()),
        }
    }

    fn markdown(&self) -> String {
        let mut text = String::from(
            "| field | type | missing | different | common values | range | description |\n| --- | --- | ---: | ---: | --- | --- | --- |\n",
        );
        for (field, seen) in self.fields() {
            let line = self.line(field, seen);
            let cells = [
                line.name,
                line.type_name,
                line.missing,
                line.distinct,
                line.common,
                line.range,
                line.description,
            ]
            .map(|cell| marked(&cell));
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        format!("{text}\n{}", self.base())
    }
}

fn contacts(rows: u64) -> &'static str {
    if rows == 1 { "contact" } else { "contacts" }
}

fn distinct(seen: &ColumnProfile) -> String {
    match seen.distinct {
        None => "–".into(),
        Some(Distinct::Exactly(number)) => grouped(number),
        Some(Distinct::MoreThan(number)) => format!("over {}", grouped(number)),
    }
}

/// The text, or its beginning.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[derive(Serialize)]
struct JsonAnswer<'a> {
    contacts: u64,
    key: &'a str,
    time_zone: &'a str,
    fields: Vec<JsonField<'a>>,
    left_out: Vec<JsonLeftOut<'a>>,
}

#[derive(Serialize)]
struct JsonField<'a> {
    field: &'a str,
    column: &'a str,
    #[serde(rename = "type")]
    type_name: String,
    missing: u64,
    missing_share: Option<f64>,
    blank: u64,
    different: Option<u64>,
    different_is_exact: bool,
    common: Vec<JsonCommon>,
    low: Option<String>,
    high: Option<String>,
    shortest: Option<u64>,
    longest: Option<u64>,
    values: Option<&'a [String]>,
    description: Option<&'a str>,
    /// What nearly all values of a text are, and which are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearly: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonCommon {
    value: String,
    count: u64,
    share: Option<f64>,
}

#[derive(Serialize)]
struct JsonLeftOut<'a> {
    column: &'a str,
    reason: &'a str,
}
