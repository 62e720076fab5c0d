//! Plans over columns in every layout, against the reference.

mod drawing;
mod driving;
mod events;
mod reading;

use super::{Dataset, Form, Input, Members, Options, Outcome, Sink, run};
use crate::data::{Batches, DataError, Source, Statistics};
use crate::ir::{Condition, Graph, Module, Value};
use crate::schema::{FieldId, Schema};
use crate::types::{NumberKind, Type};
use arrow_array::builder::{
    BooleanBuilder, Decimal128Builder, FixedSizeListBuilder, Int32Builder, LargeListBuilder,
    ListBuilder, ListViewBuilder, StringBuilder, StringDictionaryBuilder, StringRunBuilder,
    StringViewBuilder,
};
use arrow_array::types::{Float64Type, Int8Type, Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, Date32Array, DictionaryArray, DurationMillisecondArray, Float32Array,
    Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, LargeStringArray, PrimitiveArray,
    RecordBatch, StringArray, TimestampMicrosecondArray, TimestampSecondArray, UInt8Array,
    UInt64Array,
};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::{Field as ArrowField, Schema as ArrowSchema, SchemaRef};
use std::num::NonZero;
use std::sync::Arc;

use drawing::Drawing;

const NOW: i128 = 1_790_000_000_000_000_000;

/// Numbers that look random and are the same ones every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

const TEXTS: [&str; 12] = [
    "",
    " ",
    "a",
    "A",
    "ann@gmail.com",
    "Straße",
    "STRASSE",
    "be",
    "x.be",
    "BE",
    "gmail",
    "ζ\u{1F600}",
];

