//! The windows behind a time: lengths before and after now, lengths around an instant, periods.

use super::super::ast::{ExpressionKind, Literal, Measure, Period, PeriodUnit, Spanned, Window};
use super::super::errors;
use super::literal::Quantity;
use super::{Cursor, Reader, Rule};
use crate::source::Span;
use crate::types::Unit;
use pest::iterators::Pair;

impl Reader<'_> {
    /// A length of time, or nothing where it has no unit.
    pub(super) fn measure(&mut self, quantity: &Quantity) -> Option<Measure> {
        let amount = quantity.amount?;
        match quantity.unit {
            Some(unit) => Some(Measure {
                amount,
                unit,
                span: quantity.span,
            }),
            None => {
                let number = self.written(quantity.number);
                self.report(errors::missing_unit(number, quantity.span));
                None
            }
        }
    }

    /// `last 90 days`, `last 4 full weeks`, `next 14 days`
    pub(super) fn rolling(&mut self, pair: Pair<'_, Rule>, in_word: Span) -> Option<Window> {
        let whole = self.span(&pair);
        let mut parts = self.cursor(pair);
        let the = parts.take(Rule::foreign_the).map(|the| self.span(&the));
        let direction = parts.next()?;
        let direction_span = self.span(&direction);
        let is_next = direction.as_str().eq_ignore_ascii_case("next");
        let amount = parts.next()?;
        if amount.as_rule() == Rule::calendar_period {
            let word = amount.as_str().to_lowercase();
            let place = in_word.to(whole);
            if is_next {
                self.report(errors::phrase_without_fix(
                    format!("`in next {word}` has no number"),
                    place,
                    format!("Write `in next 1 {word}` for the time from now on."),
                ));
                return None;
            }
            self.report(errors::phrase(
                format!("a period of the calendar is asked for with `during last {word}`"),
                place,
                format!("during last {word}"),
            ));
            return Some(Window::During(Spanned {
                value: Period::Last(period_unit(&word)),
                span: whole,
            }));
        }
        if let Some(the) = the {
            let cut = Span::new(the.source, the.start, direction_span.start);
            self.report(errors::phrase("`the` is left out here", cut, ""));
        }
        if direction.as_str().eq_ignore_ascii_case("past") {
            self.report(errors::phrase(
                "the time up to now is written `last`",
                direction_span,
                "last",
            ));
        }
        let quantity = self.quantity_parts(amount);
        let mut measure = self.measure(&quantity)?;
        if quantity.full {
            if measure.unit == Unit::CalendarDays {
                measure.unit = Unit::Days;
            }
            if matches!(measure.unit, Unit::Seconds | Unit::Minutes | Unit::Hours) {
                self.report(errors::not_a_full_unit(
                    measure.unit.plural(),
                    quantity.span,
                ));
                return None;
            }
            if is_next {
                self.report(errors::phrase_without_fix(
                    "full periods are only counted backwards",
                    whole,
                    "Leave out `full`.",
                ));
                return None;
            }
            return Some(Window::InLastFull(measure));
        }
        Some(if is_next {
            Window::InNext(measure)
        } else {
            Window::InLast(measure)
        })
    }

    /// `over 90 days ago`
    pub(super) fn over(&mut self, parts: &mut Cursor<'_>) -> Option<Window> {
        parts.next();
        let quantity = parts.next()?;
        let quantity = self.quantity_parts(quantity);
        let measure = self.measure(&quantity)?;
        if !quantity.ago {
            let end = Span::new(quantity.span.source, quantity.span.end, quantity.span.end);
            let written = self.written(quantity.span);
            self.report(errors::phrase(
                format!("`ago` is expected: `over {written} ago`"),
                end,
                " ago",
            ));
        }
        Some(Window::Over(measure))
    }

    /// `within 7 days after T`
    pub(super) fn within(
        &mut self,
        parts: &mut Cursor<'_>,
        value: Span,
        whole: Span,
    ) -> Option<Window> {
        parts.next();
        let the = parts.take(Rule::foreign_the);
        let direction = parts.take(Rule::direction);
        let quantity = parts.next()?;
        let quantity = self.quantity_parts(quantity);
        let length = self.measure(&quantity)?;
        let word = parts.next().map(|word| word.as_rule());
        if let Some(direction) = &direction {
            let next = direction.as_str().eq_ignore_ascii_case("next");
            let ours = format!(
                "in {} {}",
                if next { "next" } else { "last" },
                self.written(quantity.span)
            );
            let place = Span::new(value.source, self.skip_blanks(value.end), quantity.span.end);
            self.report(errors::phrase(
                format!("this window is written `{ours}`"),
                place,
                ours,
            ));
            drop(the);
            return Some(if next {
                Window::InNext(length)
            } else {
                Window::InLast(length)
            });
        }
        match word {
            Some(edge) => {
                let anchor = self.value(parts);
                Some(if edge == Rule::before_word {
                    Window::WithinBefore { length, anchor }
                } else {
                    Window::WithinAfter { length, anchor }
                })
            }
            None => {
                let written = self.written(quantity.span);
                let place = Span::new(whole.source, self.skip_blanks(value.end), whole.end);
                self.report(errors::phrase_without_fix(
                    format!("within {written} of what?"),
                    place,
                    format!("Write `within {written} after signup_at`, or `in last {written}` for the time up to now."),
                ));
                None
            }
        }
    }

    /// `during 2025-11`
    pub(super) fn during(&mut self, parts: &mut Cursor<'_>) -> Option<Window> {
        parts.next();
        if let Some(relative) = parts.take(Rule::relative_period) {
            let span = self.span(&relative);
            let mut words = self.cursor(relative);
            let first = words.next()?;
            let unit = words.next().map(|unit| period_unit(unit.as_str()));
            let value = match (first.as_rule(), unit) {
                (Rule::today_word, _) => Period::Today,
                (Rule::yesterday_word, _) => Period::Yesterday,
                (Rule::this_word, Some(unit)) => Period::This(unit),
                (_, Some(unit)) => Period::Last(unit),
                _ => return None,
            };
            return Some(Window::During(Spanned { value, span }));
        }
        let value = self.value(parts);
        let period = match &*value.kind {
            ExpressionKind::Literal(Literal::Period(period)) => *period,
            ExpressionKind::Literal(Literal::Date(date)) => Period::Day(*date),
            ExpressionKind::Literal(Literal::Number(number))
                if number.scale == 0 && self.written(value.span).len() == 4 =>
            {
                Period::Year(number.mantissa as i16)
            }
            ExpressionKind::Hole => return None,
            _ => {
                let written = self.written(value.span);
                self.report(
                    errors::expected("a period", &format!("`{written}`"), value.span).help(
                        "Periods are `2025`, `2025-Q4`, `2025-11`, `2025-W47`, `2025-11-22`, `today`, `yesterday`, `this week`, `last month`.",
                    ),
                );
                return None;
            }
        };
        Some(Window::During(Spanned {
            value: period,
            span: value.span,
        }))
    }
}

fn period_unit(word: &str) -> PeriodUnit {
    match word.as_bytes().first().map(u8::to_ascii_lowercase) {
        Some(b'w') => PeriodUnit::Week,
        Some(b'm') => PeriodUnit::Month,
        Some(b'q') => PeriodUnit::Quarter,
        _ => PeriodUnit::Year,
    }
}
