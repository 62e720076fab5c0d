//! Arithmetic leaves against the reference interpreter, on numbers chosen to hurt.

use super::LeafKernel;
use crate::execute::native::{Element, Layout, LeafCode, Native, View};
use crate::ir::{
    Arithmetic, Bound, Comparison, Condition, ConditionId, Graph, Module, Value, ValueId,
};
use crate::jit::lanes;
use crate::jit::tests::{ESTIMATE, Numbers};
use crate::plan::{
    BoundPlan, Column, ColumnId, Leaf, LeafId, Node, NodeId, ParameterId, Plan, Shape,
};
use crate::schema::{FieldId, Schema};
use crate::types::{Constant, Exact, Float, NumberKind, Type};
use arrow_array::{
    Array, ArrayRef, Date32Array, Float32Array, Float64Array, Int8Array, Int32Array, Int64Array,
    RecordBatch, UInt16Array,
};
use std::sync::Arc;

const FLOATS: [f64; 14] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    0.1,
    1e16,
    f64::MAX,
    f64::MIN,
    5e-324,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    1_333.333_333_333_333_3,
];
const WHOLES: [i64; 10] = [
    0,
    1,
    -1,
    2,
    100,
    -128,
    1 << 53,
    (1 << 53) + 1,
    i64::MAX,
    i64::MIN,
];

fn schema() -> Schema {
    Schema::builder()
        .text("id")
        .key("id")
        .float("ltv")
        .float("score")
        .float("rate")
        .int("visits")
        .int("opens")
        .int("total")
        .int("step")
        .date("born")
        .build()
        .unwrap()
}

/// The columns of the schema after the key, with the way they lie in memory.
fn batch(rows: usize, seed: u64) -> (RecordBatch, Vec<Layout>) {
    let mut numbers = Numbers(seed);
    let mut missing = vec![false; rows];
    let mut draw = |nullable: bool, out: &mut Vec<Option<u64>>| {
        for gone in &mut missing {
            *gone = nullable && numbers.below(4) == 0;
            out.push((!*gone).then(|| numbers.next()));
        }
    };
    let mut columns: [Vec<Option<u64>>; 8] = Default::default();
    for (place, column) in columns.iter_mut().enumerate() {
        draw(place != 1, column);
    }
    let float = |bits: u64| match bits % 3 {
        0 => (bits >> 8) as f64 / 1e13,
        1 => ((bits >> 8) % 2_000) as f64 - 1_000.0,
        _ => FLOATS[(bits >> 8) as usize % FLOATS.len()],
    };
    let whole = |bits: u64| match bits % 2 {
        0 => (bits >> 8) as i64 % 1_000,
        _ => WHOLES[(bits >> 8) as usize % WHOLES.len()],
    };
    // Every other batch has totals that may be added and multiplied by small numbers.
    let total_bits = if seed % 2 == 1 { 45 } else { 63 };
    let total_of = |bits: u64| match total_bits {
        45 => bits as i64 >> 18,
        _ => whole(bits),
    };
    let [ltv, score, rate, visits, opens, total, step, born] = columns;
    let map = |column: Vec<Option<u64>>| column.into_iter();
    let arrays: Vec<(&str, ArrayRef)> = vec![
        (
            "ltv",
            Arc::new(Float64Array::from_iter(
                map(ltv).map(|bits| bits.map(float)),
            )),
        ),
        (
            "score",
            Arc::new(Float64Array::from_iter_values(
                map(score).map(|bits| float(bits.unwrap())),
            )),
        ),
        (
            "rate",
            Arc::new(Float32Array::from_iter(
                map(rate).map(|bits| bits.map(|bits| float(bits) as f32)),
            )),
        ),
        (
            "visits",
            Arc::new(Int32Array::from_iter(
                map(visits).map(|bits| bits.map(|bits| whole(bits) as i32)),
            )),
        ),
        (
            "opens",
            Arc::new(UInt16Array::from_iter(
                map(opens).map(|bits| bits.map(|bits| bits as u16)),
            )),
        ),
        (
            "total",
            Arc::new(Int64Array::from_iter(
                map(total).map(|bits| bits.map(total_of)),
            )),
        ),
        (
            "step",
            Arc::new(Int8Array::from_iter(
                map(step).map(|bits| bits.map(|bits| bits as i8)),
            )),
        ),
        (
            "born",
            Arc::new(Date32Array::from_iter(
                map(born).map(|bits| bits.map(|bits| (bits % 30_000) as i32)),
            )),
        ),
    ];
    let elements = [
        Element::F64,
        Element::F64,
        Element::F32,
        Element::I32,
        Element::U16,
        Element::I64,
        Element::I8,
        Element::I32,
    ];
    let layouts = (elements.iter().enumerate())
        .map(|(place, element)| Layout {
            element: *element,
            multiplier: 1,
            divisor: 1,
            nullable: place != 1,
            bits: if *element == Element::I64 {
                total_bits
            } else {
                63
            },
        })
        .collect();
    let batch = RecordBatch::try_from_iter_with_nullable(
        arrays
            .into_iter()
            .map(|(name, array)| (name, array, name != "score")),
    );
    (batch.unwrap(), layouts)
}

