//! The streaming example: its data come from its script, value by value, and its segments have the counts that DuckDB found.

#[path = "../../examples/streaming/contacts.rs"]
mod contacts;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_schema::DataType;
use arrow_select::concat::concat_batches;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use segql::check::Loader;
use segql::data::{self, JoinOptions, MemorySource, OpenOptions, Source, WithEvents};
use segql::engine::{self, Events, Needed};
use segql::execute::{Input, Members, Sink, Tier};
use segql::schema::{Manifest, Schema};
use segql::source::Sources;
use segql::{Engine, Now, Part, Program, RunOptions, reference};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/streaming");
const EXPECTED: &str = include_str!("../../conformance/streaming/expected.json");

/// A table that lies in the repository, and its row groups.
fn checked_in(file: &str) -> (RecordBatch, usize) {
    let file = File::open(Path::new(FOLDER).join(file)).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let row_groups = reader.metadata().num_row_groups();
    let schema = reader.schema().clone();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    (concat_batches(&schema, &batches).unwrap(), row_groups)
}

/// Texts of the example's folder.
struct Folder;

impl Loader for Folder {
    fn load(&self, _from: &str, path: &str) -> Result<(String, String), String> {
        let text = std::fs::read_to_string(Path::new(FOLDER).join(path));
        Ok((path.to_owned(), text.map_err(|error| error.to_string())?))
    }
}

/// The example's manifest.
fn manifest() -> Manifest {
    let text = std::fs::read_to_string(Path::new(FOLDER).join("segql.toml")).unwrap();
    let mut sources = Sources::default();
    let id = sources.add("segql.toml", text);
    Manifest::parse(&sources, id).unwrap()
}

/// The example's tables, and all that is known of them.
fn tables() -> (Schema, Arc<dyn Source>, Events) {
    let (manifest, folder, never) = (manifest(), Path::new(FOLDER), Arc::default());
    let (lists, unreadable) = data::lists_of(&manifest, folder, &never);
    assert_eq!(unreadable, []);
    let (catalogues, unreadable) = engine::catalogues_of(&manifest, folder, &never).unwrap();
    assert_eq!(unreadable, []);
    let options = OpenOptions::from_manifest(&manifest);
    let contacts = data::open(&manifest.contact_paths(folder), &options).unwrap();
    let events = Events::open(&manifest, folder, &contacts.schema(), &never).unwrap();
    let schema = manifest.schema_with_events(&contacts.schema(), &events.columns());
    let schema = schema.unwrap().with_lists(lists, Vec::new());
    (
        schema.with_catalogues(catalogues, Vec::new()),
        contacts,
        events,
    )
}

/// The example, opened: the program of all its segments, and the contacts with their events.
fn opened() -> (Program, WithEvents) {
    let ((schema, contacts, events), manifest) = (tables(), manifest());
    let texts = manifest.segments.as_ref().expect("the files are named");
    let texts: Vec<String> = texts.iter().map(|text| text.value.clone()).collect();
    let program = Engine::new(schema.clone())
        .compile_files(&texts, &Folder)
        .unwrap();
    // All parts, for whoever takes every record as it is; and what the program needs beside.
    let needed = Needed::parts(&schema, |_, _| true).with(&Needed::by(&program));
    let joined = events.join(contacts, &schema, &needed, &JoinOptions::default());
    (program, joined.unwrap())
}

fn as_of() -> i128 {
    let instant: jiff::Timestamp = contacts::AS_OF.parse().unwrap();
    instant.as_nanosecond()
}

/// The counts that DuckDB found.
fn expected() -> BTreeMap<String, u64> {
    let expected: serde_json::Value = serde_json::from_str(EXPECTED).unwrap();
    serde_json::from_value(expected["segments"].clone()).unwrap()
}

#[test]
fn the_data_are_those_that_the_script_makes() {
    let made = contacts::data();
    for (file, made, groups) in [
        ("contacts.parquet", made.contacts, 4),
        ("data/events.parquet", made.events, 5),
        ("data/plans.parquet", made.plans, 1),
    ] {
        let (found, row_groups) = checked_in(file);
        assert_eq!(row_groups, groups, "{file}");
        assert_eq!(found.num_rows(), made.num_rows(), "{file}");
        for (place, field) in made.schema().fields().iter().enumerate() {
            // Codes of dictionaries may have other widths in the file.
            let found = arrow_cast::cast(found.column(place), field.data_type()).unwrap();
            assert!(
                &found == made.column(place),
                "{file}: column {} differs",
                field.name()
            );
        }
    }
    for (file, made) in [
        ("data/titles.jsonl", made.titles),
        ("data/tickets.csv", made.tickets),
    ] {
        let found = std::fs::read_to_string(Path::new(FOLDER).join(file)).unwrap();
        assert!(found == made, "{file} differs");
    }
}

