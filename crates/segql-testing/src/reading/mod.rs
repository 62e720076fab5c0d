//! A second reading of texts: the parser's tree worked out for one contact by the words of the language reference. It shares nothing with the checker,
//! the typed tree and the executors but the exact arithmetic and the order of constants, so it judges what the checker makes of a text.
//!
//! It knows what `texts` writes. Of anything else, and where the reference leaves details to Unicode, it has no opinion.

use crate::cells::Kind;
use crate::world::{Table, World};
use segql::syntax::ast::{
    CompareOperator, CountComparison, Each, Expression, ExpressionKind, Quantifier, TextTest,
    Window,
};
use segql::types::Constant;
use std::cmp::Ordering;

mod events;
mod populations;
mod values;
mod windows;

use windows::within;

/// One contact at an instant.
#[derive(Clone)]
pub struct Reader<'a> {
    world: &'a World,
    table: &'a Table,
    row: usize,
    /// The instant of the run, or the one that an `as of` around it says.
    instant: i128,
    /// The elements of the brackets around, the innermost last.
    brackets: Vec<Inside<'a>>,
}

/// The element of a bracket.
#[derive(Clone)]
struct Inside<'a> {
    kind: &'a Kind,
    /// What `as` calls it.
    name: Option<String>,
    element: Constant,
    /// Whether bare names are its parts; not behind it, in the later steps of a chain.
    is_open: bool,
}

impl<'a> Reader<'a> {
    pub fn new(world: &'a World, table: &'a Table, row: usize) -> Self {
        Self {
            world,
            table,
            row,
            instant: world.now,
            brackets: Vec::new(),
        }
    }

    /// The same as of another instant; none inside where that is missing or still to come, and none at all without an opinion.
    fn as_of(&self, time: &Expression) -> Option<Option<Self>> {
        Some(match self.moment(time)? {
            Constant::Time(instant) if instant <= self.instant => Some(Self {
                instant,
                ..self.clone()
            }),
            Constant::Time(_) | Constant::Missing => None,
            _ => return None,
        })
    }

    /// Whether a condition is true of the contact; none without an opinion.
    pub fn holds(&self, condition: &Expression) -> Option<bool> {
        Some(match &*condition.kind {
            ExpressionKind::Parenthesized(inner) => self.holds(inner)?,
            ExpressionKind::Not(inner) => !self.holds(inner)?,
            ExpressionKind::AsOf { subject, time } => match self.as_of(time)? {
                Some(then) => then.holds(subject)?,
                None => {
                    // What has no opinion has none either way.
                    self.holds(subject)?;
                    false
                }
            },
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
                // A list of values that events have is there, be it empty.
                let found = match &*value.kind {
                    ExpressionKind::Parenthesized(inner)
                        if matches!(&*inner.kind, ExpressionKind::Of { .. }) =>
                    {
                        self.select(inner)?;
                        false
                    }
                    _ => self.value(value)? == Constant::Missing,
                };
                found != *known
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
                    (self.moment(value)?, self.moment(low)?, self.moment(high)?);
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
            ExpressionKind::InValues {
                value,
                negated,
                values,
                ignoring_case: false,
            } => {
                let value = self.value(value)?;
                let found = match self.value(values)? {
                    Constant::List(values) => values.iter().any(|one| equal(one, &value)),
                    Constant::Missing => false,
                    _ => return None,
                };
                found != *negated
            }
            ExpressionKind::InList {
                value,
                negated,
                list,
                ignoring_case: false,
            } => {
                let lists = self.world.schema.lists();
                let list = lists.iter().find(|known| known.name() == list.value)?;
                list.holds(&self.value(value)?, false) != *negated
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
            ExpressionKind::Window { subject, window } => match self.moment(subject)? {
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
            },
            ExpressionKind::Each { each, rows } if populations::is_of_group(rows) => {
                self.each_of_group(each.value, rows)?
            }
            ExpressionKind::Each { each, rows } => {
                // Of the last bracket `every` asks that it holds.
                if each.value == Each::Every {
                    let ExpressionKind::Bracket { base, .. } = &*rows.kind else {
                        return None;
                    };
                    let (all, those) = (self.select(base)?, self.select(rows)?);
                    return Some(all.elements.len() == those.elements.len());
                }
                let found = self.select(rows)?.elements.len();
                match each.value {
                    Each::Any => found > 0,
                    Each::None | Each::Never => found == 0,
                    Each::Did => self.so_often(rows, found)?,
                    Each::Every => return None,
                }
            }
            ExpressionKind::Counted {
                comparison,
                number,
                conditions,
            } => {
                let mut hold = 0;
                for condition in conditions {
                    hold += u32::from(self.holds(condition)?);
                }
                match comparison.value {
                    CountComparison::AtLeast => hold >= number.value,
                    CountComparison::AtMost => hold <= number.value,
                    CountComparison::Exactly => hold == number.value,
                    CountComparison::MoreThan => hold > number.value,
                    CountComparison::FewerThan => hold < number.value,
                }
            }
            ExpressionKind::If {
                branches,
                otherwise,
            } => {
                for branch in branches {
                    if self.holds(&branch.condition)? {
                        return self.holds(&branch.value);
                    }
                }
                self.holds(otherwise)?
            }
            ExpressionKind::Observed(length) => {
                let window = Window::Over(length.clone());
                let (low, high) = self.window_of_a_time(&window)?;
                let mut was_seen = false;
                for column in self.world.streams() {
                    let (_, events) = self.field(&column.name)?;
                    let Constant::List(events) = events else {
                        continue;
                    };
                    was_seen |= events.iter().any(|event| match event {
                        Constant::Record(parts) => {
                            matches!(parts[0], Constant::Time(time) if within(time, low, high))
                        }
                        _ => false,
                    });
                }
                was_seen
            }
            ExpressionKind::Name(_)
            | ExpressionKind::Member { .. }
            | ExpressionKind::Bracket { .. }
            | ExpressionKind::Coalesce { .. }
            | ExpressionKind::Call { .. }
            | ExpressionKind::Literal(_) => match self.value(condition)? {
                Constant::Boolean(truth) => truth,
                Constant::Missing => false,
                _ => return None,
            },
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
