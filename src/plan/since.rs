//! From when on events tell on an answer: what is earlier than every window that is asked for need not be kept.

use super::BoundPlan;
use super::folds::{Fold, TimeBound};
use crate::ir::{NodeRef, Value};
use crate::schema::FieldId;
use crate::types::Constant;

impl BoundPlan {
    /// An instant before which no event of this stream tells on the answer, in nanoseconds since 1970-01-01T00:00Z; none where there is none, or none is known.
    pub fn since(&self, stream: FieldId) -> Option<i128> {
        let graph = &*self.plan.graph;
        let nodes = graph.reachable(self.plan.roots());
        let mut since: Option<i128> = None;
        for node in &nodes {
            let mut uses = 0;
            let count = |operand: NodeRef| {
                let NodeRef::Value(value) = operand else {
                    return;
                };
                uses += usize::from(*graph.value(value) == Value::Field(stream));
            };
            match node {
                NodeRef::Value(id) => graph.value(*id).operands(count),
                NodeRef::Condition(id) => graph.condition(*id).operands(count),
            }
            if uses == 0 {
                continue;
            }
            // Only a bracket looks at no more than what lies within its window.
            let fold = self.plan.folds.of(*node).filter(|_| uses == 1)?;
            let low = match self.low(fold) {
                Some(low) => low,
                None if self.follows(fold) => self.least(&nodes)?,
                None => return None,
            };
            since = Some(since.map_or(low, |since| since.min(low)));
        }
        since
    }

    /// The earliest instant of a bracket's window, where it is the same for every contact.
    fn low(&self, fold: &Fold) -> Option<i128> {
        let lows = fold.bounds.iter().filter(|bound| bound.is_low);
        let lows = lows.filter_map(|bound| {
            let parameter = self.plan.parameter(bound.value)?;
            match self.parameters[parameter.0 as usize] {
                Constant::Time(instant) => Some(instant),
                _ => None,
            }
        });
        lows.max()
    }

    /// Whether a bracket looks only at what comes behind an event of a bracket around it.
    fn follows(&self, fold: &Fold) -> bool {
        let graph = &*self.plan.graph;
        let is_time_around = |bound: &TimeBound| {
            let Value::Part { record, .. } = graph.value(bound.value) else {
                return false;
            };
            let is_around = matches!(graph.value(*record), Value::Element { depth } if *depth > 0);
            is_around && graph.is_time_of_event(bound.value)
        };
        fold.bounds
            .iter()
            .any(|bound| bound.is_low && is_time_around(bound))
    }

    /// The earliest instant of the windows of all brackets. Those that follow an event are behind the outermost of those around them, which follows none.
    fn least(&self, nodes: &[NodeRef]) -> Option<i128> {
        let mut least: Option<i128> = None;
        for node in nodes {
            if self.plan.graph.bracket(*node).is_none() {
                continue;
            }
            let fold = self.plan.folds.of(*node)?;
            match self.low(fold) {
                Some(low) => least = Some(least.map_or(low, |least| least.min(low))),
                None if self.follows(fold) => {}
                None => return None,
            }
        }
        least
    }
}
