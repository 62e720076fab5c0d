//! Conditions drawn at random.

use super::{NOW, Random, TEXTS, schema};
use crate::ir::{
    Arithmetic, Bound, Comparison, Condition, ConditionId, Graph, TextTest, Value, ValueId,
};
use crate::schema::FieldId;
use crate::types::{Constant, Exact, Float, NumberKind, Type};
use std::sync::Arc;

/// Conditions over the fields of [`schema`], drawn at random.
pub(super) struct Drawing<'a> {
    pub(super) random: &'a mut Random,
    pub(super) graph: Graph,
}

pub(super) fn exact(numerator: i128, denominator: i128) -> Constant {
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
                let day = self
                    .graph
                    .add_value(Value::DateOf { time, zone: None }, Type::Date);
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

    pub(super) fn condition(&mut self, depth: usize) -> ConditionId {
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
