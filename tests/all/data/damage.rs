//! Files with bytes turned over: each is read or refused, and nothing panics.

use super::contacts::{CSV, JSON, arrow_bytes, contacts, parquet_bytes, read_all, stream_bytes};
use segql::data::{OpenOptions, check_keys, open_bytes};
use std::sync::atomic::AtomicBool;

/// Pseudo-random numbers, the same every time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// Reads whatever can be read. True where the file was refused.
fn refused(name: &str, bytes: Vec<u8>) -> bool {
    let options = OpenOptions {
        batch_rows: 3,
        ..OpenOptions::default()
    };
    let Ok(source) = open_bytes(name, bytes, &options) else {
        return true;
    };
    let columns: Vec<usize> = (0..source.schema().fields().len()).collect();
    let mut refused = false;
    for piece in 0..source.pieces() {
        for column in &columns {
            source.statistics(piece, *column);
        }
        match source.read(piece, &columns) {
            Ok(batches) => {
                refused |= batches.fold(false, |refused, batch| refused | batch.is_err())
            }
            Err(_) => refused = true,
        }
    }
    if !columns.is_empty() {
        let _ = check_keys(&*source, 0, &AtomicBool::new(false));
    }
    refused
}

fn turn_over(name: &str, bytes: &[u8], rounds: u64) {
    let whole = open_bytes(name, bytes.to_vec(), &OpenOptions::default()).unwrap();
    assert_eq!(
        read_all(&*whole, &[0]).unwrap().num_rows(),
        8,
        "{name} as it is"
    );
    let mut damaged = 0;
    for round in 1..=rounds {
        let mut numbers = Numbers(round.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut bytes = bytes.to_vec();
        for _ in 0..=numbers.below(4) {
            let place = numbers.below(bytes.len());
            bytes[place] ^= 1 << numbers.below(8);
        }
        if numbers.below(8) == 0 {
            bytes.truncate(numbers.below(bytes.len()) + 1);
        }
        damaged += u64::from(refused(name, bytes));
    }
    assert!(
        damaged > 0,
        "{name}: nothing was ever refused in {rounds} rounds"
    );
}

#[test]
fn damaged_files_are_refused_without_a_panic() {
    // What panics inside a reader of a format becomes an error; its own words would only clutter the output. Other tests keep theirs.
    let (usual, here) = (std::panic::take_hook(), std::thread::current().id());
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() != here {
            usual(panic);
        }
    }));
    let outcome = std::panic::catch_unwind(|| {
        let batches = [contacts(), contacts()];
        turn_over("a.parquet", &parquet_bytes(&batches, 5), 1_500);
        turn_over("a.arrow", &arrow_bytes(&batches, false), 1_500);
        turn_over("b.arrow", &arrow_bytes(&batches, true), 1_000);
        turn_over("a.arrows", &stream_bytes(&batches), 1_000);
        let rows = CSV.split_once('\n').unwrap().1;
        turn_over("a.csv", format!("{CSV}{rows}").as_bytes(), 1_000);
        turn_over("a.jsonl", format!("{JSON}{JSON}").as_bytes(), 1_000);
    });
    let _ = std::panic::take_hook();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}
