//! What came of the tests, for people: a line a test, below those that fail what was expected, what was found and why; and what no test reaches.

use super::{Answer, counted};
use segql::source::{Sources, Span};
use segql::trial::{Coverage, Failure, Uncovered};
use std::fmt::Write;

/// The tests, text by text, and the sum.
pub fn answers(answers: &[Answer], sources: &Sources, colours: bool) -> String {
    let mut out = String::new();
    let mut text = "";
    for answer in answers {
        if answer.text != text {
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{}", answer.text);
            text = &answer.text;
        }
        let mark = match answer.is_ok() {
            true => painted("ok    ", "32", colours),
            false => painted("failed", "31;1", colours),
        };
        let place = match answer.is_ok() {
            true => String::new(),
            false => format!(" (line {})", answer.line),
        };
        let _ = writeln!(out, "  {mark}  {}{place}", answer.trial.title);
        match &answer.outcome {
            Ok(verdict) => {
                for failure in &verdict.failures {
                    failed(&mut out, failure, sources, colours);
                }
            }
            Err(error) => {
                let _ = writeln!(out, "            it could not be answered: {error}");
            }
        }
    }
    let failed = answers.iter().filter(|answer| !answer.is_ok()).count();
    let sum = match failed {
        0 => format!("{}, all ok", counted(answers.len(), "test")),
        failed => format!(
            "{}: {} ok, {failed} failed",
            counted(answers.len(), "test"),
            answers.len() - failed
        ),
    };
    let _ = writeln!(out, "\n{sum}");
    out
}

fn failed(out: &mut String, failure: &Failure, sources: &Sources, colours: bool) {
    let line = sources
        .get(failure.span.source)
        .position(failure.span.start)
        .line;
    let expected = painted(&format!("- expected {}", failure.expected), "32", colours);
    let found = painted(&format!("+ found    {}", failure.found), "31", colours);
    let _ = writeln!(out, "          {expected} (line {line})");
    let _ = writeln!(out, "          {found}");
    for reason in &failure.reasons {
        let _ = writeln!(out, "              {reason}");
    }
}

fn painted(text: &str, paint: &str, colours: bool) -> String {
    match colours {
        true => format!("\u{1b}[{paint}m{text}\u{1b}[0m"),
        false => text.to_owned(),
    }
}

/// What the tests reach, and what they do not, with its place.
pub fn coverage(coverage: &Coverage, sources: &Sources) -> String {
    let mut out = String::new();
    let reached = coverage.conditions - coverage.uncovered.len();
    let _ = writeln!(
        out,
        "\nconditions seen both true and false: {reached} of {}",
        coverage.conditions
    );
    for one in &coverage.uncovered {
        let _ = writeln!(
            out,
            "  {}  never {}: {}",
            place(one.span, sources),
            missed(one),
            short(&one.text)
        );
    }
    let touched = coverage.edges - coverage.boundaries.len();
    let _ = writeln!(
        out,
        "\nedges that a value lies on: {touched} of {}",
        coverage.edges
    );
    for one in &coverage.boundaries {
        let _ = writeln!(
            out,
            "  {}  nothing at exactly {}: {}",
            place(one.span, sources),
            one.edge,
            short(&one.text)
        );
    }
    out
}

fn missed(one: &Uncovered) -> &'static str {
    match (one.never_true, one.never_false) {
        (true, true) => "asked",
        (true, false) => "true",
        _ => "false",
    }
}

fn place(span: Span, sources: &Sources) -> String {
    let source = sources.get(span.source);
    let position = source.position(span.start);
    format!("{}:{}:{}", source.name, position.line, position.column)
}

fn short(text: &str) -> String {
    const MOST: usize = 80;
    match text.chars().count() > MOST {
        true => text.chars().take(MOST - 1).collect::<String>() + "…",
        false => text.to_owned(),
    }
}
