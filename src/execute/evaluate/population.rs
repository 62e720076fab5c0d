//! Figures of populations for many contacts at once, and what contacts give to a population.

use super::Vectors;
use super::lanes::{Lanes, Whole};
use super::narrow::Narrow;
use super::vector::Place;
use crate::execute::column::{Values, bits};
use crate::ir::{Figure, Population, Value, ValueId};
use crate::plan::Tallied;
use crate::population::{GivenRows, Table, Tally, TallyKind, Unit, float_key, of_standing};
use crate::types::{Constant, Type};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::cmp::Ordering;

/// The group of each lane.
pub(super) enum Grouped {
    /// All are of one, or of none.
    Same(Option<usize>),
    Each(Vec<Option<usize>>),
}

impl Grouped {
    #[inline]
    pub(super) fn of(&self, lane: usize) -> Option<usize> {
        match self {
            Grouped::Same(group) => *group,
            Grouped::Each(groups) => groups[lane],
        }
    }
}

/// Values that groups agree in.
enum Part<'v, 'a> {
    Text(Place<'v, 'a>),
    Lanes(Lanes, &'a Type),
}

impl Part<'_, '_> {
    fn constant(&self, lane: usize) -> Constant {
        match self {
            Part::Text(place) => place.constant(lane),
            Part::Lanes(values, of) => values.constant(lane, of),
        }
    }

    /// A number that tells a known value of these contacts apart from others; none where there is no such number, or no value.
    fn told_apart(&self, lane: usize) -> Option<i64> {
        match self {
            Part::Text(place) => {
                let row = place.rows[lane];
                match &place.column.values {
                    Values::Codes(codes, _) if place.column.is_valid(row) => {
                        Some(codes.get(row) as i64)
                    }
                    _ => None,
                }
            }
            Part::Lanes(Lanes::Boolean(values), _) => values[lane].map(i64::from),
            Part::Lanes(values, _) => i64::try_from(values.whole()?.get(lane)?).ok(),
        }
    }
}

/// What tells the group of a contact apart; none of more than two parts.
fn told_apart(parts: &[Part<'_, '_>], lane: usize) -> Option<[i64; 2]> {
    match parts {
        [one] => Some([one.told_apart(lane)?, 0]),
        [one, other] => Some([one.told_apart(lane)?, other.told_apart(lane)?]),
        _ => None,
    }
}

impl Vectors<'_> {
    /// The figure that each contact is told.
    pub(super) fn population(&self, id: ValueId, population: &Population) -> Lanes {
        let lanes = self.picked.len();
        let figure = population.figure;
        let (value_type, of) = (
            self.type_of(id),
            population.of.map_or(&Type::Boolean, |of| self.type_of(of)),
        );
        let Some(table) = self.rows.bound.figures.table(id) else {
            return Lanes::Same(Constant::Missing);
        };
        // Of a group without contacts something is known, of none nothing is.
        let mut belongs = vec![true; lanes];
        let groups = self.groups(&population.per, &mut belongs, |group| table.group(group));
        let nothing = [false, true].map(|belongs| Table::nothing(figure, of, belongs));
        let absent = |lane: usize| nothing[usize::from(belongs[lane])].clone();
        let own = match figure {
            Figure::Reach => population.at,
            Figure::Implied(_) => population.of,
            _ if figure.is_of_member() => population.of,
            _ => None,
        };
        let Some(own) = own else {
            let mut told: HashMap<usize, Constant, FixedState> = HashMap::default();
            let mut tell = |lane: usize| match groups.of(lane) {
                None => absent(lane),
                Some(group) => {
                    let known = told.entry(group);
                    let work_out = || table.figure(figure, group, &Constant::Missing);
                    known.or_insert_with(work_out).clone()
                }
            };
            return match groups {
                Grouped::Same(_) if lanes > 0 && belongs[0] => Lanes::Same(tell(0)),
                _ => Lanes::gathered((0..lanes).map(tell), value_type),
            };
        };
        if figure == Figure::Reach
            && let Some(lanes) = self.reaches(own, table, &groups, &belongs)
        {
            return lanes;
        }
        let own_type = self.type_of(own);
        let (own, is_in) = (
            self.value(own),
            match figure.is_of_member() {
                true => self.holds(population.among),
                false => vec![true; lanes],
            },
        );
        if figure.is_of_member()
            && let Some(lanes) = standings(figure, table, &groups, &own, &is_in)
        {
            return lanes;
        }
        let tell = |lane: usize| {
            let own = own.constant(lane, own_type);
            match groups.of(lane) {
                _ if !is_in[lane] => Constant::Missing,
                _ if figure == Figure::Reach && own == Constant::Missing => Constant::Missing,
                Some(group) => table.figure(figure, group, &own),
                None => absent(lane),
            }
        };
        Lanes::gathered((0..lanes).map(tell), value_type)
    }

