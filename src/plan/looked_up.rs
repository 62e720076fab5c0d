//! Conditions on what a catalogue has under the key that a column holds. They are worked out once for each record of the catalogue, so that a contact
//! or an event only needs the answer of its key.

use super::{BoundPlan, ColumnId, ParameterId};
use crate::ir::{Condition, ConditionId, Graph, NodeRef, Value, ValueId};
use crate::optimize::walk;
use crate::schema::{Catalogue, FieldId};
use crate::types::Constant;
use jiff::tz::TimeZone;
use std::sync::{Arc, Mutex, PoisonError};

/// A condition that hangs on the key in one column.
#[derive(Debug)]
pub struct LookedUp {
    pub column: ColumnId,
    catalogue: Catalogue,
    condition: ConditionId,
    /// The part of the records that it looks at, where it is one alone.
    part: Option<u32>,
    /// The answers of the latest run, with its `now`.
    latest: Mutex<Option<(i128, Arc<Answers>)>>,
}

/// The answers by key.
#[derive(Debug)]
pub struct Answers {
    catalogue: Catalogue,
    /// One for each record.
    of_records: Box<[bool]>,
    /// That of a missing key, and of one that the catalogue does not have.
    pub absent: bool,
    /// The same by number, where the keys are whole numbers that lie close together.
    pub numbers: Option<Numbers>,
}

/// Answers by number.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// The number of the first answer.
    pub low: i64,
    pub answers: Arc<[bool]>,
}

impl LookedUp {
    /// None where the condition hangs on anything else of a contact than one key.
    pub(super) fn of(
        graph: &Graph,
        condition: ConditionId,
        parameter_of: &[Option<ParameterId>],
        column: impl Fn(FieldId) -> Option<ColumnId>,
    ) -> Option<Self> {
        let mut found: Option<(&Catalogue, FieldId)> = None;
        let mut parts = Vec::new();
        let mut stack = vec![NodeRef::Condition(condition)];
        while let Some(node) = stack.pop() {
            match node {
                NodeRef::Condition(id) => match graph.condition(id) {
                    Condition::Any { .. } => return None,
                    other => other.operands(|operand| stack.push(operand)),
                },
                NodeRef::Value(id) if parameter_of[id.index()].is_some() => {}
                NodeRef::Value(id) => match graph.value(id) {
                    Value::LookUp {
                        catalogue,
                        key,
                        part,
                    } => {
                        if !parts.contains(part) {
                            parts.push(*part);
                        }
                        let Value::Field(field) = graph.value(*key) else {
                            return None;
                        };
                        let this = (catalogue, *field);
                        if *found.get_or_insert(this) != this {
                            return None;
                        }
                    }
                    Value::Field(_)
                    | Value::Element { .. }
                    | Value::Count { .. }
                    | Value::Aggregate { .. }
                    | Value::Favourite { .. }
                    | Value::Population(_) => return None,
                    other => other.operands(|operand| stack.push(operand)),
                },
            }
        }
        let (catalogue, field) = found?;
        Some(Self {
            column: column(field)?,
            catalogue: catalogue.clone(),
            condition,
            part: match parts[..] {
                [part] => Some(part),
                _ => None,
            },
            latest: Mutex::new(None),
        })
    }

    /// The answers for a run; none where the records have not been read.
    pub fn answers(&self, bound: &BoundPlan) -> Option<Arc<Answers>> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((now, answers)) = &*latest
            && *now == bound.now
        {
            return Some(Arc::clone(answers));
        }
        let answers = Arc::new(self.work_out(bound)?);
        *latest = Some((bound.now, Arc::clone(&answers)));
        Some(answers)
    }

    fn work_out(&self, bound: &BoundPlan) -> Option<Answers> {
        let records = self.catalogue.records()?;
        let answer = |found: Found<'_>| walk::holds(&Record { bound, found }, self.condition);
        let of_records: Box<[bool]> = match self.part {
            // As many records as have the same value have the same answer.
            Some(part) => {
                let different = self.catalogue.different(part)?;
                let of_value = |value| answer(Found::Value(value));
                let of_values: Vec<bool> = different.values.iter().map(of_value).collect();
                let places = different.of_records.iter();
                places.map(|place| of_values[*place as usize]).collect()
            }
            None => {
                let of_record = |record| answer(Found::Record(record));
                records.iter().map(of_record).collect()
            }
        };
        let numbers = self.catalogue.key_numbers();
        Some(Answers {
            numbers: numbers.and_then(|numbers| Numbers::of(numbers, &of_records)),
            catalogue: self.catalogue.clone(),
            of_records,
            absent: answer(Found::Record(&Constant::Missing)),
        })
    }
}

impl Answers {
    /// The answer of a key.
    pub fn of_key(&self, key: &Constant) -> bool {
        match self.catalogue.place_of(key) {
            Some(place) => self.of_records[place as usize],
            None => self.absent,
        }
    }
}

impl Numbers {
    /// None where the keys lie far apart.
    fn of(numbers: &[Option<i64>], answers: &[bool]) -> Option<Self> {
        let known = || numbers.iter().flatten().copied();
        let (low, high) = (known().min()?, known().max()?);
        let span = usize::try_from(high.checked_sub(low)?).ok()?;
        if span / 64 > numbers.len() + 1024 {
            return None;
        }
        let mut by_number = vec![false; span + 1];
        for (number, answer) in numbers.iter().zip(answers) {
            if let Some(number) = number {
                by_number[(number - low) as usize] |= answer;
            }
        }
        Some(Self {
            low,
            answers: by_number.into(),
        })
    }

    /// The answer of a number; those that are no key have none.
    pub fn of_number(&self, number: i128) -> bool {
        let place = number.checked_sub(self.low.into());
        let place = place.and_then(|place| usize::try_from(place).ok());
        place.is_some_and(|place| self.answers.get(place) == Some(&true))
    }
}

/// What there is under the key of a contact.
enum Found<'a> {
    Record(&'a Constant),
    /// The only part of it that is looked at.
    Value(&'a Constant),
}

/// A contact whose key is that of a record.
struct Record<'a> {
    bound: &'a BoundPlan,
    found: Found<'a>,
}

impl walk::Contact for Record<'_> {
    fn graph(&self) -> &Graph {
        &self.bound.plan.graph
    }

    fn zone(&self) -> &TimeZone {
        &self.bound.plan.zone
    }

    fn now(&self) -> i128 {
        self.bound.now
    }

    fn known(&self, value: ValueId, _inside: u32) -> Option<Constant> {
        if let Some(parameter) = self.bound.plan.parameter(value) {
            return Some(self.bound.parameters[parameter.0 as usize].clone());
        }
        match self.bound.plan.graph.value(value) {
            Value::LookUp { part, .. } => Some(match self.found {
                Found::Record(record) => record.part(*part),
                Found::Value(value) => value.clone(),
            }),
            _ => None,
        }
    }
}
