//! From the typed tree to leaves and nodes: which test a condition is, which columns it reads, and in what order tests are best made.
//!
//! A condition on one bare column and parameters gets the shape that a kernel makes directly; everything else stays a general condition over the graph.
//! Equal shapes are one leaf and equal combinations one node, whichever segments they come from.

mod contact;
mod count;
mod finish;
mod parts;

use super::passes;
use super::{
    Column, ColumnId, Edge, Estimate, Leaf, LeafId, Node, NodeId, ParameterId, Plan, Shape,
    TextPredicate, TextTestKind, cost,
};
use crate::functions;
use crate::ir::{
    Bound, Comparison, Condition, ConditionId, Graph, Module, NodeRef, Value, ValueId,
};
use crate::optimize::constants::Known;
use crate::schema::{FieldId, Schema};
use crate::types::{Constant, NumberKind, Type};
use contact::Contact;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::cmp::Ordering;
use std::sync::Arc;

/// The plan of a module. The module may be optimised or not: the plan answers the same.
pub fn plan(module: &Module, schema: &Schema) -> Arc<Plan> {
    let mut plan = lowered(module, schema, &[]);
    plan.passes = passes::passes(module, schema);
    Arc::new(plan)
}

/// The plan of a module whose members are asked for these values as well. The values keep their ids.
pub(super) fn plan_with_values(module: &Module, schema: &Schema, values: &[ValueId]) -> Arc<Plan> {
    Arc::new(lowered(module, schema, values))
}

fn lowered(module: &Module, schema: &Schema, values: &[ValueId]) -> Plan {
    let of_segments = module.segments.iter().copied().map(NodeRef::Condition);
    let roots = of_segments.chain(values.iter().copied().map(NodeRef::Value));
    let order = module.graph.reachable(roots);
    let mut lowering = Lowering {
        known: Known::of_nodes(&module.graph, &order, None, &module.zone),
        contact: Contact::of(&module.graph, &order),
        graph: module.graph.clone(),
        schema,
        columns: Table::new(),
        parameters: Table::new(),
        leaves: Table::new(),
        general: HashMap::default(),
        nodes: Table::new(),
        estimates: Vec::new(),
    };
    let segments = lowering.roots(&module.segments);
    lowering.finish(&segments, values, module)
}

/// A value that a kernel can test: a bare column, its text case-folded or as it is.
#[derive(Clone, Copy)]
struct Subject {
    column: ColumnId,
    fold_case: bool,
}

/// So many plain nodes take as long as a hash.
const HASH: usize = 50;

/// What a general condition is built on.
#[derive(Default)]
struct GeneralOperands {
    fields: Vec<FieldId>,
    parameters: Vec<ValueId>,
    /// The number of nodes that each contact goes through.
    weight: usize,
}

struct Lowering<'a> {
    graph: Graph,
    known: Known,
    contact: Contact,
    schema: &'a Schema,
    columns: Table<Column, FieldId>,
    parameters: Table<ValueId, ValueId>,
    leaves: Table<Leaf, Shape>,
    general: HashMap<ConditionId, LeafId, FixedState>,
    nodes: Table<Node, Node>,
    estimates: Vec<Estimate>,
}

/// Things in the order in which they were first asked for, each once.
struct Table<T, K> {
    items: Vec<T>,
    places: HashMap<K, u32, FixedState>,
}

impl<T, K: Eq + std::hash::Hash> Table<T, K> {
    fn new() -> Self {
        Self {
            items: Vec::new(),
            places: HashMap::default(),
        }
    }

    fn place(&mut self, key: K, item: impl FnOnce() -> T) -> u32 {
        *self.places.entry(key).or_insert_with(|| {
            self.items.push(item());
            (self.items.len() - 1) as u32
        })
    }
}

