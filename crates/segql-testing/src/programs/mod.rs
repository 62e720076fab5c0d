//! Random typed programs, as the checker could have made them: every node of the tree, over the fields of a world.

use crate::random::Random;
use crate::world::World;
use segql::ir::{Comparison, Condition, ConditionId, Graph, Module, NodeRef, Value};
use segql::types::{NumberKind, Type};
use std::collections::BTreeMap;
use std::fmt;

mod brackets;
mod clock;
mod conditions;
mod constants;
mod events;
mod histories;
mod populations;
mod shares;
mod stores;
mod values;

pub use constants::order;

/// How often each form was made: what stands at 0 is not tested.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    counts: BTreeMap<String, u64>,
}

impl Statistics {
    pub fn count(&mut self, name: impl Into<String>) {
        *self.counts.entry(name.into()).or_default() += 1;
    }

    pub fn get(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    pub fn merge(&mut self, other: &Statistics) {
        for (name, count) in &other.counts {
            *self.counts.entry(name.clone()).or_default() += count;
        }
    }
}

impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, count) in &self.counts {
            writeln!(f, "{count:>9}  {name}")?;
        }
        Ok(())
    }
}

/// A module of so many segments over the world's fields.
pub fn module(
    world: &World,
    random: &mut Random,
    segments: usize,
    statistics: &mut Statistics,
) -> Module {
    let mut maker = Maker {
        world,
        random,
        graph: Graph::default(),
        made: Vec::new(),
        brackets: Vec::new(),
        is_testing: false,
        statistics,
    };
    let segments = (0..segments)
        .map(|_| {
            let depth = maker.random.below(5);
            maker.condition(depth)
        })
        .collect();
    Module {
        graph: maker.graph,
        segments,
        zone: world.schema.zone().clone(),
    }
}

struct Maker<'a> {
    world: &'a World,
    random: &'a mut Random,
    graph: Graph,
    /// Conditions made before, to be shared.
    made: Vec<ConditionId>,
    /// The types of the elements of the brackets around, the innermost last.
    brackets: Vec<Type>,
    /// Whether what is made stands in a test.
    is_testing: bool,
    statistics: &'a mut Statistics,
}

const ORDERED: [Type; 5] = [
    Type::Text,
    Type::Date,
    Type::Time,
    Type::Duration,
    Type::Distance,
];

fn number(kind: NumberKind) -> Type {
    Type::Number(kind)
}

