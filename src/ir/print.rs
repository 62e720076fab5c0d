//! The typed tree as text, for people and for snapshots: one line a segment where it is short, indented where it is long.
//!
//! The words are close to the language's, so that it reads without a legend; it is not meant to be read back.

use super::{
    Arithmetic, Bound, Comparison, Condition, ConditionId, Graph, Module, NodeRef, Period, Rows,
    TextTest, Value, ValueId, Zone,
};
use crate::functions;
use crate::schema::Schema;
use crate::types::{CalendarUnit, Constant, Type, calendar, distance_text};
use std::fmt::Write;

/// Lines longer than this are broken at their operands.
const WIDTH: usize = 100;

/// All segments of a module, each as `name = condition`. Fields have their names where the schema is given, else their numbers;
/// segments without a name in `names` have their number.
pub fn print(module: &Module, names: &[&str], schema: Option<&Schema>) -> String {
    let mut out = String::new();
    for (index, root) in module.segments.iter().enumerate() {
        let name = names
            .get(index)
            .map_or_else(|| format!("segment {index}"), |name| (*name).to_owned());
        let _ = writeln!(
            out,
            "{name} =\n{}",
            print_condition(&module.graph, *root, schema, 1)
        );
    }
    out
}

/// A condition, indented by so many steps, without a line feed at the end.
pub fn print_condition(
    graph: &Graph,
    id: ConditionId,
    schema: Option<&Schema>,
    indent: usize,
) -> String {
    let text = Printer { graph, schema }.print(NodeRef::Condition(id));
    let mut out = String::new();
    text.write(&mut out, indent);
    out
}

/// A value on one line.
pub fn print_value(graph: &Graph, id: ValueId, schema: Option<&Schema>) -> String {
    let mut out = String::new();
    Printer { graph, schema }
        .print(NodeRef::Value(id))
        .write_flat(&mut out);
    out
}

/// A constant as the language writes it; times and dates in UTC.
pub fn print_constant(constant: &Constant) -> String {
    match constant {
        Constant::Missing => "missing".into(),
        Constant::Boolean(boolean) => boolean.to_string(),
        Constant::Number(number) => number.to_string(),
        Constant::Float(float) => format!("{:?}f", float.get()),
        Constant::Text(text) => format!("{text:?}"),
        Constant::Date(days) => {
            calendar::date(*days).map_or_else(|| format!("day {days}"), |date| date.to_string())
        }
        Constant::Time(nanoseconds) => jiff::Timestamp::from_nanosecond(*nanoseconds).map_or_else(
            |_| format!("instant {nanoseconds}"),
            |time| time.to_string(),
        ),
        Constant::Duration(nanoseconds) => duration(*nanoseconds),
        Constant::Point(point) => {
            format!("point({}, {})", point.latitude(), point.longitude())
        }
        Constant::Distance(micrometres) => distance_text(*micrometres),
        Constant::List(elements) => {
            let elements: Vec<String> = elements.iter().map(print_constant).collect();
            format!("({})", elements.join(", "))
        }
        Constant::Record(parts) => {
            let parts: Vec<String> = parts.iter().map(print_constant).collect();
            format!("record({})", parts.join(", "))
        }
        Constant::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{key:?}: {}", print_constant(value)));
            format!("map({})", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A duration in the greatest unit that it is a whole number of.
fn duration(nanoseconds: i128) -> String {
    const UNITS: [(i128, &str); 5] = [
        (86_400_000_000_000, "days"),
        (3_600_000_000_000, "hours"),
        (60_000_000_000, "minutes"),
        (1_000_000_000, "seconds"),
        (1, "nanoseconds"),
    ];
    if nanoseconds == 0 {
        return "0 seconds".into();
    }
    UNITS
        .into_iter()
        .find(|(unit, _)| nanoseconds % unit == 0)
        .map_or_else(String::new, |(unit, plural)| {
            let count = nanoseconds / unit;
            let name = if count == 1 {
                &plural[..plural.len() - 1]
            } else {
                plural
            };
            format!("{count} {name}")
        })
}

/// Text that may be broken into lines at operands.
enum Text {
    Flat(String),
    /// `AND` or `OR` between operands.
    Joined {
        word: &'static str,
        parts: Vec<Text>,
    },
    Prefixed {
        prefix: &'static str,
        inner: Box<Text>,
    },
}

impl Text {
    fn flat_len(&self) -> usize {
        match self {
            Text::Flat(text) => text.chars().count(),
            Text::Joined { word, parts } => {
                let inside: usize = parts.iter().map(Text::flat_len).sum();
                inside + (word.len() + 2) * parts.len().saturating_sub(1) + 2
            }
            Text::Prefixed { prefix, inner } => prefix.len() + inner.flat_len(),
        }
    }

    fn write_flat(&self, out: &mut String) {
        match self {
            Text::Flat(text) => out.push_str(text),
            Text::Joined { word, parts } => {
                out.push('(');
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        let _ = write!(out, " {word} ");
                    }
                    part.write_flat(out);
                }
                out.push(')');
            }
            Text::Prefixed { prefix, inner } => {
                out.push_str(prefix);
                inner.write_flat(out);
            }
        }
    }

    fn write(&self, out: &mut String, indent: usize) {
        let blanks = "  ".repeat(indent);
        match self {
            Text::Joined { word, parts } if indent * 2 + self.flat_len() > WIDTH => {
                let _ = write!(out, "{blanks}{word}");
                for part in parts {
                    out.push('\n');
                    part.write(out, indent + 1);
                }
            }
            Text::Prefixed { prefix, inner } if indent * 2 + self.flat_len() > WIDTH => {
                let _ = writeln!(out, "{blanks}{}", prefix.trim_end());
                inner.write(out, indent + 1);
            }
            Text::Flat(_) | Text::Joined { .. } | Text::Prefixed { .. } => {
                out.push_str(&blanks);
                self.write_flat(out);
            }
        }
    }
}

struct Printer<'a> {
    graph: &'a Graph,
    schema: Option<&'a Schema>,
}

