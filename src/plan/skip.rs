//! What the statistics of a piece of data say of a plan before the piece is read: of each test and each segment whether it is true of no contact there,
//! of every contact, or of neither for certain.
//!
//! | statistics of `x` | `x < 5` | `NOT x < 5` |
//! | --- | --- | --- |
//! | 7 to 9 | never | always |
//! | 1 to 3, none missing | always | never |
//! | 1 to 3, some missing or not known | maybe | maybe |
//! | all missing | never | always |
//!
//! "Always" needs to know that no value is missing, since a missing one fails every test but that for missing. Bounds may be wider than the data; a
//! column that is not counted as missing in the statistics though the language counts it so (NaN, blank text) has an unknown number of missing values.

use super::{
    BoundPlan, Column, ColumnId, Edge, Node, ParameterId, Shape, TextPredicate, TextTestKind,
};
use crate::data::Statistics;
use crate::ir::TextTest;
use crate::types::{Constant, NumberKind, Point, Type};
use std::cmp::Ordering;

/// Of how many contacts of a piece something is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Of none.
    Never,
    /// Not known without looking.
    Maybe,
    /// Of every one.
    Always,
}

impl Verdict {
    fn not(self) -> Self {
        match self {
            Verdict::Never => Verdict::Always,
            Verdict::Maybe => Verdict::Maybe,
            Verdict::Always => Verdict::Never,
        }
    }

    fn of(truth: bool) -> Self {
        if truth {
            Verdict::Always
        } else {
            Verdict::Never
        }
    }
}

/// The verdicts on a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// One for each of [`super::Plan::leaves`].
    pub leaves: Vec<Verdict>,
    /// One for each of [`super::Plan::nodes`].
    pub nodes: Vec<Verdict>,
    /// One for each segment. Where none is `Maybe`, the piece need not be read for counting.
    pub segments: Vec<Verdict>,
}

impl BoundPlan {
    /// Judges a piece by the statistics of its columns. `rows` is the number of its contacts, where it is known.
    pub fn verdicts(
        &self,
        rows: Option<u64>,
        statistics: impl Fn(ColumnId) -> Option<Statistics>,
    ) -> Verdicts {
        let facts: Vec<Facts> = self
            .plan
            .columns
            .iter()
            .enumerate()
            .map(|(place, column)| {
                let known = statistics(ColumnId(place as u32)).unwrap_or_default();
                Facts::of(column, rows, known)
            })
            .collect();
        let of = |column: &ColumnId| &facts[column.0 as usize];
        let leaves: Vec<Verdict> = self
            .plan
            .leaves
            .iter()
            .map(|leaf| match &leaf.shape {
                Shape::Parameter(parameter) => {
                    Verdict::of(*self.value(*parameter) == Constant::Boolean(true))
                }
                Shape::Missing(column) => match of(column).missing {
                    Missing::None => Verdict::Never,
                    Missing::Some => Verdict::Maybe,
                    Missing::All => Verdict::Always,
                },
                Shape::Boolean { column, value } => of(column).among(&[Constant::Boolean(*value)]),
                Shape::Range { column, low, high } => {
                    let edge = |edge: &Option<Edge>| {
                        edge.map(|edge| (self.value(edge.parameter).clone(), edge.inclusive))
                    };
                    of(column).within(&edge(low), &edge(high))
                }
                Shape::Distance {
                    column,
                    from,
                    low: _,
                    high,
                } => {
                    let high = high.map(|edge| self.value(edge.parameter));
                    of(column).reached(self.value(*from), high)
                }
                Shape::OneOf { column, set } => of(column).among(set),
                Shape::Text { column, test } => of(column).text(test),
                Shape::Has { column, .. } => match of(column).missing {
                    Missing::All => Verdict::Never,
                    Missing::None | Missing::Some => Verdict::Maybe,
                },
                Shape::General { .. } => Verdict::Maybe,
            })
            .collect();
        let mut nodes: Vec<Verdict> = Vec::with_capacity(self.plan.nodes.len());
        for node in &self.plan.nodes {
            let all = |operands: &[super::NodeId], neutral: Verdict| {
                let mut outcome = neutral;
                for operand in operands {
                    let verdict = nodes[operand.0 as usize];
                    if verdict == neutral.not() {
                        return verdict;
                    }
                    if verdict == Verdict::Maybe {
                        outcome = Verdict::Maybe;
                    }
                }
                outcome
            };
            let verdict = match node {
                Node::Constant(truth) => Verdict::of(*truth),
                Node::Leaf(leaf) => leaves[leaf.0 as usize],
                Node::Not(operand) => nodes[operand.0 as usize].not(),
                Node::And(operands) => all(operands, Verdict::Always),
                Node::Or(operands) => all(operands, Verdict::Never),
            };
            nodes.push(verdict);
        }
        let segments = self.plan.segments.iter();
        Verdicts {
            segments: segments.map(|root| nodes[root.0 as usize]).collect(),
            leaves,
            nodes,
        }
    }

