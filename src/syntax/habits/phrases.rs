//! What people say: sizes, ranges and lists in words, brackets and units of their own.

use super::queries::measure;
use super::{Answer, Filler, Line, answer};
use crate::diagnostics::Edit;
use crate::source::Span;
use crate::syntax::errors;
use crate::syntax::token::{TokenKind, tokens};

/// `is greater than`, `at least`, `more than 30 days ago`, `not equal to`
pub(super) fn size_in_words(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let is_tail = at
        .checked_sub(1)
        .is_some_and(|before| line.ends_value(before));
    let mut next = at;
    if is_tail && line.is(next, &["is"]) {
        next += 1;
    }
    let is_negated = is_tail && line.is(next, &["not"]);
    if is_negated {
        next += 1;
    }
    let sign = match (line.word(next).as_str(), line.word(next + 1).as_str()) {
        (
            "more" | "greater" | "higher" | "bigger" | "larger" | "older" | "later" | "above",
            "than",
        ) => ">",
        (
            "less" | "lower" | "smaller" | "fewer" | "younger" | "newer" | "earlier" | "below",
            "than",
        ) => "<",
        ("at", "least") => ">=",
        ("at", "most") => "<=",
        ("equal" | "equals", "to") => "=",
        _ => return None,
    };
    let value = next + 2;
    let is_number = line.kind(value) == Some(TokenKind::Number);
    // `more than 3 visits`
    if !is_tail {
        let is_counted = line.begins(at)
            && is_number
            && line.kind(value + 1) == Some(TokenKind::Word)
            && !line.is(value + 1, &["of", "times"]);
        if !is_counted || sign == "=" {
            return None;
        }
        let ours = format!("{} {sign} {}", line.written(value + 1), line.written(value));
        let place = line.span(at, value + 1);
        let diagnostic = errors::phrase("the field stands first, then the comparison", place, ours);
        return Some((answer(diagnostic, place, Filler::Hole), value + 2 - at));
    }
    // `older than 2025-01-01`
    let edge = match line.word(next).as_str() {
        "older" | "earlier" => Some("before"),
        "newer" | "younger" | "later" => Some("after"),
        _ => None,
    };
    if let (Some(ours), Some(TokenKind::Moment), false) = (edge, line.kind(value), is_negated) {
        let place = line.span(at, next + 1);
        let diagnostic = errors::phrase("a time lies before or after a day", place, ours);
        return Some((
            answer(diagnostic, place, Filler::Words(ours)),
            next + 2 - at,
        ));
    }
    // `more than 30 days ago`, `older than 30 days`
    let is_length = is_number && line.kind(value + 1) == Some(TokenKind::Word);
    let is_ago = is_length && line.is(value + 2, &["ago"]);
    let of_time = matches!(
        line.word(next).as_str(),
        "older" | "newer" | "later" | "earlier"
    );
    if let Some(subject) = line.subject(at)
        && is_length
        && (is_ago || of_time)
        && !is_negated
        && matches!(sign, "<" | ">")
        && let Some(length) = measure(&line.between(value, value + 1).to_lowercase())
    {
        let name = line.between(subject, at - 1);
        let ours = if sign == ">" {
            format!("{name} over {length} ago")
        } else {
            format!("{name} in last {length}")
        };
        let last = if is_ago { value + 2 } else { value + 1 };
        let place = line.span(subject, last);
        let diagnostic = errors::phrase("a time is asked with a window", place, ours);
        return Some((answer(diagnostic, place, Filler::Hole), last + 1 - at));
    }
    if line.is(value, &["of"]) || line.is(value + 1, &["of", "times", "time"]) {
        return None;
    }
    let sign = match (is_negated, sign) {
        (false, sign) => sign,
        (true, "=") => "!=",
        (true, ">") => "<=",
        (true, "<") => ">=",
        (true, ">=") => "<",
        (true, _) => ">",
    };
    let place = line.span(at, next + 1);
    let written = line.between(at, next + 1);
    let diagnostic = errors::phrase(format!("`{written}` is written `{sign}` here"), place, sign);
    Some((
        answer(diagnostic, place, Filler::Words(sign)),
        next + 2 - at,
    ))
}

