//! Which conditions native code can work out number by number, and how: the analysis before any code is made.
//!
//! A lane is a 64-bit float, or a 64-bit whole number that provably cannot overflow; whatever needs more (fractions, 128 bits, text, the calendar)
//! stays with the interpreter. The kinds follow the meaning of the graph: with a floating operand both sides are rounded to the nearest float,
//! without one everything is exact.

use crate::execute::native::{Element, Layout};
use crate::functions;
use crate::ir::{Arithmetic, Comparison, Condition, ConditionId, Value, ValueId};
use crate::plan::{Plan, Shape};
use crate::types::{Constant, NumberKind, Type};

/// A number that is the same for all contacts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fixed {
    Literal(Constant),
    /// The place of a parameter of the plan.
    Parameter(usize),
}

/// A number of each contact.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    pub form: Form,
    pub kind: Kind,
}

/// How a lane holds its number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// A float. Where `purely` is false it may stand for an exact number that it equals, which no arithmetic may touch.
    Float { purely: bool },
    /// A whole number between these.
    Whole { low: i128, high: i128 },
}

#[derive(Clone, Debug)]
pub(super) enum Form {
    /// A column, by its place in the leaf.
    Column(usize),
    /// The float nearest to a fixed number.
    Nearest(Fixed),
    /// A fixed whole number.
    Whole(Fixed),
    /// The float nearest to a whole number.
    Rounded(Box<Lane>),
    Add(Box<[Lane; 2]>),
    Subtract(Box<[Lane; 2]>),
    Multiply(Box<[Lane; 2]>),
    Divide(Box<[Lane; 2]>),
    Negate(Box<Lane>),
    Absolute(Box<Lane>),
    /// The first where it is known, else the second.
    Coalesce(Box<[Lane; 2]>),
}

/// A condition over lanes.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// Both known and so related; both lanes are of one kind.
    Lanes(Comparison, Lane, Lane),
    /// The lane against a fixed number.
    Above {
        lane: Lane,
        edge: Fixed,
        or_equal: bool,
    },
    Below {
        lane: Lane,
        edge: Fixed,
        or_equal: bool,
    },
    Equal {
        lane: Lane,
        to: Fixed,
    },
    Missing(Lane),
    Not(Box<Test>),
    All(Vec<Test>),
    One(Vec<Test>),
}

/// Whole numbers up to this are floats, each of them.
const EXACT_FLOATS: i128 = 1 << 53;
/// Whole lanes stay within this, so that a comparison with anything fits 64 bits too.
pub(super) const WHOLE_LIMIT: i128 = 1 << 62;

/// The test of a leaf of general shape over columns of these layouts; none where native code cannot make it.
pub(super) fn analyse(plan: &Plan, leaf: usize, layouts: &[Layout]) -> Option<Test> {
    let leaf = &plan.leaves[leaf];
    let Shape::General { columns } = &leaf.shape else {
        return None;
    };
    let fields = (columns.iter())
        .map(|column| plan.columns[column.0 as usize].field)
        .collect();
    if columns.len() != layouts.len() {
        return None;
    }
    let analysis = Analysis {
        plan,
        layouts,
        fields,
    };
    analysis.test(leaf.condition)
}

struct Analysis<'a> {
    plan: &'a Plan,
    layouts: &'a [Layout],
    fields: Vec<crate::schema::FieldId>,
}

/// A value as far as it is known before any contact is seen.
enum Operand {
    Lane(Lane),
    Fixed(Fixed),
}

