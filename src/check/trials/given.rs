//! Values that a test writes out, as values of the types that they are given for.

use crate::check::arithmetic::Length;
use crate::check::errors;
use crate::check::item::{Checker, Scope};
use crate::check::operand::Operand;
use crate::diagnostics::suggest;
use crate::ir::Value;
use crate::source::Span;
use crate::syntax::ast::{
    Expression, ExpressionKind, Given, GivenKind, GivenPart, Literal, PartName,
};
use crate::types::{Constant, Exact, Float, NumberKind, Point, Type, calendar};
use std::collections::HashMap;
use std::sync::Arc;

/// What a value is given for.
pub(super) struct About<'a> {
    name: &'a str,
    /// The closed set of its values.
    values: Option<&'a [String]>,
}

impl<'a> About<'a> {
    pub(super) fn of(name: &'a str, values: Option<&'a [String]>) -> Self {
        Self { name, values }
    }

    pub(super) fn element(name: &'a str) -> Self {
        Self { name, values: None }
    }
}

impl Checker<'_> {
    /// A value of this type; none where it is none, which is told.
    pub(super) fn given(
        &mut self,
        given: &Given,
        is: &Type,
        about: &About,
        now: i128,
    ) -> Option<Constant> {
        if let GivenKind::Value(value) = &given.kind
            && let ExpressionKind::Literal(Literal::Missing) = &*value.kind
        {
            return Some(Constant::Missing);
        }
        match (is, &given.kind) {
            (Type::List(element), GivenKind::Parts(parts)) => {
                self.given_list(parts, element, about, now)
            }
            (Type::Record(record), GivenKind::Parts(parts)) => {
                let what = format!("`{}`", about.name);
                let parts = self.record_parts(record, &what, parts, now)?;
                Some(Constant::Record(parts.into()))
            }
            (Type::Map(value), GivenKind::Parts(parts)) => self.given_map(parts, value, about, now),
            // `("BE")` where one value is due.
            (_, GivenKind::Parts(parts)) => {
                if let [
                    GivenPart {
                        name: None,
                        value: only,
                    },
                ] = &parts[..]
                {
                    return self.given(only, is, about, now);
                }
                self.tell(errors::several_for_one(about.name, is, given.span));
                None
            }
            (Type::List(_) | Type::Record(_) | Type::Map(_), GivenKind::Value(value)) => {
                if !matches!(*value.kind, ExpressionKind::Hole) {
                    let text = self.sources.text(given.span);
                    self.tell(errors::one_for_several(about.name, is, text, given.span));
                }
                None
            }
            (_, GivenKind::Value(value)) => {
                let mut constant = self.plain_constant(value, now)?;
                // `30 days ago` is a day where a day is due.
                if let (Type::Date, Constant::Time(time)) = (is, &constant)
                    && matches!(*value.kind, ExpressionKind::Ago(_) | ExpressionKind::Now)
                    && let Some(day) = calendar::date_of(*time, self.schema.zone())
                {
                    constant = Constant::Date(day);
                }
                self.as_type(constant, is, about, given.span)
            }
        }
    }

    fn given_list(
        &mut self,
        parts: &[GivenPart],
        element: &Type,
        about: &About,
        now: i128,
    ) -> Option<Constant> {
        // `profiles = (kind = "kids", age = 7)`: the parentheses of the list were left out.
        if let (Type::Record(_), Some(first), Some(last)) = (element, parts.first(), parts.last())
            && let Some(name) = &first.name
        {
            let whole = name.span().to(last.value.span);
            let text = self.sources.text(whole);
            self.tell(errors::record_for_a_list(about.name, text, whole));
            return None;
        }
        let mut values = Vec::with_capacity(parts.len());
        let mut is_sound = true;
        for part in parts {
            if let Some(name) = &part.name {
                self.tell(errors::named_element(name.span()));
                is_sound = false;
                continue;
            }
            match self.given(&part.value, element, about, now) {
                Some(value) => values.push(value),
                None => is_sound = false,
            }
        }
        is_sound.then(|| Constant::List(values.into()))
    }

    fn given_map(
        &mut self,
        parts: &[GivenPart],
        value: &Type,
        about: &About,
        now: i128,
    ) -> Option<Constant> {
        let mut entries: Vec<(Arc<str>, Constant)> = Vec::with_capacity(parts.len());
        let mut seen: HashMap<Arc<str>, Span> = HashMap::new();
        let mut is_sound = true;
        for part in parts {
            let Some(PartName::Text(key)) = &part.name else {
                let span = part.name.as_ref().map_or(part.value.span, PartName::span);
                let text = self.sources.text(span);
                self.tell(errors::no_key_of_an_entry(about.name, text, span));
                is_sound = false;
                continue;
            };
            let name: Arc<str> = key.value.as_str().into();
            if let Some(first) = seen.insert(Arc::clone(&name), key.span) {
                self.tell(errors::key_given_twice(key.span, first));
            }
            match self.given(&part.value, value, about, now) {
                Some(value) => entries.push((name, value)),
                None => is_sound = false,
            }
        }
        is_sound.then(|| Constant::Map(entries.into()))
    }

    /// What a single value stands for, whatever its type: a literal, a point, `now`, `30 days ago`. What is worked out otherwise is told.
    pub(super) fn plain_constant(&mut self, value: &Expression, now: i128) -> Option<Constant> {
        match &*value.kind {
            ExpressionKind::Hole => None,
            ExpressionKind::Now => Some(Constant::Time(now)),
            ExpressionKind::Parenthesized(inner) => self.plain_constant(inner, now),
            ExpressionKind::Ago(measure) => {
                let zone = self.schema.zone().clone();
                let moved = match self.length(measure)? {
                    Length::Exact(nanoseconds) => now.checked_sub(nanoseconds),
                    Length::Calendar { count, unit } => {
                        calendar::move_time(now, -count, unit, &zone)
                    }
                };
                if moved.is_none() {
                    self.tell(errors::outside_the_calendar(value.span));
                }
                moved.map(Constant::Time)
            }
            ExpressionKind::Negate(inner) => match self.plain_constant(inner, now)? {
                Constant::Number(number) => Exact::ZERO.checked_sub(number).map(Constant::Number),
                Constant::Duration(length) => Some(Constant::Duration(-length)),
                _ => {
                    self.tell(errors::worked_out(value.span));
                    None
                }
            },
            ExpressionKind::Literal(Literal::Missing) => Some(Constant::Missing),
            ExpressionKind::Literal(_) => self.constant(value),
            ExpressionKind::Call { name, arguments }
                if name.text.eq_ignore_ascii_case("point") && arguments.len() == 2 =>
            {
                let mut degrees = [0.0; 2];
                for (place, argument) in degrees.iter_mut().zip(arguments) {
                    let Constant::Number(number) = self.plain_constant(argument, now)? else {
                        self.tell(errors::worked_out(argument.span));
                        return None;
                    };
                    *place = number.to_f64();
                }
                let point = Point::new(degrees[0], degrees[1]);
                if point.is_none() {
                    self.tell(errors::no_place_of_a_test(value.span));
                }
                point.map(Constant::Point)
            }
            // `region = BE`
            ExpressionKind::Name(name) => {
                let name = name.clone();
                self.tell(errors::value_without_quotes(&name));
                None
            }
            _ => {
                self.tell(errors::worked_out(value.span));
                None
            }
        }
    }

    /// A literal, as it is read everywhere.
    fn constant(&mut self, value: &Expression) -> Option<Constant> {
        let scope = Scope {
            expansion: true,
            ..Scope::of_file(0)
        };
        match self.expression(value, &scope) {
            Operand::Value(found) => match self.graph.value(found.id) {
                Value::Constant(constant) => Some(constant.clone()),
                _ => None,
            },
            Operand::CalendarLength { .. } => {
                let text = self.sources.text(value.span);
                self.tell(errors::calendar_length_alone(text, value.span));
                None
            }
            Operand::Hole | Operand::Condition(_) | Operand::Labels { .. } => None,
        }
    }

    /// The constant as a value of the type.
    fn as_type(
        &mut self,
        constant: Constant,
        is: &Type,
        about: &About,
        span: Span,
    ) -> Option<Constant> {
        let text = self.sources.text(span);
        let fitted = match (is, constant) {
            (Type::Boolean, value @ Constant::Boolean(_))
            | (Type::Date, value @ Constant::Date(_))
            | (Type::Time, value @ Constant::Time(_))
            | (Type::Duration, value @ Constant::Duration(_))
            | (Type::Distance, value @ Constant::Distance(_))
            | (Type::Point, value @ Constant::Point(_)) => Some(value),
            (Type::Text, Constant::Text(text)) => {
                if let Some(values) = about.values
                    && values.iter().all(|known| **known != *text)
                {
                    let known: Vec<&str> = values.iter().map(String::as_str).collect();
                    let near = suggest::nearest(&text, known.iter().copied());
                    let fault = errors::not_in_closed_set(about.name, &text, near, &known, span);
                    self.tell(fault);
                    return None;
                }
                Some(Constant::Text(text))
            }
            (Type::Number(NumberKind::Whole), Constant::Number(number)) if number.is_whole() => {
                if i64::try_from(number.numerator()).is_err() {
                    self.tell(errors::too_large_for_a_column(about.name, span));
                    return None;
                }
                Some(Constant::Number(number))
            }
            (Type::Number(NumberKind::Exact), Constant::Number(number)) => {
                Some(Constant::Number(number))
            }
            (Type::Number(NumberKind::Float), Constant::Number(number)) => {
                Float::new(number.to_f64()).map(Constant::Float)
            }
            // A day stands for its first instant.
            (Type::Time, Constant::Date(day)) => {
                calendar::midnight(day, self.schema.zone()).map(Constant::Time)
            }
            (_, other) => {
                let fault = errors::not_of_its_type(about.name, is, &other, text, span);
                self.tell(fault);
                return None;
            }
        };
        if fitted.is_none() {
            self.tell(errors::outside_the_calendar(span));
        }
        fitted
    }
}
