//! The value of a node whose operands are known without a contact: what folding works out while compiling, and binding at the start of a run.
//!
//! One evaluator serves both, so that a constant is the same whenever it was worked out.

use crate::functions;
use crate::ir::{
    Arithmetic, Comparison, Condition, ConditionId, Graph, NodeRef, Rows, TextTest, Value, ValueId,
    Zone,
};
use crate::types::{Constant, Exact, Float, NumberKind, Type, calendar, gaps};
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// What is known of the nodes of a graph that depend on no contact.
///
/// With `now` it knows all such nodes, without it those that hold for every `now`.
pub(crate) struct Known {
    conditions: Vec<Option<bool>>,
    values: Vec<Option<Constant>>,
}

impl Known {
    /// Works out whatever can be worked out among the nodes that `roots` are built on.
    pub(crate) fn of(
        graph: &Graph,
        roots: impl IntoIterator<Item = NodeRef>,
        now: Option<i128>,
        zone: &TimeZone,
    ) -> Self {
        Self::of_nodes(graph, &graph.reachable(roots), now, zone)
    }

    /// The same among these nodes, each of which stands behind its operands.
    pub(crate) fn of_nodes(
        graph: &Graph,
        nodes: &[NodeRef],
        now: Option<i128>,
        zone: &TimeZone,
    ) -> Self {
        let mut known = Self {
            conditions: vec![None; graph.condition_count()],
            values: vec![None; graph.value_count()],
        };
        for node in nodes {
            match *node {
                NodeRef::Condition(id) => {
                    known.conditions[id.index()] = known.decide(graph.condition(id));
                }
                NodeRef::Value(id) => {
                    known.values[id.index()] =
                        known.work_out(graph.value(id), graph.type_of(id), now, zone);
                }
            }
        }
        known
    }

    pub(crate) fn condition(&self, id: ConditionId) -> Option<bool> {
        self.conditions[id.index()]
    }

    pub(crate) fn value(&self, id: ValueId) -> Option<&Constant> {
        self.values[id.index()].as_ref()
    }

    fn decide(&self, condition: &Condition) -> Option<bool> {
        decide(condition, &|id| self.condition(id), &|id| {
            self.value(id).cloned()
        })
    }

    fn work_out(
        &self,
        value: &Value,
        value_type: &Type,
        now: Option<i128>,
        zone: &TimeZone,
    ) -> Option<Constant> {
        work_out(
            value,
            value_type,
            &|id| self.condition(id),
            &|id| self.value(id).cloned(),
            now,
            zone,
        )
    }
}

