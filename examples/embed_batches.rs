//! SegQL inside a program that has its contacts in memory, as Arrow batches: compile once, ask batch after batch.
//!
//! ```sh
//! cargo run --example embed_batches
//! ```

use segql::arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use segql::data::MemorySource;
use segql::execute::{Dataset, Input};
use segql::{Engine, Now, RunOptions, Schema};
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

const SEGMENTS: &str = r#"
let reachable = consent AND email is known

-- Those who spend, and may be written to.
segment vip "Big spenders we may write to" = reachable AND ltv ?? 0 >= 500

segment flemish_schools "Schools in Belgium" = region = "BE" AND email ends with ".edu" ignoring case
"#;

pub fn main() -> Result<(), Box<dyn Error>> {
    let batch = contacts()?;

    // What the data looks like, seen from its own schema: `id` is the key, times are read in this zone.
    let schema = Schema::from_arrow(&batch.schema(), "id", "Europe/Brussels")?;

    // Every mistake of a text comes at once, in words for its author.
    let engine = Engine::new(schema);
    if let Err(error) = engine.compile("segments.seg", r#"segment vip = ltw > 500 AND region = 3"#)
    {
        println!("{error}\n");
    }

    // A program is compiled once; it can be cloned and used from any number of threads.
    let program = engine.compile("segments.seg", SEGMENTS)?;
    let now = Now::from(SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_338_000));
    let options = RunOptions::at(now);

    // A mask for each segment: true where the contact in that row is in.
    let masks = program.masks(&batch, &options)?;
    for (segment, mask) in program.segments().iter().zip(&masks) {
        let title = segment.title.as_deref().unwrap_or(&segment.name);
        let rows: Vec<usize> = (0..mask.len()).filter(|row| mask.value(*row)).collect();
        println!("{title}: rows {rows:?}");
    }

    // Many batches, or files, are a source; counts come from all threads that are allowed.
    let source = MemorySource::new("contacts", batch.schema(), vec![batch.clone(), batch])?;
    let outcome = program.run(Input::Source(&source), &options)?;
    println!(
        "{} of {} contacts are vip",
        outcome.count("vip").unwrap_or(0),
        outcome.contacts
    );

    // Data that is asked again and again is held in the form that tests like best.
    let dataset = Dataset::load(&source, engine.schema())?;
    let again = program.run(Input::Dataset(&dataset), &options)?;
    assert_eq!(outcome, again);
    Ok(())
}

/// Four contacts. A column may be of any Arrow type and layout that holds such values.
fn contacts() -> Result<RecordBatch, Box<dyn Error>> {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        (
            "region",
            Arc::new(StringArray::from(vec![
                Some("BE"),
                Some("NL"),
                None,
                Some("BE"),
            ])),
        ),
        (
            "email",
            Arc::new(StringArray::from(vec![
                Some("ann@school.EDU"),
                Some("bob@mail.example"),
                Some("cas@mail.example"),
                None,
            ])),
        ),
        (
            "consent",
            Arc::new(BooleanArray::from(vec![
                Some(true),
                Some(true),
                None,
                Some(true),
            ])),
        ),
        (
            "ltv",
            Arc::new(Float64Array::from(vec![
                Some(120.0),
                Some(740.5),
                Some(900.0),
                None,
            ])),
        ),
    ];
    Ok(RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, true)),
    )?)
}