/// `region is one of ("BE", "NL")`, `region any of (…)`
pub(super) fn one_of(line: &Line, at: usize) -> Option<(Answer, usize)> {
    line.subject(at)?;
    let mut next = at;
    let has_is = line.is(next, &["is"]);
    if has_is {
        next += 1;
    }
    let is_negated = line.is(next, &["not"]);
    if is_negated {
        next += 1;
    }
    let is_it = line.is(next, &["any", "one", "either", "none"]) && line.is(next + 1, &["of"]);
    if !is_it {
        return None;
    }
    if line.kind(next + 2) != Some(TokenKind::OpenParenthesis) {
        return one_of_bare(line, at, next + 2);
    }
    let ours = if is_negated || line.is(next, &["none"]) {
        "not in"
    } else {
        "in"
    };
    let place = line.span(at, next + 1);
    let mut diagnostic = errors::phrase("a list of values stands behind `in`", place, ours);
    if !has_is {
        diagnostic =
            diagnostic.help("What a list has is asked with `has any of (…)`, `has none of (…)`.");
        if let Some(fix) = &mut diagnostic.fix {
            fix.is_safe = false;
        }
    }
    let filler = if ours == "in" {
        Filler::Words("in")
    } else {
        Filler::Words("not in")
    };
    Some((answer(diagnostic, place, filler), next + 2 - at))
}

/// `region = "BE", "NL"`
pub(super) fn values_behind_commas(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let word = match line.kind(at)? {
        TokenKind::Equal => "in",
        TokenKind::NotEqual => "not in",
        _ => return None,
    };
    let subject = line.subject(at)?;
    let is_value = |at: usize| {
        matches!(
            line.kind(at),
            Some(TokenKind::Text | TokenKind::Number | TokenKind::Moment)
        )
    };
    let is_glued = |left: usize, right: usize| line.tokens[left].end == line.tokens[right].start;
    let in_parentheses = (0..at).any(|before| {
        line.kind(before) == Some(TokenKind::OpenParenthesis)
            && line.closing(before).is_some_and(|close| close > at)
    });
    let mut last = at + 1;
    while is_value(last) && line.kind(last + 1) == Some(TokenKind::Comma) && is_value(last + 2) {
        // `1,5` is one number of elsewhere.
        let is_number = line.kind(last) == Some(TokenKind::Number);
        if is_number && is_glued(last, last + 1) && is_glued(last + 1, last + 2) {
            return None;
        }
        last += 2;
    }
    let ends = last + 1 == line.tokens.len() || line.is(last + 1, &["and", "or"]);
    if last == at + 1 || !ends || in_parentheses {
        return None;
    }
    let (name, values) = (line.between(subject, at - 1), line.between(at + 1, last));
    let place = line.span(subject, last);
    let ours = format!("{name} {word} ({values})");
    let diagnostic = errors::phrase("several values stand in a list behind `in`", place, ours);
    Some((answer(diagnostic, place, Filler::Hole), last + 1 - at))
}

/// `region is one of "BE", "NL"`, where the list begins at `first`.
fn one_of_bare(line: &Line, at: usize, first: usize) -> Option<(Answer, usize)> {
    let is_value =
        |at: usize| line.ends_value(at) && line.kind(at) != Some(TokenKind::CloseParenthesis);
    let mut last = first;
    while is_value(last) && line.kind(last + 1) == Some(TokenKind::Comma) && is_value(last + 2) {
        last += 2;
    }
    if !is_value(last) {
        return None;
    }
    let subject = line.subject(at)?;
    let place = line.span(at, last);
    let not = if line.is(first - 2, &["none"]) || line.is(first - 3, &["not"]) {
        "not "
    } else {
        ""
    };
    let ours = format!("{not}in ({})", line.between(first, last));
    let diagnostic = errors::phrase("a list of values stands behind `in`", place, ours);
    let whole = line.span(subject, last);
    Some((answer(diagnostic, whole, Filler::Hole), last + 1 - at))
}

/// `region: "BE"`
pub(super) fn colon(line: &Line, at: usize) -> Option<(Answer, usize)> {
    line.subject(at)?;
    if line.kind(at) != Some(TokenKind::Colon) {
        return None;
    }
    let place = line.span(at, at);
    let before = line.tokens[at - 1].end;
    // `address:city = "Ghent"`
    let is_member = line.kind(at + 1) == Some(TokenKind::Word)
        && matches!(
            line.kind(at + 2),
            Some(
                TokenKind::Equal
                    | TokenKind::NotEqual
                    | TokenKind::Less
                    | TokenKind::LessOrEqual
                    | TokenKind::Greater
                    | TokenKind::GreaterOrEqual
            )
        );
    if is_member {
        let diagnostic = errors::phrase("a part of a record stands behind a dot", place, ".");
        return Some((answer(diagnostic, place, Filler::Words(".")), 1));
    }
    let gap = if before == place.start { " =" } else { "=" };
    let diagnostic = errors::phrase("a comparison is written `=` here", place, gap);
    Some((answer(diagnostic, place, Filler::Words("=")), 1))
}

