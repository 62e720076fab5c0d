//! Law: a node whose operands are constants is the constant it comes to; a test whose outcome does not hang on the contact is that outcome; and a test
//! of `x ?? c` is the same test of `x`, or also true where `x` is missing, as the constant `c` passes it or not.
//!
//! Constants are worked out exactly as a run works them out: floating-point operations one by one in the order of the text, nothing regrouped.
//! `now` is no constant, so that one compiled program serves every day.

use super::constants;
use super::rewrite::{Rewrite, Shared};
use crate::ir::{Comparison, Condition, ConditionId, Graph, Value, ValueId};
use crate::types::{Constant, NumberKind, Type};
use jiff::tz::TimeZone;

pub(super) struct Fold<'a> {
    pub zone: &'a TimeZone,
}

pub(super) fn truth(graph: &Graph, id: ConditionId) -> Option<bool> {
    match graph.condition(id) {
        Condition::Constant(truth) => Some(*truth),
        _ => None,
    }
}

pub(super) fn constant(graph: &Graph, id: ValueId) -> Option<&Constant> {
    match graph.value(id) {
        Value::Constant(constant) => Some(constant),
        _ => None,
    }
}

fn is_missing(graph: &Graph, id: ValueId) -> bool {
    constant(graph, id) == Some(&Constant::Missing)
}

impl Rewrite for Fold<'_> {
    fn looks_at(&self, _: &Graph, condition: &Condition) -> bool {
        !matches!(condition, Condition::Constant(_))
    }

    fn condition(
        &mut self,
        graph: &mut Graph,
        condition: &Condition,
        _: &Shared,
    ) -> Option<ConditionId> {
        if let Condition::Constant(_) = condition {
            return None;
        }
        let decided = constants::decide(condition, &|id| truth(graph, id), &|id| {
            constant(graph, id).cloned()
        });
        if let Some(decided) = decided {
            return Some(graph.add_condition(Condition::Constant(decided)));
        }
        without_contact(graph, condition).or_else(|| self.through_coalesce(graph, condition))
    }

    fn looks_at_value(&self, value: &Value) -> bool {
        !matches!(value, Value::Constant(_) | Value::Field(_) | Value::Now)
    }

    fn value(&mut self, graph: &mut Graph, value: &Value, value_type: &Type) -> Option<ValueId> {
        if let Value::Constant(_) | Value::Field(_) | Value::Now = value {
            return None;
        }
        let known = constants::work_out(
            value,
            value_type,
            &|id| truth(graph, id),
            &|id| constant(graph, id).cloned(),
            None,
            self.zone,
        );
        if let Some(known) = known {
            return Some(graph.add_value(Value::Constant(known), value_type.clone()));
        }
        let same_type = |id: ValueId| graph.type_of(id) == value_type;
        match *value {
            Value::Arithmetic { left, right, .. }
                if is_missing(graph, left) || is_missing(graph, right) =>
            {
                Some(graph.add_value(Value::Constant(Constant::Missing), value_type.clone()))
            }
            Value::Coalesce { value, fallback }
                if is_missing(graph, value) && same_type(fallback) =>
            {
                Some(fallback)
            }
            Value::Coalesce { value, fallback }
                if (is_missing(graph, fallback) || never_missing(graph, value))
                    && same_type(value) =>
            {
                Some(value)
            }
            _ => None,
        }
    }
}

fn never_missing(graph: &Graph, id: ValueId) -> bool {
    match graph.value(id) {
        Value::Now | Value::Condition(_) | Value::Count { .. } => true,
        Value::Constant(constant) => *constant != Constant::Missing,
        _ => false,
    }
}

