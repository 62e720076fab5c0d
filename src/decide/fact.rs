//! One condition of the tree as facts about subjects, joined by AND, OR and NOT.

use super::Given;
use super::bounds::bounds;
use super::edge::{self, Edge, Moving};
use crate::functions::fold_case;
use crate::ir::{Arithmetic, Comparison, Condition, ConditionId, Graph, TextTest, Value, ValueId};
use crate::types::{Constant, Float, NumberKind, Type};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

/// A condition, as far as it is understood.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fact {
    Constant(bool),
    /// Another condition of the tree.
    Condition(ConditionId),
    Not(Box<Fact>),
    And(Vec<Fact>),
    Or(Vec<Fact>),
    Missing(ValueId),
    /// Known, and within these ends; an end with `true` belongs to it.
    Within {
        value: ValueId,
        low: Option<(Edge, bool)>,
        high: Option<(Edge, bool)>,
    },
    /// Known, and one of these.
    OneOf {
        value: ValueId,
        set: Vec<Constant>,
    },
    /// Known, and ends with or contains this. What begins with a text lies between two texts.
    Text {
        value: ValueId,
        piece: Piece,
    },
    /// Both known, and in one of these orders.
    Order {
        left: ValueId,
        right: ValueId,
        less: bool,
        equal: bool,
        greater: bool,
    },
    /// The list has such an element.
    Has {
        list: ValueId,
        element: Element,
    },
    /// A test that is not looked into: the same wherever the same node stands.
    Opaque(ConditionId),
    /// A test that depends on what is not known yet: it may be anything, each time it is met.
    Open,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// At the end, or anywhere.
    pub at_end: bool,
    pub text: Arc<str>,
}

impl Piece {
    pub fn is_in(&self, text: &str) -> bool {
        if self.at_end {
            text.ends_with(&*self.text)
        } else {
            text.contains(&*self.text)
        }
    }

    /// Every text that has this piece has the other one too.
    pub fn brings(&self, other: &Self) -> bool {
        if self.at_end {
            other.is_in(&self.text)
        } else {
            !other.at_end && self.text.contains(&*other.text)
        }
    }

    /// No text has both.
    pub fn excludes(&self, other: &Self) -> bool {
        self.at_end && other.at_end && !self.brings(other) && !other.brings(self)
    }
}

/// What a list may have.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Element {
    Constant(Constant),
    Value(ValueId),
}

/// What is asked of one value.
#[derive(Clone, Debug)]
enum Question {
    Missing,
    Within {
        low: Option<(Edge, bool)>,
        high: Option<(Edge, bool)>,
    },
    OneOf(Vec<Constant>),
    Text(Piece),
}

/// Reads conditions of a graph, and remembers what it read.
pub(super) struct Reader<'g> {
    pub graph: &'g Graph,
    pub given: &'g dyn Given,
    read: RefCell<HashMap<ConditionId, Rc<Fact>, FixedState>>,
}

impl<'g> Reader<'g> {
    pub fn new(graph: &'g Graph, given: &'g dyn Given) -> Self {
        Self {
            graph,
            given,
            read: RefCell::default(),
        }
    }

    pub fn fact(&self, id: ConditionId) -> Rc<Fact> {
        if let Some(fact) = self.read.borrow().get(&id) {
            return Rc::clone(fact);
        }
        let fact = Rc::new(self.read(id));
        self.read.borrow_mut().insert(id, Rc::clone(&fact));
        fact
    }

    /// The values that it can have, where they are a closed set.
    pub fn closed(&self, value: ValueId) -> Option<Vec<Constant>> {
        if let Value::FoldCase(inner) = self.graph.value(value) {
            let values = self.closed(*inner)?;
            let folded = values.iter().map(|constant| match constant {
                Constant::Text(text) => Constant::Text(fold_case(text).into()),
                other => other.clone(),
            });
            return Some(folded.collect());
        }
        self.given.values(value)
    }

