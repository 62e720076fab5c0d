//! Values of many contacts side by side, each kind in its own form.

use super::edge::FloatEdge;
use crate::execute::column::{Column, Integers, Values, bits, each_integer};
use crate::types::{Constant, Exact, Float, NumberKind, Type, calendar};
use std::cmp::Ordering;

/// The values of the contacts in hand, one behind the other.
#[derive(Clone, Debug)]
pub(super) enum Lanes {
    /// The same for each.
    Same(Constant),
    Boolean(Vec<Option<bool>>),
    /// Numbers over one divisor; days of dates, nanoseconds of times and durations, micrometres of distances, whose divisor is 1.
    Whole {
        numbers: Vec<i128>,
        known: Vec<bool>,
        divisor: i128,
    },
    /// Quotients of numbers, not in lowest terms; a divisor of 0 is a missing one, the others are above 0.
    Quotients(Vec<(i128, i128)>),
    /// NaN is missing.
    Float(Vec<f64>),
    Each(Vec<Constant>),
}

impl Lanes {
    /// The values of a column at these rows.
    #[allow(
        clippy::unnecessary_cast,
        reason = "one of the widths is that of the result"
    )]
    pub(super) fn of_column(column: &Column, value_type: &Type, rows: &[usize]) -> Self {
        let known = |row: usize| column.is_valid(row);
        match &column.values {
            Values::Missing => Lanes::Same(Constant::Missing),
            Values::Boolean(mask) => Lanes::Boolean(
                rows.iter()
                    .map(|row| known(*row).then(|| bits::get(mask, *row)))
                    .collect(),
            ),
            Values::Integers(stored, unit) => {
                let known: Vec<bool> = rows.iter().map(|row| known(*row)).collect();
                // A product of two numbers of 64 bits fits.
                let fits =
                    i64::try_from(unit.multiplier).is_ok() && !matches!(stored, Integers::I128(_));
                let numbers = each_integer!(stored, stored => {
                    let number = |row: &usize| stored[*row] as i128;
                    let rows = rows.iter();
                    match fits {
                        true => Some(rows.map(|row| number(row) * unit.multiplier).collect()),
                        false => rows.map(|row| number(row).checked_mul(unit.multiplier)).collect::<Option<Vec<_>>>(),
                    }
                });
                match numbers {
                    Some(numbers) => Lanes::Whole {
                        numbers,
                        known,
                        divisor: unit.divisor,
                    },
                    None => Lanes::each_of(column, value_type, rows),
                }
            }
            Values::F32(stored) => Lanes::Float(
                rows.iter()
                    .map(|row| finite(known(*row), stored[*row].into()))
                    .collect(),
            ),
            Values::F64(stored) => Lanes::Float(
                rows.iter()
                    .map(|row| finite(known(*row), stored[*row]))
                    .collect(),
            ),
            Values::Fractions(_)
            | Values::Codes(..)
            | Values::Text(_)
            | Values::Points(_)
            | Values::List(_)
            | Values::Record(_) => Lanes::each_of(column, value_type, rows),
        }
    }

    /// Values one by one, laid side by side in the form of their type.
    pub(super) fn gathered(
        values: impl ExactSizeIterator<Item = Constant>,
        value_type: &Type,
    ) -> Self {
        let is_whole = matches!(
            value_type,
            Type::Date | Type::Time | Type::Duration | Type::Number(NumberKind::Whole)
        );
        if !is_whole {
            return Lanes::Each(values.collect());
        }
        let mut numbers = Vec::with_capacity(values.len());
        let mut known = Vec::with_capacity(values.len());
        for value in values {
            let number = match value {
                Constant::Date(days) => Some(days.into()),
                Constant::Time(nanoseconds) | Constant::Duration(nanoseconds) => Some(nanoseconds),
                Constant::Number(number) => Some(number.numerator()),
                _ => None,
            };
            known.push(number.is_some());
            numbers.push(number.unwrap_or(0));
        }
        Lanes::Whole {
            numbers,
            known,
            divisor: 1,
        }
    }

    fn each_of(column: &Column, value_type: &Type, rows: &[usize]) -> Self {
        let rows = rows.iter();
        Lanes::Each(rows.map(|row| column.constant(*row, value_type)).collect())
    }

    /// The value of one contact.
    pub(super) fn constant(&self, lane: usize, value_type: &Type) -> Constant {
        match self {
            Lanes::Same(constant) => constant.clone(),
            Lanes::Boolean(values) => values[lane].map_or(Constant::Missing, Constant::Boolean),
            Lanes::Whole {
                numbers,
                known,
                divisor,
            } => {
                let number = numbers[lane];
                match value_type {
                    _ if !known[lane] => Constant::Missing,
                    Type::Date => i64::try_from(number).map_or(Constant::Missing, Constant::Date),
                    Type::Time => Constant::Time(number),
                    Type::Duration => Constant::Duration(number),
                    Type::Distance => Constant::Distance(number),
                    Type::Boolean
                    | Type::Number(_)
                    | Type::Text
                    | Type::Point
                    | Type::List(_)
                    | Type::Record(_)
                    | Type::Map(_) => {
                        Exact::new(number, *divisor).map_or(Constant::Missing, Constant::Number)
                    }
                }
            }
            Lanes::Quotients(values) => {
                let (number, divisor) = values[lane];
                Exact::new(number, divisor).map_or(Constant::Missing, Constant::Number)
            }
            Lanes::Float(values) => {
                Float::new(values[lane]).map_or(Constant::Missing, Constant::Float)
            }
            Lanes::Each(values) => values[lane].clone(),
        }
    }

    pub(super) fn is_known(&self, lane: usize) -> bool {
        match self {
            Lanes::Same(constant) => *constant != Constant::Missing,
            Lanes::Boolean(values) => values[lane].is_some(),
            Lanes::Whole { known, .. } => known[lane],
            Lanes::Quotients(values) => values[lane].1 != 0,
            Lanes::Float(values) => !values[lane].is_nan(),
            Lanes::Each(values) => values[lane] != Constant::Missing,
        }
    }

    /// As numbers over one divisor, where they are that.
    pub(super) fn whole(&self) -> Option<Whole<'_>> {
        Some(match self {
            Lanes::Whole {
                numbers,
                known,
                divisor,
            } => Whole {
                numbers: Numbers::Each(numbers, known),
                divisor: *divisor,
            },
            Lanes::Same(constant) => {
                let (number, divisor) = match constant {
                    Constant::Number(exact) => (exact.numerator(), exact.denominator()),
                    Constant::Date(days) => ((*days).into(), 1),
                    Constant::Time(nanoseconds) | Constant::Duration(nanoseconds) => {
                        (*nanoseconds, 1)
                    }
                    Constant::Distance(micrometres) => (*micrometres, 1),
                    Constant::Missing
                    | Constant::Boolean(_)
                    | Constant::Float(_)
                    | Constant::Text(_)
                    | Constant::Point(_)
                    | Constant::List(_)
                    | Constant::Record(_)
                    | Constant::Map(_) => return None,
                };
                Whole {
                    numbers: Numbers::Same(number),
                    divisor,
                }
            }
            Lanes::Boolean(_) | Lanes::Quotients(_) | Lanes::Float(_) | Lanes::Each(_) => {
                return None;
            }
        })
    }

    /// As floats, each number rounded to the nearest; none where they are no numbers.
    pub(super) fn floats(&self, lanes: usize) -> Option<Vec<f64>> {
        let of = |constant: &Constant| match constant {
            Constant::Float(float) => Some(float.get()),
            Constant::Number(exact) => Some(exact.to_f64()),
            Constant::Missing => Some(f64::NAN),
            _ => None,
        };
        match self {
            Lanes::Float(values) => Some(values.clone()),
            Lanes::Same(constant) => Some(vec![of(constant)?; lanes]),
            Lanes::Each(values) => values.iter().map(of).collect(),
            Lanes::Whole {
                numbers,
                known,
                divisor,
            } => {
                let float = |(number, known): (&i128, &bool)| match (*known, *divisor) {
                    (false, _) => f64::NAN,
                    (true, 1) => *number as f64,
                    (true, divisor) => Exact::new(*number, divisor).map_or(f64::NAN, Exact::to_f64),
                };
                Some(numbers.iter().zip(known).map(float).collect())
            }
            Lanes::Quotients(values) => {
                let float = |(number, divisor): &(i128, i128)| {
                    Exact::new(*number, *divisor).map_or(f64::NAN, Exact::to_f64)
                };
                Some(values.iter().map(float).collect())
            }
            Lanes::Boolean(_) => None,
        }
    }

    /// The order of the values of two sides, lane by lane; none where one is missing.
    pub(super) fn order(
        &self,
        other: &Lanes,
        (left_type, right_type): (&Type, &Type),
        lanes: usize,
    ) -> Vec<Option<Ordering>> {
        if let (Some(left), Some(right)) = (self.whole(), other.whole())
            && left.divisor == right.divisor
        {
            let of = |lane| Some(left.get(lane)?.cmp(&right.get(lane)?));
            return (0..lanes).map(of).collect();
        }
        if let (Lanes::Float(left), Lanes::Float(right)) = (self, other) {
            let both = left.iter().zip(right);
            return both.map(|(left, right)| left.partial_cmp(right)).collect();
        }
        if let (Lanes::Float(left), Lanes::Same(right)) = (self, other)
            && let Some(edge) = FloatEdge::new(right)
        {
            return left.iter().map(|left| edge.order(*left)).collect();
        }
        if let (Lanes::Same(left), Lanes::Float(right)) = (self, other)
            && let Some(edge) = FloatEdge::new(left)
        {
            let of = |right: &f64| edge.order(*right).map(Ordering::reverse);
            return right.iter().map(of).collect();
        }
        if let (Lanes::Quotients(values), Some(same)) = (self, other.same())
            && let Some(orders) = quotients_order(values, same)
        {
            return orders;
        }
        if let (Some(same), Lanes::Quotients(values)) = (self.same(), other)
            && let Some(mut orders) = quotients_order(values, same)
        {
            for order in orders.iter_mut().flatten() {
                *order = order.reverse();
            }
            return orders;
        }
        let of = |lane| {
            let left = self.constant(lane, left_type);
            left.compare(&other.constant(lane, right_type))
        };
        (0..lanes).map(of).collect()
    }

    /// The number that all have.
    fn same(&self) -> Option<Exact> {
        match self {
            Lanes::Same(Constant::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The first anniversaries of these dates from one day on; none where they are not stored so, or the day differs.
    pub(super) fn anniversaries(&self, from: &Lanes) -> Option<Self> {
        let (
            Lanes::Whole {
                numbers,
                known,
                divisor: 1,
            },
            Lanes::Same(Constant::Date(from)),
        ) = (self, from)
        else {
            return None;
        };
        let anniversaries = calendar::Anniversaries::from(*from)?;
        let days = numbers.iter().zip(known);
        let days = days.map(|(day, known)| {
            let day = i64::try_from(*day).ok().filter(|_| *known)?;
            anniversaries.of(day)
        });
        Some(Lanes::of_days(days))
    }

    /// Dates, by their days since the epoch.
    pub(super) fn of_days(days: impl ExactSizeIterator<Item = Option<i64>>) -> Self {
        let (mut numbers, mut known) = (
            Vec::with_capacity(days.len()),
            Vec::with_capacity(days.len()),
        );
        for day in days {
            numbers.push(day.unwrap_or(0).into());
            known.push(day.is_some());
        }
        Lanes::Whole {
            numbers,
            known,
            divisor: 1,
        }
    }

    /// These values where `holds`, the others elsewhere.
    pub(super) fn chosen(
        &self,
        other: &Lanes,
        holds: &[bool],
        (own_type, other_type): (&Type, &Type),
    ) -> Self {
        if let (Lanes::Float(then), Lanes::Float(otherwise)) = (self, other) {
            let both = then.iter().zip(otherwise).zip(holds);
            let of = |((then, otherwise), holds): ((&f64, &f64), &bool)| {
                if *holds { *then } else { *otherwise }
            };
            return Lanes::Float(both.map(of).collect());
        }
        if let (Some(then), Some(otherwise)) = (self.whole(), other.whole())
            && then.divisor == otherwise.divisor
        {
            let of = |(lane, holds): (usize, &bool)| {
                if *holds {
                    then.get(lane)
                } else {
                    otherwise.get(lane)
                }
            };
            let values: Vec<Option<i128>> = holds.iter().enumerate().map(of).collect();
            return Lanes::Whole {
                numbers: values.iter().map(|value| value.unwrap_or(0)).collect(),
                known: values.iter().map(Option::is_some).collect(),
                divisor: then.divisor,
            };
        }
        let of = |(lane, holds): (usize, &bool)| {
            if *holds {
                self.constant(lane, own_type)
            } else {
                other.constant(lane, other_type)
            }
        };
        Lanes::Each(holds.iter().enumerate().map(of).collect())
    }

    /// What has the type of floating numbers is a float, whatever it was made of.
    pub(super) fn of_type(self, value_type: &Type, lanes: usize) -> Self {
        if *value_type != Type::Number(NumberKind::Float) {
            return self;
        }
        match self {
            Lanes::Whole { .. } => match self.floats(lanes) {
                Some(floats) => Lanes::Float(floats),
                None => self,
            },
            Lanes::Same(Constant::Number(exact)) => {
                let float = Float::new(exact.to_f64());
                Lanes::Same(float.map_or(Constant::Missing, Constant::Float))
            }
            Lanes::Each(values) => {
                let float = |constant| match constant {
                    Constant::Number(exact) => {
                        Float::new(Exact::to_f64(exact)).map_or(Constant::Missing, Constant::Float)
                    }
                    other => other,
                };
                Lanes::Each(values.into_iter().map(float).collect())
            }
            lanes => lanes,
        }
    }
}

/// How quotients compare with a number; none where a product is beyond 128 bits.
fn quotients_order(values: &[(i128, i128)], number: Exact) -> Option<Vec<Option<Ordering>>> {
    let order = |(above, below): &(i128, i128)| {
        if *below == 0 {
            return Some(None);
        }
        let left = above.checked_mul(number.denominator())?;
        let right = number.numerator().checked_mul(*below)?;
        Some(Some(left.cmp(&right)))
    };
    values.iter().map(order).collect()
}

fn finite(known: bool, value: f64) -> f64 {
    if known && value.is_finite() {
        value
    } else {
        f64::NAN
    }
}

/// Numbers over one divisor.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a> {
    numbers: Numbers<'a>,
    pub(super) divisor: i128,
}

#[derive(Clone, Copy)]
enum Numbers<'a> {
    Each(&'a [i128], &'a [bool]),
    Same(i128),
}

impl Whole<'_> {
    /// The quotients by other numbers, a divisor of 0 where one is missing; none where a part is beyond 128 bits.
    pub(super) fn over(&self, other: &Whole<'_>, lanes: usize) -> Option<Vec<(i128, i128)>> {
        let of = |lane| match (self.get(lane), other.get(lane)) {
            (Some(above), Some(below)) => {
                let above = above.checked_mul(other.divisor)?;
                let below = below.checked_mul(self.divisor)?;
                match below < 0 {
                    true => Some((above.checked_neg()?, below.checked_neg()?)),
                    false => Some((above, below)),
                }
            }
            _ => Some((0, 0)),
        };
        (0..lanes).map(of).collect()
    }

    /// Whether all known numbers fit in 64 bits.
    pub(super) fn is_narrow(&self, lanes: usize) -> bool {
        let fits = |lane| {
            self.get(lane)
                .is_none_or(|number| i64::try_from(number).is_ok())
        };
        (0..lanes).all(fits)
    }

    #[inline]
    pub(super) fn get(&self, lane: usize) -> Option<i128> {
        match self.numbers {
            Numbers::Each(numbers, known) => known[lane].then(|| numbers[lane]),
            Numbers::Same(number) => Some(number),
        }
    }
}
