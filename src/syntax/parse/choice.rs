//! `if … then … else`, and how many of several conditions hold.

use super::super::ast::{Branch, Expression, ExpressionKind, Spanned};
use super::super::errors;
use super::{Reader, Rule, expression};
use crate::source::Span;
use pest::iterators::Pair;

impl Reader<'_> {
    /// `if a then x else if b then y else z`
    pub(super) fn choice(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut expressions = Vec::new();
        let mut parts = self.cursor(pair);
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::condition {
                expressions.push(self.condition(part));
            }
        }
        let otherwise = (expressions.len() % 2 == 1).then(|| expressions.pop());
        let mut branches = Vec::new();
        let mut expressions = expressions.into_iter();
        while let (Some(condition), Some(value)) = (expressions.next(), expressions.next()) {
            branches.push(Branch { condition, value });
        }
        let Some(Some(otherwise)) = otherwise else {
            let end = Span::new(span.source, span.end, span.end);
            let (condition, value) = match branches.as_slice() {
                [only] => (
                    self.written(only.condition.span),
                    self.written(only.value.span),
                ),
                _ => ("", ""),
            };
            self.report(errors::no_else(condition, value, end));
            return expression(span, ExpressionKind::Hole);
        };
        expression(
            span,
            ExpressionKind::If {
                branches,
                otherwise,
            },
        )
    }

    /// `at least 2 of (a, b, c)`
    pub(super) fn counted(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        let hole = expression(span, ExpressionKind::Hole);
        let (Some(word), Some(written)) = (parts.next(), parts.next()) else {
            return hole;
        };
        let (word_span, number_span) = (self.span(&word), self.span(&written));
        let value = self.count_comparison(&word, "number of conditions");
        let digits = written.as_str().replace('_', "");
        let number: Option<u32> = digits.parse().ok();
        if number.is_none() {
            self.report(errors::no_whole_count(written.as_str(), number_span));
        }
        let has_of = parts.take(Rule::of_word).is_some();
        let mut conditions = Vec::new();
        if let Some(list) = parts.next() {
            let list_span = self.span(&list);
            if !has_of {
                let start = Span::new(list_span.source, list_span.start, list_span.start);
                let counted = self.written(word_span.to(number_span));
                self.report(errors::phrase(
                    format!("`of` is expected: `{counted} of (…)`"),
                    start,
                    "of ",
                ));
            }
            let mut inner = self.cursor(list);
            while let Some(part) = inner.next() {
                if part.as_rule() == Rule::argument {
                    conditions.push(self.argument(part));
                }
            }
            if conditions.is_empty() {
                self.report(errors::expected(
                    "at least one condition",
                    "`()`",
                    list_span,
                ));
            }
        }
        match (number, conditions.is_empty()) {
            (Some(number), false) => expression(
                span,
                ExpressionKind::Counted {
                    comparison: Spanned {
                        value,
                        span: word_span,
                    },
                    number: Spanned {
                        value: number,
                        span: number_span,
                    },
                    conditions,
                },
            ),
            _ => hole,
        }
    }
}
