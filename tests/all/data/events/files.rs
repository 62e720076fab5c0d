//! Events in files of every format, several of them, and bad ones.

use super::*;
use segql::data::{OpenOptions, open, open_bytes};
use segql::schema::Manifest;
use segql::source::Sources;
use std::fs;

fn declared(events: &str) -> Manifest {
    let text =
        format!("[contacts]\nsource = \"people.csv\"\nkey = \"id\"\n[events.view]\n{events}");
    let mut sources = Sources::default();
    let id = sources.add("segql.toml", text);
    Manifest::parse(&sources, id).unwrap()
}

const PLAIN: &str = "source = \"views.csv\"\ncontact = \"who\"\ntime = \"at\"\n";

/// The events of a file as the manifest says they are read.
fn opened(manifest: &Manifest, name: &str, bytes: &str) -> Result<Arc<dyn Source>, String> {
    let people = people();
    let key = manifest.contacts.key_type(&people.schema()).unwrap();
    let options = OpenOptions::of_events(&manifest.events[0], Some(&key));
    open_bytes(name, bytes, &options).map_err(|error| error.to_string())
}

/// Keys that look like numbers in the events, and are text.
fn people() -> Arc<dyn Source> {
    let csv = "id,region\n007,BE\n12,NL\nabc,BE\n";
    open_bytes("people.csv", csv, &OpenOptions::default()).unwrap()
}

#[test]
fn keys_in_csv_are_read_as_those_of_the_contacts() {
    let manifest = declared(PLAIN);
    let csv = "who,at,title\n12,1970-01-01T00:00:05Z,a\n12,1970-01-01T01:00:03+01:00,b\n007,1970-01-01T00:00:09,c\n7,1970-01-01T00:00:01,d\n";
    let events = opened(&manifest, "views.csv", csv).unwrap();
    let schema = manifest
        .schema_with_events(&people().schema(), &[events.schema()])
        .unwrap();
    assert_eq!(
        schema
            .stream_named("view")
            .unwrap()
            .1
            .field_type
            .described(),
        "a list of records with time and title"
    );
    let joined = joined(people(), views(events, &["title"]));
    assert_eq!(lists(&joined, "view"), ["9 c", "3 b, 5 a", ""]);
    assert_eq!(joined.report().tables[0].of_no_contact, 1);
}

#[test]
fn a_time_that_is_none_is_told_with_its_row() {
    let manifest = declared(PLAIN);
    for (at, shown) in [
        ("22/11/2026 10:00", "\"22/11/2026 10:00\""),
        ("1700000000", "\"1700000000\""),
        ("2026-11-22", "\"2026-11-22\""),
        ("2026-11-22T25:00", "\"2026-11-22T25:00\""),
        ("yesterday", "\"yesterday\""),
    ] {
        let csv = format!("who,at\n12,1970-01-01T00:00:05Z\n12,{at}\n");
        let told = opened(&manifest, "views.csv", &csv).err().unwrap();
        assert_eq!(
            told,
            format!(
                "views.csv, row 2, column \"at\": {shown} is not a time such as 2026-11-22T10:00+01:00 (line 3)"
            )
        );
        let json = format!("{{\"who\": \"12\", \"at\": \"{at}\"}}\n");
        let told = opened(&manifest, "views.jsonl", &json).err().unwrap();
        assert!(
            told.starts_with("views.jsonl, row 1, column \"at\": "),
            "{told}"
        );
    }
}

#[test]
fn json_lines_are_read_as_declared() {
    let manifest = declared(&format!(
        "{PLAIN}[events.view.fields.stars]\ntype = \"number\"\n[events.view.fields.tags]\ntype = \"list of text\"\n"
    ));
    let json = "{\"who\": \"abc\", \"at\": \"1970-01-01T00:00:05Z\", \"stars\": 3, \"tags\": [\"x\", \"y\"]}\n\
                {\"who\": \"abc\", \"at\": \"1970-01-01T00:00:02Z\", \"tags\": []}\n\
                {\"at\": \"1970-01-01T00:00:02Z\"}\n{\"who\": \"abc\"}\n";
    let events = opened(&manifest, "views.jsonl", json).unwrap();
    let joined = joined(people(), views(events, &["stars", "tags"]));
    assert_eq!(lists(&joined, "view"), ["", "", "2 - [], 5 3 [x, y]"]);
    let report = &joined.report().tables[0];
    assert_eq!((report.without_key, report.without_time), (1, 1));
}

