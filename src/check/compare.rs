//! Comparisons, `between`, and the tests of text.

use super::arithmetic::Length;
use super::errors::{self, Side};
use super::item::{Checker, Scope};
use super::logic::{Fields, Logic};
use super::operand::{Checked, Found, Operand};
use crate::functions::fold_case;
use crate::ir::{self, Bound, Comparison, Condition, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{CompareOperator, Expression, ExpressionKind, Literal, Spanned, TextTest};
use crate::types::{Constant, NumberKind, Type, UnitKind};

impl Checker<'_> {
    pub(super) fn compare(
        &mut self,
        operator: Spanned<CompareOperator>,
        left_place: &Expression,
        right_place: &Expression,
        ignoring_case: bool,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        for (missing, other) in [(right_place, left_place), (left_place, right_place)] {
            if let ExpressionKind::Literal(Literal::Missing) = &*missing.kind {
                let text = self.sources.text(other.span);
                let fault = errors::compared_with_missing(operator.value, text, missing.span, span);
                self.tell(fault);
                self.expression(other, scope);
                return Operand::Hole;
            }
        }
        for (null, other) in [(right_place, left_place), (left_place, right_place)] {
            if let ExpressionKind::Name(name) = &*null.kind
                && ["null", "nil", "none"].contains(&name.text.to_lowercase().as_str())
                && !self.is_name(name, scope)
            {
                let text = self.sources.text(other.span);
                let fault = errors::compared_with_missing(operator.value, text, null.span, span);
                self.tell(fault);
                self.expression(other, scope);
                return Operand::Hole;
            }
        }
        if let ExpressionKind::Name(name) = &*right_place.kind
            && !self.is_name(name, scope)
            && let Some(fault) = errors::day_word_compared(
                name,
                operator.value,
                self.sources.text(left_place.span),
                span,
            )
        {
            self.tell(fault);
            self.expression(left_place, scope);
            return Operand::Hole;
        }
        if let Some(fault) = self.share_without_percent(left_place, right_place, scope) {
            self.tell(fault);
            self.expression(left_place, scope);
            return Operand::Hole;
        }
        if self.part_of_any(left_place, span, scope) {
            return Operand::Hole;
        }
        if self.difference_of_days(operator.value, left_place, right_place, span, scope) {
            return Operand::Hole;
        }
        if self.label_compared(operator, left_place, right_place, span, scope) {
            return Operand::Hole;
        }
        let left = self.expression(left_place, scope);
        // `since(x) > 3 months`
        if let ExpressionKind::Literal(Literal::Measure(measure)) = &*right_place.kind
            && let Operand::Value(found) = &left
            && let UnitKind::Calendar { .. } = measure.unit.kind()
            && *self.graph.type_of(found.id) != Type::Distance
            && let Some(Length::Calendar { .. }) = self.length(measure)
        {
            let is = self.graph.type_of(found.id).clone();
            let since = self.since_argument(left_place);
            return self.hole(errors::exact_against_calendar(
                operator.value,
                &is,
                since,
                measure,
                self.sources.text(measure.span),
                span,
            ));
        }
        let left = self.operand_value(left, left_place);
        let right = self.value_beside(right_place, left, scope);
        let (Some(left), Some(right)) = (left, right) else {
            return Operand::Hole;
        };
        let (mut left, mut right) = (self.event_as_time(left), self.event_as_time(right));
        if !self.are_comparable(left, right, operator, span) {
            return Operand::Hole;
        }
        if ignoring_case {
            self.check_closed(left, right, true);
            self.check_closed(right, left, true);
            let Some(folded) = self.folded(left) else {
                return Operand::Hole;
            };
            let Some(other) = self.folded(right) else {
                return Operand::Hole;
            };
            (left, right) = (folded, other);
        } else if matches!(
            operator.value,
            CompareOperator::Equal | CompareOperator::NotEqual
        ) {
            self.check_closed(left, right, false);
            self.check_closed(right, left, false);
        }
        if matches!(
            operator.value,
            CompareOperator::Equal | CompareOperator::NotEqual
        ) {
            let negated = Some(operator.value == CompareOperator::NotEqual);
            self.check_float_equality(left, right, negated, span);
            self.check_float_equality(right, left, negated, span);
            self.check_wildcard(left, right, negated == Some(true), span);
        }
        let (comparison, left, right) = match operator.value {
            CompareOperator::Equal | CompareOperator::NotEqual => {
                (Comparison::Equal, left.id, right.id)
            }
            CompareOperator::Less => (Comparison::Less, left.id, right.id),
            CompareOperator::LessOrEqual => (Comparison::LessOrEqual, left.id, right.id),
            CompareOperator::Greater => (Comparison::Less, right.id, left.id),
            CompareOperator::GreaterOrEqual => (Comparison::LessOrEqual, right.id, left.id),
        };
        let needed = self.needed_of([left, right]);
        let id = self.add_condition(Condition::Compare {
            comparison,
            left,
            right,
        });
        let condition = Checked {
            id,
            logic: self.with_elements(id, Logic::comparison(needed)),
        };
        if operator.value == CompareOperator::NotEqual {
            self.negated(condition, span)
        } else {
            Operand::Condition(condition)
        }
    }

    /// Tells where a floating-point number is held against a number that none of them is; `negated` of a comparison alone, which a range
    /// can stand for.
    pub(super) fn check_float_equality(
        &mut self,
        value: Found,
        number: Found,
        negated: Option<bool>,
        span: Span,
    ) {
        if *self.graph.type_of(value.id) != Type::Number(NumberKind::Float) {
            return;
        }
        if let Value::Constant(_) = self.graph.value(value.id) {
            return;
        }
        let Value::Constant(Constant::Number(exact)) = self.graph.value(number.id) else {
            return;
        };
        // Binary fractions are held exactly.
        if exact.denominator().count_ones() == 1 {
            return;
        }
        let written = self.sources.text(number.span);
        let fault = errors::float_equality(
            self.sources.text(value.span),
            written,
            negated.zip(around(written)),
            span,
        );
        self.tell(fault);
    }

    /// Tells where a text begins or ends with what stands for any text elsewhere.
    fn check_wildcard(&mut self, value: Found, text: Found, negated: bool, span: Span) {
        let Value::Constant(Constant::Text(written)) = self.graph.value(text.id) else {
            return;
        };
        let is_closed = self.closed_values(value.id).is_some();
        if let Value::Constant(_) = self.graph.value(value.id) {
            return;
        }
        let value = self.sources.text(value.span);
        if !is_closed
            && let Some(fault) = errors::wildcard_in_text(value, written, negated, text.span, span)
        {
            self.tell(fault);
        }
    }

    /// Tells what is wrong where two values cannot be compared so.
    fn are_comparable(
        &mut self,
        left: Found,
        right: Found,
        operator: Spanned<CompareOperator>,
        span: Span,
    ) -> bool {
        let (left_type, right_type) = (
            self.graph.type_of(left.id).clone(),
            self.graph.type_of(right.id).clone(),
        );
        let is_equality = matches!(
            operator.value,
            CompareOperator::Equal | CompareOperator::NotEqual
        );
        if let (Type::List(_), _) | (_, Type::List(_)) = (&left_type, &right_type) {
            let (list, other) = if matches!(left_type, Type::List(_)) {
                (left, right)
            } else {
                (right, left)
            };
            self.tell(errors::list_compared(
                self.sources.text(list.span),
                self.graph.type_of(list.id),
                self.sources.text(other.span),
                is_equality,
                span,
            ));
            return false;
        }
        if let (Type::Point, _) | (_, Type::Point) = (&left_type, &right_type)
            && same_sort(&left_type, &right_type)
        {
            self.tell(errors::points_compared(
                self.sources.text(left.span),
                self.sources.text(right.span),
                is_equality,
                span,
            ));
            return false;
        }
        for (side, is) in [(left, &left_type), (right, &right_type)] {
            if let Type::Record(_) | Type::Map(_) = is {
                self.tell(errors::record_compared(
                    self.sources.text(side.span),
                    is,
                    side.span,
                ));
                return false;
            }
        }
        if !same_sort(&left_type, &right_type) {
            let fault = match (&left_type, &right_type) {
                (Type::Time, Type::Date) => errors::time_against_date(
                    operator,
                    self.sources.text(left.span),
                    self.sources.text(right.span),
                    (left.span, right.span),
                    true,
                    span,
                ),
                (Type::Date, Type::Time) => errors::time_against_date(
                    operator,
                    self.sources.text(left.span),
                    self.sources.text(right.span),
                    (left.span, right.span),
                    false,
                    span,
                ),
                _ => {
                    let advice = self.kinds_advice(left, right);
                    errors::kinds_do_not_fit(
                        "the two sides of the comparison",
                        (&left_type, left.span),
                        (&right_type, right.span),
                        advice,
                    )
                }
            };
            self.tell(fault);
            return false;
        }
        if left_type == Type::Boolean && !is_equality {
            self.tell(errors::no_order(operator.span));
            return false;
        }
        true
    }

    /// What to write instead where a value of one kind stands beside one of another.
    pub(super) fn kinds_advice(&self, left: Found, right: Found) -> Option<errors::Advice> {
        let side = |found: Found| Side {
            is: self.graph.type_of(found.id),
            constant: match self.graph.value(found.id) {
                Value::Constant(constant) => Some(constant),
                _ => None,
            },
            text: self.sources.text(found.span),
            span: found.span,
        };
        errors::advice(&side(left), &side(right))
            .or_else(|| errors::advice(&side(right), &side(left)))
    }

    /// The argument of `since(x)`, as it is written.
    fn since_argument(&self, expression: &Expression) -> Option<&str> {
        match &*expression.kind {
            ExpressionKind::Call { name, arguments } if name.text == "since" => arguments
                .first()
                .map(|argument| self.sources.text(argument.span)),
            ExpressionKind::Parenthesized(inner) => self.since_argument(inner),
            _ => None,
        }
    }

    /// A text or a list of texts, case-folded where that is asked for.
    pub(super) fn folded_if(&mut self, ignoring_case: bool, found: Found) -> Option<ValueId> {
        let folded = match ignoring_case {
            true => self.folded(found)?,
            false => found,
        };
        Some(folded.id)
    }

    /// A text, or a list of text, without regard to case; anything else has none.
    pub(super) fn folded(&mut self, found: Found) -> Option<Found> {
        let is = self.graph.type_of(found.id).clone();
        let is_text = match &is {
            Type::Text => true,
            Type::List(element) => **element == Type::Text,
            _ => false,
        };
        if !is_text {
            self.tell(errors::case_of_no_text(&is, found.span));
            return None;
        }
        let id = match self.graph.value(found.id) {
            Value::Constant(Constant::Text(text)) => {
                let folded = fold_case(text).into_owned();
                self.graph.add_constant(Constant::Text(folded.into()))
            }
            Value::FoldCase(_) => found.id,
            _ => self.graph.add_value(Value::FoldCase(found.id), is),
        };
        Some(Found { id, ..found })
    }

    pub(super) fn needed_of(&self, values: impl IntoIterator<Item = ValueId>) -> Fields {
        values
            .into_iter()
            .flat_map(|value| self.needed(value))
            .collect()
    }

    pub(super) fn between(
        &mut self,
        value_place: &Expression,
        negated: bool,
        low_place: &Expression,
        high_place: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let (value, yearly) = match self.anniversary_of(value_place, scope) {
            Some(date) => (date, true),
            None => (self.value(value_place, scope), false),
        };
        let value = value.map(|value| self.event_as_time(value));
        if let Some(value) = value
            && matches!(self.graph.type_of(value.id), Type::Time | Type::Date)
        {
            let condition = self.between_times(value, yearly, low_place, high_place, scope);
            return match condition {
                Some(condition) if negated => self.negated(condition, span),
                Some(condition) => Operand::Condition(condition),
                None => Operand::Hole,
            };
        }
        let low = self.value_beside(low_place, value, scope);
        let high = self.value_beside(high_place, value, scope);
        let (Some(value), Some(low), Some(high)) = (value, low, high) else {
            return Operand::Hole;
        };
        let is = self.graph.type_of(value.id).clone();
        match is {
            Type::Boolean => return self.hole(errors::no_order(value.span)),
            Type::List(_) => {
                return self.hole(errors::list_between(
                    self.sources.text(value.span),
                    value.span,
                ));
            }
            Type::Point => return self.hole(errors::points_in_order(value.span)),
            Type::Record(_) | Type::Map(_) => {
                return self.hole(errors::record_compared(
                    self.sources.text(value.span),
                    &is,
                    value.span,
                ));
            }
            Type::Number(_)
            | Type::Text
            | Type::Duration
            | Type::Distance
            | Type::Date
            | Type::Time => {}
        }
        let mut fits = true;
        for edge in [low, high] {
            let edge_type = self.graph.type_of(edge.id).clone();
            if !same_sort(&is, &edge_type) {
                let advice = self.kinds_advice(value, edge);
                self.tell(errors::kinds_do_not_fit(
                    "the value and the edges of its range",
                    (&is, value.span),
                    (&edge_type, edge.span),
                    advice,
                ));
                fits = false;
            }
        }
        if !fits {
            return Operand::Hole;
        }
        let condition = self.range(value.id, Some((low.id, true)), Some((high.id, true)));
        if negated {
            self.negated(condition, span)
        } else {
            Operand::Condition(condition)
        }
    }

    /// A value between two edges, each with whether it belongs to the range.
    pub(super) fn range(
        &mut self,
        value: ValueId,
        low: Option<(ValueId, bool)>,
        high: Option<(ValueId, bool)>,
    ) -> Checked {
        let bound = |(value, inclusive)| Bound { value, inclusive };
        let edges = [low, high].into_iter().flatten().map(|(edge, _)| edge);
        let needed = self.needed_of(edges.chain([value]));
        let id = self.add_condition(Condition::Range {
            value,
            low: low.map(bound),
            high: high.map(bound),
        });
        Checked {
            id,
            logic: self.with_elements(id, Logic::comparison(needed)),
        }
    }

    pub(super) fn text_test(
        &mut self,
        test: Spanned<TextTest>,
        value_place: &Expression,
        pattern_place: &Expression,
        ignoring_case: bool,
        scope: &Scope,
    ) -> Operand {
        let (words, test) = match test.value {
            TextTest::StartsWith => ("starts with", ir::TextTest::StartsWith),
            TextTest::EndsWith => ("ends with", ir::TextTest::EndsWith),
            TextTest::Contains => ("contains", ir::TextTest::Contains),
            TextTest::Matches => {
                return self.matches(value_place, pattern_place, ignoring_case, scope);
            }
        };
        let value = self.value(value_place, scope);
        let pattern = self.value_beside(pattern_place, value, scope);
        let (Some(mut value), Some(mut pattern)) = (value, pattern) else {
            return Operand::Hole;
        };
        if !self.are_text(words, value, pattern) {
            return Operand::Hole;
        }
        if ignoring_case {
            let Some(both) = self.folded(value).zip(self.folded(pattern)) else {
                return Operand::Hole;
            };
            (value, pattern) = both;
        }
        let needed = self.needed_of([value.id, pattern.id]);
        self.checked(
            Condition::TextTest {
                test,
                value: value.id,
                pattern: pattern.id,
            },
            Logic::comparison(needed),
        )
    }

    /// Tells which of a value and what it is tested for is no text.
    pub(super) fn are_text(&mut self, words: &str, value: Found, pattern: Found) -> bool {
        let mut fits = true;
        for found in [value, pattern] {
            let is = self.graph.type_of(found.id).clone();
            if is != Type::Text {
                self.tell(errors::text_test_of_no_text(
                    words,
                    &is,
                    self.sources.text(found.span),
                    self.sources.text(pattern.span),
                    found.span,
                ));
                fits = false;
            }
        }
        fits
    }
}

/// Two decimals right around one that is written, two places finer: 0.095 and 0.105 around 0.1.
fn around(written: &str) -> Option<(String, String)> {
    let (whole, part) = written.split_once('.')?;
    let places = part.len() + 2;
    let digits: i128 = format!("{whole}{part}00").parse().ok()?;
    let shown = |number: i128| {
        let digits = format!("{number:0>width$}", width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        format!("{whole}.{}", part.trim_end_matches('0'))
    };
    (digits > 5).then(|| (shown(digits - 5), shown(digits + 5)))
}

/// Whether values of the two types are compared with each other: equal types, and numbers of all kinds.
pub(super) fn same_sort(left: &Type, right: &Type) -> bool {
    left == right || matches!((left, right), (Type::Number(_), Type::Number(_)))
}
