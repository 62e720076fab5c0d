//! Events of one contact and one time are in the order of their fields, missing values first.

use super::*;
use arrow_array::builder::{ListBuilder, MapBuilder, StringBuilder};
use arrow_array::types::{Int8Type, Int16Type};
use arrow_buffer::i256;
use arrow_schema::{DataType, Field};

/// The places, from 1, of events of one time in the order that a column puts them in.
fn order(column: ArrayRef) -> Vec<i64> {
    order_of(column, false)
}

fn order_of(column: ArrayRef, blank_is_missing: bool) -> Vec<i64> {
    let rows = column.len();
    let numbers: Vec<i64> = (1..=rows as i64).collect();
    let events = memory(
        "views",
        vec![[
            ("who", whole(&vec![10; rows])),
            ("at", times(&vec![5; rows])),
            ("number", whole(&numbers)),
            ("column", column),
        ]],
    );
    let mut table = views(events, &["number"]);
    table.blank_is_missing = blank_is_missing;
    table.streams[0].order = vec!["column".to_owned()];
    let people = memory("people", vec![[("id", whole(&[10]))]]);
    let list = lists(&joined(people, table), "view").remove(0);
    let number = |event: &str| event.trim_start_matches("5 ").parse().unwrap();
    list.split(", ").map(number).collect()
}

#[test]
fn numbers_in_every_layout() {
    let numbers = [Some(5), None, Some(-3), Some(0), None, Some(-3)];
    let expected = [2, 5, 3, 6, 4, 1];
    let wide = |value: Option<i8>| value.map(i64::from);
    let layouts: Vec<ArrayRef> = vec![
        Arc::new(Int8Array::from(numbers.to_vec())),
        Arc::new(Int64Array::from_iter(numbers.into_iter().map(wide))),
        Arc::new(Date32Array::from_iter(
            numbers.into_iter().map(|value| value.map(i32::from)),
        )),
        Arc::new(TimestampNanosecondArray::from_iter(
            numbers.into_iter().map(wide),
        )),
        Arc::new(DurationSecondArray::from_iter(
            numbers.into_iter().map(wide),
        )),
        Arc::new(Decimal128Array::from_iter(
            numbers.into_iter().map(|value| value.map(i128::from)),
        )),
        Arc::new(
            Decimal128Array::from_iter(numbers.into_iter().map(|value| value.map(i128::from)))
                .with_precision_and_scale(10, -2)
                .unwrap(),
        ),
        Arc::new(Decimal256Array::from_iter(
            numbers
                .into_iter()
                .map(|value| value.map(|value| i256::from(i64::from(value)))),
        )),
        Arc::new(Float32Array::from_iter(
            numbers.into_iter().map(|value| value.map(f32::from)),
        )),
    ];
    for column in layouts {
        let data_type = column.data_type().clone();
        assert_eq!(order(column), expected, "{data_type}");
    }
    let unsigned = UInt64Array::from(vec![Some(u64::MAX), None, Some(0), Some(1 << 63)]);
    assert_eq!(order(Arc::new(unsigned)), [2, 3, 4, 1]);
}

#[test]
fn what_is_no_finite_number_is_missing_and_zero_has_no_sign() {
    let floats = Float64Array::from(vec![
        Some(0.0),
        Some(f64::INFINITY),
        Some(-0.0),
        Some(-1.5),
        None,
        Some(f64::NAN),
        Some(f64::MIN_POSITIVE),
    ]);
    // The infinity, the null and NaN as they came, then -1.5, both zeros as they came, and the smallest above.
    assert_eq!(order(Arc::new(floats)), [2, 5, 6, 4, 1, 3, 7]);
    let wide: Vec<i256> = vec![
        i256::from(2),
        // Fits in no 128 bits, and so is missing.
        i256::from_i128(i128::MAX) * i256::from(16),
        // 10^39 with 38 places is ten.
        i256::from_i128(10i128.pow(38)) * i256::from(10),
    ];
    let wide = Decimal256Array::from(wide)
        .with_precision_and_scale(70, 38)
        .unwrap();
    assert_eq!(order(Arc::new(wide)), [2, 1, 3]);
}

