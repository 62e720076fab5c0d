//! `as of 30 days ago`: a question or a value at another instant, and what people put in its place.

use super::super::ast::{Expression, ExpressionKind, Literal};
use super::super::errors;
use super::{Reader, Rule, expression};
use crate::source::Span;
use crate::types::UnitKind;
use pest::iterators::Pair;

impl Reader<'_> {
    /// What stands before it, at the instant behind it.
    pub(super) fn as_of(&mut self, subject: Expression, pair: Pair<'_, Rule>) -> Expression {
        let words = self.span(&pair);
        let whole = subject.span.to(words);
        let mut parts = self.cursor(pair);
        parts.next(); // `as`
        parts.next(); // `of`
        if let Some(period) = parts.take(Rule::relative_period) {
            let place = self.span(&period);
            let fault = errors::period_as_of(period.as_str(), place);
            self.report(fault);
            return expression(whole, ExpressionKind::Hole);
        }
        let time = self.value(&mut parts);
        match &*time.kind {
            ExpressionKind::Now => {
                let cut = Span::new(words.source, subject.span.end, words.end);
                self.report(errors::phrase(
                    "every question is asked as of now, unless it says another instant",
                    cut,
                    "",
                ));
                return subject;
            }
            // `as of 30 days`
            ExpressionKind::Literal(Literal::Measure(measure))
                if !matches!(measure.unit.kind(), UnitKind::Distance { .. }) =>
            {
                let written = self.written(measure.span);
                let end = Span::new(measure.span.source, measure.span.end, measure.span.end);
                self.report(errors::phrase(
                    format!("`ago` is expected: `as of {written} ago`"),
                    end,
                    " ago",
                ));
                let kind = ExpressionKind::Ago(measure.clone());
                let time = expression(time.span, kind);
                return expression(whole, ExpressionKind::AsOf { subject, time });
            }
            ExpressionKind::Literal(Literal::Period(_)) => {
                let fault = errors::period_as_of(self.written(time.span), time.span);
                self.report(fault);
                return expression(whole, ExpressionKind::Hole);
            }
            _ => {}
        }
        expression(whole, ExpressionKind::AsOf { subject, time })
    }

    /// `count(view) as of 30 days ago < 5`, and a second `as of` behind the first.
    pub(super) fn behind_as_of(&mut self, moved: Span, asked: Option<Span>, tail: &Pair<'_, Rule>) {
        let span = self.span(tail);
        let (moved_text, tail_text) = (self.written(moved), self.written(span));
        let ours = format!("({moved_text}) {tail_text}");
        let whole = moved.to(span);
        let fault = match (tail.as_rule(), asked) {
            (Rule::as_of_tail, _) => errors::as_of_twice(span, whole, ours),
            (_, None) => errors::value_as_of(whole, ours),
            (_, Some(asked)) => errors::chained(asked, span),
        };
        self.report(fault);
    }
}
