//! Windows: what `in last 90 days` and its kin ask of a time, and of a date.
//!
//! Of a time, a window is a range of instants. Of a date, it is a range of days: N days are N dates with today among them, and an edge
//! is a whole day. A date at the edge of a window over times is its whole day as well.

use super::arithmetic::Length;
use super::errors;
use super::item::{Checker, Scope};
use super::operand::{Checked, Found, Operand};
use crate::ir::{Period as StartOf, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{
    Expression, ExpressionKind, Measure, Period, PeriodUnit, Spanned, Window,
};
use crate::types::{CalendarUnit, Constant, Type, Unit, calendar};

/// What a window stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Time(ValueId),
    /// A date; where the second is true, its anniversaries.
    Date(ValueId, bool),
}

/// An edge that the reader wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Instant(ValueId),
    /// A whole day.
    Day(ValueId),
}

/// One end of a range, and whether it belongs to it.
pub(super) type End = Option<(ValueId, bool)>;

impl Checker<'_> {
    pub(super) fn window(
        &mut self,
        subject: &Expression,
        window: &Spanned<Window>,
        scope: &Scope,
    ) -> Operand {
        let (found, yearly) = match self.anniversary_of(subject, scope) {
            Some(date) => (date, true),
            None => (self.value(subject, scope), false),
        };
        let Some(found) = found else {
            // Faults in the window are told as well.
            if let Window::Before(edge)
            | Window::After(edge)
            | Window::WithinAfter { anchor: edge, .. }
            | Window::WithinBefore { anchor: edge, .. } = &window.value
            {
                self.expression(edge, scope);
            }
            return Operand::Hole;
        };
        let found = self.event_as_time(found);
        let subject = match self.graph.type_of(found.id) {
            Type::Time => Subject::Time(found.id),
            Type::Date => Subject::Date(found.id, yearly),
            other => {
                let other = other.clone();
                return self.hole(errors::window_on_no_time(
                    self.sources.text(found.span),
                    &other,
                    found.span,
                    window.span,
                ));
            }
        };
        match self.ends(subject, found, window, scope) {
            Some((low, high)) => Operand::Condition(match subject {
                Subject::Date(date, true) => self.anniversary_in(date, low, high),
                Subject::Date(value, false) | Subject::Time(value) => self.range(value, low, high),
            }),
            None => Operand::Hole,
        }
    }

    /// The ends of a window behind a time; a date is taken for a time as well.
    pub(super) fn window_of_time(
        &mut self,
        time: Found,
        window: &Spanned<Window>,
        scope: &Scope,
    ) -> Option<(End, End)> {
        let subject = match self.graph.type_of(time.id) {
            Type::Date => Subject::Date(time.id, false),
            _ => Subject::Time(time.id),
        };
        self.ends(subject, time, window, scope)
    }

    fn ends(
        &mut self,
        subject: Subject,
        found: Found,
        window: &Spanned<Window>,
        scope: &Scope,
    ) -> Option<(End, End)> {
        if let Window::InLast(measure)
        | Window::InLastFull(measure)
        | Window::InNext(measure)
        | Window::WithinAfter {
            length: measure, ..
        }
        | Window::WithinBefore {
            length: measure, ..
        } = &window.value
            && measure.amount.mantissa == 0
        {
            let text = self.sources.text(window.span);
            self.tell(errors::empty_window(text, measure.span));
            return None;
        }
        match &window.value {
            Window::InLast(measure) => self.in_last(subject, measure, found.span),
            Window::InLastFull(measure) => self.in_last_full(subject, measure),
            Window::InNext(measure) => self.in_next(subject, measure, found.span),
            Window::Over(measure) => self.over(subject, measure, found.span),
            Window::Before(edge) => self.before(subject, found, edge, scope),
            Window::After(edge) => self.after(subject, found, edge, scope),
            Window::WithinAfter { length, anchor } => {
                self.within_after(subject, found, length, anchor, scope)
            }
            Window::WithinBefore { length, anchor } => {
                self.within_before(subject, found, length, anchor, scope)
            }
            Window::During(period) => Some(self.during(subject, period.value)),
        }
    }

    /// `x between A and B` of times: `(A, B]`; of days, both edges whole. `yearly` asks it of the anniversaries of a day.
    pub(super) fn between_times(
        &mut self,
        value: Found,
        yearly: bool,
        low: &Expression,
        high: &Expression,
        scope: &Scope,
    ) -> Option<Checked> {
        let (low, high) = self.ends_between(value, yearly, low, high, scope)?;
        Some(if yearly {
            self.anniversary_in(value.id, low, high)
        } else {
            self.range(value.id, low, high)
        })
    }

    /// The ends of `between A and B` behind a time or a day.
    pub(super) fn ends_between(
        &mut self,
        value: Found,
        yearly: bool,
        low: &Expression,
        high: &Expression,
        scope: &Scope,
    ) -> Option<(End, End)> {
        let subject = match self.graph.type_of(value.id) {
            Type::Date => Subject::Date(value.id, yearly),
            _ => Subject::Time(value.id),
        };
        let first = self.edge(subject, value, low, scope);
        let last = self.edge(subject, value, high, scope);
        let (first, last) = (first?, last?);
        let is_day = |checker: &Self, place: &Expression, edge: Edge| match edge {
            Edge::Day(_) => !checker.is_ago(place),
            Edge::Instant(_) => false,
        };
        let days = (is_day(self, low, first), is_day(self, high, last));
        if let Subject::Time(_) = subject
            && days.0 != days.1
        {
            let (day, time) = if days.0 { (low, high) } else { (high, low) };
            self.tell(errors::between_date_and_time(
                self.sources.text(day.span),
                day.span,
                time.span,
            ));
            return None;
        }
        let (low, high) = match (subject, first, last) {
            (Subject::Date(..), Edge::Day(first), Edge::Day(last)) => {
                ((first, days.0), (last, true))
            }
            (_, Edge::Instant(first), Edge::Instant(last)) => ((first, false), (last, true)),
            (Subject::Time(_), Edge::Day(first), Edge::Day(last)) => {
                let end = self.next_day(last);
                ((self.midnight(first), true), (self.midnight(end), false))
            }
            (_, Edge::Day(_), Edge::Instant(_)) | (_, Edge::Instant(_), Edge::Day(_)) => {
                return None;
            }
        };
        Some((Some(low), Some(high)))
    }

    /// `(now - L, now]`; in calendar days from the midnight with which the first of them begins; of dates `(today - L, today]`.
    fn in_last(&mut self, subject: Subject, measure: &Measure, at: Span) -> Option<(End, End)> {
        match subject {
            Subject::Date(..) => {
                let today = self.today();
                let low = self.date_moved(today, measure, true, at)?;
                Some((Some((low, false)), Some((today, true))))
            }
            Subject::Time(_) => {
                let now = self.now();
                let low = match self.length(measure)? {
                    Length::Calendar {
                        count,
                        unit: CalendarUnit::Day,
                    } => {
                        let first = self.today_moved(1 - count);
                        (self.midnight(first), true)
                    }
                    length => (self.moved(now, length, true), false),
                };
                Some((Some(low), Some((now, true))))
            }
        }
    }

    /// All that is not in `in last`, up to its beginning.
    fn over(&mut self, subject: Subject, measure: &Measure, at: Span) -> Option<(End, End)> {
        let (low, _) = self.in_last(subject, measure, at)?;
        Some((None, low.map(|(edge, inclusive)| (edge, !inclusive))))
    }

    /// `[now, now + L)`; in calendar days up to the midnight with which the last of them ends; of dates `[today, today + L)`.
    fn in_next(&mut self, subject: Subject, measure: &Measure, at: Span) -> Option<(End, End)> {
        match subject {
            Subject::Date(..) => {
                let today = self.today();
                let high = self.date_moved(today, measure, false, at)?;
                Some((Some((today, true)), Some((high, false))))
            }
            Subject::Time(_) => {
                let now = self.now();
                let high = match self.length(measure)? {
                    Length::Calendar {
                        count,
                        unit: CalendarUnit::Day,
                    } => {
                        let end = self.today_moved(count);
                        self.midnight(end)
                    }
                    length => self.moved(now, length, false),
                };
                Some((Some((now, true)), Some((high, false))))
            }
        }
    }

    /// The whole days, weeks, months … before the running one.
    fn in_last_full(&mut self, subject: Subject, measure: &Measure) -> Option<(End, End)> {
        let amount = measure.amount.exact();
        let text = self.sources.text(measure.span);
        if !amount.is_whole() {
            self.tell(errors::part_of_a_calendar_unit(
                text,
                measure.unit,
                measure.span,
            ));
            return None;
        }
        let (period, each, unit) = match measure.unit {
            Unit::Days | Unit::CalendarDays => (None, 1, CalendarUnit::Day),
            Unit::Weeks => (Some(StartOf::Week), 7, CalendarUnit::Day),
            Unit::Months => (Some(StartOf::Month), 1, CalendarUnit::Month),
            Unit::Quarters => (Some(StartOf::Quarter), 3, CalendarUnit::Month),
            Unit::Years => (Some(StartOf::Year), 12, CalendarUnit::Month),
            Unit::Kilometres | Unit::Metres | Unit::Miles => {
                self.tell(errors::distance_for_a_time(measure, text));
                return None;
            }
            Unit::Seconds | Unit::Minutes | Unit::Hours => {
                self.tell(errors::full_of_a_clock_unit(text, measure.span));
                return None;
            }
        };
        // The same bounds as for any length.
        self.length(measure)?;
        let count = i64::try_from(amount.numerator()).ok()?.checked_mul(each)?;
        let today = self.today();
        let end = period.map_or(today, |period| self.start_of(today, period));
        let start = self.moved_on_calendar(end, -count, unit);
        Some(self.days(subject, start, end))
    }

    fn before(
        &mut self,
        subject: Subject,
        found: Found,
        edge: &Expression,
        scope: &Scope,
    ) -> Option<(End, End)> {
        let end = match self.edge(subject, found, edge, scope)? {
            Edge::Instant(time) => time,
            Edge::Day(day) => self.day_as(subject, day),
        };
        Some((None, Some((end, false))))
    }

    fn after(
        &mut self,
        subject: Subject,
        found: Found,
        edge: &Expression,
        scope: &Scope,
    ) -> Option<(End, End)> {
        let start = match (subject, self.edge(subject, found, edge, scope)?) {
            (_, Edge::Instant(time)) => (time, false),
            (Subject::Date(..), Edge::Day(day)) => (day, false),
            (Subject::Time(_), Edge::Day(day)) => {
                let next = self.next_day(day);
                (self.midnight(next), true)
            }
        };
        Some((Some(start), None))
    }

    /// `(T, T + L]`; after a day, the days behind it.
    fn within_after(
        &mut self,
        subject: Subject,
        found: Found,
        length: &Measure,
        anchor: &Expression,
        scope: &Scope,
    ) -> Option<(End, End)> {
        let edge = self.edge(subject, found, anchor, scope);
        match (subject, edge?) {
            (_, Edge::Instant(time)) => {
                let length = self.length(length)?;
                let end = self.moved(time, length, false);
                Some((Some((time, false)), Some((end, true))))
            }
            (Subject::Date(..), Edge::Day(day)) => {
                let end = self.date_moved(day, length, false, anchor.span)?;
                Some((Some((day, false)), Some((end, true))))
            }
            (Subject::Time(_), Edge::Day(day)) => {
                let last = self.date_moved(day, length, false, anchor.span)?;
                let start = self.next_day(day);
                let end = self.next_day(last);
                Some((
                    Some((self.midnight(start), true)),
                    Some((self.midnight(end), false)),
                ))
            }
        }
    }

    /// `[T - L, T)`; before a day, the days ahead of it.
    fn within_before(
        &mut self,
        subject: Subject,
        found: Found,
        length: &Measure,
        anchor: &Expression,
        scope: &Scope,
    ) -> Option<(End, End)> {
        let edge = self.edge(subject, found, anchor, scope);
        match edge? {
            Edge::Instant(time) => {
                let length = self.length(length)?;
                let start = self.moved(time, length, true);
                Some((Some((start, true)), Some((time, false))))
            }
            Edge::Day(day) => {
                let start = self.date_moved(day, length, true, anchor.span)?;
                Some(self.days(subject, start, day))
            }
        }
    }

    /// The period with its first instant, up to that of the next.
    fn during(&mut self, subject: Subject, period: Period) -> (End, End) {
        let (start, end) = self.period(period);
        self.days(subject, start, end)
    }

    /// The days from `start` up to, and without, `end`.
    fn days(&mut self, subject: Subject, start: ValueId, end: ValueId) -> (End, End) {
        let start = self.day_as(subject, start);
        let end = self.day_as(subject, end);
        (Some((start, true)), Some((end, false)))
    }

    /// The first day of a period, and that of the next.
    fn period(&mut self, period: Period) -> (ValueId, ValueId) {
        let civil = |year: i16, month: u8| {
            jiff::civil::Date::new(year, i8::try_from(month).unwrap_or(1), 1).ok()
        };
        let (start, count, unit) = match period {
            Period::Year(year) => (self.fixed(civil(year, 1)), 12, CalendarUnit::Month),
            Period::Quarter { year, quarter } => {
                let first = quarter.saturating_sub(1) * 3 + 1;
                (self.fixed(civil(year, first)), 3, CalendarUnit::Month)
            }
            Period::Month { year, month } => {
                (self.fixed(civil(year, month)), 1, CalendarUnit::Month)
            }
            Period::Week { year, week } => {
                let monday = jiff::civil::ISOWeekDate::new(
                    year,
                    i8::try_from(week).unwrap_or(1),
                    jiff::civil::Weekday::Monday,
                );
                let monday = monday.ok().map(|monday| monday.date());
                (self.fixed(monday), 7, CalendarUnit::Day)
            }
            Period::Day(date) => (self.fixed(Some(date)), 1, CalendarUnit::Day),
            Period::Today => (self.today(), 1, CalendarUnit::Day),
            Period::Yesterday => (self.today_moved(-1), 1, CalendarUnit::Day),
            Period::This(unit) => {
                let (period, count, step) = step(unit);
                let today = self.today();
                (self.start_of(today, period), count, step)
            }
            Period::Last(unit) => {
                let (period, count, step) = step(unit);
                let today = self.today();
                let end = self.start_of(today, period);
                return (self.moved_on_calendar(end, -count, step), end);
            }
        };
        let end = match self.graph.value(start) {
            // Fixed periods have fixed ends.
            Value::Constant(Constant::Date(start)) => {
                let end = calendar::move_date(*start, count, unit).and_then(calendar::date);
                self.fixed(end)
            }
            _ => self.moved_on_calendar(start, count, unit),
        };
        (start, end)
    }

    /// A date that is known; missing where the calendar has none, beyond the year 9999.
    fn fixed(&mut self, date: Option<jiff::civil::Date>) -> ValueId {
        let constant = date.map_or(Constant::Missing, |date| {
            Constant::Date(calendar::days(date))
        });
        self.graph.add_value(Value::Constant(constant), Type::Date)
    }

    /// An edge of a window: a time or a date, as the subject admits it.
    fn edge(
        &mut self,
        subject: Subject,
        found: Found,
        place: &Expression,
        scope: &Scope,
    ) -> Option<Edge> {
        // On dates, `90 days ago` is a day: as many days before today.
        if let Subject::Date(..) = subject
            && let Some(measure) = ago(place)
        {
            let today = self.today();
            let day = self.date_moved(today, measure, true, found.span)?;
            return Some(Edge::Day(day));
        }
        let edge = self.value(place, scope)?;
        let edge = self.event_as_time(edge);
        match (subject, self.graph.type_of(edge.id)) {
            (_, Type::Date) => Some(Edge::Day(edge.id)),
            (Subject::Time(_), Type::Time) => Some(Edge::Instant(edge.id)),
            (Subject::Date(_, true), Type::Time) => {
                let text = self.sources.text(edge.span);
                self.tell(errors::time_edge_of_an_anniversary(text, edge.span));
                None
            }
            (Subject::Date(_, false), Type::Time) => {
                self.tell(errors::time_edge_of_a_date(
                    self.sources.text(found.span),
                    self.sources.text(edge.span),
                    found.span,
                    edge.span,
                ));
                None
            }
            (_, other) => {
                let other = other.clone();
                self.tell(errors::edge_is_no_time(
                    &other,
                    self.sources.text(edge.span),
                    edge.span,
                ));
                None
            }
        }
    }

    fn is_ago(&self, place: &Expression) -> bool {
        ago(place).is_some()
    }

    /// A date moved by so many days, weeks, months …; a length that is no number of days is told.
    fn date_moved(
        &mut self,
        date: ValueId,
        measure: &Measure,
        back: bool,
        at: Span,
    ) -> Option<ValueId> {
        let text = self.sources.text(measure.span);
        let (count, unit) = match (measure.unit, self.length(measure)?) {
            (_, Length::Calendar { count, unit }) => (count, unit),
            (Unit::Days | Unit::Weeks, Length::Exact(nanoseconds))
                if nanoseconds % NANOSECONDS_A_DAY == 0 =>
            {
                let days = i64::try_from(nanoseconds / NANOSECONDS_A_DAY).ok()?;
                (days, CalendarUnit::Day)
            }
            (_, Length::Exact(_)) => {
                self.tell(errors::clock_length_of_a_date(
                    text,
                    self.sources.text(at),
                    measure.span,
                    at,
                ));
                return None;
            }
        };
        Some(self.moved_on_calendar(date, if back { -count } else { count }, unit))
    }

    pub(super) fn today(&mut self) -> ValueId {
        let (now, zone) = (self.now(), self.zone());
        self.date_of(now, zone)
    }

    fn today_moved(&mut self, days: i64) -> ValueId {
        let today = self.today();
        if days == 0 {
            return today;
        }
        self.moved_on_calendar(today, days, CalendarUnit::Day)
    }

    pub(super) fn next_day(&mut self, day: ValueId) -> ValueId {
        self.moved_on_calendar(day, 1, CalendarUnit::Day)
    }

    fn midnight(&mut self, day: ValueId) -> ValueId {
        let zone = self.zone();
        let midnight = Value::Midnight { date: day, zone };
        self.graph.add_value(midnight, Type::Time)
    }

    fn start_of(&mut self, date: ValueId, period: StartOf) -> ValueId {
        self.graph
            .add_value(Value::StartOf { date, period }, Type::Date)
    }

    /// The beginning of a day as the subject is measured: an instant or the day.
    fn day_as(&mut self, subject: Subject, day: ValueId) -> ValueId {
        match subject {
            Subject::Time(_) => self.midnight(day),
            Subject::Date(..) => day,
        }
    }
}

const NANOSECONDS_A_DAY: i128 = 86_400_000_000_000;

fn step(unit: PeriodUnit) -> (StartOf, i64, CalendarUnit) {
    match unit {
        PeriodUnit::Week => (StartOf::Week, 7, CalendarUnit::Day),
        PeriodUnit::Month => (StartOf::Month, 1, CalendarUnit::Month),
        PeriodUnit::Quarter => (StartOf::Quarter, 3, CalendarUnit::Month),
        PeriodUnit::Year => (StartOf::Year, 12, CalendarUnit::Month),
    }
}

/// The measure of `90 days ago`.
pub(super) fn ago(place: &Expression) -> Option<&Measure> {
    match &*place.kind {
        ExpressionKind::Ago(measure) => Some(measure),
        ExpressionKind::Parenthesized(inner) => ago(inner),
        _ => None,
    }
}
