//! Values in order, each with how often it was met.

use super::numbers::{Numbers, NumbersOf};
use crate::types::{Constant, Exact, Float};
use std::cmp::Ordering;

/// Values as they are met. Putting them in order now and then makes equal ones take the room of one.
#[derive(Clone, Debug)]
pub enum Distribution {
    /// Values that whole numbers stand for, of one unit.
    Numbers {
        unit: Unit,
        values: Runs<i64>,
    },
    /// The same, some of which do not fit in 64 bits.
    Wide {
        unit: Unit,
        values: Runs<i128>,
    },
    Any(Runs<Constant>),
}

/// What whole numbers stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nothing yet.
    Open,
    /// Numbers over a divisor; days, nanoseconds and micrometres over 1.
    Over(i128),
    /// Floats, in the order of [`float_key`].
    Float,
}

/// A whole number for a float, in the order of the floats.
pub fn float_key(float: f64) -> i64 {
    let bits = (float + 0.0).to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn float_of_key(key: i64) -> f64 {
    f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64)
}

#[derive(Clone, Debug)]
pub struct Runs<V> {
    /// Different values from the least to the greatest, with how often each was met.
    runs: Vec<(V, u64)>,
    fresh: Vec<V>,
}

impl<V> Default for Runs<V> {
    fn default() -> Self {
        Self {
            runs: Vec::new(),
            fresh: Vec::new(),
        }
    }
}

/// Values of one sort.
pub trait Value: Clone {
    fn order(&self, other: &Self) -> Ordering;
}

impl Value for i64 {
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

impl Value for i128 {
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

impl Value for Constant {
    fn order(&self, other: &Self) -> Ordering {
        self.total_order(other)
    }
}

impl<V: Value> Runs<V> {
    fn add(&mut self, value: V) {
        self.fresh.push(value);
    }

    /// Puts what is in no order where it belongs.
    fn settle(&mut self) {
        let mut fresh = std::mem::take(&mut self.fresh);
        fresh.sort_unstable_by(V::order);
        let mut counted: Vec<(V, u64)> = Vec::new();
        for value in fresh {
            match counted.last_mut() {
                Some((last, times)) if last.order(&value).is_eq() => *times += 1,
                _ => counted.push((value, 1)),
            }
        }
        self.merge(counted);
    }

    fn merge(&mut self, other: Vec<(V, u64)>) {
        if self.runs.is_empty() {
            self.runs = other;
            return;
        }
        if other.is_empty() {
            return;
        }
        let own = std::mem::take(&mut self.runs);
        self.runs.reserve(own.len() + other.len());
        let (mut own, mut other) = (own.into_iter().peekable(), other.into_iter().peekable());
        loop {
            let order = match (own.peek(), other.peek()) {
                (Some((one, _)), Some((other, _))) => one.order(other),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return,
            };
            let next = match order {
                Ordering::Less => own.next(),
                Ordering::Greater => other.next(),
                Ordering::Equal => {
                    let times = other.next().map_or(0, |(_, times)| times);
                    own.next().map(|(value, own)| (value, own + times))
                }
            };
            self.runs.extend(next);
        }
    }

    /// Other values for these, in the same order.
    fn map<W: Value>(self, of: impl Fn(V) -> W) -> Runs<W> {
        let runs = self.runs.into_iter();
        Runs {
            runs: runs.map(|(value, times)| (of(value), times)).collect(),
            fresh: self.fresh.into_iter().map(of).collect(),
        }
    }

