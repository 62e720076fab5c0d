//! Chains of events: `view then click within 2 days`, `start without finish within 14 days on title`. A chain selects those events of its
//! first step for which the rest holds; each later step is a bracket in that of the step before it.

use super::errors;
use super::events::Behind;
use super::item::{Checker, Scope};
use super::operand::{Checked, Found};
use super::selection::{Bracket, Selection};
use crate::ir::{Comparison, Condition, ConditionId, Rows, ValueId};
use crate::syntax::ast::{Expression, Step, StepKind};
use crate::types::Type;

/// The step before the one at hand, in whose bracket it stands.
struct Before {
    bracket: Bracket,
    /// Its time, in its own bracket.
    time: ValueId,
    /// What all steps agree on, in its own bracket.
    agreed: Option<Found>,
}

/// What stands behind all steps of a chain.
struct Around<'e, 's> {
    on: Option<&'e Expression>,
    window: Option<Behind<'e>>,
    /// Where the chain stands.
    scope: &'e Scope<'s>,
}

impl Checker<'_> {
    /// Those events of the first step for which the rest of the chain holds.
    pub(super) fn sequence(
        &mut self,
        first: &Expression,
        steps: &[Step],
        on: Option<&Expression>,
        window: Option<Behind>,
        scope: &Scope,
    ) -> Option<Selection> {
        let around = Around { on, window, scope };
        for (place, step) in steps.iter().enumerate() {
            if step.kind.value == StepKind::Without
                && let Some(later) = steps.get(place + 1)
            {
                self.tell(errors::step_after_without(later.kind.span, step.kind.span));
                return None;
            }
        }
        let mut selection = self.step_of_events(first, scope)?;
        let before = self.step_before(&mut selection, &around, scope)?;
        if let Some(window) = window {
            self.narrow(&mut selection, window, scope, 1)?;
        }
        let inside = scope.inside(before.bracket.clone());
        let rest = self.rest_of_chain(steps, &around, &before, &inside)?;
        selection.behind.push(rest);
        selection.is_windowed = true;
        Some(selection)
    }

    /// The events of a step; told where they are none.
    fn step_of_events(&mut self, place: &Expression, scope: &Scope) -> Option<Selection> {
        let selection = self.selection("a chain", place, scope)?;
        if let Some(frequency) = selection.frequency {
            self.tell(errors::frequency_in_chain(frequency.span));
            return None;
        }
        if !selection.is_of_events() {
            let of = selection.bracket.of;
            self.tell(errors::step_of_no_events(self.sources.text(of), of));
            return None;
        }
        Some(selection)
    }

    fn step_before(
        &mut self,
        selection: &mut Selection,
        around: &Around,
        scope: &Scope,
    ) -> Option<Before> {
        let time = self.time_of_element(&selection.bracket.element.clone());
        let agreed = match around.on {
            Some(on) => Some(self.value(on, &scope.inside(selection.bracket.clone()))?),
            None => None,
        };
        selection.unused_name = None;
        let bracket = Bracket {
            is_open: false,
            ..selection.bracket.clone()
        };
        Some(Before {
            bracket,
            time,
            agreed,
        })
    }

    /// What the steps behind an event ask of it, in its bracket.
    fn rest_of_chain(
        &mut self,
        steps: &[Step],
        around: &Around,
        before: &Before,
        scope: &Scope,
    ) -> Option<Checked> {
        let Some((step, later)) = steps.split_first() else {
            return Some(self.plain(Condition::Constant(true)));
        };
        let mut selection = self.step_of_events(&step.rows, scope)?;
        let own = self.step_before(&mut selection, around, scope)?;
        // In the bracket of this step the one before it lies one further out.
        let time_before = self.graph.shifted(before.time, 1);
        let mut asked = vec![self.add_condition(Condition::Compare {
            comparison: Comparison::Less,
            left: time_before,
            right: own.time,
        })];
        let length = match &step.within {
            Some(within) if within.amount.mantissa == 0 => {
                let text = self.sources.text(within.span);
                self.tell(errors::empty_window(text, within.span));
                return None;
            }
            Some(within) => Some(self.length(within)?),
            None => None,
        };
        if let Some(length) = length {
            let end = self.moved(time_before, length, false);
            asked.push(self.add_condition(Condition::Compare {
                comparison: Comparison::LessOrEqual,
                left: own.time,
                right: end,
            }));
        }
        if let (Some(earlier), Some(later)) = (before.agreed, own.agreed) {
            asked.push(self.agreement(earlier, later)?);
        }
        let inside = scope.inside(own.bracket.clone());
        match step.kind.value {
            StepKind::Then => {
                if let Some(window) = around.window {
                    let brackets = inside.brackets.len() - around.scope.brackets.len();
                    self.narrow(&mut selection, window, around.scope, brackets as u32)?;
                }
                let rest = self.rest_of_chain(later, around, &own, &inside)?;
                asked.push(self.narrowed(&selection));
                asked.push(rest.id);
                let condition = self.together(&asked);
                let rows = Rows::List(selection.list);
                Some(self.plain(Condition::Any { rows, condition }))
            }
            StepKind::Without => {
                asked.push(self.narrowed(&selection));
                let condition = self.together(&asked);
                let rows = Rows::List(selection.list);
                let followed = self.add_condition(Condition::Any { rows, condition });
                let mut holds = vec![self.add_condition(Condition::Not(followed))];
                // It only counts once the time for it has passed.
                if let Some(length) = length {
                    let (end, now) = (self.moved(before.time, length, false), self.now());
                    holds.push(self.add_condition(Condition::Compare {
                        comparison: Comparison::LessOrEqual,
                        left: end,
                        right: now,
                    }));
                }
                let id = self.together(&holds);
                Some(Checked {
                    id,
                    logic: super::logic::Logic::about(Default::default()),
                })
            }
        }
    }

    /// That a step and the one before it, each in its own bracket, have the same value.
    fn agreement(&mut self, earlier: Found, later: Found) -> Option<ConditionId> {
        let (one, other) = (
            self.graph.type_of(earlier.id).clone(),
            self.graph.type_of(later.id).clone(),
        );
        let can_be_equal = !matches!(
            one,
            Type::List(_) | Type::Record(_) | Type::Map(_) | Type::Point
        );
        if !super::compare::same_sort(&one, &other) || !can_be_equal {
            let text = self.sources.text(later.span);
            self.tell(errors::cannot_agree(text, &one, &other, later.span));
            return None;
        }
        let left = self.graph.shifted(earlier.id, 1);
        Some(self.add_condition(Condition::Compare {
            comparison: Comparison::Equal,
            left,
            right: later.id,
        }))
    }

    fn plain(&mut self, condition: Condition) -> Checked {
        Checked {
            id: self.add_condition(condition),
            logic: super::logic::Logic::about(Default::default()),
        }
    }
}
