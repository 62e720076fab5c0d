//! What a condition does about missing values, kept beside the typed tree while an item is checked: which fields are known where it
//! is true or false, and where a negation lets contacts in whose field is missing.

use super::as_of::moved_value;
use super::errors::quoted_if_needed;
use super::histories::of_history;
use crate::ir::print::print_constant;
use crate::ir::{Graph, NodeRef, Value, ValueId};
use crate::schema::{FieldId, Schema};
use crate::source::Span;
use crate::types::{Constant, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Fields, and parts and entries of fields.
pub(super) type Fields = BTreeSet<ValueId>;

/// A condition as far as missing values go.
#[derive(Clone, Debug)]
pub(super) enum Logic {
    Leaf(Leaf),
    Not {
        inner: Rc<Logic>,
        /// The whole negation: `NOT x`, `a != b`, `x not in (…)`.
        span: Span,
    },
    And(Vec<Rc<Logic>>),
    Or(Vec<Rc<Logic>>),
    /// So many of these hold; whether it takes one that does.
    Counted {
        parts: Vec<Rc<Logic>>,
        some_hold: bool,
    },
}

/// A condition that has no conditions in it as far as the reader of this item sees.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaf {
    /// Known where it is true.
    pub known_if_true: Fields,
    /// Known where it is false.
    pub known_if_false: Fields,
    /// Let in missing when it is negated.
    pub negated: Fields,
    /// Let in missing as it stands, by a negation in a definition that does not see that they are given to it.
    pub admitted: Fields,
    /// Where the reader sees it; needed where something is admitted.
    pub span: Option<Span>,
}

/// A negation that lets contacts in whose fields are missing.
#[derive(Clone, Debug)]
pub(super) struct Admission {
    pub span: Span,
    pub fields: Fields,
    /// The negation is one of the parts of an OR, so that what is put behind it needs parentheses.
    pub in_or: bool,
}

impl Logic {
    /// A comparison, a range, a text test, a window: false where one of these is missing.
    pub fn comparison(needed: Fields) -> Rc<Self> {
        Rc::new(Logic::Leaf(Leaf {
            known_if_true: needed.clone(),
            negated: needed,
            ..Leaf::default()
        }))
    }

    /// True only where these are known, though its negation is meant to hold where they are missing.
    pub fn about(needed: Fields) -> Rc<Self> {
        Rc::new(Logic::Leaf(Leaf {
            known_if_true: needed,
            ..Leaf::default()
        }))
    }

    /// `x is missing`, or `x is known`.
    pub fn missing(needed: Fields, known: bool) -> Rc<Self> {
        let mut leaf = Leaf::default();
        if known {
            leaf.known_if_true = needed;
        } else {
            leaf.known_if_false = needed;
        }
        Rc::new(Logic::Leaf(leaf))
    }

    /// The opposite, where the reader has not written a negation.
    pub fn denied(&self) -> Rc<Self> {
        Rc::new(Logic::Leaf(Leaf {
            known_if_true: self.known_if(false),
            known_if_false: self.known_if(true),
            ..Leaf::default()
        }))
    }

    pub fn not(inner: Rc<Logic>, span: Span) -> Rc<Self> {
        Rc::new(Logic::Not { inner, span })
    }

    /// The fields that are known where it is `truth`.
    pub fn known_if(&self, truth: bool) -> Fields {
        match self {
            Logic::Leaf(leaf) if truth => leaf.known_if_true.clone(),
            Logic::Leaf(leaf) => leaf.known_if_false.clone(),
            Logic::Not { inner, .. } => inner.known_if(!truth),
            Logic::And(parts) if truth => union(parts, truth),
            Logic::And(parts) => intersection(parts, truth),
            Logic::Or(parts) if truth => intersection(parts, truth),
            Logic::Or(parts) => union(parts, truth),
            Logic::Counted { parts, some_hold } if truth && *some_hold => {
                intersection(parts, truth)
            }
            Logic::Counted { .. } => Fields::new(),
        }
    }

    /// The same as what another item sees of it.
    pub fn as_leaf(self: &Rc<Self>) -> Rc<Self> {
        match &**self {
            Logic::Leaf(leaf) if leaf.span.is_none() && leaf.admitted.is_empty() => Rc::clone(self),
            _ => Rc::new(Logic::Leaf(self.summary())),
        }
    }

