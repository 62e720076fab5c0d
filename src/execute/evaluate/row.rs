//! One lane of [`Vectors`] by itself, for whatever has no quicker way: the graph is walked node by node.

use super::Vectors;
use crate::ir::{Graph, ValueId};
use crate::optimize::walk::Contact;
use crate::population::Figures;
use crate::types::Constant;
use jiff::tz::TimeZone;

/// A contact, and where brackets stand around, an element of each.
pub(super) struct Lane<'v, 'a> {
    pub(super) vectors: &'v Vectors<'a>,
    pub(super) lane: usize,
}

impl Contact for Lane<'_, '_> {
    fn graph(&self) -> &Graph {
        &self.vectors.rows.bound.plan.graph
    }

    fn zone(&self) -> &TimeZone {
        &self.vectors.rows.bound.plan.zone
    }

    fn now(&self) -> i128 {
        self.vectors.rows.bound.now
    }

    fn known(&self, value: ValueId, inside: u32) -> Option<Constant> {
        let bound = self.vectors.rows.bound;
        if let Some(parameter) = bound.plan.parameter(value) {
            return Some(bound.parameters[parameter.0 as usize].clone());
        }
        let place = self.vectors.place(value, inside)?;
        Some(place.constant(self.lane))
    }

    fn figures(&self) -> Option<&Figures> {
        Some(&self.vectors.rows.bound.figures)
    }

    fn element(&self, depth: u32) -> Constant {
        let element = self.vectors.element(depth);
        element.map_or(Constant::Missing, |place| place.constant(self.lane))
    }
}
