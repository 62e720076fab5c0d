//! What a value is made of: groups, literals, names, calls.

use super::super::ast::{Expression, ExpressionKind, Literal};
use super::super::errors;
use super::{Reader, Rule, expression};
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn primary(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::group => return self.group(pair),
            Rule::choice => return self.choice(pair),
            Rule::counted => return self.counted(pair),
            Rule::reference => return self.reference(pair),
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

    /// `(a)`, or a list where one value is due.
    fn group(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut commas = 0;
        let mut values = Vec::new();
        let mut parts = self.cursor(pair);
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::comma => commas += 1,
                Rule::condition => values.push(self.condition(part)),
                _ => {}
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
                    if part.as_rule() == Rule::condition {
                        values.push(self.condition(part));
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
