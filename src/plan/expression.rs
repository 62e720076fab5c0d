//! Conditions and values of a plan on one line, much as the language writes them, for prints of plans.

use super::{Column, Plan};
use crate::functions;
use crate::ir::{
    Arithmetic, Comparison, Condition, ConditionId, Rows, TextTest, Value, ValueId, Zone,
};
use crate::types::{CalendarUnit, Constant, Type, calendar, distance_text};

/// Deeper than this, a print says "…".
const DEPTH: usize = 24;

impl Plan {
    /// A condition of the graph, its parameters as `p0`, `p1` …
    pub(super) fn condition_text(&self, id: ConditionId) -> String {
        self.condition_at(id, 0)
    }

    /// A value of the graph; a parameter is written out, not by its number.
    pub(super) fn value_text(&self, id: ValueId) -> String {
        self.written_out(id, 0)
    }

    fn condition_at(&self, id: ConditionId, depth: usize) -> String {
        if depth > DEPTH {
            return "…".into();
        }
        let inner = |id: &ConditionId| match self.graph.condition(*id) {
            Condition::And(_) | Condition::Or(_) => {
                format!("({})", self.condition_at(*id, depth + 1))
            }
            _ => self.condition_at(*id, depth + 1),
        };
        let value = |id: &ValueId| self.value_at(*id, depth + 1);
        let joined = |operands: &[ConditionId], word: &str| {
            let operands: Vec<String> = operands.iter().map(inner).collect();
            operands.join(word)
        };
        match self.graph.condition(id) {
            Condition::Constant(truth) => truth.to_string(),
            Condition::Not(operand) => format!("NOT {}", inner(operand)),
            Condition::And(operands) => joined(operands, " AND "),
            Condition::Or(operands) => joined(operands, " OR "),
            Condition::AtLeast { count, of } => {
                let of: Vec<String> = (of.iter())
                    .map(|id| self.condition_at(*id, depth + 1))
                    .collect();
                format!("at least {count} of ({})", of.join(", "))
            }
            Condition::Holds(operand) => value(operand),
            Condition::Missing(operand) => format!("{} is missing", value(operand)),
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let sign = match comparison {
                    Comparison::Equal => "=",
                    Comparison::Less => "<",
                    Comparison::LessOrEqual => "<=",
                };
                format!("{} {sign} {}", value(left), value(right))
            }
            Condition::Range {
                value: operand,
                low,
                high,
            } => {
                let sign = |inclusive| if inclusive { "<=" } else { "<" };
                let low =
                    low.map(|edge| format!("{} {} ", value(&edge.value), sign(edge.inclusive)));
                let high =
                    high.map(|edge| format!(" {} {}", sign(edge.inclusive), value(&edge.value)));
                format!(
                    "{}{}{}",
                    low.unwrap_or_default(),
                    value(operand),
                    high.unwrap_or_default()
                )
            }
            Condition::OneOf {
                value: operand,
                set,
            } => format!("{} in {}", value(operand), list(set)),
            Condition::TextTest {
                test,
                value: operand,
                pattern,
            } => format!("{} {} {}", value(operand), words(*test), value(pattern)),
            Condition::Matches {
                value: operand,
                pattern,
            } => format!("{} matches {pattern:?}", value(operand)),
            Condition::InList {
                value: operand,
                list,
                ..
            } => format!("{} in {list:?}", value(operand)),
            Condition::Has { list, all, values } => {
                let quantifier = if *all { "all of" } else { "any of" };
                let values: Vec<String> = values.iter().map(value).collect();
                format!("{} has {quantifier} ({})", value(list), values.join(", "))
            }
            Condition::Any { rows, condition } => {
                format!("any {}", self.bracket(*rows, *condition, depth))
            }
        }
    }

    /// `profiles[element.kind = "kids"]`; the bracket is left out where all elements count.
    fn bracket(&self, rows: Rows, condition: ConditionId, depth: usize) -> String {
        let Rows::List(list) = rows;
        let list = self.value_at(list, depth + 1);
        match self.graph.condition(condition) {
            Condition::Constant(true) => list,
            _ => format!("{list}[{}]", self.condition_at(condition, depth + 1)),
        }
    }

    fn value_at(&self, id: ValueId, depth: usize) -> String {
        match self.parameter_of.get(id.index()) {
            Some(Some(parameter)) => format!("p{}", parameter.0),
            _ => self.written_out(id, depth),
        }
    }

    fn written_out(&self, id: ValueId, depth: usize) -> String {
        if depth > DEPTH {
            return "…".into();
        }
        let value = |id: &ValueId| self.value_at(*id, depth + 1);
        let told = |joined: &str, zone: &Zone| {
            zone.map_or_else(String::new, |zone| format!("{joined}{}", value(&zone)))
        };
        match self.graph.value(id) {
            Value::Constant(known) => constant(known),
            Value::Field(field) => match self.column(*field) {
                Some(column) => name(&self.columns[column.0 as usize]),
                None => format!("field {}", field.0),
            },
            Value::Now => "now".into(),
            Value::Arithmetic {
                operator,
                left,
                right,
            } => {
                let sign = match operator {
                    Arithmetic::Add => "+",
                    Arithmetic::Subtract => "-",
                    Arithmetic::Multiply => "*",
                    Arithmetic::Divide => "/",
                };
                let nested = |id: &ValueId| match self.graph.value(*id) {
                    Value::Arithmetic { .. } => format!("({})", value(id)),
                    _ => value(id),
                };
                format!("{} {sign} {}", nested(left), nested(right))
            }
            Value::Negate(operand) => format!("-({})", value(operand)),
            Value::Coalesce {
                value: operand,
                fallback,
            } => format!("({} ?? {})", value(operand), value(fallback)),
            Value::If {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.condition_at(*condition, depth + 1);
                let (then, otherwise) = (value(then), value(otherwise));
                format!("(if {condition} then {then} else {otherwise})")
            }
            Value::Condition(condition) => {
                format!("({})", self.condition_at(*condition, depth + 1))
            }
            Value::FoldCase(operand) => format!("fold_case({})", value(operand)),
            Value::Call {
                function,
                arguments,
            } => {
                let arguments: Vec<String> = arguments.iter().map(value).collect();
                format!(
                    "{}({})",
                    functions::function(*function).name,
                    arguments.join(", ")
                )
            }
            Value::MoveCalendar {
                value: operand,
                count,
                unit,
                zone,
            } => {
                let unit = match unit {
                    CalendarUnit::Day => "calendar days",
                    CalendarUnit::Month => "months",
                };
                let sign = if *count < 0 { "-" } else { "+" };
                let (count, zone) = (count.unsigned_abs(), told(" in ", zone));
                format!("{} {sign} {count} {unit}{zone}", value(operand))
            }
            Value::DateOf { time, zone } => {
                format!("date_of({}{})", value(time), told(", ", zone))
            }
            Value::Midnight { date, zone } => {
                format!("midnight({}{})", value(date), told(", ", zone))
            }
            Value::Anniversary { date, from } => {
                format!("anniversary({}, from {})", value(date), value(from))
            }
            Value::StartOf { date, period } => {
                let period = match period {
                    calendar::Period::Week => "week",
                    calendar::Period::Month => "month",
                    calendar::Period::Quarter => "quarter",
                    calendar::Period::Year => "year",
                };
                format!("start_of_{period}({})", value(date))
            }
            Value::Element { depth: 0 } => "element".into(),
            Value::Element { depth } => format!("element^{depth}"),
            Value::Part { record, part } => {
                let name = match self.graph.type_of(*record) {
                    Type::Record(record) => record.parts.get(*part as usize),
                    _ => None,
                };
                let name = name.map_or_else(|| part.to_string(), |part| part.name.clone());
                format!("{}.{name}", value(record))
            }
            Value::Entry { map, key } => format!("{}[{}]", value(map), value(key)),
            Value::Count {
                rows,
                condition,
                distinct,
            } => {
                let rows = self.bracket(*rows, *condition, depth);
                match distinct {
                    Some(distinct) => {
                        let told = value(&distinct.value);
                        match distinct.at_least {
                            1 => format!("count(distinct {told} of {rows})"),
                            times => format!(
                                "count(distinct {told} of {rows}, each at least {times} times)"
                            ),
                        }
                    }
                    None => format!("count({rows})"),
                }
            }
            Value::Aggregate {
                function,
                of,
                rows,
                condition,
            } => format!(
                "{}({} of {})",
                function.name(),
                value(of),
                self.bracket(*rows, *condition, depth)
            ),
            Value::Favourite {
                of,
                rows,
                condition,
                ..
            } => format!(
                "favourite({} of {})",
                value(of),
                self.bracket(*rows, *condition, depth)
            ),
            Value::Catalogue(catalogue) => catalogue.name().to_owned(),
            Value::LookUp {
                catalogue,
                key,
                part,
            } => {
                let part = catalogue.fields().get(*part as usize);
                let part = part.map_or("", |part| part.name.as_str());
                format!("{}({}).{part}", catalogue.name(), value(key))
            }
            Value::Nearest {
                catalogue, place, ..
            } => format!("nearest({}, {})", catalogue.name(), value(place)),
            Value::Gaps(times) => format!("gaps({})", value(times)),
            Value::Population(population) => population.print(
                |id| value(&id),
                match self.graph.condition(population.among) {
                    Condition::Constant(true) => None,
                    _ => Some(self.condition_at(population.among, depth + 1)),
                },
            ),
            Value::Hash { salt, digits, of } => {
                let of: Vec<String> = of.iter().map(value).collect();
                format!("hash({salt:?}, {}; {digits} digits)", of.join(", "))
            }
        }
    }
}

