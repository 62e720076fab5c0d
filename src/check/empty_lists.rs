//! The lint of `every x[c]`, which is true where there is no `x`: whether anything beside it says that there is one.
//!
//! That a list has elements is kept among what is known where a condition holds (see [`Logic`]), as the number of these elements.

use super::errors;
use super::item::{Checker, Scope};
use super::logic::{Admission, Fields, Leaf, Logic};
use crate::ir::{Comparison, Condition, ConditionId, Rows, Value, ValueId};
use crate::source::Span;
use crate::types::{Aggregate, Constant, Exact, NumberKind, Type};
use std::cmp::Ordering;
use std::rc::Rc;

impl Checker<'_> {
    /// `every x[c]`: what it does about missing values, where `rows` is what stands before its last bracket, `of`.
    pub(super) fn logic_of_every(
        &mut self,
        rows: Rows,
        before: ConditionId,
        known_if_false: Fields,
        (of, span): (Span, Span),
        scope: &Scope,
    ) -> Rc<Logic> {
        let mut leaf = Leaf {
            known_if_false,
            ..Leaf::default()
        };
        leaf.known_if_false.extend(self.elements_of(rows, before));
        // A definition is told of where it stands; in brackets, only what is asked of their elements.
        let Rows::List(list) = rows;
        if !scope.expansion && self.is_told_of(list, scope) {
            let number = self.number_of(rows, before);
            self.every.insert(number, of);
            leaf.admitted.insert(number);
            leaf.span = Some(span);
        }
        Rc::new(Logic::Leaf(leaf))
    }

    /// A leaf, with the lists that have elements where it is true or false.
    pub(super) fn with_elements(&mut self, id: ConditionId, logic: Rc<Logic>) -> Rc<Logic> {
        let Logic::Leaf(leaf) = &*logic else {
            return logic;
        };
        let (if_true, if_false) = match *self.graph.condition(id) {
            Condition::Any { rows, condition } => {
                (self.elements_of(rows, condition), Fields::new())
            }
            Condition::Has { list, .. } => {
                let list = match self.graph.value(list) {
                    Value::FoldCase(inner) => *inner,
                    _ => list,
                };
                let all = self.add_condition(Condition::Constant(true));
                (self.elements_of(Rows::List(list), all), Fields::new())
            }
            Condition::Compare { left, right, .. } => self.elements_counted(id, &[left, right]),
            Condition::Range { value, .. } => self.elements_counted(id, &[value]),
            _ => return logic,
        };
        if if_true.is_empty() && if_false.is_empty() {
            return logic;
        }
        let mut leaf = leaf.clone();
        leaf.known_if_true.extend(if_true);
        leaf.known_if_false.extend(if_false);
        Rc::new(Logic::Leaf(leaf))
    }

    /// Of a comparison of these with a count that does not hold of none, or holds of none; of one with a figure that nothing has of no elements.
    fn elements_counted(&mut self, id: ConditionId, operands: &[ValueId]) -> (Fields, Fields) {
        let (mut if_true, mut if_false) = (Fields::new(), Fields::new());
        for operand in operands {
            match *self.graph.value(*operand) {
                Value::Count {
                    rows,
                    condition: of,
                    ..
                } => match self.holds_of_none(self.graph.condition(id), *operand) {
                    Some(true) => if_false.extend(self.elements_of(rows, of)),
                    Some(false) => if_true.extend(self.elements_of(rows, of)),
                    None => {}
                },
                Value::Aggregate {
                    function,
                    rows,
                    condition: of,
                    ..
                } if function != Aggregate::Sum => if_true.extend(self.elements_of(rows, of)),
                _ => {}
            }
        }
        (if_true, if_false)
    }

    /// Whether a condition on a count holds where it is 0; none where that hangs on more than constants.
    fn holds_of_none(&self, condition: &Condition, count: ValueId) -> Option<bool> {
        let against_none = |value: ValueId| match self.graph.value(value) {
            Value::Constant(constant) => constant.compare(&Constant::Number(Exact::ZERO)),
            _ => None,
        };
        Some(match condition {
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let order = if *left == count {
                    against_none(*right)?.reverse()
                } else {
                    against_none(*left)?
                };
                match comparison {
                    Comparison::Equal => order == Ordering::Equal,
                    Comparison::Less => order == Ordering::Less,
                    Comparison::LessOrEqual => order != Ordering::Greater,
                }
            }
            Condition::Range { low, high, .. } => {
                let holds = |bound: &Option<crate::ir::Bound>, beyond: Ordering| match bound {
                    None => Some(true),
                    Some(bound) => {
                        let order = against_none(bound.value)?;
                        Some(order == beyond.reverse() || (bound.inclusive && order.is_eq()))
                    }
                };
                holds(low, Ordering::Greater)? && holds(high, Ordering::Less)?
            }
            _ => return None,
        })
    }

    /// That there are elements with this condition, and so elements at all.
    fn elements_of(&mut self, rows: Rows, condition: ConditionId) -> Fields {
        let all = self.add_condition(Condition::Constant(true));
        [condition, all]
            .into_iter()
            .map(|condition| self.number_of(rows, condition))
            .collect()
    }

    fn number_of(&mut self, rows: Rows, condition: ConditionId) -> ValueId {
        let count = Value::Count {
            rows,
            condition,
            distinct: None,
        };
        self.graph.add_value(count, Type::Number(NumberKind::Whole))
    }

    /// Tells of lists without elements that are let in, and leaves the fields of an admission that are none of these.
    pub(super) fn tell_empty_lists(&mut self, admission: &mut Admission) {
        let (lists, fields): (Fields, Fields) = (admission.fields.iter())
            .partition(|id| matches!(self.graph.value(**id), Value::Count { .. }));
        admission.fields = fields;
        for list in lists {
            if let Some(of) = self.every.get(&list) {
                let of = self.sources.text(*of);
                self.tell(errors::every_admits_none(
                    of,
                    admission.span,
                    admission.in_or,
                ));
            }
        }
    }
}
