//! What is to be done for a program: which columns to read, which tests to make on them, how to combine the outcomes.
//!
//! A plan needs no schema, no names and no text to run. Its leaves are tests of one contact each yielding a bit; its nodes
//! combine the bits of leaves and of other nodes; all segments share both.

mod chains;
mod cost;
mod expression;
mod folds;
mod looked_up;
mod lower;
mod passes;
mod print;
mod since;
mod skip;
mod ties;
mod upcoming;

pub use chains::{Agreement, Chain, Deadline, Relative, Step};
pub use folds::{Fold, Folds, Stream, TimeBound};
pub use looked_up::{Answers, LookedUp, Numbers};
pub use lower::plan;
pub use passes::{Pass, Tallied};
pub use print::PlanPrint;
pub use skip::{Verdict, Verdicts};
pub use upcoming::Upcoming;

use crate::functions::Pattern;
use crate::ir::{ConditionId, Graph, NodeRef, TextTest, Value, ValueId};
use crate::optimize::constants::Known;
use crate::population::Figures;
use crate::schema::{FieldId, KeyList};
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
    /// Values that depend on nothing but `now` and constants, each as large as can be.
    pub parameters: Vec<ValueId>,
    pub leaves: Vec<Leaf>,
    /// Operands stand before what is built on them. The operands of a conjunction or disjunction stand in the order in which they
    /// are best made: first what is cheap and likely to decide.
    pub nodes: Vec<Node>,
    /// What making each node is thought to cost, and how often it is true; one for each of `nodes`.
    pub estimates: Vec<Estimate>,
    /// The root of each segment, in the order of the program.
    pub segments: Vec<NodeId>,
    /// The brackets over streams of events.
    pub folds: Folds,
    /// Values that are worked out of members, besides the answer.
    pub values: Box<[ValueId]>,
    /// What is worked out of all contacts before the first of them is answered.
    pub passes: Box<[Pass]>,
    /// The parameter that each value of the graph is, if any; one for each value of the graph.
    pub(crate) parameter_of: Box<[Option<ParameterId>]>,
    /// The column of each field, where it is read.
    pub(crate) column_of: Box<[Option<ColumnId>]>,
}

impl Plan {
    /// Works out the parameters for a run at this instant (nanoseconds since 1970-01-01T00:00Z).
    pub fn bind(self: &Arc<Self>, now: i128) -> BoundPlan {
        let roots = self.parameters.iter().copied().map(NodeRef::Value);
        let known = Known::of(&self.graph, roots, Some(now), &self.zone);
        let matchers = self.folds.streams.iter();
        BoundPlan {
            matchers: matchers
                .map(|stream| stream.matchers.as_ref().map(|plan| plan.bind(now)))
                .collect(),
            plan: Arc::clone(self),
            now,
            figures: Arc::default(),
            parameters: self
                .parameters
                .iter()
                .map(|id| known.value(*id).cloned().unwrap_or(Constant::Missing))
                .collect(),
        }
    }

    /// This plan and those of its passes: whatever a run looks at.
    pub fn all(&self) -> impl Iterator<Item = &Plan> {
        let passes = self.passes.iter().map(|pass| &*pass.plan);
        std::iter::once(self).chain(passes)
    }

    /// The nodes that are worked out of contacts.
    pub(crate) fn roots(&self) -> impl Iterator<Item = NodeRef> {
        let leaves = self.leaves.iter();
        let conditions = leaves.map(|leaf| NodeRef::Condition(leaf.condition));
        conditions.chain(self.values.iter().copied().map(NodeRef::Value))
    }

    /// The parameter that this value of the graph is: where there is one, its operands need no look.
    pub fn parameter(&self, value: ValueId) -> Option<ParameterId> {
        self.parameter_of[value.index()]
    }

    /// The column that a field is read from; none where no leaf needs it.
    pub fn column(&self, field: FieldId) -> Option<ColumnId> {
        *self.column_of.get(field.0 as usize)?
    }
}

/// A plan with the values of its parameters: what a run is given. Made by [`Plan::bind`]; cheap to clone.
#[derive(Clone, Debug)]
pub struct BoundPlan {
    pub plan: Arc<Plan>,
    /// Nanoseconds since 1970-01-01T00:00Z.
    pub now: i128,
    /// One for each of [`Plan::parameters`].
    pub parameters: Arc<[Constant]>,
    /// The tests of events, one plan for each of the streams in [`Plan::folds`].
    pub matchers: Arc<[Option<BoundPlan>]>,
    /// What its populations tell, as far as they have been worked out.
    pub figures: Arc<Figures>,
}

impl BoundPlan {
    /// The same plan where this is known of its populations.
    pub fn with_figures(self, figures: Arc<Figures>) -> Self {
        Self { figures, ..self }
    }

