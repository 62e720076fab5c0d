//! The last step of lowering: what is needed, numbered anew.

use super::super::folds::folds;
use super::super::{
    Column, ColumnId, Leaf, LeafId, LookedUp, Node, NodeId, ParameterId, Plan, Shape,
};
use super::parts::Parts;
use super::{GeneralOperands, Lowering, Table};
use crate::ir::{Module, NodeRef, ValueId};
use crate::schema::FieldId;
use std::sync::Arc;

impl Lowering<'_> {
    /// Keeps what the segments need (no leaf of a conjunction that turned out false, no column that was only looked at) and numbers it anew:
    /// columns in the order of the schema, all else in the order of first use.
    pub(super) fn finish(
        mut self,
        segments: &[NodeId],
        values: &[ValueId],
        module: &Module,
    ) -> Plan {
        let mut of_values = GeneralOperands::default();
        for value in values {
            let operands = self.operands_of(NodeRef::Value(*value));
            of_values.fields.extend(operands.fields);
            of_values.parameters.extend(operands.parameters);
        }
        let fields = of_values.fields.iter().map(|field| self.column(*field));
        let mut columns: Vec<ColumnId> = fields.collect();
        let mut needed = vec![false; self.nodes.items.len()];
        for segment in segments {
            needed[segment.0 as usize] = true;
        }
        let mut needed_leaves = vec![false; self.leaves.items.len()];
        for (place, node) in self.nodes.items.iter().enumerate().rev() {
            match node {
                _ if !needed[place] => {}
                Node::Constant(_) => {}
                Node::Leaf(leaf) => needed_leaves[leaf.0 as usize] = true,
                Node::Not(operand) => needed[operand.0 as usize] = true,
                Node::And(operands) | Node::Or(operands) => {
                    for operand in operands {
                        needed[operand.0 as usize] = true;
                    }
                }
            }
        }
        let leaves = || {
            let leaves = self.leaves.items.iter().zip(&needed_leaves);
            leaves.filter(|(_, needed)| **needed).map(|(leaf, _)| leaf)
        };

        let mut parameters = Table::new();
        for leaf in leaves() {
            leaf.shape.columns(|column| columns.push(column));
            leaf.shape.parameters(|id| {
                let value = self.parameters.items[id.0 as usize];
                parameters.place(value, || value);
            });
            if matches!(leaf.shape, Shape::General { .. }) {
                let operands = self.operands_of(NodeRef::Condition(leaf.condition));
                for value in operands.parameters {
                    parameters.place(value, || value);
                }
            }
        }
        for value in of_values.parameters {
            parameters.place(value, || value);
        }
        columns.sort_unstable_by_key(|column| self.columns.items[column.0 as usize].field);
        columns.dedup();
        let mut column_of = vec![None; self.schema.fields_and_streams().len()];
        for (place, column) in columns.iter().enumerate() {
            let field = self.columns.items[column.0 as usize].field;
            column_of[field.0 as usize] = Some(ColumnId(place as u32));
        }
        let mut parameter_of = vec![None; self.graph.value_count()];
        for (place, value) in parameters.items.iter().enumerate() {
            parameter_of[value.index()] = Some(ParameterId(place as u32));
        }

        let roots = leaves().map(|leaf| NodeRef::Condition(leaf.condition));
        let roots = roots.chain(values.iter().copied().map(NodeRef::Value));
        let order = self.graph.reachable(roots);
        let parts = Parts::of(&self.graph, &order);
        let mut graph = self.graph.clone();
        let folds = folds(&mut graph, &order, &module.zone, |field| {
            let column = (*column_of.get(field.0 as usize)?)?;
            Some((column, self.schema.field(field).may_be_blank()))
        });

        let leaf_ids = renumber(&needed_leaves);
        let node_ids = renumber(&needed);
        let node_id = |id: &NodeId| NodeId(node_ids[id.0 as usize]);
        let nodes = self.nodes.items.iter().zip(&needed);
        let looked_up = |leaf: &Leaf| match leaf.shape {
            Shape::General { .. } => {
                let column = |field: FieldId| column_of.get(field.0 as usize).copied().flatten();
                LookedUp::of(&graph, leaf.condition, &parameter_of, column).map(Arc::new)
            }
            _ => None,
        };
        Plan {
            leaves: leaves()
                .map(|leaf| Leaf {
                    looked_up: looked_up(leaf),
                    shape: leaf.shape.renumbered(
                        |id| {
                            let field = self.columns.items[id.0 as usize].field;
                            column_of[field.0 as usize].expect("its leaf is needed")
                        },
                        |id| {
                            let value = self.parameters.items[id.0 as usize];
                            parameter_of[value.index()].expect("its leaf is needed")
                        },
                    ),
                    ..leaf.clone()
                })
                .collect(),
            nodes: nodes
                .filter(|(_, needed)| **needed)
                .map(|(node, _)| match node {
                    Node::Constant(truth) => Node::Constant(*truth),
                    Node::Leaf(leaf) => Node::Leaf(LeafId(leaf_ids[leaf.0 as usize])),
                    Node::Not(operand) => Node::Not(node_id(operand)),
                    Node::And(operands) => Node::And(operands.iter().map(node_id).collect()),
                    Node::Or(operands) => Node::Or(operands.iter().map(node_id).collect()),
                })
                .collect(),
            estimates: self
                .estimates
                .iter()
                .zip(&needed)
                .filter(|(_, needed)| **needed)
                .map(|(estimate, _)| *estimate)
                .collect(),
            segments: segments.iter().map(node_id).collect(),
            columns: columns
                .iter()
                .map(|column| {
                    let column = self.columns.items[column.0 as usize].clone();
                    Column {
                        parts: parts.read_of(&column.column_type),
                        ..column
                    }
                })
                .collect(),
            parameters: parameters.items,
            parameter_of: parameter_of.into(),
            column_of: column_of.into(),
            zone: module.zone.clone(),
            graph: Arc::new(graph),
            folds,
            values: values.into(),
            passes: Box::default(),
        }
    }
}

/// The new place of each thing that is needed.
fn renumber(needed: &[bool]) -> Vec<u32> {
    let mut next = 0;
    needed
        .iter()
        .map(|needed| {
            let place = next;
            next += u32::from(*needed);
            place
        })
        .collect()
}
