//! Values in order, each with how often it was met.

use crate::types::{Constant, Exact, Float};
use std::cmp::Ordering;

/// Values as they are met, put in order now and then, so that equal ones take the room of one.
#[derive(Clone, Debug)]
pub enum Distribution {
    /// Values that whole numbers stand for, of one unit.
    Numbers {
        unit: Unit,
        values: Runs<i64>,
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

/// More than so many values in no order are put in order, if there are not more in order already.
const FRESH: usize = 1 << 16;

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

impl Value for Constant {
    fn order(&self, other: &Self) -> Ordering {
        self.total_order(other)
    }
}

impl<V: Value> Runs<V> {
    fn add(&mut self, value: V) {
        self.fresh.push(value);
        if self.fresh.len() >= FRESH.max(self.runs.len()) {
            self.settle();
        }
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

    fn put_together(&mut self, mut other: Self) {
        self.settle();
        other.settle();
        self.merge(other.runs);
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
fn number(value: &Constant) -> Option<(i64, Unit)> {
    let (number, divisor) = match value {
        Constant::Number(number) => (number.numerator(), number.denominator()),
        Constant::Date(days) => (i128::from(*days), 1),
        Constant::Time(units) | Constant::Duration(units) | Constant::Distance(units) => {
            (*units, 1)
        }
        Constant::Float(float) => return Some((float_key(float.get()), Unit::Float)),
        _ => return None,
    };
    Some((i64::try_from(number).ok()?, Unit::Over(divisor)))
}

/// The value that a whole number stands for, of the sort of another.
fn constant(number: i64, unit: Unit, like: &Constant) -> Constant {
    let divisor = match unit {
        Unit::Float => {
            let float = Float::new(float_of_key(number));
            return float.map_or(Constant::Missing, Constant::Float);
        }
        Unit::Over(divisor) => divisor,
        Unit::Open => 1,
    };
    match like {
        Constant::Date(_) => Constant::Date(number),
        Constant::Time(_) => Constant::Time(number.into()),
        Constant::Duration(_) => Constant::Duration(number.into()),
        Constant::Distance(_) => Constant::Distance(number.into()),
        _ => Exact::new(number.into(), divisor).map_or(Constant::Missing, Constant::Number),
    }
}

impl Distribution {
    /// A known value.
    pub fn add(&mut self, value: Constant) {
        match number(&value) {
            Some((number, unit)) => self.add_numbers(std::iter::once(number), unit, &value),
            None => self.as_any(&value).add(value),
        }
    }

    /// Known values of the sort of `like`, by the whole numbers that stand for them.
    pub fn add_numbers(&mut self, numbers: impl Iterator<Item = i64>, of: Unit, like: &Constant) {
        if let Distribution::Numbers { unit, values } = self
            && (*unit == of || *unit == Unit::Open)
        {
            *unit = of;
            numbers.for_each(|number| values.add(number));
            return;
        }
        let values = self.as_any(like);
        numbers.for_each(|number| values.add(constant(number, of, like)));
    }

    /// The values as they are, of the sort of `like`.
    fn as_any(&mut self, like: &Constant) -> &mut Runs<Constant> {
        if let Distribution::Numbers { unit, values } = self {
            let (unit, mut values) = (*unit, std::mem::take(values));
            values.settle();
            let runs = values.runs.into_iter();
            let of = |(number, times)| (constant(number, unit, like), times);
            *self = Distribution::Any(Runs {
                runs: runs.map(of).collect(),
                fresh: Vec::new(),
            });
        }
        match self {
            Distribution::Any(values) => values,
            Distribution::Numbers { .. } => unreachable!("it has just been changed"),
        }
    }

    /// What another thread has met, of values of the same type, which is that of `like`.
    pub fn merge(&mut self, mut other: Distribution, like: &Constant) {
        if let Distribution::Numbers { unit: own, .. } = self
            && *own == Unit::Open
        {
            *self = other;
            return;
        }
        match (&mut *self, &mut other) {
            (
                _,
                Distribution::Numbers {
                    unit: Unit::Open, ..
                },
            ) => {}
            (
                Distribution::Numbers { unit, values },
                Distribution::Numbers {
                    unit: of,
                    values: other,
                },
            ) if unit == of => values.put_together(std::mem::take(other)),
            _ => {
                let other = std::mem::take(other.as_any(like));
                self.as_any(like).put_together(other);
            }
        }
    }

    pub fn finish(self) -> Ordered {
        let (values, met) = match self {
            Distribution::Numbers { unit, mut values } => {
                values.settle();
                let (values, met) = cumulated(values.runs);
                let steps = values.iter().copied().step_by(STEP).collect();
                (
                    Different::Numbers {
                        unit,
                        values,
                        steps,
                    },
                    met,
                )
            }
            Distribution::Any(mut values) => {
                values.settle();
                let (values, met) = cumulated(values.runs);
                (Different::Any(values), met)
            }
        };
        Ordered { values, met }
    }
}

fn cumulated<V>(runs: Vec<(V, u64)>) -> (Vec<V>, Vec<u64>) {
    let mut met = Vec::with_capacity(runs.len());
    let mut sum = 0;
    let values = runs.into_iter().map(|(value, times)| {
        sum += times;
        met.push(sum);
        value
    });
    (values.collect(), met)
}

/// Of so many values one is looked at first, so that a search stays in the cache.
const STEP: usize = 64;

/// All values of a group in order.
#[derive(Clone, Debug)]
pub struct Ordered {
    values: Different,
    /// For each of them how many values are no greater.
    met: Vec<u64>,
}

#[derive(Clone, Debug)]
enum Different {
    Numbers {
        unit: Unit,
        values: Vec<i64>,
        /// Each [`STEP`]th of them.
        steps: Vec<i64>,
    },
    Any(Vec<Constant>),
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
        self.met.last().copied().unwrap_or(0)
    }

    /// Where a known value stands.
    pub fn standing(&self, value: &Constant) -> Standing {
        match (&self.values, number(value)) {
            (Different::Numbers { unit, .. }, Some((number, of))) if *unit == of => {
                self.standing_of_number(number)
            }
            (Different::Numbers { unit, values, .. }, _) => {
                let order = |number: &i64| constant(*number, *unit, value).total_order(value);
                self.at(
                    values.partition_point(|other| order(other).is_lt()),
                    values.partition_point(|other| order(other).is_le()),
                )
            }
            (Different::Any(values), _) => self.at(
                values.partition_point(|other| other.total_order(value).is_lt()),
                values.partition_point(|other| other.total_order(value).is_le()),
            ),
        }
    }

    /// What whole numbers stand for here, if they stand for the values.
    pub fn unit(&self) -> Option<Unit> {
        match &self.values {
            Different::Numbers { unit, .. } => Some(*unit),
            Different::Any(_) => None,
        }
    }

    /// Where the value stands that a whole number stands for.
    pub fn standing_of_number(&self, number: i64) -> Standing {
        let Different::Numbers { values, steps, .. } = &self.values else {
            return self.at(0, 0);
        };
        // The last step that is no greater begins the values among which it is.
        let step = steps.partition_point(|step| *step <= number);
        let from = step.saturating_sub(1) * STEP;
        let among = &values[from..values.len().min(from + STEP)];
        match among.binary_search(&number) {
            Ok(place) => self.at(from + place, from + place + 1),
            Err(place) => self.at(from + place, from + place),
        }
    }

    /// For each of so many parts but the last the greatest number whose share of values that are no greater is at most that of the parts up to it; the
    /// least number there is where no value is so low. Quantiles are told by how many of these a number exceeds.
    pub fn cuts(&self, parts: u32) -> Option<Vec<i64>> {
        let Different::Numbers { values, .. } = &self.values else {
            return None;
        };
        let all = u128::from(self.number());
        let cut = |part: u32| {
            let fits = |met: &u64| u128::from(*met) * u128::from(parts) <= u128::from(part) * all;
            let place = self.met.partition_point(fits);
            place.checked_sub(1).map_or(i64::MIN, |place| values[place])
        };
        Some((1..parts).map(cut).collect())
    }

    /// So many different values are less, and so many are no greater.
    fn at(&self, less: usize, no_greater: usize) -> Standing {
        let before = |places: usize| match places.checked_sub(1) {
            Some(last) => self.met[last],
            None => 0,
        };
        Standing {
            less: before(less),
            no_greater: before(no_greater),
            all: self.number(),
        }
    }

    /// The value at this place, counted from 0 and from the least, of the sort of `like`.
    pub fn nth(&self, place: u64, like: &Constant) -> Option<Constant> {
        let at = self.met.partition_point(|met| *met <= place);
        match &self.values {
            Different::Numbers { unit, values, .. } => {
                Some(constant(*values.get(at)?, *unit, like))
            }
            Different::Any(values) => values.get(at).cloned(),
        }
    }
}
