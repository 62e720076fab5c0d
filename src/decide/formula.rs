//! Conditions as formulas over the cells of a space.

use super::cells::Cells;
use super::edge::Edge;
use super::fact::{self, Element, Fact, Piece};
use super::space::{Builder, Formula, gap_before, place_of, point};
use crate::ir::{ConditionId, ValueId};
use crate::types::Constant;
use std::cmp::Ordering;
use std::collections::BTreeMap;

impl Builder<'_> {
    /// The formula of a condition.
    pub fn condition(&mut self, id: ConditionId) -> u32 {
        if let Some(formula) = self.formulas.get(&id) {
            return *formula;
        }
        let Some(fact) = self.facts.get(&id).cloned() else {
            return self.add(Formula::Constant(true));
        };
        let around = std::mem::replace(&mut self.has_open, false);
        let formula = self.fact(&fact);
        if !self.has_open {
            self.formulas.insert(id, formula);
        }
        self.has_open |= around;
        formula
    }

    fn fact(&mut self, fact: &Fact) -> u32 {
        let formula = match fact {
            Fact::Constant(truth) => Formula::Constant(*truth),
            Fact::Condition(id) => return self.condition(*id),
            Fact::Not(inner) => Formula::Not(self.fact(inner)),
            Fact::And(parts) => Formula::All(parts.iter().map(|part| self.fact(part)).collect()),
            Fact::Or(parts) => Formula::Any(parts.iter().map(|part| self.fact(part)).collect()),
            Fact::Missing(value) => return self.missing(self.values[value].first),
            Fact::Within { value, low, high } => return self.within(*value, low, high),
            Fact::OneOf { value, set } => {
                let cuts = &self.values[value];
                let places = set.iter().filter_map(|c| place_of(&cuts.constants, c));
                Formula::In {
                    variable: cuts.first,
                    cells: Cells::of(places.map(point)),
                }
            }
            Fact::Text { value, piece } => return self.piece(*value, piece),
            Fact::Order {
                left,
                right,
                less,
                equal,
                greater,
            } => {
                let orders = [*less, *equal, *greater];
                let cells = (1..=3).filter(|order| orders[order - 1]);
                Formula::In {
                    variable: self.orders[&(*left, *right)],
                    cells: Cells::of(cells),
                }
            }
            Fact::Has { list, element } => {
                let elements = &self.lists[list];
                let variable = match element {
                    Element::Constant(constant) => {
                        let equal = |(other, _): &&(Constant, u32)| {
                            other.compare(constant) == Some(Ordering::Equal)
                        };
                        elements.constants.iter().find(equal).map(|(_, v)| *v)
                    }
                    Element::Value(value) => {
                        let same = |(other, _): &&(ValueId, u32)| other == value;
                        elements.values.iter().find(same).map(|(_, v)| *v)
                    }
                };
                match variable {
                    Some(variable) => Formula::In {
                        variable,
                        cells: Cells::of([1]),
                    },
                    None => Formula::Constant(false),
                }
            }
            Fact::Opaque(id) => {
                let variable = match self.opaque.get(id) {
                    Some(variable) => *variable,
                    None => {
                        let variable = self.variable(Cells::below(2));
                        self.opaque.insert(*id, variable);
                        variable
                    }
                };
                Formula::In {
                    variable,
                    cells: Cells::of([1]),
                }
            }
            Fact::Open => {
                self.has_open = true;
                let variable = self.variable(Cells::below(2));
                Formula::In {
                    variable,
                    cells: Cells::of([1]),
                }
            }
        };
        self.add(formula)
    }

    fn within(
        &mut self,
        value: ValueId,
        low: &Option<(Edge, bool)>,
        high: &Option<(Edge, bool)>,
    ) -> u32 {
        // For each variable the first and the last cell.
        let mut stretches: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        let cuts = &self.values[&value];
        for (end, is_low) in [(low, true), (high, false)] {
            let Some((edge, inclusive)) = end else {
                continue;
            };
            let (variable, place, count) = match edge {
                Edge::Constant(constant) => {
                    let Some(place) = place_of(&cuts.constants, constant) else {
                        return self.add(Formula::Constant(false));
                    };
                    (cuts.first, place, cuts.constants.len())
                }
                Edge::Moving(moving) => {
                    let found = cuts.chains.iter().find_map(|(variable, chain)| {
                        let place = chain.iter().position(|other| other == moving)?;
                        Some((*variable, place, chain.len()))
                    });
                    match found {
                        Some(found) => found,
                        None => return self.add(Formula::Constant(false)),
                    }
                }
            };
            let stretch = stretches.entry(variable).or_insert((1, gap_before(count)));
            match (is_low, *inclusive) {
                (true, true) => stretch.0 = point(place),
                (true, false) => stretch.0 = point(place) + 1,
                (false, true) => stretch.1 = point(place),
                (false, false) => stretch.1 = gap_before(place),
            }
        }
        if stretches.is_empty() {
            let missing = self.missing(cuts.first);
            return self.not(missing);
        }
        let parts = stretches
            .into_iter()
            .map(|(variable, (first, last))| self.is_in(variable, Cells::of(first..=last)))
            .collect();
        self.add(Formula::All(parts))
    }

    /// Decided at the points, and between them where all texts there begin alike; open elsewhere.
    fn piece(&mut self, value: ValueId, piece: &Piece) -> u32 {
        let cuts = &self.values[&value];
        let first = cuts.first;
        let own = cuts.pieces.iter().find(|(other, _)| other == piece);
        let Some((_, variable)) = own.cloned() else {
            return self.add(Formula::Constant(false));
        };
        let (mut yes, mut open) = (Cells::default(), Cells::default());
        let count = if cuts.has_constants {
            cuts.constants.len()
        } else {
            cuts.chains.first().map_or(0, |(_, chain)| chain.len())
        };
        for cut in 0..=count {
            if cuts.has_constants && common_beginning(&cuts.constants, cut, piece) {
                yes.insert(gap_before(cut));
            } else {
                open.insert(gap_before(cut));
            }
            if let Some(Constant::Text(text)) = cuts.constants.get(cut)
                && piece.is_in(text)
            {
                yes.insert(point(cut));
            }
        }
        let yes = self.is_in(first, yes);
        let between = self.is_in(first, open);
        let has = self.is_in(variable, Cells::of([1]));
        let both = self.add(Formula::All(vec![between, has]));
        self.add(Formula::Any(vec![yes, both]))
    }
}

/// Whether all texts right before a cut have the piece, since they all begin with a text that has it.
fn common_beginning(constants: &[Constant], cut: usize, piece: &Piece) -> bool {
    let (Some(Constant::Text(low)), Some(Constant::Text(high))) = (
        cut.checked_sub(1).map(|low| &constants[low]),
        constants.get(cut),
    ) else {
        return false;
    };
    // Texts between the two begin with all that the two have in common, and where the second is the first text behind all that begin
    // with a piece of the first, with that piece.
    if piece.at_end {
        return false;
    }
    low.char_indices()
        .map(|(start, letter)| &low[..start + letter.len_utf8()])
        .filter(|beginning| piece.is_in(beginning))
        .any(|beginning| {
            high.starts_with(beginning)
                || fact::behind_all(beginning).is_some_and(|behind| **high <= *behind)
        })
}