/// Rows of every kind of column, in the layouts of `variety`. What stands under nulls is not nothing.
fn columns(random: &mut Random, rows: usize, variety: usize) -> Vec<(&'static str, ArrayRef)> {
    let nulls = |random: &mut Random| -> Option<NullBuffer> {
        match variety % 3 {
            0 => None,
            _ => Some((0..rows).map(|_| random.below(4) > 0).collect()),
        }
    };
    fn numbers<T: arrow_array::ArrowPrimitiveType>(
        values: Vec<T::Native>,
        nulls: Option<NullBuffer>,
    ) -> ArrayRef
    where
        PrimitiveArray<T>: Array,
    {
        Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::from(values), nulls))
    }
    let small = |random: &mut Random| random.below(7) as i64 - 3;
    let int: ArrayRef = {
        let nulls = nulls(random);
        let values: Vec<i64> = (0..rows).map(|_| small(random)).collect();
        match variety % 5 {
            0 => Arc::new(Int8Array::new(
                values.iter().map(|v| *v as i8).collect(),
                nulls,
            )),
            1 => Arc::new(Int16Array::new(
                values.iter().map(|v| *v as i16).collect(),
                nulls,
            )),
            2 => Arc::new(UInt8Array::new(
                values.iter().map(|v| *v as u8).collect(),
                nulls,
            )),
            3 => Arc::new(UInt64Array::new(
                values.iter().map(|v| *v as u64).collect(),
                nulls,
            )),
            _ => {
                let keys = Int8Array::new(values.iter().map(|v| (v & 3) as i8).collect(), nulls);
                let entries = Int64Array::from(vec![Some(2), None, Some(2), Some(i64::MIN)]);
                Arc::new(DictionaryArray::new(keys, Arc::new(entries)))
            }
        }
    };
    let wide: ArrayRef = {
        let odd = [i64::MIN, i64::MAX, -1, 0, 1, 1 << 53, (1 << 53) + 1];
        let values = (0..rows).map(|_| *random.one(&odd)).collect();
        numbers::<Int64Type>(values, nulls(random))
    };
    let float: ArrayRef = {
        let odd = [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            -0.0,
            0.0,
            0.1,
            1.5,
            -2.0,
            9_007_199_254_740_992.0,
        ];
        let values: Vec<f64> = (0..rows).map(|_| *random.one(&odd)).collect();
        let nulls = nulls(random);
        match variety % 2 {
            0 => Arc::new(Float64Array::new(values.into(), nulls)),
            _ => Arc::new(Float32Array::new(
                values.iter().map(|v| *v as f32).collect(),
                nulls,
            )),
        }
    };
    let money: ArrayRef = {
        let mut builder = Decimal128Builder::new()
            .with_precision_and_scale(38, 2)
            .unwrap();
        for _ in 0..rows {
            match random.below(6) {
                0 => builder.append_null(),
                1 if variety % 2 == 1 => builder.append_value(i128::from(i64::MAX) * 1000),
                _ => builder.append_value(random.below(400) as i128 - 200),
            }
        }
        Arc::new(builder.finish())
    };
    let day: ArrayRef = {
        let values = (0..rows).map(|_| 20_000 + small(random) as i32).collect();
        Arc::new(Date32Array::new(values, nulls(random)))
    };
    let time: ArrayRef = {
        let nulls = nulls(random);
        match variety % 2 {
            0 => Arc::new(TimestampSecondArray::new(
                (0..rows).map(|_| 1_790_000_000 + small(random)).collect(),
                nulls,
            )),
            _ => Arc::new(
                TimestampMicrosecondArray::new(
                    (0..rows)
                        .map(|_| 1_790_000_000_000_000 + small(random))
                        .collect(),
                    nulls,
                )
                .with_timezone("Europe/Brussels"),
            ),
        }
    };
    let length: ArrayRef = {
        let values = (0..rows).map(|_| small(random) * 500).collect();
        Arc::new(DurationMillisecondArray::new(values, nulls(random)))
    };
    let flag: ArrayRef = {
        let mut builder = BooleanBuilder::new();
        (0..rows)
            .for_each(|_| builder.append_option(*random.one(&[None, Some(true), Some(false)])));
        Arc::new(builder.finish())
    };
    let texts: Vec<Option<&str>> = (0..rows)
        .map(|_| (random.below(6) > 0).then(|| *random.one(&TEXTS)))
        .collect();
    let text: ArrayRef = match variety % 7 {
        0 => Arc::new(StringArray::from(texts)),
        1 => Arc::new(LargeStringArray::from(texts)),
        2 => {
            let mut builder = StringViewBuilder::new();
            texts.iter().for_each(|text| builder.append_option(*text));
            Arc::new(builder.finish())
        }
        3 => {
            let mut builder = StringDictionaryBuilder::<Int32Type>::new();
            texts.iter().for_each(|text| builder.append_option(*text));
            Arc::new(builder.finish())
        }
        4 => {
            let mut builder = StringRunBuilder::<Int32Type>::new();
            texts.iter().for_each(|text| builder.append_option(*text));
            Arc::new(builder.finish())
        }
        5 => {
            // Doubles and nulls in the values, nulls in the keys.
            let values =
                StringArray::from(vec![Some("be"), None, Some("be"), Some(" "), Some("BE")]);
            let keys = (0..rows).map(|_| random.below(5) as i8).collect();
            Arc::new(DictionaryArray::<Int8Type>::new(
                Int8Array::new(keys, nulls(random)),
                Arc::new(values),
            ))
        }
        _ => {
            // Garbage keys under nulls.
            let valid: Vec<bool> = (0..rows).map(|_| random.below(3) > 0).collect();
            let keys = valid.iter().map(|valid| {
                if *valid {
                    random.below(12) as i32
                } else {
                    1_000_000
                }
            });
            let keys = Int32Array::new(keys.collect(), Some(valid.iter().copied().collect()));
            let values = Arc::new(StringArray::from(TEXTS.to_vec()));
            match DictionaryArray::<Int32Type>::try_new(keys, values) {
                Ok(array) => Arc::new(array),
                Err(_) => Arc::new(StringArray::from(texts)),
            }
        }
    };
    let lists: Vec<Option<Vec<Option<i32>>>> = (0..rows)
        .map(|_| {
            (random.below(5) > 0).then(|| {
                (0..random.below(4))
                    .map(|_| (random.below(5) > 0).then(|| random.below(6) as i32))
                    .collect()
            })
        })
        .collect();
    let list: ArrayRef = match variety % 4 {
        0 => {
            let mut builder = ListBuilder::new(Int32Builder::new());
            lists
                .iter()
                .for_each(|list| builder.append_option(list.clone()));
            Arc::new(builder.finish())
        }
        1 => {
            let mut builder = LargeListBuilder::new(Int32Builder::new());
            lists
                .iter()
                .for_each(|list| builder.append_option(list.clone()));
            Arc::new(builder.finish())
        }
        2 => {
            let mut builder = ListViewBuilder::new(Int32Builder::new());
            for list in &lists {
                list.iter()
                    .flatten()
                    .for_each(|element| builder.values().append_option(*element));
                builder.append(list.is_some());
            }
            Arc::new(builder.finish())
        }
        _ => {
            let mut builder = FixedSizeListBuilder::new(Int32Builder::new(), 2);
            for list in &lists {
                builder.values().append_value(random.below(6) as i32);
                builder
                    .values()
                    .append_option((random.below(3) > 0).then_some(1));
                builder.append(list.is_some());
            }
            Arc::new(builder.finish())
        }
    };
    let tags: ArrayRef = {
        let mut builder = ListBuilder::new(StringDictionaryBuilder::<Int32Type>::new());
        let mut plain = ListBuilder::new(StringBuilder::new());
        for _ in 0..rows {
            for _ in 0..random.below(4) {
                let tag = (random.below(6) > 0).then(|| *random.one(&TEXTS));
                builder.values().append_option(tag);
                plain.values().append_option(tag);
            }
            let known = random.below(5) > 0;
            builder.append(known);
            plain.append(known);
        }
        if variety.is_multiple_of(2) {
            Arc::new(builder.finish())
        } else {
            Arc::new(plain.finish())
        }
    };
    vec![
        ("int", int),
        ("wide", wide),
        ("float", float),
        ("money", money),
        ("day", day),
        ("time", time),
        ("length", length),
        ("flag", flag),
        ("text", text),
        ("list", list),
        ("tags", tags),
    ]
}

