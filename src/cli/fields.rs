//! Fields and what was seen of them, in the forms of an answer. The table is for people; the others are for programs and stay as they are from
//! release to release.

use super::arguments::Format;
use super::table::{Page, heading, lines, marked, quoted, ratio};
use comfy_table::{Cell, CellAlignment};
use segql::explain::{exchanged, grouped, share, shown};
use segql::profile::{ColumnProfile, Common, Distinct};
use segql::schema::{Field, Part, Schema, described, parts};
use segql::types::Type;
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

/// What was seen of fields: those of contacts, or of the events of a stream.
pub struct Seen {
    /// The stream; none where the fields are those of contacts.
    pub stream: Option<String>,
    pub rows: u64,
    pub fields: Vec<(Field, ColumnProfile)>,
}

/// The answer.
pub struct Fields<'a> {
    pub schema: &'a Schema,
    pub contacts: &'a Seen,
    pub streams: &'a [Seen],
    /// Whether fields were named: they are shown in detail then.
    pub is_chosen: bool,
}

impl Seen {
    fn fields(&self) -> impl Iterator<Item = (&Field, &ColumnProfile)> {
        self.fields.iter().map(|(field, seen)| (field, seen))
    }

    /// What a text calls a field, outside of brackets.
    fn name(&self, field: &Field) -> String {
        match &self.stream {
            Some(stream) => format!("{stream}.{}", field.name),
            None => field.name.clone(),
        }
    }

    /// `12,345 contacts`
    fn number(&self) -> String {
        format!("{} {}", grouped(self.rows), self.what())
    }

    fn what(&self) -> &'static str {
        match (&self.stream, self.rows) {
            (None, 1) => "contact",
            (None, _) => "contacts",
            (Some(_), 1) => "event",
            (Some(_), _) => "events",
        }
    }
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

impl Line {
    /// A part of the record above it, of which no figures were taken.
    fn of_part(part: Part) -> Self {
        Self {
            name: format!("  .{}", part.path),
            type_name: part.type_name,
            missing: String::new(),
            distinct: String::new(),
            common: String::new(),
            range: String::new(),
            description: part.remarks,
        }
    }
}

