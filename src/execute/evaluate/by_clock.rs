//! A condition that rests on one column of times, and on no more of them than the day, the hour or the minute that the clock of one zone shows: worked out once for
//! each of these, and once for a missing time.

use super::clock::{DAY_SECONDS, Offsets, SECOND_NANOSECONDS, unit_of, unit_seconds};
use super::vector::with_values;
use crate::execute::column::{Column, Integers, Unit, Values};
use crate::functions::{self, ClockPart};
use crate::ir::{ConditionId, NodeRef, Value, ValueId};
use crate::plan::BoundPlan;
use crate::types::{Constant, Type, calendar};
use jiff::tz::TimeZone;

/// The answers by what the clock shows.
#[derive(Debug)]
pub(in crate::execute) struct ByClock {
    offsets: Offsets,
    part: ClockPart,
    /// By day, hour or minute, from the first on.
    answers: Vec<bool>,
    first: i64,
    missing: bool,
    /// How many of the units in which times are stored make a second.
    a_second: i64,
}

impl ByClock {
    /// None where the condition rests on anything else, or there are too many different answers for it to pay. `columns` are those of the plan, `place` the one
    /// that counts.
    pub(in crate::execute) fn new(
        bound: &BoundPlan,
        condition: ConditionId,
        columns: &[Column],
        place: usize,
    ) -> Option<Self> {
        // Days may be stored as times are.
        if bound.plan.columns[place].column_type != Type::Time {
            return None;
        }
        let column = &columns[place];
        let Values::Integers(Integers::I64(_), unit) = &column.values else {
            return None;
        };
        let a_second = a_second(*unit)?;
        let mut reading = Reading {
            bound,
            place,
            found: None,
        };
        reading.follow(NodeRef::Condition(condition))?;
        let (part, zone) = reading.found?;
        let (low, high) = column.ends()?;
        let second = |stored: i128| i64::try_from(stored).map(|stored| stored.div_euclid(a_second));
        let (low, high) = (second(low).ok()?, second(high).ok()?);
        let farthest = i64::MAX / SECOND_NANOSECONDS - 4 * DAY_SECONDS;
        if low < -farthest || high > farthest {
            return None;
        }
        let (low, high) = (low - 2 * DAY_SECONDS, high + 2 * DAY_SECONDS);
        let offsets = Offsets::between(&zone, low, high)?;
        let (first, units) = match part {
            ClockPart::Day => {
                let first = unit_of(part, low);
                (first, unit_of(part, high) - first + 1)
            }
            ClockPart::Hour | ClockPart::Minute => (0, DAY_SECONDS / unit_seconds(part)),
        };
        if usize::try_from(units).ok()? > column.rows / 2 + 64 {
            return None;
        }
        // One time of each.
        let any_day = (low + (high - low) / 2).div_euclid(DAY_SECONDS);
        let times = (first..first + units).map(|unit| {
            let shown = |day: i64| match part {
                ClockPart::Day => unit * DAY_SECONDS + DAY_SECONDS / 2,
                ClockPart::Hour | ClockPart::Minute => {
                    day * DAY_SECONDS + unit * unit_seconds(part) + unit_seconds(part) / 2
                }
            };
            // A clock that is turned may leave it out on one day.
            let days = [any_day, any_day + 1];
            days.into_iter().find_map(|day| {
                let second = offsets.back(shown(day))?;
                second.checked_mul(a_second)
            })
        });
        let times = times.collect::<Option<Vec<i64>>>()?;
        let ask = |column: Column| {
            with_values(bound, columns, (place, column), |vectors| {
                vectors.holds(condition)
            })
        };
        let numbers = Values::Integers(Integers::I64(times.into()), *unit);
        Some(Self {
            answers: ask(Column::new(units as usize, None, numbers)),
            missing: ask(Column::missing(1))[0],
            offsets,
            part,
            first,
            a_second,
        })
    }

    /// The answer for a row of the column that it was made for. `at` is left over from the row before; 0 for the first.
    #[inline]
    pub(in crate::execute) fn answer(&self, column: &Column, row: usize, at: &mut usize) -> bool {
        if !column.is_valid(row) {
            return self.missing;
        }
        let Values::Integers(Integers::I64(numbers), _) = &column.values else {
            return false;
        };
        // To divide by what is known beforehand takes a fraction of the time.
        let number = numbers[row];
        let second = match self.a_second {
            1 => number,
            1_000 => number.div_euclid(1_000),
            1_000_000 => number.div_euclid(1_000_000),
            _ => number.div_euclid(1_000_000_000),
        };
        let shown = second + self.offsets.of(second, at);
        let unit = unit_of(self.part, shown);
        let answer = self.answers.get((unit - self.first) as usize);
        answer.copied().unwrap_or(false)
    }
}

/// How many of a unit make a second, where they are as many as units of time have.
fn a_second(unit: Unit) -> Option<i64> {
    let a_second = match unit.multiplier {
        1 => 1_000_000_000,
        1_000 => 1_000_000,
        1_000_000 => 1_000,
        1_000_000_000 => 1,
        _ => return None,
    };
    (unit.divisor == 1).then_some(a_second)
}

/// What is read from the clock at the times of a column.
struct Reading<'a> {
    bound: &'a BoundPlan,
    place: usize,
    found: Option<(ClockPart, TimeZone)>,
}

impl Reading<'_> {
    /// Follows a node to where it rests on the column; none where it takes more of it than is read from the clock.
    fn follow(&mut self, node: NodeRef) -> Option<()> {
        let graph = &self.bound.plan.graph;
        let mut operands = Vec::new();
        match node {
            NodeRef::Condition(condition) => {
                let condition = graph.condition(condition);
                condition.operands(|operand| operands.push(operand));
            }
            NodeRef::Value(value) => match graph.value(value) {
                Value::Field(_) if self.is_column(value) => return None,
                Value::Call {
                    function,
                    arguments,
                } if arguments.first().is_some_and(|of| self.is_column(*of)) => {
                    let part = functions::clock_part(*function)?;
                    return self.read(part, arguments.get(1).copied());
                }
                Value::DateOf { time, zone } if self.is_column(*time) => {
                    return self.read(ClockPart::Day, *zone);
                }
                Value::Population(_) => return None,
                value => value.operands(|operand| operands.push(operand)),
            },
        }
        operands
            .into_iter()
            .try_for_each(|operand| self.follow(operand))
    }

    fn is_column(&self, value: ValueId) -> bool {
        let plan = &self.bound.plan;
        match plan.graph.value(value) {
            Value::Field(field) => plan
                .column(*field)
                .is_some_and(|column| column.0 as usize == self.place),
            _ => false,
        }
    }

    fn read(&mut self, part: ClockPart, zone: Option<ValueId>) -> Option<()> {
        let zone = match zone.map(|zone| self.bound.constant(zone)) {
            None => self.bound.plan.zone.clone(),
            Some(Some(Constant::Text(name))) => calendar::zone_named(name)?,
            Some(_) => return None,
        };
        let part = match &self.found {
            None => part,
            Some((_, before)) if *before != zone => return None,
            Some((before, _)) if *before == part => part,
            Some((ClockPart::Day, _)) => return None,
            Some(_) if part == ClockPart::Day => return None,
            // Who knows the minute knows the hour.
            Some(_) => ClockPart::Minute,
        };
        self.found = Some((part, zone));
        Some(())
    }
}
