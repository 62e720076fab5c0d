//! Conditions as formulas over the cells of a space.

use super::cells::Cells;
use super::edge::Edge;
use super::fact::{self, Element, Fact, Piece};
use super::space::{Builder, Formula, Parts, gap_before, place_of, point};
use crate::ir::{ConditionId, ValueId};
use crate::types::Constant;
use std::cmp::Ordering;
use std::rc::Rc;

impl Builder<'_> {
    /// The formula of a condition.
    pub fn condition(&mut self, id: ConditionId) -> u32 {
        if let Some(formula) = self.space.known.get(&id) {
            return *formula;
        }
        let Some(fact) = self.facts.get(&id).map(Rc::clone) else {
            return self.add(Formula::Constant(true));
        };
        let around = std::mem::replace(&mut self.has_open, false);
        let formula = self.fact(&fact);
        if !self.has_open {
            self.space.known.insert(id, formula);
        }
        self.has_open |= around;
        formula
    }

    fn fact(&mut self, fact: &Fact) -> u32 {
        let formula = match fact {
            Fact::Constant(truth) => Formula::Constant(*truth),
            Fact::Condition(id) => return self.condition(*id),
            Fact::Not(inner) => Formula::Not(self.fact(inner)),
            Fact::And(parts) => Formula::All(self.facts_joined(parts)),
            Fact::Or(parts) => Formula::Any(self.facts_joined(parts)),
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

    fn facts_joined(&mut self, facts: &[Fact]) -> Parts {
        let before = self.joined.len();
        for fact in facts {
            let formula = self.fact(fact);
            self.joined.push(formula);
        }
        self.parts_joined(before)
    }

    fn within(
        &mut self,
        value: ValueId,
        low: &Option<(Edge, bool)>,
        high: &Option<(Edge, bool)>,
    ) -> u32 {
        // For each end its variable, and the first and the last cell.
        let mut stretches: [Option<(u32, usize, usize)>; 2] = [None; 2];
        let cuts = &self.values[&value];
        for (at, end) in [low, high].into_iter().enumerate() {
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
            let (first, last) = match (at == 0, *inclusive) {
                (true, true) => (point(place), gap_before(count)),
                (true, false) => (point(place) + 1, gap_before(count)),
                (false, true) => (1, point(place)),
                (false, false) => (1, gap_before(place)),
            };
            stretches[at] = Some((variable, first, last));
        }
        let mut parts = [0; 2];
        let ends = match stretches {
            [Some((low, first, _)), Some((high, _, last))] if low == high => {
                [Some((low, first, last)), None]
            }
            apart => apart,
        };
        let mut count = 0;
        for (variable, first, last) in ends.into_iter().flatten() {
            parts[count] = self.is_in(variable, Cells::between(first, last));
            count += 1;
        }
        if count == 0 {
            let missing = self.missing(self.values[&value].first);
            return self.not(missing);
        }
        let parts = self.parts(&parts[..count]);
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
        let parts = self.parts(&[between, has]);
        let both = self.add(Formula::All(parts));
        let parts = self.parts(&[yes, both]);
        self.add(Formula::Any(parts))
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
