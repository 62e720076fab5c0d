//! What goes together: the values that each contact gives, and which of them imply another.
//!
//! Of all contacts the values are kept. Rules are found as R. Agrawal and R. Srikant, "Fast algorithms for mining association rules" (1994) does it: of
//! what is too seldom alone nothing is looked for.

use super::items::given;
use crate::ir::Rule;
use crate::types::{Constant, Exact};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// The values of each contact that gives some.
#[derive(Clone, Debug, Default)]
pub struct Baskets {
    places: HashMap<Constant, u32, FixedState>,
    /// The places of the values of a contact, ascending.
    contacts: Vec<Box<[u32]>>,
}

impl Baskets {
    /// A contact that gives this.
    pub fn add(&mut self, value: &Constant) {
        self.add_given(given(value).into_iter());
    }

    fn add_given(&mut self, given: impl Iterator<Item = Constant>) {
        let mut places: Vec<u32> = given
            .map(|value| {
                let next = self.places.len() as u32;
                *self.places.entry(value).or_insert(next)
            })
            .collect();
        places.sort_unstable();
        if !places.is_empty() {
            self.contacts.push(places.into());
        }
    }

    pub fn merge(&mut self, other: Baskets) {
        let mut values: Vec<(Constant, u32)> = other.places.into_iter().collect();
        values.sort_unstable_by_key(|(_, place)| *place);
        for contact in other.contacts {
            let given = contact
                .iter()
                .map(|place| values[*place as usize].0.clone());
            self.add_given(given);
        }
    }

    /// The rules that hold.
    pub fn rules(&self, rule: &Rule) -> Rules {
        let mut singles: HashMap<u32, u64, FixedState> = HashMap::default();
        for place in self.contacts.iter().flatten() {
            *singles.entry(*place).or_default() += 1;
        }
        let mut rules = Rules {
            places: self.places.clone(),
            values: vec![Constant::Missing; self.places.len()],
            of_one: HashMap::default(),
            of_two: HashMap::default(),
        };
        for (value, place) in &self.places {
            rules.values[*place as usize] = value.clone();
        }
        // How often something has to be met for it to have a part in a rule.
        let least = enough(rule.support.max(1), rule.confidence);
        let pairs = self.pairs(|place| singles[&place] >= least);
        let both = |one: u32, other: u32| {
            pairs
                .get(&(one.min(other), one.max(other)))
                .copied()
                .unwrap_or(0)
        };
        if rule.from == 1 {
            for ((one, other), times) in &pairs {
                for (from, to) in [(*one, *other), (*other, *one)] {
                    if singles[&from] >= rule.support
                        && *times >= enough(singles[&from], rule.confidence)
                    {
                        rules.of_one.entry(from).or_default().push(to);
                    }
                }
            }
            return rules;
        }
        // The values that each contact may have in a rule: pairs often enough, and a third as often as that with each of the two.
        let mut triples: HashMap<(u32, u32), HashMap<u32, u64, FixedState>, FixedState> =
            HashMap::default();
        for contact in &self.contacts {
            for (at, one) in contact.iter().enumerate() {
                for other in &contact[at + 1..] {
                    let times = both(*one, *other);
                    if times < rule.support.max(1) {
                        continue;
                    }
                    let wanted = enough(times, rule.confidence);
                    for third in contact.iter() {
                        if third != one
                            && third != other
                            && both(*one, *third) >= wanted
                            && both(*other, *third) >= wanted
                        {
                            let found = triples.entry((*one, *other)).or_default();
                            *found.entry(*third).or_default() += 1;
                        }
                    }
                }
            }
        }
        for (pair, thirds) in triples {
            let wanted = enough(both(pair.0, pair.1), rule.confidence);
            let mut implied: Vec<u32> = (thirds.into_iter())
                .filter(|(_, times)| *times >= wanted)
                .map(|(third, _)| third)
                .collect();
            implied.sort_unstable();
            if !implied.is_empty() {
                rules.of_two.insert(pair, implied);
            }
        }
        rules
    }

    /// How many contacts give both of two values, as far as each alone has a part in rules.
    fn pairs(&self, counts: impl Fn(u32) -> bool) -> HashMap<(u32, u32), u64, FixedState> {
        let mut pairs: HashMap<(u32, u32), u64, FixedState> = HashMap::default();
        for contact in &self.contacts {
            let often: Vec<u32> = contact
                .iter()
                .copied()
                .filter(|place| counts(*place))
                .collect();
            for (at, one) in often.iter().enumerate() {
                for other in &often[at + 1..] {
                    *pairs.entry((*one, *other)).or_default() += 1;
                }
            }
        }
        pairs
    }
}

/// The least number that is at least this share of another; at least 1, since what nobody gives implies nothing.
fn enough(of: u64, share: Exact) -> u64 {
    let whole = Exact::whole(of.into()).checked_mul(share);
    let least = whole.map_or(of.into(), |share| {
        share.floor() + i128::from(!share.is_whole())
    });
    u64::try_from(least).unwrap_or(0).max(1)
}

/// Which values imply others.
#[derive(Clone, Debug)]
pub struct Rules {
    places: HashMap<Constant, u32, FixedState>,
    values: Vec<Constant>,
    of_one: HashMap<u32, Vec<u32>, FixedState>,
    of_two: HashMap<(u32, u32), Vec<u32>, FixedState>,
}

impl Rules {
    /// The values that a contact who gives this has not, though what it has implies them; in the order of values.
    pub fn implied(&self, own: &Constant) -> Constant {
        let own = given(own);
        let mut places: Vec<u32> = (own.iter())
            .filter_map(|value| self.places.get(value).copied())
            .collect();
        places.sort_unstable();
        let mut found: Vec<u32> = Vec::new();
        for (at, one) in places.iter().enumerate() {
            found.extend(self.of_one.get(one).into_iter().flatten());
            if !self.of_two.is_empty() {
                for other in &places[at + 1..] {
                    found.extend(self.of_two.get(&(*one, *other)).into_iter().flatten());
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|place| places.binary_search(place).is_err());
        let mut values: Vec<Constant> = (found.into_iter())
            .map(|place| self.values[place as usize].clone())
            .collect();
        values.sort_by(Constant::total_order);
        Constant::List(values.into())
    }
}
