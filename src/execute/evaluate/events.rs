//! Brackets over streams of events: bounds of the time are found by halving, tests of events alone are looked up, and what is left is worked out
//! over those events that remain.

use super::Vectors;
use super::figures;
use super::lanes::Lanes;
use super::narrow::Narrow;
use super::vector::{Elements, Within};
use crate::execute::column::{Column, Integers, List, Values, each_integer, search};
use crate::execute::matched::{Matched, Passing};
use crate::ir::{Aggregate, NodeRef, Value, ValueId};
use crate::plan::{Fold, Stream};
use crate::population::Unit;
use crate::types::{Constant, Type};
use std::cell::RefCell;
use std::rc::Rc;

/// So many events are worked out together, or those of one lane if they are more.
const TOGETHER: usize = 1 << 14;

/// A bracket over a stream, for the lanes in hand.
pub(super) struct Folded<'v, 'a> {
    vectors: &'v Vectors<'a>,
    fold: &'v Fold,
    list: &'a List,
    element_type: &'a Type,
    passing: Option<Passing<'v>>,
    /// The events of each lane that lie within the bounds.
    within: Rc<[(u32, u32)]>,
}

impl<'a> Vectors<'a> {
    /// The bracket as one over a stream, where it is one and the block's events are at hand.
    pub(super) fn folded(&self, node: NodeRef) -> Option<Folded<'_, 'a>> {
        let matched: &'a Matched<'a> = self.matched?;
        let plan = &*self.rows.bound.plan;
        let fold = plan.folds.of(node)?;
        let stream = &plan.folds.streams[fold.stream as usize];
        let place = stream.column.0 as usize;
        let column = &self.rows.columns[place];
        let Values::List(list) = &column.values else {
            return None;
        };
        let Type::List(element_type) = &plan.columns[place].column_type else {
            return None;
        };
        let passing = fold
            .matcher
            .map(|test| matched.passing(fold.stream as usize, test as usize));
        let known =
            |known: &&Within<'_>| known.stream == fold.stream && *known.bounds == *fold.bounds;
        // Within brackets a bound may hang on the element.
        let is_shared = self.elements.is_empty();
        let before = self
            .within
            .borrow()
            .iter()
            .find(known)
            .map(|known| known.events.clone());
        let within = match before.filter(|_| is_shared) {
            Some(within) => within,
            None => {
                let mut within: Vec<(u32, u32)> = (self.picked.iter())
                    .map(|row| match column.is_valid(*row) {
                        true => (list.starts[*row], list.starts[*row + 1]),
                        false => (0, 0),
                    })
                    .collect();
                if !fold.bounds.is_empty() {
                    self.bound(fold, stream, list, element_type, &mut within)?;
                }
                let events: Rc<[(u32, u32)]> = within.into();
                if is_shared {
                    self.within.borrow_mut().push(Within {
                        stream: fold.stream,
                        bounds: &fold.bounds,
                        events: events.clone(),
                    });
                }
                events
            }
        };
        Some(Folded {
            vectors: self,
            fold,
            list,
            element_type,
            passing,
            within,
        })
    }

