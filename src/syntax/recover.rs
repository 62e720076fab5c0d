//! Reads broken text: every fault is told once, and what is not touched by it is read as if it were not there.
//!
//! A definition that does not parse is cut at the `AND` and `OR` of one depth; each clause is parsed alone, the bad ones are looked into,
//! told once and overwritten with a hole of the same length; then the whole is parsed again.

mod test;

use super::ast::{Annotation, Expression, ExpressionKind, Item, ItemKind, Module, Name};
use super::habits::{self, Filler};
use super::items::{self, Piece, PieceKind, significant};
use super::labels::{self, Labels};
use super::parse::{self, Stop};
use super::stop::{self, Place};
use super::token::{self, Token, TokenKind};
use super::{Parsed, arms, brackets, errors, label_errors, lexical, limits, side_by_side};
use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Span};
use std::num::NonZero;
use std::ops::Range;

/// Reads a whole text, on so many threads at most.
pub(super) fn module(text: &str, source: SourceId, threads: NonZero<usize>) -> Parsed {
    let mut diagnostics = Vec::new();
    let mut read = Vec::new();
    if text.len() > limits::TEXT {
        diagnostics.push(errors::text_too_long(Span::new(source, 0, 0)));
    } else {
        let tokens = token::tokens(text);
        diagnostics.extend(lexical::glued_comments(&tokens, source));
        // What is noted above the next definition, and the comment above that.
        let mut noted: Option<(Vec<Annotation>, Option<String>, Span)> = None;
        let pieces = items::split(text, &tokens);
        let length = |piece: &Piece| span_of(&tokens[piece.tokens.clone()], source).range().len();
        let all = side_by_side::each(&pieces, threads, length, |piece| {
            let mut told = Vec::new();
            let read = match piece.kind {
                PieceKind::Annotations => Read::Noted(
                    annotations(text, &tokens, piece, source, &mut told),
                    items::documentation(text, &tokens, piece),
                ),
                _ => Read::Item(item(text, &tokens, piece, source, &mut told)),
            };
            (read, told)
        });
        for (one, told) in all {
            diagnostics.extend(told);
            match one {
                Read::Noted((found, span), documentation) => match &mut noted {
                    Some((all, ..)) => all.extend(found),
                    None => noted = Some((found, documentation, span)),
                },
                Read::Item(mut item) => {
                    if let Some((annotations, documentation, _)) = noted.take() {
                        item.annotations = annotations;
                        item.documentation = documentation.or(item.documentation);
                    }
                    read.push(item);
                }
            }
        }
        if let Some((.., span)) = noted {
            diagnostics.push(errors::annotation_of_nothing(span));
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span.start);
    }
    Parsed {
        module: Module {
            source,
            items: read,
        },
        diagnostics,
    }
}

/// What a piece of a text is.
enum Read {
    /// Annotations, where they stand, and the comment above them.
    Noted((Vec<Annotation>, Span), Option<String>),
    Item(Item),
}

/// From the first of these tokens to the last.
fn span_of(tokens: &[Token], source: SourceId) -> Span {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => Span::new(source, first.start, last.end),
        _ => Span::new(source, 0, 0),
    }
}

/// Reads a condition that stands alone.
pub(super) fn condition(text: &str, source: SourceId) -> (Expression, Vec<Diagnostic>) {
    let whole = Span::new(source, 0, text.len().min(u32::MAX as usize) as u32);
    let hole = || hole(whole);
    if text.len() > limits::TEXT {
        return (hole(), vec![errors::text_too_long(Span::new(source, 0, 0))]);
    }
    let tokens = token::tokens(text);
    if significant(&tokens).next().is_none() {
        return (
            hole(),
            vec![errors::expected("a condition", "nothing", whole)],
        );
    }
    let mut stretch = match Stretch::new(text, &tokens, 0..text.len(), source) {
        Ok(stretch) => stretch,
        Err(diagnostic) => return (hole(), vec![*diagnostic]),
    };
    stretch
        .diagnostics
        .extend(lexical::glued_comments(&tokens, source));
    let read = stretch.parse_condition().or_else(|stop| {
        if stretch.habits(0..tokens.len())
            && let Ok(read) = stretch.parse_condition()
        {
            return Ok(read);
        }
        drop(stop);
        stretch.clauses(0..tokens.len());
        stretch.parse_condition()
    });
    let expression = match read {
        Ok((expression, found)) => {
            stretch.accept(found);
            expression
        }
        Err(stop) => {
            stretch.report_unless_told(&stop, 0..tokens.len(), 0);
            hole()
        }
    };
    stretch
        .diagnostics
        .sort_by_key(|diagnostic| diagnostic.primary.span.start);
    (expression, stretch.diagnostics)
}

