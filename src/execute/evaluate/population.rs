//! Figures of populations for many contacts at once, and what contacts give to a population.

use super::Vectors;
use super::lanes::{Lanes, Whole};
use crate::ir::{Figure, Population, ValueId};
use crate::plan::Tallied;
use crate::population::{Given, Table, Tally, Unit, float_key, of_standing};
use crate::types::{Constant, Type};

/// The group of each lane.
enum Grouped {
    /// All are of one, or of none.
    Same(Option<usize>),
    Each(Vec<Option<usize>>),
}

impl Grouped {
    fn of(&self, lane: usize) -> Option<usize> {
        match self {
            Grouped::Same(group) => *group,
            Grouped::Each(groups) => groups[lane],
        }
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
            let mut told: Option<(usize, Constant)> = None;
            let mut tell = |lane: usize| match (groups.of(lane), &told) {
                (None, _) => absent(lane),
                (Some(group), Some((known, constant))) if group == *known => constant.clone(),
                (Some(group), _) => {
                    let constant = table.figure(figure, group, &Constant::Missing);
                    told = Some((group, constant.clone()));
                    constant
                }
            };
            return match groups {
                Grouped::Same(_) if lanes > 0 && belongs[0] => Lanes::Same(tell(0)),
                _ => Lanes::gathered((0..lanes).map(tell), value_type),
            };
        };
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

    /// The group of each lane by the values that it agrees in; where one is missing, the lane belongs to none.
    fn groups(
        &self,
        per: &[ValueId],
        belongs: &mut [bool],
        mut place: impl FnMut(&[Constant]) -> Option<usize>,
    ) -> Grouped {
        if per.is_empty() {
            return Grouped::Same(place(&[]));
        }
        let values: Vec<(Lanes, &Type)> = (per.iter())
            .map(|per| (self.value(*per), self.type_of(*per)))
            .collect();
        let mut last: (Vec<Constant>, Option<usize>) = (Vec::new(), None);
        let mut group = Vec::new();
        let groups = belongs.iter_mut().enumerate().map(|(lane, belongs)| {
            group.clear();
            group.extend(values.iter().map(|(values, of)| values.constant(lane, of)));
            if group.contains(&Constant::Missing) {
                *belongs = false;
                return None;
            }
            if group != last.0 {
                last = (group.clone(), place(&group));
            }
            last.1
        });
        Grouped::Each(groups.collect())
    }

    /// Hands what these contacts, all of the population, give to its tally.
    pub(in crate::execute) fn give(&self, tallied: &Tallied, tally: &mut Tally) {
        let lanes = self.picked.len();
        let mut belongs = vec![true; lanes];
        let groups = self.groups(&tallied.per, &mut belongs, |group| tally.group(group));
        let Some(of) = tallied.of else {
            for lane in 0..lanes {
                if let Some(group) = groups.of(lane) {
                    tally.add(group, Given::Contact);
                }
            }
            return;
        };
        let values = self.value(of);
        if let Grouped::Same(Some(group)) = &groups {
            match (&values, values.whole()) {
                (Lanes::Float(floats), _) => {
                    let known = &mut floats.iter().copied().filter(|float| !float.is_nan());
                    tally.add(*group, Given::Floats(known));
                    return;
                }
                (_, Some(whole)) if whole.is_narrow(lanes) => {
                    let divisor = whole.divisor;
                    let numbers = &mut (0..lanes).filter_map(|lane| Some(whole.get(lane)? as i64));
                    tally.add(*group, Given::Whole { numbers, divisor });
                    return;
                }
                _ => {}
            }
        }
        for lane in 0..lanes {
            if let Some(group) = groups.of(lane) {
                let value = values.constant(lane, &tallied.of_type);
                tally.add(group, Given::Value(value));
            }
        }
    }
}

/// Values that whole numbers stand for.
enum Keys<'l> {
    Whole(Whole<'l>),
    Floats(&'l [f64]),
}

impl Keys<'_> {
    fn unit(&self) -> Unit {
        match self {
            Keys::Whole(whole) => Unit::Over(whole.divisor),
            Keys::Floats(_) => Unit::Float,
        }
    }

    fn get(&self, lane: usize) -> Option<i64> {
        match self {
            Keys::Whole(whole) => Some(whole.get(lane)? as i64),
            Keys::Floats(floats) => {
                let float = floats[lane];
                (!float.is_nan()).then(|| float_key(float))
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
    let keys = match (own, own.whole()) {
        (Lanes::Float(floats), _) => Keys::Floats(floats),
        (_, Some(whole)) if whole.is_narrow(lanes) => Keys::Whole(whole),
        _ => return None,
    };
    if let (
        Figure::Quantile {
            parts: parts @ 1..=256,
        },
        Grouped::Same(Some(group)),
    ) = (figure, groups)
    {
        let order = table.order(*group)?;
        if order.unit() != Some(keys.unit()) {
            return None;
        }
        let cuts = order.cuts(parts)?;
        let key = |lane: usize| if is_in[lane] { keys.get(lane) } else { None };
        let part = |key: i64| cuts.iter().map(|cut| i128::from(key > *cut)).sum::<i128>() + 1;
        let found: Vec<Option<i128>> = (0..lanes).map(|lane| key(lane).map(part)).collect();
        return Some(whole_lanes(&found));
    }
    let standing = |lane: usize| -> Option<Option<(i128, i128)>> {
        let (Some(group), true, Some(number)) = (groups.of(lane), is_in[lane], keys.get(lane))
        else {
            return Some(None);
        };
        let order = table.order(group)?;
        if order.unit() != Some(keys.unit()) {
            return None;
        }
        Some(of_standing(figure, order.standing_of_number(number)))
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