impl Analysis<'_> {
    fn test(&self, condition: ConditionId) -> Option<Test> {
        let tests = |parts: &[ConditionId]| -> Option<Vec<Test>> {
            parts.iter().map(|part| self.test(*part)).collect()
        };
        Some(match self.plan.graph.condition(condition) {
            Condition::Not(operand) => Test::Not(Box::new(self.test(*operand)?)),
            Condition::And(parts) => Test::All(tests(parts)?),
            Condition::Or(parts) => Test::One(tests(parts)?),
            Condition::Missing(value) => match self.operand(*value)? {
                Operand::Lane(lane) => Test::Missing(lane),
                Operand::Fixed(_) => return None,
            },
            Condition::Compare {
                comparison,
                left,
                right,
            } => self.compare(*comparison, *left, *right)?,
            Condition::Range { value, low, high } => {
                let Operand::Lane(lane) = self.operand(*value)? else {
                    return None;
                };
                let mut tests = Vec::new();
                for (bound, is_low) in [(low, true), (high, false)] {
                    let Some(bound) = bound else { continue };
                    let Operand::Fixed(edge) = self.operand(bound.value)? else {
                        return None;
                    };
                    let (lane, or_equal) = (lane.clone(), bound.inclusive);
                    tests.push(match is_low {
                        true => Test::Above {
                            lane,
                            edge,
                            or_equal,
                        },
                        false => Test::Below {
                            lane,
                            edge,
                            or_equal,
                        },
                    });
                }
                Test::All(tests)
            }
            Condition::OneOf { value, set } if set.len() <= 8 => {
                let Operand::Lane(lane) = self.operand(*value)? else {
                    return None;
                };
                let equal = |to: &Constant| Test::Equal {
                    lane: lane.clone(),
                    to: Fixed::Literal(to.clone()),
                };
                Test::One(set.iter().map(equal).collect())
            }
            Condition::Constant(_)
            | Condition::Holds(_)
            | Condition::OneOf { .. }
            | Condition::TextTest { .. }
            | Condition::Matches { .. }
            | Condition::AtLeast { .. }
            | Condition::InList { .. }
            | Condition::Has { .. }
            | Condition::Any { .. } => return None,
        })
    }

    fn compare(&self, comparison: Comparison, left: ValueId, right: ValueId) -> Option<Test> {
        let or_equal = comparison == Comparison::LessOrEqual;
        Some(match (self.operand(left)?, self.operand(right)?) {
            (Operand::Lane(lane), Operand::Fixed(edge)) => match comparison {
                Comparison::Equal => Test::Equal { lane, to: edge },
                Comparison::Less | Comparison::LessOrEqual => Test::Below {
                    lane,
                    edge,
                    or_equal,
                },
            },
            (Operand::Fixed(edge), Operand::Lane(lane)) => match comparison {
                Comparison::Equal => Test::Equal { lane, to: edge },
                Comparison::Less | Comparison::LessOrEqual => Test::Above {
                    lane,
                    edge,
                    or_equal,
                },
            },
            (Operand::Lane(left), Operand::Lane(right)) => match (left.kind, right.kind) {
                (Kind::Float { .. }, Kind::Float { .. })
                | (Kind::Whole { .. }, Kind::Whole { .. }) => Test::Lanes(comparison, left, right),
                // Compared by value, not rounded: only where every whole number of the lane is a float.
                (Kind::Float { .. }, Kind::Whole { low, high }) if are_floats(low, high) => {
                    Test::Lanes(comparison, left, rounded(right))
                }
                (Kind::Whole { low, high }, Kind::Float { .. }) if are_floats(low, high) => {
                    Test::Lanes(comparison, rounded(left), right)
                }
                (Kind::Float { .. }, Kind::Whole { .. })
                | (Kind::Whole { .. }, Kind::Float { .. }) => return None,
            },
            (Operand::Fixed(_), Operand::Fixed(_)) => return None,
        })
    }

    fn operand(&self, value: ValueId) -> Option<Operand> {
        let graph = &self.plan.graph;
        let lane = match graph.value(value) {
            // A literal is known before the run begins, though the plan may count it among the parameters.
            Value::Constant(constant) => {
                return match constant {
                    Constant::Number(_)
                    | Constant::Float(_)
                    | Constant::Date(_)
                    | Constant::Time(_)
                    | Constant::Duration(_) => {
                        Some(Operand::Fixed(Fixed::Literal(constant.clone())))
                    }
                    Constant::Missing
                    | Constant::Boolean(_)
                    | Constant::Text(_)
                    | Constant::Point(_)
                    | Constant::Distance(_)
                    | Constant::List(_)
                    | Constant::Record(_)
                    | Constant::Map(_) => None,
                };
            }
            _ if self.plan.parameter(value).is_some() => {
                let parameter = self.plan.parameter(value)?;
                return Some(Operand::Fixed(Fixed::Parameter(parameter.0 as usize)));
            }
            Value::Field(field) => {
                let place = self.fields.iter().position(|known| known == field)?;
                column(place, self.layouts[place], graph.type_of(value))?
            }
            Value::Arithmetic {
                operator,
                left,
                right,
            } => self.arithmetic(*operator, *left, *right, graph.type_of(value))?,
            Value::Negate(operand) => negated(self.lane(*operand)?, Form::Negate)?,
            Value::Call {
                function,
                arguments,
            } if functions::function(*function).name == "abs" => match arguments[..] {
                [operand] => negated(self.lane(operand)?, Form::Absolute)?,
                _ => return None,
            },
            Value::Coalesce { value, fallback } => {
                coalesce(self.lane(*value)?, self.operand(*fallback)?)?
            }
            Value::Now
            | Value::If { .. }
            | Value::Condition(_)
            | Value::FoldCase(_)
            | Value::Call { .. }
            | Value::MoveCalendar { .. }
            | Value::DateOf { .. }
            | Value::Midnight { .. }
            | Value::Anniversary { .. }
            | Value::StartOf { .. }
            | Value::Element { .. }
            | Value::Part { .. }
            | Value::Entry { .. }
            | Value::Count { .. }
            | Value::Aggregate { .. }
            | Value::Favourite { .. }
            | Value::Gaps(_)
            | Value::Population(_)
            | Value::Hash { .. }
            | Value::Catalogue(_)
            | Value::LookUp { .. }
            | Value::Nearest { .. } => return None,
        };
        Some(Operand::Lane(lane))
    }

    fn lane(&self, value: ValueId) -> Option<Lane> {
        match self.operand(value)? {
            Operand::Lane(lane) => Some(lane),
            Operand::Fixed(_) => None,
        }
    }

    fn arithmetic(
        &self,
        operator: Arithmetic,
        left: ValueId,
        right: ValueId,
        result: &Type,
    ) -> Option<Lane> {
        // Times and durations have units and ranges of their own.
        if !matches!(result, Type::Number(_)) {
            return None;
        }
        let (left, right) = (self.operand(left)?, self.operand(right)?);
        let (left, right) = if is_float(&left) || is_float(&right) {
            (floating(left)?, floating(right)?)
        } else {
            (whole(left)?, whole(right)?)
        };
        let kind = match (left.kind, right.kind) {
            (Kind::Float { .. }, Kind::Float { .. }) => Kind::Float { purely: true },
            (Kind::Whole { low: a, high: b }, Kind::Whole { low: c, high: d }) => match operator {
                Arithmetic::Add => within(a + c, b + d)?,
                Arithmetic::Subtract => within(a - d, b - c)?,
                Arithmetic::Multiply => {
                    let mut corners = [Some(0); 4];
                    for (corner, (x, y)) in corners.iter_mut().zip([(a, c), (a, d), (b, c), (b, d)])
                    {
                        *corner = i128::checked_mul(x, y);
                    }
                    let corners = Option::<Vec<i128>>::from_iter(corners)?;
                    within(*corners.iter().min()?, *corners.iter().max()?)?
                }
                // A fraction.
                Arithmetic::Divide => return None,
            },
            _ => return None,
        };
        let operands = Box::new([left, right]);
        let form = match operator {
            Arithmetic::Add => Form::Add(operands),
            Arithmetic::Subtract => Form::Subtract(operands),
            Arithmetic::Multiply => Form::Multiply(operands),
            Arithmetic::Divide => Form::Divide(operands),
        };
        Some(Lane { form, kind })
    }
}

