//! Parquet files of which most columns are read for a few contacts alone, since another column says that the rest are out; and pieces of them that are not
//! read at all, since a dictionary or a filter says so.

use crate::data::contacts::parquet_bytes;
use ::parquet::arrow::ArrowWriter;
use ::parquet::file::properties::WriterProperties;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int16Array, Int64Array,
    RecordBatch, StringArray, UInt32Array,
};
use arrow_schema::SchemaRef;
use segql::data::{Batches, DataError, OpenOptions, Source, Statistics, Steps, open_bytes};
use segql::execute::{self, Input, Members, Options, Sink};
use segql::schema::Manifest;
use segql::source::Sources;
use segql::types::Constant;
use segql::{Engine, Schema};
use std::num::NonZero;
use std::sync::{Arc, Mutex};

const ROWS: i64 = 40_000;

const MANIFEST: &str = "[contacts]\nsource = \"contacts.parquet\"\nkey = \"id\"\n\
    [contacts.fields.home]\ntype = \"point\"\nlatitude = \"north\"\nlongitude = \"east\"";

/// One in 25 lives around Brussels, one in 50 of them too far to the east; the rest live in Lyon, or nobody knows where.
fn place(row: i64) -> Option<(f64, f64)> {
    match row % 25 {
        3 if row % 50 == 3 => Some((50.85, 4.35)),
        3 => Some((50.90, 5.60)),
        8 => None,
        _ => Some((45.76, 4.84)),
    }
}

fn region(row: i64) -> Option<&'static str> {
    match row % 20 {
        0 => None,
        7 => Some("BE"),
        other => Some(["FR", "NL", "DE"][other as usize % 3]),
    }
}

fn age(row: i64) -> Option<i16> {
    (row % 11 != 5).then_some((row % 83) as i16)
}

fn spent(row: i64) -> Option<f64> {
    (row % 17 != 2).then_some((row * 7_919 % 100_003) as f64 / 4.0)
}

fn consents(row: i64) -> Option<bool> {
    (row % 9 != 1).then_some(row % 7 < 3)
}

fn contacts() -> RecordBatch {
    let rows = || 0..ROWS;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(rows()))),
        (
            "region",
            Arc::new(rows().map(region).collect::<StringArray>()),
        ),
        ("age", Arc::new(rows().map(age).collect::<Int16Array>())),
        (
            "spent",
            Arc::new(rows().map(spent).collect::<Float64Array>()),
        ),
        (
            "consent",
            Arc::new(rows().map(consents).collect::<BooleanArray>()),
        ),
        (
            "note",
            Arc::new(
                rows()
                    .map(|row| (row % 3 > 0).then(|| format!("note {row}")))
                    .collect::<StringArray>(),
            ),
        ),
        (
            "north",
            Arc::new(
                rows()
                    .map(|row| place(row).map(|place| place.0))
                    .collect::<Float64Array>(),
            ),
        ),
        (
            "east",
            Arc::new(
                rows()
                    .map(|row| place(row).map(|place| place.1))
                    .collect::<Float64Array>(),
            ),
        ),
    ];
    let columns = columns
        .into_iter()
        .map(|(name, array)| (name, array, name != "id"));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// The keys of the members of each segment.
#[derive(Default)]
pub struct Keys(pub Vec<Vec<i64>>);

impl Sink for Keys {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        let keys = members.keys.as_any().downcast_ref::<Int64Array>();
        let keys = keys.ok_or("keys are whole numbers")?;
        self.0.resize(members.masks.len(), Vec::new());
        for (found, mask) in self.0.iter_mut().zip(members.masks) {
            let own = (0..keys.len()).filter(|row| mask.value(*row));
            found.extend(own.map(|row| keys.value(row)));
        }
        Ok(())
    }
}

