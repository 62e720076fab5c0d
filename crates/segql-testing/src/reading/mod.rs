//! A second reading of texts: the parser's tree worked out for one contact by the words of the language reference. It shares nothing with the checker,
//! the typed tree and the executors but the exact arithmetic and the order of constants, so it judges what the checker makes of a text.
//!
//! It knows what `texts` writes. Of anything else, and where the reference leaves details to Unicode, it has no opinion.

use crate::cells::Kind;
use crate::world::{Table, World};
use segql::syntax::ast::{CompareOperator, Each, Expression, ExpressionKind, Quantifier, TextTest};
use segql::types::Constant;
use std::cmp::Ordering;

mod values;
mod windows;

use windows::within;

/// One contact at an instant.
pub struct Reader<'a> {
    world: &'a World,
    table: &'a Table,
    row: usize,
    /// In brackets, the element that bare names are parts of.
    element: Option<(&'a Kind, Constant)>,
}

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
                    Each::Did | Each::Never => return None,
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
