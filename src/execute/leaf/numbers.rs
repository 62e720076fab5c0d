//! Tests of numbers, dates, times and durations: the constants are moved exactly into the unit and the type of the column, once, so that a kernel compares
//! stored numbers with stored numbers.

use super::Kind;
use crate::execute::Form;
use crate::execute::column::{Integers, Unit, each_integer};
use crate::execute::kernels::{Constants, Kernel, Test};
use crate::types::{Constant as Value, Exact, Float};
use arrow_buffer::ScalarBuffer;
use num_bigint::BigInt;
use std::cmp::Ordering;
use std::sync::Arc;

/// An edge of a range and whether it belongs to it.
pub(super) type Edge<'a> = Option<(&'a Value, bool)>;

/// The most members of a set that are compared one by one.
const MOST_COMPARED: usize = 32;

/// The most answers that are laid out as a table.
const MOST_ANSWERS: usize = 1 << 22;

/// A constant as a fraction in days, nanoseconds or plain numbers; none where it is not a quantity.
fn fraction(constant: &Value) -> Option<(BigInt, BigInt)> {
    Some(match constant {
        Value::Number(exact) => (exact.numerator().into(), exact.denominator().into()),
        Value::Float(float) => ratio(float.get()),
        Value::Date(days) => ((*days).into(), 1.into()),
        Value::Time(nanoseconds) | Value::Duration(nanoseconds) => {
            ((*nanoseconds).into(), 1.into())
        }
        Value::Distance(micrometres) => ((*micrometres).into(), 1.into()),
        Value::Missing
        | Value::Boolean(_)
        | Value::Text(_)
        | Value::Point(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Map(_) => {
            return None;
        }
    })
}

fn floor(numerator: &BigInt, denominator: &BigInt) -> BigInt {
    let quotient = numerator / denominator;
    if &quotient * denominator > *numerator {
        quotient - 1
    } else {
        quotient
    }
}

/// The lowest and highest number of a stored type.
fn type_limits(numbers: &Integers) -> (i128, i128) {
    fn of<T: Limits>(_: &ScalarBuffer<T>) -> (i128, i128) {
        (T::LOW, T::HIGH)
    }
    each_integer!(numbers, numbers => of(numbers))
}

/// The same, less the numbers whose value would not fit in 128 bits.
fn limits(numbers: &Integers, unit: Unit) -> (i128, i128) {
    let (low, high) = type_limits(numbers);
    (
        low.max(i128::MIN / unit.multiplier),
        high.min(i128::MAX / unit.multiplier),
    )
}

trait Limits: arrow_buffer::ArrowNativeType {
    const LOW: i128;
    const HIGH: i128;
}

macro_rules! limits {
    ($($number:ty),*) => {$(
        impl Limits for $number {
            const LOW: i128 = <$number>::MIN as i128;
            const HIGH: i128 = <$number>::MAX as i128;
        }
    )*};
}
limits!(i8, u8, i16, u16, i32, u32, i64, u64, i128);

/// Stored whole numbers that are known and within the edges.
pub(super) fn range(
    numbers: &Integers,
    unit: Unit,
    low: Edge<'_>,
    high: Edge<'_>,
    form: Form,
) -> Kind {
    range_within(numbers, unit, None, (low, high), form)
}

/// The same of numbers that are known to lie between ends: the test passes none beyond them.
pub(super) fn range_within(
    numbers: &Integers,
    unit: Unit,
    ends: Option<(i128, i128)>,
    (low, high): (Edge<'_>, Edge<'_>),
    form: Form,
) -> Kind {
    let Some((from, to)) = stored_range(limits(numbers, unit), unit, low, high) else {
        return Kind::Never;
    };
    match ends {
        Some((least, greatest)) if to < least || from > greatest => Kind::Never,
        Some((least, greatest)) if from <= least && to >= greatest => Kind::Known,
        Some((least, greatest)) => within(numbers, from.max(least), to.min(greatest), form),
        None => within(numbers, from, to, form),
    }
}

/// The first and the last stored number within limits and edges; none where there is no such.
pub(super) fn stored_range(
    (lowest, highest): (i128, i128),
    unit: Unit,
    low: Edge<'_>,
    high: Edge<'_>,
) -> Option<(i128, i128)> {
    // The stored number that an edge stands for, as a fraction.
    let edge = |(constant, inclusive): (&Value, bool)| {
        fraction(constant).map(|(numerator, denominator)| {
            (
                numerator * unit.divisor,
                denominator * unit.multiplier,
                inclusive,
            )
        })
    };
    let mut from = BigInt::from(lowest);
    if let Some(low) = low {
        let (numerator, denominator, inclusive) = edge(low)?;
        let below = floor(&numerator, &denominator);
        let exactly = inclusive && &below * &denominator == numerator;
        from = from.max(if exactly { below } else { below + 1 });
    }
    let mut to = BigInt::from(highest);
    if let Some(high) = high {
        let (numerator, denominator, inclusive) = edge(high)?;
        let below = floor(&numerator, &denominator);
        let excluded = !inclusive && &below * &denominator == numerator;
        to = to.min(if excluded { below - 1 } else { below });
    }
    match (i128::try_from(from), i128::try_from(to)) {
        (Ok(from), Ok(to)) if from <= to => Some((from, to)),
        _ => None,
    }
}

fn within(numbers: &Integers, from: i128, to: i128, form: Form) -> Kind {
    if (from, to) == type_limits(numbers) {
        return Kind::Known;
    }
    let kernel = match width(numbers) {
        1 => Kernel::Range8,
        2 => Kernel::Range16,
        4 => Kernel::Range32,
        8 => Kernel::Range64,
        _ => Kernel::Range128,
    };
    let span = (to as u128).wrapping_sub(from as u128);
    Kind::Numbers(Test::new(
        kernel,
        Constants::range(from as u128, span),
        form,
    ))
}

/// The bytes of a stored number.
pub(super) fn width(numbers: &Integers) -> usize {
    fn of<T>(_: &ScalarBuffer<T>) -> usize
    where
        T: arrow_buffer::ArrowNativeType,
    {
        size_of::<T>()
    }
    each_integer!(numbers, numbers => of(numbers))
}

/// Stored whole numbers that are known and stand for a value at all.
pub(super) fn known(numbers: &Integers, unit: Unit, form: Form) -> Kind {
    range(numbers, unit, None, None, form)
}

/// Stored whole numbers that are one of these constants.
pub(super) fn one_of(numbers: &Integers, unit: Unit, set: &[Value], form: Form) -> Kind {
    let (lowest, highest) = limits(numbers, unit);
    let mut members: Vec<i128> = set
        .iter()
        .filter_map(|constant| {
            let (numerator, denominator) = fraction(constant)?;
            let (numerator, denominator) =
                (numerator * unit.divisor, denominator * unit.multiplier);
            let stored = floor(&numerator, &denominator);
            if &stored * &denominator != numerator {
                return None;
            }
            let stored = i128::try_from(stored).ok()?;
            (lowest..=highest).contains(&stored).then_some(stored)
        })
        .collect();
    members.sort_unstable();
    members.dedup();
    let (Some(first), Some(last)) = (members.first().copied(), members.last().copied()) else {
        return Kind::Never;
    };
    if last.checked_sub(first) == Some(members.len() as i128 - 1) {
        return within(numbers, first, last, form);
    }
    let bits = members.iter().map(|member| *member as u128);
    let width = width(numbers);
    if members.len() <= MOST_COMPARED {
        let kernel = match width {
            1 => Kernel::Set8,
            2 => Kernel::Set16,
            4 => Kernel::Set32,
            8 => Kernel::Set64,
            _ => Kernel::Set128,
        };
        return Kind::Numbers(Test::new(kernel, Constants::set(bits.collect()), form));
    }
    // Members that lie close together are looked up.
    if let Ok(span) = usize::try_from(last.saturating_sub(first))
        && span <= members.len() * 64 + (1 << 16)
        && let Some(kind) = answered(numbers, first, &membership(&members, span), form)
    {
        return kind;
    }
    let numbers = numbers.clone();
    Kind::rows(move |row| members.binary_search(&numbers.get(row)).is_ok())
}

/// Whether each number from the first member on is one of them.
fn membership(members: &[i128], span: usize) -> Vec<bool> {
    let mut is_member = vec![false; span + 1];
    for member in members {
        is_member[(member - members[0]) as usize] = true;
    }
    is_member
}

/// Stored whole numbers that have a yes among the answers, of which the first is for `low`. None where they are better looked up row by row.
pub(super) fn answered(
    numbers: &Integers,
    low: i128,
    answers: &[bool],
    form: Form,
) -> Option<Kind> {
    let (lowest, highest) = type_limits(numbers);
    let passing = |answers: &[bool]| {
        let first = answers.iter().position(|passes| *passes)?;
        let last = answers.iter().rposition(|passes| *passes)?;
        Some((first, last))
    };
    // No number beyond what the type holds is there.
    let places = |number: i128| number.clamp(0, answers.len() as i128) as usize;
    let before = places(lowest.saturating_sub(low));
    let all = places(highest.saturating_sub(low).saturating_add(1));
    let answers = &answers[..all];
    let Some((first, last)) = answers.get(before..).and_then(passing) else {
        return Some(Kind::Never);
    };
    let low = low + (before + first) as i128;
    let answers = &answers[before + first..=before + last];
    if answers.iter().all(|passes| *passes) {
        return Some(within(
            numbers,
            low,
            low + (answers.len() - 1) as i128,
            form,
        ));
    }
    let kernel = match width(numbers) {
        _ if answers.len() > MOST_ANSWERS => return None,
        1 => Kernel::Table8,
        2 => Kernel::Table16,
        4 => Kernel::Table32,
        8 => Kernel::Table64,
        _ => return None,
    };
    let mut constants = Constants::table_from(kernel, low as u128, answers);
    if kernel == Kernel::Table16 {
        constants = constants.repeating();
    }
    Some(Kind::Numbers(Test::new(kernel, constants, form)))
}

/// A floating-point type of a column.
pub(super) trait Stored: arrow_buffer::ArrowNativeType + PartialOrd {
    const RANGE: Kernel;
    const SET: Kernel;
    const LOWEST: Self;
    const HIGHEST: Self;
    fn near(value: f64) -> Self;
    fn wide(self) -> f64;
    fn up(self) -> Self;
    fn down(self) -> Self;
    fn bits(self) -> u128;
}

macro_rules! stored {
    ($float:ty, $range:ident, $set:ident) => {
        impl Stored for $float {
            const RANGE: Kernel = Kernel::$range;
            const SET: Kernel = Kernel::$set;
            const LOWEST: Self = <$float>::MIN;
            const HIGHEST: Self = <$float>::MAX;
            fn near(value: f64) -> Self {
                value as $float
            }
            fn wide(self) -> f64 {
                self.into()
            }
            fn up(self) -> Self {
                self.next_up()
            }
            fn down(self) -> Self {
                self.next_down()
            }
            fn bits(self) -> u128 {
                self.to_bits().into()
            }
        }
    };
}
stored!(f32, RangeF32, SetF32);
stored!(f64, RangeF64, SetF64);

/// A finite float as a fraction, not in lowest terms, with a denominator above 0.
fn ratio(float: f64) -> (BigInt, BigInt) {
    let bits = float.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = match (bits >> 52 & 0x7ff) as i32 {
        0 => (fraction, -1074),
        exponent => (fraction | 1 << 52, exponent - 1075),
    };
    let mut numerator = BigInt::from(mantissa);
    if float < 0.0 {
        numerator = -numerator;
    }
    if exponent >= 0 {
        (numerator << exponent as u32, BigInt::from(1))
    } else {
        (numerator, BigInt::from(1) << exponent.unsigned_abs())
    }
}

/// The float nearest to a number.
fn nearest(constant: &Value) -> f64 {
    match constant {
        Value::Float(float) => float.get(),
        Value::Number(exact) => exact.to_f64(),
        _ => f64::NAN,
    }
}

/// How a float compares with a constant; none where the constant is not a number.
fn compare<F: Stored>(float: F, constant: &Value) -> Option<Ordering> {
    let wide = float.wide();
    match Float::new(wide) {
        Some(float) => Value::Float(float).compare(constant),
        None if wide > 0.0 => Some(Ordering::Greater),
        None => Some(Ordering::Less),
    }
}

/// The lowest float that is not below the constant (nor equal to it, where it is excluded), up to infinity.
fn lowest_from<F: Stored>(constant: &Value, inclusive: bool) -> Option<F> {
    compare(F::HIGHEST, constant)?;
    let passes = |float: F| match compare(float, constant) {
        Some(Ordering::Greater) => true,
        Some(Ordering::Equal) => inclusive,
        _ => false,
    };
    let mut float = F::near(nearest(constant));
    while !passes(float) {
        float = float.up();
    }
    while float.down().wide() < float.wide() && passes(float.down()) {
        float = float.down();
    }
    Some(float)
}

/// The highest float that is not above the constant, down to minus infinity.
fn highest_to<F: Stored>(constant: &Value, inclusive: bool) -> Option<F> {
    compare(F::HIGHEST, constant)?;
    let passes = |float: F| match compare(float, constant) {
        Some(Ordering::Less) => true,
        Some(Ordering::Equal) => inclusive,
        _ => false,
    };
    let mut float = F::near(nearest(constant));
    while !passes(float) {
        float = float.down();
    }
    while float.up().wide() > float.wide() && passes(float.up()) {
        float = float.up();
    }
    Some(float)
}

/// Floats that are known and within the edges; without edges, those that are known.
pub(super) fn float_range<F: Stored>(low: Edge<'_>, high: Edge<'_>, form: Form) -> Kind {
    let from = match low {
        Some((constant, inclusive)) => lowest_from(constant, inclusive),
        None => Some(F::LOWEST),
    };
    let to = match high {
        Some((constant, inclusive)) => highest_to(constant, inclusive),
        None => Some(F::HIGHEST),
    };
    let (Some(from), Some(to)) = (from, to) else {
        return Kind::Never;
    };
    // An edge beyond every finite float.
    let from = if from < F::LOWEST { F::LOWEST } else { from };
    let to = if to > F::HIGHEST { F::HIGHEST } else { to };
    if from > to || from > F::HIGHEST || to < F::LOWEST {
        return Kind::Never;
    }
    let constants = Constants::range(from.bits(), to.bits());
    Kind::Numbers(Test::new(F::RANGE, constants, form))
}

/// Floats that are one of these constants.
pub(super) fn float_one_of<F: Stored>(
    numbers: &ScalarBuffer<F>,
    set: &[Value],
    form: Form,
) -> Kind {
    let mut members: Vec<F> = set
        .iter()
        .filter_map(|constant| {
            let float = F::near(nearest(constant));
            (compare(float, constant) == Some(Ordering::Equal)).then_some(float)
        })
        .collect();
    if members.is_empty() {
        return Kind::Never;
    }
    if members.len() <= MOST_COMPARED {
        let bits = members.into_iter().map(F::bits).collect();
        return Kind::Numbers(Test::new(F::SET, Constants::set(bits), form));
    }
    members.sort_by(|left, right| left.wide().total_cmp(&right.wide()));
    let numbers = numbers.clone();
    Kind::rows(move |row| {
        // Zero is found under either sign.
        let number = numbers[row].wide() + 0.0;
        members
            .binary_search_by(|member| (member.wide() + 0.0).total_cmp(&number))
            .is_ok()
    })
}

/// Fractions that are known and within the edges.
pub(super) fn fraction_range(numbers: &Arc<[Exact]>, low: Edge<'_>, high: Edge<'_>) -> Kind {
    let owned = |edge: Edge<'_>| edge.map(|(constant, inclusive)| (constant.clone(), inclusive));
    let (numbers, low, high) = (numbers.clone(), owned(low), owned(high));
    let beyond = |number: &Value, edge: &Option<(Value, bool)>, outside: Ordering| {
        edge.as_ref()
            .is_some_and(|(constant, inclusive)| match number.compare(constant) {
                Some(Ordering::Equal) => !inclusive,
                order => order.is_none_or(|order| order == outside),
            })
    };
    Kind::rows(move |row| {
        let number = Value::Number(numbers[row]);
        !beyond(&number, &low, Ordering::Less) && !beyond(&number, &high, Ordering::Greater)
    })
}

/// Fractions that are one of these constants.
pub(super) fn fraction_one_of(numbers: &Arc<[Exact]>, set: &[Value]) -> Kind {
    let (numbers, set) = (numbers.clone(), set.to_vec());
    Kind::rows(move |row| {
        let number = Value::Number(numbers[row]);
        let is = |member: &Value| number.compare(member) == Some(Ordering::Equal);
        set.iter().any(is)
    })
}
