//! The language by example: the chapters in `tests/spec`, which the manual includes, are read and every example is run on the reference,
//! on kernels and on native code.
//!
//! A chapter has contacts as a table (`name: type` above each column; an empty cell is missing, `()` an empty list, quotes hold blanks or nothing,
//! a record stands in braces),
//! perhaps lines `It is TIME in ZONE.`, `The contacts' own zone is in FIELD.` and `The set "name" holds a, b.`, `The list "name" holds a, b.` (or `holds the numbers 1, 2.`), ``The split `name` gave before: a mail, b control.``, and examples: a block of `seg`, followed by `In: names` for
//! a condition, by `In segment: names` (of a label, `In classification.label: names`) for
//! definitions, or by `Error: code`.

use crate::acceptance::world::World;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, ListArray, MapArray, RecordBatch, StringArray,
    StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Schema as ArrowSchema, TimeUnit};
use segql::execute::Tier;
use segql::schema::{GivenArms, KeyList};
use segql::{CompileError, Engine, Now, Program, RunOptions};
use std::path::Path;
use std::sync::Arc;

#[test]
fn conditions() {
    chapter("conditions");
}

#[test]
fn missing() {
    chapter("missing");
}

#[test]
fn text() {
    chapter("text");
}

#[test]
fn numbers() {
    chapter("numbers");
}

#[test]
fn lists() {
    chapter("lists");
}

#[test]
fn records() {
    chapter("records");
}

#[test]
fn time() {
    chapter("time");
}

#[test]
fn dates() {
    chapter("dates");
}

#[test]
fn calendar() {
    chapter("calendar");
}

#[test]
fn zones() {
    chapter("zones");
}

#[test]
fn definitions() {
    chapter("definitions");
}

#[test]
fn choices() {
    chapter("choices");
}

#[test]
fn classifications() {
    chapter("classifications");
}

#[test]
fn key_lists() {
    chapter("key_lists");
}

#[test]
fn words() {
    chapter("words");
}

#[test]
fn places() {
    chapter("places");
}

#[test]
fn events() {
    chapter("events");
}

#[test]
fn chains() {
    chapter("chains");
}

#[test]
fn as_of() {
    chapter("as_of");
}

#[test]
fn catalogues() {
    chapter("catalogues");
}

#[test]
fn experiments() {
    chapter("experiments");
}

#[test]
fn populations() {
    chapter("populations");
}

#[test]
fn every_chapter_is_run() {
    let source = include_str!("spec.rs");
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let chapter = name.strip_suffix(".md").expect("a chapter is Markdown");
        assert!(
            source.contains(&format!("chapter(\"{chapter}\")")),
            "{name} is not run"
        );
    }
}

/// What a line of definitions begins with.
const DEFINES: [&str; 4] = ["let ", "segment ", "classify ", "split "];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec")
}

