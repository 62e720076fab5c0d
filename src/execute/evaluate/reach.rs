//! How many contacts of a population give what is asked about.

use super::Vectors;
use super::lanes::Lanes;
use super::population::Grouped;
use crate::ir::ValueId;
use crate::population::Table;
use crate::types::Constant;
use foldhash::fast::FixedState;
use hashbrown::HashMap;

impl Vectors<'_> {
    /// How many contacts of the group of each lane give what the lane asks about; missing where that is missing, or the lane belongs to no group. None where what
    /// is asked about has few different values and is no whole number.
    pub(super) fn reaches(
        &self,
        asked: ValueId,
        table: &Table,
        groups: &Grouped,
        belongs: &[bool],
    ) -> Option<Lanes> {
        // Of a group without contacts it is known that nobody gives it.
        let of_nobody = |lane: usize| belongs[lane].then_some(0);
        let found: Vec<Option<u64>> = if let Some(read) = self.read(asked) {
            let (places, readings) = (read.places(), read.readings());
            let mut known: HashMap<(usize, u32), Option<u64>, FixedState> = HashMap::default();
            let mut last = None;
            let reach = |lane: usize| {
                let place = places[lane];
                let reading = &readings[place as usize];
                let Some(group) = groups.of(lane) else {
                    return of_nobody(lane).filter(|_| *reading != Constant::Missing);
                };
                match last {
                    Some((before, reach)) if before == (group, place) => reach,
                    _ => {
                        let reach = known.entry((group, place));
                        let reach = *reach.or_insert_with(|| table.reach(group, reading));
                        last = Some(((group, place), reach));
                        reach
                    }
                }
            };
            (0..places.len()).map(reach).collect()
        } else {
            let numbers = self.whole_numbers(asked)?;
            let reach = |(lane, number): (usize, &Option<i64>)| match groups.of(lane) {
                Some(group) => table.reach_of_number(group, (*number)?),
                None => number.and_then(|_| of_nobody(lane)),
            };
            numbers.iter().enumerate().map(reach).collect()
        };
        Some(Lanes::Whole {
            numbers: found
                .iter()
                .map(|found| found.unwrap_or(0).into())
                .collect(),
            known: found.iter().map(Option::is_some).collect(),
            divisor: 1,
        })
    }
}
