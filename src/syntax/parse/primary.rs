//! What a value is made of: groups, literals, names, calls.

use super::super::ast::{Each, Expression, ExpressionKind, Literal, Spanned};
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
            Rule::each => return self.each(pair),
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

    /// `any profiles[age < 8]`
    fn each(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        let Some(word) = parts.next() else {
            return expression(span, ExpressionKind::Hole);
        };
        let value = match word.as_str().as_bytes() {
            [b'a' | b'A', ..] => Each::Any,
            [b'e' | b'E', ..] => Each::Every,
            _ => Each::None,
        };
        let each = Spanned {
            value,
            span: self.span(&word),
        };
        let rows = self.postfix(&mut parts);
        expression(span, ExpressionKind::Each { each, rows })
    }

    /// `a`, `distinct a of b`
    pub(super) fn argument(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        let distinct = parts.take(Rule::distinct_word).is_some();
        let value = match parts.take(Rule::condition) {
            Some(value) => self.condition(value),
            None => return expression(span, ExpressionKind::Hole),
        };
        let rows = match parts.take(Rule::of_word) {
            Some(_) => parts.next().map(|rows| self.condition(rows)),
            None => None,
        };
        if !distinct && rows.is_none() {
            return value;
        }
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