/// `signup_at since 2025-01-01`, `signup_at until 2025-01-01`, `signup_at on 2025-01-01`
pub(super) fn edge_in_words(line: &Line, at: usize) -> Option<(Answer, usize)> {
    line.subject(at)?;
    let day = line.written(at + 1).parse::<jiff::civil::Date>().ok();
    let is_moment = line.kind(at + 1) == Some(TokenKind::Moment);
    let day = day.filter(|_| is_moment)?;
    let (ours, message) = match line.word(at).as_str() {
        "since" | "from" => (
            format!("after {}", day.yesterday().ok()?),
            "`after` a day begins where that day ends",
        ),
        "until" | "till" | "through" | "by" => (
            format!("before {}", day.tomorrow().ok()?),
            "`before` a day ends where that day begins",
        ),
        "on" => (
            format!("during {day}"),
            "a whole day is asked with `during`",
        ),
        _ => return None,
    };
    let place = line.span(at, at + 1);
    let diagnostic = errors::phrase(message, place, ours);
    let subject = line.subject(at)?;
    let whole = line.span(subject, at + 1);
    Some((answer(diagnostic, whole, Filler::Hole), 2))
}

/// `email does not contain "x"`
pub(super) fn does_not(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let mut next = at + 1;
    match line.word(at).as_str() {
        "does" | "do" if line.is(next, &["not"]) => next += 1,
        "doesn" | "don" => return does_not_in_short(line, at),
        _ => return None,
    }
    let subject = line.subject(at)?;
    let ours = denied(&line.word(next), &line.word(next + 1))?;
    let place = line.span(at, next);
    let start = Span::new(
        line.source,
        line.tokens[subject].start,
        line.tokens[subject].start,
    );
    let name = line.between(subject, at - 1);
    let mut diagnostic =
        errors::phrase("`NOT` stands before the whole condition here", place, ours);
    if let Some(fix) = &mut diagnostic.fix {
        fix.title = format!("write `NOT {name} {ours} …`");
        fix.edits.push(Edit {
            span: start,
            replacement: "NOT ".into(),
        });
    }
    Some((
        answer(diagnostic, place, Filler::Words(ours)),
        next + 1 - at,
    ))
}

/// What a verb behind `does not` asks, and the word behind it.
fn denied(verb: &str, next: &str) -> Option<&'static str> {
    Some(match (verb, next) {
        ("contain" | "contains" | "include" | "includes", _) => "contains",
        ("start" | "begin", "with") => "starts",
        ("end", "with") => "ends",
        ("have", _) => "has",
        ("equal", _) => "=",
        _ => return None,
    })
}

/// `email doesn't contain "x"`: its apostrophe is an open quote, which has taken the rest of the line with it.
fn does_not_in_short(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let rest = *line.tokens.get(at + 1)?;
    let is_short = matches!(rest.kind, TokenKind::Unknown | TokenKind::SingleQuoted)
        && line.tokens[at].end == rest.start;
    let subject = line.subject(at)?;
    let behind = line.written(at + 1).strip_prefix("'t")?;
    let from = rest.end - behind.len() as u32;
    let words: Vec<_> = tokens(behind)
        .into_iter()
        .filter(|token| token.kind == TokenKind::Word)
        .collect();
    let verb = *words.first().filter(|_| is_short)?;
    let word = |at: usize| -> String {
        words
            .get(at)
            .map_or(String::new(), |word| word.text(behind).to_ascii_lowercase())
    };
    let ours = denied(&word(0), &word(1))?;
    let place = Span::new(line.source, line.tokens[at].start, from + verb.end);
    let asked = line.tokens[subject];
    let name = line.between(subject, at - 1);
    let mut diagnostic =
        errors::phrase("`NOT` stands before the whole condition here", place, ours);
    if let Some(fix) = &mut diagnostic.fix {
        fix.title = format!("write `NOT {name} {ours} …`");
        fix.edits.push(Edit {
            span: Span::new(line.source, asked.start, asked.start),
            replacement: "NOT ".into(),
        });
    }
    let last = line.tokens.len() - 1;
    let whole = line.span(subject, last);
    Some((answer(diagnostic, whole, Filler::Hole), last + 1 - at))
}