#[test]
fn a_column_of_another_type_than_the_manifest_says_is_told() {
    let manifest = declared(&format!(
        "{PLAIN}[events.view.fields.minutes]\ntype = \"int\"\n"
    ));
    let csv = "who,at,minutes\n12,1970-01-01T00:00:05Z,8\n12,1970-01-01T00:00:05Z,long\n";
    assert_eq!(
        opened(&manifest, "views.csv", csv).err().unwrap(),
        "views.csv, row 2, column \"minutes\": \"long\" is not a whole number of 64 bits (line 3)"
    );
}

#[test]
fn several_files_of_several_layouts_are_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, events: Arc<dyn Source>| {
        let batch = events.read(0, &[0, 1, 2]).unwrap().next().unwrap().unwrap();
        let path = folder.path().join(name);
        let file = fs::File::create(&path).unwrap();
        let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    };
    let row = |contact: ArrayRef, at: ArrayRef, title: ArrayRef| {
        memory("x", vec![[("who", contact), ("at", at), ("title", title)]])
    };
    let millis = |values: Vec<i64>| Arc::new(TimestampMillisecondArray::from(values)) as ArrayRef;
    write(
        "a.parquet",
        row(whole(&[2, 1, 2]), times(&[7, 8, 9]), text(&["a", "b", "a"])),
    );
    let narrow: ArrayRef = Arc::new(UInt8Array::from(vec![1, 2]));
    let large: ArrayRef = Arc::new(LargeStringArray::from(vec!["c", "d"]));
    write("b.parquet", row(narrow, millis(vec![8_500, 1_000]), large));
    let source = open(&[folder.path()], &OpenOptions::default()).unwrap();
    assert_eq!(source.pieces(), 2);
    let people = memory("people", vec![[("id", whole(&[1, 2]))]]);
    for threads in [1, 2] {
        let tables = vec![views(source.clone(), &["title"])];
        let joined = with_events(people.clone(), "id", tables, &options(threads)).unwrap();
        assert_eq!(lists(&joined, "view"), ["8 b, 8.5 c", "1 d, 7 a, 9 a"]);
    }
}

#[test]
fn dictionaries_become_one_with_narrow_codes() {
    use arrow_array::types::Int32Type;
    let part = |titles: &[Option<&str>], first: i64| {
        let words: DictionaryArray<Int32Type> = titles.iter().copied().collect();
        let rows = titles.len() as i64;
        let at: Vec<i64> = (first..first + rows).collect();
        [
            ("who", whole(&vec![1; titles.len()])),
            ("at", times(&at)),
            ("title", Arc::new(words) as ArrayRef),
        ]
    };
    let events = memory(
        "views",
        vec![
            part(&[Some("b"), Some("a"), None], 0),
            part(&[Some("c"), Some("b"), Some("b")], 3),
        ],
    );
    let people = memory("people", vec![[("id", whole(&[1]))]]);
    let joined = joined(people, views(events, &["title"]));
    assert_eq!(lists(&joined, "view"), ["0 b, 1 a, 2 -, 3 c, 4 b, 5 b"]);
    let batch = joined.read(0, &[1]).unwrap().next().unwrap().unwrap();
    let titles = batch
        .column(0)
        .as_list::<i32>()
        .values()
        .as_struct()
        .column(1)
        .clone();
    assert_eq!(titles.data_type().to_string(), "Dictionary(UInt8, Utf8)");
    assert_eq!(titles.as_any_dictionary().values().len(), 3);
}

#[test]
fn a_damaged_file_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("views.parquet");
    fs::write(&path, b"PAR1 and then nothing of use PAR1").unwrap();
    let error = open(&[&path], &OpenOptions::default()).err().unwrap();
    assert_eq!(error.code.0, "E0704");
}
