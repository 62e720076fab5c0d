//! Parquet files with an index of their pages, of which those are passed over that hold nobody who is wanted.

use crate::late_columns::Keys;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaDataReader};
use parquet::file::properties::WriterProperties;
use segql::Engine;
use segql::Schema;
use segql::data::{OpenOptions, open_bytes};
use segql::execute::{self, Input, Options};
use segql::types::Type;
use std::io::Write as _;
use std::num::NonZero;
use std::ops::Range;
use std::sync::Arc;

const ROWS: i64 = 40_000;
const ROWS_A_PAGE: usize = 1_000;

/// Rises with the row, so that each page has its own; nobody knows that of the rows from 9,500 to 12,499.
fn rank(row: i64) -> Option<i64> {
    (!(9_500..12_500).contains(&row)).then_some(row * 3)
}

/// Falls, and is not known in all pages of the last quarter.
fn score(row: i64) -> Option<f64> {
    (row < 30_000).then(|| (ROWS - row) as f64 / 8.0)
}

fn region(row: i64) -> Option<&'static str> {
    match row % 20 {
        0 => None,
        7 => Some("BE"),
        other => Some(["FR", "NL", "DE"][other as usize % 3]),
    }
}

/// Two in order, so that the least and the greatest are short of the longest.
fn name(row: i64) -> String {
    format!(
        "{:06}, who has a name of more than sixty-four letters, as some of them have {row}",
        row / 2
    )
}

fn tag(row: i64) -> String {
    format!("tag {}", row % 13)
}

fn contacts() -> RecordBatch {
    let rows = || 0..ROWS;
    let mut tags = ListBuilder::new(StringBuilder::new());
    for row in rows() {
        tags.append_value([Some(tag(row))]);
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(rows()))),
        ("rank", Arc::new(rows().map(rank).collect::<Int64Array>())),
        (
            "score",
            Arc::new(rows().map(score).collect::<Float64Array>()),
        ),
        (
            "region",
            Arc::new(rows().map(region).collect::<StringArray>()),
        ),
        (
            "name",
            Arc::new(StringArray::from_iter_values(rows().map(name))),
        ),
        ("tags", Arc::new(tags.finish())),
    ];
    let columns = columns
        .into_iter()
        .map(|(name, array)| (name, array, name != "id"));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn file(rows_a_group: usize) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(rows_a_group))
        .set_data_page_row_count_limit(ROWS_A_PAGE)
        .set_write_batch_size(ROWS_A_PAGE / 2)
        .set_compression(Compression::SNAPPY)
        .build();
    let (batch, mut file) = (contacts(), Vec::new());
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    file
}

fn schema() -> Schema {
    let schema = Schema::builder()
        .key("id")
        .int("id")
        .int("rank")
        .float("score");
    let schema = schema.text("region").text("name").list("tags", Type::Text);
    schema.build().unwrap()
}

#[test]
fn whoever_is_in_the_pages_that_are_left_is_found() {
    let holds = |of: Option<bool>| of == Some(true);
    let is_late = |row: i64| holds(rank(row).map(|rank| rank >= 90_000));
    let cases: [(&str, &dyn Fn(i64) -> bool); 12] = [
        ("rank = 60_000", &|row| row == 20_000),
        ("rank between 60_000 and 63_000", &|row| {
            (20_000..=21_000).contains(&row)
        }),
        ("rank < 300 OR rank > 119_000", &|row| {
            holds(rank(row).map(|rank| !(300..=119_000).contains(&rank)))
        }),
        ("rank is missing", &|row| rank(row).is_none()),
        ("NOT rank > 300", &|row| {
            !holds(rank(row).map(|rank| rank > 300))
        }),
        ("rank >= 90_000 AND region = \"BE\"", &|row| {
            is_late(row) && region(row) == Some("BE")
        }),
        ("rank >= 90_000 AND score > 10", &|_| false),
        (
            "rank < 60_000 AND score <= 3500 AND NOT region = \"FR\"",
            &|row| {
                row < 20_000
                    && rank(row).is_some()
                    && holds(score(row).map(|score| score <= 3500.0))
                    && region(row) != Some("FR")
            },
        ),
        ("score is missing AND rank < 91_000", &|row| {
            row >= 30_000 && holds(rank(row).map(|rank| rank < 91_000))
        }),
        ("name starts with \"0104\"", &|row| {
            (20_800..21_000).contains(&row)
        }),
        (
            "name < \"000100\" OR tags has \"tag 5\" AND rank > 119_000",
            &|row| row < 200 || row % 13 == 5 && holds(rank(row).map(|rank| rank > 119_000)),
        ),
        (
            "tags has \"tag 5\" AND rank between 45_000 and 48_000",
            &|row| row % 13 == 5 && (15_000..=16_000).contains(&row),
        ),
    ];
    let engine = Engine::new(schema()).without_warnings();
    for (rows_a_group, batch_rows) in [(40_000, 8_192), (40_000, 700), (13_700, 8_192)] {
        let read = OpenOptions {
            batch_rows,
            ..OpenOptions::default()
        };
        let source = open_bytes("contacts.parquet", file(rows_a_group), &read).unwrap();
        for threads in [1, 2, 4] {
            let options = Options {
                threads: NonZero::new(threads).unwrap(),
                key: Some("id".into()),
                ..Options::default()
            };
            for (condition, holds) in &cases {
                let program = engine.compile_condition(condition).unwrap();
                let expected: Vec<i64> = (0..ROWS).filter(|row| holds(*row)).collect();
                let (bound, input) = (program.plan().bind(0), Input::Source(&*source));
                let counted = execute::run(&bound, input, &options, None).unwrap();
                assert_eq!(counted.contacts, ROWS as u64, "{condition}");
                assert_eq!(counted.counts, [expected.len() as u64], "{condition}");
                let mut keys = Keys::default();
                execute::run(&bound, input, &options, Some(&mut keys)).unwrap();
                keys.0.resize(1, Vec::new());
                assert_eq!(keys.0, [expected], "{condition}");
            }
        }
    }
}

