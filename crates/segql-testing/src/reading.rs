//! A second reading of texts: the parser's tree worked out for one contact by the words of the language reference. It shares nothing with the checker,
//! the typed tree and the executors but the exact arithmetic and the order of constants, so it judges what the checker makes of a text.
//!
//! It knows what `texts` writes. Of anything else, and where the reference leaves details to Unicode, it has no opinion.

use crate::cells::Kind;
use crate::world::{Table, World};
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Zoned};
use segql::syntax::ast::{
    ArithmeticOperator, CompareOperator, Each, Expression, ExpressionKind, Literal, Measure,
    Period, PeriodUnit, Quantifier, TextTest, Window,
};
use segql::types::{Constant, Exact, Float, NumberKind, Type, Unit};
use std::cmp::Ordering;

const DAY: i128 = 86_400_000_000_000;

/// One contact at an instant.
pub struct Reader<'a> {
    world: &'a World,
    table: &'a Table,
    row: usize,
    /// In brackets, the element that bare names are parts of.
    element: Option<(&'a Kind, Constant)>,
}

/// A length: exact, or so many days or months of the calendar.
enum Length {
    Exact(i128),
    Days(i64),
    Months(i64),
}

/// Where a window ends on one side, and whether it holds the end. The inner none is an end beyond the calendar, which nothing lies on this side of.
type End = Option<(Option<i128>, bool)>;

impl<'a> Reader<'a> {
    pub fn new(world: &'a World, table: &'a Table, row: usize) -> Self {
        Self {
            world,
            table,
            row,
            element: None,
        }
    }

