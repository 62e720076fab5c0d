//! Plans over columns in every layout, against the reference.

use super::{Dataset, Form, Input, Members, Options, Outcome, Sink, run};
use crate::data::{Batches, DataError, Source, Statistics};
use crate::ir::{
    Arithmetic, Bound, Comparison, Condition, ConditionId, Graph, Module, TextTest, Value, ValueId,
};
use crate::schema::{FieldId, Schema};
use crate::types::{Constant, Exact, Float, NumberKind, Type};
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
        if variety % 2 == 0 {
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
        .float("float")
        .number("money")
        .date("day")
        .time("time")
        .duration("length")
        .bool("flag")
        .text("text")
        .blank_is_missing()
        .list("list", Type::Number(NumberKind::Whole))
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

/// Conditions over the fields of [`schema`], drawn at random.
struct Drawing<'a> {
    random: &'a mut Random,
    graph: Graph,
}

fn exact(numerator: i128, denominator: i128) -> Constant {
    Constant::Number(Exact::new(numerator, denominator).unwrap())
}

impl Drawing<'_> {
    fn field(&mut self, place: u32) -> ValueId {
        let field_type = schema().field(FieldId(place)).field_type.clone();
        self.graph
            .add_value(Value::Field(FieldId(place)), field_type)
    }

    fn constant(&mut self, constant: Constant) -> ValueId {
        self.graph.add_constant(constant)
    }

    fn number(&mut self) -> Constant {
        match self.random.below(9) {
            0 => exact(1, 3),
            1 => exact(-5, 2),
            2 => exact(i128::MAX, 1),
            3 => exact(i128::from(i64::MAX), 1),
            4 => Constant::Float(Float::new(0.1).unwrap()),
            5 => exact((1 << 53) + 1, 1),
            6 => exact(1, 10),
            _ => exact(self.random.below(7) as i128 - 3, 1),
        }
    }

    /// A field and a constant that it may be compared with.
    fn pair(&mut self) -> (ValueId, Constant) {
        match self.random.below(8) {
            0 => (self.field(0), self.number()),
            1 => (self.field(1), self.number()),
            2 => (self.field(2), self.number()),
            3 => (self.field(3), self.number()),
            4 => (
                self.field(4),
                Constant::Date(19_998 + self.random.below(5) as i64),
            ),
            5 => {
                let away = [0, 1, -1, 1_000, 1_000_000_000, -500, 2_000_000_001];
                (self.field(5), Constant::Time(NOW + *self.random.one(&away)))
            }
            6 => {
                let lengths = [0, 1, 500_000_000, -500_000_001, 1_000_000_000];
                (
                    self.field(6),
                    Constant::Duration(*self.random.one(&lengths)),
                )
            }
            _ => (
                self.field(8),
                Constant::Text(Arc::from(*self.random.one(&TEXTS))),
            ),
        }
    }

    fn leaf(&mut self) -> ConditionId {
        let condition = match self.random.below(15) {
            0 | 1 => {
                let (value, constant) = self.pair();
                let edge = self.constant(constant);
                let comparison = *self.random.one(&[
                    Comparison::Equal,
                    Comparison::Less,
                    Comparison::LessOrEqual,
                ]);
                let (left, right) = if self.random.below(2) == 0 {
                    (value, edge)
                } else {
                    (edge, value)
                };
                Condition::Compare {
                    comparison,
                    left,
                    right,
                }
            }
            2 => {
                let (value, low) = self.pair();
                let inclusive = self.random.below(2) == 0;
                let low = Bound {
                    value: self.constant(low),
                    inclusive,
                };
                Condition::Range {
                    value,
                    low: Some(low),
                    high: None,
                }
            }
            3 => {
                let value = self.field(0);
                let bounds: Vec<Bound> = (0..2)
                    .map(|_| {
                        let constant = self.number();
                        Bound {
                            value: self.constant(constant),
                            inclusive: self.random.below(2) == 0,
                        }
                    })
                    .collect();
                Condition::Range {
                    value,
                    low: Some(bounds[0]),
                    high: Some(bounds[1]),
                }
            }
            4 => {
                let field = *self.random.one(&[0, 1, 2, 3]);
                let value = self.field(field);
                let many = if self.random.below(3) == 0 { 60 } else { 4 };
                let mut set: Vec<Constant> =
                    (0..many).map(|member| exact(member * 3 - 2, 2)).collect();
                set.push(self.number());
                set.sort_by(|left, right| left.compare(right).unwrap());
                set.dedup_by(|left, right| left.compare(right) == Some(std::cmp::Ordering::Equal));
                Condition::OneOf {
                    value,
                    set: set.into(),
                }
            }
            5 => {
                let value = self.field(8);
                let mut set: Vec<Constant> = (0..3)
                    .map(|_| Constant::Text(Arc::from(*self.random.one(&TEXTS))))
                    .collect();
                set.sort_by(|left, right| left.compare(right).unwrap());
                set.dedup();
                Condition::OneOf {
                    value,
                    set: set.into(),
                }
            }
            6 => {
                let test = *self.random.one(&[
                    TextTest::StartsWith,
                    TextTest::EndsWith,
                    TextTest::Contains,
                ]);
                let pattern = Constant::Text(Arc::from(*self.random.one(&[
                    "b",
                    "e",
                    ".be",
                    "gmail",
                    "ss",
                    "\u{1F600}",
                ])));
                let pattern = self.constant(pattern);
                let field = self.field(8);
                let (value, pattern) = if self.random.below(2) == 0 {
                    (field, pattern)
                } else {
                    (
                        self.graph.add_value(Value::FoldCase(field), Type::Text),
                        self.graph.add_value(Value::FoldCase(pattern), Type::Text),
                    )
                };
                Condition::TextTest {
                    test,
                    value,
                    pattern,
                }
            }
            7 => {
                let field = self.random.below(11) as u32;
                Condition::Missing(self.field(field))
            }
            8 => Condition::Holds(self.field(7)),
            9 => {
                let values = (0..1 + self.random.below(3))
                    .map(|_| exact(self.random.below(8) as i128, 1))
                    .map(|constant| self.graph.add_constant(constant))
                    .collect();
                Condition::Has {
                    list: self.field(9),
                    all: self.random.below(2) == 0,
                    values,
                }
            }
            10 => {
                let values = (0..1 + self.random.below(2))
                    .map(|_| Constant::Text(Arc::from(*self.random.one(&TEXTS))))
                    .collect::<Vec<_>>();
                let values = values
                    .into_iter()
                    .map(|constant| self.constant(constant))
                    .collect();
                Condition::Has {
                    list: self.field(10),
                    all: self.random.below(2) == 0,
                    values,
                }
            }
            11 | 12 => self.general(),
            _ => {
                // Two columns, and arithmetic.
                let fields = [0, 1, 2, 3];
                let (left, right) = (*self.random.one(&fields), *self.random.one(&fields));
                let (left, right) = (self.field(left), self.field(right));
                let operator = *self.random.one(&[
                    Arithmetic::Add,
                    Arithmetic::Subtract,
                    Arithmetic::Multiply,
                    Arithmetic::Divide,
                ]);
                let (left_type, right_type) = (self.graph.type_of(left), self.graph.type_of(right));
                let result = Graph::arithmetic(operator, left_type, right_type).unwrap();
                let sum = self.graph.add_value(
                    Value::Arithmetic {
                        operator,
                        left,
                        right,
                    },
                    result,
                );
                let other = match self.random.below(3) {
                    0 => self.field(2),
                    1 => self.field(3),
                    _ => {
                        let number = self.number();
                        self.constant(number)
                    }
                };
                Condition::Compare {
                    comparison: Comparison::LessOrEqual,
                    left: sum,
                    right: other,
                }
            }
        };
        self.graph.add_condition(condition)
    }

    fn call(&mut self, name: &str, argument: ValueId, result: Type) -> ValueId {
        let function = crate::functions::lookup(name).unwrap();
        let arguments = [argument].into();
        self.graph.add_value(
            Value::Call {
                function,
                arguments,
            },
            result,
        )
    }

    /// A condition that no kernel makes directly.
    fn general(&mut self) -> Condition {
        let whole = Type::Number(NumberKind::Whole);
        let (left, right) = match self.random.below(9) {
            0 => {
                let text = self.field(8);
                (self.call("length", text, whole), exact(3, 1))
            }
            1 => {
                let text = self.field(8);
                let trimmed = self.call("trim", text, Type::Text);
                let text = Constant::Text(Arc::from(*self.random.one(&TEXTS)));
                (
                    self.graph.add_value(Value::FoldCase(trimmed), Type::Text),
                    text,
                )
            }
            2 => {
                let time = self.field(5);
                let length = self.random.below(3_000_000_000) as i128 - 1_500_000_000;
                (
                    self.call("since", time, Type::Duration),
                    Constant::Duration(length),
                )
            }
            3 => {
                let time = self.field(5);
                let day = self.graph.add_value(Value::DateOf(time), Type::Date);
                (day, Constant::Date(20_717))
            }
            4 => {
                let fallback = self.number();
                let fallback = self.constant(fallback);
                let value = self.field(2);
                let float = Type::Number(NumberKind::Float);
                (
                    self.graph
                        .add_value(Value::Coalesce { value, fallback }, float),
                    self.number(),
                )
            }
            5 => {
                let fallback = self.constant(exact(1, 1));
                let value = self.field(3);
                let exact = Type::Number(NumberKind::Exact);
                (
                    self.graph
                        .add_value(Value::Coalesce { value, fallback }, exact),
                    self.number(),
                )
            }
            6 => {
                let value = self.field(1);
                (
                    self.graph.add_value(Value::Negate(value), whole),
                    self.number(),
                )
            }
            7 => {
                let (left, right) = (self.field(6), self.field(3));
                let operator = *self.random.one(&[Arithmetic::Multiply, Arithmetic::Divide]);
                let product = Value::Arithmetic {
                    operator,
                    left,
                    right,
                };
                (
                    self.graph.add_value(product, Type::Duration),
                    Constant::Duration(-1),
                )
            }
            _ => {
                let inner = self.leaf();
                let value = self.graph.add_value(Value::Condition(inner), Type::Boolean);
                let right = self.field(7);
                return Condition::Compare {
                    comparison: Comparison::Equal,
                    left: value,
                    right,
                };
            }
        };
        if self.random.below(5) == 0 {
            return Condition::Missing(left);
        }
        let right = self.constant(right);
        let comparison = *self.random.one(&[Comparison::Equal, Comparison::Less]);
        Condition::Compare {
            comparison,
            left,
            right,
        }
    }

    fn condition(&mut self, depth: usize) -> ConditionId {
        if depth == 0 {
            return self.leaf();
        }
        let condition = match self.random.below(5) {
            0 => Condition::Not(self.condition(depth - 1)),
            1 | 2 => Condition::And(
                (0..2 + self.random.below(2))
                    .map(|_| self.condition(depth - 1))
                    .collect(),
            ),
            3 => Condition::Or(
                (0..2 + self.random.below(2))
                    .map(|_| self.condition(depth - 1))
                    .collect(),
            ),
            _ => return self.leaf(),
        };
        self.graph.add_condition(condition)
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
        let segments = (0..1 + round % 7).map(|_| drawing.condition(3)).collect();
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

/// One segment: the field `int` is at least `low`.
fn at_least(schema: &Schema, low: i128) -> crate::plan::BoundPlan {
    let mut graph = Graph::default();
    let value = graph.add_value(
        Value::Field(FieldId(0)),
        schema.field(FieldId(0)).field_type.clone(),
    );
    let bound = Bound {
        value: graph.add_constant(exact(low, 1)),
        inclusive: true,
    };
    let segments = vec![graph.add_condition(Condition::Range {
        value,
        low: Some(bound),
        high: None,
    })];
    let module = Module {
        graph,
        segments,
        zone: jiff::tz::TimeZone::UTC,
    };
    crate::plan::plan(&module, schema).bind(NOW)
}

/// Pieces that each hold the numbers from `first` on, and say so in their statistics.
#[derive(Debug)]
struct Sorted {
    pieces: usize,
    read: std::sync::Mutex<Vec<usize>>,
}

impl Sorted {
    const ROWS: usize = 100;

    fn new(pieces: usize) -> Self {
        Self {
            pieces,
            read: std::sync::Mutex::default(),
        }
    }
}

impl Source for Sorted {
    fn name(&self) -> &str {
        "sorted"
    }
    fn schema(&self) -> SchemaRef {
        Arc::new(ArrowSchema::new(vec![ArrowField::new(
            "int",
            arrow_schema::DataType::Int64,
            true,
        )]))
    }
    fn pieces(&self) -> usize {
        self.pieces
    }
    fn rows(&self, _: usize) -> Option<u64> {
        Some(Self::ROWS as u64)
    }
    fn statistics(&self, piece: usize, _: usize) -> Option<Statistics> {
        let first = (piece * Self::ROWS) as i128;
        Some(Statistics {
            missing: Some(0),
            low: Some(exact(first, 1)),
            high: Some(exact(first + Self::ROWS as i128 - 1, 1)),
        })
    }
    fn read(&self, piece: usize, _: &[usize]) -> Result<Batches, DataError> {
        self.read.lock().unwrap().push(piece);
        let first = (piece * Self::ROWS) as i64;
        let schema = self.schema();
        let halves = [first..first + 37, first + 37..first + Self::ROWS as i64];
        Ok(Box::new(halves.into_iter().map(move |numbers| {
            let column: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers));
            Ok(RecordBatch::try_new(schema.clone(), vec![column]).unwrap())
        })))
    }
}