fn column(place: usize, layout: Layout, column_type: &Type) -> Option<Lane> {
    let plain = layout.multiplier == 1 && layout.divisor == 1;
    let range = |low: i128, high: i128| Some(Kind::Whole { low, high });
    let whole = match layout.element {
        Element::I8 => range(i8::MIN.into(), i8::MAX.into()),
        Element::U8 => range(0, u8::MAX.into()),
        Element::I16 => range(i16::MIN.into(), i16::MAX.into()),
        Element::U16 => range(0, u16::MAX.into()),
        Element::I32 => range(i32::MIN.into(), i32::MAX.into()),
        Element::U32 => range(0, u32::MAX.into()),
        Element::I64 => range(-1 << layout.bits.min(63), (1 << layout.bits.min(63)) - 1),
        Element::U64 | Element::I128 | Element::F32 | Element::F64 | Element::Other => None,
    };
    let kind = match (column_type, layout.element) {
        (Type::Number(NumberKind::Float), Element::F32 | Element::F64) => {
            Kind::Float { purely: true }
        }
        (Type::Number(NumberKind::Whole | NumberKind::Exact) | Type::Date, _) if plain => whole?,
        _ => return None,
    };
    Some(Lane {
        form: Form::Column(place),
        kind,
    })
}

/// The lane turned over in sign, or without it.
fn negated(lane: Lane, form: fn(Box<Lane>) -> Form) -> Option<Lane> {
    let kind = match lane.kind {
        Kind::Float { purely } => Kind::Float { purely },
        Kind::Whole { low, high } => within((-high).min(low), (-low).max(high))?,
    };
    Some(Lane {
        form: form(Box::new(lane)),
        kind,
    })
}