    fn put_together(&mut self, mut other: Self) {
        if self.fresh.is_empty() {
            self.fresh = other.fresh;
        } else {
            self.fresh.append(&mut other.fresh);
        }
        self.merge(other.runs);
    }
}

impl<K: Value + Copy + Ord> Runs<K> {
    fn finish(mut self) -> NumbersOf<K> {
        if self.runs.is_empty() {
            return NumbersOf::loose(self.fresh);
        }
        self.settle();
        NumbersOf::counted(self.runs)
    }
}

impl Default for Distribution {
    fn default() -> Self {
        Distribution::Numbers {
            unit: Unit::Open,
            values: Runs::default(),
        }
    }
}

/// The whole number that stands for a known value.
fn number(value: &Constant) -> Option<(i128, Unit)> {
    let (number, divisor) = match value {
        Constant::Number(number) => (number.numerator(), number.denominator()),
        Constant::Date(days) => (i128::from(*days), 1),
        Constant::Time(units) | Constant::Duration(units) | Constant::Distance(units) => {
            (*units, 1)
        }
        Constant::Float(float) => return Some((float_key(float.get()).into(), Unit::Float)),
        _ => return None,
    };
    Some((number, Unit::Over(divisor)))
}

/// The value that a whole number stands for, of the sort of another.
pub(super) fn constant(number: i128, unit: Unit, like: &Constant) -> Constant {
    let divisor = match unit {
        Unit::Float => {
            let float = i64::try_from(number).ok();
            let float = float.and_then(|key| Float::new(float_of_key(key)));
            return float.map_or(Constant::Missing, Constant::Float);
        }
        Unit::Over(divisor) => divisor,
        Unit::Open => 1,
    };
    match like {
        Constant::Date(_) => i64::try_from(number).map_or(Constant::Missing, Constant::Date),
        Constant::Time(_) => Constant::Time(number),
        Constant::Duration(_) => Constant::Duration(number),
        Constant::Distance(_) => Constant::Distance(number),
        _ => Exact::new(number, divisor).map_or(Constant::Missing, Constant::Number),
    }
}

impl Distribution {
    /// A known value.
    pub fn add(&mut self, value: Constant) {
        match number(&value) {
            Some((number, unit)) => match i64::try_from(number) {
                Ok(number) => self.add_numbers(std::iter::once(number), unit, &value),
                Err(_) => self.add_wide(std::iter::once(number), unit, &value),
            },
            None => self.as_any(&value).add(value),
        }
    }

    /// Makes room for so many numbers, where nothing else was added yet.
    pub fn reserve(&mut self, numbers: usize) {
        if let Distribution::Numbers { values, .. } = self {
            values.fresh.reserve(numbers);
        }
    }

    /// Known values of the sort of `like`, by the whole numbers that stand for them.
    pub fn add_numbers(&mut self, numbers: impl Iterator<Item = i64>, of: Unit, like: &Constant) {
        if let Distribution::Numbers { unit, values } = self
            && (*unit == of || *unit == Unit::Open)
        {
            *unit = of;
            values.fresh.extend(numbers);
        } else {
            self.add_wide(numbers.map(i128::from), of, like);
        }
    }

    /// The same, of numbers of which some do not fit in 64 bits.
    pub fn add_wide(&mut self, numbers: impl Iterator<Item = i128>, of: Unit, like: &Constant) {
        match self.as_wide(of) {
            Some(values) => numbers.for_each(|number| values.add(number)),
            None => {
                let values = self.as_any(like);
                numbers.for_each(|number| values.add(constant(number, of, like)));
            }
        }
    }

    /// The values as wide numbers of a unit; none where they are of another.
    fn as_wide(&mut self, of: Unit) -> Option<&mut Runs<i128>> {
        if let Distribution::Numbers { unit, values } = self
            && (*unit == of || *unit == Unit::Open)
        {
            *self = Distribution::Wide {
                unit: of,
                values: std::mem::take(values).map(i128::from),
            };
        }
        match self {
            Distribution::Wide { unit, values } if *unit == of => Some(values),
            _ => None,
        }
    }

    /// The values as they are, of the sort of `like`.
    fn as_any(&mut self, like: &Constant) -> &mut Runs<Constant> {
        let values = match self {
            Distribution::Numbers { unit, values } => {
                let unit = *unit;
                std::mem::take(values).map(|number| constant(number.into(), unit, like))
            }
            Distribution::Wide { unit, values } => {
                let unit = *unit;
                std::mem::take(values).map(|number| constant(number, unit, like))
            }
            Distribution::Any(values) => std::mem::take(values),
        };
        *self = Distribution::Any(values);
        match self {
            Distribution::Any(values) => values,
            _ => unreachable!("it has just been changed"),
        }
    }

    /// What another thread has met, of values of the same type, which is that of `like`.
    pub fn merge(&mut self, mut other: Distribution, like: &Constant) {
        match (self.unit(), other.unit()) {
            (Some(Unit::Open), _) => *self = other,
            (_, Some(Unit::Open)) => {}
            (Some(own), Some(of)) if own == of => self.merge_numbers(other, own),
            _ => {
                let other = std::mem::take(other.as_any(like));
                self.as_any(like).put_together(other);
            }
        }
    }

    /// What stands for values of the same unit.
    fn merge_numbers(&mut self, mut other: Distribution, unit: Unit) {
        if let (Distribution::Numbers { values, .. }, Distribution::Numbers { values: other, .. }) =
            (&mut *self, &mut other)
        {
            values.put_together(std::mem::take(other));
        } else if let (Some(own), Some(other)) = (self.as_wide(unit), other.as_wide(unit)) {
            own.put_together(std::mem::take(other));
        }
    }

