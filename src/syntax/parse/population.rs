//! Figures of a population: `ltv among consent per region`, `by (a, b)`, `from 2`, `in household`.

use super::super::ast::{Among, Expression, ExpressionKind, Setting, Spanned};
use super::super::errors;
use super::{Cursor, Reader, Rule, expression};
use crate::source::Span;
use pest::iterators::Pair;

impl Reader<'_> {
    /// `a among b per c`, from behind `a`; `a` alone where nothing of the kind follows.
    pub(super) fn population(&mut self, of: Expression, parts: &mut Cursor<'_>) -> Expression {
        let mut span = of.span;
        let mut among: Option<(Among, Span)> = None;
        let mut per: Option<(Vec<Expression>, Span)> = None;
        while let Some(part) = parts.take(Rule::among).or_else(|| parts.take(Rule::per)) {
            let place = self.span(&part);
            span = span.to(place);
            let rule = part.as_rule();
            if rule == Rule::among {
                let mut inner = self.cursor(part);
                inner.next(); // `among`
                let found = self.among(&mut inner, place);
                if let Some((_, first)) = &among {
                    self.report(errors::said_twice("among", *first, place));
                    continue;
                }
                among = Some((found, place));
            } else {
                let keys = self.per(part);
                if let Some((_, first)) = &per {
                    self.report(errors::said_twice("per", *first, place));
                    continue;
                }
                per = Some((keys, place));
            }
        }
        if among.is_none() && per.is_none() {
            return of;
        }
        if let (Some((_, among)), Some((_, per))) = (&among, &per)
            && per.start < among.start
        {
            let ours = format!("{} {}", self.written(*among), self.written(*per));
            self.report(errors::phrase(
                "`among` stands before `per`",
                per.to(*among),
                ours,
            ));
        }
        let kind = ExpressionKind::Population {
            of,
            among: among.map_or(Among::Unsaid, |(among, _)| among),
            per: per.map_or_else(Vec::new, |(per, _)| per),
        };
        expression(span, kind)
    }

    /// `among consent`, `among everyone`, from behind the word.
    fn among(&mut self, parts: &mut Cursor<'_>, place: Span) -> Among {
        match parts.next() {
            Some(everyone) if everyone.as_rule() == Rule::everyone => {
                let span = self.span(&everyone);
                let written = everyone.as_str();
                if !written.eq_ignore_ascii_case("everyone") {
                    self.report(errors::phrase(
                        format!("`among {written}` is written `among everyone` here"),
                        span,
                        "everyone",
                    ));
                }
                Among::Everyone
            }
            Some(condition) => Among::Those(self.condition(condition)),
            None => Among::Those(expression(place, ExpressionKind::Hole)),
        }
    }

    /// `among consent` where nothing stands before it.
    pub(super) fn population_of_nothing(
        &mut self,
        parts: &mut Cursor<'_>,
        start: usize,
    ) -> Expression {
        let place = self.place(start, start);
        self.report(errors::population_of_nothing(place));
        let hole = expression(place, ExpressionKind::Hole);
        self.population(hole, parts)
    }

    /// `by (recency, frequency)`
    pub(super) fn by(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        parts.next(); // `by`
        let values = match parts.next() {
            Some(list) => self.list(list),
            None => Vec::new(),
        };
        if values.is_empty() {
            return expression(span, ExpressionKind::Hole);
        }
        expression(span, ExpressionKind::By(values))
    }

    /// `from 2`, `confidence 80%`
    pub(super) fn setting(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        let (Some(word), Some(value)) = (parts.next(), parts.next()) else {
            return expression(span, ExpressionKind::Hole);
        };
        let setting = Spanned {
            value: match word.as_str().as_bytes() {
                [b'f' | b'F', ..] => Setting::From,
                [b'c' | b'C', ..] => Setting::Confidence,
                _ => Setting::Support,
            },
            span: self.span(&word),
        };
        let value = self.quantity(value);
        expression(span, ExpressionKind::Setting { setting, value })
    }

    /// `in household`, `in address.city`
    pub(super) fn sharing(&mut self, pair: Pair<'_, Rule>) -> Expression {
        let span = self.span(&pair);
        let mut parts = self.cursor(pair);
        parts.next(); // `in`
        let shared = self.agreed(&mut parts);
        if let ExpressionKind::Hole = *shared.kind {
            return expression(span, ExpressionKind::Hole);
        }
        expression(span, ExpressionKind::Sharing(shared))
    }
}
