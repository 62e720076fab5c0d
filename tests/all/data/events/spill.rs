//! Events beyond what memory may hold: kept in files for a while, with the same answers.

use super::join::{expected_of_many, many, thousand};
use super::*;
use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::{Int16Type, Int32Type};
use arrow_schema::{DataType, Field};
use segql::data::DataError;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// As little as can be is held.
fn little(threads: usize, folder: &Path) -> JoinOptions {
    JoinOptions {
        memory: 0,
        folder: Some(folder.to_owned()),
        ..options(threads)
    }
}

/// Files below a folder.
fn files(folder: &Path) -> usize {
    let mut number = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        number += if path.is_dir() { files(&path) } else { 1 };
    }
    number
}

#[test]
fn answers_are_the_same_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    for (threads, batch_rows) in [(1, 4_000), (2, 10_000), (5, 999)] {
        let options = little(threads, folder.path());
        let table = many(batch_rows);
        let joined = with_events(thousand(), "id", vec![table], &options).unwrap();
        assert!(files(folder.path()) >= 4, "{}", files(folder.path()));
        assert!(
            lists(&joined, "view") == expected_of_many(),
            "{threads} threads"
        );
        // Read twice, by clones too, and from the middle.
        let again = joined.clone();
        drop(joined);
        assert!(lists(&again, "view") == expected_of_many());
        let rows: usize = (again.read(2, &[0, 1]).unwrap())
            .map(|batch| batch.unwrap().num_rows())
            .sum();
        assert_eq!(rows, 200);
        drop(again);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

/// 30,000 events of 100 contacts with columns of many layouts, two kinds in turn; a hundred each have the same time.
fn rich(batch_rows: usize) -> EventTable {
    const ROWS: i64 = 30_000;
    let all: Vec<i64> = (0..ROWS).map(|row| row * 7_919 % ROWS).collect();
    let batches = all.chunks(batch_rows).map(|rows| {
        let of = |of: &dyn Fn(i64) -> Option<i64>| -> ArrayRef {
            Arc::new(Int64Array::from_iter(rows.iter().map(|row| of(*row))))
        };
        let mut device = StringDictionaryBuilder::<Int16Type>::new();
        let mut title = StringDictionaryBuilder::<Int32Type>::new();
        let mut tags = ListBuilder::new(StringDictionaryBuilder::<Int16Type>::new());
        let mut note = StringBuilder::new();
        for row in rows {
            device.append_option((row % 7 != 0).then(|| format!("device {}", row % 5)));
            title.append_value(format!("title {}", row % 4_000));
            for tag in 0..row % 3 {
                tags.values()
                    .append_value(format!("tag {}", (row + tag) % 4));
            }
            tags.append(row % 11 != 0);
            note.append_option((row % 3 == 0).then(|| format!("note {row}")));
        }
        let half = |scale: f64| -> ArrayRef {
            Arc::new(Float64Array::from_iter_values(
                rows.iter().map(|row| (row % 90) as f64 / scale),
            ))
        };
        let part = |name: &str| Arc::new(Field::new(name, DataType::Float64, true));
        let place = StructArray::from(vec![
            (part("latitude"), half(2.0)),
            (part("longitude"), half(3.0)),
        ]);
        let kinds: Vec<&str> = (rows.iter())
            .map(|row| if row % 2 == 0 { "view" } else { "buy" })
            .collect();
        [
            ("who", of(&|row| Some(row % 101))),
            (
                "at",
                times(&rows.iter().map(|row| row / 100).collect::<Vec<_>>()),
            ),
            ("event", text(&kinds)),
            ("device", Arc::new(device.finish()) as ArrayRef),
            ("title", Arc::new(title.finish())),
            ("tags", Arc::new(tags.finish())),
            ("note", Arc::new(note.finish())),
            ("place", Arc::new(place)),
            ("amount", of(&|row| (row % 4 == 1).then_some(row % 50))),
            (
                "consent",
                Arc::new(BooleanArray::from_iter(
                    rows.iter().map(|row| (row % 5 > 0).then_some(row % 2 == 0)),
                )),
            ),
        ]
    });
    let source = memory("rich", batches.collect());
    let parts = [
        "device", "title", "tags", "note", "place", "amount", "consent",
    ];
    let mut table = views(source, &parts);
    table.kind = Some("event".to_owned());
    table.streams[0].kind = Some("view".to_owned());
    let mut buy = table.streams[0].clone();
    buy.column = "buy".to_owned();
    buy.kind = Some("buy".to_owned());
    buy.parts.truncate(3);
    buy.order = vec!["amount".to_owned(), "title".to_owned()];
    table.streams.push(buy);
    table
}

#[test]
fn columns_of_every_layout_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let people = || {
        let keys: Vec<i64> = (0..100).map(|key| key * 37 % 100).collect();
        memory("people", vec![[("id", whole(&keys))]])
    };
    let held = with_events(people(), "id", vec![rich(30_000)], &options(1)).unwrap();
    for threads in [1, 3] {
        let options = little(threads, folder.path());
        let spilled = with_events(people(), "id", vec![rich(2_000)], &options).unwrap();
        assert!(files(folder.path()) >= 6);
        assert_eq!(spilled.report().tables, held.report().tables);
        for column in ["view", "buy"] {
            assert!(lists(&spilled, column) == lists(&held, column), "{column}");
        }
        // The same columns, with dictionaries where there were such.
        let part = |column: &str, part: usize| {
            let schema = spilled.schema();
            let DataType::List(events) =
                schema.field_with_name(column).unwrap().data_type().clone()
            else {
                panic!("no list")
            };
            let DataType::Struct(parts) = events.data_type() else {
                panic!("no events")
            };
            parts[part].data_type().to_string()
        };
        assert_eq!(part("view", 1), "Dictionary(UInt32, Utf8)");
        assert_eq!(part("view", 4), "Utf8");
    }
}

