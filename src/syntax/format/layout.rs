//! Lines: a definition on one line if it fits, else its condition below, a clause a line, brackets and long lists opened where they must.

mod test;

pub(super) use test::test;

use super::spelling::{Manner, Spelling};
use crate::syntax::token::{Token, TokenKind};
use crate::syntax::{arms, labels};

/// Characters of a line.
const WIDTH: usize = 100;
pub(super) const STEP: usize = 2;

/// Sets a definition. Its last line is left open.
pub(super) fn definition(spelling: &Spelling<'_>, tokens: &[Token], out: &mut String) {
    let mut reader = Reader::new(spelling, tokens);
    let cut = labels::labels(spelling.text, &reader.tokens);
    if let Some(labels) = cut {
        return super::labels::classification(reader, &labels, out);
    }
    let cut = arms::split(spelling.text, &reader.tokens);
    if let Some(split) = cut {
        return super::arms::split(reader, &split, out);
    }
    let sign = reader.definition_sign();
    let head = reader.part(sign);
    let mut lines = Lines {
        out,
        column: 0,
        indent: 0,
    };
    lines.text(&head.flat_units());
    if sign == reader.tokens.len() {
        return;
    }
    lines.text(" =");
    reader.at += 1;
    let breaks_here = reader.breaks_before(reader.at);
    let mut body = reader.parts(usize::MAX);
    if let Some(first) = body.parts.first_mut() {
        let mut above = head.all_comments();
        above.append(&mut first.above);
        first.above = above;
    }
    let flat = body.flat();
    match flat {
        Some(flat) if !breaks_here && lines.column + 1 + width(&flat) <= WIDTH => {
            lines.text(" ");
            lines.text(&flat);
        }
        _ => {
            lines.indent = STEP;
            lines.line();
            lines.parts(&body.parts);
        }
    }
}

pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// Clauses or elements of one depth.
pub(super) struct Parts {
    pub(super) parts: Vec<Part>,
}

/// A clause with the connective or comma before it.
#[derive(Default)]
pub(super) struct Part {
    connective: Option<Connective>,
    /// The line was broken beside its connective.
    on_own_line: bool,
    /// Comments that stand on lines of their own above it.
    above: Vec<String>,
    units: Vec<Unit>,
    /// The comment behind it on its line.
    behind: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Connective {
    And,
    Or,
    Comma,
    /// Of an `if`.
    Else,
}

struct Unit {
    blank_before: bool,
    kind: UnitKind,
}

enum UnitKind {
    Token(String),
    /// What stands in parentheses or in brackets.
    Group(Enclosure, Parts),
}

#[derive(Clone, Copy)]
enum Enclosure {
    Parentheses,
    Brackets,
}

impl Enclosure {
    fn open(self) -> &'static str {
        match self {
            Enclosure::Parentheses => "(",
            Enclosure::Brackets => "[",
        }
    }

    fn close(self) -> &'static str {
        match self {
            Enclosure::Parentheses => ")",
            Enclosure::Brackets => "]",
        }
    }
}

impl Parts {
    /// On one line, unless comments or the author's breaks forbid it.
    pub(super) fn flat(&self) -> Option<String> {
        flat(&self.parts)
    }
}

/// Parts on one line, without the connective before the first.
fn flat(parts: &[Part]) -> Option<String> {
    let mut flat = String::new();
    for (index, part) in parts.iter().enumerate() {
        if part.must_break() {
            return None;
        }
        match part.connective {
            _ if index == 0 => {}
            None => {}
            Some(Connective::And) => flat.push_str(" AND "),
            Some(Connective::Or) => flat.push_str(" OR "),
            Some(Connective::Else) => flat.push_str(" else "),
            Some(Connective::Comma) => flat.push_str(", "),
        }
        flat.push_str(&part.flat()?);
    }
    Some(flat)
}

fn is_list(parts: &[Part]) -> bool {
    parts
        .iter()
        .any(|part| part.connective == Some(Connective::Comma))
}

impl Part {
    fn must_break(&self) -> bool {
        let is_condition = self.connective.is_some_and(|one| one != Connective::Comma);
        !self.above.is_empty() || self.behind.is_some() || self.on_own_line && is_condition
    }

    /// Its units on one line, without its connective and comments.
    fn flat(&self) -> Option<String> {
        let mut flat = String::new();
        for unit in &self.units {
            if unit.blank_before {
                flat.push(' ');
            }
            match &unit.kind {
                UnitKind::Token(text) => flat.push_str(text),
                UnitKind::Group(enclosure, parts) => {
                    flat.push_str(enclosure.open());
                    flat.push_str(&parts.flat()?);
                    flat.push_str(enclosure.close());
                }
            }
        }
        Some(flat)
    }