fn hole(span: Span) -> Expression {
    Expression {
        span,
        kind: Box::new(ExpressionKind::Hole),
    }
}

/// The annotations of a piece that holds nothing else, and where they stand.
fn annotations(
    text: &str,
    tokens: &[Token],
    piece: &Piece,
    source: SourceId,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Annotation>, Span) {
    let own = &tokens[piece.tokens.clone()];
    let span = span_of(own, source);
    let mut stretch = match Stretch::new(text, own, span.range(), source) {
        Ok(stretch) => stretch,
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            return (Vec::new(), span);
        }
    };
    let found = match parse::annotations(source, span.range().start, &stretch.text) {
        Ok((found, told)) => {
            stretch.accept(told);
            found
        }
        Err(stop) => {
            stretch.report_unless_told(&stop, 0..own.len(), span.range().start);
            Vec::new()
        }
    };
    diagnostics.append(&mut stretch.diagnostics);
    (found, span)
}

fn item(
    text: &str,
    tokens: &[Token],
    piece: &Piece,
    source: SourceId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Item {
    let own = &tokens[piece.tokens.clone()];
    let span = span_of(own, source);
    let kind = match Stretch::new(text, own, span.range(), source) {
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            ItemKind::Hole {
                name: name_of(text, own, source),
            }
        }
        Ok(mut stretch) => {
            let kind = match piece.kind {
                PieceKind::Definition if stretch.is_test() => stretch.test(),
                PieceKind::Definition => stretch.definition(),
                _ => {
                    let first = own
                        .first()
                        .map_or(span, |token| Span::new(source, token.start, token.end));
                    stretch.diagnostics = vec![stop::no_definition(text, piece.kind, first, span)];
                    let name = match piece.kind {
                        PieceKind::Misspelt => name_of(text, own, source),
                        _ => None,
                    };
                    ItemKind::Hole { name }
                }
            };
            diagnostics.append(&mut stretch.diagnostics);
            kind
        }
    };
    Item {
        span,
        documentation: items::documentation(text, tokens, piece),
        annotations: Vec::new(),
        kind,
    }
}

/// The name of a definition that could not be read.
fn name_of(text: &str, tokens: &[Token], source: SourceId) -> Option<Name> {
    let token = significant(tokens).nth(1)?;
    let is_word = token.kind == TokenKind::Word && !super::words::is_reserved(token.text(text));
    (is_word || token.kind == TokenKind::QuotedName).then(|| Name {
        text: token.text(text).trim_matches('`').to_string(),
        span: Span::new(source, token.start, token.end),
    })
}

/// A piece of a text on its way to a tree.
struct Stretch<'t> {
    /// The whole text as it was written, for messages.
    written: &'t str,
    /// The tokens of the piece.
    tokens: &'t [Token],
    /// Where the piece begins.
    base: usize,
    source: SourceId,
    /// The piece with its faults overwritten, byte for byte.
    text: String,
    diagnostics: Vec<Diagnostic>,
    /// Places that were answered already.
    faults: Vec<Span>,
    depth: usize,
    /// Brackets do not match: what else cannot be parsed follows from that, as far as anybody can tell.
    is_unbalanced: bool,
}

impl<'t> Stretch<'t> {
    fn new(
        written: &'t str,
        tokens: &'t [Token],
        range: Range<usize>,
        source: SourceId,
    ) -> Result<Self, Box<Diagnostic>> {
        let depth = limits::depth(written, tokens, source)?;
        let mended = lexical::mend(written, tokens, range.start, range.end, source);
        let mut stretch = Self {
            written,
            tokens,
            base: range.start,
            source,
            text: mended.text.into_owned(),
            diagnostics: mended.diagnostics,
            faults: mended.faults,
            depth,
            is_unbalanced: false,
        };
        // A text that lost its quote has swallowed what stood behind it, brackets too.
        let is_open = |token: &Token| token.kind == TokenKind::OpenText;
        if !tokens.iter().any(is_open) {
            for (span, diagnostic) in brackets::unbalanced(written, tokens, source) {
                stretch.is_unbalanced = true;
                stretch.overwrite(span, b' ');
                stretch.faults.push(span);
                stretch.diagnostics.push(diagnostic);
            }
        }
        Ok(stretch)
    }