#[test]
fn text_by_code_point_in_every_layout() {
    let words = [
        Some("b"),
        Some("é"),
        None,
        Some(""),
        Some("Z"),
        Some("ba"),
        Some(" "),
    ];
    let expected = [3, 4, 7, 5, 1, 6, 2];
    let dictionary: DictionaryArray<Int8Type> = words.into_iter().collect();
    let runs: RunArray<Int16Type> = words.into_iter().collect();
    let nested: DictionaryArray<Int8Type> = DictionaryArray::new(
        Int8Array::from(vec![
            Some(0),
            Some(1),
            Some(2),
            Some(3),
            Some(4),
            Some(5),
            Some(6),
        ]),
        Arc::new(StringViewArray::from(words.to_vec())),
    );
    let layouts: Vec<ArrayRef> = vec![
        texts(&words),
        Arc::new(LargeStringArray::from(words.to_vec())),
        Arc::new(StringViewArray::from(words.to_vec())),
        Arc::new(dictionary),
        Arc::new(runs),
        Arc::new(nested),
    ];
    for column in layouts {
        let data_type = column.data_type().clone();
        assert_eq!(order(column.clone()), expected, "{data_type}");
        // Blank text as missing: rows 3, 4 and 7 are equal then.
        assert_eq!(order_of(column, true), [3, 4, 7, 5, 1, 6, 2], "{data_type}");
    }
    let blank = texts(&[Some("a"), Some("  "), None, Some("")]);
    assert_eq!(order_of(blank.clone(), true), [2, 3, 4, 1]);
    assert_eq!(order(blank), [3, 4, 2, 1]);
}

#[test]
fn booleans_places_lists_records_and_maps() {
    let booleans = BooleanArray::from(vec![Some(true), None, Some(false)]);
    assert_eq!(order(Arc::new(booleans)), [2, 3, 1]);

    let half = |values: Vec<f64>| Arc::new(Float64Array::from(values)) as ArrayRef;
    let degrees = |name: &str| Arc::new(Field::new(name, DataType::Float64, true));
    // North before east; the third lies off the globe and is missing.
    let places = StructArray::from(vec![
        (degrees("longitude"), half(vec![4.0, 3.0, 200.0, 9.0])),
        (degrees("latitude"), half(vec![50.0, 50.0, 0.0, -10.0])),
    ]);
    assert_eq!(order(Arc::new(places)), [3, 4, 2, 1]);

    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("b")]);
    lists.append_value([Some("a"), Some("z")]);
    lists.append_null();
    lists.append_value([Some("a")]);
    lists.append_value([None, Some("z")]);
    lists.append_value([] as [Option<&str>; 0]);
    assert_eq!(order(Arc::new(lists.finish())), [3, 6, 5, 4, 2, 1]);

    let part = |name: &str| Arc::new(Field::new(name, DataType::Utf8, true));
    let records = StructArray::from(vec![
        (
            part("city"),
            texts(&[Some("a"), Some("a"), None, Some("b")]),
        ),
        (
            part("street"),
            texts(&[Some("y"), Some("x"), Some("z"), Some("a")]),
        ),
    ]);
    assert_eq!(order(Arc::new(records)), [3, 2, 1, 4]);

    let mut maps = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for (key, value) in [("b", "x"), ("a", "z"), ("a", "y")] {
        maps.keys().append_value(key);
        maps.values().append_value(value);
        maps.append(true).unwrap();
    }
    assert_eq!(order(Arc::new(maps.finish())), [3, 2, 1]);
}

#[test]
fn columns_decide_one_after_the_other() {
    let events = memory(
        "views",
        vec![
            [
                ("who", whole(&[10, 10, 10])),
                ("at", times(&[5, 5, 5])),
                ("device", text(&["tv", "app", "tv"])),
                ("minutes", whole(&[9, 7, 3])),
            ],
            [
                ("who", whole(&[10, 10, 10])),
                ("at", times(&[5, 4, 6])),
                ("device", text(&["app", "zz", "aa"])),
                ("minutes", whole(&[8, 99, 0])),
            ],
        ],
    );
    let people = || memory("people", vec![[("id", whole(&[10]))]]);
    let table = views(events, &["device", "minutes"]);
    assert_eq!(
        lists(&joined(people(), table.clone()), "view"),
        ["4 zz 99, 5 app 7, 5 app 8, 5 tv 3, 5 tv 9, 6 aa 0"]
    );
    let mut turned = table.clone();
    turned.streams[0].order.reverse();
    assert_eq!(
        lists(&joined(people(), turned), "view"),
        ["4 zz 99, 5 tv 3, 5 app 7, 5 app 8, 5 tv 9, 6 aa 0"]
    );
    // A column may decide that nobody asks for.
    let mut pruned = table.clone();
    pruned.streams[0].parts.truncate(2);
    assert_eq!(
        lists(&joined(people(), pruned), "view"),
        ["4 zz, 5 app, 5 app, 5 tv, 5 tv, 6 aa"]
    );
    // Where nothing hangs on it, they stay as they were read.
    let mut free = table;
    free.streams[0].order.clear();
    assert_eq!(
        lists(&joined(people(), free), "view"),
        ["4 zz 99, 5 tv 9, 5 app 7, 5 tv 3, 5 app 8, 6 aa 0"]
    );
}