/// Runs all examples of a chapter and fails with all that went wrong.
fn chapter(name: &str) {
    let text = std::fs::read_to_string(folder().join(format!("{name}.md"))).unwrap();
    let chapter = Chapter::read(&text);
    assert!(
        chapter.examples.len() >= 3,
        "{name} has hardly any examples"
    );
    let faults: Vec<String> = chapter
        .examples
        .iter()
        .filter_map(|example| {
            let fault = chapter.fault(example)?;
            Some(format!(
                "{name}.md:{}: {}\n{fault}",
                example.line,
                example.code.trim()
            ))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n\n"));
}

struct Chapter {
    engine: Engine,
    contacts: RecordBatch,
    now: Now,
    examples: Vec<Example>,
}

struct Example {
    line: usize,
    code: String,
    expected: Vec<Expected>,
}

enum Expected {
    /// Who is in a segment; without a name, the example is a condition.
    In(Option<String>, Vec<String>),
    Error(String),
}

impl Chapter {
    fn read(text: &str) -> Self {
        let mut world = World::default();
        world.section("Contacts");
        let mut examples: Vec<Example> = Vec::new();
        let mut now = "2026-11-22T10:00:00+01:00".to_owned();
        let mut block: Option<(usize, String)> = None;
        let mut in_manifest = false;
        for (at, line) in text.lines().enumerate() {
            if in_manifest {
                in_manifest = line != "```";
            } else if let Some((begin, code)) = &mut block {
                if line == "```" {
                    examples.push(Example {
                        line: *begin,
                        code: std::mem::take(code),
                        expected: Vec::new(),
                    });
                    block = None;
                } else {
                    code.push_str(line);
                    code.push('\n');
                }
            } else if line == "```seg" {
                block = Some((at + 1, String::new()));
            } else if line == "```toml" {
                in_manifest = true;
            } else if line.starts_with("```") {
                panic!("line {}: only blocks of seg are examples", at + 1);
            } else if line.starts_with('|') {
                world.line("a chapter", line);
            } else if let Some(stream) = line.strip_prefix("The events `") {
                world.section(&format!("Events: {}", stream.trim_end_matches("`:")));
            } else if let Some(field) = line.strip_prefix("The history of `") {
                world.section(&format!("History: {}", field.trim_end_matches("`:")));
            } else if let Some(catalogue) = line.strip_prefix("The catalogue `") {
                world.section(&format!("Catalogue: {}", catalogue.trim_end_matches("`:")));
            } else if let Some(field) = line.strip_prefix("The contacts are known since ") {
                world.beginning = Some(field.trim_end_matches('.').to_owned());
            } else if let Some(rest) = line.strip_prefix("It is ") {
                let (time, place) = rest.trim_end_matches('.').split_once(" in ").unwrap();
                (now, world.zone) = (time.to_owned(), place.to_owned());
            } else if let Some((name, values)) = named_set(line) {
                world.sets.push((name, values));
            } else if let Some(list) = key_list(line) {
                world.lists.push(list);
            } else if let Some(given) = given_arms(line) {
                world.arms.push(given);
            } else if let Some(field) = line.strip_prefix("The contacts' own zone is in ") {
                world.contact_zone = Some(field.trim_end_matches('.').to_owned());
            } else if let Some(expected) = Expected::read(line) {
                let example = examples
                    .last_mut()
                    .expect("an answer stands behind its example");
                example.expected.push(expected);
            }
        }
        let (schema, contacts) = world.made();
        let now: jiff::Timestamp = now.parse().unwrap();
        Self {
            engine: Engine::new(schema),
            contacts,
            now: Now::from_nanoseconds(now.as_nanosecond()),
            examples,
        }
    }

    /// What is wrong with an example.
    fn fault(&self, example: &Example) -> Option<String> {
        let is_condition = matches!(example.expected.first(), Some(Expected::In(None, _)));
        let defines = example
            .code
            .lines()
            .any(|line| DEFINES.iter().any(|word| line.starts_with(word)));
        let compiled = if defines {
            self.engine.compile("example", &example.code)
        } else {
            self.engine.compile_condition(&example.code)
        };
        match (example.expected.as_slice(), compiled) {
            ([], _) => Some("says nothing about who is in".into()),
            ([Expected::Error(code)], Err(error)) => expected_code(code, &error),
            ([Expected::Error(code)], Ok(_)) => {
                Some(format!("compiles, where {code} was expected"))
            }
            (_, Err(error)) => Some(format!("does not compile:\n{error}")),
            (_, Ok(_)) if is_condition == defines => {
                Some("a condition says `In:`, a segment `In name:`".into())
            }
            (expected, Ok(program)) => {
                if expected.len() != program.answers().len() {
                    return Some("does not say for each segment and label who is in".into());
                }
                expected
                    .iter()
                    .find_map(|expected| self.differs(&program, expected))
            }
        }
    }

    fn differs(&self, program: &Program, expected: &Expected) -> Option<String> {
        let Expected::In(name, members) = expected else {
            return Some("an error stands alone".into());
        };
        let place = match name {
            Some(name) => match program.answers().iter().position(|one| one == name) {
                Some(place) => place,
                None => return Some(format!("there is no segment and no label {name}")),
            },
            None => 0,
        };
        program.load_lists().unwrap();
        let reference = segql::reference::evaluate(
            program.checked(),
            program.schema(),
            &self.contacts,
            self.now.nanoseconds(),
        );
        let mut answers = vec![("the reference", reference.unwrap())];
        for (executor, tier) in [("kernels", Tier::Kernels), ("native code", Tier::Native)] {
            let options = RunOptions::at(self.now).tier(tier);
            answers.push((executor, program.masks(&self.contacts, &options).unwrap()));
        }
        answers.into_iter().find_map(|(executor, masks)| {
            let found = self.names(&masks[place]);
            (found != *members)
                .then(|| format!("by {executor}, in are {found:?}, and not {members:?}"))
        })
    }

    fn names(&self, mask: &BooleanArray) -> Vec<String> {
        let keys = self
            .contacts
            .column(0)
            .as_any()
            .downcast_ref::<StringArray>()
            .unwrap();
        (0..mask.len())
            .filter(|row| mask.value(*row))
            .map(|row| keys.value(row).to_owned())
            .collect()
    }
}

fn expected_code(code: &str, error: &CompileError) -> Option<String> {
    let found: Vec<_> = error
        .diagnostics()
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .map(|diagnostic| diagnostic.code.0)
        .collect();
    (found != [code]).then(|| format!("gives {found:?}, where {code} was expected\n{error}"))
}

impl Expected {
    fn read(line: &str) -> Option<Self> {
        if let Some(code) = line.strip_prefix("Error: ") {
            return Some(Expected::Error(code.trim().to_owned()));
        }
        let (head, names) = line.split_once(": ")?;
        let name = match head.strip_prefix("In") {
            Some("") => None,
            Some(name) => Some(name.strip_prefix(' ')?.to_owned()),
            None => return None,
        };
        if name.as_ref().is_some_and(|name| name.contains(' ')) {
            return None;
        }
        let members = match names.trim() {
            "nobody" => Vec::new(),
            names => names.split(", ").map(str::to_owned).collect(),
        };
        Some(Expected::In(name, members))
    }
}

/// `The set "name" holds a, b.`
fn named_set(line: &str) -> Option<(String, Vec<String>)> {
    let rest = line.strip_prefix("The set \"")?.trim_end_matches('.');
    let (name, values) = rest.split_once("\" holds ")?;
    Some((
        name.to_owned(),
        values.split(", ").map(str::to_owned).collect(),
    ))
}

/// `The list "name" holds a, b.`
fn key_list(line: &str) -> Option<KeyList> {
    let rest = line.strip_prefix("The list \"")?.trim_end_matches('.');
    let (name, keys) = rest.split_once("\" holds ")?;
    Some(match keys.strip_prefix("the numbers ") {
        Some(numbers) => {
            let numbers = numbers.split(", ").map(|number| number.parse::<i64>());
            KeyList::of_numbers(name, numbers.map(|number| number.expect("a number")))
        }
        None => KeyList::of_texts(name, keys.split(", ")),
    })
}

/// ``The split `name` gave before: ann mail, bob control.``
fn given_arms(line: &str) -> Option<GivenArms> {
    let rest = line.strip_prefix("The split `")?.trim_end_matches('.');
    let (name, rows) = rest.split_once("` gave before: ")?;
    let rows = rows.split(", ");
    let rows = rows.map(|row| row.split_once(' ').expect("a contact and its arm"));
    Some(GivenArms::of_texts(name, rows).expect("a contact has one arm"))
}

/// The table of a chapter as a batch.
pub fn contacts(rows: &[Vec<String>]) -> RecordBatch {
    let [heading, _dashes, contacts @ ..] = rows else {
        panic!("a chapter has a table of contacts");
    };
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (place, heading) in heading.iter().enumerate() {
        let (name, type_name) = heading.split_once(": ").expect("a column says its type");
        let cells: Vec<Option<&str>> = contacts.iter().map(|row| cell(&row[place])).collect();
        let column = column(&cells, type_name);
        fields.push(Field::new(name, column.data_type().clone(), true));
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), columns).unwrap()
}

fn cell(text: &str) -> Option<&str> {
    match text {
        "" => None,
        quoted if quoted.len() >= 2 && quoted.starts_with('"') => Some(quoted.trim_matches('"')),
        other => Some(other),
    }
}

fn column(cells: &[Option<&str>], type_name: &str) -> ArrayRef {
    if type_name == "point" {
        return points(cells);
    }
    if let Some(parts) = type_name.strip_prefix("record (") {
        return record_array(cells, parts.trim_end_matches(')'));
    }
    if let Some(parts) = type_name.strip_prefix("list of record (") {
        let lists = list_cells(cells, |cell| split_records(cell));
        return list_array(&lists, |cells| {
            record_array(cells, parts.trim_end_matches(')'))
        });
    }
    if let Some(value) = type_name.strip_prefix("map of ") {
        return map_array(cells, value);
    }
    let Some(element) = type_name.strip_prefix("list of ") else {
        let texts = StringArray::from(cells.to_vec());
        return convert(&texts, &data_type(type_name));
    };
    let lists = list_cells(cells, |cell| cell.split(", ").collect());
    list_array(&lists, |elements| {
        convert(&StringArray::from(elements.to_vec()), &data_type(element))
    })
}

/// The elements of each list; `()` is an empty one.
fn list_cells<'c>(
    cells: &[Option<&'c str>],
    split: impl Fn(&'c str) -> Vec<&'c str>,
) -> Vec<Option<Vec<&'c str>>> {
    let list = |cell: &'c str| match cell {
        "()" => Vec::new(),
        cell => split(cell),
    };
    cells.iter().map(|cell| cell.map(list)).collect()
}

