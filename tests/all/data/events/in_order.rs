//! Tables that are in the order of the contacts and of time already, or nearly so: nothing is sorted, and the lists are the same.

use super::join::{expected_of_many, thousand};
use super::*;
use parquet::arrow::ArrowWriter;
use segql::data::{OpenOptions, open_bytes};

/// Events of [`expected_of_many`] in the order of the contacts of [`thousand`]: the contact and its time.
fn ordered() -> Vec<(i64, i64)> {
    let mut rows = Vec::new();
    for row in 0..1000 {
        let contact = row * 7 % 1000;
        match contact {
            500 => rows.extend((0..100_000).map(|event| (contact, event * 3))),
            _ => rows.extend((0..contact % 10).map(|event| (contact, event))),
        }
    }
    rows
}

fn columns(rows: &[(i64, i64)]) -> [(&'static str, ArrayRef); 3] {
    let (contacts, at): (Vec<i64>, Vec<i64>) = rows.iter().copied().unzip();
    [
        ("who", whole(&contacts)),
        ("at", times(&at)),
        ("n", whole(&at)),
    ]
}

fn table(rows: &[(i64, i64)], batch_rows: usize) -> Arc<dyn Source> {
    memory("ordered", rows.chunks(batch_rows).map(columns).collect())
}

/// The table without anything that breaks ties.
fn untied(source: Arc<dyn Source>) -> EventTable {
    let mut table = views(source, &["n"]);
    table.streams[0].order.clear();
    table
}

#[test]
fn tables_in_order_are_cut_between_contacts() {
    let (expected, rows) = (expected_of_many(), ordered());
    for (threads, batch_rows) in [(1, 1 << 20), (2, 10_000), (3, 999), (2, 7)] {
        for table in [
            untied(table(&rows, batch_rows)),
            views(table(&rows, batch_rows), &["n"]),
        ] {
            let joined = with_events(thousand(), "id", vec![table], &options(threads)).unwrap();
            assert!(lists(&joined, "view") == expected, "{batch_rows} rows");
            let mut events = 0;
            let stream = joined.events("view").unwrap();
            for batch in stream.read(0, &[0]).unwrap() {
                events += batch.unwrap().num_rows();
            }
            assert_eq!(events, rows.len());
        }
    }
}

#[test]
fn batches_of_a_piece_are_put_together() {
    let (expected, rows) = (expected_of_many(), ordered());
    let columns = columns(&rows).map(|(name, array)| (name, array, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    for start in (0..batch.num_rows()).step_by(40_000) {
        let rows = 40_000.min(batch.num_rows() - start);
        writer.write(&batch.slice(start, rows)).unwrap();
        writer.flush().unwrap();
    }
    writer.close().unwrap();
    for batch_rows in [100, 3_000, 65_536] {
        let opening = OpenOptions {
            batch_rows,
            ..OpenOptions::default()
        };
        let source = open_bytes("ordered.parquet", bytes.clone(), &opening).unwrap();
        assert_eq!(source.pieces(), 3);
        let joined = with_events(thousand(), "id", vec![untied(source)], &options(2)).unwrap();
        assert!(lists(&joined, "view") == expected, "{batch_rows} rows");
    }
}

#[test]
fn one_event_out_of_place_is_put_in_its_place() {
    let expected = expected_of_many();
    let rows = ordered();
    for (from, to) in [
        (rows.len() - 1, 0),
        (0, rows.len() - 1),
        (50_000, 50_001),
        (60_000, 10),
    ] {
        let mut rows = rows.clone();
        let row = rows.remove(from);
        rows.insert(to, row);
        let joined = joined(thousand(), untied(table(&rows, 999)));
        assert!(lists(&joined, "view") == expected, "{from} to {to}");
    }
}

#[test]
fn events_of_one_time_are_put_in_order_though_the_table_is() {
    let people = memory("people", vec![[("id", whole(&[1, 2, 3]))]]);
    let batches = |cut: usize| {
        let columns = |rows: std::ops::Range<usize>| {
            [
                ("who", whole(&[1, 1, 3, 3, 3][rows.clone()])),
                ("at", times(&[4, 4, 7, 8, 8][rows.clone()])),
                ("n", whole(&[9, 5, 1, 6, 2][rows])),
            ]
        };
        vec![columns(0..cut), columns(cut..5)]
    };
    for cut in 1..5 {
        let source = memory("ordered", batches(cut));
        let tied = joined(people.clone(), views(source.clone(), &["n"]));
        assert_eq!(lists(&tied, "view"), ["4 5, 4 9", "", "7 1, 8 2, 8 6"]);
        // Where nothing breaks ties they stay as they are.
        let untied = joined(people.clone(), untied(source));
        assert_eq!(lists(&untied, "view"), ["4 9, 4 5", "", "7 1, 8 6, 8 2"]);
    }
}

#[test]
fn contacts_without_events_stand_between_and_behind_the_others() {
    let people = memory(
        "people",
        vec![
            [("id", whole(&[1, 2, 3]))],
            [("id", whole(&[4, 5, 6]))],
            [("id", whole(&[7, 8]))],
        ],
    );
    let source = memory(
        "ordered",
        vec![
            [
                ("who", whole(&[2, 2])),
                ("at", times(&[1, 2])),
                ("n", whole(&[1, 2])),
            ],
            [
                ("who", whole(&[2])),
                ("at", times(&[3])),
                ("n", whole(&[3])),
            ],
            [
                ("who", whole(&[2, 5])),
                ("at", times(&[4, 1])),
                ("n", whole(&[4, 5])),
            ],
            [
                ("who", whole(&[5, 6])),
                ("at", times(&[1, 0])),
                ("n", whole(&[6, 7])),
            ],
        ],
    );
    let joined = joined(people, untied(source));
    let expected = ["", "1 1, 2 2, 3 3, 4 4", "", "", "1 5, 1 6", "0 7", "", ""];
    assert_eq!(lists(&joined, "view"), expected);
}
