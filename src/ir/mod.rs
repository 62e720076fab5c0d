//! The typed tree: what a checked text means, without sugar and without names.
//!
//! Two sorts of nodes live in one [`Graph`]. A [`Condition`] is true or false, never unknown; a [`Value`] has a type and may be missing.
//! Equal nodes are stored once, so equal ids mean equal meaning, and segments share what they have in common.
//!
//! Meaning, in one place (language reference, "Laws"):
//! * a comparison, range, membership or text test with a missing operand is false;
//! * `Not` is true exactly where its operand is false, hence also where a comparison under it had a missing operand;
//! * arithmetic with a missing operand is missing; so are division by zero, overflow of 128 bits, NaN and the infinities;
//! * a bracket looks at the elements of its rows one by one: what stands in it means what it means of one element;
//! * numbers compare by exact value whatever their kinds; text compares by code point.

mod brackets;
mod graph;
mod kept;
mod moved;
mod population;
pub mod print;
mod verify;
mod visit;

pub use crate::types::Aggregate;
pub use crate::types::calendar::Period;
pub use graph::{ConditionId, Graph, ValueId};
pub(crate) use kept::Kept;
pub use moved::Moved;
pub use population::{Figure, Population, Rule};
pub use visit::NodeRef;

use crate::functions::{FunctionId, Pattern};
use crate::schema::{Catalogue, FieldId, KeyList};
use crate::types::{CalendarUnit, Constant, Type};
use std::sync::Arc;

/// A condition of a contact: true or false.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    Constant(bool),
    Not(ConditionId),
    /// True where all are; of none, true.
    And(Box<[ConditionId]>),
    /// True where one is; of none, false.
    Or(Box<[ConditionId]>),
    /// At least so many of these are true; one that stands twice counts twice.
    AtLeast {
        count: u32,
        of: Box<[ConditionId]>,
    },
    /// A boolean value that is known and true.
    Holds(ValueId),
    /// The value is missing.
    Missing(ValueId),
    /// Both known and so related. `>` and `>=` are `Less` and `LessOrEqual` with the sides changed, `!=` is `Not` of `Equal`.
    Compare {
        comparison: Comparison,
        left: ValueId,
        right: ValueId,
    },
    /// Value and edges known, and the value between them. Serves numbers, dates, times, durations and distances. At least one edge is there.
    Range {
        value: ValueId,
        low: Option<Bound>,
        high: Option<Bound>,
    },
    /// The value is known and equals one of the constants, none of which is missing; sorted, without doubles.
    OneOf {
        value: ValueId,
        set: Box<[Constant]>,
    },
    /// Both are known text and so related. `ignoring case` stands as [`Value::FoldCase`] on both sides, as it does everywhere.
    TextTest {
        test: TextTest,
        value: ValueId,
        pattern: ValueId,
    },
    /// A known text in which the pattern is found.
    Matches {
        value: ValueId,
        pattern: Pattern,
    },
    /// A known value that stands in a list of keys; with `fold_case` the keys are case-folded, as the value is.
    InList {
        value: ValueId,
        list: KeyList,
        fold_case: bool,
    },
    /// The list has (an element equal to) one of the values, or each of them. Missing elements and missing values are equal to nothing;
    /// a missing list is an empty one. `has none of` is `Not` of `Any`.
    Has {
        list: ValueId,
        all: bool,
        values: Box<[ValueId]>,
    },
    /// Some element of the rows fulfils the condition, which stands in their bracket. `every x[c]` is `Not` of `Any` of `Not c`.
    Any {
        rows: Rows,
        condition: ConditionId,
    },
}

/// What a bracket ranges over. The rows themselves are worked out outside of their bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rows {
    /// The elements of a list, missing ones among them; a missing list is an empty one.
    List(ValueId),
}

impl Rows {
    /// Calls `visit` for each operand.
    pub fn operands(self, mut visit: impl FnMut(NodeRef)) {
        match self {
            Rows::List(list) => visit(NodeRef::Value(list)),
        }
    }

