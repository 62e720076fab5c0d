//! One contact against the reference interpreter, by both ways, over conditions and values chosen to hurt.

use super::{Contact, ContactMatcher, Path};
use crate::ir::{
    Arithmetic, Bound, Comparison, Condition, ConditionId, Graph, Module, TextTest, Value, ValueId,
};
use crate::schema::{FieldId, Schema};
use crate::types::{Constant, Exact, Float, NumberKind, Type};
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DurationMillisecondArray, Float64Array,
    Int64Array, RecordBatch, StringArray, TimestampSecondArray,
};
use std::sync::Arc;

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }
}

const TEXTS: [&str; 9] = ["BE", "be", "NL", "Straße", "STRASSE", "", "  ", "bé", "nlx"];
const SECONDS: [i64; 7] = [
    0,
    -1,
    1_000_000,
    1_763_800_000,
    9_223_372_036,
    9_223_372_037,
    200_000_000_000,
];
const WHOLES: [i64; 8] = [0, 1, -1, 18, 65, i64::MAX, i64::MAX - 1, i64::MIN];
/// In thousandths.
const AMOUNTS: [i128; 6] = [0, 1, -1_500, 399_999, 400_000, 10i128.pow(36)];
const FLOATS: [f64; 8] = [
    0.0,
    -0.0,
    0.1,
    400.0,
    f64::MAX,
    5e-324,
    f64::NAN,
    f64::INFINITY,
];

fn schema() -> Schema {
    Schema::builder()
        .text("id")
        .key("id")
        .text("region")
        .text("plan")
        .blank_is_missing()
        .bool("consent")
        .int("age")
        .float("ltv")
        .number("amount")
        .date("born")
        .time("seen")
        .duration("wait")
        .list("tags", Type::Text)
        .build()
        .unwrap()
}

fn number(numerator: i128, denominator: i128) -> Constant {
    Constant::Number(Exact::new(numerator, denominator).unwrap())
}

/// A value for the field at this place of the schema, as the data has it.
fn value(field: usize, numbers: &mut Numbers) -> Constant {
    if numbers.below(5) == 0 {
        return Constant::Missing;
    }
    match field {
        0 => Constant::Text("ann".into()),
        1 | 2 => Constant::Text(numbers.of(&TEXTS).into()),
        3 => Constant::Boolean(numbers.below(2) == 0),
        4 => Constant::Number(Exact::whole(numbers.of(&WHOLES).into())),
        5 => Float::new(numbers.of(&FLOATS)).map_or(Constant::Missing, Constant::Float),
        6 => number(numbers.of(&AMOUNTS), 1_000),
        7 => Constant::Date(numbers.of(&[0, -1, 20_000, 20_414, i64::from(i32::MAX)])),
        8 => Constant::Time(i128::from(numbers.of(&SECONDS)) * 1_000_000_000),
        9 => Constant::Duration(
            i128::from(numbers.of(&[0, -5, 86_400_000, i64::MAX / 2])) * 1_000_000,
        ),
        _ => {
            let texts = (0..numbers.below(4)).map(|_| match numbers.below(5) {
                0 => Constant::Missing,
                _ => Constant::Text(numbers.of(&TEXTS).into()),
            });
            Constant::List(texts.collect())
        }
    }
}

/// A constant to compare the field with; not always one that the field can hold.
fn other(field: usize, numbers: &mut Numbers) -> Constant {
    match field {
        4..=6 => match numbers.below(4) {
            0 => number(numbers.of(&AMOUNTS), 7),
            1 => Constant::Float(Float::new(numbers.of(&FLOATS[..6])).unwrap()),
            2 => number(1, 3),
            _ => loop {
                let constant = value(4 + numbers.below(3), numbers);
                if constant != Constant::Missing {
                    break constant;
                }
            },
        },
        _ => loop {
            let constant = value(field, numbers);
            if constant != Constant::Missing {
                break constant;
            }
        },
    }
}

fn array(field: usize, column: &[Constant]) -> ArrayRef {
    macro_rules! collect {
        ($array:ty, $pattern:pat => $value:expr) => {
            column
                .iter()
                .map(|constant| match constant {
                    $pattern => Some($value),
                    _ => None,
                })
                .collect::<$array>()
        };
    }
    match field {
        0..=2 => Arc::new(collect!(StringArray, Constant::Text(text) => text.to_string())),
        3 => Arc::new(collect!(BooleanArray, Constant::Boolean(value) => *value)),
        4 => Arc::new(collect!(Int64Array, Constant::Number(number) => number.numerator() as i64)),
        5 => Arc::new(collect!(Float64Array, Constant::Float(float) => float.get())),
        6 => {
            let thousandths = |number: &Exact| number.numerator() * (1_000 / number.denominator());
            let array = collect!(Decimal128Array, Constant::Number(number) => thousandths(number));
            Arc::new(array.with_precision_and_scale(38, 3).unwrap())
        }
        7 => Arc::new(collect!(Date32Array, Constant::Date(days) => *days as i32)),
        8 => {
            let array = collect!(TimestampSecondArray, Constant::Time(time) => (time / 1_000_000_000) as i64);
            Arc::new(array.with_timezone("UTC"))
        }
        9 => Arc::new(
            collect!(DurationMillisecondArray, Constant::Duration(length) => (length / 1_000_000) as i64),
        ),
        _ => {
            let mut builder = ListBuilder::new(StringBuilder::new());
            for list in column {
                if let Constant::List(elements) = list {
                    for element in elements.iter() {
                        match element {
                            Constant::Text(text) => builder.values().append_value(text),
                            _ => builder.values().append_null(),
                        }
                    }
                }
                builder.append(*list != Constant::Missing);
            }
            Arc::new(builder.finish())
        }
    }
}

