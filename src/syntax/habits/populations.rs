//! Figures of many contacts as other languages write them: `avg(x) over (partition by region)`, `avg(x) per region`, `top 10%`.

use super::{Answer, Filler, Line, answer};
use crate::syntax::errors;
use crate::syntax::token::TokenKind;

/// `rank() over (partition by region order by ltv desc)`, `avg(ltv) over (partition by region)`, `avg(ltv) over all`
pub(super) fn over(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let (close, of) = figure(line, at)?;
    if !line.is(close + 1, &["over"]) {
        return None;
    }
    let name = line.written(at);
    if line.is(close + 2, &["all", "everyone", "everybody"]) {
        let ours = format!("{name}({of} among everyone)");
        return Some(told(line, at, close + 2, &ours));
    }
    if line.kind(close + 2) != Some(TokenKind::OpenParenthesis) {
        return None;
    }
    let end = line.closing(close + 2)?;
    let inside = close + 3..end;
    let word = |wanted: &str| inside.clone().find(|at| line.is(*at, &[wanted]));
    let (partition, order) = (word("partition"), word("order"));
    let stretch = |from: usize, to: usize| match from < to {
        true => line.between(from, to - 1).to_owned(),
        false => String::new(),
    };
    let keys = partition.map_or(String::new(), |at| {
        stretch(at + 2, order.filter(|order| *order > at).unwrap_or(end))
    });
    let ordered = order.map_or(String::new(), |at| {
        let last = (at + 2..end)
            .find(|at| line.is(*at, &["asc", "desc"]) || line.kind(*at) == Some(TokenKind::Comma));
        stretch(at + 2, last.unwrap_or(end))
    });
    let of = if of.is_empty() { ordered } else { of };
    let name = match line.word(at).as_str() {
        "percent_rank" | "cume_dist" => "percentile".to_owned(),
        "dense_rank" | "row_number" => "rank".to_owned(),
        _ => name.to_owned(),
    };
    let tail = match (keys.is_empty(), keys.contains(',')) {
        (true, _) => " among everyone".to_owned(),
        (false, false) => format!(" per {keys}"),
        (false, true) => format!(" per ({keys})"),
    };
    if of.is_empty() {
        return None;
    }
    Some(told(line, at, end, &format!("{name}({of}{tail})")))
}

/// `avg(ltv) per region`, `rank(ltv) among consent`
pub(super) fn behind(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let (close, of) = figure(line, at)?;
    if of.is_empty() || !line.is(close + 1, &["per", "among"]) {
        return None;
    }
    let word = line.word(close + 1);
    // What is plainly one value ends there; anything longer is left to the reader.
    let last = match line.kind(close + 2)? {
        TokenKind::OpenParenthesis => line.closing(close + 2)?,
        TokenKind::Word | TokenKind::QuotedName => close + 2,
        _ => return None,
    };
    let tail = line.between(close + 2, last);
    let ours = format!("{}({of} {word} {tail})", line.written(at));
    Some(told(line, at, last, &ours))
}

/// `top 10%`, `top 10% of ltv`, `top 10% by ltv`, `ltv in top 10%`
pub(super) fn top_percent(line: &Line, at: usize) -> Option<(Answer, usize)> {
    let is_it = line.is(at, &["top", "best"])
        && line.kind(at + 1) == Some(TokenKind::Number)
        && line.kind(at + 2) == Some(TokenKind::Percent);
    if !is_it {
        return None;
    }
    let share: u32 = line.written(at + 1).parse().ok()?;
    let rest = 100u32.checked_sub(share)?;
    let before = at.checked_sub(1).filter(|before| line.is(*before, &["in"]));
    let subject = before.and_then(|before| Some((line.subject(before)?, before)));
    let is_value = line.is(at + 3, &["of", "by"])
        && matches!(
            line.kind(at + 4),
            Some(TokenKind::Word | TokenKind::QuotedName)
        );
    let (first, last, value) = match subject {
        Some((first, before)) => (first, at + 2, line.between(first, before - 1)),
        None if is_value => (at, at + 4, line.written(at + 4)),
        None => (at, at + 2, ""),
    };
    let place = line.span(first, last);
    let what = "a share of the contacts with the greatest values is asked by their percentile";
    let diagnostic = if value.is_empty() {
        let ours = format!("Write as in `percentile(ltv) > {rest}%`.");
        errors::phrase_without_fix(what, place, ours)
    } else {
        let ours = format!("percentile({value}) > {rest}%");
        errors::as_guess(errors::phrase(what, place, ours))
    };
    Some((answer(diagnostic, place, Filler::Hole), last - at + 1))
}

/// The name of a figure with parentheses behind it: where they close, and what stands in them.
fn figure(line: &Line, at: usize) -> Option<(usize, String)> {
    let is_figure = line.is(
        at,
        &[
            "avg",
            "sum",
            "min",
            "max",
            "median",
            "count",
            "percentile",
            "rank",
            "quartile",
            "quintile",
            "decile",
            "percent_rank",
            "cume_dist",
            "dense_rank",
            "row_number",
        ],
    );
    if !is_figure || line.kind(at + 1) != Some(TokenKind::OpenParenthesis) {
        return None;
    }
    let close = line.closing(at + 1)?;
    let of = match close > at + 2 {
        true => line.between(at + 2, close - 1).to_owned(),
        false => String::new(),
    };
    Some((close, of))
}

fn told(line: &Line, from: usize, to: usize, ours: &str) -> (Answer, usize) {
    let place = line.span(from, to);
    let diagnostic = errors::as_guess(errors::phrase(
        "who a figure is taken of stands in its parentheses, behind `among` and `per`",
        place,
        ours,
    ));
    (answer(diagnostic, place, Filler::Hole), to - from + 1)
}