    /// What a value is for every contact; none where it differs.
    pub fn constant(&self, value: ValueId) -> Option<&Constant> {
        match self.plan.parameter(value) {
            Some(parameter) => Some(&self.parameters[parameter.0 as usize]),
            None => match self.plan.graph.value(value) {
                Value::Constant(constant) => Some(constant),
                _ => None,
            },
        }
    }
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
    /// Of a column of records, or of lists of records such as events: which of their parts are read. None where all are.
    pub parts: Option<Box<[bool]>>,
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
    pub estimate: Estimate,
    /// Of a test of general shape, what it hangs on, where that is a key of a catalogue alone.
    pub looked_up: Option<Arc<LookedUp>>,
}

/// What is thought of a test before any contact is seen. Good enough to put tests in order; measured counts are better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Nanoseconds a contact.
    pub cost: f32,
    /// The share of contacts that pass, from 0 to 1.
    pub pass_rate: f32,
}

/// The form of a test, which decides what kernel makes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A boolean parameter is known and true: the same for every contact.
    Parameter(ParameterId),
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
    /// The place in a column of points is known, and its distance from the point of a parameter lies in a range of at least one edge.
    Distance {
        column: ColumnId,
        from: ParameterId,
        low: Option<Edge>,
        high: Option<Edge>,
    },
    /// A number, date, time or duration column holds one of these constants: at least one, sorted by value, without doubles by value, none missing.
    OneOf {
        column: ColumnId,
        set: Box<[Constant]>,
    },
    /// A text column is known and passes a test that can be made once for each different text.
    Text {
        column: ColumnId,
        test: TextPredicate,
    },
    /// A list column has one (or each) of these constants: at least one, none missing. With `fold_case` the elements are case-folded first;
    /// the constants are folded already. A missing list is an empty one.
    Has {
        column: ColumnId,
        all: bool,
        values: Box<[Constant]>,
        fold_case: bool,
    },
    /// Anything else: the condition is worked out from the graph, value by value, in vectors.
    General { columns: Box<[ColumnId]> },
}

impl Shape {
    /// Calls `visit` for each column that the test reads.
    pub fn columns(&self, mut visit: impl FnMut(ColumnId)) {
        match self {
            Shape::Parameter(_) => {}
            Shape::Missing(column)
            | Shape::Boolean { column, .. }
            | Shape::Range { column, .. }
            | Shape::Distance { column, .. }
            | Shape::OneOf { column, .. }
            | Shape::Text { column, .. }
            | Shape::Has { column, .. } => visit(*column),
            Shape::General { columns } => columns.iter().copied().for_each(visit),
        }
    }

    /// Calls `visit` for each parameter of the shape. Those of a general test are found in the graph.
    pub fn parameters(&self, mut visit: impl FnMut(ParameterId)) {
        match self {
            Shape::Parameter(parameter) => visit(*parameter),
            Shape::Range { low, high, .. } => {
                for edge in [low, high].into_iter().flatten() {
                    visit(edge.parameter);
                }
            }
            Shape::Distance {
                from, low, high, ..
            } => {
                visit(*from);
                for edge in [low, high].into_iter().flatten() {
                    visit(edge.parameter);
                }
            }
            Shape::Missing(_)
            | Shape::Boolean { .. }
            | Shape::OneOf { .. }
            | Shape::Text { .. }
            | Shape::Has { .. }
            | Shape::General { .. } => {}
        }
    }

    fn renumbered(
        &self,
        column_id: impl Fn(ColumnId) -> ColumnId,
        parameter_id: impl Fn(ParameterId) -> ParameterId,
    ) -> Self {
        let mut shape = self.clone();
        match &mut shape {
            Shape::Parameter(parameter) => *parameter = parameter_id(*parameter),
            Shape::Range { column, low, high } => {
                *column = column_id(*column);
                for edge in [low, high].into_iter().flatten() {
                    edge.parameter = parameter_id(edge.parameter);
                }
            }
            Shape::Distance {
                column,
                from,
                low,
                high,
            } => {
                *column = column_id(*column);
                *from = parameter_id(*from);
                for edge in [low, high].into_iter().flatten() {
                    edge.parameter = parameter_id(edge.parameter);
                }
            }
            Shape::General { columns } => {
                for column in columns.iter_mut() {
                    *column = column_id(*column);
                }
                columns.sort_unstable();
            }
            Shape::Missing(column)
            | Shape::Boolean { column, .. }
            | Shape::OneOf { column, .. }
            | Shape::Text { column, .. }
            | Shape::Has { column, .. } => *column = column_id(*column),
        }
        shape
    }
}

/// The edge of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    pub parameter: ParameterId,
    pub inclusive: bool,
}

/// A test of one text, case-folded before where `fold_case` says so; the texts of the test are folded already.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TextPredicate {
    pub fold_case: bool,
    pub test: TextTestKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// Found in the text as it is: a pattern sees to the case itself.
    Matches(Pattern),
    /// In a list of keys, which are case-folded where the text is.
    InList {
        list: KeyList,
        fold_case: bool,
    },
}

#[cfg(test)]
mod tests;
