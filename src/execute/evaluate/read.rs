//! Values of which many contacts have few different ones, since they are read from a clock or looked up in a catalogue: what is asked of them is asked once for each.

use super::lanes::Lanes;
use super::vector::Vectors;
use crate::ir::{Value, ValueId};
use crate::schema::Catalogue;
use crate::types::{Constant, Type};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::cmp::Ordering;

/// So many different values are no matter, however few the lanes.
pub(super) const FEW: usize = 32;

/// For each lane its place among the readings, the first of which is missing.
pub(super) struct Read {
    places: Vec<u32>,
    readings: Vec<Constant>,
}

impl Read {
    pub(super) fn new(places: Vec<u32>, readings: Vec<Constant>) -> Self {
        Self { places, readings }
    }

    /// What is found of each reading, by lane.
    pub(super) fn each<T: Copy>(&self, find: impl Fn(&Constant) -> T) -> Vec<T> {
        let found: Vec<T> = self.readings.iter().map(find).collect();
        let places = self.places.iter();
        places.map(|place| found[*place as usize]).collect()
    }

    /// The place among the readings, by lane.
    pub(super) fn places(&self) -> &[u32] {
        &self.places
    }

    pub(super) fn readings(&self) -> &[Constant] {
        &self.readings
    }

    /// Numbers that are the same where readings are, by lane; none where one is missing.
    fn keys(&self) -> Vec<Option<i64>> {
        let keys = self.places_of_different().0;
        let places = self.places.iter();
        places.map(|place| keys[*place as usize]).collect()
    }

    /// The different readings that are known; for each reading its place among these, none of one that is missing.
    pub(super) fn places_of_different(&self) -> (Vec<Option<i64>>, Vec<&Constant>) {
        let mut different = Vec::new();
        let mut numbers: HashMap<&Constant, i64, FixedState> = HashMap::default();
        let mut keys = Vec::with_capacity(self.readings.len());
        for reading in &self.readings {
            keys.push(match reading {
                Constant::Missing => None,
                reading => Some(*numbers.entry(reading).or_insert_with(|| {
                    different.push(reading);
                    different.len() as i64 - 1
                })),
            });
        }
        (keys, different)
    }

    pub(super) fn lanes(&self, value_type: &Type) -> Lanes {
        let places = || self.places.iter().map(|place| *place as usize);
        match Lanes::gathered(self.readings.iter().cloned(), value_type) {
            Lanes::Whole {
                numbers,
                known,
                divisor,
            } => Lanes::Whole {
                numbers: places().map(|place| numbers[place]).collect(),
                known: places().map(|place| known[place]).collect(),
                divisor,
            },
            _ => Lanes::Each(places().map(|place| self.readings[place].clone()).collect()),
        }
    }
}

impl Vectors<'_> {
    /// The order of a value that is read or looked up and one that is the same for all, or of one that hangs on the group alone and any other; none where it is
    /// anything else.
    pub(super) fn read_order(
        &self,
        value: ValueId,
        other: ValueId,
    ) -> Option<Vec<Option<Ordering>>> {
        let graph = &self.rows.bound.plan.graph;
        if !matches!(
            graph.value(value),
            Value::Call { .. } | Value::LookUp { .. }
        ) {
            return self.order_of_groups(value, other);
        }
        let Lanes::Same(other) = self.value(other) else {
            return None;
        };
        let read = self.read(value)?;
        Some(read.each(|reading| reading.compare(&other)))
    }

    /// Numbers that are the same for two lanes where a value is; none of a lane where it is missing. None where the value is a list, each of whose elements counts for
    /// itself, or is not laid out for that.
    pub(super) fn keys(&self, value: ValueId) -> Option<Vec<Option<i64>>> {
        if matches!(self.type_of(value), Type::List(_)) {
            return None;
        }
        if let Some(read) = self.read(value) {
            return Some(read.keys());
        }
        let Lanes::Whole { numbers, known, .. } = self.value(value) else {
            return None;
        };
        let key = |(number, known): (&i128, &bool)| match known {
            true => i64::try_from(*number).ok().map(Some),
            false => Some(None),
        };
        numbers.iter().zip(&known).map(key).collect()
    }

    /// A value that is read or looked up, or hangs on the group alone; none where it is anything else, or not laid out for that.
    pub(super) fn read(&self, value: ValueId) -> Option<Read> {
        let plan = &self.rows.bound.plan;
        if plan.parameter(value).is_some() {
            return None;
        }
        match plan.graph.value(value) {
            Value::Call { .. } => self.read_from_clock(value),
            Value::LookUp {
                catalogue,
                key,
                part,
            } => self.read_from_catalogue(catalogue, *key, *part),
            _ => self.read_of_groups(value),
        }
    }

    /// A value that is looked up, where keys and what is found are whole numbers.
    pub(super) fn looked_up(&self, value: ValueId) -> Option<Lanes> {
        let plan = &self.rows.bound.plan;
        let Value::LookUp {
            catalogue,
            key,
            part,
        } = plan.graph.value(value)
        else {
            return None;
        };
        if plan.parameter(value).is_some() {
            return None;
        }
        let (places, found) = (catalogue.places_of_numbers()?, catalogue.numbers(*part)?);
        let Lanes::Whole {
            mut numbers,
            mut known,
            divisor: 1,
        } = self.value(*key)
        else {
            return None;
        };
        for (number, known) in numbers.iter_mut().zip(&mut known) {
            let place = places.get(*number).filter(|_| *known);
            let of_record = place.and_then(|place| found[place as usize]);
            *known = of_record.is_some();
            *number = of_record.unwrap_or(0).into();
        }
        Some(Lanes::Whole {
            numbers,
            known,
            divisor: 1,
        })
    }

    fn read_from_catalogue(&self, catalogue: &Catalogue, key: ValueId, part: u32) -> Option<Read> {
        let places_of = catalogue.places_of_numbers()?;
        let different = catalogue.different(part)?;
        // Where there are more of them than lanes, it would take longer than to look each up.
        if different.values.len() > self.picked.len() / 2 + FEW {
            return None;
        }
        let Lanes::Whole {
            numbers,
            known,
            divisor: 1,
        } = self.value(key)
        else {
            return None;
        };
        let place = |(number, known): (&i128, &bool)| {
            let record = places_of.get(*number).filter(|_| *known);
            record.map_or(0, |record| different.of_records[record as usize] + 1)
        };
        let mut readings = Vec::with_capacity(different.values.len() + 1);
        readings.push(Constant::Missing);
        readings.extend(different.values.iter().cloned());
        let places = numbers.iter().zip(&known).map(place).collect();
        Some(Read::new(places, readings))
    }
}