fn coalesce(lane: Lane, fallback: Operand) -> Option<Lane> {
    let fallback = match (lane.kind, fallback) {
        (Kind::Float { .. }, Operand::Fixed(Fixed::Literal(literal))) => {
            let purely = match &literal {
                Constant::Float(_) => true,
                // The fallback stays the exact number that it is.
                Constant::Number(number) if number.is_whole() => {
                    let number = number.numerator();
                    if !are_floats(number, number) {
                        return None;
                    }
                    false
                }
                _ => return None,
            };
            Lane {
                form: Form::Nearest(Fixed::Literal(literal)),
                kind: Kind::Float { purely },
            }
        }
        (Kind::Float { .. }, fallback @ Operand::Lane(_)) if is_float(&fallback) => {
            floating(fallback)?
        }
        (Kind::Whole { .. }, fallback) if !is_float(&fallback) => whole(fallback)?,
        _ => return None,
    };
    let kind = match (lane.kind, fallback.kind) {
        (Kind::Float { purely: a }, Kind::Float { purely: b }) => Kind::Float { purely: a && b },
        (Kind::Whole { low: a, high: b }, Kind::Whole { low: c, high: d }) => {
            // A column of any 64-bit numbers may stand here: only arithmetic needs the narrower range.
            Kind::Whole {
                low: a.min(c),
                high: b.max(d),
            }
        }
        _ => return None,
    };
    Some(Lane {
        form: Form::Coalesce(Box::new([lane, fallback])),
        kind,
    })
}

/// Whether the value is a float for every contact.
fn is_float(operand: &Operand) -> bool {
    match operand {
        Operand::Lane(lane) => matches!(lane.kind, Kind::Float { purely: true }),
        Operand::Fixed(Fixed::Literal(constant)) => matches!(constant, Constant::Float(_)),
        // What a parameter is, is only known when it is bound; one of numbers does not occur in practice.
        Operand::Fixed(Fixed::Parameter(_)) => false,
    }
}

/// The operand rounded to the nearest float, as one side of floating arithmetic is.
fn floating(operand: Operand) -> Option<Lane> {
    Some(match operand {
        Operand::Lane(lane) => match lane.kind {
            Kind::Float { .. } => lane,
            Kind::Whole { .. } => rounded(lane),
        },
        Operand::Fixed(Fixed::Parameter(_)) => return None,
        Operand::Fixed(fixed) => Lane {
            form: Form::Nearest(fixed),
            kind: Kind::Float { purely: true },
        },
    })
}

/// The operand as one side of exact arithmetic.
fn whole(operand: Operand) -> Option<Lane> {
    match operand {
        Operand::Lane(lane) => match lane.kind {
            Kind::Whole { .. } => Some(lane),
            Kind::Float { .. } => None,
        },
        Operand::Fixed(Fixed::Literal(Constant::Number(number))) if number.is_whole() => {
            Some(Lane {
                kind: within(number.numerator(), number.numerator())?,
                form: Form::Whole(Fixed::Literal(Constant::Number(number))),
            })
        }
        Operand::Fixed(_) => None,
    }
}

fn rounded(lane: Lane) -> Lane {
    Lane {
        form: Form::Rounded(Box::new(lane)),
        kind: Kind::Float { purely: true },
    }
}

fn are_floats(low: i128, high: i128) -> bool {
    -EXACT_FLOATS <= low && high <= EXACT_FLOATS
}

fn within(low: i128, high: i128) -> Option<Kind> {
    (-WHOLE_LIMIT <= low && high <= WHOLE_LIMIT).then_some(Kind::Whole { low, high })
}
