//! Reading the corpus: hand-worked conditions over a few contacts.
//!
//! ```text
//! # What the file is about
//! now 2026-11-22T10:00+01:00
//! zone Europe/Brussels
//! contact zone tz
//! | id | region | age |
//! | int | text | int |
//! | 1 | "BE" | 34 |
//! | 2 | - | 17 |
//!
//! region = "BE" => 1
//! NOT region = "BE" => 2          -- the missing one as well
//! age > 99 => none
//! let old = age >= 30
//! old => 1
//! ```
//!
//! `contact zone` names the column of the contacts' own zones, where there is one. The first column is the key; `-` is missing. Types: `bool`, `int`, `int8`, `uint64`, `decimal 2`, `wide decimal 40` (of 256 bits), `float`, `float32`, `text`,
//! `blank text` (blank is missing), `date`, `time s` (or `ms`, `us`, `ns`), `duration s`, `point` (written `50.85 4.35`), `list of …`, `map of …` with
//! cells like `{"churn": 0.5}`, `record (kind text, age int)` with cells like `{"kids", 7}`, and behind all other columns `events (title text)`, a
//! stream with cells like `[{2026-11-01T10:00Z, "t1"}]` in any order. A line `catalogue titles record (title text, genres list of text)` is a
//! catalogue whose key is its first field, `titles {"t1", ["drama"]}` one of its records, and `refers view.title to titles` says which fields hold
//! its keys. Behind `=>` stand the keys of
//! all members, or `none`, or `all`; behind `--` the reason. A line `let …` defines a name for all conditions of the file; a line
//! `list vip 1 2` or `list suppressed "a" "b"` is a list of keys.

use crate::cells::{Cell, Kind};
use crate::executors::Case;
use crate::world::{Column, Table, World};
use arrow_buffer::i256;
use arrow_schema::TimeUnit;
use segql::check::{NoFiles, check};
use segql::schema::{Catalogue, Field, KeyList};
use segql::source::Sources;
use segql::syntax;
use segql::types::Constant;

/// A file of the corpus.
#[derive(Clone, Debug)]
pub struct File {
    pub world: World,
    pub table: Table,
    /// The lines that begin with `let`.
    pub definitions: String,
    pub conditions: Vec<Entry>,
}

/// A condition with its members.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Of the file, from 1.
    pub line: usize,
    pub text: String,
    /// The expected answer for each contact.
    pub members: Vec<bool>,
}

/// A catalogue as a file writes it.
struct Written {
    name: String,
    fields: Vec<(String, Kind)>,
    records: Vec<Constant>,
}

