//! Members written in every format and layout, read back; and what is left when writing fails.

use super::contacts::read_all;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array};
use arrow_buffer::BooleanBuffer;
use arrow_cast::cast;
use arrow_schema::{DataType, Field};
use segql::data::{Layout, MembersWriter, OpenOptions, open};
use segql::schema::Format;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

const FORMATS: [(&str, Format); 4] = [
    ("m.parquet", Format::Parquet),
    ("m.arrow", Format::Arrow),
    ("m.csv", Format::Csv),
    ("m.jsonl", Format::JsonLines),
];

fn segments() -> Vec<String> {
    vec!["young".into(), "loyal \"gold\"".into()]
}

/// Two batches: contacts 1 to 3 and 4, of which 1 and 4 are young and 3 and 4 loyal.
fn write(mut writer: MembersWriter) -> u64 {
    let bits = |bits: &[bool]| BooleanBuffer::from(bits.to_vec());
    let keys = |keys: &[i32]| Arc::new(Int32Array::from(keys.to_vec())) as ArrayRef;
    writer
        .write(
            &keys(&[1, 2, 3]),
            &[bits(&[true, false, false]), bits(&[false, false, true])],
        )
        .unwrap();
    writer
        .write(&keys(&[4]), &[bits(&[true]), bits(&[true])])
        .unwrap();
    writer.finish().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn long_form_has_a_row_for_each_contact_and_segment() {
    for (name, format) in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let key = Field::new("id", DataType::Int32, true);
        let writer = MembersWriter::create(&path, format, Layout::Long, &key, &segments()).unwrap();
        assert!(!path.exists());
        assert_eq!(write(writer), 4);
        assert_eq!(names(folder.path()), [name]);
        let source = open(&[&path], &OpenOptions::default()).unwrap();
        let read = read_all(&*source, &[0, 1]).unwrap();
        let keys = cast(read.column(0), &DataType::Int32).unwrap();
        let segments = cast(read.column(1), &DataType::Utf8).unwrap();
        assert_eq!(
            keys.as_primitive::<Int32Type>().values(),
            &[1, 3, 4, 4],
            "{name}"
        );
        let segments: Vec<&str> = segments.as_string::<i32>().iter().flatten().collect();
        assert_eq!(
            segments,
            ["young", "loyal \"gold\"", "young", "loyal \"gold\""],
            "{name}"
        );
        assert_eq!(source.schema().field(1).name(), "segment");
    }
}

#[test]
fn wide_form_has_a_row_for_each_contact() {
    for (name, format) in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let key = Field::new("id", DataType::Int32, true);
        let writer = MembersWriter::create(&path, format, Layout::Wide, &key, &segments()).unwrap();
        assert_eq!(write(writer), 4);
        let source = open(&[&path], &OpenOptions::default()).unwrap();
        let read = read_all(&*source, &[0, 1, 2]).unwrap();
        let column = |place: usize| -> Vec<bool> {
            read.column(place).as_boolean().iter().flatten().collect()
        };
        assert_eq!(column(1), [true, false, false, true], "{name}");
        assert_eq!(column(2), [false, false, true, true], "{name}");
        assert_eq!(source.schema().field(2).name(), "loyal \"gold\"");
    }
}

#[test]
fn keys_are_written_plainly_whatever_their_layout() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.parquet");
    let words: DictionaryArray<Int8Type> = ["ann", "bob"].into_iter().collect();
    let key = Field::new("id", words.data_type().clone(), true);
    let mut writer =
        MembersWriter::create(&path, Format::Parquet, Layout::Wide, &key, &["s".into()]).unwrap();
    let words: ArrayRef = Arc::new(words);
    writer
        .write(&words, &[BooleanBuffer::from(vec![true, false])])
        .unwrap();
    writer.finish().unwrap();
    let source = open(&[&path], &OpenOptions::default()).unwrap();
    let read = read_all(&*source, &[0]).unwrap();
    assert_eq!(
        cast(read.column(0), &DataType::Utf8)
            .unwrap()
            .as_string::<i32>()
            .value(1),
        "bob"
    );
}