/// A random condition over the fields 1 to 8.
struct Conditions {
    graph: Graph,
    numbers: Numbers,
}

impl Conditions {
    fn field(&mut self) -> ValueId {
        let field = 1 + self.numbers.below(7) as u32;
        self.named(field)
    }

    fn named(&mut self, field: u32) -> ValueId {
        let value_type = match field {
            1..=3 => Type::Number(NumberKind::Float),
            8 => Type::Date,
            _ => Type::Number(NumberKind::Whole),
        };
        self.graph
            .add_value(Value::Field(FieldId(field)), value_type)
    }

    fn literal(&mut self) -> ValueId {
        let constant = match self.numbers.below(5) {
            0 => Constant::Number(Exact::new(self.numbers.below(1_000) as i128, 10).unwrap()),
            1 => Constant::Number(Exact::new(1, 3).unwrap()),
            2 => Constant::Float(Float::new(self.numbers.below(100) as f64 / 8.0).unwrap()),
            3 => Constant::Number(Exact::whole(
                WHOLES[self.numbers.below(WHOLES.len())].into(),
            )),
            _ => Constant::Number(Exact::whole(self.numbers.below(100) as i128 - 50)),
        };
        self.graph.add_constant(constant)
    }

    fn value(&mut self, depth: usize) -> ValueId {
        if depth == 0 || self.numbers.below(4) == 0 {
            return self.field();
        }
        let left = self.value(depth - 1);
        let left_type = self.graph.type_of(left).clone();
        match self.numbers.below(8) {
            0 => return self.graph.add_value(Value::Negate(left), left_type),
            2 => {
                let fallback = match self.numbers.below(2) {
                    0 => self.literal(),
                    _ => self.field(),
                };
                let value = Value::Coalesce {
                    value: left,
                    fallback,
                };
                return self.graph.add_value(value, left_type);
            }
            _ => {}
        }
        let operator = [
            Arithmetic::Add,
            Arithmetic::Subtract,
            Arithmetic::Multiply,
            Arithmetic::Divide,
        ][self.numbers.below(4)];
        let other = match self.numbers.below(2) {
            0 => self.literal(),
            _ => self.value(depth - 1),
        };
        let (left, right) = match self.numbers.below(3) {
            0 => (other, left),
            _ => (left, other),
        };
        let result = Graph::arithmetic(
            operator,
            self.graph.type_of(left),
            self.graph.type_of(right),
        );
        let value = Value::Arithmetic {
            operator,
            left,
            right,
        };
        self.graph.add_value(value, result.unwrap())
    }

    fn condition(&mut self, depth: usize) -> ConditionId {
        let comparison =
            [Comparison::Equal, Comparison::Less, Comparison::LessOrEqual][self.numbers.below(3)];
        let condition = match self.numbers.below(if depth > 0 { 9 } else { 6 }) {
            0 => {
                let bound = |this: &mut Self| Bound {
                    value: this.literal(),
                    inclusive: this.numbers.below(2) == 0,
                };
                Condition::Range {
                    value: self.value(2),
                    low: Some(bound(self)),
                    high: (self.numbers.below(2) == 0).then(|| bound(self)),
                }
            }
            1 => Condition::Missing(self.value(2)),
            2 => Condition::OneOf {
                value: self.value(2),
                set: [0, 1, 2]
                    .map(|number| Constant::Number(Exact::whole(number)))
                    .into(),
            },
            3 => Condition::Compare {
                comparison,
                left: self.value(3),
                right: self.value(2),
            },
            4 => Condition::Compare {
                comparison,
                left: self.literal(),
                right: self.value(3),
            },
            5 => Condition::Compare {
                comparison,
                left: self.value(3),
                right: self.literal(),
            },
            6 => Condition::Not(self.condition(depth - 1)),
            7 => Condition::And([self.condition(depth - 1), self.condition(depth - 1)].into()),
            _ => Condition::Or([self.condition(depth - 1), self.condition(depth - 1)].into()),
        };
        self.graph.add_condition(condition)
    }
}