fn field_type(field: usize) -> Type {
    schema().fields()[field].field_type.clone()
}

struct Conditions {
    graph: Graph,
    numbers: Numbers,
}

impl Conditions {
    fn field(&mut self, field: usize) -> ValueId {
        self.graph
            .add_value(Value::Field(FieldId(field as u32)), field_type(field))
    }

    fn constant(&mut self, field: usize) -> ValueId {
        let constant = other(field, &mut self.numbers);
        self.graph.add_constant(constant)
    }

    fn leaf(&mut self) -> ConditionId {
        let ordered = 4 + self.numbers.below(6);
        let condition = match self.numbers.below(10) {
            0 => Condition::Missing({
                let field = 1 + self.numbers.below(10);
                self.field(field)
            }),
            1 => Condition::Holds(self.field(3)),
            2 | 3 => {
                let bound = |this: &mut Self| {
                    (this.numbers.below(4) > 0).then(|| Bound {
                        value: this.constant(ordered),
                        inclusive: this.numbers.below(2) == 0,
                    })
                };
                let low = bound(self);
                let high = match low {
                    Some(_) => bound(self),
                    None => Some(Bound {
                        value: self.constant(ordered),
                        inclusive: true,
                    }),
                };
                Condition::Range {
                    value: self.field(ordered),
                    low,
                    high,
                }
            }
            4 => {
                let mut set: Vec<Constant> =
                    (0..3).map(|_| other(ordered, &mut self.numbers)).collect();
                set.sort_by(|left, right| left.compare(right).unwrap());
                set.dedup_by(|left, right| left.compare(right) == Some(std::cmp::Ordering::Equal));
                Condition::OneOf {
                    value: self.field(ordered),
                    set: set.into(),
                }
            }
            5 => {
                let field = 1 + self.numbers.below(2);
                let mut set: Vec<&str> = (0..3).map(|_| self.numbers.of(&TEXTS)).collect();
                set.sort_unstable();
                set.dedup();
                let set = set
                    .into_iter()
                    .map(|text| Constant::Text(text.into()))
                    .collect();
                Condition::OneOf {
                    value: self.field(field),
                    set,
                }
            }
            6 => {
                let field = 1 + self.numbers.below(2);
                let (mut value, mut pattern) = (self.field(field), self.constant(field));
                if self.numbers.below(2) == 0 {
                    [value, pattern] = [value, pattern]
                        .map(|side| self.graph.add_value(Value::FoldCase(side), Type::Text));
                }
                let test = self.numbers.of(&[
                    TextTest::StartsWith,
                    TextTest::EndsWith,
                    TextTest::Contains,
                ]);
                Condition::TextTest {
                    test,
                    value,
                    pattern,
                }
            }
            7 => {
                let list = self.field(10);
                let values = (0..1 + self.numbers.below(3))
                    .map(|_| self.constant(1))
                    .collect();
                Condition::Has {
                    list,
                    all: self.numbers.below(2) == 0,
                    values,
                }
            }
            8 => {
                // How long ago, which no slot can tell.
                let (now, seen) = (self.graph.add_value(Value::Now, Type::Time), self.field(8));
                let operator = Arithmetic::Subtract;
                let since = Value::Arithmetic {
                    operator,
                    left: now,
                    right: seen,
                };
                let since = self.graph.add_value(since, Type::Duration);
                let limit = self
                    .graph
                    .add_constant(Constant::Duration(90 * 86_400_000_000_000));
                Condition::Compare {
                    comparison: Comparison::Less,
                    left: limit,
                    right: since,
                }
            }
            _ => {
                let (left, right) = (self.field(4), self.field(5));
                let sum = Value::Arithmetic {
                    operator: Arithmetic::Add,
                    left,
                    right,
                };
                let left = self.graph.add_value(sum, Type::Number(NumberKind::Float));
                Condition::Compare {
                    comparison: Comparison::LessOrEqual,
                    left,
                    right: self.constant(6),
                }
            }
        };
        self.graph.add_condition(condition)
    }

    fn condition(&mut self, depth: usize) -> ConditionId {
        if depth == 0 {
            return self.leaf();
        }
        let condition = match self.numbers.below(4) {
            0 => Condition::Not(self.condition(depth - 1)),
            1 => Condition::Or((0..3).map(|_| self.condition(depth - 1)).collect()),
            _ => Condition::And((0..3).map(|_| self.condition(depth - 1)).collect()),
        };
        self.graph.add_condition(condition)
    }
}

