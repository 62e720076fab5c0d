//! Slips at the place where reading stopped, told from the tokens around it: numbers and names as other places write them, periods without
//! their word, a comparison without its value.

use super::errors;
use super::stop::Place;
use super::token::TokenKind;
use crate::diagnostics::Diagnostic;
use crate::source::Span;

/// What is meant at a token, where that can be told.
pub(super) fn slip(place: &Place<'_>, at: usize, previous: Option<usize>) -> Option<Diagnostic> {
    number(place, at, previous)
        .or_else(|| name(place, at, previous?))
        .or_else(|| comparison_without_value(place, at, previous?))
        .or_else(|| period(place, at, previous?))
        .or_else(|| window(place, at, previous?))
        .or_else(|| exists(place, at, previous?))
}

/// `1.000,50`, `1 000`, `1'000`
fn number(place: &Place<'_>, at: usize, previous: Option<usize>) -> Option<Diagnostic> {
    let previous = previous?;
    if place.kind(Some(previous)) != Some(TokenKind::Number) {
        return None;
    }
    let is_three = |text: &str| text.len() == 3 && text.chars().all(|c| c.is_ascii_digit());
    let (kind, left) = (place.kind(Some(at))?, place.written(previous));
    match kind {
        // Groups of three behind points, then the decimals.
        TokenKind::Comma => {
            let right = place.from(at + 1)?;
            let decimals = place.written(right);
            let mut groups = left.split('.');
            let first = groups.next()?;
            let others: Vec<&str> = groups.collect();
            let is_it = place.glued(previous, at)
                && place.glued(at, right)
                && place.kind(Some(right)) == Some(TokenKind::Number)
                && !others.is_empty()
                && others.iter().all(|group| is_three(group))
                && decimals.chars().all(|c| c.is_ascii_digit());
            is_it.then(|| {
                errors::number_spelling(
                    "decimals stand behind a point, and thousands are set apart with `_`",
                    place.span(previous).to(place.span(right)),
                    Some(format!("{first}_{}.{decimals}", others.join("_"))),
                )
            })
        }
        // Groups of three behind blanks.
        TokenKind::Number => {
            let mut groups = vec![left.to_owned()];
            let mut last = at;
            let mut next = Some(at);
            while let Some(index) = next
                && place.kind(Some(index)) == Some(TokenKind::Number)
                && is_three(place.written(index).split('.').next().unwrap_or_default())
            {
                groups.push(place.written(index).to_owned());
                last = index;
                next = place.from(index + 1);
            }
            if groups.len() < 2 || !left.chars().all(|c| c.is_ascii_digit()) || left.len() > 3 {
                return None;
            }
            let mut ours = groups.join("_");
            if let Some(comma) = next
                && place.kind(Some(comma)) == Some(TokenKind::Comma)
                && let Some(part) = place.from(comma + 1)
                && place.glued(comma, part)
                && place.kind(Some(part)) == Some(TokenKind::Number)
            {
                ours = format!("{ours}.{}", place.written(part));
                last = part;
            }
            Some(errors::number_spelling(
                "thousands are set apart with `_`, not with a blank",
                place.span(previous).to(place.span(last)),
                Some(ours),
            ))
        }
        _ => None,
    }
}

/// `segment young belgians =`, `segment young-belgians =`, `segment "Belgians" =`
fn name(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    let word = place.from(0)?;
    let is_head = place.is_word(Some(word), &["segment", "let"]);
    let sign =
        (0..place.tokens.len()).find(|at| place.kind(Some(*at)) == Some(TokenKind::Equal))?;
    if !is_head || at > sign {
        return None;
    }
    let plain = |text: &str| -> String {
        let name: String = text
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '_' })
            .collect();
        name.trim_matches('_').to_owned()
    };
    if previous == word && place.kind(Some(at)) == Some(TokenKind::Text) {
        let title = place.written(at);
        let name = plain(&title.to_lowercase());
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let start = place.span(at);
        return Some(errors::name_first(
            Span::new(start.source, start.start, start.start),
            start,
            &name,
        ));
    }
    let first = place.from(word + 1)?;
    let last = place.before(sign)?;
    let is_name = (first..=last).all(|index| {
        matches!(
            place.kind(Some(index)),
            Some(TokenKind::Word | TokenKind::Minus | TokenKind::Number | TokenKind::Blank)
        )
    });
    if first >= last || at <= first || !is_name {
        return None;
    }
    let whole = place.span(first).to(place.span(last));
    let ours = plain(&place.text[whole.range()]);
    let ours: Vec<&str> = ours.split('_').filter(|part| !part.is_empty()).collect();
    Some(errors::name_of_words(whole, &ours.join("_")))
}