    fn overwrite(&mut self, span: Span, byte: u8) {
        let (from, to) = (
            span.start as usize - self.base,
            span.end as usize - self.base,
        );
        let filling = char::from(byte).to_string().repeat(to - from);
        self.text.replace_range(from..to, &filling);
    }

    /// Takes over what the tree's reader had to say. Where brackets do not match, only what does not hang on them.
    fn accept(&mut self, found: Vec<Diagnostic>) {
        let hangs_on_brackets =
            |diagnostic: &Diagnostic| matches!(diagnostic.code.0, "E0101" | "E0105" | "E0108");
        self.diagnostics.extend(
            found
                .into_iter()
                .filter(|diagnostic| !self.is_unbalanced || !hangs_on_brackets(diagnostic)),
        );
    }

    fn definition(&mut self) -> ItemKind {
        if let Some(labels) = labels::labels(self.written, self.tokens) {
            return self.classification(&labels);
        }
        let read = self.parse_definition();
        let read = match read {
            Ok(read) => Ok(read),
            Err(_) if self.habits(self.body()) && self.parse_definition().is_ok() => {
                self.parse_definition()
            }
            Err(_) => {
                let told = self.diagnostics.len();
                let body = self.body();
                self.clauses(body.clone());
                let again = self.parse_definition();
                if let Err(stop) = &again {
                    // What is wrong with the head is told even if the body was wrong as well.
                    let in_head = self.base + stop.offset < self.start_of(&body);
                    if in_head || told == self.diagnostics.len() {
                        self.report_unless_told(stop, 0..self.tokens.len(), self.base);
                    }
                }
                again
            }
        };
        match read {
            Ok((kind, found)) => {
                self.accept(found);
                kind
            }
            Err(_) => ItemKind::Hole {
                name: name_of(self.written, self.tokens, self.source),
            },
        }
    }

    /// The same of a classification: each condition is looked at alone, and a label that cannot be read is taken away, so that the others
    /// are read.
    fn classification(&mut self, labels: &Labels) -> ItemKind {
        if let Ok((kind, found)) = self.parse_definition() {
            self.accept(found);
            return kind;
        }
        let conditions = |label: &labels::Stretch| Some(label.when? + 1..label.tokens.end);
        let mut is_whole = true;
        for label in &labels.all {
            // `CASE WHEN a THEN new` would be answered word for word.
            let first = significant(&self.tokens[label.tokens.clone()]).next();
            let is_behind = first.is_some_and(|first| {
                let word = first.text(self.written);
                ["case", "when"]
                    .iter()
                    .any(|one| word.eq_ignore_ascii_case(one))
            });
            let then = |token: &&Token| token.text(self.written).eq_ignore_ascii_case("then");
            if is_behind
                && significant(&self.tokens[label.tokens.clone()]).any(|token| then(&token))
                && let Some(span) = self.span_of(&label.tokens)
            {
                let first = Span::new(
                    self.source,
                    span.start,
                    first.map_or(span.end, |first| first.end),
                );
                self.diagnostics
                    .push(label_errors::label_behind_condition(first));
                self.overwrite(span, b' ');
                self.faults.push(span);
                is_whole = false;
            } else if let Some(condition) = conditions(label) {
                self.habits(condition);
            }
        }
        for label in &labels.all {
            let Some(span) = self.span_of(&label.tokens) else {
                continue;
            };
            let is_taken_away = |fault: &Span| fault.start == span.start && fault.end == span.end;
            if self.parse_label(span).is_ok() || self.faults.iter().any(is_taken_away) {
                continue;
            }
            let told = self.diagnostics.len();
            if let Some(condition) = conditions(label) {
                self.clauses(condition);
            }
            if let Err(stop) = self.parse_label(span) {
                if told == self.diagnostics.len() {
                    self.report_label(&stop, label, span);
                }
                self.overwrite(span, b' ');
                self.faults.push(span);
                is_whole = false;
            }
        }
        match self.parse_definition() {
            Ok((mut kind, found)) => {
                self.accept(found);
                if let ItemKind::Classify { is_whole: own, .. } = &mut kind {
                    *own &= is_whole;
                }
                kind
            }
            Err(stop) => {
                self.report_unless_told(&stop, 0..self.tokens.len(), self.base);
                ItemKind::Hole {
                    name: name_of(self.written, self.tokens, self.source),
                }
            }
        }
    }

