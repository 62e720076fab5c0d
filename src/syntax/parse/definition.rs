//! Definitions: `use`, `let`, `segment`; `classify`, `split` and tests have files of their own beside this one.

use super::super::ast::{Expression, ItemKind, Name, Parameter, Text, TypeName};
use super::super::errors;
use super::{Cursor, Reader, Rule};
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn definition(&mut self, pair: Pair<'_, Rule>) -> ItemKind {
        let rule = pair.as_rule();
        if rule == Rule::test_definition {
            return ItemKind::Test(self.test(pair));
        }
        let whole = self.span(&pair);
        if rule == Rule::classify_definition {
            return self.classification(pair);
        }
        if rule == Rule::split_definition {
            return self.split(pair);
        }
        let mut parts = self.cursor(pair);
        parts.next(); // its word
        if rule == Rule::use_definition {
            return match parts.next() {
                Some(path) => ItemKind::Use {
                    path: self.text_literal(&path),
                },
                None => ItemKind::Hole { name: None },
            };
        }
        let (mut name, mut title, mut parameters) = (None, None, Vec::new());
        let mut body = None;
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::text => title = Some(self.text_literal(&part)),
                Rule::parameters => parameters = self.parameters(part),
                Rule::foreign_where => {
                    let span = self.span(&part);
                    self.report(errors::foreign(part.as_str(), "=", span));
                }
                Rule::condition => body = Some(self.condition(part)),
                _ => {}
            }
        }
        let body: Expression = body
            .unwrap_or_else(|| super::expression(whole, super::super::ast::ExpressionKind::Hole));
        match (rule, name) {
            (Rule::let_definition, Some(name)) => ItemKind::Let {
                name,
                parameters,
                body,
            },
            (_, Some(name)) => ItemKind::Segment {
                name,
                title,
                condition: body,
            },
            (_, None) => ItemKind::Hole { name: None },
        }
    }

    fn parameters(&mut self, pair: Pair<'_, Rule>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        let mut parts = self.cursor(pair);
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::parameter {
                let mut inner = self.cursor(part);
                let (name, _, type_name) = (inner.next(), inner.next(), inner.next());
                if let (Some(name), Some(type_name)) = (name, type_name) {
                    parameters.push(Parameter {
                        name: self.name(&name),
                        type_name: self.type_name(type_name),
                    });
                }
            }
        }
        parameters
    }

    fn type_name(&mut self, pair: Pair<'_, Rule>) -> TypeName {
        let span = self.span(&pair);
        let mut parts: Cursor<'_> = self.cursor(pair);
        let is_list = parts.take(Rule::list_word).is_some();
        parts.take(Rule::of_word);
        let name = match parts.next() {
            Some(name) => self.name(&name),
            None => Name {
                text: String::new(),
                span,
            },
        };
        TypeName {
            span,
            name,
            is_list,
        }
    }

    /// A name without its back-ticks.
    pub(super) fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name {
            text: pair.as_str().trim_matches('`').to_string(),
            span: self.span(pair),
        }
    }

    pub(super) fn text_literal(&mut self, pair: &Pair<'_, Rule>) -> Text {
        let span = self.span(pair);
        Text {
            value: self.unescape(pair.as_str(), span),
            span,
        }
    }
}