/// `age >= 18 AND <= 35`
fn comparison_without_value(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    let is_sign = matches!(
        place.kind(Some(at)),
        Some(
            TokenKind::Less
                | TokenKind::LessOrEqual
                | TokenKind::Greater
                | TokenKind::GreaterOrEqual
                | TokenKind::Equal
                | TokenKind::NotEqual
        )
    );
    if !is_sign || !place.is_word(Some(previous), &["and", "or"]) {
        return None;
    }
    // The value that was asked about before.
    let mut index = previous;
    let mut subject = None;
    while let Some(before) = place.before(index) {
        match place.kind(Some(before)) {
            Some(TokenKind::Word) if !place.is_word(Some(before), &["and", "or", "not"]) => {
                subject = Some(before);
            }
            Some(TokenKind::QuotedName) => subject = Some(before),
            Some(
                TokenKind::Less
                | TokenKind::LessOrEqual
                | TokenKind::Greater
                | TokenKind::GreaterOrEqual
                | TokenKind::NotEqual
                | TokenKind::Number
                | TokenKind::Text
                | TokenKind::Moment,
            ) => {}
            Some(TokenKind::Equal) if subject.is_none() => {}
            _ => break,
        }
        index = before;
    }
    let name = place.written(subject?);
    let span = place.span(at);
    let start = Span::new(span.source, span.start, span.start);
    Some(errors::value_left_out(span, start, name))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of the month whose name, or the first three letters of it, a word is.
pub(super) fn month_number(word: &str) -> Option<usize> {
    let word = word.to_ascii_lowercase();
    let place = MONTHS.iter().position(|name| is_named(name, &word))?;
    Some(place + 1)
}

fn is_named(month: &str, word: &str) -> bool {
    month == word || (word.len() == 3 && month.starts_with(word))
}

/// `signup_at this month`, `in this month`, `in 2025`, `during November 2025`
fn period(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    const PERIODS: [&str; 4] = ["week", "month", "quarter", "year"];
    let word = place.written(at).to_ascii_lowercase();
    let next = place.from(at + 1);
    // `this month` without its word.
    if matches!(word.as_str(), "this" | "today" | "yesterday")
        && (word != "this" || place.is_word(next, &PERIODS))
    {
        let span = place.span(at);
        let start = Span::new(span.source, span.start, span.start);
        return Some(errors::phrase(
            "a period stands behind `during`",
            start,
            "during ",
        ));
    }
    // `in this month`: reading stopped at `month`.
    if PERIODS.contains(&word.as_str())
        && place.is_word(Some(previous), &["this"])
        && let Some(before) = place.before(previous)
        && place.is_word(Some(before), &["in"])
    {
        return Some(errors::phrase(
            "a period stands behind `during`",
            place.span(before).to(place.span(at)),
            format!("during this {word}"),
        ));
    }
    // `during November 2025`: reading stopped at the year.
    let month = place.written(previous).to_ascii_lowercase();
    let is_month = |name: &str| is_named(name, &month);
    if place.kind(Some(at)) == Some(TokenKind::Number)
        && place.written(at).len() == 4
        && let Some(number) = MONTHS.iter().position(|name| is_month(name))
        && let Some(before) = place.before(previous)
        && place.is_word(Some(before), &["in", "during", "on"])
    {
        let ours = format!("during {}-{:02}", place.written(at), number + 1);
        return Some(errors::phrase(
            "a month is written with its number",
            place.span(before).to(place.span(at)),
            ours,
        ));
    }
    None
}

/// `= last 30 days`, `in last "30 days"`
fn window(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    let direction = place.is_word(Some(previous), &["last", "next", "past"]);
    if !direction {
        return None;
    }
    let before = place.before(previous)?;
    if place.kind(Some(at)) == Some(TokenKind::Text) && place.is_word(Some(before), &["in"]) {
        let ours = place.written(at).trim_matches('"').to_owned();
        return ours
            .starts_with(|c: char| c.is_ascii_digit())
            .then(|| errors::phrase("a length stands without quotes", place.span(at), ours));
    }
    let is_window = place.kind(Some(at)) == Some(TokenKind::Number)
        && place.kind(Some(before)) == Some(TokenKind::Equal)
        && !place.is_definition_sign(before);
    is_window.then(|| errors::phrase("a window begins with `in`", place.span(before), "in"))
}

/// `email exists`
fn exists(place: &Place<'_>, at: usize, previous: usize) -> Option<Diagnostic> {
    let is_value = matches!(
        place.kind(Some(previous)),
        Some(TokenKind::Word | TokenKind::QuotedName | TokenKind::CloseParenthesis)
    );
    (is_value && place.is_word(Some(at), &["exists", "exist"])).then(|| {
        errors::phrase(
            "whether there is a value is asked with `is known`",
            place.span(at),
            "is known",
        )
    })
}
