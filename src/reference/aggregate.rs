//! Aggregates by the rule: all known values as fractions, one sum, one rounding.

use super::value::Value;
use crate::types::{Aggregate, NumberKind, Type};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use std::cmp::Ordering;

/// The known values of an element: its own, or those of its list.
fn each(value: &Value) -> Vec<Value> {
    let values = match value {
        Value::List(elements) => elements.clone(),
        one => vec![one.clone()],
    };
    values
        .into_iter()
        .filter(|value| !value.is_missing())
        .collect()
}

/// The different known values of elements, in the order in which they are met.
pub fn known(found: &[Value]) -> Vec<Value> {
    let mut known: Vec<Value> = Vec::new();
    for value in found.iter().flat_map(each) {
        if !known.iter().any(|other| other.equals(&value)) {
            known.push(value);
        }
    }
    known
}

/// How many of the elements have this value.
pub fn times(value: &Value, found: &[Value]) -> usize {
    found.iter().filter(|element| has(element, value)).count()
}

/// Whether an element has this value.
pub fn has(element: &Value, value: &Value) -> bool {
    each(element).iter().any(|other| other.equals(value))
}

/// How many different known values there are that at least so many elements have.
pub fn different(found: &[Value], at_least: u32) -> usize {
    let met = known(found);
    let often = met
        .iter()
        .filter(|value| times(value, found) >= at_least as usize);
    often.count()
}

/// The value that is met most often, those of a list each for itself; of several the one that is met last, of these the smallest.
pub fn favourite(found: &[Value], at: &[Value]) -> Value {
    let count = |value: &Value| {
        let all = found.iter().flat_map(each);
        all.filter(|other| other.equals(value)).count()
    };
    let latest = |value: &Value| {
        let met = found.iter().zip(at).filter(|(element, _)| {
            let values = each(element);
            values.iter().any(|other| other.equals(value))
        });
        let times = met.filter_map(|(_, time)| match time {
            Value::Time(time) => Some(*time),
            _ => None,
        });
        times.max()
    };
    let best = known(found).into_iter().reduce(|best, other| {
        let by_number = count(&other).cmp(&count(&best));
        let by_time = latest(&other).cmp(&latest(&best));
        let by_value = best.order(&other).unwrap_or(Ordering::Equal);
        if by_number.then(by_time).then(by_value).is_gt() {
            other
        } else {
            best
        }
    });
    best.unwrap_or(Value::Missing)
}

/// From each known time to the next.
pub fn gaps(times: Value) -> Value {
    let Value::List(times) = times else {
        return Value::Missing;
    };
    let mut known: Vec<i128> = Vec::new();
    for time in times {
        if let Value::Time(time) = time {
            known.push(time);
        }
    }
    known.sort_unstable();
    let mut gaps = Vec::new();
    for place in 1..known.len() {
        let gap = known[place].checked_sub(known[place - 1]);
        gaps.push(gap.map_or(Value::Missing, Value::Duration));
    }
    Value::List(gaps)
}

/// The aggregate of values of this type; missing ones are passed over.
pub fn of(function: Aggregate, found: Vec<Value>, value_type: &Type) -> Value {
    match function {
        Aggregate::First => return found.first().cloned().unwrap_or(Value::Missing),
        Aggregate::Last => return found.last().cloned().unwrap_or(Value::Missing),
        Aggregate::Values => {
            return Value::List(
                found
                    .into_iter()
                    .filter(|value| !value.is_missing())
                    .collect(),
            );
        }
        Aggregate::Different => {
            let mut values = known(&found);
            values.sort_by(|a, b| a.order(b).unwrap_or(Ordering::Equal));
            return Value::List(values);
        }
        Aggregate::Sum
        | Aggregate::Average
        | Aggregate::Least
        | Aggregate::Greatest
        | Aggregate::Median => {}
    }
    let mut known: Vec<Value> = found
        .into_iter()
        .filter(|value| !value.is_missing())
        .collect();
    known.sort_by(|a, b| a.order(b).unwrap_or(Ordering::Equal));
    let number = known.len();
    let result = match function {
        Aggregate::Sum => Some(mean(&known, 1, value_type)),
        Aggregate::Average => (number > 0).then(|| mean(&known, number, value_type)),
        Aggregate::Least => known.first().cloned(),
        Aggregate::Greatest => known.last().cloned(),
        Aggregate::Median if number == 0 => None,
        Aggregate::Median if number % 2 == 1 => known.get(number / 2).cloned(),
        Aggregate::Median => Some(mean(&known[number / 2 - 1..=number / 2], 2, value_type)),
        Aggregate::First | Aggregate::Last | Aggregate::Values | Aggregate::Different => None,
    };
    result.unwrap_or(Value::Missing)
}

