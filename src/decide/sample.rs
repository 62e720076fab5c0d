//! Many contacts at once, drawn over the cells: what they refute needs no search.

use super::Given;
use super::cells::Cells;
use super::space::{Formula, Space};
use crate::ir::{ConditionId, Graph};

/// Which of the contacts that were drawn each condition holds for, one bit a contact.
#[derive(Clone, Debug)]
pub struct Samples {
    masks: Vec<Vec<u64>>,
}

impl Samples {
    /// One bit for each contact.
    pub fn mask(&self, condition: usize) -> &[u64] {
        &self.masks[condition]
    }

    /// Holds for one of the contacts that were drawn.
    pub fn is_met(&self, condition: usize) -> bool {
        self.masks[condition].iter().any(|bits| *bits != 0)
    }

    /// No contact that was drawn speaks against it that the one brings the other.
    pub fn may_bring(&self, one: usize, other: usize) -> bool {
        let both = self.masks[one].iter().zip(&self.masks[other]);
        both.into_iter().all(|(one, other)| one & !other == 0)
    }

    pub(super) fn draw(
        graph: &Graph,
        given: &dyn Given,
        conditions: &[ConditionId],
        count: usize,
    ) -> Option<Self> {
        let space = Space::of(graph, given, conditions, u64::MAX)?;
        let domains: Vec<Vec<u32>> = space
            .domains
            .iter()
            .map(|domain| domain.iter().map(|cell| cell as u32).collect())
            .collect();
        if domains.iter().any(Vec::is_empty) {
            return None;
        }
        let mut dice = Dice(count as u64);
        // By variable: the cell of each contact.
        let mut cells: Vec<Vec<u32>> = vec![Vec::with_capacity(count); domains.len()];
        let mut contact: Vec<u32> = vec![0; domains.len()];
        for number in 0..count {
            for (cell, domain) in contact.iter_mut().zip(&domains) {
                *cell = domain[dice.below(domain.len())];
            }
            // Most of them are led towards one of the conditions, which few contacts would meet by chance.
            if let Some(root) = number.checked_sub(count / 4) {
                let root = space.roots[root % space.roots.len().max(1)];
                lead(&space, root, true, &mut contact, &domains, &mut dice);
            }
            mend(&space, &mut contact, &domains, &mut dice);
            for (column, cell) in cells.iter_mut().zip(&contact) {
                column.push(*cell);
            }
        }
        let words = count.div_ceil(64);
        let mut known: Vec<Option<Vec<u64>>> = vec![None; space.formulas.len()];
        for id in 0..space.formulas.len() {
            let mask = mask(&space, id, &cells, &known, words);
            known[id] = Some(mask);
        }
        let masks = space
            .roots
            .iter()
            .map(|root| known[*root as usize].clone().unwrap_or_default())
            .collect();
        Some(Self { masks })
    }
}

/// The contacts that a formula holds for; its operands stand before it.
fn mask(
    space: &Space,
    id: usize,
    cells: &[Vec<u32>],
    known: &[Option<Vec<u64>>],
    words: usize,
) -> Vec<u64> {
    let of = |part: &u32| known[*part as usize].as_deref().unwrap_or_default();
    match &space.formulas[id] {
        Formula::Constant(truth) => vec![if *truth { u64::MAX } else { 0 }; words],
        Formula::In {
            variable,
            cells: wanted,
        } => {
            let mut mask = vec![0; words];
            for (contact, cell) in cells[*variable as usize].iter().enumerate() {
                mask[contact / 64] |= u64::from(wanted.contains(*cell as usize)) << (contact % 64);
            }
            mask
        }
        Formula::Not(inner) => of(inner).iter().map(|bits| !bits).collect(),
        Formula::All(parts) => {
            let mut mask = vec![u64::MAX; words];
            for part in parts {
                mask.iter_mut()
                    .zip(of(part))
                    .for_each(|(own, part)| *own &= part);
            }
            mask
        }
        Formula::Any(parts) => {
            let mut mask = vec![0; words];
            for part in parts {
                mask.iter_mut()
                    .zip(of(part))
                    .for_each(|(own, part)| *own |= part);
            }
            mask
        }
    }
}

/// Moves a contact towards a formula.
fn lead(
    space: &Space,
    id: u32,
    truth: bool,
    contact: &mut [u32],
    domains: &[Vec<u32>],
    dice: &mut Dice,
) {
    match (&space.formulas[id as usize], truth) {
        (Formula::Constant(_), _) => {}
        (Formula::Not(inner), _) => lead(space, *inner, !truth, contact, domains, dice),
        (Formula::In { variable, cells }, _) => {
            place(*variable, cells, truth, contact, domains, dice);
        }
        (Formula::All(parts), true) | (Formula::Any(parts), false) => {
            for part in parts {
                lead(space, *part, truth, contact, domains, dice);
            }
        }
        (Formula::All(parts), false) | (Formula::Any(parts), true) => {
            if !parts.is_empty() {
                let part = parts[dice.below(parts.len())];
                lead(space, part, truth, contact, domains, dice);
            }
        }
    }
}

/// Puts a subject into one of these cells, or into another than these, where it is not yet; the nearest that was drawn stays.
fn place(
    variable: u32,
    cells: &Cells,
    truth: bool,
    contact: &mut [u32],
    domains: &[Vec<u32>],
    dice: &mut Dice,
) {
    let at = variable as usize;
    if cells.contains(contact[at] as usize) == truth {
        return;
    }
    let domain = &domains[at];
    let start = dice.below(domain.len());
    let turned = domain[start..].iter().chain(&domain[..start]);
    if let Some(cell) = turned
        .into_iter()
        .find(|cell| cells.contains(**cell as usize) == truth)
    {
        contact[at] = *cell;
    }
}

/// Makes a contact one that can be, where a few steps are enough.
fn mend(space: &Space, contact: &mut [u32], domains: &[Vec<u32>], dice: &mut Dice) {
    for _ in 0..3 {
        let mut changed = false;
        for constraint in &space.constraints {
            if !holds(space, *constraint, contact) {
                changed = true;
                // What follows from something stands last.
                let last = match &space.formulas[*constraint as usize] {
                    Formula::Any(parts) => parts.last().copied(),
                    _ => None,
                };
                if let Some(last) = last {
                    lead(space, last, true, contact, domains, dice);
                }
            }
        }
        if !changed {
            return;
        }
    }
}

fn holds(space: &Space, id: u32, contact: &[u32]) -> bool {
    match &space.formulas[id as usize] {
        Formula::Constant(truth) => *truth,
        Formula::Not(inner) => !holds(space, *inner, contact),
        Formula::In { variable, cells } => cells.contains(contact[*variable as usize] as usize),
        Formula::All(parts) => parts.iter().all(|part| holds(space, *part, contact)),
        Formula::Any(parts) => parts.iter().any(|part| holds(space, *part, contact)),
    }
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }
}
