//! What each node of the tree means for one contact.

use super::population::Populations;
use super::value::Value;
use super::{aggregate, calendar, cells, globe, lookup};
use crate::functions::{self, Context};
use crate::ir::{
    Arithmetic, Bound, Comparison, Condition, ConditionId, Graph, Module, NodeRef, Rows, TextTest,
    Value as Node, ValueId, Zone,
};
use crate::schema::{FieldId, Schema};
use crate::types::{NumberKind, Type};
use arrow_array::Array;
use icu_casemap::CaseMapper;
use jiff::tz::TimeZone;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use std::cmp::Ordering;
use std::collections::HashMap;

/// All contacts: the rows of a batch.
#[derive(Clone, Copy)]
pub struct Contacts<'a> {
    pub module: &'a Module,
    pub schema: &'a Schema,
    /// By [`FieldId`]; those that no segment looks at are left out.
    pub columns: &'a [Option<&'a dyn Array>],
    pub number: usize,
    pub now: i128,
    pub populations: &'a Populations,
}

/// One contact: a row of the columns of a batch. Each node is worked out at most once.
pub struct Contact<'a> {
    contacts: Contacts<'a>,
    module: &'a Module,
    row: usize,
    conditions: HashMap<ConditionId, bool>,
    values: HashMap<ValueId, Value>,
    /// The elements that are being looked at, the innermost last.
    elements: Vec<Value>,
}

impl<'a> Contact<'a> {
    pub fn new(contacts: Contacts<'a>, row: usize) -> Self {
        Contact {
            contacts,
            module: contacts.module,
            row,
            conditions: HashMap::new(),
            values: HashMap::new(),
            elements: Vec::new(),
        }
    }

