//! Where the bodies of definitions with parameters come to stand in the typed tree, so that it can be told what tests reach of them.

use super::item::Checker;
use super::operand::Operand;
use crate::ir::{ConditionId, NodeRef};
use crate::source::Span;
use std::collections::{HashMap, HashSet};

/// What became of definitions with parameters where they are used. It is only kept where tests are asked for.
#[derive(Clone, Debug, Default)]
pub struct Expansions {
    /// What a body came to with arguments, once for each that differ, by the place of the body.
    pub bodies: Vec<(Span, NodeRef)>,
    /// Where conditions that were made of bodies stand in these; one that several bodies have alike, in each.
    pub places: HashMap<ConditionId, Vec<Span>>,
    /// Where such definitions are used.
    pub uses: HashSet<Span>,
}

impl Expansions {
    /// The same of a tree of which only some nodes are kept, under new ids.
    pub(super) fn moved(self, new: impl Fn(NodeRef) -> Option<NodeRef>) -> Self {
        let bodies = self.bodies.into_iter();
        let mut bodies: Vec<(Span, NodeRef)> = bodies
            .filter_map(|(span, node)| Some((span, new(node)?)))
            .collect();
        bodies.sort();
        bodies.dedup();
        // What stands elsewhere was given by a test.
        let is_in_body = |place: &Span| {
            let mut of_source = bodies
                .iter()
                .filter(|(span, _)| span.source == place.source);
            of_source.any(|(span, _)| span.start <= place.start && place.end <= span.end)
        };
        let places = self.places.into_iter();
        let places = places.filter_map(|(id, mut spans)| {
            spans.retain(is_in_body);
            match new(NodeRef::Condition(id))? {
                NodeRef::Condition(id) if !spans.is_empty() => Some((id, spans)),
                _ => None,
            }
        });
        Self {
            places: places.collect(),
            bodies,
            uses: self.uses,
        }
    }
}

impl Checker<'_> {
    /// Remembers where a condition stands: in the text, or in the body of a definition that is being put in.
    pub(super) fn stands_at(&mut self, condition: ConditionId, span: Span, expansion: bool) {
        if !expansion {
            self.places.entry(condition).or_insert(span);
        } else if let Some(expansions) = &mut self.expansions {
            let places = expansions.places.entry(condition).or_default();
            if !places.contains(&span) {
                places.push(span);
            }
        }
    }

    /// Remembers that a definition with parameters is used.
    pub(super) fn is_used_at(&mut self, call: Span) {
        if let Some(expansions) = &mut self.expansions {
            expansions.uses.insert(call);
        }
    }

    /// Remembers what the body of a definition came to.
    pub(super) fn comes_to(&mut self, body: Span, operand: &Operand) {
        let node = match operand {
            Operand::Condition(condition) => NodeRef::Condition(condition.id),
            Operand::Value(found) => NodeRef::Value(found.id),
            Operand::Labels { .. } | Operand::Hole | Operand::CalendarLength { .. } => return,
        };
        if let Some(expansions) = &mut self.expansions {
            expansions.bodies.push((body, node));
        }
    }

    /// A condition that `as of` has moved stands where it stood.
    pub(super) fn stands_where(&mut self, new: ConditionId, old: ConditionId) {
        if let Some(expansions) = &mut self.expansions
            && let Some(spans) = expansions.places.get(&old).cloned()
        {
            let places = expansions.places.entry(new).or_default();
            places.extend(spans);
            places.sort();
            places.dedup();
        }
    }
}
