//! Closed sets of values: a text that a field never holds is a slip of the pen.

use super::errors;
use super::item::Checker;
use super::operand::Found;
use crate::diagnostics::suggest;
use crate::functions::fold_case;
use crate::ir::{Value, ValueId};
use crate::schema::{Field, NamedSet};
use crate::types::Constant;

impl Checker<'_> {
    /// The values that a field may have, where they are a closed set.
    pub(super) fn closed_values(&self, value: ValueId) -> Option<&[String]> {
        self.closed_field(value)?.values.as_deref()
    }

    fn closed_field(&self, value: ValueId) -> Option<&Field> {
        match self.graph.value(value) {
            Value::Field(id) => Some(self.schema.field(*id)).filter(|field| field.values.is_some()),
            Value::FoldCase(inner) => self.closed_field(*inner),
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
                _ => found.extend_from_slice(self.closed_values(value)?),
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

    /// Tells where `text` is a constant that the field `value` never holds.
    pub(super) fn check_closed(&mut self, value: Found, text: Found, ignoring_case: bool) {
        let Value::Constant(Constant::Text(written)) = self.graph.value(text.id) else {
            return;
        };
        let mut chosen = Vec::new();
        let (name, values) = match self.closed_field(value.id) {
            Some(field) => (
                field.name.as_str(),
                field.values.as_deref().unwrap_or_default(),
            ),
            None => {
                let Some(()) = self.chosen_values(value.id, &mut chosen) else {
                    return;
                };
                (self.sources.text(value.span), chosen.as_slice())
            }
        };
        let is_known = if ignoring_case {
            let written = fold_case(written);
            values.iter().any(|value| fold_case(value) == written)
        } else {
            values.iter().any(|value| **value == **written)
        };
        if is_known {
            return;
        }
        let near = suggest::nearest(written, values.iter().map(String::as_str));
        let fault = errors::not_in_closed_set(name, written, near, values, text.span);
        self.tell(fault);
    }
}
