//! The arena of the typed tree. Nodes are only ever added, and an equal node is never added twice, so ids are stable and comparable.

use super::{Aggregate, Condition, NodeRef, Rows, Value};
use crate::schema::{Catalogue, KeyList};
use crate::types::{Constant, NumberKind, Type};
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashTable};
use std::hash::{BuildHasher, Hash};

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
    /// By the hash of each, which is kept with it.
    condition_ids: HashTable<(u64, ConditionId)>,
    values: Vec<(Value, Type)>,
    value_ids: HashTable<(u64, ValueId)>,
    condition_outlooks: Vec<Outlook>,
    value_outlooks: Vec<Outlook>,
}

/// What a node looks at, taken together from all that it is built on.
#[derive(Clone, Copy, Debug)]
struct Outlook {
    /// How many brackets around it are looked at.
    reach: u32,
    /// How many brackets stand in each other in it.
    nesting: u32,
    /// See [`Graph::leaves`].
    leaves: u64,
}

impl Outlook {
    /// That of a node that looks at nothing.
    const NOTHING: Self = Self {
        reach: 0,
        nesting: 0,
        leaves: 0,
    };

    /// Adds that of an operand, which stands in so many brackets of the node.
    fn add(&mut self, operand: Self, inside: u32) {
        self.reach = self.reach.max(operand.reach.saturating_sub(inside));
        self.nesting = self.nesting.max(operand.nesting + inside);
        self.leaves |= operand.leaves;
    }
}

/// What looks at no field has this leaf.
const OTHER_LEAF: u64 = 1 << 63;

fn hash_of(node: &impl Hash) -> u64 {
    FixedState::default().hash_one(node)
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

    fn outlook(&self, node: NodeRef) -> Outlook {
        match node {
            NodeRef::Condition(id) => self.condition_outlooks[id.index()],
            NodeRef::Value(id) => self.value_outlooks[id.index()],
        }
    }

    /// How many of the brackets around it a node looks at: 0 where it means the same wherever it stands.
    pub fn reach(&self, node: NodeRef) -> u32 {
        self.outlook(node).reach
    }

    /// How many brackets stand in each other in a node: each of them multiplies the elements that are looked at.
    pub fn nesting(&self, node: NodeRef) -> u32 {
        self.outlook(node).nesting
    }

    /// What a node looks at, as bits. Nodes without a common bit have no field in common, nor anything else that differs from contact to contact.
    pub fn leaves(&self, node: NodeRef) -> u64 {
        self.outlook(node).leaves
    }

    /// Where an aggregate of `of` over these rows is one of gaps: the list of the times that they lie between, and the time in its bracket.
    pub fn gaps_between(
        &self,
        of: ValueId,
        rows: Rows,
        condition: ConditionId,
    ) -> Option<(ValueId, ValueId)> {
        let Rows::List(gaps) = rows;
        let (Value::Gaps(times), Value::Element { depth: 0 }, Condition::Constant(true)) =
            (self.value(gaps), self.value(of), self.condition(condition))
        else {
            return None;
        };
        match self.value(*times) {
            Value::Aggregate {
                function: Aggregate::Values,
                of: time,
                ..
            } => Some((*times, *time)),
            _ => None,
        }
    }

    /// Whether a figure of a population is asked for.
    pub fn has_populations(&self) -> bool {
        let mut values = self.values.iter();
        values.any(|(value, _)| matches!(value, Value::Population(_)))
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
        let hash = hash_of(&condition);
        if let Some(id) = self.condition_of_hash(hash, &condition) {
            return id;
        }
        let mut outlook = Outlook::NOTHING;
        condition.operands_by_bracket(&mut |operand, inside| {
            outlook.add(self.outlook(operand), inside);
        });
        self.push_condition(hash, condition, outlook)
    }

    fn push_condition(&mut self, hash: u64, condition: Condition, outlook: Outlook) -> ConditionId {
        let id = ConditionId(self.conditions.len() as u32);
        self.condition_outlooks.push(outlook);
        self.conditions.push(condition);
        self.condition_ids
            .insert_unique(hash, (hash, id), |(hash, _)| *hash);
        id
    }

    /// The id of this condition, if it is in the graph.
    pub fn find_condition(&self, condition: &Condition) -> Option<ConditionId> {
        self.condition_of_hash(hash_of(condition), condition)
    }

    fn condition_of_hash(&self, hash: u64, condition: &Condition) -> Option<ConditionId> {
        let is_same = |(own, id): &(u64, ConditionId)| {
            *own == hash && self.conditions[id.index()] == *condition
        };
        self.condition_ids.find(hash, is_same).map(|(_, id)| *id)
    }

    /// The id of this value, which is added where it is new. The type is the caller's knowledge.
    pub fn add_value(&mut self, value: Value, value_type: Type) -> ValueId {
        let key = (value, value_type);
        let hash = hash_of(&key);
        let is_same = |(own, id): &(u64, ValueId)| *own == hash && self.values[id.index()] == key;
        if let Some((_, id)) = self.value_ids.find(hash, is_same) {
            return *id;
        }
        let mut outlook = Outlook {
            reach: match key.0 {
                Value::Element { depth } => depth + 1,
                _ => 0,
            },
            leaves: match &key.0 {
                Value::Field(field) => 1 << (field.0 % 63),
                Value::Element { .. } | Value::Catalogue(_) | Value::Population(_) => OTHER_LEAF,
                _ => 0,
            },
            ..Outlook::NOTHING
        };
        key.0.operands_by_bracket(&mut |operand, inside| {
            outlook.add(self.outlook(operand), inside);
        });
        self.push_value(hash, key, outlook)
    }

    fn push_value(&mut self, hash: u64, value: (Value, Type), outlook: Outlook) -> ValueId {
        let id = ValueId(self.values.len() as u32);
        self.value_outlooks.push(outlook);
        self.values.push(value);
        self.value_ids
            .insert_unique(hash, (hash, id), |(hash, _)| *hash);
        id
    }

    /// A constant of a type that its form tells. `Missing`, lists, records and maps need [`Graph::add_value`].
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
            Constant::Missing | Constant::List(_) | Constant::Record(_) | Constant::Map(_) => {
                unreachable!("a constant whose form does not tell its type")
            }
        };
        self.add_value(Value::Constant(constant), value_type)
    }
}

