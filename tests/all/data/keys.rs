//! Every contact has a key of its own: found whatever the type, the layout and the order of the keys.

use arrow_array::types::Int8Type;
use arrow_array::*;
use arrow_buffer::i256;
use segql::data::{DataError, MemorySource, Source, check_keys, open};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn source(batches: Vec<ArrayRef>) -> MemorySource {
    let batches: Vec<RecordBatch> = batches
        .into_iter()
        .map(|keys| RecordBatch::try_from_iter_with_nullable([("id", keys, true)]).unwrap())
        .collect();
    MemorySource::new("host", batches[0].schema(), batches).unwrap()
}

fn checked(batches: Vec<ArrayRef>) -> Result<(), DataError> {
    check_keys(&source(batches), 0, &AtomicBool::new(false))
}

fn fault(batches: Vec<ArrayRef>) -> String {
    checked(batches).unwrap_err().to_string()
}

fn whole(keys: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(keys.to_vec()))
}

fn text(keys: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(keys.to_vec()))
}

#[test]
fn keys_in_any_order_that_differ_are_well() {
    checked(vec![whole(&[1, 2, 3]), whole(&[4])]).unwrap();
    checked(vec![whole(&[3, -1, 2]), whole(&[0])]).unwrap();
    checked(vec![whole(&[i64::MAX, i64::MIN, 0])]).unwrap();
    checked(vec![text(&["b", "a", ""]), text(&["c"])]).unwrap();
    checked(vec![Arc::new(UInt64Array::from(vec![
        u64::MAX,
        0,
        1 << 63,
    ]))])
    .unwrap();
    checked(vec![whole(&[])]).unwrap();
}

#[test]
fn the_first_second_row_is_named() {
    assert_eq!(
        fault(vec![whole(&[5, 9, 7]), whole(&[8, 9, 5])]),
        "host, row 5, column \"id\": the key 9 stands here and in row 2"
    );
    // Far apart, so that they are sorted and not ticked off.
    assert_eq!(
        fault(vec![whole(&[i64::MAX, i64::MIN, 0, i64::MIN])]),
        format!(
            "host, row 4, column \"id\": the key {} stands here and in row 2",
            i64::MIN
        )
    );
    assert_eq!(
        fault(vec![text(&["z", "b", "y"]), text(&["b"])]),
        "host, row 4, column \"id\": the key \"b\" stands here and in row 2"
    );
    assert_eq!(
        fault(vec![whole(&[1, 2, 2])]),
        "host, row 3, column \"id\": the key 2 stands here and in row 2"
    );
}

#[test]
fn every_layout_of_keys_is_read() {
    let twice = "the key \"b\" stands here and in row 1";
    let words: DictionaryArray<Int8Type> = ["b", "a", "b"].into_iter().collect();
    assert!(fault(vec![Arc::new(words)]).ends_with(twice));
    assert!(fault(vec![Arc::new(StringViewArray::from(vec!["b", "a", "b"]))]).ends_with(twice));
    assert!(fault(vec![Arc::new(LargeStringArray::from(vec!["b", "a", "b"]))]).ends_with(twice));
    let decimal = Decimal128Array::from(vec![150, -1, 150])
        .with_precision_and_scale(10, 2)
        .unwrap();
    assert!(fault(vec![Arc::new(decimal)]).ends_with("the key 1.50 stands here and in row 1"));
    let wide = |digits: &str| -> ArrayRef {
        let digits = i256::from_string(digits).unwrap();
        let digits = Decimal256Array::from(vec![digits, i256::ONE, digits]);
        Arc::new(digits.with_precision_and_scale(76, 2).unwrap())
    };
    assert!(fault(vec![wide("150")]).ends_with("the key 1.50 stands here and in row 1"));
    assert_eq!(
        fault(vec![wide(&"9".repeat(40))]),
        "host, column \"id\": the column is Decimal256(76, 2), and a whole number, a decimal of at most 38 digits or text is needed"
    );
    let unsigned = UInt64Array::from(vec![u64::MAX, 3, u64::MAX]);
    assert!(fault(vec![Arc::new(unsigned)]).contains("18446744073709551615"));
    let slice = Int64Array::from(vec![7, 1, 2, 1, 7]).slice(1, 3);
    assert!(fault(vec![Arc::new(slice)]).starts_with("host, row 3"));
}

#[test]
fn a_missing_key_is_named_wherever_the_null_is() {
    let keys: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), Some(2), None]));
    let error = checked(vec![keys]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "host, row 3, column \"id\": the key is missing"
    );
    assert_eq!(error.code.0, "E0711");
    let values: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
    let words = DictionaryArray::<Int8Type>::new(Int8Array::from(vec![0, 1]), values);
    assert!(fault(vec![Arc::new(words)]).starts_with("host, row 2"));
}

#[test]
fn many_keys_out_of_order() {
    // A permutation of 0..n: multiplication by an odd number modulo a power of two.
    let n = 1u64 << 18;
    let keys: Vec<i64> = (0..n)
        .map(|i| (i.wrapping_mul(0x9e37_79b9) % n).cast_signed())
        .collect();
    checked(keys.chunks(10_000).map(whole).collect()).unwrap();
    let names: Vec<String> = keys.iter().map(|key| format!("c{key}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    checked(names.chunks(10_000).map(text).collect()).unwrap();
    let mut spoilt = names.clone();
    spoilt[200_000] = names[77];
    let error = checked(spoilt.chunks(10_000).map(text).collect()).unwrap_err();
    assert_eq!(
        (error.row, error.message.ends_with("row 78")),
        (Some(200_001), true)
    );
}

#[test]
fn keys_that_rise_at_first_and_fall_later_are_looked_at_again() {
    // Far apart, so that there is no ticking off.
    let far: Vec<i64> = (0..1_000).map(|at| at * 1_000_000_007).collect();
    let mut late = far.clone();
    late[999] = 5;
    checked(vec![whole(&far), whole(&[-1])]).unwrap();
    checked(late.chunks(100).map(whole).collect()).unwrap();
    late[999] = far[3];
    assert!(fault(late.chunks(100).map(whole).collect()).starts_with("host, row 1000"));
    let names: Vec<String> = late.iter().map(|key| format!("c{key:015}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert!(fault(names.chunks(100).map(text).collect()).ends_with("and in row 4"));
}

#[test]
fn rows_are_those_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("1.csv"), folder.path().join("2.csv"));
    std::fs::write(&one, "id\n10\n11\n").unwrap();
    std::fs::write(&two, "id\n9\n11\n").unwrap();
    let source = open(&[folder.path()], &segql::data::OpenOptions::default()).unwrap();
    let error = check_keys(&*source, 0, &AtomicBool::new(false)).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{}, row 2, column \"id\": the key 11 stands here and in {}, row 2",
            two.display(),
            one.display()
        )
    );
}

#[test]
fn it_can_be_stopped() {
    let source = source(vec![whole(&[1, 2])]);
    let error = check_keys(&source, 0, &AtomicBool::new(true)).unwrap_err();
    assert_eq!(error.code.0, "E0714");
    assert_eq!(source.pieces(), 1);
}
