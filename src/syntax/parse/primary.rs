//! What a value is made of: groups, literals, names, calls.

use super::super::ast::{Expression, ExpressionKind, Literal};
use super::super::errors;
use super::{Cursor, Reader, Rule, expression};
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn primary(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::group => return self.group(pair),
            Rule::choice => return self.choice(pair),
            Rule::counted => return self.counted(pair),
            Rule::reference => return self.reference(pair),
            Rule::each => return self.each(pair),
            Rule::active => return self.active(pair),
            Rule::observed => return self.observed(pair),
            Rule::sharing => return self.sharing(pair),
            Rule::quantity => return self.quantity(pair),
            Rule::moment => self.moment(pair.as_str(), span),
            Rule::text => ExpressionKind::Literal(Literal::Text(self.text_literal(&pair).value)),
            Rule::constant => match pair.as_str().as_bytes() {
                [b't' | b'T', ..] => ExpressionKind::Literal(Literal::Boolean(true)),
                [b'f' | b'F', ..] => ExpressionKind::Literal(Literal::Boolean(false)),
                [b'm' | b'M', ..] => ExpressionKind::Literal(Literal::Missing),
                _ => ExpressionKind::Now,
            },
            _ => ExpressionKind::Hole,
        };
        expression(span, kind)
    }

    /// `(a)`, `(a then b)`, `(distinct a of b)`, or a list where one value is due.
    fn group(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut commas = 0;
        let mut values = Vec::new();
        let mut parts = self.cursor(pair);
        while let Some(rule) = parts.peek() {
            match rule {
                Rule::condition | Rule::distinct_word => values.push(self.grouped(&mut parts)),
                Rule::comma => {
                    commas += 1;
                    parts.next();
                }
                _ => {
                    parts.next();
                }
            }
        }
        match (values.pop(), commas) {
            (Some(value), 0) => expression(span, ExpressionKind::Parenthesized(value)),
            (None, _) => {
                self.report(errors::expected("a value", "`()`", span));
                expression(span, ExpressionKind::Hole)
            }
            (Some(_), _) => {
                self.report(errors::list_misplaced(span));
                expression(span, ExpressionKind::Hole)
            }
        }
    }

    fn grouped(&mut self, parts: &mut Cursor<'_>) -> Expression {
        let value = self.of(parts);
        match parts.peek() {
            Some(Rule::step | Rule::agreement) => self.chain(value, parts),
            _ => value,
        }
    }

    /// `a`, `distinct a of b`, `a among b per c`, `by (a, b)`, `from 2`
    pub(super) fn argument(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let start = pair.as_span().start();
        let mut parts = self.cursor(pair);
        match parts.peek() {
            Some(Rule::setting) => match parts.next() {
                Some(setting) => self.setting(setting),
                None => self.hole(0, 0),
            },
            Some(Rule::by) => match parts.next() {
                Some(by) => self.by(by),
                None => self.hole(0, 0),
            },
            Some(Rule::among | Rule::per) => self.population_of_nothing(&mut parts, start),
            _ => {
                let of = self.of(&mut parts);
                self.population(of, &mut parts)
            }
        }
    }

    /// `per region`, `per (region, plan)`
    pub(super) fn per(&mut self, pair: Pair<'_, Rule>) -> Vec<Expression> {
        let mut parts = self.cursor(pair);
        let mut values = Vec::new();
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::condition => values.push(self.condition(part)),
                Rule::element => values.push(self.element(Some(part))),
                _ => {}
            }
        }
        values
    }

    fn of(&mut self, parts: &mut Cursor<'_>) -> Expression {
        let word = parts.take(Rule::distinct_word).map(|word| self.span(&word));
        let value = match parts.take(Rule::condition) {
            Some(value) => self.condition(value),
            None => return self.hole(0, 0),
        };
        let rows = match parts.take(Rule::of_word) {
            Some(_) => parts.next().map(|rows| self.condition(rows)),
            None => None,
        };
        let distinct = word.is_some();
        if !distinct && rows.is_none() {
            return value;
        }
        let end = rows.as_ref().map_or(value.span, |rows| rows.span);
        let span = word.unwrap_or(value.span).to(end);
        let kind = ExpressionKind::Of {
            distinct,
            value,
            rows,
        };
        expression(span, kind)
    }

    fn reference(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        let name = match parts.next() {
            Some(name) => self.name(&name),
            None => return expression(span, ExpressionKind::Hole),
        };
        let kind = match parts.next() {
            None => ExpressionKind::Name(name),
            Some(arguments) => {
                let mut values = Vec::new();
                let mut inner = self.cursor(arguments);
                while let Some(part) = inner.next() {
                    if part.as_rule() == Rule::argument {
                        values.push(self.argument(part));
                    }
                }
                ExpressionKind::Call {
                    name,
                    arguments: values,
                }
            }
        };
        expression(span, kind)
    }
}
