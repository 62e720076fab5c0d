//! Membership: `in (…)`, and what a list has.

use super::compare::same_sort;
use super::errors;
use super::item::{Checker, Scope};
use super::logic::{Fields, Logic};
use super::operand::{Checked, Found, Operand};
use crate::ir::{Comparison, Condition, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{CompareOperator, Expression, ExpressionKind, Literal, Quantifier};
use crate::types::{Constant, Type};
use std::cmp::Ordering;

impl Checker<'_> {
    pub(super) fn in_list(
        &mut self,
        value_place: &Expression,
        negated: bool,
        list: &[Expression],
        ignoring_case: bool,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        if let Some(id) = self.labels_of(value_place, scope) {
            if ignoring_case {
                self.tell(errors::case_of_labels(self.labelled(id), span));
            }
            return self.in_labels(id, value_place, negated, list, span, scope);
        }
        let value = self.value(value_place, scope);
        let elements: Vec<Option<Found>> = list
            .iter()
            .map(|element| {
                if let ExpressionKind::Literal(Literal::Missing) = &*element.kind {
                    let text = self.sources.text(value_place.span);
                    self.tell(errors::missing_in_list(text, negated, element.span));
                    return None;
                }
                self.value_beside(element, value, scope)
            })
            .collect();
        let elements: Option<Vec<Found>> = elements.into_iter().collect();
        let (Some(value), Some(elements)) = (value, elements) else {
            return Operand::Hole;
        };
        if let Type::List(_) = self.graph.type_of(value.id) {
            let text = self.sources.text(value.span);
            return self.hole(errors::list_in_list(text, negated, value.span, span));
        }
        if *self.graph.type_of(value.id) == Type::Point {
            let text = self.sources.text(value.span);
            return self.hole(errors::points_compared(text, "point(…)", true, value.span));
        }
        if ignoring_case && self.folded(value).is_none() {
            return Operand::Hole;
        }
        let Some(elements) = self.elements(value, elements, ignoring_case) else {
            return Operand::Hole;
        };
        let Some(value) = self.folded_if(ignoring_case, value) else {
            return Operand::Hole;
        };
        let (mut constants, mut others) = (Vec::new(), Vec::new());
        for element in elements {
            match self.graph.value(element) {
                Value::Constant(Constant::Missing) => others.push(element),
                Value::Constant(constant) => constants.push(constant.clone()),
                _ => others.push(element),
            }
        }
        constants.sort_by(|a, b| a.compare(b).unwrap_or(Ordering::Equal));
        constants.dedup_by(|a, b| a.compare(b) == Some(Ordering::Equal));
        let mut parts = Vec::new();
        if !constants.is_empty() {
            let needed = self.needed(value);
            let id = self.add_condition(Condition::OneOf {
                value,
                set: constants.into(),
            });
            parts.push((id, needed));
        }
        for other in others {
            let needed = self.needed_of([value, other]);
            let id = self.add_condition(Condition::Compare {
                comparison: Comparison::Equal,
                left: value,
                right: other,
            });
            parts.push((id, needed));
        }
        let condition = if let [(id, needed)] = parts.as_slice() {
            Checked {
                id: *id,
                logic: Logic::comparison(needed.clone()),
            }
        } else {
            let id = self.add_condition(Condition::Or(parts.iter().map(|(id, _)| *id).collect()));
            let logic = parts
                .into_iter()
                .map(|(_, needed)| Logic::comparison(needed))
                .collect();
            Checked {
                id,
                logic: Logic::Or(logic).into(),
            }
        };
        if negated {
            self.negated(condition, span)
        } else {
            Operand::Condition(condition)
        }
    }

    /// `region in top(3, region)`, `"vip" in tags`: false where the value is missing.
    pub(super) fn in_values(
        &mut self,
        value_place: &Expression,
        negated: bool,
        list_place: &Expression,
        ignoring_case: bool,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        if let ExpressionKind::Name(name) = &*list_place.kind
            && !self.is_name(name, scope)
            && self.schema.stream_named(&name.text).is_none()
            && self.schema.catalogue_named(&name.text).is_none()
        {
            self.expression(value_place, scope);
            let near = self.near_name(&name.text, scope);
            return self.hole(errors::in_unknown(name, near));
        }
        let list = self.value(list_place, scope);
        let value = self.value_beside(value_place, list, scope);
        let (Some(list), Some(value)) = (list, value) else {
            return Operand::Hole;
        };
        let is = self.graph.type_of(list.id).clone();
        if !matches!(is, Type::List(_)) {
            let left = self.sources.text(value_place.span);
            let right = self.sources.text(list_place.span);
            return self.hole(errors::in_no_list(
                left,
                right,
                &is,
                negated,
                list_place.span,
                span,
            ));
        }
        if let Type::List(_) = self.graph.type_of(value.id) {
            let text = self.sources.text(value.span);
            return self.hole(errors::list_in_list(text, negated, value.span, span));
        }
        let Some(values) = self.elements(list, vec![value], ignoring_case) else {
            return Operand::Hole;
        };
        let Some(list) = self.folded_if(ignoring_case, list) else {
            return Operand::Hole;
        };
        let mut needed: Fields = (values.iter())
            .flat_map(|value| self.needed(*value))
            .collect();
        // Without its group there is no list.
        if let Value::Population(_) = self.graph.value(list) {
            needed.extend(self.needed(list));
        }
        let has = self.add_condition(Condition::Has {
            list,
            all: false,
            values: values.into(),
        });
        let condition = Checked {
            id: has,
            logic: self.with_elements(has, Logic::comparison(needed)),
        };
        if negated {
            self.negated(condition, span)
        } else {
            Operand::Condition(condition)
        }
    }

    /// The elements that a value, or the elements of a list, are held against; each fault in them is told.
    fn elements(
        &mut self,
        value: Found,
        elements: Vec<Found>,
        ignoring_case: bool,
    ) -> Option<Vec<ValueId>> {
        let wanted = self.element_type(value.id);
        let mut ids = Some(Vec::new());
        for element in elements {
            let is = self.graph.type_of(element.id).clone();
            let checked = if !same_sort(&wanted, &is) {
                let advice = self.kinds_advice(value, element);
                let fault = if wanted == *self.graph.type_of(value.id) {
                    errors::kinds_do_not_fit(
                        "the value and what stands in the list",
                        (&wanted, value.span),
                        (&is, element.span),
                        advice,
                    )
                } else {
                    errors::kinds_do_not_fit(
                        "the list and what it is to have",
                        (self.graph.type_of(value.id), value.span),
                        (&is, element.span),
                        advice,
                    )
                };
                self.tell(fault);
                None
            } else if ignoring_case {
                self.check_closed(value, element, true);
                self.folded(element)
            } else {
                self.check_closed(value, element, false);
                self.check_float_equality(value, element, None, element.span);
                Some(element)
            };
            ids = ids.zip(checked).map(|(mut ids, checked)| {
                ids.push(checked.id);
                ids
            });
        }
        ids
    }

    pub(super) fn has(
        &mut self,
        list_place: &Expression,
        quantifier: Quantifier,
        values: &[Expression],
        ignoring_case: bool,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let list = self.value(list_place, scope);
        if let Some(found) = list
            && let Some(missing) = values
                .iter()
                .find(|value| matches!(*value.kind, ExpressionKind::Literal(Literal::Missing)))
        {
            let text = self.sources.text(found.span);
            if !matches!(self.graph.type_of(found.id), Type::List(_)) {
                let fault =
                    errors::compared_with_missing(CompareOperator::Equal, text, missing.span, span);
                return self.hole(fault);
            }
            let asked = Some((text, quantifier, span));
            let asked = asked.filter(|_| values.len() == 1 && quantifier != Quantifier::All);
            return self.hole(errors::missing_in_has(asked, missing.span));
        }
        let values: Vec<Option<Found>> = values
            .iter()
            .map(|value| self.value_beside(value, list, scope))
            .collect();
        let values: Option<Vec<Found>> = values.into_iter().collect();
        let (Some(list), Some(values)) = (list, values) else {
            return Operand::Hole;
        };
        let is = self.graph.type_of(list.id).clone();
        if !matches!(is, Type::List(_)) {
            return self.hole(errors::has_of_no_list(
                self.sources.text(list.span),
                &is,
                list.span,
                span,
                quantifier,
                &values
                    .iter()
                    .map(|value| self.sources.text(value.span))
                    .collect::<Vec<_>>(),
            ));
        }
        let Some(values) = self.elements(list, values, ignoring_case) else {
            return Operand::Hole;
        };
        let Some(list) = self.folded_if(ignoring_case, list) else {
            return Operand::Hole;
        };
        let needed = self.needed(list);
        let all = quantifier == Quantifier::All;
        let has = self.add_condition(Condition::Has {
            list,
            all,
            values: values.into(),
        });
        let condition = Checked {
            id: has,
            logic: self.with_elements(has, Logic::about(needed)),
        };
        match quantifier {
            Quantifier::None => self.negated(condition, span),
            Quantifier::One | Quantifier::Any | Quantifier::All => Operand::Condition(condition),
        }
    }
}
