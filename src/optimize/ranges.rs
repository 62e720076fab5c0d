//! Law: the tests of one value against constants, in one AND or one OR, are one test as far as can be.
//!
//! * `x >= 1 AND x < 9 AND x >= 3` is `3 <= x < 9`; edges that hang on `now` keep an edge of their own, since which is tighter is not known.
//! * Of whole numbers and dates, `x > 5 AND x < 6` is false and `x > 5 AND x < 7` is `x = 6`.
//! * `x = 1 OR x in (2, 3)` is `x in (1, 2, 3)`; `x in (1, 2) AND x in (2, 3)` is `x = 2`; `x < 5 AND x > 9` is false.
//! * `x < 5 OR x >= 3` is `x is known`, not true: where x is missing, both are false.
//! * `NOT x in (1, 2) AND NOT x = 3` is `NOT x in (1, 2, 3)`: where x is missing, all are true. For the same reason `NOT x < 5` is left as it is.

use super::flatten::of;
use super::fold::constant;
use super::interval::{Edge, Interval, union};
use super::rewrite::{Rewrite, Shared};
use crate::ir::{Bound, Comparison, Condition, ConditionId, Graph, Value, ValueId};
use crate::types::{Constant, NumberKind, Type};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::cmp::Ordering;

pub(super) struct Ranges;

impl Rewrite for Ranges {
    fn looks_at(&self, graph: &Graph, condition: &Condition) -> bool {
        match condition {
            Condition::And(operands) | Condition::Or(operands) => share_a_value(graph, operands),
            _ => false,
        }
    }

    fn condition(
        &mut self,
        graph: &mut Graph,
        condition: &Condition,
        _: &Shared,
    ) -> Option<ConditionId> {
        match condition {
            Condition::And(operands) => merged(graph, true, operands),
            Condition::Or(operands) => merged(graph, false, operands),
            _ => None,
        }
    }
}

/// What one operand says of one value.
enum Says {
    /// Known and one of these, sorted.
    OneOf(Vec<Constant>),
    /// Not one of these, or missing.
    NoneOf(Vec<Constant>),
    /// Known and within.
    Within {
        low: Option<Bound>,
        high: Option<Bound>,
    },
    Missing,
    Known,
}

/// What the operands of one AND or OR say of one value.
#[derive(Default)]
struct Facts {
    /// The operands that are told here.
    operands: Vec<ConditionId>,
    one_of: Vec<Vec<Constant>>,
    none_of: Vec<Vec<Constant>>,
    within: Vec<(Option<Bound>, Option<Bound>)>,
    missing: bool,
    known: bool,
}

/// The AND or OR with the tests of each value merged; none where nothing is to be merged.
fn merged(graph: &mut Graph, conjunction: bool, operands: &[ConditionId]) -> Option<ConditionId> {
    if !share_a_value(graph, operands) {
        return None;
    }
    let mut facts: HashMap<ValueId, Facts, FixedState> = HashMap::default();
    let mut values = Vec::new();
    for operand in operands {
        let Some((value, says)) = says(graph, *operand) else {
            continue;
        };
        let of_value = facts.entry(value).or_insert_with(|| {
            values.push(value);
            Facts::default()
        });
        of_value.operands.push(*operand);
        match says {
            Says::OneOf(set) => of_value.one_of.push(set),
            Says::NoneOf(set) => of_value.none_of.push(set),
            Says::Within { low, high } => of_value.within.push((low, high)),
            Says::Missing => of_value.missing = true,
            Says::Known => of_value.known = true,
        }
    }
    let mut rest = operands.to_vec();
    let mut in_order = rest.clone();
    in_order.sort_unstable();
    in_order.dedup();
    for value in values {
        let of_value = &facts[&value];
        if of_value.operands.len() < 2 {
            continue;
        }
        let mut out = Out {
            graph,
            value,
            conditions: Vec::new(),
        };
        if conjunction {
            out.conjunction(of_value)?;
        } else {
            out.disjunction(of_value)?;
        }
        let merged = out.conditions;
        rest.retain(|operand| !of_value.operands.contains(operand));
        rest.extend(merged);
    }
    rest.sort_unstable();
    rest.dedup();
    if rest == in_order {
        return None;
    }
    Some(match rest[..] {
        [only] => only,
        _ => graph.add_condition(of(conjunction, rest)),
    })
}

