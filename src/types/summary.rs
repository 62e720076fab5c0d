//! Aggregates of several values: exact until the one rounding at the end, so that the order of the values never counts.

use super::arithmetic::fraction;
use super::{Constant, Float, NumberKind, Type};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use std::cmp::Ordering;

/// What several values come to. Missing values are passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// Of nothing 0.
    Sum,
    Average,
    Least,
    Greatest,
    /// The middle value; of an even number of them the mean of the middle two.
    Median,
    /// The value of the first element, be it missing.
    First,
    /// That of the last.
    Last,
    /// All known values, as a list in the order of the elements.
    Values,
    /// The different known values, as a list from the least to the greatest; those of a list each for itself.
    Different,
}

impl Aggregate {
    /// Those that a text names in front of any values.
    pub const ALL: [Aggregate; 5] = [
        Aggregate::Sum,
        Aggregate::Average,
        Aggregate::Least,
        Aggregate::Greatest,
        Aggregate::Median,
    ];

    /// As a text writes it.
    pub fn name(self) -> &'static str {
        match self {
            Aggregate::Sum => "sum",
            Aggregate::Average => "avg",
            Aggregate::Least => "min",
            Aggregate::Greatest => "max",
            Aggregate::Median => "median",
            Aggregate::First => "first",
            Aggregate::Last => "last",
            Aggregate::Values => "values",
            Aggregate::Different => "distinct",
        }
    }

    /// The type of the result over values of this type; none where it takes no such values.
    pub fn result(self, of: &Type) -> Option<Type> {
        use NumberKind::{Exact, Float};
        Some(match (self, of) {
            (Aggregate::First | Aggregate::Last, _) => of.clone(),
            (Aggregate::Different, Type::List(_)) => of.clone(),
            (Aggregate::Values | Aggregate::Different, _) => Type::List(Box::new(of.clone())),
            (Aggregate::Sum, Type::Number(_) | Type::Duration | Type::Distance) => of.clone(),
            (
                Aggregate::Average | Aggregate::Median,
                Type::Number(Float) | Type::Duration | Type::Distance,
            ) => of.clone(),
            (Aggregate::Average | Aggregate::Median, Type::Number(_)) => Type::Number(Exact),
            (
                Aggregate::Least | Aggregate::Greatest,
                Type::Number(_)
                | Type::Text
                | Type::Date
                | Type::Time
                | Type::Duration
                | Type::Distance,
            ) => of.clone(),
            _ => return None,
        })
    }

    /// The aggregate of values of the type `of`. What exceeds 128 bits or the finite floats in the end is missing, whatever it was on the way.
    ///
    /// The values are in the order of their elements.
    pub fn work_out(self, mut values: Vec<Constant>, of: &Type) -> Constant {
        match self {
            Aggregate::First => return values.into_iter().next().unwrap_or(Constant::Missing),
            Aggregate::Last => return values.pop().unwrap_or(Constant::Missing),
            _ => {}
        }
        values.retain(|value| *value != Constant::Missing);
        let by_order = |a: &Constant, b: &Constant| a.compare(b).unwrap_or(Ordering::Equal);
        let result = match self {
            Aggregate::Sum => quotient(&values, 1, of),
            Aggregate::Average => quotient(&values, values.len(), of),
            Aggregate::Least => values.into_iter().min_by(by_order),
            Aggregate::Greatest => values.into_iter().max_by(by_order),
            Aggregate::Median => {
                values.sort_by(by_order);
                let middle = values.len() / 2;
                let from = if values.len().is_multiple_of(2) {
                    middle.saturating_sub(1)
                } else {
                    middle
                };
                let middle = &values[from..values.len().min(middle + 1)];
                quotient(middle, middle.len(), of)
            }
            Aggregate::First | Aggregate::Last => None,
            Aggregate::Values => Some(Constant::List(values.into())),
            Aggregate::Different => Some(Constant::List(different(values).into())),
        };
        result.unwrap_or(Constant::Missing)
    }
}

/// The different ones among known values, those of lists each for itself, from the least to the greatest.
fn different(values: Vec<Constant>) -> Vec<Constant> {
    let mut different = Vec::new();
    for value in values {
        match value {
            Constant::List(elements) => different.extend(elements.iter().cloned()),
            single => different.push(single),
        }
    }
    different.retain(|value| *value != Constant::Missing);
    different.sort_by(Constant::total_order);
    different.dedup_by(|a, b| a.total_order(b).is_eq());
    different
}

