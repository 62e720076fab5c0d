//! Many contacts at once, drawn over the cells: what they refute needs no search.

use super::Answer;
use super::cells::Cells;
use super::fact::Reader;
use super::search;
use super::space::{Formula, Space};
use crate::ir::ConditionId;
use std::cell::RefCell;

/// Contacts that were drawn, and which of them each condition holds for.
pub struct Samples {
    conditions: Vec<ConditionId>,
    space: Space,
    laws: Laws,
    /// The cells that each subject can have.
    domains: Vec<Vec<u32>>,
    /// By condition, one bit a contact.
    masks: Vec<Vec<u64>>,
    /// The same by word, then by condition.
    by_word: Vec<Vec<u64>>,
    /// By condition: it is soon looked through.
    is_small: Vec<bool>,
    /// By condition, contacts that it certainly holds for, drawn when they are asked for the first time; none where one was led astray.
    own: RefCell<Vec<Vec<Option<Vec<u32>>>>>,
}

/// So many contacts of its own does a condition have.
const OWN: usize = 4;

/// So often is each of them led towards it.
const LEADS: usize = 4;

/// Conditions of more parts than this, each counted as often as it stands there, have no contacts of their own, and are not asked about any.
const PARTS: usize = 256;

/// Among more subjects than this, a contact takes longer to draw than most questions to answer, and it is quicker to ask a smaller space.
const SUBJECTS: usize = 128;

