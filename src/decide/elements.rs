//! What questions about the elements of one list say of each other: whether there is one of whom a condition holds, how many there are, a figure of
//! them. That something follows for one element is asked as a question of its own.

use super::Answer;
use super::cells::Cells;
use super::fact::Reader;
use super::search;
use super::space::{Builder, Space, Stated, place_of, point};
use crate::ir::{Aggregate, Condition, ConditionId, Rows, Value, ValueId};
use crate::types::{Constant, Exact};
use std::cmp::Ordering;

/// More questions than this are not held against each other.
const MOST: usize = 12;

/// And no more than this three at a time.
const MOST_IN_THREES: usize = 5;

/// The most nodes, and then the most steps, of a question about one element.
const NESTED: u64 = 1_000;

/// Whether a list has each of these.
#[derive(Default)]
pub(super) struct Elements {
    pub constants: Vec<(Constant, u32)>,
    pub values: Vec<(ValueId, u32)>,
}

impl Elements {
    pub fn note(&mut self, constant: &Constant) {
        let is_new = self
            .constants
            .iter()
            .all(|(other, _)| other.compare(constant) != Some(Ordering::Equal));
        if is_new {
            self.constants.push((constant.clone(), 0));
        }
    }
}

/// A question about elements.
struct Asked {
    list: ValueId,
    /// What is asked of the element.
    condition: ConditionId,
    /// The formula that says that there is such an element.
    exists: u32,
    /// The formula also holds wherever there is one, and not only where it says so.
    is_exact: bool,
}

impl Builder<'_> {
    /// Ties the questions that the formulas ask of elements. Done when all formulas are made.
    pub(super) fn tie_elements(&mut self) {
        let asked = self.asked_of_elements();
        self.space.is_tight &= asked.len() <= MOST_IN_THREES;
        if asked.len() > MOST {
            return;
        }
        for one in &asked {
            if let Some(cuts) = self.values.get(&one.list) {
                let missing = self.missing(cuts.first);
                let none = self.not(one.exists);
                self.if_then(missing, none);
            }
            if self.is_impossible(&[(one.condition, true)]) {
                let none = self.not(one.exists);
                self.constrain(&[none]);
            }
        }
        for (place, one) in asked.iter().enumerate() {
            for (other_place, other) in asked.iter().enumerate() {
                let is_pair = place != other_place && one.list == other.list && other.is_exact;
                if is_pair && self.brings(one.condition, other.condition) {
                    self.if_then(one.exists, other.exists);
                }
            }
        }
        self.tie_in_threes(&asked);
    }

    /// Where there is one of this kind and none of that, there is one of this kind without that: `any x` and `every x[c]` make `any x[c]`.
    fn tie_in_threes(&mut self, asked: &[Asked]) {
        if asked.len() > MOST_IN_THREES {
            return;
        }
        for one in asked {
            for (place, without) in asked.iter().enumerate() {
                for other in &asked[place + 1..] {
                    let lists = [without, other].map(|of| of.list == one.list && of.is_exact);
                    let conditions = [
                        (one.condition, true),
                        (without.condition, false),
                        (other.condition, false),
                    ];
                    if lists == [true, true] && self.is_impossible(&conditions) {
                        let none = self.not(one.exists);
                        self.constrain(&[none, without.exists, other.exists]);
                    }
                }
            }
        }
    }

    fn asked_of_elements(&mut self) -> Vec<Asked> {
        let graph = self.reader().graph;
        let mut asked = Vec::new();
        let opaque: Vec<(ConditionId, u32)> = self.opaque.iter().map(|(id, v)| (*id, *v)).collect();
        for (id, variable) in opaque {
            if let Condition::Any { rows, condition } = graph.condition(id) {
                let Rows::List(list) = *rows;
                asked.push(Asked {
                    list,
                    condition: *condition,
                    exists: self.is_in(variable, Cells::of([1])),
                    is_exact: true,
                });
            }
        }
        // In the order of the tree, whatever the order of the map was.
        asked.sort_by_key(|one| (one.list, one.condition));
        let values: Vec<ValueId> = self.values.keys().copied().collect();
        for value in values {
            let cuts = &self.values[&value];
            match graph.value(value) {
                Value::Count {
                    rows: Rows::List(list),
                    condition,
                    distinct,
                } => {
                    let zero = Constant::Number(Exact::ZERO);
                    let Some(zero) = place_of(&cuts.constants, &zero) else {
                        continue;
                    };
                    let first = cuts.first;
                    let none = self.is_in(first, Cells::of([point(zero)]));
                    asked.push(Asked {
                        list: *list,
                        condition: *condition,
                        exists: self.not(none),
                        // Of different values there may be none where elements have no value.
                        is_exact: distinct.is_none(),
                    });
                }
                Value::Aggregate {
                    function,
                    rows: Rows::List(list),
                    condition,
                    ..
                } if *function != Aggregate::Sum => {
                    let missing = self.missing(cuts.first);
                    asked.push(Asked {
                        list: *list,
                        condition: *condition,
                        exists: self.not(missing),
                        is_exact: false,
                    });
                }
                _ => {}
            }
        }
        asked
    }

    /// Whether what holds of an element brings the other with it, certainly.
    fn brings(&mut self, one: ConditionId, other: ConditionId) -> bool {
        one == other || self.is_impossible(&[(one, true), (other, false)])
    }

    /// Whether no element, of any contact, is so.
    fn is_impossible(&mut self, conditions: &[(ConditionId, bool)]) -> bool {
        if self.space.worked > NESTED * MOST as u64 {
            self.space.is_tight = false;
            return false;
        }
        let (answer, worked) = of_one_element(self.reader(), conditions);
        self.space.worked += worked;
        answer == Answer::No
    }
}

fn of_one_element(reader: &Reader<'_>, conditions: &[(ConditionId, bool)]) -> (Answer, u64) {
    let roots: Vec<ConditionId> = conditions.iter().map(|(id, _)| *id).collect();
    let Some(space) = Space::of(reader, &roots, NESTED) else {
        return (Answer::NotKnown, NESTED);
    };
    let truths = conditions.iter().map(|(_, truth)| *truth);
    let asserted: Vec<Stated> = space.roots.iter().copied().zip(truths).collect();
    let (answer, used) = search::possible(&space, &space.constraints, &asserted, NESTED);
    (answer, used + space.size())
}