/// Whether a condition holds; none where an operand that matters is not known.
pub(crate) fn decide(
    condition: &Condition,
    truth: &dyn Fn(ConditionId) -> Option<bool>,
    constant: &dyn Fn(ValueId) -> Option<Constant>,
) -> Option<bool> {
    Some(match condition {
        Condition::Constant(truth) => *truth,
        Condition::Not(operand) => !truth(*operand)?,
        Condition::And(operands) => all(operands, truth, true)?,
        Condition::Or(operands) => !all(operands, truth, false)?,
        Condition::AtLeast { count, of } => {
            let (mut sure, mut open) = (0, 0);
            for operand in of {
                match truth(*operand) {
                    Some(true) => sure += 1,
                    Some(false) => {}
                    None => open += 1,
                }
            }
            match *count as usize {
                count if sure >= count => true,
                count if sure + open < count => false,
                _ => return None,
            }
        }
        Condition::Holds(value) => constant(*value)? == Constant::Boolean(true),
        Condition::Missing(value) => constant(*value)? == Constant::Missing,
        Condition::Compare {
            comparison,
            left,
            right,
        } => {
            let order = constant(*left)?.compare(&constant(*right)?);
            order.is_some_and(|order| match comparison {
                Comparison::Equal => order == Ordering::Equal,
                Comparison::Less => order == Ordering::Less,
                Comparison::LessOrEqual => order != Ordering::Greater,
            })
        }
        Condition::Range { value, low, high } => {
            let value = constant(*value)?;
            let mut within = value != Constant::Missing;
            for (edge, outside) in [(low, Ordering::Less), (high, Ordering::Greater)] {
                if let Some(edge) = edge {
                    within &= match value.compare(&constant(edge.value)?) {
                        None => false,
                        Some(Ordering::Equal) => edge.inclusive,
                        Some(order) => order != outside,
                    };
                }
            }
            within
        }
        Condition::OneOf { value, set } => {
            let value = constant(*value)?;
            set.iter()
                .any(|member| value.compare(member) == Some(Ordering::Equal))
        }
        Condition::TextTest {
            test,
            value,
            pattern,
        } => match (constant(*value)?, constant(*pattern)?) {
            (Constant::Text(value), Constant::Text(pattern)) => match test {
                TextTest::StartsWith => value.starts_with(&*pattern),
                TextTest::EndsWith => value.ends_with(&*pattern),
                TextTest::Contains => value.contains(&*pattern),
            },
            _ => false,
        },
        Condition::Matches { value, pattern } => match constant(*value)? {
            Constant::Text(text) => pattern.is_found_in(&text),
            _ => false,
        },
        Condition::InList {
            value,
            list,
            fold_case,
        } => {
            let value = constant(*value)?;
            // Keys that have not been read say nothing yet.
            list.keys()?;
            list.holds(&value, *fold_case)
        }
        Condition::Has { list, all, values } => {
            let list = constant(*list)?;
            let elements: &[Constant] = match &list {
                Constant::List(elements) => elements,
                _ => &[],
            };
            let has = |value: &Constant| {
                elements
                    .iter()
                    .any(|element| element.compare(value) == Some(Ordering::Equal))
            };
            let mut found = *all;
            for value in values {
                let value = constant(*value)?;
                found = if *all {
                    found & has(&value)
                } else {
                    found | has(&value)
                };
            }
            found
        }
        Condition::Any { rows, condition } => {
            if is_empty(*rows, *condition, truth, constant) {
                false
            } else {
                return None;
            }
        }
    })
}

/// Whether it is known that no element of the rows fulfils the condition. Elements themselves are for those to look at who have them.
fn is_empty(
    rows: Rows,
    condition: ConditionId,
    truth: &dyn Fn(ConditionId) -> Option<bool>,
    constant: &dyn Fn(ValueId) -> Option<Constant>,
) -> bool {
    let Rows::List(list) = rows;
    let no_elements = match constant(list) {
        Some(Constant::List(elements)) => elements.is_empty(),
        Some(Constant::Missing) => true,
        _ => false,
    };
    no_elements || truth(condition) == Some(false)
}

/// Whether all operands are `wanted`: decided by the first known one that is not, even where others are unknown.
fn all(
    operands: &[ConditionId],
    truth: &dyn Fn(ConditionId) -> Option<bool>,
    wanted: bool,
) -> Option<bool> {
    let mut outcome = Some(true);
    for operand in operands {
        match truth(*operand) {
            Some(found) if found != wanted => return Some(false),
            Some(_) => {}
            None => outcome = None,
        }
    }
    outcome
}