#[test]
fn who_is_found_does_not_depend_on_what_is_read_first() {
    let is = |of: Option<bool>| of == Some(true);
    let in_be = |row: i64| region(row) == Some("BE");
    let is_near = |row: i64| row % 50 == 3;
    let cases: [(&str, &dyn Fn(i64) -> bool); 12] = [
        (
            "region = \"BE\" AND consent AND age between 20 and 60 AND spent > 9000",
            &|row| {
                let is_of_age = age(row).is_some_and(|age| (20..=60).contains(&age));
                let is_rich = spent(row).is_some_and(|spent| spent > 9000.0);
                in_be(row) && is(consents(row)) && is_of_age && is_rich
            },
        ),
        ("region = \"BE\" AND note contains \"77\"", &|row| {
            in_be(row) && row % 3 > 0 && row.to_string().contains("77")
        }),
        ("region = \"BE\" AND note is missing", &|row| {
            in_be(row) && row % 3 == 0
        }),
        (
            "NOT region in (\"FR\", \"NL\", \"DE\") AND NOT spent > 100",
            &|row| {
                let is_rich = spent(row).is_some_and(|spent| spent > 100.0);
                (in_be(row) || region(row).is_none()) && !is_rich
            },
        ),
        (
            "(region = \"BE\" AND age < 20) OR (region = \"BE\" AND spent < 50)",
            &|row| {
                let is_young = age(row).is_some_and(|age| age < 20);
                in_be(row) && (is_young || spent(row).is_some_and(|spent| spent < 50.0))
            },
        ),
        (
            "(region = \"BE\" AND age < 20) OR (region is missing AND spent < 5000)",
            &|row| {
                let is_young = age(row).is_some_and(|age| age < 20);
                let is_poor = spent(row).is_some_and(|spent| spent < 5000.0);
                in_be(row) && is_young || region(row).is_none() && is_poor
            },
        ),
        ("region = \"BE\" OR spent < 50", &|row| {
            in_be(row) || spent(row).is_some_and(|spent| spent < 50.0)
        }),
        ("spent < 50 AND region is missing", &|row| {
            spent(row).is_some_and(|spent| spent < 50.0) && region(row).is_none()
        }),
        ("spent is missing AND consent", &|row| {
            spent(row).is_none() && is(consents(row))
        }),
        ("distance(home, point(50.85, 4.35)) <= 25 km", &is_near),
        (
            "distance(home, point(50.85, 4.35)) <= 25 km AND NOT consent",
            &|row| is_near(row) && !is(consents(row)),
        ),
        (
            "NOT distance(home, point(50.85, 4.35)) <= 25 km AND age = 40",
            &|row| !is_near(row) && age(row) == Some(40),
        ),
    ];
    let mut sources = Sources::default();
    let id = sources.add("segql.toml", MANIFEST);
    let manifest = Manifest::parse(&sources, id).unwrap();
    let read = OpenOptions::from_manifest(&manifest);
    let batch = contacts();
    for rows_a_group in [1_000, 4_096, 15_000] {
        let file = parquet_bytes(std::slice::from_ref(&batch), rows_a_group);
        let source = open_bytes("contacts.parquet", file, &read).unwrap();
        let schema = manifest.schema(&source.schema()).unwrap();
        let engine = Engine::new(schema).without_warnings();
        for threads in [1, 2] {
            let options = Options {
                threads: NonZero::new(threads).unwrap(),
                key: Some("id".into()),
                ..Options::default()
            };
            let mut text = String::new();
            for (number, (condition, holds)) in cases.iter().enumerate() {
                let one = format!("segment case_{number} = {condition}\n");
                let program = engine.compile("one.seg", &one).unwrap();
                let expected: Vec<i64> = (0..ROWS).filter(|row| holds(*row)).collect();
                assert!(!expected.is_empty(), "{condition}");
                let (bound, input) = (program.plan().bind(0), Input::Source(&*source));
                let counted = execute::run(&bound, input, &options, None).unwrap();
                assert_eq!(counted.contacts, ROWS as u64);
                assert_eq!(counted.counts, [expected.len() as u64], "{condition}");
                let mut keys = Keys::default();
                execute::run(&bound, input, &options, Some(&mut keys)).unwrap();
                assert_eq!(keys.0, [expected], "{condition}");
                text += &one;
            }
            // The first three at once: of whoever is in none of them nothing is read.
            let text: String = text
                .lines()
                .take(3)
                .map(|line| format!("{line}\n"))
                .collect();
            let program = engine.compile("three.seg", &text).unwrap();
            let mut keys = Keys::default();
            let (bound, input) = (program.plan().bind(0), Input::Source(&*source));
            execute::run(&bound, input, &options, Some(&mut keys)).unwrap();
            for (found, (condition, holds)) in keys.0.iter().zip(&cases) {
                let expected: Vec<i64> = (0..ROWS).filter(|row| holds(*row)).collect();
                assert_eq!(*found, expected, "{condition}");
            }
        }
    }
}

