//! Values as the reference holds them, and how they compare.

use crate::types::{Constant, Exact, Float, Point};
use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use std::cmp::Ordering;

/// A value of one contact. A float is never NaN nor infinite: those are missing.
#[derive(Clone, Debug)]
pub enum Value {
    Missing,
    Boolean(bool),
    /// In lowest terms, each part within 128 bits with its sign.
    Number(BigRational),
    Float(f64),
    Text(String),
    /// Days since 1970-01-01.
    Date(i64),
    /// Nanoseconds since 1970-01-01T00:00Z.
    Time(i128),
    /// Nanoseconds.
    Duration(i128),
    /// Degrees north and degrees east, on the globe.
    Point(f64, f64),
    /// Micrometres.
    Distance(i128),
    List(Vec<Value>),
    /// One for each part of its type.
    Record(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    pub fn whole(value: impl Into<BigInt>) -> Value {
        Value::number(BigRational::from_integer(value.into()))
    }

    /// Missing where a part in lowest terms does not fit in 128 bits. (`BigRational` is always in lowest terms with a positive denominator.)
    pub fn number(value: BigRational) -> Value {
        match (value.numer().to_i128(), value.denom().to_i128()) {
            (Some(_), Some(_)) => Value::Number(value),
            _ => Value::Missing,
        }
    }

    /// Missing where it is NaN or infinite; -0 is 0.
    pub fn float(value: f64) -> Value {
        if value.is_finite() {
            Value::Float(if value == 0.0 { 0.0 } else { value })
        } else {
            Value::Missing
        }
    }

    /// Missing where one of them is, or where it is not on the globe.
    pub fn point(latitude: &Value, longitude: &Value) -> Value {
        match (latitude.nearest_float(), longitude.nearest_float()) {
            (Some(latitude), Some(longitude))
                if (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude) =>
            {
                Value::Point(latitude, longitude)
            }
            _ => Value::Missing,
        }
    }

    pub fn is_missing(&self) -> bool {
        matches!(self, Value::Missing)
    }

    pub fn from_constant(constant: &Constant) -> Value {
        match constant {
            Constant::Missing => Value::Missing,
            Constant::Boolean(value) => Value::Boolean(*value),
            Constant::Number(value) => Value::number(BigRational::new(
                value.numerator().into(),
                value.denominator().into(),
            )),
            Constant::Float(value) => Value::float(value.get()),
            Constant::Text(value) => Value::Text(value.to_string()),
            Constant::Date(days) => Value::Date(*days),
            Constant::Time(instant) => Value::Time(*instant),
            Constant::Duration(length) => Value::Duration(*length),
            Constant::Point(point) => Value::Point(point.latitude(), point.longitude()),
            Constant::Distance(length) => Value::Distance(*length),
            Constant::List(elements) => {
                Value::List(elements.iter().map(Value::from_constant).collect())
            }
            Constant::Record(parts) => {
                Value::Record(parts.iter().map(Value::from_constant).collect())
            }
            Constant::Map(entries) => Value::Map(
                (entries.iter())
                    .map(|(key, value)| (key.to_string(), Value::from_constant(value)))
                    .collect(),
            ),
        }
    }

    pub fn to_constant(&self) -> Constant {
        match self {
            Value::Missing => Constant::Missing,
            Value::Boolean(value) => Constant::Boolean(*value),
            Value::Number(value) => match (value.numer().to_i128(), value.denom().to_i128()) {
                (Some(numerator), Some(denominator)) => {
                    Exact::new(numerator, denominator).map_or(Constant::Missing, Constant::Number)
                }
                _ => Constant::Missing,
            },
            Value::Float(value) => Float::new(*value).map_or(Constant::Missing, Constant::Float),
            Value::Text(value) => Constant::Text(value.as_str().into()),
            Value::Date(days) => Constant::Date(*days),
            Value::Time(instant) => Constant::Time(*instant),
            Value::Duration(length) => Constant::Duration(*length),
            Value::Point(latitude, longitude) => {
                Point::new(*latitude, *longitude).map_or(Constant::Missing, Constant::Point)
            }
            Value::Distance(length) => Constant::Distance(*length),
            Value::List(elements) => {
                Constant::List(elements.iter().map(Value::to_constant).collect())
            }
            Value::Record(parts) => {
                Constant::Record(parts.iter().map(Value::to_constant).collect())
            }
            Value::Map(entries) => Constant::Map(
                (entries.iter())
                    .map(|(key, value)| (key.as_str().into(), value.to_constant()))
                    .collect(),
            ),
        }
    }

    /// The order of two known values of one sort, numbers by exact value whatever their kinds, text by code point.
    /// None where one of them is missing (or where the two are of sorts that the checker never lets meet).
    pub fn order(&self, other: &Value) -> Option<Ordering> {
        Some(match (self, other) {
            (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
            (Value::Number(_) | Value::Float(_), Value::Number(_) | Value::Float(_)) => {
                self.fraction()?.cmp(&other.fraction()?)
            }
            (Value::Text(a), Value::Text(b)) => a.chars().cmp(b.chars()),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Time(a), Value::Time(b))
            | (Value::Duration(a), Value::Duration(b))
            | (Value::Distance(a), Value::Distance(b)) => a.cmp(b),
            (Value::Missing, _) | (_, Value::Missing) => return None,
            (Value::List(_) | Value::Record(_) | Value::Map(_), _)
            | (Value::Boolean(_), _)
            | (Value::Number(_) | Value::Float(_), _)
            | (Value::Text(_), _)
            | (Value::Date(_), _)
            | (Value::Time(_), _)
            | (Value::Duration(_), _)
            | (Value::Point(..), _)
            | (Value::Distance(_), _) => return None,
        })
    }

    /// An order of all values of one sort: what is missing is smallest, lists, records and maps go by their first difference.
    pub fn order_with_missing(&self, other: &Value) -> Ordering {
        let all = |a: &[Value], b: &[Value]| {
            for (a, b) in a.iter().zip(b) {
                let order = a.order_with_missing(b);
                if order != Ordering::Equal {
                    return order;
                }
            }
            a.len().cmp(&b.len())
        };
        match (self, other) {
            (Value::Missing, Value::Missing) => Ordering::Equal,
            (Value::Missing, _) => Ordering::Less,
            (_, Value::Missing) => Ordering::Greater,
            (Value::Point(north, east), Value::Point(other_north, other_east)) => (north, east)
                .partial_cmp(&(other_north, other_east))
                .unwrap_or(Ordering::Equal),
            (Value::List(a), Value::List(b)) | (Value::Record(a), Value::Record(b)) => all(a, b),
            (Value::Map(a), Value::Map(b)) => {
                for ((a_key, a), (b_key, b)) in a.iter().zip(b) {
                    let order = a_key.cmp(b_key).then_with(|| a.order_with_missing(b));
                    if order != Ordering::Equal {
                        return order;
                    }
                }
                a.len().cmp(&b.len())
            }
            _ => self.order(other).unwrap_or(Ordering::Equal),
        }
    }

    pub fn equals(&self, other: &Value) -> bool {
        self.order(other) == Some(Ordering::Equal)
    }

    /// A number of either kind as the fraction that it is.
    pub fn fraction(&self) -> Option<BigRational> {
        match self {
            Value::Number(value) => Some(value.clone()),
            Value::Float(value) => BigRational::from_float(*value),
            _ => None,
        }
    }

    /// A number of either kind as the nearest 64-bit float, of two equally near the even one.
    pub fn nearest_float(&self) -> Option<f64> {
        match self {
            Value::Number(value) => Some(nearest_float(value)),
            Value::Float(value) => Some(*value),
            _ => None,
        }
    }
}

/// The nearest 64-bit float of a fraction whose parts fit in 128 bits; such fractions are neither subnormal nor too great.
fn nearest_float(value: &BigRational) -> f64 {
    if value.is_zero() {
        return 0.0;
    }
    let (numerator, denominator) = (value.numer().abs(), value.denom().clone());
    // Scaled by a power of two so that the quotient has 65 or 66 bits: more than a float's 53, fewer than 128.
    let scale = 65 + denominator.bits() as i64 - numerator.bits() as i64;
    let (numerator, denominator) = if scale >= 0 {
        (numerator << scale, denominator)
    } else {
        (numerator, denominator << -scale)
    };
    let (quotient, rest) = (&numerator / &denominator, &numerator % &denominator);
    // The last bit remembers that something was left, so that a tie is only a tie where it is one.
    let bits = quotient.to_u128().unwrap_or(u128::MAX) | u128::from(!rest.is_zero());
    let magnitude = bits as f64 * 2f64.powi(-(scale as i32));
    if value.numer().sign() == Sign::Minus {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(numerator: i128, denominator: i128) -> BigRational {
        BigRational::new(numerator.into(), denominator.into())
    }

    #[test]
    fn floats_are_the_nearest_ones() {
        assert_eq!(nearest_float(&fraction(1, 10)), 0.1);
        assert_eq!(nearest_float(&fraction(-1, 3)), -1.0 / 3.0);
        let odd = (1i128 << 53) + 1;
        assert_eq!(nearest_float(&fraction(odd, 1)), 9_007_199_254_740_992.0);
        assert_eq!(
            nearest_float(&fraction(odd * 2 + 1, 2)),
            9_007_199_254_740_994.0
        );
        assert_eq!(nearest_float(&fraction(i128::MAX, 1)), i128::MAX as f64);
        assert_eq!(
            nearest_float(&fraction(1, i128::MAX)),
            1.0 / i128::MAX as f64
        );
    }

    #[test]
    fn numbers_compare_by_value_whatever_their_kinds() {
        let tenth = Value::Number(fraction(1, 10));
        assert!(
            !tenth.equals(&Value::Float(0.1)),
            "the float is a little more"
        );
        assert_eq!(tenth.order(&Value::Float(0.1)), Some(Ordering::Less));
        assert!(Value::whole(3).equals(&Value::Float(3.0)));
        assert!(Value::float(-0.0).equals(&Value::whole(0)));
        assert_eq!(Value::Missing.order(&Value::Missing), None);
    }

    #[test]
    fn what_exceeds_128_bits_is_missing() {
        assert!(!Value::number(fraction(i128::MIN, 1)).is_missing());
        assert!(Value::number(-fraction(i128::MIN, 1)).is_missing());
        assert!(
            Value::number(fraction(1, i128::MAX) * fraction(1, 2)).is_missing(),
            "the denominator is beyond"
        );
        assert!(
            !Value::number(fraction(i128::MAX, 3) * fraction(6, i128::MAX)).is_missing(),
            "lowest terms decide"
        );
        assert!(Value::float(f64::INFINITY).is_missing());
    }
}
