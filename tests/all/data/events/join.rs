//! Which contact has which events, in what order, and what becomes of the rest.

use super::*;
use arrow_array::types::Int32Type;
use segql::data::EventReport;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

fn four() -> Arc<dyn Source> {
    memory(
        "people",
        vec![[("id", whole(&[30, 10]))], [("id", whole(&[40, 20]))]],
    )
}

#[test]
fn events_go_to_their_contacts_by_time() {
    let events = memory(
        "views",
        vec![
            [
                ("who", whole(&[10, 30, 10, 20])),
                ("at", times(&[9, 5, 3, 7])),
                ("title", text(&["a", "b", "c", "d"])),
            ],
            [
                ("who", whole(&[30, 10, 30, 10])),
                ("at", times(&[1, 6, 8, 12])),
                ("title", text(&["e", "f", "g", "h"])),
            ],
        ],
    );
    let joined = joined(four(), views(events, &["title"]));
    assert_eq!(
        lists(&joined, "view"),
        ["1 e, 5 b, 8 g", "3 c, 6 f, 9 a, 12 h", "", "7 d"]
    );
    let report = &joined.report().tables[0];
    assert_eq!((report.source.as_str(), report.events()), ("views", 8));
    let told = (
        report.without_key,
        report.without_time,
        report.of_no_contact,
        report.later,
    );
    assert_eq!(told, (0, 0, 0, 0));
    // What is known without reading.
    assert_eq!((joined.name(), joined.pieces()), ("people", 2));
    assert_eq!((joined.rows(0), joined.rows(1)), (Some(2), Some(2)));
    assert_eq!(joined.statistics(0, 1).unwrap().missing, Some(0));
    assert_eq!(joined.statistics(0, 0), None);
}

#[test]
fn own_columns_stand_before_the_lists() {
    let people = memory(
        "people",
        vec![[
            ("id", whole(&[1, 2])),
            ("region", text(&["BE", "NL"])),
            ("age", whole(&[20, 30])),
        ]],
    );
    let events = memory(
        "views",
        vec![[
            ("who", whole(&[2])),
            ("at", times(&[5])),
            ("title", text(&["a"])),
        ]],
    );
    let joined = joined(people, views(events, &["title"]));
    let names: Vec<String> = (joined.schema().fields().iter())
        .map(|field| field.name().clone())
        .collect();
    assert_eq!(names, ["id", "region", "age", "view"]);
    let batch = joined.read(0, &[1, 3]).unwrap().next().unwrap().unwrap();
    assert_eq!(batch.schema().fields().len(), 2);
    assert_eq!(batch.column(0).as_string::<i32>().value(1), "NL");
    assert_eq!(batch.column(1).as_list::<i32>().value_length(1), 1);
    let own = joined.read(0, &[0, 2]).unwrap().next().unwrap().unwrap();
    assert_eq!(own.num_columns(), 2);
}

/// A table of three kinds, two of which are streams; the parts of the second have other names than their columns.
fn activity(source: Arc<dyn Source>) -> EventTable {
    let pair = |name: &str, column: &str| (name.to_owned(), column.to_owned());
    EventTable {
        kind: Some("event".to_owned()),
        streams: vec![
            EventStream {
                column: "view".to_owned(),
                kind: Some("view".to_owned()),
                parts: vec![pair("time", "at"), pair("title", "what")],
                order: vec![],
            },
            EventStream {
                column: "bought".to_owned(),
                kind: Some("purchase".to_owned()),
                parts: vec![
                    pair("price", "amount"),
                    pair("time", "at"),
                    pair("product", "what"),
                ],
                order: vec!["amount".to_owned()],
            },
        ],
        ..views(source, &[])
    }
}

fn of_three_kinds(kinds: ArrayRef) -> Arc<dyn Source> {
    memory(
        "activity",
        vec![[
            ("event", kinds),
            ("who", whole(&[10, 10, 20, 20, 10, 30, 10])),
            ("at", times(&[1, 4, 2, 3, 2, 5, 6])),
            ("what", text(&["a", "b", "c", "d", "e", "f", "g"])),
            (
                "amount",
                Arc::new(Int32Array::from(vec![
                    None,
                    Some(5),
                    None,
                    Some(7),
                    None,
                    None,
                    None,
                ])),
            ),
        ]],
    )
}

