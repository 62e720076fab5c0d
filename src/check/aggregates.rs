//! Aggregates over the elements of a list: `count(profiles[…])`, `max(age of profiles)`.

use super::errors;
use super::item::{Checker, Scope};
use super::operand::{Found, Operand};
use super::selection::Selection;
use crate::ir::{Aggregate, Condition, Distinct, NodeRef, Rows, Value};
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind, Name};
use crate::types::{NumberKind, Type};

/// What a name with an argument behind it asks of elements.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Count,
    Aggregate(Aggregate),
}

pub(super) fn asked(name: &str) -> Option<Asked> {
    if name == "count" {
        return Some(Asked::Count);
    }
    let named = |function: &Aggregate| function.name() == name;
    Aggregate::ALL.into_iter().find(named).map(Asked::Aggregate)
}

impl Checker<'_> {
    pub(super) fn aggregate(
        &mut self,
        call: &Expression,
        name: &Name,
        asked: Asked,
        arguments: &[Expression],
        scope: &Scope,
    ) -> Operand {
        let [argument] = arguments else {
            for argument in arguments {
                self.expression(argument, scope);
            }
            return self.hole(errors::aggregate_of_several(&name.text, call.span));
        };
        if let ExpressionKind::Population { .. } = &*argument.kind {
            let function = match asked {
                Asked::Count => None,
                Asked::Aggregate(function) => Some(function),
            };
            return self.aggregate_of_population(call, name, function, argument, scope);
        }
        let (distinct, value, rows) = match &*argument.kind {
            ExpressionKind::Of {
                distinct,
                value,
                rows,
            } => (*distinct, value, rows.as_ref()),
            _ => (false, argument, None),
        };
        let (value, rows) = match rows {
            Some(rows) => (Some(value), rows),
            None => (None, value),
        };
        if let Some(together) = super::groups::together(rows)
            && !distinct
        {
            return self.aggregate_together(call, name, asked, value, &together, scope);
        }
        let is_gap = |value: &&Expression| matches!(&*value.kind, ExpressionKind::Name(gap) if gap.text == "gap");
        if value.as_ref().is_some_and(is_gap) && !distinct && !self.has_gap(rows, scope) {
            return self.of_gaps(call, asked, rows, scope);
        }
        let Some(selection) = self.aggregated(&name.text, rows, scope) else {
            return Operand::Hole;
        };
        if self.without_frequency(&name.text, &selection).is_none() {
            return Operand::Hole;
        }
        let fault = match (asked, distinct, value) {
            (Asked::Count, false, Some(value)) => Some(errors::count_without_distinct(
                self.sources.text(value.span),
                self.sources.text(rows.span),
                value.span,
            )),
            (Asked::Aggregate(_), true, _) => {
                let start = argument.span.start;
                let word = Span::new(argument.span.source, start, start + "distinct".len() as u32);
                Some(errors::distinct_elsewhere(&name.text, word))
            }
            _ => None,
        };
        if let Some(fault) = fault {
            return self.hole(fault);
        }
        let condition = self.narrowed(&selection);
        let rows = selection.rows();
        let (node, result) = match asked {
            Asked::Count => {
                let distinct = if distinct {
                    match self.each_value(&name.text, value, &selection, scope) {
                        Some(found) => Some(found),
                        None => return Operand::Hole,
                    }
                } else {
                    None
                };
                if let Some(found) = distinct
                    && !self.is_countable(&name.text, found)
                {
                    return Operand::Hole;
                }
                let count = Value::Count {
                    rows,
                    condition,
                    distinct: distinct.map(|found| Distinct {
                        value: found.id,
                        at_least: 1,
                    }),
                };
                (count, Type::Number(NumberKind::Whole))
            }
            Asked::Aggregate(function) => {
                let Some(of) = self.each_value(&name.text, value, &selection, scope) else {
                    return Operand::Hole;
                };
                let is = self.graph.type_of(of.id).clone();
                let Some(result) = function.result(&is) else {
                    let takes = match function {
                        Aggregate::Sum | Aggregate::Average | Aggregate::Median => {
                            "numbers, durations or distances"
                        }
                        Aggregate::Least
                        | Aggregate::Greatest
                        | Aggregate::First
                        | Aggregate::Last
                        | Aggregate::Values
                        | Aggregate::Different => {
                            "numbers, text, dates, times, durations or distances"
                        }
                    };
                    return self.hole(errors::aggregate_of_wrong_values(
                        &name.text, &is, takes, of.span,
                    ));
                };
                let aggregate = Value::Aggregate {
                    function,
                    of: of.id,
                    rows,
                    condition,
                };
                (aggregate, result)
            }
        };
        let id = self.graph.add_value(node, result);
        if !self.is_shallow(NodeRef::Value(id), call.span) {
            return Operand::Hole;
        }
        Operand::Value(Found {
            id,
            span: call.span,
        })
    }

    /// Whether events have a field that is called `gap`.
    fn has_gap(&self, rows: &Expression, scope: &Scope) -> bool {
        let mut rows = rows;
        loop {
            rows = match &*rows.kind {
                ExpressionKind::Bracket { base, .. } | ExpressionKind::Named { base, .. } => base,
                ExpressionKind::Window { subject, .. } => subject,
                ExpressionKind::Between { value, .. } => value,
                ExpressionKind::Parenthesized(inner) => inner,
                ExpressionKind::Name(name) if !self.is_name(name, scope) => {
                    let Some((_, stream)) = self.schema.stream_named(&name.text) else {
                        return false;
                    };
                    let record = stream.field_type.record();
                    return record.is_some_and(|record| record.part_named("gap").is_some());
                }
                _ => return false,
            }
        }
    }

    /// `median(gap of login)`
    fn of_gaps(
        &mut self,
        call: &Expression,
        asked: Asked,
        rows: &Expression,
        scope: &Scope,
    ) -> Operand {
        let Some(gaps) = self.gaps(rows, scope) else {
            return Operand::Hole;
        };
        let rows = Rows::List(gaps.id);
        let condition = self.add_condition(Condition::Constant(true));
        let of = (self.graph).add_value(Value::Element { depth: 0 }, Type::Duration);
        let (node, result) = match asked {
            Asked::Count => (
                Value::Count {
                    rows,
                    condition,
                    distinct: None,
                },
                Type::Number(NumberKind::Whole),
            ),
            Asked::Aggregate(function) => {
                let aggregate = Value::Aggregate {
                    function,
                    of,
                    rows,
                    condition,
                };
                (aggregate, Type::Duration)
            }
        };
        let id = self.graph.add_value(node, result);
        if !self.is_shallow(NodeRef::Value(id), call.span) {
            return Operand::Hole;
        }
        Operand::Value(Found {
            id,
            span: call.span,
        })
    }

    fn aggregated(
        &mut self,
        function: &str,
        rows: &Expression,
        scope: &Scope,
    ) -> Option<Selection> {
        if function == "count" {
            return self.selection(function, rows, scope);
        }
        // A single value is more likely a slip of another kind.
        let before = self.diagnostics.len();
        let selection = self.selection(function, rows, scope);
        if selection.is_none()
            && let [told] = &self.diagnostics[before..]
            && told.code.0 == "E0321"
            && let Operand::Value(found) = self.expression(rows, scope)
        {
            let is = self.graph.type_of(found.id).clone();
            let text = self.sources.text(found.span);
            let fault = match is {
                Type::List(_) => errors::aggregate_of_one(function, text, &is, found.span),
                _ => errors::aggregate_of_which(function, text, &is, found.span),
            };
            self.diagnostics.truncate(before);
            self.tell(fault);
        }
        selection
    }

    /// What is asked of each element: the value before `of`, or the element itself.
    fn each_value(
        &mut self,
        function: &str,
        value: Option<&Expression>,
        selection: &Selection,
        scope: &Scope,
    ) -> Option<Found> {
        let bracket = selection.bracket.clone();
        let span = bracket.of;
        let element = bracket.element.clone();
        if let Some(value) = value {
            return self.value(value, &scope.inside(bracket));
        }
        if let Type::Record(_) = element {
            let is = Type::List(Box::new(element));
            let text = self.sources.text(span);
            self.tell(errors::aggregate_of_one(function, text, &is, span));
            return None;
        }
        let id = self.graph.add_value(Value::Element { depth: 0 }, element);
        Some(Found { id, span })
    }

    /// Whether values, or the elements of lists, can be told apart.
    pub(super) fn is_countable(&mut self, function: &str, found: Found) -> bool {
        let is = self.graph.type_of(found.id).clone();
        let single = match &is {
            Type::List(element) => element,
            other => other,
        };
        if let Type::List(_) | Type::Record(_) | Type::Map(_) | Type::Point = single {
            self.tell(errors::aggregate_of_wrong_values(
                &format!("{function}(distinct …)"),
                &is,
                "values that can be compared, or lists of them",
                found.span,
            ));
            return false;
        }
        true
    }
}