/// Whether two of the tests look at one value, for all that is seen at once.
fn share_a_value(graph: &Graph, operands: &[ConditionId]) -> bool {
    let mut values = Vec::with_capacity(operands.len());
    for operand in operands {
        let test = match graph.condition(*operand) {
            Condition::Not(inner) => graph.condition(*inner),
            test => test,
        };
        match test {
            Condition::Missing(value)
            | Condition::Holds(value)
            | Condition::OneOf { value, .. }
            | Condition::Range { value, .. } => values.push(*value),
            Condition::Compare { left, right, .. } => {
                let sides = [*left, *right];
                values.extend(
                    sides
                        .iter()
                        .filter(|side| constant(graph, **side).is_none()),
                );
            }
            _ => {}
        }
    }
    values.sort_unstable();
    values.windows(2).any(|pair| pair[0] == pair[1])
}

fn says(graph: &Graph, id: ConditionId) -> Option<(ValueId, Says)> {
    match graph.condition(id) {
        Condition::Missing(value) => Some((*value, Says::Missing)),
        Condition::Not(inner) => match graph.condition(*inner) {
            Condition::Missing(value) => Some((*value, Says::Known)),
            _ => match says_positively(graph, *inner)? {
                (value, Says::OneOf(set)) => Some((value, Says::NoneOf(set))),
                _ => None,
            },
        },
        _ => says_positively(graph, id),
    }
}

fn says_positively(graph: &Graph, id: ConditionId) -> Option<(ValueId, Says)> {
    match graph.condition(id) {
        Condition::Holds(value) => Some((*value, Says::OneOf(vec![Constant::Boolean(true)]))),
        Condition::OneOf { value, set } => Some((*value, Says::OneOf(set.to_vec()))),
        Condition::Range { value, low, high } => {
            let (low, high) = (*low, *high);
            (is_ordered(graph, *value) && sound(graph, low) && sound(graph, high))
                .then_some((*value, Says::Within { low, high }))
        }
        Condition::Compare {
            comparison,
            left,
            right,
        } => {
            let turned = depends_on_no_contact(graph, *left);
            let (value, edge) = if turned {
                (*right, *left)
            } else {
                (*left, *right)
            };
            if !depends_on_no_contact(graph, edge) || constant(graph, value).is_some() {
                return None;
            }
            let bound = |inclusive| {
                Some(Bound {
                    value: edge,
                    inclusive,
                })
            };
            let bound = match comparison {
                Comparison::Equal => {
                    let constant = constant(graph, edge)?;
                    let known = *constant != Constant::Missing;
                    return known.then(|| (value, Says::OneOf(vec![constant.clone()])));
                }
                Comparison::Less => bound(false),
                Comparison::LessOrEqual => bound(true),
            };
            let (low, high) = if turned { (bound, None) } else { (None, bound) };
            (is_ordered(graph, value) && sound(graph, bound))
                .then_some((value, Says::Within { low, high }))
        }
        _ => None,
    }
}

/// An edge that is no missing constant; folding deals with those.
fn sound(graph: &Graph, edge: Option<Bound>) -> bool {
    edge.is_none_or(|edge| {
        depends_on_no_contact(graph, edge.value)
            && constant(graph, edge.value) != Some(&Constant::Missing)
    })
}

fn is_ordered(graph: &Graph, value: ValueId) -> bool {
    match graph.type_of(value) {
        Type::Number(_) | Type::Date | Type::Time | Type::Duration | Type::Distance => true,
        Type::Boolean
        | Type::Text
        | Type::Point
        | Type::List(_)
        | Type::Record(_)
        | Type::Map(_) => false,
    }
}