    /// What a parameter came to.
    pub fn value(&self, parameter: ParameterId) -> &Constant {
        &self.parameters[parameter.0 as usize]
    }
}

/// How many values of a column of a piece are missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    None,
    /// Or not known.
    Some,
    All,
}

/// What is certain of a column of a piece.
struct Facts {
    missing: Missing,
    low: Option<Constant>,
    high: Option<Constant>,
}

impl Facts {
    fn of(column: &Column, rows: Option<u64>, statistics: Statistics) -> Self {
        let more_may_be_missing = column.blank_is_missing
            || matches!(
                column.column_type,
                Type::Number(NumberKind::Float) | Type::Point
            );
        let missing = match statistics.missing {
            Some(missing) if Some(missing) == rows => Missing::All,
            Some(0) if !more_may_be_missing => Missing::None,
            _ => Missing::Some,
        };
        Self {
            missing,
            low: statistics.low,
            high: statistics.high,
        }
    }

    /// A test that fails on a missing value, given what it is of the known ones.
    fn known(&self, of_known: Verdict) -> Verdict {
        match (self.missing, of_known) {
            (Missing::All, _) => Verdict::Never,
            (Missing::Some, Verdict::Always) => Verdict::Maybe,
            (_, verdict) => verdict,
        }
    }

    fn within(&self, low: &Option<(Constant, bool)>, high: &Option<(Constant, bool)>) -> Verdict {
        let mut verdict = Verdict::Always;
        // For each edge: the bound of the data nearest to it, the bound farthest from it, and on which side of the edge values pass.
        let sides = [
            (low, &self.low, &self.high, Ordering::Greater),
            (high, &self.high, &self.low, Ordering::Less),
        ];
        for (edge, nearest, farthest, side) in sides {
            let Some((edge, inclusive)) = edge else {
                continue;
            };
            if *edge == Constant::Missing {
                return Verdict::Never;
            }
            let passes = |bound: &Option<Constant>| {
                let order = bound.as_ref()?.compare(edge)?;
                Some(order == side || (*inclusive && order == Ordering::Equal))
            };
            if passes(farthest) == Some(false) {
                return Verdict::Never;
            }
            if passes(nearest) != Some(true) {
                verdict = Verdict::Maybe;
            }
        }
        self.known(verdict)
    }