    /// Another contact.
    pub fn other(&self, row: usize) -> Contact<'a> {
        Contact::new(self.contacts, row)
    }

    /// How many contacts there are.
    pub fn contacts(&self) -> usize {
        self.contacts.number
    }

    pub fn populations(&self) -> &'a Populations {
        self.contacts.populations
    }

    pub fn type_of(&self, value: ValueId) -> &'a Type {
        self.module.graph.type_of(value)
    }

    /// What these are built on, operands first.
    pub fn nodes_of(&self, roots: &[NodeRef]) -> Vec<NodeRef> {
        self.module.graph.reachable(roots.iter().copied())
    }

    /// Works a node out, to be remembered. What looks at the elements of a bracket has no value of its own.
    pub fn visit(&mut self, node: NodeRef) {
        if self.module.graph.reach(node) > 0 {
            return;
        }
        match node {
            NodeRef::Condition(id) => {
                self.is_so(id);
            }
            NodeRef::Value(id) => {
                self.value(id);
            }
        }
    }

    /// Whether a condition is true of the contact.
    pub fn is_so(&mut self, id: ConditionId) -> bool {
        if let Some(known) = self.conditions.get(&id) {
            return *known;
        }
        let answer = self.decide(id);
        if self.module.graph.reach(NodeRef::Condition(id)) == 0 {
            self.conditions.insert(id, answer);
        }
        answer
    }

    fn decide(&mut self, id: ConditionId) -> bool {
        let graph: &'a Graph = &self.module.graph;
        match graph.condition(id) {
            Condition::Constant(answer) => *answer,
            Condition::Not(operand) => !self.is_so(*operand),
            Condition::And(operands) => operands.iter().all(|operand| self.is_so(*operand)),
            Condition::Or(operands) => operands.iter().any(|operand| self.is_so(*operand)),
            Condition::AtLeast { count, of } => {
                let true_ones = of.iter().filter(|operand| self.is_so(**operand)).count();
                true_ones >= *count as usize
            }
            Condition::Holds(value) => matches!(self.value(*value), Value::Boolean(true)),
            Condition::Missing(value) => self.value(*value).is_missing(),
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let order = self.value(*left).order(&self.value(*right));
                match comparison {
                    Comparison::Equal => order == Some(Ordering::Equal),
                    Comparison::Less => order == Some(Ordering::Less),
                    Comparison::LessOrEqual => {
                        matches!(order, Some(Ordering::Less | Ordering::Equal))
                    }
                }
            }
            Condition::Range { value, low, high } => {
                let value = self.value(*value);
                self.beyond(&value, *low, Ordering::Greater)
                    && self.beyond(&value, *high, Ordering::Less)
                    && !value.is_missing()
            }
            Condition::OneOf { value, set } => {
                let value = self.value(*value);
                set.iter()
                    .any(|member| value.equals(&Value::from_constant(member)))
            }
            Condition::TextTest {
                test,
                value,
                pattern,
            } => match (self.value(*value), self.value(*pattern)) {
                (Value::Text(text), Value::Text(pattern)) => match test {
                    TextTest::StartsWith => text.starts_with(&pattern),
                    TextTest::EndsWith => text.ends_with(&pattern),
                    TextTest::Contains => text.contains(&pattern),
                },
                _ => false,
            },
            Condition::Matches { value, pattern } => match self.value(*value) {
                Value::Text(text) => pattern.is_found_in(&text),
                _ => false,
            },
            Condition::InList {
                value,
                list,
                fold_case,
            } => list.holds(&self.value(*value).to_constant(), *fold_case),
            Condition::Has { list, all, values } => {
                let elements = match self.value(*list) {
                    Value::List(elements) => elements,
                    _ => Vec::new(),
                };
                let mut found = values.iter().map(|value| {
                    let value = self.value(*value);
                    elements.iter().any(|element| element.equals(&value))
                });
                if *all {
                    found.all(|found| found)
                } else {
                    found.any(|found| found)
                }
            }
            Condition::Any { rows, condition } => {
                !self.each(*rows, *condition, |_| Value::Missing).is_empty()
            }
        }
    }

    /// What `look` finds at each element that fulfils the condition.
    fn each(
        &mut self,
        rows: Rows,
        condition: ConditionId,
        mut look: impl FnMut(&mut Self) -> Value,
    ) -> Vec<Value> {
        let Rows::List(list) = rows;
        let Value::List(mut elements) = self.value(list) else {
            return Vec::new();
        };
        let element = match self.module.graph.type_of(list) {
            Type::List(element) => (**element).clone(),
            _ => return Vec::new(),
        };
        if let Type::Record(record) = &element
            && let Some(time) = record.time
        {
            // Events stand in the order of their times, of equal times in that of all their parts.
            let time_of = |event: &Value| match event {
                Value::Record(parts) => parts[time as usize].clone(),
                _ => Value::Missing,
            };
            elements.sort_by(|a, b| {
                let times = time_of(a).order_with_missing(&time_of(b));
                times.then_with(|| a.order_with_missing(b))
            });
        }
        let mut found = Vec::new();
        for element in elements {
            self.elements.push(element);
            if self.is_so(condition) {
                let value = look(self);
                found.push(value);
            }
            self.elements.pop();
        }
        found
    }

    /// Whether the value lies on the given side of an edge that is there.
    fn beyond(&mut self, value: &Value, edge: Option<Bound>, side: Ordering) -> bool {
        let Some(edge) = edge else { return true };
        match value.order(&self.value(edge.value)) {
            Some(Ordering::Equal) => edge.inclusive,
            Some(order) => order == side,
            None => false,
        }
    }

    /// The value of a node for the contact. What has the type of floating numbers is a float, whatever it was made of.
    pub fn value(&mut self, id: ValueId) -> Value {
        if let Some(known) = self.values.get(&id) {
            return known.clone();
        }
        let value = self.work_out(id);
        let value = match (self.module.graph.type_of(id), value.nearest_float()) {
            (Type::Number(NumberKind::Float), Some(float)) => Value::float(float),
            _ => value,
        };
        if self.module.graph.reach(NodeRef::Value(id)) == 0 {
            self.values.insert(id, value.clone());
        }
        value
    }

    fn work_out(&mut self, id: ValueId) -> Value {
        let graph: &'a Graph = &self.module.graph;
        match graph.value(id) {
            Node::Constant(constant) => Value::from_constant(constant),
            Node::Field(field) => self.field(*field),
            Node::Now => Value::Time(self.contacts.now),
            Node::Arithmetic {
                operator,
                left,
                right,
            } => {
                let is_float = *graph.type_of(id) == Type::Number(NumberKind::Float);
                let (left, right) = (self.value(*left), self.value(*right));
                if is_float {
                    float_arithmetic(*operator, &left, &right)
                } else {
                    exact_arithmetic(*operator, left, right)
                }
            }
            Node::Negate(operand) => match self.value(*operand) {
                Value::Number(number) => Value::number(-number),
                Value::Float(float) => Value::float(-float),
                Value::Duration(length) => {
                    length.checked_neg().map_or(Value::Missing, Value::Duration)
                }
                Value::Distance(length) => {
                    length.checked_neg().map_or(Value::Missing, Value::Distance)
                }
                _ => Value::Missing,
            },
            Node::Coalesce { value, fallback } => match self.value(*value) {
                Value::Missing => self.value(*fallback),
                known => known,
            },
            Node::If {
                condition,
                then,
                otherwise,
            } => {
                if self.is_so(*condition) {
                    self.value(*then)
                } else {
                    self.value(*otherwise)
                }
            }
            Node::Condition(condition) => Value::Boolean(self.is_so(*condition)),
            Node::FoldCase(operand) => fold_case(self.value(*operand)),
            Node::Call {
                function,
                arguments,
            } if functions::function(*function).name == "distance" => {
                match (self.value(arguments[0]), self.value(arguments[1])) {
                    (Value::Point(north, east), Value::Point(other_north, other_east)) => {
                        Value::Distance(globe::distance((north, east), (other_north, other_east)))
                    }
                    _ => Value::Missing,
                }
            }
            Node::Call {
                function,
                arguments,
            } => {
                let arguments: Vec<_> = arguments
                    .iter()
                    .map(|argument| self.value(*argument).to_constant())
                    .collect();
                let context = Context {
                    now: self.contacts.now,
                    zone: &self.module.zone,
                };
                Value::from_constant(&functions::evaluate(*function, &arguments, &context))
            }
            Node::MoveCalendar {
                value,
                count,
                unit,
                zone,
            } => match (self.value(*value), self.zone(*zone)) {
                (Value::Date(days), _) => {
                    calendar::move_date(days, *count, *unit).map_or(Value::Missing, Value::Date)
                }
                (Value::Time(instant), Some(zone)) => {
                    calendar::move_time(instant, *count, *unit, &zone)
                        .map_or(Value::Missing, Value::Time)
                }
                _ => Value::Missing,
            },
            Node::DateOf { time, zone } => match (self.value(*time), self.zone(*zone)) {
                (Value::Time(instant), Some(zone)) => {
                    calendar::day_of_time(instant, &zone).map_or(Value::Missing, Value::Date)
                }
                _ => Value::Missing,
            },
            Node::Midnight { date, zone } => match (self.value(*date), self.zone(*zone)) {
                (Value::Date(days), Some(zone)) => {
                    calendar::midnight(days, &zone).map_or(Value::Missing, Value::Time)
                }
                _ => Value::Missing,
            },
            Node::Anniversary { date, from } => match (self.value(*date), self.value(*from)) {
                (Value::Date(date), Value::Date(from)) => {
                    calendar::anniversary(date, from).map_or(Value::Missing, Value::Date)
                }
                _ => Value::Missing,
            },
            Node::StartOf { date, period } => match self.value(*date) {
                Value::Date(days) => {
                    calendar::start_of(days, *period).map_or(Value::Missing, Value::Date)
                }
                _ => Value::Missing,
            },
            Node::Element { depth } => {
                self.elements[self.elements.len() - 1 - *depth as usize].clone()
            }
            Node::Part { record, part } => match self.value(*record) {
                Value::Record(parts) => parts[*part as usize].clone(),
                _ => Value::Missing,
            },
            Node::Entry { map, key } => match (self.value(*map), self.value(*key)) {
                (Value::Map(entries), Value::Text(key)) => entries
                    .into_iter()
                    .rfind(|(known, _)| *known == key)
                    .map_or(Value::Missing, |(_, value)| value),
                _ => Value::Missing,
            },
            Node::Count {
                rows,
                condition,
                distinct,
            } => match distinct {
                None => {
                    let found = self.each(*rows, *condition, |_| Value::Missing);
                    Value::whole(found.len())
                }
                Some(distinct) => {
                    let found =
                        self.each(*rows, *condition, |contact| contact.value(distinct.value));
                    Value::whole(aggregate::different(&found, distinct.at_least))
                }
            },
            Node::Aggregate {
                function,
                of,
                rows,
                condition,
            } => {
                let found = self.each(*rows, *condition, |contact| contact.value(*of));
                aggregate::of(*function, found, graph.type_of(*of))
            }
            Node::Favourite {
                of,
                time,
                rows,
                condition,
            } => {
                let values = self.each(*rows, *condition, |contact| contact.value(*of));
                let times = self.each(*rows, *condition, |contact| contact.value(*time));
                aggregate::favourite(&values, &times)
            }
            Node::Catalogue(catalogue) => {
                let records = catalogue.records().map_or(&[][..], |records| records);
                Value::List(records.iter().map(Value::from_constant).collect())
            }
            Node::LookUp {
                catalogue,
                key,
                part,
            } => lookup::look_up(catalogue, &self.value(*key), *part),
            Node::Nearest {
                catalogue,
                part,
                place,
            } => lookup::nearest(catalogue, &self.value(*place), *part),
            Node::Gaps(times) => aggregate::gaps(self.value(*times)),
            Node::Population(population) => self.population(id, population),
            Node::Hash { salt, digits, of } => {
                let of: Vec<_> = of
                    .iter()
                    .map(|value| self.value(*value).to_constant())
                    .collect();
                Value::from_constant(&functions::Hash::new(salt, *digits).of(of))
            }
        }
    }

    /// The zone that a node was told, or the project's; none where no zone has that name.
    fn zone(&mut self, told: Zone) -> Option<TimeZone> {
        let Some(name) = told else {
            return Some(self.module.zone.clone());
        };
        match self.value(name) {
            Value::Text(name) => calendar::zone_named(&name),
            _ => None,
        }
    }

    fn field(&self, id: FieldId) -> Value {
        let value = match self.contacts.columns[id.0 as usize] {
            Some(column) => {
                cells::cell(column, self.row, &self.contacts.schema.field(id).field_type)
            }
            None => Value::Missing,
        };
        if self.contacts.schema.field(id).blank_is_missing {
            without_blanks(value)
        } else {
            value
        }
    }
}