/// The value of a node; none where an operand that matters is not known, for fields and elements, and without `now` for what reads it.
///
/// A node of the type of floating numbers is a float whatever it is made of.
pub(crate) fn work_out(
    value: &Value,
    value_type: &Type,
    truth: &dyn Fn(ConditionId) -> Option<bool>,
    constant: &dyn Fn(ValueId) -> Option<Constant>,
    now: Option<i128>,
    zone: &TimeZone,
) -> Option<Constant> {
    let floating = *value_type == Type::Number(NumberKind::Float);
    let result = match value {
        Value::Field(_) | Value::Element { .. } => return None,
        Value::Now => Constant::Time(now?),
        Value::Constant(constant) => constant.clone(),
        Value::Condition(condition) => Constant::Boolean(truth(*condition)?),
        Value::Arithmetic {
            operator,
            left,
            right,
        } => arithmetic(*operator, &constant(*left)?, &constant(*right)?, floating),
        Value::Negate(value) => negate(&constant(*value)?),
        Value::Coalesce { value, fallback } => match constant(*value)? {
            Constant::Missing => constant(*fallback)?,
            known => known,
        },
        Value::If {
            condition,
            then,
            otherwise,
        } => {
            if truth(*condition)? {
                constant(*then)?
            } else {
                constant(*otherwise)?
            }
        }
        Value::FoldCase(value) => fold_case(&constant(*value)?),
        Value::Call {
            function,
            arguments,
        } => {
            if functions::function(*function).reads_now && now.is_none() {
                return None;
            }
            let arguments = arguments.iter().map(|argument| constant(*argument));
            let arguments: Vec<Constant> = arguments.collect::<Option<_>>()?;
            let context = functions::Context {
                now: now.unwrap_or_default(),
                zone,
            };
            functions::evaluate(*function, &arguments, &context)
        }
        Value::MoveCalendar {
            value,
            count,
            unit,
            zone: told,
        } => match (constant(*value)?, in_zone(*told, constant, zone)?) {
            (Constant::Date(day), _) => calendar::move_date(day, *count, *unit).map(Constant::Date),
            (Constant::Time(time), Some(zone)) => {
                calendar::move_time(time, *count, *unit, &zone).map(Constant::Time)
            }
            _ => None,
        }
        .unwrap_or(Constant::Missing),
        Value::DateOf { time, zone: told } => {
            match (constant(*time)?, in_zone(*told, constant, zone)?) {
                (Constant::Time(time), Some(zone)) => {
                    calendar::date_of(time, &zone).map(Constant::Date)
                }
                _ => None,
            }
            .unwrap_or(Constant::Missing)
        }
        Value::Midnight { date, zone: told } => {
            match (constant(*date)?, in_zone(*told, constant, zone)?) {
                (Constant::Date(day), Some(zone)) => {
                    calendar::midnight(day, &zone).map(Constant::Time)
                }
                _ => None,
            }
            .unwrap_or(Constant::Missing)
        }
        Value::Anniversary { date, from } => match (constant(*date)?, constant(*from)?) {
            (Constant::Date(date), Constant::Date(from)) => {
                calendar::anniversary(date, from).map(Constant::Date)
            }
            _ => None,
        }
        .unwrap_or(Constant::Missing),
        Value::StartOf { date, period } => match constant(*date)? {
            Constant::Date(day) => calendar::start_of(day, *period).map(Constant::Date),
            _ => None,
        }
        .unwrap_or(Constant::Missing),
        Value::Part { record, part } => constant(*record)?.part(*part),
        Value::Entry { map, key } => constant(*map)?.entry(&constant(*key)?),
        Value::Count {
            rows, condition, ..
        } if is_empty(*rows, *condition, truth, constant) => Constant::Number(Exact::ZERO),
        Value::Aggregate {
            function,
            rows,
            condition,
            ..
        } if is_empty(*rows, *condition, truth, constant) => {
            function.work_out(Vec::new(), value_type)
        }
        Value::Favourite {
            rows, condition, ..
        } if is_empty(*rows, *condition, truth, constant) => Constant::Missing,
        Value::Count { .. }
        | Value::Aggregate { .. }
        | Value::Favourite { .. }
        | Value::Population(_) => return None,
        // Records that have not been read say nothing yet.
        Value::Catalogue(catalogue) => Constant::List(Arc::clone(catalogue.records()?)),
        Value::LookUp {
            catalogue,
            key,
            part,
        } => catalogue.look_up(&constant(*key)?, *part)?,
        Value::Nearest {
            catalogue,
            part,
            place,
        } => catalogue.nearest(&constant(*place)?, *part)?,
        Value::Gaps(times) => gaps(&constant(*times)?),
        Value::Hash { salt, digits, of } => {
            let of: Option<Vec<Constant>> = of.iter().map(|value| constant(*value)).collect();
            functions::Hash::new(salt, *digits).of(of?)
        }
    };
    Some(match result {
        Constant::Number(number) if floating => {
            Float::new(number.to_f64()).map_or(Constant::Missing, Constant::Float)
        }
        result => result,
    })
}

