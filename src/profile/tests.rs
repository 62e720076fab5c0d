use super::*;
use crate::data::MemorySource;
use crate::types::Exact;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::UInt8Type;
use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, NullArray,
    RecordBatch, RunArray, StringArray, StringViewArray, StructArray, TimestampMillisecondArray,
    UInt8Array,
};
use arrow_schema::{DataType, Field};
use std::sync::Arc;

fn profiled(name: &str, arrays: Vec<ArrayRef>, blank_is_missing: bool) -> (u64, ColumnProfile) {
    let batches: Vec<RecordBatch> = arrays
        .into_iter()
        .map(|array| RecordBatch::try_from_iter_with_nullable([(name, array, true)]).unwrap())
        .collect();
    let source = MemorySource::new("the data", batches[0].schema(), batches).unwrap();
    let wanted = Wanted {
        column: 0,
        blank_is_missing,
    };
    let profile = profile(&source, &[wanted], &mut |_| {}, &AtomicBool::new(false)).unwrap();
    (profile.rows, profile.columns[0].clone())
}

fn one(array: impl arrow_array::Array + 'static) -> ColumnProfile {
    profiled("x", vec![Arc::new(array)], false).1
}

fn common(profile: &ColumnProfile) -> Vec<(String, u64)> {
    let text = |value: &Constant| match value {
        Constant::Text(text) => text.to_string(),
        other => format!("{other:?}"),
    };
    (profile.common.iter())
        .map(|common| (text(&common.value), common.rows))
        .collect()
}

fn pairs(pairs: &[(&str, u64)]) -> Vec<(String, u64)> {
    pairs
        .iter()
        .map(|(text, rows)| ((*text).to_owned(), *rows))
        .collect()
}

#[test]
fn text_is_counted_in_every_layout() {
    let values = [
        Some("BE"),
        Some("NL"),
        None,
        Some("BE"),
        Some("  "),
        Some("élan"),
    ];
    let expected = |profile: &ColumnProfile| {
        assert_eq!(profile.missing, 1);
        assert_eq!(profile.blank, 1);
        assert_eq!(profile.distinct, Some(Distinct::Exactly(4)));
        assert_eq!(profile.lengths, Some((2, 4)));
        assert_eq!(profile.range, None);
        assert_eq!(
            common(profile),
            pairs(&[("BE", 2), ("  ", 1), ("NL", 1), ("élan", 1)])
        );
    };
    expected(&one(StringArray::from_iter(values)));
    expected(&one(StringViewArray::from_iter(values)));
    expected(&one(values
        .into_iter()
        .collect::<DictionaryArray<UInt8Type>>()));
    expected(&one(values
        .into_iter()
        .collect::<RunArray<arrow_array::types::Int16Type>>()));
    // A slice, and over two batches.
    let sliced = StringArray::from_iter([Some("XX")].into_iter().chain(values)).slice(1, 6);
    let (rows, profile) = profiled(
        "x",
        vec![Arc::new(sliced.slice(0, 2)), Arc::new(sliced.slice(2, 4))],
        false,
    );
    assert_eq!(rows, 6);
    expected(&profile);
}

#[test]
fn blank_text_is_missing_where_that_was_said() {
    let array: ArrayRef = Arc::new(StringArray::from(vec!["", " ", "a"]));
    let (rows, profile) = profiled("x", vec![array], true);
    assert_eq!(
        (profile.missing, profile.blank, profile.known(rows)),
        (2, 2, 1)
    );
    assert_eq!(profile.distinct, Some(Distinct::Exactly(1)));
}

#[test]
fn codes_that_no_row_has_and_nulls_in_dictionaries_are_no_values() {
    let keys = UInt8Array::from(vec![Some(1), None, Some(2), Some(1)]);
    let values = StringArray::from(vec![Some("never"), Some("a"), None]);
    let profile = one(DictionaryArray::new(keys, Arc::new(values)));
    assert_eq!(profile.missing, 2);
    assert_eq!(common(&profile), pairs(&[("a", 2)]));
    // Nothing but nulls, and a dictionary without values.
    let keys = UInt8Array::from(vec![None, None]);
    let empty = one(DictionaryArray::new(
        keys,
        Arc::new(StringArray::from(Vec::<&str>::new())),
    ));
    assert_eq!(
        (empty.missing, empty.distinct),
        (2, Some(Distinct::Exactly(0)))
    );
}

