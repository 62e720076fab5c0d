//! Law: a test of how long ago a time was is a test of the time itself. `since(x) >= 60 days` is `x <= now - 60 days`, since `since(x)` is `now - x`.
//!
//! Likewise `x + 14 days <= now` is `x <= now - 14 days`, whatever of the kind stands on the other side, as long as it is the same for every contact.
//!
//! Both are false where x is missing. What is earlier than `now` by more than the length of a constant can hold is no time of any data, and lengths that
//! would come near it are left alone; so nothing that was missing becomes known.

use super::fold::constant;
use super::rewrite::{Rewrite, Shared};
use crate::ir::{Arithmetic, Bound, Condition, ConditionId, Graph, Value, ValueId};
use crate::types::{Constant, Type};

/// Longer lengths are left alone, in nanoseconds: some ten million million years.
const LONGEST: u128 = 1 << 98;

pub(super) struct Since;

impl Rewrite for Since {
    fn looks_at(&self, _: &Graph, condition: &Condition) -> bool {
        matches!(
            condition,
            Condition::Compare { .. } | Condition::Range { .. }
        )
    }

    fn condition(
        &mut self,
        graph: &mut Graph,
        condition: &Condition,
        _: &Shared,
    ) -> Option<ConditionId> {
        let rewritten = match condition {
            Condition::Compare {
                comparison,
                left,
                right,
            } => match (since(graph, *left), since(graph, *right)) {
                (Some((now, time)), None) => Condition::Compare {
                    comparison: *comparison,
                    left: before(graph, now, *right)?,
                    right: time,
                },
                (None, Some((now, time))) => Condition::Compare {
                    comparison: *comparison,
                    left: time,
                    right: before(graph, now, *left)?,
                },
                _ => match (moved(graph, *left), moved(graph, *right)) {
                    (Some(moved), None) => Condition::Compare {
                        comparison: *comparison,
                        left: moved.time,
                        right: moved.back(graph, *right)?,
                    },
                    (None, Some(moved)) => Condition::Compare {
                        comparison: *comparison,
                        left: moved.back(graph, *left)?,
                        right: moved.time,
                    },
                    _ => return None,
                },
            },
            Condition::Range { value, low, high } if moved(graph, *value).is_some() => {
                let moved = moved(graph, *value)?;
                let mut edge = |bound: &Option<Bound>| match bound {
                    None => Some(None),
                    Some(bound) => Some(Some(Bound {
                        value: moved.back(graph, bound.value)?,
                        inclusive: bound.inclusive,
                    })),
                };
                Condition::Range {
                    value: moved.time,
                    low: edge(low)?,
                    high: edge(high)?,
                }
            }
            Condition::Range { value, low, high } => {
                let (now, time) = since(graph, *value)?;
                let mut edge = |bound: &Option<Bound>| match bound {
                    None => Some(None),
                    Some(bound) => Some(Some(Bound {
                        value: before(graph, now, bound.value)?,
                        inclusive: bound.inclusive,
                    })),
                };
                let (earliest, latest) = (edge(high)?, edge(low)?);
                Condition::Range {
                    value: time,
                    low: earliest,
                    high: latest,
                }
            }
            _ => return None,
        };
        Some(graph.add_condition(rewritten))
    }
}

/// For `now - field`: `now` and the field.
fn since(graph: &Graph, id: ValueId) -> Option<(ValueId, ValueId)> {
    match graph.value(id) {
        Value::Arithmetic {
            operator: Arithmetic::Subtract,
            left,
            right,
        } if matches!(graph.value(*left), Value::Now)
            && matches!(graph.value(*right), Value::Field(_))
            && *graph.type_of(*right) == Type::Time =>
        {
            Some((*left, *right))
        }
        _ => None,
    }
}

/// So long before `now`; none where the length is not a constant, or too long.
fn before(graph: &mut Graph, now: ValueId, length: ValueId) -> Option<ValueId> {
    match constant(graph, length)? {
        Constant::Duration(nanoseconds) if nanoseconds.unsigned_abs() < LONGEST => {}
        _ => return None,
    }
    let earlier = Value::Arithmetic {
        operator: Arithmetic::Subtract,
        left: now,
        right: length,
    };
    Some(graph.add_value(earlier, Type::Time))
}

/// A time of the contact or of an element, moved by a constant length.
struct Moved {
    time: ValueId,
    operator: Arithmetic,
    length: ValueId,
}

fn moved(graph: &Graph, id: ValueId) -> Option<Moved> {
    let Value::Arithmetic {
        operator: operator @ (Arithmetic::Add | Arithmetic::Subtract),
        left,
        right,
    } = graph.value(id)
    else {
        return None;
    };
    let is_time = *graph.type_of(*left) == Type::Time
        && matches!(graph.value(*left), Value::Field(_) | Value::Part { .. });
    (is_time && constant(graph, *right).is_some_and(is_short)).then_some(Moved {
        time: *left,
        operator: *operator,
        length: *right,
    })
}

impl Moved {
    /// A value that is the same for every contact, moved the other way; none where it is another kind of value.
    fn back(&self, graph: &mut Graph, value: ValueId) -> Option<ValueId> {
        if !is_of_now(graph, value) {
            return None;
        }
        let operator = match self.operator {
            Arithmetic::Add => Arithmetic::Subtract,
            _ => Arithmetic::Add,
        };
        let back = Value::Arithmetic {
            operator,
            left: value,
            right: self.length,
        };
        Some(graph.add_value(back, Type::Time))
    }
}

/// Whether it is `now`, or that moved by constant lengths.
fn is_of_now(graph: &Graph, value: ValueId) -> bool {
    match graph.value(value) {
        Value::Now => true,
        Value::Arithmetic {
            operator: Arithmetic::Add | Arithmetic::Subtract,
            left,
            right,
        } => is_of_now(graph, *left) && constant(graph, *right).is_some_and(is_short),
        _ => false,
    }
}

fn is_short(length: &Constant) -> bool {
    matches!(length, Constant::Duration(length) if length.unsigned_abs() < LONGEST)
}