    /// It is never missing.
    pub fn is_always_known(&self, value: ValueId) -> bool {
        match self.graph.value(value) {
            Value::FoldCase(inner) => self.is_always_known(*inner),
            Value::Condition(_) | Value::Now | Value::Count { .. } => true,
            _ => self.given.is_always_known(value),
        }
    }

    /// Whether there is plainly a contact of whom a test is as true as it says: one that has nothing fails it, and where nothing is known of the value, one
    /// that has the constant or lies behind the edge passes it.
    pub fn is_plain(&self, id: ConditionId, truth: bool) -> bool {
        let fact = self.fact(id);
        let value = match &*fact {
            Fact::Within { value, .. } | Fact::OneOf { value, .. } | Fact::Text { value, .. } => {
                *value
            }
            _ => return false,
        };
        if !truth {
            return !self.is_always_known(value);
        }
        let can_be = match &*fact {
            Fact::Within { low, high, .. } => {
                low.is_some() != high.is_some()
                    && matches!(
                        self.graph.type_of(value),
                        Type::Number(_) | Type::Date | Type::Time
                    )
            }
            Fact::OneOf { set, .. } => match set.first() {
                Some(Constant::Number(number)) => number.is_whole(),
                Some(Constant::Text(_) | Constant::Boolean(_)) => true,
                _ => false,
            },
            _ => false,
        };
        can_be
            && self.closed(value).is_none()
            && bounds(self.graph, self.given, value) == (None, None)
    }

    fn read(&self, id: ConditionId) -> Fact {
        match self.graph.condition(id) {
            Condition::Constant(truth) => Fact::Constant(*truth),
            Condition::Not(operand) => Fact::Not(Box::new(Fact::Condition(*operand))),
            Condition::And(operands) => {
                Fact::And(operands.iter().map(|id| Fact::Condition(*id)).collect())
            }
            Condition::Or(operands) => {
                Fact::Or(operands.iter().map(|id| Fact::Condition(*id)).collect())
            }
            test => {
                if self.given.missing_is_open() && self.is_open(test) {
                    return Fact::Open;
                }
                self.test(id, test)
            }
        }
    }