    /// The same as one leaf: what another item sees of it.
    pub fn summary(&self) -> Leaf {
        Leaf {
            known_if_true: self.known_if(true),
            known_if_false: self.known_if(false),
            negated: self.let_in_when_negated(),
            ..Leaf::default()
        }
    }

    /// Every negation that lets missing values in, once each, in the order of the text.
    pub fn admissions(&self) -> Vec<Admission> {
        if !self.may_admit() {
            return Vec::new();
        }
        let mut found = Walk::default();
        found.visit(self, true, &Fields::new(), None, false);
        found.admissions.into_values().collect()
    }

    /// Whether something in it lets missing values in, where nothing around speaks of them.
    fn may_admit(&self) -> bool {
        match self {
            Logic::Leaf(leaf) => leaf.span.is_some(),
            Logic::Not { .. } => true,
            Logic::And(parts) | Logic::Or(parts) | Logic::Counted { parts, .. } => {
                parts.iter().any(|part| part.may_admit())
            }
        }
    }

    fn let_in_when_negated(&self) -> Fields {
        let mut found = Walk::default();
        found.visit(self, true, &Fields::new(), None, false);
        found.plain
    }
}

fn union(parts: &[Rc<Logic>], truth: bool) -> Fields {
    parts.iter().flat_map(|part| part.known_if(truth)).collect()
}

fn intersection(parts: &[Rc<Logic>], truth: bool) -> Fields {
    let sets = parts.iter().map(|part| part.known_if(truth));
    sets.reduce(|all, one| &all & &one).unwrap_or_default()
}

/// Goes through a condition with what is known around each part of it.
#[derive(Default)]
struct Walk {
    admissions: BTreeMap<Span, Admission>,
    /// What leaves outside every negation would let in if the whole were negated.
    plain: Fields,
}

impl Walk {
    /// `positive`: an even number of negations stand around it. `known`: fields that are known wherever it matters whether this part
    /// is true. `negation`: the nearest negation around, and whether it is a part of an OR.
    fn visit(
        &mut self,
        logic: &Logic,
        positive: bool,
        known: &Fields,
        negation: Option<(Span, bool)>,
        in_or: bool,
    ) {
        match logic {
            Logic::Leaf(leaf) => {
                if positive {
                    self.plain.extend(&leaf.negated - known);
                    if let Some(span) = leaf.span {
                        self.admit(span, in_or, &leaf.admitted - known);
                    }
                } else if let Some((span, in_or)) = negation {
                    self.admit(span, in_or, &leaf.negated - known);
                }
            }
            Logic::Not { inner, span } => {
                self.visit(inner, !positive, known, Some((*span, in_or)), false);
            }
            Logic::And(parts) => self.parts(parts, true, positive, known, negation),
            Logic::Or(parts) => self.parts(parts, false, positive, known, negation),
            Logic::Counted { parts, .. } => {
                for part in parts {
                    self.visit(part, positive, known, negation, true);
                }
            }
        }
    }

    /// A part of an AND matters where all others are true, a part of an OR where all others are false.
    fn parts(
        &mut self,
        parts: &[Rc<Logic>],
        truth: bool,
        positive: bool,
        known: &Fields,
        negation: Option<(Span, bool)>,
    ) {
        let each: Vec<Fields> = parts.iter().map(|part| part.known_if(truth)).collect();
        let mut times: BTreeMap<ValueId, usize> = BTreeMap::new();
        for field in each.iter().flatten() {
            *times.entry(*field).or_default() += 1;
        }
        for (part, own) in parts.iter().zip(&each) {
            let mut around = known.clone();
            around.extend(
                times
                    .iter()
                    .filter(|(field, times)| **times > usize::from(own.contains(field)))
                    .map(|(field, _)| *field),
            );
            self.visit(part, positive, &around, negation, !truth);
        }
    }

    fn admit(&mut self, span: Span, in_or: bool, fields: Fields) {
        if !fields.is_empty() {
            let admission = self.admissions.entry(span).or_insert(Admission {
                span,
                fields: Fields::new(),
                in_or,
            });
            admission.fields.extend(fields);
        }
    }
}