impl Samples {
    /// The conditions that contacts were drawn for.
    pub fn conditions(&self) -> &[ConditionId] {
        &self.conditions
    }

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
        self.covers(one, other) && !self.is_refuted(one, other)
    }

    /// The conditions that hold for each contact that was drawn and that this one holds for, in their order; it is among them itself.
    pub fn around(&self, one: usize) -> impl Iterator<Item = usize> {
        // One word in which this one has contacts rules most of the others out.
        let telling = self.masks[one].iter().position(|bits| *bits != 0);
        let word = telling.unwrap_or(0);
        let bits = self.masks[one].get(word).copied().unwrap_or(0);
        let others = self.by_word.get(word).into_iter().flatten().enumerate();
        others
            .filter(move |(_, other)| bits & !**other == 0)
            .map(|(other, _)| other)
            .filter(move |other| self.covers(one, *other))
    }

    /// Each of the contacts of the one is one of the other.
    fn covers(&self, one: usize, other: usize) -> bool {
        let other = &self.masks[other];
        for (at, bits) in self.masks[one].iter().enumerate() {
            if bits & !other[at] != 0 {
                return false;
            }
        }
        true
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

    /// Whether there may be a contact of whom the one condition holds and the other does not, and the steps that it took to say so; none where that is
    /// asked of a space of the two.
    pub(super) fn brings(&self, one: usize, other: usize, steps: u64) -> Option<(Answer, u64)> {
        // What can be here might otherwise not be among fewer subjects.
        let serves = self.space.is_tight
            && self.domains.len() <= SUBJECTS
            && self.is_small[one]
            && self.is_small[other];
        if !serves {
            return None;
        }
        let asked = [
            (self.space.roots[one], true),
            (self.space.roots[other], false),
        ];
        let mut groups = Vec::new();
        for (root, _) in &asked {
            subjects(&self.space, *root, &mut |subject| {
                groups.push(self.laws.groups[subject as usize]);
            });
        }
        groups.sort_unstable();
        groups.dedup();
        let laws = groups
            .iter()
            .flat_map(|group| &self.laws.of_group[*group as usize]);
        let laws: Vec<u32> = laws.copied().collect();
        Some(search::possible(&self.space, &laws, &asked, steps))
    }

    /// A contact that the condition holds for.
    fn draw_own(&self, condition: usize, number: usize) -> Option<Vec<u32>> {
        let mut dice = Dice((condition * OWN + number) as u64);
        let domains = &self.domains;
        let mut contact = vec![0; domains.len()];
        dice.any(domains, &mut contact);
        let root = self.space.roots[condition];
        // What is done for one part of the condition may undo another.
        (0..LEADS).find_map(|_| {
            lead(&self.space, root, true, &mut contact, domains, &mut dice);
            self.laws
                .mend(&self.space, &mut contact, domains, &mut dice);
            (self.laws.all_hold(&self.space, &contact) && holds(&self.space, root, &contact))
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
        let laws = Laws::of(&space);
        let mut dice = Dice(count as u64);
        let words = count.div_ceil(64);
        let mut drawn = Drawn::new(&space, words);
        let mut contact: Vec<u32> = vec![0; domains.len()];
        for number in 0..count {
            dice.any(&domains, &mut contact);
            // Most of them are led towards one of the conditions, which few contacts would meet by chance.
            if let Some(root) = number.checked_sub(count / 4) {
                let root = space.roots[root % space.roots.len().max(1)];
                lead(&space, root, true, &mut contact, &domains, &mut dice);
            }
            laws.mend(&space, &mut contact, &domains, &mut dice);
            drawn.add(number, &contact);
        }
        let mut known: Vec<Vec<u64>> = Vec::with_capacity(space.formulas.len());
        for formula in &space.formulas {
            let mask = drawn.mask(&space, formula, &known);
            known.push(mask);
        }
        let masks: Vec<Vec<u64>> = (space.roots.iter())
            .map(|root| known[*root as usize].clone())
            .collect();
        let by_word = (0..words)
            .map(|word| masks.iter().map(|mask| mask[word]).collect())
            .collect();
        let is_small = space.roots.iter().map(|root| {
            let mut left = PARTS;
            is_small(&space, *root, &mut left)
        });
        let is_small = is_small.collect();
        let own = vec![Vec::new(); masks.len()];
        Some(Self {
            conditions: conditions.to_vec(),
            is_small,
            space,
            laws,
            domains,
            masks,
            by_word,
            own: RefCell::new(own),
        })
    }
}

/// Subjects of more cells than this are looked at contact by contact.
const CELLS: usize = 256;

/// The contacts that were drawn, subject by subject.
struct Drawn {
    words: usize,
    subjects: Vec<Column>,
}

enum Column {
    /// For each cell one after the other a bit for each contact that lies in it.
    ByCell(Vec<u64>),
    /// The cell of each contact.
    ByContact(Vec<u32>),
}

/// How many cells there are up to the last.
fn cells(domain: &Cells) -> usize {
    domain.iter().last().map_or(0, |last| last + 1)
}

impl Drawn {
    fn new(space: &Space, words: usize) -> Self {
        let subjects = space.domains.iter().map(|domain| match cells(domain) {
            few @ ..=CELLS => Column::ByCell(vec![0; few * words]),
            _ => Column::ByContact(Vec::with_capacity(words * 64)),
        });
        Self {
            words,
            subjects: subjects.collect(),
        }
    }

    fn add(&mut self, number: usize, contact: &[u32]) {
        for (column, cell) in self.subjects.iter_mut().zip(contact) {
            match column {
                Column::ByCell(contacts) => {
                    contacts[*cell as usize * self.words + number / 64] |= 1 << (number % 64);
                }
                Column::ByContact(cells) => cells.push(*cell),
            }
        }
    }

    /// The contacts that a formula holds for; what is `known` of the formulas before it tells of its operands.
    fn mask(&self, space: &Space, formula: &Formula, known: &[Vec<u64>]) -> Vec<u64> {
        let words = self.words;
        let mut mask = vec![0; words];
        match formula {
            Formula::Constant(truth) => mask.fill(if *truth { u64::MAX } else { 0 }),
            Formula::In { variable, cells } => match &self.subjects[*variable as usize] {
                Column::ByCell(contacts) => {
                    let by_cell = contacts.chunks_exact(words).enumerate();
                    let wanted = by_cell.filter(|(cell, _)| cells.contains(*cell));
                    for (_, contacts) in wanted {
                        for (own, contacts) in mask.iter_mut().zip(contacts) {
                            *own |= contacts;
                        }
                    }
                }
                Column::ByContact(own) => {
                    for (contact, cell) in own.iter().enumerate() {
                        let is_in = u64::from(cells.contains(*cell as usize));
                        mask[contact / 64] |= is_in << (contact % 64);
                    }
                }
            },
            Formula::Not(inner) => {
                for (own, inner) in mask.iter_mut().zip(&known[*inner as usize]) {
                    *own = !inner;
                }
            }
            Formula::All(parts) => {
                mask.fill(u64::MAX);
                for part in space.parts(*parts) {
                    for (own, part) in mask.iter_mut().zip(&known[*part as usize]) {
                        *own &= part;
                    }
                }
            }
            Formula::Any(parts) => {
                for part in space.parts(*parts) {
                    for (own, part) in mask.iter_mut().zip(&known[*part as usize]) {
                        *own |= part;
                    }
                }
            }
        }
        mask
    }
}

/// What holds whatever the contact is, in a form that is quickly looked at again and again.
struct Laws {
    laws: Vec<Law>,
    /// For each subject that a law names, whether it is met in each cell.
    met: Vec<bool>,
    /// By subject, the first of those that laws tie it to.
    groups: Vec<u32>,
    /// By the first subject of a group, the formulas of its laws.
    of_group: Vec<Vec<u32>>,
}

struct Law {
    formula: u32,
    /// Subjects, each with where its cells begin in [`Laws::met`]: the law holds where one of them meets it. None of a law that is no plain choice.
    one_of: Option<Vec<(u32, u32)>>,
    /// What follows from something stands last.
    last: Option<u32>,
}

impl Laws {
    fn of(space: &Space) -> Self {
        let mut met = Vec::new();
        let laws = space.constraints.iter().map(|formula| {
            let parts = match &space.formulas[*formula as usize] {
                Formula::Any(parts) => Some(space.parts(*parts)),
                _ => None,
            };
            let one_of = parts.and_then(|parts| {
                let mut one_of = Vec::with_capacity(parts.len());
                for part in parts {
                    let (formula, truth) = match &space.formulas[*part as usize] {
                        Formula::Not(inner) => (&space.formulas[*inner as usize], false),
                        formula => (formula, true),
                    };
                    let Formula::In { variable, cells } = formula else {
                        return None;
                    };
                    let count = self::cells(&space.domains[*variable as usize]);
                    if count > CELLS {
                        return None;
                    }
                    one_of.push((*variable, met.len() as u32));
                    met.extend((0..count).map(|cell| cells.contains(cell) == truth));
                }
                Some(one_of)
            });
            Law {
                formula: *formula,
                one_of,
                last: parts.and_then(|parts| parts.last().copied()),
            }
        });
        let laws = laws.collect();
        let mut groups: Vec<u32> = (0..space.domains.len() as u32).collect();
        for law in &space.constraints {
            let mut first = None;
            subjects(space, *law, &mut |subject| {
                let one = first_of(&mut groups, subject);
                let other = *first.get_or_insert(one);
                let (low, high) = (one.min(other), one.max(other));
                groups[high as usize] = low;
                first = Some(low);
            });
        }
        for subject in 0..groups.len() as u32 {
            groups[subject as usize] = first_of(&mut groups, subject);
        }
        let mut of_group = vec![Vec::new(); groups.len()];
        for law in &space.constraints {
            let mut named = None;
            subjects(space, *law, &mut |subject| named = Some(subject));
            if let Some(subject) = named {
                of_group[groups[subject as usize] as usize].push(*law);
            }
        }
        Self {
            laws,
            met,
            groups,
            of_group,
        }
    }

    fn holds(&self, law: &Law, space: &Space, contact: &[u32]) -> bool {
        let is_met = |(variable, start): &(u32, u32)| {
            self.met[(start + contact[*variable as usize]) as usize]
        };
        match &law.one_of {
            Some(one_of) => one_of.iter().any(is_met),
            None => holds(space, law.formula, contact),
        }
    }

    fn all_hold(&self, space: &Space, contact: &[u32]) -> bool {
        self.laws.iter().all(|law| self.holds(law, space, contact))
    }

    /// Makes a contact one that can be, where a few steps are enough.
    fn mend(&self, space: &Space, contact: &mut [u32], domains: &[Vec<u32>], dice: &mut Dice) {
        for _ in 0..3 {
            let mut changed = false;
            for law in &self.laws {
                if !self.holds(law, space, contact) {
                    changed = true;
                    if let Some(last) = law.last {
                        lead(space, last, true, contact, domains, dice);
                    }
                }
            }
            if !changed {
                return;
            }
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

/// The first subject of the group that one is in, where each is put under another of its group or stands first.
fn first_of(groups: &mut [u32], subject: u32) -> u32 {
    let mut first = subject;
    while groups[first as usize] != first {
        // Halves the way for whoever comes next.
        groups[first as usize] = groups[groups[first as usize] as usize];
        first = groups[first as usize];
    }
    first
}

/// Calls `visit` with the subjects of a formula.
fn subjects(space: &Space, id: u32, visit: &mut impl FnMut(u32)) {
    match &space.formulas[id as usize] {
        Formula::Constant(_) => {}
        Formula::In { variable, .. } => visit(*variable),
        Formula::Not(inner) => subjects(space, *inner, visit),
        Formula::All(parts) | Formula::Any(parts) => {
            for part in space.parts(*parts) {
                subjects(space, *part, visit);
            }
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
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.roll()) * bound.max(1) as u128) >> 64) as usize
    }

    /// Puts each subject into any of its cells. A roll serves four of them.
    fn any(&mut self, domains: &[Vec<u32>], contact: &mut [u32]) {
        let mut subjects = contact.iter_mut().zip(domains);
        loop {
            let mut rolled = self.roll();
            for _ in 0..4 {
                let Some((cell, domain)) = subjects.next() else {
                    return;
                };
                let place = ((rolled & 0xffff) * domain.len() as u64) >> 16;
                *cell = domain[place as usize];
                rolled >>= 16;
            }
        }
    }
}
