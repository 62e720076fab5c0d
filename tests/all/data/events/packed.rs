//! Events stored in the order of their contacts: read where they lie where that order holds, else sorted, with the same answers.

use super::join::{expected_of_many, many, thousand};
use super::*;
use ::parquet::basic::Compression;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use arrow_schema::{DataType, Field};
use segql::data::{EventsWriter, OpenOptions, open};
use std::path::Path;

/// Stores the list column `view`; the key is called `who`, as in the tables of these tests.
fn store(joined: &WithEvents, path: &Path) -> u64 {
    let schema = joined.schema();
    let place = schema.index_of("view").unwrap();
    let DataType::List(event) = schema.field(place).data_type() else {
        panic!("no list")
    };
    let key = Field::new("who", schema.field(0).data_type().clone(), false);
    let mut writer = EventsWriter::create(path, &key, event.data_type(), false).unwrap();
    for piece in 0..joined.pieces() {
        for batch in joined.read(piece, &[0, place]).unwrap() {
            let batch = batch.unwrap();
            writer.write(batch.column(0), batch.column(1)).unwrap();
        }
    }
    writer.finish().unwrap()
}

/// The stored table; its time is called `time`.
fn stored(path: &Path, parts: &[&str]) -> EventTable {
    let mut table = views(open(&[path], &OpenOptions::default()).unwrap(), parts);
    table.time = "time".to_owned();
    table.streams[0].parts[0].1 = "time".to_owned();
    table
}

fn was_in_order(joined: &WithEvents) -> bool {
    joined.report().tables[0].was_in_order
}

#[test]
fn what_was_stored_in_order_is_read_where_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("views.parquet");
    let sorted = joined(thousand(), many(10_000));
    assert!(!was_in_order(&sorted));
    assert_eq!(store(&sorted, &path), 104_500);
    for threads in [1, 3] {
        let tables = vec![stored(&path, &["n"])];
        let read = with_events(thousand(), "id", tables, &options(threads)).unwrap();
        assert!(was_in_order(&read));
        assert!(lists(&read, "view") == expected_of_many());
        assert_eq!(read.report().tables[0].events(), 104_500);
    }
    // Stored again from where it lies, it is the same.
    let again = folder.path().join("again.parquet");
    let read = joined(thousand(), stored(&path, &["n"]));
    assert_eq!(store(&read, &again), 104_500);
    let read = joined(thousand(), stored(&again, &["n"]));
    assert!(was_in_order(&read));
    assert!(lists(&read, "view") == expected_of_many());
    // Fewer parts may be read, and nobody may care for ties.
    let mut fewer = stored(&path, &["n"]);
    fewer.streams[0].parts.truncate(1);
    fewer.streams[0].order.clear();
    let read = joined(thousand(), fewer);
    assert!(was_in_order(&read));
    let times = lists(&read, "view");
    assert_eq!(times[7], "0, 1, 2, 3, 4, 5, 6, 7, 8");
}

/// Whatever else there is, the reader does not decode by itself.
#[test]
fn what_is_stored_is_compressed_by_snappy() {
    let folder = tempfile::tempdir().unwrap();
    let file = std::fs::File::open(three(folder.path())).unwrap();
    let file = SerializedFileReader::new(file).unwrap();
    let columns = (file.metadata().row_groups().iter()).flat_map(|group| group.columns());
    let compressions: Vec<_> = columns.map(|column| column.compression()).collect();
    assert!(!compressions.is_empty());
    assert!(compressions.iter().all(|it| *it == Compression::SNAPPY));
}

/// A stored table of three contacts: 30 has t1 and t2, 10 has t3 at two times, 20 has nothing.
fn three(folder: &Path) -> std::path::PathBuf {
    let events = memory(
        "views",
        vec![[
            ("who", whole(&[10, 30, 10, 30])),
            ("at", times(&[9, 5, 3, 5])),
            ("title", text(&["t3", "t2", "t3", "t1"])),
        ]],
    );
    let people = memory("people", vec![[("id", whole(&[30, 20, 10]))]]);
    let path = folder.join("three.parquet");
    assert_eq!(store(&joined(people, views(events, &["title"])), &path), 4);
    path
}