#[test]
fn a_table_of_several_kinds_makes_several_lists() {
    let kinds = [
        Some("view"),
        Some("purchase"),
        Some("view"),
        Some("purchase"),
        Some("view"),
        Some("login"),
        None,
    ];
    let words: DictionaryArray<Int32Type> = kinds.into_iter().collect();
    for kinds in [
        texts(&kinds),
        Arc::new(words) as ArrayRef,
        Arc::new(StringViewArray::from(kinds.to_vec())),
        Arc::new(LargeStringArray::from(kinds.to_vec())),
    ] {
        let joined = joined(four(), activity(of_three_kinds(kinds)));
        assert_eq!(lists(&joined, "view"), ["", "1 a, 2 e", "", "2 c"]);
        assert_eq!(lists(&joined, "bought"), ["", "5 4 b", "", "7 3 d"]);
        let report = &joined.report().tables[0];
        assert_eq!(report.without_kind, 1);
        let streams: Vec<(&str, u64)> = (report.streams.iter())
            .map(|stream| (stream.column.as_str(), stream.events))
            .collect();
        assert_eq!(streams, [("view", 3), ("bought", 2)]);
    }
}

#[test]
fn what_nobody_will_see_is_counted_once() {
    let contacts = Arc::new(Int64Array::from(vec![
        Some(10),
        None,
        Some(99),
        Some(10),
        None,
        Some(98),
        Some(10),
        Some(10),
    ]));
    let at = some_times(&[
        Some(100),
        Some(1),
        Some(1),
        None,
        None,
        None,
        Some(101),
        Some(-5),
    ]);
    let events = memory("views", vec![[("who", contacts as ArrayRef), ("at", at)]]);
    let options = JoinOptions {
        // A nanosecond before second 101.
        now: Some(100_999_999_999),
        ..options(1)
    };
    let joined = with_events(four(), "id", vec![views(events, &[])], &options).unwrap();
    // Later events stay: every question looks at `now` itself.
    assert_eq!(lists(&joined, "view"), ["", "-5, 100, 101", "", ""]);
    let report = &joined.report().tables[0];
    assert_eq!(report.events(), 8);
    assert_eq!(report.without_key, 2);
    // A key without a contact and without a time is one without a time.
    assert_eq!(report.without_time, 2);
    assert_eq!(report.of_no_contact, 1);
    assert_eq!(report.later, 1);
}

#[test]
fn every_unit_of_time_is_set_against_now() {
    let zone = "Europe/Brussels";
    let units: [ArrayRef; 4] = [
        Arc::new(TimestampSecondArray::from(vec![-1, 0, 1]).with_timezone(zone)),
        Arc::new(TimestampMillisecondArray::from(vec![-1, 0, 1]).with_timezone("+05:00")),
        Arc::new(TimestampMicrosecondArray::from(vec![-1, 0, 1])),
        Arc::new(TimestampNanosecondArray::from(vec![-1, 0, 1]).with_timezone("Mars/Olympus")),
    ];
    for at in units {
        let events = memory("views", vec![[("who", whole(&[10, 10, 10])), ("at", at)]]);
        let options = JoinOptions {
            now: Some(0),
            ..options(1)
        };
        let joined = with_events(four(), "id", vec![views(events, &[])], &options).unwrap();
        assert_eq!(joined.report().tables[0].later, 1);
    }
}

#[test]
fn events_that_are_equal_in_all_are_all_kept() {
    let events = memory(
        "views",
        vec![[
            ("who", whole(&[10, 10, 10])),
            ("at", times(&[5, 5, 5])),
            ("title", text(&["a", "b", "a"])),
        ]],
    );
    let joined = joined(four(), views(events, &["title"]));
    assert_eq!(lists(&joined, "view")[1], "5 a, 5 a, 5 b");
}

