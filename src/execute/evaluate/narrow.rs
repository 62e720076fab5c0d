//! Values of many contacts as whole numbers of 64 bits, straight from where they are stored: for populations, which ask every contact.

use super::Vectors;
use super::lanes::Lanes;
use crate::execute::column::{Column, Integers, Values, each_integer};
use crate::ir::{NodeRef, Value, ValueId};
use crate::population::{Unit, float_key};
use crate::types::{Aggregate, Constant, NumberKind, Type};

/// Whole numbers that stand for values, one a lane.
pub(super) struct Narrow {
    pub(super) numbers: Vec<i64>,
    /// Whether each value is known; none where all are.
    pub(super) known: Option<Vec<bool>>,
    pub(super) unit: Unit,
}

impl Narrow {
    pub(super) fn is_known(&self, lane: usize) -> bool {
        self.known.as_ref().is_none_or(|known| known[lane])
    }

    /// Floats, of which NaN is missing.
    fn of_floats(floats: impl Iterator<Item = f64>) -> Self {
        let lanes = floats.size_hint().0;
        let (mut numbers, mut known) = (Vec::with_capacity(lanes), Vec::with_capacity(lanes));
        let mut all_known = true;
        for float in floats {
            all_known &= !float.is_nan();
            known.push(!float.is_nan());
            numbers.push(float_key(float));
        }
        Self {
            numbers,
            known: (!all_known).then_some(known),
            unit: Unit::Float,
        }
    }

    /// The stored values of a column at these rows, those that are told to be there; the other lanes have none. None where they are no numbers, or do not
    /// fit.
    pub(super) fn of_column(
        column: &Column,
        rows: impl Iterator<Item = (usize, bool)>,
    ) -> Option<Self> {
        let is_known = |(row, is_there): (usize, bool)| match column.validity {
            None => is_there,
            Some(_) => is_there && column.is_valid(row),
        };
        match &column.values {
            Values::F64(stored) => {
                let float = |(row, is_there)| match is_known((row, is_there)) {
                    true if stored[row].is_finite() => stored[row],
                    _ => f64::NAN,
                };
                Some(Self::of_floats(rows.map(float)))
            }
            // What stands under a missing value may not fit, and does not count.
            Values::Integers(Integers::I128(_) | Integers::U64(_), _) => None,
            Values::Integers(stored, unit) => {
                let multiplier = i64::try_from(unit.multiplier).ok()?;
                let lanes = rows.size_hint().0;
                let mut numbers = Vec::with_capacity(lanes);
                let mut known = Vec::with_capacity(lanes);
                let (mut all_known, mut fits) = (true, true);
                each_integer!(stored, stored => for row in rows {
                    let is_known = is_known(row);
                    // Without a branch here as well.
                    let found = stored.get(row.0).copied().unwrap_or_default();
                    #[allow(
                        clippy::unnecessary_cast,
                        reason = "one of the widths is that of the result"
                    )]
                    let number = found as i64 & -i64::from(is_known);
                    let (number, is_beyond) = number.overflowing_mul(multiplier);
                    fits &= !is_beyond;
                    all_known &= is_known;
                    numbers.push(number);
                    known.push(is_known);
                });
                fits.then_some(Self {
                    numbers,
                    known: (!all_known).then_some(known),
                    unit: Unit::Over(unit.divisor),
                })
            }
            _ => None,
        }
    }

    /// These values, and another where they are missing; none where it does not fit in.
    fn or(mut self, fallback: &Constant) -> Option<Self> {
        let number = match (fallback, self.unit) {
            (Constant::Missing, _) => return Some(self),
            (Constant::Float(float), Unit::Float) => float_key(float.get()),
            (Constant::Number(number), Unit::Over(divisor)) if number.is_whole() => {
                number.numerator().checked_mul(divisor)?.try_into().ok()?
            }
            (Constant::Date(days), Unit::Over(1)) => *days,
            (
                Constant::Time(units) | Constant::Duration(units) | Constant::Distance(units),
                Unit::Over(1),
            ) => (*units).try_into().ok()?,
            _ => return None,
        };
        if let Some(known) = self.known.take() {
            // Without a branch: who has none is as good as random.
            for (own, known) in self.numbers.iter_mut().zip(&known) {
                let keep = -i64::from(*known);
                *own = *own & keep | number & !keep;
            }
        }
        Some(self)
    }
}

impl Vectors<'_> {
    /// The values of the contacts as whole numbers; none where they have another form, or are better worked out otherwise.
    pub(super) fn narrow(&self, value: ValueId) -> Option<Narrow> {
        let plan = &*self.rows.bound.plan;
        if plan.parameter(value).is_some() {
            return None;
        }
        let narrow = match plan.graph.value(value) {
            Value::Field(_) => {
                let place = self.place(value, 0)?;
                Narrow::of_column(place.column, place.rows.iter().map(|row| (*row, true)))
            }
            Value::Count { distinct: None, .. } => {
                self.folded(NodeRef::Value(value))?.narrow_count()
            }
            Value::Aggregate { function, of, .. } => {
                let folded = self.folded(NodeRef::Value(value))?;
                match function {
                    Aggregate::First => folded.narrow_edge(*of, false),
                    Aggregate::Last => folded.narrow_edge(*of, true),
                    _ => match folded.figure(*function, *of)? {
                        Lanes::Float(floats) => Some(Narrow::of_floats(floats.iter().copied())),
                        _ => None,
                    },
                }
            }
            Value::Coalesce { value, fallback } => {
                let own = self.narrow(*value)?;
                match self.value(*fallback) {
                    Lanes::Same(fallback) => own.or(&fallback),
                    _ => None,
                }
            }
            _ => None,
        }?;
        // What has the type of floats is told as such, whatever it was made of.
        let is_float = *self.type_of(value) == Type::Number(NumberKind::Float);
        (is_float == (narrow.unit == Unit::Float)).then_some(narrow)
    }
}
