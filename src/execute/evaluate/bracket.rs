//! Brackets: the elements of all contacts in hand are laid side by side, what stands in the bracket is worked out once over all of them, and what
//! comes of it is put together again contact by contact.

use super::Vectors;
use super::events::Folded;
use super::figures::{middle, of_floats};
use super::lanes::Lanes;
use super::vector::{Elements, Place};
use crate::execute::column::Values;
use crate::ir::{Aggregate, ConditionId, Distinct, NodeRef, Rows, ValueId};
use crate::optimize::walk::Different;
use crate::types::{Constant, Exact, Float, NumberKind, Type, favourite};
use std::cell::RefCell;

/// So many elements are worked out together, or those of one contact if they are more.
const TOGETHER: usize = 1 << 14;

impl<'a> Vectors<'a> {
    /// For each lane whether one of its elements fulfils the condition; none where the rows do not lie in a column.
    pub(super) fn any(&self, rows: Rows, condition: ConditionId) -> Option<Vec<bool>> {
        let mut found = vec![false; self.picked.len()];
        self.spread(rows, |inside, owners| {
            for (owner, holds) in owners.iter().zip(inside.holds(condition)) {
                found[*owner] |= holds;
            }
        })?;
        Some(found)
    }

    /// For each lane the number of elements that fulfil the condition, or of different values among them.
    pub(super) fn count(
        &self,
        node: ValueId,
        rows: Rows,
        condition: ConditionId,
        distinct: Option<Distinct>,
    ) -> Option<Lanes> {
        let lanes = self.picked.len();
        let mut numbers = vec![0i128; lanes];
        let folded = self.folded(NodeRef::Value(node));
        if let (None, Some(folded)) = (distinct, &folded) {
            return Some(folded.count());
        }
        let mut met = Vec::new();
        let mut stamps = Stamps::default();
        self.passing(
            folded.as_ref(),
            rows,
            condition,
            |inside, owners, passing| {
                let Some(distinct) = distinct else {
                    passing.iter().for_each(|lane| numbers[owners[*lane]] += 1);
                    return;
                };
                if let Some(keys) = inside.keys(distinct.value) {
                    if distinct.at_least == 1 && stamps.begin(&keys) {
                        for lane in passing {
                            let owner = owners[*lane];
                            numbers[owner] += i128::from(stamps.is_new(keys[*lane], owner));
                        }
                        return;
                    }
                    for lanes in passing.chunk_by(|a, b| owners[*a] == owners[*b]) {
                        met.clear();
                        met.extend(lanes.iter().filter_map(|lane| keys[*lane]));
                        numbers[owners[lanes[0]]] = different(&mut met, distinct.at_least);
                    }
                    return;
                }
                let value_type = inside.type_of(distinct.value);
                let values = inside.value(distinct.value);
                for lanes in passing.chunk_by(|a, b| owners[*a] == owners[*b]) {
                    let mut different = Different::default();
                    for lane in lanes {
                        different.add(values.constant(*lane, value_type));
                    }
                    numbers[owners[lanes[0]]] = different.at_least(distinct.at_least);
                }
            },
        )?;
        Some(Lanes::Whole {
            numbers,
            known: vec![true; lanes],
            divisor: 1,
        })
    }

    /// For each lane the aggregate of a value over the elements that fulfil the condition.
    pub(super) fn aggregate(
        &self,
        node: ValueId,
        function: Aggregate,
        of: ValueId,
        rows: Rows,
        condition: ConditionId,
    ) -> Option<Lanes> {
        let value_type = self.type_of(of);
        let folded = self.folded(NodeRef::Value(node));
        let quick_one = folded.as_ref().and_then(|folded| match function {
            Aggregate::First => folded.edge(of, value_type, false),
            Aggregate::Last => folded.edge(of, value_type, true),
            _ => folded.figure(function, of),
        });
        if quick_one.is_some() {
            return quick_one;
        }
        if !matches!(function, Aggregate::Values | Aggregate::Different)
            && let Some(lanes) = self.aggregate_of_gaps(function, of, rows, condition)
        {
            return Some(lanes);
        }
        if let Some(lanes) = self.whole_aggregate(folded.as_ref(), function, of, rows, condition) {
            return Some(lanes);
        }
        let mut results: Vec<Constant> =
            vec![function.work_out(Vec::new(), value_type); self.picked.len()];
        self.passing(
            folded.as_ref(),
            rows,
            condition,
            |inside, owners, passing| {
                let values = inside.value(of);
                for lanes in passing.chunk_by(|a, b| owners[*a] == owners[*b]) {
                    let passing = lanes.iter().copied();
                    results[owners[lanes[0]]] =
                        quick(function, &values, passing.clone(), value_type).unwrap_or_else(
                            || {
                                let values = passing.map(|lane| values.constant(lane, value_type));
                                function.work_out(values.collect(), value_type)
                            },
                        );
                }
            },
        )?;
        Some(Lanes::Each(results))
    }