/// A source that notes which pieces are read.
struct Noting {
    source: Arc<dyn Source>,
    read: Mutex<Vec<usize>>,
}

impl Source for Noting {
    fn name(&self) -> &str {
        self.source.name()
    }
    fn schema(&self) -> SchemaRef {
        self.source.schema()
    }
    fn pieces(&self) -> usize {
        self.source.pieces()
    }
    fn rows(&self, piece: usize) -> Option<u64> {
        self.source.rows(piece)
    }
    fn statistics(&self, piece: usize, column: usize) -> Option<Statistics> {
        self.source.statistics(piece, column)
    }
    fn different(&self, piece: usize, column: usize) -> Result<Option<ArrayRef>, DataError> {
        self.source.different(piece, column)
    }
    fn lacks(&self, piece: usize, column: usize, values: &[Constant]) -> Result<bool, DataError> {
        self.source.lacks(piece, column, values)
    }
    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        self.read.lock().unwrap().push(piece);
        self.source.read(piece, columns)
    }
    fn read_in_steps(
        &self,
        piece: usize,
        first: usize,
        columns: &[usize],
        rows: usize,
    ) -> Result<Option<Box<dyn Steps>>, DataError> {
        self.read.lock().unwrap().push(piece);
        self.source.read_in_steps(piece, first, columns, rows)
    }
}

/// How many are in a segment of contacts of a file, and the pieces that were read to find out.
fn counted(file: &[u8], schema: &Schema, condition: &str) -> (u64, Vec<usize>) {
    let source = Noting {
        source: open_bytes("contacts.parquet", file.to_vec(), &OpenOptions::default()).unwrap(),
        read: Mutex::default(),
    };
    let engine = Engine::new(schema.clone()).without_warnings();
    let program = engine.compile_condition(condition).unwrap();
    let (bound, options) = (program.plan().bind(0), Options::default());
    let outcome = execute::run(&bound, Input::Source(&source), &options, None).unwrap();
    assert_eq!(
        outcome.contacts,
        (0..source.pieces())
            .filter_map(|piece| source.rows(piece))
            .sum::<u64>()
    );
    let mut read = source.read.into_inner().unwrap();
    read.dedup();
    (outcome.counts[0], read)
}

#[test]
fn pieces_whose_dictionary_lacks_what_is_asked_are_not_read() {
    // Their least and greatest regions are the same; nobody of the second and fourth lives in Belgium, and of the third some nobody knows where.
    let region = |row: i64| match row / 1_000 {
        0 => Some(["AT", "BE", "CH"][row as usize % 3]),
        2 => [Some("AT"), None, Some("BE"), Some("CH")][row as usize % 4],
        _ => Some(["AT", "CH"][row as usize % 2]),
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(0..4_000))),
        (
            "region",
            Arc::new((0..4_000).map(region).collect::<StringArray>()),
        ),
        (
            "orders",
            Arc::new(
                (0..4_000)
                    .map(|row| Some([10, if row < 3_000 { 20 } else { 25 }, 30][row as usize % 3]))
                    .collect::<Int64Array>(),
            ),
        ),
    ];
    let columns = (columns.into_iter()).map(|(name, array)| (name, array, name != "id"));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let file = parquet_bytes(&[batch], 1_000);
    let schema = Schema::builder().key("id").int("id");
    let schema = schema.text("region").int("orders").build().unwrap();
    let count = |holds: &dyn Fn(i64) -> bool| (0..4_000).filter(|row| holds(*row)).count() as u64;
    let lives = |row: i64, wanted: &str| region(row) == Some(wanted);
    for (condition, holds, read) in [
        (
            "region = \"BE\"",
            &(|row| lives(row, "BE")) as &dyn Fn(i64) -> bool,
            vec![0, 2],
        ),
        ("region = \"BG\"", &|_| false, vec![]),
        (
            "region ends with \"E\"",
            &|row| lives(row, "BE"),
            vec![0, 2],
        ),
        (
            "NOT region in (\"AT\", \"CH\")",
            &|row| lives(row, "BE") || region(row).is_none(),
            // That somebody's is missing is not told by a dictionary.
            vec![0, 1, 2, 3],
        ),
        (
            "region = \"BE\" AND orders = 20",
            &|row| lives(row, "BE") && row % 3 == 1,
            vec![0, 2],
        ),
        ("orders = 25", &|row| row >= 3_000 && row % 3 == 1, vec![3]),
        (
            "orders between 21 and 29",
            &|row| row >= 3_000 && row % 3 == 1,
            vec![3],
        ),
        (
            "region = \"BE\" OR orders = 25",
            &|row| lives(row, "BE") || row >= 3_000 && row % 3 == 1,
            vec![0, 1, 2, 3],
        ),
    ] {
        assert_eq!(
            counted(&file, &schema, condition),
            (count(holds), read),
            "{condition}"
        );
    }
}