#[test]
fn two_tables_and_no_events_at_all() {
    let none: ArrayRef = Arc::new(Int64Array::from(Vec::<i64>::new()));
    let empty = memory("empty", vec![[("who", none), ("at", times(&[]))]]);
    let some = memory("some", vec![[("who", whole(&[40])), ("at", times(&[2]))]]);
    let mut second = views(some, &[]);
    second.streams[0].column = "login".to_owned();
    let tables = vec![views(empty, &[]), second];
    let joined = with_events(four(), "id", tables, &options(1)).unwrap();
    assert_eq!(lists(&joined, "view"), ["", "", "", ""]);
    assert_eq!(lists(&joined, "login"), ["", "", "2", ""]);
    let nobody: ArrayRef = Arc::new(Int64Array::from(Vec::<i64>::new()));
    let nobody = memory("people", vec![[("id", nobody)]]);
    let some = memory("some", vec![[("who", whole(&[40])), ("at", times(&[2]))]]);
    let joined = super::joined(nobody, views(some, &[]));
    assert!(lists(&joined, "view").is_empty());
    assert_eq!(joined.report().tables[0].of_no_contact, 1);
}

/// Contacts 0 to 999 have as many events as the last digit of their key says, in a mixed order; that of 500 has 100,000 more.
pub fn many(batch_rows: usize) -> EventTable {
    let mut rows: Vec<(i64, i64)> = Vec::new();
    for contact in 0..1000 {
        rows.extend((0..contact % 10).map(|event| (contact, event)));
    }
    rows.extend((0..100_000).map(|event| (500, event * 3)));
    // A walk over all rows in steps that have no divisor in common with their number.
    let number = rows.len();
    let mixed: Vec<(i64, i64)> = (0..number).map(|at| rows[at * 7919 % number]).collect();
    let batches = mixed.chunks(batch_rows).map(|rows| {
        let (contacts, at): (Vec<i64>, Vec<i64>) = rows.iter().copied().unzip();
        [
            ("who", whole(&contacts)),
            ("at", times(&at)),
            ("n", whole(&at)),
        ]
    });
    views(memory("many", batches.collect()), &["n"])
}

pub fn thousand() -> Arc<dyn Source> {
    let keys: Vec<i64> = (0..1000).map(|key| key * 7 % 1000).collect();
    let halves = keys.chunks(400).map(|keys| [("id", whole(keys))]);
    memory("people", halves.collect())
}

/// The lists of [`many`] for the contacts of [`thousand`].
pub fn expected_of_many() -> Vec<String> {
    let mut expected: Vec<String> = Vec::new();
    for row in 0..1000 {
        let contact = row * 7 % 1000;
        let events = match contact {
            500 => (0..100_000).map(|event| event * 3).collect::<Vec<i64>>(),
            _ => (0..contact % 10).collect(),
        };
        let events: Vec<String> = events.iter().map(|at| format!("{at} {at}")).collect();
        expected.push(events.join(", "));
    }
    expected
}

#[test]
fn the_answer_is_the_same_on_any_number_of_threads_and_in_any_batches() {
    let expected = expected_of_many();
    for (threads, batch_rows) in [(1, 1 << 20), (2, 10_000), (7, 999)] {
        let joined =
            with_events(thousand(), "id", vec![many(batch_rows)], &options(threads)).unwrap();
        assert!(lists(&joined, "view") == expected, "{threads} threads");
    }
}

#[test]
fn contacts_with_many_events_come_in_smaller_batches() {
    const EACH: i64 = 600_000;
    let contacts: Vec<i64> = (0..4 * EACH).map(|row| row % 4 * 10 + 10).collect();
    let at: Vec<i64> = (0..4 * EACH).map(|row| row / 4).collect();
    let events = memory(
        "views",
        vec![[("who", whole(&contacts)), ("at", times(&at))]],
    );
    let people = memory("people", vec![[("id", whole(&[10, 20, 30, 40, 50]))]]);
    let joined = joined(people, views(events, &[]));
    let rows: Vec<usize> = (joined.read(0, &[0, 1]).unwrap())
        .map(|batch| batch.unwrap().num_rows())
        .collect();
    // Two have more than 2^20 events together, and whoever has none goes with those before.
    assert_eq!(rows, [1, 1, 1, 2]);
}

