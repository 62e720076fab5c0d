//! Setting a split: on one line up to its brace if that fits, else its audience below; then an arm a line, names, titles and shares in columns.

use super::layout::{Lines, Reader, STEP, width};
use crate::syntax::arms::Split;
use crate::syntax::token::TokenKind;

/// An arm on its way to its line.
struct Row {
    /// Comments on lines of their own above it.
    above: Vec<String>,
    /// Its name, its title (empty where it has none) and its share.
    words: [String; 3],
    behind: Option<String>,
}

impl Reader<'_, '_> {
    /// The comments before a token, with whether each stands on the line of the token before.
    fn take_with_place(&mut self, index: usize) -> Vec<(String, bool)> {
        let comments = self.comments.get_mut(index);
        comments.map(std::mem::take).unwrap_or_default()
    }

    /// The comments before a token.
    fn take_comments(&mut self, index: usize) -> impl Iterator<Item = String> + use<> {
        let comments = self.take_with_place(index);
        comments.into_iter().map(|(comment, _)| comment)
    }

    /// A token as it is printed.
    fn spelt(&self, index: usize) -> String {
        self.spelling.spelt(&self.tokens, index)
    }

    fn is_text(&self, index: usize) -> bool {
        self.tokens[index].kind == TokenKind::Text
    }
}

pub(super) fn split(mut reader: Reader<'_, '_>, parts: &Split, out: &mut String) {
    let mut lines = Lines {
        out,
        column: 0,
        indent: 0,
    };
    let head = reader.part(parts.audience.start);
    let mut above = head.all_comments();
    let breaks = reader.breaks_before(parts.audience.start);
    let audience = reader.parts(parts.audience.end);
    reader.at = parts.audience.end;
    above.extend(reader.take_comments(parts.audience.end));
    let tail = reader.part(parts.open);
    above.extend(tail.all_comments());
    above.extend(reader.take_comments(parts.open));
    let mut tail = tail.flat_units();
    if !tail.is_empty() {
        tail.push(' ');
    }
    lines.text(&head.flat_units());
    match audience.flat() {
        Some(flat) if !breaks && lines.fits(width(&flat) + width(&tail) + 3) => {
            lines.text(" ");
            lines.text(&flat);
            lines.text(" ");
        }
        _ => {
            lines.indent = STEP;
            lines.line();
            lines.parts(&audience.parts);
            lines.indent = 0;
            lines.line();
        }
    }
    lines.text(&tail);
    lines.text("{");
    let mut rows: Vec<Row> = Vec::new();
    for arm in &parts.arms {
        let mut comments = reader.take_with_place(arm.start);
        let is_behind = comments.first().is_some_and(|(_, behind)| *behind);
        if let Some(last) = rows.last_mut()
            && is_behind
        {
            last.behind = Some(comments.remove(0).0);
        }
        above.extend(comments.into_iter().map(|(comment, _)| comment));
        let mut words = [reader.spelt(arm.start), String::new(), String::new()];
        for at in arm.start + 1..arm.end {
            above.extend(reader.take_comments(at));
            let place = if reader.is_text(at) { 1 } else { 2 };
            words[place] += &reader.spelt(at);
        }
        rows.push(Row {
            above: std::mem::take(&mut above),
            words,
            behind: None,
        });
    }
    let mut comments = reader.take_with_place(parts.close);
    let is_behind = comments.first().is_some_and(|(_, behind)| *behind);
    if let Some(last) = rows.last_mut()
        && is_behind
    {
        last.behind = Some(comments.remove(0).0);
    }
    above.extend(comments.into_iter().map(|(comment, _)| comment));
    let column = |place: usize| {
        let words = rows.iter().map(|row| width(&row.words[place]));
        words.max().unwrap_or(0)
    };
    let columns = [column(0), column(1)];
    lines.indent = STEP;
    for row in &rows {
        for comment in &row.above {
            lines.line();
            lines.text(comment);
        }
        lines.line();
        for (word, column) in row.words.iter().zip(columns) {
            if column > 0 {
                lines.text(word);
                lines.text(&" ".repeat(column + 1 - width(word)));
            }
        }
        lines.text(&row.words[2]);
        if let Some(comment) = &row.behind {
            lines.text(" ");
            lines.text(comment);
        }
    }
    for comment in &above {
        lines.line();
        lines.text(comment);
    }
    lines.indent = 0;
    lines.line();
    lines.text("}");
}
