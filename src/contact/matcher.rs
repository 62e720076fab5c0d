//! All segments of a program for one contact: the answers of the leaves first, each in the quickest way there is for it, then all segments at once.

use super::planes::Planes;
use super::{Contact, SegmentSet};
use crate::ir::{ConditionId, Graph, Value, ValueId};
use crate::jit::Unsupported;
use crate::jit::fixed::{Reading, read, scaled};
use crate::jit::gates::Gates;
use crate::jit::row::{RowTest, SLOT_WORDS};
#[cfg(feature = "jit")]
use crate::jit::row_code::RowCode;
#[cfg(feature = "jit")]
use crate::jit::row_glue::RowGlue;
use crate::optimize::walk;
use crate::plan::{BoundPlan, ColumnId, Edge, Node, ParameterId, Plan, Shape};
use crate::population::Figures;
use crate::types::{Constant, NumberKind, Type, calendar};
use std::borrow::Cow;
use std::sync::Arc;

use super::lookup::{ListGroup, TextGroup};

/// How the answers of leaves over numbers, dates and times are found. Both ways give the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// By code that was made for the program.
    Native,
    /// By going over a list of tests.
    Portable,
}

/// The segments of a program, made ready to answer for one contact after the other. Cheap to clone; may be used by many threads at once.
#[derive(Clone)]
pub struct ContactMatcher {
    tests: Arc<Tests>,
    bound: BoundPlan,
    /// Fixed numbers, worked out for the instant of the run.
    block: Arc<[u64]>,
}

/// What stays the same for every instant.
struct Tests {
    slots: Vec<Slot>,
    /// Tests of slots, each with its leaf.
    row: Vec<(usize, RowTest)>,
    /// What the words of the block are made of.
    fixed: Vec<FixedWords>,
    texts: Vec<TextGroup>,
    lists: Vec<ListGroup>,
    /// Leaves that are worked out from the graph.
    general: Vec<usize>,
    combination: Combination,
    #[cfg(feature = "jit")]
    code: Option<RowCode>,
}

/// A value of the contact that lies in a slot.
struct Slot {
    source: Source,
    kind: SlotKind,
    /// The leaves that read it, for values that no slot can hold.
    leaves: Vec<usize>,
}

/// Where the value of a slot comes from. What is worked out is worked out once, however many tests ask for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Column(ColumnId),
    /// The distance of the place in a column from that of a parameter.
    Distance {
        column: ColumnId,
        from: ParameterId,
    },
    /// The first anniversary of the date in a column from the day of a parameter on.
    Anniversary {
        column: ColumnId,
        from: ParameterId,
    },
}

#[derive(Clone, Copy)]
enum SlotKind {
    /// Only whether it is known matters.
    Known,
    Boolean,
    /// A number, this many times, as a whole number of 64 bits.
    Whole {
        scale: i128,
    },
    Float,
}

/// Millionths hold money and measures, and leave thirteen digits before the point.
const EXACT_SCALE: i128 = 1_000_000;
/// Longer sets are looked up by the general way.
const LONGEST_SET: usize = 32;

/// Words of the block.
enum FixedWords {
    Parameter(usize),
    Whole {
        scale: i128,
        low: Option<Edge>,
        high: Option<Edge>,
    },
    Float {
        low: Option<Edge>,
        high: Option<Edge>,
    },
}

enum Combination {
    #[cfg(feature = "jit")]
    Code(Box<RowGlue>),
    Planes(Box<Planes>),
    /// Node by node, for segments that are too large for planes.
    Nodes,
}

impl ContactMatcher {
    /// With native code where this machine and build have it.
    pub fn new(bound: &BoundPlan) -> Self {
        Self::native(bound).unwrap_or_else(|_| Self::portable(bound))
    }

    /// With native code.
    ///
    /// # Errors
    /// Where this machine or build has none.
    pub fn native(bound: &BoundPlan) -> Result<Self, Unsupported> {
        let mut tests = Tests::new(&bound.plan);
        tests.compile(&bound.plan)?;
        Ok(Self::with(tests, bound))
    }

    /// Without native code.
    pub fn portable(bound: &BoundPlan) -> Self {
        Self::with(Tests::new(&bound.plan), bound)
    }

    fn with(tests: Tests, bound: &BoundPlan) -> Self {
        Self {
            block: tests.block(bound),
            tests: Arc::new(tests),
            bound: bound.clone(),
        }
    }