#[test]
fn it_can_be_stopped_and_tells_how_far_it_is() {
    let stop = Arc::new(AtomicBool::new(false));
    let told: Arc<Mutex<Vec<u64>>> = Arc::default();
    let (stopping, telling) = (stop.clone(), told.clone());
    let options = JoinOptions {
        cancel: stop,
        progress: Some(Arc::new(move |events| {
            telling.lock().unwrap().push(events);
            stopping.store(events >= 30_000, Ordering::Relaxed);
        })),
        ..options(1)
    };
    let error = with_events(thousand(), "id", vec![many(10_000)], &options)
        .err()
        .unwrap();
    assert_eq!(error.code.0, "E0714");
    assert_eq!(*told.lock().unwrap(), [10_000, 20_000, 30_000]);
}

#[test]
fn columns_have_to_be_there_and_of_their_types() {
    let events = || {
        memory(
            "views",
            vec![[
                ("who", whole(&[10])),
                ("at", times(&[1])),
                ("day", Arc::new(Date32Array::from(vec![1])) as ArrayRef),
                (
                    "raw",
                    Arc::new(BinaryArray::from(vec![&b"x"[..]])) as ArrayRef,
                ),
            ]],
        )
    };
    let wrong = |change: &dyn Fn(&mut EventTable)| {
        let mut table = views(events(), &[]);
        change(&mut table);
        fault(four(), table)
    };
    assert_eq!(
        wrong(&|table| table.contact = "whom".to_owned()),
        "views, column \"whom\": the data has no such column"
    );
    assert_eq!(
        wrong(&|table| table.time = "day".to_owned()),
        "views, column \"day\": the column is date, and time is needed"
    );
    assert_eq!(
        wrong(&|table| table.kind = Some("who".to_owned())),
        "views, column \"who\": the column is int, and text is needed"
    );
    assert_eq!(
        wrong(&|table| table.streams[0].order.push("raw".to_owned())),
        "views, column \"raw\": the column is not readable, because it holds binary data, and a field of events is needed"
    );
    assert_eq!(
        wrong(&|table| table.streams[0]
            .parts
            .push(("a".to_owned(), "b".to_owned()))),
        "views, column \"b\": the data has no such column"
    );
    assert_eq!(
        wrong(&|table| table.streams[0].column = "id".to_owned()),
        "people, column \"id\": a list of events cannot be called as another column"
    );
    let error = with_events(four(), "key", vec![views(events(), &[])], &options(1));
    assert_eq!(
        error.err().unwrap().to_string(),
        "people, column \"key\": the data has no such column"
    );
}

#[test]
fn without_tables_the_contacts_are_as_they_were() {
    let joined = with_events(four(), "id", vec![], &options(2)).unwrap();
    assert_eq!(joined.schema(), four().schema());
    assert_eq!(*joined.report(), EventReport::default());
}

#[test]
fn a_program_answers_about_the_lists() {
    let events = memory(
        "views",
        vec![[
            ("who", whole(&[10, 30, 10, 20])),
            ("at", times(&[9, 5, 3, 7])),
            ("title", text(&["a", "a", "c", "d"])),
        ]],
    );
    let joined = joined(four(), views(events, &["title"]));
    let schema = segql::schema::Schema::from_arrow(&joined.schema(), "id", "UTC").unwrap();
    let program = segql::Engine::new(schema)
        .compile(
            "lists.seg",
            "segment saw = any view[title = \"a\"]\nsegment twice = count(view) > 1\nsegment never_saw = none view",
        )
        .unwrap();
    let outcome = program
        .run(
            segql::execute::Input::Source(&joined),
            &segql::RunOptions::at(segql::Now::from_nanoseconds(0)),
        )
        .unwrap();
    let counts: Vec<u64> = outcome
        .segments
        .iter()
        .map(|segment| segment.count)
        .collect();
    assert_eq!(counts, [2, 1, 1]);
}
