//! How many contacts give each of several values.

use super::counted::Counted;
use crate::types::{Constant, Exact};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Values with the number of contacts that give them.
#[derive(Clone, Debug, Default)]
pub struct Items {
    /// Whole numbers of 64 bits.
    numbers: Counted,
    /// All other values.
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
            self.add_value(value, 1);
        }
    }

    /// So many contacts that give one known value.
    pub fn add_value(&mut self, value: Constant, contacts: u64) {
        match value.whole_number() {
            Some(number) => self.numbers.add(number, contacts),
            None => *self.contacts.entry(value).or_default() += contacts,
        }
    }

    /// A contact that gives a number.
    #[inline]
    pub fn add_number(&mut self, number: i64) {
        self.numbers.add(number, 1);
    }

    pub fn merge(&mut self, other: Items) {
        let numbers = other.numbers.iter();
        numbers.for_each(|(number, contacts)| self.numbers.add(number, contacts));
        for (value, contacts) in other.contacts {
            *self.contacts.entry(value).or_default() += contacts;
        }
    }

    /// How many contacts give a value.
    pub fn reach(&self, value: &Constant) -> u64 {
        match value.whole_number() {
            Some(number) => self.reach_of_number(number),
            None => self.contacts.get(value).copied().unwrap_or(0),
        }
    }

    /// How many contacts give a number.
    #[inline]
    pub fn reach_of_number(&self, number: i64) -> u64 {
        self.numbers.get(number)
    }

    /// The values before which fewer than so many others are given by more contacts, in the order of values.
    pub fn top(&self, most: u32) -> Constant {
        let of_numbers = self.numbers.iter().map(|(_, contacts)| contacts);
        let of_others = self.contacts.values().copied();
        let mut counts: Vec<u64> = of_numbers.chain(of_others).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        // Whoever is given as often as the last of the places has one as well.
        let least = match (most as usize).checked_sub(1) {
            None => return Constant::List([].into()),
            Some(last) => counts.get(last).copied().unwrap_or(0),
        };
        let numbers = (self.numbers.iter()).filter(|(_, contacts)| *contacts >= least);
        let number = |(number, _): (i64, u64)| Constant::Number(Exact::whole(number.into()));
        let others = (self.contacts.iter()).filter(|(_, contacts)| **contacts >= least);
        let others = others.map(|(value, _)| value.clone());
        let mut values: Vec<Constant> = numbers.map(number).chain(others).collect();
        values.sort_by(Constant::total_order);
        Constant::List(values.into())
    }
}
