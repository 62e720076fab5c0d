//! Many contacts at once, drawn over the cells: what they refute needs no search.

use super::cells::Cells;
use super::fact::Reader;
use super::space::{Formula, Space};
use crate::ir::ConditionId;
use std::cell::RefCell;

/// Contacts that were drawn, and which of them each condition holds for.
pub struct Samples {
    space: Space,
    /// The cells that each subject can have.
    domains: Vec<Vec<u32>>,
    /// By condition, one bit a contact.
    masks: Vec<Vec<u64>>,
    /// By condition: it is soon looked through.
    is_small: Vec<bool>,
    /// By condition, contacts that it certainly holds for, drawn when they are asked for the first time; none where one was led astray.
    own: RefCell<Vec<Vec<Option<Vec<u32>>>>>,
}

/// So many contacts of its own does a condition have.
const OWN: usize = 16;

/// So often is each of them led towards it.
const LEADS: usize = 4;

/// Conditions of more parts than this, each counted as often as it stands there, have no contacts of their own, and are not asked about any.
const PARTS: usize = 256;

/// Among more subjects than this, a contact takes longer to draw than most questions to answer.
const SUBJECTS: usize = 32;

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
        both.into_iter().all(|(one, other)| one & !other == 0) && !self.is_refuted(one, other)
    }

    /// One of the condition's own contacts speaks against it that it brings the other.
    fn is_refuted(&self, one: usize, other: usize) -> bool {
        // What can be here might not be among fewer subjects.
        let serves = self.space.is_tight && self.domains.len() <= SUBJECTS;
        if !serves || !self.is_small[one] || !self.is_small[other] {
            return false;
        }
        let own = &mut self.own.borrow_mut()[one];
        (0..OWN).any(|number| {
            if number == own.len() {
                own.push(self.draw_own(one, number));
            }
            own[number]
                .as_ref()
                .is_some_and(|contact| !holds(&self.space, self.space.roots[other], contact))
        })
    }

    /// A contact that the condition holds for.
    fn draw_own(&self, condition: usize, number: usize) -> Option<Vec<u32>> {
        let mut dice = Dice((condition * OWN + number) as u64);
        let domains = &self.domains;
        let drawn = domains
            .iter()
            .map(|domain| domain[dice.below(domain.len())]);
        let mut contact: Vec<u32> = drawn.collect();
        let root = self.space.roots[condition];
        // What is done for one part of the condition may undo another.
        (0..LEADS).find_map(|_| {
            lead(&self.space, root, true, &mut contact, domains, &mut dice);
            mend(&self.space, &mut contact, domains, &mut dice);
            let mut must = self.space.constraints.iter().chain([&root]);
            must.all(|formula| holds(&self.space, *formula, &contact))
                .then(|| contact.clone())
        })
    }

    pub(super) fn draw(
        reader: &Reader<'_>,
        conditions: &[ConditionId],
        count: usize,
    ) -> Option<Self> {
        let space = Space::of(reader, conditions, u64::MAX)?;
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
        let masks: Vec<Vec<u64>> = space
            .roots
            .iter()
            .map(|root| known[*root as usize].clone().unwrap_or_default())
            .collect();
        let is_small = space.roots.iter().map(|root| {
            let mut left = PARTS;
            is_small(&space, *root, &mut left)
        });
        let is_small = is_small.collect();
        let own = vec![Vec::new(); masks.len()];
        Some(Self {
            is_small,
            space,
            domains,
            masks,
            own: RefCell::new(own),
        })
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
            for part in space.parts(*parts) {
                mask.iter_mut()
                    .zip(of(part))
                    .for_each(|(own, part)| *own &= part);
            }
            mask
        }
        Formula::Any(parts) => {
            let mut mask = vec![0; words];
            for part in space.parts(*parts) {
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
            for part in space.parts(*parts) {
                lead(space, *part, truth, contact, domains, dice);
            }
        }
        (Formula::All(parts), false) | (Formula::Any(parts), true) => {
            let parts = space.parts(*parts);
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
                    Formula::Any(parts) => space.parts(*parts).last().copied(),
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
        Formula::All(parts) => {
            (space.parts(*parts).iter()).all(|part| holds(space, *part, contact))
        }
        Formula::Any(parts) => {
            (space.parts(*parts).iter()).any(|part| holds(space, *part, contact))
        }
    }
}

/// Whether a formula has no more parts than are left.
fn is_small(space: &Space, id: u32, left: &mut usize) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    match &space.formulas[id as usize] {
        Formula::Constant(_) | Formula::In { .. } => true,
        Formula::Not(inner) => is_small(space, *inner, left),
        Formula::All(parts) | Formula::Any(parts) => {
            let mut parts = space.parts(*parts).iter();
            parts.all(|part| is_small(space, *part, left))
        }
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
