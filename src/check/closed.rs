//! Closed sets of values: a text that a field never holds is a slip of the pen.

use super::errors;
use super::item::Checker;
use super::operand::Found;
use crate::diagnostics::suggest;
use crate::functions::fold_case;
use crate::ir::{Value, ValueId};
use crate::schema::Field;
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

    /// Tells where `text` is a constant that the field `value` never holds.
    pub(super) fn check_closed(&mut self, value: Found, text: Found, ignoring_case: bool) {
        let Value::Constant(Constant::Text(written)) = self.graph.value(text.id) else {
            return;
        };
        let Some(field) = self.closed_field(value.id) else {
            return;
        };
        let values = field.values.as_deref().unwrap_or_default();
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
        let fault = errors::not_in_closed_set(&field.name, written, near, values, text.span);
        self.tell(fault);
    }
}