/// The file with the pages of one column made unreadable that hold none of these rows.
fn spoilt(file: &[u8], column: usize, kept: &Range<i64>) -> Vec<u8> {
    let mut stored = tempfile::tempfile().unwrap();
    stored.write_all(file).unwrap();
    let mut reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Required);
    reader.try_parse(&stored).unwrap();
    let metadata = reader.finish().unwrap();
    let pages = metadata.offset_index().unwrap()[0][column].page_locations();
    assert!(pages.len() >= 40, "{} pages", pages.len());
    let mut file = file.to_vec();
    for (place, page) in pages.iter().enumerate() {
        let end = pages
            .get(place + 1)
            .map_or(ROWS, |next| next.first_row_index);
        if page.first_row_index < kept.end && kept.start < end {
            continue;
        }
        // Its header stays as it is; a page that is nothing but a header is left alone.
        let (first, length) = (page.offset as usize, page.compressed_page_size as usize);
        if length > 400 {
            file[first + length / 2..first + length].fill(0xff);
        }
    }
    file
}

#[test]
fn pages_of_whom_nobody_is_wanted_are_not_read() {
    let file = file(ROWS as usize);
    let engine = Engine::new(schema()).without_warnings();
    let count = |file: &[u8], condition: &str, threads: usize| {
        let source =
            open_bytes("contacts.parquet", file.to_vec(), &OpenOptions::default()).unwrap();
        let program = engine.compile_condition(condition).unwrap();
        let (bound, input) = (program.plan().bind(0), Input::Source(&*source));
        let options = Options {
            threads: NonZero::new(threads).unwrap(),
            ..Options::default()
        };
        execute::run(&bound, input, &options, None).map(|outcome| outcome.counts[0])
    };
    let place = |name: &str| contacts().schema().index_of(name).unwrap();
    let (in_be, kept) = (|row: &i64| region(*row) == Some("BE"), 20_000..23_000);
    for threads in [1, 2] {
        // The column that tells, and one beside it.
        for (column, condition, expected) in [
            ("rank", "rank between 60_000 and 68_999", 3_000),
            (
                "rank",
                "rank between 60_000 and 68_999 AND region = \"BE\"",
                kept.clone().filter(in_be).count(),
            ),
            (
                "score",
                "rank between 60_000 and 68_999 AND score > 2250",
                2_000,
            ),
            (
                "name",
                "rank between 60_000 and 68_999 AND name ends with \"77\"",
                30,
            ),
        ] {
            let spoilt = spoilt(&file, place(column), &kept);
            let found = count(&spoilt, condition, threads);
            assert_eq!(
                found.map_err(|error| error.to_string()),
                Ok(expected as u64),
                "{condition}"
            );
            // Whoever wants what is in them is told.
            let all = condition.replace("rank between 60_000 and 68_999", "rank >= 0");
            let told = count(&spoilt, &all, threads).unwrap_err().to_string();
            assert!(told.contains("damaged"), "{all}: {told}");
        }
    }
}