const NOW: i128 = 1_763_805_600_000_000_000;

#[test]
fn a_contact_belongs_where_its_row_does() {
    let schema = schema();
    let mut ways = Vec::new();
    for seed in 0..24 {
        let mut conditions = Conditions {
            graph: Graph::default(),
            numbers: Numbers(seed),
        };
        let segments: Vec<_> = (0..1 + seed as usize * 3 % 100)
            .map(|segment| conditions.condition(segment % 4))
            .collect();
        let module = Module {
            graph: conditions.graph,
            segments,
            zone: jiff::tz::TimeZone::UTC,
        };
        let mut numbers = conditions.numbers;
        let columns: Vec<Vec<Constant>> = (0..11)
            .map(|field| (0..25).map(|_| value(field, &mut numbers)).collect())
            .collect();
        let names = schema.fields().iter().map(|field| field.name.clone());
        let arrays = columns
            .iter()
            .enumerate()
            .map(|(field, column)| array(field, column));
        let batch = RecordBatch::try_from_iter(names.zip(arrays)).unwrap();
        let plan = Arc::new(crate::plan::plan(&module, &schema));
        let portable = ContactMatcher::portable(&plan.bind(0));
        let native = ContactMatcher::new(&plan.bind(0));
        ways.push(native.path());
        let mut contact = Contact::new(&schema);
        for now in [NOW, NOW / 2] {
            let wanted = crate::reference::evaluate(&module, &schema, &batch, now).unwrap();
            let bound = plan.bind(now);
            let matchers = [portable.rebind(&bound), native.rebind(&bound)];
            let mut members = super::SegmentSet::default();
            for row in 0..25 {
                contact.clear();
                for (field, column) in columns.iter().enumerate() {
                    contact
                        .set_field(FieldId(field as u32), column[row].clone())
                        .unwrap();
                }
                for matcher in &matchers {
                    matcher.matches_into(&contact, &mut members);
                    for (segment, wanted) in wanted.iter().enumerate() {
                        assert_eq!(
                            members.contains(segment),
                            wanted.value(row),
                            "seed {seed}, row {row}, segment {segment}, {:?}: {contact:?}",
                            matcher.path()
                        );
                    }
                    let count = wanted.iter().filter(|segment| segment.value(row)).count();
                    assert_eq!((members.count(), members.iter().count()), (count, count));
                }
            }
        }
    }
    let native = ways.iter().filter(|path| **path == Path::Native).count();
    assert!(!cfg!(feature = "jit") || native == ways.len() || !cfg!(target_arch = "x86_64"));
}

#[test]
fn what_does_not_fit_a_field_is_refused_in_plain_words() {
    let mut contact = Contact::new(&schema());
    let said = |error: Result<(), super::ContactError>| error.unwrap_err().to_string();
    assert_eq!(
        said(contact.set("regoin", "BE")),
        "contacts have no field \"regoin\"; did you mean \"region\"?"
    );
    assert_eq!(
        said(contact.set("xyz", 1)),
        "contacts have no field \"xyz\""
    );
    assert_eq!(
        said(contact.set("age", "41")),
        "the field \"age\" is an int, which the text \"41\" is not"
    );
    assert_eq!(
        said(contact.set("age", 41.5)),
        "the field \"age\" is an int, which the number 41.5 (a float) is not"
    );
    assert_eq!(
        said(contact.set("seen", jiff::civil::date(2026, 11, 22))),
        "the field \"seen\" is a time, which a date is not"
    );
    assert_eq!(
        said(contact.set("tags", vec![1, 2])),
        "the field \"tags\" is a list of text, which a list with the number 1 is not"
    );
}

#[test]
fn values_come_as_rust_has_them() {
    let mut contact = Contact::new(&schema());
    contact.set("region", "BE").unwrap();
    contact.set("plan", "  ").unwrap();
    contact.set("ltv", 3).unwrap();
    contact.set("age", Some(41)).unwrap();
    contact.set("consent", None::<bool>).unwrap();
    contact.set("tags", ["a", "b"]).unwrap();
    contact.set("seen", jiff::Timestamp::UNIX_EPOCH).unwrap();
    let at = |field: u32| contact.get(FieldId(field)).clone();
    assert_eq!(at(1), Constant::Text("BE".into()));
    assert_eq!(
        at(2),
        Constant::Missing,
        "blank text is missing in this field"
    );
    assert_eq!(at(3), Constant::Missing);
    assert_eq!(at(4), Constant::Number(Exact::whole(41)));
    assert_eq!(at(5), Constant::Float(Float::new(3.0).unwrap()));
    assert_eq!(at(8), Constant::Time(0));
    contact.set("ltv", f64::NAN).unwrap();
    assert_eq!(contact.get(FieldId(5)), &Constant::Missing);
    contact.clear();
    assert_eq!(contact.get(FieldId(1)), &Constant::Missing);
}