/// A plan of one leaf over all columns.
fn plan(graph: Graph, condition: ConditionId, parameters: Vec<ValueId>) -> Plan {
    let schema = schema();
    let columns = (schema.fields().iter().enumerate().skip(1))
        .map(|(place, field)| Column {
            field: FieldId(place as u32),
            name: field.name.clone(),
            column_type: field.field_type.clone(),
            parts: None,
            blank_is_missing: false,
        })
        .collect();
    let mut parameter_of = vec![None; graph.value_count()];
    for (place, value) in parameters.iter().enumerate() {
        parameter_of[value.index()] = Some(ParameterId(place as u32));
    }
    Plan {
        folds: Default::default(),
        values: Box::default(),
        passes: Box::default(),
        parameter_of: parameter_of.into(),
        column_of: std::iter::once(None)
            .chain((0..8).map(|column| Some(ColumnId(column))))
            .collect(),
        estimates: vec![ESTIMATE],
        graph: Arc::new(graph),
        zone: jiff::tz::TimeZone::UTC,
        columns,
        parameters,
        leaves: vec![Leaf {
            condition,
            shape: Shape::General {
                columns: (0..8).map(ColumnId).collect(),
            },
            estimate: ESTIMATE,
            looked_up: None,
        }],
        nodes: vec![Node::Leaf(LeafId(0))],
        segments: vec![NodeId(0)],
    }
}

fn validity(array: &dyn Array) -> Option<Vec<u64>> {
    let nulls = array.nulls()?;
    let mut words = vec![0u64; array.len().div_ceil(64)];
    for row in (0..array.len()).filter(|row| nulls.is_valid(*row)) {
        words[row / 64] |= 1 << (row % 64);
    }
    Some(words)
}

fn run(code: &dyn LeafCode, batch: &RecordBatch) -> Vec<bool> {
    let data: Vec<_> = batch
        .columns()
        .iter()
        .map(|array| array.to_data())
        .collect();
    let masks: Vec<_> = batch
        .columns()
        .iter()
        .map(|array| validity(array))
        .collect();
    let views: Vec<View<'_>> = (data.iter().zip(&masks))
        .map(|(data, mask)| View {
            data: data.buffers()[0].as_slice(),
            validity: mask.as_deref(),
        })
        .collect();
    let rows = batch.num_rows();
    let mut out = vec![u64::MAX; rows.div_ceil(64)];
    code.run(&views, rows, &mut out);
    assert_eq!(
        out.last()
            .map_or(0, |last| last.checked_shr(rows as u32 % 64).unwrap_or(0))
            & u64::from(!rows.is_multiple_of(64)),
        0
    );
    (0..rows)
        .map(|row| out[row / 64] >> (row % 64) & 1 == 1)
        .collect()
}

fn expected(plan: &Plan, batch: &RecordBatch, now: i128) -> Vec<bool> {
    let module = Module {
        graph: (*plan.graph).clone(),
        segments: vec![plan.leaves[0].condition],
        zone: plan.zone.clone(),
    };
    let answers = crate::reference::evaluate(&module, &schema(), batch, now).unwrap();
    answers[0].iter().map(|answer| answer.unwrap()).collect()
}

#[test]
fn random_arithmetic_agrees_with_the_reference() {
    let mut made = 0;
    for seed in 0..400 {
        let mut conditions = Conditions {
            graph: Graph::default(),
            numbers: Numbers(seed),
        };
        let condition = conditions.condition(2);
        let plan = plan(conditions.graph, condition, Vec::new());
        let rows = [203, 64, 7, 256, 1][seed as usize % 5];
        let (batch, layouts) = batch(rows, seed);
        let Some(test) = lanes::analyse(&plan, 0, &layouts) else {
            continue;
        };
        made += 1;
        let kernel = Arc::new(LeafKernel::new(&test, &layouts).unwrap());
        let got = run(&kernel.bind(&[]), &batch);
        let wanted = expected(&plan, &batch, 0);
        for row in 0..rows {
            assert_eq!(
                got[row],
                wanted[row],
                "seed {seed}, row {row}: {test:?} {:?}",
                batch.slice(row, 1)
            );
        }
    }
    assert!(made > 100, "only {made} conditions became code");
}

