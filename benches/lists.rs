//! What a list of keys costs: how long it takes to read ten million of them, how much memory they take, and what a contact costs that is looked up.
//!
//! `cargo bench --bench lists`. The environment variable `KEYS` sets the number of keys, ten million by default. Memory is what the process has
//! more of while the list is held, as far as the system tells it.

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use segql::data::{OpenOptions, open_list};
use segql::schema::KeyList;
use segql::types::{Constant, Exact};
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Keys of one file are written in batches of so many.
const BATCH: usize = 1 << 20;
/// Values that are looked up, half of them in the list.
const LOOKED_UP: usize = 1_000_000;

/// What a process of its own measures, since memory that was given back may stay with a process: the kind, and the file.
const KIND: &str = "SEGQL_BENCH_KIND";
const FILE: &str = "SEGQL_BENCH_FILE";

fn main() {
    let keys = std::env::var("KEYS")
        .ok()
        .and_then(|keys| keys.parse().ok())
        // `cargo test` only asks whether it runs.
        .unwrap_or(if std::env::args().any(|argument| argument == "--bench") {
            10_000_000
        } else {
            10_000
        });
    if let (Ok(kind), Some(file)) = (std::env::var(KIND), std::env::var_os(FILE)) {
        measure_in_this_process(&kind, Path::new(&file), keys);
        return;
    }
    let folder = tempfile::tempdir().expect("a folder for the files");
    let texts = |range: std::ops::Range<usize>| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(range.map(text)))
    };
    let numbers = |range: std::ops::Range<usize>| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(range.map(number)))
    };
    let text_file = folder.path().join("text.parquet");
    let number_file = folder.path().join("numbers.parquet");
    write(&text_file, keys, &texts);
    write(&number_file, keys, &numbers);
    for (kind, file) in [
        ("text", &text_file),
        ("text, ignoring case", &text_file),
        ("whole numbers", &number_file),
    ] {
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child.env("KEYS", keys.to_string());
        child.env(KIND, kind).env(FILE, file);
        let status = child.status().expect("it starts again");
        assert!(status.success(), "{kind} cannot be measured");
    }
}

fn measure_in_this_process(kind: &str, file: &Path, keys: usize) {
    match kind {
        "text" => measure(kind, file, keys, |list, place| {
            list.holds_text(&text(place), false)
        }),
        "text, ignoring case" => measure(kind, file, keys, |list, place| {
            list.holds_text(&text(place), true)
        }),
        _ => measure(kind, file, keys, |list, place| {
            let number = Exact::whole(i128::from(number(place)));
            list.holds(&Constant::Number(number), false)
        }),
    }
}

fn text(place: usize) -> String {
    format!("{:x}.{place}@example.com", hash(place))
}

fn number(place: usize) -> i64 {
    hash(place) as i64
}

fn hash(number: usize) -> u64 {
    let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 8
}

fn write(file: &Path, keys: usize, column: &dyn Fn(std::ops::Range<usize>) -> ArrayRef) {
    let mut writer = None;
    for first in (0..keys).step_by(BATCH) {
        let column = column(first..keys.min(first + BATCH));
        let batch = RecordBatch::try_from_iter([("key", column)]).expect("one column");
        let writer = writer.get_or_insert_with(|| {
            let file = File::create(file).expect("a file in the folder");
            ArrowWriter::try_new(file, batch.schema(), None).expect("a writer of Parquet")
        });
        writer.write(&batch).expect("the batch is written");
    }
    writer
        .expect("there are keys")
        .close()
        .expect("the file is whole");
}

/// Reads the list, and says what that took.
fn measure(name: &str, file: &Path, keys: usize, holds: impl Fn(&KeyList, usize) -> bool) {
    let before = memory("VmRSS:");
    let began = Instant::now();
    let list = open_list("keys", &[file], None, &OpenOptions::default()).expect("a list");
    let read = list.load().expect("keys that can be read").len();
    // What ignores case is made at the first question.
    holds(&list, 0);
    let took = began.elapsed();
    assert_eq!(read, keys);
    let grown = |line: &str| {
        let more = memory(line)?.saturating_sub(before?);
        Some(more as f64)
    };
    let (held, most) = (grown("VmRSS:"), grown("VmHWM:"));
    let began = Instant::now();
    // Every other one is beyond the last key.
    let found = (0..LOOKED_UP)
        .filter(|turn| {
            holds(
                &list,
                if turn % 2 == 0 {
                    turn % keys
                } else {
                    keys + turn
                },
            )
        })
        .count();
    let looked_up = began.elapsed();
    assert_eq!(found, LOOKED_UP / 2);
    let each = looked_up.as_nanos() as f64 / LOOKED_UP as f64;
    println!("{name}: {keys} keys read in {:.2} s", seconds(took));
    if let (Some(held), Some(most)) = (held, most) {
        println!(
            "    {:.0} MiB held, {:.0} bytes a key; {:.0} MiB at most while they are read",
            held / f64::from(1 << 20),
            held / keys as f64,
            most / f64::from(1 << 20),
        );
    }
    println!("    {each:.0} ns to make a value and look it up");
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

/// A line of what the system tells of this process, in bytes; none where it does not tell.
fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}