    /// The same segments at another instant. Only the fixed numbers are worked out anew; code is kept, if `bound` is of the same plan.
    pub fn rebind(&self, bound: &BoundPlan) -> Self {
        if !Arc::ptr_eq(&self.bound.plan, &bound.plan) {
            return match self.path() {
                Path::Native => Self::new(bound),
                Path::Portable => Self::portable(bound),
            };
        }
        Self {
            tests: self.tests.clone(),
            block: self.tests.block(bound),
            bound: bound.clone(),
        }
    }

    /// Which way is taken.
    pub fn path(&self) -> Path {
        match self.tests.code_bytes() {
            Some(_) => Path::Native,
            None => Path::Portable,
        }
    }

    /// The segments that the contact belongs to. The contact is of the schema that the program was compiled for.
    pub fn matches(&self, contact: &Contact) -> SegmentSet {
        let mut members = SegmentSet::default();
        self.matches_into(contact, &mut members);
        members
    }

    /// As [`ContactMatcher::matches`], into a set that was used before, which saves its making.
    pub fn matches_into(&self, contact: &Contact, members: &mut SegmentSet) {
        let plan = &*self.bound.plan;
        let tests = &*self.tests;
        members.segments = plan.segments.len();
        members.words.resize(members.segments.div_ceil(64), 0);
        let work = &mut members.work;
        work.answers.resize(plan.leaves.len(), 0);
        work.slots.resize(tests.slots.len() * SLOT_WORDS, 0);
        let mut is_odd = false;
        for (slot, words) in (tests.slots.iter()).zip(work.slots.chunks_exact_mut(SLOT_WORDS)) {
            match slot.kind.held(&slot.source.value(&self.bound, contact)) {
                Some(held) => words.copy_from_slice(&held),
                None => is_odd = true,
            }
        }
        tests.answer_rows(&work.slots, &self.block, &mut work.answers);
        for text in &tests.texts {
            let value = contact.get(plan.columns[text.column.0 as usize].field);
            text.answer(value, &mut work.answers);
        }
        for list in &tests.lists {
            let value = contact.get(plan.columns[list.column.0 as usize].field);
            list.answer(value, &mut work.present, &mut work.answers);
        }
        let graph = Evaluation {
            bound: &self.bound,
            contact,
        };
        for leaf in &tests.general {
            work.answers[*leaf] = graph.leaf(*leaf);
        }
        if is_odd {
            for slot in &tests.slots {
                let value = slot.source.value(&self.bound, contact);
                if slot.kind.held(&value).is_none() {
                    for leaf in &slot.leaves {
                        work.answers[*leaf] = graph.leaf(*leaf);
                    }
                }
            }
        }
        match &tests.combination {
            #[cfg(feature = "jit")]
            Combination::Code(glue) => {
                glue.members(&work.answers, &mut work.bytes, &mut members.words);
            }
            Combination::Planes(planes) => {
                work.planes.resize(planes.scratch_words(), 0);
                planes.members(&work.answers, &mut work.planes, &mut members.words);
            }
            Combination::Nodes => combine_nodes(plan, &work.answers, &mut members.words),
        }
    }
}

impl Tests {
    fn new(plan: &Plan) -> Self {
        let combination = Planes::new(&Gates::new(plan), plan.leaves.len());
        let mut tests = Self {
            slots: Vec::new(),
            row: Vec::new(),
            fixed: Vec::new(),
            texts: Vec::new(),
            lists: Vec::new(),
            general: Vec::new(),
            combination: combination.map_or(Combination::Nodes, |planes| {
                Combination::Planes(Box::new(planes))
            }),
            #[cfg(feature = "jit")]
            code: None,
        };
        for (leaf, test) in plan.leaves.iter().enumerate() {
            if !tests.add(plan, leaf, &test.shape) {
                tests.general.push(leaf);
            }
        }
        tests.texts.iter_mut().for_each(TextGroup::complete);
        tests.lists.iter_mut().for_each(ListGroup::complete);
        tests
    }