    /// How the figure of each contact compares with a number; none where that takes the figures themselves.
    pub(super) fn population_order(
        &self,
        id: ValueId,
        number: &Lanes,
    ) -> Option<Vec<Option<Ordering>>> {
        let plan = &*self.rows.bound.plan;
        let (Value::Population(population), Lanes::Same(Constant::Number(number))) =
            (plan.graph.value(id), number)
        else {
            return None;
        };
        let of = population.of.filter(|_| population.figure.is_of_member())?;
        let table = self.rows.bound.figures.table(id)?;
        let turns = table.turns(population.figure, *number)?;
        if let Some(given) = table.given().filter(|_| self.rows.are_of_data) {
            let given = given.of_rows(&self.picked);
            let order = |given: Option<(usize, i128)>| match given {
                Some((group, number)) => Some(Some(turns[group].as_ref()?.order(number))),
                None => Some(None),
            };
            return given.map(order).collect();
        }
        let lanes = self.picked.len();
        let mut belongs = vec![true; lanes];
        let groups = self.groups(&population.per, &mut belongs, |group| table.group(group));
        let (own, is_in) = (self.value(of), self.holds(population.among));
        let keys = Keys::of(&own)?;
        let order = |lane: usize| {
            let (Some(group), true, Some(key)) = (groups.of(lane), is_in[lane], keys.get(lane))
            else {
                return Some(None);
            };
            if table.order(group)?.unit() != Some(keys.unit()) {
                return None;
            }
            Some(Some(turns[group].as_ref()?.order(key)))
        };
        (0..lanes).map(order).collect()
    }

    /// The group of each lane by the values that it agrees in; where one is missing, the lane belongs to none.
    pub(super) fn groups(
        &self,
        per: &[ValueId],
        belongs: &mut [bool],
        mut place: impl FnMut(&[Constant]) -> Option<usize>,
    ) -> Grouped {
        if per.is_empty() {
            return Grouped::Same(place(&[]));
        }
        let parts: Vec<Part<'_, '_>> = per.iter().map(|per| self.part(*per)).collect();
        // Places of groups by what tells them apart within these contacts.
        let mut known: HashMap<[i64; 2], Option<usize>, FixedState> = HashMap::default();
        let mut last: Option<([i64; 2], Option<usize>)> = None;
        let mut group = Vec::new();
        let groups = belongs.iter_mut().enumerate().map(|(lane, belongs)| {
            let told = told_apart(&parts, lane);
            if let (Some(told), Some((before, place))) = (told, last)
                && told == before
            {
                return place;
            }
            if let Some(place) = told.and_then(|told| known.get(&told)) {
                last = told.map(|told| (told, *place));
                return *place;
            }
            group.clear();
            group.extend(parts.iter().map(|part| part.constant(lane)));
            if group.contains(&Constant::Missing) {
                *belongs = false;
                return None;
            }
            let place = place(&group);
            if let Some(told) = told {
                known.insert(told, place);
                last = Some((told, place));
            }
            place
        });
        Grouped::Each(groups.collect())
    }

    fn part(&self, per: ValueId) -> Part<'_, '_> {
        match self.text_place(per) {
            Some(place) => Part::Text(place),
            None => Part::Lanes(self.value(per), self.type_of(per)),
        }
    }

    /// Hands what these contacts, all of the population, give to its tally.
    pub(in crate::execute) fn give(&self, tallied: &Tallied, tally: &mut Tally) {
        let lanes = self.picked.len();
        let mut belongs = vec![true; lanes];
        let groups = self.groups(&tallied.per, &mut belongs, |group| tally.group(group));
        let Some(of) = tallied.of else {
            let of_lanes = (0..lanes).filter_map(|lane| groups.of(lane));
            of_lanes.for_each(|group| tally.add_contact(group));
            return;
        };
        if tallied.kind == TallyKind::Items && self.give_different(of, &groups, tally).is_some() {
            return;
        }
        if let Grouped::Same(Some(group)) = groups
            && let Some(values) = self.narrow(of)
        {
            self.give_narrow(values, group, tally);
            return;
        }
        let values = self.value(of);
        let keys = Keys::of(&values);
        if tally.keeps_rows() {
            tally.keep_rows(keys.as_ref().map(|keys| self.given_rows(keys, &groups)));
        }
        match (keys, &groups) {
            (_, Grouped::Same(None)) => {}
            (Some(keys), Grouped::Same(Some(group))) => {
                let numbers = (0..lanes).filter_map(|lane| keys.get(lane));
                match keys.is_narrow(lanes) {
                    true => tally.add_numbers(*group, numbers.map(|key| key as i64), keys.unit()),
                    false => {
                        let numbers = numbers.map(|number| (*group, number));
                        tally.add_numbers_by_group(numbers, keys.unit());
                    }
                }
            }
            (Some(keys), Grouped::Each(groups)) => {
                let of_lane =
                    |(lane, group): (usize, &Option<usize>)| Some(((*group)?, keys.get(lane)?));
                let numbers = groups.iter().enumerate().filter_map(of_lane);
                tally.add_numbers_by_group(numbers, keys.unit());
            }
            (None, _) => {
                for lane in 0..lanes {
                    if let Some(group) = groups.of(lane) {
                        tally.add(group, values.constant(lane, &tallied.of_type));
                    }
                }
            }
        }
        tally.settle();
    }

