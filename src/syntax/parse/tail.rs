//! What is asked of a value: comparisons, lists, text tests, windows.

use super::super::ast::{
    CompareOperator, Expression, ExpressionKind, Literal, Quantifier, Spanned, Text, TextTest,
    Window,
};
use super::super::{errors, slips};
use super::{Cursor, Reader, Rule, expression};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use pest::iterators::Pair;

/// Whether a rule is one of the tails.
pub(super) fn is_tail(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::comparison | Rule::is_tail | Rule::negated_tail | Rule::as_of_tail
    ) || is_plain_tail(rule)
}

fn is_plain_tail(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::in_tail
            | Rule::has_tail
            | Rule::text_tail
            | Rule::between_tail
            | Rule::over_tail
            | Rule::edge_tail
            | Rule::within_tail
            | Rule::during_tail
    )
}

impl Reader<'_> {
    /// Two questions about one value: `18 <= age <= 35`.
    pub(super) fn chained(&self, value: Span, first: Span, second: Span) -> Diagnostic {
        let whole = value.to(second);
        let low = self.written(value);
        let (first_sign, middle) = compared(self.written(first));
        let (second_sign, high) = compared(self.written(second));
        // `profiles has kind = "kids"`
        if let Some(part) = self.written(first).strip_prefix("has ")
            && part.trim().chars().all(|c| c.is_alphanumeric() || c == '_')
        {
            let part = Span::new(
                first.source,
                first.end - part.trim().len() as u32,
                second.end,
            );
            let ours = format!("any {low}[{}]", self.written(part));
            return errors::phrase(
                "a condition on the elements of a list stands in square brackets",
                whole,
                ours,
            );
        }
        if let Some(told) = self.window_outside(value, first, second) {
            return told;
        }
        let diagnostic = errors::chained(first, second);
        let is_literal = middle.starts_with(|c: char| c.is_ascii_digit() || c == '"');
        if first_sign.is_empty() || second_sign.is_empty() || is_literal {
            return diagnostic.help("Ask twice and join the two with `AND`.");
        }
        let ours = if (first_sign, second_sign) == ("<=", "<=") {
            format!("{middle} between {low} and {high}")
        } else {
            format!("{low} {first_sign} {middle} AND {middle} {second_sign} {high}")
        };
        diagnostic.fix(format!("write `{ours}`"), whole, ours)
    }

    /// `count(view) > 3 in last 30 days`: the window of a figure stands with the events.
    fn window_outside(&self, value: Span, first: Span, second: Span) -> Option<Diagnostic> {
        let figure = self.written(value).strip_suffix(')')?.trim_end();
        let (name, inside) = figure.split_once('(')?;
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ' ';
        let is_figure = !inside.is_empty() && !name.is_empty() && name.chars().all(is_name);
        let begins_window = |span: Span| {
            let mut words = self.written(span).split_whitespace();
            let first = words.next().unwrap_or_default().to_lowercase();
            let is_list = words
                .next()
                .is_none_or(|next| next.starts_with('(') || next == "list");
            ["during", "between", "over", "before", "after", "within"].contains(&first.as_str())
                || first == "in" && !is_list
        };
        let is_sign = |span: Span| self.written(span).starts_with(['=', '<', '>', '!']);
        let (window, asked) = match (begins_window(first), begins_window(second)) {
            (true, false) if is_sign(second) => (first, second),
            (false, true) if is_sign(first) => (second, first),
            _ => return None,
        };
        let (window_text, asked) = (self.written(window), self.written(asked));
        let ours = format!("{figure} {window_text}) {asked}");
        let whole = value.to(second);
        is_figure.then(|| errors::window_outside(window, whole, ours))
    }

    pub(super) fn tail(&mut self, value: Expression, pair: Pair<'_, Rule>) -> Expression {
        match pair.as_rule() {
            Rule::comparison => self.comparison(value, pair),
            Rule::is_tail => self.is_tail(value, pair),
            Rule::negated_tail => {
                let mut parts = self.cursor(pair);
                let not = parts.next().map(|not| self.span(&not));
                match (not, parts.next()) {
                    (Some(not), Some(tail)) => self.negated(value, not, tail),
                    _ => value,
                }
            }
            _ => self.plain_tail(value, pair, false),
        }
    }

    fn comparison(&mut self, left: Expression, pair: Pair<'_, Rule>) -> Expression {
        let mut parts = self.cursor(pair);
        let Some(sign) = parts.next() else {
            return left;
        };
        let span = self.span(&sign);
        let (value, ours) = match sign.as_str() {
            "=" | "==" | "===" => (CompareOperator::Equal, "="),
            "!=" | "<>" | "!==" | "≠" => (CompareOperator::NotEqual, "!="),
            "<" => (CompareOperator::Less, "<"),
            "<=" | "=<" | "≤" => (CompareOperator::LessOrEqual, "<="),
            ">" => (CompareOperator::Greater, ">"),
            _ => (CompareOperator::GreaterOrEqual, ">="),
        };
        self.plain_sign(sign.as_str(), ours, span);
        let right = self.value(&mut parts);
        // `region = ("BE", "NL")`
        if let Some(told) = self.diagnostics.last_mut()
            && told.code.0 == "E0108"
            && told.primary.span == right.span
            && let Some(ours) = match value {
                CompareOperator::Equal => Some("in"),
                CompareOperator::NotEqual => Some("not in"),
                _ => None,
            }
        {
            told.help = None;
            *told = told.clone().fix(format!("write `{ours} (…)`"), span, ours);
        }
        let (ignoring_case, end) = self.ignoring_case(&mut parts, right.span);
        expression(
            left.span.to(end),
            ExpressionKind::Compare {
                operator: Spanned { value, span },
                left,
                right,
                ignoring_case,
            },
        )
    }

    /// Whether `ignoring case` follows, and where the tail then ends.
    fn ignoring_case(&mut self, parts: &mut Cursor<'_>, end: Span) -> (bool, Span) {
        match parts.take(Rule::ignoring_case) {
            Some(pair) => (true, self.span(&pair)),
            None => (false, end),
        }
    }

    /// `is missing`, `is known`, and what else people put behind `is`.
    fn is_tail(&mut self, value: Expression, pair: Pair<'_, Rule>) -> Expression {
        let whole = self.span(&pair);
        let mut parts = self.cursor(pair);
        let Some(is) = parts.next().map(|is| self.span(&is)) else {
            return value;
        };
        let not = parts.take(Rule::not_word).map(|not| self.span(&not));
        let known = match parts.peek() {
            Some(Rule::missing_word) => not.is_some(),
            Some(Rule::known_word) => not.is_none(),
            Some(Rule::foreign_null) => {
                if let Some(null) = parts.next() {
                    let span = self.span(&null);
                    self.report(errors::phrase(
                        format!("`is {}` is written `is missing` here", null.as_str()),
                        span,
                        "missing",
                    ));
                }
                not.is_some()
            }
            Some(rule) if is_plain_tail(rule) => {
                let until = parts.next();
                let Some(tail) = until else { return value };
                let tail_span = self.span(&tail);
                let gap = Span::new(
                    is.source,
                    is.start,
                    not.map_or(tail_span.start, |not| not.start),
                );
                self.report(errors::phrase(
                    format!("`is` does not stand before `{}`", first_word(tail.as_str())),
                    gap,
                    "",
                ));
                return match not {
                    Some(not) => self.negated(value, not, tail),
                    None => self.plain_tail(value, tail, false),
                };
            }
            _ => return self.is_value(value, is, not, &mut parts),
        };
        expression(
            value.span.to(whole),
            ExpressionKind::IsMissing { value, known },
        )
    }

    /// `journey is active`; `plan is "pro"`
    fn is_value(
        &mut self,
        left: Expression,
        is: Span,
        not: Option<Span>,
        parts: &mut Cursor<'_>,
    ) -> Expression {
        let right = self.value(parts);
        let sign_span = not.map_or(is, |not| is.to(not));
        let (value, ours) = match not {
            Some(_) => (CompareOperator::NotEqual, "!="),
            None => (CompareOperator::Equal, "="),
        };
        if let ExpressionKind::Name(name) = &*right.kind
            && not.is_none()
            && ["today", "yesterday"].contains(&name.text.to_lowercase().as_str())
        {
            let day = format!("during {}", name.text.to_lowercase());
            let place = sign_span.to(right.span);
            self.report(errors::phrase("a day is asked with `during`", place, day));
            return expression(left.span.to(right.span), ExpressionKind::Hole);
        }
        // What stands before it tells whether it is a label.
        if let ExpressionKind::Name(_) | ExpressionKind::Literal(Literal::Text(_)) = &*right.kind {
            return expression(
                left.span.to(right.span),
                ExpressionKind::Is {
                    value: left,
                    negated: not.is_some(),
                    label: right,
                    words: sign_span,
                },
            );
        }
        self.report(errors::phrase(
            "only `missing`, `known` and labels stand behind `is`; a value is compared with `=`",
            sign_span,
            ours,
        ));
        expression(
            left.span.to(right.span),
            ExpressionKind::Compare {
                operator: Spanned {
                    value,
                    span: sign_span,
                },
                left,
                right,
                ignoring_case: false,
            },
        )
    }

    /// `not in (…)`, `not between a and b`; other questions take their NOT in front.
    fn negated(&mut self, value: Expression, not: Span, tail: Pair<'_, Rule>) -> Expression {
        match tail.as_rule() {
            Rule::in_tail | Rule::between_tail => self.plain_tail(value, tail, true),
            _ => {
                if super::like::is_like(&tail) {
                    return self.not_like(value, not, tail);
                }
                let start = Span::new(not.source, value.span.start, value.span.start);
                let tail_span = self.span(&tail);
                let cut = Span::new(not.source, not.start, tail_span.start);
                let mut diagnostic = errors::misplaced_not(not).fix(
                    format!("write `NOT {} …`", self.written(value.span)),
                    start,
                    "NOT ",
                );
                if let Some(fix) = &mut diagnostic.fix {
                    fix.edits.push(crate::diagnostics::Edit {
                        span: cut,
                        replacement: String::new(),
                    });
                }
                self.report(diagnostic);
                let clause = self.plain_tail(value, tail, false);
                expression(clause.span, ExpressionKind::Not(clause))
            }
        }
    }

    pub(super) fn plain_tail(
        &mut self,
        value: Expression,
        pair: Pair<'_, Rule>,
        negated: bool,
    ) -> Expression {
        let rule = pair.as_rule();
        let whole = value.span.to(self.span(&pair));
        let mut parts = self.cursor(pair);
        let window = match rule {
            Rule::in_tail => return self.in_tail(value, whole, parts, negated),
            Rule::has_tail => return self.has_tail(value, whole, parts),
            Rule::text_tail => return self.text_tail(value, whole, parts),
            Rule::between_tail => {
                parts.next();
                let low = self.element(parts.next());
                parts.next();
                let high = self.element(parts.next());
                return self.between(value, whole, negated, low, high);
            }
            Rule::over_tail => self.over(&mut parts),
            Rule::edge_tail => {
                let word = parts.next().map(|word| word.as_rule());
                let edge = self.value(&mut parts);
                Some(if word == Some(Rule::before_word) {
                    Window::Before(edge)
                } else {
                    Window::After(edge)
                })
            }
            Rule::within_tail => self.within(&mut parts, value.span, whole),
            _ => self.during(&mut parts),
        };
        let tail = Span::new(whole.source, self.skip_blanks(value.span.end), whole.end);
        match window {
            Some(window) => self.windowed(
                value,
                whole,
                Spanned {
                    value: window,
                    span: tail,
                },
            ),
            None => expression(whole, ExpressionKind::Hole),
        }
    }

    /// The first place behind blanks.
    pub(super) fn skip_blanks(&self, from: u32) -> u32 {
        let rest = &self.text[from as usize - self.base..];
        from + (rest.len() - rest.trim_start().len()) as u32
    }

    pub(super) fn element(&mut self, pair: Option<Pair<'_, Rule>>) -> Expression {
        match pair {
            Some(pair) => {
                let mut parts = self.cursor(pair);
                self.value(&mut parts)
            }
            None => self.hole(0, 0),
        }
    }

    pub(super) fn list(&mut self, pair: Pair<'_, Rule>) -> Vec<Expression> {
        let mut values = Vec::new();
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::element {
                values.push(self.element(Some(part)));
            }
        }
        if values.is_empty() {
            self.report(errors::expected("at least one value", "`()`", span));
        }
        values
    }

    fn in_tail(
        &mut self,
        value: Expression,
        whole: Span,
        mut parts: Cursor<'_>,
        negated: bool,
    ) -> Expression {
        let Some(in_word) = parts.next().map(|word| self.span(&word)) else {
            return value;
        };
        match parts.peek() {
            Some(Rule::rolling) => {
                let Some(rolling) = parts.next() else {
                    return value;
                };
                let span = in_word.to(self.span(&rolling));
                let Some(window) = self.rolling(rolling, in_word) else {
                    return expression(whole, ExpressionKind::Hole);
                };
                let clause = self.windowed(
                    value,
                    whole,
                    Spanned {
                        value: window,
                        span,
                    },
                );
                if negated {
                    expression(whole, ExpressionKind::Not(clause))
                } else {
                    clause
                }
            }
            Some(Rule::named_list) => {
                let Some(named) = parts.next() else {
                    return value;
                };
                let (ignoring_case, _) = self.ignoring_case(&mut parts, whole);
                let mut inner = self.cursor(named);
                inner.next();
                let Some(written) = inner.next() else {
                    return value;
                };
                let list = if written.as_rule() == Rule::text {
                    self.text_literal(&written)
                } else {
                    let name = self.name(&written);
                    let ours = format!("\"{}\"", name.text);
                    self.report(errors::phrase(
                        "the name of a list stands in double quotes",
                        name.span,
                        ours,
                    ));
                    Text {
                        value: name.text,
                        span: name.span,
                    }
                };
                expression(
                    whole,
                    ExpressionKind::InList {
                        value,
                        negated,
                        list,
                        ignoring_case,
                    },
                )
            }
            Some(Rule::list) => {
                let list = match parts.next() {
                    Some(list) => self.list(list),
                    None => Vec::new(),
                };
                let (ignoring_case, _) = self.ignoring_case(&mut parts, whole);
                if list.is_empty() {
                    return expression(whole, ExpressionKind::Hole);
                }
                expression(
                    whole,
                    ExpressionKind::In {
                        value,
                        negated,
                        list,
                        ignoring_case,
                    },
                )
            }
            _ => {
                let right = self.value(&mut parts);
                let (left, right_written) = (self.written(value.span), self.written(right.span));
                let diagnostic = errors::list_expected("in", right.span);
                let diagnostic = match &*right.kind {
                    // `in 2025`, `in 2025-11`, `in yesterday`
                    _ if is_period(&right, right_written) => {
                        let ours = format!("during {right_written}");
                        let fault = errors::phrase(
                            "a period stands behind `during`",
                            in_word.to(right.span),
                            ours.to_lowercase(),
                        );
                        if let ExpressionKind::Literal(Literal::Number(_)) = &*right.kind {
                            errors::as_guess(fault).help(format!(
                                "If a number is meant, write `{left} in ({right_written})`."
                            ))
                        } else {
                            fault
                        }
                    }
                    ExpressionKind::Literal(Literal::Measure(_)) => {
                        errors::as_guess(errors::phrase(
                            "a window says which way it reaches",
                            in_word.to(right.span),
                            format!("in next {right_written}"),
                        ))
                        .help(format!("Of what is past, write `in last {right_written}`."))
                    }
                    ExpressionKind::Name(name)
                        if let Some(month) = slips::month_number(&name.text) =>
                    {
                        errors::phrase_without_fix(
                            "a month is asked with its year and its number",
                            in_word.to(right.span),
                            format!(
                                "Write `{left} during 2025-{month:02}`; the same month of every year is `month({left}) = {month}`."
                            ),
                        )
                    }
                    ExpressionKind::Literal(_) => {
                        let list = format!("({right_written})");
                        diagnostic.fix(format!("write `{list}`"), right.span, list)
                    }
                    // `in list ("suppressed")`
                    ExpressionKind::Call { name, .. } if name.text.eq_ignore_ascii_case("list") => {
                        diagnostic.help("The name of a list follows without parentheses: `in list \"suppressed\"`.")
                    }
                    // Whether it is a list is seen once names are known.
                    ExpressionKind::Name(_)
                    | ExpressionKind::Member { .. }
                    | ExpressionKind::Call { .. }
                    | ExpressionKind::Bracket { .. }
                    | ExpressionKind::Parenthesized(_) => {
                        let (ignoring_case, _) = self.ignoring_case(&mut parts, whole);
                        return expression(
                            whole,
                            ExpressionKind::InValues {
                                value,
                                negated,
                                values: right,
                                ignoring_case,
                            },
                        );
                    }
                    _ => diagnostic,
                };
                // A hole was answered where it arose.
                if *right.kind != ExpressionKind::Hole {
                    self.report(diagnostic);
                }
                expression(whole, ExpressionKind::Hole)
            }
        }
    }

    fn has_tail(&mut self, list: Expression, whole: Span, mut parts: Cursor<'_>) -> Expression {
        parts.next();
        let (quantifier, values) = match parts.peek() {
            Some(Rule::quantifier) => {
                let quantifier = match parts.next() {
                    Some(pair) => self.quantifier(pair),
                    None => Quantifier::Any,
                };
                let values = match parts.next() {
                    Some(values) => self.list(values),
                    None => Vec::new(),
                };
                (quantifier, values)
            }
            Some(Rule::list) => {
                let Some(values) = parts.next() else {
                    return list;
                };
                let span = self.span(&values);
                let values = self.list(values);
                let start = Span::new(span.source, span.start, span.start);
                let diagnostic = errors::list_misplaced(span);
                let diagnostic = if values.len() == 1 {
                    let one = self.written(values[0].span);
                    diagnostic.fix(format!("write `{one}`"), span, one)
                } else {
                    diagnostic.fix("write `any of` before the list", start, "any of ")
                };
                self.report(diagnostic);
                (Quantifier::Any, values)
            }
            _ => (Quantifier::One, vec![self.value(&mut parts)]),
        };
        let (ignoring_case, _) = self.ignoring_case(&mut parts, whole);
        if values.is_empty() {
            return expression(whole, ExpressionKind::Hole);
        }
        expression(
            whole,
            ExpressionKind::Has {
                list,
                quantifier,
                values,
                ignoring_case,
            },
        )
    }

    fn quantifier(&mut self, pair: Pair<'_, Rule>) -> Quantifier {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        let word = parts.next();
        let quantifier = match word.as_ref().map(Pair::as_rule) {
            Some(Rule::all_word) => Quantifier::All,
            Some(Rule::none_word) => Quantifier::None,
            _ => Quantifier::Any,
        };
        if parts.peek().is_none() {
            let ours = format!(
                "{} of",
                word.map_or("any", |word| word.as_str()).to_lowercase()
            );
            self.report(errors::phrase(
                format!("`of` is expected: `has {ours} (…)`"),
                span,
                ours,
            ));
        }
        quantifier
    }

    fn text_tail(&mut self, value: Expression, whole: Span, mut parts: Cursor<'_>) -> Expression {
        let Some(word) = parts.next() else {
            return value;
        };
        let span = self.span(&word);
        let written = word.as_str().to_ascii_lowercase();
        let pattern = self.value(&mut parts);
        let (mut ignoring_case, _) = self.ignoring_case(&mut parts, whole);
        let test = match written.as_bytes() {
            [b's', ..] => TextTest::StartsWith,
            [b'e', ..] => TextTest::EndsWith,
            [b'c', ..] => TextTest::Contains,
            [b'm', ..] => TextTest::Matches,
            [b'b', ..] => {
                self.report(errors::phrase(
                    format!("`{written}` is written `starts with` here"),
                    span,
                    "starts with",
                ));
                TextTest::StartsWith
            }
            _ => {
                ignoring_case |= written.starts_with('i');
                return self.like(value, whole, span, pattern, ignoring_case);
            }
        };
        expression(
            whole,
            ExpressionKind::TextTest {
                test: Spanned { value: test, span },
                value,
                pattern,
                ignoring_case,
            },
        )
    }
}

/// A comparison as its sign and what stands behind it; no sign where it is another question.
fn compared(written: &str) -> (&str, &str) {
    let behind = written.trim_start_matches(['<', '>', '=', '!']);
    (&written[..written.len() - behind.len()], behind.trim())
}

/// Whether what stands behind `in` is a period of the calendar.
fn is_period(right: &Expression, written: &str) -> bool {
    match &*right.kind {
        ExpressionKind::Literal(Literal::Period(_) | Literal::Date(_)) => true,
        ExpressionKind::Literal(Literal::Number(_)) => {
            written.len() == 4
                && written
                    .parse()
                    .is_ok_and(|year: u16| (1900..2100).contains(&year))
        }
        ExpressionKind::Name(name) => {
            ["today", "yesterday"].contains(&name.text.to_lowercase().as_str())
        }
        _ => false,
    }
}

fn first_word(written: &str) -> &str {
    written.split_whitespace().next().unwrap_or(written)
}
