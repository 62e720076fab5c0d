//! Exact numbers: fractions whose numerator and denominator fit in 128 bits. Whole numbers, decimals, shares and quotients are all of this kind,
//! so that they compare by value without rounding; what does not fit is missing.

use std::cmp::Ordering;
use std::fmt;

/// A decimal as it was written: `mantissa / 10^scale`; `3.50` keeps its two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    pub mantissa: i128,
    /// At most 38.
    pub scale: u8,
}

impl Decimal {
    pub fn whole(value: i64) -> Self {
        Self {
            mantissa: value.into(),
            scale: 0,
        }
    }

    /// The value in lowest terms.
    pub fn exact(self) -> Exact {
        Exact::new(self.mantissa, 10i128.pow(self.scale.into()))
            .expect("a power of ten is not zero")
    }
}

/// A fraction in lowest terms with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Exact {
    numerator: i128,
    denominator: i128,
}

impl Exact {
    pub const ZERO: Exact = Exact {
        numerator: 0,
        denominator: 1,
    };

    /// In lowest terms; none where the denominator is 0 or a part does not fit.
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let divisor = greatest_common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let negative = (numerator < 0) != (denominator < 0);
        let numerator = signed(numerator.unsigned_abs() / divisor, negative)?;
        let denominator = signed(denominator.unsigned_abs() / divisor, false)?;
        Some(Self {
            numerator,
            denominator,
        })
    }

    pub fn whole(value: i128) -> Self {
        Self {
            numerator: value,
            denominator: 1,
        }
    }

    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// Greater than 0.
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    pub fn is_whole(self) -> bool {
        self.denominator == 1
    }

    /// The greatest whole number that is not above it.
    pub fn floor(self) -> i128 {
        self.numerator.div_euclid(self.denominator)
    }
}

fn signed(magnitude: u128, negative: bool) -> Option<i128> {
    if negative {
        0i128.checked_sub_unsigned(magnitude)
    } else {
        i128::try_from(magnitude).ok()
    }
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

impl Ord for Exact {
    /// By value. Continued fractions: the whole parts first, then the remainders turned over; nothing can overflow.
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        let (mut a, mut b, mut c, mut d) = (
            self.numerator,
            self.denominator,
            other.numerator,
            other.denominator,
        );
        let mut turned = false;
        loop {
            let order = a.div_euclid(b).cmp(&c.div_euclid(d));
            let (left, right) = (a.rem_euclid(b), c.rem_euclid(d));
            let order = match order {
                Ordering::Equal if left == 0 && right == 0 => return Ordering::Equal,
                Ordering::Equal if left == 0 => Ordering::Less,
                Ordering::Equal if right == 0 => Ordering::Greater,
                Ordering::Equal => {
                    (a, b, c, d) = (b, left, d, right);
                    turned = !turned;
                    continue;
                }
                decided => decided,
            };
            return if turned { order.reverse() } else { order };
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Exact {
    /// As a whole number, as a decimal where it has an end, else as a fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut rest, mut scale) = (self.denominator, 0u32);
        while rest % 10 == 0 {
            (rest, scale) = (rest / 10, scale + 1);
        }
        for prime in [2, 5] {
            while rest % prime == 0 {
                (rest, scale) = (rest / prime, scale + 1);
            }
        }
        let power = 10i128.checked_pow(scale);
        match power.and_then(|power| self.numerator.checked_mul(power / self.denominator)) {
            Some(mantissa) if rest == 1 && scale > 0 => {
                let digits = format!("{:0>1$}", mantissa.unsigned_abs(), scale as usize + 1);
                let (whole, part) = digits.split_at(digits.len() - scale as usize);
                write!(f, "{}{whole}.{part}", if mantissa < 0 { "-" } else { "" })
            }
            _ if self.denominator == 1 => write!(f, "{}", self.numerator),
            _ => write!(f, "{}/{}", self.numerator, self.denominator),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(numerator: i128, denominator: i128) -> Exact {
        Exact::new(numerator, denominator).unwrap()
    }

    #[test]
    fn fractions_are_kept_in_lowest_terms() {
        assert_eq!(exact(6, -4), exact(-3, 2));
        assert_eq!(Exact::new(1, 0), None);
        assert_eq!(Exact::new(i128::MIN, -1), None);
        assert_eq!(Exact::new(i128::MIN, i128::MIN), Some(Exact::whole(1)));
    }

    #[test]
    fn order_is_by_value_without_overflow() {
        assert!(exact(1, 3) < exact(1, 2));
        assert!(exact(-1, 2) < exact(-1, 3));
        assert!(exact(i128::MAX, 2) > exact(i128::MAX - 1, 2));
        assert!(
            exact(i128::MAX, i128::MAX - 1)
                > exact(i128::MAX - 1, i128::MAX - 2).min(Exact::whole(1))
        );
        assert_eq!(exact(7, 7).cmp(&Exact::whole(1)), Ordering::Equal);
    }

    #[test]
    fn printing_prefers_decimals_that_end() {
        assert_eq!(exact(3, 10).to_string(), "0.3");
        assert_eq!(exact(-1, 8).to_string(), "-0.125");
        assert_eq!(exact(1, 3).to_string(), "1/3");
        assert_eq!(Exact::whole(-12).to_string(), "-12");
        assert_eq!(exact(101, 100).to_string(), "1.01");
    }
}