    /// The head of a definition: on one line whatever stood in it.
    pub(super) fn flat_units(&self) -> String {
        let mut flat = String::new();
        for unit in &self.units {
            if unit.blank_before {
                flat.push(' ');
            }
            match &unit.kind {
                UnitKind::Token(text) => flat.push_str(text),
                UnitKind::Group(enclosure, parts) => {
                    let inner: Vec<String> = parts.parts.iter().map(Part::flat_units).collect();
                    flat.push_str(enclosure.open());
                    flat.push_str(&inner.join(", "));
                    flat.push_str(enclosure.close());
                }
            }
        }
        flat
    }

    /// Every comment in it, in order.
    pub(super) fn all_comments(&self) -> Vec<String> {
        let mut comments = self.above.clone();
        for unit in &self.units {
            if let UnitKind::Group(_, parts) = &unit.kind {
                for part in &parts.parts {
                    comments.extend(part.all_comments());
                }
            }
        }
        comments.extend(self.behind.clone());
        comments
    }
}

/// Tokens on their way to parts.
pub(super) struct Reader<'s, 't> {
    pub(super) spelling: &'s Spelling<'t>,
    /// Without blanks and comments.
    pub(super) tokens: Vec<Token>,
    /// For each token the comments before it, with whether each stands on the line of the token before.
    pub(super) comments: Vec<Vec<(String, bool)>>,
    /// For each token, whether a line ends between it and the one before.
    breaks: Vec<bool>,
    pub(super) at: usize,
}

impl<'s, 't> Reader<'s, 't> {
    fn new(spelling: &'s Spelling<'t>, all: &[Token]) -> Self {
        let mut reader = Self {
            spelling,
            tokens: Vec::new(),
            comments: Vec::new(),
            breaks: Vec::new(),
            at: 0,
        };
        let (mut comments, mut breaks) = (Vec::new(), false);
        for token in all {
            let written = token.text(spelling.text);
            match token.kind {
                TokenKind::Blank => breaks |= written.contains('\n'),
                TokenKind::Comment => {
                    comments.push((written.trim_end().to_string(), !breaks));
                }
                _ => {
                    reader.tokens.push(*token);
                    reader.comments.push(std::mem::take(&mut comments));
                    reader.breaks.push(std::mem::take(&mut breaks));
                }
            }
        }
        reader
    }

    pub(super) fn breaks_before(&self, index: usize) -> bool {
        self.breaks.get(index).copied().unwrap_or(false)
    }

    /// The `=` that ends the head; the number of tokens where there is none.
    fn definition_sign(&self) -> usize {
        self.tokens
            .iter()
            .position(|token| token.kind == TokenKind::Equal)
            .unwrap_or(self.tokens.len())
    }

    /// The parts up to the closing parenthesis or bracket of this depth, or to `end`.
    pub(super) fn parts(&mut self, end: usize) -> Parts {
        let end = end.min(self.tokens.len());
        let mut parts: Vec<Part> = Vec::new();
        loop {
            let mut part = Part::default();
            if let Some(connective) = self.connective() {
                part.on_own_line = self.breaks[self.at] || self.breaks_before(self.at + 1);
                part.connective = Some(connective);
                self.comments_before(self.at, parts.last_mut(), &mut part);
                self.at += 1;
            }
            if self.at < end {
                // A comment behind a comma stands on the line of the element before it.
                let previous = match part.connective {
                    Some(Connective::Comma) => parts.last_mut(),
                    _ => None,
                };
                self.comments_before(self.at, previous, &mut part);
            }
            self.units(end, &mut part);
            let is_end = self.at >= end || self.connective().is_none();
            // The comma after the last element is left out.
            if part.units.is_empty() && part.connective == Some(Connective::Comma) {
                if let Some(last) = parts.last_mut() {
                    last.above.append(&mut part.above);
                }
            } else if !part.units.is_empty() || part.connective.is_some() || !part.above.is_empty()
            {
                parts.push(part);
            }
            if is_end {
                break;
            }
        }
        // Comments before the closing parenthesis or bracket.
        if self.at < end
            && let Some(last) = parts.last_mut()
        {
            let mut rest = Part::default();
            self.comments_before(self.at, Some(last), &mut rest);
            last.above.append(&mut rest.above);
        }
        Parts { parts }
    }