/// `age from 18 to 35`, `age between (18, 35)`, `age between 18-35`, `age in 18..35`
pub(super) fn range_in_words(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let subject = line.subject(at)?;
    let is_edge = |at: usize| matches!(line.kind(at), Some(TokenKind::Number | TokenKind::Moment));
    let (low, high, last) = match line.word(at).as_str() {
        "from" if line.is(at + 2, &["to", "until", "till"]) => (at + 1, at + 3, at + 3),
        "between"
            if line.kind(at + 1) == Some(TokenKind::OpenParenthesis)
                && line.kind(at + 3) == Some(TokenKind::Comma)
                && line.kind(at + 5) == Some(TokenKind::CloseParenthesis) =>
        {
            (at + 2, at + 4, at + 5)
        }
        "between" if line.kind(at + 2) == Some(TokenKind::Comma) => (at + 1, at + 3, at + 3),
        "between" | "in"
            if matches!(line.written(at + 2), "-" | "–" | "−") && !line.is(at + 4, &["and"]) =>
        {
            (at + 1, at + 3, at + 3)
        }
        "in" | "between" if line.written(at + 2) == "." && line.written(at + 3) == "." => {
            (at + 1, at + 4, at + 4)
        }
        _ => return None,
    };
    if !is_edge(low) || !is_edge(high) {
        return None;
    }
    let name = line.between(subject, at - 1);
    let ours = format!(
        "{name} between {} and {}",
        line.written(low),
        line.written(high)
    );
    let place = line.span(subject, last);
    let diagnostic = errors::phrase("a range is written `between … and …`", place, ours);
    Some((answer(diagnostic, place, Filler::Hole), last + 1 - at))
}

/// `region in ["BE", "NL"]`, `{"BE", "NL"}`
pub(super) fn list_in_brackets(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let is_open = matches!(
        line.kind(at),
        Some(TokenKind::OpenBracket | TokenKind::OpenBrace)
    );
    let before = at.checked_sub(1)?;
    if !is_open || !line.is(before, &["in", "of"]) {
        return None;
    }
    let close = line.closing(at)?;
    let place = line.span(at, close);
    let inside = &line.text[place.start as usize + 1..place.end as usize - 1];
    let diagnostic = errors::phrase(
        "a list stands in round brackets",
        place,
        format!("({inside})"),
    );
    let last_word = if line.is(before, &["in"]) {
        line.span(before, close)
    } else {
        place
    };
    // The clause is known to be a list; what stands in it is read when the brackets are right.
    let subject = line
        .subject(before)
        .map_or(last_word, |subject| line.span(subject, close));
    Some((answer(diagnostic, subject, Filler::Hole), close + 1 - at))
}

/// `[region]`, `{{region}}`
pub(super) fn field_in_brackets(line: &Line, at: usize) -> Option<(Answer, usize)> {
    if !line.begins(at) {
        return None;
    }
    let depth = (at..line.tokens.len())
        .take_while(|index| {
            matches!(
                line.kind(*index),
                Some(TokenKind::OpenBracket | TokenKind::OpenBrace)
            )
        })
        .count();
    let close = at + 2 * depth;
    let closes = (at + depth + 1..=close).all(|index| {
        matches!(
            line.kind(index),
            Some(TokenKind::CloseBracket | TokenKind::CloseBrace)
        )
    });
    if depth == 0 || line.kind(at + depth) != Some(TokenKind::Word) || !closes {
        return None;
    }
    let name = line.written(at + depth);
    let place = line.span(at, close);
    let diagnostic = errors::phrase("a field is written without brackets", place, name);
    Some((answer(diagnostic, place, Filler::Hole), close + 1 - at))
}

/// `100 EUR`, `80 percent`, `100k`
pub(super) fn unit_in_words(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let before = at.checked_sub(1)?;
    if line.kind(before) != Some(TokenKind::Number) {
        return None;
    }
    let place = line.span(at, at);
    let written = line.written(at);
    let answered = match line.word(at).as_str() {
        "eur" | "euro" | "euros" | "usd" | "dollar" | "dollars" | "gbp" | "pounds" | "chf" => (
            errors::phrase(
                "an amount is a plain number, without its currency",
                place,
                "",
            ),
            place,
            Filler::Blank,
        ),
        "percent" | "pct" | "prozent" | "procent" => (
            errors::phrase(format!("`{written}` is written `%` here"), place, "%"),
            place,
            Filler::Words("%"),
        ),
        "k" | "m" | "mio"
            if line.tokens[before].end == line.tokens[at].start
                && line.written(before).chars().all(|c| c.is_ascii_digit()) =>
        {
            let zeros = if line.word(at) == "k" {
                "_000"
            } else {
                "_000_000"
            };
            let place = line.span(before, at);
            let ours = format!("{}{zeros}", line.written(before));
            let mut diagnostic = errors::phrase("a number is written out", place, ours);
            if let Some(fix) = &mut diagnostic.fix {
                fix.is_safe = line.word(at) == "k";
            }
            (diagnostic, place, Filler::Hole)
        }
        _ => return None,
    };
    let (diagnostic, place, filler) = answered;
    Some((answer(diagnostic, place, filler), 1))
}
