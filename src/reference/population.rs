//! Figures of populations by the rule: all contacts are looked through, for each contact anew; where everybody of a group is told the same, for each group.

use super::aggregate;
use super::meaning::Contact;
use super::value::Value;
use crate::ir::{Figure, NodeRef, Population, Rule, ValueId};
use crate::types::Type;
use num_bigint::BigInt;
use num_rational::BigRational;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

/// What is known of the populations that were asked about, by the node that asks.
#[derive(Default)]
pub struct Populations {
    known: RefCell<HashMap<ValueId, Rc<Vec<Member>>>>,
    /// What each group was told, where it is the same for everybody.
    told: RefCell<HashMap<ValueId, Vec<Told>>>,
}

impl Populations {
    fn told(&self, id: ValueId, group: &[Value]) -> Option<Value> {
        let told = self.told.borrow();
        let mut groups = told.get(&id)?.iter();
        let found = groups.find(|told| agree(&told.group, group));
        found.map(|told| told.figure.clone())
    }
}

/// The figure of a group.
struct Told {
    group: Vec<Value>,
    figure: Value,
}

/// A contact of a population that belongs to a group.
struct Member {
    group: Vec<Value>,
    gives: Value,
}

impl Contact<'_> {
    /// The figure that this contact is told.
    pub fn population(&mut self, id: ValueId, population: &Population) -> Value {
        let Some(group) = self.group(population) else {
            return match population.figure {
                Figure::Top { .. } | Figure::Implied(_) => Value::List(Vec::new()),
                _ => Value::Missing,
            };
        };
        let is_of_group = matches!(
            population.figure,
            Figure::Count | Figure::Aggregate(_) | Figure::Top { .. }
        );
        if is_of_group && let Some(told) = self.populations().told(id, &group) {
            return told;
        }
        let figure = self.figure(id, population, &group);
        if is_of_group {
            let mut told = self.populations().told.borrow_mut();
            told.entry(id).or_default().push(Told {
                group,
                figure: figure.clone(),
            });
        }
        figure
    }

    /// The figure that this contact, of this group, is told.
    fn figure(&mut self, id: ValueId, population: &Population, group: &[Value]) -> Value {
        let own = population.of.map_or(Value::Missing, |of| self.value(of));
        if population.figure.is_of_member() && (!self.is_so(population.among) || own.is_missing()) {
            return Value::Missing;
        }
        let members = self.members(id, population);
        let together: Vec<&Value> = members
            .iter()
            .filter(|member| agree(&member.group, group))
            .map(|member| &member.gives)
            .collect();
        let known = || {
            let known = together.iter().filter(|value| !value.is_missing());
            known.copied().collect::<Vec<&Value>>()
        };
        let those = |order: Ordering| {
            let known = known();
            let found = known
                .iter()
                .filter(|value| value.order(&own) == Some(order));
            found.count()
        };
        match population.figure {
            Figure::Percentile => share(known().len() - those(Ordering::Greater), known().len()),
            Figure::Quantile { parts } => {
                let number = known().len();
                let percentile = share(number - those(Ordering::Greater), number);
                let smallest = (1..=parts).find(|part| {
                    let part = share(*part as usize, parts as usize);
                    matches!(
                        percentile.order(&part),
                        Some(Ordering::Less | Ordering::Equal)
                    )
                });
                smallest.map_or(Value::Missing, Value::whole)
            }
            Figure::Rank { least_first } => {
                let before = if least_first {
                    Ordering::Less
                } else {
                    Ordering::Greater
                };
                Value::whole(those(before) + 1)
            }
            Figure::Count => Value::whole(together.len()),
            Figure::Aggregate(function) => {
                let of = population.of.map_or(&Type::Boolean, |of| self.type_of(of));
                aggregate::of(function, known().into_iter().cloned().collect(), of)
            }
            Figure::Top { most } => {
                let together = cloned(&together);
                let values = aggregate::known(&together).into_iter();
                let values: Vec<(Value, usize)> = values
                    .map(|value| {
                        let times = aggregate::times(&value, &together);
                        (value, times)
                    })
                    .collect();
                let on_top = values.iter().filter(|(_, times)| {
                    let before = values.iter().filter(|(_, other)| other > times);
                    before.count() < most as usize
                });
                sorted(on_top.map(|(value, _)| value.clone()).collect())
            }
            Figure::Reach => match population.at.map(|at| self.value(at)) {
                None | Some(Value::Missing) => Value::Missing,
                Some(asked) => Value::whole(aggregate::times(&asked, &cloned(&together))),
            },
            Figure::Implied(rule) => implied(&rule, &own, &cloned(&together)),
        }
    }

    /// The values that the contact's group is known by; none where one of them is missing.
    fn group(&mut self, population: &Population) -> Option<Vec<Value>> {
        let group: Vec<Value> = population.per.iter().map(|per| self.value(*per)).collect();
        (!group.iter().any(Value::is_missing)).then_some(group)
    }

    fn members(&mut self, id: ValueId, population: &Population) -> Rc<Vec<Member>> {
        if let Some(known) = self.populations().known.borrow().get(&id) {
            return Rc::clone(known);
        }
        let operands: Vec<NodeRef> = (population.values().map(NodeRef::Value))
            .chain([NodeRef::Condition(population.among)])
            .collect();
        let mut members = Vec::new();
        for row in 0..self.contacts() {
            let mut other = self.other(row);
            // Operands first, so that a deep tree needs no deep stack.
            for node in other.nodes_of(&operands) {
                other.visit(node);
            }
            if !other.is_so(population.among) {
                continue;
            }
            if let Some(group) = other.group(population) {
                let gives = population.of.map_or(Value::Missing, |of| other.value(of));
                members.push(Member { group, gives });
            }
        }
        let members = Rc::new(members);
        let mut known = self.populations().known.borrow_mut();
        known.insert(id, Rc::clone(&members));
        members
    }
}