    /// What whole numbers stand for, if they stand for the values.
    fn unit(&self) -> Option<Unit> {
        match self {
            Distribution::Numbers { unit, .. } | Distribution::Wide { unit, .. } => Some(*unit),
            Distribution::Any(_) => None,
        }
    }

    /// How many values are in no order, and how many different ones are.
    pub fn room(&self) -> (usize, usize) {
        match self {
            Distribution::Numbers { values, .. } => (values.fresh.len(), values.runs.len()),
            Distribution::Wide { values, .. } => (values.fresh.len(), values.runs.len()),
            Distribution::Any(values) => (values.fresh.len(), values.runs.len()),
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.room() == (0, 0)
    }

    /// Puts all in order, so that equal values take the room of one.
    pub fn settle(&mut self) {
        match self {
            Distribution::Numbers { values, .. } => values.settle(),
            Distribution::Wide { values, .. } => values.settle(),
            Distribution::Any(values) => values.settle(),
        }
    }

    pub fn finish(self) -> Ordered {
        match self {
            Distribution::Numbers { unit, values } => Ordered::Numbers {
                unit,
                numbers: Numbers::Narrow(values.finish()),
            },
            Distribution::Wide { unit, values } => Ordered::Numbers {
                unit,
                numbers: Numbers::Wide(values.finish()),
            },
            Distribution::Any(mut values) => {
                values.settle();
                let mut sum = 0;
                let (values, met) = (values.runs.into_iter())
                    .map(|(value, times)| {
                        sum += times;
                        (value, sum)
                    })
                    .unzip();
                Ordered::Any { values, met }
            }
        }
    }
}

/// All values of a group, in order as far as is asked.
#[derive(Debug)]
pub enum Ordered {
    /// Values that whole numbers stand for, of one unit.
    Numbers { unit: Unit, numbers: Numbers },
    Any {
        /// From the least to the greatest, each once.
        values: Vec<Constant>,
        /// For each of them how many values are no greater.
        met: Vec<u64>,
    },
}

/// Where a value stands among those of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub less: u64,
    pub no_greater: u64,
    pub all: u64,
}

impl Ordered {
    /// How many values there are.
    pub fn number(&self) -> u64 {
        match self {
            Ordered::Numbers { numbers, .. } => numbers.number(),
            Ordered::Any { met, .. } => met.last().copied().unwrap_or(0),
        }
    }

    /// Where a known value stands.
    pub fn standing(&self, value: &Constant) -> Standing {
        match (self, number(value)) {
            (Ordered::Numbers { unit, numbers }, Some((number, of))) if *unit == of => {
                numbers.standing(number)
            }
            (Ordered::Numbers { unit, numbers }, _) => {
                let order = |number: i128| constant(number, *unit, value).total_order(value);
                numbers.standing_by(
                    |number| order(number).is_lt(),
                    |number| order(number).is_le(),
                )
            }
            (Ordered::Any { values, met }, _) => {
                let before = |fits: fn(Ordering) -> bool| {
                    let place = values.partition_point(|other| fits(other.total_order(value)));
                    place.checked_sub(1).map_or(0, |last| met[last])
                };
                Standing {
                    less: before(Ordering::is_lt),
                    no_greater: before(Ordering::is_le),
                    all: self.number(),
                }
            }
        }
    }

    /// What whole numbers stand for here, if they stand for the values.
    pub fn unit(&self) -> Option<Unit> {
        match self {
            Ordered::Numbers { unit, .. } => Some(*unit),
            Ordered::Any { .. } => None,
        }
    }

    /// Where the value stands that a whole number stands for; none where whole numbers do not stand for the values.
    pub fn standing_of_number(&self, number: i128) -> Option<Standing> {
        match self {
            Ordered::Numbers { numbers, .. } => Some(numbers.standing(number)),
            Ordered::Any { .. } => None,
        }
    }

    /// The whole number that stands for the value at this place, counted from 0 and from the least.
    pub(super) fn number_at(&self, place: u64) -> Option<i128> {
        match self {
            Ordered::Numbers { numbers, .. } => numbers.nth(place),
            Ordered::Any { .. } => None,
        }
    }

    /// The value at this place, counted from 0 and from the least, of the sort of `like`.
    pub fn nth(&self, place: u64, like: &Constant) -> Option<Constant> {
        match self {
            Ordered::Numbers { unit, numbers } => Some(constant(numbers.nth(place)?, *unit, like)),
            Ordered::Any { values, met } => {
                let at = met.partition_point(|met| *met <= place);
                values.get(at).cloned()
            }
        }
    }
}
