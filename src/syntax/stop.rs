//! Why reading stopped at a token, in plain words: the tokens around the place tell what somebody meant.

use super::errors;
use super::heads;
use super::items::{PieceKind, significant};
use super::label_errors;
use super::left_out;
use super::parse::{Expectation, Stop};
use super::slips;
use super::token::{Token, TokenKind};
use super::words;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::suggest::nearest;
use crate::source::{SourceId, Span};
use std::ops::Range;

/// The piece of a text that was read.
pub(super) struct Place<'t> {
    /// The whole text.
    pub text: &'t str,
    pub tokens: &'t [Token],
    pub source: SourceId,
}

impl Place<'_> {
    pub(super) fn span(&self, index: usize) -> Span {
        let token = self.tokens[index];
        Span::new(self.source, token.start, token.end)
    }

    pub(super) fn written(&self, index: usize) -> &str {
        self.tokens[index].text(self.text)
    }

    pub(super) fn kind(&self, index: Option<usize>) -> Option<TokenKind> {
        index.map(|index| self.tokens[index].kind)
    }

    pub(super) fn is_word(&self, index: Option<usize>, words: &[&str]) -> bool {
        index.is_some_and(|index| {
            self.tokens[index].kind == TokenKind::Word
                && words
                    .iter()
                    .any(|word| self.written(index).eq_ignore_ascii_case(word))
        })
    }

    /// The last token before an index that is neither blank nor comment.
    pub(super) fn before(&self, index: usize) -> Option<usize> {
        (0..index).rev().find(|at| self.is_significant(*at))
    }

    /// The first token from an index on that is neither blank nor comment.
    pub(super) fn from(&self, index: usize) -> Option<usize> {
        (index..self.tokens.len()).find(|at| self.is_significant(*at))
    }

    fn is_significant(&self, index: usize) -> bool {
        !super::items::is_between(self.tokens[index].kind)
    }

    /// Whether two tokens touch.
    pub(super) fn glued(&self, left: usize, right: usize) -> bool {
        self.tokens[left].end == self.tokens[right].start
    }

    pub(super) fn open_parentheses(&self, index: usize) -> usize {
        self.tokens[..index]
            .iter()
            .fold(0usize, |depth, token| match token.kind {
                TokenKind::OpenParenthesis | TokenKind::OpenBracket => depth + 1,
                TokenKind::CloseParenthesis | TokenKind::CloseBracket => depth.saturating_sub(1),
                _ => depth,
            })
    }

    /// Whether the clause that ends before this token asks a question already.
    pub(super) fn has_question(&self, index: usize) -> bool {
        let mut depth = 0usize;
        for at in (0..index).rev() {
            let token = self.tokens[at];
            match token.kind {
                TokenKind::CloseParenthesis | TokenKind::CloseBracket => depth += 1,
                TokenKind::OpenParenthesis | TokenKind::OpenBracket if depth == 0 => return false,
                TokenKind::OpenParenthesis | TokenKind::OpenBracket => depth -= 1,
                TokenKind::Comma if depth == 0 => return false,
                TokenKind::NotEqual
                | TokenKind::Less
                | TokenKind::LessOrEqual
                | TokenKind::Greater
                | TokenKind::GreaterOrEqual
                    if depth == 0 =>
                {
                    return true;
                }
                // The sign of the definition is no question; it has its word before it in the line of the head.
                TokenKind::Equal if depth == 0 => return !self.is_definition_sign(at),
                TokenKind::Word if depth == 0 => {
                    let word = self.written(at);
                    if ["and", "or"]
                        .iter()
                        .any(|one| one.eq_ignore_ascii_case(word))
                    {
                        return false;
                    }
                    if words::is_tail_word(word)
                        || ["in", "is", "has", "between"]
                            .iter()
                            .any(|one| one.eq_ignore_ascii_case(word))
                    {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }

    pub(super) fn is_definition_sign(&self, index: usize) -> bool {
        // The labels of a classification stand behind no sign.
        let begins = significant(self.tokens).next().is_some_and(|first| {
            let word = first.text(self.text);
            words::is_definition_word(word)
                && !["classify", "split"]
                    .iter()
                    .any(|other| word.eq_ignore_ascii_case(other))
        });
        begins
            && !self.tokens[..index]
                .iter()
                .any(|token| token.kind == TokenKind::Equal)
    }
}

/// What is wrong where the grammar found no way on: at byte `offset` of the text, in the tokens of `range`.
pub(super) fn explain(
    place: &Place<'_>,
    range: Range<usize>,
    offset: usize,
    stop: &Stop,
) -> Diagnostic {
    let at = (0..place.tokens.len())
        .find(|index| place.tokens[*index].end as usize > offset && place.is_significant(*index));
    let previous = place.before(at.unwrap_or(place.tokens.len()));
    let expected = &stop.expected;
    if let Some(answer) = heads::head(place, at) {
        return answer;
    }
    if let Some(answer) = left_out::left_out(place, at, previous) {
        return answer;
    }
    if let Some(at) = at {
        let answer = slips::slip(place, at, previous)
            .or_else(|| word_out_of_place(place, at, previous, expected))
            .or_else(|| number_out_of_place(place, at, previous))
            .or_else(|| sign_out_of_place(place, at, previous));
        if let Some(answer) = answer {
            return answer;
        }
    }
    let end = place
        .before(range.end)
        .map_or(offset as u32, |last| place.tokens[last].end);
    let span = match at {
        Some(at) => place.span(at),
        None => Span::new(place.source, end, end),
    };
    let index = at.unwrap_or(place.tokens.len());
    errors::expected(
        &expectation(place, index, previous, expected),
        &found(place, at),
        span,
    )
}

/// The words for what was due at a token.
fn expectation(
    place: &Place<'_>,
    index: usize,
    previous: Option<usize>,
    expected: &Expectation,
) -> String {
    if expected.value {
        if place.is_word(previous, &["of"])
            && previous.is_some_and(|of| place.is_word(place.before(of), &["as"]))
        {
            return "an instant, such as `30 days ago`".to_string();
        }
        let begins = match place.kind(previous) {
            None => true,
            Some(TokenKind::Equal) => previous.is_some_and(|at| place.is_definition_sign(at)),
            _ => place.is_word(previous, &["and", "or", "not"]),
        };
        return if begins { "a condition" } else { "a value" }.to_string();
    }
    // Inside an `if`, its next word is what is most likely left out.
    for word in ["`then`", "`else`"] {
        if expected.words.contains(&word) && !expected.words.contains(&"`and`") {
            return word.to_string();
        }
    }
    if expected.question {
        let mut words = if place.has_question(index) {
            "`AND` or `OR`".to_string()
        } else {
            "a comparison such as `=` or `in`".to_string()
        };
        if place.open_parentheses(index) > 0 {
            words.push_str(", or `)`");
        }
        return words;
    }
    if expected.name {
        return "a name".to_string();
    }
    match expected.words.as_slice() {
        [] => "something else".to_string(),
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        words => words.concat(),
    }
}

/// The words for a token, or for the end.
fn found(place: &Place<'_>, at: Option<usize>) -> String {
    let Some(at) = at else {
        return "the end".to_string();
    };
    let written = place.written(at);
    let mut shown: String = written.chars().take(30).collect();
    if shown.len() < written.len() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn word_out_of_place(
    place: &Place<'_>,
    at: usize,
    previous: Option<usize>,
    expected: &Expectation,
) -> Option<Diagnostic> {
    if place.tokens[at].kind != TokenKind::Word {
        return None;
    }
    let (word, span) = (place.written(at).to_ascii_lowercase(), place.span(at));
    let is_as_of = word == "of" && place.is_word(previous, &["as"]);
    if expected.name && !expected.value && words::is_reserved(&word) && !is_as_of {
        return Some(errors::reserved(&word, span));
    }
    if matches!(word.as_str(), "per" | "among") {
        return Some(errors::population_outside(&word, span));
    }
    let previous = previous?;
    let before = place.tokens[previous].kind;
    if word == "of" && place.is_word(Some(previous), &["as"]) {
        return Some(errors::phrase_without_fix(
            "`as of` stands behind a whole condition, or a value in parentheses",
            place.span(previous).to(span),
            "As in `did (view then click) as of 30 days ago`, and `(count(view) as of 30 days ago) < 5`.",
        ));
    }
    if matches!(word.as_str(), "least" | "most") && place.is_word(Some(previous), &["at"])
        || matches!(
            word.as_str(),
            "days" | "weeks" | "months" | "quarters" | "years"
        ) && place.is_word(Some(previous), &["active"])
    {
        let next = place.from(at + 1);
        if let Some(number) = next.and_then(|next| digits_of(place.written(next)))
            && let Some(next) = next
        {
            return Some(errors::phrase(
                "a number is written in digits",
                place.span(next),
                number,
            ));
        }
        let phrase = place.span(previous).to(span);
        return Some(match word.as_str() {
            "least" | "most" => errors::phrase_without_fix(
                format!("at {word} how many?"),
                phrase,
                format!(
                    "A number stands behind it: `did view at {word} 3 times`, `at {word} 2 of (…)`."
                ),
            ),
            _ => errors::phrase_without_fix(
                format!("active {word} are those with something that was done: what?"),
                phrase,
                format!("The events stand in parentheses: `active {word}(view in last 365 days)`."),
            ),
        });
    }
    if matches!(word.as_str(), "missing" | "known" | "null") && !expected.value {
        let ours = if word == "known" {
            "is known"
        } else {
            "is missing"
        };
        let cut = if place.is_word(Some(previous), &["not"]) {
            place.span(previous).to(span)
        } else {
            span
        };
        let ours = if cut == span {
            ours
        } else if word == "known" {
            "is missing"
        } else {
            "is known"
        };
        return Some(errors::phrase(
            format!("`{word}` stands behind `is`"),
            cut,
            ours,
        ));
    }
    if matches!(word.as_str(), "equals" | "eq" | "equal") && expected.question {
        return Some(errors::phrase(
            format!("`{word}` is written `=` here"),
            span,
            "=",
        ));
    }
    if word == "to" && expected.words.contains(&"`and`") {
        return Some(errors::phrase(
            "`between` takes `and` between its bounds",
            span,
            "and",
        ));
    }
    if before == TokenKind::Number && word == "ago" {
        let number = place.written(previous);
        return Some(errors::missing_unit(number, place.span(previous)));
    }
    if before == TokenKind::Number && !words::is_reserved(&word) {
        let number = place.written(previous);
        let glued = place.glued(previous, at);
        if glued && word.starts_with('e') {
            let whole = place.span(previous).to(span);
            return Some(errors::number_spelling(
                "numbers are written out, without an exponent",
                whole,
                None,
            ));
        }
        let units = crate::types::Unit::ALL.map(crate::types::Unit::plural);
        let near = abbreviation(&word).or_else(|| nearest(&word, units));
        if near.is_some() || glued {
            return Some(errors::unknown_unit(number, &word, near, glued, span));
        }
    }
    if matches!(word.as_str(), "last" | "next" | "past" | "the") && expected.question {
        let start = Span::new(span.source, span.start, span.start);
        return Some(errors::phrase("a window begins with `in`", start, "in "));
    }
    None
}

/// A number that is written as a word.
fn digits_of(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "one" => "1",
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        _ => return None,
    })
}

/// Short forms of units that are further from the unit than a slip.
fn abbreviation(word: &str) -> Option<&'static str> {
    Some(match word {
        "s" | "sec" | "secs" => "seconds",
        "min" | "mins" => "minutes",
        "h" | "hr" | "hrs" => "hours",
        "d" => "days",
        "w" | "wk" | "wks" => "weeks",
        "mo" | "mon" | "mth" | "mths" => "months",
        "q" => "quarters",
        "y" | "yr" | "yrs" => "years",
        "kms" | "kilometer" | "kilometers" | "kilometre" | "kilometres" => "km",
        "meter" | "meters" | "metre" | "metres" => "m",
        "mi" => "miles",
        _ => return None,
    })
}

fn number_out_of_place(
    place: &Place<'_>,
    at: usize,
    previous: Option<usize>,
) -> Option<Diagnostic> {
    let next = place.from(at + 1);
    let token = place.tokens[at];
    let glued_number = |index: Option<usize>| -> Option<usize> {
        let index = index?;
        (place.tokens[index].kind == TokenKind::Number && place.glued(at, index)).then_some(index)
    };
    match token.kind {
        TokenKind::Comma => {
            let (left, right) = (previous?, glued_number(next)?);
            if place.tokens[left].kind != TokenKind::Number || !place.glued(left, at) {
                return None;
            }
            let (whole, part) = (place.written(left), place.written(right));
            let thousands = part.len() == 3;
            let ours = format!("{whole}{}{part}", if thousands { "_" } else { "." });
            let message = if thousands {
                "thousands are set apart with `_`, not with a comma"
            } else {
                "decimals stand behind a point, not behind a comma"
            };
            Some(errors::number_spelling(
                message,
                place.span(left).to(place.span(right)),
                Some(ours),
            ))
        }
        TokenKind::Dot => match (previous, glued_number(next)) {
            (_, Some(right)) => {
                let whole = place.span(at).to(place.span(right));
                let ours = format!("0.{}", place.written(right));
                Some(errors::number_spelling(
                    "a number begins with a digit",
                    whole,
                    Some(ours),
                ))
            }
            _ => None,
        },
        // A date with a blank before the time.
        TokenKind::Number => {
            let left = previous?;
            let is_clock = place.kind(next) == Some(TokenKind::Colon);
            (place.tokens[left].kind == TokenKind::Moment && is_clock).then(|| {
                let gap = Span::new(place.source, place.tokens[left].end, token.start);
                errors::time_without_t(gap)
            })
        }
        _ => {
            // `5.` with nothing behind the point.
            let left = previous?;
            let before = place.before(left)?;
            (place.tokens[left].kind == TokenKind::Dot
                && place.tokens[before].kind == TokenKind::Number
                && place.glued(before, left))
            .then(|| {
                errors::number_spelling(
                    "a digit is expected behind the point",
                    place.span(before).to(place.span(left)),
                    Some(place.written(before).to_string()),
                )
            })
        }
    }
}

fn sign_out_of_place(place: &Place<'_>, at: usize, previous: Option<usize>) -> Option<Diagnostic> {
    let span = place.span(at);
    match place.tokens[at].kind {
        TokenKind::OpenBracket => Some(errors::phrase_without_fix(
            "`[` stands behind a list or a map",
            span,
            "Values are listed in parentheses: `(\"a\", \"b\")`.",
        )),
        TokenKind::OpenBrace | TokenKind::CloseBrace => Some(errors::phrase_without_fix(
            format!(
                "`{}` stands around the labels of a classification and the arms of a split",
                place.written(at)
            ),
            span,
            "Parts of a condition are held together with parentheses.",
        )),
        TokenKind::At => Some(errors::phrase_without_fix(
            "`@` begins what is noted above a definition",
            span,
            "Write it above the definition that it is about, as in `@owner(\"crm\")`.",
        )),
        // `> =`
        TokenKind::Equal => {
            let left = previous?;
            let sign = place.written(left);
            matches!(sign, "<" | ">" | "!").then(|| {
                errors::foreign(
                    &place.text[place.span(left).to(span).range()],
                    &format!("{sign}="),
                    place.span(left).to(span),
                )
            })
        }
        TokenKind::Comma if place.open_parentheses(at) == 0 => Some(errors::phrase(
            "conditions are joined with `AND`, not with a comma",
            span,
            " AND",
        )),
        _ => None,
    }
}

/// What is wrong with a label of a classification as a whole, where that can be told from its tokens.
pub(super) fn label(place: &Place<'_>, range: Range<usize>) -> Option<Diagnostic> {
    let first = place.from(range.start)?;
    let second = place.from(first + 1).filter(|second| *second < range.end);
    if place.is_word(Some(first), &["when", "case"]) {
        return Some(label_errors::label_behind_condition(place.span(first)));
    }
    let is_word = place.tokens[first].kind == TokenKind::Word;
    let is_rest = place.is_word(Some(first), &["otherwise", "else", "default"]);
    if is_rest {
        let word = place.written(first);
        return match second {
            None => Some(label_errors::rest_without_label(word, place.span(first))),
            Some(second) if place.is_word(Some(second), &["when"]) => {
                Some(label_errors::not_a_label(word, place.span(first)))
            }
            Some(second) if words::is_reserved(place.written(second)) => Some(
                label_errors::not_a_label(place.written(second), place.span(second)),
            ),
            Some(second) if place.tokens[second].kind == TokenKind::Text => {
                Some(label_errors::rest_without_label(word, place.span(second)))
            }
            Some(second) => {
                let behind =
                    (second + 1..range.end).find(|at| place.is_word(Some(*at), &["when", "if"]));
                behind.map(|when| label_errors::rest_with_condition(word, place.span(when)))
            }
        };
    }
    let heads = second.is_some_and(|second| {
        place.is_word(Some(second), &["when"]) || place.tokens[second].kind == TokenKind::Text
    });
    if is_word && words::is_reserved(place.written(first)) && heads {
        return Some(label_errors::not_a_label(
            place.written(first),
            place.span(first),
        ));
    }
    let title = second.filter(|second| {
        is_word
            && matches!(place.tokens[*second].kind, TokenKind::Text)
            && place.from(second + 1).is_some_and(|next| next < range.end)
    });
    let next = place.from(title? + 1)?;
    if place.is_word(Some(next), &["when"]) {
        return None;
    }
    let end = place.span(title?).end;
    Some(label_errors::label_without_when(
        place.written(first),
        Span::new(place.source, end, end),
    ))
}

/// Two connectives in a row, or one with nothing beside it; `after` says on which side of the connective something is due.
pub(super) fn missing_clause(place: &Place<'_>, connective: usize, after: bool) -> Diagnostic {
    let written = place.written(connective);
    let side = if after { "after" } else { "before" };
    let what = if written == "," {
        "a value"
    } else {
        "a condition"
    };
    let next = if after {
        place.from(connective + 1)
    } else {
        Some(connective)
    };
    // `AND consent`: nothing stands before it, and something behind it.
    if !after && written != "," && place.from(connective + 1).is_some() {
        return errors::nothing_before(written, place.span(connective));
    }
    let diagnostic = errors::expected(
        &format!("{what} {side} `{written}`"),
        &found(place, next),
        place.span(connective),
    );
    // Two of the same in a row: one is enough.
    match next {
        Some(next) if after && place.written(next).eq_ignore_ascii_case(written) => {
            let cut = Span::new(
                place.source,
                place.tokens[connective].start,
                place.tokens[next].start,
            );
            diagnostic.fix(format!("leave out one `{written}`"), cut, "")
        }
        _ => diagnostic,
    }
}

/// A piece of a text that is no definition.
pub(super) fn no_definition(text: &str, kind: PieceKind, first: Span, whole: Span) -> Diagnostic {
    let word = &text[first.range()];
    match kind {
        PieceKind::Misspelt => {
            let near = nearest(word, words::DEFINITION_WORDS);
            let diagnostic = errors::outside_definition(first);
            match near {
                Some(near) => diagnostic.guess(format!("write `{near}`"), first, near),
                None => diagnostic,
            }
        }
        PieceKind::Stray | PieceKind::Definition | PieceKind::Annotations => {
            if word.eq_ignore_ascii_case("test") {
                return errors::test_without_title(first);
            }
            if words::is_definition_word(word) {
                return errors::expected("a name", "none", first);
            }
            // `create segment s = …`
            let mut words = text[whole.range()].split_whitespace();
            if let (Some(_), Some(second)) = (words.next(), words.next())
                && words::is_definition_word(second)
            {
                let from = text[whole.range()].find(second).unwrap_or_default() as u32;
                let cut = Span::new(whole.source, whole.start, whole.start + from);
                return errors::phrase(format!("a definition begins with `{second}`"), cut, "");
            }
            if text[whole.range()].starts_with("/*") {
                return errors::comment_of_elsewhere("/*", whole, None);
            }
            for comment in ["#", "//"] {
                if text[whole.range()].starts_with(comment) {
                    let sign = Span::new(
                        whole.source,
                        whole.start,
                        whole.start + comment.len() as u32,
                    );
                    return errors::foreign(comment, "--", sign);
                }
            }
            errors::outside_definition(whole)
        }
    }
}