    /// The same rows over other operands.
    pub fn with_operands(self, value: impl Fn(ValueId) -> ValueId) -> Rows {
        match self {
            Rows::List(list) => Rows::List(value(list)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Of booleans, numbers, text, dates, times, durations, distances.
    Equal,
    /// Of numbers, text, dates, times, durations, distances.
    Less,
    LessOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}

/// The edge of a range; whether the edge itself belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    pub value: ValueId,
    pub inclusive: bool,
}

/// A value of a contact, or missing. Its type is [`Graph::type_of`]; a node of floating type holds a 64-bit float, to which an exact
/// operand of it (one side of `??`, an argument of `least`) is rounded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Constant(Constant),
    Field(FieldId),
    /// The instant of the run.
    Now,
    /// Numbers with numbers; times, durations and distances as far as [`Graph::arithmetic`] admits them.
    /// Two exact numbers give the exact fraction, missing where a part of it in lowest terms exceeds 128 bits; with a floating operand
    /// both are rounded to the nearest 64-bit float first and the result is IEEE 754, missing where it is not finite.
    /// A duration times or divided by a number is that exact fraction of nanoseconds, cut down to the whole nanosecond at or below it;
    /// a distance that of micrometres.
    Arithmetic {
        operator: Arithmetic,
        left: ValueId,
        right: ValueId,
    },
    Negate(ValueId),
    /// The first, where it is known, else the second.
    Coalesce {
        value: ValueId,
        fallback: ValueId,
    },
    /// The one where the condition is true, the other where it is false. Both are of the sort of the node.
    If {
        condition: ConditionId,
        then: ValueId,
        otherwise: ValueId,
    },
    /// A condition as a boolean value; never missing.
    Condition(ConditionId),
    /// A text, or each element of a list of text, under full Unicode case folding.
    FoldCase(ValueId),
    Call {
        function: FunctionId,
        arguments: Box<[ValueId]>,
    },
    /// A time or a date moved along the calendar by `count` units (see `types::calendar`). A time moves in a zone; a date has none.
    MoveCalendar {
        value: ValueId,
        count: i64,
        unit: CalendarUnit,
        zone: Zone,
    },
    /// The day of a time in a zone.
    DateOf {
        time: ValueId,
        zone: Zone,
    },
    /// The first instant of a date in a zone.
    Midnight {
        date: ValueId,
        zone: Zone,
    },
    /// The first day at or after `from` that is an anniversary of `date`: its day and month in a later year, 29 February falling on the
    /// 28th in a common year. Missing where the calendar ends before it.
    Anniversary {
        date: ValueId,
        from: ValueId,
    },
    /// The first day of the ISO week, month, quarter or year that a date lies in.
    StartOf {
        date: ValueId,
        period: Period,
    },
    /// The element of the bracket so many brackets outwards; 0 is the innermost. What it means hangs on where it stands, so that equal
    /// conditions of different brackets are one node.
    Element {
        depth: u32,
    },
    /// A part of a record, by its place in the record's type; missing of a missing record.
    Part {
        record: ValueId,
        part: u32,
    },
    /// The value of a map under a key, which is text; missing where there is none.
    Entry {
        map: ValueId,
        key: ValueId,
    },
    /// All records of a catalogue, as a list.
    Catalogue(Catalogue),
    /// A part of the record that a catalogue has under a key; of a list of keys a list, those parts that are lists one behind the other.
    LookUp {
        catalogue: Catalogue,
        key: ValueId,
        part: u32,
    },
    /// The key of the record of a catalogue whose place, a part that is a point, is nearest to a place; of several the smallest key. Records
    /// without a key or a place are passed over; missing where there is none other.
    Nearest {
        catalogue: Catalogue,
        part: u32,
        place: ValueId,
    },
    /// The number of elements that fulfil the condition in their bracket; with `distinct`, of different values that they have.
    Count {
        rows: Rows,
        condition: ConditionId,
        distinct: Option<Distinct>,
    },
    /// The aggregate of a value in the bracket over the elements that fulfil the condition, in the order of the rows.
    Aggregate {
        function: Aggregate,
        of: ValueId,
        rows: Rows,
        condition: ConditionId,
    },
    /// The known value that most of the elements have that fulfil the condition, those of a list each for itself. Of several the one that
    /// was met last by the time in the bracket, of these the smallest. Missing where there is none.
    Favourite {
        of: ValueId,
        time: ValueId,
        rows: Rows,
        condition: ConditionId,
    },
    /// The lengths between the known times of a list, each and the next, from the first to the last in time; one fewer than these. None of
    /// a missing list.
    Gaps(ValueId),
    /// A figure of many contacts together.
    Population(Box<Population>),
    /// The first so many hexadecimal digits of the hash of these values under a salt, as a whole number (see `functions::Hash`). The values are text,
    /// exact numbers, booleans or dates, at least one; missing where one of them is.
    Hash {
        salt: Arc<str>,
        digits: u8,
        of: Box<[ValueId]>,
    },
}

/// What a count tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Distinct {
    /// A value in the bracket; of a list, each of its values for itself.
    pub value: ValueId,
    /// Values that fewer elements have are not counted. At least 1.
    pub at_least: u32,
}

/// The time zone in which a node reads the clock: the project's where there is none, else the one of this name, a text. A node whose
/// zone has no name or a name that no zone has is missing.
pub type Zone = Option<ValueId>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// What the checker hands on: the graph, and a root for each segment, in the order of the text.
#[derive(Clone, Debug)]
pub struct Module {
    pub graph: Graph,
    pub segments: Vec<ConditionId>,
    /// The project's zone, for the calendar nodes.
    pub zone: jiff::tz::TimeZone,
}

impl Graph {
    /// The type of an arithmetic node, or none where the operands do not fit: number with number; time - time, time ± duration,
    /// duration ± duration, duration × or ÷ number, number × duration, duration ÷ duration; and distances as durations.
    pub fn arithmetic(operator: Arithmetic, left: &Type, right: &Type) -> Option<Type> {
        use crate::types::NumberKind::{Exact, Float, Whole};
        use Arithmetic::{Add, Divide, Multiply, Subtract};
        Some(match (left, operator, right) {
            (Type::Number(Float), _, Type::Number(_))
            | (Type::Number(_), _, Type::Number(Float)) => Type::Number(Float),
            (Type::Number(Whole), Add | Subtract | Multiply, Type::Number(Whole)) => {
                Type::Number(Whole)
            }
            (Type::Number(_), _, Type::Number(_)) => Type::Number(Exact),
            (Type::Time, Subtract, Type::Time) => Type::Duration,
            (Type::Time, Add | Subtract, Type::Duration) | (Type::Duration, Add, Type::Time) => {
                Type::Time
            }
            (Type::Duration, Add | Subtract, Type::Duration) => Type::Duration,
            (Type::Duration, Multiply | Divide, Type::Number(Whole | Exact)) => Type::Duration,
            (Type::Number(Whole | Exact), Multiply, Type::Duration) => Type::Duration,
            (Type::Duration, Divide, Type::Duration) => Type::Number(Exact),
            (Type::Distance, Add | Subtract, Type::Distance) => Type::Distance,
            (Type::Distance, Multiply | Divide, Type::Number(Whole | Exact)) => Type::Distance,
            (Type::Number(Whole | Exact), Multiply, Type::Distance) => Type::Distance,
            (Type::Distance, Divide, Type::Distance) => Type::Number(Exact),
            _ => return None,
        })
    }
}
