//! Expressions: what each form means, and what kind of thing it is.

use super::errors;
use super::item::{Checker, Extent, Scope};
use super::logic::{self, Logic};
use super::operand::{Checked, Found, Operand};
use crate::ir::{Condition, ConditionId, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind, Literal};
use crate::types::{Constant, Decimal, Exact, Type, calendar};
use std::rc::Rc;

impl Checker<'_> {
    /// What an expression means. Faults are told; what is faulty is a hole.
    pub(super) fn expression(&mut self, expression: &Expression, scope: &Scope) -> Operand {
        self.work += 1;
        if !self.reach(
            Extent { depth: 1, size: 1 },
            !scope.expansion,
            expression.span,
        ) {
            return Operand::Hole;
        }
        self.depth += 1;
        let operand = self.by_kind(expression, scope);
        self.depth -= 1;
        if let Operand::Condition(condition) = &operand {
            let id = condition.id;
            self.stands_at(id, expression.span, scope.expansion);
            if !scope.expansion {
                self.note(expression, id);
            }
        }
        operand
    }

    fn by_kind(&mut self, expression: &Expression, scope: &Scope) -> Operand {
        let span = expression.span;
        if let Some(fault) = self.events_misread(expression, scope) {
            return self.hole(fault);
        }
        match &*expression.kind {
            ExpressionKind::Hole => Operand::Hole,
            ExpressionKind::Literal(literal) => self.literal(literal, span),
            ExpressionKind::Now => self.found(Value::Now, Type::Time, span),
            ExpressionKind::Name(name) => self.name(expression, name, scope),
            ExpressionKind::Call { name, arguments } => {
                self.call(expression, name, arguments, scope)
            }
            ExpressionKind::Member { base, name } => self.member(base, name, span, scope),
            ExpressionKind::Bracket { .. } | ExpressionKind::Named { .. } => {
                self.bracketed(expression, scope)
            }
            ExpressionKind::Each { each, rows } => self.each(*each, rows, span, scope),
            ExpressionKind::Of {
                distinct,
                value,
                rows: Some(rows),
            } => self.values_of(*distinct, value, rows, span, scope),
            ExpressionKind::Of { rows: None, .. } => self.hole(errors::of_alone(span)),
            ExpressionKind::Population { .. }
            | ExpressionKind::By(_)
            | ExpressionKind::Setting { .. }
            | ExpressionKind::Sharing(_) => self.of_many_alone(expression),
            ExpressionKind::InValues {
                value,
                negated,
                values,
                ignoring_case,
            } => self.in_values(value, *negated, values, *ignoring_case, span, scope),
            ExpressionKind::Frequent { rows, frequency } => {
                let text = self.sources.text(rows.span);
                self.hole(errors::frequency_alone(text, rows.span, frequency.span))
            }
            ExpressionKind::Chain { .. } => {
                let text = self.sources.text(span);
                self.hole(errors::event_alone(text, span))
            }
            ExpressionKind::Active { period, rows } => self.active(*period, rows, span, scope),
            ExpressionKind::Observed(length) => self.observed(length, span, scope),
            ExpressionKind::Parenthesized(inner) => self.expression(inner, scope),
            ExpressionKind::Coalesce { value, fallback } => {
                self.coalesce(value, fallback, span, scope)
            }
            ExpressionKind::Negate(inner) => self.negate(inner, span, scope),
            ExpressionKind::Arithmetic {
                operator,
                left,
                right,
            } => self.arithmetic(*operator, left, right, span, scope),
            ExpressionKind::Ago(measure) => {
                let moved = self.ago(measure);
                moved.map_or(Operand::Hole, |id| Operand::Value(Found { id, span }))
            }
            ExpressionKind::Compare {
                operator,
                left,
                right,
                ignoring_case,
            } => self.compare(*operator, left, right, *ignoring_case, span, scope),
            ExpressionKind::Between {
                value,
                negated,
                low,
                high,
            } => self.between(value, *negated, low, high, span, scope),
            ExpressionKind::In {
                value,
                negated,
                list,
                ignoring_case,
            } => self.in_list(value, *negated, list, *ignoring_case, span, scope),
            ExpressionKind::InList {
                value,
                negated,
                list,
                ignoring_case,
            } => self.in_key_list(value, *negated, list, *ignoring_case, span, scope),
            ExpressionKind::TextTest {
                test,
                value,
                pattern,
                ignoring_case,
            } => self.text_test(*test, value, pattern, *ignoring_case, scope),
            ExpressionKind::Has {
                list,
                quantifier,
                values,
                ignoring_case,
            } => self.has(list, *quantifier, values, *ignoring_case, span, scope),
            ExpressionKind::Is {
                value,
                negated,
                label,
                words,
            } => self.is_label(value, *negated, label, *words, span, scope),
            ExpressionKind::IsMissing { value, known } => self.is_missing(value, *known, scope),
            ExpressionKind::Window { subject, window } => self.window(subject, window, scope),
            ExpressionKind::If {
                branches,
                otherwise,
            } => self.choice(branches, otherwise, span, scope),
            ExpressionKind::Counted {
                comparison,
                number,
                conditions,
            } => self.counted(*comparison, *number, conditions, span, scope),
            ExpressionKind::AsOf { subject, time } => self.as_of(subject, time, span, scope),
            ExpressionKind::Not(inner) => {
                let Some(inner) = self.condition(inner, scope) else {
                    return Operand::Hole;
                };
                self.negated(inner, span)
            }
            ExpressionKind::And(parts) => {
                let Some(parts) = self.joined(parts, true, scope) else {
                    return Operand::Hole;
                };
                let (ids, mut logic) = split(parts);
                logic.extend(self.audiences_among(&ids));
                self.checked(Condition::And(ids), Rc::new(Logic::And(logic)))
            }
            ExpressionKind::Or(parts) => {
                let Some(parts) = self.joined(parts, false, scope) else {
                    return Operand::Hole;
                };
                let (ids, logic) = split(parts);
                self.checked(Condition::Or(ids), Rc::new(Logic::Or(logic)))
            }
        }
    }

    /// All of them are looked at, so that every fault is told.
    pub(super) fn conditions(
        &mut self,
        parts: &[Expression],
        scope: &Scope,
    ) -> Option<Vec<Checked>> {
        let parts: Vec<Option<Checked>> = parts
            .iter()
            .map(|part| self.condition(part, scope))
            .collect();
        parts.into_iter().collect()
    }

    /// The same of parts joined by AND or OR, among which values that belong to the part before them are told as such.
    fn joined(
        &mut self,
        parts: &[Expression],
        is_and: bool,
        scope: &Scope,
    ) -> Option<Vec<Checked>> {
        let short = self.short_values(parts, is_and);
        let parts: Vec<Option<Checked>> = parts
            .iter()
            .zip(short)
            .map(|(part, is_short)| {
                if is_short {
                    return None;
                }
                self.condition(part, scope)
            })
            .collect();
        parts.into_iter().collect()
    }

    /// An expression where a condition is due.
    pub(super) fn condition(&mut self, expression: &Expression, scope: &Scope) -> Option<Checked> {
        match self.expression(expression, scope) {
            Operand::Hole => None,
            Operand::Condition(condition) => Some(condition),
            Operand::Labels { id, span } => self.labels_as_condition(id, span),
            Operand::CalendarLength { .. } => {
                self.tell(errors::not_a_condition(
                    "a length of time",
                    None,
                    expression.span,
                ));
                None
            }
            Operand::Value(found) => {
                let is = self.graph.type_of(found.id);
                if *is != Type::Boolean {
                    let is = is.clone();
                    let is_constant = matches!(self.graph.value(found.id), Value::Constant(_));
                    let text = self.sources.text(expression.span);
                    let advice = condition_advice(text, &is).filter(|_| !is_constant);
                    self.tell(errors::not_a_condition(
                        &is.described(),
                        advice,
                        expression.span,
                    ));
                    return None;
                }
                let needed = self.needed(found.id);
                let condition = match self.graph.value(found.id) {
                    Value::Constant(Constant::Boolean(constant)) => Condition::Constant(*constant),
                    Value::Condition(id) => {
                        let id = *id;
                        // What is given for a parameter stands in the text where it is given.
                        if scope.expansion {
                            self.stands_at(id, expression.span, true);
                        }
                        return Some(Checked {
                            id,
                            logic: Logic::about(needed),
                        });
                    }
                    _ => Condition::Holds(found.id),
                };
                let id = self.add_condition(condition);
                self.stands_at(id, expression.span, scope.expansion);
                Some(Checked {
                    id,
                    logic: Logic::comparison(needed),
                })
            }
        }
    }

    /// An expression where a value is due; a condition is a boolean one.
    pub(super) fn value(&mut self, expression: &Expression, scope: &Scope) -> Option<Found> {
        match self.expression(expression, scope) {
            Operand::Hole => None,
            Operand::Value(found) => Some(found),
            Operand::Labels { id, span } => self.label_text(id, span),
            Operand::Condition(condition) => Some(Found {
                id: self.condition_value(condition.id),
                span: expression.span,
            }),
            Operand::CalendarLength { .. } => {
                let text = self.sources.text(expression.span);
                self.tell(errors::calendar_length_alone(text, expression.span));
                None
            }
        }
    }

    /// The same, with what stands beside it, for better words about a text without quotes.
    pub(super) fn value_beside(
        &mut self,
        expression: &Expression,
        beside: Option<Found>,
        scope: &Scope,
    ) -> Option<Found> {
        if let ExpressionKind::Name(name) = &*expression.kind
            && let Some(beside) = beside
            && *self.graph.type_of(beside.id) == Type::Boolean
            && !self.is_name(name, scope)
            && let Some(fault) = errors::yes_or_no(name)
        {
            self.tell(fault);
            return None;
        }
        if let ExpressionKind::Name(name) = &*expression.kind
            && let Some(beside) = beside
            && self.element_type(beside.id) == Type::Text
            && !self.is_name(name, scope)
        {
            let is_value = self
                .closed_values(beside.id)
                .is_some_and(|values| values.contains(&name.text.as_str()));
            let near = self.near_name(&name.text, scope);
            // A name of something that is no text was not meant beside text.
            let is_text = near.as_deref().is_some_and(|near| {
                let field = self.schema.field_named(near);
                field.is_none_or(|(_, field)| field.field_type == Type::Text)
            });
            if is_value || !is_text {
                self.tell(errors::text_without_quotes(name));
                return None;
            }
        }
        self.value(expression, scope)
    }

    pub(super) fn condition_value(&mut self, id: ConditionId) -> ValueId {
        match self.graph.condition(id) {
            Condition::Constant(constant) => {
                let constant = Constant::Boolean(*constant);
                self.graph.add_constant(constant)
            }
            _ => self.graph.add_value(Value::Condition(id), Type::Boolean),
        }
    }

    fn literal(&mut self, literal: &Literal, span: Span) -> Operand {
        let constant = match literal {
            Literal::Number(decimal) => Constant::Number(decimal.exact()),
            Literal::Percent(decimal) => match percent(*decimal) {
                Some(share) => Constant::Number(share),
                None => return self.hole(errors::too_long_a_number(span)),
            },
            Literal::Text(text) => Constant::Text(text.as_str().into()),
            Literal::Boolean(boolean) => Constant::Boolean(*boolean),
            Literal::Date(date) => Constant::Date(calendar::days(*date)),
            Literal::Time { civil, offset } => {
                let time = match offset {
                    Some(offset) => offset
                        .to_timestamp(*civil)
                        .ok()
                        .map(|timestamp| timestamp.as_nanosecond()),
                    None => calendar::instant(*civil, self.schema.zone()),
                };
                match time {
                    Some(time) => Constant::Time(time),
                    None => return self.hole(errors::outside_the_calendar(span)),
                }
            }
            Literal::Measure(measure) => return self.measure(measure, span),
            Literal::Period(_) => {
                let text = self.sources.text(span);
                return self.hole(errors::period_alone(text, span));
            }
            Literal::Missing => return self.hole(errors::missing_as_value(span)),
        };
        let id = self.graph.add_constant(constant);
        Operand::Value(Found { id, span })
    }

    fn is_missing(&mut self, value: &Expression, known: bool, scope: &Scope) -> Operand {
        let operand = self.expression(value, scope);
        let word = if known { "is known" } else { "is missing" };
        if let Operand::Condition(_) = operand {
            return self.hole(errors::never_missing(value.span, word));
        }
        if let Operand::Labels { id, .. } = operand {
            if let Some(asked) = self.has_arm(id, known) {
                return asked;
            }
            let rest = self.rest_label(id);
            return self.hole(errors::label_never_missing(
                self.sources.text(value.span),
                rest,
                word,
                value.span,
            ));
        }
        let Some(found) = self.operand_value(operand, value) else {
            return Operand::Hole;
        };
        let needed = self.needed(found.id);
        let missing = self.add_condition(Condition::Missing(found.id));
        if known {
            self.checked(Condition::Not(missing), Logic::missing(needed, true))
        } else {
            Operand::Condition(Checked {
                id: missing,
                logic: Logic::missing(needed, false),
            })
        }
    }

    // What the files beside this one build with.

    pub(super) fn hole(&mut self, fault: crate::diagnostics::Diagnostic) -> Operand {
        self.tell(fault);
        Operand::Hole
    }

    pub(super) fn found(&mut self, value: Value, value_type: Type, span: Span) -> Operand {
        let id = self.graph.add_value(value, value_type);
        Operand::Value(Found { id, span })
    }

    pub(super) fn checked(&mut self, condition: Condition, logic: Rc<Logic>) -> Operand {
        let id = self.add_condition(condition);
        Operand::Condition(Checked { id, logic })
    }

    pub(super) fn negated(&mut self, inner: Checked, span: Span) -> Operand {
        self.checked(Condition::Not(inner.id), Logic::not(inner.logic, span))
    }

    pub(super) fn operand_value(&mut self, operand: Operand, place: &Expression) -> Option<Found> {
        match operand {
            Operand::Hole => None,
            Operand::Value(found) => Some(found),
            Operand::Labels { id, span } => self.label_text(id, span),
            Operand::Condition(condition) => Some(Found {
                id: self.condition_value(condition.id),
                span: place.span,
            }),
            Operand::CalendarLength { .. } => {
                let text = self.sources.text(place.span);
                self.tell(errors::calendar_length_alone(text, place.span));
                None
            }
        }
    }

    pub(super) fn needed(&self, value: ValueId) -> logic::Fields {
        logic::needed(&self.graph, self.schema, value)
    }

    /// The type of a value, or of the elements of a list.
    pub(super) fn element_type(&self, value: ValueId) -> Type {
        match self.graph.type_of(value) {
            Type::List(element) => (**element).clone(),
            other => other.clone(),
        }
    }
}

