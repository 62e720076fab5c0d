//! `LIKE`, as other languages ask of text: answered with the test that its wildcards come to.

use super::super::ast::{Expression, ExpressionKind, Literal, Spanned, TextTest};
use super::super::errors;
use super::{Reader, Rule, expression};
use crate::source::Span;
use pest::iterators::Pair;

impl Reader<'_> {
    /// `email not like "%.be"`: both words are answered with one repair.
    pub(super) fn not_like(
        &mut self,
        value: Expression,
        not: Span,
        tail: Pair<'_, Rule>,
    ) -> Expression {
        let start = Span::new(not.source, value.span.start, value.span.start);
        let name = self.written(value.span).to_owned();
        let clause = self.plain_tail(value, tail, false);
        if let Some(told) = self.diagnostics.last_mut()
            && let Some(fix) = &mut told.fix
            && let Some(edit) = fix.edits.first_mut()
        {
            fix.title = format!("write `NOT {name} {}`", edit.replacement);
            edit.span = not.to(edit.span);
            told.primary.span = edit.span;
            fix.edits.push(crate::diagnostics::Edit {
                span: start,
                replacement: "NOT ".into(),
            });
        }
        expression(clause.span, ExpressionKind::Not(clause))
    }

    /// `email like "%.be"`: the test that the wildcards of the pattern ask for.
    pub(super) fn like(
        &mut self,
        value: Expression,
        whole: Span,
        word: Span,
        pattern: Expression,
        ignoring_case: bool,
    ) -> Expression {
        let place = word.to(pattern.span);
        let inner = match &*pattern.kind {
            ExpressionKind::Literal(Literal::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let (open, close) = (
            inner.starts_with('%'),
            inner.len() > 1 && inner.ends_with('%'),
        );
        let plain = inner.trim_start_matches('%').trim_end_matches('%');
        let case = if ignoring_case { " ignoring case" } else { "" };
        let ours = match (open, close) {
            _ if plain.is_empty() || plain.contains(['%', '_', '"', '\\']) => None,
            (true, true) => Some(("contains", Some(TextTest::Contains))),
            (true, false) => Some(("ends with", Some(TextTest::EndsWith))),
            (false, true) => Some(("starts with", Some(TextTest::StartsWith))),
            (false, false) => Some(("=", None)),
        };
        let message = format!("`{}` is not a test of this language", self.written(word));
        let is_literal = matches!(&*pattern.kind, ExpressionKind::Literal(Literal::Text(_)));
        let written = match ours {
            Some((words, _)) => Some(format!("{words} \"{plain}\"{case}")),
            None if is_literal && !inner.is_empty() && plain.is_empty() => Some("is known".into()),
            None if is_literal && !inner.is_empty() => {
                Some(format!("matches \"{}\"{case}", pattern_of_like(&inner)))
            }
            None => None,
        };
        match written {
            Some(ours) => self.report(errors::phrase(message, place, ours)),
            None => self.report(errors::phrase_without_fix(
                message,
                place,
                "Texts are asked with `starts with`, `ends with`, `contains` and `=`, each with `ignoring case` behind it where the case does not count.",
            )),
        }
        match ours {
            Some((_, Some(test))) => {
                let pattern = expression(
                    pattern.span,
                    ExpressionKind::Literal(Literal::Text(plain.to_string())),
                );
                expression(
                    whole,
                    ExpressionKind::TextTest {
                        test: Spanned {
                            value: test,
                            span: word,
                        },
                        value,
                        pattern,
                        ignoring_case,
                    },
                )
            }
            _ => expression(whole, ExpressionKind::Hole),
        }
    }
}

pub(super) fn is_like(tail: &Pair<'_, Rule>) -> bool {
    tail.as_rule() == Rule::text_tail
        && tail.clone().into_inner().next().is_some_and(|word| {
            let word = word.as_str().to_ascii_lowercase();
            word == "like" || word == "ilike"
        })
}

/// The pattern for `matches` that asks what one of `LIKE` does, as it is written in a text.
fn pattern_of_like(wildcards: &str) -> String {
    let plain = wildcards.trim_start_matches('%').trim_end_matches('%');
    let mut pattern = String::new();
    if !wildcards.starts_with('%') {
        pattern.push('^');
    }
    for character in plain.chars() {
        match character {
            '%' => pattern.push_str(".*"),
            '_' => pattern.push('.'),
            '"' => pattern.push_str("\\\""),
            '\\' => pattern.push_str("\\\\\\\\"),
            '\n' => pattern.push_str("\\n"),
            '\t' => pattern.push_str("\\t"),
            '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
                pattern.push_str("\\\\");
                pattern.push(character);
            }
            other => pattern.push(other),
        }
    }
    if !wildcards.ends_with('%') {
        pattern.push('$');
    }
    pattern
}
