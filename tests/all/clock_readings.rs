//! What the clock shows at many times: the same as jiff says of each.

use arrow_array::{ArrayRef, Date64Array, Int64Array, RecordBatch, TimestampMicrosecondArray};
use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use segql::data::{OpenOptions, open_bytes};
use segql::execute::{self, Dataset, Input, Options};
use segql::{Engine, RunOptions, Schema};
use std::sync::Arc;

const ROWS: i64 = 30_000;

/// Whether a row is in a segment.
type Holds = Box<dyn Fn(i64) -> bool>;

/// Microseconds within four years, some hours after the other, one in eleven missing.
fn seen(row: i64) -> Option<i64> {
    let step = 4_207_000_000 + row * row % 977;
    (row % 11 != 3).then(|| 1_640_000_000_000_000 + row * step)
}

fn clock(row: i64, zone: &str) -> Option<DateTime> {
    let time = jiff::Timestamp::from_microsecond(seen(row)?).unwrap();
    Some(TimeZone::get(zone).unwrap().to_datetime(time))
}

#[test]
fn the_clock_shows_what_it_shows_at_each_time() {
    let of = |zone: &'static str, holds: fn(DateTime) -> bool| {
        Box::new(move |row| clock(row, zone).is_some_and(holds)) as Holds
    };
    let brussels = "Europe/Brussels";
    let cases: Vec<(&str, Holds)> = vec![
        (
            "hour(seen) between 6 and 8",
            of(brussels, |clock| (6..=8).contains(&clock.hour())),
        ),
        (
            "hour(seen, \"America/New_York\") = 23",
            of("America/New_York", |clock| clock.hour() == 23),
        ),
        (
            "hour(seen, \"Australia/Lord_Howe\") < 3 AND minute(seen, \"Australia/Lord_Howe\") >= 30",
            of("Australia/Lord_Howe", |clock| {
                clock.hour() < 3 && clock.minute() >= 30
            }),
        ),
        (
            "minute(seen) = 59",
            of(brussels, |clock| clock.minute() == 59),
        ),
        (
            "weekday(seen) = \"sunday\"",
            of(brussels, |clock| clock.weekday() == Weekday::Sunday),
        ),
        (
            "weekday(seen, \"Pacific/Apia\") in (\"monday\", \"friday\")",
            of("Pacific/Apia", |clock| {
                matches!(clock.weekday(), Weekday::Monday | Weekday::Friday)
            }),
        ),
        ("month(seen) = 3", of(brussels, |clock| clock.month() == 3)),
        (
            "year(seen) = 2023",
            of(brussels, |clock| clock.year() == 2023),
        ),
        (
            "date(seen) = 2022-03-27",
            of(brussels, |clock| {
                (clock.month(), clock.day(), clock.year()) == (3, 27, 2022)
            }),
        ),
        (
            "weekday(seen) = \"monday\" AND hour(seen) >= 12",
            of(brussels, |clock| {
                clock.weekday() == Weekday::Monday && clock.hour() >= 12
            }),
        ),
        (
            "hour(seen) = hour(seen, \"Europe/London\")",
            Box::new(move |row| {
                let hours = [brussels, "Europe/London"]
                    .map(|zone| clock(row, zone).map(|clock| clock.hour()));
                hours[0].is_some() && hours[0] == hours[1]
            }),
        ),
        (
            "(if weekday(seen) = \"sunday\" then 1 else day(seen)) = 1",
            of(brussels, |clock| {
                clock.weekday() == Weekday::Sunday || clock.day() == 1
            }),
        ),
        (
            "NOT weekday(seen) = \"tuesday\"",
            Box::new(move |row| {
                clock(row, brussels).is_none_or(|clock| clock.weekday() != Weekday::Tuesday)
            }),
        ),
        (
            "NOT hour(seen) < 20 AND seen is missing",
            Box::new(|row| seen(row).is_none()),
        ),
    ];
    let times: TimestampMicrosecondArray = (0..ROWS).map(seen).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(0..ROWS))),
        ("seen", Arc::new(times.with_timezone("UTC"))),
    ];
    let columns = columns
        .into_iter()
        .map(|(name, array)| (name, array, name != "id"));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let file = crate::data::contacts::parquet_bytes(&[batch], 7_000);
    let source = open_bytes("contacts.parquet", file, &OpenOptions::default()).unwrap();
    let schema = Schema::builder()
        .key("id")
        .zone(brussels)
        .int("id")
        .time("seen");
    let schema = schema.build().unwrap();
    let dataset = Dataset::load(&*source, &schema).unwrap();
    let engine = Engine::new(schema).without_warnings();
    for (condition, holds) in &cases {
        let program = engine.compile_condition(condition).unwrap();
        let expected = (0..ROWS).filter(|row| holds(*row)).count() as u64;
        assert!(expected > 0 || condition.contains("London"), "{condition}");
        let bound = program.plan().bind(0);
        for input in [Input::Source(&*source), Input::Dataset(&dataset)] {
            let found = execute::run(&bound, input, &Options::default(), None).unwrap();
            assert_eq!(found.counts, [expected], "{condition}");
        }
    }
}

#[test]
fn days_of_few_contacts_and_many_years_are_read_however_they_are_stored() {
    // Of 64 bits, as times are, and too far apart for an answer for each.
    let born = |row: i64| jiff::civil::date(1950 + row as i16, 1, 1 + (row % 28) as i8);
    let milliseconds = |row| {
        let days = born(row) - jiff::civil::date(1970, 1, 1);
        i64::from(days.get_days()) * 86_400_000
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(0..60))),
        (
            "born",
            Arc::new(Date64Array::from_iter_values((0..60).map(milliseconds))),
        ),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let schema = Schema::builder().key("id").int("id").date("born");
    let engine = Engine::new(schema.build().unwrap()).without_warnings();
    for (condition, holds) in [
        (
            "weekday(born) = \"monday\"",
            (|day| day.weekday() == Weekday::Monday) as fn(jiff::civil::Date) -> bool,
        ),
        ("day(born) in (3, 17)", |day| matches!(day.day(), 3 | 17)),
        ("NOT year(born) < 2000", |day| day.year() >= 2000),
    ] {
        let program = engine.compile_condition(condition).unwrap();
        let masks = program
            .masks(&batch, &RunOptions::at(std::time::UNIX_EPOCH))
            .unwrap();
        let expected: Vec<i64> = (0..60).filter(|row| holds(born(*row))).collect();
        let found: Vec<i64> = (0..60)
            .filter(|row| masks[0].value(*row as usize))
            .collect();
        assert_eq!(found, expected, "{condition}");
    }
}