    /// Finds a quick way for a leaf; false where there is none.
    fn add(&mut self, plan: &Plan, leaf: usize, shape: &Shape) -> bool {
        let column_type = |column: ColumnId| &plan.columns[column.0 as usize].column_type;
        let test = match shape {
            Shape::Parameter(parameter) => RowTest::Fixed {
                at: self.fixed_words(FixedWords::Parameter(parameter.0 as usize)),
            },
            Shape::Missing(column) => RowTest::Missing {
                slot: self.column(*column, SlotKind::of(column_type(*column)), leaf),
            },
            Shape::Boolean { column, value } => RowTest::Boolean {
                slot: self.column(*column, SlotKind::Boolean, leaf),
                value: *value,
            },
            Shape::Range { column, low, high } => {
                let kind = SlotKind::of(column_type(*column));
                let (low, high) = (*low, *high);
                let slot = self.column(*column, kind, leaf);
                match kind {
                    SlotKind::Whole { scale } => RowTest::Whole {
                        slot,
                        at: self.fixed_words(FixedWords::Whole { scale, low, high }),
                    },
                    SlotKind::Float => RowTest::Float {
                        slot,
                        at: self.fixed_words(FixedWords::Float { low, high }),
                    },
                    SlotKind::Known | SlotKind::Boolean => return false,
                }
            }
            Shape::OneOf { column, set } if set.len() <= LONGEST_SET => {
                let kind = SlotKind::of(column_type(*column));
                let slot = self.column(*column, kind, leaf);
                match kind {
                    SlotKind::Whole { scale } => RowTest::WholeOneOf {
                        slot,
                        numbers: (set.iter())
                            .filter_map(|wanted| scaled(wanted, scale)?.exact())
                            .filter_map(|number| i64::try_from(number).ok())
                            .collect(),
                    },
                    SlotKind::Float => RowTest::FloatOneOf {
                        slot,
                        numbers: (set.iter())
                            .map(|wanted| f64::from_bits(read(wanted, Reading::FloatEqual)))
                            .filter(|number| !number.is_nan())
                            .collect(),
                    },
                    SlotKind::Known | SlotKind::Boolean => return false,
                }
            }
            Shape::Text { column, test } => {
                let group = (self.texts.iter_mut())
                    .find(|group| group.column == *column && group.fold_case == test.fold_case);
                match group {
                    Some(group) => group.add(leaf, &test.test),
                    None => {
                        let mut group = TextGroup::new(*column, test.fold_case);
                        group.add(leaf, &test.test);
                        self.texts.push(group);
                    }
                }
                return true;
            }
            Shape::Has {
                column,
                all,
                values,
                fold_case,
            } => {
                let texts = values.iter().map(|value| match value {
                    Constant::Text(text) => Some(text.clone()),
                    _ => None,
                });
                let Some(texts) = texts.collect::<Option<Vec<_>>>() else {
                    return false;
                };
                let group = (self.lists.iter_mut())
                    .find(|group| group.column == *column && group.fold_case == *fold_case);
                match group {
                    Some(group) => group.add(leaf, *all, texts),
                    None => {
                        let mut group = ListGroup::new(*column, *fold_case);
                        group.add(leaf, *all, texts);
                        self.lists.push(group);
                    }
                }
                return true;
            }
            Shape::Distance {
                column,
                from,
                low,
                high,
            } => {
                let (column, from) = (*column, *from);
                self.worked_out(Source::Distance { column, from }, (*low, *high), leaf)
            }
            Shape::General { .. } => match upcoming(plan, plan.leaves[leaf].condition) {
                Some((source, high)) => self.worked_out(source, (None, Some(high)), leaf),
                None => return false,
            },
            Shape::OneOf { .. } => return false,
        };
        self.row.push((leaf, test));
        true
    }

    /// The slot of a column, made where it is new.
    fn column(&mut self, column: ColumnId, kind: SlotKind, leaf: usize) -> usize {
        self.slot(Source::Column(column), kind, leaf)
    }

    /// The test whether a value that is worked out lies between edges.
    fn worked_out(
        &mut self,
        source: Source,
        (low, high): (Option<Edge>, Option<Edge>),
        leaf: usize,
    ) -> RowTest {
        let scale = 1;
        RowTest::Whole {
            slot: self.slot(source, SlotKind::Whole { scale }, leaf),
            at: self.fixed_words(FixedWords::Whole { scale, low, high }),
        }
    }

    fn slot(&mut self, source: Source, kind: SlotKind, leaf: usize) -> usize {
        let place =
            (self.slots.iter().position(|slot| slot.source == source)).unwrap_or_else(|| {
                self.slots.push(Slot {
                    source,
                    kind,
                    leaves: Vec::new(),
                });
                self.slots.len() - 1
            });
        self.slots[place].leaves.push(leaf);
        place
    }

