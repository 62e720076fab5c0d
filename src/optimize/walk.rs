//! The meaning of a graph for one contact at a time, node by node, with the elements of the brackets that are being looked at: slow, and right for
//! whatever has no quicker way. Where the values of the contact come from is the caller's to say.

use super::constants::{decide, work_out};
use crate::ir::{Condition, ConditionId, Figure, Graph, Population, Rows, Value, ValueId};
use crate::population::{Figures, Table};
use crate::types::{Constant, Exact, Type, favourite};
use hashbrown::{HashMap, HashSet};
use jiff::tz::TimeZone;

/// How many elements have each of several values.
#[derive(Default)]
pub(crate) struct Different(HashMap<Constant, u32>);

impl Different {
    /// One element more that has this value, or those of this list; missing ones are not counted.
    pub(crate) fn add(&mut self, value: Constant) {
        match value {
            Constant::Missing => {}
            Constant::List(elements) => {
                // An element that has a value twice is one element.
                let each: HashSet<&Constant> = elements.iter().collect();
                for value in each
                    .into_iter()
                    .filter(|value| **value != Constant::Missing)
                {
                    *self.0.entry(value.clone()).or_default() += 1;
                }
            }
            value => *self.0.entry(value).or_default() += 1,
        }
    }

    /// How many values at least so many elements have.
    pub(crate) fn at_least(&self, times: u32) -> i128 {
        self.0.values().filter(|met| **met >= times).count() as i128
    }
}

/// One contact.
pub(crate) trait Contact {
    fn graph(&self) -> &Graph;

    fn zone(&self) -> &TimeZone;

    /// Nanoseconds since 1970-01-01T00:00Z.
    fn now(&self) -> i128;

    /// What is known of a value without looking at its operands: fields, what is the same for all contacts. It stands in so many brackets that
    /// are being looked at here.
    fn known(&self, value: ValueId, inside: u32) -> Option<Constant>;

    /// What populations tell, as far as they have been worked out.
    fn figures(&self) -> Option<&Figures> {
        None
    }

    /// The element of a bracket that is being looked at from outside, the innermost of which is 0.
    fn element(&self, _depth: u32) -> Constant {
        Constant::Missing
    }
}

/// The elements that are being looked at, the innermost first.
struct Elements<'a> {
    element: &'a Constant,
    around: Option<&'a Elements<'a>>,
    /// How many there are.
    number: u32,
}

/// Whether a condition holds for a contact.
pub(crate) fn holds(contact: &impl Contact, condition: ConditionId) -> bool {
    let walk = Walk {
        contact,
        elements: None,
    };
    walk.holds(condition)
}

/// A value of a contact.
pub(crate) fn value(contact: &impl Contact, value: ValueId) -> Constant {
    let walk = Walk {
        contact,
        elements: None,
    };
    walk.value(value)
}

/// Whether the elements of a list are known values in their order, as those of figures are.
fn is_in_order(graph: &Graph, list: ValueId) -> bool {
    match graph.value(list) {
        Value::Population(population) => {
            matches!(population.figure, Figure::Top { .. } | Figure::Implied(_))
        }
        _ => false,
    }
}

struct Walk<'a, C> {
    contact: &'a C,
    elements: Option<&'a Elements<'a>>,
}