    fn test(&self, id: ConditionId, test: &Condition) -> Fact {
        match test {
            Condition::Holds(value) => {
                self.about(*value, &Question::OneOf(vec![Constant::Boolean(true)]))
            }
            Condition::Missing(value) => self.about(*value, &Question::Missing),
            Condition::Compare {
                comparison,
                left,
                right,
            } => self.compare(id, *comparison, *left, *right),
            Condition::Range { value, low, high } => {
                let mut facts = Vec::new();
                let (mut within_low, mut within_high) = (None, None);
                for (bound, is_low) in [(low, true), (high, false)] {
                    let Some(bound) = bound else { continue };
                    match self.edge(bound.value) {
                        Some(Edge::Constant(Constant::Missing)) => return Fact::Constant(false),
                        Some(edge) if is_low => within_low = Some((edge, bound.inclusive)),
                        Some(edge) => within_high = Some((edge, bound.inclusive)),
                        None => facts.push(ordered(
                            *value,
                            bound.value,
                            !is_low,
                            bound.inclusive,
                            is_low,
                        )),
                    }
                }
                if within_low.is_some() || within_high.is_some() {
                    facts.push(self.about(
                        *value,
                        &Question::Within {
                            low: within_low,
                            high: within_high,
                        },
                    ));
                }
                match facts.pop() {
                    Some(only) if facts.is_empty() => only,
                    last => {
                        facts.extend(last);
                        Fact::And(facts)
                    }
                }
            }
            Condition::OneOf { value, set } => self.about(*value, &Question::OneOf(set.to_vec())),
            Condition::TextTest {
                test,
                value,
                pattern,
            } => match self.graph.value(*pattern) {
                Value::Constant(Constant::Missing) => Fact::Constant(false),
                Value::Constant(Constant::Text(text)) => {
                    let question = match test {
                        TextTest::StartsWith => Question::Within {
                            low: Some((Edge::Constant(Constant::Text(text.clone())), true)),
                            high: behind_all(text)
                                .map(|text| (Edge::Constant(Constant::Text(text)), false)),
                        },
                        TextTest::EndsWith | TextTest::Contains => Question::Text(Piece {
                            at_end: *test == TextTest::EndsWith,
                            text: text.clone(),
                        }),
                    };
                    self.about(*value, &question)
                }
                _ => Fact::Opaque(id),
            },
            Condition::Has { list, all, values } => {
                let facts = values
                    .iter()
                    .map(|value| match self.graph.value(*value) {
                        Value::Constant(Constant::Missing) => Fact::Constant(false),
                        Value::Constant(constant) => Fact::Has {
                            list: *list,
                            element: Element::Constant(constant.clone()),
                        },
                        _ => Fact::Has {
                            list: *list,
                            element: Element::Value(*value),
                        },
                    })
                    .collect();
                if *all {
                    Fact::And(facts)
                } else {
                    Fact::Or(facts)
                }
            }
            // Which texts a pattern finds, and which keys a list holds, is left open.
            Condition::Matches { value, .. } | Condition::InList { value, .. } => Fact::And(vec![
                Fact::Not(Box::new(self.about(*value, &Question::Missing))),
                Fact::Opaque(id),
            ]),
            Condition::AtLeast { count, of } if of.len() <= MOST_COUNTED => {
                at_least(*count as usize, of)
            }
            Condition::AtLeast { .. } => Fact::Opaque(id),
            // What is said of elements is not looked into.
            Condition::Any { .. } => Fact::Opaque(id),
            Condition::Constant(_) | Condition::Not(_) | Condition::And(_) | Condition::Or(_) => {
                Fact::Condition(id)
            }
        }
    }

    fn edge(&self, id: ValueId) -> Option<Edge> {
        edge::edge(self.graph, id, self.given)
    }

    fn compare(
        &self,
        id: ConditionId,
        comparison: Comparison,
        left: ValueId,
        right: ValueId,
    ) -> Fact {
        let (less, equal) = match comparison {
            Comparison::Equal => (false, true),
            Comparison::Less => (true, false),
            Comparison::LessOrEqual => (true, true),
        };
        let (left_edge, right_edge) = (self.edge(left), self.edge(right));
        for edge in [&left_edge, &right_edge].into_iter().flatten() {
            if *edge == Edge::Constant(Constant::Missing) {
                return Fact::Constant(false);
            }
        }
        match (left_edge, right_edge) {
            (Some(Edge::Constant(left)), Some(Edge::Constant(right))) => {
                Fact::Constant(left.compare(&right).is_some_and(|order| match order {
                    Ordering::Less => less,
                    Ordering::Equal => equal,
                    Ordering::Greater => false,
                }))
            }
            (Some(_), Some(_)) => Fact::Opaque(id),
            (None, Some(edge)) => self.beside(left, edge, less, equal, false),
            (Some(edge), None) => self.beside(right, edge, false, equal, less),
            (None, None) if left == right => {
                if equal {
                    Fact::Not(Box::new(Fact::Missing(left)))
                } else {
                    Fact::Constant(false)
                }
            }
            (None, None) => ordered(left, right, less, equal, false),
        }
    }

    /// A value that is less than, equal to or greater than an edge.
    fn beside(&self, value: ValueId, edge: Edge, less: bool, equal: bool, greater: bool) -> Fact {
        let question = match (less, greater, edge) {
            (false, false, Edge::Constant(constant)) => Question::OneOf(vec![constant]),
            (false, false, edge) => Question::Within {
                low: Some((edge.clone(), true)),
                high: Some((edge, true)),
            },
            (true, _, edge) => Question::Within {
                low: None,
                high: Some((edge, equal)),
            },
            (false, true, edge) => Question::Within {
                low: Some((edge, equal)),
                high: None,
            },
        };
        self.about(value, &question)
    }