    /// The place of these words in the block.
    fn fixed_words(&mut self, words: FixedWords) -> usize {
        self.fixed.push(words);
        (self.fixed.len() - 1) * 2
    }

    /// The block for the instant of a run: two words for each of what is fixed.
    fn block(&self, bound: &BoundPlan) -> Arc<[u64]> {
        let parameter = |edge: &Edge| &bound.parameters[edge.parameter.0 as usize];
        let words = self.fixed.iter().flat_map(|fixed| match fixed {
            FixedWords::Parameter(place) => {
                let holds = bound.parameters[*place] == Constant::Boolean(true);
                [u64::from(holds), 0]
            }
            FixedWords::Whole { scale, low, high } => {
                // No slot holds the greatest number, so the width of all others fits.
                let edges = [low, high].map(|edge| {
                    edge.as_ref().map(|edge| {
                        scaled(parameter(edge), *scale).map(|parts| (parts, !edge.inclusive))
                    })
                });
                let [low, high] = edges;
                let low = low.map(|edge| edge.map(|(parts, strict)| parts.at_least(strict)));
                let high = high.map(|edge| edge.map(|(parts, strict)| parts.at_most(strict)));
                let (Some(low), Some(high)) = (
                    low.unwrap_or(Some(i128::MIN)),
                    high.unwrap_or(Some(i128::MAX)),
                ) else {
                    return [0, 0];
                };
                let low = low.max(i64::MIN.into());
                let high = high.min(i128::from(i64::MAX) - 1);
                match u64::try_from(high.saturating_sub(low) + 1) {
                    Ok(width) => [low as u64, width],
                    Err(_) => [0, 0],
                }
            }
            FixedWords::Float { low, high } => {
                let word = |edge: &Option<Edge>, all: f64, reading: fn(bool) -> Reading| {
                    edge.as_ref().map_or(all.to_bits(), |edge| {
                        read(parameter(edge), reading(!edge.inclusive))
                    })
                };
                [
                    word(low, f64::NEG_INFINITY, |strict| Reading::FloatAtLeast {
                        strict,
                    }),
                    word(high, f64::INFINITY, |strict| Reading::FloatAtMost {
                        strict,
                    }),
                ]
            }
        });
        words.collect()
    }

    #[cfg(feature = "jit")]
    fn compile(&mut self, plan: &Plan) -> Result<(), Unsupported> {
        self.code = Some(RowCode::new(&self.row)?);
        // Where there can be no code for it, what is there stays.
        if let Ok(glue) = RowGlue::new(plan) {
            self.combination = Combination::Code(Box::new(glue));
        }
        Ok(())
    }

    #[cfg(not(feature = "jit"))]
    fn compile(&mut self, _plan: &Plan) -> Result<(), Unsupported> {
        Err(crate::jit::absent())
    }

    #[cfg(feature = "jit")]
    fn code_bytes(&self) -> Option<usize> {
        let glue = match &self.combination {
            Combination::Code(glue) => glue.bytes(),
            Combination::Planes(_) | Combination::Nodes => 0,
        };
        Some(self.code.as_ref()?.bytes() + glue)
    }

    #[cfg(not(feature = "jit"))]
    fn code_bytes(&self) -> Option<usize> {
        None
    }

    fn answer_rows(&self, slots: &[u64], block: &[u64], answers: &mut [u8]) {
        #[cfg(feature = "jit")]
        if let Some(code) = &self.code {
            return code.run(slots, block, answers);
        }
        for (leaf, test) in &self.row {
            answers[*leaf] = test.holds(slots, block).into();
        }
    }
}

/// The anniversary that a condition asks about, and the last day on which it may be; none where it asks something else.
fn upcoming(plan: &Plan, condition: ConditionId) -> Option<(Source, Edge)> {
    let asked = plan.upcoming(condition)?;
    let source = Source::Anniversary {
        column: plan.column(asked.field)?,
        from: plan.parameter(asked.from)?,
    };
    let edge = Edge {
        parameter: plan.parameter(asked.last.value)?,
        inclusive: asked.last.inclusive,
    };
    Some((source, edge))
}

