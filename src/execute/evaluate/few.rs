//! A condition that rests on one column of few different values: worked out once for each of them, and once for a missing one.

use super::vector::with_values;
use crate::execute::column::{Codes, Column, Integers, Unit, Values};
use crate::ir::ConditionId;
use crate::plan::BoundPlan;
use crate::types::{Constant, calendar};

/// The answers by value.
#[derive(Debug)]
pub(in crate::execute) struct Few {
    /// By code, or by stored number less `low`.
    answers: Vec<bool>,
    missing: bool,
    low: i128,
    /// What stored numbers stand for.
    unit: Unit,
}

/// So many answers for numbers are worked out beyond those that one batch asks for, as the next may ask for more: one for so many.
const MORE: i128 = 4;

impl Few {
    /// None where there are too many different values for it to pay. `columns` are those of the plan, `place` the one that counts. What was worked out
    /// for the batch `before` is taken into account: most batches ask for the same numbers.
    pub(in crate::execute) fn new(
        bound: &BoundPlan,
        condition: ConditionId,
        columns: &[Column],
        place: usize,
        before: Option<&Few>,
    ) -> Option<Self> {
        let column = &columns[place];
        let ask = |column: Column| {
            with_values(bound, columns, (place, column), |vectors| {
                vectors.holds(condition)
            })
        };
        let (answers, low, unit) = match &column.values {
            Values::Codes(_, dictionary) if dictionary.len() <= column.rows / 2 + 64 => {
                (ask(dictionary.column()), 0, Unit::ONE)
            }
            Values::Integers(_, unit) => {
                let (mut low, mut high) = column.ends()?;
                let different = usize::try_from(high.checked_sub(low)?).ok()?;
                if different > column.rows / 2 + 64 {
                    return None;
                }
                if let Some(before) = before {
                    let (of_both, end) = (low.min(before.low), high.max(before.high()));
                    let more = (end - of_both) / MORE;
                    // Far apart, each is better off by itself.
                    if end - of_both <= 2 * column.rows as i128 + 64 {
                        (low, high) = (of_both.saturating_sub(more), end.saturating_add(more));
                    }
                }
                let (first, last) = (i64::try_from(low).ok()?, i64::try_from(high).ok()?);
                let rows = usize::try_from(high.checked_sub(low)?).ok()? + 1;
                let answers =
                    anniversaries(bound, condition, *unit, first, rows).unwrap_or_else(|| {
                        let numbers = Integers::I64((first..=last).collect::<Vec<_>>().into());
                        let numbers = Values::Integers(numbers, *unit);
                        ask(Column::new(rows, None, numbers))
                    });
                (answers, low, *unit)
            }
            _ => return None,
        };
        Some(Self {
            answers,
            missing: ask(Column::missing(1))[0],
            low,
            unit,
        })
    }

    fn high(&self) -> i128 {
        self.low + self.answers.len() as i128 - 1
    }

    /// Whether there is an answer for every number of a column.
    pub(in crate::execute) fn answers_all(&self, column: &Column) -> bool {
        match (&column.values, column.ends()) {
            (Values::Integers(_, unit), Some((low, high))) => {
                *unit == self.unit && low >= self.low && high <= self.high()
            }
            _ => false,
        }
    }

    /// The answer for a row of the column that it was made for.
    pub(in crate::execute) fn answer(&self, column: &Column, row: usize) -> bool {
        if !column.is_valid(row) {
            return self.missing;
        }
        let place = match &column.values {
            Values::Codes(codes, _) => codes.get(row),
            Values::Integers(numbers, _) => (numbers.get(row) - self.low) as usize,
            _ => return false,
        };
        self.answers[place]
    }

    /// The answers by code, where they are for the texts of a dictionary and a missing text does not pass.
    pub(in crate::execute) fn by_code<'a>(
        &'a self,
        column: &'a Column,
    ) -> Option<(&'a Codes, &'a [bool])> {
        match &column.values {
            Values::Codes(codes, _) if !self.missing => Some((codes, &self.answers)),
            _ => None,
        }
    }

    /// The answers by stored number, from the lowest on, where they are for numbers and a missing one does not pass.
    pub(in crate::execute) fn by_number<'a>(
        &'a self,
        column: &'a Column,
    ) -> Option<(&'a Integers, i128, &'a [bool])> {
        match &column.values {
            Values::Integers(numbers, _) if !self.missing => {
                Some((numbers, self.low, &self.answers))
            }
            _ => None,
        }
    }
}

/// For so many days from `first` on whether their anniversaries come soon enough, where the condition asks for that: a calendar is turned over quicker than
/// the date of each day is worked out.
fn anniversaries(
    bound: &BoundPlan,
    condition: ConditionId,
    unit: Unit,
    first: i64,
    days: usize,
) -> Option<Vec<bool>> {
    let asked = bound.plan.upcoming(condition)?;
    let (Constant::Date(from), Constant::Date(end)) = (
        bound.constant(asked.from)?,
        bound.constant(asked.last.value)?,
    ) else {
        return None;
    };
    if unit != Unit::ONE {
        return None;
    }
    let anniversaries = calendar::Anniversaries::from(*from)?;
    let of_days = anniversaries.of_days(first, first.checked_add_unsigned(days as u64)?);
    let is_soon = |day: i64| day < *end || asked.last.inclusive && day == *end;
    Some(of_days.map(|day| day.is_some_and(is_soon)).collect())
}
