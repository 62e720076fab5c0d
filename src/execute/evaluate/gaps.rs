//! Figures of the gaps between events, straight from their times.

use super::Vectors;
use super::figures::middle;
use super::lanes::Lanes;
use crate::ir::{Aggregate, ConditionId, NodeRef, Rows, ValueId};

impl Vectors<'_> {
    /// The aggregate of `gap of login`; none where the rows are something else, or where more is asked of the events than tests and a window.
    pub(super) fn aggregate_of_gaps(
        &self,
        function: Aggregate,
        of: ValueId,
        rows: Rows,
        condition: ConditionId,
    ) -> Option<Lanes> {
        let graph = &self.rows.bound.plan.graph;
        let (times, time) = graph.gaps_between(of, rows, condition)?;
        let folded = self.folded(NodeRef::Value(times))?;
        let lanes = self.picked.len();
        let (mut numbers, mut known) = (Vec::with_capacity(lanes), Vec::with_capacity(lanes));
        let mut gaps = Vec::new();
        let mut is_within = true;
        folded.each_times(time, |times, unit| {
            let figure = figure(function, times, &mut gaps);
            let figure = figure.map(|(sum, number)| {
                let sum = sum.checked_mul(unit);
                is_within &= sum.is_some();
                sum.unwrap_or(0).div_euclid(number)
            });
            known.push(figure.is_some());
            numbers.push(figure.unwrap_or(0));
        })?;
        is_within.then_some(Lanes::Whole {
            numbers,
            known,
            divisor: 1,
        })
    }
}

/// The figure of the lengths from each of these times to the next, as a number of stored units and by what it is to be divided; none where it is
/// missing. `gaps` is memory to work in.
fn figure(function: Aggregate, times: &[i64], gaps: &mut Vec<i128>) -> Option<(i128, i128)> {
    let number = times.len().saturating_sub(1) as i128;
    if number == 0 {
        return (function == Aggregate::Sum).then_some((0, 1));
    }
    let between = |earlier: i64, later: i64| i128::from(later) - i128::from(earlier);
    let whole = between(times[0], times[times.len() - 1]);
    let mut each = times.windows(2).map(|pair| between(pair[0], pair[1]));
    Some(match function {
        Aggregate::Sum => (whole, 1),
        Aggregate::Average => (whole, number),
        Aggregate::Least => (each.min()?, 1),
        Aggregate::Greatest => (each.max()?, 1),
        Aggregate::First => (between(times[0], times[1]), 1),
        Aggregate::Last => (each.next_back()?, 1),
        Aggregate::Median => {
            gaps.clear();
            gaps.extend(each);
            middle(gaps)?
        }
        Aggregate::Values | Aggregate::Different => return None,
    })
}
