//! Chains of events as steps: brackets over streams in each other that ask of each event its time against those of earlier steps, that fields
//! agree, and tests of the event alone. Such a chain is followed event by event without working anything out.

use super::folds::{Fold, Folds, TimeBound};
use crate::ir::{Arithmetic, Comparison, Condition, ConditionId, Graph, NodeRef, Value, ValueId};
use crate::types::Constant;

/// A chain: the first step, and those that follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// At least two.
    pub steps: Box<[Step]>,
}

/// A step of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The place of its stream in [`Folds::streams`].
    pub stream: u32,
    /// The place of the test of its events alone.
    pub matcher: Option<u32>,
    /// Bounds of its time that hang on no other step.
    pub bounds: Box<[TimeBound]>,
    /// Its time and so many nanoseconds lie no later than this value.
    pub deadlines: Box<[Deadline]>,
    pub relative: Box<[Relative]>,
    pub agreements: Box<[Agreement]>,
    /// Whether there must be no such event; only of the last step.
    pub is_absent: bool,
}

/// A bound of the time of a step by that of an earlier one, so many nanoseconds on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relative {
    pub step: u32,
    pub offset: i128,
    pub is_low: bool,
    pub inclusive: bool,
}

/// A part of the events of an earlier step that is equal to one of this step's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    pub step: u32,
    pub part: u32,
    pub own: u32,
}

/// See [`Step::deadlines`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub offset: i128,
    pub value: ValueId,
    pub inclusive: bool,
}

/// The chain that a bracket over a stream is; none where it asks for more than steps do.
pub(super) fn chain(graph: &Graph, folds: &Folds, node: NodeRef) -> Option<Chain> {
    let mut steps = Vec::new();
    let first = folds.of(node)?;
    first.rest?;
    add(graph, folds, first, false, &mut steps)?;
    (steps.len() > 1).then(|| Chain {
        steps: steps.into(),
    })
}

fn add(
    graph: &Graph,
    folds: &Folds,
    fold: &Fold,
    is_absent: bool,
    steps: &mut Vec<Step>,
) -> Option<()> {
    let own = steps.len() as u32;
    let time = |fold: &Fold| folds.streams[fold.stream as usize].time;
    let (mut bounds, mut relative) = (Vec::new(), Vec::new());
    for bound in &fold.bounds {
        match moved(graph, bound.value) {
            Some((value, offset)) if is_element(graph, value).is_some() => {
                let (depth, part) = is_element(graph, value)?;
                let step = own.checked_sub(depth)?;
                let earlier = steps.get(step as usize)?;
                if part != folds.streams[earlier.stream as usize].time {
                    return None;
                }
                relative.push(Relative {
                    step,
                    offset,
                    is_low: bound.is_low,
                    inclusive: bound.inclusive,
                });
            }
            _ => bounds.push(*bound),
        }
    }
    let (mut deadlines, mut agreements, mut next) = (Vec::new(), Vec::new(), None);
    for part in fold.rest.iter().flat_map(|rest| graph.conjuncts(*rest)) {
        if let Some((inner, absent)) = bracket(graph, part) {
            if next.replace((inner, absent)).is_some() || is_absent {
                return None;
            }
            continue;
        }
        let Condition::Compare {
            comparison,
            left,
            right,
        } = graph.condition(part)
        else {
            return None;
        };
        match comparison {
            Comparison::Equal => {
                let (one, other) = (is_element(graph, *left)?, is_element(graph, *right)?);
                let ((depth, part), (0, mine)) = (if one.0 > 0 {
                    (one, other)
                } else {
                    (other, one)
                }) else {
                    return None;
                };
                agreements.push(Agreement {
                    step: own.checked_sub(depth)?,
                    part,
                    own: mine,
                });
            }
            Comparison::Less | Comparison::LessOrEqual => {
                let (value, offset) = moved(graph, *left)?;
                if is_element(graph, value)? != (0, time(fold)) {
                    return None;
                }
                deadlines.push(Deadline {
                    offset,
                    value: *right,
                    inclusive: *comparison == Comparison::LessOrEqual,
                });
            }
        }
    }
    steps.push(Step {
        stream: fold.stream,
        matcher: fold.matcher,
        bounds: bounds.into(),
        deadlines: deadlines.into(),
        relative: relative.into(),
        agreements: agreements.into(),
        is_absent,
    });
    match next {
        Some((inner, absent)) => {
            let fold = folds.of(NodeRef::Condition(inner))?;
            add(graph, folds, fold, absent, steps)
        }
        None => Some(()),
    }
}

/// A bracket, or that there is none such.
fn bracket(graph: &Graph, condition: ConditionId) -> Option<(ConditionId, bool)> {
    match graph.condition(condition) {
        Condition::Any { .. } => Some((condition, false)),
        Condition::Not(inner) if matches!(graph.condition(*inner), Condition::Any { .. }) => {
            Some((*inner, true))
        }
        _ => None,
    }
}

/// A part of an element: how many brackets outwards, and which part.
fn is_element(graph: &Graph, value: ValueId) -> Option<(u32, u32)> {
    let Value::Part { record, part } = graph.value(value) else {
        return None;
    };
    match graph.value(*record) {
        Value::Element { depth } => Some((*depth, *part)),
        _ => None,
    }
}

/// A time, and by how many nanoseconds it is moved.
fn moved(graph: &Graph, value: ValueId) -> Option<(ValueId, i128)> {
    let Value::Arithmetic {
        operator,
        left,
        right,
    } = graph.value(value)
    else {
        return Some((value, 0));
    };
    let length = |value: ValueId| match graph.value(value) {
        Value::Constant(Constant::Duration(length)) => Some(*length),
        _ => None,
    };
    match operator {
        Arithmetic::Add => match (length(*left), length(*right)) {
            (_, Some(length)) => Some((*left, length)),
            (Some(length), None) => Some((*right, length)),
            (None, None) => None,
        },
        Arithmetic::Subtract => Some((*left, length(*right)?.checked_neg()?)),
        Arithmetic::Multiply | Arithmetic::Divide => None,
    }
}