impl Lowering<'_> {
    /// The nodes of the segments. Walks through AND, OR and NOT only: what stands under a value belongs to the leaf that uses it.
    fn roots(&mut self, roots: &[ConditionId]) -> Vec<NodeId> {
        let mut lowered: HashMap<ConditionId, NodeId, FixedState> = HashMap::default();
        let mut stack: Vec<(ConditionId, bool)> = Vec::new();
        for root in roots {
            stack.push((*root, false));
            while let Some((id, operands_done)) = stack.pop() {
                if lowered.contains_key(&id) {
                    continue;
                }
                if operands_done {
                    let node = self.condition(id, &lowered);
                    lowered.insert(id, node);
                    continue;
                }
                stack.push((id, true));
                match self.graph.condition(id) {
                    Condition::Not(operand) => stack.push((*operand, false)),
                    Condition::And(operands)
                    | Condition::Or(operands)
                    | Condition::AtLeast { of: operands, .. } => {
                        stack.extend(operands.iter().rev().map(|operand| (*operand, false)));
                    }
                    Condition::Holds(value) => {
                        if let Value::Condition(condition) = self.graph.value(*value) {
                            stack.push((*condition, false));
                        }
                    }
                    _ => {}
                }
            }
        }
        roots.iter().map(|id| lowered[id]).collect()
    }

    fn condition(
        &mut self,
        id: ConditionId,
        lowered: &HashMap<ConditionId, NodeId, FixedState>,
    ) -> NodeId {
        if let Some(truth) = self.known.condition(id) {
            return self.constant(truth);
        }
        let condition = self.graph.condition(id).clone();
        match &condition {
            Condition::Not(operand) => return self.not(lowered[operand]),
            Condition::And(operands) | Condition::Or(operands) => {
                let operands = operands.iter().map(|operand| lowered[operand]).collect();
                return self.combine(matches!(condition, Condition::And(_)), operands);
            }
            Condition::AtLeast { count, of } => {
                let operands: Vec<NodeId> = of.iter().map(|operand| lowered[operand]).collect();
                return self.at_least(*count as usize, &operands);
            }
            Condition::Holds(value) => {
                if let Value::Condition(condition) = self.graph.value(*value) {
                    return lowered[condition];
                }
            }
            _ => {}
        }
        if !self.contact.condition(id) {
            let value = self.graph.add_value(Value::Condition(id), Type::Boolean);
            let shape = Shape::Parameter(self.parameter(value));
            return self.leaf(id, shape);
        }
        self.test(id, &condition)
            .unwrap_or_else(|| self.general(id))
    }

    /// The node of a condition that a kernel can make; none where it takes the general way.
    fn test(&mut self, id: ConditionId, condition: &Condition) -> Option<NodeId> {
        match condition {
            Condition::Constant(_)
            | Condition::Not(_)
            | Condition::And(_)
            | Condition::Or(_)
            | Condition::AtLeast { .. } => None,
            Condition::Holds(value) => self.equal(id, *value, &Constant::Boolean(true)),
            Condition::Missing(value) => {
                let column = self.subject(*value)?.column;
                Some(self.leaf(id, Shape::Missing(column)))
            }
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let turned = !self.contact.value(*left);
                let (subject, edge) = if turned {
                    (*right, *left)
                } else {
                    (*left, *right)
                };
                if self.contact.value(edge) {
                    return None;
                }
                let edge = |inclusive| {
                    Some(Bound {
                        value: edge,
                        inclusive,
                    })
                };
                let edge = match comparison {
                    Comparison::Equal => {
                        let known =
                            edge(true).and_then(|edge| self.known.value(edge.value).cloned());
                        if let Some(known) = known
                            && let Some(node) = self.equal(id, subject, &known)
                        {
                            return Some(node);
                        }
                        return self.range(id, subject, edge(true), edge(true));
                    }
                    Comparison::Less => edge(false),
                    Comparison::LessOrEqual => edge(true),
                };
                if turned {
                    self.range(id, subject, edge, None)
                } else {
                    self.range(id, subject, None, edge)
                }
            }
            Condition::Range { value, low, high } => self.range(id, *value, *low, *high),
            Condition::OneOf { value, set } => self.one_of(id, *value, set),
            Condition::TextTest {
                test,
                value,
                pattern,
            } => {
                let pattern = self.known.value(*pattern)?.clone();
                let subject = self.subject(*value)?;
                let Constant::Text(pattern) = pattern else {
                    return Some(self.constant(false));
                };
                if pattern.is_empty() {
                    return Some(self.is_known(id, subject));
                }
                let test = TextTestKind::Pattern {
                    test: *test,
                    pattern,
                };
                Some(self.text(id, subject, test))
            }
            Condition::Matches { value, pattern } => {
                let subject = self.subject(*value)?;
                Some(self.text(id, subject, TextTestKind::Matches(pattern.clone())))
            }
            Condition::InList {
                value,
                list,
                fold_case,
            } if *list.element() == Type::Text => {
                let subject = self.subject(*value)?;
                let test = TextTestKind::InList {
                    list: list.clone(),
                    fold_case: *fold_case,
                };
                Some(self.text(id, subject, test))
            }
            Condition::InList { .. } => None,
            Condition::Has { list, all, values } => self.has(id, *list, *all, values),
            Condition::Any { .. } => None,
        }
    }

    /// Equality with a constant, for the types whose equality is no range.
    fn equal(&mut self, id: ConditionId, value: ValueId, constant: &Constant) -> Option<NodeId> {
        let subject = self.subject(value)?;
        match (self.graph.type_of(value), constant) {
            (_, Constant::Missing) => Some(self.constant(false)),
            (Type::Boolean, Constant::Boolean(value)) => {
                let shape = Shape::Boolean {
                    column: subject.column,
                    value: *value,
                };
                Some(self.leaf(id, shape))
            }
            (Type::Text, Constant::Text(text)) => {
                Some(self.text(id, subject, TextTestKind::OneOf([text.clone()].into())))
            }
            (Type::Number(NumberKind::Whole), Constant::Number(number)) if !number.is_whole() => {
                Some(self.constant(false))
            }
            _ => None,
        }
    }

    fn range(
        &mut self,
        id: ConditionId,
        value: ValueId,
        low: Option<Bound>,
        high: Option<Bound>,
    ) -> Option<NodeId> {
        let edges = [low, high];
        if edges
            .iter()
            .flatten()
            .any(|edge| self.contact.value(edge.value))
        {
            return None;
        }
        let measured = self.measured(value);
        let subject = match measured {
            Some((column, _)) => Subject {
                column,
                fold_case: false,
            },
            None => self.subject(value)?,
        };
        let constants =
            edges.map(|edge| edge.and_then(|edge| self.known.value(edge.value).cloned()));
        if constants.contains(&Some(Constant::Missing)) {
            return Some(self.constant(false));
        }
        if let [Some(least), Some(greatest)] = &constants {
            let both = edges.iter().flatten().all(|edge| edge.inclusive);
            match least.compare(greatest) {
                Some(Ordering::Less) => {}
                Some(Ordering::Equal) if both => {}
                _ => return Some(self.constant(false)),
            }
        }
        match self.graph.type_of(value) {
            Type::Number(_) | Type::Date | Type::Time | Type::Duration | Type::Distance => {
                let [low, high] = edges.map(|edge| {
                    edge.map(|edge| Edge {
                        parameter: self.parameter(edge.value),
                        inclusive: edge.inclusive,
                    })
                });
                if let Some((column, from)) = measured {
                    if self.known.value(from) == Some(&Constant::Missing) {
                        return Some(self.constant(false));
                    }
                    let from = self.parameter(from);
                    let shape = Shape::Distance {
                        column,
                        from,
                        low,
                        high,
                    };
                    return Some(self.leaf(id, shape));
                }
                let shape = Shape::Range {
                    column: subject.column,
                    low,
                    high,
                };
                Some(self.leaf(id, shape))
            }
            Type::Text => {
                let mut texts = [None, None];
                for (place, (edge, constant)) in edges.iter().zip(constants).enumerate() {
                    texts[place] = match (edge, constant) {
                        (None, _) => None,
                        (Some(edge), Some(Constant::Text(text))) => Some((text, edge.inclusive)),
                        _ => return None,
                    };
                }
                let [low, high] = texts;
                Some(self.text(id, subject, TextTestKind::Range { low, high }))
            }
            Type::Boolean | Type::Point | Type::List(_) | Type::Record(_) | Type::Map(_) => None,
        }
    }

    fn one_of(&mut self, id: ConditionId, value: ValueId, set: &[Constant]) -> Option<NodeId> {
        let subject = self.subject(value)?;
        let value_type = self.graph.type_of(value).clone();
        let mut set = set.to_vec();
        set.retain(|member| match member {
            Constant::Missing => false,
            Constant::Number(number) => {
                value_type != Type::Number(NumberKind::Whole) || number.is_whole()
            }
            _ => true,
        });
        sort(&mut set);
        match (&value_type, &set[..]) {
            (_, []) => Some(self.constant(false)),
            (Type::Text | Type::Boolean, [only]) => self.equal(id, value, only),
            (_, [only]) => {
                let edge = self
                    .graph
                    .add_value(Value::Constant(only.clone()), value_type);
                let edge = Some(Edge {
                    parameter: self.parameter(edge),
                    inclusive: true,
                });
                let shape = Shape::Range {
                    column: subject.column,
                    low: edge,
                    high: edge,
                };
                Some(self.leaf(id, shape))
            }
            (Type::Boolean, _) => Some(self.is_known(id, subject)),
            (Type::Text, _) => {
                let texts = set.into_iter().filter_map(|member| match member {
                    Constant::Text(text) => Some(text),
                    _ => None,
                });
                let test = TextTestKind::OneOf(texts.collect());
                Some(self.text(id, subject, test))
            }
            (Type::Number(_) | Type::Date | Type::Time | Type::Duration | Type::Distance, _) => {
                let shape = Shape::OneOf {
                    column: subject.column,
                    set: set.into(),
                };
                Some(self.leaf(id, shape))
            }
            (Type::Point | Type::List(_) | Type::Record(_) | Type::Map(_), _) => None,
        }
    }

    fn has(
        &mut self,
        id: ConditionId,
        list: ValueId,
        all: bool,
        values: &[ValueId],
    ) -> Option<NodeId> {
        let mut constants = Vec::with_capacity(values.len());
        for value in values {
            match self.known.value(*value)? {
                Constant::Missing if all => return Some(self.constant(false)),
                Constant::Missing => {}
                constant => constants.push(constant.clone()),
            }
        }
        if constants.is_empty() {
            return Some(self.constant(all));
        }
        sort(&mut constants);
        let subject = self.subject(list)?;
        let shape = Shape::Has {
            column: subject.column,
            all: all && constants.len() > 1,
            values: constants.into(),
            fold_case: subject.fold_case,
        };
        Some(self.leaf(id, shape))
    }

    fn text(&mut self, id: ConditionId, subject: Subject, test: TextTestKind) -> NodeId {
        let shape = Shape::Text {
            column: subject.column,
            test: TextPredicate {
                fold_case: subject.fold_case,
                test,
            },
        };
        self.leaf(id, shape)
    }

    /// The column has a value. The leaf it is built on says the opposite of `id`, so `id` is not what the leaf means.
    fn is_known(&mut self, id: ConditionId, subject: Subject) -> NodeId {
        let Some(field) = self
            .columns
            .items
            .get(subject.column.0 as usize)
            .map(|column| column.field)
        else {
            return self.general(id);
        };
        let field_type = self.schema.field(field).field_type.clone();
        let value = self.graph.add_value(Value::Field(field), field_type);
        let missing = self.graph.add_condition(Condition::Missing(value));
        let leaf = self.leaf(missing, Shape::Missing(subject.column));
        self.not(leaf)
    }

    fn general(&mut self, id: ConditionId) -> NodeId {
        let leaf = match self.general.get(&id) {
            Some(leaf) => *leaf,
            None => {
                let operands = self.operands_of(NodeRef::Condition(id));
                let columns = operands.fields.iter().map(|field| self.column(*field));
                let shape = Shape::General {
                    columns: columns.collect(),
                };
                let leaf = LeafId(self.leaves.items.len() as u32);
                self.leaves.items.push(Leaf {
                    condition: id,
                    estimate: cost::of_leaf(&shape, operands.weight),
                    shape,
                    looked_up: None,
                });
                self.general.insert(id, leaf);
                leaf
            }
        };
        self.node(Node::Leaf(leaf))
    }

    /// What a general condition or a value is built on: goes down from it and stops at whatever depends on no contact.
    fn operands_of(&self, root: NodeRef) -> GeneralOperands {
        let mut found = GeneralOperands::default();
        let mut seen = HashMap::<NodeRef, (), FixedState>::default();
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            if seen.insert(node, ()).is_some() {
                continue;
            }
            match node {
                NodeRef::Value(value) if !self.contact.value(value) => {
                    found.parameters.push(value);
                    continue;
                }
                NodeRef::Value(value) => match self.graph.value(value) {
                    Value::Field(field) => found.fields.push(*field),
                    Value::Hash { of, .. } => {
                        found.weight += HASH;
                        stack.extend(of.iter().copied().map(NodeRef::Value));
                    }
                    // The rest was looked at in the pass before.
                    Value::Population(population) => {
                        population.looked_at(|operand| stack.push(operand));
                    }
                    inner => inner.operands(|operand| stack.push(operand)),
                },
                NodeRef::Condition(condition) => {
                    let condition = self.graph.condition(condition);
                    condition.operands(|operand| stack.push(operand));
                }
            }
            found.weight += 1;
        }
        found
    }

    fn subject(&mut self, value: ValueId) -> Option<Subject> {
        match *self.graph.value(value) {
            Value::Field(field) => Some(Subject {
                column: self.column(field),
                fold_case: false,
            }),
            Value::FoldCase(inner) => match *self.graph.value(inner) {
                Value::Field(field) => Some(Subject {
                    column: self.column(field),
                    fold_case: true,
                }),
                _ => None,
            },
            _ => None,
        }
    }

    /// The column of places and the fixed point of `distance(home, point(50.85, 4.35))`, whichever comes first.
    fn measured(&mut self, value: ValueId) -> Option<(ColumnId, ValueId)> {
        let Value::Call {
            function,
            arguments,
        } = self.graph.value(value)
        else {
            return None;
        };
        let (one, other) = match arguments[..] {
            [one, other] if functions::function(*function).name == "distance" => (one, other),
            _ => return None,
        };
        let (place, from) = if self.contact.value(one) {
            (one, other)
        } else {
            (other, one)
        };
        match *self.graph.value(place) {
            Value::Field(field) if !self.contact.value(from) => Some((self.column(field), from)),
            _ => None,
        }
    }

    fn column(&mut self, field: FieldId) -> ColumnId {
        let schema = self.schema;
        ColumnId(self.columns.place(field, || {
            let described = schema.field(field);
            Column {
                field,
                name: described.column.clone(),
                column_type: described.field_type.clone(),
                blank_is_missing: described.may_be_blank(),
                parts: None,
            }
        }))
    }

    fn parameter(&mut self, value: ValueId) -> ParameterId {
        ParameterId(self.parameters.place(value, || value))
    }

    fn leaf(&mut self, condition: ConditionId, shape: Shape) -> NodeId {
        let estimate = cost::of_leaf(&shape, 1);
        let leaf = self.leaves.place(shape.clone(), || Leaf {
            condition,
            shape,
            estimate,
            looked_up: None,
        });
        self.node(Node::Leaf(LeafId(leaf)))
    }

    fn constant(&mut self, truth: bool) -> NodeId {
        self.node(Node::Constant(truth))
    }

    fn not(&mut self, operand: NodeId) -> NodeId {
        match self.nodes.items[operand.0 as usize] {
            Node::Constant(truth) => self.constant(!truth),
            Node::Not(inner) => inner,
            _ => self.node(Node::Not(operand)),
        }
    }

    /// AND or OR, in the best order, which depends on the operands alone: the same operands are one node however they were written.
    fn combine(&mut self, conjunction: bool, mut operands: Vec<NodeId>) -> NodeId {
        if operands.contains(&self.constant(!conjunction)) {
            return self.constant(!conjunction);
        }
        let identity = self.constant(conjunction);
        operands.retain(|operand| *operand != identity);
        operands.sort_unstable();
        operands.dedup();
        match operands[..] {
            [] => return identity,
            [only] => return only,
            _ => {}
        }
        let negated = |id: &NodeId| match self.nodes.items[id.0 as usize] {
            Node::Not(inner) => Some(inner),
            _ => None,
        };
        if !conjunction && let Some(inner) = operands.iter().map(negated).collect() {
            let all = self.combine(true, inner);
            return self.not(all);
        }
        let rank = |id: &NodeId| cost::rank(self.estimates[id.0 as usize], conjunction);
        operands.sort_by(|a, b| rank(a).total_cmp(&rank(b)).then(a.cmp(b)));
        let operands = operands.into();
        self.node(if conjunction {
            Node::And(operands)
        } else {
            Node::Or(operands)
        })
    }

    fn node(&mut self, node: Node) -> NodeId {
        let (leaves, estimates) = (&self.leaves.items, &mut self.estimates);
        NodeId(self.nodes.place(node.clone(), || {
            let estimate =
                cost::of_node(&node, |leaf| leaves[leaf].estimate, |node| estimates[node]);
            estimates.push(estimate);
            node
        }))
    }
}

/// By value, without doubles by value. The constants are of one sort.
fn sort(constants: &mut Vec<Constant>) {
    constants.sort_by(|a, b| a.compare(b).unwrap_or(Ordering::Equal));
    constants.dedup_by(|a, b| a.compare(b) == Some(Ordering::Equal));
}