#[test]
fn nobody_in_a_segment_is_a_table_without_rows() {
    for (name, format) in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let key = Field::new("id", DataType::Int32, true);
        let writer = MembersWriter::create(&path, format, Layout::Long, &key, &segments()).unwrap();
        assert_eq!(writer.finish().unwrap(), 0);
        let bytes = std::fs::read(&path).unwrap();
        match format {
            Format::Csv => assert_eq!(bytes, b"id,segment\n"),
            Format::JsonLines => assert_eq!(bytes, b""),
            Format::Parquet | Format::Arrow => {
                let source = open(&[&path], &OpenOptions::default()).unwrap();
                assert_eq!(read_all(&*source, &[0, 1]).unwrap().num_rows(), 0);
            }
        }
    }
}

#[test]
fn a_writer_that_is_dropped_leaves_the_old_file_as_it_was() {
    for (name, format) in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, "old").unwrap();
        let key = Field::new("id", DataType::Int32, true);
        let mut writer =
            MembersWriter::create(&path, format, Layout::Wide, &key, &["s".into()]).unwrap();
        let keys: ArrayRef = Arc::new(Int32Array::from(vec![1]));
        writer
            .write(&keys, &[BooleanBuffer::from(vec![true])])
            .unwrap();
        drop(writer);
        assert_eq!(std::fs::read(&path).unwrap(), b"old", "{name}");
        assert_eq!(names(folder.path()), [name]);
    }
}

#[test]
fn an_output_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let key = Field::new("id", DataType::Int32, true);
    let create = |path: &Path, segments: &[String]| {
        MembersWriter::create(path, Format::Csv, Layout::Wide, &key, segments).unwrap_err()
    };
    let nowhere = folder.path().join("no/such/m.csv");
    let error = create(&nowhere, &[]);
    assert_eq!(error.code.0, "E0713");
    assert_eq!(
        error.to_string(),
        format!(
            "{}: it cannot be written: its folder does not exist",
            nowhere.display()
        )
    );
    assert!(
        create(folder.path(), &[])
            .to_string()
            .ends_with("it is a folder")
    );
    let clash = create(&folder.path().join("m.csv"), &["id".into()]);
    assert!(
        clash
            .to_string()
            .ends_with("the key and a segment would both be the column \"id\"")
    );
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

/// Takes so many bytes and no more, as a full disk does.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0 < bytes.len() {
            return Err(std::io::Error::other("no space left"));
        }
        self.0 -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_and_no_panic() {
    for (name, format) in FORMATS {
        for room in [0, 10, 100, 100_000] {
            let key = Field::new("id", DataType::Int32, true);
            let made = MembersWriter::to_stream(
                name,
                Box::new(Full(room)),
                format,
                Layout::Wide,
                &key,
                &["s".into()],
            );
            let outcome = made.and_then(|mut writer| {
                for start in 0..20 {
                    let keys: ArrayRef =
                        Arc::new(Int32Array::from_iter_values((0..10_000).map(|row: i32| {
                            (row ^ 0x55)
                                .wrapping_mul(0x9e37_79b1_u32.cast_signed())
                                .wrapping_add(start)
                        })));
                    writer.write(&keys, &[BooleanBuffer::new_set(10_000)])?;
                }
                writer.finish()
            });
            let error = outcome.unwrap_err();
            assert_eq!(error.code.0, "E0713", "{name} {room}");
            assert!(error.to_string().contains("no space left"), "{error}");
        }
    }
}

/// Keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn streams_are_written_as_they_are() {
    let kept = Kept::default();
    let key = Field::new("id", DataType::Int32, true);
    let writer = MembersWriter::to_stream(
        "<stdout>",
        Box::new(kept.clone()),
        Format::Csv,
        Layout::Long,
        &key,
        &segments(),
    )
    .unwrap();
    write(writer);
    let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert_eq!(
        text,
        "id,segment\n1,young\n3,\"loyal \"\"gold\"\"\"\n4,young\n4,\"loyal \"\"gold\"\"\"\n"
    );
}