fn percent(decimal: Decimal) -> Option<Exact> {
    decimal.exact().checked_div(Exact::whole(100))
}

fn split(parts: Vec<Checked>) -> (Box<[ConditionId]>, Vec<Rc<Logic>>) {
    let ids = parts.iter().map(|part| part.id).collect();
    (ids, parts.into_iter().map(|part| part.logic).collect())
}

/// What somebody may have meant by a value that stands alone where a condition is due.
fn condition_advice(text: &str, is: &Type) -> Option<String> {
    Some(match is {
        Type::Text => format!("Compare it, as in `{text} = \"…\"`, or ask `{text} is known`."),
        Type::Number(_) => format!("Compare it, as in `{text} > 0`, or ask `{text} is known`."),
        Type::Date | Type::Time => {
            format!("Ask when it lies, as in `{text} in last 30 days`, or `{text} is known`.")
        }
        Type::Duration => format!("Compare it, as in `{text} > 7 days`."),
        Type::Point => format!(
            "Ask how far it is, as in `distance({text}, point(50.85, 4.35)) <= 25 km`, or `{text} is known`."
        ),
        Type::Distance => format!("Compare it, as in `{text} <= 25 km`."),
        Type::List(element) if matches!(**element, Type::Record(_)) => {
            format!("Ask `any {text}`, or of what is in them: `any {text}[…]`.")
        }
        Type::List(_) => format!("Ask what is in it, as in `{text} has \"…\"`."),
        Type::Record(record) => {
            let part = record.parts.first()?;
            let part = errors::quoted_if_needed(&part.name);
            format!("Ask of a part of it, as in `{text}.{part} is known`.")
        }
        Type::Map(_) => format!("Ask of a value in it, as in `{text}[\"…\"] is known`."),
        Type::Boolean => return None,
    })
}