    /// What is asked of a value, as a fact about what the value rests on.
    fn about(&self, value: ValueId, question: &Question) -> Fact {
        match (self.graph.value(value), question) {
            (Value::Now, Question::Missing) => Fact::Constant(false),
            (Value::Constant(constant), _) => match answer(constant, question) {
                Some(truth) => Fact::Constant(truth),
                None => plain(value, question),
            },
            (
                Value::If {
                    condition,
                    then,
                    otherwise,
                },
                _,
            ) => {
                let denied = Fact::Not(Box::new(Fact::Condition(*condition)));
                Fact::Or(vec![
                    Fact::And(vec![
                        Fact::Condition(*condition),
                        self.about(*then, question),
                    ]),
                    Fact::And(vec![denied, self.about(*otherwise, question)]),
                ])
            }
            (Value::Condition(_), Question::Missing) => Fact::Constant(false),
            (Value::Condition(condition), Question::OneOf(set)) => {
                let has = |truth| set.contains(&Constant::Boolean(truth));
                match (has(true), has(false)) {
                    (true, true) => Fact::Constant(true),
                    (true, false) => Fact::Condition(*condition),
                    (false, true) => Fact::Not(Box::new(Fact::Condition(*condition))),
                    (false, false) => Fact::Constant(false),
                }
            }
            // Where the first is known, it is asked, else the other: as long as neither is rounded on the way.
            (
                Value::Coalesce {
                    value: first,
                    fallback,
                },
                _,
            ) if self.keeps_type(value, *first) => {
                let other = match self.rounded(value, *fallback) {
                    Some(constant) => answer(&constant, question).map(Fact::Constant),
                    None if self.keeps_type(value, *fallback) => {
                        Some(self.about(*fallback, question))
                    }
                    None => None,
                };
                let Some(other) = other else {
                    return plain(value, question);
                };
                let missing = self.about(*first, &Question::Missing);
                match question {
                    Question::Missing => Fact::And(vec![missing, other]),
                    _ => Fact::Or(vec![
                        self.about(*first, question),
                        Fact::And(vec![missing, other]),
                    ]),
                }
            }
            // How long ago a field lies, as where it lies.
            (
                Value::Arithmetic {
                    operator: Arithmetic::Subtract,
                    left,
                    right,
                },
                Question::Missing | Question::Within { .. },
            ) if *self.graph.value(*left) == Value::Now
                && matches!(self.graph.value(*right), Value::Field(_)) =>
            {
                let question = match question {
                    Question::Within { low, high } => {
                        match (turned(low.as_ref()), turned(high.as_ref())) {
                            (Some(high), Some(low)) => Question::Within { low, high },
                            _ => return plain(value, question),
                        }
                    }
                    other => other.clone(),
                };
                self.about(*right, &question)
            }
            _ => plain(value, question),
        }
    }

    fn keeps_type(&self, whole: ValueId, part: ValueId) -> bool {
        self.graph.type_of(whole) == self.graph.type_of(part)
    }

    /// A constant as it is where a value of that type is due.
    fn rounded(&self, whole: ValueId, part: ValueId) -> Option<Constant> {
        let Value::Constant(constant) = self.graph.value(part) else {
            return None;
        };
        let is_floating = *self.graph.type_of(whole) == Type::Number(NumberKind::Float);
        Some(match constant {
            Constant::Number(number) if is_floating => {
                Float::new(number.to_f64()).map_or(Constant::Missing, Constant::Float)
            }
            other => other.clone(),
        })
    }

