//! What people ask of events as if they were values: `view in last 30 days`, `view > 3`, `since(view)`, `sum(purchase.amount)`,
//! `did (view OR click)`. Each is answered with the question that is most likely meant.

use super::errors;
use super::item::{Checker, Scope};
use crate::diagnostics::Diagnostic;
use crate::functions;
use crate::source::Span;
use crate::syntax::ast::{Each, Expression, ExpressionKind, Literal, Name};
use crate::types::RecordType;

/// The figures that take values of events.
const FIGURES_OF_VALUES: [&str; 7] = ["avg", "count", "favourite", "max", "median", "min", "sum"];

impl Checker<'_> {
    /// The answer to an expression that takes events for something else.
    pub(super) fn events_misread(
        &self,
        expression: &Expression,
        scope: &Scope,
    ) -> Option<Diagnostic> {
        let span = expression.span;
        match &*expression.kind {
            ExpressionKind::Window { subject, .. } => {
                self.kind_of_events(subject, scope)?;
                Some(errors::did_left_out(self.sources.text(subject.span), span))
            }
            ExpressionKind::Between {
                value,
                negated: false,
                ..
            } => {
                self.kind_of_events(value, scope)?;
                Some(errors::did_left_out(self.sources.text(value.span), span))
            }
            ExpressionKind::Compare { left, right, .. } => {
                self.number_of_events(left, right, scope)
            }
            ExpressionKind::Member { base, name } => {
                let stream = self.stream_of(base, scope)?;
                Some(errors::part_of_events(
                    stream,
                    self.record(stream)?,
                    name,
                    span,
                ))
            }
            ExpressionKind::Each { each, rows } => match (&*rows.kind, each.value) {
                (ExpressionKind::Each { each: inner, .. }, Each::Did | Each::Never)
                    if inner.value == Each::Never =>
                {
                    Some(errors::did_never(each.span.to(inner.span)))
                }
                (ExpressionKind::Parenthesized(inner), Each::Did | Each::Never) => {
                    self.several_kinds(each.span, inner, rows.span, scope)
                }
                _ => None,
            },
            ExpressionKind::Call { name, arguments } => {
                self.call_with_events(name, arguments, span, scope)
            }
            _ => None,
        }
    }

    /// `view > 3`, `did view > 3`
    fn number_of_events(
        &self,
        left: &Expression,
        right: &Expression,
        scope: &Scope,
    ) -> Option<Diagnostic> {
        let ExpressionKind::Literal(Literal::Number(_)) = &*right.kind else {
            return None;
        };
        let rows = match &*left.kind {
            ExpressionKind::Each { each, rows } if each.value == Each::Did => rows,
            _ => left,
        };
        self.kind_of_events(rows, scope)?;
        let rows = self.sources.text(rows.span);
        Some(errors::number_is_counted(rows, left.span))
    }

    /// `since(view)`, `sum(purchase.amount)`, `gap(view)`, `view(minutes > 30)`
    fn call_with_events(
        &self,
        name: &Name,
        arguments: &[Expression],
        span: Span,
        scope: &Scope,
    ) -> Option<Diagnostic> {
        if self.definitions.lookup(scope.file, &name.text).is_some() {
            return None;
        }
        // Events may be called as a function is.
        let is_function = super::aggregates::asked(&name.text).is_some()
            || super::figures::is_figure(&name.text)
            || super::populations::asked(&name.text).is_some()
            || functions::lookup(&name.text).is_some();
        if !is_function && self.schema.stream_named(&name.text).is_some() {
            let inside = arguments.iter().map(|one| self.sources.text(one.span));
            let ours = match inside.collect::<Vec<_>>().join(" AND ") {
                empty if empty.is_empty() => errors::quoted_if_needed(&name.text),
                inside => format!("{}[{inside}]", errors::quoted_if_needed(&name.text)),
            };
            return Some(errors::bracket_of_events(&ours, span));
        }
        let first = arguments.first()?;
        let text = self.sources.text(first.span);
        match (name.text.to_lowercase().as_str(), &*first.kind) {
            ("since", _) if self.kind_of_events(first, scope).is_some() => {
                Some(errors::since_which(text, first.span))
            }
            ("gap" | "gaps", _) if self.kind_of_events(first, scope).is_some() => {
                Some(errors::gap_behind_of(text, span))
            }
            (
                figure,
                ExpressionKind::Of {
                    value, rows: None, ..
                },
            ) if FIGURES_OF_VALUES.contains(&figure) => {
                let ExpressionKind::Member { base, name: part } = &*value.kind else {
                    return None;
                };
                let stream = self.stream_of(base, scope)?;
                let ours = format!("distinct {} of {stream}", self.sources.text(part.span));
                Some(errors::values_of_events(&ours, first.span))
            }
            (figure, ExpressionKind::Member { base, name: part }) => {
                let stream = self.stream_of(base, scope)?;
                let part = self.sources.text(part.span);
                if ["first", "last"].contains(&figure) {
                    let ours = format!("{figure}({stream}).{part}");
                    return Some(errors::part_of_one(&ours, span));
                }
                let is_figure = FIGURES_OF_VALUES.contains(&figure);
                let ours = format!("{part} of {stream}");
                is_figure.then(|| errors::values_of_events(&ours, first.span))
            }
            (figure, _) if arguments.len() > 1 && self.kind_of_events(first, scope).is_some() => {
                let known =
                    FIGURES_OF_VALUES.contains(&figure) || ["first", "last"].contains(&figure);
                let asked = first.span.to(arguments.last()?.span);
                known.then(|| errors::condition_behind_comma(text, asked))
            }
            _ => None,
        }
    }

    /// `did (view OR click)`
    fn several_kinds(
        &self,
        word: Span,
        inner: &Expression,
        rows: Span,
        scope: &Scope,
    ) -> Option<Diagnostic> {
        let (kinds, join) = match &*inner.kind {
            ExpressionKind::Or(kinds) => (kinds, " OR "),
            ExpressionKind::And(kinds) => (kinds, " AND "),
            _ => return None,
        };
        self.kind_of_events(kinds.first()?, scope)?;
        let word = self.sources.text(word);
        let asked = |kind: &Expression| format!("{word} {}", self.sources.text(kind.span));
        let ours: Vec<String> = kinds.iter().map(asked).collect();
        Some(errors::one_kind_at_a_time(&ours.join(join), rows))
    }

    /// The stream whose events an expression selects: `view`, `view[…]`, `view[…] in last 30 days`.
    fn kind_of_events<'e>(&self, place: &'e Expression, scope: &Scope) -> Option<&'e str> {
        match &*place.kind {
            ExpressionKind::Bracket { base, .. } | ExpressionKind::Named { base, .. } => {
                self.kind_of_events(base, scope)
            }
            ExpressionKind::Window { subject, .. } => self.kind_of_events(subject, scope),
            _ => self.stream_of(place, scope),
        }
    }

    fn stream_of<'e>(&self, place: &'e Expression, scope: &Scope) -> Option<&'e str> {
        let ExpressionKind::Name(name) = &*place.kind else {
            return None;
        };
        let is_stream =
            self.schema.stream_named(&name.text).is_some() && !self.is_name(name, scope);
        is_stream.then_some(name.text.as_str())
    }

    fn record(&self, stream: &str) -> Option<&RecordType> {
        let (_, field) = self.schema.stream_named(stream)?;
        field.field_type.record()
    }
}
