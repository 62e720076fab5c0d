//! Expressions: what each form means, and what kind of thing it is.

use super::errors;
use super::item::{Checker, Extent, Scope};
use super::logic::{self, Logic};
use super::operand::{Checked, Found, Operand};
use crate::diagnostics::suggest;
use crate::functions;
use crate::ir::{Arithmetic, Condition, ConditionId, Graph, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{
    ArithmeticOperator, Expression, ExpressionKind, Literal, Measure, Name, Spanned,
};
use crate::types::{
    CalendarUnit, Constant, Decimal, Exact, Float, NumberKind, Type, UnitKind, calendar,
};
use std::rc::Rc;

impl Checker<'_> {
    /// What an expression means. Faults are told; what is faulty is a hole.
    pub(super) fn expression(&mut self, expression: &Expression, scope: &Scope) -> Operand {
        self.work += 1;
        if !self.reach(Extent { depth: 1, size: 1 }, expression.span) {
            return Operand::Hole;
        }
        self.depth += 1;
        let operand = self.by_kind(expression, scope);
        self.depth -= 1;
        if let Operand::Condition(condition) = &operand
            && !scope.expansion
        {
            self.places.entry(condition.id).or_insert(expression.span);
        }
        operand
    }

    fn by_kind(&mut self, expression: &Expression, scope: &Scope) -> Operand {
        let span = expression.span;
        match &*expression.kind {
            ExpressionKind::Hole => Operand::Hole,
            ExpressionKind::Literal(literal) => self.literal(literal, span),
            ExpressionKind::Now => self.found(Value::Now, Type::Time, span),
            ExpressionKind::Name(name) => self.name(expression, name, scope),
            ExpressionKind::Call { name, arguments } => {
                self.call(expression, name, arguments, scope)
            }
            ExpressionKind::Member { base, name } => self.member(base, name, span, scope),
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
            ExpressionKind::IsMissing { value, known } => self.is_missing(value, *known, scope),
            ExpressionKind::Window { subject, window } => self.window(subject, window, scope),
            ExpressionKind::Not(inner) => {
                let Some(inner) = self.condition(inner, scope) else {
                    return Operand::Hole;
                };
                self.negated(inner, span)
            }
            ExpressionKind::And(parts) => {
                let Some(parts) = self.conditions(parts, scope) else {
                    return Operand::Hole;
                };
                let (ids, logic) = split(parts);
                self.checked(Condition::And(ids), Rc::new(Logic::And(logic)))
            }
            ExpressionKind::Or(parts) => {
                let Some(parts) = self.conditions(parts, scope) else {
                    return Operand::Hole;
                };
                let (ids, logic) = split(parts);
                self.checked(Condition::Or(ids), Rc::new(Logic::Or(logic)))
            }
        }
    }

    /// All of them are looked at, so that every fault is told.
    fn conditions(&mut self, parts: &[Expression], scope: &Scope) -> Option<Vec<Checked>> {
        let parts: Vec<Option<Checked>> = parts
            .iter()
            .map(|part| self.condition(part, scope))
            .collect();
        parts.into_iter().collect()
    }

    /// An expression where a condition is due.
    pub(super) fn condition(&mut self, expression: &Expression, scope: &Scope) -> Option<Checked> {
        match self.expression(expression, scope) {
            Operand::Hole => None,
            Operand::Condition(condition) => Some(condition),
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
                        return Some(Checked {
                            id: *id,
                            logic: Logic::about(needed),
                        });
                    }
                    _ => Condition::Holds(found.id),
                };
                let id = self.add_condition(condition);
                if !scope.expansion {
                    self.places.entry(id).or_insert(expression.span);
                }
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
            && self.element_type(beside.id) == Type::Text
            && !self.is_name(name, scope)
        {
            let is_value = self
                .closed_values(beside.id)
                .is_some_and(|values| values.contains(&name.text));
            let near = self.near_name(&name.text, scope);
            if is_value || near.is_none() {
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

    fn measure(&mut self, measure: &Measure, span: Span) -> Operand {
        match self.length(measure) {
            Some(Length::Exact(nanoseconds)) => {
                let id = self.graph.add_constant(Constant::Duration(nanoseconds));
                Operand::Value(Found { id, span })
            }
            Some(Length::Calendar { count, unit }) => Operand::CalendarLength { count, unit },
            None => Operand::Hole,
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
    fn ago(&mut self, measure: &Measure) -> Option<ValueId> {
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
        let moved = Value::MoveCalendar { value, count, unit };
        self.graph.add_value(moved, value_type)
    }

    fn name(&mut self, place: &Expression, name: &Name, scope: &Scope) -> Operand {
        if let Some(parameter) = scope.parameters.get(name.text.as_str()) {
            return match parameter {
                // Inside the definition it stands where it is written, elsewhere where it was given.
                Some(found) if !scope.expansion => Operand::Value(Found {
                    span: place.span,
                    ..*found
                }),
                Some(found) => Operand::Value(*found),
                None => Operand::Hole,
            };
        }
        if let Some((id, field)) = self.schema.field_named(&name.text) {
            let field_type = field.field_type.clone();
            return self.found(Value::Field(id), field_type, place.span);
        }
        if let Some(id) = self.definitions.lookup(scope.file, &name.text) {
            self.used.insert(id);
            let definition = self.definitions.get(id);
            if !definition.parameters.is_empty() {
                let fault = errors::needs_arguments(
                    name,
                    definition
                        .parameters
                        .iter()
                        .map(|parameter| parameter.name.text.as_str()),
                    definition.name.span,
                );
                return self.hole(fault);
            }
            let extent = self.extents[id.0];
            if !self.reach(extent, place.span) {
                return Operand::Hole;
            }
            return match &self.meanings[id.0] {
                Some(meaning) => super::calls::at(meaning.clone(), place),
                None => Operand::Hole,
            };
        }
        let fault = self.unknown_name(name, scope);
        self.hole(fault)
    }

    /// Whether a name means something here.
    fn is_name(&self, name: &Name, scope: &Scope) -> bool {
        scope.parameters.contains_key(name.text.as_str())
            || self.schema.field_named(&name.text).is_some()
            || self.definitions.lookup(scope.file, &name.text).is_some()
    }

    fn near_name(&self, written: &str, scope: &Scope) -> Option<String> {
        let fields = self.schema.fields().iter().map(|field| field.name.as_str());
        let definitions = self.definitions.visible(scope.file).map(|(name, _)| name);
        let parameters = scope.parameters.keys().copied();
        suggest::nearest(written, fields.chain(definitions).chain(parameters)).map(str::to_owned)
    }

    fn unknown_name(&self, name: &Name, scope: &Scope) -> crate::diagnostics::Diagnostic {
        if let Some(left_out) = self.schema.left_out_named(&name.text) {
            return errors::column_left_out(name, &left_out.reason);
        }
        if let Some(id) = self.definitions.anywhere(&name.text) {
            let definition = self.definitions.get(id);
            let file = &self.sources.get(definition.name.span.source).name;
            return errors::defined_elsewhere(name, file, definition.name.span);
        }
        if functions::lookup(&name.text).is_some() {
            return errors::function_without_arguments(name);
        }
        errors::unknown_name(name, self.near_name(&name.text, scope))
    }

    pub(super) fn unknown_function(
        &self,
        name: &Name,
        arguments: &[Expression],
        scope: &Scope,
    ) -> crate::diagnostics::Diagnostic {
        if self.schema.field_named(&name.text).is_some()
            || scope.parameters.contains_key(name.text.as_str())
        {
            return errors::not_a_function(name);
        }
        if let Some(id) = self.definitions.anywhere(&name.text) {
            let definition = self.definitions.get(id);
            let file = &self.sources.get(definition.name.span.source).name;
            return errors::defined_elsewhere(name, file, definition.name.span);
        }
        if let Some(fault) = errors::function_of_elsewhere(name, arguments, self.sources) {
            return fault;
        }
        let known = functions::all().iter().map(|function| function.name);
        let definitions = self
            .definitions
            .visible(scope.file)
            .filter(|(_, id)| !self.definitions.get(*id).parameters.is_empty())
            .map(|(name, _)| name);
        errors::unknown_function(name, suggest::nearest(&name.text, known.chain(definitions)))
    }

    /// `a.b`: only records have parts, and there are none yet.
    fn member(&mut self, base: &Expression, name: &Name, span: Span, scope: &Scope) -> Operand {
        if let ExpressionKind::Name(contact) = &*base.kind
            && contact.text == "contact"
        {
            let fault = if self.schema.field_named(&name.text).is_some() {
                errors::contact_member(name, span)
            } else {
                self.unknown_name(name, scope)
            };
            return self.hole(fault);
        }
        let base = self.sources.text(base.span);
        let fault = errors::member(base, name, span);
        self.hole(fault)
    }

    fn coalesce(
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
    fn as_kind(&mut self, value: ValueId, wanted: &Type) -> ValueId {
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

    fn negate(&mut self, inner: &Expression, span: Span, scope: &Scope) -> Operand {
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
        if !matches!(is, Type::Number(_) | Type::Duration) {
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

    fn arithmetic(
        &mut self,
        operator: Spanned<ArithmeticOperator>,
        left: &Expression,
        right: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let first = self.expression(left, scope);
        let second = self.expression(right, scope);
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

    fn is_missing(&mut self, value: &Expression, known: bool, scope: &Scope) -> Operand {
        let operand = self.expression(value, scope);
        if let Operand::Condition(_) = operand {
            let word = if known { "is known" } else { "is missing" };
            return self.hole(errors::never_missing(value.span, word));
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

    fn found(&mut self, value: Value, value_type: Type, span: Span) -> Operand {
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

fn percent(decimal: Decimal) -> Option<Exact> {
    decimal.exact().checked_div(Exact::whole(100))
}

fn widest(left: NumberKind, right: NumberKind) -> NumberKind {
    use NumberKind::{Exact, Float, Whole};
    match (left, right) {
        (Float, _) | (_, Float) => Float,
        (Exact, _) | (_, Exact) => Exact,
        (Whole, Whole) => Whole,
    }
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
        Type::List(_) => format!("Ask what is in it, as in `{text} has \"…\"`."),
        Type::Boolean => return None,
    })
}
