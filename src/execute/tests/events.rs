//! Which conditions on events have a quick test of their own.

use crate::check::{NoFiles, check};
use crate::data::MemorySource;
use crate::execute::Dataset;
use crate::execute::Form;
use crate::execute::leaf::{KeptAnswers, Leaf};
use crate::optimize::optimize;
use crate::plan::plan;
use crate::schema::Schema;
use crate::source::Sources;
use crate::types::{NumberKind, Type};
use arrow_array::{ArrayRef, Int32Array, Int64Array, ListArray, RecordBatch, StructArray};
use arrow_array::{StringArray, TimestampMicrosecondArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};
use std::sync::Arc;

fn schema() -> Schema {
    let schema = Schema::builder()
        .key("id")
        .int("id")
        .events("view", [("title", Type::Text)])
        .events("finish", [("title", Type::Text)])
        .events("buy", [("amount", Type::Number(NumberKind::Whole))]);
    schema.build().expect("the fields fit together")
}

fn events(part: &str, values: ArrayRef) -> ArrayRef {
    let times = TimestampMicrosecondArray::from(vec![
        1_766_000_000_000_000,
        1_766_100_000_000_000,
        1_766_200_000_000_000,
    ]);
    let time: ArrayRef = Arc::new(times.with_timezone("UTC"));
    let field =
        |name: &str, array: &ArrayRef| Arc::new(Field::new(name, array.data_type().clone(), true));
    let records = StructArray::from(vec![
        (field("time", &time), time.clone()),
        (field(part, &values), values.clone()),
    ]);
    let element = Field::new("item", DataType::Struct(records.fields().clone()), true);
    let offsets = OffsetBuffer::from_lengths([2, 0, 1]);
    Arc::new(ListArray::new(
        Arc::new(element),
        offsets,
        Arc::new(records),
        None,
    ))
}

fn dataset(schema: &Schema) -> Dataset {
    let titles = || Arc::new(StringArray::from(vec!["t1", "t2", "t1"])) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3])) as ArrayRef),
        ("view", events("title", titles())),
        ("finish", events("title", titles())),
        (
            "buy",
            events("amount", Arc::new(Int32Array::from(vec![5, 7, 9]))),
        ),
    ]);
    let batch = batch.expect("columns of one length");
    let source = MemorySource::new("events", batch.schema(), vec![batch]);
    Dataset::load(&source.expect("one batch"), schema).expect("the columns fit")
}

/// The kinds of the leaves of a condition.
fn kinds(condition: &str) -> Vec<String> {
    let schema = schema();
    let dataset = dataset(&schema);
    let mut sources = Sources::default();
    let root = sources.add("test", format!("segment s = {condition}"));
    let parsed = crate::syntax::parse(&sources, root);
    let checked = check(&schema, &mut sources, root, parsed, &NoFiles);
    assert!(checked.is_sound(), "{:#?}", checked.diagnostics);
    let plan = plan(&optimize(checked.module), &schema);
    let bound = plan.bind(1_766_880_000_000_000_000);
    let places = dataset.places(&plan).expect("all columns are loaded");
    let columns: Vec<_> = (places.into_iter())
        .map(|place| dataset.column(place).clone())
        .collect();
    let kept = KeptAnswers::default();
    let kind = |leaf| Leaf::bind(&bound, leaf, &columns, &kept, Form::Portable).kind_name();
    plan.leaves.iter().map(kind).collect()
}

#[test]
fn counts_sums_and_chains_have_tests_of_their_own() {
    for condition in [
        "did view",
        "never view in last 90 days",
        "did view[title = \"t1\"] in last 90 days",
        "did buy at least 3 times in last 90 days",
        "did buy exactly twice",
        "count(buy in last 30 days) > 10",
        "count(buy[amount > 5] between 60 days ago and 30 days ago) < 2",
        "did (view then finish within 14 days on title)",
        "did (view without finish within 14 days on title) in last 44 days",
        "did (view as v then finish then buy[time <= v.time + 7 days])",
        "did (view then finish) at least twice in last 90 days",
        "sum(amount of buy) > 5",
        "sum(amount of buy[amount > 5] in last 90 days) between 5 and 7.5",
        "sum(amount of buy in last 90 days) = 0",
    ] {
        assert_eq!(kinds(condition), ["Events"], "{condition}");
    }
    // Figures against each other, of one stream or of several, as well.
    for condition in [
        "since(last(view)) > 2 * avg(gap of view)",
        "since(last(view)) > 1.5 * median(gap of view[title = \"t1\"])",
        "max(gap of buy in last 90 days) between 1 day and 5 days",
        "since(last(view)) > 90 days",
        "count(view) > count(finish)",
        "last(view).time - first(buy).time <= 30 days",
    ] {
        assert_eq!(kinds(condition), ["Events"], "{condition}");
    }
    // The others are worked out.
    assert_eq!(kinds("avg(amount of buy) > 5"), ["General"]);
    assert_eq!(
        kinds("sum(amount of buy) > sum(amount of buy in last 30 days)"),
        ["General"]
    );
}
