//! What is to be done for a program: which columns to read, which tests to make on them, how to combine the outcomes.
//!
//! A plan needs no schema, no names and no text to run. Its leaves are tests of one contact each yielding a bit; its nodes
//! combine the bits of leaves and of other nodes; all segments share both.

use crate::ir::{ConditionId, Graph, TextTest, ValueId};
use crate::schema::FieldId;
use crate::types::{Constant, Type};
use std::sync::Arc;

/// The place of a column in [`Plan::columns`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnId(pub u32);

/// The place of a leaf in [`Plan::leaves`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafId(pub u32);

/// The place of a node in [`Plan::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// The place of a parameter in [`Plan::parameters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterId(pub u32);

/// A program ready to run. `parameters` are worked out once a run, from its `now`; then every block of contacts runs the same leaves and nodes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The optimised tree, for leaves of [`Shape::General`].
    pub graph: Arc<Graph>,
    pub zone: jiff::tz::TimeZone,
    pub columns: Vec<Column>,
    /// Values that depend on nothing but `now`.
    pub parameters: Vec<ValueId>,
    pub leaves: Vec<Leaf>,
    /// Operands stand before what is built on them.
    pub nodes: Vec<Node>,
    /// The root of each segment, in the order of the program.
    pub segments: Vec<NodeId>,
}

/// A plan with the values of its parameters: what a run is given. Made by [`Plan::bind`]; cheap to clone.
#[derive(Clone, Debug)]
pub struct BoundPlan {
    pub plan: Arc<Plan>,
    /// Nanoseconds since 1970-01-01T00:00Z.
    pub now: i128,
    /// One for each of [`Plan::parameters`].
    pub parameters: Arc<[Constant]>,
}

/// A column to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The field of the graph that it is read for.
    pub field: FieldId,
    /// Its name in the Arrow schema.
    pub name: String,
    pub column_type: Type,
    pub blank_is_missing: bool,
}

/// A combination of bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    Constant(bool),
    Leaf(LeafId),
    Not(NodeId),
    And(Box<[NodeId]>),
    Or(Box<[NodeId]>),
}

/// One test of a contact.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// What it means.
    pub condition: ConditionId,
    /// How it is made.
    pub shape: Shape,
}

/// The form of a test, which decides what kernel makes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// The column has no value.
    Missing(ColumnId),
    /// A boolean column is known and has this value.
    Boolean { column: ColumnId, value: bool },
    /// An ordered column (number, date, time, duration) lies in a range; equality is a range of one value.
    Range {
        column: ColumnId,
        low: Option<Edge>,
        high: Option<Edge>,
    },
    /// A number, date, time or duration column holds one of these constants, sorted.
    OneOf {
        column: ColumnId,
        set: Box<[Constant]>,
    },
    /// A text column passes a test that is made once for each different text.
    Text {
        column: ColumnId,
        test: TextPredicate,
    },
    /// A list column has one (or each) of these constants; `fold_case` compares case-folded text.
    Has {
        column: ColumnId,
        all: bool,
        values: Box<[Constant]>,
        fold_case: bool,
    },
    /// Anything else: the condition is worked out from the graph, value by value, in vectors.
    General { columns: Box<[ColumnId]> },
}

/// The edge of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    pub parameter: ParameterId,
    pub inclusive: bool,
}

/// A test of one text, after the steps of `prepare` in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct TextPredicate {
    pub fold_case: bool,
    pub test: TextTestKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TextTestKind {
    /// Equal to one of these, sorted.
    OneOf(Box<[Arc<str>]>),
    /// Between these texts by code point; the flag says whether the edge belongs to it.
    Range {
        low: Option<(Arc<str>, bool)>,
        high: Option<(Arc<str>, bool)>,
    },
    Pattern {
        test: TextTest,
        pattern: Arc<str>,
    },
}