impl Source {
    fn value<'c>(self, bound: &BoundPlan, contact: &'c Contact) -> Cow<'c, Constant> {
        let field = |column: ColumnId| contact.get(bound.plan.columns[column.0 as usize].field);
        let parameter = |parameter: ParameterId| &bound.parameters[parameter.0 as usize];
        let worked_out = match self {
            Source::Column(column) => return Cow::Borrowed(field(column)),
            Source::Distance { column, from } => match (field(column), parameter(from)) {
                (Constant::Point(place), Constant::Point(from)) => {
                    Some(Constant::Distance(from.distance(*place)))
                }
                _ => None,
            },
            Source::Anniversary { column, from } => match (field(column), parameter(from)) {
                (Constant::Date(day), Constant::Date(from)) => {
                    calendar::anniversary(*day, *from).map(Constant::Date)
                }
                _ => None,
            },
        };
        Cow::Owned(worked_out.unwrap_or(Constant::Missing))
    }
}

impl SlotKind {
    fn of(column_type: &Type) -> Self {
        match column_type {
            Type::Boolean => SlotKind::Boolean,
            Type::Number(NumberKind::Float) => SlotKind::Float,
            Type::Number(NumberKind::Exact) => SlotKind::Whole { scale: EXACT_SCALE },
            Type::Number(NumberKind::Whole)
            | Type::Date
            | Type::Time
            | Type::Duration
            | Type::Distance => SlotKind::Whole { scale: 1 },
            Type::Text | Type::Point | Type::List(_) | Type::Record(_) | Type::Map(_) => {
                SlotKind::Known
            }
        }
    }

    /// The words of a slot; none where it cannot hold the value.
    fn held(self, value: &Constant) -> Option<[u64; SLOT_WORDS]> {
        let number = match (self, value) {
            (_, Constant::Missing) => return Some([0, 0]),
            (SlotKind::Known, _) => return Some([0, 1]),
            (SlotKind::Boolean, Constant::Boolean(value)) => return Some([u64::from(*value), 1]),
            (SlotKind::Float, Constant::Float(float)) => return Some([float.get().to_bits(), 1]),
            (SlotKind::Whole { scale }, Constant::Number(number)) => {
                if scale % number.denominator() != 0 {
                    return None;
                }
                let times = scale / number.denominator();
                number.numerator().checked_mul(times)?
            }
            (SlotKind::Whole { scale: 1 }, Constant::Date(days)) => i128::from(*days),
            (
                SlotKind::Whole { scale: 1 },
                Constant::Time(nanoseconds) | Constant::Duration(nanoseconds),
            ) => *nanoseconds,
            (SlotKind::Whole { scale: 1 }, Constant::Distance(micrometres)) => *micrometres,
            _ => return None,
        };
        let number = i64::try_from(number).ok()?;
        (number != i64::MAX).then_some([number as u64, 1])
    }
}

/// The graph for one contact, for what has no quicker way.
struct Evaluation<'a> {
    bound: &'a BoundPlan,
    contact: &'a Contact,
}

impl Evaluation<'_> {
    fn leaf(&self, leaf: usize) -> u8 {
        walk::holds(self, self.bound.plan.leaves[leaf].condition).into()
    }
}

impl walk::Contact for Evaluation<'_> {
    fn graph(&self) -> &Graph {
        &self.bound.plan.graph
    }

    fn zone(&self) -> &jiff::tz::TimeZone {
        &self.bound.plan.zone
    }

    fn now(&self) -> i128 {
        self.bound.now
    }

    fn figures(&self) -> Option<&Figures> {
        Some(&self.bound.figures)
    }

    fn known(&self, value: ValueId, _inside: u32) -> Option<Constant> {
        let plan = &*self.bound.plan;
        if let Some(parameter) = plan.parameter(value) {
            return Some(self.bound.parameters[parameter.0 as usize].clone());
        }
        match plan.graph.value(value) {
            Value::Field(field) => Some(self.contact.get(*field).clone()),
            _ => None,
        }
    }
}

fn combine_nodes(plan: &Plan, answers: &[u8], members: &mut [u64]) {
    let mut values: Vec<bool> = Vec::with_capacity(plan.nodes.len());
    for node in &plan.nodes {
        let value = match node {
            Node::Constant(value) => *value,
            Node::Leaf(leaf) => answers[leaf.0 as usize] == 1,
            Node::Not(operand) => !values[operand.0 as usize],
            Node::And(operands) => operands.iter().all(|operand| values[operand.0 as usize]),
            Node::Or(operands) => operands.iter().any(|operand| values[operand.0 as usize]),
        };
        values.push(value);
    }
    members.fill(0);
    for (segment, root) in plan.segments.iter().enumerate() {
        members[segment / 64] |= u64::from(values[root.0 as usize]) << (segment % 64);
    }
}
