//! What random programs ask of events, in the shapes that the checker makes of `did`, windows, chains and figures.

use super::{Maker, kind_name, number};
use segql::functions;
use segql::ir::{
    Aggregate, Arithmetic, Bound, Comparison, Condition, ConditionId, Distinct, Period, Rows,
    Value, ValueId,
};
use segql::types::{Constant, Exact, NumberKind, Type};

/// Events that a question looks at.
#[derive(Clone)]
struct Selected {
    rows: Rows,
    event: Type,
    condition: ConditionId,
}

impl Maker<'_> {
    /// A question about events; about any rows where there are no streams.
    pub(super) fn of_events(&mut self, depth: usize) -> Condition {
        let Some((list, event)) = self.stream() else {
            return self.any(depth);
        };
        let selected = self.select(list, event, depth);
        match self.random.below(12) {
            0..=2 => {
                self.count("did");
                self.did(&selected)
            }
            3 => {
                self.count("never");
                let did = self.did(&selected);
                Condition::Not(self.graph.add_condition(did))
            }
            4 | 5 => {
                self.count("how often");
                let count = self.count_of(&selected, None);
                self.compared(count)
            }
            6 => {
                self.count("share");
                let share = self.share(&selected, depth);
                self.compared(share)
            }
            7 => {
                let (value, _) = self.of_one(&selected);
                self.known_or_compared(value)
            }
            8 => match self.favourite_of(&selected, depth) {
                Some(favourite) => self.known_or_compared(favourite),
                None => self.did(&selected),
            },
            9 => {
                let rhythm = self.rhythm(&selected);
                self.compared(rhythm)
            }
            10 => {
                let active = self.active(&selected);
                self.compared(active)
            }
            _ => self.of_different(&selected, depth),
        }
    }

    /// A stream and the type of its events.
    fn stream(&mut self) -> Option<(ValueId, Type)> {
        let mut streams = self.places();
        streams.retain(|(_, found)| is_stream(found));
        if streams.is_empty() {
            return None;
        }
        let (list, found) = self.random.pick(&streams).clone();
        match found {
            Type::List(event) => Some((list, *event)),
            _ => None,
        }
    }

    /// Those events of a stream that were seen, mostly in a window, with a bracket or the rest of a chain now and then.
    fn select(&mut self, list: ValueId, event: Type, depth: usize) -> Selected {
        // The edges of the window are outside of the bracket.
        let window = self.window();
        self.brackets.push(event.clone());
        let mut asked = vec![self.within(window, 1)];
        if self.random.percent(50) {
            asked.push(self.condition(depth.min(1)));
        }
        if self.random.percent(30) && self.brackets.len() < 3 {
            let on = self.random.percent(30);
            asked.push(self.rest_of_chain(window, 1, on, depth));
        }
        self.brackets.pop();
        self.random.shuffle(&mut asked);
        let condition = match asked[..] {
            [only] => only,
            _ => self.graph.add_condition(Condition::And(asked.into())),
        };
        Selected {
            rows: Rows::List(list),
            event,
            condition,
        }
    }

    /// Two edges, either of which may not be there.
    fn window(&mut self) -> [Option<Bound>; 2] {
        match self.random.below(8) {
            0 | 1 => {
                self.count("window none");
                let now = self.graph.add_value(Value::Now, Type::Time);
                [None, Some(bound(now, true))]
            }
            2 | 3 => {
                self.count("window last");
                let (now, since) = (
                    self.graph.add_value(Value::Now, Type::Time),
                    self.moving_time(),
                );
                [Some(bound(since, false)), Some(bound(now, true))]
            }
            4 => {
                self.count("window over");
                let until = self.moving_time();
                [None, Some(bound(until, true))]
            }
            5 => {
                self.count("window within after");
                let start = self.edge();
                let end = self.later(start);
                [Some(bound(start, false)), Some(bound(end, true))]
            }
            6 => {
                self.count("window between");
                let (low, high) = (self.edge(), self.edge());
                [Some(bound(low, false)), Some(bound(high, true))]
            }
            _ => {
                self.count("window before");
                let edge = self.edge();
                [None, Some(bound(edge, false))]
            }
        }
    }

    /// A time of the contact: of a field, of an event of theirs, or one that only hangs on `now`.
    fn edge(&mut self) -> ValueId {
        match self.random.below(4) {
            0 => match self.stream() {
                Some((list, event)) => {
                    self.count("window on an event");
                    let condition = self.graph.add_condition(Condition::Constant(true));
                    let function = *self.random.pick(&[Aggregate::First, Aggregate::Last]);
                    let of = Selected {
                        rows: Rows::List(list),
                        event,
                        condition,
                    };
                    let one = self.one(function, &of);
                    self.part(one, &of.event, 0)
                }
                None => self.moving_time(),
            },
            1 | 2 => match self.field(&Type::Time) {
                Some(field) => field,
                None => self.moving_time(),
            },
            _ => self.moving_time(),
        }
    }

    /// So long after a time.
    fn later(&mut self, time: ValueId) -> ValueId {
        if self.random.percent(15) {
            return self.moved(time, Type::Time);
        }
        let day = 86_400_000_000_000;
        let length = day * i128::from(*self.random.pick(&[1, 1, 7, 30, 90]));
        let length = length + i128::from(*self.random.pick(&[0, 0, 0, 1, -1]));
        let length = self.graph.add_constant(Constant::Duration(length));
        let sum = Value::Arithmetic {
            operator: Arithmetic::Add,
            left: time,
            right: length,
        };
        self.graph.add_value(sum, Type::Time)
    }

    /// That the time of the innermost event lies between edges that are so many brackets outside of it.
    fn within(&mut self, window: [Option<Bound>; 2], brackets: u32) -> ConditionId {
        let value = self.time(0);
        let [low, high] = window.map(|edge| {
            edge.map(|edge| Bound {
                value: self.graph.shifted(edge.value, brackets),
                ..edge
            })
        });
        self.graph
            .add_condition(Condition::Range { value, low, high })
    }

    /// The time of the event so many brackets further out.
    fn time(&mut self, depth: u32) -> ValueId {
        let event = self.brackets[self.brackets.len() - 1 - depth as usize].clone();
        let element = (self.graph).add_value(Value::Element { depth }, event.clone());
        self.part(element, &event, 0)
    }

    fn part(&mut self, record: ValueId, event: &Type, part: u32) -> ValueId {
        let parts = event.record().map_or(&[][..], |record| &record.parts);
        let part_type = parts[part as usize].part_type.clone();
        self.graph
            .add_value(Value::Part { record, part }, part_type)
    }

    /// What a chain asks behind the innermost event: another one later than it, and so on; or that there is none.
    fn rest_of_chain(
        &mut self,
        window: [Option<Bound>; 2],
        brackets: u32,
        on: bool,
        depth: usize,
    ) -> ConditionId {
        let Some((list, event)) = self.stream() else {
            return self.graph.add_condition(Condition::Constant(true));
        };
        let without = self.random.percent(35);
        let before = self.time(0);
        let end = (self.random.percent(60)).then(|| self.later(before));
        let event_before = self.brackets[self.brackets.len() - 1].clone();
        self.brackets.push(event.clone());
        let (own, outer) = (self.time(0), self.time(1));
        let mut asked = vec![Condition::Compare {
            comparison: Comparison::Less,
            left: outer,
            right: own,
        }];
        if let Some(end) = end {
            asked.push(Condition::Compare {
                comparison: Comparison::LessOrEqual,
                left: own,
                right: self.graph.shifted(end, 1),
            });
        }
        if on && let Some((one, other)) = self.alike(&event_before, &event) {
            self.count("chain on");
            asked.push(Condition::Compare {
                comparison: Comparison::Equal,
                left: one,
                right: other,
            });
        }
        let mut asked: Vec<ConditionId> = (asked.into_iter())
            .map(|one| self.graph.add_condition(one))
            .collect();
        if self.random.percent(40) {
            asked.push(self.condition(depth.min(1)));
        }
        if without {
            let now = self.graph.add_value(Value::Now, Type::Time);
            let value = self.time(0);
            let seen = Condition::Range {
                value,
                low: None,
                high: Some(bound(now, true)),
            };
            asked.push(self.graph.add_condition(seen));
        } else {
            asked.push(self.within(window, brackets + 1));
            if self.brackets.len() < 3 && self.random.percent(40) {
                asked.push(self.rest_of_chain(window, brackets + 1, on, depth));
            }
        }
        self.brackets.pop();
        let condition = self.graph.add_condition(Condition::And(asked.into()));
        let rows = Rows::List(list);
        let next = self.graph.add_condition(Condition::Any { rows, condition });
        if !without {
            self.count("chain then");
            return next;
        }
        self.count("chain without");
        let none = self.graph.add_condition(Condition::Not(next));
        let Some(end) = end else { return none };
        let now = self.graph.add_value(Value::Now, Type::Time);
        let over = self.graph.add_condition(Condition::Compare {
            comparison: Comparison::LessOrEqual,
            left: end,
            right: now,
        });
        self.graph
            .add_condition(Condition::And([none, over].into()))
    }

    /// A part of the event around and one of the innermost event that may be compared; none where they have no such parts.
    fn alike(&mut self, outer: &Type, inner: &Type) -> Option<(ValueId, ValueId)> {
        let mut pairs = Vec::new();
        for (one, of_outer) in outer.record()?.parts.iter().enumerate().skip(1) {
            for (other, of_inner) in inner.record()?.parts.iter().enumerate().skip(1) {
                let alike = of_outer.part_type == of_inner.part_type;
                if alike && can_be_counted(&of_outer.part_type) {
                    pairs.push((one as u32, other as u32));
                }
            }
        }
        if pairs.is_empty() {
            return None;
        }
        let (one, other) = *self.random.pick(&pairs);
        let element = |depth| Value::Element { depth };
        let around = self.graph.add_value(element(1), outer.clone());
        let own = self.graph.add_value(element(0), inner.clone());
        Some((self.part(around, outer, one), self.part(own, inner, other)))
    }

    fn did(&mut self, selected: &Selected) -> Condition {
        Condition::Any {
            rows: selected.rows,
            condition: selected.condition,
        }
    }

    fn count_of(&mut self, selected: &Selected, distinct: Option<Distinct>) -> ValueId {
        let count = Value::Count {
            rows: selected.rows,
            condition: selected.condition,
            distinct,
        };
        self.graph.add_value(count, number(NumberKind::Whole))
    }

    /// Those with another condition among those without it.
    fn share(&mut self, selected: &Selected, depth: usize) -> ValueId {
        self.brackets.push(selected.event.clone());
        let more = self.condition(depth.min(1));
        self.brackets.pop();
        let both = Condition::And([selected.condition, more].into());
        let part = Selected {
            condition: self.graph.add_condition(both),
            ..selected.clone()
        };
        let (part, whole) = (self.count_of(&part, None), self.count_of(selected, None));
        let share = Value::Arithmetic {
            operator: Arithmetic::Divide,
            left: part,
            right: whole,
        };
        self.graph.add_value(share, number(NumberKind::Exact))
    }

    /// The first or the last of the events.
    fn one(&mut self, function: Aggregate, selected: &Selected) -> ValueId {
        let of = (self.graph).add_value(Value::Element { depth: 0 }, selected.event.clone());
        let one = Value::Aggregate {
            function,
            of,
            rows: selected.rows,
            condition: selected.condition,
        };
        self.graph.add_value(one, selected.event.clone())
    }

    /// A part of the first or the last event.
    fn of_one(&mut self, selected: &Selected) -> (ValueId, Type) {
        let function = *self.random.pick(&[Aggregate::First, Aggregate::Last]);
        self.count(&format!("{} event", function.name()));
        let one = self.one(function, selected);
        let parts = (selected.event.record()).map_or(&[][..], |record| &record.parts);
        let part = self.random.below(parts.len());
        let part_type = parts[part].part_type.clone();
        (self.part(one, &selected.event, part as u32), part_type)
    }

    fn favourite_of(&mut self, selected: &Selected, depth: usize) -> Option<ValueId> {
        self.brackets.push(selected.event.clone());
        let mut parts = self.places();
        parts.retain(|(id, found)| {
            let own = self.graph.reach(segql::ir::NodeRef::Value(*id)) > 0;
            own && (can_be_counted(found)
                || matches!(found, Type::List(element) if can_be_counted(element)))
        });
        let of = (!parts.is_empty()).then(|| self.random.pick(&parts).clone());
        let time = if self.random.percent(95) {
            self.time(0)
        } else {
            self.value(&Type::Time, depth.min(1))
        };
        self.brackets.pop();
        let (of, is) = of?;
        self.count(&format!("favourite {}", kind_name(&is)));
        let favourite = Value::Favourite {
            of,
            time,
            rows: selected.rows,
            condition: selected.condition,
        };
        let is = match is {
            Type::List(element) => *element,
            single => single,
        };
        Some(self.graph.add_value(favourite, is))
    }

    /// A figure over the gaps between the events, or how long ago the last was.
    fn rhythm(&mut self, selected: &Selected) -> ValueId {
        if self.random.percent(25) {
            self.count("since the last");
            let last = self.one(Aggregate::Last, selected);
            let time = self.part(last, &selected.event, 0);
            let function = functions::lookup("since").expect("a function of the language");
            let since = Value::Call {
                function,
                arguments: [time].into(),
            };
            return self.graph.add_value(since, Type::Duration);
        }
        self.brackets.push(selected.event.clone());
        let time = self.time(0);
        self.brackets.pop();
        let function =
            *self
                .random
                .pick(&[Aggregate::Values, Aggregate::Values, Aggregate::Different]);
        let times = Value::Aggregate {
            function,
            of: time,
            rows: selected.rows,
            condition: selected.condition,
        };
        let times = (self.graph).add_value(times, Type::List(Box::new(Type::Time)));
        let gaps = Type::List(Box::new(Type::Duration));
        let gaps = self.graph.add_value(Value::Gaps(times), gaps);
        self.count("gaps");
        let rows = Rows::List(gaps);
        let condition = self.graph.add_condition(Condition::Constant(true));
        if self.random.percent(20) {
            let count = Value::Count {
                rows,
                condition,
                distinct: None,
            };
            return self.graph.add_value(count, number(NumberKind::Whole));
        }
        let of = (self.graph).add_value(Value::Element { depth: 0 }, Type::Duration);
        let figure = Value::Aggregate {
            function: *self.random.pick(&Aggregate::ALL),
            of,
            rows,
            condition,
        };
        self.graph.add_value(figure, Type::Duration)
    }

    /// On how many days, weeks … something happened, often enough on each.
    fn active(&mut self, selected: &Selected) -> ValueId {
        self.count("active");
        let zone = self.zone();
        let zone = zone.map(|zone| self.graph.shifted(zone, 1));
        self.brackets.push(selected.event.clone());
        let time = self.time(0);
        self.brackets.pop();
        let date = Value::DateOf { time, zone };
        let mut value = self.graph.add_value(date, Type::Date);
        if self.random.percent(60) {
            let periods = [Period::Week, Period::Month, Period::Quarter, Period::Year];
            let period = *self.random.pick(&periods);
            let start = Value::StartOf {
                date: value,
                period,
            };
            value = self.graph.add_value(start, Type::Date);
        }
        let at_least = *self.random.pick(&[1, 1, 2, 3]);
        self.count_of(selected, Some(Distinct { value, at_least }))
    }

    /// A question about the list of different values that the events have.
    fn of_different(&mut self, selected: &Selected, depth: usize) -> Condition {
        self.brackets.push(selected.event.clone());
        let (of, _) = self.comparable_types();
        let value_type = if self.random.percent(30) {
            Type::List(Box::new(of.clone()))
        } else {
            of.clone()
        };
        let value = self.value(&value_type, depth.min(1));
        self.brackets.pop();
        self.count(&format!("distinct of events {}", kind_name(&value_type)));
        let list = Value::Aggregate {
            function: Aggregate::Different,
            of: value,
            rows: selected.rows,
            condition: selected.condition,
        };
        let list = (self.graph).add_value(list, Type::List(Box::new(of.clone())));
        let rows = Rows::List(list);
        self.brackets.push(of);
        let condition = self.condition(depth.min(1));
        self.brackets.pop();
        Condition::Any { rows, condition }
    }

    /// The value compared with a small number, or a length of time.
    fn compared(&mut self, value: ValueId) -> Condition {
        let constant = match self.graph.type_of(value).clone() {
            Type::Number(NumberKind::Whole) => {
                Constant::Number(Exact::whole(self.random.between(0, 4).into()))
            }
            Type::Number(_) => {
                let share = Exact::new(self.random.between(0, 4).into(), 4);
                share.map_or(Constant::Missing, Constant::Number)
            }
            other => self.constant_of(&other),
        };
        let constant = self.graph.add_constant(constant);
        let comparisons = [Comparison::Equal, Comparison::Less, Comparison::LessOrEqual];
        let (left, right) = if self.random.percent(50) {
            (value, constant)
        } else {
            (constant, value)
        };
        Condition::Compare {
            comparison: *self.random.pick(&comparisons),
            left,
            right,
        }
    }

    /// Whether a value is missing, or what it is.
    fn known_or_compared(&mut self, value: ValueId) -> Condition {
        let is = self.graph.type_of(value).clone();
        match is {
            _ if self.random.percent(20) => Condition::Missing(value),
            Type::Boolean => Condition::Holds(value),
            Type::Time => {
                let window = self.window();
                let [low, high] = window;
                Condition::Range { value, low, high }
            }
            Type::Number(_) | Type::Text | Type::Date | Type::Duration | Type::Distance => {
                let right = self.constant(&is);
                Condition::Compare {
                    comparison: Comparison::Equal,
                    left: value,
                    right,
                }
            }
            Type::List(_) | Type::Record(_) | Type::Map(_) | Type::Point => {
                Condition::Missing(value)
            }
        }
    }
}

fn bound(value: ValueId, inclusive: bool) -> Bound {
    Bound { value, inclusive }
}

/// Whether it is a list of records with a time, the first of their parts.
fn is_stream(found: &Type) -> bool {
    let is_list = matches!(found, Type::List(_));
    is_list && (found.record()).is_some_and(|record| record.time == Some(0))
}

/// Whether values of this type are told apart where they are counted.
fn can_be_counted(found: &Type) -> bool {
    use Type::{Boolean, Date, Distance, Duration, Number, Text, Time};
    matches!(
        found,
        Boolean | Number(_) | Text | Date | Time | Duration | Distance
    )
}