pub(super) fn words(test: TextTest) -> &'static str {
    match test {
        TextTest::StartsWith => "starts with",
        TextTest::EndsWith => "ends with",
        TextTest::Contains => "contains",
    }
}

/// A column's name, in back-ticks where it is no plain word.
pub(super) fn name(column: &Column) -> String {
    let plain = |c: char| c.is_alphanumeric() || c == '_';
    if column.name.chars().all(plain) {
        column.name.clone()
    } else {
        format!("`{}`", column.name)
    }
}

pub(super) fn list(constants: &[Constant]) -> String {
    const SHOWN: usize = 12;
    let mut texts: Vec<String> = constants.iter().take(SHOWN).map(constant).collect();
    if constants.len() > SHOWN {
        texts.push(format!("… {} in all", constants.len()));
    }
    format!("({})", texts.join(", "))
}

pub(super) fn constant(constant: &Constant) -> String {
    match constant {
        Constant::Missing => "missing".into(),
        Constant::Boolean(truth) => truth.to_string(),
        Constant::Number(number) => number.to_string(),
        Constant::Float(number) => number.get().to_string(),
        Constant::Text(text) => format!("{text:?}"),
        Constant::Date(day) => match calendar::date(*day) {
            Some(date) => date.to_string(),
            None => format!("day {day}"),
        },
        Constant::Time(time) => match jiff::Timestamp::from_nanosecond(*time) {
            Ok(time) => time.to_string(),
            Err(_) => format!("{time} ns"),
        },
        Constant::Duration(length) => duration(*length),
        Constant::Point(point) => {
            format!("point({}, {})", point.latitude(), point.longitude())
        }
        Constant::Distance(micrometres) => distance_text(*micrometres),
        Constant::List(elements) => list(elements),
        Constant::Record(_) | Constant::Map(_) => crate::ir::print::print_constant(constant),
    }
}

/// In the largest unit that leaves no rest.
fn duration(nanoseconds: i128) -> String {
    const SECOND: i128 = 1_000_000_000;
    for (unit, length) in [
        ("days", 86_400 * SECOND),
        ("hours", 3_600 * SECOND),
        ("minutes", 60 * SECOND),
        ("seconds", SECOND),
    ] {
        if nanoseconds % length == 0 {
            return format!("{} {unit}", nanoseconds / length);
        }
    }
    format!("{nanoseconds} ns")
}
