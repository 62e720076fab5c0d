//! The lint of `spring is not mail`, which is true of whoever the split is not of: whether anything beside it says that they are none.
//!
//! That a contact has an arm is kept among what is known where a condition holds (see [`Logic`]), as the text of its arm.

use super::decided::Lints;
use super::errors;
use super::item::Checker;
use super::logic::{Admission, Fields, Logic};
use super::names::DefinitionId;
use crate::ir::{Condition, ConditionId, Graph, ValueId};
use crate::source::Span;
use std::collections::HashSet;
use std::rc::Rc;

/// A split whose arms may be denied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawing {
    /// The name of a contact's arm.
    pub text: ValueId,
    pub split: DefinitionId,
    pub audience: ConditionId,
}

/// A negation that lets in whoever has no arm, as far as its own parts tell.
#[derive(Clone, Debug)]
pub(super) struct LetIn {
    owner: DefinitionId,
    whole: ConditionId,
    drawing: Drawing,
    span: Span,
    in_or: bool,
}

impl Checker<'_> {
    /// Of parts that are joined by AND: that there is an arm of each split of whose audience they are. Whom the arms leave is let in on purpose then.
    pub(super) fn audiences_among(&self, parts: &[ConditionId]) -> Option<Rc<Logic>> {
        if self.drawings.is_empty() {
            return None;
        }
        let mut own = HashSet::new();
        for part in parts {
            conjuncts(&self.graph, *part, &mut own);
        }
        let narrowed = self.drawings.iter().filter(|drawing| {
            let mut audience = HashSet::new();
            conjuncts(&self.graph, drawing.audience, &mut audience);
            audience.is_subset(&own)
        });
        let known: Fields = narrowed.map(|drawing| drawing.text).collect();
        (!known.is_empty()).then(|| Logic::about(known))
    }

    /// Remembers who is let in without an arm, and leaves the fields of an admission that are none of these.
    pub(super) fn note_outsiders(
        &mut self,
        owner: DefinitionId,
        whole: ConditionId,
        admission: &mut Admission,
    ) {
        for drawing in &self.drawings {
            if admission.fields.remove(&drawing.text) {
                self.let_in.push(LetIn {
                    owner,
                    whole,
                    drawing: *drawing,
                    span: admission.span,
                    in_or: admission.in_or,
                });
            }
        }
    }
}

/// The conditions that all hold where this one does, as far as it is made of them, itself among them.
fn conjuncts(graph: &Graph, condition: ConditionId, found: &mut HashSet<ConditionId>) {
    match graph.condition(condition) {
        Condition::And(parts) => {
            for part in parts {
                conjuncts(graph, *part, found);
            }
        }
        _ => {
            found.insert(condition);
        }
    }
}

impl Lints<'_, '_> {
    /// Tells of negations that let in whom a split is not of, where the whole condition may hold for somebody like that.
    pub(super) fn outsiders(&mut self, faulty: &[bool]) {
        for let_in in &self.checker.let_in {
            let Drawing {
                split, audience, ..
            } = let_in.drawing;
            let is_told = self.found.iter().any(|told| {
                matches!(
                    told.code.0,
                    "covers-all-values" | "always-true" | "never-true"
                ) && told.primary.span == let_in.span
            });
            if faulty[let_in.owner.0]
                || faulty[split.0]
                || is_told
                || self.decider.follows(&[let_in.whole], audience)
            {
                continue;
            }
            let split = self.checker.definitions.get(split).name;
            self.found.push(errors::negation_admits_outsiders(
                split,
                let_in.span,
                let_in.in_or,
            ));
        }
    }
}
