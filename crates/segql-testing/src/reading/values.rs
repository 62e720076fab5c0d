//! Values of the second reading: fields, parts, arithmetic, calls.

use super::Reader;
use super::windows::{Length, days, length};
use crate::cells::Kind;
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
            ExpressionKind::Now => Constant::Time(self.world.now),
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
            ExpressionKind::Call { name, arguments } => {
                let [argument] = &arguments[..] else {
                    return None;
                };
                if name.text == "count" {
                    let found = self.found(argument)?;
                    let number = found.into_iter().filter(|holds| *holds).count();
                    return Some(Constant::Number(Exact::whole(number as i128)));
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
            ExpressionKind::Name(name) => match &self.element {
                Some(element) => part(element.clone(), &name.text),
                None => self.field(&name.text),
            },
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
        let place = (self.world.columns.iter()).position(|column| column.name == name)?;
        let column = &self.world.columns[place];
        let value = column.kind.constant(&self.table.columns[place][self.row]);
        let value = match (&value, column.blank_is_missing) {
            // What is blank is Unicode's to say; here it is what `texts` may meet.
            (Constant::Text(text), true) if text.trim().is_empty() => Constant::Missing,
            (Constant::List(_) | Constant::Record(_) | Constant::Map(_), true) => return None,
            _ => value,
        };
        Some((&column.kind, value))
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
            ExpressionKind::Call { arguments, .. } => self.is_floating(arguments.first()?)?,
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

fn float(value: &Constant) -> Option<f64> {
    match value {
        Constant::Float(number) => Some(number.get()),
        Constant::Number(number) => Some(number.to_f64()),
        _ => None,
    }
}
