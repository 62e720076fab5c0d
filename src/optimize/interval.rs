//! Stretches of ordered constants.

use crate::types::{Constant, Exact};
use std::cmp::Ordering;

/// Where a stretch ends.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    pub at: Constant,
    pub inclusive: bool,
}

/// All constants between two edges; without an edge it has no end on that side.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Interval {
    pub low: Option<Edge>,
    pub high: Option<Edge>,
}

impl Interval {
    /// Cuts off what lies beyond an edge. None where the edges are not of one sort.
    pub fn tighten(&mut self, edge: Edge, is_low: bool) -> Option<()> {
        let place = if is_low {
            &mut self.low
        } else {
            &mut self.high
        };
        let Some(old) = place else {
            *place = Some(edge);
            return Some(());
        };
        let order = edge.at.compare(&old.at)?;
        let tighter = if is_low {
            Ordering::Greater
        } else {
            Ordering::Less
        };
        if order == tighter || (order == Ordering::Equal && !edge.inclusive) {
            *place = Some(edge);
        }
        Some(())
    }

    /// The same for values that are whole, with edges that are whole and belong to it; none where an edge is no number or date.
    pub fn of_whole(&self) -> Option<Self> {
        let edge = |edge: &Option<Edge>, is_low: bool| match edge {
            None => Some(None),
            Some(edge) => {
                let step = |at: i128| match (edge.inclusive, is_low) {
                    (true, _) => Some(at),
                    (false, true) => at.checked_add(1),
                    (false, false) => at.checked_sub(1),
                };
                let at = match &edge.at {
                    Constant::Number(number) if number.is_whole() => {
                        Constant::Number(Exact::whole(step(number.floor())?))
                    }
                    Constant::Number(number) => {
                        let below = number.floor();
                        let at = if is_low { below.checked_add(1)? } else { below };
                        Constant::Number(Exact::whole(at))
                    }
                    Constant::Date(days) => Constant::Date(step((*days).into())?.try_into().ok()?),
                    _ => return None,
                };
                Some(Some(Edge {
                    at,
                    inclusive: true,
                }))
            }
        };
        Some(Self {
            low: edge(&self.low, true)?,
            high: edge(&self.high, false)?,
        })
    }

    /// Nothing lies within.
    pub fn is_empty(&self) -> bool {
        let (Some(low), Some(high)) = (&self.low, &self.high) else {
            return false;
        };
        match low.at.compare(&high.at) {
            Some(Ordering::Less) => false,
            Some(Ordering::Equal) => !(low.inclusive && high.inclusive),
            Some(Ordering::Greater) => true,
            None => false,
        }
    }

    /// The one constant that lies within, where low and high are the same.
    pub fn only(&self) -> Option<Constant> {
        let (low, high) = (self.low.as_ref()?, self.high.as_ref()?);
        let same = low.at.compare(&high.at) == Some(Ordering::Equal);
        (same && low.inclusive && high.inclusive).then(|| low.at.clone())
    }

    pub fn holds(&self, member: &Constant) -> bool {
        let inside = |edge: &Option<Edge>, side: Ordering| match edge {
            None => true,
            Some(edge) => match member.compare(&edge.at) {
                Some(Ordering::Equal) => edge.inclusive,
                order => order == Some(side),
            },
        };
        inside(&self.low, Ordering::Greater) && inside(&self.high, Ordering::Less)
    }
}

/// The fewest intervals that hold the same, from low to high. None where edges are not of one sort.
pub(super) fn union(mut intervals: Vec<Interval>) -> Option<Vec<Interval>> {
    let edges: Vec<&Edge> = intervals
        .iter()
        .flat_map(|interval| [&interval.low, &interval.high])
        .flatten()
        .collect();
    if edges
        .iter()
        .any(|edge| edge.at.compare(&edges[0].at).is_none())
    {
        return None;
    }
    intervals.retain(|interval| !interval.is_empty());
    intervals.sort_by(|a, b| match (&a.low, &b.low) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => {
            let order = a.at.compare(&b.at).unwrap_or(Ordering::Equal);
            order.then(b.inclusive.cmp(&a.inclusive))
        }
    });
    let mut merged: Vec<Interval> = Vec::new();
    for interval in intervals {
        match merged.last_mut() {
            Some(last) if meet(&last.high, &interval.low) => {
                if reaches_further(&interval.high, &last.high) {
                    last.high = interval.high;
                }
            }
            _ => merged.push(interval),
        }
    }
    Some(merged)
}

/// Whether nothing lies between the end of one interval and the beginning of the next.
fn meet(high: &Option<Edge>, low: &Option<Edge>) -> bool {
    let (Some(high), Some(low)) = (high, low) else {
        return true;
    };
    match high.at.compare(&low.at) {
        Some(Ordering::Equal) => high.inclusive || low.inclusive,
        order => order == Some(Ordering::Greater),
    }
}

fn reaches_further(high: &Option<Edge>, than: &Option<Edge>) -> bool {
    match (high, than) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(high), Some(than)) => match high.at.compare(&than.at) {
            Some(Ordering::Equal) => high.inclusive,
            order => order == Some(Ordering::Greater),
        },
    }
}