/// Reads a file.
///
/// # Errors
/// What is wrong with it, with its line.
pub fn read(text: &str) -> Result<File, String> {
    let (mut now, mut zone) = (None, "UTC".to_owned());
    let mut contact_zone = None;
    let (mut names, mut kinds): (Vec<String>, Vec<(Kind, bool)>) = (Vec::new(), Vec::new());
    let mut cells: Vec<Vec<Cell>> = Vec::new();
    let mut definitions = String::new();
    let mut lists = Vec::new();
    let mut references: Vec<(String, String)> = Vec::new();
    let mut catalogues: Vec<Written> = Vec::new();
    let mut conditions = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let line = line.trim();
        let fault = |words: &str| format!("line {}: {words}: {line}", place + 1);
        if line.is_empty() || line.starts_with('#') {
        } else if let (None, Some(instant)) = (now, line.strip_prefix("now ")) {
            let instant: jiff::Timestamp =
                instant.trim().parse().map_err(|_| fault("not a time"))?;
            now = Some(instant.as_nanosecond());
        } else if let Some(name) = line.strip_prefix("zone ") {
            zone = name.trim().to_owned();
        } else if let Some(name) = line.strip_prefix("contact zone ") {
            contact_zone = Some(name.trim());
        } else if let Some(row) = line.strip_prefix('|') {
            let parts = split_row(
                row.strip_suffix('|')
                    .ok_or_else(|| fault("no | at the end"))?,
            );
            if names.is_empty() {
                names = parts;
                cells = vec![Vec::new(); names.len()];
                continue;
            }
            if parts.len() != names.len() {
                return Err(fault("another number of cells than columns"));
            }
            if kinds.is_empty() {
                for part in &parts {
                    kinds.push(kind(part).ok_or_else(|| fault("an unknown type"))?);
                }
                continue;
            }
            for ((part, (kind, _)), column) in parts.iter().zip(&kinds).zip(&mut cells) {
                let mut read = cell(kind, part)
                    .ok_or_else(|| fault(&format!("cannot read the cell {part}")))?;
                kind.in_order(&mut read);
                column.push(read);
            }
        } else if let Some(reference) = line.strip_prefix("refers ") {
            let (field, catalogue) = (reference.split_once(" to "))
                .ok_or_else(|| fault("not a field and a catalogue"))?;
            references.push((field.to_owned(), catalogue.to_owned()));
        } else if let Some(catalogue) = line.strip_prefix("catalogue ") {
            let made =
                (catalogue.split_once(' ')).and_then(|(name, record)| Some((name, kind(record)?)));
            let Some((name, (Kind::Record(fields), _))) = made else {
                return Err(fault("not a catalogue"));
            };
            catalogues.push(Written {
                name: name.to_owned(),
                fields,
                records: Vec::new(),
            });
        } else if let Some(catalogue) = (catalogues.iter_mut())
            .find(|catalogue| line.starts_with(&format!("{} {{", catalogue.name)))
        {
            let record = Kind::Record(catalogue.fields.clone());
            let (_, written) = line.split_once(' ').unwrap_or_default();
            let read = cell(&record, written).ok_or_else(|| fault("not a record"))?;
            catalogue.records.push(record.constant(&read));
        } else if let Some(list) = line.strip_prefix("list ") {
            lists.push(key_list(list).ok_or_else(|| fault("not a list of keys"))?);
        } else if line.starts_with("let ") || line.starts_with("classify ") {
            definitions.push_str(line);
            definitions.push('\n');
        } else {
            let (condition, rest) = line.rsplit_once("=>").ok_or_else(|| fault("no =>"))?;
            let members = rest.split("--").next().unwrap_or_default().trim();
            let keys = &cells.first().ok_or_else(|| fault("no contacts yet"))?[..];
            let members = match members {
                "all" => vec![true; keys.len()],
                "none" => vec![false; keys.len()],
                listed => {
                    let mut members = vec![false; keys.len()];
                    for key in listed.split([' ', ',']).filter(|word| !word.is_empty()) {
                        let number = key.parse().map_err(|_| fault("not a key"))?;
                        let row = keys
                            .iter()
                            .position(|cell| *cell == Cell::Whole(number))
                            .ok_or_else(|| fault("a key that no contact has"))?;
                        members[row] = true;
                    }
                    members
                }
            };
            conditions.push(Entry {
                line: place + 1,
                text: condition.trim().to_owned(),
                members,
            });
        }
    }
    if !kinds.iter().is_sorted_by_key(|(kind, _)| kind.is_stream()) {
        return Err("streams of events stand behind all other columns".into());
    }
    let columns = names
        .into_iter()
        .zip(kinds)
        .map(|(name, (kind, blank_is_missing))| Column {
            name,
            kind,
            pool: Vec::new(),
            missing: 0,
            is_timed: false,
            history_of: None,
            blank_is_missing,
        })
        .collect();
    let mut world = World::referring(
        columns,
        &zone,
        contact_zone,
        now.ok_or("the file does not say now")?,
        &references,
    );
    let catalogues = catalogues.into_iter().map(|catalogue| {
        // The first field is the key.
        let key = catalogue.fields[0].0.clone();
        let fields = catalogue.fields.into_iter();
        let fields = fields.map(|(name, kind)| Field::new(name, kind.type_of()));
        let (name, records) = (catalogue.name, catalogue.records);
        Catalogue::new(name, fields.collect(), Some(&key), records)
    });
    let catalogues = catalogues.collect::<Result<Vec<_>, _>>();
    let catalogues = catalogues.map_err(|error| error.to_string())?;
    world.schema = world.schema.with_lists(lists, Vec::new());
    world.schema = world.schema.with_catalogues(catalogues, Vec::new());
    Ok(File {
        world,
        table: Table { columns: cells },
        definitions,
        conditions,
    })
}

