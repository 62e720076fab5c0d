//! Values in order, each with how often it was met.

use crate::types::Constant;
use std::cmp::Ordering;

/// Values as they are met, put in order now and then, so that equal ones take the room of one.
#[derive(Clone, Debug)]
pub enum Distribution {
    /// Whole numbers of one unit: numbers over one divisor, days, nanoseconds, micrometres.
    Whole {
        divisor: i128,
        values: Runs<i64>,
    },
    Any(Runs<Constant>),
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
        Distribution::Whole {
            divisor: 0,
            values: Runs::default(),
        }
    }
}

/// A known value as a whole number over a divisor.
fn whole(value: &Constant) -> Option<(i64, i128)> {
    let (number, divisor) = match value {
        Constant::Number(number) => (number.numerator(), number.denominator()),
        Constant::Date(days) => (i128::from(*days), 1),
        Constant::Time(units) | Constant::Duration(units) | Constant::Distance(units) => {
            (*units, 1)
        }
        _ => return None,
    };
    Some((i64::try_from(number).ok()?, divisor))
}

impl Distribution {
    /// A known value.
    pub fn add(&mut self, value: Constant) {
        if let Distribution::Whole { divisor, values } = self
            && let Some((number, own)) = whole(&value)
            && (*divisor == own || *divisor == 0)
        {
            *divisor = own;
            values.add(number);
            return;
        }
        self.as_any(&value).add(value);
    }

    /// Known whole numbers over a divisor, whose values `constant` gives.
    pub fn add_whole(
        &mut self,
        numbers: impl Iterator<Item = i128>,
        over: i128,
        constant: impl Fn(i128) -> Constant,
    ) {
        for number in numbers {
            match (&mut *self, i64::try_from(number)) {
                (Distribution::Whole { divisor, values }, Ok(number))
                    if *divisor == over || *divisor == 0 =>
                {
                    *divisor = over;
                    values.add(number);
                }
                _ => self.add(constant(number)),
            }
        }
    }

    /// The values as they are, of the sort of `like`.
    fn as_any(&mut self, like: &Constant) -> &mut Runs<Constant> {
        if let Distribution::Whole { divisor, values } = self {
            let (divisor, mut values) = (*divisor, std::mem::take(values));
            values.settle();
            let runs = values.runs.into_iter();
            let of = |(number, times)| (constant(number, divisor, like), times);
            *self = Distribution::Any(Runs {
                runs: runs.map(of).collect(),
                fresh: Vec::new(),
            });
        }
        match self {
            Distribution::Any(values) => values,
            Distribution::Whole { .. } => unreachable!("it has just been changed"),
        }
    }

    /// What another thread has met, of values of the same type.
    pub fn merge(&mut self, other: Distribution) {
        match (&mut *self, other) {
            (_, Distribution::Whole { divisor: 0, .. }) => {}
            (Distribution::Whole { divisor: 0, .. }, other) => *self = other,
            (
                Distribution::Whole { divisor, values },
                Distribution::Whole {
                    divisor: over,
                    values: other,
                },
            ) if *divisor == over => values.put_together(other),
            (_, Distribution::Any(other)) => {
                let like = other.runs.first().map(|(value, _)| value);
                let Some(like) = like.or(other.fresh.first()).cloned() else {
                    return;
                };
                self.as_any(&like).put_together(other);
            }
            (_, other) => {
                // Numbers over different divisors: nothing else has divisors.
                let like = Constant::Number(crate::types::Exact::ZERO);
                let mut other = other;
                let other = std::mem::take(other.as_any(&like));
                self.as_any(&like).put_together(other);
            }
        }
    }

    pub fn finish(self) -> Ordered {
        match self {
            Distribution::Whole {
                divisor,
                mut values,
            } => {
                values.settle();
                let (values, met) = cumulated(values.runs);
                Ordered {
                    values: Different::Whole { divisor, values },
                    met,
                }
            }
            Distribution::Any(mut values) => {
                values.settle();
                let (values, met) = cumulated(values.runs);
                Ordered {
                    values: Different::Any(values),
                    met,
                }
            }
        }
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

/// A whole number over a divisor as a value of the sort of another.
pub fn constant(number: i64, divisor: i128, like: &Constant) -> Constant {
    match like {
        Constant::Date(_) => Constant::Date(number),
        Constant::Time(_) => Constant::Time(number.into()),
        Constant::Duration(_) => Constant::Duration(number.into()),
        Constant::Distance(_) => Constant::Distance(number.into()),
        _ => crate::types::Exact::new(number.into(), divisor)
            .map_or(Constant::Missing, Constant::Number),
    }
}

/// All values of a group in order.
#[derive(Clone, Debug)]
pub struct Ordered {
    values: Different,
    /// For each of them how many values are no greater.
    met: Vec<u64>,
}

#[derive(Clone, Debug)]
enum Different {
    Whole { divisor: i128, values: Vec<i64> },
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
        match (&self.values, whole(value)) {
            (Different::Whole { divisor, .. }, Some((number, over))) if *divisor == over => {
                self.standing_of_whole(number)
            }
            (Different::Whole { divisor, values }, _) => {
                let order = |number: &i64| constant(*number, *divisor, value).total_order(value);
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

    /// The divisor that whole numbers stand over here, if they do.
    pub fn divisor(&self) -> Option<i128> {
        match &self.values {
            Different::Whole { divisor, .. } => Some(*divisor),
            Different::Any(_) => None,
        }
    }

    /// Where a whole number over that divisor stands.
    pub fn standing_of_whole(&self, number: i64) -> Standing {
        let Different::Whole { values, .. } = &self.values else {
            return self.at(0, 0);
        };
        match values.binary_search(&number) {
            Ok(place) => self.at(place, place + 1),
            Err(place) => self.at(place, place),
        }
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
            Different::Whole { divisor, values } => {
                Some(constant(*values.get(at)?, *divisor, like))
            }
            Different::Any(values) => values.get(at).cloned(),
        }
    }
}
