//! Looks for a contact of whom formulas hold: what must be is followed first, then one part after the other of an OR is tried.

use super::Answer;
use super::cells::Cells;
use super::space::{Formula, Space, Stated};

/// Whether the formulas can be as true as they say, within so many steps; and how many it took. Of what holds whatever the contact is, `laws` are looked at.
pub(super) fn possible(
    space: &Space,
    laws: &[u32],
    asserted: &[Stated],
    steps: u64,
) -> (Answer, u64) {
    let mut search = Search {
        space,
        left: steps,
        depth: 0,
    };
    let mut open: Vec<Stated> = laws.iter().map(|id| (*id, true)).collect();
    open.extend(asserted);
    let answer = search.solve(space.domains.clone(), open);
    let answer = match answer {
        Some(true) => Answer::Yes,
        Some(false) => Answer::No,
        None => Answer::NotKnown,
    };
    (answer, steps - search.left)
}

struct Search<'s> {
    space: &'s Space,
    left: u64,
    depth: usize,
}

/// Tries in each other before the search is given up.
const DEPTH: usize = 200;

impl Search<'_> {
    fn step(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        Some(())
    }

    /// None where the steps are used up.
    fn solve(&mut self, mut domains: Vec<Cells>, mut open: Vec<Stated>) -> Option<bool> {
        // Formulas of which one part or another must be.
        let mut choices: Vec<Stated> = Vec::new();
        loop {
            while let Some((id, truth)) = open.pop() {
                self.step()?;
                match (&self.space.formulas[id as usize], truth) {
                    (Formula::Constant(constant), _) => {
                        if *constant != truth {
                            return Some(false);
                        }
                    }
                    (Formula::Not(inner), _) => open.push((*inner, !truth)),
                    (Formula::In { variable, cells }, _) => {
                        let domain = &mut domains[*variable as usize];
                        domain.keep(cells, truth);
                        if domain.is_empty() {
                            return Some(false);
                        }
                    }
                    (Formula::All(parts), true) | (Formula::Any(parts), false) => {
                        let parts = self.space.parts(*parts);
                        open.extend(parts.iter().map(|part| (*part, truth)));
                    }
                    (Formula::All(_), false) | (Formula::Any(_), true) => choices.push((id, truth)),
                }
            }
            let mut kept = Vec::with_capacity(choices.len());
            for (id, truth) in std::mem::take(&mut choices) {
                let mut undecided = None;
                let (mut count, mut is_met) = (0, false);
                for part in parts(self.space, id) {
                    match self.value(&domains, *part)? {
                        Some(value) if value == truth => {
                            is_met = true;
                            break;
                        }
                        Some(_) => {}
                        None => {
                            count += 1;
                            undecided = Some(*part);
                        }
                    }
                }
                match (is_met, count, undecided) {
                    (true, ..) => {}
                    (false, 0, _) => return Some(false),
                    (false, 1, Some(part)) => open.push((part, truth)),
                    _ => kept.push((id, truth)),
                }
            }
            choices = kept;
            if open.is_empty() {
                break;
            }
        }
        let Some(place) =
            (0..choices.len()).min_by_key(|place| self.parts(choices[*place].0).len())
        else {
            return Some(true);
        };
        let (id, truth) = choices.swap_remove(place);
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let space = self.space;
        let mut others = choices;
        for part in parts(space, id) {
            if self.value(&domains, *part)? == Some(!truth) {
                continue;
            }
            self.left = self.left.checked_sub(domains.len() as u64)?;
            let mut open = others.clone();
            open.push((*part, truth));
            if self.solve(domains.clone(), open)? {
                return Some(true);
            }
            // From here on the part is known to be otherwise.
            others.push((*part, !truth));
        }
        self.depth -= 1;
        Some(false)
    }

    fn parts(&self, id: u32) -> &[u32] {
        parts(self.space, id)
    }

    /// What a formula comes to as far as the domains tell.
    fn value(&mut self, domains: &[Cells], id: u32) -> Option<Option<bool>> {
        self.step()?;
        Some(match &self.space.formulas[id as usize] {
            Formula::Constant(truth) => Some(*truth),
            Formula::In { variable, cells } => domains[*variable as usize].lie_in(cells),
            Formula::Not(inner) => self.value(domains, *inner)?.map(|truth| !truth),
            Formula::All(_) | Formula::Any(_) => {
                let space = self.space;
                let wanted = matches!(space.formulas[id as usize], Formula::All(_));
                let mut outcome = Some(wanted);
                for part in parts(space, id) {
                    match self.value(domains, *part)? {
                        Some(truth) if truth != wanted => return Some(Some(!wanted)),
                        Some(_) => {}
                        None => outcome = None,
                    }
                }
                outcome
            }
        })
    }
}

fn parts(space: &Space, id: u32) -> &[u32] {
    match &space.formulas[id as usize] {
        Formula::All(parts) | Formula::Any(parts) => space.parts(*parts),
        Formula::Constant(_) | Formula::In { .. } | Formula::Not(_) => &[],
    }
}