impl Fields<'_> {
    pub fn render(&self, format: Format, page: &Page) -> String {
        match format {
            Format::Table if self.is_chosen => self.details(),
            Format::Table => self.tables(page),
            Format::Csv => self.csv(),
            Format::Json => {
                let answer = JsonAnswer {
                    contacts: self.contacts.rows,
                    key: &self.schema.field(self.schema.key()).name,
                    time_zone: self.schema.zone_name(),
                    fields: self.all_json(self.contacts, false),
                    left_out: self.left_out().collect(),
                    streams: self
                        .streams
                        .iter()
                        .map(|stream| JsonStream {
                            stream: stream.stream.as_deref().unwrap_or_default(),
                            events: stream.rows,
                            fields: self.all_json(stream, false),
                        })
                        .collect(),
                };
                serde_json::to_string_pretty(&answer).expect("names and numbers can be written")
                    + "\n"
            }
            Format::Jsonl => self
                .all()
                .flat_map(|seen| self.all_json(seen, true))
                .map(|line| {
                    serde_json::to_string(&line).expect("names and numbers can be written") + "\n"
                })
                .collect(),
            Format::Markdown => self.markdown(),
        }
    }

    /// Contacts and streams.
    fn all(&self) -> impl Iterator<Item = &Seen> {
        std::iter::once(self.contacts).chain(self.streams)
    }

    fn line(&self, all: &Seen, field: &Field, seen: &ColumnProfile) -> Line {
        let is_key = *field == *self.schema.field(self.schema.key());
        let nearly = (field.nearly.as_ref()).filter(|_| self.is_chosen);
        let catalogue = field.catalogue.as_ref();
        let remarks = [
            is_key.then(|| "key".to_owned()),
            (field.column != field.name).then(|| format!("from column \"{}\"", field.column)),
            catalogue.map(|catalogue| format!("a key of the catalogue \"{catalogue}\"")),
            field.description.clone(),
            nearly.map(|nearly| nearly.words.clone()),
        ];
        Line {
            name: field.name.clone(),
            type_name: described(&field.field_type),
            missing: share(seen.missing, all.rows),
            distinct: distinct(seen),
            common: self.common(all, seen),
            range: self.range(field, seen),
            description: remarks.into_iter().flatten().collect::<Vec<_>>().join("; "),
        }
    }

    /// The most common values, where there are such.
    fn common(&self, all: &Seen, seen: &ColumnProfile) -> String {
        let are_few =
            matches!(seen.distinct, Some(Distinct::Exactly(number)) if number <= IN_A_LINE as u64);
        let is_common = |common: &&Common| {
            are_few || (common.rows > 1 && common.rows.saturating_mul(100) >= all.rows)
        };
        let common = seen.common.iter().filter(is_common).take(IN_A_LINE);
        let words: Vec<String> = common
            .map(|common| {
                let value = cut(&shown(&common.value, self.schema.zone()), IN_A_CELL);
                format!("{value} {}", share(common.rows, all.rows))
            })
            .collect();
        words.join(", ")
    }

    fn range(&self, field: &Field, seen: &ColumnProfile) -> String {
        let zone = self.schema.zone();
        let is_list = matches!(field.field_type, Type::List(_));
        match (&seen.range, seen.lengths) {
            (Some((low, high)), None) => format!("{} to {}", shown(low, zone), shown(high, zone)),
            (_, Some((low, high))) if is_list => {
                format!("{} to {} elements", grouped(low), grouped(high))
            }
            _ => String::new(),
        }
    }

    /// The contacts, and below them the events of each stream.
    fn tables(&self, page: &Page) -> String {
        let mut text = format!("{}\n{}", self.table(self.contacts, page), self.base());
        for stream in self.streams {
            let name = stream.stream.as_deref().unwrap_or_default();
            let _ = write!(text, "\n{name}: {}\n\n", stream.number());
            text.push_str(&self.table(stream, page));
        }
        text
    }

    fn table(&self, all: &Seen, page: &Page) -> String {
        let mut rows = Vec::new();
        for (field, seen) in all.fields() {
            rows.push(self.line(all, field, seen));
            rows.extend(parts(field).into_iter().map(Line::of_part));
        }
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
        lines(&table)
    }

    /// How many contacts these are figures of, and what is left out.
    fn base(&self) -> String {
        let mut text = format!("{}\n", self.contacts.number());
        for (field, _) in self.contacts.fields() {
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
        let details = |all| {
            let fields = Seen::fields(all);
            fields.map(|(field, seen)| self.detail(all, field, seen))
        };
        let fields: Vec<String> = self.all().flat_map(details).collect();
        fields.join("\n")
    }

    fn detail(&self, all: &Seen, field: &Field, seen: &ColumnProfile) -> String {
        let line = self.line(all, field, seen);
        let rows = all.rows;
        let mut text = format!("{}: {}\n", all.name(field), line.type_name);
        if !line.description.is_empty() {
            let _ = writeln!(text, "{}", line.description);
        }
        text.push('\n');
        let mut say = |what: &str, figure: String| {
            let _ = writeln!(text, "  {what:12} {figure}");
        };
        let of_all = |count: u64| {
            let (count_words, share) = (grouped(count), share(count, rows));
            format!("{count_words} of {} ({share})", all.number())
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
        let parts = parts(field);
        let width = |text: &dyn Fn(&Part) -> usize| parts.iter().map(text).max().unwrap_or(0);
        let (names, types) = (
            width(&|part| part.path.chars().count()),
            width(&|part| part.type_name.chars().count()),
        );
        if !parts.is_empty() {
            text.push('\n');
        }
        for part in &parts {
            let (path, type_name, remarks) = (&part.path, &part.type_name, &part.remarks);
            let line = format!("  .{path:names$}  {type_name:types$}  {remarks}");
            let _ = writeln!(text, "{}", line.trim_end());
        }
        let bars = self.bars(all, seen);
        if !bars.is_empty() {
            let _ = write!(text, "\n{bars}");
        }
        text
    }

    /// The most common values, each with a bar.
    fn bars(&self, all: &Seen, seen: &ColumnProfile) -> String {
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
                right(share(common.rows, all.rows)),
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
        for entry in self.all().flat_map(|seen| self.all_json(seen, true)) {
            let common: Vec<String> = entry
                .common
                .iter()
                .map(|common| format!("{} ({})", common.value, common.count))
                .collect();
            let number =
                |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
            let cells = [
                quoted(&entry.field),
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

    /// Every field; with `whole_names` those of events are called after their stream too.
    fn all_json<'a>(&self, all: &'a Seen, whole_names: bool) -> Vec<JsonField<'a>> {
        let name = |field: &Field| match whole_names {
            true => all.name(field),
            false => field.name.clone(),
        };
        all.fields()
            .map(|(field, seen)| self.json(all.rows, name(field), field, seen))
            .collect()
    }

    fn json<'a>(
        &self,
        rows: u64,
        name: String,
        field: &'a Field,
        seen: &'a ColumnProfile,
    ) -> JsonField<'a> {
        let common = seen.common.iter().take(FOR_PROGRAMS);
        JsonField {
            field: name,
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
            catalogue: field.catalogue.as_deref(),
            description: field.description.as_deref(),
            parts: (parts(field).into_iter())
                .map(|part| JsonPart {
                    part: part.path,
                    type_name: part.type_name,
                    values: part.values.map(|values| values.to_vec()),
                    description: part.description,
                })
                .collect(),
            nearly: field.nearly.as_ref().map(|nearly| nearly.words.as_str()),
        }
    }

    fn markdown(&self) -> String {
        let mut text = self.markdown_table(self.contacts);
        let _ = write!(text, "\n{}", self.base());
        for stream in self.streams {
            let name = stream.stream.as_deref().unwrap_or_default();
            let table = self.markdown_table(stream);
            let _ = write!(text, "\n{}: {}\n\n{table}", marked(name), stream.number());
        }
        text
    }

    fn markdown_table(&self, all: &Seen) -> String {
        let mut text = String::from(
            "| field | type | missing | different | common values | range | description |\n| --- | --- | ---: | ---: | --- | --- | --- |\n",
        );
        let lines = all.fields().flat_map(|(field, seen)| {
            let parts = parts(field).into_iter().map(Line::of_part);
            std::iter::once(self.line(all, field, seen)).chain(parts)
        });
        for line in lines {
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
        text
    }
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
    streams: Vec<JsonStream<'a>>,
}

#[derive(Serialize)]
struct JsonStream<'a> {
    stream: &'a str,
    events: u64,
    fields: Vec<JsonField<'a>>,
}

#[derive(Serialize)]
struct JsonField<'a> {
    field: String,
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
    catalogue: Option<&'a str>,
    description: Option<&'a str>,
    /// Of records and lists of records.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<JsonPart>,
    /// What nearly all values of a text are, and which are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearly: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonPart {
    part: String,
    #[serde(rename = "type")]
    type_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
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
