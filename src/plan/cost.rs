//! What a test is thought to cost, and how often it is true, before any contact is seen.
//!
//! The figures are nanoseconds a contact of a dense scan in cache, rounded; only their order matters. Pass rates are the customary guesses: an equality
//! picks a few, a range on one side a third, a set grows with its members.

use super::{Estimate, Node, Shape, TextTestKind};

/// What a leaf of this shape is thought to cost. `weight` is the number of nodes that a general condition works through.
pub(super) fn of_leaf(shape: &Shape, weight: usize) -> Estimate {
    let (cost, pass_rate) = match shape {
        Shape::Parameter(_) => (0.0, 0.5),
        Shape::Missing(_) => (0.02, 0.1),
        Shape::Boolean { .. } => (0.02, 0.5),
        Shape::Range {
            low: Some(low),
            high: Some(high),
            ..
        } if low.parameter == high.parameter => (0.05, 0.1),
        Shape::Range {
            low: Some(_),
            high: Some(_),
            ..
        } => (0.05, 0.2),
        Shape::Range { .. } => (0.05, 0.33),
        // Most places lie outside the box around a circle, which two ranges tell.
        Shape::Distance { high: Some(_), .. } => (1.0, 0.1),
        Shape::Distance { high: None, .. } => (10.0, 0.9),
        Shape::OneOf { set, .. } => (0.05 + 0.02 * set.len().min(8) as f32, of_set(set.len())),
        Shape::Text { test, .. } => {
            let cost = if test.fold_case { 0.3 } else { 0.15 };
            match &test.test {
                TextTestKind::OneOf(set) => (cost, of_set(set.len())),
                TextTestKind::Range { .. } => (cost * 2.0, 0.33),
                TextTestKind::Pattern { .. } => (cost * 10.0, 0.1),
                TextTestKind::Matches(_) => (cost * 40.0, 0.1),
                TextTestKind::InList { .. } => (cost * 60.0, 0.1),
            }
        }
        Shape::Has {
            all,
            values,
            fold_case,
            ..
        } => {
            let cost = if *fold_case { 4.0 } else { 1.0 };
            let share = if *all { 0.1 } else { of_set(values.len()) };
            (cost * values.len() as f32, share)
        }
        Shape::General { .. } => (2.0 * weight as f32, 0.33),
    };
    Estimate { cost, pass_rate }
}

fn of_set(members: usize) -> f32 {
    1.0 - 0.9f32.powi(members.clamp(1, 20) as i32)
}

/// What a node is thought to cost, its operands in the order they stand in, each made only for those the ones before left open.
pub(super) fn of_node(
    node: &Node,
    leaf: impl Fn(usize) -> Estimate,
    operand: impl Fn(usize) -> Estimate,
) -> Estimate {
    let chain = |operands: &[super::NodeId], conjunction: bool| {
        let (mut cost, mut open) = (0.0, 1.0);
        for id in operands {
            let estimate = operand(id.0 as usize);
            cost += open * estimate.cost;
            open *= if conjunction {
                estimate.pass_rate
            } else {
                1.0 - estimate.pass_rate
            };
        }
        Estimate {
            cost,
            pass_rate: if conjunction { open } else { 1.0 - open },
        }
    };
    match node {
        Node::Constant(truth) => Estimate {
            cost: 0.0,
            pass_rate: f32::from(u8::from(*truth)),
        },
        Node::Leaf(id) => leaf(id.0 as usize),
        Node::Not(id) => {
            let estimate = operand(id.0 as usize);
            Estimate {
                pass_rate: 1.0 - estimate.pass_rate,
                ..estimate
            }
        }
        Node::And(operands) => chain(operands, true),
        Node::Or(operands) => chain(operands, false),
    }
}

/// The smaller, the sooner an operand is made: its cost for each contact that it decides.
pub(super) fn rank(estimate: Estimate, conjunction: bool) -> f32 {
    let decided = if conjunction {
        1.0 - estimate.pass_rate
    } else {
        estimate.pass_rate
    };
    estimate.cost / decided.max(0.001)
}