    /// Whether a place of the piece can be as near as `high` to a point: its latitude would have to be.
    fn reached(&self, from: &Constant, high: Option<&Constant>) -> Verdict {
        let from = match from {
            Constant::Point(from) => from,
            _ => return Verdict::Never,
        };
        let (
            Some(Constant::Distance(high)),
            Some(Constant::Point(low)),
            Some(Constant::Point(top)),
        ) = (high, &self.low, &self.high)
        else {
            return self.known(Verdict::Maybe);
        };
        // The way straight north or south to the nearest latitude is the shortest.
        let latitude = from.latitude().clamp(low.latitude(), top.latitude());
        let to_latitude = Point::new(latitude, from.longitude()).map(|place| from.distance(place));
        // To a meridian less than a quarter turn away, the shortest way meets it at a right angle.
        let aside = |meridian: f64| {
            let apart = (meridian - from.longitude()).abs();
            apart.min(360.0 - apart).to_radians()
        };
        let (west, east) = (low.longitude(), top.longitude());
        let aside = match (west..=east).contains(&from.longitude()) {
            true => 0.0,
            false => aside(west)
                .min(aside(east))
                .min(std::f64::consts::FRAC_PI_2),
        };
        let sine = from.latitude().to_radians().cos() * aside.sin();
        let to_meridian = (Point::DIAMETER / 2.0 * sine.min(1.0).asin()) as i128;
        // Less ten metres for all that is rounded on the way.
        const MARGIN: i128 = 10_000_000;
        let nearest = to_latitude.unwrap_or(0).max(to_meridian) - MARGIN;
        if nearest > *high {
            return Verdict::Never;
        }
        self.known(Verdict::Maybe)
    }

    fn among(&self, set: &[Constant]) -> Verdict {
        if let Some(only) = self.only() {
            let is_member = |member: &Constant| member.compare(only) == Some(Ordering::Equal);
            return self.known(Verdict::of(set.iter().any(is_member)));
        }
        let outside = |member: &Constant| {
            let below = |low: &Constant| member.compare(low) == Some(Ordering::Less);
            let above = |high: &Constant| member.compare(high) == Some(Ordering::Greater);
            self.low.as_ref().is_some_and(below) || self.high.as_ref().is_some_and(above)
        };
        self.known(if set.iter().all(outside) {
            Verdict::Never
        } else {
            Verdict::Maybe
        })
    }

    /// The one value that every known value equals.
    fn only(&self) -> Option<&Constant> {
        let (low, high) = (self.low.as_ref()?, self.high.as_ref()?);
        (low.compare(high) == Some(Ordering::Equal)).then_some(low)
    }

    fn text(&self, test: &TextPredicate) -> Verdict {
        if test.fold_case {
            return self.known(Verdict::Maybe);
        }
        let edge = |edge: &Option<(std::sync::Arc<str>, bool)>| {
            let (text, inclusive) = edge.clone()?;
            Some((Constant::Text(text), inclusive))
        };
        match &test.test {
            TextTestKind::OneOf(texts) => {
                let set: Vec<Constant> = texts.iter().cloned().map(Constant::Text).collect();
                self.among(&set)
            }
            TextTestKind::Range { low, high } => self.within(&edge(low), &edge(high)),
            TextTestKind::Pattern { test, pattern } => self.known(self.pattern(*test, pattern)),
            TextTestKind::InList { list, fold_case } => self.known(match self.only() {
                Some(only) => Verdict::of(list.holds(only, *fold_case)),
                None => Verdict::Maybe,
            }),
            TextTestKind::Matches(pattern) => self.known(match self.only() {
                Some(Constant::Text(text)) => Verdict::of(pattern.is_found_in(text)),
                _ => Verdict::Maybe,
            }),
        }
    }

    fn pattern(&self, test: TextTest, pattern: &str) -> Verdict {
        let (Some(Constant::Text(low)), Some(Constant::Text(high))) = (&self.low, &self.high)
        else {
            return Verdict::Maybe;
        };
        match test {
            _ if low == high => Verdict::of(match test {
                TextTest::StartsWith => low.starts_with(pattern),
                TextTest::EndsWith => low.ends_with(pattern),
                TextTest::Contains => low.contains(pattern),
            }),
            // All texts that begin alike stand together in the order of code points.
            TextTest::StartsWith => {
                let begins = |text: &str| text.starts_with(pattern);
                if begins(low) && begins(high) {
                    Verdict::Always
                } else if &**high < pattern || (&**low > pattern && !begins(low)) {
                    Verdict::Never
                } else {
                    Verdict::Maybe
                }
            }
            TextTest::EndsWith | TextTest::Contains => Verdict::Maybe,
        }
    }
}
