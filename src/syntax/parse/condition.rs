//! Conditions and values: the flat lists of the grammar become a tree by the strength of their operators.

use super::super::ast::ArithmeticOperator::{Add, Divide, Multiply, Subtract};
use super::super::ast::{ArithmeticOperator, Expression, ExpressionKind, Spanned};
use super::super::errors;
use super::{Cursor, Reader, Rule, expression};
use crate::source::Span;
use pest::iterators::Pair;

impl Reader<'_> {
    /// `a AND b OR c`
    pub(super) fn condition(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let mut parts = self.cursor(pair);
        let mut alternatives = Vec::new();
        let mut together = vec![self.clause(&mut parts)];
        while let Some(connective) = parts.next() {
            let written = connective.as_str();
            let is_and = matches!(written.as_bytes(), [b'a' | b'A' | b'&', ..]);
            if written.starts_with(['&', '|']) {
                let span = self.span(&connective);
                let ours = if is_and { "AND" } else { "OR" };
                self.report(errors::foreign(written, ours, span));
            }
            if !is_and {
                alternatives.push(all_of(std::mem::take(&mut together)));
            }
            together.push(self.clause(&mut parts));
        }
        alternatives.push(all_of(together));
        joined(alternatives, ExpressionKind::Or)
    }

    /// `NOT a = b`
    fn clause(&mut self, parts: &mut Cursor<'_>) -> Expression {
        let mut negations = Vec::new();
        while let Some(negation) = parts.take(Rule::negation) {
            let span = self.span(&negation);
            if negation.as_str() == "!" {
                self.report(errors::foreign(negation.as_str(), "NOT ", span));
            }
            negations.push(span);
        }
        let value = self.value(parts);
        let value_span = value.span;
        let mut clause = value;
        let mut first: Option<Span> = None;
        // What `as of` has moved.
        let mut moved: Option<Span> = None;
        while parts.peek().is_some_and(super::tail::is_tail) {
            let Some(tail) = parts.next() else { break };
            let span = self.span(&tail);
            if let Some(moved) = moved {
                // A hole was answered where it arose.
                if *clause.kind != ExpressionKind::Hole {
                    self.behind_as_of(moved, first, &tail);
                }
                clause = expression(value_span.to(span), ExpressionKind::Hole);
                continue;
            }
            if tail.as_rule() == Rule::as_of_tail {
                clause = self.as_of(clause, tail);
                moved = Some(value_span.to(span));
                continue;
            }
            match first {
                None => {
                    clause = self.tail(clause, tail);
                    first = Some(span);
                }
                Some(first) => {
                    // A hole was answered where it arose.
                    if *clause.kind != ExpressionKind::Hole {
                        let diagnostic = self.chained(value_span, first, span);
                        self.report(diagnostic);
                    }
                    // The clause has its one error: what came of the first part would only raise more.
                    clause = expression(value_span.to(span), ExpressionKind::Hole);
                }
            }
        }
        for negation in negations.into_iter().rev() {
            clause = expression(negation.to(clause.span), ExpressionKind::Not(clause));
        }
        clause
    }

    /// `a + b * c`
    pub(super) fn value(&mut self, parts: &mut Cursor<'_>) -> Expression {
        let mut left = self.product(parts);
        while let Some(value @ (Add | Subtract)) = next_operator(parts) {
            let operator = self.operator(parts, value);
            let right = self.product(parts);
            left = arithmetic(operator, left, right);
        }
        left
    }

    fn product(&mut self, parts: &mut Cursor<'_>) -> Expression {
        let mut left = self.signed(parts);
        while let Some(value @ (Multiply | Divide)) = next_operator(parts) {
            let operator = self.operator(parts, value);
            let right = self.signed(parts);
            left = arithmetic(operator, left, right);
        }
        left
    }

    /// `-a ?? b` is `-(a ?? b)`
    fn signed(&mut self, parts: &mut Cursor<'_>) -> Expression {
        let signs = self.signs(parts);
        let mut value = self.postfix(parts);
        while parts.peek() == Some(Rule::operator) && next_operator(parts).is_none() {
            parts.next();
            let signs = self.signs(parts);
            let fallback = self.postfix(parts);
            let fallback = negated(signs, fallback);
            value = expression(
                value.span.to(fallback.span),
                ExpressionKind::Coalesce { value, fallback },
            );
        }
        negated(signs, value)
    }

    fn signs(&mut self, parts: &mut Cursor<'_>) -> Vec<Span> {
        let mut signs = Vec::new();
        while let Some(sign) = parts.take(Rule::sign) {
            let span = self.span(&sign);
            self.plain_sign(sign.as_str(), "-", span);
            signs.push(span);
        }
        signs
    }

    fn operator(
        &mut self,
        parts: &mut Cursor<'_>,
        value: ArithmeticOperator,
    ) -> Spanned<ArithmeticOperator> {
        let (written, span) = match parts.next() {
            Some(pair) => (pair.as_str(), self.span(&pair)),
            None => ("", self.place(0, 0)),
        };
        let ours = match value {
            Add => "+",
            Subtract => "-",
            Multiply => "*",
            Divide => "/",
        };
        self.plain_sign(written, ours, span);
        Spanned { value, span }
    }

    /// Reports a sign that a word processor made of ours.
    pub(super) fn plain_sign(&mut self, written: &str, ours: &str, span: Span) {
        if written != ours {
            self.report(errors::foreign(written, ours, span));
        }
    }

    /// `a.b[c]`
    pub(super) fn postfix(&mut self, parts: &mut Cursor<'_>) -> Expression {
        let mut base = match parts.next() {
            Some(pair) => self.primary(pair),
            None => self.hole(0, 0),
        };
        while let Some(Rule::member | Rule::bracket | Rule::naming | Rule::frequency) = parts.peek()
        {
            let Some(pair) = parts.next() else { break };
            let (rule, span) = (pair.as_rule(), base.span.to(self.span(&pair)));
            if rule == Rule::frequency {
                let kind = match self.frequency(pair) {
                    Some(frequency) => ExpressionKind::Frequent {
                        rows: base,
                        frequency,
                    },
                    None => ExpressionKind::Hole,
                };
                base = expression(span, kind);
                continue;
            }
            let mut inner = self.cursor(pair);
            if rule != Rule::member {
                inner.next(); // `[` or `as`
            }
            let Some(part) = inner.next() else { break };
            let kind = match rule {
                Rule::member => ExpressionKind::Member {
                    base,
                    name: self.name(&part),
                },
                Rule::naming => ExpressionKind::Named {
                    base,
                    name: self.name(&part),
                },
                _ => ExpressionKind::Bracket {
                    base,
                    inner: self.condition(part),
                },
            };
            base = expression(span, kind);
        }
        base
    }
}

