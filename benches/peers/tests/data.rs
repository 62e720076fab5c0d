//! The made-up data is the same every time, and fewer contacts are the first of more.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use segql_peers::made::contacts::Contacts;
use segql_peers::made::events::Events;
use segql_peers::made::titles::Titles;
use segql_peers::made::{BLOCK, NOW, blocks, contacts_of};
use segql_peers::written::{Formats, write};
use std::fs::File;
use std::num::NonZero;

const FEW: u64 = 500;
/// Into the second block.
const MORE: u64 = BLOCK + 300;

fn events(batch: &RecordBatch) -> (&[i64], &[i64]) {
    let contacts = batch["contact_id"].as_primitive::<Int64Type>();
    let times = batch["ts"].as_primitive::<TimestampMicrosecondType>();
    (contacts.values(), times.values())
}

#[test]
fn fewer_contacts_are_the_first_of_more() {
    assert_eq!((blocks(FEW), blocks(MORE)), (1, 2));
    assert_eq!(
        [0, 1, 2].map(|block| contacts_of(block, MORE)),
        [BLOCK as usize, 300, 0]
    );
    let made = Contacts::default();
    let few = made.block(0, FEW);
    assert_eq!(few.num_rows(), FEW as usize);
    assert_eq!(
        few,
        Contacts::default().block(0, MORE).slice(0, FEW as usize)
    );
    // A block does not hang on those before it.
    let next = made.block(1, MORE);
    let keys = next["contact_id"].as_primitive::<Int64Type>();
    assert_eq!((keys.value(0), keys.len()), (BLOCK as i64, 300));
    assert_ne!(&few["email"].slice(0, 300), &next["email"]);
}

#[test]
fn fewer_events_are_the_first_of_more() {
    let titles = Titles::default();
    let made = Events::new(&titles, 1.0);
    let few = made.block(0, FEW);
    let more = Events::new(&titles, 1.0).block(0, 2 * FEW);
    assert_eq!(few, more.slice(0, few.num_rows()));
    let (contacts, _) = events(&more);
    assert!(contacts[few.num_rows()] >= FEW as i64);
    // About thirty each, and more of them where more is asked for.
    assert!(
        (20..40).contains(&(few.num_rows() as u64 / FEW)),
        "{}",
        few.num_rows()
    );
    let busier = Events::new(&titles, 2.0).block(0, FEW);
    assert!(busier.num_rows() > few.num_rows() * 3 / 2);
}

/// Nothing that engines could see differently: times of a contact differ, none is to come, and sums of amounts are exact.
#[test]
fn events_are_the_same_to_all_engines() {
    let titles = Titles::default();
    let made = Events::new(&titles, 1.0).block(0, 2000);
    let (contacts, times) = events(&made);
    let places = 1..contacts.len();
    assert!(
        places
            .clone()
            .all(|place| contacts[place] >= contacts[place - 1])
    );
    let before =
        |place: usize| contacts[place] > contacts[place - 1] || times[place] > times[place - 1];
    assert!(places.into_iter().all(before));
    assert!(times.iter().all(|time| *time <= NOW));
    let amounts = made["amount"].as_primitive::<Float64Type>();
    assert!(
        amounts
            .iter()
            .flatten()
            .all(|amount| (amount * 4.0).fract() == 0.0)
    );
    assert!(amounts.null_count() < amounts.len());
}

#[test]
fn files_have_what_was_drawn() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Contacts::default();
    let formats = Formats {
        parquet: true,
        arrow: true,
    };
    let threads = NonZero::new(3).expect("three");
    let draw = |block| made.block(block, MORE);
    let rows = write(folder.path(), "contacts", 2, draw, formats, threads).expect("written");
    assert_eq!(rows, MORE);
    let drawn = [made.block(0, MORE), made.block(1, MORE)];
    let drawn =
        arrow_select::concat::concat_batches(&drawn[0].schema(), &drawn).expect("one table");
    let file = File::open(folder.path().join("contacts.parquet")).expect("a file");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    let reader = reader
        .with_batch_size(MORE as usize)
        .build()
        .expect("Parquet");
    let read: Vec<RecordBatch> = reader.map(|batch| batch.expect("a batch")).collect();
    let read = arrow_select::concat::concat_batches(&drawn.schema(), &read).expect("one table");
    for name in [
        "contact_id",
        "email",
        "last_seen_at",
        "ltv",
        "lat",
        "tags",
        "birthday",
    ] {
        assert_eq!(&read[name], &drawn[name], "{name}");
    }
    let file = File::open(folder.path().join("contacts.arrow")).expect("a file");
    let mut reader = arrow_ipc::reader::FileReader::try_new(file, None).expect("Arrow");
    let first = reader.next().expect("a batch").expect("Arrow");
    assert_eq!(first, drawn.slice(0, first.num_rows()));
}