/// The sum over a number.
fn mean(values: &[Value], number: usize, value_type: &Type) -> Value {
    let fraction = |value: &Value| match value {
        Value::Duration(units) | Value::Distance(units) => {
            Some(BigRational::from_integer((*units).into()))
        }
        other => other.fraction(),
    };
    let sum: BigRational = values
        .iter()
        .filter_map(fraction)
        .fold(BigRational::zero(), |sum, value| sum + value);
    let mean = sum / BigRational::from_integer(BigInt::from(number));
    match value_type {
        Type::Duration => {
            let whole = mean.floor().to_integer().to_i128();
            whole.map_or(Value::Missing, Value::Duration)
        }
        Type::Distance => {
            let whole = mean.floor().to_integer().to_i128();
            whole.map_or(Value::Missing, Value::Distance)
        }
        Type::Number(NumberKind::Float) => Value::float(nearest_float(&mean)),
        _ => Value::number(mean),
    }
}

/// The float nearest to a fraction, found by halving between floats: of two equally near the even one, infinite from half a step beyond the greatest.
fn nearest_float(fraction: &BigRational) -> f64 {
    let exact = |float: f64| BigRational::from_float(float).unwrap_or_else(BigRational::zero);
    let magnitude = if *fraction < BigRational::zero() {
        -fraction
    } else {
        fraction.clone()
    };
    // Positive floats are in the order of their bits.
    let (mut below, mut above) = (0u64, f64::MAX.to_bits() + 1);
    while above - below > 1 {
        let middle = below + (above - below) / 2;
        if exact(f64::from_bits(middle)) <= magnitude {
            below = middle;
        } else {
            above = middle;
        }
    }
    let low = exact(f64::from_bits(below));
    // Beyond the greatest float the next one would be 2^1024.
    let high = if above > f64::MAX.to_bits() {
        BigRational::from_integer(BigInt::from(1) << 1024)
    } else {
        exact(f64::from_bits(above))
    };
    let (from_low, to_high) = (&magnitude - &low, &high - &magnitude);
    let bits = match from_low.cmp(&to_high) {
        Ordering::Less => below,
        Ordering::Greater => above,
        Ordering::Equal => below + below % 2,
    };
    let nearest = f64::from_bits(bits);
    if *fraction < BigRational::zero() {
        -nearest
    } else {
        nearest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_float_is_found_at_the_edges() {
        let fraction = |numerator: i64, denominator: i64| {
            BigRational::new(numerator.into(), denominator.into())
        };
        assert_eq!(nearest_float(&fraction(1, 10)), 0.1);
        assert_eq!(nearest_float(&fraction(-1, 3)), -1.0 / 3.0);
        assert_eq!(nearest_float(&fraction(0, 1)), 0.0);
        let step = BigRational::from_float(5e-324).unwrap_or_else(BigRational::zero);
        assert_eq!(nearest_float(&step), 5e-324);
        assert_eq!(nearest_float(&(&step * fraction(1, 2))), 0.0);
        assert_eq!(nearest_float(&(&step * fraction(3, 2))), 1e-323);
        let greatest = BigRational::from_float(f64::MAX).unwrap_or_else(BigRational::zero);
        assert_eq!(nearest_float(&greatest), f64::MAX);
        assert_eq!(nearest_float(&(greatest * fraction(2, 1))), f64::INFINITY);
    }
}
