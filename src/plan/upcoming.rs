//! Tests of the next anniversary of a date, which have quicker ways than to work the day out for each test.

use super::Plan;
use crate::ir::{Bound, Condition, ConditionId, Value, ValueId};
use crate::schema::FieldId;

/// That the first anniversary of a date at or after a day comes early enough: `anniversary(birthday) in next 7 days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upcoming {
    /// The date.
    pub field: FieldId,
    pub from: ValueId,
    /// The last day on which it may be.
    pub last: Bound,
}

impl Plan {
    /// What a condition asks of the next anniversary of a field; none where it asks something else.
    pub fn upcoming(&self, condition: ConditionId) -> Option<Upcoming> {
        let graph = &*self.graph;
        let Condition::Range {
            value,
            low: None,
            high: Some(last),
        } = graph.condition(condition)
        else {
            return None;
        };
        let Value::Anniversary { date, from } = graph.value(*value) else {
            return None;
        };
        let Value::Field(field) = graph.value(*date) else {
            return None;
        };
        Some(Upcoming {
            field: *field,
            from: *from,
            last: *last,
        })
    }
}