impl<C: Contact> Walk<'_, C> {
    fn holds(&self, condition: ConditionId) -> bool {
        let condition = self.contact.graph().condition(condition);
        if let Condition::Any { rows, condition } = condition {
            let mut found = false;
            self.each(*rows, *condition, |_| {
                found = true;
                false
            });
            return found;
        }
        if let Condition::Has { list, all, values } = condition
            && is_in_order(self.contact.graph(), *list)
        {
            return self.has(*list, *all, values);
        }
        decide(condition, &|id| Some(self.holds(id)), &|id| {
            Some(self.value(id))
        })
        .unwrap_or(false)
    }

    /// Whether a list has these values, found as in a dictionary: what most have may be very many where many are had equally often.
    fn has(&self, list: ValueId, all: bool, values: &[ValueId]) -> bool {
        let list = self.value(list);
        let elements: &[Constant] = match &list {
            Constant::List(elements) => elements,
            _ => &[],
        };
        let has = |value: &ValueId| {
            let value = self.value(*value);
            elements
                .binary_search_by(|element| element.total_order(&value))
                .is_ok()
        };
        match all {
            true => values.iter().all(has),
            false => values.iter().any(has),
        }
    }

    fn value(&self, id: ValueId) -> Constant {
        let inside = self.elements.map_or(0, |elements| elements.number);
        if let Some(known) = self.contact.known(id, inside) {
            return known;
        }
        let graph = self.contact.graph();
        match graph.value(id) {
            Value::Element { depth } => self.element(*depth),
            Value::Count {
                rows,
                condition,
                distinct,
            } => {
                let mut number: i128 = 0;
                let mut different = Different::default();
                self.each(*rows, *condition, |inside| {
                    match distinct {
                        None => number += 1,
                        Some(distinct) => different.add(inside.value(distinct.value)),
                    }
                    true
                });
                if let Some(distinct) = distinct {
                    number = different.at_least(distinct.at_least);
                }
                Constant::Number(Exact::whole(number))
            }
            Value::Aggregate {
                function,
                of,
                rows,
                condition,
            } => {
                let mut values = Vec::new();
                self.each(*rows, *condition, |inside| {
                    values.push(inside.value(*of));
                    true
                });
                function.work_out(values, graph.type_of(*of))
            }
            Value::Favourite {
                of,
                time,
                rows,
                condition,
            } => {
                let mut values = Vec::new();
                self.each(*rows, *condition, |inside| {
                    values.push((inside.value(*of), inside.value(*time)));
                    true
                });
                favourite(values)
            }
            Value::Population(population) => self.population(id, population),
            value => work_out(
                value,
                graph.type_of(id),
                &|id| Some(self.holds(id)),
                &|id| Some(self.value(id)),
                Some(self.contact.now()),
                self.contact.zone(),
            )
            .unwrap_or(Constant::Missing),
        }
    }

    /// The figure that the contact is told. What it looks at stands in no bracket, but for what is asked about.
    fn population(&self, id: ValueId, population: &Population) -> Constant {
        let figure = population.figure;
        let group: Vec<Constant> = population.per.iter().map(|per| self.value(*per)).collect();
        let of = (population.of).map_or(&Type::Boolean, |of| self.contact.graph().type_of(of));
        if group.contains(&Constant::Missing) {
            return Table::nothing(figure, of, false);
        }
        if figure.is_of_member() && !self.holds(population.among) {
            return Constant::Missing;
        }
        let own = match figure {
            Figure::Reach => population.at,
            Figure::Implied(_) => population.of,
            _ if figure.is_of_member() => population.of,
            _ => None,
        };
        let own = own.map_or(Constant::Missing, |own| self.value(own));
        if figure == Figure::Reach && own == Constant::Missing {
            return Constant::Missing;
        }
        let table = self.contact.figures().and_then(|figures| figures.table(id));
        match table.map(|table| (table, table.group(&group))) {
            None => Constant::Missing,
            Some((_, None)) => Table::nothing(figure, of, true),
            Some((table, Some(group))) => table.figure(figure, group, &own),
        }
    }

    fn element(&self, depth: u32) -> Constant {
        let (mut elements, mut left) = (self.elements, depth);
        while let Some(here) = elements {
            if left == 0 {
                return here.element.clone();
            }
            (elements, left) = (here.around, left - 1);
        }
        self.contact.element(left)
    }

    /// Calls `look` with each element that fulfils the condition, until it says that it has seen enough.
    fn each(&self, rows: Rows, condition: ConditionId, mut look: impl FnMut(&Walk<'_, C>) -> bool) {
        let Rows::List(list) = rows;
        let Constant::List(list) = self.value(list) else {
            return;
        };
        for element in list.iter() {
            let elements = Elements {
                element,
                around: self.elements,
                number: self.elements.map_or(0, |elements| elements.number) + 1,
            };
            let inside = Walk {
                contact: self.contact,
                elements: Some(&elements),
            };
            if inside.holds(condition) && !look(&inside) {
                return;
            }
        }
    }
}