impl Printer<'_> {
    /// Recursion is as deep as the tree, which the checker's limits bound.
    fn print(&self, root: NodeRef) -> Text {
        match root {
            NodeRef::Condition(id) => self.condition(id),
            NodeRef::Value(id) => Text::Flat(self.value(id)),
        }
    }

    fn condition(&self, id: ConditionId) -> Text {
        let flat = Text::Flat;
        match self.graph.condition(id) {
            Condition::Constant(constant) => flat(constant.to_string()),
            Condition::Not(inner) => match self.graph.condition(*inner) {
                Condition::Missing(value) => flat(format!("{} is known", self.value(*value))),
                _ => Text::Prefixed {
                    prefix: "NOT ",
                    inner: Box::new(self.condition(*inner)),
                },
            },
            Condition::And(parts) => self.joined("AND", parts, "true"),
            Condition::Or(parts) => self.joined("OR", parts, "false"),
            Condition::AtLeast { count, of } => {
                let parts: Vec<String> = of
                    .iter()
                    .map(|part| {
                        let mut out = String::new();
                        self.condition(*part).write_flat(&mut out);
                        out
                    })
                    .collect();
                flat(format!("at least {count} of ({})", parts.join(", ")))
            }
            Condition::Holds(value) => flat(self.value(*value)),
            Condition::Missing(value) => flat(format!("{} is missing", self.value(*value))),
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
                flat(format!(
                    "{} {sign} {}",
                    self.value(*left),
                    self.value(*right)
                ))
            }
            Condition::Range { value, low, high } => {
                flat(self.range(*value, low.as_ref(), high.as_ref()))
            }
            Condition::OneOf { value, set } => {
                let set: Vec<String> = set.iter().map(print_constant).collect();
                flat(format!("{} in ({})", self.value(*value), set.join(", ")))
            }
            Condition::TextTest {
                test,
                value,
                pattern,
            } => {
                let words = match test {
                    TextTest::StartsWith => "starts with",
                    TextTest::EndsWith => "ends with",
                    TextTest::Contains => "contains",
                };
                flat(format!(
                    "{} {words} {}",
                    self.value(*value),
                    self.value(*pattern)
                ))
            }
            Condition::Matches { value, pattern } => {
                flat(format!("{} matches {pattern:?}", self.value(*value)))
            }
            Condition::InList { value, list, .. } => {
                flat(format!("{} in {list:?}", self.value(*value)))
            }
            Condition::Has { list, all, values } => {
                let values: Vec<String> = values.iter().map(|value| self.value(*value)).collect();
                let quantifier = if *all { "all" } else { "any" };
                flat(format!(
                    "{} has {quantifier} of ({})",
                    self.value(*list),
                    values.join(", ")
                ))
            }
            Condition::Any { rows, condition } => {
                flat(format!("any {}", self.bracket(*rows, *condition)))
            }
        }
    }

    /// `profiles[element.kind = "kids"]`; the bracket is left out where all elements count.
    fn bracket(&self, rows: Rows, condition: ConditionId) -> String {
        let Rows::List(list) = rows;
        let mut text = self.value(list);
        if *self.graph.condition(condition) != Condition::Constant(true) {
            text.push('[');
            self.condition(condition).write_flat(&mut text);
            text.push(']');
        }
        text
    }

    fn joined(&self, word: &'static str, parts: &[ConditionId], of_none: &str) -> Text {
        match parts {
            [] => Text::Flat(of_none.into()),
            _ => Text::Joined {
                word,
                parts: parts.iter().map(|part| self.condition(*part)).collect(),
            },
        }
    }

    /// `x in [low, high)`, or one side of it.
    fn range(&self, value: ValueId, low: Option<&Bound>, high: Option<&Bound>) -> String {
        let value = self.value(value);
        let low_sign = |edge: &Bound| if edge.inclusive { ">=" } else { ">" };
        let high_sign = |edge: &Bound| if edge.inclusive { "<=" } else { "<" };
        match (low, high) {
            (Some(low), Some(high)) => format!(
                "{value} in {}{}, {}{}",
                if low.inclusive { '[' } else { '(' },
                self.value(low.value),
                self.value(high.value),
                if high.inclusive { ']' } else { ')' },
            ),
            (Some(low), None) => format!("{value} {} {}", low_sign(low), self.value(low.value)),
            (None, Some(high)) => {
                format!("{value} {} {}", high_sign(high), self.value(high.value))
            }
            (None, None) => format!("{value} is known"),
        }
    }

    fn value(&self, id: ValueId) -> String {
        match self.graph.value(id) {
            Value::Constant(constant) => print_constant(constant),
            Value::Field(field) => match self.schema {
                Some(schema) => schema.field(*field).name.clone(),
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
                format!("({} {sign} {})", self.value(*left), self.value(*right))
            }
            Value::Negate(inner) => format!("-{}", self.value(*inner)),
            Value::Coalesce { value, fallback } => {
                format!("({} ?? {})", self.value(*value), self.value(*fallback))
            }
            Value::If {
                condition,
                then,
                otherwise,
            } => {
                let mut out = String::new();
                self.condition(*condition).write_flat(&mut out);
                let (then, otherwise) = (self.value(*then), self.value(*otherwise));
                format!("(if {out} then {then} else {otherwise})")
            }
            Value::Condition(id) => {
                let mut out = String::new();
                self.condition(*id).write_flat(&mut out);
                format!("[{out}]")
            }
            Value::FoldCase(inner) => format!("fold_case({})", self.value(*inner)),
            Value::Call {
                function,
                arguments,
            } => {
                let arguments: Vec<String> = arguments
                    .iter()
                    .map(|argument| self.value(*argument))
                    .collect();
                let name = functions::function(*function).name;
                format!("{name}({})", arguments.join(", "))
            }
            Value::MoveCalendar {
                value,
                count,
                unit,
                zone,
            } => {
                let unit = match (unit, count.abs()) {
                    (CalendarUnit::Day, 1) => "calendar day",
                    (CalendarUnit::Day, _) => "calendar days",
                    (CalendarUnit::Month, 1) => "month",
                    (CalendarUnit::Month, _) => "months",
                };
                let sign = if *count < 0 { '-' } else { '+' };
                let zone = self.zone(" in ", *zone);
                format!(
                    "({} {sign} {} {unit}{zone})",
                    self.value(*value),
                    count.unsigned_abs()
                )
            }
            Value::DateOf { time, zone } => {
                format!("date_of({}{})", self.value(*time), self.zone(", ", *zone))
            }
            Value::Midnight { date, zone } => {
                format!("midnight({}{})", self.value(*date), self.zone(", ", *zone))
            }
            Value::Anniversary { date, from } => format!(
                "anniversary({}, from {})",
                self.value(*date),
                self.value(*from)
            ),
            Value::StartOf { date, period } => {
                let period = match period {
                    Period::Week => "week",
                    Period::Month => "month",
                    Period::Quarter => "quarter",
                    Period::Year => "year",
                };
                format!("start_of_{period}({})", self.value(*date))
            }
            Value::Element { depth: 0 } => "element".into(),
            Value::Element { depth } => format!("element^{depth}"),
            Value::Part { record, part } => {
                let name = match self.graph.type_of(*record) {
                    Type::Record(record) => record.parts.get(*part as usize),
                    _ => None,
                };
                let name = name.map_or_else(|| part.to_string(), |part| part.name.clone());
                format!("{}.{name}", self.value(*record))
            }
            Value::Entry { map, key } => format!("{}[{}]", self.value(*map), self.value(*key)),
            Value::Count {
                rows,
                condition,
                distinct,
            } => {
                let rows = self.bracket(*rows, *condition);
                match distinct {
                    Some(distinct) => {
                        let value = self.value(distinct.value);
                        match distinct.at_least {
                            1 => format!("count(distinct {value} of {rows})"),
                            times => format!(
                                "count(distinct {value} of {rows}, each at least {times} times)"
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
                self.value(*of),
                self.bracket(*rows, *condition)
            ),
            Value::Favourite {
                of,
                rows,
                condition,
                ..
            } => format!(
                "favourite({} of {})",
                self.value(*of),
                self.bracket(*rows, *condition)
            ),
            Value::Catalogue(catalogue) => catalogue.name().to_owned(),
            Value::LookUp {
                catalogue,
                key,
                part,
            } => {
                let part = catalogue.fields().get(*part as usize);
                let part = part.map_or("", |part| part.name.as_str());
                format!("{}({}).{part}", catalogue.name(), self.value(*key))
            }
            Value::Nearest {
                catalogue, place, ..
            } => format!("nearest({}, {})", catalogue.name(), self.value(*place)),
            Value::Gaps(times) => format!("gaps({})", self.value(*times)),
            Value::Population(population) => population.print(
                |id| self.value(id),
                match self.graph.condition(population.among) {
                    Condition::Constant(true) => None,
                    _ => {
                        let mut among = String::new();
                        self.condition(population.among).write_flat(&mut among);
                        Some(among)
                    }
                },
            ),
            Value::Hash { salt, digits, of } => {
                let of: Vec<String> = of.iter().map(|value| self.value(*value)).collect();
                format!("hash({salt:?}, {}; {digits} digits)", of.join(", "))
            }
        }
    }

    /// The zone that a node was told, behind what joins it.
    fn zone(&self, joined: &str, zone: Zone) -> String {
        zone.map_or_else(String::new, |zone| format!("{joined}{}", self.value(zone)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_stand_in_their_greatest_whole_unit() {
        assert_eq!(duration(90 * 86_400_000_000_000), "90 days");
        assert_eq!(duration(3_600_000_000_000), "1 hour");
        assert_eq!(duration(-90_000_000_000), "-90 seconds");
        assert_eq!(duration(0), "0 seconds");
    }
}
