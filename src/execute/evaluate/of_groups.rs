//! Values that hang on nothing of a contact but its group: worked out once for each group, and compared with what contacts have by whole numbers.

use super::Vectors;
use super::edge::FloatEdge;
use super::lanes::Lanes;
use super::population::Grouped;
use super::read::{FEW, Read};
use crate::ir::{Value, ValueId};
use crate::population::Groups;
use crate::types::{Constant, Type};
use std::cmp::Ordering;

impl<'a> Vectors<'a> {
    /// A value that is made of figures of groups, all in the same, and of what is the same for all. None where it is anything else, or where there are so many
    /// groups that they are no gain.
    pub(super) fn read_of_groups(&self, value: ValueId) -> Option<Read> {
        let mut per = None;
        self.find_groups(value, &mut per)?;
        let mut known = Groups::default();
        let mut belongs = vec![true; self.picked.len()];
        let groups = self.groups(per?, &mut belongs, |group| known.place(group));
        let Grouped::Each(groups) = groups else {
            return None;
        };
        if self.are_many(known.len()) {
            return None;
        }
        // The first reading is none of a contact.
        let mut place_of: Vec<u32> = vec![0; known.len() + 1];
        let mut of_each: Vec<usize> = Vec::with_capacity(place_of.len());
        let place = |(lane, group): (usize, &Option<usize>)| {
            let place = &mut place_of[group.map_or(0, |group| group + 1)];
            if *place == 0 {
                of_each.push(lane);
                *place = of_each.len() as u32;
            }
            *place
        };
        let places = groups.iter().enumerate().map(place).collect();
        let (value_type, figures) = (self.type_of(value), self.of_lanes(&of_each).value(value));
        let readings = (0..of_each.len()).map(|lane| figures.constant(lane, value_type));
        let readings = std::iter::once(Constant::Missing).chain(readings);
        Some(Read::new(places, readings.collect()))
    }

    /// The order of a value that hangs on the group alone and another; none where it is anything else.
    pub(super) fn order_of_groups(
        &self,
        value: ValueId,
        other: ValueId,
    ) -> Option<Vec<Option<Ordering>>> {
        let read = self.read_of_groups(value)?;
        let types = (self.type_of(value), self.type_of(other));
        Some(read.order(&self.value(other), types))
    }

    /// Finds what contacts agree in that are told the same value. None where it hangs on anything else.
    fn find_groups<'s>(&'s self, value: ValueId, per: &mut Option<&'s [ValueId]>) -> Option<()> {
        let plan = &*self.rows.bound.plan;
        if plan.parameter(value).is_some() {
            return Some(());
        }
        match plan.graph.value(value) {
            Value::Constant(_) | Value::Now => Some(()),
            Value::Arithmetic { left, right, .. } => {
                self.find_groups(*left, per)?;
                self.find_groups(*right, per)
            }
            Value::Coalesce { value, fallback } => {
                self.find_groups(*value, per)?;
                self.find_groups(*fallback, per)
            }
            Value::Population(population) if population.figure.is_of_group() => {
                let groups = self.rows.bound.figures.table(value)?.groups();
                if self.are_many(groups) || per.is_some_and(|per| *per != *population.per) {
                    return None;
                }
                if !population.per.is_empty() {
                    *per = Some(&population.per);
                }
                Some(())
            }
            _ => None,
        }
    }

    fn are_many(&self, groups: usize) -> bool {
        groups > self.picked.len() / 2 + FEW
    }

    /// Some of the lanes.
    fn of_lanes(&self, lanes: &[usize]) -> Vectors<'a> {
        let elements = self.elements.iter().map(|around| around.picked(lanes));
        Vectors {
            rows: self.rows,
            picked: lanes.iter().map(|lane| self.picked[*lane]).collect(),
            elements: elements.collect(),
            tables: self.tables,
            matched: self.matched,
            within: Default::default(),
        }
    }
}

impl Read {
    /// The order of readings and other values, lane by lane; none of a lane where one of the two is missing.
    fn order(&self, other: &Lanes, types: (&Type, &Type)) -> Vec<Option<Ordering>> {
        let orders = match other {
            Lanes::Same(other) => Some(self.each(|reading| reading.compare(other))),
            Lanes::Float(floats) => self.order_of_floats(floats),
            Lanes::Whole { .. } => self.order_of_numbers(other, types),
            _ => None,
        };
        orders.unwrap_or_else(|| {
            let lanes = self.places().iter().enumerate();
            let order = |(lane, place): (usize, &u32)| {
                self.readings()[*place as usize].compare(&other.constant(lane, types.1))
            };
            lanes.map(order).collect()
        })
    }

    /// None where a reading is no number.
    fn order_of_floats(&self, floats: &[f64]) -> Option<Vec<Option<Ordering>>> {
        let edge = |reading: &Constant| match reading {
            Constant::Missing => Some(None),
            reading => FloatEdge::new(reading).map(Some),
        };
        let edges: Vec<Option<FloatEdge>> =
            self.readings().iter().map(edge).collect::<Option<_>>()?;
        let order = |(float, place): (&f64, &u32)| {
            let order = edges[*place as usize].as_ref()?.order(*float);
            order.map(Ordering::reverse)
        };
        Some(floats.iter().zip(self.places()).map(order).collect())
    }

    /// None where values are not of one sort, or where a reading is no whole number or fraction.
    fn order_of_numbers(
        &self,
        other: &Lanes,
        types: (&Type, &Type),
    ) -> Option<Vec<Option<Ordering>>> {
        let are_numbers = matches!(types, (Type::Number(_), Type::Number(_)));
        let other = other
            .whole()
            .filter(|_| are_numbers || types.0 == types.1)?;
        let edge = |reading: &Constant| match reading {
            Constant::Missing => Some(None),
            reading => WholeEdge::new(reading, other.divisor).map(Some),
        };
        let edges: Vec<Option<WholeEdge>> =
            self.readings().iter().map(edge).collect::<Option<_>>()?;
        let order = |(lane, place): (usize, &u32)| {
            let order = edges[*place as usize].as_ref()?.order(other.get(lane)?);
            Some(order.reverse())
        };
        Some(self.places().iter().enumerate().map(order).collect())
    }
}

/// A fraction that numbers over a divisor are compared with.
struct WholeEdge {
    /// The greatest number that is not above it.
    floor: i128,
    /// How that compares with the fraction itself.
    order: Ordering,
}

impl WholeEdge {
    /// None where it is no number, or beyond what can be compared.
    fn new(constant: &Constant, divisor: i128) -> Option<Self> {
        let same = Lanes::Same(constant.clone());
        let edge = same.whole()?;
        let scaled = edge.get(0)?.checked_mul(divisor)?;
        let floor = scaled.div_euclid(edge.divisor);
        let order = match scaled.rem_euclid(edge.divisor) {
            0 => Ordering::Equal,
            _ => Ordering::Less,
        };
        Some(Self { floor, order })
    }

    /// How a number over the divisor compares with it.
    #[inline]
    fn order(&self, number: i128) -> Ordering {
        number.cmp(&self.floor).then(self.order)
    }
}
