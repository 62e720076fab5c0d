//! Tests: a line for each line, those of events set in below their contact.

use super::{Lines, Reader, STEP};
use crate::syntax::ast::{Test, TestLineKind};
use crate::syntax::format::spelling::Spelling;
use crate::syntax::items::is_between;
use crate::syntax::token::{Token, TokenKind};

/// Sets a test. Its last line is left open.
pub(in crate::syntax::format) fn test(
    spelling: &Spelling<'_>,
    test: &Test,
    tokens: &[Token],
    out: &mut String,
) {
    let is = |kind: TokenKind| move |token: &Token| token.kind == kind;
    let open = tokens.iter().position(is(TokenKind::OpenBrace));
    let close = tokens.iter().rposition(is(TokenKind::CloseBrace));
    let (Some(open), Some(close)) = (open, close) else {
        return;
    };
    let mut reader = Reader::new(spelling, &tokens[..open]);
    let end = reader.tokens.len();
    let head = reader.part(end);
    out.push_str(&head.flat_units());
    out.push_str(" {");
    for comment in head.all_comments() {
        begin(out, STEP);
        out.push_str(&comment);
    }
    let mut at = open + 1;
    let mut has_contact = false;
    for (place, line) in test.lines.iter().enumerate() {
        let starts = |token: &Token| token.start == line.span.start;
        let Some(start) = tokens.iter().position(starts) else {
            continue;
        };
        let next = test.lines.get(place + 1).map_or(close, |next| {
            let starts = |token: &Token| token.start == next.span.start;
            tokens.iter().position(starts).unwrap_or(close)
        });
        let mut end = next;
        while end > start + 1 && is_between(tokens[end - 1].kind) {
            end -= 1;
        }
        has_contact |= matches!(line.kind, TestLineKind::Contact { .. });
        let indent = match line.kind {
            TestLineKind::Event { .. } if has_contact => 2 * STEP,
            _ => STEP,
        };
        between(spelling.text, &tokens[at..start], indent, place == 0, out);
        let mut reader = Reader::new(spelling, &tokens[start..end]);
        let parts = reader.parts(usize::MAX);
        let mut lines = Lines {
            out,
            column: indent,
            // What is expected goes on further in.
            indent: match line.kind {
                TestLineKind::Expect(_) => indent + STEP,
                _ => indent,
            },
        };
        lines.parts(&parts.parts);
        at = end;
    }
    let rest = &tokens[at..close];
    if rest.iter().any(|token| token.kind == TokenKind::Comment) {
        between(spelling.text, rest, STEP, test.lines.is_empty(), out);
        out.truncate(out.trim_end().len());
    }
    begin(out, 0);
    out.push('}');
}

/// Comments and blank lines between two lines, and the beginning of the second.
fn between(text: &str, tokens: &[Token], indent: usize, is_first: bool, out: &mut String) {
    let mut breaks = 0;
    let mut is_begun = is_first;
    for token in tokens {
        let written = token.text(text);
        if token.kind != TokenKind::Comment {
            breaks += written.matches('\n').count();
            continue;
        }
        match breaks {
            0 => out.push(' '),
            1 => begin(out, indent),
            _ => {
                if !is_begun {
                    out.push('\n');
                }
                begin(out, indent);
            }
        }
        out.push_str(written.trim_end());
        (breaks, is_begun) = (0, false);
    }
    if breaks > 1 && !is_begun {
        out.push('\n');
    }
    begin(out, indent);
}

fn begin(out: &mut String, indent: usize) {
    out.push('\n');
    out.push_str(&" ".repeat(indent));
}
