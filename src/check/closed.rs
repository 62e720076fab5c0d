//! Closed sets of values: a text that a field never holds, or a number that no part of a date has, is a slip of the pen.

use super::as_of::moved_value;
use super::errors;
use super::histories::of_history;
use super::item::Checker;
use super::operand::Found;
use crate::diagnostics::suggest;
use crate::functions::{self, Function, ResultType, fold_case};
use crate::ir::{Value, ValueId};
use crate::schema::NamedSet;
use crate::types::{Constant, Type};

impl Checker<'_> {
    /// The values that a field, a part of a record or a function may have, where they are a closed set.
    pub(super) fn closed_values(&self, value: ValueId) -> Option<Vec<&str>> {
        if let Some((_, values)) = self.closed(value) {
            return Some(values.iter().map(String::as_str).collect());
        }
        match self.called(value)?.result {
            ResultType::OneOf(values) => Some(values.to_vec()),
            _ => None,
        }
    }

    /// Those of a field or a part, with its name.
    fn closed(&self, value: ValueId) -> Option<(&str, &[String])> {
        match self.graph.value(value) {
            Value::Field(id) => {
                let field = self.schema.field(*id);
                Some((&field.name, field.values.as_deref()?))
            }
            Value::Part { record, part } => match self.graph.type_of(*record) {
                Type::Record(record) => {
                    let part = record.parts.get(*part as usize)?;
                    Some((&part.name, part.values.as_deref()?))
                }
                _ => None,
            },
            Value::FoldCase(inner) => self.closed(*inner),
            Value::Aggregate { of, .. } => {
                let (_, values) = self.closed(*of)?;
                Some((of_history(&self.graph, self.schema, value)?, values))
            }
            Value::If { .. } => {
                let (_, moved) = moved_value(&self.graph, value)?;
                self.closed(moved)
            }
            _ => None,
        }
    }

    /// The texts that an `if` can give, where all of its parts are written out or have closed sets.
    fn chosen_values(&self, value: ValueId, found: &mut Vec<String>) -> Option<()> {
        match self.graph.value(value) {
            Value::If { .. } => {}
            Value::FoldCase(inner) if matches!(self.graph.value(*inner), Value::If { .. }) => {
                return self.chosen_values(*inner, found);
            }
            _ => return None,
        }
        let mut stack = vec![value];
        while let Some(value) = stack.pop() {
            match self.graph.value(value) {
                Value::If {
                    then, otherwise, ..
                } => stack.extend([*otherwise, *then]),
                Value::Constant(Constant::Text(text)) => found.push(text.to_string()),
                _ => {
                    let values = self.closed_values(value)?;
                    found.extend(values.into_iter().map(str::to_owned));
                }
            }
        }
        let mut seen = std::collections::HashSet::new();
        found.retain(|value| seen.insert(value.clone()));
        Some(())
    }

    /// Whether a value may be of a named set: told where it is a text that the set has not.
    pub(super) fn is_in_set(&mut self, value: Found, set: &NamedSet) -> bool {
        let Value::Constant(Constant::Text(written)) = self.graph.value(value.id) else {
            return true;
        };
        if set.values.iter().any(|known| **known == **written) {
            return true;
        }
        let near = suggest::nearest(written, set.values.iter().map(String::as_str));
        let fault = errors::not_in_named_set(&set.name, written, near, &set.values, value.span);
        self.tell(fault);
        false
    }

    /// The function that a value is a call of.
    fn called(&self, value: ValueId) -> Option<&'static Function> {
        match self.graph.value(value) {
            Value::Call { function, .. } => Some(functions::function(*function)),
            Value::FoldCase(inner) => self.called(*inner),
            _ => None,
        }
    }

    /// Tells where `constant` is a text or a number that the field or the function `value` never is.
    pub(super) fn check_closed(&mut self, value: Found, constant: Found, ignoring_case: bool) {
        match self.graph.value(constant.id) {
            Value::Constant(Constant::Text(written)) => {
                let written = written.clone();
                self.check_closed_text(value, &written, constant, ignoring_case);
            }
            Value::Constant(Constant::Number(number)) => {
                let Some(ResultType::WholeWithin(least, greatest)) =
                    self.called(value.id).map(|function| function.result)
                else {
                    return;
                };
                let within = i128::from(least)..=i128::from(greatest);
                if !number.is_whole() || !within.contains(&number.numerator()) {
                    self.tell(errors::never_this_number(
                        self.sources.text(value.span),
                        self.sources.text(constant.span),
                        (least, greatest),
                        constant.span,
                    ));
                }
            }
            _ => {}
        }
    }

    fn check_closed_text(&mut self, value: Found, written: &str, text: Found, ignoring_case: bool) {
        let mut chosen = Vec::new();
        let (name, values) = match (self.closed(value.id), self.closed_values(value.id)) {
            (Some((name, _)), Some(values)) => (name, values),
            (None, Some(values)) => (self.sources.text(value.span), values),
            (_, None) => {
                let Some(()) = self.chosen_values(value.id, &mut chosen) else {
                    return;
                };
                let values = chosen.iter().map(String::as_str).collect();
                (self.sources.text(value.span), values)
            }
        };
        let is_known = if ignoring_case {
            let written = fold_case(written);
            values.iter().any(|value| fold_case(value) == written)
        } else {
            values.contains(&written)
        };
        if is_known {
            return;
        }
        let near = suggest::nearest(written, values.iter().copied());
        let fault = errors::not_in_closed_set(name, written, near, &values, text.span);
        self.tell(fault);
    }
}