    /// Hands over what these contacts give to one group.
    fn give_narrow(&self, values: Narrow, group: usize, tally: &mut Tally) {
        let ends = self.picked.first().zip(self.picked.last());
        let (true, Some((first, last))) = (tally.keeps_rows(), ends) else {
            match &values.known {
                None => tally.add_numbers(group, values.numbers.iter().copied(), values.unit),
                Some(known) => {
                    let numbers = values.numbers.iter().zip(known);
                    let numbers = numbers.filter_map(|(number, known)| known.then_some(*number));
                    tally.add_numbers(group, numbers, values.unit);
                }
            }
            return tally.settle();
        };
        let first = first / 64 * 64;
        let rows = last + 1 - first;
        let mut gave = vec![0; bits::words(rows)];
        let numbers = if rows == self.picked.len() && values.known.is_none() {
            for (word, gave) in gave.iter_mut().enumerate() {
                *gave = bits::live(word, rows);
            }
            values.numbers
        } else {
            let mut numbers = vec![0; rows];
            for (lane, row) in self.picked.iter().enumerate() {
                numbers[row - first] = values.numbers[lane];
                if values.is_known(lane) {
                    bits::set(&mut gave, row - first);
                }
            }
            numbers
        };
        let rows = GivenRows::of_one_group(first, values.unit, numbers, group, gave);
        tally.give_rows(rows);
    }

    /// What these contacts, all of a population, give by row.
    fn given_rows(&self, keys: &Keys<'_>, groups: &Grouped) -> GivenRows {
        let ends = self.picked.first().zip(self.picked.last());
        let rows = ends.map_or((0, 0), |(first, last)| (*first, *last + 1));
        let members = self.picked.iter().enumerate();
        let members = members.map(|(lane, row)| (*row, groups.of(lane).zip(keys.get(lane))));
        GivenRows::new(
            rows,
            keys.unit(),
            keys.is_narrow(self.picked.len()),
            members,
        )
    }
}

/// Values that whole numbers stand for.
enum Keys<'l> {
    Whole(Whole<'l>),
    Floats(&'l [f64]),
}

impl<'l> Keys<'l> {
    /// None where values are of another form.
    fn of(values: &'l Lanes) -> Option<Self> {
        match (values, values.whole()) {
            (Lanes::Float(floats), _) => Some(Keys::Floats(floats)),
            (_, Some(whole)) => Some(Keys::Whole(whole)),
            _ => None,
        }
    }

    fn unit(&self) -> Unit {
        match self {
            Keys::Whole(whole) => Unit::Over(whole.divisor),
            Keys::Floats(_) => Unit::Float,
        }
    }

    /// Whether all fit in 64 bits.
    fn is_narrow(&self, lanes: usize) -> bool {
        match self {
            Keys::Whole(whole) => whole.is_narrow(lanes),
            Keys::Floats(_) => true,
        }
    }

    fn get(&self, lane: usize) -> Option<i128> {
        match self {
            Keys::Whole(whole) => whole.get(lane),
            Keys::Floats(floats) => {
                let float = floats[lane];
                (!float.is_nan()).then(|| float_key(float).into())
            }
        }
    }
}

/// Figures by where the numbers stand that stand for values; none where values are of another form.
fn standings(
    figure: Figure,
    table: &Table,
    groups: &Grouped,
    own: &Lanes,
    is_in: &[bool],
) -> Option<Lanes> {
    let lanes = is_in.len();
    let keys = Keys::of(own)?;
    let standing = |lane: usize| -> Option<Option<(i128, i128)>> {
        let (Some(group), true, Some(number)) = (groups.of(lane), is_in[lane], keys.get(lane))
        else {
            return Some(None);
        };
        let order = table.order(group)?;
        if order.unit() != Some(keys.unit()) {
            return None;
        }
        Some(of_standing(figure, order.standing_of_number(number)?))
    };
    let standings: Vec<Option<(i128, i128)>> = (0..lanes).map(standing).collect::<Option<_>>()?;
    if figure == Figure::Percentile {
        let quotients = standings.into_iter();
        let quotients = quotients.map(|standing| standing.unwrap_or((0, 0)));
        return Some(Lanes::Quotients(quotients.collect()));
    }
    let numbers = standings.into_iter();
    let numbers: Vec<Option<i128>> = numbers.map(|standing| Some(standing?.0)).collect();
    Some(whole_lanes(&numbers))
}

fn whole_lanes(numbers: &[Option<i128>]) -> Lanes {
    Lanes::Whole {
        numbers: numbers.iter().map(|number| number.unwrap_or(0)).collect(),
        known: numbers.iter().map(Option::is_some).collect(),
        divisor: 1,
    }
}