/// Tests that come to something simpler whatever the contact is.
fn without_contact(graph: &mut Graph, condition: &Condition) -> Option<ConditionId> {
    let simpler = match condition {
        Condition::Holds(value) => match graph.value(*value) {
            Value::Condition(condition) => return Some(*condition),
            _ => return None,
        },
        Condition::Missing(value) => match *graph.value(*value) {
            Value::Now | Value::Condition(_) | Value::Count { .. } => Condition::Constant(false),
            Value::FoldCase(inner) => Condition::Missing(inner),
            Value::Coalesce { value, fallback } => {
                let value = graph.add_condition(Condition::Missing(value));
                let fallback = graph.add_condition(Condition::Missing(fallback));
                Condition::And([value, fallback].into())
            }
            _ => return None,
        },
        Condition::Compare { left, right, .. }
            if is_missing(graph, *left) || is_missing(graph, *right) =>
        {
            Condition::Constant(false)
        }
        Condition::Compare {
            comparison,
            left,
            right,
        } if left == right => match comparison {
            Comparison::Less => Condition::Constant(false),
            Comparison::Equal | Comparison::LessOrEqual => known(graph, *left),
        },
        Condition::Compare {
            comparison: Comparison::Equal,
            left,
            right,
        } => {
            let (value, wanted) = match (constant(graph, *left), constant(graph, *right)) {
                (_, Some(Constant::Boolean(wanted))) => (*left, *wanted),
                (Some(Constant::Boolean(wanted)), _) => (*right, *wanted),
                _ => return None,
            };
            match (graph.value(value), wanted) {
                (_, true) => Condition::Holds(value),
                (Value::Condition(condition), false) => Condition::Not(*condition),
                (_, false) => return None,
            }
        }
        Condition::Range { value, low, high } => {
            let edges = [low, high].into_iter().flatten().map(|edge| edge.value);
            if edges.chain([*value]).any(|id| is_missing(graph, id)) {
                Condition::Constant(false)
            } else {
                return None;
            }
        }
        Condition::OneOf { set, .. } if set.is_empty() => Condition::Constant(false),
        Condition::TextTest { value, pattern, .. } => match constant(graph, *pattern) {
            Some(Constant::Missing) => Condition::Constant(false),
            Some(Constant::Text(pattern)) if pattern.is_empty() => known(graph, *value),
            _ => return None,
        },
        _ => return None,
    };
    Some(graph.add_condition(simpler))
}

fn known(graph: &mut Graph, value: ValueId) -> Condition {
    Condition::Not(graph.add_condition(Condition::Missing(value)))
}

impl Fold<'_> {
    /// A test of `x ?? c` against constants, as a test of `x`.
    fn through_coalesce(&self, graph: &mut Graph, condition: &Condition) -> Option<ConditionId> {
        let tested = tested(graph, condition)?;
        let Value::Coalesce { value, fallback } = *graph.value(tested) else {
            return None;
        };
        let passes_as_it_is = match (graph.type_of(value), graph.type_of(tested)) {
            (from, to) if from == to => true,
            (Type::Number(NumberKind::Whole), Type::Number(NumberKind::Exact)) => true,
            // The value is rounded to a float only behind the `??`.
            _ => false,
        };
        let fallback = match constant(graph, fallback)? {
            Constant::Number(number)
                if *graph.type_of(tested) == Type::Number(NumberKind::Float) =>
            {
                Constant::Float(crate::types::Float::new(number.to_f64())?)
            }
            fallback => fallback.clone(),
        };
        if !passes_as_it_is {
            return None;
        }
        let fallback_passes = constants::decide(condition, &|id| truth(graph, id), &|id| {
            if id == tested {
                Some(fallback.clone())
            } else {
                constant(graph, id).cloned()
            }
        })?;
        let test = condition.with_operands(|id| id, |id| if id == tested { value } else { id });
        let test = graph.add_condition(test);
        if !fallback_passes {
            return Some(test);
        }
        let missing = graph.add_condition(Condition::Missing(value));
        Some(graph.add_condition(Condition::Or([missing, test].into())))
    }
}

/// The one value that a condition tests against constants; no test for missing, which a `??` is handled for elsewhere.
fn tested(graph: &Graph, condition: &Condition) -> Option<ValueId> {
    let is_constant = |id: &ValueId| constant(graph, *id).is_some();
    match condition {
        Condition::Holds(value)
        | Condition::OneOf { value, .. }
        | Condition::Matches { value, .. }
        | Condition::InList { value, .. } => Some(*value),
        Condition::Compare { left, right, .. } if is_constant(right) => Some(*left),
        Condition::Compare { left, right, .. } if is_constant(left) => Some(*right),
        Condition::Range { value, low, high } => {
            let edges = [low, high];
            let mut edges = edges.into_iter().flatten();
            edges.all(|edge| is_constant(&edge.value)).then_some(*value)
        }
        Condition::TextTest { value, pattern, .. } => is_constant(pattern).then_some(*value),
        Condition::Compare { .. }
        | Condition::Constant(_)
        | Condition::Not(_)
        | Condition::And(_)
        | Condition::Or(_)
        | Condition::AtLeast { .. }
        | Condition::Missing(_)
        | Condition::Has { .. }
        | Condition::Any { .. } => None,
    }
}