#[test]
fn contacts_may_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let path = three(folder.path());
    let read = |keys: &[i64]| {
        let people = memory("people", vec![[("id", whole(keys))]]);
        joined(people, stored(&path, &["title"]))
    };
    let same = read(&[30, 20, 10]);
    assert!(was_in_order(&same));
    assert_eq!(lists(&same, "view"), ["5 t1, 5 t2", "", "3 t3, 9 t3"]);
    let more = read(&[5, 30, 7, 10, 40]);
    assert!(was_in_order(&more));
    assert_eq!(
        lists(&more, "view"),
        ["", "5 t1, 5 t2", "", "3 t3, 9 t3", ""]
    );
    // Who is gone leaves rows that are passed over, and counted.
    let fewer = read(&[10]);
    assert!(was_in_order(&fewer));
    assert_eq!(lists(&fewer, "view"), ["3 t3, 9 t3"]);
    assert_eq!(fewer.report().tables[0].of_no_contact, 2);
    let others = read(&[1, 2]);
    assert!(was_in_order(&others));
    assert_eq!(lists(&others, "view"), ["", ""]);
    let nobody = read(&[]);
    assert!(lists(&nobody, "view").is_empty());
    // In another order they are sorted.
    let turned = read(&[10, 20, 30]);
    assert!(!was_in_order(&turned));
    assert_eq!(lists(&turned, "view"), ["3 t3, 9 t3", "", "5 t1, 5 t2"]);
}

#[test]
fn another_order_of_ties_is_sorted_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ties.parquet");
    let events = memory(
        "views",
        vec![[
            ("who", whole(&[10, 10])),
            ("at", times(&[5, 5])),
            ("a", whole(&[1, 2])),
            ("b", whole(&[9, 8])),
        ]],
    );
    let people = || memory("people", vec![[("id", whole(&[10]))]]);
    store(&joined(people(), views(events, &["a", "b"])), &path);
    let same = joined(people(), stored(&path, &["a", "b"]));
    assert!(was_in_order(&same));
    assert_eq!(lists(&same, "view"), ["5 1 9, 5 2 8"]);
    let other = joined(people(), stored(&path, &["b", "a"]));
    assert!(!was_in_order(&other));
    assert_eq!(lists(&other, "view"), ["5 8 2, 5 9 1"]);
    let mut blank = stored(&path, &["a", "b"]);
    blank.blank_is_missing = true;
    assert!(!was_in_order(&joined(people(), blank)));
    // A file that says nothing of itself is sorted, whatever order it is in.
    let plain = memory("plain", vec![[("who", whole(&[10])), ("at", times(&[5]))]]);
    assert!(!was_in_order(&joined(people(), views(plain, &[]))));
}

#[test]
fn row_groups_end_with_a_contact() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.parquet");
    // 70,000 for each of four contacts, 200,000 for the fifth and 10 for the sixth.
    let each = [70_000, 70_000, 70_000, 70_000, 200_000, 10];
    let mut contacts = Vec::new();
    let mut at = Vec::new();
    for (contact, events) in each.into_iter().enumerate() {
        contacts.extend(std::iter::repeat_n(contact as i64, events));
        at.extend(0..events as i64);
    }
    let words: DictionaryArray<types::Int32Type> = at
        .iter()
        .map(|at| ["tv", "phone", "web"][*at as usize % 3])
        .collect();
    let columns = [
        ("who", whole(&contacts)),
        ("at", times(&at)),
        ("device", Arc::new(words) as ArrayRef),
    ];
    let people = || memory("people", vec![[("id", whole(&[0, 1, 2, 3, 4, 5]))]]);
    let sorted = joined(people(), views(memory("views", vec![columns]), &["device"]));
    assert_eq!(store(&sorted, &path), 480_010);
    let source = open(&[&path], &OpenOptions::default()).unwrap();
    let rows: Vec<Option<u64>> = (0..source.pieces())
        .map(|piece| source.rows(piece))
        .collect();
    assert_eq!(
        rows,
        [70_000, 70_000, 70_000, 70_000, 200_000, 10].map(Some)
    );
    let read = joined(people(), stored(&path, &["device"]));
    assert!(was_in_order(&read));
    let mut expected = 0;
    for batch in read.read(0, &[0, 1]).unwrap() {
        let batch = batch.unwrap();
        let lists = batch.column(1).as_list::<i32>();
        for row in 0..lists.len() {
            let events = lists.value(row);
            assert_eq!(events.len(), each[expected]);
            let last = events.as_struct().slice(events.len() - 1, 1);
            let at = each[expected] - 1;
            assert_eq!(
                super::shown(&last),
                format!("{at} {}", ["tv", "phone", "web"][at % 3])
            );
            expected += 1;
        }
    }
    assert_eq!(expected, 6);
}

#[test]
fn events_have_a_time_and_come_in_lists() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.parquet");
    let key = Field::new("who", DataType::Int64, false);
    for wrong in [DataType::Int64, DataType::Struct(Default::default())] {
        let error = EventsWriter::create(&path, &key, &wrong, false)
            .err()
            .unwrap();
        assert_eq!(error.code.0, "E0713");
    }
    let time = Field::new("time", times(&[]).data_type().clone(), true);
    let event = DataType::Struct([time].into_iter().collect());
    let mut writer = EventsWriter::create(&path, &key, &event, false).unwrap();
    assert!(writer.unfinished().unwrap().exists());
    assert!(writer.write(&whole(&[1]), &whole(&[1])).is_err());
    drop(writer);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