fn list_array(
    lists: &[Option<Vec<&str>>],
    elements: impl Fn(&[Option<&str>]) -> ArrayRef,
) -> ArrayRef {
    let all: Vec<Option<&str>> = lists
        .iter()
        .flatten()
        .flatten()
        .map(|text| Some(*text))
        .collect();
    let offsets =
        OffsetBuffer::from_lengths(lists.iter().map(|list| list.as_ref().map_or(0, Vec::len)));
    let known: NullBuffer = lists.iter().map(Option::is_some).collect();
    let elements = elements(&all);
    let field = Arc::new(Field::new("item", elements.data_type().clone(), true));
    Arc::new(ListArray::new(field, offsets, elements, Some(known)))
}

/// `{adult, 34}, {kids, 7}` cut behind each brace.
fn split_records(cell: &str) -> Vec<&str> {
    cell.split_inclusive('}')
        .map(|record| record.trim_start_matches([',', ' ']))
        .collect()
}

fn in_braces(cell: &str) -> &str {
    cell.trim_start_matches('{').trim_end_matches('}')
}

/// Records as `{adult, 34}`, whose parts are `kind text, age int`; an empty part is missing.
fn record_array(cells: &[Option<&str>], parts: &str) -> ArrayRef {
    let known: NullBuffer = cells.iter().map(Option::is_some).collect();
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for (place, part) in parts.split(", ").enumerate() {
        let (name, type_name) = part.split_once(' ').expect("a part says its type");
        let part = |record: &str| {
            let part = in_braces(record).split(',').nth(place).unwrap().trim();
            cell(part).map(str::to_owned)
        };
        let texts: Vec<Option<String>> = cells.iter().map(|cell| part((*cell)?)).collect();
        let column = convert(&StringArray::from(texts), &data_type(type_name));
        fields.push(Field::new(name, column.data_type().clone(), true));
        columns.push(column);
    }
    Arc::new(StructArray::new(fields.into(), columns, Some(known)))
}