/// Whether a value is the same for every contact, and in a bracket for every element. Looks a few steps down only: deeper values are taken for values
/// of the contact, which costs a merger and no more.
fn depends_on_no_contact(graph: &Graph, id: ValueId) -> bool {
    fn at(graph: &Graph, id: ValueId, depth: usize) -> bool {
        let differs = matches!(
            graph.value(id),
            Value::Field(_) | Value::Element { .. } | Value::Population(_)
        );
        if depth == 0 || differs {
            return false;
        }
        let mut free = true;
        graph.value(id).operands(|operand| match operand {
            crate::ir::NodeRef::Value(operand) => free &= at(graph, operand, depth - 1),
            crate::ir::NodeRef::Condition(_) => free = false,
        });
        free
    }
    at(graph, id, 6)
}

fn equal(a: &Constant, b: &Constant) -> bool {
    a.compare(b) == Some(Ordering::Equal)
}

/// Sorted by value, without doubles by value; none where two are not of one sort.
fn sorted(mut set: Vec<Constant>) -> Option<Vec<Constant>> {
    let first = set.first()?.clone();
    if set.iter().any(|member| member.compare(&first).is_none()) {
        return None;
    }
    set.sort_by(|a, b| a.compare(b).unwrap_or(Ordering::Equal));
    set.dedup_by(|a, b| equal(a, b));
    Some(set)
}

/// Where merged tests of a value are put.
struct Out<'a> {
    graph: &'a mut Graph,
    value: ValueId,
    conditions: Vec<ConditionId>,
}