impl Graph {
    /// The same graph with others in the place of catalogues and lists of keys of the same names; every node keeps its id.
    #[must_use]
    pub fn with_sources(
        &self,
        catalogue: impl Fn(&Catalogue) -> Catalogue,
        list: impl Fn(&KeyList) -> KeyList,
    ) -> Graph {
        let mut graph = self.clone();
        for (value, _) in &mut graph.values {
            if let Value::Catalogue(own)
            | Value::LookUp { catalogue: own, .. }
            | Value::Nearest { catalogue: own, .. } = value
            {
                *own = catalogue(own);
            }
        }
        for condition in &mut graph.conditions {
            if let Condition::InList { list: own, .. } = condition {
                *own = list(own);
            }
        }
        graph
    }

    /// The graph of those nodes that have a place in it, and nothing else.
    pub(super) fn at(
        self,
        conditions: &[Option<ConditionId>],
        values: &[Option<ValueId>],
    ) -> Graph {
        let mut graph = Graph::default();
        graph.reserve(
            conditions.iter().flatten().count(),
            values.iter().flatten().count(),
        );
        let condition = |id: ConditionId, _| conditions[id.index()].expect("operands have a place");
        let value = |id: ValueId, _| values[id.index()].expect("operands have a place");
        // Different nodes stay different, and look at what they looked at.
        let own = self.conditions.into_iter().zip(self.condition_outlooks);
        for ((mut moved, outlook), place) in own.zip(conditions) {
            if place.is_some() {
                moved.change_operands(condition, value);
                graph.push_condition(hash_of(&moved), moved, outlook);
            }
        }
        let own = self.values.into_iter().zip(self.value_outlooks);
        for ((mut moved, outlook), place) in own.zip(values) {
            if place.is_some() {
                moved.0.change_operands(condition, value);
                graph.push_value(hash_of(&moved), moved, outlook);
            }
        }
        graph
    }

    /// Makes room for so many conditions and values.
    fn reserve(&mut self, conditions: usize, values: usize) {
        self.conditions.reserve(conditions);
        self.condition_outlooks.reserve(conditions);
        self.condition_ids.reserve(conditions, |(hash, _)| *hash);
        self.values.reserve(values);
        self.value_outlooks.reserve(values);
        self.value_ids.reserve(values, |(hash, _)| *hash);
    }

    /// The same value where it stands in so many brackets more: what it looks at around it lies as many brackets further out.
    pub fn shifted(&mut self, value: ValueId, by: u32) -> ValueId {
        if by == 0 {
            return value;
        }
        self.shift_value(value, by, 0)
    }

    /// `own` brackets of what is shifted stand around the node.
    fn shift_value(&mut self, id: ValueId, by: u32, own: u32) -> ValueId {
        if self.reach(NodeRef::Value(id)) <= own {
            return id;
        }
        let value_type = self.type_of(id).clone();
        let shifted = match self.value(id).clone() {
            Value::Element { depth } => Value::Element { depth: depth + by },
            other => {
                let mut operands = Vec::new();
                other.operands_by_bracket(&mut |operand, inside| operands.push((operand, inside)));
                let moved = self.shift_operands(&operands, by, own);
                other.with_operands_by_bracket(
                    |id, inside| moved.conditions[&(id, inside)],
                    |id, inside| moved.values[&(id, inside)],
                )
            }
        };
        self.add_value(shifted, value_type)
    }

    fn shift_condition(&mut self, id: ConditionId, by: u32, own: u32) -> ConditionId {
        if self.reach(NodeRef::Condition(id)) <= own {
            return id;
        }
        let condition = self.condition(id).clone();
        let mut operands = Vec::new();
        condition.operands_by_bracket(&mut |operand, inside| operands.push((operand, inside)));
        let moved = self.shift_operands(&operands, by, own);
        let shifted = condition.with_operands_by_bracket(
            |id, inside| moved.conditions[&(id, inside)],
            |id, inside| moved.values[&(id, inside)],
        );
        self.add_condition(shifted)
    }

    fn shift_operands(&mut self, operands: &[(NodeRef, u32)], by: u32, own: u32) -> Shifted {
        let mut shifted = Shifted::default();
        for (operand, inside) in operands {
            match *operand {
                NodeRef::Condition(id) => {
                    let new = self.shift_condition(id, by, own + inside);
                    shifted.conditions.insert((id, *inside), new);
                }
                NodeRef::Value(id) => {
                    let new = self.shift_value(id, by, own + inside);
                    shifted.values.insert((id, *inside), new);
                }
            }
        }
        shifted
    }
}

/// What has become of operands, by the number of brackets of the node that each stands in.
#[derive(Default)]
struct Shifted {
    conditions: HashMap<(ConditionId, u32), ConditionId, FixedState>,
    values: HashMap<(ValueId, u32), ValueId, FixedState>,
}
