//! What a population comes to, and the figure that it tells each contact.

use super::baskets::Rules;
use super::distribution::{Distribution, Ordered, Standing, Unit};
use super::given::{self, Given, GivenRows};
use super::groups::Groups;
use super::items::Items;
use super::numbers::{GivenNumbers, Numbers};
use super::tally::{Kept, Tally, TallyKind, add_given};
use super::turns::Turns;
use crate::ir::Figure;
use crate::types::{Aggregate, Constant, Exact, Total, Type};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The values of a population by group, as figures need them.
#[derive(Debug)]
pub struct Table {
    of: Type,
    groups: Groups,
    known: Known,
    /// What groups have been told, of figures that take long to work out.
    told: Mutex<HashMap<(Figure, usize), Constant, FixedState>>,
    /// Where the figures of each group turn, as against numbers that they were compared with.
    turns: Mutex<Vec<(Figure, Exact, TurnsOfGroups)>>,
    given: Option<Arc<Given>>,
}

/// Where a figure turns in each group; none of one without values that whole numbers stand for.
pub type TurnsOfGroups = Arc<[Option<Turns>]>;

#[derive(Debug)]
enum Known {
    Numbers(Vec<u64>),
    Totals(Vec<Total>),
    Orders(Vec<Ordered>),
    Items(Vec<Items>),
    Rules(Vec<Rules>),
}

impl Table {
    pub(super) fn new(tally: Tally) -> Self {
        let mut given = None;
        let known = match tally.kept {
            Kept::Numbers(kept) => Known::Numbers(kept),
            Kept::Totals(kept) => Known::Totals(kept),
            Kept::Orders(kept) => {
                let orders;
                (orders, given) = in_order(kept, tally.given.unwrap_or_default(), &tally.of);
                Known::Orders(orders)
            }
            Kept::Items(kept) => Known::Items(kept),
            Kept::Baskets(kept) => {
                let rules = kept.iter().map(|kept| match tally.kind {
                    TallyKind::Baskets(rule) => kept.rules(&rule),
                    _ => unreachable!("baskets are kept for rules"),
                });
                Known::Rules(rules.collect())
            }
        };
        Self {
            told: Mutex::default(),
            turns: Mutex::default(),
            given,
            of: tally.of,
            groups: tally.groups,
            known,
        }
    }

    /// What the contacts gave that it was made of, by row, where that was kept.
    pub fn given(&self) -> Option<&Given> {
        self.given.as_deref()
    }

