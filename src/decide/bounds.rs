//! Between which constants a value lies wherever it is known, whatever the data: a count is not below 0, a share not above 1, there are no
//! more active weeks than a window has.

use super::Given;
use super::edge::{Edge, edge};
use crate::functions::{self, ResultType};
use crate::ir::{
    Aggregate, Arithmetic, Bound, Condition, ConditionId, Figure, Graph, Period, Rows, Value,
    ValueId,
};
use crate::types::{CalendarUnit, Constant, Exact};

/// The least and the greatest value; none where there is none that is known.
pub(super) type Bounds = (Option<Constant>, Option<Constant>);

const OPEN: Bounds = (None, None);

const DAY: i128 = 86_400_000_000_000;

pub(super) fn bounds(graph: &Graph, given: &dyn Given, value: ValueId) -> Bounds {
    match graph.value(value) {
        Value::Count {
            condition,
            distinct,
            ..
        } => {
            let most = distinct.and_then(|distinct| {
                let closed = given.values(distinct.value);
                let closed = closed.and_then(|values| i64::try_from(values.len()).ok());
                closed.or_else(|| periods(graph, given, distinct.value, *condition))
            });
            (whole(0), most.and_then(whole))
        }
        Value::Call { function, .. } => {
            let function = functions::function(*function);
            match (function.result, function.name) {
                (ResultType::WholeWithin(low, high), _) => (whole(low), whole(high)),
                (ResultType::Distance, _) => (Some(Constant::Distance(0)), None),
                (_, "abs" | "age" | "length" | "sqrt") => (whole(0), None),
                _ => OPEN,
            }
        }
        Value::Arithmetic {
            operator: Arithmetic::Divide,
            left,
            right,
        } if is_share(graph, *left, *right) => (whole(0), whole(1)),
        Value::Population(population) => match population.figure {
            Figure::Percentile => (whole(0), whole(1)),
            Figure::Quantile { parts } => (whole(1), whole(parts.into())),
            Figure::Rank { .. } => (whole(1), None),
            Figure::Count | Figure::Reach => (whole(0), None),
            Figure::Aggregate(
                Aggregate::Least | Aggregate::Greatest | Aggregate::Average | Aggregate::Median,
            ) => (population.of).map_or(OPEN, |of| bounds(graph, given, of)),
            Figure::Aggregate(_) | Figure::Top { .. } | Figure::Implied(_) => OPEN,
        },
        // What lies among some values lies between the least and the greatest of them.
        Value::Aggregate {
            function:
                Aggregate::Least | Aggregate::Greatest | Aggregate::Average | Aggregate::Median,
            of,
            rows: Rows::List(list),
            ..
        } => match (graph.value(*of), graph.value(*list)) {
            (Value::Element { depth: 0 }, Value::Gaps(_)) => (Some(Constant::Duration(0)), None),
            _ => bounds(graph, given, *of),
        },
        _ => OPEN,
    }
}

fn whole(number: i64) -> Option<Constant> {
    Some(Constant::Number(Exact::whole(number.into())))
}

/// Whether one counts some of the elements that the other counts.
fn is_share(graph: &Graph, part: ValueId, of: ValueId) -> bool {
    let count = |value| match graph.value(value) {
        Value::Count {
            rows,
            condition,
            distinct: None,
        } => Some((*rows, *condition)),
        _ => None,
    };
    let (Some((rows, some)), Some((all_rows, all))) = (count(part), count(of)) else {
        return false;
    };
    let some = graph.conjuncts(some);
    rows == all_rows && graph.conjuncts(all).iter().all(|one| some.contains(one))
}

/// How many days, weeks or longer periods there are at most in the window that a condition asks of the same time.
fn periods(
    graph: &Graph,
    given: &dyn Given,
    value: ValueId,
    condition: ConditionId,
) -> Option<i64> {
    let (date, period) = match graph.value(value) {
        Value::StartOf { date, period } => (*date, Some(*period)),
        _ => (value, None),
    };
    let Value::DateOf { time, .. } = graph.value(date) else {
        return None;
    };
    let windows =
        graph
            .conjuncts(condition)
            .into_iter()
            .filter_map(|part| match graph.condition(part) {
                Condition::Range {
                    value,
                    low: Some(low),
                    high: Some(high),
                } if value == time => Some((*low, *high)),
                _ => None,
            });
    let most = windows.filter_map(|(low, high)| {
        full_periods(graph, low.value, high.value, period)
            .or_else(|| periods_touched(graph, given, low, high, period))
    });
    most.min()
}

/// Of a window from midnight to midnight that is so many whole periods long.
fn full_periods(graph: &Graph, low: ValueId, high: ValueId, period: Option<Period>) -> Option<i64> {
    let midnight = |value| match graph.value(value) {
        Value::Midnight { date, .. } => Some(*date),
        _ => None,
    };
    let first = midnight(low)?;
    let Value::MoveCalendar {
        value, count, unit, ..
    } = graph.value(first)
    else {
        return None;
    };
    // The days before, and today as far as it has come.
    if let (Value::Now, Value::DateOf { time, .. }) = (graph.value(high), graph.value(*value))
        && *time == high
        && *count <= 0
    {
        let is_days = period.is_none() && *unit == CalendarUnit::Day;
        return 1i64.checked_sub(*count).filter(|_| is_days);
    }
    let end = midnight(high)?;
    let begins = match graph.value(end) {
        Value::StartOf { period, .. } => Some(*period),
        _ => None,
    };
    if *value != end || *count >= 0 {
        return None;
    }
    let long = count.checked_neg()?;
    match (period, begins, unit) {
        (None, _, CalendarUnit::Day) => Some(long),
        (Some(Period::Week), Some(Period::Week), CalendarUnit::Day) => Some(long.div_euclid(7)),
        (Some(Period::Month), Some(Period::Month), CalendarUnit::Month) => Some(long),
        _ => None,
    }
}

/// Of any window of a known length: whole periods, and one at each end of which a part lies in it.
fn periods_touched(
    graph: &Graph,
    given: &dyn Given,
    low: Bound,
    high: Bound,
    period: Option<Period>,
) -> Option<i64> {
    let (Edge::Moving(low), Edge::Moving(high)) = (
        edge(graph, low.value, given)?,
        edge(graph, high.value, given)?,
    ) else {
        return None;
    };
    // Clocks that are put forward make a day shorter, but hardly all days together by one.
    let days = (high.high - low.low + DAY) / DAY;
    let shortest = match period {
        None => 1,
        Some(Period::Week) => 7,
        Some(Period::Month) => 28,
        Some(Period::Quarter) => 90,
        Some(Period::Year) => 365,
    };
    i64::try_from(days / shortest + 2)
        .ok()
        .filter(|_| days >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Type;

    #[test]
    fn a_window_of_more_days_than_can_be_counted_has_no_bound() {
        let days = |count: i64| {
            let mut graph = Graph::default();
            let now = graph.add_value(Value::Now, Type::Time);
            let today = Value::DateOf {
                time: now,
                zone: None,
            };
            let today = graph.add_value(today, Type::Date);
            let first = Value::MoveCalendar {
                value: today,
                count,
                unit: CalendarUnit::Day,
                zone: None,
            };
            let date = graph.add_value(first, Type::Date);
            let from = graph.add_value(Value::Midnight { date, zone: None }, Type::Time);
            full_periods(&graph, from, now, None)
        };
        assert_eq!(days(-6), Some(7));
        assert_eq!(days(1 - i64::MAX), Some(i64::MAX));
        assert_eq!(days(-i64::MAX), None);
        assert_eq!(days(i64::MIN), None);
    }
}