fn schema() -> Schema {
    Schema::builder()
        .int("int")
        .int("wide")
        .blank_is_missing()
        .float("float")
        .number("money")
        .date("day")
        .time("time")
        .duration("length")
        .bool("flag")
        .text("text")
        .blank_is_missing()
        .list("list", Type::Number(NumberKind::Whole))
        .blank_is_missing()
        .list("tags", Type::Text)
        .key("int")
        .build()
        .unwrap()
}

/// Batches that lie in memory, each a piece.
#[derive(Debug)]
struct Memory(Vec<RecordBatch>);

impl Source for Memory {
    fn name(&self) -> &str {
        "memory"
    }
    fn schema(&self) -> SchemaRef {
        self.0[0].schema()
    }
    fn pieces(&self) -> usize {
        self.0.len()
    }
    fn rows(&self, piece: usize) -> Option<u64> {
        Some(self.0[piece].num_rows() as u64)
    }
    fn statistics(&self, _: usize, _: usize) -> Option<Statistics> {
        None
    }
    fn read(&self, piece: usize, columns: &[usize]) -> Result<Batches, DataError> {
        let batch = self.0[piece]
            .project(columns)
            .expect("columns of the schema");
        Ok(Box::new(std::iter::once(Ok(batch))))
    }
}

#[derive(Default)]
struct Gathered(Vec<Vec<bool>>, usize);

impl Sink for Gathered {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        self.0.resize(members.masks.len(), Vec::new());
        for (all, mask) in self.0.iter_mut().zip(members.masks) {
            assert_eq!(mask.len(), members.keys.len());
            all.extend(mask.iter());
        }
        self.1 += members.keys.len();
        Ok(())
    }

    fn wants_everyone(&self) -> bool {
        true
    }
}

