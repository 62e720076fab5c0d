//! Whether what most contacts give has values of the contacts or events in hand.

use super::Vectors;
use super::lanes::Lanes;
use crate::ir::{Figure, Value, ValueId};
use crate::types::Constant;

/// Among so few numbers looking through them is as quick as halving.
const FEW: usize = 16;

impl Vectors<'_> {
    /// For each lane whether a figure that is a list has all of the values, or one of them. None where the list is anything else.
    pub(super) fn has(&self, list: ValueId, all: bool, values: &[ValueId]) -> Option<Vec<bool>> {
        let is_top = match self.rows.bound.plan.graph.value(list) {
            Value::Population(population) => matches!(population.figure, Figure::Top { .. }),
            _ => false,
        };
        if !is_top {
            return None;
        }
        let (lists, list_type) = (self.value(list), self.type_of(list));
        let mut holds = vec![all; self.picked.len()];
        for value in values {
            let has = match &lists {
                Lanes::Same(list) => self.is_among(elements(list), *value),
                lists => {
                    let (own, of_own) = (self.value(*value), self.type_of(*value));
                    let has = |lane| {
                        let list = lists.constant(lane, list_type);
                        is_among(elements(&list), &own.constant(lane, of_own))
                    };
                    (0..holds.len()).map(has).collect()
                }
            };
            for (holds, has) in holds.iter_mut().zip(has) {
                *holds = if all { *holds & has } else { *holds | has };
            }
        }
        Some(holds)
    }

    /// For each lane whether a value is among these, which are in order.
    fn is_among(&self, elements: &[Constant], value: ValueId) -> Vec<bool> {
        if let Some(read) = self.read(value) {
            return read.each(|reading| is_among(elements, reading));
        }
        // Where there are more of them than lanes, it would take longer to make numbers of them.
        if elements.len() <= self.picked.len() + FEW
            && let Some(elements) = elements
                .iter()
                .map(Constant::whole_number)
                .collect::<Option<Vec<_>>>()
            && let Some(numbers) = self.whole_numbers(value)
        {
            let numbers = numbers.into_iter();
            return match elements.len() <= FEW {
                true => numbers
                    .map(|number| number.is_some_and(|number| elements.contains(&number)))
                    .collect(),
                false => numbers
                    .map(|number| {
                        number.is_some_and(|number| elements.binary_search(&number).is_ok())
                    })
                    .collect(),
            };
        }
        let (values, value_type) = (self.value(value), self.type_of(value));
        let has = |lane| is_among(elements, &values.constant(lane, value_type));
        (0..self.picked.len()).map(has).collect()
    }
}

/// The elements of a list; of one that is missing none.
fn elements(list: &Constant) -> &[Constant] {
    match list {
        Constant::List(elements) => elements,
        _ => &[],
    }
}

/// Whether a value is among others, which are in order and known.
fn is_among(elements: &[Constant], value: &Constant) -> bool {
    elements
        .binary_search_by(|element| element.total_order(value))
        .is_ok()
}