    /// Whether a condition is true of the contact; none without an opinion.
    pub fn holds(&self, condition: &Expression) -> Option<bool> {
        Some(match &*condition.kind {
            ExpressionKind::Parenthesized(inner) => self.holds(inner)?,
            ExpressionKind::Not(inner) => !self.holds(inner)?,
            ExpressionKind::And(parts) => {
                let parts: Vec<bool> = parts
                    .iter()
                    .map(|part| self.holds(part))
                    .collect::<Option<_>>()?;
                parts.iter().all(|part| *part)
            }
            ExpressionKind::Or(parts) => {
                let parts: Vec<bool> = parts
                    .iter()
                    .map(|part| self.holds(part))
                    .collect::<Option<_>>()?;
                parts.iter().any(|part| *part)
            }
            ExpressionKind::IsMissing { value, known } => {
                (self.value(value)? == Constant::Missing) != *known
            }
            ExpressionKind::Compare {
                operator,
                left,
                right,
                ignoring_case,
            } => {
                let fold = |value| {
                    if *ignoring_case {
                        folded(value)
                    } else {
                        Some(value)
                    }
                };
                let order = fold(self.value(left)?)?.compare(&fold(self.value(right)?)?);
                let is = |orders: &[Ordering]| order.is_some_and(|order| orders.contains(&order));
                match operator.value {
                    CompareOperator::Equal => is(&[Ordering::Equal]),
                    CompareOperator::NotEqual => !is(&[Ordering::Equal]),
                    CompareOperator::Less => is(&[Ordering::Less]),
                    CompareOperator::LessOrEqual => is(&[Ordering::Less, Ordering::Equal]),
                    CompareOperator::Greater => is(&[Ordering::Greater]),
                    CompareOperator::GreaterOrEqual => is(&[Ordering::Greater, Ordering::Equal]),
                }
            }
            ExpressionKind::Between {
                value,
                negated,
                low,
                high,
            } => {
                let (value, first, last) =
                    (self.value(value)?, self.value(low)?, self.value(high)?);
                let within = match (&value, &first, &last) {
                    // Both days whole.
                    (Constant::Time(time), Constant::Date(first), Constant::Date(last)) => within(
                        *time,
                        Some((self.midnight(*first), true)),
                        Some((self.midnight(last + 1), false)),
                    ),
                    (Constant::Time(_), Constant::Time(_), Constant::Time(_)) => {
                        value.compare(&first) == Some(Ordering::Greater)
                            && value.compare(&last).is_some_and(Ordering::is_le)
                    }
                    _ => {
                        value.compare(&first).is_some_and(Ordering::is_ge)
                            && value.compare(&last).is_some_and(Ordering::is_le)
                    }
                };
                within != *negated
            }
            ExpressionKind::In {
                value,
                negated,
                list,
                ignoring_case,
            } => {
                let fold = |value| {
                    if *ignoring_case {
                        folded(value)
                    } else {
                        Some(value)
                    }
                };
                let value = fold(self.value(value)?)?;
                let mut found = false;
                for member in list {
                    found |= equal(&value, &fold(self.value(member)?)?);
                }
                found != *negated
            }
            ExpressionKind::TextTest {
                test,
                value,
                pattern,
                ignoring_case,
            } => {
                let fold = |value| {
                    if *ignoring_case {
                        folded(value)
                    } else {
                        Some(value)
                    }
                };
                match (fold(self.value(value)?)?, fold(self.value(pattern)?)?) {
                    (Constant::Text(value), Constant::Text(pattern)) => match test.value {
                        TextTest::StartsWith => value.starts_with(&*pattern),
                        TextTest::EndsWith => value.ends_with(&*pattern),
                        TextTest::Contains => value.contains(&*pattern),
                        #[allow(unreachable_patterns, reason = "tests to come")]
                        _ => return None,
                    },
                    _ => false,
                }
            }
            ExpressionKind::Has {
                list,
                quantifier,
                values,
                ignoring_case,
            } => {
                let fold = |value| {
                    if *ignoring_case {
                        folded(value)
                    } else {
                        Some(value)
                    }
                };
                let elements: Vec<Constant> = match self.value(list)? {
                    Constant::List(elements) => {
                        elements.iter().cloned().map(fold).collect::<Option<_>>()?
                    }
                    _ => Vec::new(),
                };
                let mut each = Vec::new();
                for value in values {
                    let value = fold(self.value(value)?)?;
                    each.push(elements.iter().any(|element| equal(element, &value)));
                }
                match quantifier {
                    Quantifier::One | Quantifier::Any => each.contains(&true),
                    Quantifier::All => !each.contains(&false),
                    Quantifier::None => !each.contains(&true),
                }
            }
            ExpressionKind::Window { subject, window } => {
                let subject = self.value(subject)?;
                match subject {
                    Constant::Missing => false,
                    Constant::Time(time) => {
                        let (low, high) = self.window_of_a_time(&window.value)?;
                        within(time, low, high)
                    }
                    Constant::Date(day) => {
                        let (low, high) = self.window_of_a_date(&window.value)?;
                        within(day.into(), low, high)
                    }
                    _ => return None,
                }
            }
            ExpressionKind::Each { each, rows } => {
                let found = self.found(rows)?;
                match each.value {
                    Each::Any => found.contains(&true),
                    Each::Every => !found.contains(&false),
                    Each::None => !found.contains(&true),
                }
            }
            ExpressionKind::Name(_)
            | ExpressionKind::Member { .. }
            | ExpressionKind::Bracket { .. }
            | ExpressionKind::Coalesce { .. }
            | ExpressionKind::Literal(_) => match self.value(condition)? {
                Constant::Boolean(truth) => truth,
                Constant::Missing => false,
                _ => return None,
            },
            _ => return None,
        })
    }