/// Text of nothing but white space is missing, in lists, records and maps as well; keys of maps stay as they are.
fn without_blanks(value: Value) -> Value {
    match value {
        Value::Text(text) if text.chars().all(char::is_whitespace) => Value::Missing,
        Value::List(elements) => Value::List(elements.into_iter().map(without_blanks).collect()),
        Value::Record(parts) => Value::Record(parts.into_iter().map(without_blanks).collect()),
        Value::Map(entries) => Value::Map(
            (entries.into_iter())
                .map(|(key, value)| (key, without_blanks(value)))
                .collect(),
        ),
        other => other,
    }
}

fn fold_case(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(CaseMapper::new().fold_string(&text).into_owned()),
        Value::List(elements) => Value::List(elements.into_iter().map(fold_case).collect()),
        _ => Value::Missing,
    }
}

/// Both sides rounded to the nearest float, then IEEE 754.
fn float_arithmetic(operator: Arithmetic, left: &Value, right: &Value) -> Value {
    let (Some(left), Some(right)) = (left.nearest_float(), right.nearest_float()) else {
        return Value::Missing;
    };
    Value::float(match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
    })
}

/// Fractions, times, durations and distances; missing where an operand is, where something is divided by nothing, or where the result does not fit.
fn exact_arithmetic(operator: Arithmetic, left: Value, right: Value) -> Value {
    let instant = |value: Option<i128>| value.map_or(Value::Missing, Value::Time);
    let length = |value: Option<i128>| value.map_or(Value::Missing, Value::Duration);
    let apart = |value: Option<i128>| value.map_or(Value::Missing, Value::Distance);
    match (left, operator, right) {
        (Value::Number(left), operator, Value::Number(right)) => {
            number(operator, &left, &right).map_or(Value::Missing, Value::number)
        }
        (Value::Time(left), Arithmetic::Subtract, Value::Time(right)) => {
            length(left.checked_sub(right))
        }
        (Value::Time(left), Arithmetic::Add, Value::Duration(right))
        | (Value::Duration(left), Arithmetic::Add, Value::Time(right)) => {
            instant(left.checked_add(right))
        }
        (Value::Time(left), Arithmetic::Subtract, Value::Duration(right)) => {
            instant(left.checked_sub(right))
        }
        (Value::Duration(left), Arithmetic::Add, Value::Duration(right)) => {
            length(left.checked_add(right))
        }
        (Value::Duration(left), Arithmetic::Subtract, Value::Duration(right)) => {
            length(left.checked_sub(right))
        }
        (Value::Duration(left), Arithmetic::Divide, Value::Duration(right)) => {
            number(Arithmetic::Divide, &whole(left), &whole(right))
                .map_or(Value::Missing, Value::number)
        }
        (
            Value::Duration(left),
            Arithmetic::Multiply | Arithmetic::Divide,
            Value::Number(right),
        ) => scaled(number(operator, &whole(left), &right), Value::Duration),
        (Value::Number(left), Arithmetic::Multiply, Value::Duration(right)) => {
            scaled(number(operator, &left, &whole(right)), Value::Duration)
        }
        (Value::Distance(left), Arithmetic::Add, Value::Distance(right)) => {
            apart(left.checked_add(right))
        }
        (Value::Distance(left), Arithmetic::Subtract, Value::Distance(right)) => {
            apart(left.checked_sub(right))
        }
        (Value::Distance(left), Arithmetic::Divide, Value::Distance(right)) => {
            number(Arithmetic::Divide, &whole(left), &whole(right))
                .map_or(Value::Missing, Value::number)
        }
        (
            Value::Distance(left),
            Arithmetic::Multiply | Arithmetic::Divide,
            Value::Number(right),
        ) => scaled(number(operator, &whole(left), &right), Value::Distance),
        (Value::Number(left), Arithmetic::Multiply, Value::Distance(right)) => {
            scaled(number(operator, &left, &whole(right)), Value::Distance)
        }
        _ => Value::Missing,
    }
}

fn whole(value: i128) -> BigRational {
    BigRational::from_integer(BigInt::from(value))
}

/// None where something is divided by nothing.
fn number(operator: Arithmetic, left: &BigRational, right: &BigRational) -> Option<BigRational> {
    Some(match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide if right.is_zero() => return None,
        Arithmetic::Divide => left / right,
    })
}

/// A duration from the exact fraction of nanoseconds, or a distance from that of micrometres: the whole one at or below it. The fraction fits
/// in 128 bits as any number does.
fn scaled(fraction: Option<BigRational>, unit: impl Fn(i128) -> Value) -> Value {
    match fraction.map(Value::number) {
        Some(Value::Number(fraction)) => fraction
            .floor()
            .to_integer()
            .to_i128()
            .map_or(Value::Missing, unit),
        _ => Value::Missing,
    }
}