impl File {
    /// The conditions as the segments of one program.
    ///
    /// # Errors
    /// What the parser and the checker say, where they refuse one.
    pub fn case(&self, seed: u64) -> Result<Case, String> {
        let mut text = self.definitions.clone();
        for entry in &self.conditions {
            text.push_str(&format!("segment line_{} = {}\n", entry.line, entry.text));
        }
        let mut sources = Sources::default();
        let id = sources.add("corpus", text);
        let parsed = syntax::parse(&sources, id);
        let checked = check(&self.world.schema, &mut sources, id, parsed, &NoFiles);
        if !checked.is_sound() {
            let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
            let words: Vec<_> = errors
                .map(|fault| {
                    let place = sources.get(id).position(fault.primary.span.start);
                    let line = sources.get(id).text.lines().nth(place.line as usize - 1);
                    format!(
                        "{}: {}\n  {}",
                        fault.code.0,
                        fault.message,
                        line.unwrap_or_default()
                    )
                })
                .collect();
            return Err(words.join("\n"));
        }
        Ok(Case {
            world: self.world.clone(),
            table: self.table.clone(),
            module: checked.module,
            seed,
        })
    }

    /// The same contacts in another order, with the members to expect.
    #[must_use]
    pub fn reordered(&self, rows: &[usize]) -> File {
        let conditions = self.conditions.iter();
        File {
            world: self.world.clone(),
            table: self.table.take(rows),
            definitions: self.definitions.clone(),
            conditions: conditions
                .map(|entry| Entry {
                    members: rows.iter().map(|row| entry.members[*row]).collect(),
                    ..entry.clone()
                })
                .collect(),
        }
    }
}

/// `suppressed "a" "b"`, `vip 1 2`
fn key_list(text: &str) -> Option<KeyList> {
    let (name, keys) = text.split_once(' ').unwrap_or((text, ""));
    let keys = keys.trim();
    if keys.starts_with('"') {
        let texts: Option<Vec<String>> = keys
            .split_inclusive('"')
            .collect::<Vec<_>>()
            .chunks(2)
            .map(|pair| match cell(&Kind::Text, pair.concat().trim())? {
                Cell::Text(text) => Some(text.to_string()),
                _ => None,
            })
            .collect();
        return Some(KeyList::of_texts(name, texts?));
    }
    let numbers: Option<Vec<i64>> = keys
        .split_whitespace()
        .map(|number| number.parse().ok())
        .collect();
    Some(KeyList::of_numbers(name, numbers?))
}

/// Cells between bars; a bar in quotes is none.
fn split_row(row: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let mut quoted = false;
    let mut letters = row.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '|' if !quoted => parts.push(std::mem::take(&mut part).trim().to_owned()),
            '\\' if quoted => {
                part.push(letter);
                part.extend(letters.next());
            }
            _ => {
                quoted ^= letter == '"';
                part.push(letter);
            }
        }
    }
    parts.push(part.trim().to_owned());
    parts
}

fn unit(name: &str) -> Option<TimeUnit> {
    Some(match name {
        "s" => TimeUnit::Second,
        "ms" => TimeUnit::Millisecond,
        "us" => TimeUnit::Microsecond,
        "ns" => TimeUnit::Nanosecond,
        _ => return None,
    })
}