/// The arithmetic operator that comes next; none at `??`, which is not one.
fn next_operator(parts: &Cursor<'_>) -> Option<ArithmeticOperator> {
    match parts.peek_written(Rule::operator)? {
        "+" => Some(Add),
        "*" | "×" => Some(Multiply),
        "/" | "÷" => Some(Divide),
        "??" => None,
        _ => Some(Subtract),
    }
}

fn negated(signs: Vec<Span>, value: Expression) -> Expression {
    signs.into_iter().rev().fold(value, |value, sign| {
        expression(sign.to(value.span), ExpressionKind::Negate(value))
    })
}

fn arithmetic(
    operator: Spanned<ArithmeticOperator>,
    left: Expression,
    right: Expression,
) -> Expression {
    expression(
        left.span.to(right.span),
        ExpressionKind::Arithmetic {
            operator,
            left,
            right,
        },
    )
}

fn all_of(conditions: Vec<Expression>) -> Expression {
    joined(conditions, ExpressionKind::And)
}

/// One condition as it is, several under their connective.
fn joined(
    mut conditions: Vec<Expression>,
    kind: fn(Vec<Expression>) -> ExpressionKind,
) -> Expression {
    if conditions.len() == 1 {
        return conditions.remove(0);
    }
    let span = match (conditions.first(), conditions.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => unreachable!("a condition has at least one clause"),
    };
    expression(span, kind(conditions))
}