#[test]
fn a_stream_is_a_table_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for options in [options(1), little(2, folder.path())] {
        let joined = with_events(thousand(), "id", vec![many(5_000)], &options).unwrap();
        let events = joined.events("view").unwrap();
        assert_eq!(events.name(), "many");
        let mut sum = 0;
        let mut rows = 0;
        for batch in events.read(0, &[1]).unwrap() {
            let batch = batch.unwrap();
            rows += batch.num_rows();
            let numbers = batch.column(0).as_primitive::<types::Int64Type>();
            sum += numbers.values().iter().sum::<i64>();
        }
        // A hundred times 0 + 1 + … + 9 events, and a hundred thousand more; their numbers likewise.
        assert_eq!(rows, 4_500 + 100_000);
        let small: i64 = (0..10).map(|digit| digit * (digit - 1) / 2).sum::<i64>() * 100;
        assert_eq!(sum, small + 3 * (99_999 * 100_000 / 2));
        assert!(joined.events("id").is_none());
    }
}

#[test]
fn several_tables_share_what_may_be_held() {
    let folder = tempfile::tempdir().unwrap();
    let mut second = many(5_000);
    second.streams[0].column = "login".to_owned();
    // Each table is about 2.5 MB.
    let options = JoinOptions {
        memory: 4_000_000,
        ..little(1, folder.path())
    };
    let tables = vec![many(5_000), second];
    let joined = with_events(thousand(), "id", tables, &options).unwrap();
    let written = files(folder.path());
    assert!((1..4).contains(&written), "{written}");
    assert!(lists(&joined, "view") == expected_of_many());
    assert!(lists(&joined, "login") == expected_of_many());
}

#[test]
fn where_nothing_can_be_written_it_is_told() {
    let fault = |folder: &Path| -> DataError {
        let options = little(1, folder);
        with_events(thousand(), "id", vec![many(5_000)], &options)
            .err()
            .unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let error = fault(&folder.path().join("nowhere"));
    assert_eq!(error.code.0, "E0749");
    assert!(
        error
            .to_string()
            .contains("nowhere: events cannot be kept in files here: ")
    );
}

#[test]
fn a_stop_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = stop.clone();
    let options = JoinOptions {
        cancel: stop,
        progress: Some(Arc::new(move |events| {
            stopping.store(events >= 60_000, Ordering::Relaxed);
        })),
        ..little(1, folder.path())
    };
    let error = with_events(thousand(), "id", vec![many(5_000)], &options)
        .err()
        .unwrap();
    assert_eq!(error.code.0, "E0714");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
