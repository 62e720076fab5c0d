//! The lints of negations and of `every` in brackets: which elements they let in that lack a part, or have no elements of their own.
//!
//! Each bracket speaks of its own elements. What is asked of the contact in a bracket is left alone, since what is known of the contact is
//! said outside of it.

use super::errors;
use super::item::{Checker, Scope};
use super::logic::{self, Fields, Logic};
use super::selection::Selection;
use crate::ir::{Rows, Value, ValueId};
use crate::source::Span;

impl Checker<'_> {
    /// Tells what the brackets of a selection let in. In the body of a definition that was put in, it has been told where that stands.
    pub(super) fn tell_admitted_elements(&mut self, selection: &Selection, scope: &Scope) {
        if scope.expansion {
            return;
        }
        let logic = Logic::And(
            (selection.conditions.iter())
                .map(|one| one.logic.clone())
                .collect(),
        );
        let name = selection.bracket.name.as_deref().unwrap_or_default();
        for admission in logic.admissions() {
            let (mut parts, mut lists) = (Vec::new(), Vec::new());
            for id in admission.fields {
                match self.graph.value(id) {
                    Value::Count {
                        rows: Rows::List(list),
                        ..
                    } if logic::is_of_element(&self.graph, *list) => {
                        lists.extend(self.every.get(&id).copied());
                    }
                    _ => parts.extend(logic::written_in(&self.graph, name, id)),
                }
            }
            parts.sort();
            let of = self.sources.text(selection.bracket.of);
            if !parts.is_empty() {
                self.tell(errors::negation_admits_missing_parts(
                    of,
                    &parts,
                    admission.span,
                    admission.in_or,
                ));
            }
            self.tell_elements_without(of, &lists, admission.span, admission.in_or);
        }
    }

    fn tell_elements_without(&mut self, of: &str, lists: &[Span], span: Span, in_or: bool) {
        for list in lists {
            let list = self.sources.text(*list);
            self.tell(errors::every_admits_elements_without(of, list, span, in_or));
        }
    }

    /// Without the parts of elements, which mean nothing outside of their bracket.
    pub(super) fn of_outside(&self, mut fields: Fields) -> Fields {
        fields.retain(|field| !logic::is_of_element(&self.graph, *field));
        fields
    }

    /// Whether `every` asks of elements that a contact has, or that the innermost record has.
    pub(super) fn is_told_of(&self, list: ValueId, scope: &Scope) -> bool {
        scope.brackets.is_empty() || logic::is_of_element(&self.graph, list)
    }
}
