//! Values of the second reading: fields, parts, arithmetic, calls.

use super::windows::{Length, days, length};
use super::{Inside, Reader};
use crate::cells::Kind;
use crate::world::Column;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use segql::syntax::ast::{ArithmeticOperator, Expression, ExpressionKind, Literal};
use segql::types::{Constant, Exact, Float, NumberKind, Type};

impl<'a> Reader<'a> {
    pub(super) fn value(&self, expression: &Expression) -> Option<Constant> {
        Some(match &*expression.kind {
            ExpressionKind::Parenthesized(inner) => self.value(inner)?,
            ExpressionKind::Literal(literal) => match literal {
                Literal::Number(number) => Constant::Number(number.exact()),
                Literal::Percent(number) => {
                    Constant::Number(number.exact().checked_div(Exact::whole(100))?)
                }
                Literal::Text(text) => Constant::Text(text.as_str().into()),
                Literal::Boolean(truth) => Constant::Boolean(*truth),
                Literal::Date(date) => Constant::Date(days(*date)),
                Literal::Time { civil, offset } => Constant::Time(match offset {
                    Some(offset) => offset.to_timestamp(*civil).ok()?.as_nanosecond(),
                    None => civil
                        .to_zoned(self.zone())
                        .ok()?
                        .timestamp()
                        .as_nanosecond(),
                }),
                Literal::Measure(measure) => match length(measure)? {
                    Length::Exact(nanoseconds) => Constant::Duration(nanoseconds),
                    Length::Days(_) | Length::Months(_) => return None,
                },
                _ => return None,
            },
            ExpressionKind::If {
                branches,
                otherwise,
            } => {
                let mut chosen = otherwise;
                for branch in branches {
                    if self.holds(&branch.condition)? {
                        chosen = &branch.value;
                        break;
                    }
                }
                let value = self.value(chosen)?;
                self.rounded(expression, value)?
            }
            ExpressionKind::AsOf { subject, time } => match self.as_of(time)? {
                Some(then) => then.value(subject)?,
                None => Constant::Missing,
            },
            ExpressionKind::Now => Constant::Time(self.instant),
            ExpressionKind::Ago(measure) => match length(measure)? {
                Length::Days(_) => return None,
                length => self
                    .moved(&length, -1)
                    .map_or(Constant::Missing, Constant::Time),
            },
            ExpressionKind::Of { .. } => Constant::List(self.select(expression)?.elements.into()),
            ExpressionKind::Active { period, rows } => self.active(period.value, rows)?,
            ExpressionKind::Name(_)
            | ExpressionKind::Member { .. }
            | ExpressionKind::Bracket { .. } => self.place(expression)?.1,
            ExpressionKind::Coalesce { value, fallback } => {
                let first = self.value(value)?;
                let chosen = if first == Constant::Missing {
                    self.value(fallback)?
                } else {
                    first
                };
                self.rounded(expression, chosen)?
            }
            ExpressionKind::Arithmetic {
                operator,
                left,
                right,
            } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                if left == Constant::Missing || right == Constant::Missing {
                    return Some(Constant::Missing);
                }
                if self.is_floating(expression)? {
                    let (left, right) = (float(&left)?, float(&right)?);
                    let result = match operator.value {
                        ArithmeticOperator::Add => left + right,
                        ArithmeticOperator::Subtract => left - right,
                        ArithmeticOperator::Multiply => left * right,
                        ArithmeticOperator::Divide => left / right,
                    };
                    return Some(Float::new(result).map_or(Constant::Missing, Constant::Float));
                }
                let (Constant::Number(left), Constant::Number(right)) = (left, right) else {
                    return None;
                };
                let result = match operator.value {
                    ArithmeticOperator::Add => left.checked_add(right),
                    ArithmeticOperator::Subtract => left.checked_sub(right),
                    ArithmeticOperator::Multiply => left.checked_mul(right),
                    ArithmeticOperator::Divide => left.checked_div(right),
                };
                result.map_or(Constant::Missing, Constant::Number)
            }
            ExpressionKind::Negate(inner) => match self.value(inner)? {
                Constant::Missing => Constant::Missing,
                Constant::Number(number) => number
                    .checked_neg()
                    .map_or(Constant::Missing, Constant::Number),
                _ => return None,
            },
            ExpressionKind::Call { name, arguments }
                if ["hour", "weekday", "month", "week", "date"].contains(&name.text.as_str()) =>
            {
                self.part_of_a_day(&name.text, arguments)?
            }
            ExpressionKind::Call { name, arguments } => {
                if let Some(asked) = self.asked_of_many(&name.text, arguments) {
                    return asked;
                }
                let [argument] = &arguments[..] else {
                    return None;
                };
                match (name.text.as_str(), &*argument.kind) {
                    ("first" | "last" | "favourite", _) => return Some(self.place(expression)?.1),
                    ("share", _) => return self.share(argument),
                    ("since", _) => {
                        return Some(match self.moment(argument)? {
                            Constant::Time(time) => Constant::Duration(self.instant - time),
                            Constant::Missing => Constant::Missing,
                            _ => return None,
                        });
                    }
                    (
                        figure,
                        ExpressionKind::Of {
                            distinct,
                            value,
                            rows: Some(rows),
                        },
                    ) => return Some(self.aggregate(figure, *distinct, value, rows)?.1),
                    ("count", _) => {
                        let number = self.select(argument)?.elements.len();
                        return Some(Constant::Number(Exact::whole(number as i128)));
                    }
                    _ => {}
                }
                match (name.text.as_str(), self.value(argument)?) {
                    ("lower" | "trim" | "length" | "abs", Constant::Missing) => Constant::Missing,
                    ("lower", Constant::Text(text)) if text.is_ascii() => {
                        Constant::Text(text.to_ascii_lowercase().into())
                    }
                    ("trim", Constant::Text(text)) if text.is_ascii() => {
                        Constant::Text(text.trim().into())
                    }
                    ("length", Constant::Text(text)) if text.is_ascii() => {
                        Constant::Number(Exact::whole(text.len() as i128))
                    }
                    ("abs", Constant::Float(number)) => {
                        Constant::Float(Float::new(number.get().abs())?)
                    }
                    ("abs", Constant::Number(number)) if number.numerator() >= 0 => {
                        Constant::Number(number)
                    }
                    ("abs", Constant::Number(number)) => number
                        .checked_neg()
                        .map_or(Constant::Missing, Constant::Number),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    /// `hour(seen_at)`, `weekday(birthday)`, `date(seen_at, "Asia/Kathmandu")`
    fn part_of_a_day(&self, function: &str, arguments: &[Expression]) -> Option<Constant> {
        let (day, hour) = match (self.moment(&arguments[0])?, arguments.get(1)) {
            (Constant::Missing, _) => return Some(Constant::Missing),
            (Constant::Date(day), None) => (super::windows::date(day), None),
            (Constant::Time(time), zone) => {
                let zone = match zone {
                    None => self.zone(),
                    Some(zone) => match self.value(zone)? {
                        Constant::Text(name) => TimeZone::get(&name).ok()?,
                        _ => return None,
                    },
                };
                match Timestamp::from_nanosecond(time) {
                    Ok(time) => {
                        let time = time.to_zoned(zone);
                        (Some(time.date()), Some(time.hour()))
                    }
                    Err(_) => (None, None),
                }
            }
            _ => return None,
        };
        let Some(day) = day else {
            return Some(Constant::Missing);
        };
        let number = match function {
            "hour" => hour?,
            "month" => day.month(),
            "week" => day.iso_week_date().week(),
            "date" => return Some(Constant::Date(days(day))),
            _ => {
                let names = [
                    "monday",
                    "tuesday",
                    "wednesday",
                    "thursday",
                    "friday",
                    "saturday",
                    "sunday",
                ];
                let place = day.weekday().to_monday_zero_offset();
                return Some(Constant::Text(names[usize::try_from(place).ok()?].into()));
            }
        };
        Some(Constant::Number(Exact::whole(number.into())))
    }

    /// What a field, a part or an entry is, and its value.
    pub(super) fn place(&self, expression: &Expression) -> Option<(&'a Kind, Constant)> {
        let part = |record: (&'a Kind, Constant), name: &str| {
            let (Kind::Record(parts), value) = record else {
                return None;
            };
            let place = parts.iter().position(|(known, _)| known == name)?;
            let value = match value {
                Constant::Record(values) => values.get(place)?.clone(),
                _ => Constant::Missing,
            };
            Some((&parts[place].1, value))
        };
        match &*expression.kind {
            ExpressionKind::Parenthesized(inner) => self.place(inner),
            ExpressionKind::Name(name) => {
                let named = |inside: &&Inside| inside.name.as_ref() == Some(&name.text);
                let open = self.brackets.iter().rposition(|inside| inside.is_open);
                let (known, behind) = self.brackets.split_at(open.map_or(0, |open| open + 1));
                // The steps of a chain before this one, then the bracket itself, then those around it.
                if let Some(step) = behind.iter().rev().find(named) {
                    return Some((step.kind, step.element.clone()));
                }
                let Some((innermost, around)) = known.split_last() else {
                    return self.field(&name.text);
                };
                if named(&innermost) {
                    return Some((innermost.kind, innermost.element.clone()));
                }
                if let Some(part) = part((innermost.kind, innermost.element.clone()), &name.text) {
                    return Some(part);
                }
                if let Some(inside) = around.iter().rev().find(named) {
                    return Some((inside.kind, inside.element.clone()));
                }
                let (kind, value) = self.field(&name.text)?;
                kind.is_stream().then_some((kind, value))
            }
            ExpressionKind::Call { name, arguments } => {
                match (name.text.as_str(), &arguments[..]) {
                    (word @ ("first" | "last"), [rows]) => self.first_or_last(word, rows),
                    ("favourite", [argument]) => match &*argument.kind {
                        ExpressionKind::Of {
                            value,
                            rows: Some(rows),
                            ..
                        } => self.favourite(value, rows),
                        _ => None,
                    },
                    _ => None,
                }
            }
            ExpressionKind::Member { base, name } => match &*base.kind {
                ExpressionKind::Name(contact) if contact.text == "contact" => {
                    self.field(&name.text)
                }
                _ => part(self.place(base)?, &name.text),
            },
            ExpressionKind::Bracket { base, inner } => {
                let (Kind::Map(kind), map) = self.place(base)? else {
                    return None;
                };
                let Constant::Text(key) = self.value(inner)? else {
                    return None;
                };
                let value = match map {
                    // Of a key that stands twice, the last entry counts.
                    Constant::Map(entries) => (entries.iter())
                        .rfind(|(known, _)| *known == key)
                        .map_or(Constant::Missing, |(_, value)| value.clone()),
                    _ => Constant::Missing,
                };
                Some((kind, value))
            }
            _ => None,
        }
    }

    pub(super) fn field(&self, name: &str) -> Option<(&'a Kind, Constant)> {
        if let Some((place, history)) = self.world.history(name) {
            return self.remembered(place, history);
        }
        let place = (self.world.columns.iter()).position(|column| column.name == name)?;
        let column = &self.world.columns[place];
        Some((&column.kind, self.cell(place)))
    }

    /// What stands in a column.
    fn cell(&self, place: usize) -> Constant {
        let column = &self.world.columns[place];
        let value = column.kind.constant(&self.table.columns[place][self.row]);
        if column.blank_is_missing {
            without_blanks(value)
        } else {
            value
        }
    }

    /// The value of the last event of a history that has been seen; of several at that time the greatest.
    fn remembered(&self, place: usize, history: &'a Column) -> Option<(&'a Kind, Constant)> {
        let Kind::Record(parts) = history.kind.element() else {
            return None;
        };
        let mut last: Option<(i128, Constant)> = None;
        if let Constant::List(events) = self.cell(place) {
            for event in events.iter() {
                let Constant::Record(event) = event else {
                    continue;
                };
                let Constant::Time(time) = event[0] else {
                    continue;
                };
                let is_later = last.as_ref().is_none_or(|(known, value)| {
                    let order = time.cmp(known).then_with(|| event[1].total_order(value));
                    order.is_ge()
                });
                if time <= self.instant && is_later {
                    last = Some((time, event[1].clone()));
                }
            }
        }
        let value = last.map_or(Constant::Missing, |(_, value)| value);
        Some((&parts[1].1, value))
    }

    /// Whether a number is worked out in floating point.
    pub(super) fn is_floating(&self, expression: &Expression) -> Option<bool> {
        Some(match &*expression.kind {
            ExpressionKind::Parenthesized(inner) | ExpressionKind::Negate(inner) => {
                self.is_floating(inner)?
            }
            ExpressionKind::Literal(_) => false,
            ExpressionKind::Name(_)
            | ExpressionKind::Member { .. }
            | ExpressionKind::Bracket { .. } => {
                self.place(expression)?.0.type_of() == Type::Number(NumberKind::Float)
            }
            ExpressionKind::Coalesce { value, fallback } => {
                self.is_floating(value)? | self.is_floating(fallback)?
            }
            ExpressionKind::Arithmetic { left, right, .. } => {
                self.is_floating(left)? | self.is_floating(right)?
            }
            ExpressionKind::If {
                branches,
                otherwise,
            } => {
                let mut floats = self.is_floating(otherwise)?;
                for branch in branches {
                    floats |= self.is_floating(&branch.value)?;
                }
                floats
            }
            ExpressionKind::Call { name, .. } if name.text == "favourite" => {
                self.place(expression)?.0.type_of() == Type::Number(NumberKind::Float)
            }
            ExpressionKind::Call { name, arguments } => match &*arguments.first()?.kind {
                ExpressionKind::Of {
                    distinct,
                    value,
                    rows: Some(rows),
                } => {
                    let (kind, _) = self.aggregate(&name.text, *distinct, value, rows)?;
                    kind.map(Kind::type_of) == Some(Type::Number(NumberKind::Float))
                }
                _ if ["count", "share"].contains(&name.text.as_str()) => false,
                _ => self.is_floating(arguments.first()?)?,
            },
            _ => return None,
        })
    }

    /// An exact number becomes the nearest float where the other side of a `??` is one.
    pub(super) fn rounded(&self, expression: &Expression, value: Constant) -> Option<Constant> {
        match value {
            Constant::Number(number) if self.is_floating(expression)? => {
                Some(Float::new(number.to_f64()).map_or(Constant::Missing, Constant::Float))
            }
            other => Some(other),
        }
    }
}

/// Blank text is missing, in lists and records as well; the keys of maps stay. What is blank is Unicode's to say; here it is what `texts` may
/// meet.
fn without_blanks(value: Constant) -> Constant {
    let all = |values: &[Constant]| values.iter().cloned().map(without_blanks).collect();
    match value {
        Constant::Text(text) if text.trim().is_empty() => Constant::Missing,
        Constant::List(elements) => Constant::List(all(&elements)),
        Constant::Record(parts) => Constant::Record(all(&parts)),
        Constant::Map(entries) => Constant::Map(
            (entries.iter())
                .map(|(key, value)| (key.clone(), without_blanks(value.clone())))
                .collect(),
        ),
        other => other,
    }
}

fn float(value: &Constant) -> Option<f64> {
    match value {
        Constant::Float(number) => Some(number.get()),
        Constant::Number(number) => Some(number.to_f64()),
        _ => None,
    }
}