#[test]
fn numbers_and_times_have_a_range() {
    let number = |value| Constant::Number(Exact::whole(value));
    let whole = one(Int64Array::from(vec![
        Some(3),
        None,
        Some(-5),
        Some(3),
        Some(10),
    ]));
    assert_eq!(whole.range, Some((number(-5), number(10))));
    assert_eq!(whole.upper_quarter, Some(number(3)));
    assert_eq!(
        whole.common[0],
        Common {
            value: number(3),
            rows: 2
        }
    );
    let decimal = Decimal128Array::from(vec![150, -25])
        .with_precision_and_scale(5, 2)
        .unwrap();
    let range = one(decimal).range;
    let exact =
        |numerator, denominator| Constant::Number(Exact::new(numerator, denominator).unwrap());
    assert_eq!(range, Some((exact(-1, 4), exact(3, 2))));
    let float = one(Float64Array::from(vec![
        f64::NAN,
        -0.0,
        0.0,
        -1.5,
        f64::INFINITY,
    ]));
    assert_eq!(float.missing, 2);
    assert_eq!(float.distinct, Some(Distinct::Exactly(2)));
    let Some((Constant::Float(low), Constant::Float(high))) = float.range else {
        panic!("{:?}", float.range)
    };
    assert_eq!((low.get(), high.get()), (-1.5, 0.0));
    let date = one(Date32Array::from(vec![Some(0), Some(-1)]));
    assert_eq!(date.range, Some((Constant::Date(-1), Constant::Date(0))));
    let time = one(TimestampMillisecondArray::from(vec![1, 2]));
    assert_eq!(
        time.range,
        Some((Constant::Time(1_000_000), Constant::Time(2_000_000)))
    );
}

#[test]
fn an_element_counts_once_for_each_list() {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for list in [
        Some(vec!["a", "a", "b"]),
        Some(vec![]),
        None,
        Some(vec!["a"]),
    ] {
        match list {
            Some(elements) => {
                elements
                    .into_iter()
                    .for_each(|element| lists.values().append_value(element));
                lists.append(true);
            }
            None => lists.append(false),
        }
    }
    let profile = one(lists.finish());
    assert_eq!(profile.missing, 1);
    assert_eq!(profile.lengths, Some((0, 3)));
    assert_eq!(common(&profile), pairs(&[("a", 2), ("b", 1)]));
}

#[test]
fn words_for_missing_values_are_noticed() {
    let profile = one(StringArray::from(vec![
        "12", "NA", " - ", "NA", "NAN", "NATO",
    ]));
    let words: Vec<(&str, u64)> = (profile.missing_words.iter())
        .map(|(word, rows)| (word.as_str(), *rows))
        .collect();
    assert_eq!(words, [("-", 1), ("NA", 2)]);
}

#[test]
fn beyond_the_limit_it_is_more_than_so_many() {
    let many: Vec<i64> = (0..=MOST_DISTINCT as i64).collect();
    let profile = one(Int64Array::from(many.clone()));
    assert_eq!(
        profile.distinct,
        Some(Distinct::MoreThan(MOST_DISTINCT as u64))
    );
    assert_eq!(profile.upper_quarter, None);
    let exactly = one(Int64Array::from(many[1..].to_vec()));
    assert_eq!(
        exactly.distinct,
        Some(Distinct::Exactly(MOST_DISTINCT as u64))
    );
    // One that half of them have is common all the same; a key is not.
    let half: Vec<i64> = many
        .iter()
        .chain(&many)
        .map(|value| if value % 2 == 0 { -1 } else { *value })
        .chain(20_000..40_000)
        .collect();
    let half = one(Int64Array::from(half));
    assert_eq!(half.common[0].value, Constant::Number(Exact::whole(-1)));
    let keys = one(Int64Array::from(
        (0..20_000_000).step_by(1_000).collect::<Vec<i64>>(),
    ));
    assert!(keys.common.is_empty());
}

#[test]
fn what_cannot_be_told_apart_has_its_missing_values_counted() {
    let profile = one(NullArray::new(3));
    assert_eq!((profile.missing, profile.distinct), (3, None));
}

#[test]
fn a_place_is_missing_where_a_half_is() {
    let half = |name: &str, degrees: Vec<Option<f64>>| {
        let field = Arc::new(Field::new(name, DataType::Float64, true));
        (field, Arc::new(Float64Array::from(degrees)) as ArrayRef)
    };
    let homes = StructArray::from(vec![
        half("latitude", vec![Some(50.85), None, Some(50.85), Some(91.0)]),
        half(
            "longitude",
            vec![Some(4.35), Some(4.35), Some(f64::NAN), Some(4.35)],
        ),
    ]);
    assert_eq!(one(homes).missing, 3);
}

#[test]
fn long_texts_are_told_apart() {
    let long = |end: &str| "x".repeat(5_000) + end;
    let profile = one(StringArray::from(vec![long("a"), long("b"), long("a")]));
    assert_eq!(profile.distinct, Some(Distinct::Exactly(2)));
    assert_eq!(
        common(&profile),
        pairs(&[(&("x".repeat(60) + "…"), 2), (&("x".repeat(60) + "…"), 1)])
    );
    assert_eq!(profile.lengths, Some((5_001, 5_001)));
}

#[test]
fn it_stops_when_asked() {
    let batch =
        RecordBatch::try_from_iter([("x", Arc::new(Int64Array::from(vec![1])) as ArrayRef)])
            .unwrap();
    let source = MemorySource::new("the data", batch.schema(), vec![batch]).unwrap();
    let wanted = Wanted {
        column: 0,
        blank_is_missing: false,
    };
    let error = profile(&source, &[wanted], &mut |_| {}, &AtomicBool::new(true)).unwrap_err();
    assert_eq!(error.code.0, "E0714");
}
