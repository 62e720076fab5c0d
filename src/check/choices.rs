//! `if … then … else`, and how many of several conditions hold.

use super::arithmetic::widest;
use super::errors;
use super::item::{Checker, Extent, Scope};
use super::limits;
use super::logic::Logic;
use super::operand::{Checked, Found, Operand};
use crate::ir::{Condition, Value};
use crate::source::Span;
use crate::syntax::ast::{Branch, CountComparison, Expression, ExpressionKind, Spanned};
use crate::types::Type;
use std::rc::Rc;

impl Checker<'_> {
    /// A value where all branches are values, a condition where one of them is a condition.
    pub(super) fn choice(
        &mut self,
        branches: &[Branch],
        otherwise: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        // Each further branch lies in the one before.
        let nested = Extent {
            depth: branches.len(),
            size: branches.len(),
        };
        if !self.reach(nested, !scope.expansion, span) {
            return Operand::Hole;
        }
        let conditions: Vec<Option<Checked>> = branches
            .iter()
            .map(|branch| self.condition(&branch.condition, scope))
            .collect();
        let places: Vec<&Expression> = branches
            .iter()
            .map(|branch| &branch.value)
            .chain([otherwise])
            .collect();
        let operands: Vec<Operand> = places
            .iter()
            .map(|place| self.expression(place, scope))
            .collect();
        let conditions: Option<Vec<Checked>> = conditions.into_iter().collect();
        if operands
            .iter()
            .any(|operand| matches!(operand, Operand::Condition(_)))
        {
            return self.choice_of_conditions(conditions, &places, operands);
        }
        let values: Vec<Option<Found>> = operands
            .into_iter()
            .zip(&places)
            .map(|(operand, place)| self.operand_value(operand, place))
            .collect();
        let values = values
            .into_iter()
            .map(|value| Some(self.event_as_time(value?)));
        let values: Option<Vec<Found>> = values.collect();
        let (Some(conditions), Some(values)) = (conditions, values) else {
            return Operand::Hole;
        };
        let Some(result) = self.type_of_branches(&values) else {
            return Operand::Hole;
        };
        let ids: Vec<_> = values
            .iter()
            .map(|value| self.as_kind(value.id, &result))
            .collect();
        let [branches @ .., otherwise] = ids.as_slice() else {
            return Operand::Hole;
        };
        let mut value = *otherwise;
        for (condition, then) in conditions.iter().zip(branches).rev() {
            let choice = Value::If {
                condition: condition.id,
                then: *then,
                otherwise: value,
            };
            value = self.graph.add_value(choice, result.clone());
        }
        Operand::Value(Found { id: value, span })
    }

    /// The type that all branches have; told where they differ.
    fn type_of_branches(&mut self, values: &[Found]) -> Option<Type> {
        let (first, rest) = values.split_first()?;
        let mut result = self.graph.type_of(first.id).clone();
        if let Type::List(_) = result {
            self.tell(errors::branch_is_list(&result, first.span));
            return None;
        }
        for value in rest {
            let is = self.graph.type_of(value.id).clone();
            result = match (&result, &is) {
                (Type::Number(a), Type::Number(b)) => Type::Number(widest(*a, *b)),
                _ if result == is => result,
                _ => {
                    let advice = self.kinds_advice(*first, *value);
                    self.tell(errors::branches_do_not_fit(
                        (&result.described(), first.span),
                        (&is.described(), value.span),
                        advice,
                    ));
                    return None;
                }
            };
        }
        Some(result)
    }

    fn choice_of_conditions(
        &mut self,
        conditions: Option<Vec<Checked>>,
        places: &[&Expression],
        operands: Vec<Operand>,
    ) -> Operand {
        let mut parts = Some(Vec::new());
        let is_condition = |operand: &Operand| matches!(operand, Operand::Condition(_));
        let condition_place = operands
            .iter()
            .position(is_condition)
            .map_or(places[0].span, |place| places[place].span);
        for (operand, place) in operands.into_iter().zip(places) {
            let part = match operand {
                Operand::Hole => None,
                Operand::Labels { id, span } => self.labels_as_condition(id, span),
                Operand::Condition(condition) => Some(condition),
                other => match self.operand_value(other, place) {
                    Some(found) if *self.graph.type_of(found.id) == Type::Boolean => {
                        let needed = self.needed(found.id);
                        let id = self.add_condition(Condition::Holds(found.id));
                        Some(Checked {
                            id,
                            logic: Logic::comparison(needed),
                        })
                    }
                    Some(found) => {
                        let is = self.graph.type_of(found.id).described();
                        self.tell(errors::branches_do_not_fit(
                            ("a condition", condition_place),
                            (&is, found.span),
                            None,
                        ));
                        None
                    }
                    None => None,
                },
            };
            parts = parts.zip(part).map(|(mut parts, part)| {
                parts.push(part);
                parts
            });
        }
        let (Some(conditions), Some(mut parts)) = (conditions, parts) else {
            return Operand::Hole;
        };
        let Some(mut result) = parts.pop() else {
            return Operand::Hole;
        };
        for (condition, then) in conditions.into_iter().zip(parts).rev() {
            result = self.either(condition, then, result);
        }
        Operand::Condition(result)
    }

    /// `(c AND a) OR (NOT c AND b)`. That NOT is no negation of the reader's: where c rests on a missing value, b is what they asked for.
    fn either(&mut self, condition: Checked, then: Checked, otherwise: Checked) -> Checked {
        let denied = self.add_condition(Condition::Not(condition.id));
        let first = self.add_condition(Condition::And([condition.id, then.id].into()));
        let second = self.add_condition(Condition::And([denied, otherwise.id].into()));
        let id = self.add_condition(Condition::Or([first, second].into()));
        let denied = condition.logic.denied();
        let logic = Logic::Or(vec![
            Rc::new(Logic::And(vec![condition.logic, then.logic])),
            Rc::new(Logic::And(vec![denied, otherwise.logic])),
        ]);
        Checked {
            id,
            logic: Rc::new(logic),
        }
    }

    /// `at least 2 of (a, b, c)`
    pub(super) fn counted(
        &mut self,
        comparison: Spanned<CountComparison>,
        number: Spanned<u32>,
        conditions: &[Expression],
        span: Span,
        scope: &Scope,
    ) -> Operand {
        if conditions.len() > limits::COUNTED {
            return self.hole(errors::too_many_counted(limits::COUNTED, span));
        }
        let parts = self.conditions(conditions, scope);
        let most = conditions.len() as u64;
        let value = u64::from(number.value);
        // The least and the greatest number that may hold.
        let (least, greatest) = match comparison.value {
            CountComparison::AtLeast => (value, most),
            CountComparison::AtMost => (0, value),
            CountComparison::Exactly => (value, value),
            CountComparison::MoreThan => (value + 1, most),
            CountComparison::FewerThan => match value.checked_sub(1) {
                Some(greatest) => (0, greatest),
                None => (1, 0),
            },
        };
        let is_never = least > most || least > greatest;
        let is_always = least == 0 && greatest >= most;
        // A part that could not be read may be several.
        let is_whole = conditions
            .iter()
            .all(|condition| !matches!(*condition.kind, ExpressionKind::Hole));
        if is_whole && (is_never || is_always) {
            return self.hole(errors::count_decides_nothing(
                comparison,
                number,
                conditions.len(),
                is_always,
            ));
        }
        let Some(parts) = parts else {
            return Operand::Hole;
        };
        let of: Box<[_]> = parts.iter().map(|part| part.id).collect();
        let mut at_least = |count: u64| {
            self.graph.add_condition(Condition::AtLeast {
                count: count as u32,
                of: of.clone(),
            })
        };
        let enough = (least > 0).then(|| at_least(least));
        let too_many = (greatest < most).then(|| at_least(greatest + 1));
        let id = match (enough, too_many) {
            (Some(enough), None) => enough,
            (None, Some(too_many)) => self.add_condition(Condition::Not(too_many)),
            (Some(enough), Some(too_many)) => {
                let not = self.add_condition(Condition::Not(too_many));
                self.add_condition(Condition::And([enough, not].into()))
            }
            (None, None) => return Operand::Hole,
        };
        let logic = Logic::Counted {
            parts: parts.into_iter().map(|part| part.logic).collect(),
            some_hold: least > 0,
        };
        Operand::Condition(Checked {
            id,
            logic: Rc::new(logic),
        })
    }
}