    /// For each lane the sum, or the least or greatest, of whole numbers; none where one is something else, or a sum is beyond 128 bits.
    fn whole_aggregate(
        &self,
        folded: Option<&Folded<'_, 'a>>,
        function: Aggregate,
        of: ValueId,
        rows: Rows,
        condition: ConditionId,
    ) -> Option<Lanes> {
        let add = match function {
            Aggregate::Sum => i128::checked_add,
            Aggregate::Least => |one: i128, other: i128| Some(one.min(other)),
            Aggregate::Greatest => |one: i128, other: i128| Some(one.max(other)),
            _ => return None,
        };
        if !matches!(
            self.type_of(of),
            Type::Number(NumberKind::Whole) | Type::Date | Type::Time | Type::Duration
        ) {
            return None;
        }
        let mut numbers = vec![0i128; self.picked.len()];
        // A sum of nothing is known, which the others are not.
        let mut known = vec![function == Aggregate::Sum; self.picked.len()];
        let mut serves = true;
        self.passing(folded, rows, condition, |inside, owners, passing| {
            let values = inside.value(of);
            let Some(whole) = values.whole().filter(|whole| whole.divisor == 1) else {
                serves &= passing.is_empty();
                return;
            };
            for lane in passing {
                let (owner, Some(number)) = (owners[*lane], whole.get(*lane)) else {
                    continue;
                };
                let sum = match known[owner] {
                    true => add(numbers[owner], number),
                    false => Some(number),
                };
                serves &= sum.is_some();
                (numbers[owner], known[owner]) = (sum.unwrap_or(0), true);
            }
        })?;
        serves.then_some(Lanes::Whole {
            numbers,
            known,
            divisor: 1,
        })
    }

    /// For each lane what most of its events have.
    pub(super) fn favourite(&self, node: ValueId, of: ValueId, time: ValueId) -> Option<Lanes> {
        let folded = self.folded(NodeRef::Value(node))?;
        let (of_type, time_type) = (self.type_of(of), self.type_of(time));
        let mut results = vec![Constant::Missing; self.picked.len()];
        folded.each_passing(|inside, owners| {
            let (values, times) = (inside.value(of), inside.value(time));
            let lanes: Vec<usize> = (0..owners.len()).collect();
            for lanes in lanes.chunk_by(|a, b| owners[*a] == owners[*b]) {
                let met = lanes.iter().map(|lane| {
                    (
                        values.constant(*lane, of_type),
                        times.constant(*lane, time_type),
                    )
                });
                results[owners[lanes[0]]] = favourite(met);
            }
        });
        Some(Lanes::Each(results))
    }

