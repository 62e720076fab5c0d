//! Arithmetic, lengths of time, and `??`.

use super::errors;
use super::item::{Checker, Scope};
use super::operand::{Found, Operand};
use crate::ir::{Arithmetic, Graph, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{
    ArithmeticOperator, Expression, ExpressionKind, Literal, Measure, Spanned,
};
use crate::types::{CalendarUnit, Constant, Exact, Float, NumberKind, Type, UnitKind};

impl Checker<'_> {
    pub(super) fn measure(&mut self, measure: &Measure, span: Span) -> Operand {
        if let UnitKind::Distance { micrometres } = measure.unit.kind() {
            return self.distance(measure, micrometres, span);
        }
        match self.length(measure) {
            Some(Length::Exact(nanoseconds)) => {
                let id = self.graph.add_constant(Constant::Duration(nanoseconds));
                Operand::Value(Found { id, span })
            }
            Some(Length::Calendar { count, unit }) => Operand::CalendarLength { count, unit },
            None => Operand::Hole,
        }
    }

    fn distance(&mut self, measure: &Measure, micrometres: i64, span: Span) -> Operand {
        // Half round the globe is 20,016 km: there is room for sums, and none for slips.
        const LONGEST: i128 = 1_000_000_000_000_000;
        let amount = measure.amount.exact();
        let text = self.sources.text(measure.span);
        match amount.checked_mul(Exact::whole(micrometres.into())) {
            Some(length) if length.floor() > LONGEST => {
                self.hole(errors::too_far(text, measure.span))
            }
            Some(length) if length.is_whole() => {
                let id = self
                    .graph
                    .add_constant(Constant::Distance(length.numerator()));
                Operand::Value(Found { id, span })
            }
            Some(_) => self.hole(errors::finer_than_micrometres(text, measure.span)),
            None => self.hole(errors::too_far(text, measure.span)),
        }
    }

    /// The length of a measure; a fault is told.
    pub(super) fn length(&mut self, measure: &Measure) -> Option<Length> {
        let amount = measure.amount.exact();
        let text = self.sources.text(measure.span);
        match measure.unit.kind() {
            UnitKind::Exact { nanoseconds } => {
                let length = amount.checked_mul(Exact::whole(nanoseconds.into()));
                match length {
                    Some(length) if length.is_whole() && fits_a_time(length.numerator()) => {
                        Some(Length::Exact(length.numerator()))
                    }
                    Some(length) if fits_a_time(length.floor()) => {
                        self.tell(errors::finer_than_nanoseconds(text, measure.span));
                        None
                    }
                    Some(_) | None => {
                        self.tell(errors::too_long_a_time(text, measure.span));
                        None
                    }
                }
            }
            UnitKind::Distance { .. } => {
                self.tell(errors::distance_for_a_time(measure, text));
                None
            }
            UnitKind::Calendar { unit, count } => {
                if !amount.is_whole() {
                    self.tell(errors::part_of_a_calendar_unit(
                        text,
                        measure.unit,
                        measure.span,
                    ));
                    return None;
                }
                let count = i64::try_from(amount.numerator())
                    .ok()
                    .and_then(|amount| amount.checked_mul(count.into()))
                    .filter(|count| {
                        let longest = match unit {
                            CalendarUnit::Day => LONGEST_IN_DAYS,
                            CalendarUnit::Month => LONGEST_IN_MONTHS,
                        };
                        count.abs() <= longest
                    });
                if count.is_none() {
                    self.tell(errors::too_long_a_time(text, measure.span));
                }
                count.map(|count| Length::Calendar { count, unit })
            }
        }
    }

    /// `90 days ago`
    pub(super) fn ago(&mut self, measure: &Measure) -> Option<ValueId> {
        let length = self.length(measure)?;
        let now = self.now();
        Some(self.moved(now, length, true))
    }

    pub(super) fn now(&mut self) -> ValueId {
        self.graph.add_value(Value::Now, Type::Time)
    }

    /// A time moved by a length, back or on.
    pub(super) fn moved(&mut self, time: ValueId, length: Length, back: bool) -> ValueId {
        match length {
            Length::Exact(nanoseconds) => {
                let right = self.graph.add_constant(Constant::Duration(nanoseconds));
                let operator = if back {
                    Arithmetic::Subtract
                } else {
                    Arithmetic::Add
                };
                let value = Value::Arithmetic {
                    operator,
                    left: time,
                    right,
                };
                self.graph.add_value(value, Type::Time)
            }
            Length::Calendar { count, unit } => {
                self.moved_on_calendar(time, if back { -count } else { count }, unit)
            }
        }
    }

    /// A time or a date moved along the calendar.
    pub(super) fn moved_on_calendar(
        &mut self,
        value: ValueId,
        count: i64,
        unit: CalendarUnit,
    ) -> ValueId {
        let value_type = self.graph.type_of(value).clone();
        let zone = match value_type {
            Type::Time => self.zone(),
            _ => None,
        };
        let moved = Value::MoveCalendar {
            value,
            count,
            unit,
            zone,
        };
        self.graph.add_value(moved, value_type)
    }

    pub(super) fn coalesce(
        &mut self,
        value: &Expression,
        fallback: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let operand = self.expression(value, scope);
        if let Operand::Condition(_) = operand {
            self.expression(fallback, scope);
            return self.hole(errors::never_missing(value.span, "??"));
        }
        let value = self.operand_value(operand, value);
        let fallback = self.value_beside(fallback, value, scope);
        let (Some(value), Some(fallback)) = (value, fallback) else {
            return Operand::Hole;
        };
        let (value, fallback) = (self.event_as_time(value), self.event_as_time(fallback));
        let (left, right) = (
            self.graph.type_of(value.id).clone(),
            self.graph.type_of(fallback.id).clone(),
        );
        let result = match (&left, &right) {
            (Type::Number(a), Type::Number(b)) => Type::Number(widest(*a, *b)),
            _ if left == right => left.clone(),
            _ => {
                let advice = self.kinds_advice(value, fallback);
                return self.hole(errors::kinds_do_not_fit(
                    "the value and what stands in for it",
                    (&left, value.span),
                    (&right, fallback.span),
                    advice,
                ));
            }
        };
        self.check_closed(value, fallback, false);
        // Both are of one kind of number, so that what the value is does not hang on which of them is taken.
        let coalesce = Value::Coalesce {
            value: self.as_kind(value.id, &result),
            fallback: self.as_kind(fallback.id, &result),
        };
        self.found(coalesce, result, span)
    }

    /// A number as a floating one where that is asked for.
    pub(super) fn as_kind(&mut self, value: ValueId, wanted: &Type) -> ValueId {
        let floating = Type::Number(NumberKind::Float);
        if *wanted != floating || *self.graph.type_of(value) == floating {
            return value;
        }
        if let Value::Constant(Constant::Number(number)) = self.graph.value(value)
            && let Some(float) = Float::new(number.to_f64())
        {
            return self.graph.add_constant(Constant::Float(float));
        }
        let zero = Float::new(0.0).map_or(Constant::Missing, Constant::Float);
        let zero = self
            .graph
            .add_value(Value::Constant(zero), floating.clone());
        let sum = Value::Arithmetic {
            operator: Arithmetic::Add,
            left: value,
            right: zero,
        };
        self.graph.add_value(sum, floating)
    }

    pub(super) fn negate(&mut self, inner: &Expression, span: Span, scope: &Scope) -> Operand {
        let found = match self.expression(inner, scope) {
            Operand::CalendarLength { count, unit } => {
                return Operand::CalendarLength {
                    count: -count,
                    unit,
                };
            }
            operand => self.operand_value(operand, inner),
        };
        let Some(found) = found else {
            return Operand::Hole;
        };
        let is = self.graph.type_of(found.id).clone();
        if !matches!(is, Type::Number(_) | Type::Duration | Type::Distance) {
            return self.hole(errors::cannot_negate(&is, found.span));
        }
        // A number with a minus is a literal as well: it may stand in a list.
        if let Value::Constant(Constant::Number(number)) = self.graph.value(found.id)
            && let Some(negative) = number.checked_neg()
        {
            let id = self.graph.add_constant(Constant::Number(negative));
            return Operand::Value(Found { id, span });
        }
        self.found(Value::Negate(found.id), is, span)
    }

    pub(super) fn arithmetic(
        &mut self,
        operator: Spanned<ArithmeticOperator>,
        left: &Expression,
        right: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        if self.day_word_moved(operator, left, right, span, scope) {
            return Operand::Hole;
        }
        let first = self.expression(left, scope);
        let second = self.expression(right, scope);
        let (first, second) = (self.as_time(first), self.as_time(second));
        match (first, operator.value, second) {
            (Operand::Hole, _, _) | (_, _, Operand::Hole) => Operand::Hole,
            (
                Operand::Value(found),
                ArithmeticOperator::Add | ArithmeticOperator::Subtract,
                Operand::CalendarLength { count, unit },
            ) if self.is_moved(found.id) => {
                let back = operator.value == ArithmeticOperator::Subtract;
                let id = self.moved_on_calendar(found.id, if back { -count } else { count }, unit);
                Operand::Value(Found { id, span })
            }
            (
                Operand::CalendarLength { count, unit },
                ArithmeticOperator::Add,
                Operand::Value(found),
            ) if self.is_moved(found.id) => {
                let id = self.moved_on_calendar(found.id, count, unit);
                Operand::Value(Found { id, span })
            }
            (Operand::CalendarLength { .. }, _, Operand::CalendarLength { .. }) => {
                let text = self.sources.text(span);
                self.hole(errors::calendar_length_alone(text, span))
            }
            (first, _, second) => {
                let first = self.arithmetic_operand(first, left);
                let second = self.arithmetic_operand(second, right);
                let (Some(first), Some(second)) = (first, second) else {
                    return Operand::Hole;
                };
                self.plain_arithmetic(operator, (left, first), (right, second), span)
            }
        }
    }

    fn arithmetic_operand(&mut self, operand: Operand, place: &Expression) -> Option<Found> {
        if let Operand::Condition(_) = operand {
            self.tell(errors::condition_in_arithmetic(place.span));
            return None;
        }
        self.operand_value(operand, place)
    }

    fn plain_arithmetic(
        &mut self,
        operator: Spanned<ArithmeticOperator>,
        (left_place, left): (&Expression, Found),
        (right_place, right): (&Expression, Found),
        span: Span,
    ) -> Operand {
        let (left_type, right_type) = (
            self.graph.type_of(left.id).clone(),
            self.graph.type_of(right.id).clone(),
        );
        let ir_operator = match operator.value {
            ArithmeticOperator::Add => Arithmetic::Add,
            ArithmeticOperator::Subtract => Arithmetic::Subtract,
            ArithmeticOperator::Multiply => Arithmetic::Multiply,
            ArithmeticOperator::Divide => Arithmetic::Divide,
        };
        if let Some(result) = Graph::arithmetic(ir_operator, &left_type, &right_type) {
            let value = Value::Arithmetic {
                operator: ir_operator,
                left: left.id,
                right: right.id,
            };
            return self.found(value, result, span);
        }
        // A date and a number of days: the reader means days of the calendar, and should say so.
        if left_type == Type::Date
            && right_type == Type::Duration
            && let ExpressionKind::Literal(Literal::Measure(measure)) = &*right_place.kind
        {
            return self.hole(errors::date_and_exact_length(
                self.sources.text(left_place.span),
                measure,
            ));
        }
        let fault = errors::arithmetic(
            operator,
            (&left_type, left.span, self.sources.text(left_place.span)),
            (&right_type, right.span, self.sources.text(right_place.span)),
        );
        self.hole(fault)
    }

    fn is_moved(&self, value: ValueId) -> bool {
        matches!(self.graph.type_of(value), Type::Time | Type::Date)
    }
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// Nanoseconds.
    Exact(i128),
    Calendar {
        count: i64,
        unit: CalendarUnit,
    },
}

/// Twenty thousand years, the whole calendar.
const LONGEST_IN_DAYS: i64 = 7_305_000;
const LONGEST_IN_MONTHS: i64 = 240_000;

/// Not longer than the calendar.
fn fits_a_time(nanoseconds: i128) -> bool {
    nanoseconds.abs() <= i128::from(LONGEST_IN_DAYS) * 86_400_000_000_000
}

/// The kind that holds the values of both.
pub(super) fn widest(left: NumberKind, right: NumberKind) -> NumberKind {
    use NumberKind::{Exact, Float, Whole};
    match (left, right) {
        (Float, _) | (_, Float) => Float,
        (Exact, _) | (_, Exact) => Exact,
        (Whole, Whole) => Whole,
    }
}
