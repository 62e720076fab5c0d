//! SegQL inside a program that has what its contacts did in a table of its own: events are put to their contacts, and refer to a catalogue.
//!
//! ```sh
//! cargo run --example embed_events
//! ```

use segql::arrow_array::{
    ArrayRef, Int64Array, ListArray, RecordBatch, StringArray, TimestampSecondArray,
};
use segql::data::{EventStream, EventTable, JoinOptions, MemorySource, Source, with_events};
use segql::engine::catalogue;
use segql::execute::{Dataset, Input};
use segql::schema::Field;
use segql::types::Type;
use segql::{Engine, Now, RunOptions, Schema};
use std::error::Error;
use std::sync::Arc;

const SEGMENTS: &str = r#"
let genre(g: text) = share(finish[title.genres has g] in last 365 days) >= 30%

segment documentary_fans "Documentary fans" = genre("documentary")

-- Came until three months ago, and has not come since.
segment lapsed "Lapsed" =
  never finish in last 90 days AND did finish between 365 days ago and 90 days ago
"#;

const DAY: i64 = 86_400;

/// 2026-11-22T10:00+01:00, in seconds.
const NOW: i64 = 1_795_338_000;

pub fn main() -> Result<(), Box<dyn Error>> {
    // Titles by their keys; `genres` is a list.
    let genres = Field::new("genres", Type::List(Box::new(Type::Text)));
    let titles = catalogue(
        "titles",
        source("titles", titles()?)?,
        vec![Field::new("title", Type::Text), genres],
        Some("title"),
        Arc::default(),
    )?;

    // A stream of events with one field besides the time, which holds keys of titles.
    let schema = Schema::builder()
        .key("id")
        .zone("Europe/Brussels")
        .int("id")
        .events("finish", [("title", Type::Text)])
        .part_catalogue("title", "titles")
        .catalogue(titles)
        .build()?;
    let program = Engine::new(schema.clone()).compile("segments.seg", SEGMENTS)?;

    // Events may come in any order and in any number of tables; each goes to its contact by the key.
    let finishes = EventTable {
        source: source("finishes", finishes()?)?,
        contact: "who".into(),
        time: "at".into(),
        kind: None,
        blank_is_missing: false,
        streams: vec![EventStream {
            column: "finish".into(),
            kind: None,
            // What each part of an event is called in the table.
            parts: vec![
                ("time".into(), "at".into()),
                ("title".into(), "what".into()),
            ],
            // The columns that put events of one instant in order.
            order: vec!["what".into()],
        }],
    };
    let options = JoinOptions {
        now: Some(i128::from(NOW) * 1_000_000_000),
        ..JoinOptions::default()
    };
    let joined = with_events(source("people", people()?)?, "id", vec![finishes], &options)?;
    let table = &joined.report().tables[0];
    println!(
        "{} events, {} of no contact, {} later than now",
        table.events(),
        table.of_no_contact,
        table.later
    );

    let options = RunOptions::at(Now::from_nanoseconds(i128::from(NOW) * 1_000_000_000));
    let outcome = program.run(Input::Source(&joined), &options)?;
    for (segment, found) in program.segments().iter().zip(&outcome.segments) {
        println!("{}: {} of {}", segment.name, found.count, outcome.contacts);
    }

    // Events that are asked again and again are held in the form that questions like best.
    let dataset = Dataset::load(&joined, &schema)?;
    assert_eq!(program.run(Input::Dataset(&dataset), &options)?, outcome);
    assert_eq!(outcome.count("documentary_fans"), Some(1));
    assert_eq!(outcome.count("lapsed"), Some(1));
    Ok(())
}

fn source(name: &str, batch: RecordBatch) -> Result<Arc<dyn Source>, Box<dyn Error>> {
    let source = MemorySource::new(name, batch.schema(), vec![batch])?;
    Ok(Arc::new(source))
}

fn table(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, Box<dyn Error>> {
    Ok(RecordBatch::try_from_iter(columns)?)
}

fn people() -> Result<RecordBatch, Box<dyn Error>> {
    table(vec![("id", Arc::new(Int64Array::from(vec![1, 2, 3])))])
}

/// Contact 1 finished a documentary and two dramas this year, contact 2 a drama before the summer; nobody knows contact 9.
fn finishes() -> Result<RecordBatch, Box<dyn Error>> {
    let days_ago = [3, 40, 41, 200, 5];
    let at = days_ago.map(|days| NOW - days * DAY).to_vec();
    table(vec![
        ("who", Arc::new(Int64Array::from(vec![1, 1, 1, 2, 9]))),
        ("at", Arc::new(TimestampSecondArray::from(at))),
        (
            "what",
            Arc::new(StringArray::from(vec![
                "alps", "dunes", "elms", "dunes", "alps",
            ])),
        ),
    ])
}

fn titles() -> Result<RecordBatch, Box<dyn Error>> {
    let genres = [vec!["documentary", "travel"], vec!["drama"], vec!["drama"]];
    let mut lists = segql::arrow_array::builder::ListBuilder::new(
        segql::arrow_array::builder::StringBuilder::new(),
    );
    for genres in genres {
        lists.append_value(genres.into_iter().map(Some));
    }
    let lists: ListArray = lists.finish();
    table(vec![
        (
            "title",
            Arc::new(StringArray::from(vec!["alps", "dunes", "elms"])),
        ),
        ("genres", Arc::new(lists)),
    ])
}
