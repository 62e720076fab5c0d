//! The meaning of the graph for one contact at a time: slow, and right for whatever has no quicker way.

use crate::execute::column::Column;
use crate::ir::{ConditionId, Value, ValueId};
use crate::optimize::constants::{decide, work_out};
use crate::plan::BoundPlan;
use crate::types::Constant;

/// Contacts whose columns are those of the plan.
pub(in crate::execute) struct Rows<'a> {
    pub(in crate::execute) bound: &'a BoundPlan,
    /// One for each column of the plan.
    pub(in crate::execute) columns: &'a [Column],
}

impl Rows<'_> {
    /// Whether a condition holds for a row.
    pub(in crate::execute) fn holds(&self, condition: ConditionId, row: usize) -> bool {
        decide(
            self.bound.plan.graph.condition(condition),
            &|condition| Some(self.holds(condition, row)),
            &|value| Some(self.value(value, row)),
        )
        .unwrap_or(false)
    }

    /// A value of a row.
    pub(in crate::execute) fn value(&self, value: ValueId, row: usize) -> Constant {
        let plan = &*self.bound.plan;
        if let Some(parameter) = plan.parameter(value) {
            return self.bound.parameters[parameter.0 as usize].clone();
        }
        let node = plan.graph.value(value);
        if let Value::Field(field) = node {
            return match plan.column(*field) {
                Some(column) => {
                    let place = column.0 as usize;
                    self.columns[place].constant(row, &plan.columns[place].column_type)
                }
                None => Constant::Missing,
            };
        }
        work_out(
            node,
            plan.graph.type_of(value),
            &|condition| Some(self.holds(condition, row)),
            &|value| Some(self.value(value, row)),
            Some(self.bound.now),
            &plan.zone,
        )
        .unwrap_or(Constant::Missing)
    }
}