    /// Whether a missing constant stands somewhere below a test.
    fn is_open(&self, test: &Condition) -> bool {
        let mut stack = Vec::new();
        test.operands(|operand| stack.push(operand));
        let mut steps = 0;
        while let Some(node) = stack.pop() {
            steps += 1;
            // What is too large to look through may be anything.
            if steps > 2_000 {
                return true;
            }
            match node {
                crate::ir::NodeRef::Value(id) => match self.graph.value(id) {
                    Value::Constant(Constant::Missing) => return true,
                    // A condition as a value is looked at on its own.
                    Value::Condition(_) if matches!(test, Condition::Holds(_)) => {}
                    value => value.operands(|operand| stack.push(operand)),
                },
                crate::ir::NodeRef::Condition(id) => {
                    self.graph
                        .condition(id)
                        .operands(|operand| stack.push(operand));
                }
            }
        }
        false
    }
}

/// Of more conditions, how many hold is left open: the ways grow with their number.
const MOST_COUNTED: usize = 8;

/// So many of these hold: the first and one less of the others, or as many of the others.
fn at_least(count: usize, of: &[ConditionId]) -> Fact {
    match of {
        _ if count == 0 => Fact::Constant(true),
        _ if count > of.len() => Fact::Constant(false),
        [] => Fact::Constant(true),
        [first, rest @ ..] => Fact::Or(vec![
            Fact::And(vec![Fact::Condition(*first), at_least(count - 1, rest)]),
            at_least(count, rest),
        ]),
    }
}

fn plain(value: ValueId, question: &Question) -> Fact {
    match question.clone() {
        Question::Missing => Fact::Missing(value),
        Question::Within { low, high } => Fact::Within { value, low, high },
        Question::OneOf(set) => Fact::OneOf { value, set },
        Question::Text(piece) => Fact::Text { value, piece },
    }
}

/// The truth of a question about a constant; none where an edge moves.
fn answer(constant: &Constant, question: &Question) -> Option<bool> {
    if *constant == Constant::Missing {
        return Some(matches!(question, Question::Missing));
    }
    Some(match question {
        Question::Missing => false,
        Question::Within { low, high } => {
            let mut within = true;
            for (end, outside) in [(low, Ordering::Less), (high, Ordering::Greater)] {
                match end {
                    None => {}
                    Some((Edge::Constant(edge), inclusive)) => {
                        within &= match constant.compare(edge) {
                            None => false,
                            Some(Ordering::Equal) => *inclusive,
                            Some(order) => order != outside,
                        };
                    }
                    Some((Edge::Moving(_), _)) => return None,
                }
            }
            within
        }
        Question::OneOf(set) => set
            .iter()
            .any(|member| constant.compare(member) == Some(Ordering::Equal)),
        Question::Text(piece) => match constant {
            Constant::Text(text) => piece.is_in(text),
            _ => false,
        },
    })
}

fn ordered(left: ValueId, right: ValueId, less: bool, equal: bool, greater: bool) -> Fact {
    if left <= right {
        Fact::Order {
            left,
            right,
            less,
            equal,
            greater,
        }
    } else {
        Fact::Order {
            left: right,
            right: left,
            less: greater,
            equal,
            greater: less,
        }
    }
}

/// An end of a length of time up to now, as an instant; none where that is not exact, and nothing where there is no end.
#[allow(clippy::option_option)]
fn turned(end: Option<&(Edge, bool)>) -> Option<Option<(Edge, bool)>> {
    match end {
        None => Some(None),
        Some((Edge::Constant(Constant::Duration(length)), inclusive)) => {
            let edge = Moving::ago(*length)?;
            Some(Some((Edge::Moving(edge), *inclusive)))
        }
        Some(_) => None,
    }
}

/// The first text behind all that begin with this one; none where every later text begins so.
pub(super) fn behind_all(text: &str) -> Option<Arc<str>> {
    let mut letters: Vec<char> = text.chars().collect();
    while let Some(last) = letters.pop() {
        let next = match last {
            char::MAX => continue,
            // Behind the last one before the surrogates comes the first one after them.
            '\u{D7FF}' => '\u{E000}',
            other => char::from_u32(other as u32 + 1)?,
        };
        letters.push(next);
        return Some(letters.into_iter().collect::<String>().into());
    }
    None
}
