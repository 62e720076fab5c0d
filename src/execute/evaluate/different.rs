//! What contacts give to a population of which each counts once for each different value of its events: by whole numbers, without a list for each contact.

use super::Vectors;
use super::bracket::Stamps;
use super::lanes::Lanes;
use super::narrow::Narrow;
use super::population::Grouped;
use super::read::Read;
use crate::ir::{NodeRef, Value, ValueId};
use crate::population::{Tally, Unit};
use crate::types::{Aggregate, Constant, NumberKind, Type};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Keys of events, the contact of each, and the groups of contacts.
struct Keyed<'k> {
    keys: &'k [Option<i64>],
    /// All events of a contact come one behind the other.
    owners: &'k [usize],
    groups: &'k Grouped,
}

impl Vectors<'_> {
    /// Hands over the different values that the events of these contacts have. None where `of` is anything else, or where a value is a list, each of whose
    /// elements counts for itself.
    pub(super) fn give_different(
        &self,
        of: ValueId,
        groups: &Grouped,
        tally: &mut Tally,
    ) -> Option<()> {
        let plan = &*self.rows.bound.plan;
        let Value::Aggregate {
            function: Aggregate::Different | Aggregate::Values,
            of: value,
            ..
        } = plan.graph.value(of)
        else {
            return None;
        };
        if plan.parameter(of).is_some() || matches!(self.type_of(*value), Type::List(_)) {
            return None;
        }
        let folded = self.folded(NodeRef::Value(of))?;
        let mut stamps = Stamps::default();
        folded.each_passing(|inside, owners| {
            if let Some(read) = inside.read(*value) {
                give_readings(&read, owners, groups, &mut stamps, tally);
            } else if let Some(keys) = inside.whole_numbers(*value) {
                let keyed = Keyed {
                    keys: &keys,
                    owners,
                    groups,
                };
                keyed.each_once(&mut stamps, |group, key| tally.add_item_number(group, key));
            } else {
                inside.give_lists(*value, owners, groups, tally);
            }
        });
        Some(())
    }

    /// Hands over a list for each contact.
    fn give_lists(&self, value: ValueId, owners: &[usize], groups: &Grouped, tally: &mut Tally) {
        let (values, value_type) = (self.value(value), self.type_of(value));
        let lanes: Vec<usize> = (0..owners.len()).collect();
        for lanes in lanes.chunk_by(|a, b| owners[*a] == owners[*b]) {
            if let Some(group) = groups.of(owners[lanes[0]]) {
                let given = lanes.iter().map(|lane| values.constant(*lane, value_type));
                tally.add(group, Constant::List(given.collect()));
            }
        }
    }

    /// Values that are whole numbers by their type, none of a lane where one is missing; none where one does not fit in 64 bits.
    pub(super) fn whole_numbers(&self, value: ValueId) -> Option<Vec<Option<i64>>> {
        if *self.type_of(value) != Type::Number(NumberKind::Whole) {
            return None;
        }
        let lanes = 0..self.picked.len();
        if let Some(place) = self.place(value, 0) {
            let rows = place.rows.iter().map(|row| (*row, true));
            if let Some(narrow) = Narrow::of_column(place.column, rows)
                && narrow.unit == Unit::Over(1)
            {
                let number = |lane| narrow.is_known(lane).then(|| narrow.numbers[lane]);
                return Some(lanes.map(number).collect());
            }
        }
        let Lanes::Whole {
            numbers,
            known,
            divisor: 1,
        } = self.value(value)
        else {
            return None;
        };
        let number = |lane: usize| match known[lane] {
            true => i64::try_from(numbers[lane]).ok().map(Some),
            false => Some(None),
        };
        lanes.map(number).collect()
    }
}

/// Hands over readings, each different one with the number of contacts that give it.
fn give_readings(
    read: &Read,
    owners: &[usize],
    groups: &Grouped,
    stamps: &mut Stamps,
    tally: &mut Tally,
) {
    let (places, different) = read.places_of_different();
    let keys = read.places().iter().map(|place| places[*place as usize]);
    let keyed = Keyed {
        keys: &keys.collect::<Vec<_>>(),
        owners,
        groups,
    };
    let mut contacts: HashMap<(usize, i64), u64, FixedState> = HashMap::default();
    keyed.each_once(stamps, |group, key| {
        *contacts.entry((group, key)).or_default() += 1;
    });
    for ((group, key), contacts) in contacts {
        tally.add_item(group, different[key as usize], contacts);
    }
}

impl Keyed<'_> {
    /// Calls `look` with each key of a contact once, and with the group of the contact. Who is in no group, and what is missing, is left out.
    fn each_once(&self, stamps: &mut Stamps, mut look: impl FnMut(usize, i64)) {
        if stamps.begin(self.keys) {
            for (key, owner) in self.keys.iter().zip(self.owners) {
                if let (Some(key), true) = (*key, stamps.is_new(*key, *owner))
                    && let Some(group) = self.groups.of(*owner)
                {
                    look(group, key);
                }
            }
            return;
        }
        let (mut met, mut keys) = (Vec::new(), self.keys);
        for of_one in self.owners.chunk_by(|one, other| one == other) {
            let own;
            (own, keys) = keys.split_at(of_one.len());
            let Some(group) = self.groups.of(of_one[0]) else {
                continue;
            };
            met.clear();
            met.extend(own.iter().flatten());
            met.sort_unstable();
            met.dedup();
            met.iter().for_each(|key| look(group, *key));
        }
    }
}