/// What commas part, outside of quotes and brackets; none where a bracket has no partner. Of nothing, nothing.
fn split(text: &str) -> Option<Vec<String>> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut quoted, mut depth) = (false, 0usize);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if quoted => {
                part.push(letter);
                part.extend(letters.next());
                continue;
            }
            '"' => quoted = !quoted,
            '[' | '{' | '(' if !quoted => depth += 1,
            ']' | '}' | ')' if !quoted => depth = depth.checked_sub(1)?,
            ',' if !quoted && depth == 0 => {
                parts.push(std::mem::take(&mut part).trim().to_owned());
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    let last = part.trim();
    if !last.is_empty() {
        parts.push(last.to_owned());
    }
    (depth == 0).then_some(parts)
}

/// The kind, and whether blank text is missing.
fn kind(name: &str) -> Option<(Kind, bool)> {
    if let Some(element) = name.strip_prefix("list of ") {
        let (element, blank) = kind(element)?;
        return Some((Kind::List(Box::new(element)), blank));
    }
    if let Some(value) = name.strip_prefix("map of ") {
        let (value, blank) = kind(value)?;
        return Some((Kind::Map(Box::new(value)), blank));
    }
    if let Some(fields) = name.strip_prefix("events (") {
        let (record, blank) = kind(&format!("record ({fields}"))?;
        let Kind::Record(fields) = record else {
            return None;
        };
        return Some((Kind::events(fields, TimeUnit::Second), blank));
    }
    if let Some(parts) = name.strip_prefix("record (") {
        let mut blank = false;
        let mut kinds = Vec::new();
        for part in split(parts.strip_suffix(')')?)? {
            let (name, part) = part.split_once(' ')?;
            let (part, part_blank) = kind(part.trim())?;
            blank |= part_blank;
            kinds.push((name.to_owned(), part));
        }
        return Some((Kind::Record(kinds), blank));
    }
    let whole = |low: i64, high: i64| Kind::Whole(low.into(), high.into());
    let kind = match name.split_once(' ').unwrap_or((name, "")) {
        ("bool", "") => Kind::Boolean,
        ("int", "") => whole(i64::MIN, i64::MAX),
        ("int8", "") => whole(-128, 127),
        ("uint64", "") => Kind::Whole(0, u64::MAX.into()),
        ("decimal", scale) => Kind::Decimal(scale.parse().ok()?),
        ("wide", rest) => Kind::Wide(rest.strip_prefix("decimal ")?.parse().ok()?),
        ("float", "") => Kind::Float(64),
        ("float32", "") => Kind::Float(32),
        ("text", "") | ("blank", "text") => Kind::Text,
        ("date", "") => Kind::Date,
        ("time", name) => Kind::Time(unit(name)?),
        ("duration", name) => Kind::Duration(unit(name)?),
        ("point", "") => Kind::Point,
        _ => return None,
    };
    Some((kind, name == "blank text"))
}

