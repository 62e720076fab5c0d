//! `matches`: a text in which a pattern is found.

use super::errors;
use super::item::{Checker, Scope};
use super::logic::Logic;
use super::operand::Operand;
use crate::functions::{Pattern, PatternFault};
use crate::ir::{Condition, Value};
use crate::source::Span;
use crate::syntax::ast::Expression;
use crate::types::{Constant, Type};
use std::ops::Range;

impl Checker<'_> {
    pub(super) fn matches(
        &mut self,
        value_place: &Expression,
        pattern_place: &Expression,
        ignoring_case: bool,
        scope: &Scope,
    ) -> Operand {
        let value = self.value(value_place, scope);
        let pattern = self.value_beside(pattern_place, value, scope);
        let (Some(value), Some(pattern)) = (value, pattern) else {
            return Operand::Hole;
        };
        if !self.are_text("matches", value, pattern) {
            return Operand::Hole;
        }
        let needed = self.needed(value.id);
        let condition = match self.graph.value(pattern.id) {
            Value::Constant(Constant::Text(text)) => match Pattern::new(text, ignoring_case) {
                Ok(pattern) => Condition::Matches {
                    value: value.id,
                    pattern,
                },
                Err(fault) => return self.faulty_pattern(&fault, pattern.span),
            },
            // A parameter: each use says what it stands for.
            Value::Constant(Constant::Missing) => Condition::Constant(false),
            _ => {
                let is = self.graph.type_of(pattern.id);
                let is = match self.graph.value(pattern.id) {
                    Value::Field(_) => "a field".into(),
                    _ if *is == Type::Text => "text that is worked out for each contact".into(),
                    _ => is.described(),
                };
                let text = self.sources.text(pattern.span);
                return self.hole(errors::pattern_not_written_out(&is, text, pattern.span));
            }
        };
        self.checked(condition, Logic::comparison(needed))
    }

    fn faulty_pattern(&mut self, fault: &PatternFault, span: Span) -> Operand {
        let fault = match fault {
            PatternFault::TooLarge => errors::pattern_too_large(span),
            PatternFault::Unreadable { at, reason, advice } => {
                let place = place_in_literal(self.sources.text(span), span, at);
                errors::unreadable_pattern(reason, *advice, place)
            }
        };
        self.hole(fault)
    }
}

/// The place of some bytes of a text in the literal that it was written as; the whole of what is no literal.
fn place_in_literal(written: &str, span: Span, bytes: &Range<usize>) -> Span {
    let Some(inner) = written.strip_prefix('"') else {
        return span;
    };
    // For each character of the text the bytes that it takes there, and those that it was written with.
    let (mut read, mut at) = (0, 1);
    let (mut start, mut end) = (None, None);
    let mut rest = inner;
    while let Some(first) = rest.chars().next() {
        if read >= bytes.start && start.is_none() {
            start = Some(at);
        }
        if read >= bytes.end && end.is_none() {
            end = Some(at);
        }
        let (taken, given) = match (first, rest[first.len_utf8()..].chars().next()) {
            ('\\', Some('u')) => {
                let length = rest.find('}').map_or(2, |close| close + 1);
                let digits = rest.get(3..length.saturating_sub(1)).unwrap_or_default();
                let character = u32::from_str_radix(digits, 16)
                    .ok()
                    .and_then(char::from_u32);
                (length, character.map_or(1, char::len_utf8))
            }
            ('\\', Some(escaped)) => (1 + escaped.len_utf8(), escaped.len_utf8()),
            _ => (first.len_utf8(), first.len_utf8()),
        };
        read += given;
        at += taken;
        rest = &rest[taken..];
    }
    let last = written.len() - 1;
    let start = start.unwrap_or(last).min(last);
    let end = end.unwrap_or(last).clamp(start, last);
    Span::new(
        span.source,
        span.start + start as u32,
        span.start + end as u32,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn places_count_what_was_written() {
        let place = |written: &str, bytes: Range<usize>| {
            let span = Span::new(SourceId(0), 100, 100 + written.len() as u32);
            let found = place_in_literal(written, span, &bytes);
            written[found.start as usize - 100..found.end as usize - 100].to_owned()
        };
        assert_eq!(place(r#""a(b""#, 1..2), "(");
        assert_eq!(place(r#""\\d(b""#, 3..4), "b");
        assert_eq!(place(r#""\\d(b""#, 2..3), "(");
        assert_eq!(place(r#""\u{E9}(b""#, 2..3), "(");
        assert_eq!(place(r#""ab""#, 2..2), "");
        assert_eq!(place("p", 0..1), "p");
    }
}
