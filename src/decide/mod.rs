//! What follows from a condition, without any data: whether it can hold at all, always holds, or follows from others.
//!
//! Decided, not guessed. Each test is a fact about one subject (a value, the order of two values, an element of a list) whose possible
//! values are cut into finitely many cells at the constants and instants that tests hold it against: missing, the points, and what lies
//! between them. A condition is then a formula over cells, and a search with a budget looks for a contact that it holds for. What the cells
//! do not tell (a contact between two cuts may have any text) is left open, so more is thought possible than is: a `No` is certain. When
//! the budget ends, the answer is [`Answer::NotKnown`] and nothing may be made of it.
//!
//! How the files here share the work: `parts` takes questions apart; `edge` knows which instants that move with `now` lie in a certain order; `bounds` between which constants a value lies; `fact` reads one
//! condition of the tree as facts; `space` cuts the subjects into cells and ties them together, `formula` puts facts over them; `elements` ties what is asked of elements; `cells` is a set of cells; `search` looks
//! for a contact; `sample` draws many at once.

mod bounds;
mod cells;
mod edge;
mod elements;
mod fact;
mod formula;
mod parts;
mod sample;
mod search;
mod space;

pub use edge::is_to_come;
pub(crate) use parts::apart;
pub use sample::Samples;

use crate::ir::{ConditionId, Graph, ValueId};
use crate::types::Constant;
use fact::Reader;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use jiff::tz::TimeZone;
use parts::Asserted;
use space::{Space, Stated};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Whether something is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing that was looked at speaks against it.
    Yes,
    /// Certainly not.
    No,
    /// The search was given up.
    NotKnown,
}

/// What is known besides the tree.
pub trait Given {
    /// The values that a value can have besides missing, where they are a closed set.
    fn values(&self, _value: ValueId) -> Option<Vec<Constant>> {
        None
    }

    /// The value is never missing.
    fn is_always_known(&self, _value: ValueId) -> bool {
        false
    }

    /// `now` lies so far from the ends of the calendar that a step along it always leads to a day; then instants that move with `now` along
    /// the calendar have an order among each other.
    fn is_ordinary_now(&self) -> bool {
        false
    }

    /// The project's zone, in which days that are written begin.
    fn zone(&self) -> Option<&TimeZone> {
        None
    }

    /// A missing constant stands for something that is not known yet: the parameter of a definition.
    fn missing_is_open(&self) -> bool {
        false
    }
}

/// Nothing is known besides the tree.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl Given for Nothing {}

/// The most steps that one question may take.
const QUESTION: u64 = 20_000;

/// A space serves questions about one of so many of its conditions, as long as that is quicker than to build a smaller one.
const SPARE: usize = 4;

/// In how many ways at most the parts of a question are tried one by one, and not all in one search.
const WAYS: usize = 8;

/// Answers questions about the conditions of one graph.
pub struct Decider<'g> {
    reader: Reader<'g>,
    /// What is left of the steps for all questions together.
    left: Cell<u64>,
    answers: RefCell<HashMap<Vec<Asserted>, Answer, FixedState>>,
    /// The space of the last question: the next one is often about the same conditions.
    last: RefCell<Option<Rc<Space>>>,
}

impl<'g> Decider<'g> {
    /// `steps` bounds the work for all questions together; about a million are done in the tenth of a second.
    pub fn new(graph: &'g Graph, given: &'g dyn Given, steps: u64) -> Self {
        Self {
            reader: Reader::new(graph, given),
            left: Cell::new(steps),
            answers: RefCell::default(),
            last: RefCell::default(),
        }
    }

    /// What is left of the steps.
    pub fn steps_left(&self) -> u64 {
        self.left.get()
    }

    /// Whether there may be a contact of whom each of these conditions is as true as it says.
    pub fn can_hold(&self, conditions: &[(ConditionId, bool)]) -> Answer {
        self.all(conditions, WAYS)
    }

    /// Whether all of them may be so, where parts that are one of several are tried in up to so many ways.
    fn all(&self, conditions: &[Asserted], ways: usize) -> Answer {
        // Most questions about one test need not be taken apart.
        if let [(id, truth)] = *conditions
            && self.reader.is_plain(id, truth)
        {
            self.take(1);
            return Answer::Yes;
        }
        let Some(parts) = parts::of(self.reader.graph, conditions, self.allowed()) else {
            self.take(QUESTION);
            return Answer::NotKnown;
        };
        let mut answer = Answer::Yes;
        for group in parts::groups(self.reader.graph, parts) {
            match self.group(group, ways) {
                Answer::Yes => {}
                Answer::No => return Answer::No,
                Answer::NotKnown => answer = Answer::NotKnown,
            }
        }
        answer
    }

