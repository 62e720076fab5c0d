//! Where intervals end: at constants, or at instants and days that move with `now`.
//!
//! Of two edges that move, one may certainly lie before the other: `now - 90 days` before `now - 30 days` always, `now - 3 months` before
//! `now - 30 days` as well, since three months are longer than thirty days wherever they begin. `now - 1 month` and `now - 30 days` have
//! no order that holds for every `now`, and a constant has none with any of them.

use super::Given;
use crate::ir::{Arithmetic, Graph, Period, Value, ValueId};
use crate::types::{CalendarUnit, Constant, Type, calendar};
use jiff::tz::TimeZone;

/// One end of an interval.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Edge {
    Constant(Constant),
    Moving(Moving),
}

/// An edge that moves with `now`: how far it lies from it at least and at most, in nanoseconds for a time, in days from today for a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moving {
    pub low: i128,
    pub high: i128,
    /// Of a midnight, that of which day from today.
    day: Option<i64>,
    /// Edges that are not exact are the same only where they are the same node.
    id: Option<ValueId>,
}

impl Moving {
    fn exact(offset: i128) -> Self {
        Self {
            low: offset,
            high: offset,
            day: None,
            id: None,
        }
    }

    /// So long before now; none where that is too far away.
    pub fn ago(length: i128) -> Option<Self> {
        (-FAR..=FAR).contains(&length).then(|| Self::exact(-length))
    }

    fn between(low: i128, high: i128, id: ValueId) -> Self {
        Self {
            low,
            high,
            day: None,
            id: Some(id),
        }
    }

    /// How far from `now`, where that is the same for every `now`.
    pub fn offset(&self) -> Option<i128> {
        (self.low == self.high).then_some(self.low)
    }

    /// Lies before the other, for every `now`.
    pub fn is_before(&self, other: &Self) -> bool {
        // Once in a while a zone leaves out a day; then its midnight is that of the next.
        let by_days = self.day.zip(other.day);
        self.high < other.low || by_days.is_some_and(|(day, other)| day + 2 <= other)
    }
}

const DAY: i128 = 86_400_000_000_000;

/// Further from now than this, in nanoseconds, edges are not looked at, so that nothing overflows and no calendar ends.
const FAR: i128 = 1_000 * 366 * DAY;

/// What zones can put between two readings of the clock, and what a day that is cut short can.
const SLACK: i128 = 2 * DAY;

/// The days of so many months, at least and at most.
fn days_of_months(count: i64) -> (i128, i128) {
    let days = i128::from(count) * 30_436_875 / 1_000_000;
    (days - 6, days + 6)
}

/// The edge that a value is for every contact; none where it depends on the contact, or is not certain to be there.
pub(super) fn edge(graph: &Graph, id: ValueId, given: &dyn Given) -> Option<Edge> {
    match fixed(graph, id, given.zone(), 0) {
        Some(constant) => Some(Edge::Constant(constant)),
        None => moving(graph, id, given.is_ordinary_now(), 0).map(Edge::Moving),
    }
}

/// A constant, or what a day or a time that is written comes to along the calendar.
fn fixed(graph: &Graph, id: ValueId, zone: Option<&TimeZone>, depth: usize) -> Option<Constant> {
    if depth > DEPTH {
        return None;
    }
    let inner = |id: ValueId| fixed(graph, id, zone, depth + 1);
    match graph.value(id) {
        Value::Constant(constant) => Some(constant.clone()),
        Value::MoveCalendar {
            value,
            count,
            unit,
            zone: None,
        } => match inner(*value)? {
            Constant::Date(day) => calendar::move_date(day, *count, *unit).map(Constant::Date),
            Constant::Time(time) => {
                calendar::move_time(time, *count, *unit, zone?).map(Constant::Time)
            }
            _ => None,
        },
        Value::DateOf { time, zone: None } => match inner(*time)? {
            Constant::Time(time) => calendar::date_of(time, zone?).map(Constant::Date),
            _ => None,
        },
        Value::Midnight { date, zone: None } => match inner(*date)? {
            Constant::Date(day) => calendar::midnight(day, zone?).map(Constant::Time),
            _ => None,
        },
        _ => None,
    }
}