    fn value(&self, expression: &Expression) -> Option<Constant> {
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

    /// Of each element of `x`, true; of `x[c]`, whether `c` is true of it.
    fn found(&self, rows: &Expression) -> Option<Vec<bool>> {
        let (list, inner) = match &*rows.kind {
            ExpressionKind::Bracket { base, inner } => (base, Some(inner)),
            _ => (rows, None),
        };
        let (Kind::List(kind), list) = self.place(list)? else {
            return None;
        };
        let elements = match list {
            Constant::List(elements) => elements.to_vec(),
            Constant::Missing => Vec::new(),
            _ => return None,
        };
        let holds = |element: Constant| match inner {
            None => Some(true),
            Some(inner) => {
                let inside = Reader {
                    element: Some((kind, element)),
                    ..*self
                };
                inside.holds(inner)
            }
        };
        elements.into_iter().map(holds).collect()
    }

    /// What a field, a part or an entry is, and its value.
    fn place(&self, expression: &Expression) -> Option<(&'a Kind, Constant)> {
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

    fn field(&self, name: &str) -> Option<(&'a Kind, Constant)> {
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
    fn is_floating(&self, expression: &Expression) -> Option<bool> {
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
    fn rounded(&self, expression: &Expression, value: Constant) -> Option<Constant> {
        match value {
            Constant::Number(number) if self.is_floating(expression)? => {
                Some(Float::new(number.to_f64()).map_or(Constant::Missing, Constant::Float))
            }
            other => Some(other),
        }
    }

    fn zone(&self) -> TimeZone {
        self.world.schema.zone().clone()
    }

    fn now(&self) -> Option<Zoned> {
        let now = Timestamp::from_nanosecond(self.world.now).ok()?;
        Some(now.to_zoned(self.zone()))
    }

    fn today(&self) -> Option<i64> {
        Some(days(self.now()?.date()))
    }

    /// The first instant of a day in the zone.
    fn midnight(&self, day: i64) -> Option<i128> {
        let midnight = date(day)?.to_zoned(self.zone()).ok()?;
        Some(midnight.timestamp().as_nanosecond())
    }

    /// `now` moved by a length; the inner none is beyond the calendar.
    fn moved(&self, length: &Length, sign: i64) -> Option<i128> {
        let span: Span = match length {
            Length::Exact(nanoseconds) => {
                return Some(self.world.now + i128::from(sign) * nanoseconds);
            }
            Length::Days(count) => (sign * count).days(),
            Length::Months(count) => (sign * count).months(),
        };
        // The day is moved, then the clock is read in the zone.
        let now = self.now()?;
        let moved = now.datetime().checked_add(span).ok()?;
        Some(
            moved
                .to_zoned(self.zone())
                .ok()?
                .timestamp()
                .as_nanosecond(),
        )
    }

    fn window_of_a_time(&self, window: &Window) -> Option<(End, End)> {
        let now = self.world.now;
        let today = self.today()?;
        Some(match window {
            Window::InLast(measure) => match length(measure)? {
                Length::Days(count) => (
                    Some((self.midnight(today - count + 1), true)),
                    Some((Some(now), true)),
                ),
                length => (
                    Some((self.moved(&length, -1), false)),
                    Some((Some(now), true)),
                ),
            },
            Window::Over(measure) => match length(measure)? {
                Length::Days(count) => (None, Some((self.midnight(today - count + 1), false))),
                length => (None, Some((self.moved(&length, -1), true))),
            },
            Window::InNext(measure) => match length(measure)? {
                Length::Days(count) => (
                    Some((Some(now), true)),
                    Some((self.midnight(today + count), false)),
                ),
                length => (
                    Some((Some(now), true)),
                    Some((self.moved(&length, 1), false)),
                ),
            },
            Window::Before(edge) => match self.value(edge)? {
                Constant::Time(time) => (None, Some((Some(time), false))),
                Constant::Date(day) => (None, Some((self.midnight(day), false))),
                _ => return None,
            },
            Window::After(edge) => match self.value(edge)? {
                Constant::Time(time) => (Some((Some(time), false)), None),
                Constant::Date(day) => (Some((self.midnight(day + 1), true)), None),
                _ => return None,
            },
            _ => {
                let (first, end) = self.whole_days(window)?;
                let midnight = |day: Option<i64>| day.and_then(|day| self.midnight(day));
                (Some((midnight(first), true)), Some((midnight(end), false)))
            }
        })
    }

    fn window_of_a_date(&self, window: &Window) -> Option<(End, End)> {
        let today = self.today()?;
        let day = |day: Option<i64>| day.map(i128::from);
        Some(match window {
            Window::InLast(measure) => (
                Some((day(shifted(today, measure, -1)?), false)),
                Some((Some(today.into()), true)),
            ),
            Window::Over(measure) => (None, Some((day(shifted(today, measure, -1)?), true))),
            Window::InNext(measure) => (
                Some((Some(today.into()), true)),
                Some((day(shifted(today, measure, 1)?), false)),
            ),
            Window::Before(edge) => match self.value(edge)? {
                Constant::Date(edge) => (None, Some((Some(edge.into()), false))),
                _ => return None,
            },
            Window::After(edge) => match self.value(edge)? {
                Constant::Date(edge) => (Some((Some(edge.into()), false)), None),
                _ => return None,
            },
            _ => {
                let (first, end) = self.whole_days(window)?;
                (Some((day(first), true)), Some((day(end), false)))
            }
        })
    }

    /// Windows of whole days, from the first up to, and without, the second.
    fn whole_days(&self, window: &Window) -> Option<(Option<i64>, Option<i64>)> {
        let today = self.today()?;
        Some(match window {
            Window::WithinAfter { length, anchor } => match self.value(anchor)? {
                Constant::Date(day) => (Some(day + 1), shifted(day, length, 1)?.map(|day| day + 1)),
                _ => return None,
            },
            Window::WithinBefore { length, anchor } => match self.value(anchor)? {
                Constant::Date(day) => (shifted(day, length, -1)?, Some(day)),
                _ => return None,
            },
            Window::InLastFull(measure) => {
                let count = i64::try_from(measure.amount.exact().numerator()).ok()?;
                let (end, span) = match measure.unit {
                    Unit::Days | Unit::CalendarDays => (today, (-count).days()),
                    Unit::Weeks => (begin(today, PeriodUnit::Week)?, (-7 * count).days()),
                    Unit::Months => (begin(today, PeriodUnit::Month)?, (-count).months()),
                    Unit::Quarters => (begin(today, PeriodUnit::Quarter)?, (-3 * count).months()),
                    Unit::Years => (begin(today, PeriodUnit::Year)?, (-12 * count).months()),
                    _ => return None,
                };
                (plus(end, span), Some(end))
            }
            Window::During(period) => {
                let (first, span) = match period.value {
                    Period::Year(year) => (Date::new(year, 1, 1).ok().map(days), 12.months()),
                    Period::Quarter { year, quarter } => {
                        let month = i8::try_from(quarter).ok()? * 3 - 2;
                        (Date::new(year, month, 1).ok().map(days), 3.months())
                    }
                    Period::Month { year, month } => {
                        let month = i8::try_from(month).ok()?;
                        (Date::new(year, month, 1).ok().map(days), 1.month())
                    }
                    Period::Week { year, week } => {
                        let monday =
                            ISOWeekDate::new(year, i8::try_from(week).ok()?, Weekday::Monday);
                        (monday.ok().map(|monday| days(monday.date())), 7.days())
                    }
                    Period::Day(day) => (Some(days(day)), 1.day()),
                    Period::Today => (Some(today), 1.day()),
                    Period::Yesterday => (Some(today - 1), 1.day()),
                    Period::This(unit) => (Some(begin(today, unit)?), step(unit)),
                    Period::Last(unit) => {
                        let end = begin(today, unit)?;
                        (plus(end, -step(unit)), step(unit))
                    }
                };
                (first, first.and_then(|first| plus(first, span)))
            }
            _ => return None,
        })
    }
}

fn equal(left: &Constant, right: &Constant) -> bool {
    left.compare(right) == Some(Ordering::Equal)
}

/// Text without the difference of case; only of ASCII, where there are no two opinions.
fn folded(value: Constant) -> Option<Constant> {
    match value {
        Constant::Text(text) if text.is_ascii() => {
            Some(Constant::Text(text.to_ascii_lowercase().into()))
        }
        Constant::Missing => Some(Constant::Missing),
        _ => None,
    }
}

fn float(value: &Constant) -> Option<f64> {
    match value {
        Constant::Float(number) => Some(number.get()),
        Constant::Number(number) => Some(number.to_f64()),
        _ => None,
    }
}

fn within(value: i128, low: End, high: End) -> bool {
    let above = low.is_none_or(|(edge, holds)| {
        edge.is_some_and(|edge| edge < value || (holds && edge == value))
    });
    let below = high.is_none_or(|(edge, holds)| {
        edge.is_some_and(|edge| value < edge || (holds && edge == value))
    });
    above && below
}

fn length(measure: &Measure) -> Option<Length> {
    let amount = measure.amount.exact();
    let seconds = |size: i128| {
        let nanoseconds = amount.checked_mul(Exact::whole(size * 1_000_000_000))?;
        nanoseconds
            .is_whole()
            .then(|| Length::Exact(nanoseconds.numerator()))
    };
    let count = || {
        amount
            .is_whole()
            .then(|| i64::try_from(amount.numerator()).ok())?
    };
    match measure.unit {
        Unit::Seconds => seconds(1),
        Unit::Minutes => seconds(60),
        Unit::Hours => seconds(3_600),
        Unit::Days => seconds(86_400),
        Unit::Weeks => seconds(604_800),
        Unit::CalendarDays => Some(Length::Days(count()?)),
        Unit::Months => Some(Length::Months(count()?)),
        Unit::Quarters => Some(Length::Months(count()? * 3)),
        Unit::Years => Some(Length::Months(count()? * 12)),
        #[allow(unreachable_patterns, reason = "units to come are no lengths of time")]
        _ => None,
    }
}

/// A day moved by a length of whole days or months; the inner none is beyond the calendar.
fn shifted(day: i64, measure: &Measure, sign: i64) -> Option<Option<i64>> {
    Some(match length(measure)? {
        Length::Exact(nanoseconds) if nanoseconds % DAY == 0 => {
            plus(day, (sign * i64::try_from(nanoseconds / DAY).ok()?).days())
        }
        Length::Exact(_) => return None,
        Length::Days(count) => plus(day, (sign * count).days()),
        Length::Months(count) => plus(day, (sign * count).months()),
    })
}

fn plus(day: i64, span: Span) -> Option<i64> {
    date(day)?.checked_add(span).ok().map(days)
}

fn days(date: Date) -> i64 {
    (date - jiff::civil::date(1970, 1, 1)).get_days().into()
}

fn date(day: i64) -> Option<Date> {
    let day = i32::try_from(day).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(day.days()).ok()
}

/// The first day of the period that a day lies in.
fn begin(day: i64, unit: PeriodUnit) -> Option<i64> {
    let date = date(day)?;
    Some(match unit {
        PeriodUnit::Week => day - i64::from(date.weekday().to_monday_zero_offset()),
        PeriodUnit::Month => days(date.first_of_month()),
        PeriodUnit::Quarter => {
            let month = (date.month() - 1) / 3 * 3 + 1;
            days(Date::new(date.year(), month, 1).ok()?)
        }
        PeriodUnit::Year => days(date.first_of_year()),
    })
}

fn step(unit: PeriodUnit) -> Span {
    match unit {
        PeriodUnit::Week => 7.days(),
        PeriodUnit::Month => 1.month(),
        PeriodUnit::Quarter => 3.months(),
        PeriodUnit::Year => 12.months(),
    }
}