fn agree(one: &[Value], other: &[Value]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.equals(other))
}

fn cloned(values: &[&Value]) -> Vec<Value> {
    values.iter().map(|value| (*value).clone()).collect()
}

fn sorted(mut values: Vec<Value>) -> Value {
    values.sort_by(|a, b| a.order(b).unwrap_or(Ordering::Equal));
    Value::List(values)
}

/// A share of a number that is not 0.
fn share(part: usize, whole: usize) -> Value {
    Value::number(BigRational::new(BigInt::from(part), BigInt::from(whole)))
}

fn implied(rule: &Rule, own: &Value, others: &[Value]) -> Value {
    let own = aggregate::known(std::slice::from_ref(own));
    let confidence = Value::from_constant(&crate::types::Constant::Number(rule.confidence));
    let mut found = Vec::new();
    for value in aggregate::known(others) {
        if own.iter().any(|own| own.equals(&value)) {
            continue;
        }
        let is_implied = choices(own.len(), rule.from as usize)
            .into_iter()
            .any(|choice| {
                let with = others.iter().filter(|gives| {
                    choice
                        .iter()
                        .all(|place| aggregate::has(gives, &own[*place]))
                });
                let with: Vec<&Value> = with.collect();
                let both = with
                    .iter()
                    .filter(|gives| aggregate::has(gives, &value))
                    .count();
                if with.is_empty() || (with.len() as u64) < rule.support {
                    return false;
                }
                let order = share(both, with.len()).order(&confidence);
                matches!(order, Some(Ordering::Greater | Ordering::Equal))
            });
        if is_implied {
            found.push(value);
        }
    }
    sorted(found)
}

/// All ways to take so many of a number of things, by their places.
fn choices(number: usize, take: usize) -> Vec<Vec<usize>> {
    if take == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for last in 0..number {
        for mut choice in choices(last, take - 1) {
            choice.push(last);
            all.push(choice);
        }
    }
    all
}
