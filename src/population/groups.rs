//! The groups of a population, by the values that their contacts agree in.

use crate::types::Constant;
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Groups and their places, in the order in which they were met. Without anything to agree in there is one, without a name.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    places: HashMap<Box<[Constant]>, u32, FixedState>,
}

impl Groups {
    /// The place of a group that may be new; none where a value is missing.
    pub fn place(&mut self, group: &[Constant]) -> Option<usize> {
        if let Some(known) = self.places.get(group) {
            return Some(*known as usize);
        }
        if group.contains(&Constant::Missing) {
            return None;
        }
        let place = self.places.len();
        self.places.insert(group.into(), place as u32);
        Some(place)
    }

    /// The place of a group of which there are contacts.
    pub fn find(&self, group: &[Constant]) -> Option<usize> {
        self.places.get(group).map(|place| *place as usize)
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The groups and their places.
    pub fn iter(&self) -> impl Iterator<Item = (&[Constant], usize)> {
        let places = self.places.iter();
        places.map(|(group, place)| (&**group, *place as usize))
    }
}
