//! Keys of events and contacts meet by value, in any layout.

use super::*;
use arrow_array::types::{Int8Type, Int16Type};
use arrow_buffer::i256;

/// How many events each of the contacts with these keys has.
fn met(contacts: ArrayRef, events: ArrayRef) -> Vec<u64> {
    let at = times(&(0..events.len() as i64).collect::<Vec<_>>());
    let people = memory("people", vec![[("id", contacts)]]);
    let events = memory("views", vec![[("who", events), ("at", at)]]);
    let joined = joined(people, views(events, &[]));
    (lists(&joined, "view").iter())
        .map(|list| list.split(", ").filter(|event| !event.is_empty()).count() as u64)
        .collect()
}

fn decimals(values: &[i128], scale: i8) -> ArrayRef {
    let array = Decimal128Array::from(values.to_vec());
    Arc::new(array.with_precision_and_scale(38, scale).unwrap())
}

#[test]
fn text_meets_text_in_every_layout() {
    let words = ["b", "", "é", "a longer key than twelve bytes", "b"];
    let keys = ["a longer key than twelve bytes", "b", "é", "e\u{301}", ""];
    let dictionary: DictionaryArray<Int8Type> = words.into_iter().collect();
    let runs: RunArray<Int16Type> = words.into_iter().collect();
    let events: Vec<ArrayRef> = vec![
        text(&words),
        Arc::new(LargeStringArray::from(words.to_vec())),
        Arc::new(StringViewArray::from(words.to_vec())),
        Arc::new(dictionary),
        Arc::new(runs),
    ];
    let dictionary: DictionaryArray<Int16Type> = keys.into_iter().collect();
    let contacts: Vec<ArrayRef> = vec![
        text(&keys),
        Arc::new(LargeStringArray::from(keys.to_vec())),
        Arc::new(StringViewArray::from(keys.to_vec())),
        Arc::new(dictionary),
    ];
    for contacts in &contacts {
        for events in &events {
            assert_eq!(met(contacts.clone(), events.clone()), [1, 2, 1, 0, 1]);
        }
    }
}

#[test]
fn numbers_meet_numbers_by_value() {
    let widths: Vec<ArrayRef> = vec![
        whole(&[3, 100, 3]),
        Arc::new(Int8Array::from(vec![3, 100, 3])),
        Arc::new(UInt16Array::from(vec![3, 100, 3])),
        Arc::new(UInt64Array::from(vec![3, 100, 3])),
        decimals(&[300, 10_000, 300], 2),
        decimals(&[3, 100, 3], 0),
    ];
    for contacts in [
        whole(&[100, 3, 7]),
        whole(&[100, 3, i64::MIN]),
        Arc::new(UInt64Array::from(vec![100, 3, u64::MAX])),
        decimals(&[1_000_000, 30_000, 35_000], 4),
    ] {
        for events in &widths {
            assert_eq!(met(contacts.clone(), events.clone()), [1, 2, 0]);
        }
    }
    // Halves meet halves, and nothing else.
    assert_eq!(
        met(decimals(&[150, 15, 2], 2), decimals(&[15, 15_000], 1)),
        [1, 0, 0]
    );
    // Beyond 64 bits and at their edges.
    assert_eq!(
        met(
            Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1 << 63])),
            whole(&[0, -1, i64::MIN])
        ),
        [0, 1, 0]
    );
    assert_eq!(
        met(
            whole(&[i64::MAX, i64::MIN]),
            decimals(&[i64::MIN.into(), i128::MAX], 0)
        ),
        [0, 1]
    );
    let wide = Decimal256Array::from(vec![i256::from(700), i256::from(5)]);
    let wide = Arc::new(wide.with_precision_and_scale(50, 2).unwrap());
    assert_eq!(met(whole(&[7, 5]), wide), [1, 0]);
}

#[test]
fn a_missing_key_is_missing_in_every_layout() {
    let some = [Some("a"), None, Some("z")];
    let mut keys = Int8Array::from(vec![Some(0), Some(1), None]);
    let with_null_values = DictionaryArray::new(
        keys.clone(),
        Arc::new(StringArray::from(vec![Some("a"), None])),
    );
    keys = Int8Array::from(vec![None, None, None]);
    let of_nothing = DictionaryArray::new(keys, Arc::new(StringArray::from(Vec::<&str>::new())));
    let runs: RunArray<Int16Type> = some.into_iter().collect();
    for (events, missing, unknown) in [
        (texts(&some), 1, 1),
        (Arc::new(with_null_values) as ArrayRef, 2, 0),
        (Arc::new(of_nothing), 3, 0),
        (Arc::new(runs), 1, 1),
    ] {
        let people = memory("people", vec![[("id", text(&["a"]))]]);
        let events = memory("views", vec![[("who", events), ("at", times(&[1, 2, 3]))]]);
        let joined = joined(people, views(events, &[]));
        let report = &joined.report().tables[0];
        assert_eq!(
            (report.without_key, report.of_no_contact),
            (missing, unknown)
        );
    }
}

#[test]
fn text_and_numbers_are_never_equal() {
    let people = |keys| memory("people", vec![[("id", keys)]]);
    let table = |keys| {
        views(
            memory("views", vec![[("who", keys), ("at", times(&[1]))]]),
            &[],
        )
    };
    assert_eq!(
        fault(people(text(&["1"])), table(whole(&[1]))),
        "views, column \"who\": the column holds numbers, and the keys of the contacts are text"
    );
    assert_eq!(
        fault(people(whole(&[1])), table(text(&["1"]))),
        "views, column \"who\": the column holds text, and the keys of the contacts are numbers"
    );
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    assert_eq!(
        fault(people(whole(&[1])), table(floats)),
        "views, column \"who\": the column is number (floating point), and a whole number, a decimal or text is needed"
    );
}

#[test]
fn contacts_have_a_key_each() {
    let table = || {
        views(
            memory("views", vec![[("who", whole(&[1])), ("at", times(&[1]))]]),
            &[],
        )
    };
    let people = |keys: ArrayRef| memory("people", vec![[("id", keys)]]);
    assert_eq!(
        fault(people(whole(&[5, 1, 5])), table()),
        "people, row 3, column \"id\": the key 5 stands here and in row 1"
    );
    assert_eq!(
        fault(people(whole(&[5, i64::MIN, 5])), table()),
        "people, row 3, column \"id\": the key 5 stands here and in row 1"
    );
    assert_eq!(
        fault(people(decimals(&[50, 10, 50], 1)), table()),
        "people, row 3, column \"id\": the key 5.0 stands here and in row 1"
    );
    let missing: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
    assert_eq!(
        fault(people(missing), table()),
        "people, row 2, column \"id\": the key is missing"
    );
}
