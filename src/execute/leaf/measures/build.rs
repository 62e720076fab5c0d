//! A comparison of figures as the steps that it takes.

use super::{Step, Window};
use crate::execute::column::Column;
use crate::execute::leaf::window::{list, times};
use crate::ir::{Arithmetic, Comparison, Condition, ConditionId, NodeRef, Value, ValueId};
use crate::plan::{BoundPlan, Fold};
use crate::types::{Aggregate, Constant, Exact, NumberKind, Type};

/// Stored units of more nanoseconds are left to others.
const LONGEST_UNIT: i128 = 1 << 40;

/// A value, and the two that it is compared with, each with whether it may be the same.
type Sides = (ValueId, Option<(ValueId, bool)>, Option<(ValueId, bool)>);

/// The steps as they are collected.
pub(super) struct Builder<'a> {
    bound: &'a BoundPlan,
    columns: &'a [Column],
    windows: Vec<Window>,
    steps: Vec<Step>,
    known: Vec<(ValueId, usize)>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(bound: &'a BoundPlan, columns: &'a [Column]) -> Self {
        Self {
            bound,
            columns,
            windows: Vec::new(),
            steps: Vec::new(),
            known: Vec::new(),
        }
    }

    /// The windows and the steps; none where no events are looked at.
    pub(super) fn finish(self) -> Option<(Vec<Window>, Vec<Step>)> {
        (!self.windows.is_empty()).then_some((self.windows, self.steps))
    }

    /// What a condition compares.
    pub(super) fn sides(&self, condition: ConditionId) -> Option<Sides> {
        Some(match self.bound.plan.graph.condition(condition) {
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let low = (*comparison == Comparison::Equal).then_some((*right, true));
                (*left, low, Some((*right, *comparison != Comparison::Less)))
            }
            Condition::Range { value, low, high } => {
                let side = |edge: &Option<crate::ir::Bound>| {
                    edge.as_ref().map(|edge| (edge.value, edge.inclusive))
                };
                (*value, side(low), side(high))
            }
            _ => return None,
        })
    }

    /// The place of the step that gives a value; none where there is no such.
    pub(super) fn step(&mut self, value: ValueId) -> Option<usize> {
        if let Some((_, place)) = self.known.iter().find(|(known, _)| *known == value) {
            return Some(*place);
        }
        let step = self.make(value)?;
        self.steps.push(step);
        let place = self.steps.len() - 1;
        self.known.push((value, place));
        Some(place)
    }

    fn make(&mut self, value: ValueId) -> Option<Step> {
        let bound = self.bound;
        let graph = &bound.plan.graph;
        if let Some(constant) = bound.constant(value) {
            let number = match constant {
                Constant::Missing => return Some(Step::Constant(None)),
                Constant::Time(nanoseconds) | Constant::Duration(nanoseconds) => *nanoseconds,
                Constant::Number(number) if number.is_whole() => number.numerator(),
                _ => return None,
            };
            return Some(Step::Constant(Some(number.try_into().ok()?)));
        }
        match graph.value(value) {
            Value::Now => Some(Step::Constant(Some(bound.now.try_into().ok()?))),
            Value::Count { distinct: None, .. } => {
                let (window, _) = self.window(NodeRef::Value(value), None)?;
                Some(Step::Count { window })
            }
            Value::Aggregate {
                function: function @ (Aggregate::First | Aggregate::Last),
                of,
                ..
            } if matches!(graph.value(*of), Value::Part { .. }) => {
                let (window, unit) = self.window(NodeRef::Value(value), Some(*of))?;
                Some(Step::Time {
                    window,
                    is_last: *function == Aggregate::Last,
                    unit,
                })
            }
            Value::Aggregate {
                function,
                of,
                rows,
                condition,
            } => {
                let (times, time) = graph.gaps_between(*of, *rows, *condition)?;
                if matches!(function, Aggregate::Values | Aggregate::Different) {
                    return None;
                }
                let (window, unit) = self.window(NodeRef::Value(times), Some(time))?;
                Some(Step::Gaps {
                    window,
                    function: *function,
                    unit,
                })
            }
            Value::Arithmetic {
                operator,
                left,
                right,
            } => self.arithmetic(*operator, *left, *right, graph.type_of(value)),
            _ => None,
        }
    }

    fn arithmetic(
        &mut self,
        operator: Arithmetic,
        left: ValueId,
        right: ValueId,
        of: &Type,
    ) -> Option<Step> {
        let is_duration = match of {
            Type::Duration => true,
            Type::Time | Type::Number(NumberKind::Whole | NumberKind::Exact) => false,
            _ => return None,
        };
        match operator {
            Arithmetic::Add => Some(Step::Add(self.step(left)?, self.step(right)?)),
            Arithmetic::Subtract => Some(Step::Subtract(self.step(left)?, self.step(right)?)),
            Arithmetic::Multiply | Arithmetic::Divide => {
                let number = |value| match self.bound.constant(value) {
                    Some(Constant::Number(number)) => Some(*number),
                    _ => None,
                };
                let (scaled, number) = match (number(left), number(right)) {
                    (_, Some(number)) => (left, number),
                    (Some(number), None) if operator == Arithmetic::Multiply => (right, number),
                    _ => return None,
                };
                let (by, over) = match operator {
                    Arithmetic::Divide => over(number)?,
                    _ => (number.numerator(), number.denominator()),
                };
                // A number is not cut down.
                if over != 1 && !is_duration {
                    return None;
                }
                Some(Step::Scale {
                    by: by.try_into().ok()?,
                    over: over.try_into().ok()?,
                    of: self.step(scaled)?,
                })
            }
        }
    }

    /// The place of the window of a bracket, and how many nanoseconds one of its stored times has. With `time` that has to be the time of the events.
    fn window(&mut self, node: NodeRef, time: Option<ValueId>) -> Option<(usize, i64)> {
        let plan = &*self.bound.plan;
        let fold: &Fold = plan.folds.of(node).filter(|fold| fold.rest.is_none())?;
        let stream = &plan.folds.streams[fold.stream as usize];
        if let Some(time) = time {
            let Value::Part { record, part } = plan.graph.value(time) else {
                return None;
            };
            let is_own = matches!(plan.graph.value(*record), Value::Element { depth: 0 });
            if !is_own || *part != stream.time {
                return None;
            }
        }
        let window = Window::new(self.bound, fold, self.columns)?;
        let lists = list(&self.columns[stream.column.0 as usize])?;
        let (_, unit) = times(lists, stream.time as usize)?;
        if unit.multiplier > LONGEST_UNIT {
            return None;
        }
        let place = match self.windows.iter().position(|known| *known == window) {
            Some(place) => place,
            None => {
                self.windows.push(window);
                self.windows.len() - 1
            }
        };
        Some((place, unit.multiplier.try_into().ok()?))
    }
}

/// One over a number, with a divisor above 0.
fn over(number: Exact) -> Option<(i128, i128)> {
    match number.numerator() {
        0 => None,
        above @ 1.. => Some((number.denominator(), above)),
        below => Some((number.denominator().checked_neg()?, below.checked_neg()?)),
    }
}