/// The numbers that were members, in the order in which they came.
#[derive(Default)]
struct Numbers {
    found: Vec<i64>,
    fails: bool,
}

impl Sink for Numbers {
    fn members(&mut self, members: Members<'_>) -> Result<(), String> {
        if self.fails {
            return Err("the disk is full".into());
        }
        let keys = members.keys.as_any().downcast_ref::<Int64Array>().unwrap();
        self.found
            .extend(members.masks[0].set_indices().map(|row| keys.value(row)));
        Ok(())
    }
}

#[test]
fn pieces_are_read_only_where_statistics_leave_a_doubt() {
    let (schema, source) = (schema(), Sorted::new(10));
    let bound = at_least(&schema, 342);
    let outcome = run(&bound, Input::Source(&source), &Options::default(), None).unwrap();
    assert_eq!((outcome.contacts, &outcome.counts[..]), (1000, &[658][..]));
    assert_eq!(*source.read.lock().unwrap(), [3]);
    // Members are needed, so pieces of nothing but members are read.
    let mut numbers = Numbers::default();
    run(
        &bound,
        Input::Source(&source),
        &Options::default(),
        Some(&mut numbers),
    )
    .unwrap();
    assert_eq!(*source.read.lock().unwrap(), [3, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(numbers.found, (342..1000).collect::<Vec<i64>>());
}

#[test]
fn members_come_in_the_order_of_the_source_from_several_threads() {
    let (schema, source) = (schema(), Sorted::new(40));
    let options = Options {
        threads: NonZero::new(4).unwrap(),
        ..Options::default()
    };
    for low in [0, 1234] {
        let mut numbers = Numbers::default();
        let bound = at_least(&schema, low);
        run(&bound, Input::Source(&source), &options, Some(&mut numbers)).unwrap();
        assert_eq!(numbers.found, (low as i64..4000).collect::<Vec<i64>>());
    }
}

#[test]
fn a_run_ends_with_the_fault_of_its_sink_and_when_it_is_stopped() {
    let (schema, source) = (schema(), Sorted::new(40));
    let bound = at_least(&schema, 0);
    let mut options = Options {
        threads: NonZero::new(3).unwrap(),
        ..Options::default()
    };
    let mut sink = Numbers {
        fails: true,
        ..Numbers::default()
    };
    let error = run(&bound, Input::Source(&source), &options, Some(&mut sink)).unwrap_err();
    assert_eq!(error.to_string(), "the disk is full");
    options.cancel = Some(Arc::new(true.into()));
    let mut sink = Numbers::default();
    let error = run(&bound, Input::Source(&source), &options, Some(&mut sink)).unwrap_err();
    assert_eq!(error.to_string(), "the run was stopped");
    assert_eq!(sink.found, Vec::<i64>::new());
}

#[test]
fn progress_counts_every_contact_once() {
    let (schema, source) = (schema(), Sorted::new(9));
    let bound = at_least(&schema, 342);
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = seen.clone();
    let options = Options {
        progress: Some(Arc::new(move |rows| noted.lock().unwrap().push(rows))),
        ..Options::default()
    };
    run(&bound, Input::Source(&source), &options, None).unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [100, 200, 300, 337, 400, 500, 600, 700, 800, 900]
    );
}