#[test]
fn plans_answer_as_the_reference_does() {
    let schema = schema();
    let mut random = Random(0xab5_7e57);
    for round in 0..80 {
        let rows = *random.one(&[1, 63, 64, 65, 200, 300]);
        let cut = random.below(5);
        let batches: Vec<RecordBatch> = (0..1 + random.below(3))
            .map(|_| {
                let columns = columns(&mut random, rows + cut + 3, round);
                let batch = RecordBatch::try_from_iter_with_nullable(
                    columns.into_iter().map(|(name, array)| (name, array, true)),
                );
                batch.unwrap().slice(cut, rows)
            })
            .collect();
        let mut drawing = Drawing {
            random: &mut random,
            graph: Graph::default(),
        };
        // Many segments are answered another way than few.
        let segments = if round % 4 == 3 { 24 } else { 1 + round % 7 };
        let segments = (0..segments).map(|_| drawing.condition(3)).collect();
        let module = Module {
            graph: drawing.graph,
            segments,
            zone: jiff::tz::TimeZone::UTC,
        };
        let mut expected: Vec<Vec<bool>> = vec![Vec::new(); module.segments.len()];
        for batch in &batches {
            let answers = crate::reference::evaluate(&module, &schema, batch, NOW).unwrap();
            for (all, answer) in expected.iter_mut().zip(answers) {
                all.extend(answer.values().iter());
            }
        }
        let bound = crate::plan::plan(&module, &schema).bind(NOW);
        let source = Memory(batches);
        let dataset = Dataset::load(&source, &schema).unwrap();
        for form in Form::available() {
            for input in [Input::Source(&source), Input::Dataset(&dataset)] {
                for (threads, block) in [(1, None), (2, NonZero::new(64))] {
                    let options = Options {
                        threads: NonZero::new(threads).unwrap(),
                        form: Some(form),
                        block_rows: block,
                        ..Options::default()
                    };
                    let mut gathered = Gathered::default();
                    let outcome = run(&bound, input, &options, Some(&mut gathered)).unwrap();
                    let counted =
                        |all: &Vec<bool>| all.iter().filter(|member| **member).count() as u64;
                    assert_eq!(
                        outcome,
                        Outcome {
                            contacts: gathered.1 as u64,
                            counts: expected.iter().map(counted).collect(),
                        },
                        "round {round} {form:?} {:#?}",
                        bound.plan.leaves
                    );
                    assert_eq!(gathered.0, expected, "round {round} {form:?}");
                    let counts = run(&bound, input, &options, None).unwrap();
                    assert_eq!(counts, outcome);
                }
            }
        }
    }
}

#[test]
fn a_flag_that_is_missing_is_neither_true_nor_false() {
    let schema = Schema::builder().int("id").bool("flag").key("id");
    let schema = schema.build().unwrap();
    let flags = arrow_array::BooleanArray::from(vec![Some(true), None, Some(false), None]);
    let ids = arrow_array::Int64Array::from(vec![1, 2, 3, 4]);
    let columns: [(&str, ArrayRef, bool); 2] = [
        ("id", Arc::new(ids), false),
        ("flag", Arc::new(flags), true),
    ];
    let source = Memory(vec![
        RecordBatch::try_from_iter_with_nullable(columns).unwrap(),
    ]);
    let dataset = Dataset::load(&source, &schema).unwrap();
    let mut graph = Graph::default();
    let value = graph.add_value(Value::Field(FieldId(1)), Type::Boolean);
    let segments = [true, false].map(|asked| {
        let set = [crate::types::Constant::Boolean(asked)].into();
        graph.add_condition(Condition::OneOf { value, set })
    });
    let module = Module {
        segments: segments.to_vec(),
        graph,
        zone: jiff::tz::TimeZone::UTC,
    };
    let bound = crate::plan::plan(&module, &schema).bind(NOW);
    for input in [Input::Source(&source), Input::Dataset(&dataset)] {
        let mut gathered = Gathered::default();
        run(&bound, input, &Options::default(), Some(&mut gathered)).unwrap();
        let expected = [[true, false, false, false], [false, false, true, false]];
        assert_eq!(gathered.0, expected);
    }
}

#[test]
fn a_column_that_is_not_there_is_named() {
    let schema = schema();
    let mut graph = Graph::default();
    let value = graph.add_value(Value::Field(FieldId(7)), Type::Boolean);
    let segments = vec![graph.add_condition(Condition::Holds(value))];
    let module = Module {
        graph,
        segments,
        zone: jiff::tz::TimeZone::UTC,
    };
    let bound = crate::plan::plan(&module, &schema).bind(NOW);
    let arrow = Arc::new(ArrowSchema::new(Vec::<ArrowField>::new()));
    let batch = RecordBatch::new_empty(arrow);
    let error = run(
        &bound,
        Input::Source(&Memory(vec![batch])),
        &Options::default(),
        None,
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "memory, column \"flag\": there is no such column"
    );
    let batch = RecordBatch::try_from_iter([(
        "flag",
        Arc::new(PrimitiveArray::<Float64Type>::from(vec![1.0])) as ArrayRef,
    )]);
    let error = run(
        &bound,
        Input::Source(&Memory(vec![batch.unwrap()])),
        &Options::default(),
        None,
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "memory, column \"flag\": values of the Arrow type Float64 cannot be read as bool"
    );
}