    /// Calls `look` with elements as lanes, the lane of ours that each belongs to, and those of them that fulfil the condition of the bracket; all
    /// elements of a lane at one go. None where the rows do not lie in a column.
    fn passing(
        &self,
        folded: Option<&Folded<'_, 'a>>,
        rows: Rows,
        condition: ConditionId,
        mut look: impl FnMut(&Vectors<'a>, &[usize], &[usize]),
    ) -> Option<()> {
        if let Some(folded) = folded {
            folded.each_passing(|inside, owners| {
                let all: Vec<usize> = (0..owners.len()).collect();
                look(inside, owners, &all);
            });
            return Some(());
        }
        self.spread(rows, |inside, owners| {
            let holds = inside.holds(condition);
            let passing: Vec<usize> = (0..owners.len()).filter(|lane| holds[*lane]).collect();
            look(inside, owners, &passing);
        })
    }

    /// Calls `look` with the elements of the rows as lanes, and the lane of ours that each belongs to; all elements of a lane at one go, those of a
    /// lane before those of the next. None where the rows do not lie in a column.
    fn spread(&self, rows: Rows, mut look: impl FnMut(&Vectors<'a>, &[usize])) -> Option<()> {
        let Rows::List(list) = rows;
        let place = self.place(list, 0)?;
        let Type::List(element_type) = place.value_type else {
            return None;
        };
        let lists = match &place.column.values {
            Values::List(lists) => lists,
            Values::Missing => return Some(()),
            _ => return None,
        };
        let (mut owners, mut elements) = (Vec::new(), Vec::new());
        let last = self.picked.len().checked_sub(1);
        for (lane, row) in place.rows.iter().enumerate() {
            if place.column.is_valid(*row) {
                let of_row = lists.elements_of(*row);
                owners.resize(owners.len() + of_row.len(), lane);
                elements.extend(of_row);
            }
            if !owners.is_empty() && (elements.len() >= TOGETHER || Some(lane) == last) {
                let around = self.elements.iter().map(|around| around.picked(&owners));
                let mut around: Vec<Elements<'a>> = around.collect();
                around.push(Elements {
                    column: &lists.elements,
                    element_type,
                    rows: std::mem::take(&mut elements),
                });
                let inside = Vectors {
                    within: RefCell::default(),
                    rows: self.rows,
                    picked: owners.iter().map(|owner| self.picked[*owner]).collect(),
                    elements: around,
                    tables: self.tables,
                    matched: self.matched,
                };
                look(&inside, &owners);
                owners.clear();
            }
        }
        Some(())
    }
}

/// Which keys each lane has been met with: the lane that a key was last met with, for keys that lie close together.
#[derive(Default)]
pub(super) struct Stamps {
    low: i64,
    last: Vec<u32>,
}

impl Stamps {
    /// Whether these keys lie close enough together. Lanes that were met before are met no more.
    pub(super) fn begin(&mut self, keys: &[Option<i64>]) -> bool {
        /// As many as fit in the cache next to the core.
        const MOST: usize = 1 << 17;
        let known = keys.iter().flatten();
        let (Some(low), Some(high)) = (known.clone().min(), known.max()) else {
            return true;
        };
        let range = high
            .checked_sub(*low)
            .and_then(|range| usize::try_from(range).ok());
        let Some(range) = range.filter(|range| *range < MOST.min(8 * keys.len())) else {
            return false;
        };
        self.low = *low;
        self.last.clear();
        self.last.resize(range + 1, u32::MAX);
        true
    }

    /// Whether a lane is met with a key for the first time; never with one that is missing.
    #[inline]
    pub(super) fn is_new(&mut self, key: Option<i64>, lane: usize) -> bool {
        let Some(key) = key else {
            return false;
        };
        let last = &mut self.last[(key - self.low) as usize];
        std::mem::replace(last, lane as u32) != lane as u32
    }
}

/// How many different ones are among these keys that at least so many have. Their order is lost.
fn different(keys: &mut [i64], at_least: u32) -> i128 {
    // Days come one after the other as events do.
    if !keys.is_sorted() {
        keys.sort_unstable();
    }
    let runs = keys.chunk_by(|one, other| one == other);
    runs.filter(|run| run.len() >= at_least as usize).count() as i128
}

/// The sum or the extreme of numbers over one divisor; none where it takes another way.
fn quick(
    function: Aggregate,
    values: &Lanes,
    passing: impl Iterator<Item = usize>,
    value_type: &Type,
) -> Option<Constant> {
    if let (Lanes::Float(floats), Type::Number(NumberKind::Float)) = (values, value_type) {
        let known = passing.map(|lane| floats[lane]);
        let figure = of_floats(function, known, &mut Vec::new())?;
        return Some(Float::new(figure).map_or(Constant::Missing, Constant::Float));
    }
    let whole = values.whole()?;
    let mut known = passing.filter_map(|lane| whole.get(lane));
    let number = match function {
        Aggregate::Sum => known.try_fold(0i128, i128::checked_add)?,
        Aggregate::Least => known.min()?,
        Aggregate::Greatest => known.max()?,
        Aggregate::Average if matches!(value_type, Type::Number(_)) => {
            let (mut sum, mut number) = (0i128, 0i128);
            for known in known {
                (sum, number) = (sum.checked_add(known)?, number + 1);
            }
            let mean = Exact::new(sum, whole.divisor.checked_mul(number)?);
            return mean.map(Constant::Number);
        }
        Aggregate::Median if matches!(value_type, Type::Number(_)) => {
            let mut known: Vec<i128> = known.collect();
            let (sum, number) = middle(&mut known)?;
            let median = Exact::new(sum, whole.divisor.checked_mul(number)?);
            return median.map(Constant::Number);
        }
        Aggregate::Average
        | Aggregate::Median
        | Aggregate::First
        | Aggregate::Last
        | Aggregate::Values
        | Aggregate::Different => return None,
    };
    Some(match value_type {
        Type::Number(_) => Constant::Number(Exact::new(number, whole.divisor)?),
        Type::Date => Constant::Date(number.try_into().ok()?),
        Type::Time => Constant::Time(number),
        Type::Duration => Constant::Duration(number),
        Type::Distance => Constant::Distance(number),
        _ => return None,
    })
}

impl Place<'_, '_> {
    /// The text of a lane; none where it is missing.
    pub(super) fn text(&self, lane: usize) -> Option<&str> {
        let row = self.rows[lane];
        if !self.column.is_valid(row) {
            return None;
        }
        match &self.column.values {
            Values::Text(texts) => Some(texts.get(row)),
            Values::Codes(codes, dictionary) => Some(dictionary.texts.get(codes.get(row))),
            _ => None,
        }
    }
}