/// What the history says last is what the table of contacts says.
#[test]
fn the_last_plan_that_began_is_the_one_they_have() {
    let made = contacts::data();
    let words = |batch: &RecordBatch, column: &str| -> Vec<String> {
        let column = batch.column_by_name(column).unwrap();
        let column = arrow_cast::cast(column, &DataType::Utf8).unwrap();
        let column = column.as_string::<i32>().iter();
        column.map(|word| word.unwrap().to_owned()).collect()
    };
    let whose = made.plans.column_by_name("contact").unwrap();
    let whose = whose.as_primitive::<Int64Type>().values().iter();
    // In the order in which they began.
    let last: BTreeMap<i64, String> = whose.copied().zip(words(&made.plans, "plan")).collect();
    assert_eq!(
        last.into_values().collect::<Vec<_>>(),
        words(&made.contacts, "plan")
    );
}

#[test]
fn the_expected_counts_are_of_the_instant_the_data_are_made_for() {
    let expected: serde_json::Value = serde_json::from_str(EXPECTED).unwrap();
    assert_eq!(expected["as_of"], contacts::AS_OF);
    assert_eq!(manifest().as_of.unwrap().value, contacts::AS_OF);
    assert_eq!(expected["contacts"], contacts::data().contacts.num_rows());
}

/// Conditions, and how many days before the instant of the run the first event is that tells on them, by stream; of other streams that they ask for, all do.
const WINDOWS: [(&str, &[(&str, i128)]); 16] = [
    ("did launch in last 90 days", &[("launch", 90)]),
    ("NOT did launch in last 90 days", &[("launch", 90)]),
    (
        "never open in last 180 days AND count(send in last 30 days) >= 1",
        &[("open", 180), ("send", 30)],
    ),
    (
        "did rate in last 30 days OR did rate in last 60 days",
        &[("rate", 60)],
    ),
    ("did rate in last 30 days OR count(rate) >= 4", &[]),
    (
        "sum(amount of purchase in last 365 days) > 20",
        &[("purchase", 365)],
    ),
    (
        "did (click without purchase within 7 days) in last 60 days",
        &[("click", 60), ("purchase", 60)],
    ),
    (
        "did (view as v then click then rate[time <= v.time + 7 days])",
        &[],
    ),
    (
        "did (view without finish within 14 days on title) in last 44 days",
        &[("view", 44), ("finish", 44)],
    ),
    // A bracket without a window is around nothing here, and it might be.
    (
        "did (click without purchase within 7 days) in last 60 days AND did launch",
        &[("click", 60)],
    ),
    (
        "did launch in last 30 days as of 30 days ago",
        &[("launch", 60)],
    ),
    ("count(finish within 7 days after signup_at) >= 2", &[]),
    ("since(last(launch)) > 10 days", &[]),
    (
        "count(launch) >= 3 AND since(last(launch)) > 2 * avg(gap of launch)",
        &[],
    ),
    // All values of a closed set are looked at.
    ("count(start[device = \"tv\"] in last 90 days) >= 1", &[]),
    ("last(rate in last 200 days).stars >= 4", &[("rate", 200)]),
];

#[test]
fn events_before_every_window_tell_on_nothing() {
    const DAY: i128 = 86_400_000_000_000;
    let (schema, contacts, events) = tables();
    let now = as_of();
    for (condition, windows) in WINDOWS {
        let text = format!("segment s \"S\" = {condition}");
        let program = Engine::new(schema.clone()).compile("windows.seg", &text);
        let program = program.unwrap_or_else(|faults| panic!("{condition}: {faults}"));
        let mut since = Needed::since(&program, now);
        since.sort();
        let mut expected: Vec<(String, i128)> = (windows.iter())
            .map(|(stream, days)| ((*stream).to_owned(), now - days * DAY))
            .collect();
        expected.sort();
        assert_eq!(since, expected, "{condition}");
        let joined = |since: Vec<(String, i128)>| {
            let options = JoinOptions {
                now: Some(now),
                since,
                ..JoinOptions::default()
            };
            let needed = Needed::by(&program);
            let joined = events.join(contacts.clone(), &schema, &needed, &options);
            joined.unwrap()
        };
        let count = |source: &WithEvents| {
            let options = RunOptions::at(Now::from_nanoseconds(now));
            let outcome = program.run(Input::Source(source), &options).unwrap();
            outcome.segments[0].count
        };
        let held = |source: &WithEvents, stream: &str| -> usize {
            let events = source.events(stream).unwrap();
            let batches = events.read(0, &[0]).unwrap();
            batches.map(|batch| batch.unwrap().num_rows()).sum()
        };
        let (all, some) = (joined(Vec::new()), joined(since));
        assert_eq!(count(&all), count(&some), "{condition}");
        assert_eq!(all.report(), some.report(), "{condition}");
        for (stream, _) in windows {
            assert!(
                held(&some, stream) < held(&all, stream),
                "{stream}: {condition}"
            );
        }
    }
}

