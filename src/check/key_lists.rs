//! `in list "suppressed"`: a value among the keys of a list that the manifest names.

use super::errors;
use super::item::{Checker, Scope};
use super::logic::Logic;
use super::operand::{Checked, Operand};
use crate::diagnostics::suggest;
use crate::ir::Condition;
use crate::source::Span;
use crate::syntax::ast::{Expression, Text};
use crate::types::Type;

impl Checker<'_> {
    pub(super) fn in_key_list(
        &mut self,
        value_place: &Expression,
        negated: bool,
        name: &Text,
        ignoring_case: bool,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let value = self.value(value_place, scope);
        let Some(list) = self.schema.list_named(&name.value).cloned() else {
            let unreadable = self.schema.unreadable_lists();
            let fault = match unreadable.iter().find(|list| list.name == name.value) {
                Some(list) => errors::unreadable_key_list(&list.name, &list.reason, name.span),
                None => {
                    let known = self.schema.lists().iter().map(|list| list.name());
                    let broken = unreadable.iter().map(|list| list.name.as_str());
                    let near = suggest::nearest(&name.value, known.chain(broken));
                    errors::no_key_list(&name.value, near, name.span)
                }
            };
            return self.hole(fault);
        };
        let Some(mut value) = value else {
            return Operand::Hole;
        };
        let is = self.graph.type_of(value.id).clone();
        let fits = match list.element() {
            Type::Text => is == Type::Text,
            _ => matches!(is, Type::Number(_)),
        };
        if !fits {
            let text = self.sources.text(value.span);
            return self.hole(errors::key_list_of_others(
                (list.name(), list.element()),
                (text, &is),
                value.span,
                name.span,
            ));
        }
        if ignoring_case {
            let Some(folded) = self.folded(value) else {
                return Operand::Hole;
            };
            value = folded;
        }
        let needed = self.needed(value.id);
        let id = self.add_condition(Condition::InList {
            value: value.id,
            list,
            fold_case: ignoring_case,
        });
        let condition = Checked {
            id,
            logic: Logic::comparison(needed),
        };
        if negated {
            self.negated(condition, span)
        } else {
            Operand::Condition(condition)
        }
    }
}