    /// The same of parts that look at the same.
    fn group(&self, asserted: Vec<Asserted>, ways: usize) -> Answer {
        self.take(1);
        if let [(id, truth)] = asserted[..]
            && self.reader.is_plain(id, truth)
        {
            return Answer::Yes;
        }
        if let Some(answer) = self.answers.borrow().get(&asserted) {
            return *answer;
        }
        let answer = match parts::choice(self.reader.graph, &asserted, ways) {
            Some((at, ones)) => self.one(&asserted, at, ones, ways),
            None => self.search(&asserted),
        };
        self.answers.borrow_mut().insert(asserted, answer);
        answer
    }

    /// The same where the part at a place is so if one of these is.
    fn one(&self, asserted: &[Asserted], at: usize, ones: &[ConditionId], ways: usize) -> Answer {
        let mut answer = Answer::No;
        let mut asked = asserted.to_vec();
        for one in ones {
            asked[at].0 = *one;
            match self.all(&asked, ways / ones.len()) {
                Answer::Yes => return Answer::Yes,
                Answer::No => {}
                Answer::NotKnown => answer = Answer::NotKnown,
            }
        }
        answer
    }

    fn search(&self, asserted: &[Asserted]) -> Answer {
        let Some((space, formulas)) = self.space(asserted) else {
            self.take(QUESTION);
            return Answer::NotKnown;
        };
        let (answer, used) =
            search::possible(&space, &space.constraints, &formulas, self.allowed());
        self.take(used);
        answer
    }

    /// The space of some conditions and their formulas; none where it would be too large.
    fn space(&self, asserted: &[Asserted]) -> Option<(Rc<Space>, Vec<Stated>)> {
        // Of a much larger one, most would have nothing to do with the question.
        let last = self.last.borrow().clone();
        let serves = |space: &Rc<Space>| {
            let most = if space.is_tight { SPARE } else { 1 } * asserted.len();
            space.roots.len() <= most
        };
        if let Some(space) = last.filter(serves)
            && let Some(formulas) = space.formulas_of(asserted)
        {
            return Some((space, formulas));
        }
        let ids: Vec<ConditionId> = asserted.iter().map(|(id, _)| *id).collect();
        let space = Rc::new(Space::of(&self.reader, &ids, self.allowed())?);
        self.take(space.size());
        *self.last.borrow_mut() = Some(Rc::clone(&space));
        let truths = asserted.iter().map(|(_, truth)| *truth);
        let formulas = space.roots.iter().copied().zip(truths).collect();
        Some((space, formulas))
    }

    /// The steps that the question at hand may take.
    fn allowed(&self) -> u64 {
        self.left.get().min(QUESTION)
    }

    fn take(&self, steps: u64) {
        self.left.set(self.left.get().saturating_sub(steps));
    }

    /// Whether it holds for no contact, certainly.
    pub fn never_holds(&self, condition: ConditionId) -> bool {
        self.can_hold(&[(condition, true)]) == Answer::No
    }

    /// Whether it holds for every contact, certainly.
    pub fn always_holds(&self, condition: ConditionId) -> bool {
        self.can_hold(&[(condition, false)]) == Answer::No
    }

    /// Whether `conclusion` holds wherever all of the premises do, certainly.
    pub fn follows(&self, premises: &[ConditionId], conclusion: ConditionId) -> bool {
        let mut conditions: Vec<(ConditionId, bool)> =
            premises.iter().map(|id| (*id, true)).collect();
        conditions.push((conclusion, false));
        self.can_hold(&conditions) == Answer::No
    }

    /// Whether the second of some conditions that contacts were drawn for holds wherever the first does, certainly.
    pub fn brings(&self, samples: &Samples, one: usize, other: usize) -> bool {
        match samples.brings(one, other, self.allowed()) {
            Some((answer, used)) => {
                self.take(used);
                answer == Answer::No
            }
            None => {
                let conditions = samples.conditions();
                self.follows(&[conditions[one]], conditions[other])
            }
        }
    }

    /// Contacts drawn at random, and for each condition one for whom it holds where there is one: a quick sieve before questions are asked.
    pub fn samples(&self, conditions: &[ConditionId], count: usize) -> Option<Samples> {
        Samples::draw(&self.reader, conditions, count)
    }
}