impl Maker<'_> {
    fn count(&mut self, name: &str) {
        self.statistics.count(name);
    }

    fn condition(&mut self, depth: usize) -> ConditionId {
        if !self.made.is_empty() && self.random.percent(8) {
            self.count("condition shared");
            return *self.random.pick(&self.made);
        }
        if depth > 0 && self.random.percent(5) {
            return self.as_of(depth - 1);
        }
        let condition = if depth > 0 && self.random.percent(75) {
            self.combination(depth - 1)
        } else {
            self.test(depth)
        };
        let id = self.graph.add_condition(condition);
        // What looks at an element means something else in another bracket.
        if self.graph.reach(NodeRef::Condition(id)) == 0 {
            self.made.push(id);
        }
        id
    }

    /// A condition as of another instant, where that is not later than `now`.
    fn as_of(&mut self, depth: usize) -> ConditionId {
        self.count("as of");
        let condition = self.condition(depth);
        let instant = match self.random.below(3) {
            0 => self.value(&Type::Time, depth),
            _ => self.moving_time(),
        };
        let now = self.graph.add_value(Value::Now, Type::Time);
        let has_come = self.graph.add_condition(Condition::Compare {
            comparison: Comparison::LessOrEqual,
            left: instant,
            right: now,
        });
        let moved = self.graph.as_of(NodeRef::Condition(condition), instant);
        let NodeRef::Condition(moved) = moved.node else {
            unreachable!("a condition stays one");
        };
        self.graph
            .add_condition(Condition::And([has_come, moved].into()))
    }

    fn combination(&mut self, depth: usize) -> Condition {
        match self.random.below(6) {
            5 => {
                self.count("at least");
                let size = *self.random.pick(&[1, 2, 3, 4, 7, 9]);
                Condition::AtLeast {
                    count: self.random.below(size + 2) as u32,
                    of: (0..size).map(|_| self.condition(depth)).collect(),
                }
            }
            0 => {
                self.count("not");
                Condition::Not(self.condition(depth))
            }
            choice => {
                let size = *self.random.pick(&[2, 2, 2, 3, 4, 7]);
                let operands = (0..size).map(|_| self.condition(depth)).collect();
                if choice < 3 {
                    self.count("and");
                    Condition::And(operands)
                } else {
                    self.count("or");
                    Condition::Or(operands)
                }
            }
        }
    }

    /// A test, whose values are made of others as often as not, however deep it stands itself.
    fn test(&mut self, depth: usize) -> Condition {
        if self.is_testing {
            return self.test_of_values(depth);
        }
        self.is_testing = true;
        let depth = depth.max(*self.random.pick(&[0, 0, 1, 2]));
        let test = self.test_of_values(depth);
        self.is_testing = false;
        test
    }

    fn test_of_values(&mut self, depth: usize) -> Condition {
        if self.has_streams() && self.random.percent(35) {
            return self.of_events(depth);
        }
        if self.random.percent(4) {
            return self.share_of_contacts(depth);
        }
        match self.random.below(25) {
            22.. => self.any(depth),
            0 => {
                self.count("constant condition");
                Condition::Constant(self.random.percent(50))
            }
            1 | 2 => {
                self.count("holds");
                Condition::Holds(self.value(&Type::Boolean, depth))
            }
            3 | 4 => {
                self.count("missing");
                let value_type = self.any_type();
                Condition::Missing(self.value(&value_type, depth))
            }
            5..=9 => self.comparison(depth),
            10..=13 => self.range(depth),
            14 | 15 => self.one_of(depth),
            16 | 17 => self.text_test(depth),
            18 => self.matches(depth),
            21 if !self.world.schema.lists().is_empty() => self.in_list(depth),
            _ => self.has(depth),
        }
    }

    /// Whether there are events; inside of brackets they are asked for less often.
    fn has_streams(&mut self) -> bool {
        let columns = &self.world.columns;
        let are_there = columns.iter().any(|column| column.kind.is_stream());
        are_there
            && (self.brackets.is_empty() || self.brackets.len() < 3 && self.random.percent(20))
    }

    fn number_type(&mut self) -> Type {
        number(*self.random.pick(&[
            NumberKind::Whole,
            NumberKind::Whole,
            NumberKind::Exact,
            NumberKind::Float,
        ]))
    }

    /// A type for the left and one for the right of a comparison; those of the world's fields are likely.
    fn comparable_types(&mut self) -> (Type, Type) {
        let of_field = self.random.pick(&self.world.columns).kind.type_of();
        match of_field {
            Type::Number(_) => (of_field, self.number_type()),
            Type::Text | Type::Date | Type::Time | Type::Duration | Type::Distance => {
                (of_field.clone(), of_field)
            }
            Type::Point => (Type::Distance, Type::Distance),
            Type::Boolean | Type::List(_) | Type::Record(_) | Type::Map(_) => {
                match self.random.below(9) {
                    choice if choice < ORDERED.len() => {
                        (ORDERED[choice].clone(), ORDERED[choice].clone())
                    }
                    _ => (self.number_type(), self.number_type()),
                }
            }
        }
    }

    fn any_type(&mut self) -> Type {
        if self.random.percent(70) {
            self.random.pick(&self.world.columns).kind.type_of()
        } else {
            self.comparable_types().0
        }
    }
}

fn kind_name(value_type: &Type) -> String {
    match value_type {
        Type::Number(NumberKind::Whole) => "whole".into(),
        Type::Number(NumberKind::Exact) => "exact".into(),
        Type::Number(NumberKind::Float) => "float".into(),
        Type::List(element) => format!("list of {}", kind_name(element)),
        other => other.name(),
    }
}
