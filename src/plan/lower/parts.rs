//! Which parts of records a program reads, so that the columns of the others need not be.

use crate::ir::{Condition, Graph, NodeRef, Value, ValueId};
use crate::types::{RecordType, Type};
use hashbrown::HashMap;

/// For each sort of records that is looked into, which of its parts are read. Records that are used as a whole have all.
pub(super) struct Parts<'g> {
    read: HashMap<&'g RecordType, Box<[bool]>>,
}

impl<'g> Parts<'g> {
    /// Of these nodes, and of what they are built on.
    pub(super) fn of(graph: &'g Graph, order: &[NodeRef]) -> Self {
        let mut parts = Self {
            read: HashMap::new(),
        };
        for node in order {
            match *node {
                NodeRef::Condition(id) => match graph.condition(id) {
                    Condition::Any { condition, .. } => {
                        parts.operand(graph, NodeRef::Condition(*condition));
                    }
                    other => other.operands(|operand| parts.operand(graph, operand)),
                },
                NodeRef::Value(id) => match graph.value(id) {
                    Value::Part { record, part } => {
                        if let Type::Record(is) = graph.type_of(*record) {
                            parts.entry(is)[*part as usize] = true;
                        }
                    }
                    other => other.operands_by_bracket(&mut |operand, inside| {
                        // What a bracket ranges over is not read by that.
                        if inside > 0 || !is_bracket(other) {
                            parts.operand(graph, operand);
                        }
                    }),
                },
            }
        }
        parts
    }

    fn entry(&mut self, record: &'g RecordType) -> &mut Box<[bool]> {
        let none = || vec![false; record.parts.len()].into();
        self.read.entry(record).or_insert_with(none)
    }

    fn operand(&mut self, graph: &'g Graph, operand: NodeRef) {
        if let NodeRef::Value(id) = operand {
            self.whole(graph, id);
        }
    }

    /// A value that is used as it is.
    fn whole(&mut self, graph: &'g Graph, value: ValueId) {
        let record = match graph.type_of(value) {
            Type::Record(record) => record,
            Type::List(element) => match &**element {
                Type::Record(record) => record,
                _ => return,
            },
            _ => return,
        };
        self.entry(record).fill(true);
    }

    /// The parts of the records of a column that are read; none where it holds no records, or where all are.
    pub(super) fn read_of(&self, column_type: &Type) -> Option<Box<[bool]>> {
        let record = column_type.record()?;
        let read = match self.read.get(record) {
            Some(read) => read.clone(),
            None => vec![false; record.parts.len()].into(),
        };
        (!read.iter().all(|read| *read)).then_some(read)
    }
}

fn is_bracket(value: &Value) -> bool {
    matches!(
        value,
        Value::Count { .. } | Value::Aggregate { .. } | Value::Favourite { .. }
    )
}
