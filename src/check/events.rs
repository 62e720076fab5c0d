//! Events: windows and frequencies behind them, and where an event stands for its time.

use super::errors;
use super::item::{Checker, Scope};
use super::logic::Logic;
use super::operand::{Checked, Found, Operand};
use super::selection::Selection;
use super::windows::End;
use crate::ir::{Comparison, Condition, NodeRef, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{CountComparison, Expression, ExpressionKind, Frequency, Spanned, Window};
use crate::types::{Constant, Exact, NumberKind, Type};

/// A window behind events.
#[derive(Clone, Copy)]
pub(super) struct Behind<'e> {
    pub edges: Edges<'e>,
    /// The events and the window, as the reader sees them.
    pub whole: Span,
}

#[derive(Clone, Copy)]
pub(super) enum Edges<'e> {
    Window(&'e Spanned<Window>),
    /// `between A and B`
    Between {
        low: &'e Expression,
        high: &'e Expression,
    },
}

impl Behind<'_> {
    /// The window alone.
    fn span(self) -> Span {
        match self.edges {
            Edges::Window(window) => window.span,
            Edges::Between { low, .. } => {
                Span::new(self.whole.source, low.span.start, self.whole.end)
            }
        }
    }
}

/// The chain of events that stands in parentheses.
fn chain_in(expression: &Expression) -> Option<&Expression> {
    match &*expression.kind {
        ExpressionKind::Chain { .. } => Some(expression),
        ExpressionKind::Parenthesized(inner) => chain_in(inner),
        _ => None,
    }
}

impl Checker<'_> {
    /// A value, and where it is an event its time.
    pub(super) fn event_as_time(&mut self, found: Found) -> Found {
        let Type::Record(record) = self.graph.type_of(found.id) else {
            return found;
        };
        match record.time {
            Some(time) => Found {
                id: self.part(found.id, time, Type::Time),
                ..found
            },
            None => found,
        }
    }

    /// The same of what may be none.
    pub(super) fn as_time(&mut self, operand: Operand) -> Operand {
        match operand {
            Operand::Value(found) => Operand::Value(self.event_as_time(found)),
            other => other,
        }
    }

    /// The time of the element of a bracket of events.
    pub(super) fn time_of_element(&mut self, element: &Type) -> ValueId {
        let time = match element {
            Type::Record(record) => record.time.unwrap_or_default(),
            _ => 0,
        };
        let element = (self.graph).add_value(Value::Element { depth: 0 }, element.clone());
        self.part(element, time, Type::Time)
    }

    /// `view in last 30 days`, `(view then click) between 60 days ago and 30 days ago`
    pub(super) fn windowed(
        &mut self,
        word: &str,
        subject: &Expression,
        window: Behind,
        scope: &Scope,
    ) -> Option<Selection> {
        // `(view then click) at least twice in last 30 days`: the window is that of the chain.
        if let ExpressionKind::Frequent { rows, frequency } = &*subject.kind {
            let mut selection = self.windowed(word, rows, window, scope)?;
            return self.often(&mut selection, *frequency).map(|()| selection);
        }
        if let Some(chain) = chain_in(subject)
            && let ExpressionKind::Chain { first, steps, on } = &*chain.kind
        {
            return self.sequence(first, steps, on.as_ref(), Some(window), scope);
        }
        let mut selection = self.selection(word, subject, scope)?;
        if selection.is_windowed {
            self.tell(errors::two_windows(window.span()));
            return None;
        }
        self.narrow(&mut selection, window, scope, 1)?;
        selection.is_windowed = true;
        Some(selection)
    }

    /// Puts behind a selection how often it is to be.
    pub(super) fn often(
        &mut self,
        selection: &mut Selection,
        frequency: Spanned<Frequency>,
    ) -> Option<()> {
        if let Some(first) = selection.frequency {
            self.tell(errors::frequency_twice(first.span, frequency.span));
            return None;
        }
        selection.frequency = Some(frequency);
        Some(())
    }

    /// Puts a window behind a selection that stands so many brackets, its own among them, inside of `scope`, in which the edges of the
    /// window are read.
    pub(super) fn narrow(
        &mut self,
        selection: &mut Selection,
        window: Behind,
        scope: &Scope,
        brackets: u32,
    ) -> Option<()> {
        let of = selection.bracket.of;
        if !selection.is_of_events() {
            let text = self.sources.text(of);
            self.tell(errors::window_on_no_events(text, of, window.span()));
            return None;
        }
        let element = selection.bracket.element.clone();
        let time = Found {
            id: self.time_of_element(&element),
            span: of,
        };
        let whole = window.whole;
        let (low, high) = match window.edges {
            Edges::Window(window) => {
                if let Window::InNext(_) = &window.value {
                    self.tell(errors::events_to_come(window.span));
                    return None;
                }
                self.window_of_time(time, window, scope)?
            }
            Edges::Between { low, high } => self.ends_between(time, false, low, high, scope)?,
        };
        let inside = |checker: &mut Self, end: End| {
            end.map(|(edge, inclusive)| (checker.graph.shifted(edge, brackets), inclusive))
        };
        let (low, high) = (inside(self, low), inside(self, high));
        let window = self.range(time.id, low, high);
        self.stands_at(window.id, whole, scope.expansion);
        let now = self.now();
        if high == Some((now, true)) {
            selection.seen = None;
        }
        selection.behind.push(window);
        Some(())
    }

    /// `did purchase at least 3 times`
    pub(super) fn did_so_often(
        &mut self,
        selection: &Selection,
        frequency: Spanned<Frequency>,
        of: Span,
        span: Span,
    ) -> Operand {
        let Frequency { comparison, times } = frequency.value;
        if let Some(fault) = errors::frequency_decides_nothing(comparison, times, frequency.span) {
            return self.hole(fault);
        }
        let condition = self.narrowed(selection);
        let rows = selection.rows();
        if (comparison, times) == (CountComparison::AtLeast, 1)
            || (comparison, times) == (CountComparison::MoreThan, 0)
        {
            return self.counted_condition(selection, Condition::Any { rows, condition }, span);
        }
        let count = Value::Count {
            rows,
            condition,
            distinct: None,
        };
        let count = (self.graph).add_value(count, Type::Number(NumberKind::Whole));
        if !self.is_shallow(NodeRef::Value(count), of) {
            return Operand::Hole;
        }
        let number = Constant::Number(Exact::whole(i128::from(times)));
        let number = self.graph.add_constant(number);
        let (comparison, left, right) = match comparison {
            CountComparison::AtLeast => (Comparison::LessOrEqual, number, count),
            CountComparison::AtMost => (Comparison::LessOrEqual, count, number),
            CountComparison::Exactly => (Comparison::Equal, count, number),
            CountComparison::MoreThan => (Comparison::Less, number, count),
            CountComparison::FewerThan => (Comparison::Less, count, number),
        };
        let compared = Condition::Compare {
            comparison,
            left,
            right,
        };
        self.counted_condition(selection, compared, span)
    }

    fn counted_condition(
        &mut self,
        selection: &Selection,
        condition: Condition,
        span: Span,
    ) -> Operand {
        let id = self.add_condition(condition);
        if !self.is_shallow(NodeRef::Condition(id), span) {
            return Operand::Hole;
        }
        let mut needed = self.needed(selection.list);
        for behind in &selection.behind {
            needed.extend(self.of_outside(behind.logic.known_if(true)));
        }
        Operand::Condition(Checked {
            id,
            logic: self.with_elements(id, Logic::about(needed)),
        })
    }
}