#[test]
fn segments_have_the_counts_that_duckdb_finds() {
    let (program, source) = opened();
    assert!(program.warnings().is_empty(), "{:?}", program.warnings());
    for tier in [Tier::Kernels, Tier::Native, Tier::Auto] {
        let options = RunOptions::at(Now::from_nanoseconds(as_of())).tier(tier);
        let outcome = program.run(Input::Source(&source), &options).unwrap();
        let segments = outcome.segments.into_iter();
        let mut counts: BTreeMap<String, u64> = segments
            .map(|segment| (segment.name, segment.count))
            .collect();
        for labelling in outcome.labellings {
            let sizes: u64 = labelling.labels.iter().map(|label| label.count).sum();
            match labelling.audience {
                // Who has no region is in no arm.
                Some(audience) => assert!(sizes < audience, "{}", labelling.name),
                None => assert_eq!(sizes, outcome.contacts, "{}", labelling.name),
            }
            counts.extend(labelling.labels.into_iter().map(|label| {
                let name = format!("{}.{}", labelling.name, label.name);
                (name, label.count)
            }));
        }
        assert_eq!(counts, expected(), "{tier:?}");
    }
    let told = &source.report().tables[0];
    assert_eq!(
        (
            told.of_no_contact,
            told.without_key,
            told.without_time,
            told.later
        ),
        (24, 0, 0, 0)
    );
}

/// How many of the stages each contact is at, in the order of the data.
struct Stages {
    /// Where among the masks the stages stand.
    places: Vec<usize>,
    found: Vec<usize>,
}

impl Sink for Stages {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        for row in 0..members.keys.len() {
            let stages = self.places.iter();
            let stages = stages.filter(|place| members.masks[**place].value(row));
            self.found.push(stages.count());
        }
        Ok(())
    }

    fn wants_everyone(&self) -> bool {
        true
    }
}

#[test]
fn everybody_is_at_one_stage() {
    let expected = expected();
    let stages = expected
        .iter()
        .filter(|(name, _)| name.starts_with("stage."));
    let counts: Vec<u64> = stages.map(|(_, count)| *count).collect();
    assert_eq!((counts.len(), counts.iter().sum::<u64>()), (5, 10_000));
    let (program, source) = opened();
    let Some(Part::Labelling(place)) = program.part("stage") else {
        panic!("the stages are a classification");
    };
    let mut stages = Stages {
        places: program.answers_of(place).collect(),
        found: Vec::new(),
    };
    assert_eq!(stages.places.len(), 5);
    let options = RunOptions::at(Now::from_nanoseconds(as_of()));
    let input = Input::Source(&source);
    program.run_into(input, &options, &mut stages).unwrap();
    assert_eq!(stages.found, vec![1; 10_000]);
}

/// A quarter of the contacts: the meaning is slow and obvious.
#[test]
fn the_meaning_itself_comes_to_the_same_counts() {
    const PIECE: usize = 2;
    let (program, source) = opened();
    program.load_lists().unwrap();
    let columns: Vec<usize> = (0..source.schema().fields().len()).collect();
    let batches = source.read(PIECE, &columns).unwrap();
    let batches: Vec<RecordBatch> = batches.map(Result::unwrap).collect();
    // All of them are the population of each.
    let whole = concat_batches(&source.schema(), &batches).unwrap();
    let (checked, schema) = (program.checked(), program.schema());
    let masks = reference::evaluate(checked, schema, &whole, as_of()).unwrap();
    // Behind the answers stands the audience of the split.
    let masks = masks.iter().take(program.answers().len());
    let meant: Vec<u64> = masks.map(|mask| mask.true_count() as u64).collect();
    let quarter = MemorySource::new("a quarter", source.schema(), batches).unwrap();
    let options = RunOptions::at(Now::from_nanoseconds(as_of()));
    let outcome = program.run(Input::Source(&quarter), &options).unwrap();
    assert_eq!(outcome.contacts, 2_500);
    let segments = outcome.segments.iter().map(|segment| segment.count);
    let labels = outcome.labellings.iter();
    let labels = labels.flat_map(|labelling| labelling.labels.iter().map(|label| label.count));
    let counts: Vec<u64> = segments.chain(labels).collect();
    assert_eq!(counts, meant);
    assert!(
        counts.iter().filter(|count| **count > 0).count() > 30,
        "{counts:?}"
    );
}
