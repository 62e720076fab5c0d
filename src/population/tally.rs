//! What a pass over all contacts keeps of what each of them gives.

use super::baskets::Baskets;
use super::distribution::{Distribution, Unit, float_key};
use super::groups::Groups;
use super::items::Items;
use super::table::{Table, like};
use crate::ir::{Figure, Rule};
use crate::types::{Aggregate, Constant, Float, SumUnit, Total, Type};

/// What is kept of the values of a population.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TallyKind {
    /// How many contacts there are.
    Number,
    /// Sum and average.
    Total,
    /// All values in order.
    Order,
    /// How many contacts give each value.
    Items,
    /// What goes together.
    Baskets(Rule),
}

impl TallyKind {
    /// What has to be kept for a figure.
    pub fn of(figure: Figure) -> Self {
        match figure {
            Figure::Count => TallyKind::Number,
            Figure::Aggregate(Aggregate::Sum | Aggregate::Average) => TallyKind::Total,
            Figure::Percentile
            | Figure::Quantile { .. }
            | Figure::Rank { .. }
            | Figure::Aggregate(_) => TallyKind::Order,
            Figure::Top { .. } | Figure::Reach => TallyKind::Items,
            Figure::Implied(rule) => TallyKind::Baskets(rule),
        }
    }
}

/// What one thread has kept so far, by group.
#[derive(Clone, Debug)]
pub struct Tally {
    pub(super) kind: TallyKind,
    /// The type of what contacts give.
    pub(super) of: Type,
    pub(super) groups: Groups,
    pub(super) kept: Kept,
}

#[derive(Clone, Debug)]
pub(super) enum Kept {
    Numbers(Vec<u64>),
    Totals(Vec<Total>),
    Orders(Vec<Distribution>),
    Items(Vec<Items>),
    Baskets(Vec<Baskets>),
}

/// A known value, or several of the form that columns have them in.
pub enum Given<'a> {
    /// Nothing: a contact is counted.
    Contact,
    Value(Constant),
    /// Whole numbers over a divisor, one a contact.
    Whole {
        numbers: &'a mut dyn Iterator<Item = i64>,
        divisor: i128,
    },
    /// Finite floats, one a contact.
    Floats(&'a mut dyn Iterator<Item = f64>),
}

impl Tally {
    pub fn new(kind: TallyKind, of: Type) -> Self {
        Self {
            kind,
            of,
            groups: Groups::default(),
            kept: match kind {
                TallyKind::Number => Kept::Numbers(Vec::new()),
                TallyKind::Total => Kept::Totals(Vec::new()),
                TallyKind::Order => Kept::Orders(Vec::new()),
                TallyKind::Items => Kept::Items(Vec::new()),
                TallyKind::Baskets(_) => Kept::Baskets(Vec::new()),
            },
        }
    }

    /// The place of a group; none where one of the values that it agrees in is missing.
    pub fn group(&mut self, group: &[Constant]) -> Option<usize> {
        let place = self.groups.place(group)?;
        let groups = self.groups.len();
        match &mut self.kept {
            Kept::Numbers(kept) => kept.resize(groups, 0),
            Kept::Totals(kept) => kept.resize_with(groups, Total::default),
            Kept::Orders(kept) => kept.resize_with(groups, Distribution::default),
            Kept::Items(kept) => kept.resize_with(groups, Items::default),
            Kept::Baskets(kept) => kept.resize_with(groups, Baskets::default),
        }
        Some(place)
    }

    /// What contacts of a group give.
    pub fn add(&mut self, group: usize, given: Given<'_>) {
        match (&mut self.kept, given) {
            (Kept::Numbers(numbers), _) => numbers[group] += 1,
            (_, Given::Contact | Given::Value(Constant::Missing)) => {}
            (Kept::Totals(totals), Given::Value(value)) => totals[group].add(&value),
            (Kept::Orders(orders), Given::Value(value)) => orders[group].add(value),
            (Kept::Items(items), Given::Value(value)) => items[group].add(&value),
            (Kept::Baskets(baskets), Given::Value(value)) => baskets[group].add(&value),
            (Kept::Orders(orders), Given::Whole { numbers, divisor }) => {
                let unit = Unit::Over(divisor);
                orders[group].add_numbers(numbers, unit, &like(&self.of));
            }
            (Kept::Orders(orders), Given::Floats(floats)) => {
                let numbers = floats.map(float_key);
                orders[group].add_numbers(numbers, Unit::Float, &like(&self.of));
            }
            (Kept::Totals(totals), Given::Whole { numbers, divisor }) => {
                for number in numbers {
                    totals[group].add_units(SumUnit::Over(divisor), number.into(), 1);
                }
            }
            (Kept::Totals(totals), Given::Floats(floats)) => {
                for float in floats.filter_map(Float::new) {
                    totals[group].add(&Constant::Float(float));
                }
            }
            (_, Given::Whole { numbers, divisor }) => {
                let of = self.of.clone();
                for number in numbers {
                    let value = whole(number.into(), divisor, &of);
                    self.add(group, Given::Value(value));
                }
            }
            (_, Given::Floats(floats)) => {
                for float in floats.filter_map(Float::new) {
                    self.add(group, Given::Value(Constant::Float(float)));
                }
            }
        }
    }

    /// Puts what another thread has kept of the same population to it.
    pub fn merge(&mut self, other: Tally) {
        let mut places = vec![0; other.groups.len()];
        for (group, place) in other.groups.iter() {
            places[place] = self.group(group).unwrap_or(0);
        }
        fn each<T>(own: &mut [T], other: Vec<T>, places: &[usize], add: impl Fn(&mut T, T)) {
            for (kept, place) in other.into_iter().zip(places) {
                add(&mut own[*place], kept);
            }
        }
        match (&mut self.kept, other.kept) {
            (Kept::Numbers(own), Kept::Numbers(other)) => {
                each(own, other, &places, |own, other| *own += other);
            }
            (Kept::Totals(own), Kept::Totals(other)) => each(own, other, &places, Total::merge),
            (Kept::Orders(own), Kept::Orders(other)) => {
                let like = like(&self.of);
                each(own, other, &places, |own: &mut Distribution, other| {
                    own.merge(other, &like);
                });
            }
            (Kept::Items(own), Kept::Items(other)) => each(own, other, &places, Items::merge),
            (Kept::Baskets(own), Kept::Baskets(other)) => {
                each(own, other, &places, Baskets::merge);
            }
            _ => unreachable!("tallies of one population are of one kind"),
        }
    }

    /// What figures are told from.
    pub fn finish(self) -> Table {
        Table::new(self)
    }
}

/// A whole number over a divisor as a value of this type.
fn whole(number: i128, divisor: i128, of: &Type) -> Constant {
    match of {
        Type::Date => i64::try_from(number).map_or(Constant::Missing, Constant::Date),
        Type::Time => Constant::Time(number),
        Type::Duration => Constant::Duration(number),
        Type::Distance => Constant::Distance(number),
        _ => crate::types::Exact::new(number, divisor).map_or(Constant::Missing, Constant::Number),
    }
}