    fn parse_label(&self, span: Span) -> Result<(), Stop> {
        let text = &self.text[span.start as usize - self.base..span.end as usize - self.base];
        parse::with_stack(self.depth, || parse::label(text))
    }

    /// Tells why a label could not be read.
    fn report_label(&mut self, stop: &Stop, label: &labels::Stretch, span: Span) {
        if self.is_told(span) {
            return;
        }
        let place = Place {
            text: self.written,
            tokens: self.tokens,
            source: self.source,
        };
        match stop::label(&place, label.tokens.clone()) {
            Some(answer) => self.diagnostics.push(answer),
            None => self.report_unless_told(stop, label.tokens.clone(), span.start as usize),
        }
    }

    fn parse_definition(&self) -> Result<(ItemKind, Vec<Diagnostic>), Stop> {
        parse::with_stack(self.depth, || {
            parse::definition(self.source, self.base, &self.text)
        })
    }

    fn parse_condition(&self) -> Result<(Expression, Vec<Diagnostic>), Stop> {
        parse::with_stack(self.depth, || {
            parse::condition(self.source, self.base, &self.text)
        })
    }

    /// The tokens behind the sign that ends the head of the definition: its condition.
    fn body(&self) -> Range<usize> {
        if let Some(split) = arms::split(self.written, self.tokens) {
            return split.audience;
        }
        let mut depth = 0usize;
        for (index, token) in self.tokens.iter().enumerate() {
            match token.kind {
                TokenKind::OpenParenthesis => depth += 1,
                TokenKind::CloseParenthesis => depth = depth.saturating_sub(1),
                TokenKind::Equal if depth == 0 => return index + 1..self.tokens.len(),
                _ => {}
            }
        }
        self.tokens.len()..self.tokens.len()
    }

    fn start_of(&self, range: &Range<usize>) -> usize {
        self.tokens
            .get(range.start)
            .map_or(usize::MAX, |token| token.start as usize)
    }

    /// Answers what people bring along from elsewhere and overwrites it; whether there was any.
    fn habits(&mut self, body: Range<usize>) -> bool {
        if self.is_unbalanced {
            return false;
        }
        let answers = habits::answers(self.written, self.tokens, body, self.source);
        let found = !answers.is_empty();
        for answer in answers {
            if self.is_told(answer.place) {
                // The quotes in it were answered, and what is said of them holds.
                self.diagnostics.retain(|told| {
                    let at = told.primary.span;
                    at.start < answer.place.start || at.end > answer.place.end
                });
            }
            match answer.filler {
                Filler::Blank => self.overwrite(answer.place, b' '),
                Filler::Hole => self.overwrite(answer.place, 0),
                Filler::Words(words) => {
                    self.overwrite(answer.place, b' ');
                    let from = answer.place.start as usize - self.base;
                    self.text.replace_range(from..from + words.len(), words);
                }
            }
            self.faults.push(answer.place);
            self.diagnostics.push(answer.diagnostic);
        }
        found
    }

    /// Looks at each clause of a condition, tells what is wrong with it and overwrites what could not be read.
    fn clauses(&mut self, range: Range<usize>) {
        for part in self.cut(range.clone()) {
            let Some(span) = self.span_of(&part.tokens) else {
                self.missing_clause(&part);
                continue;
            };
            if self.parses(span) {
                continue;
            }
            let told = self.diagnostics.len();
            for inner in self.groups(&part.tokens) {
                self.clauses(inner);
            }
            if let Err(stop) = self.parse_span(span) {
                // Told already where something inside it was told and cannot be mended alone.
                if told == self.diagnostics.len() {
                    self.report_unless_told(&stop, part.tokens.clone(), span.start as usize);
                }
                self.overwrite(span, 0);
                self.faults.push(span);
            }
        }
    }

    /// Two connectives in a row, or one at an end: the connective is taken away, so that the clauses around it are read.
    fn missing_clause(&mut self, part: &Part) {
        let Some(index) = part.before.or(part.after) else {
            return;
        };
        let token = self.tokens[index];
        // Nothing stands before an `if`.
        if part.after.is_some_and(|next| {
            self.tokens[next]
                .text(self.written)
                .eq_ignore_ascii_case("if")
        }) {
            return;
        }
        // A comma may stand behind the last element.
        if token.kind == TokenKind::Comma && part.after.is_none() {
            return;
        }
        let connective = Span::new(self.source, token.start, token.end);
        if self.is_told(connective) {
            return;
        }
        let place = Place {
            text: self.written,
            tokens: self.tokens,
            source: self.source,
        };
        self.diagnostics
            .push(stop::missing_clause(&place, index, part.before.is_some()));
        self.overwrite(connective, b' ');
    }