/// The zone that a node was told, or the project's; none in it where no zone has that name, and none at all where the name is not known
/// yet.
fn in_zone<'a>(
    told: Zone,
    constant: &dyn Fn(ValueId) -> Option<Constant>,
    project: &'a TimeZone,
) -> Option<Option<Cow<'a, TimeZone>>> {
    let Some(name) = told else {
        return Some(Some(Cow::Borrowed(project)));
    };
    Some(match constant(name)? {
        Constant::Text(name) => calendar::zone_named(&name).map(Cow::Owned),
        _ => None,
    })
}

/// `left operator right`; `floating` tells that the result is a floating-point number.
/// A product or quotient of a duration and a number is rounded down to a whole nanosecond, of a distance to a whole micrometre.
fn arithmetic(operator: Arithmetic, left: &Constant, right: &Constant, floating: bool) -> Constant {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    use Constant::{Distance, Duration, Missing, Number, Time};
    if floating {
        let (Some(left), Some(right)) = (float(left), float(right)) else {
            return Missing;
        };
        let result = match operator {
            Add => left + right,
            Subtract => left - right,
            Multiply => left * right,
            Divide => left / right,
        };
        return Float::new(result).map_or(Missing, Constant::Float);
    }
    let scaled = |length: i128, number: Exact, divide: bool| {
        let length = Exact::whole(length);
        let result = if divide {
            length.checked_div(number)
        } else {
            length.checked_mul(number)
        };
        result.map(Exact::floor)
    };
    let result = match (left, operator, right) {
        (Number(left), Add, Number(right)) => left.checked_add(*right).map(Number),
        (Number(left), Subtract, Number(right)) => left.checked_sub(*right).map(Number),
        (Number(left), Multiply, Number(right)) => left.checked_mul(*right).map(Number),
        (Number(left), Divide, Number(right)) => left.checked_div(*right).map(Number),
        (Time(left), Subtract, Time(right)) => left.checked_sub(*right).map(Duration),
        (Time(left), Add, Duration(right)) | (Duration(left), Add, Time(right)) => {
            left.checked_add(*right).map(Time)
        }
        (Time(left), Subtract, Duration(right)) => left.checked_sub(*right).map(Time),
        (Duration(left), Add, Duration(right)) => left.checked_add(*right).map(Duration),
        (Duration(left), Subtract, Duration(right)) => left.checked_sub(*right).map(Duration),
        (Duration(left), Multiply, Number(right)) => scaled(*left, *right, false).map(Duration),
        (Number(left), Multiply, Duration(right)) => scaled(*right, *left, false).map(Duration),
        (Duration(left), Divide, Number(right)) => scaled(*left, *right, true).map(Duration),
        (Duration(left), Divide, Duration(right)) | (Distance(left), Divide, Distance(right)) => {
            Exact::whole(*left)
                .checked_div(Exact::whole(*right))
                .map(Number)
        }
        (Distance(left), Add, Distance(right)) => left.checked_add(*right).map(Distance),
        (Distance(left), Subtract, Distance(right)) => left.checked_sub(*right).map(Distance),
        (Distance(left), Multiply, Number(right)) => scaled(*left, *right, false).map(Distance),
        (Number(left), Multiply, Distance(right)) => scaled(*right, *left, false).map(Distance),
        (Distance(left), Divide, Number(right)) => scaled(*left, *right, true).map(Distance),
        _ => None,
    };
    result.unwrap_or(Missing)
}

fn float(constant: &Constant) -> Option<f64> {
    match constant {
        Constant::Number(number) => Some(number.to_f64()),
        Constant::Float(number) => Some(number.get()),
        _ => None,
    }
}

fn negate(constant: &Constant) -> Constant {
    match constant {
        Constant::Number(number) => number.checked_neg().map(Constant::Number),
        Constant::Float(number) => Float::new(-number.get()).map(Constant::Float),
        Constant::Duration(duration) => duration.checked_neg().map(Constant::Duration),
        Constant::Distance(distance) => distance.checked_neg().map(Constant::Distance),
        _ => None,
    }
    .unwrap_or(Constant::Missing)
}

fn fold_case(constant: &Constant) -> Constant {
    match constant {
        Constant::Text(text) => Constant::Text(Arc::from(&*functions::fold_case(text))),
        Constant::List(elements) => Constant::List(elements.iter().map(fold_case).collect()),
        _ => Constant::Missing,
    }
}