impl Out<'_> {
    fn add(&mut self, condition: Condition) -> ConditionId {
        let id = self.graph.add_condition(condition);
        self.conditions.push(id);
        id
    }

    fn not(&mut self, condition: Condition) {
        let id = self.graph.add_condition(condition);
        self.add(Condition::Not(id));
    }

    fn is_boolean(&self) -> bool {
        *self.graph.type_of(self.value) == Type::Boolean
    }

    /// The value is one of a set, which may be empty.
    fn one_of(&mut self, set: Vec<Constant>) -> Condition {
        let value = self.value;
        match &set[..] {
            [] => Condition::Constant(false),
            [Constant::Boolean(true)] => Condition::Holds(value),
            [only] => Condition::Compare {
                comparison: Comparison::Equal,
                left: value,
                right: self.graph.add_constant(only.clone()),
            },
            [_, _] if self.is_boolean() => {
                Condition::Not(self.graph.add_condition(Condition::Missing(value)))
            }
            _ => Condition::OneOf {
                value,
                set: set.into(),
            },
        }
    }

    fn none_of(&mut self, set: Vec<Constant>) {
        if self.is_boolean() && set.len() == 2 {
            self.add(Condition::Missing(self.value));
            return;
        }
        let condition = self.one_of(set);
        self.not(condition);
    }

    fn interval(&self, (low, high): (Option<Bound>, Option<Bound>)) -> Option<Interval> {
        let edge = |bound: Option<Bound>| match bound {
            None => Some(None),
            Some(bound) => Some(Some(Edge {
                at: constant(self.graph, bound.value)?.clone(),
                inclusive: bound.inclusive,
            })),
        };
        Some(Interval {
            low: edge(low)?,
            high: edge(high)?,
        })
    }

    fn bound(&mut self, edge: Option<Edge>) -> Option<Bound> {
        edge.map(|edge| Bound {
            inclusive: edge.inclusive,
            value: self.graph.add_constant(edge.at),
        })
    }

    /// None where the tests cannot be merged: constants of several sorts.
    fn conjunction(&mut self, facts: &Facts) -> Option<()> {
        let value = self.value;
        let positive = !facts.one_of.is_empty() || !facts.within.is_empty();
        if facts.missing {
            // A missing value passes what says "not one of", and nothing else.
            if positive || facts.known {
                self.add(Condition::Constant(false));
            } else {
                self.add(Condition::Missing(value));
            }
            return Some(());
        }
        // Edges that are constants become one interval; the others are kept side by side.
        let mut interval = Interval::default();
        let (mut lows, mut highs) = (Vec::new(), Vec::new());
        for (low, high) in &facts.within {
            for (bound, is_low) in [(low, true), (high, false)] {
                let Some(bound) = *bound else { continue };
                match constant(self.graph, bound.value) {
                    Some(at) => interval.tighten(
                        Edge {
                            at: at.clone(),
                            inclusive: bound.inclusive,
                        },
                        is_low,
                    )?,
                    None if is_low => lows.push(bound),
                    None => highs.push(bound),
                }
            }
        }
        // Between two whole numbers may lie none, or one.
        let is_whole = matches!(
            self.graph.type_of(value),
            Type::Number(NumberKind::Whole) | Type::Date
        );
        if let (true, Some(whole)) = (is_whole, interval.of_whole())
            && (whole.is_empty() || whole.only().is_some())
        {
            interval = whole;
        }
        if interval.is_empty() {
            self.add(Condition::Constant(false));
            return Some(());
        }
        let excluded = sorted(facts.none_of.concat());
        let excluded = match excluded {
            Some(mut excluded) => {
                if !facts.within.is_empty() {
                    excluded.retain(|member| interval.holds(member));
                }
                excluded
            }
            None if facts.none_of.is_empty() => Vec::new(),
            None => return None,
        };
        let mut sets = facts.one_of.iter().cloned();
        let first = sets
            .next()
            .or_else(|| interval.only().map(|only| vec![only]));
        if let Some(mut set) = first {
            for other in sets {
                set.retain(|member| other.iter().any(|known| equal(known, member)));
            }
            set.retain(|member| {
                interval.holds(member) && !excluded.iter().any(|known| equal(known, member))
            });
            let condition = self.one_of(set);
            self.add(condition);
            interval = Interval::default();
        } else if !excluded.is_empty() {
            self.none_of(excluded);
        }
        let low = self.bound(interval.low);
        let high = self.bound(interval.high);
        let lows = low.into_iter().chain(lows).map(Some);
        let highs = high.into_iter().chain(highs).map(Some);
        let (mut lows, mut highs) = (lows.fuse(), highs.fuse());
        let mut any_range = false;
        loop {
            let (low, high) = (lows.next().flatten(), highs.next().flatten());
            if low.is_none() && high.is_none() {
                break;
            }
            any_range = true;
            self.add(Condition::Range { value, low, high });
        }
        if facts.known && !positive {
            self.not(Condition::Missing(value));
        }
        debug_assert!(any_range || !self.conditions.is_empty());
        Some(())
    }

    /// None where the tests cannot be merged: constants of several sorts.
    fn disjunction(&mut self, facts: &Facts) -> Option<()> {
        let value = self.value;
        if facts.known {
            // Every test that needs a known value is covered by "known"; those that a missing value passes make the rest true.
            if facts.missing || !facts.none_of.is_empty() {
                self.add(Condition::Constant(true));
            } else {
                self.not(Condition::Missing(value));
            }
            return Some(());
        }
        let mut intervals = Vec::new();
        let mut open = Vec::new();
        for bounds in &facts.within {
            match self.interval(*bounds) {
                Some(interval) => intervals.push(interval),
                None => open.push(*bounds),
            }
        }
        let within = |member: &Constant| intervals.iter().any(|interval| interval.holds(member));
        if let Some((first, others)) = facts.none_of.split_first() {
            let mut excluded = first.clone();
            let one_of = facts.one_of.concat();
            excluded.retain(|member| {
                let everywhere = |set: &Vec<Constant>| set.iter().any(|known| equal(known, member));
                others.iter().all(everywhere)
                    && !one_of.iter().any(|known| equal(known, member))
                    && !within(member)
            });
            if excluded.is_empty() {
                self.add(Condition::Constant(true));
            } else {
                self.none_of(excluded);
            }
        } else {
            let mut set = match sorted(facts.one_of.concat()) {
                Some(set) => set,
                None if facts.one_of.is_empty() => Vec::new(),
                None => return None,
            };
            set.retain(|member| !within(member));
            if !set.is_empty() {
                let condition = self.one_of(set);
                self.add(condition);
            }
            for interval in union(intervals)? {
                if interval == Interval::default() {
                    self.not(Condition::Missing(value));
                    continue;
                }
                let low = self.bound(interval.low);
                let high = self.bound(interval.high);
                self.add(Condition::Range { value, low, high });
            }
            if facts.missing {
                self.add(Condition::Missing(value));
            }
        }
        for (low, high) in open {
            self.add(Condition::Range { value, low, high });
        }
        if self.conditions.is_empty() {
            self.add(Condition::Constant(false));
        }
        Some(())
    }
}