/// What most of several values are: values with their times, those of lists each for itself. Of equally many the one met last, of these the
/// smallest.
pub fn favourite(values: impl IntoIterator<Item = (Constant, Constant)>) -> Constant {
    let mut met: Vec<(Constant, Constant)> = Vec::new();
    for (value, time) in values {
        match value {
            Constant::List(elements) => {
                met.extend(
                    elements
                        .iter()
                        .map(|element| (element.clone(), time.clone())),
                );
            }
            single => met.push((single, time)),
        }
    }
    met.retain(|(value, _)| *value != Constant::Missing);
    // Equal values side by side, the latest last.
    met.sort_by(|(a, at), (b, other)| a.total_order(b).then_with(|| at.total_order(other)));
    let mut best: Option<(usize, &Constant, &Constant)> = None;
    for run in met.chunk_by(|(a, _), (b, _)| a.total_order(b).is_eq()) {
        let Some((value, last)) = run.last() else {
            continue;
        };
        // Values come from the smallest on, which so stays the best of equals.
        let is_better = best.is_none_or(|(most, latest, _)| {
            run.len().cmp(&most).then(last.total_order(latest)).is_gt()
        });
        if is_better {
            best = Some((run.len(), last, value));
        }
    }
    best.map_or(Constant::Missing, |(_, _, value)| value.clone())
}

/// The lengths from each known time of a list to the next one.
pub fn gaps(times: &Constant) -> Constant {
    let Constant::List(times) = times else {
        return Constant::Missing;
    };
    let known = times.iter().filter_map(|time| match time {
        Constant::Time(time) => Some(*time),
        _ => None,
    });
    let mut known: Vec<i128> = known.collect();
    known.sort_unstable();
    let gap = |pair: &[i128]| {
        (pair[1].checked_sub(pair[0])).map_or(Constant::Missing, Constant::Duration)
    };
    Constant::List(known.windows(2).map(gap).collect())
}

/// The sum of the values over a number; none of nothing, save where the sum itself is asked for.
fn quotient(values: &[Constant], divisor: usize, of: &Type) -> Option<Constant> {
    let (mut fractions, mut floats) = (Vec::new(), Vec::new());
    for value in values {
        match value {
            Constant::Number(number) => {
                fractions.push((number.numerator().into(), number.denominator()));
            }
            Constant::Duration(units) | Constant::Distance(units) => {
                fractions.push(((*units).into(), 1));
            }
            Constant::Float(float) => {
                let (number, power) = float.parts();
                floats.push((number.into(), power));
            }
            _ => {}
        }
    }
    sum_of(&fractions, &floats, divisor as u64, of)
}

/// The sum of fractions (numerator, denominator) and of whole numbers times powers of two, over a number, as a value of the type `of`: floats are rounded
/// once, durations and distances are cut down to the whole unit below. None where the number is 0, and where the result is beyond 128 bits or the
/// finite floats.
pub fn sum_of(
    fractions: &[(BigInt, i128)],
    floats: &[(BigInt, i32)],
    over: u64,
    of: &Type,
) -> Option<Constant> {
    if over == 0 {
        return None;
    }
    if *of == Type::Number(NumberKind::Float) {
        // In units of 2^-1074, of which every float is a whole number.
        let mut sum = BigInt::zero();
        for (number, power) in floats {
            sum += number << (power + UNIT);
        }
        let divisor = BigInt::from(over) << UNIT;
        return Float::new(nearest(&sum, &divisor)).map(Constant::Float);
    }
    let mut numerator = BigInt::zero();
    let mut denominator = BigInt::from(1);
    for (above, below) in fractions {
        let below = BigInt::from(*below);
        if below == denominator {
            numerator += above;
        } else {
            numerator = numerator * &below + above * &denominator;
            denominator *= below;
        }
    }
    let denominator = denominator * over;
    if !matches!(of, Type::Duration | Type::Distance) {
        return fraction(numerator, denominator).map(Constant::Number);
    }
    // Whole nanoseconds or micrometres, cut down to the one below.
    let (mut whole, rest) = (&numerator / &denominator, &numerator % &denominator);
    if rest.is_negative() {
        whole -= 1;
    }
    let whole = whole.to_i128()?;
    Some(match of {
        Type::Distance => Constant::Distance(whole),
        _ => Constant::Duration(whole),
    })
}

/// The exponent of the last bit that a float can have.
const UNIT: i32 = 1074;

/// The float nearest to a fraction, of two equally near the even one; infinite beyond the finite ones. The denominator is positive.
fn nearest(numerator: &BigInt, denominator: &BigInt) -> f64 {
    if numerator.is_zero() {
        return 0.0;
    }
    let magnitude = numerator.abs();
    // The place of the last bit of the result: 53 bits, fewer near 0.
    let mut last = (magnitude.bits() as i64 - denominator.bits() as i64 - 53).max(-i64::from(UNIT));
    let (quotient, is_cut) = loop {
        // Two bits more than are kept.
        let shift = 2 - last;
        let (above, below) = if shift >= 0 {
            (&magnitude << shift, denominator.clone())
        } else {
            (magnitude.clone(), denominator << -shift)
        };
        let quotient = &above / &below;
        if quotient.bits() <= 55 {
            break (quotient.to_u64().unwrap_or(0), !(above % below).is_zero());
        }
        last += 1;
    };
    let rest = (quotient & 3) << 1 | u64::from(is_cut);
    let kept = quotient >> 2;
    let rounded = kept + u64::from(rest > 4 || rest == 4 && kept & 1 == 1);
    // In two steps, so that neither power of two is beyond the floats.
    let half = (last / 2) as i32;
    let scaled = rounded as f64 * 2f64.powi(half) * 2f64.powi(last as i32 - half);
    if numerator.is_negative() {
        -scaled
    } else {
        scaled
    }
}

