//! Figures of the gaps between events, straight from their times.

use super::Vectors;
use super::lanes::Lanes;
use crate::ir::{Aggregate, Condition, ConditionId, NodeRef, Rows, Value, ValueId};
use crate::types::Constant;

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
        let Rows::List(gaps) = rows;
        let (Value::Gaps(times), Value::Element { depth: 0 }, Condition::Constant(true)) = (
            graph.value(gaps),
            graph.value(of),
            graph.condition(condition),
        ) else {
            return None;
        };
        let Value::Aggregate {
            function: Aggregate::Values,
            of: time,
            ..
        } = graph.value(*times)
        else {
            return None;
        };
        let folded = self.folded(NodeRef::Value(*times))?;
        let (mut gaps, mut results) = (Vec::new(), Vec::with_capacity(self.picked.len()));
        folded.each_times(*time, |times| {
            results.push(figure(function, times, &mut gaps));
        })?;
        Some(Lanes::Each(results))
    }
}

/// The figure of the lengths from each of these times to the next; `gaps` is memory to work in.
fn figure(function: Aggregate, times: &[i128], gaps: &mut Vec<i128>) -> Constant {
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return of_none(function);
    };
    let number = times.len() as i128 - 1;
    if number == 0 {
        return of_none(function);
    }
    gaps.clear();
    gaps.extend(times.windows(2).map(|pair| pair[1] - pair[0]));
    let figure = match function {
        Aggregate::Sum => last - first,
        Aggregate::Average => (last - first).div_euclid(number),
        Aggregate::Least => gaps.iter().copied().min().unwrap_or_default(),
        Aggregate::Greatest => gaps.iter().copied().max().unwrap_or_default(),
        Aggregate::Median => {
            let (middle, is_even) = (gaps.len() / 2, gaps.len().is_multiple_of(2));
            let (before, upper, _) = gaps.select_nth_unstable(middle);
            match before.iter().max() {
                Some(lower) if is_even => (*lower + *upper).div_euclid(2),
                _ => *upper,
            }
        }
        Aggregate::First => gaps[0],
        Aggregate::Last => gaps[gaps.len() - 1],
        Aggregate::Values | Aggregate::Different => return Constant::Missing,
    };
    Constant::Duration(figure)
}

fn of_none(function: Aggregate) -> Constant {
    match function {
        Aggregate::Sum => Constant::Duration(0),
        _ => Constant::Missing,
    }
}
