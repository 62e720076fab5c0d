//! The meaning of the graph for one contact at a time: slow, and right for whatever has no quicker way.

use super::arithmetic::{arithmetic, negate};
use super::compare::{fold, order};
use crate::execute::column::Column;
use crate::ir::{Comparison, Condition, ConditionId, TextTest, Value, ValueId};
use crate::plan::Plan;
use crate::types::Constant;
use std::cmp::Ordering;
use std::sync::Arc;

/// Contacts whose columns are those of the plan.
pub(in crate::execute) struct Rows<'a> {
    pub(in crate::execute) plan: &'a Plan,
    pub(in crate::execute) now: i128,
    /// One for each column of the plan.
    pub(in crate::execute) columns: &'a [Column],
}

impl Rows<'_> {
    /// Whether a condition holds for a row.
    pub(in crate::execute) fn holds(&self, condition: ConditionId, row: usize) -> bool {
        match self.plan.graph.condition(condition) {
            Condition::Constant(answer) => *answer,
            Condition::Not(operand) => !self.holds(*operand, row),
            Condition::And(parts) => parts.iter().all(|part| self.holds(*part, row)),
            Condition::Or(parts) => parts.iter().any(|part| self.holds(*part, row)),
            Condition::Holds(value) => self.value(*value, row) == Constant::Boolean(true),
            Condition::Missing(value) => self.value(*value, row) == Constant::Missing,
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let order = order(&self.value(*left, row), &self.value(*right, row));
                order.is_some_and(|order| match comparison {
                    Comparison::Equal => order == Ordering::Equal,
                    Comparison::Less => order == Ordering::Less,
                    Comparison::LessOrEqual => order != Ordering::Greater,
                })
            }
            Condition::Range { value, low, high } => {
                let value = self.value(*value, row);
                let inside = |edge: &crate::ir::Bound, beyond: Ordering| {
                    order(&value, &self.value(edge.value, row)).is_some_and(|order| {
                        order == beyond || (order == Ordering::Equal && edge.inclusive)
                    })
                };
                value != Constant::Missing
                    && low
                        .as_ref()
                        .is_none_or(|low| inside(low, Ordering::Greater))
                    && high
                        .as_ref()
                        .is_none_or(|high| inside(high, Ordering::Less))
            }
            Condition::OneOf { value, set } => {
                let value = self.value(*value, row);
                set.iter()
                    .any(|member| order(&value, member) == Some(Ordering::Equal))
            }
            Condition::TextTest {
                test,
                value,
                pattern,
            } => match (self.value(*value, row), self.value(*pattern, row)) {
                (Constant::Text(text), Constant::Text(pattern)) => match test {
                    TextTest::StartsWith => text.starts_with(&*pattern),
                    TextTest::EndsWith => text.ends_with(&*pattern),
                    TextTest::Contains => text.contains(&*pattern),
                },
                _ => false,
            },
            Condition::Has { list, all, values } => {
                let Constant::List(elements) = self.value(*list, row) else {
                    return *all && values.is_empty();
                };
                let has = |value: &ValueId| {
                    let value = self.value(*value, row);
                    elements
                        .iter()
                        .any(|element| order(element, &value) == Some(Ordering::Equal))
                };
                if *all {
                    values.iter().all(has)
                } else {
                    values.iter().any(has)
                }
            }
        }
    }

    /// A value of a row.
    pub(in crate::execute) fn value(&self, value: ValueId, row: usize) -> Constant {
        match self.plan.graph.value(value) {
            Value::Constant(constant) => constant.clone(),
            Value::Field(field) => {
                let place = self
                    .plan
                    .columns
                    .iter()
                    .position(|column| column.field == *field);
                place.map_or(Constant::Missing, |place| {
                    let column_type = &self.plan.columns[place].column_type;
                    self.columns[place].constant(row, column_type)
                })
            }
            Value::Now => Constant::Time(self.now),
            Value::Arithmetic {
                operator,
                left,
                right,
            } => arithmetic(*operator, &self.value(*left, row), &self.value(*right, row)),
            Value::Negate(operand) => negate(&self.value(*operand, row)),
            Value::Coalesce { value, fallback } => match self.value(*value, row) {
                Constant::Missing => self.value(*fallback, row),
                known => known,
            },
            Value::Condition(condition) => Constant::Boolean(self.holds(*condition, row)),
            Value::FoldCase(operand) => fold_constant(&self.value(*operand, row)),
            Value::Call { .. }
            | Value::MoveCalendar { .. }
            | Value::DateOf(_)
            | Value::Midnight(_)
            | Value::StartOf { .. } => Constant::Missing,
        }
    }
}

fn fold_constant(value: &Constant) -> Constant {
    match value {
        Constant::Text(text) => Constant::Text(Arc::from(&*fold(text))),
        Constant::List(elements) => Constant::List(elements.iter().map(fold_constant).collect()),
        _ => Constant::Missing,
    }
}