#[test]
fn pieces_whose_filter_lacks_what_is_asked_are_not_read() {
    const CONTACTS: i64 = 20_000;
    let number = |row: i64| row * 7_919 % 100_003;
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        (
            "id",
            Arc::new(Int64Array::from_iter_values(0..CONTACTS)),
            false,
        ),
        (
            "number",
            Arc::new(
                (0..CONTACTS)
                    .map(|row| (row % 10 != 3).then(|| number(row)))
                    .collect::<Int64Array>(),
            ),
            true,
        ),
        (
            "mail",
            Arc::new(StringArray::from_iter_values(
                (0..CONTACTS).map(|row| format!("{}@example.org", number(row))),
            )),
            true,
        ),
    ];
    // Numbers that are stored in another form than they are asked for.
    let wide = UInt32Array::from_iter_values((0..CONTACTS).map(|row| 3_000_000_000 + row as u32));
    let cents = (0..CONTACTS).map(|row| i128::from(number(row)));
    let price = Decimal128Array::from_iter_values(cents)
        .with_precision_and_scale(9, 2)
        .unwrap();
    let columns = columns.into_iter().chain([
        ("wide", Arc::new(wide) as ArrayRef, false),
        ("price", Arc::new(price) as ArrayRef, false),
    ]);
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(2_000))
        .set_dictionary_enabled(false)
        .set_bloom_filter_enabled(true)
        .build();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let schema = Schema::builder().key("id").int("id");
    let schema = schema
        .int("number")
        .text("mail")
        .int("wide")
        .number("price");
    let schema = schema.build().unwrap();
    let mut pieces = 0;
    for row in (0..CONTACTS).step_by(1_701) {
        let known = row % 10 != 3;
        for (condition, expected) in [
            (format!("number = {}", number(row)), known),
            (format!("mail = \"{}@example.org\"", number(row)), true),
            (
                format!(
                    "number in ({}, 200_000) AND mail contains \"example\"",
                    number(row)
                ),
                known,
            ),
        ] {
            let (found, read) = counted(&file, &schema, &condition);
            assert_eq!(found, u64::from(expected), "{condition}");
            assert!(!expected || read.contains(&(row as usize / 2_000)));
            pieces += read.len();
        }
    }
    // Of 360 pieces 36 have what is asked; a filter may now and then say of others that they might.
    assert!(pieces < 60, "{pieces} pieces were read");
    for row in [0, 1_701, CONTACTS - 1] {
        let price = number(row);
        for condition in [
            format!("wide = {}", 3_000_000_000 + row),
            format!("price = {}.{:02}", price / 100, price % 100),
        ] {
            assert_eq!(counted(&file, &schema, &condition).0, 1, "{condition}");
        }
    }
    // What is asked besides is asked of everybody.
    let (found, read) = counted(&file, &schema, "NOT number = 7919");
    assert_eq!((found, read.len()), (CONTACTS as u64 - 1, 10));
    let (found, _) = counted(&file, &schema, "number = 0.5 OR number is missing");
    assert_eq!(found, CONTACTS as u64 / 10);
}
