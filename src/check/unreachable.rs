//! Labels that no contact can have: their condition never holds, or whom it fits has a label above them.

use super::decided::Lints;
use super::errors;
use super::labels::Classification;
use super::names::DefinitionId;
use crate::decide::Answer;
use crate::ir::ConditionId;
use crate::syntax::ast::Label;
use std::rc::Rc;

impl Lints<'_, '_> {
    /// Looks at all classifications; nothing is said of one that has something to mend first.
    pub(super) fn unreachable_labels(&mut self, faulty: &[bool]) {
        let mut sound: Vec<(DefinitionId, Rc<Classification>)> = self
            .checker
            .classifications
            .iter()
            .filter(|(id, classification)| !faulty[id.0] && classification.drawn.is_none())
            .map(|(id, classification)| (*id, Rc::clone(classification)))
            .collect();
        sound.sort_by_key(|(id, _)| *id);
        for (id, classification) in sound {
            let labels = self.checker.definitions.get(id).labels.unwrap_or_default();
            self.unreachable(labels, &classification);
        }
    }

    fn unreachable(&mut self, labels: &[Label], classification: &Classification) {
        let whens: Vec<Option<ConditionId>> = classification
            .labels
            .iter()
            .map(|label| label.when)
            .collect();
        for (place, label) in labels.iter().enumerate() {
            let own = whens[place];
            // That it never holds was told where it stands.
            if own.is_some_and(|own| self.is_settled(own)) {
                continue;
            }
            if own.is_some_and(|own| self.decider.never_holds(own)) {
                self.found.push(errors::unreachable_label(label, &[], true));
                continue;
            }
            let cannot = |above: &[usize]| {
                let mut asked: Vec<(ConditionId, bool)> = above
                    .iter()
                    .filter_map(|above| Some((whens[*above]?, false)))
                    .collect();
                asked.extend(own.map(|own| (own, true)));
                self.decider.can_hold(&asked) == Answer::No
            };
            let mut needed: Vec<usize> = (0..place).collect();
            if needed.is_empty() || !cannot(&needed) {
                continue;
            }
            if let Some(alone) = needed.iter().find(|above| cannot(&[**above])) {
                needed = vec![*alone];
            } else {
                for above in 0..place {
                    let without: Vec<usize> = needed
                        .iter()
                        .copied()
                        .filter(|other| *other != above)
                        .collect();
                    if cannot(&without) {
                        needed = without;
                    }
                }
            }
            let covered_by: Vec<&Label> = needed.iter().map(|above| &labels[*above]).collect();
            self.found
                .push(errors::unreachable_label(label, &covered_by, false));
        }
    }
}