    /// The place of the group that agrees in these values; none where no contact is of it.
    pub fn group(&self, group: &[Constant]) -> Option<usize> {
        self.groups.find(group)
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// How many contacts of a group give a value; none where it is missing, or where that was not counted.
    pub fn reach(&self, group: usize, value: &Constant) -> Option<u64> {
        match &self.known {
            Known::Items(items) if *value != Constant::Missing => Some(items[group].reach(value)),
            _ => None,
        }
    }

    /// How many contacts of a group give a whole number; none where that was not counted.
    #[inline]
    pub fn reach_of_number(&self, group: usize, number: i64) -> Option<u64> {
        match &self.known {
            Known::Items(items) => Some(items[group].reach_of_number(number)),
            _ => None,
        }
    }

    /// What a contact is told that belongs to no group, or to one of which the population has no contact.
    pub fn nothing(figure: Figure, of: &Type, belongs: bool) -> Constant {
        match figure {
            Figure::Top { .. } | Figure::Implied(_) => Constant::List([].into()),
            Figure::Count | Figure::Reach if belongs => Constant::Number(Exact::ZERO),
            Figure::Aggregate(aggregate) if belongs => aggregate.work_out(Vec::new(), of),
            _ => Constant::Missing,
        }
    }

    /// The figure that a contact of a group is told, of whom `own` is the value that is measured or asked about.
    pub fn figure(&self, figure: Figure, group: usize, own: &Constant) -> Constant {
        match &self.known {
            Known::Numbers(numbers) => whole(numbers[group]),
            Known::Totals(_) | Known::Items(_) | Known::Orders(_) if figure.is_of_group() => {
                let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
                let known = told.entry((figure, group));
                known
                    .or_insert_with(|| self.work_out(figure, group))
                    .clone()
            }
            Known::Totals(_) => Constant::Missing,
            Known::Items(_) if *own == Constant::Missing => Constant::Missing,
            Known::Items(items) => whole(items[group].reach(own)),
            Known::Orders(_) if *own == Constant::Missing => Constant::Missing,
            Known::Orders(orders) => {
                let standing = orders[group].standing(own);
                let fraction = of_standing(figure, standing);
                let exact = fraction.and_then(|(above, below)| Exact::new(above, below));
                exact.map_or(Constant::Missing, Constant::Number)
            }
            Known::Rules(rules) => rules[group].implied(own),
        }
    }

    /// A figure that is the same for all contacts of a group.
    fn work_out(&self, figure: Figure, group: usize) -> Constant {
        match (&self.known, figure) {
            (Known::Totals(totals), Figure::Aggregate(aggregate)) => {
                totals[group].figure(aggregate, &self.of)
            }
            (Known::Items(items), Figure::Top { most }) => items[group].top(most),
            (Known::Orders(orders), Figure::Aggregate(aggregate)) => {
                let order = &orders[group];
                let like = like(&self.of);
                let nth = |place: u64| order.nth(place, &like);
                let number = order.number();
                let values = match (aggregate, number.checked_sub(1)) {
                    (_, None) => [None, None],
                    (Aggregate::Least, _) => [nth(0), None],
                    (Aggregate::Greatest, Some(last)) => [nth(last), None],
                    (_, Some(last)) if number % 2 == 1 => [nth(last / 2), None],
                    (_, Some(last)) => [nth(last / 2), nth(last / 2 + 1)],
                };
                aggregate.work_out(values.into_iter().flatten().collect(), &self.of)
            }
            _ => Constant::Missing,
        }
    }

    /// The groups with the number of their contacts, where these are counted; in no order.
    pub fn numbers(&self) -> impl Iterator<Item = (&[Constant], u64)> {
        let numbers = match &self.known {
            Known::Numbers(numbers) => numbers.as_slice(),
            _ => &[],
        };
        let groups = self.groups.iter();
        groups.filter_map(|(group, place)| Some((group, *numbers.get(place)?)))
    }

    /// Where the figure turns from one side of a number to the other, by group.
    pub fn turns(&self, figure: Figure, number: Exact) -> Option<TurnsOfGroups> {
        let Known::Orders(orders) = &self.known else {
            return None;
        };
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let known = turns
            .iter()
            .find(|known| (known.0, known.1) == (figure, number));
        if let Some((.., known)) = known {
            return Some(Arc::clone(known));
        }
        let found: TurnsOfGroups = orders
            .iter()
            .map(|order| order.turns(figure, number))
            .collect();
        turns.push((figure, number, Arc::clone(&found)));
        Some(found)
    }

    /// The values of a group in order, where they are kept so.
    pub fn order(&self, group: usize) -> Option<&Ordered> {
        match &self.known {
            Known::Orders(orders) => orders.get(group),
            _ => None,
        }
    }
}

/// The values of each group, and what contacts gave, where all of that is of one unit.
fn in_order(
    mut kept: Vec<Distribution>,
    runs: Vec<GivenRows>,
    of: &Type,
) -> (Vec<Ordered>, Option<Arc<Given>>) {
    if let [one] = &kept[..]
        && one.is_empty()
        && let Some(unit) = given::unit_of_one_group(&runs)
    {
        let given = Arc::new(Given::new(runs));
        let numbers = Numbers::Given(GivenNumbers::new(Arc::clone(&given)));
        return (vec![Ordered::Numbers { unit, numbers }], Some(given));
    }
    add_given(&mut kept, &runs, of);
    let orders: Vec<Ordered> = kept.into_iter().map(Distribution::finish).collect();
    let unit = one_unit(&orders);
    let fits = !runs.is_empty() && runs.iter().all(|rows| Some(rows.unit()) == unit);
    (orders, fits.then(|| Arc::new(Given::new(runs))))
}

/// What whole numbers stand for in all groups that have values, if it is the same.
fn one_unit(orders: &[Ordered]) -> Option<Unit> {
    let mut units = (orders.iter().map(Ordered::unit)).filter(|unit| *unit != Some(Unit::Open));
    let first = units.next()??;
    units.all(|unit| unit == Some(first)).then_some(first)
}

/// A value of a type, for its sort alone.
pub(super) fn like(of: &Type) -> Constant {
    match of {
        Type::Date => Constant::Date(0),
        Type::Time => Constant::Time(0),
        Type::Duration => Constant::Duration(0),
        Type::Distance => Constant::Distance(0),
        Type::Text => Constant::Text("".into()),
        Type::Boolean => Constant::Boolean(false),
        _ => Constant::Number(Exact::ZERO),
    }
}

fn whole(number: u64) -> Constant {
    Constant::Number(Exact::whole(number.into()))
}

/// The figure of a value that stands so, as a fraction; none where there are no values to stand among, and for figures that measure none.
pub fn of_standing(figure: Figure, standing: Standing) -> Option<(i128, i128)> {
    let Standing {
        less,
        no_greater,
        all,
    } = standing;
    if all == 0 {
        return None;
    }
    Some(match figure {
        Figure::Percentile => (no_greater.into(), all.into()),
        Figure::Quantile { parts } => {
            let parts = i128::from(no_greater) * i128::from(parts);
            let all = i128::from(all);
            ((parts + all - 1).div_euclid(all).max(1), 1)
        }
        Figure::Rank { least_first: true } => (i128::from(less) + 1, 1),
        Figure::Rank { least_first: false } => (i128::from(all - no_greater) + 1, 1),
        Figure::Count
        | Figure::Aggregate(_)
        | Figure::Top { .. }
        | Figure::Reach
        | Figure::Implied(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::NumberKind;

    const UNIT: Unit = Unit::Over(1);

    fn tally(keeps_rows: bool) -> Tally {
        let mut tally = Tally::new(TallyKind::Order, Type::Number(NumberKind::Whole));
        tally.group(&[]).expect("a group");
        match keeps_rows {
            true => tally.keeping_rows(),
            false => tally,
        }
    }

    /// Rows from `first` on that give these numbers to the one group.
    fn rows(first: usize, numbers: &[i64]) -> GivenRows {
        let gave = vec![(1 << numbers.len()) - 1];
        GivenRows::of_one_group(first, UNIT, numbers.to_vec(), 0, gave)
    }

    /// Least, median and greatest, and whether what contacts gave is kept.
    fn told(tally: Tally) -> ([i128; 3], bool) {
        let table = tally.finish();
        let figures = [Aggregate::Least, Aggregate::Median, Aggregate::Greatest];
        let figure =
            |aggregate| match table.figure(Figure::Aggregate(aggregate), 0, &Constant::Missing) {
                Constant::Number(number) => number.numerator(),
                other => panic!("{other:?}"),
            };
        (figures.map(figure), table.given().is_some())
    }

    #[test]
    fn numbers_count_once_wherever_they_stand() {
        let expected = [-4, 5, 9];
        // By row alone.
        let mut own = tally(true);
        own.give_rows(rows(0, &[9, 5, -4]));
        own.give_rows(rows(64, &[7, 2]));
        assert_eq!(told(own.clone()), (expected, true));
        // By row, and others without rows, of whom nothing is kept.
        own.keep_rows(None);
        assert_eq!(told(own), (expected, false));
        // Rows where none are kept.
        let mut own = tally(false);
        own.give_rows(rows(0, &[9, 5, -4, 7, 2]));
        assert_eq!(told(own), (expected, false));
        // Of two threads, of which both, one, or the other one keeps rows.
        for (one, other) in [(true, true), (true, false), (false, true)] {
            let (mut own, mut others) = (tally(one), tally(other));
            own.give_rows(rows(0, &[9, 5]));
            others.give_rows(rows(64, &[-4, 7, 2]));
            own.merge(others);
            assert_eq!(told(own), (expected, one && other));
        }
    }

    #[test]
    fn what_was_given_in_other_units_is_not_kept() {
        let mut own = tally(true);
        own.give_rows(rows(0, &[1, 2]));
        let halves = GivenRows::of_one_group(64, Unit::Over(2), vec![6], 0, vec![1]);
        own.give_rows(halves);
        assert_eq!(told(own), ([1, 2, 3], false));
        let table = tally(true).finish();
        assert!(table.given().is_none(), "nobody gave anything");
    }
}
