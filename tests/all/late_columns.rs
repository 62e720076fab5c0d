//! Parquet files of which most columns are read for a few contacts alone, since another column says that the rest are out.

use crate::data::contacts::parquet_bytes;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int16Array, Int64Array, RecordBatch, StringArray,
};
use segql::Engine;
use segql::data::{OpenOptions, open_bytes};
use segql::execute::{self, Input, Members, Options, Sink};
use segql::schema::Manifest;
use segql::source::Sources;
use std::num::NonZero;
use std::sync::Arc;

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
struct Keys(Vec<Vec<i64>>);

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
