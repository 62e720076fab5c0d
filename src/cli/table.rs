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

/// The lines of a classification or a split.
pub struct Labelled {
    pub name: String,
    pub title: Option<String>,
    pub labels: Vec<Row>,
    pub split: Option<Arms>,
}

/// What is told of the arms of a split beside their sizes.
pub struct Arms {
    /// How many contacts it is of.
    pub audience: u64,
    pub salt: String,
    /// The shares that were asked for, in the order of the arms.
    pub shares: Vec<f64>,
}

impl Labelled {
    /// What its shares are of.
    fn whole(&self, contacts: u64) -> u64 {
        self.split.as_ref().map_or(contacts, |arms| arms.audience)
    }

    /// How many of a split's contacts its arms leave.
    fn left(&self) -> u64 {
        let taken: u64 = self.labels.iter().map(|row| row.count).sum();
        let audience = self.split.as_ref().map_or(taken, |arms| arms.audience);
        audience.saturating_sub(taken)
    }
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    splits: Vec<JsonSplit<'a>>,
}

#[derive(Serialize)]
struct JsonSplit<'a> {
    split: &'a str,
    title: Option<&'a str>,
    salt: &'a str,
    count: u64,
    share: Option<f64>,
    arms: Vec<JsonArm<'a>>,
    without_arm: u64,
}

/// Its share is of what the split is of.
#[derive(Serialize)]
struct JsonArm<'a> {
    arm: &'a str,
    title: Option<&'a str>,
    count: u64,
    share: Option<f64>,
    asked_share: f64,
}

#[derive(Serialize)]
struct JsonArmLine<'a> {
    split: &'a str,
    #[serde(flatten)]
    arm: JsonArm<'a>,
    audience: u64,
    contacts: u64,
    as_of: &'a str,
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

fn json_arm<'a>(labelling: &'a Labelled, arms: &'a Arms, row: &'a Row) -> JsonArm<'a> {
    let place = (labelling.labels.iter()).position(|one| one.name == row.name);
    let asked = place.and_then(|place| arms.shares.get(place));
    JsonArm {
        arm: &row.name,
        title: row.title.as_deref(),
        count: row.count,
        share: ratio(row.count, arms.audience),
        asked_share: asked.copied().unwrap_or(0.0),
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
        let line = |name: &str, row: &Row, of: u64| {
            let mut cells = vec![Cell::new(name)];
            if titled {
                cells.push(Cell::new(row.title.as_deref().unwrap_or("")));
            }
            cells.push(Cell::new(grouped(row.count)).set_alignment(CellAlignment::Right));
            cells.push(Cell::new(share(row.count, of)).set_alignment(CellAlignment::Right));
            cells
        };
        for row in &self.segments {
            table.add_row(line(&row.name, row, self.contacts));
        }
        // A classification stands above its labels, a split above its arms, whose shares are of it.
        for labelling in &self.labellings {
            let mut cells = vec![Cell::new(&labelling.name)];
            if titled {
                cells.push(Cell::new(labelling.title.as_deref().unwrap_or("")));
            }
            match &labelling.split {
                Some(arms) => {
                    let whole = Row {
                        name: labelling.name.clone(),
                        title: labelling.title.clone(),
                        count: arms.audience,
                    };
                    cells = line(&labelling.name, &whole, self.contacts);
                }
                None => cells.extend([Cell::new(""), Cell::new("")]),
            }
            table.add_row(cells);
            let whole = labelling.whole(self.contacts);
            for row in &labelling.labels {
                table.add_row(line(&format!("  {}", row.name), row, whole));
            }
            if labelling.left() > 0 {
                let row = Row {
                    name: String::new(),
                    title: None,
                    count: labelling.left(),
                };
                table.add_row(line("  (no arm)", &row, whole));
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
            splits: self
                .labellings
                .iter()
                .filter_map(|labelling| self.json_split(labelling))
                .collect(),
            classifications: self
                .labellings
                .iter()
                .filter(|labelling| labelling.split.is_none())
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
            if let Some(arms) = &labelling.split {
                let line = JsonArmLine {
                    split: &labelling.name,
                    arm: json_arm(labelling, arms, row),
                    audience: arms.audience,
                    contacts: self.contacts,
                    as_of: &as_of,
                };
                return serde_json::to_string(&line).expect("names and numbers can be written")
                    + "\n";
            }
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

    fn json_split<'a>(&self, labelling: &'a Labelled) -> Option<JsonSplit<'a>> {
        let arms = labelling.split.as_ref()?;
        Some(JsonSplit {
            split: &labelling.name,
            title: labelling.title.as_deref(),
            salt: &arms.salt,
            count: arms.audience,
            share: ratio(arms.audience, self.contacts),
            arms: (labelling.labels.iter())
                .map(|row| json_arm(labelling, arms, row))
                .collect(),
            without_arm: labelling.left(),
        })
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
            labellings: vec![
                Labelled {
                    name: "journey".into(),
                    title: Some("Journey".into()),
                    labels: vec![row("new", Some("New"), 345), row("old", None, 12_000)],
                    split: None,
                },
                Labelled {
                    name: "spring".into(),
                    title: None,
                    labels: vec![row("mail", Some("By mail"), 453), row("control", None, 98)],
                    split: Some(Arms {
                        audience: 1_000,
                        salt: "spring-26".into(),
                        shares: vec![0.45, 0.1],
                    }),
                },
            ],
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
