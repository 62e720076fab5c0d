//! What a pass over all contacts keeps of what each of them gives.

use super::baskets::Baskets;
use super::distribution::{Distribution, Unit, constant};
use super::given::GivenRows;
use super::groups::Groups;
use super::items::Items;
use super::table::{Table, like};
use crate::ir::{Figure, Rule};
use crate::types::{Aggregate, Constant, SumUnit, Total, Type};

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
    /// What the contacts gave, by row, where it is kept. What was given to one group by many stands here alone, not among `kept`.
    pub(super) given: Option<Vec<GivenRows>>,
}

#[derive(Clone, Debug)]
pub(super) enum Kept {
    Numbers(Vec<u64>),
    Totals(Vec<Total>),
    Orders(Vec<Distribution>),
    Items(Vec<Items>),
    Baskets(Vec<Baskets>),
}

/// Adds what was given to one group by many, and stands in its rows alone.
pub(super) fn add_given(orders: &mut [Distribution], rows: &[GivenRows], of: &Type) {
    for run in rows {
        run.each_of_one_group(|group, numbers| {
            orders[group].add_numbers(numbers.iter().copied(), run.unit(), &like(of));
        });
    }
}

/// So many values may lie in no order, in all groups together, if there are not more different ones in order already.
const LOOSE: usize = 1 << 22;

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
            given: None,
        }
    }

    /// The same, which keeps what contacts give as well, where figures measure the contact's own.
    pub fn keeping_rows(mut self) -> Self {
        self.given = (self.kind == TallyKind::Order).then(Vec::new);
        self
    }

    /// Whether it keeps what contacts give.
    pub fn keeps_rows(&self) -> bool {
        self.given.is_some()
    }

    /// What contacts gave that were added; none where it is of a form that is not kept.
    pub fn keep_rows(&mut self, rows: Option<GivenRows>) {
        match (&mut self.given, rows) {
            (Some(given), Some(rows)) => given.push(rows),
            // All or nothing: a row that is not kept would count as one that gave nothing.
            _ => self.forget_rows(),
        }
    }

    /// What contacts give to one group: added, and kept by row where that is wanted.
    pub fn give_rows(&mut self, rows: GivenRows) {
        match &mut self.given {
            Some(given) => given.push(rows),
            None => self.add_given(&[rows]),
        }
    }

    /// Keeps nothing by row any more.
    fn forget_rows(&mut self) {
        let rows = self.given.take().unwrap_or_default();
        self.add_given(&rows);
    }

    fn add_given(&mut self, rows: &[GivenRows]) {
        if let Kept::Orders(orders) = &mut self.kept {
            add_given(orders, rows, &self.of);
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

    /// Makes room for what so many contacts of a group may give, which takes memory only as far as it is used.
    pub fn reserve(&mut self, group: usize, contacts: usize) {
        if let Kept::Orders(orders) = &mut self.kept {
            orders[group].reserve(contacts.min(LOOSE));
        }
    }

    /// A contact of a group.
    pub fn add_contact(&mut self, group: usize) {
        if let Kept::Numbers(numbers) = &mut self.kept {
            numbers[group] += 1;
        }
    }

    /// What a contact of a group gives.
    pub fn add(&mut self, group: usize, value: Constant) {
        match &mut self.kept {
            Kept::Numbers(numbers) => numbers[group] += 1,
            _ if value == Constant::Missing => {}
            Kept::Totals(totals) => totals[group].add(&value),
            Kept::Orders(orders) => orders[group].add(value),
            Kept::Items(items) => items[group].add(&value),
            Kept::Baskets(baskets) => baskets[group].add(&value),
        }
    }

    /// A contact of a group that gives a whole number among others, each of which it gives once.
    #[inline]
    pub fn add_item_number(&mut self, group: usize, number: i64) {
        if let Kept::Items(items) = &mut self.kept {
            items[group].add_number(number);
        }
    }

    /// So many contacts of a group that give a known value among others.
    pub fn add_item(&mut self, group: usize, value: &Constant, contacts: u64) {
        if let Kept::Items(items) = &mut self.kept {
            items[group].add_value(value.clone(), contacts);
        }
    }

    /// What contacts of one group give, by the whole numbers that stand for it.
    pub fn add_numbers(&mut self, group: usize, numbers: impl Iterator<Item = i64>, unit: Unit) {
        match &mut self.kept {
            Kept::Orders(orders) => orders[group].add_numbers(numbers, unit, &like(&self.of)),
            _ => self.add_numbers_by_group(numbers.map(|number| (group, number.into())), unit),
        }
    }

    /// The same, each number with its group, and in as many bits as it takes.
    pub fn add_numbers_by_group(
        &mut self,
        numbers: impl Iterator<Item = (usize, i128)>,
        unit: Unit,
    ) {
        let like = like(&self.of);
        match (&mut self.kept, unit) {
            (Kept::Orders(orders), _) => numbers.for_each(|(group, number)| {
                let order = &mut orders[group];
                match i64::try_from(number) {
                    Ok(number) => order.add_numbers(std::iter::once(number), unit, &like),
                    Err(_) => order.add_wide(std::iter::once(number), unit, &like),
                }
            }),
            (Kept::Totals(totals), Unit::Over(divisor)) => numbers.for_each(|(group, number)| {
                totals[group].add_units(SumUnit::Over(divisor), number, 1);
            }),
            _ => numbers.for_each(|(group, number)| self.add(group, constant(number, unit, &like))),
        }
    }

    /// To be called now and then: puts values in order where there are many, so that equal ones take the room of one.
    pub fn settle(&mut self) {
        let Kept::Orders(orders) = &mut self.kept else {
            return;
        };
        let (mut loose, mut different) = (0, 0);
        for (of_group, different_ones) in orders.iter().map(Distribution::room) {
            loose += of_group;
            different += different_ones;
        }
        if loose >= LOOSE.max(different) {
            orders.iter_mut().for_each(Distribution::settle);
        }
    }

    /// Puts what another thread has kept of the same population to it.
    pub fn merge(&mut self, mut other: Tally) {
        match (&self.given, &other.given) {
            (Some(_), None) => self.forget_rows(),
            (None, Some(_)) => other.forget_rows(),
            _ => {}
        }
        let mut places = vec![0; other.groups.len()];
        for (group, place) in other.groups.iter() {
            places[place] = self.group(group).unwrap_or(0);
        }
        self.given = self.given.take().zip(other.given).map(|(mut own, other)| {
            own.extend(other.into_iter().map(|rows| rows.moved(&places)));
            own
        });
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