#[cfg(test)]
mod tests {
    use super::super::Exact;
    use super::*;

    const FLOAT: Type = Type::Number(NumberKind::Float);
    const WHOLE: Type = Type::Number(NumberKind::Whole);

    fn floats(values: &[f64]) -> Vec<Constant> {
        let float = |value: &f64| Float::new(*value).map_or(Constant::Missing, Constant::Float);
        values.iter().map(float).collect()
    }

    fn wholes(values: &[i128]) -> Vec<Constant> {
        let whole = |value: &i128| Constant::Number(Exact::whole(*value));
        values.iter().map(whole).collect()
    }

    fn float(value: f64) -> Constant {
        Constant::Float(Float::new(value).unwrap())
    }

    #[test]
    fn floats_are_rounded_once() {
        let sum = |values: &[f64]| Aggregate::Sum.work_out(floats(values), &FLOAT);
        // One after the other, 1e16 + 1 - 1e16 is 0.
        assert_eq!(sum(&[1e16, 1.0, -1e16]), float(1.0));
        assert_eq!(sum(&[0.1; 10]), float(1.0));
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]), float(f64::MAX));
        assert_eq!(sum(&[f64::MAX, f64::MAX]), Constant::Missing);
        assert_eq!(sum(&[5e-324, 5e-324]), float(1e-323));
        assert_eq!(
            sum(&[f64::MIN_POSITIVE, -5e-324]),
            float(2.225073858507201e-308)
        );
        assert_eq!(sum(&[]), float(0.0));
        assert_eq!(sum(&[-1.5, f64::NAN]), float(-1.5));
        let average = |values: &[f64]| Aggregate::Average.work_out(floats(values), &FLOAT);
        assert_eq!(average(&[f64::MAX, f64::MAX]), float(f64::MAX));
        assert_eq!(
            average(&[5e-324, 0.0]),
            float(0.0),
            "a tie goes to the even one"
        );
        assert_eq!(average(&[1.0, 2.0, 2.0]), float(5.0 / 3.0));
    }

    #[test]
    fn a_single_float_is_itself() {
        for value in [
            1.0,
            -0.1,
            5e-324,
            2.2250738585072014e-308,
            f64::MAX,
            f64::MIN,
            1e-310,
        ] {
            let sum = Aggregate::Sum.work_out(floats(&[value]), &FLOAT);
            assert_eq!(sum, float(value));
        }
    }

    #[test]
    fn only_the_result_has_to_fit() {
        let sum = |values: &[i128]| Aggregate::Sum.work_out(wholes(values), &WHOLE);
        assert_eq!(sum(&[i128::MAX, 1, -1]), wholes(&[i128::MAX])[0]);
        assert_eq!(sum(&[i128::MAX, 1]), Constant::Missing);
        assert_eq!(sum(&[]), wholes(&[0])[0]);
        let average = Aggregate::Average.work_out(wholes(&[i128::MAX, i128::MAX]), &WHOLE);
        assert_eq!(average, wholes(&[i128::MAX])[0]);
        let third = Aggregate::Average.work_out(wholes(&[0, 0, 1]), &WHOLE);
        assert_eq!(third, Constant::Number(Exact::new(1, 3).unwrap()));
    }

    #[test]
    fn the_median_is_in_the_middle() {
        let median = |values: &[i128]| Aggregate::Median.work_out(wholes(values), &WHOLE);
        assert_eq!(median(&[]), Constant::Missing);
        assert_eq!(median(&[7]), wholes(&[7])[0]);
        assert_eq!(median(&[9, 1, 4]), wholes(&[4])[0]);
        assert_eq!(
            median(&[9, 1, 4, 5]),
            Constant::Number(Exact::new(9, 2).unwrap())
        );
        let durations = vec![Constant::Duration(-1), Constant::Duration(-2)];
        assert_eq!(
            Aggregate::Median.work_out(durations, &Type::Duration),
            Constant::Duration(-2),
            "cut down to the nanosecond below"
        );
        let distances = || {
            vec![
                Constant::Distance(4),
                Constant::Distance(1),
                Constant::Missing,
            ]
        };
        let of_distances = |function: Aggregate| function.work_out(distances(), &Type::Distance);
        assert_eq!(of_distances(Aggregate::Sum), Constant::Distance(5));
        assert_eq!(of_distances(Aggregate::Average), Constant::Distance(2));
        assert_eq!(of_distances(Aggregate::Greatest), Constant::Distance(4));
    }
}