#[test]
fn lifetime_value_and_score() {
    // ltv * 0.3 + score > 400, against a loop.
    let mut conditions = Conditions {
        graph: Graph::default(),
        numbers: Numbers(1),
    };
    let (ltv, score) = (conditions.named(1), conditions.named(2));
    let graph = &mut conditions.graph;
    let float = || Type::Number(NumberKind::Float);
    let tenths = graph.add_constant(Constant::Number(Exact::new(3, 10).unwrap()));
    let limit = graph.add_constant(Constant::Number(Exact::whole(400)));
    let arithmetic = |graph: &mut Graph, operator, left, right| {
        let value = Value::Arithmetic {
            operator,
            left,
            right,
        };
        graph.add_value(value, float())
    };
    let product = arithmetic(graph, Arithmetic::Multiply, ltv, tenths);
    let sum = arithmetic(graph, Arithmetic::Add, product, score);
    let condition = graph.add_condition(Condition::Compare {
        comparison: Comparison::Less,
        left: limit,
        right: sum,
    });
    let plan = plan(conditions.graph, condition, Vec::new());
    let (batch, layouts) = batch(1_000, 5);
    let test = lanes::analyse(&plan, 0, &layouts).expect("plain arithmetic becomes code");
    let kernel = Arc::new(LeafKernel::new(&test, &layouts).unwrap());
    let got = run(&kernel.bind(&[]), &batch);
    let column = |place: usize| {
        let array = batch.column(place).as_any();
        array.downcast_ref::<Float64Array>().unwrap().clone()
    };
    let (ltv, score) = (column(0), column(1));
    let mut members = 0;
    for (row, got) in got.into_iter().enumerate() {
        let sum = ltv.value(row) * 0.3 + score.value(row);
        let inputs =
            ltv.is_valid(row) && ltv.value(row).is_finite() && score.value(row).is_finite();
        assert_eq!(got, inputs && sum.is_finite() && sum > 400.0, "row {row}");
        members += usize::from(got);
    }
    assert!(members > 50, "{members}");
}

#[test]
fn parameters_are_bound_after_compiling() {
    // born between two days that are only known when the run begins; the parameters stand for them.
    let mut conditions = Conditions {
        graph: Graph::default(),
        numbers: Numbers(1),
    };
    let born = conditions.named(8);
    let graph = &mut conditions.graph;
    let now = graph.add_value(Value::Now, Type::Time);
    let today = graph.add_value(
        Value::DateOf {
            time: now,
            zone: None,
        },
        Type::Date,
    );
    let condition = graph.add_condition(Condition::Compare {
        comparison: Comparison::LessOrEqual,
        left: born,
        right: today,
    });
    let plan = Arc::new(plan(conditions.graph, condition, vec![today]));
    let (batch, layouts) = batch(500, 9);
    let compiled = crate::jit::compile(&plan, 16).unwrap();
    let mut functions = None;
    for day in [-1, 0, 10_000, 20_000, 40_000] {
        let now = i128::from(day) * 86_400_000_000_000;
        let bound = BoundPlan {
            matchers: [].into(),
            figures: std::sync::Arc::default(),
            plan: plan.clone(),
            now,
            parameters: [Constant::Date(day)].into(),
        };
        let code = compiled.leaf(LeafId(0), &layouts, &bound).unwrap();
        assert_eq!(
            run(&*code, &batch),
            expected(&plan, &batch, now),
            "day {day}"
        );
        // The second day and all after it find the code of the first.
        assert_eq!(
            *functions.get_or_insert(compiled.functions()),
            compiled.functions()
        );
    }
    let bound = BoundPlan {
        matchers: [].into(),
        figures: std::sync::Arc::default(),
        plan: plan.clone(),
        now: 0,
        parameters: [Constant::Missing].into(),
    };
    let code = compiled.leaf(LeafId(0), &layouts, &bound).unwrap();
    assert!(run(&*code, &batch).iter().all(|answer| !answer));
}
