//! What people did: how often, in what order, on how many days.

use super::super::ast::{
    ActivePeriod, CountComparison, Each, Expression, ExpressionKind, Frequency, Measure, Spanned,
    Step, StepKind, Window,
};
use super::super::errors;
use super::{Cursor, Reader, Rule, expression};
use crate::source::Span;
use pest::iterators::Pair;

impl Reader<'_> {
    /// `any profiles[age < 8]`, `did view`
    pub(super) fn each(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        let Some(word) = parts.next() else {
            return expression(span, ExpressionKind::Hole);
        };
        let value = match word.as_str().to_ascii_lowercase().as_str() {
            "any" => Each::Any,
            "every" => Each::Every,
            "did" => Each::Did,
            "never" => Each::Never,
            _ => Each::None,
        };
        let each = Spanned {
            value,
            span: self.span(&word),
        };
        let told = self.diagnostics.len();
        let rows = self.postfix(&mut parts);
        // `any(profiles, age < 8)`
        let written = self.written(rows.span);
        if let Some(fault) = self.diagnostics.get(told)
            && fault.code.0 == "E0108"
            && fault.primary.span == rows.span
            && let Some((of, condition)) = written
                .trim_start_matches('(')
                .trim_end_matches(')')
                .split_once(',')
        {
            let gap = if each.span.end == rows.span.start {
                " "
            } else {
                ""
            };
            let ours = format!("{gap}{}[{}]", of.trim(), condition.trim());
            let mut told = errors::phrase(
                "a condition on the elements of a list stands in square brackets",
                rows.span,
                ours.as_str(),
            );
            if let Some(fix) = &mut told.fix {
                fix.is_safe = false;
                fix.title = format!("write `{} {}`", word.as_str(), ours.trim());
            }
            self.diagnostics.pop();
            self.report(told);
        }
        expression(span, ExpressionKind::Each { each, rows })
    }

    /// A value with a window behind it: behind `did view` the window is that of the views.
    pub(super) fn windowed(
        &self,
        subject: Expression,
        whole: Span,
        window: Spanned<Window>,
    ) -> Expression {
        within_question(subject, whole, |subject| ExpressionKind::Window {
            subject,
            window,
        })
    }

    /// The same for `between a and b`.
    pub(super) fn between(
        &self,
        value: Expression,
        whole: Span,
        negated: bool,
        low: Expression,
        high: Expression,
    ) -> Expression {
        within_question(value, whole, |value| ExpressionKind::Between {
            value,
            negated,
            low,
            high,
        })
    }

    /// `at least 3 times` behind events.
    pub(super) fn frequency(&mut self, pair: Pair<'_, Rule>) -> Option<Spanned<Frequency>> {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        let comparison = match parts.take(Rule::count_word) {
            Some(word) => self.count_comparison(&word, "number of times"),
            None => {
                let word = parts.next()?.as_str().to_ascii_lowercase();
                self.report(errors::bare_times(&word, span));
                return None;
            }
        };
        let written = parts.next()?;
        let times = match written.as_str().to_ascii_lowercase().as_str() {
            "once" => Some(1),
            "twice" => Some(2),
            digits => digits.replace('_', "").parse().ok(),
        };
        let number_span = self.span(&written);
        if times.is_none() {
            self.report(errors::no_whole_count(written.as_str(), number_span));
        }
        Some(Spanned {
            value: Frequency {
                comparison,
                times: times?,
            },
            span,
        })
    }

    /// `at least`, `fewer than` …; `of` says what is counted, for advice.
    pub(super) fn count_comparison(&mut self, word: &Pair<'_, Rule>, of: &str) -> CountComparison {
        let words: Vec<String> = (word.as_str().split_whitespace())
            .map(str::to_ascii_lowercase)
            .collect();
        match (words[0].as_str(), words.get(1).map(String::as_str)) {
            ("at", Some("most")) => CountComparison::AtMost,
            ("at", _) => CountComparison::AtLeast,
            ("exactly", _) => CountComparison::Exactly,
            ("more", _) => CountComparison::MoreThan,
            (less, _) => {
                if less == "less" {
                    let span = self.span(word);
                    self.report(errors::phrase(
                        format!("`less than` is written `fewer than` before a {of}"),
                        span,
                        "fewer than",
                    ));
                }
                CountComparison::FewerThan
            }
        }
    }

    /// `view then click within 2 days on title`, from behind its first step.
    pub(super) fn chain(&mut self, first: Expression, parts: &mut Cursor<'_>) -> Expression {
        let mut span = first.span;
        let mut steps = Vec::new();
        while let Some(pair) = parts.take(Rule::step) {
            span = span.to(self.span(&pair));
            steps.extend(self.step(pair));
        }
        let on = parts.take(Rule::agreement).map(|pair| {
            let place = self.span(&pair);
            span = span.to(place);
            let mut inner = self.cursor(pair);
            inner.next(); // `on`
            self.agreed(&mut inner)
        });
        if steps.is_empty() {
            if let Some(on) = &on {
                let written = self.written(on.span);
                self.report(errors::agreement_without_chain(written, on.span));
            }
            return expression(span, ExpressionKind::Hole);
        }
        expression(span, ExpressionKind::Chain { first, steps, on })
    }

    fn step(&mut self, pair: Pair<'_, Rule>) -> Option<Step> {
        let mut parts = self.cursor(pair);
        let word = parts.next()?;
        let kind = Spanned {
            value: match word.as_str().as_bytes() {
                [b't' | b'T', ..] => StepKind::Then,
                _ => StepKind::Without,
            },
            span: self.span(&word),
        };
        let mut rows = self.postfix(&mut parts);
        if parts.peek().is_some_and(super::tail::is_tail)
            && let Some(tail) = parts.next()
        {
            rows = self.tail(rows, tail);
        }
        let within = match parts.take(Rule::step_within) {
            Some(within) => {
                let mut inner = self.cursor(within);
                inner.next(); // `within`
                let quantity = inner.next()?;
                let quantity = self.quantity_parts(quantity);
                Some(self.measure(&quantity)?)
            }
            None => None,
        };
        Some(Step { kind, rows, within })
    }

    /// `title`, `title.series`
    pub(super) fn agreed(&mut self, parts: &mut Cursor<'_>) -> Expression {
        let Some(name) = parts.next() else {
            return self.hole(0, 0);
        };
        let (name, span) = (self.name(&name), self.span(&name));
        let mut on = expression(span, ExpressionKind::Name(name));
        while let Some(member) = parts.take(Rule::member) {
            let span = on.span.to(self.span(&member));
            let mut inner = self.cursor(member);
            let Some(name) = inner.next() else { break };
            on = expression(
                span,
                ExpressionKind::Member {
                    base: on,
                    name: self.name(&name),
                },
            );
        }
        on
    }

    /// `active days(view in last 30 days)`
    pub(super) fn active(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let hole = expression(span, ExpressionKind::Hole);
        let mut parts = self.cursor(pair);
        let word = parts.next();
        let (Some(_), Some(unit), Some(arguments)) = (word, parts.next(), parts.next()) else {
            return hole;
        };
        let period = Spanned {
            value: match unit.as_str().as_bytes() {
                [b'd' | b'D', ..] => ActivePeriod::Days,
                [b'w' | b'W', ..] => ActivePeriod::Weeks,
                [b'm' | b'M', ..] => ActivePeriod::Months,
                [b'q' | b'Q', ..] => ActivePeriod::Quarters,
                _ => ActivePeriod::Years,
            },
            span: self.span(&unit),
        };
        let place = self.span(&arguments);
        let mut rows = Vec::new();
        let mut inner = self.cursor(arguments);
        while let Some(part) = inner.next() {
            if part.as_rule() == Rule::argument {
                rows.push(self.argument(part));
            }
        }
        match (rows.pop(), rows.len()) {
            (Some(rows), 0) => expression(span, ExpressionKind::Active { period, rows }),
            _ => {
                self.report(errors::active_of_one(unit.as_str(), place));
                hole
            }
        }
    }

    /// `observed for 90 days`
    pub(super) fn observed(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        parts.next(); // `observed`
        parts.next(); // `for`
        let length: Option<Measure> = match parts.next() {
            Some(quantity) => {
                let quantity = self.quantity_parts(quantity);
                self.measure(&quantity)
            }
            None => None,
        };
        let kind = length.map_or(ExpressionKind::Hole, ExpressionKind::Observed);
        expression(span, kind)
    }
}

/// `did view` with something behind it that belongs to the views.
fn within_question(
    subject: Expression,
    whole: Span,
    kind: impl FnOnce(Expression) -> ExpressionKind,
) -> Expression {
    match *subject.kind {
        ExpressionKind::Each { each, rows } => {
            let place = rows.span.to(whole);
            let rows = within_question(rows, place, kind);
            expression(whole, ExpressionKind::Each { each, rows })
        }
        _ => expression(whole, kind(subject)),
    }
}
