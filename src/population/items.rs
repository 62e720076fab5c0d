//! How many contacts give each of several values.

use crate::types::Constant;
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Values with the number of contacts that give them.
#[derive(Clone, Debug, Default)]
pub struct Items {
    contacts: HashMap<Constant, u64, FixedState>,
}

/// The different known values that a contact gives: its own, or those of its list.
pub fn given(value: &Constant) -> Vec<Constant> {
    let Constant::List(elements) = value else {
        return match value {
            Constant::Missing => Vec::new(),
            single => vec![single.clone()],
        };
    };
    let mut given: Vec<Constant> = elements.iter().cloned().collect();
    given.retain(|value| *value != Constant::Missing);
    given.sort_by(Constant::total_order);
    given.dedup();
    given
}

impl Items {
    /// A contact that gives this.
    pub fn add(&mut self, value: &Constant) {
        for value in given(value) {
            *self.contacts.entry(value).or_default() += 1;
        }
    }

    pub fn merge(&mut self, other: Items) {
        for (value, contacts) in other.contacts {
            *self.contacts.entry(value).or_default() += contacts;
        }
    }

    /// How many contacts give a value.
    pub fn reach(&self, value: &Constant) -> u64 {
        self.contacts.get(value).copied().unwrap_or(0)
    }

    /// The values before which fewer than so many others are given by more contacts, in the order of values.
    pub fn top(&self, most: u32) -> Constant {
        let mut counts: Vec<u64> = self.contacts.values().copied().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        // Whoever is given as often as the last of the places has one as well.
        let least = match (most as usize).checked_sub(1) {
            None => return Constant::List([].into()),
            Some(last) => counts.get(last).copied().unwrap_or(0),
        };
        let on_top = self
            .contacts
            .iter()
            .filter(|(_, contacts)| **contacts >= least);
        let mut values: Vec<Constant> = on_top.map(|(value, _)| value.clone()).collect();
        values.sort_by(Constant::total_order);
        Constant::List(values.into())
    }
}