    /// Narrows the events of each lane to those within the bounds of the fold.
    fn bound(
        &self,
        fold: &Fold,
        stream: &Stream,
        list: &'a List,
        element_type: &'a Type,
        within: &mut [(u32, u32)],
    ) -> Option<()> {
        let times = match &list.elements.values {
            Values::Record(parts) => &parts[stream.time as usize],
            // There are no events at all.
            _ => {
                within.fill((0, 0));
                return Some(());
            }
        };
        let (numbers, unit) = match &times.values {
            Values::Integers(numbers, unit) if unit.divisor == 1 => (numbers, *unit),
            Values::Missing => {
                within.fill((0, 0));
                return Some(());
            }
            _ => return None,
        };
        for bound in &fold.bounds {
            let edges = self.outside(bound.value, list, element_type, within);
            if let (Lanes::Same(Constant::Time(edge)), Integers::I64(numbers), None) =
                (&edges, numbers, &times.validity)
            {
                let edge = unit.beyond(*edge, bound.is_low != bound.inclusive);
                // Most windows end behind all events there are.
                let is_beyond_all = times.ends().is_some_and(|(low, high)| match bound.is_low {
                    true => low >= edge,
                    false => high < edge,
                });
                if !is_beyond_all {
                    let edge = edge.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
                    cut(numbers, edge, bound.is_low, within);
                }
                continue;
            }
            if let (
                Lanes::Whole {
                    numbers: edges,
                    known,
                    divisor: 1,
                },
                Integers::I64(numbers),
                None,
            ) = (&edges, numbers, &times.validity)
            {
                let after = bound.is_low != bound.inclusive;
                for ((events, edge), known) in within.iter_mut().zip(edges).zip(known) {
                    if events.0 == events.1 {
                        continue;
                    }
                    if !known {
                        *events = (events.0, events.0);
                        continue;
                    }
                    let edge = unit.beyond(*edge, after);
                    let edge = edge.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
                    cut(numbers, edge, bound.is_low, std::slice::from_mut(events));
                }
                continue;
            }
            let edge = |lane: usize| match edges.constant(lane, &Type::Time) {
                // The first stored number that lies beyond a low bound, or beyond a high one.
                Constant::Time(edge) => Some(unit.beyond(edge, bound.is_low != bound.inclusive)),
                _ => None,
            };
            let same = matches!(edges, Lanes::Same(_)).then(|| edge(0));
            for (lane, (from, to)) in within.iter_mut().enumerate() {
                if from == to {
                    continue;
                }
                let Some(edge) = same.unwrap_or_else(|| edge(lane)) else {
                    *to = *from;
                    continue;
                };
                // Events without a time come first, and lie within no bounds.
                if times.validity.is_some() {
                    *from += known_from(times, *from, *to);
                }
                let place = first_at_least(numbers, *from, *to, edge);
                if bound.is_low {
                    *from = place;
                } else {
                    *to = place;
                }
            }
        }
        Some(())
    }

    /// A value in the bracket that does not look at its element, for each of our lanes.
    fn outside(
        &self,
        value: ValueId,
        list: &'a List,
        element_type: &'a Type,
        within: &[(u32, u32)],
    ) -> Lanes {
        let graph = &self.rows.bound.plan.graph;
        if graph.reach(NodeRef::Value(value)) == 0 {
            return self.value(value);
        }
        // Any element will do, since none is looked at.
        let rows = within.iter().map(|(from, _)| *from as usize).collect();
        self.inside(list, element_type, (0..within.len()).collect(), rows)
            .value(value)
    }

    /// The place of the part that is the time of events, where the value is that time.
    fn time_of(&self, value: ValueId, element_type: &Type) -> Option<usize> {
        let graph = &self.rows.bound.plan.graph;
        let (Value::Part { record, part }, Type::Record(events)) =
            (graph.value(value), element_type)
        else {
            return None;
        };
        let is_own = matches!(graph.value(*record), Value::Element { depth: 0 });
        (is_own && events.time == Some(*part)).then_some(*part as usize)
    }

    /// Lanes that stand for elements, each of one of ours.
    fn inside(
        &self,
        list: &'a List,
        element_type: &'a Type,
        owners: Vec<usize>,
        rows: Vec<usize>,
    ) -> Vectors<'a> {
        let around = self.elements.iter().map(|around| around.picked(&owners));
        let mut elements: Vec<Elements<'a>> = around.collect();
        elements.push(Elements {
            column: &list.elements,
            element_type,
            rows,
        });
        Vectors {
            rows: self.rows,
            picked: owners.iter().map(|owner| self.picked[*owner]).collect(),
            elements,
            tables: self.tables,
            matched: self.matched,
            within: RefCell::default(),
        }
    }
}

/// Leaves away what lies before an edge, or from it on. The last and the first are looked at before the rest: most windows end behind all events,
/// or are so short or long that they hold none or all.
#[inline]
fn cut(times: &[i64], edge: i64, before: bool, within: &mut [(u32, u32)]) {
    for (from, to) in within {
        let events = &times[*from as usize..*to as usize];
        let place = match events {
            [] => continue,
            [.., last] if *last < edge => events.len(),
            [first, ..] if *first >= edge => 0,
            _ => search(events, edge),
        };
        if before {
            *from += place as u32;
        } else {
            *to = *from + place as u32;
        }
    }
}

/// How many of these events, which come first, have no time.
fn known_from(times: &Column, from: u32, to: u32) -> u32 {
    let missing = (from..to).take_while(|event| !times.is_valid(*event as usize));
    missing.count() as u32
}