    /// Hands the comments before a token to the part that it begins, or the first to the part before if it stands on its line.
    fn comments_before(&mut self, index: usize, previous: Option<&mut Part>, part: &mut Part) {
        let mut comments = std::mem::take(&mut self.comments[index]).into_iter();
        if let Some(previous) = previous
            && previous.behind.is_none()
            && self.breaks[index]
        {
            match comments.next() {
                Some((comment, true)) => previous.behind = Some(comment),
                Some((comment, false)) => part.above.push(comment),
                None => {}
            }
        }
        part.above.extend(comments.map(|(comment, _)| comment));
    }

    /// The connective or comma that comes next.
    fn connective(&self) -> Option<Connective> {
        let token = *self.tokens.get(self.at)?;
        if token.kind == TokenKind::Comma {
            return Some(Connective::Comma);
        }
        if self.spelling.is_keyword(token, "or") {
            return Some(Connective::Or);
        }
        if self.spelling.is_keyword(token, "else") {
            return Some(Connective::Else);
        }
        let is_and = self.spelling.is_keyword(token, "and")
            && !self.spelling.is_bound(&self.tokens, self.at);
        is_and.then_some(Connective::And)
    }

    /// The units up to a token, whatever connectives stand among them.
    pub(super) fn part(&mut self, end: usize) -> Part {
        let mut part = Part::default();
        self.units(end, &mut part);
        part
    }

    /// The units up to the next connective, closing parenthesis or bracket.
    fn units(&mut self, end: usize, part: &mut Part) {
        let mut before: Option<(Token, Manner)> = None;
        while self.at < end {
            let token = self.tokens[self.at];
            let closes = matches!(
                token.kind,
                TokenKind::CloseParenthesis | TokenKind::CloseBracket
            );
            if closes || self.connective().is_some() {
                return;
            }
            if before.is_some() {
                self.comments_before(self.at, None, part);
            }
            let manner = self
                .spelling
                .manner(token, before.map(|(_, manner)| manner));
            let blank_before =
                before.is_some_and(|before| self.spelling.blank_between(before, (token, manner)));
            let enclosure = match token.kind {
                TokenKind::OpenParenthesis => Some(Enclosure::Parentheses),
                TokenKind::OpenBracket => Some(Enclosure::Brackets),
                _ => None,
            };
            if let Some(enclosure) = enclosure {
                self.at += 1;
                let parts = self.parts(end);
                let close = self.tokens.get(self.at).copied().unwrap_or(token);
                self.at += 1;
                part.units.push(Unit {
                    blank_before,
                    kind: UnitKind::Group(enclosure, parts),
                });
                before = Some((close, Manner::Close));
            } else {
                part.units.push(Unit {
                    blank_before,
                    kind: UnitKind::Token(self.spelling.spelt(&self.tokens, self.at)),
                });
                self.at += 1;
                before = Some((token, manner));
            }
        }
    }
}

/// The text on its way out.
pub(super) struct Lines<'o> {
    pub(super) out: &'o mut String,
    pub(super) column: usize,
    pub(super) indent: usize,
}

