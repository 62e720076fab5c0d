//! Comparing floats with one number, whatever that is.

use crate::types::{Constant, Float};
use std::cmp::Ordering;

/// A number that floats are compared with: the float nearest to it, and how that compares with the number itself.
#[derive(Clone, Copy, Debug)]
pub(in crate::execute) struct FloatEdge {
    pub(in crate::execute) nearest: f64,
    order: Ordering,
}

impl FloatEdge {
    /// None where it is no number, or beyond the floats.
    pub(in crate::execute) fn new(constant: &Constant) -> Option<Self> {
        let nearest = match constant {
            Constant::Float(float) => float.get(),
            Constant::Number(exact) => exact.to_f64(),
            _ => return None,
        };
        let order = Constant::Float(Float::new(nearest)?).compare(constant)?;
        Some(Self { nearest, order })
    }

    /// How a float compares with the number; none where it is NaN.
    pub(in crate::execute) fn order(&self, float: f64) -> Option<Ordering> {
        let order = float.partial_cmp(&self.nearest)?;
        Some(order.then(self.order))
    }
}