/// The fields without which a value is missing. The key is never missing, so it is none of them.
pub(super) fn needed(graph: &Graph, schema: &Schema, value: ValueId) -> Fields {
    let mut fields = Fields::new();
    let mut stack = vec![value];
    while let Some(value) = stack.pop() {
        match graph.value(value) {
            Value::Field(field) => {
                // Who has no events has an empty stream of them.
                if *field != schema.key() && !schema.is_stream(*field) {
                    fields.insert(value);
                }
            }
            Value::Constant(_) | Value::Now | Value::Condition(_) => {}
            Value::Arithmetic { left, right, .. } => stack.extend([*left, *right]),
            Value::If { .. } if let Some((has_come, then)) = moved_value(graph, value) => {
                stack.push(then);
                graph.condition(has_come).operands(|operand| {
                    if let NodeRef::Value(operand) = operand {
                        stack.push(operand);
                    }
                });
            }
            // Known where one of the two is: what both need would be right, and is hardly ever anything.
            Value::Coalesce { .. } | Value::If { .. } => {}
            Value::Negate(inner) | Value::FoldCase(inner) | Value::StartOf { date: inner, .. } => {
                stack.push(*inner)
            }
            Value::DateOf { time: inner, zone }
            | Value::Midnight { date: inner, zone }
            | Value::MoveCalendar {
                value: inner, zone, ..
            } => {
                stack.push(*inner);
                stack.extend(zone);
            }
            Value::Anniversary { date, from } => stack.extend([*date, *from]),
            Value::Aggregate { .. } if of_history(graph, schema, value).is_some() => {
                fields.insert(value);
            }
            // Never missing, or missing for want of elements.
            Value::Element { .. }
            | Value::Count { .. }
            | Value::Aggregate { .. }
            | Value::Favourite { .. }
            | Value::Gaps(_)
            | Value::Catalogue(_) => {}
            // Known only with the contact's own value, where it measures that, and with its groups.
            Value::Population(population) => {
                stack.extend(&population.per);
                if population.figure.is_of_member() {
                    stack.extend(population.of);
                }
                stack.extend(population.at);
            }
            // Known only with its key.
            Value::LookUp { key, .. } => stack.push(*key),
            Value::Nearest { place, .. } => stack.push(*place),
            // A part is missing without its record, and may be with it.
            Value::Part { .. } | Value::Entry { .. } => {
                if is_time_of_event(graph, value) {
                    continue;
                }
                if written(graph, schema, value).is_some() || is_of_element(graph, value) {
                    fields.insert(value);
                }
            }
            Value::Call { arguments, .. } | Value::Hash { of: arguments, .. } => {
                stack.extend(arguments);
            }
        }
    }
    fields
}

/// The time of an event is never missing: one without is not seen.
fn is_time_of_event(graph: &Graph, value: ValueId) -> bool {
    let Value::Part { record, part } = graph.value(value) else {
        return false;
    };
    let is = graph.type_of(*record);
    *graph.value(*record) == Value::Element { depth: 0 }
        && matches!(is, Type::Record(record) if record.time == Some(*part))
}

/// The field that a part or an entry belongs to.
pub(super) fn root(graph: &Graph, value: ValueId) -> Option<FieldId> {
    match graph.value(value) {
        Value::Field(field) => Some(*field),
        Value::Part { record: inner, .. } | Value::Entry { map: inner, .. } => root(graph, *inner),
        _ => None,
    }
}

/// A field, or a part or an entry of one, as a text writes it; none for anything else.
pub(super) fn written(graph: &Graph, schema: &Schema, value: ValueId) -> Option<String> {
    Some(match graph.value(value) {
        Value::Field(field) => quoted_if_needed(&schema.field(*field).name),
        Value::Aggregate { .. } => quoted_if_needed(of_history(graph, schema, value)?),
        Value::Part { record, part } => {
            let Type::Record(parts) = graph.type_of(*record) else {
                return None;
            };
            let name = &parts.parts.get(*part as usize)?.name;
            let record = written(graph, schema, *record)?;
            format!("{record}.{}", quoted_if_needed(name))
        }
        Value::Entry { map, key } => {
            let Value::Constant(key @ Constant::Text(_)) = graph.value(*key) else {
                return None;
            };
            let map = written(graph, schema, *map)?;
            format!("{map}[{}]", print_constant(key))
        }
        _ => return None,
    })
}

