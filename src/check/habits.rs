//! What people ask of days in the way of other languages: differences between dates, days moved by a number, `in` before a period. Each is
//! answered with the whole question as it is written here.

use super::errors;
use super::item::{Checker, Scope};
use crate::source::Span;
use crate::syntax::ast::{
    ArithmeticOperator, CompareOperator, Expression, ExpressionKind, Literal, Spanned,
};
use crate::types::{Type, Unit};

impl Checker<'_> {
    /// `DATEDIFF(day, signup_at, NOW()) < 30`: told with the window that is meant.
    pub(super) fn difference_of_days(
        &mut self,
        operator: CompareOperator,
        left: &Expression,
        right: &Expression,
        span: Span,
        scope: &Scope,
    ) -> bool {
        let ExpressionKind::Call { name, arguments } = &*left.kind else {
            return false;
        };
        let called = name.text.to_lowercase().replace('_', "");
        if !["datediff", "timestampdiff", "daysbetween"].contains(&called.as_str())
            || self.definitions.lookup(scope.file, &name.text).is_some()
        {
            return false;
        }
        let ExpressionKind::Literal(Literal::Number(_)) = &*right.kind else {
            return false;
        };
        let text = |place: &Expression| self.sources.text(place.span).to_owned();
        let (unit, [one, other]) = match arguments.as_slice() {
            [unit, one, other] => {
                let unit = text(unit).trim_matches(['"', '\'']).to_lowercase();
                (format!("{}s", unit.trim_end_matches('s')), [one, other])
            }
            [one, other] => ("days".to_owned(), [one, other]),
            _ => return false,
        };
        if !Unit::ALL.iter().any(|known| known.plural() == unit) {
            return false;
        }
        let asked = match (is_now(one), is_now(other)) {
            (true, false) => other,
            (false, true) => one,
            _ => return false,
        };
        let (asked, number) = (text(asked), text(right));
        let ours = match operator {
            CompareOperator::Less | CompareOperator::LessOrEqual => {
                format!("{asked} in last {number} {unit}")
            }
            CompareOperator::Greater | CompareOperator::GreaterOrEqual => {
                format!("{asked} over {number} {unit} ago")
            }
            CompareOperator::Equal | CompareOperator::NotEqual => return false,
        };
        self.tell(errors::window_is_meant(name, &ours, span));
        true
    }

    /// `any profiles.age < 8`: told with the bracket that is meant.
    pub(super) fn part_of_any(&mut self, left: &Expression, span: Span, scope: &Scope) -> bool {
        let ExpressionKind::Each { each, rows } = &*left.kind else {
            return false;
        };
        let ExpressionKind::Member { base, name } = &*rows.kind else {
            return false;
        };
        let ExpressionKind::Name(list) = &*base.kind else {
            return false;
        };
        let Some((_, field)) = self.schema.field_named(&list.text) else {
            return false;
        };
        let part = field
            .field_type
            .record()
            .and_then(|record| record.part_named(&name.text));
        if !matches!(field.field_type, Type::List(_))
            || part.is_none()
            || !scope.brackets.is_empty()
        {
            return false;
        }
        let asked = Span::new(span.source, left.span.end, span.end);
        let ours = format!(
            "{} {}[{}{}]",
            self.sources.text(each.span),
            self.sources.text(base.span),
            self.sources.text(name.span),
            self.sources.text(asked),
        );
        self.tell(errors::bracket_is_meant(list, &ours, base.span, span));
        true
    }

    /// `today - 30`, `CURRENT_DATE - 30 days`
    pub(super) fn day_word_moved(
        &mut self,
        operator: Spanned<ArithmeticOperator>,
        left: &Expression,
        right: &Expression,
        span: Span,
        scope: &Scope,
    ) -> bool {
        let ExpressionKind::Name(name) = &*left.kind else {
            return false;
        };
        let is_day = ["today", "current_date", "curdate", "sysdate"];
        if !is_day.contains(&name.text.to_lowercase().as_str()) || self.is_name(name, scope) {
            return false;
        }
        let length = match &*right.kind {
            ExpressionKind::Literal(Literal::Number(_)) => {
                format!("{} days", self.sources.text(right.span))
            }
            ExpressionKind::Literal(Literal::Measure(_)) => {
                self.sources.text(right.span).to_owned()
            }
            _ => return false,
        };
        let ours = match operator.value {
            ArithmeticOperator::Subtract => format!("{length} ago"),
            ArithmeticOperator::Add => format!("now + {length}"),
            ArithmeticOperator::Multiply | ArithmeticOperator::Divide => return false,
        };
        self.tell(errors::day_word_moved(name, &ours, span));
        true
    }
}

/// `now`, and what other languages call it.
fn is_now(place: &Expression) -> bool {
    match &*place.kind {
        ExpressionKind::Now => true,
        ExpressionKind::Name(name) | ExpressionKind::Call { name, .. } => [
            "today",
            "current_date",
            "curdate",
            "getdate",
            "sysdate",
            "current_timestamp",
        ]
        .contains(&name.text.to_lowercase().as_str()),
        _ => false,
    }
}