/// The whole numbers of a column at these events, one a lane; none where there are no such.
fn whole_at(column: &Column, events: &[Option<usize>]) -> Option<Lanes> {
    let Values::Integers(Integers::I64(stored), unit) = &column.values else {
        return None;
    };
    let known = |event: &Option<usize>| event.is_some_and(|event| column.is_valid(event));
    let number = |event: &Option<usize>| {
        i128::from(event.map_or(0, |event| stored[event])).checked_mul(unit.multiplier)
    };
    Some(Lanes::Whole {
        numbers: events.iter().map(number).collect::<Option<_>>()?,
        known: events.iter().map(known).collect(),
        divisor: unit.divisor,
    })
}

/// The first of these events, which are sorted, whose number is at least so great; `to` where there is none.
#[allow(
    clippy::unnecessary_cast,
    reason = "one of the widths is that of the result"
)]
fn first_at_least(numbers: &Integers, from: u32, to: u32, least: i128) -> u32 {
    each_integer!(numbers, numbers => {
        let events = &numbers[from as usize..to as usize];
        from + events.partition_point(|number| (*number as i128) < least) as u32
    })
}

impl<'a> Folded<'_, 'a> {
    /// For each lane whether an event passes.
    pub(super) fn any(&self) -> Vec<bool> {
        if self.fold.rest.is_none() {
            let has = |(from, to): &(u32, u32)| match &self.passing {
                None => from < to,
                Some(passing) => passing.count(*from as usize, *to as usize) > 0,
            };
            return self.within.iter().map(has).collect();
        }
        let mut found = vec![false; self.within.len()];
        self.each_passing(|_, owners| owners.iter().for_each(|owner| found[*owner] = true));
        found
    }

    /// For each lane the number of events that pass.
    pub(super) fn count(&self) -> Lanes {
        let lanes = self.within.len();
        let mut numbers = vec![0i128; lanes];
        if self.fold.rest.is_none() {
            for (number, (from, to)) in numbers.iter_mut().zip(&*self.within) {
                *number = match &self.passing {
                    None => i128::from(to.saturating_sub(*from)),
                    Some(passing) => passing.count(*from as usize, *to as usize) as i128,
                };
            }
        } else {
            self.each_passing(|_, owners| owners.iter().for_each(|owner| numbers[*owner] += 1));
        }
        Lanes::Whole {
            numbers,
            known: vec![true; lanes],
            divisor: 1,
        }
    }

    /// The same as narrow numbers; none where there is more to ask of events.
    pub(super) fn narrow_count(&self) -> Option<Narrow> {
        if self.fold.rest.is_some() {
            return None;
        }
        let number = |(from, to): &(u32, u32)| match &self.passing {
            None => i64::from(to.saturating_sub(*from)),
            Some(passing) => passing.count(*from as usize, *to as usize) as i64,
        };
        Some(Narrow {
            numbers: self.within.iter().map(number).collect(),
            known: None,
            unit: Unit::Over(1),
        })
    }

    /// For each lane the value in the bracket of the first event that passes, or of the last, where it is a stored number. None where there is more to ask
    /// of events.
    pub(super) fn narrow_edge(&self, value: ValueId, last: bool) -> Option<Narrow> {
        if self.fold.rest.is_some() {
            return None;
        }
        let part = self.part(value)?;
        let within = self.within.iter();
        match (&self.passing, last) {
            // Without a branch: who has none is as good as random.
            (None, false) => {
                Narrow::of_column(part, within.map(|(from, to)| (*from as usize, from < to)))
            }
            (None, true) => Narrow::of_column(
                part,
                within.map(|(from, to)| (to.wrapping_sub(1) as usize, from < to)),
            ),
            (Some(_), _) => Narrow::of_column(
                part,
                within.map(|events| {
                    let found = self.find(events, last);
                    (found.unwrap_or(0), found.is_some())
                }),
            ),
        }
    }

    /// The first event that passes of those within, or the last.
    fn find(&self, (from, to): &(u32, u32), last: bool) -> Option<usize> {
        let (from, to) = (*from as usize, *to as usize);
        match (&self.passing, last) {
            _ if from >= to => None,
            (None, false) => Some(from),
            (None, true) => Some(to - 1),
            (Some(passing), false) => passing.first(from, to),
            (Some(passing), true) => passing.last(from, to),
        }
    }

    /// For each lane the value in the bracket of the first event that passes, or of the last; none where there is more to ask of events.
    pub(super) fn edge(&self, value: ValueId, value_type: &Type, last: bool) -> Option<Lanes> {
        if self.fold.rest.is_some() {
            return None;
        }
        let found = self.within.iter().map(|events| self.find(events, last));
        let found: Vec<Option<usize>> = found.collect();
        if let Some(lanes) = self.part(value).and_then(|part| whole_at(part, &found)) {
            return Some(lanes);
        }
        let found = found.into_iter().enumerate();
        let found = found.filter_map(|(lane, event)| Some((lane, event?)));
        let (owners, events): (Vec<usize>, Vec<usize>) = found.unzip();
        let inside = (self.vectors).inside(self.list, self.element_type, owners.clone(), events);
        let values = inside.value(value);
        let mut found = vec![Constant::Missing; self.within.len()];
        for (lane, owner) in owners.into_iter().enumerate() {
            found[owner] = values.constant(lane, value_type);
        }
        Some(Lanes::gathered(found.into_iter(), value_type))
    }

    /// The column of the events that a value in the bracket is.
    fn part(&self, value: ValueId) -> Option<&'a Column> {
        let graph = &self.vectors.rows.bound.plan.graph;
        let Value::Part { record, part } = graph.value(value) else {
            return None;
        };
        let is_own = matches!(graph.value(*record), Value::Element { depth: 0 });
        match &self.list.elements.values {
            Values::Record(parts) if is_own => parts.get(*part as usize),
            _ => None,
        }
    }

    /// For each lane the figure of a part of the events that pass. None where there is more to ask of events, where the part holds other than
    /// numbers, or where it takes another way to be exact.
    pub(super) fn figure(&self, function: Aggregate, value: ValueId) -> Option<Lanes> {
        if self.fold.rest.is_some() {
            return None;
        }
        let part = self.part(value)?;
        let passes = (self.passing.as_ref()).map(|passing| |event: usize| passing.has(event));
        figures::of_part(function, part, &self.within, passes)
    }

    /// Calls `look` for each lane with the times of the events that pass, in their order, as they are stored and with the nanoseconds of one. None
    /// where there is more to ask of events, where `time` is not their time, or where it may be missing.
    pub(super) fn each_times(
        &self,
        time: ValueId,
        mut look: impl FnMut(&[i64], i128),
    ) -> Option<()> {
        let is_bound = !self.fold.bounds.is_empty();
        let place = self.vectors.time_of(time, self.element_type)?;
        let Values::Record(parts) = &self.list.elements.values else {
            return None;
        };
        let Values::Integers(Integers::I64(numbers), unit) = &parts[place].values else {
            return None;
        };
        if self.fold.rest.is_some() || !is_bound || unit.divisor != 1 {
            return None;
        }
        let mut times = Vec::new();
        for (from, to) in &*self.within {
            let (from, to) = (*from as usize, (*to).max(*from) as usize);
            let Some(passing) = &self.passing else {
                look(&numbers[from..to], unit.multiplier);
                continue;
            };
            times.clear();
            let passing = (from..to).filter(|event| passing.has(*event));
            times.extend(passing.map(|event| numbers[event]));
            look(&times, unit.multiplier);
        }
        Some(())
    }

    /// Calls `look` with the events that pass as lanes, and the lane of ours that each belongs to; all events of a lane at one go, those of a lane
    /// before those of the next.
    pub(super) fn each_passing(&self, mut look: impl FnMut(&Vectors<'a>, &[usize])) {
        let (mut owners, mut events) = (Vec::new(), Vec::new());
        let last = self.within.len().checked_sub(1);
        for (lane, (from, to)) in self.within.iter().enumerate() {
            for event in *from as usize..*to as usize {
                if self.passing.is_none_or(|passing| passing.has(event)) {
                    owners.push(lane);
                    events.push(event);
                }
            }
            if owners.is_empty() || (events.len() < TOGETHER && Some(lane) != last) {
                continue;
            }
            let (these, of) = (std::mem::take(&mut events), std::mem::take(&mut owners));
            let inside = (self.vectors).inside(self.list, self.element_type, of.clone(), these);
            match self.fold.rest {
                None => look(&inside, &of),
                Some(rest) => {
                    let holds = inside.holds(rest);
                    let lanes = (0..of.len()).filter(|lane| holds[*lane]);
                    let lanes: Vec<usize> = lanes.collect();
                    if lanes.is_empty() {
                        continue;
                    }
                    let of: Vec<usize> = lanes.iter().map(|lane| of[*lane]).collect();
                    let events = &inside.elements[inside.elements.len() - 1].rows;
                    let events = lanes.iter().map(|lane| events[*lane]).collect();
                    let inside =
                        (self.vectors).inside(self.list, self.element_type, of.clone(), events);
                    look(&inside, &of);
                }
            }
        }
    }
}
