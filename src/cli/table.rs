//! The answer of a run in its forms. The table is for people; the others are for programs and stay as they are from release to release.

use super::arguments::Format;
use super::moment;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table};
use jiff::Zoned;
use segql::explain::{grouped, share};
use serde::Serialize;
use std::fmt::Write;

/// What a run came to.
pub struct Answer {
    pub as_of: Zoned,
    pub contacts: u64,
    pub segments: Vec<Row>,
    pub labellings: Vec<Labelled>,
}

/// A classification's lines.
pub struct Labelled {
    pub name: String,
    pub title: Option<String>,
    pub labels: Vec<Row>,
}

/// A segment's line, or a label's.
pub struct Row {
    pub name: String,
    pub title: Option<String>,
    pub count: u64,
}

#[derive(Serialize)]
struct JsonAnswer<'a> {
    as_of: String,
    contacts: u64,
    segments: Vec<JsonRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classifications: Vec<JsonLabelled<'a>>,
}

#[derive(Serialize)]
struct JsonLabelled<'a> {
    classification: &'a str,
    title: Option<&'a str>,
    labels: Vec<JsonLabel<'a>>,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    label: &'a str,
    title: Option<&'a str>,
    count: u64,
    share: Option<f64>,
}

#[derive(Serialize)]
struct JsonLabelLine<'a> {
    classification: &'a str,
    #[serde(flatten)]
    label: JsonLabel<'a>,
    contacts: u64,
    as_of: &'a str,
}

#[derive(Serialize)]
struct JsonRow<'a> {
    segment: &'a str,
    title: Option<&'a str>,
    count: u64,
    share: Option<f64>,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    #[serde(flatten)]
    row: JsonRow<'a>,
    contacts: u64,
    as_of: &'a str,
}

/// Where the answer goes.
pub struct Page {
    pub colours: bool,
    /// The columns of the terminal, where there is one.
    pub width: Option<u16>,
}

impl Page {
    /// A table without rows yet, as all tables look.
    pub fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset("     ──            ");
        if self.colours {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        match self.width {
            Some(width) => table
                .set_width(width)
                .set_content_arrangement(ContentArrangement::Dynamic),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        table
    }
}

/// A cell of the first line.
pub fn heading(text: &str) -> Cell {
    Cell::new(text).add_attribute(Attribute::Bold)
}

/// The table as text, without blanks at the ends of lines.
pub fn lines(table: &Table) -> String {
    table
        .lines()
        .flat_map(|line| [line.trim_end().to_owned(), "\n".to_owned()])
        .collect()
}

impl Answer {
    pub fn render(&self, format: Format, page: &Page) -> String {
        match format {
            Format::Table => self.table(page),
            Format::Csv => self.csv(),
            Format::Json => self.json(),
            Format::Jsonl => self.json_lines(),
            Format::Markdown => self.markdown(),
        }
    }

    fn has_titles(&self) -> bool {
        let titled = |labelling: &Labelled| {
            labelling.title.is_some() || labelling.labels.iter().any(|row| row.title.is_some())
        };
        self.segments.iter().any(|row| row.title.is_some()) || self.labellings.iter().any(titled)
    }

    /// The segments, then the labels, each called like `journey.active`.
    fn rows(&self) -> impl Iterator<Item = (String, &Row)> {
        let segments = self.segments.iter().map(|row| (row.name.clone(), row));
        let labels = self.labellings.iter().flat_map(|labelling| {
            let labels = labelling.labels.iter();
            labels.map(|row| (format!("{}.{}", labelling.name, row.name), row))
        });
        segments.chain(labels)
    }

    fn table(&self, page: &Page) -> String {
        let mut table = page.table();
        let titled = self.has_titles();
        let first = if self.segments.is_empty() && !self.labellings.is_empty() {
            "label"
        } else {
            "segment"
        };
        let mut headings = vec![heading(first)];
        if titled {
            headings.push(heading("title"));
        }
        headings.push(heading("count").set_alignment(CellAlignment::Right));
        headings.push(heading("share").set_alignment(CellAlignment::Right));
        table.set_header(headings);
        let line = |name: &str, row: &Row| {
            let mut cells = vec![Cell::new(name)];
            if titled {
                cells.push(Cell::new(row.title.as_deref().unwrap_or("")));
            }
            cells.push(Cell::new(grouped(row.count)).set_alignment(CellAlignment::Right));
            cells.push(
                Cell::new(share(row.count, self.contacts)).set_alignment(CellAlignment::Right),
            );
            cells
        };
        for row in &self.segments {
            table.add_row(line(&row.name, row));
        }
        // A classification stands above its labels.
        for labelling in &self.labellings {
            let mut cells = vec![Cell::new(&labelling.name)];
            if titled {
                cells.push(Cell::new(labelling.title.as_deref().unwrap_or("")));
            }
            cells.extend([Cell::new(""), Cell::new("")]);
            table.add_row(cells);
            for row in &labelling.labels {
                table.add_row(line(&format!("  {}", row.name), row));
            }
        }
        let mut text = lines(&table);
        let _ = writeln!(text, "\n{}", self.base());
        text
    }

