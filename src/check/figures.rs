//! Figures of events that are no plain aggregates: `first(purchase)`, `share(open[device = "mobile"])`, `favourite(title of finish)`, `gap of
//! login`, `active days(view)`, `observed for 90 days`.

use super::errors;
use super::events::{Behind, Edges};
use super::item::{Checker, Scope};
use super::logic::Logic;
use super::operand::{Checked, Found, Operand};
use super::selection::Selection;
use crate::ir::{
    Aggregate, Arithmetic, Condition, Distinct, NodeRef, Period, Rows, Value, ValueId,
};
use crate::source::Span;
use crate::syntax::ast::{
    ActivePeriod, CountComparison, Expression, ExpressionKind, Measure, Name, Spanned, Window,
};
use crate::types::{NumberKind, Type};

/// Whether it is the name of a figure of events.
pub(super) fn is_figure(name: &str) -> bool {
    matches!(name, "first" | "last" | "share" | "favourite")
}

impl Checker<'_> {
    /// `first(purchase)`, `share(open[device = "mobile"])`, `favourite(title of finish)`
    pub(super) fn figure(
        &mut self,
        call: &Expression,
        name: &Name,
        arguments: &[Expression],
        scope: &Scope,
    ) -> Operand {
        let [argument] = arguments else {
            for argument in arguments {
                self.expression(argument, scope);
            }
            return self.hole(errors::aggregate_of_several(&name.text, call.span));
        };
        if name.text == "favourite" {
            return self.favourite(call, argument, scope);
        }
        if let ExpressionKind::Of { .. } = &*argument.kind {
            let text = self.sources.text(argument.span);
            return self.hole(errors::figure_of_a_value(&name.text, text, argument.span));
        }
        let Some(selection) = self.events(&name.text, argument, scope) else {
            return Operand::Hole;
        };
        let figure = match name.text.as_str() {
            "share" => match self.share(&selection, argument) {
                Some(share) => share,
                None => return Operand::Hole,
            },
            last => {
                let condition = self.narrowed(&selection);
                let element = selection.bracket.element.clone();
                let of = (self.graph).add_value(Value::Element { depth: 0 }, element.clone());
                let figure = Value::Aggregate {
                    function: if last == "last" {
                        Aggregate::Last
                    } else {
                        Aggregate::First
                    },
                    of,
                    rows: selection.rows(),
                    condition,
                };
                self.graph.add_value(figure, element)
            }
        };
        self.figured(figure, call.span)
    }

    fn figured(&mut self, id: ValueId, span: Span) -> Operand {
        if !self.is_shallow(NodeRef::Value(id), span) {
            return Operand::Hole;
        }
        Operand::Value(Found { id, span })
    }

    /// The events that a figure is one of; told where they are none, or counted.
    pub(super) fn events(
        &mut self,
        word: &str,
        place: &Expression,
        scope: &Scope,
    ) -> Option<Selection> {
        let selection = self.selection(word, place, scope)?;
        if !selection.is_of_events() {
            let of = selection.bracket.of;
            self.tell(errors::figure_of_no_events(word, self.sources.text(of), of));
            return None;
        }
        self.without_frequency(word, &selection)?;
        Some(selection)
    }

    /// Tells of a frequency where none is taken.
    pub(super) fn without_frequency(&mut self, word: &str, selection: &Selection) -> Option<()> {
        if let Some(frequency) = selection.frequency {
            self.tell(errors::frequency_out_of_place(word, frequency.span));
            return None;
        }
        if let Some(name) = &selection.unused_name {
            let of = self.sources.text(selection.bracket.of);
            self.tell(errors::name_without_bracket(of, name));
            return None;
        }
        Some(())
    }

    /// The count with the last bracket over that without it.
    fn share(&mut self, selection: &Selection, place: &Expression) -> Option<ValueId> {
        let Some((_, whole)) = selection.conditions.split_last() else {
            let text = self.sources.text(place.span);
            self.tell(errors::share_without_bracket(text, place.span));
            return None;
        };
        let rows = selection.rows();
        let whole = (selection.seen.iter())
            .chain(&selection.behind)
            .chain(whole);
        let whole: Vec<_> = whole.map(|one| one.id).collect();
        let whole = self.together(&whole);
        let part = self.narrowed(selection);
        let [part, whole] = [part, whole].map(|condition| {
            let count = Value::Count {
                rows,
                condition,
                distinct: None,
            };
            self.graph.add_value(count, Type::Number(NumberKind::Whole))
        });
        let share = Value::Arithmetic {
            operator: Arithmetic::Divide,
            left: part,
            right: whole,
        };
        Some(self.graph.add_value(share, Type::Number(NumberKind::Exact)))
    }

    /// `favourite(title.genres of finish in last 365 days)`
    fn favourite(&mut self, call: &Expression, argument: &Expression, scope: &Scope) -> Operand {
        let ExpressionKind::Of {
            distinct: false,
            value,
            rows: Some(rows),
        } = &*argument.kind
        else {
            let text = self.sources.text(argument.span);
            return self.hole(errors::favourite_of_no_value(text, argument.span));
        };
        let Some(selection) = self.events("favourite", rows, scope) else {
            return Operand::Hole;
        };
        let inside = scope.inside(selection.bracket.clone());
        let Some(of) = self.value(value, &inside) else {
            return Operand::Hole;
        };
        if !self.is_countable("favourite", of) {
            return Operand::Hole;
        }
        let result = match self.graph.type_of(of.id) {
            Type::List(element) => (**element).clone(),
            single => single.clone(),
        };
        let favourite = Value::Favourite {
            of: of.id,
            time: self.time_of_element(&selection.bracket.element),
            rows: selection.rows(),
            condition: self.narrowed(&selection),
        };
        let id = self.graph.add_value(favourite, result);
        self.figured(id, call.span)
    }

    /// The lengths of `gap of login`, `gap of (distinct time of login)`, as a list.
    pub(super) fn gaps(&mut self, rows: &Expression, scope: &Scope) -> Option<Found> {
        let times = if is_distinct(rows) {
            let times = self.value(rows, scope)?;
            if *self.graph.type_of(times.id) != Type::List(Box::new(Type::Time)) {
                let is = self.graph.type_of(times.id).clone();
                self.tell(errors::gaps_of_no_times(&is, times.span));
                return None;
            }
            times.id
        } else {
            let selection = self.events("gap", rows, scope)?;
            let times = Value::Aggregate {
                function: Aggregate::Values,
                of: self.time_of_element(&selection.bracket.element),
                rows: selection.rows(),
                condition: self.narrowed(&selection),
            };
            (self.graph).add_value(times, Type::List(Box::new(Type::Time)))
        };
        let id = (self.graph).add_value(Value::Gaps(times), Type::List(Box::new(Type::Duration)));
        Some(Found {
            id,
            span: rows.span,
        })
    }

    /// `(distinct title.genres of finish)`: the values of events as a list.
    pub(super) fn values_of(
        &mut self,
        distinct: bool,
        value: &Expression,
        rows: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        if !distinct {
            return self.hole(errors::of_alone(span));
        }
        let Some(selection) = self.selection("distinct", rows, scope) else {
            return Operand::Hole;
        };
        if self.without_frequency("distinct", &selection).is_none() {
            return Operand::Hole;
        }
        let inside = scope.inside(selection.bracket.clone());
        let Some(of) = self.value(value, &inside) else {
            return Operand::Hole;
        };
        if !self.is_countable("distinct", of) {
            return Operand::Hole;
        }
        let is = self.graph.type_of(of.id).clone();
        let Some(result) = Aggregate::Different.result(&is) else {
            return Operand::Hole;
        };
        let list = Value::Aggregate {
            function: Aggregate::Different,
            of: of.id,
            rows: selection.rows(),
            condition: self.narrowed(&selection),
        };
        let id = self.graph.add_value(list, result);
        self.figured(id, span)
    }

    /// `active days(view in last 30 days)`, `active weeks(launch at least twice in last 4 full weeks)`
    pub(super) fn active(
        &mut self,
        period: Spanned<ActivePeriod>,
        rows: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Operand {
        let Some(mut selection) = self.selection("active", rows, scope) else {
            return Operand::Hole;
        };
        let frequency = selection.frequency.take();
        if !selection.is_of_events() {
            let of = selection.bracket.of;
            let text = self.sources.text(of);
            return self.hole(errors::figure_of_no_events("active", text, of));
        }
        let at_least = match frequency.map(|frequency| (frequency.value, frequency.span)) {
            None => 1,
            Some((frequency, place)) => match (frequency.comparison, frequency.times) {
                (CountComparison::AtLeast, times @ 1..) => times,
                (CountComparison::MoreThan, times) if times < u32::MAX => times + 1,
                _ => return self.hole(errors::active_with_no_minimum(place)),
            },
        };
        let time = self.time_of_element(&selection.bracket.element);
        let zone = self.zone();
        let day = self.date_of(time, zone);
        let start = |period| Value::StartOf { date: day, period };
        let value = match period.value {
            ActivePeriod::Days => day,
            ActivePeriod::Weeks => self.graph.add_value(start(Period::Week), Type::Date),
            ActivePeriod::Months => self.graph.add_value(start(Period::Month), Type::Date),
            ActivePeriod::Quarters => self.graph.add_value(start(Period::Quarter), Type::Date),
            ActivePeriod::Years => self.graph.add_value(start(Period::Year), Type::Date),
        };
        let count = Value::Count {
            rows: selection.rows(),
            condition: self.narrowed(&selection),
            distinct: Some(Distinct { value, at_least }),
        };
        let id = (self.graph).add_value(count, Type::Number(NumberKind::Whole));
        self.figured(id, span)
    }

    /// `observed for 90 days`: the contact's beginning, or where it is not known the first event of any kind, is so long ago or longer.
    pub(super) fn observed(&mut self, length: &Measure, span: Span, scope: &Scope) -> Operand {
        let window = Spanned {
            value: Window::Over(length.clone()),
            span: length.span,
        };
        let beginning = self.schema.beginning();
        let streams: Vec<_> = (self.schema.fields().len()..self.schema.fields_and_streams().len())
            .map(|place| crate::schema::FieldId(place as u32))
            // What somebody is, is not what they did.
            .filter(|stream| self.schema.field(*stream).history_of.is_none())
            .collect();
        if beginning.is_none() && streams.is_empty() {
            return self.hole(errors::nothing_observed(span));
        }
        let mut known = None;
        if let Some(field) = beginning {
            let is = self.schema.field(field).field_type.clone();
            let id = self.graph.add_value(Value::Field(field), is);
            let Some((low, high)) = self.window_of_time(Found { id, span }, &window, scope) else {
                return Operand::Hole;
            };
            let missing = self.add_condition(Condition::Missing(id));
            known = Some((self.range(id, low, high).id, missing));
        }
        let mut since = Vec::new();
        for stream in streams {
            let Type::List(element) = self.schema.field(stream).field_type.clone() else {
                continue;
            };
            let list = Type::List(element.clone());
            let id = self.graph.add_value(Value::Field(stream), list);
            let mut selection = self.select(Found { id, span }, *element);
            let behind = Behind {
                edges: Edges::Window(&window),
                whole: span,
            };
            if self.narrow(&mut selection, behind, scope, 1).is_none() {
                return Operand::Hole;
            }
            let condition = self.narrowed(&selection);
            let rows = Rows::List(id);
            since.push(self.add_condition(Condition::Any { rows, condition }));
        }
        let met = match since[..] {
            [only] => only,
            _ => self.add_condition(Condition::Or(since.into())),
        };
        let id = match known {
            None => met,
            Some((begun, missing)) => {
                let otherwise = self.add_condition(Condition::And([missing, met].into()));
                self.add_condition(Condition::Or([begun, otherwise].into()))
            }
        };
        Operand::Condition(Checked {
            id,
            logic: Logic::about(Default::default()),
        })
    }
}

/// `(distinct time of login)`
fn is_distinct(rows: &Expression) -> bool {
    match &*rows.kind {
        ExpressionKind::Of { distinct, .. } => *distinct,
        ExpressionKind::Parenthesized(inner) => is_distinct(inner),
        _ => false,
    }
}