    fn is_told(&self, span: Span) -> bool {
        self.is_unbalanced
            || self
                .faults
                .iter()
                .any(|fault| fault.start <= span.end && span.start <= fault.end)
    }

    /// The clauses between the connectives of the outermost depth, and between its commas.
    fn cut(&self, range: Range<usize>) -> Vec<Part> {
        let mut parts = Vec::new();
        let (mut start, mut before, mut depth, mut betweens) = (range.start, None, 0usize, 0usize);
        // An `if` that begins a clause is cut at its words as well.
        let mut in_choice = false;
        for index in range.clone() {
            let token = self.tokens[index];
            let mut is_connective = false;
            let is_member = index > 0 && self.tokens[index - 1].kind == TokenKind::Dot;
            match token.kind {
                TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                    depth += 1;
                }
                TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                    depth = depth.saturating_sub(1);
                }
                TokenKind::Comma if depth == 0 => is_connective = true,
                TokenKind::ForeignOperator if depth == 0 => {
                    is_connective = matches!(token.text(self.written), "&&" | "&" | "||" | "|");
                }
                TokenKind::Word if depth == 0 && !is_member => {
                    let word = token.text(self.written);
                    if word.eq_ignore_ascii_case("between") {
                        betweens += 1;
                    } else if word.eq_ignore_ascii_case("and") && betweens > 0 {
                        betweens -= 1;
                    } else if word.eq_ignore_ascii_case("if") {
                        is_connective = self.span_of(&(start..index)).is_none();
                        in_choice |= is_connective;
                    } else {
                        let is_one_of =
                            |words: &[&str]| words.iter().any(|one| word.eq_ignore_ascii_case(one));
                        is_connective =
                            is_one_of(&["and", "or"]) || in_choice && is_one_of(&["then", "else"]);
                    }
                }
                _ => {}
            }
            if is_connective {
                parts.push(Part {
                    tokens: start..index,
                    before,
                    after: Some(index),
                });
                (start, before, betweens) = (index + 1, Some(index), 0);
            }
        }
        parts.push(Part {
            tokens: start..range.end,
            before,
            after: None,
        });
        parts
    }

    /// What stands in the outermost parentheses and brackets of these tokens; empty ones are left out.
    fn groups(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let mut groups = Vec::new();
        let (mut depth, mut start) = (0usize, 0);
        for index in range.clone() {
            match self.tokens[index].kind {
                TokenKind::OpenParenthesis | TokenKind::OpenBracket => {
                    depth += 1;
                    if depth == 1 {
                        start = index + 1;
                    }
                }
                TokenKind::CloseParenthesis | TokenKind::CloseBracket => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && start > 0 && self.span_of(&(start..index)).is_some() {
                        groups.push(start..index);
                    }
                }
                _ => {}
            }
        }
        groups
    }

    /// From the first to the last token that is neither blank nor comment.
    fn span_of(&self, range: &Range<usize>) -> Option<Span> {
        let mut own = significant(&self.tokens[range.clone()]);
        let first = own.next()?;
        let last = own.last().unwrap_or(first);
        Some(Span::new(self.source, first.start, last.end))
    }

    fn parses(&self, span: Span) -> bool {
        self.parse_span(span).is_ok()
    }

    fn parse_span(&self, span: Span) -> Result<(), Stop> {
        let text = &self.text[span.start as usize - self.base..span.end as usize - self.base];
        parse::with_stack(self.depth, || {
            parse::argument(self.source, span.start as usize, text)
        })
    }

    /// Tells why reading stopped, unless the fault lies in what was answered before.
    fn report_unless_told(&mut self, stop: &Stop, range: Range<usize>, base: usize) {
        let Some(span) = self.span_of(&range) else {
            return;
        };
        let inside = |fault: &Span| span.start <= fault.start && fault.end <= span.end;
        if self.is_unbalanced || self.faults.iter().any(inside) {
            return;
        }
        let place = Place {
            text: self.written,
            tokens: self.tokens,
            source: self.source,
        };
        self.diagnostics
            .push(stop::explain(&place, range, base + stop.offset, stop));
    }
}

/// A clause with the connectives around it.
struct Part {
    tokens: Range<usize>,
    before: Option<usize>,
    after: Option<usize>,
}
