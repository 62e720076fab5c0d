//! Sums that are rounded once, in the end, however many contacts they are of.

use super::summary::sum_of;
use super::{Aggregate, Constant, Type};
use num_bigint::BigInt;

/// A sum of known values, exact on the way.
#[derive(Clone, Debug, Default)]
pub struct Total {
    number: u64,
    /// By what they are parts of: few are enough, since values of a column have few.
    parts: Vec<(Unit, i128)>,
    /// What went beyond 128 bits.
    beyond: Vec<(Unit, BigInt)>,
}

/// What a whole number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Parts of one: halves, hundredths; nanoseconds and micrometres as they are.
    Over(i128),
    /// Powers of two, as floats are made of.
    PowerOfTwo(i32),
}

impl Total {
    /// A known value of a type that has sums.
    pub fn add(&mut self, value: &Constant) {
        let (unit, number) = match value {
            Constant::Number(number) => (Unit::Over(number.denominator()), number.numerator()),
            Constant::Duration(units) | Constant::Distance(units) => (Unit::Over(1), *units),
            Constant::Float(float) => {
                let (number, power) = float.parts();
                (Unit::PowerOfTwo(power), number)
            }
            _ => return,
        };
        self.add_units(unit, number, 1);
    }

    /// The sum of so many values.
    pub fn add_units(&mut self, unit: Unit, sum: i128, values: u64) {
        self.number += values;
        let place = self.parts.iter().position(|(known, _)| *known == unit);
        let place = place.unwrap_or_else(|| {
            self.parts.push((unit, 0));
            self.parts.len() - 1
        });
        let part = &mut self.parts[place].1;
        match part.checked_add(sum) {
            Some(more) => *part = more,
            None => {
                let whole = BigInt::from(*part) + sum;
                *part = 0;
                self.add_beyond(unit, whole);
            }
        }
    }

    fn add_beyond(&mut self, unit: Unit, sum: BigInt) {
        match self.beyond.iter_mut().find(|(known, _)| *known == unit) {
            Some((_, part)) => *part += sum,
            None => self.beyond.push((unit, sum)),
        }
    }

    /// What another thread has met.
    pub fn merge(&mut self, other: Total) {
        for (unit, part) in other.parts {
            self.add_units(unit, part, 0);
        }
        for (unit, part) in other.beyond {
            self.add_beyond(unit, part);
        }
        self.number += other.number;
    }

    /// The sum or the average of values of the type `of`.
    pub fn figure(&self, aggregate: Aggregate, of: &Type) -> Constant {
        let divisor = match aggregate {
            Aggregate::Average if self.number == 0 => return Constant::Missing,
            Aggregate::Average => self.number,
            _ => 1,
        };
        let parts = self
            .parts
            .iter()
            .map(|(unit, part)| (unit, BigInt::from(*part)));
        let beyond = self.beyond.iter().map(|(unit, part)| (unit, part.clone()));
        let (mut fractions, mut floats) = (Vec::new(), Vec::new());
        for (unit, part) in parts.chain(beyond) {
            match unit {
                Unit::Over(divisor) => fractions.push((part, *divisor)),
                Unit::PowerOfTwo(power) => floats.push((part, *power)),
            }
        }
        sum_of(&fractions, &floats, divisor, of).unwrap_or(Constant::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Exact, Float, NumberKind};

    const WHOLE: Type = Type::Number(NumberKind::Whole);
    const FLOAT: Type = Type::Number(NumberKind::Float);

    fn total(values: &[Constant]) -> Total {
        let mut total = Total::default();
        values.iter().for_each(|value| total.add(value));
        total
    }

    #[test]
    fn sums_are_those_of_all_values_at_once() {
        let whole = |number| Constant::Number(Exact::whole(number));
        let float = |number| Constant::Float(Float::new(number).unwrap());
        for (values, of) in [
            (vec![], WHOLE),
            (
                vec![whole(i128::MAX), whole(i128::MAX), whole(-i128::MAX)],
                WHOLE,
            ),
            (vec![whole(i128::MAX), whole(1)], WHOLE),
            (
                vec![
                    Constant::Number(Exact::new(1, 3).unwrap()),
                    Constant::Number(Exact::new(1, 6).unwrap()),
                    whole(2),
                ],
                Type::Number(NumberKind::Exact),
            ),
            (vec![float(1e16), float(1.0), float(-1e16)], FLOAT),
            (vec![float(0.1); 10], FLOAT),
            (vec![float(f64::MAX), float(5e-324)], FLOAT),
            (
                vec![Constant::Duration(-1), Constant::Duration(-2)],
                Type::Duration,
            ),
            (
                vec![Constant::Distance(5), Constant::Distance(2)],
                Type::Distance,
            ),
        ] {
            for aggregate in [Aggregate::Sum, Aggregate::Average] {
                let expected = aggregate.work_out(values.clone(), &of);
                assert_eq!(total(&values).figure(aggregate, &of), expected);
                let (first, second) = values.split_at(values.len() / 2);
                let mut merged = total(second);
                merged.merge(total(first));
                assert_eq!(merged.figure(aggregate, &of), expected, "{values:?}");
            }
        }
    }
}