/// Whether a value is a part of the record that the innermost bracket looks at, or of one in it.
pub(super) fn is_of_element(graph: &Graph, value: ValueId) -> bool {
    match graph.value(value) {
        Value::Part { record: inner, .. } | Value::Entry { map: inner, .. } => {
            *graph.value(*inner) == Value::Element { depth: 0 } || is_of_element(graph, *inner)
        }
        _ => false,
    }
}

/// Such a part as it is written in its bracket, where `as` calls the record `name`, or where it has none; none for anything else.
pub(super) fn written_in(graph: &Graph, name: &str, value: ValueId) -> Option<String> {
    Some(match graph.value(value) {
        Value::Part { record, part } => {
            let Type::Record(parts) = graph.type_of(*record) else {
                return None;
            };
            let part = quoted_if_needed(&parts.parts.get(*part as usize)?.name);
            if *graph.value(*record) != (Value::Element { depth: 0 }) {
                let record = written_in(graph, name, *record)?;
                format!("{record}.{part}")
            } else if name.is_empty() {
                part
            } else {
                format!("{}.{part}", quoted_if_needed(name))
            }
        }
        Value::Entry { map, key } => {
            let Value::Constant(key @ Constant::Text(_)) = graph.value(*key) else {
                return None;
            };
            let map = written_in(graph, name, *map)?;
            format!("{map}[{}]", print_constant(key))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn span(at: u32) -> Span {
        Span::new(SourceId(0), at, at + 1)
    }

    fn fields(of: &[u32]) -> Fields {
        let mut graph = Graph::default();
        let all: Vec<ValueId> = (0..4)
            .map(|field| graph.add_value(Value::Field(FieldId(field)), Type::Text))
            .collect();
        of.iter().map(|field| all[*field as usize]).collect()
    }

    fn comparison(field: u32) -> Rc<Logic> {
        Logic::comparison(fields(&[field]))
    }

    fn admitted(logic: Logic) -> Vec<(u32, Vec<u32>)> {
        logic
            .admissions()
            .into_iter()
            .map(|admission| {
                let fields = admission.fields.iter();
                let fields = fields.map(|field| field.index() as u32).collect();
                (admission.span.start, fields)
            })
            .collect()
    }

    #[test]
    fn a_negated_comparison_lets_missing_values_in_unless_the_field_is_known() {
        let differs = Logic::not(comparison(1), span(10));
        assert_eq!(admitted((*differs).clone()), [(10, vec![1])]);
        let known = Logic::missing(fields(&[1]), true);
        assert_eq!(
            admitted(Logic::And(vec![differs.clone(), known.clone()])),
            []
        );
        // Another comparison of the same field says that it is known as well.
        assert_eq!(
            admitted(Logic::And(vec![differs.clone(), comparison(1)])),
            []
        );
        assert_eq!(
            admitted(Logic::And(vec![differs.clone(), comparison(2)])),
            [(10, vec![1])]
        );
        // `x is missing OR x != 3` lets them in on purpose.
        let missing = Logic::missing(fields(&[1]), false);
        assert_eq!(admitted(Logic::Or(vec![missing, differs.clone()])), []);
        assert_eq!(admitted(Logic::Or(vec![known, differs])), [(10, vec![1])]);
    }

    #[test]
    fn a_negation_of_several_parts_is_told_once() {
        let all = Rc::new(Logic::And(vec![comparison(1), comparison(2)]));
        assert_eq!(
            admitted((*Logic::not(all, span(5))).clone()),
            [(5, vec![1, 2])]
        );
        // NOT (x is known AND x = 3) speaks of the missing ones itself.
        let guarded = Rc::new(Logic::And(vec![
            Logic::missing(fields(&[1]), true),
            comparison(1),
        ]));
        assert_eq!(admitted((*Logic::not(guarded, span(5))).clone()), []);
    }

    #[test]
    fn two_negations_undo_each_other() {
        let twice = Logic::not(Logic::not(comparison(1), span(5)), span(1));
        assert_eq!(admitted((*twice).clone()), []);
        assert_eq!(twice.known_if(true), fields(&[1]));
    }
}
