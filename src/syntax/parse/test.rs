//! Tests: their head, the lines of what is given, and what is expected.

use super::super::ast::{
    Expectation, ExpectationKind, ExpressionKind, Given, GivenKind, GivenPart, PartName, Spanned,
    Test, TestLine, TestLineKind,
};
use super::super::errors;
use super::{Cursor, Reader, Rule};
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn test(&mut self, pair: Pair<'_, Rule>) -> Test {
        let mut parts = self.cursor(pair);
        let word = parts.next().map(|word| self.span(&word));
        let mut test = Test {
            title: None,
            as_of: None,
            lines: Vec::new(),
            is_whole: true,
        };
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::text => test.title = Some(self.text_literal(&part)),
                Rule::test_instant => {
                    let mut inner = self.cursor(part);
                    inner.next(); // `as`
                    inner.next(); // `of`
                    test.as_of = Some(self.value(&mut inner));
                }
                Rule::open_brace | Rule::close_brace => {}
                _ => match self.test_line(part) {
                    Some(line) => test.lines.push(line),
                    None => test.is_whole = false,
                },
            }
        }
        if let Some(word) = word {
            let head = test
                .title
                .as_ref()
                .map_or(word, |title| word.to(title.span));
            if test.title.is_none() {
                self.report(errors::test_without_title(word));
            }
            if test.as_of.is_none() {
                self.report(errors::test_without_instant(head));
            }
        }
        test
    }

    pub(super) fn test_line(&mut self, pair: Pair<'_, Rule>) -> Option<TestLine> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut parts = self.cursor(pair);
        let kind = match rule {
            Rule::contact_line => {
                parts.next(); // `contact`
                TestLineKind::Contact {
                    name: self.name(&parts.next()?),
                    parts: self.given_parts(&mut parts),
                }
            }
            Rule::list_line => {
                parts.next(); // `list`
                TestLineKind::List {
                    name: self.text_literal(&parts.next()?),
                    keys: self.given_parts(&mut parts),
                }
            }
            Rule::expect_line => {
                parts.next(); // `expect`
                let mut expectations = Vec::new();
                while let Some(part) = parts.next() {
                    if part.as_rule() == Rule::expectation {
                        expectations.extend(self.expectation(part));
                    }
                }
                TestLineKind::Expect(expectations)
            }
            Rule::record_line => {
                let catalogue = self.name(&parts.next()?);
                let mut key = self.cursor(parts.next()?);
                TestLineKind::Record {
                    catalogue,
                    key: match key.peek() {
                        Some(Rule::text) => {
                            let text = key.next()?;
                            self.primary(text)
                        }
                        _ => self.whole_number(&mut key)?,
                    },
                    parts: self.given_parts(&mut parts),
                }
            }
            Rule::event_line => {
                let stream = self.name(&parts.next()?);
                let given = self.given_parts(&mut parts);
                parts.take(Rule::at_word);
                TestLineKind::Event {
                    stream,
                    parts: given,
                    when: parts.peek().is_some().then(|| self.value(&mut parts)),
                }
            }
            _ => return None,
        };
        Some(TestLine { span, kind })
    }

    /// A number as the key of a record, with its sign.
    fn whole_number(&mut self, parts: &mut Cursor<'_>) -> Option<super::Expression> {
        let sign = parts.take(Rule::sign).map(|sign| self.span(&sign));
        let number = parts.next()?;
        let span = self.span(&number);
        let kind = match super::literal::decimal(number.as_str()) {
            Some(number) => ExpressionKind::Literal(super::super::ast::Literal::Number(number)),
            None => {
                self.report(errors::too_many_digits(span));
                ExpressionKind::Hole
            }
        };
        let number = super::expression(span, kind);
        Some(match sign {
            Some(sign) => super::expression(sign.to(span), ExpressionKind::Negate(number)),
            None => number,
        })
    }

    /// What stands in the parentheses that come next; nothing where none do.
    fn given_parts(&mut self, parts: &mut Cursor<'_>) -> Vec<GivenPart> {
        let Some(pair) = parts.take(Rule::given_parts) else {
            return Vec::new();
        };
        let mut given = Vec::new();
        let mut inner = self.cursor(pair);
        while let Some(part) = inner.next() {
            if part.as_rule() == Rule::given {
                given.push(self.given(part));
            }
        }
        given
    }

    fn given(&mut self, pair: Pair<'_, Rule>) -> GivenPart {
        let whole = self.span(&pair);
        // A text may be a value or the name of one, which the sign behind it tells.
        let mut looked_through = pair.clone().into_inner();
        let is_named = matches!(
            looked_through.nth(1).map(|second| second.as_rule()),
            Some(Rule::given_sign)
        );
        let mut parts = self.cursor(pair);
        let name = match is_named {
            false => None,
            true => parts.next().map(|name| match name.as_rule() {
                Rule::name => PartName::Name(self.name(&name)),
                _ => PartName::Text(self.text_literal(&name)),
            }),
        };
        if let Some(sign) = parts.take(Rule::given_sign)
            && sign.as_str() != "="
        {
            let span = self.span(&sign);
            let ours = if sign.as_str() == ":" { " =" } else { "=" };
            self.report(errors::foreign(sign.as_str(), ours, span));
        }
        let value = match parts.peek() {
            Some(Rule::given_parts) => {
                let span = match &name {
                    Some(_) => parts_span(self, &parts, whole),
                    None => whole,
                };
                Given {
                    span,
                    kind: GivenKind::Parts(self.given_parts(&mut parts)),
                }
            }
            _ => {
                let value = self.value(&mut parts);
                Given {
                    span: value.span,
                    kind: GivenKind::Value(value),
                }
            }
        };
        GivenPart { name, value }
    }

    pub(super) fn expectation(&mut self, pair: Pair<'_, Rule>) -> Option<Expectation> {
        let span = self.span(&pair);
        let asked = pair.into_inner().next()?;
        let rule = asked.as_rule();
        let mut parts = self.cursor(asked);
        let kind = match rule {
            Rule::expected_count => {
                let number = parts.next()?;
                let place = self.span(&number);
                let value = match number.as_rule() {
                    Rule::no_word => Some(0),
                    _ => number.as_str().replace('_', "").parse().ok(),
                };
                let Some(value) = value else {
                    self.report(errors::no_number_of_contacts(place));
                    return None;
                };
                parts.next(); // `contacts`
                parts.next(); // `in`
                let audience = parts.next()?;
                ExpectationKind::Count {
                    number: Spanned { value, span: place },
                    audience: self.primary(audience),
                }
            }
            Rule::expected_members => {
                let (mut contacts, mut only, mut negated) = (Vec::new(), false, false);
                loop {
                    let part = parts.next()?;
                    match part.as_rule() {
                        Rule::only_word => only = true,
                        Rule::name => contacts.push(self.name(&part)),
                        Rule::not_word => negated = true,
                        Rule::in_word => break,
                        _ => {}
                    }
                }
                let audience = parts.next()?;
                let audience = self.primary(audience);
                if only && negated {
                    self.report(errors::only_not_in(span));
                    return None;
                }
                ExpectationKind::Members {
                    only,
                    contacts,
                    negated,
                    audience,
                }
            }
            _ => {
                let value = self.postfix(&mut parts);
                parts.next(); // `of`
                let contact = self.name(&parts.next()?);
                let tail = parts.next()?;
                let condition = self.tail(value.clone(), tail);
                ExpectationKind::Value {
                    contact,
                    value,
                    condition,
                }
            }
        };
        Some(Expectation { span, kind })
    }
}

/// Where the parentheses that come next stand.
fn parts_span(
    reader: &Reader<'_>,
    parts: &Cursor<'_>,
    whole: crate::source::Span,
) -> crate::source::Span {
    parts.peek_pair().map_or(whole, |pair| reader.span(pair))
}