fn cell(kind: &Kind, text: &str) -> Option<Cell> {
    if text == "-" {
        return Some(Cell::Missing);
    }
    Some(match kind {
        Kind::Boolean => Cell::Boolean(text.parse().ok()?),
        Kind::Whole(..) => Cell::Whole(text.parse().ok()?),
        Kind::Decimal(scale) => {
            let (whole, part) = text.split_once('.').unwrap_or((text, ""));
            let zeros = usize::from(*scale).checked_sub(part.len())?;
            Cell::Decimal(format!("{whole}{part}{}", "0".repeat(zeros)).parse().ok()?)
        }
        Kind::Wide(scale) => Cell::Wide(wide(text, *scale)?),
        Kind::Float(bits) => match text.parse::<f64>().ok()? {
            value if value.is_finite() && *bits == 32 => Cell::Float(f64::from(value as f32)),
            value if value.is_finite() => Cell::Float(value),
            _ => Cell::Missing,
        },
        Kind::Text => Cell::Text(quoted(text)?),
        Kind::Date => {
            let date: jiff::civil::Date = text.parse().ok()?;
            let since = date - jiff::civil::date(1970, 1, 1);
            Cell::Date(since.get_days().into())
        }
        Kind::Time(unit) => {
            let count = match text.parse::<jiff::Timestamp>() {
                Ok(instant) => {
                    let size = i128::from(crate::cells::nanoseconds(*unit));
                    (instant.as_nanosecond() % size == 0)
                        .then_some(instant.as_nanosecond() / size)?
                }
                Err(_) => text.parse().ok()?,
            };
            Cell::Time(count.try_into().ok()?)
        }
        Kind::Duration(_) => Cell::Duration(text.parse().ok()?),
        Kind::Point => {
            let (latitude, longitude) = text.split_once(' ')?;
            Cell::Point(latitude.parse().ok()?, longitude.trim().parse().ok()?)
        }
        Kind::List(element) => {
            let parts = split(text.strip_prefix('[')?.strip_suffix(']')?)?;
            let parts = parts.iter().map(|part| cell(element, part));
            Cell::List(parts.collect::<Option<_>>()?)
        }
        Kind::Record(kinds) => {
            let parts = split(text.strip_prefix('{')?.strip_suffix('}')?)?;
            if parts.len() != kinds.len() {
                return None;
            }
            let parts = parts.iter().zip(kinds);
            Cell::Record(
                parts
                    .map(|(part, (_, kind))| cell(kind, part))
                    .collect::<Option<_>>()?,
            )
        }
        Kind::Map(value) => {
            let entries = split(text.strip_prefix('{')?.strip_suffix('}')?)?;
            let entry = |entry: &String| {
                let (key, written) = entry.split_once(": ")?;
                Some((quoted(key)?, cell(value, written.trim())?))
            };
            Cell::Map(entries.iter().map(entry).collect::<Option<_>>()?)
        }
    })
}

/// The digits of a decimal with so many places. Many zeros are written as a power: `3e40` is a 3 with 40 zeros.
fn wide(text: &str, scale: i8) -> Option<i256> {
    let (written, zeros) = match text.split_once('e') {
        Some((written, zeros)) => (written, zeros.parse::<i16>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = written.split_once('.').unwrap_or((written, ""));
    let zeros = zeros + i16::from(scale) - i16::try_from(part.len()).ok()?;
    let digits = format!("{whole}{part}{}", "0".repeat(usize::try_from(zeros).ok()?));
    i256::from_string(&digits)
}

/// A text in quotes with the escapes `\"`, `\\`, `\t`, `\n` and `\u{…}`.
fn quoted(text: &str) -> Option<String> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = String::new();
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        out.push(match letters.next()? {
            't' => '\t',
            'n' => '\n',
            'u' => {
                let rest = letters.as_str().strip_prefix('{')?;
                let (digits, after) = rest.split_once('}')?;
                letters = after.chars();
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
            }
            other => other,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_with_their_members() {
        let file = read(
            "now 2026-11-22T10:00+01:00\n| id | name | paid |\n| int | text | decimal 2 |\n\
             | 1 | \"a|b\\u{DF}\" | 3.5 |\n| 2 | - | -0.25 |\n\nname is missing => 2 -- the second\npaid > 0 => 1\n",
        )
        .unwrap();
        assert_eq!(file.table.columns[1][0], Cell::Text("a|bß".into()));
        assert_eq!(
            file.table.columns[2],
            [Cell::Decimal(350), Cell::Decimal(-25)]
        );
        assert_eq!(file.conditions[0].text, "name is missing");
        assert_eq!(file.conditions[0].members, [false, true]);
        assert!(file.case(1).is_ok());
        assert!(read("now 2026-11-22T10:00Z\n| id |\n| int |\n| 1 |\nid = 1 => 2").is_err());
    }
}
