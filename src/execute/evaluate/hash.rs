//! The hashes that place contacts in samples and splits. In a block each is worked out once for a contact, whichever of the arms of a split are asked about.

use super::Vectors;
use super::lanes::Lanes;
use super::vector::Place;
use crate::functions::Hash;
use crate::ir::{NodeRef, ValueId};
use crate::types::Type;

/// Stands where a hash is missing.
const MISSING: i128 = -1;
/// Stands where a hash was not asked for yet.
pub(in crate::execute) const OPEN: i128 = -2;

/// One of the values that are hashed.
enum Part<'v, 'a> {
    Text(Place<'v, 'a>),
    Other(Lanes, &'a Type),
}

impl Part<'_, '_> {
    /// False where it is missing.
    fn put(&self, hash: &mut Hash, lane: usize) -> bool {
        match self {
            Part::Text(place) => place.text(lane).map(|text| hash.text(text)).is_some(),
            Part::Other(lanes, value_type) => hash.constant(&lanes.constant(lane, value_type)),
        }
    }
}

impl Vectors<'_> {
    /// The value of a hash node.
    pub(super) fn hashes(&self, value: ValueId, salt: &str, digits: u8, of: &[ValueId]) -> Lanes {
        let own = self.rows.bound.plan.graph.reach(NodeRef::Value(value)) == 0;
        let numbers = match self.matched {
            Some(matched) if own => matched.hashes(value, &self.picked, |rows| {
                let open = Vectors::new(self.rows, rows).with(self.tables, matched);
                open.hashed(salt, digits, of)
            }),
            _ => self.hashed(salt, digits, of),
        };
        Lanes::Whole {
            known: numbers.iter().map(|number| *number != MISSING).collect(),
            numbers,
            divisor: 1,
        }
    }

    fn hashed(&self, salt: &str, digits: u8, of: &[ValueId]) -> Vec<i128> {
        let graph = &self.rows.bound.plan.graph;
        let part = |value: &ValueId| match self.text_place(*value) {
            Some(place) => Part::Text(place),
            None => Part::Other(self.value(*value), graph.type_of(*value)),
        };
        let parts: Vec<Part<'_, '_>> = of.iter().map(part).collect();
        let mut hash = Hash::new(salt, digits);
        let number = |lane| {
            hash.begin();
            let is_known = parts.iter().all(|part| part.put(&mut hash, lane));
            if is_known { hash.number() } else { MISSING }
        };
        (0..self.picked.len()).map(number).collect()
    }
}
