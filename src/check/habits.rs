//! What people ask of days in the way of other languages: differences between dates, days moved by a number, `in` before a period. Each is
//! answered with the whole question as it is written here.

use super::errors;
use super::item::{Checker, Scope};
use crate::source::Span;
use crate::syntax::ast::{
    ArithmeticOperator, CompareOperator, Expression, ExpressionKind, Literal, Spanned,
};
use crate::types::Unit;

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
