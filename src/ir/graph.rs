//! The arena of the typed tree. Nodes are only ever added, and an equal node is never added twice, so ids are stable and comparable.

use super::{Condition, Value};
use crate::types::{Constant, NumberKind, Type};
use hashbrown::HashMap;

/// A condition in a [`Graph`]. Operands always have smaller ids of their sort than what is built on them, or are of the other sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionId(pub(super) u32);

/// A value in a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub(super) u32);

impl ConditionId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ValueId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All nodes of a program.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    conditions: Vec<Condition>,
    condition_ids: HashMap<Condition, ConditionId, foldhash::fast::FixedState>,
    values: Vec<(Value, Type)>,
    value_ids: HashMap<(Value, Type), ValueId, foldhash::fast::FixedState>,
}

impl Graph {
    pub fn condition(&self, id: ConditionId) -> &Condition {
        &self.conditions[id.index()]
    }

    pub fn value(&self, id: ValueId) -> &Value {
        &self.values[id.index()].0
    }

    pub fn type_of(&self, id: ValueId) -> &Type {
        &self.values[id.index()].1
    }

    pub(super) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    pub(super) fn values(&self) -> &[(Value, Type)] {
        &self.values
    }

    pub fn condition_count(&self) -> usize {
        self.conditions.len()
    }

    pub fn value_count(&self) -> usize {
        self.values.len()
    }

    /// The id of this condition, which is added where it is new.
    pub fn add_condition(&mut self, condition: Condition) -> ConditionId {
        if let Some(id) = self.condition_ids.get(&condition) {
            return *id;
        }
        let id = ConditionId(self.conditions.len() as u32);
        self.conditions.push(condition.clone());
        self.condition_ids.insert(condition, id);
        id
    }

    /// The id of this condition, if it is in the graph.
    pub fn find_condition(&self, condition: &Condition) -> Option<ConditionId> {
        self.condition_ids.get(condition).copied()
    }

    /// The id of this value, which is added where it is new. The type is the caller's knowledge.
    pub fn add_value(&mut self, value: Value, value_type: Type) -> ValueId {
        let key = (value, value_type);
        if let Some(id) = self.value_ids.get(&key) {
            return *id;
        }
        let id = ValueId(self.values.len() as u32);
        self.values.push(key.clone());
        self.value_ids.insert(key, id);
        id
    }

    /// A constant of a type that its form tells. `Missing` and empty lists need [`Graph::add_value`].
    pub fn add_constant(&mut self, constant: Constant) -> ValueId {
        let value_type = match &constant {
            Constant::Boolean(_) => Type::Boolean,
            Constant::Number(number) if number.is_whole() => Type::Number(NumberKind::Whole),
            Constant::Number(_) => Type::Number(NumberKind::Exact),
            Constant::Float(_) => Type::Number(NumberKind::Float),
            Constant::Text(_) => Type::Text,
            Constant::Date(_) => Type::Date,
            Constant::Time(_) => Type::Time,
            Constant::Duration(_) => Type::Duration,
            Constant::Point(_) => Type::Point,
            Constant::Distance(_) => Type::Distance,
            Constant::Missing | Constant::List(_) => {
                unreachable!("a constant whose form does not tell its type")
            }
        };
        self.add_value(Value::Constant(constant), value_type)
    }
}
