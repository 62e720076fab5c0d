//! Tests of figures that measure what contacts themselves gave to a population: ranks, percentiles and quantiles against a number.

use crate::ir::{Bound, Comparison, Condition, ConditionId, Value, ValueId};
use crate::plan::BoundPlan;
use crate::population::FigureTest;
use crate::types::{Constant, Exact};
use std::cmp::Ordering;

/// None where the condition is no such test, or what contacts gave is not kept.
pub(in crate::execute) fn figure_test(
    bound: &BoundPlan,
    condition: ConditionId,
) -> Option<FigureTest> {
    let number = |value: ValueId| match bound.constant(value)? {
        Constant::Number(number) => Some(*number),
        _ => None,
    };
    let (figure, numbers) = match bound.plan.graph.condition(condition) {
        Condition::Compare {
            comparison,
            left,
            right,
        } => match (number(*left), number(*right)) {
            (None, Some(number)) => (*left, vec![(number, orders(*comparison, false))]),
            (Some(number), None) => (*right, vec![(number, orders(*comparison, true))]),
            _ => return None,
        },
        Condition::Range { value, low, high } => {
            let edge = |edge: &Bound, turned: bool| {
                let comparison = match edge.inclusive {
                    true => Comparison::LessOrEqual,
                    false => Comparison::Less,
                };
                Some((number(edge.value)?, orders(comparison, turned)))
            };
            let low = low.iter().map(|low| edge(low, true));
            let edges = low.chain(high.iter().map(|high| edge(high, false)));
            (
                *value,
                edges.collect::<Option<Vec<(Exact, &[Ordering])>>>()?,
            )
        }
        _ => return None,
    };
    let Value::Population(population) = bound.plan.graph.value(figure) else {
        return None;
    };
    if !population.figure.is_of_member() {
        return None;
    }
    FigureTest::new(bound.figures.shared(figure)?, population.figure, &numbers)
}

/// How a figure may stand to a number; `turned` where the number stands first.
fn orders(comparison: Comparison, turned: bool) -> &'static [Ordering] {
    match (comparison, turned) {
        (Comparison::Equal, _) => &[Ordering::Equal],
        (Comparison::Less, false) => &[Ordering::Less],
        (Comparison::LessOrEqual, false) => &[Ordering::Less, Ordering::Equal],
        (Comparison::Less, true) => &[Ordering::Greater],
        (Comparison::LessOrEqual, true) => &[Ordering::Greater, Ordering::Equal],
    }
}
