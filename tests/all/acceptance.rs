//! The acceptance segments: what a marketer asks for, with contacts that hold the corners and members worked by hand (`tests/acceptance`, whose README
//! says how a case is written). Each case is looked at as of several instants, in every way that a program can be run.

use arrow_array::cast::AsArray;
use arrow_array::{BooleanArray, RecordBatch};
use segql::data::MemorySource;
use segql::execute::{Dataset, Input, Members, Sink, Tier};
use segql::{Engine, Now, Program, RunOptions, Schema};
use std::collections::BTreeSet;
use std::path::Path;
use world::World;

pub mod world;

#[test]
fn every_case_has_the_members_that_were_worked_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/acceptance");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    names.sort();
    let faults: Vec<String> = names
        .iter()
        .flat_map(|name| {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            let faults = Case::read(name, &text).faults();
            faults
                .into_iter()
                .map(move |fault| format!("{name}: {fault}"))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

struct Case {
    program: String,
    schema: Schema,
    warnings: BTreeSet<String>,
    /// With a list of events a column for each stream.
    contacts: RecordBatch,
    expected: Vec<Expected>,
}

/// Who is in a segment as of an instant.
struct Expected {
    as_of: Now,
    written: String,
    segment: String,
    members: Vec<String>,
}

impl Case {
    fn read(name: &str, text: &str) -> Self {
        let mut case = Case {
            program: String::new(),
            schema: world::nothing(),
            warnings: BTreeSet::new(),
            contacts: RecordBatch::new_empty(arrow_schema::Schema::empty().into()),
            expected: Vec::new(),
        };
        let mut world = World::default();
        let mut in_block = false;
        for line in text.lines() {
            if line.starts_with("```") {
                in_block = line == "```seg";
                assert!(
                    in_block || line == "```",
                    "{name}: only blocks of seg stand in a case"
                );
            } else if in_block {
                case.program += line;
                case.program.push('\n');
            } else if let Some(heading) = line.strip_prefix("## ") {
                world.section(heading);
            } else if world.line(name, line) {
                continue;
            } else if let Some(lints) = line.strip_prefix("Warns: ") {
                case.warnings.extend(lints.split(", ").map(str::to_owned));
            } else if let Some(rest) = line.strip_prefix("As of ") {
                case.expected.push(Expected::read(name, rest));
            }
        }
        (case.schema, case.contacts) = world.made();
        case
    }

    /// All that is not as it was worked out.
    fn faults(&self) -> Vec<String> {
        let program = match Engine::new(self.schema.clone()).compile("case", &self.program) {
            Ok(program) => program,
            Err(error) => return vec![format!("does not compile\n{error}")],
        };
        let mut faults = Vec::new();
        let warnings: BTreeSet<String> = (program.warnings().iter())
            .map(|warning| warning.code.0.to_owned())
            .collect();
        if warnings != self.warnings {
            faults.push(format!("warns {warnings:?}, and not {:?}", self.warnings));
        }
        let instants: BTreeSet<i128> = (self.expected.iter())
            .map(|expected| expected.as_of.nanoseconds())
            .collect();
        if instants.len() < 2 {
            faults.push("is not looked at as of a second instant".into());
        }
        for answer in program.answers() {
            let told = |instant: &i128| {
                self.expected.iter().any(|expected| {
                    expected.segment == answer && expected.as_of.nanoseconds() == *instant
                })
            };
            if !instants.iter().all(told) {
                faults.push(format!("does not say who is in {} at each instant", answer));
            }
        }
        for expected in &self.expected {
            let place = program
                .answers()
                .iter()
                .position(|answer| *answer == expected.segment);
            let Some(place) = place else {
                faults.push(format!("has no segment and no label {}", expected.segment));
                continue;
            };
            for (way, found) in self.members(&program, place, expected.as_of) {
                if found != expected.members {
                    faults.push(format!(
                        "as of {}, {} has by {way} {found:?}, and not {:?}",
                        expected.written, expected.segment, expected.members
                    ));
                }
            }
        }
        faults
    }

    /// The members of a segment, found in every way.
    fn members(&self, program: &Program, place: usize, now: Now) -> Vec<(String, Vec<String>)> {
        let keys = self.contacts.column(0).as_string::<i32>();
        let named = |mask: &BooleanArray| -> Vec<String> {
            let rows = (0..mask.len()).filter(|row| mask.value(*row));
            rows.map(|row| keys.value(row).to_owned()).collect()
        };
        program.load_lists().unwrap();
        let meaning = segql::reference::evaluate(
            program.checked(),
            program.schema(),
            &self.contacts,
            now.nanoseconds(),
        );
        let mut found = vec![("the reference".to_owned(), named(&meaning.unwrap()[place]))];
        // A batch for each contact but the first two: borders of batches must not matter.
        let rows = self.contacts.num_rows();
        let mut batches = vec![self.contacts.slice(0, rows.min(2))];
        batches.extend((2..rows).map(|row| self.contacts.slice(row, 1)));
        let source = MemorySource::new("case", self.contacts.schema(), batches).unwrap();
        let dataset = Dataset::load(&source, program.schema()).unwrap();
        for tier in [Tier::Kernels, Tier::Native] {
            let options = RunOptions::at(now).tier(tier);
            let masks = program.masks(&self.contacts, &options).unwrap();
            found.push((format!("{tier:?} over a batch"), named(&masks[place])));
            for (way, input) in [
                ("a source", Input::Source(&source)),
                ("data in memory", Input::Dataset(&dataset)),
            ] {
                let mut keys = Keys {
                    place,
                    found: Vec::new(),
                };
                program.run_into(input, &options, &mut keys).unwrap();
                found.push((format!("{tier:?} over {way}"), keys.found));
            }
        }
        found
    }
}

impl Expected {
    /// `2026-11-22T10:00+01:00, new_30: ann, dee`
    fn read(name: &str, text: &str) -> Self {
        let parts = text
            .split_once(", ")
            .and_then(|(instant, rest)| Some((instant, rest.split_once(": ")?)));
        let Some((instant, (segment, members))) = parts else {
            panic!("{name}: `As of {text}` says an instant, a segment and its members");
        };
        let as_of: jiff::Timestamp = instant
            .parse()
            .unwrap_or_else(|error| panic!("{name}: {instant}: {error}"));
        Self {
            as_of: Now::from_nanoseconds(as_of.as_nanosecond()),
            written: instant.into(),
            segment: segment.into(),
            members: match members.trim() {
                "nobody" => Vec::new(),
                members => members.split(", ").map(str::to_owned).collect(),
            },
        }
    }
}

/// Keeps the keys of the members of one segment.
struct Keys {
    place: usize,
    found: Vec<String>,
}

impl Sink for Keys {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        let keys = members.keys.as_string::<i32>();
        let rows = members.masks[self.place].set_indices();
        self.found
            .extend(rows.map(|row| keys.value(row).to_owned()));
        Ok(())
    }
}