/// The deepest expression that is read as an edge.
const DEPTH: usize = 16;

fn moving(graph: &Graph, id: ValueId, is_ordinary_now: bool, depth: usize) -> Option<Moving> {
    if depth > DEPTH {
        return None;
    }
    let inner = |id: ValueId| moving(graph, id, is_ordinary_now, depth + 1);
    let shifted = |moving: Moving, by: i128| {
        if moving.offset().is_some() {
            Moving::exact(moving.low + by)
        } else {
            Moving::between(moving.low + by, moving.high + by, id)
        }
    };
    let found = match graph.value(id) {
        Value::Now => Moving::exact(0),
        Value::Arithmetic {
            operator,
            left,
            right,
        } => {
            let (time, by) = match (operator, graph.value(*left), graph.value(*right)) {
                (Arithmetic::Add, _, Value::Constant(Constant::Duration(by))) => (*left, *by),
                (Arithmetic::Subtract, _, Value::Constant(Constant::Duration(by))) => {
                    (*left, by.checked_neg()?)
                }
                (Arithmetic::Add, Value::Constant(Constant::Duration(by)), _) => (*right, *by),
                _ => return None,
            };
            if by.abs() > FAR {
                return None;
            }
            shifted(inner(time)?, by)
        }
        // What follows goes by the calendar, which ends somewhere.
        _ if !is_ordinary_now => return None,
        // What is read in a zone of its own is left open.
        Value::MoveCalendar {
            value,
            count,
            unit,
            zone: None,
        } => {
            if count.unsigned_abs() > 400_000 {
                return None;
            }
            let moved = inner(*value)?;
            let is_date = *graph.type_of(id) == Type::Date;
            let (low, high) = match unit {
                CalendarUnit::Day => (i128::from(*count), i128::from(*count)),
                CalendarUnit::Month => days_of_months(*count),
            };
            match (is_date, low == high) {
                (true, true) => shifted(moved, low),
                (true, false) => Moving::between(moved.low + low, moved.high + high, id),
                (false, _) => Moving::between(
                    moved.low + low * DAY - SLACK,
                    moved.high + high * DAY + SLACK,
                    id,
                ),
            }
        }
        Value::DateOf { time, zone: None } => {
            let time = inner(*time)?;
            if time.offset() == Some(0) {
                Moving::exact(0)
            } else {
                let (low, high) = (time.low.div_euclid(DAY), time.high.div_euclid(DAY));
                Moving::between(low - 2, high + 3, id)
            }
        }
        Value::Midnight { date, zone: None } => {
            let date = inner(*date)?;
            Moving {
                day: date.offset().and_then(|day| i64::try_from(day).ok()),
                ..Moving::between((date.low - 1) * DAY - SLACK, date.high * DAY + SLACK, id)
            }
        }
        Value::StartOf { date, period } => {
            let date = inner(*date)?;
            let length = match period {
                Period::Week => 6,
                Period::Month => 30,
                Period::Quarter => 91,
                Period::Year => 365,
            };
            Moving::between(date.low - length, date.high, id)
        }
        _ => return None,
    };
    let far = match graph.type_of(id) {
        Type::Date => FAR / DAY,
        _ => FAR,
    };
    (found.low.abs() <= far && found.high.abs() <= far).then_some(found)
}

/// Whether a time lies behind `now`, whatever that is.
pub fn is_to_come(graph: &Graph, time: ValueId) -> bool {
    moving(graph, time, true, 0).is_some_and(|edge| edge.low > 0)
}

/// The edges in chains, in each of which every edge lies before the next for every `now`.
pub(super) fn chains(mut edges: Vec<Moving>) -> Vec<Vec<Moving>> {
    edges.sort_by_key(|edge| (edge.low, edge.high, edge.id));
    edges.dedup();
    let mut chains: Vec<Vec<Moving>> = Vec::new();
    for edge in edges {
        let place = chains
            .iter_mut()
            .find(|chain| chain.last().is_none_or(|last| last.is_before(&edge)));
        match place {
            Some(chain) => chain.push(edge),
            None => chains.push(vec![edge]),
        }
    }
    chains
}