fn map_entries(cell: &str) -> Vec<(&str, &str)> {
    let entries = in_braces(cell).split(", ");
    entries
        .filter(|entry| !entry.is_empty())
        .map(|entry| entry.split_once(": ").expect("a key and a value"))
        .collect()
}

/// Maps as `{churn: 0.9, value: 100}`.
fn map_array(cells: &[Option<&str>], value: &str) -> ArrayRef {
    let maps: Vec<Vec<(&str, &str)>> = cells
        .iter()
        .map(|cell| cell.map(map_entries).unwrap_or_default())
        .collect();
    let (keys, values): (Vec<&str>, Vec<&str>) = maps.iter().flatten().copied().unzip();
    let keys: ArrayRef = Arc::new(StringArray::from(keys));
    let values = convert(&StringArray::from(values), &data_type(value));
    let fields = vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", values.data_type().clone(), true),
    ];
    let entries = StructArray::new(fields.into(), vec![keys, values], None);
    let field = Arc::new(Field::new("entries", entries.data_type().clone(), false));
    let offsets = OffsetBuffer::from_lengths(maps.iter().map(Vec::len));
    let known: NullBuffer = cells.iter().map(Option::is_some).collect();
    Arc::new(MapArray::new(field, offsets, entries, Some(known), false))
}

/// Cells such as `50.85, 4.35`; a half that is not there stays empty.
fn points(cells: &[Option<&str>]) -> ArrayRef {
    let half = |place: usize| {
        let halves = cells.iter().map(|cell| {
            let half = cell.as_ref()?.split(',').nth(place)?.trim();
            (!half.is_empty()).then(|| half.parse::<f64>().unwrap())
        });
        Arc::new(Float64Array::from(halves.collect::<Vec<_>>())) as ArrayRef
    };
    let field = |name| Arc::new(Field::new(name, DataType::Float64, true));
    Arc::new(StructArray::from(vec![
        (field("latitude"), half(0)),
        (field("longitude"), half(1)),
    ]))
}

/// A cell that cannot be read as its type fails the test.
fn convert(texts: &StringArray, to: &DataType) -> ArrayRef {
    let options = arrow_cast::CastOptions {
        safe: false,
        ..arrow_cast::CastOptions::default()
    };
    arrow_cast::cast_with_options(texts, to, &options).unwrap()
}

fn data_type(name: &str) -> DataType {
    match name {
        "text" => DataType::Utf8,
        "int" => DataType::Int32,
        "float" | "number" => DataType::Float64,
        "bool" => DataType::Boolean,
        "date" => DataType::Date32,
        "time" => DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into())),
        "decimal(9, 2)" => DataType::Decimal128(9, 2),
        other => panic!("no column of type {other}"),
    }
}