    /// What the counts are counts of.
    fn base(&self) -> String {
        format!(
            "{} {} as of {}",
            grouped(self.contacts),
            if self.contacts == 1 {
                "contact"
            } else {
                "contacts"
            },
            moment::shown(&self.as_of)
        )
    }

    fn csv(&self) -> String {
        let mut text = String::from("segment,title,count,share\n");
        for (name, row) in self.rows() {
            let share = match ratio(row.count, self.contacts) {
                Some(share) => share.to_string(),
                None => String::new(),
            };
            let title = row.title.as_deref().unwrap_or("");
            let _ = writeln!(
                text,
                "{},{},{},{share}",
                quoted(&name),
                quoted(title),
                row.count
            );
        }
        text
    }

    fn json(&self) -> String {
        let answer = JsonAnswer {
            as_of: moment::exchanged(&self.as_of),
            contacts: self.contacts,
            segments: self.segments.iter().map(|row| self.json_row(row)).collect(),
            classifications: self
                .labellings
                .iter()
                .map(|labelling| JsonLabelled {
                    classification: &labelling.name,
                    title: labelling.title.as_deref(),
                    labels: labelling
                        .labels
                        .iter()
                        .map(|row| self.json_label(row))
                        .collect(),
                })
                .collect(),
        };
        serde_json::to_string_pretty(&answer).expect("names and numbers can be written") + "\n"
    }

    fn json_lines(&self) -> String {
        let as_of = moment::exchanged(&self.as_of);
        let line = |row| {
            let line = JsonLine {
                row: self.json_row(row),
                contacts: self.contacts,
                as_of: &as_of,
            };
            serde_json::to_string(&line).expect("names and numbers can be written") + "\n"
        };
        let label = |(labelling, row): (&Labelled, &Row)| {
            let line = JsonLabelLine {
                classification: &labelling.name,
                label: self.json_label(row),
                contacts: self.contacts,
                as_of: &as_of,
            };
            serde_json::to_string(&line).expect("names and numbers can be written") + "\n"
        };
        let labels = self.labellings.iter().flat_map(|labelling| {
            let labels = labelling.labels.iter();
            labels.map(move |row| (labelling, row))
        });
        let segments: String = self.segments.iter().map(line).collect();
        segments + &labels.map(label).collect::<String>()
    }

    fn json_label<'a>(&self, row: &'a Row) -> JsonLabel<'a> {
        JsonLabel {
            label: &row.name,
            title: row.title.as_deref(),
            count: row.count,
            share: ratio(row.count, self.contacts),
        }
    }

    fn json_row<'a>(&self, row: &'a Row) -> JsonRow<'a> {
        JsonRow {
            segment: &row.name,
            title: row.title.as_deref(),
            count: row.count,
            share: ratio(row.count, self.contacts),
        }
    }

    fn markdown(&self) -> String {
        let mut text =
            String::from("| segment | title | count | share |\n| --- | --- | ---: | ---: |\n");
        for (name, row) in self.rows() {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} |",
                marked(&name),
                marked(row.title.as_deref().unwrap_or("")),
                grouped(row.count),
                share(row.count, self.contacts)
            );
        }
        let _ = writeln!(text, "\n{}", self.base());
        text
    }
}

/// A cell of a Markdown table.
pub fn marked(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|")
}

/// A share for programs: the nearest floating-point number; none where there are no contacts.
pub fn ratio(count: u64, contacts: u64) -> Option<f64> {
    (contacts > 0).then(|| count as f64 / contacts as f64)
}

/// A CSV cell, in quotes where it has to be.
pub fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Answer {
        let as_of = "2026-11-22T10:00:00+01:00[Europe/Brussels]"
            .parse()
            .unwrap();
        let row = |name: &str, title: Option<&str>, count| Row {
            name: name.into(),
            title: title.map(Into::into),
            count,
        };
        Answer {
            as_of,
            contacts: 12_345,
            segments: vec![
                row("winback", Some("Lapsed, \"long\" ago"), 1_234),
                row("élite", Some("a|b"), 3),
                row("all", None, 12_345),
            ],
            labellings: vec![Labelled {
                name: "journey".into(),
                title: Some("Journey".into()),
                labels: vec![row("new", Some("New"), 345), row("old", None, 12_000)],
            }],
        }
    }

    fn plain(format: Format) -> String {
        answer().render(
            format,
            &Page {
                colours: false,
                width: None,
            },
        )
    }

    #[test]
    fn the_table_lines_up() {
        insta::assert_snapshot!(plain(Format::Table));
    }

    #[test]
    fn the_other_forms() {
        insta::assert_snapshot!(plain(Format::Csv));
        insta::assert_snapshot!(plain(Format::Json));
        insta::assert_snapshot!(plain(Format::Jsonl));
        insta::assert_snapshot!(plain(Format::Markdown));
    }
}