impl Lines<'_> {
    pub(super) fn text(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += width(text);
    }

    /// Begins a line.
    pub(super) fn line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&" ".repeat(self.indent));
        self.column = self.indent;
    }

    pub(super) fn fits(&self, more: usize) -> bool {
        self.column.saturating_add(more) <= WIDTH
    }

    /// Parts from the beginning of a line on.
    pub(super) fn parts(&mut self, parts: &[Part]) {
        if let Some(flat) = flat(parts)
            && self.fits(width(&flat))
        {
            self.text(&flat);
        } else if is_list(parts) {
            self.list(parts);
        } else {
            self.clauses(parts, 0, false);
        }
    }

    /// Clauses, each on a line; those behind the first are set in by `step`, and a comma follows the last where one is due.
    fn clauses(&mut self, parts: &[Part], step: usize, comma: bool) {
        let is_mixed = [Connective::And, Connective::Or].iter().all(|connective| {
            parts
                .iter()
                .any(|part| part.connective == Some(*connective))
        });
        let outer = self.indent;
        for (index, part) in parts.iter().enumerate() {
            let is_and = part.connective == Some(Connective::And);
            if index > 0 {
                // Where AND and OR are mixed, what AND joins stays on the line of its OR if it may.
                let stays = is_mixed && is_and && self.run_fits(parts, index);
                if stays {
                    self.text(" ");
                } else {
                    self.indent = outer + step + if is_mixed && is_and { STEP } else { 0 };
                    self.line();
                }
            }
            self.part(part, comma && index + 1 == parts.len());
        }
        self.indent = outer;
    }

    /// Whether the run of clauses that AND joins and that this one belongs to is on one line.
    fn run_fits(&self, parts: &[Part], index: usize) -> bool {
        let is_start = |at: &usize| parts[*at].connective != Some(Connective::And);
        let start = (0..index).rev().find(is_start).unwrap_or(0);
        let end = (index..parts.len()).find(is_start).unwrap_or(parts.len());
        let mut width_of_run = 0;
        for (at, part) in parts[start..end].iter().enumerate() {
            // What stands above the first or behind the last does not break the run.
            let breaks = if at == 0 {
                part.behind.is_some() && end > start + 1
            } else {
                part.on_own_line
                    || !part.above.is_empty()
                    || part.behind.is_some() && start + at + 1 < end
            };
            match part.flat() {
                Some(flat) if !breaks => width_of_run += width(&flat) + " AND ".len(),
                _ => return false,
            }
        }
        self.indent + width_of_run <= WIDTH + " AND ".len() - "OR ".len()
    }

    /// A clause with its connective and comments, and with a comma behind it where one is due.
    fn part(&mut self, part: &Part, comma: bool) {
        for comment in &part.above {
            self.text(comment);
            self.line();
        }
        match part.connective {
            Some(Connective::And) => self.text("AND "),
            Some(Connective::Or) => self.text("OR "),
            Some(Connective::Else) => self.text("else "),
            Some(Connective::Comma) | None => {}
        }
        self.units(part);
        if comma {
            self.text(",");
        }
        if let Some(comment) = &part.behind {
            self.text(" ");
            self.text(comment);
        }
    }

    fn units(&mut self, part: &Part) {
        for (index, unit) in part.units.iter().enumerate() {
            if unit.blank_before {
                self.text(" ");
            }
            match &unit.kind {
                UnitKind::Token(text) => self.text(text),
                UnitKind::Group(enclosure, parts) => {
                    let rest = self.rest_width(&part.units[index + 1..]);
                    match parts.flat() {
                        Some(flat) if self.fits(width(&flat) + 2 + rest) || flat.is_empty() => {
                            self.text(enclosure.open());
                            self.text(&flat);
                            self.text(enclosure.close());
                        }
                        _ => {
                            self.text(enclosure.open());
                            self.indent += STEP;
                            self.line();
                            self.parts(&parts.parts);
                            self.indent -= STEP;
                            self.line();
                            self.text(enclosure.close());
                        }
                    }
                }
            }
        }
    }

    /// What must stand on the line behind a group: all up to the next group.
    fn rest_width(&self, units: &[Unit]) -> usize {
        let mut rest = 0;
        for unit in units {
            rest += usize::from(unit.blank_before);
            match &unit.kind {
                UnitKind::Token(text) => rest += width(text),
                UnitKind::Group(..) => return rest + 1,
            }
        }
        rest
    }

    /// The elements of a list: as many on a line as there is room for; each on its own line where comments stand among them, and where one is
    /// made of several clauses.
    fn list(&mut self, parts: &[Part]) {
        let starts: Vec<usize> = (0..parts.len())
            .filter(|at| *at == 0 || parts[*at].connective == Some(Connective::Comma))
            .collect();
        let ends = starts.iter().skip(1).copied().chain([parts.len()]);
        let elements: Vec<&[Part]> = starts
            .iter()
            .zip(ends)
            .map(|(start, end)| &parts[*start..end])
            .collect();
        let has_comments = parts
            .iter()
            .any(|part| !part.above.is_empty() || part.behind.is_some());
        let is_apart = has_comments || elements.iter().any(|element| element.len() > 1);
        let last = elements.len().saturating_sub(1);
        for (index, element) in elements.iter().enumerate() {
            let comma = index < last;
            let flat = flat(element);
            let needed = flat.as_deref().map_or(usize::MAX - WIDTH, width);
            if index > 0 {
                if is_apart || !self.fits(1 + needed + usize::from(comma)) {
                    self.line();
                } else {
                    self.text(" ");
                }
            }
            match flat {
                Some(flat) if self.fits(needed + usize::from(comma)) => {
                    self.text(&flat);
                    if comma {
                        self.text(",");
                    }
                }
                _ => self.clauses(element, STEP, comma),
            }
        }
    }
}
