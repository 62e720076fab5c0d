//! Classifications: a label a line, in columns.

use super::layout::{Lines, Parts, Reader, STEP, width};
use crate::syntax::labels::Labels;

/// A classification: a label a line, their names, titles and `when` in columns.
pub(super) fn classification(mut reader: Reader<'_, '_>, labels: &Labels, out: &mut String) {
    let mut lines = Lines {
        out,
        column: 0,
        indent: 0,
    };
    let head = reader.part(labels.open);
    let mut above = head.all_comments();
    lines.text(&head.flat_units());
    lines.text(" {");
    reader.at += 1;
    let mut rows: Vec<Row> = Vec::new();
    for label in &labels.all {
        let mut comments = std::mem::take(&mut reader.comments[label.tokens.start]);
        let is_behind = comments.first().is_some_and(|(_, behind)| *behind);
        if let Some(last) = rows.last_mut()
            && is_behind
        {
            last.behind = Some(comments.remove(0).0);
        }
        above.extend(comments.into_iter().map(|(comment, _)| comment));
        let end = label.when.unwrap_or(label.tokens.end);
        let words: Vec<String> = (label.tokens.start..end)
            .map(|at| reader.spelling.spelt(&reader.tokens, at))
            .collect();
        for at in label.tokens.start + 1..end {
            let comments = std::mem::take(&mut reader.comments[at]);
            above.extend(comments.into_iter().map(|(comment, _)| comment));
        }
        let mut condition = None;
        if let Some(when) = label.when {
            let comments = std::mem::take(&mut reader.comments[when]);
            above.extend(comments.into_iter().map(|(comment, _)| comment));
            reader.at = when + 1;
            let breaks = reader.breaks_before(reader.at);
            condition = Some((reader.parts(label.tokens.end), breaks));
        }
        reader.at = label.tokens.end;
        rows.push(Row {
            above: std::mem::take(&mut above),
            words,
            condition,
            behind: None,
        });
    }
    let mut comments = std::mem::take(&mut reader.comments[labels.close]);
    let is_behind = comments.first().is_some_and(|(_, behind)| *behind);
    if let Some(last) = rows.last_mut()
        && is_behind
    {
        last.behind = Some(comments.remove(0).0);
    }
    above.extend(comments.into_iter().map(|(comment, _)| comment));
    // `otherwise` stands in the column of names, and its label in that of titles.
    let column = |place: usize| {
        let of_label = |row: &&Row| place == 0 || row.condition.is_some();
        let words = rows
            .iter()
            .filter(of_label)
            .filter_map(|row| row.words.get(place));
        words.map(|word| width(word)).max().unwrap_or(0)
    };
    let columns = [column(0), column(1)];
    lines.indent = STEP;
    for row in &rows {
        lines.line();
        lines.row(row, columns);
    }
    for comment in &above {
        lines.line();
        lines.text(comment);
    }
    lines.indent = 0;
    lines.line();
    lines.text("}");
}

/// A label on its way to its line.
struct Row {
    /// Comments on lines of their own above it.
    above: Vec<String>,
    /// Its name and title; of the last label `otherwise`, its name and title.
    words: Vec<String>,
    /// Its condition, and whether a line ended before it.
    condition: Option<(Parts, bool)>,
    behind: Option<String>,
}

impl Lines<'_> {
    /// A label: its words in columns, then its condition, below them where it does not fit.
    fn row(&mut self, row: &Row, columns: [usize; 2]) {
        for comment in &row.above {
            self.text(comment);
            self.line();
        }
        let is_rest = row.condition.is_none();
        for (place, column) in columns.into_iter().enumerate() {
            let word = row.words.get(place).map_or("", String::as_str);
            // Nothing stands behind the last word of a line.
            let ends = is_rest && place + 1 >= row.words.len();
            let blanks = if ends {
                0
            } else if is_rest && place == 1 {
                1
            } else if column == 0 {
                continue;
            } else {
                column + 1 - width(word).min(column)
            };
            self.text(word);
            self.text(&" ".repeat(blanks));
        }
        if is_rest {
            self.text(&row.words[2.min(row.words.len())..].join(" "));
        }
        if let Some((condition, breaks)) = &row.condition {
            self.text("when");
            match condition.flat() {
                Some(flat) if !breaks && self.fits(1 + width(&flat)) => {
                    self.text(" ");
                    self.text(&flat);
                }
                _ => {
                    self.indent += STEP;
                    self.line();
                    self.parts(&condition.parts);
                    self.indent -= STEP;
                }
            }
        }
        if let Some(comment) = &row.behind {
            self.text(" ");
            self.text(comment);
        }
    }
}
