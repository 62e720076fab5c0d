//! `anniversary(birthday)`: the same day in each later year. It is no value, because it is many days; it stands before a window, which
//! asks whether one of them lies in it.

use super::errors;
use super::item::{Checker, Scope};
use super::operand::{Checked, Found};
use super::windows::End;
use crate::ir::{Condition, Value, ValueId};
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind, Name};
use crate::types::Type;

/// The word that a text writes it with.
pub(super) const ANNIVERSARY: &str = "anniversary";

impl Checker<'_> {
    /// Where the subject of a window is an anniversary: the date it is of, or none where that is faulty, which has been told.
    pub(super) fn anniversary_of(
        &mut self,
        subject: &Expression,
        scope: &Scope,
    ) -> Option<Option<Found>> {
        match &*subject.kind {
            ExpressionKind::Parenthesized(inner) => self.anniversary_of(inner, scope),
            ExpressionKind::Call { name, arguments } if self.is_anniversary(name, scope) => {
                Some(self.anniversary_argument(name, arguments, subject.span, scope))
            }
            _ => None,
        }
    }

    /// Whether the name means what this file is about, and not a definition of the reader's own.
    pub(super) fn is_anniversary(&self, name: &Name, scope: &Scope) -> bool {
        name.text == ANNIVERSARY && self.definitions.lookup(scope.file, ANNIVERSARY).is_none()
    }

    /// An anniversary that stands where a value is due.
    pub(super) fn anniversary_alone(
        &mut self,
        name: &Name,
        arguments: &[Expression],
        span: Span,
        scope: &Scope,
    ) {
        if self
            .anniversary_argument(name, arguments, span, scope)
            .is_some()
        {
            let text = self.sources.text(span);
            self.tell(errors::anniversary_alone(text, span));
        }
    }

    fn anniversary_argument(
        &mut self,
        name: &Name,
        arguments: &[Expression],
        span: Span,
        scope: &Scope,
    ) -> Option<Found> {
        let found: Vec<Option<Found>> = arguments
            .iter()
            .map(|argument| self.value(argument, scope))
            .collect();
        let [date] = found[..] else {
            self.tell(errors::argument_count(
                &name.text,
                "anniversary(date: date)",
                "one argument",
                arguments.len(),
                span,
            ));
            return None;
        };
        let date = date?;
        let is = self.graph.type_of(date.id).clone();
        if is != Type::Date {
            let text = self.sources.text(date.span);
            let advice = (is == Type::Time)
                .then(|| format!("Of a time, say its day: `anniversary(date({text}))`."));
            self.tell(errors::argument_type(
                &name.text, "a date", &is, date.span, advice,
            ));
            return None;
        }
        Some(date)
    }

    /// Whether an anniversary of the date lies between two days.
    pub(super) fn anniversary_in(&mut self, date: ValueId, low: End, high: End) -> Checked {
        // Only the first that the window may hold needs a look: those behind it are later still.
        let from = match low {
            Some((day, true)) => day,
            Some((day, false)) => self.next_day(day),
            None => date,
        };
        let first = Value::Anniversary { date, from };
        let first = self.graph.add_value(first, Type::Date);
        if high.is_some() {
            return self.range(first, None, high);
        }
        let needed = self.needed(first);
        let missing = self.add_condition(Condition::Missing(first));
        Checked {
            id: self.add_condition(Condition::Not(missing)),
            logic: super::logic::Logic::comparison(needed),
        }
    }
}
